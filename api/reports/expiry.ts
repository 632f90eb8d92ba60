/** When what is stored is deleted by itself: the sweeper comes once an hour. */
import type { Config } from "../deps.ts";

const DAY_MS = 86_400_000;

/** What is kept for one of the two times. */
type Kept = "report" | "capture" | "text";

/** When the sweeper may delete what was stored at a moment. */
export function expiryOf({ reportDays, captureDays }: Config, kind: Kept, storedAt: string): string {
  const days = kind === "capture" ? captureDays : reportDays;
  return new Date(Date.parse(storedAt) + days * DAY_MS).toISOString();
}

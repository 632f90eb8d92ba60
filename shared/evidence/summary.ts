/** What a list of reports shows. */
import type { Observations } from "./observations.ts";

/** The gateway as it was named, and the name of the interface that leads to it. */
export function summarize({ gateway, egress }: Observations): {
  gateway: string | null;
  adapter: string | null;
} {
  return { gateway, adapter: egress?.name ?? null };
}

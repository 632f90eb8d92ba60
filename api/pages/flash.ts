/** What the redirect before a page has done, as a word in the address: no state for it. */
import type { AppContext } from "../http/context.ts";
import { type Notice, translate } from "./layout.ts";
import type { PlainTextKey } from "./words.ts";

const FLASHES = {
  saved: "reviewSaved",
  reanalyzed: "reanalyzed",
  kept: "reanalyzedKept",
  deleted: "deleted",
  unchanged: "statusesUnchanged",
  "too-late": "undoTooLate",
  undone: "undone",
  "partly-undone": "undonePartly",
  assigned: "assigned",
  "view-saved": "viewSaved",
  "views-full": "viewsFull",
  "view-removed": "viewRemoved",
} as const satisfies Record<string, PlainTextKey>;

/** @returns what was done, said in a sentence; `null` where nothing was */
export function flash(c: AppContext): Notice | null {
  const done = c.req.query("done") ?? "";
  if (!Object.hasOwn(FLASHES, done)) return null;
  return { tone: "good", text: translate(c)(FLASHES[done as keyof typeof FLASHES]) };
}

/** Moments in a report: in UTC, and for programs, so that a page may show them in the reader's zone. */
import { type Markup, markup } from "../chart/markup.ts";

/** `2026-01-31 09:05 UTC`; `null` for a time that no calendar has. */
export function momentOf(atMs: number): Markup | null {
  const date = new Date(atMs);
  if (Number.isNaN(date.getTime())) return null;
  const iso = date.toISOString();
  // Years beyond 9999 have a sign and two digits more: such a clock is wrong, and shown as it is.
  const shown = `${iso.slice(0, -14)} ${iso.slice(-13, -8)} UTC`;
  return markup`<time datetime="${iso}">${shown}</time>`;
}

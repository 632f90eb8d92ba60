/** Pages of a list: where one ends, and where the next one begins. */
import { hmacHex } from "../auth/secrets.ts";
import type { Deps } from "../deps.ts";
import { Problem } from "./problem.ts";

/** What a cursor is a position in: one list's cursor is none of another. */
type ListName = "cases" | "deliveries" | "reports" | "members" | "tokens" | "audit-log";

/** A position as an opaque text, signed so that only what we gave out is accepted. */
function toCursor(pepper: string, list: ListName, position: string): string {
  return btoa(`${hmacHex(pepper, `cursor ${list} ${position}`).slice(0, 16)}~${position}`)
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=+$/, "");
}

function fromCursor(pepper: string, list: ListName, cursor: string): string | null {
  let text: string;
  try {
    text = atob(cursor.replace(/-/g, "+").replace(/_/g, "/"));
  } catch {
    return null; // not base64
  }
  const [, position] = /^[0-9a-f]{16}~(.+)$/.exec(text) ?? [];
  if (position === undefined) return null;
  return toCursor(pepper, list, position) === cursor ? position : null;
}

/**
 * Where the wanted page begins, as the list writes its positions; `null` at the start of the list.
 *
 * @throws {Problem} `invalid-fields` when this service did not give that cursor
 */
export function readCursor(deps: Deps, list: ListName, cursor: string | undefined): string | null {
  if (cursor === undefined) return null;
  const position = fromCursor(deps.config.pepper, list, cursor);
  if (position !== null) return position;
  throw new Problem("invalid-fields", {
    params: { target: "query" },
    errors: [
      { pointer: "/cursor", detail: "is not a cursor that this service gave; begin again without it" },
    ],
  });
}

/**
 * Cuts a page out of the rows.
 *
 * @param rows as many as the page takes and one more, if there are more
 * @param positionOf where a row stands in the list
 */
export function toPage<Row>(
  deps: Deps,
  list: ListName,
  rows: Row[],
  limit: number,
  positionOf: (row: Row) => string,
): { rows: Row[]; nextCursor: string | null } {
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return {
    rows: rows.slice(0, limit),
    nextCursor: last === undefined ? null : toCursor(deps.config.pepper, list, positionOf(last)),
  };
}

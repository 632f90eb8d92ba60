/** Pages of a list: where one ends, and where the next one begins. */
import { hmacHex } from "../auth/secrets.ts";
import type { Deps } from "../deps.ts";
import type { Position } from "../store/port.ts";
import { Problem } from "./problem.ts";

/** A position as an opaque text, signed so that only what we gave out is accepted. */
function toCursor(pepper: string, { createdAt, id }: Position): string {
  const body = `${createdAt}~${id}`;
  return btoa(`${hmacHex(pepper, `cursor ${body}`).slice(0, 16)}~${body}`)
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=+$/, "");
}

function fromCursor(pepper: string, cursor: string): Position | null {
  let text: string;
  try {
    text = atob(cursor.replace(/-/g, "+").replace(/_/g, "/"));
  } catch {
    return null; // not base64
  }
  const [, createdAt, id] = /^[0-9a-f]{16}~([^~]+)~([^~]+)$/.exec(text) ?? [];
  if (createdAt === undefined || id === undefined) return null;
  return toCursor(pepper, { createdAt, id }) === cursor ? { createdAt, id } : null;
}

/**
 * Where the wanted page begins; `null` at the start of the list.
 *
 * @throws {Problem} `invalid-fields` when this service did not give that cursor
 */
export function readCursor(deps: Deps, cursor: string | undefined): Position | null {
  if (cursor === undefined) return null;
  const position = fromCursor(deps.config.pepper, cursor);
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
  rows: Row[],
  limit: number,
  positionOf: (row: Row) => Position,
): { rows: Row[]; nextCursor: string | null } {
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return {
    rows: rows.slice(0, limit),
    nextCursor: last === undefined ? null : toCursor(deps.config.pepper, positionOf(last)),
  };
}

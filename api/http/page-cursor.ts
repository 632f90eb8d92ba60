import { hmacHex } from "../auth/secrets.ts";
import type { Position } from "../store/port.ts";

/** A page's end as an opaque text; signed, so that only what we gave comes back. */
export function toCursor(pepper: string, { createdAt, id }: Position): string {
  const body = `${createdAt}~${id}`;
  return btoa(`${hmacHex(pepper, `cursor ${body}`).slice(0, 16)}~${body}`)
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=+$/, "");
}

/** @returns `null` when it is none of ours */
export function fromCursor(pepper: string, cursor: string): Position | null {
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

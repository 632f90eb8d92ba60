/** ETags: whether a client has what we would send. */
import type { AppContext } from "./context.ts";

/** Whether `If-None-Match` names this ETag, RFC 9110 §13.1.2. */
export function matchesEtag(c: AppContext, etag: string): boolean {
  return (c.req.header("if-none-match") ?? "").split(",").some((tag) => tag.trim() === etag);
}

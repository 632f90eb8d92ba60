/** The begun logins of several runs that are given together. */
import type { Rehearsal } from "../../schema/rehearsal.ts";

/** What the schema of a rehearsal takes. */
const MOST_LOGINS = 32;

/** All logins of both, the first ones first; of the gateway's certificates what was read last. */
export function mergeRehearsals(first: Rehearsal | null, more: Rehearsal | null): Rehearsal | null {
  if (first === null || more === null) return first ?? more;
  const logins = [...first.logins, ...more.logins].slice(0, MOST_LOGINS);
  const { readAt = "" } = first.gateway ?? {};
  const isNewer = more.gateway !== null && more.gateway.readAt >= readAt;
  return {
    logins,
    gateway: isNewer ? more.gateway : first.gateway,
    stopped: first.logins.length > 0 && first.stopped === null ? null : more.stopped,
  };
}

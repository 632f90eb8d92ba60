/**
 * Who did and saw what. Each entry's hash covers the entry and the hash before it, keyed with the pepper: who
 * can write to the database but does not know the pepper cannot change, leave out or add anything unseen.
 * That the newest entries were cut off shows only to who has noted an earlier head elsewhere.
 */
import type { Deps } from "../deps.ts";
import type { AppContext } from "../http/context.ts";
import type { AuditEntry, AuditStore, Caller } from "../store/people-port.ts";
import { hmacHex } from "./secrets.ts";

/** What is written down. Reads are those of evidence and of what belongs to people. */
export type AuditAction =
  | "signed-in"
  | "signed-out"
  | "session-ended"
  | "passkey-added"
  | "passkey-removed"
  | "member-added"
  | "member-changed"
  | "member-removed"
  | "sign-in-link-made"
  | "token-created"
  | "token-revoked"
  | "case-opened"
  | "case-revoked"
  | "case-restored"
  | "code-replaced"
  | "case-exported"
  | "case-deleted"
  | "gateway-link-made"
  | "gateway-files-added"
  | "gateway-file-deleted"
  | "gateway-deleted"
  | "report-read"
  | "report-reviewed"
  | "report-assigned"
  | "report-reanalyzed"
  | "report-forwarded"
  | "report-deleted"
  | "reports-exported"
  | "reports-reanalyzed"
  | "capture-read"
  | "analysis-stored"
  | "webhook-created"
  | "webhook-changed"
  | "webhook-deleted"
  | "webhook-secret-rotated"
  | "webhook-tested"
  | "webhook-message-resent"
  | "settings-changed"
  | "audit-log-read";

type Unchained = Omit<AuditEntry, "place" | "hash">;

/** Others may add at the same time; each round one of them gets through. */
const MOST_ROUNDS = 50;
const MOST_AT_A_TIME = 50;

const hashOf = (pepper: string, before: string, entry: Omit<AuditEntry, "hash">): string =>
  hmacHex(
    pepper,
    `audit ${JSON.stringify([before, entry.place, entry.at, entry.actor, entry.actorName, entry.action, entry.subject, entry.detail, entry.requestId])}`,
  );

interface Waiting {
  entry: Unchained;
  done: () => void;
  failed: (error: unknown) => void;
}
/** What waits for the head of each store: within one instance nobody has to try twice. */
const queues = new WeakMap<AuditStore, { waiting: Waiting[]; isAtWork: boolean }>();

async function append(deps: Pick<Deps, "audit" | "config">, entries: Unchained[]): Promise<void> {
  for (let round = 0; round < MOST_ROUNDS; round++) {
    let { place, hash } = await deps.audit.head();
    const chained = entries.map((entry) => {
      const next = { ...entry, place: ++place };
      hash = hashOf(deps.config.pepper, hash, next);
      return { ...next, hash };
    });
    if (await deps.audit.append(chained)) return;
  }
  throw new Error("Cannot write to the audit log: others write to it all the time");
}

/** Writes an entry down. Callers wait for it before they answer: what is not in the log is not shown. */
export function addEntry(deps: Pick<Deps, "audit" | "config">, entry: Unchained): Promise<void> {
  const queue = queues.get(deps.audit) ?? { waiting: [], isAtWork: false };
  queues.set(deps.audit, queue);
  const written = new Promise<void>((done, failed) => queue.waiting.push({ entry, done, failed }));
  const work = async () => {
    queue.isAtWork = true;
    while (queue.waiting.length > 0) {
      const some = queue.waiting.splice(0, MOST_AT_A_TIME);
      try {
        await append(
          deps,
          some.map((waiting) => waiting.entry),
        );
        for (const { done } of some) done();
      } catch (error) {
        for (const { failed } of some) failed(error);
      }
    }
    queue.isAtWork = false;
  };
  if (!queue.isAtWork) void work();
  return written;
}

/** A caller as the log names actors. */
export const actorOf = ({ kind, id }: Caller): string => (kind === "bootstrap" ? kind : `${kind}:${id}`);

/**
 * Notes what the caller of a request did or saw.
 *
 * @param subject what it was done to, such as a report's ID; it must hold no secret, and neither must
 *   `detail`
 */
export async function note(
  deps: Deps,
  c: AppContext,
  action: AuditAction,
  subject: string,
  detail: Readonly<Record<string, string | number | boolean | null>> = {},
): Promise<void> {
  const { principal, requestId } = c.var;
  if (principal.kind === "anyone") return;
  await addEntry(deps, {
    at: deps.now().toISOString(),
    actor: actorOf(principal.grant),
    actorName: principal.grant.name,
    action,
    subject,
    detail: JSON.stringify(detail),
    requestId,
  });
}

/** What came of following the chain. */
export interface AuditCheck {
  /** How many entries were followed. */
  entries: number;
  /** The last one of them; `null` where there is none. */
  head: { place: number; hash: string; at: string } | null;
  /** The first entry that is not what was written; `null`: all of them are. */
  brokenAt: number | null;
  /** Where to go on; `null`: this is the end. */
  next: number | null;
}

/**
 * Follows the chain.
 *
 * @param after begin behind this place; what stands there is taken as it is. 0: at the log's beginning
 * @param most entries to follow at a time
 */
export async function verifyAuditLog(
  deps: Pick<Deps, "audit" | "config">,
  after = 0,
  most = Number.POSITIVE_INFINITY,
): Promise<AuditCheck> {
  const anchor = await deps.audit.anchor();
  let { place, hash } = anchor;
  if (after > anchor.place) {
    const [before] = await deps.audit.from(after - 1, 1);
    if (before?.place !== after) return { entries: 0, head: null, brokenAt: after, next: null };
    ({ place, hash } = before);
  }
  let head: AuditCheck["head"] = null;
  let entries = 0;
  while (entries < most) {
    const some = await deps.audit.from(place, Math.min(500, most - entries));
    for (const entry of some) {
      const isNext = entry.place === place + 1;
      if (!isNext || hashOf(deps.config.pepper, hash, entry) !== entry.hash)
        return { entries, head, brokenAt: place + 1, next: null };
      ({ place, hash } = entry);
      head = { place, hash, at: entry.at };
      entries++;
    }
    if (some.length === 0) return { entries, head, brokenAt: null, next: null };
  }
  return { entries, head, brokenAt: null, next: place };
}

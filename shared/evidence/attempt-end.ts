/** How one attempt to log in ended, as far as a gateway's log or capture shows it. */
import { ExchangeType, isErrorNotify, NotifyType } from "../ike/registry.ts";
import type { EvidenceRef } from "../schema/diagnosis.ts";
import type { ExchangeObservation, Initiation, SentMessage } from "./observations.ts";

/**
 * `came-up`; `refused`, by the gateway; `answer-repeated`, the client repeats a request that the gateway has
 * answered, so the answer does not reach it; `request-incomplete`, IP or IKE fragments of the login are
 * missing; `nothing-followed`, the gateway answered IKE_SA_INIT, and nothing of the login came; `unanswered`,
 * the request is whole, and the gateway keeps silent; `open`, nothing tells.
 */
export type AttemptEnd =
  | "came-up"
  | "refused"
  | "answer-repeated"
  | "request-incomplete"
  | "nothing-followed"
  | "unanswered"
  | "open";

/** How an attempt ended, with what shows it, and how the gateway refused. */
export interface EndedAttempt {
  end: AttemptEnd;
  refs: EvidenceRef[];
  /** The Notify of a refusal by its name, or `EAP`; `null`: it is not readable, or there is none. */
  refusal: string | null;
}

/** Clients follow an accepted opening with their login within a second; repetitions wait as long. */
const FOLLOWS_MS = 3_000;
/** The client repeats once where the answer and its repetition cross on the way. */
const REPEATS_FOR_LOST = 2;
const SENDINGS_FOR_SILENCE = 3;
/** An encrypted answer of this size or less holds nothing but an error, RFC 7296 §3.14. */
const ERROR_ONLY_IKE_BYTES = 112;

/** How this attempt ended at the gateway. */
export function endOf(i: Initiation): EndedAttempt {
  const opening = i.exchanges.findLast((e) => e.exchangeType === ExchangeType.IKE_SA_INIT && e.fromClient);
  const logins = i.exchanges.filter(
    (e) =>
      e.fromClient &&
      (e.exchangeType === ExchangeType.IKE_AUTH || e.exchangeType === ExchangeType.IKE_INTERMEDIATE),
  );
  const last = logins.at(-1) ?? opening;
  const ended = (end: AttemptEnd, refs: EvidenceRef[], refusal: string | null = null): EndedAttempt => ({
    end,
    refs,
    refusal,
  });
  const refs = last === undefined ? [] : [...last.requests, ...last.responses].flatMap((m) => m.refs);
  const { cameUp, refused, dropped } = i.logged ?? {};
  const refusal = refusalIn(i, logins.length > 0 ? logins : opening ? [opening] : []);
  if (refusal) return ended("refused", [refusal.ref], refusal.name);
  if (refused && !cameUp) return ended("refused", [refused.ref]);
  if (last && isRepeated(last) && i.esp.outbound.packets === 0 && last === lastRequest(i))
    return ended("answer-repeated", refs);
  if (cameUp) return ended("came-up", [cameUp]);
  if (i.outboundIncomplete.length > 0 && logins.length === 0)
    return ended(
      "request-incomplete",
      i.outboundIncomplete.flatMap((d) => d.refs),
    );
  if (!last || !opening) return ended("open", refs);
  const isAnswered = last.responses.some(isWhole);
  if (logins.length > 0) {
    if (isAnswered) return ended(last.asksMore ? "open" : "came-up", refs);
    if (last.responses.length > 0) return ended("open", refs);
    if (!last.requests.some(isWhole)) return ended("request-incomplete", refs);
    const isSure = last.requests.some((m) => isWhole(m) && !m.maybePart);
    return ended(isSure && last.requests.length >= SENDINGS_FOR_SILENCE ? "unanswered" : "open", refs);
  }
  if (!isAnswered)
    return ended(opening.requests.length >= SENDINGS_FOR_SILENCE ? "unanswered" : "open", refs);
  const asksAgain = opening.responseNotifies.some(
    ({ type }) => type === NotifyType.COOKIE || type === NotifyType.INVALID_KE_PAYLOAD,
  );
  if (dropped) return ended("nothing-followed", [...refs, dropped]);
  return ended(!asksAgain && opening.observedAfterMs >= FOLLOWS_MS ? "nothing-followed" : "open", refs);
}

const isWhole = (m: SentMessage): boolean => m.missingIkeFragments.length === 0;

const lastRequest = (i: Initiation): ExchangeObservation | undefined =>
  i.exchanges.findLast((e) => e.fromClient);

/** The client goes on asking after a whole answer. */
function isRepeated({ requests, responses }: ExchangeObservation): boolean {
  const answer = responses.find(isWhole);
  if (!answer) return false;
  return requests.filter((m) => m.timeMs > answer.timeMs).length >= REPEATS_FOR_LOST;
}

function refusalIn(
  i: Initiation,
  exchanges: readonly ExchangeObservation[],
): { name: string | null; ref: EvidenceRef } | null {
  for (const e of exchanges.toReversed()) {
    const error = e.responseNotifies.find(
      ({ type }) => isErrorNotify(type) && type !== NotifyType.INVALID_KE_PAYLOAD,
    );
    if (error) return { name: error.name, ref: error.ref };
    if (e.eapFailure) return { name: "EAP", ref: e.eapFailure };
  }
  const [first, ...later] = exchanges;
  const answer = first?.responses[0];
  const ref = answer?.refs[0];
  const isOnlyError =
    first?.exchangeType === ExchangeType.IKE_AUTH &&
    first.messageId === 1 &&
    later.length === 0 &&
    answer !== undefined &&
    answer.ikeLength !== null &&
    answer.ikeLength <= ERROR_ONLY_IKE_BYTES &&
    answer.ikeFragmentTotal === null &&
    !answer.ipFragmented &&
    i.logged?.cameUp === undefined &&
    i.exchanges.every((e) => !e.fromClient || e.messageId <= 1);
  return isOnlyError && ref ? { name: null, ref } : null;
}

/** Requests that were sent again although an answer to them is in the capture. */
import {
  type ExchangeObservation,
  type Initiation,
  type Observations,
  SILENCE_MS,
  type View,
} from "../../evidence/observations.ts";
import { ExchangeType, isErrorNotify, NotifyType } from "../../ike/registry.ts";
import { isOwnProbe } from "./joined-ways.ts";
import { once } from "./once.ts";

/** An exchange whose answer the client did not act on. */
export interface IgnoredAnswer {
  initiation: Initiation;
  exchange: ExchangeObservation;
  /** How often the request was sent again after the answer, and how many whole answers there are. */
  repeats: number;
  answers: number;
  /** From the first request to the first whole answer. */
  answeredAfterMs: number;
}

/** A repetition within this time may have crossed the answer: no round trip on earth is much longer. */
const CROSSING_MS = 700;

/** What asks the client for another IKE_SA_INIT, RFC 7296 §1.2 and §2.6. */
const asksAgain = (e: ExchangeObservation, type: number): boolean =>
  e.responseNotifies.some((n) => n.type === type);

/** The client asked for nothing else afterwards: it is still at this request. */
const isLast = (i: Initiation, e: ExchangeObservation): boolean =>
  i.exchanges.findLast((other) => other.fromClient) === e && i.esp.outbound.packets === 0;

/** What of an exchange with a whole answer came after that, if it is enough to be no crossing on the way. */
function repetitions(
  e: ExchangeObservation,
  view: View | null,
): Omit<IgnoredAnswer, "initiation" | "exchange"> | null {
  const answers = e.responses.filter((m) => m.missingIkeFragments.length === 0);
  const [first, answer, last] = [e.requests[0], answers[0], answers.at(-1)];
  if (!first || !answer || !last) return null;
  // Without times there is the order of the lines only, and what is repeated once may have crossed.
  if (e.untimed) {
    const later = e.requests.filter((m) => m.timeMs > answer.timeMs).length;
    return later < 2 ? null : { repeats: later, answers: answers.length, answeredAfterMs: 0 };
  }
  const late = e.requests.filter((m) => m.timeMs - answer.timeMs >= CROSSING_MS);
  // Elsewhere than at the client, a single answer may be lost by chance, and the next one have arrived.
  const isUnanswered = late.some((m) => m.timeMs - last.timeMs >= CROSSING_MS);
  const isLate = late.some((m) => m.timeMs - answer.timeMs >= SILENCE_MS);
  if (late.length < 2 && !(isLate && (isUnanswered || view === "client"))) return null;
  // The gateway learned a smaller size meanwhile: what it sent then has nothing to do with what was lost.
  if (!isUnanswered && Math.max(...last.ipBytes) < Math.max(...answer.ipBytes)) return null;
  return {
    repeats: late.length,
    answers: answers.length,
    answeredAfterMs: Math.max(0, answer.timeMs - first.timeMs),
  };
}

/** The exchange of an attempt whose answer the client did not act on; `null` if there is none. */
export function ignoredAnswer(initiation: Initiation): IgnoredAnswer | null {
  const exchange = initiation.exchanges.findLast((e) => e.fromClient);
  if (!exchange || !isLast(initiation, exchange)) return null;
  // A refusal in the clear proves nothing, so a client may well wait for another answer (RFC 7296 §2.21.1).
  const isRefusal = exchange.responseNotifies.some(
    ({ type }) => isErrorNotify(type) && type !== NotifyType.INVALID_KE_PAYLOAD,
  );
  if (isRefusal || asksAgain(exchange, NotifyType.COOKIE)) return null;
  const found = repetitions(exchange, initiation.view);
  return found === null ? null : { initiation, exchange, ...found };
}

/** The latest attempt, if the client did not act on the gateway's answer. */
export const latestIgnoredAnswer = once((o: Observations): IgnoredAnswer | null => {
  const latest = o.initiations.findLast((i) => i.majorVersion === 2);
  if (latest === undefined) return null;
  // The other end's capture of the same login may have the answer, whichever file comes first.
  const stages = o.initiations.filter((i) => i.initiatorSpi === latest.initiatorSpi);
  const furthest = Math.max(...stages.map(stageOf));
  return stages.map(ignoredAnswer).findLast((a) => a !== null && stageOf(a.initiation) === furthest) ?? null;
});

/** Which of its requests the client is at. */
const stageOf = (i: Initiation): number =>
  // No list of arguments: a hostile capture may have a million exchanges.
  i.exchanges.reduce((stage, e) => (e.fromClient ? Math.max(stage, e.messageId) : stage), -1);

/** COOKIEs that were demanded and never brought back. */
export interface UnreturnedCookies {
  initiations: Initiation[];
  demands: { type: number; name: string; ref: ExchangeObservation["responseNotifies"][number]["ref"] }[];
}

/**
 * The gateway demanded a COOKIE more than once, and no request ever brought one: the client began anew, or
 * repeated its request as it was (RFC 7296 §2.6 asks for the same request with the COOKIE in front).
 */
export const unreturnedCookies = once((o: Observations): UnreturnedCookies | null => {
  const logins = o.initiations.filter((i) => !isOwnProbe(o, i));
  const asked = logins.filter((i) =>
    i.exchanges.some((e) => e.exchangeType === ExchangeType.IKE_SA_INIT && asksAgain(e, NotifyType.COOKIE)),
  );
  const last = asked.at(-1);
  if (!last || last !== logins.at(-1)) return null;
  // After a COOKIE that is brought back comes a request of another length: an exchange of its own.
  const stuck = asked.filter(({ exchanges: [only, next] }) => only !== undefined && next === undefined);
  const demands = stuck.flatMap((i) =>
    i.exchanges.flatMap((e) => e.responseNotifies.filter((n) => n.type === NotifyType.COOKIE)),
  );
  const requests = stuck.flatMap((i) => i.exchanges.flatMap((e) => e.requests));
  if (stuck.length < asked.length || demands.length < 2 || requests.length < 3) return null;
  return { initiations: stuck, demands };
});

/**
 * What became of the COOKIE that the latest of these attempts brought back: the gateway took it, demanded
 * another, or kept silent. `null` if none was brought back.
 */
export function returnedCookie(o: Observations): { became: "taken" | "again" | "silent" } | null {
  const openings = o.initiations
    .map((i) => i.exchanges.filter((e) => e.exchangeType === ExchangeType.IKE_SA_INIT && e.fromClient))
    .findLast((exchanges) => exchanges.some((e) => asksAgain(e, NotifyType.COOKIE)));
  const demanded = openings?.findIndex((e) => asksAgain(e, NotifyType.COOKIE)) ?? -1;
  const then = openings?.slice(demanded + 1).filter((e) => e.requests.length > 0) ?? [];
  const [last] = then.slice(-1);
  if (last === undefined) return null;
  const isTaken = last.responses.length > 0 && !asksAgain(last, NotifyType.COOKIE);
  if (isTaken) return { became: "taken" };
  return { became: then.some((e) => asksAgain(e, NotifyType.COOKIE)) ? "again" : "silent" };
}

/** Questions that several rules ask of the observations, answered in one place. */
import {
  type ExchangeObservation,
  type Initiation,
  type Observations,
  type ProbeObservation,
  SILENCE_MS,
} from "../../evidence/observations.ts";
import { ExchangeType } from "../../ike/registry.ts";

/** RFC 8899 §5.1.2: a size is lost after this many tries, not before. */
export const TRIES_FOR_LOST = 3;
/** At an edge, after this many: three leave 1 in 25 to chance where every tenth packet is lost. */
export const TRIES_AT_AN_EDGE = 6;
/** Of those, so many with an answer to something small after them: the last try may cross the last answer. */
const TRIES_OUTLIVED = 2;

/** Answers a question about the observations once: many rules ask the same ones. */
export function once<T>(ask: (o: Observations) => T): (o: Observations) => T {
  const answers = new WeakMap<Observations, T>();
  return (o) => {
    const known = answers.get(o);
    if (known !== undefined) return known;
    const answer = ask(o);
    answers.set(o, answer);
    return answer;
  };
}

export type PortState = "answered" | "silent" | "unknown";

const isIkePort = (port: number) => (p: ProbeObservation) => p.port === port;

/** An ICMP "unreachable" is as good as silence after all tries: nobody there speaks IKE to this client. */
export const isLost = (p: ProbeObservation): boolean =>
  p.outcome === "unreachable" || (p.outcome === "silent" && p.tries >= TRIES_FOR_LOST);

/** Did the gateway answer small messages on this port at all? No verdict about sizes is allowed where it did not. */
export function baseline(
  o: Observations,
  port: 500 | 4500,
): { state: PortState; probes: ProbeObservation[] } {
  const probes = o.probes
    .filter(isIkePort(port))
    .filter((p) => p.purpose === "baseline" || p.purpose === "size-control");
  const state = probes.some((p) => p.outcome === "answered")
    ? "answered"
    : probes.length > 0 && probes.every(isLost)
      ? "silent"
      : "unknown";
  return { state, probes };
}

/** Tries of one size, and how many of them the gateway outlived: one that guards itself against floods falls silent to everything. */
function triesOf(o: Observations, { outcome, port, sentAtMs }: ProbeObservation) {
  const latest = latestAnswers(o).get(port) ?? Number.NEGATIVE_INFINITY;
  const outlived = sentAtMs.filter((at) => at <= latest).length;
  if (outcome === "unreachable" && outlived > 0) return { tries: TRIES_FOR_LOST, outlived: TRIES_FOR_LOST };
  return outcome === "silent" ? { tries: sentAtMs.length, outlived } : { tries: 0, outlived: 0 };
}

/** Asked as often as an edge takes, counted over all that was lost: then chance has had its share. */
export const isFirmlyLost = (
  lost: readonly ProbeObservation[],
  asked: readonly ProbeObservation[],
): boolean => {
  const sizes = new Set(lost.map(sizeOf));
  return asked.filter((p) => sizes.has(sizeOf(p))).reduce((sum, p) => sum + p.tries, 0) >= TRIES_AT_AN_EDGE;
};

/** The plan's round that a step belongs to, by its id; 0 for a step of no plan. */
export const roundOf = (stepId: string): number => Number(/^r(\d{1,2})-/.exec(stepId)?.[1] ?? 0);

/** When the gateway last answered on each port; asked for every probe, so found once. */
export const latestAnswers = once((o) => {
  const latest = new Map<number, number>();
  for (const { port, answeredAtMs } of o.probes) {
    if (answeredAtMs !== null) latest.set(port, Math.max(answeredAtMs, latest.get(port) ?? 0));
  }
  return latest;
});

/** What makes two probes ask the same. */
const sizeOf = (p: ProbeObservation): string => `${p.ipBytes}/${p.effectiveMtu}`;

/** One probe for each size that was lost every time it was asked: what arrived once was not lost for its size. */
export function sizesLost(o: Observations, probes: readonly ProbeObservation[]): ProbeObservation[] {
  const answered = new Set(probes.filter((p) => p.outcome === "answered").map(sizeOf));
  const unanswered = new Map<string, { last: ProbeObservation; tries: number; outlived: number }>();
  for (const last of probes) {
    if (answered.has(sizeOf(last))) continue;
    const { tries, outlived } = triesOf(o, last);
    const before = unanswered.get(sizeOf(last)) ?? { tries: 0, outlived: 0 };
    unanswered.set(sizeOf(last), { last, tries: before.tries + tries, outlived: before.outlived + outlived });
  }
  return [...unanswered.values()]
    .filter(({ tries, outlived }) => tries >= TRIES_FOR_LOST && outlived >= TRIES_OUTLIVED)
    .map(({ last }) => last);
}

export const saInit = (i: Initiation): ExchangeObservation | undefined =>
  i.exchanges.findLast((e) => e.exchangeType === ExchangeType.IKE_SA_INIT && e.requests.length > 0);

/**
 * The first IKE_AUTH exchange (RFC 7296 §1.2): the one with certificates in it, so the large one. Where an IKE_INTERMEDIATE
 * exchange (RFC 9242) was the last that was tried, that one: it may be as large, with a post-quantum key.
 */
export const firstAuth = (i: Initiation): ExchangeObservation | undefined =>
  i.exchanges.find((e) => e.exchangeType === ExchangeType.IKE_AUTH) ??
  i.exchanges.findLast((e) => e.exchangeType === ExchangeType.IKE_INTERMEDIATE);

/** A login follows an answered IKE_SA_INIT (RFC 7296 §1.2): where that answer is missing, the capture does not show the way back. */
export const inboundSeen = (i: Initiation): boolean =>
  i.inboundIncomplete.length > 0 || saInit(i)?.responses.length !== 0;

/** Sent three times over about two seconds or more, and nothing came back. */
export function isSilence(e: ExchangeObservation): boolean {
  const first = e.requests[0];
  const last = e.requests.at(-1);
  if (!first || !last || e.responses.length > 0) return false;
  return e.requests.length >= TRIES_FOR_LOST && last.timeMs - first.timeMs >= SILENCE_MS;
}

export const refsOf = (e: ExchangeObservation) => [...e.requests, ...e.responses].flatMap((m) => m.refs);
export const probeRefs = (probes: readonly ProbeObservation[]) => probes.map((p) => p.ref);

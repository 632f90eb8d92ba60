/** How many tries make a silence count, and which sizes of probes were lost by that measure. */
import type { Observations, ProbeObservation } from "../../evidence/observations.ts";
import type { EvidenceRef } from "../../schema/diagnosis.ts";
import { once } from "./once.ts";

/** A size is lost after this many tries, not before (RFC 8899 §5.1.2, MAX_PROBES). */
export const TRIES_FOR_LOST = 3;

/**
 * Tries for the size at the edge, where a loss decides the verdict. If 10 % of all packets are lost by
 * chance, three tries of a probe of two IP fragments all fail in 2 % of the runs (for one of two sizes in
 * 4 %), and six tries in 0.04 %.
 */
export const TRIES_AT_AN_EDGE = 6;

/**
 * At least this many tries must be followed by the answer to a small control probe: it shows that the gateway
 * was still answering. The last try may cross the last answer on its way, so it is not asked of all three.
 */
const TRIES_BEFORE_AN_ANSWER = 2;

/**
 * Tries that stayed unanswered, and how many of them left before the other side's last answer to something
 * small.
 */
export interface UnansweredTries {
  tries: number;
  beforeAnAnswer: number;
}

/** Whether the silence counts: enough tries, and the other side was still answering after them. */
export const countsAsLost = ({ tries, beforeAnAnswer }: UnansweredTries): boolean =>
  tries >= TRIES_FOR_LOST && beforeAnAnswer >= TRIES_BEFORE_AN_ANSWER;

/** An ICMP "unreachable" says as much as silence after all tries: nobody there speaks IKE to this client. */
export const isLost = (p: ProbeObservation): boolean =>
  p.outcome === "unreachable" || (p.outcome === "silent" && p.tries >= TRIES_FOR_LOST);

/** When the gateway last answered, by port. */
export const latestAnswers = once((o) => {
  const latest = new Map<number, number>();
  for (const { port, answeredAtMs } of o.probes) {
    if (answeredAtMs !== null) latest.set(port, Math.max(answeredAtMs, latest.get(port) ?? 0));
  }
  return latest;
});

/**
 * A gateway that guards itself against floods falls silent to everything: such silence says nothing of a
 * size.
 */
function unansweredTries(o: Observations, { outcome, port, sentAtMs }: ProbeObservation): UnansweredTries {
  const latest = latestAnswers(o).get(port) ?? Number.NEGATIVE_INFINITY;
  const beforeAnAnswer = sentAtMs.filter((at) => at <= latest).length;
  if (outcome === "unreachable" && beforeAnAnswer > 0) {
    return { tries: TRIES_FOR_LOST, beforeAnAnswer: TRIES_FOR_LOST };
  }
  return outcome === "silent" ? { tries: sentAtMs.length, beforeAnAnswer } : { tries: 0, beforeAnAnswer: 0 };
}

/** Two probes with the same key ask the same question. */
const sizeKey = (p: ProbeObservation): string => `${p.ipBytes}/${p.effectiveMtu}`;

/**
 * One probe for each size that was lost every time it was asked: what arrived once was not lost for its size.
 */
export function sizesLost(o: Observations, probes: readonly ProbeObservation[]): ProbeObservation[] {
  const answered = new Set(probes.filter((p) => p.outcome === "answered").map(sizeKey));
  const unanswered = new Map<string, { last: ProbeObservation } & UnansweredTries>();
  for (const last of probes) {
    if (answered.has(sizeKey(last))) continue;
    const now = unansweredTries(o, last);
    const before = unanswered.get(sizeKey(last)) ?? { tries: 0, beforeAnAnswer: 0 };
    unanswered.set(sizeKey(last), {
      last,
      tries: before.tries + now.tries,
      beforeAnAnswer: before.beforeAnAnswer + now.beforeAnAnswer,
    });
  }
  return [...unanswered.values()].filter(countsAsLost).map(({ last }) => last);
}

/** How often these probes were sent in all. */
export const triesOf = (probes: readonly ProbeObservation[]): number =>
  probes.reduce((sum, p) => sum + p.tries, 0);

/** Enough tries, counted over all the lost sizes together, to rule out chance. */
export function isConfirmedLoss(
  lost: readonly ProbeObservation[],
  asked: readonly ProbeObservation[],
): boolean {
  const sizes = new Set(lost.map(sizeKey));
  return triesOf(asked.filter((p) => sizes.has(sizeKey(p)))) >= TRIES_AT_AN_EDGE;
}

/** Where these probes stand in the evidence. */
export const probeRefs = (probes: readonly ProbeObservation[]): EvidenceRef[] => probes.map((p) => p.ref);

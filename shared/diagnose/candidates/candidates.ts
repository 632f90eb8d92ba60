/**
 * The differential: which verdicts the evidence leaves beside the one that is given, in order, and which it
 * rules out.
 *
 * It weighs. Each verdict starts with how usual it is, and each sign in the evidence adds to some, takes from
 * others, and rules some out. The numbers only order; none of them is a probability, and none is shown.
 */
import type { Observations } from "../../evidence/observations.ts";
import {
  type Candidate,
  type CandidateReason,
  type Direction,
  type EvidenceRef,
  type Excluded,
  type Finding,
  Verdict,
} from "../../schema/diagnosis.ts";
import { lossesOfLogins } from "../facts/joined-loss.ts";
import { type Claim, phrase } from "../rule.ts";
import { decider } from "./deciders.ts";
import { findingSigns } from "./finding-signs.ts";
import { loginSigns } from "./login-signs.ts";
import { pathSigns } from "./path-signs.ts";
import { RULED_OUT, type Sign } from "./sign.ts";

type Cause = Exclude<Verdict, "insufficient-evidence">;

/**
 * How usual each verdict is where an IKEv2 VPN fails and nothing else is known (docs/causes.md), and which
 * way packets are lost then. The order matters, the distances hardly.
 */
const HOW_USUAL: Readonly<Record<Cause, { points: number; direction: Direction | null }>> = {
  "outbound-fragments-too-large": { points: 60, direction: "outbound" },
  "inbound-fragments-lost": { points: 54, direction: "inbound" },
  "outbound-fragments-dropped": { points: 52, direction: "outbound" },
  "gateway-unreachable": { points: 48, direction: null },
  "udp-4500-blocked": { points: 46, direction: null },
  "gateway-rejects": { points: 40, direction: null },
  "path-mtu-black-hole": { points: 38, direction: "undetermined" },
  "ike-auth-unanswered": { points: 32, direction: "undetermined" },
  healthy: { points: 30, direction: null },
  "udp-500-blocked": { points: 29, direction: null },
  "path-mtu-reduced": { points: 20, direction: "outbound" },
  "ike-fragments-too-large": { points: 18, direction: "undetermined" },
  "ike-fragments-lost": { points: 18, direction: "undetermined" },
  "slow-gateway": { points: 16, direction: null },
  "not-ikev2": { points: 14, direction: null },
  "esp-mtu": { points: 12, direction: "undetermined" },
};
const CAUSES = Verdict.options.filter((v): v is Cause => v !== "insufficient-evidence");

/** What lies so far behind the likeliest, or has less points than these, is not worth a line. */
const FAR_BEHIND = 45;
const LEAST_PART = 0.4;
const LEAST_POINTS = 20;
/** Of what is ruled out only the usual causes are named; an unanswered IKE_AUTH is none, but a symptom. */
const USUAL_POINTS = 28;
const MOST_CANDIDATES = 8;
/** Beside a verdict that is claimed: so many, and of others only those that something speaks for. */
const MOST_BESIDE_A_VERDICT = 5;
const MOST_REASONS = 8;
const MOST_REFS = 12;

/** The differential of a diagnosis. */
export interface Differential {
  candidates: Candidate[];
  excluded: Excluded[];
}

/**
 * Weighs what else it may be. A verdict of high confidence leaves nothing, unless what is certain is which
 * way packets are lost, and not why.
 */
export function weighCandidates(
  { verdict, confidence }: Claim,
  findings: readonly Finding[],
  o: Observations,
): Differential {
  if (confidence === "high" && lossesOfLogins(o).outbound?.why !== "open")
    return { candidates: [], excluded: [] };
  const signs = [...findingSigns(findings, o), ...loginSigns(o), ...pathSigns(o)];
  const weighed = CAUSES.filter((cause) => cause !== verdict)
    .map((cause) => ({
      cause,
      points: signs.reduce((sum, { weights }) => sum + (weights[cause] ?? 0), HOW_USUAL[cause].points),
    }))
    .sort((a, b) => b.points - a.points || HOW_USUAL[b.cause].points - HOW_USUAL[a.cause].points);
  const most = weighed[0]?.points ?? 0;
  const least = Math.max(most - FAR_BEHIND, most * LEAST_PART, LEAST_POINTS);
  // Something is left of every doubt, if only one.
  const left = weighed
    .filter(({ points }, at) => points >= least || (at === 0 && points > 0))
    .filter(
      ({ cause }, at) =>
        verdict === "insufficient-evidence" || at < MOST_BESIDE_A_VERDICT || isSupported(cause, signs),
    )
    .slice(0, MOST_CANDIDATES);
  return {
    candidates: left.map(({ cause }, at) => {
      const others = [...left.slice(at + 1), ...left.slice(0, at)].map((l) => l.cause);
      return { ...reasonsFor(cause, signs), decider: decider(cause, [...others, verdict], o) };
    }),
    excluded: weighed
      .filter(({ cause, points }) => points === RULED_OUT && isUsual(cause))
      .flatMap(({ cause }) => {
        const sign = signs.find(({ weights }) => weights[cause] === RULED_OUT);
        return sign
          ? [{ verdict: cause, phrase: sign.phrase, evidence: sign.evidence.slice(0, MOST_REFS) }]
          : [];
      }),
  };
}

const isSupported = (cause: Cause, signs: readonly Sign[]): boolean =>
  signs.some(({ weights }) => (weights[cause] ?? 0) > 0);

const isUsual = (cause: Cause): boolean =>
  HOW_USUAL[cause].points >= USUAL_POINTS && cause !== "ike-auth-unanswered";

/** What speaks for it and against it, the weightiest first. No packet or probe is named twice. */
function reasonsFor(cause: Cause, signs: readonly Sign[]): Omit<Candidate, "decider"> {
  const seen = new Set<string>();
  const unseen = (evidence: readonly EvidenceRef[]): EvidenceRef[] =>
    evidence.filter((ref) => {
      const key = JSON.stringify(ref);
      return !seen.has(key) && seen.add(key);
    });
  const reasons = (isReason: (weight: number) => boolean): CandidateReason[] =>
    signs
      .map(({ phrase, evidence, weights }) => ({ phrase, evidence, weight: weights[cause] ?? 0 }))
      .filter(({ weight }) => isReason(weight))
      .sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight))
      .slice(0, MOST_REASONS)
      .map(({ phrase, evidence }) => ({
        phrase,
        evidence: unseen(evidence.slice(0, MOST_REFS)),
      }));
  const speaking = reasons((weight) => weight > 0);
  return {
    verdict: cause,
    direction: HOW_USUAL[cause].direction,
    for: speaking.length > 0 ? speaking : [{ phrase: phrase(`candidate.${cause}`), evidence: [] }],
    against: reasons((weight) => weight < 0),
  };
}

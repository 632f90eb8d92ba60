/** A sign: one thing that stands in the evidence, and which verdicts it speaks for or against. */
import type { EvidenceRef, Phrase, Verdict } from "../../schema/diagnosis.ts";

/** Whatever else speaks for it: it cannot be that. */
export const RULED_OUT = Number.NEGATIVE_INFINITY;

/** In points, as those of `HOW_USUAL`: 10 tip the balance, 25 are strong, `RULED_OUT` decides. */
export type Weights = Readonly<Partial<Record<Verdict, number>>>;

/** One thing that stands in the evidence. */
export interface Sign {
  phrase: Phrase;
  evidence: EvidenceRef[];
  weights: Weights;
}

/** The same weight for several verdicts. */
export const each = (verdicts: readonly Verdict[], weight: number): Weights =>
  Object.fromEntries(verdicts.map((verdict) => [verdict, weight]));

/** Verdicts about the client's own IP fragments. */
export const OUTBOUND_FRAGMENTS: readonly Verdict[] = [
  "outbound-fragments-too-large",
  "outbound-fragments-dropped",
];
/** Verdicts about IKE fragments (RFC 7383). */
export const IKE_FRAGMENTS: readonly Verdict[] = ["ike-fragments-too-large", "ike-fragments-lost"];

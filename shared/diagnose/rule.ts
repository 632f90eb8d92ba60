/** What a rule is, and what it may answer. */
import type { Observations } from "../evidence/observations.ts";
import type { Confidence, Direction, EvidenceRef, Finding, Phrase, Verdict } from "../schema/diagnosis.ts";
import type { PhraseKey, PhraseValues } from "../text/phrases.ts";

/**
 * What a found rule says of the whole evidence. The first claim in the order of `RULES` becomes the
 * diagnosis.
 */
export interface Claim {
  verdict: Verdict;
  confidence: Confidence;
  direction: Direction | null;
}

/** What a rule answers: found, ruled out, or neither. */
export type Judgement =
  | { status: "found"; phrase: Phrase; evidence: EvidenceRef[]; claim: Claim | null }
  | { status: "clear"; phrase: Phrase; evidence: EvidenceRef[] }
  /** Neither shown nor ruled out; the phrase says what is missing. */
  | { status: "unknown"; phrase: Phrase };

/**
 * One cause, or one fact that matters for it. A rule is a value: it reads observations and facts and answers.
 * It never asks another rule; what two rules need to know is a fact.
 */
export interface Rule {
  /** Stored in reports and linked from the console: never renamed. */
  code: string;
  severity: Finding["severity"];
  /** Whether what it says when found stands in the evidence, or follows from it. */
  nature: Finding["nature"];
  /** The reader is told of it while it is neither shown nor ruled out. */
  open?: true;
  /**
   * Where the cause is described: one section of an RFC or of docs/domain.md. Shown to readers of a finding.
   */
  reference: string;
  judge(observations: Observations): Judgement;
}

/** A sentence of `shared/text`, by its key, with a value for each of the sentence's parameters. */
export const phrase = <Key extends PhraseKey>(key: Key, ...[params = {}]: PhraseValues<Key>): Phrase => ({
  key,
  params,
});

/** The answer of a rule that lacks something. */
export const unknown = <Key extends PhraseKey>(key: Key, ...values: PhraseValues<Key>): Judgement => ({
  status: "unknown",
  phrase: phrase(key, ...values),
});

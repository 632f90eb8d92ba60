import type { Observations } from "../evidence/observations.ts";
import type { Confidence, Direction, EvidenceRef, Finding, Phrase, Verdict } from "../schema/diagnosis.ts";
import type { PhraseKey } from "../text/en.ts";

/** What a rule that is found has to say about the whole: the first one in the order of `RULES` decides. */
export interface Claim {
  verdict: Verdict;
  confidence: Confidence;
  direction: Direction | null;
}

export type Judgement =
  | { status: "found"; phrase: Phrase; evidence: EvidenceRef[]; claim: Claim | null }
  | { status: "clear"; phrase: Phrase; evidence: EvidenceRef[] }
  /** Neither yes nor no: the phrase says what is missing. */
  | { status: "unknown"; phrase: Phrase };

/** One cause, or one fact that bears on it. A value: it reads observations and answers, and knows no other rule. */
export interface Rule {
  /** Stored in reports and linked from the console: never renamed. */
  code: string;
  severity: Finding["severity"];
  /** Of what it says when found: standing in the evidence, or following from it. */
  nature: Finding["nature"];
  /** Worth naming to the reader while it is neither shown nor ruled out. */
  open?: true;
  /** Where the cause and its signature are described. */
  reference: string;
  judge(observations: Observations): Judgement;
}

export const phrase = (key: PhraseKey, params: Phrase["params"] = {}): Phrase => ({ key, params });

export const unknown = (key: PhraseKey, params: Phrase["params"] = {}): Judgement => ({
  status: "unknown",
  phrase: phrase(key, params),
});

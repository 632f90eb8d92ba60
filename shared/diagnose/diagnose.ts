import type { Diagnosis } from "../schema/diagnosis.ts";
import type { Evidence } from "../schema/evidence.ts";
import type { Transcript } from "../evidence/transcript.ts";

/** What a diagnosis is made from: the evidence, and its captures once read. */
export interface DiagnosisInput {
  evidence: Evidence;
  transcripts: Transcript[];
}

/** Judges the evidence. Pure: the same input gives the same diagnosis everywhere, and none is ever too little. */
export function diagnose(_input: DiagnosisInput): Diagnosis {
  throw new Error("Cannot diagnose: the rules are on their way");
}

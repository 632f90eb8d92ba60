/** What of a diagnosis is answered to a run, whose user is not to read what came from the gateway's side. */
import type { Diagnosis } from "../../shared/schema/diagnosis.ts";
import type { Deps } from "../deps.ts";
import type { RunOfCase } from "../store/port.ts";

/**
 * The diagnosis as the agent gets it. Where the case has files of the gateway's side, nothing points at them:
 * a gateway's log names other clients too. Verdict and advice stay.
 */
export async function diagnosisForRun(
  deps: Deps,
  { case: entry }: RunOfCase,
  diagnosis: Diagnosis,
): Promise<Diagnosis> {
  const files = await deps.cases.files(entry.id);
  if (files.length === 0) return diagnosis;
  return {
    ...diagnosis,
    findings: [],
    candidates: diagnosis.candidates.map((candidate) => ({ ...candidate, for: [], against: [] })),
    excluded: [],
    readings: [],
    warnings: [],
    bothEnds: null,
  };
}

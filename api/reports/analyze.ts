/** Diagnoses a capture or other evidence without a case. */
import { diagnose } from "../../shared/diagnose/diagnose.ts";
import type { Diagnosis } from "../../shared/schema/diagnosis.ts";
import type { Evidence } from "../../shared/schema/evidence.ts";
import type { Transcript } from "../../shared/transcript/transcript.ts";
import type { Deps } from "../deps.ts";
import { MAX_CAPTURE_BYTES } from "../http/bounds.ts";
import type { StoredObject } from "../store/port.ts";
import { takeCapture } from "./take-capture.ts";
import { createReport } from "./write-report.ts";

/** What is to be diagnosed. */
export interface AnalysisRequest {
  evidence: Evidence;
  /** The captures that belong to it, read one after another. */
  captures: Iterable<{ name: string; body: AsyncIterable<Uint8Array> }>;
  /** Whether to keep it all as a report. */
  keep: boolean;
}

/**
 * Diagnoses, and keeps the evidence only when that is asked for.
 *
 * @returns the report ID with the diagnosis when it was kept
 * @throws {Problem} a capture is too large, empty, or no capture; then nothing is kept
 */
export async function analyze(
  deps: Deps,
  { evidence, captures, keep }: AnalysisRequest,
): Promise<{ diagnosis: Diagnosis; reportId: string | null }> {
  const transcripts: Transcript[] = [];
  const objects: StoredObject[] = [];
  try {
    for (const { name, body } of captures) {
      const taken = await takeCapture(deps, { name, body, maxBytes: MAX_CAPTURE_BYTES, keep });
      transcripts.push(taken.transcript);
      if (taken.object !== null) objects.push(taken.object);
    }
  } catch (error) {
    await deps.blobs.delete(objects.map(({ key }) => key));
    throw error;
  }
  if (!keep) return { diagnosis: diagnose({ evidence, transcripts }), reportId: null };
  return createReport(deps, { source: "analysis", evidence, transcripts, captures: objects, run: null });
}

/** Diagnoses a capture or other evidence without a case. */
import { diagnose, type UnusableFile } from "../../shared/diagnose/diagnose.ts";
import type { Language } from "../../shared/language.ts";
import type { Diagnosis } from "../../shared/schema/diagnosis.ts";
import type { Evidence } from "../../shared/schema/evidence.ts";
import type { Transcript } from "../../shared/transcript/transcript.ts";
import type { Deps } from "../deps.ts";
import { MAX_CAPTURE_BYTES } from "../http/bounds.ts";
import { isOfOneFile, type Problem } from "../http/problem.ts";
import type { StoredObject } from "../store/port.ts";
import { deleteUnused } from "./delete-objects.ts";
import { type CaptureUpload, takeCapture } from "./take-capture.ts";
import { createReport } from "./write-report.ts";

/** What is to be diagnosed. */
export interface AnalysisRequest {
  /** The language in which a capture that cannot be used is named. */
  language: Language;
  evidence: Evidence;
  /** The captures that belong to it, read one after another. */
  captures: Iterable<Pick<CaptureUpload, "name" | "body" | "signal">>;
  /** Whether to keep it all as a report. */
  keep: boolean;
}

/**
 * Diagnoses, and keeps the evidence only when that is asked for. A capture that cannot be used becomes a
 * warning where there is something else to judge.
 *
 * @returns the report ID with the diagnosis when it was kept
 * @throws {Problem} a capture is too large, empty, or no capture, and there is nothing else; then nothing is
 * kept
 */
export async function analyze(
  deps: Deps,
  { evidence, captures, keep, language }: AnalysisRequest,
): Promise<{ diagnosis: Diagnosis; reportId: string | null }> {
  const transcripts: Transcript[] = [];
  const objects: StoredObject[] = [];
  const unusable: UnusableFile[] = [];
  let refusal: Problem | null = null;
  try {
    for (const capture of captures) {
      try {
        const taken = await takeCapture(deps, { ...capture, maxBytes: MAX_CAPTURE_BYTES, keep });
        transcripts.push(taken.transcript);
        if (taken.object !== null) objects.push(taken.object);
      } catch (error) {
        if (!isOfOneFile(error)) throw error;
        refusal ??= error;
        unusable.push({ name: capture.name, why: error.detail(language) });
      }
    }
    const isAll = transcripts.length + evidence.texts.length + evidence.measurements.length === 0;
    if (refusal !== null && isAll) throw refusal;
  } catch (error) {
    await deleteUnused(
      deps,
      objects.map(({ key }) => key),
    );
    throw error;
  }
  if (!keep) return { diagnosis: diagnose({ evidence, transcripts, unusable }), reportId: null };
  return createReport(deps, {
    source: "analysis",
    evidence,
    transcripts,
    unusable,
    captures: objects,
    run: null,
  });
}

/**
 * Diagnoses and stores: a new report, a revised one, and the end of one.
 *
 * Objects are written before the index and deleted after it. A crash may leave an object that no row names,
 * which the sweeper finds; it never leaves a row without its object.
 */
import { diagnose, type UnusableFile } from "../../shared/diagnose/diagnose.ts";
import { summarize } from "../../shared/evidence/summary.ts";
import type { ReportSummary } from "../../shared/schema/api.ts";
import type { Diagnosis } from "../../shared/schema/diagnosis.ts";
import type { Evidence } from "../../shared/schema/evidence.ts";
import { newReportId } from "../../shared/schema/identifier.ts";
import type { Transcript } from "../../shared/transcript/transcript.ts";
import { hmac } from "../auth/secrets.ts";
import type { Deps } from "../deps.ts";
import { Problem } from "../http/problem.ts";
import type { Judged, NewReport, RunOfCase, StoredObject } from "../store/port.ts";
import { readStoredCapture } from "./observe-report.ts";
import { currentDiagnosis, objectsOf, putJson, readEvidence } from "./report-objects.ts";

/**
 * A report ID has 50 random bits. One may be taken already by chance; that four in a row are taken is a
 * fault.
 */
const ID_ATTEMPTS = 4;

/** A diagnosis, and the report that it is kept in. */
export interface StoredDiagnosis {
  reportId: string;
  diagnosis: Diagnosis;
}

interface Judgement {
  diagnosis: Diagnosis;
  judged: Judged;
}

function judge(
  evidence: Evidence,
  transcripts: Transcript[],
  unusable: readonly UnusableFile[] = [],
): Judgement {
  const diagnosis = diagnose({ evidence, transcripts, unusable });
  const { gateway, adapter } = summarize(evidence, transcripts);
  return {
    diagnosis,
    judged: {
      verdict: diagnosis.verdict,
      confidence: diagnosis.confidence,
      direction: diagnosis.direction,
      interfaceMtu: diagnosis.recommendation.interfaceMtu,
      gateway,
      adapter,
    },
  };
}

/** What a report is made of. */
export interface ReportSource {
  source: ReportSummary["source"];
  evidence: Evidence;
  transcripts: Transcript[];
  unusable?: readonly UnusableFile[];
  /** Minimised captures, already written. */
  captures: StoredObject[];
  /** The run that the report is about, if it is about one. */
  run: RunOfCase | null;
}

/**
 * Diagnoses and stores.
 *
 * A run has one report. When two requests store one at the same time, the first wins, and both get that one.
 */
export async function createReport(
  deps: Deps,
  { source, evidence, transcripts, unusable, captures, run }: ReportSource,
): Promise<StoredDiagnosis> {
  const written = [...captures];
  try {
    const { diagnosis, judged } = judge(evidence, transcripts, unusable);
    written.push(await putJson(deps, "evidence", "evidence.json", { ...evidence, captures: [] }));
    written.push(await putJson(deps, "diagnosis", diagnosis.analyzer, diagnosis));
    for (let attempt = 0; attempt < ID_ATTEMPTS; attempt++) {
      const random = run ? hmac(deps.config.pepper, `report ${run.run.id} ${attempt}`) : deps.random(10);
      const report: NewReport = {
        ...judged,
        gateway: judged.gateway ?? run?.case.gateway ?? null,
        reportId: newReportId(random),
        runId: run?.run.id ?? null,
        caseId: run?.case.id ?? null,
        createdAt: deps.now().toISOString(),
        source,
        label: run?.case.label ?? null,
      };
      if (await deps.reports.create(report, written)) return { reportId: report.reportId, diagnosis };
      const first = run ? await deps.reports.findByRun(run.run.id) : null;
      if (first !== null) {
        await deps.blobs.delete(written.map(({ key }) => key));
        return { reportId: first, diagnosis: await currentDiagnosis(deps, first) };
      }
    }
    throw new Error(`Cannot store the report: ${ID_ATTEMPTS} report IDs are taken`);
  } catch (error) {
    await deps.blobs.delete(written.map(({ key }) => key));
    throw error;
  }
}

/** Adds a capture to the report of a run, in place of one that was sent before, and diagnoses again. */
export async function addCapture(
  deps: Deps,
  reportId: string,
  transcript: Transcript,
  capture: StoredObject,
): Promise<Diagnosis> {
  try {
    const objects = await objectsOf(deps, reportId);
    const evidence = await readEvidence(deps, objects.evidence);
    const change = { add: [capture], replaced: objects.captures };
    return await revise(deps, reportId, judge(evidence, [transcript]), change);
  } catch (error) {
    await deps.blobs.delete([capture.key]);
    throw error;
  }
}

/**
 * Runs today's analyzer over the stored evidence. The earlier diagnoses stay.
 *
 * @throws {Problem} `evidence-gone` when a capture that the diagnosis in force points at cannot be read any
 *   more: a diagnosis of what is left would only hide it
 */
export async function reanalyze(deps: Deps, reportId: string): Promise<Diagnosis> {
  const objects = await objectsOf(deps, reportId);
  const evidence = await readEvidence(deps, objects.evidence);
  const transcripts: Transcript[] = [];
  for (const capture of objects.captures) {
    const transcript = await readStoredCapture(deps, capture);
    if (transcript !== null) transcripts.push(transcript);
  }
  const known = new Set(transcripts.map(({ capture }) => capture));
  const { findings } = await currentDiagnosis(deps, reportId);
  const refs = findings.flatMap(({ evidence: refsOfFinding }) => refsOfFinding);
  if (refs.some((ref) => ref.kind === "packet" && !known.has(ref.capture)))
    throw new Problem("evidence-gone", { params: { days: deps.config.captureDays } });
  return revise(deps, reportId, judge(evidence, transcripts), { add: [], replaced: [] });
}

async function revise(
  deps: Deps,
  reportId: string,
  { diagnosis, judged }: Judgement,
  { add, replaced }: { add: StoredObject[]; replaced: StoredObject[] },
): Promise<Diagnosis> {
  const object = await putJson(deps, "diagnosis", diagnosis.analyzer, diagnosis);
  const dropped = replaced.map(({ key }) => key);
  if (!(await deps.reports.revise(reportId, judged, [...add, object], dropped))) {
    await deps.blobs.delete([object.key]);
    throw new Problem("report-not-found");
  }
  await deps.blobs.delete(dropped);
  return diagnosis;
}

/** Deletes a report with all its objects. @returns `false` when there is no such report */
export async function deleteReport(deps: Deps, reportId: string): Promise<boolean> {
  const keys = await deps.reports.delete(reportId);
  if (keys === null) return false;
  await deps.blobs.delete(keys);
  return true;
}

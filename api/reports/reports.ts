import { diagnose } from "../../shared/diagnose/diagnose.ts";
import { summarize } from "../../shared/evidence/summary.ts";
import type { FixCard, Language, Report, ReportSummary } from "../../shared/schema/api.ts";
import { Diagnosis } from "../../shared/schema/diagnosis.ts";
import { Evidence } from "../../shared/schema/evidence.ts";
import { newReportId } from "../../shared/schema/identifier.ts";
import { speak } from "../../shared/text/speak.ts";
import { readCapture } from "../../shared/transcript/read-capture.ts";
import type { Transcript } from "../../shared/transcript/transcript.ts";
import { hmac, newKey, sha256Hex } from "../auth/secrets.ts";
import type { Deps } from "../deps.ts";
import { Problem } from "../http/problem.ts";
import type { Case, Judged, NewReport, ReportEntry, Run, StoredObject } from "../store/port.ts";

/** 50 bits are left of a report ID's randomness: a taken one is not impossible, three in a row are. */
const ID_ATTEMPTS = 4;

interface Judgement {
  diagnosis: Diagnosis;
  judged: Judged;
}

function judge(evidence: Evidence, transcripts: Transcript[]): Judgement {
  const diagnosis = diagnose({ evidence, transcripts });
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

async function putJson(
  deps: Deps,
  kind: "evidence" | "diagnosis",
  name: string,
  value: unknown,
): Promise<StoredObject> {
  const key = `${kind === "evidence" ? "evidence" : "diagnoses"}/${newKey(deps.random)}.json`;
  const bytes = new TextEncoder().encode(JSON.stringify(value));
  await deps.blobs.put(key, bytes);
  return {
    key,
    kind,
    name,
    bytes: bytes.length,
    sha256: sha256Hex(bytes),
    createdAt: deps.now().toISOString(),
  };
}

async function getJson(deps: Deps, object: StoredObject): Promise<unknown> {
  const stream = await deps.blobs.get(object.key);
  if (stream === null) throw new Error(`Cannot read ${object.kind} object ${object.key}: it is gone`);
  return JSON.parse(await new Response(stream).text());
}

export interface ReportSource {
  source: ReportSummary["source"];
  evidence: Evidence;
  transcripts: Transcript[];
  /** Minimised captures, already written. */
  captures: StoredObject[];
  /** The run that it is the report of. */
  run: { run: Run; case: Case } | null;
}

/**
 * Diagnoses and stores, objects first and the index last.
 *
 * A run has one report: whoever stores it first wins, and everybody gets that one.
 */
export async function createReport(
  deps: Deps,
  { source, evidence, transcripts, captures, run }: ReportSource,
): Promise<{ reportId: string; diagnosis: Diagnosis }> {
  const written = [...captures];
  try {
    const { diagnosis, judged } = judge(evidence, transcripts);
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

interface Parts {
  evidence: StoredObject;
  /** Oldest first; the last one is in force. */
  diagnoses: StoredObject[];
  captures: StoredObject[];
}

async function partsOf(deps: Deps, reportId: string): Promise<Parts> {
  const objects = await deps.reports.objects(reportId);
  const evidence = objects.find(({ kind }) => kind === "evidence");
  if (!evidence) throw new Problem("report-not-found"); // deleted a moment ago
  return {
    evidence,
    diagnoses: objects.filter(({ kind }) => kind === "diagnosis"),
    captures: objects.filter(({ kind }) => kind === "capture"),
  };
}

const readDiagnosis = async (deps: Deps, object: StoredObject): Promise<Diagnosis> =>
  Diagnosis.parse(await getJson(deps, object));

export async function currentDiagnosis(deps: Deps, reportId: string): Promise<Diagnosis> {
  const object = (await partsOf(deps, reportId)).diagnoses.at(-1);
  if (!object) throw new Problem("report-not-found");
  return readDiagnosis(deps, object);
}

/** Adds a capture to a run's report, in place of one sent before, and diagnoses again. */
export async function addCapture(
  deps: Deps,
  reportId: string,
  transcript: Transcript,
  capture: StoredObject,
): Promise<Diagnosis> {
  try {
    const parts = await partsOf(deps, reportId);
    const evidence = Evidence.parse(await getJson(deps, parts.evidence));
    return await revise(deps, reportId, evidence, [transcript], { add: [capture], replaced: parts.captures });
  } catch (error) {
    await deps.blobs.delete([capture.key]);
    throw error;
  }
}

/** Runs today's analyzer over the stored evidence. The earlier diagnoses stay. */
export async function reanalyze(deps: Deps, reportId: string): Promise<Diagnosis> {
  const parts = await partsOf(deps, reportId);
  const evidence = Evidence.parse(await getJson(deps, parts.evidence));
  const transcripts: Transcript[] = [];
  for (const capture of parts.captures) {
    const stream = await deps.blobs.get(capture.key);
    if (stream !== null) transcripts.push(await readCapture(capture.name, stream));
  }
  return revise(deps, reportId, evidence, transcripts, { add: [], replaced: [] });
}

async function revise(
  deps: Deps,
  reportId: string,
  evidence: Evidence,
  transcripts: Transcript[],
  { add, replaced }: { add: StoredObject[]; replaced: StoredObject[] },
): Promise<Diagnosis> {
  const { diagnosis, judged } = judge(evidence, transcripts);
  const object = await putJson(deps, "diagnosis", diagnosis.analyzer, diagnosis);
  const dropped = replaced.map(({ key }) => key);
  if (!(await deps.reports.revise(reportId, judged, [...add, object], dropped))) {
    await deps.blobs.delete([object.key]);
    throw new Problem("report-not-found");
  }
  await deps.blobs.delete(dropped);
  return diagnosis;
}

/** Deletes the report and everything it owns; the index first, so that no row is ever without its object. */
export async function deleteReport(deps: Deps, reportId: string): Promise<boolean> {
  const keys = await deps.reports.delete(reportId);
  if (keys === null) return false;
  await deps.blobs.delete(keys);
  return true;
}

export function toSummary(entry: ReportEntry): ReportSummary {
  const { caseId: _caseId, review: _review, version: _version, ...summary } = entry;
  return summary;
}

/** All of a report. */
export async function readReport(deps: Deps, entry: ReportEntry, language: Language): Promise<Report> {
  const parts = await partsOf(deps, entry.reportId);
  const diagnoses: Diagnosis[] = [];
  for (const object of parts.diagnoses) diagnoses.push(await readDiagnosis(deps, object));
  const current = diagnoses.pop();
  if (!current) throw new Problem("report-not-found");
  return {
    ...toSummary(entry),
    diagnosis: speak(current, language),
    review: entry.review,
    evidence: Evidence.parse(await getJson(deps, parts.evidence)),
    captures: parts.captures.map(({ name, bytes, sha256 }) => ({ name, bytes, sha256 })),
    earlier: diagnoses.map((diagnosis, index) => ({
      at: parts.diagnoses[index]?.createdAt ?? entry.createdAt,
      analyzer: diagnosis.analyzer,
      verdict: diagnosis.verdict,
      confidence: diagnosis.confidence,
      interfaceMtu: diagnosis.recommendation.interfaceMtu,
    })),
  };
}

/**
 * The part that a report ID opens by itself.
 *
 * What may quote addresses or names is left out: sentences about the evidence, and the command that names the gateway.
 */
export async function readFixCard(deps: Deps, entry: ReportEntry, language: Language): Promise<FixCard> {
  const { text, ...diagnosis } = speak(await currentDiagnosis(deps, entry.reportId), language);
  const { nextProbe } = diagnosis.recommendation;
  return {
    reportId: entry.reportId,
    createdAt: entry.createdAt,
    verdict: diagnosis.verdict,
    confidence: diagnosis.confidence,
    direction: diagnosis.direction,
    recommendation: {
      ...diagnosis.recommendation,
      nextProbe: nextProbe === null ? null : { ...nextProbe, command: null },
    },
    text: { ...text, observed: [], inferred: [], unknown: [], warnings: [] },
    reviewStatus: entry.status,
    override: entry.override,
  };
}

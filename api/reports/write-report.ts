/**
 * Diagnoses and stores: a new report, a revised one, and the end of one.
 *
 * Objects are written before the index and deleted after it. A crash may leave an object that no row names,
 * which the sweeper finds, or one that is doomed, which it deletes; it never leaves a row without its object.
 */
import { diagnoseObservations, type UnusableFile } from "../../shared/diagnose/diagnose.ts";
import { networkKind } from "../../shared/diagnose/facts/client-machine.ts";
import { observe } from "../../shared/evidence/observe.ts";
import { summarize } from "../../shared/evidence/summary.ts";
import type { ReportSummary } from "../../shared/schema/api.ts";
import { Diagnosis } from "../../shared/schema/diagnosis.ts";
import type { Evidence } from "../../shared/schema/evidence.ts";
import { newReportId } from "../../shared/schema/identifier.ts";
import type { Transcript } from "../../shared/transcript/transcript.ts";
import { hmac } from "../auth/secrets.ts";
import type { Deps } from "../deps.ts";
import { Problem } from "../http/problem.ts";
import type { Case, Judged, NewReport, RunOfCase, StoredObject } from "../store/port.ts";
import { StoreUnavailableError } from "../store/unavailable.ts";
import { reportEvent } from "../webhooks/events.ts";
import { type CaseEvidence, CaseFiles, withCaseFiles } from "./case-files.ts";
import { deleteDoomed, deleteUnused } from "./delete-objects.ts";
import { readStoredCapture } from "./observe-report.ts";
import {
  currentDiagnosis,
  type KeptDiagnosis,
  objectsOf,
  putJson,
  type ReportObjects,
  readEvidence,
  readKeptDiagnosis,
  readPartial,
} from "./report-objects.ts";

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
  /** The names of the captures and texts that it was made from. */
  judgedFrom: string[];
  judged: Judged;
}

function judge(
  evidence: Evidence,
  transcripts: Transcript[],
  unusable: readonly UnusableFile[] = [],
): Judgement {
  const observations = observe(evidence, transcripts);
  const diagnosis = diagnoseObservations(observations, unusable);
  const { gateway, adapter } = summarize(observations);
  const texts = evidence.texts.map(({ name }) => name);
  return {
    diagnosis,
    judgedFrom: [...texts, ...transcripts.map(({ capture }) => capture)],
    judged: {
      verdict: diagnosis.verdict,
      confidence: diagnosis.confidence,
      direction: diagnosis.direction,
      interfaceMtu: diagnosis.recommendation.interfaceMtu,
      gateway,
      adapter,
      network: networkKind(observations),
    },
  };
}

/**
 * What the evidence says of the gateway. What was sent to a case without a run may have pseudonyms in place
 * of addresses: it is about the case's gateway.
 */
const gatewayOf = ({ gateway }: Judged, wasSentToCase: boolean): string | null =>
  wasSentToCase ? null : gateway;

const keysOf = (objects: readonly StoredObject[]): string[] => objects.map(({ key }) => key);

/** How often a report is judged again because something else came in between: a file, or a review. */
const REVISION_ATTEMPTS = 16;

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
  /** The case that evidence without a run was sent to, if it was sent to one. */
  of?: Case | null;
  /** Whose network the run came over, where the deployment knows. */
  operator?: string | null;
}

/**
 * Diagnoses and stores.
 *
 * A run has one report. When two requests store one at the same time, the first wins, and both get that one.
 */
export async function createReport(
  deps: Deps,
  { source, evidence, transcripts, unusable, captures, run, of = run?.case ?? null, operator }: ReportSource,
): Promise<StoredDiagnosis> {
  const written = [...captures];
  const caseFiles = new CaseFiles(deps);
  const caseId = of?.id ?? null;
  try {
    const ofCase = await caseFiles.of(caseId);
    const { diagnosis, judged, judgedFrom } = judge(
      withCaseFiles(evidence, ofCase),
      [...ofCase.transcripts, ...transcripts],
      unusable,
    );
    // Side by side: each waits for the disk, or for a bucket.
    const puts = await Promise.allSettled([
      putJson(deps, "evidence", "evidence.json", { ...evidence, captures: [] }),
      putJson(deps, "diagnosis", diagnosis.analyzer, { ...diagnosis, judgedFrom }),
    ]);
    written.push(...puts.flatMap((put) => (put.status === "fulfilled" ? [put.value] : [])));
    for (const put of puts) if (put.status === "rejected") throw put.reason;
    for (let attempt = 0; attempt < ID_ATTEMPTS; attempt++) {
      const random = run ? hmac(deps.config.pepper, `report ${run.run.id} ${attempt}`) : deps.random(10);
      const report: NewReport = {
        ...judged,
        operator: operator ?? null,
        gateway: gatewayOf(judged, run === null && of !== null) ?? of?.gateway ?? null,
        reportId: newReportId(random),
        runId: run?.run.id ?? null,
        caseId,
        createdAt: deps.now().toISOString(),
        source,
        label: of?.label ?? null,
      };
      const told = reportEvent(deps, "report.created", { ...report, status: "new", override: null });
      if (await deps.reports.create(report, written, told)) {
        deps.metrics.reports.add([report.verdict]);
        const { reportId } = report;
        deps.webhooksDue();
        // Who adds a file looks for reports after it. What came before this one was there is seen here.
        const known = new Set(ofCase.files.map(({ key }) => key));
        const files = caseId === null ? [] : await deps.cases.files(caseId);
        const missed = files.some(({ key }) => !known.has(key));
        return {
          reportId,
          diagnosis: missed ? (await judgeAgain(deps, reportId, caseFiles)).found : diagnosis,
        };
      }
      const first = run ? await deps.reports.findByRun(run.run.id) : null;
      if (first !== null) {
        await deleteUnused(deps, keysOf(written));
        return { reportId: first, diagnosis: await currentDiagnosis(deps, first) };
      }
      if (run && (await deps.cases.getRun(run.run.id)) === null)
        throw new Problem("run-expired", { params: { at: deps.now().toISOString() } });
    }
    throw new Error(`Cannot store the report: ${ID_ATTEMPTS} report IDs are taken`);
  } catch (error) {
    await deleteUnused(deps, keysOf(written));
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
    const revised = await revise(deps, reportId, new CaseFiles(deps), async (objects, evidence, ofCase) => ({
      ...judge(withCaseFiles(evidence, ofCase), [...ofCase.transcripts, transcript]),
      add: [capture],
      replaced: objects.captures,
    }));
    return revised.found;
  } catch (error) {
    await deleteUnused(deps, [capture.key]);
    throw error;
  }
}

/** What came of judging a report again. */
export interface Rejudged {
  /** `kept`: something that it was made from is gone, so it stays in force, whatever the rest says. */
  outcome: "changed" | "unchanged" | "kept";
  /** Names of captures and texts that are gone. */
  missing: string[];
  /** The diagnosis that was in force before, and what was found now. */
  before: Diagnosis;
  found: Diagnosis;
}

/**
 * Runs today's analyzer over the stored evidence. The earlier diagnoses stay; what is found again as it was
 * is not stored twice.
 */
export const reanalyze = (deps: Deps, reportId: string): Promise<Rejudged> =>
  judgeAgain(deps, reportId, new CaseFiles(deps));

/**
 * Diagnoses again, from all that is stored now.
 *
 * @param given names of files that were taken away on purpose
 */
export function judgeAgain(
  deps: Deps,
  reportId: string,
  caseFiles: CaseFiles,
  given: readonly string[] = [],
): Promise<Rejudged> {
  return revise(deps, reportId, caseFiles, async (objects, own, ofCase) => {
    const evidence = withCaseFiles(own, ofCase);
    const transcripts = [...ofCase.transcripts];
    for (const capture of objects.captures) {
      const transcript = await readStoredCapture(deps, capture);
      if (transcript !== null) transcripts.push(transcript);
    }
    const judgement = judge(evidence, transcripts);
    const there = new Set([...judgement.judgedFrom, ...given]);
    const current = await readInForce(deps, objects);
    const missing = namesIn(current).filter((name) => !there.has(name));
    return { ...judgement, add: [], replaced: [], current, missing };
  });
}

/** What a diagnosis was made from. One that does not say it points at some of that. */
function namesIn({ judgedFrom, findings }: KeptDiagnosis): string[] {
  if (judgedFrom !== null) return judgedFrom;
  const refs = findings.flatMap(({ evidence }) => evidence);
  return [
    ...new Set(
      refs.flatMap((ref) => (ref.kind === "packet" ? ref.capture : ref.kind === "text" ? ref.source : [])),
    ),
  ];
}

async function readInForce(deps: Deps, { diagnoses }: ReportObjects): Promise<KeptDiagnosis> {
  const object = diagnoses.at(-1);
  if (!object) throw new Problem("report-not-found");
  return readKeptDiagnosis(deps, object);
}

interface Revision extends Judgement {
  add: StoredObject[];
  replaced: StoredObject[];
  /** The diagnosis in force, and what is gone of what it was made from. Not given: it is to be replaced. */
  current?: KeptDiagnosis;
  missing?: string[];
}

/** Whether two values are the same as JSON; both have gone through the same schema. */
const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/**
 * Puts a new diagnosis in force. Whatever changes the report meanwhile, the diagnosis that is in force in the
 * end was made from everything that had come before it was looked up.
 */
const revise = (...given: Parameters<typeof reviseNow>): Promise<Rejudged> =>
  inTurn(given[1], () => reviseNow(...given));

async function reviseNow(
  deps: Deps,
  reportId: string,
  caseFiles: CaseFiles,
  judgeFrom: (objects: ReportObjects, evidence: Evidence, ofCase: CaseEvidence) => Promise<Revision>,
): Promise<Rejudged> {
  for (let attempt = 0; attempt < REVISION_ATTEMPTS; attempt++) {
    // First the version, and then what it is judged from.
    const entry = await deps.reports.get(reportId);
    if (entry === null) throw new Problem("report-not-found");
    const objects = await objectsOf(deps, reportId);
    const evidence = await readEvidence(deps, objects.evidence);
    const ofCase = await caseFiles.of(entry.caseId);
    const revision = await judgeFrom(objects, evidence, ofCase);
    const { judged, add, replaced, current, missing = [] } = revision;
    const found = Diagnosis.parse(revision.diagnosis);
    const isKept = missing.length > 0;
    const { judgedFrom: _from, ...before } = current ?? { ...found, judgedFrom: null };
    // What is in force stays in the index. Only what was never told of it can be learned from the rest.
    const shown: Judged = isKept
      ? { ...judgedOf(entry), network: entry.network === "unknown" ? judged.network : entry.network }
      : // A run is about the case's gateway, whatever else its evidence names.
        {
          ...judged,
          operator: entry.operator,
          gateway: gatewayOf(judged, entry.source === "analysis" && entry.caseId !== null) ?? entry.gateway,
        };
    const outcome = isKept ? "kept" : current && isSame(before, found) ? "unchanged" : "changed";
    const partial = objects.partial && (await readPartial(deps, objects.partial));
    const stays = isKept && isSame(partial, { missing, diagnosis: found });
    const dropped = [...replaced, ...(objects.partial && !stays ? [objects.partial] : [])].map(
      ({ key }) => key,
    );
    const made: StoredObject[] = [];
    if (isKept && !stays)
      made.push(await putJson(deps, "partial", found.analyzer, { missing, diagnosis: found }));
    if (outcome === "changed") {
      const { judgedFrom } = revision;
      made.push(await putJson(deps, "diagnosis", found.analyzer, { ...found, judgedFrom }));
    }
    const result: Rejudged = { outcome, missing, before, found };
    const changes = [...add, ...made];
    if (changes.length + dropped.length === 0 && isSame(judgedOf(entry), judgedOf(shown))) return result;
    if (await deps.reports.revise(reportId, entry.version, shown, changes, dropped)) {
      await deleteDoomed(deps, dropped);
      return result;
    }
    await deleteUnused(deps, keysOf(made));
  }
  throw new StoreUnavailableError(
    `Cannot revise the report: it changed ${REVISION_ATTEMPTS} times meanwhile`,
    { retryHelps: true },
  );
}

/** What the index has from a diagnosis. */
const judgedOf = ({
  verdict,
  confidence,
  direction,
  interfaceMtu,
  gateway,
  adapter,
  network,
  operator = null,
}: Judged): Judged => ({ verdict, confidence, direction, interfaceMtu, gateway, adapter, network, operator });

/** The last revision of each report that is under way in this process. */
const revising = new Map<string, Promise<unknown>>();

/**
 * Revises after all who asked before. Other instances may still come in between, but of many that ask here at
 * the same time none judges for nothing.
 */
async function inTurn<T>(reportId: string, act: () => Promise<T>): Promise<T> {
  const before = revising.get(reportId) ?? Promise.resolve();
  const turn = before.catch(() => {}).then(act);
  revising.set(reportId, turn);
  try {
    return await turn;
  } finally {
    if (revising.get(reportId) === turn) revising.delete(reportId);
  }
}

/** Deletes reports with all their objects. @returns `false` when there is none of them */
export async function deleteReports(deps: Deps, ...reportIds: string[]): Promise<boolean> {
  const keys = await deps.reports.delete(...reportIds);
  for (const reportId of reportIds) deps.remembered.forget(reportId);
  if (keys === null) return false;
  await deleteDoomed(deps, keys);
  return true;
}

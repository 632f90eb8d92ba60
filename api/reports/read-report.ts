/** Finds reports, and reads one: all of it for staff, or the fix card for whoever has its ID. */
import type { z } from "zod";
import type { Language } from "../../shared/language.ts";
import type { Report, ReportList, ReportSummary } from "../../shared/schema/api.ts";
import type { Diagnosis } from "../../shared/schema/diagnosis.ts";
import { type Evidence, endSaid } from "../../shared/schema/evidence.ts";
import { findReportId } from "../../shared/schema/identifier.ts";
import { speak } from "../../shared/text/speak.ts";
import type { Config, Deps } from "../deps.ts";
import type { ReportQuery } from "../http/list-query.ts";
import { readCursor, toPage } from "../http/page-cursor.ts";
import { Problem } from "../http/problem.ts";
import type { CaseFile, ReportEntry, ReportFilter, StoredObject } from "../store/port.ts";
import type { SearchFilter } from "../store/report-search.ts";
import { adviceInForce, mtuInForce } from "./advice-in-force.ts";
import { CaseFiles, withCaseFiles } from "./case-files.ts";
import { expiryOf } from "./expiry.ts";
import { readDiagnosis, readEvidence, readPartial, sortObjects } from "./report-objects.ts";
import { readSearch } from "./search-text.ts";

/** Which reports somebody asks for; `asker` says whose reports are "mine", as the audit log names actors. */
export type AskedReports = ReportQuery & { asker?: string | undefined };

/**
 * One page of the reports, newest first.
 *
 * @throws {Problem} `invalid-fields` for a cursor that we did not give, and for a token that means nothing
 */
export async function listReports(deps: Deps, query: AskedReports): Promise<z.infer<typeof ReportList>> {
  const { rows, nextCursor } = pageOf(deps, await findReports(deps, query), query.limit);
  return { reports: rows.map(toSummary), nextCursor };
}

/**
 * The reports of a page, and one more where there are more.
 *
 * @throws {Problem} `invalid-fields`, as `listReports`
 */
export async function findReports(deps: Deps, query: AskedReports): Promise<ReportEntry[]> {
  const after = readCursor(deps, "reports", query.cursor);
  return deps.reports.list({
    ...filterOf(deps, query),
    after: after === null ? null : Number(after),
    limit: query.limit + 1,
  });
}

/**
 * The filter of a query: what its search says, and its other parameters, which go before.
 *
 * @throws {Problem} `invalid-fields` for a token that means nothing
 */
export function filterOf(
  deps: Deps,
  { q, asker, since, verdict, status, gateway, adapter }: Omit<AskedReports, "cursor" | "limit">,
): SearchFilter & Pick<ReportFilter, "since"> {
  const { notUnderstood, ...searched } = readSearch(q ?? "", { now: deps.now(), asker: asker ?? null });
  if (notUnderstood.length > 0) {
    throw new Problem("invalid-fields", {
      params: { target: "query" },
      errors: notUnderstood.map((token) => ({ pointer: "/q", detail: `has ${token}, which means nothing` })),
    });
  }
  return {
    ...searched,
    verdict: verdict ?? searched.verdict,
    status: status ?? searched.status,
    gateway: gateway ?? searched.gateway,
    adapter: adapter ?? searched.adapter,
    since: since === null ? searched.since : new Date(since).toISOString(),
  };
}

/** The first of what was found, and where the rest begins. */
export const pageOf = (deps: Deps, found: ReportEntry[], limit: number) =>
  toPage(deps, "reports", found, limit, ({ place }) => String(place));

/**
 * The report of an ID as a person types it.
 *
 * @throws {Problem} `report-not-found`, the same for a mistyped, an unknown and a deleted ID
 */
export async function findReport(deps: Deps, text: string): Promise<ReportEntry> {
  const reportId = findReportId(text);
  const entry = reportId === null ? null : await deps.reports.get(reportId);
  if (reportId !== null && entry === null) deps.remembered.forget(reportId);
  if (entry === null) throw new Problem("report-not-found");
  return entry;
}

/** What lists tell of a report. */
export function toSummary(entry: ReportEntry): ReportSummary {
  const { caseId: _caseId, review: _review, version: _version, place: _place, ...others } = entry;
  const { assigneeId: _assigneeId, operator: _operator, ...summary } = others;
  return { ...summary, interfaceMtu: mtuInForce(entry) };
}

/** What a report is made of, by the index. */
export interface ReportParts {
  objects: readonly StoredObject[];
  /** What its case has from the gateway's side. */
  files: readonly CaseFile[];
}

/** Asks the index what a report is made of. */
export async function partsOf(
  deps: Deps,
  { reportId, caseId }: Pick<ReportEntry, "reportId" | "caseId">,
): Promise<ReportParts> {
  const [objects, files] = await Promise.all([
    deps.reports.objects(reportId),
    caseId === null ? [] : deps.cases.files(caseId),
  ]);
  return { objects, files };
}

/** The captures of a report: first those of its case, in the order in which the report is judged. */
export const capturesOf = ({ objects, files }: ReportParts): (StoredObject | CaseFile)[] =>
  [...files, ...objects].filter(({ kind }) => kind === "capture");

/**
 * What changes when anything does that is shown of a report. Whoever is shown what of it lists its objects
 * gives them too: captures that were kept long enough go without a new version of the report.
 */
export function stampOf({ createdAt, version, assignee }: ReportEntry, parts?: ReportParts): string {
  const keys = parts === undefined ? [] : [...parts.objects, ...parts.files].map(({ key }) => key);
  return [createdAt, version, assignee ?? "", ...keys].join(" ");
}

/** What came from where, and when. */
function filesOf(
  config: Config,
  evidence: Evidence,
  own: readonly StoredObject[],
  files: readonly CaseFile[],
) {
  return [
    ...own.map(({ name, bytes, createdAt }) => ({
      name,
      kind: "capture" as const,
      recordedAt: endSaid(evidence, name),
      receivedAt: createdAt,
      bytes,
      expiresAt: expiryOf(config, "capture", createdAt),
    })),
    ...files.map(({ name, kind, recordedAt, receivedAt, bytes }) => ({
      name,
      kind,
      recordedAt,
      receivedAt,
      bytes,
      expiresAt: expiryOf(config, kind, receivedAt),
    })),
  ];
}

/** A diagnosis in a few words. */
export const inShort = ({ analyzer, verdict, confidence, recommendation }: Diagnosis) => ({
  analyzer,
  verdict,
  confidence,
  interfaceMtu: recommendation.interfaceMtu,
});

/** All of a report. */
export async function readReport(
  deps: Deps,
  entry: ReportEntry,
  language: Language,
  parts: ReportParts,
): Promise<Report> {
  const objects = sortObjects(parts.objects);
  const ofCase = await new CaseFiles(deps).of(entry.caseId, "texts");
  const evidence = withCaseFiles(await readEvidence(deps, objects.evidence), ofCase);
  const diagnoses: Diagnosis[] = [];
  for (const object of objects.diagnoses) diagnoses.push(await readDiagnosis(deps, object));
  const current = diagnoses.pop();
  const partial = objects.partial === undefined ? null : await readPartial(deps, objects.partial);
  if (!current) throw new Problem("report-not-found");
  const { config } = deps;
  const expiresAt = expiryOf(config, "report", entry.createdAt);
  const shortly = (diagnosis: Diagnosis) => {
    const { interfaceMtu, ...short } = inShort(diagnosis);
    return { ...short, interfaceMtu: mtuInForce({ override: entry.override, interfaceMtu }) };
  };
  const [capturesExpireAt = null] = objects.captures
    .flatMap(({ createdAt }) => [expiryOf(config, "capture", createdAt), expiresAt])
    .sort();
  return {
    ...toSummary(entry),
    expiresAt,
    capturesExpireAt,
    diagnosis: adviceInForce(speak(current, language), entry),
    review: entry.review,
    evidence,
    captures: capturesOf(parts).map(({ name, bytes, sha256 }) => ({ name, bytes, sha256 })),
    files: filesOf(config, evidence, objects.captures, ofCase.files),
    earlier: diagnoses.map((diagnosis, index) => ({
      at: objects.diagnoses[index]?.createdAt ?? entry.createdAt,
      ...shortly(diagnosis),
    })),
    withoutEvidence: partial && {
      at: objects.partial?.createdAt ?? "",
      missing: partial.missing,
      ...shortly(partial.diagnosis),
    },
  };
}

/**
 * Opens a capture of a report, as it is kept: minimised.
 *
 * @param name which one; `undefined` for the first
 * @throws {Problem} `capture-not-found`
 */
export async function openCapture(
  deps: Deps,
  entry: ReportEntry,
  name: string | undefined,
): Promise<{ object: StoredObject | CaseFile; stream: ReadableStream<Uint8Array> }> {
  const captures = capturesOf(await partsOf(deps, entry));
  const [first] = captures.filter((capture) => !("caseId" in capture));
  const object =
    name === undefined ? (first ?? captures[0]) : captures.find((capture) => capture.name === name);
  const stream = object ? await deps.blobs.get(object.key) : null;
  if (!object || stream === null) {
    throw new Problem("capture-not-found", { params: { days: deps.config.captureDays } });
  }
  return { object, stream };
}

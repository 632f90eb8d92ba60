/** Finds reports, and reads one: all of it for staff, or the fix card for whoever has its ID. */
import type { z } from "zod";
import type { Language } from "../../shared/language.ts";
import type { Report, ReportList, ReportSummary } from "../../shared/schema/api.ts";
import type { Diagnosis } from "../../shared/schema/diagnosis.ts";
import { parseReportId } from "../../shared/schema/identifier.ts";
import { speak } from "../../shared/text/speak.ts";
import type { Deps } from "../deps.ts";
import type { ReportQuery } from "../http/list-query.ts";
import { readCursor, toPage } from "../http/page-cursor.ts";
import { Problem } from "../http/problem.ts";
import type { ReportEntry, StoredObject } from "../store/port.ts";
import { objectsOf, readDiagnosis, readEvidence } from "./report-objects.ts";

/**
 * One page of the reports, newest first.
 *
 * @throws {Problem} `invalid-fields` for a cursor that we did not give
 */
export async function listReports(
  deps: Deps,
  { cursor, limit, since, q, ...filter }: ReportQuery,
): Promise<z.infer<typeof ReportList>> {
  const found = await deps.reports.list({
    ...filter,
    // An ID may be typed in lower case and without hyphens. It finds its report all the same.
    q: q === null ? null : (parseReportId(q.slice(0, 64)) ?? q),
    since: since === null ? null : new Date(since).toISOString(),
    after: readCursor(deps, cursor),
    limit: limit + 1,
  });
  const { rows, nextCursor } = toPage(deps, found, limit, ({ createdAt, reportId }) => ({
    createdAt,
    id: reportId,
  }));
  return { reports: rows.map(toSummary), nextCursor };
}

/**
 * The report of an ID as a person types it.
 *
 * @throws {Problem} `report-not-found`, the same for a mistyped, an unknown and a deleted ID
 */
export async function findReport(deps: Deps, text: string): Promise<ReportEntry> {
  const reportId = parseReportId(text.slice(0, 64));
  const entry = reportId === null ? null : await deps.reports.get(reportId);
  if (entry === null) throw new Problem("report-not-found");
  return entry;
}

function toSummary(entry: ReportEntry): ReportSummary {
  const { caseId: _caseId, review: _review, version: _version, ...summary } = entry;
  return summary;
}

/** All of a report. */
export async function readReport(deps: Deps, entry: ReportEntry, language: Language): Promise<Report> {
  const objects = await objectsOf(deps, entry.reportId);
  const diagnoses: Diagnosis[] = [];
  for (const object of objects.diagnoses) diagnoses.push(await readDiagnosis(deps, object));
  const current = diagnoses.pop();
  if (!current) throw new Problem("report-not-found");
  return {
    ...toSummary(entry),
    diagnosis: speak(current, language),
    review: entry.review,
    evidence: await readEvidence(deps, objects.evidence),
    captures: objects.captures.map(({ name, bytes, sha256 }) => ({ name, bytes, sha256 })),
    earlier: diagnoses.map((diagnosis, index) => ({
      at: objects.diagnoses[index]?.createdAt ?? entry.createdAt,
      analyzer: diagnosis.analyzer,
      verdict: diagnosis.verdict,
      confidence: diagnosis.confidence,
      interfaceMtu: diagnosis.recommendation.interfaceMtu,
    })),
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
  reportId: string,
  name: string | undefined,
): Promise<{ object: StoredObject; stream: ReadableStream<Uint8Array> }> {
  const captures = (await deps.reports.objects(reportId)).filter(({ kind }) => kind === "capture");
  const object = name === undefined ? captures[0] : captures.find((capture) => capture.name === name);
  const stream = object ? await deps.blobs.get(object.key) : null;
  if (!object || stream === null) {
    throw new Problem("capture-not-found", { params: { days: deps.config.captureDays } });
  }
  return { object, stream };
}

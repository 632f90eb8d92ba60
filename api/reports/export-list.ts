/** The list of reports as a file, over all pages of a filter: CSV for a spreadsheet, or JSON lines. */
import type { z } from "zod";
import type { ReportList, ReportSummary } from "../../shared/schema/api.ts";
import type { Deps } from "../deps.ts";
import { CSV_BEGINNING, csvRecord } from "../http/csv.ts";
import type { ListForm } from "../http/list-query.ts";
import { type AskedReports, listReports } from "./read-report.ts";

/** So many reports a file has at most: D1 answers a thousand requests for one of ours, and each is a page. */
export const MOST_EXPORTED = 50_000;
const PAGE = 500;

const COLUMNS = [
  "reportId",
  "createdAt",
  "source",
  "verdict",
  "override",
  "confidence",
  "direction",
  "interfaceMtu",
  "gateway",
  "adapter",
  "network",
  "label",
  "status",
  "assignee",
] as const satisfies readonly (keyof ReportSummary)[];

const FORMS: Readonly<
  Record<ListForm, { beginning: string; line(report: ReportSummary): string; more(cursor: string): string }>
> = {
  csv: {
    beginning: CSV_BEGINNING + csvRecord(COLUMNS),
    line: (report) => csvRecord(COLUMNS.map((name) => report[name])),
    more: (cursor) => csvRecord(["nextCursor", cursor]),
  },
  jsonl: {
    beginning: "",
    line: (report) => `${JSON.stringify(report)}\n`,
    more: (nextCursor) => `${JSON.stringify({ nextCursor })}\n`,
  },
};

/**
 * Streams the reports that a filter lets through, newest first. Where there are more than the file may have,
 * its last line has the cursor with which to go on.
 *
 * @param most how many reports the file has at most
 * @throws {Problem} `invalid-fields` for a cursor that we did not give
 */
export async function exportList(
  deps: Deps,
  query: AskedReports,
  form: ListForm,
  most = MOST_EXPORTED,
): Promise<ReadableStream<Uint8Array>> {
  const { beginning, line, more } = FORMS[form];
  const encoder = new TextEncoder();
  const pageFrom = (cursor: string | undefined, left: number): Promise<z.infer<typeof ReportList>> =>
    listReports(deps, { ...query, cursor, limit: Math.min(PAGE, left) });
  // The first page is read before anything is answered, so that what is wrong with the query is a problem.
  let page = await pageFrom(query.cursor, most);
  let left = most;
  return new ReadableStream({
    start: (controller) => controller.enqueue(encoder.encode(beginning)),
    async pull(controller) {
      const { reports, nextCursor } = page;
      left -= reports.length;
      const isLast = nextCursor === null || left === 0;
      const lines = [...reports.map(line), ...(isLast && nextCursor !== null ? [more(nextCursor)] : [])];
      if (lines.length > 0) controller.enqueue(encoder.encode(lines.join("")));
      if (isLast) controller.close();
      else page = await pageFrom(nextCursor, left);
    },
  });
}

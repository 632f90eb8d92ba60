/** Two reports side by side: of one case, of one gateway, or before and after a change. */
import { type ComparedSide, type Comparison, compare } from "../../shared/diagnose/compare.ts";
import type { Language } from "../../shared/language.ts";
import type { Report } from "../../shared/schema/api.ts";
import type { Deps } from "../deps.ts";
import type { ReportEntry, ReportFilter } from "../store/port.ts";
import { observeReport } from "./observe-report.ts";
import { capturesOf, partsOf, type ReportParts, readReport } from "./read-report.ts";

/** So many others are offered to be compared with. */
const MOST_OTHERS = 12;

/** A report with what its evidence says. */
export interface ReportSide extends ComparedSide {
  entry: ReportEntry;
  report: Report;
}

/** Both, and what differs. */
export interface ComparedReports {
  before: ReportSide;
  after: ReportSide;
  comparison: Comparison;
}

/** The parts of both, for who asks whether anything has changed since. */
export const partsOfBoth = (deps: Deps, before: ReportEntry, after: ReportEntry) =>
  Promise.all([partsOf(deps, before), partsOf(deps, after)]);

/** Reads and compares two reports. */
export async function compareReports(
  deps: Deps,
  [before, after]: readonly [ReportEntry, ReportEntry],
  parts: readonly [ReportParts, ReportParts],
  language: Language,
): Promise<ComparedReports> {
  const read = async (entry: ReportEntry, of: ReportParts): Promise<ReportSide> => {
    const report = await readReport(deps, entry, language, of);
    const { observations } = await observeReport(deps, report.evidence, capturesOf(of));
    const { override } = entry;
    const diagnosis = override === null ? report.diagnosis : { ...report.diagnosis, verdict: override };
    return { entry, report, observations, diagnosis };
  };
  const sides = { before: await read(before, parts[0]), after: await read(after, parts[1]) };
  return { ...sides, comparison: compare(sides.before, sides.after) };
}

const NO_FILTER: ReportFilter = {
  verdict: null,
  status: null,
  gateway: null,
  adapter: null,
  label: null,
  mtu: null,
  assignee: null,
  since: null,
  q: null,
  after: null,
  limit: MOST_OTHERS,
};

/**
 * What a report is worth being compared with, the most likely first: earlier ones of its case, the latest of
 * them first, then later ones; of a report without a case, earlier ones of its gateway.
 */
export async function othersOf(deps: Deps, entry: ReportEntry): Promise<ReportEntry[]> {
  if (entry.caseId !== null) {
    const all = (await deps.reports.listOfCase(entry.caseId)).filter((r) => r.reportId !== entry.reportId);
    const earlier = all.filter((r) => r.place < entry.place).reverse();
    if (all.length > 0)
      return [...earlier, ...all.filter((r) => r.place > entry.place)].slice(0, MOST_OTHERS);
  }
  if (entry.gateway === null) return [];
  return deps.reports.list({ ...NO_FILTER, gateway: entry.gateway, after: entry.place });
}

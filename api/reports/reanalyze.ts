/** Analyzes reports anew, many at a time. */
import type { Reanalyzed } from "../../shared/schema/api.ts";
import type { Deps } from "../deps.ts";
import { Problem } from "../http/problem.ts";
import { LostObjectError } from "../store/unavailable.ts";
import { type AskedReports, findReports, inShort, pageOf } from "./read-report.ts";
import { reanalyze } from "./write-report.ts";

/** After so long nothing more is begun: whoever waits for the answer, or a proxy, gives up in the end. */
const LONGEST_MS = 20_000;

/**
 * Analyzes the reports that a filter lets through, newest first: as many as the query's limit, and for no
 * longer than a request may take. What is left begins at the cursor.
 *
 * @throws {Problem} `invalid-fields` for a cursor that we did not give
 */
export async function reanalyzeReports(deps: Deps, query: AskedReports): Promise<Reanalyzed> {
  const endsAt = deps.now().getTime() + LONGEST_MS;
  const found = await findReports(deps, query);
  const result: Reanalyzed = { analyzed: 0, changed: [], kept: [], failed: [], nextCursor: null };
  for (const { reportId } of found.slice(0, query.limit)) {
    if (result.analyzed > 0 && deps.now().getTime() >= endsAt) break;
    result.analyzed++;
    try {
      const { outcome, missing, before, found: after } = await reanalyze(deps, reportId);
      if (outcome === "changed")
        result.changed.push({ reportId, before: inShort(before), after: inShort(after) });
      if (outcome === "kept") result.kept.push({ reportId, missing, rest: inShort(after) });
    } catch (error) {
      if (!(error instanceof LostObjectError || error instanceof Problem)) throw error;
      result.failed.push(reportId);
    }
  }
  return { ...result, nextCursor: pageOf(deps, found, result.analyzed).nextCursor };
}

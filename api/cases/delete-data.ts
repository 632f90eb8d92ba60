/**
 * Deletes on request all that is kept of a case, or about a gateway: so much at once, and the rest when asked
 * again.
 */
import type { Deleted } from "../../shared/schema/api.ts";
import type { Deps } from "../deps.ts";
import { Problem } from "../http/problem.ts";
import { deleteDoomed } from "../reports/delete-objects.ts";
import { deleteReports } from "../reports/write-report.ts";
import { revokeCode } from "./case-code.ts";

/** So many reports and cases go with one request: each takes several requests to the stores. */
const MOST = 50;

/**
 * Deletes a case with its reports, runs and files, for good. From the first request on its code works no
 * more.
 *
 * @param most how many reports go at once
 * @throws {Problem} `case-not-found`
 */
export async function deleteCase(deps: Deps, caseId: string, most = MOST): Promise<Deleted> {
  await revokeCode(deps, caseId);
  const reportIds = await deps.reports.ofCase(caseId);
  const now = reportIds.slice(0, most);
  if (now.length > 0) await deleteReports(deps, ...now);
  const left = reportIds.length - now.length;
  const keys = left > 0 ? null : await deps.cases.delete(caseId);
  if (keys !== null) await deleteDoomed(deps, keys);
  // A run that was about to end may have stored a report meanwhile.
  const isLeft = keys === null ? 1 : 0;
  return { reports: now.length, cases: 1 - isLeft, left: { reports: left, cases: isLeft } };
}

/**
 * Deletes all cases of a gateway, with whatever belongs to them, and all other reports about it.
 *
 * @param most how many reports and cases go at once
 */
export async function deleteGateway(deps: Deps, gateway: string, most = MOST): Promise<Deleted> {
  const gone = { reports: 0, cases: 0 };
  let room = most;
  for (const caseId of (await deps.cases.ofGateway(gateway, most)).ids) {
    if (room <= 0) break;
    const { reports, cases } = await deleteCase(deps, caseId, room).catch(notThere);
    gone.reports += reports;
    gone.cases += cases;
    room -= reports + 1;
  }
  if (room > 0) {
    const filter = {
      ...{ verdict: null, status: null, adapter: null, label: null, mtu: null, assignee: null },
      ...{ since: null, q: null, after: null },
    };
    const found = await deps.reports.list({ ...filter, gateway, limit: room });
    if (found.length > 0) await deleteReports(deps, ...found.map(({ reportId }) => reportId));
    gone.reports += found.length;
  }
  const { cases } = await deps.cases.ofGateway(gateway, 1);
  return { ...gone, left: { reports: await deps.reports.countOfGateway(gateway), cases } };
}

/** Somebody else deleted the case a moment ago. */
function notThere(error: unknown): Pick<Deleted, "reports" | "cases"> {
  if (error instanceof Problem && error.code === "case-not-found") return { reports: 0, cases: 0 };
  throw error;
}

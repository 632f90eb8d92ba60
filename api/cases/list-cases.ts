/** The list of cases, for staff. */
import type { z } from "zod";
import type { CaseList, CaseSummary } from "../../shared/schema/api.ts";
import type { Deps } from "../deps.ts";
import type { Paging } from "../http/list-query.ts";
import { readCursor, toPage } from "../http/page-cursor.ts";
import type { Case } from "../store/port.ts";
import { closedBy, maxRunsOf } from "./case-code.ts";

const CASE_STATES = {
  "code-expired": "expired",
  "code-revoked": "revoked",
  "code-used-up": "used-up",
} as const;

/** A case as staff see it in a list. */
export function toCaseSummary(deps: Deps, entry: Case): CaseSummary {
  const closed = closedBy(deps, entry)?.code;
  return {
    caseId: entry.id,
    gateway: entry.gateway,
    label: entry.label,
    language: entry.language,
    ask: entry.ask,
    rehearsal: entry.rehearsal,
    createdAt: entry.createdAt,
    createdBy: entry.createdBy,
    expiresAt: entry.expiresAt,
    state:
      closed !== undefined && closed in CASE_STATES
        ? CASE_STATES[closed as keyof typeof CASE_STATES]
        : "open",
    runs: entry.runs,
    maxRuns: maxRunsOf(deps, entry),
  };
}

/**
 * One page of the cases, newest first.
 *
 * @throws {Problem} `invalid-fields` for a cursor that we did not give
 */
export async function listCases(deps: Deps, { cursor, limit }: Paging): Promise<z.infer<typeof CaseList>> {
  const [createdAt, id] = readCursor(deps, "cases", cursor)?.split("~") ?? [];
  const after = createdAt === undefined || id === undefined ? null : { createdAt, id };
  const found = await deps.cases.list({ after, limit: limit + 1 });
  const { rows, nextCursor } = toPage(
    deps,
    "cases",
    found,
    limit,
    (entry) => `${entry.createdAt}~${entry.id}`,
  );
  return { cases: rows.map((entry) => toCaseSummary(deps, entry)), nextCursor };
}

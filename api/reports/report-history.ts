/** Who did what with a report, and what came of it: one list out of what is stored and of the audit log. */
import type { Report } from "../../shared/schema/api.ts";
import type { Confidence, Verdict } from "../../shared/schema/diagnosis.ts";
import type { AuditAction } from "../auth/audit-log.ts";
import type { Deps } from "../deps.ts";

/** Something that was done, or came. `by` is a name; `null`: the service by itself, or an agent. */
export type HistoryEvent = { at: string; by: string | null } & (
  | { what: "created"; source: Report["source"] }
  | { what: "diagnosed"; verdict: Verdict; confidence: Confidence; analyzer: string }
  | { what: "file-came"; name: string; bytes: number }
  | { what: HistoryAction; detail: Readonly<Record<string, unknown>> }
);

/** What the audit log has of a report that belongs into its history: not who merely read it. */
const ACTIONS = [
  "analysis-stored",
  "report-reviewed",
  "report-reanalyzed",
  "capture-read",
] as const satisfies readonly AuditAction[];
/** One of these. */
export type HistoryAction = (typeof ACTIONS)[number];

/** So many entries of the audit log are looked up; older ones of a report that many work on are left out. */
const MOST_ENTRIES = 100;

/** What a report itself tells of its history. */
export function eventsOf(
  report: Pick<Report, "createdAt" | "source" | "earlier" | "diagnosis" | "files">,
  diagnosedAt: string,
): HistoryEvent[] {
  const { verdict, confidence, analyzer } = report.diagnosis;
  const diagnoses = [...report.earlier, { at: diagnosedAt, verdict, confidence, analyzer }];
  return [
    { at: report.createdAt, by: null, what: "created", source: report.source },
    ...diagnoses.map(
      ({ at, verdict, confidence, analyzer }) =>
        ({ at, by: null, what: "diagnosed", verdict, confidence, analyzer }) as const,
    ),
    ...report.files.map(
      ({ receivedAt, name, bytes }) =>
        ({ at: receivedAt, by: null, what: "file-came", name, bytes }) as const,
    ),
  ];
}

/**
 * The whole history, newest first.
 *
 * @param known what the report itself tells of it
 */
export async function readHistory(
  deps: Pick<Deps, "audit">,
  reportId: string,
  known: readonly HistoryEvent[],
): Promise<HistoryEvent[]> {
  const entries = await deps.audit.list({
    actor: null,
    subject: reportId,
    since: null,
    actions: ACTIONS,
    before: null,
    limit: MOST_ENTRIES,
  });
  const done = entries.map(
    ({ at, actorName, action, detail }): HistoryEvent => ({
      at,
      by: actorName,
      what: action as HistoryAction,
      detail: JSON.parse(detail),
    }),
  );
  return [...known, ...done.toReversed()].sort((a, b) => Date.parse(a.at) - Date.parse(b.at)).toReversed();
}

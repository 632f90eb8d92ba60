/** What is done to many reports at once in the queue: another status, which can be undone, or an assignee. */
import * as z from "zod";
import { ReviewStatus } from "../../shared/schema/api.ts";
import { parseReportId } from "../../shared/schema/identifier.ts";
import { actorOf } from "../auth/audit-log.ts";
import type { Deps } from "../deps.ts";
import { Problem } from "../http/problem.ts";
import type { Caller } from "../store/people-port.ts";
import { seal, unseal } from "../webhooks/seal.ts";
import { saveReview } from "./save-review.ts";

/** As many as a page of the list has. */
const MOST_AT_ONCE = 100;
/** For so long a change of many can be undone. */
const UNDO_MS = 10 * 60_000;

/** The reports of a form, each once. */
export const ChosenReports = z
  .preprocess(
    (value) => [...new Set([value ?? []].flat())],
    z
      .array(z.string().refine((id) => parseReportId(id) === id))
      .min(1)
      .max(MOST_AT_ONCE),
  )
  .readonly();

/** What was changed, as it was before: an ID, the status, and the version that the change made. */
const Before = z.tuple([z.string(), ReviewStatus, z.int()]);
const Change = z.object({ at: z.number(), status: ReviewStatus, before: z.array(Before).max(MOST_AT_ONCE) });

/** Whose undoing it is: nobody else's browser is led to undo something by an address. */
const placeOf = (by: Caller): string => `change of reports by ${actorOf(by)}`;

/** What came of a change of many. */
export interface ManyChanged {
  /** The reports that have another status now. */
  changed: string[];
  /** How many were left as they are: they have that status, are gone, or were changed just now. */
  left: number;
  /** What undoes it, for an address; `null`: nothing was changed. */
  undo: string | null;
}

async function change(
  deps: Deps,
  by: Caller,
  wanted: readonly { reportId: string; status: ReviewStatus; version?: number }[],
): Promise<z.infer<typeof Before>[]> {
  const before: z.infer<typeof Before>[] = [];
  for (const { reportId, status, version } of wanted) {
    const entry = await deps.reports.get(reportId);
    if (entry === null || entry.status === status) continue;
    if (version !== undefined && entry.version !== version) continue;
    try {
      await saveReview(deps, entry, entry.version, { status }, by.name);
    } catch (error) {
      if (error instanceof Problem && error.code === "review-stale") continue;
      throw error;
    }
    before.push([reportId, entry.status, entry.version + 1]);
  }
  return before;
}

/** Gives reports another status. */
export async function changeStatuses(
  deps: Deps,
  by: Caller,
  reportIds: readonly string[],
  status: ReviewStatus,
): Promise<ManyChanged> {
  const before = await change(
    deps,
    by,
    reportIds.map((reportId) => ({ reportId, status })),
  );
  const made: z.infer<typeof Change> = { at: deps.now().getTime(), status, before };
  return {
    changed: before.map(([reportId]) => reportId),
    left: reportIds.length - before.length,
    undo: before.length === 0 ? null : seal(deps, placeOf(by), JSON.stringify(made)),
  };
}

/** Reads what can be undone. @returns `null` where it is not the caller's, or too long ago */
export function readUndo(
  deps: Deps,
  by: Caller,
  undo: string | undefined,
): { reports: number; status: ReviewStatus; before: z.infer<typeof Before>[] } | null {
  const text = undo === undefined ? null : unseal(deps, placeOf(by), undo);
  if (text === null) return null;
  const { at, status, before } = Change.parse(JSON.parse(text));
  return at + UNDO_MS < deps.now().getTime() ? null : { reports: before.length, status, before };
}

/** Gives each report the status back that it had, unless somebody has changed it since. */
export async function undoStatuses(
  deps: Deps,
  by: Caller,
  { before }: NonNullable<ReturnType<typeof readUndo>>,
): Promise<Pick<ManyChanged, "changed" | "left">> {
  const back = before.map(([reportId, status, version]) => ({ reportId, status, version }));
  const changed = (await change(deps, by, back)).map(([reportId]) => reportId);
  return { changed, left: before.length - changed.length };
}

/**
 * Whom a form names as the one who looks after reports.
 *
 * @param wanted `me`, empty for nobody, or a member's ID
 * @throws {Problem} `member-not-found`
 */
export async function assigneeOf(
  deps: Deps,
  by: Caller,
  wanted: string,
): Promise<{ id: string; name: string } | null> {
  if (wanted === "") return null;
  if (wanted === "me") return { id: actorOf(by), name: by.name };
  const member = await deps.people.member(wanted);
  if (member === null) throw new Problem("member-not-found");
  return { id: actorOf({ kind: "member", ...member }), name: member.name };
}

/** Saves what an admin adds to a report: its status, a note, an override of the verdict. */
import type { z } from "zod";
import { Review, type ReviewPatch } from "../../shared/schema/api.ts";
import type { Deps } from "../deps.ts";
import { Problem } from "../http/problem.ts";
import type { ReportEntry } from "../store/port.ts";
import { reportEvent } from "../webhooks/events.ts";
import { mtuInForce } from "./advice-in-force.ts";

/** What changed between two reviews, for the audit log: no text of a note, a reason or to the user. */
export const reviewChange = (before: Review, after: Review): Record<string, string | boolean | null> => ({
  from: before.status,
  to: after.status,
  ...(before.override?.verdict === after.override?.verdict
    ? {}
    : { override: after.override?.verdict ?? null }),
  ...(before.note === after.note ? {} : { note: true }),
  ...((before.override?.userText ?? null) === (after.override?.userText ?? null) ? {} : { userText: true }),
});

/**
 * Applies a patch to a review.
 *
 * @param version of the report as the admin read it
 * @param by the admin's name
 * @throws {Problem} `review-stale` when the report has changed since
 */
export async function saveReview(
  deps: Deps,
  entry: ReportEntry,
  version: number,
  patch: z.infer<typeof ReviewPatch>,
  by: string,
): Promise<Review> {
  const review = Review.parse({
    status: patch.status ?? entry.review.status,
    note: patch.note ?? entry.review.note,
    override:
      patch.override === undefined
        ? entry.review.override
        : patch.override && { ...patch.override, userText: patch.override.userText || null },
    updatedAt: deps.now().toISOString(),
    updatedBy: by,
  });
  const { status, override } = review;
  const reviewed = { ...entry, status, override: override?.verdict ?? null };
  const shown = { ...reviewed, interfaceMtu: mtuInForce(reviewed) };
  const told = reportEvent(deps, "report.reviewed", shown);
  if (!(await deps.reports.review(entry.reportId, version, review, told))) throw new Problem("review-stale");
  deps.webhooksDue();
  return review;
}

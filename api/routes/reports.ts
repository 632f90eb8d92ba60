import { Hono } from "hono";
import { z } from "zod";
import {
  type Language,
  type ReportList,
  Review,
  ReviewPatch,
  ReviewStatus,
} from "../../shared/schema/api.ts";
import { Verdict } from "../../shared/schema/diagnosis.ts";
import { parseReportId } from "../../shared/schema/identifier.ts";
import { may, staffOf } from "../auth/principal.ts";
import { sha256Hex } from "../auth/secrets.ts";
import type { Deps } from "../deps.ts";
import { validate } from "../http/body.ts";
import type { AppContext, Env } from "../http/context.ts";
import { countMiss } from "../http/limits.ts";
import { toCursor } from "../http/page-cursor.ts";
import { Problem } from "../http/problem.ts";
import { deleteReport, readFixCard, readReport, reanalyze, toSummary } from "../reports/reports.ts";
import type { ReportEntry } from "../store/port.ts";
import { Paging, readCursor } from "./cases.ts";

/** An empty form field is no filter. */
const filterText = (max: number) =>
  z
    .string()
    .max(max)
    .transform((text) => text.trim() || null)
    .nullable()
    .default(null);
const emptyIsNull = <S extends z.ZodType>(schema: S) =>
  z.preprocess((value) => (value === "" || value === undefined ? null : value), schema.nullable());

export const ReportQuery = Paging.extend({
  verdict: emptyIsNull(Verdict),
  status: emptyIsNull(ReviewStatus),
  gateway: filterText(253),
  adapter: filterText(512),
  /** A day or a moment, ISO 8601. */
  since: emptyIsNull(z.union([z.iso.date(), z.iso.datetime({ offset: true })])),
  q: filterText(120),
});

export async function listReports(
  deps: Deps,
  query: z.infer<typeof ReportQuery>,
): Promise<z.infer<typeof ReportList>> {
  const { cursor, limit, since, q, ...filter } = query;
  const rows = await deps.reports.list({
    ...filter,
    // A report ID as typed finds its report.
    q: q === null ? null : (parseReportId(q.slice(0, 64)) ?? q),
    since: since === null ? null : new Date(since).toISOString(),
    after: readCursor(deps, cursor),
    limit: limit + 1,
  });
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return {
    reports: rows.slice(0, limit).map(toSummary),
    nextCursor: last ? toCursor(deps.config.pepper, { createdAt: last.createdAt, id: last.reportId }) : null,
  };
}

/** One answer for a mistyped, an unknown and a deleted ID. @throws {Problem} `report-not-found` */
export async function findReport(deps: Deps, c: AppContext, text: string): Promise<ReportEntry> {
  const reportId = parseReportId(text.slice(0, 64));
  const entry = reportId === null ? null : await deps.reports.get(reportId);
  if (entry !== null) return entry;
  if (c.var.principal.kind === "anyone") await countMiss(deps, c);
  throw new Problem("report-not-found");
}

/** Strong, RFC 9110 §8.8.3: the version, and a digest that tells card, full report and languages apart. */
const etagOf = (entry: ReportEntry, body: string): string =>
  `"${entry.version}-${sha256Hex(body).slice(0, 24)}"`;

/** @returns the version of the ETag that `If-Match` names; `*` matches any, RFC 9110 §13.1.1 */
function versionWanted(c: AppContext, entry: ReportEntry): number {
  const header = c.req.header("if-match");
  if (header === undefined) throw new Problem("precondition-required");
  if (header.trim() === "*") return entry.version;
  const versions = [...header.matchAll(/(?:^|,)\s*"(\d{1,9})-[0-9a-f]+"/g)].map(([, version]) =>
    Number(version),
  );
  if (!versions.includes(entry.version)) throw new Problem("review-stale");
  return entry.version;
}

/** Applies a patch to a review. @throws {Problem} `review-stale` when somebody was faster */
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
    override: patch.override === undefined ? entry.review.override : patch.override,
    updatedAt: deps.now().toISOString(),
    updatedBy: by,
  });
  if (!(await deps.reports.review(entry.reportId, version, review))) throw new Problem("review-stale");
  return review;
}

/** `/v1/reports`: a fix card for whoever has the ID, everything for staff. */
export function reportRoutes(deps: Deps) {
  const bodyFor = async (c: AppContext, entry: ReportEntry, language: Language): Promise<string> =>
    JSON.stringify(
      c.var.principal.kind === "staff"
        ? await readReport(deps, entry, language)
        : await readFixCard(deps, entry, language),
    );

  return new Hono<Env>()
    .get("/", may("staff"), validate("query", ReportQuery), async (c) => {
      const list = await listReports(deps, c.req.valid("query"));
      if (list.nextCursor !== null) {
        const next = new URL(c.req.url);
        next.searchParams.set("cursor", list.nextCursor);
        c.header("Link", `<${next.pathname}${next.search}>; rel="next"`);
      }
      return c.json(list);
    })
    .get("/:reportId", async (c) => {
      const entry = await findReport(deps, c, c.req.param("reportId"));
      const body = await bodyFor(c, entry, c.var.language);
      const etag = etagOf(entry, body);
      c.header("ETag", etag);
      c.header("Cache-Control", "private, no-cache");
      c.header("Vary", "Authorization, Cookie, Accept-Language");
      if ((c.req.header("if-none-match") ?? "").split(",").some((tag) => tag.trim() === etag))
        return c.body(null, 304);
      return c.body(body, 200, { "Content-Type": "application/json" });
    })
    .patch("/:reportId/review", may("admin"), validate("json", ReviewPatch), async (c) => {
      const entry = await findReport(deps, c, c.req.param("reportId"));
      const version = versionWanted(c, entry);
      const review = await saveReview(deps, entry, version, c.req.valid("json"), staffOf(c).name);
      const saved: ReportEntry = { ...entry, review, status: review.status, version: version + 1 };
      return c.json(review, 200, { ETag: etagOf(saved, JSON.stringify(review)) });
    })
    .post("/:reportId/reanalyze", may("admin"), async (c) => {
      const { reportId } = await findReport(deps, c, c.req.param("reportId"));
      await reanalyze(deps, reportId);
      const entry = await findReport(deps, c, reportId);
      const body = await bodyFor(c, entry, c.var.language);
      return c.body(body, 200, { "Content-Type": "application/json", ETag: etagOf(entry, body) });
    })
    .get("/:reportId/capture", may("admin"), async (c) => {
      const { reportId } = await findReport(deps, c, c.req.param("reportId"));
      const captures = (await deps.reports.objects(reportId)).filter(({ kind }) => kind === "capture");
      const wanted = c.req.query("name");
      const capture = wanted === undefined ? captures[0] : captures.find(({ name }) => name === wanted);
      const stream = capture ? await deps.blobs.get(capture.key) : null;
      if (!capture || stream === null) {
        throw new Problem("capture-not-found", { params: { days: deps.config.captureDays } });
      }
      return c.body(stream, 200, {
        "Content-Type": "application/x-pcapng",
        "Content-Length": String(capture.bytes),
        "Content-Disposition": `attachment; filename="${reportId}.pcapng"`,
        "Cache-Control": "no-store",
        ETag: `"${capture.sha256}"`,
      });
    })
    .delete("/:reportId", may("admin"), async (c) => {
      const { reportId } = await findReport(deps, c, c.req.param("reportId"));
      if (!(await deleteReport(deps, reportId))) throw new Problem("report-not-found");
      return c.body(null, 204);
    });
}

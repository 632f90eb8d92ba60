/** `/v1/reports`: a fix card for whoever has the ID, everything for staff. */
import { Hono } from "hono";
import type { z } from "zod";
import {
  type Assigned,
  Assignment,
  type FixCard,
  type Report,
  ReviewPatch,
} from "../../shared/schema/api.ts";
import { actorOf, note } from "../auth/audit-log.ts";
import { may, staffOf } from "../auth/authorize.ts";
import { sha256Hex } from "../auth/secrets.ts";
import type { Deps } from "../deps.ts";
import { validate } from "../http/body.ts";
import { MAX_SMALL_JSON_BYTES } from "../http/bounds.ts";
import type { AppContext, Env } from "../http/context.ts";
import { matchesEtag } from "../http/etag.ts";
import { LIST_TYPES, type ListForm, ListFormat, ReanalyzeQuery, ReportQuery } from "../http/list-query.ts";
import { Problem } from "../http/problem.ts";
import { countingStrangersMisses } from "../http/rate-limits.ts";
import { assigneeOf } from "../reports/change-many.ts";
import { exportList } from "../reports/export-list.ts";
import { readFixCard } from "../reports/fix-card.ts";
import {
  findReport,
  listReports,
  openCapture,
  partsOf,
  readReport,
  stampOf,
} from "../reports/read-report.ts";
import { reanalyzeReports } from "../reports/reanalyze.ts";
import { toMarkdown } from "../reports/report-markdown.ts";
import { reviewChange, saveReview } from "../reports/save-review.ts";
import { deleteReports, reanalyze } from "../reports/write-report.ts";
import type { ReportEntry } from "../store/port.ts";

/**
 * A strong ETag, RFC 9110 §8.8.3: the version, and a digest that differs for card, full report and language.
 */
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

/** RFC 7763. */
const MARKDOWN = "text/markdown";

const acceptedTypes = (c: AppContext): (string | undefined)[] =>
  (c.req.header("accept") ?? "").split(",").map((type) => type.split(";")[0]?.trim().toLowerCase());

/** The form of the list that `Accept` asks for: JSON, unless it names another one. */
function formWanted(c: AppContext): "json" | ListForm {
  const accepted = acceptedTypes(c);
  if (accepted.includes(LIST_TYPES.csv)) return "csv";
  return accepted.includes(LIST_TYPES.jsonl) || accepted.includes("application/jsonl") ? "jsonl" : "json";
}

/** The routes under `/v1/reports`. */
export function reportRoutes(deps: Deps) {
  /** The whole report for staff, and the fix card for everyone else. */
  const bodyFor = async (
    c: AppContext,
    entry: ReportEntry,
    form: "json" | "markdown" = "json",
  ): Promise<{ body: string; etag: string }> => {
    const { reportId } = entry;
    const { language, principal } = c.var;
    const withEtag = (shown: FixCard | Report) => {
      const body = form === "markdown" ? toMarkdown(shown) : JSON.stringify(shown);
      return { body, etag: etagOf(entry, body) };
    };
    if (principal.kind !== "staff")
      return deps.remembered.of(
        { reportId, what: `card ${form} ${language}`, stamp: stampOf(entry) },
        async () => withEtag(await readFixCard(deps, entry, language)),
      );
    const parts = await partsOf(deps, entry);
    return deps.remembered.of(
      { reportId, what: `report ${form} ${language}`, stamp: stampOf(entry, parts) },
      async () => withEtag(await readReport(deps, entry, language, parts)),
    );
  };

  return new Hono<Env>()
    .get(
      "/",
      may("staff"),
      validate("query", ReportQuery.extend({ format: ListFormat.optional() })),
      async (c) => {
        const { format, ...asked } = c.req.valid("query");
        const query = { ...asked, asker: actorOf(staffOf(c)) };
        const form = format ?? formWanted(c);
        c.header("Vary", "Accept");
        if (form !== "json") {
          const file = await exportList(deps, query, form);
          await note(deps, c, "reports-exported", "", { form });
          return c.body(file, 200, {
            "Content-Type": `${LIST_TYPES[form]}; charset=utf-8`,
            "Content-Disposition": `attachment; filename="ikefrag-reports.${form}"`,
            "Cache-Control": "no-store",
          });
        }
        const list = await listReports(deps, query);
        if (list.nextCursor !== null) {
          const next = new URL(c.req.url);
          next.searchParams.set("cursor", list.nextCursor);
          c.header("Link", `<${next.pathname}${next.search}>; rel="next"`);
        }
        return c.json(list);
      },
    )
    .get("/:reportId", async (c) => {
      const entry = await countingStrangersMisses(deps, c, () => findReport(deps, c.req.param("reportId")));
      const form = acceptedTypes(c).includes(MARKDOWN) ? "markdown" : "json";
      const { body, etag } = await bodyFor(c, entry, form);
      c.header("ETag", etag);
      c.header("Cache-Control", "private, no-cache");
      c.header("Vary", "Accept, Authorization, Cookie, Accept-Language");
      if (matchesEtag(c, etag)) return c.body(null, 304);
      const type = form === "markdown" ? `${MARKDOWN}; charset=utf-8` : "application/json";
      return c.body(body, 200, { "Content-Type": type });
    })
    .patch("/:reportId/review", may("admin"), validate("json", ReviewPatch), async (c) => {
      const entry = await findReport(deps, c.req.param("reportId"));
      const version = versionWanted(c, entry);
      const review = await saveReview(deps, entry, version, c.req.valid("json"), staffOf(c).name);
      c.set("auditDetail", reviewChange(entry.review, review));
      const saved: ReportEntry = { ...entry, review, status: review.status, version: version + 1 };
      return c.json(review, 200, { ETag: etagOf(saved, JSON.stringify(review)) });
    })
    .put(
      "/:reportId/assignee",
      may("staff"),
      validate("json", Assignment, MAX_SMALL_JSON_BYTES),
      async (c) => {
        const { reportId } = await findReport(deps, c.req.param("reportId"));
        const assignee = await assigneeOf(deps, staffOf(c), c.req.valid("json").assignee ?? "");
        await deps.reports.assign(reportId, assignee);
        await note(deps, c, "report-assigned", reportId, { to: assignee?.name ?? null });
        return c.json({ assignee: assignee?.name ?? null } satisfies z.infer<typeof Assigned>);
      },
    )
    .post("/reanalyze", may("admin"), validate("query", ReanalyzeQuery), async (c) => {
      const result = await reanalyzeReports(deps, {
        ...c.req.valid("query"),
        asker: actorOf(staffOf(c)),
      });
      const { analyzed, changed, kept } = result;
      await note(deps, c, "reports-reanalyzed", "", {
        analyzed,
        changed: changed.length,
        kept: kept.length,
      });
      return c.json(result);
    })
    .post("/:reportId/reanalyze", may("admin"), async (c) => {
      const { reportId } = await findReport(deps, c.req.param("reportId"));
      await reanalyze(deps, reportId);
      const entry = await findReport(deps, reportId);
      const { body, etag } = await bodyFor(c, entry);
      return c.body(body, 200, { "Content-Type": "application/json", ETag: etag });
    })
    .get("/:reportId/capture", may("admin"), async (c) => {
      const entry = await findReport(deps, c.req.param("reportId"));
      const { object, stream } = await openCapture(deps, entry, c.req.query("name"));
      c.set("auditDetail", { capture: object.name });
      return c.body(stream, 200, {
        "Content-Type": "application/x-pcapng",
        "Content-Length": String(object.bytes),
        "Content-Disposition": `attachment; filename="${entry.reportId}.pcapng"`,
        "Cache-Control": "no-store",
        ETag: `"${object.sha256}"`,
      });
    })
    .delete("/:reportId", may("admin"), async (c) => {
      const { reportId } = await findReport(deps, c.req.param("reportId"));
      if (!(await deleteReports(deps, reportId))) throw new Problem("report-not-found");
      return c.body(null, 204);
    });
}

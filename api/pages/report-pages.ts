/** The pages about reports: the list with its filters, and one report with its review. */
import { Hono } from "hono";
import { html, raw } from "hono/html";
import type { z } from "zod";
import { markup } from "../../shared/chart/markup.ts";
import { LANGUAGES } from "../../shared/language.ts";
import {
  type Reanalyzed,
  type Report,
  type ReportSummary,
  ReviewPatch,
  ReviewStatus,
} from "../../shared/schema/api.ts";
import { Verdict } from "../../shared/schema/diagnosis.ts";
import { VERDICTS } from "../../shared/schema/verdicts.ts";
import { note } from "../auth/audit-log.ts";
import { may, staffOf } from "../auth/authorize.ts";
import type { Deps } from "../deps.ts";
import type { AppContext, Env } from "../http/context.ts";
import { type ListForm, ReanalyzeQuery, ReportQuery } from "../http/list-query.ts";
import { invalidFields, Problem } from "../http/problem.ts";
import { observeReport } from "../reports/observe-report.ts";
import {
  capturesOf,
  findReport,
  listReports,
  partsOf,
  type ReportParts,
  readReport,
  stampOf,
} from "../reports/read-report.ts";
import { reanalyzeReports } from "../reports/reanalyze.ts";
import { saveReview } from "../reports/save-review.ts";
import { deleteReports, reanalyze } from "../reports/write-report.ts";
import type { ReportEntry } from "../store/port.ts";
import { embed, sectionsOf, verdictTitle } from "./diagnosis-view.ts";
import { moreEvidence } from "./evidence-view.ts";
import {
  facts,
  formatMoment,
  type Html,
  layout,
  moment,
  type Notice,
  noticeBox,
  translate,
} from "./layout.ts";
import { type ReviewDraft, reviewDraftOf, reviewForm } from "./review-form.ts";
import type { PlainTextKey } from "./words.ts";

const FLASHES = {
  saved: "reviewSaved",
  reanalyzed: "reanalyzed",
  kept: "reanalyzedKept",
  deleted: "deleted",
} as const satisfies Record<string, PlainTextKey>;

/** What the redirect before this page has done, as a word in the address: no state for it. */
function flash(c: AppContext): Notice | null {
  const done = c.req.query("done") ?? "";
  if (!Object.hasOwn(FLASHES, done)) return null;
  return { tone: "good", text: translate(c)(FLASHES[done as keyof typeof FLASHES]) };
}

/** Reports in the console: the list, and one report with its evidence and its review. */
export function reportPages(deps: Deps) {
  const makeSections = async (c: AppContext, entry: ReportEntry, parts: ReportParts) => {
    const t = translate(c);
    const report = await readReport(deps, entry, c.var.language, parts);
    const { observations, undrawn } = await observeReport(deps, report.evidence, capturesOf(parts));
    const eyebrow = markup`<a href="/console/reports">${t("reportsTitle")}</a> / ${report.reportId}`;
    const { verdict, ...others } = sectionsOf(
      t,
      report,
      observations,
      eyebrow,
      moreEvidence(t, report, undrawn),
    );
    return {
      verdict: String(embed(verdict)),
      override: String(await overrideBox(c, report)),
      sections: Object.values(others).map(embed).join(""),
      about: String(await aboutPanel(c, report, entry.caseId)),
    };
  };

  const reportPage = async (c: AppContext, entry: ReportEntry, draft: ReviewDraft, notice: Notice | null) => {
    const { reportId } = entry;
    const parts = await partsOf(deps, entry);
    // What is the same for all who may read it: neither the navigation nor the review.
    const { verdict, override, sections, about } = await deps.remembered.of(
      { reportId, what: `report page ${c.var.language}`, stamp: stampOf(entry, parts) },
      () => makeSections(c, entry, parts),
    );
    const admin = staffOf(c).role === "admin";
    return layout(c, {
      title: reportId,
      here: "reports",
      wide: true,
      body: html`
${noticeBox(notice)}
<div class="report">${raw(verdict)}</div>
${raw(override)}
<div class="columns"><div class="report">
${raw(sections)}
</div><aside>
${raw(about)}
<section class="panel" id="review">${reviewForm(c, { entry, draft, admin })}</section>
${admin ? managePanel(c, entry) : ""}
</aside></div>`,
    });
  };

  return new Hono<Env>()
    .get("/", async (c) => {
      const query = ReportQuery.safeParse(c.req.query());
      if (!query.success) throw invalidFields("query", query.error);
      return c.html(await listPage(deps, c, query.data));
    })
    .post("/reanalyze", may("admin"), async (c) => {
      const form = await c.req.parseBody();
      const query = ReanalyzeQuery.safeParse(form);
      if (!query.success) throw invalidFields("form", query.error);
      const result = await reanalyzeReports(deps, query.data);
      const { analyzed, changed, kept } = result;
      const counts = { analyzed, changed: changed.length, kept: kept.length };
      await note(deps, c, "reports-reanalyzed", "", counts);
      return c.html(reanalyzedPage(c, result, form));
    })
    .get("/:reportId", async (c) => {
      const entry = await findReport(deps, c.req.param("reportId"));
      return c.html(await reportPage(c, entry, reviewDraftOf(entry), flash(c)));
    })
    .post("/:reportId/review", may("admin"), async (c) => {
      const t = translate(c);
      const entry = await findReport(deps, c.req.param("reportId"));
      const form = await c.req.parseBody();
      const verdict = Verdict.safeParse(form.override);
      const draft: ReviewDraft = {
        version: Number(form.version),
        status: ReviewStatus.catch(entry.status).parse(form.status),
        note: String(form.note ?? "").replace(/\r\n/g, "\n"),
        overrideVerdict: verdict.success ? verdict.data : null,
        overrideReason: String(form.reason ?? "").trim(),
        theirs: null,
      };
      const again = async (status: 400 | 412, notice: Notice, shown: ReviewDraft) =>
        c.html(await reportPage(c, entry, shown, notice), status);

      if (draft.overrideVerdict !== null && draft.overrideReason === "") {
        return again(400, { tone: "bad", text: t("reviewReasonMissing") }, draft);
      }
      const patch = ReviewPatch.safeParse({
        status: draft.status,
        note: draft.note,
        override:
          draft.overrideVerdict === null
            ? null
            : { verdict: draft.overrideVerdict, reason: draft.overrideReason },
      } satisfies z.input<typeof ReviewPatch>);
      if (!patch.success) return again(400, { tone: "bad", text: t("reviewTooLong") }, draft);
      // The form keeps what was typed and gets the newer version's number: saving again is then a decision.
      const stale = async () => {
        const fresh = await findReport(deps, entry.reportId);
        return c.html(
          await reportPage(
            c,
            fresh,
            { ...draft, version: fresh.version, theirs: fresh.review },
            { tone: "bad", text: t("reviewStale") },
          ),
          412,
        );
      };
      if (draft.version !== entry.version) return stale();
      try {
        await saveReview(deps, entry, entry.version, patch.data, staffOf(c).name);
      } catch (error) {
        if (error instanceof Problem && error.code === "review-stale") return stale();
        throw error;
      }
      return c.redirect(`/console/reports/${entry.reportId}?done=saved#review`, 303);
    })
    .post("/:reportId/reanalyze", may("admin"), async (c) => {
      const { reportId } = await findReport(deps, c.req.param("reportId"));
      const { outcome } = await reanalyze(deps, reportId);
      return c.redirect(
        `/console/reports/${reportId}?done=${outcome === "kept" ? "kept" : "reanalyzed"}`,
        303,
      );
    })
    .post("/:reportId/delete", may("admin"), async (c) => {
      const { reportId } = await findReport(deps, c.req.param("reportId"));
      const form = await c.req.parseBody();
      if (form.confirm !== "yes") return c.redirect(`/console/reports/${reportId}#manage`, 303);
      await deleteReports(deps, reportId);
      return c.redirect("/console/reports?done=deleted", 303);
    });
}

/** The fields of a filter, to be sent again. */
const hiddenFields = (fields: Readonly<Record<string, unknown>>): Html =>
  html`${Object.entries(fields)
    .filter(([, value]) => typeof value === "string" && value !== "")
    .map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}`;

function reanalyzedPage(c: AppContext, result: Reanalyzed, form: Readonly<Record<string, unknown>>): Html {
  const t = translate(c);
  const { analyzed, changed, kept, failed, nextCursor } = result;
  const { listJoiner } = LANGUAGES[c.var.language];
  const link = (reportId: string) => html`<a href="/console/reports/${reportId}">${reportId}</a>`;
  const rows = [
    ...changed.map(
      ({ reportId, before, after }) =>
        html`<li>${link(reportId)}: <code>${before.verdict}</code> (${before.confidence}) → <code>${after.verdict}</code> (${after.confidence})</li>`,
    ),
    ...kept.map(
      ({ reportId, missing }) =>
        html`<li>${link(reportId)}: ${t("reanalyzedMissing", { names: missing.join(listJoiner) })}</li>`,
    ),
    ...failed.map((reportId) => html`<li>${link(reportId)}: ${t("reanalyzedFailed")}</li>`),
  ];
  const counts = { analyzed, changed: changed.length, kept: kept.length, failed: failed.length };
  return layout(c, {
    title: t("reanalyzeAll"),
    here: "reports",
    body: html`<p class="eyebrow"><a href="/console/reports">${t("reportsTitle")}</a></p><section class="panel"><h1>${t("reanalyzeAll")}</h1>
<p role="status">${t("reanalyzedMany", counts)}</p>${rows.length === 0 ? "" : html`<ul>${rows}</ul>`}
${nextCursor === null ? "" : html`<form method="post" action="/console/reports/reanalyze">${hiddenFields({ ...form, cursor: nextCursor })}<button class="primary">${t("reanalyzeMore")}</button></form>`}</section>`,
  });
}

function overrideBox(c: AppContext, { review, diagnosis }: Report): Html {
  if (review.override === null) return html``;
  const t = translate(c);
  return html`<p class="notice note"><strong>${t("overriddenMark")}: ${verdictTitle(review.override.verdict, c.var.language)}</strong><br>${review.override.reason}<br><span class="hint">${t("reviewAnalyzer", { verdict: diagnosis.verdict })}</span></p>`;
}

function aboutPanel(c: AppContext, report: Report, caseId: string | null): Html {
  const t = translate(c);
  const { agent } = report.evidence;
  return html`<section class="panel"><h2>${t("factsTitle")}</h2>${facts([
    [t("columnLabel"), report.label],
    [t("caseOne"), caseId === null ? null : html`<a href="/console/cases/${caseId}">${t("factCase")}</a>`],
    [t("columnCreated"), moment(report.createdAt)],
    [t("factExpires"), moment(report.expiresAt)],
    [t("factCapturesExpire"), report.capturesExpireAt === null ? null : moment(report.capturesExpireAt)],
    [t("factSource"), t(`source.${report.source}`)],
    [t("factPlatform"), agent === null ? null : [agent.platform, agent.osVersion].filter(Boolean).join(" ")],
    [t("factAgent"), agent === null ? null : `${agent.name} ${agent.version} (${agent.runtime})`],
    [t("factAnalyzer"), report.diagnosis.analyzer],
    [t("cardTitle"), html`<a href="/r/${report.reportId}">${t("factFixCard")}</a>`],
  ])}
${
  report.earlier.length === 0
    ? ""
    : html`<h3>${t("earlierTitle")}</h3><ul>${report.earlier.map(
        ({ at, verdict, confidence, analyzer }) =>
          html`<li>${moment(at)}<br><code>${verdict}</code> (${confidence}), ${analyzer}</li>`,
      )}</ul>`
}${
  report.withoutEvidence === null
    ? ""
    : html`<h3>${t("partialTitle")}</h3><p>${t("partialMissing", { names: report.withoutEvidence.missing.join(LANGUAGES[c.var.language].listJoiner) })}</p><p>${moment(report.withoutEvidence.at)}<br><code>${report.withoutEvidence.verdict}</code> (${report.withoutEvidence.confidence}), ${report.withoutEvidence.analyzer}</p>`
}</section>`;
}

function managePanel(c: AppContext, { reportId }: ReportEntry): Html {
  const t = translate(c);
  return html`<details class="panel" id="manage"><summary>${t("manageTitle")}</summary>
<form method="post" action="/console/reports/${reportId}/reanalyze"><p class="hint">${t("reanalyzeText")}</p><div class="field"><button>${t("reanalyzeButton")}</button></div></form>
<form method="post" action="/console/reports/${reportId}/delete"><div class="field"><label class="check"><input type="checkbox" name="confirm" value="yes" required> <span>${t("deleteConfirm")}</span></label></div><button class="danger">${t("deleteButton")}</button></form>
</details>`;
}

async function listPage(deps: Deps, c: AppContext, query: ReportQuery): Promise<Html> {
  const t = translate(c);
  const { reports, nextCursor } = await listReports(deps, query);
  const filtered = [query.verdict, query.status, query.gateway, query.adapter, query.since, query.q].some(
    (value) => value !== null,
  );
  const options = <T extends string>(values: readonly T[], chosen: T | null, name: (value: T) => string) =>
    html`<option value="">${t("filterAny")}</option>${values.map((value) => html`<option value="${value}"${value === chosen ? " selected" : ""}>${name(value)}</option>`)}`;
  const older = new URL(c.req.url);
  if (nextCursor !== null) older.searchParams.set("cursor", nextCursor);
  const file = (format: ListForm): string => {
    const url = new URL("/v1/reports", c.req.url);
    for (const [name, value] of new URL(c.req.url).searchParams)
      if (value !== "" && name in query && name !== "cursor" && name !== "limit")
        url.searchParams.set(name, value);
    url.searchParams.set("format", format);
    return `${url.pathname}${url.search}`;
  };
  const newest = new URL(c.req.url);
  newest.searchParams.delete("cursor");
  const text = (id: "gateway" | "adapter", label: PlainTextKey) =>
    html`<div class="field"><label for="${id}">${t(label)}</label><input id="${id}" name="${id}" value="${query[id] ?? ""}" maxlength="253" autocomplete="off" spellcheck="false"></div>`;

  return layout(c, {
    title: t("reportsTitle"),
    here: "reports",
    wide: true,
    body: html`${noticeBox(flash(c))}<h1>${t("reportsTitle")}</h1>
<form method="get" action="/console/reports" class="filters panel" role="search">
<div class="field search"><label for="q">${t("filterSearch")}</label><input id="q" name="q" type="search" value="${query.q ?? ""}" maxlength="120" placeholder="${t("filterSearchHint")}"></div>
<div class="field"><label for="verdict">${t("filterVerdict")}</label><select id="verdict" name="verdict">${options(Verdict.options, query.verdict, (verdict) => verdictTitle(verdict, c.var.language))}</select></div>
<div class="field"><label for="status">${t("filterStatus")}</label><select id="status" name="status">${options(ReviewStatus.options, query.status, (status) => t(`status.${status}`))}</select></div>
${text("gateway", "filterGateway")}
${text("adapter", "filterAdapter")}
<div class="field"><label for="since">${t("filterSince")}</label><input id="since" name="since" type="date" value="${query.since?.slice(0, 10) ?? ""}"></div>
<div class="buttons"><button class="primary">${t("filterApply")}</button>${filtered ? html`<a class="button" href="/console/reports">${t("filterClear")}</a>` : ""}</div>
</form>
<div class="scroll panel">${
      reports.length === 0
        ? html`<p>${filtered ? t("reportsEmpty") : t("reportsNone")}</p>`
        : html`<table class="cards"><thead><tr><th scope="col">${t("columnVerdict")}</th><th scope="col">${t("columnReport")}</th><th scope="col" class="number">${t("columnMtu")}</th><th scope="col">${t("columnGateway")}</th><th scope="col">${t("columnAdapter")}</th><th scope="col">${t("columnLabel")}</th><th scope="col">${t("columnStatus")}</th><th scope="col">${t("columnCreated")}</th></tr></thead><tbody>${reports.map((report) => listRow(c, report))}</tbody></table>`
    }</div>
<p class="pager">${query.cursor === undefined ? "" : html`<a class="button" href="${newest.pathname}${newest.search}">${t("newestReports")}</a>`}${nextCursor === null ? "" : html`<a class="button" rel="next" href="${older.pathname}${older.search}">${t("olderReports")}</a>`}${reports.length === 0 ? "" : html`<a class="button" href="${file("csv")}">${t("reportsAsCsv")}</a><a class="button" href="${file("jsonl")}">${t("reportsAsLines")}</a>`}</p>
${staffOf(c).role === "admin" && reports.length > 0 ? html`<form method="post" action="/console/reports/reanalyze">${hiddenFields({ ...c.req.query(), cursor: "", limit: "" })}<p class="hint">${t("reanalyzeAllText")}</p><button>${t("reanalyzeAll")}</button></form>` : ""}`,
  });
}

const STATUS_TONES = { new: "note", reviewed: "", fixed: "", confirmed: "good" } as const;

function listRow(c: AppContext, report: ReportSummary): Html {
  const t = translate(c);
  const verdict = report.override ?? report.verdict;
  return html`<tr>
<td class="wide"><span class="dot ${VERDICTS[verdict].tone}"></span><a href="/console/reports/${report.reportId}">${verdictTitle(verdict, c.var.language)}</a>${report.override === null ? "" : html` <span class="tag note">${t("overriddenMark")}</span>`}</td>
<td class="id">${report.reportId}</td>
<td class="number">${report.interfaceMtu ?? ""}</td>
<td>${report.gateway ?? ""}</td>
<td>${report.adapter ?? ""}</td>
<td>${report.label ?? ""}</td>
<td><span class="tag ${STATUS_TONES[report.status]}">${t(`status.${report.status}`)}</span></td>
<td class="nowrap"><time datetime="${report.createdAt}">${formatMoment(report.createdAt)}</time></td>
</tr>`;
}

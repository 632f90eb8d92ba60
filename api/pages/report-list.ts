/** The reports in the console: the list with its filters, and what is done to all of them. */
import { Hono } from "hono";
import { html } from "hono/html";
import { LANGUAGES } from "../../shared/language.ts";
import { type Reanalyzed, type ReportSummary, ReviewStatus } from "../../shared/schema/api.ts";
import { Verdict } from "../../shared/schema/diagnosis.ts";
import { VERDICTS } from "../../shared/schema/verdicts.ts";
import { note } from "../auth/audit-log.ts";
import { may, staffOf } from "../auth/authorize.ts";
import type { Deps } from "../deps.ts";
import type { AppContext, Env } from "../http/context.ts";
import { type ListForm, ReanalyzeQuery, ReportQuery } from "../http/list-query.ts";
import { invalidFields } from "../http/problem.ts";
import { listReports } from "../reports/read-report.ts";
import { reanalyzeReports } from "../reports/reanalyze.ts";
import { verdictTitle } from "./diagnosis-view.ts";
import { flash } from "./flash.ts";
import { formatMoment, type Html, layout, noticeBox, translate } from "./layout.ts";
import type { PlainTextKey } from "./words.ts";

/** The pages under `/console/reports` that are about many reports. */
export function reportListPages(deps: Deps) {
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

/** The queue of reports in the console: what waits, in what state, and for whom; and analyzing many anew. */
import { Hono } from "hono";
import { html } from "hono/html";
import { LANGUAGES } from "../../shared/language.ts";
import { type Reanalyzed, type ReportSummary, ReviewStatus } from "../../shared/schema/api.ts";
import { VERDICTS } from "../../shared/schema/verdicts.ts";
import { actorOf, note } from "../auth/audit-log.ts";
import { may, staffOf } from "../auth/authorize.ts";
import type { Deps } from "../deps.ts";
import type { AppContext, Env } from "../http/context.ts";
import { type ListForm, ReanalyzeQuery, ReportQuery } from "../http/list-query.ts";
import { invalidFields, Problem } from "../http/problem.ts";
import { type AskedReports, filterOf, findReports, pageOf, toSummary } from "../reports/read-report.ts";
import { reanalyzeReports } from "../reports/reanalyze.ts";
import { verdictTitle } from "./diagnosis-view.ts";
import { type Html, layout, momentAgo, theirs, translate } from "./layout.ts";
import { backToList } from "./report-actions.ts";
import { bulkBar, COUNT_HOLE, searchForm, undoBox } from "./report-search-form.ts";

/** The pages under `/console/reports` that are about many reports. */
export function reportListPages(deps: Deps) {
  return (
    new Hono<Env>()
      .get("/", async (c) => {
        const query = ReportQuery.safeParse(c.req.query());
        if (!query.success) throw invalidFields("query", query.error);
        return c.html(await queuePage(deps, c, { ...query.data, asker: actorOf(staffOf(c)) }));
      })
      // How many have come since the list was made: of what the list shows.
      .get("/events", async (c) => {
        const query = ReportQuery.safeParse(c.req.query());
        const beyond = Number(c.req.query("beyond"));
        if (!query.success || !Number.isSafeInteger(beyond)) return c.json({ reports: 0 });
        const filter = filterOf(deps, { ...query.data, asker: actorOf(staffOf(c)) });
        return c.json({ reports: await deps.reports.count({ ...filter, limit: MOST_ARRIVED }, beyond) });
      })
      .post("/reanalyze", may("admin"), async (c) => {
        const form = await c.req.parseBody();
        const query = ReanalyzeQuery.safeParse(form);
        if (!query.success) throw invalidFields("form", query.error);
        const asker = actorOf(staffOf(c));
        const result = await reanalyzeReports(deps, { ...query.data, asker });
        const { analyzed, changed, kept } = result;
        const counts = { analyzed, changed: changed.length, kept: kept.length };
        await note(deps, c, "reports-reanalyzed", "", counts);
        return c.html(reanalyzedPage(c, result, form));
      })
  );
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

/** So many new reports are counted, and of what a search finds. */
const MOST_ARRIVED = 100;
const MOST_COUNTED = 1_000;

/** What the tabs show besides the statuses. */
const TABS = ["all", ...ReviewStatus.options, "mine", "unassigned"] as const;
type Tab = (typeof TABS)[number];

/** How many reports each tab has. Of a search, they are counted up to a bound: to count all is dear. */
async function countTabs(
  deps: Deps,
  filter: ReturnType<typeof filterOf>,
  isFiltered: boolean,
  asker: string,
): Promise<Record<Tab, number>> {
  const whole = { ...filter, status: null, assignee: null, limit: MOST_COUNTED + 1 };
  const count = (more: Partial<typeof filter>) => deps.reports.count({ ...whole, ...more }, -1);
  if (isFiltered) {
    // What finds few is looked for once. What finds many is quickly counted up to the bound, tab by tab.
    const spread = await deps.reports.spread(whole);
    const sum = (of: (each: (typeof spread)[number]) => boolean): number =>
      spread.filter(of).reduce((total, { reports }) => total + reports, 0);
    if (sum(() => true) <= MOST_COUNTED)
      return tabCounts((status) => sum((each) => each.status === status), {
        mine: sum(({ assigneeId }) => assigneeId === asker),
        unassigned: sum(({ assigneeId }) => assigneeId === null),
      });
  }
  const [mine, unassigned] = await Promise.all([count({ assignee: asker }), count({ assignee: "" })]);
  if (!isFiltered) {
    const statuses = await deps.reports.statuses();
    return tabCounts((status) => statuses[status], { mine, unassigned });
  }
  const counts = await Promise.all(ReviewStatus.options.map((status) => count({ status })));
  return {
    ...tabCounts((status) => counts[ReviewStatus.options.indexOf(status)] ?? 0, { mine, unassigned }),
    all: MOST_COUNTED + 1,
  };
}

/** The counts of all tabs, where each report has one of the statuses. */
function tabCounts(
  of: (status: ReviewStatus) => number,
  others: Pick<Record<Tab, number>, "mine" | "unassigned">,
): Record<Tab, number> {
  const {
    new: news,
    reviewed,
    fixed,
    confirmed,
  } = Object.fromEntries(ReviewStatus.options.map((status) => [status, of(status)])) as Record<
    ReviewStatus,
    number
  >;
  return { all: news + reviewed + fixed + confirmed, new: news, reviewed, fixed, confirmed, ...others };
}

/** A query without what the tabs choose, and the tab that it is on. */
function tabOf(query: AskedReports, filter: ReturnType<typeof filterOf>): Tab {
  if (filter.assignee === query.asker) return "mine";
  if (filter.assignee === "") return "unassigned";
  return filter.status ?? "all";
}

async function queuePage(deps: Deps, c: AppContext, query: AskedReports & { asker: string }): Promise<Html> {
  const t = translate(c);
  const isAdmin = staffOf(c).role === "admin";
  let wrong: string | null = null;
  let filter: ReturnType<typeof filterOf>;
  try {
    filter = filterOf(deps, query);
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== "invalid-fields") throw error;
    // What was typed stays in its field, and nothing is found by half of it.
    wrong = t("searchWrong", { tokens: error.errors.map(({ detail }) => detail).join(", ") });
    filter = filterOf(deps, { ...query, q: null });
  }
  const isFiltered = [query.verdict, query.gateway, query.adapter, query.since, query.q].some(Boolean);
  const { rows: entries, nextCursor } = pageOf(
    deps,
    wrong === null ? await findReports(deps, query) : [],
    query.limit,
  );
  const [counts, views, members] = await Promise.all([
    countTabs(deps, filter, isFiltered, query.asker),
    deps.views.of(query.asker),
    deps.people.members({ after: null, limit: 100 }),
  ]);
  const reports = entries.map(toSummary);
  const search = new URL(c.req.url).searchParams;
  const back = backToList(String(search)).split("?")[1] ?? "";
  const newest = query.cursor === undefined && wrong === null ? (entries[0]?.place ?? 0) : null;
  const events = `/console/reports/events?${new URLSearchParams([...new URLSearchParams(back), ["beyond", String(newest)]])}`;
  const isEmpty = counts.all === 0 && !isFiltered;

  return layout(c, {
    title: t("reportsTitle"),
    here: "reports",
    wide: true,
    body: html`<div class="queue"${newest === null ? "" : html` data-arrivals="${events}" data-arrived="${t("reportsArrived", { reports: COUNT_HOLE })}"`}>
<h1 class="unseen">${t("reportsTitle")}</h1>
${undoBox(deps, c, back)}${wrong === null ? "" : html`<p class="notice bad" role="alert">${wrong}</p>`}
<div class="toolbar">${tabs(c, query, filter, counts, isFiltered)}${searchForm(c, query, back, views)}</div>
${
  isEmpty
    ? html`<section class="panel"><h2>${t("reportsNone")}</h2><ol class="steps"><li>${t("casesStep1")}</li><li>${t("casesStep2")}</li><li>${t("casesStep3")}</li></ol><p class="buttons"><a class="button" href="/console/cases">${t("caseNewTitle")}</a><a class="button" href="/console/analyze">${t("analyzeTitle")}</a></p></section>`
    : reports.length === 0
      ? html`<section class="panel"><p>${t("reportsEmpty")}</p><p><a class="button" href="/console/reports">${t("filterClear")}</a></p></section>`
      : html`<form method="post" action="/console/reports/status" id="queue"><input type="hidden" name="back" value="${back}">
<div class="panel dense"><table class="cards rows"><thead><tr><th scope="col" class="w-1"><span class="unseen">${t("columnChosen")}</span></th><th scope="col">${t("columnVerdict")}</th><th scope="col" class="w-3">${t("columnStatus")}</th><th scope="col" class="w-4">${t("columnLabel")}</th><th scope="col" class="w-4">${t("columnGateway")}</th><th scope="col" class="w-3">${t("columnAdapter")}</th><th scope="col" class="w-2 number">${t("columnMtu")}</th><th scope="col" class="w-3">${t("columnAssignee")}</th><th scope="col" class="w-3">${t("columnCreated")}</th></tr></thead><tbody>${reports.map((report) => queueRow(c, report))}</tbody></table></div>
${bulkBar(c, isAdmin, members)}</form>`
}
<div class="pager">${query.cursor === undefined ? "" : html`<a class="button" href="${listAddress(search, { cursor: null })}">${t("newestReports")}</a>`}${nextCursor === null ? "" : html`<a class="button" rel="next" href="${listAddress(search, { cursor: nextCursor })}">${t("olderReports")}</a>`}${
      reports.length === 0
        ? ""
        : html`<details class="menu"><summary>${t("reportsMore")}</summary><div><p class="buttons"><a class="button" href="${fileAddress(search, "csv")}">${t("reportsAsCsv")}</a><a class="button" href="${fileAddress(search, "jsonl")}">${t("reportsAsLines")}</a></p>${
            isAdmin
              ? html`<form method="post" action="/console/reports/reanalyze">${hiddenFields({ ...c.req.query(), cursor: "", limit: "" })}<p class="hint">${t("reanalyzeAllText")}</p><button>${t("reanalyzeAll")}</button></form>`
              : ""
          }</div></details>`
    }</div></div>`,
  });
}

/** The list's address with other parameters; `null` takes one away. */
function listAddress(search: URLSearchParams, changes: Readonly<Record<string, string | null>>): string {
  const next = new URLSearchParams(backToList(String(search)).split("?")[1] ?? "");
  for (const [name, value] of Object.entries(changes))
    if (value === null) next.delete(name);
    else next.set(name, value);
  return next.size === 0 ? "/console/reports" : `/console/reports?${next}`;
}

/** All pages of the list as a file. */
function fileAddress(search: URLSearchParams, format: ListForm): string {
  const list = listAddress(search, { cursor: null, limit: null, format });
  return list.replace("/console/", "/v1/");
}

/** Statuses with their counts, and whose reports: each a link, the one that is shown marked. */
function tabs(
  c: AppContext,
  query: AskedReports,
  filter: ReturnType<typeof filterOf>,
  counts: Readonly<Record<Tab, number>>,
  isFiltered: boolean,
): Html {
  const t = translate(c);
  const search = new URL(c.req.url).searchParams;
  const here = tabOf(query, filter);
  const numbers = new Intl.NumberFormat(c.var.language);
  // What a tab chooses is taken out of the search, so that two do not contradict each other.
  const plain = (query.q ?? "").replaceAll(/(?<!\S)(?:status|is):\S*\s*/gi, "").trim();
  const address = (tab: Tab): string => {
    const is = tab === "mine" || tab === "unassigned";
    const q = is ? `${plain} is:${tab}`.trim() : plain;
    const status = is || tab === "all" ? null : tab;
    return listAddress(search, { q: q === "" ? null : q, status, cursor: null });
  };
  return html`<nav class="statuses" aria-label="${t("columnStatus")}">${TABS.map(
    (tab) =>
      html`<a href="${address(tab)}"${tab === here ? html` aria-current="page"` : ""}>${t(`tab.${tab}`)} <span class="count">${counts[tab] > MOST_COUNTED && (isFiltered || tab === "mine" || tab === "unassigned") ? `${numbers.format(MOST_COUNTED)}+` : numbers.format(counts[tab])}</span></a>`,
  )}</nav>`;
}

const STATUS_TONES = { new: "note", reviewed: "", fixed: "", confirmed: "good" } as const;

function queueRow(c: AppContext, report: ReportSummary): Html {
  const t = translate(c);
  const { reportId, status, label, gateway, adapter, assignee } = report;
  const verdict = report.override ?? report.verdict;
  const title = verdictTitle(verdict, c.var.language);
  const cell = (name: string | null) =>
    html`<td${name === null ? "" : html` title="${name}"`}>${name === null ? "" : theirs(name)}</td>`;
  return html`<tr class="link${status === "new" ? " new" : ""}" data-report="${reportId}">
<td class="pick"><input type="checkbox" name="report" value="${reportId}" aria-label="${t("chooseReport", { id: reportId })}"></td>
<td class="wide" title="${title} · ${reportId}"><span class="dot ${VERDICTS[verdict].tone}"></span><a href="/console/reports/${reportId}">${title}</a>${report.override === null ? "" : html` <span class="tag note">${t("overriddenMark")}</span>`}</td>
<td><span class="tag ${STATUS_TONES[status]}">${t(`status.${status}`)}</span></td>
${cell(label)}
${cell(gateway)}
${cell(adapter)}
<td class="number">${report.interfaceMtu ?? ""}</td>
${cell(assignee)}
<td>${momentAgo(report.createdAt)}</td>
</tr>`;
}

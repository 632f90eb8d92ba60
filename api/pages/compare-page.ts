/** Two reports side by side in the console: what changed, and whether it helped. */
import { Hono } from "hono";
import { html, raw } from "hono/html";
import { type Markup, markup } from "../../shared/chart/markup.ts";
import { mtuLadder } from "../../shared/chart/mtu-ladder.ts";
import { sequenceChart } from "../../shared/chart/sequence-chart.ts";
import { type ComparedFact, comparedFacts } from "../../shared/diagnose/compare.ts";
import { LANGUAGES } from "../../shared/language.ts";
import { findReportId } from "../../shared/schema/identifier.ts";
import { VERDICTS } from "../../shared/schema/verdicts.ts";
import { say } from "../../shared/text/speak.ts";
import { note } from "../auth/audit-log.ts";
import type { Deps } from "../deps.ts";
import type { AppContext, Env } from "../http/context.ts";
import {
  type ComparedReports,
  compareReports,
  othersOf,
  partsOfBoth,
  type ReportSide,
} from "../reports/compare-reports.ts";
import { findReport, stampOf } from "../reports/read-report.ts";
import type { ReportEntry } from "../store/port.ts";
import { verdictTitle } from "./diagnosis-view.ts";
import { facts, type Html, layout, moment, scrollTable, sentence, theirs, translate } from "./layout.ts";
import type { Translate } from "./words.ts";

const pathOf = (before: string, after: string): string => `/console/compare?a=${before}&b=${after}`;

/** The line of a report's page that leads to its comparison with the run before. */
export const compareLink = (t: Translate, reportId: string): Html =>
  html`<a href="/console/compare?b=${reportId}">${t("compareLink")}</a>`;

/** The page `/console/compare`: `b` is compared with `a`, and without `a` with the run before it. */
export function comparePages(deps: Deps) {
  return new Hono<Env>().get("/", async (c) => {
    const { a = "", b = "" } = c.req.query();
    const after = await findReport(deps, b);
    const others = await othersOf(deps, after);
    const [first] = others;
    if (a === "") {
      if (first !== undefined && first.place < after.place && isOfSameUser(first, after))
        return c.redirect(pathOf(first.reportId, after.reportId), 303);
      return c.html(choicePage(c, after, others));
    }
    // It is typed by hand too. A mistyped one is said on the page, which has a field for it.
    const id = findReportId(a);
    const before = id === null ? null : await deps.reports.get(id);
    if (before === null) return c.html(choicePage(c, after, others, a), 404);
    const parts = await partsOfBoth(deps, before, after);
    const { body } = await deps.remembered.of(
      {
        reportId: after.reportId,
        what: `compared with ${before.reportId} ${c.var.language}`,
        stamp: `${stampOf(before, parts[0])} ${stampOf(after, parts[1])}`,
      },
      async () => ({
        body: String(
          await comparisonBody(c, await compareReports(deps, [before, after], parts, c.var.language)),
        ),
      }),
    );
    // The path names neither, so that the table of what is noted cannot say it.
    for (const { reportId } of [before, after]) await note(deps, c, "report-read", reportId);
    return c.html(comparisonPage(c, raw(body), after, others));
  });
}

/**
 * Whether two reports are likely to be of one PC. Two cases are two users', and what is missing on the PC of
 * one says nothing about what was changed on the other's: then a person chooses.
 */
const isOfSameUser = (one: ReportEntry, other: ReportEntry): boolean =>
  one.caseId === other.caseId && (one.caseId !== null || one.adapter === other.adapter);

const eyebrow = (c: AppContext, { reportId }: ReportEntry): Html =>
  html`<p class="eyebrow"><a href="/console/reports">${translate(c)("reportsTitle")}</a> / <a href="/console/reports/${reportId}">${reportId}</a></p>`;

function choicePage(
  c: AppContext,
  after: ReportEntry,
  others: readonly ReportEntry[],
  wrong: string | null = null,
): Html {
  const t = translate(c);
  return layout(c, {
    title: t("compareTitle"),
    here: "reports",
    body: html`${eyebrow(c, after)}<h1>${t("compareTitle")}</h1><p>${t("compareLead")}</p>
${wrong === null ? "" : html`<p class="notice bad" role="alert">${sentence(c, "compareUnknown", { text: theirs(wrong.slice(0, 64)) })}</p>`}
${others.length === 0 ? html`<p class="notice note" role="status">${t("compareNone")}</p>` : ""}
${othersPanel(c, after, others)}`,
  });
}

function comparisonPage(c: AppContext, body: Html, after: ReportEntry, others: readonly ReportEntry[]): Html {
  const t = translate(c);
  return layout(c, {
    title: t("compareTitle"),
    here: "reports",
    wide: true,
    body: html`${eyebrow(c, after)}<h1>${t("compareTitle")}</h1>
${body}
${othersPanel(c, after, others)}`,
  });
}

/** What stands between both sides, the same for all who may read them. */
function comparisonBody(c: AppContext, compared: ComparedReports): Html {
  const t = translate(c);
  const { language } = c.var;
  const { before, after, comparison } = compared;
  const { cured, outcome } = comparison;
  const tone = cured === null ? "note" : cured ? "good" : "bad";
  const sentences = outcome.map((phrase) => say(phrase, language)).join(LANGUAGES[language].sentenceJoiner);
  const [was, is] = toldTitles(c, comparison);
  const ladder = ({ observations, report }: ReportSide) =>
    mtuLadder(observations, report.diagnosis.recommendation, language)?.svg ?? null;
  const sequence = ({ observations }: ReportSide) =>
    sequenceChart(observations.initiations, language)?.svg ?? null;
  return html`<p class="notice ${tone} outcome"><strong>${sentences}</strong></p>
<div class="sides"><section class="panel">${sideFacts(c, before, t("compareBefore"), was)}</section>
<section class="panel">${sideFacts(c, after, t("compareAfter"), is)}</section></div>
<p class="swap"><a class="button" href="${pathOf(after.entry.reportId, before.entry.reportId)}">${t("compareSwap")}</a></p>
<section class="panel"><h2>${t("compareWhat")}</h2>${factsTable(c, compared)}</section>
${drawings(t, compared, t("compareLadders"), t("compareNoDrawing"), ladder)}
${drawings(t, compared, t("compareSequences"), t("compareNoSequence"), sequence)}`;
}

function sideFacts(c: AppContext, { entry, report }: ReportSide, name: string, title: string): Html {
  const t = translate(c);
  const verdict = entry.override ?? report.verdict;
  const { interfaceMtu } = report.diagnosis.recommendation;
  return html`<h2>${name}</h2>
<p><span class="dot ${VERDICTS[verdict].tone}"></span><strong>${title}</strong>${entry.override === null ? "" : html` <span class="tag note">${t("overriddenMark")}</span>`}</p>
${facts([
  [t("columnReport"), html`<a href="/console/reports/${entry.reportId}">${entry.reportId}</a>`],
  [t("columnCreated"), moment(entry.createdAt)],
  [t("columnGateway"), entry.gateway === null ? null : theirs(entry.gateway)],
  [t("columnAdapter"), entry.adapter === null ? null : theirs(entry.adapter)],
  [t("columnLabel"), entry.label === null ? null : theirs(entry.label)],
  [t("compareAdvised"), interfaceMtu],
])}`;
}

/** The verdicts' titles as each is told beside the other one. */
function toldTitles(c: AppContext, { differences, same }: ComparedReports["comparison"]): [string, string] {
  const { params = {} } =
    [...differences, ...same].find(({ key }) => key.startsWith("compare.verdict")) ?? {};
  const title = (key: unknown): string => say({ key: String(key), params: {} }, c.var.language);
  return [title(params.from ?? params.value), title(params.to ?? params.value)];
}

function factsTable(c: AppContext, { before, after, comparison }: ComparedReports): Html {
  const t = translate(c);
  const shown = (fact: ComparedFact, value: string | number | null): Html | string => {
    if (value === null) return html`<span class="hint">${t("compareUntold")}</span>`;
    if (value === "✓") return t("compareYes");
    if (value === "✗") return t("compareNo");
    return fact === "interface" || fact === "gateway" || fact === "login"
      ? theirs(String(value))
      : String(value);
  };
  const rows = comparedFacts(before, after).map(({ fact, before: from, after: to }) =>
    factRow(
      t,
      t(`compareFact.${fact}`),
      shown(fact, from),
      shown(fact, to),
      from !== to && from !== null && to !== null,
    ),
  );
  const [was, is] = toldTitles(c, comparison);
  const verdict = factRow(t, t("compareFact.verdict"), was, is, was !== is);
  return scrollTable(
    t("compareWhat"),
    html`<table class="compared"><thead><tr><th scope="col">${t("compareFactName")}</th><th scope="col">${t("compareBefore")}</th><th scope="col">${t("compareAfter")}</th></tr></thead><tbody>${verdict}${rows}</tbody></table>`,
  );
}

const factRow = (
  t: Translate,
  name: string,
  from: Html | string,
  to: Html | string,
  differs: boolean,
): Html =>
  html`<tr${differs ? html` class="differs"` : ""}><th scope="row">${name}${differs ? html` <span class="tag note">${t("compareChanged")}</span>` : ""}</th><td>${from}</td><td>${to}</td></tr>`;

/** One kind of drawing of both sides; nothing where neither has one. */
function drawings(
  t: Translate,
  { before, after }: ComparedReports,
  title: string,
  nothing: string,
  draw: (side: ReportSide) => Markup | null,
): Html {
  const [left, right] = [draw(before), draw(after)];
  if (left === null && right === null) return html``;
  // Both drawings name places of their own alike, and a page may have each name once.
  const shown = (svg: Markup | null, name: string): Markup =>
    svg === null
      ? markup`<p class="hint">${nothing}</p>`
      : markup`<figure tabindex="0" aria-label="${title}: ${name}">${svg}</figure>`;
  const both = markup`<div class="sides"><div><h3>${t("compareBefore")}</h3>${shown(left, t("compareBefore"))}</div>
<div><h3>${t("compareAfter")}</h3>${shown(right, t("compareAfter"))}</div></div>`;
  const plain = String(both).replace(/ id="[^"]*"/g, "");
  return html`<section class="panel"><h2>${title}</h2>${raw(plain)}</section>`;
}

function othersPanel(c: AppContext, after: ReportEntry, others: readonly ReportEntry[]): Html {
  const t = translate(c);
  const rows = others.map(
    ({ reportId, verdict, override, createdAt }) =>
      html`<li><a href="${pathOf(reportId, after.reportId)}">${reportId}</a> · ${verdictTitle(override ?? verdict, c.var.language)} · ${moment(createdAt)}</li>`,
  );
  return html`<section class="panel"><h2>${t("compareOthers")}</h2><p class="hint">${t("compareOthersText", { report: after.reportId })}</p>
${rows.length === 0 ? "" : html`<ul>${rows}</ul>`}
<form method="get" action="/console/compare" class="inline"><div class="field"><label for="a">${t("compareForm")}</label><input id="a" name="a" required maxlength="200" autocomplete="off" spellcheck="false" placeholder="IKF-…"></div><input type="hidden" name="b" value="${after.reportId}"><button>${t("compareButton")}</button></form></section>`;
}

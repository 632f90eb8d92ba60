/** What stands around the queue: its search with help, filters and saved views, and what is done to many. */
import { html } from "hono/html";
import { ReviewStatus } from "../../shared/schema/api.ts";
import { Verdict } from "../../shared/schema/diagnosis.ts";
import { staffOf } from "../auth/authorize.ts";
import type { Deps } from "../deps.ts";
import type { AppContext } from "../http/context.ts";
import { readUndo } from "../reports/change-many.ts";
import type { AskedReports } from "../reports/read-report.ts";
import type { ListedMember } from "../store/people-port.ts";
import type { SavedView } from "../store/port.ts";
import { verdictTitle } from "./diagnosis-view.ts";
import { flash } from "./flash.ts";
import { type Html, noticeBox, theirs, translate } from "./layout.ts";
import type { PlainTextKey } from "./words.ts";

/** Where the script puts a count into a sentence. */
export const COUNT_HOLE = "#";

/** Tokens of the search, and keys of the list: what to type, and what it does. */
const TOKENS = [
  [["verdict:fragments"], "searchVerdict"],
  [["status:new"], "searchStatus"],
  [["gateway:vpn.example.com"], "searchGateway"],
  [['adapter:"Wi-Fi 2"'], "searchAdapter"],
  [["label:INC-4"], "searchLabel"],
  [["mtu:<1400", "mtu:1400..1472"], "searchMtu"],
  [["is:mine", "is:unassigned"], "searchIs"],
  [["since:2026-11-01", "since:7d"], "searchSince"],
] as const satisfies readonly (readonly [readonly string[], PlainTextKey])[];
const KEYS = [
  [["j", "k"], "keyMove"],
  [["Enter"], "keyOpen"],
  [["e"], "keyReview"],
  [["x"], "keyChoose"],
  [["/"], "keySearch"],
  [["?"], "keyHelp"],
] as const satisfies readonly (readonly [readonly string[], PlainTextKey])[];

/** The search field with what is folded beside it. Its form works without scripts. */
export function searchForm(
  c: AppContext,
  query: AskedReports,
  back: string,
  views: readonly SavedView[],
): Html {
  const t = translate(c);
  const options = <T extends string>(values: readonly T[], chosen: T | null, name: (value: T) => string) =>
    html`<option value="">${t("filterAny")}</option>${values.map((value) => html`<option value="${value}"${value === chosen ? " selected" : ""}>${name(value)}</option>`)}`;
  const text = (id: "gateway" | "adapter", label: PlainTextKey) =>
    html`<div class="field"><label for="${id}">${t(label)}</label><input id="${id}" name="${id}" value="${query[id] ?? ""}" maxlength="253" autocomplete="off" spellcheck="false"></div>`;
  const filters = [query.verdict, query.gateway, query.adapter, query.since].filter(
    (value) => value !== null,
  );
  const explained = (rows: typeof TOKENS | typeof KEYS) =>
    html`<dl class="keys">${rows.map(([what, key]) => html`<div><dt>${what.map((each) => html`<kbd>${each}</kbd> `)}</dt><dd>${t(key)}</dd></div>`)}</dl>`;
  return html`<form method="get" action="/console/reports" role="search" class="search">
<label class="unseen" for="q">${t("filterSearch")}</label><input id="q" name="q" type="search" value="${query.q ?? ""}" maxlength="300" placeholder="${t("filterSearchHint")}" autocomplete="off" spellcheck="false">
<details class="menu"><summary>${filters.length === 0 ? t("filterMenu") : t("filterMenuSome", { filters: filters.length })}</summary><div>
<div class="field"><label for="verdict">${t("filterVerdict")}</label><select id="verdict" name="verdict">${options(Verdict.options, query.verdict, (verdict) => verdictTitle(verdict, c.var.language))}</select></div>
<div class="field"><label for="status">${t("filterStatus")}</label><select id="status" name="status">${options(ReviewStatus.options, query.status, (status) => t(`status.${status}`))}</select></div>
${text("gateway", "filterGateway")}
${text("adapter", "filterAdapter")}
<div class="field"><label for="since">${t("filterSince")}</label><input id="since" name="since" type="date" value="${query.since?.slice(0, 10) ?? ""}"></div>
<p class="buttons"><button class="primary">${t("filterApply")}</button><a class="button" href="/console/reports">${t("filterClear")}</a></p></div></details>
<button class="unseen">${t("filterSearch")}</button></form>
<details class="menu"><summary>${t("viewsTitle")}</summary><div>${
    views.length === 0
      ? html`<p class="hint">${t("viewsNone")}</p>`
      : html`<ul class="views">${views.map(
          (view) =>
            html`<li><a href="/console/reports${view.query === "" ? "" : `?${view.query}`}">${theirs(view.name)}</a><form method="post" action="/console/reports/views/${view.id}/delete"><input type="hidden" name="back" value="${back}"><button class="quiet" aria-label="${t("viewRemove")}: ${view.name}">${t("remove")}</button></form></li>`,
        )}</ul>`
  }<form method="post" action="/console/reports/views"><input type="hidden" name="back" value="${back}"><div class="field"><label for="view-name">${t("viewName")}</label><input id="view-name" name="name" required maxlength="60" autocomplete="off"></div><button>${t("viewSave")}</button></form></div></details>
<details class="menu" id="help"><summary aria-label="${t("helpTitle")}">?</summary><div><h2>${t("helpSearch")}</h2><p class="hint">${t("helpWords")}</p>${explained(TOKENS)}<h2>${t("helpKeys")}</h2>${explained(KEYS)}<p data-shortcuts data-on="${t("shortcutsOn")}" data-off="${t("shortcutsOff")}" class="hint">${t("shortcutsScript")}</p></div></details>`;
}

/** What is done to the chosen reports: a status by administrators, an assignee by everyone. */
export function bulkBar(c: AppContext, isAdmin: boolean, members: readonly ListedMember[]): Html {
  const t = translate(c);
  const { id } = staffOf(c);
  return html`<div class="bulk" role="group" aria-label="${t("bulkTitle")}"><span class="hint" data-chosen="${t("bulkChosen", { reports: COUNT_HOLE })}">${t("bulkTitle")}</span>
${
  isAdmin
    ? html`<label class="unseen" for="bulk-status">${t("columnStatus")}</label><select id="bulk-status" name="status">${ReviewStatus.options.map((status) => html`<option value="${status}"${status === "reviewed" ? " selected" : ""}>${t(`status.${status}`)}</option>`)}</select><button class="primary">${t("bulkStatus")}</button>`
    : ""
}
<label class="unseen" for="bulk-assignee">${t("columnAssignee")}</label><select id="bulk-assignee" name="assignee"><option value="me">${t("assignMe")}</option>${members.filter((member) => member.id !== id).map((member) => html`<option value="${member.id}">${member.name}</option>`)}<option value="">${t("assignNobody")}</option></select><button formaction="/console/reports/assign">${t("bulkAssign")}</button></div>`;
}

/** What was done last, with a form that undoes it where that can be done. */
export function undoBox(deps: Deps, c: AppContext, back: string): Html {
  const t = translate(c);
  const undo = c.req.query("undo");
  const change = readUndo(deps, staffOf(c), undo);
  if (change === null) return noticeBox(flash(c));
  return html`<div class="notice good flash" role="status"><p>${t("statusesChanged", { reports: change.reports, status: t(`status.${change.status}`) })}</p><form method="post" action="/console/reports/undo"><input type="hidden" name="back" value="${back}"><input type="hidden" name="undo" value="${undo}"><button>${t("undo")}</button></form></div>`;
}

/** On a report's page: who looks after it, and the form that takes it. */
export function assigneeForm(
  c: AppContext,
  { reportId, assignee }: { reportId: string; assignee: string | null },
): Html {
  const t = translate(c);
  return html`<form method="post" action="/console/reports/assign" class="assignee"><input type="hidden" name="report" value="${reportId}"><span>${assignee === null ? t("assignNone") : theirs(assignee)}</span><button class="quiet" name="assignee" value="me">${t("assignTake")}</button>${assignee === null ? "" : html`<button class="quiet" name="assignee" value="">${t("assignGiveUp")}</button>`}</form>`;
}

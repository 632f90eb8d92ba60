/**
 * What is dropped or pasted anywhere in the console: a dialogue that the script fills and shows. Without
 * scripts the same is done on /console/analyze, and on a case's page by its own form.
 */
import { html } from "hono/html";
import { End } from "../../shared/schema/joined.ts";
import type { AppContext } from "../http/context.ts";
import { wordsIn } from "./words.ts";

/** The page of a case: what is dropped there belongs to it. */
const CASE_PAGE = /^\/console\/cases\/([\w-]+)$/;

/** The dialogue, in a template: it is no part of the page before something is dropped. */
export function dropTemplate(c: AppContext) {
  const t = wordsIn(c.var.language);
  const [, caseId = ""] = CASE_PAGE.exec(c.req.path) ?? [];
  const ends = End.options.map((end) => html`<option value="${end}">${t(`end.${end}`)}</option>`);
  return html`<template id="drop" data-here="${t("dropHere")}"><dialog class="drop" aria-labelledby="drop-title"><form method="post" action="/console/analyze" enctype="multipart/form-data"${caseId === "" ? "" : html` data-gateway="/console/cases/${caseId}/gateway-files"`}>
<h2 id="drop-title">${t("dropTitle")}</h2>${caseId === "" ? "" : html`<p class="hint">${t("dropOfCase")}</p><input type="hidden" name="case" value="${caseId}">`}
<div class="field"><label for="drop-text">${t("analyzeText")}</label><textarea id="drop-text" name="text" spellcheck="false" autocomplete="off"></textarea></div>
${caseId === "" ? html`<div class="check"><input type="checkbox" id="drop-keep" name="keep" value="1"><label for="drop-keep">${t("analyzeKeep")}</label></div>` : ""}
<div class="field"><label for="drop-where">${t("dropWhere")}</label><select id="drop-where"><option value="files">${t("dropUnknown")}</option>${ends}</select></div>
<div class="field"><label for="drop-files">${t("dropFiles")}</label><input id="drop-files" name="files" type="file" multiple><ul data-names></ul></div>
<p class="buttons"><button class="primary">${t("analyzeButton")}</button><button type="button" data-close>${t("dropCancel")}</button></p></form></dialog></template>`;
}

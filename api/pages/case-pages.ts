/** Cases in the console: open one, hand its line out, withdraw its code. */
import { Hono } from "hono";
import { html } from "hono/html";
import type { z } from "zod";
import { isLanguage, LANGUAGE_TAGS, LANGUAGES, type Language } from "../../shared/language.ts";
import { type CaseCreated, NewCase } from "../../shared/schema/api.ts";
import { Ask } from "../../shared/schema/plan.ts";
import { note } from "../auth/audit-log.ts";
import { staffOf } from "../auth/authorize.ts";
import { revokeCode } from "../cases/case-code.ts";
import { createCase } from "../cases/create-case.ts";
import { listCases } from "../cases/list-cases.ts";
import type { Deps } from "../deps.ts";
import type { AppContext, Env } from "../http/context.ts";
import { Paging } from "../http/list-query.ts";
import { agentLines } from "./agent-page.ts";
import { commandLine, formatMoment, type Html, layout, moment, translate } from "./layout.ts";
import type { PlainTextKey } from "./words.ts";

interface CaseForm {
  gateway: string;
  label: string;
  language: Language;
  ask: readonly Ask[];
  /** Whether the box is ticked that leaves begun logins out. */
  leaveOut: boolean;
  /** As typed; empty: the operator's numbers. */
  maxRuns: string;
  hours: string;
  wrong: { gateway?: PlainTextKey; label?: PlainTextKey; fleet?: PlainTextKey };
}

const EMPTY_FORM = { gateway: "", label: "", ask: [], leaveOut: false, maxRuns: "", hours: "", wrong: {} };

/** The pages under `/console/cases`. */
export function casePages(deps: Deps) {
  const page = async (c: AppContext, form: CaseForm, created: z.infer<typeof CaseCreated> | null) => {
    const t = translate(c);
    const paging = Paging.safeParse({ cursor: c.req.query("cursor") });
    const { cases, nextCursor } = await listCases(deps, paging.success ? paging.data : { limit: 50 });
    const rows = cases.map(
      (entry) => html`<tr>
<td class="wide"><a href="/console/cases/${entry.caseId}"><code>${entry.gateway}</code></a></td>
<td>${entry.label ?? ""}</td>
<td><span class="tag ${entry.state === "open" ? "good" : ""}">${t(`case.${entry.state}`)}</span></td>
<td class="number">${entry.runs} / ${entry.maxRuns}</td>
<td class="minor">${entry.createdBy}</td>
<td class="nowrap minor">${moment(entry.createdAt)}</td>
<td class="nowrap">${moment(entry.expiresAt)}</td>
<td class="wide">${entry.state === "open" ? html`<form method="post" action="/console/cases/${entry.caseId}/revoke"><button aria-label="${t("caseRevoke")}: ${entry.gateway} ${entry.label ?? ""}">${t("caseRevoke")}</button></form>` : ""}</td>
</tr>`,
    );
    return layout(c, {
      title: t("casesTitle"),
      here: "cases",
      wide: true,
      body: html`<h1>${t("casesTitle")}</h1>
${created ? createdPanel(c, created) : formPanel(c, form)}
<section class="scroll panel">${
        rows.length === 0
          ? html`<p>${t("casesEmpty")}</p>`
          : html`<table class="cards"><thead><tr><th scope="col">${t("columnGateway")}</th><th scope="col">${t("columnLabel")}</th><th scope="col">${t("caseState")}</th><th scope="col" class="number">${t("caseRuns")}</th><th scope="col">${t("caseBy")}</th><th scope="col">${t("columnCreated")}</th><th scope="col">${t("caseExpires")}</th><th scope="col"><span class="unseen">${t("caseRevoke")}</span></th></tr></thead><tbody>${rows}</tbody></table>`
      }</section>
${nextCursor === null ? "" : html`<p class="pager"><a class="button" href="/console/cases?cursor=${encodeURIComponent(nextCursor)}">${t("olderReports")}</a></p>`}`,
    });
  };

  const createdPanel = (c: AppContext, created: z.infer<typeof CaseCreated>): Html => {
    const t = translate(c);
    return html`<section class="panel" aria-live="polite"><h2>${t("caseCreatedTitle")}: <code>${created.code}</code></h2>
<p>${t("caseCreatedText", { at: formatMoment(created.expiresAt), max: created.maxRuns })}</p>
${agentLines(c, created.commands)}
<div class="stack">${commandLine(t, t("caseCreatedPage"), created.page)}</div>
<p><a href="/console/cases/${created.caseId}">${t("factCase")}</a></p>
<p><a class="button" href="/console/cases">${t("caseAnother")}</a></p></section>`;
  };

  const formPanel = (
    c: AppContext,
    { gateway, label, language, ask, leaveOut, maxRuns, hours, wrong }: CaseForm,
  ): Html => {
    const t = translate(c);
    const error = (id: string, key: PlainTextKey | undefined) =>
      key === undefined ? "" : html`<p class="error" id="${id}">${t(key)}</p>`;
    return html`<section class="panel"><h2>${t("caseNewTitle")}</h2>
<form method="post" action="/console/cases"><div class="new-case">
<div class="field"><label for="gateway">${t("caseGateway")}</label><input id="gateway" name="gateway" value="${gateway}" required maxlength="253" autocomplete="off" autocapitalize="none" spellcheck="false" placeholder="vpn.example.com" aria-describedby="gateway-hint gateway-error" aria-invalid="${wrong.gateway ? "true" : "false"}"><p class="hint" id="gateway-hint">${t("caseGatewayHint")}</p>${error("gateway-error", wrong.gateway)}</div>
<div class="field"><label for="label">${t("caseLabel")}</label><input id="label" name="label" value="${label}" maxlength="120" autocomplete="off" aria-describedby="label-hint label-error" aria-invalid="${wrong.label ? "true" : "false"}"><p class="hint" id="label-hint">${t("caseLabelHint")}</p>${error("label-error", wrong.label)}</div>
<div class="field"><label for="language">${t("caseLanguage")}</label><select id="language" name="language">${LANGUAGE_TAGS.map((tag) => html`<option value="${tag}"${tag === language ? " selected" : ""}>${LANGUAGES[tag].ownName}</option>`)}</select></div>
</div>
<fieldset class="asks"><legend>${t("caseAsk")}</legend>${Ask.options.map(
      (each) =>
        html`<div class="check"><input type="checkbox" id="ask-${each}" name="ask" value="${each}"${ask.includes(each) ? " checked" : ""} aria-describedby="ask-${each}-hint"><label for="ask-${each}">${t(`ask.${each}`)}</label><p class="hint" id="ask-${each}-hint">${t(`ask.${each}.hint`)}</p></div>`,
    )}</fieldset>
${
  deps.config.rehearsal
    ? html`<div class="check"><input type="checkbox" id="leave-out" name="leaveOut" value="rehearsal"${leaveOut ? " checked" : ""} aria-describedby="leave-out-hint"><label for="leave-out">${t("caseLeaveOut")}</label><p class="hint" id="leave-out-hint">${t("caseLeaveOutHint")}</p></div>`
    : ""
}
${
  staffOf(c).role === "admin"
    ? html`<details class="fleet"${maxRuns || hours ? html` open` : ""}><summary>${t("fleetTitle")}</summary><p class="hint">${t("fleetText")}</p><div class="new-case">
<div class="field"><label for="max-runs">${t("fleetRuns")}</label><input id="max-runs" name="maxRuns" type="number" min="1" max="500" value="${maxRuns}" placeholder="${deps.config.runsPerCode}" aria-describedby="fleet-error"></div>
<div class="field"><label for="hours">${t("fleetHours")}</label><input id="hours" name="hours" type="number" min="1" max="336" value="${hours}" placeholder="${deps.config.caseHours}" aria-describedby="fleet-error"></div></div>${error("fleet-error", wrong.fleet)}</details>`
    : ""
}
<button class="primary">${t("caseButton")}</button></form></section>`;
  };

  return new Hono<Env>()
    .get("/", async (c) => c.html(await page(c, { ...EMPTY_FORM, language: c.var.language }, null)))
    .post("/", async (c) => {
      const form = await c.req.parseBody({ all: true });
      const gateway = String(form.gateway ?? "").trim();
      const label = String(form.label ?? "").trim();
      const language = isLanguage(form.language) ? form.language : c.var.language;
      const ticked = [form.ask].flat();
      const ask = Ask.options.filter((each) => ticked.includes(each));
      const leaveOut = form.leaveOut === "rehearsal";
      const wrong: CaseForm["wrong"] = {};
      if (!NewCase.shape.gateway.safeParse(gateway).success) wrong.gateway = "caseGatewayBad";
      if (!NewCase.shape.label.safeParse(label).success) wrong.label = "caseLabelBad";
      const typed = { maxRuns: String(form.maxRuns ?? "").trim(), hours: String(form.hours ?? "").trim() };
      const numbers = NewCase.pick({ maxRuns: true, hours: true }).safeParse({
        maxRuns: typed.maxRuns === "" ? undefined : Number(typed.maxRuns),
        hours: typed.hours === "" ? undefined : Number(typed.hours),
      });
      if (!numbers.success) wrong.fleet = "fleetBad";
      if (wrong.gateway || wrong.label || !numbers.success)
        return c.html(await page(c, { gateway, label, language, ask, leaveOut, ...typed, wrong }, null), 400);
      const created = await createCase(deps, c.var.origin, staffOf(c), {
        gateway,
        label: label || null,
        language,
        ask,
        rehearsal: !leaveOut,
        ...numbers.data,
      });
      await note(deps, c, "case-opened", created.caseId, { gateway });
      c.header("Cache-Control", "no-store");
      return c.html(await page(c, { ...EMPTY_FORM, language }, created), 201);
    })
    .post("/:caseId/revoke", async (c) => {
      await revokeCode(deps, c.req.param("caseId"));
      return c.redirect("/console/cases", 303);
    });
}

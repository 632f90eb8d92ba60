/** The form that opens a case: one field and Enter; what is seldom needed is folded. */
import { html } from "hono/html";
import { isLanguage, LANGUAGE_TAGS, LANGUAGES, type Language } from "../../shared/language.ts";
import { NewCase } from "../../shared/schema/api.ts";
import { Ask } from "../../shared/schema/plan.ts";
import { staffOf } from "../auth/authorize.ts";
import { newKey } from "../auth/secrets.ts";
import type { CaseRequest } from "../cases/create-case.ts";
import type { Deps } from "../deps.ts";
import type { AppContext } from "../http/context.ts";
import { type Html, translate } from "./layout.ts";
import type { PlainTextKey } from "./words.ts";

/** What the form shows: what was typed, and what is wrong with it. */
export interface CaseForm {
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

/** The form before anything is typed. */
export const emptyForm = (gateway: string, language: Language): CaseForm => ({
  ...{ gateway, language, label: "", ask: [], leaveOut: false, maxRuns: "", hours: "", wrong: {} },
});

/** Reads the form. @returns `request` is `null` where something in it is wrong */
export function readCaseForm(
  sent: Readonly<Record<string, unknown>>,
  language: Language,
): { form: CaseForm; request: CaseRequest | null } {
  const text = (name: string): string => String(sent[name] ?? "").trim();
  const ticked = [sent.ask].flat();
  const form: CaseForm = {
    gateway: text("gateway"),
    label: text("label"),
    language: isLanguage(sent.language) ? sent.language : language,
    ask: Ask.options.filter((each) => ticked.includes(each)),
    leaveOut: sent.leaveOut === "rehearsal",
    maxRuns: text("maxRuns"),
    hours: text("hours"),
    wrong: {},
  };
  const { gateway, label, maxRuns, hours, wrong } = form;
  if (!NewCase.shape.gateway.safeParse(gateway).success) wrong.gateway = "caseGatewayBad";
  if (!NewCase.shape.label.safeParse(label).success) wrong.label = "caseLabelBad";
  const numbers = NewCase.pick({ maxRuns: true, hours: true }).safeParse({
    maxRuns: maxRuns === "" ? undefined : Number(maxRuns),
    hours: hours === "" ? undefined : Number(hours),
  });
  if (!numbers.success) wrong.fleet = "fleetBad";
  if (wrong.gateway || wrong.label || !numbers.success) return { form, request: null };
  const { ask, leaveOut } = form;
  return {
    form,
    request: {
      ...{ gateway, label: label || null, language: form.language, ask, rehearsal: !leaveOut },
      ...numbers.data,
    },
  };
}

/** The form. It stands open where something folded is wrong or was changed. */
export function casePanel(deps: Deps, c: AppContext, form: CaseForm): Html {
  const { gateway, label, language, ask, leaveOut, maxRuns, hours, wrong } = form;
  const t = translate(c);
  const error = (id: string, key: PlainTextKey | undefined) =>
    key === undefined ? "" : html`<p class="error" id="${id}">${t(key)}</p>`;
  const isFleet = maxRuns !== "" || hours !== "";
  const isOpen = label !== "" || ask.length > 0 || leaveOut || isFleet || wrong.label || wrong.fleet;
  const check = (
    name: string,
    value: string,
    id: string,
    checked: boolean,
    key: PlainTextKey,
    hint: PlainTextKey,
  ) =>
    html`<div class="check"><input type="checkbox" id="${id}" name="${name}" value="${value}"${checked ? " checked" : ""} aria-describedby="${id}-hint"><label for="${id}">${t(key)}</label><p class="hint" id="${id}-hint">${t(hint)}</p></div>`;
  return html`<section class="panel" id="new"><h2 class="unseen">${t("caseNewTitle")}</h2>
<form method="post" action="/console/cases"><input type="hidden" name="once" value="${newKey(deps.random)}">
<div class="open-case"><div class="field"><label for="gateway">${t("caseNewGateway")}</label><input id="gateway" name="gateway" value="${gateway}" required autofocus maxlength="253" autocomplete="on" autocapitalize="none" spellcheck="false" placeholder="vpn.example.com" aria-describedby="gateway-hint gateway-error" aria-invalid="${wrong.gateway ? "true" : "false"}"><p class="hint" id="gateway-hint">${t("caseGatewayHint")}</p>${error("gateway-error", wrong.gateway)}</div><button class="primary">${t("caseButton")}</button></div>
<details${isOpen ? html` open` : ""}><summary>${t("caseMore")}</summary>
<div class="new-case">
<div class="field"><label for="label">${t("caseLabel")}</label><input id="label" name="label" value="${label}" maxlength="120" autocomplete="off" aria-describedby="label-hint label-error" aria-invalid="${wrong.label ? "true" : "false"}"><p class="hint" id="label-hint">${t("caseLabelHint")}</p>${error("label-error", wrong.label)}</div>
<div class="field"><label for="language">${t("caseLanguage")}</label><select id="language" name="language">${LANGUAGE_TAGS.map((tag) => html`<option value="${tag}"${tag === language ? " selected" : ""}>${LANGUAGES[tag].ownName}</option>`)}</select></div>
</div>
<fieldset class="asks"><legend>${t("caseAsk")}</legend>${Ask.options.map((each) => check("ask", each, `ask-${each}`, ask.includes(each), `ask.${each}`, `ask.${each}.hint`))}</fieldset>
${deps.config.rehearsal ? check("leaveOut", "rehearsal", "leave-out", leaveOut, "caseLeaveOut", "caseLeaveOutHint") : ""}
${
  staffOf(c).role === "admin"
    ? html`<details class="fleet"${isFleet ? html` open` : ""}><summary>${t("fleetTitle")}</summary><p class="hint">${t("fleetText")}</p><div class="new-case">
<div class="field"><label for="max-runs">${t("fleetRuns")}</label><input id="max-runs" name="maxRuns" type="number" min="1" max="500" value="${maxRuns}" placeholder="${deps.config.runsPerCode}" aria-describedby="fleet-error"></div>
<div class="field"><label for="hours">${t("fleetHours")}</label><input id="hours" name="hours" type="number" min="1" max="336" value="${hours}" placeholder="${deps.config.caseHours}" aria-describedby="fleet-error"></div></div>${error("fleet-error", wrong.fleet)}</details>`
    : ""
}</details></form></section>`;
}

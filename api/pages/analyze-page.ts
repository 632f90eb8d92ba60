/** What a user sent, analyzed in the console: pasted text, captures and other files, without a case. */
import { Hono } from "hono";
import { html } from "hono/html";
import { markup } from "../../shared/chart/markup.ts";
import { ruleReference } from "../../shared/diagnose/diagnose.ts";
import { reportSections } from "../../shared/report/sections.ts";
import { End } from "../../shared/schema/joined.ts";
import { GivenHost } from "../../shared/schema/plan.ts";
import { speak } from "../../shared/text/speak.ts";
import { note } from "../auth/audit-log.ts";
import type { Deps } from "../deps.ts";
import {
  MAX_CAPTURE_BYTES,
  MAX_FORM_BYTES,
  MAX_FORM_FILES,
  MAX_TEXT_BYTES,
  MAX_TEXTS_BYTES,
} from "../http/bounds.ts";
import type { AppContext, Env } from "../http/context.ts";
import { incoming } from "../http/incoming.ts";
import { Problem } from "../http/problem.ts";
import { countUpload } from "../http/rate-limits.ts";
import { EvidenceIntake, type TakenEvidence, type Unusable } from "../reports/take-evidence.ts";
import { type FormFile, takeForm } from "../reports/take-form.ts";
import { copyWords, embed } from "./diagnosis-view.ts";
import { type Html, layout, translate } from "./layout.ts";
import type { PlainTextKey } from "./words.ts";

/** The name that evidence points at, for text that was typed into the form. */
const PASTED = "pasted text";

/** Where the files of a part of the form were recorded. */
const endOfPart = (part: string): End | null => End.options.find((end) => end === part) ?? null;

/** Stands for the files behind the last one that there was room for. */
const REST = "";

const MEGABYTE = 1024 * 1024;
/** What was typed; a browser keeps no chosen files. */
interface Typed {
  text: string;
  gateway: string;
  keep: boolean;
  /** The case that it belongs to; empty: none. */
  caseId: string;
}

const NOTHING_TYPED: Typed = { text: "", gateway: "", keep: false, caseId: "" };
/** So many of the newest cases can be chosen. */
const MOST_CASES = 30;

/** What is wrong with what was given. */
interface Wrong {
  gateway?: PlainTextKey;
  /** About the form as a whole. */
  form?: string;
  unusable?: readonly Unusable[];
}

/** The pages under `/console/analyze`. */
export function analyzePages(deps: Deps) {
  return new Hono<Env>()
    .get("/", async (c) =>
      c.html(await formPage(deps, c, { ...NOTHING_TYPED, caseId: c.req.query("case") ?? "" }, {})),
    )
    .post("/", async (c) => {
      const given = new GivenForm(deps);
      try {
        const refusal = await refusalOf(() => countUpload(deps, c));
        // What was typed is read all the same, to be shown again.
        await given.read(c, { fieldsOnly: refusal !== null });
        if (refusal !== null) throw refusal;
      } catch (error) {
        await given.intake?.drop();
        if (!(error instanceof Problem) || error.status >= 500) throw error;
        for (const [name, value] of Object.entries(error.headers)) c.header(name, value);
        return c.html(
          await formPage(deps, c, given.typed, { form: error.detail(c.var.language) }),
          error.status,
        );
      }
      const { typed, intake, gatewayIsWrong } = given;
      if (gatewayIsWrong) {
        await intake?.drop();
        return c.html(await formPage(deps, c, typed, { gateway: "caseGatewayBad" }), 400);
      }
      if (intake === null || intake.isEmpty) {
        const unusable = intake?.unusable ?? [];
        if (unusable.length > 0) return c.html(await formPage(deps, c, typed, { unusable }), 422);
        return c.html(await formPage(deps, c, typed, { form: translate(c)("analyzeNothing") }), 400);
      }
      const taken = await intake.finish(c.var.language);
      if (taken.reportId !== null) await note(deps, c, "analysis-stored", taken.reportId);
      if (taken.reportId !== null && intake.unusable.length === 0)
        return c.redirect(`/console/reports/${taken.reportId}`, 303);
      return c.html(await resultPage(deps, c, taken, typed, intake.unusable));
    });
}

async function refusalOf(check: () => Promise<void>): Promise<Problem | null> {
  try {
    await check();
    return null;
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
}

/** A form while it is read: fields first, then files, as the page has them. */
class GivenForm {
  readonly typed: Typed = { ...NOTHING_TYPED };
  intake: EvidenceIntake | null = null;
  gatewayIsWrong = false;
  readonly #deps: Deps;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** @throws {Problem} the form cannot be read; what was typed is known as far as it came */
  async read(c: AppContext, { fieldsOnly }: { fieldsOnly: boolean }): Promise<void> {
    const upload = { contentType: c.req.header("content-type") ?? "", ...incoming(c) };
    try {
      await takeForm(upload, {
        field: (part, value) => this.#takeField(part, value),
        file: fieldsOnly ? null : (file) => this.#takeFile(file),
      });
    } catch (error) {
      // The files before are diagnosed all the same.
      const isTooMuch =
        error instanceof Problem && (error.code === "form-too-large" || error.code === "too-many-files");
      if (this.gatewayIsWrong && isTooMuch) return;
      if (!isTooMuch || this.intake === null) throw error;
      this.intake.unusable.push({ name: REST, problem: error });
    }
    if (this.intake === null && !fieldsOnly) await this.#begin();
  }

  async #takeFile({ part, ...file }: FormFile): Promise<void> {
    if (this.intake === null && !this.gatewayIsWrong) await this.#begin();
    await this.intake?.takeFile(file, endOfPart(part));
  }

  #takeField(part: string, value: string): void {
    // Some clients send a file that was not chosen as an empty field.
    if (value === "") return;
    if (this.intake !== null)
      throw new Problem("malformed-form", { params: { reason: `the field ${part} comes after a file` } });
    if (part === "text") this.typed.text = value;
    if (part === "gateway") this.typed.gateway = value.trim();
    if (part === "keep") this.typed.keep = value === "1";
    if (part === "case") this.typed.caseId = value;
  }

  /** All fields are known. */
  async #begin(): Promise<void> {
    const { text, gateway, keep, caseId } = this.typed;
    this.gatewayIsWrong = gateway !== "" && !GivenHost.safeParse(gateway).success;
    if (this.gatewayIsWrong) return;
    const of = caseId === "" ? null : await this.#deps.cases.get(caseId);
    if (caseId !== "" && of === null) throw new Problem("case-not-found");
    // What belongs to a case is a report of it, about its gateway.
    const about = of === null ? { gateway: gateway || null, keep } : { gateway: null, keep: true, of };
    this.intake = new EvidenceIntake(this.#deps, about);
    if (text.trim() !== "") await this.intake.takeText(PASTED, text);
  }
}

/** Names and reasons of what cannot be used. */
function unusableBox(c: AppContext, unusable: readonly Unusable[], tone: "bad" | "note"): Html {
  if (unusable.length === 0) return html``;
  const t = translate(c);
  return html`<div class="notice ${tone}" role="${tone === "bad" ? "alert" : "status"}"><p>${t(tone === "bad" ? "analyzeNoneUsable" : "analyzeSomeUnusable")}</p>
<ul>${unusable.map(({ name, problem }) => html`<li><strong>${name === PASTED ? t("analyzeText") : name === REST ? t("analyzeRest") : name}</strong>: ${problem.detail(c.var.language)}</li>`)}</ul></div>`;
}

async function form(
  deps: Deps,
  c: AppContext,
  { text, gateway, keep, caseId }: Typed,
  { gateway: wrong }: Wrong,
): Promise<Html> {
  const t = translate(c);
  const cases = await deps.cases.list({ after: null, limit: MOST_CASES });
  const options = cases.map(
    (each) =>
      html`<option value="${each.id}"${each.id === caseId ? " selected" : ""}>${each.label === null ? each.gateway : `${each.label} · ${each.gateway}`}</option>`,
  );
  const limits = {
    capture: MAX_CAPTURE_BYTES / MEGABYTE,
    text: MAX_TEXT_BYTES / MEGABYTE,
    texts: MAX_TEXTS_BYTES / MEGABYTE,
    files: MAX_FORM_FILES,
    all: MAX_FORM_BYTES / MEGABYTE,
  };
  return html`<form method="post" action="/console/analyze" enctype="multipart/form-data">
<div class="field"><label for="text">${t("analyzeText")}</label><textarea id="text" name="text" class="paste" spellcheck="false" autocomplete="off" autocapitalize="none" aria-describedby="text-hint">
${text}</textarea><p class="hint" id="text-hint">${t("analyzeTextHint")}</p></div>
<div class="field"><label for="gateway">${t("caseGateway")}</label><input id="gateway" name="gateway" value="${gateway}" maxlength="253" autocomplete="off" autocapitalize="none" spellcheck="false" placeholder="vpn.example.com" aria-describedby="gateway-hint gateway-error" aria-invalid="${wrong ? "true" : "false"}"><p class="hint" id="gateway-hint">${t("analyzeGatewayHint")}</p>${wrong ? html`<p class="error" id="gateway-error">${t(wrong)}</p>` : ""}</div>
<div class="field"><label for="case">${t("analyzeCase")}</label><select id="case" name="case" aria-describedby="case-hint"><option value="">${t("analyzeNoCase")}</option>${options}</select><p class="hint" id="case-hint">${t("analyzeCaseHint")}</p></div>
<div class="field"><label class="check"><input type="checkbox" name="keep" value="1"${keep ? " checked" : ""} aria-describedby="keep-hint"> <span>${t("analyzeKeep")}</span></label><p class="hint" id="keep-hint">${t("analyzeKeepHint")}</p></div>
<fieldset class="asks"><legend>${t("analyzeFiles")}</legend><p class="hint" id="files-hint">${t("analyzeFilesHint", limits)} ${t("analyzeWhereHint")}</p>
${fileField(t("analyzeAtClient"), "client")}
${fileField(t("analyzeAtGateway"), "gateway")}
${fileField(t("analyzeBetween"), "between")}
${fileField(t("analyzeAnywhere"), "files")}</fieldset>
<button class="primary">${t("analyzeButton")}</button></form>`;
}

/** One of the inputs for files: its name says where they were recorded. */
const fileField = (label: string, name: string): Html =>
  html`<div class="field"><label for="file-${name}">${label}</label><input id="file-${name}" name="${name}" type="file" multiple aria-describedby="files-hint"></div>`;

async function formPage(deps: Deps, c: AppContext, typed: Typed, wrong: Wrong): Promise<Html> {
  const t = translate(c);
  return layout(c, {
    title: t("analyzeTitle"),
    here: "analyze",
    body: html`<h1>${t("analyzeTitle")}</h1>
<p class="lead">${t("analyzeLead")}</p>
${wrong.form === undefined ? "" : html`<p class="notice bad" role="alert">${wrong.form}</p>`}
${unusableBox(c, wrong.unusable ?? [], "bad")}
<section class="panel">${await form(deps, c, typed, wrong)}</section>`,
  });
}

async function resultPage(
  deps: Deps,
  c: AppContext,
  { diagnosis, observations, decoded, reportId }: TakenEvidence,
  typed: Typed,
  unusable: readonly Unusable[],
): Promise<Html> {
  const t = translate(c);
  const spoken = speak(diagnosis, c.var.language);
  const eyebrow = markup`<a href="/console/analyze">${t("analyzeTitle")}</a> / ${t(reportId === null ? "analyzeNotKept" : "analyzeKept")}`;
  const sections = reportSections(spoken, observations, ruleReference, {
    eyebrow,
    copy: copyWords(t),
    decoded,
  });
  return layout(c, {
    title: spoken.text.title,
    here: "analyze",
    body: html`${unusableBox(c, unusable, "note")}
${reportId === null ? "" : html`<p class="notice good" role="status">${t("analyzeKept")}: <a href="/console/reports/${reportId}">${reportId}</a></p>`}
<div class="report">${Object.values(sections).map(embed)}</div>
<details class="panel"><summary>${t("analyzeAgain")}</summary>${await form(deps, c, typed, {})}</details>`,
  });
}

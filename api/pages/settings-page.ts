/** `/console/settings`: what administrators decide about the service; `/console/welcome`: the first of it. */
import { Hono } from "hono";
import { html } from "hono/html";
import { LANGUAGE_TAGS, LANGUAGES } from "../../shared/language.ts";
import { type SettingName, type SettingsInfo, SettingsPatch } from "../../shared/schema/settings.ts";
import { note } from "../auth/audit-log.ts";
import { may, staffOf } from "../auth/authorize.ts";
import { createCase } from "../cases/create-case.ts";
import type { Deps } from "../deps.ts";
import type { AppContext, Env } from "../http/context.ts";
import { changeServiceSettings, readServiceSettings } from "../people/service-settings.ts";
import { type Html, layout, moment, type Notice, noticeBox, sentence, theirs, translate } from "./layout.ts";
import { settingsTabs } from "./settings-tabs.ts";
import type { PlainTextKey } from "./words.ts";

/** How a setting is asked for. */
interface Field {
  label: PlainTextKey;
  hint: PlainTextKey;
  kind: "text" | "language" | "days";
  environment: string;
}

const FIELDS = {
  operator: field("settingOperator", "settingOperatorHint", "text", "IKEFRAG_OPERATOR"),
  contact: field("settingContact", "settingContactHint", "text", "IKEFRAG_CONTACT"),
  defaultGateway: field("settingGateway", "settingGatewayHint", "text", "IKEFRAG_DEFAULT_GATEWAY"),
  language: field("settingLanguage", "settingLanguageHint", "language", "IKEFRAG_LANGUAGE"),
  reportDays: field("settingReportDays", "settingReportDaysHint", "days", "IKEFRAG_REPORT_DAYS"),
  captureDays: field("settingCaptureDays", "settingCaptureDaysHint", "days", "IKEFRAG_CAPTURE_DAYS"),
} as const satisfies Record<SettingName, Field>;
const NAMES = Object.keys(FIELDS) as SettingName[];
/** What the first run asks for. */
const FIRST = ["defaultGateway", "operator", "contact"] as const satisfies readonly SettingName[];

/** A newcomer has no default yet to think of. */
const FIRST_LABELS: Partial<Record<SettingName, PlainTextKey>> = { defaultGateway: "welcomeGateway" };

function field(label: PlainTextKey, hint: PlainTextKey, kind: Field["kind"], environment: string): Field {
  return { label, hint, kind, environment };
}

/** What is said of a value that cannot be used. */
const WRONG = {
  text: "settingBadText",
  language: "settingBadLanguage",
  days: "settingBadDays",
} as const satisfies Record<Field["kind"], PlainTextKey>;

/** What was typed, and what is wrong with it, by the setting. */
type Typed = Partial<Record<SettingName, string>>;
type Wrong = Partial<Record<SettingName, PlainTextKey>>;

interface Shown {
  info: SettingsInfo;
  typed: Typed;
  wrong: Wrong;
}

/** `/console/settings` and `/console/welcome`. */
export function settingsPages(deps: Deps) {
  const page = async (c: AppContext, notice: Notice | null, given: Partial<Shown> = {}): Promise<Html> => {
    const t = translate(c);
    const { info = await readServiceSettings(deps), typed = {}, wrong = {} } = given;
    const isAdmin = staffOf(c).role === "admin";
    const fields = NAMES.map((name) => fieldOf(c, name, { info, typed, wrong }, !isAdmin));
    const { updatedAt, updatedBy } = info;
    return layout(c, {
      title: t("settingsTitle"),
      here: "settings",
      body: html`${isAdmin ? settingsTabs(c, "settings") : ""}${noticeBox(notice)}<h1>${t("settingsTitle")}</h1>
<p>${t(isAdmin ? "settingsText" : "settingsReadOnly")}</p>
<section class="panel"><form method="post" action="/console/settings">${fields}${isAdmin ? html`<button class="primary">${t("settingsSave")}</button>` : ""}</form>
${updatedAt === null ? "" : html`<p class="hint">${sentence(c, "settingsBy", { at: moment(updatedAt), by: theirs(updatedBy ?? "") })}</p>`}</section>`,
    });
  };
  const welcome = async (c: AppContext, given: Partial<Shown> = {}): Promise<Html> => {
    const t = translate(c);
    const { info = await readServiceSettings(deps), typed = {}, wrong = {} } = given;
    const fields = FIRST.map((name) => fieldOf(c, name, { info, typed, wrong }, false, FIRST_LABELS[name]));
    return layout(c, {
      title: t("welcomeTitle"),
      body: html`<h1>${t("welcomeTitle")}</h1><p class="lead">${t("welcomeText")}</p>
<section class="panel"><form method="post" action="/console/welcome">${fields}<div class="actions"><button class="primary">${t("welcomeButton")}</button><a class="button" href="/console/reports">${t("welcomeSkip")}</a></div></form></section>
<section><h2>${t("welcomeThen")}</h2><ol><li>${t("welcomeThen1")}</li><li>${t("welcomeThen2")}</li><li>${t("welcomeThen3")}</li></ol></section>`,
    });
  };

  /** @returns what is wrong with the form, or `null` where it was saved */
  const save = async (c: AppContext, names: readonly SettingName[]): Promise<Partial<Shown> | null> => {
    const info = await readServiceSettings(deps);
    const form = await c.req.parseBody();
    const typed: Typed = {};
    const patch: Record<string, unknown> = {};
    for (const name of names) {
      const text = String(form[name] ?? "").trim();
      typed[name] = text;
      if (info.fixed.includes(name)) continue;
      patch[name] = text === "" ? null : FIELDS[name].kind === "days" ? Number(text) : text;
    }
    const parsed = SettingsPatch.safeParse(patch);
    if (!parsed.success) {
      const wrong: Wrong = {};
      for (const { path } of parsed.error.issues) {
        const name = path[0] as SettingName;
        wrong[name] = name === "defaultGateway" ? "caseGatewayBad" : WRONG[FIELDS[name].kind];
      }
      return { info, typed, wrong };
    }
    await changeServiceSettings(deps, c, parsed.data);
    return null;
  };

  return new Hono<Env>()
    .get("/settings", async (c) => {
      const t = translate(c);
      const isSaved = c.req.query("done") === "saved";
      return c.html(await page(c, isSaved ? { tone: "good", text: t("settingsSaved") } : null));
    })
    .post("/settings", may("admin"), async (c) => {
      const wrong = await save(c, NAMES);
      if (wrong === null) return c.redirect("/console/settings?done=saved", 303);
      return c.html(await page(c, { tone: "bad", text: translate(c)("settingsBad") }, wrong), 400);
    })
    .get("/welcome", may("admin"), async (c) => c.html(await welcome(c)))
    .post("/welcome", may("admin"), async (c) => {
      const wrong = await save(c, FIRST);
      if (wrong !== null) return c.html(await welcome(c, wrong), 400);
      const gateway = deps.config.defaultGateway;
      if (gateway === null) return c.redirect("/console/cases", 303);
      const { caseId } = await createCase(deps, c.var.origin, staffOf(c), {
        gateway,
        label: null,
        language: c.var.language,
        ask: [],
        rehearsal: true,
      });
      await note(deps, c, "case-opened", caseId, { gateway });
      return c.redirect(`/console/cases/${caseId}`, 303);
    });
}

function fieldOf(
  c: AppContext,
  name: SettingName,
  { info, typed, wrong }: Shown,
  readOnly: boolean,
  label: PlainTextKey = FIELDS[name].label,
): Html {
  const t = translate(c);
  const { hint, kind, environment } = FIELDS[name];
  const isFixed = info.fixed.includes(name);
  const value = typed[name] ?? String(info.settings[name] ?? "");
  const bad = wrong[name];
  const described = html`id="${name}" name="${name}" aria-describedby="${name}-hint${bad === undefined ? "" : ` ${name}-error`}" aria-invalid="${bad === undefined ? "false" : "true"}"${isFixed || readOnly ? html` disabled` : ""}`;
  const input =
    kind === "language"
      ? html`<select ${described}>${LANGUAGE_TAGS.map((tag) => html`<option value="${tag}"${tag === value ? html` selected` : ""}>${LANGUAGES[tag].ownName}</option>`)}</select>`
      : kind === "days"
        ? html`<input ${described} value="${value}" type="number" min="1" max="3650">`
        : html`<input ${described} value="${value}" maxlength="253" autocomplete="off"${name === "defaultGateway" ? html` placeholder="vpn.example.com" autocapitalize="none" spellcheck="false"` : ""}>`;
  return html`<div class="field"><label for="${name}">${t(label)}</label>${input}<p class="hint" id="${name}-hint">${isFixed ? t("settingFixed", { name: environment }) : t(hint)}</p>${bad === undefined ? "" : html`<p class="error" id="${name}-error">${t(bad)}</p>`}</div>`;
}

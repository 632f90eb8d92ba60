/** `/console/webhooks`: who is told of reports and cases, and what came of it. For admins. */
import { Hono } from "hono";
import { html } from "hono/html";
import { NewWebhook, type Webhook, WebhookEvent, WebhookFormat } from "../../shared/schema/webhooks.ts";
import { note } from "../auth/audit-log.ts";
import { may, staffOf } from "../auth/authorize.ts";
import type { Deps } from "../deps.ts";
import type { AppContext, Env } from "../http/context.ts";
import { Problem } from "../http/problem.ts";
import {
  changeWebhook,
  createWebhook,
  deleteWebhook,
  listDeliveries,
  listWebhooks,
  sendTest,
} from "../webhooks/manage.ts";
import {
  commandLine,
  type Html,
  layout,
  momentAgo,
  type Notice,
  noticeBox,
  theirs,
  translate,
} from "./layout.ts";
import { settingsTabs } from "./settings-tabs.ts";

/** So many of a webhook's messages are shown. */
const LAST = 5;

interface Shown {
  notice?: Notice;
  /** Shown this once. */
  secret?: string;
  /** What was typed, where it could not be used. */
  typed?: Readonly<Record<string, string>>;
}

/** The pages under `/console/webhooks`. */
export function webhookPages(deps: Deps) {
  const page = async (c: AppContext, { notice, secret, typed = {} }: Shown = {}): Promise<Html> => {
    const t = translate(c);
    const { webhooks } = await listWebhooks(deps);
    const panels = await Promise.all(webhooks.map((webhook) => webhookPanel(deps, c, webhook)));
    return layout(c, {
      title: t("webhooksTitle"),
      here: "settings",
      body: html`${settingsTabs(c, "webhooks")}${noticeBox(notice ?? null)}<h1>${t("webhooksTitle")}</h1><p>${t("webhooksText")}</p>
${
  secret === undefined
    ? ""
    : html`<section class="panel" aria-live="polite"><h2>${t("webhookSecret")}</h2><p>${t("webhookSecretText")}</p><div class="stack">${commandLine(t, "", secret)}</div></section>`
}
${panels.length === 0 ? html`<p>${t("webhooksNone")}</p>` : panels}
${newForm(c, typed)}`,
    });
  };
  const done = async (c: AppContext, key: "webhookTested" | "webhookDeleted" | "settingsSaved") =>
    c.html(await page(c, { notice: { tone: "good", text: translate(c)(key) } }));
  const id = (c: AppContext): string => c.req.param("webhookId") ?? "";

  return new Hono<Env>()
    .use(may("admin"))
    .get("/", async (c) => c.html(await page(c)))
    .post("/", async (c) => {
      const form = await c.req.parseBody({ all: true });
      const text = (name: string): string => String(form[name] ?? "").trim();
      const typed = Object.fromEntries(
        ["url", "format", "description", "jira"].map((name) => [name, text(name)]),
      );
      const given = (name: string) => text(name) || undefined;
      const parsed = NewWebhook.safeParse({
        url: text("url"),
        events: [form.events ?? []].flat(),
        format: given("format"),
        description: given("description"),
        authorization: given("authorization"),
        jira: given("jira") && { project: text("jira") },
      });
      const refused = async (detail: string, status: 400 | 409) => {
        const told = translate(c)("webhookBad", { detail });
        return c.html(await page(c, { notice: { tone: "bad", text: told }, typed }), status);
      };
      if (!parsed.success)
        return refused(
          parsed.error.issues.map(({ path, message }) => `${String(path[0])}: ${message}`).join("; "),
          400,
        );
      try {
        const { webhookId, secret } = await createWebhook(deps, parsed.data, staffOf(c).name);
        await note(deps, c, "webhook-created", webhookId);
        return c.html(await page(c, { secret }), 201);
      } catch (error) {
        if (!(error instanceof Problem) || error.status >= 500) throw error;
        const why = [error.detail(c.var.language), ...error.errors.map(({ detail }) => detail)].join(" ");
        return refused(why, error.status === 409 ? 409 : 400);
      }
    })
    .post("/:webhookId/test", async (c) => {
      await sendTest(deps, id(c), staffOf(c).name);
      return done(c, "webhookTested");
    })
    .post("/:webhookId/enabled", async (c) => {
      const { enabled } = await c.req.parseBody();
      await changeWebhook(deps, id(c), { enabled: enabled === "yes" });
      await note(deps, c, "webhook-changed", id(c), { fields: "enabled" });
      return done(c, "settingsSaved");
    })
    .post("/:webhookId/delete", async (c) => {
      await deleteWebhook(deps, id(c));
      await note(deps, c, "webhook-deleted", id(c));
      return done(c, "webhookDeleted");
    });
}

async function webhookPanel(deps: Deps, c: AppContext, webhook: Webhook): Promise<Html> {
  const t = translate(c);
  const { webhookId, url, events, format, description, enabled, disabledBecause } = webhook;
  const { deliveries } = await listDeliveries(deps, webhookId, { limit: LAST });
  const rows = deliveries.map(
    ({ type, state, createdAt, status, error }) =>
      html`<li><span class="dot ${state === "delivered" ? "good" : state === "failed" ? "bad" : "note"}"></span>${momentAgo(createdAt)} · ${type} · ${status ?? state}${error === null ? "" : html`: ${theirs(error)}`}</li>`,
  );
  const act = (action: string, label: string, inner: Html | string = "", tone = "") =>
    html`<form method="post" action="/console/webhooks/${webhookId}/${action}">${inner}<button class="${tone}" aria-label="${label}: ${url ?? ""}">${label}</button></form>`;
  return html`<section class="panel"><h2>${t(`webhookFormat.${format}`)} <span class="tag ${enabled ? "good" : "bad"}">${t(enabled ? "webhookOn" : "webhookOff")}</span></h2>
<p><code>${theirs(url ?? "–")}</code></p>
${description === null ? "" : html`<p>${theirs(description)}</p>`}
${disabledBecause === null ? "" : html`<p class="hint">${t(`webhookOff.${disabledBecause}`)}</p>`}
<p class="hint">${events.map((event) => html`<span class="tag">${t(`webhookEvent.${event}`)}</span> `)}</p>
<h3>${t("webhookLast")}</h3>${rows.length === 0 ? html`<p class="hint">${t("webhookLastNone")}</p>` : html`<ul class="plain">${rows}</ul>`}
<div class="actions">${enabled ? act("test", t("webhookTest")) : ""}${act("enabled", t(enabled ? "webhookSwitchOff" : "webhookSwitchOn"), html`<input type="hidden" name="enabled" value="${enabled ? "no" : "yes"}">`)}${act("delete", t("webhookDelete"), "", "danger")}</div></section>`;
}

function newForm(c: AppContext, typed: Readonly<Record<string, string>>): Html {
  const t = translate(c);
  return html`<section class="panel"><h2>${t("webhookAddTitle")}</h2><form method="post" action="/console/webhooks">
<div class="field"><label for="webhook-url">${t("webhookUrl")}</label><input id="webhook-url" name="url" type="url" required maxlength="2048" value="${typed.url ?? ""}" autocomplete="off" placeholder="https://"></div>
<div class="field"><label for="webhook-format">${t("webhookFormat")}</label><select id="webhook-format" name="format">${WebhookFormat.options.map((format) => html`<option value="${format}"${format === typed.format ? html` selected` : ""}>${t(`webhookFormat.${format}`)}</option>`)}</select></div>
<fieldset class="asks"><legend>${t("webhookEvents")}</legend>${WebhookEvent.options.map((event) => html`<label class="check"><input type="checkbox" name="events" value="${event}"${event === "case.used" ? "" : html` checked`}> <span>${t(`webhookEvent.${event}`)}</span></label>`)}</fieldset>
<div class="field"><label for="webhook-description">${t("webhookDescription")}</label><input id="webhook-description" name="description" maxlength="200" value="${typed.description ?? ""}"></div>
<details><summary>${t("webhookTracker")}</summary>
<div class="field"><label for="webhook-authorization">${t("webhookAuthorization")}</label><input id="webhook-authorization" name="authorization" type="password" maxlength="1024" autocomplete="off" aria-describedby="authorization-hint"><p class="hint" id="authorization-hint">${t("webhookAuthorizationHint")}</p></div>
<div class="field"><label for="webhook-jira">${t("webhookJira")}</label><input id="webhook-jira" name="jira" maxlength="31" value="${typed.jira ?? ""}" autocomplete="off" aria-describedby="jira-hint"><p class="hint" id="jira-hint">${t("webhookJiraHint")}</p></div></details>
<button class="primary">${t("webhookAdd")}</button></form></section>`;
}

/** `/console/account`: one's own passkeys and sessions. */
import { Hono } from "hono";
import { html } from "hono/html";
import { staffOf } from "../auth/authorize.ts";
import type { Deps } from "../deps.ts";
import type { AppContext, Env } from "../http/context.ts";
import { endOwnSession, ownSessions, removeOwnPasskey } from "../people/manage.ts";
import type { Passkey, Session } from "../store/people-port.ts";
import {
  facts,
  type Html,
  layout,
  moment,
  type Notice,
  noticeBox,
  scrollTable,
  translate,
} from "./layout.ts";

/** The pages under `/console/account`. */
export function accountPages(deps: Deps) {
  const page = async (c: AppContext): Promise<Html> => {
    const t = translate(c);
    const caller = staffOf(c);
    const passkeys = caller.kind === "member" ? await deps.people.passkeysOf(caller.id) : null;
    const { principal } = c.var;
    const current = principal.kind === "staff" ? (principal.session?.id ?? null) : null;
    const notice: Notice | null =
      c.req.query("welcome") !== undefined && passkeys?.length === 0
        ? { tone: "note", text: t("accountWelcome") }
        : null;
    return layout(c, {
      title: t("accountTitle"),
      here: "account",
      body: html`${noticeBox(notice)}<h1>${t("accountTitle")}</h1>
${facts([
  [t("peopleName"), caller.name],
  [t("peopleRole"), t(`role.${caller.role}`)],
])}
${passkeys === null ? html`<p class="hint">${t("accountToken")}</p>` : passkeySection(c, passkeys)}
${notice === null ? "" : html`<p><a class="button" href="/console">${t("accountGoOn")}</a></p>`}
${sessionSection(c, await ownSessions(deps, c), current)}`,
    });
  };

  return new Hono<Env>()
    .get("/", async (c) => c.html(await page(c)))
    .post("/passkeys/:passkeyId/remove", async (c) => {
      await removeOwnPasskey(deps, c, c.req.param("passkeyId"));
      return c.redirect("/console/account", 303);
    })
    .post("/sessions/:sessionId/end", async (c) => {
      await endOwnSession(deps, c, c.req.param("sessionId"));
      return c.redirect("/console/account", 303);
    });
}

function passkeySection(c: AppContext, passkeys: Passkey[]): Html {
  const t = translate(c);
  const rows = passkeys.map(
    ({ id, name, createdAt, lastUsedOn }) => html`<tr>
<td class="wide">${name}</td>
<td class="nowrap">${moment(createdAt)}</td>
<td class="nowrap">${lastUsedOn ?? t("never")}</td>
<td><form method="post" action="/console/account/passkeys/${encodeURIComponent(id)}/remove"><button aria-label="${t("remove")}: ${name}">${t("remove")}</button></form></td>
</tr>`,
  );
  return html`<section class="panel"><h2>${t("passkeysTitle")}</h2><p>${t("passkeysText")}</p>
${
  rows.length === 0
    ? html`<p>${t("passkeysNone")}</p>`
    : scrollTable(
        t("passkeysTitle"),
        html`<table class="cards"><thead><tr><th scope="col">${t("peopleName")}</th><th scope="col">${t("columnCreated")}</th><th scope="col">${t("lastUsed")}</th><th scope="col"><span class="unseen">${t("remove")}</span></th></tr></thead><tbody>${rows}</tbody></table>`,
      )
}
<form class="inline" data-passkey="add" hidden>
<div class="field"><label for="passkey-name">${t("passkeyName")}</label><input id="passkey-name" name="name" required maxlength="80" placeholder="${t("passkeyNameHint")}" autocomplete="off"></div>
<button class="primary">${t("passkeyAdd")}</button></form>
<p class="error" data-passkey-failed="${t("passkeyFailed")}" role="alert" hidden></p>
<p class="hint" data-passkey-absent hidden>${t("passkeyAbsent")}</p>
<noscript><p class="hint">${t("passkeyScript")}</p></noscript></section>`;
}

function sessionSection(c: AppContext, sessions: Session[], current: string | null): Html {
  const t = translate(c);
  if (sessions.length === 0) return html``;
  const rows = sessions.map(
    ({ id, createdAt, seenAt, expiresAt }) => html`<tr>
<td class="wide">${moment(createdAt)}${id === current ? html` <span class="tag good">${t("sessionThis")}</span>` : ""}</td>
<td>${moment(seenAt)}</td>
<td>${moment(expiresAt)}</td>
<td><form method="post" action="/console/account/sessions/${id}/end"><button>${t("sessionEnd")}</button></form></td>
</tr>`,
  );
  return html`<section><h2>${t("sessionsTitle")}</h2><p>${t("sessionsText")}</p>${scrollTable(
    t("sessionsTitle"),
    html`<table class="cards"><thead><tr><th scope="col">${t("signedInAt")}</th><th scope="col">${t("lastUsed")}</th><th scope="col">${t("sessionExpires")}</th><th scope="col"><span class="unseen">${t("sessionEnd")}</span></th></tr></thead><tbody>${rows}</tbody></table>`,
  )}</section>`;
}

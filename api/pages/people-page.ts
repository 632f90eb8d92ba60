/** `/console/people`: members and API tokens, and `/console/audit-log`: who did and saw what. For admins. */
import { Hono } from "hono";
import { html } from "hono/html";
import * as shape from "../../shared/schema/people.ts";
import { note } from "../auth/audit-log.ts";
import { may, staffOf } from "../auth/authorize.ts";
import type { Deps } from "../deps.ts";
import type { AppContext, Env } from "../http/context.ts";
import { readCursor, toPage } from "../http/page-cursor.ts";
import { Problem } from "../http/problem.ts";
import {
  changeMember,
  inviteMember,
  makeSignInLink,
  makeToken,
  removeMember,
  revokeToken,
} from "../people/manage.ts";
import type { ApiToken, ListedMember } from "../store/people-port.ts";
import {
  commandLine,
  formatMoment,
  type Html,
  layout,
  moment,
  type Notice,
  noticeBox,
  scrollTable,
  translate,
} from "./layout.ts";
import { settingsTabs } from "./settings-tabs.ts";

/** More people than a helpdesk has; `GET /v1/members` gives the others. */
const MOST_ROWS = 200;
const ENTRIES_A_PAGE = 100;

/** What was made a moment ago, and is shown this once. */
interface Shown {
  notice?: Notice;
  link?: { name: string; url: string; expiresAt: string };
  token?: string;
}

/** The pages under `/console/people`. */
export function peoplePages(deps: Deps) {
  const page = async (c: AppContext, { notice, link, token }: Shown = {}): Promise<Html> => {
    const t = translate(c);
    const members = await deps.people.members({ after: null, limit: MOST_ROWS });
    const tokens = await deps.people.tokens({ after: null, limit: MOST_ROWS });
    return layout(c, {
      title: t("peopleTitle"),
      here: "settings",
      wide: true,
      body: html`${settingsTabs(c, "people")}${noticeBox(notice ?? null)}<h1>${t("peopleTitle")}</h1>
${
  link === undefined
    ? ""
    : html`<section class="panel" aria-live="polite"><h2>${t("inviteMade", { name: link.name })}</h2><p>${t("inviteMadeText", { at: formatMoment(link.expiresAt) })}</p><div class="stack">${commandLine(t, "", link.url)}</div></section>`
}
${memberSection(c, members)}
<section class="panel"><h2>${t("inviteTitle")}</h2><p>${t("inviteText")}</p>
<form method="post" action="/console/people" class="new-case">${nameField(t("peopleName"), "invite-name")}${roleField(c, "invite-role", "staff")}<div class="field"><button class="primary">${t("inviteButton")}</button></div></form></section>
${
  token === undefined
    ? ""
    : html`<section class="panel" aria-live="polite"><h2>${t("tokenMade")}</h2><p>${t("tokenMadeText")}</p><div class="stack">${commandLine(t, "", token)}</div></section>`
}
${tokenSection(c, tokens, deps.now().toISOString())}
<section class="panel"><h2>${t("tokenTitle")}</h2><p>${t("tokenText")}</p>
<form method="post" action="/console/people/tokens" class="new-case">${nameField(t("tokenName"), "token-name")}${roleField(c, "token-role", "staff")}<div class="field"><label for="token-ends">${t("tokenEnds")}</label><input id="token-ends" name="ends" type="date"></div><div class="field"><button class="primary">${t("tokenButton")}</button></div></form></section>`,
    });
  };
  /** Shows why nothing was done, above the page as it is. */
  const orWhy = async (c: AppContext, act: () => Promise<Shown>, done: 200 | 201 = 201) => {
    try {
      const shown = await act();
      return c.html(await page(c, shown), done);
    } catch (error) {
      if (!(error instanceof Problem) || error.status >= 500) throw error;
      const text = [error.detail(c.var.language), ...error.errors.map(({ detail }) => detail)].join(" ");
      return c.html(await page(c, { notice: { tone: "bad", text } }), error.status);
    }
  };

  return new Hono<Env>()
    .use(may("admin"))
    .get("/", async (c) => c.html(await page(c)))
    .post("/", async (c) => {
      const parsed = shape.NewMember.safeParse(await fields(c, "name", "role"));
      if (!parsed.success) return c.html(await page(c, nameBad(c)), 400);
      return orWhy(c, async () => {
        const { member, link } = await inviteMember(deps, c, parsed.data);
        return { link: { name: member.name, ...link } };
      });
    })
    .post("/tokens", async (c) => {
      const { ends, ...given } = await fields(c, "name", "role", "ends");
      const parsed = shape.NewApiToken.safeParse({
        ...given,
        expiresAt: ends === "" ? null : `${ends}T23:59:59.000Z`,
      });
      if (!parsed.success) return c.html(await page(c, nameBad(c)), 400);
      return orWhy(c, async () => ({ token: (await makeToken(deps, c, parsed.data)).secret }));
    })
    .post("/tokens/:tokenId/revoke", async (c) =>
      orWhy(
        c,
        async () => {
          await revokeToken(deps, c, c.req.param("tokenId"));
          return { notice: { tone: "good", text: translate(c)("tokenRevoked") } };
        },
        200,
      ),
    )
    .post("/:memberId/role", async (c) => {
      const parsed = shape.MemberPatch.safeParse(await fields(c, "role"));
      if (!parsed.success) return c.html(await page(c, nameBad(c)), 400);
      return orWhy(
        c,
        async () => {
          const { name } = await changeMember(deps, c, c.req.param("memberId"), parsed.data);
          return { notice: { tone: "good", text: translate(c)("memberChanged", { name }) } };
        },
        200,
      );
    })
    .post("/:memberId/link", async (c) =>
      orWhy(c, async () => {
        const { lost } = await fields(c, "lost");
        const id = c.req.param("memberId");
        const link = await makeSignInLink(deps, c, id, lost === "yes");
        return { link: { name: (await deps.people.member(id))?.name ?? "", ...link } };
      }),
    )
    .post("/:memberId/remove", async (c) =>
      orWhy(
        c,
        async () => {
          await removeMember(deps, c, c.req.param("memberId"));
          return { notice: { tone: "good", text: translate(c)("memberRemoved") } };
        },
        200,
      ),
    );
}

const nameBad = (c: AppContext): Shown => ({ notice: { tone: "bad", text: translate(c)("nameBad") } });

async function fields<Name extends string>(c: AppContext, ...names: Name[]): Promise<Record<Name, string>> {
  const form = await c.req.parseBody();
  return Object.fromEntries(names.map((name) => [name, String(form[name] ?? "").trim()])) as Record<
    Name,
    string
  >;
}

const nameField = (label: string, id: string): Html =>
  html`<div class="field"><label for="${id}">${label}</label><input id="${id}" name="name" required maxlength="80" autocomplete="off"></div>`;

function roleField(c: AppContext, id: string, chosen: "staff" | "admin"): Html {
  const t = translate(c);
  return html`<div class="field"><label for="${id}">${t("peopleRole")}</label><select id="${id}" name="role">${(
    ["staff", "admin"] as const
  ).map(
    (role) =>
      html`<option value="${role}"${role === chosen ? " selected" : ""}>${t(`role.${role}`)}</option>`,
  )}</select></div>`;
}

function memberSection(c: AppContext, members: ListedMember[]): Html {
  const t = translate(c);
  if (members.length === 0)
    return html`<section><h2>${t("membersTitle")}</h2><p>${t("membersNone")}</p></section>`;
  const own = staffOf(c).id;
  const rows = members.map(({ id, name, role, subject, passkeys, seenAt }) => {
    const other = role === "admin" ? "staff" : "admin";
    return html`<tr>
<td class="wide">${name}${id === own ? html` <span class="tag">${t("memberYou")}</span>` : ""}${subject === null ? "" : html`<span class="hint">${t("memberVouched")}</span>`}</td>
<td>${t(`role.${role}`)}</td>
<td class="number">${passkeys}</td>
<td class="nowrap">${seenAt === null ? t("never") : moment(seenAt)}</td>
<td class="wide"><details><summary>${t("memberManage")}<span class="unseen">: ${name}</span></summary>
${subject === null ? html`<form method="post" action="/console/people/${id}/role"><input type="hidden" name="role" value="${other}"><button>${t(other === "admin" ? "memberMakeAdmin" : "memberMakeStaff")}</button></form>` : ""}
<form method="post" action="/console/people/${id}/link"><label class="check"><input type="checkbox" name="lost" value="yes"> <span>${t("memberLost")}</span></label><button>${t("memberLink")}</button></form>
<form method="post" action="/console/people/${id}/remove"><label class="check"><input type="checkbox" required> <span>${t("memberRemoveConfirm")}</span></label><button class="danger">${t("remove")}</button></form></details></td>
</tr>`;
  });
  return html`<section><h2>${t("membersTitle")}</h2>${scrollTable(
    t("membersTitle"),
    html`<table class="cards"><thead><tr><th scope="col">${t("peopleName")}</th><th scope="col">${t("peopleRole")}</th><th scope="col" class="number">${t("passkeysTitle")}</th><th scope="col">${t("lastUsed")}</th><th scope="col"><span class="unseen">${t("memberManage")}</span></th></tr></thead><tbody>${rows}</tbody></table>`,
  )}</section>`;
}

function tokenSection(c: AppContext, tokens: ApiToken[], now: string): Html {
  const t = translate(c);
  const rows = tokens.map(({ id, name, role, createdAt, createdBy, expiresAt, revokedAt, lastUsedOn }) => {
    const ended =
      revokedAt !== null
        ? "tokenStateRevoked"
        : expiresAt !== null && expiresAt <= now
          ? "tokenStateExpired"
          : null;
    return html`<tr>
<td class="wide">${name}${ended === null ? "" : html` <span class="tag">${t(ended)}</span>`}</td>
<td>${t(`role.${role}`)}</td>
<td class="nowrap">${moment(createdAt)}<span class="hint">${createdBy}</span></td>
<td class="nowrap">${expiresAt === null ? t("never") : moment(expiresAt)}</td>
<td class="nowrap">${lastUsedOn ?? t("never")}</td>
<td>${ended === null ? html`<form method="post" action="/console/people/tokens/${id}/revoke"><button aria-label="${t("tokenRevoke")}: ${name}">${t("tokenRevoke")}</button></form>` : ""}</td>
</tr>`;
  });
  return html`<section><h2>${t("tokensTitle")}</h2>${
    rows.length === 0
      ? html`<p>${t("tokensNone")}</p>`
      : scrollTable(
          t("tokensTitle"),
          html`<table class="cards"><thead><tr><th scope="col">${t("tokenName")}</th><th scope="col">${t("peopleRole")}</th><th scope="col">${t("columnCreated")}</th><th scope="col">${t("sessionExpires")}</th><th scope="col">${t("lastUsed")}</th><th scope="col"><span class="unseen">${t("tokenRevoke")}</span></th></tr></thead><tbody>${rows}</tbody></table>`,
        )
  }</section>`;
}

/** The page `/console/audit-log`. */
export function auditPages(deps: Deps) {
  return new Hono<Env>().use(may("admin")).get("/", async (c) => {
    const t = translate(c);
    const before = readCursor(deps, "audit-log", c.req.query("cursor"));
    const listed = await deps.audit.list({
      actor: null,
      subject: null,
      since: null,
      before: before === null ? null : Number(before),
      limit: ENTRIES_A_PAGE + 1,
    });
    const { rows, nextCursor } = toPage(deps, "audit-log", listed, ENTRIES_A_PAGE, ({ place }) =>
      String(place),
    );
    await note(deps, c, "audit-log-read", "", { entries: rows.length });
    const shown = rows.map(
      ({ place, at, actorName, action, subject, detail }) => html`<tr>
<td class="number">${place}</td>
<td class="nowrap"><time datetime="${at}">${at.slice(0, 19).replace("T", " ")}</time></td>
<td>${actorName}</td>
<td class="nowrap"><code>${action}</code></td>
<td class="wide">${subject}${detail === "{}" ? "" : html`<span class="hint">${detail}</span>`}</td>
</tr>`,
    );
    return c.html(
      layout(c, {
        title: t("auditTitle"),
        here: "settings",
        wide: true,
        body: html`${settingsTabs(c, "audit")}<h1>${t("auditTitle")}</h1><p>${t("auditText", { days: deps.config.auditDays })}</p>
${
  shown.length === 0
    ? html`<p>${t("auditNone")}</p>`
    : scrollTable(
        t("auditTitle"),
        html`<table class="cards"><thead><tr><th scope="col" class="number">${t("auditPlace")}</th><th scope="col">${t("auditAt")}</th><th scope="col">${t("auditWho")}</th><th scope="col">${t("auditAction")}</th><th scope="col">${t("auditSubject")}</th></tr></thead><tbody>${shown}</tbody></table>`,
      )
}
<p class="pager">${before === null ? "" : html`<a class="button" href="/console/audit-log">${t("auditNewest")}</a>`}${nextCursor === null ? "" : html`<a class="button" rel="next" href="/console/audit-log?cursor=${nextCursor}">${t("auditOlder")}</a>`}</p>`,
      }),
    );
  });
}

/** Signing in to the console, with a token or with a link that works once, and out. */
import { Hono } from "hono";
import { html } from "hono/html";
import { refuseCrossSite } from "../auth/authorize.ts";
import { findToken, redeemSignInLink } from "../auth/credentials.ts";
import { signIn, signOut } from "../auth/session-cookie.ts";
import type { Deps } from "../deps.ts";
import type { AppContext, Env } from "../http/context.ts";
import { countingMisses } from "../http/rate-limits.ts";
import type { Caller } from "../store/people-port.ts";
import { layout, type Notice, noticeBox, translate } from "./layout.ts";

/** A path of the console, or its first page; never another site. */
const localPath = (path: string): string => (/^\/console(?:\/[\w./?=&%-]*)?$/.test(path) ? path : "/console");

const isNobody = (caller: Caller | null): boolean => caller === null;

/**
 * `/console/sign-in`, `/console/link/…` and `/console/sign-out`. GET shows a form; only POST changes
 * anything.
 */
export function signInRoutes(deps: Deps) {
  const signInPage = (c: AppContext, next: string, notice: Notice | null, status: 200 | 401 = 200) => {
    const t = translate(c);
    const failed = status === 401;
    return c.html(
      layout(c, {
        title: t("signInTitle"),
        body: html`<section class="panel"><h1>${t("signInTitle")}</h1>${noticeBox(notice)}
<form data-passkey="sign-in" hidden><input type="hidden" name="next" value="${next}"><button class="primary">${t("signInPasskey")}</button></form>
<p class="error" data-passkey-failed="${t("passkeyRefused")}" role="alert" hidden></p>
<h2>${t("signInOther")}</h2>
<p id="token-hint">${t("signInText")}</p>
<form method="post" action="/console/sign-in"><input type="hidden" name="next" value="${next}">
<div class="field"><label for="token">${t("signInToken")}</label><input id="token" name="token" type="password" required maxlength="200" autocomplete="current-password" spellcheck="false" aria-describedby="token-hint" aria-invalid="${failed ? "true" : "false"}"></div>
<button>${t("signInButton")}</button></form></section>`,
      }),
      status,
    );
  };
  const linkPage = (c: AppContext, failed: boolean) => {
    const t = translate(c);
    return c.html(
      layout(c, {
        title: t("linkTitle"),
        body: html`<section class="panel"><h1>${t("linkTitle")}</h1>${noticeBox(failed ? { tone: "bad", text: t("linkFailed") } : null)}
<p>${t("linkText")}</p>
${failed ? html`<p><a class="button" href="/console/sign-in">${t("signInTitle")}</a></p>` : html`<form method="post" action=""><button class="primary">${t("linkButton")}</button></form>`}</section>`,
      }),
      failed ? 401 : 200,
    );
  };

  return new Hono<Env>()
    .get("/sign-in", (c) => {
      const next = localPath(c.req.query("next") ?? "");
      if (c.var.principal.kind === "staff") return c.redirect(next, 303);
      const t = translate(c);
      const notice: Notice | null =
        c.req.query("out") !== undefined
          ? { tone: "good", text: t("signedOut") }
          : c.req.query("next") !== undefined
            ? { tone: "note", text: t("signInNeeded") }
            : null;
      return signInPage(c, next, notice);
    })
    .post("/sign-in", async (c) => {
      refuseCrossSite(c);
      const form = await c.req.parseBody();
      const next = localPath(String(form.next ?? ""));
      const token = String(form.token ?? "").trim();
      const grant = await countingMisses(deps, c, () => findToken(deps, token), isNobody);
      if (grant === null) {
        return signInPage(c, next, { tone: "bad", text: translate(c)("signInFailed") }, 401);
      }
      await signIn(deps, c, grant, "token");
      return c.redirect(next, 303);
    })
    .get("/link/:link", (c) => linkPage(c, false))
    .post("/link/:link", async (c) => {
      refuseCrossSite(c);
      const link = c.req.param("link");
      const grant = await countingMisses(deps, c, () => redeemSignInLink(deps, link), isNobody);
      if (grant === null) return linkPage(c, true);
      await signIn(deps, c, grant, "link");
      return c.redirect("/console/account?welcome", 303);
    })
    .post("/sign-out", async (c) => {
      refuseCrossSite(c);
      await signOut(deps, c);
      return c.redirect("/console/sign-in?out", 303);
    });
}

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
import { carriedDraft, type Draft, draftField, draftOf, resumeForm, resumePage } from "./draft.ts";
import { layout, type Notice, noticeBox, translate } from "./layout.ts";

/** A path of the console, or its first page; never another site. */
const localPath = (path: string): string => (/^\/console(?:\/[\w./?=&%-]*)?$/.test(path) ? path : "/console");

const isNobody = (caller: Caller | null): boolean => caller === null;

/** The page to sign in on, which carries a form that was sent without a session. */
function signInPage(
  c: AppContext,
  next: string,
  notice: Notice | null,
  { status = 200, isWrong = false, draft = null }: SignInShown = {},
) {
  const t = translate(c);
  return c.html(
    layout(c, {
      title: t("signInTitle"),
      body: html`<section class="panel"><h1>${t("signInTitle")}</h1>${noticeBox(notice)}
<form data-passkey="sign-in" hidden><input type="hidden" name="next" value="${next}"><button class="primary">${t("signInPasskey")}</button></form>
<p class="error" data-passkey-failed="${t("passkeyRefused")}" role="alert" hidden></p>
<h2>${t("signInOther")}</h2>
<p id="token-hint">${t("signInText")}</p>
<form method="post" action="/console/sign-in"><input type="hidden" name="next" value="${next}">${draftField(draft)}
<div class="field"><label for="token">${t("signInToken")}</label><input id="token" name="token" type="password" required maxlength="200" autocomplete="current-password" spellcheck="false" aria-describedby="token-hint" aria-invalid="${isWrong ? "true" : "false"}"></div>
<button>${t("signInButton")}</button></form>${resumeForm(c, draft)}</section>`,
    }),
    status,
  );
}

interface SignInShown {
  status?: 200 | 401;
  /** Whether a token was typed that is nobody's. */
  isWrong?: boolean;
  draft?: Draft | null;
}

/**
 * Answers somebody who is not signed in: to a form with the sign-in that carries it, and to all else with the
 * way there and back.
 */
export async function askToSignIn(c: AppContext): Promise<Response> {
  if (c.req.method === "GET") {
    const { pathname, search } = new URL(c.req.url);
    return c.redirect(`/console/sign-in?next=${encodeURIComponent(pathname + search)}`, 303);
  }
  refuseCrossSite(c);
  const draft = await draftOf(c);
  if (draft === null) return c.redirect("/console/sign-in?next=%2Fconsole%2Freports", 303);
  return signInPage(c, "/console", { tone: "note", text: translate(c)("draftKept") }, { status: 401, draft });
}

/**
 * `/console/sign-in`, `/console/link/…` and `/console/sign-out`. GET shows a form; only POST changes
 * anything.
 */
export function signInRoutes(deps: Deps) {
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
      const draft = carriedDraft(form.draft);
      if (grant === null) {
        const failed: Notice = { tone: "bad", text: translate(c)("signInFailed") };
        return signInPage(c, next, failed, { status: 401, isWrong: true, draft });
      }
      await signIn(deps, c, grant, "token");
      return draft === null ? c.redirect(next, 303) : c.html(resumePage(c, draft));
    })
    .post("/resume", async (c) => {
      refuseCrossSite(c);
      const draft = carriedDraft((await c.req.parseBody()).draft);
      if (draft === null) return c.redirect("/console", 303);
      if (c.var.principal.kind === "staff") return c.html(resumePage(c, draft));
      const notice: Notice = { tone: "bad", text: translate(c)("draftNotYet") };
      return signInPage(c, "/console", notice, { status: 401, draft });
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

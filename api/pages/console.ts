/** `/console`: what staff see in a browser. Every form works without scripts. */
import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { refuseCrossSite, staffOf } from "../auth/authorize.ts";
import type { Deps } from "../deps.ts";
import type { Env } from "../http/context.ts";
import { Problem } from "../http/problem.ts";
import { isFirstRun } from "../people/service-settings.ts";
import { accountPages } from "./account-page.ts";
import { analyzePages } from "./analyze-page.ts";
import { caseDetailPages } from "./case-page.ts";
import { casePages } from "./case-pages.ts";
import { comparePages } from "./compare-page.ts";
import { forwardPages } from "./forward-page.ts";
import { insightPages } from "./insights-page.ts";
import { auditPages, peoplePages } from "./people-page.ts";
import { reportActions } from "./report-actions.ts";
import { reportListPages } from "./report-list.ts";
import { reportPages } from "./report-page.ts";
import { settingsPages } from "./settings-page.ts";
import { askToSignIn, signInRoutes } from "./sign-in.ts";
import { webhookPages } from "./webhooks-page.ts";

/** Enough for a note of 10,000 characters in the encoding of forms. */
const MAX_FORM_BYTES = 256 * 1024;

/** These forms have files, and bounds of their own. */
const HAS_FILES = /^\/console\/(?:analyze|cases\/[^/]+\/gateway-files)$/;

const limitForm = bodyLimit({
  maxSize: MAX_FORM_BYTES,
  onError: () => {
    throw new Problem("json-too-large", { params: { max: MAX_FORM_BYTES } });
  },
});

/** All pages under `/console`, behind the sign-in. */
export function consoleRoutes(deps: Deps) {
  return new Hono<Env>()
    .use(async (c, next) => {
      c.header("Cache-Control", "no-store");
      await next();
    })
    .use((c, next) => (HAS_FILES.test(c.req.path) ? next() : limitForm(c, next)))
    .route("/", signInRoutes(deps))
    .use(async (c, next) => {
      if (c.var.principal.kind === "anyone") return askToSignIn(c);
      refuseCrossSite(c);
      await next();
    })
    .get("/", async (c) =>
      c.redirect(
        staffOf(c).role === "admin" && (await isFirstRun(deps)) ? "/console/welcome" : "/console/reports",
        303,
      ),
    )
    .route("/reports", reportListPages(deps))
    .route("/reports", reportActions(deps))
    .route("/reports", reportPages(deps))
    .route("/reports", forwardPages(deps))
    .route("/compare", comparePages(deps))
    .route("/insights", insightPages(deps))
    .route("/cases", casePages(deps))
    .route("/cases", caseDetailPages(deps))
    .route("/analyze", analyzePages(deps))
    .route("/account", accountPages(deps))
    .route("/", settingsPages(deps))
    .route("/webhooks", webhookPages(deps))
    .route("/people", peoplePages(deps))
    .route("/audit-log", auditPages(deps));
}

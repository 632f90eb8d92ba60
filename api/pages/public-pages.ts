/** Pages for everyone: the landing page, how an ID is found, and what the type of a problem means. */
import { Hono } from "hono";
import { html } from "hono/html";
import type { Deps } from "../deps.ts";
import { ANALYZER_PAGE_POLICY } from "../http/content-security-policy.ts";
import type { Env } from "../http/context.ts";
import { Problem } from "../http/problem.ts";
import { isProblemCode, PROBLEM_STATUSES, problemDetail, problemTitle } from "../http/problem-kinds.ts";
import { countingStrangersMisses } from "../http/rate-limits.ts";
import { findReport } from "../reports/read-report.ts";
import { assetRoutes } from "./assets.ts";
import { homePage } from "./home-page.ts";
import { layout, translate } from "./layout.ts";
import { blockedPage, securityPage } from "./security-page.ts";

/** `/`, `/r/ID`, `/security`, `/blocked`, `/problems` and `/problems/CODE`. */
export function publicPages(deps: Deps) {
  return new Hono<Env>()
    .route("/", assetRoutes(deps))
    .get("/", (c) => {
      c.header("Content-Security-Policy", ANALYZER_PAGE_POLICY);
      return c.html(homePage(c));
    })
    .get("/r", async (c) => {
      const { reportId } = await countingStrangersMisses(deps, c, () =>
        findReport(deps, c.req.query("id") ?? ""),
      );
      return c.redirect(`/r/${reportId}`, 303);
    })
    .get("/security", (c) => c.html(securityPage(deps, c)))
    .get("/blocked", (c) => c.html(blockedPage(c)))
    .get("/problems", (c) => {
      const { language } = c.var;
      const codes = Object.keys(PROBLEM_STATUSES).filter(isProblemCode);
      return c.html(
        layout(c, {
          title: translate(c)("docsProblems"),
          body: html`<section><h1>${translate(c)("docsProblems")}</h1><ul>${codes.map(
            (code) =>
              html`<li><a href="/problems/${code}">${PROBLEM_STATUSES[code]} ${code}</a>: ${problemTitle(code, language)}</li>`,
          )}</ul></section>`,
        }),
      );
    })
    .get("/problems/:code", (c) => {
      const code = c.req.param("code");
      if (!isProblemCode(code)) {
        throw new Problem("not-found", { params: { method: c.req.method, path: c.req.path } });
      }
      const { language } = c.var;
      const title = problemTitle(code, language);
      return c.html(
        layout(c, {
          title,
          body: html`<section><p class="eyebrow">${PROBLEM_STATUSES[code]} · ${code}</p><h1>${title}</h1><p class="lead">${problemDetail(code, language)}</p></section>`,
        }),
      );
    });
}

/** Pages for everyone: the landing page, the fix card, and what the type of a problem means. */
import { Hono } from "hono";
import { html, raw } from "hono/html";
import { markup } from "../../shared/chart/markup.ts";
import type { Deps } from "../deps.ts";
import { ANALYZER_PAGE_POLICY } from "../http/content-security-policy.ts";
import type { Env } from "../http/context.ts";
import { Problem } from "../http/problem.ts";
import { isProblemCode, PROBLEM_STATUSES, problemDetail, problemTitle } from "../http/problem-kinds.ts";
import { countingStrangersMisses } from "../http/rate-limits.ts";
import { readFixCard } from "../reports/fix-card.ts";
import { findReport, stampOf } from "../reports/read-report.ts";
import { assetRoutes } from "./assets.ts";
import { cardSections, verdictTitle } from "./diagnosis-view.ts";
import { homePage } from "./home-page.ts";
import { formatMoment, layout, noticeBox, translate } from "./layout.ts";

/** `/`, `/r/ID`, `/problems` and `/problems/CODE`. */
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
    .get("/r/:reportId", async (c) => {
      const t = translate(c);
      const entry = await countingStrangersMisses(deps, c, () => findReport(deps, c.req.param("reportId")));
      const { reportId, override } = entry;
      const { language } = c.var;
      const { card, expiresAt } = await deps.remembered.of(
        { reportId, what: `card page ${language}`, stamp: stampOf(entry) },
        async () => {
          const made = await readFixCard(deps, entry, language);
          const eyebrow = markup`${t("cardFor", { id: reportId })} · ${formatMoment(entry.createdAt)}`;
          return { card: cardSections(t, made, eyebrow).join(""), expiresAt: made.expiresAt };
        },
      );
      c.header("Cache-Control", "private, no-cache");
      return c.html(
        layout(c, {
          title: `${t("cardTitle")} ${reportId}`,
          body: html`
${noticeBox(override === null ? null : { tone: "note", text: t("cardOverridden", { verdict: verdictTitle(override, language) }) })}
${noticeBox(
  override === null && entry.status !== "new"
    ? { tone: "good", text: t("cardConfirmed", { status: t(`status.${entry.status}`) }) }
    : null,
)}
<div class="report">${raw(card)}</div>
<p class="hint">${t("cardPrivacy")}</p><p class="hint">${t("cardExpires", { at: formatMoment(expiresAt) })}</p>
${c.var.principal.kind === "staff" ? html`<p><a class="button" href="/console/reports/${reportId}">${t("evidenceTitle")}</a></p>` : ""}`,
        }),
      );
    })
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

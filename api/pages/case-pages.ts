/** Cases in the console: the list of them, and opening one. */
import { Hono } from "hono";
import { html } from "hono/html";
import { VERDICTS } from "../../shared/schema/verdicts.ts";
import { note } from "../auth/audit-log.ts";
import { staffOf } from "../auth/authorize.ts";
import { createCase } from "../cases/create-case.ts";
import { listCases } from "../cases/list-cases.ts";
import type { Deps } from "../deps.ts";
import type { AppContext, Env } from "../http/context.ts";
import { makeOnce } from "../http/idempotency.ts";
import { Paging } from "../http/list-query.ts";
import { type CaseForm, casePanel, emptyForm, readCaseForm } from "./case-form.ts";
import { verdictTitle } from "./diagnosis-view.ts";
import { flash } from "./flash.ts";
import { type Html, layout, momentAgo, noticeBox, theirs, translate } from "./layout.ts";
import { liveNews } from "./live.ts";

/** The pages under `/console/cases`. */
export function casePages(deps: Deps) {
  /** What the list's newest cases and reports say together. */
  const news = async (c: AppContext) => {
    const [newest] = await deps.reports.list({
      ...{ verdict: null, status: null, gateway: null, adapter: null, label: null, mtu: null },
      ...{ assignee: null, since: null, q: null, after: null, limit: 1 },
    });
    return {
      stamp: `${await deps.cases.stamp()} ${newest?.place ?? 0}`,
      reports: 0,
      says: translate(c)("liveChanged"),
    };
  };

  const page = async (c: AppContext, form: CaseForm | null): Promise<Html> => {
    const t = translate(c);
    const paging = Paging.safeParse({ cursor: c.req.query("cursor") });
    const [{ cases, nextCursor }, { stamp }] = await Promise.all([
      listCases(deps, paging.success ? paging.data : { limit: 50 }),
      news(c),
    ]);
    const newest = new Map(
      (await deps.reports.newestOfCases(cases.map(({ caseId }) => caseId))).map((each) => [
        each.caseId,
        each,
      ]),
    );
    // What whoever asks chose last is what is wanted next, mostly; then what the operator chose.
    const own = cases.find(({ createdBy }) => createdBy === staffOf(c).name);
    const gateway = own?.gateway ?? deps.config.defaultGateway ?? cases[0]?.gateway ?? "";
    const language = own?.language ?? cases[0]?.language ?? c.var.language;
    const rows = cases.map((entry) => {
      const came = newest.get(entry.caseId);
      return html`<tr class="link new">
<td class="wide" title="${entry.label ?? entry.gateway}"><a href="/console/cases/${entry.caseId}">${entry.label === null ? html`<code>${entry.gateway}</code>` : theirs(entry.label)}</a></td>
<td${came === undefined ? "" : html` title="${verdictTitle(came.verdict, c.var.language)}"`}>${came === undefined ? html`<span class="soft">${t(entry.runs === 0 ? "caseNoRun" : "caseRunning")}</span>` : html`<span class="dot ${VERDICTS[came.verdict].tone}"></span>${verdictTitle(came.verdict, c.var.language)}`}</td>
<td class="minor" title="${entry.gateway}"><code>${entry.gateway}</code></td>
<td><span class="tag ${entry.state === "open" ? "good" : ""}">${t(`case.${entry.state}`)}</span></td>
<td class="number">${entry.runs} / ${entry.maxRuns}</td>
<td class="minor">${theirs(entry.createdBy)}</td>
<td class="nowrap">${momentAgo(entry.createdAt)}</td>
</tr>`;
    });
    return layout(c, {
      title: t("casesTitle"),
      here: "cases",
      wide: true,
      body: html`${noticeBox(flash(c))}<h1>${t("casesTitle")}</h1>
${casePanel(deps, c, form ?? emptyForm(gateway, language))}
<section class="scroll panel dense" id="cases" data-live="/console/cases/events" data-live-stamp="${stamp}">${
        rows.length === 0
          ? html`<ol class="steps"><li>${t("casesStep1")}</li><li>${t("casesStep2")}</li><li>${t("casesStep3")}</li></ol><p><a class="button" href="#gateway">${t("caseNewTitle")}</a></p>`
          : html`<table class="cards rows"><thead><tr><th scope="col">${t("caseOne")}</th><th scope="col" class="w-6">${t("caseCame")}</th><th scope="col" class="w-4">${t("columnGateway")}</th><th scope="col" class="w-3">${t("caseState")}</th><th scope="col" class="w-2 number">${t("caseRuns")}</th><th scope="col" class="w-3">${t("caseBy")}</th><th scope="col" class="w-3">${t("columnCreated")}</th></tr></thead><tbody>${rows}</tbody></table>`
      }</section>
${nextCursor === null ? "" : html`<p class="pager"><a class="button" rel="next" href="/console/cases?cursor=${encodeURIComponent(nextCursor)}">${t("olderReports")}</a></p>`}`,
    });
  };

  return new Hono<Env>()
    .get("/", async (c) => c.html(await page(c, null)))
    .get("/events", (c) => liveNews(deps, c, () => news(c)))
    .post("/", async (c) => {
      const sent = await c.req.parseBody({ all: true });
      const { form, request } = readCaseForm(sent, c.var.language);
      if (request === null) return c.html(await page(c, form), 400);
      const caseId = await makeOnce(deps, staffOf(c), sent.once, request, async () => {
        const created = await createCase(deps, c.var.origin, staffOf(c), request);
        await note(deps, c, "case-opened", created.caseId, { gateway: request.gateway });
        return created.caseId;
      });
      // A page of its own: reloading it opens no second case, and its code can be seen again there.
      return c.redirect(caseId === null ? "/console/cases" : `/console/cases/${caseId}`, 303);
    });
}

/** One case in the console: what to send, its runs and reports as they come, and the gateway's side. */
import { Hono } from "hono";
import { html } from "hono/html";
import type { z } from "zod";
import { isLanguage } from "../../shared/language.ts";
import type { CaseDetail, GatewayLink } from "../../shared/schema/api.ts";
import { VERDICTS } from "../../shared/schema/verdicts.ts";
import { may, staffOf } from "../auth/authorize.ts";
import { isRestorable, restoreCode, revokeCode } from "../cases/case-code.ts";
import { readCode, replaceCode } from "../cases/create-case.ts";
import { deleteCase } from "../cases/delete-data.ts";
import { makeGatewayLink } from "../cases/gateway-code.ts";
import { deleteGatewayFile, readCase } from "../cases/read-case.ts";
import { takeGatewayFiles } from "../cases/take-gateway-files.ts";
import { type CaseNow, watchCase } from "../cases/watch-case.ts";
import type { Deps } from "../deps.ts";
import { formUpload } from "../http/body.ts";
import type { AppContext, Env } from "../http/context.ts";
import { Problem } from "../http/problem.ts";
import { countUpload } from "../http/rate-limits.ts";
import type { Case } from "../store/port.ts";
import { caseName, newCodePanel, sendPanel } from "./case-send.ts";
import { verdictTitle } from "./diagnosis-view.ts";
import { gatewayFilesForm, takenBox, whyNothing } from "./gateway-page.ts";
import { commandLine, type Html, layout, moment, momentAgo, sentence, theirs, translate } from "./layout.ts";
import { type LiveNews, liveNews } from "./live.ts";

/** What a page shows besides the case itself: what came of the last thing that a person did. */
interface Shown {
  link?: z.infer<typeof GatewayLink>;
  result?: Html;
  wrong?: string;
}

/** The pages under `/console/cases/CASE`. */
export function caseDetailPages(deps: Deps) {
  const page = async (c: AppContext, caseId: string, shown: Shown = {}): Promise<Html> => {
    const t = translate(c);
    const [stored, now] = await Promise.all([deps.cases.get(caseId), watchCase(deps, caseId)]);
    const { detail: entry, stamp } = now;
    const created = stored && readCode(deps, c.var.origin, stored);
    const wanted = c.req.query("message");
    const language = isLanguage(wanted) ? wanted : entry.language;
    const isFresh = entry.runs === 0 || wanted !== undefined;
    const send =
      created === null
        ? ""
        : sendPanel(deps, c, created, language, { isFresh, runsLeft: entry.maxRuns - entry.runs });
    return layout(c, {
      title: `${t("caseOne")} ${entry.label ?? entry.gateway}`,
      here: "cases",
      wide: true,
      body: html`${shown.wrong === undefined ? "" : html`<p class="notice bad" role="alert">${shown.wrong}</p>`}${shown.result ?? ""}${undoBox(deps, c, stored)}
<p class="eyebrow"><a href="/console/cases">${t("casesTitle")}</a> / <code>${entry.gateway}</code></p>
<h1>${caseName(entry)}</h1>
${isFresh ? send : ""}
<div class="live" id="case-now" data-live="/console/cases/${caseId}/events" data-live-stamp="${stamp}" data-live-reports="${entry.reports.length}">
<p class="about"><span class="tag ${entry.state === "open" ? "good" : ""}">${t(`case.${entry.state}`)}</span> ${sentence(c, "caseAbout", { runs: entry.runs, max: entry.maxRuns, by: theirs(entry.createdBy), at: moment(entry.createdAt), until: moment(entry.expiresAt), deleted: moment(entry.deletedAt) })}</p>
${runsSection(c, now)}
${spreadSection(c, entry)}
</div>
${isFresh ? "" : send}
${newCodePanel(c, entry, created !== null)}
${filesSection(c, entry)}
<section class="panel"><h2>${t("caseAddAll")}</h2><p class="hint" data-drop-hint hidden>${t("caseDropHint")}</p>
<p class="buttons"><a class="button" href="/console/analyze?case=${caseId}">${t("caseAttach")}</a></p>
<details id="add"><summary>${t("caseAddTitle")}</summary><p>${t("caseAddText")}</p>${gatewayFilesForm(c, `/console/cases/${entry.caseId}/gateway-files`)}</details></section>
${linkSection(c, entry, shown.link)}
${staffOf(c).role === "admin" ? managePanel(c, entry) : ""}`,
    });
  };

  const news = async (c: AppContext, caseId: string): Promise<LiveNews> => {
    const t = translate(c);
    const { detail, runs, stamp } = await watchCase(deps, caseId);
    const [run] = runs;
    const newest = detail.reports.at(-1);
    const says =
      run !== undefined && run.state === "running"
        ? t("liveRound", { round: run.round })
        : newest === undefined
          ? t("liveChanged")
          : t("liveReport", { verdict: verdictTitle(newest.verdict, c.var.language) });
    return { stamp, reports: detail.reports.length, says };
  };

  return new Hono<Env>()
    .get("/:caseId", async (c) => c.html(await page(c, c.req.param("caseId"))))
    .get("/:caseId/events", (c) => liveNews(deps, c, () => news(c, c.req.param("caseId"))))
    .post("/:caseId/code", async (c) => {
      const caseId = c.req.param("caseId");
      await replaceCode(deps, c.var.origin, caseId);
      return c.redirect(
        `/console/cases/${caseId}?message=${(await readCase(deps, caseId)).language}#send`,
        303,
      );
    })
    .post("/:caseId/revoke", async (c) => {
      const caseId = c.req.param("caseId");
      await revokeCode(deps, caseId);
      return c.redirect(`/console/cases/${caseId}`, 303);
    })
    .post("/:caseId/restore", async (c) => {
      const caseId = c.req.param("caseId");
      await restoreCode(deps, caseId);
      return c.redirect(`/console/cases/${caseId}`, 303);
    })
    .post("/:caseId/delete", may("admin"), async (c) => {
      const caseId = c.req.param("caseId");
      const form = await c.req.parseBody();
      if (form.confirm !== "yes") return c.redirect(`/console/cases/${caseId}#manage`, 303);
      const { left } = await deleteCase(deps, caseId);
      if (left.cases === 0) return c.redirect("/console/cases?done=deleted", 303);
      return c.html(await page(c, caseId, { wrong: translate(c)("caseDeleteLeft", { left: left.reports }) }));
    })
    .post("/:caseId/gateway-link", async (c) => {
      const caseId = c.req.param("caseId");
      const link = await makeGatewayLink(deps, c.var.origin, caseId);
      return c.html(await page(c, caseId, { link }), 201);
    })
    .post("/:caseId/gateway-files", async (c) => {
      const caseId = c.req.param("caseId");
      const entry = await deps.cases.get(caseId);
      if (entry === null) throw new Problem("case-not-found");
      try {
        await countUpload(deps, c);
        const taken = await takeGatewayFiles(deps, entry, { ...formUpload(c), sentBy: staffOf(c).name });
        return c.html(await page(c, caseId, { result: takenBox(c, taken) }));
      } catch (error) {
        if (!(error instanceof Problem) || error.status >= 500) throw error;
        for (const [name, value] of Object.entries(error.headers)) c.header(name, value);
        return c.html(await page(c, caseId, { wrong: whyNothing(c, error) }), error.status);
      }
    })
    .post("/:caseId/gateway-files/:fileId/delete", may("admin"), async (c) => {
      const caseId = c.req.param("caseId");
      await deleteGatewayFile(deps, caseId, c.req.param("fileId"));
      return c.redirect(`/console/cases/${caseId}`, 303);
    });
}

function managePanel(c: AppContext, { caseId }: z.infer<typeof CaseDetail>): Html {
  const t = translate(c);
  return html`<details class="panel" id="manage"><summary>${t("manageTitle")}</summary>
<p><a class="button" href="/v1/cases/${caseId}/export">${t("caseExport")}</a></p>
<form method="post" action="/console/cases/${caseId}/delete"><div class="field"><label class="check"><input type="checkbox" name="confirm" value="yes" required> <span>${t("caseDeleteConfirm")}</span></label></div><button class="danger">${t("caseDeleteButton")}</button></form>
</details>`;
}

/** How many reports say what, where there are several. */
function spreadSection(c: AppContext, { verdicts, reports }: z.infer<typeof CaseDetail>): Html {
  if (reports.length < 2) return html``;
  const t = translate(c);
  const rows = verdicts.map(
    ({ verdict, reports: count }) => html`<tr>
<td class="wide"><span class="dot ${VERDICTS[verdict].tone}"></span>${verdictTitle(verdict, c.var.language)}</td>
<td class="number">${count}</td>
<td class="number">${Math.round((100 * count) / reports.length)} %</td>
<td><meter min="0" max="${reports.length}" value="${count}" aria-hidden="true"></meter></td>
</tr>`,
  );
  return html`<section class="panel"><h2>${t("spreadTitle", { reports: reports.length })}</h2><div class="scroll"><table class="cards"><tbody>${rows}</tbody></table></div></section>`;
}

/** A withdrawn code can be put in force again for a moment. */
function undoBox(deps: Deps, c: AppContext, entry: Case | null): Html {
  if (entry === null || !isRestorable(deps, entry)) return html``;
  const t = translate(c);
  return html`<div class="notice good flash" role="status"><p>${t("caseRevoked")}</p><form method="post" action="/console/cases/${entry.id}/restore"><button>${t("undo")}</button></form></div>`;
}

/** Its runs and reports, newest first: what goes on, and what came of it. */
function runsSection(c: AppContext, { detail, runs }: CaseNow): Html {
  const t = translate(c);
  const { caseId, reports } = detail;
  const runOf = new Map(runs.flatMap((run) => (run.reportId === null ? [] : [[run.reportId, run] as const])));
  const lines = [
    ...runs.filter(({ state }) => state !== "done").map((run) => ({ at: run.createdAt, run, report: null })),
    ...reports.map((report, nth) => ({
      at: report.createdAt,
      run: runOf.get(report.reportId) ?? null,
      report: { ...report, before: reports[nth - 1]?.reportId },
    })),
  ].sort((a, b) => (a.at < b.at ? 1 : -1));
  const compare = (before: string | undefined, after: string) =>
    before === undefined
      ? ""
      : html`<a href="/console/compare?a=${before}&b=${after}">${t("caseCompare")}</a>`;
  const rows = lines.map(
    ({ at, run, report }) => html`<tr${report === null ? "" : html` class="link new"`}>
<td class="wide">${
      report === null
        ? html`<span class="dot ${run.state === "running" ? "note" : ""}"></span>${run.state === "running" ? t("runRound", { round: run.round }) : t("runSilent")}`
        : html`<span class="dot ${VERDICTS[report.verdict].tone}"></span><a href="/console/reports/${report.reportId}">${verdictTitle(report.verdict, c.var.language)}</a>`
    }</td>
<td class="id">${report?.reportId ?? ""}</td>
<td>${run === null ? t("runNone") : theirs([run.agent.platform, run.agent.osVersion].filter(Boolean).join(" "))}</td>
<td class="nowrap">${momentAgo(at)}</td>
<td class="nowrap">${report === null ? (run.seenAt === null ? "" : sentence(c, "runSeen", { at: momentAgo(run.seenAt) })) : compare(report.before, report.reportId)}</td>
</tr>`,
  );
  const [first, last] = [reports[0], reports.at(-1)];
  return html`<section class="scroll panel dense"><h2>${t("caseRunsTitle")}</h2>${
    rows.length === 0
      ? html`<p class="waiting">${t("caseWaiting")} <a href="/console/cases/${caseId}">${t("refresh")}</a></p>`
      : html`<table class="cards rows"><thead><tr><th scope="col" class="w-6">${t("columnVerdict")}</th><th scope="col" class="w-4">${t("columnReport")}</th><th scope="col" class="w-4">${t("caseComputer")}</th><th scope="col" class="w-3">${t("columnCreated")}</th><th scope="col" class="w-5"><span class="unseen">${t("caseCompare")}</span></th></tr></thead><tbody>${rows}</tbody></table>`
  }${reports.length > 2 && first && last ? html`<p class="pager"><a class="button" href="/console/compare?a=${first.reportId}&b=${last.reportId}">${t("caseCompareAll")}</a></p>` : ""}</section>`;
}

function filesSection(c: AppContext, { caseId, files }: z.infer<typeof CaseDetail>): Html {
  if (files.length === 0) return html``;
  const t = translate(c);
  const isAdmin = staffOf(c).role === "admin";
  const rows = files.map(
    ({ fileId, name, recordedAt, receivedAt, bytes, receivedBytes, sentBy }) => html`<tr>
<td class="wide">${theirs(name)}</td>
<td>${t(`end.${recordedAt}`)}</td>
<td class="nowrap">${moment(receivedAt)}</td>
<td>${sentBy ?? t("caseByLink")}</td>
<td class="number">${`${bytes} / ${receivedBytes}`}</td>
<td class="wide">${isAdmin ? html`<form method="post" action="/console/cases/${caseId}/gateway-files/${fileId}/delete"><button aria-label="${t("caseFileDelete")}: ${name}">${t("caseFileDelete")}</button></form>` : ""}</td>
</tr>`,
  );
  return html`<section class="panel"><h2>${t("caseFilesTitle")}</h2><div class="scroll"><table class="cards"><thead><tr><th scope="col">${t("columnFile")}</th><th scope="col">${t("columnRecordedAt")}</th><th scope="col">${t("columnReceived")}</th><th scope="col">${t("columnSentBy")}</th><th scope="col" class="number">${t("columnBytes")}</th><th scope="col"><span class="unseen">${t("caseFileDelete")}</span></th></tr></thead><tbody>${rows}</tbody></table></div></section>`;
}

function linkSection(
  c: AppContext,
  { caseId, state, hasGatewayLink }: z.infer<typeof CaseDetail>,
  link: z.infer<typeof GatewayLink> | undefined,
): Html {
  const t = translate(c);
  if (link !== undefined)
    return html`<section class="panel" aria-live="polite"><h2>${t("caseLinkTitle")}</h2><p>${sentence(c, "caseLinkMade", { at: moment(link.expiresAt) })}</p>
<div class="stack">${commandLine(t, t("caseLinkPage"), link.page)}${commandLine(t, t("gatewayCommandTitle"), link.command)}</div></section>`;
  if (state === "expired" || state === "revoked") return html``;
  return html`<section class="panel"><h2>${t("caseLinkTitle")}</h2><p>${t("caseLinkText")}</p>
<form method="post" action="/console/cases/${caseId}/gateway-link">${hasGatewayLink ? html`<p class="hint">${t("caseLinkRenews")}</p>` : ""}<button>${t(hasGatewayLink ? "caseLinkRenew" : "caseLinkMake")}</button></form></section>`;
}

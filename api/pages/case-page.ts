/** One case in the console: its reports, what came from the gateway's side, and the link for more of it. */
import { Hono } from "hono";
import { html } from "hono/html";
import type { z } from "zod";
import type { CaseDetail, GatewayLink } from "../../shared/schema/api.ts";
import { VERDICTS } from "../../shared/schema/verdicts.ts";
import { may, staffOf } from "../auth/authorize.ts";
import { deleteCase } from "../cases/delete-data.ts";
import { makeGatewayLink } from "../cases/gateway-code.ts";
import { deleteGatewayFile, readCase } from "../cases/read-case.ts";
import { takeGatewayFiles } from "../cases/take-gateway-files.ts";
import type { Deps } from "../deps.ts";
import { formUpload } from "../http/body.ts";
import type { AppContext, Env } from "../http/context.ts";
import { Problem } from "../http/problem.ts";
import { countUpload } from "../http/rate-limits.ts";
import { verdictTitle } from "./diagnosis-view.ts";
import { gatewayFilesForm, takenBox, whyNothing } from "./gateway-page.ts";
import { commandLine, facts, formatMoment, type Html, layout, moment, translate } from "./layout.ts";

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
    const entry = await readCase(deps, caseId);
    return layout(c, {
      title: `${t("caseOne")} ${entry.label ?? entry.gateway}`,
      here: "cases",
      wide: true,
      body: html`${shown.wrong === undefined ? "" : html`<p class="notice bad" role="alert">${shown.wrong}</p>`}${shown.result ?? ""}
<p class="eyebrow"><a href="/console/cases">${t("casesTitle")}</a> / <code>${entry.gateway}</code></p>
<section><h1>${entry.label ?? entry.gateway}</h1>
${facts([
  [t("columnGateway"), html`<code>${entry.gateway}</code>`],
  [t("caseState"), t(`case.${entry.state}`)],
  [t("caseRuns"), `${entry.runs} / ${entry.maxRuns}`],
  [t("caseBy"), entry.createdBy],
  [t("columnCreated"), moment(entry.createdAt)],
  [t("caseExpires"), moment(entry.expiresAt)],
  [t("factExpires"), moment(entry.deletedAt)],
])}</section>
${spreadSection(c, entry)}
${reportsSection(c, entry)}
${filesSection(c, entry)}
${linkSection(c, entry, shown.link)}
<section class="panel"><h2>${t("caseAddTitle")}</h2><p>${t("caseAddText")}</p>${gatewayFilesForm(c, `/console/cases/${entry.caseId}/gateway-files`)}</section>${staffOf(c).role === "admin" ? managePanel(c, entry) : ""}`,
    });
  };

  return new Hono<Env>()
    .get("/:caseId", async (c) => c.html(await page(c, c.req.param("caseId"))))
    .post("/:caseId/delete", may("admin"), async (c) => {
      const caseId = c.req.param("caseId");
      const form = await c.req.parseBody();
      if (form.confirm !== "yes") return c.redirect(`/console/cases/${caseId}#manage`, 303);
      const { left } = await deleteCase(deps, caseId);
      if (left.cases === 0) return c.redirect("/console/cases", 303);
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
  return html`<section><h2>${t("spreadTitle", { reports: reports.length })}</h2><div class="scroll"><table class="cards"><tbody>${rows}</tbody></table></div></section>`;
}

function reportsSection(c: AppContext, { reports }: z.infer<typeof CaseDetail>): Html {
  const t = translate(c);
  if (reports.length === 0)
    return html`<section><h2>${t("reportsTitle")}</h2><p>${t("caseNoReport")}</p></section>`;
  return html`<section><h2>${t("reportsTitle")}</h2><ul>${reports.map(
    ({ reportId, createdAt, verdict }) =>
      html`<li><a href="/console/reports/${reportId}">${reportId}</a>: ${verdictTitle(verdict, c.var.language)}, ${moment(createdAt)}</li>`,
  )}</ul></section>`;
}

function filesSection(c: AppContext, { caseId, files }: z.infer<typeof CaseDetail>): Html {
  const t = translate(c);
  const isAdmin = staffOf(c).role === "admin";
  const rows = files.map(
    ({ fileId, name, recordedAt, receivedAt, bytes, receivedBytes, sentBy }) => html`<tr>
<td class="wide">${name}</td>
<td>${t(`end.${recordedAt}`)}</td>
<td class="nowrap">${moment(receivedAt)}</td>
<td>${sentBy ?? t("caseByLink")}</td>
<td class="number">${`${bytes} / ${receivedBytes}`}</td>
<td class="wide">${isAdmin ? html`<form method="post" action="/console/cases/${caseId}/gateway-files/${fileId}/delete"><button aria-label="${t("caseFileDelete")}: ${name}">${t("caseFileDelete")}</button></form>` : ""}</td>
</tr>`,
  );
  return html`<section><h2>${t("caseFilesTitle")}</h2>${
    rows.length === 0
      ? html`<p>${t("caseNoFiles")}</p>`
      : html`<div class="scroll"><table class="cards"><thead><tr><th scope="col">${t("columnFile")}</th><th scope="col">${t("columnRecordedAt")}</th><th scope="col">${t("columnReceived")}</th><th scope="col">${t("columnSentBy")}</th><th scope="col" class="number">${t("columnBytes")}</th><th scope="col"><span class="unseen">${t("caseFileDelete")}</span></th></tr></thead><tbody>${rows}</tbody></table></div>`
  }</section>`;
}

function linkSection(
  c: AppContext,
  { caseId, state, hasGatewayLink }: z.infer<typeof CaseDetail>,
  link: z.infer<typeof GatewayLink> | undefined,
): Html {
  const t = translate(c);
  if (link !== undefined)
    return html`<section class="panel" aria-live="polite"><h2>${t("caseLinkTitle")}</h2><p>${t("caseLinkMade", { at: formatMoment(link.expiresAt) })}</p>
<div class="stack">${commandLine(t, t("caseLinkPage"), link.page)}${commandLine(t, t("gatewayCommandTitle"), link.command)}</div></section>`;
  if (state === "expired" || state === "revoked") return html``;
  return html`<section class="panel"><h2>${t("caseLinkTitle")}</h2><p>${t("caseLinkText")}</p>
<form method="post" action="/console/cases/${caseId}/gateway-link">${hasGatewayLink ? html`<p class="hint">${t("caseLinkRenews")}</p>` : ""}<button>${t(hasGatewayLink ? "caseLinkRenew" : "caseLinkMake")}</button></form></section>`;
}

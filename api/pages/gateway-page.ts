/**
 * `/g/CODE`: where a gateway's administrator, who is no member, sends a capture or a log. The page says who
 * asks, about which gateway, what will be kept and how to record it. It shows nothing of the case.
 */
import { Hono } from "hono";
import { html } from "hono/html";
import { GATEWAY_CAPTURES } from "../../shared/diagnose/advice/gateway-capture.ts";
import { refuseCrossSite } from "../auth/authorize.ts";
import type { OpenCase } from "../cases/case-code.ts";
import { findCaseOfGateway } from "../cases/gateway-code.ts";
import { type TakenGatewayFiles, takeGatewayFiles } from "../cases/take-gateway-files.ts";
import type { Deps } from "../deps.ts";
import { formUpload } from "../http/body.ts";
import { MAX_CAPTURE_BYTES, MAX_CASE_FILES, MAX_FORM_BYTES, MAX_TEXT_BYTES } from "../http/bounds.ts";
import type { AppContext, Env } from "../http/context.ts";
import { Problem } from "../http/problem.ts";
import { countingMisses, countUpload } from "../http/rate-limits.ts";
import { commandLine, facts, type Html, layout, list, moment, translate } from "./layout.ts";
import { operatorLine, operatorName } from "./operator.ts";

const MEGABYTE = 1024 * 1024;

/** The form for files of the gateway's side. Its address takes what it sends. */
export function gatewayFilesForm(c: AppContext, action: string): Html {
  const t = translate(c);
  const limits = {
    capture: MAX_CAPTURE_BYTES / MEGABYTE,
    text: MAX_TEXT_BYTES / MEGABYTE,
    all: MAX_FORM_BYTES / MEGABYTE,
    files: MAX_CASE_FILES,
  };
  return html`<form method="post" action="${action}" enctype="multipart/form-data">
<div class="field"><label for="file-gateway">${t("gatewayFiles")}</label><input id="file-gateway" name="file" type="file" multiple aria-describedby="gateway-files-hint"><p class="hint" id="gateway-files-hint">${t("gatewayFilesHint", limits)}</p></div>
<div class="field"><label for="file-between">${t("gatewayBetween")}</label><input id="file-between" name="between" type="file" multiple></div>
<div class="field"><label for="log">${t("gatewayLog")}</label><textarea id="log" name="text" spellcheck="false" autocomplete="off" autocapitalize="none"></textarea></div>
<button class="primary">${t("gatewaySend")}</button></form>`;
}

/** What came of files that were sent: how much was recognised, and what cannot be used. */
export function takenBox(c: AppContext, { taken, unusable }: Omit<TakenGatewayFiles, "reports">): Html {
  const t = translate(c);
  const lines = taken.map(({ name, receivedBytes, packets, ikeMessages, logLines, logins }) => {
    const said =
      packets === null || ikeMessages === null
        ? t("gatewayTookLog", { bytes: receivedBytes, lines: logLines ?? 0, logins })
        : t("gatewayTook", { bytes: receivedBytes, packets, messages: ikeMessages, logins });
    return html`<li><strong>${name}</strong>: ${said}</li>`;
  });
  return html`${taken.length === 0 ? "" : html`<div class="notice good" role="status"><p>${t("gatewayReceived")}</p><ul>${lines}</ul></div>`}
${
  unusable.length === 0
    ? ""
    : html`<div class="notice bad" role="alert"><p>${t("gatewayRefused")}</p><ul>${unusable.map(({ name, problem }) => html`<li><strong>${name}</strong>: ${problem.detail(c.var.language)}</li>`)}</ul></div>`
}`;
}

function gatewayPage(
  deps: Deps,
  c: AppContext,
  { code, entry }: OpenCase,
  { result = null, wrong = null }: { result?: Html | null; wrong?: string | null } = {},
): Html {
  const t = translate(c);
  const { reportDays, captureDays } = deps.config;
  const operator = operatorName(c);
  const [withTcpdump, ...others] = GATEWAY_CAPTURES;
  return layout(c, {
    title: t("gatewayTitle"),
    body: html`${wrong === null ? "" : html`<p class="notice bad" role="alert">${wrong}</p>`}${result ?? ""}
<section>
  <h1>${t("gatewayTitle")}</h1>
  <p class="lead">${t("gatewayLead", { operator })}</p>
  <p class="notice">${t("gatewayWarning")}</p>
  ${facts([
    [t("agentWho"), operatorLine(c)],
    [t("caseGateway"), html`<code>${entry.gateway}</code>`],
    [t("gatewayEnds"), moment(entry.expiresAt)],
  ])}
</section>
${list(t("gatewayKeptTitle"), [t("gatewayKept1", { days: captureDays }), t("gatewayKept2", { days: reportDays }), t("gatewayKept3", { operator }), t("gatewayKept4")])}
<section><h2>${t("gatewayRecordTitle")}</h2><p>${t("gatewayRecord1")}</p>
<div class="stack">${commandLine(t, t("gatewayRecordTcpdump"), withTcpdump?.command ?? "")}</div>
<details><summary>${t("gatewayRecordOthers")}</summary><p>${t("gatewayRecordClient")}</p>${others.map(({ name, command }) => html`<h3>${name}</h3><pre tabindex="0">${command}</pre>`)}</details>
<p>${t("gatewayRecord2")}</p></section>
<section class="panel"><h2>${t("gatewaySendTitle")}</h2>${gatewayFilesForm(c, `/g/${code}`)}
<h3>${t("gatewayCommandTitle")}</h3><div class="stack">${commandLine(t, "", `curl -F file=@gateway.pcap ${c.var.origin}/v1/gateway-files/${code}`)}</div></section>`,
  });
}

/** The page of a gateway's code. */
export function gatewayPages(deps: Deps) {
  const open = (c: AppContext) =>
    countingMisses(deps, c, () => findCaseOfGateway(deps, c.req.param("code") ?? ""));
  return new Hono<Env>()
    .use(async (c, next) => {
      c.header("Cache-Control", "no-store");
      await next();
    })
    .get("/:code", async (c) => c.html(gatewayPage(deps, c, await open(c))))
    .post("/:code", async (c) => {
      refuseCrossSite(c);
      const found = await open(c);
      try {
        await countUpload(deps, c);
        const taken = await takeGatewayFiles(deps, found.entry, { ...formUpload(c), sentBy: null });
        return c.html(gatewayPage(deps, c, found, { result: takenBox(c, taken) }));
      } catch (error) {
        if (!(error instanceof Problem) || error.status >= 500) throw error;
        for (const [name, value] of Object.entries(error.headers)) c.header(name, value);
        return c.html(gatewayPage(deps, c, found, { wrong: whyNothing(c, error) }), error.status);
      }
    });
}

/** Why nothing was taken, for somebody before a form. */
export const whyNothing = (c: AppContext, problem: Problem): string =>
  problem.code === "empty-body" ? translate(c)("gatewayNothing") : problem.detail(c.var.language);

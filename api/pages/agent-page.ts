/** `/a/CODE`: who asks, what will run and what will be sent. Users read it before they run anything. */
import { Hono } from "hono";
import { html } from "hono/html";
import { type AgentCommands, agentCommands } from "../cases/agent-commands.ts";
import { agentScript } from "../cases/agent-script.ts";
import { findOpenCase, type OpenCase } from "../cases/case-code.ts";
import { mayRehearse } from "../cases/rehearsal.ts";
import type { Deps } from "../deps.ts";
import type { AppContext, Env } from "../http/context.ts";
import { isPlainHttp } from "../http/loopback.ts";
import { countingMisses } from "../http/rate-limits.ts";
import { commandLine, facts, type Html, layout, list, moment, translate } from "./layout.ts";

/** The lines to start the agent with, for each kind of computer. */
export function agentLines(c: AppContext, lines: AgentCommands): Html {
  const t = translate(c);
  return html`${isPlainHttp(c.var.origin) ? html`<p class="notice bad">${t("agentPlainHttp")}</p>` : ""}<div class="stack">
  ${commandLine(t, t("agentWindows"), lines.windows)}
  ${commandLine(t, t("agentMacLinux"), lines.macLinux)}
  ${commandLine(t, t("agentNode"), lines.node)}
  ${commandLine(t, t("agentDeno"), lines.deno)}
</div>`;
}

function agentPage(deps: Deps, c: AppContext, { code, entry }: OpenCase): Html {
  const t = translate(c);
  const { operator, reportDays } = deps.config;
  const reflector = deps.config.reflector?.host ?? null;
  const script = agentScript(deps.agentBundle, c.var.origin, code);
  const windowsScript = agentScript(deps.windowsAgent, c.var.origin, code);
  return layout(c, {
    title: t("agentTitle"),
    body: html`<section>
  <h1>${t("agentTitle")}</h1>
  <p class="lead">${t("agentLead", { operator })}</p>
  <p class="notice">${t("agentWarning")}</p>
  ${facts([
    [t("agentWho"), operator],
    [t("agentGateway"), html`<code>${entry.gateway}</code>`],
    [t("agentReflector"), reflector === null ? null : html`<code>${reflector}</code>`],
    [t("agentCode"), html`<code>${code}</code>`],
    [t("agentEnds"), moment(entry.expiresAt)],
  ])}
</section>
<section class="panel"><h2>${t("agentRunsTitle")}</h2><p>${t("agentRunsText")}</p>${agentLines(c, agentCommands(c.var.origin, code))}</section>
<section><h2>${t("agentReportTitle")}</h2><p>${t("agentReportText")}</p></section>
${list(t("agentDoesTitle"), [t("agentDoes1"), reflector === null ? t("agentDoes2") : t("agentDoes2Reflector"), ...(mayRehearse(deps, entry) ? [t("agentDoes2Rehearsal")] : []), t("agentDoes3")])}
${entry.ask.length === 0 ? "" : list(t("agentAsksTitle"), [...entry.ask.map((each) => t(`agentAsks.${each}`)), t("agentAsksNo")])}
${list(t("agentSendsTitle"), [t("agentSends1"), t("agentSends2"), t("agentSends3"), t("agentKept", { days: reportDays })])}
<section><h2>${t("agentReadTitle")}</h2><p>${t("agentReadText")}</p>
  <h3>${t("agentWindows")}</h3>
  ${facts([[t("agentSha"), html`<code>${windowsScript.sha256}</code>`]])}
  <details><summary>${t("agentReadHere")}</summary><pre tabindex="0">${windowsScript.text}</pre></details>
  <p><a href="/a/${code}.ps1">${t("agentReadLink")}</a></p>
  <h3>${t("agentOthers")}</h3>
  ${facts([[t("agentSha"), html`<code>${script.sha256}</code>`]])}
  <p><a href="/a/${code}.mjs">${t("agentReadLink")}</a></p>
</section>`,
  });
}

/** The page of a case code. The files of the same code are in `routes/agent.ts`. */
export function agentPages(deps: Deps) {
  return new Hono<Env>().get("/:file", async (c) =>
    c.html(agentPage(deps, c, await countingMisses(deps, c, () => findOpenCase(deps, c.req.param("file"))))),
  );
}

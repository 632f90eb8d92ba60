import { html } from "hono/html";
import type { AppContext } from "../http/context.ts";
import type { AgentScript } from "../routes/agent.ts";
import type { Case } from "../store/port.ts";
import { commandLine, facts, type Html, layout, list, moment, translate } from "./layout.ts";
import type { Translate } from "./text.ts";

type AgentLines = Record<"windows" | "macLinux" | "deno" | "node", string>;

export function agentLines(t: Translate, lines: AgentLines): Html {
  return html`<div class="stack">
  ${commandLine(t, t("agentWindows"), lines.windows)}
  ${commandLine(t, t("agentMacLinux"), lines.macLinux)}
  ${commandLine(t, t("agentNode"), lines.node)}
  ${commandLine(t, t("agentDeno"), lines.deno)}
</div>`;
}

interface AgentPage {
  operator: string;
  code: string;
  entry: Case;
  reflector: string | null;
  script: AgentScript;
  windowsScript: AgentScript;
  commands: AgentLines;
  reportDays: number;
}

/** Who asks, what will run and what will be sent: read before anything runs. */
export function agentPage(
  c: AppContext,
  { operator, code, entry, reflector, script, windowsScript, commands, reportDays }: AgentPage,
): Html {
  const t = translate(c);
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
<section class="panel"><h2>${t("agentRunsTitle")}</h2><p>${t("agentRunsText")}</p>${agentLines(t, commands)}</section>
<section><h2>${t("agentReportTitle")}</h2><p>${t("agentReportText")}</p></section>
${list(t("agentDoesTitle"), [t("agentDoes1"), reflector === null ? t("agentDoes2") : t("agentDoes2Reflector", { reflector }), t("agentDoes3")])}
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

/** The ways to run the check, on a code's page: the operator's first one large, the others fold. */
import { html } from "hono/html";
import type { AgentLines, CaseWay } from "../../shared/schema/ways.ts";
import { waysOf } from "../cases/agent-commands.ts";
import { type ReleaseFile, releaseFiles, VERSION } from "../cases/release-files.ts";
import type { RunState } from "../cases/run-state.ts";
import type { Deps } from "../deps.ts";
import type { AppContext } from "../http/context.ts";
import { isPlainHttp } from "../http/loopback.ts";
import type { Case } from "../store/port.ts";
import { howInstalled, howTo } from "./agent-steps.ts";
import type { Computer } from "./computer.ts";
import { commandLine, facts, type Html, translate } from "./layout.ts";
import { operatorName } from "./operator.ts";

/** What the page knows of the case. */
interface Shown {
  code: string;
  entry: Case;
  run: RunState;
}
type RunsThere = Exclude<Computer, "phone">;

/** The line of this computer. */
const lineFor = (lines: AgentLines, computer: RunsThere): string =>
  computer === "windows" ? lines.windows : lines.macLinux;

/** A published file's hash, with where else it stands and how it is told of a copy. */
export function hashOf(c: AppContext, { name, sha256 }: ReleaseFile): Html {
  const t = translate(c);
  return facts([[t("wayFileHash", { file: name, version: VERSION }), html`<code>${sha256}</code>`]]);
}

/** What there is to check before the published file is run. */
function checkFile(deps: Deps, c: AppContext, computer: RunsThere, lines: AgentLines): Html {
  const t = translate(c);
  const isWindows = computer === "windows";
  const files = releaseFiles(deps).filter(({ name }) => name.endsWith(".ps1") === isWindows);
  const compare = isWindows ? "(Get-FileHash ~/ikefrag.ps1).Hash" : "shasum -a 256 ~/ikefrag.*";
  const typed = html`${commandLine(t, t("wayFileOpen"), lines.powershell)}<p class="hint">${t("wayFileOpenWhy")}</p>`;
  return html`<details class="fold"><summary>${t("wayFileCheck")}</summary>
<p>${t("wayFileWhat")}</p>
${files.map((file) => hashOf(c, file))}
<p>${t("wayFileOrigins")}</p>
<div class="stack">${commandLine(t, t("wayFileCompare"), compare)}${isWindows ? typed : ""}</div>
</details>`;
}

/** One way, as it stands large or in its fold. */
function wayPanel(
  deps: Deps,
  c: AppContext,
  computer: RunsThere,
  { code, entry }: Shown,
  { way, lines }: CaseWay,
  isFirst: boolean,
): Html {
  const t = translate(c);
  if (way === "by-hand")
    return html`<section class="panel">${isFirst ? html`<h2>${t("wayByHandTitle")}</h2>` : ""}<p>${t("wayByHandWhat")}</p>
<p><a class="button${isFirst ? " primary" : ""}" href="/a/${code}/by-hand">${t("wayByHandGo")}</a></p></section>`;
  if (lines === null)
    return html`<section class="panel the-code"><h2>${t("wayInstalledCode")}</h2><p class="spelled"><code>${code}</code></p>
<p class="hint">${t("wayInstalledWhat")}</p></section>
${howInstalled(c, code)}`;
  const line = lineFor(lines, computer);
  const label = t(`agentLine.${computer}`);
  const check = way === "file" ? checkFile(deps, c, computer, lines) : "";
  if (isFirst)
    return html`<section class="panel the-line">${commandLine(t, label, line, true)}</section>
${howTo(c, computer, { line, elevated: entry.ask.length > 0 })}
${check}`;
  return html`<div class="stack">${commandLine(t, label, line)}</div>
${way === "quick" ? html`<p>${t("wayQuickWhat")}</p>` : ""}${check}`;
}

/** All ways that this computer has. */
export function waysPanel(deps: Deps, c: AppContext, computer: RunsThere, shown: Shown): Html {
  const t = translate(c);
  const [first, ...others] = waysOf(deps, c.var.origin, shown.code).filter(
    // What an organisation installs is for Windows.
    ({ way }) => way !== "installed" || computer === "windows",
  );
  if (first === undefined)
    return html`<p class="notice note">${t("wayNone", { operator: operatorName(c) })}</p>`;
  const folds = others.map(
    (each) => html`<details class="fold"><summary>${t(`wayTitle.${each.way}`)}</summary>
${wayPanel(deps, c, computer, shown, each, false)}</details>`,
  );
  return html`${isPlainHttp(c.var.origin) ? html`<p class="notice bad">${t("agentPlainHttp")}</p>` : ""}
${wayPanel(deps, c, computer, shown, first, true)}
${folds}`;
}

/** On a phone nothing of ours runs; what the operator offers without a program does. */
export function byHandOnPhone(deps: Deps, c: AppContext, code: string): Html {
  const t = translate(c);
  if (!deps.config.delivery.includes("by-hand")) return html``;
  return html`<section class="panel"><h2>${t("wayPhoneTitle")}</h2>
<p>${t("wayPhoneWhat")}</p>
<p><a class="button" href="/a/${code}/by-hand">${t("wayPhoneGo")}</a></p></section>`;
}

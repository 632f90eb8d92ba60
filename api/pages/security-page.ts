/**
 * `/security`, for who has to allow a run or to forbid it: what starts which process, what goes over the
 * network and how much, what is read and written, the hashes of what is run, and which public detection rules
 * see it. And `/blocked`, by the error that somebody sees: what it means, and which way helps.
 */
import { html } from "hono/html";
import { linesOf } from "../cases/agent-commands.ts";
import { HASHES, releaseFiles, releasePath, VERSION } from "../cases/release-files.ts";
import type { Deps } from "../deps.ts";
import type { AppContext } from "../http/context.ts";
import { commandLine, facts, type Html, layout, scrollTable, sentence, translate, typed } from "./layout.ts";

/** What the agents hold themselves to. Their own constants say the same; a test compares. */
export const AGENT_LIMITS = { datagrams: 64, kibibytes: 128, gapMs: 100, rounds: 20, measuringSeconds: 180 };

/** The processes of each kind of run. `*`: only where the case asks for it, after a yes of its own. */
export const PROCESSES = {
  windows: `powershell.exe | pwsh.exe
├─ ping.exe
├─ netsh.exe interface ipv4 show interfaces
├─ whoami.exe /groups
├─ pktmon.exe filter | start | stop | etl2pcap   *
├─ rasdial.exe "VPN"                             *
└─ netsh.exe interface ipv4|ipv6 set ...         *`,
  node: `sh -c
└─ node | deno ikefrag.mjs
   ├─ ping
   ├─ ip | ifconfig, route
   ├─ powershell.exe, netsh.exe   Windows
   └─ tcpdump                     *`,
  shell: `sh ikefrag.sh
├─ curl | wget
├─ awk, sed, tr, date, mktemp
├─ ping, ip | ifconfig, route
└─ perl | bash, dd, timeout`,
};

/** SigmaHQ rules that see a run, and what of it they see. */
export const SEEN_BY = [
  { title: "PowerShell Download and Execution Cradles", level: "high", sees: "quick" },
  {
    title: "Usage Of Web Request Commands And Cmdlets - ScriptBlock",
    level: "medium",
    sees: "script",
  },
  { title: "PktMon.EXE Execution", level: "medium", sees: "capture" },
  { title: "Suspicious RASdial Activity", level: "medium", sees: "capture" },
] as const;

const WAYS = ["file", "quick"] as const;
/** What stands in a line for the case's code. */
const CODE = "CODE";

/** `/security`. */
export function securityPage(deps: Deps, c: AppContext): Html {
  const t = translate(c);
  const { origin } = c.var;
  const files = releaseFiles(deps);
  const sha256 = files[0]?.sha256.toUpperCase() ?? "";
  const reflector = deps.config.reflector;
  const offered = WAYS.filter((way) => deps.config.delivery.includes(way));
  const row = (cells: (Html | string)[]): Html =>
    html`<tr>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>`;
  const table = (name: string, heads: string[], rows: Html[]): Html =>
    scrollTable(
      name,
      html`<table><thead><tr>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead><tbody>${rows}</tbody></table>`,
    );
  const items = (said: string[]): Html => html`<ul>${said.map((each) => html`<li>${typed(each)}</li>`)}</ul>`;
  const code = (text: string): Html => html`<code>${text}</code>`;
  return layout(c, {
    title: t("securityTitle"),
    wide: true,
    body: html`<section><h1>${t("securityTitle")}</h1><p class="lead">${t("securityLead")}</p>
<p>${sentence(c, "securityBlockedLink", { page: html`<a href="/blocked">${t("blockedTitle")}</a>` })}</p></section>
<section class="panel" id="processes"><h2>${t("securityProcesses")}</h2><p>${t("securityProcessesText")}</p>
<h3>Windows</h3><pre tabindex="0" translate="no">${PROCESSES.windows}</pre>
<h3>macOS, Linux: Node.js, Deno</h3><pre tabindex="0" translate="no">${PROCESSES.node}</pre>
<h3>macOS, Linux: sh</h3><pre tabindex="0" translate="no">${PROCESSES.shell}</pre>
<p class="hint">${t("securityStar")}</p></section>
<section class="panel" id="lines"><h2>${t("securityLines")}</h2><p>${t("securityLinesText")}</p>
${offered.map((way) => {
  const lines = linesOf(deps, way, origin, CODE);
  return lines === null
    ? ""
    : html`<h3>${t(`wayTitle.${way}`)}</h3><div class="stack">${commandLine(t, "Windows", lines.windows)}${commandLine(t, "PowerShell", lines.powershell)}${commandLine(t, "macOS, Linux", lines.macLinux)}</div>`;
})}
<h3>${t("securityInstalled")}</h3><div class="stack">${commandLine(t, "Windows", `powershell -NoProfile -ExecutionPolicy RemoteSigned -File ikefrag.ps1 -Server ${origin} -Code ${CODE}`)}</div></section>
<section class="panel" id="network"><h2>${t("securityNetwork")}</h2>
${table(
  t("securityNetwork"),
  [t("securityHost"), t("securityPorts"), t("securityWhat")],
  [
    row([code(new URL(origin).hostname), `TCP ${portOf(origin)}`, t("securityToService")]),
    row([t("securityGateway"), t("securityIkePorts"), t("securityToGateway", AGENT_LIMITS)]),
    ...(reflector === null
      ? []
      : [row([code(reflector.host), `UDP ${reflector.port}`, t("securityToReflector")])]),
  ],
)}
${items([t("securityLimits", AGENT_LIMITS), t("securityShape"), t("securityTime", AGENT_LIMITS), t("securityNoOther")])}</section>
<section class="panel" id="data"><h2>${t("securityData")}</h2>
<h3>${t("securityReads")}</h3>${items([t("securityReads1"), t("securityReads2"), t("securityReads3"), t("securityReads4")])}
<h3>${t("securityWrites")}</h3>${items([t("securityWrites1"), t("securityWrites2"), t("securityWrites3")])}
<h3>${t("securitySends")}</h3>${items([t("securitySends1"), t("securitySends2")])}</section>
<section class="panel" id="hashes"><h2>${t("securityHashes")}</h2><p>${t("securityHashesText")}</p>
${facts(files.map(({ name, sha256: hash }) => [`${name} ${VERSION}`, html`<a href="${releasePath(name)}">${releasePath(name)}</a><br><code>${hash}</code>`]))}
<p><a href="${releasePath(HASHES)}">${HASHES}</a></p></section>
<section class="panel" id="rules"><h2>${t("securityRules")}</h2><p>${t("securityRulesText")}</p>
${table(
  t("securityRules"),
  [t("securityRule"), t("securityLevel"), t("securitySees")],
  SEEN_BY.map(({ title, level, sees }) =>
    row([
      html`<span lang="en">${title}</span>`,
      html`<span lang="en">${level}</span>`,
      t(`securitySees.${sees}`),
    ]),
  ),
)}
${items([t("securityRulesRun"), t("securityRulesAsr")])}</section>
<section class="panel" id="allow"><h2>${t("securityAllow")}</h2>${items([t("securityAllow1"), t("securityAllow2"), t("securityAllow3")])}
<div class="stack">${commandLine(t, t("securityAllowCompare"), `(Get-FileHash ikefrag.ps1).Hash -eq '${sha256}'`)}</div></section>
<section class="panel" id="forbid"><h2>${t("securityForbid")}</h2>${items([t("securityForbid1"), t("securityForbid2"), t("securityForbid3"), t("securityForbid4")])}</section>`,
  });
}

const portOf = (origin: string): string => {
  const { port, protocol } = new URL(origin);
  return port === "" ? (protocol === "https:" ? "443" : "80") : port;
};

/** What stops a run, by what is shown of it. The names are the programs' own, in no language. */
export const BLOCKED = [
  { id: "ScriptContainedMaliciousContent", key: "amsi" },
  { id: "PSSecurityException", key: "policy" },
  { id: "running-scripts-is-disabled", key: "disabled" },
  { id: "not-digitally-signed", key: "signed" },
  { id: "ConstrainedLanguage", key: "constrained" },
  { id: "mark-of-the-web", key: "mark" },
  { id: "SmartScreen", key: "smartscreen" },
  { id: "attack-surface-reduction", key: "asr" },
  { id: "AppLocker", key: "applocker" },
  { id: "proxy", key: "proxy" },
  { id: "hash-differs", key: "hash" },
  { id: "firewall", key: "firewall" },
] as const;

/** `/blocked`. */
export function blockedPage(c: AppContext): Html {
  const t = translate(c);
  return layout(c, {
    title: t("blockedTitle"),
    body: html`<section><h1>${t("blockedTitle")}</h1><p class="lead">${t("blockedLead")}</p>
<nav aria-label="${t("blockedFind")}"><ul>${BLOCKED.map(({ id, key }) => html`<li><a href="#${id}">${t(`blocked.${key}`)}</a></li>`)}</ul></nav></section>
${BLOCKED.map(
  ({ id, key }) => html`<section class="panel" id="${id}"><h2>${t(`blocked.${key}`)}</h2>
${facts([
  [t("blockedShown"), typed(t(`blockedShown.${key}`))],
  [t("blockedMeans"), t(`blockedMeans.${key}`)],
  [t("blockedHelps"), typed(t(`blockedHelps.${key}`))],
])}</section>`,
)}
<section><p>${sentence(c, "blockedSecurityLink", { page: html`<a href="/security">${t("securityTitle")}</a>` })}</p></section>`,
  });
}

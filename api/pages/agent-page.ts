/**
 * `/a/CODE`: the page of a case's code. It shows the one line for the computer that asks, and in three steps
 * where it is pasted and what each window looks like; on a phone, how to come to the PC. While the program
 * runs the page says so, and at the end it has the report's ID. All else folds: who wants to know what runs
 * reads it there, before anything does.
 */
import { Hono } from "hono";
import { html } from "hono/html";
import { agentCommands } from "../cases/agent-commands.ts";
import { agentScript } from "../cases/agent-script.ts";
import { mayRehearse } from "../cases/rehearsal.ts";
import { releaseFiles, releasePath } from "../cases/release-files.ts";
import { findShownCase, type RunState } from "../cases/run-state.ts";
import type { Deps } from "../deps.ts";
import type { AppContext, Env } from "../http/context.ts";
import { countingMisses } from "../http/rate-limits.ts";
import { byHandOnPhone, waysPanel } from "./agent-ways.ts";
import { COMPUTERS, type Computer, computerOf } from "./computer.ts";
import { commandLine, facts, type Html, layout, list, moment, theirs, translate } from "./layout.ts";
import type { LiveNews } from "./live.ts";
import { operatorLine, operatorName } from "./operator.ts";

type Shown = Awaited<ReturnType<typeof findShownCase>>;

/** What is said of the run in a sentence, for the page and for those who hear it. */
function runWords(c: AppContext, run: RunState): string {
  const t = translate(c);
  switch (run.state) {
    case "waiting":
      return t("agentWaiting");
    case "running":
      return t("agentRunning", { round: run.round });
    case "stopped":
      return t("agentStopped");
    case "done":
      return t("agentDone", { operator: operatorName(c) });
  }
}

const stampOfRun = (run: RunState): string => JSON.stringify(run);

/** How far the run is. The page's script puts it in place anew; without scripts a link does. */
function runPanel(c: AppContext, { code, run }: Pick<Shown, "code" | "run">): Html {
  const t = translate(c);
  const chosen = c.req.query("for");
  const done =
    run.state !== "done"
      ? // A form, for a link to where one is already leads nowhere.
        html`<noscript><form action="/a/${code}">${chosen === undefined ? "" : html`<input type="hidden" name="for" value="${chosen}">`}<button>${t("agentLookAgain")}</button></form></noscript>`
      : html`<p class="report-id"><code data-copy="${t("copy")}" data-copied="${t("copied")}">${run.reportId}</code></p>
<p><a class="button primary" href="/r/${run.reportId}">${t("agentToCard")}</a></p>`;
  return html`<section class="panel run is-${run.state}" id="run" data-live="/a/${code}/state" data-live-poll data-live-stamp="${stampOfRun(run)}">
<h2>${t("agentRunTitle")}</h2>
<p>${run.state === "running" ? html`<span class="pulse" aria-hidden="true"></span>` : ""}${runWords(c, run)}</p>${done}</section>`;
}

/** On a phone nothing runs: the page is opened on the PC. */
function onPhone(c: AppContext, code: string): Html {
  const t = translate(c);
  const address = `${c.var.origin}/a/${code}`;
  const mail = `mailto:?subject=${encodeURIComponent(t("agentTitle"))}&body=${encodeURIComponent(address)}`;
  return html`<section class="panel"><h2>${t("agentPhoneTitle")}</h2>
<p>${t("agentPhoneText")}</p>
<p class="address"><code>${address.replace(/^https?:\/\//, "")}</code></p>
<p><a class="button primary" href="${mail}">${t("agentPhoneMail")}</a></p>
<details hidden><summary>${t("agentPhoneQr")}</summary><div data-qr="${address}" data-qr-name="${t("agentPhoneQrName", { address })}"></div></details>
</section>`;
}

/** The lines for other computers, and this page for them. */
function others(deps: Deps, c: AppContext, code: string, computer: Computer): Html {
  const t = translate(c);
  const lines = agentCommands(deps, c.var.origin, code);
  const links = COMPUTERS.filter((each) => each !== computer).map(
    (each) => html`<li><a href="/a/${code}?for=${each}">${t(`agentFor.${each}`)}</a></li>`,
  );
  return html`<details class="fold"><summary>${t("agentOthersTitle")}</summary>
<ul>${links}</ul>
<div class="stack">${commandLine(t, t("agentNode"), lines.node)}${commandLine(t, t("agentDeno"), lines.deno)}</div>
</details>`;
}

/** What is read and sent, and what the user is asked for besides. */
function whatItDoes(deps: Deps, c: AppContext, { code, entry }: Shown): Html {
  const t = translate(c);
  const reflector = deps.config.reflector?.host ?? null;
  return html`<details class="fold"><summary>${t("agentDoesTitle")}</summary>
${facts([
  [t("agentGateway"), html`<code>${theirs(entry.gateway)}</code>`],
  [t("agentReflector"), reflector === null ? null : html`<code>${reflector}</code>`],
  [t("agentCode"), html`<code>${code}</code>`],
  [t("agentEnds"), moment(entry.expiresAt)],
])}
${list(t("agentDoesHeading"), [
  t("agentDoes1"),
  reflector === null ? t("agentDoes2") : t("agentDoes2Reflector"),
  ...(mayRehearse(deps, entry) ? [t("agentDoes2Rehearsal")] : []),
  t("agentDoes3"),
])}
${entry.ask.length === 0 ? "" : list(t("agentAsksTitle"), [...entry.ask.map((each) => t(`agentAsks.${each}`)), t("agentAsksNo")])}
${list(t("agentSendsTitle"), [
  t("agentSends1"),
  t("agentSends2"),
  t("agentSends3"),
  t("agentKept", { days: deps.config.reportDays }),
])}
</details>`;
}

/** The programs' own text, and the hashes of their bytes: those that the first line of the case runs. */
function readItFirst(deps: Deps, c: AppContext, code: string): Html {
  const t = translate(c);
  const isQuick = deps.config.delivery.find((way) => way === "quick" || way === "file") === "quick";
  const files = releaseFiles(deps).map(({ name, text, sha256 }) => {
    const [, extension = ""] = name.split(".");
    const own = agentScript(text, c.var.origin, code);
    return isQuick
      ? { path: `/a/${code}.${extension}`, name: `${code}.${extension}`, ...own }
      : { path: releasePath(name), name, text, sha256 };
  });
  const shown = files.map(
    ({ path, name, sha256 }) => html`${facts([[t("agentSha"), html`<code>${sha256}</code>`]])}
<p><a href="${path}">${t("agentReadLink")}: ${name}</a></p>`,
  );
  const [windows, ...others] = shown;
  return html`<details class="fold"><summary>${t("agentReadTitle")}</summary><p>${t("agentReadText")}</p>
<h3>${t("agentWindows")}</h3>
${windows ?? ""}
<details><summary>${t("agentReadHere")}</summary><pre tabindex="0">${files[0]?.text ?? ""}</pre></details>
<h3>${t("agentOthers")}</h3>
${others}
</details>`;
}

function agentPage(deps: Deps, c: AppContext, shown: Shown): Html {
  const t = translate(c);
  const { code, isOpen } = shown;
  const computer = computerOf(c);
  const operator = operatorName(c);
  const start = !isOpen
    ? html`<p class="notice note">${t("agentClosed", { operator })}</p>`
    : computer === "phone"
      ? html`${onPhone(c, code)}${byHandOnPhone(deps, c, code)}`
      : waysPanel(deps, c, computer, shown);
  return layout(c, {
    title: t("agentTitle"),
    body: html`<section>
  <h1>${t("agentTitle")}</h1>
  <p class="lead">${t("agentLead", { operator })}</p>
  <p class="who">${t("agentWho")}: ${operatorLine(c)} <span class="hint">${t("agentWarning")}</span></p>
</section>
${start}
${runPanel(c, shown)}
${isOpen ? others(deps, c, code, computer) : ""}
${whatItDoes(deps, c, shown)}
${readItFirst(deps, c, code)}
<p class="where-next"><a href="/blocked">${t("wayBlocked")}</a><a href="/security">${t("waySecurity")}</a></p>`,
  });
}

/** The page of a case code, and how far its run is. The files of the same code are in `routes/agent.ts`. */
export function agentPages(deps: Deps) {
  const find = (c: AppContext, code: string) => countingMisses(deps, c, () => findShownCase(deps, code));
  return new Hono<Env>()
    .get("/:code/state", async (c) => {
      const { run } = await find(c, c.req.param("code"));
      // Whoever has a code asks every few seconds, and holds no stream open: those are for staff.
      return c.json({ stamp: stampOfRun(run), reports: 0, says: runWords(c, run) } satisfies LiveNews);
    })
    .get("/:file", async (c) => {
      // The same address gives another page to another kind of computer.
      c.header("Vary", "User-Agent, Sec-CH-UA-Platform, Sec-CH-UA-Mobile, Accept-Language, Cookie");
      return c.html(agentPage(deps, c, await find(c, c.req.param("file"))));
    });
}

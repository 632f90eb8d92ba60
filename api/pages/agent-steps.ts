/** The three steps of the agent's page, with what each window looks like. */
import { html } from "hono/html";
import { windowsWords } from "../../agent/words/windows.ts";
import { shorten } from "../../shared/chart/markup.ts";
import type { AppContext } from "../http/context.ts";
import type { Computer } from "./computer.ts";
import { type Html, translate, typed } from "./layout.ts";
import { operatorName } from "./operator.ts";

/** So much of a line fits the drawing of a window. */
const MOST_DRAWN = 70;

/** A drawing of a window, for those who see it: the sentence beside it says the same. */
const drawing = (kind: string, content: Html): Html =>
  html`<div class="mock ${kind}" aria-hidden="true">${content}</div>`;

/** The Start menu, or the search of a Mac, with the program's name typed. */
function searching(typed: string, found: string, more: string): Html {
  return drawing(
    "search",
    html`<div class="typed">${typed}<i></i></div><div class="hit"><b>›_</b><span>${found}</span></div>${more === "" ? "" : html`<div class="menu">${more}</div>`}`,
  );
}

const terminal = (title: string, lines: Html): Html =>
  drawing(
    "terminal",
    html`<div class="bar">${title}<span>– □ ×</span></div><div class="lines">${lines}</div>`,
  );

/** What stands in front of the line in a window of each kind. */
const PROMPTS = { windows: "PS C:\\Users\\me>", mac: "me@mac ~ %", linux: "me@pc:~$" } as const;
const WINDOWS = { windows: "Windows PowerShell", mac: "Terminal", linux: "Terminal" } as const;

/**
 * How the line is run: open a window, paste, read and answer.
 *
 * @param given `line`: what is pasted; `elevated`: it asks for what only an administrator may do
 */
export function howTo(
  c: AppContext,
  computer: Exclude<Computer, "phone">,
  { line, elevated }: { line: string; elevated: boolean },
): Html {
  const t = translate(c);
  const words = windowsWords(c.var.language);
  const title = WINDOWS[computer];
  const asAdministrator = elevated && computer === "windows";
  const open = asAdministrator ? t("agentOpen.elevated") : t(`agentOpen.${computer}`);
  const steps: Step[] = [
    [
      computer === "windows"
        ? searching("powershell", title, asAdministrator ? t("agentAsAdministrator") : "")
        : computer === "mac"
          ? searching("terminal", title, "")
          : terminal(title, html`<p>${PROMPTS.linux} <i></i></p>`),
      open,
    ],
    [
      terminal(title, html`<p>${PROMPTS[computer]} ${shorten(line, MOST_DRAWN)}<i></i></p>`),
      t(`agentPaste.${computer}`),
    ],
    [answering(title, words.question), t("agentAnswer", { operator: operatorName(c) })],
  ];
  return inSteps(steps);
}

type Step = [drawn: Html, said: string];

const inSteps = (steps: Step[]): Html =>
  html`<ol class="how">${steps.map(([drawn, said]) => html`<li>${drawn}<p>${typed(said)}</p></li>`)}</ol>`;

/** How ikefrag is run where the organisation has installed it: start it, type the code, read and answer. */
export function howInstalled(c: AppContext, code: string): Html {
  const t = translate(c);
  const { question } = windowsWords(c.var.language);
  return inSteps([
    [searching("ikefrag", "ikefrag", ""), t("wayInstalledOpen")],
    [
      terminal("ikefrag", html`<p>${t("wayInstalledPrompt")}: <em>${code}</em><i></i></p>`),
      t("wayInstalledType"),
    ],
    [answering("ikefrag", question), t("agentAnswer", { operator: operatorName(c) })],
  ]);
}

/** The question, its answer, and the ID at the end. */
const answering = (title: string, question: string): Html =>
  terminal(title, html`<p>${question} <em>y</em></p><p>…</p><p><em>IKF-XXXXX-XXXXX-X</em></p>`);

/** What a helpdesk sends to a user: a message in the user's language, ready to be sent, and the bare line. */
import { html } from "hono/html";
import type { z } from "zod";
import { LANGUAGE_TAGS, LANGUAGES, type Language } from "../../shared/language.ts";
import type { CaseCreated, CaseDetail } from "../../shared/schema/api.ts";
import type { Deps } from "../deps.ts";
import type { AppContext } from "../http/context.ts";
import { isPlainHttp } from "../http/loopback.ts";
import { commandLine, formatMoment, type Html, moment, sentence, theirs, translate } from "./layout.ts";
import { operatorOf } from "./operator.ts";
import { wordsIn } from "./words.ts";

/** The message, with the end of the code's time as `end` writes it; the ways in the operator's order. */
function message(deps: Deps, language: Language, created: z.infer<typeof CaseCreated>) {
  const t = wordsIn(language);
  const { gateway, page, code, ways } = created;
  const { name, contact } = operatorOf(deps);
  const operator = [name ?? t("operatorUnnamed"), contact ?? ""].join("\n").trim();
  const line = ways.find(({ lines }) => lines !== null)?.lines?.windows;
  const lineStep = line === undefined ? [] : [t("messageLine", { line })];
  const pageStep = t("messagePage", { page });
  const isOffered = ways.some(({ way }) => way === "installed");
  const installed = isOffered ? [t("messageInstalled", { code })] : [];
  // What the page shows first is the easiest, unless there is nothing but a code to type.
  const steps =
    ways[0]?.way === "installed"
      ? [...installed, pageStep, ...lineStep]
      : [pageStep, ...lineStep, ...installed];
  const numbered = steps.length === 1 ? steps : steps.map((step, at) => `${at + 1}. ${step}`);
  const parts = [
    t("messageBegin", { gateway }),
    ...(steps.length === 1 ? [] : [t("messageOneOf")]),
    ...numbered,
    t("messageAtEnd"),
  ];
  return {
    subject: t("messageSubject", { gateway }),
    before: parts.join("\n\n"),
    end: (at: string) => t("messageEnd", { at }),
    after: t("messageSigned", { operator }),
  };
}

/** A field of a mailto address. Programs that take such an address differ over a bare apostrophe. */
const inMail = (text: string): string => encodeURIComponent(text).replaceAll("'", "%27");

/**
 * The panel with the message, for a case whose code works.
 *
 * @param language of the message
 * @param shown `isFresh`: nobody has used the code yet, and so it is what the page is there for; `runsLeft`:
 *   how often the code can be used
 */
export function sendPanel(
  deps: Deps,
  c: AppContext,
  created: z.infer<typeof CaseCreated>,
  language: Language,
  { isFresh, runsLeft }: { isFresh: boolean; runsLeft: number },
): Html {
  const t = translate(c);
  const { caseId, code, commands, page, ways, expiresAt } = created;
  const { subject, before, end, after } = message(deps, language, created);
  const body = [before, end(formatMoment(expiresAt)), after].join("\n\n");
  const mail = `mailto:?subject=${inMail(subject)}&body=${inMail(body.replaceAll("\n", "\r\n"))}`;
  // The script writes the time in the reader's own zone, who is mostly that of the user too.
  const [beforeTime = "", afterTime = ""] = end("\u0000").split("\u0000");
  const others = LANGUAGE_TAGS.filter((tag) => tag !== language).map(
    (tag) =>
      html`<a class="button" href="/console/cases/${caseId}?message=${tag}#send" lang="${tag}" hreflang="${tag}">${LANGUAGES[tag].ownName}</a>`,
  );
  const content = html`${isPlainHttp(c.var.origin) ? html`<p class="notice bad">${t("agentPlainHttp")}</p>` : ""}
<pre class="wrap message" id="message" lang="${language}">${before}

${beforeTime}${moment(expiresAt)}${afterTime}

${after}</pre>
<p class="buttons"><span data-copies="message" data-copy="${t("messageCopy")}" data-copied="${t("copied")}"></span><a class="button" href="${mail}">${t("messageMail")}</a>${others}</p>
<details><summary>${t("sendLines")}</summary><div class="stack">
${commandLine(t, t("sendCode"), code)}
${commandLine(t, t("sendPage"), page)}
${ways.map((way) => (way.page === null ? "" : commandLine(t, t("handPage"), way.page)))}
${commandLine(t, t("agentWindows"), commands.windows)}
${commandLine(t, t("agentMacLinux"), commands.macLinux)}
${commandLine(t, t("agentNode"), commands.node)}
${commandLine(t, t("agentDeno"), commands.deno)}</div></details>
<p class="hint">${sentence(c, "sendValid", { at: moment(expiresAt), runs: runsLeft })}</p>`;
  return isFresh
    ? html`<section class="panel" id="send"><h2>${t("sendTitle")}</h2>${content}</section>`
    : html`<details class="panel" id="send"><summary>${t("sendAgain")}</summary>${content}</details>`;
}

/** For a case whose code works no more, or cannot be read: a new one. */
export function newCodePanel(
  c: AppContext,
  { caseId, state, reports }: Pick<z.infer<typeof CaseDetail>, "caseId" | "state" | "reports">,
  hasCode: boolean,
): Html {
  const t = translate(c);
  const form = (primary: boolean) =>
    html`<form method="post" action="/console/cases/${caseId}/code"><button${primary ? html` class="primary"` : ""}>${t(reports.length > 0 ? "codeRunAgain" : "codeReplace")}</button></form>`;
  if (state === "open" && hasCode)
    return html`<details class="panel" id="code"><summary>${t("codeNew")}</summary><p>${t("codeReplaceText")}</p>${form(false)}
<h3>${t("caseRevoke")}</h3><p>${t("caseRevokeText")}</p><form method="post" action="/console/cases/${caseId}/revoke"><button class="danger">${t("caseRevoke")}</button></form></details>`;
  return html`<section class="panel" id="code"><p>${t(state === "open" ? "codeUnreadable" : `codeOver.${state}`)}</p>${form(true)}
${state === "open" ? html`<form method="post" action="/console/cases/${caseId}/revoke"><button class="danger">${t("caseRevoke")}</button></form>` : ""}</section>`;
}

/** The label of a case, or its gateway where it has none. */
export const caseName = ({ label, gateway }: { label: string | null; gateway: string }): Html =>
  label === null ? html`<code>${gateway}</code>` : theirs(label);

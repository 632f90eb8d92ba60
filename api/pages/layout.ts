/** What every page is made of: the frame around it, and small parts that several pages use. */
import { html, raw } from "hono/html";
import type { HtmlEscapedString } from "hono/utils/html";
import { markupWithoutUnfit } from "../../shared/chart/markup.ts";
import { LANGUAGE_TAGS, LANGUAGES, type Language } from "../../shared/language.ts";
import type { AppContext } from "../http/context.ts";
import type { Role } from "../store/people-port.ts";
import { assetPath } from "./assets.ts";
import { dropTemplate } from "./drop.ts";
import { type HolesOf, type TextKey, type Translate, templateOf, wordsIn } from "./words.ts";

/** Markup that is safe to put into a page. */
export type Html = HtmlEscapedString | Promise<HtmlEscapedString>;

interface Page {
  title: string;
  /** Which entry of the navigation this page is. */
  here?: "reports" | "cases" | "analyze" | "insights" | "settings" | "account";
  /** Tables need the room; text does not. */
  wide?: boolean;
  body: Html;
}

/** The words of the request's language. */
export const translate = (c: AppContext): Translate => wordsIn(c.var.language);

/**
 * A whole page: the same frame for everyone, navigation for those who are signed in. Whatever strangers'
 * names have in them, no character stands in it that HTML forbids or that rearranges the text around it.
 */
export function layout(c: AppContext, page: Page): Html {
  return Promise.resolve(frame(c, page)).then((text) => raw(markupWithoutUnfit(String(text))));
}

function frame(c: AppContext, { title, here, wide = false, body }: Page): Html {
  const t = translate(c);
  const { principal, language, pageFiles: files } = c.var;
  const staff = principal.kind === "staff" ? principal.grant : null;
  return html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} · ikefrag</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${assetPath(files.style)}">
<script src="${assetPath(files.script)}" defer></script>
</head>
<body>
<a class="skip" href="#main">${t("skipToContent")}</a>
<header class="top">
  <div class="frame">
    <a class="mark" href="/"><svg viewBox="0 0 26 16" aria-hidden="true"><rect x="0" y="0" width="26" height="4" rx="1"/><rect x="0" y="6" width="17" height="4" rx="1"/><rect x="19" y="6" width="7" height="4" rx="1" class="cut"/><rect x="0" y="12" width="11" height="4" rx="1"/></svg>ikefrag</a>
    ${staff === null ? "" : navigation(t, staff.role, here)}
    <div class="aside">
      ${c.req.method === "GET" ? languageSwitch(c, t) : ""}
      ${staff ? html`<a class="quiet" href="/console/account"${here === "account" ? html` aria-current="page"` : ""}>${t("navAccount")}</a>` : ""}
      ${
        staff && principal.kind === "staff" && principal.via === "session"
          ? html`<form method="post" action="/console/sign-out"><button class="quiet" title="${t("signedInAs", { name: staff.name, role: staff.role })}">${t("navSignOut")}</button></form>`
          : ""
      }
    </div>
  </div>
</header>
${c.var.isDemo ? html`<p class="demo" role="note">${t("demoNote")}</p>` : ""}
<main id="main" class="frame${wide ? " wide" : ""}">
${body}
</main>${staff !== null && c.req.path.startsWith("/console/") ? dropTemplate(c) : ""}
<footer class="frame${wide ? " wide" : ""}"><p>ikefrag · ${t("tagline")} · ${staff === null ? html`<a href="/console/sign-in">${t("navSignIn")}</a> · ` : ""}<a href="/docs">${t("navApi")}</a></p></footer>
</body>
</html>`;
}

function navigation(t: Translate, role: Role, here: Page["here"]): Html {
  const entries = [
    ["reports", "navReports"],
    ["cases", "navCases"],
    ["analyze", "navAnalyze"],
    ["insights", "navInsights"],
    ...(role === "admin" ? [["settings", "navSettings"] as const] : []),
  ] as const;
  const links = entries.map(
    ([place, name]) =>
      html`<a href="/console/${place}"${place === here ? html` aria-current="page"` : ""}>${t(name)}</a>`,
  );
  return html`<nav aria-label="ikefrag">${links}</nav>`;
}

/** Not on a page that answers a form: the way to the same page would lose what was typed. */
function languageSwitch(c: AppContext, t: Translate): Html {
  const query = new URL(c.req.url).searchParams;
  // To the same page, without its path: "//evil.example/" would lead to another site.
  const to = (language: Language): string => {
    query.set("lang", language);
    return `?${query}`;
  };
  // Each language in its own words, because who needs the switch cannot read those of this page.
  return html`${LANGUAGE_TAGS.filter((tag) => tag !== c.var.language).map((tag) => {
    const { ownName } = LANGUAGES[tag];
    return html`<a class="quiet" href="${to(tag)}" hreflang="${tag}" lang="${tag}" aria-label="${t("language")}: ${ownName}">${ownName}</a>`;
  })}`;
}

/** A moment in UTC, which the pages' script writes anew in the reader's own zone. */
export const moment = (iso: string): Html => html`<time datetime="${iso}">${formatMoment(iso)}</time>`;
/** The same for lists: where scripts run, how long ago it was. */
export const momentAgo = (iso: string): Html =>
  html`<time datetime="${iso}" data-ago>${formatMoment(iso)}</time>`;
/** A moment as people read it, to the minute, in UTC. */
export const formatMoment = (iso: string): string => `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;

/** One of the pages' sentences, with markup such as a moment or a link in its holes. */
export function sentence<Key extends TextKey>(
  c: AppContext,
  key: Key,
  parts: Readonly<Record<HolesOf<Key>, Html | string | number>>,
): Html {
  const given: Readonly<Record<string, Html | string | number>> = parts;
  // Every second piece is the name of a hole.
  const pieces = templateOf(c.var.language, key).split(/\{(\w+)\}/);
  return html`${pieces.map((piece, at) => (at % 2 === 0 ? piece : given[piece]))}`;
}

/** A sentence in which backticks set off what is typed. */
export const typed = (said: string): Html =>
  html`${said.split("`").map((part, at) => (at % 2 === 0 ? part : html`<kbd>${part}</kbd>`))}`;

/** A name that strangers chose: whichever way its script runs, the text around it stays where it is. */
export const theirs = (name: string): Html => html`<bdi>${name}</bdi>`;

/**
 * A line to copy: selected whole by one click, with a button where scripts run.
 *
 * @param isFirst it is the one thing on the page that is to be copied
 */
export function commandLine(t: Translate, label: string, line: string, isFirst = false): Html {
  return html`<div class="command"><span class="label">${label}</span><code data-copy="${t("copy")}" data-copied="${t("copied")}"${isFirst ? raw(" data-first") : ""} tabindex="0">${line}</code></div>`;
}

/** What came of the last thing that a person did on a page. */
export type Notice = { tone: "good" | "bad" | "note"; text: string };
/** The notice in a box that screen readers announce; nothing where there is none. */
export const noticeBox = (notice: Notice | null): Html =>
  notice === null
    ? html``
    : html`<p class="notice ${notice.tone}" role="${notice.tone === "bad" ? "alert" : "status"}">${notice.text}</p>`;

/** Pairs as a description list; a pair whose value is `null` is left out. */
export function facts(pairs: [name: string, value: Html | string | number | null][]): Html {
  return html`<dl class="facts">${pairs
    .filter(([, value]) => value !== null)
    .map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}

/** A titled list; nothing where it has no items. */
export function list(title: string, items: string[]): Html {
  if (items.length === 0) return html``;
  const rows = items.map((item) => html`<li>${item}</li>`);
  return html`<section><h2>${title}</h2><ul>${rows}</ul></section>`;
}

/**
 * A table that may be wider than the screen: scrolled by keyboard too, and named for those who do not see it.
 */
export const scrollTable = (name: string, table: Html): Html =>
  html`<div class="scroll" role="region" tabindex="0" aria-label="${name}">${table}</div>`;

/** Style and script of the pages, served under names that change with their content. */
/** The style sheet and the script of all pages. */
import { Hono } from "hono";
import { PALETTE, SECTION_STYLE } from "../../shared/report/style.ts";
import { sha256Hex } from "../auth/secrets.ts";
import type { Env } from "../http/context.ts";

/**
 * Adds the dialogues for passkeys, which are nothing without scripts, and copy buttons; no markup
 * is made from text. Without scripts a click selects the whole line.
 */
const SCRIPT = `"use strict";
for (const line of document.querySelectorAll("[data-copy]")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy";
  button.textContent = line.dataset.copy;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(line.textContent);
    } catch {
      getSelection().selectAllChildren(line);
      document.execCommand("copy");
    }
    button.textContent = line.dataset.copied;
    setTimeout(() => { button.textContent = line.dataset.copy; }, 1600);
  });
  line.after(button);
}
const passkeys = typeof PublicKeyCredential === "function" && "parseCreationOptionsFromJSON" in PublicKeyCredential;
const post = async (path, body) => {
  const answer = await fetch(path, {
    method: "POST",
    ...(body ? { headers: { "content-type": "application/json" }, body: JSON.stringify(body) } : {}),
  });
  if (!answer.ok) throw new Error((await answer.json()).detail);
  return answer.json();
};
const dialogues = {
  async add(form) {
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(await post("/v1/passkeys/options"));
    const credential = (await navigator.credentials.create({ publicKey })).toJSON();
    await post("/v1/passkeys", { name: form.elements.name.value, credential });
    location.assign("/console/account");
  },
  async "sign-in"(form) {
    const options = await post("/v1/passkeys/sign-in-options");
    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options);
    const credential = (await navigator.credentials.get({ publicKey })).toJSON();
    await post("/v1/passkeys/sign-in", { credential });
    location.assign(form.elements.next.value);
  },
};
for (const form of document.querySelectorAll("form[data-passkey]")) {
  form.hidden = !passkeys;
  const failed = form.parentElement.querySelector("[data-passkey-failed]");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("button");
    button.disabled = true;
    failed.hidden = true;
    try {
      await dialogues[form.dataset.passkey](form);
    } catch (error) {
      failed.textContent = error instanceof DOMException ? failed.dataset.passkeyFailed : error.message;
      failed.hidden = false;
    }
    button.disabled = false;
  });
}
for (const absent of document.querySelectorAll("[data-passkey-absent]")) absent.hidden = passkeys;
`;

const STYLE = `${PALETTE}:root { --accent-ink: #ffffff; --good-wash: #e6f4ea; --bad-wash: #fbeae7; --open-wash: #eceff2; }
@media (prefers-color-scheme: dark) { :root { --accent-ink: #06222b; --good-wash: #12291c; --bad-wash: #341613; --open-wash: #20262d; } }
${SECTION_STYLE}a:hover { text-decoration-thickness: 2px; }
:lang(ja) code, :lang(ja) pre { word-break: normal; }
.frame { width: min(100% - 2.5rem, 46rem); margin-inline: auto; }
.frame.wide, .top > .frame { width: min(100% - 2.5rem, 76rem); }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.skip { position: absolute; left: -999rem; }
.skip:focus { left: 1rem; top: 1rem; z-index: 2; background: var(--card); padding: .5rem 1rem; }

.top { border-bottom: 1px solid var(--line); background: var(--card); }
.top > .frame { display: flex; flex-wrap: wrap; align-items: center; gap: .25rem 1.5rem; padding-block: .75rem; }
.mark { display: inline-flex; align-items: center; gap: .6rem; font-weight: 700; letter-spacing: -.01em; color: var(--ink); text-decoration: none; font-size: 1.05rem; padding-block: .3rem; }
.mark svg { width: 1.65rem; height: 1rem; fill: var(--accent); }
.mark .cut { fill: var(--bad); }
.top nav { display: flex; flex-wrap: wrap; gap: .25rem; }
.top nav a, .quiet { color: var(--soft); text-decoration: none; padding: .35rem .6rem; border-radius: 6px; font-size: .95rem; }
.top nav a:hover, .quiet:hover { color: var(--ink); background: var(--well); }
.top nav a[aria-current] { color: var(--ink); box-shadow: inset 0 -2px var(--accent); border-radius: 0; }
.top .aside { margin-left: auto; display: flex; align-items: center; gap: .25rem; }
main { padding-block: 2.25rem 3rem; }
footer p { max-width: none; }
footer { border-top: 1px solid var(--line); padding-block: 1rem 2rem; color: var(--soft); font-size: .875rem; }
section { margin-bottom: 2rem; }
.field > .hint { margin: .3rem 0 0; }
.hint, .eyebrow { color: var(--soft); font-size: .9rem; }
.eyebrow { margin-bottom: .4rem; font-family: var(--mono); letter-spacing: .01em; }

.command .label:empty { display: none; }
.command .label:empty + code { grid-column: 1 / 3; }
.stack .command code { word-break: break-all; }
.copy { min-width: 5.5rem; }
.stack .command { grid-template-columns: minmax(0, 1fr) auto; margin-bottom: 1rem; } .stack .command .label { grid-column: 1 / -1; }
pre { background: var(--well); border: 1px solid var(--line); border-radius: 6px; padding: .75rem; overflow: auto; max-height: 30rem; font: .85rem/1.5 var(--mono); }
pre.wrap { white-space: pre-wrap; }

form .field { margin-bottom: .9rem; } form .field:last-child { margin-bottom: 0; }
label { display: block; font-size: .92rem; font-weight: 550; margin-bottom: .25rem; }
label.check { display: flex; gap: .5rem; align-items: start; font-weight: 400; } label.check input { width: 1.1rem; height: 1.1rem; margin-top: .25rem; flex: none; }
input, select, textarea { width: 100%; height: 2.75rem; font: inherit; color: inherit; background: var(--card); border: 1px solid var(--soft); border-radius: 6px; padding: .45rem .65rem; }
textarea { height: auto; min-height: 7rem; resize: vertical; } textarea.paste { min-height: 15rem; font: .85rem/1.5 var(--mono); }
input[type="checkbox"] { width: auto; } input[type="file"] { height: auto; border-style: dashed; padding: .7rem .65rem; } ::file-selector-button { font: inherit; color: var(--ink); background: var(--card); border: 1px solid var(--soft); border-radius: 6px; padding: .4rem .9rem; margin-right: .75rem; cursor: pointer; }
input[aria-invalid="true"], textarea[aria-invalid="true"] { border: 2px solid var(--bad); }
.error { color: var(--bad); font-size: .92rem; margin: .25rem 0 0; }
button, .button { font: inherit; font-size: .95rem; white-space: nowrap; min-height: 2.75rem; padding: .4rem 1.1rem; border-radius: 6px; border: 1px solid var(--soft); background: var(--card); color: var(--ink); cursor: pointer; text-decoration: none; display: inline-flex; align-items: center; justify-content: center; }
button:hover, .button:hover { border-color: var(--ink); }
button.primary { background: var(--accent); color: var(--accent-ink); border-color: var(--accent); font-weight: 600; }
button.danger { color: var(--bad); border-color: var(--bad); }
button.quiet { border: 0; min-height: 0; background: none; }
.inline { display: flex; gap: .6rem; align-items: end; } .inline .field { flex: 1; margin: 0; }
.notice { border-radius: 8px; padding: .7rem 1rem; margin-bottom: 1.25rem; max-width: none; background: var(--note-wash); color: var(--ink); border-left: 4px solid var(--note); }
.notice.good { background: var(--good-wash); border-color: var(--good); } .notice.bad { background: var(--bad-wash); border-color: var(--bad); }

td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; } td.id { font-family: var(--mono); white-space: nowrap; font-size: .9rem; } td.nowrap { white-space: nowrap; }
td .hint { display: block; }
tbody tr:last-child > td { border-bottom: 0; } td form { margin: -.3rem 0; } td details form { margin: .75rem 0; } td .check { margin: .75rem 0 .5rem; white-space: normal; } td button { min-height: 2.2rem; }
.dot { display: inline-block; width: .62rem; height: .62rem; border-radius: 50%; margin-right: .5rem; background: var(--open); }
.dot.good { background: var(--good); } .dot.bad { background: var(--bad); } .dot.note { background: var(--note); }
.tag { display: inline-block; border-radius: 5px; padding: 0 .5rem; font-size: .86rem; white-space: nowrap; background: var(--open-wash); color: var(--open); }
.tag.good { background: var(--good-wash); color: var(--good); } .tag.bad { background: var(--bad-wash); color: var(--bad); } .tag.note { background: var(--note-wash); color: var(--note); }
.filters { display: grid; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); gap: .75rem; align-items: end; margin-bottom: 1.25rem; } .filters .search { grid-column: span 2; } .filters .field { margin: 0; }
[data-passkey="sign-in"] { margin-bottom: 1.5rem; }
.new-case { align-items: end; display: grid; grid-template-columns: 2fr 2fr 1fr; gap: 1rem; margin-bottom: 1rem; } .asks { border: 0; margin: 0 0 1rem; padding: 0; } .asks legend { padding: 0; margin-bottom: .35rem; } .check { display: grid; grid-template-columns: auto 1fr; gap: 0 .5rem; align-items: baseline; margin-bottom: .5rem; } .check label { margin: 0; } .check .hint { grid-column: 2; margin: .1rem 0 0; }
.new-case .field { margin: 0; } .new-case .hint { margin: .25rem 0 0; }
.filters .buttons { display: flex; gap: .5rem; }
.filters.panel { padding-block: 1.1rem; } h1 + .panel { margin-top: 1rem; }
.pager { display: flex; gap: .75rem; margin-top: 1.25rem; }
.columns { display: grid; grid-template-columns: minmax(0, 1fr) 20rem; gap: 1.75rem; align-items: start; margin-top: 1.75rem; }
.columns aside { position: sticky; top: 1rem; } .columns aside .facts > div { grid-template-columns: 7.5rem 1fr; gap: .75rem; }
.split { display: grid; grid-template-columns: 1fr 1fr; gap: 1.5rem; } .split > * { margin: 0 0 2rem; }
@media (max-width: 60rem) { .columns { grid-template-columns: minmax(0, 1fr); } .columns aside { position: static; } }
@media (max-width: 40rem) {
  .split { grid-template-columns: minmax(0, 1fr); gap: 0; }
  .frame, .frame.wide, .top > .frame { width: min(100% - 2rem, 76rem); }
  .top .aside { margin-left: 0; flex-wrap: wrap; } main { padding-top: 1.5rem; } button, .button { white-space: normal; }
  .command, .stack .command { grid-template-columns: minmax(0, 1fr); } .command .label:empty + code { grid-column: auto; } .copy { justify-self: start; }
  .facts > div, .columns aside .facts > div { grid-template-columns: minmax(0, 1fr); gap: 0; } .facts > div + div { margin-top: .35rem; }
  .filters .search { grid-column: 1 / -1; }
  .cards thead { position: absolute; left: -999rem; } .cards tr { display: grid; grid-template-columns: 1fr auto; gap: 0 1rem; padding: .7rem 0; border-bottom: 1px solid var(--line); } .cards td { border: 0; padding: .1rem 0; } .cards td:empty { display: none; } .cards td.wide { grid-column: 1 / -1; } .cards td.minor { display: none; } .cards td form { margin: .4rem 0; } .new-case { grid-template-columns: minmax(0, 1fr); } .cards td.number { text-align: left; }
}
@media (prefers-reduced-motion: no-preference) { a, button, .button { transition: background-color .12s, border-color .12s; } }
@media (forced-colors: active) { .dot, .tag { forced-color-adjust: none; } }
@media print { .top, footer, .copy, form { display: none; } body { background: none; } }
`;

const styleHash = sha256Hex(STYLE).slice(0, 16);
const scriptHash = sha256Hex(SCRIPT).slice(0, 16);
/** Where the pages' style is. */
/** Where the style sheet is; the name changes with it. */
export const STYLE_PATH = `/assets/${styleHash}.css`;
/** Where the pages' script is. */
/** Where the script is; the name changes with it. */
export const SCRIPT_PATH = `/assets/${scriptHash}.js`;

/** Style and script under names that change with them, so that they can be kept for good. */
export function assetRoutes() {
  const headers = (type: string, hash: string) => ({
    "Content-Type": `${type}; charset=utf-8`,
    "Cache-Control": "public, max-age=31536000, immutable",
    ETag: `"${hash}"`,
  });
  return new Hono<Env>()
    .get(STYLE_PATH, (c) => c.body(STYLE, 200, headers("text/css", styleHash)))
    .get(SCRIPT_PATH, (c) => c.body(SCRIPT, 200, headers("text/javascript", scriptHash)));
}

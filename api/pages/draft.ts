/**
 * What was typed when the session had ended: it is carried through the sign-in in the page itself, in hidden
 * fields, and is nowhere else. Whoever is signed in then sees it again and decides whether to send it.
 */
import { html } from "hono/html";
import * as z from "zod";
import { staffOf } from "../auth/authorize.ts";
import type { AppContext } from "../http/context.ts";
import { type Html, layout, theirs, translate } from "./layout.ts";
import type { PlainTextKey } from "./words.ts";

/** Forms of the console, but none that signs in or out, or that has secrets of webhooks in it. */
const Path = z.string().regex(/^\/console\/(?!sign-|link\/|resume|webhooks)[\w/-]{1,200}$/);
/** Names and values as a form sends them. Of files nothing is carried. */
const Fields = z.array(z.tuple([z.string().max(100), z.string()])).max(500);
const Draft = z.object({ path: Path, fields: Fields, hadFiles: z.boolean() });
/** A form that was sent and not taken. */
export type Draft = z.infer<typeof Draft>;

/** A form in hidden fields has room in the limit for forms; what is longer is not carried. */
const MOST_BYTES = 200 * 1024;

/** Forms with captures would have to be received whole; the others have a limit of their own. */
function isSmallForm(c: AppContext): boolean {
  const type = c.req.header("content-type") ?? "";
  if (/^application\/x-www-form-urlencoded\b/i.test(type)) return true;
  const bytes = Number(c.req.header("content-length") ?? Number.POSITIVE_INFINITY);
  return /^multipart\/form-data\b/i.test(type) && bytes <= MOST_BYTES;
}

/** @returns the form of a request that nobody is signed in for; `null`: there is nothing to carry */
export async function draftOf(c: AppContext): Promise<Draft | null> {
  if (!isSmallForm(c)) return null;
  const sent = await c.req.formData().catch(() => null);
  if (sent === null) return null;
  const fields: [string, string][] = [];
  let hadFiles = false;
  for (const [name, value] of sent) {
    if (typeof value === "string") fields.push([name, value.replaceAll("\r\n", "\n")]);
    else if (value.size > 0) hadFiles = true;
  }
  return fitting({ path: c.req.path, fields, hadFiles });
}

/** @returns the draft that a sign-in carries; `null` where it carries none, or not one of ours */
export function carriedDraft(carried: unknown): Draft | null {
  if (typeof carried !== "string" || carried === "") return null;
  try {
    return fitting(JSON.parse(carried));
  } catch {
    return null; // not JSON
  }
}

function fitting(draft: unknown): Draft | null {
  const read = Draft.safeParse(draft);
  if (!read.success || encodeURIComponent(JSON.stringify(read.data)).length > MOST_BYTES) return null;
  return read.data;
}

/** The hidden field that carries a draft through a form. */
export const draftField = (draft: Draft | null): Html =>
  draft === null ? html`` : html`<input type="hidden" name="draft" value="${JSON.stringify(draft)}">`;

/** On the sign-in page: the form that goes on for who has signed in elsewhere, or by a passkey or a proxy. */
export function resumeForm(c: AppContext, draft: Draft | null): Html {
  if (draft === null) return html``;
  const t = translate(c);
  return html`<form method="post" action="/console/resume" data-resume>${draftField(draft)}<p class="hint">${t("draftElsewhere")}</p><button>${t("draftSignedIn")}</button></form>`;
}

/** What fields are called in their forms. Those that are not here, such as versions, are not shown. */
const NAMES: Readonly<Record<string, PlainTextKey>> = {
  status: "reviewStatus",
  note: "reviewNote",
  override: "columnVerdict",
  reason: "reviewOverrideReason",
  userText: "draftUserText",
  gateway: "columnGateway",
  label: "columnLabel",
  name: "peopleName",
  text: "analyzeText",
};

/** The page that shows what had been typed, to who is signed in now. */
export function resumePage(c: AppContext, { path, fields, hadFiles }: Draft): Html {
  const t = translate(c);
  const shown = fields.flatMap(([name, value]) =>
    Object.hasOwn(NAMES, name) && value !== "" ? [{ name: NAMES[name] as PlainTextKey, value }] : [],
  );
  // The page of the report or case that the form is on.
  const [back] = /^\/console\/[a-z-]+(?:\/[\w-]+(?=\/))?/.exec(path) ?? ["/console"];
  return layout(c, {
    title: t("draftTitle"),
    body: html`<section class="panel"><h1>${t("draftTitle")}</h1>
<p>${t("draftText", { name: staffOf(c).name })}</p>
${hadFiles ? html`<p class="notice note">${t("draftFiles")}</p>` : ""}
<dl class="draft">${shown.map(({ name, value }) => html`<dt>${t(name)}</dt><dd><pre class="wrap">${theirs(value)}</pre></dd>`)}</dl>
<form method="post" action="${path}"${hadFiles ? html` enctype="multipart/form-data"` : ""}>${fields.map(
      ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`,
    )}<p class="buttons"><button class="primary" autofocus>${t("draftSend")}</button><a class="button" href="${back}">${t("draftDrop")}</a></p></form></section>`,
  });
}

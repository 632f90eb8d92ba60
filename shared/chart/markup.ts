/** The one template engine: markup for pages, one-file reports and drawings, escaped by default. */
import { isRightToLeft } from "../text/sentence.ts";

/** What a template may hold: text is escaped, markup is not, `null` and `false` give nothing. */
export type Markable = string | number | Markup | null | false | readonly Markable[];

/** Markup that a template made. Every other value in a template is text, and is escaped. */
export class Markup {
  readonly #text: string;
  constructor(text: string) {
    this.#text = text;
  }
  toString(): string {
    return this.#text;
  }
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/**
 * Characters that XML 1.0 §2.2 forbids, and those that turn the direction of the text around them (UAX #9): a
 * stranger's name must neither break the file nor rearrange its line.
 */
const UNFIT = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066\u2067\ufffe\uffff]/g;
/** FIRST STRONG ISOLATE and its end: in pairs they keep what is between them from the text around it. */
const ISOLATES = /[\u2068\u2069]/g;

/** Whether each isolate that begins in a text ends there too. */
function endsIsolates(text: string): boolean {
  let depth = 0;
  for (const [sign] of text.matchAll(ISOLATES)) {
    depth += sign === "\u2068" ? 1 : -1;
    if (depth < 0) return false;
  }
  return depth === 0;
}

/** The same text, with each of them, and with isolates that reach beyond it, replaced by U+FFFD. */
export function withoutUnfit(text: string): string {
  const fit = text.toWellFormed().replace(UNFIT, "\ufffd");
  return endsIsolates(fit) ? fit : fit.replace(ISOLATES, "\ufffd");
}

/** The same for markup, where each text between two tags stands for itself. */
export function markupWithoutUnfit(text: string): string {
  const fit = text.toWellFormed().replace(UNFIT, "\ufffd");
  // Few pages have an isolate, and looking at each text between tags takes long.
  return fit.search(ISOLATES) < 0 ? fit : fit.replace(/[^<>]+/g, (between) => withoutUnfit(between));
}

/** Text for use between tags and in quoted attributes, of XML and HTML alike. */
export const escapeText = (text: string): string =>
  withoutUnfit(text).replace(/[&<>"']/g, (letter) => ENTITIES[letter] ?? letter);

/** A template of markup: `` markup`<b>${name}</b>` ``. Write attributes in quotes. */
export function markup(strings: TemplateStringsArray, ...values: readonly Markable[]): Markup {
  const parts = [strings[0] ?? ""];
  for (const [at, value] of values.entries()) parts.push(render(value), strings[at + 1] ?? "");
  return new Markup(parts.join(""));
}

function render(value: Markable): string {
  if (value === null || value === false) return "";
  if (value instanceof Markup) return value.toString();
  if (Array.isArray(value)) return value.map(render).join("");
  const text = String(value);
  return escapeText(isRightToLeft(text) ? `\u2068${withoutUnfit(text)}\u2069` : text);
}

/** The beginning of a stranger's name, short enough for a line of a drawing. */
export const shorten = (text: string, letters: number): string => {
  const all = Array.from(text.slice(0, 4 * letters));
  return all.length > letters ? `${all.slice(0, letters - 1).join("")}…` : all.join("");
};

/** A strict reader of markup, to hold drawings and reports to being well-formed. */
import { expect } from "vitest";

const VOID = new Set(["meta", "br", "hr", "link"]);
/** What XML 1.0 §2.2 allows in a document. */
const LEGAL = /^[\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u;
const NAME = "[A-Za-z_][\\w:.-]*";
const OPEN_TAG = new RegExp(`^<(${NAME})((?:\\s+${NAME}="[^"<]*")*)\\s*(/?)>`);
const CLOSE_TAG = new RegExp(`^</(${NAME})>`);

/**
 * Reads markup as strictly as an XML parser would: every tag closed, every attribute quoted and once, every
 * `&` an entity, no `id` twice. HTML's void elements and its doctype pass.
 *
 * @returns the names of the elements, in the order in which they begin
 */
export function checkMarkup(source: string): string[] {
  expect(LEGAL.test(source), "only characters that XML allows").toBe(true);
  const names: string[] = [];
  const open: string[] = [];
  const ids = new Set<string>();
  let rest = source.replace(/^<!doctype html>/, "");
  const fail = (what: string): never => {
    throw new Error(`${what} at "${rest.slice(0, 60)}" in <${open.join("><")}>`);
  };
  while (rest !== "") {
    const textEnd = rest.indexOf("<");
    const text = textEnd === -1 ? rest : rest.slice(0, textEnd);
    if (open.at(-1) !== "style" && /&(?!(?:amp|lt|gt|quot|#39);)/.test(text)) fail("a bare &");
    rest = rest.slice(text.length);
    if (rest === "") break;
    const closing = CLOSE_TAG.exec(rest);
    if (closing !== null) {
      if (open.pop() !== closing[1]) fail("a tag closed that was not open");
      rest = rest.slice(closing[0].length);
      continue;
    }
    const [tag, name = "", attributes = "", selfClosed] = OPEN_TAG.exec(rest) ?? fail("no tag");
    const seen = new Set<string>();
    for (const [, attribute = "", value = ""] of attributes.matchAll(/\s+([\w:.-]+)="([^"]*)"/g)) {
      if (seen.has(attribute)) fail(`${attribute} twice`);
      if (/&(?!(?:amp|lt|gt|quot|#39);)/.test(value)) fail(`a bare & in ${attribute}`);
      if (/^on/i.test(attribute) || attribute === "style") fail(`${attribute} is refused by a strict policy`);
      seen.add(attribute);
      if (attribute !== "id") continue;
      if (ids.has(value)) fail(`the id "${value}" twice`);
      ids.add(value);
    }
    names.push(name);
    if (selfClosed !== "/" && !VOID.has(name)) open.push(name);
    rest = rest.slice(tag.length);
  }
  if (open.length > 0) fail("a tag left open");
  return names;
}

/** What a reader sees: the text of a drawing's `<text>` elements, in their order. */
export const drawnTexts = (svg: string): string[] =>
  [...svg.matchAll(/<text [^>]*>(.*?)<\/text>/g)].map(([, inner = ""]) => inner.replace(/<[^>]+>/g, ""));

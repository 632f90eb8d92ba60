/** Markdown of texts that strangers wrote: outside code nothing in it is markup, a link or a call. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { codeBlock, inCode, inProse } from "../../../shared/report/markdown.ts";

test.each([
  ["IKE_SA_INIT of 408 bytes", "IKE\\_SA\\_INIT of 408 bytes"],
  ["add `preferred-method ietf` for it", "add `preferred-method ietf` for it"],
  ["**bold** [VPN](x) | <b> & ~~x~~", "\\*\\*bold\\*\\* \\[VPN\\](x) \\| &lt;b> &amp; \\~\\~x\\~\\~"],
  ["# heading", "\\# heading"],
  ["- item", "\\- item"],
  ["12. item", "12\\. item"],
  ["1) item", "1\\) item"],
  ["> quote", "\\> quote"],
  ["===", "\\==="],
  ["1472 is no list", "1472 is no list"],
  ["ask @admin", "ask `@admin`"],
  ["see https://evil.example/x_y.", "see `https://evil.example/x_y.`"],
  ["WWW.evil.example", "`WWW.evil.example`"],
  ["http:``//evil.example", "http: //evil.example"],
  ["一行\r\n# 二行", "一行 # 二行"],
  ["a\u202eb\u0000c", "a b c"],
])("a sentence: %j", (sentence, markdown) => {
  expect(inProse(sentence)).toBe(markdown);
});

test("code ends where it should, whatever backticks are in it", () => {
  expect(inCode("plain")).toBe("`plain`");
  expect(inCode("a`b")).toBe("``a`b``");
  expect(inCode("`a``")).toBe("``` `a`` ```");
  expect(codeBlock("netsh\nx ``` y")).toBe("````\nnetsh\nx ``` y\n````");
});

/** What stands outside code spans, CommonMark §6.1: a run of backticks ends at the next one of its length. */
function outsideCode(markdown: string): string {
  const runs = [...markdown.matchAll(/`+/g)];
  let outside = "";
  let from = 0;
  for (let at = 0; at < runs.length; at++) {
    const open = runs[at];
    const close = runs.findIndex((run, later) => later > at && run[0].length === open?.[0].length);
    if (open === undefined || close < 0) continue;
    outside += `${markdown.slice(from, open.index)} `;
    from = (runs[close]?.index ?? 0) + (runs[close]?.[0].length ?? 0);
    at = close;
  }
  return outside + markdown.slice(from);
}

const ATOMS =
  "@here|a@b.example|https://e|www.e|[x](y)|![|**|_|`|``|```|<b>|&lt;|&|\\|~~|$x$|# |- |1. |> |\n| |x|日";
const text = fc
  .array(fc.oneof(fc.constantFrom(...ATOMS.split("|"), "|"), fc.string({ maxLength: 3 })), { maxLength: 12 })
  .map((parts) => parts.join(""));

test("no text makes markup, a link or a call outside code", () => {
  fc.assert(
    fc.property(text, (given) => {
      const outside = outsideCode(inProse(given));
      expect(outside).not.toMatch(/\n|@|:\/\/|www\.|<|&(?!amp;|lt;)/i);
      expect(outside.replace(/\\[\\*_[\]|~$#>+=.)-]/g, "")).not.toMatch(/[\\*_[\]|~$]/);
      expect(outside).not.toMatch(/^(?:[-+=#>]|\d+[.)])/);
    }),
    { numRuns: 3_000 },
  );
});

import { expect, test } from "vitest";
import { escapeText, markup, markupWithoutUnfit, shorten } from "../../../shared/chart/markup.ts";
import { checkMarkup } from "../../support/markup-check.ts";

const cases: [name: string, text: string, want: string][] = [
  ["a tag", "<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"],
  ["the end of an attribute", `" onload='x'`, "&quot; onload=&#39;x&#39;"],
  ["an entity, which stays what it was", "&lt;", "&amp;lt;"],
  ["characters that XML has not", "a\x00b\x1bc\x7fd\ufffe", "a�b�c�d�"],
  ["half of a surrogate pair", "a\ud800b", "a\ufffdb"],
  ["text that turns its line around", "イーサネット\u202e5\u2066", "イーサネット�5�"],
  ["an isolate that ends", "a\u2068ب\u2069b", "a\u2068ب\u2069b"],
  ["an isolate that reaches beyond", "a\u2068ب", "a�ب"],
  ["the end of somebody else's isolate", "a\u2069\u2068b\u2069\u2069", "a��b��"],
  ["what is allowed", "イーサネット 5\t😀", "イーサネット 5\t😀"],
];
for (const [name, text, want] of cases) {
  test(`escapeText() takes ${name}`, () => {
    expect(escapeText(text)).toBe(want);
  });
}

test("markup escapes whatever is not markup, also in lists, and leaves out what is not there", () => {
  const name = `"><img src=x>`;
  const page = markup`<p title="${name}">${[name, markup`<b>${1}</b>`, null, false]}</p>`.toString();
  expect(page).toBe(`<p title="&quot;&gt;&lt;img src=x&gt;">&quot;&gt;&lt;img src=x&gt;<b>1</b></p>`);
  expect(checkMarkup(page)).toEqual(["p", "b"]);
});

test("an object that looks like markup is text", () => {
  const forged = { toString: () => "<b>" } as unknown as string;
  expect(markup`${forged}`.toString()).toBe("&lt;b&gt;");
});

test("shorten() counts letters, not their halves", () => {
  expect(shorten("😀😀😀😀", 3)).toBe("😀😀…");
  expect(shorten("abc", 3)).toBe("abc");
});

test("in a page, an isolate that one text begins is not ended by another one", () => {
  expect(markupWithoutUnfit("<p>\u2068a</p><b>c</b><p>b\u2069</p>")).toBe("<p>�a</p><b>c</b><p>b�</p>");
  const kept = "<p>to \u2068ب\u2069, 5</p>";
  expect(markupWithoutUnfit(kept)).toBe(kept);
});

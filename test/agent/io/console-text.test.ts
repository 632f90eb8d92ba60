/** Foreign text: its encoding, and what makes it safe to show. */
import { expect, test } from "vitest";
import { decodeConsole, plain } from "../../../agent/io/console-text.ts";

test.each([
  { name: "UTF-8 in any language", hex: "e382a4e383bc", locale: "de-DE", want: "イー" },
  { name: "a Japanese console", hex: "8343815b8354", locale: "ja-JP", want: "イーサ" },
  { name: "a Chinese console", hex: "d2d4ccab", locale: "zh-CN", want: "以太" },
  {
    name: "a German console, as far as its letters are in Windows-1252",
    hex: "6d fc 73 73 74 65",
    locale: "de-DE",
    want: "müsste",
  },
])("decodeConsole() reads $name", ({ hex, locale, want }) => {
  expect(decodeConsole(Buffer.from(hex.replaceAll(" ", ""), "hex"), locale)).toBe(want);
});

test.each([
  { name: "terminal escapes", text: "\x1b]0;title\x07\x1b[2Jgone", want: "]0;title[2Jgone" },
  { name: "C1 controls, which some terminals obey as well", text: "a\x9b31mb", want: "a31mb" },
  { name: "marks that turn the reading direction round", text: "exe.\u202egpj", want: "exe.gpj" },
  {
    name: "line ends, which would let a stranger write lines of ours",
    text: "a\r\nReport ID: b",
    want: "a Report ID: b",
  },
  { name: "plain words in any script", text: "VPN につながりません", want: "VPN につながりません" },
])("plain() makes $name safe to show", ({ text, want }) => {
  expect(plain(text)).toBe(want);
});

test("plain() cuts what is too long", () => {
  expect(plain("x".repeat(100), 10)).toBe("xxxxxxxxxx");
});

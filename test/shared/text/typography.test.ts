/** One typography and one word for one thing, in everything that is said in Japanese. */
import { expect, test } from "vitest";
import { DICTIONARIES } from "../../support/dictionaries.ts";

const JAPANESE = "\\u3001-\\u30ff\\u4e00-\\u9fff\\uff01-\\uff60";
const rule = (pattern: string) =>
  new RegExp(
    pattern.replaceAll("J", `[${JAPANESE}]`).replaceAll("K", "[\\u3040-\\u30ff\\u4e00-\\u9fff]"),
    "g",
  );

/** `J` is a Japanese sign, `K` a kana or kanji. What may not stand in a Japanese sentence, and why. */
const RULES: [name: string, pattern: RegExp][] = [
  ["a space between Japanese and a Latin letter or a digit", rule("J [A-Za-z0-9]|[A-Za-z0-9] J")],
  ["a half-width bracket", rule("J ?\\(|\\([^()\\n]*J|\\) ?J")],
  ["a half-width colon or question mark", rule("J ?:|: ?K|J ?\\?")],
  ["a comma or full stop of Latin text", rule("J[,.](?=\\s|$|J)")],
];

/** The word that is used, and the variants of it that are not. */
const WORDS: [used: string, not: RegExp][] = [
  ["キャプチャ", /キャプチャー/],
  ["確度", /確からしさ/],
  ["PC", /パソコン|コンピューター?/],
  ["判定", /診断結果/],
  ["ゲートウェイ", /VPN ?の接続先|ゲートウエイ/],
  ["IPフラグメント", /断片/],
  ["ルーター", /ルータ(?!ー)/],
  ["サーバー", /サーバ(?!ー)/],
  ["ブラウザー", /ブラウザ(?!ー)/],
  ["テスト", /試験/],
  ["テスト用サーバー", /リフレクター/],
  ["リクエストID", /要求 ?ID/],
  ["解析プログラム", /解析器/],
  ["測定データ", /証拠/],
  ["判明したこと", /所見/],
  ["比較用", /対照/],
];

const texts = Object.entries(DICTIONARIES.ja ?? {}).flatMap(([file, all]) =>
  all.map((text) => ({ file, text })),
);

test("there is Japanese to look at in every dictionary", () => {
  const japanese = texts.filter(({ text }) => rule("J").test(text));
  expect(new Set(japanese.map(({ file }) => file)).size).toBe(Object.keys(DICTIONARIES.ja ?? {}).length);
  expect(japanese.length).toBeGreaterThan(700);
});

test.each(RULES)("no %s", (_name, pattern) => {
  // What is typed stands as it is; columns are parted by spaces, a step by one after its number.
  const found = texts.filter(({ text }) => text.replace(/`[^`]*`| {2,}|^\d\. /gm, "\t").match(pattern));
  expect(found.map(({ file, text }) => `${file}: ${text}`)).toEqual([]);
});

test.each(WORDS)("%s is called so everywhere", (_used, not) => {
  expect(texts.filter(({ text }) => not.test(text)).map(({ file, text }) => `${file}: ${text}`)).toEqual([]);
});

test("what a problem says of itself ends as a sentence", () => {
  const details = DICTIONARIES.ja?.["api/http/problem-text/ja.ts"]?.filter((_, at) => at % 2 === 1) ?? [];
  expect(details.length).toBeGreaterThan(25);
  expect(details.filter((text) => !/[。}]$/.test(text))).toEqual([]);
});

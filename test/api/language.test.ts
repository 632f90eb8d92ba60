import { expect, test } from "vitest";
import { acceptedLanguage } from "../../api/http/request-language.ts";

test.each([
  ["ja", "ja"],
  ["ja-JP,ja;q=0.9,en-US;q=0.8", "ja"],
  ["en-GB", "en"],
  ["de,fr;q=0.9", null],
  ["de;q=1, en;q=0.1, ja;q=0.2", "ja"],
  ["en;q=0, ja;q=0.1", "ja"],
  ["EN", "en"],
  ["*", null],
  ["", null],
  [";;;,,q=", null],
  ["jam", null],
])("acceptedLanguage(%j) is %j", (header, expected) => {
  expect(acceptedLanguage(header)).toBe(expected);
});

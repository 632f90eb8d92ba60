import { expect, test } from "vitest";
import {
  findReportId,
  newCaseCode,
  newReportId,
  parseCaseCode,
  parseReportId,
} from "../../../shared/schema/identifier.ts";

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const random = (from: number) =>
  Uint8Array.from({ length: 16 }, (_, at) => (from * 31 + at * 97 + at * at * 13) & 0xff);

test("a case code and a report ID have the shapes that people are told", () => {
  expect(newCaseCode(random(1))).toMatch(
    /^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{5}$/,
  );
  expect(newReportId(random(1))).toMatch(
    /^IKF-[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]$/,
  );
});

const typed: { name: string; spoil: (id: string) => string }[] = [
  { name: "lower case", spoil: (id) => id.toLowerCase() },
  { name: "without hyphens", spoil: (id) => id.replaceAll("-", "") },
  { name: "with spaces", spoil: (id) => ` ${id.replaceAll("-", " ")} ` },
  { name: "with a long dash", spoil: (id) => id.replaceAll("-", "–") },
  {
    name: "O for 0 and l for 1",
    spoil: (id) => id.replace("IKF", "ikf").replaceAll("0", "o").replaceAll("1", "l"),
  },
];
for (const { name, spoil } of typed) {
  test(`parseCaseCode() and parseReportId() accept what people type: ${name}`, () => {
    for (let i = 0; i < 50; i++) {
      const code = newCaseCode(random(i));
      const id = newReportId(random(i));
      expect(parseCaseCode(spoil(code))).toBe(code);
      expect(parseReportId(spoil(id))).toBe(id);
    }
  });
}

test("the check digit finds every single wrong digit and every swap of two neighbours", () => {
  for (let i = 0; i < 8; i++) {
    const code = newCaseCode(random(i)).replaceAll("-", "");
    for (let at = 0; at < code.length; at++) {
      for (const digit of ALPHABET) {
        const wrong = code.slice(0, at) + digit + code.slice(at + 1);
        if (wrong !== code) expect(parseCaseCode(wrong), wrong).toBeNull();
      }
      const swapped =
        code.slice(0, at) + code.slice(at + 1, at + 2) + code.slice(at, at + 1) + code.slice(at + 2);
      if (swapped !== code) expect(parseCaseCode(swapped), swapped).toBeNull();
    }
  }
});

test("parseReportId() refuses what is none", () => {
  for (const text of ["", "IKF", "IKF-00000-00000-1", "0000000000", "'; DROP TABLE", "IKF-UUUUU-00000-0"]) {
    expect(parseReportId(text), text).toBeNull();
  }
});

test("newReportId() refuses too little randomness", () => {
  expect(() => newReportId(new Uint8Array(9))).toThrow(/9 random bytes for 10 digits/);
});

test("an ID is found in what somebody pasted, the first one, and only with its check digit", () => {
  const id = newReportId(Uint8Array.from({ length: 10 }, (_, n) => n * 7));
  const other = newReportId(Uint8Array.from({ length: 10 }, (_, n) => n * 11));
  for (const text of [
    id,
    id.toLowerCase().replaceAll("-", ""),
    `My report: ${id}.`,
    `レポートIDは${id}です`,
    `https://ikefrag.example.com/r/${id}?lang=ja`,
    `first ${id}, then ${other}`,
    `${"x ".repeat(500)}${id}`,
  ])
    expect(findReportId(text), text.slice(0, 60)).toBe(id);
  const mistyped = `${id.slice(0, -1)}${id.endsWith("0") ? "1" : "0"}`;
  for (const text of ["", "ikefrag", `My report: ${mistyped}.`, "IKF-", `IKF${"-".repeat(100_000)}`])
    expect(findReportId(text), text.slice(0, 60)).toBeNull();
});

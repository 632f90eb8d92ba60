import { expect, test } from "vitest";
import { RULES } from "../../../shared/diagnose/diagnose.ts";
import { PHRASES } from "../../../shared/text/phrases.ts";
import { fill } from "../../../shared/text/sentence.ts";
import { say } from "../../../shared/text/speak.ts";

const { en, ja } = PHRASES;

const placeholders = (text: string): string[] => [...new Set(text.match(/\{\w+\}/g) ?? [])].sort();

test("every phrase takes the same values in both languages", () => {
  for (const [key, text] of Object.entries(en)) {
    expect(placeholders(ja[key as keyof typeof ja]), key).toEqual(placeholders(text));
  }
});

test("Japanese text is Japanese, and leaves no half-width bracket behind", () => {
  for (const [key, text] of Object.entries(ja)) {
    expect(text, key).toMatch(/[\u3040-\u30ff\u4e00-\u9fff]/);
    expect(text, key).not.toMatch(/[()]/);
  }
});

test("no two rules share a code", () => {
  expect(new Set(RULES.map((r) => r.code)).size).toBe(RULES.length);
});

test("say() fills in values, and shows a phrase it does not know by its key", () => {
  const known = { key: "finding.udp-port-blocked.clear", params: { port: 500 } };
  expect(say(known, "en")).toBe("The gateway answers on UDP port 500.");
  expect(say({ key: "finding.of-the-future", params: {} }, "ja")).toBe("finding.of-the-future");
  expect(say({ key: "toString", params: {} }, "ja")).toBe("toString");
});

test("say() puts a value in as it is: a brace in it is no placeholder", () => {
  const quoted = { key: "warning.not-understood", params: { line: 1, text: "{line}" } };
  expect(say(quoted, "en")).toBe('line 1 was not understood: "{line}"');
});

test("a name that is written from right to left turns none of the words around it", () => {
  expect(fill("of {name}, 5", { name: "شبكة" })).toBe("of \u2068شبكة\u2069, 5");
  // What would end the isolate, or begin another one, is taken out of it.
  expect(fill("{name}!", { name: "\u2069\u202eשלום" })).toBe("\u2068��שלום\u2069!");
  expect(fill("of {name}", { name: "Wi-Fi 日本" })).toBe("of Wi-Fi 日本");
});

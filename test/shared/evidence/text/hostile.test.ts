/** Text that is built to be expensive or misleading: the work grows with its length, not faster. */

import { readdir, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { expect, test } from "vitest";
import { readPastedText } from "../../../../shared/evidence/text/read.ts";
import { FORMATS } from "../../../../shared/evidence/text/registry.ts";
import { hostileTexts } from "../../../support/hostile-texts.ts";
import { fixturesOf } from "../../../support/text-fixtures.ts";

const read = (text: string) => readPastedText({ name: "a.txt", text });
const sample = (id: string): string => fixturesOf(id).fixtures[0]?.text ?? "";

/**
 * Work is counted and not timed, so that a slow machine changes nothing: the characters that regular
 * expressions pass over. Their quantifiers are bounded one by one; `test/bench/texts.ts` measures the time.
 */
function countWork(text: string): number {
  let work = 0;
  const { exec } = RegExp.prototype;
  RegExp.prototype.exec = function (this: RegExp, given: string) {
    const from = this.global || this.sticky ? this.lastIndex : 0;
    const found = exec.call(this, given);
    const to = found ? found.index + found[0].length : this.sticky ? from : given.length;
    work += 1 + Math.max(0, to - from);
    return found;
  };
  try {
    read(text);
  } finally {
    RegExp.prototype.exec = exec;
  }
  return work;
}

/** How often each character may be looked at: by the marks of each format, and to take decorations off. */
const LOOKS = 12 * FORMATS.length;

for (const { name, make } of hostileTexts()) {
  test(`hostile text: ${name}: each character is looked at so often, however many there are`, () => {
    const [small, large] = [make(0.01), make(0.05)];
    const [less, more] = [countWork(small) / small.length, countWork(large) / large.length];
    expect(more).toBeLessThan(LOOKS);
    expect(more).toBeLessThan(1.3 * less + 2);
  });
}

test("a control character in a number leaves no other number", () => {
  const row = (mtu: string) =>
    read(` 19          25        ${mtu}  connected     Ethernet 5`).interfaces.map((i) => i.mtu);
  expect(row("1\u200e500")).toEqual([1500]);
  expect(row("1\u0015500")).toEqual([]);
});

test("a line of 1 MB is named, and what stands around it is read", () => {
  const { pings, notUnderstood } = read(`${"x".repeat(1_000_000)}\n${sample("windows-ping")}`);
  expect(pings).toHaveLength(3);
  expect(notUnderstood.map((n) => n.text.length)).toEqual([80]);
});

test("no text whatever makes a reader throw, or a number that is not in it", () => {
  const parts = FORMATS.flatMap(({ id }) => sample(id).split(/(?<=[\n ])/));
  const text = fc.array(fc.oneof(fc.constantFrom(...parts), fc.string({ unit: "binary", maxLength: 8 })), {
    maxLength: 60,
  });
  fc.assert(
    fc.property(text, (list) => {
      const paste = list.join("");
      const { pings, interfaces } = read(paste);
      for (const p of pings) expect(paste).toContain(String(p.pingPayloadBytes));
      for (const i of interfaces) if (i.mtu !== null) expect(paste).toContain(String(i.mtu));
    }),
    { numRuns: 2_000, seed: 20261126 },
  );
});

test("a run of white space is looked at once, where it begins", async () => {
  // Else each of its characters begins a search of its own: 15,000 spaces would cost 100 million steps.
  const folder = fileURLToPath(new URL("../../../../shared/evidence/text/", import.meta.url));
  const sources = (await readdir(folder)).filter((name) => name.endsWith(".ts"));
  const wrong: string[] = [];
  for (const name of sources) {
    const text = await readFile(`${folder}${name}`, "utf8");
    for (const [found, before = ""] of text.matchAll(/(.{0,80}?)\\s\+\(\?=/g)) {
      if (!/\(\?<!(?:[^()]|\([^()]*\))*\\s[^()]*\)$/.test(before)) wrong.push(`${name}: ${found}`);
    }
  }
  expect(wrong).toEqual([]);
});

/** Text that is built to be expensive or misleading: the work grows with its length, not faster. */

import fc from "fast-check";
import { expect, test } from "vitest";
import { readPastedText } from "../../../../shared/evidence/text/read.ts";
import { FORMATS } from "../../../../shared/evidence/text/registry.ts";
import { fixturesOf } from "../../../support/text-fixtures.ts";

const read = (text: string) => readPastedText({ name: "a.txt", text });
const sample = (id: string): string => fixturesOf(id).fixtures[0]?.text ?? "";

/**
 * Work is counted by what is looked at, so that a slow machine changes nothing: each line is looked at a
 * bounded number of times.
 */
function countLooks(text: string): number {
  let looks = 0;
  const counted = FORMATS.map((f) => [f, f.isHeading, f.isRow] as const);
  for (const [f, isHeading, isRow] of counted) {
    f.isHeading = (line) => {
      looks += line.length + 1;
      return isHeading(line);
    };
    f.isRow = (line) => {
      looks += line.length + 1;
      return isRow(line);
    };
  }
  try {
    read(text);
  } finally {
    for (const [f, isHeading, isRow] of counted) Object.assign(f, { isHeading, isRow });
  }
  return looks;
}

const hostile: Record<string, (size: number) => string> = {
  "one line": (n) => "Reply from ".repeat(n / 11),
  "many lines": (n) => "Request timed out.\n".repeat(n / 19),
  headings: (n) => "Pinging 203.0.113.25 with 1424 bytes of data:\n".repeat(n / 46),
  "replies of all sizes": (n) =>
    Array.from(
      { length: n / 50 },
      (_, i) => `Reply from 203.0.113.25: bytes=${i % 65_000} time=1ms TTL=9`,
    ).join("\n"),
  rows: (n) => Array.from({ length: n / 40 }, (_, i) => `${i} 25 1500 connected x${i}`).join("\n"),
  "control characters": (n) => "\u0000\u0007\u001b[31m\u202e\u2066".repeat(n / 9),
  "quote marks": (n) => "> ".repeat(n / 2),
  cells: (n) => "| ".repeat(n / 2),
  entities: (n) => "&gt;&#1114112;&".repeat(n / 15),
  "words that go on": (n) => `Pinging 203.0.113.25 with 9 bytes:\n${"abc def\n".repeat(n / 8)}`,
};
for (const [name, make] of Object.entries(hostile)) {
  test(`hostile text: ${name}, ten times as much is ten times the work, not more`, () => {
    const small = countLooks(make(20_000));
    const large = countLooks(make(200_000));
    expect(large).toBeLessThan(12 * small + 10_000);
    read(make(1_000_000));
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

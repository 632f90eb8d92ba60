/**
 * For every format of the registry: its outputs in `test/cases/formats`, what only looks like them, every
 * cut, every decoration, and beside every other. A format without fixtures fails here.
 */

import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { findAddresses } from "../../../../shared/evidence/text/format.ts";
import { FORMATS } from "../../../../shared/evidence/text/registry.ts";
import { DAMAGES, DECORATIONS } from "../../../support/paste-writer.ts";
import {
  countTold,
  fixtureFolders,
  fixturesOf,
  lost,
  readBesides,
  type Said,
  saidBesides,
  say,
} from "../../../support/text-fixtures.ts";

const all = FORMATS.map(({ id }) => ({ id, ...fixturesOf(id) }));
const fixtures = all.flatMap((format) => format.fixtures);

test("every format has a folder with an output and a near miss, and every folder is a format's", () => {
  expect(fixtureFolders().sort()).toEqual(FORMATS.map(({ id }) => id).sort());
  const withoutFixture = all.filter((f) => f.fixtures.length === 0).map(({ id }) => id);
  expect(withoutFixture, "these need test/cases/formats/ID/NAME.txt").toEqual([]);
  const withoutNearMiss = all.filter((f) => f.nearMisses.length === 0).map(({ id }) => id);
  expect(withoutNearMiss, "these need test/cases/formats/ID/near-miss.txt").toEqual([]);
});

// Made again with `npm run cases`: then read the difference.
for (const { id, name, path, text } of fixtures) {
  test(`${id}, ${name}: what is read in it`, async () => {
    const { told, readings, notUnderstood } = say(text);
    expect(readings.map((r) => r.format)).toContain(id);
    const shown = { ...told, readings: readings.map(({ source: _, ...r }) => r), notUnderstood };
    await expect(`${JSON.stringify(shown, null, 2)}\n`).toMatchFileSnapshot(`${path}.readings.json`);
  });

  test(`${id}, ${name}: no line of it is known by two formats`, () => {
    for (const line of text.split("\n")) {
      const knowing = FORMATS.filter((f) => f.isHeading(line) || f.isRow(line)).map((f) => f.id);
      expect(knowing.length, `${line}: ${knowing}`).toBeLessThanOrEqual(1);
    }
  });
}

for (const { id, nearMisses } of all) {
  for (const { text } of nearMisses) {
    test(`${id}: nothing of it is read in ${JSON.stringify(text.slice(0, 60))}`, () => {
      const said = say(text);
      expect(said.readings.map((r) => r.format)).not.toContain(id);
      // Another format may know it; else all of it is quoted back.
      if (said.readings.length === 0) {
        expect(countTold(said)).toBe(0);
        expect(said.notUnderstood.length).toBeGreaterThan(0);
      }
    });
  }
}

/** netsh's tables of both IP versions look the same: the command line, which is cut off, tells them apart. */
const withoutFamily = (said: Said): Said => ({
  ...said,
  told: {
    ...said.told,
    interfaces: (said.told.interfaces ?? []).map(({ isFamilyAssumed: _, ...i }) => ({
      ...i,
      family: null,
    })),
  },
});

/** Pastes as people posted them, with prose, of several programs and hosts. */
const reports = fileURLToPath(new URL("../../../cases/reports/", import.meta.url));
const posted = readdirSync(reports)
  .filter((name) => name.endsWith(".txt"))
  .map((name) => ({ id: "report", name, text: readFileSync(`${reports}${name}`, "utf8") }));

for (const { id, name, text } of [...fixtures, ...posted]) {
  test(`${id}, ${name}: cut at any line, it says no more than the whole`, () => {
    const whole = say(text);
    const ends = [...text.matchAll(/\n/g)].map((match) => match.index);
    for (const end of ends) {
      const begin = say(text.slice(0, end));
      expect(saidBesides(begin, whole), text.slice(0, end)).toEqual([]);
      expect(readBesides(begin, whole), text.slice(0, end)).toEqual([]);
      expect(saidBesides(withoutFamily(say(text.slice(end + 1))), whole), text.slice(end + 1)).toEqual([]);
    }
  });
}

for (const { id, name, text } of fixtures) {
  test(`${id}, ${name}: cut within a line, that line alone may say half a number`, () => {
    const whole = say(text);
    const step = Math.max(1, Math.floor(text.length / 1_000));
    for (let end = 0; end < text.length; end += step) {
      const cut = text.slice(0, end);
      expect(saidBesides(say(cut), whole, "within a line"), cut).toEqual([]);
    }
  });
}

for (const { id, name, text } of [...fixtures, ...posted]) {
  const changes = { ...DAMAGES, ...(id === "report" ? DECORATIONS : {}) };
  test(`${id}, ${name}: damaged, it says less or the same, and names what is not understood`, () => {
    const plain = say(text);
    for (const [change, apply] of Object.entries(changes)) {
      const changed = say(apply(text));
      expect(saidBesides(changed, plain, "damaged"), change).toEqual([]);
      if (lost(plain, changed).length > 0) {
        expect(changed.notUnderstood.length, change).toBeGreaterThan(plain.notUnderstood.length);
      }
    }
  });
}

for (const { id, name, text } of fixtures) {
  test(`${id}, ${name}: the same in every decoration`, () => {
    const plain = say(text);
    for (const [decoration, decorate] of Object.entries(DECORATIONS)) {
      expect(say(decorate(text)).told, decoration).toEqual(plain.told);
    }
  });
}

for (const one of fixtures) {
  test(`${one.id}, ${one.name}: beside any other output both say what each says alone`, () => {
    const alone = say(one.text);
    for (const other of fixtures) {
      const both = say(`${one.text}\n${other.text}`);
      const beside = say(other.text);
      for (const [kind, told] of Object.entries(both.told)) {
        const want = [...(alone.told[kind] ?? []), ...(beside.told[kind] ?? [])];
        expect(told, `${kind} before ${other.id}, ${other.name}`).toEqual(want);
      }
      expect(both.notUnderstood).toEqual([...alone.notUnderstood, ...beside.notUnderstood]);
    }
  });
}

test("findAddresses() takes addresses, and no clock, version or part of a word", () => {
  const of = (text: string) => findAddresses(text).map((f) => f.address);
  expect(of("A 192.0.2.1: b [2001:db8::1] von 2001:db8::2: x fe80::1%12, ::1")).toEqual([
    "192.0.2.1",
    "2001:db8::1",
    "2001:db8::2",
    "fe80::1%12",
    "::1",
  ]);
  expect(
    of("09:12:00 1.2.3.4.500 10.0.19041.3 300.1.1.1 a1.2.3.4 host-1.2.3.4 02:00:00:00:00:05 ::"),
  ).toEqual([]);
});

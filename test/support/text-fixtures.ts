/**
 * The pastes of `test/cases/formats`, by format, and how two readings of one paste are held against each
 * other, whatever kinds of observations there are.
 */

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { findAddresses } from "../../shared/evidence/text/format.ts";
import { type ReadText, readPastedText } from "../../shared/evidence/text/read.ts";

const folder = fileURLToPath(new URL("../cases/formats/", import.meta.url));
/** A line in a file of near misses that ends one and begins the next. */
const DIVIDER = /^%%\n/m;

export interface TextFixture {
  /** `Format.id`, which is the folder's name. */
  id: string;
  name: string;
  /** The path of the file without its ending. */
  path: string;
  text: string;
}

/** The folders there are, each for one format. */
export const fixtureFolders = (): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));

/** Outputs of a format, and what looks like it and is something else. */
export function fixturesOf(id: string): { fixtures: TextFixture[]; nearMisses: TextFixture[] } {
  const names = existsSync(`${folder}${id}`) ? readdirSync(`${folder}${id}`).sort() : [];
  const files = names.flatMap((name) => {
    const [, stem = ""] = /^(.+)\.txt$/.exec(name) ?? [];
    const path = `${folder}${id}/${stem}`;
    return stem === "" ? [] : [{ id, name: stem, path, text: readFileSync(`${path}.txt`, "utf8") }];
  });
  return {
    fixtures: files.filter(({ name }) => !name.startsWith("near-miss")),
    nearMisses: files
      .filter(({ name }) => name.startsWith("near-miss"))
      .flatMap((file) => file.text.split(DIVIDER).map((text) => ({ ...file, text }))),
  };
}

/** An observation of any kind, without where it stands. */
export type Told = Readonly<Record<string, unknown>>;

/** What a paste says, by the kind of observation. */
export interface Said {
  told: Record<string, Told[]>;
  readings: ReadText["readings"];
  notUnderstood: string[];
}

/** Reads a paste and takes off what depends on where in it something stands. */
export function say(text: string): Said {
  // That a log goes on is a clock alone: what follows from it is judged in observe-messages.test.ts.
  const { readings, notUnderstood, goesOn: _, ...kinds } = readPastedText({ name: "a.txt", text });
  const said: Said = { told: {}, readings, notUnderstood: notUnderstood.map((n) => n.text) };
  for (const [kind, found] of Object.entries(kinds)) {
    // Decorations put clocks in front of lines.
    said.told[kind] = (found as unknown as readonly Told[]).map(
      ({ line: _, source: __, clockMs: ___, ...rest }) => rest,
    );
  }
  return said;
}

/** How many observations of any kind there are. */
export const countTold = ({ told }: Said): number =>
  Object.values(told).reduce((sum, { length }) => sum + length, 0);

const without = ({ count: _, ...rest }: Told): Told => rest;
const countOf = ({ count }: Told): number => (typeof count === "number" ? count : 1);

type IsSame = (part: unknown, whole: unknown, field: string) => boolean;

const isExact: IsSame = (part, whole) => part === whole;
/**
 * Half a number is another number, and half a name another name. The beginning of the next line looks like
 * the rest of a quoted sentence that a page wrapped.
 */
const isBeginning: IsSame = (part, whole, field) =>
  part === whole ||
  (field === "words" && String(part).startsWith(String(whole))) ||
  ((typeof part === "number" || typeof part === "string") && String(whole).startsWith(String(part)));
const isAddress = (text: string): boolean => findAddresses(text)[0]?.address === text;
/**
 * What is quoted may be misread, or wrapped at its spaces: names, times, sentences. Numbers and addresses
 * never.
 */
const isExactButForQuotes: IsSame = (part, whole, field) =>
  part === whole ||
  (typeof part === "string" &&
    field !== "outcome" &&
    !isAddress(part) &&
    (whole === null || (typeof whole === "string" && !isAddress(whole))));

/** How a part came about: whole lines, its last line cut too, or lines that were damaged. */
export type Cut = "lines" | "within a line" | "damaged";
const SAME: Readonly<Record<Cut, IsSame>> = {
  lines: isExact,
  "within a line": isBeginning,
  damaged: isExactButForQuotes,
};

/** Whether all of `part` stands in `whole`: `null` and `""` say nothing, and a list may be shorter. */
function standsIn(part: unknown, whole: unknown, isSame: IsSame, field = ""): boolean {
  if (part === null || part === "") return true;
  if (Array.isArray(part)) {
    const list = Array.isArray(whole) ? whole : [];
    return part.length <= list.length && part.every((p) => list.some((w) => standsIn(p, w, isSame, field)));
  }
  if (typeof part !== "object") return isSame(part, whole, field);
  if (typeof whole !== "object" || whole === null) return false;
  return Object.entries(part).every(([key, value]) =>
    standsIn(value, (whole as Record<string, unknown>)[key], isSame, key),
  );
}

/**
 * What `part` says and `whole` does not: other sizes, hosts or outcomes, or more of the same. Empty where it
 * says no more.
 */
export function saidBesides(part: Said, whole: Said, cut: Cut = "lines"): string[] {
  const isSame = SAME[cut];
  const besides: string[] = [];
  for (const [kind, all] of Object.entries(part.told)) {
    const wholes = whole.told[kind] ?? [];
    const counts = new Map<string, { what: Told; count: number }>();
    for (const told of all) {
      const what = without(told);
      const key = JSON.stringify(what);
      counts.set(key, { what, count: (counts.get(key)?.count ?? 0) + countOf(told) });
    }
    for (const [key, { what, count }] of counts) {
      const most = wholes
        .filter((w) => standsIn(what, without(w), isSame))
        .reduce((sum, w) => sum + countOf(w), 0);
      if (count > most) besides.push(`${kind}: ${count} of ${key}, and ${most} in the whole`);
    }
  }
  return besides;
}

/** Outputs that `part` takes something for and `whole` does not. */
export const readBesides = (part: Said, whole: Said): string[] =>
  part.readings
    .filter(({ format, line }) => !whole.readings.some((r) => r.format === format && r.line === line))
    .map(({ format, line }) => `${format} in line ${line}`);

/** What `whole` says and `changed` does not, not even in part: the same with less known of it is enough. */
export function lost(whole: Said, changed: Said): string[] {
  const gone: string[] = [];
  for (const [kind, all] of Object.entries(whole.told)) {
    for (const told of all) {
      const count = (changed.told[kind] ?? [])
        .filter((c) => standsIn(without(c), without(told), isExactButForQuotes))
        .reduce((sum, c) => sum + countOf(c), 0);
      if (count < countOf(told)) gone.push(`${kind}: ${JSON.stringify(told)}`);
    }
  }
  return gone;
}

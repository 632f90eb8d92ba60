/** Pasted texts that are built to be expensive to read, for every format that there is. */
import { FORMATS } from "../../shared/evidence/text/registry.ts";
import { fixturesOf } from "./text-fixtures.ts";

/** One text of a kind, at any size. */
export interface HostileText {
  name: string;
  /** About so many characters or lines, unless the kind has a size of its own. */
  make(scale?: number): string;
}

const MEGABYTE = 1_000_000;
const LINES = 100_000;

const lines = (count: number, line: (index: number) => string): string =>
  Array.from({ length: count }, (_, at) => line(at)).join("\n");

/** What no format has a part in. */
const GENERAL: Readonly<Record<string, (scale: number) => string>> = {
  "one line": (scale) => "Reply from ".repeat((scale * MEGABYTE) / 11),
  "blank lines": (scale) => "\n".repeat(scale * MEGABYTE),
  "lines of two numbers": (scale) => lines(scale * LINES, (at) => `${at} ${at * 7}`),
  "lines of one digit": (scale) => "1\n".repeat((scale * MEGABYTE) / 2),
  "lines of prose": (scale) => "and then it did not work any more\n".repeat((scale * MEGABYTE) / 34),
  "lines of addresses": (scale) => lines(scale * LINES, (at) => `10.0.${at % 256}.1 fe80::${at % 9999}`),
  "control characters": (scale) => "\u0000\u0007\u001b[31m\u202e\u2066".repeat((scale * MEGABYTE) / 9),
  "quote marks": (scale) => `${"> ".repeat(1_000)}\n`.repeat((scale * MEGABYTE) / 2_001),
  "a quote mark a line": (scale) => ">\n".repeat((scale * MEGABYTE) / 2),
  cells: (scale) => `${"| ".repeat(1_000)}\n`.repeat((scale * MEGABYTE) / 2_001),
  entities: (scale) => "&gt;&#1114112;&".repeat((scale * MEGABYTE) / 15),
  "digits without end": (scale) => `${"1".repeat(2_000)}\n`.repeat((scale * MEGABYTE) / 2_001),
  "digits and spaces": (scale) => `${"1 ".repeat(1_000)}\n`.repeat((scale * MEGABYTE) / 2_001),
  "colons and hex digits": (scale) => `${"a:".repeat(1_000)}\n`.repeat((scale * MEGABYTE) / 2_001),
  "spaces without end": (scale) => `x${" ".repeat(2_000)}y\n`.repeat((scale * MEGABYTE) / 2_003),
  "words far apart": (scale) => `a:${" ".repeat(15_000)}b\n`.repeat((scale * MEGABYTE) / 15_004),
  "times in front": (scale) => `${"09:12:00 ".repeat(200)}\n`.repeat((scale * MEGABYTE) / 1_801),
  prompts: (scale) => lines(scale * LINES, (at) => `C:\\>ping -f -l ${at} 203.0.113.25`),
  "a heading and words": (scale) =>
    `Pinging 203.0.113.25 with 9 bytes:\n${"abc def\n".repeat((scale * MEGABYTE) / 8)}`,
  "replies of all sizes": (scale) =>
    lines((scale * LINES) / 4, (at) => `Reply from 203.0.113.25: bytes=${at % 65_000} time=1ms TTL=9`),
};

/** The last digits changed, so that no two lines are the same. */
const varied = (line: string, at: number): string =>
  line.replace(/\d{1,3}(?=\D*$)/, (digits) =>
    String(at % 1_000)
      .padStart(digits.length, "1")
      .slice(-digits.length),
  );

/** Every kind, and for each format its own lines. */
export function hostileTexts(): HostileText[] {
  const general = Object.entries(GENERAL).map(([name, make]) => ({ name, make: (scale = 1) => make(scale) }));
  const own = FORMATS.flatMap(({ id, isHeading, isRow }) => {
    const text = fixturesOf(id).fixtures[0]?.text ?? "";
    const all = text.split("\n").filter((line) => line !== "");
    const first = all.find((line) => isHeading(line) || isRow(line)) ?? "";
    const row = all.find((line) => isRow(line)) ?? all.at(-1) ?? "";
    return [
      {
        name: `${id}: its heading, then one line`,
        make: (scale = 1) => `${first}\n${"x".repeat(scale * MEGABYTE)}`,
      },
      {
        name: `${id}: its heading, then long lines`,
        make: (scale = 1) =>
          `${first}\n${`${first} `.repeat(10)}\n`.repeat((scale * MEGABYTE) / (10 * first.length + 11)),
      },
      { name: `${id}: its headings`, make: (scale = 1) => lines(scale * LINES, (at) => varied(first, at)) },
      {
        name: `${id}: its heading and rows`,
        make: (scale = 1) => `${first}\n${lines(scale * LINES, (at) => varied(row, at))}`,
      },
      {
        name: `${id}: its output again and again`,
        make: (scale = 1) => `${text}\n`.repeat(Math.ceil((scale * LINES) / (all.length + 1))),
      },
      {
        name: `${id}: quoted, with control characters`,
        make: (scale = 1) =>
          lines((scale * LINES) / 2, (at) => `> > ${all[at % all.length]?.replaceAll(" ", " \u202e\u0007")}`),
      },
    ];
  });
  return [...general, ...own];
}

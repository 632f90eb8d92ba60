/** The four ways in a terminal: an arrow for each, drawn in plain letters. */
import { plain } from "../agent/io/console-text.ts";
import { namedWays, stateInWords } from "../shared/chart/four-ways-chart.ts";
import { chartWords } from "../shared/chart/words.ts";
import type { Language } from "../shared/language.ts";
import { notesOnWays } from "../shared/report/four-ways-section.ts";
import type { FourWays } from "../shared/schema/diagnosis.ts";

/** What a terminal does with text. */
interface Terminal {
  wrap(text: string, width: number, indent: string, language: Language): string;
  /** Columns that a text takes. */
  widthOf(text: string): number;
  width: number;
  style: { good(text: string): string; bad(text: string): string; faint(text: string): string };
}

/** Out, and back. Each has the same length, and each state its own letters. */
const ARROWS = {
  passed: { out: "-------->", back: "<--------" },
  lost: { out: "----x    ", back: "    x----" },
  "not-tested": { out: "- -?- - >", back: "< - -?- -" },
} as const;
const PAINT = { passed: "good", lost: "bad", "not-tested": "faint" } as const;

/** The drawing, with the sentences that it needs. */
export function printFourWays(ways: FourWays, language: Language, terminal: Terminal): string[] {
  const { widthOf, wrap, width, style } = terminal;
  const words = chartWords(language).fourWays;
  const room = Math.max(...Object.values(words.kinds).map(widthOf));
  const lines = namedWays(ways).map(({ kind, way, cell }) => {
    const name = way === "out" ? words.kinds[kind] : "";
    const paint = style[PAINT[cell.state]];
    const arrow = `${words.clientShort} ${paint(ARROWS[cell.state][way])} ${words.gatewayShort}`;
    return `  ${name}${" ".repeat(room - widthOf(name))}  ${arrow}  ${paint(stateInWords(cell, language))}`;
  });
  const notes = notesOnWays(ways, language).map(
    (note) => `  - ${wrap(plain(note), width, "    ", language)}`,
  );
  return [...lines, ...notes];
}

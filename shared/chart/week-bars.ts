/**
 * Draws how many reports there were in each week, one bar a week, and how many of them found a problem. Many
 * of these stand beside each other, so a drawing is small, and all of a page have one scale.
 */
import type { Language } from "../language.ts";
import { drawing, line, percent, rem, TONES, text } from "./draw.ts";
import { type Markup, markup } from "./markup.ts";
import { chartWords } from "./words.ts";

/** A calendar week by its Monday, `YYYY-MM-DD`. */
export interface WeekOfReports {
  week: string;
  reports: number;
  /** How many of them found a problem. */
  problems: number;
}

const BARS_REM = 3.5;
/** A bar that stands for something is seen, however many others there are. */
const LEAST_BAR_REM = 0.15;
/** What a bar takes of the room of its week. */
const BAR_SHARE = 0.7;
const WEEK_MS = 604_800_000;

/** All Mondays from the first one on. */
const mondays = (since: string, weeks: number): string[] =>
  Array.from({ length: weeks }, (_, at) =>
    new Date(Date.parse(since) + at * WEEK_MS).toISOString().slice(0, 10),
  );

/**
 * The drawing.
 *
 * @param since the Monday of the first week
 * @param weeks how many there are
 * @param most what the tallest bar of the page stands for
 */
export function weekBars(
  counts: readonly WeekOfReports[],
  { since, weeks, most }: { since: string; weeks: number; most: number },
  label: string,
  language: Language,
): Markup {
  const words = chartWords(language).weeks;
  const byWeek = new Map(counts.map((count) => [count.week, count]));
  const room = 100 / Math.max(1, weeks);
  const heightOf = (reports: number): number =>
    reports === 0 ? 0 : Math.max(LEAST_BAR_REM, (reports / Math.max(1, most)) * BARS_REM);
  const bar = (at: number, height: number, tone: keyof typeof TONES): Markup | null =>
    height === 0
      ? null
      : markup`<rect x="${percent(at * room + (room * (1 - BAR_SHARE)) / 2)}" y="${rem(BARS_REM - height)}" width="${percent(room * BAR_SHARE)}" height="${rem(height)}" fill="${TONES[tone]}"/>`;
  const said: string[] = [];
  const bars = mondays(since, weeks).map((week, at) => {
    const { reports = 0, problems = 0 } = byWeek.get(week) ?? {};
    if (reports > 0) said.push(words.week({ week, reports, problems }));
    return [bar(at, heightOf(reports), "soft"), bar(at, heightOf(problems), "bad")];
  });
  const last = mondays(since, weeks).at(-1) ?? since;
  const content = [
    bars,
    line([0, BARS_REM], [100, BARS_REM], { tone: "soft", width: 0.06 }),
    text(0, BARS_REM + 1.1, since.slice(5), { size: 0.75, tone: "soft" }),
    text(100, BARS_REM + 1.1, last.slice(5), { size: 0.75, tone: "soft", anchor: "end" }),
  ];
  const description = said.length === 0 ? words.none : `${said.join("; ")}.`;
  return drawing("weeks", BARS_REM + 1.4, label, { description }, content);
}

/** The section of a report that shows the four ways: the drawing, and what of it needs a sentence. */
import { fourWaysChart, namedWays, nameOfWay } from "../chart/four-ways-chart.ts";
import { type Markup, markup } from "../chart/markup.ts";
import { chartWords } from "../chart/words.ts";
import type { Language } from "../language.ts";
import type { FourWays } from "../schema/diagnosis.ts";
import { say } from "../text/speak.ts";
import { reportWords } from "./words.ts";

/** Between ways that one sentence is about. */
const BETWEEN_WAYS = " · ";

/** The section; `null` where nothing is known of any login. Where none was begun, it says why. */
export function fourWaysSection(ways: FourWays | null, language: Language): Markup | null {
  if (ways === null) return null;
  const words = reportWords(language);
  const notes = notesOnWays(ways, language);
  return markup`<section id="four-ways"><h2>${words.fourWays}</h2>
${ways.stopped !== "left-out" && markup`<p class="soft">${words.fourWaysText}</p>`}
<figure tabindex="0" aria-label="${words.fourWays}">${fourWaysChart(ways, language)}</figure>
${notes.length > 0 && markup`<ul>${notes.map((note) => markup`<li>${note}</li>\n`)}</ul>`}
</section>`;
}

/** What the states alone do not say; a sentence that holds for several ways stands once. */
export function notesOnWays(ways: FourWays, language: Language): string[] {
  const { fourWays } = chartWords(language);
  const bySentence = new Map<string, string[]>();
  for (const named of namedWays(ways)) {
    const { phrase } = named.cell;
    if (phrase === null) continue;
    const sentence = say(phrase, language);
    bySentence.set(sentence, [...(bySentence.get(sentence) ?? []), nameOfWay(named, fourWays)]);
  }
  const all = namedWays(ways).length;
  return [...bySentence].map(([sentence, names]) =>
    names.length === all ? sentence : `${names.join(BETWEEN_WAYS)}${fourWays.colon}${sentence}`,
  );
}

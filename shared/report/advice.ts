/** What every cover of a report has of a diagnosis, and how its sentences are set. */
import { type Markable, type Markup, markup } from "../chart/markup.ts";
import type { DiagnosisText } from "../schema/api.ts";
import type { Confidence, Direction, Recommendation, Verdict } from "../schema/diagnosis.ts";

/** What every cover has of a diagnosis: a whole one, or the part that a fix card shows. */
export interface Advice {
  verdict: Verdict;
  confidence: Confidence;
  direction: Direction | null;
  recommendation: Recommendation;
  text: DiagnosisText;
}

/** The words of a button that copies a command, for covers that run a script; `null`: there is no script. */
export type CopyWords = { copy: string; copied: string } | null;

/** Between titles that stand in one line: a title may hold a comma. */
export const LIST_SEPARATOR = " · ";

/** Whether nothing is proven, and all there is to say is what it may be. */
export const isOpen = ({ verdict, text }: Advice): boolean =>
  verdict === "insufficient-evidence" && text.candidates.length > 0;

/** A sentence in which backticks set off what is to be typed. */
export const prose = (sentence: string): Markable[] =>
  sentence.split("`").map((part, n) => (n % 2 === 1 ? markup`<code>${part}</code>` : part));

/** A titled list of such sentences; `null` where there are none. */
export const list = (title: string, items: readonly string[]): Markup | null =>
  items.length === 0
    ? null
    : markup`<h3>${title}</h3>
<ul>${items.map((item) => markup`<li>${prose(item)}</li>\n`)}</ul>`;

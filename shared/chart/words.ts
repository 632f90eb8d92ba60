/** The words of the drawings. They are short: on a phone a drawing is 340 pixels wide, by language. */
import type { Language } from "../language.ts";
import { chart as en } from "../text/en/chart.ts";
import { chart as ja } from "../text/ja/chart.ts";
import { type Bound, bind, type Said } from "../text/sentence.ts";

/** The words in one language; those with parameters are functions. */
export type ChartWords = Bound<typeof en>;
/** What came of a size that was tried. */
export type LadderMark = keyof (typeof en)["ladder"]["marks"];

const WORDS: Readonly<Record<Language, Said<typeof en>>> = { en, ja };

/** The words in a language. */
export const chartWords = (language: Language): ChartWords => bind<typeof en>(WORDS[language]);

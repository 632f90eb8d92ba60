/** The words around a report: headings, labels and table cells, by language. */
import type { Language } from "../language.ts";
import { report as en } from "../text/en/report.ts";
import { report as ja } from "../text/ja/report.ts";
import { type Bound, bind, type Said } from "../text/sentence.ts";

/** The words in one language; those with parameters are functions. */
export type ReportWords = Bound<typeof en>;

const WORDS: Readonly<Record<Language, Said<typeof en>>> = { en, ja };

/** The words in a language. */
export const reportWords = (language: Language): ReportWords => bind<typeof en>(WORDS[language]);

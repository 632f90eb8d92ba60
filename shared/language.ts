/** The languages that ikefrag speaks. This is the only place that says which there are. */

/** What differs between languages apart from the words: how sentences, lists and remarks are put together. */
interface Manner {
  /** The language's name in itself, as a reader looks for it. */
  ownName: string;
  /** The tag for dates and numbers (BCP 47). */
  locale: string;
  /** Stands between the items of a list. */
  listJoiner: string;
  /** Stands between two sentences. */
  sentenceJoiner: string;
  /** Around a remark that follows a word. */
  brackets: readonly [open: string, close: string];
}

/** Every language, by its tag. English is the source from which the others are translated. */
export const LANGUAGES = {
  ja: {
    ownName: "日本語",
    locale: "ja",
    listJoiner: "、",
    sentenceJoiner: "",
    brackets: ["（", "）"],
  },
  en: {
    ownName: "English",
    locale: "en",
    listJoiner: ", ",
    sentenceJoiner: " ",
    brackets: [" (", ")"],
  },
} as const satisfies Record<string, Manner>;

/** The tag of a language that ikefrag speaks. */
export type Language = keyof typeof LANGUAGES;

/** The tags of all languages. */
export const LANGUAGE_TAGS = Object.keys(LANGUAGES) as [Language, ...Language[]];

/** Whether a value is the tag of a language that ikefrag speaks. */
export const isLanguage = (value: unknown): value is Language =>
  typeof value === "string" && Object.hasOwn(LANGUAGES, value);

/** How a language puts its sentences together, as one type for all languages. */
export const mannerOf = (language: Language): Manner => LANGUAGES[language];

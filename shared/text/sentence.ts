/**
 * Sentences with holes: `{name}` stands for a parameter. The compiler reads the names out of the English
 * sentence, so that a caller who forgets one, and a translation that invents one, do not compile.
 */

/** The names of a sentence's parameters. */
export type Holes<Sentence> = Sentence extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Holes<Rest>
  : never;

/**
 * What a caller gives with a sentence: nothing where it has no holes, else a value for each of them.
 * It is spread into the parameters of a function: `(key: Key, ...values: Values<(typeof en)[Key], string>)`.
 */
export type Values<Sentence, Value> = [Holes<Sentence>] extends [never]
  ? [params?: Record<string, never>]
  : [params: Record<Holes<Sentence>, Value>];

/** The keys of a dictionary's sentences without parameters, for tables of keys. */
export type PlainKey<Dictionary> = {
  [Key in keyof Dictionary]: [Holes<Dictionary[Key]>] extends [never] ? Key : never;
}[keyof Dictionary];

/**
 * The translated sentence itself where it has the same holes as the English one, else what is wrong with it.
 */
type Faithful<English, Translated> = [Holes<English>] extends [Holes<Translated>]
  ? [Holes<Translated>] extends [Holes<English>]
    ? Translated
    : { "English has no such parameter": Exclude<Holes<Translated>, Holes<English>> }
  : { "lacks the parameter": Exclude<Holes<English>, Holes<Translated>> };

/** Sentences by key, in groups where that helps. */
type Sentences = { readonly [key: string]: string | readonly string[] | Sentences };

/** What a dictionary holds in any language: the keys of the English one. */
export type Said<English> = {
  readonly [Key in keyof English]: English[Key] extends string
    ? string
    : English[Key] extends readonly string[]
      ? readonly string[]
      : Said<English[Key]>;
};

/**
 * What a translation must be: every sentence that English has, with the same holes, and no other sentence.
 */
type Checked<English, Translated> = {
  [Key in keyof English]: Key extends keyof Translated
    ? English[Key] extends string
      ? Faithful<English[Key], Translated[Key]>
      : English[Key] extends readonly string[]
        ? readonly string[]
        : Checked<English[Key], Translated[Key]>
    : Said<English>[Key];
} & { [Key in Exclude<keyof Translated, keyof English>]: never };

/** What `translationOf` takes and gives. */
export type TranslationOf = <
  const English extends Sentences,
  // Any keys are taken here, so that a missing one is said as such, and spoils no other check.
  const Translated extends Sentences,
>(
  english: English,
  translated: Translated & Checked<English, Translated>,
) => Said<English>;

/**
 * A translation of English sentences. A sentence that is missing, one that English does not have, and one
 * whose parameters differ from the English sentence's do not compile.
 */
export const translationOf: TranslationOf = <English>(_english: English, translated: unknown) =>
  translated as Said<English>;

/** Letters that are written from right to left: Hebrew, Arabic and the blocks beside them (UAX #9 §3.2). */
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/** Whether a text has letters that are written from right to left. */
export const isRightToLeft = (text: string): boolean => RIGHT_TO_LEFT.test(text);

/** What turns the direction of the text around it (UAX #9 §2). */
const TURNING = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/**
 * A name inside a sentence that is written the other way: between the characters FIRST STRONG ISOLATE and
 * POP DIRECTIONAL ISOLATE, so that the words around it stay where they are. Any other text stays as it is.
 */
export const isolated = (text: string): string =>
  isRightToLeft(text) ? `\u2068${text.replace(TURNING, "\ufffd")}\u2069` : text;

/**
 * Fills the holes of a sentence. A brace inside a value is not a hole.
 *
 * @param show how a value is written; `undefined` leaves the hole as it is
 */
export function fill<Value>(
  sentence: string,
  params: Readonly<Record<string, Value>>,
  show: (value: Value, name: string) => string = String,
): string {
  return sentence.replace(/\{(\w+)\}/g, (hole, name: string) => {
    const value = Object.hasOwn(params, name) ? params[name] : undefined;
    return value === undefined ? hole : isolated(show(value, name));
  });
}

/** A dictionary ready for use: a sentence with holes is a function of their values, any other a string. */
export type Bound<English> = {
  readonly [Key in keyof English]: English[Key] extends string
    ? [Holes<English[Key]>] extends [never]
      ? string
      : (params: Readonly<Record<Holes<English[Key]>, string | number>>) => string
    : English[Key] extends readonly string[]
      ? readonly string[]
      : Bound<English[Key]>;
};

/** Binds a dictionary of any language, which has the keys of the English one. */
export function bind<English>(dictionary: Said<English>): Bound<English> {
  const bound = (words: unknown): unknown => {
    if (typeof words === "string")
      return /\{\w+\}/.test(words) ? (params: Record<string, string | number>) => fill(words, params) : words;
    if (Array.isArray(words)) return words;
    return Object.fromEntries(Object.entries(words as object).map(([key, value]) => [key, bound(value)]));
  };
  return bound(dictionary) as Bound<English>;
}

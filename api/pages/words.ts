/**
 * The words of the pages: headings, labels and buttons, put together from their chapters. `{name}` stands for
 * a parameter. The sentences of a diagnosis are in shared/text.
 */
import type { Language } from "../../shared/language.ts";
import { fill, type Holes, type PlainKey, type Values } from "../../shared/text/sentence.ts";
import { en, ja } from "./text/chapters.ts";

/** What the pages can say; a language that lacks a key does not compile. */
export type TextKey = keyof typeof en;

/** The keys of words without parameters, for tables of keys. */
export type PlainTextKey = PlainKey<typeof en>;

const DICTIONARIES: Readonly<Record<Language, Readonly<Record<TextKey, string>>>> = { en, ja };

/** Says one of the page's words, with a value for each of its parameters. */
export type Translate = <Key extends TextKey>(
  key: Key,
  ...values: Values<(typeof en)[Key], string | number>
) => string;

/** The pages' words in one language. */
export function wordsIn(language: Language): Translate {
  const dictionary = DICTIONARIES[language];
  return (key, ...[params]) => fill<string | number>(dictionary[key], params ?? {});
}

/** The names of the holes in a sentence. */
export type HolesOf<Key extends TextKey> = Holes<(typeof en)[Key]>;

/** The sentence itself, with its holes. */
export const templateOf = (language: Language, key: TextKey): string => DICTIONARIES[language][key];

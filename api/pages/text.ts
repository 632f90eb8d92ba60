import type { Language } from "../../shared/language.ts";
import { en } from "./text-en.ts";
import { ja } from "./text-ja.ts";

/** What the pages can say; a language that lacks one does not compile. The sentences of a diagnosis are in shared/text. */
export type TextKey = keyof typeof en;

const DICTIONARIES: Record<Language, Record<TextKey, string>> = { en, ja };

export type Translate = (key: TextKey, params?: Record<string, string | number>) => string;

/** The pages' words in one language. */
export function wordsIn(language: Language): Translate {
  const dictionary = DICTIONARIES[language];
  return (key, params = {}) =>
    dictionary[key].replace(/\{(\w+)\}/g, (whole, name: string) => String(params[name] ?? whole));
}

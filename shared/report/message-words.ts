/** The words of messages about reports and cases, by language. */
import type { Language } from "../language.ts";
import { messages as en } from "../text/en/messages.ts";
import { messages as ja } from "../text/ja/messages.ts";
import { type Bound, bind, type Said } from "../text/sentence.ts";

const WORDS: Readonly<Record<Language, Said<typeof en>>> = { en, ja };

/** The words in a language; those with parameters are functions. */
export const messageWords = (language: Language): Bound<typeof en> => bind<typeof en>(WORDS[language]);

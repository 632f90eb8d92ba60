/** The sentences of a diagnosis in every language, by their keys. */
import type { Language } from "../language.ts";
import type { Phrase } from "../schema/diagnosis.ts";
import { en, ja } from "./chapters.ts";
import type { PlainKey, Values } from "./sentence.ts";

type English = typeof en;

/** The key of a sentence. Keys are stored in diagnoses: they are never renamed. */
export type PhraseKey = keyof English;

/** The keys of sentences without parameters, for tables of keys. */
export type PlainPhraseKey = PlainKey<English>;

/** The parameters that a sentence takes, as a rest parameter: see `Values`. */
export type PhraseValues<Key extends PhraseKey> = Values<English[Key], Phrase["params"][string]>;

/** The sentences by language and key. */
export const PHRASES: Readonly<Record<Language, Readonly<Record<PhraseKey, string>>>> = { en, ja };

/** Whether this version knows a sentence of that key. */
export const isPhraseKey = (key: string): key is PhraseKey => Object.hasOwn(en, key);

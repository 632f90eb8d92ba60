/**
 * Sentences with holes, as the agent fills them: `{name}` stands for a parameter. The agent loads nothing but
 * its own files, so these few lines stand here as well as in shared/text/sentence.ts; the types are the same.
 */
import type { Said, TranslationOf } from "../../shared/text/sentence.ts";

/** A translation. The compiler holds its keys and parameters to the English sentences'. */
export const translationOf: TranslationOf = <English>(_english: English, translated: unknown) =>
  translated as Said<English>;

/** Fills the holes of a sentence. A brace inside a value is not a hole. */
export function fill(sentence: string, params: Readonly<Record<string, string | number>>): string {
  return sentence.replace(/\{(\w+)\}/g, (hole, name: string) => String(params[name] ?? hole));
}

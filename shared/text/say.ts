/** A phrase put into words. */
import { LANGUAGES, type Language } from "../language.ts";
import type { Phrase } from "../schema/diagnosis.ts";
import { isPhraseKey, PHRASES } from "./phrases.ts";
import { fill } from "./sentence.ts";

/** Parameters whose value is the key of another sentence, which is filled with the same parameters. */
const PARTS: ReadonlySet<string> = new Set([
  "who",
  "to",
  "tried",
  "flag",
  "listed",
  "which",
  "when",
  "why",
  "from",
  "value",
  "cause",
]);

/** A phrase in words. One that this version does not know, from a newer report, is shown by its key. */
export function say({ key, params }: Phrase, language: Language): string {
  if (!isPhraseKey(key)) return key;
  const show = (value: Phrase["params"][string], name: string): string => {
    // Fragments of one message are a sum; other lists are alternatives.
    if (Array.isArray(value))
      return value.join(name === "fragments" ? " + " : LANGUAGES[language].listJoiner);
    return name === "language" ? languageName(String(value), language) : String(value);
  };
  return fill(PHRASES[language][key], params, (value, name) =>
    PARTS.has(name) && typeof value === "string" && isPhraseKey(value)
      ? fill(PHRASES[language][value], params, show)
      : show(value, name),
  );
}

/** What a language is called in another one; its tag where the runtime does not know. */
function languageName(tag: string, language: Language): string {
  try {
    return new Intl.DisplayNames([LANGUAGES[language].locale], { type: "language" }).of(tag) ?? tag;
  } catch {
    return tag;
  }
}

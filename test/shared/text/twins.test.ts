/**
 * A sentence is written once: where two dictionaries of a language say the same, it stands in one of them.
 */
import { expect, test } from "vitest";
import { DICTIONARIES } from "../../support/dictionaries.ts";

/** Words as a reader counts them; in Japanese, which does not part words, three letters are about one. */
const wordsOf = (sentence: string, language: string): number =>
  language === "ja"
    ? sentence.replace(/[^\u3040-\u30ff\u4e00-\u9fff]/g, "").length / 3
    : sentence.split(/\s+/).length;

test.each(Object.keys(DICTIONARIES))(
  "no sentence of ten words stands in two dictionaries: %s",
  (language) => {
    const places = new Map<string, string[]>();
    for (const [dictionary, texts] of Object.entries(DICTIONARIES[language] ?? {})) {
      for (const text of texts) {
        for (const sentence of text.split(language === "ja" ? /(?<=。)|\n/ : /(?<=[.;:?])\s|\n/)) {
          const said = sentence
            .trim()
            .replace(/[.。;:]$/, "")
            .replace(/\{\w+\}/g, "{}")
            .toLowerCase();
          if (wordsOf(said, language) < 10) continue;
          places.set(said, [...new Set([...(places.get(said) ?? []), dictionary])]);
        }
      }
    }
    expect(places.size).toBeGreaterThan(100);
    expect([...places].filter(([, dictionaries]) => dictionaries.length > 1)).toEqual([]);
  },
);

/** All that ikefrag says to people, by language and dictionary, for tests that hold for every sentence. */
import { globSync } from "node:fs";
import { basename, resolve } from "node:path";
import { LANGUAGE_TAGS, type Language } from "../../shared/language.ts";

/** The text in a dictionary, however deep. */
function textsOf(words: unknown): string[] {
  if (typeof words === "string") return [words];
  return Object.values(words as object).flatMap(textsOf);
}

const root = resolve(import.meta.dirname, "../..");

async function dictionariesOf(language: Language): Promise<Record<string, string[]>> {
  const found: Record<string, string[]> = {};
  const files = globSync(`{agent/words,api/*/{text,problem-text},shared/text}/**/*.ts`, { cwd: root });
  for (const file of files) {
    const isOurs = file.split("/").includes(language) || basename(file, ".ts").split("-").at(-1) === language;
    if (isOurs) found[file] = textsOf(await import(resolve(root, file)));
  }
  return found;
}

/** By language, then by the dictionary's file. */
export const DICTIONARIES = Object.fromEntries(
  await Promise.all(LANGUAGE_TAGS.map(async (tag) => [tag, await dictionariesOf(tag)] as const)),
);

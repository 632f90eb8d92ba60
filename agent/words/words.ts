/** The words of both agents, by language. */
import type { Language } from "../../shared/language.ts";
import type { Values } from "../../shared/text/sentence.ts";
import { en } from "./en.ts";
import { ja } from "./ja.ts";
import { fill } from "./sentence.ts";

type Key = keyof typeof en;

const DICTIONARIES: Readonly<Record<Language, Readonly<Record<Key, string>>>> = { en, ja };

/** The languages that the agents speak. */
export const AGENT_LANGUAGES = Object.keys(DICTIONARIES) as Language[];

/** The language of a tag such as `ja-JP` or `ja_JP.UTF-8`; `null`: the agents do not speak it. */
export function languageOf(tag: unknown): Language | null {
  const [language = ""] = String(tag)
    .toLowerCase()
    .split(/[^a-z]/);
  return AGENT_LANGUAGES.find((each) => each === language) ?? null;
}

/** Says a sentence of the agent, with a value for each of its parameters. */
export type Words = <K extends Key>(key: K, ...values: Values<(typeof en)[K], string | number>) => string;

/** The agent's sentences in one language. */
export function wordsIn(language: Language): Words {
  return (key, ...[params]) => fill(DICTIONARIES[language][key], params ?? {});
}

/** Whether a person's answer is a yes. */
export const isYes = (answer: string, words: Words): boolean =>
  words("yesAnswers").split("/").includes(answer.trim().toLowerCase());

/** Whether a person wants to be told more before they answer. */
export const isMore = (answer: string, words: Words): boolean =>
  words("moreAnswers").split("/").includes(answer.trim().toLowerCase());

/** What is said at the start of a round. */
export const roundHeading = (number: number, steps: number, words: Words): string =>
  steps === 1 ? words("roundOfOne", { number }) : words("round", { number, steps });

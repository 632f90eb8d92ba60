/**
 * The words of the pages: headings, labels and buttons, put together from their chapters. `{name}` stands for
 * a parameter. The sentences of a diagnosis are in shared/text.
 */
import type { Language } from "../../shared/language.ts";
import { fill, type Holes, type PlainKey, type Values } from "../../shared/text/sentence.ts";
import { agent as enAgent } from "./text/en/agent.ts";
import { analyze as enAnalyze } from "./text/en/analyze.ts";
import { card as enCard } from "./text/en/card.ts";
import { cases as enCases } from "./text/en/cases.ts";
import { common as enCommon } from "./text/en/common.ts";
import { compare as enCompare } from "./text/en/compare.ts";
import { docs as enDocs } from "./text/en/docs.ts";
import { forward as enForward } from "./text/en/forward.ts";
import { gateway as enGateway } from "./text/en/gateway.ts";
import { home as enHome } from "./text/en/home.ts";
import { insights as enInsights } from "./text/en/insights.ts";
import { local as enLocal } from "./text/en/local.ts";
import { people as enPeople } from "./text/en/people.ts";
import { report as enReport } from "./text/en/report.ts";
import { reports as enReports } from "./text/en/reports.ts";
import { settings as enSettings } from "./text/en/settings.ts";
import { agent as jaAgent } from "./text/ja/agent.ts";
import { analyze as jaAnalyze } from "./text/ja/analyze.ts";
import { card as jaCard } from "./text/ja/card.ts";
import { cases as jaCases } from "./text/ja/cases.ts";
import { common as jaCommon } from "./text/ja/common.ts";
import { compare as jaCompare } from "./text/ja/compare.ts";
import { docs as jaDocs } from "./text/ja/docs.ts";
import { forward as jaForward } from "./text/ja/forward.ts";
import { gateway as jaGateway } from "./text/ja/gateway.ts";
import { home as jaHome } from "./text/ja/home.ts";
import { insights as jaInsights } from "./text/ja/insights.ts";
import { local as jaLocal } from "./text/ja/local.ts";
import { people as jaPeople } from "./text/ja/people.ts";
import { report as jaReport } from "./text/ja/report.ts";
import { reports as jaReports } from "./text/ja/reports.ts";
import { settings as jaSettings } from "./text/ja/settings.ts";

const en = {
  ...enAgent,
  ...enAnalyze,
  ...enCard,
  ...enCases,
  ...enCommon,
  ...enCompare,
  ...enDocs,
  ...enForward,
  ...enGateway,
  ...enHome,
  ...enInsights,
  ...enLocal,
  ...enPeople,
  ...enReport,
  ...enReports,
  ...enSettings,
};
const ja = {
  ...jaAgent,
  ...jaAnalyze,
  ...jaCard,
  ...jaCases,
  ...jaCommon,
  ...jaCompare,
  ...jaDocs,
  ...jaForward,
  ...jaGateway,
  ...jaHome,
  ...jaInsights,
  ...jaLocal,
  ...jaPeople,
  ...jaReport,
  ...jaReports,
  ...jaSettings,
};

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

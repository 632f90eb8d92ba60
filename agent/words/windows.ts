/**
 * What the PowerShell agent says, made of the same table as the other agent's words. The service sends it, so
 * that agent/windows.ps1 can stay one short file in ASCII; it has only the words of its own that it needs
 * before it has reached the service.
 */
import type { Language } from "../../shared/language.ts";
import { en } from "./en.ts";
import { ja } from "./ja.ts";
import { fill } from "./sentence.ts";
import { windowsEn } from "./windows-en.ts";
import { windowsJa } from "./windows-ja.ts";

/** The sentences of the other agent that agent/windows.ps1 has as well. */
const KEYS = [
  "opening",
  "noService",
  "refused",
  "strangeAnswer",
  "consentWho",
  "consentSends",
  "consentLogins",
  "validUntil",
  "readHeading",
  "readInterfaces",
  "readVpnProfiles",
  "sendHeading",
  "sendGateway",
  "beginsLogin",
  "reflectorAnswers",
  "sendService",
  "notDone",
  "nothingElse",
  "unasked",
  "dryRun",
  "declined",
  "round",
  "uploading",
  "retrying",
  "uploadFailed",
  "otherGateway",
  "reportBelow",
  "savedTo",
  "cannotSave",
  "sendLater",
] as const;

type Key = (typeof KEYS)[number] | keyof typeof windowsEn;

/** What the other agent says in two sentences, each of its own line, the script says in one. */
const DICTIONARIES: Readonly<Record<Language, Readonly<Record<Key, string>>>> = {
  en: { ...en, ...windowsEn, sendLater: `${en.sendLater} ${en.runAgain}` },
  ja: { ...ja, ...windowsJa, sendLater: `${ja.sendLater}${ja.runAgain}` },
};

/**
 * The words by the script's names, as PowerShell's format strings: `{0}` is the first parameter that the
 * English sentence names, in every language.
 */
export function windowsWords(language: Language): Readonly<Record<Key, string>> {
  const keys = [...KEYS, ...(Object.keys(windowsEn) as (keyof typeof windowsEn)[])];
  const entries = keys.map((key) => {
    const names = [...DICTIONARIES.en[key].matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name);
    const numbers = Object.fromEntries([...new Set(names)].map((name, at) => [name, `{${at}}`]));
    return [key, fill(DICTIONARIES[language][key], numbers)] as const;
  });
  return Object.fromEntries(entries) as Record<Key, string>;
}

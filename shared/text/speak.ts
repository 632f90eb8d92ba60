import type { DiagnosisText, Language, SpokenDiagnosis } from "../schema/api.ts";
import type { Diagnosis, Phrase } from "../schema/diagnosis.ts";
import { en, type PhraseKey } from "./en.ts";
import { ja } from "./ja.ts";

const DICTIONARIES: Readonly<Record<Language, Readonly<Record<PhraseKey, string>>>> = { en, ja };

const isPhraseKey = (key: string): key is PhraseKey => Object.hasOwn(en, key);

/** A phrase in words. One that this version does not know, from a newer report, is shown by its key. */
export function say({ key, params }: Phrase, language: Language): string {
  if (!isPhraseKey(key)) return key;
  return DICTIONARIES[language][key].replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = Object.hasOwn(params, name) ? params[name] : undefined;
    if (value === undefined) return whole;
    if (!Array.isArray(value)) return String(value);
    // Fragments of one message are a sum; other lists are alternatives.
    return value.join(name === "fragments" ? " + " : language === "ja" ? "、" : ", ");
  });
}

/** A diagnosis in words, in the order in which it is read: verdict, why, what to do. */
export function toText(diagnosis: Diagnosis, language: Language): DiagnosisText {
  const { verdict, confidence, direction, recommendation: advice } = diagnosis;
  const spoken = (phrase: Phrase) => say(phrase, language);
  const plain = (key: PhraseKey) => say({ key, params: {} }, language);
  const found = diagnosis.findings.filter((f) => f.status === "found");
  return {
    language,
    title: plain(`verdict.${verdict}.title`),
    sentence: plain(`verdict.${verdict}.sentence`),
    explanation: plain(`verdict.${verdict}.explanation`),
    confidence: plain(`confidence.${confidence}`),
    direction: direction === null ? null : plain(`direction.${direction}`),
    observed: found.filter((f) => f.nature === "observed").map((f) => spoken(f.phrase)),
    inferred: found.filter((f) => f.nature === "inferred").map((f) => spoken(f.phrase)),
    // Causes that were neither shown nor ruled out; what else is not known would only bury them.
    unknown: [
      ...new Set(
        diagnosis.findings
          .filter((f) => f.status === "unknown" && f.severity !== "info" && confidence !== "high")
          .map((f) => spoken(f.phrase)),
      ),
    ],
    actions: advice.actions.map(spoken),
    notes: advice.notes.map(spoken),
    arithmetic: arithmetic(advice, spoken, language),
    serverActions: advice.serverActions.map((a) => ({
      product: a.product,
      text: spoken(a.phrase),
      commands: a.commands,
    })),
    forward:
      advice.serverActions.length === 0
        ? null
        : say(
            {
              key: "server.forward",
              params: {
                sentence: plain(`verdict.${verdict}.sentence`),
                verdict,
                confidence: plain(`confidence.${confidence}`),
              },
            },
            language,
          ),
    alternatives: advice.alternatives.map((a) => ({ interfaceMtu: a.interfaceMtu, text: spoken(a.phrase) })),
    nextProbe: advice.nextProbe === null ? null : spoken(advice.nextProbe.phrase),
    warnings: diagnosis.warnings.map((w) => `${w.source}: ${spoken(w.phrase)}`),
  };
}

/** `1472 = 1500 (an IPv6 link's MTU) - 40 (IPv6 header) + …` */
function arithmetic(
  { interfaceMtu, arithmetic: terms }: Diagnosis["recommendation"],
  spoken: (phrase: Phrase) => string,
  language: Language,
): string | null {
  const [first] = terms;
  if (interfaceMtu === null || first === undefined || first.term.key === "term.verified-cap") return null;
  if (terms.length === 1) {
    const why = spoken(first.term);
    return why.startsWith(`${interfaceMtu}`) ? why : `${interfaceMtu}: ${why}`;
  }
  const [open, close] = language === "ja" ? ["（", "）"] : [" (", ")"];
  const sum = terms.map(({ bytes, term }, at) => {
    const sign = bytes < 0 ? "- " : at === 0 ? "" : "+ ";
    return `${sign}${Math.abs(bytes)}${open}${spoken(term)}${close}`;
  });
  return `${interfaceMtu} = ${sum.join(" ")}`;
}

export const speak = (diagnosis: Diagnosis, language: Language): SpokenDiagnosis => ({
  ...diagnosis,
  text: toText(diagnosis, language),
});

/** A diagnosis put into words. */
import { LANGUAGES, type Language } from "../language.ts";
import type { DiagnosisText, SpokenDiagnosis } from "../schema/api.ts";
import type { Diagnosis, Phrase } from "../schema/diagnosis.ts";
import { VERDICTS } from "../schema/verdicts.ts";
import { forwardInShort } from "./forward.ts";
import { isPhraseKey, PHRASES, type PhraseKey } from "./phrases.ts";
import { say } from "./say.ts";

export { say } from "./say.ts";

/** A diagnosis in words, in the order in which it is read: verdict, why, what to do. */
export function toText(diagnosis: Diagnosis, language: Language): DiagnosisText {
  const { confidence, direction, recommendation: advice } = diagnosis;
  const spoken = (phrase: Phrase) => say(phrase, language);
  const plain = (key: PhraseKey) => say({ key, params: {} }, language);
  const cause = verdictText(diagnosis, "sentence", language);
  const found = diagnosis.findings.filter((f) => f.status === "found");
  return {
    language,
    title: verdictText(diagnosis, "title", language),
    sentence: joinSentences([cause, decidedBy(diagnosis, language)], language),
    explanation: explain(diagnosis, language),
    confidence: plain(`confidence.${confidence}`),
    direction: direction === null ? null : plain(`direction.${direction}`),
    observed: found.filter((f) => f.nature === "observed").map((f) => spoken(f.phrase)),
    inferred: found.filter((f) => f.nature === "inferred").map((f) => spoken(f.phrase)),
    excluded: diagnosis.excluded.map(({ verdict, phrase }) => ({
      verdict,
      title: plain(`verdict.${verdict}.title`),
      text: spoken(phrase),
    })),
    candidates: diagnosis.candidates.map((candidate) => ({
      verdict: candidate.verdict,
      title: plain(`verdict.${candidate.verdict}.title`),
      direction: candidate.direction === null ? null : plain(`direction.${candidate.direction}`),
      for: candidate.for.map(({ phrase }) => spoken(phrase)),
      against: candidate.against.map(({ phrase }) => spoken(phrase)),
      decider: spoken(candidate.decider),
    })),
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
    forward: forwardInShort(diagnosis, language),
    alternatives: advice.alternatives.map((a) => ({ interfaceMtu: a.interfaceMtu, text: spoken(a.phrase) })),
    nextProbe: advice.nextProbe === null ? null : spoken(advice.nextProbe.phrase),
    readings: diagnosis.readings.map(({ source, line, phrase: what }) =>
      say({ key: "reading.at", params: { source, line, what: spoken(what) } }, language),
    ),
    warnings: diagnosis.warnings.map((w) => `${w.source}: ${spoken(w.phrase)}`),
  };
}

/**
 * A verdict of low confidence speaks of itself as the likeliest of several: no reader should have to look for
 * the word "low". Where a finding says more of the cause than the verdict does, its own words stand here.
 */
function verdictText(
  { verdict, confidence, findings }: Diagnosis,
  part: "title" | "sentence" | "explanation",
  language: Language,
): string {
  const confident = `verdict.${verdict}.${part}` as const;
  const hedged = `${confident}.low`;
  const usual = confidence === "low" && isPhraseKey(hedged) ? hedged : confident;
  const own = findings
    .filter((f) => f.status === "found")
    .map((f) => ({ key: `${usual}.${f.code}`, params: f.phrase.params }))
    .find(({ key }) => isPhraseKey(key));
  return say(own ?? { key: usual, params: {} }, language);
}

/** The one thing that would settle what a verdict of low confidence leaves open. */
function decidedBy({ confidence, recommendation: { nextProbe } }: Diagnosis, language: Language): string {
  if (confidence !== "low" || nextProbe === null) return "";
  const short = `${nextProbe.phrase.key}.short`;
  if (!isPhraseKey(short)) return "";
  return say({ key: "verdict.decide", params: { next: PHRASES[language][short] } }, language);
}

/** Why, and what helps: where the gateway offers IKE fragmentation already, it is the client's turn. */
function explain(diagnosis: Diagnosis, language: Language): string {
  const plain = `verdict.${diagnosis.verdict}.remedy`;
  const hedged = `${plain}.low`;
  const remedy = diagnosis.confidence === "low" && isPhraseKey(hedged) ? hedged : plain;
  const isClientsTurn =
    VERDICTS[diagnosis.verdict].ikeFragmentation === "cures" &&
    diagnosis.recommendation.actions.some((a) => a.key === "action.client-fragmentation");
  const tried = diagnosis.fourWays?.ikeFragments;
  const isLost = tried !== undefined && (tried.out.state === "lost" || tried.back.state === "lost");
  const key =
    partOfProfile(diagnosis) ??
    (isLost && VERDICTS[diagnosis.verdict].ikeFragmentation === "cures"
      ? "explanation.ike-fragments-lost"
      : isClientsTurn
        ? "explanation.gateway-offers"
        : isPhraseKey(remedy)
          ? remedy
          : null);
  const why = verdictText(diagnosis, "explanation", language);
  return joinSentences([why, key === null ? "" : PHRASES[language][key]], language);
}

/** What switching IKE fragmentation on in the client's VPN profile is to the whole, where that is advised. */
function partOfProfile({ recommendation: { actions } }: Diagnosis): PhraseKey | null {
  const advised = actions.find((a) => a.key.startsWith("action.profile-on"))?.key;
  if (advised === undefined) return null;
  if (advised.includes(".both")) return "explanation.profile-and-gateway";
  return advised.includes(".perhaps") ? "explanation.profile-perhaps" : "explanation.profile-switch";
}

const joinSentences = (sentences: readonly string[], language: Language): string =>
  sentences.filter((s) => s !== "").join(LANGUAGES[language].sentenceJoiner);

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
  const [open, close] = LANGUAGES[language].brackets;
  const sum = terms.map(({ bytes, term }, at) => {
    const sign = bytes < 0 ? "- " : at === 0 ? "" : "+ ";
    return `${sign}${Math.abs(bytes)}${open}${spoken(term)}${close}`;
  });
  return `${interfaceMtu} = ${sum.join(" ")}`;
}

/** A diagnosis together with its words. */
export const speak = (diagnosis: Diagnosis, language: Language): SpokenDiagnosis => ({
  ...diagnosis,
  text: toText(diagnosis, language),
});

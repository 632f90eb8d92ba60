/**
 * What is asked of others about a diagnosis, in words: of the gateway's administrator, and of those who run a
 * firewall or a network on the way. The text of a fix card is made here, from the diagnosis alone; the whole
 * one with what was measured is `report/forward-pack.ts`.
 */
import { type Language, mannerOf } from "../language.ts";
import type { Diagnosis, Phrase, Verdict } from "../schema/diagnosis.ts";
import { forward as en } from "./en/forward.ts";
import { forward as ja } from "./ja/forward.ts";
import type { PhraseKey } from "./phrases.ts";
import { say } from "./say.ts";
import { type Bound, bind, type Said } from "./sentence.ts";

/** The words in one language; those with parameters are functions. */
export type ForwardWords = Bound<typeof en>;

const WORDS: Readonly<Record<Language, Said<typeof en>>> = { en, ja };

/** The words in a language. */
export const forwardWords = (language: Language): ForwardWords => bind<typeof en>(WORDS[language]);

/** Who reads it. */
export type ForwardTo = "gateway" | "carrier";

/** A verdict that there is something to ask of somebody about. */
export type ForwardVerdict = keyof (typeof en)["what"];

/** Who can do something about a verdict. What is missing here is nobody's but the client's. */
const READERS: Readonly<Partial<Record<Verdict, readonly ForwardTo[]>>> = {
  "outbound-fragments-too-large": ["gateway", "carrier"],
  "outbound-fragments-dropped": ["gateway", "carrier"],
  "inbound-fragments-lost": ["gateway", "carrier"],
  "ike-auth-unanswered": ["gateway", "carrier"],
  "path-mtu-black-hole": ["gateway", "carrier"],
  "ike-fragments-too-large": ["gateway", "carrier"],
  "ike-fragments-lost": ["gateway", "carrier"],
  "udp-500-blocked": ["gateway", "carrier"],
  "udp-4500-blocked": ["gateway", "carrier"],
  "gateway-unreachable": ["gateway", "carrier"],
  "esp-mtu": ["gateway", "carrier"],
  "gateway-rejects": ["gateway"],
  "slow-gateway": ["gateway"],
  healthy: ["gateway"],
  "insufficient-evidence": ["gateway"],
} satisfies Record<ForwardVerdict, readonly ForwardTo[]>;

/** Who can be asked about a verdict; nobody where the network and the gateway have no part in it. */
export const forwardReaders = (verdict: Verdict): readonly ForwardTo[] => READERS[verdict] ?? [];

/** Whether there are words for a verdict here. */
export const isForwardVerdict = (verdict: Verdict): verdict is ForwardVerdict => verdict in READERS;

/** What is wrong, no firmer than the diagnosis is. */
export function whatIsWrong(
  { confidence, direction }: Pick<Diagnosis, "confidence" | "direction">,
  verdict: ForwardVerdict,
  language: Language,
): string {
  const words = forwardWords(language);
  const isOpen = verdict === "insufficient-evidence" || verdict === "healthy";
  const isBothWays = direction === "both" && verdict === "inbound-fragments-lost";
  const what = isBothWays
    ? [words.both, words.what[verdict]].join(mannerOf(language).sentenceJoiner)
    : words.what[verdict];
  return confidence === "low" && !isOpen ? words.likely({ what }) : what;
}

/** What a text knows of sizes. Bytes of whole IP packets; `null`: nothing tells. */
export interface SizeEdges {
  /** The largest that passed below what was lost. */
  passedIpBytes: number | null;
  /** The smallest that was lost. */
  lostIpBytes: number | null;
}

const NO_EDGES: SizeEdges = { passedIpBytes: null, lostIpBytes: null };

/** Verdicts of IP fragments: what a gateway's IKE fragmentation would make needless. */
const OF_IP_FRAGMENTS: readonly Verdict[] = [
  "outbound-fragments-too-large",
  "outbound-fragments-dropped",
  "inbound-fragments-lost",
  "ike-auth-unanswered",
];

/** What is asked of a reader, first things first. */
export function whatIsAsked(
  diagnosis: Diagnosis,
  verdict: ForwardVerdict,
  to: ForwardTo,
  language: Language,
  edges: SizeEdges = NO_EDGES,
): string[] {
  const { ask } = forwardWords(language);
  const asked = OF_IP_FRAGMENTS.includes(verdict)
    ? aboutIpFragments(diagnosis, to, ask, edges)
    : aboutOthers(verdict, diagnosis, to, ask, edges);
  const settings =
    to === "gateway" && diagnosis.recommendation.serverActions.length <= MOST_SETTINGS
      ? diagnosis.recommendation.serverActions.map(({ product, phrase, commands }) => {
          const text = [say(phrase, language), ...commands].join("\n   ");
          return ask.setting({ product, text });
        })
      : [];
  return [...asked, ...settings];
}

/** Of so many products the setting is told; where more come into question, nobody is helped by a list. */
const MOST_SETTINGS = 2;

type Ask = ForwardWords["ask"];

/** IKE fragmentation is asked for only where the gateway has something to set. */
function enabling({ recommendation }: Diagnosis, ask: Ask): string[] {
  const { ikeFragmentation, serverActions } = recommendation;
  if (serverActions.length === 0) return [];
  if (ikeFragmentation?.basis !== "verified") return [ask.enable];
  const bytes = ikeFragmentation.passedIpBytes;
  return [ask.enable, bytes === null ? ask.tested : ask.testedSize({ bytes })];
}

function aboutIpFragments(diagnosis: Diagnosis, to: ForwardTo, ask: Ask, edges: SizeEdges): string[] {
  const { verdict, direction } = diagnosis;
  const isBack = verdict === "inbound-fragments-lost";
  const isOpen = verdict === "ike-auth-unanswered" && direction !== "outbound" && direction !== "inbound";
  const isBoth = direction === "both" || isOpen;
  const out = !isBack || isBoth;
  const back = isBack || isBoth || direction === "inbound";
  if (to === "gateway")
    return [
      ...enabling(diagnosis, ask),
      ...(isOpen ? [ask.logged] : []),
      ...(out ? [ask.arriving] : []),
      ...(back && !isOpen ? [ask.leaving] : []),
    ];
  const { passedIpBytes: passed, lostIpBytes: lost } = edges;
  const isBySize = verdict === "outbound-fragments-too-large" && passed !== null && lost !== null;
  return [
    ...(out ? [ask.findOut] : []),
    ...(back ? [ask.findBack] : []),
    ...(isBySize ? [ask.above({ passed, lost })] : []),
  ];
}

function aboutOthers(
  verdict: ForwardVerdict,
  diagnosis: Diagnosis,
  to: ForwardTo,
  ask: Ask,
  { lostIpBytes: lost }: SizeEdges,
): string[] {
  switch (verdict) {
    case "path-mtu-black-hole":
      return [lost === null ? ask.blackHoleOpen : ask.blackHole({ lost })];
    case "ike-fragments-too-large":
      if (to === "carrier") return [lost === null ? ask.blackHoleOpen : ask.blackHole({ lost })];
      return [lost === null ? ask.smallerOpen : ask.smaller({ lost })];
    case "ike-fragments-lost":
      return [ask.bursts];
    case "udp-500-blocked":
      return [ask.port({ port: 500 })];
    case "udp-4500-blocked":
      return [ask.port({ port: 4500 })];
    case "gateway-unreachable":
      return [ask.ports];
    case "gateway-rejects":
      return [ask.refused];
    case "slow-gateway":
      return [ask.slow];
    case "esp-mtu":
      return [to === "gateway" ? ask.esp : ask.espCarrier];
    case "insufficient-evidence":
      return [...enabling(diagnosis, ask), ask.logged];
    case "healthy":
      return [ask.healthy];
    default:
      return [];
  }
}

/** The finding of a packet that both ends show to be lost, and what is said of it to others. */
const LOST_PACKETS: Readonly<Record<string, PhraseKey>> = {
  "finding.lost-out": "forward.lost-outbound",
  "finding.lost-back": "forward.lost-inbound",
  "finding.lost-out.log": "forward.log-outbound",
  "finding.lost-back.log": "forward.log-inbound",
};

/** The packets that both ends show to be lost: when and where they left, and how often. */
export function lostPackets({ findings }: Diagnosis, language: Language): string[] {
  return findings
    .filter((f) => f.status === "found" && "nearId" in f.phrase.params)
    .flatMap(({ phrase: { key, params } }): Phrase[] => {
      const said = LOST_PACKETS[key] ?? LOST_PACKETS[key.split(".", 2).join(".")];
      return said === undefined ? [] : [{ key: said, params }];
    })
    .map((phrase) => say(phrase, language));
}

/** Verdicts of which more is asked than a setting, and for which no time need be named. */
const ASKED_WITHOUT_TIMES: readonly Verdict[] = [
  "path-mtu-black-hole",
  "ike-fragments-too-large",
  "ike-fragments-lost",
  "udp-500-blocked",
  "udp-4500-blocked",
  "gateway-unreachable",
  "esp-mtu",
];

/**
 * What a user can send to the gateway's administrator: from the diagnosis alone, so that it names nobody and
 * no address. `null` where there is nothing to ask for and no packet to look for.
 */
export function forwardInShort(diagnosis: Diagnosis, language: Language): string | null {
  const { verdict, confidence, recommendation } = diagnosis;
  const packets = lostPackets(diagnosis, language);
  if (!isForwardVerdict(verdict)) return packets.length === 0 ? null : packets.join("\n\n");
  const words = forwardWords(language);
  // Where a person has taken the advice back, nothing is asked for its sake.
  const isAdvised = recommendation.actions.length > 0;
  const asked =
    isAdvised && ASKED_WITHOUT_TIMES.includes(verdict)
      ? aboutOthers(verdict, diagnosis, "gateway", words.ask, NO_EDGES)
      : enabling(diagnosis, words.ask);
  if (asked.length === 0 && packets.length === 0) return null;
  const level = say({ key: `confidence.${confidence}`, params: {} }, language);
  const { sentenceJoiner } = mannerOf(language);
  const request = [
    `${words.to.gateway}${words.colon.trimEnd()}`,
    [whatIsWrong(diagnosis, verdict, language), ...asked].join(sentenceJoiner),
  ];
  const end = `${words.madeBy({ verdict })}${mannerOf(language).listJoiner}${words.confidence({ level })}`;
  return [...request, ...packets, end].join("\n\n");
}

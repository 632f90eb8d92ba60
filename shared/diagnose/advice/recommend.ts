import type { Observations, SentMessage } from "../../evidence/observations.ts";
import { findVendorId, type VendorProduct } from "../../ike/vendor-ids.ts";
import {
  espCiphers,
  ipFragmentSizes,
  MIN_IP_HEADER_BYTES,
  maxNonLastFragment,
  tunnelMtu,
  udpIpBytes,
} from "../../packet/sizes.ts";
import type { Basis, Confidence, Phrase, Recommendation, Verdict } from "../../schema/diagnosis.ts";
import type { IpFamily } from "../../schema/plan.ts";
import type { PhraseKey } from "../../text/en.ts";
import { mustStopForGuard } from "../facts/flood-guard.ts";
import { measuredPathMtu, tooBigForGateway } from "../facts/path-mtu-facts.ts";
import { firstAuth } from "../facts/probe-facts.ts";
import { mayBeTranslated } from "../facts/translator.ts";
import { phrase } from "../rule.ts";
import { fragmentProbes, largestPassingCap } from "../rules/ip-fragments.ts";
import { canCommand, LEAST_MTU, mtuCommands } from "./netsh-commands.ts";
import { serverActions } from "./server-actions.ts";

const IPV6_HEADER_BYTES = 40;
const IPV4_HEADER_BYTES = 20;
const IPV6_FRAGMENT_HEADER_BYTES = 8;
/** The largest IPv4 packet whose fragments fit a 1500-byte IPv6 link after translation (RFC 7915 §4.1). */
const TRANSLATION_SAFE_MTU = 1472;

/** Below this only with proof that the path is narrower: RFC 8200 §5 promises it to IPv6, and common links carry it. */
const LEAST_WITHOUT_PROOF = 1_280;
/** RFC 8200 §5. */
const LEAST_IPV6_MTU = 1_280;

/** What to try where nothing was tested, the least change first, with the reason for each. */
const IPV6_TRIALS = [
  { interfaceMtu: 1400, why: "trial.1400" },
  { interfaceMtu: 1280, why: "trial.1280" },
] as const;
const TRIALS = {
  4: [
    { interfaceMtu: TRANSLATION_SAFE_MTU, why: "trial.1472" },
    { interfaceMtu: 1452, why: "trial.1452" },
    ...IPV6_TRIALS,
  ],
  6: IPV6_TRIALS,
} as const;

/** A Windows client's IKE_AUTH with a certificate, DOMAIN §3.7: for expected fragments where none was captured. */
const TYPICAL_AUTH_UDP_PAYLOAD_BYTES = 2_532;

type NextProbe = Extract<PhraseKey, `next.${string}`>;

interface Advice {
  interfaceMtu: number | null;
  basis: Basis | null;
  arithmetic: Recommendation["arithmetic"];
  alternatives: Recommendation["alternatives"];
}
const finite = (mtu: number | null): number | null => (mtu !== null && Number.isFinite(mtu) ? mtu : null);

const KEEP: Advice = { interfaceMtu: null, basis: null, arithmetic: [], alternatives: [] };

/** What to do about a verdict. A number only where the client's MTU can help, and never one that the evidence speaks against. */
export function recommend(
  verdict: Verdict,
  o: Observations,
  confidence: Confidence = "high",
): Recommendation {
  const family = o.initiations.at(-1)?.family ?? probedFamily(o);
  // IKE fragments that were split again are several datagrams, and IPv6 fragments have larger headers.
  const auth = o.initiations
    .filter((i) => i.family === family)
    .map((i) => firstAuth(i)?.requests[0])
    .findLast((request) => request?.ipFragmented && request.ikeFragmentTotal === null);
  const currentMtu = (family === 4 ? o.egress?.mtuV4 : o.egress?.mtuV6) ?? null;
  const advice = advise(verdict, o, family, currentMtu, auth);
  const { interfaceMtu } = advice;
  const interfaceIndex = o.egress?.index ?? null;
  const previousMtu = canCommand(currentMtu, family) ? currentMtu : null;
  const outerMtu = finite(outerMtuOf(verdict, o, interfaceMtu));
  const tunnel = outerMtu === null ? null : tunnelMtus(outerMtu, family);
  const commands =
    canCommand(interfaceMtu, family) && interfaceIndex !== null && previousMtu !== null
      ? mtuCommands(interfaceIndex, interfaceMtu, previousMtu, family)
      : null;
  return {
    ...advice,
    interfaceIndex,
    previousMtu,
    expectedFragments: interfaceMtu === null ? [] : expectedFragments(auth, interfaceMtu, family),
    tunnelMtu: tunnel,
    commands,
    actions: actions(verdict, interfaceMtu !== null, commands !== null, gatewayOffers(o)),
    serverActions:
      HELPED_BY_IKE_FRAGMENTATION.has(verdict) && (verdict === "ike-fragments-too-large" || !gatewayOffers(o))
        ? serverActions(productsSeen(o))
        : [],
    nextProbe: nextProbe(verdict, o, confidence),
    notes: notes(verdict, o, advice, family, { interfaceIndex, previousMtu, tunnelMtu: tunnel }),
  };
}

/** Of a gateway with two, the one that was answered. */
export const probedFamily = (o: Observations): IpFamily =>
  (o.probes.find((p) => p.outcome === "answered") ?? o.probes[0])?.family ?? 4;

const HELPED_BY_IKE_FRAGMENTATION: ReadonlySet<Verdict> = new Set([
  "outbound-fragments-too-large",
  "outbound-fragments-dropped",
  "inbound-fragments-lost",
  "ike-auth-unanswered",
  "ike-fragments-too-large",
]);

function advise(
  verdict: Verdict,
  o: Observations,
  family: IpFamily,
  currentMtu: number | null,
  auth: SentMessage | undefined,
): Advice {
  switch (verdict) {
    case "outbound-fragments-too-large": {
      const cap = largestPassingCap(o);
      if (cap !== null) return verified(cap);
      return trials(family, currentMtu, fragmentLimit(o), auth);
    }
    case "ike-auth-unanswered":
      return trials(family, currentMtu, fragmentLimit(o), auth);
    case "path-mtu-black-hole":
      return tested(fitting(o, family), o, family);
    default:
      return KEEP;
  }
}

/**
 * The measured path MTU; behind a translator 8 less, for fragments grow by that much more than whole packets.
 */
function fitting(o: Observations, family: IpFamily): Advice {
  const { largestPassed: pathMtu, smallestLost, blackHole, sentWhole, edgeIsFirm } = measuredPathMtu(o);
  if (pathMtu === null) return KEEP;
  const translated = mayBeTranslated(o);
  // By packets that were whole for certain, often enough, and that only the way there can have lost.
  const firm = blackHole && sentWhole && edgeIsFirm;
  // That 1280 itself is lost is the proof: a small packet that passed is none while nothing between was tried.
  const proven = firm && !translated && smallestLost !== null && smallestLost <= LEAST_WITHOUT_PROOF;
  const interfaceMtu = translated ? pathMtu - IPV6_FRAGMENT_HEADER_BYTES : pathMtu;
  if (interfaceMtu < (proven ? LEAST_MTU[family] : LEAST_WITHOUT_PROOF)) return KEEP;
  const measured = { bytes: pathMtu, term: phrase("term.measured-path-mtu") };
  const header = { bytes: -IPV6_FRAGMENT_HEADER_BYTES, term: phrase("term.ipv6-fragment-header") };
  return translated
    ? { ...KEEP, interfaceMtu, basis: "trial", arithmetic: [measured, header] }
    : { ...KEEP, interfaceMtu, basis: firm ? "measured" : "trial", arithmetic: [measured] };
}

/** Verified where that very cap passed; where it did not, the largest one that did, or what is smaller than all that were lost. */
function tested(advice: Advice, o: Observations, family: IpFamily): Advice {
  const { interfaceMtu } = advice;
  if (interfaceMtu === null) return advice;
  const cap = largestPassingCap(o);
  const { edgeIsFirm } = measuredPathMtu(o);
  if (cap === interfaceMtu) return edgeIsFirm ? { ...advice, basis: "verified" } : advice;
  if (cap !== null && cap < interfaceMtu)
    return { ...verified(cap), basis: edgeIsFirm ? "verified" : "trial" };
  const lostCaps = fragmentProbes(o).whatIfLost.map((p) => p.effectiveMtu);
  const leastLost = Math.min(...lostCaps);
  return leastLost <= interfaceMtu ? trials(family, leastLost, leastLost, undefined) : advice;
}

const verified = (cap: number): Advice => ({
  ...KEEP,
  interfaceMtu: cap,
  basis: "verified",
  arithmetic: [{ bytes: cap, term: phrase("term.verified-cap") }],
});

/** @param limit what a whole IP packet may be at most, as far as that is known */
function trials(
  family: IpFamily,
  currentMtu: number | null,
  limit: number,
  auth: SentMessage | undefined,
): Advice {
  // A trial must change what is sent: its largest fragment has to be smaller than the one that was lost.
  const lostFragment = auth ? Math.max(...auth.ipBytes) : (currentMtu ?? Number.POSITIVE_INFINITY);
  const useful = TRIALS[family].filter(
    ({ interfaceMtu }) =>
      interfaceMtu < (currentMtu ?? Number.POSITIVE_INFINITY) &&
      interfaceMtu <= limit &&
      maxNonLastFragment(interfaceMtu, family) < lostFragment,
  );
  const [first, ...rest] = useful;
  if (!first) return KEEP;
  return {
    interfaceMtu: first.interfaceMtu,
    basis: "trial",
    arithmetic:
      first.interfaceMtu === TRANSLATION_SAFE_MTU && family === 4
        ? [
            { bytes: 1_500, term: phrase("term.ipv6-link") },
            { bytes: -IPV6_HEADER_BYTES, term: phrase("term.ipv6-header") },
            { bytes: IPV4_HEADER_BYTES, term: phrase("term.ipv4-header") },
            { bytes: -IPV6_FRAGMENT_HEADER_BYTES, term: phrase("term.ipv6-fragment-header") },
          ]
        : [{ bytes: first.interfaceMtu, term: phrase(first.why) }],
    alternatives: rest.map(({ interfaceMtu, why }) => ({ interfaceMtu, phrase: phrase(why) })),
  };
}

/** Whole packets of the path, less what fragments grow by where a translator is suspected (DOMAIN §1.4). */
function fragmentLimit(o: Observations): number {
  const { largestPassed, smallestLost, packetTooBig } = measuredPathMtu(o);
  // With nothing lost, the largest that passed is only as large as was tried.
  if (largestPassed === null || (smallestLost === null && packetTooBig.length === 0))
    return Number.POSITIVE_INFINITY;
  return mayBeTranslated(o) ? largestPassed - IPV6_FRAGMENT_HEADER_BYTES : largestPassed;
}

/** The outer MTU that the tunnel's packets have to fit. */
function outerMtuOf(verdict: Verdict, o: Observations, interfaceMtu: number | null): number | null {
  if (interfaceMtu !== null) return interfaceMtu;
  if (verdict !== "healthy" && verdict !== "esp-mtu" && verdict !== "path-mtu-reduced") return null;
  const told = tooBigForGateway(o)
    .map((e) => e.nextHopMtu)
    .filter((mtu) => mtu !== null && mtu >= 576 && mtu < 1_500);
  return Math.min(
    ...told.filter((mtu) => mtu !== null),
    measuredPathMtu(o).largestPassed ?? Number.POSITIVE_INFINITY,
  );
}

const tunnelMtus = (outerMtu: number, family: IpFamily): NonNullable<Recommendation["tunnelMtu"]> => ({
  outerMtu,
  byCipher: espCiphers.map((cipher) => ({
    cipher: cipher.name,
    tunnelMtu: tunnelMtu(outerMtu, cipher, family, true),
  })),
});

/** What the same message looks like in the next capture when the change took effect. */
function expectedFragments(auth: SentMessage | undefined, mtu: number, family: IpFamily): number[] {
  const header = MIN_IP_HEADER_BYTES[family];
  const perPacket = header + (family === 6 ? IPV6_FRAGMENT_HEADER_BYTES : 0);
  const ipPayloadBytes = auth
    ? auth.ipBytes.reduce((sum, ipBytes) => sum + ipBytes - perPacket, 0)
    : udpIpBytes(TYPICAL_AUTH_UDP_PAYLOAD_BYTES, family) - header;
  return ipFragmentSizes(ipPayloadBytes, mtu, family);
}

/** Notify 16430 (RFC 7383 §2.3): there is nothing left to switch on at the gateway. */
const gatewayOffers = (o: Observations): boolean =>
  o.initiations.some((i) => i.gatewayOffersIkeFragmentation === true) ||
  o.probes.some((p) => p.answer?.kind === "accepted" && p.answer.offersIkeFragmentation);

/** Only a client that was seen not to; without a capture nothing is known of it. */
const clientLacks = (o: Observations): boolean =>
  o.initiations.findLast((i) => i.clientOffersIkeFragmentation !== null)?.clientOffersIkeFragmentation ===
  false;

function productsSeen(o: Observations): VendorProduct[] {
  const vendorIds = [
    ...o.initiations.flatMap((i) => i.gatewayVendorIds),
    ...o.probes.flatMap((p) => p.answer?.vendorIds ?? []),
  ];
  const products = vendorIds.map((hex) => findVendorId(hex)?.product ?? null);
  return [...new Set(products.filter((p) => p !== null))];
}

const ACTIONS = {
  "outbound-fragments-too-large": ["action.apply-mtu", "action.ask-server-fragmentation", "action.run-again"],
  "outbound-fragments-dropped": ["action.ask-server-fragmentation", "action.other-network"],
  "inbound-fragments-lost": ["action.ask-server-fragmentation", "action.other-network"],
  "ike-auth-unanswered": ["action.run-probe", "action.apply-mtu", "action.ask-server-fragmentation"],
  "path-mtu-black-hole": ["action.apply-mtu", "action.run-again"],
  "path-mtu-reduced": ["action.no-mtu-change"],
  "ike-fragments-too-large": ["action.server-fragment-size"],
  "ike-fragments-lost": ["action.other-network", "action.run-again"],
  "udp-500-blocked": ["action.open-port-500", "action.other-network"],
  "udp-4500-blocked": ["action.open-port-4500", "action.other-network"],
  "gateway-unreachable": ["action.check-gateway", "action.other-network"],
  "gateway-rejects": ["action.check-credentials"],
  "slow-gateway": ["action.check-gateway-load"],
  "not-ikev2": ["action.choose-ikev2"],
  "esp-mtu": ["action.tunnel-mtu"],
  healthy: ["action.nothing"],
  "insufficient-evidence": ["action.run-probe"],
} as const satisfies Record<Verdict, readonly Phrase["key"][]>;

function actions(
  verdict: Verdict,
  hasMtu: boolean,
  hasCommands: boolean,
  serverOffersFragmentation: boolean,
): Phrase[] {
  return ACTIONS[verdict]
    .filter((key) => hasMtu || key !== "action.apply-mtu")
    .map((key) => {
      if (key === "action.apply-mtu" && !hasCommands) return phrase("action.apply-mtu-later");
      if (key === "action.ask-server-fragmentation" && serverOffersFragmentation)
        return phrase("action.client-fragmentation");
      return phrase(key);
    });
}

/** What would decide it: for every verdict of low confidence, and for others where something is open. */
function nextProbe(verdict: Verdict, o: Observations, confidence: Confidence): Recommendation["nextProbe"] {
  const open = openQuestion(verdict, o, confidence);
  if (open === null) return null;
  // What was not asked for the gateway's sake is asked when it has calmed down.
  const key = mustStopForGuard(o) ? "next.later" : open;
  const byRun = key === "next.probe" || key === "next.probe-ports";
  return {
    phrase: phrase(key),
    command: byRun && o.gateway !== null ? `ikefrag probe --gateway ${o.gateway}` : null,
  };
}

function openQuestion(verdict: Verdict, o: Observations, confidence: Confidence): NextProbe | null {
  const probed = o.probes.length > 0;
  const isLow = confidence === "low";
  switch (verdict) {
    case "ike-auth-unanswered":
    case "insufficient-evidence":
      return probed ? "next.capture" : "next.probe";
    case "outbound-fragments-too-large":
      if (largestPassingCap(o) === null) return "next.what-if";
      return isLow ? "next.later" : null;
    case "inbound-fragments-lost":
    case "ike-fragments-lost":
    case "ike-fragments-too-large":
      return "next.server-capture";
    case "esp-mtu":
      return "next.tunnel-ping";
    case "gateway-unreachable":
      return probed ? null : "next.probe-ports";
    case "path-mtu-black-hole": {
      if (!isLow) return null;
      if (!probed) return "next.probe";
      return measuredPathMtu(o).sentWhole ? "next.server-capture" : "next.interface-mtu";
    }
    case "healthy":
      return isLow ? "next.capture-if-failing" : null;
    case "udp-500-blocked":
    case "udp-4500-blocked":
      return isLow ? "next.later" : null;
    default:
      return isLow ? "next.capture" : null;
  }
}

function notes(
  verdict: Verdict,
  o: Observations,
  { interfaceMtu, basis }: Advice,
  family: IpFamily,
  {
    interfaceIndex,
    previousMtu,
    tunnelMtu: tunnel,
  }: Pick<Recommendation, "interfaceIndex" | "previousMtu" | "tunnelMtu">,
): Phrase[] {
  const found: Phrase[] = [];
  const echo = o.echoes
    // Those that a person read something into; the agent's own are in the findings.
    .filter((e) => e.ref.kind === "text" && e.dontFragment && e.outcome === "answered" && e.family === 4)
    .toSorted((a, b) => b.ipBytes - a.ipBytes)[0];
  if (echo)
    found.push(phrase("note.ping-measured", { payload: echo.pingPayloadBytes, ipBytes: echo.ipBytes }));
  if (interfaceMtu === TRANSLATION_SAFE_MTU && basis === "trial") found.push(phrase("note.1472-is-no-cure"));
  if (interfaceMtu !== null) {
    if (interfaceIndex === null) found.push(phrase("note.which-interface", { family }));
    else if (previousMtu === null) found.push(phrase("note.which-mtu", { family }));
    if (verdict === "path-mtu-black-hole" && basis === "measured" && fragmentProbes(o).lost.length > 0)
      found.push(phrase("note.fragments-untested"));
    found.push(phrase("note.durable-fix"));
    if (interfaceIndex !== null && previousMtu !== null)
      found.push(phrase("note.replug"), phrase("note.persistent"));
  }
  if (HELPED_BY_IKE_FRAGMENTATION.has(verdict) && clientLacks(o))
    found.push(phrase("note.client-fragmentation"));
  if (tunnel?.byCipher.some((c) => c.tunnelMtu < LEAST_IPV6_MTU)) found.push(phrase("note.tunnel-ipv6"));
  if (verdict === "inbound-fragments-lost" || verdict === "outbound-fragments-dropped")
    found.push(phrase("note.mtu-will-not-help"));
  return found;
}

/**
 * Which MTU the client's interface should have: verified, measured, or tried next. Never one that the
 * evidence speaks against.
 */
import type { Observations, SentMessage } from "../../evidence/observations.ts";
import {
  ETHERNET_MTU,
  IPV6_FRAGMENT_HEADER_BYTES,
  IPV6_MINIMUM_MTU,
  MIN_IP_HEADER_BYTES,
  maxNonLastFragment,
  TRANSLATION_SAFE_MTU,
  translationSafeMtu,
} from "../../packet/sizes.ts";
import type { Basis, Recommendation, Verdict } from "../../schema/diagnosis.ts";
import type { IpFamily } from "../../schema/plan.ts";
import { ipFragmentFacts, largestPassingCap } from "../facts/ip-fragment-facts.ts";
import { measuredPathMtu } from "../facts/path-mtu-facts.ts";
import { mayBeTranslated } from "../facts/translator.ts";
import { phrase } from "../rule.ts";
import { LEAST_MTU } from "./netsh-commands.ts";

/** What `TRANSLATION_SAFE_MTU` is for an IPv6 link of 1480 bytes: 1452. */
const NARROW_TRANSLATION_SAFE_MTU = translationSafeMtu(1_480);

/** Below this only with proof that the path is narrower, because common links carry as much. */
const LEAST_WITHOUT_PROOF = IPV6_MINIMUM_MTU;

/** What to try where nothing was tested: the smallest change first, each with its reason. */
const IPV6_TRIALS = [
  { interfaceMtu: 1_400, why: "trial.1400" },
  { interfaceMtu: IPV6_MINIMUM_MTU, why: "trial.1280" },
] as const;
const TRIALS = {
  4: [
    { interfaceMtu: TRANSLATION_SAFE_MTU, why: "trial.1472" },
    { interfaceMtu: NARROW_TRANSLATION_SAFE_MTU, why: "trial.1452" },
    ...IPV6_TRIALS,
  ],
  6: IPV6_TRIALS,
} as const;

/** An MTU with the reason for it, or none. */
export interface MtuAdvice {
  /** `null`: leave it as it is. */
  interfaceMtu: number | null;
  basis: Basis | null;
  arithmetic: Recommendation["arithmetic"];
  alternatives: Recommendation["alternatives"];
}

const KEEP: MtuAdvice = { interfaceMtu: null, basis: null, arithmetic: [], alternatives: [] };

/** What is known of the client's packets, besides the observations: what a trial value has to change. */
export interface SentNow {
  family: IpFamily;
  /** The interface's MTU, where it is known. */
  currentMtu: number | null;
  /** The login that was captured as IP fragments. */
  auth: SentMessage | undefined;
}

/** An MTU for the verdicts that a client's MTU can help with; for the others it stays as it is. */
export function adviseMtu(verdict: Verdict, o: Observations, sent: SentNow): MtuAdvice {
  switch (verdict) {
    case "outbound-fragments-too-large": {
      const cap = largestPassingCap(o);
      return cap === null ? trials(sent, ipFragmentLimit(o)) : verified(cap);
    }
    case "ike-auth-unanswered":
      return trials(sent, ipFragmentLimit(o));
    case "path-mtu-black-hole":
      return adviseForBlackHole(o, sent.family);
    default:
      return KEEP;
  }
}

/** The MTU for a path on which large whole packets vanish: the plan tests this very value. */
export function adviseForBlackHole(o: Observations, family: IpFamily): MtuAdvice {
  const advice = fittingThePath(o, family);
  const { interfaceMtu } = advice;
  if (interfaceMtu === null) return advice;
  const cap = largestPassingCap(o);
  const { edgeIsConfirmed } = measuredPathMtu(o);
  if (cap === interfaceMtu) return edgeIsConfirmed ? { ...advice, basis: "verified" } : advice;
  if (cap !== null && cap < interfaceMtu) {
    return { ...verified(cap), basis: edgeIsConfirmed ? "verified" : "trial" };
  }
  // If this very MTU was tested and lost, something smaller than every MTU that was lost.
  const leastLost = Math.min(...ipFragmentFacts(o).whatIfLost.map((p) => p.effectiveMtu));
  return leastLost <= interfaceMtu
    ? trials({ family, currentMtu: leastLost, auth: undefined }, leastLost)
    : advice;
}

/**
 * The measured path MTU; behind a translator 8 bytes less, as IP fragments grow by that much more than whole
 * packets.
 */
function fittingThePath(o: Observations, family: IpFamily): MtuAdvice {
  const { largestPassed: pathMtu, smallestLost, blackHole, sentWhole, edgeIsConfirmed } = measuredPathMtu(o);
  if (pathMtu === null) return KEEP;
  const translated = mayBeTranslated(o);
  // The packets certainly left whole, were sent often enough, and can only have been lost on the way out.
  const confirmed = blackHole && sentWhole && edgeIsConfirmed;
  // The loss of a 1280-byte packet is the proof. A small packet that passed proves nothing of the sizes in
  // between.
  const isNarrow = confirmed && !translated && smallestLost !== null && smallestLost <= LEAST_WITHOUT_PROOF;
  const interfaceMtu = translated ? pathMtu - IPV6_FRAGMENT_HEADER_BYTES : pathMtu;
  if (interfaceMtu < (isNarrow ? LEAST_MTU[family] : LEAST_WITHOUT_PROOF)) return KEEP;
  const measured = { bytes: pathMtu, term: phrase("term.measured-path-mtu") };
  return translated
    ? { ...KEEP, interfaceMtu, basis: "trial", arithmetic: [measured, FRAGMENT_HEADER_TERM] }
    : { ...KEEP, interfaceMtu, basis: confirmed ? "measured" : "trial", arithmetic: [measured] };
}

const FRAGMENT_HEADER_TERM = {
  bytes: -IPV6_FRAGMENT_HEADER_BYTES,
  term: phrase("term.ipv6-fragment-header"),
};

const verified = (cap: number): MtuAdvice => ({
  ...KEEP,
  interfaceMtu: cap,
  basis: "verified",
  arithmetic: [{ bytes: cap, term: phrase("term.verified-cap") }],
});

/** @param limit how large a whole IP packet may be at most, as far as that is known */
function trials({ family, currentMtu, auth }: SentNow, limit: number): MtuAdvice {
  // A trial must change what is sent: its largest IP fragment has to be smaller than the one that was lost.
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
            { bytes: ETHERNET_MTU, term: phrase("term.ipv6-link") },
            { bytes: -MIN_IP_HEADER_BYTES[6], term: phrase("term.ipv6-header") },
            { bytes: MIN_IP_HEADER_BYTES[4], term: phrase("term.ipv4-header") },
            FRAGMENT_HEADER_TERM,
          ]
        : [{ bytes: first.interfaceMtu, term: phrase(first.why) }],
    alternatives: rest.map(({ interfaceMtu, why }) => ({ interfaceMtu, phrase: phrase(why) })),
  };
}

/**
 * The largest whole packet of the path, less what IP fragments grow by where a translator is suspected
 * (docs/domain.md §1.4).
 */
function ipFragmentLimit(o: Observations): number {
  const { largestPassed, smallestLost, packetTooBig } = measuredPathMtu(o);
  // If nothing was lost, the largest packet that passed is only as large as was tried.
  if (largestPassed === null || (smallestLost === null && packetTooBig.length === 0))
    return Number.POSITIVE_INFINITY;
  return mayBeTranslated(o) ? largestPassed - IPV6_FRAGMENT_HEADER_BYTES : largestPassed;
}

/** Which MTUs to try where none was tested: the smallest change first, each with its reason. */
import type { SentMessage } from "../../evidence/observations.ts";
import {
  ETHERNET_MTU,
  IPV6_FRAGMENT_HEADER_BYTES,
  IPV6_MINIMUM_MTU,
  MIN_IP_HEADER_BYTES,
  maxNonLastFragment,
  TRANSLATION_SAFE_MTU,
  translationSafeMtu,
} from "../../packet/sizes.ts";
import type { Basis, Recommendation } from "../../schema/diagnosis.ts";
import type { IpFamily } from "../../schema/plan.ts";
import { phrase } from "../rule.ts";

/** What `TRANSLATION_SAFE_MTU` is for an IPv6 link of 1480 bytes: 1452. */
const NARROW_TRANSLATION_SAFE_MTU = translationSafeMtu(1_480);

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

/** What is left to try below an MTU that the path named, and that did not help. */
export const trialsBelow = (mtu: number): Recommendation["alternatives"] =>
  IPV6_TRIALS.filter(({ interfaceMtu }) => interfaceMtu < mtu).map(({ interfaceMtu, why }) => ({
    interfaceMtu,
    phrase: phrase(why),
  }));

/** An MTU with the reason for it, or none. */
export interface MtuAdvice {
  /** `null`: leave it as it is. */
  interfaceMtu: number | null;
  basis: Basis | null;
  arithmetic: Recommendation["arithmetic"];
  alternatives: Recommendation["alternatives"];
}

/** No change of the MTU. */
export const KEEP: MtuAdvice = { interfaceMtu: null, basis: null, arithmetic: [], alternatives: [] };

/** What is known of the client's packets, besides the observations: what a trial value has to change. */
export interface SentNow {
  family: IpFamily;
  /** The interface's MTU, where it is known. */
  currentMtu: number | null;
  /** The login that was captured as IP fragments. */
  auth: SentMessage | undefined;
}

/** What an IP fragment grows by when a translator makes IPv6 of it. */
export const FRAGMENT_HEADER_TERM = {
  bytes: -IPV6_FRAGMENT_HEADER_BYTES,
  term: phrase("term.ipv6-fragment-header"),
};

/**
 * The first MTU that is worth trying, and the ones after it.
 *
 * @param limit how large a whole IP packet may be at most, as far as that is known
 */
export function trialMtus({ family, currentMtu, auth }: SentNow, limit: number): MtuAdvice {
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

/**
 * What is still open after the measurements so far: each question names the sizes whose answer would close
 * it.
 */

import { adviseForBlackHole } from "../diagnose/advice/interface-mtu.ts";
import {
  ipFragmentFacts,
  largestPassingCap,
  SMALLEST_USEFUL_MTU,
} from "../diagnose/facts/ip-fragment-facts.ts";
import { measuredPathMtu } from "../diagnose/facts/path-mtu-facts.ts";
import { TRIES_AT_AN_EDGE, TRIES_FOR_LOST, triesOf } from "../diagnose/facts/probe-tries.ts";
import { ipFragmentsComeBack } from "../diagnose/facts/rehearsal-facts.ts";
import type { Observations } from "../evidence/observations.ts";
import {
  fragmentHeaderBytes,
  MIN_IP_HEADER_BYTES,
  maxNonLastFragment,
  TRANSLATION_SAFE_MTU,
} from "../packet/sizes.ts";
import type { EchoStep, IpFamily } from "../schema/plan.ts";
import { firstSizes, fragmentedEcho, type SizesToTest, type Target } from "./steps.ts";

/** MTUs of common links (docs/domain.md §2.3), to close in on a limit that lies between two sizes. */
const COMMON_MTUS: readonly number[] = [
  1496, 1492, 1480, 1476, 1472, 1464, 1460, 1454, 1452, 1444, 1440, 1434, 1430, 1420, 1400, 1358, 1320, 1280,
  1240, 1152, 1006, 576,
];
/** How many sizes, or MTUs, between two known ones are tested in one round. */
const MOST_CLOSER_SIZES = 5;
const MOST_CLOSER_CAPS = 3;

/**
 * Sizes as one IP packet: just above an interface MTU, a Windows client's IKE_AUTH, and the 3000 octets of
 * RFC 7296 §2.
 */
const FRAGMENTED_SIZES: readonly number[] = [1600, 2560, 3000];
/** The only size for a gateway that answers nothing but full requests. */
const FULL_REQUEST_SIZE = 2560;
/**
 * As often as an edge in one round: logins with such a gateway begin only when its sizes are known. The same
 * bytes again cost it nothing.
 */
const FULL_REQUEST_TWICE: readonly number[] = [FULL_REQUEST_SIZE, FULL_REQUEST_SIZE];
/**
 * The smallest MTU that makes larger IP fragments than the translation-safe one: they grow in steps of 8
 * bytes.
 */
const nextAboveSafe = (family: IpFamily): number => maxNonLastFragment(TRANSLATION_SAFE_MTU, family) + 8;

/**
 * MTUs in the order in which they would be recommended, with one that should fail next to the first of them.
 */
const whatIfMtus = (family: IpFamily): number[] => [TRANSLATION_SAFE_MTU, nextAboveSafe(family), 1_400];
/**
 * If this MTU does not help, none does, and that is a verdict: so it is tried as often as an edge, in the
 * same round.
 */
const LEAST_CAP: readonly number[] = [SMALLEST_USEFUL_MTU, SMALLEST_USEFUL_MTU];

/** How large whole packets may be: sizes between the largest that passed and the smallest that was lost. */
export function openWholeSizes(o: Observations, target: Target): number[] {
  // Each size would cost the gateway a half-open SA, so pings have to suffice.
  if (target.fullRequests) return [];
  const tried = o.probes.filter((p) => p.purpose === "whole-packet" && p.port === target.port);
  if (tried.length === 0) return firstSizes(target.interfaceMtu);
  const { largestPassed, smallestLost } = measuredPathMtu(o);
  if (smallestLost === null) return [];
  const sizes = new Set(tried.map((p) => p.ipBytes));
  const between = COMMON_MTUS.filter(
    (size) => size > (largestPassed ?? 0) && size < smallestLost && !sizes.has(size),
  );
  const stride = Math.max(1, Math.ceil(between.length / MOST_CLOSER_SIZES));
  const closer = between.filter((_, at) => at % stride === 0);
  // While sizes in between are open, another may turn out to be the edge.
  if (closer.length > 0) return closer;
  const isConfirmed = triesOf(tried.filter((p) => p.ipBytes === smallestLost)) >= TRIES_AT_AN_EDGE;
  return isConfirmed ? [] : [smallestLost];
}

/**
 * Whether datagrams that leave as IP fragments arrive. Sizes that contradict each other are asked once more.
 *
 * @param isRehearsing a begun login sends a message about as large as the largest of them
 */
export function openFragmentSizes(o: Observations, target: Target, isRehearsing: boolean): readonly number[] {
  const { native, passed, lost } = ipFragmentFacts(o);
  if (native.length === 0)
    return target.fullRequests
      ? FULL_REQUEST_TWICE
      : FRAGMENTED_SIZES.slice(0, isRehearsing ? -1 : undefined);
  // Nothing arrived: several sizes, or one size asked as often, show as much as more would.
  if (passed.length === 0 && triesOf(native) >= TRIES_AT_AN_EDGE) return [];
  return lost
    .filter((p) => triesOf(native.filter((n) => n.ipBytes === p.ipBytes)) < TRIES_AT_AN_EDGE)
    .map((p) => p.ipBytes);
}

/**
 * Whether a smaller MTU of the client would help, and the largest that would: first of all the one to be
 * recommended.
 */
export function openCaps(o: Observations, target: Target): SizesToTest["caps"] {
  const asked = o.probes.filter((p) => p.purpose === "what-if");
  if (asked.some((p) => p.outcome === "not-run")) return []; // this agent cannot
  const { lost, whatIfLost } = ipFragmentFacts(o);
  const sent = new Set(asked.map((p) => p.effectiveMtu));
  const { blackHole } = measuredPathMtu(o);
  const isSmaller = (mtu: number) => mtu < target.interfaceMtu;
  const withSize = (mtus: readonly number[]) =>
    mtus.map((mtu) => ({
      mtu,
      ipBytes: target.fullRequests ? FULL_REQUEST_SIZE : twoFullFragments(mtu, target.family),
    }));

  const triesOfCap = (mtu: number): number => triesOf(asked.filter((p) => p.effectiveMtu === mtu));
  const passing = largestPassingCap(o);
  // Also where no round so far had room for it, or nothing small was answered after it.
  const leastAgain = (): number[] => {
    const tries = triesOfCap(SMALLEST_USEFUL_MTU);
    const isSettled = asked.some((p) => p.effectiveMtu <= SMALLEST_USEFUL_MTU && p.outcome === "answered");
    if (isSettled || tries >= TRIES_AT_AN_EDGE || !isSmaller(SMALLEST_USEFUL_MTU)) return [];
    return tries >= TRIES_FOR_LOST ? [SMALLEST_USEFUL_MTU] : [...LEAST_CAP];
  };

  if (blackHole) {
    const { interfaceMtu } = adviseForBlackHole(o, target.family);
    if (interfaceMtu === null) return [];
    // The smallest MTU as well, if IP fragments may also be lost at every size.
    const least = lost.length > 0 || interfaceMtu === SMALLEST_USEFUL_MTU ? LEAST_CAP : [];
    const wanted = interfaceMtu === SMALLEST_USEFUL_MTU ? least : [interfaceMtu, ...least];
    const open = wanted.filter((mtu) => !sent.has(mtu));
    const isLeastWanted = wanted.includes(SMALLEST_USEFUL_MTU);
    return withSize(open.length > 0 || passing !== null || !isLeastWanted ? open : leastAgain());
  }
  if (lost.length === 0) return [];
  if (asked.length === 0) return withSize([...whatIfMtus(target.family), ...LEAST_CAP].filter(isSmaller));

  if (passing === null) return withSize(leastAgain());
  const lostAbove = whatIfLost.map((p) => p.effectiveMtu).filter((mtu) => mtu > passing);
  const edge = lostAbove.length > 0 ? Math.min(...lostAbove) : target.interfaceMtu;
  const closer = COMMON_MTUS.filter(
    (mtu) => mtu > passing && mtu < edge && !sent.has(mtu) && canBeTested(mtu, target.family),
  );
  const stride = Math.max(1, Math.ceil(closer.length / MOST_CLOSER_CAPS));
  const isConfirmed = edge === target.interfaceMtu || triesOfCap(edge) >= TRIES_AT_AN_EDGE;
  return withSize([...(isConfirmed ? [] : [edge]), ...closer.filter((_, at) => at % stride === 0)]);
}

/**
 * Whether the answer for this MTU is the same on all systems. Some make the last IP fragment up to 7 bytes
 * larger than the others and some do not: Linux never does so with IPv6, and with IPv4 if it fits. Of several
 * MTUs that split a packet alike, the smallest is safe either way.
 */
function canBeTested(mtu: number, family: IpFamily): boolean {
  const fragment = maxNonLastFragment(mtu, family);
  if (family === 6) return fragment === mtu;
  return !COMMON_MTUS.some((other) => other < mtu && maxNonLastFragment(other, family) === fragment);
}

/**
 * The size of a datagram that an MTU splits into two IP fragments as large as possible. The last one may be
 * up to 7 bytes larger than the first, and a limit between the two would stop a message of just that size.
 *
 * @returns bytes as one IP packet
 */
function twoFullFragments(mtu: number, family: IpFamily): number {
  const inFragments = maxNonLastFragment(mtu, family) + mtu;
  return inFragments - 2 * fragmentHeaderBytes(family) + MIN_IP_HEADER_BYTES[family];
}

/** A ping that comes back as IP fragments, once more if nothing else was lost. */
export function openFragmentedEcho(o: Observations, target: Target, round: number): EchoStep[] {
  const fragmented = o.echoes.filter((e) => e.toGateway === true && e.dontFragment === false);
  const whole = o.echoes.some(
    (e) => e.toGateway === true && e.dontFragment !== false && e.outcome === "answered",
  );
  const { passed } = ipFragmentFacts(o);
  const isOpen =
    !ipFragmentsComeBack(o) &&
    whole &&
    passed.length > 0 &&
    fragmented.length === 1 &&
    fragmented.every((e) => e.outcome === "timeout");
  return isOpen ? [fragmentedEcho(target, round, 0)] : [];
}

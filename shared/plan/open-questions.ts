/** What is still open after the measurements so far: each question names the sizes whose answer would close it. */

import { recommend } from "../diagnose/advice/recommend.ts";
import { measuredPathMtu } from "../diagnose/facts/path-mtu-facts.ts";
import { TRIES_AT_AN_EDGE } from "../diagnose/facts/probe-facts.ts";
import { fragmentProbes, largestPassingCap, SMALLEST_USEFUL_MTU } from "../diagnose/rules/ip-fragments.ts";
import type { Observations, ProbeObservation } from "../evidence/observations.ts";
import { IPV6_FRAGMENT_HEADER_BYTES, MIN_IP_HEADER_BYTES, maxNonLastFragment } from "../packet/sizes.ts";
import type { EchoStep, IpFamily } from "../schema/plan.ts";
import { echoInPieces, firstSizes, type SizesToTest, type Target } from "./steps.ts";

/** Link MTUs worth knowing by name (DOMAIN §2.3), to close in on a limit that lies between two sizes. */
const COMMON_MTUS: readonly number[] = [
  1496, 1492, 1480, 1476, 1472, 1464, 1460, 1454, 1452, 1444, 1440, 1434, 1430, 1420, 1400, 1358, 1320, 1280,
  1240, 1152, 1006, 576,
];
const MOST_CLOSER_SIZES = 5;
const MOST_CLOSER_CAPS = 3;

/** As one IP packet: just above an interface MTU, a Windows client's IKE_AUTH with a certificate, and RFC 7296 §2's 3000 octets. */
const FRAGMENTED_SIZES: readonly number[] = [1600, 2560, 3000];
/** The one that a gateway is asked with that answers full requests alone. */
const FULL_REQUEST_SIZE = 2560;
/** Caps in the order in which they would be recommended, and the next fragment size above the first's, which should fail. */
const WHAT_IF_MTUS: Record<IpFamily, readonly number[]> = { 4: [1472, 1476, 1400], 6: [1472, 1480, 1400] };
/** Where this one fails none helps, which is a verdict: so it is tried as often as an edge, at once. */
const LEAST_CAP: readonly number[] = [SMALLEST_USEFUL_MTU, SMALLEST_USEFUL_MTU];

const triesOf = (probes: readonly ProbeObservation[]): number => probes.reduce((sum, p) => sum + p.tries, 0);

/** How large whole packets may be: between the largest that passed and the smallest that was lost, down to neighbours. */
export function openWholeSizes(o: Observations, target: Target): number[] {
  if (target.fullRequests) return []; // each size would cost the gateway a half-open SA: echoes have to do
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
  const isFirm = triesOf(tried.filter((p) => p.ipBytes === smallestLost)) >= TRIES_AT_AN_EDGE;
  return isFirm ? [] : [smallestLost];
}

/** Whether datagrams that leave in pieces arrive; sizes that speak against each other are asked once more. */
export function openFragmentSizes(o: Observations, target: Target): number[] {
  const { native, passed, lost } = fragmentProbes(o);
  if (native.length === 0) return target.fullRequests ? [FULL_REQUEST_SIZE] : [...FRAGMENTED_SIZES];
  // None arrived: several sizes, or one that was asked as often, are as good as more.
  if (passed.length === 0 && triesOf(native) >= TRIES_AT_AN_EDGE) return [];
  return lost
    .filter((p) => triesOf(native.filter((n) => n.ipBytes === p.ipBytes)) < TRIES_AT_AN_EDGE)
    .map((p) => p.ipBytes);
}

/** Whether a smaller MTU of the client would help, and the largest that would: above all the one that would be recommended. */
export function openCaps(o: Observations, target: Target): SizesToTest["caps"] {
  const asked = o.probes.filter((p) => p.purpose === "what-if");
  if (asked.some((p) => p.outcome === "not-run")) return []; // this agent cannot
  const { lost, whatIfLost } = fragmentProbes(o);
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
  const leastAgain = (): number[] =>
    whatIfLost
      .map((p) => p.effectiveMtu)
      .filter((mtu) => mtu <= SMALLEST_USEFUL_MTU && triesOfCap(mtu) < TRIES_AT_AN_EDGE);

  if (blackHole) {
    const { interfaceMtu } = recommend("path-mtu-black-hole", o);
    if (interfaceMtu === null) return [];
    // The least, too, where fragments may be lost at every size besides.
    const least = lost.length > 0 || interfaceMtu === SMALLEST_USEFUL_MTU ? LEAST_CAP : [];
    const wanted = interfaceMtu === SMALLEST_USEFUL_MTU ? least : [interfaceMtu, ...least];
    const open = wanted.filter((mtu) => !sent.has(mtu));
    return withSize(open.length > 0 || passing !== null ? open : leastAgain());
  }
  if (lost.length === 0) return [];
  if (asked.length === 0) return withSize([...WHAT_IF_MTUS[target.family], ...LEAST_CAP].filter(isSmaller));

  if (passing === null) return withSize(leastAgain());
  const lostAbove = whatIfLost.map((p) => p.effectiveMtu).filter((mtu) => mtu > passing);
  const edge = lostAbove.length > 0 ? Math.min(...lostAbove) : target.interfaceMtu;
  const closer = COMMON_MTUS.filter(
    (mtu) => mtu > passing && mtu < edge && !sent.has(mtu) && canBeTested(mtu, target.family),
  );
  const stride = Math.max(1, Math.ceil(closer.length / MOST_CLOSER_CAPS));
  const isFirm = edge === target.interfaceMtu || triesOfCap(edge) >= TRIES_AT_AN_EDGE;
  return withSize([...(isFirm ? [] : [edge]), ...closer.filter((_, at) => at % stride === 0)]);
}

/**
 * Whether all systems answer alike for this MTU. Some make a last fragment up to 7 bytes larger than the others and some do
 * not: Linux with IPv6 never, with IPv4 where it fits. Of several MTUs that cut alike the least is safe in both ways.
 */
function canBeTested(mtu: number, family: IpFamily): boolean {
  const fragment = maxNonLastFragment(mtu, family);
  if (family === 6) return fragment === mtu;
  return !COMMON_MTUS.some((other) => other < mtu && maxNonLastFragment(other, family) === fragment);
}

/**
 * A datagram that an MTU cuts into two fragments as large as they come: the last one may be up to 7 bytes larger than the
 * first, and a limit between the two would cost a message of just that size.
 *
 * @returns bytes as one IP packet
 */
function twoFullFragments(mtu: number, family: IpFamily): number {
  const inFragments = maxNonLastFragment(mtu, family) + mtu;
  const ipHeader = MIN_IP_HEADER_BYTES[family];
  const fragmentHeader = ipHeader + (family === 6 ? IPV6_FRAGMENT_HEADER_BYTES : 0);
  return inFragments - 2 * fragmentHeader + ipHeader;
}

/** The way back in pieces, once more where only it was lost. */
export function openEchoPieces(o: Observations, target: Target, round: number): EchoStep[] {
  const inPieces = o.echoes.filter((e) => e.toGateway === true && !e.dontFragment);
  const whole = o.echoes.some((e) => e.toGateway === true && e.dontFragment && e.outcome === "answered");
  const { passed } = fragmentProbes(o);
  const isOpen =
    whole && passed.length > 0 && inPieces.length === 1 && inPieces.every((e) => e.outcome === "timeout");
  return isOpen ? [echoInPieces(target, round, 0)] : [];
}

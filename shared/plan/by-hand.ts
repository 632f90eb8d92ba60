/**
 * Which pings to ask a person for who runs no script: from everything that was pasted so far, what is known
 * of the path, and the few sizes that would tell the rest. All sizes are bytes of whole IPv4 packets, unless
 * they are called ping payloads.
 */
import { egressMtu, type Observations } from "../evidence/observations.ts";
import {
  ETHERNET_MTU,
  IPV4_PRACTICAL_MINIMUM_MTU,
  IPV6_MINIMUM_MTU,
  MIN_IP_HEADER_BYTES,
  pingPayloadBytes,
} from "../packet/sizes.ts";

/** After so many pastes nothing more is asked for, whatever is still open: a person is waiting. */
export const LAST_HAND_ROUND = 4;
/** The edge is known when it lies between two sizes no further apart: IP fragments grow in steps of 8. */
export const EDGE_BYTES = 8;

/** A ping payload that every gateway which answers pings answers, IP fragments or not. */
const SMALL_PAYLOAD = 32;
/**
 * More than an Ethernet carries: without DF they travel as two IP fragments, and so do their answers. The
 * second is asked for where the first was lost, so that it was not chance, nor that one size.
 */
const SPLIT_PAYLOADS: readonly number[] = [2_000, 1_600];

/** An Ethernet, most VPN tunnels, and what every link carries. */
const FIRST_SIZES: readonly number[] = [ETHERNET_MTU, 1_420, IPV6_MINIMUM_MTU];
/** MTUs of common links (docs/domain.md §2.3): the edge is mostly at one of them. */
const COMMON_MTUS: readonly number[] = [
  1492, 1480, 1472, 1460, 1454, 1452, 1440, 1430, 1420, 1412, 1400, 1380, 1358, 1340, 1320, 1300,
];
/** Sizes of one round between two known ones, and where the way to go is long. */
const CLOSER_SIZES = 3;
const CLOSER_SIZES_OF_SMALL = 5;

/** Commands to ask for, in the order in which they are typed. */
export interface HandAsk {
  /** The table of interfaces with their MTUs. */
  interfaces: boolean;
  /** Small ping payloads without DF: whether the gateway answers pings at all. */
  smallPayloads: number[];
  /** Ping payloads with DF, the largest first. */
  wholePayloads: number[];
  /** Ping payloads without DF. */
  splitPayloads: number[];
}

/** What is known, and what to ask for next. */
export interface HandPlan {
  /**
   * `asking`: `ask` has commands. `known`: nothing is open. `no-ping`: the gateway answers no ping, so that
   * pings tell nothing. `open`: as many rounds were asked as are, and something is not known.
   */
  state: "asking" | "known" | "no-ping" | "open";
  ask: HandAsk;
  /** The largest whole packet that was answered; `null` where none was. */
  passed: number | null;
  /** The smallest above it that was lost or refused; `null` where none was. */
  tooLarge: number | null;
  /** What became of pings that travel as IP fragments; `null` where none was tried, or not often enough. */
  split: "answered" | "lost" | null;
  /** Who answered pings, and is not known to be the gateway. */
  otherHosts: string[];
}

const NOTHING: HandAsk = { interfaces: false, smallPayloads: [], wholePayloads: [], splitPayloads: [] };

const FIRST: HandAsk = {
  interfaces: true,
  smallPayloads: [SMALL_PAYLOAD],
  wholePayloads: FIRST_SIZES.map((size) => pingPayloadBytes(size, 4)),
  splitPayloads: SPLIT_PAYLOADS.slice(0, 1),
};

/**
 * Decides what to ask for.
 *
 * @param o what was pasted so far
 * @param pastes how many pastes that was: 0 before the first
 */
export function planByHand(o: Observations, pastes: number): HandPlan {
  const echoes = o.echoes.filter((e) => e.toGateway === true && e.family === 4);
  const whole = echoes.filter(isWhole);
  const answered = echoes.filter((e) => e.outcome === "answered");
  // A small one without DF has no need of fragments either.
  const passed = maxOf(
    answered.filter((e) => isWhole(e) || e.pingPayloadBytes <= SMALL_PAYLOAD).map((e) => e.ipBytes),
  );
  const { failed, named } = limitsOf(o, whole);
  const above = [...failed, ...(named === null ? [] : [named + 1])].filter((size) => size > (passed ?? 0));
  const tooLarge = above.length > 0 ? above.reduce((a, b) => Math.min(a, b)) : null;
  const split = splitState(echoes.filter((e) => e.dontFragment !== true && e.ipBytes > ETHERNET_MTU));
  const others = o.echoes.flatMap((e) => (e.toGateway !== true && e.target !== null ? [e.target] : []));
  const known = { passed, tooLarge, split: split.state, otherHosts: [...new Set(others)].slice(0, 4) };
  const isOver = pastes >= LAST_HAND_ROUND;
  if (answered.length === 0) {
    const isSmallLost = echoes.some((e) => e.ipBytes < IPV6_MINIMUM_MTU && e.outcome !== "too-big-locally");
    if (isSmallLost) return { state: "no-ping", ask: NOTHING, ...known, tooLarge: null, split: null };
    // Nothing of what was asked for came.
    return { state: isOver ? "open" : "asking", ask: isOver ? NOTHING : FIRST, ...known };
  }
  const wholePayloads = openSizes(passed, tooLarge, named).map((size) => pingPayloadBytes(size, 4));
  const splitPayloads = split.ask;
  if (wholePayloads.length + splitPayloads.length === 0) return { state: "known", ask: NOTHING, ...known };
  if (isOver) return { state: "open", ask: NOTHING, ...known };
  return { state: "asking", ask: { ...NOTHING, wholePayloads, splitPayloads }, ...known };
}

type Echo = Observations["echoes"][number];

/** It was to stay one packet; where nothing tells, it was typed as it was asked for. */
const isWhole = (e: Echo): boolean => e.dontFragment ?? e.ipBytes <= ETHERNET_MTU;

const maxOf = (sizes: readonly number[]): number | null =>
  sizes.length > 0 ? sizes.reduce((a, b) => Math.max(a, b)) : null;

const LOST: readonly Echo["outcome"][] = ["timeout", "too-big-locally", "too-big-remotely"];

/** Sizes that were lost or refused, and the least MTU that the interface or a router names. */
function limitsOf(o: Observations, whole: readonly Echo[]): { failed: number[]; named: number | null } {
  const answered = new Set(whole.filter((e) => e.outcome === "answered").map((e) => e.ipBytes));
  const named = [
    ...whole.flatMap((e) => (e.nextHopMtu !== null && e.nextHopMtu < e.ipBytes ? [e.nextHopMtu] : [])),
    ...o.pathReports.flatMap((p) => (p.toGateway === true && p.outcome === "too-big" ? [p.nextHopMtu] : [])),
    egressMtu(o, 4),
  ].filter((mtu) => mtu !== null && mtu >= IPV4_PRACTICAL_MINIMUM_MTU && mtu < ETHERNET_MTU);
  return {
    failed: whole.filter((e) => LOST.includes(e.outcome) && !answered.has(e.ipBytes)).map((e) => e.ipBytes),
    named: named.reduce<number | null>((least, mtu) => Math.min(least ?? Infinity, mtu ?? Infinity), null),
  };
}

function splitState(split: readonly Echo[]): { state: HandPlan["split"]; ask: number[] } {
  if (split.some((e) => e.outcome === "answered" && !e.replyCut)) return { state: "answered", ask: [] };
  const open = SPLIT_PAYLOADS.filter((payload) => !split.some((e) => e.pingPayloadBytes === payload));
  if (open.length === 0) return { state: "lost", ask: [] };
  // A gateway that cuts its answers has received all of it, and sends nothing that would be as large.
  return { state: null, ask: split.some((e) => e.replyCut) ? [] : open.slice(0, 1) };
}

/** The sizes between what passed and what did not that tell most; none where the edge is known. */
function openSizes(passed: number | null, tooLarge: number | null, named: number | null): number[] {
  const low = passed ?? MIN_IP_HEADER_BYTES[4];
  const high = tooLarge ?? ETHERNET_MTU + 1;
  const isBetween = (size: number): boolean => size > low && size < high;
  if (high - low <= (tooLarge === null ? 1 : EDGE_BYTES)) return [];
  // Of the first ones some may be missing in what was pasted.
  const first = FIRST_SIZES.filter(isBetween);
  if (first.length > 0) return first;
  const isNamed = named !== null && isBetween(named);
  const count = (low < IPV6_MINIMUM_MTU ? CLOSER_SIZES_OF_SMALL : CLOSER_SIZES) - (isNamed ? 1 : 0);
  const step = (high - low) / (count + 1);
  const even = Array.from({ length: count }, (_, at) => nearCommon(Math.round(low + step * (at + 1)), step));
  // What the interface or a router names is the likeliest edge.
  const sizes = new Set([...(isNamed ? [named] : []), ...even.filter(isBetween)]);
  return [...sizes].sort((a, b) => b - a);
}

/** A common MTU that is near, while the sizes are far apart: it goes on as fast, and is done sooner. */
function nearCommon(size: number, step: number): number {
  if (step <= EDGE_BYTES) return size;
  const near = COMMON_MTUS.filter((mtu) => Math.abs(mtu - size) <= step / 4);
  return near.sort((a, b) => Math.abs(a - size) - Math.abs(b - size))[0] ?? size;
}

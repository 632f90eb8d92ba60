/**
 * Why a message that left at one end of a login never arrived at the other: for its size, for being split,
 * for its port, by chance; or that this cannot be told.
 */

import type { Observations } from "../../evidence/observations.ts";
import { NAT_TRAVERSAL_PORT } from "../../ike/registry.ts";
import { ETHERNET_MTU, IPV6_MINIMUM_MTU, ikeIpBytes } from "../../packet/sizes.ts";
import type { EvidenceRef } from "../../schema/diagnosis.ts";
import type { JoinedDatagram, JoinedLogin, JoinedPacket } from "../../schema/joined.ts";
import { baseline } from "./baseline.ts";
import {
  type FailedMessage,
  type FollowedPacket,
  follow,
  type JoinedWays,
  joinedWays,
  receiverOf,
  type SizeCount,
  senderOf,
  type Way,
  type WayName,
} from "./joined-ways.ts";
import { once } from "./once.ts";
import { TRIES_FOR_LOST } from "./probe-tries.ts";

/** Every path that carries IPv6 at all carries whole packets of this size: they are not lost for it. */
const ALWAYS_PASSES_IP_BYTES = IPV6_MINIMUM_MTU;

/** As what the message left. */
export type SentAs = "ip-fragments" | "ike-fragments" | "whole" | "unknown";

/**
 * `size`: what is larger than some size is lost. `fragment`: IP fragments are lost, or single IKE fragments,
 * though packets as large pass. `port`: small packets on its UDP port are lost, those on another one pass.
 * `chance`: of the same kind and size others passed. `open`: more than one of these explains it.
 */
export type Why = "size" | "fragment" | "port" | "chance" | "open";

/** A packet that was lost, as it is named to others. */
export interface LostPacket {
  datagram: JoinedDatagram;
  /** `null` where a log has no packets. */
  packet: JoinedPacket | null;
  kind: FollowedPacket["kind"];
  ipBytes: number;
}

/** A message that was lost on its way from one end to the other. */
export interface JoinedLoss {
  way: WayName;
  message: FailedMessage;
  sentAs: SentAs;
  why: Why;
  /** It was sent often enough, or so many of its packets were lost, that chance does not explain it. */
  isSure: boolean;
  /**
   * The largest packet that passed and is smaller than what was lost, of the kinds that can be compared; and
   * the smallest that was lost. `null`: none.
   */
  largestPassed: number | null;
  smallestLost: number | null;
  /** The largest packet of any kind that passed this way; 0: none. */
  mostPassed: number;
  /** `null` where a log does not say which IP packets were lost. */
  packet: LostPacket | null;
  /** How often packets of this kind and size were lost and passed. */
  count: SizeCount | null;
  /** Whole packets are lost above some size too, not IP fragments alone. */
  wholeLostToo: boolean;
  evidence: EvidenceRef[];
}

/** What both ends of the latest login show of losses, each way; `null`: none, or nothing was joined. */
export interface JoinedLosses {
  outbound: JoinedLoss | null;
  inbound: JoinedLoss | null;
  /** Messages of logins were lost each way, if not in the latest one. */
  bothWays: boolean;
}

/** What both ends show to be lost, each way. */
export const joinedLosses = once((o: Observations): JoinedLosses => {
  const { ways } = joinedWays(o);
  if (ways === null) return { outbound: null, inbound: null, bothWays: false };
  return {
    outbound: lossOf("outbound", ways, o),
    inbound: lossOf("inbound", ways, o),
    bothWays: ways.outbound.failed.some(isRepeated) && ways.inbound.failed.some(isRepeated),
  };
});

/** The same without an agent's probes where there is its run, which says more of them. */
export function lossesOfLogins(o: Observations): JoinedLosses {
  const { outbound, inbound, bothWays } = joinedLosses(o);
  const isOfRun = (loss: JoinedLoss | null): boolean => loss?.message.isProbe === true && o.probes.length > 0;
  return {
    outbound: isOfRun(outbound) ? null : outbound,
    inbound: isOfRun(inbound) ? null : inbound,
    bothWays,
  };
}

const isRepeated = ({ sendings }: FailedMessage): boolean => sendings > 1;

function lossOf(way: WayName, ways: JoinedWays, o: Observations): JoinedLoss | null {
  const message = ways[way].failing;
  if (message === null) return null;
  const { counts, largestPassed } = ways[way];
  const sentAs = sentAsOf(message);
  const countOf = ({ kind, ipBytes }: FollowedPacket): SizeCount | undefined =>
    counts.find((c) => c.kind === kind && c.ipBytes === ipBytes);
  const lost = message.lost.flatMap((datagram) =>
    follow(message.login, datagram)
      .filter((p) => p.arrived === false)
      .map((p) => ({ ...p, datagram, count: countOf(p) })),
  );
  // What passed at another time was lost by chance, or the path has changed meanwhile.
  const never = lost.filter((p) => p.count?.passed === 0);
  const isUnknown = lost.length === 0;
  const why = isUnknown
    ? whyUnknown(message, ways[way], portIsOpen(message, ways[way], o))
    : never.length === 0
      ? alwaysTheSame(message)
        ? "fragment"
        : "chance"
      : whyLost(never, message, sentAs, ways, way, portIsOpen(message, ways[way], o));
  const large = never.filter((p) => p.ipBytes > Math.max(largestPassed.whole, ALWAYS_PASSES_IP_BYTES));
  // Where later IP fragments are kept back for want of the first, it is the first one's size that counts.
  const sizes = (large.length > 0 ? large : never).map((p) => p.ipBytes);
  const smallestLost = sizes.length > 0 ? least(sizes) : isUnknown ? largestOf(message) : null;
  const passed = counts.filter((c) => c.passed > 0 && c.ipBytes < (smallestLost ?? 0));
  const comparable = passed.filter((c) => sentAs !== "ip-fragments" || c.kind !== "whole");
  const named = mostTelling(never.length > 0 ? never : lost);
  const most = named?.count?.lost ?? 0;
  return {
    way,
    message,
    sentAs,
    why,
    isSure: message.sendings > 1 || most >= TRIES_FOR_LOST,
    largestPassed: comparable.length > 0 ? greatest(comparable.map((c) => c.ipBytes)) : null,
    smallestLost,
    mostPassed: Math.max(...Object.values(largestPassed)),
    packet:
      named === undefined
        ? null
        : { datagram: named.datagram, packet: named.packet, kind: named.kind, ipBytes: named.ipBytes },
    count: named?.count ?? null,
    wholeLostToo: counts.some(
      ({ kind, ipBytes, passed: ok, lost: times }) =>
        kind === "whole" && ok === 0 && times >= TRIES_FOR_LOST && ipBytes > largestPassed.whole,
    ),
    evidence: evidenceOf(message, way),
  };
}

/** The same IKE fragments are lost whenever they are sent, and no other: that is no chance. */
function alwaysTheSame({ login, exchangeType, messageId, lost, sendings }: FailedMessage): boolean {
  const numbers = new Set(lost.map((d) => d.ikeFragment?.number));
  if (numbers.has(undefined) || sendings < TRIES_FOR_LOST) return false;
  return !login.datagrams.some(
    (d) =>
      d.exchangeType === exchangeType &&
      d.messageId === messageId &&
      d.isResponse === lost[0]?.isResponse &&
      (d.fate === "arrived" || d.fate === "recut") &&
      numbers.has(d.ikeFragment?.number),
  );
}

const least = (sizes: readonly number[]): number => sizes.reduce((a, b) => Math.min(a, b));
const greatest = (sizes: readonly number[]): number => sizes.reduce((a, b) => Math.max(a, b));

/** The one that was lost most often, of these the largest, of these the latest. */
function mostTelling<P extends FollowedPacket & { count: SizeCount | undefined }>(
  lost: readonly P[],
): P | undefined {
  return lost.reduce<P | undefined>((best, p) => {
    const [now, before] = [p.count?.lost ?? 0, best?.count?.lost ?? 0];
    if (best === undefined || now > before) return p;
    return now === before && p.ipBytes >= best.ipBytes ? p : best;
  }, undefined);
}

function sentAsOf({ login, lost, port }: FailedMessage): SentAs {
  if (lost.some((d) => d.ikeFragment !== null)) return "ike-fragments";
  if (lost.some((d) => d.packets.length > 1)) return "ip-fragments";
  if (lost.some((d) => d.packets.length === 1)) return "whole";
  const lengths = lost.flatMap((d) => d.ikeLength ?? []);
  if (lengths.length === 0) return "unknown";
  // A log has the size of the message alone: what is larger than a packet of Ethernet left as several.
  const ipBytes = ikeIpBytes(greatest(lengths), port ?? NAT_TRAVERSAL_PORT, login.family);
  return ipBytes > ETHERNET_MTU ? "ip-fragments" : "whole";
}

/** Something else with this port arrived the same way. */
function portIsOpen(message: FailedMessage, { openPorts }: Way, o: Observations): boolean {
  const port = message.port ?? NAT_TRAVERSAL_PORT;
  if (openPorts.has(port)) return true;
  return (port === 500 || port === 4500) && baseline(o, port).state === "answered";
}

/** A datagram in IP fragments that a log lacks: which of them was lost it does not say. */
function whyUnknown(message: FailedMessage, way: Way, isOpen: boolean): Why {
  const largest = largestOf(message);
  if (largest === null) return "open";
  if (way.largestWholeSplit > 0 && way.largestWholeSplit < largest) return "size";
  const asLarge = Math.max(way.largestPassed.whole, ALWAYS_PASSES_IP_BYTES);
  return isOpen && largest <= asLarge ? "fragment" : "open";
}

function largestOf({ lost }: FailedMessage): number | null {
  const sizes = lost.flatMap((d) => d.packets.map((p) => p.ipBytes));
  return sizes.length > 0 ? greatest(sizes) : null;
}

function whyLost(
  never: readonly FollowedPacket[],
  { port }: FailedMessage,
  sentAs: SentAs,
  ways: JoinedWays,
  name: WayName,
  isOpen: boolean,
): Why {
  const way = ways[name];
  const { whole, first, later } = way.largestPassed;
  const asLarge = Math.max(whole, ALWAYS_PASSES_IP_BYTES);
  const asLargeFragment = Math.max(first, later, asLarge);
  const small = never.filter((p) => p.ipBytes <= (p.kind === "whole" ? asLarge : asLargeFragment));
  if (small.length === 0) return isOpen ? "size" : "open";
  if (sentAs !== "ip-fragments") {
    if (isOpen) return sentAs === "ike-fragments" ? "fragment" : "open";
    return port === null || port === NAT_TRAVERSAL_PORT ? "port" : "open";
  }
  const lostFirst = never.filter((p) => p.kind !== "later").map((p) => p.ipBytes);
  // What has the port arrived, so it is the others that are dropped.
  if (lostFirst.length === 0) return "fragment";
  const smallest = least(lostFirst);
  // A NAT keeps later IP fragments back until the first one comes: smaller ones tell whether that is it.
  if (way.largestWholeSplit > 0 && way.largestWholeSplit < smallest) return "size";
  if (isOpen && smallest <= asLarge) return "fragment";
  const isAll = never.some((p) => p.kind === "later");
  return isAll && !ways.hasNat ? "fragment" : "open";
}

/** The packets where they left, and what of the message arrived. */
function evidenceOf({ login, exchangeType, messageId, lost }: FailedMessage, way: WayName): EvidenceRef[] {
  const [from, to] = [senderOf(login, way), receiverOf(login, way)];
  const isResponse = way === "inbound";
  const own = login.datagrams.filter(
    (d) => d.exchangeType === exchangeType && d.messageId === messageId && d.isResponse === isResponse,
  );
  return [...lost.flatMap((d) => d.seen[from]?.refs ?? []), ...own.flatMap((d) => d.seen[to]?.refs ?? [])];
}

/** A login that is whole at the gateway, and that the gateway does not answer. */
export interface UnansweredAtGateway {
  login: JoinedLogin;
  exchangeType: number;
  requests: JoinedDatagram[];
  /** Where the gateway's silence was recorded. */
  source: string;
  evidence: EvidenceRef[];
}

/**
 * The latest login, if its last request is seen to arrive at the gateway, and no answer to it is seen.
 * `found`: it came often enough, and what the gateway sends is recorded there, so that none left. `arrived`:
 * whether one left is not known.
 */
export const unansweredAtGateway = once(
  (o: Observations): Record<"found" | "arrived", UnansweredAtGateway | null> => {
    const none = { found: null, arrived: null };
    const { ways } = joinedWays(o);
    const login = ways?.latest ?? null;
    const last = login?.datagrams.findLast((d) => d.fromClient && !d.isResponse);
    const place = login?.places.at(-1);
    if (login === null || last === undefined || place?.end !== "gateway") return none;
    const own = login.datagrams.filter(
      (d) => d.exchangeType === last.exchangeType && d.messageId === last.messageId,
    );
    const to = receiverOf(login, "outbound");
    const requests = own.filter((d) => d.fromClient && (d.fate === "arrived" || d.fate === "recut"));
    const sendings = new Set(requests.map((d) => d.sending)).size;
    const isFailed = ways?.outbound.failed.some((m) => m.messageId === last.messageId) === true;
    if (isFailed || sendings === 0 || own.some((d) => !d.fromClient)) return none;
    const evidence = requests.flatMap((d) => d.seen[to]?.refs ?? []);
    const { exchangeType } = last;
    const unanswered = { login, exchangeType, requests, source: place.source, evidence };
    return sendings < TRIES_FOR_LOST || lacksAnswers(login, to)
      ? { ...none, arrived: unanswered }
      : { ...none, found: unanswered };
  },
);

/** The client has an answer that is not in the gateway's recording: one way alone was recorded there. */
function lacksAnswers({ datagrams }: JoinedLogin, gateway: number): boolean {
  const begun = datagrams.findIndex((d) => (d.seen[gateway] ?? null) !== null);
  return datagrams.slice(begun).some((d) => !d.fromClient && d.isResponse && d.seen[gateway] === null);
}

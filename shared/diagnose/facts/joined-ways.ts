/**
 * What both ends of a login show of each way between them: which packets passed, which were lost, and which
 * messages never arrived. Sizes are bytes of whole IP packets in the form that their sender gave them.
 */
import type { Initiation, Observations, ProbeObservation } from "../../evidence/observations.ts";
import { ExchangeType, IKE_PORT, NAT_TRAVERSAL_PORT } from "../../ike/registry.ts";
import { familyOf } from "../../packet/address.ts";
import { ETHERNET_MTU, ikeIpBytes, NON_ESP_MARKER_BYTES } from "../../packet/sizes.ts";
import type { EvidenceRef } from "../../schema/diagnosis.ts";
import type { JoinedDatagram, JoinedLogin, JoinedPacket, Place } from "../../schema/joined.ts";
import { once } from "./once.ts";

/** From the client to the gateway, or back. */
export type WayName = "outbound" | "inbound";

/** A packet that is no IP fragment, or which of the IP fragments of its datagram it is. */
export type PacketKind = "whole" | "first" | "later";

/** How many packets of one kind and size passed, and how many were lost. */
export interface SizeCount {
  kind: PacketKind;
  ipBytes: number;
  passed: number;
  lost: number;
}

/** One packet of a datagram, and whether it arrived; `null`: nothing says. */
export interface FollowedPacket {
  kind: PacketKind;
  ipBytes: number;
  arrived: boolean | null;
  packet: JoinedPacket | null;
}

/** A message that was sent and never arrived whole. */
export interface FailedMessage {
  login: JoinedLogin;
  exchangeType: number;
  messageId: number;
  /** How often it was sent where the far end would have shown it, and did not. */
  sendings: number;
  /** What was lost of these sendings, in whole or in part. */
  lost: JoinedDatagram[];
  /** The gateway's UDP port; `null` where nothing tells. */
  port: number | null;
  /** It is what was lost of an agent's probes, which are no login. */
  isProbe?: true;
}

/** One way between the two ends, over all logins of one client and one gateway. */
export interface Way {
  counts: SizeCount[];
  /** The largest packet that arrived as it left; 0: none. */
  largestPassed: Readonly<Record<PacketKind, number>>;
  /** Of datagrams in IP fragments that arrived whole: the largest of their IP packets; 0: none. */
  largestWholeSplit: number;
  /** The gateway's UDP ports on which something with a port arrived. */
  openPorts: ReadonlySet<number>;
  /** What a router cut to fit its link: the largest of what came of it. `null`: none, or a translator. */
  recutTo: number | null;
  /** Messages of users' logins that never arrived, in the order in which they were sent. */
  failed: FailedMessage[];
  /** The last one of the latest login; where there are only probes, what was lost of all these. */
  failing: FailedMessage | null;
}

/** The client's logins that both ends show, and both ways between these. */
export interface JoinedWays {
  /** In the order of time. */
  logins: JoinedLogin[];
  /** The latest that is no probe of an agent's; `null` where there are only such. */
  latest: JoinedLogin | null;
  outbound: Way;
  inbound: Way;
  /** Addresses differ between the ends. */
  hasNat: boolean;
  /** The IP version differs between the ends. */
  isTranslated: boolean;
}

const placeAt = (login: JoinedLogin, end: Place["end"]): Place | undefined =>
  end === "client" ? login.places.find((p) => p.end === end) : login.places.findLast((p) => p.end === end);

/** The place at the sender's end of this way, or the nearest to it. */
export const senderOf = (login: JoinedLogin, way: WayName): number =>
  way === "outbound" ? 0 : login.places.length - 1;

/** The place at the receiver's end of this way, or the nearest to it. */
export const receiverOf = (login: JoinedLogin, way: WayName): number =>
  way === "outbound" ? login.places.length - 1 : 0;

/** The attempt is this login, as one of its places shows it. */
export const isOfLogin = (
  { places, initiatorSpi }: JoinedLogin,
  attempt: Pick<Initiation, "capture" | "initiatorSpi">,
): boolean =>
  places.some((p) => p.source === attempt.capture) &&
  (attempt.initiatorSpi === initiatorSpi || attempt.initiatorSpi === "" || initiatorSpi === "");

const ikeLengthOf = (p: ProbeObservation): number =>
  p.udpPayloadBytes - (p.port === NAT_TRAVERSAL_PORT ? NON_ESP_MARKER_BYTES : 0);

/** So many different sizes of a run's probes, from one address, are no chance. */
const SIZES_OF_A_RUN = 3;

/** What tells an agent's probes in a log where its run is given too: who sent them, and their sizes. */
const probesInLogs = once((o: Observations) => {
  const ikeLengths = new Set(o.probes.map(ikeLengthOf));
  const begunLengths = new Set(o.rehearsed.map(ikeLengthOf));
  const joined = o.joined.filter(({ places }) => places.some((p) => p.kind === "run"));
  const senders = new Set(
    joined.flatMap(({ places }) => places.filter((p) => p.kind === "log").map(senderIn)),
  );
  // What was not joined is the run's all the same where one address sent its sizes, and nothing but openings.
  const sizes = new Map<string, Set<number>>();
  const login = new Set<string>();
  for (const i of ikeLengths.size > 0 ? o.initiations : []) {
    if (i.log === undefined) continue;
    const sender = senderIn({ source: i.capture, client: i.client });
    if (!isOpeningAlone(i) && !i.ownProbe) login.add(sender);
    const own = sizes.get(sender) ?? new Set();
    sizes.set(sender, own);
    for (const { ikeLength } of i.exchanges.flatMap((e) => e.requests))
      if (ikeLength !== null && ikeLengths.has(ikeLength)) own.add(ikeLength);
  }
  for (const [sender, own] of sizes)
    if (own.size >= SIZES_OF_A_RUN && !login.has(sender)) senders.add(sender);
  return { senders, ikeLengths, begunLengths };
});

const senderIn = ({ source, client }: Pick<Place, "source" | "client">): string => `${client} ${source}`;

const isOpeningAlone = ({ exchanges }: Initiation): boolean =>
  exchanges.every(({ exchangeType }) => exchangeType === ExchangeType.IKE_SA_INIT);

/**
 * The attempt is an agent's probe: by its Vendor ID, or as what a log has of one. There it comes from the
 * same address, and has the length of one; without a rehearsed login it goes no further than IKE_SA_INIT.
 */
export function isOwnProbe(o: Observations, attempt: Initiation): boolean {
  if (attempt.ownProbe) return true;
  const { senders, ikeLengths, begunLengths } = probesInLogs(o);
  if (!senders.has(senderIn({ source: attempt.capture, client: attempt.client }))) return false;
  return attempt.exchanges.every(({ exchangeType, requests }) =>
    exchangeType === ExchangeType.IKE_SA_INIT
      ? requests.every((m) => m.ikeLength === null || ikeLengths.has(m.ikeLength))
      : // A rehearsed login goes one exchange further, and only by its length can be told from the user's.
        exchangeType === ExchangeType.IKE_AUTH &&
        requests.every((m) => m.ikeLength !== null && begunLengths.has(m.ikeLength)),
  );
}

/** When it began, by the first place's clock. */
const beganAt = ({ datagrams }: JoinedLogin): number => {
  const times = datagrams[0]?.seen ?? [];
  return times.find((seen) => seen !== null)?.timeMs ?? 0;
};

/** Of one client and one gateway, as the client calls it: other ones have other paths. */
function pathOf(login: JoinedLogin): string {
  const [near, far] = [placeAt(login, "client") ?? login.places[0], login.places.at(-1)];
  return [login.family, near?.client, far?.client].join(" ");
}

const hasLog = ({ places }: JoinedLogin): boolean => places.some((p) => p.kind === "log");

/** Where captures show both ends of a login, what a log has of the same one adds no packet. */
function asPackets(logins: readonly JoinedLogin[]): JoinedLogin[] {
  const shown = new Set(logins.filter((l) => !hasLog(l)).map((l) => l.initiatorSpi));
  return logins.filter((l) => l.initiatorSpi === "" || !hasLog(l) || !shown.has(l.initiatorSpi));
}

/** All joined logins by their path, those of each in the order of time. */
function byPath(logins: readonly JoinedLogin[]): JoinedLogin[][] {
  const paths = new Map<string, JoinedLogin[]>();
  for (const login of logins) {
    const path = pathOf(login);
    const known = paths.get(path);
    if (known) known.push(login);
    else paths.set(path, [login]);
  }
  return [...paths]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([, own]) =>
      own.toSorted((a, b) => beganAt(a) - beganAt(b) || (a.initiatorSpi < b.initiatorSpi ? -1 : 1)),
    );
}

/**
 * Both ways of the path that is to be explained: the one whose latest login failed, else the one of the
 * latest login; `null` where nothing was joined.
 */
export const joinedWays = once((o: Observations): { ways: JoinedWays | null } => {
  const ownProbes = new Set(
    o.initiations.filter((i) => i.ownProbe).map((i) => `${i.initiatorSpi} ${i.capture}`),
  );
  const isProbe = ({ initiatorSpi, places }: JoinedLogin): boolean =>
    places.some((p) => p.kind === "run" || ownProbes.has(`${initiatorSpi} ${p.source}`));
  const attempts = new Map(o.initiations.map((i) => [`${i.initiatorSpi} ${i.capture}`, i]));
  // Keepalives and ESP have the port as well as IKE has it, and are no part of a login.
  const passesOn4500 = (login: JoinedLogin, way: WayName): boolean => {
    const place = login.places[receiverOf(login, way)];
    const attempt = attempts.get(`${login.initiatorSpi} ${place?.source}`);
    return (attempt?.esp[way].onNatTraversalPort ?? 0) > 0;
  };
  const paths = byPath(asPackets(o.joined)).map((logins) => waysOf(logins, isProbe, passesOn4500));
  const isFailing = ({ outbound, inbound }: JoinedWays): boolean =>
    outbound.failing !== null || inbound.failing !== null;
  const latest = (ways: JoinedWays): number => beganAt(ways.latest ?? (ways.logins.at(-1) as JoinedLogin));
  const [first] = paths.toSorted(
    (a, b) => Number(isFailing(b)) - Number(isFailing(a)) || latest(b) - latest(a),
  );
  return { ways: first ?? null };
});

function waysOf(
  logins: JoinedLogin[],
  isProbe: (login: JoinedLogin) => boolean,
  passesOn4500: (login: JoinedLogin, way: WayName) => boolean,
): JoinedWays {
  const users = logins.filter((login) => !isProbe(login));
  const latest = users.at(-1) ?? null;
  const isTranslated = logins.some(hasTranslator);
  return {
    logins,
    latest,
    outbound: wayOf("outbound", logins, users, isTranslated, passesOn4500),
    inbound: wayOf("inbound", logins, users, isTranslated, passesOn4500),
    hasNat: logins.some(hasNat),
    isTranslated,
  };
}

/** The client's address, as each place that has it calls it. */
const clientAddresses = ({ places }: JoinedLogin): string[] =>
  places.map((p) => p.client).filter((address) => address !== "");

const hasNat = (login: JoinedLogin): boolean => new Set(clientAddresses(login)).size > 1;

const hasTranslator = (login: JoinedLogin): boolean => new Set(clientAddresses(login).map(familyOf)).size > 1;

function wayOf(
  name: WayName,
  logins: readonly JoinedLogin[],
  users: readonly JoinedLogin[],
  isTranslated: boolean,
  passesOn4500: (login: JoinedLogin, way: WayName) => boolean,
): Way {
  const failed = users.flatMap((login) => failedMessages(login, name));
  const counts = new Map<string, SizeCount>();
  const largestPassed = { whole: 0, first: 0, later: 0 };
  const openPorts = new Set<number>();
  let largestWholeSplit = 0;
  let recutTo: number | null = null;
  for (const login of logins) {
    if (passesOn4500(login, name)) openPorts.add(NAT_TRAVERSAL_PORT);
    for (const datagram of login.datagrams) {
      if (datagram.fromClient !== (name === "outbound")) continue;
      const port = portOf(datagram);
      const followed = follow(login, datagram);
      for (const { kind, ipBytes, arrived, packet } of followed) {
        if (arrived === null) continue;
        if (arrived && kind !== "later" && port !== null) openPorts.add(port);
        if (packet?.fate === "recut") {
          // It did not pass as it left: what came of it tells how much the link carries.
          if (!isTranslated && packet.arrivedIpBytes.length > 0)
            recutTo = Math.min(recutTo ?? Number.POSITIVE_INFINITY, Math.max(...packet.arrivedIpBytes));
          continue;
        }
        const key = `${kind} ${ipBytes}`;
        const count = counts.get(key) ?? { kind, ipBytes, passed: 0, lost: 0 };
        counts.set(key, count);
        count[arrived ? "passed" : "lost"] += 1;
        if (arrived) largestPassed[kind] = Math.max(largestPassed[kind], ipBytes);
      }
      if (followed.length > 1 && datagram.fate === "arrived")
        largestWholeSplit = Math.max(largestWholeSplit, ...followed.map((p) => p.ipBytes));
    }
  }
  return {
    counts: [...counts.values()].toSorted((a, b) => a.ipBytes - b.ipBytes || (a.kind < b.kind ? -1 : 1)),
    largestPassed,
    largestWholeSplit,
    openPorts,
    recutTo,
    failed,
    failing:
      users.length > 0
        ? (failed.findLast((m) => m.login === users.at(-1)) ?? null)
        : together(logins.flatMap((login) => failedMessages(login, name))),
  };
}

/** IKE_SA_INIT begins on port 500 (RFC 7296 §2.23); where the rest goes on has to be seen. */
const portOf = ({ gatewayPort, exchangeType }: JoinedDatagram): number | null =>
  gatewayPort ?? (exchangeType === ExchangeType.IKE_SA_INIT ? IKE_PORT : null);

const hasArrived = ({ fate }: JoinedDatagram): boolean => fate === "arrived" || fate === "recut";
const isLost = ({ fate }: JoinedDatagram): boolean => fate === "lost" || fate === "partly-lost";

/** The packets of a datagram, and which of them are known to have arrived or to be lost. */
export function follow(login: JoinedLogin, datagram: JoinedDatagram): FollowedPacket[] {
  const { packets, ikeLength, fate } = datagram;
  const [only] = packets;
  if (only === undefined) {
    // A log names the size of the message. What does not fit one packet of Ethernet was split somewhere.
    const ipBytes =
      ikeLength === null ? null : ikeIpBytes(ikeLength, portOf(datagram) ?? NAT_TRAVERSAL_PORT, login.family);
    if (ipBytes === null || ipBytes > ETHERNET_MTU || fate === "not-covered") return [];
    return [{ kind: "whole", ipBytes, arrived: hasArrived(datagram), packet: null }];
  }
  return packets.map((packet) => {
    const { ipBytes, ipFragmentOffset, moreIpFragments } = packet;
    const kind = ipFragmentOffset > 0 ? "later" : moreIpFragments ? "first" : "whole";
    const byDatagram = hasArrived(datagram) ? true : fate === "lost" && packets.length === 1 ? false : null;
    const arrived = packet.fate === "lost" ? false : packet.fate === "not-covered" ? byDatagram : true;
    return { kind, ipBytes, arrived, packet };
  });
}

/** What a login is made of; what follows it says nothing of whether it comes up. */
const LOGIN_EXCHANGES: readonly number[] = [
  ExchangeType.IKE_SA_INIT,
  ExchangeType.IKE_INTERMEDIATE,
  ExchangeType.IKE_AUTH,
];

function failedMessages(login: JoinedLogin, way: WayName): FailedMessage[] {
  const messages = new Map<string, JoinedDatagram[]>();
  const answered = new Set<string>();
  let furthest = -1;
  for (const datagram of login.datagrams) {
    const { exchangeType, messageId, isResponse, fromClient } = datagram;
    const exchange = `${exchangeType} ${messageId}`;
    if (isResponse && !fromClient) answered.add(exchange);
    if (!isResponse && fromClient) furthest = Math.max(furthest, messageId);
    if (fromClient !== (way === "outbound") || isResponse === fromClient) continue;
    if (!LOGIN_EXCHANGES.includes(exchangeType)) continue;
    const own = messages.get(exchange);
    if (own) own.push(datagram);
    else messages.set(exchange, [datagram]);
  }
  return [...messages].flatMap(([exchange, datagrams]) => {
    const [first] = datagrams;
    // An answer shows that the request arrived, and the next request that the answer did.
    const isAnswered = way === "outbound" ? answered.has(exchange) : furthest > (first?.messageId ?? 0);
    if (first === undefined || isAnswered) return [];
    const lost = datagrams.filter(isLost);
    const sendings = new Set(lost.map((d) => d.sending)).size;
    if (sendings === 0 || hasArrivedWhole(datagrams)) return [];
    const { exchangeType, messageId } = first;
    return [{ login, exchangeType, messageId, sendings, lost, port: portOf(first) }];
  });
}

/** Probes of an agent's, each a message of its own, as one: they ask one question in many sizes. */
function together(failed: readonly FailedMessage[]): FailedMessage | null {
  const last = failed.at(-1);
  if (last === undefined) return null;
  return {
    ...last,
    isProbe: true,
    lost: failed.flatMap((m) => m.lost),
    sendings: failed.reduce((sum, m) => sum + m.sendings, 0),
  };
}

/**
 * Whether any sending arrived, or may have. IKE fragments of several sendings make one message, as they are
 * the same (RFC 7383 §2.6).
 */
function hasArrivedWhole(datagrams: readonly JoinedDatagram[]): boolean {
  if (datagrams.some((d) => d.ikeFragment === null && hasArrived(d))) return true;
  const fates = new Map<number, "arrived" | "lost" | "open">();
  for (const datagram of datagrams) {
    const number = datagram.ikeFragment?.number;
    if (number === undefined || fates.get(number) === "arrived") continue;
    if (hasArrived(datagram)) fates.set(number, "arrived");
    else if (isLost(datagram)) fates.set(number, "lost");
    else if (!fates.has(number)) fates.set(number, "open");
  }
  return fates.size > 0 && ![...fates.values()].includes("lost");
}

/** The attempts of which these logins are made, each as one of the places shows it. */
export function attemptsOf(o: Observations, logins: readonly JoinedLogin[]): Set<Initiation> {
  const named = new Set(
    logins.flatMap(({ places, initiatorSpi }) => places.map((p) => `${initiatorSpi} ${p.source}`)),
  );
  const sources = new Set(logins.flatMap(({ places }) => places.map((p) => p.source)));
  // Most logs name no SPIs: there, its lines tell which attempt it is.
  const lines = new Set(
    logins.flatMap(({ datagrams }) =>
      datagrams.flatMap((d) => d.seen.flatMap((seen) => (seen?.refs ?? []).map(keyOf))),
    ),
  );
  const hasLines = ({ exchanges }: Initiation): boolean =>
    exchanges.some((e) =>
      [...e.requests, ...e.responses].some((m) => m.refs.some((ref) => lines.has(keyOf(ref)))),
    );
  return new Set(
    o.initiations.filter(
      (i) =>
        sources.has(i.capture) &&
        (named.has(`${i.initiatorSpi} ${i.capture}`) || (i.initiatorSpi === "" && hasLines(i))),
    ),
  );
}

const keyOf = (ref: EvidenceRef): string => JSON.stringify(ref);

/** All attempts that are part of a joined login. */
export const joinedAttempts = once((o: Observations): Set<Initiation> => attemptsOf(o, o.joined));

/**
 * The evidence without the other clients of a gateway: beside a login that both ends show, what the gateway
 * recorded of others says nothing of it. Where it is an agent's run that was joined, the attempts that came
 * from its address are the user's.
 */
export function aboutThisClient(o: Observations): Observations {
  const { ways } = joinedWays(o);
  if (ways === null) return o;
  const far = ways.logins.flatMap((login) => login.places.filter((p) => p.end !== "client"));
  const sources = new Set(far.map((p) => p.source));
  const hasRun = ways.logins.some((login) => login.places.some((p) => p.kind === "run"));
  const clients = new Set(hasRun ? far.map((p) => `${p.client} ${p.source}`) : []);
  const own = attemptsOf(o, ways.logins);
  // The client's own recordings last, as the latest that is known of it, in whatever order the files came.
  const initiations = o.initiations
    .filter((i) => !sources.has(i.capture) || own.has(i) || clients.has(`${i.client} ${i.capture}`))
    .toSorted(
      (a, b) =>
        Number(!sources.has(a.capture)) - Number(!sources.has(b.capture)) ||
        (a.capture === b.capture ? 0 : a.capture < b.capture ? -1 : 1),
    );
  return { ...o, initiations };
}

/** What became of each datagram of a login between two places of which one is a log or a run. */
import { isErrorNotify } from "../../ike/registry.ts";
import type { DatagramSeen, JoinedDatagram, JoinedPacket } from "../../schema/joined.ts";
import type { Ends } from "./likeness.ts";
import type { Fit } from "./log-clocks.ts";
import { datagramKey, messageKey, type Recorded, type RecordedLogin } from "./recorded.ts";

/** How long a recording must go on for what left before to be called lost. */
const GOES_ON_MS = 1_500;
/** What arrives sooner than this after it was sent, or a little before by clocks that are not exact. */
const LATE_MS = 3_000;
const EARLY_MS = 300;

/** The datagrams of one login at two places, in the order of time. */
export function joinDatagrams({ client, gateway }: Ends, fit: Fit | null, stepMs: number): JoinedDatagram[] {
  const ways = [
    { sender: client, receiver: gateway, fromClient: true },
    { sender: gateway, receiver: client, fromClient: false },
  ];
  const timed: { datagram: JoinedDatagram; atMs: number }[] = [];
  // What the gateway took: of each message, the times of its sendings at both places.
  const asked = new Map<string, { leftMs: number; cameMs: number }[]>();
  for (const way of ways) {
    for (const one of joinWay(way, fit, stepMs)) {
      const [atClient, atGateway] = way.fromClient
        ? [one.sent, one.came[0] ?? null]
        : [one.came[0] ?? null, one.sent];
      const datagram = toDatagram(one, way, stepMs);
      let atMs = atClient?.timeMs ?? (atGateway?.timeMs ?? 0) - (fit?.differenceMs ?? 0);
      const exchange = `${datagram.exchangeType} ${datagram.messageId}`;
      if (way.fromClient && atClient && atGateway) {
        const list = asked.get(exchange);
        const times = { leftMs: atClient.timeMs, cameMs: atGateway.timeMs };
        if (list) list.push(times);
        else asked.set(exchange, [times]);
      } else if (datagram.isResponse && !atClient && atGateway) {
        // No answer stands before its request, however the two clocks are rounded.
        const request = latestCame(asked.get(exchange) ?? [], atGateway.timeMs);
        if (request !== null) atMs = Math.max(atMs, request);
      }
      timed.push({ datagram, atMs });
    }
  }
  const isTimed = fit !== null;
  return timed
    .toSorted((a, b) => (isTimed && a.atMs !== b.atMs ? a.atMs - b.atMs : byOrder(a.datagram, b.datagram)))
    .map(({ datagram }) => datagram);
}

/** When the request left that an answer of this time is to; in the order in which they left. */
function latestCame(asked: readonly { leftMs: number; cameMs: number }[], atMs: number): number | null {
  let [low, high] = [0, asked.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((asked[middle]?.cameMs ?? 0) <= atMs) low = middle + 1;
    else high = middle;
  }
  return asked[low - 1]?.leftMs ?? null;
}

/** Without clocks: requests, each sending with its answers, message by message. */
const byOrder = (a: JoinedDatagram, b: JoinedDatagram): number =>
  a.messageId - b.messageId ||
  a.sending - b.sending ||
  Number(a.isResponse) - Number(b.isResponse) ||
  (a.ikeFragment?.number ?? 0) - (b.ikeFragment?.number ?? 0);

interface Way {
  sender: RecordedLogin;
  receiver: RecordedLogin;
  fromClient: boolean;
}

/** A sending and what came of it. */
interface Matched {
  sent: Recorded | null;
  came: Recorded[];
  /** Only later IP fragments of it came. */
  headless: RecordedLogin["headless"];
  sending: number;
  isCovered: boolean;
}

function joinWay(way: Way, fit: Fit | null, stepMs: number): Matched[] {
  const { sender, receiver, fromClient } = way;
  const ahead = fit === null ? null : fromClient ? fit.differenceMs : -fit.differenceMs;
  const sent = groupBy(
    sender.datagrams.filter((d) => d.fromClient === fromClient),
    datagramKey,
  );
  const own = receiver.datagrams.filter((d) => d.fromClient === fromClient);
  const came = groupBy(own, datagramKey);
  const wholes = groupBy(
    own.filter((d) => d.ikeFragment === null && !d.maybePart),
    messageKey,
  );
  const listsFragments = new Set(own.filter((d) => d.ikeFragment !== null).map(messageKey));
  const headless = receiver.headless.filter((h) => h.fromClient === fromClient);
  const found: Matched[] = [];
  const taken = new Set<string>();
  for (const [key, sendings] of sent) {
    const [first] = sendings;
    if (!first) continue;
    const message = messageKey(first);
    // A log that names its answer and not the IKE fragments of it, of which these came.
    if (first.ikeFragment === null && sender.kind === "log" && listsFragments.has(message)) continue;
    // A log that does not list the IKE fragments has the message that they make.
    const isMade = first.ikeFragment !== null && !came.has(key) && !listsFragments.has(message);
    const arrivals = (isMade ? wholes.get(message) : came.get(key)) ?? [];
    taken.add(isMade ? message : key);
    // The repetition of a message in IKE fragments may be told in one line.
    if (first.ikeFragment !== null) taken.add(message);
    const matched = bySize(sendings, arrivals).flatMap((p) => match(p.sendings, p.arrivals, ahead, stepMs));
    // A log may show a message only when it is whole: which IKE fragment was lost is then not known.
    const isUntold =
      isMade && receiver.kind === "log" && arrivals.length === 0 && (first.ikeFragment?.total ?? 1) > 1;
    for (const m of matched)
      found.push({ ...m, isCovered: !isUntold && covers(receiver, m, arrivals, ahead, stepMs) });
  }
  for (const [key, arrivals] of came) {
    if (taken.has(key)) continue;
    for (const [at, d] of arrivals.entries())
      found.push({ sent: null, came: [d], headless: [], sending: at + 1, isCovered: true });
  }
  addHeadless(found, headless, ahead, stepMs);
  return found;
}

function groupBy(list: readonly Recorded[], key: (d: Recorded) => string): Map<string, Recorded[]> {
  return Map.groupBy(list, key);
}

/** An opening that is sent anew with a cookie has another size than before. */
function bySize(
  sendings: readonly Recorded[],
  arrivals: readonly Recorded[],
): { sendings: readonly Recorded[]; arrivals: readonly Recorded[] }[] {
  const sizes = new Set(sendings.map((d) => d.ikeLength));
  if (sizes.size < 2) return [{ sendings, arrivals }];
  const unknown = arrivals.filter((d) => d.ikeLength === null || !sizes.has(d.ikeLength));
  return [...sizes].map((size, at) => ({
    sendings: sendings.filter((d) => d.ikeLength === size),
    arrivals: [...arrivals.filter((d) => d.ikeLength === size), ...(at === 0 ? unknown : [])],
  }));
}

type Unjudged = Omit<Matched, "isCovered">;

/** Gives each arrival the latest sending before it; without clocks, in their order. */
function match(
  sendings: readonly Recorded[],
  arrivals: readonly Recorded[],
  ahead: number | null,
  stepMs: number,
): Unjudged[] {
  const ordered = sendings.toSorted((a, b) => a.timeMs - b.timeMs);
  const found = ordered.map((sent, at): Unjudged => ({ sent, came: [], headless: [], sending: at + 1 }));
  const orphans: Unjudged[] = [];
  const inOrder = arrivals.toSorted((a, b) => a.timeMs - b.timeMs);
  const give = (arrival: Recorded, to: Unjudged | undefined): void => {
    if (to) to.came.push(arrival);
    else orphans.push({ sent: null, came: [arrival], headless: [], sending: 1 });
  };
  if (ahead !== null && stepMs >= 1_000) {
    for (const [arrival, to] of alignInOrder(ordered, inOrder, ahead))
      give(arrival, to === null ? undefined : found[to]);
    return [...found, ...orphans];
  }
  // Who gets an answer stops repeating, so without clocks the last ones are the ones that came.
  const skipped = Math.max(0, found.length - arrivals.length);
  for (const [at, arrival] of inOrder.entries()) {
    const to =
      ahead === null
        ? found[Math.min(skipped + at, found.length - 1)]
        : latestBefore(found, arrival, ahead, stepMs);
    give(arrival, to);
  }
  return [...found, ...orphans];
}

const MOST_ALIGNED = 20_000;

/** Where clocks tell seconds only: arrivals and sendings in order, so that they lie over each other best. */
function alignInOrder(
  sendings: readonly Recorded[],
  arrivals: readonly Recorded[],
  ahead: number,
): [arrival: Recorded, sending: number | null][] {
  const offOf = (arrival: Recorded, sending: Recorded): number =>
    Math.abs(arrival.timeMs - ahead - sending.timeMs);
  const width = sendings.length + 1;
  if (arrivals.length * sendings.length > MOST_ALIGNED) {
    const skipped = Math.max(0, sendings.length - arrivals.length);
    return arrivals.map((arrival, at) => [arrival, at + skipped < sendings.length ? at + skipped : null]);
  }
  // The least sum of what they are off, for the first arrivals and the first sendings.
  const sums = new Float64Array((arrivals.length + 1) * width);
  for (let a = 1; a <= arrivals.length; a++) {
    for (let s = 0; s < width; s++) {
      const left = (sums[(a - 1) * width + s] ?? 0) + LATE_MS * 2;
      const skip = s === 0 ? Number.POSITIVE_INFINITY : (sums[a * width + s - 1] ?? 0);
      const [arrival, sending] = [arrivals[a - 1], sendings[s - 1]];
      const off = arrival && sending ? offOf(arrival, sending) : Number.POSITIVE_INFINITY;
      const take = off > LATE_MS ? Number.POSITIVE_INFINITY : (sums[(a - 1) * width + s - 1] ?? 0) + off;
      sums[a * width + s] = Math.min(left, skip, take);
    }
  }
  const pairs: [Recorded, number | null][] = [];
  for (let a = arrivals.length, s = sendings.length; a > 0; ) {
    const now = sums[a * width + s] ?? 0;
    if (s > 0 && now === sums[a * width + s - 1]) {
      s--;
      continue;
    }
    const arrival = arrivals[a - 1] as Recorded;
    const isLeft = now === (sums[(a - 1) * width + s] ?? 0) + LATE_MS * 2;
    pairs.push([arrival, isLeft ? null : s - 1]);
    a--;
    if (!isLeft) s--;
  }
  return pairs.toReversed();
}

function latestBefore(
  sendings: readonly Unjudged[],
  arrival: Recorded,
  ahead: number,
  stepMs: number,
): Unjudged | undefined {
  const at = arrival.timeMs - ahead + EARLY_MS + stepMs;
  let [low, high] = [0, sendings.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sendings[middle]?.sent?.timeMs ?? 0) <= at) low = middle + 1;
    else high = middle;
  }
  // Clocks in seconds: the one before may be meant, when the last one has its arrival already.
  const [last, before] = [sendings[low - 1], sendings[low - 2]];
  const isNear = (one: Unjudged | undefined): one is Unjudged =>
    one !== undefined && at - (one.sent?.timeMs ?? 0) <= LATE_MS + EARLY_MS + 2 * stepMs;
  if (isNear(before) && before.came.length === 0 && (last?.came.length ?? 0) > 0) return before;
  if (isNear(last)) return last;
  return undefined;
}

/** Whether the far place would show it. */
function covers(
  receiver: RecordedLogin,
  { sent, came }: Unjudged,
  arrivals: readonly Recorded[],
  ahead: number | null,
  stepMs: number,
): boolean {
  if (came.length > 0 || sent === null) return true;
  if (receiver.isLeaky) return false;
  // It was answered there, so the line about its arrival is what is missing.
  if (receiver.kind === "log" && arrivals.length === 0 && isAnsweredIn(receiver, sent)) return false;
  // Of what it knows already, or has refused, a daemon need not say that it came again.
  const isKnown = receiver.kind === "log" && arrivals.some((d) => d.timeMs <= sent.timeMs + (ahead ?? 0));
  if (isKnown && (isRefused(receiver) || arrivals.every((d) => d.ikeLength === null))) return false;
  if (ahead === null || receiver.untimed) {
    // Without clocks it is not known which of several sendings it was that came.
    if (arrivals.length > 0) return false;
    const last = receiver.datagrams.reduce((latest, d) => Math.max(latest, d.timeMs), 0);
    return receiver.untilMs > last || receiver.kind !== "log";
  }
  return receiver.untilMs >= sent.timeMs + ahead + GOES_ON_MS - stepMs;
}

const isAnsweredIn = ({ datagrams }: RecordedLogin, sent: Recorded): boolean =>
  !sent.isResponse &&
  datagrams.some(
    (d) =>
      d.isResponse &&
      d.fromClient !== sent.fromClient &&
      d.exchangeType === sent.exchangeType &&
      d.messageId === sent.messageId,
  );

const isRefused = ({ initiation }: RecordedLogin): boolean =>
  initiation?.exchanges.some((e) => e.responseNotifies.some((n) => isErrorNotify(n.type))) === true;

/** IP fragments that nothing names are of the datagram that was sent just before and did not come. */
function addHeadless(
  found: Matched[],
  headless: RecordedLogin["headless"],
  ahead: number | null,
  stepMs: number,
): void {
  const open = found
    .filter((m) => m.sent !== null && m.came.every((d) => !d.complete) && m.headless.length === 0)
    .toSorted((a, b) => (a.sent?.timeMs ?? 0) - (b.sent?.timeMs ?? 0));
  let next = 0;
  for (const one of headless.toSorted((a, b) => a.timeMs - b.timeMs)) {
    if (ahead === null) {
      const to = open[next++];
      if (to) to.headless = [one];
      continue;
    }
    const at = one.timeMs - ahead + EARLY_MS + stepMs;
    while (next + 1 < open.length && (open[next + 1]?.sent?.timeMs ?? 0) <= at) next++;
    const to = open[next];
    const left = to?.sent?.timeMs ?? Number.POSITIVE_INFINITY;
    if (to && left <= at && at - left <= LATE_MS + EARLY_MS + 2 * stepMs) to.headless = [...to.headless, one];
  }
}

function toDatagram(one: Matched, { receiver, fromClient }: Way, stepMs: number): JoinedDatagram {
  const { sent, came, headless, isCovered } = one;
  const example = sent ?? came[0];
  const whole = came.find((d) => d.complete);
  const isPartly = whole === undefined && (came.length > 0 || headless.length > 0);
  const fate: JoinedDatagram["fate"] =
    whole !== undefined
      ? "arrived"
      : isPartly
        ? receiver.isLeaky
          ? "not-covered"
          : "partly-lost"
        : isCovered
          ? "lost"
          : "not-covered";
  const [senderAt, receiverAt] = fromClient ? ([0, 1] as const) : ([1, 0] as const);
  const seenFar = whole ?? came[0];
  const far: DatagramSeen | null =
    seenFar !== undefined
      ? seenOf(seenFar)
      : headless.length > 0
        ? {
            timeMs: headless[0]?.timeMs ?? 0,
            ipBytes: headless.flatMap((h) => h.datagram.packets.map((p) => p.ipBytes)).slice(0, 64),
            ipIdentification: headless[0]?.datagram.packets[0]?.identification ?? null,
            complete: false,
            refs: headless
              .flatMap((h) =>
                h.datagram.packets.map(({ frame }) => ({
                  kind: "packet" as const,
                  capture: receiver.source,
                  frame,
                })),
              )
              .slice(0, 64),
          }
        : null;
  const near = sent === null ? null : seenOf(sent);
  const arrivedParts = new Set(
    [...came.flatMap((d) => d.packets), ...headless.flatMap((h) => h.datagram.packets)].map(
      (p) => p.ipFragmentOffset,
    ),
  );
  const packets = (sent?.packets ?? []).slice(0, 64).map((p): JoinedPacket => {
    const isLostAlone = sent?.packets.length === 1 && fate === "lost";
    const isMissing = fate === "partly-lost" && !arrivedParts.has(p.ipFragmentOffset);
    const packetFate =
      fate === "arrived" || (fate === "partly-lost" && !isMissing)
        ? "arrived"
        : isLostAlone || isMissing
          ? "lost"
          : "not-covered";
    return {
      ipBytes: p.ipBytes,
      ipFragmentOffset: p.ipFragmentOffset,
      moreIpFragments: p.moreIpFragments,
      fate: packetFate,
      arrivedIpBytes: [],
      lostBetween: packetFate === "lost" ? [senderAt, receiverAt] : null,
    };
  });
  const copies = came.reduce((sum, d) => sum + 1 + d.copies, 0);
  return {
    exchangeType: example?.exchangeType ?? 0,
    messageId: example?.messageId ?? 0,
    isResponse: example?.isResponse ?? false,
    fromClient,
    ...(portOf(one) !== null && { gatewayPort: portOf(one) ?? 0 }),
    ikeFragment: example?.ikeFragment ?? null,
    ikeLength: sent?.ikeLength ?? came.find((d) => d.ikeLength !== null)?.ikeLength ?? null,
    sending: one.sending,
    seen: fromClient ? [near, far] : [far, near],
    fate,
    // Clocks in seconds do not tell a copy from the next repetition.
    cameTwice: sent !== null && whole !== undefined && copies > 1 && stepMs < 1_000,
    outOfOrder: false,
    packets,
  };
}

const portOf = ({ sent, came }: Matched): number | null => sent?.gatewayPort ?? came[0]?.gatewayPort ?? null;

const seenOf = (d: Recorded): DatagramSeen => ({
  timeMs: d.timeMs,
  ipBytes: d.packets.map((p) => p.ipBytes).slice(0, 64),
  ipIdentification: d.ipIdentification,
  complete: d.complete,
  refs: d.refs.slice(0, 64),
});

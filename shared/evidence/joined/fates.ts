/** What became of a datagram and of each of its IP packets on the way, as far as the captures cover it. */
import type { IpPacket } from "../../packet/ip.ts";
import type { JoinedDatagram, JoinedPacket } from "../../schema/joined.ts";
import type { CapturedDatagram } from "../observations.ts";
import type { LoginAtPlace, Sending } from "./sendings.ts";
import { type IkeHead, SOONEST_REPEAT_MS } from "./track.ts";

type Fate = JoinedPacket["fate"];

/** IP fragments of one datagram come within milliseconds: sooner than this, others may have followed. */
const LAST_FRAGMENT_MS = 1_000;
/** How much later than others a packet may come: so long a capture has to go on. */
const LATE_MS = 100;
/** A capture that nothing is seen in after this time may as well have ended. */
const GOES_ON_MS = 3_000;
/** A daemon answers sooner, if it does. */
const ANSWERED_MS = 3_000;
/** IP fragments that a computer sends leave one right after the other. */
const SAME_DATAGRAM_MS = 100;
/** So many sendings without an arrival are no accident of when somebody ended the capture. */
const SURE_SENDINGS = 3;

/** The IP packets of a datagram in the order of their offsets. */
export const inOrder = (packets: readonly IpPacket[]): IpPacket[] =>
  packets.toSorted((a, b) => a.ipFragmentOffset - b.ipFragmentOffset);

/** The exchange of a message and its direction, over all its IKE fragments. */
const partKey = ({ exchangeType, messageId, isResponse }: IkeHead, fromClient: boolean): string =>
  `${exchangeType} ${messageId} ${isResponse} ${fromClient}`;

/** Judges the sendings of one login. */
export class Fates {
  readonly #places: readonly LoginAtPlace[];
  /** For each place, by exchange and direction: when messages of it were seen there. */
  readonly #seenAt: Map<string, { firstMs: number; times: number[] }>[];
  readonly #groups = new Map<string, Sending[]>();
  readonly #wholeAt: Set<string>[];
  readonly #sendings: readonly Sending[];
  readonly #ended = new Map<number, boolean>();
  /** IP fragments without their first one that are known to be of a sending. */
  readonly #named: ReadonlySet<CapturedDatagram>;
  /** The Identifications of these, and of all sendings. */
  readonly #names: ReadonlySet<number>;

  /** @param named the IP fragments without their first one that were given to sendings of any login */
  constructor(
    places: readonly LoginAtPlace[],
    sendings: readonly Sending[],
    named: ReadonlySet<CapturedDatagram>,
  ) {
    this.#places = places;
    this.#sendings = sendings;
    this.#named = named;
    const known = [...named, ...sendings.flatMap(({ seen }) => seen.flatMap((d) => d ?? []))];
    this.#names = new Set(known.flatMap(({ packets: [first] }) => first?.identification ?? []));
    this.#seenAt = places.map(({ track }) => whenSeen(track.datagrams));
    for (const sending of sendings) {
      const list = this.#groups.get(sending.key);
      if (list) list.push(sending);
      else this.#groups.set(sending.key, [sending]);
    }
    this.#wholeAt = places.map((_, at) => {
      const whole = sendings.filter((s) => s.seen[at]?.complete);
      return new Set(whole.map((s) => s.key));
    });
  }

  /** What became of one sending, at the place that is last on its way. */
  of(sending: Sending): Pick<JoinedDatagram, "fate" | "packets"> {
    const { seen, source, fromClient } = sending;
    const last = fromClient ? this.#places.length - 1 : 0;
    const sent = seen[source];
    const arrival = seen[last] ?? null;
    // Only the far end has it: how it left is not known.
    if (!sent || source === last)
      return {
        fate: sent?.complete ? "arrived" : this.#isOpen(sending, last) ? "not-covered" : "partly-lost",
        packets: [],
      };
    const packets = inOrder(sent.packets)
      .slice(0, 64)
      .map((packet) => this.#packet(sending, packet, last));
    return { fate: datagramFate(sent, arrival, packets, this.#answersHidden(sending, last)), packets };
  }

  #packet(sending: Sending, packet: IpPacket, last: number): JoinedPacket {
    const { ipBytes, ipFragmentOffset, moreIpFragments } = packet;
    const left = { ipBytes, ipFragmentOffset, moreIpFragments };
    const arrival = sending.seen[last];
    const parts = arrival ? partsOf(packet, arrival) : null;
    if (parts !== null) {
      const arrivedIpBytes = parts.map((p) => p.ipBytes).slice(0, 64);
      return { ...left, fate: parts.length > 1 ? "recut" : "arrived", arrivedIpBytes, lostBetween: null };
    }
    const step = sending.fromClient ? 1 : -1;
    let from = sending.source;
    let lostAt: number | null = null;
    for (let at = from + step; at >= 0 && at < this.#places.length; at += step) {
      const here = sending.seen[at];
      if (here && partsOf(packet, here) !== null) {
        from = at;
        lostAt = null;
      } else if (lostAt === null && this.#covers(sending, packet, at)) lostAt = at;
    }
    if (lostAt === null) return { ...left, fate: "not-covered", arrivedIpBytes: [], lostBetween: null };
    return { ...left, fate: "lost", arrivedIpBytes: [], lostBetween: [from, lostAt] };
  }

  /** Whether a packet would be in the capture of a place, had it come by there. */
  #covers(sending: Sending, packet: IpPacket, at: number): boolean {
    const place = this.#places[at];
    const quality = place?.track.capture?.quality;
    if (!place || place.hasGaps) return false;
    // It was answered there, so what the capture lacks did arrive.
    if (!this.#wholeAt[at]?.has(sending.key) && this.#isAnswered(sending, at, Number.NEGATIVE_INFINITY))
      return false;
    if (this.#isOnlyOneAnswered(sending)) return false;
    const here = sending.seen[at];
    if (here) {
      if (this.#isOpen(sending, at) || this.#mayBeOther(sending, at, packet)) return false;
    } else if (quality?.ikeHeadersCut === true || !this.#isWithin(sending, at)) return false;
    if (this.#lacksAnswers(sending, at)) return false;
    if (packet.ipFragmentOffset === 0 && this.#hidesOwnFirst(sending, at)) return false;
    if (packet.ipFragmentOffset === 0 || quality?.nonFirstFragmentsHidden !== true) return true;
    // A filter by port hides later IP fragments. It hid none if all that came was sent again in vain.
    if (this.#hidesOwn(sending, at)) return false;
    const arrivals = (this.#groups.get(sending.key) ?? []).filter((s) => s.seen[at] !== null);
    return arrivals.length > 1;
  }

  /** A request that is seen to leave once, and whose answer is seen anywhere, did arrive. */
  #isOnlyOneAnswered({ ike, fromClient, key }: Sending): boolean {
    if (ike.isResponse || (this.#groups.get(key)?.length ?? 0) > 1) return false;
    const answer = partKey({ ...ike, isResponse: true }, !fromClient);
    return this.#seenAt.some((seen) => seen.has(answer));
  }

  /** Whether the capture of a place was running when a sending came by. */
  #isWithin(sending: Sending, at: number): boolean {
    const place = this.#places[at];
    if (place === undefined) return false;
    const nominalMs = sending.fromClient ? place.outMs : place.backMs;
    return this.#shiftsOf(sending, at).every(
      (shiftMs) =>
        this.#isWithinBy(sending, at, nominalMs + shiftMs) &&
        (shiftMs === 0 || !this.#isSeenBy(sending, at, nominalMs + shiftMs)),
    );
  }

  /** Whether what is here may be of another sending, of which all that arrived elsewhen has the packet. */
  #mayBeOther(sending: Sending, at: number, packet: IpPacket): boolean {
    if (this.#shiftsOf(sending, at).every((ms) => Math.abs(ms) < SOONEST_REPEAT_MS)) return false;
    // Another sending would have another Identification.
    const name = sending.seen[at]?.packets[0]?.identification ?? 0;
    if (name !== 0 && sending.seen[sending.source]?.packets[0]?.identification === name) return false;
    return (this.#groups.get(sending.key) ?? []).some((other) => {
      const arrival = other.seen[at];
      return arrival && partsOf(packet, arrival) !== null;
    });
  }

  /** How far off each reading of the clocks is from the one that is taken. */
  #shiftsOf({ fromClient, source }: Sending, at: number): number[] {
    const shiftsAt = (place: LoginAtPlace | undefined): number[] =>
      (place?.others ?? []).flatMap(({ out, back }) => (fromClient ? out : back));
    return [0, ...shiftsAt(this.#places[at]), ...shiftsAt(this.#places[source]).map((ms) => -ms)];
  }

  /** Whether what is there of another sending is, by a reading of the clocks, of this one. */
  #isSeenBy(sending: Sending, at: number, aheadMs: number): boolean {
    const expectedMs = sending.timeMs + aheadMs;
    return (this.#groups.get(sending.key) ?? []).some((other) => {
      const lateMs = (other.seen[at]?.timeMs ?? Number.NEGATIVE_INFINITY) - expectedMs;
      return other !== sending && Math.abs(lateMs) < SOONEST_REPEAT_MS;
    });
  }

  #isWithinBy(sending: Sending, at: number, aheadMs: number): boolean {
    const expectedMs = sending.timeMs + aheadMs;
    const { firstTimeMs, lastTimeMs } = this.#places[at]?.track.capture ?? {};
    if (firstTimeMs === undefined || lastTimeMs === undefined || expectedMs < firstTimeMs) return false;
    if (expectedMs + LATE_MS <= lastTimeMs) return true;
    // A file without an end of its own ends with its last packet, however long the capture went on.
    const group = this.#groups.get(sending.key) ?? [];
    const [first] = group;
    return (
      first !== undefined &&
      !this.#hasEnded(at) &&
      group.length >= SURE_SENDINGS &&
      group.every((s) => s.seen[at] === null) &&
      first.timeMs + aheadMs <= lastTimeMs + GOES_ON_MS
    );
  }

  /**
   * Whether a capture is known to have ended with its last packet: other places have what its own end sent
   * later, or what came by here before and, sent again, never did.
   */
  #hasEnded(at: number): boolean {
    const place = this.#places[at];
    const lastMs = place?.track.capture?.lastTimeMs;
    if (place === undefined || lastMs === undefined) return false;
    const known = this.#ended.get(at);
    if (known !== undefined) return known;
    const ended = this.#sendings.some((s) => {
      if (s.seen[at] !== null || s.timeMs + (s.fromClient ? place.outMs : place.backMs) <= lastMs)
        return false;
      const isOwn = s.fromClient ? at === 0 : at === this.#places.length - 1;
      return isOwn || this.#groups.get(s.key)?.some((other) => other.seen[at] !== null) === true;
    });
    this.#ended.set(at, ended);
    return ended;
  }

  /** Whether the rest of an incomplete datagram may have come after the end of the capture. */
  #isOpen({ seen }: Sending, at: number): boolean {
    const lastMs = this.#places[at]?.track.capture?.lastTimeMs ?? Number.NEGATIVE_INFINITY;
    return lastMs - (seen[at]?.timeMs ?? 0) < LAST_FRAGMENT_MS;
  }

  /** Whether the end at this place has reacted to a message as only who has all of it does. */
  #isAnswered({ ike, fromClient }: Sending, at: number, sinceMs: number): boolean {
    const isEnd = at === (fromClient ? this.#places.length - 1 : 0);
    if (!isEnd) return false;
    const seen = this.#seenAt[at];
    const times = ike.isResponse
      ? // The next request shows that the answer was understood.
        seen?.get(nextRequest(ike, !fromClient))?.times
      : seen?.get(partKey({ ...ike, isResponse: true }, !fromClient))?.times;
    return times?.some((timeMs) => timeMs >= sinceMs) ?? false;
  }

  /** A capture that hides later IP fragments shows the answer to what it has the first one of. */
  #answersHidden(sending: Sending, at: number): boolean {
    const here = sending.seen[at];
    const hides = this.#places[at]?.track.capture?.quality.nonFirstFragmentsHidden === true;
    return !!here && hides && this.#isAnswered(sending, at, here.timeMs);
  }

  /**
   * Whether the other end shows parts of answers that this one sent after the message came, and that are not
   * in the capture of this one: then a filter keeps them out of it, and may have kept out the message too.
   */
  #lacksAnswers({ fromClient, timeMs }: Sending, at: number): boolean {
    const last = this.#places.length - 1;
    const near = this.#places[fromClient ? 0 : last];
    if (near === undefined || at !== (fromClient ? last : 0)) return false;
    const [pool, aheadMs] = fromClient
      ? ([near.headless.back, near.backMs] as const)
      : ([near.headless.out, near.outMs] as const);
    return pool.some((d) => {
      const afterMs = d.timeMs - aheadMs - timeMs;
      return afterMs >= 0 && afterMs <= ANSWERED_MS && !this.#isNamed(d);
    });
  }

  /** A copy has the Identification of the one that is known. */
  #isNamed(fragment: CapturedDatagram): boolean {
    const name = fragment.packets[0]?.identification ?? 0;
    return this.#named.has(fragment) || (name !== 0 && this.#names.has(name));
  }

  /**
   * Whether this end's capture has later IP fragments of what this end itself sent, and not the first one: a
   * filter by port 500 with one for later IP fragments makes that.
   */
  #hidesOwnFirst({ fromClient }: Sending, at: number): boolean {
    const place = this.#places[at];
    if (place === undefined || at !== (fromClient ? this.#places.length - 1 : 0)) return false;
    const beganMs = place.track.capture?.firstTimeMs ?? 0;
    const own = fromClient ? place.headless.back : place.headless.out;
    return own.some(({ timeMs }) => timeMs > beganMs + SAME_DATAGRAM_MS);
  }

  /** Whether not even what this place itself sends has later IP fragments in its capture. */
  #hidesOwn({ fromClient }: Sending, at: number): boolean {
    return this.#places[at]?.track.datagrams.some((d) => d.fromClient !== fromClient && !d.complete) ?? false;
  }
}

/** The exchange that follows an answer, of which any request shows that the answer arrived. */
function nextRequest(ike: IkeHead, fromClient: boolean): string {
  return `request ${ike.messageId + 1} ${fromClient}`;
}

function whenSeen(datagrams: readonly CapturedDatagram[]): Map<string, { firstMs: number; times: number[] }> {
  const seen = new Map<string, { firstMs: number; times: number[] }>();
  const add = (key: string, timeMs: number): void => {
    const entry = seen.get(key);
    if (entry === undefined) seen.set(key, { firstMs: timeMs, times: [timeMs] });
    // The first and the last ones tell what is asked for.
    else if (entry.times.length < MOST_TIMES) entry.times.push(timeMs);
    else entry.times[MOST_TIMES - 1] = timeMs;
  };
  for (const { ike, fromClient, timeMs } of datagrams) {
    if (ike === null) continue;
    add(partKey(ike, fromClient), timeMs);
    if (!ike.isResponse) add(`request ${ike.messageId} ${fromClient}`, timeMs);
  }
  return seen;
}

const MOST_TIMES = 8;

/**
 * The packets in which a packet arrived: itself, or those that it was cut into; `null`: not all of it
 * arrived.
 */
function partsOf(packet: IpPacket, arrival: CapturedDatagram): IpPacket[] | null {
  const from = packet.ipFragmentOffset;
  const to = from + packet.payloadBytes;
  const parts = inOrder(arrival.packets).filter(
    (p) => p.ipFragmentOffset < to && p.ipFragmentOffset + p.payloadBytes > from,
  );
  let covered = from;
  for (const { ipFragmentOffset, payloadBytes } of parts) {
    if (ipFragmentOffset > covered) return null;
    covered = Math.max(covered, ipFragmentOffset + payloadBytes);
  }
  return covered >= to ? parts : null;
}

function datagramFate(
  sent: CapturedDatagram,
  arrival: CapturedDatagram | null,
  packets: readonly JoinedPacket[],
  isAnswered: boolean,
): JoinedDatagram["fate"] {
  if (arrival?.complete) return isSameCut(sent, arrival) ? "arrived" : "recut";
  if (isAnswered) return "arrived";
  const has = (fate: Fate): boolean => packets.some((p) => p.fate === fate);
  if (has("lost")) return packets.every((p) => p.fate === "lost") ? "lost" : "partly-lost";
  if (has("not-covered") || arrival === null) return "not-covered";
  // All that is known to have left has arrived, and it is not all: its own place lacks the rest too.
  return "not-covered";
}

/** Whether a datagram came in packets as many and as long as it left in. */
function isSameCut(sent: CapturedDatagram, arrival: CapturedDatagram): boolean {
  if (!sent.complete) return true;
  const [left, came] = [inOrder(sent.packets), inOrder(arrival.packets)];
  return (
    left.length === came.length &&
    left.every(({ ipFragmentOffset: offset, payloadBytes: bytes }, at) => {
      const other = came[at];
      return offset === other?.ipFragmentOffset && bytes === other.payloadBytes;
    })
  );
}

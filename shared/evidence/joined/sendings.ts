/** The datagrams of a login, each with what every place has of it: which arrival is of which sending. */
import type { CapturedDatagram } from "../observations.ts";
import type { Reading } from "./readings.ts";
import { type IkeHead, isSameContent, messageKey, type Track } from "./track.ts";

/** A datagram on its way, and what each place has of it. */
export interface Sending {
  key: string;
  ike: IkeHead;
  fromClient: boolean;
  /** In the order of the places, from the client to the gateway. */
  seen: (CapturedDatagram | null)[];
  /** The place that has it first on its way. */
  source: number;
  /** When it was there, on the clock of the first place, with the shortest delay left out. */
  timeMs: number;
  cameTwice: boolean;
}

/** A login at one of the places, and how the times there become times of the first place. */
export interface LoginAtPlace {
  track: Track;
  /** When its capture ends, on the clock of the first place, and whether it may lack packets before. */
  lastMs: number;
  hasGaps: boolean;
  outMs: number;
  backMs: number;
  /** What else these two may be, less what they are here. */
  others: readonly Reading[];
  /** The datagrams without an IKE header between the same two ends, each way, in the order of time. */
  headless: { out: readonly CapturedDatagram[]; back: readonly CapturedDatagram[] };
}

/** What capturing and slow links add to a delay, or take from it; and how far clocks drift apart. */
const JITTER_MS = 5;
const DRIFT = 200e-6;
/** No packet takes longer; and most are not sent again as soon as that. */
const LATEST_MS = 3_000;
const SOON_MS = 400;
/** A network that doubles a packet does so at once. */
const COPY_MS = 200;
/** How many sendings are compared with one arrival, and datagrams without a header with one sending. */
const MOST_COMPARED = 64;
const MOST_HEADLESS = 16;

/** All sendings of a login, in the order of time. */
export function sendingsOf(places: readonly LoginAtPlace[], claimed: Set<CapturedDatagram>): Sending[] {
  const along = places.map((_, at) => at);
  const sendings = [
    ...sendOneWay(places, along, true, claimed),
    ...sendOneWay(places, along.toReversed(), false, claimed),
  ];
  return sendings.sort((a, b) => a.timeMs - b.timeMs);
}

function sendOneWay(
  places: readonly LoginAtPlace[],
  along: readonly number[],
  fromClient: boolean,
  claimed: Set<CapturedDatagram>,
): Sending[] {
  const byKey = new Map<string, Sending[]>();
  const roundTripMs = roundTripOf(places);
  const startMs = places[0]?.track.datagrams[0]?.timeMs ?? 0;
  for (const [index, at] of along.entries()) {
    const place = places[at];
    if (place === undefined) continue;
    const aheadMs = fromClient ? place.outMs : place.backMs;
    const fresh: Sending[] = [];
    const copiesAreRare = hasFewCopies(place.track);
    for (const datagram of place.track.datagrams) {
      const { ike } = datagram;
      if (ike === null || datagram.fromClient !== fromClient) continue;
      const timeMs = datagram.timeMs - aheadMs;
      const key = messageKey(ike, fromClient);
      const slackMs = index === 0 ? 0 : JITTER_MS + Math.abs(timeMs - startMs) * DRIFT;
      const sent = index === 0 ? [] : (byKey.get(key) ?? []);
      const source = places[sent[0]?.source ?? at];
      const isCovered = source !== undefined && source.lastMs + JITTER_MS >= timeMs && !source.hasGaps;
      const earlyMs = slackMs + roundTripMs;
      const sending = sendingOf(sent, {
        ike,
        at,
        timeMs,
        slackMs,
        earlyMs,
        atMs: datagram.timeMs,
        isCovered,
      });
      if (sending === null) {
        const seen = places.map((_, i) => (i === at ? datagram : null));
        fresh.push({ key, ike, fromClient, seen, source: at, timeMs, cameTwice: false });
        continue;
      }
      const before = sending.seen[at];
      if (before) {
        sending.cameTwice = true;
        if (datagram.complete && !before.complete) sending.seen[at] = datagram;
      } else sending.seen[at] = datagram;
      const wasAlone = (sending.seen[sending.source]?.copies ?? 0) === 0;
      if (datagram.copies > 0 && wasAlone && copiesAreRare) sending.cameTwice = true;
    }
    for (const sending of fresh) {
      const list = byKey.get(sending.key);
      if (list) list.push(sending);
      else byKey.set(sending.key, [sending]);
    }
    for (const list of byKey.values()) list.sort((a, b) => a.timeMs - b.timeMs);
    if (index > 0) addHeadless(byKey, { place, at, fromClient, roundTripMs }, claimed);
  }
  return [...byKey.values()].flat();
}

/**
 * The last sending before an arrival that has not arrived yet; else one that left shortly after, if all
 * delays that were measured were long; else one that has arrived already. `null`: none that it may be.
 */
function sendingOf(
  sendings: readonly Sending[],
  arrival: {
    ike: IkeHead;
    at: number;
    timeMs: number;
    slackMs: number;
    earlyMs: number;
    atMs: number;
    isCovered: boolean;
  },
): Sending | null {
  const { ike, at, timeMs, slackMs, earlyMs, atMs, isCovered } = arrival;
  // What the first place does not show may have been sent since.
  const latestMs = isCovered ? LATEST_MS : SOON_MS;
  let again: Sending | null = null;
  let isRepeat = false;
  let compared = 0;
  const last = lastBefore(sendings, timeMs + slackMs);
  for (let i = last; i >= 0 && compared < MOST_COMPARED; i--, compared++) {
    const sending = sendings[i];
    if (sending === undefined || timeMs - sending.timeMs > latestMs) break;
    if (!isSameContent(sending.ike, ike)) continue;
    const arrived = sending.seen[at];
    // A copy follows what it is a copy of; who was that late would hardly come just then.
    if (!arrived && !(isRepeat && timeMs - sending.timeMs > SOON_MS)) return sending;
    if (!arrived) continue;
    again ??= sending;
    isRepeat ||= Math.abs(atMs - arrived.timeMs) < COPY_MS;
  }
  for (let i = last + 1; i <= last + MOST_COMPARED; i++) {
    const sending = sendings[i];
    if (sending === undefined || sending.timeMs > timeMs + earlyMs) break;
    if (sending.seen[at] === null && isSameContent(sending.ike, ike) && again === null) return sending;
  }
  return again;
}

function lastBefore(sendings: readonly Sending[], timeMs: number): number {
  let [low, high] = [0, sendings.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sendings[middle]?.timeMs ?? 0) <= timeMs) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Whether copies within milliseconds are an event here, and not how the capture was made. */
function hasFewCopies({ datagrams }: Track): boolean {
  const copied = datagrams.filter((d) => d.copies > 0).length;
  return copied * 2 < datagrams.length;
}

/**
 * How much less than the shortest delay that was measured a delay may be: the measured one may be long, but
 * not longer than the way there and back.
 */
const roundTripOf = (places: readonly LoginAtPlace[]): number =>
  Math.max(0, ...places.map(({ outMs, backMs }) => outMs - backMs));

/** Gives datagrams without their first IP fragment to the sendings of which nothing else was seen here. */
function addHeadless(
  byKey: ReadonlyMap<string, readonly Sending[]>,
  where: { place: LoginAtPlace; at: number; fromClient: boolean; roundTripMs: number },
  claimed: Set<CapturedDatagram>,
): void {
  const { place, at, fromClient, roundTripMs } = where;
  const pool = fromClient ? place.headless.out : place.headless.back;
  if (pool.length === 0) return;
  const aheadMs = fromClient ? place.outMs : place.backMs;
  const found: { sending: Sending; candidate: CapturedDatagram; isNamed: boolean; offMs: number }[] = [];
  for (const list of byKey.values()) {
    for (const sending of list) {
      const source = sending.seen[sending.source];
      if (sending.seen[at] !== null || !source || !mayBeCut(source)) continue;
      const expectedMs = sending.timeMs + aheadMs;
      const slackMs = JITTER_MS + Math.abs(sending.timeMs - (list[0]?.timeMs ?? 0)) * DRIFT;
      const first = firstFrom(pool, expectedMs - slackMs - roundTripMs);
      for (const candidate of pool.slice(first, first + MOST_HEADLESS)) {
        const offMs = candidate.timeMs - expectedMs;
        if (offMs > LATEST_MS) break;
        if (!fits(candidate, source)) continue;
        const isNamed = identificationOf(candidate) === identificationOf(source);
        found.push({ sending, candidate, isNamed, offMs: Math.abs(offMs) });
      }
    }
  }
  found.sort((a, b) => Number(b.isNamed) - Number(a.isNamed) || a.offMs - b.offMs);
  for (const { sending, candidate } of found) {
    if (sending.seen[at] !== null || claimed.has(candidate)) continue;
    claimed.add(candidate);
    sending.seen[at] = candidate;
  }
}

function firstFrom(pool: readonly CapturedDatagram[], timeMs: number): number {
  let [low, high] = [0, pool.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((pool[middle]?.timeMs ?? 0) < timeMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The Identification, where there is one. */
export const identificationOf = (d: CapturedDatagram): number | null => d.packets[0]?.identification ?? null;

/** Bytes of the UDP datagram with its header; `null` where its first IP fragment is missing. */
const datagramBytes = (d: CapturedDatagram): number | null =>
  d.udpPayloadBytes === null ? null : d.udpPayloadBytes + 8;

/** No link of today cuts what is smaller. */
const SMALLEST_CUT_BYTES = 512;
const mayBeCut = (d: CapturedDatagram): boolean =>
  d.packets.length > 1 || !d.complete || (datagramBytes(d) ?? 0) > SMALLEST_CUT_BYTES;

/** Whether IP fragments without the first one may be of a datagram: their offsets and lengths say so. */
function fits(candidate: CapturedDatagram, source: CapturedDatagram): boolean {
  const total = datagramBytes(source);
  if (total === null) return false;
  return candidate.packets.every(({ ipFragmentOffset, payloadBytes, moreIpFragments }) => {
    const end = ipFragmentOffset + payloadBytes;
    return moreIpFragments ? end < total : end === total;
  });
}

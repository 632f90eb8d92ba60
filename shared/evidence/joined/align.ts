/**
 * Which packet of one capture is which packet of another, when their clocks differ by hours and the same
 * bytes were sent several times: the difference of the clocks is the one that explains most sendings.
 */
import type { CapturedDatagram } from "../observations.ts";
import { type Reading, readingsOf } from "./readings.ts";
import { byMessage, isSameContent, LONGEST_ROUND_TRIP_MS, SOONEST_REPEAT_MS, type Track } from "./track.ts";

/** The same datagram in two captures. */
export interface Match {
  a: CapturedDatagram;
  b: CapturedDatagram;
  fromClient: boolean;
  /** The time in the second capture less that in the first, in milliseconds. */
  differenceMs: number;
}

/** How two captures of one login lie beside each other. */
export interface Alignment {
  /** In the order of the first capture. */
  matches: Match[];
  /** How far those differences of the clocks lie apart that explain as many sendings; 0: only one does. */
  ambiguityMs: number;
  /** What else the difference of the clocks may be; none where packets prove which sending is which. */
  readings: readonly Reading[];
}

/** What comes later than this, by the difference voted for, is another sending; or earlier than by jitter. */
const WINDOW_MS = 900;
/** Delays of one way differ by less in a login, most of the time. */
const JITTER_MS = 100;
/** Repetitions of one message that are compared, and differences in all: the first ones tell enough. */
const MOST_SENDINGS = 12;
const MOST_DIFFERENCES = 4_096;
/** What the same Identification counts for, beside which several sendings that only look alike do not. */
const NAMED_WEIGHT = 8;
/** Differences of one way that may be the right one. */
const MOST_CANDIDATES = 16;

interface Difference {
  ms: number;
  weight: number;
}

/** Finds what both captures have of a login; `null` where they have nothing in common. */
export function align(a: Track, b: Track): Alignment | null {
  const [ofA, ofB] = [sendingsOnly(a), sendingsOnly(b)];
  const differences: { out: Difference[]; back: Difference[] } = { out: [], back: [] };
  const isTranslated = hasNat(a, b);
  for (const [key, sent] of ofA) {
    const seen = ofB.get(key);
    const list = sent[0]?.fromClient ? differences.out : differences.back;
    if (!seen || list.length >= MOST_DIFFERENCES) continue;
    const [first, second] = [sent.slice(0, MOST_SENDINGS), seen.slice(0, MOST_SENDINGS)];
    // What was sent once tells one difference; of what was sent often, most differences are wrong.
    const weight = 1 / Math.max(first.length, second.length);
    for (const x of first) {
      for (const y of second) {
        if (!x.ike || !y.ike || !isSameContent(x.ike, y.ike)) continue;
        const isNamed = !isTranslated && isOnePacket(x, y);
        list.push({ ms: y.timeMs - x.timeMs, weight: isNamed ? NAMED_WEIGHT : weight });
      }
    }
  }
  const [out, back] = [candidatesOf(differences.out), candidatesOf(differences.back)];
  const voted = vote(out, back);
  if (voted === null) return null;
  const matches: Match[] = [];
  for (const [key, sent] of ofA) {
    const centerMs = sent[0]?.fromClient ? voted.outMs : voted.backMs;
    if (centerMs !== null) matches.push(...pairUp(sent, ofB.get(key) ?? [], centerMs));
  }
  matches.sort((x, y) => x.a.timeMs - y.a.timeMs || x.a.frame - y.a.frame);
  if (matches.length === 0) return null;
  const all = { out: out.map(({ ms }) => ms), back: back.map(({ ms }) => ms) };
  const readings = isProven(a, b, matches) ? [] : readingsOf(a, b, all);
  return { matches, ambiguityMs: voted.ambiguityMs, readings };
}

/**
 * Whether packets themselves prove which sending is which: where no NAT lies between, a packet has the same
 * Identification in both captures, and each sending another one.
 */
function isProven(a: Track, b: Track, matches: readonly Match[]): boolean {
  if (hasNat(a, b)) return false;
  const [known, others] = [identificationsOf(a), identificationsOf(b)];
  return matches.some(({ a: sent, b: seen, fromClient }) => {
    const key = `${fromClient} ${sent.packets[0]?.identification ?? 0}`;
    return isOnePacket(sent, seen) && isOfOne(known.get(key)) && isOfOne(others.get(key));
  });
}

const hasNat = (a: Track, b: Track): boolean =>
  a.initiation.client !== b.initiation.client || a.initiation.gateway !== b.initiation.gateway;

const isOnePacket = ({ packets: [x] }: CapturedDatagram, { packets: [y] }: CapturedDatagram): boolean =>
  (x?.identification ?? 0) !== 0 && x?.identification === y?.identification;

/** What comes twice before anybody sends again is a copy of one packet. */
const isOfOne = (times: readonly [number, number] | undefined): boolean =>
  times !== undefined && times[1] - times[0] < SOONEST_REPEAT_MS;

/** When the packets of each way that have an Identification came by: the first and the last of each. */
function identificationsOf({ datagrams }: Track): Map<string, readonly [number, number]> {
  const known = new Map<string, readonly [number, number]>();
  for (const { fromClient, packets, timeMs } of datagrams) {
    const key = `${fromClient} ${packets[0]?.identification ?? 0}`;
    const [first, last] = known.get(key) ?? [timeMs, timeMs];
    known.set(key, [Math.min(first, timeMs), Math.max(last, timeMs)]);
  }
  return known;
}

/** What comes again sooner than anybody sends again is left out: it is no measure of a delay. */
function sendingsOnly(track: Track): Map<string, CapturedDatagram[]> {
  const lists = byMessage(track);
  for (const [key, list] of lists) {
    if (list.length > 1) lists.set(key, withoutRepeats(list));
  }
  return lists;
}

function withoutRepeats(list: readonly CapturedDatagram[]): CapturedDatagram[] {
  let beforeMs = Number.NEGATIVE_INFINITY;
  return list.filter(({ timeMs }) => {
    const isSoon = timeMs !== 0 && Math.abs(timeMs - beforeMs) < SOONEST_REPEAT_MS;
    if (!isSoon) beforeMs = timeMs;
    return !isSoon;
  });
}

/** A difference of the clocks that sendings of one way speak for. */
interface Candidate {
  ms: number;
  votes: number;
}

/** The differences that most sendings of one way speak for, the one with the most votes first. */
function candidatesOf(differences: Difference[]): Candidate[] {
  differences.sort((x, y) => x.ms - y.ms);
  const windows: { from: number; to: number; votes: number }[] = [];
  let [from, votes] = [0, 0];
  for (const [at, { ms, weight }] of differences.entries()) {
    votes += weight;
    for (let low = differences[from]; low && ms - low.ms > JITTER_MS; low = differences[from]) {
      votes -= low.weight;
      from++;
    }
    windows.push({ from, to: at, votes });
  }
  const found: { from: number; to: number; votes: number }[] = [];
  for (const window of windows.toSorted((x, y) => y.votes - x.votes || y.to - y.from - (x.to - x.from))) {
    if (found.length >= MOST_CANDIDATES) break;
    if (found.every((other) => other.to < window.from || other.from > window.to)) found.push(window);
  }
  return found.map((w) => ({ ms: weightedMedian(differences.slice(w.from, w.to + 1)), votes: w.votes }));
}

/** The difference of each way, so that both together explain most; `null` of a way that has none. */
interface Voted {
  outMs: number | null;
  backMs: number | null;
  ambiguityMs: number;
}

function vote(out: readonly Candidate[], back: readonly Candidate[]): Voted | null {
  const [firstOut, firstBack] = [out[0], back[0]];
  if (!firstOut && !firstBack) return null;
  const pairs: (Omit<Voted, "ambiguityMs"> & { votes: number; middleMs: number; apartMs: number })[] = [];
  for (const x of out) {
    for (const y of back) {
      const apartMs = Math.abs(x.ms - y.ms);
      if (apartMs > LONGEST_ROUND_TRIP_MS) continue;
      const middleMs = (x.ms + y.ms) / 2;
      pairs.push({ outMs: x.ms, backMs: y.ms, votes: x.votes + y.votes, middleMs, apartMs });
    }
  }
  for (const { ms, votes } of out) pairs.push({ outMs: ms, backMs: null, votes, middleMs: ms, apartMs: 0 });
  for (const { ms, votes } of back) pairs.push({ outMs: null, backMs: ms, votes, middleMs: ms, apartMs: 0 });
  const most = Math.max(...pairs.map(({ votes }) => votes)) - 1e-6;
  const tied = pairs.filter(({ votes }) => votes >= most);
  // The shortest path that explains them, and then clocks that differ by little.
  const best = tied.reduce((x, y) => {
    const less = y.apartMs - x.apartMs || Math.abs(y.middleMs) - Math.abs(x.middleMs);
    return less < -1e-6 ? y : x;
  });
  const middles = tied.map(({ middleMs }) => middleMs);
  return {
    outMs: best.outMs,
    backMs: best.backMs,
    ambiguityMs: Math.max(...middles) - Math.min(...middles),
  };
}

function weightedMedian(sorted: readonly Difference[]): number {
  const half = sorted.reduce((sum, d) => sum + d.weight, 0) / 2;
  let sum = 0;
  for (const { ms, weight } of sorted) {
    sum += weight;
    if (sum >= half) return ms;
  }
  return sorted.at(-1)?.ms ?? 0;
}

/** Pairs the sendings of one message that lie nearest each other, by the difference that was voted for. */
function pairUp(
  sent: readonly CapturedDatagram[],
  seen: readonly CapturedDatagram[],
  centerMs: number,
): Match[] {
  const inOrder = (list: readonly CapturedDatagram[]) => list.toSorted((x, y) => x.timeMs - y.timeMs);
  const left = inOrder(sent);
  const nearest = new Map<CapturedDatagram, { b: CapturedDatagram; offMs: number }>();
  let at = 0;
  for (const b of inOrder(seen)) {
    const off = (index: number): number => {
      const a = left[index];
      return a === undefined ? Number.POSITIVE_INFINITY : Math.abs(a.timeMs - (b.timeMs - centerMs));
    };
    while (off(at + 1) < off(at)) at++;
    const a = left[at];
    const offMs = off(at);
    if (a === undefined) continue;
    const lateMs = (b.timeMs - centerMs - a.timeMs) * (a.fromClient ? 1 : -1);
    if (lateMs > WINDOW_MS || lateMs < -JITTER_MS || !a.ike || !b.ike || !isSameContent(a.ike, b.ike))
      continue;
    // What comes again later without being sent again is no measure.
    const before = nearest.get(a);
    if (before === undefined || offMs < before.offMs) nearest.set(a, { b, offMs });
  }
  return [...nearest].map(([a, { b }]) => ({
    a,
    b,
    fromClient: a.fromClient,
    differenceMs: b.timeMs - a.timeMs,
  }));
}

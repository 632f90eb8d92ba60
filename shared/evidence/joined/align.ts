/**
 * Which packet of one capture is which packet of another, when their clocks differ by hours and the same
 * bytes were sent several times: the difference of the clocks is the one that explains most sendings.
 */
import type { CapturedDatagram } from "../observations.ts";
import { byMessage, isSameContent, type Track } from "./track.ts";

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
}

/** No message is sent again sooner, and few paths take longer there and back. */
const WINDOW_MS = 900;
/** Repetitions of one message that are compared, and differences in all: the first ones tell enough. */
const MOST_SENDINGS = 12;
const MOST_DIFFERENCES = 4_096;

interface Difference {
  ms: number;
  weight: number;
}

/** Finds what both captures have of a login; `null` where they have nothing in common. */
export function align(a: Track, b: Track): Alignment | null {
  const [ofA, ofB] = [byMessage(a), byMessage(b)];
  const differences: Difference[] = [];
  for (const [key, sent] of ofA) {
    const seen = ofB.get(key);
    if (!seen || differences.length >= MOST_DIFFERENCES) continue;
    const [first, second] = [sent.slice(0, MOST_SENDINGS), seen.slice(0, MOST_SENDINGS)];
    // What was sent once tells one difference; of what was sent often, most differences are wrong.
    const weight = 1 / Math.max(first.length, second.length);
    for (const x of first) {
      for (const y of second) {
        if (x.ike && y.ike && isSameContent(x.ike, y.ike))
          differences.push({ ms: y.timeMs - x.timeMs, weight });
      }
    }
  }
  const voted = vote(differences);
  if (voted === null) return null;
  const matches: Match[] = [];
  for (const [key, sent] of ofA) matches.push(...pairUp(sent, ofB.get(key) ?? [], voted.centerMs));
  matches.sort((x, y) => x.a.timeMs - y.a.timeMs || x.a.frame - y.a.frame);
  return matches.length === 0 ? null : { matches, ambiguityMs: voted.ambiguityMs };
}

/** The window of differences that most votes fall into, and its middle. */
function vote(differences: Difference[]): { centerMs: number; ambiguityMs: number } | null {
  if (differences.length === 0) return null;
  differences.sort((x, y) => x.ms - y.ms);
  const windows: { from: number; to: number; votes: number; spanMs: number }[] = [];
  let [from, votes] = [0, 0];
  for (const [at, { ms, weight }] of differences.entries()) {
    votes += weight;
    for (let low = differences[from]; low && ms - low.ms > WINDOW_MS; low = differences[from]) {
      votes -= low.weight;
      from++;
    }
    windows.push({ from, to: at, votes, spanMs: ms - (differences[from]?.ms ?? ms) });
  }
  const most = Math.max(...windows.map((w) => w.votes)) - 1e-6;
  const tied = windows.filter((w) => w.votes >= most);
  const middle = (w: { from: number; to: number }): number =>
    weightedMedian(differences.slice(w.from, w.to + 1));
  const centers = tied.map(middle);
  // Clocks differ by little more often than by much, and messages that were sent once lie close together.
  const best = centers.reduce((x, y) => (Math.abs(y) < Math.abs(x) - 1e-6 ? y : x));
  const ambiguityMs = Math.max(...centers) - Math.min(...centers);
  return { centerMs: best, ambiguityMs: ambiguityMs > WINDOW_MS ? ambiguityMs : 0 };
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

/** Pairs the sendings of one message: each with the nearest one, by the difference that was voted for. */
function pairUp(
  sent: readonly CapturedDatagram[],
  seen: readonly CapturedDatagram[],
  centerMs: number,
): Match[] {
  const matches: Match[] = [];
  const inOrder = (list: readonly CapturedDatagram[]) => list.toSorted((x, y) => x.timeMs - y.timeMs);
  const left = inOrder(sent);
  let at = 0;
  for (const b of inOrder(seen)) {
    const expectedMs = b.timeMs - centerMs;
    const off = (index: number): number => {
      const a = left[index];
      return a === undefined ? Number.POSITIVE_INFINITY : Math.abs(a.timeMs - expectedMs);
    };
    while (off(at + 1) < off(at)) at++;
    const a = left[at];
    if (a === undefined) break;
    if (off(at) > WINDOW_MS || !a.ike || !b.ike || !isSameContent(a.ike, b.ike)) continue;
    matches.push({ a, b, fromClient: a.fromClient, differenceMs: b.timeMs - a.timeMs });
    at++;
  }
  return matches;
}

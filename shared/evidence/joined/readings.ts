/**
 * Which other differences of two clocks the evidence allows. Where little is in both captures, a sending in
 * one may be another sending of the same message in the other: then what one capture lacks may have come by
 * before it began, or behind its end.
 */
import { ExchangeType } from "../../ike/registry.ts";
import type { CapturedDatagram } from "../observations.ts";
import {
  byMessage,
  type IkeHead,
  isSameContent,
  LONGEST_ROUND_TRIP_MS,
  messageKey,
  SOONEST_REPEAT_MS,
  type Track,
} from "./track.ts";

/** A time in the farther capture less that in the nearer one: from, and to. */
export type Span = readonly [fromMs: number, toMs: number];

/** A way to read two clocks: what to add to a time on each way, as `Alignment` has it. */
export interface Reading {
  out: Span;
  back: Span;
}

/** Differences of each way for which sendings speak that both captures may have. */
export interface Candidates {
  out: readonly number[];
  back: readonly number[];
}

/** How much later than others a packet of the same login comes, and how much earlier, at most. */
const LATE_MS = 400;
const EARLY_MS = 100;
/** Datagrams of one way that a difference has to explain: the first ones tell enough. */
const MOST_EXPLAINED = 256;

/**
 * All readings that nothing contradicts. What an end sends is in its own capture while that runs: so what the
 * other capture has of it left when a sending of it is seen here, or before this capture began, or behind its
 * end. And no request leaves before the one that it follows.
 */
export function readingsOf(a: Track, b: Track, candidates: Candidates): Reading[] {
  if (isAnsweredInBoth(a, b)) return [];
  const [ofA, ofB] = [spanOf(a), spanOf(b)];
  const order = orderOf(a, b);
  const isInOrder = (ms: number): boolean => ms >= order[0] - LATE_MS && ms <= order[1] + EARLY_MS;
  const possible = {
    out: candidates.out.filter(
      (ms) => isInOrder(ms) && explains(b, a, true, ms) && keepsPace(a, b, true, ms),
    ),
    back: candidates.back.filter((ms) => explains(a, b, false, ms) && keepsPace(b, a, false, ms)),
  };
  const out = mostSeen(possible.out, a, b, true);
  const back = mostSeen(possible.back, b, a, false);
  const readings: Reading[] = [];
  for (const x of out) {
    for (const y of back) {
      const roundTripMs = x - y;
      if (roundTripMs >= -LATE_MS && roundTripMs <= LONGEST_ROUND_TRIP_MS)
        readings.push({ out: [x, x], back: [y, y] });
    }
  }
  // Of one way nothing may be in both captures.
  for (const x of out) if (isApart(a, ofB, false, x)) readings.push({ out: [x, x], back: [x, x] });
  for (const y of back)
    if (isApart(b, ofA, true, -y) && isInOrder(y)) readings.push({ out: [y, y], back: [y, y] });
  for (const span of apartOf(a, b, order)) readings.push({ out: span, back: span });
  return readings;
}

/** When a capture is known to have run. */
function spanOf({ capture, datagrams }: Track): Span {
  return [
    capture?.firstTimeMs ?? datagrams[0]?.timeMs ?? 0,
    capture?.lastTimeMs ?? datagrams.at(-1)?.timeMs ?? 0,
  ];
}

const hasGaps = ({ capture }: Track): boolean =>
  (capture?.quality.droppedByCapture ?? 0) > 0 || (capture?.quality.omittedRecords ?? 0) > 0;

type Headed = CapturedDatagram & { ike: IkeHead };
const headed = ({ datagrams }: Track, fromClient: boolean): Headed[] =>
  datagrams
    .filter((d): d is Headed => d.ike !== null && d.fromClient === fromClient)
    .slice(0, MOST_EXPLAINED);

/** Whether all that arrived left in the capture of its sender, or while that did not run. */
function explains(at: Track, source: Track, fromClient: boolean, differenceMs: number): boolean {
  if (hasGaps(source)) return true;
  const aheadMs = fromClient ? -differenceMs : differenceMs;
  const [firstMs, lastMs] = spanOf(source);
  const sent = byMessage(source);
  return headed(at, fromClient).every((d) => {
    const [fromMs, toMs] = [d.timeMs + aheadMs - LATE_MS, d.timeMs + aheadMs + EARLY_MS];
    if (fromMs < firstMs || toMs > lastMs) return true;
    return (sent.get(keyOf(d)) ?? []).some(
      (s) => s.timeMs >= fromMs && s.timeMs <= toMs && s.ike !== null && isSameContent(s.ike, d.ike),
    );
  });
}

/** Those of differences by which few of the messages that arrive at all were lost by chance. */
function mostSeen(
  candidates: readonly number[],
  source: Track,
  at: Track,
  fromClient: boolean,
): readonly number[] {
  const [firstMs, lastMs] = spanOf(at);
  const seen = byMessage(at);
  const sent = headed(source, fromClient).filter((d) => seen.has(keyOf(d)));
  const missing = candidates.map((ms) => {
    const aheadMs = fromClient ? ms : -ms;
    const within = sent.filter(
      ({ timeMs }) => timeMs + aheadMs >= firstMs && timeMs + aheadMs + LATE_MS <= lastMs,
    );
    return within.filter(
      (d) =>
        !seen
          .get(keyOf(d))
          ?.some(
            ({ timeMs }) => timeMs >= d.timeMs + aheadMs - EARLY_MS && timeMs <= d.timeMs + aheadMs + LATE_MS,
          ),
    ).length;
  });
  const least = Math.min(...missing);
  return candidates.filter((_, index) => (missing[index] ?? 0) <= least + MOST_BY_CHANCE);
}

/** So many more losses by chance are believed. */
const MOST_BY_CHANCE = 1;

const keyOf = ({ ike, fromClient }: Headed): string => messageKey(ike, fromClient);

/** Whether all of one way that arrived may have left while its sender's capture did not run. */
function isApart(at: Track, [firstMs, lastMs]: Span, fromClient: boolean, aheadMs: number): boolean {
  return headed(at, fromClient).every(
    ({ timeMs }) =>
      timeMs + aheadMs - LONGEST_ROUND_TRIP_MS / 2 < firstMs || timeMs + aheadMs + EARLY_MS > lastMs,
  );
}

/**
 * What the order of requests leaves: a client sends none again once it has sent the next one, and a capture
 * that has the one before has the first sending of a message too.
 */
function orderOf(a: Track, b: Track): Span {
  let [atLeast, atMost] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  const [ofA, ofB] = [timesOf(a), timesOf(b)];
  const [firstOfA, lastOfA] = [Math.min(...ofA.keys()), Math.max(...ofA.keys())];
  const firstOfB = Math.min(...ofB.keys());
  const notAbove = (ms: number): void => {
    if (Number.isFinite(ms)) atMost = Math.min(atMost, ms);
  };
  const notBelow = (ms: number): void => {
    if (Number.isFinite(ms)) atLeast = Math.max(atLeast, ms);
  };
  for (const [id, inA] of ofA) {
    for (const [other, inB] of ofB) {
      if (other > id) notAbove(inB.soonestMs - inA.lastRequestMs);
      if (other < id) notBelow(inB.lastRequestMs - inA.soonestMs);
      if (other !== id) continue;
      if (id > firstOfA) notAbove(inB.soonestMs - inA.firstRequestMs);
      if (id < lastOfA) notBelow(inB.lastRequestMs - inA.lastRequestMs);
      if (id > firstOfB) notBelow(inB.firstAnswerMs - inA.firstAnswerMs);
    }
  }
  return [atLeast, atMost];
}

/** Of one Message ID of the client's: when its request and answer are seen. */
interface Times {
  /** The request or its answer. */
  soonestMs: number;
  firstRequestMs: number;
  lastRequestMs: number;
  firstAnswerMs: number;
}

function timesOf(track: Track): Map<number, Times> {
  const found = new Map<number, Times>();
  for (const d of [...headed(track, true), ...headed(track, false)]) {
    // Only the client's exchanges are in this order; a gateway begins its own with IDs of its own.
    if (d.fromClient === d.ike.isResponse) continue;
    const times = found.get(d.ike.messageId) ?? {
      soonestMs: Number.POSITIVE_INFINITY,
      firstRequestMs: Number.POSITIVE_INFINITY,
      lastRequestMs: Number.NEGATIVE_INFINITY,
      firstAnswerMs: Number.POSITIVE_INFINITY,
    };
    times.soonestMs = Math.min(times.soonestMs, d.timeMs);
    if (d.fromClient) {
      times.firstRequestMs = Math.min(times.firstRequestMs, d.timeMs);
      times.lastRequestMs = Math.max(times.lastRequestMs, d.timeMs);
    } else times.firstAnswerMs = Math.min(times.firstAnswerMs, d.timeMs);
    found.set(d.ike.messageId, times);
    if (found.size >= MOST_IDS) break;
  }
  return found;
}

const MOST_IDS = 32;

/** Readings by which nothing is in both captures: one ended before the other began. */
function apartOf(a: Track, b: Track, [atLeast, atMost]: Span): Span[] {
  const [ofA, ofB] = [spanOf(a), spanOf(b)];
  const [arrived, answered] = [headed(b, true), headed(a, false)];
  const times = (list: readonly Headed[]): number[] => list.map(({ timeMs }) => timeMs);
  const soonest = Math.max(Math.max(...times(arrived)) - ofA[0], ofB[1] - Math.min(...times(answered)));
  const latest = Math.min(Math.min(...times(arrived)) - ofA[1], ofB[0] - Math.max(...times(answered)));
  const spans: Span[] = [];
  if (soonest <= atMost && mayFollow(b, a)) spans.push([soonest, atMost]);
  if (latest >= atLeast && mayFollow(a, b)) spans.push([atLeast, latest]);
  return spans;
}

/**
 * Whether the second capture may have begun when the first one had ended, by the messages that both have:
 * who sends one again waits as long as the last time or longer.
 */
function mayFollow(first: Track, second: Track): boolean {
  const later = sentTimes(second);
  const [ofFirst, ofSecond] = [spanOf(first), spanOf(second)];
  return [...sentTimes(first)].every(([key, before]) => {
    const after = later.get(key) ?? [];
    const [last, next] = [before.at(-1), after[0]];
    if (last === undefined || next === undefined) return true;
    // Between both more of them may have been sent.
    const [waits, nextMs] = [gapsOf(before), gapsOf(after)[0]];
    const silentMs = ofFirst[1] - last;
    if (nextMs === undefined) return silentMs <= (waits.at(-1) ?? LONGEST_WAIT_MS / 3) * 3 + LATE_MS;
    const longestMs = Math.max(silentMs, next - ofSecond[0], Math.min(...waits, nextMs));
    return longestMs <= nextMs + LATE_MS && !growsBeyond(waits, nextMs);
  });
}

/**
 * Whether repetitions follow each other as a sender's do, by a difference of the clocks: what only the second
 * capture has, before the first one began or behind its end, belongs to the same series.
 */
function keepsPace(source: Track, at: Track, fromClient: boolean, differenceMs: number): boolean {
  const [firstMs, lastMs] = spanOf(source);
  const seen = sentTimes(at);
  return [...sentTimes(source)].every(([key, sent]) => {
    if (key.endsWith("true") !== fromClient) return true;
    const times = (seen.get(key) ?? []).map((ms) => ms - (fromClient ? differenceMs : -differenceMs));
    const gaps = gapsOf(sent);
    const [first, last] = [gaps[0], gaps.at(-1)];
    const [before, after] = [times.filter((ms) => ms < firstMs), times.filter((ms) => ms > lastMs)];
    if (last !== undefined && gapsOf([...sent.slice(-1), ...after]).some((gap) => gap < last - LATE_MS))
      return false;
    if (first !== undefined && growsBeyond(gapsOf(before), first)) return false;
    const late = after.length > 1 ? gapsOf(after)[0] : undefined;
    if (late !== undefined && growsBeyond(gaps, late)) return false;
    return first === undefined || before.length < 2 || Math.min(...gapsOf(before)) <= first + LATE_MS;
  });
}

/** When each message was sent, whatever its IKE fragments. */
function sentTimes(track: Track): Map<string, number[]> {
  const found = new Map<string, number[]>();
  for (const d of [...headed(track, true), ...headed(track, false)]) {
    const { exchangeType, messageId, isResponse } = d.ike;
    const size = exchangeType === ExchangeType.IKE_SA_INIT ? d.ike.ikeLength : "";
    const key = `${exchangeType} ${messageId} ${isResponse} ${size} ${d.fromClient}`;
    const list = found.get(key);
    if (list) list.push(d.timeMs);
    else found.set(key, [d.timeMs]);
  }
  for (const list of found.values()) list.sort((x, y) => x - y);
  return found;
}

/** Nobody waits longer before a message is sent again for the first time. */
const LONGEST_WAIT_MS = 6_000;

/** Whether waits grow, so that the next one would be longer than this one. */
function growsBeyond(waits: readonly number[], nextMs: number): boolean {
  const [first, last] = [waits[0], waits.at(-1)];
  return first !== undefined && last !== undefined && last > first * GROWTH && nextMs < last * GROWTH;
}

/** Who waits longer each time waits longer by this, at least. */
const GROWTH = 1.3;

/** The times between sendings; what comes sooner than anybody sends again is of the same one. */
function gapsOf(times: readonly number[]): number[] {
  const gaps: number[] = [];
  let before: number | undefined;
  for (const ms of times) {
    if (before !== undefined && ms - before < SOONEST_REPEAT_MS) continue;
    if (before !== undefined) gaps.push(ms - before);
    before = ms;
  }
  return gaps;
}

/**
 * Whether both have a request and its answer. To be of two sendings, the first answer would have to be lost
 * by chance, just when one capture ended and before the other began.
 */
function isAnsweredInBoth(a: Track, b: Track): boolean {
  // Without a NAT between, the same packets have the same Identification. Over IPv6 whole ones have none.
  const { client, gateway } = a.initiation;
  const namesIn = (track: Track): number[] =>
    headed(track, true).flatMap(({ packets: [first] }) => first?.identification || []);
  const [inA, inB] = [namesIn(a), new Set(namesIn(b))];
  if (inA.length > 0 && inB.size > 0 && client === b.initiation.client && gateway === b.initiation.gateway)
    return inA.some((name) => inB.has(name));
  const [ofA, ofB] = [answeredIn(a), answeredIn(b)];
  return [...ofA].some((key) => ofB.has(key));
}

function answeredIn(track: Track): Set<string> {
  const asked = new Set(headed(track, true).map(({ ike }) => `${ike.exchangeType} ${ike.messageId}`));
  const answered = headed(track, false).filter(
    ({ ike, complete }) => complete && ike.isResponse && asked.has(`${ike.exchangeType} ${ike.messageId}`),
  );
  return new Set(answered.map(keyOf));
}

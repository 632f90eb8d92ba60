/** How far apart the clocks of two places are, from packets that both have: as NTP does it, RFC 5905 §8. */
import type { Place } from "../../schema/joined.ts";
import type { Alignment } from "./align.ts";
import type { Reading, Span } from "./readings.ts";

/** How the clock of a farther place lies beside that of a place nearer to the client. */
export interface ClockBounds {
  /**
   * What to take from a time at the farther place to have it on the nearer clock, with the shortest delay
   * that was seen on that way left out: out of the client's packets, and back of the gateway's.
   */
  outMs: number;
  backMs: number;
  /** What else these two may be, less what they are here. */
  others: readonly Reading[];
  /** How far the farther clock is ahead; `null` where nothing tells. */
  clock: Place["clock"];
}

/** No path takes longer one way. */
const LONGEST_DELAY_MS = 1_000;

const toMicroseconds = (ms: number): number => Math.round(ms * 1_000) / 1_000;

/**
 * A client's packet arrives after it left, so the farther clock is ahead by no more than the difference that
 * it shows; the gateway's packets say so of the other bound.
 *
 * @param alignment its first capture is the one nearer to the client
 */
export function clockBounds({ matches, ambiguityMs, readings }: Alignment): ClockBounds {
  let [atMost, atLeast] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { fromClient, differenceMs } of matches) {
    if (fromClient) atMost = Math.min(atMost, differenceMs);
    else atLeast = Math.max(atLeast, differenceMs);
  }
  const isTimed = matches.some(({ a, b }) => a.timeMs !== 0 && b.timeMs !== 0);
  const known = Number.isFinite(atMost) ? atMost : atLeast;
  const outMs = known;
  const backMs = Number.isFinite(atLeast) ? atLeast : known;
  const less = ([fromMs, toMs]: Span, ms: number): Span => [fromMs - ms, toMs - ms];
  const others = readings.map(({ out, back }) => ({ out: less(out, outMs), back: less(back, backMs) }));
  // How long the other way takes is not known.
  if (!Number.isFinite(atMost)) others.push({ out: [0, LONGEST_DELAY_MS], back: [0, 0] });
  if (!Number.isFinite(atLeast)) others.push({ out: [0, 0], back: [-LONGEST_DELAY_MS, 0] });
  if (!isTimed) return { outMs, backMs, others, clock: null };
  if (Number.isFinite(atMost) && Number.isFinite(atLeast)) {
    const clock = {
      aheadMs: toMicroseconds((atMost + atLeast) / 2),
      uncertaintyMs: toMicroseconds(Math.abs(atMost - atLeast) / 2 + ambiguityMs),
    };
    return { outMs, backMs, others, clock };
  }
  // Only one way was seen: this is a bound, and the truth lies on one side of it.
  const bound = Number.isFinite(atMost) ? ("at-most" as const) : ("at-least" as const);
  const clock = { aheadMs: toMicroseconds(known), uncertaintyMs: LONGEST_DELAY_MS + ambiguityMs, bound };
  return { outMs, backMs, others, clock };
}

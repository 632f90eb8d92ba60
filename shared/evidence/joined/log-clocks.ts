/**
 * By how much the clock of a log differs from another place's. A log may have no date or no year, its zone is
 * not told, and its times may be whole seconds.
 */
import type { Ends } from "./likeness.ts";
import { datagramKey, messageKey, type Recorded, type RecordedLogin } from "./recorded.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** The offsets from UTC that zones have, in minutes; a clock that was set by hand is wrong by hours too. */
const ZONES: readonly number[] = [
  ...Array.from({ length: 27 }, (_, n) => (n - 12) * 60),
  ...[-570, -210, -150, 210, 270, 330, 345, 390, 525, 570, 630, 765, 825],
];

/** Differences between two clocks that are set right, in milliseconds, the smallest ones first. */
export const USUAL_DIFFERENCES: readonly number[] = [
  ...new Set(ZONES.flatMap((minutes) => [minutes * MINUTE_MS, -minutes * MINUTE_MS].map((ms) => ms + 0))),
].toSorted((a, b) => Math.abs(a) - Math.abs(b) || a - b);

/** How far a clock that is kept right may be off. */
export const DRIFT_MS = 5_000;

/** What a log's time is to be moved by, so that it has a date where the log tells none. */
export function dateShiftMs(log: readonly RecordedLogin[], others: readonly RecordedLogin[]): number {
  const own = lastTime(log);
  const other = lastTime(others);
  // A log that counts from midnight, and one without a year, which `readClock` takes for 2000.
  const hasNoDate = own < 1_000 * DAY_MS;
  const hasNoYear = own >= Date.UTC(2000, 0, 1) && own < Date.UTC(2001, 0, 1);
  if (other < Date.UTC(2001, 0, 1)) return 0;
  if (hasNoDate) return Math.round((other - own) / DAY_MS) * DAY_MS;
  if (!hasNoYear) return 0;
  const year = new Date(other).getUTCFullYear();
  const shifts = [year - 1, year, year + 1].map((y) => {
    const at = new Date(own);
    return Date.UTC(y, at.getUTCMonth(), at.getUTCDate()) - Date.UTC(2000, at.getUTCMonth(), at.getUTCDate());
  });
  return shifts.toSorted((a, b) => Math.abs(own + a - other) - Math.abs(own + b - other))[0] ?? 0;
}

const lastTime = (logins: readonly RecordedLogin[]): number =>
  logins.reduce((last, l) => Math.max(last, l.datagrams.at(-1)?.timeMs ?? 0), 0);

/** The steps in which the times of a log are printed. */
export function resolutionMs(logins: readonly RecordedLogin[]): number {
  const inSeconds = logins.every((l) => l.datagrams.every((d) => d.timeMs % 1_000 === 0));
  return inSeconds ? 1_000 : 1;
}

/** Two recordings of one login, put over each other in time. */
export interface Fit {
  /** The gateway's clock less the client's, with the delay of the way in it. */
  differenceMs: number;
  /** At least and at most, by messages to the client and by messages to the gateway. */
  atLeastMs: number;
  atMostMs: number;
  /** How many messages are put over each other. */
  matched: number;
  residualMs: number;
}

const MOST_HYPOTHESES = 32;
const MOST_COMPARED = 64;
const MOST_SENDINGS = 256;
/** How much longer than the fastest one a packet may take. */
const LATE_MS = 3_000;
const JITTER_MS = 300;

/** The sendings by message and IKE fragment; those of a whole message where a log does not tell fragments. */
export function sendingsOf(login: RecordedLogin, fromClient: boolean): Map<string, Recorded[]> {
  const found = new Map<string, Recorded[]>();
  for (const d of login.datagrams) {
    if (d.fromClient !== fromClient) continue;
    for (const key of new Set([datagramKey(d), messageKey(d)])) {
      const list = found.get(key);
      if (list) list.push(d);
      else found.set(key, [d]);
    }
  }
  return found;
}

/**
 * How two recordings lie over each other in time, so that all that came was sent before.
 *
 * @param aroundMs the difference between the clocks that is tried; `null`: any
 * @returns `null`: they do not
 */
export function fitTimes(
  { client, gateway }: Ends,
  stepMs: number,
  aroundMs: number | null,
  slackMs: number,
): Fit | null {
  const sent = [sendingsOf(client, true), sendingsOf(gateway, false)] as const;
  const came = [
    ...gateway.datagrams.filter((d) => d.fromClient),
    ...client.datagrams.filter((d) => !d.fromClient && d.complete),
  ].slice(0, MOST_COMPARED);
  const sendersOf = (d: Recorded): readonly Recorded[] => {
    const list = (d.fromClient ? sent[0] : sent[1]).get(datagramKey(d)) ?? [];
    const sized = list.filter(
      (s) => s.ikeLength === null || d.ikeLength === null || s.ikeLength === d.ikeLength,
    );
    return (sized.length > 0 ? sized : list).slice(0, MOST_SENDINGS);
  };
  /** The gateway's time less the client's. */
  const difference = (a: Recorded, b: Recorded): number => (a.timeMs - b.timeMs) * (b.fromClient ? 1 : -1);
  const toleranceMs = stepMs / 2 + JITTER_MS;
  const anchor = came.find((d) => sendersOf(d).length > 0);
  if (!anchor) return null;
  let best: Fit | null = null;
  // The anchor's own time may be wrong by half a step.
  const steps = stepMs < 1_000 ? [0] : [0, -stepMs / 4, stepMs / 4, -stepMs / 2, stepMs / 2];
  for (const from of sendersOf(anchor).slice(0, MOST_HYPOTHESES)) {
    const around = difference(anchor, from);
    if (aroundMs !== null && Math.abs(around - aroundMs) > slackMs + stepMs) continue;
    for (const step of steps) {
      const fit = tryDifference(around + step);
      if (fit === null) continue;
      const isBetter =
        best === null ||
        fit.matched > best.matched ||
        (fit.matched === best.matched && fit.residualMs < best.residualMs);
      if (isBetter) best = fit;
    }
  }
  return best;

  function tryDifference(around: number): Fit | null {
    const used = new Set<Recorded>();
    const fit: Fit = {
      differenceMs: around,
      atLeastMs: Number.NEGATIVE_INFINITY,
      atMostMs: Number.POSITIVE_INFINITY,
      matched: 0,
      residualMs: 0,
    };
    const differences: number[] = [];
    let late = 0;
    for (const d of came) {
      const senders = sendersOf(d);
      if (senders.length === 0) continue;
      let nearest: Recorded | null = null;
      for (const s of senders) {
        if (used.has(s)) continue;
        const off = Math.abs(difference(d, s) - around);
        if (nearest === null || off < Math.abs(difference(d, nearest) - around)) nearest = s;
      }
      if (nearest === null) continue;
      const own = difference(d, nearest);
      const delay = (own - around) * (d.fromClient ? 1 : -1);
      if (delay < -toleranceMs || delay > LATE_MS + stepMs) return null;
      if (delay > toleranceMs) late++;
      else {
        used.add(nearest);
        differences.push(own);
        fit.residualMs += Math.abs(own - around);
        if (d.fromClient) fit.atMostMs = Math.min(fit.atMostMs, own);
        else fit.atLeastMs = Math.max(fit.atLeastMs, own);
      }
    }
    if (differences.length <= late) return null;
    differences.sort((a, b) => a - b);
    fit.matched = differences.length;
    fit.residualMs /= differences.length;
    // Each is right to half a step: the middle of all is nearest. Else the fastest packets say most.
    const [least = around, most = around] = [differences[0], differences.at(-1)];
    fit.differenceMs = stepMs < 1_000 ? (differences[differences.length >> 1] ?? around) : (least + most) / 2;
    return fit;
  }
}

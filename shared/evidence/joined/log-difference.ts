/** By how much the clock of a log differs from that of another place: what all its logins say together. */
import { NotifyType } from "../../ike/registry.ts";
import { type Ends, likenessOf } from "./likeness.ts";
import { DRIFT_MS, type Fit, USUAL_DIFFERENCES } from "./log-clocks.ts";
import { firstMs, openingSizes, type RecordedLogin } from "./recorded.ts";

/** The newest logins show what is wrong as well as thousands do. */
const MOST_VOTERS = 200;
/** So many attempts show their rhythm. */
const MOST_OF_A_RHYTHM = 60;
/** Attempts that lie so far apart have a rhythm of their own. */
const OWN_RHYTHM_MS = 5_000;
/** By so much a clock that is not kept right may be off, where a whole run tells which it is. */
const RUN_DRIFT_MS = 120_000;
/** Behind a known difference of the clocks, how much one login may differ from the others. */
export const SAME_CLOCK_MS = 1_200;
/** Who is nearer in time by less than this is not nearer. */
export const NEAR_MS = 25;
/** Within a run the difference changes by no more than this. */
const SAME_RUN_MS = 300;
/** So many of a run's sizes, in their order and at their distances, are no chance. */
const SIZES_OF_A_RUN = 3;
/** What was answered arrived, and a log leaves little of it out. */
export const SHOWN_OF_A_RUN = 0.75;
/** So many openings of a log, of the sizes that a run has, are compared with it: the newest. */
const MOST_OF_THESE_SIZES = 1_000;

/** The logins of a log, and those of another place that may be in it. */
export interface Compared {
  others: readonly RecordedLogin[];
  logins: readonly RecordedLogin[];
  /** The log is the gateway's. */
  isLogFar: boolean;
  stepMs: number;
}

/** The logins of the log that fit where the clocks differ by so much, or a little more or less. */
type CandidatesAt = (other: RecordedLogin, ms: number, slackMs: number) => readonly { fit: Fit | null }[];

/** A login of another place and one of the log, as the two ends of one. */
export const endsOf = (other: RecordedLogin, login: RecordedLogin, isLogFar: boolean): Ends =>
  isLogFar ? { client: other, gateway: login } : { client: login, gateway: other };

/** The clocks are set right, but for their zones. */
export function usualDifference(
  { others, stepMs }: Compared,
  candidatesAt: CandidatesAt,
): number | "ambiguous" | null {
  const every = Math.ceil(others.length / MOST_VOTERS);
  const voters = others.filter((_, at) => at % every === 0);
  let best: { votes: number; ms: number } | null = null;
  let rival = 0;
  for (const usual of USUAL_DIFFERENCES) {
    const differences: Vote[] = [];
    for (const [voter, other] of voters.entries()) {
      for (const { fit } of candidatesAt(other, usual, DRIFT_MS))
        if (fit) differences.push({ voter, ms: fit.differenceMs });
    }
    if (differences.length === 0) continue;
    const { ms, votes } = densest(differences, stepMs);
    const elsewhere = differences.filter((d) => Math.abs(d.ms - ms) > NEAR_MS + 2 * stepMs);
    // As many lie over others of the log a little earlier or later.
    const rivals = elsewhere.length > 0 ? densest(elsewhere, stepMs).votes : 0;
    if (best !== null && Math.abs(best.ms - ms) < SAME_CLOCK_MS) continue;
    if (best === null || votes > best.votes) {
      rival = Math.max(best?.votes ?? 0, rivals);
      best = { votes, ms };
    } else rival = Math.max(rival, votes);
  }
  if (best === null) return null;
  // As many logins fit where the clocks differ by another zone: nothing says which it is.
  if (rival === best.votes) return "ambiguous";
  return best.ms;
}

/** The clocks differ by anything, and several attempts lie at the same distances in both. */
export function differenceOfRhythm({
  logins,
  others: all,
  isLogFar,
  stepMs,
}: Compared): number | "ambiguous" | null {
  const [some, others] = [logins.slice(-MOST_OF_A_RHYTHM), all.slice(-MOST_OF_A_RHYTHM)];
  const differences: { ms: number; other: RecordedLogin; login: RecordedLogin }[] = [];
  for (const other of others) {
    for (const login of some) {
      const likeness = likenessOf(endsOf(other, login, isLogFar));
      if (likeness === null || likeness.sized === 0) continue;
      const ms = (firstMs(login) - firstMs(other)) * (isLogFar ? 1 : -1);
      differences.push({ ms, other, login });
    }
  }
  differences.sort((a, b) => a.ms - b.ms);
  const width = stepMs + 400;
  let best: { count: number; ms: number } = { count: 0, ms: 0 };
  let rival = 0;
  let from = 0;
  for (let at = 0; at < differences.length; at++) {
    const now = differences[at];
    if (!now) continue;
    while ((differences[from]?.ms ?? 0) < now.ms - width) from++;
    // So many at once have no rhythm.
    if (at - from > 4 * MOST_OF_A_RHYTHM) continue;
    const window = differences.slice(from, at + 1);
    const times = window.map((d) => firstMs(d.other)).toSorted((a, b) => a - b);
    const rhythm = times.filter((t, n) => n === 0 || t - (times[n - 1] ?? 0) > OWN_RHYTHM_MS);
    const count = Math.min(rhythm.length, new Set(window.map((d) => d.login)).size);
    if (count > best.count) {
      if (Math.abs(best.ms - now.ms) > 2 * width) rival = best.count;
      best = { count, ms: window[window.length >> 1]?.ms ?? now.ms };
    } else if (Math.abs(best.ms - now.ms) > 2 * width) rival = Math.max(rival, count);
  }
  if (best.count < 2) return null;
  return best.count > rival + 1 || (best.count >= 2 && rival < 2) ? best.ms : "ambiguous";
}

/** A demand for a cookie is made without a state, and so may be in no log. */
const isAnswered = ({ probe }: RecordedLogin): boolean =>
  (probe?.answer?.kind === "accepted" || probe?.answer?.kind === "refused") &&
  !probe.answer.notifies.some(({ type }) => type === NotifyType.COOKIE);

/** The probes that were answered while the log was written, if the clocks differ so: they must be in it. */
export function answeredWithin({ others, logins, stepMs }: Compared, ms: number): RecordedLogin[] {
  const beginsMs = logins.reduce((first, l) => Math.min(first, firstMs(l)), Number.POSITIVE_INFINITY);
  const endsMs = logins.reduce((last, l) => Math.max(last, l.untilMs), 0);
  return others.filter(
    (o) => isAnswered(o) && firstMs(o) + ms >= beginsMs - stepMs && firstMs(o) + ms <= endsMs + stepMs,
  );
}

/**
 * The probes of a run have sizes that nothing else has, in an order of their own. Where they lie over the
 * log, also by a clock that nobody keeps right; `null` where nothing fits, or where the log tells no sizes.
 */
export function differenceOfRun({ others, logins, stepMs }: Compared): number | "ambiguous" | null {
  const probes = others.filter(isAnswered).slice(-MOST_OF_A_RHYTHM);
  const bySize = Map.groupBy(probes, (p) => openingSizes(p)[0] ?? 0);
  const shown = logins
    .flatMap((login) => openingSizes(login).map((bytes) => ({ bytes, atMs: firstMs(login) })))
    .filter(({ bytes }) => bySize.has(bytes))
    .slice(-MOST_OF_THESE_SIZES);
  const found = shown
    .flatMap(({ bytes, atMs }) =>
      (bySize.get(bytes) ?? []).map((probe) => ({
        bytes,
        voter: probes.indexOf(probe),
        ms: atMs - firstMs(probe),
      })),
    )
    .filter(({ ms }) => USUAL_DIFFERENCES.some((usual) => Math.abs(ms - usual) <= RUN_DRIFT_MS));
  if (new Set(found.map(({ bytes }) => bytes)).size < SIZES_OF_A_RUN) return null;
  const best = densest(found, stepMs);
  const elsewhere = found.filter(({ ms }) => Math.abs(ms - best.ms) > SAME_RUN_MS + 2 * stepMs);
  const rival = elsewhere.length > 0 ? densest(elsewhere, stepMs).votes : 0;
  const sizes = new Set(
    found.filter(({ ms }) => Math.abs(ms - best.ms) <= SAME_RUN_MS + stepMs).map(({ bytes }) => bytes),
  );
  if (sizes.size < SIZES_OF_A_RUN) return null;
  return rival >= best.votes ? "ambiguous" : best.ms;
}

/** A login, by its number, that lies over one of the log's when the clocks differ so. */
interface Vote {
  voter: number;
  ms: number;
}

/** The middle of where most voters are. */
function densest(given: readonly Vote[], stepMs: number): { ms: number; votes: number } {
  const sorted = given.toSorted((a, b) => a.ms - b.ms);
  const width = stepMs < 1_000 ? 60 : stepMs + 200;
  const counts = new Map<number, number>();
  let best = { from: 0, until: 0, votes: 0 };
  let from = 0;
  for (const [at, { voter, ms }] of sorted.entries()) {
    counts.set(voter, (counts.get(voter) ?? 0) + 1);
    for (let first = sorted[from]; first && first.ms < ms - width; first = sorted[from]) {
      const left = (counts.get(first.voter) ?? 1) - 1;
      if (left === 0) counts.delete(first.voter);
      else counts.set(first.voter, left);
      from++;
    }
    if (counts.size > best.votes) best = { from, until: at, votes: counts.size };
  }
  return { ms: sorted[(best.from + best.until) >> 1]?.ms ?? 0, votes: best.votes };
}

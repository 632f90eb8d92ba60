/**
 * Joins captures and agents' runs with logs, and logs with logs. Most logs name no SPIs: there, sizes, the
 * order of messages and times tell which login is which, and where several fit equally none is joined.
 */
import type { JoinedDatagram, JoinedLogin, NotJoined, Place } from "../../schema/joined.ts";
import type { Initiation } from "../observations.ts";
import type { Joinable, Joined } from "./joinable.ts";
import { type Ends, type Likeness, likenessOf } from "./likeness.ts";
import { DRIFT_MS, dateShiftMs, type Fit, fitTimes, resolutionMs, USUAL_DIFFERENCES } from "./log-clocks.ts";
import { joinDatagrams } from "./log-fates.ts";
import { inCapture, inLog, inRun, isOpening, type RecordedLogin } from "./recorded.ts";

/** All logins of one file, or all probes of a run. */
interface Recording {
  source: string;
  kind: Place["kind"];
  logins: RecordedLogin[];
}

/** The newest logins show what is wrong as well as thousands do. */
const MOST_VOTERS = 200;
/** So many logins of one file are compared with the log's: the newest of those that can be in it. */
const MOST_COMPARED = 2_000;
/** So many logins of the log are looked at for one of the other file. */
const MOST_LOOKED_AT = 100;
/** So many logins that fit at once are not told apart. */
const MOST_CANDIDATES = 24;
/** Behind a known difference of the clocks, how much one login may differ from the others. */
const SAME_CLOCK_MS = 1_200;
/** Who is nearer in time by less than this is not nearer. */
const NEAR_MS = 25;
/** So many attempts show their rhythm. */
const MOST_OF_A_RHYTHM = 60;
/** Attempts that lie so far apart have a rhythm of their own. */
const OWN_RHYTHM_MS = 5_000;

/** Adds to what captures gave: the logins that a log shows too. */
export function joinWithLogs(joinable: Joinable, joined: Joined): Joined {
  const { captures, probes } = joinable;
  const byCapture = new Map(captures.map((c) => [c.capture, c]));
  // A computer may be the client of one login and the gateway of another.
  const recordings = (make: (i: Initiation) => RecordedLogin[], kind: Place["kind"]): Recording[] =>
    [...Map.groupBy(joined.initiations.flatMap(make), (l) => `${l.end} ${l.source}`).values()].flatMap(
      (logins) => (logins[0] ? [{ source: logins[0].source, kind, logins }] : []),
    );
  const logs = recordings(inLog, "log");
  if (logs.length === 0) return joined;
  const run: Recording = {
    source: "run",
    kind: "run",
    logins: probes.map((p) => inRun(p, joinable.startedAtMs ?? 0)).filter((l) => l !== null),
  };
  const others = [
    ...recordings((i) => [inCapture(i, byCapture.get(i.capture))].filter((l) => l !== null), "capture"),
    ...(run.logins.length > 0 ? [run] : []),
  ];
  const result: Found = { probes: [], logins: [], notJoined: [], ends: new Map() };
  for (const log of logs) {
    for (const other of others) joinPair(other, log, result);
  }
  const [clients, gateways] = [
    logs.filter((l) => endOf(l) === "client"),
    logs.filter((l) => endOf(l) === "gateway"),
  ];
  for (const gateway of gateways) for (const client of clients) joinPair(client, gateway, result);
  const said = joinable.recordedAt ?? {};
  const finish = (login: JoinedLogin): JoinedLogin => ({
    ...login,
    places: login.places.map((p) =>
      !Object.hasOwn(said, p.source) ? p : { ...p, endFrom: "given" as const },
    ),
  });
  return {
    logins: [...result.probes, ...joined.logins, ...result.logins].map(finish),
    notJoined: [...joined.notJoined, ...result.notJoined.filter((n) => isNews(n, result, joined))],
    initiations: joined.initiations.map((i) => {
      const end = i.view === null ? result.ends.get(i.capture) : undefined;
      return end === undefined ? i : { ...i, view: end };
    }),
  };
}

/** What is joined elsewhere needs no word on why it is not joined here as well. */
function isNews({ sources, why }: NotJoined, { probes, logins }: Found, joined: Joined): boolean {
  const places = [...probes, ...logins, ...joined.logins].map((l) => l.places.map((p) => p.source));
  const isIn = (source: string, of: readonly string[]): boolean => of.includes(source);
  if (why === "same-end") return !places.some((of) => sources.some((s) => isIn(s, of)));
  return !places.some((of) => sources.every((s) => isIn(s, of)));
}

/** What was found so far. */
interface Found {
  probes: JoinedLogin[];
  logins: JoinedLogin[];
  notJoined: NotJoined[];
  /** Where captures were taken whose packets do not tell. */
  ends: Map<string, "client" | "gateway">;
}

const endOf = ({ logins }: Recording): RecordedLogin["end"] => logins[0]?.end ?? null;

/** One login at two places, as it will be joined. */
interface Pair {
  ends: Ends;
  fit: Fit | null;
  /** How many logins of the log fit equally and say the same. */
  alike: number;
}

function joinPair(other: Recording, log: Recording, found: Found): void {
  const logEnd = endOf(log);
  const sides = other.logins.filter((l) => l.end !== logEnd);
  if (sides.length === 0) {
    addNotJoined(found, other, log, "same-end");
    return;
  }
  const isLogFar = logEnd === "gateway";
  const shift = dateShiftMs(log.logins, sides);
  const ownStep = resolutionMs(log.logins);
  const stepMs = Math.max(ownStep, other.kind === "log" ? resolutionMs(sides) : 1);
  // A time in whole seconds is, on the average, half a second too early.
  const half = ownStep < 1_000 ? 0 : ownStep / 2;
  const own = shift + half === 0 ? log.logins : log.logins.map((l) => shifted(l, shift + half));
  const matcher = new Matcher(sides, own, isLogFar, stepMs);
  const { pairs, why } = matcher.match();
  if (pairs.length === 0) {
    if (why !== null) addNotJoined(found, other, log, why);
    return;
  }
  const clock = clockOf(pairs, stepMs);
  for (const pair of pairs) {
    const login = atPrintedTimes(toJoined(pair, clock, stepMs), isLogFar ? 1 : 0, half);
    if (other.kind === "run") found.probes.push(login);
    else found.logins.push(login);
    if (pair.ends.client.end === null) found.ends.set(pair.ends.client.source, "client");
    if (pair.ends.gateway.end === null) found.ends.set(pair.ends.gateway.source, "gateway");
  }
  if (other.kind === "run") {
    for (const login of matcher.lostProbes(pairs))
      found.probes.push(atPrintedTimes(toJoined(login, clock, stepMs), isLogFar ? 1 : 0, half));
  }
}

function addNotJoined(found: Found, one: Recording, other: Recording, why: NotJoined["why"]): void {
  found.notJoined.push({ sources: [one.source, other.source], why });
}

/** The times of a log as it prints them. */
const atPrintedTimes = (login: JoinedLogin, place: 0 | 1, halfMs: number): JoinedLogin =>
  halfMs === 0
    ? login
    : {
        ...login,
        datagrams: login.datagrams.map((d) => ({
          ...d,
          seen: d.seen.map((s, at) => (s && at === place ? { ...s, timeMs: s.timeMs - halfMs } : s)),
        })),
      };

const shifted = (login: RecordedLogin, ms: number): RecordedLogin => ({
  ...login,
  datagrams: login.untimed ? login.datagrams : login.datagrams.map((d) => ({ ...d, timeMs: d.timeMs + ms })),
  untilMs: login.untimed ? login.untilMs : login.untilMs + ms,
});

const firstMs = (login: RecordedLogin): number => login.datagrams[0]?.timeMs ?? 0;
const lastMs = (login: RecordedLogin): number => login.datagrams.at(-1)?.timeMs ?? 0;

/** A login of a log that may be the one that is looked for. */
interface Candidate {
  login: RecordedLogin;
  likeness: Likeness;
  fit: Fit | null;
}

/** A login and those of the log that may be the same. */
interface Wanted {
  other: RecordedLogin;
  own: Candidate[];
}

/** Finds the logins of a log among those of another place. */
class Matcher {
  readonly #all: readonly RecordedLogin[];
  readonly #others: readonly RecordedLogin[];
  readonly #logins: readonly RecordedLogin[];
  readonly #isLogFar: boolean;
  readonly #stepMs: number;
  readonly #isTimed: boolean;
  /** The logins of the log in the order of their beginnings. */
  readonly #byTime: readonly RecordedLogin[];
  readonly #longestMs: number;
  readonly #addresses: ReadonlySet<string>;
  #difference: number | null = null;

  constructor(
    others: readonly RecordedLogin[],
    logins: readonly RecordedLogin[],
    isLogFar: boolean,
    stepMs: number,
  ) {
    this.#all = others;
    this.#others = thatCanBeIn(logins, others).slice(-MOST_COMPARED);
    this.#logins = logins;
    this.#isLogFar = isLogFar;
    this.#addresses = new Set(logins.map((l) => l.client).filter((address) => address !== ""));
    this.#stepMs = stepMs;
    this.#isTimed = !logins.some((l) => l.untimed) && !others.some((l) => l.untimed);
    this.#byTime = logins.toSorted((a, b) => firstMs(a) - firstMs(b));
    this.#longestMs = Math.min(
      3_600_000,
      logins.reduce((longest, l) => Math.max(longest, lastMs(l) - firstMs(l)), 0),
    );
  }

  #ends(other: RecordedLogin, login: RecordedLogin): Ends {
    return this.#isLogFar ? { client: other, gateway: login } : { client: login, gateway: other };
  }

  match(): { pairs: Pair[]; why: NotJoined["why"] | null } {
    const bySpi = this.#bySpi();
    if (bySpi.length > 0) return { pairs: bySpi, why: null };
    return this.#isTimed ? this.#byTimes() : this.#byOrder();
  }

  /** RFC 7296 §2.6: the SPI that the client chose names the login at both ends. */
  #bySpi(): Pair[] {
    const named = Map.groupBy(this.#logins, (l) => l.spi);
    const pairs: Pair[] = [];
    for (const other of this.#others) {
      const logins = other.spi === "" ? undefined : named.get(other.spi);
      const [first] = logins ?? [];
      if (!logins || !first) continue;
      const login = logins.length === 1 ? first : merged(logins);
      const ends = this.#ends(other, login);
      if (likenessOf(ends) === null) continue;
      const fit = this.#isTimed ? fitTimes(ends, this.#stepMs, null, 0) : null;
      pairs.push({ ends, fit, alike: 1 });
    }
    this.#difference = median(pairs.flatMap((p) => (p.fit ? [p.fit.differenceMs] : [])));
    return pairs;
  }

  #byTimes(): { pairs: Pair[]; why: NotJoined["why"] | null } {
    const difference = this.#usualDifference() ?? this.#differenceOfRhythm();
    if (difference === "ambiguous") return { pairs: [], why: "ambiguous" };
    if (difference === null) return { pairs: [], why: this.#whyNot() };
    this.#difference = difference;
    const pairs = this.#assign((other) => this.#candidatesAt(other, difference, SAME_CLOCK_MS));
    return pairs.length === 0 || isChance(pairs) ? { pairs: [], why: "ambiguous" } : { pairs, why: null };
  }

  /** Those that fit when the clocks differ so. */
  #candidatesAt(other: RecordedLogin, difference: number, slackMs: number): Candidate[] {
    const ahead = this.#isLogFar ? difference : -difference;
    const slack = slackMs + this.#stepMs;
    const from = firstMs(other) + ahead - slack - this.#longestMs;
    const until = lastMs(other) + ahead + slack;
    const found: Candidate[] = [];
    let [low, high] = [0, this.#byTime.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (firstMs(this.#byTime[middle] as RecordedLogin) < from) low = middle + 1;
      else high = middle;
    }
    for (
      let at = low;
      at < this.#byTime.length && found.length <= MOST_CANDIDATES && at - low < MOST_LOOKED_AT;
      at++
    ) {
      const login = this.#byTime[at];
      if (!login || firstMs(login) > until) break;
      // Where the log has the client's own address, no NAT is between, and others are other clients.
      if (this.#addresses.has(other.client) && login.client !== other.client) continue;
      const ends = this.#ends(other, login);
      const likeness = likenessOf(ends);
      if (likeness === null || likeness.shared === 0) continue;
      const fit = fitTimes(ends, this.#stepMs, difference, slackMs);
      if (fit !== null) found.push({ login, likeness, fit });
    }
    // Before anything is counted: a login of another address would say another difference of the clocks.
    return ofTheSameClient(other, found);
  }

  /** The clocks are set right, but for their zones. */
  #usualDifference(): number | "ambiguous" | null {
    const every = Math.ceil(this.#others.length / MOST_VOTERS);
    const voters = this.#others.filter((_, at) => at % every === 0);
    let best: { votes: number; ms: number } | null = null;
    let rival = 0;
    for (const usual of USUAL_DIFFERENCES) {
      const differences: Vote[] = [];
      for (const [voter, other] of voters.entries()) {
        for (const { fit } of preferred(other, this.#candidatesAt(other, usual, DRIFT_MS)))
          if (fit) differences.push({ voter, ms: fit.differenceMs });
      }
      if (differences.length === 0) continue;
      const { ms, votes } = densest(differences, this.#stepMs);
      const elsewhere = differences.filter((d) => Math.abs(d.ms - ms) > NEAR_MS + 2 * this.#stepMs);
      // As many lie over others of the log a little earlier or later.
      const others = elsewhere.length > 0 ? densest(elsewhere, this.#stepMs).votes : 0;
      if (best !== null && Math.abs(best.ms - ms) < SAME_CLOCK_MS) continue;
      if (best === null || votes > best.votes) {
        rival = Math.max(best?.votes ?? 0, others);
        best = { votes, ms };
      } else rival = Math.max(rival, votes);
    }
    if (best === null) return null;
    // As many logins fit where the clocks differ by another zone: nothing says which it is.
    if (rival === best.votes) return "ambiguous";
    return best.ms;
  }

  /** The clocks differ by anything, and several attempts lie at the same distances in both. */
  #differenceOfRhythm(): number | "ambiguous" | null {
    const [some, others] = [this.#logins.slice(-MOST_OF_A_RHYTHM), this.#others.slice(-MOST_OF_A_RHYTHM)];
    const differences: { ms: number; other: RecordedLogin; login: RecordedLogin }[] = [];
    for (const other of others) {
      for (const login of some) {
        const ends = this.#ends(other, login);
        const likeness = likenessOf(ends);
        if (likeness === null || likeness.sized === 0) continue;
        const ms = (firstMs(login) - firstMs(other)) * (this.#isLogFar ? 1 : -1);
        differences.push({ ms, other, login });
      }
    }
    differences.sort((a, b) => a.ms - b.ms);
    const width = this.#stepMs + 400;
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

  /** Without clocks: those that fit by their messages, and several in their order. */
  #byOrder(): { pairs: Pair[]; why: NotJoined["why"] | null } {
    const byOpening = new Map<number, RecordedLogin[]>();
    for (const login of this.#logins) {
      for (const size of openingSizes(login)) {
        const list = byOpening.get(size);
        if (list) list.push(login);
        else byOpening.set(size, [login]);
      }
    }
    const candidates = new Map<RecordedLogin, Candidate[]>();
    for (const other of this.#others) {
      const logins = new Set(openingSizes(other).flatMap((size) => byOpening.get(size) ?? []));
      const own: Candidate[] = [];
      if (logins.size <= 200) {
        for (const login of logins) {
          const likeness = likenessOf(this.#ends(other, login));
          if (likeness === null || likeness.sized < 2 || likeness.hasExcess) continue;
          own.push({ login, likeness, fit: null });
        }
      }
      candidates.set(other, own);
    }
    const pairs = this.#assign((other) => candidates.get(other) ?? []);
    const some = [...candidates.values()].some((c) => c.length > 0);
    return { pairs, why: pairs.length > 0 ? null : some ? "ambiguous" : this.#whyNot() };
  }

  /** One to one where that is clear. */
  #assign(candidatesOf: (other: RecordedLogin) => Candidate[]): Pair[] {
    const wanted = new Map<RecordedLogin, number>();
    const all = this.#nearest(
      this.#others.map((other) => ({ other, own: preferred(other, candidatesOf(other)) })),
    );
    for (const { own } of all) for (const { login } of own) wanted.set(login, (wanted.get(login) ?? 0) + 1);
    const isFree = ({ login }: Candidate): boolean => wanted.get(login) === 1;
    const pairs: Pair[] = [];
    // Logins that look alike, as many here as there: in their order.
    const groups = Map.groupBy(
      all.filter(({ own }) => own.length > 0),
      ({ own }) =>
        own
          .map(({ login }) => this.#numberOf(login))
          .toSorted((a, b) => a - b)
          .join(" "),
    );
    for (const group of groups.values()) {
      const own = group[0]?.own ?? [];
      if (group.length === 1 && group[0]) {
        const pair = this.#one(group[0].other, own, isFree);
        if (pair) pairs.push(pair);
        continue;
      }
      const isOwn = own.every(({ login }) => wanted.get(login) === group.length);
      if (group.length !== own.length || !isOwn) continue;
      const inOrder = own.toSorted((a, b) => this.#numberOf(a.login) - this.#numberOf(b.login));
      for (const [at, { other }] of group.toSorted((a, b) => firstMs(a.other) - firstMs(b.other)).entries()) {
        const candidate = inOrder[at];
        if (!candidate) continue;
        const ends = this.#ends(other, candidate.login);
        const fit =
          this.#difference === null ? null : fitTimes(ends, this.#stepMs, this.#difference, SAME_CLOCK_MS);
        if (this.#isTimed && fit === null) continue;
        pairs.push({ ends, fit, alike: 1 });
      }
    }
    return pairs;
  }

  /** Where clocks tell milliseconds, the nearest in time are meant, from both points of view. */
  #nearest(all: Wanted[]): Wanted[] {
    const difference = this.#difference;
    if (!this.#isTimed || difference === null || this.#stepMs >= 1_000) return all;
    const offOf = ({ fit }: Candidate): number => Math.abs((fit?.differenceMs ?? difference) - difference);
    const leastOff = new Map<RecordedLogin, number>();
    for (const { own } of all) {
      for (const c of own)
        leastOff.set(c.login, Math.min(leastOff.get(c.login) ?? Number.POSITIVE_INFINITY, offOf(c)));
    }
    return all.map(({ other, own }) => {
      const least = Math.min(...own.map(offOf));
      return {
        other,
        own: own.filter(
          (c) => offOf(c) <= least + NEAR_MS && offOf(c) <= (leastOff.get(c.login) ?? 0) + NEAR_MS,
        ),
      };
    });
  }

  readonly #numbers = new Map<RecordedLogin, number>();
  #numberOf(login: RecordedLogin): number {
    if (this.#numbers.size === 0) for (const [at, l] of this.#byTime.entries()) this.#numbers.set(l, at);
    return this.#numbers.get(login) ?? -1;
  }

  #one(other: RecordedLogin, own: readonly Candidate[], isFree: (c: Candidate) => boolean): Pair | null {
    if (!own.every(isFree) || own.length > MOST_CANDIDATES) return null;
    const [first] = own;
    if (!first) return null;
    if (own.length === 1) return { ends: this.#ends(other, first.login), fit: first.fit, alike: 1 };
    if (this.#isTimed) {
      const repeated = this.#repeated(other, own);
      if (repeated) return repeated;
    }
    // Whichever of them it is, the log says the same of each message.
    const last = own.at(-1) ?? first;
    const said = new Set(
      own.map(({ login, fit }) => saidOf(joinDatagrams(this.#ends(other, login), fit, this.#stepMs))),
    );
    return said.size === 1 ? { ends: this.#ends(other, last.login), fit: last.fit, alike: own.length } : null;
  }

  /** A gateway that refused forgets the login, so that each repetition is a new one in its log. */
  #repeated(other: RecordedLogin, own: readonly Candidate[]): Pair | null {
    const openings = own.filter(({ login }) => login.datagrams.every((d) => d.messageId === 0));
    if (own.length - openings.length > 1) return null;
    const login = merged(own.map((c) => c.login));
    const ends = this.#ends(other, login);
    const likeness = likenessOf(ends);
    if (likeness === null || likeness.hasExcess) return null;
    const fit = fitTimes(ends, this.#stepMs, this.#difference, SAME_CLOCK_MS);
    return fit === null ? null : { ends, fit, alike: 1 };
  }

  /** Probes that the log never had, where it has those before and after. */
  lostProbes(pairs: readonly Pair[]): Pair[] {
    const difference = this.#difference;
    const [known] = pairs;
    if (difference === null || !known || !this.#isLogFar || !this.#isTimed) return [];
    const joined = new Set(pairs.map((p) => p.ends.client));
    const taken = new Set(pairs.map((p) => p.ends.gateway));
    const beginsMs = this.#byTime[0] ? firstMs(this.#byTime[0]) : Number.POSITIVE_INFINITY;
    const fit: Fit = {
      differenceMs: difference,
      atLeastMs: difference,
      atMostMs: difference,
      matched: 0,
      residualMs: 0,
    };
    return this.#all
      .filter((o) => !joined.has(o) && o.datagrams.every((d) => d.fromClient))
      .filter(
        (o) => firstMs(o) + difference + SAME_CLOCK_MS >= beginsMs && o.gateway === known.ends.client.gateway,
      )
      .filter((o) => this.#candidatesAt(o, difference, SAME_CLOCK_MS).every((c) => taken.has(c.login)))
      .map((other) => {
        const nothing = { ...known.ends.gateway, datagrams: [], spi: "" };
        return { ends: { client: other, gateway: nothing }, fit, alike: 1 };
      });
  }

  #whyNot(): NotJoined["why"] {
    const addresses = new Set(this.#logins.map((l) => l.client));
    const gateways = new Set(this.#logins.map((l) => l.gateway));
    const isSame = this.#others.some(
      (o) => o.client !== "" && addresses.has(o.client) && (gateways.has(o.gateway) || gateways.has("")),
    );
    return isSame ? "other-attempts" : "nothing-in-common";
  }
}

/** Those whose opening has a size that an opening in the log has, or whose log tells no sizes. */
function thatCanBeIn(logins: readonly RecordedLogin[], others: readonly RecordedLogin[]): RecordedLogin[] {
  const sizes = new Set<number>();
  for (const login of logins) {
    const own = openingSizes(login);
    // An opening that was answered with a cookie is not in the log, and what is there may begin later.
    if (own.length === 0) return [...others];
    for (const size of own) sizes.add(size);
  }
  return others.filter((other) => {
    const own = openingSizes(other);
    return own.length === 0 || own.some((size) => sizes.has(size));
  });
}

/** Those of the same client, where the log has its address: no NAT is between. Else all. */
function ofTheSameClient(other: RecordedLogin, candidates: Candidate[]): Candidate[] {
  const same = candidates.filter((c) => c.login.client !== "" && c.login.client === other.client);
  return same.length > 0 ? same : candidates;
}

function preferred(other: RecordedLogin, candidates: Candidate[]): Candidate[] {
  const left = ofTheSameClient(other, candidates);
  // That a recording ended before the login did is the worse explanation.
  const least = left.reduce((min, c) => Math.min(min, c.likeness.unseen), Number.POSITIVE_INFINITY);
  return left.filter((c) => c.likeness.unseen === least);
}

const openingSizes = (login: RecordedLogin): number[] => [
  ...new Set(login.datagrams.filter(isOpening).flatMap((d) => d.ikeLength ?? [])),
];

const merged = (logins: readonly RecordedLogin[]): RecordedLogin => {
  const [first] = logins as readonly [RecordedLogin];
  return {
    ...first,
    datagrams: logins.flatMap((l) => l.datagrams).toSorted((a, b) => a.timeMs - b.timeMs),
    untilMs: logins.reduce((until, l) => Math.max(until, l.untilMs), 0),
  };
};

/** What became of each message, whichever lines say so. */
const saidOf = (datagrams: readonly JoinedDatagram[]): string =>
  JSON.stringify(
    datagrams.map((d) => [
      d.exchangeType,
      d.messageId,
      d.fromClient,
      d.isResponse,
      d.sending,
      d.fate,
      d.ikeFragment,
    ]),
  );

const median = (values: readonly number[]): number | null =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? null;

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

type Clock = Place["clock"];

/** The difference of the clocks, from all logins of the two files; `null` without times. */
function clockOf(pairs: readonly Pair[], stepMs: number): Clock {
  const fits = pairs.flatMap((p) => p.fit ?? []);
  if (fits.length === 0) return null;
  const most = Math.min(...fits.map((f) => f.atMostMs));
  const least = Math.max(...fits.map((f) => f.atLeastMs));
  if (Number.isFinite(most) && Number.isFinite(least)) {
    const half = Math.abs(most - least) / 2;
    return { aheadMs: Math.round((most + least) / 2), uncertaintyMs: Math.round(half + stepMs) };
  }
  // One way only: the delay of the way is not known, and stays below a second where packets arrive at all.
  const one = Number.isFinite(most) ? most : least;
  return { aheadMs: Math.round(one), uncertaintyMs: 1_000 + stepMs };
}

function toJoined({ ends, fit, alike }: Pair, clock: Clock, stepMs: number): JoinedLogin {
  const { client, gateway } = ends;
  const spi = client.spi || gateway.spi;
  const isNamed = client.spi !== "" && client.spi === gateway.spi;
  return {
    initiatorSpi: spi,
    provenBy: isNamed ? "spi" : "sizes",
    family: client.family,
    places: [placeOf(client, "client", { aheadMs: 0, uncertaintyMs: 0 }), placeOf(gateway, "gateway", clock)],
    datagrams: joinDatagrams(ends, fit, stepMs),
    ...(alike > 1 && { alike }),
  };
}

function placeOf(login: RecordedLogin, end: "client" | "gateway", clock: Clock): Place {
  return {
    source: login.source,
    kind: login.kind,
    end: login.end ?? end,
    endFrom: login.end === null ? "other-end" : "packets",
    client: login.client,
    gateway: login.gateway,
    clock,
  };
}

/**
 * Whether a single opening of the usual size, at about the right time, is all that two recordings share.
 * Every client of the same program sends such a one, and behind a NAT nothing tells whose it is.
 */
function isChance(pairs: readonly Pair[]): boolean {
  const [pair] = pairs;
  if (!pair || pairs.length > 1 || pair.ends.client.client === pair.ends.gateway.client) return false;
  return (likenessOf(pair.ends)?.sized ?? 0) < 2;
}

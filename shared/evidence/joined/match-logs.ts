/**
 * Finds the logins of a log among those of another place. Most logs name no SPIs: there, sizes, the order of
 * messages and times tell which login is which, and where several fit equally none is joined.
 */
import type { JoinedDatagram, NotJoined } from "../../schema/joined.ts";
import { type Ends, type Likeness, likenessOf } from "./likeness.ts";
import { type Fit, fitTimes } from "./log-clocks.ts";
import {
  answeredWithin,
  type Compared,
  differenceOfRhythm,
  differenceOfRun,
  endsOf,
  NEAR_MS,
  SAME_CLOCK_MS,
  SHOWN_OF_A_RUN,
  usualDifference,
} from "./log-difference.ts";
import { joinDatagrams } from "./log-fates.ts";
import { firstMs, openingSizes, type RecordedLogin } from "./recorded.ts";

/** So many logins of one file are compared with the log's: the newest of those that can be in it. */
const MOST_COMPARED = 2_000;
/** So many logins of the log are looked at for one of the other file. */
const MOST_LOOKED_AT = 100;
/** So many logins that fit at once are not told apart. */
const MOST_CANDIDATES = 24;

/** One login at two places, as it will be joined. */
export interface Pair {
  ends: Ends;
  fit: Fit | null;
  /** How many logins of the log fit equally and say the same. */
  alike: number;
}

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
export class Matcher {
  readonly #all: readonly RecordedLogin[];
  readonly #others: readonly RecordedLogin[];
  readonly #logins: readonly RecordedLogin[];
  readonly #isLogFar: boolean;
  readonly #stepMs: number;
  readonly #isTimed: boolean;
  readonly #isRun: boolean;
  readonly #compared: Compared;
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
    this.#isRun = others[0]?.kind === "run" && isLogFar;
    this.#compared = { others: this.#others, logins, isLogFar, stepMs };
    this.#byTime = logins.toSorted((a, b) => firstMs(a) - firstMs(b));
    this.#longestMs = Math.min(
      3_600_000,
      logins.reduce((longest, l) => Math.max(longest, lastMs(l) - firstMs(l)), 0),
    );
  }

  #ends(other: RecordedLogin, login: RecordedLogin): Ends {
    return endsOf(other, login, this.#isLogFar);
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
    const difference = this.#isRun ? this.#differenceOfRun() : this.#differenceOf();
    if (difference === "ambiguous") return { pairs: [], why: "ambiguous" };
    if (difference === null) return { pairs: [], why: this.#whyNot() };
    this.#difference = difference;
    const pairs = this.#assign((other) => this.#candidatesAt(other, difference, SAME_CLOCK_MS));
    return pairs.length === 0 || isChance(pairs) ? { pairs: [], why: "ambiguous" } : { pairs, why: null };
  }

  #differenceOf(): number | "ambiguous" | null {
    const candidatesAt = (other: RecordedLogin, ms: number, slackMs: number): readonly Candidate[] =>
      preferred(other, this.#candidatesAt(other, ms, slackMs));
    return usualDifference(this.#compared, candidatesAt) ?? differenceOfRhythm(this.#compared);
  }

  /** A run names all that was answered, and so all that its log has to show. */
  #differenceOfRun(): number | "ambiguous" | null {
    const found = differenceOfRun(this.#compared) ?? this.#differenceOf();
    if (found === null || found === "ambiguous") return found;
    const answered = answeredWithin(this.#compared, found);
    const shown = answered.filter((o) => this.#candidatesAt(o, found, SAME_CLOCK_MS).length > 0);
    return shown.length >= answered.length * SHOWN_OF_A_RUN ? found : null;
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

/**
 * Whether a single opening of the usual size, at about the right time, is all that two recordings share.
 * Every client of the same program sends such a one, and behind a NAT nothing tells whose it is.
 */
function isChance(pairs: readonly Pair[]): boolean {
  const [pair] = pairs;
  if (!pair || pairs.length > 1 || pair.ends.client.client === pair.ends.gateway.client) return false;
  return (likenessOf(pair.ends)?.sized ?? 0) < 2;
}

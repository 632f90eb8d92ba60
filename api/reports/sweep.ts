/**
 * Deletes what is older than the operator keeps it, and objects that a crash left behind.
 *
 * It destroys for good, so it does so only where that is plausible: not when the clock is far from where it
 * was, when most would go, or when the index does not fit the objects. Then it says why, and holds back.
 *
 * What goes is written down as doomed before it is deleted, in one step with its rows. So a sweep that breaks
 * off leaves nothing to be forgotten, and two of them at the same time do the same work twice and no harm.
 */
import type { Deps } from "../deps.ts";
import { knowSettings } from "../people/service-settings.ts";
import {
  endOfKeysHour,
  hourOfKey,
  hourPrefix,
  kindOfKey,
  OBJECT_KINDS,
  type ObjectKind,
} from "../store/object-key.ts";
import type { Expiring, ObjectEntry, SweepMemory } from "../store/port.ts";
import { StoreUnavailableError } from "../store/unavailable.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Longer than any upload takes. The row of a younger object may be about to be written. */
const ORPHAN_AGE_MS = 2 * HOUR_MS;
/** So much may go without being compared with what stays. */
const FEW = 10;
/** Who runs sweeps once an hour. After so long without a sweep, the service did not run. */
const SILENCE_MS = 75 * 60_000;
/** As many silences are remembered. */
const MOST_SILENCES = 50;
/** So many objects without rows, and most of all, are no crash's. */
const MANY = 100;
/** A machine may be off for so long. When its clock says that it was longer, the clock may be wrong. */
const LONGEST_PAUSE_DAYS = 60;
/** Time for the operator to see that most would go, before it does. */
const HELD_BACK_DAYS = 3;
/** A clock that moves by more from one sweep to the next does not go evenly. */
const PAUSE_MS = 2 * DAY_MS;

const ROWS_AT_A_TIME = 200;
const KEYS_AT_A_TIME = 1000;
/** How many keys one sweep looks at for orphans, at most: it remembers all of them that it finds. */
const KEYS_A_SWEEP = 100_000;
/** How many entries of the audit log one sweep lets go. */
const ENTRIES_A_SWEEP = 10_000;
const LONGEST_SWEEP_MS = 5 * 60_000;
/** What administrators decided, what a sweep knows of the last one, and removing sessions and the like. */
const REQUESTS_APART = 17;
/** What webhooks were told is kept for so long, and no longer than reports are. */
const DELIVERY_DAYS = 30;

/** What a sweep did. */
export interface Swept {
  reports: number;
  captures: number;
  orphans: number;
  /** Why something was held back. */
  refused: string[];
  /** Whether something is left for the next sweep. */
  isUnfinished: boolean;
}

/** How many requests to the stores are left, and how much time. */
class Budget {
  left: number;
  readonly #now: () => Date;
  readonly #endsAt: number;

  constructor(requests: number, now: () => Date, endsAt = now().getTime() + LONGEST_SWEEP_MS) {
    this.left = requests;
    this.#now = now;
    this.#endsAt = endsAt;
  }

  /** Takes so many requests. @returns whether there were so many left, and time */
  take(requests: number): boolean {
    if (this.left < requests || this.#now().getTime() >= this.#endsAt) return false;
    this.left -= requests;
    return true;
  }

  /** A part of what is left; what it does not need is given back by `join`. */
  split(requests: number): Budget {
    const part = new Budget(Math.min(this.left, requests), this.#now, this.#endsAt);
    this.left -= part.left;
    return part;
  }

  join(part: Budget): void {
    this.left += part.left;
    part.left = 0;
  }
}

interface Sweep {
  deps: Deps;
  now: Date;
  memory: SweepMemory;
  budget: Budget;
  swept: Swept;
  /** How the operator says that what is held back may go. */
  override: string;
}

/**
 * Deletes what is too old, and objects that no row names. It may run at any time, and twice at the same time.
 * It makes at most `sweepRequests` requests to the stores, and goes on where the last one left off.
 *
 * @param override what the operator does to let go what is held back
 */
export async function sweep(deps: Deps, override = "ikefrag sweep --anyway"): Promise<Swept> {
  await knowSettings(deps);
  const now = deps.now();
  const memory = await deps.sweeps.read(now.toISOString());
  const { state } = memory;
  const budget = new Budget(deps.config.sweepRequests - REQUESTS_APART, deps.now);
  const swept: Swept = { reports: 0, captures: 0, orphans: 0, refused: [], isUnfinished: false };
  const of: Sweep = { deps, now, memory, budget, swept, override };

  state.beganAt = earlier(state.beganAt, now.toISOString());
  noteSilence(state, now);
  // Whatever comes first leaves something to the others.
  const third = Math.floor(budget.left / 3);
  for (const stage of [expire, findOrphans]) {
    const part = budget.split(stage === expire ? third : budget.left - third);
    await orNextTime(of, () => stage({ ...of, budget: part }));
    budget.join(part);
  }
  await orNextTime(of, () => deleteDoomed(of));
  await orNextTime(of, () => giveUpUploads(of));

  // Whatever has expired is not to live on in memory, where nobody may ask for it again.
  deps.remembered.clear();

  state.seenAt = now.toISOString();
  if (!swept.isUnfinished) memory.isAllowed = false;
  // Where another sweep was faster, what it wrote stays, and some of the work is done again next time.
  await deps.sweeps.write(memory);
  if (swept.reports + swept.captures + swept.orphans > 0) {
    const { reports, captures, orphans } = swept;
    deps.log({ level: "info", message: "swept", reports, captures, orphans });
  }
  return swept;
}

/** Runs a part of a sweep. What a store keeps it from, the next sweep does. */
async function orNextTime({ deps, swept }: Sweep, run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    if (!(error instanceof StoreUnavailableError)) throw error;
    swept.isUnfinished = true;
    deps.metrics.storeErrors.add(["unavailable"]);
    deps.log({ level: "error", message: `Cannot sweep: ${error.message}` });
  }
}

function refuse({ deps, swept }: Sweep, reason: string): string {
  swept.refused.push(reason);
  deps.log({ level: "error", message: `Cannot sweep: ${reason}` });
  return reason;
}

const earlier = (a: string, b: string): string => (a < b ? a : b);
const daysBetween = (from: string, to: string): number => (Date.parse(to) - Date.parse(from)) / DAY_MS;

/** What was begun before this is not being written any more, even if the clock jumped a moment ago (ms). */
const sureOf = (seenAt: string, now: Date): number =>
  Date.parse(earlier(seenAt, now.toISOString())) - ORPHAN_AGE_MS;

/** What the kinds are called in the log. */
const NAMES: Readonly<Record<Expiring, string>> = {
  reports: "reports",
  captures: "captures of runs",
  gatewayCaptures: "captures of gateways",
  gatewayTexts: "logs of gateways",
  cases: "cases",
};
const EXPIRING = Object.keys(NAMES) as Expiring[];

/** Removes the rows of what is too old. */
async function expire(of: Sweep): Promise<void> {
  const { deps, now, memory, budget, swept } = of;
  const { state } = memory;
  const { reportDays, captureDays } = deps.config;
  const daysAgo = (days: number): string => new Date(now.getTime() - days * DAY_MS).toISOString();
  const [old, oldCapture] = [daysAgo(reportDays), daysAgo(captureDays)];
  const before = {
    reports: old,
    captures: oldCapture,
    gatewayCaptures: oldCapture,
    gatewayTexts: old,
    cases: old,
  } satisfies Record<Expiring, string>;

  budget.take(1);
  const few = await deps.sweeps.old(before, FEW + 1);
  if (!memory.isAllowed) {
    const why = await whyNotExpire(of, before, few);
    if (why !== null) {
      refuse(of, why);
      return;
    }
  }
  for (const kind of EXPIRING) {
    while (few[kind] > 0) {
      if (!budget.take(deps.sweeps.statementsToExpire(kind))) {
        swept.isUnfinished = true;
        break;
      }
      const gone = await deps.sweeps.expire(kind, before[kind], ROWS_AT_A_TIME);
      if (kind === "reports") swept.reports += gone;
      if (kind === "captures" || kind === "gatewayCaptures") swept.captures += gone;
      if (gone < ROWS_AT_A_TIME) break;
    }
  }
  await deps.access.removeExpired(now.toISOString(), Math.floor(now.getTime() / 1000));
  await deps.audit.expire(daysAgo(deps.config.auditDays), ENTRIES_A_SWEEP);
  await deps.webhooks.removeOld(daysAgo(Math.min(DELIVERY_DAYS, reportDays)));
  Object.assign(state, { expiryRefused: null, expiredAt: now.toISOString(), reportDays, captureDays });
}

/** Why nothing of what is old is to go; `null`: it may. */
async function whyNotExpire(
  of: Sweep,
  before: Record<Expiring, string>,
  few: Record<Expiring, number>,
): Promise<string | null> {
  const { deps, now, memory, budget, override } = of;
  const { state } = memory;
  const at = now.toISOString();
  if (EXPIRING.every((kind) => few[kind] === 0)) return null;

  const isEven = state.seenAt !== null && Math.abs(now.getTime() - Date.parse(state.seenAt)) <= PAUSE_MS;
  const since = (isEven ? state.expiryRefused?.since : null) ?? at;
  const hold = (reason: string): string => {
    state.expiryRefused = { reason, since };
    return reason;
  };
  const days = Math.round(daysBetween(state.expiredAt, since));
  if (days > LONGEST_PAUSE_DAYS)
    return hold(
      `the clock says ${at}, and ${days} days ago it was ${state.expiredAt}. Nothing that is old was deleted. ` +
        `If the clock is right: ${override}`,
    );

  if (EXPIRING.every((kind) => few[kind] <= FEW)) return null;
  budget.take(1);
  const old = await deps.sweeps.old(before, Number.MAX_SAFE_INTEGER);
  const most: string[] = [];
  for (const kind of EXPIRING) {
    if (old[kind] <= FEW) continue;
    budget.take(1);
    const young = await deps.sweeps.young(kind, before[kind], old[kind]);
    if (young < old[kind]) most.push(`${old[kind]} ${NAMES[kind]} would go and ${young} stay`);
  }
  if (most.length === 0) return null;

  const { reportDays, captureDays } = deps.config;
  const shortened = [
    ...(reportDays < (state.reportDays ?? 0)
      ? [`IKEFRAG_REPORT_DAYS was ${state.reportDays} and is ${reportDays}`]
      : []),
    ...(captureDays < (state.captureDays ?? 0)
      ? [`IKEFRAG_CAPTURE_DAYS was ${state.captureDays} and is ${captureDays}`]
      : []),
  ];
  if (shortened.length === 0 && daysBetween(since, at) >= HELD_BACK_DAYS) {
    memory.isAllowed = true; // until all of it is gone
    return null;
  }
  const then = new Date(Date.parse(since) + HELD_BACK_DAYS * DAY_MS).toISOString();
  return hold(
    [
      [...most, ...shortened].join(", "),
      `. Nothing that is old was deleted. If that is right: ${override}`,
      shortened.length === 0 ? `. Without it, it goes on by itself from ${then} on` : "",
    ].join(""),
  );
}

/** Writes down when the service did not run, for as long as objects of that time may come to be looked at. */
function noteSilence(state: SweepMemory["state"], now: Date): void {
  if (state.seenAt === null) return;
  const from = Date.parse(state.seenAt) + SILENCE_MS;
  const silences = state.silences.filter(({ to }) =>
    OBJECT_KINDS.some((kind) => (state.lookedTo[kind] ?? "") < hourPrefix(kind, new Date(to))),
  );
  if (from < now.getTime()) silences.push({ from: new Date(from).toISOString(), to: now.toISOString() });
  const [first, second, ...others] = silences;
  state.silences =
    first !== undefined && second !== undefined && silences.length > MOST_SILENCES
      ? [{ from: first.from, to: second.to }, ...others]
      : silences;
}

/** Looks for objects that no row names, among those of the hours since it last looked, and dooms them. */
async function findOrphans(of: Sweep): Promise<void> {
  const { deps, now, memory, swept, override } = of;
  const { state } = memory;
  // At the first sweep nobody knows whether the clock moved a moment ago: what is being written may look old.
  if (state.seenAt === null) {
    swept.isUnfinished ||= memory.isAllowed;
    return;
  }
  const sure = sureOf(state.seenAt, now);
  const held = state.orphansRefused;
  const isHeld = held !== null && !memory.isAllowed;
  const until = new Date(Math.min(sure, isHeld ? Date.parse(held.until) : sure));

  const found = await lookForOrphans(of, until, sure);
  if (!found.isFinished) swept.isUnfinished = true;
  const why = memory.isAllowed ? null : await whyNotOrphans(of, found);
  if (why !== null) {
    const reason = refuse(of, `${why}. No object without a report was deleted. If they may go: ${override}`);
    state.orphansRefused = {
      reason,
      since: held?.since ?? now.toISOString(),
      until: until.toISOString(),
    };
    return;
  }
  for (let at = 0; at < found.orphans.length; at += KEYS_AT_A_TIME)
    await deps.sweeps.doom(found.orphans.slice(at, at + KEYS_AT_A_TIME).map(({ key }) => key));
  swept.orphans += found.orphans.length;
  Object.assign(state, { lookedTo: found.lookedTo, passAfter: found.passAfter, orphansRefused: null });
}

interface Found {
  orphans: ObjectEntry[];
  /** How many objects were looked at, and how many of them have keys of the old form. */
  looked: number;
  lookedOld: number;
  lookedTo: Record<string, string>;
  passAfter: string | null;
  isFinished: boolean;
}

/**
 * @param until no object that is younger is looked at
 * @param sure the same, where it was not held back: what was written later may get its row any moment (ms)
 */
async function lookForOrphans({ deps, memory, budget }: Sweep, until: Date, sure: number): Promise<Found> {
  const { state } = memory;
  const found: Found = {
    orphans: [],
    looked: 0,
    lookedOld: 0,
    lookedTo: { ...state.lookedTo },
    passAfter: state.passAfter,
    isFinished: true,
  };
  let asked: ObjectEntry[] = [];
  const ask = async () => {
    if (asked.length === 0) return;
    budget.take(1);
    const known = await deps.reports.known(asked.map(({ key }) => key));
    found.orphans.push(...asked.filter(({ key }) => !known.has(key)));
    found.looked += asked.length;
    found.lookedOld += asked.filter(({ key }) => hourOfKey(key) === null).length;
    asked = [];
  };
  /** Goes through a list as far as `take` says and requests last. @returns whether it came to the end */
  const through = async (
    range: { prefix?: string; after: string },
    take: (entry: ObjectEntry) => "look" | "skip" | "end",
    passed: (key: string) => void,
  ): Promise<boolean> => {
    let listed = 0;
    // One for a page of the list, and what is left suffices to ask the index about it.
    const takePage = () => budget.left > 2 && budget.take(1);
    if (!takePage()) return false;
    for await (const entry of deps.blobs.list(range)) {
      if (listed > 0 && listed % deps.blobs.keysARequest.list === 0 && !takePage()) return false;
      if (found.looked + asked.length >= KEYS_A_SWEEP) return false;
      listed++;
      const taken = take(entry);
      if (taken === "end") return true;
      if (taken === "look") asked.push(entry);
      if (asked.length >= KEYS_AT_A_TIME) await ask();
      passed(entry.key);
    }
    return true;
  };
  /** What is that young may still get its row. None takes a day to write, and none comes from tomorrow. */
  const isYoung = ({ key, modifiedAt }: ObjectEntry): boolean => {
    const age = sure - modifiedAt.getTime();
    return age < 0 && age > -2 * DAY_MS && (endOfKeysHour(key)?.getTime() ?? sure) > sure - DAY_MS;
  };

  const start = (kind: ObjectKind): string => hourPrefix(kind, new Date(state.beganAt));
  for (const kind of OBJECT_KINDS) {
    const end = hourPrefix(kind, until);
    const after = found.lookedTo[kind] ?? start(kind);
    if (after >= end) continue;
    let isOver = true;
    const isThrough = await through(
      { prefix: `${kind}/`, after },
      (entry) => {
        if (entry.key >= end) return "end";
        if (kindOfKey(entry.key) === null) return "skip";
        if (!isYoung(entry)) return "look";
        isOver = false;
        return "end";
      },
      (key) => {
        found.lookedTo[kind] = key;
      },
    );
    if (isThrough && isOver) found.lookedTo[kind] = end;
    if (!isThrough) found.isFinished = false;
  }
  if (found.passAfter !== null && found.isFinished) {
    // What was there before keys had hours, and what this index has never looked at.
    let isOver = true;
    const isThrough = await through(
      { after: found.passAfter },
      (entry) => {
        const kind = kindOfKey(entry.key);
        if (kind === null) return "skip";
        if (endOfKeysHour(entry.key) !== null) return entry.key < start(kind) ? "look" : "skip";
        if (!isYoung(entry)) return entry.modifiedAt <= until ? "look" : "skip";
        isOver = false;
        return "end";
      },
      (key) => {
        found.passAfter = key;
      },
    );
    if (isThrough && isOver) found.passAfter = null;
    if (!isThrough) found.isFinished = false;
  }
  await ask();
  return found;
}

/** Why objects without rows are not to go; `null`: they may. */
async function whyNotOrphans({ deps, memory, budget }: Sweep, found: Found): Promise<string | null> {
  const { orphans, looked } = found;
  const { beganAt } = memory.state;
  if (orphans.length === 0) return null;
  const ofOthers = orphans.filter(
    ({ key, modifiedAt }) => (endOfKeysHour(key) ?? modifiedAt).toISOString() < beganAt,
  );
  if (ofOthers.length > 0)
    return `the index begins at ${beganAt}, and ${ofOthers.length} objects are older: they belong to another index`;
  budget.take(1);
  if (orphans.length > FEW && !(await deps.sweeps.holdsObjects()))
    return `the index is empty, and there are ${orphans.length} objects`;
  const { silences } = memory.state;
  const ofSilences = orphans.filter(({ key }) => {
    const hour = hourOfKey(key)?.toISOString();
    return hour !== undefined && silences.some(({ from, to }) => from <= hour && hour < to);
  });
  if (ofSilences.length > 0)
    return (
      `${ofSilences.length} objects, such as ${ofSilences[0]?.key}, are of a time when no service with this ` +
      "index ran: it may come from a backup that is older than they are"
    );
  // Objects of the old form do not tell their time, and few of them can have been left.
  const isOld = ({ key }: ObjectEntry): boolean => hourOfKey(key) === null;
  const old = orphans.filter(isOld).length;
  const isMost = orphans.length > MANY && orphans.length * 2 > looked;
  if (isMost || (old > FEW && old * 4 > found.lookedOld))
    return `the index does not know ${orphans.length} of ${looked} objects`;
  return null;
}

/** Gives up what a crash left half-written, where the store keeps such things. */
async function giveUpUploads({ deps, now, memory, budget }: Sweep): Promise<void> {
  const { seenAt } = memory.state;
  if (deps.blobs.removeUnfinished === undefined || seenAt === null || !budget.take(1)) return;
  const givenUp = await deps.blobs.removeUnfinished(new Date(sureOf(seenAt, now)), budget.left);
  budget.take(givenUp);
}

/** Deletes doomed objects, those of this sweep and those that could not be deleted before. */
async function deleteDoomed({ deps, budget, swept }: Sweep): Promise<void> {
  const { delete: keysARequest } = deps.blobs.keysARequest;
  for (;;) {
    // Three requests to the index: which they are, whether a row names one after all, and that they are gone.
    const limit = Math.min(KEYS_AT_A_TIME, (budget.left - 3) * keysARequest);
    if (limit <= 0 || !budget.take(3)) {
      swept.isUnfinished = true;
      return;
    }
    const keys = await deps.sweeps.doomed(limit);
    if (keys.length === 0) return;
    budget.take(Math.ceil(keys.length / keysARequest));
    const known = await deps.reports.known(keys);
    try {
      await deps.blobs.delete(keys.filter((key) => !known.has(key)));
    } catch (error) {
      await deps.sweeps.postpone(keys);
      throw error;
    }
    await deps.sweeps.forget(keys);
    if (keys.length < limit) return;
  }
}

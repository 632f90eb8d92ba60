/**
 * Joins captures and agents' runs with logs, and logs with logs. Most logs name no SPIs: there, sizes, the
 * order of messages and times tell which login is which, and where several fit equally none is joined.
 */
import type { JoinedLogin, NotJoined, Place } from "../../schema/joined.ts";
import type { Initiation } from "../observations.ts";
import type { Joinable, Joined } from "./joinable.ts";
import { dateShiftMs, resolutionMs } from "./log-clocks.ts";
import { joinDatagrams } from "./log-fates.ts";
import { Matcher, type Pair } from "./match-logs.ts";
import { inCapture, inLog, inRun, type RecordedLogin } from "./recorded.ts";

/** All logins of one file, or all probes of a run. */
interface Recording {
  source: string;
  kind: Place["kind"];
  logins: RecordedLogin[];
}

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

/** Joins the logins that several captures show, packet by packet. */
import type { End, EspSeen, JoinedDatagram, JoinedLogin, NotJoined, Place } from "../../schema/joined.ts";
import type { CapturedDatagram, CaptureObservation, Initiation } from "../observations.ts";
import { type Alignment, align } from "./align.ts";
import { type ClockBounds, clockBounds } from "./clocks.ts";
import { Fates, inOrder } from "./fates.ts";
import { type Compared, isOneLogin, type Relation, relate } from "./recognise.ts";
import { identificationOf, type LoginAtPlace, type Sending, sendingsOf } from "./sendings.ts";
import type { Track } from "./track.ts";

/** What of the evidence is needed to join captures. */
export interface Captured {
  initiations: readonly Initiation[];
  captures: readonly CaptureObservation[];
  /** What the user said of where files were made, by their names. */
  recordedAt?: Readonly<Record<string, End>>;
}

/** A joined login, and which attempts it is made of: by their places among all. */
export interface JoinedCaptures {
  logins: { login: JoinedLogin; attempts: number[] }[];
  notJoined: NotJoined[];
}

/** How many captures of one login are joined. */
const MOST_PLACES = 8;
/** How many logins are joined: the latest ones, for they show what is wrong as well as thousands do. */
const MOST_LOGINS = 256;

/** Joins the logins that several captures show. The order of the captures decides nothing. */
export function joinCaptures(given: Captured): JoinedCaptures {
  const tracks = tracksOf(given);
  const clusters = clustersOf(tracks);
  const pairs = new Pairs(clusters);
  const pools = new Pools(tracks);
  const claimed = new Set<CapturedDatagram>();
  const logins: JoinedCaptures["logins"] = [];
  const joinedFiles = new Set<string>();
  const placed = clusters.map((cluster) => pairs.placesOf(cluster)).filter((places) => places !== null);
  for (const places of placed) for (const a of places) for (const b of places) joinedFiles.add(pairKey(a, b));
  const found = placed.slice(-MOST_LOGINS).map((places) => ({
    joined: joinLogin(places, pools, claimed),
    attempts: places.map(({ at }) => at),
  }));
  for (const { joined, attempts } of found) {
    if (joined === null) continue;
    const { places, sendings, login } = joined;
    const fates = new Fates(places, sendings, claimed);
    logins.push({ login: { ...login, datagrams: toDatagrams(places, sendings, fates) }, attempts });
  }
  return { logins, notJoined: pairs.notJoined(tracks, joinedFiles) };
}

/** Each two files that show the same logins, with what of some of these is compared. */
export function comparedFiles(
  given: Captured,
): readonly { sources: [string, string]; logins: readonly Compared[] }[] {
  const counts = new Map<string, number>();
  const some = [...Map.groupBy(tracksOf(given), ({ initiation }) => initiation.initiatorSpi).values()].filter(
    (tracks) => {
      const files = [...new Set(tracks.map(({ initiation }) => initiation.capture))].sort(compareTexts);
      const key = JSON.stringify(files);
      const count = (counts.get(key) ?? 0) + 1;
      counts.set(key, count);
      return files.length > 1 && count <= MOST_COMPARED_LOGINS * 2;
    },
  );
  return new Pairs(clustersOf(some.flat())).files();
}

function tracksOf({ initiations, captures, recordedAt = {} }: Captured): Track[] {
  const byName = new Map(captures.map((c) => [c.capture, c]));
  return initiations.flatMap((initiation, at) =>
    initiation.datagrams === undefined || initiation.majorVersion !== 2
      ? []
      : [
          {
            at,
            initiation,
            datagrams: initiation.datagrams,
            capture: byName.get(initiation.capture),
            given: Object.hasOwn(recordedAt, initiation.capture) ? recordedAt[initiation.capture] : undefined,
          },
        ],
  );
}

/** The attempts that are one login, each of another capture. */
function clustersOf(tracks: readonly Track[]): Track[][] {
  const bySpi = Map.groupBy(tracks, ({ initiation }) => initiation.initiatorSpi);
  const clusters: Track[][] = [];
  for (const same of bySpi.values()) {
    const found: Track[][] = [];
    for (const track of same.toSorted(compareTracks).slice(0, MOST_PLACES)) {
      const cluster = found.find((tracksOf) => tracksOf.some((other) => isOneLogin(other, track)));
      if (cluster) cluster.push(track);
      else found.push([track]);
    }
    clusters.push(...found.filter((cluster) => cluster.length > 1));
  }
  const beganMs = ([first]: readonly Track[]): number => first?.datagrams[0]?.timeMs ?? 0;
  const spiOf = ([first]: readonly Track[]): string => first?.initiation.initiatorSpi ?? "";
  return clusters.sort((a, b) => beganMs(a) - beganMs(b) || compareTexts(spiOf(a), spiOf(b)));
}

/** An order that does not depend on how the files were given. */
function compareTracks(a: Track, b: Track): number {
  const names = compareTexts(a.initiation.capture, b.initiation.capture);
  if (names !== 0) return names;
  return (
    (a.datagrams[0]?.timeMs ?? 0) - (b.datagrams[0]?.timeMs ?? 0) || b.datagrams.length - a.datagrams.length
  );
}

const compareTexts = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Two files, in an order of their own. */
const pairKey = (a: Track, b: Track): string =>
  JSON.stringify([a.initiation.capture, b.initiation.capture].sort(compareTexts));

/** How each two files lie on the path: all logins that both have tell it together. */
class Pairs {
  readonly #compared = new Map<string, Compared[]>();
  readonly #relations = new Map<string, Relation>();
  readonly #sameEnd = new Set<string>();
  readonly #unknown = new Set<string>();

  constructor(clusters: readonly Track[][]) {
    for (const cluster of clusters) {
      for (const [at, a] of cluster.entries()) {
        for (const b of cluster.slice(at + 1)) this.#compare(a, b);
      }
    }
    for (const [key, compared] of this.#compared) this.#relations.set(key, relate(compared));
  }

  #compare(a: Track, b: Track): void {
    const key = pairKey(a, b);
    const list = this.#compared.get(key) ?? [];
    if (list.length >= MOST_COMPARED_LOGINS) return;
    const alignment = align(a, b);
    if (alignment === null) return;
    list.push({ a, b, alignment });
    this.#compared.set(key, list);
  }

  /** What is compared of each two files. */
  files(): { sources: [string, string]; logins: readonly Compared[] }[] {
    return [...this.#compared.values()].flatMap((logins) => {
      const [first] = logins;
      const { a, b } = first ?? {};
      return a && b ? [{ sources: [a.initiation.capture, b.initiation.capture], logins }] : [];
    });
  }

  /** How the first lies to the second. */
  #relation(a: Track, b: Track): Relation {
    const relation = this.#relations.get(pairKey(a, b)) ?? "unknown";
    // Within a pair the tracks are in the order of their names.
    if (compareTracks(a, b) <= 0 || relation === "same-end" || relation === "unknown") return relation;
    return relation === "first-nearer" ? "second-nearer" : "first-nearer";
  }

  /** One track for each place, from the client to the gateway; `null` where there are not two places. */
  placesOf(cluster: readonly Track[]): Track[] | null {
    const places: Track[] = [];
    // Of captures of one end, the one that has most of the login stands for all.
    const fullest = cluster.toSorted(
      (a, b) => b.datagrams.length - a.datagrams.length || compareTracks(a, b),
    );
    for (const track of fullest) {
      const relations = places.map((place) => ({ place, relation: this.#relation(place, track) }));
      const same = relations.find(({ relation }) => relation === "same-end");
      if (same) this.#sameEnd.add(pairKey(same.place, track));
      const unknown = relations.find(({ relation }) => relation === "unknown");
      if (unknown && !same) this.#unknown.add(pairKey(unknown.place, track));
      if (!same && !unknown) places.push(track);
    }
    if (places.length < 2) return null;
    const nearer = (track: Track): number =>
      places.filter((other) => other !== track && this.#relation(track, other) === "first-nearer").length;
    return places.sort((a, b) => nearer(b) - nearer(a) || compareTracks(a, b));
  }

  /** Why each two files with logins were not joined. */
  notJoined(tracks: readonly Track[], joinedFiles: ReadonlySet<string>): NotJoined[] {
    const byFile = Map.groupBy(tracks, ({ initiation }) => initiation.capture);
    const files = [...byFile.keys()].sort(compareTexts);
    const found: NotJoined[] = [];
    for (const [at, a] of files.entries()) {
      for (const b of files.slice(at + 1)) {
        if (found.length >= MOST_NOT_JOINED) return found;
        const key = JSON.stringify([a, b]);
        if (joinedFiles.has(key)) continue;
        const sources: NotJoined["sources"] = [a.slice(0, 128), b.slice(0, 128)];
        if (this.#sameEnd.has(key)) found.push({ sources, why: "same-end" });
        else if (this.#unknown.has(key)) found.push({ sources, why: "ambiguous" });
        // Another file from the same place stands for one of them.
        else if (this.#compared.has(key)) continue;
        else found.push({ sources, why: whyNot(byFile.get(a) ?? [], byFile.get(b) ?? []) });
      }
    }
    return found;
  }
}

/** Logins of the same two files that tell how these lie, and pairs of files that are listed. */
const MOST_COMPARED_LOGINS = 16;
const MOST_NOT_JOINED = 64;

function whyNot(a: readonly Track[], b: readonly Track[]): NotJoined["why"] {
  const ends = ({ initiation: i }: Track): string => `${i.client} ${i.gateway}`;
  const known = new Set(a.map(ends));
  return b.some((track) => known.has(ends(track))) ? "other-attempts" : "nothing-in-common";
}

/** Datagrams without an IKE header, by capture and the two ends. */
class Pools {
  readonly #pools = new Map<string, { out: CapturedDatagram[]; back: CapturedDatagram[] }>();

  constructor(tracks: readonly Track[]) {
    for (const track of tracks) {
      const key = poolKey(track);
      const pool = this.#pools.get(key) ?? { out: [], back: [] };
      for (const d of track.datagrams) if (d.ike === null) (d.fromClient ? pool.out : pool.back).push(d);
      this.#pools.set(key, pool);
    }
    for (const { out, back } of this.#pools.values()) {
      out.sort((a, b) => a.timeMs - b.timeMs || a.frame - b.frame);
      back.sort((a, b) => a.timeMs - b.timeMs || a.frame - b.frame);
    }
  }

  of(track: Track): LoginAtPlace["headless"] {
    return this.#pools.get(poolKey(track)) ?? { out: [], back: [] };
  }
}

const poolKey = ({ initiation: { capture, client, gateway } }: Track): string =>
  JSON.stringify([capture, client, gateway]);

function joinLogin(
  tracks: readonly Track[],
  pools: Pools,
  claimed: Set<CapturedDatagram>,
): { places: LoginAtPlace[]; sendings: Sending[]; login: Omit<JoinedLogin, "datagrams"> } | null {
  const [nearest] = tracks;
  if (nearest === undefined) return null;
  const places: LoginAtPlace[] = [];
  const clocks: Place["clock"][] = [];
  for (const track of tracks) {
    const beside = track === nearest ? null : alignWith(tracks, places, clocks, track);
    if (track !== nearest && beside === null) return null;
    const { outMs, backMs, others, clock } = beside ?? {
      outMs: 0,
      backMs: 0,
      others: [],
      clock: { aheadMs: 0, uncertaintyMs: 0 },
    };
    const quality = track.capture?.quality;
    const hasGaps = (quality?.droppedByCapture ?? 0) > 0 || (quality?.omittedRecords ?? 0) > 0;
    const lastMs = (track.capture?.lastTimeMs ?? Number.POSITIVE_INFINITY) - outMs;
    places.push({ track, lastMs, hasGaps, outMs, backMs, others, headless: pools.of(track) });
    clocks.push(clock);
  }
  return {
    places,
    sendings: sendingsOf(places, claimed),
    login: {
      initiatorSpi: nearest.initiation.initiatorSpi,
      provenBy: "spi",
      family: nearest.initiation.family,
      places: tracks.map((track, at) => placeOf(track, at, tracks, clocks[at] ?? null)),
    },
  };
}

/** How a place's clock lies beside that of the first one, by way of any place in between. */
function alignWith(
  tracks: readonly Track[],
  places: readonly LoginAtPlace[],
  clocks: readonly Place["clock"][],
  track: Track,
): ClockBounds | null {
  for (const [at, { outMs, backMs }] of places.entries()) {
    const known = tracks[at];
    const alignment: Alignment | null = known === undefined ? null : align(known, track);
    if (alignment === null) continue;
    const bounds = clockBounds(alignment);
    const before = clocks[at] ?? null;
    const isFirst = at === 0;
    const clock =
      isFirst || bounds.clock === null || before === null
        ? isFirst
          ? bounds.clock
          : null
        : {
            ...bounds.clock,
            aheadMs: bounds.clock.aheadMs + before.aheadMs,
            uncertaintyMs: bounds.clock.uncertaintyMs + before.uncertaintyMs,
          };
    const ahead = { outMs: outMs + bounds.outMs, backMs: backMs + bounds.backMs };
    return { ...ahead, others: [...(places[at]?.others ?? []), ...bounds.others], clock };
  }
  return null;
}

function placeOf(track: Track, at: number, all: readonly Track[], clock: Place["clock"]): Place {
  const { initiation, given } = track;
  const position: End = at === 0 ? "client" : at === all.length - 1 ? "gateway" : "between";
  const { view } = initiation;
  // Between the two ends is where no end is, and the other end is where the other place shows it to be.
  const isPossible = view === position || view === "between";
  const { outbound, inbound } = initiation.esp;
  const espOf = ({ packets, largestIpBytes }: EspSeen): EspSeen => ({ packets, largestIpBytes });
  const hasEsp = outbound.packets + inbound.packets > 0;
  const end = given ?? (isPossible ? (view ?? position) : position);
  return {
    source: initiation.capture.slice(0, 128),
    kind: "capture",
    end,
    endFrom: given !== undefined ? "given" : view === end ? "packets" : "other-end",
    client: initiation.client.slice(0, 64),
    gateway: initiation.gateway.slice(0, 64),
    clock,
    ...(hasEsp && { esp: { outbound: espOf(outbound), inbound: espOf(inbound) } }),
  };
}

function toDatagrams(
  places: readonly LoginAtPlace[],
  sendings: readonly Sending[],
  fates: Fates,
): JoinedDatagram[] {
  const overtaken = overtakenOf(places.length, sendings);
  const counts = new Map<string, number>();
  return sendings.map((sending): JoinedDatagram => {
    const { ike, fromClient, seen, key, cameTwice } = sending;
    const count = (counts.get(key) ?? 0) + 1;
    counts.set(key, count);
    const port = (fromClient ? seen : seen.toReversed()).find((d) => d !== null && d.gatewayPort !== null);
    return {
      exchangeType: ike.exchangeType,
      messageId: ike.messageId,
      isResponse: ike.isResponse,
      fromClient,
      ...(port && port.gatewayPort !== null && { gatewayPort: port.gatewayPort }),
      ikeFragment: ike.ikeFragment,
      ikeLength: ike.ikeLength,
      sending: count,
      seen: seen.map(
        (datagram, at) => datagram && seenAt(datagram, places[at]?.track.initiation.capture ?? ""),
      ),
      cameTwice,
      outOfOrder: overtaken.has(sending),
      ...fates.of(sending),
    };
  });
}

function seenAt(datagram: CapturedDatagram, capture: string): NonNullable<JoinedDatagram["seen"][number]> {
  const packets = inOrder(datagram.packets).slice(0, 64);
  return {
    timeMs: datagram.timeMs,
    ipBytes: packets.map((p) => p.ipBytes),
    ipIdentification: identificationOf(datagram),
    complete: datagram.complete,
    refs: packets.map(({ frame }) => ({ kind: "packet", capture, frame })),
  };
}

/** The sendings that something overtook which left after them, or whose IP fragments overtook each other. */
function overtakenOf(places: number, sendings: readonly Sending[]): Set<Sending> {
  const found = new Set<Sending>();
  for (const fromClient of [true, false]) {
    const last = fromClient ? places - 1 : 0;
    const both = sendings.filter((s) => s.fromClient === fromClient && s.source !== last && s.seen[last]);
    for (const sending of both) if (areMixed(sending, last)) found.add(sending);
    for (const source of new Set(both.map((s) => s.source))) {
      const left = both
        .filter((s) => s.source === source)
        .toSorted((a, b) => (a.seen[source]?.frame ?? 0) - (b.seen[source]?.frame ?? 0));
      let firstLater = Number.POSITIVE_INFINITY;
      for (const sending of left.toReversed()) {
        const frames = sending.seen[last]?.packets.map((p) => p.frame) ?? [];
        if (Math.max(...frames) > firstLater) found.add(sending);
        firstLater = Math.min(firstLater, ...frames);
      }
    }
  }
  return found;
}

/** Whether IP fragments arrived in another order than they left in. */
function areMixed({ seen, source }: Sending, last: number): boolean {
  const left = seen[source]?.packets ?? [];
  const came = seen[last]?.packets ?? [];
  if (left.length < 2 || came.length < 2) return false;
  const turnOf = (offset: number): number =>
    left.findIndex((p) => offset >= p.ipFragmentOffset && offset < p.ipFragmentOffset + p.payloadBytes);
  const turns = came.map((p) => turnOf(p.ipFragmentOffset));
  return turns.some((turn, at) => turn < (turns[at - 1] ?? turn));
}

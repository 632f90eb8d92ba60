/**
 * What a chart or a table of both ends shows: each message of a joined login with its times at all places,
 * and each of its packets with what became of it. No drawing yet: `joined-chart.ts` gives the rows their
 * shapes, and a terminal prints them.
 */
import type { Initiation } from "../evidence/observations.ts";
import { exchangeName, isErrorNotify } from "../ike/registry.ts";
import type { EvidenceRef } from "../schema/diagnosis.ts";
import type { DatagramSeen, JoinedDatagram, JoinedLogin, JoinedPacket, Place } from "../schema/joined.ts";
import { anchorOf } from "./anchor.ts";
import { foldMiddle, offset } from "./sequence-rows.ts";
import type { ChartWords } from "./words.ts";

/** A packet on its way: where it begins, where it ends, and how. */
export interface JoinedArrow {
  fate: "arrived" | "recut" | "lost" | "not-covered";
  /** What it is: its size, and which fragment. */
  caption: string;
  /** What else is to be said of it, such as the sizes that it arrived in. */
  notes: readonly string[];
  /** It stands for a message in several packets, of which some were lost. */
  isInPart: boolean;
  /** The IKE fragment that it carries alone. */
  ikeFragment: JoinedDatagram["ikeFragment"];
  /** Bytes of the IP packet as it left; `null`: not told. */
  ipBytes: number | null;
  /** Into how many packets it was cut on the way; 1: it was not. */
  arrivals: number;
  /** The places between which it was lost, by their index. */
  lostBetween: readonly [number, number] | null;
  /** Nothing was recorded of it where it was sent. */
  leftUnseen: boolean;
  /** It took clearly longer than the quickest in its direction. */
  isLate: boolean;
  /** For each place: where the evidence shows it. */
  refs: readonly (readonly EvidenceRef[])[];
}

/** One sending of a message. */
export interface JoinedRow {
  /** Which login of several it begins, from 1; `null`: it goes on with one, or there is one only. */
  begins: number | null;
  name: string;
  /** How often it was sent, its size. */
  detail: string;
  /** The error notifications in it, where they are not encrypted. */
  refusals: readonly string[];
  fromClient: boolean;
  /** For each place: seconds since the login began, by that place's clock; `null`: it was not seen there. */
  times: readonly (string | null)[];
  fate: JoinedDatagram["fate"];
  /** A number: so many packets are left out here. */
  arrows: readonly (JoinedArrow | number)[];
}

/** The rows of a login; a long one keeps its beginning and its end. */
export interface JoinedRows {
  readonly front: readonly JoinedRow[];
  /** How many messages lie between. */
  readonly folded: number;
  readonly back: readonly JoinedRow[];
  /** For each place: the time of day that its clock showed when the login began. */
  readonly starts: readonly string[];
}

/** So much later than the quickest packet in its direction is late. */
const LATE_MS = 250;
const MOST_PACKETS = 6;
const PACKETS_IN_FRONT = 3;
/** A clock without dates counts from 0: no login was in the first days of 1970. */
const FIRST_DATED_MS = 366 * 86_400_000;

/** Logins that are told together, for the same places recorded them. */
export type JoinedGroup = readonly [JoinedLogin, ...JoinedLogin[]];

/** The logins by the places that recorded them. The probes of a run are logins too, and short ones. */
export function groupLogins(logins: readonly JoinedLogin[]): JoinedGroup[] {
  const groups = new Map<string, [JoinedLogin, ...JoinedLogin[]]>();
  for (const login of logins) {
    const { places, family } = login;
    const key = JSON.stringify([
      family,
      places.map(({ source, end, clock }) => [
        source,
        end,
        clock === null ? null : Math.round(clock.aheadMs / 500),
      ]),
    ]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [login]);
    else group.push(login);
  }
  return [...groups.values()].map((group) => group.sort((a, b) => beginsMs(a) - beginsMs(b)));
}

/** A group as one login, for what holds for all of them. */
export const asOneLogin = (group: JoinedGroup): JoinedLogin =>
  group.length === 1 ? group[0] : { ...group[0], datagrams: group.flatMap(({ datagrams }) => datagrams) };

/** When the first place saw a login, or another one by the first one's clock. */
const beginsMs = (login: JoinedLogin): number => startsOf(login)[0] ?? 0;

/**
 * The rows of logins at the same places, in the order of their datagrams.
 *
 * @param room how many lines a row takes, and how many fit
 * @param refusalsOf what a packet says in the clear
 */
export function joinedRows(
  group: JoinedGroup,
  words: ChartWords,
  room: { linesOf: (row: JoinedRow) => number; most: number; inFront: number },
  refusalsOf: (ref: EvidenceRef) => readonly string[] = () => [],
): JoinedRows {
  const login = asOneLogin(group);
  const startMs = startsOf(login);
  const quickest = quickestOf(login);
  const isExact = exactClocks(login);
  const about = { login, words, startMs, isExact, quickest, refusalsOf };
  const lastWithEsp = group.findLast(({ places }) => places.some(({ esp }) => esp !== undefined));
  const rows = group.flatMap((own, n) => {
    const { datagrams } = own;
    const sizes = new Map<string, number | null>();
    const messages = messagesOf(datagrams).map((message, at): JoinedRow => {
      const [{ exchangeType, messageId, fromClient, isResponse, ikeLength }] = message;
      const key = `${exchangeType} ${messageId} ${fromClient} ${isResponse}`;
      // The size of a repetition is said only where it is another one.
      const showsSize = sizes.get(key) !== ikeLength || ikeLength === null;
      sizes.set(key, ikeLength);
      return {
        ...rowOf(message, { ...about, showsSize }),
        begins: at === 0 && group.length > 1 ? n + 1 : null,
      };
    });
    // Between the same two addresses, a capture cannot tell of which login it is: the last one has it.
    return own === lastWithEsp ? [...messages, ...espRows(own, words)] : messages;
  });
  const { front, folded, back } = foldMiddle(rows, room.linesOf, room);
  return { front, folded: folded.length, back, starts: startMs.map((ms, at) => timeOfDay(ms, isExact[at])) };
}

/**
 * What each end has of ESP, each way. Packets are counted and not followed: which of them was lost, and
 * whether a filter hides them at one end, a number does not say.
 */
function espRows({ places }: JoinedLogin, words: ChartWords): JoinedRow[] {
  return (["outbound", "inbound"] as const).flatMap((way): JoinedRow[] => {
    const [client, gateway] = [places[0]?.esp?.[way].packets ?? 0, places.at(-1)?.esp?.[way].packets ?? 0];
    const [left, came] = way === "outbound" ? [client, gateway] : [gateway, client];
    if (left + came === 0) return [];
    const fate = came > 0 ? "arrived" : "not-covered";
    const arrived = came > 0 ? words.joined.espArrived({ packets: came }) : words.joined.espUnseen;
    return [
      {
        begins: null,
        name: "ESP",
        detail: words.sequence.esp,
        refusals: [],
        fromClient: way === "outbound",
        times: places.map(() => null),
        fate,
        arrows: [
          {
            fate,
            caption: left > 0 ? words.sequence.espPackets({ packets: left }) : words.joined.leftUnseen,
            notes: [arrived],
            isInPart: false,
            ikeFragment: null,
            ipBytes: null,
            arrivals: 1,
            lostBetween: null,
            leftUnseen: left === 0,
            isLate: false,
            refs: places.map(() => []),
          },
        ],
      },
    ];
  });
}

/** IKE fragments of one sending that follow each other are one row. */
function messagesOf(datagrams: readonly JoinedDatagram[]): [JoinedDatagram, ...JoinedDatagram[]][] {
  const messages: [JoinedDatagram, ...JoinedDatagram[]][] = [];
  for (const datagram of datagrams) {
    const open = messages.at(-1);
    const before = open?.at(-1);
    const continues =
      before !== undefined &&
      before.ikeFragment !== null &&
      datagram.ikeFragment !== null &&
      before.exchangeType === datagram.exchangeType &&
      before.messageId === datagram.messageId &&
      before.isResponse === datagram.isResponse &&
      before.fromClient === datagram.fromClient &&
      before.sending === datagram.sending;
    if (continues) open?.push(datagram);
    else messages.push([datagram]);
  }
  return messages;
}

/**
 * What each place's clock showed when the login began: at places whose clocks were compared the same moment,
 * at others their own beginning.
 */
export function startsOf({ places, datagrams }: JoinedLogin): number[] {
  const earliest = (at: number): number =>
    datagrams.reduce(
      (least, { seen }) => Math.min(least, seen[at]?.timeMs ?? least),
      Number.POSITIVE_INFINITY,
    );
  const own = places.map((_, at) => earliest(at));
  const compared = places.flatMap(({ clock }, at) =>
    clock === null ? [] : [(own[at] ?? 0) - clock.aheadMs],
  );
  const beginMs = Number.isFinite(own[0]) ? (own[0] ?? 0) : Math.min(...compared);
  return places.map(({ clock }, at) => {
    const start = clock === null ? (own[at] ?? 0) : beginMs + clock.aheadMs;
    return Number.isFinite(start) ? start : 0;
  });
}

/** The time from end to end, by two clocks; `null` where a place did not see it, or has no exact times. */
function transitMs({ places }: JoinedLogin, { seen, fromClient }: JoinedDatagram): number | null {
  const [near, far] = fromClient ? [seen[0], seen[places.length - 1]] : [seen[places.length - 1], seen[0]];
  const exact = places[0]?.kind !== "log" && places[places.length - 1]?.kind !== "log";
  return exact && near && far ? far.timeMs - near.timeMs : null;
}

/** The shortest time in each direction. The difference of the clocks is in all of them alike. */
function quickestOf(login: JoinedLogin): { toGateway: number; toClient: number } {
  const least = (fromClient: boolean): number =>
    login.datagrams
      .filter((datagram) => datagram.fromClient === fromClient)
      .reduce((ms, datagram) => Math.min(ms, transitMs(login, datagram) ?? ms), Number.POSITIVE_INFINITY);
  return { toGateway: least(true), toClient: least(false) };
}

interface Context {
  login: JoinedLogin;
  words: ChartWords;
  startMs: readonly number[];
  isExact: readonly boolean[];
  quickest: { toGateway: number; toClient: number };
  refusalsOf: (ref: EvidenceRef) => readonly string[];
}

function rowOf(
  message: readonly [JoinedDatagram, ...JoinedDatagram[]],
  context: Context & { showsSize: boolean },
): Omit<JoinedRow, "begins"> {
  const { login, words, startMs, isExact, refusalsOf, showsSize } = context;
  const [first] = message;
  const { ikeFragment, ikeLength, sending, fromClient, isResponse } = first;
  const name = exchangeName(2, first.exchangeType);
  const size =
    ikeFragment === null
      ? showsSize && ikeLength !== null && words.sequence.ikeBytes({ bytes: ikeLength })
      : message.length > 1 || first.packets.length < 2
        ? words.sequence.ikeFragments({ fragments: ikeFragment.total })
        : words.joined.ikeFragment(ikeFragment);
  const refs = message.flatMap(({ seen }) => seen.flatMap((place) => place?.refs ?? []));
  const fates = new Set(message.map(({ fate }) => fate));
  return {
    name: isResponse ? words.joined.response({ name }) : name,
    detail: [sending > 1 && words.sequence.sentAgain({ times: sending }), size].filter(Boolean).join(" · "),
    refusals: [...new Set(refs.flatMap(refusalsOf))],
    fromClient,
    times: login.places.map((_, at) => {
      const seen = message.find((datagram) => datagram.seen[at])?.seen[at];
      if (!seen) return null;
      const ms = seen.timeMs - (startMs[at] ?? seen.timeMs);
      return isExact[at] ? exactOffset(ms, words) : words.sequence.seconds({ text: wholeSeconds(ms) });
    }),
    fate: fates.size === 1 ? first.fate : fates.has("lost") ? "partly-lost" : worstOf(fates),
    arrows: foldArrows(message.flatMap((datagram) => arrowsOf(datagram, context))),
  };
}

/** A clock of whole seconds shows one for all that it lasts. */
const wholeSeconds = (ms: number): string => String(Math.round(ms / 1_000) || 0).replace("-", "\u2212");

/** Whether each place's clock shows parts of a second. Many logs have whole seconds only. */
export const exactClocks = ({ places, datagrams }: JoinedLogin): boolean[] =>
  places.map(
    ({ kind }, at) => kind !== "log" || datagrams.some(({ seen }) => (seen[at]?.timeMs ?? 0) % 1_000 !== 0),
  );

/** Time since the login began, to the millisecond while a phone has room for it. */
function exactOffset(ms: number, words: ChartWords): string {
  if (Math.abs(ms) >= 10_000) return offset(ms, words.sequence);
  return words.sequence.seconds({ text: (ms / 1_000).toFixed(3).replace(/^-/, "\u2212") });
}

const worstOf = (fates: ReadonlySet<JoinedDatagram["fate"]>): JoinedDatagram["fate"] =>
  (["partly-lost", "not-covered", "recut"] as const).find((fate) => fates.has(fate)) ?? "arrived";

/** The first arrows, the first one that was lost, and the last one; the others are counted. */
function foldArrows(arrows: readonly JoinedArrow[]): (JoinedArrow | number)[] {
  if (arrows.length <= MOST_PACKETS) return [...arrows];
  const firstLost = arrows.findIndex(({ fate }) => fate === "lost");
  const folded: (JoinedArrow | number)[] = [];
  for (const [at, arrow] of arrows.entries()) {
    if (at < PACKETS_IN_FRONT || at === firstLost || at === arrows.length - 1) folded.push(arrow);
    else if (typeof folded.at(-1) === "number") folded[folded.length - 1] = (folded.at(-1) as number) + 1;
    else folded.push(1);
  }
  return folded;
}

function arrowsOf(datagram: JoinedDatagram, context: Context): JoinedArrow[] {
  const { login, words, quickest } = context;
  const { packets, seen, fromClient } = datagram;
  const transit = transitMs(login, datagram);
  const laterBy = transit === null ? 0 : transit - (fromClient ? quickest.toGateway : quickest.toClient);
  const isLate = laterBy >= LATE_MS;
  const leftUnseen = !seen[fromClient ? 0 : login.places.length - 1];
  const ofAll = [
    datagram.cameTwice && words.joined.cameTwice,
    datagram.outOfOrder && words.joined.outOfOrder,
    isLate && words.joined.late({ wait: span(laterBy, laterBy < 1_000 ? 1 : 100, words) }),
    leftUnseen && words.joined.leftUnseen,
  ].filter((note) => note !== false);
  if (packets.length === 0) return [unsizedArrow(datagram, { ...context, ofAll, isLate, leftUnseen })];
  const [near, far] = fromClient ? [0, login.places.length - 1] : [login.places.length - 1, 0];
  const taken = login.places.map(() => 0);
  return packets.map((packet, n): JoinedArrow => {
    const { ipBytes, fate, arrivedIpBytes } = packet;
    const isLast = n === packets.length - 1;
    const refs = seen.map((place, at): EvidenceRef[] => {
      const from = taken[at] ?? 0;
      const many =
        at === near ? 1 : at === far ? arrivedIpBytes.length : Number(reached(packet, at, fromClient));
      taken[at] = from + many;
      return place?.refs.slice(from, from + many) ?? [];
    });
    const sizes = arrivedIpBytes.join(" + ");
    const changed = fate === "arrived" && arrivedIpBytes.some((bytes) => bytes !== ipBytes);
    return {
      fate,
      caption: captionOf(datagram, n, words),
      notes: [
        fate === "recut" && sizes !== "" && words.joined.arrivedAs({ sizes }),
        changed && words.joined.arrivedOtherwise({ sizes }),
        ...(isLast ? ofAll : []),
      ].filter((note) => note !== false),
      isInPart: false,
      ikeFragment: packets.length === 1 ? datagram.ikeFragment : null,
      ipBytes,
      arrivals: fate === "recut" ? Math.max(arrivedIpBytes.length, 2) : 1,
      lostBetween: packet.lostBetween ?? (fate === "lost" ? lostBetween(seen, fromClient) : null),
      leftUnseen,
      isLate: isLate && fate !== "lost",
      refs,
    };
  });
}

/** Whether a packet came as far as a place on its way. */
const reached = ({ lostBetween: between }: JoinedPacket, at: number, fromClient: boolean): boolean =>
  between === null || (fromClient ? at <= between[0] : at >= between[0]);

function captionOf(
  { packets, ikeFragment }: JoinedDatagram,
  n: number,
  { sequence, joined }: ChartWords,
): string {
  const packet = packets[n];
  const bytes = packet?.ipBytes ?? 0;
  if (packets.length > 1) return sequence.ipFragment({ bytes, number: n + 1, total: packets.length });
  if (packet?.moreIpFragments || (packet?.ipFragmentOffset ?? 0) > 0)
    return sequence.ipFragmentAlone({ bytes });
  return ikeFragment === null
    ? sequence.packet({ bytes })
    : joined.packetOfIkeFragment({ bytes, ...ikeFragment });
}

/** One arrow for a message of which no place tells its packets, as two logs. */
function unsizedArrow(
  { seen, fate, fromClient, ikeFragment }: JoinedDatagram,
  {
    words,
    ofAll,
    isLate,
    leftUnseen,
  }: Context & { ofAll: readonly string[]; isLate: boolean; leftUnseen: boolean },
): JoinedArrow {
  const isLost = fate === "lost" || fate === "partly-lost";
  return {
    fate: fate === "partly-lost" ? "lost" : fate,
    caption: ikeFragment === null ? words.joined.unsized : words.joined.ikeFragment(ikeFragment),
    notes: ofAll,
    isInPart: fate === "partly-lost",
    ikeFragment,
    ipBytes: null,
    arrivals: fate === "recut" ? 2 : 1,
    lostBetween: isLost ? lostBetween(seen, fromClient) : null,
    leftUnseen,
    isLate: isLate && !isLost,
    refs: seen.map((place) => place?.refs ?? []),
  };
}

/** The last place on its way that saw it, and the next one. */
function lostBetween(seen: readonly (DatagramSeen | null)[], fromClient: boolean): [number, number] {
  const step = fromClient ? 1 : -1;
  let at = fromClient ? 0 : seen.length - 1;
  for (let next = at; next >= 0 && next < seen.length; next += step) if (seen[next]?.complete) at = next;
  const last = fromClient ? seen.length - 1 : 0;
  return at === last ? [last - step, last] : [at, at + step];
}

/**
 * How long something lasted, as exactly as it is known: `12 ms`, `3.2 s`, `3 h 0 min 0.25 s`.
 *
 * @param exactMs it is not known more exactly than this
 */
export function span(ms: number, exactMs: number, words: ChartWords): string {
  const digits = exactMs >= 500 ? 0 : exactMs >= 50 ? 1 : exactMs >= 5 ? 2 : 3;
  const step = Math.abs(ms) < 1_000 ? 1 : 10 ** (3 - digits);
  const whole = Math.round(Math.abs(ms) / step) * step;
  const inSeconds = (part: number): string => String(Number((part / 1_000).toFixed(digits)));
  if (whole < 1_000) return words.joined.milliseconds({ text: String(whole) });
  if (whole < 120_000) return words.sequence.seconds({ text: inSeconds(whole) });
  const minutes = Math.floor(whole / 60_000);
  const seconds = inSeconds(whole % 60_000);
  return minutes < 120
    ? words.sequence.minutes({ minutes, seconds })
    : words.joined.hours({ hours: Math.floor(minutes / 60), minutes: minutes % 60, seconds });
}

/** The time of day that a clock showed: `13:05:02.117`, or `13:05:02` if it has whole seconds only. */
export function timeOfDay(timeMs: number, isExact = true): string {
  const date = new Date(timeMs);
  return Number.isNaN(date.getTime()) ? "" : date.toISOString().slice(-13, isExact ? -1 : -5);
}

/** The day that a clock showed; empty where it counts from 0, or no calendar has it. */
export function dayOf(timeMs: number): string {
  const date = new Date(timeMs);
  return Number.isNaN(date.getTime()) || timeMs < FIRST_DATED_MS ? "" : date.toISOString().slice(0, -14);
}

/** What is in the clear in a packet and refuses the login, by the packet that says it. */
export function refusalsIn(initiations: readonly Initiation[]): (ref: EvidenceRef) => readonly string[] {
  const byAnchor = new Map<string, string[]>();
  for (const { exchanges } of initiations)
    for (const { responseNotifies } of exchanges)
      for (const { type, name, ref } of responseNotifies) {
        if (!isErrorNotify(type)) continue;
        const anchor = anchorOf(ref);
        byAnchor.set(anchor, [...(byAnchor.get(anchor) ?? []), `${name} (${type})`]);
      }
  return (ref) => byAnchor.get(anchorOf(ref)) ?? [];
}

/** What the end of a place is called. */
export const endName = ({ end }: Place, words: ChartWords): string =>
  end === "between" ? words.joined.between : words.sequence[end];

/** Which way a packet went, where it ended, and how, for those who do not see its arrow. */
export function fateInWords(arrow: JoinedArrow, places: readonly Place[], words: ChartWords): string {
  const { fate, lostBetween: between } = arrow;
  if (arrow.isInPart) return words.joined.fates["partly-lost"];
  const [from, to] = [places[between?.[0] ?? -1], places[between?.[1] ?? -1]];
  if (fate !== "lost" || from === undefined || to === undefined) return words.joined.fates[fate];
  return words.joined.lostBetween({ from: endName(from, words), to: endName(to, words) });
}

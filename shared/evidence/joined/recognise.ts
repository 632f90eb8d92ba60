/**
 * Which attempts of several captures are one login, and at which of its ends each capture was made. Only
 * packets tell, and what the user said: never the order of the files.
 */
import { NO_SPI } from "../../ike/header.ts";
import type { End } from "../../schema/joined.ts";
import { isInitialHopLimit, isPrivate } from "../view.ts";
import type { Alignment, Match } from "./align.ts";
import { byMessage, type Track } from "./track.ts";

/**
 * Whether two attempts with the same initiator's SPI are one login. A client chooses its SPI as it likes, and
 * a file may say anything: so what they carry has to be the same too.
 */
export function isOneLogin(a: Track, b: Track): boolean {
  const [ofA, ofB] = [byMessage(a), byMessage(b)];
  let [same, different, sameLength] = [0, 0, 0];
  for (const [key, sent] of ofA) {
    const seen = ofB.get(key);
    if (!seen) continue;
    sameLength++;
    const known = new Set<number>();
    for (const { ike } of sent) if (ike && ike.fingerprint !== null) known.add(ike.fingerprint);
    const others = seen.flatMap(({ ike }) => (ike && ike.fingerprint !== null ? [ike.fingerprint] : []));
    if (known.size === 0 || others.length === 0) continue;
    if (others.some((fingerprint) => known.has(fingerprint))) same++;
    else different++;
  }
  if (same > 0 || different > 0) return same > different;
  if (sameLength === 0) return false;
  const [spisOfA, spisOfB] = [responderSpis(a), responderSpis(b)];
  if (spisOfA.size > 0 && spisOfB.size > 0) return [...spisOfA].some((spi) => spisOfB.has(spi));
  // Lengths alone prove it only where a capture was cut, so that it cannot show more.
  return [a, b].some(({ capture }) => (capture?.quality.snaplenCutFrames ?? 0) > 0);
}

function responderSpis({ datagrams }: Track): Set<string> {
  const spis = new Set<string>();
  for (const { ike } of datagrams) if (ike && ike.responderSpi !== NO_SPI) spis.add(ike.responderSpi);
  return spis;
}

/** How two captures lie on the path: the first nearer to the client, or the second, or both in one place. */
export type Relation = "first-nearer" | "second-nearer" | "same-end" | "unknown";

/** Delays that capturing itself does not make: layers of one computer see a packet within microseconds. */
const LINK_DELAY_MS = 0.1;
/** A difference that no queue between two layers of one computer makes both ways, again and again. */
const PATH_DELAY_MS = 3;
/** A request and its answer lie so close together that two clocks do not drift apart between them. */
const EXCHANGE_MS = 5_000;
const MOST_SAMPLES = 256;

/** What is known of two captures: of each login that both have, its two tracks and how they are aligned. */
export interface Compared {
  a: Track;
  b: Track;
  alignment: Alignment;
}

/** Compares where two captures were made. */
export function relate(logins: readonly Compared[]): Relation {
  const [first] = logins;
  if (first === undefined) return "unknown";
  const { given: ofA } = first.a;
  const { given: ofB } = first.b;
  if (ofA !== undefined && ofA === ofB && ofA !== "between") return "same-end";
  const order = orderOf(logins, ofA, ofB);
  if (ofA !== undefined && ofB !== undefined && ofA !== ofB) return order;
  // On a path of one hop a router lies on the links of both ends: who says that it is none of them knows.
  if ((ofA === "between") !== (ofB === "between") && order !== "unknown") return order;
  return isOnePlace(logins) ? "same-end" : order;
}

function orderOf(logins: readonly Compared[], ofA: End | undefined, ofB: End | undefined): Relation {
  const signs = [
    bySaid(ofA, ofB),
    byHops(logins),
    byNat(logins),
    byDelay(logins),
    byView(logins),
    byLoss(logins),
  ];
  const sign = signs.find((s) => s !== 0) ?? 0;
  return sign > 0 ? "first-nearer" : sign < 0 ? "second-nearer" : "unknown";
}

const RANK: Record<End, number> = { client: -1, between: 0, gateway: 1 };
const bySaid = (a: End | undefined, b: End | undefined): number =>
  (b === undefined ? 0 : RANK[b]) - (a === undefined ? 0 : RANK[a]);

const matchesOf = (logins: readonly Compared[]): Match[] =>
  logins.flatMap(({ alignment }) => alignment.matches).slice(0, MOST_SAMPLES);

/** What routers between took from the hop limits of one direction: above 0, the first place is earlier. */
function hopsBetween(logins: readonly Compared[], fromClient: boolean): number | null {
  const taken = matchesOf(logins)
    .filter((m) => m.fromClient === fromClient)
    .map(({ a, b }) => (a.packets[0]?.hopLimit ?? 0) - (b.packets[0]?.hopLimit ?? 0));
  return median(taken);
}

/** A packet has more of its hop limit left where it comes by first. */
function byHops(logins: readonly Compared[]): number {
  return Math.sign(hopsBetween(logins, true) ?? 0) - Math.sign(hopsBetween(logins, false) ?? 0);
}

/**
 * How two captures lie on the path, where their packets prove it whatever was said of them: by the hop limits
 * of both ways, else by a NAT between them, else by what an answer takes. Nothing that is missing proves it.
 *
 * @returns above 0: the first is nearer to the client; 0: nothing proves it, or the hop limits contradict
 */
export function provenOrder(logins: readonly Compared[]): number {
  const [out, back] = [hopsBetween(logins, true) ?? 0, hopsBetween(logins, false) ?? 0];
  if (out !== 0 || back !== 0) return Math.sign(out) * Math.sign(back) > 0 ? 0 : Math.sign(out - back);
  const nat = Math.sign(byNat(logins));
  if (nat !== 0) return nat;
  const delays = roundTrips(logins);
  return delays.length > 1 && leastAgreed(delays) >= PATH_DELAY_MS ? Math.sign(median(delays) ?? 0) : 0;
}

/** Private addresses are on the inner side of a NAT: the client's at the client, the gateway's likewise. */
function byNat(logins: readonly Compared[]): number {
  const { a, b } = logins[0] ?? {};
  if (!a || !b) return 0;
  const inner = (end: "client" | "gateway") =>
    Number(isPrivate(a.initiation[end])) - Number(isPrivate(b.initiation[end]));
  return inner("client") - inner("gateway");
}

/** The nearer a place is to the client, the longer an answer takes there. */
function byDelay(logins: readonly Compared[]): number {
  const samples = roundTrips(logins);
  const middle = median(samples) ?? 0;
  const sign = Math.sign(middle);
  const agreeing = samples.filter((ms) => Math.sign(ms) === sign).length;
  return agreeing * 5 >= samples.length * 4 ? sign : 0;
}

/** What each capture shows by itself. */
function byView(logins: readonly Compared[]): number {
  const { a, b } = logins[0] ?? {};
  const rank = (track: Track | undefined) => RANK[track?.initiation.view ?? "between"];
  return Math.sign(rank(b) - rank(a));
}

/** Each end has all that it sent itself. */
function byLoss(logins: readonly Compared[]): number {
  const { outbound, inbound } = onlyInFirst(logins);
  return Math.sign(outbound) - Math.sign(inbound);
}

/** How many messages only the first capture has, less those that only the second has, each way. */
function onlyInFirst(logins: readonly Compared[]): { outbound: number; inbound: number } {
  const only = { outbound: 0, inbound: 0 };
  for (const { a, b } of logins.slice(0, MOST_SAMPLES)) {
    const [ofA, ofB] = [wholeMessages(a), wholeMessages(b)];
    for (const [key, fromClient] of ofA) if (!ofB.has(key)) only[fromClient ? "outbound" : "inbound"]++;
    for (const [key, fromClient] of ofB) if (!ofA.has(key)) only[fromClient ? "outbound" : "inbound"]--;
  }
  return only;
}

function wholeMessages(track: Track): Map<string, boolean> {
  const whole = new Map<string, boolean>();
  for (const [key, list] of byMessage(track)) {
    const [datagram] = list.filter(({ complete }) => complete);
    if (datagram) whole.set(key, datagram.fromClient);
  }
  return whole;
}

/**
 * Whether nothing lies between the two places, as with two layers of one computer, a file and what was cut
 * from it, or two taps on one link.
 */
function isOnePlace(logins: readonly Compared[]): boolean {
  const { a, b } = logins[0] ?? {};
  if (!a || !b) return false;
  // A NAT or a translator lies between.
  if (a.initiation.client !== b.initiation.client || a.initiation.gateway !== b.initiation.gateway)
    return false;
  const [outbound, inbound] = [hopsBetween(logins, true), hopsBetween(logins, false)];
  if ((outbound ?? 0) !== 0 || (inbound ?? 0) !== 0) return false;
  const delays = roundTrips(logins);
  const least = leastAgreed(delays);
  const matches = matchesOf(logins);
  const isFresh = matches.every((m) => isInitialHopLimit(m.a.packets[0]?.hopLimit ?? 0));
  // Where routers had passed both on before, both places are on one link of the path.
  if (!isFresh) return !(least >= PATH_DELAY_MS && delays.length > 1);
  if (least >= LINK_DELAY_MS) return false;
  const only = onlyInFirst(logins);
  return Math.sign(only.outbound) * Math.sign(only.inbound) >= 0;
}

/** How much longer it is from a request to its answer in the first capture than in the second one. */
function roundTrips(logins: readonly Compared[]): number[] {
  const samples: number[] = [];
  for (const { alignment } of logins) {
    for (const [at, later] of alignment.matches.entries()) {
      const earlier = alignment.matches[at - 1];
      if (!earlier || earlier.fromClient === later.fromClient || samples.length >= MOST_SAMPLES) continue;
      if (later.a.timeMs - earlier.a.timeMs > EXCHANGE_MS) continue;
      const [out, back] = earlier.fromClient ? [earlier, later] : [later, earlier];
      samples.push(out.differenceMs - back.differenceMs);
    }
  }
  return samples;
}

/** The smallest of them by size, if all have one sign; else 0. */
function leastAgreed(samples: readonly number[]): number {
  if (samples.length === 0) return 0;
  const [least, most] = [Math.min(...samples), Math.max(...samples)];
  return least > 0 ? least : most < 0 ? -most : 0;
}

/** The middle one; `null` of none. */
export function median(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  return values.toSorted((x, y) => x - y)[values.length >> 1] ?? null;
}

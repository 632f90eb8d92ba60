/** Joins IP fragments to datagrams, within bounds of memory. */
import { ADDRESS_BYTES, AddressTexts } from "./address.ts";
import { type IpFields, type IpPacket, toIpPacket } from "./ip.ts";
import type { IpFamily } from "./sizes.ts";

/** The bounds of reassembly: they keep memory constant, whatever a capture holds. */
export interface ReassemblyLimits {
  fragmentsPerDatagram: number;
  /** The stored payload of all datagrams that are not whole yet, and what is kept beside it. */
  bytesInFlight: number;
  /** A datagram is given up when it is not whole after this time: Linux and Windows wait 30 to 60 s. */
  waitMs: number;
}

/** Bounds that no real capture reaches. */
export const defaultReassemblyLimits: ReassemblyLimits = {
  fragmentsPerDatagram: 64,
  bytesInFlight: 8 * 1024 * 1024,
  waitMs: 60_000,
};

/**
 * Copies of one packet, from several interfaces or layers, come within this time; no host repeats itself so
 * soon.
 */
export const DUPLICATE_WINDOW_MS = 50;
/**
 * IP fragments that contradict each other are an overlap when they come within this time. Later than that,
 * the sender has used the identification for another datagram (RFC 6864 §4).
 */
const REUSE_AFTER_MS = 250;
const RECENT_DATAGRAMS = 256;
/**
 * What an IP fragment and a datagram cost beside their payload: an estimate, so that tiny fragments are
 * bounded too.
 */
const FRAGMENT_OVERHEAD_BYTES = 256;
const DATAGRAM_OVERHEAD_BYTES = 1024;
const MAX_IP_PAYLOAD_BYTES = 65_535;
/** A larger buffer is not used again: one long datagram would make each short one after it cost as much. */
const MAX_SPARE_BYTES = 8192;
const NO_BYTES = new Uint8Array(0);

/** A datagram that came as IP fragments, whole or not. */
export interface FragmentedDatagram {
  family: IpFamily;
  source: string;
  destination: string;
  /** The IP protocol number. */
  protocol: number;
  identification: number;
  /** In the order in which they were captured, without copies. */
  packets: IpPacket[];
  firstTimeMs: number;
  lastTimeMs: number;
  /** Bytes of the IP payload on the wire; `null` as long as the last IP fragment is missing. */
  payloadBytes: number | null;
  /**
   * The byte ranges of the IP payload that were not seen; `to` is `null` when the last IP fragment is
   * missing.
   */
  missing: { from: number; to: number | null }[];
  /** The two addresses, then the payload up to the first byte that was not seen or not captured. */
  bytes: Uint8Array<ArrayBuffer>;
  /** Where the payload begins in `bytes`: behind 8 or 32 bytes of addresses. */
  payloadStart: number;
  /**
   * Whether IP fragments overlapped, RFC 5722. A datagram whose IP fragments contradict each other is never
   * joined.
   */
  overlap: "none" | "consistent" | "conflicting";
}

/** A part of a datagram that one IP fragment brought. */
interface Part {
  from: number;
  to: number;
  /**
   * The captured bytes are the `captured` ones at `at`: fewer than `to - from` where the snaplen cut them, or
   * where the payload is not kept. An offset is used because a `subarray` costs as much as all other work on
   * an IP fragment.
   */
  bytes: Uint8Array<ArrayBufferLike>;
  at: number;
  captured: number;
}

/** A datagram that was joined; it is remembered so that copies of its IP fragments are known. */
interface Recent {
  key: string;
  timeMs: number;
  ranges: readonly { from: number; to: number }[];
}

interface Pending extends Omit<FragmentedDatagram, "missing" | "bytes"> {
  key: string;
  /** Sorted by offset, and without overlap. */
  parts: Part[];
  coveredBytes: number;
  /**
   * The two addresses, then the parts that came in order; a part that came too early has bytes of its own.
   */
  buffer: Uint8Array<ArrayBuffer>;
  bufferedTo: number;
  cost: number;
}

/**
 * What became of an IP fragment: it made a datagram whole, it waits for others, or it is a copy of one that
 * was seen. A datagram's `bytes` are good until the next IP fragment is taken.
 */
export type FragmentOutcome = FragmentedDatagram | "waiting" | "duplicate";

/** Joins IP fragments to datagrams, RFC 791 §3.2 and RFC 8200 §4.5, in any order and within bounds. */
export class FragmentJoiner {
  /** How many datagrams were given up to bound memory. */
  evicted = 0;
  /** How many datagrams have IP fragments that overlap. */
  overlapping = 0;
  readonly #limits: ReassemblyLimits;
  readonly #onGivenUp: (datagram: FragmentedDatagram) => void;
  /** The oldest first. */
  readonly #pending = new Map<string, Pending>();
  readonly #texts = new AddressTexts();
  readonly #recent = new Map<string, Recent>();
  /** The same datagrams as a ring: the next one takes the place of the oldest. */
  readonly #recentInTurn: Recent[] = [];
  #nextRecent = 0;
  #bytesInFlight = 0;
  /** The buffer of the datagram that was given last, for the next one. */
  #spare: Uint8Array<ArrayBuffer> = NO_BYTES;

  /**
   * @param onGivenUp called for a datagram that waited too long, or whose identification is used for another
   */
  constructor(onGivenUp: (datagram: FragmentedDatagram) => void, limits = defaultReassemblyLimits) {
    this.#onGivenUp = onGivenUp;
    this.#limits = limits;
  }

  /**
   * Takes one IP fragment.
   *
   * @param keepsPayload whether the payload is wanted; if not, only ranges are kept
   */
  add(
    ip: IpFields,
    bytes: Uint8Array,
    frame: number,
    timeMs: number,
    keepsPayload: boolean,
  ): FragmentOutcome {
    this.#expire(timeMs);
    const key = keyOf(ip, bytes);
    const from = ip.fragmentOffset;
    const to = from + ip.payloadEnd - ip.payloadStart + ip.cutBytes;
    let pending = this.#pending.get(key);
    if (pending === undefined && this.#isCopyOfRecent(key, from, to, timeMs)) return "duplicate";
    const part: Part = {
      from,
      to,
      bytes,
      at: ip.payloadStart,
      captured: keepsPayload ? ip.payloadEnd - ip.payloadStart : 0,
    };
    if (pending !== undefined && isReuse(pending, part, timeMs)) {
      this.#giveUp(pending);
      pending = undefined;
    }
    if (pending === undefined) {
      const addressBytes = ADDRESS_BYTES[ip.family];
      pending = {
        key,
        family: ip.family,
        source: this.#texts.of(ip.family, bytes, ip.addresses),
        destination: this.#texts.of(ip.family, bytes, ip.addresses + addressBytes),
        protocol: ip.protocol,
        identification: ip.identification,
        packets: [],
        firstTimeMs: timeMs,
        lastTimeMs: timeMs,
        payloadBytes: null,
        overlap: "none",
        parts: [],
        coveredBytes: 0,
        payloadStart: 2 * addressBytes,
        buffer: this.#newBuffer(bytes.subarray(ip.addresses, ip.addresses + 2 * addressBytes), part),
        bufferedTo: 0,
        cost: DATAGRAM_OVERHEAD_BYTES,
      };
      pending.cost += pending.buffer.length;
      this.#pending.set(key, pending);
      this.#bytesInFlight += pending.cost;
    }
    // The first IP fragment decides: IPv6's Next Header may differ in later ones (RFC 8200 §4.5).
    if (from === 0) pending.protocol = ip.protocol;

    if (isCopy(pending, part)) return "duplicate";
    this.#insert(pending, part, ip.moreFragments);
    pending.lastTimeMs = timeMs;
    pending.packets.push(toIpPacket(frame, ip));
    this.#charge(pending, FRAGMENT_OVERHEAD_BYTES);

    if (pending.payloadBytes === pending.coveredBytes && pending.overlap !== "conflicting") {
      this.#forget(pending);
      const datagram = toDatagram(pending);
      this.#rememberRecent(pending, timeMs);
      this.#spare = pending.buffer;
      return datagram;
    }
    if (pending.packets.length >= this.#limits.fragmentsPerDatagram) this.#evict(pending);
    while (this.#bytesInFlight > this.#limits.bytesInFlight) {
      const [oldest] = this.#pending.values();
      if (oldest === undefined) break;
      this.#evict(oldest);
    }
    return "waiting";
  }

  /** Gives up each datagram that is not whole, the oldest first. */
  end(): void {
    for (const pending of [...this.#pending.values()]) this.#giveUp(pending);
  }

  /** A buffer with room for a second IP fragment: a message of usual size comes in two. */
  #newBuffer(addresses: Uint8Array, { from, captured }: Part): Uint8Array<ArrayBuffer> {
    const length = addresses.length + (from === 0 ? captured * 2 : 0);
    let buffer = this.#spare;
    if (buffer.length >= length && buffer.length <= MAX_SPARE_BYTES) this.#spare = NO_BYTES;
    else buffer = new Uint8Array(length);
    buffer.set(addresses);
    return buffer;
  }

  /** Adds what a part brings that was not there. */
  #insert(pending: Pending, part: Part, moreFragments: boolean): void {
    const { parts } = pending;
    const total = pending.payloadBytes;
    const endsElsewhere = !moreFragments && total !== null && total !== part.to;
    const isBeyondEnd = total !== null && part.to > total;
    const endIsTooEarly = !moreFragments && (parts.at(-1)?.to ?? 0) > part.to;
    if (endsElsewhere || isBeyondEnd || endIsTooEarly || part.to > MAX_IP_PAYLOAD_BYTES) {
      this.#setOverlap(pending, "conflicting");
      return;
    }
    if (!moreFragments) pending.payloadBytes = part.to;

    if (part.to > part.from && part.from >= (parts.at(-1)?.to ?? 0)) {
      // Nearly all come in order.
      pending.coveredBytes += part.to - part.from;
      this.#store(pending, part);
      parts.push(part);
      return;
    }
    let from = part.from;
    const added: Part[] = [];
    for (const p of parts) {
      if (p.to <= from || p.from >= part.to) continue;
      this.#setOverlap(pending, agrees(p, part) ? "consistent" : "conflicting");
      if (p.from > from) added.push(cutOut(part, from, p.from));
      from = Math.max(from, p.to);
    }
    if (from < part.to) added.push(cutOut(part, from, part.to));
    for (const p of added) {
      pending.coveredBytes += p.to - p.from;
      this.#store(pending, p);
    }
    parts.push(...added);
    parts.sort((a, b) => a.from - b.from);
  }

  /** Copies the bytes to where they belong, for those of the frame will be overwritten. */
  #store(pending: Pending, part: Part): void {
    const { captured } = part;
    if (captured === 0) {
      part.bytes = NO_BYTES;
      return;
    }
    const payload = part.bytes.subarray(part.at, part.at + captured);
    if (part.from !== pending.bufferedTo) {
      part.bytes = payload.slice();
      part.at = 0;
      this.#charge(pending, captured);
      return;
    }
    const start = pending.payloadStart + part.from;
    if (start + captured > pending.buffer.length) {
      const grown = new Uint8Array(
        Math.max(start + captured, Math.min(pending.buffer.length * 2, MAX_IP_PAYLOAD_BYTES)),
      );
      grown.set(pending.buffer);
      this.#charge(pending, grown.length - pending.buffer.length);
      pending.buffer = grown;
    }
    pending.buffer.set(payload, start);
    part.bytes = pending.buffer;
    part.at = start;
    pending.bufferedTo += captured;
  }

  #charge(pending: Pending, bytes: number): void {
    pending.cost += bytes;
    this.#bytesInFlight += bytes;
  }

  #setOverlap(pending: Pending, overlap: "consistent" | "conflicting"): void {
    if (pending.overlap === "none") this.overlapping++;
    if (pending.overlap !== "conflicting") pending.overlap = overlap;
  }

  #isCopyOfRecent(key: string, from: number, to: number, timeMs: number): boolean {
    const recent = this.#recent.get(key);
    return (
      recent !== undefined &&
      // In a file without a clock, a copy and a datagram that was sent again look the same.
      timeMs !== 0 &&
      Math.abs(timeMs - recent.timeMs) <= DUPLICATE_WINDOW_MS &&
      recent.ranges.some((range) => range.from === from && range.to === to)
    );
  }

  #rememberRecent(pending: Pending, timeMs: number): void {
    // Only its ranges are looked at. The buffer will be used again, so nothing may refer to it.
    for (const part of pending.parts) part.bytes = NO_BYTES;
    const recent = { key: pending.key, timeMs, ranges: pending.parts };
    const forgotten = this.#recentInTurn[this.#nextRecent];
    if (forgotten !== undefined && this.#recent.get(forgotten.key) === forgotten)
      this.#recent.delete(forgotten.key);
    this.#recentInTurn[this.#nextRecent] = recent;
    this.#nextRecent = (this.#nextRecent + 1) % RECENT_DATAGRAMS;
    this.#recent.set(pending.key, recent);
  }

  #expire(timeMs: number): void {
    if (this.#pending.size === 0) return;
    for (const pending of this.#pending.values()) {
      if (timeMs - pending.firstTimeMs <= this.#limits.waitMs) return;
      this.#giveUp(pending);
    }
  }

  #giveUp(pending: Pending): void {
    this.#forget(pending);
    this.#onGivenUp(toDatagram(pending));
  }

  #evict(pending: Pending): void {
    this.evicted++;
    this.#forget(pending);
  }

  #forget(pending: Pending): void {
    this.#pending.delete(pending.key);
    this.#bytesInFlight -= pending.cost;
  }
}

/**
 * Whether the identification is used for another datagram now: the IP fragment is late, and contradicts what
 * is there.
 */
function isReuse(pending: Pending, part: Part, timeMs: number): boolean {
  if (timeMs - pending.lastTimeMs < REUSE_AFTER_MS) return false;
  return pending.parts.some((p) => p.from < part.to && part.from < p.to && !agrees(p, part));
}

/** Whether the same IP fragment is there already. */
function isCopy({ parts }: Pending, part: Part): boolean {
  return parts.some((p) => p.from === part.from && p.to === part.to && agrees(p, part));
}

/** Whether two parts are equal where both have captured bytes. */
function agrees(a: Part, b: Part): boolean {
  const from = Math.max(a.from, b.from);
  const to = Math.min(a.from + a.captured, b.from + b.captured);
  for (let at = from; at < to; at++) {
    if (a.bytes[a.at + at - a.from] !== b.bytes[b.at + at - b.from]) return false;
  }
  return true;
}

/** The part of a part that lies between two offsets of the datagram. */
function cutOut({ from: start, bytes, at, captured }: Part, from: number, to: number): Part {
  const skipped = Math.min(from - start, captured);
  return { from, to, bytes, at: at + skipped, captured: Math.min(captured - skipped, to - from) };
}

/**
 * The fields by which one datagram differs from all others, RFC 791 §3.2 and RFC 8200 §4.5. Their bytes
 * become a short string as they are: text of addresses would cost more.
 */
function keyOf(ip: IpFields, bytes: Uint8Array): string {
  const u16 = (word: number): number => {
    const at = ip.addresses + word * 2;
    return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
  };
  const { identification } = ip;
  if (ip.family === 4)
    return String.fromCharCode(u16(0), u16(1), u16(2), u16(3), identification, ip.protocol);
  let key = String.fromCharCode(identification >>> 16, identification & 0xffff);
  for (let word = 0; word < 16; word++) key += String.fromCharCode(u16(word));
  return key;
}

function toDatagram(pending: Pending): FragmentedDatagram {
  const { parts, payloadBytes } = pending;
  const missing: FragmentedDatagram["missing"] = [];
  let seenTo = 0;
  for (const { from, to } of parts) {
    if (from > seenTo) missing.push({ from: seenTo, to: from });
    seenTo = Math.max(seenTo, to);
  }
  if (payloadBytes === null) missing.push({ from: seenTo, to: null });

  const { family, source, destination, protocol, identification, packets, firstTimeMs, lastTimeMs, overlap } =
    pending;
  return {
    family,
    source,
    destination,
    protocol,
    identification,
    packets,
    firstTimeMs,
    lastTimeMs,
    payloadBytes,
    missing,
    bytes: readableBytes(pending),
    payloadStart: pending.payloadStart,
    overlap,
  };
}

/** The addresses and the payload in one array; whatever came in order is in it already. */
function readableBytes({ parts, buffer, bufferedTo, payloadStart }: Pending): Uint8Array<ArrayBuffer> {
  let readable = 0;
  for (const { from, to, captured } of parts) {
    if (from !== readable) break;
    readable += captured;
    if (captured < to - from) break;
  }
  if (readable <= bufferedTo) return buffer.subarray(0, payloadStart + readable);
  const whole = new Uint8Array(payloadStart + readable);
  whole.set(buffer.subarray(0, payloadStart));
  for (const { from, bytes, at, captured } of parts) {
    if (from + captured <= readable) whole.set(bytes.subarray(at, at + captured), payloadStart + from);
  }
  return whole;
}

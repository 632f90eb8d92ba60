import { ADDRESS_BYTES, AddressTexts } from "./address.ts";
import { type IpFields, type IpPacket, toIpPacket } from "./ip.ts";
import type { IpFamily } from "./sizes.ts";

/** Bounds of reassembly: memory stays constant whatever a capture holds. */
export interface ReassemblyLimits {
  fragmentsPerDatagram: number;
  /** Stored payload and bookkeeping of all datagrams that are not whole yet. */
  bytesInFlight: number;
  /** After this long without its missing part a datagram is given up: Linux and Windows wait 30 to 60 s. */
  waitMs: number;
}

export const defaultReassemblyLimits: ReassemblyLimits = {
  fragmentsPerDatagram: 64,
  bytesInFlight: 8 * 1024 * 1024,
  waitMs: 60_000,
};

/** Copies of one packet from several interfaces or layers come this close together; no host sends again so soon. */
export const DUPLICATE_WINDOW_MS = 50;
/** Contradicting fragments this far apart are of two datagrams with one identification (RFC 6864 §4), not an overlap. */
const REUSE_AFTER_MS = 250;
const RECENT_DATAGRAMS = 256;
/** What a fragment and a datagram cost beside their payload; an estimate, to bound tiny fragments too. */
const FRAGMENT_OVERHEAD_BYTES = 256;
const DATAGRAM_OVERHEAD_BYTES = 1024;
const MAX_IP_PAYLOAD_BYTES = 65_535;
/** A larger buffer is not used again: one long datagram would make all short ones cost as much. */
const MAX_SPARE_BYTES = 8192;
const NO_BYTES = new Uint8Array(0);

/** A datagram that came as IP fragments, whole or not. */
export interface FragmentedDatagram {
  family: IpFamily;
  source: string;
  destination: string;
  protocol: number;
  identification: number;
  /** In the order they were captured, copies left out. */
  packets: IpPacket[];
  firstTimeMs: number;
  lastTimeMs: number;
  /** Bytes of IP payload on the wire; `null` as long as the last fragment is missing. */
  payloadBytes: number | null;
  /** Byte ranges of the IP payload not seen; `to` is `null` when the last fragment is missing. */
  missing: { from: number; to: number | null }[];
  /** The two addresses, and behind them the payload to the first byte that was not seen or not captured. */
  bytes: Uint8Array<ArrayBuffer>;
  /** Where the payload begins in `bytes`: 8 or 32. */
  payloadStart: number;
  /** Fragments overlapped, RFC 5722. Where they contradict each other the datagram is never joined. */
  overlap: "none" | "consistent" | "conflicting";
}

interface Piece {
  from: number;
  to: number;
  /**
   * What was captured of it is `bytes[at…at + captured)`: fewer bytes than `to - from` where the snaplen cut it or the payload is not
   * kept. An offset, for a `subarray` costs as much as the rest of the fragment.
   */
  bytes: Uint8Array<ArrayBufferLike>;
  at: number;
  captured: number;
}

/** A datagram that was joined, to know copies of its fragments. */
interface Recent {
  key: string;
  timeMs: number;
  ranges: readonly { from: number; to: number }[];
}

interface Pending extends Omit<FragmentedDatagram, "missing" | "bytes"> {
  key: string;
  /** Sorted, and disjoint. */
  pieces: Piece[];
  coveredBytes: number;
  /** The two addresses, then the pieces as long as they come in order; others stand by themselves. */
  buffer: Uint8Array<ArrayBuffer>;
  bufferedTo: number;
  cost: number;
}

/**
 * What became of a fragment: it made a datagram whole, waits for others, or was a copy of one seen.
 * A datagram's `bytes` are good until the next fragment is taken.
 */
export type FragmentOutcome = FragmentedDatagram | "waiting" | "duplicate";

/** Joins IP fragments to datagrams, RFC 791 §3.2 and RFC 8200 §4.5, in any order and within bounds. */
export class FragmentJoiner {
  /** Datagrams given up to bound memory. */
  evicted = 0;
  overlapping = 0;
  readonly #limits: ReassemblyLimits;
  readonly #onGivenUp: (datagram: FragmentedDatagram) => void;
  /** Oldest first. */
  readonly #pending = new Map<string, Pending>();
  readonly #texts = new AddressTexts();
  readonly #recent = new Map<string, Recent>();
  /** The same, round and round. */
  readonly #recentInTurn: Recent[] = [];
  #nextRecent = 0;
  #bytesInFlight = 0;
  /** The buffer of the datagram that was given last: the next one's. */
  #spare: Uint8Array<ArrayBuffer> = NO_BYTES;

  /** @param onGivenUp called for a datagram that waited too long, or whose identification was used again */
  constructor(onGivenUp: (datagram: FragmentedDatagram) => void, limits = defaultReassemblyLimits) {
    this.#onGivenUp = onGivenUp;
    this.#limits = limits;
  }

  /**
   * Takes one fragment.
   *
   * @param keepsPayload whether the payload is wanted; without it ranges alone are kept
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
    const piece: Piece = {
      from,
      to,
      bytes,
      at: ip.payloadStart,
      captured: keepsPayload ? ip.payloadEnd - ip.payloadStart : 0,
    };
    if (pending !== undefined && isReuse(pending, piece, timeMs)) {
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
        pieces: [],
        coveredBytes: 0,
        payloadStart: 2 * addressBytes,
        buffer: this.#newBuffer(bytes.subarray(ip.addresses, ip.addresses + 2 * addressBytes), piece),
        bufferedTo: 0,
        cost: DATAGRAM_OVERHEAD_BYTES,
      };
      pending.cost += pending.buffer.length;
      this.#pending.set(key, pending);
      this.#bytesInFlight += pending.cost;
    }
    // The first fragment knows better: IPv6's Next Header may differ in later ones (RFC 8200 §4.5).
    if (from === 0) pending.protocol = ip.protocol;

    if (isCopy(pending, piece)) return "duplicate";
    this.#insert(pending, piece, ip.moreFragments);
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

  /** Gives up all that is not whole, oldest first. */
  end(): void {
    for (const pending of [...this.#pending.values()]) this.#giveUp(pending);
  }

  /** Room for the next fragment too: a message of usual size comes in two. */
  #newBuffer(addresses: Uint8Array, { from, captured }: Piece): Uint8Array<ArrayBuffer> {
    const length = addresses.length + (from === 0 ? captured * 2 : 0);
    let buffer = this.#spare;
    if (buffer.length >= length && buffer.length <= MAX_SPARE_BYTES) this.#spare = NO_BYTES;
    else buffer = new Uint8Array(length);
    buffer.set(addresses);
    return buffer;
  }

  /** Adds a piece where nothing was. */
  #insert(pending: Pending, piece: Piece, moreFragments: boolean): void {
    const { pieces } = pending;
    const total = pending.payloadBytes;
    const endsElsewhere = !moreFragments && total !== null && total !== piece.to;
    const isBeyondEnd = total !== null && piece.to > total;
    const endIsTooEarly = !moreFragments && (pieces.at(-1)?.to ?? 0) > piece.to;
    if (endsElsewhere || isBeyondEnd || endIsTooEarly || piece.to > MAX_IP_PAYLOAD_BYTES) {
      this.#setOverlap(pending, "conflicting");
      return;
    }
    if (!moreFragments) pending.payloadBytes = piece.to;

    if (piece.to > piece.from && piece.from >= (pieces.at(-1)?.to ?? 0)) {
      // In order, as nearly all are.
      pending.coveredBytes += piece.to - piece.from;
      this.#store(pending, piece);
      pieces.push(piece);
      return;
    }
    let from = piece.from;
    const added: Piece[] = [];
    for (const p of pieces) {
      if (p.to <= from || p.from >= piece.to) continue;
      this.#setOverlap(pending, agrees(p, piece) ? "consistent" : "conflicting");
      if (p.from > from) added.push(part(piece, from, p.from));
      from = Math.max(from, p.to);
    }
    if (from < piece.to) added.push(part(piece, from, piece.to));
    for (const p of added) {
      pending.coveredBytes += p.to - p.from;
      this.#store(pending, p);
    }
    pieces.push(...added);
    pieces.sort((a, b) => a.from - b.from);
  }

  /** The frame's bytes will be overwritten: they are copied to where they belong. */
  #store(pending: Pending, piece: Piece): void {
    const { captured } = piece;
    if (captured === 0) {
      piece.bytes = NO_BYTES;
      return;
    }
    const payload = piece.bytes.subarray(piece.at, piece.at + captured);
    if (piece.from !== pending.bufferedTo) {
      piece.bytes = payload.slice();
      piece.at = 0;
      this.#charge(pending, captured);
      return;
    }
    const start = pending.payloadStart + piece.from;
    if (start + captured > pending.buffer.length) {
      const grown = new Uint8Array(
        Math.max(start + captured, Math.min(pending.buffer.length * 2, MAX_IP_PAYLOAD_BYTES)),
      );
      grown.set(pending.buffer);
      this.#charge(pending, grown.length - pending.buffer.length);
      pending.buffer = grown;
    }
    pending.buffer.set(payload, start);
    piece.bytes = pending.buffer;
    piece.at = start;
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
      // A file without a clock cannot tell a copy from a datagram sent again.
      timeMs !== 0 &&
      Math.abs(timeMs - recent.timeMs) <= DUPLICATE_WINDOW_MS &&
      recent.ranges.some((range) => range.from === from && range.to === to)
    );
  }

  #rememberRecent(pending: Pending, timeMs: number): void {
    // Its ranges alone are looked at: the payload is let go, for the buffer will be used again.
    for (const piece of pending.pieces) piece.bytes = NO_BYTES;
    const recent = { key: pending.key, timeMs, ranges: pending.pieces };
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

/** Whether an old identification begins to be used for another datagram: what comes later contradicts what is there. */
function isReuse(pending: Pending, piece: Piece, timeMs: number): boolean {
  if (timeMs - pending.lastTimeMs < REUSE_AFTER_MS) return false;
  return pending.pieces.some((p) => p.from < piece.to && piece.from < p.to && !agrees(p, piece));
}

/** Whether the very same fragment is there. */
function isCopy({ pieces }: Pending, piece: Piece): boolean {
  return pieces.some((p) => p.from === piece.from && p.to === piece.to && agrees(p, piece));
}

/** Whether two pieces say the same where both have captured bytes. */
function agrees(a: Piece, b: Piece): boolean {
  const from = Math.max(a.from, b.from);
  const to = Math.min(a.from + a.captured, b.from + b.captured);
  for (let at = from; at < to; at++) {
    if (a.bytes[a.at + at - a.from] !== b.bytes[b.at + at - b.from]) return false;
  }
  return true;
}

function part({ from: start, bytes, at, captured }: Piece, from: number, to: number): Piece {
  const skipped = Math.min(from - start, captured);
  return { from, to, bytes, at: at + skipped, captured: Math.min(captured - skipped, to - from) };
}

/** What tells a datagram from others, RFC 791 §3.2 and RFC 8200 §4.5: the bytes themselves as a short string, with no text to make first. */
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
  const { pieces, payloadBytes } = pending;
  const missing: FragmentedDatagram["missing"] = [];
  let seenTo = 0;
  for (const { from, to } of pieces) {
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

/** Addresses and payload in one piece; what came in order is there already. */
function readableBytes({ pieces, buffer, bufferedTo, payloadStart }: Pending): Uint8Array<ArrayBuffer> {
  let readable = 0;
  for (const { from, to, captured } of pieces) {
    if (from !== readable) break;
    readable += captured;
    if (captured < to - from) break;
  }
  if (readable <= bufferedTo) return buffer.subarray(0, payloadStart + readable);
  const whole = new Uint8Array(payloadStart + readable);
  whole.set(buffer.subarray(0, payloadStart));
  for (const { from, bytes, at, captured } of pieces) {
    if (from + captured <= readable) whole.set(bytes.subarray(at, at + captured), payloadStart + from);
  }
  return whole;
}

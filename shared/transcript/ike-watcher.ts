/** Finds IKE and ESP among UDP datagrams. */
import { isWireError } from "../bytes/cursor.ts";
import { IKE_HEADER_BYTES, PAYLOAD_HEADER_BYTES } from "../ike/header.ts";
import { type IkeMessage, readIkeMessage } from "../ike/message.ts";
import { ExchangeType, IKE_PORT, NAT_TRAVERSAL_PORT, PayloadType } from "../ike/registry.ts";
import { ADDRESS_BYTES, AddressTexts } from "../packet/address.ts";
import { DUPLICATE_WINDOW_MS, type FragmentedDatagram } from "../packet/fragments.ts";
import { IpProtocol, toIpPacket } from "../packet/ip.ts";
import { NON_ESP_MARKER_BYTES, UDP_HEADER_BYTES } from "../packet/sizes.ts";
import type { PacketInHand } from "./packet-in-hand.ts";
import type { Flow, IkeObserved, IncompleteDatagram } from "./transcript.ts";

/**
 * Where IKE is looked for beside ports 500 and 4500: on these ports, or on any port when it looks like IKE.
 */
export type IkePorts = readonly number[] | "any";

/** What a UDP datagram carries. */
export type WatchedKind = "ike" | "ike-behind-marker" | "esp" | "nat-keepalive" | "other";

const RECENT_MESSAGES = 64;
/** How many buckets there are: a power of two. */
const DIGEST_BUCKETS = 1024;
/** How many flows are remembered at once: a power of two. */
const FLOW_SLOTS = 256;

/** Finds IKE among UDP datagrams, and tells copies of a message from retransmissions. */
export class IkeWatcher {
  readonly #ports: ReadonlySet<number>;
  readonly #anyPort: boolean;
  readonly #texts = new AddressTexts();
  /**
   * Digest and time of the last messages, and these themselves: a ring, in which the next one takes the place
   * of the oldest.
   */
  readonly #digests = new Float64Array(RECENT_MESSAGES);
  /** How many of the digests fall into each bucket: in an empty bucket there is nothing to look for. */
  readonly #buckets = new Uint8Array(DIGEST_BUCKETS);
  readonly #messages: (IkeObserved | null)[] = Array<null>(RECENT_MESSAGES).fill(null);
  readonly #times = new Float64Array(RECENT_MESSAGES);
  #next = 0;
  /** The last flows, each in the slot that its ports choose. */
  readonly #flows: (Flow | null)[] = Array<null>(FLOW_SLOTS).fill(null);

  constructor(ports: IkePorts) {
    this.#anyPort = ports === "any";
    this.#ports = new Set(ports === "any" ? [] : ports);
    this.#buckets[bucketOf(0)] = RECENT_MESSAGES;
  }

  /** What a UDP datagram carries, RFC 3948 §2; for most datagrams only the ports are looked at. */
  kindOf({ ip, bytes, view }: PacketInHand): WatchedKind {
    const at = ip.payloadStart;
    const source = view.getUint16(at);
    const destination = view.getUint16(at + 2);
    const start = at + UDP_HEADER_BYTES;
    const left = ip.payloadEnd - start;
    if (source === NAT_TRAVERSAL_PORT || destination === NAT_TRAVERSAL_PORT) {
      return kindBehindMarker(bytes, view, start, left);
    }
    if (source === IKE_PORT || destination === IKE_PORT)
      return hasIkeHeader(view, start, left) ? "ike" : "other";
    if (this.#anyPort || this.#ports.has(source) || this.#ports.has(destination)) {
      if (looksLikeIke(view, start, left)) return "ike";
      const marked = left >= 4 && view.getUint32(start) === 0;
      if (marked && looksLikeIke(view, start + 4, left - 4)) return "ike-behind-marker";
    }
    return "other";
  }

  /**
   * Whether a UDP datagram on a port of IKE, or its first IP fragment, was recorded so short that nobody sees
   * the header of the message that it may carry. What shows that it is ESP carries none.
   */
  isHeaderCut({ ip, view }: PacketInHand): boolean {
    const at = ip.payloadStart;
    const left = ip.payloadEnd - at - UDP_HEADER_BYTES;
    if (ip.cutBytes === 0 || left < 0) return false;
    const ports = [view.getUint16(at), view.getUint16(at + 2)];
    if (!ports.includes(NAT_TRAVERSAL_PORT)) return ports.includes(IKE_PORT) && left < IKE_HEADER_BYTES;
    if (left >= NON_ESP_MARKER_BYTES && view.getUint32(at + UDP_HEADER_BYTES) !== 0) return false;
    return left < NON_ESP_MARKER_BYTES + IKE_HEADER_BYTES;
  }

  /**
   * Reads the message of a UDP datagram (RFC 768) that `kindOf` took for IKE.
   *
   * @returns `null` when its header makes no sense
   */
  read(packet: PacketInHand, natTraversal: boolean): IkeObserved | null {
    const { frame, ip, bytes, view, timeMs } = packet;
    const at = ip.payloadStart;
    const udpLength = view.getUint16(at + 4);
    const onWire = ip.payloadEnd - at + ip.cutBytes;
    // 0 comes from a jumbogram or from a network card that fills it in later; more than the packet holds is
    // wrong.
    const length = udpLength >= UDP_HEADER_BYTES && udpLength <= onWire ? udpLength : onWire;
    const start = at + UDP_HEADER_BYTES + (natTraversal ? NON_ESP_MARKER_BYTES : 0);
    const end = Math.min(at + length, ip.payloadEnd);
    if (end < start) return null;
    const message = readIkeMessage(bytes, start, end);
    if (isWireError(message)) return null;
    const observed: IkeObserved = {
      frame: frame.number,
      seconds: frame.seconds,
      nanoseconds: Math.trunc(frame.nanoseconds),
      timeMs,
      flow: this.#flowOf(
        this.#texts.of(ip.family, bytes, ip.addresses),
        this.#texts.of(ip.family, bytes, ip.addresses + ADDRESS_BYTES[ip.family]),
        view.getUint16(at),
        view.getUint16(at + 2),
      ),
      natTraversal,
      udpPayloadBytes: length - UDP_HEADER_BYTES,
      duplicateOf: null,
      copies: 0,
      fingerprint: fingerprintOf(message, view, start, end),
      ipPackets: packet.ipPackets ?? [toIpPacket(frame.number, ip)],
      message,
    };
    const original = this.#findOriginal(view, start, end, observed);
    if (original !== null) {
      observed.duplicateOf = original.frame;
      if (isOnSameWire(original, observed)) original.copies++;
    }
    return observed;
  }

  /** A flow, which the messages of one login share. */
  #flowOf(source: string, destination: string, sourcePort: number, destinationPort: number): Flow {
    const slot = (sourcePort ^ (sourcePort >>> 8) ^ (destinationPort << 4)) & (FLOW_SLOTS - 1);
    const known = this.#flows[slot];
    if (
      known?.sourcePort === sourcePort &&
      known.destinationPort === destinationPort &&
      known.source === source &&
      known.destination === destination
    )
      return known;
    const flow = { source, destination, sourcePort, destinationPort };
    this.#flows[slot] = flow;
    return flow;
  }

  /**
   * What is known of a datagram whose IP fragments did not all come: its first one may have ports and an IKE
   * header.
   */
  toIncomplete(datagram: FragmentedDatagram): IncompleteDatagram {
    const { bytes, payloadStart: at, protocol } = datagram;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const left = bytes.length - at;
    const hasUdp = protocol === IpProtocol.udp && left >= UDP_HEADER_BYTES;
    const sourcePort = hasUdp ? view.getUint16(at) : null;
    const destinationPort = hasUdp ? view.getUint16(at + 2) : null;
    const natTraversal = sourcePort === NAT_TRAVERSAL_PORT || destinationPort === NAT_TRAVERSAL_PORT;
    const isIke = natTraversal
      ? left >= UDP_HEADER_BYTES + NON_ESP_MARKER_BYTES && view.getUint32(at + UDP_HEADER_BYTES) === 0
      : sourcePort === IKE_PORT || destinationPort === IKE_PORT;
    const ikeAt = at + UDP_HEADER_BYTES + (natTraversal ? NON_ESP_MARKER_BYTES : 0);
    const read =
      isIke && hasIkeHeader(view, ikeAt, bytes.length - ikeAt) ? readIkeMessage(bytes, ikeAt) : null;
    const message = read === null || isWireError(read) ? null : read;
    return {
      source: datagram.source,
      destination: datagram.destination,
      protocol,
      identification: datagram.identification,
      ipPackets: datagram.packets,
      timeMs: datagram.firstTimeMs,
      missing: datagram.missing,
      sourcePort,
      destinationPort,
      udpPayloadBytes: hasUdp ? Math.max(view.getUint16(at + 4) - UDP_HEADER_BYTES, 0) : null,
      ikeHeader: message?.header ?? null,
      ikeFragment: message?.ikeFragment ?? null,
      fingerprint: message && fingerprintOf(message, view, ikeAt, bytes.length),
      captureEndedFirst: false,
    };
  }

  /** The message of which this one is a copy: the same within milliseconds, from whatever addresses. */
  #findOriginal(view: DataView, start: number, end: number, observed: IkeObserved): IkeObserved | null {
    const { timeMs } = observed;
    // In a file without a clock, a copy and a retransmission look the same.
    if (timeMs === 0) return null;
    const digest = digestOf(view, start, end);
    const seen = (this.#buckets[bucketOf(digest)] ?? 0) > 0 ? this.#digests.indexOf(digest) : -1;
    const slot = seen < 0 ? this.#next : seen;
    if (seen < 0) this.#next = (this.#next + 1) % RECENT_MESSAGES;
    else if (Math.abs(timeMs - (this.#times[seen] ?? 0)) <= DUPLICATE_WINDOW_MS)
      return this.#messages[seen] ?? null;
    if (seen < 0) this.#replaceDigest(slot, digest);
    this.#messages[slot] = observed;
    this.#times[slot] = timeMs;
    return null;
  }

  #replaceDigest(slot: number, digest: number): void {
    const forgotten = bucketOf(this.#digests[slot] ?? 0);
    const bucket = bucketOf(digest);
    this.#buckets[forgotten] = (this.#buckets[forgotten] ?? 0) - 1;
    this.#buckets[bucket] = (this.#buckets[bucket] ?? 0) + 1;
    this.#digests[slot] = digest;
  }
}

function bucketOf(digest: number): number {
  return digest & (DIGEST_BUCKETS - 1);
}

function kindBehindMarker(bytes: Uint8Array, view: DataView, start: number, left: number): WatchedKind {
  if (left === 1 && bytes[start] === 0xff) return "nat-keepalive";
  if (left < NON_ESP_MARKER_BYTES) return "other";
  if (view.getUint32(start) !== 0) return "esp";
  return hasIkeHeader(view, start + NON_ESP_MARKER_BYTES, left - NON_ESP_MARKER_BYTES)
    ? "ike-behind-marker"
    : "other";
}

/**
 * Whether a datagram on a port of IKE has an IKE header: a whole one, of version 1 or 2, with a Length that
 * is possible. Other datagrams belong to other protocols, such as DNS to a client that chose port 500.
 */
function hasIkeHeader(view: DataView, start: number, left: number): boolean {
  if (left < IKE_HEADER_BYTES) return false;
  const majorVersion = view.getUint8(start + 17) >> 4;
  return (majorVersion === 1 || majorVersion === 2) && view.getUint32(start + 24) >= IKE_HEADER_BYTES;
}

/**
 * Whether a datagram on any other port looks like IKE: an SPI, version 1.0 or 2.0, an exchange type that
 * exists, and a Length that is not more than is there.
 */
function looksLikeIke(view: DataView, start: number, left: number): boolean {
  if (left < IKE_HEADER_BYTES) return false;
  const version = view.getUint8(start + 17);
  const exchangeType = view.getUint8(start + 18);
  const isKnown =
    version === 0x20
      ? exchangeType >= 34 && exchangeType <= 44
      : version === 0x10 &&
        ((exchangeType >= 1 && exchangeType <= 6) || exchangeType === 32 || exchangeType === 33);
  const length = view.getUint32(start + 24);
  const hasSpi = view.getUint32(start) !== 0 || view.getUint32(start + 4) !== 0;
  return isKnown && hasSpi && length >= IKE_HEADER_BYTES && length <= left;
}

/** Where a copy is one packet that came twice, and not the same packet on two interfaces of a router. */
function isOnSameWire(a: IkeObserved, b: IkeObserved): boolean {
  return (
    a.flow.source === b.flow.source &&
    a.flow.destination === b.flow.destination &&
    a.ipPackets[0]?.hopLimit === b.ipPackets[0]?.hopLimit
  );
}

const isEncrypted = ({ payloads: [first] }: IkeMessage): boolean =>
  first?.type === PayloadType.SK || first?.type === PayloadType.SKF;

/** How much of a message is looked at: less than any first IP fragment and most snaplens leave of it. */
const FINGERPRINT_BYTES = 32;

/**
 * A number for what a message carries, which no NAT and no translator changes, and which neither a snaplen, a
 * lost IP fragment nor hiding whose packets they are takes away: of the Nonce where there is one (RFC 7296
 * §3.9), else of SK or SKF, which begin with an initialization vector and what it encrypts.
 */
function fingerprintOf(message: IkeMessage, view: DataView, start: number, end: number): number | null {
  let at = start + IKE_HEADER_BYTES;
  let bytes = Math.min(FINGERPRINT_BYTES, message.header.length - IKE_HEADER_BYTES);
  if (message.header.exchangeType === ExchangeType.IKE_SA_INIT) {
    const which = message.payloads.findIndex(({ type }) => type === PayloadType.Nonce);
    const nonce = message.payloads[which];
    // A refusal has none.
    if (nonce === undefined) return null;
    for (const before of message.payloads.slice(0, which)) at += before.bytes;
    at += PAYLOAD_HEADER_BYTES;
    bytes = Math.min(FINGERPRINT_BYTES, nonce.bytes - PAYLOAD_HEADER_BYTES);
  } else if (!isEncrypted(message)) return null;
  if (at + bytes > end) return null;
  return fold(view, at, at + bytes, bytes, 0);
}

/**
 * A number for the length, the first 64 and the last 32 bytes of a message, computed like FNV-1a but by
 * words. The last bytes of SK and SKF are the integrity check value, so that they differ in each message.
 */
function digestOf(view: DataView, start: number, end: number): number {
  const headEnd = Math.min(start + 64, end);
  return fold(view, start, headEnd, end - start, Math.max(headEnd, end - 32), end);
}

/** A number for two ranges of bytes, and another number. */
function fold(view: DataView, start: number, headEnd: number, seed: number, tail: number, end = headEnd) {
  let a = 0x811c9dc5 ^ seed;
  let b = 0x9dc5811c;
  for (let at = start; at < end; ) {
    if (at >= headEnd && at < tail) at = tail;
    // The last one to three bytes are taken one by one.
    const isWord = at + 4 <= end;
    const word = isWord ? view.getUint32(at) : view.getUint8(at);
    at += isWord ? 4 : 1;
    // The shift moves high bits down: a product alone only moves them up.
    a = Math.imul(a ^ word, 0x01000193);
    a ^= a >>> 15;
    b = Math.imul(b ^ word, 0x01000199);
    b ^= b >>> 15;
  }
  return (a >>> 0) * 0x200000 + ((b >>> 0) & 0x1fffff);
}

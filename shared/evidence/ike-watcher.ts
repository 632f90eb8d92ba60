import { Cursor, isWireError } from "../bytes/cursor.ts";
import type { CapturedFrame } from "../capture/frame.ts";
import { IKE_HEADER_BYTES, readIkeHeader } from "../ike/header.ts";
import { readIkeMessage } from "../ike/message.ts";
import { addressText } from "../packet/address.ts";
import { DUPLICATE_WINDOW_MS, type FragmentedDatagram } from "../packet/fragments.ts";
import { type IpFields, IpProtocol } from "../packet/ip.ts";
import { NON_ESP_MARKER_BYTES, UDP_HEADER_BYTES } from "../packet/sizes.ts";
import type { IkeObserved, IncompleteDatagram, IpPacket } from "./transcript.ts";

/** Where IKE is looked for beside 500 and 4500: on these ports, or wherever it looks like IKE. */
export type IkePorts = readonly number[] | "any";

export type WatchedKind = "ike" | "ike-behind-marker" | "esp" | "nat-keepalive" | "other";

const IKE_PORT = 500;
const NAT_TRAVERSAL_PORT = 4500;
const RECENT_MESSAGES = 64;

/** A UDP datagram of a joined or whole packet. */
export interface UdpDatagram {
  sourcePort: number;
  destinationPort: number;
  source: string;
  destination: string;
  /** What was captured of the bytes after the UDP header. */
  payload: Uint8Array;
  /** By the UDP Length field. */
  payloadBytes: number;
}

/** Reads a UDP header, RFC 768; 8 bytes must be there. */
export function readUdp(bytes: Uint8Array, view: DataView, ip: IpFields): UdpDatagram {
  const at = ip.payloadStart;
  const udpLength = view.getUint16(at + 4);
  const onWire = ip.payloadEnd - at + ip.cutBytes;
  // 0 is a jumbogram's or an offloading network card's; more than the packet holds is a lie.
  const length = udpLength >= UDP_HEADER_BYTES && udpLength <= onWire ? udpLength : onWire;
  return {
    sourcePort: view.getUint16(at),
    destinationPort: view.getUint16(at + 2),
    source: addressText(ip.family, bytes, ip.addresses),
    destination: addressText(ip.family, bytes, ip.addresses + (ip.family === 4 ? 4 : 16)),
    payload: bytes.subarray(at + UDP_HEADER_BYTES, Math.min(at + length, ip.payloadEnd)),
    payloadBytes: length - UDP_HEADER_BYTES,
  };
}

/** Finds IKE among UDP datagrams and tells copies of a message from retransmissions. */
export class IkeWatcher {
  readonly #ports: ReadonlySet<number>;
  readonly #anyPort: boolean;
  /** By digest of the message; the oldest first. */
  readonly #recent = new Map<string, { frame: number; timeMs: number }>();

  constructor(ports: IkePorts) {
    this.#anyPort = ports === "any";
    this.#ports = new Set(ports === "any" ? [] : ports);
  }

  /** What a UDP datagram carries, RFC 3948 §2; ports are all that is looked at for most. */
  kindOf(bytes: Uint8Array, view: DataView, ip: IpFields): WatchedKind {
    const at = ip.payloadStart;
    const source = view.getUint16(at);
    const destination = view.getUint16(at + 2);
    const start = at + UDP_HEADER_BYTES;
    const left = ip.payloadEnd - start;
    if (source === NAT_TRAVERSAL_PORT || destination === NAT_TRAVERSAL_PORT)
      return kindBehindMarker(bytes, view, start, left);
    if (source === IKE_PORT || destination === IKE_PORT) return left >= IKE_HEADER_BYTES ? "ike" : "other";
    if (this.#anyPort || this.#ports.has(source) || this.#ports.has(destination)) {
      if (looksLikeIke(view, start, left)) return "ike";
      const marked = left >= 4 && view.getUint32(start) === 0;
      if (marked && looksLikeIke(view, start + 4, left - 4)) return "ike-behind-marker";
    }
    return "other";
  }

  /** Reads the message; `null` when its header makes no sense. */
  read(
    frame: CapturedFrame,
    ip: IpFields,
    udp: UdpDatagram,
    ipPackets: IpPacket[],
    natTraversal: boolean,
  ): IkeObserved | null {
    const ikeBytes = natTraversal ? udp.payload.subarray(NON_ESP_MARKER_BYTES) : udp.payload;
    const message = readIkeMessage(ikeBytes);
    // Other protocols' datagrams on these ports: DNS to a client that chose port 500, say.
    if (isWireError(message) || message.header.majorVersion < 1 || message.header.majorVersion > 2)
      return null;
    const timeMs = frame.seconds * 1000 + frame.nanoseconds / 1e6;
    return {
      frame: frame.number,
      time: `${frame.seconds}.${String(Math.trunc(frame.nanoseconds)).padStart(9, "0")}`,
      timeMs,
      flow: {
        source: udp.source,
        destination: udp.destination,
        sourcePort: udp.sourcePort,
        destinationPort: udp.destinationPort,
      },
      natTraversal,
      udpPayloadBytes: udp.payloadBytes,
      duplicateOf: this.#findOriginal(ikeBytes, ip, frame.number, timeMs),
      ipPackets,
      message,
    };
  }

  /** A datagram of which parts are missing, with what its first fragment still tells. */
  toIncomplete(datagram: FragmentedDatagram): IncompleteDatagram {
    const { payload, protocol } = datagram;
    const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
    const hasUdp = protocol === IpProtocol.udp && payload.length >= UDP_HEADER_BYTES;
    const sourcePort = hasUdp ? view.getUint16(0) : null;
    const destinationPort = hasUdp ? view.getUint16(2) : null;
    const natTraversal = sourcePort === NAT_TRAVERSAL_PORT || destinationPort === NAT_TRAVERSAL_PORT;
    const isIke = natTraversal
      ? payload.length >= 12 && view.getUint32(8) === 0
      : sourcePort === IKE_PORT || destinationPort === IKE_PORT;
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
      udpPayloadBytes: hasUdp ? Math.max(view.getUint16(4) - UDP_HEADER_BYTES, 0) : null,
      ikeHeader: isIke ? findIkeHeader(payload.subarray(natTraversal ? 12 : 8)) : null,
      captureEndedFirst: false,
    };
  }

  /** The frame of which this one is a copy: the same message within milliseconds, whatever addresses it bears. */
  #findOriginal(ikeBytes: Uint8Array, ip: IpFields, frame: number, timeMs: number): number | null {
    // A file without a clock cannot tell a copy from a retransmission.
    if (timeMs === 0) return null;
    const digest = `${ip.family} ${digestOf(ikeBytes)}`;
    const seen = this.#recent.get(digest);
    if (seen !== undefined && Math.abs(timeMs - seen.timeMs) <= DUPLICATE_WINDOW_MS) return seen.frame;
    this.#recent.delete(digest);
    this.#recent.set(digest, { frame, timeMs });
    if (this.#recent.size > RECENT_MESSAGES) {
      const [oldest] = this.#recent.keys();
      if (oldest !== undefined) this.#recent.delete(oldest);
    }
    return null;
  }
}

function kindBehindMarker(bytes: Uint8Array, view: DataView, start: number, left: number): WatchedKind {
  if (left === 1 && bytes[start] === 0xff) return "nat-keepalive";
  if (left < NON_ESP_MARKER_BYTES) return "other";
  if (view.getUint32(start) !== 0) return "esp";
  return left >= NON_ESP_MARKER_BYTES + IKE_HEADER_BYTES ? "ike-behind-marker" : "other";
}

/** On a port that says nothing: an SPI, version 1.0 or 2.0, an exchange that exists, and a Length that is no more than is there. */
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

/** Length, header and the last 32 bytes: with SK and SKF the integrity check value is among them. */
function digestOf(ikeBytes: Uint8Array): string {
  const head = ikeBytes.subarray(0, 64);
  const tail = ikeBytes.subarray(Math.max(ikeBytes.length - 32, head.length));
  return `${ikeBytes.length} ${String.fromCharCode(...head)}${String.fromCharCode(...tail)}`;
}

function findIkeHeader(ikeBytes: Uint8Array): IncompleteDatagram["ikeHeader"] {
  try {
    return readIkeHeader(new Cursor(ikeBytes));
  } catch (error) {
    if (!isWireError(error)) throw error;
    return null;
  }
}

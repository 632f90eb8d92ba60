/** Takes out of a packet what tells whose it is. */
import { IKE_HEADER_BYTES, IKEV1_FLAG_ENCRYPTION, PAYLOAD_HEADER_BYTES } from "../ike/header.ts";
import {
  exchangeName,
  IKE_PORT,
  Ikev1PayloadType,
  NAT_TRAVERSAL_PORT,
  NotifyType,
  PayloadType,
} from "../ike/registry.ts";
import { ADDRESS_BYTES } from "../packet/address.ts";
import { isIcmpEcho, isIcmpError } from "../packet/icmp.ts";
import { findTunnelledIp, type IpFields, IpProtocol, newIpFields, readIp } from "../packet/ip.ts";
import type { AddressPseudonyms } from "../packet/pseudonyms.ts";
import {
  ESP_HEADER_BYTES,
  ICMP_HEADER_BYTES,
  NON_ESP_MARKER_BYTES,
  UDP_HEADER_BYTES,
} from "../packet/sizes.ts";

/** What is kept of a quoted packet behind its IP header: its ports, length and checksum. */
const QUOTED_TRANSPORT_BYTES = 8;
const IKE_PORTS = [IKE_PORT, NAT_TRAVERSAL_PORT];
/** IP in IP or GRE is pseudonymized one level deep, as the reader reads it. */
const MAX_TUNNEL_DEPTH = 1;

/** Payloads in the clear that name nobody; the content of all others is removed. */
const KEPT_PAYLOADS: ReadonlySet<number> = new Set([
  PayloadType.SA,
  PayloadType.KE,
  PayloadType.Nonce,
  PayloadType.V,
  PayloadType.SK,
  PayloadType.SKF,
]);
const KEPT_IKEV1_PAYLOADS: ReadonlySet<number> = new Set([
  Ikev1PayloadType.SA,
  Ikev1PayloadType.KE,
  Ikev1PayloadType.NONCE,
  Ikev1PayloadType.VID,
]);
/**
 * Notifies whose data name nobody. The data of NAT detection do: whoever tries all IPv4 addresses finds the
 * hashed one.
 */
const KEPT_NOTIFIES: ReadonlySet<number> = new Set([
  NotifyType.INVALID_KE_PAYLOAD,
  NotifyType.COOKIE,
  NotifyType.SIGNATURE_HASH_ALGORITHMS,
]);

/**
 * Takes out of an IP packet what tells whose it is. Addresses become pseudonyms, also in the packets that it
 * carries or quotes. These become zeros: identities, certificates and hashes of addresses in IKE's clear
 * text, IP options, IP fragments other than the first, and what ESP carries. No size changes. A checksum that
 * was right stays right. One that was wrong, or that covers bytes that are not there, becomes 0, for
 * addresses could be guessed from it.
 *
 * @param packet from its IP header to its end, as much of it as was captured; it is changed in place
 * @returns whether the packet could be read; if not, it must not be given to anybody
 */
export function pseudonymizePacket(packet: Uint8Array, pseudonyms: AddressPseudonyms): boolean {
  const view = new DataView(packet.buffer, packet.byteOffset, packet.byteLength);
  return new PacketPseudonymizer(packet, view, pseudonyms).packet(0, packet.length, 0);
}

/** Removes the MAC addresses of an Ethernet frame in GRE, RFC 7637 §3.2. @param inner where its IP begins */
function blankBridged(bytes: Uint8Array, view: DataView, gre: number, inner: number): void {
  if (view.getUint16(gre + 2) !== 0x6558) return;
  const ethernet = gre + greHeaderBytes(view, gre);
  bytes.fill(0, Math.min(ethernet, inner), Math.min(ethernet + 12, inner));
}

/**
 * Takes the MAC addresses out of a packet that is kept as it is otherwise: those of an Ethernet frame in GRE.
 *
 * @param packet from its IP header on; it is changed in place
 * @returns whether the packet could be read
 */
export function blankBridgedAddresses(packet: Uint8Array): boolean {
  const view = new DataView(packet.buffer, packet.byteOffset, packet.byteLength);
  const ip = newIpFields();
  if (!readIp(ip, view, 0, packet.length)) return false;
  if (ip.protocol !== IpProtocol.gre || ip.isIpFragment) return true;
  const inner = findTunnelledIp(ip.protocol, view, ip.payloadStart, ip.payloadEnd);
  if (inner >= 0) blankBridged(packet, view, ip.payloadStart, inner);
  return true;
}

/** The sums of what a checksum covers beside the packet's own bytes, before and after the change. */
interface PseudoHeader {
  before: number;
  after: number;
}

/** A checksum at `at` of the bytes from `start` to `end`. */
interface Checksum {
  at: number;
  start: number;
  end: number;
  /** Whether these are all the bytes that it covers; if not, nobody can tell whether it is right. */
  isAllThere: boolean;
  pseudoHeader?: PseudoHeader;
}

/** Works on one packet, in place. */
class PacketPseudonymizer {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #pseudonyms: AddressPseudonyms;

  constructor(bytes: Uint8Array, view: DataView, pseudonyms: AddressPseudonyms) {
    this.#bytes = bytes;
    this.#view = view;
    this.#pseudonyms = pseudonyms;
  }

  packet(start: number, end: number, depth: number): boolean {
    const ip = newIpFields();
    if (end - start < 20 || !readIp(ip, this.#view, start, end)) return false;
    const addressesBefore = this.#addressSum(ip);
    this.#header(ip);
    this.#payload(ip, addressesBefore, depth);
    this.#bytes.fill(0, ip.payloadEnd, end);
    return true;
  }

  #payload(ip: IpFields, addressesBefore: number, depth: number): void {
    const { payloadStart: at, payloadEnd: end } = ip;
    if (ip.fragmentOffset > 0) {
      this.#bytes.fill(0, at, end);
      return;
    }
    switch (ip.protocol) {
      case IpProtocol.udp:
        this.#udp(ip, addressesBefore);
        return;
      case IpProtocol.esp:
        // With NULL encryption, clear text follows the header.
        this.#bytes.fill(0, Math.min(at + ESP_HEADER_BYTES, end), end);
        return;
      case IpProtocol.icmp:
      case IpProtocol.icmpv6:
        if (!ip.isIpFragment) {
          this.#icmp(ip, addressesBefore);
          return;
        }
        break;
      case IpProtocol.ipip:
      case IpProtocol.ipv6:
      case IpProtocol.gre: {
        const inner = findTunnelledIp(ip.protocol, this.#view, at, end);
        if (inner >= 0 && !ip.isIpFragment && depth < MAX_TUNNEL_DEPTH) {
          const hasChecksum = ip.protocol === IpProtocol.gre && (this.#view.getUint16(at) & 0x8000) !== 0;
          const checksum = hasChecksum ? { at: at + 4, start: at, end, isAllThere: ip.cutBytes === 0 } : null;
          this.#keepingChecksum(checksum, () => {
            if (ip.protocol === IpProtocol.gre) blankBridged(this.#bytes, this.#view, at, inner);
            if (!this.packet(inner, end, depth + 1)) this.#bytes.fill(0, inner, end);
          });
          return;
        }
      }
    }
    this.#bytes.fill(0, at, end);
  }

  #udp(ip: IpFields, addressesBefore: number): void {
    const { payloadStart: at, payloadEnd } = ip;
    if (payloadEnd - at < UDP_HEADER_BYTES) {
      this.#bytes.fill(0, at, payloadEnd);
      return;
    }
    const length = this.#view.getUint16(at + 4);
    const end = length >= UDP_HEADER_BYTES ? Math.min(at + length, payloadEnd) : payloadEnd;
    this.#bytes.fill(0, end, payloadEnd);
    const checksum = {
      at: at + 6,
      start: at,
      end,
      isAllThere: end === at + length && this.#view.getUint16(at + 6) !== 0,
      pseudoHeader: this.#pseudoHeader(ip, addressesBefore, length),
    };
    this.#keepingChecksum(checksum, () => this.#udpPayload(at, end, length - UDP_HEADER_BYTES));
  }

  /** @param length bytes of the whole payload on the wire */
  #udpPayload(at: number, end: number, length: number): void {
    const start = at + UDP_HEADER_BYTES;
    const ports = [this.#view.getUint16(at), this.#view.getUint16(at + 2)];
    if (!ports.some((port) => IKE_PORTS.includes(port))) {
      this.#bytes.fill(0, start, end);
      return;
    }
    if (!ports.includes(NAT_TRAVERSAL_PORT)) {
      this.#ike(start, end, length);
      return;
    }
    // RFC 3948 §2: what follows is a keepalive, IKE behind the marker, or ESP.
    if (end - start < NON_ESP_MARKER_BYTES) return;
    if (this.#view.getUint32(start) === 0)
      this.#ike(start + NON_ESP_MARKER_BYTES, end, length - NON_ESP_MARKER_BYTES);
    else this.#bytes.fill(0, Math.min(start + ESP_HEADER_BYTES, end), end);
  }

  /**
   * Keeps the IKE header, and of the payloads in the clear what names nobody: RFC 7296 §3 and RFC 2408 §3.
   */
  #ike(start: number, end: number, datagramBytes: number): void {
    if (end - start < IKE_HEADER_BYTES || !isIke(this.#view, start, datagramBytes)) {
      this.#bytes.fill(0, start, end);
      return;
    }
    const isIkev1 = this.#view.getUint8(start + 17) >> 4 === 1;
    const messageEnd = Math.min(start + this.#view.getUint32(start + 24), end);
    // A vendor's fragment has this flag too, but may belong to a message in the clear.
    const isEncrypted = isIkev1 && (this.#view.getUint8(start + 19) & IKEV1_FLAG_ENCRYPTION) !== 0;
    if (isEncrypted && this.#view.getUint8(start + 16) !== Ikev1PayloadType.FRAG) {
      this.#bytes.fill(0, Math.max(messageEnd, start + IKE_HEADER_BYTES), end);
      return;
    }
    let at = start + IKE_HEADER_BYTES;
    for (let type = this.#view.getUint8(start + 16); type !== PayloadType.NONE; ) {
      if (messageEnd - at < PAYLOAD_HEADER_BYTES) break;
      const nextPayload = this.#view.getUint8(at);
      const length = this.#view.getUint16(at + 2);
      if (length < PAYLOAD_HEADER_BYTES) {
        // The reader stops here too, and says what it read.
        at += PAYLOAD_HEADER_BYTES;
        break;
      }
      const bodyEnd = Math.min(at + length, messageEnd);
      const kept = keptBytes(this.#view, isIkev1, type, at + PAYLOAD_HEADER_BYTES, bodyEnd);
      this.#bytes.fill(0, Math.min(at + PAYLOAD_HEADER_BYTES + kept, bodyEnd), bodyEnd);
      at = bodyEnd;
      const isLast = isIkev1
        ? type === Ikev1PayloadType.FRAG
        : type === PayloadType.SK || type === PayloadType.SKF;
      type = isLast ? PayloadType.NONE : nextPayload;
    }
    this.#bytes.fill(0, Math.min(at, end), end);
  }

  #icmp(ip: IpFields, addressesBefore: number): void {
    const { payloadStart: at, payloadEnd: end } = ip;
    if (end - at < ICMP_HEADER_BYTES) {
      this.#bytes.fill(0, at, end);
      return;
    }
    const isIcmpv6 = ip.protocol === IpProtocol.icmpv6;
    const checksum = {
      at: at + 2,
      start: at,
      end,
      isAllThere: ip.cutBytes === 0,
      ...(isIcmpv6 ? { pseudoHeader: this.#pseudoHeader(ip, addressesBefore, end - at) } : {}),
    };
    this.#keepingChecksum(checksum, () => {
      const type = this.#view.getUint8(at);
      const quote = at + ICMP_HEADER_BYTES;
      const isError = isIcmpError(ip.family, type);
      // A Redirect has the address of a router here.
      if (!isError && !isIcmpEcho(ip.family, type)) this.#bytes.fill(0, at + 4, quote);
      if (!isError || !this.#quote(ip.family, quote, end)) this.#bytes.fill(0, quote, end);
    });
  }

  /** Keeps as much of the packet that an ICMP error quotes as says what it was. */
  #quote(family: 4 | 6, start: number, end: number): boolean {
    const ip = newIpFields();
    if (end - start < 20 || this.#view.getUint8(start) >> 4 !== family || !readIp(ip, this.#view, start, end))
      return false;
    this.#header(ip);
    const { payloadStart: at } = ip;
    const isUdp = ip.protocol === IpProtocol.udp;
    const hasPorts = (isUdp || ip.protocol === IpProtocol.tcp) && ip.fragmentOffset === 0;
    const keptEnd = Math.min(at + (hasPorts ? QUOTED_TRANSPORT_BYTES : 0), end);
    // The checksum of UDP covers bytes that are not quoted.
    this.#bytes.fill(0, isUdp ? Math.min(at + 6, keptEnd) : keptEnd, end);
    return true;
  }

  /** Replaces the addresses, and removes options and extension headers, which may hold more of them. */
  #header(ip: IpFields): void {
    const checksum =
      ip.family === 4 ? { at: ip.start + 10, start: ip.start, end: ip.payloadStart, isAllThere: true } : null;
    this.#keepingChecksum(checksum, () => {
      this.#pseudonyms.replace(ip.family, this.#bytes, ip.addresses);
      this.#pseudonyms.replace(ip.family, this.#bytes, ip.addresses + ADDRESS_BYTES[ip.family]);
      if (ip.family === 4) this.#bytes.fill(IPV4_NO_OPERATION, ip.start + 20, ip.payloadStart);
      else this.#blankExtensionHeaders(ip.start, ip.payloadStart);
    });
  }

  /** RFC 8200 §4: options become Pad1, the addresses of a Routing header `::`; types and lengths stay. */
  #blankExtensionHeaders(start: number, payloadStart: number): void {
    let type = this.#view.getUint8(start + 6);
    for (let at = start + 40; at + 8 <= payloadStart; ) {
      const isFragment = type === 44;
      const isAuthentication = type === IpProtocol.ah;
      const length = this.#view.getUint8(at + 1);
      const bytes = isFragment ? 8 : isAuthentication ? (length + 2) * 4 : (length + 1) * 8;
      // The type and Segments Left of a Routing header stay.
      const blankFrom = isFragment || isAuthentication ? bytes : type === 43 ? 4 : 2;
      this.#bytes.fill(0, Math.min(at + blankFrom, payloadStart), Math.min(at + bytes, payloadStart));
      type = this.#view.getUint8(at);
      at += bytes;
    }
  }

  #addressSum({ addresses, family }: IpFields): number {
    return this.#sum(addresses, addresses + 2 * ADDRESS_BYTES[family]);
  }

  /** What a checksum of UDP or ICMPv6 covers beside its packet, RFC 768 and RFC 8200 §8.1. */
  #pseudoHeader(ip: IpFields, addressesBefore: number, length: number): PseudoHeader {
    const rest = ip.protocol + length;
    return { before: addressesBefore + rest, after: this.#addressSum(ip) + rest };
  }

  /** Makes a change to what a checksum covers, and corrects the checksum if it was right. */
  #keepingChecksum(checksum: Checksum | null, change: () => void): void {
    if (checksum === null) {
      change();
      return;
    }
    const { at, start, end, isAllThere, pseudoHeader } = checksum;
    const wasRight = isAllThere && folded(this.#sum(start, end) + (pseudoHeader?.before ?? 0)) === 0xffff;
    change();
    this.#view.setUint16(at, 0);
    if (!wasRight) return;
    const value = ~folded(this.#sum(start, end) + (pseudoHeader?.after ?? 0)) & 0xffff;
    // With a pseudo-header, 0 means that there is no checksum.
    this.#view.setUint16(at, value === 0 && pseudoHeader !== undefined ? 0xffff : value);
  }

  #sum(start: number, end: number): number {
    let sum = 0;
    for (let at = start; at < end; at += 2) {
      sum += ((this.#bytes[at] ?? 0) << 8) | (at + 1 < end ? (this.#bytes[at + 1] ?? 0) : 0);
    }
    return folded(sum);
  }
}

/**
 * Whether a header is of IKE, whatever the port: of another protocol, text would stay in it. Its Length is
 * that of the datagram, or its version and exchange type exist and its Length is that of a message: text has
 * no zeros there.
 */
function isIke(view: DataView, start: number, datagramBytes: number): boolean {
  const version = view.getUint8(start + 17);
  const exchangeType = view.getUint8(start + 18);
  const length = view.getUint32(start + 24);
  const isKnown =
    (version === 0x20 || version === 0x10) &&
    exchangeName(version >> 4, exchangeType) !== `unknown(${exchangeType})`;
  return length === datagramBytes || (isKnown && length <= 0xffff);
}

/** The IPv4 option that does nothing, RFC 791 §3.1. */
const IPV4_NO_OPERATION = 1;

/** How many bytes of a payload's body are kept. */
function keptBytes(view: DataView, isIkev1: boolean, type: number, at: number, end: number): number {
  if (isIkev1) {
    if (KEPT_IKEV1_PAYLOADS.has(type)) return end - at;
    // DOI, Protocol-ID, SPI Size and type of a Notify; the numbers of a fragment.
    if (type === Ikev1PayloadType.N) return 8;
    return type === Ikev1PayloadType.FRAG ? 4 : 0;
  }
  if (KEPT_PAYLOADS.has(type)) return end - at;
  if (type !== PayloadType.N || end - at < 4) return 0;
  // The SPI is removed: only the sender says how long it is, and data may hide behind it.
  return KEPT_NOTIFIES.has(view.getUint16(at + 2)) ? end - at : 4;
}

/**
 * Bytes of a GRE header without the routing field, which is not read: RFC 2784 §2, RFC 2890 §2, RFC 2637
 * §4.1.
 */
function greHeaderBytes(view: DataView, at: number): number {
  const flags = view.getUint16(at);
  const optional = (flags & 7) === 1 ? [0x8000, 0x2000, 0x1000, 0x0080] : [0x8000, 0x2000, 0x1000];
  return 4 + optional.filter((flag) => (flags & flag) !== 0).length * 4;
}

/** The one's complement sum of 16 bits, RFC 1071 §1: carries are added at the low end. */
function folded(sum: number): number {
  let left = sum;
  while (left > 0xffff) left = (left & 0xffff) + Math.floor(left / 0x10000);
  return left;
}

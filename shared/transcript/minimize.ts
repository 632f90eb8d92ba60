/** Writes what a diagnosis needs of a capture, and nothing else of it. */
import { concatBytes } from "../bytes/concat.ts";
import type { CapturedFrame } from "../capture/frame.ts";
import { type CaptureEnd, type FrameToWrite, PcapngWriter } from "../capture/write.ts";
import { IKE_PORT, NAT_TRAVERSAL_PORT } from "../ike/registry.ts";
import { ADDRESS_BYTES } from "../packet/address.ts";
import { IpProtocol, newIpFields, readIp } from "../packet/ip.ts";
import { findIp, LinkType } from "../packet/link.ts";
import {
  ESP_HEADER_BYTES,
  ICMP_HEADER_BYTES,
  IPV6_FRAGMENT_HEADER_BYTES,
  MIN_IP_HEADER_BYTES,
  NON_ESP_MARKER_BYTES,
  UDP_HEADER_BYTES,
} from "../packet/sizes.ts";
import type { PacketInHand, PacketKind } from "./packet-in-hand.ts";
import { blankBridgedAddresses } from "./pseudonymize.ts";

/**
 * How much is kept behind an IP header whose payload is not wanted: what an ICMP error quotes at least, RFC
 * 792. It ends before any content: a header of UDP or ICMP, the SPI and number of ESP, the ports of TCP.
 */
const KEPT_TRANSPORT_BYTES = 8;
/** How many datagrams are remembered whose later IP fragments are no IKE. */
const MOST_OTHERS = 4096;
const KEPT_IPV6_QUOTE_BYTES = MIN_IP_HEADER_BYTES[6] + IPV6_FRAGMENT_HEADER_BYTES;
const CHUNK_BYTES = 65_536;

/** Changes an IP packet in place, from its header on, and returns whether the packet may be kept. */
export type RewritePacket = (packet: Uint8Array) => boolean;

/**
 * Writes the packets that matter as pcapng. IKE, and IP fragments that may be IKE, are kept whole; of ESP,
 * ICMP and other IP fragments the headers are kept. Frames begin with the IP header, so that there are no MAC
 * addresses. Original lengths stay. The reader is given `onPacket`, and `end` is called when the capture is
 * read.
 *
 * A later IP fragment of UDP that comes before the first one cannot be told from one of IKE, and stays whole.
 */
export class Minimizer {
  readonly #emit: (bytes: Uint8Array) => void;
  readonly #writer = new PcapngWriter();
  #parts: Uint8Array[] = [];
  #partsBytes = 0;
  readonly #rewrite: RewritePacket | null;
  readonly #keepsFrameNumbers: boolean;
  /** Datagrams that are no IKE, of whose IP fragments the first one came. */
  readonly #others = new Set<string>();

  /**
   * @param emit gets the file chunk by chunk
   * @param rewrite hides whose packets they are
   * @param options `frameNumbers`: each packet keeps its frame number in the capture that is read, as its
   *   packet ID
   */
  constructor(
    emit: (bytes: Uint8Array) => void,
    rewrite: RewritePacket | null = null,
    { frameNumbers = false }: { frameNumbers?: boolean } = {},
  ) {
    this.#emit = emit;
    this.#rewrite = rewrite;
    this.#keepsFrameNumbers = frameNumbers;
  }

  /** Takes a packet from the reader. */
  readonly onPacket = (kind: PacketKind, packet: PacketInHand): void => {
    const blankFrom = kind === "ip-fragment" ? this.#contentOf(packet) : Number.POSITIVE_INFINITY;
    this.#keep(packet.frame, keptEnd(kind, packet), blankFrom);
  };

  /** Where in an IP fragment of UDP the content begins that is no IKE: what a VPN or a program carried. */
  #contentOf({ ip, view, bytes }: PacketInHand): number {
    if (ip.protocol !== IpProtocol.udp) return Number.POSITIVE_INFINITY;
    const addresses = bytes.subarray(ip.addresses, ip.addresses + 2 * ADDRESS_BYTES[ip.family]);
    const datagram = `${ip.identification} ${addresses.join(".")}`;
    if (ip.fragmentOffset > 0) return this.#others.has(datagram) ? ip.payloadStart : Number.POSITIVE_INFINITY;
    const content = contentOfUdp(view, ip.payloadStart, ip.payloadEnd);
    // A number is used again for another datagram.
    this.#others.delete(datagram);
    if (content === Number.POSITIVE_INFINITY) return content;
    if (this.#others.size >= MOST_OTHERS) this.#others.clear();
    this.#others.add(datagram);
    return content;
  }

  /**
   * Writes what is left; a capture without any packet that matters becomes a file without frames.
   *
   * @param whole how the whole capture ended: how long an answer was waited for is part of the evidence, and
   * the packets that show it may not be kept
   */
  end(whole: CaptureEnd | null = null): void {
    this.#add(this.#writer.end(whole));
    this.#flush();
  }

  #keep(frame: CapturedFrame, end: number, blankFrom: number): void {
    const kept = withoutLink(frame, end, blankFrom, this.#rewrite ?? blankBridgedAddresses);
    if (kept === null) return;
    const { interfaceId, seconds, nanoseconds, number } = frame;
    const packetId = this.#keepsFrameNumbers ? { packetId: number } : {};
    this.#add(this.#writer.write({ ...kept, interfaceId, seconds, nanoseconds, ...packetId }));
  }

  #add(bytes: Uint8Array): void {
    this.#parts.push(bytes);
    this.#partsBytes += bytes.length;
    if (this.#partsBytes >= CHUNK_BYTES) this.#flush();
  }

  #flush(): void {
    if (this.#partsBytes > 0) this.#emit(concatBytes(this.#parts));
    this.#parts = [];
    this.#partsBytes = 0;
  }
}

/** Where what is kept of a packet ends; the frame may end before it. */
function keptEnd(kind: PacketKind, { frame, ip }: PacketInHand): number {
  switch (kind) {
    case "ike":
    case "nat-keepalive":
      return frame.end;
    case "ip-fragment":
      // UDP may be IKE, whose fragments are wanted whole; of other protocols the header tells enough, and a
      // later fragment has content alone, as the first one of a tunnel may have.
      if (ip.protocol === IpProtocol.udp) return frame.end;
      return ip.payloadStart + (ip.fragmentOffset > 0 || isTunnel(ip.protocol) ? 0 : KEPT_TRANSPORT_BYTES);
    case "esp":
      // Nothing behind its header is read, and without encryption it is what the VPN carried.
      return ip.payloadStart + ESP_HEADER_BYTES + (ip.protocol === IpProtocol.udp ? UDP_HEADER_BYTES : 0);
    case "icmp-echo":
      return ip.payloadStart + ICMP_HEADER_BYTES;
    case "icmp-error": {
      // The quoted packet's headers tell its size and its ports; what it carries belongs to somebody.
      const quote = ip.payloadStart + ICMP_HEADER_BYTES;
      const headerBytes = ip.family === 6 ? KEPT_IPV6_QUOTE_BYTES : ((frame.bytes[quote] ?? 0) & 0x0f) * 4;
      return quote + headerBytes + (isLaterFragment(frame, quote) ? 0 : KEPT_TRANSPORT_BYTES);
    }
  }
}

const isTunnel = (protocol: number): boolean =>
  protocol === IpProtocol.gre || protocol === IpProtocol.ipip || protocol === IpProtocol.ipv6;

/** Whether the packet that an ICMP error quotes is an IP fragment other than the first one. */
function isLaterFragment({ bytes, end }: CapturedFrame, quote: number): boolean {
  const u16 = (at: number): number => (at + 2 <= end ? ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0) : 0);
  if ((bytes[quote] ?? 0) >> 4 === 4) return (u16(quote + 6) & 0x1fff) > 0;
  return bytes[quote + 6] === IPV6_FRAGMENT_HEADER && u16(quote + MIN_IP_HEADER_BYTES[6] + 2) >> 3 > 0;
}
/** IANA "Internet Protocol Numbers", RFC 8200 §4.5. */
const IPV6_FRAGMENT_HEADER = 44;

/**
 * Where the content begins of a UDP datagram that is no IKE, by its first IP fragment; infinity: it may be
 * IKE. On port 4500 what has no non-ESP marker is ESP, RFC 3948 §2.
 */
function contentOfUdp(view: DataView, at: number, end: number): number {
  if (end - at < UDP_HEADER_BYTES) return Number.POSITIVE_INFINITY;
  const ports = [view.getUint16(at), view.getUint16(at + 2)];
  const content = at + UDP_HEADER_BYTES;
  if (ports.includes(NAT_TRAVERSAL_PORT))
    return end - content >= NON_ESP_MARKER_BYTES && view.getUint32(content) !== 0
      ? content + ESP_HEADER_BYTES
      : Number.POSITIVE_INFINITY;
  return ports.includes(IKE_PORT) ? Number.POSITIVE_INFINITY : content;
}

/** The IP packet of a frame, rewritten; `null` when it makes no sense or may not be kept. */
function withoutLink(
  frame: CapturedFrame,
  end: number,
  blankFrom: number,
  rewrite: RewritePacket,
): Pick<FrameToWrite, "linkType" | "bytes" | "originalLength"> | null {
  const start = findIp(frame.linkType, frame.view, frame.start, frame.end);
  const ip = newIpFields();
  if (start < 0 || !readIp(ip, frame.view, start, frame.end)) return null;
  // An Ethernet frame may be filled up with anything behind the packet.
  const bytes = frame.bytes.slice(start, Math.min(end, ip.payloadEnd));
  if (blankFrom - start < bytes.length) bytes.fill(0, blankFrom - start);
  if (!rewrite(bytes)) return null;
  return { linkType: LinkType.raw, bytes, originalLength: Math.max(ip.ipBytes, bytes.length) };
}

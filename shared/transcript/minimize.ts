/** Writes what a diagnosis needs of a capture, and nothing else of it. */
import { concatBytes } from "../bytes/concat.ts";
import type { CapturedFrame } from "../capture/frame.ts";
import { type CaptureEnd, type FrameToWrite, PcapngWriter } from "../capture/write.ts";
import { IpProtocol, newIpFields, readIp } from "../packet/ip.ts";
import { findIp, LinkType } from "../packet/link.ts";
import { ICMP_HEADER_BYTES, IPV6_FRAGMENT_HEADER_BYTES, MIN_IP_HEADER_BYTES } from "../packet/sizes.ts";
import type { PacketInHand, PacketKind } from "./packet-in-hand.ts";

/** How much of ESP is kept: only its header is read, and all behind it is encrypted. */
const KEPT_ESP_BYTES = 64;
/**
 * How much is kept behind an IP header whose payload is not wanted: what an ICMP error quotes at least, RFC
 * 792.
 */
const KEPT_TRANSPORT_BYTES = 8;
const KEPT_IPV6_QUOTE_BYTES = MIN_IP_HEADER_BYTES[6] + IPV6_FRAGMENT_HEADER_BYTES;
const CHUNK_BYTES = 65_536;

/** Changes an IP packet in place, from its header on, and returns whether the packet may be kept. */
export type RewritePacket = (packet: Uint8Array) => boolean;

/**
 * Writes the packets that matter as pcapng. IKE, and IP fragments that may be IKE, are kept whole; of ESP,
 * ICMP and other IP fragments the headers are kept. Original lengths stay. The reader is given `onPacket`,
 * and `end` is called when the capture is read.
 */
export class Minimizer {
  readonly #emit: (bytes: Uint8Array) => void;
  readonly #writer = new PcapngWriter();
  #parts: Uint8Array[] = [];
  #partsBytes = 0;
  readonly #rewrite: RewritePacket | null;
  readonly #keepsFrameNumbers: boolean;

  /**
   * @param emit gets the file chunk by chunk
   * @param rewrite hides whose packets they are; frames then begin with the IP header, and so have no MAC
   *   addresses
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
    this.#keep(packet.frame, keptEnd(kind, packet));
  };

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

  #keep(frame: CapturedFrame, end: number): void {
    const kept =
      this.#rewrite === null
        ? {
            linkType: frame.linkType,
            bytes: frame.bytes.subarray(frame.start, Math.min(end, frame.end)),
            originalLength: frame.originalLength,
          }
        : rewritten(frame, end, this.#rewrite);
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
      // UDP may be IKE, whose fragments are wanted whole; of other protocols the header tells enough.
      return ip.protocol === IpProtocol.udp ? frame.end : ip.payloadStart + KEPT_TRANSPORT_BYTES;
    case "esp":
      return ip.payloadStart + KEPT_ESP_BYTES;
    case "icmp-echo":
      return ip.payloadStart + ICMP_HEADER_BYTES;
    case "icmp-error": {
      // The quoted packet's headers tell its size and its ports; what it carries belongs to somebody.
      const quote = ip.payloadStart + ICMP_HEADER_BYTES;
      const headerBytes = ip.family === 6 ? KEPT_IPV6_QUOTE_BYTES : ((frame.bytes[quote] ?? 0) & 0x0f) * 4;
      return quote + headerBytes + KEPT_TRANSPORT_BYTES;
    }
  }
}

/** The IP packet of a frame, rewritten; `null` when it makes no sense or may not be kept. */
function rewritten(
  frame: CapturedFrame,
  end: number,
  rewrite: RewritePacket,
): Pick<FrameToWrite, "linkType" | "bytes" | "originalLength"> | null {
  const start = findIp(frame.linkType, frame.view, frame.start, frame.end);
  const ip = newIpFields();
  if (start < 0 || !readIp(ip, frame.view, start, frame.end)) return null;
  // An Ethernet frame may be filled up with anything behind the packet.
  const bytes = frame.bytes.slice(start, Math.min(end, ip.payloadEnd));
  if (!rewrite(bytes)) return null;
  return { linkType: LinkType.raw, bytes, originalLength: Math.max(ip.ipBytes, bytes.length) };
}

import { concatBytes } from "../bytes/concat.ts";
import type { CapturedFrame } from "../capture/frame.ts";
import { type FrameToWrite, PcapngWriter } from "../capture/write.ts";
import { type IpFields, IpProtocol, newIpFields, readIp } from "../packet/ip.ts";
import { findIp, LinkType } from "../packet/link.ts";

/** What stays of ESP: all of it is encrypted, and its header is what is read. */
const KEPT_ESP_BYTES = 64;
/** ICMP's own header; of what it quotes or echoes the least that RFC 792 has it quote: an IP header and 8 bytes. */
const ICMP_HEADER_BYTES = 8;
const KEPT_TRANSPORT_BYTES = 8;
/** An IPv6 header, and a Fragment header. */
const KEPT_IPV6_QUOTE_BYTES = 48;
const CHUNK_BYTES = 65_536;

/** Changes an IP packet in place, from its header on; answers whether it may be kept. */
export type RewritePacket = (packet: Uint8Array) => boolean;

/** Writes what a diagnosis needs of a capture, as pcapng, and drops the rest; original lengths stay. */
export class Minimizer {
  readonly #emit: (bytes: Uint8Array) => void;
  readonly #writer = new PcapngWriter();
  #parts: Uint8Array[] = [];
  #partsBytes = 0;
  #lastFrame = 0;
  readonly #rewrite: RewritePacket | null;

  /** @param rewrite hides whose packets they are; frames are then without their link layer's header, and so without MAC addresses */
  constructor(emit: (bytes: Uint8Array) => void, rewrite: RewritePacket | null = null) {
    this.#emit = emit;
    this.#rewrite = rewrite;
  }

  keepWhole(frame: CapturedFrame): void {
    this.#keep(frame, frame.end);
  }

  /** ESP's SPI and Sequence Number, and some of what is encrypted. */
  keepEsp(frame: CapturedFrame, ip: IpFields): void {
    this.#keep(frame, ip.payloadStart + KEPT_ESP_BYTES);
  }

  keepEcho(frame: CapturedFrame, ip: IpFields): void {
    this.#keep(frame, ip.payloadStart + ICMP_HEADER_BYTES);
  }

  /** The error and the quoted packet's headers: what the quote carries is someone's. */
  keepIcmpError(frame: CapturedFrame, ip: IpFields): void {
    const quote = ip.payloadStart + ICMP_HEADER_BYTES;
    const headerBytes = ip.family === 6 ? KEPT_IPV6_QUOTE_BYTES : ((frame.bytes[quote] ?? 0) & 0x0f) * 4;
    this.#keep(frame, quote + headerBytes + KEPT_TRANSPORT_BYTES);
  }

  /** UDP may be IKE, whose fragments are wanted whole; of other protocols the header tells enough. */
  keepFragment(frame: CapturedFrame, ip: IpFields): void {
    this.#keep(frame, ip.protocol === IpProtocol.udp ? frame.end : ip.payloadStart + KEPT_TRANSPORT_BYTES);
  }

  end(): void {
    this.#add(this.#writer.end());
    this.#flush();
  }

  #keep(frame: CapturedFrame, end: number): void {
    // A fragment in a tunnel passes here twice.
    if (frame.number === this.#lastFrame) return;
    this.#lastFrame = frame.number;
    const kept =
      this.#rewrite === null
        ? {
            linkType: frame.linkType,
            bytes: frame.bytes.subarray(frame.start, Math.min(end, frame.end)),
            originalLength: frame.originalLength,
          }
        : rewritten(frame, end, this.#rewrite);
    if (kept === null) return;
    const { interfaceId, seconds, nanoseconds } = frame;
    this.#add(this.#writer.write({ ...kept, interfaceId, seconds, nanoseconds }));
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

/** The frame's IP packet, rewritten; `null` when it makes no sense. */
function rewritten(
  frame: CapturedFrame,
  end: number,
  rewrite: RewritePacket,
): Pick<FrameToWrite, "linkType" | "bytes" | "originalLength"> | null {
  const start = findIp(frame.linkType, frame.view, frame.start, frame.end);
  const ip = newIpFields();
  if (start < 0 || !readIp(ip, frame.view, start, frame.end)) return null;
  // What an Ethernet frame is filled up with may be anything.
  const bytes = frame.bytes.slice(start, Math.min(end, ip.payloadEnd));
  if (!rewrite(bytes)) return null;
  return { linkType: LinkType.raw, bytes, originalLength: Math.max(ip.ipBytes, bytes.length) };
}

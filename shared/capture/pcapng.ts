/** The pcapng format. */
import type { CaptureDamage, CapturedFrame, FormatParser } from "./frame.ts";
import { MAX_BLOCK_BYTES, MAX_PACKET_BYTES } from "./frame.ts";

/** Block types, draft-ietf-opsawg-pcapng §10.1. */
export const BlockType = {
  sectionHeader: 0x0a0d0d0a,
  interfaceDescription: 1,
  packet: 2,
  simplePacket: 3,
  interfaceStatistics: 5,
  enhancedPacket: 6,
} as const;
/** A Section Header Block has this number in the byte order of its section. */
export const BYTE_ORDER_MAGIC = 0x1a2b3c4d;

/** One interface of the current section. */
interface CaptureInterface {
  linkType: number;
  snaplen: number;
  /** How many units of time a second has. */
  unitsPerSecond: bigint;
  offsetSeconds: number;
  /** The number of the interface, counted over all sections. */
  globalId: number;
  /** Lost packets: as the last statistics block says, and as packet blocks say. */
  droppedByStatistics: number | null;
  droppedByPackets: number | null;
}

const MICROSECONDS = 1_000_000n;
const NANOSECONDS = 1_000_000_000n;
/** More interfaces than any machine has; each costs memory. */
const MAX_INTERFACES = 4096;

/** Reads pcapng, draft-ietf-opsawg-pcapng: sections, interfaces, and the packet blocks of all three kinds. */
export class PcapngParser implements FormatParser {
  readonly format = "pcapng";
  need = 12;
  skip = 0;
  damage: CaptureDamage | null = null;
  readonly #frame: CapturedFrame;
  readonly #onFrame: (frame: CapturedFrame) => void;
  #littleEndian = true;
  #interfaces: CaptureInterface[] = [];
  #interfacesBefore = 0;
  #endedAtMs: number | null = null;
  #received: number | null = null;
  #droppedBefore: number | null = null;

  constructor(frame: CapturedFrame, onFrame: (frame: CapturedFrame) => void) {
    this.#frame = frame;
    this.#onFrame = onFrame;
  }

  dropped(): number | null {
    return this.#interfaces.reduce<number | null>(
      (sum, { droppedByStatistics, droppedByPackets }) =>
        addCounts(sum, droppedByStatistics ?? droppedByPackets),
      this.#droppedBefore,
    );
  }

  endedAtMs(): number | null {
    return this.#endedAtMs;
  }

  received(): number | null {
    return this.#received;
  }

  consume(bytes: Uint8Array, view: DataView, start: number, end: number, base: number): number {
    let at = start;
    const frame = this.#frame;
    frame.bytes = bytes;
    frame.view = view;
    while (this.damage === null) {
      if (end - at < 12) {
        this.need = 12;
        break;
      }
      const type = view.getUint32(at, this.#littleEndian);
      if (type === BlockType.sectionHeader && !this.#beginSection(view, at, base)) break;
      const declaredBytes = view.getUint32(at + 4, this.#littleEndian);
      // Some writers forget to count the padding to 4 bytes.
      const blockBytes = Math.ceil(declaredBytes / 4) * 4;
      if (declaredBytes < 12 || declaredBytes > MAX_BLOCK_BYTES) {
        const state = `its length is ${declaredBytes}, which is not in 12 to ${MAX_BLOCK_BYTES}`;
        this.damage = { byteOffset: base + at, message: `Cannot read the pcapng block: ${state}` };
        break;
      }
      if (!isRead(type)) {
        if (end - at < blockBytes) {
          this.skip = blockBytes - (end - at);
          return end;
        }
        at += blockBytes;
        continue;
      }
      if (end - at < blockBytes) {
        this.need = blockBytes;
        break;
      }
      const trailer = view.getUint32(at + blockBytes - 4, this.#littleEndian);
      if (trailer !== declaredBytes) {
        const state = `its length is ${declaredBytes} at its beginning and ${trailer} at its end`;
        this.damage = { byteOffset: base + at, message: `Cannot read the pcapng block: ${state}` };
        break;
      }
      const wrong = this.#readBlock(type, view, at, blockBytes, base);
      if (wrong !== null) {
        this.damage = { byteOffset: base + at, message: wrong };
        break;
      }
      at += blockBytes;
    }
    return at;
  }

  #beginSection(view: DataView, at: number, base: number): boolean {
    const magic = view.getUint32(at + 8, true);
    if (magic === BYTE_ORDER_MAGIC) this.#littleEndian = true;
    else if (magic === 0x4d3c2b1a) this.#littleEndian = false;
    else {
      const shown = magic.toString(16).padStart(8, "0");
      this.damage = {
        byteOffset: base + at,
        message: `Cannot read the pcapng section: its byte-order magic is ${shown}`,
      };
      return false;
    }
    return true;
  }

  #readBlock(type: number, view: DataView, at: number, blockBytes: number, base: number): string | null {
    const body = at + 8;
    const bodyEnd = at + blockBytes - 4;
    switch (type) {
      case BlockType.enhancedPacket:
      case BlockType.packet:
        return this.#readPacket(type, view, body, bodyEnd, base + at);
      case BlockType.simplePacket:
        return this.#readSimplePacket(view, body, bodyEnd, base + at);
      case BlockType.sectionHeader:
        if (bodyEnd - body < 16)
          return `Cannot read the pcapng section: ${bodyEnd - body} bytes of 16 are there`;
        this.#droppedBefore = this.dropped();
        this.#interfacesBefore += this.#interfaces.length;
        this.#interfaces = [];
        return null;
      case BlockType.interfaceDescription:
        return this.#readInterface(view, body, bodyEnd);
      default:
        this.#readStatistics(view, body, bodyEnd);
        return null;
    }
  }

  /** The Enhanced Packet Block and the obsolete Packet Block, which differ in where the interface stands. */
  #readPacket(
    type: number,
    view: DataView,
    body: number,
    bodyEnd: number,
    byteOffset: number,
  ): string | null {
    if (bodyEnd - body < 20) return `Cannot read the packet block: ${bodyEnd - body} bytes of 20 are there`;
    const le = this.#littleEndian;
    const old = type === BlockType.packet;
    const id = old ? view.getUint16(body, le) : view.getUint32(body, le);
    const source = this.#interfaces[id];
    if (source === undefined)
      return `Cannot read the packet block: it names interface ${id} of ${this.#interfaces.length}`;
    const capturedLength = view.getUint32(body + 12, le);
    if (capturedLength > MAX_PACKET_BYTES || capturedLength > bodyEnd - body - 20) {
      return `Cannot read the packet block: its packet length is ${capturedLength} and ${bodyEnd - body - 20} bytes are there`;
    }
    const frame = this.#frame;
    frame.number++;
    frame.packetId = 0;
    frame.byteOffset = byteOffset;
    frame.start = body + 20;
    frame.end = frame.start + capturedLength;
    frame.originalLength = view.getUint32(body + 16, le);
    frame.linkType = source.linkType;
    frame.interfaceId = source.globalId;
    this.#setTime(source, view.getUint32(body + 4, le), view.getUint32(body + 8, le));
    if (old) {
      // 0xFFFF says that the number is not known.
      const drops = view.getUint16(body + 2, le);
      if (drops !== 0xffff) source.droppedByPackets = addCounts(source.droppedByPackets, drops);
    } else {
      const options = (frame.end + 3) & ~3;
      if (bodyEnd - options >= 12) this.#readPacketOptions(source, view, options, bodyEnd);
    }
    this.#onFrame(frame);
    return null;
  }

  #readSimplePacket(view: DataView, body: number, bodyEnd: number, byteOffset: number): string | null {
    const [source] = this.#interfaces;
    if (source === undefined)
      return "Cannot read the simple packet block: no interface is described before it";
    const originalLength = view.getUint32(body, this.#littleEndian);
    const there = bodyEnd - body - 4;
    const cut = source.snaplen === 0 ? originalLength : Math.min(originalLength, source.snaplen);
    if (cut > MAX_PACKET_BYTES || cut > there) {
      return `Cannot read the simple packet block: its packet length is ${cut} and ${there} bytes are there`;
    }
    const frame = this.#frame;
    frame.number++;
    frame.packetId = 0;
    frame.byteOffset = byteOffset;
    frame.start = body + 4;
    frame.end = frame.start + cut;
    frame.originalLength = originalLength;
    frame.linkType = source.linkType;
    frame.interfaceId = source.globalId;
    frame.seconds = 0;
    frame.nanoseconds = 0;
    this.#onFrame(frame);
    return null;
  }

  #readInterface(view: DataView, body: number, bodyEnd: number): string | null {
    if (bodyEnd - body < 8) return `Cannot read the interface block: ${bodyEnd - body} bytes of 8 are there`;
    if (this.#interfaces.length >= MAX_INTERFACES) {
      return `Cannot read the interface block: ${MAX_INTERFACES} interfaces come before it`;
    }
    const le = this.#littleEndian;
    const described: CaptureInterface = {
      linkType: view.getUint16(body, le),
      snaplen: view.getUint32(body + 4, le),
      unitsPerSecond: MICROSECONDS,
      offsetSeconds: 0,
      globalId: this.#interfacesBefore + this.#interfaces.length,
      droppedByStatistics: null,
      droppedByPackets: null,
    };
    eachOption(view, body + 8, bodyEnd, le, (code, at, length) => {
      if (code === 9 && length >= 1) {
        const exponent = view.getUint8(at);
        // if_tsresol is a negative power: of 2 when the upper bit is set, else of 10. More than 2^63 or 10^19
        // does not fit 64 bits.
        described.unitsPerSecond =
          exponent >= 0x80
            ? 2n ** BigInt(Math.min(exponent & 0x7f, 63))
            : 10n ** BigInt(Math.min(exponent, 19));
      } else if (code === 14 && length >= 8) {
        described.offsetSeconds = Number(view.getBigInt64(at, le));
      }
    });
    this.#interfaces.push(described);
    return null;
  }

  #readStatistics(view: DataView, body: number, bodyEnd: number): void {
    if (bodyEnd - body < 12) return;
    const le = this.#littleEndian;
    const source = this.#interfaces[view.getUint32(body, le)];
    if (source === undefined) return;
    let drops: number | null = null;
    eachOption(view, body + 12, bodyEnd, le, (code, at, length) => {
      // isb_ifdrop and isb_osdrop
      if ((code === 5 || code === 7) && length >= 8)
        drops = addCounts(drops, Number(view.getBigUint64(at, le)));
      // isb_ifrecv
      if (code === 4 && length >= 8)
        this.#received = addCounts(this.#received, Number(view.getBigUint64(at, le)));
      // isb_endtime
      if (code === 3 && length >= 8) {
        const units = (BigInt(view.getUint32(at, le)) << 32n) | BigInt(view.getUint32(at + 4, le));
        const endedAtMs = Number((units * 1_000n) / source.unitsPerSecond) + source.offsetSeconds * 1_000;
        this.#endedAtMs = Math.max(this.#endedAtMs ?? endedAtMs, endedAtMs);
      }
    });
    source.droppedByStatistics = drops ?? source.droppedByStatistics;
  }

  #readPacketOptions(source: CaptureInterface, view: DataView, options: number, bodyEnd: number): void {
    const le = this.#littleEndian;
    eachOption(view, options, bodyEnd, le, (code, at, length) => {
      // epb_dropcount
      if (code === 4 && length >= 8) {
        source.droppedByPackets = addCounts(source.droppedByPackets, Number(view.getBigUint64(at, le)));
      }
      // epb_packetid
      if (code === 5 && length === 8) this.#frame.packetId = Number(view.getBigUint64(at, le));
    });
  }

  #setTime(source: CaptureInterface, high: number, low: number): void {
    const frame = this.#frame;
    if (source.unitsPerSecond === MICROSECONDS && high < 0x200000) {
      const units = high * 0x100000000 + low;
      const seconds = Math.floor(units / 1e6);
      frame.nanoseconds = (units - seconds * 1e6) * 1000;
      frame.seconds = seconds + source.offsetSeconds;
    } else if (source.unitsPerSecond === NANOSECONDS) {
      // In floating point the quotient may be off by one; the remainder, taken modulo 2^32, shows it.
      let seconds = Math.floor((high * 0x100000000 + low) / 1e9);
      let rest = (low - Math.imul(seconds, 1e9)) >>> 0;
      if (rest >= 0x80000000) {
        seconds -= 1;
        rest = (rest + 1e9) >>> 0;
      } else if (rest >= 1e9) {
        seconds += 1;
        rest -= 1e9;
      }
      frame.nanoseconds = rest;
      frame.seconds = seconds + source.offsetSeconds;
    } else {
      const units = (BigInt(high) << 32n) | BigInt(low);
      frame.seconds = Number(units / source.unitsPerSecond) + source.offsetSeconds;
      frame.nanoseconds = Number(((units % source.unitsPerSecond) * NANOSECONDS) / source.unitsPerSecond);
    }
  }
}

function isRead(type: number): boolean {
  switch (type) {
    case BlockType.sectionHeader:
    case BlockType.interfaceDescription:
    case BlockType.packet:
    case BlockType.simplePacket:
    case BlockType.interfaceStatistics:
    case BlockType.enhancedPacket:
      return true;
    default:
      return false;
  }
}

function addCounts(sum: number | null, drops: number | null): number | null {
  return drops === null ? sum : (sum ?? 0) + drops;
}

/** Visits each option, draft-ietf-opsawg-pcapng §3.5; one that exceeds the block ends the list. */
function eachOption(
  view: DataView,
  start: number,
  end: number,
  littleEndian: boolean,
  visit: (code: number, at: number, length: number) => void,
): void {
  for (let at = start; end - at >= 4; ) {
    const code = view.getUint16(at, littleEndian);
    const length = view.getUint16(at + 2, littleEndian);
    if (code === 0 || length > end - at - 4) return;
    visit(code, at + 4, length);
    at += 4 + ((length + 3) & ~3);
  }
}

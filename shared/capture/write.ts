/** Writes captures. */
import { concatBytes } from "../bytes/concat.ts";
import { BlockType, BYTE_ORDER_MAGIC } from "./pcapng.ts";

/** One frame of a capture that is written. */
export interface FrameToWrite {
  linkType: number;
  /** Since the epoch. */
  seconds: number;
  nanoseconds: number;
  /** The bytes that are kept of the frame. */
  bytes: Uint8Array;
  /** Bytes of the frame on the wire, where they are more than those kept. */
  originalLength?: number;
  /** Frames with one number and one link type share an interface in the file; 0 unless given. */
  interfaceId?: number;
  /** pcapng only: written as epb_packetid, which Wireshark shows as "Packet ID". */
  packetId?: number;
}

/** How a whole capture ended, of which a file holds only some frames. */
export interface CaptureEnd {
  /** In milliseconds since the epoch. */
  endedAtMs: number;
  /** How many frames it had. */
  frames: number;
}

/** epb_packetid with its 4-byte head, and the 4 bytes that end the options. */
const PACKET_ID_OPTION_BYTES = 16;

/**
 * Writes pcapng, draft-ietf-opsawg-pcapng: one section, times in nanoseconds, and the interfaces that the
 * frames name.
 */
export class PcapngWriter {
  readonly #littleEndian: boolean;
  readonly #interfaces = new Map<string, number>();
  #began = false;

  constructor({ littleEndian = true }: { littleEndian?: boolean } = {}) {
    this.#littleEndian = littleEndian;
  }

  /** The bytes that this frame adds to the file; those of the first call begin the file. */
  write(frame: FrameToWrite): Uint8Array<ArrayBuffer> {
    const parts: Uint8Array[] = [];
    if (!this.#began) {
      this.#began = true;
      parts.push(this.#sectionHeader());
    }
    const key = `${frame.interfaceId ?? 0} ${frame.linkType}`;
    let id = this.#interfaces.get(key);
    if (id === undefined) {
      id = this.#interfaces.size;
      this.#interfaces.set(key, id);
      parts.push(this.#interfaceDescription(frame.linkType));
    }
    parts.push(this.#packet(id, frame));
    return parts.length === 1 && parts[0] ? new Uint8Array(parts[0]) : concatBytes(parts);
  }

  /**
   * The bytes that end the file. A file without frames becomes a capture all the same.
   *
   * @param whole what is said of the capture that the written frames were taken from
   */
  end(whole: CaptureEnd | null = null): Uint8Array<ArrayBuffer> {
    if (!this.#began) return this.#sectionHeader();
    return whole === null ? new Uint8Array(0) : this.#statistics(whole);
  }

  /** Interface statistics, §4.6, of the first interface: when the capture ended, how many frames it had. */
  #statistics({ endedAtMs, frames }: CaptureEnd): Uint8Array<ArrayBuffer> {
    return this.#block(BlockType.interfaceStatistics, 40, (view, at) => {
      const le = this.#littleEndian;
      const time = BigInt(Math.max(Math.round(endedAtMs), 0)) * 1_000_000n;
      const [high, low] = [Number((time >> 32n) & 0xffffffffn), Number(time & 0xffffffffn)];
      view.setUint32(at + 4, high, le);
      view.setUint32(at + 8, low, le);
      view.setUint16(at + 12, 3, le);
      view.setUint16(at + 14, 8, le);
      view.setUint32(at + 16, high, le);
      view.setUint32(at + 20, low, le);
      view.setUint16(at + 24, 4, le);
      view.setUint16(at + 26, 8, le);
      view.setBigUint64(at + 28, BigInt(frames), le);
    });
  }

  #sectionHeader(): Uint8Array<ArrayBuffer> {
    return this.#block(BlockType.sectionHeader, 16, (view, at) => {
      const le = this.#littleEndian;
      view.setUint32(at, BYTE_ORDER_MAGIC, le);
      view.setUint16(at + 4, 1, le);
      // The Section Length is not given.
      view.setBigInt64(at + 8, -1n, le);
    });
  }

  #interfaceDescription(linkType: number): Uint8Array<ArrayBuffer> {
    return this.#block(BlockType.interfaceDescription, 20, (view, at) => {
      const le = this.#littleEndian;
      view.setUint16(at, linkType, le);
      // if_tsresol: 10^-9.
      view.setUint16(at + 8, 9, le);
      view.setUint16(at + 10, 1, le);
      view.setUint8(at + 12, 9);
    });
  }

  #packet(id: number, frame: FrameToWrite): Uint8Array<ArrayBuffer> {
    const { bytes, packetId } = frame;
    const padded = (bytes.length + 3) & ~3;
    const bodyBytes = packetId === undefined ? 20 + bytes.length : 20 + padded + PACKET_ID_OPTION_BYTES;
    return this.#block(BlockType.enhancedPacket, bodyBytes, (view, at, block) => {
      const le = this.#littleEndian;
      const time =
        BigInt(Math.max(frame.seconds, 0)) * 1_000_000_000n + BigInt(Math.trunc(frame.nanoseconds));
      view.setUint32(at, id, le);
      view.setUint32(at + 4, Number((time >> 32n) & 0xffffffffn), le);
      view.setUint32(at + 8, Number(time & 0xffffffffn), le);
      view.setUint32(at + 12, bytes.length, le);
      view.setUint32(at + 16, frame.originalLength ?? bytes.length, le);
      block.set(bytes, at + 20);
      if (packetId === undefined) return;
      const option = at + 20 + padded;
      view.setUint16(option, 5, le);
      view.setUint16(option + 2, 8, le);
      view.setBigUint64(option + 4, BigInt(packetId), le);
    });
  }

  #block(
    type: number,
    bodyBytes: number,
    fill: (view: DataView, at: number, block: Uint8Array) => void,
  ): Uint8Array<ArrayBuffer> {
    const length = 12 + ((bodyBytes + 3) & ~3);
    const block = new Uint8Array(length);
    const view = new DataView(block.buffer);
    view.setUint32(0, type, this.#littleEndian);
    view.setUint32(4, length, this.#littleEndian);
    fill(view, 8, block);
    view.setUint32(length - 4, length, this.#littleEndian);
    return block;
  }
}

/** The classic pcap format. */
import type { CaptureDamage, CapturedFrame, FormatParser } from "./frame.ts";
import { MAX_PACKET_BYTES } from "./frame.ts";

const FILE_HEADER_BYTES = 24;

interface Variant {
  littleEndian: boolean;
  nanosecondsPerUnit: number;
  recordHeaderBytes: number;
}

/**
 * Variants by the file's first four bytes, read as one number. The last two are of Kuznetsov's patched
 * libpcap.
 */
const variants: ReadonlyMap<number, Variant> = new Map([
  [0xd4c3b2a1, { littleEndian: true, nanosecondsPerUnit: 1000, recordHeaderBytes: 16 }],
  [0xa1b2c3d4, { littleEndian: false, nanosecondsPerUnit: 1000, recordHeaderBytes: 16 }],
  [0x4d3cb2a1, { littleEndian: true, nanosecondsPerUnit: 1, recordHeaderBytes: 16 }],
  [0xa1b23c4d, { littleEndian: false, nanosecondsPerUnit: 1, recordHeaderBytes: 16 }],
  [0x34cdb2a1, { littleEndian: true, nanosecondsPerUnit: 1000, recordHeaderBytes: 24 }],
  [0xa1b2cd34, { littleEndian: false, nanosecondsPerUnit: 1000, recordHeaderBytes: 24 }],
]);

/** Whether a file that begins with these four bytes is a classic pcap. */
export function isPcapMagic(magic: number): boolean {
  return variants.has(magic);
}

/** Classic pcap, draft-ietf-opsawg-pcap: both byte orders, microseconds and nanoseconds. */
export class PcapParser implements FormatParser {
  readonly format = "pcap";
  need = FILE_HEADER_BYTES;
  skip = 0;
  damage: CaptureDamage | null = null;
  readonly #frame: CapturedFrame;
  readonly #onFrame: (frame: CapturedFrame) => void;
  #variant: Variant | null = null;
  #lengthsSwapped: "never" | "always" | "when-larger" = "never";

  constructor(frame: CapturedFrame, onFrame: (frame: CapturedFrame) => void) {
    this.#frame = frame;
    this.#onFrame = onFrame;
  }

  dropped(): null {
    return null;
  }

  endedAtMs(): null {
    return null;
  }

  received(): null {
    return null;
  }

  consume(bytes: Uint8Array, view: DataView, start: number, end: number, base: number): number {
    let at = start;
    if (this.#variant === null) {
      if (end - at < FILE_HEADER_BYTES) return at;
      this.#variant = this.#readFileHeader(view, at, base);
      at += FILE_HEADER_BYTES;
    }
    const { littleEndian, nanosecondsPerUnit, recordHeaderBytes } = this.#variant;
    const frame = this.#frame;
    frame.bytes = bytes;
    frame.view = view;
    while (this.damage === null) {
      if (end - at < recordHeaderBytes) {
        this.need = recordHeaderBytes;
        break;
      }
      let capturedLength = view.getUint32(at + 8, littleEndian);
      let originalLength = view.getUint32(at + 12, littleEndian);
      if (
        this.#lengthsSwapped !== "never" &&
        (this.#lengthsSwapped === "always" || capturedLength > originalLength)
      ) {
        [capturedLength, originalLength] = [originalLength, capturedLength];
      }
      if (capturedLength > MAX_PACKET_BYTES) {
        this.damage = {
          byteOffset: base + at,
          message: `Cannot read the packet record: its length is ${capturedLength} and at most ${MAX_PACKET_BYTES} is allowed`,
        };
        break;
      }
      const recordBytes = recordHeaderBytes + capturedLength;
      if (end - at < recordBytes) {
        this.need = recordBytes;
        break;
      }
      frame.number++;
      frame.byteOffset = base + at;
      frame.start = at + recordHeaderBytes;
      frame.end = at + recordBytes;
      frame.originalLength = originalLength;
      frame.seconds = view.getUint32(at, littleEndian);
      frame.nanoseconds = view.getUint32(at + 4, littleEndian) * nanosecondsPerUnit;
      at += recordBytes;
      this.#onFrame(frame);
    }
    return at;
  }

  #readFileHeader(view: DataView, at: number, base: number): Variant {
    const variant = variants.get(view.getUint32(at));
    if (variant === undefined) throw new Error("Cannot read pcap: the magic number was not checked");
    const major = view.getUint16(at + 4, variant.littleEndian);
    const minor = view.getUint16(at + 6, variant.littleEndian);
    if (major < 2) {
      const state = `its version is ${major}.${minor} and 2 is the first that is known`;
      this.damage = { byteOffset: base + at + 4, message: `Cannot read the pcap file: ${state}` };
    }
    // As in libpcap: before version 2.3 the two lengths stood in the other order, and so they do in some 2.3
    // files.
    if (major === 2 && minor < 3) this.#lengthsSwapped = "always";
    else if ((major === 2 && minor === 3) || major === 543) this.#lengthsSwapped = "when-larger";
    // The upper bits give the length of the FCS: it is not needed, for IP has its own length.
    this.#frame.linkType = view.getUint32(at + 20, variant.littleEndian) & 0x03ffffff;
    return variant;
  }
}

/** Reads a capture file as it comes, whichever of the two formats it has. */
import { concatBytes } from "../bytes/concat.ts";
import { FOREIGN_MAGIC_BYTES, findForeignFormat, UnreadableCaptureError } from "./foreign.ts";
import { CAPTURE_MAGIC_BYTES, captureFormat } from "./format.ts";
import { type CaptureDamage, type CapturedFrame, type FormatParser, newFrame } from "./frame.ts";
import { PcapParser } from "./pcap.ts";
import { PcapngParser } from "./pcapng.ts";

/** What a capture file says about itself once it is read. */
export interface CaptureSummary {
  format: "pcap" | "pcapng";
  frames: number;
  bytes: number;
  /** Where reading stopped; all frames before it were given. `null`: the file was read to its end. */
  damage: CaptureDamage | null;
  /** How many packets the capturing program lost, as the file says; `null` when it does not say. */
  droppedByCapture: number | null;
  /**
   * When the capture ended, as the file says, in milliseconds since the epoch; `null` when it does not say.
   */
  endedAtMs: number | null;
  /** How many packets the capturing program received, as the file says; `null` when it does not say. */
  received: number | null;
}

/**
 * Reads a pcap or pcapng file as it comes, in chunks of any size, and gives its frames to a callback.
 *
 * A frame that lies within one chunk is not copied. Damage ends the reading, and is never thrown.
 */
export class CaptureParser {
  readonly #file: string;
  readonly #maxFrames: number;
  readonly #onFrame: (frame: CapturedFrame) => void;
  readonly #frame = newFrame();
  #parser: FormatParser | null = null;
  /** Where the current chunk begins in the file. */
  #fileOffset = 0;
  /**
   * The first `#carried` bytes are the beginning of a record whose end has not come; it stands at
   * `#carryOffset` in the file.
   */
  #carry = new Uint8Array(65_536);
  #carryView = new DataView(this.#carry.buffer);
  #carried = 0;
  #carryOffset = 0;
  #skip = 0;
  #damage: CaptureDamage | null = null;

  /** @param file the name that messages give the file */
  constructor(
    file: string,
    onFrame: (frame: CapturedFrame) => void,
    { maxFrames = Number.POSITIVE_INFINITY }: { maxFrames?: number } = {},
  ) {
    this.#file = file;
    this.#onFrame = onFrame;
    this.#maxFrames = maxFrames;
  }

  /**
   * Takes the next chunk of the file.
   *
   * @throws {UnreadableCaptureError} the file is no pcap or pcapng
   */
  push(given: Uint8Array): void {
    // Node's Buffer is a Uint8Array whose subarrays cost several times as much.
    const chunk = new Uint8Array(given.buffer, given.byteOffset, given.byteLength);
    let at = 0;
    if (this.#damage === null) {
      if (this.#parser === null) at = this.#recognise(chunk);
      if (this.#parser !== null) this.#read(this.#parser, chunk, at);
    }
    this.#fileOffset += chunk.length;
  }

  /**
   * Says what the file was, once its last chunk was taken.
   *
   * @throws {UnreadableCaptureError} the file is no pcap or pcapng
   */
  end(): CaptureSummary {
    if (this.#parser === null) {
      throw new UnreadableCaptureError(this.#file, findForeignFormat(this.#carry.subarray(0, this.#carried)));
    }
    if (this.#damage === null && (this.#carried > 0 || this.#skip > 0)) {
      const need = this.#carried > 0 ? this.#parser.need : this.#skip;
      this.#damage = {
        byteOffset: this.#carried > 0 ? this.#carryOffset : this.#fileOffset,
        message: `Cannot read the last record: ${need} bytes are needed and ${this.#carried} are left, the file is cut short`,
      };
    }
    return {
      format: this.#parser.format,
      frames: this.#frame.number,
      bytes: this.#fileOffset,
      damage: this.#damage,
      droppedByCapture: this.#parser.dropped(),
      endedAtMs: this.#parser.endedAtMs(),
      received: this.#parser.received(),
    };
  }

  /** Collects the beginning until the format is known, and returns how much of the chunk it took. */
  #recognise(chunk: Uint8Array): number {
    const taken = Math.min(chunk.length, FOREIGN_MAGIC_BYTES - this.#carried);
    this.#carry.set(chunk.subarray(0, taken), this.#carried);
    this.#carried += taken;
    if (this.#carried < CAPTURE_MAGIC_BYTES) return taken;
    const format = captureFormat(this.#carry.subarray(0, this.#carried));
    const onFrame = (frame: CapturedFrame): void => this.#give(frame);
    if (format === "pcap") this.#parser = new PcapParser(this.#frame, onFrame);
    else if (format === "pcapng") this.#parser = new PcapngParser(this.#frame, onFrame);
    else if (this.#carried >= FOREIGN_MAGIC_BYTES) {
      throw new UnreadableCaptureError(this.#file, findForeignFormat(this.#carry.subarray(0, this.#carried)));
    }
    return taken;
  }

  #read(parser: FormatParser, chunk: Uint8Array, from: number): void {
    let at = from;
    while (this.#damage === null) {
      if (this.#skip > 0) {
        const step = Math.min(this.#skip, chunk.length - at);
        at += step;
        this.#skip -= step;
        if (this.#skip > 0) return;
      }
      if (this.#carried === 0) break;
      // A record that begins in one chunk and ends in the next: only what it needs of this chunk is copied.
      const missing = Math.max(parser.need - this.#carried, 0);
      const taken = Math.min(missing, chunk.length - at);
      this.#append(chunk.subarray(at, at + taken));
      at += taken;
      if (taken < missing) return;
      this.#consumeCarry(parser);
    }
    if (this.#damage !== null || at === chunk.length) return;
    const view = new DataView(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    const stopped = parser.consume(chunk, view, at, chunk.length, this.#fileOffset);
    this.#afterConsume(parser);
    if (this.#damage === null && stopped < chunk.length) {
      this.#carryOffset = this.#fileOffset + stopped;
      this.#append(chunk.subarray(stopped));
    }
  }

  #consumeCarry(parser: FormatParser): void {
    const bytes = this.#carry.subarray(0, this.#carried);
    const stopped = parser.consume(bytes, this.#carryView, 0, this.#carried, this.#carryOffset);
    this.#carry.copyWithin(0, stopped, this.#carried);
    this.#carried -= stopped;
    this.#carryOffset += stopped;
    this.#afterConsume(parser);
  }

  #afterConsume(parser: FormatParser): void {
    this.#skip += parser.skip;
    parser.skip = 0;
    this.#damage ??= parser.damage;
  }

  #append(bytes: Uint8Array): void {
    const length = this.#carried + bytes.length;
    if (length > this.#carry.length) {
      const room = new Uint8Array(Math.max(length - this.#carry.length, this.#carry.length));
      this.#carry = concatBytes([this.#carry, room]);
      this.#carryView = new DataView(this.#carry.buffer);
    }
    this.#carry.set(bytes, this.#carried);
    this.#carried = length;
  }

  #give(frame: CapturedFrame): void {
    if (frame.number > this.#maxFrames) {
      frame.number = this.#maxFrames;
      const message = `Cannot read on: ${this.#maxFrames} packets come before it, and no more are allowed`;
      this.#damage ??= { byteOffset: frame.byteOffset, message };
      if (this.#parser) this.#parser.damage = this.#damage;
      return;
    }
    this.#onFrame(frame);
  }
}

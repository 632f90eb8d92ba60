/** Reads fields of network byte order, and says which field was cut when the bytes end too early. */
import { hexAt } from "./hex.ts";

/** Where a field was expected, and how many bytes were there. Offsets count from where the cursor began. */
export interface TruncatedAt {
  field: string;
  offset: number;
  need: number;
  have: number;
}

/**
 * The bytes end before a field does. That is no fault of the sender where the capture's snaplen cut the
 * packet.
 */
export class TruncatedError extends RangeError {
  override name = "TruncatedError";
  readonly at: TruncatedAt;
  constructor(at: TruncatedAt) {
    super(truncationText(at));
    this.at = at;
  }
}

/** The bytes are there, and say something impossible. */
export class MalformedError extends SyntaxError {
  override name = "MalformedError";
}

/** Both ways in which bytes cannot be read. */
export type WireError = TruncatedError | MalformedError;

/** Whether the bytes caused an error; any other error is a fault of our own code. */
export function isWireError(error: unknown): error is WireError {
  return error instanceof TruncatedError || error instanceof MalformedError;
}

/** The message of a `TruncatedError`. */
export function truncationText({ field, offset, need, have }: TruncatedAt): string {
  return `Cannot read ${field} at byte ${offset}: ${need} bytes are needed and ${have} are left`;
}

/** Reads fields of network byte order one after the other, and checks the bounds for all its users. */
export class Cursor {
  readonly #bytes: Uint8Array;
  readonly #start: number;
  readonly #end: number;
  #at: number;

  /**
   * Reads a part of `bytes` without making a view of it.
   *
   * @param start where to begin
   * @param end where to stop
   */
  constructor(bytes: Uint8Array, start = 0, end = bytes.length) {
    this.#bytes = bytes;
    this.#start = start;
    this.#end = Math.min(end, bytes.length);
    this.#at = start;
  }

  /** Bytes read so far. */
  get offset(): number {
    return this.#at - this.#start;
  }

  /** Bytes that are left. */
  get left(): number {
    return this.#end - this.#at;
  }

  /**
   * The next byte.
   *
   * @throws {TruncatedError} no byte is left
   */
  u8(field: string): number {
    return this.#bytes[this.#take(1, field)] ?? 0;
  }

  /**
   * The next two bytes as a number.
   *
   * @throws {TruncatedError} fewer than 2 bytes are left
   */
  u16(field: string): number {
    const at = this.#take(2, field);
    const bytes = this.#bytes;
    return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
  }

  /**
   * The next four bytes as a number that is not negative.
   *
   * @throws {TruncatedError} fewer than 4 bytes are left
   */
  u32(field: string): number {
    const at = this.#take(4, field);
    const bytes = this.#bytes;
    return (
      (((bytes[at] ?? 0) << 24) |
        ((bytes[at + 1] ?? 0) << 16) |
        ((bytes[at + 2] ?? 0) << 8) |
        (bytes[at + 3] ?? 0)) >>>
      0
    );
  }

  /**
   * The next bytes as lower-case hex digits.
   *
   * @throws {TruncatedError} fewer are left
   */
  hex(length: number, field: string): string {
    return hexAt(this.#bytes, this.#take(length, field), length);
  }

  /** The next byte, which stays unread; 0 where no byte is left. */
  peek(): number {
    return this.left > 0 ? (this.#bytes[this.#at] ?? 0) : 0;
  }

  /**
   * The next bytes, not copied.
   *
   * @throws {TruncatedError} fewer are left
   */
  take(length: number, field: string): Uint8Array {
    const start = this.#take(length, field);
    return this.#bytes.subarray(start, start + length);
  }

  /**
   * A new cursor over the next bytes; this cursor goes on behind them.
   *
   * @throws {TruncatedError} fewer are left
   */
  inside(length: number, field: string): Cursor {
    const start = this.#take(length, field);
    return new Cursor(this.#bytes, start, start + length);
  }

  /**
   * Goes on behind the next bytes without reading them.
   *
   * @throws {TruncatedError} fewer are left
   */
  skip(length: number, field: string): void {
    this.#take(length, field);
  }

  /** The message of the error that reading this many bytes would throw; `null` when they are there. */
  lacks(need: number, field: string): string | null {
    return need <= this.left ? null : truncationText({ field, offset: this.offset, need, have: this.left });
  }

  #take(need: number, field: string): number {
    const start = this.#at;
    const have = this.#end - start;
    if (need > have) throw new TruncatedError({ field, offset: this.offset, need, have });
    this.#at += need;
    return start;
  }
}

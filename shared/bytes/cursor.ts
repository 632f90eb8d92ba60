import { hexAt } from "./hex.ts";

/** Where a field was expected, and how much of it there was. Bytes, from where the cursor began. */
export interface TruncatedAt {
  field: string;
  offset: number;
  need: number;
  have: number;
}

/** The bytes end before a field does. Too short is not the same as wrong: a capture's snaplen does it too. */
export class TruncatedError extends RangeError {
  override name = "TruncatedError";
  readonly at: TruncatedAt;
  constructor(at: TruncatedAt) {
    super(truncationText(at));
    this.at = at;
  }
}

/** The bytes are there and say what cannot be. */
export class MalformedError extends SyntaxError {
  override name = "MalformedError";
}

export type WireError = TruncatedError | MalformedError;

/** Whether the bytes are to blame, and not our own code. */
export function isWireError(error: unknown): error is WireError {
  return error instanceof TruncatedError || error instanceof MalformedError;
}

/** What a `TruncatedError` says. */
export function truncationText({ field, offset, need, have }: TruncatedAt): string {
  return `Cannot read ${field} at byte ${offset}: ${need} bytes are needed and ${have} are left`;
}

/** Reads fields of network byte order one after the other; the only bounds check of those who use it. */
export class Cursor {
  readonly #bytes: Uint8Array;
  readonly #start: number;
  readonly #end: number;
  #at: number;

  /** @param start where to begin in `bytes`, and `end` where to stop: no view is made for a part of something */
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

  /** @throws {TruncatedError} no byte is left */
  u8(field: string): number {
    return this.#bytes[this.#take(1, field)] ?? 0;
  }

  /** @throws {TruncatedError} fewer than 2 bytes are left */
  u16(field: string): number {
    const at = this.#take(2, field);
    const bytes = this.#bytes;
    return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
  }

  /** @throws {TruncatedError} fewer than 4 bytes are left */
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

  /**
   * A cursor over the next bytes, which this one steps over.
   *
   * @throws {TruncatedError} fewer are left
   */
  inside(length: number, field: string): Cursor {
    const start = this.#take(length, field);
    return new Cursor(this.#bytes, start, start + length);
  }

  /**
   * Steps over bytes.
   *
   * @throws {TruncatedError} fewer are left
   */
  skip(length: number, field: string): void {
    this.#take(length, field);
  }

  /** What would be said if this many bytes were asked for and are not there; `null` when they are. */
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

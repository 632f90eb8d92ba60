/** Where a field was expected, and how much of it there was. Bytes, from the start of the cursor's own bytes. */
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
    super(
      `Cannot read ${at.field} at byte ${at.offset}: ${at.need} bytes are needed and ${at.have} are left`,
    );
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

/** Reads fields of network byte order one after the other; the only bounds check of those who use it. */
export class Cursor {
  /** Bytes read so far. */
  offset = 0;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Bytes that are left. */
  get left(): number {
    return this.#bytes.length - this.offset;
  }

  /** @throws {TruncatedError} no byte is left */
  u8(field: string): number {
    return this.#at(this.#take(1, field));
  }

  /** @throws {TruncatedError} fewer than 2 bytes are left */
  u16(field: string): number {
    const at = this.#take(2, field);
    return (this.#at(at) << 8) | this.#at(at + 1);
  }

  /** @throws {TruncatedError} fewer than 4 bytes are left */
  u32(field: string): number {
    const at = this.#take(4, field);
    // Not by a DataView: making one for each message costs more than these four bytes.
    return (
      ((this.#at(at) << 24) | (this.#at(at + 1) << 16) | (this.#at(at + 2) << 8) | this.#at(at + 3)) >>> 0
    );
  }

  /**
   * A view of the next bytes, not a copy.
   *
   * @throws {TruncatedError} fewer are left
   */
  bytes(length: number, field: string): Uint8Array {
    const start = this.#take(length, field);
    return this.#bytes.subarray(start, start + length);
  }

  #at(index: number): number {
    return this.#bytes[index] ?? 0;
  }

  #take(need: number, field: string): number {
    const start = this.offset;
    const have = this.#bytes.length - start;
    if (need > have) throw new TruncatedError({ field, offset: start, need, have });
    this.offset += need;
    return start;
  }
}

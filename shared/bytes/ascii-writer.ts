/** ASCII text, written straight as bytes. */

const ZERO = 0x30;

/**
 * Puts ASCII text together as the bytes that a file or a pipe gets. Strings in between would cost more than
 * writing the letters.
 */
export class AsciiWriter {
  #bytes: Uint8Array<ArrayBuffer>;
  #length = 0;

  /** @param expectedBytes room from the start; more is made when it is needed */
  constructor(expectedBytes: number) {
    this.#bytes = new Uint8Array(expectedBytes);
  }

  /** Bytes written and not taken yet. */
  get length(): number {
    return this.#length;
  }

  /**
   * Adds a text.
   *
   * @param text ASCII; of any other letter the upper bits are lost
   */
  text(text: string): void {
    const start = this.#length;
    const bytes = this.#room(text.length);
    for (let i = 0; i < text.length; i++) bytes[start + i] = text.charCodeAt(i);
    this.#length = start + text.length;
  }

  /**
   * Adds a whole number that is not negative, in decimal.
   *
   * @param digits the least number of digits: zeros in front fill them up
   */
  number(value: number, digits = 1): void {
    let count = 1;
    for (let power = 10; value >= power; power *= 10) count++;
    if (count < digits) count = digits;
    const start = this.#length;
    const bytes = this.#room(count);
    let left = value;
    for (let at = start + count - 1; at >= start; at--) {
      const tens = Math.floor(left / 10);
      bytes[at] = ZERO + left - tens * 10;
      left = tens;
    }
    this.#length = start + count;
  }

  /** Adds once more the bytes that were written from `start` up to `end`. */
  again(start: number, end: number): void {
    const at = this.#length;
    const bytes = this.#room(end - start);
    bytes.copyWithin(at, start, end);
    this.#length = at + end - start;
  }

  /** Gives what was written, and starts again with an empty buffer. */
  take(): Uint8Array<ArrayBuffer> {
    const taken = this.#bytes.subarray(0, this.#length);
    this.#bytes = new Uint8Array(this.#bytes.length);
    this.#length = 0;
    return taken;
  }

  #room(more: number): Uint8Array<ArrayBuffer> {
    const need = this.#length + more;
    if (need > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(need, this.#bytes.length * 2));
      grown.set(this.#bytes);
      this.#bytes = grown;
    }
    return this.#bytes;
  }
}

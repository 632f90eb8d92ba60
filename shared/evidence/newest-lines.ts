/**
 * Of a log that is larger than what is read of one text, the newest lines are kept: a log of a gateway shows
 * the last failure at its end. In the place of what was left out stands a line that says how many lines that
 * were, so that the lines which are kept have their own numbers, wherever the text is stored.
 */
import { MOST_TEXT_CHARACTERS } from "../schema/evidence.ts";

/** What is kept of a log, in bytes or characters: with the line in front it is no more than a text may be. */
const MOST_KEPT = MOST_TEXT_CHARACTERS - 128;
const LINE_FEED = 0x0a;
const LEFT_OUT = /^\ufeff?\[ikefrag: (\d{1,9}) lines before this one were left out\]/;

/** How many lines were left out in front of a text; 0 for a text that is whole. */
export const linesLeftOut = (text: string): number => Number(LEFT_OUT.exec(text)?.[1] ?? 0);

const withMark = (lines: number, kept: string): string =>
  `[ikefrag: ${lines} lines before this one were left out]\n${kept}`;

/** The end of a text that is too long; a text that is not stays as it is. */
export function newestLines(text: string): string {
  if (text.length <= MOST_TEXT_CHARACTERS) return text;
  const at = text.length - MOST_KEPT;
  const nextLine = text.indexOf("\n", at - 1) + 1;
  const from = nextLine > 0 ? nextLine : at;
  // Of a line whose beginning is gone, the end is no line either, but something has to be there.
  let lines = nextLine > 0 ? 0 : 1;
  for (let end = text.indexOf("\n"); end >= 0 && end < from; end = text.indexOf("\n", end + 1)) lines++;
  const before = linesLeftOut(text);
  return withMark(before > 0 ? before + lines - 1 : lines, text.slice(from));
}

/** Takes a file of any size while it arrives, and keeps the end of it. */
export class NewestLines {
  #chunks: Uint8Array[] = [];
  #bytes = 0;
  #lines = 0;
  #dropped = 0;
  /** UTF-16 says by its first two bytes which of its forms it is. */
  #mark: Uint8Array | null = null;

  /** Takes the next bytes, and a copy of what it keeps of them. */
  push(chunk: Uint8Array): void {
    if (this.#bytes + this.#dropped === 0 && chunk.length >= 2) {
      const [a, b] = chunk;
      if ((a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff)) this.#mark = chunk.slice(0, 2);
    }
    // Of a chunk that is larger than all that is kept, the beginning goes at once.
    const skipped = Math.max(0, chunk.length - 2 * MOST_KEPT);
    if (skipped > 0) {
      for (const old of this.#chunks) this.#drop(old);
      this.#chunks = [];
      this.#drop(chunk.subarray(0, skipped));
      this.#bytes = 0;
    }
    this.#chunks.push(chunk.slice(skipped));
    this.#bytes += chunk.length - skipped;
    for (let first = this.#chunks[0]; first && this.#bytes - first.length >= MOST_KEPT; ) {
      this.#drop(first);
      this.#bytes -= first.length;
      this.#chunks.shift();
      first = this.#chunks[0];
    }
  }

  #drop(bytes: Uint8Array): void {
    this.#dropped += bytes.length;
    for (let at = bytes.indexOf(LINE_FEED); at >= 0; at = bytes.indexOf(LINE_FEED, at + 1)) this.#lines++;
  }

  /**
   * What was kept: the whole file, if it is no larger than a text may be.
   *
   * @param decode reads its character set; `null`: it is no text
   */
  end(decode: (bytes: Uint8Array) => string | null): string | null {
    const all = new Uint8Array(this.#bytes);
    let filled = 0;
    for (const chunk of this.#chunks) {
      all.set(chunk, filled);
      filled += chunk.length;
    }
    if (this.#dropped + all.length <= MOST_TEXT_CHARACTERS) return decode(all);
    const cut = Math.max(0, all.length - MOST_KEPT);
    let from = all.indexOf(LINE_FEED, cut) + 1;
    if (from === 0) {
      from = cut;
      this.#lines++;
    }
    // The second half of a line's end in UTF-16.
    if (all[from] === 0 && all[from - 1] === LINE_FEED) from++;
    this.#drop(all.subarray(0, from));
    const kept = all.subarray(from);
    const marked = new Uint8Array((this.#mark?.length ?? 0) + kept.length);
    if (this.#mark !== null) marked.set(this.#mark);
    marked.set(kept, this.#mark?.length ?? 0);
    const text = decode(marked);
    return text === null ? null : withMark(this.#lines, text.replace(/^\ufeff/, ""));
  }
}

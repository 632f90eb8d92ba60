/**
 * Reads `multipart/form-data` (RFC 7578) while it arrives. A form may hold captures, and an instance may have
 * no room for them: no part is ever held whole here.
 */
import { Buffer } from "node:buffer";
import { Problem } from "./problem.ts";

/** One field or file of a form. Its body is there until the next part is asked for. */
export interface FormPart {
  name: string;
  /** `null` for a field. A browser sends an empty one where no file was chosen. */
  fileName: string | null;
  body: AsyncIterable<Uint8Array>;
}

/** The header lines of one part, or the line of a boundary. */
const MOST_LINE_BYTES = 4_096;
const MOST_HEADERS = 16;

const malformed = (reason: string): Problem => new Problem("malformed-form", { params: { reason } });

/** @returns the boundary of a form with files, or `null` when the body is of another type */
export function formBoundary(contentType: string): string | null {
  if (!/^\s*multipart\/form-data\s*;/i.test(contentType)) return null;
  const [, quoted, token] = /;\s*boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))/i.exec(contentType) ?? [];
  return quoted ?? token ?? null;
}

/**
 * The parts of a form, in order.
 *
 * @throws {Problem} `malformed-form` where the body is no form, or ends too early
 */
export async function* readForm(
  body: AsyncIterable<Uint8Array>,
  boundary: string,
): AsyncGenerator<FormPart, void, undefined> {
  const form = new FormBytes(body, boundary);
  for await (const _preamble of form.untilBoundary()) {
    // What stands before the first part has no meaning.
  }
  while (!(await form.isEnd())) {
    const { name, fileName } = await readHead(form);
    const content = form.untilBoundary();
    yield { name, fileName, body: content };
    for await (const _rest of content) {
      // Whoever asked for the part did not want the rest of it.
    }
    await form.skipRest();
  }
}

async function readHead(form: FormBytes): Promise<{ name: string; fileName: string | null }> {
  let found: { name: string; fileName: string | null } | null = null;
  for (let lines = 0; ; lines++) {
    if (lines > MOST_HEADERS) throw malformed("a part has too many header lines");
    const line = await form.line();
    if (line === "") break;
    if (!/^content-disposition\s*:\s*form-data\s*;/i.test(line)) continue;
    const name = /;\s*name="([^"]*)"/i.exec(line)?.[1];
    const fileName = /;\s*filename="([^"]*)"/i.exec(line)?.[1];
    if (name !== undefined)
      found = { name: decode(name), fileName: fileName === undefined ? null : decode(fileName) };
  }
  if (found === null) throw malformed("a part has no name");
  return found;
}

/** Browsers write these three, and no other, in percent. */
const decode = (text: string): string =>
  text.replace(/%(22|0D|0A)/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));

const CRLF = Buffer.from("\r\n");

/** The bytes of a form, as far as they have come. */
class FormBytes {
  readonly #chunks: AsyncIterator<Uint8Array>;
  readonly #delimiter: Buffer;
  /** The first boundary has no line above it. */
  #held: Buffer = CRLF;
  #inPart = false;

  constructor(body: AsyncIterable<Uint8Array>, boundary: string) {
    this.#chunks = body[Symbol.asyncIterator]();
    this.#delimiter = Buffer.from(`\r\n--${boundary}`);
  }

  /** Who goes away in the middle has sent a form that ends too early. */
  async #next(): Promise<IteratorResult<Uint8Array>> {
    try {
      return await this.#chunks.next();
    } catch (error) {
      throw error instanceof Problem ? error : malformed("it ends too early");
    }
  }

  async #more(): Promise<void> {
    const { done, value } = await this.#next();
    if (done) throw malformed("it ends too early");
    this.#held = this.#held.length === 0 ? Buffer.from(value) : Buffer.concat([this.#held, value]);
  }

  /** What comes before the next boundary, which is taken too. */
  async *untilBoundary(): AsyncGenerator<Uint8Array, void, undefined> {
    this.#inPart = true;
    while (this.#inPart) {
      const at = this.#held.indexOf(this.#delimiter);
      const end = at < 0 ? this.#held.length - this.#delimiter.length + 1 : at;
      const content = this.#held.subarray(0, Math.max(0, end));
      if (at >= 0) {
        this.#held = this.#held.subarray(at + this.#delimiter.length);
        this.#inPart = false;
      } else if (end > 0) this.#held = this.#held.subarray(end);
      if (content.length > 0) yield content;
      if (at < 0) await this.#more();
    }
  }

  /** Goes to the next boundary after a part that was left in the middle. */
  async skipRest(): Promise<void> {
    if (!this.#inPart) return;
    for await (const _rest of this.untilBoundary()) {
      // A body that was not read to its end.
    }
  }

  /** Whether the boundary just taken was the last one; else goes to the part's first line. */
  async isEnd(): Promise<boolean> {
    while (this.#held.length < 2) await this.#more();
    if (this.#held.subarray(0, 2).toString("latin1") === "--") return true;
    if ((await this.line()).trim() !== "") throw malformed("a boundary has something behind it");
    return false;
  }

  /** The next line, without its end. */
  async line(): Promise<string> {
    for (;;) {
      const at = this.#held.indexOf(CRLF);
      if (at >= 0 && at <= MOST_LINE_BYTES) {
        const line = this.#held.subarray(0, at).toString("utf8");
        this.#held = this.#held.subarray(at + CRLF.length);
        return line;
      }
      if (this.#held.length > MOST_LINE_BYTES) throw malformed("a header line is too long");
      await this.#more();
    }
  }
}

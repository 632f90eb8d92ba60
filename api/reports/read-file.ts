/** What a file is that somebody gives: known by its first bytes, and read as a text if it is no capture. */
import { concatBytes } from "../../shared/bytes/concat.ts";
import {
  FOREIGN_MAGIC_BYTES,
  findForeignFormat,
  UnreadableCaptureError,
} from "../../shared/capture/foreign.ts";
import { captureFormat } from "../../shared/capture/format.ts";
import { decodeText } from "../../shared/evidence/character-sets.ts";
import { NewestLines } from "../../shared/evidence/newest-lines.ts";
import { type SortedText, sortText } from "../../shared/evidence/sort-text.ts";
import { GunzipError, gunzip, gunzipHead } from "../../shared/transcript/chunks.ts";
import { MAX_LOG_BYTES, MAX_TEXT_BYTES, textTooLarge } from "../http/bounds.ts";
import { Problem } from "../http/problem.ts";

/** The part of a file's name that is kept: no path, nothing that is not seen, and no name of JavaScript's. */
export function plainFileName(given: string): string {
  const plain = given
    .replace(/^.*[\\/]/, "")
    .replace(/[\p{Cc}\p{Cf}]/gu, "")
    .trim()
    .slice(0, 120);
  return plain === "" || plain === "__proto__" ? "file" : plain;
}

/**
 * Reads the rest of a file that is no capture. Of one that is larger than a text may be its end is kept,
 * which is good for a log alone: `sortGiven` refuses any other.
 *
 * @throws {Problem} `unreadable-capture`, `text-too-large`
 */
export async function readTextFile(
  name: string,
  head: Uint8Array,
  body: AsyncIterable<Uint8Array>,
): Promise<string> {
  const { kind } = findForeignFormat(head);
  if (kind !== "text" && kind !== "unknown" && kind !== "too-short") throw unreadableFile(name, head);
  const newest = new NewestLines();
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > MAX_TEXT_BYTES && kind !== "text") throw unreadableFile(name, head);
    if (bytes > MAX_LOG_BYTES) throw textTooLarge(MAX_LOG_BYTES);
    newest.push(chunk);
  }
  const text = newest.end(decodeText);
  if (text === null) throw unreadableFile(name, head);
  return text;
}

/** A file that is neither a capture nor a text: what it seems to be. */
export const unreadableFile = (name: string, head: Uint8Array): Problem => {
  const { message } = new UnreadableCaptureError(name, findForeignFormat(head));
  return new Problem("unreadable-capture", {
    params: { reason: message },
    errors: [{ pointer: "", detail: message }],
  });
};

/** A text that can be used: output of commands or a log, or evidence as JSON. */
export type UsableText = Extract<SortedText, { kind: "outputs" | "evidence" }>;

/** Tells what a text is. @throws {Problem} `unknown-text`, `unknown-json`, `text-too-large` */
export function sortGiven(name: string, text: string): UsableText {
  const sorted = sortText(name, text);
  switch (sorted.kind) {
    case "outputs":
    case "evidence":
      return sorted;
    case "no-output":
      throw new Problem("unknown-text");
    case "too-long":
      throw textTooLarge();
    case "malformed-json":
      throw new Problem("unknown-json", { params: { reason: "it is cut, or no JSON" } });
    case "foreign-json":
      throw new Problem("unknown-json", {
        params: { reason: `${sorted.where === "" ? "" : `${sorted.where}: `}${sorted.why}` },
      });
  }
}

/** A file on its way to us, of which the beginning is known. */
export interface PeekedFile {
  /** Its first bytes; those of the text in it, where it is a gzipped text. */
  head: Uint8Array;
  /** All of it, from its first byte; unpacked where it is a gzipped text. */
  whole: AsyncIterable<Uint8Array>;
  isGzippedText: boolean;
}

/** So much of a gzip file gives the first bytes of what is in it. */
const GZIP_BEGINNING_BYTES = 4_096;

/** Looks at the first bytes of a file. A gzipped text is unpacked, as a gzipped capture is by its reader. */
export async function peek(name: string, body: AsyncIterable<Uint8Array>): Promise<PeekedFile> {
  const rest = body[Symbol.asyncIterator]();
  let head: Uint8Array = new Uint8Array(0);
  const readUpTo = async (bytes: number): Promise<void> => {
    while (head.length < bytes) {
      const { done, value } = await rest.next();
      if (done) return;
      head = head.length === 0 ? value : concatBytes([head, value]);
    }
  };
  async function* whole(): AsyncGenerator<Uint8Array> {
    try {
      if (head.length > 0) yield head;
      for (;;) {
        const { done, value } = await rest.next();
        if (done) return;
        yield value;
      }
    } finally {
      await rest.return?.();
    }
  }
  await readUpTo(FOREIGN_MAGIC_BYTES);
  if (captureFormat(head) === "gzip") {
    await readUpTo(GZIP_BEGINNING_BYTES);
    const inside = await gunzipHead(head.subarray(0, GZIP_BEGINNING_BYTES), FOREIGN_MAGIC_BYTES);
    const isText = captureFormat(inside) === null && findForeignFormat(inside).kind === "text";
    if (isText) return { head: inside, whole: unpackText(name, whole()), isGzippedText: true };
  }
  return { head: head.subarray(0, FOREIGN_MAGIC_BYTES), whole: whole(), isGzippedText: false };
}

/** @throws {Problem} `unreadable-capture`: it is damaged, or grows beyond its bounds */
async function* unpackText(name: string, body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  const refuse = (why: string): Problem => {
    const reason = `Cannot unpack "${name}" at byte ${bytes} of the text in it: ${why}`;
    return new Problem("unreadable-capture", {
      params: { reason },
      errors: [{ pointer: "", detail: reason }],
    });
  };
  try {
    for await (const chunk of gunzip(body)) {
      // A log says the same again and again, so that no ratio tells it from one that is to grow without end.
      if (bytes + chunk.length > MAX_LOG_BYTES)
        throw refuse(`it has more than the ${MAX_LOG_BYTES} bytes that are allowed`);
      bytes += chunk.length;
      yield chunk;
    }
  } catch (error) {
    if (!(error instanceof GunzipError)) throw error;
    throw refuse("the gzip file is damaged or ends too early");
  }
}

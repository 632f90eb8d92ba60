/** What a file is that somebody gives: known by its first bytes, and read as a text if it is no capture. */
import { concatBytes } from "../../shared/bytes/concat.ts";
import {
  FOREIGN_MAGIC_BYTES,
  findForeignFormat,
  UnreadableCaptureError,
} from "../../shared/capture/foreign.ts";
import { decodeText } from "../../shared/evidence/character-sets.ts";
import { type SortedText, sortText } from "../../shared/evidence/sort-text.ts";
import { MAX_TEXT_BYTES, textTooLarge } from "../http/bounds.ts";
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
 * Reads the rest of a file that is no capture.
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
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > MAX_TEXT_BYTES) throw kind === "text" ? textTooLarge() : unreadableFile(name, head);
    chunks.push(chunk);
  }
  const text = decodeText(concatBytes(chunks));
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

/** The first bytes of a file, and all of it. */
export async function peek(
  body: AsyncIterable<Uint8Array>,
): Promise<{ head: Uint8Array; whole: AsyncIterable<Uint8Array> }> {
  const rest = body[Symbol.asyncIterator]();
  let head: Uint8Array = new Uint8Array(0);
  while (head.length < FOREIGN_MAGIC_BYTES) {
    const { done, value } = await rest.next();
    if (done) break;
    head = head.length === 0 ? value : concatBytes([head, value]);
  }
  const begin = head;
  async function* whole(): AsyncGenerator<Uint8Array> {
    if (begin.length > 0) yield begin;
    for (;;) {
      const { done, value } = await rest.next();
      if (done) return;
      yield value;
    }
  }
  return { head: head.subarray(0, FOREIGN_MAGIC_BYTES), whole: whole() };
}

/**
 * Reads the files that a command is given as evidence: captures, the JSON of a run or report, and pasted
 * text.
 */
import { open, readFile } from "node:fs/promises";
import { basename } from "node:path";
import { fromBase64 } from "../shared/bytes/base64.ts";
import { FOREIGN_MAGIC_BYTES, findForeignFormat, UnreadableCaptureError } from "../shared/capture/foreign.ts";
import { captureFormat } from "../shared/capture/format.ts";
import { decodeText } from "../shared/evidence/character-sets.ts";
import { readPastedText } from "../shared/evidence/text/read.ts";
import { Evidence } from "../shared/schema/evidence.ts";
import { readCapture } from "../shared/transcript/read-capture.ts";
import type { Transcript } from "../shared/transcript/transcript.ts";
import { fileChunks } from "./file-chunks.ts";
import { sizeOf, UnusableInputError } from "./unusable-input.ts";

/** A larger text is no output of a command that somebody pasted. */
const MOST_TEXT_BYTES = 8 * 1024 * 1024;

/** The evidence of all files, and the captures read. */
export interface Loaded {
  evidence: Evidence;
  transcripts: Transcript[];
  /** Files that nothing was found in. The others are diagnosed all the same. */
  unusable: UnusableInputError[];
}

/**
 * Reads all files as one body of evidence.
 *
 * @throws {UnusableInputError} a file is missing, a directory or empty, or none of them is of a kind that is
 * read here
 */
export async function loadEvidence(files: readonly string[]): Promise<Loaded> {
  const evidence = Evidence.parse({ schema: "ikefrag/evidence/1" });
  const loaded: Loaded = { evidence, transcripts: [], unusable: [] };
  for (const file of files) sizeOf(file); // a name that was mistyped is said before anything is read
  for (const file of files) {
    try {
      await loadFile(file, loaded);
    } catch (error) {
      if (!(error instanceof UnusableInputError)) throw error;
      loaded.unusable.push(error);
    }
  }
  const [first] = loaded.unusable;
  if (first && loaded.unusable.length === files.length) throw first;
  return loaded;
}

async function loadFile(file: string, loaded: Loaded): Promise<void> {
  const size = sizeOf(file);
  const name = basename(file).slice(0, 128);
  const head = await readHead(file);
  if (captureFormat(head) !== null) {
    loaded.transcripts.push(await loadCapture(file, name));
    return;
  }
  const foreign = findForeignFormat(head);
  const text =
    size <= MOST_TEXT_BYTES && (foreign.kind === "text" || foreign.kind === "unknown")
      ? decodeText(await readFile(file))
      : null;
  if (text === null) throw new UnusableInputError(new UnreadableCaptureError(file, foreign).message);
  const { readings } = readPastedText({ name, text });
  // A shell's prompt begins like JSON, and what can be read as text is no JSON.
  if (readings.length === 0 && /^\s*[{[]/.test(text)) {
    await loadJson(file, text, loaded);
    return;
  }
  if (readings.length === 0) {
    throw new UnusableInputError(
      `Cannot use "${file}": it is text, but no output of netsh or ping was found in it. Give a capture (pcap, pcapng), the JSON of a run, or the output of "netsh interface ipv4 show interfaces" or "ping -f -l"`,
    );
  }
  loaded.evidence.texts.push({ name, text: text.slice(0, 262_144) });
}

async function loadJson(file: string, text: string, loaded: Loaded): Promise<void> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new UnusableInputError(`Cannot read "${file}" as JSON: ${(error as Error).message}`);
  }
  // A report of the service holds its evidence.
  const candidate = typeof json === "object" && json !== null && "evidence" in json ? json.evidence : json;
  const parsed = Evidence.safeParse(candidate);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const where = issue && issue.path.length > 0 ? ` at /${issue.path.join("/")}` : "";
    throw new UnusableInputError(
      `Cannot use "${file}": it is JSON, but not evidence that ikefrag knows${where}: ${issue?.message ?? "unknown"}. Such a file is written by "ikefrag probe --save FILE"`,
    );
  }
  const { evidence, transcripts } = loaded;
  const { captures, ...more } = parsed.data;
  evidence.startedAt ??= more.startedAt;
  evidence.gateway ??= more.gateway;
  evidence.agent ??= more.agent;
  evidence.measurements.push(...more.measurements);
  evidence.texts.push(...more.texts);
  for (const { name, base64 } of captures) transcripts.push(await readCapture(name, fromBase64(base64)));
}

async function loadCapture(file: string, name: string): Promise<Transcript> {
  try {
    return await readCapture(name, fileChunks(file));
  } catch (error) {
    if (error instanceof UnreadableCaptureError) throw new UnusableInputError(error.message);
    throw error;
  }
}

async function readHead(file: string): Promise<Uint8Array> {
  const handle = await open(file);
  try {
    const { bytesRead, buffer } = await handle.read(
      new Uint8Array(FOREIGN_MAGIC_BYTES),
      0,
      FOREIGN_MAGIC_BYTES,
      0,
    );
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

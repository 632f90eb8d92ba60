/**
 * Reads files as one body of evidence: captures, the JSON of runs and reports, and pasted text. The program
 * on a command line and the page that analyzes in the browser read with it, so that both find the same.
 */
import { fromBase64 } from "../bytes/base64.ts";
import { concatBytes } from "../bytes/concat.ts";
import { FOREIGN_MAGIC_BYTES, findForeignFormat, UnreadableCaptureError } from "../capture/foreign.ts";
import { captureFormat } from "../capture/format.ts";
import { Evidence, MOST_TEXT_CHARACTERS } from "../schema/evidence.ts";
import type { End } from "../schema/joined.ts";
import { GunzipError, gunzip, gunzipHead } from "../transcript/chunks.ts";
import { readCapture } from "../transcript/read-capture.ts";
import { decodeText } from "./character-sets.ts";
import { NewestLines } from "./newest-lines.ts";
import { type ObservedCapture, useUpCapture } from "./observe-captures.ts";
import { mergeRehearsals } from "./rehearsal/merge-rehearsals.ts";
import { sortText } from "./sort-text.ts";
import { UnusableInputError } from "./unusable-input.ts";

/** A larger text is neither a run's JSON nor the output of a command: of a log, its end is kept. */
const MOST_TEXT_BYTES = 8 * 1024 * 1024;
/** So much of a gzip file gives the first bytes of what is in it. */
const GZIP_BEGINNING_BYTES = 4_096;

/** A file that somebody gives as evidence, wherever it is kept. */
export interface GivenFile {
  /** What messages call it: a path, or a name. */
  path: string;
  /** What evidence calls it, before two of one name are told apart; at most 128 characters. */
  name: string;
  /** Where it was made; `null` where nobody says so. */
  end: End | null;
  /** Its size in bytes. @throws {UnusableInputError} it is empty, or cannot be read */
  bytes(): number;
  /** Its first bytes, so many or fewer. */
  head(bytes: number): Promise<Uint8Array>;
  /** All of it from its beginning, each time. A chunk is valid only until the next one is asked for. */
  chunks(): AsyncIterable<Uint8Array>;
}

/** The evidence of all files, and the captures read. */
export interface Loaded {
  evidence: Evidence;
  transcripts: ObservedCapture[];
  /** Files that nothing was found in, and what would be usable. The others are diagnosed all the same. */
  unusable: { name: string; why: string }[];
}

/**
 * Reads all files, one after another.
 *
 * @param gateway the VPN gateway as the user names it; it counts for more than what a file says
 * @throws {UnusableInputError} none of them is of a kind that is read here: what is wrong with the first one
 */
export async function loadFiles(files: readonly GivenFile[], gateway: string | null = null): Promise<Loaded> {
  const evidence = Evidence.parse({ schema: "ikefrag/evidence/1" });
  const loaded: Loaded = { evidence, transcripts: [], unusable: [] };
  const errors: UnusableInputError[] = [];
  const names = new Set<string>();
  for (const file of files) {
    const name = ownName(file.name, names);
    const [texts, transcripts] = [evidence.texts.length, loaded.transcripts.length];
    try {
      await loadFile(file, name, loaded);
    } catch (error) {
      if (!(error instanceof UnusableInputError)) throw error;
      errors.push(error);
      loaded.unusable.push({ name, why: error.message });
    }
    if (file.end === null) continue;
    for (const text of evidence.texts.slice(texts)) evidence.recordedAt[text.name] = file.end;
    for (const { capture } of loaded.transcripts.slice(transcripts)) evidence.recordedAt[capture] = file.end;
  }
  const [first] = errors;
  if (first && errors.length === files.length) throw first;
  evidence.gateway = gateway ?? evidence.gateway;
  return loaded;
}

/** A name that no other file has: people call the captures of both ends alike. */
function ownName(name: string, names: Set<string>): string {
  let own = name;
  for (let n = 2; names.has(own); n++) own = `${name.slice(0, 120)} (${n})`;
  names.add(own);
  return own;
}

/**
 * The text in a file, of a very large log its end.
 *
 * @returns `null`: it is a capture
 * @throws {UnusableInputError} it is neither, or cannot be read
 */
export async function textIn(file: GivenFile): Promise<string | null> {
  const size = file.bytes();
  const beginning = await file.head(GZIP_BEGINNING_BYTES);
  const inside =
    captureFormat(beginning) === "gzip" ? await gunzipHead(beginning, FOREIGN_MAGIC_BYTES) : null;
  const isGzippedText =
    inside !== null && captureFormat(inside) === null && findForeignFormat(inside).kind === "text";
  const head = inside !== null && isGzippedText ? inside : beginning.subarray(0, FOREIGN_MAGIC_BYTES);
  if (captureFormat(head) !== null) return null;
  const foreign = findForeignFormat(head);
  const isText = foreign.kind === "text" || (size <= MOST_TEXT_BYTES && foreign.kind === "unknown");
  const text = isText ? await readText(file, isGzippedText) : null;
  if (text === null) throw new UnusableInputError(new UnreadableCaptureError(file.path, foreign).message);
  return text;
}

async function loadFile(file: GivenFile, name: string, loaded: Loaded): Promise<void> {
  const { path } = file;
  const text = await textIn(file);
  if (text === null) {
    loaded.transcripts.push(await loadCapture(file, name));
    return;
  }
  const sorted = sortText(name, text);
  switch (sorted.kind) {
    case "outputs":
      loaded.evidence.texts.push(sorted.pasted);
      return;
    case "evidence":
      return addEvidence(sorted.evidence, loaded);
    case "no-output":
      throw new UnusableInputError(
        `Cannot use "${path}": it is text, but no output that ikefrag knows was found in it. Give a capture (pcap, pcapng), the JSON of a run, or the output of a command such as "netsh interface ipv4 show interfaces", "ping -f -l", "tracepath" or "traceroute --mtu"`,
      );
    case "too-long":
      throw new UnusableInputError(
        `Cannot use "${path}": it has more than ${MOST_TEXT_CHARACTERS} characters. Give the part that shows the failing connection`,
      );
    case "malformed-json":
      throw new UnusableInputError(`Cannot read "${path}" as JSON: ${sorted.why}`);
    case "foreign-json":
      throw new UnusableInputError(
        `Cannot use "${path}": it is JSON, but not evidence that ikefrag knows${sorted.where && ` at ${sorted.where}`}: ${sorted.why}. Such a file is written by "ikefrag probe --save FILE"`,
      );
  }
}

/** Adds the evidence of a run or a report: what is known already stays. */
async function addEvidence({ captures, ...more }: Evidence, loaded: Loaded): Promise<void> {
  const { evidence, transcripts } = loaded;
  evidence.startedAt ??= more.startedAt;
  evidence.gateway ??= more.gateway;
  evidence.agent ??= more.agent;
  evidence.measurements.push(...more.measurements);
  evidence.rehearsal = mergeRehearsals(evidence.rehearsal, more.rehearsal);
  evidence.texts.push(...more.texts);
  evidence.recordedAt = { ...evidence.recordedAt, ...more.recordedAt };
  for (const { name, base64 } of captures)
    transcripts.push(useUpCapture(await readCapture(name, fromBase64(base64))));
}

async function loadCapture(file: GivenFile, name: string): Promise<ObservedCapture> {
  try {
    return useUpCapture(await readCapture(name, file.chunks()));
  } catch (error) {
    if (error instanceof UnreadableCaptureError) throw new UnusableInputError(error.message);
    throw error;
  }
}

/** The text in a file; of a very large one its end. */
async function readText(file: GivenFile, isGzipped: boolean): Promise<string | null> {
  const newest = new NewestLines();
  let whole: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of isGzipped ? gunzip(file.chunks()) : file.chunks()) {
      bytes += chunk.length;
      newest.push(chunk);
      if (bytes <= MOST_TEXT_BYTES) whole.push(chunk.slice());
      else whole = [];
    }
  } catch (error) {
    if (!(error instanceof GunzipError)) throw error;
    throw new UnusableInputError(
      `Cannot read "${file.path}": it is a gzipped text that is damaged or ends too early, at byte ${bytes} of the text`,
    );
  }
  return bytes <= MOST_TEXT_BYTES ? decodeText(concatBytes(whole)) : newest.end(decodeText);
}

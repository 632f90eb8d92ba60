/**
 * Reads the files that a command is given as evidence: captures, the JSON of a run or report, and pasted
 * text.
 */

import { open } from "node:fs/promises";
import { basename } from "node:path";
import { fromBase64 } from "../shared/bytes/base64.ts";
import { concatBytes } from "../shared/bytes/concat.ts";
import { FOREIGN_MAGIC_BYTES, findForeignFormat, UnreadableCaptureError } from "../shared/capture/foreign.ts";
import { captureFormat } from "../shared/capture/format.ts";
import { diagnoseObservations, type UnusableFile } from "../shared/diagnose/diagnose.ts";
import { decodeText } from "../shared/evidence/character-sets.ts";
import { NewestLines } from "../shared/evidence/newest-lines.ts";
import type { Observations } from "../shared/evidence/observations.ts";
import { observe } from "../shared/evidence/observe.ts";
import { type ObservedCapture, useUpCapture } from "../shared/evidence/observe-captures.ts";
import { mergeRehearsals } from "../shared/evidence/rehearsal/merge-rehearsals.ts";
import { sortText } from "../shared/evidence/sort-text.ts";
import type { Diagnosis } from "../shared/schema/diagnosis.ts";
import { Evidence, MOST_TEXT_CHARACTERS } from "../shared/schema/evidence.ts";
import type { End } from "../shared/schema/joined.ts";
import { GunzipError, gunzip, gunzipHead } from "../shared/transcript/chunks.ts";
import { readCapture } from "../shared/transcript/read-capture.ts";
import { fileChunks } from "./file-chunks.ts";
import { MissingInputError, sizeOf, UnusableInputError } from "./unusable-input.ts";

/** A larger text is neither a run's JSON nor the output of a command: of a log, its end is kept. */
const MOST_TEXT_BYTES = 8 * 1024 * 1024;
/** So much of a gzip file gives the first bytes of what is in it. */
const GZIP_BEGINNING_BYTES = 4_096;

/** The evidence of all files, and the captures read. */
export interface Loaded {
  evidence: Evidence;
  transcripts: ObservedCapture[];
  /** Files that nothing was found in, and what would be usable. The others are diagnosed all the same. */
  unusable: UnusableFile[];
}

/**
 * Reads all files as one body of evidence.
 *
 * @param gateway the VPN gateway as the user names it; it counts for more than what a file says
 * @param ends where files were made, as far as the user says so
 * @throws {UnusableInputError} a file is missing, or none of them is of a kind that is read here
 */
export async function loadEvidence(
  files: readonly string[],
  gateway: string | null = null,
  ends: ReadonlyMap<string, End> = new Map(),
): Promise<Loaded> {
  const evidence = Evidence.parse({ schema: "ikefrag/evidence/1" });
  const loaded: Loaded = { evidence, transcripts: [], unusable: [] };
  const errors: UnusableInputError[] = [];
  for (const file of files) refuseMissing(file); // a name that was mistyped is said before anything is read
  const names = new Set<string>();
  for (const file of files) {
    const name = ownName(sourceName(file), names);
    const [texts, transcripts] = [evidence.texts.length, loaded.transcripts.length];
    try {
      await loadFile(file, name, loaded);
    } catch (error) {
      if (!(error instanceof UnusableInputError)) throw error;
      errors.push(error);
      loaded.unusable.push({ name, why: error.message });
    }
    const end = ends.get(file);
    if (end === undefined) continue;
    for (const text of evidence.texts.slice(texts)) evidence.recordedAt[text.name] = end;
    for (const { capture } of loaded.transcripts.slice(transcripts)) evidence.recordedAt[capture] = end;
  }
  const [first] = errors;
  if (first && errors.length === files.length) throw first;
  evidence.gateway = gateway ?? evidence.gateway;
  return loaded;
}

function refuseMissing(file: string): void {
  try {
    sizeOf(file);
  } catch (error) {
    if (error instanceof MissingInputError || !(error instanceof UnusableInputError)) throw error;
  }
}

/** A name that no other file has: people call the captures of both ends alike. */
function ownName(name: string, names: Set<string>): string {
  let own = name;
  for (let n = 2; names.has(own); n++) own = `${name.slice(0, 120)} (${n})`;
  names.add(own);
  return own;
}

const sourceName = (file: string): string => basename(file).slice(0, 128) || "file";

/** Judges what was loaded. A file that could not be used is a warning of the diagnosis. */
export function diagnoseLoaded({ evidence, transcripts, unusable }: Loaded): {
  observations: Observations;
  diagnosis: Diagnosis;
} {
  const observations = observe(evidence, transcripts);
  return { observations, diagnosis: diagnoseObservations(observations, unusable) };
}

async function loadFile(file: string, name: string, loaded: Loaded): Promise<void> {
  const size = sizeOf(file);
  const beginning = await readHead(file);
  const inside =
    captureFormat(beginning) === "gzip" ? await gunzipHead(beginning, FOREIGN_MAGIC_BYTES) : null;
  const isGzippedText =
    inside !== null && captureFormat(inside) === null && findForeignFormat(inside).kind === "text";
  const head = inside !== null && isGzippedText ? inside : beginning.subarray(0, FOREIGN_MAGIC_BYTES);
  if (captureFormat(head) !== null) {
    loaded.transcripts.push(await loadCapture(file, name));
    return;
  }
  const foreign = findForeignFormat(head);
  const isText = foreign.kind === "text" || (size <= MOST_TEXT_BYTES && foreign.kind === "unknown");
  const text = isText ? await readText(file, isGzippedText) : null;
  if (text === null) throw new UnusableInputError(new UnreadableCaptureError(file, foreign).message);
  const sorted = sortText(name, text);
  switch (sorted.kind) {
    case "outputs":
      loaded.evidence.texts.push(sorted.pasted);
      return;
    case "evidence":
      return addEvidence(sorted.evidence, loaded);
    case "no-output":
      throw new UnusableInputError(
        `Cannot use "${file}": it is text, but no output that ikefrag knows was found in it. Give a capture (pcap, pcapng), the JSON of a run, or the output of a command such as "netsh interface ipv4 show interfaces", "ping -f -l", "tracepath" or "traceroute --mtu"`,
      );
    case "too-long":
      throw new UnusableInputError(
        `Cannot use "${file}": it has more than ${MOST_TEXT_CHARACTERS} characters. Give the part that shows the failing connection`,
      );
    case "malformed-json":
      throw new UnusableInputError(`Cannot read "${file}" as JSON: ${sorted.why}`);
    case "foreign-json":
      throw new UnusableInputError(
        `Cannot use "${file}": it is JSON, but not evidence that ikefrag knows${sorted.where && ` at ${sorted.where}`}: ${sorted.why}. Such a file is written by "ikefrag probe --save FILE"`,
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

async function loadCapture(file: string, name: string): Promise<ObservedCapture> {
  boundYoungGeneration();
  try {
    return useUpCapture(await readCapture(name, fileChunks(file)));
  } catch (error) {
    if (error instanceof UnreadableCaptureError) throw new UnusableInputError(error.message);
    throw error;
  }
}

/**
 * Messages of a large capture are kept, and so the engine makes ever more room for new objects: half of what
 * the program takes, and it is no faster for it. It is told to leave that. Other engines go without.
 */
function boundYoungGeneration(): void {
  process.getBuiltinModule("node:v8").setFlagsFromString?.("--semi-space-growth-factor=1");
}

/** The text in a file; of a very large one its end. */
async function readText(file: string, isGzipped: boolean): Promise<string | null> {
  const newest = new NewestLines();
  let whole: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of isGzipped ? gunzip(fileChunks(file)) : fileChunks(file)) {
      bytes += chunk.length;
      newest.push(chunk);
      if (bytes <= MOST_TEXT_BYTES) whole.push(chunk.slice());
      else whole = [];
    }
  } catch (error) {
    if (!(error instanceof GunzipError)) throw error;
    throw new UnusableInputError(
      `Cannot read "${file}": it is a gzipped text that is damaged or ends too early, at byte ${bytes} of the text`,
    );
  }
  return bytes <= MOST_TEXT_BYTES ? decodeText(concatBytes(whole)) : newest.end(decodeText);
}

async function readHead(file: string): Promise<Uint8Array> {
  const handle = await open(file);
  try {
    const { bytesRead, buffer } = await handle.read(
      new Uint8Array(GZIP_BEGINNING_BYTES),
      0,
      GZIP_BEGINNING_BYTES,
      0,
    );
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

/** Reads the files that a command is given as evidence. */
import { open } from "node:fs/promises";
import { basename } from "node:path";
import { diagnoseObservations } from "../shared/diagnose/diagnose.ts";
import { type GivenFile, type Loaded, loadFiles } from "../shared/evidence/load-files.ts";
import type { Observations } from "../shared/evidence/observations.ts";
import { observe } from "../shared/evidence/observe.ts";
import type { Diagnosis } from "../shared/schema/diagnosis.ts";
import type { End } from "../shared/schema/joined.ts";
import { fileChunks } from "./file-chunks.ts";
import { MissingInputError, sizeOf, UnusableInputError } from "./unusable-input.ts";

/**
 * Reads all files as one body of evidence.
 *
 * @param gateway the VPN gateway as the user names it; it counts for more than what a file says
 * @param ends where files were made, as far as the user says so
 * @throws {UnusableInputError} a file is missing, or none of them is of a kind that is read here
 */
export function loadEvidence(
  files: readonly string[],
  gateway: string | null = null,
  ends: ReadonlyMap<string, End> = new Map(),
): Promise<Loaded> {
  for (const file of files) refuseMissing(file); // a name that was mistyped is said before anything is read
  boundYoungGeneration();
  return loadFiles(
    files.map((file) => onDisk(file, ends.get(file) ?? null)),
    gateway,
  );
}

function refuseMissing(file: string): void {
  try {
    sizeOf(file);
  } catch (error) {
    if (error instanceof MissingInputError || !(error instanceof UnusableInputError)) throw error;
  }
}

const onDisk = (path: string, end: End | null): GivenFile => ({
  path,
  name: basename(path).slice(0, 128) || "file",
  end,
  bytes: () => sizeOf(path),
  head: (bytes) => readHead(path, bytes),
  chunks: () => fileChunks(path),
});

/** Judges what was loaded. A file that could not be used is a warning of the diagnosis. */
export function diagnoseLoaded({ evidence, transcripts, unusable }: Loaded): {
  observations: Observations;
  diagnosis: Diagnosis;
} {
  const observations = observe(evidence, transcripts);
  return { observations, diagnosis: diagnoseObservations(observations, unusable) };
}

/**
 * Messages of a large capture are kept, and so the engine makes ever more room for new objects: half of what
 * the program takes, and it is no faster for it. It is told to leave that. Other engines go without.
 */
function boundYoungGeneration(): void {
  process.getBuiltinModule("node:v8").setFlagsFromString?.("--semi-space-growth-factor=1");
}

async function readHead(file: string, bytes: number): Promise<Uint8Array> {
  const handle = await open(file);
  try {
    const { bytesRead, buffer } = await handle.read(new Uint8Array(bytes), 0, bytes, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

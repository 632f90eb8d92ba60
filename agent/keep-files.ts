/** The files that a run writes: what the user asked to keep, and what could not be sent. */
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AgentInfo, Measurement } from "../shared/schema/measurement.ts";
import { plain } from "./io/console-text.ts";
import type { Terminal } from "./io/terminal.ts";
import type { Words } from "./words/words.ts";

/** What was measured so far, in the shape that the service keeps and that `ikefrag analyze` reads. */
export interface EvidenceFile {
  schema: "ikefrag/evidence/1";
  startedAt: string;
  gateway: string;
  agent: AgentInfo;
  measurements: Measurement[];
}

/** How the person learns what was written, and what was not. */
export interface Told {
  words: Words;
  terminal: Terminal;
}

/** What is needed to keep the unsent evidence of a case. */
export interface Unsent extends Told {
  code: string;
  evidence: EvidenceFile;
  /** The file that the user asked for; `null`: none. */
  saveFile: string | null;
}

/** Writes the measurements. @returns whether that worked */
export function saveEvidence(file: string, evidence: EvidenceFile, told: Told): Promise<boolean> {
  return write(file, `${JSON.stringify(evidence, null, 2)}\n`, told.words("savedTo", { file }), told);
}

/** Writes a recording beside the measurements. @returns whether that worked */
export function saveCapture(evidenceFile: string, capture: Uint8Array, told: Told): Promise<boolean> {
  const file = captureFileFor(evidenceFile);
  return write(file, capture, told.words("captureSavedTo", { file }), told);
}

/** Keeps measurements that could not be sent, and says what to do with the file. */
export async function keepUnsentEvidence(unsent: Unsent): Promise<void> {
  const { saveFile, evidence, words, terminal } = unsent;
  const [here, elsewhere] = unsentFiles(unsent, "json");
  for (const file of saveFile === null ? [here, elsewhere] : [saveFile, here]) {
    if (!(await saveEvidence(file, evidence, unsent))) continue;
    terminal.say(words("sendLater", { file }));
    terminal.say(words("runAgain"));
    return;
  }
}

/** Keeps a recording that could not be sent, and says what to do with the file. */
export async function keepUnsentCapture(unsent: Unsent, capture: Uint8Array): Promise<void> {
  const { saveFile, words, terminal } = unsent;
  const [here, elsewhere] = unsentFiles(unsent, "pcap");
  for (const file of saveFile === null ? [here, elsewhere] : [captureFileFor(saveFile), here]) {
    if (!(await write(file, capture, words("captureSavedTo", { file }), unsent))) continue;
    terminal.say(words("sendLater", { file }));
    return;
  }
}

/** Where to put what could not be sent: in the current folder, or in the one for temporary files. */
function unsentFiles({ code, evidence }: Unsent, extension: string): [here: string, elsewhere: string] {
  const moment = evidence.startedAt.replace(/[^0-9]/g, "").slice(0, 14);
  const name = `ikefrag-${code.replace(/[^A-Za-z0-9]/g, "")}-${moment}.${extension}`;
  return [name, join(tmpdir(), name)];
}

/** The recording's file stands beside the measurements', because both are analysed together. */
const captureFileFor = (evidenceFile: string): string => `${evidenceFile}.pcap`;

async function write(
  file: string,
  content: string | Uint8Array,
  saying: string,
  { words, terminal }: Told,
): Promise<boolean> {
  try {
    await writeFile(file, content, { mode: 0o600 });
    terminal.say(saying);
    return true;
  } catch (error) {
    const reason = plain(error instanceof Error ? error.message : String(error), 300);
    terminal.say(words("cannotSave", { file, reason }));
    return false;
  }
}

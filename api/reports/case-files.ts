/** What a case has from the gateway's side, as evidence for each of its reports. */
import type { Evidence, PastedText } from "../../shared/schema/evidence.ts";
import type { Transcript } from "../../shared/transcript/transcript.ts";
import type { Deps } from "../deps.ts";
import { MAX_KEPT_IKE_MESSAGES } from "../http/bounds.ts";
import type { CaseFile } from "../store/port.ts";
import { readStoredCapture } from "./observe-report.ts";

/** What the agent's own capture is called. */
export const RUN_CAPTURE = "capture";

/** The files of a case, read. */
export interface CaseEvidence {
  files: readonly CaseFile[];
  texts: PastedText[];
  transcripts: Transcript[];
}

const NO_CASE: CaseEvidence = { files: [], texts: [], transcripts: [] };

/** Reads the files of a case, each at most once: a case has several reports, and each is judged with all. */
export class CaseFiles {
  readonly #deps: Deps;
  readonly #read = new Map<string, PastedText | Transcript | null>();

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /**
   * The files that the case has now. What cannot be read any more is left out.
   *
   * @param want `texts`: captures are listed, and not read
   */
  async of(caseId: string | null, want: "all" | "texts" = "all"): Promise<CaseEvidence> {
    if (caseId === null) return NO_CASE;
    const files = await this.#deps.cases.files(caseId);
    const captures = files.filter(({ kind }) => kind === "capture").length;
    const maxIkeMessages = Math.floor(MAX_KEPT_IKE_MESSAGES / Math.max(1, captures));
    const found: CaseEvidence = { files, texts: [], transcripts: [] };
    for (const file of files) {
      if (want === "texts" && file.kind !== "text") continue;
      const known = this.#read.get(file.key);
      const read = known === undefined ? await this.#open(file, maxIkeMessages) : known;
      this.#read.set(file.key, read);
      if (read === null) continue;
      if ("text" in read) found.texts.push(read);
      else found.transcripts.push(read);
    }
    return found;
  }

  async #open(file: CaseFile, maxIkeMessages: number): Promise<PastedText | Transcript | null> {
    if (file.kind === "capture") return readStoredCapture(this.#deps, file, { maxIkeMessages });
    const stream = await this.#deps.blobs.get(file.key);
    return stream === null ? null : { name: file.name, text: await new Response(stream).text() };
  }
}

/** The evidence of a report with the texts of its case, and with where each file was recorded. */
export function withCaseFiles(evidence: Evidence, ofCase: CaseEvidence): Evidence {
  if (ofCase === NO_CASE) return evidence;
  const { files, texts } = ofCase;
  const recordedAt = { ...evidence.recordedAt };
  // The agent records on the client's computer and nowhere else.
  recordedAt[RUN_CAPTURE] = "client";
  for (const { name, recordedAt: end } of files) recordedAt[name] = end;
  return { ...evidence, texts: [...texts, ...evidence.texts], recordedAt };
}

/**
 * Takes what was recorded on the gateway's side of a case: captures, minimised as they arrive, and logs as
 * they are. Each file is kept as soon as it is whole, so that an upload that breaks off loses only the rest.
 */
import { captureFormat } from "../../shared/capture/format.ts";
import { observe } from "../../shared/evidence/observe.ts";
import type { GatewayFile } from "../../shared/schema/api.ts";
import { Evidence, type PastedText } from "../../shared/schema/evidence.ts";
import type { End } from "../../shared/schema/joined.ts";
import type { Transcript } from "../../shared/transcript/transcript.ts";
import { newKey, sha256Hex } from "../auth/secrets.ts";
import type { Deps } from "../deps.ts";
import { formTooLarge, MAX_CAPTURE_BYTES, MAX_CASE_FILES, MAX_CASE_TEXT_BYTES } from "../http/bounds.ts";
import { isOfOneFile, Problem } from "../http/problem.ts";
import { CaseFiles, RUN_CAPTURE } from "../reports/case-files.ts";
import { deleteUnused } from "../reports/delete-objects.ts";
import { peek, plainFileName, readTextFile, sortGiven, unreadableFile } from "../reports/read-file.ts";
import { takeCapture } from "../reports/take-capture.ts";
import type { Unusable } from "../reports/take-evidence.ts";
import { type FormFile, type FormUpload, takeForm } from "../reports/take-form.ts";
import { judgeAgain } from "../reports/write-report.ts";
import { newObjectKey } from "../store/object-key.ts";
import type { Case, CaseFile } from "../store/port.ts";
import { LostObjectError } from "../store/unavailable.ts";
import { UploadAllowance } from "./upload-allowance.ts";

/** What came of an upload. */
export interface TakenGatewayFiles {
  taken: GatewayFile[];
  unusable: Unusable[];
  /** The reports that were judged anew. */
  reports: string[];
}

/** An upload on its way to us. */
export interface GatewayUpload extends FormUpload {
  /** What `Content-Length` says; `null` when it says nothing. */
  announcedBytes: number | null;
  /** Who of the staff sends it; `null`: it comes by the gateway's link. */
  sentBy: string | null;
}

/** Where the parts of the form were recorded. */
const ENDS: ReadonlyMap<string, End> = new Map([
  ["file", "gateway"],
  ["text", "gateway"],
  ["gateway", "gateway"],
  ["between", "between"],
]);

/** What is pasted has no file's name. */
const PASTED = "pasted-log";

/** What other evidence of a report is called. */
const RESERVED: ReadonlySet<string> = new Set([RUN_CAPTURE, "run"]);

/**
 * Takes the files and texts of a form, and judges the reports of the case anew. A file that cannot be used is
 * named.
 *
 * @throws {Problem} when nothing of it can be used, or the form cannot be read; what was whole before is kept
 */
export async function takeGatewayFiles(
  deps: Deps,
  entry: Case,
  { announcedBytes, body, contentType, sentBy, signal }: GatewayUpload,
): Promise<TakenGatewayFiles> {
  const allowance = await UploadAllowance.begin(deps, entry.id, "gateway", announcedBytes);
  const intake = new GatewayIntake(deps, entry, sentBy, allowance);
  let reports: string[] = [];
  try {
    await takeForm(
      { contentType, body: allowance.counted(body), signal },
      {
        field: async (part, value) => {
          const end = endOf(part);
          if (value.trim() !== "") await intake.takeText(PASTED, value, end);
        },
        file: ({ part, ...file }) => intake.takeFile(file, endOf(part)),
      },
    );
    await allowance.settle(intake.keptBytes);
  } catch (error) {
    // What broke off costs what is kept of it.
    await allowance.giveBack(intake.keptBytes);
    throw allowance.refused ?? error;
  } finally {
    if (intake.hasNew) reports = await judgeReportsAgain(deps, entry.id);
  }
  const { taken, unusable } = intake;
  if (taken.length === 0) throw unusable[0]?.problem ?? new Problem("empty-body");
  return { taken, unusable, reports };
}

function endOf(part: string): End {
  const end = ENDS.get(part);
  if (end !== undefined) return end;
  throw new Problem("invalid-fields", {
    params: { target: "form" },
    errors: [{ pointer: `/${part}`, detail: "is not a known field" }],
  });
}

const MOST_JUDGED_AGAIN = 50;

/**
 * Judges each report of a case anew, or of many the newest. One that cannot be, because something is gone,
 * keeps its diagnosis.
 *
 * @param given names of files that were taken away on purpose
 * @returns the reports that were
 */
export async function judgeReportsAgain(
  deps: Deps,
  caseId: string,
  given: readonly string[] = [],
): Promise<string[]> {
  const caseFiles = new CaseFiles(deps);
  const judged: string[] = [];
  // Of a fleet the newest: the others are judged with the file when somebody has them reanalyzed.
  for (const reportId of (await deps.reports.ofCase(caseId)).slice(-MOST_JUDGED_AGAIN)) {
    try {
      const { outcome } = await judgeAgain(deps, reportId, caseFiles, given);
      if (outcome !== "kept") judged.push(reportId);
    } catch (error) {
      // The report itself was deleted a moment ago.
      if (error instanceof Problem && error.status < 500) continue;
      if (error instanceof LostObjectError) {
        deps.log({ level: "error", message: error.message });
        continue;
      }
      throw error;
    }
  }
  return judged;
}

/** Keeps file after file. */
class GatewayIntake {
  readonly taken: GatewayFile[] = [];
  readonly unusable: Unusable[] = [];
  /** Whether the case has something now that it did not have. */
  hasNew = false;
  /** What the files that are kept cost of the allowance. */
  keptBytes = 0;
  readonly #deps: Deps;
  readonly #case: Case;
  readonly #sentBy: string | null;
  readonly #allowance: UploadAllowance;

  constructor(deps: Deps, entry: Case, sentBy: string | null, allowance: UploadAllowance) {
    this.#allowance = allowance;
    this.#deps = deps;
    this.#case = entry;
    this.#sentBy = sentBy;
  }

  async takeText(name: string, text: string, end: End): Promise<void> {
    await this.#attempt(name, () =>
      this.#keepText({ name, text }, new TextEncoder().encode(text).length, end),
    );
  }

  async takeFile({ fileName, body, ...limits }: Omit<FormFile, "part">, end: End): Promise<void> {
    const name = plainFileName(fileName);
    await this.#attempt(name, async () => {
      let received = 0;
      async function* counted(): AsyncGenerator<Uint8Array> {
        for await (const chunk of body) {
          received += chunk.length;
          yield chunk;
        }
      }
      const { head, whole } = await peek(name, counted());
      if (head.length === 0) throw unreadableFile(name, head);
      if (captureFormat(head) === null) {
        const text = await readTextFile(name, head, whole);
        return this.#keepText({ name, text }, received, end);
      }
      await this.#keepCapture(name, whole, limits, end);
    });
  }

  async #attempt(name: string, take: () => Promise<void>): Promise<void> {
    try {
      await take();
    } catch (error) {
      if (!isOfOneFile(error)) throw error;
      this.unusable.push({ name, problem: error });
    }
  }

  async #keepCapture(
    name: string,
    body: AsyncIterable<Uint8Array>,
    { bytesLeft, signal }: Pick<FormFile, "bytesLeft" | "signal">,
    end: End,
  ): Promise<void> {
    const maxBytes = Math.min(MAX_CAPTURE_BYTES, bytesLeft);
    try {
      const beforeKept = this.#allowance.keep;
      const upload = { name, body, maxBytes, keep: true, signal, beforeKept };
      const { transcript, object, receivedBytes } = await takeCapture(this.#deps, upload);
      if (object === null) throw new Error("Cannot keep the capture: it was not written");
      const { key, bytes, sha256 } = object;
      const file = { key, kind: "capture" as const, name, bytes, receivedBytes, sha256, recordedAt: end };
      await this.#add(file, [], [transcript]);
    } catch (error) {
      const noRoom = error instanceof Problem && error.code === "body-too-large";
      throw noRoom && bytesLeft < MAX_CAPTURE_BYTES ? formTooLarge() : error;
    }
  }

  async #keepText(text: PastedText, receivedBytes: number, end: End): Promise<void> {
    const key = newObjectKey("texts", newKey(this.#deps.random), this.#deps.now());
    const content = new TextEncoder().encode(text.text);
    const stored = { bytes: content.length, receivedBytes, sha256: sha256Hex(content), recordedAt: end };
    await this.#refuseWithoutRoom(stored);
    const sorted = sortGiven(text.name, text.text);
    // A client's measurements do not come from the gateway's side.
    if (sorted.kind === "evidence")
      throw new Problem("unknown-json", { params: { reason: "it is evidence, and no log of a gateway" } });
    await this.#add({ key, kind: "text", name: text.name, ...stored }, [text], [], async () => {
      await this.#allowance.keep(content.length);
      await this.#deps.blobs.put(key, content);
    });
  }

  /** Reading a log is the dearest part of it: a case that is full does not even read one. */
  async #refuseWithoutRoom(text: Pick<CaseFile, "sha256" | "recordedAt" | "bytes">): Promise<void> {
    if ((await this.#alreadyThere(text)) !== undefined) return;
    const files = await this.#deps.cases.files(this.#case.id);
    const texts = files.filter(({ kind }) => kind === "text");
    const bytes = texts.reduce((sum, file) => sum + file.bytes, text.bytes);
    if (files.length >= MAX_CASE_FILES || bytes > MAX_CASE_TEXT_BYTES) throw caseIsFull();
  }

  /** Writes it into the index, under the first name that is free. */
  async #add(
    given: Omit<CaseFile, "caseId" | "sentBy" | "receivedAt">,
    texts: PastedText[],
    transcripts: Transcript[],
    write: () => Promise<void> = async () => {},
  ): Promise<void> {
    const { key, kind, recordedAt, receivedBytes } = given;
    try {
      const counts = countOf(recordedAt, texts, transcripts);
      if (counts.logLines === 0) throw new Problem("no-login-messages");
      const known = await this.#alreadyThere(given);
      if (known !== undefined) await deleteUnused(this.#deps, [key]);
      else await write();
      if (known === undefined) await this.#addUnderFreeName(given);
      this.hasNew ||= known === undefined;
      if (known === undefined) this.keptBytes += Math.max(given.bytes, receivedBytes);
      // Under its own name: the one that it is kept under could tell of what others sent.
      this.taken.push({ name: given.name, kind, recordedAt, receivedBytes, ...counts });
    } catch (error) {
      await deleteUnused(this.#deps, [key]);
      throw error;
    }
  }

  /** Who is not sure that it came sends it again, and a page that is loaded again does so by itself. */
  async #alreadyThere({ sha256, recordedAt }: Pick<CaseFile, "sha256" | "recordedAt">) {
    const files = await this.#deps.cases.files(this.#case.id);
    return files.find((file) => file.sha256 === sha256 && file.recordedAt === recordedAt);
  }

  async #addUnderFreeName(given: Omit<CaseFile, "caseId" | "sentBy" | "receivedAt">): Promise<void> {
    const file = {
      ...given,
      caseId: this.#case.id,
      sentBy: this.#sentBy,
      receivedAt: this.#deps.now().toISOString(),
    };
    const most = { files: MAX_CASE_FILES, textBytes: MAX_CASE_TEXT_BYTES };
    for (let n = RESERVED.has(given.name) ? 2 : 1; n <= MAX_CASE_FILES + 2; n++) {
      const name = n === 1 ? given.name : `${given.name} (${n})`;
      const added = await this.#deps.cases.addFile({ ...file, name }, most);
      if (added === "added") return;
      if (added === "gone") throw new Problem("case-not-found");
      if (added === "full") break;
    }
    throw caseIsFull();
  }
}

const caseIsFull = (): Problem =>
  new Problem("case-files-full", { params: { max: MAX_CASE_FILES, bytes: MAX_CASE_TEXT_BYTES } });

/** What was recognised in a file, in numbers: its sender learns nothing else of it. */
function countOf(end: End, texts: PastedText[], transcripts: Transcript[]) {
  const recordedAt = Object.fromEntries(texts.map(({ name }) => [name, end]));
  const evidence = Evidence.parse({ schema: "ikefrag/evidence/1", texts, recordedAt });
  const { initiations, texts: readings } = observe(evidence, transcripts);
  const sum = (counts: number[]): number => counts.reduce((total, count) => total + count, 0);
  const isCapture = transcripts.length > 0;
  return {
    packets: isCapture ? sum(transcripts.map(({ frames }) => frames)) : null,
    ikeMessages: isCapture ? sum(transcripts.map(({ ikeMessages }) => ikeMessages.length)) : null,
    logLines: isCapture ? null : sum(readings.map(({ messages }) => messages)),
    logins: initiations.length,
  };
}

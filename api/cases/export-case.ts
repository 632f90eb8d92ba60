/** All that is kept of a case, as one zip: for whoever moves it elsewhere, or is asked what is kept. */
import { makeZip } from "client-zip";
import type { z } from "zod";
import { ruleReference } from "../../shared/diagnose/diagnose.ts";
import type { Language } from "../../shared/language.ts";
import { htmlReport } from "../../shared/report/html-report.ts";
import type { CaseDetail, CaseExport } from "../../shared/schema/api.ts";
import { sha256Hex, sha256Stream } from "../auth/secrets.ts";
import type { Deps } from "../deps.ts";
import { observeReport } from "../reports/observe-report.ts";
import { capturesOf, partsOf, readReport } from "../reports/read-report.ts";
import { sortObjects } from "../reports/report-objects.ts";
import type { CaseFile, ReportEntry, StoredObject } from "../store/port.ts";
import { readCase } from "./read-case.ts";

/** A file of the zip. Its bytes are asked for one after another, and those of one file at a time. */
interface ZipEntry {
  name: string;
  lastModified: Date;
  input: string | AsyncIterable<Uint8Array>;
}
type Manifest = z.infer<typeof CaseExport>;

/**
 * Streams a case: what the index says of it, the files of the gateway's side, and for each report its
 * evidence, its diagnoses, its captures, its review and the report to read. The manifest comes last, with the
 * SHA-256 of each file; what cannot be read any more is named in it, and the rest is there.
 *
 * @param language of the reports to read
 * @throws {Problem} `case-not-found`
 */
export async function exportCase(
  deps: Deps,
  caseId: string,
  language: Language,
): Promise<ReadableStream<Uint8Array>> {
  const detail = await readCase(deps, caseId);
  return makeZip(new CaseZip(deps, language).entries(detail));
}

/**
 * A name from a stranger as a part of a path: no folder, no hidden file, nothing that a system reserves. The
 * number makes it differ from all others.
 */
const partOf = (at: number, name: string): string =>
  `${at + 1}-${[...name.normalize("NFC").replace(/[^\p{L}\p{N}._ ()-]+/gu, "_")].slice(0, 100).join("")}`;

const EXTENSIONS = { capture: ".pcapng", text: ".txt" } as const;

class CaseZip {
  readonly #deps: Deps;
  readonly #language: Language;
  readonly #files: Manifest["files"] = [];

  constructor(deps: Deps, language: Language) {
    this.#deps = deps;
    this.#language = language;
  }

  async *entries(detail: z.infer<typeof CaseDetail>): AsyncGenerator<ZipEntry> {
    const { caseId } = detail;
    yield this.#made("case.json", JSON.stringify(detail, null, 2));
    for (const [at, file] of (await this.#deps.cases.files(caseId)).entries())
      yield* this.#stored(`gateway/${partOf(at, file.name)}${EXTENSIONS[file.kind]}`, file, file.receivedAt);
    for (const { reportId } of detail.reports) {
      const entry = await this.#deps.reports.get(reportId);
      if (entry !== null) yield* this.#report(entry);
    }
    const manifest: Manifest = {
      schema: "ikefrag/case-export/1",
      caseId,
      exportedAt: this.#deps.now().toISOString(),
      isWhole: this.#files.every(({ state }) => state === "whole"),
      files: this.#files,
    };
    yield this.#made("manifest.json", JSON.stringify(manifest, null, 2));
  }

  async *#report(entry: ReportEntry): AsyncGenerator<ZipEntry> {
    const folder = `reports/${entry.reportId}`;
    const parts = await partsOf(this.#deps, entry);
    if (parts.objects.length === 0) return; // deleted a moment ago
    const { evidence, diagnoses, partial, captures } = sortObjects(parts.objects);
    yield this.#made(`${folder}/review.json`, JSON.stringify(entry.review, null, 2));
    yield* this.#stored(`${folder}/evidence.json`, evidence, evidence.createdAt);
    for (const [at, object] of diagnoses.entries()) {
      const name = at === diagnoses.length - 1 ? "diagnosis" : `earlier/${at + 1}`;
      yield* this.#stored(`${folder}/${name}.json`, object, object.createdAt);
    }
    if (partial !== undefined) yield* this.#stored(`${folder}/partial.json`, partial, partial.createdAt);
    for (const [at, object] of captures.entries())
      yield* this.#stored(`${folder}/${partOf(at, object.name)}.pcapng`, object, object.createdAt);
    const path = `${folder}/report.html`;
    try {
      const report = await readReport(this.#deps, entry, this.#language, parts);
      const { observations, decoded } = await observeReport(this.#deps, report.evidence, capturesOf(parts));
      yield this.#made(path, htmlReport(report.diagnosis, observations, ruleReference, decoded));
    } catch (error) {
      // It is made from what is lost. The manifest names that too, and the rest is still to come.
      this.#without(path, "unreadable", error);
    }
  }

  #made(path: string, text: string): ZipEntry {
    const bytes = new TextEncoder().encode(text);
    this.#files.push({ path, bytes: bytes.length, sha256: sha256Hex(bytes), state: "whole" });
    return { name: path, lastModified: this.#deps.now(), input: text };
  }

  #without(path: string, state: "gone" | "unreadable", error?: unknown): void {
    this.#files.push({ path, bytes: 0, sha256: null, state });
    const reason = error instanceof Error ? `: ${error.message}` : "";
    this.#deps.log({ level: "error", message: `Cannot export an object, which is ${state}${reason}` });
  }

  async *#stored(path: string, object: StoredObject | CaseFile, at: string): AsyncGenerator<ZipEntry> {
    let stream: ReadableStream<Uint8Array> | null;
    try {
      stream = await this.#deps.blobs.get(object.key);
    } catch (error) {
      this.#without(path, "unreadable", error);
      return;
    }
    if (stream === null) this.#without(path, "gone");
    else yield { name: path, lastModified: new Date(at), input: this.#hashed(path, object.sha256, stream) };
  }

  /** Hands the bytes on, and writes down whether they are those that were kept. */
  async *#hashed(path: string, kept: string, stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
    const digest = sha256Stream();
    let bytes = 0;
    let isRead = false;
    try {
      for await (const chunk of stream) {
        digest.update(chunk);
        bytes += chunk.length;
        yield chunk;
      }
      isRead = true;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#deps.log({ level: "error", message: `Cannot export an object to its end: ${reason}` });
    }
    const sha256 = digest.hex();
    const state = isRead ? (sha256 === kept ? "whole" : "damaged") : "unreadable";
    this.#files.push({ path, bytes, sha256, state });
  }
}

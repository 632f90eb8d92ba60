/**
 * Takes what somebody gives as evidence, in any mix: captures, the JSON of runs and reports, and pasted
 * texts. A file that cannot be used is named, and the rest is diagnosed.
 */

import { fromBase64 } from "../../shared/bytes/base64.ts";
import { captureFormat } from "../../shared/capture/format.ts";
import { diagnoseObservations } from "../../shared/diagnose/diagnose.ts";
import type { DecodedCapture } from "../../shared/evidence/decoded-messages.ts";
import type { Observations } from "../../shared/evidence/observations.ts";
import { observe } from "../../shared/evidence/observe.ts";
import { decodedCaptures } from "../../shared/evidence/observe-captures.ts";
import { mergeRehearsals } from "../../shared/evidence/rehearsal/merge-rehearsals.ts";
import type { Language } from "../../shared/language.ts";
import type { Diagnosis } from "../../shared/schema/diagnosis.ts";
import { Evidence, endSaid, type PastedText } from "../../shared/schema/evidence.ts";
import type { End } from "../../shared/schema/joined.ts";
import type { Transcript } from "../../shared/transcript/transcript.ts";
import type { Deps } from "../deps.ts";
import {
  formTooLarge,
  MAX_CAPTURE_BYTES,
  MAX_KEPT_IKE_MESSAGES,
  MAX_TEXTS_BYTES,
  textTooLarge,
} from "../http/bounds.ts";
import { isOfOneFile, Problem } from "../http/problem.ts";
import type { Case, StoredObject } from "../store/port.ts";
import { deleteUnused } from "./delete-objects.ts";
import { peek, plainFileName, readTextFile, sortGiven, unreadableFile } from "./read-file.ts";
import { type CaptureUpload, takeCapture } from "./take-capture.ts";
import type { FormFile } from "./take-form.ts";
import { createReport } from "./write-report.ts";

/** Something that was given and cannot be used, and why. */
export interface Unusable {
  name: string;
  problem: Problem;
}

/** What came of everything that was given. */
export interface TakenEvidence {
  diagnosis: Diagnosis;
  observations: Observations;
  /** The messages of the captures, field by field. */
  decoded: DecodedCapture[];
  /** The report that it is kept in; `null` when it is not to be kept. */
  reportId: string | null;
}

/** All captures of a form together: both ends of a login in full. */
const MOST_KEPT_IKE_MESSAGES = 2 * MAX_KEPT_IKE_MESSAGES;

/** What the schema of evidence allows: what is kept has to be read again. */
const MOST_MEASUREMENTS = 512;
const MOST_TEXTS = 32;

/** Gathers evidence piece by piece, in any order, until it is diagnosed or dropped. */
export class EvidenceIntake {
  /** What was given and cannot be used. */
  readonly unusable: Unusable[] = [];
  readonly #deps: Deps;
  readonly #keep: boolean;
  readonly #of: Case | null;
  readonly #beforeKept: CaptureUpload["beforeKept"];
  readonly #evidence: Evidence;
  readonly #transcripts: Transcript[] = [];
  readonly #objects: StoredObject[] = [];
  readonly #names = new Set<string>();
  #textLength = 0;

  /**
   * @param options `gateway`: where the pings went; `keep`: whether all is to be kept as a report; `of`: the
   *   case that the report belongs to; `beforeKept`: told before bytes of captures are written
   */
  constructor(
    deps: Deps,
    {
      gateway,
      keep,
      of = null,
      beforeKept,
    }: {
      gateway: string | null;
      keep: boolean;
      of?: Case | null;
      beforeKept?: CaptureUpload["beforeKept"];
    },
  ) {
    this.#deps = deps;
    this.#keep = keep;
    this.#of = of;
    this.#beforeKept = beforeKept;
    this.#evidence = Evidence.parse({ schema: "ikefrag/evidence/1", gateway });
  }

  /** Whether anything was given that can be used. */
  get isEmpty(): boolean {
    const { measurements, texts } = this.#evidence;
    return measurements.length + texts.length + this.#transcripts.length === 0;
  }

  /** Says which VPN gateway all of it is about. */
  setGateway(gateway: string): void {
    this.#evidence.gateway = gateway;
  }

  /** Takes a text that was pasted. @param end where it was recorded; `null` where nobody says so */
  async takeText(name: string, text: string, end: End | null = null): Promise<void> {
    await this.#attempt(name, (known) => this.#sort(known, text, end));
  }

  /** Takes a file while it arrives. @param end where it was recorded; `null` where nobody says so */
  async takeFile(
    { fileName, body, bytesLeft, signal }: Omit<FormFile, "part">,
    end: End | null = null,
  ): Promise<void> {
    await this.#attempt(fileName, async (known) => {
      const { head, whole } = await peek(known, body);
      if (head.length === 0) throw unreadableFile(known, head);
      if (captureFormat(head) === null) {
        await this.#sort(known, await readTextFile(known, head, whole), end);
        return;
      }
      try {
        const maxBytes = Math.min(MAX_CAPTURE_BYTES, bytesLeft);
        await this.#capture(known, { body: whole, maxBytes, signal }, end);
      } catch (error) {
        const noRoom = error instanceof Problem && error.code === "body-too-large";
        throw noRoom && bytesLeft < MAX_CAPTURE_BYTES ? formTooLarge() : error;
      }
    });
  }

  /** Diagnoses what was taken, and keeps it if that was asked for: with what was wrong, in a language. */
  async finish(language: Language): Promise<TakenEvidence> {
    const [evidence, transcripts] = [this.#evidence, this.#transcripts];
    const observations = observe(evidence, transcripts);
    const decoded = decodedCaptures(transcripts, observations.initiations);
    const unusable = this.unusable.map(({ name, problem }) => ({ name, why: problem.detail(language) }));
    if (!this.#keep)
      return {
        diagnosis: diagnoseObservations(observations, unusable),
        observations,
        decoded,
        reportId: null,
      };
    const kept = await createReport(this.#deps, {
      source: "analysis",
      evidence,
      transcripts,
      unusable,
      captures: this.#objects,
      run: null,
      of: this.#of,
    });
    return { ...kept, observations, decoded };
  }

  /** Drops what was written so far, where nothing comes of it. */
  async drop(): Promise<void> {
    await deleteUnused(
      this.#deps,
      this.#objects.map(({ key }) => key),
    );
  }

  async #attempt(given: string, take: (name: string) => void | Promise<void>): Promise<void> {
    const name = this.#freshName(given);
    try {
      await take(name);
    } catch (error) {
      if (!isOfOneFile(error)) throw error;
      this.unusable.push({ name, problem: error });
    }
  }

  /** Evidence is pointed at by name, so that two files may not share one. */
  #freshName(given: string): string {
    const base = plainFileName(given);
    let name = base;
    for (let n = 2; this.#names.has(name); n++) name = `${base} (${n})`;
    this.#names.add(name);
    return name;
  }

  async #capture(
    name: string,
    given: Pick<CaptureUpload, "body" | "maxBytes" | "signal">,
    end: End | null,
  ): Promise<void> {
    const kept = this.#transcripts.reduce((sum, { ikeMessages }) => sum + ikeMessages.length, 0);
    const maxIkeMessages = Math.min(MAX_KEPT_IKE_MESSAGES, MOST_KEPT_IKE_MESSAGES - kept);
    const beforeKept = this.#beforeKept;
    const upload = {
      ...given,
      name,
      keep: this.#keep,
      maxIkeMessages,
      ...(beforeKept === undefined ? {} : { beforeKept }),
    };
    const { transcript, object } = await takeCapture(this.#deps, upload);
    this.#transcripts.push(transcript);
    if (object !== null) this.#objects.push(object);
    this.#note(name, end);
  }

  #note(name: string, end: End | null | undefined): void {
    if (end) this.#evidence.recordedAt[name] = end;
  }

  async #sort(name: string, text: string, end: End | null): Promise<void> {
    this.#textLength += text.length;
    if (this.#textLength > MAX_TEXTS_BYTES) throw textTooLarge(MAX_TEXTS_BYTES);
    const sorted = sortGiven(name, text);
    if (sorted.kind === "evidence") return this.#merge(sorted.evidence, end);
    this.#addTexts([sorted.pasted]);
    this.#note(name, end);
  }

  #addTexts(texts: readonly PastedText[]): void {
    const into = this.#evidence.texts;
    if (into.length + texts.length > MOST_TEXTS)
      throw new Problem("too-many-files", { params: { max: MOST_TEXTS } });
    into.push(...texts);
  }

  /**
   * Adds the evidence of a run or a report: what is known already stays.
   *
   * @param end where its texts and captures were recorded, as far as it does not say so itself
   */
  async #merge(given: Evidence, end: End | null): Promise<void> {
    const { startedAt, gateway, agent, measurements, texts, captures } = given;
    const endOf = (name: string): End | null => endSaid(given, name) ?? end;
    const into = this.#evidence;
    if (into.measurements.length + measurements.length > MOST_MEASUREMENTS)
      throw new Problem("unknown-json", {
        params: { reason: `more than ${MOST_MEASUREMENTS} measurements` },
      });
    const renamed = texts.map(({ name, text }) => ({ name: this.#freshName(name), text }));
    this.#addTexts(renamed);
    for (const [at, { name }] of renamed.entries()) this.#note(name, endOf(texts[at]?.name ?? ""));
    into.startedAt ??= startedAt;
    into.gateway ??= gateway;
    into.agent ??= agent;
    into.measurements.push(...measurements);
    into.rehearsal = mergeRehearsals(into.rehearsal, given.rehearsal);
    for (const { name, base64 } of captures)
      await this.#attempt(name, (known) =>
        this.#capture(known, { body: once(fromBase64(base64)), maxBytes: MAX_CAPTURE_BYTES }, endOf(name)),
      );
  }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

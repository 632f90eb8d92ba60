/**
 * What of a report goes to others: the text, the report as one file and the captures, with the addresses of
 * both ends or without them.
 */
import { makeZip } from "client-zip";
import { concatBytes } from "../../shared/bytes/concat.ts";
import { productsSeen, serverActions } from "../../shared/diagnose/advice/server-actions.ts";
import { ruleReference } from "../../shared/diagnose/diagnose.ts";
import type { Observations } from "../../shared/evidence/observations.ts";
import type { Language } from "../../shared/language.ts";
import { type ForwardPack, forwardPack } from "../../shared/report/forward-pack.ts";
import { htmlReport } from "../../shared/report/html-report.ts";
import { withoutNames } from "../../shared/report/without-names.ts";
import type { Diagnosis } from "../../shared/schema/diagnosis.ts";
import { VERDICTS } from "../../shared/schema/verdicts.ts";
import { type ForwardTo, forwardReaders } from "../../shared/text/forward.ts";
import { speak } from "../../shared/text/speak.ts";
import type { Deps } from "../deps.ts";
import { Problem } from "../http/problem.ts";
import type { CaseFile, ReportEntry, StoredObject } from "../store/port.ts";
import { isPseudonymous, rewritten } from "./capture-pseudonyms.ts";
import { draftMail, type MailFile } from "./draft-mail.ts";
import { observeReport } from "./observe-report.ts";
import { capturesOf, partsOf, readReport } from "./read-report.ts";

/** For whom, in which words, and with what. */
export interface ForwardRequest {
  to: ForwardTo;
  language: Language;
  addresses: boolean;
  /** A time zone as IANA names it; one that does not exist is none. */
  zone: string | null;
  /** Captures with addresses are for administrators. */
  withCaptures: boolean;
  /** The text is to travel with the files, and names them. */
  isWithFiles: boolean;
}

/** A capture larger than this goes by other ways than e-mail. */
const MOST_ATTACHED_BYTES = 4 * 1024 * 1024;

/** What there is to forward. */
export interface Forward {
  /** `null`: nobody of that kind can do anything about it. */
  pack: ForwardPack | null;
  /** Who can. */
  readers: readonly ForwardTo[];
  /** The report as one HTML file. */
  html: () => string;
  captures: readonly (StoredObject | CaseFile)[];
  /** Captures that are too large to go with it. */
  tooLarge: readonly string[];
}

/** What somebody overrode is forwarded as they judge it: the sizes that were measured stay. */
function asReviewed(diagnosis: Diagnosis, o: Observations, { override }: ReportEntry): Diagnosis {
  if (override === null || override === diagnosis.verdict) return diagnosis;
  const { recommendation } = diagnosis;
  const helps = VERDICTS[override].ikeFragmentation !== "does-not-help";
  return {
    ...diagnosis,
    verdict: override,
    confidence: "high",
    direction: null,
    findings: [],
    recommendation: { ...recommendation, serverActions: helps ? serverActions(productsSeen(o)) : [] },
  };
}

/** Reads a report for others. */
export async function readForward(
  deps: Deps,
  entry: ReportEntry,
  { to, language, addresses, zone, withCaptures, isWithFiles }: ForwardRequest,
): Promise<Forward> {
  const parts = await partsOf(deps, entry);
  const report = await readReport(deps, entry, language, parts);
  const { observations, decoded } = await observeReport(deps, report.evidence, capturesOf(parts));
  const diagnosis = asReviewed(report.diagnosis, observations, entry);
  const all = withCaptures ? capturesOf(parts) : [];
  const captures = all.filter(({ bytes }) => bytes <= MOST_ATTACHED_BYTES);
  const attached = isWithFiles ? ["report.html", ...captures.map((_, at) => captureName(at))] : [];
  const { reportId } = entry;
  const options = { to, language, addresses, zone, reportId, attached };
  return {
    pack: forwardPack(diagnosis, observations, options),
    readers: forwardReaders(diagnosis.verdict),
    html: () =>
      addresses
        ? htmlReport(speak(diagnosis, language), observations, ruleReference, decoded)
        : pageWithoutNames(diagnosis, observations, language),
    captures,
    tooLarge: all.filter((capture) => !captures.includes(capture)).map(({ name }) => name),
  };
}

/** What a capture is called that goes with it: its own name may tell whose it is. */
const captureName = (at: number): string => (at === 0 ? "capture.pcapng" : `capture-${at + 1}.pcapng`);

/** The messages are left out with the names: their fields are full of addresses. */
function pageWithoutNames(diagnosis: Diagnosis, observations: Observations, language: Language): string {
  const shown = withoutNames(diagnosis, observations);
  return htmlReport(speak(shown.diagnosis, language), shown.observations, ruleReference);
}

/**
 * A stored capture as others get it: with addresses, or with pseudonyms in their place.
 *
 * @throws {Problem} `capture-not-found`
 */
export async function forwardedCapture(
  deps: Deps,
  { key }: Pick<StoredObject, "key">,
  addresses: boolean,
): Promise<Uint8Array<ArrayBuffer>> {
  const stored = await deps.blobs.get(key);
  if (stored === null) throw new Problem("capture-not-found", { params: { days: deps.config.captureDays } });
  const isAsWanted = addresses === !isPseudonymous(key);
  const chunks: Uint8Array[] = [];
  for await (const chunk of isAsWanted ? stored : rewritten(deps, stored, addresses ? "undo" : "make"))
    chunks.push(chunk);
  return concatBytes(chunks);
}

async function filesOf(deps: Deps, forward: Forward, addresses: boolean): Promise<MailFile[]> {
  const html = { name: "report.html", type: "text/html", bytes: new TextEncoder().encode(forward.html()) };
  const files: MailFile[] = [html];
  for (const [at, capture] of forward.captures.entries()) {
    const bytes = await forwardedCapture(deps, capture, addresses);
    files.push({ name: captureName(at), type: "application/vnd.tcpdump.pcap", bytes });
  }
  return files;
}

/** An e-mail that is ready to be sent, with all that goes with it. */
export async function forwardMail(
  deps: Deps,
  forward: Forward & { pack: ForwardPack },
  addresses: boolean,
): Promise<string> {
  return draftMail(forward.pack, await filesOf(deps, forward, addresses));
}

/** The text and all that goes with it as a zip. */
export async function forwardZip(
  deps: Deps,
  forward: Forward & { pack: ForwardPack },
  addresses: boolean,
): Promise<ReadableStream<Uint8Array>> {
  const lastModified = deps.now();
  const text = {
    name: "forward.txt",
    lastModified,
    input: `${forward.pack.subject}\n\n${forward.pack.text}`,
  };
  const files = await filesOf(deps, forward, addresses);
  return makeZip([text, ...files.map(({ name, bytes }) => ({ name, lastModified, input: bytes }))]);
}

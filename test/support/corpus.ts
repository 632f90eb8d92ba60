/**
 * Reads a corpus of captures and says where our reader and TShark differ: frames, IKE messages, IP fragments.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { UnreadableCaptureError } from "../../shared/capture/foreign.ts";
import { toDecodeRecord } from "../../shared/transcript/ike-records.ts";
import { type IpFragmentSeen, readCapture } from "../../shared/transcript/read-capture.ts";
import type { IkeObserved, Transcript } from "../../shared/transcript/transcript.ts";

/** One capture of a corpus: a file, and what TShark reads of it. */
export interface CorpusCapture {
  name: string;
  file: string;
  category: string;
  packets: number;
}

/** A row of `truth/NAME.json`. */
interface TruthMessage {
  frame: number;
  time_epoch: string;
  src: string;
  dst: string;
  sport: number;
  dport: number;
  natt: boolean;
  ispi: string;
  rspi: string;
  major: number;
  minor: number;
  exchange: number;
  msgid: number;
  response: boolean | null;
  initiator: boolean | null;
  length: number | null;
  notify: number[];
  fragment_frames: number[];
  payload_types: number[];
  skf: boolean;
  frag_number: number | null;
  frag_total: number | null;
  malformed: boolean;
}

/** A row of `truth_frag/NAME.json`. */
interface TruthFragment {
  frame: number;
  ipver: number;
  src: string;
  dst: string;
  id: string;
  proto: string | null;
  /** In units of 8 bytes; several, with bars between, where a packet has several IP headers. */
  offset: string;
  mf: string;
  reassembled_here_from: number[];
}

export function readIndex(folder: string): CorpusCapture[] {
  const [head = "", ...rows] = readFileSync(join(folder, "INDEX.tsv"), "utf8").trim().split("\n");
  const columns = head.split("\t");
  return rows.map((row) => {
    const cells = row.split("\t");
    const cell = (name: string): string => cells[columns.indexOf(name)] ?? "";
    return {
      name: cell("name"),
      file: cell("file"),
      category: cell("category"),
      packets: Number(cell("packets")),
    };
  });
}

/** Where a capture and its truth differ, in words; each list is empty where they agree. */
export interface Differences {
  frames: string[];
  messages: string[];
  fragments: string[];
}

/** Reads a capture of the corpus and holds it against the truth. */
export async function compareWithTruth(
  folder: string,
  files: string,
  capture: CorpusCapture,
): Promise<Differences> {
  const observed: IkeObserved[] = [];
  const fragments: IpFragmentSeen[] = [];
  let transcript: Transcript | null = null;
  try {
    transcript = await readCapture(capture.file, readFileSync(join(folder, files, capture.file)), {
      onIke: (message) => observed.push(message),
      onIpFragment: (fragment) => fragments.push(fragment),
    });
  } catch (error) {
    if (!(error instanceof UnreadableCaptureError)) throw error;
  }
  return {
    frames:
      transcript?.frames === capture.packets
        ? []
        : [`${transcript?.frames} frames, and ${capture.packets} in truth`],
    messages: differing(
      readJson<TruthMessage>(join(folder, "truth", `${capture.name}.json`)).map(truthMessage),
      observed.map(seenMessage),
    ),
    fragments: compareFragments(
      readJson<TruthFragment>(join(folder, "truth_frag", `${capture.name}.json`)),
      fragments,
    ),
  };
}

function truthMessage(row: TruthMessage): unknown[] {
  return [
    row.frame,
    row.time_epoch,
    row.src,
    row.dst,
    row.sport,
    row.dport,
    row.natt,
    row.ispi,
    row.rspi,
    `${row.major}.${row.minor}`,
    row.exchange,
    row.msgid,
    row.initiator,
    row.response,
    row.length,
    row.notify,
    row.fragment_frames,
    row.skf ? { number: row.frag_number, total: row.frag_total } : null,
    // TShark lists IKEv2's proposals and transforms (2 and 3) among the payloads, and stops elsewhere in what
    // is malformed.
    row.malformed ? null : row.payload_types.filter((type) => type !== 2 && type !== 3),
  ];
}

function seenMessage(observed: IkeObserved): unknown[] {
  const record = toDecodeRecord("", observed);
  return [
    record.frame,
    record.time,
    record.src,
    record.dst,
    record.sport,
    record.dport,
    record.natt,
    record.ispi,
    record.rspi,
    record.version,
    record.exchange,
    record.messageId,
    record.initiator,
    record.response,
    record.length,
    record.notifies,
    record.fragments,
    record.ikeFragment,
    observed.message.payloads.map(({ type }) => type),
  ];
}

function compareFragments(truth: TruthFragment[], seen: IpFragmentSeen[]): string[] {
  // Packets with several IP headers, and IPv6 inside IPv4 as protocol 44, come without telling which header
  // is meant.
  const unclear = new Set(
    truth.filter(({ mf, src }) => !/^[01]$/.test(mf) || !src || src.includes("|")).map((t) => t.frame),
  );
  return differing(
    truth
      // An atomic fragment (RFC 6946) is whole.
      .filter(({ frame, offset, mf }) => !unclear.has(frame) && (offset !== "0" || mf !== "0"))
      .map((row) => [
        row.frame,
        row.src,
        row.dst,
        Number(row.id),
        row.ipver === 4 ? Number(row.proto) : null,
        Number(row.offset) * 8,
        row.mf === "1",
        row.reassembled_here_from.toSorted((a, b) => a - b),
      ]),
    seen
      .filter(({ frame }) => !unclear.has(frame))
      .map((fragment) => [
        fragment.frame,
        fragment.source,
        fragment.destination,
        fragment.identification,
        fragment.source.includes(":") ? null : fragment.protocol,
        fragment.ipFragmentOffset,
        fragment.moreIpFragments,
        fragment.completes ?? [],
      ]),
  );
}

function differing(truth: unknown[][], seen: unknown[][]): string[] {
  const differences: string[] = [];
  for (let i = 0; i < Math.max(truth.length, seen.length); i++) {
    const wanted = truth[i]?.map((cell, c) => (cell === null ? seen[i]?.[c] : cell));
    const [want, got] = [JSON.stringify(wanted), JSON.stringify(seen[i])];
    // `null` in truth: TShark does not say.
    if (want !== got) differences.push(`#${i + 1}: ${got ?? "nothing"}, and in truth ${want ?? "nothing"}`);
  }
  return differences;
}

function readJson<T>(file: string): T[] {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as T[];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

/** What is fuzzed, and what counts as a find. */
import { deepStrictEqual } from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { isWireError } from "../../shared/bytes/cursor.ts";
import { toHex } from "../../shared/bytes/hex.ts";
import { UnreadableCaptureError } from "../../shared/capture/foreign.ts";
import { CaptureParser } from "../../shared/capture/read.ts";
import type { FrameToWrite } from "../../shared/capture/write.ts";
import { readPastedText } from "../../shared/evidence/text/read.ts";
import { encodeIkeMessage } from "../../shared/ike/encode.ts";
import { readIkeMessage } from "../../shared/ike/message.ts";
import { FragmentJoiner } from "../../shared/packet/fragments.ts";
import { newIpFields, readIp } from "../../shared/packet/ip.ts";
import { findIp } from "../../shared/packet/link.ts";
import { JsonLines, TextLines } from "../../shared/transcript/ike-record-lines.ts";
import { Minimizer } from "../../shared/transcript/minimize.ts";
import { pseudonymizePacket } from "../../shared/transcript/pseudonymize.ts";
import { CaptureReader } from "../../shared/transcript/read-capture.ts";
import type { Transcript } from "../../shared/transcript/transcript.ts";
import { encodePcap, encodePcapng } from "../support/capture-files.ts";
import { ip } from "../support/packet-builder.ts";
import { testPseudonyms } from "../support/test-pseudonyms.ts";
import { certificateTarget } from "./certificate-target.ts";
import { Find, MAX_MS, type Target } from "./find.ts";
import { fragmentedDatagram, frames, ikeMessage, pieceBytes } from "./grammar.ts";
import { joinedTarget } from "./joined-target.ts";
import { logJoining } from "./log-joining.ts";
import { Chance, mutate } from "./mutate.ts";
import { rehearsalTarget, sealedAnswers } from "./rehearsal-target.ts";
import { lyingRuns } from "./run-target.ts";
import { textTargets } from "./text-targets.ts";

/** A property of fast-check as a target: it is run once for each seed. */
function property<T extends [unknown, ...unknown[]]>(
  name: string,
  ...parts: [...arbitraries: { [K in keyof T]: fc.Arbitrary<T[K]> }, check: (...values: T) => void]
): Target {
  const check = parts.at(-1) as (...values: T) => void;
  const arbitraries = parts.slice(0, -1) as unknown as { [K in keyof T]: fc.Arbitrary<T[K]> };
  const tested = fc.property(...arbitraries, (...values) => check(...values));
  return {
    name,
    run(seed) {
      // A hundred at a time, for setting fast-check up costs as much as ten runs.
      fc.assert(tested, { seed, numRuns: RUNS_OF_A_PROPERTY, endOnFailure: false });
    },
  };
}
export const RUNS_OF_A_PROPERTY = 100;

interface Given {
  seconds: number;
  nanoseconds: number;
  bytes: string;
  originalLength: number;
  linkType: number;
}
function parse(file: Uint8Array, size: number): Given[] {
  const given: Given[] = [];
  const parser = new CaptureParser("fuzz", (f) => {
    const { seconds, nanoseconds, originalLength, linkType } = f;
    given.push({
      seconds,
      nanoseconds,
      originalLength,
      linkType,
      bytes: toHex(f.bytes.subarray(f.start, f.end)),
    });
  });
  for (let at = 0; at < file.length; at += size) parser.push(file.subarray(at, at + size));
  deepStrictEqual(parser.end().damage, null);
  return given;
}
const toGiven = (f: FrameToWrite, nanoseconds = f.nanoseconds): Given => ({
  seconds: f.seconds,
  nanoseconds,
  originalLength: f.originalLength ?? f.bytes.length,
  linkType: f.linkType,
  bytes: toHex(f.bytes),
});

const pcap = property(
  "pcap",
  frames([1]),
  fc.boolean(),
  fc.boolean(),
  pieceBytes,
  (list, littleEndian, nanoseconds, size) => {
    const file = encodePcap(list, { littleEndian, nanoseconds });
    const want = list.map((f) =>
      toGiven(f, nanoseconds ? f.nanoseconds : Math.floor(f.nanoseconds / 1000) * 1000),
    );
    deepStrictEqual(parse(file, size), want);
  },
);

const pcapng = property(
  "pcapng",
  frames([0, 1, 101, 113, 276]),
  fc.boolean(),
  pieceBytes,
  (list, littleEndian, size) => {
    deepStrictEqual(
      parse(encodePcapng(list, { littleEndian }), size),
      list.map((f) => toGiven(f)),
    );
  },
);

const fragments = property(
  "ip-fragments",
  fragmentedDatagram,
  ({ payload, family, identification, parts }) => {
    const addresses =
      family === 4
        ? { source: "192.0.2.1", destination: "198.51.100.1" }
        : { source: "2001:db8::1", destination: "2001:db8::2" };
    const joiner = new FragmentJoiner(() => {
      throw new Error("Cannot give a datagram up: all of it came");
    });
    let joined = 0;
    for (const [index, { part, copy }] of parts.entries()) {
      const packet = ip({
        ...addresses,
        protocol: 17,
        identification,
        payload: payload.subarray(part.from, part.to),
        fragmentOffset: part.from,
        moreFragments: part.to < payload.length,
      });
      for (let times = copy ? 2 : 1; times > 0; times--) {
        const fields = newIpFields();
        readIp(fields, new DataView(packet.buffer), 0, packet.length);
        // A datagram in a single part is not fragmented.
        if (!fields.isIpFragment) return;
        const outcome = joiner.add(fields, packet, index, 1000 + index / 100, true);
        if (typeof outcome === "string") continue;
        joined++;
        deepStrictEqual(toHex(outcome.bytes.subarray(outcome.payloadStart)), toHex(payload));
        deepStrictEqual(outcome.missing, []);
      }
    }
    deepStrictEqual(joined, 1);
    deepStrictEqual([joiner.evicted, joiner.overlapping], [0, 0]);
  },
);

const ike = property("ike", ikeMessage, fc.nat(2000), ({ known, ...message }, cut) => {
  const bytes = encodeIkeMessage({ ...message, payloads: known.map(({ payload }) => payload) });
  const read = readIkeMessage(bytes);
  if (isWireError(read)) throw read;
  deepStrictEqual(read.stoppedBy, null);
  deepStrictEqual(
    {
      initiatorSpi: read.header.initiatorSpi,
      responderSpi: read.header.responderSpi,
      messageId: read.header.messageId,
    },
    { initiatorSpi: message.initiatorSpi, responderSpi: message.responderSpi, messageId: message.messageId },
  );
  deepStrictEqual(
    read.payloads.map(({ type, bytes: length }) => [type, length]),
    known.map(({ payload }) => [payload.type, payload.body.length + 4]),
  );
  const all = <T>(pick: (k: (typeof known)[number]) => T | undefined): T[] =>
    known.map(pick).filter((value) => value !== undefined);
  deepStrictEqual(
    read.notifies.map(({ type }) => type),
    all((k) => k.notifyType),
  );
  deepStrictEqual(read.vendorIds, all((k) => k.vendorId).map(toHex));
  deepStrictEqual(read.keGroup, all((k) => k.keGroup).at(-1) ?? null);
  deepStrictEqual(read.ikeFragment, all((k) => k.ikeFragment)[0] ?? null);
  deepStrictEqual(read.proposals, all((k) => k.proposals).flat());
  // A cut message never says more than the whole one, and never throws.
  const less = readIkeMessage(bytes.subarray(0, Math.min(cut, bytes.length)));
  if (!isWireError(less)) deepStrictEqual(read.notifies.slice(0, less.notifies.length), less.notifies);
});

const pseudonyms = testPseudonyms();

/** Reads a file in chunks with everything that ikefrag has for it; `null` when it is no capture. */
function readWhole(file: Uint8Array, size: number): Transcript | null {
  try {
    const lines = [new TextLines(() => {}), new JsonLines("fuzz", () => {})];
    const minimizer = new Minimizer(
      () => {},
      (packet) => pseudonymizePacket(packet, pseudonyms),
    );
    const reader = new CaptureReader("fuzz", {
      ports: "any",
      onIke: (message) => {
        for (const each of lines) each.add(message);
      },
      onPacket: minimizer.onPacket,
    });
    for (let at = 0; at < file.length; at += size) reader.push(file.subarray(at, at + size));
    const transcript = reader.end();
    minimizer.end();
    return transcript;
  } catch (error) {
    if (error instanceof UnreadableCaptureError) return null;
    throw error;
  }
}

let seeds: Uint8Array[] | null = null;
/** The captures that are changed: those of the test cases, and the corpus where it is there. */
function seedFiles(): Uint8Array[] {
  const folders = ["../cases/corpus", "../../../shared/corpus/files"]
    .map((folder) => fileURLToPath(new URL(folder, import.meta.url)))
    .filter((folder) => existsSync(folder));
  seeds ??= folders
    .flatMap((folder) => readdirSync(folder).map((file) => join(folder, file)))
    .filter((file) => /\.pcap(ng)?$/.test(file))
    .map((file) => new Uint8Array(readFileSync(file)))
    .filter((bytes) => bytes.length < 20_000);
  return seeds;
}

const captures: Target = {
  name: "captures",
  run(seed) {
    const chance = new Chance(seed);
    const files = seedFiles();
    const one = files[chance.below(files.length)] ?? new Uint8Array(0);
    const other = files[chance.below(files.length)] ?? new Uint8Array(0);
    const file = mutate(one, other, chance);
    try {
      const before = process.cpuUsage();
      const whole = readWhole(file, file.length || 1);
      // Processor time, for others may use the machine too.
      const tookMs = process.cpuUsage(before).user / 1000;
      if (tookMs > MAX_MS)
        throw new Error(`Cannot take ${tookMs} ms for ${file.length} bytes: ${MAX_MS} are allowed`);
      // One in sixteen is read in chunks too: how a file comes must make no difference.
      if (seed % 16 === 0) deepStrictEqual(readWhole(file, 1 + chance.below(500)), whole);
    } catch (error) {
      throw new Find(error instanceof Error ? (error.stack ?? error.message) : String(error), file, error);
    }
  },
};

const links: Target = {
  name: "links",
  run(seed) {
    const chance = new Chance(seed);
    const types = [0, 1, 9, 12, 50, 51, 101, 104, 105, 107, 108, 113, 127, 204, 228, 229, 239, 258, 276];
    const bytes = new Uint8Array(chance.below(120));
    const lead = [
      0x08, 0x00, 0x86, 0xdd, 0x81, 0x00, 0x88, 0x64, 0x11, 0x45, 0x60, 0xff, 0x03, 0xaa, 0x2c, 0x2f,
    ];
    for (let i = 0; i < bytes.length; i++) {
      bytes[i] = chance.below(3) === 0 ? (lead[chance.below(lead.length)] ?? 0) : chance.below(256);
    }
    const view = new DataView(bytes.buffer);
    const linkType = types[chance.below(types.length)] ?? 1;
    try {
      const at = findIp(linkType, view, 0, bytes.length);
      if (at >= bytes.length) throw new Error(`Cannot find IP at ${at} in ${bytes.length} bytes`);
      const fields = newIpFields();
      if (at >= 0 && readIp(fields, view, at, bytes.length) && fields.payloadStart > fields.payloadEnd) {
        throw new Error(`Cannot have a payload from ${fields.payloadStart} to ${fields.payloadEnd}`);
      }
    } catch (error) {
      throw new Find(error instanceof Error ? (error.stack ?? error.message) : String(error), bytes, error);
    }
  },
};

const ikeBytes: Target = {
  name: "ike-bytes",
  run(seed) {
    const chance = new Chance(seed);
    const bytes = new Uint8Array(28 + chance.below(300));
    for (let i = 0; i < bytes.length; i++) bytes[i] = chance.below(256);
    // The header lets the walk begin, and payload lengths are often small.
    bytes.set(
      [33 + chance.below(21), 0x20, 34, 8, 0, 0, 0, 0, 0, 0, bytes.length >> 8, bytes.length & 0xff],
      16,
    );
    for (let at = 28; at + 4 <= bytes.length; at += 4 + chance.below(24)) {
      bytes.set([33 + chance.below(21), 0, 0, 4 + chance.below(40)], at);
    }
    try {
      const read = readIkeMessage(bytes);
      if (isWireError(read) && bytes.length >= 28 && !read.message.includes("Length")) throw read;
    } catch (error) {
      throw new Find(error instanceof Error ? (error.stack ?? error.message) : String(error), bytes, error);
    }
  },
};

/**
 * Reports of test/cases/reports, broken and mixed: no reader throws, takes long, or gives a number that is
 * not there.
 */
const pastes = readdirSync(join(import.meta.dirname, "../cases/reports"))
  .filter((name) => name.endsWith(".txt"))
  .map((name) => Uint8Array.from(readFileSync(join(import.meta.dirname, "../cases/reports", name))));
const texts: Target = {
  name: "texts",
  run(seed) {
    const chance = new Chance(seed);
    const one = () => pastes[chance.below(pastes.length)] ?? new Uint8Array();
    const bytes = mutate(one(), one(), chance);
    const text = new TextDecoder().decode(bytes);
    try {
      const began = process.cpuUsage();
      const { pings, interfaces } = readPastedText({ name: "fuzz", text });
      const ms = process.cpuUsage(began).user / 1_000;
      if (ms > MAX_MS) throw new Error(`took ${Math.round(ms)} ms`);
      for (const number of [...pings.map((p) => p.pingPayloadBytes), ...interfaces.map((i) => i.mtu)]) {
        if (number !== null && !text.includes(String(number)))
          throw new Error(`${number} is not in the paste`);
      }
    } catch (error) {
      throw new Find(error instanceof Error ? (error.stack ?? error.message) : String(error), bytes, error);
    }
  },
};

/**
 * All targets: generated input that is encoded, decoded and compared, and input that is broken byte by byte.
 */
export const targets: readonly Target[] = [
  pcap,
  pcapng,
  fragments,
  ike,
  captures,
  links,
  ikeBytes,
  texts,
  logJoining,
  joinedTarget,
  certificateTarget,
  rehearsalTarget,
  lyingRuns,
  sealedAnswers,
  ...textTargets,
];
export const propertyTargets: ReadonlySet<string> = new Set(
  [pcap, pcapng, fragments, ike].map(({ name }) => name),
);

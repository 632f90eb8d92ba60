/** pcap and pcapng in all variants, whole, cut anywhere, and damaged. */
import { expect, test } from "vitest";
import { concatBytes } from "../../../shared/bytes/concat.ts";
import { fromHex } from "../../../shared/bytes/hex.ts";
import { UnreadableCaptureError } from "../../../shared/capture/foreign.ts";
import { CaptureParser, type CaptureSummary } from "../../../shared/capture/read.ts";
import { type FrameToWrite, PcapngWriter } from "../../../shared/capture/write.ts";
import { encodePcap, encodePcapng } from "../../support/capture-files.ts";

interface Seen {
  bytes: number[];
  seconds: number;
  nanoseconds: number;
  originalLength: number;
  linkType: number;
  interfaceId: number;
  byteOffset: number;
}

function read(
  file: Uint8Array,
  chunkBytes = file.length,
  maxFrames?: number,
): { frames: Seen[]; summary: CaptureSummary } {
  const frames: Seen[] = [];
  const parser = new CaptureParser(
    "test",
    ({ bytes, start, end, seconds, nanoseconds, originalLength, linkType, interfaceId, byteOffset }) =>
      frames.push({
        bytes: [...bytes.subarray(start, end)],
        seconds,
        nanoseconds,
        originalLength,
        linkType,
        interfaceId,
        byteOffset,
      }),
    maxFrames === undefined ? {} : { maxFrames },
  );
  for (let at = 0; at < file.length; at += chunkBytes) parser.push(file.subarray(at, at + chunkBytes));
  return { frames, summary: parser.end() };
}

const frames: FrameToWrite[] = [
  { linkType: 1, seconds: 1_767_225_600, nanoseconds: 123_456_000, bytes: Uint8Array.of(1, 2, 3) },
  {
    linkType: 1,
    seconds: 1_767_225_601,
    nanoseconds: 999_999_000,
    bytes: new Uint8Array(200).fill(7),
    originalLength: 1500,
  },
  { linkType: 1, seconds: 0, nanoseconds: 0, bytes: new Uint8Array(0) },
];
const want = frames.map(({ bytes, seconds, nanoseconds, originalLength }) => ({
  bytes: [...bytes],
  seconds,
  nanoseconds,
  originalLength: originalLength ?? bytes.length,
}));

const files: [name: string, file: Uint8Array][] = [
  ["pcap, little-endian, µs", encodePcap(frames)],
  ["pcap, big-endian, µs", encodePcap(frames, { littleEndian: false })],
  ["pcap, little-endian, ns", encodePcap(frames, { nanoseconds: true })],
  ["pcap, big-endian, ns", encodePcap(frames, { littleEndian: false, nanoseconds: true })],
  ["pcapng, little-endian", encodePcapng(frames)],
  ["pcapng, big-endian", encodePcapng(frames, { littleEndian: false })],
];
for (const [name, file] of files) {
  test(`${name}: the same frames in pieces of any size`, () => {
    const whole = read(file);
    expect(whole.frames).toMatchObject(want);
    expect(whole.summary).toMatchObject({ frames: 3, bytes: file.length, damage: null });
    for (const chunkBytes of [1, 2, 3, 7, 24, 40, 100, 255]) expect(read(file, chunkBytes)).toEqual(whole);
  });

  test(`${name}: cut anywhere, it keeps what is whole and says where it ends`, () => {
    const ends = read(file).frames.map(({ byteOffset }) => byteOffset);
    for (let end = 4; end < file.length; end++) {
      const cut = read(file.subarray(0, end));
      expect(cut.frames).toMatchObject(want.slice(0, cut.frames.length));
      const { damage } = cut.summary;
      // A file that ends with a record or block is whole.
      if (damage === null) continue;
      expect(damage.message).toContain("the file is cut short");
      expect(damage.byteOffset).toBeLessThan(end);
      expect(damage.byteOffset).toBeGreaterThanOrEqual(ends[cut.frames.length - 1] ?? 0);
    }
  });
}

test("an empty pcapng of one section header is a capture without frames", () => {
  expect(read(encodePcapng([]))).toMatchObject({ frames: [], summary: { format: "pcapng", damage: null } });
});

test("a Kuznetsov pcap has eight more bytes in each record header", () => {
  const plain = encodePcap(frames.slice(0, 1));
  const file = concatBytes([plain.subarray(0, 40), new Uint8Array(8), plain.subarray(40)]);
  file.set(fromHex("34cdb2a1"));
  expect(read(file).frames).toMatchObject(want.slice(0, 1));
});

test("pcap before version 2.3 had the two lengths the other way round", () => {
  const file = encodePcap(frames.slice(1, 2));
  new DataView(file.buffer).setUint16(6, 2, true);
  const view = new DataView(file.buffer);
  view.setUint32(32, 1500, true);
  view.setUint32(36, 200, true);
  expect(read(file).frames).toMatchObject(want.slice(1, 2));
});

test("the bits of pcap's link type that tell the FCS length are not part of it", () => {
  const file = encodePcap(frames.slice(0, 1));
  new DataView(file.buffer).setUint32(20, 0x54000001, true);
  expect(read(file).frames[0]?.linkType).toBe(1);
});

test("a record longer than any packet ends a pcap with its offset, and frames before it stay", () => {
  const file = encodePcap(frames);
  const [, second] = read(file).frames;
  new DataView(file.buffer).setUint32((second?.byteOffset ?? 0) + 8, 262_145, true);
  const { frames: kept, summary } = read(file);
  expect(kept).toHaveLength(1);
  expect(summary.damage).toEqual({
    byteOffset: second?.byteOffset,
    message: "Cannot read the packet record: its length is 262145 and at most 262144 is allowed",
  });
});

/** One pcapng block in hex, its length counted. */
function block(type: string, body: string): string {
  const bytes = fromHex(body).length;
  const length = fromHex("00000000");
  new DataView(length.buffer).setUint32(0, 12 + bytes, true);
  const hex = [...length].map((b) => b.toString(16).padStart(2, "0")).join("");
  return `${type}${hex}${body}${hex}`;
}
const section = block("0a0d0d0a", "4d3c2b1a 01000000 ffffffffffffffff");
const interfaceBlock = (options = ""): string => block("01000000", `01000000 00000400 ${options}`);
const packet = (high: string, low: string, more = ""): string =>
  block("06000000", `00000000 ${high} ${low} 01000000 01000000 aa000000 ${more}`);

const resolutions: [
  name: string,
  options: string,
  units: [high: string, low: string],
  seconds: number,
  nanoseconds: number,
][] = [
  ["microseconds unless told otherwise", "", ["01000000", "00000000"], 4294, 967_296_000],
  [
    "microseconds beyond what a float holds exactly",
    "",
    ["ffffff7f", "ffffffff"],
    9_223_372_036_854,
    775_807_000,
  ],
  ["milliseconds, 10^-3", "09000100 03000000", ["00000000", "39300000"], 12, 345_000_000],
  ["nanoseconds, 10^-9", "09000100 09000000", ["01000000", "00000000"], 4, 294_967_296],
  ["halves, 2^-1", "09000100 81000000", ["00000000", "03000000"], 1, 500_000_000],
  ["2^-32", "09000100 a0000000", ["05000000", "00000080"], 5, 500_000_000],
  [
    "with an offset in seconds",
    "09000100 03000000 0e000800 6400000000000000",
    ["00000000", "e8030000"],
    101,
    0,
  ],
  ["with a negative offset", "09000100 03000000 0e000800 ffffffffffffffff", ["00000000", "d0070000"], 1, 0],
];
for (const [name, options, [high, low], seconds, nanoseconds] of resolutions) {
  test(`pcapng time: ${name}`, () => {
    const file = fromHex(section + interfaceBlock(options) + packet(high, low));
    expect(read(file).frames).toMatchObject([{ seconds, nanoseconds }]);
  });
}

test("pcapng nanoseconds are exact to the last digit, whatever the second", () => {
  for (let i = 0; i < 2000; i++) {
    const seconds = 1_700_000_000 + i * 7919;
    const nanoseconds = i % 3 === 0 ? 0 : i % 3 === 1 ? 999_999_999 : (i * 7_654_321) % 1_000_000_000;
    const [frame] = read(
      encodePcapng([{ linkType: 1, seconds, nanoseconds, bytes: Uint8Array.of(1) }]),
    ).frames;
    expect([frame?.seconds, frame?.nanoseconds]).toEqual([seconds, nanoseconds]);
  }
});

test("pcapng: packet IDs and the end of the capture are read as they were written, in both byte orders", () => {
  for (const littleEndian of [true, false]) {
    const writer = new PcapngWriter({ littleEndian });
    const frame = { linkType: 1, seconds: 1_767_225_600, nanoseconds: 0 };
    const file = concatBytes([
      writer.write({ ...frame, bytes: Uint8Array.of(1, 2, 3), packetId: 7 }),
      writer.write({ ...frame, bytes: Uint8Array.of(4) }),
      writer.write({ ...frame, bytes: new Uint8Array(0), packetId: 5_000_000_000 }),
      writer.end({ endedAtMs: 1_767_225_638_250, frames: 16 }),
    ]);
    const ids: number[] = [];
    const parser = new CaptureParser("test", ({ packetId }) => ids.push(packetId));
    parser.push(file);
    expect({ ...parser.end(), ids }).toMatchObject({
      ids: [7, 0, 5_000_000_000],
      endedAtMs: 1_767_225_638_250,
      received: 16,
      damage: null,
    });
  }
  expect(read(encodePcapng(frames)).summary.endedAtMs).toBeNull();
});

test("pcapng: sections of both byte orders in one file, each with its own interfaces", () => {
  const little = encodePcapng([{ linkType: 101, seconds: 1, nanoseconds: 0, bytes: Uint8Array.of(1) }]);
  const big = encodePcapng(
    [
      { linkType: 1, seconds: 2, nanoseconds: 0, bytes: Uint8Array.of(2) },
      { linkType: 113, interfaceId: 1, seconds: 3, nanoseconds: 0, bytes: Uint8Array.of(3) },
    ],
    { littleEndian: false },
  );
  expect(read(concatBytes([little, big, little]), 5).frames).toMatchObject([
    { linkType: 101, interfaceId: 0, seconds: 1 },
    { linkType: 1, interfaceId: 1, seconds: 2 },
    { linkType: 113, interfaceId: 2, seconds: 3 },
    { linkType: 101, interfaceId: 3, seconds: 1 },
  ]);
});

test("pcapng: simple and old packet blocks, and blocks that no one knows", () => {
  const unknown = block("f00dbe00", "00".repeat(4000));
  const snaplen4 = block("01000000", "01000000 04000000");
  const simple = block("03000000", "06000000 0a0b0c0d");
  const old = block("02000000", "0000 0300 00000000 40420f00 01000000 09000000 aa000000");
  const file = fromHex(section + unknown + snaplen4 + simple + unknown + old + unknown);
  const whole = read(file);
  expect(whole.frames).toMatchObject([
    { bytes: [10, 11, 12, 13], originalLength: 6, seconds: 0 },
    { bytes: [0xaa], originalLength: 9, seconds: 1 },
  ]);
  expect(whole.summary).toMatchObject({ damage: null, droppedByCapture: 3 });
  for (const chunkBytes of [1, 13, 1000, 4096]) expect(read(file, chunkBytes)).toEqual(whole);
});

test("pcapng: drops are what the last statistics say, over all interfaces", () => {
  const statistics = (id: string, drops: string): string =>
    block("05000000", `${id} 00000000 00000000 05000800 ${drops}00000000000000 00000000`);
  const file = section + interfaceBlock() + interfaceBlock() + statistics("00000000", "02");
  expect(read(fromHex(file)).summary.droppedByCapture).toBe(2);
  const more = statistics("00000000", "05") + statistics("01000000", "01");
  expect(read(fromHex(file + more)).summary.droppedByCapture).toBe(6);
  const perPacket = packet("00000000", "00000000", "04000800 0700000000000000 00000000");
  expect(read(fromHex(section + interfaceBlock() + perPacket)).summary.droppedByCapture).toBe(7);
  expect(read(encodePcapng(frames)).summary.droppedByCapture).toBeNull();
});

const damaged: [name: string, hex: string, message: string][] = [
  ["a length of 8", `${section}0600000008000000 00000000`, "its length is 8"],
  ["a length above 16 MiB", `${section}0600000004000001 00000000`, "its length is 16777220"],
  [
    "two lengths that differ",
    `${section}06000000 10000000 00000000 14000000`,
    "16 at its beginning and 20 at its end",
  ],
  ["no interface", section + packet("00000000", "00000000"), "it names interface 0 of 0"],
  [
    "a packet longer than its block",
    section + interfaceBlock() + block("06000000", "00000000 00000000 00000000 ff000000 01000000"),
    "its packet length is 255 and 0 bytes are there",
  ],
  [
    "a wrong byte-order magic",
    section + block("0a0d0d0a", "12345678 01000000 ffffffffffffffff"),
    "byte-order magic is 78563412",
  ],
];
for (const [name, hex, message] of damaged) {
  test(`pcapng with ${name}: said with its offset, and nothing thrown`, () => {
    const file = fromHex(hex);
    const { damage } = read(file).summary;
    expect(damage?.message).toContain(message);
    expect(damage?.byteOffset).toBeGreaterThanOrEqual(28);
    for (const chunkBytes of [1, 9]) expect(read(file, chunkBytes).summary.damage).toEqual(damage);
  });
}

test("more frames than allowed: the rest is not read, and that is said", () => {
  const { frames: kept, summary } = read(encodePcap(frames), 10, 2);
  expect(kept).toHaveLength(2);
  expect(summary).toMatchObject({
    frames: 2,
    damage: { message: expect.stringContaining("2 packets come before it") },
  });
});

const foreign: [name: string, bytes: Uint8Array, kind: string, says: string][] = [
  ["nothing", new Uint8Array(0), "empty", "it is empty"],
  ["three bytes", Uint8Array.of(1, 2, 3), "too-short", "it has 3 bytes"],
  ["NetMon", ascii("GMBU\x03\x02"), "netmon", "editcap -F pcapng"],
  ["snoop", ascii("snoop\0\0\0\0\0\0\x02"), "snoop", "editcap -F pcapng"],
  ["ETL", etl(), "etl", "pktmon etl2pcap"],
  ["zip", ascii("PK\x03\x04aaaa"), "archive", "unzip"],
  ["xz", fromHex("fd377a585a00 0000"), "archive", "xz -d"],
  ["a web page", ascii("\n <!DOCTYPE html><title>404</title>"), "html", "a failed download"],
  ["tcpdump's text", ascii("12:00:00.000000 IP 192.0.2.1.500 > 198.51.100.1.500: isakmp"), "text", "-w"],
  ["Japanese text", fromHex("e38386e382ade382b9e383880a"), "text", "it is text"],
  ["UTF-16 text", fromHex("fffe 4100 4200"), "text", "it is text"],
  [
    "ERF",
    fromHex("00000000 0065a565 0200 0020 0000 0010 0000 0000 0000 0000 0000 0000 0000 0000"),
    "erf",
    "ERF",
  ],
  ["noise", new Uint8Array(200).fill(0x91), "unknown", "no capture format"],
];
function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (c) => c.charCodeAt(0));
}
function etl(): Uint8Array {
  const bytes = new Uint8Array(200);
  bytes.set([0, 0, 1, 0]);
  bytes.set([2, 0, 2, 0xc0], 0x48);
  return bytes;
}
for (const [name, bytes, kind, says] of foreign) {
  test(`${name} is named and refused, in one piece or many`, () => {
    for (const chunkBytes of [1, Math.max(bytes.length, 1)]) {
      const error = (() => {
        try {
          read(bytes, chunkBytes);
        } catch (thrown) {
          return thrown;
        }
      })();
      if (!(error instanceof UnreadableCaptureError)) throw new Error("it was not refused");
      expect(error.kind).toBe(kind);
      expect(error.message).toContain(says);
      expect(error.message).toMatch(/^Cannot read "test" at byte 0: /);
    }
  });
}

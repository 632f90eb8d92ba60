/**
 * A capture is minimised by three programs that share no code: by both agents before it is sent, and by the
 * reader of captures before it is stored. None of them may lose a byte of IKE, and each may keep only so much
 * of all else.
 */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { minimizeCapture } from "../../agent/steps/minimize-capture.ts";
import { concatBytes } from "../../shared/bytes/concat.ts";
import { fromHex } from "../../shared/bytes/hex.ts";
import { CaptureParser } from "../../shared/capture/read.ts";
import type { FrameToWrite } from "../../shared/capture/write.ts";
import { findIp, LinkType, NOT_IP } from "../../shared/packet/link.ts";
import { Minimizer } from "../../shared/transcript/minimize.ts";
import { readCapture } from "../../shared/transcript/read-capture.ts";
import { encodePcap, encodePcapng } from "../support/capture-files.ts";
import {
  ethernet,
  frameAt,
  type IpPacketToBuild,
  icmp,
  ip,
  ipPackets,
  udp,
} from "../support/packet-builder.ts";
import { callAgent, noEngine, temporaryDirectory } from "../support/windows-engine.ts";

/** What a diagnosis needs, and what the VPN carries, told apart by a byte that stands nowhere else. */
const wanted = (bytes: number) => new Uint8Array(bytes).fill(0x49);
const SECRET_BYTE = 0x53;
const secret = (bytes: number) => new Uint8Array(bytes).fill(SECRET_BYTE);
/** Of what is not IKE, at most so many bytes stay behind the headers. */
const MOST_KEPT_BYTES = 64;

const v4 = { source: "192.0.2.10", destination: "198.51.100.7" };
const v6 = { source: "2001:db8::10", destination: "2001:db8:1::7" };
const SPI = fromHex("0102030400000001");
const MARKER = new Uint8Array(4);
/**
 * An IKE message of this length, header included. Each has an SPI of its own, so that none is a copy of
 * another.
 */
const ike = (bytes: number, spi = bytes) =>
  concatBytes([
    fromHex(`${spi.toString(16).padStart(16, "0")} 0000000000000000 2b202308 00000001`),
    Uint8Array.of(0, 0, bytes >> 8, bytes & 0xff),
    wanted(bytes - 28),
  ]);
const inUdp = (port: number, payload: Uint8Array, more: Partial<IpPacketToBuild> = {}): IpPacketToBuild => ({
  ...v4,
  protocol: 17,
  payload: udp(port, port, payload),
  ...more,
});
const espInUdp = inUdp(4500, concatBytes([SPI, secret(900)]));
const esp = { ...v4, protocol: 50, payload: concatBytes([SPI, secret(900)]) };

/** How much of a packet is left: all of it, some headers, or nothing. */
type Kept = "whole" | "headers" | "nothing";
interface Row {
  name: string;
  frames: Uint8Array[];
  /** By the agent, by the PowerShell agent, and in the store. */
  agent: Kept;
  windows: Kept;
  stored: Kept;
}

const WHOLE = { agent: "whole", windows: "whole", stored: "whole" } as const;
const ROWS: Row[] = [
  { name: "IKE on 500", frames: [ethernet(ip(inUdp(500, ike(408))))], ...WHOLE },
  { name: "IKE on 500 over IPv6", frames: [ethernet(ip(inUdp(500, ike(416), v6)))], ...WHOLE },
  { name: "IKE on 4500", frames: [ethernet(ip(inUdp(4500, concatBytes([MARKER, ike(424)]))))], ...WHOLE },
  {
    name: "IKE in IP fragments",
    frames: ipPackets(inUdp(4500, concatBytes([MARKER, ike(2_400)]), { identification: 7 })).map((p) =>
      ethernet(p),
    ),
    ...WHOLE,
  },
  {
    name: "IKE in IPv6 fragments, the last one first",
    frames: ipPackets(inUdp(500, ike(2_408), { ...v6, identification: 8 }))
      .map((packet) => ethernet(packet))
      .reverse(),
    ...WHOLE,
  },
  {
    name: "IKE behind IPv4 options, with a VLAN tag",
    frames: [ethernet(ip(inUdp(500, ike(432), { options: new Uint8Array(40) })), [7])],
    ...WHOLE,
  },
  { name: "ESP", frames: [ethernet(ip(esp))], agent: "nothing", windows: "headers", stored: "headers" },
  {
    name: "ESP in UDP",
    frames: [ethernet(ip(espInUdp)), ethernet(ip({ ...espInUdp, ...v6 }))],
    agent: "nothing",
    windows: "headers",
    stored: "headers",
  },
  {
    name: "later IP fragments of ESP",
    frames: [ethernet(ip({ ...esp, payload: secret(900), fragmentOffset: 912, identification: 9 }))],
    agent: "nothing",
    windows: "headers",
    stored: "headers",
  },
  {
    // They have no ports. Only the agent looks for their first fragment to learn whether they are IKE's.
    name: "later IP fragments of ESP in UDP",
    frames: [
      ethernet(
        ip(inUdp(4500, secret(900), { payload: secret(900), fragmentOffset: 1480, identification: 10 })),
      ),
    ],
    agent: "headers",
    windows: "whole",
    stored: "whole",
  },
  {
    name: "ping",
    frames: [ethernet(ip({ ...v4, protocol: 1, payload: icmp(8, 0, MARKER, secret(900)) }))],
    agent: "headers",
    windows: "whole",
    stored: "headers",
  },
  {
    name: "a router's error about ESP",
    frames: [
      ethernet(
        ip({
          ...v4,
          source: "203.0.113.1",
          protocol: 1,
          payload: icmp(3, 4, Uint8Array.of(0, 0, 5, 0x78), ip(espInUdp).subarray(0, 548)),
        }),
      ),
    ],
    agent: "headers",
    windows: "whole",
    stored: "headers",
  },
  {
    name: "TCP",
    frames: [ethernet(ip({ ...v4, protocol: 6, payload: secret(900) }))],
    agent: "nothing",
    windows: "headers",
    stored: "nothing",
  },
];

/** Each frame has a millisecond of its own, by which it is known again. */
const FRAMES: FrameToWrite[] = ROWS.flatMap(({ frames }) => frames).map((bytes, at) => frameAt(at, bytes));

/** The frames of a capture by their moment. */
function framesOf(bytes: Uint8Array): Map<number, Buffer> {
  const frames = new Map<number, Buffer>();
  const parser = new CaptureParser("minimised", (f) => {
    const kept = Buffer.from(f.bytes.subarray(f.start, f.end));
    frames.set(f.seconds * 1_000 + Math.round(f.nanoseconds / 1e6), kept);
  });
  parser.push(bytes);
  expect(parser.end().damage).toBeNull();
  return frames;
}

/** A frame without its Ethernet header, as the store keeps it. */
function withoutLink(frame: FrameToWrite): Uint8Array {
  const view = new DataView(frame.bytes.buffer, frame.bytes.byteOffset, frame.bytes.byteLength);
  return frame.bytes.subarray(Math.max(0, findIp(frame.linkType, view, 0, frame.bytes.length)));
}

/** What is left of these frames, one word each. @param mostKept bytes of content beside the headers */
function keptOf(minimised: Uint8Array, frames: readonly FrameToWrite[], mostKept = MOST_KEPT_BYTES): Kept[] {
  const left = framesOf(minimised);
  return frames.map((frame) => {
    const { seconds, nanoseconds, bytes } = frame;
    const kept = left.get(seconds * 1_000 + Math.round(nanoseconds / 1e6));
    if (kept === undefined) return "nothing";
    if (kept.equals(bytes) || kept.equals(withoutLink(frame))) return "whole";
    expect(kept.filter((byte) => byte === SECRET_BYTE).length).toBeLessThanOrEqual(mostKept);
    return "headers";
  });
}

const expected = (program: "agent" | "windows" | "stored") =>
  ROWS.flatMap((row) => row.frames.map(() => [row.name, row[program]]));
const found = (kept: Kept[]) =>
  ROWS.flatMap(({ name, frames }) => frames.map(() => name)).map((name, at) => [name, kept[at]]);

async function store(capture: Uint8Array): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  const minimizer = new Minimizer((bytes) => void parts.push(bytes.slice()));
  await readCapture("c", capture, { onPacket: minimizer.onPacket });
  minimizer.end();
  return concatBytes(parts);
}

/** Lets the PowerShell agent blank a file. */
async function clearPayloads(pcapng: Uint8Array): Promise<Uint8Array> {
  const file = join(await temporaryDirectory(), "captured.pcapng");
  await writeFile(file, pcapng);
  await callAgent(`ConvertTo-AsciiJson (Clear-Payloads '${file}' 5000000)`);
  return readFile(file);
}

const agent = (frames: readonly FrameToWrite[]) => minimizeCapture(encodePcap(frames))?.bytes ?? null;

test("the agent keeps IKE, and of all else no more than it may", () => {
  expect(found(keptOf(agent(FRAMES) ?? new Uint8Array(), FRAMES))).toEqual(expected("agent"));
});

test("the store keeps IKE, and of all else no more than it may", async () => {
  expect(found(keptOf(await store(encodePcapng(FRAMES)), FRAMES, 0))).toEqual(expected("stored"));
});

test.skipIf(noEngine)("the PowerShell agent keeps IKE, and of all else no more than it may", async () => {
  expect(found(keptOf(await clearPayloads(encodePcapng(FRAMES)), FRAMES))).toEqual(expected("windows"));
});

/**
 * What a diagnosis reads of IKE and of routers' errors; numbers of frames apart, which minimising changes.
 */
async function essence(capture: Uint8Array) {
  const { ikeMessages, icmpErrors } = await readCapture("c", capture);
  return JSON.parse(
    JSON.stringify({ ikeMessages, icmpErrors }, (key, value) =>
      /^(frame|frames|packets)$/.test(key) ? null : value,
    ),
  );
}

test("a diagnosis reads the same IKE messages and errors from what the agent and the store keep", async () => {
  const before = await essence(encodePcapng(FRAMES));
  expect(before.ikeMessages).toHaveLength(6);
  expect(before.icmpErrors).toHaveLength(1);
  expect(await essence(agent(FRAMES) ?? new Uint8Array())).toEqual(before);
  expect(await essence(await store(encodePcapng(FRAMES)))).toEqual(before);
});

test.skipIf(noEngine)("and from what the PowerShell agent keeps", async () => {
  expect(await essence(await clearPayloads(encodePcapng(FRAMES)))).toEqual(
    await essence(encodePcapng(FRAMES)),
  );
});

const MACS = "020000000002 020000000001";
/**
 * Link layers: their header, and which agent reads it. What an agent does not read it must not let out. Its
 * own system writes only links that it reads: tcpdump's on Linux and macOS, Ethernet and bare IP by pktmon.
 */
const LINKS: { link: string; linkType: number; head: string; readBy: ("agent" | "windows")[] }[] = [
  { link: "Ethernet", linkType: LinkType.ethernet, head: `${MACS} 0800`, readBy: ["agent", "windows"] },
  {
    link: "a VLAN tag",
    linkType: LinkType.ethernet,
    head: `${MACS} 8100 0007 0800`,
    readBy: ["agent", "windows"],
  },
  {
    link: "two VLAN tags",
    linkType: LinkType.ethernet,
    head: `${MACS} 88a8 0007 8100 0008 0800`,
    readBy: ["agent", "windows"],
  },
  {
    link: "PPPoE",
    linkType: LinkType.ethernet,
    head: `${MACS} 8864 1100 0001 0200 0021`,
    readBy: ["windows"],
  },
  { link: "bare IP", linkType: LinkType.raw, head: "", readBy: ["agent", "windows"] },
  { link: "BSD loopback", linkType: LinkType.null, head: "02000000", readBy: ["agent"] },
  { link: "OpenBSD loopback", linkType: LinkType.loop, head: "00000002", readBy: ["agent"] },
  { link: "PPP", linkType: LinkType.ppp, head: "ff030021", readBy: ["agent"] },
  { link: "PPP without an address", linkType: LinkType.ppp, head: "0021", readBy: ["agent"] },
  {
    link: "Linux cooked",
    linkType: LinkType.linuxSll,
    head: "0000 0001 0006 020000000001 0000 0800",
    readBy: ["agent"],
  },
  {
    link: "Linux cooked, version 2",
    linkType: LinkType.linuxSll2,
    head: "0800 0000 00000002 0001 00 06 020000000001 0000",
    readBy: ["agent"],
  },
  { link: "Cisco HDLC", linkType: LinkType.cHdlc, head: "0f00 0800", readBy: [] },
];

/** An IKE message and an ESP packet on this link. */
const framesOn = (linkType: number, head: string): FrameToWrite[] =>
  [ip(inUdp(500, ike(700))), ip(espInUdp)].map((packet, at) =>
    frameAt(at, concatBytes([fromHex(head), packet]), { linkType }),
  );

for (const { link, linkType, head, readBy } of LINKS) {
  test(`where the reader of captures finds IP behind ${link}, the agent finds it too or keeps nothing`, () => {
    const frames = framesOn(linkType, head);
    for (const { bytes } of frames) {
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
      expect(findIp(linkType, view, 0, bytes.length)).toBe(fromHex(head).length);
      expect(findIp(linkType, view, 0, fromHex(head).length)).toBe(NOT_IP);
    }
    const minimised = agent(frames);
    if (readBy.includes("agent"))
      expect(keptOf(minimised ?? new Uint8Array(), frames)).toEqual(["whole", "nothing"]);
    else
      expect(minimised === null || keptOf(minimised, frames).every((kept) => kept === "nothing")).toBe(true);
  });
}

test.skipIf(noEngine)(
  "the PowerShell agent finds IP where the reader of captures finds it, or blanks it",
  async () => {
    const all = LINKS.map(({ linkType, head }, at) =>
      framesOn(linkType, head).map((frame, of) => ({
        ...frame,
        nanoseconds: (2 * at + of) * 1e6,
        interfaceId: at,
      })),
    );
    const kept = keptOf(await clearPayloads(encodePcapng(all.flat())), all.flat());
    for (const [at, { link, readBy }] of LINKS.entries()) {
      const [ofIke, ofEsp] = kept.slice(2 * at, 2 * at + 2);
      expect([link, ofEsp]).toEqual([link, "headers"]);
      if (readBy.includes("windows")) expect([link, ofIke]).toEqual([link, "whole"]);
    }
  },
);

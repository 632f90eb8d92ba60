/** Promise E12: what is kept of a capture, whichever way it came in. */
import { afterEach, describe, expect, test } from "vitest";
import { concatBytes } from "../../shared/bytes/concat.ts";
import { fromHex } from "../../shared/bytes/hex.ts";
import type { CapturedFrame } from "../../shared/capture/frame.ts";
import { CaptureParser } from "../../shared/capture/read.ts";
import type { FrameToWrite } from "../../shared/capture/write.ts";
import { newIpFields, readIp } from "../../shared/packet/ip.ts";
import { encodePcapng } from "../support/capture-files.ts";
import {
  ethernet,
  frameAt,
  type IpPacketToBuild,
  icmp,
  ip,
  ipPackets,
  ipv4Address,
  ipv6Address,
  udp,
} from "../support/packet-builder.ts";
import { json, makeReport, ORIGIN, openService, type Service, seedFile } from "../support/service.ts";

let service: Service;
afterEach(() => service.close());

/** What a VPN or a program carried: a byte that stands nowhere else. */
const SECRET_BYTE = 0x53;
const secret = (bytes: number) => new Uint8Array(bytes).fill(SECRET_BYTE);
const MARKER = new Uint8Array(4);
const SPI = fromHex("0102030400000001");
const CLIENT = "203.0.113.77";
const GATEWAY = "198.51.100.34";
const ROUTER = "198.51.100.99";
const v4 = { source: CLIENT, destination: GATEWAY };
const v6 = { source: "2001:db8:aaaa::77", destination: "2001:db8:bbbb::34" };
const MACS = ["a2b2c2d2e2f2", "a4b4c4d4e4f4"];

/** An IKE_SA_INIT request that carries nothing but zeros. */
const ike = (bytes: number, spi: number) =>
  concatBytes([
    fromHex(`${spi.toString(16).padStart(16, "0")} 0000000000000000 28202208 00000000`),
    Uint8Array.of(0, 0, bytes >> 8, bytes & 0xff, 0, 0, (bytes - 28) >> 8, (bytes - 28) & 0xff),
    new Uint8Array(bytes - 32),
  ]);
const inUdp = (port: number, payload: Uint8Array, more: Partial<IpPacketToBuild> = {}): IpPacketToBuild => ({
  ...v4,
  protocol: 17,
  payload: udp(port, port, payload),
  ...more,
});
const tcp = { ...v4, protocol: 6, payload: concatBytes([new Uint8Array(20), secret(2_000)]) };
const bridged = (packet: Uint8Array) =>
  concatBytes([fromHex("00006558"), fromHex(MACS.join("")), fromHex("0800"), packet]);
/** The client's own card: an Ethernet frame of these tests has other addresses. */
const fromMac = (packet: Uint8Array): Uint8Array => {
  const frame = ethernet(packet);
  frame.set(fromHex(MACS.join("")));
  return frame;
};

const PACKETS: Uint8Array[] = [
  ip(inUdp(500, ike(408, 1))),
  ip(inUdp(500, ike(416, 2), v6)),
  ...ipPackets(inUdp(4500, concatBytes([MARKER, ike(2_400, 3)]), { identification: 7 })),
  ip({ ...tcp, payload: concatBytes([new Uint8Array(20), secret(900)]) }),
  ...ipPackets({ ...tcp, identification: 8 }),
  ...ipPackets({ ...tcp, ...v6, identification: 9 }),
  ip({ ...v4, protocol: 50, payload: concatBytes([SPI, secret(900)]) }),
  ip(inUdp(4500, concatBytes([SPI, secret(900)]))),
  ...ipPackets(inUdp(4500, concatBytes([SPI, secret(2_000)]), { identification: 10 })),
  ...ipPackets(inUdp(53, secret(2_000), { identification: 11 })),
  ip(inUdp(53, secret(300))),
  ip({ ...v4, protocol: 1, payload: icmp(8, 0, MARKER, secret(900)) }),
  // A router's error about a later IP fragment: all behind the quoted header is content.
  ip({
    ...v4,
    source: ROUTER,
    protocol: 1,
    payload: icmp(3, 4, Uint8Array.of(0, 0, 5, 0x78), ipPackets({ ...tcp, identification: 12 })[1] ?? MARKER),
  }),
  ip({ ...v4, protocol: 47, payload: bridged(ip(inUdp(500, ike(424, 4)))) }),
];
const FRAMES: FrameToWrite[] = PACKETS.map((packet, at) => frameAt(at, fromMac(packet)));
const CAPTURE = encodePcapng(FRAMES);
const octets = { headers: { "content-type": "application/octet-stream" }, body: CAPTURE };
const file = () => new File([CAPTURE], "capture.pcapng");
const form = (part: string) => {
  const made = new FormData();
  made.append(part, file());
  return made;
};

async function aCase() {
  const { run, reportId } = await makeReport(service);
  return { run, caseId: (await service.deps.reports.get(reportId))?.caseId ?? "" };
}
const staff = () => ({ token: service.tokens.staff });

/** Every way by which a capture comes in and is kept. */
const WAYS: Record<string, () => Promise<Response>> = {
  "a run": async () => {
    const { run } = await aCase();
    return service.request("PUT", `/v1/runs/${run.runId}/capture`, { ...octets, token: run.runToken });
  },
  "the gateway's link": async () => {
    const { caseId } = await aCase();
    const link = await service.request("POST", `/v1/cases/${caseId}/gateway-link`, staff());
    const { code } = await json<{ code: string }>(link);
    return service.request("POST", `/v1/gateway-files/${code}`, { body: form("file") });
  },
  "staff, for the gateway's side": async () => {
    const { caseId } = await aCase();
    return service.request("POST", `/v1/cases/${caseId}/gateway-files`, {
      ...staff(),
      body: form("between"),
    });
  },
  "an analysis": () => service.request("POST", "/v1/analyses?store=1", { ...octets, ...staff() }),
  "an analysis by a form": () =>
    service.request("POST", "/v1/analyses?store=1", { ...staff(), body: form("client") }),
  "an analysis of evidence": () =>
    service.request("POST", "/v1/analyses?store=1", {
      ...staff(),
      json: {
        schema: "ikefrag/evidence/1",
        captures: [{ name: "c.pcapng", base64: Buffer.from(CAPTURE).toString("base64") }],
      },
    }),
  "the console": async () => {
    const body = new FormData();
    body.append("keep", "1");
    body.append("files", file());
    return service.request("POST", "/console/analyze", {
      ...staff(),
      body,
      headers: { "sec-fetch-site": "same-origin", origin: ORIGIN, accept: "text/html" },
    });
  },
};

/** The frames of the one capture that is kept, and its bytes. */
async function keptCapture(): Promise<{ bytes: Uint8Array; frames: Map<number, CapturedFrame> }> {
  const kept: Uint8Array[] = [];
  for await (const { key } of service.deps.blobs.list())
    if (key.endsWith(".pcapng"))
      kept.push(new Uint8Array(await new Response(await service.deps.blobs.get(key)).arrayBuffer()));
  expect(kept).toHaveLength(1);
  const bytes = kept[0] ?? new Uint8Array();
  const frames = new Map<number, CapturedFrame>();
  const parser = new CaptureParser("kept", (frame) => {
    frames.set(frame.packetId, { ...frame, bytes: frame.bytes.slice(frame.start, frame.end) });
  });
  parser.push(bytes);
  expect(parser.end().damage).toBeNull();
  return { bytes, frames };
}
const includes = (bytes: Uint8Array, part: Uint8Array) => Buffer.from(bytes).includes(Buffer.from(part));

/** @param run a pseudonym or its checksum may have a byte of that value, and not so many */
function expectNothingCarried(bytes: Uint8Array, run: number): void {
  expect(includes(bytes, secret(run))).toBe(false);
  for (const mac of MACS) expect(includes(bytes, fromHex(mac)), mac).toBe(false);
}

/** The sizes on the wire and the times, by the number of the frame that was sent. */
function expectSameSizesAndTimes(frames: Map<number, CapturedFrame>): void {
  expect(frames.size).toBeGreaterThan(14);
  for (const [number, kept] of frames) {
    const sent = FRAMES[number - 1];
    expect([kept.seconds, Math.round(kept.nanoseconds)], String(number)).toEqual([
      sent?.seconds,
      Math.round(sent?.nanoseconds ?? -1),
    ]);
    expect(kept.originalLength, String(number)).toBe(PACKETS[number - 1]?.length);
  }
}

describe.each(Object.entries(WAYS))("E12: of a capture that came by %s", (_name, send) => {
  test("0 bytes of TCP's payload, no MAC address and nothing that a VPN carried are kept", async () => {
    service = await openService();
    const answer = await send();
    expect(answer.status, await answer.clone().text()).toBeLessThan(400);
    const { bytes, frames } = await keptCapture();
    expectNothingCarried(bytes, 1);
    expectSameSizesAndTimes(frames);
    expect(includes(bytes, ike(408, 1))).toBe(true);
  });

  test("with pseudonyms none of its addresses is kept either", async () => {
    service = await openService({ pseudonymise: true });
    const answer = await send();
    expect(answer.status, await answer.clone().text()).toBeLessThan(400);
    const { bytes, frames } = await keptCapture();
    expectNothingCarried(bytes, 4);
    expectSameSizesAndTimes(frames);
    const originals = [CLIENT, GATEWAY, ROUTER].map(ipv4Address);
    for (const address of [...originals, ...[v6.source, v6.destination].map(ipv6Address)])
      expect(includes(bytes, address), address.join(".")).toBe(false);

    // Prefixes stay: two addresses that share n leading bits have pseudonyms that do.
    const fields = newIpFields();
    const sourceOf = (number: number): Uint8Array => {
      const packet = frames.get(number)?.bytes ?? new Uint8Array(20);
      readIp(fields, new DataView(packet.buffer), 0, packet.length);
      return packet.subarray(fields.addresses, fields.addresses + 4);
    };
    const error = [...frames].find(([number]) => PACKETS[number - 1]?.[15] === 99)?.[0] ?? 0;
    const gateway = frames.get(1)?.bytes.subarray(16, 20) ?? new Uint8Array(4);
    expect(sharedBits(sourceOf(error), gateway)).toBe(sharedBits(ipv4Address(ROUTER), ipv4Address(GATEWAY)));
    expect(sharedBits(sourceOf(1), gateway)).toBe(sharedBits(ipv4Address(CLIENT), ipv4Address(GATEWAY)));
  });
});

function sharedBits(a: Uint8Array, b: Uint8Array): number {
  const bits = (bytes: Uint8Array) => [...bytes].map((byte) => byte.toString(2).padStart(8, "0")).join("");
  const [left, right] = [bits(a), bits(b)];
  const at = [...left].findIndex((bit, index) => bit !== right[index]);
  return at < 0 ? left.length : at;
}

test("a capture with pseudonyms is drawn and judged with its addresses, and downloaded without", async () => {
  service = await openService({ pseudonymise: true });
  const stored = await service.request("POST", "/v1/analyses?store=1", {
    ...staff(),
    headers: { "content-type": "application/octet-stream" },
    body: await seedFile("wired-fail.pcapng"),
  });
  const { reportId, verdict } = await json<{ reportId: string; verdict: string }>(stored);
  const path = `/v1/reports/${reportId}`;
  const again = await service.request("POST", `${path}/reanalyze`, { token: service.tokens.admin });
  const report = await json<{ verdict: string; withoutEvidence: unknown; earlier: unknown[] }>(again);
  expect([report.verdict, report.withoutEvidence, report.earlier]).toEqual([verdict, null, []]);
  const page = await service.request("GET", `/console/reports/${reportId}`, {
    ...staff(),
    headers: { accept: "text/html" },
  });
  const text = await page.text();
  expect(text).toContain('<section id="sequence">');
  const capture = await service.request("GET", `${path}/capture`, { token: service.tokens.admin });
  const bytes = new Uint8Array(await capture.arrayBuffer());
  const parser = new CaptureParser("kept", (frame) => {
    const address = [...frame.bytes.subarray(frame.start + 12, frame.start + 16)].join(".");
    expect(text).not.toContain(address);
  });
  parser.push(bytes);
  expect(parser.end().damage).toBeNull();
  // Turned off again, it is read as ever.
  service.deps.config.pseudonymise = false;
  const later = await service.request("POST", `${path}/reanalyze`, { token: service.tokens.admin });
  expect((await json<{ withoutEvidence: unknown }>(later)).withoutEvidence).toBeNull();
});

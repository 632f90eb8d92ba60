/** The console's page of a report shows what the one-file report and the terminal show, drawings included. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { concatBytes } from "../../shared/bytes/concat.ts";
import { json, makeReport, openService, type Service, seedFile } from "../support/service.ts";

const ENHANCED_PACKET = 6;

let service: Service;
beforeEach(async () => {
  service = await openService();
});
afterEach(() => service.close());

const page = async (reportId: string): Promise<string> => {
  const response = await service.request("GET", `/console/reports/${reportId}`, {
    token: service.tokens.staff,
    headers: { accept: "text/html" },
  });
  expect(response.status).toBe(200);
  return response.text();
};

async function storeCapture(bytes: BodyInit): Promise<string> {
  const response = await service.request("POST", "/v1/analyses?store=1", {
    token: service.tokens.staff,
    headers: { "content-type": "application/octet-stream" },
    body: bytes,
  });
  return (await json<{ reportId: string }>(response)).reportId;
}

/** Where the first packet block of a little-endian pcapng begins. */
function firstPacketOffset(pcapng: Uint8Array): number {
  const view = new DataView(pcapng.buffer, pcapng.byteOffset, pcapng.byteLength);
  let at = 0;
  while (view.getUint32(at, true) !== ENHANCED_PACKET) at += view.getUint32(at + 4, true);
  return at;
}

/** An enhanced packet block of interface 0 with 20 bytes that are no IP packet. */
function arpBlock(): Uint8Array {
  const block = new Uint8Array(52);
  const view = new DataView(block.buffer);
  for (const [at, value] of [
    [0, ENHANCED_PACKET],
    [4, block.length],
    [20, 20],
    [24, 20],
    [block.length - 4, block.length],
  ] as const)
    view.setUint32(at, value, true);
  view.setUint16(28 + 12, 0x0608, true);
  return block;
}

test("a run's page draws the MTU ladder, and its findings lead to the steps in it", async () => {
  const { reportId } = await makeReport(service);
  const text = await page(reportId);
  expect(text).toContain('<section id="ladder">');
  expect(text).not.toContain('<section id="sequence">');
  const links = [...text.matchAll(/href="#(step-[^"]+)"/g)].map(([, anchor]) => anchor);
  expect(links.length).toBeGreaterThan(3);
  for (const anchor of links) expect(text).toContain(`id="${anchor}"`);
});

test("a stored capture's page has both drawings, with the frame numbers of the file that was sent", async () => {
  // Packets that are no VPN's stand in front: the stored copy leaves them out, and its frames would be 1, 2,
  // 3.
  const seed = await seedFile("wired-fail.pcapng");
  const frames = seed.subarray(firstPacketOffset(seed));
  const others = Array.from({ length: 10 }, () => arpBlock());
  const capture = concatBytes([seed.subarray(0, firstPacketOffset(seed)), ...others, frames]);
  const reportId = await storeCapture(capture);
  const text = await page(reportId);
  expect(text).toContain('<section id="ladder">');
  expect(text).toContain('id="frame-12-');
  expect(text).not.toContain('id="frame-2-');
  expect(text).toContain('<section id="sequence">');
  const links = [...text.matchAll(/href="#(frame-[^"]+)"/g)].map(([, anchor]) => anchor);
  expect(links.length).toBeGreaterThan(3);
  for (const anchor of links) expect(text).toContain(`id="${anchor}"`);
});

test("where the capture is no longer stored, the page says so and shows the rest", async () => {
  const reportId = await storeCapture(await seedFile("wired-fail.pcapng"));
  const capture = (await service.deps.reports.objects(reportId)).find(({ kind }) => kind === "capture");
  await service.deps.blobs.delete([capture?.key ?? ""]);
  const text = await page(reportId);
  expect(text).toContain(`${capture?.name} cannot be drawn`);
  expect(text).not.toContain('<section id="sequence">');
  expect(text).toContain("The login message gets no answer");
});

test("analyzing again says the same: the stored copy remembers how long an answer was waited for", async () => {
  const reportId = await storeCapture(await seedFile("wired-fail.pcapng"));
  const first = await page(reportId);
  expect(first).toContain("no answer for 38 s");
  await service.request("POST", `/v1/reports/${reportId}/reanalyze`, { token: service.tokens.admin });
  const report = await json<{ diagnosis: { findings: unknown }; earlier: unknown[] }>(
    await service.request("GET", `/v1/reports/${reportId}`, { token: service.tokens.staff }),
  );
  expect(report.earlier).toHaveLength(0);
  const again = await page(reportId);
  const wire = (text: string) => /<section id="sequence">.*?<\/section>/s.exec(text)?.[0];
  expect(wire(again)).toBe(wire(first));
  expect(JSON.stringify(report.diagnosis.findings)).toContain('"seconds":38');
});

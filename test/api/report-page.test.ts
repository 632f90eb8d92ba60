/** The console's page of a report shows what the one-file report and the terminal show, drawings included. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { concatBytes } from "../../shared/bytes/concat.ts";
import { json, makeReport, ORIGIN, openService, type Service, seedFile } from "../support/service.ts";

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

const messageOf = (reportId: string, frame: number | string, capture = "capture", more: object = {}) =>
  service.request("GET", `/console/reports/${reportId}/messages/${frame}?capture=${capture}`, {
    token: service.tokens.admin,
    headers: { accept: "text/html" },
    ...more,
  });

test("each message of the drawing has its fields on the page, and its bytes on a page of its own", async () => {
  const reportId = await storeCapture(await seedFile("wired-fail.pcapng"));
  const text = await page(reportId);
  const links = [...text.matchAll(/<a href="#(message-[^"]+)"><title>/g)].map(([, id]) => id);
  expect(links).toHaveLength(5);
  for (const id of links) expect(text).toContain(`<div id="${id}">`);
  expect(text).toContain(`href="/console/reports/${reportId}/messages/5?capture=capture"`);

  // Either IP fragment leads to the message that both carry.
  for (const frame of [4, 5]) {
    const response = await messageOf(reportId, frame);
    expect(response.status).toBe(200);
    const shown = await response.text();
    expect(shown).toContain("IKE_AUTH (35)");
    expect(shown).toContain("2528 bytes, IKE header included");
    expect(shown).toContain("Frame 4, 1500 bytes");
    expect(shown).toContain("0000  45 00 05 dc");
    expect(shown).toContain("Frame 5, 1080 bytes");
    expect(shown).toContain(`rel="prev" href="/console/reports/${reportId}/messages/3?`);
    expect(shown).toContain(`rel="next" href="/console/reports/${reportId}/messages/7?`);
  }
  const plain = await (await messageOf(reportId, 4, "capture", { headers: { accept: "text/plain" } })).text();
  expect(plain).toMatch(/^#4\n0000 {2}45 00 05 dc /);
  expect(plain.split("\n")).toHaveLength(1 + 94 + 2 + 68 + 1);
});

test("bytes are for who may download captures, and that they were seen is written down", async () => {
  const reportId = await storeCapture(await seedFile("wired-fail.pcapng"));
  const { staff } = service.tokens;
  const asStaff = await (await messageOf(reportId, 5, "capture", { token: staff })).text();
  expect(asStaff).toContain("IKE_AUTH (35)");
  expect(asStaff).toContain("The bytes are shown to administrators");
  expect(asStaff).not.toContain("45 00 05 dc");
  const headers = { accept: "text/plain" };
  expect((await messageOf(reportId, 5, "capture", { token: staff, headers })).status).toBe(403);
  const seen = () =>
    service.deps.audit.list({
      actor: null,
      subject: reportId,
      since: null,
      actions: ["capture-read"],
      before: null,
      limit: 9,
    });
  expect(await seen()).toEqual([]);
  await messageOf(reportId, 4);
  expect((await seen()).map(({ detail }) => JSON.parse(detail))).toEqual([{ capture: "capture", frame: 5 }]);

  for (const [frame, capture] of [
    [1, "capture"],
    [99, "capture"],
    ["x", "capture"],
    ["-1", "capture"],
    [5, "none"],
  ] as const)
    expect((await messageOf(reportId, frame, capture)).status, `${frame} of ${capture}`).toBe(404);
});

const review = (reportId: string, fields: Record<string, string>) =>
  service.request("POST", `/console/reports/${reportId}/review`, {
    token: service.tokens.admin,
    headers: { "sec-fetch-site": "same-origin", origin: ORIGIN },
    body: new URLSearchParams(fields),
  });

test("a corrected report says so first, with the reason and the text for the user, and advises nothing", async () => {
  const { reportId } = await makeReport(service);
  expect(await page(reportId)).toContain("mtu=1472");
  const fields = { version: "1", status: "reviewed", override: "not-ikev2", reason: "It dials L2TP." };
  const saved = await review(reportId, { ...fields, userText: "<b>We</b> call you.\r\nPlease wait. " });
  expect(saved.status).toBe(303);
  const text = await page(reportId);
  const [first = "", folded = ""] = text.split('<details class="refuted">');
  expect(first).toContain("<h1>This is not IKEv2</h1>");
  expect(first).toContain("It dials L2TP.");
  expect(first).toContain("&lt;b&gt;We&lt;/b&gt; call you.\nPlease wait.</dd>");
  expect(folded).toContain("<code>outbound-fragments-too-large</code>");
  expect(text).not.toContain("mtu=1472");
  expect(text).not.toContain('id="advice"');
  const entry = await service.deps.reports.get(reportId);
  expect(entry?.review.override?.userText).toBe("<b>We</b> call you.\nPlease wait.");
});

test("the history has who did what and when: what came, what was said, what people did", async () => {
  const reportId = await storeCapture(await seedFile("wired-fail.pcapng"));
  const { clock, tokens } = service;
  clock.now = new Date("2026-11-24T06:00:00Z");
  await review(reportId, {
    version: "1",
    status: "fixed",
    note: "x",
    override: "not-ikev2",
    reason: "L2TP",
  });
  clock.now = new Date("2026-11-25T06:00:00Z");
  await service.request("GET", `/v1/reports/${reportId}/capture`, { token: tokens.admin });
  await messageOf(reportId, 5);
  clock.now = new Date("2026-11-26T06:00:00Z");
  await service.request("PATCH", `/v1/reports/${reportId}/review`, {
    token: tokens.admin,
    headers: { "if-match": "*" },
    json: { override: null },
  });
  const text = await page(reportId);
  const history = text.slice(text.indexOf('<section id="history">'));
  const rows = [
    ...history.matchAll(
      /<tr><td class="nowrap">.*?datetime="([^"]+)".*?<\/td><td>(.*?)<\/td><td[^>]*>(.*?)<\/td><\/tr>/gs,
    ),
  ];
  const plain = (markup = "") => markup.replace(/<[^>]+>/g, "");
  expect(rows.map(([, at, who, what]) => [at?.slice(5, 10), plain(who), plain(what)])).toEqual([
    ["11-26", "admin token", "Review saved, correction withdrawn"],
    ["11-25", "admin token", "Bytes seen: message in frame 5 · capture"],
    ["11-25", "admin token", "Capture downloaded · capture"],
    [
      "11-24",
      "admin token",
      "Review saved, status new → fixed, verdict corrected to “This is not IKEv2”, note changed",
    ],
    ["11-23", "staff token", "Uploaded"],
    ["11-23", "the service", "Came: capture, 9220 bytes"],
    ["11-23", "the service", "Diagnosed: The login message gets no answer (medium), ikefrag 0.1.0"],
    ["11-23", "the service", "Report created: uploaded for analysis"],
  ]);
  // Who merely reads a report leaves no line in it.
  expect(history).not.toContain("report-read");
});

test("probes stand by kind and size, with what came of them first and where they went once", async () => {
  const { reportId } = await makeReport(service);
  const text = await page(reportId);
  const probes = /<section id="probes">.*?<\/section>/s.exec(text)?.[0] ?? "";
  const rows = [
    ...probes.matchAll(
      /<tr[^>]*><td class="result[^"]*">([^<]+)<\/td><td>([^<]+)<\/td><td class="number">(\d+)</g,
    ),
  ];
  expect(rows.length).toBeGreaterThan(10);
  const kinds = rows.map(([, , kind = ""]) => kind.replace(/ \(\d+\)$/, ""));
  expect([...new Set(kinds)].length).toBe(kinds.filter((kind, at) => kind !== kinds[at - 1]).length);
  for (const [at, [, , , bytes]] of rows.entries())
    if (at > 0 && kinds[at] === kinds[at - 1])
      expect(Number(bytes)).toBeGreaterThanOrEqual(Number(rows[at - 1]?.[3]));
  expect(probes.match(/192\.0\.2\.1/g)).toHaveLength(1);
});

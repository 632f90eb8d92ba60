/** What of a report goes to others: the text, and the files that go with it. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { observe } from "../../shared/evidence/observe.ts";
import { Evidence } from "../../shared/schema/evidence.ts";
import { readCapture } from "../../shared/transcript/read-capture.ts";
import { json, makeReport, openService, type Service, seedFile } from "../support/service.ts";

let service: Service;
beforeEach(async () => {
  service = await openService();
});
afterEach(() => service.close());

const get = (path: string, role: "staff" | "admin" = "admin", language = "en"): Promise<Response> =>
  service.request("GET", path, {
    token: service.tokens[role],
    headers: { accept: "text/html", "accept-language": language },
  });

async function storeSeed(): Promise<string> {
  const response = await service.request("POST", "/v1/analyses?store=1", {
    token: service.tokens.staff,
    headers: { "content-type": "application/octet-stream" },
    body: await seedFile("wired-fail.pcapng"),
  });
  return (await json<{ reportId: string }>(response)).reportId;
}

const ADDRESS = /203\.0\.113\.25|172\.20\.10\.4/;

test.each(["gateway", "carrier"])(
  "the page for the %s has the text, with addresses or without",
  async (to) => {
    const path = `/console/reports/${await storeSeed()}/forward?to=${to}&zone=Asia/Tokyo`;
    const named = await (await get(path)).text();
    expect(named).toContain("IP fragments of 1500 + 1080 bytes: 3 of 3 not answered");
    expect(named).toMatch(ADDRESS);
    expect(named).toContain("UTC+09:00");
    const plain = await (await get(`${path}&addresses=0`)).text();
    expect(plain).toContain("IP fragments of 1500 + 1080 bytes: 3 of 3 not answered");
    expect(plain).not.toMatch(ADDRESS);
    const japanese = await (await get(path, "admin", "ja")).text();
    expect(japanese).toContain("1500 + 1080バイトのIPフラグメント：3回中3回応答なし");
  },
);

test("a link opens an e-mail that no mail program cuts, in both languages", async () => {
  const path = `/console/reports/${await storeSeed()}/forward`;
  for (const language of ["en", "ja"]) {
    const page = await (await get(path, "staff", language)).text();
    const [, href = ""] = /href="(mailto:[^"]*)"/.exec(page) ?? [];
    const address = href.replaceAll("&#39;", "'").replaceAll("&amp;", "&");
    expect(address.length, language).toBeLessThanOrEqual(1_900);
    const query = new URL(address).searchParams;
    expect(query.get("subject")).toMatch(/^IKEv2 VPN/);
    expect(query.get("body")).toMatch(/RFC 7383|管理者の方へ/);
  }
});

/** The parts of a multipart e-mail, by their file names. */
function partsOf(mail: string): Map<string, Buffer> {
  const [, boundary = ""] = /boundary="([^"]+)"/.exec(mail) ?? [];
  const parts = mail.split(`--${boundary}`).slice(1, -1);
  return new Map(
    parts.map((part) => {
      const [head = "", body = ""] = part.split("\r\n\r\n");
      return [/filename="([^"]+)"/.exec(head)?.[1] ?? "", Buffer.from(body, "base64")];
    }),
  );
}

test("a draft has the text, the report and the capture, from which the same follows", async () => {
  const path = `/console/reports/${await storeSeed()}/forward/draft.eml`;
  for (const [addresses, language] of [
    ["1", "ja"],
    ["0", "en"],
  ] as const) {
    const response = await get(`${path}?to=carrier&addresses=${addresses}`, "admin", language);
    expect(response.headers.get("content-type")).toBe("message/rfc822");
    const mail = await response.text();
    for (const line of mail.split("\r\n")) expect(line.length).toBeLessThanOrEqual(120);
    expect(mail).toMatch(/^Subject: =\?UTF-8\?B\?/);
    expect(mail).toContain("X-Unsent: 1");
    const words = [...mail.matchAll(/=\?UTF-8\?B\?([^?]*)\?=/g)].map(([, word = ""]) =>
      new TextDecoder("utf-8", { fatal: true }).decode(Buffer.from(word, "base64")),
    );
    expect(words.join("")).toMatch(addresses === "1" ? /203\.0\.113\.25/ : /\(GATEWAY\)/);
    const parts = partsOf(mail);
    expect([...parts.keys()]).toEqual(["", "report.html", "capture.pcapng"]);
    const text = parts.get("")?.toString() ?? "";
    expect(text).toMatch(/report\.html.*capture\.pcapng/);
    const capture = parts.get("capture.pcapng") ?? Buffer.alloc(0);
    const transcript = await readCapture("capture", new Uint8Array(capture));
    const seen = observe(Evidence.parse({ schema: "ikefrag/evidence/1" }), [transcript]);
    const [login] = seen.initiations;
    expect(login?.exchanges.at(-1)?.requests[0]?.ipBytes).toEqual([1500, 1080]);
    expect(login?.gateway === "203.0.113.25").toBe(addresses === "1");
    if (addresses === "1") continue;
    expect(text).not.toMatch(ADDRESS);
    expect(parts.get("report.html")?.toString()).not.toMatch(ADDRESS);
    expect(capture.includes(Buffer.from([203, 0, 113, 25]))).toBe(false);
  }
});

test("where captures are stored with pseudonyms, each version has what it is to have", async () => {
  await service.close();
  service = await openService({ pseudonymise: true });
  const path = `/console/reports/${await storeSeed()}/forward/captures/1`;
  for (const addresses of ["1", "0"]) {
    const bytes = Buffer.from(await (await get(`${path}?addresses=${addresses}`)).arrayBuffer());
    expect(bytes.includes(Buffer.from([203, 0, 113, 25]))).toBe(addresses === "1");
  }
});

test("staff get captures without addresses alone, as they get no other capture", async () => {
  const path = `/console/reports/${await storeSeed()}/forward`;
  expect((await get(`${path}/captures/1?addresses=1`, "staff")).status).toBe(404);
  expect((await get(`${path}/captures/1?addresses=0`, "staff")).status).toBe(200);
  const mail = await (await get(`${path}/draft.eml?addresses=1`, "staff")).text();
  expect([...partsOf(mail).keys()]).toEqual(["", "report.html"]);
  expect((await get(`${path}/captures/2?addresses=0`)).status).toBe(404);
  const stranger = await service.request("GET", path, { headers: { accept: "text/html" } });
  expect(stranger.status).toBe(303);
});

test("a zip has the same files, and who took it is in the audit log", async () => {
  const reportId = await storeSeed();
  const response = await get(`/console/reports/${reportId}/forward/all.zip?to=gateway&addresses=0`);
  const bytes = Buffer.from(await response.arrayBuffer());
  for (const name of ["forward.txt", "report.html", "capture.pcapng"])
    expect(bytes.includes(Buffer.from(name)), name).toBe(true);
  const log = await (await service.request("GET", "/v1/audit-log", { token: service.tokens.admin })).text();
  expect(log).toContain("report-forwarded");
});

test("what somebody overrode is forwarded as they judge it, without the refuted number", async () => {
  const { reportId } = await makeReport(service);
  const report = await service.request("GET", `/v1/reports/${reportId}`, { token: service.tokens.admin });
  const override = async (verdict: string, etag: string | null): Promise<string | null> => {
    const patched = await service.request("PATCH", `/v1/reports/${reportId}/review`, {
      token: service.tokens.admin,
      headers: { "if-match": etag ?? "" },
      json: { override: { verdict, reason: "seen at the firewall" } },
    });
    expect(patched.status).toBe(200);
    return patched.headers.get("etag");
  };
  const shown = async () => (await get(`/console/reports/${reportId}`)).text();
  expect(await shown()).toContain('data-copies="forward-carrier"');
  const etag = await override("udp-4500-blocked", report.headers.get("etag"));
  // The report's own page hands out the refuted text no more, and leads to the one that holds.
  expect(await shown()).not.toContain('data-copies="forward');
  expect(await shown()).toContain(`/console/reports/${reportId}/forward`);
  const page = await (await get(`/console/reports/${reportId}/forward?to=carrier`)).text();
  expect(page).toContain("Please let UDP port 4500 pass");
  expect(page).not.toContain("IP fragments of 1472 bytes arrive");
  expect(page).not.toContain("seen at the firewall");
  await override("inbound-fragments-lost", etag);
  const again = await (await get(`/console/reports/${reportId}/forward?to=gateway`)).text();
  expect(again).toContain("Please switch on IKE fragmentation");
});

test("a verdict that nobody else can do anything about says so", async () => {
  const { reportId } = await makeReport(service, {
    ...(await import("../support/simulated-path.ts")).CLEAR_PATH,
  });
  const page = await (await get(`/console/reports/${reportId}/forward?to=carrier`)).text();
  expect(page).toContain("There is nothing to ask of this reader");
  expect((await get(`/console/reports/${reportId}/forward/draft.eml?to=carrier`)).status).toBe(404);
});

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  MAX_CAPTURE_BYTES,
  MAX_JSON_BYTES,
  MAX_KEPT_IKE_MESSAGES,
  MAX_TEXT_BYTES,
} from "../../api/http/bounds.ts";
import { EvidenceIntake } from "../../api/reports/take-evidence.ts";
import type { Report, SpokenDiagnosis } from "../../shared/schema/api.ts";
import { answeredBegunLogin } from "../support/begun-login.ts";
import { capture, datagramFrames } from "../support/packet-builder.ts";
import { json, openService, type Service, seedFile } from "../support/service.ts";

let service: Service;
beforeEach(async () => {
  service = await openService({ uploadsPerMinute: 1000 });
});
afterEach(() => service.close());

const PCAP = { "content-type": "application/vnd.tcpdump.pcap" };
const analyze = (options: {
  query?: string;
  headers?: Record<string, string>;
  body?: BodyInit;
  json?: unknown;
}) =>
  service.request("POST", `/v1/analyses${options.query ?? ""}`, {
    token: service.tokens.staff,
    headers: options.headers ?? {},
    ...(options.body === undefined ? {} : { body: options.body }),
    ...(options.json === undefined ? {} : { json: options.json }),
  });
const NOTHING = { rows: { cases: 0, runs: 0, reports: 0, objects: 0 }, objects: [] };

interface Answer {
  verdict: string;
  confidence: string;
  reportId?: string;
  text: { language: string };
  recommendation: {
    interfaceMtu: number;
    basis: string;
    expectedFragments: number[];
    commands: { apply: string; undo: string };
  };
}

test("the story as evidence JSON gives what the design says of it", async () => {
  const text = async (name: string) => ({ name, text: new TextDecoder().decode(await seedFile(name)) });
  const evidence = {
    schema: "ikefrag/evidence/1",
    texts: [await text("netsh-ja.txt"), await text("ping-1472-ja.txt"), await text("ping-1473-ja.txt")],
    captures: [
      {
        name: "wired-fail.pcapng",
        base64: Buffer.from(await seedFile("wired-fail.pcapng")).toString("base64"),
      },
    ],
  };
  const response = await analyze({ query: "?lang=ja", json: evidence });
  expect(response.status).toBe(200);
  const answer = await json<Answer>(response);
  expect(answer).toMatchObject({
    verdict: "ike-auth-unanswered",
    text: { language: "ja" },
    recommendation: {
      interfaceMtu: 1472,
      basis: "trial",
      expectedFragments: [1468, 1112],
      commands: {
        apply: "netsh interface ipv4 set interface 19 mtu=1472",
        undo: "netsh interface ipv4 set interface 19 mtu=1500",
      },
    },
  });
  expect(answer.confidence).not.toBe("high");
  expect(await service.stored()).toEqual(NOTHING);
});

test.each(["application/vnd.tcpdump.pcap", "application/octet-stream", "application/octet-stream; x=y"])(
  "a capture is taken as %s",
  async (type) => {
    const response = await analyze({
      headers: { "content-type": type },
      body: await seedFile("wired-fail.pcapng"),
    });
    expect(response.status).toBe(200);
    expect(await json(response)).toMatchObject({ verdict: "ike-auth-unanswered" });
  },
);

test("a capture is taken gzipped, and in pieces of any size", async () => {
  const capture = await seedFile("wired-fail.pcapng");
  const zipped = await analyze({ headers: PCAP, body: new Uint8Array(gzipSync(capture)) });
  expect(await json(zipped)).toMatchObject({ verdict: "ike-auth-unanswered" });
  let at = 0;
  const trickle = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (at >= capture.length) return controller.close();
      controller.enqueue(capture.subarray(at, at + 7));
      at += 7;
    },
  });
  expect(await json(await analyze({ headers: PCAP, body: trickle }))).toMatchObject({
    verdict: "ike-auth-unanswered",
  });
});

test("the good capture is fine", async () => {
  const answer = await json<Answer>(await analyze({ headers: PCAP, body: await seedFile("wifi-ok.pcapng") }));
  expect(["healthy", "slow-gateway"]).toContain(answer.verdict);
});

test("?store=1 keeps a report: evidence, diagnosis, and the capture minimised", async () => {
  const response = await analyze({
    query: "?store=1&name=..%2Fwired%20fail.pcapng",
    headers: PCAP,
    body: await seedFile("wired-fail.pcapng"),
  });
  const { reportId = "" } = await json<Answer>(response);
  const report = await json<{ captures: { name: string }[] }>(
    await service.request("GET", `/v1/reports/${reportId}`, { token: service.tokens.staff }),
  );
  expect(report).toMatchObject({
    source: "analysis",
    verdict: "ike-auth-unanswered",
    captures: [{ name: "..wired fail.pcapng" }],
  });
  const { rows, objects } = await service.stored();
  expect(rows).toEqual({ cases: 0, runs: 0, reports: 1, objects: 3 });
  expect(objects).toHaveLength(3);
});

test("captures inside evidence JSON are kept as captures, not as JSON", async () => {
  const base64 = Buffer.from(await seedFile("wired-fail.pcapng")).toString("base64");
  const evidence = {
    schema: "ikefrag/evidence/1",
    captures: [
      { name: "a", base64 },
      { name: "b", base64 },
    ],
  };
  const { reportId = "" } = await json<Answer>(await analyze({ query: "?store=1", json: evidence }));
  const report = await json(
    await service.request("GET", `/v1/reports/${reportId}`, { token: service.tokens.staff }),
  );
  expect(report).toMatchObject({ evidence: { captures: [] }, captures: [{ name: "a" }, { name: "b" }] });
  const second = await service.request("GET", `/v1/reports/${reportId}/capture?name=b`, {
    token: service.tokens.admin,
  });
  expect(second.status).toBe(200);
});

const inputs: {
  name: string;
  headers?: Record<string, string>;
  body?: () => Promise<BodyInit>;
  json?: unknown;
  status: number;
  type: string;
  says: RegExp;
}[] = [
  {
    name: "an empty capture",
    headers: PCAP,
    body: async () => "",
    status: 400,
    type: "empty-body",
    says: /0 bytes/,
  },
  {
    name: "a text file",
    headers: PCAP,
    body: async () => "Hello, this is not a capture at all\n",
    status: 422,
    type: "unreadable-capture",
    says: /pcap|text/i,
  },
  {
    name: "a zip archive",
    headers: PCAP,
    body: async () => "PK\x03\x04 and so on and so on",
    status: 422,
    type: "unreadable-capture",
    says: /zip/,
  },
  {
    name: "no content type",
    body: async () => new Uint8Array([1]),
    status: 415,
    type: "unsupported-media-type",
    says: /application\/vnd\.tcpdump\.pcap/,
  },
  {
    name: "curl's own content type",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: async () => "a=b",
    status: 415,
    type: "unsupported-media-type",
    says: /x-www-form-urlencoded/,
  },
  {
    name: "half a JSON",
    headers: { "content-type": "application/json" },
    body: async () => '{"schema": ',
    status: 400,
    type: "malformed-json",
    says: /too early|line|character/,
  },
  {
    name: "no JSON at all",
    headers: { "content-type": "application/json" },
    body: async () => "",
    status: 400,
    type: "malformed-json",
    says: /empty/,
  },
  {
    name: "JSON that is not UTF-8",
    headers: { "content-type": "application/json" },
    body: async () => new Uint8Array([0x22, 0xff, 0x22]),
    status: 400,
    type: "malformed-json",
    says: /UTF-8/,
  },
  {
    name: "another schema",
    json: { schema: "ikefrag/evidence/2" },
    status: 400,
    type: "invalid-fields",
    says: /evidence/,
  },
  {
    name: "a capture in JSON that is none",
    json: { schema: "ikefrag/evidence/1", captures: [{ name: "x", base64: "AAAA" }] },
    status: 422,
    type: "unreadable-capture",
    says: /x/,
  },
];
test.each(inputs)(
  "POST /v1/analyses answers $name with what, where and what to do",
  async ({ headers, body, json: sent, status, type, says }) => {
    const response = await analyze({
      query: "?store=1",
      ...(headers ? { headers } : {}),
      ...(body ? { body: await body() } : {}),
      ...(sent === undefined ? {} : { json: sent }),
    });
    expect(response.status).toBe(status);
    expect(response.headers.get("content-type")).toBe("application/problem+json; charset=utf-8");
    const problem = await json<{ type: string; title: string; detail: string; requestId: string }>(response);
    expect(problem.type).toBe(`/problems/${type}`);
    expect(problem.detail).toMatch(says);
    expect(problem.requestId).toBe(response.headers.get("x-request-id"));
    expect(JSON.stringify(problem)).not.toMatch(/\.ts:|at \w+ \(|node_modules/);
    expect(await service.stored()).toEqual(NOTHING);
  },
);

const TWO = (...base64: string[]) => ({
  schema: "ikefrag/evidence/1",
  captures: base64.map((data, n) => ({ name: "ab"[n] ?? "", base64: data })),
});

test("a capture that is none is named, and the other one is judged and kept", async () => {
  const good = Buffer.from(await seedFile("wired-fail.pcapng")).toString("base64");
  for (const [evidence, bad] of [
    [TWO(good, "AAAA"), "b"],
    [TWO("AAAA", good), "a"],
  ] as const) {
    const answer = (await json(await analyze({ query: "?store=1", json: evidence }))) as Answer & {
      warnings: { source: string; phrase: { key: string } }[];
    };
    expect(answer.verdict).toBe("ike-auth-unanswered");
    expect(answer.warnings).toMatchObject([{ source: bad, phrase: { key: "warning.unusable-file" } }]);
    const kept = await service.request("GET", `/v1/reports/${answer.reportId}`, {
      token: service.tokens.staff,
    });
    const { diagnosis, captures } = (await json(kept)) as {
      diagnosis: { warnings: unknown[] };
      captures: unknown[];
    };
    expect(diagnosis.warnings).toEqual(answer.warnings);
    expect(captures).toHaveLength(1);
  }
});

test("two captures of which both are none leave nothing behind", async () => {
  expect((await analyze({ query: "?store=1", json: TWO("AAAA", "AAAA") })).status).toBe(422);
  expect(await service.stored()).toEqual(NOTHING);
});

test("who goes away in the middle leaves nothing", async () => {
  const capture = await seedFile("wired-fail.pcapng");
  // The blocks after the section's and the interface's header, again and again: enough for kept bytes to be
  // written.
  const view = new DataView(capture.buffer, capture.byteOffset, capture.byteLength);
  const section = view.getUint32(4, true);
  const packets = section + view.getUint32(section + 4, true);
  let pieces = 0;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (pieces === 60) return controller.error(new Error("connection reset"));
      controller.enqueue(pieces === 0 ? capture : capture.subarray(packets));
      pieces++;
    },
  });
  const response = await analyze({ query: "?store=1", headers: PCAP, body });
  expect(response.ok).toBe(false);
  expect(await service.stored()).toEqual(NOTHING);
});

test("a cut capture gives what was read before the cut, and says so", async () => {
  const capture = await seedFile("wired-fail.pcapng");
  const response = await analyze({ headers: PCAP, body: capture.slice(0, capture.length - 40) });
  expect(response.status).toBe(200);
  const answer = await json<{ warnings: unknown[] }>(response);
  expect(answer.warnings).toHaveLength(1);
});

test("JSON may have 1 MiB and not one byte more", async () => {
  const head = '{"schema":"ikefrag/evidence/1","texts":[';
  const evidence = (bytes: number) => {
    const filler = "x".repeat(200_000);
    const texts: string[] = [];
    let left = bytes - head.length - 2;
    while (left > 0) {
      const frame = '{"name":"n","text":""}'.length + (texts.length > 0 ? 1 : 0);
      const size = Math.min(filler.length, left - frame);
      texts.push(`{"name":"n","text":"${filler.slice(0, size)}"}`);
      left -= size + frame;
    }
    return `${head}${texts.join(",")}]}`;
  };
  const type = { "content-type": "application/json" };
  expect(evidence(MAX_JSON_BYTES)).toHaveLength(MAX_JSON_BYTES);
  expect((await analyze({ headers: type, body: evidence(MAX_JSON_BYTES) })).status).toBe(200);
  for (const headers of [type, { ...type, "content-length": String(MAX_JSON_BYTES + 1) }]) {
    const response = await analyze({ headers, body: `${evidence(MAX_JSON_BYTES)} ` });
    expect(response.status).toBe(413);
    expect(response.headers.get("ratelimit-policy")).toBe(
      `"json-body";q=${MAX_JSON_BYTES};qu="content-bytes"`,
    );
  }
});

test("a capture may have 50 MiB and not one byte more, announced or not", async () => {
  const head = await seedFile("wired-fail.pcapng");
  // Blocks of a type that readers step over, up to the size that is asked for.
  const stream = (bytes: number) => {
    let left = bytes;
    let first = true;
    return new ReadableStream<Uint8Array>({
      pull(controller) {
        if (left === 0) return controller.close();
        const size = first ? head.length : Math.min(left, 1024 * 1024);
        const piece = first ? head : new Uint8Array(size);
        if (!first) {
          const view = new DataView(piece.buffer);
          view.setUint32(0, 0x0bad, true);
          view.setUint32(4, size, true);
          view.setUint32(size - 4, size, true);
        }
        first = false;
        left -= size;
        controller.enqueue(piece);
      },
    });
  };
  expect((await analyze({ headers: PCAP, body: stream(MAX_CAPTURE_BYTES) })).status).toBe(200);
  const over = await analyze({ query: "?store=1", headers: PCAP, body: stream(MAX_CAPTURE_BYTES + 16) });
  expect(over.status).toBe(413);
  expect(over.headers.get("ratelimit-policy")).toBe(
    `"capture-body";q=${MAX_CAPTURE_BYTES};qu="content-bytes"`,
  );
  const announced = await analyze({
    headers: { ...PCAP, "content-length": String(MAX_CAPTURE_BYTES + 1) },
    body: head,
  });
  expect(announced.status).toBe(413);
  expect(await service.stored()).toEqual(NOTHING);
});

test("ten uploads a minute from one address, and never an eleventh, also side by side", async () => {
  await service.close();
  service = await openService();
  const capture = await seedFile("wired-fail.pcapng");
  const send = () => analyze({ headers: PCAP, body: capture });
  const responses = await Promise.all(Array.from({ length: 30 }, send));
  expect(responses.filter(({ status }) => status === 200)).toHaveLength(10);
  const refused = responses.find(({ status }) => status === 429);
  expect(refused?.headers.get("ratelimit-policy")).toBe('"uploads";q=10;w=60');
  expect(refused?.headers.get("ratelimit")).toBe('"uploads";r=0;t=60');
  expect(refused?.headers.get("retry-after")).toBe("60");
  service.client.address = "198.51.100.8";
  expect((await send()).status).toBe(200);
  service.client.address = "198.51.100.7";
  service.clock.now = new Date("2026-11-23T06:01:00Z");
  const next = await send();
  expect(next.status).toBe(200);
  expect(next.headers.get("ratelimit")).toBe('"uploads";r=9;t=60');
});

test("an IPv6 customer's /64 counts as one address", async () => {
  await service.close();
  service = await openService({ uploadsPerMinute: 1 });
  const capture = await seedFile("wired-fail.pcapng");
  const statuses: number[] = [];
  for (const address of [
    "2001:db8:0:1::1",
    "2001:db8::1:ffff:0:0:2",
    "2001:db8:0:2::1",
    "::ffff:192.0.2.1",
    "192.0.2.1",
  ]) {
    service.client.address = address;
    statuses.push((await analyze({ headers: PCAP, body: capture })).status);
  }
  expect(statuses).toEqual([200, 429, 200, 200, 429]);
});

const PASTE = `> C:\\>ping -l 1400 198.51.100.53
>
> Ping wird ausgeführt für 198.51.100.53 mit 1400 Bytes Daten:
> Antwort von 198.51.100.53: Bytes=1400 Zeit=8ms TTL=57
`;
const SAID = "German Windows ping to 198.51.100.53: one size (ping payload 1400), without -f";
const utf16 = (text: string) => new Uint8Array(Buffer.from(`\ufeff${text}`, "utf16le"));

test.each([
  ["UTF-8", PASTE],
  ["UTF-16", utf16(PASTE)],
])("pasted text is a body of its own, in %s", async (_name, body) => {
  const response = await analyze({ headers: { "content-type": "text/plain; charset=utf-8" }, body });
  expect(response.status).toBe(200);
  expect(await json<unknown>(response)).toMatchObject({ text: { readings: [`text, line 3: ${SAID}`] } });
  expect(await service.stored()).toEqual(NOTHING);
});

test("pasted text with the gateway in the query, kept under its name", async () => {
  const response = await analyze({
    query: "?store=1&name=ticket.txt&gateway=198.51.100.53",
    headers: { "content-type": "text/plain" },
    body: PASTE,
  });
  const { reportId } = await json<Answer>(response);
  const report = await service.request("GET", `/v1/reports/${reportId}`, { token: service.tokens.staff });
  expect(await json<unknown>(report)).toMatchObject({
    gateway: "198.51.100.53",
    evidence: { gateway: "198.51.100.53", texts: [{ name: "ticket.txt", text: PASTE }] },
    diagnosis: { text: { readings: [`ticket.txt, line 3: ${SAID}`] } },
  });
});

test("the gateway in the query is for a body that names none", async () => {
  const kept = async (options: Parameters<typeof analyze>[0]) => {
    const { reportId } = await json<Answer>(await analyze(options));
    const report = await service.request("GET", `/v1/reports/${reportId}`, { token: service.tokens.staff });
    return (await json<{ evidence: { gateway: string } }>(report)).evidence.gateway;
  };
  const query = "?store=1&gateway=other.example.com";
  const empty = { schema: "ikefrag/evidence/1" };
  expect(await kept({ query, json: { ...empty, gateway: "vpn.example.com" } })).toBe("vpn.example.com");
  expect(await kept({ query, json: empty })).toBe("other.example.com");
  expect(await kept({ query, headers: PCAP, body: await seedFile("wired-fail.pcapng") })).toBe(
    "other.example.com",
  );
});

test("what came of logins that were begun stays with their evidence", async () => {
  const evidence = {
    schema: "ikefrag/evidence/1",
    gateway: "vpn.example.com",
    rehearsal: answeredBegunLogin(["expired"]),
  };
  const { findings } = await json<SpokenDiagnosis>(await analyze({ json: evidence }));
  expect(findings).toContainEqual(
    expect.objectContaining({ code: "gateway-certificate-expired", status: "found" }),
  );
});

test.each([
  ["an empty text", "", 400, "empty-body"],
  ["a text that is too large", "x".repeat(MAX_TEXT_BYTES + 1), 413, "text-too-large"],
  ["bytes that are no text", new Uint8Array([0x61, 0, 0x62, 0]), 415, "unsupported-media-type"],
])("POST /v1/analyses refuses %s", async (_name, body, status, type) => {
  const response = await analyze({ headers: { "content-type": "text/plain" }, body });
  expect(response.status).toBe(status);
  expect(await json(response)).toMatchObject({ type: `/problems/${type}` });
});

test("a gateway in the query that is none is refused", async () => {
  const response = await analyze({
    query: "?gateway=-x%20y",
    headers: { "content-type": "text/plain" },
    body: PASTE,
  });
  expect(response.status).toBe(400);
  expect(await json(response)).toMatchObject({ errors: [{ pointer: "/gateway" }] });
});

describe("several files as a form", () => {
  const PAIR = (end: string) =>
    readFile(join(import.meta.dirname, `../cases/reports/29-pair-${end}.pcapng`)) as Promise<
      Uint8Array<ArrayBuffer>
    >;
  const PING = "C:\\>ping -l 1400 198.51.100.53\nReply from 198.51.100.53: bytes=1400 time=8ms TTL=57\n";
  type Parts = [name: string, content: BlobPart, fileName?: string][];
  const post = (parts: Parts, query = "", language = "en") => {
    const form = new FormData();
    for (const [name, content, fileName] of parts)
      if (fileName === undefined) form.append(name, String(content));
      else form.append(name, new File([content], fileName));
    return service.request("POST", `/v1/analyses${query}`, {
      token: service.tokens.staff,
      body: form,
      headers: { "accept-language": language },
    });
  };

  test("each end is taken by the name of its part, in any order, and kept so", async () => {
    const response = await post(
      [
        ["gateway", await PAIR("gateway-first-only"), "a.pcap"],
        ["client", await PAIR("client"), "b.pcap"],
        ["gateway", "vpn.example.com"],
      ],
      "?store=1",
    );
    expect(response.status).toBe(200);
    const answer = await json<SpokenDiagnosis & { reportId: string }>(response);
    expect(answer).toMatchObject({ confidence: "high", direction: "outbound" });
    expect(answer.recommendation.interfaceMtu).toBeNull();
    expect(
      answer.bothEnds?.logins.map(({ places }) => places.map(({ end, source }) => [end, source])),
    ).toEqual([
      [
        ["client", "b.pcap"],
        ["gateway", "a.pcap"],
      ],
    ]);
    const { reportId } = answer;
    const report = await json<Report>(
      await service.request("GET", `/v1/reports/${reportId}`, { token: service.tokens.staff }),
    );
    expect(report.evidence).toMatchObject({
      gateway: "vpn.example.com",
      recordedAt: { "a.pcap": "gateway", "b.pcap": "client" },
    });
    expect(report.captures.map(({ name }) => name)).toEqual(["a.pcap", "b.pcap"]);
    // Whoever has the ID reads which packet was lost, and neither files nor addresses.
    for (const language of ["en", "ja"]) {
      const headers = { "accept-language": language };
      const card = await (await service.request("GET", `/v1/reports/${reportId}`, { headers })).text();
      expect(JSON.parse(card).text.forward).toMatch(/0x[0-9a-f]{4}/);
      for (const { client, gateway, source } of answer.bothEnds?.logins[0]?.places ?? [])
        for (const name of [client, gateway, source]) expect(card).not.toContain(name);
    }
  });

  test("texts, pasted or as files, go with captures; the host may be in the query", async () => {
    const response = await post(
      [
        ["text", PING],
        ["text", PING],
        ["file", PING, "ping.txt"],
        ["between", await PAIR("client"), "<b>.pcap"],
      ],
      "?store=1&gateway=198.51.100.53",
    );
    expect(response.status).toBe(200);
    const { reportId } = await json<{ reportId: string }>(response);
    const { evidence } = await json<Report>(
      await service.request("GET", `/v1/reports/${reportId}`, { token: service.tokens.staff }),
    );
    expect(evidence.texts.map(({ name }) => name)).toEqual(["text", "text (2)", "ping.txt"]);
    expect(evidence.recordedAt).toEqual({ "<b>.pcap": "between" });
    expect(evidence.gateway).toBe("198.51.100.53");
  });

  test.each(["en", "ja"])("a file that is none is a warning beside one that is (%s)", async (language) => {
    const response = await post(
      [
        ["gateway", "nothing that is known", "notes.txt"],
        ["client", await PAIR("client"), "b.pcap"],
      ],
      "",
      language,
    );
    expect(response.status).toBe(200);
    const answer = await json<SpokenDiagnosis>(response);
    expect(answer.warnings.map(({ source }) => source)).toContain("notes.txt");
    expect(answer.text.warnings.join()).toMatch(language === "ja" ? /[ぁ-ん]/ : /notes\.txt/);
    expect(await service.stored()).toEqual(NOTHING);
  });

  test("the JSON of a report keeps where its files were recorded, also under other names", async () => {
    const evidence = {
      schema: "ikefrag/evidence/1",
      texts: [
        { name: "constructor", text: PING },
        { name: "t", text: PING },
      ],
      recordedAt: { t: "gateway" },
    };
    const response = await post(
      [
        ["client", PING, "t"],
        ["file", JSON.stringify(evidence), "evidence.json"],
      ],
      "?store=1",
    );
    const { reportId } = await json<{ reportId: string }>(response);
    const report = await json<Report>(
      await service.request("GET", `/v1/reports/${reportId}`, { token: service.tokens.staff }),
    );
    expect(report.evidence.recordedAt).toEqual({ t: "client", "t (2)": "gateway" });
  });

  test.each<[string, Parts, number, string]>([
    ["nothing", [], 400, "empty-body"],
    ["no file that can be used", [["client", "nothing", "notes.txt"]], 422, "unknown-text"],
    ["a part of another name", [["capture", "x", "a.pcap"]], 400, "invalid-fields"],
    ["a field of another name", [["texts", "x"]], 400, "invalid-fields"],
    ["a host that is none", [["gateway", "a b"]], 400, "invalid-fields"],
    [
      "too many files",
      Array.from({ length: 21 }, (_, at) => ["file", PING, `${at}.txt`]),
      413,
      "too-many-files",
    ],
  ])("%s is refused, and nothing is kept", async (_what, parts, status, code) => {
    const response = await post(parts, "?store=1");
    expect(response.status).toBe(status);
    expect(await json(response)).toMatchObject({ type: `/problems/${code}` });
    expect(await service.stored()).toEqual(NOTHING);
  });

  test("captures of two ends are kept in full, and more of them never fill the memory", async () => {
    const messages = Array.from({ length: MAX_KEPT_IKE_MESSAGES + 5 }, (_, n) => {
      const payload = new Uint8Array(28);
      const view = new DataView(payload.buffer);
      view.setUint32(0, n + 1);
      view.setUint32(16, 0x00202208);
      view.setUint32(24, 28);
      return datagramFrames({
        atMs: n,
        source: "192.0.2.10",
        destination: "203.0.113.25",
        sourcePort: 500,
        destinationPort: 500,
        payload,
      });
    });
    const bytes = capture(...messages);
    const intake = new EvidenceIntake(service.deps, { gateway: null, keep: false });
    async function* body() {
      yield bytes;
    }
    const { signal } = new AbortController();
    for (const fileName of ["a", "b", "c"])
      await intake.takeFile({ fileName, body: body(), bytesLeft: bytes.length, signal });
    const { observations } = await intake.finish("en");
    expect(observations.captures.map(({ ikeMessages }) => ikeMessages)).toEqual([
      MAX_KEPT_IKE_MESSAGES,
      MAX_KEPT_IKE_MESSAGES,
      0,
    ]);
  });

  test("who goes away in the middle of a form leaves nothing", async () => {
    const head = 'Content-Disposition: form-data; name="client"; filename="a.pcap"';
    const pieces = [
      new TextEncoder().encode(`--b\r\n${head}\r\n\r\n`),
      await PAIR("client"),
      new TextEncoder().encode(`\r\n--b\r\n${head}\r\n\r\n`),
      (await PAIR("client")).subarray(0, 200),
    ];
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        const piece = pieces.shift();
        if (piece === undefined) controller.error(new Error("connection reset"));
        else controller.enqueue(piece);
      },
    });
    const response = await analyze({
      query: "?store=1",
      headers: { "content-type": "multipart/form-data; boundary=b" },
      body,
    });
    expect(response.status).toBe(400);
    expect(await json(response)).toMatchObject({ type: "/problems/client-gone" });
    expect(await service.stored()).toEqual(NOTHING);
  });
});

/** Spans of requests, as a collector of OpenTelemetry gets them over OTLP/HTTP. */
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, expect, test } from "vitest";
import * as z from "zod";
import type { LogEntry } from "../../api/deps.ts";
import { readTraceParent } from "../../api/http/traces.ts";
import { readConfig } from "../../api/runtime/config.ts";
import { startServer } from "../../api/runtime/start-server.ts";
import { TraceExporter } from "../../api/runtime/trace-exporter.ts";

/** `ExportTraceServiceRequest` in OTLP's JSON: bytes as hex, numbers of 64 bits as text. */
const Attribute = z.strictObject({
  key: z.string(),
  value: z.union([z.strictObject({ stringValue: z.string() }), z.strictObject({ intValue: z.string() })]),
});
const Span = z.strictObject({
  traceId: z.string().regex(/^[0-9a-f]{32}$/),
  spanId: z.string().regex(/^[0-9a-f]{16}$/),
  parentSpanId: z
    .string()
    .regex(/^[0-9a-f]{16}$/)
    .optional(),
  name: z.string(),
  kind: z.literal(2),
  startTimeUnixNano: z.string().regex(/^\d{19}$/),
  endTimeUnixNano: z.string().regex(/^\d{19}$/),
  attributes: z.array(Attribute),
  status: z.strictObject({ code: z.literal(2).optional() }),
});
const Export = z.strictObject({
  resourceSpans: z.tuple([
    z.strictObject({
      resource: z.strictObject({ attributes: z.array(Attribute) }),
      scopeSpans: z.tuple([
        z.strictObject({ scope: z.strictObject({ name: z.string() }), spans: z.array(Span) }),
      ]),
    }),
  ]),
});

let collector: Server;
let endpoint: string;
let got: { path: string; headers: IncomingHttpHeaders; body: string }[];
let status: number;
beforeEach(async () => {
  got = [];
  status = 200;
  collector = createServer(async (request, response) => {
    got.push({ path: request.url ?? "", headers: request.headers, body: await text(request) });
    response.writeHead(status).end("{}");
  });
  await new Promise<void>((resolve) => collector.listen(0, "127.0.0.1", resolve));
  endpoint = `http://127.0.0.1:${(collector.address() as AddressInfo).port}`;
});
afterEach(async () => {
  if (collector.listening) await new Promise((resolve) => collector.close(resolve));
});

const spans = () =>
  got.flatMap(({ body }) => Export.parse(JSON.parse(body)).resourceSpans[0].scopeSpans[0].spans);
const span = (n = 0) => ({
  traceId: "a".repeat(32),
  spanId: n.toString(16).padStart(16, "0"),
  parentSpanId: null,
  method: "GET",
  route: "/r/:reportId",
  status: 200,
  requestId: "r",
  beganAtMs: Date.parse("2026-11-23T06:00:00.000Z"),
  endedAtMs: Date.parse("2026-11-23T06:00:00.007Z"),
});

test("each request is a span of its caller's trace, by its route, with no code and no ID in it", async () => {
  const dataDir = await mkdtemp(join(tmpdir(), "ikefrag-traces-"));
  process.env.IKEFRAG_OTLP_ENDPOINT = `${endpoint}/`;
  process.env.IKEFRAG_OTLP_SERVICE = "helpdesk";
  const server = await startServer({ host: "127.0.0.1", port: 0, dataDir, publicUrl: null, log() {} });
  const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
  const ask = (path: string, traceparent?: string) =>
    fetch(server.url + path, { headers: traceparent === undefined ? {} : { traceparent } });
  try {
    await ask("/r/IKF-SECRE-T0000-0", `00-${traceId}-00f067aa0ba902b7-01`);
    await ask("/a/AAAA-BBBB-CCCCC.mjs?lang=ja");
    await ask("/healthz", `00-${traceId}-00f067aa0ba902b7-00`); // its caller records nothing
    await ask("/nothing", "00-garbage");
  } finally {
    // What waits is sent before the service ends.
    await server.close();
    delete process.env.IKEFRAG_OTLP_ENDPOINT;
    delete process.env.IKEFRAG_OTLP_SERVICE;
    await rm(dataDir, { recursive: true });
  }
  expect(got.map(({ path }) => path)).toEqual(["/v1/traces"]);
  expect(got[0]?.headers["content-type"]).toBe("application/json");
  expect(got[0]?.body).toContain('{"key":"service.name","value":{"stringValue":"helpdesk"}}');
  const [report, agent, nothing] = spans();
  expect(spans()).toHaveLength(3);
  expect(report).toMatchObject({ traceId, parentSpanId: "00f067aa0ba902b7", name: "GET /r/:reportId" });
  expect(agent).toMatchObject({ name: "GET /a/:file", status: {} });
  expect(agent?.parentSpanId).toBeUndefined();
  expect(agent?.traceId).not.toBe(traceId);
  expect(nothing?.name).toBe("GET none");
  expect(report?.attributes).toContainEqual({ key: "http.response.status_code", value: { intValue: "404" } });
  for (const secret of ["SECRE", "AAAA", "lang"]) expect(got[0]?.body).not.toContain(secret);
});

test("times are exact, a fault is an error, and headers go along", async () => {
  const exporter = new TraceExporter(
    { url: `${endpoint}/v1/traces`, headers: { "x-api-key": "k" }, serviceName: "s" },
    () => {},
  );
  exporter.add({ ...span(), status: 503, parentSpanId: "b".repeat(16) });
  await exporter.flush();
  expect(got[0]?.headers["x-api-key"]).toBe("k");
  expect(spans()).toMatchObject([
    {
      startTimeUnixNano: "1795413600000000000",
      endTimeUnixNano: "1795413600007000000",
      parentSpanId: "b".repeat(16),
      status: { code: 2 },
    },
  ]);
});

test("a collector that fails costs spans and one line of the log, and so do too many", async () => {
  const log: LogEntry[] = [];
  const settings = { url: `${endpoint}/v1/traces`, headers: {}, serviceName: "s" };
  const exporter = new TraceExporter(settings, (entry) => log.push(entry));
  status = 500;
  for (let n = 0; n < 3; n++) {
    exporter.add(span(n));
    await exporter.flush();
  }
  expect(log.map(({ message }) => message)).toEqual([
    `Cannot give traces to the collector at ${endpoint}: it answers with status 500. 1 spans are lost`,
  ]);
  status = 200;
  got = [];
  for (let n = 0; n < 3_000; n++) exporter.add(span(n));
  await exporter.flush();
  expect(spans()).toHaveLength(2_048);
  expect(got.map(({ body }) => JSON.parse(body).resourceSpans[0].scopeSpans[0].spans.length)).toEqual([
    512, 512, 512, 512,
  ]);
  await new Promise((resolve) => collector.close(resolve));
  exporter.add(span());
  await exporter.flush(); // it does not throw
});

test("traceparent is read as W3C Trace Context has it, and else not at all", () => {
  const [trace, parent] = ["4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"];
  const read = { traceId: trace, spanId: parent };
  expect(readTraceParent(`00-${trace}-${parent}-01`)).toEqual({ ...read, isSampled: true });
  expect(readTraceParent(`00-${trace}-${parent}-00`)).toEqual({ ...read, isSampled: false });
  expect(readTraceParent(`cc-${trace}-${parent}-03-what-comes-later`)).toEqual({ ...read, isSampled: true });
  for (const wrong of [
    undefined,
    "",
    `00-${trace}-${parent}`,
    `00-${trace}-${parent}-01-more`,
    `ff-${trace}-${parent}-01`,
    `00-${trace.toUpperCase()}-${parent}-01`,
    `00-${"0".repeat(32)}-${parent}-01`,
    `00-${trace}-${"0".repeat(16)}-01`,
    `00-${trace}0-${parent}-01`,
    "x".repeat(100_000),
  ])
    expect(readTraceParent(wrong), wrong?.slice(0, 80)).toBeNull();
});

test("the collector is a setting, whose headers go over https alone", () => {
  const pepper = { IKEFRAG_PEPPER: "p".repeat(32) };
  expect(readConfig(pepper).traces).toBeNull();
  expect(
    readConfig({
      ...pepper,
      IKEFRAG_OTLP_ENDPOINT: "https://otel.example.com/api/",
      IKEFRAG_OTLP_HEADERS: "Authorization=Basic YTpi=,x-team=vpn",
    }).traces,
  ).toEqual({
    url: "https://otel.example.com/api/v1/traces",
    headers: { authorization: "Basic YTpi=", "x-team": "vpn" },
    serviceName: "ikefrag",
  });
  for (const wrong of [
    { IKEFRAG_OTLP_ENDPOINT: "otel.example.com" },
    { IKEFRAG_OTLP_ENDPOINT: "https://otel.example.com", IKEFRAG_OTLP_HEADERS: "no value" },
    { IKEFRAG_OTLP_ENDPOINT: "http://otel.example.com", IKEFRAG_OTLP_HEADERS: "a=b" },
  ])
    expect(() => readConfig({ ...pepper, ...wrong })).toThrow("IKEFRAG_OTLP");
});

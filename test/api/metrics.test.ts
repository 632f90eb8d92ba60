/** `/metrics`: who may read it, that it is what Prometheus reads, and that it counts what happened. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { sha256Hex } from "../../api/auth/secrets.ts";
import { Metrics } from "../../api/metrics.ts";
import { sweep } from "../../api/reports/sweep.ts";
import { startServer } from "../../api/runtime/start-server.ts";
import { StoreUnavailableError } from "../../api/store/unavailable.ts";
import { Verdict } from "../../shared/schema/diagnosis.ts";
import { readMetrics } from "../support/prometheus.ts";
import { makeReport, ORIGIN, openService, type Service, seedFile } from "../support/service.ts";

const TOKEN = "m".repeat(32);
let service: Service;
beforeEach(async () => {
  service = await openService({ metricsTokenSha256: sha256Hex(TOKEN) });
});
afterEach(() => service.close());

const scrape = async () => {
  const response = await service.request("GET", "/metrics", { token: service.tokens.admin });
  expect(response.status).toBe(200);
  return readMetrics(await response.text());
};
/** The value of a sample; its labels in the order of their names. */
const sampleOf = (metrics: Awaited<ReturnType<typeof scrape>>, sample: string): number | undefined =>
  metrics.get(sample.replace(/(?:_(?:bucket|sum|count))?(?:\{.*)?$/, ""))?.samples.get(sample);

test("it is the text format 0.0.4, and counts what happened by bounded sets of labels", async () => {
  const { run, reportId } = await makeReport(service);
  const capture = await seedFile("wired-fail.pcapng");
  await service.request("PUT", `/v1/runs/${run.runId}/capture`, {
    token: run.runToken,
    headers: { "content-type": "application/octet-stream" },
    body: capture,
  });
  await service.request("GET", `/v1/reports/${reportId}`);
  await service.request("GET", `/r/${reportId}`);
  await service.request("GET", "/nowhere/in-particular");
  await service.request("BREW", `/v1/reports/${reportId}`);
  const large = await service.request("POST", "/v1/cases", {
    token: service.tokens.staff,
    json: { gateway: "x".repeat(2_000_000) },
  });
  expect(large.status).toBe(413);
  service.deps.reports.list = () =>
    Promise.reject(
      new StoreUnavailableError("Cannot read the index: the disk is full", { retryHelps: false }),
    );
  await service.request("GET", "/v1/reports", { token: service.tokens.staff });
  await sweep(service.deps);

  const response = await service.request("GET", "/metrics", { token: service.tokens.admin });
  expect(response.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
  expect(response.headers.get("cache-control")).toBe("no-store");
  const text = await response.text();
  const metrics = readMetrics(text);
  const expectations: Record<string, number> = {
    'ikefrag_http_requests_total{method="PUT",route="/v1/runs/:runId/capture",status="2xx"}': 1,
    'ikefrag_http_requests_total{method="GET",route="/v1/reports/:reportId",status="2xx"}': 1,
    'ikefrag_http_requests_total{method="GET",route="/r/:reportId",status="2xx"}': 1,
    'ikefrag_http_requests_total{method="GET",route="none",status="4xx"}': 1,
    'ikefrag_http_requests_total{method="other",route="none",status="4xx"}': 1,
    'ikefrag_http_request_duration_seconds_count{method="PUT",route="/v1/runs/:runId/capture"}': 1,
    'ikefrag_uploads_total{from="run",status="2xx"}': 1,
    'ikefrag_upload_bytes_total{from="run"}': capture.length,
    ikefrag_runs_total: 1,
    'ikefrag_reports_total{verdict="outbound-fragments-too-large"}': 1,
    'ikefrag_reports_total{verdict="healthy"}': 0,
    'ikefrag_limits_hit_total{limit="json-too-large"}': 1,
    'ikefrag_store_errors_total{kind="unavailable"}': 1,
    ikefrag_http_requests_in_flight: 1,
    ikefrag_sweep_last_timestamp_seconds: service.clock.now.getTime() / 1_000,
    'ikefrag_sweep_held_back{kind="expiry"}': 0,
  };
  for (const [sample, value] of Object.entries(expectations))
    expect(sampleOf(metrics, sample), sample).toBe(value);
  expect(sampleOf(metrics, "ikefrag_received_bytes_total")).toBeGreaterThan(capture.length);
  expect(metrics.get("ikefrag_reports_total")?.samples.size).toBe(Verdict.options.length);
  expect([...(metrics.get("ikefrag_build_info")?.samples.keys() ?? [])].join()).toMatch(
    /version="ikefrag \d+\.\d+\.\d+"/,
  );
  // No path, code or ID: each would be a series for ever.
  for (const secret of [reportId, run.runId, "in-particular", "BREW"]) expect(text).not.toContain(secret);
});

test("a limit that a form catches counts too", async () => {
  const tight = await openService({ uploadsPerMinute: 1 });
  onTestFinished(() => tight.close());
  const send = () => {
    const body = new FormData();
    body.append("text", "PING 192.0.2.1 (192.0.2.1) 1472(1500) bytes of data.");
    const headers = { origin: ORIGIN };
    return tight.request("POST", "/console/analyze", { token: tight.tokens.staff, headers, body });
  };
  await send();
  expect((await send()).status).toBe(429);
  const text = await (await tight.request("GET", "/metrics", { token: tight.tokens.admin })).text();
  expect(sampleOf(readMetrics(text), 'ikefrag_limits_hit_total{limit="form"}')).toBe(1);
});

test("it comes also where the index does not answer", async () => {
  await service.database.run("ALTER TABLE sweep_state RENAME TO lost");
  const metrics = await scrape();
  expect(metrics.has("ikefrag_sweep_held_back")).toBe(false);
  expect(metrics.has("ikefrag_runs_total")).toBe(true);
});

test("reading it begins no sweep", async () => {
  await scrape();
  expect(await service.database.all("SELECT * FROM sweep_state")).toEqual([]);
});

describe("who may read it", () => {
  const statusFrom = async (address: string, headers: Record<string, string> = {}, config = {}) => {
    const open = await openService({ publicUrl: null, ...config });
    onTestFinished(() => open.close());
    open.client.address = address;
    const response = await open.app.request("http://127.0.0.1:8787/metrics", {
      headers: { host: "127.0.0.1:8787", ...headers },
    });
    return response.status;
  };

  test("an administrator and who has the token for it, which opens nothing else", async () => {
    const statusOf = async (path: string, token?: string) =>
      (await service.request("GET", path, { token })).status;
    expect(await statusOf("/metrics", service.tokens.admin)).toBe(200);
    expect(await statusOf("/metrics", service.tokens.staff)).toBe(403);
    expect(await statusOf("/metrics")).toBe(401);
    expect(await statusOf("/metrics", TOKEN)).toBe(200);
    expect(await statusOf("/metrics", `${TOKEN}m`)).toBe(401);
    expect(await statusOf("/v1/reports", TOKEN)).toBe(401);
  });

  test("who asks on this machine, where no proxy stands in front", async () => {
    for (const address of ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"])
      expect(await statusFrom(address), address).toBe(200);
    for (const address of ["192.0.2.1", "::ffff:192.0.2.1", "::2", "", "127.0.0.1.example"])
      expect(await statusFrom(address), address).toBe(401);
    expect(await statusFrom("127.0.0.1", {}, { proxyHops: 1 })).toBe(401);
    expect(await statusFrom("127.0.0.1", {}, { publicUrl: "https://ikefrag.example.com" })).toBe(401);
    for (const header of ["forwarded", "via", "x-forwarded-for", "x-forwarded-proto", "x-real-ip"])
      expect(await statusFrom("127.0.0.1", { [header]: "127.0.0.1" }), header).toBe(401);
    // A page of another site whose name was made to lead here.
    expect(await statusFrom("127.0.0.1", { host: "evil.example:8787" })).toBe(401);
  });
});

test("a process says what it uses, over a real connection", async () => {
  const directory = await mkdtemp(join(tmpdir(), "ikefrag-metrics-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const server = await startServer({
    host: "127.0.0.1",
    port: 0,
    dataDir: join(directory, "data"),
    publicUrl: null,
    log: () => {},
  });
  try {
    const metrics = readMetrics(await (await fetch(`${server.url}/metrics`)).text());
    expect(sampleOf(metrics, "process_resident_memory_bytes")).toBeGreaterThan(10_000_000);
    expect(sampleOf(metrics, "process_heap_bytes")).toBeGreaterThan(1_000_000);
    expect(sampleOf(metrics, "process_cpu_seconds_total")).toBeGreaterThan(0);
    expect(metrics.has("ikefrag_event_loop_lag_seconds")).toBe(true);
    const forwarded = { headers: { "x-forwarded-for": "192.0.2.1" } };
    expect((await fetch(`${server.url}/metrics`, forwarded)).status).toBe(401);
  } finally {
    await server.close();
  }
});

const HEAD = "# HELP a_total A.\n# TYPE a_total counter\n";
const BUCKETS = "# HELP h H.\n# TYPE h histogram\n";
test.each([
  ["a last line without its end", `${HEAD}a_total 1`],
  ["a sample before its type", "a_total 1\n"],
  ["a type without its help", "# TYPE a_total counter\na_total 1\n"],
  ["a metric in two places", `${HEAD}a_total 1\n${HEAD}`],
  ["a sample twice, its labels in another order", `${HEAD}a_total{b="",c=""} 1\na_total{c="",b=""} 1\n`],
  ["a counter that is not named as one", "# HELP a A.\n# TYPE a counter\na 1\n"],
  ["a counter below nothing", `${HEAD}a_total -1\n`],
  ["a number that is none", `${HEAD}a_total 1,5\n`],
  ["a label that is not escaped", `${HEAD}a_total{b="c"d"} 1\n`],
  ["a label that is open", `${HEAD}a_total{b="c} 1\n`],
  [
    "buckets that are not cumulative",
    `${BUCKETS}h_bucket{le="1"} 2\nh_bucket{le="+Inf"} 1\nh_sum 1\nh_count 1\n`,
  ],
  ["buckets without an end", `${BUCKETS}h_bucket{le="1"} 1\nh_sum 1\nh_count 1\n`],
  ["a histogram without its sum", `${BUCKETS}h_bucket{le="+Inf"} 1\nh_count 1\n`],
])("the parser of these tests refuses %s", (_, text) => {
  expect(() => readMetrics(text)).toThrow();
});

test("what a label has is escaped, and buckets have all that is not above their bound", () => {
  const metrics = new Metrics();
  metrics.limits.add(['a "b" \\ c\nd']);
  for (const seconds of [0.005, 0.3, 99]) metrics.eventLoopLag.observe([], seconds);
  const read = readMetrics(
    metrics.text("v", { residentBytes: 1, heapBytes: 1, cpuSeconds: 1, startedAtSeconds: 1 }, null),
  );
  expect([...(read.get("ikefrag_limits_hit_total")?.samples ?? [])]).toEqual([
    ['ikefrag_limits_hit_total{limit="a \\"b\\" \\\\ c\\nd"}', 1],
  ]);
  const bucket = (le: string) => sampleOf(read, `ikefrag_event_loop_lag_seconds_bucket{le="${le}"}`);
  expect(["0.005", "0.25", "0.5", "30", "+Inf"].map(bucket)).toEqual([1, 1, 2, 2, 3]);
});

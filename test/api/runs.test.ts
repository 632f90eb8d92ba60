import { afterEach, beforeEach, expect, test } from "vitest";
import { MAX_POSTS_A_RUN } from "../../api/http/bounds.ts";
import {
  AGENT,
  json,
  makeReport,
  ORIGIN,
  openService,
  openTestCase,
  playRun,
  type Service,
  STORY_PATH,
  seedFile,
  startTestRun,
} from "../support/service.ts";
import { CLEAR_PATH, measure } from "../support/simulated-path.ts";

let service: Service;
beforeEach(async () => {
  service = await openService();
});
afterEach(() => service.close());

const STARTED_AT = "2026-11-23T06:00:00Z";
const PCAP = { "content-type": "application/vnd.tcpdump.pcap" };

test("a run over the story's path ends with a report that names outbound fragments", async () => {
  const { reportId, run, measurements } = await makeReport(service);
  const report = await json<Record<string, unknown>>(
    await service.request("GET", `/v1/reports/${reportId}`, { token: service.tokens.staff }),
  );
  expect(report).toMatchObject({
    verdict: expect.stringMatching(/^outbound-fragments/),
    source: "run",
    gateway: "vpn.example.com",
    adapter: "イーサネット 5",
    label: "T-1234",
    status: "new",
    evidence: { agent: AGENT, measurements },
  });
  expect(run.runId).not.toBe("");
  expect((await service.stored()).rows).toEqual({ cases: 1, runs: 1, reports: 1, objects: 2 });
});

test("with nothing in the way it ends healthy", async () => {
  const { reportId } = await makeReport(service, CLEAR_PATH);
  expect(await json(await service.request("GET", `/v1/reports/${reportId}`))).toMatchObject({
    verdict: "healthy",
  });
});

test("the answer speaks the language asked for, or the agent's", async () => {
  const code = await openTestCase(service);
  const run = await json<{ runId: string; runToken: string; round: never }>(
    await service.request("POST", "/v1/runs", { json: { code, agent: { ...AGENT, language: "ja" } } }),
  );
  const { measurements } = await playRun(service, run);
  const last = { token: run.runToken, json: { round: 3, startedAt: STARTED_AT, measurements } };
  const spoken = async (headers: Record<string, string>) =>
    (
      await json<{ diagnosis: { text: { language: string } } }>(
        await service.request("POST", `/v1/runs/${run.runId}/rounds`, { ...last, headers }),
      )
    ).diagnosis.text.language;
  expect(await spoken({})).toBe("ja");
  expect(await spoken({ "accept-language": "en-GB,ja;q=0.5" })).toBe("en");
});

test.each([
  { name: "the story's path", path: STORY_PATH, problem: true },
  { name: "a clear path", path: CLEAR_PATH, problem: false },
])("the answer to the last round says whether there is a problem: $name", async ({ path, problem }) => {
  const { run, measurements } = await makeReport(service, path);
  const repeated = await service.request("POST", `/v1/runs/${run.runId}/rounds`, {
    token: run.runToken,
    json: { round: 3, startedAt: STARTED_AT, measurements },
  });
  expect(await json(repeated)).toMatchObject({ status: "done", problem });
});

test("a repeated last round gets the same report, also when many ask at once", async () => {
  const code = await openTestCase(service);
  const run = await startTestRun(service, code);
  const measurements = [...measure(STORY_PATH, run.round)];
  let answer: { status: string; round: typeof run.round } = { status: "continue", round: run.round };
  const post = async () =>
    service.request("POST", `/v1/runs/${run.runId}/rounds`, {
      token: run.runToken,
      json: { round: answer.round.number, startedAt: STARTED_AT, measurements },
    });
  // Everything but the last round, one after the other; then the last one eight times side by side.
  for (;;) {
    const next = await json<{ status: string; round: typeof run.round }>(await post());
    if (next.status === "done") break;
    answer = next;
    measurements.push(...measure(STORY_PATH, next.round));
  }
  const other = await startTestRun(service, code);
  const answers = await Promise.all(
    Array.from({ length: 8 }, () =>
      service
        .request("POST", `/v1/runs/${other.runId}/rounds`, {
          token: other.runToken,
          json: { round: 9, startedAt: STARTED_AT, measurements },
        })
        .then((response) => json<{ status: string; reportId: string }>(response)),
    ),
  );
  expect(new Set(answers.map((each) => each.reportId)).size).toBe(1);
  expect(answers.every((each) => each.status === "done")).toBe(true);
  const { rows, objects } = await service.stored();
  expect(rows).toEqual({ cases: 1, runs: 2, reports: 2, objects: 4 });
  expect(objects).toHaveLength(4);
});

test("a code is redeemed five times, not more, by a hundred at once", async () => {
  const code = await openTestCase(service);
  const responses = await Promise.all(
    Array.from({ length: 100 }, () => service.request("POST", "/v1/runs", { json: { code, agent: AGENT } })),
  );
  expect(responses.filter((response) => response.status === 201)).toHaveLength(5);
  const refused = responses.find((response) => response.status !== 201);
  expect(refused?.status).toBe(410);
  expect(await json(refused ?? new Response())).toMatchObject({ type: "/problems/code-used-up" });
  expect((await service.stored()).rows.runs).toBe(5);
});

test.each([
  { name: "an unknown code", code: "0000-0000-00000", status: 404, type: "code-unknown" },
  { name: "a mistyped code", code: "AAAA-BBBB-CCCCC", status: 400, type: "invalid-fields" },
  { name: "no code", code: undefined, status: 400, type: "invalid-fields" },
])("POST /v1/runs refuses $name", async ({ code, status, type }) => {
  const response = await service.request("POST", "/v1/runs", { json: { code, agent: AGENT } });
  expect(response.status).toBe(status);
  expect(await json(response)).toMatchObject({ type: `/problems/${type}` });
  expect((await service.stored()).rows.runs).toBe(0);
});

test("POST /v1/runs refuses an expired code", async () => {
  const code = await openTestCase(service);
  service.clock.now = new Date("2026-11-27T00:00:00Z");
  const response = await service.request("POST", "/v1/runs", { json: { code, agent: AGENT } });
  expect(response.status).toBe(410);
  expect(await json(response)).toMatchObject({ type: "/problems/code-expired" });
});

test("a run is its token's, for an hour", async () => {
  const code = await openTestCase(service);
  const [run, other] = [await startTestRun(service, code), await startTestRun(service, code)];
  const body = { round: 1, startedAt: STARTED_AT, measurements: [] };
  const post = (token: string | undefined) =>
    service.request("POST", `/v1/runs/${run.runId}/rounds`, { token, json: body });
  for (const [token, status] of [
    [undefined, 401],
    ["ikr_nobody", 401],
    [other.runToken, 401],
    [service.tokens.admin, 401],
    [run.runToken, 200],
  ] as const) {
    expect((await post(token)).status, String(token)).toBe(status);
  }
  service.clock.now = new Date("2026-11-23T07:00:00.000Z");
  const late = await post(run.runToken);
  expect(late.status).toBe(410);
  expect(await json(late)).toMatchObject({ type: "/problems/run-expired" });
});

test.each([
  { field: "round", value: 0 },
  { field: "startedAt", value: "yesterday" },
  { field: "measurements", value: [{ step: { kind: "udp" } }] },
  { field: "extra", value: 1 },
])("POST rounds refuses a wrong $field and stores nothing", async ({ field, value }) => {
  const run = await startTestRun(service, await openTestCase(service));
  const response = await service.request("POST", `/v1/runs/${run.runId}/rounds`, {
    token: run.runToken,
    json: { round: 1, startedAt: STARTED_AT, measurements: [], [field]: value },
  });
  expect(response.status).toBe(400);
  const { errors } = await json<{ errors: { pointer: string }[] }>(response);
  expect(errors[0]?.pointer).toMatch(new RegExp(`^/${field}`));
  expect((await service.stored()).rows.reports).toBe(0);
});

test("measurements of another host are refused, each by its place", async () => {
  const run = await startTestRun(service, await openTestCase(service));
  const measurements = measure(STORY_PATH, run.round).map((measurement) =>
    measurement.step.kind === "udp"
      ? { ...measurement, step: { ...measurement.step, target: "victim.example.net" } }
      : measurement,
  );
  const at = measurements.findIndex(({ step }) => step.kind === "udp");
  const response = await service.request("POST", `/v1/runs/${run.runId}/rounds`, {
    token: run.runToken,
    json: { round: 1, startedAt: STARTED_AT, measurements },
  });
  expect(response.status).toBe(422);
  const problem = await json<{ type: string; errors: { pointer: string; detail: string }[] }>(response);
  expect(problem.type).toBe("/problems/wrong-target");
  expect(problem.errors[0]).toEqual({
    pointer: `/measurements/${at}/step/target`,
    detail: expect.stringContaining("victim.example.net"),
  });
});

test("a run posts at most forty times", async () => {
  const run = await startTestRun(service, await openTestCase(service));
  const post = () =>
    service.request("POST", `/v1/runs/${run.runId}/rounds`, {
      token: run.runToken,
      json: { round: 1, startedAt: STARTED_AT, measurements: [] },
    });
  for (let at = 0; at < MAX_POSTS_A_RUN; at++) expect((await post()).status).toBe(200);
  const refused = await post();
  expect(refused.status).toBe(429);
  expect(refused.headers.get("ratelimit")).toBe('"posts";r=0');
});

test("a capture revises the report, and only its minimised form is kept", async () => {
  const { run, reportId } = await makeReport(service);
  const capture = await seedFile("wired-fail.pcapng");
  const before = await json<{ earlier: unknown[]; captures: unknown[] }>(
    await service.request("GET", `/v1/reports/${reportId}`, { token: service.tokens.staff }),
  );
  expect(before).toMatchObject({ earlier: [], captures: [] });
  for (let times = 0; times < 2; times++) {
    const response = await service.request("PUT", `/v1/runs/${run.runId}/capture`, {
      token: run.runToken,
      headers: PCAP,
      body: capture,
    });
    expect(response.status).toBe(200);
    expect(await json(response)).toMatchObject({
      status: "done",
      reportId,
      reportUrl: `${ORIGIN}/r/${reportId}`,
    });
  }
  const report = await json<{
    captures: { bytes: number }[];
    earlier: unknown[];
    diagnosis: { findings: { evidence: { kind: string }[] }[] };
  }>(await service.request("GET", `/v1/reports/${reportId}`, { token: service.tokens.staff }));
  // Sent twice, kept once: the second takes the first one's place.
  expect(report.captures).toHaveLength(1);
  expect(report.earlier).toHaveLength(2);
  expect(
    report.diagnosis.findings.some(({ evidence }) => evidence.some(({ kind }) => kind === "packet")),
  ).toBe(true);
  const { rows, objects } = await service.stored();
  expect(rows.objects).toBe(5);
  expect(objects).toHaveLength(5);
  const kept = await service.request("GET", `/v1/reports/${reportId}/capture`, {
    token: service.tokens.admin,
  });
  expect(kept.headers.get("content-disposition")).toBe(`attachment; filename="${reportId}.pcapng"`);
  const bytes = new Uint8Array(await kept.arrayBuffer());
  expect(bytes.length).toBe(report.captures[0]?.bytes);
  expect([...bytes.subarray(0, 4)]).toEqual([0x0a, 0x0d, 0x0d, 0x0a]);
});

test("a capture before the last round is refused", async () => {
  const run = await startTestRun(service, await openTestCase(service));
  const response = await service.request("PUT", `/v1/runs/${run.runId}/capture`, {
    token: run.runToken,
    headers: PCAP,
    body: await seedFile("wired-fail.pcapng"),
  });
  expect(response.status).toBe(409);
  expect((await service.stored()).objects).toEqual([]);
});

test("a case sends so many bytes and not one more; what is refused is given back", async () => {
  await service.close();
  const capture = await seedFile("wired-fail.pcapng");
  service = await openService({ uploadBytesPerCase: 2 * capture.length + 4 });
  const { run } = await makeReport(service);
  const put = (body: Uint8Array<ArrayBuffer>) =>
    service.request("PUT", `/v1/runs/${run.runId}/capture`, {
      token: run.runToken,
      headers: { ...PCAP, "content-length": String(body.length) },
      body,
    });
  expect((await put(capture)).status).toBe(200);
  expect((await put(new Uint8Array([1, 2, 3, 4, 5]))).status).toBe(422);
  expect((await put(capture)).status).toBe(200);
  const refused = await put(capture);
  expect(refused.status).toBe(413);
  expect(refused.headers.get("ratelimit-policy")).toContain('qu="content-bytes"');
  expect(await json(refused)).toMatchObject({ type: "/problems/case-quota" });
});

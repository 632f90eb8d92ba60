/** A deployment with a reflector: what the service lets agents ask of it, and what it lets them say of it. */
import { createHmac } from "node:crypto";
import { expect, onTestFinished, test } from "vitest";
import type { Config } from "../../api/deps.ts";
import { Reflector } from "../../infra/reflector/reflector.ts";
import { fromBase64, toBase64 } from "../../shared/bytes/base64.ts";
import { readAnswer } from "../../shared/reflect/protocol.ts";
import type { Measurement, UdpMeasurement } from "../../shared/schema/measurement.ts";
import type { Round, UdpStep } from "../../shared/schema/plan.ts";
import { json, openService, openTestCase, type Service, startTestRun } from "../support/service.ts";
import { CLEAR_PATH, measure } from "../support/simulated-path.ts";

const HOST = "reflector.example.net";
const KEY = "a key of thirty-two characters..";
const STARTED_AT = "2026-11-23T06:00:00Z";
const SETTINGS: Partial<Config> = { reflector: { host: HOST, port: 4_555, key: KEY } };

async function open(config: Partial<Config> = SETTINGS): Promise<Service> {
  const service = await openService(config);
  onTestFinished(() => service.close());
  return service;
}

const realReflector = () => new Reflector((m) => createHmac("sha256", KEY).update(m).digest());
const isReflection = (step: Measurement["step"]): step is UdpStep =>
  step.kind === "udp" && step.purpose === "reflection";

/** What comes of a step where pieces do not arrive. */
function ask(step: UdpStep, reflector: Reflector, address: string, at: Date): UdpMeasurement {
  const answer = reflector.answer(fromBase64(step.datagram), address, at.getTime() / 1_000);
  const arrives = answer !== null && answer.length + 28 <= 1_500;
  const startedAtMs = 30_000 + step.atMs;
  const about = { address: "203.0.113.2", dontFragment: null };
  return {
    step,
    startedAtMs,
    sentAtMs: arrives ? [startedAtMs] : [0, 1, 2].map((attempt) => startedAtMs + attempt * step.waitMs),
    outcome: arrives
      ? { status: "answered", ...about, answers: [{ atMs: startedAtMs + 30, datagram: toBase64(answer) }] }
      : { status: "failed", failure: "timeout", detail: null, ...about },
  };
}

/**
 * A run on a path on which pieces are lost on the way back.
 *
 * @param asksFrom the client's address as the reflector sees it
 */
async function play(service: Service, asksFrom: string) {
  const run = await startTestRun(service, await openTestCase(service));
  const reflector = realReflector();
  const measurements: Measurement[] = [];
  for (let round = run.round; ; ) {
    const mine = round.steps.filter(isReflection);
    const others = round.steps.filter((step) => !isReflection(step));
    measurements.push(
      ...measure({ ...CLEAR_PATH, losesInboundFragments: true }, { ...round, steps: others }),
    );
    measurements.push(...mine.map((step) => ask(step, reflector, asksFrom, service.clock.now)));
    const response = await post(service, run, round.number, measurements);
    const answer = await json<{
      status: string;
      round: Round;
      reportId: string;
      diagnosis: { verdict: string; confidence: string };
    }>(response);
    if (answer.status !== "continue") return { ...answer, measurements, run };
    round = answer.round;
  }
}

const post = (
  service: Service,
  run: { runId: string; runToken: string },
  round: number,
  measurements: unknown[],
) =>
  service.request("POST", `/v1/runs/${run.runId}/rounds`, {
    token: run.runToken,
    json: { round, startedAt: STARTED_AT, measurements },
  });

test("a run in which only the way back is in doubt asks the reflector, with the service's leave, and ends with high confidence", async () => {
  const service = await open();
  const { diagnosis, measurements, reportId } = await play(service, service.client.address);
  expect(diagnosis).toMatchObject({ verdict: "inbound-fragments-lost", confidence: "high" });
  const asked = measurements.map((m) => m.step).filter(isReflection);
  expect(asked.map(({ target, port }) => `${target} ${port}`)).toEqual(asked.map(() => `${HOST} 4555`));
  expect(asked.length).toBeGreaterThan(3);
  const page = await service.request("GET", `/console/reports/${reportId}`, { token: service.tokens.admin });
  const shown = await page.text();
  expect(shown).toContain("sent back by the reflector");
  const report = await service.request("GET", `/v1/reports/${reportId}`, { token: service.tokens.staff });
  expect(await report.text()).not.toContain(KEY);
});

test("its leave is for the network that the run's requests come from, where that is one of the internet's", async () => {
  const elsewhere = await play(await open(), "203.0.113.77");
  expect(elsewhere.diagnosis).toMatchObject({ confidence: "low" });
  const neighbour = await play(await open(), "198.51.100.200");
  expect(neighbour.diagnosis).toMatchObject({ confidence: "high" });
  // Behind the operator's own proxy the service sees no address of the client's.
  const proxied = await open();
  proxied.client.address = "10.0.0.1";
  expect((await play(proxied, "203.0.113.77")).diagnosis).toMatchObject({ confidence: "high" });
  // The service over IPv6, the gateway over IPv4.
  const dual = await open();
  dual.client.address = "2001:db8::7";
  expect((await play(dual, "203.0.113.77")).diagnosis).toMatchObject({ confidence: "high" });
});

test("its leave ends within five minutes", async () => {
  const service = await open();
  const { measurements } = await play(service, service.client.address);
  const opened = measurements.find((m) => m.step.id === "r3-reflect-open");
  if (opened?.step.kind !== "udp") throw new Error("not asked");
  const datagram = fromBase64(opened.step.datagram);
  const ask = (seconds: number) =>
    realReflector().answer(datagram, service.client.address, service.clock.now.getTime() / 1_000 + seconds);
  const first = ask(0);
  expect(first && readAnswer(first, 4)?.kind).toBe("cookie");
  expect(ask(239)).not.toBeNull();
  expect(ask(240)).toBeNull();
});

test("two runs have not one account with the reflector, and a run's rounds have", async () => {
  const service = await open();
  const runsOf = async () => {
    const { measurements } = await play(service, service.client.address);
    // The first 16 bytes of the token, after the head.
    return new Set(
      measurements.flatMap(({ step }) =>
        isReflection(step) ? [toBase64(fromBase64(step.datagram).slice(6, 22))] : [],
      ),
    );
  };
  const [first, second] = [await runsOf(), await runsOf()];
  expect([first.size, second.size]).toEqual([1, 1]);
  expect([...first][0]).not.toBe([...second][0]);
});

test.each([
  ["the reflector, where the deployment has none", { reflector: null }, {}],
  ["a third host", SETTINGS, { target: "victim.example.net" }],
  ["the reflector, as if it were the gateway", SETTINGS, { purpose: "baseline" }],
])("measurements of %s are refused", async (_name, config, changed) => {
  const asked = await play(await open(), "198.51.100.7");
  const service = await open(config);
  const run = await startTestRun(service, await openTestCase(service));
  const measurements = asked.measurements.map((m) =>
    isReflection(m.step) ? { ...m, step: { ...m.step, ...changed } } : m,
  );
  const response = await post(service, run, 4, measurements);
  expect(response.status).toBe(422);
  const { type, errors } = await json<{ type: string; errors: { pointer: string }[] }>(response);
  expect(type).toBe("/problems/wrong-target");
  const at = measurements.findIndex(({ step }) => step.id === "r3-reflect-open");
  expect(errors[0]?.pointer).toBe(`/measurements/${at}/step/target`);
});

test("a ping to the reflector is refused: only the gateway is pinged", async () => {
  const service = await open();
  const { measurements } = await play(service, service.client.address);
  const run = await startTestRun(service, await openTestCase(service));
  const pinged = measurements.map((m) =>
    m.step.kind === "echo" ? { ...m, step: { ...m.step, target: HOST } } : m,
  );
  expect((await post(service, run, 4, pinged)).status).toBe(422);
});

test("CODE.json and the page name the reflector, for whoever is asked to say yes", async () => {
  const service = await open();
  const code = await openTestCase(service);
  expect(await json(await service.request("GET", `/a/${code}.json`))).toMatchObject({ reflector: HOST });
  for (const [language, words] of [
    ["en", "to the gateway and the test server named above and to nothing else"],
    ["ja", "上記のゲートウェイとテスト用サーバーだけに"],
  ] as const) {
    const page = await (await service.request("GET", `/a/${code}?lang=${language}`)).text();
    expect(page).toContain(HOST);
    expect(page).toContain(words);
    expect(page).not.toContain(KEY);
  }
  const without = await open({});
  const page = await (await without.request("GET", `/a/${await openTestCase(without)}?lang=en`)).text();
  expect(page).not.toContain("test server");
});

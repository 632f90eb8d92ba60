/** How the plan treats a gateway that has had enough, and the person who waits. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { fromBase64 } from "../../../shared/bytes/base64.ts";
import { diagnose } from "../../../shared/diagnose/diagnose.ts";
import { readProbeAnswer } from "../../../shared/evidence/observe-probes.ts";
import { ExchangeType } from "../../../shared/ike/registry.ts";
import type { Measurement } from "../../../shared/schema/measurement.ts";
import { endMs, OPEN_PATH, playLossyPlan } from "../../support/lossy-path.ts";
import { CLEAR_PATH, playPlan, type SimulatedPath } from "../../support/simulated-path.ts";
import { lossyPath } from "../../support/truth.ts";

const gateway = "vpn.example.com";

function play(path: Partial<SimulatedPath>) {
  const { evidence } = playPlan(gateway, { ...CLEAR_PATH, ...path });
  const diagnosis = diagnose({ evidence, transcripts: [] });
  const guarded = diagnosis.findings.find((f) => f.code === "gateway-guarded");
  return { measurements: evidence.measurements, diagnosis, guarded };
}

const roundOf = ({ step }: Measurement): number => Number(/^r(\d+)-/.exec(step.id)?.[1]);
const lastRound = (measurements: readonly Measurement[]): number => Math.max(...measurements.map(roundOf));

/**
 * IKE_SA_INIT with proposals of the usual kind, by its KE group: such a request costs the gateway a half-open
 * SA.
 */
function isFullRequest({ step }: Measurement): boolean {
  if (step.kind !== "udp") return false;
  const bytes = fromBase64(step.datagram);
  const ike = step.port === 4500 ? bytes.subarray(4) : bytes;
  if (ike[18] !== ExchangeType.IKE_SA_INIT) return false;
  const saBytes = ((ike[30] ?? 0) << 8) | (ike[31] ?? 0);
  return ike[28 + saBytes + 5] !== 1;
}

function firstCookieRound(measurements: readonly Measurement[]): number {
  const rounds = measurements
    .filter(
      (m) =>
        m.step.kind === "udp" &&
        m.outcome.status === "answered" &&
        "answers" in m.outcome &&
        m.outcome.answers.some(
          (a) =>
            m.step.kind === "udp" && readProbeAnswer(fromBase64(a.datagram), m.step.port).kind === "cookie",
        ),
    )
    .map(roundOf);
  return Math.min(...rounds);
}

test("a gateway that asks everybody for a COOKIE is tested all the same, with what costs it nothing", () => {
  for (const fullRequestsOnly of [false, true]) {
    const { measurements, diagnosis, guarded } = play({ cookies: { after: 0, fullRequestsOnly } });
    expect([diagnosis.verdict, diagnosis.confidence]).toEqual(["healthy", "high"]);
    expect(guarded?.phrase.key).toBe("finding.gateway-guarded.from-the-start");
    expect(measurements.filter((m) => roundOf(m) > 1 && isFullRequest(m))).toEqual([]);
  }
});

test.each([0, 1, 2, 3])(
  "faults are found behind a gateway that asks for a COOKIE from its answer %i on: the user's own attempts may have led to it",
  (after) => {
    const { measurements, diagnosis, guarded } = play({
      cookies: { after },
      fragmentLimit: 1472,
      canTestMtu: true,
    });
    expect(firstCookieRound(measurements)).toBe(1);
    expect([diagnosis.verdict, diagnosis.confidence, diagnosis.recommendation.interfaceMtu]).toEqual([
      "outbound-fragments-too-large",
      "high",
      1472,
    ]);
    expect(guarded?.phrase.key).toBe("finding.gateway-guarded.from-the-start");
    expect(measurements.filter((m) => roundOf(m) > 1 && isFullRequest(m))).toEqual([]);
  },
);

test("faults are found behind such a gateway, too, where the address that the system puts first is silent", () => {
  const { evidence } = playPlan(gateway, { ...CLEAR_PATH, blockedPorts: [500, 4500] });
  const overIpv6 = evidence.measurements.map((m): Measurement => {
    if (m.step.kind === "interfaces" && "gatewayAddresses" in m.outcome) {
      const gatewayAddresses = [
        { address: "2001:db8::1", family: 6 as const },
        ...m.outcome.gatewayAddresses,
      ];
      return { ...m, outcome: { ...m.outcome, gatewayAddresses } } as Measurement;
    }
    if (m.step.kind !== "udp") return m;
    return { ...m, outcome: { ...m.outcome, address: "2001:db8::1" } } as Measurement;
  });
  const path = { ...CLEAR_PATH, cookies: { after: 0 }, fragmentLimit: 1472, canTestMtu: true };
  const { evidence: whole } = playPlan(gateway, path, overIpv6);
  expect(firstCookieRound(whole.measurements)).toBe(2);
  const { verdict, recommendation } = diagnose({ evidence: whole, transcripts: [] });
  expect([verdict, recommendation.interfaceMtu]).toEqual(["outbound-fragments-too-large", 1472]);
});

test.each([
  { name: "among the sizes", after: 6, round: 2, open: "next.later" },
  { name: "when the cap has been tested", after: 10, round: 3, open: undefined },
])("where COOKIE begins $name, nothing more is sent and the report says why", (t) => {
  const { measurements, diagnosis, guarded } = play({
    cookies: { after: t.after },
    fragmentLimit: 1472,
    canTestMtu: true,
  });
  expect(firstCookieRound(measurements)).toBe(t.round);
  expect(lastRound(measurements)).toBe(t.round);
  expect([guarded?.status, guarded?.phrase.key]).toEqual(["found", "finding.gateway-guarded.stopped"]);
  expect(diagnosis.recommendation.nextProbe?.phrase.key).toBe(t.open);
});

test("a silent port is asked again without a full request where the other one asked for a COOKIE", () => {
  const { measurements, diagnosis } = play({ cookies: { after: 0 }, blockedPorts: [4500] });
  expect(measurements.filter((m) => roundOf(m) === 2).map((m) => m.step.id)).toEqual([
    "r2-control-500",
    "r2-small-4500",
  ]);
  expect(measurements.filter((m) => roundOf(m) > 1 && isFullRequest(m))).toEqual([]);
  expect([diagnosis.verdict, diagnosis.confidence]).toEqual(["udp-4500-blocked", "high"]);
});

test("where only full requests are answered, a COOKIE is the end of it", () => {
  for (const after of [0, 1, 2, 3]) {
    const { measurements, guarded } = play({
      ignoresUnacceptable: true,
      cookies: { after },
      fragmentLimit: 0,
      canTestMtu: true,
    });
    expect(lastRound(measurements), `${after}`).toBe(firstCookieRound(measurements));
    expect(guarded?.phrase.key).toBe("finding.gateway-guarded.stopped");
  }
});

test("no full request is sent once a COOKIE was seen, whatever the path and the luck", () => {
  let cookies = 0;
  for (const [path, chance] of fc.sample(fc.tuple(lossyPath(10), fc.nat()), { numRuns: 150, seed: 16_390 })) {
    const cookieAfter = chance % 5;
    const { measurements } = playLossyPlan(gateway, { ...path, cookieAfter }, chance).evidence;
    const first = firstCookieRound(measurements);
    if (!Number.isFinite(first)) continue;
    cookies += 1;
    expect(measurements.filter((m) => roundOf(m) > first && isFullRequest(m))).toEqual([]);
  }
  expect(cookies).toBeGreaterThan(25);
});

test("a lone silent port is asked once more, and the other one after it", () => {
  for (const silent of [500, 4500]) {
    const { measurements, diagnosis } = play({ blockedPorts: [silent] });
    const sent = measurements.filter((m) => roundOf(m) === 2 && m.step.kind === "udp");
    const last = sent.toSorted((a, b) => (a.sentAtMs.at(-1) ?? 0) - (b.sentAtMs.at(-1) ?? 0)).at(-1);
    expect(last?.step).toMatchObject({ purpose: "size-control", port: silent === 500 ? 4500 : 500 });
    expect(lastRound(measurements)).toBe(2);
    expect([diagnosis.verdict, diagnosis.confidence]).toEqual([`udp-${silent}-blocked`, "high"]);
    // The full request is the first round's: its answer would come from the gateway's memory.
    const full = measurements.filter((m) => isFullRequest(m));
    expect(new Set(full.map((m) => (m.step.kind === "udp" ? m.step.datagram : ""))).size).toBe(2);
  }
});

test("a port that was only unlucky goes on to the sizes when it answers after all", () => {
  const { evidence } = playPlan(gateway, { ...CLEAR_PATH, blockedPorts: [4500] });
  const firstRound = evidence.measurements.filter((m) => roundOf(m) === 1);
  const { evidence: open } = playPlan(gateway, CLEAR_PATH, firstRound);
  const { verdict } = diagnose({ evidence: open, transcripts: [] });
  expect(verdict).toBe("healthy");
});

test("a gateway that falls silent is not called a blocked port with any confidence", () => {
  for (const ignoresUnacceptable of [false, true]) {
    // One port's answer, and no more.
    const { diagnosis, measurements } = play({ silentAfter: 1, ignoresUnacceptable });
    expect(diagnosis.confidence).toBe("low");
    expect(lastRound(measurements)).toBe(2);
  }
});

/** From the round's start to its last answer, or to the end of the last wait. */
function elapsedMs(measurements: readonly Measurement[]): number {
  const rounds = Map.groupBy(measurements, roundOf).values();
  return [...rounds].reduce((sum, round) => {
    const start = Math.min(...round.map((m) => m.startedAtMs - m.step.atMs));
    return sum + Math.max(...round.map(endMs)) - start;
  }, 0);
}

const HEALTHY_MS = 8_000;
const HEALTHY_WITH_LOGINS_MS = 12_000;
const FAILING_MS = 25_000;

test("a healthy path takes less than 8 s", () => {
  for (const path of [{}, { interfaceMtu: 1400 }, { ignoresUnacceptable: true }, { cookies: { after: 0 } }]) {
    expect(elapsedMs(play(path).measurements), JSON.stringify(path)).toBeLessThan(HEALTHY_MS);
  }
});

test("with a login that is begun, a healthy path takes less than 12 s", () => {
  for (const takes of ["eap", "certificate"] as const) {
    for (const path of [{}, { answersPing: false }, { ignoresUnacceptable: true }, { interfaceMtu: 1_400 }]) {
      const { evidence } = playLossyPlan(gateway, { ...OPEN_PATH, ...path, login: { takes } }, 1);
      expect(evidence.rehearsal?.logins.length).toBeGreaterThan(1);
      expect(elapsedMs(evidence.measurements), JSON.stringify(path)).toBeLessThan(HEALTHY_WITH_LOGINS_MS);
    }
  }
});

test("no path takes 25 s, whatever is wrong with it", () => {
  for (const [path, chance] of fc.sample(fc.tuple(lossyPath(10), fc.nat()), { numRuns: 150, seed: 25_000 })) {
    const { measurements } = playLossyPlan(gateway, path, chance).evidence;
    expect(elapsedMs(measurements), JSON.stringify({ path, chance })).toBeLessThan(FAILING_MS);
  }
});

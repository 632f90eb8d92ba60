import { expect, test } from "vitest";
import { fromBase64 } from "../../../shared/bytes/base64.ts";
import { diagnose } from "../../../shared/diagnose/diagnose.ts";
import { observe } from "../../../shared/evidence/observe.ts";
import { initRequest } from "../../../shared/ike/keys/login.ts";
import { KeyExchangeMethod } from "../../../shared/ike/registry.ts";
import { ikeIpBytes, ipFragmentSizes, maxNonLastFragment, udpIpBytes } from "../../../shared/packet/sizes.ts";
import { nextRound } from "../../../shared/plan/plan.ts";
import { byteSource } from "../../../shared/plan/probe-datagram.ts";
import { chooseTarget, sizeSteps } from "../../../shared/plan/steps.ts";
import { MOST_BYTES, MOST_DATAGRAMS } from "../../../shared/plan/within-limits.ts";
import { Diagnosis } from "../../../shared/schema/diagnosis.ts";
import type { Measurement } from "../../../shared/schema/measurement.ts";
import { CLEAR_PATH, playPlan, type SimulatedPath } from "../../support/simulated-path.ts";

const gateway = "vpn.example.com";
const seed = Uint8Array.from({ length: 32 }, (_, at) => at);

function play(path: SimulatedPath) {
  const { rounds, evidence } = playPlan(gateway, path);
  return { rounds, measurements: evidence.measurements, diagnosis: diagnose({ evidence, transcripts: [] }) };
}

const lost = { interfaceMtu: null, basis: null };
const paths: {
  name: string;
  path: Partial<SimulatedPath>;
  want: {
    verdict: string;
    confidence: string;
    direction: string | null;
    interfaceMtu: number | null;
    basis: string | null;
  };
}[] = [
  {
    name: "nothing in the way",
    path: {},
    want: { verdict: "healthy", confidence: "high", direction: null, ...lost },
  },
  {
    name: "the gateway's fragments are lost",
    path: { losesInboundFragments: true },
    want: { verdict: "inbound-fragments-lost", confidence: "low", direction: "inbound", ...lost },
  },
  {
    name: "the same on an iPhone's hotspot, where a large echo proves nothing",
    path: { losesInboundFragments: true, clientAddress: "172.20.10.4" },
    want: { verdict: "healthy", confidence: "low", direction: null, ...lost },
  },
  {
    name: "no address",
    path: { resolves: false },
    want: { verdict: "gateway-unreachable", confidence: "high", direction: null, ...lost },
  },
  {
    name: "silence on both ports",
    path: { blockedPorts: [500, 4500] },
    want: { verdict: "gateway-unreachable", confidence: "high", direction: null, ...lost },
  },
  {
    name: "silence on 500",
    path: { blockedPorts: [500] },
    want: { verdict: "udp-500-blocked", confidence: "high", direction: null, ...lost },
  },
  {
    name: "silence on 4500, and fragments lost as well",
    path: { blockedPorts: [4500], fragmentLimit: 0 },
    want: { verdict: "udp-4500-blocked", confidence: "high", direction: null, ...lost },
  },
  {
    name: "fragments above 1472 lost, the cap tested",
    path: { fragmentLimit: 1472, canTestMtu: true },
    want: {
      verdict: "outbound-fragments-too-large",
      confidence: "high",
      direction: "outbound",
      interfaceMtu: 1472,
      basis: "verified",
    },
  },
  {
    name: "fragments above 1400 lost, the cap tested",
    path: { fragmentLimit: 1400, canTestMtu: true },
    want: {
      verdict: "outbound-fragments-too-large",
      confidence: "high",
      direction: "outbound",
      interfaceMtu: 1400,
      basis: "verified",
    },
  },
  {
    name: "fragments above 1472 lost, no cap can be tested",
    path: { fragmentLimit: 1472 },
    want: {
      verdict: "outbound-fragments-too-large",
      confidence: "low",
      direction: "outbound",
      interfaceMtu: 1472,
      basis: "trial",
    },
  },
  {
    name: "all fragments lost, caps tested",
    path: { fragmentLimit: 0, canTestMtu: true },
    want: { verdict: "outbound-fragments-dropped", confidence: "high", direction: "outbound", ...lost },
  },
  {
    name: "the same where the gateway ignores what it does not accept",
    path: { fragmentLimit: 0, ignoresUnacceptable: true },
    want: {
      verdict: "outbound-fragments-too-large",
      confidence: "low",
      direction: "outbound",
      interfaceMtu: 1472,
      basis: "trial",
    },
  },
  {
    name: "the same, caps tested with the one request that was sent",
    path: { fragmentLimit: 0, ignoresUnacceptable: true, canTestMtu: true },
    want: { verdict: "outbound-fragments-dropped", confidence: "high", direction: "outbound", ...lost },
  },
  {
    name: "fragments above 1472 lost on the way to such a gateway, caps tested",
    path: { fragmentLimit: 1472, ignoresUnacceptable: true, canTestMtu: true },
    want: {
      verdict: "outbound-fragments-too-large",
      confidence: "high",
      direction: "outbound",
      interfaceMtu: 1472,
      basis: "verified",
    },
  },
  {
    name: "fragments above 1452 lost, a limit that none of the first caps meets",
    path: { fragmentLimit: 1452, canTestMtu: true },
    want: {
      verdict: "outbound-fragments-too-large",
      confidence: "high",
      direction: "outbound",
      interfaceMtu: 1452,
      basis: "verified",
    },
  },
  {
    name: "everything above 1400 vanishes, caps tested",
    path: { wholePacketLimit: 1400, canTestMtu: true },
    want: {
      verdict: "path-mtu-black-hole",
      confidence: "high",
      direction: "outbound",
      interfaceMtu: 1400,
      basis: "verified",
    },
  },
  {
    name: "everything above 1400 vanishes, and all fragments",
    path: { wholePacketLimit: 1400, fragmentLimit: 0, canTestMtu: true },
    want: { verdict: "outbound-fragments-dropped", confidence: "high", direction: "outbound", ...lost },
  },
  {
    name: "everything above 1400 vanishes",
    path: { wholePacketLimit: 1400 },
    want: {
      verdict: "path-mtu-black-hole",
      confidence: "high",
      direction: "outbound",
      interfaceMtu: 1400,
      basis: "measured",
    },
  },
  {
    name: "everything above 1454 vanishes",
    path: { wholePacketLimit: 1454 },
    want: {
      verdict: "path-mtu-black-hole",
      confidence: "high",
      direction: "outbound",
      interfaceMtu: 1454,
      basis: "measured",
    },
  },
  {
    name: "an interface of 1400 on a clear path",
    path: { interfaceMtu: 1400 },
    want: { verdict: "healthy", confidence: "high", direction: null, ...lost },
  },
];
for (const { name, path, want } of paths) {
  test(`the plan finds out: ${name}`, () => {
    const { diagnosis } = play({ ...CLEAR_PATH, ...path });
    const { verdict, confidence, direction, recommendation } = diagnosis;
    expect({
      verdict,
      confidence,
      direction,
      interfaceMtu: recommendation.interfaceMtu,
      basis: recommendation.basis,
    }).toEqual(want);
  });

  test(`the plan is polite on: ${name}`, () => {
    const { rounds, measurements } = play({ ...CLEAR_PATH, ...path });
    let datagrams = 0;
    let bytes = 0;
    for (const { step, sentAtMs } of measurements) {
      if (step.kind === "udp") bytes += sentAtMs.length * fromBase64(step.datagram).length;
      if (step.kind === "echo") bytes += sentAtMs.length * step.pingPayloadBytes;
      datagrams += sentAtMs.length;
    }
    expect(datagrams).toBeLessThanOrEqual(MOST_DATAGRAMS);
    expect(bytes).toBeLessThanOrEqual(MOST_BYTES);

    const udp = rounds.flatMap((r) => r.steps.filter((s) => s.kind === "udp"));
    // A full request is one that is not refused: each costs the gateway a half-open SA until it gives up.
    const groupOf = (bytes: Uint8Array) => bytes[28 + ((bytes[30] ?? 0) << 8) + (bytes[31] ?? 0) + 5] ?? 0;
    const full = udp.filter((s) => groupOf(fromBase64(s.datagram).subarray(s.port === 4500 ? 4 : 0)) !== 1);
    expect(new Set(full.map((s) => s.datagram)).size).toBeLessThanOrEqual(3);
    const spis = new Map(
      udp.map((s) => [s.datagram.slice(s.port === 4500 ? 6 : 0, s.port === 4500 ? 16 : 10), s.datagram]),
    );
    expect(spis.size, "a fresh SPI for each size").toBe(new Set(udp.map((s) => s.datagram)).size);

    for (const { steps } of rounds) {
      for (const port of [500, 4500]) {
        const starts = steps.filter((s) => s.kind === "udp" && s.port === port).map((s) => s.atMs);
        const gaps = starts
          .toSorted((a, b) => a - b)
          .map((at, i, all) => (i === 0 ? 100 : at - (all[i - 1] ?? 0)));
        expect(Math.min(100, ...gaps)).toBeGreaterThanOrEqual(100);
      }
    }
  });
}

const underLoss: {
  name: string;
  path: Partial<SimulatedPath>;
  verdict: string;
  interfaceMtu: number | null;
}[] = [
  { name: "nothing else in the way", path: {}, verdict: "healthy", interfaceMtu: null },
  {
    name: "fragments above 1472 lost",
    path: { fragmentLimit: 1472, canTestMtu: true },
    verdict: "outbound-fragments-too-large",
    interfaceMtu: 1472,
  },
  {
    name: "all fragments lost",
    path: { fragmentLimit: 0, canTestMtu: true },
    verdict: "outbound-fragments-dropped",
    interfaceMtu: null,
  },
  {
    name: "everything above 1400 lost",
    path: { wholePacketLimit: 1400, canTestMtu: true },
    verdict: "path-mtu-black-hole",
    interfaceMtu: 1400,
  },
  {
    name: "the gateway's fragments lost",
    path: { losesInboundFragments: true, canTestMtu: true },
    verdict: "inbound-fragments-lost",
    interfaceMtu: null,
  },
];
const LUCKS = 40;

for (const { name, path, verdict, interfaceMtu } of underLoss) {
  test.each([
    { lossPercent: 5, mostWrong: 0 },
    { lossPercent: 10, mostWrong: 1 },
  ])(`$lossPercent % of loss does not move the answer: ${name}`, ({ lossPercent, mostWrong }) => {
    const wrong: string[] = [];
    for (let lossSeed = 0; lossSeed < LUCKS; lossSeed++) {
      const { diagnosis, measurements } = play({ ...CLEAR_PATH, ...path, lossPercent, lossSeed });
      const { recommendation } = diagnosis;
      if (diagnosis.verdict !== verdict || recommendation.interfaceMtu !== interfaceMtu)
        wrong.push(`${lossSeed}: ${diagnosis.verdict} ${recommendation.interfaceMtu}`);
      expect(measurements.reduce((sum, m) => sum + m.sentAtMs.length, 0)).toBeLessThanOrEqual(MOST_DATAGRAMS);
    }
    expect(wrong.length, wrong.join(", ")).toBeLessThanOrEqual(mostWrong);
  });
}

test("nextRound() tries each cap three times, a neighbour above the first among them, and the least as often as an edge", () => {
  const { measurements } = play({ ...CLEAR_PATH, fragmentLimit: 0, canTestMtu: true });
  const caps = measurements.flatMap((m) =>
    m.step.kind === "udp" && m.step.userMtu !== null ? [[m.step.userMtu, m.sentAtMs.length]] : [],
  );
  expect(caps).toEqual([1472, 1476, 1400, 1280, 1280].map((mtu) => [mtu, 3]));
});

/** Link MTUs that networks have (RFC 7915, PPPoE, GRE, tunnels): what may be the limit of a path. */
test.each([1496, 1492, 1480, 1476, 1472, 1464, 1460, 1454, 1452, 1444, 1440, 1400, 1280])(
  "fragments above %i lost: the same MTU, whether or not the system makes a larger last fragment",
  (fragmentLimit) => {
    const mtus = [true, false].map((cutsEvenly) => {
      const { recommendation } = play({
        ...CLEAR_PATH,
        fragmentLimit,
        canTestMtu: true,
        cutsEvenly,
      }).diagnosis;
      return recommendation.interfaceMtu;
    });
    expect(mtus[0]).toBe(mtus[1]);
    expect(mtus[0]).not.toBeNull();
    expect(mtus[0]).toBeLessThanOrEqual(fragmentLimit);
  },
);

test("a full request is sent as often as an edge at once, with the same bytes each time", () => {
  const { measurements } = play({ ...CLEAR_PATH, fragmentLimit: 0, ignoresUnacceptable: true });
  const pieces = measurements.flatMap((m) =>
    m.step.kind === "udp" && m.step.purpose === "ip-fragments"
      ? [[m.step.id, m.step.datagram, m.sentAtMs.length] as const]
      : [],
  );
  expect(pieces.map(([id, , tries]) => [id, tries])).toEqual([
    ["r2-pieces-2560", 3],
    ["r2-pieces-2560-again", 3],
  ]);
  expect(new Set(pieces.map(([, datagram]) => datagram)).size).toBe(1);
});

test("nextRound() tests a cap with fragments that are as large as it allows, the last one too", () => {
  const { rounds } = play({ ...CLEAR_PATH, fragmentLimit: 1472, canTestMtu: true });
  const capped = rounds.flatMap((r) => r.steps).filter((s) => s.kind === "udp" && s.userMtu !== null);
  expect(capped.length).toBeGreaterThan(0);
  for (const step of capped) {
    if (step.kind !== "udp" || step.userMtu === null) throw new Error("not reached");
    const fragments = ipFragmentSizes(fromBase64(step.datagram).length + 8, step.userMtu, 4);
    expect(fragments).toEqual([maxNonLastFragment(step.userMtu, 4), step.userMtu]);
  }
});

test("nextRound() stops when a round was answered by nothing, not even what is small", () => {
  const { measurements } = play({ ...CLEAR_PATH, wholePacketLimit: 1400, canTestMtu: true });
  const upToThree = measurements.filter((m) => /^r[123]-/.test(m.step.id));
  const silenced = upToThree.map((m): Measurement => {
    if (m.step.kind !== "udp" || !m.step.id.startsWith("r3-")) return m;
    const sentAtMs = [0, 1_050, 2_100].map((ms) => m.startedAtMs + ms);
    const outcome = { status: "failed", failure: "timeout", detail: null, address: "192.0.2.1" } as const;
    return { ...m, step: m.step, sentAtMs, outcome: { ...outcome, dontFragment: false } };
  });
  expect(nextRound({ gateway, measurements: upToThree, seed })?.number).toBe(4);
  expect(nextRound({ gateway, measurements: silenced, seed })).toBeNull();
});

test("nextRound() asks nothing about sizes while a port is silent", () => {
  const { rounds } = play({ ...CLEAR_PATH, blockedPorts: [500, 4500] });
  expect(rounds.map((r) => r.number)).toEqual([1]);
});

test("nextRound() makes whole packets of exactly the size that their name says", () => {
  const { rounds } = play(CLEAR_PATH);
  const whole = rounds
    .flatMap((r) => r.steps)
    .filter((s) => s.kind === "udp" && s.purpose === "whole-packet");
  expect(whole.length).toBeGreaterThan(2);
  for (const step of whole) {
    if (step.kind !== "udp") throw new Error("not reached");
    expect(udpIpBytes(fromBase64(step.datagram).length, 4)).toBe(Number(step.id.split("-").at(-1)));
  }
});

test("nextRound() is a pure function: the same seed gives the same bytes, another gives other SPIs", () => {
  const first = nextRound({ gateway, measurements: [], seed });
  expect(nextRound({ gateway, measurements: [], seed })).toEqual(first);
  expect(nextRound({ gateway, measurements: [], seed: seed.map((b) => b ^ 1) })).not.toEqual(first);
});

test.each([68, 120, 296])(
  "an interface MTU of %i, which no VPN has, is no reason to fail",
  (interfaceMtu) => {
    const { rounds } = play({ ...CLEAR_PATH, interfaceMtu });
    expect(rounds.length).toBeGreaterThan(1);
  },
);

test.each([68, 575])("an interface MTU of %i in what an agent sends is not believed", (mtuV4) => {
  const { evidence } = playPlan(gateway, { ...CLEAR_PATH, fragmentLimit: 1_472 });
  const measurements = evidence.measurements.map((m) =>
    "interfaces" in m.outcome
      ? { ...m, outcome: { ...m.outcome, interfaces: m.outcome.interfaces.map((i) => ({ ...i, mtuV4 })) } }
      : m,
  ) as Measurement[];
  const said = Diagnosis.parse(diagnose({ evidence: { ...evidence, measurements }, transcripts: [] }));
  expect(said.recommendation.interfaceMtu).toBe(1_472);
});

test.each([true, false])("a size that no request fits is not asked for (full requests: %s)", (isFull) => {
  const { evidence } = playPlan(gateway, { ...CLEAR_PATH, ignoresUnacceptable: isFull });
  const o = observe(evidence, []);
  const full = (port: number, family: 4 | 6, ipBytes: number | null) =>
    initRequest({
      secret: null,
      random,
      port,
      group: KeyExchangeMethod.MODP2048,
      ikeFragmentation: true,
      ikeBytes: ipBytes === null ? null : ipBytes - ikeIpBytes(0, port, family),
    });
  const random = byteSource(seed);
  const target = chooseTarget(o, evidence.measurements, full, random);
  if (target === null) throw new Error("not reached");
  const sizes = Array.from({ length: 2_000 }, (_, at) => at);
  const steps = sizeSteps(target, 3, { whole: sizes, fragments: sizes, caps: [] });
  const asked = steps.filter(({ purpose }) => purpose !== "size-control");
  expect(asked.length).toBe(2 * (2_000 - (isFull ? 880 : 576)));
});

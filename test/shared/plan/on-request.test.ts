import { expect, test } from "vitest";
import { diagnose } from "../../../shared/diagnose/diagnose.ts";
import type { OnRequest } from "../../../shared/plan/on-request.ts";
import { nextRound } from "../../../shared/plan/plan.ts";
import { Evidence } from "../../../shared/schema/evidence.ts";
import type { AgentInfo, Measurement } from "../../../shared/schema/measurement.ts";
import { Round, type Step } from "../../../shared/schema/plan.ts";
import { CLEAR_PATH, measure, type SimulatedPath } from "../../support/simulated-path.ts";

const gateway = "vpn.example.com";
const seed = new Uint8Array(32);
const WINDOWS: AgentInfo = {
  name: "ikefrag-agent",
  version: "0",
  platform: "windows",
  osVersion: null,
  runtime: "5.1",
  language: "en",
  elevated: true,
};
const STORY: SimulatedPath = { ...CLEAR_PATH, fragmentLimit: 1472, canTestMtu: true };
const BOTH: OnRequest = { ask: ["capture", "apply"], agent: WINDOWS };

/** The steps that come behind all that is measured; each is answered in the way that it is told. */
function besides(path: SimulatedPath, request: OnRequest, outcome: "not-run" | "measured" = "not-run") {
  const measurements: Measurement[] = [];
  const rounds: Round[] = [];
  for (;;) {
    const round = nextRound({ gateway, measurements, seed, ...request });
    if (round === null) break;
    rounds.push(Round.parse(round));
    for (const step of round.steps) {
      if (step.kind === "capture") measurements.push(captured(step, outcome));
      else if (step.kind === "apply") measurements.push(applied(step));
      else measurements.push(...measure(path, { ...round, steps: [step] }));
    }
    if (rounds.length > 15) throw new Error("the plan does not end");
  }
  const isBesides = ({ kind }: Step) => kind === "capture" || kind === "apply";
  const first = rounds.findIndex(({ steps }) => steps.some(isBesides));
  return {
    measured: first < 0 ? rounds : rounds.slice(0, first),
    besides: first < 0 ? [] : rounds.slice(first),
    measurements,
  };
}

const sent = { startedAtMs: 0, sentAtMs: [] };
const captured = (step: Extract<Step, { kind: "capture" }>, status: "not-run" | "measured"): Measurement => ({
  step,
  ...sent,
  outcome:
    status === "measured" ? { status, bytes: 1_000, rasCode: null } : { status, why: "The user said no" },
});
const applied = (step: Extract<Step, { kind: "apply" }>): Measurement => ({
  step,
  ...sent,
  outcome: { status: "not-run", why: "The user said no" },
});

test.each(["not-run", "measured"] as const)(
  "what was asked for comes last, each once, the capture first, also where it was %s",
  (outcome) => {
    const { measured, besides: rounds } = besides(STORY, BOTH, outcome);
    const number = measured.length;
    expect(rounds).toEqual([
      {
        number: number + 1,
        steps: [
          {
            id: `r${number + 1}-capture`,
            kind: "capture",
            atMs: 0,
            target: "192.0.2.1",
            seconds: 60,
            maxBytes: 5_000_000,
          },
        ],
      },
      {
        number: number + 2,
        steps: [
          {
            id: `r${number + 2}-apply`,
            kind: "apply",
            atMs: 0,
            interfaceIndex: expect.any(Number),
            family: 4,
            interfaceMtu: 1472,
          },
        ],
      },
    ]);
  },
);

test("what is measured does not depend on what was asked for", () => {
  const without = besides(STORY, { ask: [], agent: WINDOWS });
  expect(without.besides).toEqual([]);
  expect(besides(STORY, BOTH).measured).toEqual(without.measured);
});

test("the MTU is the recommended one, on the interface that leads to the gateway", () => {
  const { besides: rounds, measurements } = besides({ ...STORY, fragmentLimit: 1400 }, BOTH);
  const evidence = Evidence.parse({ schema: "ikefrag/evidence/1", gateway, agent: WINDOWS, measurements });
  const { interfaceMtu, commands } = diagnose({ evidence, transcripts: [] }).recommendation;
  const step = rounds.at(-1)?.steps[0];
  if (step?.kind !== "apply") throw new Error("the plan does not try the MTU");
  expect(step.interfaceMtu).toBe(interfaceMtu);
  expect(commands?.apply).toContain(`interface ${step.interfaceIndex} mtu=${step.interfaceMtu}`);
});

test.each<{ name: string; path?: Partial<SimulatedPath>; request: OnRequest; kinds: string[] }>([
  { name: "only a capture was asked for", request: { ...BOTH, ask: ["capture"] }, kinds: ["capture"] },
  { name: "only a trial was asked for", request: { ...BOTH, ask: ["apply"] }, kinds: ["apply"] },
  {
    name: "the agent is no administrator",
    request: { ...BOTH, agent: { ...WINDOWS, elevated: false } },
    kinds: ["capture"],
  },
  {
    name: "it is not known whether it is",
    request: { ...BOTH, agent: { ...WINDOWS, elevated: null } },
    kinds: ["capture"],
  },
  {
    name: "the agent is on Linux",
    request: { ...BOTH, agent: { ...WINDOWS, platform: "linux" } },
    kinds: ["capture"],
  },
  { name: "nothing is known of the agent", request: { ...BOTH, agent: null }, kinds: ["capture"] },
  { name: "all is well", path: { fragmentLimit: 1500 }, request: BOTH, kinds: ["capture"] },
  { name: "no MTU helps", path: { fragmentLimit: 0 }, request: BOTH, kinds: ["capture"] },
  { name: "nothing answers", path: { blockedPorts: [500, 4500] }, request: BOTH, kinds: ["capture"] },
  { name: "the gateway has no address", path: { resolves: false }, request: BOTH, kinds: [] },
])("where $name, the agent is asked for $kinds", ({ path, request, kinds }) => {
  const { besides: rounds } = besides({ ...STORY, ...path }, request);
  expect(rounds.flatMap(({ steps }) => steps.map(({ kind }) => kind))).toEqual(kinds);
});

test("an interface whose MTU is the recommended one already is left alone", () => {
  const { besides: rounds } = besides({ ...STORY, interfaceMtu: 1472 }, BOTH);
  expect(rounds).toHaveLength(1);
});

test("nothing is measured any more behind it, though something is still open", () => {
  const first = nextRound({ gateway, measurements: [], seed });
  if (first === null) throw new Error("the plan has no first round");
  const measurements = measure(STORY, first);
  const further = nextRound({ gateway, measurements, seed });
  expect(further?.steps.length).toBeGreaterThan(0);
  const step = {
    id: "r2-capture",
    kind: "capture" as const,
    atMs: 0,
    target: "192.0.2.1",
    seconds: 1,
    maxBytes: 1,
  };
  expect(
    nextRound({ gateway, measurements: [...measurements, captured(step, "measured")], seed }),
  ).toBeNull();
});

test("whatever rounds an agent says its steps were of, it is asked nothing beyond the last one", () => {
  const first = besides(STORY, BOTH).measured[0];
  if (first === undefined) throw new Error("the plan is empty");
  const measured = measure(STORY, first);
  const after = (round: number) => {
    const named = (m: Measurement) => ({ ...m, step: { ...m.step, id: `r${round}-x` } }) as Measurement;
    const measurements = measured.map((m, at) => (at === 0 ? named(m) : m));
    return nextRound({ gateway, measurements, seed, ...BOTH });
  };
  expect(after(19)?.number).toBe(20);
  for (const round of [20, 21, 99]) expect(after(round)).toBeNull();
});

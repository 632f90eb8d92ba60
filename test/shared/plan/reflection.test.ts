/**
 * Round 5: when a reflector is asked, for what, and what comes of it. The reflector is the real one; the path
 * to it is played.
 */
import { expect, test } from "vitest";
import { diagnose } from "../../../shared/diagnose/diagnose.ts";
import { REFLECTION_BUDGET_BYTES } from "../../../shared/plan/reflection.ts";
import type { Measurement } from "../../../shared/schema/measurement.ts";
import type { Round } from "../../../shared/schema/plan.ts";
import { type Played, playWithReflector } from "../../support/played-reflector.ts";

const CLIENT = "198.51.100.4";

function play(played: Played, withReflector = true) {
  const { rounds, evidence } = playWithReflector(played, withReflector);
  const reflections = rounds.flatMap((r) =>
    r.steps.filter((s) => s.kind === "udp" && s.purpose === "reflection").map((s) => s.id),
  );
  const { measurements } = evidence;
  return { rounds, reflections, measurements, diagnosis: diagnose({ evidence, transcripts: [] }) };
}

const INBOUND: Played = { path: { losesInboundFragments: true }, losesPieces: true };
const OPEN = ["r3-reflect-open"];
const SIZES = [
  ...OPEN,
  "r4-reflect-small",
  "r4-reflect-small-again",
  "r4-reflect-1600",
  "r4-reflect-2560",
  "r4-reflect-1500",
];

const PATHS: { name: string; played: Played; reflections: string[]; verdict: string; confidence: string }[] =
  [
    {
      name: "all IP fragments to the client are lost",
      played: INBOUND,
      reflections: SIZES,
      verdict: "inbound-fragments-lost",
      confidence: "high",
    },
    {
      name: "all IP fragments to the client are lost, and pings as well",
      played: { ...INBOUND, losesPings: "all" },
      reflections: SIZES,
      verdict: "inbound-fragments-lost",
      confidence: "medium",
    },
    {
      name: "only the gateway's fragmented pings are lost",
      played: { losesPings: "in-pieces" },
      reflections: SIZES,
      verdict: "healthy",
      confidence: "low",
    },
    {
      name: "the gateway answers no ping",
      played: { losesPings: "all" },
      reflections: SIZES,
      verdict: "healthy",
      confidence: "medium",
    },
    {
      name: "nothing large comes from the reflector, nor any ping",
      played: { path: { losesInboundFragments: true }, wholeLimit: 1_280, losesPings: "all" },
      reflections: SIZES,
      verdict: "inbound-fragments-lost",
      confidence: "medium",
    },
    {
      name: "the reflector is down",
      played: { ...INBOUND, isThere: false },
      reflections: OPEN,
      verdict: "inbound-fragments-lost",
      confidence: "low",
    },
    {
      name: "the client's translator changes its address",
      played: { ...INBOUND, addresses: [CLIENT, "198.51.100.5"] },
      reflections: SIZES,
      verdict: "inbound-fragments-lost",
      confidence: "low",
    },
    {
      name: "the client's MTU is 1280: no larger whole packet is asked for",
      played: { ...INBOUND, path: { ...INBOUND.path, interfaceMtu: 1_280 } },
      reflections: SIZES.map((id) => id.replace("1500", "1280")),
      verdict: "inbound-fragments-lost",
      confidence: "high",
    },
  ];
test.each(PATHS)("where $name", ({ played, reflections, verdict, confidence }) => {
  const seen = play(played);
  expect(seen.reflections).toEqual(reflections);
  expect(`${seen.diagnosis.verdict} ${seen.diagnosis.confidence}`).toBe(`${verdict} ${confidence}`);
});

const NOT_ASKED: { name: string; played: Played }[] = [
  { name: "all is well", played: {} },
  {
    name: "the client's IP fragments are lost above a size",
    played: { path: { fragmentLimit: 1_472, canTestMtu: true } },
  },
  {
    name: "the client's IP fragments are lost, and the gateway's",
    played: { path: { fragmentLimit: 0, losesInboundFragments: true } },
  },
  {
    name: "large packets are lost on the way out",
    played: { path: { wholePacketLimit: 1_400, losesInboundFragments: true } },
  },
  { name: "nothing answers", played: { path: { blockedPorts: [500, 4_500] } } },
  { name: "one port is blocked", played: { path: { blockedPorts: [4_500] } } },
];
test.each(NOT_ASKED)(
  "a reflector is not asked where its answer would change nothing: $name",
  ({ played }) => {
    const with_ = play(played);
    expect(with_.reflections).toEqual([]);
    expect(with_.rounds).toEqual(play(played, false).rounds);
  },
);

test("without a reflector nothing is asked of one", () => {
  const { reflections, diagnosis } = play(INBOUND, false);
  expect(reflections).toEqual([]);
  expect(diagnosis.confidence).toBe("low");
});

test("a fragmented ping is repeated all the same, beside the sizes, and where the reflector is silent", () => {
  for (const played of [INBOUND, { ...INBOUND, isThere: false }]) {
    const pings = play(played).measurements.filter((m) => m.step.kind === "echo" && !m.step.dontFragment);
    expect(pings).toHaveLength(2);
  }
});

test("what it asks for stays within the budget of its token, also when every try is lost", () => {
  const { measurements } = play({ ...INBOUND, wholeLimit: 0, losesPieces: true });
  const asked = measurements.filter((m) => m.step.kind === "udp" && m.step.purpose === "reflection");
  // The cookie itself was lost, so only permission was asked for.
  expect(asked.map((m) => m.step.id)).toEqual(OPEN);
  const everyTry = 3 * (1_600 + 2_560 + 1_500 + 2 * 100) + 3 * 54;
  expect(everyTry).toBeLessThanOrEqual(REFLECTION_BUDGET_BYTES);
});

/** When each round is over at the latest, one after the other. */
const seconds = (rounds: Round[], measurements: Measurement[]): number =>
  rounds.reduce((sum, round) => {
    const ends = round.steps.map((step) => {
      const m = measurements.find((each) => each.step.id === step.id);
      if (m === undefined || !("waitMs" in step)) return 0;
      if (m.outcome.status === "answered") return (m.sentAtMs.at(-1) ?? 0) - round.number * 10_000 + 200;
      return step.atMs + step.tries * step.waitMs;
    });
    return sum + Math.max(0, ...ends) / 1_000;
  }, 0);

test("no path takes 25 s for it, and one on which only fragmented pings are lost takes less than 8", () => {
  for (const { played } of PATHS) {
    const { rounds, measurements } = play(played);
    expect(seconds(rounds, measurements)).toBeLessThan(20);
    expect(rounds.length).toBeLessThanOrEqual(5);
  }
  const { rounds, measurements } = play({ losesPings: "in-pieces" });
  expect(seconds(rounds, measurements)).toBeLessThan(8);
});

/** Round 5: when a reflector is asked, for what, and what comes of it. The reflector is the real one; the path to it is played. */
import { createHmac } from "node:crypto";
import { expect, test } from "vitest";
import { Reflector as RealReflector } from "../../../infra/reflector/reflector.ts";
import { fromBase64, toBase64 } from "../../../shared/bytes/base64.ts";
import { diagnose } from "../../../shared/diagnose/diagnose.ts";
import { nextRound } from "../../../shared/plan/plan.ts";
import { REFLECTION_BUDGET_BYTES, type Reflector } from "../../../shared/plan/reflection.ts";
import { type Mac, signToken } from "../../../shared/reflect/protocol.ts";
import { Evidence } from "../../../shared/schema/evidence.ts";
import type { Measurement } from "../../../shared/schema/measurement.ts";
import type { Round, UdpStep } from "../../../shared/schema/plan.ts";
import { CLEAR_PATH, measure, type SimulatedPath } from "../../support/simulated-path.ts";

const GATEWAY = "vpn.example.com";
const CLIENT = "198.51.100.4";
const NOW = 1_800_000_000;
const mac: Mac = (message) =>
  createHmac("sha256", "a key of thirty-two characters..").update(message).digest();

/** The way from the reflector, and what of the gateway's pings is lost besides. */
interface Played {
  path?: Partial<SimulatedPath>;
  /** Of IP packets from the reflector, those above this are lost. */
  wholeLimit?: number;
  losesPieces?: boolean;
  /** Only pings are lost: those in pieces, or all. */
  losesPings?: "in-pieces" | "all";
  isThere?: boolean;
  /** Which address each of the client's questions comes from. */
  addresses?: string[];
}

const tokenFor = (round: number): Uint8Array =>
  // Signed anew for each round, as the service does it.
  signToken(
    { run: "ab".repeat(16), endsAt: NOW + 200 + round, replyBytes: REFLECTION_BUDGET_BYTES, network: null },
    mac,
  );

function play(
  {
    path: given = {},
    wholeLimit = 1_500,
    losesPieces = false,
    losesPings,
    isThere = true,
    addresses = [CLIENT],
  }: Played,
  withReflector = true,
) {
  const path: SimulatedPath = { ...CLEAR_PATH, ...given };
  const real = new RealReflector(mac);
  const rounds: Round[] = [];
  const measurements: Measurement[] = [];
  let asked = 0;

  const ask = (step: UdpStep, startMs: number): Measurement => {
    const sentAtMs: number[] = [];
    const about = { address: "203.0.113.2", dontFragment: null };
    for (let attempt = 0; attempt < step.tries; attempt++) {
      const atMs = startMs + step.atMs + attempt * step.waitMs;
      sentAtMs.push(atMs);
      const address = addresses[Math.min(asked++, addresses.length - 1)] ?? CLIENT;
      const answer = isThere ? real.answer(fromBase64(step.datagram), address, NOW + atMs / 1_000) : null;
      const ipBytes = (answer?.length ?? 0) + 28;
      if (answer === null || (ipBytes > 1_500 ? losesPieces || wholeLimit < 1_500 : ipBytes > wholeLimit))
        continue;
      const answers = [{ atMs: atMs + 30, datagram: toBase64(answer) }];
      return { step, startedAtMs: startMs, sentAtMs, outcome: { status: "answered", ...about, answers } };
    }
    const outcome = { status: "failed", failure: "timeout", detail: null, ...about } as const;
    return { step, startedAtMs: startMs, sentAtMs, outcome };
  };
  const isPingLost = (m: Measurement): boolean =>
    m.step.kind === "echo" &&
    (losesPings === "all" || (losesPings === "in-pieces" && m.step.pingPayloadBytes > 1_472));

  for (;;) {
    const reflector: Reflector = {
      host: "reflector.example.net",
      port: 4_555,
      token: tokenFor(rounds.length),
    };
    const seed = new Uint8Array(32);
    const round = nextRound({
      gateway: GATEWAY,
      measurements,
      seed,
      ...(withReflector ? { reflector } : {}),
    });
    if (round === null) break;
    rounds.push(round);
    const mine = round.steps.filter((s) => s.kind === "udp" && s.purpose === "reflection") as UdpStep[];
    const others = round.steps.filter((s) => !mine.includes(s as UdpStep));
    for (const m of measure(path, { ...round, steps: others })) {
      const timeout = { status: "failed", failure: "timeout", detail: null, router: null, nextHopMtu: null };
      measurements.push(isPingLost(m) ? ({ ...m, outcome: timeout } as Measurement) : m);
    }
    measurements.push(...mine.map((step) => ask(step, round.number * 10_000)));
  }
  const evidence = Evidence.parse({ schema: "ikefrag/evidence/1", gateway: GATEWAY, measurements });
  const reflections = rounds.flatMap((r) =>
    r.steps.filter((s) => s.kind === "udp" && s.purpose === "reflection").map((s) => s.id),
  );
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

const PATHS: [name: string, played: Played, reflections: string[], verdict: string, confidence: string][] = [
  ["all pieces to the client are lost", INBOUND, SIZES, "inbound-fragments-lost", "high"],
  [
    "all pieces to the client are lost, and pings as well",
    { ...INBOUND, losesPings: "all" },
    SIZES,
    "inbound-fragments-lost",
    "medium",
  ],
  ["the gateway's pings in pieces alone are lost", { losesPings: "in-pieces" }, SIZES, "healthy", "low"],
  ["the gateway answers no ping", { losesPings: "all" }, SIZES, "healthy", "medium"],
  [
    "nothing large comes from the reflector, nor any ping",
    { path: { losesInboundFragments: true }, wholeLimit: 1_280, losesPings: "all" },
    SIZES,
    "inbound-fragments-lost",
    "medium",
  ],
  ["the reflector is down", { ...INBOUND, isThere: false }, OPEN, "inbound-fragments-lost", "low"],
  [
    "the client's translator changes its address",
    { ...INBOUND, addresses: [CLIENT, "198.51.100.5"] },
    SIZES,
    "inbound-fragments-lost",
    "low",
  ],
  [
    "the client's MTU is 1280: nothing whole larger than that is asked for",
    { ...INBOUND, path: { ...INBOUND.path, interfaceMtu: 1_280 } },
    SIZES.map((id) => id.replace("1500", "1280")),
    "inbound-fragments-lost",
    "high",
  ],
];
test.each(PATHS)("where %s", (_name, played, reflections, verdict, confidence) => {
  const seen = play(played);
  expect(seen.reflections).toEqual(reflections);
  expect(`${seen.diagnosis.verdict} ${seen.diagnosis.confidence}`).toBe(`${verdict} ${confidence}`);
});

const NOT_ASKED: [name: string, played: Played][] = [
  ["all is well", {}],
  ["the client's pieces are lost above a size", { path: { fragmentLimit: 1_472, canTestMtu: true } }],
  [
    "the client's pieces are lost, and the gateway's",
    { path: { fragmentLimit: 0, losesInboundFragments: true } },
  ],
  [
    "large packets are lost on the way out",
    { path: { wholePacketLimit: 1_400, losesInboundFragments: true } },
  ],
  ["nothing answers", { path: { blockedPorts: [500, 4_500] } }],
  ["one port is blocked", { path: { blockedPorts: [4_500] } }],
];
test.each(NOT_ASKED)(
  "a reflector is not asked where its answer would change nothing: %s",
  (_name, played) => {
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

test("a ping in pieces is repeated all the same, beside the sizes, and where the reflector is silent", () => {
  for (const played of [INBOUND, { ...INBOUND, isThere: false }]) {
    const pings = play(played).measurements.filter((m) => m.step.kind === "echo" && !m.step.dontFragment);
    expect(pings).toHaveLength(2);
  }
});

test("what it asks for stays within the budget of its token, also when every try is lost", () => {
  const { measurements } = play({ ...INBOUND, wholeLimit: 0, losesPieces: true });
  const asked = measurements.filter((m) => m.step.kind === "udp" && m.step.purpose === "reflection");
  // The cookie itself was lost, so only leave was asked for.
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

test("no path takes 25 s for it, and one on which only pings in pieces are lost takes less than 8", () => {
  for (const [, played] of PATHS) {
    const { rounds, measurements } = play(played);
    expect(seconds(rounds, measurements)).toBeLessThan(20);
    expect(rounds.length).toBeLessThanOrEqual(5);
  }
  const { rounds, measurements } = play({ losesPings: "in-pieces" });
  expect(seconds(rounds, measurements)).toBeLessThan(8);
});

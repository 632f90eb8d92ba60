/** Plays round 5 for tests and cases: what comes of the plan where the deployment has a reflector. */
import { createHmac } from "node:crypto";
import { Reflector as RealReflector } from "../../infra/reflector/reflector.ts";
import { fromBase64, toBase64 } from "../../shared/bytes/base64.ts";
import { nextRound } from "../../shared/plan/plan.ts";
import { REFLECTION_BUDGET_BYTES, type Reflector } from "../../shared/plan/reflection.ts";
import { type Mac, signToken } from "../../shared/reflect/protocol.ts";
import { Evidence } from "../../shared/schema/evidence.ts";
import type { Measurement } from "../../shared/schema/measurement.ts";
import type { Round, UdpStep } from "../../shared/schema/plan.ts";
import { CLEAR_PATH, measure, type SimulatedPath } from "./simulated-path.ts";

const GATEWAY = "vpn.example.com";
const CLIENT = "198.51.100.4";
const NOW = 1_800_000_000;
const mac: Mac = (message) =>
  createHmac("sha256", "a key of thirty-two characters..").update(message).digest();

/** The way from the reflector, and what of the gateway's pings is lost besides; all else is the path's. */
export interface Played {
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

/**
 * All of the plan of a deployment that has a reflector: the reflector is the real one, always with the same
 * key and at the same time.
 */
export function playWithReflector(
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
  const path: SimulatedPath = { ...CLEAR_PATH, clientAddress: CLIENT, ...given };
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
  return { rounds, evidence };
}

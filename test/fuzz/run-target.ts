/**
 * Runs of an agent that lies: whatever it says that it sent and heard, the plan asks for nothing that no
 * agent would do, the report can be read again, and no round takes long.
 */
import { fromBase64, toBase64 } from "../../shared/bytes/base64.ts";
import { diagnose } from "../../shared/diagnose/diagnose.ts";
import { readRehearsal } from "../../shared/evidence/rehearsal/read-rehearsal.ts";
import { IKE_HEADER_BYTES } from "../../shared/ike/header.ts";
import { ExchangeType, KeyExchangeMethod, TransformType } from "../../shared/ike/registry.ts";
import { nextRound } from "../../shared/plan/plan.ts";
import { byteSource } from "../../shared/plan/probe-datagram.ts";
import { Diagnosis } from "../../shared/schema/diagnosis.ts";
import { Evidence } from "../../shared/schema/evidence.ts";
import { Measurement } from "../../shared/schema/measurement.ts";
import { Round, type Step, UdpPurpose, type UdpStep } from "../../shared/schema/plan.ts";
import { LoginResponder, USUAL_TRANSFORMS } from "../support/login-responder.ts";
import { gatewayAnswer, isFull } from "../support/simulated-path.ts";
import { Find, MAX_MS, type Target } from "./find.ts";
import { Chance, mutate } from "./mutate.ts";

const GATEWAY = "vpn.example.com";
const GROUP = KeyExchangeMethod.CURVE25519;
const QUICK = USUAL_TRANSFORMS.map((t) => (t.type === TransformType.KE ? { ...t, id: GROUP } : t));
/** An agent brings back no more answers to one datagram, and none that is larger. */
const MOST_ANSWERS = 8;
const MOST_ANSWER_BYTES = 9_000;
const MOST_ROUNDS = 20;
const MOST_MEASUREMENTS = 512;
const ADDRESSES = { 4: "192.0.2.1", 6: "2001:db8:1::1" } as const;

/** Datagrams of earlier runs, to be played again. */
const heard: Uint8Array[] = [];

/** One agent, its gateway, and how much of what it says is made up. */
class Liar {
  readonly #chance: Chance;
  readonly #gateway: LoginResponder;
  readonly #oneIn: number;
  readonly #family: 4 | 6;

  constructor(seed: number) {
    this.#chance = new Chance(seed);
    this.#oneIn = this.#of([4, 20, 100]);
    this.#family = this.#of([4, 4, 6]);
    const options = {
      chooses: QUICK,
      ikeFragmentation: this.#of([true, false]),
      fragmentIkeBytes: this.#of([168, 544, 1_248]),
      answerIkeBytes: this.#of([300, 1_100, 3_472, 8_900, 20_000]),
      takes: this.#of(["eap", "eap", "certificate", "psk"] as const),
    };
    this.#gateway = new LoginResponder(options, byteSource(Uint8Array.of(9, seed, seed >> 8)));
  }

  measure(step: Step, before: readonly Measurement[]): Measurement {
    const address = ADDRESSES[this.#family];
    const sentAtMs = "tries" in step ? Array.from({ length: step.tries }, (_, at) => at) : [];
    const said = { step, startedAtMs: 0, sentAtMs };
    switch (step.kind) {
      case "interfaces": {
        const mtu = this.#of([68, 575, 576, 1_280, 1_500, 9_000, 4_294_967_295]);
        const sourceAddress = "198.51.100.4";
        const about = { index: 1, name: "x", description: null, connected: true };
        const one = { ...about, mtuV4: mtu, mtuV6: mtu, addresses: [sourceAddress] };
        const route = { address, interfaceIndex: 1, sourceAddress };
        const gatewayAddresses = [{ address, family: this.#family }];
        const outcome = { status: "measured", interfaces: [one], gatewayAddresses, route };
        return Measurement.parse({ ...said, outcome });
      }
      case "echo": {
        const { pingPayloadBytes: replyPingPayloadBytes } = step;
        const answered = { status: "answered", address, roundTripMs: 1, replyPingPayloadBytes };
        const failed = { status: "failed", failure: "timeout", detail: null, router: null, nextHopMtu: null };
        return Measurement.parse({ ...said, outcome: this.#lies() ? failed : answered });
      }
      case "udp":
        return this.#datagram(step, sentAtMs, before);
      default:
        return Measurement.parse({ ...said, outcome: { status: "not-run", why: "not simulated" } });
    }
  }

  /** Whether something is made up this time. */
  lies(): boolean {
    return this.#lies();
  }

  #datagram(step: UdpStep, sentAtMs: number[], before: readonly Measurement[]): Measurement {
    const sent = fromBase64(step.datagram);
    const answers = this.#said(this.#lies() ? [] : this.#answers(sent, step.port));
    const address = this.#lies() ? "203.0.113.9" : ADDRESSES[this.#family];
    const about = { address, dontFragment: this.#of([null, true, false]) };
    const failure = this.#lies() ? this.#of(["too-big-locally", "unreachable", "other"]) : "timeout";
    const failed = { status: "failed", failure, detail: null, ...about };
    const silent = this.#lies() ? { status: "not-run", why: "" } : failed;
    return Measurement.parse({
      step: {
        ...step,
        ...(this.#lies() && { datagram: toBase64(this.#any(sent)) }),
        ...(this.#lies() && { port: this.#of([500, 4_500, 1]) }),
        ...(this.#lies() && { purpose: this.#of(UdpPurpose.options) }),
        ...(this.#lies() && { userMtu: this.#of([null, 576, 1_280, 9_216]) }),
        ...(this.#lies() && { family: null }),
        ...(this.#lies() && { target: this.#of(["a".repeat(250), "192.0.2.1", "::"]) }),
        ...(this.#lies() &&
          before.length > 0 && { id: this.#of([...before.map((m) => m.step.id), "r20-x"]) }),
      },
      startedAtMs: 0,
      sentAtMs: this.#lies() ? Array.from({ length: this.#chance.below(9) }, () => 5) : sentAtMs,
      outcome: answers.length > 0 ? { status: "answered", ...about, answers } : silent,
    });
  }

  #answers(sent: Uint8Array, port: number): Uint8Array[] {
    const ike = port === 4500 ? sent.subarray(4) : sent;
    // What is made up may be sent again by the plan, and no gateway answers what is no message of IKE.
    if (ike.length < IKE_HEADER_BYTES) return [];
    if (ike[18] === ExchangeType.IKE_AUTH) return this.#gateway.answer(sent, port);
    const usual = gatewayAnswer({ ignoresUnacceptable: false }, sent, port);
    if (usual === null) return [];
    return isFull(usual) ? this.#gateway.answer(sent, port) : [usual];
  }

  /** What is said to have come: perhaps broken, swapped, left out, doubled, or from another run. */
  #said(given: readonly Uint8Array[]): { atMs: number; datagram: string }[] {
    const came = given.flatMap((datagram) => {
      if (this.#lies()) return [];
      const one = this.#lies() ? mutate(datagram, this.#any(datagram), this.#chance) : datagram;
      return this.#lies() ? [one, one] : [one];
    });
    if (this.#lies()) came.push(this.#any(new Uint8Array(MOST_ANSWER_BYTES)));
    if (this.#lies()) came.reverse();
    const kept = came.filter(({ length }) => length <= MOST_ANSWER_BYTES).slice(0, MOST_ANSWERS);
    for (const datagram of kept)
      heard[heard.length < 1_000 ? heard.length : this.#chance.below(1_000)] = datagram;
    return kept.map((datagram, atMs) => ({ atMs, datagram: toBase64(datagram) }));
  }

  #any = (otherwise: Uint8Array): Uint8Array => heard[this.#chance.below(heard.length + 1)] ?? otherwise;
  #of = <T>(list: readonly T[]): T => list[this.#chance.below(list.length)] as T;
  #lies = (): boolean => this.#chance.below(this.#oneIn) === 0;
}

/** Processor time of one call, which may not be long. */
function timed<T>(call: () => T): T {
  const before = process.cpuUsage();
  const result = call();
  const tookMs = process.cpuUsage(before).user / 1_000;
  if (tookMs > MAX_MS) throw new Error(`Cannot take ${Math.round(tookMs)} ms: ${MAX_MS} are allowed`);
  return result;
}

export const lyingRuns: Target = {
  name: "lying-runs",
  run(seed) {
    const liar = new Liar(seed);
    const planSeed = new Uint8Array(32).fill(seed & 0xff);
    const rehearsal = { secret: byteSource(planSeed)(32), group: GROUP };
    const measurements: Measurement[] = [];
    try {
      for (let rounds = 0; ; rounds++) {
        const round = timed(() => nextRound({ gateway: GATEWAY, measurements, seed: planSeed, rehearsal }));
        // An agent that forgets what it measured is asked again: the service counts how often it posts.
        if (round === null || rounds === MOST_ROUNDS) break;
        for (const step of Round.parse(round).steps) {
          if (liar.lies() || measurements.length === MOST_MEASUREMENTS) continue;
          measurements.push(liar.measure(step, measurements));
        }
      }
      const read = timed(() => readRehearsal(measurements, rehearsal.secret, "2026-01-01T00:00:00.000Z"));
      const schema = "ikefrag/evidence/1";
      const evidence = Evidence.parse({ schema, gateway: GATEWAY, measurements, rehearsal: read });
      Diagnosis.parse(timed(() => diagnose({ evidence, transcripts: [] })));
    } catch (error) {
      const input = new TextEncoder().encode(JSON.stringify(measurements));
      throw new Find(error instanceof Error ? (error.stack ?? error.message) : String(error), input, error);
    }
  },
};

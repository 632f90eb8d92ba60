/**
 * A path to a gateway with several faults at once, and chance: what the agent would measure on it, and what
 * is true of it. Unlike `simulated-path.ts`, which plays one fault at a time and the same each time, this one
 * is for comparing verdicts with the truth over thousands of paths.
 *
 * It cuts packets with the product's own `ipFragmentSizes`, so a fault in that function is invisible here.
 * What would catch it: `test/shared/packet/sizes.test.ts`, against numbers worked out by hand, and the
 * laboratory, where the kernel cuts.
 */
import { fromBase64, toBase64 } from "../../shared/bytes/base64.ts";
import { toHex } from "../../shared/bytes/hex.ts";
import { readRehearsal } from "../../shared/evidence/rehearsal/read-rehearsal.ts";
import { encodeIkeMessage, notifyBody, withNonEspMarker } from "../../shared/ike/encode.ts";
import {
  ExchangeType,
  KeyExchangeMethod,
  NotifyType,
  PayloadType,
  TransformType,
} from "../../shared/ike/registry.ts";
import { ikeIpBytes, ipFragmentSizes, MIN_IP_HEADER_BYTES, udpIpBytes } from "../../shared/packet/sizes.ts";
import { nextRound } from "../../shared/plan/plan.ts";
import { byteSource } from "../../shared/plan/probe-datagram.ts";
import { Evidence } from "../../shared/schema/evidence.ts";
import type { Measurement } from "../../shared/schema/measurement.ts";
import { type EchoStep, type IpFamily, Round, type Step, type UdpStep } from "../../shared/schema/plan.ts";
import { LoginResponder, type ResponderOptions, USUAL_TRANSFORMS } from "./login-responder.ts";
import { gatewayAnswer, isFull } from "./simulated-path.ts";

/** What happens to packets one way. Bytes of whole IP packets. */
export interface OneWay {
  /** Whole packets and fragments above this vanish in silence. */
  anyLimit: number;
  /** Fragments above this vanish in silence; 0: all of them. */
  fragmentLimit: number;
  /** A link of this MTU, whose router cuts what it may cut. */
  linkMtu: number;
  /** That router says Packet Too Big about what it may not cut. */
  saysTooBig: boolean;
  /** A translator to IPv6 links of this MTU, which cuts nothing (RFC 7915 §4.1); `null`: none. */
  translatedLinkMtu: number | null;
  /** Of a hundred packets. */
  lossPercent: number;
}

export interface LossyPath {
  family: IpFamily;
  out: OneWay;
  back: OneWay;
  interfaceMtu: number;
  gatewayMtu: number;
  blockedPorts: readonly number[];
  answersPing: boolean;
  /** Echo requests and replies in pieces are dropped by a firewall that minds nothing else. */
  dropsLargePing: boolean;
  ignoresUnacceptable: boolean;
  refusesAll: boolean;
  /** Full requests are answered with COOKIE after so many of them. */
  cookieAfter: number;
  /** Nothing more is answered after so many datagrams. */
  silentAfter: number;
  canTestMtu: boolean;
  /**
   * Whether whole packets carry DF: asked for by the agent and said so; by the system (Linux); never
   * (Windows).
   */
  dontFragment: "as-asked" | "by-system" | "never";
  knowsInterface: boolean;
  clientAddress: string;
  /** How the gateway answers logins that are begun; `null`: none is begun. */
  login: ResponderOptions | null;
  /** Whom a datagram comes to: one gateway, one of two by its port, or one of two by where it came from. */
  balancedBy: "nothing" | "port" | "source";
  /** Goes on with a login only from where it was begun; each datagram of the plan has a socket of its own. */
  pinsSource: boolean;
  /** Each answer comes twice. */
  answersTwice: boolean;
}

export const OPEN_WAY: OneWay = {
  anyLimit: 1500,
  fragmentLimit: 1500,
  linkMtu: 1500,
  saysTooBig: false,
  translatedLinkMtu: null,
  lossPercent: 0,
};

export const OPEN_PATH: LossyPath = {
  family: 4,
  out: OPEN_WAY,
  back: OPEN_WAY,
  interfaceMtu: 1500,
  gatewayMtu: 1500,
  blockedPorts: [],
  answersPing: true,
  dropsLargePing: false,
  ignoresUnacceptable: false,
  refusesAll: false,
  cookieAfter: 1_000,
  silentAfter: 1_000,
  canTestMtu: true,
  dontFragment: "by-system",
  knowsInterface: true,
  clientAddress: "198.51.100.4",
  login: null,
  balancedBy: "nothing",
  pinsSource: false,
  answersTwice: false,
};

const GATEWAYS: Readonly<Record<IpFamily, string>> = { 4: "192.0.2.1", 6: "2001:db8:1::1" };
const ROUND_TRIP_MS = 30;
/** With IPv4, an IP packet of 1280 bytes. */
const USUAL_FRAGMENT_IKE_BYTES = 1_248;
/** As usual, but with a group that thousands of paths can be played with. */
const QUICK_TRANSFORMS = USUAL_TRANSFORMS.map((transform) =>
  transform.type === TransformType.KE ? { ...transform, id: KeyExchangeMethod.CURVE25519 } : transform,
);
/** From the last answer of a round to the first datagram of the next one: the service plans it. */
const BETWEEN_ROUNDS_MS = 100;
/** An agent brings back no more answers to one datagram. */
const MOST_ANSWERS = 8;

/** The same numbers for the same seed (mulberry32), from 0 to below 1. */
export function chance(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

type Fate = { arrives: true } | { arrives: false; tooBig: number | null };
const ARRIVES: Fate = { arrives: true };
const LOST: Fate = { arrives: false, tooBig: null };

/** What becomes of one packet, chance aside. */
export function fateOf(
  way: OneWay,
  family: IpFamily,
  packet: { ipBytes: number; isFragment: boolean; dontFragment: boolean },
): Fate {
  const { ipBytes, isFragment } = packet;
  if (ipBytes > way.anyLimit) return LOST;
  if (ipBytes > way.linkMtu) {
    if (packet.dontFragment || family === 6)
      return { arrives: false, tooBig: way.saysTooBig ? way.linkMtu : null };
    const header = MIN_IP_HEADER_BYTES[4];
    return ipFragmentSizes(ipBytes - header, way.linkMtu, 4).every((piece) => piece <= way.fragmentLimit)
      ? ARRIVES
      : LOST;
  }
  if (isFragment && ipBytes > way.fragmentLimit) return LOST;
  if (way.translatedLinkMtu !== null && family === 4) {
    const grown = ipBytes + (isFragment ? 28 : 20);
    if (grown > way.translatedLinkMtu) {
      const says = way.saysTooBig && packet.dontFragment;
      return { arrives: false, tooBig: says ? way.translatedLinkMtu - 20 : null };
    }
  }
  return ARRIVES;
}

/** What becomes of a datagram that leaves with this MTU; without `roll`, chance aside. */
export function sendDatagram(
  way: OneWay,
  family: IpFamily,
  ipBytes: number,
  mtu: number,
  dontFragment: boolean,
  roll: (() => number) | null = null,
): Fate {
  const sizes = ipFragmentSizes(ipBytes - MIN_IP_HEADER_BYTES[family], mtu, family);
  const isFragment = sizes.length > 1;
  let result: Fate = ARRIVES;
  for (const size of sizes) {
    if (roll !== null && roll() * 100 < way.lossPercent) {
      if (result.arrives) result = LOST;
      continue;
    }
    const fate = fateOf(way, family, {
      ipBytes: size,
      isFragment,
      dontFragment: dontFragment && !isFragment,
    });
    if (!fate.arrives && (result.arrives || fate.tooBig !== null)) result = fate;
  }
  return result;
}

/** Whether a login's request of this length arrives when it leaves with this MTU, chance aside. */
export function requestArrives(path: LossyPath, ikeLength: number, mtu: number): boolean {
  const ipBytes = ikeIpBytes(ikeLength, 4500, path.family);
  return sendDatagram(path.out, path.family, ipBytes, mtu, false).arrives;
}

/** Whether the gateway's answer of this length arrives, chance aside. */
export function answerArrives(path: LossyPath, ikeLength: number): boolean {
  const ipBytes = ikeIpBytes(ikeLength, 4500, path.family);
  return sendDatagram(path.back, path.family, ipBytes, path.gatewayMtu, false).arrives;
}

/** Whether a whole packet arrives as this client sends it, chance aside. */
export function wholeArrives(path: LossyPath, ipBytes: number): boolean {
  return sendDatagram(path.out, path.family, ipBytes, 9_000, path.dontFragment !== "never").arrives;
}

/** All of the plan on this path. */
export function playLossyPlan(
  gateway: string,
  path: LossyPath,
  seed: number,
): { evidence: Evidence; rounds: number; responder: LoginResponder } {
  const simulation = new Simulation(path, chance(seed), seed);
  const measurements: Measurement[] = [];
  const planSeed = Uint8Array.from({ length: 32 }, (_, at) => (at * 7 + seed) & 0xff);
  const secret = byteSource(planSeed)(32);
  const rehearsal = path.login === null ? null : { secret, group: KeyExchangeMethod.CURVE25519 };
  let rounds = 0;
  for (;;) {
    const round = nextRound({ gateway, measurements, seed: planSeed, rehearsal });
    if (round === null) break;
    measurements.push(...simulation.play(Round.parse(round)));
    if (++rounds > 10) throw new Error("the plan does not end");
  }
  const startedAt = "2026-01-01T00:00:00Z";
  const read = rehearsal && readRehearsal(measurements, secret, "2026-01-01T00:00:00.000Z");
  return {
    rounds,
    responder: simulation.responder,
    evidence: Evidence.parse({
      schema: "ikefrag/evidence/1",
      startedAt,
      gateway,
      measurements,
      rehearsal: read,
    }),
  };
}

/**
 * When a step is over, as the agent's: after its last try it waits for an answer, and after an answer a
 * little for those in its wake.
 */
export function endMs({ step, sentAtMs, outcome, startedAtMs }: Measurement): number {
  const last = sentAtMs.at(-1);
  if (last === undefined || !("waitMs" in step)) return startedAtMs;
  return last + (outcome.status === "answered" ? 200 : step.waitMs);
}

interface Pending {
  step: UdpStep | EchoStep;
  attempt: number;
  atMs: number;
}

class Simulation {
  readonly #path: LossyPath;
  readonly #roll: () => number;
  #datagrams = 0;
  /** When the next round begins: right after the one before, as with an agent. */
  #nextRoundAtMs = 20_000;
  readonly #fullRequests = new Set<string>();
  /** What the system has learned from Packet Too Big. */
  #learnedMtu = Number.POSITIVE_INFINITY;
  readonly responder: LoginResponder;
  /** The one that some datagrams come to where a load balancer stands in front of two. */
  readonly #other: LoginResponder;
  readonly #sides = new Map<string, boolean>();
  readonly #balance: () => number;

  constructor(path: LossyPath, roll: () => number, seed: number) {
    this.#path = path;
    this.#roll = roll;
    // Nobody makes IKE fragments that do not fit his own link (RFC 7383 §2.5.1).
    const fits = path.gatewayMtu - ikeIpBytes(0, 4500, path.family);
    const fragmentIkeBytes = Math.min(path.login?.fragmentIkeBytes ?? USUAL_FRAGMENT_IKE_BYTES, fits);
    const options = { chooses: QUICK_TRANSFORMS, ...path.login, fragmentIkeBytes };
    this.responder = new LoginResponder(options, byteSource(Uint8Array.of(2, seed, seed >> 8)));
    this.#balance = chance(seed ^ 0x5bd1);
    this.#other = new LoginResponder(options, byteSource(Uint8Array.of(3, seed, seed >> 8)));
  }

  play(round: Round): Measurement[] {
    const startMs = this.#nextRoundAtMs;
    const done = new Map<Step, Measurement>();
    const events: Pending[] = [];
    for (const step of round.steps) {
      const atMs = startMs + step.atMs;
      if (step.kind === "udp" || step.kind === "echo") {
        const notRun = step.kind === "udp" && step.userMtu !== null && !this.#path.canTestMtu;
        done.set(step, {
          step,
          startedAtMs: atMs,
          sentAtMs: [],
          outcome: notRun
            ? { status: "not-run", why: "this system cannot bound a socket's MTU" }
            : step.kind === "udp"
              ? {
                  status: "failed",
                  failure: "timeout",
                  detail: null,
                  address: this.#gateway,
                  ...this.#saidDf(step),
                }
              : { status: "failed", failure: "timeout", detail: null, router: null, nextHopMtu: null },
        } as Measurement);
        if (!notRun)
          for (let attempt = 0; attempt < step.tries; attempt++)
            events.push({ step, attempt, atMs: atMs + attempt * step.waitMs });
      } else done.set(step, this.#measureOther(step, atMs));
    }
    // Tries of different steps meet the gateway in the order in which they were sent.
    for (const event of events.toSorted((a, b) => a.atMs - b.atMs)) this.#send(event, done);
    const measured = round.steps.map((step) => done.get(step)).filter((m) => m !== undefined);
    this.#nextRoundAtMs = Math.max(...measured.map(endMs)) + BETWEEN_ROUNDS_MS;
    return measured;
  }

  get #gateway(): string {
    return GATEWAYS[this.#path.family];
  }

  #saidDf(step: UdpStep): { dontFragment: boolean | null } {
    return { dontFragment: this.#path.dontFragment === "as-asked" ? step.dontFragment : null };
  }

  #measureOther(step: Step, atMs: number): Measurement {
    const { family, interfaceMtu, clientAddress, knowsInterface } = this.#path;
    if (step.kind !== "interfaces") {
      const outcome = { status: "not-run", why: "not simulated" };
      return { step, startedAtMs: atMs, sentAtMs: [], outcome } as unknown as Measurement;
    }
    const interfaces = [
      {
        index: 19,
        name: "イーサネット 5",
        description: null,
        mtuV4: interfaceMtu,
        mtuV6: interfaceMtu,
        connected: true,
        addresses: [clientAddress],
      },
    ];
    return {
      step,
      startedAtMs: atMs,
      sentAtMs: [],
      outcome: {
        status: "measured",
        interfaces: knowsInterface ? interfaces : [],
        gatewayAddresses: [{ address: this.#gateway, family }],
        route: {
          address: this.#gateway,
          interfaceIndex: knowsInterface ? 19 : null,
          sourceAddress: clientAddress,
        },
      },
    };
  }

  #send({ step, atMs }: Pending, done: Map<Step, Measurement>): void {
    const measurement = done.get(step);
    if (measurement === undefined || this.#isOver(measurement)) return;
    const outcome =
      step.kind === "udp" ? this.#udp(step, atMs) : step.kind === "echo" ? this.#echo(step) : null;
    if (outcome === "not-sent") return;
    measurement.sentAtMs.push(atMs);
    if (outcome !== null) measurement.outcome = outcome as never;
  }

  #isOver({ outcome }: Measurement): boolean {
    return outcome.status !== "failed" || outcome.failure !== "timeout";
  }

  #udp(step: UdpStep, atMs: number): unknown {
    const path = this.#path;
    const datagram = fromBase64(step.datagram);
    const ipBytes = udpIpBytes(datagram.length, path.family);
    const mtu = Math.min(step.userMtu ?? path.interfaceMtu, path.interfaceMtu);
    const asked = path.dontFragment === "as-asked" && step.dontFragment;
    const about = { address: this.#gateway, ...this.#saidDf(step) };
    const failure = (kind: string) => ({ status: "failed", failure: kind, detail: null, ...about });
    if (asked && ipBytes > Math.min(mtu, this.#learnedMtu)) return failure("too-big-locally");
    // A system that discovers path MTUs by itself cuts what it has learned to be too large.
    const cut = path.dontFragment === "by-system" ? Math.min(mtu, this.#learnedMtu) : mtu;
    const isWhole = ipBytes <= cut;
    const dontFragment = isWhole && (path.dontFragment === "by-system" || asked);
    const fate = sendDatagram(path.out, path.family, ipBytes, cut, dontFragment, this.#roll);
    if (!fate.arrives) {
      if (fate.tooBig !== null) this.#learnedMtu = Math.min(this.#learnedMtu, fate.tooBig);
      return null;
    }
    if (path.blockedPorts.includes(step.port)) return null;
    if (++this.#datagrams > path.silentAfter) return null;
    const given = this.#answer(datagram, step, atMs).flatMap((answer) =>
      path.answersTwice ? [answer, answer] : [answer],
    );
    const answers = given.flatMap((answer, at) => {
      const back = udpIpBytes(answer.length, path.family);
      const { arrives } = sendDatagram(path.back, path.family, back, path.gatewayMtu, false, this.#roll);
      return arrives ? [{ atMs: atMs + ROUND_TRIP_MS + at, datagram: toBase64(answer) }] : [];
    });
    if (answers.length === 0) return null;
    return { status: "answered", ...about, answers: answers.slice(0, MOST_ANSWERS) };
  }

  #answer(datagram: Uint8Array, step: UdpStep, atMs: number): Uint8Array[] {
    const path = this.#path;
    const { port } = step;
    const responder = this.#responderFor(step);
    const ike = port === 4500 ? datagram.subarray(4) : datagram;
    const spi = toHex(ike.subarray(0, 8));
    if (ike[18] === ExchangeType.IKE_AUTH)
      return path.pinsSource ? [] : responder.answer(datagram, port, atMs);
    const usual = gatewayAnswer(path, datagram, port);
    if (usual === null) return [];
    const isFullOne = isFull(usual);
    if (isFullOne) this.#fullRequests.add(spi);
    const notify =
      isFullOne && path.refusesAll
        ? NotifyType.NO_PROPOSAL_CHOSEN
        : isFullOne && this.#fullRequests.size > path.cookieAfter
          ? NotifyType.COOKIE
          : null;
    if (notify === null) return isFullOne && path.login !== null ? responder.answer(datagram, port) : [usual];
    const message = encodeIkeMessage({
      initiatorSpi: spi,
      exchangeType: ExchangeType.IKE_SA_INIT,
      initiator: false,
      response: true,
      payloads: [
        {
          type: PayloadType.N,
          body: notifyBody(notify, new Uint8Array(notify === NotifyType.COOKIE ? 24 : 0)),
        },
      ],
    });
    return [port === 4500 ? withNonEspMarker(message) : message];
  }

  #responderFor({ id, port }: UdpStep): LoginResponder {
    const { balancedBy } = this.#path;
    if (balancedBy === "nothing") return this.responder;
    if (balancedBy === "port") return port === 500 ? this.responder : this.#other;
    // Each step has a socket of its own, and the balancer knows nothing but its port.
    let side = this.#sides.get(id);
    if (side === undefined) {
      side = this.#balance() < 0.5;
      this.#sides.set(id, side);
    }
    return side ? this.responder : this.#other;
  }

  #echo(step: EchoStep): unknown {
    const path = this.#path;
    const ipBytes = step.pingPayloadBytes + MIN_IP_HEADER_BYTES[path.family] + 8;
    const failure = (kind: string, nextHopMtu: number | null) => ({
      status: "failed",
      failure: kind,
      detail: null,
      router: null,
      nextHopMtu,
    });
    if (step.dontFragment && ipBytes > Math.min(path.interfaceMtu, this.#learnedMtu)) {
      return failure("too-big-locally", ipBytes > path.interfaceMtu ? path.interfaceMtu : this.#learnedMtu);
    }
    const fate = sendDatagram(
      path.out,
      path.family,
      ipBytes,
      path.interfaceMtu,
      step.dontFragment,
      this.#roll,
    );
    if (!fate.arrives) {
      if (fate.tooBig === null) return null;
      this.#learnedMtu = Math.min(this.#learnedMtu, fate.tooBig);
      return failure("too-big-remotely", fate.tooBig);
    }
    if (!path.answersPing || (path.dropsLargePing && ipBytes > 1_000)) return null;
    if (!sendDatagram(path.back, path.family, ipBytes, path.gatewayMtu, false, this.#roll).arrives)
      return null;
    return {
      status: "answered",
      address: this.#gateway,
      roundTripMs: ROUND_TRIP_MS,
      replyPingPayloadBytes: step.pingPayloadBytes,
    };
  }
}

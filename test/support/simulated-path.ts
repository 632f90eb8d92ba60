/**
 * A model of a path to a gateway, for tests of the plan and the rules over many paths. It answers the steps
 * of a round as an agent would have measured them. What real daemons and routers do is tested in the
 * laboratory.
 *
 * It cuts packets with the product's own `ipFragmentSizes`, so a fault in that function is invisible here.
 * What would catch it: `test/shared/packet/sizes.test.ts`, against numbers worked out by hand, and the
 * laboratory, where the kernel cuts.
 */
import { fromBase64, toBase64 } from "../../shared/bytes/base64.ts";
import { toHex } from "../../shared/bytes/hex.ts";
import { encodeIkeMessage, keBody, notifyBody, saBody, withNonEspMarker } from "../../shared/ike/encode.ts";
import { ExchangeType, NotifyType, PayloadType, ProtocolId } from "../../shared/ike/registry.ts";
import { ipFragmentSizes, maxNonLastFragment, pingIpBytes, udpIpBytes } from "../../shared/packet/sizes.ts";
import { nextRound } from "../../shared/plan/plan.ts";
import { type ByteSource, byteSource } from "../../shared/plan/probe-datagram.ts";
import { Evidence } from "../../shared/schema/evidence.ts";
import type { Measurement } from "../../shared/schema/measurement.ts";
import { type EchoStep, Round, type Step, type UdpStep } from "../../shared/schema/plan.ts";

export interface SimulatedPath {
  interfaceMtu: number;
  /** Whole packets above this vanish, with no Packet Too Big. */
  wholePacketLimit: number;
  /** The client's IP fragments above this vanish; 0: all of them. */
  fragmentLimit: number;
  /** The gateway's IP fragments vanish. */
  losesInboundFragments: boolean;
  blockedPorts: number[];
  /** Of a hundred packets each way, by chance. */
  lossPercent?: number;
  /** Which luck. */
  lossSeed?: number;
  /** The gateway ignores proposals that it does not accept. */
  ignoresUnacceptable: boolean;
  /**
   * After so many answers it asks for a COOKIE instead (RFC 7296 §2.6): everybody, or those with a full
   * request.
   */
  cookies?: { after: number; fullRequestsOnly?: boolean };
  /** After so many answers it gives no more. */
  silentAfter?: number;
  /** Whether the agent can test a smaller MTU without changing the interface. */
  canTestMtu: boolean;
  /**
   * The client's system makes no last fragment larger than the others; else where the MTU has room for it.
   */
  cutsEvenly?: boolean;
  resolves: boolean;
  clientAddress: string;
}

export const CLEAR_PATH: SimulatedPath = {
  interfaceMtu: 1500,
  wholePacketLimit: 1500,
  fragmentLimit: 1500,
  losesInboundFragments: false,
  blockedPorts: [],
  ignoresUnacceptable: false,
  canTestMtu: false,
  resolves: true,
  clientAddress: "198.51.100.4",
};

const GATEWAY = "192.0.2.1";
const UNACCEPTABLE_GROUP = 1;

/**
 * The whole plan on this path, as an agent would have gone through it: always the same for the same path.
 *
 * @param before what was measured on another path, which has become this one
 */
export function playPlan(
  gateway: string,
  given: SimulatedPath,
  before: readonly Measurement[] = [],
): { rounds: Round[]; evidence: Evidence } {
  const path = withLuck(given);
  const seed = Uint8Array.from({ length: 32 }, (_, at) => at);
  const measurements: Measurement[] = [...before];
  const rounds: Round[] = [];
  for (;;) {
    const round = nextRound({ gateway, measurements, seed });
    if (round === null) break;
    rounds.push(Round.parse(round));
    measurements.push(...measureRound(path, round));
    if (rounds.length > 10) throw new Error("the plan does not end");
  }
  const startedAt = "2026-01-01T00:00:00Z";
  return {
    rounds,
    evidence: Evidence.parse({ schema: "ikefrag/evidence/1", startedAt, gateway, measurements }),
  };
}

/** The path, the luck of its packets, and what the gateway remembers. */
type Path = SimulatedPath & { chance: ByteSource; answers: { given: number } };

/**
 * The first try, counted from 0, of which every packet comes through in both directions; `null`: none does.
 */
function luckyTry({ lossPercent = 0, chance }: Path, tries: number, packets: number): number | null {
  for (let attempt = 0; attempt < tries; attempt++) {
    const numbers = Array.from({ length: packets }, () => {
      const [high = 0, low = 0] = chance(2);
      return ((high << 8) | low) / 65_536;
    });
    if (numbers.every((number) => number >= lossPercent / 100)) return attempt;
  }
  return null;
}

const withLuck = (path: SimulatedPath): Path => ({
  ...path,
  chance: byteSource(Uint8Array.of(1, path.lossSeed ?? 0)),
  answers: { given: 0 },
});

/** One round; times grow from round to round. */
export const measure = (path: SimulatedPath, round: Round): Measurement[] =>
  measureRound(withLuck(path), round);

function measureRound(path: Path, round: Round): Measurement[] {
  const startMs = round.number * 10_000;
  return round.steps.map((step) => measureStep(path, step, startMs + step.atMs));
}

function measureStep(path: Path, step: Step, startedAtMs: number): Measurement {
  switch (step.kind) {
    case "interfaces":
      return {
        step,
        startedAtMs,
        sentAtMs: [],
        outcome: path.resolves
          ? {
              status: "measured",
              interfaces: [
                {
                  index: 19,
                  name: "イーサネット 5",
                  description: "Apple Mobile Device Ethernet",
                  mtuV4: path.interfaceMtu,
                  mtuV6: null,
                  connected: true,
                  addresses: [path.clientAddress],
                },
              ],
              gatewayAddresses: [{ address: GATEWAY, family: 4 }],
              route: { address: GATEWAY, interfaceIndex: 19, sourceAddress: path.clientAddress },
            }
          : { status: "failed", failure: "unresolved", detail: null },
      };
    case "udp":
      return { step, startedAtMs, ...sendUdp(path, step, startedAtMs) };
    case "echo":
      return { step, startedAtMs, ...sendEcho(path, step, startedAtMs) };
    default:
      return {
        step,
        startedAtMs,
        sentAtMs: [],
        outcome: { status: "not-run", why: "not simulated" },
      } as Measurement;
  }
}

const tried = (step: UdpStep | EchoStep, startedAtMs: number): number[] =>
  Array.from({ length: step.tries }, (_, at) => startedAtMs + at * step.waitMs);

function arrives(
  path: SimulatedPath,
  ipBytes: number,
  mtu: number,
  dontFragment: boolean,
): boolean | "too-big-locally" {
  if (ipBytes <= mtu) return ipBytes <= path.wholePacketLimit;
  if (dontFragment) return "too-big-locally";
  return ipFragmentSizes(ipBytes - 20, path.cutsEvenly ? maxNonLastFragment(mtu, 4) : mtu, 4).every(
    (size) => size <= Math.min(path.fragmentLimit, path.wholePacketLimit),
  );
}

function sendUdp(
  path: Path,
  step: UdpStep,
  startedAtMs: number,
): Pick<Extract<Measurement, { step: UdpStep }>, "sentAtMs" | "outcome"> {
  if (step.userMtu !== null && !path.canTestMtu) {
    return { sentAtMs: [], outcome: { status: "not-run", why: "this system cannot bound a socket's MTU" } };
  }
  if (!path.resolves)
    return {
      sentAtMs: [],
      outcome: { status: "failed", failure: "unresolved", detail: null, address: null, dontFragment: null },
    };
  const datagram = fromBase64(step.datagram);
  const about = { address: GATEWAY, dontFragment: step.dontFragment };
  const through = arrives(
    path,
    udpIpBytes(datagram.length, 4),
    step.userMtu ?? path.interfaceMtu,
    step.dontFragment,
  );
  if (through === "too-big-locally") {
    return {
      sentAtMs: [],
      outcome: { status: "failed", failure: "too-big-locally", detail: null, ...about },
    };
  }
  const answer =
    through && !path.blockedPorts.includes(step.port) ? wearyAnswer(path, datagram, step.port) : null;
  const mtu = step.userMtu ?? path.interfaceMtu;
  const lucky = luckyTry(path, step.tries, ipFragmentSizes(datagram.length + 8, mtu, 4).length + 1);
  if (answer === null || lucky === null) {
    return {
      sentAtMs: tried(step, startedAtMs),
      outcome: { status: "failed", failure: "timeout", detail: null, ...about },
    };
  }
  const sentAtMs = tried(step, startedAtMs).slice(0, lucky + 1);
  const atMs = startedAtMs + lucky * step.waitMs + 30;
  return {
    sentAtMs,
    outcome: { status: "answered", ...about, answers: [{ atMs, datagram: toBase64(answer) }] },
  };
}

/** A full response is one that costs the gateway state; an error Notify has 36 bytes. */
export const isFull = (response: Uint8Array): boolean => response.length > 100;

/** The same from a gateway that has had enough after a while. */
function wearyAnswer(
  { cookies, silentAfter = Number.POSITIVE_INFINITY, answers, ...path }: Path,
  datagram: Uint8Array,
  port: number,
): Uint8Array | null {
  const usual = gatewayAnswer(path, datagram, port);
  if (usual === null || answers.given >= silentAfter) return null;
  answers.given += 1;
  if (cookies === undefined || answers.given <= cookies.after) return usual;
  if (cookies.fullRequestsOnly && !isFull(usual)) return usual;
  const message = encodeIkeMessage({
    initiatorSpi: toHex((port === 4500 ? datagram.subarray(4) : datagram).subarray(0, 8)),
    responderSpi: "0000000000000000",
    exchangeType: ExchangeType.IKE_SA_INIT,
    initiator: false,
    response: true,
    payloads: [{ type: PayloadType.N, body: notifyBody(NotifyType.COOKIE, new Uint8Array(24).fill(7)) }],
  });
  return port === 4500 ? withNonEspMarker(message) : message;
}

/** What a gateway answers to a probe of the plan; `null`: nothing. */
export function gatewayAnswer(
  path: Pick<SimulatedPath, "ignoresUnacceptable">,
  datagram: Uint8Array,
  port: number,
): Uint8Array | null {
  const request = port === 4500 ? datagram.subarray(4) : datagram;
  const initiatorSpi = toHex(request.subarray(0, 8));
  // The KE payload follows the SA payload, whose length says where: its first two bytes are the group.
  const saBytes = ((request[30] ?? 0) << 8) | (request[31] ?? 0);
  const group = ((request[28 + saBytes + 4] ?? 0) << 8) | (request[28 + saBytes + 5] ?? 0);
  const refused = group === UNACCEPTABLE_GROUP;
  if (refused && path.ignoresUnacceptable) return null;
  const message = encodeIkeMessage({
    initiatorSpi,
    responderSpi: refused ? "0000000000000000" : "00000000000000aa",
    exchangeType: ExchangeType.IKE_SA_INIT,
    initiator: false,
    response: true,
    payloads: refused
      ? [{ type: PayloadType.N, body: notifyBody(NotifyType.NO_PROPOSAL_CHOSEN) }]
      : [
          {
            type: PayloadType.SA,
            body: saBody([{ protocolId: ProtocolId.IKE, transforms: [{ type: 4, id: 14 }] }]),
          },
          { type: PayloadType.KE, body: keBody(14, new Uint8Array(256)) },
          { type: PayloadType.Nonce, body: new Uint8Array(32) },
        ],
  });
  return port === 4500 ? withNonEspMarker(message) : message;
}

function sendEcho(
  path: Path,
  step: EchoStep,
  startedAtMs: number,
): Pick<Extract<Measurement, { step: EchoStep }>, "sentAtMs" | "outcome"> {
  const ipBytes = pingIpBytes(step.pingPayloadBytes, 4);
  const through = path.resolves ? arrives(path, ipBytes, path.interfaceMtu, step.dontFragment) : false;
  const returns = ipBytes <= 1500 || !path.losesInboundFragments;
  const failure = through === "too-big-locally" ? through : "timeout";
  const packets = 2 * ipFragmentSizes(ipBytes - 20, path.interfaceMtu, 4).length;
  const lucky = luckyTry(path, step.tries, packets);
  if (through === true && returns && lucky !== null) {
    return {
      sentAtMs: tried(step, startedAtMs).slice(0, lucky + 1),
      outcome: {
        status: "answered",
        address: GATEWAY,
        roundTripMs: 30,
        replyPingPayloadBytes: step.pingPayloadBytes,
      },
    };
  }
  return {
    sentAtMs: tried(step, startedAtMs),
    outcome: { status: "failed", failure, detail: null, router: null, nextHopMtu: null },
  };
}

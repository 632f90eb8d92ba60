import { fromBase64, toBase64 } from "../bytes/base64.ts";
import { baseline } from "../diagnose/facts.ts";
import { measuredPathMtu } from "../diagnose/path-mtu.ts";
import { fragmentProbes } from "../diagnose/rules/ip-fragments.ts";
import type { Observations } from "../evidence/observations.ts";
import { observe } from "../evidence/observe.ts";
import { pingPayloadBytes } from "../packet/sizes.ts";
import { Evidence } from "../schema/evidence.ts";
import type { Measurement } from "../schema/measurement.ts";
import type { Host, IpFamily, Round, Step, UdpPurpose, UdpStep } from "../schema/plan.ts";
import { type ByteSource, byteSource, type ProbeKind, probeDatagram } from "./probe-datagram.ts";

/** All that a plan may send in a run, whatever it finds: the gateway is somebody's. */
export const MOST_DATAGRAMS = 64;
export const MOST_BYTES = 128 * 1024;
/** Between two datagrams to the same port. */
const GAP_MS = 100;
const TRIES = 3; // RFC 8899 §5.1.2, MAX_PROBES
const WAIT_MS = 1_200; // RFC 8899 §5.1.1: at least a second; not a multiple of the gap, so that tries do not meet
const ECHO_TRIES = 2;

const ASSUMED_INTERFACE_MTU = 1500;
/** Sizes of whole IP packets that tell the common paths apart: translators, mobile networks, IPv6's minimum. */
const FIRST_SIZES = [1472, 1400, 1280];
/** Link MTUs worth knowing by name (DOMAIN §2.3), to close in on a path MTU that lies between two sizes. */
const COMMON_MTUS = [
  1496, 1492, 1480, 1476, 1464, 1460, 1454, 1452, 1444, 1440, 1434, 1430, 1420, 1358, 1320,
];
const MOST_CLOSER_SIZES = 5;
/** As one IP packet: just above an interface MTU, a Windows client's IKE_AUTH with a certificate, and RFC 7296 §2's 3000 octets. */
const FRAGMENTED_SIZES = [1600, 2560, 3000];
const WHAT_IF_SIZE = 2560;
/** Caps in the order in which they would be recommended, and a neighbour above the first, which should fail. */
const WHAT_IF_MTUS = [1472, 1480, 1400, 1280];
const LARGE_ECHO_PING_PAYLOAD_BYTES = 2_000;

export interface PlanInput {
  gateway: Host;
  /** Everything measured so far, of all rounds: the plan keeps nothing itself. */
  measurements: readonly Measurement[];
  /** Fresh random bytes for each call. */
  seed: Uint8Array;
}

/**
 * What to measure next, decided by what has been measured so far.
 *
 * @returns `null` when nothing more would change the verdict
 */
export function nextRound({ gateway, measurements, seed }: PlanInput): Round | null {
  const done = Math.max(0, ...measurements.map((m) => Number(/^r(\d{1,2})-/.exec(m.step.id)?.[1] ?? 0)));
  const number = done + 1;
  const o = observe(Evidence.parse({ schema: "ikefrag/evidence/1", gateway, measurements }), []);
  const steps = stepsOf(number, gateway, o, measurements, byteSource(Uint8Array.of(...seed, number)));
  const affordable = withinLimits(steps, measurements);
  return affordable.length > 0 ? { number, steps: affordable } : null;
}

function stepsOf(
  number: number,
  gateway: Host,
  o: Observations,
  measurements: readonly Measurement[],
  random: ByteSource,
): Step[] {
  if (number === 1) return reachabilitySteps(gateway, random);
  const target = chooseTarget(o, measurements, random);
  // A closed port or a gateway that is not there is the whole verdict: sizes would say nothing.
  if (target === null || [500, 4500].some((port) => baseline(o, port as 500 | 4500).state !== "answered"))
    return [];
  switch (number) {
    case 2:
      return wholePacketSteps(target);
    case 3:
      return [...fragmentSteps(target), ...closerSteps(target, o)];
    case 4: {
      const { lost, passed } = fragmentProbes(o);
      return lost.length > 0 && passed.length === 0 && !measuredPathMtu(o).blackHole
        ? whatIfSteps(target)
        : [];
    }
    default:
      return [];
  }
}

/** Round 1: who are we, and does the gateway answer something small on both ports? */
function reachabilitySteps(gateway: Host, random: ByteSource): Step[] {
  const ports = [500, 4500];
  const datagram = (kind: ProbeKind, port: number) => toBase64(probeDatagram(kind, port, 4, null, random));
  const udp = (port: number, purpose: UdpPurpose, kind: ProbeKind, name: string, atMs: number): UdpStep => ({
    id: `r1-${name}-${port}`,
    kind: "udp",
    atMs,
    target: gateway,
    family: null,
    port,
    purpose,
    datagram: datagram(kind, port),
    dontFragment: false,
    userMtu: null,
    tries: TRIES,
    waitMs: WAIT_MS,
  });
  return [
    { id: "r1-interfaces", kind: "interfaces", atMs: 0, gateway },
    { id: "r1-vpn-profiles", kind: "vpn-profiles", atMs: 0 },
    ...ports.map((port) => udp(port, "baseline", "accepted", "init", 0)),
    // Size probes are of this kind: where it goes unanswered they have to be of the other.
    ...ports.map((port) => udp(port, "size-control", "refused", "small", 2 * GAP_MS)),
  ];
}

/** Where and how the size probes go. */
interface Target {
  address: Host;
  family: IpFamily;
  port: number;
  interfaceMtu: number;
  /** The gateway ignores proposals that it does not accept: full requests are needed, which cost it state, so one only. */
  fullRequests: boolean;
  make(ipBytes: number): string;
  /** Something small that is answered and costs the gateway nothing. */
  control: string;
}

function chooseTarget(
  o: Observations,
  measurements: readonly Measurement[],
  random: ByteSource,
): Target | null {
  const answered = o.probes.filter((p) => p.outcome === "answered");
  const first = answered[0];
  if (!first) return null;
  const small = answered.find((p) => p.purpose === "size-control");
  const port = small?.port ?? first.port;
  const { family } = first;
  const kind: ProbeKind = small ? "refused" : "accepted";
  const interfaceMtu = (family === 4 ? o.egress?.mtuV4 : o.egress?.mtuV6) ?? ASSUMED_INTERFACE_MTU;
  // The same bytes again are a retransmission: answered from memory, with no new state (RFC 7296 §2.1).
  const again = measurements.find((m) => m.step.id === first.stepId);
  return {
    address: first.target,
    family,
    port,
    interfaceMtu: Math.min(interfaceMtu, ASSUMED_INTERFACE_MTU),
    fullRequests: kind === "accepted",
    make: (ipBytes) => toBase64(probeDatagram(kind, port, family, ipBytes, random)),
    control:
      kind === "accepted" && again?.step.kind === "udp"
        ? again.step.datagram
        : toBase64(probeDatagram("refused", port, family, null, random)),
  };
}

function sizeStep(
  target: Target,
  id: string,
  atMs: number,
  purpose: UdpPurpose,
  datagram: string,
  options: { dontFragment: boolean; userMtu: number | null },
): UdpStep {
  const { address, family, port } = target;
  return {
    id,
    kind: "udp",
    atMs,
    target: address,
    family,
    port,
    purpose,
    datagram,
    ...options,
    tries: TRIES,
    waitMs: WAIT_MS,
  };
}

/** Begins last in its round, for only when it is answered after the sizes were sent does a silence count; listed first, so that limits spare it. */
const controlStep = (target: Target, round: number, at: number): UdpStep =>
  sizeStep(target, `r${round}-small`, at * GAP_MS, "size-control", target.control, {
    dontFragment: false,
    userMtu: null,
  });

/** Round 2: whole packets, by IKE and by echo, and one large echo in pieces, which comes back in pieces. */
function wholePacketSteps(target: Target): Step[] {
  const { address, family, interfaceMtu } = target;
  const sizes = [interfaceMtu, ...FIRST_SIZES.filter((size) => size < interfaceMtu)];
  const echo = (name: string, atMs: number, bytes: number, dontFragment: boolean): Step => ({
    id: `r2-echo-${name}`,
    kind: "echo",
    atMs,
    target: address,
    family,
    pingPayloadBytes: bytes,
    dontFragment,
    tries: ECHO_TRIES,
    waitMs: 1_000,
  });
  return [
    ...(target.fullRequests ? [] : wholeSteps(target, 2, sizes)),
    ...sizes.map((size, at) => echo(`${size}`, at * GAP_MS, pingPayloadBytes(size, family), true)),
    echo("pieces", sizes.length * GAP_MS, LARGE_ECHO_PING_PAYLOAD_BYTES, false),
  ];
}

const wholeSteps = (target: Target, round: number, sizes: readonly number[]): Step[] => [
  controlStep(target, round, sizes.length),
  ...wholeSizes(target, round, sizes),
];

const wholeSizes = (target: Target, round: number, sizes: readonly number[]): Step[] =>
  sizes.map((size, at) =>
    sizeStep(target, `r${round}-whole-${size}`, at * GAP_MS, "whole-packet", target.make(size), {
      dontFragment: true,
      userMtu: null,
    }),
  );

/** Common sizes between the largest that passed and the smallest that was lost. */
function closerSteps(target: Target, o: Observations): Step[] {
  const { largestPassed, smallestLost } = measuredPathMtu(o);
  if (target.fullRequests || largestPassed === null || smallestLost === null) return [];
  const between = COMMON_MTUS.filter((size) => size > largestPassed && size < smallestLost);
  const stride = Math.max(1, Math.ceil(between.length / MOST_CLOSER_SIZES));
  const sizes = between.filter((_, at) => at % stride === 0).slice(0, MOST_CLOSER_SIZES);
  return wholeSizes(target, 3, sizes); // the fragments' control stands for these too
}

/** Round 3: larger than the interface MTU, so that they leave as IP fragments. */
function fragmentSteps(target: Target): Step[] {
  const sizes = target.fullRequests ? [WHAT_IF_SIZE] : FRAGMENTED_SIZES;
  const from = MOST_CLOSER_SIZES; // after the whole packets of this round
  return [
    controlStep(target, 3, from + sizes.length),
    ...sizes.map((size, at) =>
      sizeStep(target, `r3-pieces-${size}`, (from + at) * GAP_MS, "ip-fragments", target.make(size), {
        dontFragment: false,
        userMtu: null,
      }),
    ),
  ];
}

/** Round 4: the same in smaller pieces, as they would be with the MTU that may be recommended. */
function whatIfSteps(target: Target): Step[] {
  if (target.fullRequests) return [];
  const caps = WHAT_IF_MTUS.filter((mtu) => mtu < target.interfaceMtu);
  return [
    controlStep(target, 4, caps.length),
    ...caps.map((mtu, at) =>
      sizeStep(target, `r4-mtu-${mtu}`, at * GAP_MS, "what-if", target.make(WHAT_IF_SIZE), {
        dontFragment: false,
        userMtu: mtu,
      }),
    ),
  ];
}

const udpBytes = (step: UdpStep): number => fromBase64(step.datagram).length;

/** Leaves out what would pass the limits if every try of it were needed. */
function withinLimits(steps: readonly Step[], measurements: readonly Measurement[]): Step[] {
  let datagrams = 0;
  let bytes = 0;
  for (const { step, sentAtMs } of measurements) {
    if (step.kind !== "udp" && step.kind !== "echo") continue;
    datagrams += sentAtMs.length;
    bytes += sentAtMs.length * (step.kind === "udp" ? udpBytes(step) : step.pingPayloadBytes);
  }
  return steps.filter((step) => {
    if (step.kind !== "udp" && step.kind !== "echo") return true;
    const size = step.kind === "udp" ? udpBytes(step) : step.pingPayloadBytes;
    if (datagrams + step.tries > MOST_DATAGRAMS || bytes + step.tries * size > MOST_BYTES) return false;
    datagrams += step.tries;
    bytes += step.tries * size;
    return true;
  });
}

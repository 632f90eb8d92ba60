/** The steps of a plan: what is sent where, when, how often and how far apart. */
import { toBase64 } from "../bytes/base64.ts";
import { TRIES_FOR_LOST } from "../diagnose/facts/probe-tries.ts";
import { ASSUMED_INTERFACE_MTU, egressMtu, type Observations } from "../evidence/observations.ts";
import { IPV6_MINIMUM_MTU, pingPayloadBytes, TRANSLATION_SAFE_MTU } from "../packet/sizes.ts";
import type { Measurement } from "../schema/measurement.ts";
import {
  type EchoStep,
  type Host,
  INTERFACE_MTU_RANGE,
  type IpFamily,
  type Step,
  type UdpPurpose,
  type UdpStep,
} from "../schema/plan.ts";
import { nameOf, stepId } from "../schema/step-id.ts";
import { type ByteSource, probeDatagram } from "./probe-datagram.ts";

/**
 * Makes a full request; with the run's secret, one whose answer can be gone on with.
 *
 * @param ipBytes as one whole IP packet; `null`: as small as possible
 */
export type MakeFullRequest = (port: number, family: IpFamily, ipBytes: number | null) => Uint8Array;

/** The gap between two datagrams to the same port. */
export const GAP_MS = 100;
/**
 * How long an answer is waited for: at least a second (RFC 8899 §5.1.1), and no multiple of the gap, so that
 * tries do not meet.
 */
export const WAIT_MS = 1_050;
const ECHO_TRIES = 2;
const ECHO_WAIT_MS = 1_000;
/**
 * From the last size's last try to the control probe: even on a busy computer it is then sent after all the
 * others.
 */
const CONTROL_AFTER_MS = (TRIES_FOR_LOST - 1) * WAIT_MS + 400;
/** The same after what-if datagrams, each of which has to wait its turn to set a route. */
const CONTROL_AFTER_CAPS_MS = (TRIES_FOR_LOST - 1) * WAIT_MS + 1_000;

/**
 * Whole IP packets that tell the common paths apart: behind a translator, on mobile networks, and what every
 * IPv6 path carries.
 */
const FIRST_SIZES: readonly number[] = [TRANSLATION_SAFE_MTU, 1_400, IPV6_MINIMUM_MTU];
/** A full request with the Vendor ID that pads it, and IPv6's header: some 860 bytes. */
const LEAST_FULL_REQUEST_IP_BYTES = 880;
const LARGE_ECHO_PING_PAYLOAD_BYTES = 2_000;

/** What differs between datagrams; the rest is the same for all. */
type DatagramToSend = Pick<UdpStep, "id" | "atMs" | "target" | "family" | "port" | "purpose" | "datagram"> &
  Partial<Pick<UdpStep, "dontFragment" | "userMtu">>;

/** A step that sends one datagram, as often and as patiently as all of a plan's datagrams. */
export const udpStep = ({
  id,
  atMs,
  target,
  family,
  port,
  purpose,
  datagram,
  dontFragment = false,
  userMtu = null,
}: DatagramToSend): UdpStep => ({
  id,
  kind: "udp",
  atMs,
  target,
  family,
  port,
  purpose,
  datagram,
  dontFragment,
  userMtu,
  tries: TRIES_FOR_LOST,
  waitMs: WAIT_MS,
});

/** Where the size probes go, and what they are made of. */
export interface Target {
  address: Host;
  family: IpFamily;
  port: number;
  interfaceMtu: number;
  /**
   * The gateway ignores proposals that it does not accept. Full requests are needed then; they cost it state,
   * so few are sent.
   */
  fullRequests: boolean;
  /** The smallest size that is asked for: no request fits a smaller one. */
  leastIpBytes: number;
  /** @param ipBytes as one whole IP packet, `leastIpBytes` or more */
  make(ipBytes: number): string;
  /** Something small that is answered and costs the gateway nothing. */
  control: string;
}

/**
 * Round 1: what is this computer's network like, and does the gateway answer something small on both ports?
 */
export const firstSteps = (gateway: Host, full: MakeFullRequest, random: ByteSource): Step[] => [
  { id: stepId(1, "interfaces"), kind: "interfaces", atMs: 0, gateway },
  { id: stepId(1, "vpn-profiles"), kind: "vpn-profiles", atMs: 0 },
  ...reachabilitySteps(1, gateway, null, full, random),
];

/** The control probe of a port, in the round that asks for reachability. `chooseTarget` looks for it. */
const smallOnPort = (port: number): string => `small-${port}`;

/**
 * Something small to both ports: a full request, and one that the gateway refuses.
 *
 * @param family `null`: the one that the client's resolver puts first
 */
export function reachabilitySteps(
  round: number,
  gateway: Host,
  family: IpFamily | null,
  full: MakeFullRequest,
  random: ByteSource,
): UdpStep[] {
  const ports = [500, 4500];
  const udp = (
    port: number,
    purpose: UdpPurpose,
    datagram: Uint8Array,
    name: string,
    atMs: number,
  ): UdpStep =>
    udpStep({
      id: stepId(round, name),
      atMs,
      target: gateway,
      family,
      port,
      purpose,
      datagram: toBase64(datagram),
    });
  const refused = (port: number) => probeDatagram(port, family ?? 4, null, random);
  return [
    ...ports.map((port) => udp(port, "baseline", full(port, family ?? 4, null), `init-${port}`, 0)),
    // Size probes are of the kind that is refused. If that kind gets no answer, they have to be full
    // requests. The gaps are wide, for slow computers too: a gateway still handling the first may count two
    // logins plus this probe as too many, and ask for a COOKIE.
    ...ports.map((port, at) =>
      udp(port, "size-control", refused(port), smallOnPort(port), (2 + 3 * at) * GAP_MS),
    ),
  ];
}

/**
 * Where the size probes go: the first address and port that answered.
 *
 * @returns `null` if nothing was answered yet
 */
export function chooseTarget(
  o: Observations,
  measurements: readonly Measurement[],
  full: MakeFullRequest,
  random: ByteSource,
): Target | null {
  const answered = o.probes.filter((p) => p.outcome === "answered");
  const [first] = answered;
  if (!first) return null;
  // Only the control probes of reachability: later ones are of the kind that was found to be answered.
  const small = answered.find((p) => nameOf(p.stepId) === smallOnPort(p.port));
  const port = small?.port ?? first.port;
  const { family } = first;
  const fullRequests = small === undefined;
  const interfaceMtu = egressMtu(o, family) ?? ASSUMED_INTERFACE_MTU;
  // The same bytes again are a retransmission: answered from memory, with no new state (RFC 7296 §2.1).
  const sentBefore = (id: string | undefined): string | null => {
    const step = measurements.find((m) => m.step.id === id)?.step;
    return step?.kind === "udp" ? step.datagram : null;
  };
  const fullOfSize = new Map<number, string>();
  const makeFull = (ipBytes: number): string => {
    const same = o.probes.find((p) => p.ipBytes === ipBytes && p.purpose === "ip-fragments");
    const made = fullOfSize.get(ipBytes) ?? sentBefore(same?.stepId) ?? toBase64(full(port, family, ipBytes));
    fullOfSize.set(ipBytes, made);
    return made;
  };
  return {
    address: first.target,
    family,
    port,
    interfaceMtu: Math.min(interfaceMtu, ASSUMED_INTERFACE_MTU),
    fullRequests,
    leastIpBytes: fullRequests ? LEAST_FULL_REQUEST_IP_BYTES : INTERFACE_MTU_RANGE.least,
    make: (ipBytes) =>
      fullRequests ? makeFull(ipBytes) : toBase64(probeDatagram(port, family, ipBytes, random)),
    control:
      (fullRequests ? sentBefore(first.stepId) : null) ?? toBase64(probeDatagram(port, family, null, random)),
  };
}

/**
 * Asks a silent port again what it was asked before, and then something small on the port that answers. The
 * same bytes again cost the gateway no further state (RFC 7296 §2.1).
 *
 * @param guarded the gateway asked for a COOKIE: no full request is sent again
 */
export function askPortAgain(
  target: Target,
  round: number,
  port: number,
  measurements: readonly Measurement[],
  guarded: boolean,
  random: ByteSource,
): UdpStep[] {
  const { address, family } = target;
  const asked = measurements.flatMap(({ step }) =>
    step.kind === "udp" && step.port === port && step.purpose === "baseline" ? [step.datagram] : [],
  );
  const step = (name: string, purpose: UdpPurpose, onPort: number, datagram: string, atMs: number): UdpStep =>
    udpStep({
      id: stepId(round, `${name}-${onPort}`),
      atMs,
      target: address,
      family,
      port: onPort,
      purpose,
      datagram,
    });
  const small = toBase64(probeDatagram(port, family, null, random));
  return [
    step("control", "size-control", target.port, target.control, GAP_MS + CONTROL_AFTER_MS),
    ...asked.slice(-1).flatMap((full) => (guarded ? [] : [step("init", "baseline", port, full, 0)])),
    step("small", "size-control", port, small, GAP_MS),
  ];
}

/**
 * What is to be learned in a round, in bytes of whole IP packets; MTUs ("caps") with the size of the packet
 * that they split.
 */
export interface SizesToTest {
  whole: readonly number[];
  fragments: readonly number[];
  caps: readonly { mtu: number; ipBytes: number }[];
}

/** The name of the step that follows sizes. */
export const SIZES_CONTROL = "small";

/**
 * Sizes, one after another to one port, and then something small: its answer is what makes a silence count.
 */
export function sizeSteps(target: Target, round: number, { whole, fragments, caps }: SizesToTest): UdpStep[] {
  let atMs = 0;
  // What was lost is asked for again, and a stranger may say of anything that it was sent for its size.
  const canBeMade = (ipBytes: number): boolean => ipBytes >= target.leastIpBytes;
  const step = (
    name: string,
    purpose: UdpPurpose,
    datagram: string,
    options: { dontFragment?: boolean; userMtu?: number } = {},
  ): UdpStep => {
    const { address, family, port } = target;
    const made = udpStep({
      id: stepId(round, name),
      atMs,
      target: address,
      family,
      port,
      purpose,
      datagram,
      ...options,
    });
    atMs += GAP_MS;
    return made;
  };
  const again = (all: readonly number[], at: number) => (all.indexOf(all[at] ?? 0) < at ? "-again" : "");
  const mtus = caps.map(({ mtu }) => mtu);
  const sizes = [
    ...whole
      .filter(canBeMade)
      .map((size) => step(`whole-${size}`, "whole-packet", target.make(size), { dontFragment: true })),
    ...fragments
      .filter(canBeMade)
      .map((size, at, made) => step(`pieces-${size}${again(made, at)}`, "ip-fragments", target.make(size))),
    ...caps.map(({ mtu, ipBytes }, at) => {
      const name = `mtu-${mtu}${again(mtus, at)}`;
      return step(name, "what-if", target.make(ipBytes), { userMtu: mtu });
    }),
  ];
  if (sizes.length === 0) return [];
  atMs += caps.length > 0 ? CONTROL_AFTER_CAPS_MS : CONTROL_AFTER_MS;
  // It is sent last, but stands first in the list, so that the limits leave it in.
  return [step(SIZES_CONTROL, "size-control", target.control), ...sizes];
}

function echoStep(target: Target, round: number, name: string, given: Partial<EchoStep>): EchoStep {
  const { address, family } = target;
  return {
    id: stepId(round, `echo-${name}`),
    kind: "echo",
    atMs: 0,
    target: address,
    family,
    pingPayloadBytes: LARGE_ECHO_PING_PAYLOAD_BYTES,
    dontFragment: false,
    tries: ECHO_TRIES,
    waitMs: ECHO_WAIT_MS,
    ...given,
  };
}

/**
 * A large ping that goes out and comes back as IP fragments. As one of several may be lost by chance, it has
 * a third try.
 */
export const fragmentedEcho = (target: Target, round: number, atMs: number): EchoStep =>
  echoStep(target, round, "pieces", { atMs, tries: TRIES_FOR_LOST });

/**
 * Pings of whole packets, in case the gateway answers few sizes of IKE, and one that travels as IP fragments.
 */
export function echoSteps(target: Target, round: number): EchoStep[] {
  const { family, interfaceMtu } = target;
  const sizes = firstSizes(interfaceMtu);
  return [
    ...sizes.map((size, at) =>
      echoStep(target, round, `${size}`, {
        atMs: at * GAP_MS,
        pingPayloadBytes: pingPayloadBytes(size, family),
        dontFragment: true,
      }),
    ),
    fragmentedEcho(target, round, sizes.length * GAP_MS),
  ];
}

/** The interface's own size first: if it passes, nothing else needs to be known. */
export const firstSizes = (interfaceMtu: number): number[] => [
  interfaceMtu,
  ...FIRST_SIZES.filter((size) => size < interfaceMtu),
];

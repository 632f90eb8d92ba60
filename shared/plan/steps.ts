/** The steps of a plan: what is sent where, when, how often and how far apart. */
import { toBase64 } from "../bytes/base64.ts";
import { ASSUMED_INTERFACE_MTU, type Observations } from "../evidence/observations.ts";
import { pingPayloadBytes } from "../packet/sizes.ts";
import type { Measurement } from "../schema/measurement.ts";
import type { EchoStep, Host, IpFamily, Step, UdpPurpose, UdpStep } from "../schema/plan.ts";
import { type ByteSource, type ProbeKind, probeDatagram } from "./probe-datagram.ts";

/** Between two datagrams to the same port. */
export const GAP_MS = 100;
const TRIES = 3; // RFC 8899 §5.1.2, MAX_PROBES
export const WAIT_MS = 1_050; // RFC 8899 §5.1.1: at least a second; not a multiple of the gap, so that tries do not meet
const ECHO_TRIES = 2;
const ECHO_WAIT_MS = 1_000;
/** From the last size's last try to the small one, so that it is sent after all others on a busy machine too. */
const CONTROL_AFTER_MS = (TRIES - 1) * WAIT_MS + 400;
/** The same after what-if datagrams, each of which waits for its turn to set a route. */
const CONTROL_AFTER_CAPS_MS = (TRIES - 1) * WAIT_MS + 1_000;

/** Sizes of whole IP packets that tell the common paths apart: translators, mobile networks, IPv6's minimum. */
export const FIRST_SIZES: readonly number[] = [1472, 1400, 1280];
const LARGE_ECHO_PING_PAYLOAD_BYTES = 2_000;

/** What tells one datagram from another; the rest is the same for all. */
type DatagramToSend = Pick<UdpStep, "id" | "atMs" | "target" | "family" | "port" | "purpose" | "datagram"> &
  Partial<Pick<UdpStep, "dontFragment" | "userMtu">>;

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
  tries: TRIES,
  waitMs: WAIT_MS,
});

/** Where and how the size probes go. */
export interface Target {
  address: Host;
  family: IpFamily;
  port: number;
  interfaceMtu: number;
  /** The gateway ignores proposals that it does not accept: full requests are needed, which cost it state, so one only. */
  fullRequests: boolean;
  /** @param ipBytes as one whole IP packet */
  make(ipBytes: number): string;
  /** Something small that is answered and costs the gateway nothing. */
  control: string;
}

/** Round 1: who are we, and does the gateway answer something small on both ports? */
export const firstSteps = (gateway: Host, random: ByteSource): Step[] => [
  { id: "r1-interfaces", kind: "interfaces", atMs: 0, gateway },
  { id: "r1-vpn-profiles", kind: "vpn-profiles", atMs: 0 },
  ...reachabilitySteps(1, gateway, null, random),
];

/** @param family `null`: the one that the client's resolver puts first */
export function reachabilitySteps(
  round: number,
  gateway: Host,
  family: IpFamily | null,
  random: ByteSource,
): UdpStep[] {
  const ports = [500, 4500];
  const udp = (port: number, purpose: UdpPurpose, kind: ProbeKind, name: string, atMs: number): UdpStep =>
    udpStep({
      id: `r${round}-${name}-${port}`,
      atMs,
      target: gateway,
      family,
      port,
      purpose,
      datagram: toBase64(probeDatagram(kind, port, family ?? 4, null, random)),
    });
  return [
    ...ports.map((port) => udp(port, "baseline", "accepted", "init", 0)),
    // Size probes are of this kind: where it goes unanswered they have to be of the other.
    // Well apart, also on a computer that is late: a gateway that is still busy with one takes two logins and it for one too
    // many, and asks for a COOKIE.
    ...ports.map((port, at) => udp(port, "size-control", "refused", "small", (2 + 3 * at) * GAP_MS)),
  ];
}

/** @returns `null` where nothing was answered yet */
export function chooseTarget(
  o: Observations,
  measurements: readonly Measurement[],
  random: ByteSource,
): Target | null {
  const answered = o.probes.filter((p) => p.outcome === "answered");
  const [first] = answered;
  if (!first) return null;
  // Of those that asked for reachability: later ones are of the kind that was found to be answered.
  const small = answered.find((p) => /^r\d+-small-\d+$/.test(p.stepId));
  const port = small?.port ?? first.port;
  const { family } = first;
  const fullRequests = small === undefined;
  const interfaceMtu = (family === 4 ? o.egress?.mtuV4 : o.egress?.mtuV6) ?? ASSUMED_INTERFACE_MTU;
  // The same bytes again are a retransmission: answered from memory, with no new state (RFC 7296 §2.1).
  const sentBefore = (stepId: string | undefined): string | null => {
    const step = measurements.find((m) => m.step.id === stepId)?.step;
    return step?.kind === "udp" ? step.datagram : null;
  };
  return {
    address: first.target,
    family,
    port,
    interfaceMtu: Math.min(interfaceMtu, ASSUMED_INTERFACE_MTU),
    fullRequests,
    make(ipBytes) {
      const same = o.probes.find((p) => p.ipBytes === ipBytes && p.purpose === "ip-fragments");
      const again = fullRequests ? sentBefore(same?.stepId) : null;
      const kind = fullRequests ? "accepted" : "refused";
      return again ?? toBase64(probeDatagram(kind, port, family, ipBytes, random));
    },
    control:
      (fullRequests ? sentBefore(first.stepId) : null) ??
      toBase64(probeDatagram("refused", port, family, null, random)),
  };
}

/**
 * A port that kept silent, with what it was asked before, and then something small on the port that answers. The same bytes
 * again cost the gateway no further state (RFC 7296 §2.1).
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
      id: `r${round}-${name}-${onPort}`,
      atMs,
      target: address,
      family,
      port: onPort,
      purpose,
      datagram,
    });
  const small = toBase64(probeDatagram("refused", port, family, null, random));
  return [
    step("control", "size-control", target.port, target.control, GAP_MS + CONTROL_AFTER_MS),
    ...asked.slice(-1).flatMap((full) => (guarded ? [] : [step("init", "baseline", port, full, 0)])),
    step("small", "size-control", port, small, GAP_MS),
  ];
}

/** What is to be learned in a round, in bytes of whole IP packets; caps with the size that is cut by them. */
export interface SizesToTest {
  whole: readonly number[];
  fragments: readonly number[];
  caps: readonly { mtu: number; ipBytes: number }[];
}

/** One after another to one port, and then something small, whose answer is what makes a silence count. */
export function sizeSteps(target: Target, round: number, { whole, fragments, caps }: SizesToTest): UdpStep[] {
  let atMs = 0;
  const step = (
    name: string,
    purpose: UdpPurpose,
    datagram: string,
    options: { dontFragment?: boolean; userMtu?: number } = {},
  ): UdpStep => {
    const { address, family, port } = target;
    const made = udpStep({
      id: `r${round}-${name}`,
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
  const sizes = [
    ...whole.map((size) => step(`whole-${size}`, "whole-packet", target.make(size), { dontFragment: true })),
    ...fragments.map((size) => step(`pieces-${size}`, "ip-fragments", target.make(size))),
    ...caps.map(({ mtu, ipBytes }, at) => {
      const again = caps.slice(0, at).some((c) => c.mtu === mtu) ? "-again" : "";
      return step(`mtu-${mtu}${again}`, "what-if", target.make(ipBytes), { userMtu: mtu });
    }),
  ];
  if (sizes.length === 0) return [];
  atMs += caps.length > 0 ? CONTROL_AFTER_CAPS_MS : CONTROL_AFTER_MS;
  // Sent last, and listed first, so that limits spare it.
  return [step("small", "size-control", target.control), ...sizes];
}

function echoStep(target: Target, round: number, name: string, given: Partial<EchoStep>): EchoStep {
  const { address, family } = target;
  return {
    id: `r${round}-echo-${name}`,
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

/** A large echo goes out in pieces and comes back in pieces: of three fragments each way, one is lost sooner. */
export const echoInPieces = (target: Target, round: number, atMs: number): EchoStep =>
  echoStep(target, round, "pieces", { atMs, tries: TRIES });

/** Whole packets by echo as well, for where the gateway answers few sizes of IKE; and one in pieces. */
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
    echoInPieces(target, round, sizes.length * GAP_MS),
  ];
}

/** The interface's own size first: where it passes, nothing else needs to be known. */
export const firstSizes = (interfaceMtu: number): number[] => [
  interfaceMtu,
  ...FIRST_SIZES.filter((size) => size < interfaceMtu),
];

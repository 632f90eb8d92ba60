import { ETHERNET_MTU } from "../packet/sizes.ts";
import type { EvidenceRef } from "../schema/diagnosis.ts";
import type { AgentInfo, VpnProfilesMeasurement } from "../schema/measurement.ts";
import type { IpFamily, UdpPurpose } from "../schema/plan.ts";
import type { CaptureQuality, IcmpError } from "../transcript/transcript.ts";

/** An interface of the client, as an agent or netsh gave it. */
export interface InterfaceObservation {
  index: number | null;
  /** A stranger's text: for showing, never for a command. */
  name: string;
  /** Bytes of a whole IP packet. */
  mtuV4: number | null;
  mtuV6: number | null;
  connected: boolean | null;
  ref: EvidenceRef;
}

/** One echo request size and what came of it. */
export interface EchoObservation {
  target: string | null;
  /** `null`: it is not known whether the target is the gateway. */
  toGateway: boolean | null;
  family: IpFamily;
  pingPayloadBytes: number;
  /** Bytes of the whole IP packet, `pingPayloadBytes` + 28 or + 48. */
  ipBytes: number;
  dontFragment: boolean;
  outcome: "answered" | "timeout" | "too-big-locally" | "too-big-remotely" | "unreachable" | "not-run";
  /** The reply came back shorter than the request: only the way there is proven for this size. */
  replyCut: boolean;
  nextHopMtu: number | null;
  ref: EvidenceRef;
}

/** What a gateway answered to a probe. */
export interface ProbeAnswer {
  /** `accepted`: a full IKE_SA_INIT response. `refused`: an error Notify, which proves arrival as well. `cookie`: RFC 7296 §2.6. */
  kind: "accepted" | "refused" | "cookie" | "not-ike";
  ikeLength: number;
  notifies: { type: number; name: string }[];
  vendorIds: string[];
  /** Notify 16430, RFC 7383 §2.3. */
  offersIkeFragmentation: boolean;
  majorVersion: number;
}

/** One datagram of the plan and what came of it. */
export interface ProbeObservation {
  stepId: string;
  purpose: UdpPurpose;
  target: string;
  family: IpFamily;
  port: number;
  udpPayloadBytes: number;
  /** Bytes as one whole IP packet; it left as that only where `ipFragmentBytes` is empty. */
  ipBytes: number;
  /** Whole IP packets that the client's MTU cuts it into; empty when it fits. */
  ipFragmentBytes: number[];
  /** The MTU in force for it: the socket's bound or the interface's. */
  effectiveMtu: number;
  userMtu: number | null;
  /** `null`: the agent could not say, and the system decided. */
  dontFragment: boolean | null;
  outcome:
    | "answered"
    | "silent"
    | "too-big-locally"
    | "too-big-remotely"
    | "unreachable"
    | "unresolved"
    | "not-sent"
    | "not-run";
  /** Why it was not run, or what the system said. */
  detail: string | null;
  answer: ProbeAnswer | null;
  tries: number;
  sentAtMs: number[];
  answeredAtMs: number | null;
  ref: EvidenceRef;
}

/** One message to the deployment's reflector, and what came of it: the way back, without the gateway. */
export interface ReflectionObservation {
  stepId: string;
  /** The reflector, as the step names it. */
  host: string;
  family: IpFamily;
  /** Bytes of the whole IP packet that was asked for in return; `null`: leave to ask was asked for. */
  ipBytes: number | null;
  /** `again`: asked from another address than before, or too late. `strange`: what came is no reflector's, or not as long as it was sent. */
  outcome: "answered" | "again" | "strange" | ProbeObservation["outcome"];
  /** To be sent along with what is asked for next, as hex digits. */
  cookie: string | null;
  detail: string | null;
  tries: number;
  sentAtMs: number[];
  answeredAtMs: number | null;
  ref: EvidenceRef;
}

/** One sending of an IKE message, whole or in pieces. */
export interface SentMessage {
  timeMs: number;
  ikeLength: number;
  /** Whole IP packets in bytes, in order: one, or its IP or IKE fragments. */
  ipBytes: number[];
  /** It left as IP fragments. */
  ipFragmented: boolean;
  ikeFragmentTotal: number | null;
  missingIkeFragments: number[];
  refs: EvidenceRef[];
}

/** A request with its retransmissions, and what came back. */
export interface ExchangeObservation {
  exchangeType: number;
  messageId: number;
  fromClient: boolean;
  requests: SentMessage[];
  responses: SentMessage[];
  /** Clear-text Notifies of the responses. */
  responseNotifies: { type: number; name: string; ref: EvidenceRef }[];
  /** From the last request to the end of the capture: how long an answer was waited for. */
  observedAfterMs: number;
}

export interface EspObservation {
  packets: number;
  /** Bytes of the whole IP packet; 0 where there was none. */
  largestIpBytes: number;
}

/** One attempt to bring up an IKE SA, as a capture shows it. */
export interface Initiation {
  capture: string;
  initiatorSpi: string;
  majorVersion: number;
  client: string;
  gateway: string;
  family: IpFamily;
  /** Ports of the gateway that a message came from. */
  answeringPorts: number[];
  exchanges: ExchangeObservation[];
  /** Notify 16430 in IKE_SA_INIT; `null`: that message was not seen. */
  clientOffersIkeFragmentation: boolean | null;
  gatewayOffersIkeFragmentation: boolean | null;
  gatewayVendorIds: string[];
  /** Datagrams from the gateway of which pieces are missing, after IKE_AUTH began. */
  inboundIncomplete: {
    timeMs: number;
    /** The pieces that came: whole IP packets in bytes. */
    ipBytes: number[];
    firstSeen: boolean;
    lastSeen: boolean;
    refs: EvidenceRef[];
  }[];
  /** ESP after IKE_AUTH began, whole IP packets. */
  esp: { outbound: EspObservation; inbound: EspObservation };
  /** Frames of the gateway's ESP packets of which pieces are missing. */
  espIncomplete: EvidenceRef[];
}

/** The MTU of an interface where nothing says otherwise: that of Ethernet and Wi-Fi. Bytes of a whole IP packet. */
export const ASSUMED_INTERFACE_MTU = ETHERNET_MTU;

/**
 * A client that waits this long for an answer, and gets none, is being ignored: Windows repeats a message every second,
 * so that three sendings of it take two seconds, less some hundredths. Less silence than this says nothing.
 */
export const SILENCE_MS = 1_800;

/** What the evidence says, before anything is judged. Measured, failed and not run stay apart. */
export interface Observations {
  agent: AgentInfo | null;
  /** Milliseconds since the epoch. */
  startedAtMs: number | null;
  /** As it was named, and the addresses it is known by. */
  gateway: string | null;
  gatewayAddresses: string[];
  /** The client's own, on the interface that leads there and in captures. */
  clientAddresses: string[];
  /** The name did not resolve, or no interface leads there. */
  gatewayUnresolved: EvidenceRef | null;
  interfaces: InterfaceObservation[];
  /** The interface that leads to the gateway, where that is known. */
  egress: InterfaceObservation | null;
  echoes: EchoObservation[];
  probes: ProbeObservation[];
  reflections: ReflectionObservation[];
  vpn: Extract<VpnProfilesMeasurement["outcome"], { status: "measured" }> | null;
  vpnRef: EvidenceRef | null;
  initiations: Initiation[];
  icmpErrors: (IcmpError & { capture: string })[];
  captures: { capture: string; frames: number; ikeMessages: number; quality: CaptureQuality }[];
  notUnderstood: { source: string; line: number; text: string }[];
}

/** The MTU that packets of a family to the gateway leave with: bytes of a whole IP packet; `null` where it is not known. */
export function egressMtu({ egress }: Pick<Observations, "egress">, family: IpFamily): number | null {
  return (family === 4 ? egress?.mtuV4 : egress?.mtuV6) ?? null;
}

/**
 * What all the evidence says, as values that rules, plans and drawings share: an agent's probes, pasted text,
 * captures.
 */
import type { IpPacket } from "../packet/ip.ts";
import { ETHERNET_MTU } from "../packet/sizes.ts";
import type { ClientSettings } from "../schema/client-settings.ts";
import type { EvidenceRef } from "../schema/diagnosis.ts";
import type { End, JoinedLogin, NotJoined } from "../schema/joined.ts";
import type { AgentInfo, VpnProfile } from "../schema/measurement.ts";
import { INTERFACE_MTU_RANGE, type IpFamily, type UdpPurpose } from "../schema/plan.ts";
import type { Rehearsal } from "../schema/rehearsal.ts";
import type { CaptureQuality, IcmpError } from "../transcript/transcript.ts";
import type { PathReport, TextServerEvent } from "./text/format.ts";
import type { RefusalReason } from "./text/ike-line.ts";
import type { TextReading } from "./text/read.ts";

/** An interface of the client, as an agent or netsh named it. */
export interface InterfaceObservation {
  index: number | null;
  /** Text from somebody else's computer: it is shown, and never used in a command as it is. */
  name: string;
  /**
   * In a table of Windows without indexes: its name there, which netsh takes instead. What becomes of it in a
   * command is decided in `advice/netsh-commands.ts`.
   */
  netshName?: string;
  /** What its driver is called, where the evidence says so. */
  description?: string;
  /** Bytes of a whole IP packet. */
  mtuV4: number | null;
  mtuV6: number | null;
  connected: boolean | null;
  ref: EvidenceRef;
}

/** Echo requests of one size, and what happened to them. */
export interface EchoObservation {
  target: string | null;
  /** `null` when it is not known whether the target is the gateway. */
  toGateway: boolean | null;
  family: IpFamily;
  pingPayloadBytes: number;
  /** Bytes of the whole IP packet: `pingPayloadBytes` and 28 more, or 48 more for IPv6. */
  ipBytes: number;
  /** Whether they were sent with DF; `null` where neither the command line nor a refusal tells. */
  dontFragment: boolean | null;
  /** How many of this size came to this. */
  count: number;
  outcome: "answered" | "timeout" | "too-big-locally" | "too-big-remotely" | "unreachable" | "not-run";
  /** The reply was shorter than the request: this size is proven for the way to the target only. */
  replyCut: boolean;
  nextHopMtu: number | null;
  /** Who said that it is too big. */
  router: string | null;
  ref: EvidenceRef;
}

/** What a tool that follows a path said about a size; the meaning of the fields is that of `PathReport`. */
export interface PathObservation extends Omit<PathReport, "line"> {
  /** `null`: it is not known whether the target is the gateway. */
  toGateway: boolean | null;
  ref: EvidenceRef;
}

/** The VPN connections that are set up on the client, and attempts to connect that Windows saw fail. */
export interface VpnObservation {
  profiles: (VpnProfile & { ref: EvidenceRef })[];
  /** The newest last. */
  rasFailures: {
    /** ISO 8601; from a text also as it was printed there. `null`: no time is told. */
    at: string | null;
    /** `null` where a text does not name it. */
    connection: string | null;
    code: number;
    ref: EvidenceRef;
  }[];
  /** What the computer's settings say of its VPN logins; absent where nobody read them. */
  settings?: ClientSettings & { ref: EvidenceRef };
}

/** An event of a Windows VPN server; the meaning of the fields is that of `TextServerEvent`. */
export interface ServerEventObservation extends Omit<TextServerEvent, "line"> {
  ref: EvidenceRef;
}

/** What the gateway answered to a probe. */
export interface ProbeAnswer {
  /**
   * `accepted`: a full IKE_SA_INIT response. `refused`: an error Notify, which proves arrival too. `cookie`:
   * RFC 7296 §2.6.
   */
  kind: "accepted" | "refused" | "cookie" | "not-ike";
  ikeLength: number;
  notifies: { type: number; name: string }[];
  vendorIds: string[];
  /** Notify 16430, RFC 7383 §2.3. */
  offersIkeFragmentation: boolean;
  majorVersion: number;
}

/** One datagram to the gateway, and what happened to it. */
export interface ProbeObservation {
  stepId: string;
  purpose: UdpPurpose;
  target: string;
  family: IpFamily;
  port: number;
  udpPayloadBytes: number;
  /** The IKE message that it carries; absent where it carries none. */
  ike?: { initiatorSpi: string; exchangeType: number; messageId: number; ikeLength: number };
  /** A full request that does not announce IKE fragmentation: a gateway then does not answer with it. */
  withoutIkeFragmentation?: true;
  /** Its bytes as one whole IP packet; it left as one only when `ipFragmentBytes` is empty. */
  ipBytes: number;
  /** The bytes of each IP fragment that the client's MTU cuts it into; empty when it fits. */
  ipFragmentBytes: number[];
  /** The MTU that it left with: that of the interface, or the smaller one that the step sets. */
  effectiveMtu: number;
  userMtu: number | null;
  /** Whether it left with DF; `null` when the system decided and the agent cannot say. */
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
  /** Why it was not run, or what the system said. Text from somebody else's computer. */
  detail: string | null;
  answer: ProbeAnswer | null;
  tries: number;
  sentAtMs: number[];
  answeredAtMs: number | null;
  ref: EvidenceRef;
}

/**
 * One message to the reflector, and what happened to it: it tests the way to the client without the gateway.
 */
export interface ReflectionObservation {
  stepId: string;
  /** The name of the reflector in the step. */
  host: string;
  family: IpFamily;
  /** Bytes of the whole IP packet that was asked for; `null` when the message asked for a cookie. */
  ipBytes: number | null;
  /**
   * `again`: the cookie was for another address, or too old. `strange`: the answer does not come from a
   * reflector, or has another length than it was sent with.
   */
  outcome: "answered" | "again" | "strange" | ProbeObservation["outcome"];
  /** The cookie that the next message has to carry, as hex digits. */
  cookie: string | null;
  detail: string | null;
  tries: number;
  sentAtMs: number[];
  answeredAtMs: number | null;
  ref: EvidenceRef;
}

/** One sending of an IKE message: whole, as IP fragments or as IKE fragments. */
export interface SentMessage {
  timeMs: number;
  /** `null` where a text does not say. */
  ikeLength: number | null;
  /**
   * The bytes of each whole IP packet in order: one, or those of its IP or IKE fragments. Empty where a text
   * does not say.
   */
  ipBytes: number[];
  /** Whether any part of it came as IP fragments. */
  ipFragmented: boolean;
  ikeFragmentTotal: number | null;
  missingIkeFragments: number[];
  /** Its IP fragments were captured in another order than theirs: `ipBytes` has that of the capture. */
  outOfOrder?: "last-first" | "mixed";
  /** It was one packet, with DF. */
  dontFragment?: true;
  /** It may be no more than an IKE fragment of it, for the log does not tell. */
  maybePart?: true;
  /** A log has the size of the message only: `ipBytes` follows from it and from the interface's MTU. */
  reckoned?: true;
  refs: EvidenceRef[];
}

/** A datagram of which not all IP fragments are in the capture. */
export interface IncompleteMessage {
  timeMs: number;
  /** The bytes of each IP fragment that came, as a whole IP packet. */
  ipBytes: number[];
  firstSeen: boolean;
  lastSeen: boolean;
  /** The size of the IKE message that its first IP fragment names, where a text says so. */
  ikeLength?: number;
  refs: EvidenceRef[];
}

/** A UDP datagram of a login as a capture has it, to be compared with captures of other places. */
export interface CapturedDatagram {
  timeMs: number;
  /** Where it is in the file: the frame that completes it, or its last one. */
  frame: number;
  fromClient: boolean;
  /**
   * Of an IKE message, or of an IKE fragment as a message of its own; `null` without the first IP fragment.
   */
  ike: {
    exchangeType: number;
    messageId: number;
    isResponse: boolean;
    responderSpi: string;
    ikeLength: number;
    ikeFragment: { number: number; total: number } | null;
    /** A number for what it carries, the same in all places; `null` where too little of it is there. */
    fingerprint: number | null;
  } | null;
  /** The gateway's UDP port as it is seen here; `null` without the first IP fragment. */
  gatewayPort: number | null;
  /** Bytes after the UDP header; `null` without the first IP fragment. */
  udpPayloadBytes: number | null;
  /** Whether all of it is there. */
  complete: boolean;
  /** How many times it came again within milliseconds. */
  copies: number;
  /** In the order in which they were captured. */
  packets: readonly IpPacket[];
}

/** A message, or an IKE fragment (RFC 7383) as a message of its own, as a daemon's log has it. */
export interface LoggedDatagram {
  timeMs: number;
  fromClient: boolean;
  exchangeType: number;
  messageId: number;
  isResponse: boolean;
  /** `null`: the log does not say. */
  ikeLength: number | null;
  ikeFragment: { number: number; total: number } | null;
  /** It may be an IKE fragment, for the log does not tell these from whole messages. */
  maybePart?: true;
  gatewayPort: number | null;
  refs: EvidenceRef[];
}

/** What a daemon's log has of an attempt, message by message: it is not only what it says of it in sum. */
export interface LoggedLogin {
  /** In the order of the lines. */
  datagrams: LoggedDatagram[];
  /** Its times are the order of its lines. */
  untimed: boolean;
  /** The time of the last line of the log, whatever that is about. */
  lastMs: number;
}

/**
 * Where a capture was taken, as far as it shows: on the client's side, at the gateway, or on the way, where
 * both ends' packets have already passed routers.
 */
export type View = End;

/** A request with its retransmissions, and the responses. */
export interface ExchangeObservation {
  exchangeType: number;
  messageId: number;
  fromClient: boolean;
  requests: SentMessage[];
  responses: SentMessage[];
  /** The Notifies of the responses that are in the clear. */
  responseNotifies: { type: number; name: string; ref: EvidenceRef }[];
  /** From the last request to the end of the capture: how long the capture would have shown an answer. */
  observedAfterMs: number;
  /** Where a daemon shows EAP's Failure in the answer, which is encrypted on the way. */
  eapFailure?: EvidenceRef;
  /** The answer asks for another round of EAP: with it the login is not at its end. */
  asksMore?: true;
  /** Where a daemon says that it repeated the request in vain and stops. */
  gaveUp?: EvidenceRef;
  /** The text has no times: `timeMs` is the order of its lines, and says nothing of how long. */
  untimed?: true;
}

/** ESP in one direction. */
export interface EspObservation {
  packets: number;
  /**
   * NAT-keepalives and UDP-encapsulated ESP since the attempt began, whoever of this address sent it (RFC
   * 3948 §2): what passed on UDP port 4500. Absent: none.
   */
  onNatTraversalPort?: number;
  /** Bytes of the whole IP packet; 0 when there was no packet. */
  largestIpBytes: number;
}

/** What a daemon's log says of an attempt beside its messages. */
export interface LoggedOutcome {
  /** The daemon takes the login for accepted: the gateway says so before its answer has arrived anywhere. */
  cameUp?: EvidenceRef;
  /** Why the gateway did not accept it: the first reason that it gives, which is the most exact. */
  refused?: { reason: RefusalReason; ref: EvidenceRef; words?: string };
  /** The gateway deleted what it had of the attempt, because nothing more came within its time. */
  dropped?: EvidenceRef;
  /** The log names attempts and results, and no message: it was kept at its lowest level. */
  namesNoMessages?: true;
}

/** One attempt to bring up an IKE SA, as a capture shows it. */
export interface Initiation {
  capture: string;
  initiatorSpi: string;
  majorVersion: number;
  client: string;
  gateway: string;
  family: IpFamily;
  /** The ports of the gateway from which messages came. */
  answeringPorts: number[];
  exchanges: ExchangeObservation[];
  /** Whether the Notify 16430 is in its IKE_SA_INIT message; `null` when that message was not seen. */
  clientOffersIkeFragmentation: boolean | null;
  gatewayOffersIkeFragmentation: boolean | null;
  gatewayVendorIds: string[];
  /** It is a probe of an agent's, by its Vendor ID: it was never to come up, whatever answers it. */
  ownProbe?: true;
  /** Where the capture was taken; `null` where nothing tells, or signs contradict each other. */
  view: View | null;
  /** Datagrams from the gateway whose IP fragments did not all come, after IKE_AUTH began. */
  inboundIncomplete: IncompleteMessage[];
  /**
   * Datagrams from the client whose IP fragments did not all come, after IKE_SA_INIT. A client's own capture
   * has all of them: elsewhere some were lost on the way to where the capture was taken.
   */
  outboundIncomplete: IncompleteMessage[];
  /** ESP after IKE_AUTH began. */
  esp: { outbound: EspObservation; inbound: EspObservation };
  /** The frames of the gateway's ESP packets whose IP fragments did not all come. */
  espIncomplete: EvidenceRef[];
  /** What a log says of it in words of its own; absent where it says nothing of that kind. */
  logged?: LoggedOutcome;
  /**
   * All its datagrams in both directions, whole or not, in the order of the capture; a text has none. Those
   * without their first IP fragment name no login: they are listed with the last one that had begun between
   * the same two addresses.
   */
  datagrams?: readonly CapturedDatagram[];
  /** Where a daemon's log shows the attempt. */
  log?: LoggedLogin;
}

/**
 * The MTU of an interface that nothing is known of: that of Ethernet and Wi-Fi. Bytes of a whole IP packet.
 */
export const ASSUMED_INTERFACE_MTU = ETHERNET_MTU;

/**
 * How long nothing has to come before it is called silence. Windows repeats a message every second, so three
 * sendings take two seconds, or a few hundredths less. A shorter wait says nothing.
 */
export const SILENCE_MS = 1_800;

/** An ICMP error in a capture, or in a line of a text that `ref` names. */
export interface IcmpObservation extends Omit<IcmpError, "quoted"> {
  capture: string;
  quoted:
    | (Omit<NonNullable<IcmpError["quoted"]>, "ipBytes"> & {
        /** `null` where a text does not say. */
        ipBytes: number | null;
      })
    | null;
  ref?: EvidenceRef;
}

/** What was read of one capture, or of one list of packets. */
export interface CaptureObservation {
  capture: string;
  frames: number;
  ikeMessages: number;
  quality: CaptureQuality;
  /** When it begins and ends, by its own clock; left out where nothing tells. */
  firstTimeMs?: number;
  lastTimeMs?: number;
}

/** Where an ICMP error stands in the evidence. */
export const icmpRef = ({ capture, frame, ref }: IcmpObservation): EvidenceRef =>
  ref ?? { kind: "packet", capture, frame };

/** A file of which the user said where it was recorded, and which shows something else. */
export interface MisnamedFile {
  source: string;
  said: End;
  /** What it was read as; `null`: as was said, though its addresses look like those at the other end. */
  shown: End | null;
}

/** A gateway's log or capture that shows several clients. */
export interface Crowd {
  source: string;
  /** Everybody's attempts, in the order of the file. */
  attempts: Initiation[];
  /**
   * Whose attempts count: `given`, of the client whose own file, run or address is there; `failure`, of the
   * latest client that failed as most of them do.
   */
  chosenBy: "given" | "failure";
  /** That client's address here; `null`: none of them is the given one. */
  client: string | null;
}

/** Everything that the evidence says, before anything is judged. Measured, failed and not run stay apart. */
export interface Observations {
  agent: AgentInfo | null;
  /** Milliseconds since the epoch. */
  startedAtMs: number | null;
  /** The gateway as it was named, and its addresses. */
  gateway: string | null;
  gatewayAddresses: string[];
  /** Addresses of the client: on the interface that leads to the gateway, and in captures. */
  clientAddresses: string[];
  /** Where the evidence says that the name has no address; `null` when it has one, or nobody asked. */
  gatewayUnresolved: EvidenceRef | null;
  interfaces: InterfaceObservation[];
  /** The interface that leads to the gateway; `null` when it is not known. */
  egress: InterfaceObservation | null;
  echoes: EchoObservation[];
  probes: ProbeObservation[];
  reflections: ReflectionObservation[];
  /** Logins that were begun with the gateway and not finished; `null` where none was. */
  rehearsal: Rehearsal | null;
  /**
   * The datagrams of these logins after their opening. They stand apart from the probes, because only keys
   * tell whether an answer is the gateway's, and to which of them: `rehearsal` has what follows.
   */
  rehearsed: ProbeObservation[];
  /** `null`: nobody looked. */
  vpn: VpnObservation | null;
  /** What a Windows VPN server recorded, in the order of the texts; absent where there is nothing. */
  serverEvents?: ServerEventObservation[];
  /** The attempts that the diagnosis is about: of a place with many clients, those of one. */
  initiations: Initiation[];
  /** Places with many clients; absent where there is none. */
  crowds?: Crowd[];
  /** Logins that two places or more show. */
  joined: JoinedLogin[];
  notJoined: NotJoined[];
  /** Files that were said to be of an end that they are not of; absent where there is none. */
  misnamed?: MisnamedFile[];
  icmpErrors: IcmpObservation[];
  captures: CaptureObservation[];
  /** What tracepath, traceroute, mtr and tcpdump said about sizes. */
  pathReports: PathObservation[];
  /** What the outputs in pasted texts were taken for. */
  texts: TextReading[];
  /**
   * `isEnd`: from there on nothing was read, for the text is too long. `isBeginning`: nothing before was, for
   * of a large log the newest lines are kept.
   */
  notUnderstood: { source: string; line: number; text: string; isEnd?: true; isBeginning?: true }[];
}

/**
 * The MTU of the interface that leads to the gateway, in bytes of a whole IP packet; `null` when it is not
 * known. One below what any link with a VPN has is a number that a stranger sent: it is not believed.
 */
export function egressMtu({ egress }: Pick<Observations, "egress">, family: IpFamily): number | null {
  const said = (family === 4 ? egress?.mtuV4 : egress?.mtuV6) ?? null;
  return said === null || said < INTERFACE_MTU_RANGE.least ? null : said;
}

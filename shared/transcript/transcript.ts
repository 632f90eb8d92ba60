/** What reading a capture gives: its IKE messages, what is missing, ICMP errors, ESP, and how far it can be trusted. */
import type { IkeSession } from "../ike/exchange.ts";
import type { IkeHeader } from "../ike/header.ts";
import type { IkeMessage } from "../ike/message.ts";
import type { IcmpErrorMessage } from "../packet/icmp.ts";
import type { IpPacket } from "../packet/ip.ts";

/** Where a datagram came from and went to. */
export interface Flow {
  source: string;
  destination: string;
  sourcePort: number;
  destinationPort: number;
}

/** An IKE message of the capture. */
export interface IkeObserved {
  /** The frame that completes it. */
  frame: number;
  /** Since the epoch, as the file has it: whole seconds and the whole nanoseconds beyond them. */
  seconds: number;
  nanoseconds: number;
  timeMs: number;
  flow: Flow;
  /** It came behind the non-ESP marker, RFC 3948 §2.2. */
  natTraversal: boolean;
  /** Bytes after the UDP header, marker included. */
  udpPayloadBytes: number;
  /** The frame of which this is a copy, seen by another interface or layer; `null` for all that count. */
  duplicateOf: number | null;
  /** One packet, or the IP fragments it came in. */
  ipPackets: IpPacket[];
  message: IkeMessage;
}

/** A datagram of which IP fragments are missing. */
export interface IncompleteDatagram {
  source: string;
  destination: string;
  /** IP protocol number. */
  protocol: number;
  identification: number;
  ipPackets: IpPacket[];
  timeMs: number;
  /** Byte ranges of the IP payload not seen; `to` is `null` when the last fragment is missing. */
  missing: { from: number; to: number | null }[];
  /** Only the first fragment has these. */
  sourcePort: number | null;
  destinationPort: number | null;
  udpPayloadBytes: number | null;
  /** Read from the first fragment when it is IKE. */
  ikeHeader: IkeHeader | null;
  /** The capture ended within the reassembly time (RFC 791: 15 s and more): not proof of loss. */
  captureEndedFirst: boolean;
}

/** An ICMP error of the capture, with the packet that it quotes. */
export interface IcmpError extends IcmpErrorMessage {
  /** The frame that holds it, or that completes it. */
  frame: number;
  timeMs: number;
  /** Who sent it. */
  source: string;
  destination: string;
}

/** ESP and NAT-keepalives one way between two addresses. */
export interface EspFlow {
  source: string;
  destination: string;
  udpEncapsulated: boolean;
  packets: number;
  keepalives: number;
  largestIpBytes: number;
  /** Packets by size of the whole IP packet, smallest class first; `upToIpBytes` is `null` for the class without end. */
  sizes?: { upToIpBytes: number | null; packets: number }[];
  firstTimeMs: number;
  lastTimeMs: number;
}

/** How far the capture can be trusted to show what was on the wire. */
export interface CaptureQuality {
  /** Where the file is damaged or ends early, and what was expected there. */
  damage: { byteOffset: number; message: string }[];
  /** Frames shorter in the file than on the wire, among those that matter here. */
  snaplenCutFrames: number;
  /** Frames seen more than once (several interfaces, several layers), folded into one. */
  duplicateFrames: number;
  /** Frames whose time is before the frame in front. */
  clockBackwardsFrames: number;
  /** As the file's statistics say; `null` when it has none. */
  droppedByCapture: number | null;
  /** First fragments were captured and never a later one, in either direction: the mark of a port filter. */
  nonFirstFragmentsHidden: boolean;
  /** Frames of a link type that is not read, by its number. */
  unreadLinkTypes: { linkType: number; frames: number }[];
  /** IP datagrams given up to bound memory. */
  evictedDatagrams: number;
  overlappingDatagrams: number;
  /** IKE messages, incomplete datagrams and ICMP errors beyond what is kept of each. */
  omittedRecords?: number;
}

/** One capture, read. */
export interface Transcript {
  capture: string;
  format: "pcap" | "pcapng";
  /** The file came gzipped. */
  gzip: boolean;
  frames: number;
  bytes: number;
  firstTimeMs: number | null;
  lastTimeMs: number | null;
  ikeMessages: IkeObserved[];
  sessions: IkeSession<IkeObserved>[];
  incompleteDatagrams: IncompleteDatagram[];
  icmpErrors: IcmpError[];
  esp: EspFlow[];
  quality: CaptureQuality;
}

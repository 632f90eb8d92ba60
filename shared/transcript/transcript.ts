/** What reading a capture gives: what is in it, what is missing, and how far it can be relied on. */
import type { IkeSession } from "../ike/exchange.ts";
import type { IkeHeader } from "../ike/header.ts";
import type { IkeMessage } from "../ike/message.ts";
import type { FragmentedDatagram } from "../packet/fragments.ts";
import type { IcmpErrorMessage } from "../packet/icmp.ts";
import type { IpPacket } from "../packet/ip.ts";

/** Where a datagram came from and where it went. */
export interface Flow {
  source: string;
  destination: string;
  sourcePort: number;
  destinationPort: number;
}

/** An IKE message, with how it came. */
export interface IkeObserved {
  /** The frame that completes it. */
  frame: number;
  /** Since the epoch, as the file has it: whole seconds, and the whole nanoseconds beyond them. */
  seconds: number;
  nanoseconds: number;
  timeMs: number;
  flow: Flow;
  /** Whether it came behind the non-ESP marker, RFC 3948 §2.2. */
  natTraversal: boolean;
  /** Bytes after the UDP header, with the marker. */
  udpPayloadBytes: number;
  /**
   * The frame of which this is a copy, from another interface or layer; `null` for all messages that count.
   */
  duplicateOf: number | null;
  /** How many copies of it followed, with the same addresses and hop limit. */
  copies: number;
  /**
   * A number for what it carries, the same wherever the message is recorded: see `fingerprintOf`. `null`
   * where too little of it is there.
   */
  fingerprint: number | null;
  /** The packet, or the IP fragments, that it came in. */
  ipPackets: IpPacket[];
  message: IkeMessage;
}

/** A datagram whose IP fragments did not all come. */
export interface IncompleteDatagram
  extends Pick<FragmentedDatagram, "source" | "destination" | "protocol" | "identification" | "missing"> {
  /** The IP fragments that came. */
  ipPackets: IpPacket[];
  timeMs: number;
  /** Only the first IP fragment has these: `null` when it is missing. */
  sourcePort: number | null;
  destinationPort: number | null;
  udpPayloadBytes: number | null;
  /** Read from the first IP fragment, when that carries IKE. */
  ikeHeader: IkeHeader | null;
  /** RFC 7383 §2.5, read from the first IP fragment; `null`: it is none, or does not show. */
  ikeFragment: { number: number; total: number } | null;
  /** That of the IKE message, where the first IP fragment tells it. */
  fingerprint: number | null;
  /**
   * Whether the capture ended within the time that IP fragments may take (RFC 791: 15 s): then nothing is
   * proven lost.
   */
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

/** ESP and NAT-keepalives between two addresses, in one direction. */
export interface EspFlow {
  source: string;
  destination: string;
  udpEncapsulated: boolean;
  packets: number;
  keepalives: number;
  largestIpBytes: number;
  /**
   * Packets by the size of the whole IP packet, the smallest first; `upToIpBytes` is `null` for the largest
   * class.
   */
  sizes?: { upToIpBytes: number | null; packets: number }[];
  firstTimeMs: number;
  lastTimeMs: number;
}

/** How far the capture shows what was on the wire. */
export interface CaptureQuality {
  /** Where the file is damaged or ends too early, and what was expected there. */
  damage: { byteOffset: number; message: string }[];
  /** How many of the frames that matter are shorter in the file than on the wire. */
  snaplenCutFrames: number;
  /** Some are so short that the header of an IKE message on the ports of IKE is not in the file. */
  ikeHeadersCut?: boolean;
  /** How many frames are copies from another interface or layer: they are counted once. */
  duplicateFrames: number;
  /** How many frames have an earlier time than the frame before them. */
  clockBackwardsFrames: number;
  /** How many packets the capturing program lost, as the file says; `null` when it does not say. */
  droppedByCapture: number | null;
  /**
   * First IP fragments were captured but never a later one, in either direction: a capture filter by port
   * does that.
   */
  nonFirstFragmentsHidden: boolean;
  /** How many frames have a link type that is not read, by its number. */
  unreadLinkTypes: { linkType: number; frames: number }[];
  /** How many IP datagrams were given up to bound memory. */
  evictedDatagrams: number;
  /** How many IP datagrams have IP fragments that overlap. */
  overlappingDatagrams: number;
  /** How many IKE messages, incomplete datagrams and ICMP errors are not kept, because there are too many. */
  omittedRecords?: number;
}

/** One capture, read. */
export interface Transcript {
  capture: string;
  format: "pcap" | "pcapng";
  /** Whether the file came gzipped. */
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

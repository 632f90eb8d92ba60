/** The IKE messages of captures, field by field, in the words of the RFCs: what a person looks up in them. */
import { isFromInitiator, isResponse } from "../ike/header.ts";
import { exchangeName, transformName } from "../ike/registry.ts";
import { findVendorId } from "../ike/vendor-ids.ts";
import { familyOf } from "../packet/address.ts";
import type { IpPacket } from "../packet/ip.ts";
import type { IkeObserved, IncompleteDatagram, Transcript } from "../transcript/transcript.ts";

/** One IKE message, or a datagram that carried one and of which IP fragments are missing. */
export interface DecodedMessage {
  capture: string;
  /** The frame that completes it; of an incomplete datagram, the first that came of it. */
  frame: number;
  timeMs: number;
  /** Seconds since the epoch with all decimals of the file; `null`: it is told to the millisecond alone. */
  exactTime: string | null;
  /** Addresses with ports, as `192.0.2.1:500` and `[2001:db8::1]:500`; without a port that was not seen. */
  source: string;
  destination: string;
  /** Where it was sent from, without the port. */
  sourceAddress: string;
  /** Whether it came behind the non-ESP marker, RFC 3948 §2.2. */
  natTraversal: boolean;
  /** `null` where it was not seen: it stands in the first IP fragment. */
  udpPayloadBytes: number | null;
  /** `null` where the first IP fragment is missing. */
  header: DecodedHeader | null;
  /** Bytes of the IKE message that are in the capture; fewer than its Length where the file has them cut. */
  availableBytes: number | null;
  /** The packet, or the IP fragments in the order of their offsets. */
  ipPackets: IpPacket[];
  /** Ranges of bytes behind the IP header that did not come; `to` is `null` where the end is not known. */
  missing: { from: number; to: number | null }[];
  /** RFC 7383 §2.5. */
  ikeFragment: { number: number; total: number } | null;
  /** Payload Length, header included, in bytes. */
  payloads: { name: string; bytes: number }[];
  notifies: { name: string; type: number; dataBytes: number }[];
  /** One text for each proposal, as `AES_CBC 256, HMAC_SHA2_256, HMAC_SHA2_256_128, MODP2048`. */
  proposals: string[];
  /** The group of the KE payload, as the registry names it. */
  keGroup: string | null;
  /** Whose they are where that is known, else lower-case hex digits. */
  vendorIds: string[];
  /** Further sightings of the same packet in the file: at another interface or layer. */
  copies: number;
  /** What stopped the reading, in English as it stands in the code; `null` at a clean end. */
  stoppedBy: string | null;
}

/** The fixed header, RFC 7296 §3.1. */
export interface DecodedHeader {
  /** 16 lower-case hex digits. */
  initiatorSpi: string;
  responderSpi: string;
  /** As `2.0`. */
  version: string;
  exchange: string;
  exchangeType: number;
  messageId: number;
  /** The flags of IKEv2; `null` for IKEv1, which does not have them. */
  isResponse: boolean | null;
  isFromInitiator: boolean | null;
  /** The Length field: bytes of the IKE message, header included. */
  length: number;
}

/** The messages of one capture in the order of their times: of many, the first ones and the last ones. */
export interface DecodedCapture {
  capture: string;
  front: DecodedMessage[];
  /** How many lie between them. */
  omitted: number;
  back: DecodedMessage[];
}

/** Nobody reads more of them than a drawing has. */
const MOST_IN_FRONT = 36;
const MOST_AT_THE_BACK = 24;

/**
 * Decodes the messages of a capture that count.
 *
 * @param transcript the capture as it was read
 * @param spis only messages of the logins with these initiator SPIs; `null`: all
 */
export function decodeMessages(
  transcript: Messages,
  spis: ReadonlySet<string> | null = null,
): DecodedCapture {
  const all = inTime(transcript, spis);
  const isAll = all.length <= MOST_IN_FRONT + MOST_AT_THE_BACK;
  const [front, back] = isAll ? [all, []] : [all.slice(0, MOST_IN_FRONT), all.slice(-MOST_AT_THE_BACK)];
  return {
    capture: transcript.capture,
    front: front.map(({ decode }) => decode()),
    omitted: all.length - front.length - back.length,
    back: back.map(({ decode }) => decode()),
  };
}

/**
 * Decodes the message that a frame carries, or helps to carry.
 *
 * @returns with it the frames of the messages before and after it; `null` where there is none in that frame
 */
export function decodeMessageAt(
  transcript: Messages,
  frame: number,
): { message: DecodedMessage; before: number | null; after: number | null } | null {
  const all = inTime(transcript, null);
  const at = all.findIndex(({ ipPackets }) => ipPackets.some((packet) => packet.frame === frame));
  const found = all[at];
  return found === undefined
    ? null
    : {
        message: found.decode(),
        before: all[at - 1]?.decode().frame ?? null,
        after: all[at + 1]?.decode().frame ?? null,
      };
}

type Messages = Pick<Transcript, "capture" | "ikeMessages" | "incompleteDatagrams">;

/** The messages in the order of their times. A capture may have a hundred thousand, and few are decoded. */
function inTime(
  { capture, ikeMessages, incompleteDatagrams }: Messages,
  spis: ReadonlySet<string> | null,
): { timeMs: number; ipPackets: readonly IpPacket[]; decode: () => DecodedMessage }[] {
  const isWanted = (header: { initiatorSpi: string } | null): boolean =>
    header !== null && (spis === null || spis.has(header.initiatorSpi));
  return [
    ...ikeMessages
      .filter(({ duplicateOf, message }) => duplicateOf === null && isWanted(message.header))
      .map((observed) => ({
        timeMs: observed.timeMs,
        ipPackets: observed.ipPackets,
        decode: () => decodedOf(capture, observed),
      })),
    ...incompleteDatagrams
      .filter(({ ikeHeader }) => isWanted(ikeHeader))
      .map((datagram) => ({
        timeMs: datagram.timeMs,
        ipPackets: datagram.ipPackets,
        decode: () => incompleteOf(capture, datagram),
      })),
  ].sort((a, b) => a.timeMs - b.timeMs);
}

function decodedOf(capture: string, observed: IkeObserved): DecodedMessage {
  const { message, flow } = observed;
  const isV1 = message.header.majorVersion === 1;
  return {
    capture,
    frame: observed.frame,
    timeMs: observed.timeMs,
    exactTime: `${observed.seconds}.${String(observed.nanoseconds).padStart(9, "0")}`,
    source: endpoint(flow.source, flow.sourcePort),
    destination: endpoint(flow.destination, flow.destinationPort),
    sourceAddress: flow.source,
    natTraversal: observed.natTraversal,
    udpPayloadBytes: observed.udpPayloadBytes,
    header: headerOf(message.header),
    availableBytes: message.availableBytes,
    ipPackets: inOrder(observed.ipPackets),
    missing: [],
    ikeFragment: message.ikeFragment,
    payloads: message.payloads.map(({ name, bytes }) => ({ name, bytes })),
    notifies: message.notifies.map(({ name, type, dataBytes }) => ({ name, type, dataBytes })),
    // The numbers of IKEv1's transforms are others, and its proposals are not read.
    proposals: isV1
      ? []
      : message.proposals.map(({ transforms }) => transforms.map(transformText).join(", ")),
    keGroup: message.keGroup === null ? null : transformName(KE, message.keGroup),
    vendorIds: message.vendorIds.map((hex) => findVendorId(hex)?.name ?? hex),
    copies: observed.copies,
    stoppedBy: message.stoppedBy,
  };
}

function incompleteOf(capture: string, datagram: IncompleteDatagram): DecodedMessage {
  const { ikeHeader, ipPackets, source, destination } = datagram;
  return {
    capture,
    frame: Math.min(...ipPackets.map(({ frame }) => frame)),
    timeMs: datagram.timeMs,
    exactTime: null,
    source: endpoint(source, datagram.sourcePort),
    destination: endpoint(destination, datagram.destinationPort),
    sourceAddress: source,
    natTraversal: false,
    udpPayloadBytes: datagram.udpPayloadBytes,
    header: ikeHeader && headerOf(ikeHeader),
    availableBytes: null,
    ipPackets: inOrder(ipPackets),
    missing: datagram.missing,
    ikeFragment: datagram.ikeFragment,
    payloads: [],
    notifies: [],
    proposals: [],
    keGroup: null,
    vendorIds: [],
    copies: 0,
    stoppedBy: null,
  };
}

const headerOf = (header: IkeObserved["message"]["header"]): DecodedHeader => {
  const isV1 = header.majorVersion === 1;
  return {
    initiatorSpi: header.initiatorSpi,
    responderSpi: header.responderSpi,
    version: `${header.majorVersion}.${header.minorVersion}`,
    exchange: exchangeName(header.majorVersion, header.exchangeType),
    exchangeType: header.exchangeType,
    messageId: header.messageId,
    isResponse: isV1 ? null : isResponse(header),
    isFromInitiator: isV1 ? null : isFromInitiator(header),
    length: header.length,
  };
};

/** The type of the transforms that KE payloads name, RFC 7296 §3.3.2. */
const KE = 4;

const transformText = ({ type, id, keyBits }: { type: number; id: number; keyBits: number | null }): string =>
  [transformName(type, id), keyBits].filter((part) => part !== null).join(" ");

const inOrder = (packets: readonly IpPacket[]): IpPacket[] =>
  packets.toSorted((a, b) => a.ipFragmentOffset - b.ipFragmentOffset);

const endpoint = (address: string, port: number | null): string =>
  port === null ? address : familyOf(address) === 6 ? `[${address}]:${port}` : `${address}:${port}`;

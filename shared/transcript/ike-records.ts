/** What `ikefrag decode --json` says of a message. */
import { isFromInitiator, isResponse } from "../ike/header.ts";
import { exchangeName } from "../ike/registry.ts";
import type { IpPacket } from "../packet/ip.ts";
import type { IkeObserved } from "./transcript.ts";

/** One line of `ikefrag decode --json`. */
export interface DecodeRecord {
  file: string;
  /** The frame that completes the message. */
  frame: number;
  /** Seconds since the epoch with nine decimals, as the file has them. */
  time: string;
  src: string;
  dst: string;
  sport: number;
  dport: number;
  /** Whether it came behind the non-ESP marker. */
  natt: boolean;
  /** 16 hex digits. */
  ispi: string;
  rspi: string;
  version: string;
  exchange: number;
  exchangeName: string;
  messageId: number;
  /** The flags Initiator and Response; `null` for IKEv1, which does not have them. */
  initiator: boolean | null;
  response: boolean | null;
  /** The Length field. */
  length: number;
  payloads: string[];
  /** The types of the Notify payloads in the clear. */
  notifies: number[];
  notifyNames: string[];
  /** The frames of its IP fragments in the order of their offsets; empty when it came in one packet. */
  fragments: number[];
  ikeFragment: { number: number; total: number } | null;
}

/** The record of a message. */
export function toDecodeRecord(file: string, observed: IkeObserved): DecodeRecord {
  const { flow, message, ipPackets } = observed;
  const { header } = message;
  const v1 = header.majorVersion === 1;
  return {
    file,
    frame: observed.frame,
    time: `${observed.seconds}.${String(observed.nanoseconds).padStart(9, "0")}`,
    src: flow.source,
    dst: flow.destination,
    sport: flow.sourcePort,
    dport: flow.destinationPort,
    natt: observed.natTraversal,
    ispi: header.initiatorSpi,
    rspi: header.responderSpi,
    version: `${header.majorVersion}.${header.minorVersion}`,
    exchange: header.exchangeType,
    exchangeName: exchangeName(header.majorVersion, header.exchangeType),
    messageId: header.messageId,
    initiator: v1 ? null : isFromInitiator(header),
    response: v1 ? null : isResponse(header),
    length: header.length,
    payloads: message.payloads.map(({ name }) => name),
    notifies: message.notifies.map(({ type }) => type),
    notifyNames: message.notifies.map(({ name }) => name),
    fragments: fragmentFrames(ipPackets),
    ikeFragment: message.ikeFragment,
  };
}

/** The frames of IP fragments in the order of their offsets; empty for a datagram that came in one packet. */
export function fragmentFrames(ipPackets: readonly IpPacket[]): number[] {
  if (ipPackets.length < 2) return [];
  const inOrder = ipPackets.every(
    ({ ipFragmentOffset }, at) => at === 0 || ipFragmentOffset >= (ipPackets[at - 1]?.ipFragmentOffset ?? 0),
  );
  const sorted = inOrder ? ipPackets : ipPackets.toSorted((a, b) => a.ipFragmentOffset - b.ipFragmentOffset);
  return sorted.map(({ frame }) => frame);
}

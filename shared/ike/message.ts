import { Cursor, isWireError, type WireError } from "../bytes/cursor.ts";
import { IKE_HEADER_BYTES, IKEV1_FLAG_ENCRYPTION, readIkeHeader } from "./header.ts";
import { readPayloadChain } from "./payload.ts";

/** What is read of one IKE message (RFC 7296 §3; IKEv1: RFC 2408 §3.1). */
export interface IkeMessage {
  header: IkeHeader;
  /** The clear-text payload chain, in order; SK and SKF end it. Empty for an encrypted IKEv1 message. */
  payloads: IkePayloadInfo[];
  /** Notify payloads in the clear. */
  notifies: IkeNotify[];
  /** Vendor ID payload bodies, lower-case hex; the first 64 bytes of each. */
  vendorIds: string[];
  /** Transforms of each proposal in the SA payload; empty when there is none in the clear. */
  proposals: IkeProposal[];
  /** Diffie-Hellman group of the KE payload, RFC 7296 §3.4. */
  keGroup: number | null;
  /** RFC 7383 §2.5, from the SKF payload. */
  ikeFragment: { number: number; total: number } | null;
  /** IKEv1 as Windows and Cisco fragment it, [MS-IKEE] §2.2.2: the last fragment alone tells how many there are. */
  ikev1Fragment: { id: number; number: number; last: boolean } | null;
  /** Bytes that were there: compare with `header.length`. */
  availableBytes: number;
  /** What stopped the walk along the payloads, as text with the field and offset; `null` at a clean end. */
  stoppedBy: string | null;
}

export interface IkeHeader {
  /** 16 lower-case hex digits. */
  initiatorSpi: string;
  responderSpi: string;
  nextPayload: number;
  majorVersion: number;
  minorVersion: number;
  exchangeType: number;
  /** The flags octet as it is. */
  flags: number;
  messageId: number;
  /** The Length field, header included. */
  length: number;
}

export interface IkePayloadInfo {
  type: number;
  /** RFC 7296 notation: `SA`, `KE`, `N`, `SKF`; `unknown(99)`. */
  name: string;
  /** Payload Length, its 4-byte header included. */
  bytes: number;
}

export interface IkeNotify {
  type: number;
  /** IANA name or `unknown(4711)`. */
  name: string;
  dataBytes: number;
}

export interface IkeProposal {
  protocolId: number;
  transforms: { type: number; id: number; keyBits: number | null }[];
}

/**
 * Reads one IKE message with all that is in the clear, RFC 7296 §3.
 *
 * @param bytes the message from the initiator's SPI on, as much as there is; bytes beyond the Length field are not
 *   looked at. `start` and `end` name a part of them.
 * @returns an error where the header itself cannot be read; all later trouble is in `stoppedBy`
 */
export function readIkeMessage(bytes: Uint8Array, start = 0, end = bytes.length): IkeMessage | WireError {
  let header: IkeHeader;
  try {
    header = readIkeHeader(new Cursor(bytes, start, end));
  } catch (error) {
    if (!isWireError(error)) throw error;
    return error;
  }
  const message: IkeMessage = {
    header,
    payloads: [],
    notifies: [],
    vendorIds: [],
    proposals: [],
    keGroup: null,
    ikeFragment: null,
    ikev1Fragment: null,
    availableBytes: end - start,
    stoppedBy: null,
  };
  const isEncryptedIkev1 = header.majorVersion === 1 && (header.flags & IKEV1_FLAG_ENCRYPTION) !== 0;
  if (!isEncryptedIkev1) {
    const body = new Cursor(bytes, start + IKE_HEADER_BYTES, Math.min(start + header.length, end));
    message.stoppedBy = readPayloadChain(message, body);
  }
  return message;
}

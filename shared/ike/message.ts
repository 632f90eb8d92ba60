/** One IKE message: its header, and the payloads that are in the clear. */
import { Cursor, isWireError, type WireError } from "../bytes/cursor.ts";
import { IKE_HEADER_BYTES, IKEV1_FLAG_ENCRYPTION, type IkeHeader, readIkeHeader } from "./header.ts";
import { type IkePayloads, readPayloadChain } from "./payload.ts";

/** What is read of one IKE message (RFC 7296 §3; IKEv1: RFC 2408 §3.1). */
export interface IkeMessage extends IkePayloads {
  header: IkeHeader;
  /** Bytes that were there: compare with `header.length`. */
  availableBytes: number;
  /** What stopped the walk along the payloads, as text with the field and offset; `null` at a clean end. */
  stoppedBy: string | null;
}

/**
 * Reads one IKE message with everything that is in the clear, RFC 7296 §3.
 *
 * @param bytes the message from the initiator's SPI on, as much as there is; what follows its Length is not
 *   looked at
 * @param start where the message begins in `bytes`
 * @param end where it ends at the latest
 * @returns an error when the header cannot be read; `stoppedBy` says what is wrong behind it
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
  // Most messages are encrypted, and a capture may have many: what is empty is not kept for each of them.
  if (message.notifies.length === 0) message.notifies = NONE;
  if (message.vendorIds.length === 0) message.vendorIds = NONE;
  if (message.proposals.length === 0) message.proposals = NONE;
  return message;
}

/** All messages share it, so nothing is ever put into it. */
const NONE = Object.freeze([]) as unknown as never[];

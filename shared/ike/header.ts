/** The fixed header of every IKE message. */
import { type Cursor, MalformedError } from "../bytes/cursor.ts";

/** The fields of the fixed header, RFC 7296 §3.1 and RFC 2408 §3.1. */
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

/** Bytes of the fixed header, RFC 7296 §3.1 and RFC 2408 §3.1. */
export const IKE_HEADER_BYTES = 28;
/** Bytes of the generic payload header, RFC 7296 §3.2. */
export const PAYLOAD_HEADER_BYTES = 4;
/** The SPI of an end that has not chosen one yet. */
export const NO_SPI = "0000000000000000";

/** Bits of the Flags octet, RFC 7296 §3.1. */
export const IKE_FLAG = { initiator: 0x08, version: 0x10, response: 0x20 } as const;
/** The flag of IKEv1 that says that the payloads are encrypted, RFC 2408 §3.1. */
export const IKEV1_FLAG_ENCRYPTION = 0x01;

/**
 * Reads the fixed IKE header, RFC 7296 §3.1 (28 bytes).
 *
 * @param cursor at the initiator's SPI; the non-ESP marker (RFC 3948 §2.2) is already read
 * @returns SPIs as 16 lower-case hex digits; `length` in bytes, header included
 * @throws {TruncatedError} fewer than 28 bytes are left
 * @throws {MalformedError} `length` is below 28
 */
export function readIkeHeader(cursor: Cursor): Readonly<IkeHeader> {
  const initiatorSpi = spiText(cursor.u32("IKE initiator SPI"), cursor.u32("IKE initiator SPI"));
  const responderSpi = spiText(cursor.u32("IKE responder SPI"), cursor.u32("IKE responder SPI"));
  const nextPayload = cursor.u8("IKE Next Payload");
  const version = cursor.u8("IKE Version");
  const exchangeType = cursor.u8("IKE Exchange Type");
  const flags = cursor.u8("IKE Flags");
  const messageId = cursor.u32("IKE Message ID");
  const length = cursor.u32("IKE Length");
  if (length < IKE_HEADER_BYTES) {
    throw new MalformedError(
      `Cannot read IKE header as Length must be >= ${IKE_HEADER_BYTES}: current value is ${length}`,
    );
  }
  const last = lastHeader;
  const isSame =
    last.length === length &&
    last.messageId === messageId &&
    last.initiatorSpi === initiatorSpi &&
    last.responderSpi === responderSpi &&
    last.nextPayload === nextPayload &&
    last.exchangeType === exchangeType &&
    last.flags === flags &&
    last.majorVersion === version >> 4 &&
    last.minorVersion === (version & 0x0f);
  if (isSame) return last;
  lastHeader = {
    initiatorSpi,
    responderSpi,
    nextPayload,
    majorVersion: version >> 4,
    minorVersion: version & 0x0f,
    exchangeType,
    flags,
    messageId,
    length,
  };
  return lastHeader;
}

/** The last header: all IKE fragments of a message but the last one have the same, and share it. */
let lastHeader: Readonly<IkeHeader> = {
  initiatorSpi: "",
  responderSpi: "",
  nextPayload: 0,
  majorVersion: 0,
  minorVersion: 0,
  exchangeType: 0,
  flags: 0,
  messageId: 0,
  length: 0,
};

/**
 * The last SPIs and their texts: the messages of an SA share an SPI, so that its text is made once and kept
 * once.
 */
const MEMO_SLOTS = 256;
const memoHigh = new Uint32Array(MEMO_SLOTS);
const memoLow = new Uint32Array(MEMO_SLOTS);
const memoText: string[] = Array<string>(MEMO_SLOTS).fill(NO_SPI);

function spiText(high: number, low: number): string {
  const slot = (high ^ low ^ (low >>> 8)) & (MEMO_SLOTS - 1);
  if (memoHigh[slot] !== high || memoLow[slot] !== low) {
    memoHigh[slot] = high;
    memoLow[slot] = low;
    memoText[slot] = high.toString(16).padStart(8, "0") + low.toString(16).padStart(8, "0");
  }
  return memoText[slot] ?? NO_SPI;
}

/** Whether the original initiator of the IKE SA sent the message; only IKEv2 has this flag. */
export function isFromInitiator({ flags }: Pick<IkeHeader, "flags">): boolean {
  return (flags & IKE_FLAG.initiator) !== 0;
}

/** Whether the message answers a request; only IKEv2 has this flag. */
export function isResponse({ flags }: Pick<IkeHeader, "flags">): boolean {
  return (flags & IKE_FLAG.response) !== 0;
}

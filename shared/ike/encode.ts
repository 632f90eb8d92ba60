/** Writes IKE messages: those of a probe, and those that tests read. */
import { concatBytes } from "../bytes/concat.ts";
import { fromHex } from "../bytes/hex.ts";
import { IKE_FLAG, IKE_HEADER_BYTES, NO_SPI, PAYLOAD_HEADER_BYTES } from "./header.ts";
import { PayloadType } from "./registry.ts";

/** One payload of a message; `body` is what follows the 4-byte generic header, RFC 7296 §3.2. */
export interface PayloadToEncode {
  type: number;
  body: Uint8Array;
  /** Sets the critical bit, RFC 7296 §2.5. */
  critical?: boolean;
  /**
   * Next Payload, where it is not the type of the payload that follows: SK and SKF name the first inner
   * payload.
   */
  nextPayload?: number;
}

/** A message, without the fields that follow from its payloads. */
export interface IkeMessageToEncode {
  /** 16 hex digits. */
  initiatorSpi: string;
  /** 16 hex digits; 16 zeros unless given, as in a first request. */
  responderSpi?: string;
  exchangeType: number;
  /** Whether the original initiator sends it: the flag Initiator. */
  initiator: boolean;
  /** The flag Response. */
  response: boolean;
  messageId?: number;
  /** 2.0 unless given. */
  majorVersion?: number;
  minorVersion?: number;
  payloads: readonly PayloadToEncode[];
}

/**
 * Writes an IKE message, RFC 7296 §3.1; Next Payload and Length follow from its payloads.
 *
 * @returns the message from the initiator's SPI on, without the non-ESP marker
 * @throws {RangeError} a payload is longer than its 16-bit length field
 */
export function encodeIkeMessage(message: IkeMessageToEncode): Uint8Array<ArrayBuffer> {
  const { payloads } = message;
  const length = IKE_HEADER_BYTES + payloadsBytes(payloads);
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  bytes.set(spiBytes(message.initiatorSpi), 0);
  bytes.set(spiBytes(message.responderSpi ?? NO_SPI), 8);
  bytes[16] = payloads[0]?.type ?? PayloadType.NONE;
  bytes[17] = ((message.majorVersion ?? 2) << 4) | (message.minorVersion ?? 0);
  bytes[18] = message.exchangeType;
  bytes[19] = (message.initiator ? IKE_FLAG.initiator : 0) | (message.response ? IKE_FLAG.response : 0);
  view.setUint32(20, message.messageId ?? 0);
  view.setUint32(24, length);
  bytes.set(encodePayloads(payloads), IKE_HEADER_BYTES);
  return bytes;
}

/**
 * Writes a chain of payloads, RFC 7296 §3.2: what stands behind the header of a message, or inside SK.
 *
 * @throws {RangeError} a payload is longer than its 16-bit length field
 */
export function encodePayloads(payloads: readonly PayloadToEncode[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(payloadsBytes(payloads));
  const view = new DataView(bytes.buffer);
  let offset = 0;
  for (const [index, { type, body, critical, nextPayload }] of payloads.entries()) {
    const payloadLength = PAYLOAD_HEADER_BYTES + body.length;
    if (payloadLength > 0xffff) {
      throw new RangeError(`Cannot encode payload ${type}: its length ${payloadLength} exceeds 65535`);
    }
    bytes[offset] = nextPayload ?? payloads[index + 1]?.type ?? PayloadType.NONE;
    bytes[offset + 1] = critical ? 0x80 : 0;
    view.setUint16(offset + 2, payloadLength);
    bytes.set(body, offset + PAYLOAD_HEADER_BYTES);
    offset += payloadLength;
  }
  return bytes;
}

/** One transform of a proposal; `keyBits` adds the Key Length attribute, RFC 7296 §3.3.5. */
export interface TransformToEncode {
  type: number;
  id: number;
  keyBits?: number | null;
}

/** One proposal of an SA payload. */
export interface ProposalToEncode {
  protocolId: number;
  /** Hex digits; absent for IKE in IKE_SA_INIT. */
  spi?: string;
  transforms: readonly TransformToEncode[];
}

/** The body of an SA payload, RFC 7296 §3.3; proposals are numbered from 1. */
export function saBody(proposals: readonly ProposalToEncode[]): Uint8Array<ArrayBuffer> {
  return concatBytes(
    proposals.map(({ protocolId, spi, transforms }, index) => {
      const spiValue = fromHex(spi ?? "");
      const body = concatBytes(
        transforms.map((transform, t) => encodeTransform(transform, t === transforms.length - 1)),
      );
      const head = new Uint8Array(8);
      head[0] = index === proposals.length - 1 ? 0 : 2;
      new DataView(head.buffer).setUint16(2, 8 + spiValue.length + body.length);
      head[4] = index + 1;
      head[5] = protocolId;
      head[6] = spiValue.length;
      head[7] = transforms.length;
      return concatBytes([head, spiValue, body]);
    }),
  );
}

/**
 * The body of a KE payload, RFC 7296 §3.4. `KEY_EXCHANGE_DATA_BYTES` says how long a group's public value
 * is.
 */
export function keBody(group: number, publicValue: Uint8Array): Uint8Array<ArrayBuffer> {
  return concatBytes([Uint8Array.of(group >> 8, group & 0xff, 0, 0), publicValue]);
}

/** The body of a Notify payload, RFC 7296 §3.10, without an SPI unless one is given in hex digits. */
export function notifyBody(
  notifyType: number,
  data: Uint8Array = new Uint8Array(0),
  about: { protocolId: number; spi: string } = { protocolId: 0, spi: "" },
): Uint8Array<ArrayBuffer> {
  const spi = fromHex(about.spi);
  return concatBytes([
    Uint8Array.of(about.protocolId, spi.length, notifyType >> 8, notifyType & 0xff),
    spi,
    data,
  ]);
}

/** The bytes of a message with these payloads, as its Length field will say. */
export function ikeMessageBytes(payloads: readonly PayloadToEncode[]): number {
  return IKE_HEADER_BYTES + payloadsBytes(payloads);
}

/**
 * Adds a Vendor ID payload to the payloads, so that the message gets exactly the length that is asked for.
 * Whoever does not know the Vendor ID ignores it (RFC 7296 §3.12).
 *
 * @param ikeLength bytes of the whole IKE message, header included
 * @param vendorId the beginning of the added payload's body; zeros fill the rest
 * @throws {RangeError} the payloads and the Vendor ID do not fit
 */
export function padWithVendorId(
  payloads: readonly PayloadToEncode[],
  ikeLength: number,
  vendorId: Uint8Array,
): PayloadToEncode[] {
  const room = ikeLength - ikeMessageBytes(payloads) - PAYLOAD_HEADER_BYTES;
  if (room < vendorId.length) {
    throw new RangeError(
      `Cannot pad an IKE message to ${ikeLength} bytes: ${ikeMessageBytes(payloads)} are used and the Vendor ID needs ${PAYLOAD_HEADER_BYTES + vendorId.length}`,
    );
  }
  const body = new Uint8Array(room);
  body.set(vendorId);
  return [...payloads, { type: PayloadType.V, body }];
}

/** The message behind the non-ESP marker, as it is sent on port 4500; RFC 3948 §2.2. */
export function withNonEspMarker(ikeMessage: Uint8Array): Uint8Array<ArrayBuffer> {
  return concatBytes([new Uint8Array(4), ikeMessage]);
}

/** Transform type, ID and the Key Length attribute (14, short form), RFC 7296 §3.3.2 and §3.3.5. */
function encodeTransform({ type, id, keyBits }: TransformToEncode, last: boolean): Uint8Array<ArrayBuffer> {
  const hasKeyBits = keyBits !== undefined && keyBits !== null;
  const bytes = new Uint8Array(hasKeyBits ? 12 : 8);
  const view = new DataView(bytes.buffer);
  bytes[0] = last ? 0 : 3;
  view.setUint16(2, bytes.length);
  bytes[4] = type;
  view.setUint16(6, id);
  if (hasKeyBits) {
    view.setUint16(8, 0x800e);
    view.setUint16(10, keyBits);
  }
  return bytes;
}

function payloadsBytes(payloads: readonly PayloadToEncode[]): number {
  return payloads.reduce((sum, { body }) => sum + PAYLOAD_HEADER_BYTES + body.length, 0);
}

function spiBytes(spi: string): Uint8Array {
  const bytes = fromHex(spi);
  if (bytes.length !== 8) throw new RangeError(`Cannot encode IKE SPI "${spi}": it must have 16 hex digits`);
  return bytes;
}

/** Encrypted messages, whole (SK, RFC 7296 §3.14, RFC 5282) and in IKE fragments (SKF, RFC 7383 §2.5). */
import { cbc, gcm } from "@noble/ciphers/aes.js";
import { concatBytes } from "../../bytes/concat.ts";
import { Cursor, isWireError } from "../../bytes/cursor.ts";
import {
  encodeIkeMessage,
  encodePayloads,
  type IkeMessageToEncode,
  type PayloadToEncode,
} from "../encode.ts";
import { IKE_HEADER_BYTES, type IkeHeader, PAYLOAD_HEADER_BYTES, readIkeHeader } from "../header.ts";
import { PayloadType } from "../registry.ts";
import { type DirectionKeys, hmacOf } from "./key-material.ts";
import type { Suite } from "./suite.ts";

/** Random bytes on request. */
export type RandomBytes = (count: number) => Uint8Array;

/** The header of a message that is sealed. */
export type SealedHeader = Omit<IkeMessageToEncode, "payloads">;

/** Fragment Number and Total Fragments, RFC 7383 §2.5. */
const FRAGMENT_FIELDS_BYTES = 4;
const BLOCK_BYTES = 16; // AES, RFC 3602 §2.4
const IV_BYTES = { cbc: 16, gcm: 8 } as const; // RFC 3602 §2.1, RFC 5282 §3.1
const GCM_TAG_BYTES = 16; // RFC 5282 §6

const icvBytes = (suite: Suite): number => suite.integrity?.icvBytes ?? GCM_TAG_BYTES;

/** Bytes of a sealed message beside what is encrypted in it. */
const frameBytes = (suite: Suite, fragmented: boolean): number =>
  IKE_HEADER_BYTES +
  PAYLOAD_HEADER_BYTES +
  (fragmented ? FRAGMENT_FIELDS_BYTES : 0) +
  IV_BYTES[suite.cipher] +
  icvBytes(suite);

/** What is encrypted: the payloads, padding for CBC, and the byte that says how much (RFC 7296 §3.14). */
const encryptedBytes = (suite: Suite, innerBytes: number): number =>
  suite.cipher === "cbc" ? Math.ceil((innerBytes + 1) / BLOCK_BYTES) * BLOCK_BYTES : innerBytes + 1;

/**
 * Bytes of the IKE message that carries these payloads encrypted.
 *
 * @param innerBytes of the payloads, their headers included
 */
export function sealedBytes(suite: Suite, innerBytes: number, fragmented = false): number {
  return frameBytes(suite, fragmented) + encryptedBytes(suite, innerBytes);
}

/**
 * The most bytes of payloads that an encrypted message of this size can carry: the inverse of `sealedBytes`.
 *
 * @param ikeBytes of the whole IKE message
 * @returns below 0 where nothing fits
 */
export function innerRoom(suite: Suite, ikeBytes: number, fragmented = false): number {
  const room = ikeBytes - frameBytes(suite, fragmented);
  return (suite.cipher === "cbc" ? Math.floor(room / BLOCK_BYTES) * BLOCK_BYTES : room) - 1;
}

/**
 * Encrypts payloads into one message, RFC 7296 §3.14.
 *
 * @returns the IKE message, without the non-ESP marker
 */
export function seal(
  suite: Suite,
  keys: DirectionKeys,
  header: SealedHeader,
  payloads: readonly PayloadToEncode[],
  random: RandomBytes,
): Uint8Array<ArrayBuffer> {
  const first = payloads[0]?.type ?? PayloadType.NONE;
  return sealPart(suite, keys, header, first, encodePayloads(payloads), null, random);
}

/**
 * Encrypts payloads into IKE fragments, RFC 7383 §2.5.
 *
 * @param fragmentIkeBytes the most bytes of each IKE message, header included
 * @throws {RangeError} not even one byte fits each
 */
export function sealInFragments(
  suite: Suite,
  keys: DirectionKeys,
  header: SealedHeader,
  payloads: readonly PayloadToEncode[],
  fragmentIkeBytes: number,
  random: RandomBytes,
): Uint8Array<ArrayBuffer>[] {
  const room = innerRoom(suite, fragmentIkeBytes, true);
  if (room < 1) throw new RangeError(`Cannot seal IKE fragments of ${fragmentIkeBytes} bytes: nothing fits`);
  const inner = encodePayloads(payloads);
  const total = Math.max(1, Math.ceil(inner.length / room));
  return Array.from({ length: total }, (_, at) => {
    // The first names the first payload inside, all others name none.
    const first = at === 0 ? (payloads[0]?.type ?? PayloadType.NONE) : PayloadType.NONE;
    const part = inner.subarray(at * room, (at + 1) * room);
    return sealPart(suite, keys, header, first, part, { number: at + 1, total }, random);
  });
}

function sealPart(
  suite: Suite,
  keys: DirectionKeys,
  header: SealedHeader,
  nextPayload: number,
  inner: Uint8Array,
  fragment: { number: number; total: number } | null,
  random: RandomBytes,
): Uint8Array<ArrayBuffer> {
  const fields =
    fragment === null
      ? new Uint8Array(0)
      : Uint8Array.of(fragment.number >> 8, fragment.number, fragment.total >> 8, fragment.total);
  const iv = random(IV_BYTES[suite.cipher]);
  const plain = new Uint8Array(encryptedBytes(suite, inner.length));
  plain.set(inner);
  plain[plain.length - 1] = plain.length - inner.length - 1;
  const message = encodeIkeMessage({
    ...header,
    payloads: [
      {
        type: fragment === null ? PayloadType.SK : PayloadType.SKF,
        nextPayload,
        body: concatBytes([fields, iv, plain, new Uint8Array(icvBytes(suite))]),
      },
    ],
  });
  const ivAt = IKE_HEADER_BYTES + PAYLOAD_HEADER_BYTES + fields.length;
  const dataAt = ivAt + iv.length;
  if (suite.integrity === null) {
    message.set(gcmOf(keys, iv, message.subarray(0, ivAt)).encrypt(plain), dataAt);
    return message;
  }
  message.set(cbc(keys.encryption, iv, { disablePadding: true }).encrypt(plain), dataAt);
  const icvAt = message.length - suite.integrity.icvBytes;
  message.set(icvOf(suite.integrity, keys, message.subarray(0, icvAt)), icvAt);
  return message;
}

/** One sealed message, opened. */
export interface OpenedPart {
  header: IkeHeader;
  /** The type of the first payload inside. */
  firstPayload: number;
  /** The payloads, or a part of them where it is an IKE fragment. */
  inner: Uint8Array;
  ikeFragment: { number: number; total: number } | null;
}

/** Why a message cannot be opened: it holds together no SK payload, or another one made it. */
export type OpenFailure = "malformed" | "integrity";

/**
 * Opens one sealed message. Nothing in it is read before its integrity is checked, but for the sizes that
 * say where its check is.
 *
 * @param message an IKE message without the non-ESP marker, and nothing behind it: a stranger's bytes
 */
export function openPart(suite: Suite, keys: DirectionKeys, message: Uint8Array): OpenedPart | OpenFailure {
  let header: IkeHeader;
  try {
    header = readIkeHeader(new Cursor(message));
  } catch (error) {
    if (!isWireError(error)) throw error;
    return "malformed";
  }
  const { nextPayload: type, length } = header;
  if (length !== message.length || (type !== PayloadType.SK && type !== PayloadType.SKF)) return "malformed";
  const fragmented = type === PayloadType.SKF;
  const encrypted = length - frameBytes(suite, fragmented);
  const payloadLength = ((message[IKE_HEADER_BYTES + 2] ?? 0) << 8) | (message[IKE_HEADER_BYTES + 3] ?? 0);
  // SK is the only payload of the message: what stands in front of it or behind it is nobody's.
  if (encrypted < 1 || payloadLength !== length - IKE_HEADER_BYTES) return "malformed";
  if (suite.cipher === "cbc" && encrypted % BLOCK_BYTES !== 0) return "malformed";
  const plain = decrypt(suite, keys, message, fragmented);
  if (plain === null) return "integrity";
  const innerBytes = plain.length - 1 - (plain[plain.length - 1] ?? 0);
  if (innerBytes < 0) return "malformed";
  const fieldsAt = IKE_HEADER_BYTES + PAYLOAD_HEADER_BYTES;
  const u16 = (at: number): number => ((message[at] ?? 0) << 8) | (message[at + 1] ?? 0);
  return {
    header,
    firstPayload: message[IKE_HEADER_BYTES] ?? PayloadType.NONE,
    inner: plain.subarray(0, innerBytes),
    ikeFragment: fragmented ? { number: u16(fieldsAt), total: u16(fieldsAt + 2) } : null,
  };
}

/** @returns `null` where the integrity is wrong */
function decrypt(
  suite: Suite,
  keys: DirectionKeys,
  message: Uint8Array,
  fragmented: boolean,
): Uint8Array | null {
  const ivAt = IKE_HEADER_BYTES + PAYLOAD_HEADER_BYTES + (fragmented ? FRAGMENT_FIELDS_BYTES : 0);
  const dataAt = ivAt + IV_BYTES[suite.cipher];
  const iv = message.subarray(ivAt, dataAt);
  if (suite.integrity === null) {
    try {
      return gcmOf(keys, iv, message.subarray(0, ivAt)).decrypt(message.subarray(dataAt));
    } catch {
      return null; // the tag is wrong: the lengths were checked
    }
  }
  const icvAt = message.length - suite.integrity.icvBytes;
  const icv = icvOf(suite.integrity, keys, message.subarray(0, icvAt));
  if (!icv.every((byte, at) => byte === message[icvAt + at])) return null;
  return cbc(keys.encryption, iv, { disablePadding: true }).decrypt(message.subarray(dataAt, icvAt));
}

/** AES-GCM with RFC 5282's nonce: the salt at the end of the key, and the IV. */
function gcmOf(keys: DirectionKeys, iv: Uint8Array, aad: Uint8Array) {
  const { encryption } = keys;
  const nonce = concatBytes([encryption.subarray(-4), iv]);
  return gcm(encryption.subarray(0, -4), nonce, aad);
}

const icvOf = (
  { hash, icvBytes: length }: NonNullable<Suite["integrity"]>,
  keys: DirectionKeys,
  data: Uint8Array,
): Uint8Array => hmacOf(hash, keys.integrity, data).subarray(0, length);

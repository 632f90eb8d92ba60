/**
 * What a Worker has in the place of a file of the library for passkeys, which reads the two integers of an
 * ECDSA signature with a whole reader of ASN.1.
 */

/** The bytes of an integer by COSE's number of the curve: P-256, P-384, P-521 (RFC 9053 §7.1). */
const INTEGER_BYTES: Readonly<Record<number, number>> = { 1: 32, 2: 48, 3: 66 };
const SEQUENCE = 0x30;
const INTEGER = 0x02;

/**
 * What a value of DER holds (X.690 §8.1), and what stands behind it. No value here is longer than 255 bytes.
 */
function take(bytes: Uint8Array, tag: number): { body: Uint8Array; rest: Uint8Array } {
  const isLong = bytes[1] === 0x81;
  const length = bytes[isLong ? 2 : 1] ?? 0;
  const start = isLong ? 3 : 2;
  const end = start + length;
  // A length is written as short as it can be.
  if (bytes[0] !== tag || length === 0 || end > bytes.length || isLong !== length > 127)
    throw new Error("Cannot read the signature: it is no DER");
  return { body: bytes.subarray(start, end), rest: bytes.subarray(end) };
}

/** A positive integer in full length. */
function toFull(body: Uint8Array, length: number): Uint8Array {
  const [first = 0, second = 0] = body;
  const isPadded = first === 0;
  const digits = isPadded ? body.subarray(1) : body;
  // The zero in front is there where the number would be negative without it, and only there.
  if (first > 127 || (isPadded && second < 128) || digits.length === 0 || digits.length > length)
    throw new Error("Cannot read the signature: it has an integer that is none of this curve");
  const full = new Uint8Array(length);
  full.set(digits, length - digits.length);
  return full;
}

/**
 * A signature as Web Authentication has it, `ECDSA-Sig-Value` in DER (RFC 3279 §2.2.3), as Web Crypto wants
 * it: both integers in full length, one after the other.
 *
 * @param curve COSE's number of it
 * @throws {Error} it is no such signature
 */
export function unwrapEC2Signature(signature: Uint8Array, curve: number): Uint8Array {
  const length = INTEGER_BYTES[curve];
  if (length === undefined) throw new Error(`Cannot read the signature: unknown curve ${curve}`);
  const { body, rest: behind } = take(signature, SEQUENCE);
  const r = take(body, INTEGER);
  const s = take(r.rest, INTEGER);
  if (behind.length > 0 || s.rest.length > 0) throw new Error("Cannot read the signature: it does not end");
  const joined = new Uint8Array(2 * length);
  joined.set(toFull(r.body, length));
  joined.set(toFull(s.body, length), length);
  return joined;
}

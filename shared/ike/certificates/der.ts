/**
 * Reads DER (X.690), as far as certificates need it: definite lengths, tags of one byte, and no descent by
 * itself, so that how deep something is nested costs nothing.
 */
import { type Cursor, MalformedError } from "../../bytes/cursor.ts";

/** The tags of the universal class that certificates have, X.680 §8.6. */
export const Tag = {
  BOOLEAN: 0x01,
  INTEGER: 0x02,
  BIT_STRING: 0x03,
  OCTET_STRING: 0x04,
  OID: 0x06,
  UTF8_STRING: 0x0c,
  NUMERIC_STRING: 0x12,
  PRINTABLE_STRING: 0x13,
  TELETEX_STRING: 0x14,
  IA5_STRING: 0x16,
  UTC_TIME: 0x17,
  GENERALIZED_TIME: 0x18,
  VISIBLE_STRING: 0x1a,
  UNIVERSAL_STRING: 0x1c,
  BMP_STRING: 0x1e,
  SEQUENCE: 0x30,
  SET: 0x31,
} as const;

/** One element: its tag, and a cursor over its content. */
export interface DerElement {
  tag: number;
  content: Cursor;
}

/** The tag of a context-specific element, X.690 §8.1.2: `constructed` where elements are inside. */
export const contextTag = (number: number, kind: "primitive" | "constructed"): number =>
  (kind === "constructed" ? 0xa0 : 0x80) | number;

/**
 * Reads the next element.
 *
 * @param field what is expected here, for the error
 * @throws {TruncatedError} fewer bytes are left than its length says
 * @throws {MalformedError} it is not DER, or has a tag of several bytes
 */
export function readElement(cursor: Cursor, field: string): DerElement {
  const tag = cursor.u8(`tag of ${field}`);
  if ((tag & 0x1f) === 0x1f) throw new MalformedError(`Cannot read ${field}: its tag has several bytes`);
  const first = cursor.u8(`length of ${field}`);
  if (first < 0x80) return { tag, content: cursor.inside(first, field) };
  const lengthBytes = first & 0x7f;
  if (lengthBytes === 0 || lengthBytes > 4) {
    throw new MalformedError(`Cannot read ${field}: its length has ${lengthBytes} bytes`);
  }
  let length = 0;
  for (let i = 0; i < lengthBytes; i++) length = length * 256 + cursor.u8(`length of ${field}`);
  if (length < 0x80) throw new MalformedError(`Cannot read ${field}: its length is not DER`);
  return { tag, content: cursor.inside(length, field) };
}

/**
 * Reads the next element, which has to have this tag.
 *
 * @throws {TruncatedError} fewer bytes are left than its length says
 * @throws {MalformedError} it has another tag, or is not DER
 */
export function readTagged(cursor: Cursor, tag: number, field: string): Cursor {
  const element = readElement(cursor, field);
  if (element.tag === tag) return element.content;
  throw new MalformedError(`Cannot read ${field}: its tag is ${element.tag} in place of ${tag}`);
}

/** Reads the next element if it has this tag, and nothing otherwise. */
export function readOptional(cursor: Cursor, tag: number, field: string): Cursor | null {
  return cursor.left > 0 && cursor.peek() === tag ? readTagged(cursor, tag, field) : null;
}

/** Far longer than any that is registered. */
const MAX_OID_BYTES = 32;

/**
 * Reads an object identifier as dotted numbers, X.690 §8.19.
 *
 * @throws {WireError} it is none, or too long
 */
export function readOid(cursor: Cursor, field: string): string {
  const content = readTagged(cursor, Tag.OID, field);
  const bytes = content.left;
  if (bytes === 0 || bytes > MAX_OID_BYTES) {
    throw new MalformedError(`Cannot read ${field}: its object identifier has ${bytes} bytes`);
  }
  const arcs: number[] = [];
  while (content.left > 0) {
    let arc = 0;
    for (let more = true; more; ) {
      const byte = content.u8(field);
      more = byte >= 0x80;
      arc = arc * 128 + (byte & 0x7f);
      if (arc > Number.MAX_SAFE_INTEGER) throw new MalformedError(`Cannot read ${field}: too large a number`);
    }
    arcs.push(arc);
  }
  const [joined = 0, ...others] = arcs;
  const top = Math.min(Math.floor(joined / 40), 2);
  return [top, joined - top * 40, ...others].join(".");
}

/** The bits of a positive INTEGER: what is called the size of an RSA key. */
export function bitsOf(integer: Cursor): number {
  let byte = 0;
  while (integer.left > 0 && byte === 0) byte = integer.u8("INTEGER");
  return byte === 0 ? 0 : integer.left * 8 + (32 - Math.clz32(byte));
}

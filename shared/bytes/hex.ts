/** Bytes as hex digits and back. */

const DIGITS = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** Bytes as lower-case hex digits, two for each. */
export function toHex(bytes: Uint8Array): string {
  return hexAt(bytes, 0, bytes.length);
}

/** A part of the bytes as lower-case hex digits; a byte beyond the end is written as 00. */
export function hexAt(bytes: Uint8Array, start: number, length: number): string {
  let text = "";
  for (let at = start; at < start + length; at++) text += DIGITS[bytes[at] ?? 0];
  return text;
}

/**
 * Bytes from hex digits of either case; white space between them is ignored.
 *
 * @throws {SyntaxError} there is any other letter, or an odd number of digits
 */
export function fromHex(text: string): Uint8Array<ArrayBuffer> {
  const digits = text.replace(/\s+/g, "");
  if (digits.length % 2 !== 0 || !/^[0-9a-f]*$/i.test(digits)) {
    throw new SyntaxError(`Cannot read hex: "${text.slice(0, 40)}" is not pairs of hex digits`);
  }
  const bytes = new Uint8Array(digits.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(digits.slice(i * 2, i * 2 + 2), 16);
  return bytes;
}

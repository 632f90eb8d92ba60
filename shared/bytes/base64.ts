/** Base64 text to bytes and back, with what every runtime has: `atob` and `btoa`. */

/**
 * How many bytes a base64 text stands for, without decoding it: three for four letters, less the padding.
 */
export function base64Bytes(text: string): number {
  const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  return Math.floor((text.length * 3) / 4) - padding;
}

/**
 * The bytes that a base64 text stands for.
 *
 * @throws {DOMException} the text is no base64; schemas check that before
 */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  const letters = atob(text);
  const bytes = new Uint8Array(letters.length);
  for (let at = 0; at < bytes.length; at++) bytes[at] = letters.charCodeAt(at);
  return bytes;
}

/** Bytes as base64 text, with padding. */
export function toBase64(bytes: Uint8Array): string {
  let text = "";
  // In slices: a spread of a whole capture would overflow the stack.
  for (let at = 0; at < bytes.length; at += 8_192)
    text += String.fromCharCode(...bytes.subarray(at, at + 8_192));
  return btoa(text);
}

/**
 * Base64 text to bytes and back. By what is fastest on each runtime, and with the same results on all: an
 * agent's measurements are mostly base64, and `atob` with a loop over its letters took a fifth of the
 * service's time.
 */

/** What Node.js before 25 has in the place of `Uint8Array.fromBase64`, as far as it is used here. */
interface NodeBuffer {
  from(bytes: ArrayBufferLike, byteOffset: number, length: number): NodeBytes;
}
interface NodeBytes {
  write(text: string, encoding: "base64"): number;
  toString(encoding: "base64"): string;
}

/** ECMAScript 2026, which not every runtime has yet. */
interface Base64Bytes extends Uint8Array {
  toBase64?(): string;
}

/** A way to decode and to encode. Each gives the same for the same input, and throws for the same. */
export interface Base64Codec {
  decode(text: string): Uint8Array<ArrayBuffer>;
  encode(bytes: Uint8Array): string;
}

/** With what every runtime has. */
const byLetters: Base64Codec = {
  decode(text) {
    const letters = atob(text);
    const bytes = new Uint8Array(letters.length);
    for (let at = 0; at < bytes.length; at++) bytes[at] = letters.charCodeAt(at);
    return bytes;
  },
  encode(bytes) {
    let text = "";
    // In slices: a spread of a whole capture would overflow the stack.
    for (let at = 0; at < bytes.length; at += 8_192)
      text += String.fromCharCode(...bytes.subarray(at, at + 8_192));
    return btoa(text);
  },
};

/** With the runtime's own methods. Left to itself it reads base64 as `atob` does. */
function byStandard(fromBase64: (text: string) => Uint8Array<ArrayBuffer>): Base64Codec {
  return {
    decode: fromBase64,
    encode: (bytes: Base64Bytes) => bytes.toBase64?.() ?? byLetters.encode(bytes),
  };
}

/**
 * With Node's buffers. They take anything for base64, other alphabets and letters beyond ASCII too, so what
 * does not come out again as it went in is left to `atob` to read or to refuse.
 */
function byBuffer(buffer: NodeBuffer): Base64Codec {
  const viewOf = ({ buffer: memory, byteOffset, length }: Uint8Array): NodeBytes =>
    buffer.from(memory, byteOffset, length);
  return {
    decode(text) {
      const bytes = new Uint8Array(Math.max(0, base64Bytes(text)));
      const view = viewOf(bytes);
      view.write(text, "base64");
      return view.toString("base64") === text ? bytes : byLetters.decode(text);
    },
    encode: (bytes) => viewOf(bytes).toString("base64"),
  };
}

/** Every way that this runtime has, the fastest one first. */
export const BASE64_CODECS: readonly [Base64Codec, ...Base64Codec[]] = codecs();

function codecs(): [Base64Codec, ...Base64Codec[]] {
  const { fromBase64: standard } = Uint8Array as {
    fromBase64?: (text: string) => Uint8Array<ArrayBuffer>;
  };
  const { Buffer: buffer } = globalThis as { Buffer?: NodeBuffer };
  const fast = [
    ...(standard === undefined ? [] : [byStandard((text) => standard.call(Uint8Array, text))]),
    ...(buffer === undefined ? [] : [byBuffer(buffer)]),
  ];
  const [first = byLetters, ...others] = [...fast, byLetters];
  return [first, ...others];
}

const [fastest] = BASE64_CODECS;

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
 * @throws {Error} the text is no base64; schemas check that before
 */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return fastest.decode(text);
}

/** Bytes as base64 text, with padding. */
export function toBase64(bytes: Uint8Array): string {
  return fastest.encode(bytes);
}

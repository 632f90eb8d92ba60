/** Random secrets, hashes, and comparison in constant time. */
import { Buffer } from "node:buffer";
import { createHash, createHmac, timingSafeEqual } from "node:crypto";

/** 32 symbols, so that five bits of a random byte choose one of them without bias. */
const SYMBOLS = "0123456789abcdefghjkmnpqrstvwxyz";
const SECRET_SYMBOLS = 32; // 160 bits

/** The prefixes tell a person, and a program that looks for leaked secrets, what a secret is for. */
export const SecretPrefix = {
  apiToken: "ikf_",
  runToken: "ikr_",
  session: "iks_",
  signInLink: "ikl_",
} as const;
/** One of the prefixes. */
export type SecretPrefix = (typeof SecretPrefix)[keyof typeof SecretPrefix];

function symbols(random: Uint8Array): string {
  let text = "";
  for (const byte of random) text += SYMBOLS.charAt(byte & 31);
  return text;
}

/** A new secret of 160 bits. @param random gives that many random bytes */
export function newSecret(prefix: SecretPrefix, random: (count: number) => Uint8Array): string {
  return prefix + symbols(random(SECRET_SYMBOLS));
}

/** The polynomial of CRC-32 as Ethernet and zip have it, its bits reversed. */
const CRC32 = 0xedb88320;
function crc32(text: string): number {
  let crc = 0xffffffff;
  for (const byte of Buffer.from(text, "latin1")) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? CRC32 : 0);
  }
  return ~crc >>> 0;
}
/** Seven symbols of five bits. */
function checksumOf(secret: string): string {
  const crc = crc32(secret);
  return Array.from({ length: 7 }, (_, at) => SYMBOLS.charAt((crc / 32 ** (6 - at)) & 31)).join("");
}

/**
 * A new API token: a secret of 160 bits and a checksum, by which a program that looks for leaked secrets
 * knows one without asking, and a mistyped one is refused before anything is looked up.
 */
export function newApiToken(random: (count: number) => Uint8Array): string {
  const secret = newSecret(SecretPrefix.apiToken, random);
  return secret + checksumOf(secret);
}

/** Whether a text has the form of an API token, its checksum included. Those of before have none. */
export function isApiToken(text: string): boolean {
  const [, secret = "", checksum = ""] =
    /^(ikf_[0-9a-hjkmnp-tv-z]{32})([0-9a-hjkmnp-tv-z]{7})?$/.exec(text) ?? [];
  return secret !== "" && (checksum === "" || checksum === checksumOf(secret));
}

/** A new name for a row or an object, of 100 bits: it is no secret, but nobody guesses it by chance. */
export function newKey(random: (count: number) => Uint8Array): string {
  return symbols(random(20));
}

/** SHA-256 as 64 hex digits. */
export function sha256Hex(data: string | Uint8Array): string {
  return createHash("sha256").update(data).digest("hex");
}

/** A SHA-256 that takes the bytes one chunk after another. */
export function sha256Stream(): { update(chunk: Uint8Array): void; hex(): string } {
  const hash = createHash("sha256");
  return { update: (chunk) => void hash.update(chunk), hex: () => hash.digest("hex") };
}

/**
 * HMAC-SHA-256, for what must not stand in the database: short secrets, which could be guessed from a plain
 * hash, and clients' addresses. Nobody can check a guess without the pepper.
 */
export function hmac(pepper: string, text: string): Uint8Array {
  return createHmac("sha256", pepper).update(text).digest();
}
/** The same as 64 hex digits. */
export function hmacHex(pepper: string, text: string): string {
  return createHmac("sha256", pepper).update(text).digest("hex");
}

/** Whether two digests are equal; the time that it takes does not tell where they differ. */
export function equalDigests(a: string, b: string): boolean {
  const left = Buffer.from(a, "hex");
  const right = Buffer.from(b, "hex");
  return left.length === right.length && timingSafeEqual(left, right);
}

import { Buffer } from "node:buffer";
import { createHash, createHmac, timingSafeEqual } from "node:crypto";

const SYMBOLS = "0123456789abcdefghjkmnpqrstvwxyz"; // 32 of them: five bits each, no bias from a byte
const SECRET_SYMBOLS = 32; // 160 bits

/** What a secret opens; its prefix lets a person and a secret scanner tell what they found. */
export const SecretPrefix = {
  apiToken: "ikf_",
  runToken: "ikr_",
  session: "iks_",
  signInLink: "ikl_",
} as const;
export type SecretPrefix = (typeof SecretPrefix)[keyof typeof SecretPrefix];

function symbols(random: Uint8Array): string {
  let text = "";
  for (const byte of random) text += SYMBOLS.charAt(byte & 31);
  return text;
}

export function newSecret(prefix: SecretPrefix, random: (count: number) => Uint8Array): string {
  return prefix + symbols(random(SECRET_SYMBOLS));
}

/** A name for a row or an object: no secret, but not to be guessed in passing either (100 bits). */
export function newKey(random: (count: number) => Uint8Array): string {
  return symbols(random(20));
}

export function sha256Hex(data: string | Uint8Array): string {
  return createHash("sha256").update(data).digest("hex");
}

/** A SHA-256 that is fed as the bytes come. */
export function sha256Stream(): { update(chunk: Uint8Array): void; hex(): string } {
  const hash = createHash("sha256");
  return { update: (chunk) => void hash.update(chunk), hex: () => hash.digest("hex") };
}

/** For short secrets and for names that must not stand in the database: useless without the pepper. */
export function hmac(pepper: string, text: string): Uint8Array {
  return createHmac("sha256", pepper).update(text).digest();
}
export function hmacHex(pepper: string, text: string): string {
  return createHmac("sha256", pepper).update(text).digest("hex");
}

/** Whether two digests are equal, in a time that says nothing of where they differ. */
export function equalDigests(a: string, b: string): boolean {
  const left = Buffer.from(a, "hex");
  const right = Buffer.from(b, "hex");
  return left.length === right.length && timingSafeEqual(left, right);
}

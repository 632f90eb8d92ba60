/**
 * Seals what the service has to be able to read again, such as the secret that it signs with: AES-256-GCM
 * with a key derived from the pepper, which is not in the database. Whoever has the database alone, or a
 * backup of it, reads none of it; with another pepper nobody does.
 */
import { Buffer } from "node:buffer";
import { createCipheriv, createDecipheriv } from "node:crypto";
import { hmac } from "../auth/secrets.ts";
import type { Deps } from "../deps.ts";

const IV_BYTES = 12; // NIST SP 800-38D §8.2.2: random, for far fewer than 2^32 texts
const TAG_BYTES = 16;

const keyOf = (pepper: string): Uint8Array => hmac(pepper, "key that seals what is kept");

/**
 * Seals a text.
 *
 * @param place what the text is, and whose: it is read again under the same place only
 * @returns base64 of initialisation vector, tag and ciphertext
 */
export function seal(
  { config, random }: Pick<Deps, "config" | "random">,
  place: string,
  text: string,
): string {
  const iv = random(IV_BYTES);
  const cipher = createCipheriv("aes-256-gcm", keyOf(config.pepper), iv);
  cipher.setAAD(Buffer.from(place));
  const sealed = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString("base64");
}

/** @returns the text; `null` where it was sealed with another pepper or elsewhere, or is damaged */
export function unseal({ config }: Pick<Deps, "config">, place: string, sealed: string): string | null {
  const bytes = Buffer.from(sealed, "base64");
  const end = IV_BYTES + TAG_BYTES;
  try {
    const decipher = createDecipheriv("aes-256-gcm", keyOf(config.pepper), bytes.subarray(0, IV_BYTES), {
      authTagLength: TAG_BYTES,
    });
    decipher.setAAD(Buffer.from(place));
    decipher.setAuthTag(bytes.subarray(IV_BYTES, end));
    return Buffer.concat([decipher.update(bytes.subarray(end)), decipher.final()]).toString("utf8");
  } catch {
    return null;
  }
}

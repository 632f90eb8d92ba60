/** From a shared secret to the keys of an IKE SA: RFC 7296 §2.13 and §2.14. */
import { hmac } from "@noble/hashes/hmac.js";
import { sha1 } from "@noble/hashes/legacy.js";
import { sha256, sha384, sha512 } from "@noble/hashes/sha2.js";
import { concatBytes } from "../../bytes/concat.ts";
import { HASH_BYTES, type HashName, type Suite } from "./suite.ts";

const HASHES = { sha1, sha256, sha384, sha512 };

/** HMAC with this hash, RFC 2104: the PRFs and the integrity algorithms of IKE are all of this kind. */
export function hmacOf(hash: HashName, key: Uint8Array, data: Uint8Array): Uint8Array {
  return hmac(HASHES[hash], key, data);
}

/**
 * The keystream prf+, RFC 7296 §2.13.
 *
 * @throws {RangeError} more than 255 blocks are asked for
 */
export function prfPlus(prf: HashName, key: Uint8Array, seed: Uint8Array, bytes: number): Uint8Array {
  const blocks: Uint8Array[] = [];
  const count = Math.ceil(bytes / HASH_BYTES[prf]);
  if (count > 255) throw new RangeError(`Cannot give ${bytes} bytes of prf+: it has 255 blocks`);
  let block: Uint8Array = new Uint8Array(0);
  for (let i = 1; i <= count; i++) {
    block = hmacOf(prf, key, concatBytes([block, seed, Uint8Array.of(i)]));
    blocks.push(block);
  }
  return concatBytes(blocks).subarray(0, bytes);
}

/** What protects one direction of an IKE SA. */
export interface DirectionKeys {
  /** SK_e; for GCM with the four bytes of salt at its end (RFC 5282 §7.1). */
  encryption: Uint8Array;
  /** SK_a; empty for GCM. */
  integrity: Uint8Array;
}

/** The keys of an IKE SA that a begun login needs: SK_d, SK_pi and SK_pr serve those who finish it. */
export interface SaKeys {
  initiator: DirectionKeys;
  responder: DirectionKeys;
}

const GCM_SALT_BYTES = 4; // RFC 5282 §7.1

/**
 * The keys that both ends compute after IKE_SA_INIT, RFC 7296 §2.14.
 *
 * @param secret g^ir
 * @param spis initiator's and responder's, 8 bytes each
 */
export function saKeys(
  suite: Suite,
  secret: Uint8Array,
  nonces: { initiator: Uint8Array; responder: Uint8Array },
  spis: { initiator: Uint8Array; responder: Uint8Array },
): SaKeys {
  const both = concatBytes([nonces.initiator, nonces.responder]);
  const skeyseed = hmacOf(suite.prf, both, secret);
  const integrityBytes = suite.integrity === null ? 0 : HASH_BYTES[suite.integrity.hash];
  const encryptionBytes = suite.keyBytes + (suite.cipher === "gcm" ? GCM_SALT_BYTES : 0);
  const skd = HASH_BYTES[suite.prf];
  const wanted = skd + 2 * integrityBytes + 2 * encryptionBytes;
  const stream = prfPlus(suite.prf, skeyseed, concatBytes([both, spis.initiator, spis.responder]), wanted);
  let at = skd;
  const take = (bytes: number): Uint8Array => {
    at += bytes;
    return stream.subarray(at - bytes, at);
  };
  const [ai, ar] = [take(integrityBytes), take(integrityBytes)];
  const [ei, er] = [take(encryptionBytes), take(encryptionBytes)];
  return {
    initiator: { encryption: ei, integrity: ai },
    responder: { encryption: er, integrity: ar },
  };
}

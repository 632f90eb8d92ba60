/** The cryptographic suite of an IKE SA: what is offered, and what a gateway chose of it. */
import type { ProposalToEncode } from "../encode.ts";
import type { IkeProposal } from "../payload.ts";
import {
  EncryptionId,
  IntegrityId,
  KeyExchangeMethod,
  PrfId,
  ProtocolId,
  TransformType,
} from "../registry.ts";
import { SPOKEN_GROUPS } from "./groups.ts";

/** How a hash is used: RFC 2404, RFC 4868; the key of each is as long as what the hash gives. */
export type HashName = "sha1" | "sha256" | "sha384" | "sha512";

/** What one IKE SA is protected with. */
export interface Suite {
  /** `cbc` with an integrity algorithm; `gcm` does it itself (RFC 5282). */
  cipher: "cbc" | "gcm";
  /** Bytes of the cipher's key, without the salt of GCM. */
  keyBytes: number;
  prf: HashName;
  /** `null` for GCM. */
  integrity: { hash: HashName; icvBytes: number } | null;
  group: number;
}

/** Bytes of a hash's value, which is also how long its keys are. */
export const HASH_BYTES: Readonly<Record<HashName, number>> = {
  sha1: 20,
  sha256: 32,
  sha384: 48,
  sha512: 64,
};

const PRFS: Readonly<Record<number, HashName>> = {
  [PrfId.HMAC_SHA2_256]: "sha256",
  [PrfId.HMAC_SHA1]: "sha1",
  [PrfId.HMAC_SHA2_384]: "sha384",
  [PrfId.HMAC_SHA2_512]: "sha512",
};

const INTEGRITIES: Readonly<Record<number, NonNullable<Suite["integrity"]>>> = {
  [IntegrityId.HMAC_SHA2_256_128]: { hash: "sha256", icvBytes: 16 },
  [IntegrityId.HMAC_SHA1_96]: { hash: "sha1", icvBytes: 12 },
  [IntegrityId.HMAC_SHA2_384_192]: { hash: "sha384", icvBytes: 24 },
  [IntegrityId.HMAC_SHA2_512_256]: { hash: "sha512", icvBytes: 32 },
};

const KEY_BITS: readonly number[] = [256, 128, 192];

/**
 * What a login offers: Windows's own proposals and today's usual ones in one, those of GCM in another (RFC
 * 7296 §3.3), and 3DES by itself at the end, for gateways that take nothing else: it is not spoken here,
 * and only their answer to IKE_SA_INIT is of use.
 *
 * @param group of the KE payload: it is named first
 * @param withOld3des leaves the last proposal out where it is `false`
 */
export function offeredProposals(group: number, withOld3des = true): ProposalToEncode[] {
  const groups = [group, ...SPOKEN_GROUPS.filter((id) => id !== group)];
  const transforms = (type: number, ids: readonly (number | string)[]) =>
    ids.map((id) => ({ type, id: Number(id) }));
  const prfs = transforms(TransformType.PRF, OFFERED_PRFS);
  const methods = transforms(TransformType.KE, groups);
  const encryption = (id: number, keyBits: readonly number[]) =>
    keyBits.map((bits) => ({ type: TransformType.ENCR, id, keyBits: bits }));
  const proposal = (...parts: ProposalToEncode["transforms"][]): ProposalToEncode => ({
    protocolId: ProtocolId.IKE,
    transforms: parts.flat(),
  });
  const old = proposal(
    transforms(TransformType.ENCR, [EncryptionId["3DES"]]),
    transforms(TransformType.PRF, [PrfId.HMAC_SHA1, PrfId.HMAC_SHA2_256]),
    transforms(TransformType.INTEG, [IntegrityId.HMAC_SHA1_96, IntegrityId.HMAC_SHA2_256_128]),
    transforms(TransformType.KE, [KeyExchangeMethod.MODP2048, KeyExchangeMethod.MODP1024]),
  );
  return [
    proposal(
      encryption(EncryptionId.AES_CBC, KEY_BITS),
      prfs,
      transforms(TransformType.INTEG, OFFERED_INTEGRITIES),
      methods,
    ),
    proposal(encryption(EncryptionId.AES_GCM_16, KEY_BITS), prfs, methods),
    ...(withOld3des ? [old] : []),
  ];
}

const OFFERED_PRFS = [PrfId.HMAC_SHA2_256, PrfId.HMAC_SHA1, PrfId.HMAC_SHA2_384, PrfId.HMAC_SHA2_512];
const OFFERED_INTEGRITIES = [
  IntegrityId.HMAC_SHA2_256_128,
  IntegrityId.HMAC_SHA1_96,
  IntegrityId.HMAC_SHA2_384_192,
  IntegrityId.HMAC_SHA2_512_256,
];

/**
 * The suite that a responder chose, RFC 7296 §3.3: one proposal with one transform of each type.
 *
 * @returns `null` where it is none that is spoken here, or no choice at all
 */
export function chosenSuite(proposals: readonly IkeProposal[]): Suite | null {
  const [proposal, ...others] = proposals;
  if (proposal === undefined || others.length > 0 || proposal.protocolId !== ProtocolId.IKE) return null;
  const of = (type: number) => proposal.transforms.filter((t) => t.type === type);
  const [encryption, ...moreEncryption] = of(TransformType.ENCR);
  const [prf, ...morePrf] = of(TransformType.PRF);
  const [method, ...moreMethods] = of(TransformType.KE);
  const integrity = of(TransformType.INTEG).filter((t) => t.id !== IntegrityId.NONE);
  if (encryption === undefined || prf === undefined || method === undefined) return null;
  if (moreEncryption.length + morePrf.length + moreMethods.length > 0) return null;
  const prfHash = PRFS[prf.id];
  const { keyBits } = encryption;
  if (prfHash === undefined || keyBits === null || !KEY_BITS.includes(keyBits)) return null;
  if (!SPOKEN_GROUPS.includes(method.id)) return null;
  const suite = { keyBytes: keyBits / 8, prf: prfHash, group: method.id };
  if (encryption.id === EncryptionId.AES_GCM_16)
    return integrity.length === 0 ? { ...suite, cipher: "gcm", integrity: null } : null;
  const chosen = integrity.length === 1 ? INTEGRITIES[integrity[0]?.id ?? -1] : undefined;
  if (encryption.id !== EncryptionId.AES_CBC || chosen === undefined) return null;
  return { ...suite, cipher: "cbc", integrity: chosen };
}

/** The names of a suite's parts in the IANA registries; the cipher's with the bits of its key. */
export function suiteNames({ cipher, keyBytes, prf, integrity, group }: Suite): {
  encryption: string;
  integrity: string | null;
  prf: string;
  group: number;
} {
  const nameOf = (hash: HashName) => (hash === "sha1" ? "HMAC_SHA1" : `HMAC_SHA2_${HASH_BYTES[hash] * 8}`);
  return {
    encryption: `AES_${cipher === "cbc" ? "CBC" : "GCM_16"}_${keyBytes * 8}`,
    integrity: integrity === null ? null : `${nameOf(integrity.hash)}_${integrity.icvBytes * 8}`,
    prf: nameOf(prf),
    group,
  };
}

/** What strongSwan puts into its first IKE_AUTH request, as its log names the payloads one by one. */
import {
  type AuthContents,
  childProposalsBytes,
  configurationBytes,
  notifiesBytes,
  type SigningKey,
  selectorsBytes,
  signatureBytes,
} from "../../shared/ike/predicted-auth.ts";

/** A login that the laboratory's client made: how, and the sizes that were read from its files. */
export interface StrongswanLogin {
  name: string;
  by: "psk" | "eap" | "certificate";
  /** With a certificate: its key, and whether both sides announced SIGNATURE_HASH_ALGORITHMS (RFC 7427). */
  key: SigningKey | null;
  isDigitalSignature: boolean;
  /** DER of each certificate that it was given to send; none with a key or a password. */
  certificates: number[];
  /** Of the data of IDi and of IDr. */
  identityBytes: number;
  gatewayIdentityBytes: number;
  /** Certification authorities that it names; `null`: it was told to name none. */
  authorities: number | null;
}

/** Of its PRF, HMAC_SHA2_256: what proves a pre-shared key, RFC 7296 §2.15. */
const PRF_BYTES = 32;

/**
 * `[ IDi CERT… N(INIT_CONTACT) CERTREQ IDr AUTH CPRQ(ADDR ADDR6) SA TSi TSr N(MOBIKE_SUP) N(ADD_6_ADDR)
 * N(MULT_AUTH) N(EAP_ONLY) N(MSG_ID_SYN_SUP) ]`, with one ESP proposal of three transforms.
 */
export function strongswanContents(login: StrongswanLogin): AuthContents {
  const { by, key, isDigitalSignature, identityBytes, gatewayIdentityBytes, certificates, authorities } =
    login;
  const gatewayIdentity = 8 + gatewayIdentityBytes;
  const proofs = { psk: PRF_BYTES, eap: null, certificate: 0 };
  return {
    identityBytes,
    certificates,
    authorities,
    authBytes: key === null ? proofs[by] : signatureBytes(key, isDigitalSignature),
    restBytes:
      notifiesBytes(5) +
      (notifiesBytes(1) + 16) +
      gatewayIdentity +
      configurationBytes(2) +
      childProposalsBytes([{ transforms: 3, keyLengths: 1 }]) +
      2 * selectorsBytes(1, 1),
  };
}

/**
 * How large an IKE_AUTH request will be, reckoned from what goes into it (docs/domain.md §3.7). All sizes are
 * bytes; those of payloads have the generic payload header in them (RFC 7296 §3.2).
 */
import { IKE_HEADER_BYTES, PAYLOAD_HEADER_BYTES } from "./header.ts";

/** What an IKE_AUTH request is made of. */
export interface AuthContents {
  /** Of the data of IDi: 4 of an IPv4 address, 16 of an IPv6 address, a name's, a DER subject's. */
  identityBytes: number;
  /** DER of each certificate, each in a CERT payload of its own; none with EAP or a pre-shared key. */
  certificates: readonly number[];
  /** Certification authorities named in one CERTREQ payload; `null`: no such payload. */
  authorities: number | null;
  /** Of the data of AUTH, as `signatureBytes` gives them; `null` with EAP, where it comes later. */
  authBytes: number | null;
  /** All other payloads together. */
  restBytes: number;
}

/** The payloads of an IKE_AUTH request, by kind. */
export interface AuthPayloads {
  identity: number;
  certificates: number;
  requests: number;
  auth: number;
  rest: number;
}

/** In front of the data of IDi and of AUTH: a type and three reserved bytes, RFC 7296 §3.5 and §3.8. */
const TYPED_HEADER_BYTES = PAYLOAD_HEADER_BYTES + 4;
/** In front of a certificate or of authorities: the kind of certificate, RFC 7296 §3.6 and §3.7. */
const CERTIFICATE_HEADER_BYTES = PAYLOAD_HEADER_BYTES + 1;
/** A SHA-1 hash of each certification authority's key, RFC 7296 §3.7. */
export const AUTHORITY_BYTES = 20;

/** Bytes of each kind of payload. */
export function authPayloads(contents: AuthContents): AuthPayloads {
  const { identityBytes, certificates, authorities, authBytes, restBytes } = contents;
  return {
    identity: TYPED_HEADER_BYTES + identityBytes,
    certificates: certificates.reduce((sum, der) => sum + CERTIFICATE_HEADER_BYTES + der, 0),
    requests: authorities === null ? 0 : CERTIFICATE_HEADER_BYTES + AUTHORITY_BYTES * authorities,
    auth: authBytes === null ? 0 : TYPED_HEADER_BYTES + authBytes,
    rest: restBytes,
  };
}

/** Bytes of all payloads together: what is encrypted, without its padding. */
export const innerBytes = (payloads: AuthPayloads): number =>
  Object.values(payloads).reduce((sum: number, bytes: number) => sum + bytes, 0);

/** The key that signs. */
export interface SigningKey {
  key: "rsa" | "ecdsa";
  /** Of the modulus or the curve. */
  keyBits: number;
}

/** AlgorithmIdentifier and the byte that says its length, RFC 7427 §3 and its appendix A. */
const ALGORITHM_BYTES = { rsa: 1 + 15, ecdsa: 1 + 12 } as const;

/**
 * The most bytes of the data of AUTH: of RSA the modulus (RFC 7296 §3.8), of ECDSA two numbers as large as
 * the curve (RFC 4754 §7).
 *
 * @param isDigitalSignature both sides announced SIGNATURE_HASH_ALGORITHMS: the algorithm is named in front
 * (RFC 7427 §3), and ECDSA is a DER sequence, which is up to two bytes smaller now and then
 */
export function signatureBytes({ key, keyBits }: SigningKey, isDigitalSignature: boolean): number {
  const number = Math.ceil(keyBits / 8);
  const plain = key === "rsa" ? number : 2 * number;
  if (!isDigitalSignature) return plain;
  // Each number as a DER INTEGER with its sign (but for curves of 521 bits), in a SEQUENCE.
  const inDer = 2 * (3 + number - (keyBits % 8 === 0 ? 0 : 1));
  return ALGORITHM_BYTES[key] + (key === "rsa" ? plain : inDer + (inDer > 127 ? 3 : 2));
}

/** Notifies without data, RFC 7296 §3.10. */
export const notifiesBytes = (count: number): number => 8 * count;

/**
 * A CP payload, RFC 7296 §3.15.
 *
 * @param valueBytes of the values of all its attributes together; most are asked for with none
 */
export const configurationBytes = (attributes: number, valueBytes = 0): number =>
  PAYLOAD_HEADER_BYTES + 4 + 4 * attributes + valueBytes;

/**
 * An SA payload for a child SA of ESP, RFC 7296 §3.3.
 *
 * @param proposals of each one, how many transforms it has, and of how many of these the key length is said
 */
export const childProposalsBytes = (
  proposals: readonly { transforms: number; keyLengths: number }[],
): number =>
  proposals.reduce(
    (sum, { transforms, keyLengths }) => sum + 8 + 4 + 8 * transforms + 4 * keyLengths,
    PAYLOAD_HEADER_BYTES,
  );

/** One of TSi and TSr, RFC 7296 §3.13: ranges of addresses of both families. */
export const selectorsBytes = (v4: number, v6: number): number =>
  PAYLOAD_HEADER_BYTES + 4 + 16 * v4 + 40 * v6;

/** What protects an encrypted message, RFC 7296 §3.14. */
export interface Protection {
  ivBytes: number;
  /** The payloads and the byte that says how much padding there is are padded to a multiple of this. */
  alignBytes: number;
  icvBytes: number;
}

/** AES-GCM (RFC 5282), where nothing but that byte is added. */
export const GCM: Protection = { ivBytes: 8, alignBytes: 1, icvBytes: 16 };
/** AES-CBC (RFC 3602) with a cut HMAC of so many bytes (RFC 4868). */
export const cbc = (icvBytes: number): Protection => ({ ivBytes: 16, alignBytes: 16, icvBytes });

/** Bytes of the whole IKE message, header included, with these payloads in an SK payload. */
export const sealedAuthBytes = (inner: number, { ivBytes, alignBytes, icvBytes }: Protection): number =>
  IKE_HEADER_BYTES +
  PAYLOAD_HEADER_BYTES +
  ivBytes +
  Math.ceil((inner + 1) / alignBytes) * alignBytes +
  icvBytes;

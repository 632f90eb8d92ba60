/**
 * What of an X.509 certificate findings need (RFC 5280 §4.1). No signature is checked here: a certificate
 * shows why a login is refused, and nobody is let in by it.
 */
import { Cursor, isWireError, MalformedError } from "../../bytes/cursor.ts";
import { bitsOf, contextTag, readElement, readOid, readOptional, readTagged, Tag } from "./der.ts";
import { type AlternativeNames, readAlternativeNames, readDistinguishedName } from "./names.ts";

/** The public key of a certificate. */
export interface CertificateKey {
  kind: "RSA" | "ECDSA" | "EdDSA" | "other";
  /** Of the modulus or the curve; `null` where the kind is not known. */
  bits: number | null;
  /** Of its SubjectPublicKeyInfo, in bytes. */
  bytes: number;
}

/** How a certificate is signed. */
export interface CertificateSignature {
  kind: "RSA" | "RSA-PSS" | "ECDSA" | "EdDSA" | "other";
  hash: string | null;
  bytes: number;
}

/** One certificate, as a report keeps it. */
export interface CertificateFacts {
  bytes: number;
  subject: string;
  issuer: string;
  /** ISO 8601. */
  notBefore: string;
  notAfter: string;
  key: CertificateKey;
  signature: CertificateSignature;
  isCa: boolean;
  isSelfSigned: boolean;
  /** The most specific CN of the subject. */
  commonName: string | null;
  /** dNSName entries of the subjectAltName. */
  names: string[];
  /** iPAddress entries of the subjectAltName. */
  addresses: string[];
  /** The subjectAltName has more entries than are kept. */
  hasMoreNames: boolean;
  /** `null`: the certificate has no extended key usage. */
  extendedKeyUsage: string[] | null;
  /** It claims to follow the rules of the CA/Browser Forum: no root signs such a certificate itself. */
  isOfPublicCa: boolean;
}

/** A certificate, or why it cannot be read. */
export type CertificateRead =
  | { certificate: CertificateFacts; why: null }
  | { certificate: null; why: string };

/** More than any certificate has: an IKE message is at most 65,535 bytes. */
const MAX_CERTIFICATE_BYTES = 65_535;
const MAX_EXTENSIONS = 64;
const MAX_USAGES = 32;

const HASHES: Readonly<Record<string, string>> = {
  "1.3.14.3.2.26": "SHA-1",
  "2.16.840.1.101.3.4.2.4": "SHA-224",
  "2.16.840.1.101.3.4.2.1": "SHA-256",
  "2.16.840.1.101.3.4.2.2": "SHA-384",
  "2.16.840.1.101.3.4.2.3": "SHA-512",
};
const RSA_PSS = "1.2.840.113549.1.1.10";
const EC_KEY = "1.2.840.10045.2.1";
/** RFC 3279, RFC 4055, RFC 5758, RFC 8410. */
const SIGNATURES: Readonly<Record<string, [kind: CertificateSignature["kind"], hash: string | null]>> = {
  "1.2.840.113549.1.1.2": ["RSA", "MD2"],
  "1.2.840.113549.1.1.4": ["RSA", "MD5"],
  "1.2.840.113549.1.1.5": ["RSA", "SHA-1"],
  "1.3.14.3.2.29": ["RSA", "SHA-1"],
  "1.2.840.113549.1.1.14": ["RSA", "SHA-224"],
  "1.2.840.113549.1.1.11": ["RSA", "SHA-256"],
  "1.2.840.113549.1.1.12": ["RSA", "SHA-384"],
  "1.2.840.113549.1.1.13": ["RSA", "SHA-512"],
  "1.2.840.10045.4.1": ["ECDSA", "SHA-1"],
  "1.2.840.10045.4.3.1": ["ECDSA", "SHA-224"],
  "1.2.840.10045.4.3.2": ["ECDSA", "SHA-256"],
  "1.2.840.10045.4.3.3": ["ECDSA", "SHA-384"],
  "1.2.840.10045.4.3.4": ["ECDSA", "SHA-512"],
  "1.3.101.112": ["EdDSA", null],
  "1.3.101.113": ["EdDSA", null],
};
const CURVE_BITS: Readonly<Record<string, number>> = {
  "1.2.840.10045.3.1.1": 192,
  "1.3.132.0.33": 224,
  "1.2.840.10045.3.1.7": 256,
  "1.3.132.0.10": 256,
  "1.3.132.0.34": 384,
  "1.3.132.0.35": 521,
  "1.3.36.3.3.2.8.1.1.7": 256,
  "1.3.36.3.3.2.8.1.1.11": 384,
  "1.3.36.3.3.2.8.1.1.13": 512,
};
/** Baseline Requirements of the CA/Browser Forum, §7.1.6.1: extended, domain, organisation and individual. */
const PUBLIC_CA_POLICIES: readonly string[] = [
  "2.23.140.1.1",
  "2.23.140.1.2.1",
  "2.23.140.1.2.2",
  "2.23.140.1.2.3",
];

/**
 * Reads a certificate in DER. Never throws for what the bytes say, and takes time in proportion to them.
 *
 * @param der one certificate, as a CERT payload of encoding 4 carries it (RFC 7296 §3.6)
 */
export function readCertificate(der: Uint8Array): CertificateRead {
  if (der.length > MAX_CERTIFICATE_BYTES) {
    return { certificate: null, why: `Cannot read a certificate of ${der.length} bytes` };
  }
  try {
    return { certificate: readFacts(der), why: null };
  } catch (error) {
    if (!isWireError(error)) throw error;
    return { certificate: null, why: error.message.slice(0, 256) };
  }
}

function readFacts(der: Uint8Array): CertificateFacts {
  const whole = new Cursor(der);
  const certificate = readTagged(whole, Tag.SEQUENCE, "Certificate");
  const bytes = whole.offset;
  const body = readTagged(certificate, Tag.SEQUENCE, "tbsCertificate");
  const signature = readSignature(
    readTagged(certificate, Tag.SEQUENCE, "signatureAlgorithm"),
    readTagged(certificate, Tag.BIT_STRING, "signatureValue"),
  );

  readOptional(body, contextTag(0, "constructed"), "version");
  readTagged(body, Tag.INTEGER, "serialNumber");
  readTagged(body, Tag.SEQUENCE, "signature");
  const issuer = readDistinguishedName(readTagged(body, Tag.SEQUENCE, "issuer"), "issuer");
  const validity = readTagged(body, Tag.SEQUENCE, "validity");
  const notBefore = readTime(validity, "notBefore");
  const notAfter = readTime(validity, "notAfter");
  const subject = readDistinguishedName(readTagged(body, Tag.SEQUENCE, "subject"), "subject");
  const beforeKey = body.offset;
  const keyInfo = readTagged(body, Tag.SEQUENCE, "subjectPublicKeyInfo");
  const key = readKey(keyInfo, body.offset - beforeKey);
  readOptional(body, contextTag(1, "primitive"), "issuerUniqueID");
  readOptional(body, contextTag(2, "primitive"), "subjectUniqueID");
  const wrapped = readOptional(body, contextTag(3, "constructed"), "extensions");
  const extensions = readExtensions(wrapped && readTagged(wrapped, Tag.SEQUENCE, "extensions"));

  const { names, subjectKeyId, authorityKeyId, ...kept } = extensions;
  return {
    bytes,
    subject: subject.text,
    issuer: issuer.text,
    notBefore,
    notAfter,
    key,
    signature,
    // A CA may have got a second certificate in its own name from its former self: that is not self-signed.
    isSelfSigned:
      subject.text === issuer.text &&
      (authorityKeyId === null || subjectKeyId === null || authorityKeyId === subjectKeyId),
    commonName: subject.commonName,
    names: names.dnsNames,
    addresses: names.addresses,
    hasMoreNames: names.more,
    ...kept,
  };
}

/** RFC 5280 §4.1.2.5: UTCTime until 2049, GeneralizedTime after. */
function readTime(cursor: Cursor, field: string): string {
  const { tag, content } = readElement(cursor, field);
  if (content.left > 32) throw new MalformedError(`Cannot read ${field}: it is no time`);
  const text = String.fromCharCode(...content.take(content.left, field));
  const digits = tag === Tag.UTC_TIME ? `${Number(text.slice(0, 2)) >= 50 ? 19 : 20}${text}` : text;
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(digits) ?? [];
  const time = `${year}-${month}-${day}T${hour}:${minute}:${second}Z`;
  const ms = Date.parse(time);
  // Some clocks take the 30th of February for the 2nd of March.
  if (Number.isNaN(ms) || new Date(ms).toISOString() !== time.replace("Z", ".000Z")) {
    throw new MalformedError(`Cannot read ${field}: it is no time`);
  }
  return time;
}

function readSignature(algorithm: Cursor, value: Cursor): CertificateSignature {
  const oid = readOid(algorithm, "signatureAlgorithm");
  const bytes = Math.max(value.left - 1, 0);
  if (oid === RSA_PSS) return { kind: "RSA-PSS", hash: readPssHash(algorithm), bytes };
  const [kind, hash] = SIGNATURES[oid] ?? ["other", null];
  return { kind, hash, bytes };
}

/** RFC 4055 §3.1: where nothing is said, it is SHA-1. */
function readPssHash(algorithm: Cursor): string | null {
  const params = readOptional(algorithm, Tag.SEQUENCE, "RSASSA-PSS-params");
  const hash = params && readOptional(params, contextTag(0, "constructed"), "hashAlgorithm");
  if (!hash) return "SHA-1";
  return HASHES[readOid(readTagged(hash, Tag.SEQUENCE, "hashAlgorithm"), "hashAlgorithm")] ?? null;
}

function readKey(info: Cursor, bytes: number): CertificateKey {
  const algorithm = readTagged(info, Tag.SEQUENCE, "key algorithm");
  const oid = readOid(algorithm, "key algorithm");
  const value = readTagged(info, Tag.BIT_STRING, "subjectPublicKey");
  value.u8("unused bits of subjectPublicKey");
  if (oid === "1.2.840.113549.1.1.1" || oid === RSA_PSS) {
    const modulus = readTagged(readTagged(value, Tag.SEQUENCE, "RSAPublicKey"), Tag.INTEGER, "modulus");
    return { kind: "RSA", bits: Math.min(bitsOf(modulus), 65_535), bytes };
  }
  if (oid === EC_KEY) {
    const named = algorithm.left > 0 && algorithm.peek() === Tag.OID;
    const bits = named ? CURVE_BITS[readOid(algorithm, "curve")] : undefined;
    return { kind: "ECDSA", bits: bits ?? null, bytes };
  }
  if (oid === "1.3.101.112") return { kind: "EdDSA", bits: 256, bytes };
  if (oid === "1.3.101.113") return { kind: "EdDSA", bits: 448, bytes };
  return { kind: "other", bits: null, bytes };
}

interface Extensions {
  isCa: boolean;
  names: AlternativeNames;
  extendedKeyUsage: string[] | null;
  isOfPublicCa: boolean;
  subjectKeyId: string | null;
  authorityKeyId: string | null;
}

/** RFC 5280 §4.2: those that findings need; a wrong one makes the whole certificate unreadable. */
function readExtensions(list: Cursor | null): Extensions {
  const read: Extensions = {
    isCa: false,
    names: { dnsNames: [], addresses: [], more: false },
    extendedKeyUsage: null,
    isOfPublicCa: false,
    subjectKeyId: null,
    authorityKeyId: null,
  };
  for (let count = 0; list !== null && list.left > 0; count++) {
    if (count === MAX_EXTENSIONS)
      throw new MalformedError(`Cannot read more than ${MAX_EXTENSIONS} extensions`);
    const extension = readTagged(list, Tag.SEQUENCE, "extension");
    const oid = readOid(extension, "extension");
    readOptional(extension, Tag.BOOLEAN, "critical");
    readExtension(oid, readTagged(extension, Tag.OCTET_STRING, "extension value"), read);
  }
  return read;
}

function readExtension(oid: string, value: Cursor, read: Extensions): void {
  switch (oid) {
    case "2.5.29.14":
      read.subjectKeyId = keyIdText(readTagged(value, Tag.OCTET_STRING, "subjectKeyIdentifier"));
      return;
    case "2.5.29.17":
      read.names = readAlternativeNames(readTagged(value, Tag.SEQUENCE, "subjectAltName"));
      return;
    case "2.5.29.19": {
      const constraints = readTagged(value, Tag.SEQUENCE, "basicConstraints");
      const ca = readOptional(constraints, Tag.BOOLEAN, "cA");
      read.isCa = ca !== null && ca.left > 0 && ca.u8("cA") !== 0;
      return;
    }
    case "2.5.29.32": {
      const policies = readTagged(value, Tag.SEQUENCE, "certificatePolicies");
      while (policies.left > 0) {
        const policy = readOid(readTagged(policies, Tag.SEQUENCE, "certificatePolicies"), "policy");
        if (PUBLIC_CA_POLICIES.includes(policy)) read.isOfPublicCa = true;
      }
      return;
    }
    case "2.5.29.35": {
      const identifier = readTagged(value, Tag.SEQUENCE, "authorityKeyIdentifier");
      const keyId = readOptional(identifier, contextTag(0, "primitive"), "keyIdentifier");
      read.authorityKeyId = keyId && keyIdText(keyId);
      return;
    }
    case "2.5.29.37": {
      const usages = readTagged(value, Tag.SEQUENCE, "extKeyUsage");
      read.extendedKeyUsage = [];
      while (usages.left > 0 && read.extendedKeyUsage.length < MAX_USAGES) {
        read.extendedKeyUsage.push(readOid(usages, "extKeyUsage"));
      }
      return;
    }
    default:
      return;
  }
}

const keyIdText = (keyId: Cursor): string => keyId.hex(Math.min(keyId.left, 64), "key identifier");

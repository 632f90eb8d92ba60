/** What the certificates that the gateway showed tell: which is its own, who issued which, what is wrong. */
import type { Observations } from "../../evidence/observations.ts";
import { familyOf } from "../../packet/address.ts";
import type { EvidenceRef } from "../../schema/diagnosis.ts";
import type { GatewayAnswerFacts, GatewayCertificate } from "../../schema/rehearsal.ts";
import { once } from "./once.ts";

/** The purpose that Windows asks of a gateway's certificate, and any purpose, RFC 5280 §4.2.1.12. */
const SERVER_AUTH = "1.3.6.1.5.5.7.3.1";
const ANY_PURPOSE = "2.5.29.37.0";
/** Hashes with which signatures can be forged. */
const BROKEN_HASHES: readonly string[] = ["SHA-1", "MD5", "MD2"];

/** The certificates of the gateway's answer to a login that was begun. */
export interface GatewayChain {
  own: GatewayCertificate;
  /** Its own one first, then each one's issuer, as far as they were sent. */
  issuers: GatewayCertificate[];
  /** Others that were sent, and issued none of these. */
  unrelated: GatewayCertificate[];
  facts: GatewayAnswerFacts;
  /** Bytes of the IKE message that they came in. */
  answerIkeBytes: number;
  evidence: EvidenceRef[];
}

/** The gateway's certificates, in order; `null` where none was read. */
export const gatewayChain = once((o: Observations): GatewayChain | null => {
  const facts = o.rehearsal?.gateway ?? null;
  const [own, ...others] = facts?.certificates ?? [];
  const large = (o.rehearsal?.logins ?? [])
    .flatMap(({ requests }) => requests)
    .flatMap(({ stepIds, answer }) => (answer.status === "asks-eap" ? [{ stepIds, answer }] : []));
  const largest = large.toSorted((a, b) => b.answer.ikeBytes - a.answer.ikeBytes)[0];
  // RFC 7296 §3.6: the first one is the gateway's own. It may be the one that could not be read.
  if (facts === null || own === undefined || largest === undefined) return null;
  if (own.isCa && facts.unreadableCertificates.length > 0) return null;
  const issuers: GatewayCertificate[] = [];
  for (let of = own; !of.isSelfSigned; ) {
    const issuer = others.find((c) => c.subject === of.issuer && c.isCa && !issuers.includes(c));
    if (issuer === undefined) break;
    issuers.push(issuer);
    of = issuer;
  }
  return {
    own,
    issuers,
    unrelated: others.filter((c) => !issuers.includes(c)),
    facts,
    answerIkeBytes: largest.answer.ikeBytes,
    evidence: largest.stepIds.map((stepId) => ({
      kind: "probe" as const,
      stepId,
      bytes: largest.answer.ikeBytes,
      sizeKind: "ike-message" as const,
    })),
  };
});

/** A certificate that is not valid at the time of reading, and since or until when. */
export interface OutOfDate {
  certificate: GatewayCertificate;
  is: "expired" | "not-yet-valid";
  /** ISO 8601. */
  at: string;
}

/** The first certificate that was not valid when it was read: the gateway's own one before its issuers. */
export function outOfDate({ own, issuers, facts }: GatewayChain): OutOfDate | null {
  const readAtMs = Date.parse(facts.readAt);
  for (const certificate of [own, ...issuers]) {
    const { notBefore, notAfter } = certificate;
    if (readAtMs > Date.parse(notAfter)) return { certificate, is: "expired", at: notAfter };
    if (readAtMs < Date.parse(notBefore)) return { certificate, is: "not-yet-valid", at: notBefore };
  }
  return null;
}

/** Whether the gateway's own certificate has the name that is dialled. */
export interface NameInCertificate {
  dialled: string;
  /** A VPN profile of this computer has it; else it is how the case or the run names the gateway. */
  fromProfile: boolean;
  /**
   * `in-subject`: as the subject's CN alone. `as-address`: as an iPAddress entry alone, which Windows does
   * not compare. `unknown`: not among the names that are kept, of more.
   */
  is: "named" | "in-subject" | "as-address" | "missing" | "unknown";
}

/** Whether the name that is dialled is in the certificate; `null`: nobody named the gateway. */
export function nameInCertificate(o: Observations, { own }: GatewayChain): NameInCertificate | null {
  const gateway = o.gateway?.toLowerCase() ?? null;
  const ofGateway = [gateway, ...o.gatewayAddresses];
  const profiles = (o.vpn?.profiles ?? []).map((p) => p.serverAddress.toLowerCase());
  // A profile may dial the gateway by another name: one that is in the certificate is such a one.
  const dialled = profiles
    .filter((name) => name !== "")
    .map((name): NameInCertificate => ({ dialled: name, fromProfile: true, is: placeOf(name, own) }));
  const isNamed = ({ is }: NameInCertificate) => is === "named" || is === "in-subject";
  const same = dialled.filter((profile) => ofGateway.includes(profile.dialled));
  const best = same.find(isNamed) ?? same[0] ?? dialled.find(isNamed);
  if (best !== undefined) return best;
  return gateway === null ? null : { dialled: gateway, fromProfile: false, is: placeOf(gateway, own) };
}

function placeOf(dialled: string, own: GatewayCertificate): NameInCertificate["is"] {
  const plain = dialled.replace(/\.$/, "");
  if (own.names.some((name) => covers(name.toLowerCase().replace(/\.$/, ""), plain))) return "named";
  if (own.commonName !== null && covers(own.commonName.toLowerCase(), plain)) return "in-subject";
  if (own.addresses.includes(plain)) return "as-address";
  return own.hasMoreNames ? "unknown" : "missing";
}

/** RFC 6125 §6.4.3: an asterisk stands for one whole label, the first. */
function covers(name: string, host: string): boolean {
  if (name === host) return true;
  if (!name.startsWith("*.") || isAddress(host)) return false;
  const dot = host.indexOf(".");
  return dot > 0 && host.slice(dot) === name.slice(1);
}

/** Whether a host is an IP address. */
export const isAddress = (host: string): boolean => familyOf(host) === 6 || /^[\d.]+$/.test(host);

/** Which purposes the gateway's own certificate names. */
export function purposeOf({ own }: GatewayChain): "server" | "any" | "others" | "none" {
  const purposes = own.extendedKeyUsage;
  if (purposes === null) return "none";
  if (purposes.includes(SERVER_AUTH)) return "server";
  return purposes.includes(ANY_PURPOSE) ? "any" : "others";
}

/** The certificates that are signed with a broken hash; a root's own signature proves nothing anyway. */
export const brokenSignatures = ({ own, issuers }: GatewayChain): GatewayCertificate[] =>
  [own, ...issuers].filter((c) => !c.isSelfSigned && BROKEN_HASHES.includes(c.signature.hash ?? ""));

/**
 * Whether the certificates lead from the gateway's own one to a root that the client can have.
 *
 * `missing`: an issuer was not sent that no client has as a root. `alone`: the issuer of its own one was not
 * sent, and is a root or is missing: nothing tells. `to-root`: all but the root, or all.
 */
export function chainEnd({
  own,
  issuers,
  unrelated,
}: GatewayChain): "to-root" | "missing" | "alone" | "self-signed" {
  if (issuers.length > 0) return "to-root";
  if (own.isSelfSigned) return "self-signed";
  return own.isOfPublicCa || unrelated.length > 0 ? "missing" : "alone";
}

/**
 * Whether Windows refuses the gateway for its certificate, by what the certificates alone show. An address by
 * which a case names the gateway may be dialled by nobody; a certificate without any purpose may be taken.
 */
export const isRefusedForCertificate = once((o: Observations): boolean => {
  const chain = gatewayChain(o);
  if (chain === null) return false;
  const name = nameInCertificate(o, chain);
  const isDialled = name !== null && (name.fromProfile || !isAddress(name.dialled));
  return (
    outOfDate(chain)?.certificate === chain.own ||
    (isDialled && (name.is === "missing" || name.is === "as-address")) ||
    purposeOf(chain) === "others" ||
    chainEnd(chain) === "missing"
  );
});

/** What certificates with an ECDSA P-256 key have in place of RSA's, RFC 5480 and RFC 3279 §2.2.3. */
const ECDSA_KEY_BYTES = 91;
const ECDSA_SIGNATURE_BYTES = 72;
/** A CERT payload's header and encoding, RFC 7296 §3.6. */
const CERT_HEADER_BYTES = 5;

/** How large the answer is, and would be. */
export interface AnswerSizes {
  certificates: number;
  certificateBytes: number[];
  /** Of the IKE message if all keys and signatures were ECDSA with P-256; `null`: they are small already. */
  withEcdsa: number | null;
  /** Of the IKE message without the root, which a client must have anyway; `null`: no root was sent. */
  withoutRoot: number | null;
}

/** Reckons with what the certificates have of keys and signatures. */
export function answerSizes({ own, issuers, unrelated, answerIkeBytes }: GatewayChain): AnswerSizes {
  const all = [own, ...issuers, ...unrelated];
  // The AUTH payload has a signature of the gateway's own key.
  const auth = own.key.kind === "RSA" ? Math.max((own.key.bits ?? 0) / 8 - ECDSA_SIGNATURE_BYTES, 0) : 0;
  const saved = all.reduce((sum, { key, signature }) => {
    const byKey = key.kind === "RSA" ? Math.max(key.bytes - ECDSA_KEY_BYTES, 0) : 0;
    const bySignature = signature.kind.startsWith("RSA")
      ? Math.max(signature.bytes - ECDSA_SIGNATURE_BYTES, 0)
      : 0;
    return sum + byKey + bySignature;
  }, auth);
  const root = all.find((c) => c.isSelfSigned && c !== own);
  const withoutRoot = answerIkeBytes - (root?.bytes ?? 0) - CERT_HEADER_BYTES;
  return {
    certificates: all.length,
    certificateBytes: all.map(({ bytes }) => bytes),
    withEcdsa: saved === 0 ? null : Math.max(Math.round((answerIkeBytes - saved) / 10) * 10, 0),
    // What is given as evidence may have certificates that are larger than the message they came in.
    withoutRoot: root === undefined || withoutRoot < 0 ? null : withoutRoot,
  };
}

/**
 * What came of logins that were begun with the gateway and not finished: read with the run's own keys, which
 * nobody keeps. The same evidence is judged later without them.
 */
import * as z from "zod";
import { InterfaceMtu, IpFamily } from "./plan.ts";
import { StepId } from "./step-id.ts";

const spi = z.string().regex(/^[0-9a-f]{16}$/);
const bytes = z.int().min(0).max(65_535);

/** How a message travels: as one packet, cut by IP, or cut by IKE itself (RFC 7383). */
export const Carriage = z.enum(["whole-packet", "ip-fragments", "ike-fragments"]);
export type Carriage = z.infer<typeof Carriage>;

const arrived = {
  /** Bytes of the IKE message; of one in IKE fragments, as if it had come in one. */
  ikeBytes: bytes,
  /** Bytes of each UDP payload, without the non-ESP marker, in the order of arrival. */
  datagrams: z.array(bytes).min(1).max(64),
};

/** What came back to a request, its integrity checked. */
export const RehearsalAnswer = z.discriminatedUnion("status", [
  /** Sent as often as `tries` says, and nothing came. */
  z.object({ status: z.literal("none") }),
  /** The agent could not send it: its limits, its system, or a run that was cut short. */
  z.object({ status: z.literal("not-sent"), why: z.string().max(512) }),
  /** Some of its IKE fragments came, by their numbers (RFC 7383 §2.5). */
  z.object({
    status: z.literal("in-part"),
    received: z.array(z.int().min(1).max(65_535)).max(64),
    total: z.int().min(1).max(65_535),
    largestDatagramBytes: bytes,
  }),
  /** Something came that is not the gateway's answer: it proves nothing. */
  z.object({ status: z.literal("unreadable"), why: z.enum(["integrity", "malformed", "too-large"]) }),
  /** An error Notify: the login is refused, and the gateway keeps nothing of it. */
  z.object({ status: z.literal("refused"), notify: z.int().min(0).max(65_535), ...arrived }),
  /** IDr, certificates, AUTH and the first request of EAP: the login's large answer (RFC 7296 §2.16). */
  z.object({ status: z.literal("asks-eap"), eapType: z.int().min(0).max(255).nullable(), ...arrived }),
  /** Anything else that the gateway really said, as a Delete or an empty answer. */
  z.object({ status: z.literal("other"), ...arrived }),
]);
export type RehearsalAnswer = z.infer<typeof RehearsalAnswer>;

/** One IKE_AUTH request of a rehearsed login, with all its sendings. */
export const RehearsalRequest = z.object({
  /** `refusal`: with an AUTH payload that cannot be right. `eap`: without one. */
  asks: z.enum(["refusal", "eap"]),
  messageId: z.int().min(1).max(64),
  carriage: Carriage,
  ikeBytes: bytes,
  /** Bytes of each UDP payload that it was sent in, without the non-ESP marker. */
  datagrams: z.array(bytes).min(1).max(64),
  /** The MTU that the agent held this request to; `null`: the interface's own. */
  userMtu: InterfaceMtu.nullable(),
  /** The steps that sent it, for evidence to point at. */
  stepIds: z.array(StepId).min(1).max(64),
  /** How often the whole request was sent. */
  tries: z.int().min(0).max(64),
  answer: RehearsalAnswer,
});
export type RehearsalRequest = z.infer<typeof RehearsalRequest>;

/** One login: an IKE_SA_INIT that was answered, and what was asked in its name. */
export const RehearsedLogin = z.object({
  initiatorSpi: spi,
  responderSpi: spi,
  family: IpFamily,
  address: z.string().max(64),
  /** As the registry names them; `integrity` is `null` where the cipher does it itself (RFC 5282). */
  suite: z.object({
    encryption: z.string().max(64),
    integrity: z.string().max(64).nullable(),
    prf: z.string().max(64),
    group: z.int().min(0).max(65_535),
  }),
  /** Both sides announced IKE fragmentation, Notify 16430 (RFC 7383 §2.3). */
  ikeFragmentation: z.boolean(),
  /** Whether this side announced it: a gateway does so only in answer. `null`: evidence of before. */
  announcedIkeFragmentation: z.boolean().nullable().default(null),
  /** The UDP port that IKE_SA_INIT was sent to. All that follows goes to 4500, where that answers. */
  begunOnPort: z
    .union([z.literal(500), z.literal(4500)])
    .nullable()
    .default(null),
  /** Bytes of the IKE_SA_INIT response: small, and the proof that both ways carry something. */
  initAnswerBytes: bytes,
  requests: z.array(RehearsalRequest).max(32),
});
export type RehearsedLogin = z.infer<typeof RehearsedLogin>;

const name = z.string().max(256);

/** What a report keeps of one certificate of the gateway's: it is shown to everybody who dials. */
export const GatewayCertificate = z.object({
  bytes,
  subject: name,
  issuer: name,
  /** ISO 8601. */
  notBefore: z.iso.datetime(),
  notAfter: z.iso.datetime(),
  key: z.object({
    kind: z.enum(["RSA", "ECDSA", "EdDSA", "other"]),
    /** Of the modulus or the curve. */
    bits: z.int().min(0).max(65_535).nullable(),
    /** Of the whole SubjectPublicKeyInfo. */
    bytes,
  }),
  signature: z.object({
    kind: z.enum(["RSA", "RSA-PSS", "ECDSA", "EdDSA", "other"]),
    hash: z.string().max(32).nullable(),
    bytes,
  }),
  isCa: z.boolean(),
  isSelfSigned: z.boolean(),
  /** The most specific CN of the subject: Windows takes it for a name of the gateway's too. */
  commonName: name.nullable(),
  /** dNSName entries of the subjectAltName (RFC 5280 §4.2.1.6): with some gateways, addresses as text. */
  names: z.array(name).max(64),
  /** iPAddress entries of the subjectAltName. */
  addresses: z.array(name).max(64),
  /** The subjectAltName has more entries than are kept: that a name is not here says nothing then. */
  hasMoreNames: z.boolean(),
  /** `null`: the certificate has no extended key usage. */
  extendedKeyUsage: z.array(z.string().max(512)).max(32).nullable(),
  /** It claims to follow the rules of the CA/Browser Forum: no root signs such a certificate itself. */
  isOfPublicCa: z.boolean(),
});
export type GatewayCertificate = z.infer<typeof GatewayCertificate>;

/**
 * What the gateway's answer tells beside how it travelled. Stored evidence may have more: whatever no finding
 * reads is dropped when it is read again.
 */
export const GatewayAnswerFacts = z.object({
  /** In the order in which they were sent; `null`: no answer with certificates was read. */
  certificates: z.array(GatewayCertificate).max(16).nullable(),
  /** Certificates that could not be read, and why. */
  unreadableCertificates: z.array(z.string().max(256)).max(16),
  /** Certification authorities that it named in CERTREQ payloads (RFC 7296 §3.7). */
  certificateRequests: z.int().min(0).max(65_535),
  /** When this was read: ISO 8601, by the clock of who read it. Validity is judged against it. */
  readAt: z.iso.datetime(),
});
export type GatewayAnswerFacts = z.infer<typeof GatewayAnswerFacts>;

/** Why no login was rehearsed, or no further one. */
export const RehearsalStop = z.enum([
  "left-out", // the case, the operator or the user left it out
  "cookie", // the gateway guards itself (RFC 7296 §2.6)
  "no-answer", // it did not answer IKE_SA_INIT
  "no-common-suite", // it chose what this initiator does not speak, or refused all
  "unreadable", // its answers did not hold together
  "limits", // nothing more may be sent in this run
]);
export type RehearsalStop = z.infer<typeof RehearsalStop>;

/** All logins that a run rehearsed. */
export const Rehearsal = z.object({
  logins: z.array(RehearsedLogin).max(32),
  gateway: GatewayAnswerFacts.nullable(),
  stopped: RehearsalStop.nullable(),
});
export type Rehearsal = z.infer<typeof Rehearsal>;

/** What is known of one way of one kind of fragments. */
export const FragmentsWay = z.object({
  state: z.enum(["passed", "lost", "not-tested"]),
  /** IKE message bytes of the largest that passed and of the smallest that was lost. */
  passedIkeBytes: bytes.nullable(),
  lostIkeBytes: bytes.nullable(),
  /** How often what was lost was sent. */
  tries: z.int().min(0),
});
export type FragmentsWay = z.infer<typeof FragmentsWay>;

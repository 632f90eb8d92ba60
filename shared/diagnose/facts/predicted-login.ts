/**
 * How large a login of this Windows computer will be, by its settings: what nobody knows makes a range of it.
 * Where each number comes from is in docs/domain.md §3.7.
 */
import { egressMtu, type Observations } from "../../evidence/observations.ts";
import {
  AUTHORITY_BYTES,
  type AuthContents,
  type AuthPayloads,
  authPayloads,
  cbc,
  childProposalsBytes,
  configurationBytes,
  GCM,
  innerBytes,
  notifiesBytes,
  sealedAuthBytes,
  selectorsBytes,
  signatureBytes,
} from "../../ike/predicted-auth.ts";
import { ExchangeType } from "../../ike/registry.ts";
import { ETHERNET_MTU, ipFragmentSizes, NON_ESP_MARKER_BYTES, UDP_HEADER_BYTES } from "../../packet/sizes.ts";
import type { ClientSettings, LoginCertificate } from "../../schema/client-settings.ts";
import type { EvidenceRef } from "../../schema/diagnosis.ts";
import type { IpFamily } from "../../schema/plan.ts";
import { familyInQuestion } from "./family.ts";
import { isIkeFragmented } from "./ike-fragmentation.ts";
import { firstAuth } from "./login-facts.ts";
import { once } from "./once.ts";
import { mayBeSameHost } from "./ras-failure.ts";

/** The least and the most that it can be. */
export interface Span {
  least: number;
  most: number;
}

/** What is needed and not known. */
export type Missing = "settings" | "profile" | "certificate" | "roots" | "sizes";

/** A login as it is expected to leave. */
export interface PredictedLogin {
  family: IpFamily;
  /** Of the interface that it leaves by. */
  mtu: number;
  /** Bytes of the IKE message, as if it were sent in one. */
  ike: Span;
  /** Bytes of each kind of payload. */
  payloads: Readonly<Record<keyof AuthPayloads, Span>>;
  /** Header, IV, padding and ICV. */
  frame: Span;
  /** How many IP packets at that MTU; how many IKE fragments of Windows's size (RFC 7383). */
  ipPackets: Span;
  ikeFragments: Span;
  /** Trusted roots that it lists. */
  roots: number;
  /** Of how many certificates nobody knows which it takes; 0 where it takes none. */
  choices: number;
  /** Bytes of the same login with an ECDSA key in its certificate; `null`: no key of its own is larger. */
  mostWithEcdsa: number | null;
  /** Bytes of the same login with the client's own certificate alone; `null`: none stands above it. */
  mostWithOwnCertificate: number | null;
  evidence: EvidenceRef[];
}

/** MOBIKE_SUPPORTED; TSi and TSr of both families. */
const FIXED_BYTES = notifiesBytes(1) + 2 * selectorsBytes(1, 1);
/** Address, DNS, NBNS and server of both families; an IPv6 address that it had before, it asks for again. */
const CONFIGURATION: Span = { least: configurationBytes(7), most: configurationBytes(7, 17) };
/** AES-256, AES-128, 3DES, DES and no cipher, each with SHA-1. */
const USUAL_PROPOSALS = childProposalsBytes(
  [1, 1, 0, 0, 0].map((keyLengths) => ({ transforms: 3, keyLengths })),
);
/** One of the administrator's, with a cipher that checks itself or with an integrity algorithm. */
const OWN_PROPOSAL: Span = {
  least: childProposalsBytes([{ transforms: 2, keyLengths: 1 }]),
  most: childProposalsBytes([{ transforms: 3, keyLengths: 1 }]),
};
/** Of the ciphers that Windows and gateways agree on, the smallest and the largest. */
const PROTECTIONS = { least: GCM, most: cbc(24) };
/** Bytes of payloads in an IKE fragment of Windows's, 580 bytes of IKE (docs/domain.md §2.6). */
const IKE_FRAGMENT_ROOM: Span = { least: 495, most: 519 };
/** An ECDSA P-256 key: SubjectPublicKeyInfo (RFC 5480 §2), and the same around a modulus of RSA. */
const ECDSA_KEY = { key: "ecdsa", keyBits: 256, bytes: 91 } as const;
const RSA_KEY_FRAME_BYTES = 38;
/** Larger than this no datagram is: settings that lead there are none of a real computer. */
const MOST_INNER_BYTES = 60_000;

/** The least and the most of one login that it may be. */
interface Possible {
  least: AuthContents;
  most: AuthContents;
  certificate: LoginCertificate | null;
}

/** How large the login will be, or what is missing to say so. */
export const predictedLogin = once((o: Observations): PredictedLogin | Missing => {
  const settings = o.vpn?.settings;
  if (settings === undefined) return "settings";
  const family = familyInQuestion(o);
  const possible = possibleLogins(o, settings, family);
  if (typeof possible === "string") return possible;
  const bounds = possible.flatMap(({ least, most }) => [authPayloads(least), authPayloads(most)]);
  const inner = spanOf(bounds.map(innerBytes));
  if (inner.most > MOST_INNER_BYTES) return "sizes";
  const sealed = (bytes: number, bound: keyof Span) => sealedAuthBytes(bytes, PROTECTIONS[bound]);
  const ike = { least: sealed(inner.least, "least"), most: sealed(inner.most, "most") };
  const mtu = egressMtu(o, family) ?? ETHERNET_MTU;
  const of = (kind: keyof AuthPayloads): Span => spanOf(bounds.map((payloads) => payloads[kind]));
  const smallest = (change: (login: Possible) => AuthContents): number | null => {
    const most = Math.max(...possible.map((login) => innerBytes(authPayloads(change(login)))));
    return most < inner.most ? sealed(most, "most") : null;
  };
  return {
    family,
    mtu,
    ike,
    payloads: {
      identity: of("identity"),
      certificates: of("certificates"),
      requests: of("requests"),
      auth: of("auth"),
      rest: of("rest"),
    },
    frame: { least: ike.least - inner.least, most: ike.most - inner.most },
    ipPackets: packetsAt(ike, mtu, family),
    ikeFragments: {
      least: Math.ceil(inner.least / IKE_FRAGMENT_ROOM.most),
      most: Math.ceil(inner.most / IKE_FRAGMENT_ROOM.least),
    },
    roots: settings.trustedRoots ?? 0,
    choices: new Set(possible.flatMap(({ certificate }) => certificate ?? [])).size,
    mostWithEcdsa: smallest(withEcdsa),
    mostWithOwnCertificate: smallest(({ most }) => ({
      ...most,
      certificates: most.certificates.slice(0, 1),
    })),
    evidence: [settings.ref],
  };
});

/**
 * Bytes of each whole IP packet that a login leaves in, on UDP port 4500.
 *
 * @param ikeBytes of the IKE message in one
 */
export const loginPackets = (ikeBytes: number, mtu: number, family: IpFamily): number[] =>
  ipFragmentSizes(UDP_HEADER_BYTES + NON_ESP_MARKER_BYTES + ikeBytes, mtu, family);

/** In how many IP packets a login of these sizes leaves. */
export const packetsAt = (ike: Span, mtu: number, family: IpFamily): Span => ({
  least: loginPackets(ike.least, mtu, family).length,
  most: loginPackets(ike.most, mtu, family).length,
});

/** For a sentence: one number where nothing is open, else the least and the most. */
export const said = ({ least, most }: Span): string | number => (least === most ? most : `${least}–${most}`);

/** How many trusted roots a login may list to leave in one IP packet less; `null`: no list is that short. */
export function rootsForOnePacketLess(login: PredictedLogin): number | null {
  const { ike, ipPackets, mtu, family, roots } = login;
  for (let kept = roots - 1; kept >= 1; kept--) {
    const bytes = ike.most - (roots - kept) * AUTHORITY_BYTES;
    if (loginPackets(bytes, mtu, family).length < ipPackets.most) return kept;
  }
  return null;
}

/** A login in a capture that was sent whole or in IP fragments, which its own size stands in. */
export const capturedLogin = once((o: Observations): { ikeBytes: number; refs: EvidenceRef[] } | null => {
  const requests = o.initiations
    .filter((i) => i.majorVersion === 2 && !i.ownProbe)
    .map(firstAuth)
    .filter((exchange) => exchange?.exchangeType === ExchangeType.IKE_AUTH)
    .flatMap((exchange) => exchange?.requests[0] ?? []);
  const last = requests.findLast((m) => m.ikeLength !== null && !isIkeFragmented(m) && !m.maybePart);
  return last?.ikeLength ? { ikeBytes: last.ikeLength, refs: last.refs } : null;
});

/** The logins that its profiles for this gateway lead to, with each certificate that it may take. */
function possibleLogins(o: Observations, settings: ClientSettings, family: IpFamily): Possible[] | Missing {
  const { trustedRoots, loginCertificates, phonebook } = settings;
  const profiles = (o.vpn?.profiles ?? []).filter(
    ({ tunnelType, serverAddress }) =>
      /^(ikev2|automatic)$/i.test(tunnelType) && mayBeSameHost(serverAddress, o.gateway),
  );
  if (profiles.length === 0) return "profile";
  // No Windows trusts none: nothing was counted.
  if (!trustedRoots) return "roots";
  const possible: Possible[] = [];
  for (const { name, authenticationMethods } of profiles) {
    const hasOwn = phonebook?.find((entry) => entry.name === name)?.hasCustomIpsecPolicies;
    const rest = (bound: keyof Span): number =>
      FIXED_BYTES +
      CONFIGURATION[bound] +
      (hasOwn || (hasOwn === undefined && bound === "least") ? OWN_PROPOSAL[bound] : USUAL_PROPOSALS);
    const add = (identityBytes: number, certificate: LoginCertificate | null, authBytes: number | null) => {
      const contents = { identityBytes, authorities: trustedRoots, authBytes };
      const chain = certificate?.derBytes ?? [];
      possible.push({
        certificate,
        // Whether Windows sends the certificates above its own one, no capture shows.
        least: { ...contents, certificates: chain.slice(0, 1), restBytes: rest("least") },
        most: { ...contents, certificates: chain, restBytes: rest("most") },
      });
    };
    const isCertificate = (method: string) => /^machinecertificate$/i.test(method);
    if (authenticationMethods.some(isCertificate)) {
      // A machine's login takes a certificate of the machine's.
      const own = (loginCertificates ?? []).filter(({ store }) => store === "machine");
      for (const certificate of own) {
        const { key, keyBits, subjectBytes } = certificate;
        if (key === "other" || keyBits === null || subjectBytes === null) return "certificate";
        add(subjectBytes, certificate, signatureBytes({ key, keyBits }, false));
      }
      if (own.length === 0) return "certificate";
    }
    // EAP names the computer's address, and proves nothing yet (RFC 7296 §2.16).
    if (!authenticationMethods.every(isCertificate) || authenticationMethods.length === 0)
      add(family === 4 ? 4 : 16, null, null);
  }
  return possible;
}

/** The same login with a key of ECDSA P-256; who signed the certificate stays as it is. */
function withEcdsa({ most, certificate }: Possible): AuthContents {
  const { key, keyBits } = certificate ?? {};
  const [own = 0, ...above] = most.certificates;
  if (key !== "rsa" || !keyBits) return most;
  const saved = Math.ceil(keyBits / 8) + RSA_KEY_FRAME_BYTES - ECDSA_KEY.bytes;
  return {
    ...most,
    certificates: [Math.max(own - saved, 0), ...above],
    authBytes: signatureBytes(ECDSA_KEY, false),
  };
}

const spanOf = (values: readonly number[]): Span => ({
  least: Math.min(...values),
  most: Math.max(...values),
});

/** What a Windows computer's own settings say of its VPN logins: sizes and switches, and no secret. */
import * as z from "zod";

/** Text from the measured computer: bounded, and never put into a command. */
const foreignText = z.string().max(512);
const metric = z.int().min(0).max(4_294_967_295);

/**
 * A connection in a phone book of Windows's (rasphone.pbk, a text of sections and `key=value` lines). Agents
 * read these lines of it and no other.
 */
export const PhonebookEntry = z.object({
  /** The section's name, which is the connection's. */
  name: foreignText,
  /** In the phone book of the machine (`%ProgramData%`), which only an administrator changes. */
  ofAllUsers: z.boolean(),
  /**
   * `Disable_IKEv2_Fragmentation`, turned round: `false` is its 1, which switches RFC 7383 off for this
   * connection. `null`: there is no such line.
   */
  ikeFragmentation: z.boolean().nullable(),
  /** `VpnStrategy`, a number of Windows's (RASENTRY.dwVpnStrategy: 7 is IKEv2 alone). */
  vpnStrategy: z.int().min(0).max(255).nullable(),
  /** `DEVICE` of the first device, as `vpn`. */
  deviceType: foreignText.nullable(),
  /** `PhoneNumber` of the first device. */
  serverAddress: foreignText.nullable(),
  /** `CustomIPSecPolicies` is not empty: own cipher suites. */
  hasCustomIpsecPolicies: z.boolean(),
  /** `IpInterfaceMetric` and `Ipv6InterfaceMetric`; 0 is automatic. */
  metricV4: metric.nullable(),
  metricV6: metric.nullable(),
});
export type PhonebookEntry = z.infer<typeof PhonebookEntry>;

/**
 * The tunnel's own interface, by the name of its connection: its MTU is of packets inside the tunnel, where 0
 * can be read, too.
 */
export const VpnInterface = z.object({
  name: foreignText,
  mtuV4: z.int().min(0).max(4_294_967_295).nullable(),
  mtuV6: z.int().min(0).max(4_294_967_295).nullable(),
});
export type VpnInterface = z.infer<typeof VpnInterface>;

/** A certificate with a private key that Windows could log in with: sizes and kinds, and no name in it. */
export const LoginCertificate = z.object({
  store: z.enum(["user", "machine"]),
  key: z.enum(["rsa", "ecdsa", "other"]),
  /** Of the modulus or the curve. */
  keyBits: z.int().min(1).max(65_535).nullable(),
  /** DER of the subject's name: what IKE's IDi payload carries (RFC 7296 §3.5, ID_DER_ASN1_DN). */
  subjectBytes: z.int().min(0).max(65_535).nullable(),
  /**
   * DER of the certificate, then of those above it as far as this computer has them; of the root, which signs
   * itself, it is left out.
   */
  derBytes: z.array(z.int().min(1).max(65_535)).min(1).max(8),
  /** Whether the chain was followed up to a root. `false`: a certificate above the last one is missing. */
  isChainKnown: z.boolean(),
});
export type LoginCertificate = z.infer<typeof LoginCertificate>;

/** All of it; each part is `null` where this computer does not let a program read it. */
export const ClientSettings = z.object({
  phonebook: z.array(PhonebookEntry).max(64).nullable(),
  vpnInterfaces: z.array(VpnInterface).max(64).nullable(),
  loginCertificates: z.array(LoginCertificate).max(16).nullable(),
  /**
   * How many different roots the machine trusts: a client lists up to so many by their hashes, 20 bytes each
   * (CERTREQ, RFC 7296 §3.7).
   */
  trustedRoots: z.int().min(0).max(100_000).nullable(),
});
export type ClientSettings = z.infer<typeof ClientSettings>;

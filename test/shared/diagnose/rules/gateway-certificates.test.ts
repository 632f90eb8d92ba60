import { expect, test } from "vitest";
import { diagnoseObservations } from "../../../../shared/diagnose/diagnose.ts";
import { answerSizes, gatewayChain } from "../../../../shared/diagnose/facts/gateway-certificates.ts";
import * as rules from "../../../../shared/diagnose/rules/gateway-certificates.ts";
import type { VpnObservation } from "../../../../shared/evidence/observations.ts";
import { answeredBegunLogin, certificate } from "../../../support/begun-login.ts";
import { observations } from "../../../support/observations.ts";
import { testRules } from "../../../support/rule-evidence.ts";

const ref = { kind: "probe" as const, stepId: "r1-vpn-profiles", bytes: null, sizeKind: null };
const vpn = (serverAddress: string | null, code: number | null = null): { vpn: VpnObservation } => ({
  vpn: {
    profiles:
      serverAddress === null
        ? []
        : [
            {
              name: "Office",
              serverAddress,
              tunnelType: "Ikev2",
              authenticationMethods: ["Eap"],
              connected: false,
              ref,
            },
          ],
    rasFailures: code === null ? [] : [{ at: null, connection: "Office", code, ref }],
  },
});

const answered = (...given: Parameters<typeof answeredBegunLogin>) => ({
  rehearsal: answeredBegunLogin(...given),
});

const EXPIRED = "gateway-certificate-expired";
const NAME = "gateway-certificate-name";
const PURPOSE = "gateway-certificate-purpose";
const SIGNATURE = "gateway-certificate-signature";
const ISSUER = "gateway-certificate-issuer";
const ALONE = "gateway-certificate-alone";
const ERROR = "gateway-certificate-error";
const SIZES = "gateway-certificate-sizes";
const REQUESTS = "gateway-certificate-requests";

const FULL = ["rsa-4096", "intermediate"];
const at = (readAt: string) => ({ readAt });

testRules(rules, [
  ...[EXPIRED, NAME, PURPOSE, SIGNATURE, ISSUER, ALONE, SIZES, REQUESTS, ERROR].map((rule) => ({
    name: `no login was begun (${rule})`,
    rule,
    given: {},
    want: "unknown" as const,
  })),
  {
    name: "the first certificate could not be read, so that nobody knows which is the gateway's own",
    rule: PURPOSE,
    given: answered(["intermediate"], { unreadableCertificates: ["Cannot read it"] }),
    want: "unknown",
  },

  { name: "all are valid", rule: EXPIRED, given: answered(FULL), want: "clear" },
  {
    name: "the last second of its validity",
    rule: EXPIRED,
    given: answered(FULL, at("2036-01-01T00:00:00.000Z")),
    want: "clear",
  },
  {
    name: "a second later",
    rule: EXPIRED,
    given: answered(FULL, at("2036-01-01T00:00:01.000Z")),
    want: "found",
    says: "own",
  },
  {
    name: "its own is over",
    rule: EXPIRED,
    given: answered(["expired", "ec-root"]),
    want: "found",
    says: "own",
  },
  {
    name: "its issuer's is over, by the time of reading",
    rule: EXPIRED,
    given: answered([{ ...certificate("rsa-4096"), notAfter: "2040-01-01T00:00:00Z" }, "intermediate"], {
      ...at("2037-01-01T00:00:00.000Z"),
    }),
    want: "found",
    says: "issuer",
  },
  {
    name: "one that begins in 2050",
    rule: EXPIRED,
    given: answered(["after-2049", "ec-root"]),
    want: "found",
    says: "not-yet",
  },

  { name: "the name is in it", rule: NAME, given: answered(FULL), want: "clear", says: "clear" },
  {
    name: "the name is in it in other letters and with a final dot",
    rule: NAME,
    given: { ...answered(FULL), gateway: "VPN.Example.com." },
    want: "clear",
    says: "clear",
  },
  {
    name: "another name is dialled",
    rule: NAME,
    given: { ...answered(FULL), gateway: "vpn.example.net" },
    want: "found",
    says: "found",
  },
  {
    name: "the VPN connection dials the name that the certificate lacks",
    rule: NAME,
    given: { ...answered(FULL), ...vpn("vpn.example.net"), gateway: "vpn.example.net" },
    want: "found",
    says: "found",
  },
  {
    name: "the case names an address, and the VPN connection dials the name",
    rule: NAME,
    given: { ...answered(FULL), ...vpn("vpn.example.com"), gateway: "192.0.2.1" },
    want: "clear",
    says: "clear",
  },
  {
    name: "the VPN connection dials the address, another one the name",
    rule: NAME,
    given: {
      ...answered(FULL),
      vpn: {
        rasFailures: [],
        profiles: ["vpn.example.com", "192.0.2.1"].flatMap((server) => vpn(server).vpn.profiles),
      },
      gateway: "192.0.2.1",
    },
    want: "found",
    says: "found",
  },
  {
    name: "the case names an address, and nobody knows what is dialled",
    rule: NAME,
    given: { ...answered(FULL), gateway: "192.0.2.1" },
    want: "found",
    says: "address",
  },
  {
    name: "the address is an iPAddress entry alone",
    rule: NAME,
    given: { ...answered(["addresses", "ec-root"]), gateway: "2001:db8::1" },
    want: "found",
    says: "as-address",
  },
  {
    name: "the address is a dNSName entry too",
    rule: NAME,
    given: { ...answered(["addresses", "ec-root"]), gateway: "203.0.113.5" },
    want: "clear",
    says: "clear",
  },
  {
    name: "a wildcard covers one label",
    rule: NAME,
    given: { ...answered(["odd-names", "ec-root"]), gateway: "vpn.example.com" },
    want: "clear",
  },
  {
    name: "a wildcard covers no two labels",
    rule: NAME,
    given: { ...answered(["odd-names", "ec-root"]), gateway: "a.vpn.example.com" },
    want: "found",
  },
  {
    name: "the name is in the subject alone",
    rule: NAME,
    given: answered(["name-in-subject-only", "ec-root"]),
    want: "clear",
    says: "in-subject",
  },
  {
    name: "of 70 names one that is not kept",
    rule: NAME,
    given: { ...answered(["many-names", "ec-root"]), gateway: "vpn69.example.com" },
    want: "unknown",
    says: "more",
  },
  {
    name: "nobody named the gateway",
    rule: NAME,
    given: { ...answered(FULL), gateway: null },
    want: "unknown",
    says: "no-name",
  },

  { name: "it is for servers", rule: PURPOSE, given: answered(FULL), want: "clear" },
  {
    name: "it is for clients and IKE",
    rule: PURPOSE,
    given: answered(["no-server-auth", "ec-root"]),
    want: "found",
    says: "found",
  },
  {
    name: "it names no purpose",
    rule: PURPOSE,
    given: answered(["no-usage", "ec-root"]),
    want: "found",
    says: "none",
  },
  {
    name: "it is for any purpose",
    rule: PURPOSE,
    given: answered([{ ...certificate("no-usage"), extendedKeyUsage: ["2.5.29.37.0"] }]),
    want: "unknown",
    says: "any",
  },

  { name: "signed with SHA-1", rule: SIGNATURE, given: answered(["sha1", "intermediate"]), want: "found" },
  {
    name: "signed with RSA-PSS and its default, SHA-1",
    rule: SIGNATURE,
    given: answered(["rsa-pss-sha1", "intermediate"]),
    want: "found",
  },
  { name: "signed with SHA-256", rule: SIGNATURE, given: answered(FULL), want: "clear" },
  {
    name: "only a root signed itself with SHA-1",
    rule: SIGNATURE,
    given: answered([
      ...FULL,
      { ...certificate("root"), signature: { kind: "RSA", hash: "SHA-1", bytes: 512 } },
    ]),
    want: "clear",
  },

  { name: "all but the root were sent", rule: ISSUER, given: answered(FULL), want: "clear" },
  {
    name: "they were sent out of order, and another one with them",
    rule: ISSUER,
    given: answered(["rsa-4096", "ec-root", "root", "intermediate"]),
    want: "clear",
  },
  {
    name: "a public authority's came alone",
    rule: ISSUER,
    given: answered(["public-ca"]),
    want: "found",
    says: "found",
  },
  {
    name: "others were sent, its issuer was not",
    rule: ISSUER,
    given: answered(["rsa-4096", "second-intermediate", "root"]),
    want: "found",
    says: "others",
  },
  {
    name: "it is signed by itself",
    rule: ISSUER,
    given: answered(["ed25519"]),
    want: "found",
    says: "self-signed",
  },
  { name: "a private authority's came alone", rule: ISSUER, given: answered(["rsa-4096"]), want: "unknown" },
  {
    name: "its issuer may be a root or be missing",
    rule: ALONE,
    given: answered(["rsa-4096"]),
    want: "found",
  },
  { name: "its issuer was sent", rule: ALONE, given: answered(FULL), want: "clear" },
  { name: "its issuer is missing for certain", rule: ALONE, given: answered(["public-ca"]), want: "clear" },

  {
    name: "Windows saw silence, which is no matter of certificates",
    rule: ERROR,
    given: { ...answered(["expired"]), ...vpn("vpn.example.com", 809) },
    want: "clear",
  },
  {
    name: "13801, and no certificate was read",
    rule: ERROR,
    given: vpn("vpn.example.com", 13_801),
    want: "unknown",
    says: "unread",
  },
  ...[
    { what: "it is over", chain: ["expired", "ec-root"], server: "vpn.example.com" },
    { what: "it lacks the name", chain: FULL, server: "vpn.example.net" },
    { what: "it is for other purposes", chain: ["no-server-auth", "ec-root"], server: "vpn.example.com" },
    { what: "it names no purpose", chain: ["no-usage", "ec-root"], server: "vpn.example.com" },
    { what: "its issuer is missing", chain: ["public-ca"], server: "vpn.example.com" },
  ].map(({ what, chain, server }) => ({
    name: `13801, and ${what}`,
    rule: ERROR,
    given: { ...answered(chain), ...vpn(server, 13_801), gateway: server },
    want: "found" as const,
    says: "found",
  })),
  {
    name: "13801, and nothing but its issuer is in doubt",
    rule: ERROR,
    given: { ...answered(["rsa-4096"]), ...vpn("vpn.example.com", 13_801) },
    want: "found",
    says: "alone",
  },
  {
    name: "13801, and the certificates are in order",
    rule: ERROR,
    given: { ...answered(FULL), ...vpn("vpn.example.com", 13_801) },
    want: "found",
    says: "elsewhere",
  },
  {
    name: "0x800B0109, and the certificates are in order",
    rule: ERROR,
    given: { ...answered(FULL), ...vpn("vpn.example.com", -2_146_762_487) },
    want: "found",
    says: "elsewhere",
  },
  {
    name: "13801, and the name is wrong only if the address of the case is dialled",
    rule: ERROR,
    given: { ...answered(FULL), ...vpn(null, 13_801), gateway: "192.0.2.1" },
    want: "found",
    says: "elsewhere",
  },

  { name: "RSA keys make it large", rule: SIZES, given: answered(FULL), want: "found", says: "found" },
  {
    name: "the root is sent too",
    rule: SIZES,
    given: answered([...FULL, "root"]),
    want: "found",
    says: "root",
  },
  {
    name: "ECDSA keys are small already",
    rule: SIZES,
    given: answered(["ecdsa-P-256", "ec-root"]),
    want: "clear",
    says: "small-keys",
  },
  {
    name: "the gateway names 53 authorities",
    rule: REQUESTS,
    given: answered(FULL, { certificateRequests: 53 }),
    want: "found",
  },
  { name: "the gateway names none", rule: REQUESTS, given: answered(FULL), want: "clear" },
]);

test.each([
  { what: "it is over", chain: ["expired", "ec-root"], gateway: "vpn.example.com", first: true },
  { what: "it lacks the name", chain: FULL, gateway: "vpn.example.net", first: true },
  {
    what: "it names no purpose, which may be taken",
    chain: ["no-usage"],
    gateway: "vpn.example.com",
    first: false,
  },
  { what: "it lacks an address that may not be dialled", chain: FULL, gateway: "192.0.2.1", first: false },
  { what: "all is in order", chain: FULL, gateway: "vpn.example.com", first: false },
])(
  "to have the certificate put right is the first thing to do, or none: $what",
  ({ chain, gateway, first }) => {
    const { recommendation } = diagnoseObservations(observations({ ...answered(chain), gateway }));
    const keys = recommendation.actions.map(({ key }) => key);
    expect(keys.indexOf("action.gateway-certificate")).toBe(first ? 0 : -1);
  },
);

test("what ECDSA would make of an answer is within 5 % of what openssl makes of the same names", () => {
  const sizes = (chain: string[]) => {
    const read = gatewayChain(observations(answered(chain)));
    if (read === null) throw new Error("no chain");
    return answerSizes(read);
  };
  const rsa = sizes(["rsa-4096"]);
  // The answer is 3,472 bytes whatever certificates a test says are in it.
  const saved = 3_472 - (rsa.withEcdsa ?? 0);
  const [rsaBytes = 0] = rsa.certificateBytes;
  const [ecdsaBytes = 0] = sizes(["ecdsa-P-256"]).certificateBytes;
  const auth = 4_096 / 8 - 72;
  expect(Math.abs(rsaBytes - (saved - auth) - ecdsaBytes)).toBeLessThan(0.05 * ecdsaBytes);
});

test("certificates that name each other as issuers come to an end", () => {
  const a = { ...certificate("intermediate"), subject: "CN=a", issuer: "CN=b" };
  const b = { ...a, subject: "CN=b", issuer: "CN=a" };
  const chain = gatewayChain(observations(answered([a, b, a, b, b])));
  expect(chain?.issuers.length).toBeLessThan(5);
});

test("no message has fewer than no bytes, whatever the root in it is said to be", () => {
  const root = { ...certificate("ec-root"), bytes: 65_535 };
  const chain = gatewayChain(observations(answered(["rsa-4096", root])));
  if (chain === null) throw new Error("no chain");
  expect(answerSizes(chain).withoutRoot).toBeNull();
});

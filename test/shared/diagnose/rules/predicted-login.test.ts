import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { expect, test } from "vitest";
import { diagnose, diagnoseObservations } from "../../../../shared/diagnose/diagnose.ts";
import {
  loginPackets,
  type PredictedLogin,
  predictedLogin,
} from "../../../../shared/diagnose/facts/predicted-login.ts";
import * as rules from "../../../../shared/diagnose/rules/predicted-login.ts";
import type { Observations } from "../../../../shared/evidence/observations.ts";
import type { ClientSettings, LoginCertificate } from "../../../../shared/schema/client-settings.ts";
import { Diagnosis } from "../../../../shared/schema/diagnosis.ts";
import type { Evidence } from "../../../../shared/schema/evidence.ts";
import { say } from "../../../../shared/text/say.ts";
import { GATEWAY, withSettings } from "../../../support/case-table/makers.ts";
import { phonebookEntry } from "../../../support/client-settings.ts";
import { exchange, initiation, observations, sent } from "../../../support/observations.ts";
import { AUTH, ethernet, opened, testRules } from "../../../support/rule-evidence.ts";
import { CLEAR_PATH, playPlan } from "../../../support/simulated-path.ts";

const SIZE = "predicted-login";
const CERTIFICATE = "login-certificate-large";
const ROOTS = "login-roots-many";

const ref = { kind: "probe" as const, stepId: "r1-vpn-profiles", bytes: null, sizeKind: null };
const entry = phonebookEntry();
const rsa = (keyBits: number, derBytes: number[]): LoginCertificate => ({
  store: "machine",
  key: "rsa",
  keyBits,
  subjectBytes: 70,
  derBytes,
  isChainKnown: true,
});
const ecdsa = (keyBits: number, derBytes: number[]): LoginCertificate => ({
  ...rsa(keyBits, derBytes),
  key: "ecdsa",
});

/** Settings with one connection to the gateway, by EAP and 53 roots unless told otherwise. */
function settings(
  given: Partial<ClientSettings> = {},
  profile: { methods?: string[]; serverAddress?: string; tunnelType?: string } = {},
): Partial<Observations> {
  const { methods = ["Eap"], serverAddress = "vpn.example.com", tunnelType = "Ikev2" } = profile;
  const read = {
    phonebook: [entry],
    vpnInterfaces: [],
    loginCertificates: [],
    trustedRoots: 53,
    ...given,
  };
  const connection = { name: "Office", serverAddress, tunnelType, authenticationMethods: methods };
  return {
    vpn: {
      profiles: [{ ...connection, connected: false, ref }],
      rasFailures: [],
      settings: { ...read, ref },
    },
  };
}
const withCertificates = (loginCertificates: LoginCertificate[] | null, trustedRoots: number | null = 20) =>
  settings({ loginCertificates, trustedRoots }, { methods: ["MachineCertificate"] });

const capturedAs = (ikeLength: number): Partial<Observations> => ({
  initiations: [initiation([opened, exchange({ exchangeType: AUTH, requests: [sent(1_000, ikeLength)] })])],
});

testRules(rules, [
  { name: "nobody read the settings", rule: SIZE, given: {}, want: "unknown" },
  {
    name: "a pasted table of connections has no settings",
    rule: SIZE,
    given: { vpn: { profiles: [], rasFailures: [] } },
    want: "unknown",
  },
  {
    name: "the connection is to another server",
    rule: SIZE,
    given: settings({}, { serverAddress: "other.example.net" }),
    want: "unknown",
  },
  { name: "it is no IKEv2", rule: SIZE, given: settings({}, { tunnelType: "Sstp" }), want: "unknown" },
  {
    name: "how many roots is not known",
    rule: ROOTS,
    given: settings({ trustedRoots: null }),
    want: "unknown",
  },
  { name: "no root was counted", rule: ROOTS, given: settings({ trustedRoots: 0 }), want: "unknown" },
  {
    name: "more roots than fit a datagram are believed by nobody",
    rule: ROOTS,
    given: settings({ trustedRoots: 100_000 }),
    want: "unknown",
    says: "no-sizes",
  },
  { name: "no certificate was read", rule: CERTIFICATE, given: withCertificates(null), want: "unknown" },
  {
    name: "the machine has no certificate to log in with",
    rule: CERTIFICATE,
    given: withCertificates([{ ...rsa(2048, [1_000]), store: "user" }]),
    want: "unknown",
  },
  {
    name: "a key of a kind whose signature has an unknown size",
    rule: CERTIFICATE,
    given: withCertificates([{ ...rsa(2048, [1_000]), key: "other" }]),
    want: "unknown",
  },
  { name: "EAP with 53 roots", rule: SIZE, given: settings(), want: "found" },
  { name: "EAP sends no certificate", rule: CERTIFICATE, given: settings(), want: "clear" },
  {
    name: "an RSA key makes two packets of what ECDSA makes one of",
    rule: CERTIFICATE,
    given: withCertificates([rsa(2048, [1_000])], 2),
    want: "found",
    says: "found",
  },
  {
    name: "with ECDSA it would be two packets too",
    rule: CERTIFICATE,
    given: withCertificates([rsa(2048, [1_000])], 40),
    want: "clear",
  },
  {
    name: "an ECDSA key, and certificates above it that may be sent",
    rule: CERTIFICATE,
    given: withCertificates([ecdsa(256, [500, 1_000])], 5),
    want: "found",
    says: "chain",
  },
  {
    name: "an ECDSA key alone",
    rule: CERTIFICATE,
    given: withCertificates([ecdsa(256, [500])], 5),
    want: "clear",
  },
  { name: "53 roots make a second packet", rule: ROOTS, given: settings(), want: "found" },
  { name: "20 roots fit one", rule: ROOTS, given: settings({ trustedRoots: 20 }), want: "clear" },
  {
    name: "a chain so large that no list is short enough",
    rule: ROOTS,
    given: withCertificates([rsa(4096, [1_700])], 2),
    want: "clear",
  },
]);

const predicted = (given: Partial<Observations>): PredictedLogin => {
  const login = predictedLogin(observations(given));
  if (typeof login === "string") throw new Error(`Cannot predict: ${login} is missing`);
  return login;
};

/** strongSwan's documentation of Windows clients, and a log of 2018 (docs/domain.md §3.7). */
test.each([
  { name: "EAP-TLS", given: settings(), said: 1520, ikeFragments: 3 },
  { name: "EAP-MSCHAPv2", given: settings(), said: 1536, ikeFragments: 3 },
  // Its certificate has about 1,205 bytes: RSA 3072, signed by RSA 4096.
  { name: "machine", given: withCertificates([rsa(3072, [1_205])], 53), said: 3200, ikeFragments: 7 },
])("a login that Windows made is between the least and the most: $name", ({ given, said, ikeFragments }) => {
  const login = predicted(given);
  expect(login.ike.least).toBeLessThanOrEqual(said);
  expect(login.ike.most).toBeGreaterThanOrEqual(said);
  expect(login.ike.most - login.ike.least).toBeLessThan(64);
  expect(login.ikeFragments.least).toBeLessThanOrEqual(ikeFragments);
  expect(login.ikeFragments.most).toBeGreaterThanOrEqual(ikeFragments);
});

test("the parts make the whole", () => {
  for (const given of [settings(), withCertificates([rsa(4096, [1_700, 1_500]), ecdsa(256, [480])])]) {
    const { payloads, frame, ike } = predicted(given);
    const least = Object.values(payloads).reduce((sum, part) => sum + part.least, frame.least);
    const most = Object.values(payloads).reduce((sum, part) => sum + part.most, frame.most);
    expect(least).toBeLessThanOrEqual(ike.least);
    expect(most).toBeGreaterThanOrEqual(ike.most);
    if (payloads.auth.most === 0) expect([least, most]).toEqual([ike.least, ike.most]);
  }
});

test("where several certificates may be used, the smallest and the largest bound the login", () => {
  const small = predicted(withCertificates([ecdsa(256, [480])]));
  const large = predicted(withCertificates([rsa(4096, [1_700, 1_500])]));
  const both = predicted(withCertificates([rsa(4096, [1_700, 1_500]), ecdsa(256, [480])]));
  expect(both.ike).toEqual({ least: small.ike.least, most: large.ike.most });
  // Whether the certificates above are sent is not known.
  expect(large.payloads.certificates).toEqual({ least: 1_705, most: 1_705 + 1_505 });
});

test("whoever has several certificates is told that nobody knows which one it takes", () => {
  const given = withCertificates([rsa(4096, [1_700]), ecdsa(256, [480])]);
  const { phrase } = rules.loginSize.judge(observations(given));
  expect(phrase.params).toMatchObject({ which: "login.parts.choices", choices: 2 });
  expect(say(phrase, "en")).toContain("Which of 2 certificates it takes is not known.");
});

test("the largest settings that evidence may have break nothing", () => {
  const chain = Array.from({ length: 8 }, () => 65_535);
  for (const derBytes of [chain, [52_000], [1]])
    for (const keyBits of [1, 521, 65_535])
      for (const mtuV4 of [null, 0, 68, 576, 1500, 4_294_967_295])
        for (const roots of [0, 1, 350, 100_000]) {
          const given = withCertificates([rsa(keyBits, derBytes), ecdsa(keyBits, derBytes)], roots);
          const diagnosis = diagnoseObservations(observations({ ...given, egress: ethernet(mtuV4) }));
          expect(Diagnosis.safeParse(diagnosis).error).toBeUndefined();
        }
});

test("an administrator's own proposals, and a phone book that was not read", () => {
  const rest = (phonebook: ClientSettings["phonebook"]) => predicted(settings({ phonebook })).payloads.rest;
  const usual = rest([entry]);
  const own = rest([{ ...entry, hasCustomIpsecPolicies: true }]);
  expect(own.most).toBeLessThan(usual.least);
  expect(rest(null)).toEqual({ least: own.least, most: usual.most });
});

test("what a capture shows stands beside what was expected", () => {
  const judged = (given: Partial<Observations>) => rules.loginSize.judge(observations(given));
  const { ike } = predicted(settings());
  expect(judged({ ...settings(), ...capturedAs(ike.most) }).phrase).toMatchObject({
    key: "finding.predicted-login.agrees",
    params: { captured: ike.most, ike: `${ike.least}–${ike.most}` },
  });
  expect(judged({ ...settings(), ...capturedAs(ike.most + 33) }).phrase.key).toBe(
    "finding.predicted-login.differs",
  );
  // An agent's probe is no login of Windows's.
  const probe = capturedAs(900).initiations?.map((i) => ({ ...i, ownProbe: true as const })) ?? [];
  expect(judged({ ...settings(), initiations: probe }).phrase.key).toBe("finding.predicted-login.found");
});

test("the list can be so long, and no longer, for one packet less", () => {
  const { params } = rules.loginRoots.judge(observations(settings())).phrase;
  expect(params).toMatchObject({ roots: 53, packets: 2, fewer: 1 });
  const kept = Number(params.kept);
  expect(predicted(settings({ trustedRoots: kept })).ipPackets.most).toBe(1);
  expect(predicted(settings({ trustedRoots: kept + 1 })).ipPackets.most).toBe(2);
});

test("a list of no root at all is no advice: the gateway's own root is in it", () => {
  const of = (der: number) => predicted(withCertificates([ecdsa(256, [der])], 1));
  const sizes = Array.from({ length: 500 }, (_, at) => 700 + at);
  const der = sizes.find(
    (size) => of(size).ipPackets.most === 2 && loginPackets(of(size).ike.most - 20, 1500, 4).length === 1,
  );
  expect(der).toBeDefined();
  const given = observations(withCertificates([ecdsa(256, [der ?? 0])], 5));
  expect(rules.loginRoots.judge(given).status).toBe("clear");
});

test("what ECDSA saves is the difference of the keys, and of the signatures that they make", () => {
  const spki = (key: KeyObject) => key.export({ type: "spki", format: "der" }).length;
  const small = spki(generateKeyPairSync("ec", { namedCurve: "P-256" }).publicKey);
  for (const modulusLength of [2048, 3072]) {
    const saved = spki(generateKeyPairSync("rsa", { modulusLength }).publicKey) - small;
    const before = predicted(withCertificates([rsa(modulusLength, [1_200])], 9));
    const after = predicted(withCertificates([ecdsa(256, [1_200 - saved])], 9));
    expect(before.mostWithEcdsa).toBe(after.ike.most);
    expect(after.mostWithEcdsa).toBeNull();
  }
});

test("the advice reckons with this computer's login in place of a typical one, and says so", () => {
  const advised = (change: (evidence: Evidence) => void = () => {}) => {
    const { evidence } = playPlan(GATEWAY, { ...CLEAR_PATH, fragmentLimit: 1472, canTestMtu: true });
    change(evidence);
    return diagnose({ evidence, transcripts: [] }).recommendation;
  };
  const typical = advised();
  const own = advised(withSettings({ trustedRoots: 90 }, ["Eap"]));
  expect(own.interfaceMtu).toBe(typical.interfaceMtu);
  const { ike } = predicted(settings({ trustedRoots: 90 }));
  const ipPayload = own.expectedFragments.reduce((sum, ipBytes) => sum + ipBytes - 20, 0);
  expect(ipPayload).toBe(8 + 4 + ike.most);
  expect(own.expectedFragments).not.toEqual(typical.expectedFragments);
  expect(own.notes).toContainEqual({
    key: "note.predicted-packets",
    params: { ike: `${ike.least}–${ike.most}`, mtu: own.interfaceMtu, packets: 2 },
  });
  expect(typical.notes.map(({ key }) => key)).not.toContain("note.predicted-packets");
});

test("a sentence names every part, in both languages", () => {
  const { phrase } = rules.loginSize.judge(observations(settings()));
  const english = say(phrase, "en");
  expect(english).toContain("the list of the 53 roots that it trusts (CERTREQ) 1065");
  expect(english).not.toMatch(/[{}]/);
  expect(say(phrase, "ja")).toContain("信頼するルート証明書53個の一覧（CERTREQ）1065");
});

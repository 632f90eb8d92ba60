import { expect, test } from "vitest";
import { concatBytes } from "../../../../shared/bytes/concat.ts";
import { gatewayFacts } from "../../../../shared/evidence/rehearsal/gateway-facts.ts";
import { PayloadType } from "../../../../shared/ike/registry.ts";
import { GatewayAnswerFacts } from "../../../../shared/schema/rehearsal.ts";
import { certificateBytes } from "../../../support/begun-login.ts";

const AT = "2026-11-26T22:00:00.000Z";
const cert = (encoding: number, bytes: Uint8Array) => ({
  type: PayloadType.CERT,
  nextPayload: PayloadType.NONE,
  body: concatBytes([Uint8Array.of(encoding), bytes]),
});
const facts = (...payloads: ReturnType<typeof cert>[]) =>
  GatewayAnswerFacts.parse(gatewayFacts(payloads, 0, AT));

test("certificates come in the order in which they were sent, and what cannot be read says why", () => {
  const { certificates, unreadableCertificates } = facts(
    cert(4, certificateBytes("rsa-4096")),
    cert(12, new Uint8Array(30)),
    cert(4, certificateBytes("intermediate")),
    cert(4, Uint8Array.of(0x30, 0x84, 0xff, 0xff, 0xff, 0xff)),
    cert(4, new Uint8Array()),
  );
  expect(certificates?.map(({ commonName }) => commonName)).toEqual([
    "vpn.example.com",
    "Example Issuing CA",
  ]);
  expect(unreadableCertificates).toEqual([
    "Cannot read a certificate of encoding 12",
    expect.stringContaining("4294967295 bytes are needed"),
    expect.stringContaining("Cannot read tag of Certificate"),
  ]);
});

test("a chain without end is read as far as a report has room for", () => {
  const sent = Array.from({ length: 100 }, () => cert(4, certificateBytes("ecdsa-P-256")));
  expect(facts(...sent).certificates).toHaveLength(16);
  const broken = Array.from({ length: 100 }, () => cert(4, Uint8Array.of(0x30, 0x80)));
  expect(facts(...broken)).toMatchObject({ certificates: [], unreadableCertificates: { length: 16 } });
});

test("an answer without certificates has none", () => {
  expect(facts().certificates).toBeNull();
});

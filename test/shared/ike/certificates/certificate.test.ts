import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { readCertificate } from "../../../../shared/ike/certificates/certificate.ts";
import { GatewayCertificate } from "../../../../shared/schema/rehearsal.ts";

/** Made by `node test/support/make-certificates.ts`. */
const MADE = JSON.parse(readFileSync(new URL("./certificates.json", import.meta.url), "utf8")) as Readonly<
  Record<string, string>
>;
const der = (name: string): Uint8Array => new Uint8Array(Buffer.from(MADE[name] ?? "", "base64"));

function facts(name: string): GatewayCertificate {
  const { certificate, why } = readCertificate(der(name));
  expect(why).toBeNull();
  return GatewayCertificate.parse(certificate);
}

/** `Jan  1 00:00:00 2026 GMT`, as Node prints times. */
const isoOf = (printed: string) => `${new Date(printed).toISOString().slice(0, 19)}Z`;
/** `DNS:a, IP Address:…`, where addresses have no canonical form. */
const namesIn = (printed: string | undefined, kind: string): string[] =>
  (printed ?? "")
    .split(", ")
    .filter((name) => name.startsWith(kind))
    .map((name) => name.slice(kind.length));
const NODE_CURVES: Readonly<Record<string, number>> = {
  prime256v1: 256,
  secp256k1: 256,
  brainpoolP256r1: 256,
  secp384r1: 384,
  secp521r1: 521,
};

for (const name of Object.keys(MADE)) {
  test(`readCertificate() agrees with Node's own reader about ${name}`, () => {
    const known = new X509Certificate(der(name));
    const read = facts(name);
    expect(read).toMatchObject({
      bytes: known.raw.length,
      notBefore: isoOf(known.validFrom),
      notAfter: isoOf(known.validTo),
      isCa: known.ca,
      isSelfSigned: known.verify(known.publicKey),
      extendedKeyUsage: known.keyUsage ?? null,
    });
    const { asymmetricKeyType: type, asymmetricKeyDetails: details } = known.publicKey;
    expect(read.key).toMatchObject(
      type?.startsWith("rsa")
        ? { kind: "RSA", bits: details?.modulusLength }
        : type === "ec"
          ? { kind: "ECDSA", bits: NODE_CURVES[details?.namedCurve ?? ""] }
          : { kind: "EdDSA", bits: type === "ed448" ? 448 : 256 },
    );
    expect(read.key.bytes).toBe(known.publicKey.export({ type: "spki", format: "der" }).length);
    const dnsNames = namesIn(known.subjectAltName, "DNS:");
    expect(read.names).toEqual(dnsNames.slice(0, 64));
    expect(read.hasMoreNames).toBe(dnsNames.length > 64);
    const addresses = namesIn(known.subjectAltName, "IP Address:");
    expect(read.addresses).toEqual(
      addresses.map((ip) => (ip.includes(":") ? new URL(`http://[${ip}]`).hostname.slice(1, -1) : ip)),
    );
  });

  test(`readCertificate() says why of each cut of ${name}, and never throws`, () => {
    const whole = der(name);
    for (let end = 0; end < whole.length; end++) {
      const { certificate, why } = readCertificate(whole.subarray(0, end));
      expect(certificate).toBeNull();
      expect(why).toMatch(/^Cannot read /);
    }
  });
}

test.each([
  ["500101000000Z", "1950-01-01T00:00:00Z"],
  ["491231235959Z", "2049-12-31T23:59:59Z"],
  ["000229120000Z", "2000-02-29T12:00:00Z"],
  ["260229000000Z", null],
  ["261301000000Z", null],
  ["260101240000Z", null],
  ["260101000060Z", null],
  ["26010100000+9", null],
])("readCertificate() takes the UTCTime %s for %s", (text, time) => {
  const bytes = der("rsa-2048");
  bytes.set(Buffer.from(text), Buffer.from(bytes).indexOf("260101000000Z"));
  const { certificate, why } = readCertificate(bytes);
  expect(certificate?.notBefore ?? null).toBe(time);
  if (time === null) expect(why).toBe("Cannot read notBefore: it is no time");
});

test("readCertificate() names how certificates are signed", () => {
  const signed = (name: string) => {
    const { kind, hash, bytes } = facts(name).signature;
    return `${kind} ${hash} ${bytes}`;
  };
  expect(signed("rsa-2048")).toBe("RSA SHA-256 512");
  expect(signed("rsa-pss-signature")).toBe("RSA-PSS SHA-384 512");
  expect(signed("rsa-pss-sha1")).toBe("RSA-PSS SHA-1 512");
  expect(signed("sha1")).toBe("RSA SHA-1 512");
  expect(signed("ecdsa-sha1")).toMatch(/^ECDSA SHA-1 10\d$/);
  expect(signed("ecdsa-P-384")).toMatch(/^ECDSA SHA-384 10\d$/);
  expect(signed("ed25519")).toBe("EdDSA null 64");
});

test("readCertificate() writes names as RFC 4514 does, whatever letters are in them, and no e-mail address", () => {
  const read = facts("odd-names");
  expect(read.subject).toBe(
    'CN=\\<b\\>vpn/1\\</b\\>,emailAddress=…,OU=a\\;b+O=例え株式会社,ST=Köln\\, \\"Nord\\",C=DE',
  );
  expect(read).toMatchObject({
    commonName: "<b>vpn/1</b>",
    issuer: "CN=Example EC Root,O=Example",
    names: ["*.example.com"],
    addresses: [],
  });
});

test("readCertificate() tells certificates of public authorities by their policies", () => {
  expect(facts("public-ca").isOfPublicCa).toBe(true);
  expect(facts("rsa-2048").isOfPublicCa).toBe(false);
});

/** DER of one element, its length as short as it can be. */
function element(tag: number, ...contents: (readonly number[] | Uint8Array)[]): number[] {
  const content = contents.flatMap((part) => [...part]);
  const length: number[] = [];
  for (let rest = content.length; rest > 0; rest = Math.floor(rest / 256)) length.unshift(rest % 256);
  return [tag, ...(content.length < 128 ? [content.length] : [0x80 | length.length, ...length]), ...content];
}

test.each([
  ["nothing", [], "0 are left"],
  ["a length of 4 GB", [0x30, 0x84, 0xff, 0xff, 0xff, 0xff, 0x30], "4294967295 bytes are needed"],
  ["a length of 2^56", [0x30, 0x87, 1, 0, 0, 0, 0, 0, 0], "its length has 7 bytes"],
  ["a length that never ends", [0x30, 0x80, 0x30, 0x80], "its length has 0 bytes"],
  ["a length written too long", [0x30, 0x81, 0x01, 0x30], "is not DER"],
  ["a tag of several bytes", [0x3f, 0x81, 0x00], "several bytes"],
  ["another element", [0x31, 0x00], "49 in place of 48"],
])("readCertificate() refuses %s", (_name, bytes, why) => {
  expect(readCertificate(new Uint8Array(bytes)).why).toContain(why);
});

test("readCertificate() is not brought down by 60 KB of nesting, of names or of extensions", () => {
  const nested = new Uint8Array(60_000);
  const view = new DataView(nested.buffer);
  for (let at = 0; at + 4 <= nested.length; at += 4) {
    view.setUint16(at, 0x3082);
    view.setUint16(at + 2, nested.length - at - 4);
  }
  expect(readCertificate(nested).why).toContain("signatureAlgorithm");

  const oid = element(0x06, [0x55, 4, 3]);
  const name = element(0x31, element(0x30, oid, element(0x0c, [0x61])));
  const names = element(0x30, ...Array.from({ length: 4_000 }, () => name));
  const algorithm = element(0x30, element(0x06, [0x2b, 0x65, 0x70]));
  const time = element(0x17, Buffer.from("260101000000Z"));
  const key = element(0x30, algorithm, element(0x03, [0, 1]));
  const certificate = (subject: number[], extensions: number[][]) =>
    new Uint8Array(
      element(
        0x30,
        element(
          0x30,
          ...[element(0x02, [1]), algorithm, element(0x30, name), element(0x30, time, time), subject, key],
          ...(extensions.length > 0 ? [element(0xa3, element(0x30, ...extensions))] : []),
        ),
        algorithm,
        element(0x03, [0, 1]),
      ),
    );
  const long = readCertificate(certificate(names, [])).certificate;
  expect(long?.subject.length).toBeLessThanOrEqual(256);
  const extension = element(0x30, element(0x06, [0x55, 29, 99]), element(0x04, []));
  expect(readCertificate(certificate(element(0x30), [extension])).why).toBeNull();
  const many = Array.from({ length: 4_000 }, () => extension);
  expect(readCertificate(certificate(element(0x30), many)).why).toContain("more than 64 extensions");
});

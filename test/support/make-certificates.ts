/**
 * `node test/support/make-certificates.ts`: makes test/shared/ike/certificates/certificates.json with
 * openssl. The keys are thrown away; whoever runs it again gets other certificates of the same kinds.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

interface Wanted {
  name: string;
  key: string[];
  subject: string;
  extensions: string[];
  /** Left out: signed by its own key. */
  by?: string;
  hash?: string;
  from?: string;
  to?: string;
  sign?: string[];
}

const rsa = (bits: number) => ["-algorithm", "RSA", "-pkeyopt", `rsa_keygen_bits:${bits}`];
const ec = (curve: string) => ["-algorithm", "EC", "-pkeyopt", `ec_paramgen_curve:${curve}`];
const CA = ["basicConstraints=critical,CA:TRUE", "subjectKeyIdentifier=hash"];
const CA_BELOW = [...CA, "authorityKeyIdentifier=keyid"];
const gateway = (san: string, ...more: string[]) => [
  ...(san === "" ? [] : [`subjectAltName=${san}`]),
  "basicConstraints=CA:FALSE",
  "subjectKeyIdentifier=hash",
  "authorityKeyIdentifier=keyid",
  ...more,
];
const SERVER = "extendedKeyUsage=serverAuth";
const HOST = "DNS:vpn.example.com";

const WANTED: Wanted[] = [
  { name: "root", key: rsa(4096), subject: "/C=JP/O=Example/CN=Example Root CA", extensions: CA },
  {
    name: "intermediate",
    key: rsa(4096),
    subject: "/C=JP/O=Example/CN=Example Issuing CA",
    extensions: CA_BELOW,
    by: "root",
  },
  {
    name: "second-intermediate",
    key: rsa(4096),
    subject: "/C=JP/O=Example/CN=Example Issuing CA 2",
    extensions: CA_BELOW,
    by: "intermediate",
  },
  { name: "ec-root", key: ec("P-384"), subject: "/O=Example/CN=Example EC Root", extensions: CA },
  ...[2048, 3072, 4096].map((bits) => ({
    name: `rsa-${bits}`,
    key: rsa(bits),
    subject: "/O=Example/CN=vpn.example.com",
    extensions: gateway(HOST, SERVER),
    by: "intermediate",
  })),
  {
    name: "rsa-pss-signature",
    key: rsa(2048),
    subject: "/O=Example/CN=vpn.example.com",
    extensions: gateway(HOST, SERVER),
    by: "intermediate",
    hash: "sha384",
    sign: ["-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:48"],
  },
  {
    name: "rsa-pss-sha1",
    key: rsa(2048),
    subject: "/O=Example/CN=vpn.example.com",
    extensions: gateway(HOST, SERVER),
    by: "intermediate",
    hash: "sha1",
    sign: ["-sigopt", "rsa_padding_mode:pss"],
  },
  {
    name: "rsa-pss-key",
    key: ["-algorithm", "RSA-PSS", "-pkeyopt", "rsa_keygen_bits:2048"],
    subject: "/O=Example/CN=vpn.example.com",
    extensions: gateway(HOST, SERVER),
    by: "intermediate",
  },
  ...["P-256", "P-384", "P-521", "secp256k1", "brainpoolP256r1"].map((curve) => ({
    name: `ecdsa-${curve}`,
    key: ec(curve),
    subject: "/O=Example/CN=vpn.example.com",
    extensions: gateway(HOST, SERVER),
    by: "ec-root",
    hash: curve === "P-384" ? "sha384" : "sha256",
  })),
  ...["ED25519", "ED448"].map((algorithm) => ({
    name: algorithm.toLowerCase(),
    key: ["-algorithm", algorithm],
    subject: "/CN=vpn.example.com",
    extensions: [`subjectAltName=${HOST}`, "subjectKeyIdentifier=hash"],
    hash: "null",
  })),
  {
    name: "sha1",
    key: rsa(2048),
    subject: "/O=Example/CN=vpn.example.com",
    extensions: gateway(HOST, SERVER),
    by: "intermediate",
    hash: "sha1",
  },
  {
    name: "ecdsa-sha1",
    key: ec("P-256"),
    subject: "/CN=vpn.example.com",
    extensions: gateway(HOST, SERVER),
    by: "ec-root",
    hash: "sha1",
  },
  {
    name: "odd-names",
    key: ec("P-256"),
    subject: '/C=DE/ST=Köln, "Nord"/O=例え株式会社+OU=a;b/emailAddress=x@example.com/CN=<b>vpn\\/1<\\/b>',
    extensions: gateway("email:x@example.com,DNS:*.example.com,URI:https://example.com/", SERVER),
    by: "ec-root",
  },
  {
    name: "addresses",
    key: ec("P-256"),
    subject: "/CN=gateway",
    extensions: gateway(
      "IP:203.0.113.5,IP:2001:db8::1,IP:::1,IP:::,IP:2001:0:0:1::1,IP:2001:db8:0:1:1:1:1:1,IP:1:0:0:2:0:0:0:3,IP:10:0:0:1:10:0:0:1,IP:fe80::,DNS:203.0.113.5",
      SERVER,
    ),
    by: "ec-root",
  },
  {
    name: "many-names",
    key: ec("P-256"),
    subject: "/CN=gateway",
    extensions: gateway(Array.from({ length: 70 }, (_, i) => `DNS:vpn${i}.example.com`).join(","), SERVER),
    by: "ec-root",
  },
  {
    name: "far-end",
    key: ec("P-256"),
    subject: "/CN=vpn.example.com",
    extensions: gateway(HOST, SERVER),
    by: "ec-root",
    from: "19491231235959Z",
    to: "99991231235959Z",
  },
  {
    name: "after-2049",
    key: ec("P-256"),
    subject: "/CN=vpn.example.com",
    extensions: gateway(HOST, SERVER),
    by: "ec-root",
    from: "20500101000000Z",
    to: "20510228123456Z",
  },
  {
    name: "expired",
    key: ec("P-256"),
    subject: "/CN=vpn.example.com",
    extensions: gateway(HOST, SERVER),
    by: "ec-root",
    from: "20200101000000Z",
    to: "20210101000000Z",
  },
  {
    name: "no-server-auth",
    key: ec("P-256"),
    subject: "/CN=vpn.example.com",
    extensions: gateway(HOST, "extendedKeyUsage=clientAuth,1.3.6.1.5.5.8.2.2"),
    by: "ec-root",
  },
  {
    name: "no-usage",
    key: ec("P-256"),
    subject: "/CN=vpn.example.com",
    extensions: gateway(HOST),
    by: "ec-root",
  },
  {
    name: "name-in-subject-only",
    key: ec("P-256"),
    subject: "/O=Example/CN=vpn.example.com",
    extensions: gateway("", SERVER),
    by: "ec-root",
  },
  {
    name: "public-ca",
    key: ec("P-256"),
    subject: "/CN=vpn.example.com",
    extensions: gateway(HOST, SERVER, "certificatePolicies=1.3.6.1.4.1.44947.1.1.1,2.23.140.1.2.1"),
    by: "intermediate",
  },
  { name: "version-1", key: rsa(2048), subject: "/CN=vpn.example.com", extensions: [] },
];

const directory = mkdtempSync(join(tmpdir(), "certificates-"));
const path = (file: string) => join(directory, file);
const openssl = (...words: string[]) => execFileSync("openssl", words, { cwd: directory, stdio: "pipe" });

function make({ name, key, subject, extensions, by, hash, from, to, sign }: Wanted): string {
  openssl("genpkey", ...key, "-out", `${name}.key`);
  const isMultiple = subject.includes("+") ? ["-multivalue-rdn"] : [];
  const request = ["req", "-new", "-utf8", "-batch", ...isMultiple, "-config", "minimal.cnf"];
  openssl(...request, "-key", `${name}.key`, "-subj", subject, "-out", `${name}.csr`);
  writeFileSync(path("index.txt"), "");
  writeFileSync(
    path("ca.cnf"),
    [
      "[ca]\ndefault_ca=this\n[this]\ndatabase=index.txt\nrand_serial=yes\npolicy=any\nnew_certs_dir=.",
      "unique_subject=no\nemail_in_dn=yes\npreserve=yes\nutf8=yes\nstring_mask=utf8only\n[any]\n[extensions]",
      ...extensions,
      "",
    ].join("\n"),
  );
  const signer = by === undefined ? ["-selfsign"] : ["-cert", `${by}.pem`];
  const time = ["-startdate", from ?? "20260101000000Z", "-enddate", to ?? "20360101000000Z"];
  const signing = ["-keyfile", `${by ?? name}.key`, "-md", hash ?? "sha256", ...(sign ?? []), ...signer];
  const extending = extensions.length === 0 ? [] : ["-extensions", "extensions"];
  openssl(
    ...["ca", "-batch", "-notext", "-preserveDN", "-config", "ca.cnf", ...signing, ...time, ...extending],
    ...["-in", `${name}.csr`, "-out", `${name}.pem`],
  );
  openssl("x509", "-in", `${name}.pem`, "-outform", "DER", "-out", `${name}.der`);
  return readFileSync(path(`${name}.der`)).toString("base64");
}

try {
  writeFileSync(path("minimal.cnf"), "[req]\ndistinguished_name=none\nstring_mask=utf8only\n[none]\n");
  const made = Object.fromEntries(WANTED.map((wanted) => [wanted.name, make(wanted)]));
  const target = new URL("../shared/ike/certificates/certificates.json", import.meta.url);
  writeFileSync(target, `${JSON.stringify(made, null, 2)}\n`);
} finally {
  rmSync(directory, { recursive: true });
}

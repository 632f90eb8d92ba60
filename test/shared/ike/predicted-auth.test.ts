import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { loadEvidence } from "../../../cli/load-evidence.ts";
import { firstAuth } from "../../../shared/diagnose/facts/login-facts.ts";
import { observe } from "../../../shared/evidence/observe.ts";
import { sealedBytes } from "../../../shared/ike/keys/sealing.ts";
import {
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
} from "../../../shared/ike/predicted-auth.ts";
import { type StrongswanLogin, strongswanContents } from "../../support/strongswan-login.ts";

const folder = fileURLToPath(new URL("./predicted/", import.meta.url));
const logins = JSON.parse(readFileSync(`${folder}logins.json`, "utf8")) as StrongswanLogin[];

/** Of the laboratory's client: aes256-sha256. */
const PROTECTION = cbc(16);
/** A DER signature of ECDSA may be bytes smaller than the most that it can be, and so a block less of all. */
const BLOCK_BYTES = 16;

test("at least ten logins with every kind of proof, chain and list were recorded", () => {
  expect(logins.length).toBeGreaterThanOrEqual(10);
  expect(new Set(logins.map(({ by }) => by))).toEqual(new Set(["psk", "eap", "certificate"]));
  expect(new Set(logins.map(({ key }) => `${key?.key} ${key?.keyBits}`))).toEqual(
    new Set(["undefined undefined", "rsa 2048", "rsa 3072", "rsa 4096", "ecdsa 256", "ecdsa 384"]),
  );
  expect(new Set(logins.map(({ certificates }) => certificates.length))).toEqual(new Set([0, 1, 2, 3]));
  expect(new Set(logins.map(({ authorities }) => authorities))).toEqual(new Set([null, 1, 5, 10, 20, 40]));
});

for (const login of logins) {
  test(`a login of strongSwan's is as large as predicted: ${login.name}`, async () => {
    const { evidence, transcripts } = await loadEvidence([`${folder}${login.name}.pcap`]);
    const auth = observe(evidence, transcripts).initiations.map(firstAuth).at(-1);
    const predicted = sealedAuthBytes(innerBytes(authPayloads(strongswanContents(login))), PROTECTION);
    const captured = auth?.requests[0]?.ikeLength ?? 0;
    const maySave = login.key?.key === "ecdsa" && login.isDigitalSignature ? BLOCK_BYTES : 0;
    expect(captured).toBeGreaterThanOrEqual(predicted - maySave);
    expect(captured).toBeLessThanOrEqual(predicted);
  });
}

/** What Windows puts beside certificate, list and signature: notify, configuration, selectors. */
const WINDOWS_REST = notifiesBytes(1) + configurationBytes(7) + 2 * selectorsBytes(1, 1);
const FIVE_PROPOSALS = childProposalsBytes(
  [1, 1, 0, 0, 0].map((keyLengths) => ({ transforms: 3, keyLengths })),
);

/** Three logins of Windows's in strongSwan's documentation, all AES_CBC_256 with HMAC_SHA2_256_128. */
test.each([
  // windowsUserServerStatus: EAP-TLS, 53 authorities, an address is asked for anew.
  { name: "EAP", addressBytes: 0, said: 1520 },
  // windowsEapServerStatus: MSCHAPv2, the IPv6 address that it had before is asked for again.
  { name: "EAP with an address", addressBytes: 17, said: 1536 },
])("a login of Windows's is as large as strongSwan's log says: $name", ({ addressBytes, said }) => {
  const inner = innerBytes(
    authPayloads({
      identityBytes: 4,
      certificates: [],
      authorities: 53,
      authBytes: null,
      restBytes: WINDOWS_REST + addressBytes + FIVE_PROPOSALS,
    }),
  );
  expect(sealedAuthBytes(inner, PROTECTION)).toBe(said);
});

test("what is encrypted is as large as it is when it is sealed", () => {
  const suite = { keyBytes: 32, prf: "sha256", group: 14 } as const;
  const integrity = { hash: "sha256", icvBytes: 16 } as const;
  for (const inner of [1, 15, 16, 17, 480, 1441, 3_333]) {
    expect(sealedAuthBytes(inner, GCM)).toBe(
      sealedBytes({ ...suite, cipher: "gcm", integrity: null }, inner),
    );
    expect(sealedAuthBytes(inner, cbc(16))).toBe(sealedBytes({ ...suite, cipher: "cbc", integrity }, inner));
  }
});

test.each([
  { key: "rsa", keyBits: 2048, plain: 256, digital: 272 },
  { key: "rsa", keyBits: 4096, plain: 512, digital: 528 },
  { key: "ecdsa", keyBits: 256, plain: 64, digital: 85 },
  { key: "ecdsa", keyBits: 384, plain: 96, digital: 117 },
  { key: "ecdsa", keyBits: 521, plain: 132, digital: 152 },
] as const)("a signature of $key $keyBits is at most as large as its key says", (row) => {
  expect(signatureBytes(row, false)).toBe(row.plain);
  expect(signatureBytes(row, true)).toBe(row.digital);
});

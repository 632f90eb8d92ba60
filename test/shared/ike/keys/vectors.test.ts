/** What the groups, hashes and ciphers give, held against numbers of the RFCs and another implementation. */
import {
  createECDH,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  getDiffieHellman,
} from "node:crypto";
import { cbc, gcm } from "@noble/ciphers/aes.js";
import { expect, test } from "vitest";
import { concatBytes } from "../../../../shared/bytes/concat.ts";
import { fromHex, toHex } from "../../../../shared/bytes/hex.ts";
import {
  privateNumber,
  publicValue,
  SPOKEN_GROUPS,
  sharedSecret,
} from "../../../../shared/ike/keys/groups.ts";
import { hmacOf, prfPlus } from "../../../../shared/ike/keys/key-material.ts";
import { KEY_EXCHANGE_DATA_BYTES } from "../../../../shared/ike/registry.ts";

const numberOf = (hex: string): bigint => BigInt(`0x${hex}`);

const ecpVectors = [
  {
    source: "RFC 5903 §8.1",
    group: 19,
    i: "C88F01F510D9AC3F70A292DAA2316DE544E9AAB8AFE84049C62A9C57862D1433",
    gi: "DAD0B65394221CF9B051E1FECA5787D098DFE637FC90B9EF945D0C37725811805271A0461CDB8252D61F1C456FA3E59AB1F45B33ACCF5F58389E0577B8990BB3",
    r: "C6EF9C5D78AE012A011164ACB397CE2088685D8F06BF9BE0B283AB46476BEE53",
    gr: "D12DFB5289C8D4F81208B70270398C342296970A0BCCB74C736FC7554494BF6356FBF3CA366CC23E8157854C13C58D6AAC23F046ADA30F8353E74F33039872AB",
    secret: "D6840F6B42F6EDAFD13116E0E12565202FEF8E9ECE7DCE03812464D04B9442DE",
  },
  {
    source: "RFC 5903 §8.2",
    group: 20,
    i: "099F3C7034D4A2C699884D73A375A67F7624EF7C6B3C0F160647B67414DCE655E35B538041E649EE3FAEF896783AB194",
    gi: "667842D7D180AC2CDE6F74F37551F55755C7645C20EF73E31634FE72B4C55EE6DE3AC808ACB4BDB4C88732AEE95F41AA9482ED1FC0EEB9CAFC4984625CCFC23F65032149E0E144ADA024181535A0F38EEB9FCFF3C2C947DAE69B4C634573A81C",
    r: "41CB0779B4BDB85D47846725FBEC3C9430FAB46CC8DC5060855CC9BDA0AA2942E0308312916B8ED2960E4BD55A7448FC",
    gr: "E558DBEF53EECDE3D3FCCFC1AEA08A89A987475D12FD950D83CFA41732BC509D0D1AC43A0336DEF96FDA41D0774A3571DCFBEC7AACF3196472169E838430367F66EEBE3C6E70C416DD5F0C68759DD1FFF83FA40142209DFF5EAAD96DB9E6386C",
    secret:
      "11187331C279962D93D604243FD592CB9D0A926F422E47187521287E7156C5C4D603135569B9E9D09CF5D4A270F59746",
  },
];

test.each(ecpVectors)("group $group gives what $source gives", ({ group, i, gi, r, gr, secret }) => {
  expect(toHex(publicValue(group, numberOf(i)))).toBe(gi.toLowerCase());
  expect(toHex(publicValue(group, numberOf(r)))).toBe(gr.toLowerCase());
  expect(toHex(sharedSecret(group, numberOf(i), fromHex(gr)) ?? new Uint8Array())).toBe(secret.toLowerCase());
  expect(toHex(sharedSecret(group, numberOf(r), fromHex(gi)) ?? new Uint8Array())).toBe(secret.toLowerCase());
});

const curve25519Vectors = [
  {
    source: "RFC 7748 §6.1",
    i: "77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a",
    gi: "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a",
    gr: "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f",
    secret: "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742",
  },
  {
    source: "RFC 8031 appendix A",
    i: "751fb4308655b476b6789b7325f9ea8cddd16a58533ff6d9e60009464a5f9d94",
    gi: "48d5ddd4061257ba166fa3f9bbdb74f1a4e81c089384fa77f790709f0dfbc766",
    gr: "0be7c1f5aad87d7e448662673298a443478b859745179eaf564c79c0ef6eee25",
    secret: "c74950607a12327f3204d94b6825bfb068b7f8319a9e3708ed3d43ce8130c950",
  },
];

test.each(curve25519Vectors)("group 31 gives what $source gives", ({ i, gi, gr, secret }) => {
  const x = numberOf(toHex(fromHex(i).reverse()));
  expect(toHex(publicValue(31, x))).toBe(gi);
  expect(toHex(sharedSecret(31, x, fromHex(gr)) ?? new Uint8Array())).toBe(secret);
});

/** Numbers from a hash, so that a failure can be looked at again. */
const somePrivates = Array.from({ length: 40 }, (_, at) =>
  hmacOf("sha512", Uint8Array.of(at), Uint8Array.of(1)),
);

test.each([
  { group: 19, node: "prime256v1", bytes: 32 },
  { group: 20, node: "secp384r1", bytes: 48 },
])("group $group agrees with OpenSSL, for many numbers", ({ group, node, bytes }) => {
  for (const seed of somePrivates) {
    const other = createECDH(node);
    other.setPrivateKey(seed.subarray(0, bytes));
    const x = privateNumber(group, seed);
    const secret = sharedSecret(group, x, other.getPublicKey().subarray(1));
    const theirs = other.computeSecret(concatBytes([Uint8Array.of(4), publicValue(group, x)]));
    expect(toHex(secret ?? new Uint8Array())).toBe(toHex(theirs));
  }
});

test("group 31 agrees with OpenSSL, for many numbers", () => {
  for (const seed of somePrivates) {
    const { privateKey, publicKey } = generateKeyPairSync("x25519");
    const raw = publicKey.export({ format: "der", type: "spki" }).subarray(-32);
    const x = privateNumber(31, seed);
    const ours = concatBytes([fromHex("302a300506032b656e032100"), publicValue(31, x)]);
    const key = createPublicKey({ key: Buffer.from(ours), format: "der", type: "spki" });
    const theirs = diffieHellman({ privateKey, publicKey: key });
    expect(toHex(sharedSecret(31, x, raw) ?? new Uint8Array())).toBe(toHex(theirs));
  }
});

const modpGroups = [
  { group: 2, bits: 1024, node: "modp2", source: "RFC 7296 appendix B.2" },
  { group: 5, bits: 1536, node: "modp5", source: "RFC 3526 §2" },
  { group: 14, bits: 2048, node: "modp14", source: "RFC 3526 §3" },
  { group: 15, bits: 3072, node: "modp15", source: "RFC 3526 §4" },
  { group: 16, bits: 4096, node: "modp16", source: "RFC 3526 §5" },
];

test.each(modpGroups)("group $group has the prime of $source, and its secrets", ({ group, bits, node }) => {
  const other = getDiffieHellman(node);
  other.generateKeys();
  const x = privateNumber(
    group,
    Uint8Array.from({ length: 64 }, (_, at) => 255 - at),
  );
  const ours = publicValue(group, x);
  expect(ours.length).toBe(bits / 8);
  const secret = sharedSecret(group, x, padded(other.getPublicKey(), bits / 8));
  expect(toHex(secret ?? new Uint8Array())).toBe(toHex(padded(other.computeSecret(ours), bits / 8)));
});

/** OpenSSL leaves leading zeros away. */
const padded = (bytes: Uint8Array, length: number): Uint8Array =>
  concatBytes([new Uint8Array(length - bytes.length), bytes]);

test.each(SPOKEN_GROUPS)("group %i: both ends compute the same, as long as the registry says", (group) => {
  const x = privateNumber(group, new Uint8Array(64).fill(17));
  const y = privateNumber(group, new Uint8Array(64).fill(34));
  const [one, other] = [publicValue(group, x), publicValue(group, y)];
  expect(one.length).toBe(KEY_EXCHANGE_DATA_BYTES[group]);
  const [a, b] = [sharedSecret(group, x, other), sharedSecret(group, y, one)];
  expect(a).not.toBeNull();
  expect(a).toEqual(b);
});

test.each(SPOKEN_GROUPS)("group %i refuses values that it does not have", (group) => {
  const x = privateNumber(group, new Uint8Array(64).fill(9));
  const length = KEY_EXCHANGE_DATA_BYTES[group] ?? 0;
  const bad = {
    empty: new Uint8Array(0),
    short: publicValue(group, x).subarray(1),
    long: concatBytes([Uint8Array.of(0), publicValue(group, x)]),
    zero: new Uint8Array(length),
    one: Uint8Array.from({ length }, (_, at) => (at === length - 1 ? 1 : 0)),
    // Above the prime, or no point of the curve. Curve25519 takes any 32 bytes (RFC 7748 §5).
    ...(group === 31 ? {} : { ones: new Uint8Array(length).fill(0xff) }),
  };
  if (group === 31) bad.one = fromHex(`01${"00".repeat(31)}`); // of small order: all zeros come of it
  for (const [name, value] of Object.entries(bad)) expect(sharedSecret(group, x, value), name).toBeNull();
});

test.each([19, 20])("group %i refuses points beside its curve, RFC 6989 §2.3", (group) => {
  const x = privateNumber(group, new Uint8Array(64).fill(9));
  const beside = publicValue(group, x);
  const last = beside.length - 1;
  beside[last] = (beside[last] ?? 0) ^ 1;
  expect(sharedSecret(group, x, beside)).toBeNull();
});

/** Curve25519's points of small order: 0, 1, two of order 8, and p - 1; p and p + 1 are 0 and 1 again. */
const P25519 = (1n << 255n) - 19n;
test.each([
  0n,
  1n,
  325606250916557431795983626356110631294008115727848805560023387167927233504n,
  39382357235489614581723060781553021112529911719440698176882885853963445705823n,
  P25519 - 1n,
  P25519,
  P25519 + 1n,
])("group 31 refuses %i, whose secret is all zeros, RFC 8031 §2", (u) => {
  const x = privateNumber(31, new Uint8Array(64).fill(9));
  // The top bit is not looked at (RFC 7748 §5).
  for (const value of [u, u + (1n << 255n)])
    expect(sharedSecret(31, x, fromHex(value.toString(16).padStart(64, "0")).reverse())).toBeNull();
});

test("a MODP group refuses p - 1, whose secrets are 1 and p - 1", () => {
  const prime = BigInt(`0x${getDiffieHellman("modp14").getPrime("hex")}`);
  const x = privateNumber(14, new Uint8Array(64).fill(9));
  expect(sharedSecret(14, x, fromHex((prime - 1n).toString(16)))).toBeNull();
  expect(sharedSecret(14, x, fromHex((prime - 2n).toString(16)))).not.toBeNull();
});

test("a group that is not spoken is our own fault", () => {
  expect(() => publicValue(22, 1n)).toThrow(RangeError);
});

/** Test case 2 of RFC 2202 §3 and RFC 4231 §4.3. */
test.each([
  ["sha1", "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"],
  ["sha256", "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"],
  [
    "sha384",
    "af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e8e2240ca5e69e2c78b3239ecfab21649",
  ],
  [
    "sha512",
    "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737",
  ],
] as const)("HMAC with %s gives what the RFCs give", (hash, want) => {
  const text = (value: string) => new TextEncoder().encode(value);
  expect(toHex(hmacOf(hash, text("Jefe"), text("what do ya want for nothing?")))).toBe(want);
});

test("prf+ ends after 255 blocks, RFC 7296 §2.13", () => {
  const key = new Uint8Array(20);
  expect(prfPlus("sha1", key, key, 255 * 20).length).toBe(255 * 20);
  expect(() => prfPlus("sha1", key, key, 255 * 20 + 1)).toThrow(RangeError);
});

test("AES-CBC gives what RFC 3602 §4 gives, case 1", () => {
  const key = fromHex("06a9214036b8a15b512e03d534120006");
  const iv = fromHex("3dafba429d9eb430b422da802c9fac41");
  const plain = new TextEncoder().encode("Single block msg");
  expect(toHex(cbc(key, iv, { disablePadding: true }).encrypt(plain))).toBe(
    "e353779c1079aeb82708942dbe77181a",
  );
});

test("AES-GCM gives what its specification gives, test case 4", () => {
  const sealed = gcm(
    fromHex("feffe9928665731c6d6a8f9467308308"),
    fromHex("cafebabefacedbaddecaf888"),
    fromHex("feedfacedeadbeeffeedfacedeadbeefabaddad2"),
  ).encrypt(
    fromHex(
      "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
    ),
  );
  expect(toHex(sealed)).toBe(
    "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e0915bc94fbc3221a5db94fae95ae7121a47",
  );
});

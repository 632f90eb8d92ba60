/** The arithmetic of sizes, against numbers that were measured or follow from the RFCs. */
import { expect, test } from "vitest";
import {
  type EspCipherName,
  espCiphers,
  ikeIpBytes,
  ipFragmentSizes,
  maxNonLastFragment,
  pingIpBytes,
  pingPayloadBytes,
  translationSafeMtu,
  tunnelMtu,
  udpIpBytes,
  udpPayloadBytes,
} from "../../../shared/packet/sizes.ts";

test("a ping payload of 1472 bytes is an IP packet of 1500, not an MTU", () => {
  expect(pingIpBytes(1472, 4)).toBe(1500);
  expect(pingIpBytes(1452, 6)).toBe(1500);
  expect(pingPayloadBytes(1500, 4)).toBe(1472);
  expect(pingPayloadBytes(1280, 6)).toBe(1232);
});

test("IKE and UDP sizes count the non-ESP marker once", () => {
  expect(ikeIpBytes(2528, 4500, 4)).toBe(2560);
  expect(ikeIpBytes(580, 4500, 4)).toBe(612);
  expect(ikeIpBytes(624, 500, 4)).toBe(652);
  expect(udpIpBytes(2532, 4)).toBe(2560);
  expect(udpIpBytes(2532, 6)).toBe(2580);
  expect(udpPayloadBytes(1500, 4)).toBe(1472);
  expect(udpPayloadBytes(1280, 6)).toBe(1232);
});

// The seed's request (IKE 2528, IP payload 2540) and response (1564) at the MTUs people meet.
const splits: [mtu: number, request: number[], response: number[]][] = [
  [1500, [1500, 1080], [1500, 104]],
  [1492, [1492, 1088], [1492, 112]],
  [1480, [1476, 1104], [1476, 128]],
  [1476, [1476, 1104], [1476, 128]],
  [1475, [1468, 1112], [1468, 136]],
  [1472, [1468, 1112], [1468, 136]],
  [1468, [1468, 1112], [1468, 136]],
  [1460, [1460, 1120], [1460, 144]],
  [1454, [1452, 1128], [1452, 152]],
  [1452, [1452, 1128], [1452, 152]],
  [1450, [1444, 1136], [1444, 160]],
  [1440, [1436, 1144], [1436, 168]],
  [1420, [1420, 1160], [1420, 184]],
  [1400, [1396, 1184], [1396, 208]],
  [1358, [1356, 1224], [1356, 248]],
  [1280, [1276, 1276, 48], [1276, 328]],
];
for (const [mtu, request, response] of splits) {
  test(`ipFragmentSizes() at MTU ${mtu}: ${request.join("+")}`, () => {
    expect(ipFragmentSizes(2540, mtu, 4)).toEqual(request);
    expect(ipFragmentSizes(1564, mtu, 4)).toEqual(response);
  });
}

test("ipFragmentSizes() leaves a packet that fits whole, and lets the last fragment fill the MTU", () => {
  expect(ipFragmentSizes(1480, 1500, 4)).toEqual([1500]);
  expect(ipFragmentSizes(1481, 1500, 4)).toEqual([1500, 21]);
  expect(ipFragmentSizes(1448 + 1452, 1472, 4)).toEqual([1468, 1472]);
  expect(ipFragmentSizes(1448 + 1453, 1472, 4)).toEqual([1468, 1468, 25]);
});

test("ipFragmentSizes() gives each IPv6 fragment its Fragment header", () => {
  expect(ipFragmentSizes(1460, 1500, 6)).toEqual([1500]);
  expect(ipFragmentSizes(2540, 1500, 6)).toEqual([1496, 1140]);
  expect(ipFragmentSizes(2540, 1280, 6)).toEqual([1280, 1280, 124]);
});

test("every split carries the whole payload, and nothing exceeds the MTU", () => {
  for (const family of [4, 6] as const) {
    const header = family === 4 ? 20 : 48;
    for (let mtu = family === 4 ? 576 : 1280; mtu <= 1500; mtu++) {
      const sizes = ipFragmentSizes(5000, mtu, family);
      expect(sizes.reduce((sum, size) => sum + size - header, 0)).toBe(5000);
      for (const [index, size] of sizes.entries()) {
        expect(size).toBeLessThanOrEqual(mtu);
        if (index < sizes.length - 1) expect((size - header) % 8).toBe(0);
      }
    }
  }
});

test("sizes that cannot be are refused with their values", () => {
  expect(() => ipFragmentSizes(2540, 27, 4)).toThrow("an MTU of 27 leaves no room");
  expect(() => ipFragmentSizes(65_516, 1500, 4)).toThrow("65516 bytes of payload exceed 65515");
  expect(() => maxNonLastFragment(Number.NaN, 4)).toThrow(RangeError);
});

/** The size after translation to IPv6, RFC 7915 §4.1: only an IP fragment gets a Fragment header. */
const translatedIpBytes = (ipBytes: number, isIpFragment: boolean): number =>
  ipBytes + 20 + (isIpFragment ? 8 : 0);

test("1472 is the largest IPv4 MTU whose fragments fit a 1500-byte IPv6 link after translation", () => {
  expect(translationSafeMtu(1500)).toBe(1472);
  expect(translatedIpBytes(1472, true)).toBe(1500);
  expect(translatedIpBytes(1480, false)).toBe(1500);
  expect(translatedIpBytes(maxNonLastFragment(1472, 4), true)).toBe(1496);
  expect(translatedIpBytes(maxNonLastFragment(1476, 4), true)).toBe(1504);
});

/** The size of the packet around an inner one, written anew from RFC 4303 §2 to check `tunnelMtu`. */
function espOuterIpBytes(
  innerIpBytes: number,
  name: EspCipherName,
  family: 4 | 6,
  natTraversal: boolean,
): number {
  const cipher = espCiphers.find((c) => c.name === name);
  if (cipher === undefined) throw new Error(`no cipher ${name}`);
  const { ivBytes, alignBytes, icvBytes } = cipher;
  const trailer = 2; // Pad Length and Next Header
  const encrypted = Math.ceil((innerIpBytes + trailer) / alignBytes) * alignBytes;
  const header = (family === 4 ? 20 : 40) + (natTraversal ? 8 : 0) + 8;
  return header + ivBytes + encrypted + icvBytes;
}

// Outer size for an inner MTU of 1400, through NAT-T.
const outer: [cipher: EspCipherName, v4: number, v6: number][] = [
  ["AES-GCM-16", 1464, 1484],
  ["ChaCha20-Poly1305", 1464, 1484],
  ["AES-CBC/SHA1-96", 1472, 1492],
  ["AES-CBC/SHA2-256-128", 1476, 1496],
  ["AES-CBC/SHA2-384-192", 1484, 1504],
  ["AES-CBC/SHA2-512-256", 1492, 1512],
  ["3DES-CBC/SHA1-96", 1464, 1484],
];
for (const [cipher, v4, v6] of outer) {
  test(`an inner packet of 1400 bytes in ${cipher}`, () => {
    expect(espOuterIpBytes(1400, cipher, 4, true)).toBe(v4);
    expect(espOuterIpBytes(1400, cipher, 6, true)).toBe(v6);
    expect(espOuterIpBytes(1400, cipher, 4, false)).toBe(v4 - 8);
  });
}

// Largest inner packet by outer MTU, NAT-T over IPv4: GCM, CBC with SHA1, SHA256, SHA384, SHA512.
const inner: [outerMtu: number, ...tunnelMtu: number[]][] = [
  [1500, 1438, 1422, 1422, 1422, 1406],
  [1492, 1430, 1422, 1422, 1406, 1406],
  [1480, 1418, 1406, 1406, 1390, 1390],
  [1472, 1410, 1406, 1390, 1390, 1374],
  [1460, 1398, 1390, 1390, 1374, 1374],
  [1454, 1390, 1374, 1374, 1374, 1358],
  [1450, 1386, 1374, 1374, 1358, 1358],
  [1440, 1378, 1374, 1358, 1358, 1342],
  [1430, 1366, 1358, 1358, 1342, 1342],
  [1420, 1358, 1342, 1342, 1342, 1326],
  [1400, 1338, 1326, 1326, 1310, 1310],
  [1358, 1294, 1278, 1278, 1278, 1262],
  [1280, 1218, 1214, 1198, 1198, 1182],
];
const columns = [
  "AES-GCM-16",
  "AES-CBC/SHA1-96",
  "AES-CBC/SHA2-256-128",
  "AES-CBC/SHA2-384-192",
  "AES-CBC/SHA2-512-256",
] as const;
for (const [outerMtu, ...want] of inner) {
  test(`tunnelMtu() for an outer MTU of ${outerMtu}`, () => {
    expect(columns.map((cipher) => tunnelMtu(outerMtu, cipher, 4, true))).toEqual(want);
  });
}

test("tunnelMtu() is the largest inner packet that fits, for every suite", () => {
  for (const cipher of espCiphers) {
    for (let outerMtu = 576; outerMtu <= 1500; outerMtu++) {
      const largest = tunnelMtu(outerMtu, cipher, 4, true);
      expect(espOuterIpBytes(largest, cipher.name, 4, true)).toBeLessThanOrEqual(outerMtu);
      expect(espOuterIpBytes(largest + 1, cipher.name, 4, true)).toBeGreaterThan(outerMtu);
    }
  }
  expect(tunnelMtu(40, "AES-GCM-16", 4, true)).toBe(0);
});

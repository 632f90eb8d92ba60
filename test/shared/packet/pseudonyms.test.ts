/** Pseudonyms of addresses: prefixes stay, special ranges stay apart. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { ipv4Text, ipv6Text } from "../../../shared/packet/address.ts";
import { ipv4Address, ipv6Address } from "../../support/packet-builder.ts";
import { testPseudonyms } from "../../support/test-pseudonyms.ts";

function pseudonymOf(address: Uint8Array, pseudonyms = testPseudonyms()): Uint8Array {
  const bytes = address.slice();
  pseudonyms.replace(bytes.length === 4 ? 4 : 6, bytes, 0);
  return bytes;
}
const bitsOf = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(2).padStart(8, "0")).join("");
function sharedBits(a: Uint8Array, b: Uint8Array): number {
  const [x, y] = [bitsOf(a), bitsOf(b)];
  const at = [...x].findIndex((bit, i) => bit !== y[i]);
  return at < 0 ? x.length : at;
}
const addresses = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
/** Two addresses that share their first bits: at random they would not. */
const neighbours = (length: number) =>
  fc.tuple(addresses(length), addresses(length), fc.nat(length)).map(([a, b, shared]) => {
    const other = b.slice();
    other.set(a.subarray(0, shared));
    return [a, other] as const;
  });

for (const length of [4, 16]) {
  test(`pseudonyms of ${length} bytes share as many first bits as the addresses do`, () => {
    const pseudonyms = testPseudonyms();
    fc.assert(
      fc.property(neighbours(length), ([a, b]) => {
        // An IPv4 address inside an IPv6 address has IPv4's pseudonym.
        expect(sharedBits(pseudonymOf(a, pseudonyms), pseudonymOf(b, pseudonyms))).toBe(sharedBits(a, b));
      }),
      { seed: 1, numRuns: 500 },
    );
  });
}

const classOf = ([a = 0, b = 0, c = 0]: Uint8Array): string => {
  if (a === 10) return "10/8";
  if (a === 100 && b >> 6 === 1) return "100.64/10";
  if (a === 127) return "127/8";
  if (a === 169 && b === 254) return "169.254/16";
  if (a === 172 && b >> 4 === 1) return "172.16/12";
  if (a === 192 && b === 168) return "192.168/16";
  if (a === 192 && b === 0 && c === 0) return "192.0.0/24";
  if (a === 0) return "0/8";
  return a >= 224 ? "224/3" : "global";
};

test.each([4, 16])("pseudonyms of %i bytes are undone with their key, and with no other", (length) => {
  const [make, undo, other] = [testPseudonyms(), testPseudonyms(7, "undo"), testPseudonyms(8, "undo")];
  let undone = 0;
  fc.assert(
    fc.property(addresses(length), (address) => {
      const pseudonym = pseudonymOf(address, make);
      expect(pseudonymOf(pseudonym, undo)).toEqual(address);
      if (Buffer.compare(pseudonymOf(pseudonym, other), address) === 0) undone++;
    }),
    { seed: 1, numRuns: 500 },
  );
  // What has no pseudonym, such as multicast, stays with any key.
  expect(undone).toBeLessThan(150);
});

test("an address stays in its range, and none comes into another", () => {
  const pseudonyms = testPseudonyms(1);
  const starts = ["10", "100.64", "169.254", "172.16", "172.32", "192.0", "192.168", "192.169", "203.0"];
  const near = starts.map((start) => {
    const head = Uint8Array.from(start.split(".").map(Number));
    return addresses(4).map((address) => {
      address.set(head);
      return address;
    });
  });
  fc.assert(
    fc.property(fc.oneof(addresses(4), ...near), (address) => {
      expect(classOf(pseudonymOf(address, pseudonyms))).toBe(classOf(address));
    }),
    { seed: 1, numRuns: 2000 },
  );
});

test.each(["0.0.0.0", "127.0.0.1", "192.0.0.2", "224.0.0.251", "255.255.255.255"])("%s stays", (address) => {
  expect(ipv4Text(pseudonymOf(ipv4Address(address)), 0)).toBe(address);
});

test.each(["::", "::1", "ff02::1"])("%s stays", (address) => {
  expect(ipv6Text(pseudonymOf(ipv6Address(address)), 0)).toBe(address);
});

test.each([
  ["fe80::1234:56ff:fe78:9abc", /^fe[89ab][0-9a-f]:/],
  ["fd00:1:2:3::4", /^f[cd][0-9a-f]{2}:/],
  ["2002:c000:204::1", /^2002:/],
  ["64:ff9b:1::1", /^64:ff9b:1:/],
  ["ff02::1:ffab:cdef", /^ff02::1:ff/],
])("%s becomes another address of its range", (address, range) => {
  const pseudonym = ipv6Text(pseudonymOf(ipv6Address(address)), 0);
  expect(pseudonym).toMatch(range);
  expect(pseudonym).not.toBe(address);
});

test("an IPv4 address inside an IPv6 address has the pseudonym that it has by itself", () => {
  const gateway = pseudonymOf(ipv4Address("203.0.113.80"));
  expect(ipv4Text(gateway, 0)).not.toBe("203.0.113.80");
  for (const prefix of ["64:ff9b::", "::ffff:0:0"]) {
    const mapped = ipv6Address(prefix);
    mapped.set(ipv4Address("203.0.113.80"), 12);
    const pseudonym = pseudonymOf(mapped);
    expect([...pseudonym.subarray(12)]).toEqual([...gateway]);
    expect([...pseudonym.subarray(0, 12)]).toEqual([...mapped.subarray(0, 12)]);
  }
});

test("another key gives other pseudonyms", () => {
  const address = ipv4Address("203.0.113.80");
  expect(pseudonymOf(address, testPseudonyms(1))).not.toEqual(pseudonymOf(address, testPseudonyms(2)));
});

import { globSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { hidePeople } from "../../../shared/evidence/hide-people.ts";
import { readPastedText } from "../../../shared/evidence/text/read.ts";
import { addressText, bytesOfAddress } from "../../../shared/packet/address.ts";
import { AddressPseudonyms } from "../../../shared/packet/pseudonyms.ts";

/** Turns every bit that may turn. */
const turning = () => new AddressPseudonyms(() => Uint8Array.of(0x80));

const TABLE: [what: string, text: string, hidden: string][] = [
  ["an IPv4 address", "Reply from 203.0.113.7: bytes=1472", "Reply from 204.255.142.248: bytes=1472"],
  [
    "a port of tcpdump's",
    "IP 203.0.113.7.500 > 203.0.113.7.4500:",
    "IP 204.255.142.248.500 > 204.255.142.248.4500:",
  ],
  [
    "a mask, loopback and private ranges' first bits",
    "255.255.255.0 127.0.0.1 10.0.0.0",
    "255.255.255.0 127.0.0.1 10.255.255.255",
  ],
  ["IPv6", "2001:db8::1 is", "2000:f247:ffff:ffff:ffff:ffff:ffff:fffe is"],
  [
    "a time, a version and a MAC address's end",
    "12:34:56.789 10.0.22621.1 aa:bb:cc:dd:ee:ff",
    "12:34:56.789 10.0.22621.1 aa:bb:cc:00:00:00",
  ],
  ["Windows's MAC address", "AA-BB-CC-DD-EE-FF", "AA-BB-CC-00-00-00"],
  [
    "who asks",
    String.raw`C:\Users\山田 太郎> ping; CN=taro@example.com; ~ /home/taro/x`,
    String.raw`C:\Users\user> ping; CN=name@example.invalid; ~ /home/user/x`,
  ],
];
test.each(TABLE)("%s", (_what, text, hidden) => {
  expect(hidePeople(text, turning())).toBe(hidden);
});

test("an IPv4 address within IPv6 gets one pseudonym, the same as alone", () => {
  const once = hidePeople("203.0.113.7", turning());
  expect(hidePeople("::ffff:203.0.113.7 ::", turning())).toBe(`::ffff:${once} ::`);
});

test("bytesOfAddress() reads what addressText() writes, and nothing that is no address", () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), fc.constantFrom(4, 6), (bytes, family) => {
      const text = addressText(family as 4 | 6, bytes, 0);
      expect(Array.from(bytesOfAddress(text) ?? [])).toEqual(
        Array.from(bytes.slice(0, family === 4 ? 4 : 16)),
      );
    }),
  );
  for (const text of [
    "",
    "1.2.3",
    "256.1.1.1",
    "12:34:56",
    "aa:bb:cc:dd:ee:ff",
    "1::2::3",
    ":1:2:3:4:5:6:7",
    "1:2:3:4:5:6:7:",
    "1:2:3:4:5:6:7::8",
    "12345::",
    "::1.2.3.256",
    "fe80::1%12",
    "example.com",
  ])
    expect(bytesOfAddress(text), text).toBeNull();
});

test("what is read in a pasted text is read in it still", () => {
  const cipherless = new AddressPseudonyms((block) => Uint8Array.of((block[3] ?? 0) * 37 + (block[15] ?? 0)));
  for (const file of globSync("test/cases/formats/*/*.txt")) {
    const text = readFileSync(file, "utf8");
    const kinds = (given: string) =>
      readPastedText({ name: "x", text: given }).readings.map(({ format, line }) => [format, line]);
    expect(kinds(hidePeople(text, cipherless)), file).toEqual(kinds(text));
  }
});

import { expect, test } from "vitest";
import { toMtu } from "../../../../shared/evidence/text/format.ts";
import { readPastedText } from "../../../../shared/evidence/text/read.ts";

test.each([
  ["1500", 1500],
  [" 1400 ", 1400],
  ["68", 68],
  ["65535", 65535],
])("%s is an MTU", (text, mtu) => expect(toMtu(text)).toBe(mtu));

test.each([
  "67",
  "65536",
  "4294967295",
  "Default",
  "",
  " ",
  "0x5dc",
  "0b101",
  "1e3",
  "1500.0",
  "+1500",
  "-1500",
])("%s is none", (text) => expect(toMtu(text)).toBeNull());

test("a number that is written otherwise in a paste is read as none", () => {
  const text = `Index: 2
User-friendly Name: Local Area Connection
Type: Ethernet
MTU: 0x0a1b
Physical Address: 00-11-22-33-44-55`;
  expect(readPastedText({ name: "paste", text }).interfaces.map(({ mtu }) => mtu)).not.toContain(0xa1b);
});

/** Whose network an address is of. */
import { expect, test } from "vitest";
import { PrefixTable } from "../../../shared/packet/prefix-table.ts";

const table = new PrefixTable({
  "0.0.0.0/0": "everybody",
  "192.0.2.0/24": "Example Mobile",
  "192.0.2.128/25": "Example Business",
  "192.0.2.200/32": "one host",
  "2001:db8::/32": "Example IPv6",
  "2001:db8:ff00::/41": "Example Fibre",
});

test.each([
  ["192.0.2.1", "Example Mobile"],
  ["192.0.2.127", "Example Mobile"],
  ["192.0.2.128", "Example Business"],
  ["192.0.2.200", "one host"],
  ["192.0.2.201", "Example Business"],
  ["198.51.100.7", "everybody"],
  ["2001:db8::1", "Example IPv6"],
  ["2001:db8:ff7f::1", "Example Fibre"],
  ["2001:db8:ff80::1", "Example IPv6"],
  ["2001:db9::1", null],
  // An IPv4 client as a socket for both families shows it.
  ["::ffff:192.0.2.1", "Example Mobile"],
  ["unknown", null],
  ["", null],
])("%s is of %s: the longest prefix decides", (address, name) => {
  expect(table.nameOf(address)).toBe(name);
});

test.each([
  "192.0.2.0",
  "192.0.2.0/33",
  "2001:db8::/129",
  "192.0.2/24",
  "x/8",
  "192.0.2.0/24/1",
  "192.0.2.0/-1",
])("%s is no prefix", (prefix) => {
  expect(() => new PrefixTable({ [prefix]: "x" })).toThrow(RangeError);
});

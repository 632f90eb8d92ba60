/** Which family an address is of, and which customer has it. */
import { expect, test } from "vitest";
import { customerOf, embedsIpv4 } from "../../../shared/packet/address.ts";

test.each([
  ["192.0.2.7", "192.0.2.7"],
  ["::ffff:192.0.2.7", "192.0.2.7"],
  ["2001:db8:0:7::1", "2001:db8:0:7"],
  ["2001:DB8::1%eth0", "2001:db8:0:0"],
  ["2001:0db8:0000:0007:1:2:3:4", "2001:db8:0:7"],
  ["::1", "0:0:0:0"],
])("customerOf(%s) is %s", (address, customer) => {
  expect(customerOf(address)).toBe(customer);
});

test.each([
  // RFC 6052 §2.4: 192.0.2.33 behind prefixes of each length.
  ["2001:db8:c000:221::", true],
  ["2001:db8:1c0:2:21::", true],
  ["2001:db8:122:c000:2:2100::", true],
  ["2001:db8:122:3c0:0:221::", true],
  ["2001:db8:122:344:c0:2:2100:0", true],
  ["2001:db8:122:344::192.0.2.33", true],
  ["64:ff9b::c000:221", true],
  ["64:ff9b::c000:222", false],
  ["2001:db8::2", false],
])("%s is a translator's address for 192.0.2.33: %s", (ipv6, expected) => {
  expect(embedsIpv4(ipv6, "192.0.2.33")).toBe(expected);
});

/** Which family an address is of, and which customer has it. */
import { expect, test } from "vitest";
import { customerOf } from "../../../shared/packet/address.ts";

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

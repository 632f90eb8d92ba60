import { expect, test } from "vitest";
import { forwardedAddress } from "../../api/runtime/client-address.ts";

test.each([
  { header: undefined, hops: 0, address: "198.51.100.1", why: "no proxy" },
  {
    header: "203.0.113.9",
    hops: 0,
    address: "198.51.100.1",
    why: "no proxy is known: the header is anybody's",
  },
  { header: "203.0.113.9", hops: 1, address: "203.0.113.9", why: "one proxy saw this address" },
  {
    header: "192.0.2.66, 203.0.113.9",
    hops: 1,
    address: "203.0.113.9",
    why: "what the client wrote stands left",
  },
  { header: "192.0.2.66, 203.0.113.9, 198.51.100.2", hops: 2, address: "203.0.113.9", why: "two proxies" },
  { header: "203.0.113.9", hops: 2, address: "198.51.100.1", why: "fewer entries than proxies" },
  { header: undefined, hops: 1, address: "198.51.100.1", why: "around the proxy" },
  { header: "203.0.113.9:4711", hops: 1, address: "203.0.113.9", why: "a proxy that adds the port" },
  { header: "[2001:db8::9]:4711", hops: 1, address: "2001:db8::9", why: "the same with IPv6" },
  { header: "[2001:db8::9]", hops: 1, address: "2001:db8::9", why: "IPv6 in brackets" },
  { header: "2001:db8::9", hops: 1, address: "2001:db8::9", why: "IPv6 without" },
  { header: "unknown", hops: 1, address: "198.51.100.1", why: "what is no address" },
  { header: " , ", hops: 1, address: "198.51.100.1", why: "nothing in it" },
])("forwardedAddress() with $hops hops: $why", ({ header, hops, address }) => {
  expect(forwardedAddress(header, hops, "198.51.100.1")).toBe(address);
});

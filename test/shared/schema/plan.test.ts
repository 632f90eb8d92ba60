import { expect, test } from "vitest";
import { GivenHost, Host } from "../../../shared/schema/plan.ts";

test.each(["vpn.example.com", "vpn-1", "10.0.0.1", "2001:db8::1", "::1", "1e100.net", "4.example"])(
  "%s is a host",
  (host) => {
    expect(GivenHost.safeParse(host).success).toBe(true);
  },
);

test.each(["203.0.113.25:500", "vpn.example.com:500", "1:2", "300.1.1.1", "1.2.3", "-f", "a b", "a;b", ""])(
  "%s is none",
  (host) => {
    expect(GivenHost.safeParse(host).success).toBe(false);
  },
);

test("what was stored before hosts were looked at so closely is still read", () => {
  expect(Host.safeParse("203.0.113.25:500").success).toBe(true);
});

import { dropsFragments, type Scenario } from "../scenario.ts";
import { HEALTHY, LIMIT_1472, NO_MTU } from "./expectations.ts";

/** Other responders than strongSwan. */
export const RESPONDERS: Scenario[] = [
  {
    name: "libreswan-clear",
    fast: true,
    story: "nothing is in the way of a libreswan gateway",
    gateway: "libreswan",
    expect: HEALTHY,
  },
  {
    name: "libreswan-outbound-fragments-1472",
    story: "the client's IP fragments above 1472 bytes are dropped on the way to a libreswan gateway",
    gateway: "libreswan",
    rules: [LIMIT_1472],
    expect: { verdicts: ["outbound-fragments-too-large"], direction: "outbound", interfaceMtu: 1472 },
  },
  {
    name: "ignoring-gateway-clear",
    story: "nothing is in the way of a gateway that is silent to proposals it does not accept",
    gateway: "ignores-unacceptable",
    expect: HEALTHY,
  },
  {
    name: "ignoring-gateway-outbound-fragments-1472",
    story: "the client's IP fragments above 1472 bytes are dropped on the way to such a gateway",
    fast: true,
    gateway: "ignores-unacceptable",
    rules: [LIMIT_1472],
    expect: { verdicts: ["outbound-fragments-too-large"], direction: "outbound", interfaceMtu: 1472 },
  },
  {
    name: "ignoring-gateway-outbound-fragments-all",
    fast: true,
    story: "the client's IP fragments are dropped on the way to such a gateway",
    gateway: "ignores-unacceptable",
    rules: [dropsFragments("client")],
    expect: { verdicts: ["outbound-fragments-dropped"], direction: "outbound", interfaceMtu: null },
  },
  {
    name: "guarded-gateway-clear",
    story: "nothing is in the way of a gateway that asks everybody for a COOKIE",
    gateway: "asks-for-cookies",
    expect: HEALTHY,
  },
  {
    name: "gateway-falls-silent",
    story: "the gateway stops answering after eight messages",
    gateway: "falls-silent",
    expect: {
      ...NO_MTU,
      verdicts: ["insufficient-evidence"],
      cannotTell: "nothing is known of sizes once the gateway answers nothing, not even what is small",
    },
  },
  {
    name: "name-of-both-families",
    story:
      "the gateway's name has an IPv6 and an IPv4 address, and the client's fragments of IPv6 are dropped",
    gatewayName: "vpn.example.com",
    path: { hosts: { "vpn.example.com": ["2001:db8:51::2", "198.51.100.2"] } },
    rules: [dropsFragments("client", { family: 6 })],
    expect: { verdicts: ["outbound-fragments-dropped"], direction: "outbound", interfaceMtu: null },
  },
  {
    name: "name-of-both-families-one-silent",
    fast: true,
    story: "the gateway's name has both, and nothing arrives over IPv6: clients go on with IPv4",
    gatewayName: "vpn.example.com",
    path: { hosts: { "vpn.example.com": ["2001:db8:51::2", "198.51.100.2"] } },
    rules: [{ hook: "arriving", match: "iifname client0 ip6 daddr 2001:db8:51::2 counter drop" }, LIMIT_1472],
    expect: { verdicts: ["outbound-fragments-too-large"], direction: "outbound", interfaceMtu: 1472 },
  },
  {
    name: "no-route",
    story: "the client has no route to the gateway",
    path: { noRoute: true },
    expect: { ...NO_MTU, verdicts: ["gateway-unreachable"] },
  },
  {
    name: "name-without-address",
    story: "the gateway's name does not resolve",
    fast: true,
    gatewayName: "nowhere.example.com",
    gateway: "down",
    path: { hosts: { "vpn.example.com": ["198.51.100.2"] } },
    expect: { ...NO_MTU, verdicts: ["gateway-unreachable"] },
  },
];

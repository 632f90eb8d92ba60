/** Scenarios with other gateways than an ordinary strongSwan. */
import { dropsAfter, dropsFragments, type Scenario } from "../scenario.ts";
import { CONNECTS, DROPPED, HEALTHY, INBOUND, LIMIT_1472, NO_MTU, tooLarge } from "./expectations.ts";

const BOTH_ADDRESSES = { hosts: { "vpn.example.com": ["2001:db8:51::2", "198.51.100.2"] } };

/** Other responders than strongSwan as it comes, and names for them. */
export const RESPONDERS: Scenario[] = [
  {
    name: "libreswan-clear",
    story: "nothing is in the way of a libreswan gateway",
    fast: true,
    gateway: "libreswan",
    expect: { ...HEALTHY, ...CONNECTS },
  },
  {
    name: "libreswan-outbound-fragments-1472",
    story: "the client's IP fragments above 1472 bytes are dropped on the way to a libreswan gateway",
    gateway: "libreswan",
    rules: [LIMIT_1472],
    expect: tooLarge(1472),
  },
  {
    name: "libreswan-inbound-fragments-all",
    story: "a libreswan gateway's IP fragments are dropped",
    gateway: "libreswan",
    rules: [dropsFragments("gateway")],
    expect: { ...INBOUND, capture: ["ike-auth-unanswered"] },
  },
  {
    name: "ignoring-gateway-clear",
    story: "nothing is in the way of a gateway that is silent to proposals it does not accept",
    gateway: "ignores-unacceptable",
    expect: { ...HEALTHY, ...CONNECTS },
  },
  {
    name: "ignoring-gateway-outbound-fragments-1472",
    story: "the client's IP fragments above 1472 bytes are dropped on the way to such a gateway",
    fast: true,
    gateway: "ignores-unacceptable",
    rules: [LIMIT_1472],
    expect: tooLarge(1472),
  },
  {
    name: "ignoring-gateway-outbound-fragments-all",
    story: "the client's IP fragments are dropped on the way to such a gateway",
    fast: true,
    gateway: "ignores-unacceptable",
    rules: [dropsFragments("client")],
    expect: DROPPED,
  },
  {
    name: "guarded-gateway-clear",
    story: "nothing is in the way of a gateway that asks everybody for a COOKIE",
    gateway: "asks-for-cookies",
    expect: { ...HEALTHY, ...CONNECTS },
  },
  {
    name: "guarded-gateway-outbound-fragments-1472",
    story: "the client's IP fragments above 1472 bytes are dropped on the way to such a gateway",
    gateway: "asks-for-cookies",
    rules: [LIMIT_1472],
    expect: tooLarge(1472),
  },
  {
    name: "gateway-falls-silent",
    story: "the gateway stops answering after eight messages",
    rules: [dropsAfter(8)],
    expect: {
      ...NO_MTU,
      // Its first answers show the way to be open, and logins that it does not end that it is silent since.
      verdicts: ["healthy"],
      confidence: "medium",
      connects: false,
      capture: ["gateway-unreachable"],
      bothEnds: null,
      cannotTell: "what was asked first was answered, and why the gateway stopped after that does not show",
    },
  },
  {
    name: "name-of-both-families",
    story:
      "the gateway's name has an IPv6 and an IPv4 address, and the client's fragments of IPv6 are dropped",
    family: 6,
    gatewayName: "vpn.example.com",
    path: BOTH_ADDRESSES,
    rules: [dropsFragments("client", { family: 6 })],
    expect: DROPPED,
  },
  {
    name: "name-of-both-families-one-silent",
    story: "the gateway's name has both, and nothing arrives over IPv6: clients go on with IPv4",
    fast: true,
    gatewayName: "vpn.example.com",
    path: BOTH_ADDRESSES,
    rules: [{ hook: "arriving", match: "iifname client0 ip6 daddr 2001:db8:51::2 counter drop" }, LIMIT_1472],
    expect: tooLarge(1472),
  },
  {
    name: "no-route",
    story: "the client has no route to the gateway",
    path: { noRoute: true },
    expect: { ...NO_MTU, verdicts: ["gateway-unreachable"], connects: false, bothEnds: null },
  },
  {
    name: "name-without-address",
    story: "the gateway's name does not resolve",
    fast: true,
    gatewayName: "nowhere.example.com",
    gateway: "down",
    path: { hosts: { "vpn.example.com": ["198.51.100.2"] } },
    expect: { ...NO_MTU, verdicts: ["gateway-unreachable"], connects: false, bothEnds: null },
  },
];

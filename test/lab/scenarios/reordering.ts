/** Scenarios in which IP fragments arrive in another order, which alone harms nobody. */
import { reordersFragments, type Scenario } from "../scenario.ts";
import { CONNECTS, EAP, HEALTHY, LIMIT_1472, LIMIT_1472_IPV6, tooLarge } from "./expectations.ts";

/** The pieces of each datagram arrive in another order: that alone harms nobody. */
export const REORDERED: Scenario[] = [
  {
    name: "reordered",
    story: "of each datagram in pieces, both ways, the first piece arrives last",
    fast: true,
    delaysMarked: true,
    rules: reordersFragments(),
    expect: { ...HEALTHY, ...CONNECTS },
  },
  {
    name: "reordered-ipv6",
    story: "the same with IPv6",
    family: 6,
    delaysMarked: true,
    rules: reordersFragments(6),
    expect: { ...HEALTHY, ...CONNECTS },
  },
  {
    name: "reordered-eap",
    story: "the same, and only the gateway's messages are large",
    delaysMarked: true,
    rules: reordersFragments(),
    vpn: EAP,
    expect: { ...HEALTHY, ...CONNECTS },
  },
  {
    name: "reordered-outbound-fragments-1472",
    story: "the first piece arrives last, and the client's IP fragments above 1472 bytes are dropped",
    delaysMarked: true,
    rules: [LIMIT_1472, ...reordersFragments()],
    expect: tooLarge(1472),
  },
  {
    name: "reordered-outbound-fragments-1472-ipv6",
    story: "the same with IPv6",
    family: 6,
    delaysMarked: true,
    rules: [LIMIT_1472_IPV6, ...reordersFragments(6)],
    expect: tooLarge(1472),
  },
];

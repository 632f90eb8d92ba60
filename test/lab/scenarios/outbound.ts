/** Scenarios in which the client's IP fragments are lost above a size. */
import type { Verdict } from "../../../shared/schema/diagnosis.ts";
import type { RouterRule } from "../network.ts";
import { dropsAtRandom, dropsFragments, type Scenario } from "../scenario.ts";
import {
  BOTH,
  CONNECTS,
  DROPPED,
  EAP,
  HEALTHY,
  LIMIT_1472,
  LIMIT_1472_IPV6,
  OTHERWISE,
  PATIENT,
  tooLarge,
} from "./expectations.ts";

/** For a client that sends nothing as large as what is dropped: it takes no packet. */
const withoutCounter = ({ hook, match }: RouterRule): RouterRule => ({
  hook,
  match: match.replace("counter ", ""),
});

/** The client's IP fragments are lost above a size. */
export const TOO_LARGE: Scenario[] = [
  {
    name: "outbound-fragments-1472",
    story: "the client's IP fragments above 1472 bytes are dropped, whole packets of 1500 pass",
    fast: true,
    rules: [LIMIT_1472],
    expect: tooLarge(1472),
  },
  {
    name: "outbound-fragments-1472-deno",
    story: "the same, and the user has Deno",
    fast: true,
    rules: [LIMIT_1472],
    line: "deno",
    expect: tooLarge(1472),
  },
  {
    name: "outbound-fragments-1472-nat",
    story: "the same, and a NAT",
    path: { nat: true },
    rules: [LIMIT_1472],
    expect: tooLarge(1472),
  },
  {
    name: "outbound-fragments-1472-ipv6",
    story: "the same with IPv6",
    fast: true,
    family: 6,
    rules: [LIMIT_1472_IPV6],
    expect: tooLarge(1472),
  },
  {
    name: "outbound-fragments-1472-eap",
    story: "the same, and the client is EAP and sends no large message",
    rules: [LIMIT_1472],
    vpn: EAP,
    expect: { ...tooLarge(1472), ...CONNECTS },
  },
  {
    name: "outbound-fragments-1472-rfc7383",
    story: "the same, and both ends speak RFC 7383",
    rules: [LIMIT_1472],
    vpn: BOTH,
    expect: { ...tooLarge(1472), ...CONNECTS },
  },
  {
    name: "outbound-fragments-1472-rfc7383-gateway",
    story: "the same, and only the gateway speaks RFC 7383",
    rules: [LIMIT_1472],
    vpn: { ikeFragmentation: { client: false, gateway: true } },
    expect: tooLarge(1472),
  },
  {
    name: "outbound-fragments-1472-loss-5",
    story: "the same, and each way every twentieth packet is lost",
    rules: [LIMIT_1472, ...dropsAtRandom(5)],
    vpn: PATIENT,
    expect: tooLarge(1472),
  },
  {
    name: "outbound-fragments-1472-mtu-1476",
    story: "the same, and the client's MTU is 1476",
    path: { clientMtu: 1476 },
    rules: [LIMIT_1472],
    expect: tooLarge(1472),
  },
  ...[1475, 1472].map(
    (clientMtu): Scenario => ({
      name: `outbound-fragments-1472-mtu-${clientMtu}`,
      story: `the same, and the client's MTU is ${clientMtu}: its fragments of 1468 bytes pass`,
      path: { clientMtu },
      rules: [withoutCounter(LIMIT_1472)],
      expect: { ...HEALTHY, ...CONNECTS },
    }),
  ),
  {
    name: "outbound-fragments-1472-ipv6-eap",
    story: "the same with IPv6, and the client is EAP and sends no large message",
    family: 6,
    rules: [LIMIT_1472_IPV6],
    vpn: EAP,
    expect: { ...tooLarge(1472), ...CONNECTS },
  },
  {
    name: "outbound-fragments-1472-ipv6-mtu-1480",
    story: "the same with IPv6, and the client's MTU is 1480",
    family: 6,
    path: { clientMtu: 1480 },
    rules: [LIMIT_1472_IPV6],
    expect: tooLarge(1472),
  },
  // A larger header than IPv4's, and so another remainder: 48 bytes and a multiple of 8.
  ...[1476, 1475, 1472].map(
    (clientMtu): Scenario => ({
      name: `outbound-fragments-1472-ipv6-mtu-${clientMtu}`,
      story: `the same with IPv6, and the client's MTU is ${clientMtu}: its fragments of 1472 bytes pass`,
      family: 6,
      path: { clientMtu },
      rules: [withoutCounter(LIMIT_1472_IPV6)],
      expect: { ...HEALTHY, ...CONNECTS },
    }),
  ),
  ...[1400, 1280].flatMap((limit): Scenario[] => {
    const story = `the client's IP fragments above ${limit} bytes are dropped`;
    const limited = { rules: [dropsFragments("client", { above: limit })], expect: tooLarge(limit) };
    const name = `outbound-fragments-${limit}`;
    return [
      { name, story, ...limited },
      { name: `${name}-nat`, story: `${story}, and there is a NAT`, path: { nat: true }, ...limited },
      {
        name: `${name}-eap`,
        story: `${story}, and the client is EAP and sends no large message`,
        vpn: EAP,
        ...limited,
        expect: { ...tooLarge(limit), ...CONNECTS },
      },
      {
        name: `${name}-ipv6`,
        story: `${story}, with IPv6`,
        family: 6,
        ...limited,
        rules: [dropsFragments("client", { family: 6, above: limit })],
      },
    ];
  }),
  {
    name: "outbound-fragments-1452",
    story:
      "the client's IP fragments above 1452 bytes are dropped: a limit between those that are tried first",
    rules: [dropsFragments("client", { above: 1452 })],
    expect: tooLarge(1452),
  },
];

/** The client's IP fragments are lost whatever their size. */
export const ALL_DROPPED: Scenario[] = [
  {
    name: "outbound-fragments-all",
    story: "the client's IP fragments are dropped at every size",
    fast: true,
    rules: [dropsFragments("client")],
    expect: DROPPED,
  },
  {
    name: "outbound-fragments-all-ipv6",
    story: "the same with IPv6",
    family: 6,
    rules: [dropsFragments("client", { family: 6 })],
    expect: DROPPED,
  },
  {
    name: "outbound-fragments-all-nat",
    story: "the same, and a NAT",
    path: { nat: true },
    rules: [dropsFragments("client")],
    expect: DROPPED,
  },
  {
    name: "outbound-fragments-all-eap",
    story: "the same, and the client is EAP and sends no large message",
    rules: [dropsFragments("client")],
    vpn: EAP,
    expect: { ...DROPPED, ...CONNECTS },
  },
  {
    name: "outbound-fragments-all-rfc7383",
    story: "the same, and both ends speak RFC 7383",
    rules: [dropsFragments("client")],
    vpn: BOTH,
    expect: { ...DROPPED, ...CONNECTS },
  },
  {
    name: "outbound-fragments-all-ipv6-eap",
    story: "the same with IPv6, and the client is EAP and sends no large message",
    family: 6,
    rules: [dropsFragments("client", { family: 6 })],
    vpn: EAP,
    expect: { ...DROPPED, ...CONNECTS },
  },
  ...(["first", "non-first", "last"] as const).flatMap((which): Scenario[] => {
    const name = `outbound-fragments-${which}`;
    const story = `of the client's IP fragments the ${OTHERWISE[which]} are dropped`;
    const family = 6;
    // Of a message whose first fragment came alone, the gateway's system says so half a minute later (ICMP).
    const capture: Verdict[] =
      which === "first" ? DROPPED.capture : [...DROPPED.capture, "outbound-fragments-dropped"];
    const expect = { ...DROPPED, capture };
    return [
      { name, story, rules: [dropsFragments("client", { which })], expect },
      {
        name: `${name}-ipv6`,
        story: `${story}, with IPv6`,
        family,
        rules: [dropsFragments("client", { family, which })],
        expect,
      },
    ];
  }),
];

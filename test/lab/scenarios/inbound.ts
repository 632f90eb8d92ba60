/** Scenarios in which the gateway's IP fragments are lost. */
import { dropsFragments, type Scenario, saysNothingOfPacketTooBig } from "../scenario.ts";
import { BOTH, blackHole, CONNECTS, EAP, INBOUND, LIMIT_1472, OTHERWISE, tooLarge } from "./expectations.ts";

const ANSWER_IS_LOST = "the gateway's answer is lost as well, which probes without a login cannot see";

/** The gateway's IP fragments are lost. */
export const INBOUND_LOST: Scenario[] = [
  {
    name: "inbound-fragments-all",
    story: "the gateway's IP fragments are dropped",
    fast: true,
    rules: [dropsFragments("gateway")],
    expect: { ...INBOUND, capture: ["ike-auth-unanswered"] },
  },
  {
    name: "inbound-fragments-all-ipv6",
    story: "the same with IPv6",
    family: 6,
    rules: [dropsFragments("gateway", { family: 6 })],
    expect: { ...INBOUND, capture: ["ike-auth-unanswered"] },
  },
  {
    name: "inbound-fragments-all-nat",
    story: "the same, and a NAT",
    path: { nat: true },
    rules: [dropsFragments("gateway")],
    expect: { ...INBOUND, capture: ["ike-auth-unanswered"] },
  },
  {
    name: "inbound-fragments-all-eap",
    story: "the same, and the client is EAP: a small request is answered in pieces",
    rules: [dropsFragments("gateway")],
    vpn: EAP,
    expect: { ...INBOUND, capture: ["insufficient-evidence"] },
  },
  {
    name: "inbound-fragments-all-rfc7383",
    story: "the same, and both ends speak RFC 7383",
    rules: [dropsFragments("gateway")],
    vpn: BOTH,
    expect: { ...INBOUND, ...CONNECTS },
  },
  {
    name: "inbound-fragments-all-ipv6-eap",
    story: "the same with IPv6, and the client is EAP: a small request is answered in pieces",
    family: 6,
    rules: [dropsFragments("gateway", { family: 6 })],
    vpn: EAP,
    expect: { ...INBOUND, capture: ["insufficient-evidence"] },
  },
  ...(["first", "non-first", "last"] as const).flatMap((which): Scenario[] => {
    const name = `inbound-fragments-${which}`;
    const story = `of the gateway's IP fragments the ${OTHERWISE[which]} are dropped`;
    const family = 6;
    const expect: Scenario["expect"] = { ...INBOUND, capture: ["inbound-fragments-lost"] };
    return [
      { name, story, fast: which === "non-first", rules: [dropsFragments("gateway", { which })], expect },
      {
        name: `${name}-ipv6`,
        story: `${story}, with IPv6`,
        family,
        rules: [dropsFragments("gateway", { family, which })],
        expect,
      },
    ];
  }),
  {
    name: "inbound-fragments-1472",
    story: "the gateway's IP fragments above 1472 bytes are dropped",
    rules: [dropsFragments("gateway", { above: 1472 })],
    expect: { ...INBOUND, capture: ["inbound-fragments-lost"] },
  },
  {
    name: "inbound-fragments-all-link-1400",
    story: "the router cuts the client's IP fragments for a link of 1400 bytes, and drops the gateway's",
    path: { linkMtu: 1400 },
    rules: [saysNothingOfPacketTooBig(), dropsFragments("gateway")],
    expect: {
      ...blackHole(1400),
      connects: false,
      capture: ["ike-auth-unanswered"],
      mtuIsNotEnough: ANSWER_IS_LOST,
      bothEnds: { verdicts: INBOUND.verdicts, directions: ["inbound"], interfaceMtu: null },
    },
  },
  {
    name: "fragments-both-ways",
    story: "the client's IP fragments above 1472 bytes are dropped, and all of the gateway's",
    rules: [LIMIT_1472, dropsFragments("gateway")],
    expect: { ...tooLarge(1472), mtuIsNotEnough: ANSWER_IS_LOST },
  },
];

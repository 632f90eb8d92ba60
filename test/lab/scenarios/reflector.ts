/** Scenarios in which the deployment runs a reflector. */
import { REFLECTOR_HOSTS, REFLECTOR_IS_ASKED } from "../reflector.ts";
import { dropsFragments, type Scenario } from "../scenario.ts";
import { CONNECTS, EAP, HEALTHY, INBOUND, LIMIT_1472, OTHERWISE, tooLarge } from "./expectations.ts";

/** Two hosts whose fragments do not arrive: that is no firewall of the gateway's. */
const SEEN = { ...INBOUND, confidence: "high" } satisfies Scenario["expect"];
const WITH = { reflector: true, path: { hosts: REFLECTOR_HOSTS } } satisfies Partial<Scenario>;
const ASKED = [REFLECTOR_IS_ASKED];

/** The gateway itself sends no pings in pieces, as behind a firewall that minds those alone. */
const DROPS_PINGS_IN_PIECES = {
  hook: "arriving",
  match: "iifname gateway0 ip protocol icmp ip frag-off & 0x3fff != 0 counter drop",
} as const;
const DROPS_PINGS = { hook: "arriving", match: "icmp type echo-request counter drop" } as const;

/** The deployment runs a reflector: what else can be told by it, and what must not be. */
export const WITH_REFLECTOR: Scenario[] = [
  {
    ...WITH,
    name: "reflector-clear",
    story: "nothing is in the way; there is a reflector, and it is not asked",
    // What would count a question to it.
    rules: [{ hook: "arriving", match: REFLECTOR_IS_ASKED.match.replace("counter accept", "drop") }],
    expect: { ...HEALTHY, confidence: "high", ...CONNECTS },
  },
  {
    ...WITH,
    name: "reflector-inbound-fragments-all",
    story: "all IP fragments to the client are dropped, the reflector's like the gateway's",
    fast: true,
    rules: [...ASKED, dropsFragments("gateway")],
    expect: { ...SEEN, capture: ["ike-auth-unanswered"] },
  },
  {
    ...WITH,
    name: "reflector-inbound-fragments-all-ipv6",
    story: "the same with IPv6",
    family: 6,
    rules: [...ASKED, dropsFragments("gateway", { family: 6 })],
    expect: { ...SEEN, capture: ["ike-auth-unanswered"] },
  },
  {
    ...WITH,
    name: "reflector-inbound-fragments-all-nat",
    story: "the same, and a NAT",
    path: { nat: true, hosts: REFLECTOR_HOSTS },
    rules: [...ASKED, dropsFragments("gateway")],
    expect: { ...SEEN, capture: ["ike-auth-unanswered"] },
  },
  {
    ...WITH,
    name: "reflector-inbound-fragments-all-eap",
    story: "the same, and the client is EAP: a small request is answered in pieces",
    rules: [...ASKED, dropsFragments("gateway")],
    vpn: EAP,
    expect: { ...SEEN, capture: ["insufficient-evidence"] },
  },
  {
    ...WITH,
    name: "reflector-inbound-fragments-all-deno",
    story: "the same, and the user has Deno",
    rules: [...ASKED, dropsFragments("gateway")],
    line: "deno",
    expect: SEEN,
  },
  ...(["first", "non-first", "last"] as const).map(
    (which): Scenario => ({
      ...WITH,
      name: `reflector-inbound-fragments-${which}`,
      story: `of IP fragments to the client the ${OTHERWISE[which]} are dropped`,
      rules: [...ASKED, dropsFragments("gateway", { which })],
      expect: { ...SEEN, capture: ["inbound-fragments-lost"] },
    }),
  ),
  {
    ...WITH,
    name: "reflector-inbound-fragments-1472",
    story: "IP fragments above 1472 bytes to the client are dropped",
    rules: [...ASKED, dropsFragments("gateway", { above: 1472 })],
    expect: { ...SEEN, capture: ["inbound-fragments-lost"] },
  },
  {
    ...WITH,
    name: "reflector-inbound-fragments-all-no-ping",
    story: "all IP fragments to the client are dropped, and pings as well",
    rules: [...ASKED, DROPS_PINGS, dropsFragments("gateway")],
    expect: { ...INBOUND, confidence: "medium", capture: ["ike-auth-unanswered"] },
  },
  {
    ...WITH,
    name: "reflector-pings-in-pieces",
    story: "the gateway's pings in pieces are dropped, and nothing else",
    fast: true,
    rules: [...ASKED, DROPS_PINGS_IN_PIECES],
    expect: { ...HEALTHY, confidence: "low", ...CONNECTS },
  },
  {
    ...WITH,
    name: "reflector-no-ping",
    story: "pings are dropped, and nothing else",
    rules: [...ASKED, DROPS_PINGS],
    expect: { ...HEALTHY, confidence: "medium", ...CONNECTS },
  },
  {
    ...WITH,
    name: "reflector-outbound-fragments-1472",
    story: "the client's IP fragments above 1472 bytes are dropped: the reflector is not asked",
    rules: [LIMIT_1472],
    expect: tooLarge(1472),
  },
  {
    ...WITH,
    name: "reflector-blocked",
    story: "all IP fragments to the client are dropped, and so is all that goes to the reflector",
    rules: [
      { hook: "arriving", match: REFLECTOR_IS_ASKED.match.replace("accept", "drop") },
      dropsFragments("gateway"),
    ],
    expect: { ...INBOUND, confidence: "low", capture: ["ike-auth-unanswered"] },
  },
];

import {
  dropsAbove,
  dropsAtRandom,
  dropsFragments,
  dropsPort,
  type Scenario,
  saysNothingOfPacketTooBig,
  type Which,
} from "./scenario.ts";

const HEALTHY = { verdicts: ["healthy"], direction: null, interfaceMtu: null } satisfies Scenario["expect"];
const CONNECTS = { connects: true, capture: ["healthy"] } satisfies Partial<Scenario["expect"]>;
const tooLarge = (interfaceMtu: number) =>
  ({
    verdicts: ["outbound-fragments-too-large"],
    direction: "outbound",
    interfaceMtu,
    connects: false,
    capture: ["ike-auth-unanswered"],
  }) satisfies Scenario["expect"];
const DROPPED = {
  verdicts: ["outbound-fragments-dropped"],
  direction: "outbound",
  interfaceMtu: null,
  connects: false,
  capture: ["ike-auth-unanswered"],
} satisfies Scenario["expect"];
const INBOUND = {
  // With low confidence: a firewall that drops fragmented ICMP alone looks the same to an agent without a reflector.
  verdicts: ["inbound-fragments-lost"],
  direction: "inbound",
  interfaceMtu: null,
  connects: false,
} satisfies Scenario["expect"];
const blackHole = (interfaceMtu: number) =>
  ({
    verdicts: ["path-mtu-black-hole"],
    direction: "outbound",
    interfaceMtu,
  }) satisfies Scenario["expect"];
const NO_MTU = { direction: null, interfaceMtu: null } satisfies Partial<Scenario["expect"]>;

const BOTH = { ikeFragmentation: { client: true, gateway: true } };
const EAP = { authentication: "eap" } as const;
const PSK = { authentication: "psk" } as const;
const LIMIT_1472 = dropsFragments("client", { above: 1472 });

const OTHERWISE: Record<Exclude<Which, "any">, string> = {
  first: "first",
  "non-first": "second and further",
  last: "last",
};

/** The way to the gateway is clear. */
const CLEAR: Scenario[] = [
  {
    name: "clear",
    story: "nothing is in the way",
    fast: true,
    expect: { ...HEALTHY, ...CONNECTS },
  },
  {
    name: "clear-ipv6",
    story: "nothing is in the way of IPv6",
    family: 6,
    expect: { ...HEALTHY, ...CONNECTS },
  },
  {
    name: "clear-nat",
    story: "nothing is in the way but a NAT",
    path: { nat: true },
    expect: { ...HEALTHY, ...CONNECTS },
  },
  { name: "clear-eap", story: "nothing is in the way of EAP", vpn: EAP, expect: { ...HEALTHY, ...CONNECTS } },
  {
    name: "clear-psk",
    story: "nothing is in the way of a pre-shared key",
    vpn: PSK,
    expect: { ...HEALTHY, ...CONNECTS },
  },
  {
    name: "clear-rfc7383",
    story: "nothing is in the way of IKE fragments",
    vpn: BOTH,
    expect: { ...HEALTHY, ...CONNECTS },
  },
  {
    name: "clear-mtu-1280",
    story: "nothing is in the way of a client with an MTU of 1280",
    path: { clientMtu: 1280 },
    expect: { ...HEALTHY, ...CONNECTS },
  },
  {
    name: "loss-5",
    story: "each way every twentieth packet is lost",
    rules: dropsAtRandom(5),
    expect: { ...HEALTHY, connects: true, capture: ["healthy", "slow-gateway"] },
  },
  {
    name: "loss-10",
    story: "each way every tenth packet is lost",
    fast: true,
    rules: dropsAtRandom(10),
    // Nobody dials: five fragments each way and three tries do not always suffice.
    expect: HEALTHY,
  },
];

/** The client's IP fragments are lost above a size. */
const TOO_LARGE: Scenario[] = [
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
    rules: [dropsFragments("client", { family: 6, above: 1472 })],
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
    expect: { verdicts: ["outbound-fragments-too-large"], direction: "outbound", interfaceMtu: 1472 },
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
      // Nothing of the client's is as large as what is dropped: the rule's counter stays at 0.
      rules: [{ hook: "arriving", match: LIMIT_1472.match.replace("counter ", "") }],
      expect: { ...HEALTHY, ...CONNECTS },
    }),
  ),
  ...[1400, 1280].map(
    (limit): Scenario => ({
      name: `outbound-fragments-${limit}`,
      story: `the client's IP fragments above ${limit} bytes are dropped`,
      rules: [dropsFragments("client", { above: limit })],
      expect: tooLarge(limit),
    }),
  ),
  {
    name: "outbound-fragments-1452",
    story:
      "the client's IP fragments above 1452 bytes are dropped: a limit between those that are tried first",
    rules: [dropsFragments("client", { above: 1452 })],
    expect: tooLarge(1452),
  },
];

/** The client's IP fragments are lost whatever their size. */
const ALL_DROPPED: Scenario[] = [
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
  ...(["first", "non-first", "last"] as const).map(
    (which): Scenario => ({
      name: `outbound-fragments-${which}`,
      story: `of the client's IP fragments the ${OTHERWISE[which]} are dropped`,
      rules: [dropsFragments("client", { which })],
      expect: DROPPED,
    }),
  ),
];

/** The gateway's IP fragments are lost. */
const INBOUND_LOST: Scenario[] = [
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
  ...(["first", "non-first", "last"] as const).map(
    (which): Scenario => ({
      name: `inbound-fragments-${which}`,
      story: `of the gateway's IP fragments the ${OTHERWISE[which]} are dropped`,
      fast: which === "non-first",
      rules: [dropsFragments("gateway", { which })],
      expect: { ...INBOUND, capture: ["inbound-fragments-lost"] },
    }),
  ),
  {
    name: "inbound-fragments-1472",
    story: "the gateway's IP fragments above 1472 bytes are dropped",
    rules: [dropsFragments("gateway", { above: 1472 })],
    expect: { ...INBOUND, capture: ["inbound-fragments-lost"] },
  },
];

/** The path MTU is below the interface's. */
const REDUCED: Scenario[] = [
  {
    name: "link-1400",
    story: "a link of 1400 bytes, and the router says so",
    fast: true,
    path: { linkMtu: 1400 },
    expect: { verdicts: ["path-mtu-reduced"], direction: "outbound", interfaceMtu: null, ...CONNECTS },
  },
  {
    name: "link-1400-ipv6",
    story: "the same with IPv6",
    family: 6,
    path: { linkMtu: 1400 },
    expect: { verdicts: ["path-mtu-reduced"], direction: "outbound", interfaceMtu: null, ...CONNECTS },
  },
  {
    name: "link-1400-silent",
    story: "a link of 1400 bytes, and the router does not say so; it cuts what may be cut",
    fast: true,
    path: { linkMtu: 1400 },
    rules: [saysNothingOfPacketTooBig()],
    expect: { ...blackHole(1400), ...CONNECTS },
  },
  {
    name: "link-1400-silent-one-packet",
    story: "the same, and IKE_AUTH is one packet of 1400 to 1500 bytes that may not be cut",
    path: { linkMtu: 1400 },
    rules: [saysNothingOfPacketTooBig()],
    vpn: { authentication: "one-packet-certificate" },
    expect: { ...blackHole(1400), connects: false, capture: ["insufficient-evidence"] },
  },
  {
    name: "link-1400-silent-rfc7383",
    story: "the same link, and IKE fragments of 1500 bytes",
    path: { linkMtu: 1400 },
    rules: [saysNothingOfPacketTooBig()],
    vpn: { ...BOTH, ikeFragmentBytes: 1500 },
    expect: {
      ...blackHole(1400),
      connects: false,
      capture: ["insufficient-evidence"],
    },
  },
  {
    name: "link-1400-silent-ipv6",
    story: "the same link with IPv6, where routers cut nothing",
    family: 6,
    path: { linkMtu: 1400 },
    rules: [saysNothingOfPacketTooBig(6)],
    expect: { ...blackHole(1400), connects: false, capture: ["ike-auth-unanswered"] },
  },
  ...[1400, 1454, 1280].map(
    (limit): Scenario => ({
      name: `everything-above-${limit}`,
      story: `everything of the client's above ${limit} bytes is dropped silently`,
      rules: [dropsAbove("client", limit)],
      expect: { ...blackHole(limit), connects: false, capture: ["ike-auth-unanswered"] },
    }),
  ),
  {
    name: "everything-above-1400-ipv6",
    story: "everything of the client's above 1400 bytes is dropped silently, with IPv6",
    family: 6,
    rules: [dropsAbove("client", 1400)],
    expect: { ...blackHole(1400), connects: false, capture: ["ike-auth-unanswered"] },
  },
  {
    name: "everything-above-1400-and-fragments",
    story: "everything above 1400 bytes is dropped silently, and so are all of the client's IP fragments",
    rules: [dropsAbove("client", 1400), dropsFragments("client")],
    expect: DROPPED,
  },
  {
    name: "translator-that-does-not-cut",
    story:
      "as behind a 464XLAT that does not cut again: IP fragments up to 1472 bytes pass, whole packets up to 1480",
    fast: true,
    rules: [LIMIT_1472, dropsAbove("client", 1480)],
    expect: { ...blackHole(1472), connects: false, capture: ["ike-auth-unanswered"] },
  },
  {
    name: "translator-that-cuts",
    fast: true,
    story: "464XLAT by tayga on both sides, which cuts again what may be cut, and says what may not",
    translated: true,
    expect: { verdicts: ["path-mtu-reduced"], direction: "outbound", interfaceMtu: null, ...CONNECTS },
  },
];

/** Ports, and gateways that are not there or say no. */
const REACHABILITY: Scenario[] = [
  {
    name: "udp-500-blocked",
    story: "UDP 500 is dropped on the way to the gateway",
    fast: true,
    rules: [dropsPort("500")],
    expect: { ...NO_MTU, verdicts: ["udp-500-blocked"], connects: false, capture: ["gateway-unreachable"] },
  },
  {
    name: "udp-4500-blocked",
    story: "UDP 4500 is dropped on the way to the gateway",
    fast: true,
    rules: [dropsPort("4500")],
    expect: { ...NO_MTU, verdicts: ["udp-4500-blocked"], connects: false, capture: ["ike-auth-unanswered"] },
  },
  {
    name: "udp-4500-blocked-psk",
    story: "the same, and IKE_AUTH is one packet",
    rules: [dropsPort("4500")],
    vpn: PSK,
    expect: {
      ...NO_MTU,
      verdicts: ["udp-4500-blocked"],
      connects: false,
      capture: ["insufficient-evidence"],
    },
  },
  {
    name: "udp-4500-blocked-ipv6",
    story: "UDP 4500 is dropped on the way to the gateway, with IPv6",
    family: 6,
    rules: [dropsPort("4500")],
    expect: { ...NO_MTU, verdicts: ["udp-4500-blocked"], connects: false, capture: ["ike-auth-unanswered"] },
  },
  {
    name: "gateway-silent",
    story: "UDP 500 and 4500 are dropped on the way to the gateway",
    fast: true,
    rules: [dropsPort("{ 500, 4500 }")],
    expect: {
      ...NO_MTU,
      verdicts: ["gateway-unreachable"],
      connects: false,
      capture: ["gateway-unreachable"],
    },
  },
  {
    name: "gateway-down",
    story: "the gateway's host is up, and no IKE daemon listens",
    fast: true,
    gateway: "down",
    expect: {
      ...NO_MTU,
      verdicts: ["gateway-unreachable"],
      connects: false,
      capture: ["gateway-unreachable"],
    },
  },
  ...(["psk", "certificate", "proposal"] as const).map(
    (refuses): Scenario => ({
      name: `gateway-refuses-${refuses}`,
      story: {
        psk: "the pre-shared keys differ",
        certificate: "the gateway trusts another CA than the client's",
        proposal: "there is no proposal that both accept",
      }[refuses],
      fast: refuses === "psk",
      vpn: { refuses, ...(refuses === "psk" ? PSK : {}) },
      expect: {
        ...HEALTHY,
        // The path is all that probes can see of a login; a proposal is refused before it.
        ...(refuses === "proposal" ? { verdicts: ["gateway-rejects"] } : {}),
        connects: false,
        capture: ["gateway-rejects"],
        ...(refuses === "proposal"
          ? {}
          : {
              cannotTell:
                "probes do not log in: the path is healthy, and only a capture of the login shows the refusal",
            }),
      },
    }),
  ),
];

/** Other responders than strongSwan. */
const RESPONDERS: Scenario[] = [
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

/** The laboratory's table. */
export const SCENARIOS: Scenario[] = [
  ...CLEAR,
  ...TOO_LARGE,
  ...ALL_DROPPED,
  ...INBOUND_LOST,
  ...REDUCED,
  ...REACHABILITY,
  ...RESPONDERS,
];

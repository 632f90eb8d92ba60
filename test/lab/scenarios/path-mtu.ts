/** Scenarios in which the path MTU is below the interface MTU. */
import { dropsAbove, dropsFragments, type Scenario, saysNothingOfPacketTooBig } from "../scenario.ts";
import { BOTH, blackHole, CONNECTS, DROPPED, EAP, tooLarge } from "./expectations.ts";

/** The path MTU is below the interface's. */
export const REDUCED: Scenario[] = [
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
    expect: {
      verdicts: ["path-mtu-reduced"],
      direction: "outbound",
      interfaceMtu: null,
      connects: true,
      capture: ["path-mtu-reduced"],
    },
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
    name: "link-1400-silent-nat",
    story: "the same link, and a NAT",
    path: { linkMtu: 1400, nat: true },
    rules: [saysNothingOfPacketTooBig()],
    expect: { ...blackHole(1400), ...CONNECTS },
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
    name: "everything-above-1400-nat",
    story: "everything of the client's above 1400 bytes is dropped silently, and there is a NAT",
    path: { nat: true },
    rules: [dropsAbove("client", 1400)],
    expect: { ...blackHole(1400), connects: false, capture: ["ike-auth-unanswered"] },
  },
  {
    name: "everything-above-1400-eap",
    story:
      "everything of the client's above 1400 bytes is dropped silently, and the client is EAP and sends no large message",
    rules: [dropsAbove("client", 1400)],
    vpn: EAP,
    expect: { ...blackHole(1400), ...CONNECTS },
  },
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
      "464XLAT whose way out does not cut again: IP fragments up to 1472 bytes pass, whole packets up to 1480, and nobody says so",
    fast: true,
    translated: "does-not-cut",
    rules: [saysNothingOfPacketTooBig(6)],
    expect: { ...blackHole(1472), connects: false, capture: ["ike-auth-unanswered"] },
  },
  {
    name: "translator-that-does-not-cut-and-says-so",
    story: "the same, and of whole packets it says that 1480 bytes pass",
    translated: "does-not-cut-and-says-so",
    expect: { ...tooLarge(1472) },
  },
  {
    name: "translator-that-cuts",
    story: "464XLAT by tayga on both sides, which cuts again what may be cut, and says what may not",
    fast: true,
    translated: "cuts",
    expect: { verdicts: ["path-mtu-reduced"], direction: "outbound", interfaceMtu: null, ...CONNECTS },
  },
];

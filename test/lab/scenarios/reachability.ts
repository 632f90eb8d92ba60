/** Scenarios of blocked ports, and of gateways that are absent or refuse. */
import { dropsAnswersFrom, dropsPort, type Scenario } from "../scenario.ts";
import { HEALTHY, NO_MTU, PSK } from "./expectations.ts";

/** IP fragments without a port pass, so this looks like a limit on size as well. */
const PORT_BLOCKED = {
  verdicts: ["udp-4500-blocked", "outbound-fragments-too-large", "outbound-fragments-dropped"],
  directions: ["outbound"],
} satisfies Scenario["expect"]["bothEnds"];
/** Nothing of the login reaches the gateway. */
const NOTHING_THERE = { bothEnds: null } satisfies Partial<Scenario["expect"]>;

/** Ports, and gateways that are not there or say no. */
export const REACHABILITY: Scenario[] = [
  {
    name: "udp-500-blocked",
    story: "UDP 500 is dropped on the way to the gateway",
    fast: true,
    rules: [dropsPort("500")],
    expect: {
      ...NO_MTU,
      ...NOTHING_THERE,
      verdicts: ["udp-500-blocked"],
      connects: false,
      capture: ["gateway-unreachable"],
    },
  },
  {
    name: "udp-500-blocked-ipv6",
    story: "UDP 500 is dropped on the way to the gateway, with IPv6",
    family: 6,
    rules: [dropsPort("500")],
    expect: {
      ...NO_MTU,
      ...NOTHING_THERE,
      verdicts: ["udp-500-blocked"],
      connects: false,
      capture: ["gateway-unreachable"],
    },
  },
  {
    name: "udp-4500-blocked",
    story: "UDP 4500 is dropped on the way to the gateway",
    fast: true,
    rules: [dropsPort("4500")],
    expect: {
      ...NO_MTU,
      verdicts: ["udp-4500-blocked"],
      connects: false,
      capture: ["ike-auth-unanswered"],
      bothEnds: PORT_BLOCKED,
    },
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
      bothEnds: { directions: ["outbound"] },
    },
  },
  {
    name: "udp-4500-blocked-ipv6",
    story: "UDP 4500 is dropped on the way to the gateway, with IPv6",
    family: 6,
    rules: [dropsPort("4500")],
    expect: {
      ...NO_MTU,
      verdicts: ["udp-4500-blocked"],
      connects: false,
      capture: ["ike-auth-unanswered"],
      bothEnds: PORT_BLOCKED,
    },
  },
  {
    name: "gateway-silent",
    story: "UDP 500 and 4500 are dropped on the way to the gateway",
    fast: true,
    rules: [dropsPort("{ 500, 4500 }")],
    expect: {
      ...NO_MTU,
      ...NOTHING_THERE,
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
        bothEnds: { verdicts: ["gateway-rejects"] },
        ...(refuses === "proposal"
          ? {}
          : {
              cannotTell:
                "probes do not log in: the path is healthy, and only a capture of the login shows the refusal",
            }),
      },
    }),
  ),
  {
    name: "gateway-refuses-and-is-not-heard",
    story: "the gateway trusts another CA than the client's, and what it sends from UDP 4500 is dropped",
    rules: [dropsAnswersFrom(4500)],
    vpn: { refuses: "certificate" },
    expect: {
      ...NO_MTU,
      verdicts: ["udp-4500-blocked"],
      connects: false,
      capture: ["ike-auth-unanswered"],
      bothEnds: { verdicts: ["gateway-rejects"], directions: ["inbound", null] },
    },
  },
  {
    name: "gateway-drops-port-4500",
    story: "what comes to UDP 4500 arrives at the gateway, whose own firewall drops it",
    gateway: "drops-port-4500",
    expect: {
      ...NO_MTU,
      verdicts: ["udp-4500-blocked"],
      connects: false,
      capture: ["ike-auth-unanswered"],
      // Its log has no more of it than if it had not arrived.
      bothEnds: {
        verdicts: ["insufficient-evidence", "udp-4500-blocked", "ike-auth-unanswered"],
        directions: ["outbound", null],
      },
    },
  },
];

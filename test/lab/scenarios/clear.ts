/** Scenarios of a path with no fault. */
import { dropsAtRandom, type Scenario } from "../scenario.ts";
import { BOTH, CONNECTS, EAP, HEALTHY, PATIENT, PSK } from "./expectations.ts";

/** The way to the gateway is clear. */
export const CLEAR: Scenario[] = [
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
    vpn: PATIENT,
    expect: { ...HEALTHY, connects: true, capture: ["healthy", "slow-gateway"] },
  },
  {
    name: "loss-10",
    story: "each way every tenth packet is lost",
    fast: true,
    rules: dropsAtRandom(10),
    vpn: PATIENT,
    expect: { ...HEALTHY, connects: true, capture: ["healthy", "slow-gateway"] },
  },
];

/** Scenarios of traffic through the tunnel. */
import { dropsAbove, dropsFragments, type Scenario } from "../scenario.ts";
import { CONNECTS, DROPPED, HEALTHY } from "./expectations.ts";

/** IKE_AUTH that fits one packet, and traffic through the tunnel. */
const TUNNEL = { authentication: "psk", tunnel: true } as const;

/** IKE comes up; what the tunnel then carries. */
export const TUNNELS: Scenario[] = [
  {
    name: "tunnel-clear",
    story: "nothing is in the way of a tunnel's packets",
    vpn: TUNNEL,
    expect: { ...HEALTHY, ...CONNECTS, tunnel: "carries" },
  },
  {
    name: "tunnel-nat",
    story: "nothing is in the way of them but a NAT",
    path: { nat: true },
    vpn: TUNNEL,
    expect: { ...HEALTHY, ...CONNECTS, tunnel: "carries" },
  },
  {
    name: "tunnel-above-1400",
    story: "IKE comes up, and everything of the client's above 1400 bytes is dropped silently",
    fast: true,
    rules: [dropsAbove("client", 1400)],
    vpn: TUNNEL,
    expect: {
      verdicts: ["path-mtu-black-hole"],
      direction: "outbound",
      interfaceMtu: 1400,
      connects: true,
      capture: ["esp-mtu"],
      tunnel: "loses-large",
    },
  },
  {
    name: "tunnel-link-1400-and-fragments",
    story:
      "IKE comes up, a router says that its link takes 1400 bytes, and the client's IP fragments are dropped",
    path: { linkMtu: 1400 },
    rules: [dropsFragments("client")],
    vpn: TUNNEL,
    expect: { ...DROPPED, connects: true, capture: ["esp-mtu"], tunnel: "loses-large" },
  },
];

/**
 * Scenarios of logins that the agent begins with the gateway and does not finish. No reflector, and no
 * gateway that answers a ping: only its answers to such logins tell of the way back.
 */
import type { FourWays } from "../../../shared/schema/diagnosis.ts";
import type { IpFamily } from "../../../shared/schema/plan.ts";
import type { FragmentsWay } from "../../../shared/schema/rehearsal.ts";
import type { RouterRule } from "../network.ts";
import {
  dropsAbove,
  dropsAtRandom,
  dropsFragments,
  dropsIkeFragments,
  reordersFragments,
  type Scenario,
  saysNothingOfPacketTooBig,
} from "../scenario.ts";
import type { Authentication, GatewayFragmentation, VpnOptions } from "../strongswan.ts";
import { NO_MTU, OTHERWISE } from "./expectations.ts";

type State = FragmentsWay["state"];

/** What is true of the four ways, and so what the report's table has to say of them. */
export type TrueWays = Record<
  keyof Pick<FourWays, "ipFragments" | "ikeFragments">,
  Record<"out" | "back", State>
>;

/** A scenario whose gateway is asked for its real answer by every agent. */
export interface BegunLogins extends Scenario {
  ways: TrueWays;
  /** What the gateway lets in: each is dialled, with and without IKE fragments of its own. */
  takes: readonly Authentication[];
}

/** @param states `out/back` of IP fragments and of IKE fragments: `+` passed, `-` lost, `?` not tested */
function ways(states: string): TrueWays {
  const [ipOut, ipBack, ikeOut, ikeBack] = [...states.replaceAll(/[/ ]/g, "")].map((sign): State => {
    if (sign === "+") return "passed";
    return sign === "-" ? "lost" : "not-tested";
  });
  if (ipOut === undefined || ipBack === undefined || ikeOut === undefined || ikeBack === undefined)
    throw new RangeError(`Cannot read the ways from ${states}`);
  return { ipFragments: { out: ipOut, back: ipBack }, ikeFragments: { out: ikeOut, back: ikeBack } };
}

const NO_PINGS: RouterRule[] = [
  { hook: "arriving", match: "icmp type echo-request drop" },
  { hook: "arriving", match: "icmpv6 type echo-request drop" },
];

interface Given
  extends Pick<Scenario, "fast" | "family" | "path" | "translated" | "delaysMarked" | "gateway"> {
  name: string;
  story: string;
  rules?: RouterRule[];
  /** Whether the gateway has RFC 7383. */
  cuts?: GatewayFragmentation;
  takes?: readonly Authentication[];
  vpn?: Partial<VpnOptions>;
  ways: string;
  expect: Scenario["expect"];
}

function begun({ cuts = true, takes = ["eap", "certificate"], ways: states, ...given }: Given): BegunLogins {
  return {
    ...given,
    name: `login-${given.name}`,
    rules: [...NO_PINGS, ...(given.rules ?? [])],
    vpn: {
      authentication: takes[0] ?? "eap",
      gatewayTakes: takes,
      ikeFragmentation: { client: false, gateway: cuts },
      ...given.vpn,
    },
    takes,
    ways: ways(states),
  };
}

const HIGH = { confidence: "high" } as const;
const HEALTHY: Scenario["expect"] = { ...NO_MTU, ...HIGH, verdicts: ["healthy"] };
const LOST_BACK: Scenario["expect"] = {
  ...HIGH,
  verdicts: ["inbound-fragments-lost"],
  direction: "inbound",
  interfaceMtu: null,
};
const LOST_OUT: Scenario["expect"] = {
  ...HIGH,
  verdicts: ["outbound-fragments-dropped"],
  direction: "outbound",
  interfaceMtu: null,
};
/** @param interfaceMtu `null`: IKE fragments were seen to help, and are advised instead */
const tooLarge = (interfaceMtu: number | null): Scenario["expect"] => ({
  ...HIGH,
  verdicts: ["outbound-fragments-too-large"],
  direction: "outbound",
  interfaceMtu,
});
const blackHole = (interfaceMtu: number | null): Scenario["expect"] => ({
  ...HIGH,
  verdicts: ["path-mtu-black-hole"],
  direction: "outbound",
  interfaceMtu,
});
const both = (expect: Scenario["expect"], ...more: Scenario["expect"]["verdicts"]): Scenario["expect"] => ({
  ...expect,
  verdicts: [...expect.verdicts, ...more],
  direction: "both",
  interfaceMtu: null,
});
/** Packets that are lost by chance leave a doubt now and then. */
const unsure = ({ confidence: _, ...expect }: Scenario["expect"]): Scenario["expect"] => expect;

const out = (options?: Parameters<typeof dropsFragments>[1]) => dropsFragments("client", options);
const back = (options?: Parameters<typeof dropsFragments>[1]) => dropsFragments("gateway", options);
/** For what nothing meets. */
const uncounted = ({ hook, match }: RouterRule): RouterRule => ({
  hook,
  match: match.replace("counter ", ""),
});
const PATIENT = { patient: true } as const;
const V6: IpFamily = 6;
/** Between two translators IPv4's fragments are IPv6's. */
const TRANSLATED_BACK: RouterRule = {
  hook: "arriving",
  match: "iifname six0 exthdr frag exists counter drop",
};

/** All is well. */
const CLEAR: Given[] = [
  { name: "clear", story: "nothing is in the way", fast: true, ways: "+/+ +/+", expect: HEALTHY },
  {
    name: "clear-without-rfc7383",
    story: "nothing is in the way, and the gateway has no IKE fragments",
    cuts: false,
    ways: "+/+ ?/?",
    expect: HEALTHY,
  },
  {
    name: "clear-forced",
    story: "the same, and it sends IKE fragments to everybody",
    cuts: "force",
    ways: "+/? +/+",
    // Whether a client that has none gets in is not known.
    expect: { ...HEALTHY, confidence: "medium" },
  },
  {
    name: "clear-accepts",
    story: "the same, and it takes IKE fragments, and sends none",
    cuts: "accept",
    ways: "+/+ +/?",
    expect: HEALTHY,
  },
  {
    name: "clear-ipv6",
    story: "nothing is in the way of IPv6",
    family: V6,
    ways: "+/+ +/+",
    expect: HEALTHY,
  },
  { name: "clear-nat", story: "nothing but a NAT", path: { nat: true }, ways: "+/+ +/+", expect: HEALTHY },
  {
    name: "clear-mtu-1400",
    story: "nothing is in the way of a client with an MTU of 1400",
    path: { clientMtu: 1400 },
    ways: "+/+ +/+",
    expect: HEALTHY,
  },
  {
    name: "clear-loss-5",
    story: "each way every twentieth packet is lost",
    rules: dropsAtRandom(5),
    vpn: PATIENT,
    ways: "+/+ +/+",
    expect: unsure(HEALTHY),
  },
  {
    name: "reordered",
    story: "of each datagram in pieces, both ways, the first piece arrives last",
    delaysMarked: true,
    rules: reordersFragments(),
    ways: "+/+ +/+",
    expect: HEALTHY,
  },
  {
    name: "translator-that-cuts",
    story: "464XLAT by tayga on both sides, which cuts again what may be cut, and says what may not",
    translated: "cuts",
    ways: "+/+ +/+",
    expect: { ...HIGH, verdicts: ["path-mtu-reduced"], direction: "outbound", interfaceMtu: null },
  },
];

/** The client's IP fragments are lost. */
const OUT: Given[] = [
  {
    name: "out-all",
    story: "the client's IP fragments are dropped",
    rules: [out()],
    ways: "-/+ +/+",
    expect: LOST_OUT,
  },
  {
    name: "out-all-without-rfc7383",
    story: "the same, and the gateway has no IKE fragments",
    fast: true,
    cuts: false,
    rules: [out()],
    ways: "-/+ ?/?",
    expect: LOST_OUT,
  },
  {
    name: "out-all-forced",
    story: "the same, and the gateway sends IKE fragments to everybody",
    cuts: "force",
    rules: [out()],
    ways: "-/? +/+",
    expect: LOST_OUT,
  },
  {
    name: "out-all-ipv6",
    story: "the client's IP fragments are dropped, with IPv6",
    family: V6,
    rules: [out({ family: V6 })],
    ways: "-/+ +/+",
    expect: LOST_OUT,
  },
  {
    name: "out-all-nat",
    story: "the same, and a NAT",
    path: { nat: true },
    rules: [out()],
    ways: "-/+ +/+",
    expect: LOST_OUT,
  },
  {
    name: "out-all-loss-5",
    story: "the same, and each way every twentieth packet is lost",
    rules: [out(), ...dropsAtRandom(5)],
    vpn: PATIENT,
    ways: "-/+ +/+",
    expect: unsure(LOST_OUT),
  },
  ...(["first", "non-first", "last"] as const).map(
    (which): Given => ({
      name: `out-${which}`,
      story: `of the client's IP fragments the ${OTHERWISE[which]} are dropped`,
      rules: [out({ which })],
      ways: "-/+ +/+",
      expect: LOST_OUT,
    }),
  ),
  {
    name: "out-1472",
    story: "the client's IP fragments above 1472 bytes are dropped, whole packets of 1500 pass",
    rules: [out({ above: 1472 })],
    ways: "-/+ +/+",
    expect: tooLarge(null),
  },
  {
    name: "out-1472-without-rfc7383",
    story: "the same, and the gateway has no IKE fragments",
    cuts: false,
    rules: [out({ above: 1472 })],
    ways: "-/+ ?/?",
    expect: tooLarge(1472),
  },
  {
    name: "out-1400-ipv6-without-rfc7383",
    story:
      "the client's IP fragments above 1400 bytes are dropped, with IPv6, and the gateway has no IKE fragments",
    family: V6,
    cuts: false,
    rules: [out({ family: V6, above: 1400 })],
    ways: "-/+ ?/?",
    expect: tooLarge(1400),
  },
  {
    name: "out-1472-reordered",
    story: "the client's IP fragments above 1472 bytes are dropped, and of the others the first arrives last",
    delaysMarked: true,
    cuts: false,
    rules: [out({ above: 1472 }), ...reordersFragments()],
    ways: "-/+ ?/?",
    expect: tooLarge(1472),
  },
];

/** The gateway's IP fragments are lost. */
const BACK: Given[] = [
  {
    name: "back-all",
    story: "the gateway's IP fragments are dropped",
    fast: true,
    rules: [back()],
    ways: "+/- +/+",
    expect: LOST_BACK,
  },
  {
    name: "back-all-without-rfc7383",
    story: "the same, and the gateway has no IKE fragments",
    cuts: false,
    rules: [back()],
    ways: "+/- ?/?",
    expect: LOST_BACK,
  },
  {
    name: "back-all-forced",
    story: "the same, and the gateway sends IKE fragments to everybody: nothing of it is lost",
    cuts: "force",
    rules: [uncounted(back())],
    ways: "+/? +/+",
    expect: { ...HEALTHY, confidence: "medium" },
  },
  {
    name: "back-all-accepts",
    story: "the same, and the gateway takes IKE fragments, and sends none",
    cuts: "accept",
    rules: [back()],
    ways: "+/- +/-",
    expect: LOST_BACK,
  },
  {
    name: "back-all-ipv6",
    story: "the gateway's IP fragments are dropped, with IPv6",
    family: V6,
    rules: [back({ family: V6 })],
    ways: "+/- +/+",
    expect: LOST_BACK,
  },
  {
    name: "back-all-nat",
    story: "the same, and a NAT",
    path: { nat: true },
    rules: [back()],
    ways: "+/- +/+",
    expect: LOST_BACK,
  },
  {
    name: "back-all-loss-5",
    story: "the same, and each way every twentieth packet is lost",
    rules: [back(), ...dropsAtRandom(5)],
    vpn: PATIENT,
    ways: "+/- +/+",
    expect: unsure(LOST_BACK),
  },
  ...(["first", "non-first", "last"] as const).map(
    (which): Given => ({
      name: `back-${which}`,
      story: `of the gateway's IP fragments the ${OTHERWISE[which]} are dropped`,
      cuts: which !== "non-first",
      rules: [back({ which })],
      ways: which === "non-first" ? "+/- ?/?" : "+/- +/+",
      expect: LOST_BACK,
    }),
  ),
  {
    name: "back-1472",
    story: "the gateway's IP fragments above 1472 bytes are dropped",
    rules: [back({ above: 1472 })],
    ways: "+/- +/+",
    expect: LOST_BACK,
  },
  {
    name: "back-all-translated",
    story:
      "464XLAT that cuts again what may be cut, and IP fragments to the client are dropped between the two",
    translated: "cuts",
    rules: [TRANSLATED_BACK],
    ways: "+/- +/+",
    expect: LOST_BACK,
  },
  {
    name: "back-all-small-answer",
    story:
      "the gateway's IP fragments are dropped, and with ECDSA its answer is one packet: nothing of it is lost",
    cuts: false,
    rules: [uncounted(back())],
    vpn: { gatewayChain: "ecdsa" },
    ways: "+/? ?/?",
    expect: { ...NO_MTU, verdicts: ["healthy"], confidence: "medium" },
  },
];

/** IP fragments are lost both ways. */
const BOTH_WAYS: Given[] = [
  {
    name: "both-all",
    story: "IP fragments are dropped both ways",
    rules: [out(), back()],
    ways: "-/- +/+",
    expect: both(LOST_OUT),
  },
  {
    name: "both-all-without-rfc7383",
    story: "the same, and the gateway has no IKE fragments",
    cuts: false,
    rules: [out(), back()],
    ways: "-/- ?/?",
    expect: both(LOST_OUT),
  },
  {
    name: "both-all-ipv6",
    story: "IP fragments are dropped both ways, with IPv6",
    family: V6,
    rules: [out({ family: V6 }), back({ family: V6 })],
    ways: "-/- +/+",
    expect: both(LOST_OUT),
  },
  {
    name: "both-1472-without-rfc7383",
    story: "IP fragments above 1472 bytes are dropped both ways, and the gateway has no IKE fragments",
    cuts: false,
    rules: [out({ above: 1472 }), back({ above: 1472 })],
    ways: "-/- ?/?",
    expect: both(tooLarge(null)),
  },
];

/** Everything above a size is dropped silently. */
const BLACK_HOLES: Given[] = [
  {
    name: "hole-out-1400",
    story: "everything of the client's above 1400 bytes is dropped silently",
    rules: [dropsAbove("client", 1400)],
    ways: "-/+ +/+",
    // IKE fragments get the login through, and the tunnel's large packets need the MTU all the same.
    expect: blackHole(1400),
  },
  {
    name: "hole-out-1400-without-rfc7383",
    story: "the same, and the gateway has no IKE fragments",
    cuts: false,
    rules: [dropsAbove("client", 1400)],
    ways: "-/+ ?/?",
    expect: blackHole(1400),
  },
  {
    name: "hole-back-1400",
    story: "everything of the gateway's above 1400 bytes is dropped silently, its IKE fragments pass",
    rules: [dropsAbove("gateway", 1400)],
    ways: "+/- +/+",
    expect: LOST_BACK,
  },
  {
    name: "hole-back-1400-large-ike-fragments",
    story: "the same, and its IKE fragments are whole packets of 1500 bytes",
    rules: [dropsAbove("gateway", 1400)],
    vpn: { ikeFragmentBytes: 1500 },
    ways: "+/- +/-",
    expect: LOST_BACK,
  },
  {
    name: "hole-back-1100",
    story:
      "everything of the gateway's above 1100 bytes is dropped silently: of its IKE fragments the last passes",
    rules: [dropsAbove("gateway", 1100)],
    ways: "+/- +/-",
    expect: LOST_BACK,
  },
  {
    name: "hole-both-1400",
    story: "everything above 1400 bytes is dropped silently both ways",
    rules: [dropsAbove("client", 1400), dropsAbove("gateway", 1400)],
    ways: "-/- +/+",
    // The edge's last three tries find no room among a run's 64 datagrams.
    expect: unsure(both(blackHole(null))),
  },
  {
    name: "hole-both-1400-ipv6-without-rfc7383",
    story: "the same with IPv6, and the gateway has no IKE fragments",
    family: V6,
    cuts: false,
    rules: [dropsAbove("client", 1400), dropsAbove("gateway", 1400)],
    ways: "-/- ?/?",
    expect: both(blackHole(null)),
  },
  {
    name: "translator-that-does-not-cut",
    story: "464XLAT whose way out does not cut again: IP fragments up to 1472 bytes pass, and nobody says so",
    translated: "does-not-cut",
    cuts: false,
    rules: [saysNothingOfPacketTooBig(6)],
    ways: "-/+ ?/?",
    expect: blackHole(1472),
  },
];

const NO_ROOM =
  "where everything large is lost, a run's 64 datagrams do not suffice to ask for IKE fragments three times";

/** IKE fragments are lost as well. */
const IKE_FRAGMENTS: Given[] = [
  {
    name: "ike-back-and-ip-back",
    story: "the gateway's IP fragments are dropped, and its IKE fragments as well",
    rules: [back(), dropsIkeFragments("gateway")],
    ways: "+/- +/-",
    expect: LOST_BACK,
  },
  {
    name: "ike-out-and-ip-out",
    story: "the client's IP fragments are dropped, and its IKE fragments as well",
    rules: [out(), dropsIkeFragments("client")],
    ways: "-/+ -/+",
    expect: { ...LOST_OUT, cannotTell: NO_ROOM },
  },
  {
    name: "ike-both-and-ip-both",
    story: "IP fragments and IKE fragments are dropped both ways",
    rules: [out(), back(), dropsIkeFragments("client"), uncounted(dropsIkeFragments("gateway"))],
    ways: "-/- -/?",
    expect: { ...unsure(both(LOST_OUT)), cannotTell: NO_ROOM },
  },
];

/** Gateways that take no EAP: they refuse a login that has no proof at once, and so send nothing large. */
const OTHER_GATEWAYS: Given[] = [
  ...(["certificate", "psk"] as const).flatMap((kind): Given[] => {
    const takes = [kind];
    const what = kind === "psk" ? "a pre-shared key" : "certificates";
    return [
      {
        name: `clear-${kind}`,
        story: `nothing is in the way of a gateway that takes ${what} alone`,
        takes,
        ways: "+/? +/?",
        expect: { ...NO_MTU, verdicts: ["healthy"], confidence: "low" },
      },
      {
        name: `out-all-${kind}`,
        story: `the client's IP fragments are dropped on the way to a gateway that takes ${what} alone`,
        takes,
        rules: [out()],
        ways: "-/? +/?",
        expect: LOST_OUT,
      },
      {
        name: `libreswan-clear-${kind}`,
        story: `nothing is in the way of a libreswan that takes ${what} alone`,
        gateway: "libreswan",
        takes,
        ways: "+/? +/?",
        expect: { ...NO_MTU, verdicts: ["healthy"], confidence: "low" },
      },
      {
        name: `libreswan-out-all-${kind}`,
        story: `the client's IP fragments are dropped on the way to such a libreswan`,
        gateway: "libreswan",
        takes,
        rules: [out()],
        ways: "-/? +/?",
        expect: LOST_OUT,
      },
    ];
  }),
  {
    name: "back-all-certificate",
    story: "the IP fragments of a gateway that takes certificates alone are dropped",
    takes: ["certificate"],
    // Nothing large comes back without a certificate: no rule takes a packet until somebody dials.
    rules: [back()],
    ways: "+/? +/?",
    expect: {
      ...NO_MTU,
      verdicts: ["healthy", "insufficient-evidence"],
      confidence: "low",
      cannotTell: "a gateway that takes certificates alone sends its large answer to nobody else",
    },
  },
];

/** All of them: none has a reflector, and none of their gateways answers a ping. */
export const BEGUN_LOGINS: BegunLogins[] = [
  ...CLEAR,
  ...OUT,
  ...BACK,
  ...BOTH_WAYS,
  ...BLACK_HOLES,
  ...IKE_FRAGMENTS,
  ...OTHER_GATEWAYS,
].map(begun);

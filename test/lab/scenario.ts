/** What a scenario is: a path, a gateway, and what ikefrag has to say about them. Also the router's rules. */
import type { Confidence, Direction, Verdict } from "../../shared/schema/diagnosis.ts";
import type { IpFamily } from "../../shared/schema/plan.ts";
import { CLIENT_SIDE, GATEWAY_SIDE, LATE_MARK, type PathOptions, type RouterRule } from "./network.ts";
import type { VpnOptions } from "./strongswan.ts";
import type { Cutting } from "./translators.ts";

/** What answers at the gateway's address. */
export type GatewayKind =
  | "strongswan"
  | "libreswan"
  /** strongSwan that is silent to proposals it does not accept. */
  | "ignores-unacceptable"
  /** strongSwan behind its own host's firewall, which drops what comes to UDP 4500. */
  | "drops-port-4500"
  /** strongSwan under load: answers every IKE_SA_INIT with a COOKIE until it comes back with one. */
  | "asks-for-cookies"
  | "down";

/** One path and one gateway, and what ikefrag has to say about them. */
export interface Scenario {
  name: string;
  /** What is in the way, in one sentence. */
  story: string;
  /** Among the few that run always; the others with `--all`. */
  fast?: boolean;
  family?: IpFamily;
  path?: PathOptions;
  /** Each with a `counter`: that it took packets shows that the scenario happened. */
  rules?: RouterRule[];
  /** Between router and gateway IPv4 is carried over IPv6 by two translators (tayga). */
  translated?: Cutting;
  /** What the rules mark as late arrives after what was sent later. */
  delaysMarked?: boolean;
  /** The deployment has a reflector; its name has to be among `path.hosts`. */
  reflector?: boolean;
  gateway?: GatewayKind;
  vpn?: Partial<VpnOptions>;
  /** Which of the case's command lines the user runs. */
  line?: "node" | "deno";
  /** As the case names it; else the gateway's address. */
  gatewayName?: string;
  expect: Expectation;
}

export interface Expectation {
  /** More than one only where the path truly cannot be told from this side: `cannotTell` says why. */
  verdicts: Verdict[];
  /** Where it matters how firmly. */
  confidence?: Confidence;
  direction: Direction | null;
  /** `null`: none may be recommended. */
  interfaceMtu: number | null;
  /** Whether the VPN comes up before anything is changed; absent: nobody dials. */
  connects?: boolean;
  /** Why nobody dials. */
  nobodyDials?: string;
  /** What the client's capture of that dial alone has to say. */
  capture?: Verdict[];
  /**
   * Whether the tunnel, once it is up, carries packets as large as its interface takes; with the recommended
   * MTU it has to.
   */
  tunnel?: "carries" | "loses-large";
  /**
   * What evidence of both ends has to say of a dial that fails, where that is not what the run says; `null`:
   * no login is seen at both.
   */
  bothEnds?: {
    verdicts?: Verdict[];
    directions?: (Direction | null)[];
    interfaceMtu?: number | null;
  } | null;
  /** Why the VPN does not come up with the MTU that the run rightly finds. */
  mtuIsNotEnough?: string;
  cannotTell?: string;
}

export type Side = "client" | "gateway";
/** Which of a datagram's IP fragments. */
export type Which = "any" | "first" | "non-first" | "last";

const INTERFACE: Record<Side, string> = { client: CLIENT_SIDE, gateway: GATEWAY_SIDE };

const FRAGMENT_MATCH: Record<IpFamily, Record<Which, string>> = {
  4: {
    any: "ip frag-off & 0x3fff != 0",
    first: "ip frag-off & 0x1fff == 0 ip frag-off & 0x2000 != 0",
    "non-first": "ip frag-off & 0x1fff != 0",
    last: "ip frag-off & 0x1fff != 0 ip frag-off & 0x2000 == 0",
  },
  6: {
    any: "exthdr frag exists",
    first: "frag frag-off 0 frag more-fragments 1",
    "non-first": "frag frag-off != 0",
    last: "frag frag-off != 0 frag more-fragments 0",
  },
};

/** @param above bytes of a whole IP packet: smaller ones pass */
export function dropsFragments(
  from: Side,
  { family = 4, which = "any", above }: { family?: IpFamily; which?: Which; above?: number } = {},
): RouterRule {
  const size = above === undefined ? "" : ` meta length > ${above}`;
  const match = `iifname ${INTERFACE[from]} ${FRAGMENT_MATCH[family][which]}${size} counter drop`;
  return { hook: "arriving", match };
}

/** Of each datagram in pieces, both ways, the first piece arrives last; for `delaysMarked`. */
export const reordersFragments = (family: IpFamily = 4): RouterRule[] =>
  [CLIENT_SIDE, GATEWAY_SIDE].map((side) => ({
    hook: "arriving",
    match: `iifname ${side} ${FRAGMENT_MATCH[family].first} counter meta mark set ${LATE_MARK}`,
  }));

/** IKE fragments (RFC 7383): the message's first payload, which the header names, is SKF. */
export const dropsIkeFragments = (from: Side): RouterRule => {
  // Behind UDP's 8 bytes and the non-ESP marker's 4 the IKE header has it as its 17th byte.
  const isSkf = "@th,64,32 0 @th,224,8 53";
  const port = from === "client" ? "dport" : "sport";
  return { hook: "arriving", match: `iifname ${INTERFACE[from]} udp ${port} 4500 ${isSkf} counter drop` };
};

/** Whole packets and fragments alike, with no word about it. */
export const dropsAbove = (from: Side, ipBytes: number): RouterRule => ({
  hook: "arriving",
  match: `iifname ${INTERFACE[from]} meta length > ${ipBytes} counter drop`,
});

export const dropsPort = (ports: string): RouterRule => ({
  hook: "arriving",
  match: `iifname ${CLIENT_SIDE} udp dport ${ports} counter drop`,
});

/** What the gateway sends from the port. */
export const dropsAnswersFrom = (port: number): RouterRule => ({
  hook: "arriving",
  match: `iifname ${GATEWAY_SIDE} udp sport ${port} counter drop`,
});

/** After so many of the client's messages the gateway takes it for an attacker, and says nothing any more. */
export const dropsAfter = (messages: number): RouterRule => ({
  hook: "arriving",
  match: `iifname ${CLIENT_SIDE} udp dport { 500, 4500 } numgen inc mod 1000000000 >= ${messages} counter drop`,
});

/** Of all packets, each way. Without a counter: there is a run now and then in which none is lost. */
export const dropsAtRandom = (percent: number): RouterRule[] =>
  [CLIENT_SIDE, GATEWAY_SIDE].map((side) => ({
    hook: "arriving",
    match: `iifname ${side} meta l4proto { udp, icmp } numgen random mod 100 < ${percent} drop`,
  }));

/** The router cuts or drops what does not fit its link, and tells nobody. */
export const saysNothingOfPacketTooBig = (family: IpFamily = 4): RouterRule => ({
  hook: "own",
  match:
    family === 4
      ? "icmp type destination-unreachable icmp code frag-needed counter drop"
      : "icmpv6 type packet-too-big counter drop",
});

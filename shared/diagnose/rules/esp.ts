/** The tunnel is up: whether its own packets (ESP) get through. */
import { type Initiation, icmpRef } from "../../evidence/observations.ts";
import { IpProtocol } from "../../packet/ip.ts";
import { ETHERNET_MTU, IPV6_MINIMUM_MTU } from "../../packet/sizes.ts";
import { firstAuth } from "../facts/login-facts.ts";
import { tooBigForGateway } from "../facts/path-mtu-facts.ts";
import { phrase, type Rule, unknown } from "../rule.ts";

/** With this many packets in one direction a tunnel is not idle. */
const ONE_WAY_PACKETS = 5;
/** A full-size packet in any tunnel makes a larger ESP packet than this (docs/domain.md §2.4). */
const LARGE_ESP_IP_BYTES = IPV6_MINIMUM_MTU;
/** Acknowledgements make smaller ESP packets than this. */
const SMALL_ESP_IP_BYTES = 400;

/** When the first answered login was answered. */
const loggedInMs = (tunnels: readonly Initiation[]): number =>
  Math.min(...tunnels.map((i) => firstAuth(i)?.responses[0]?.timeMs ?? Number.POSITIVE_INFINITY));

const carriesEsp = (i: Initiation): boolean => i.esp.outbound.packets + i.esp.inbound.packets > 0;

/** The login completes, but large packets in the tunnel are lost. */
export const espMtu: Rule = {
  code: "esp-mtu",
  severity: "high",
  nature: "inferred",
  reference: "docs/domain.md §2.4",
  judge(o) {
    const tunnels = o.initiations.filter(carriesEsp);
    const tooBig = tooBigForGateway(o).filter(({ quoted, timeMs }) => {
      if (quoted?.protocol === IpProtocol.esp) return true;
      const onPort4500 = [quoted?.sourcePort, quoted?.destinationPort].includes(4500);
      // The login itself uses the same port, so only later messages are about the tunnel.
      return quoted?.protocol === IpProtocol.udp && onPort4500 && timeMs >= loggedInMs(tunnels);
    });
    const [first] = tooBig;
    if (first && tunnels.length > 0) {
      return {
        status: "found",
        phrase: phrase("finding.esp-mtu.packet-too-big", {
          nextHopMtu: first.nextHopMtu ?? 0,
          ipBytes: first.quoted?.ipBytes ?? 0,
        }),
        evidence: tooBig.map(icmpRef),
        claim: { verdict: "esp-mtu", confidence: "high", direction: "outbound" },
      };
    }
    // An ESP packet above Ethernet's MTU was reassembled from IP fragments. Where that works, single losses
    // are chance.
    const losing = tunnels.filter(
      (i) => i.espIncomplete.length > 1 && i.esp.inbound.largestIpBytes <= ETHERNET_MTU,
    );
    if (losing.length > 0) {
      return {
        status: "found",
        phrase: phrase("finding.esp-mtu.pieces", {
          packets: losing.flatMap((i) => i.espIncomplete).length,
        }),
        evidence: losing.flatMap((i) => i.espIncomplete),
        claim: { verdict: "esp-mtu", confidence: "medium", direction: "inbound" },
      };
    }
    const stalled = tunnels.find(
      ({ esp: { outbound, inbound } }) =>
        outbound.packets >= ONE_WAY_PACKETS &&
        inbound.packets >= ONE_WAY_PACKETS &&
        outbound.largestIpBytes >= LARGE_ESP_IP_BYTES &&
        inbound.largestIpBytes <= SMALL_ESP_IP_BYTES,
    );
    if (stalled) {
      return {
        status: "found",
        phrase: phrase("finding.esp-mtu.stalled", {
          largest: stalled.esp.outbound.largestIpBytes,
          back: stalled.esp.inbound.largestIpBytes,
        }),
        evidence: stalled.exchanges.slice(0, 1).flatMap((e) => e.responses.flatMap((m) => m.refs)),
        claim: { verdict: "esp-mtu", confidence: "low", direction: "undetermined" },
      };
    }
    if (tunnels.length === 0) return unknown("finding.esp-mtu.unknown");
    return { status: "clear", phrase: phrase("finding.esp-mtu.clear"), evidence: [] };
  },
};

/**
 * The tunnel is up, and nothing comes out of it: ESP or its port is blocked, or a NAT has forgotten the port.
 */
export const espOneWay: Rule = {
  code: "esp-one-way",
  severity: "high",
  nature: "observed",
  reference: "RFC 3948 §2.3",
  judge(o) {
    const tunnels = o.initiations.filter(carriesEsp);
    if (tunnels.length === 0) return unknown("finding.esp-one-way.unknown");
    const mute = tunnels.find(
      ({ esp }) => esp.outbound.packets >= ONE_WAY_PACKETS && esp.inbound.packets === 0,
    );
    if (mute) {
      return {
        status: "found",
        phrase: phrase("finding.esp-one-way.found", { packets: mute.esp.outbound.packets }),
        evidence: mute.exchanges.slice(0, 1).flatMap((e) => e.responses.flatMap((m) => m.refs)),
        claim: { verdict: "insufficient-evidence", confidence: "low", direction: null },
      };
    }
    return { status: "clear", phrase: phrase("finding.esp-one-way.clear"), evidence: [] };
  },
};

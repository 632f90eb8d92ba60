import type { Initiation } from "../../evidence/observations.ts";
import { tooBigForGateway } from "../facts/path-mtu-facts.ts";
import { firstAuth } from "../facts/probe-facts.ts";
import { phrase, type Rule, unknown } from "../rule.ts";

const PROTOCOL_UDP = 17;
const PROTOCOL_ESP = 50;
/** So many packets out and none back is no idle tunnel. */
const ONE_WAY_PACKETS = 5;
/** Smaller than what any tunnel's full-size packet makes (DOMAIN §2.4), larger than acknowledgements. */
const LARGE_ESP_IP_BYTES = 1_280;
const SMALL_ESP_IP_BYTES = 400;

/** Ethernet's; what is larger was put together of pieces. */
const LARGEST_IN_ONE_PACKET = 1_500;

/** The first answered login. */
const loggedInMs = (tunnels: readonly Initiation[]): number =>
  Math.min(...tunnels.map((i) => firstAuth(i)?.responses[0]?.timeMs ?? Number.POSITIVE_INFINITY));

const carriesEsp = (i: Initiation): boolean => i.esp.outbound.packets + i.esp.inbound.packets > 0;

/** IKE completes; large packets in the tunnel are lost. */
export const espMtu: Rule = {
  code: "esp-mtu",
  severity: "high",
  nature: "inferred",
  reference: "RFC 4459 §3; DOMAIN RC26, §2.4",
  judge(o) {
    const tunnels = o.initiations.filter(carriesEsp);
    const tooBig = tooBigForGateway(o).filter(({ quoted, timeMs }) => {
      if (quoted?.protocol === PROTOCOL_ESP) return true;
      const onPort4500 = [quoted?.sourcePort, quoted?.destinationPort].includes(4500);
      // The login itself goes over the same port.
      return quoted?.protocol === PROTOCOL_UDP && onPort4500 && timeMs >= loggedInMs(tunnels);
    });
    const [first] = tooBig;
    if (first && tunnels.length > 0) {
      return {
        status: "found",
        phrase: phrase("finding.esp-mtu.packet-too-big", {
          nextHopMtu: first.nextHopMtu ?? 0,
          ipBytes: first.quoted?.ipBytes ?? 0,
        }),
        evidence: tooBig.map((e) => ({ kind: "packet", capture: e.capture, frame: e.frame })),
        claim: { verdict: "esp-mtu", confidence: "high", direction: "outbound" },
      };
    }
    // Where others come in pieces and are put together, single ones are lost as any packet may be.
    const inPieces = tunnels.filter(
      (i) => i.espIncomplete.length > 1 && i.esp.inbound.largestIpBytes <= LARGEST_IN_ONE_PACKET,
    );
    if (inPieces.length > 0) {
      return {
        status: "found",
        phrase: phrase("finding.esp-mtu.pieces", {
          packets: inPieces.flatMap((i) => i.espIncomplete).length,
        }),
        evidence: inPieces.flatMap((i) => i.espIncomplete),
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

/** The tunnel is up, and nothing comes out of it: ESP or its port is blocked, or has gone stale. */
export const espOneWay: Rule = {
  code: "esp-one-way",
  severity: "high",
  nature: "observed",
  reference: "RFC 3948 §2.3; DOMAIN RC27",
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

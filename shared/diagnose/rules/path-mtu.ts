/** How large whole packets may be on the way to the gateway, and whether the path says so. */
import { IPV4_PRACTICAL_MINIMUM_MTU } from "../../packet/sizes.ts";
import { ipFragmentFacts } from "../facts/ip-fragment-facts.ts";
import { measuredPathMtu } from "../facts/path-mtu-facts.ts";
import { probeRefs } from "../facts/probe-tries.ts";
import { phrase, type Rule, unknown } from "../rule.ts";

/** Large whole packets vanish, and no Packet Too Big comes back. */
export const pathMtuBlackHole: Rule = {
  code: "path-mtu-black-hole",
  severity: "high",
  open: true,
  nature: "inferred",
  reference: "RFC 2923 §2.1",
  judge(o) {
    const { blackHole, sentWhole, edgeIsConfirmed, byEcho, largestPassed, smallestLost, refs } =
      measuredPathMtu(o);
    if (blackHole && largestPassed !== null && smallestLost !== null) {
      return {
        status: "found",
        phrase: phrase("finding.path-mtu-black-hole.found", { pathMtu: largestPassed, lost: smallestLost }),
        evidence: refs,
        // From an interface of unknown MTU they may have left as IP fragments, and been lost because of that.
        claim: {
          verdict: "path-mtu-black-hole",
          confidence: !sentWhole ? "low" : edgeIsConfirmed ? "high" : "medium",
          direction: "outbound",
        },
      };
    }
    if (largestPassed === null || (byEcho && smallestLost !== null))
      return unknown("finding.path-mtu-black-hole.unknown");
    return {
      status: "clear",
      phrase: phrase("finding.path-mtu-black-hole.clear", { pathMtu: largestPassed }),
      evidence: refs,
    };
  },
};

/**
 * Large pings get no reply: because of the path MTU in one direction or the other, or because they are pings.
 */
export const largePingLost: Rule = {
  code: "large-ping-lost",
  severity: "medium",
  nature: "inferred",
  reference: "RFC 2923 §2.1",
  judge(o) {
    const { byEcho, largestPassed, smallestLost, packetTooBig, refs } = measuredPathMtu(o);
    if (!byEcho || largestPassed === null || packetTooBig.length > 0)
      return unknown("finding.large-ping-lost.unknown");
    const arrived = ipFragmentFacts(o).passed;
    const asLarge = arrived.filter((p) => Math.max(...p.ipFragmentBytes) >= (smallestLost ?? 0));
    if (smallestLost === null || asLarge.length > 0) {
      return {
        status: "clear",
        phrase: phrase("finding.large-ping-lost.clear"),
        evidence: smallestLost === null ? refs : probeRefs(asLarge),
      };
    }
    return {
      status: "found",
      phrase: phrase("finding.large-ping-lost.found", { pathMtu: largestPassed, lost: smallestLost }),
      evidence: refs,
      claim: { verdict: "path-mtu-black-hole", confidence: "low", direction: "undetermined" },
    };
  },
};

/** The path MTU is below the interface's MTU, and the path says so. Systems can cope with that. */
export const pathMtuReduced: Rule = {
  code: "path-mtu-reduced",
  severity: "low",
  nature: "observed",
  reference: "RFC 1191 §4",
  judge(o) {
    const { packetTooBig, largestPassed } = measuredPathMtu(o);
    // A next-hop MTU that is no smaller than the refused packet says nothing (docs/domain.md §1.4).
    const told = packetTooBig
      .filter(
        ({ nextHopMtu, ipBytes }) =>
          nextHopMtu !== null && nextHopMtu >= IPV4_PRACTICAL_MINIMUM_MTU && nextHopMtu < ipBytes,
      )
      .map((p) => p.nextHopMtu ?? 0);
    const refused = Math.min(...packetTooBig.map((p) => p.ipBytes));
    // What was seen to pass counts for more than what the narrowest router says, unless one refused as much.
    const pathMtu = Math.max(
      largestPassed !== null && largestPassed < refused ? largestPassed : 0,
      ...(told.length > 0 ? [Math.min(...told)] : []),
    );
    if (packetTooBig.length > 0 && pathMtu > 0) {
      return {
        status: "found",
        phrase: phrase("finding.path-mtu-reduced.found", { pathMtu }),
        evidence: packetTooBig.map((p) => p.ref),
        claim: { verdict: "path-mtu-reduced", confidence: "medium", direction: "outbound" },
      };
    }
    if (largestPassed === null) return unknown("finding.path-mtu-black-hole.unknown");
    return { status: "clear", phrase: phrase("finding.path-mtu-reduced.clear"), evidence: [] };
  },
};

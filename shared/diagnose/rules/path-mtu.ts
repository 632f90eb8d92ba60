import { baseline } from "../facts.ts";
import { measuredPathMtu } from "../path-mtu.ts";
import { phrase, type Rule, unknown } from "../rule.ts";

/** Large whole packets vanish and no Packet Too Big comes back. */
export const pathMtuBlackHole: Rule = {
  code: "path-mtu-black-hole",
  severity: "high",
  open: true,
  nature: "inferred",
  reference: "RFC 2923 §2.1; DOMAIN RC05",
  judge(o) {
    const { blackHole, largestPassed, smallestLost, refs } = measuredPathMtu(o);
    if (blackHole && largestPassed !== null && smallestLost !== null) {
      return {
        status: "found",
        phrase: phrase("finding.path-mtu-black-hole.found", { pathMtu: largestPassed, lost: smallestLost }),
        evidence: refs,
        claim: { verdict: "path-mtu-black-hole", confidence: "high", direction: "outbound" },
      };
    }
    if (largestPassed === null || baseline(o, 500).state === "silent")
      return unknown("finding.path-mtu-black-hole.unknown");
    return {
      status: "clear",
      phrase: phrase("finding.path-mtu-black-hole.clear", { pathMtu: largestPassed }),
      evidence: refs,
    };
  },
};

/** The path MTU is below the interface's, and the path says so: systems cope with that. */
export const pathMtuReduced: Rule = {
  code: "path-mtu-reduced",
  severity: "low",
  nature: "observed",
  reference: "RFC 1191 §4; RFC 8201 §4; DOMAIN RC06",
  judge(o) {
    const { packetTooBig, largestPassed } = measuredPathMtu(o);
    const [first] = packetTooBig;
    // A router that names a next-hop MTU no smaller than Ethernet's names nothing (DOMAIN §1.4).
    const told =
      packetTooBig.map((p) => p.nextHopMtu).find((mtu) => mtu !== null && mtu >= 576 && mtu < 1_500) ?? null;
    if (first && (largestPassed !== null || told !== null)) {
      return {
        status: "found",
        phrase: phrase("finding.path-mtu-reduced.found", {
          pathMtu: Math.max(largestPassed ?? 0, told ?? 0),
        }),
        evidence: packetTooBig.map((p) => p.ref),
        claim: { verdict: "path-mtu-reduced", confidence: "medium", direction: "outbound" },
      };
    }
    if (largestPassed === null) return unknown("finding.path-mtu-black-hole.unknown");
    return { status: "clear", phrase: phrase("finding.path-mtu-reduced.clear"), evidence: [] };
  },
};

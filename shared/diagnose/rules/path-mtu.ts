/** How large whole packets may be on the way to the gateway, and whether the path says so. */
import type { Observations } from "../../evidence/observations.ts";
import type { Phrase } from "../../schema/diagnosis.ts";
import { lostPhrase, refusedPhrase, toldPhrase } from "../facts/host-sentences.ts";
import { ipFragmentFacts, outboundIpFragmentsArrive } from "../facts/ip-fragment-facts.ts";
import { type LostAbove, lostAbove, lostWithoutDf } from "../facts/other-hosts.ts";
import { measuredPathMtu } from "../facts/path-mtu-facts.ts";
import { probeRefs } from "../facts/probe-tries.ts";
import { ipFragmentsComeBack, losesSurelyOnTheWayBack } from "../facts/rehearsal-facts.ts";
import { refusedByRouter, type ToldPathMtu, type TooBig } from "../facts/size-edges.ts";
import { type Judgement, phrase, type Rule, unknown } from "../rule.ts";

/** Large whole packets vanish, and no Packet Too Big comes back. */
export const pathMtuBlackHole: Rule = {
  code: "path-mtu-black-hole",
  severity: "high",
  open: true,
  nature: "observed",
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
        claim:
          !sentWhole && losesSurelyOnTheWayBack(o)
            ? null
            : {
                verdict: "path-mtu-black-hole",
                confidence: !sentWhole ? "low" : edgeIsConfirmed ? "high" : "medium",
                direction: losesSurelyOnTheWayBack(o) ? "both" : "outbound",
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
    const { byEcho, largestPassed, smallestLost, told, refs } = measuredPathMtu(o);
    if (byEcho && (largestPassed === null || smallestLost === null)) {
      const split = splitPings(o);
      if (split) return split;
    }
    // A size that a router named explains the loss of larger ones, not that of smaller ones.
    const isTold = told !== null && (smallestLost === null || smallestLost > told.least);
    if (!byEcho || largestPassed === null || isTold) return unknown("finding.large-ping-lost.unknown");
    const arrived = ipFragmentFacts(o).passed;
    const asLarge = arrived.filter((p) => Math.max(...p.ipFragmentBytes) >= (smallestLost ?? 0));
    if (smallestLost === null || asLarge.length > 0) {
      return {
        status: "clear",
        phrase: phrase("finding.large-ping-lost.clear"),
        evidence: smallestLost === null ? refs : probeRefs(asLarge),
      };
    }
    const lost = lostToGateway(o, largestPassed, smallestLost);
    return {
      status: "found",
      phrase:
        lost?.dontFragment === null
          ? lostPhrase(nameOfGateway(o), lost)
          : phrase("finding.large-ping-lost.found", { pathMtu: largestPassed, lost: smallestLost }),
      evidence: refs,
      claim: { verdict: "path-mtu-black-hole", confidence: "low", direction: "undetermined" },
    };
  },
};

const nameOfGateway = (o: Observations): string => o.gateway ?? o.gatewayAddresses[0] ?? "?";

/** Whether the pings to the gateway had DF, and how many of the lost size there were. */
const lostToGateway = (o: Observations, passed: number, lost: number): LostAbove | null =>
  lostAbove(
    o.echoes.filter((e) => e.toGateway === true && e.dontFragment !== false),
    o.pathReports.filter((p) => p.toGateway === true),
    passed,
    lost,
  );

/** Pasted pings without DF to the gateway: what is lost of them is no path MTU. */
function splitPings(o: Observations): Judgement | null {
  const pasted = o.echoes.filter((e) => e.toGateway === true && e.ref.kind === "text");
  const lost = lostWithoutDf(pasted, o);
  if (lost === null) return null;
  return {
    status: "found",
    phrase: lostPhrase(nameOfGateway(o), lost),
    evidence: pasted.filter((e) => e.ipBytes === lost.passed || e.ipBytes === lost.lost).map((e) => e.ref),
    claim: null,
  };
}

/** The path MTU is below the interface's MTU, and the path says so. Systems can cope with that. */
export const pathMtuReduced: Rule = {
  code: "path-mtu-reduced",
  severity: "low",
  nature: "observed",
  reference: "RFC 1191 §4",
  judge(o) {
    const { packetTooBig, told, largestPassed, smallestLost } = measuredPathMtu(o);
    if (told !== null) {
      // Where smaller packets are lost without a word, that is the narrower place.
      const isEdge = smallestLost === null || smallestLost > told.least || !byPings(packetTooBig);
      return {
        status: "found",
        phrase: toldToGateway(o, told),
        evidence: packetTooBig.map((p) => p.ref),
        claim: isEdge
          ? {
              verdict: "path-mtu-reduced",
              confidence: told.by === "either" ? "low" : passesLargeLogins(o) ? "high" : "medium",
              direction: "outbound",
            }
          : null,
      };
    }
    const refusal = largestPassed === null ? refusedByRouter(packetTooBig) : null;
    if (refusal !== null) {
      return {
        status: "found",
        phrase: refusedPhrase(nameOfGateway(o), refusal),
        evidence: packetTooBig.map((p) => p.ref),
        claim: { verdict: "path-mtu-reduced", confidence: "low", direction: "outbound" },
      };
    }
    if (largestPassed === null) return unknown("finding.path-mtu-black-hole.unknown");
    return { status: "clear", phrase: phrase("finding.path-mtu-reduced.clear"), evidence: [] };
  },
};

/** What is large arrives both ways all the same: the gateway's real answer has shown it. */
const passesLargeLogins = (o: Observations): boolean =>
  outboundIpFragmentsArrive(o) && ipFragmentsComeBack(o);

const byPings = (tooBig: readonly TooBig[]): boolean => tooBig.every((t) => t.ref.kind === "text");

/** The path MTU in words: exact where a number was told or one byte more was refused, else between two. */
function toldToGateway(o: Observations, told: ToldPathMtu): Phrase {
  const { least, most, refused, by } = told;
  if (by === "either") return toldPhrase(nameOfGateway(o), told);
  if (refused === null || least === most) return phrase("finding.path-mtu-reduced.found", { pathMtu: least });
  return by === "system"
    ? toldPhrase(nameOfGateway(o), told)
    : phrase("finding.path-mtu-reduced.between", { pathMtu: least, most, refused });
}

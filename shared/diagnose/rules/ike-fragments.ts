/** What became of IKE fragments (RFC 7383): too large for the path, or lost although they are small. */
import type { ExchangeObservation, Observations, SentMessage } from "../../evidence/observations.ts";
import { IPV6_MINIMUM_MTU } from "../../packet/sizes.ts";
import {
  isIkeFragmented,
  MOST_IKE_FRAGMENTS_OF_OLD_GATEWAYS,
  tinyIkeFragments,
  tooManyIkeFragments,
  unansweredIkeFragments,
} from "../facts/ike-fragmentation.ts";
import { firstAuth, inboundSeen, isSilence, refsOf } from "../facts/login-facts.ts";
import { measuredPathMtu } from "../facts/path-mtu-facts.ts";
import { TRIES_FOR_LOST } from "../facts/probe-tries.ts";
import { seenAtBothEnds, seenAtTheGateway } from "../facts/witness-facts.ts";
import { type Judgement, phrase, type Rule, unknown } from "../rule.ts";

/**
 * Every path that carries IPv6 at all carries IKE fragments of this size, so their size is not the reason for
 * a loss.
 */
const ALWAYS_PASSES_IP_BYTES = IPV6_MINIMUM_MTU;

const largest = (m: SentMessage): number => Math.max(...m.ipBytes);

/** Login exchanges in which either side sent IKE fragments. */
function fragmentedExchanges(o: Observations): ExchangeObservation[] {
  return o.initiations
    .filter(inboundSeen)
    .map(firstAuth)
    .filter((e) => e !== undefined)
    .filter((e) => [...e.requests, ...e.responses].some(isIkeFragmented));
}

const isComplete = (m: SentMessage): boolean => m.missingIkeFragments.length === 0;

/** If all IKE fragments of an answer arrived, neither cause is at work; `null` if there is no such answer. */
function arrived(exchanges: readonly ExchangeObservation[]): Judgement | null {
  const whole = exchanges.flatMap((e) => e.responses).filter(isComplete);
  if (whole.length === 0) return null;
  return {
    status: "clear",
    phrase: phrase("finding.ike-fragments.arrived"),
    evidence: whole.flatMap((m) => m.refs),
  };
}

/** IKE fragmentation is in use, but its fragments are larger than the path carries. */
export const ikeFragmentsTooLarge: Rule = {
  code: "ike-fragments-too-large",
  severity: "high",
  nature: "inferred",
  reference: "RFC 7383 §2.5.1",
  judge(o) {
    const exchanges = fragmentedExchanges(o);
    if (exchanges.length === 0) return unknown("finding.ike-fragments.not-used");
    const { largestPassed, smallestLost, byEcho } = measuredPathMtu(o);
    for (const exchange of exchanges.toReversed()) {
      const request = exchange.requests.find(isIkeFragmented);
      if (request && isSilence(exchange) && seenAtBothEnds(o) === null) {
        const ipBytes = largest(request);
        if (smallestLost !== null && largestPassed !== null && !byEcho && ipBytes >= smallestLost) {
          return {
            status: "found",
            phrase: phrase("finding.ike-fragments-too-large.measured", { ipBytes, pathMtu: largestPassed }),
            evidence: refsOf(exchange),
            claim: { verdict: "ike-fragments-too-large", confidence: "high", direction: "outbound" },
          };
        }
        if (request.ipFragmented) {
          return {
            status: "found",
            phrase: phrase("finding.ike-fragments-too-large.split-again", { fragments: request.ipBytes }),
            evidence: refsOf(exchange),
            // A blocked port 4500, or a gateway that keeps silent, would look the same.
            claim: { verdict: "ike-fragments-too-large", confidence: "low", direction: "undetermined" },
          };
        }
      }
      const partial = exchange.responses.filter((m) => isIkeFragmented(m) && !isComplete(m));
      // The last IKE fragment holds what is left over, so it is smaller. If only the last one arrives, size
      // is the reason.
      const onlyLast = partial.filter(
        (m) =>
          m.ipBytes.length === 1 &&
          m.ikeFragmentTotal !== null &&
          !m.missingIkeFragments.includes(m.ikeFragmentTotal),
      );
      if (onlyLast.length > 0 && onlyLast.length === exchange.responses.length) {
        return {
          status: "found",
          phrase: phrase("finding.ike-fragments-too-large.only-last", {
            total: onlyLast[0]?.ikeFragmentTotal ?? 0,
            ipBytes: onlyLast.map(largest),
          }),
          evidence: onlyLast.flatMap((m) => m.refs),
          claim: {
            verdict: "ike-fragments-too-large",
            confidence: onlyLast.length > 1 ? "medium" : "low",
            direction: "inbound",
          },
        };
      }
    }
    return arrived(exchanges) ?? unknown("finding.ike-fragments-too-large.unknown");
  },
};

/** IKE fragmentation is in use, its fragments are small, and some never arrive. */
export const ikeFragmentsLost: Rule = {
  code: "ike-fragments-lost",
  severity: "high",
  nature: "observed",
  reference: "RFC 7383 §2.6",
  judge(o) {
    const exchanges = fragmentedExchanges(o);
    if (exchanges.length === 0) return unknown("finding.ike-fragments.not-used");
    for (const exchange of exchanges.toReversed()) {
      if (exchange.responses.some(isComplete)) continue;
      const partial = exchange.responses.filter((m) => isIkeFragmented(m) && !isComplete(m));
      const [first] = partial;
      if (first) {
        const same = partial.every((m) => m.missingIkeFragments.join() === first.missingIkeFragments.join());
        return {
          status: "found",
          phrase: same
            ? phrase("finding.ike-fragments-lost.inbound", {
                missing: first.missingIkeFragments.slice(0, 16),
                total: first.ikeFragmentTotal ?? 0,
                times: partial.length,
              })
            : phrase("finding.ike-fragments-lost.varying", {
                total: first.ikeFragmentTotal ?? 0,
                times: partial.length,
              }),
          evidence: partial.flatMap((m) => m.refs),
          claim: {
            verdict: "ike-fragments-lost",
            confidence: partial.length >= TRIES_FOR_LOST && same ? "medium" : "low",
            direction: "inbound",
          },
        };
      }
      const request = exchange.requests.find(isIkeFragmented);
      if (
        request &&
        seenAtBothEnds(o) === null &&
        isSilence(exchange) &&
        isComplete(request) &&
        !request.ipFragmented &&
        largest(request) <= ALWAYS_PASSES_IP_BYTES
      ) {
        return {
          status: "found",
          phrase: phrase("finding.ike-fragments-lost.no-answer", {
            requests: exchange.requests.length,
            total: request.ikeFragmentTotal ?? 0,
            ipBytes: largest(request),
          }),
          evidence: refsOf(exchange),
          // The gateway may just as well have refused without an answer.
          claim: { verdict: "ike-fragments-lost", confidence: "low", direction: "undetermined" },
        };
      }
    }
    return arrived(exchanges) ?? unknown("finding.ike-fragments-lost.unknown");
  },
};

const distinct = (m: SentMessage): number[] => [...new Set(m.ipBytes)].slice(0, 16);

/**
 * A message of more IKE fragments than old gateways take: these drop it in silence, though every one of its
 * fragments arrives. A client makes that many only where its MTU is far smaller than usual.
 */
export const ikeFragmentsTooMany: Rule = {
  code: "ike-fragments-too-many",
  severity: "high",
  nature: "inferred",
  reference: "docs/domain.md §2.6",
  judge(o) {
    const sent = tooManyIkeFragments(o);
    if (sent !== null) {
      return {
        status: "found",
        phrase: phrase("finding.ike-fragments-too-many.found", {
          requests: sent.exchange.requests.length,
          total: sent.total,
          ipBytes: sent.largestIpBytes,
          most: MOST_IKE_FRAGMENTS_OF_OLD_GATEWAYS,
        }),
        evidence: refsOf(sent.exchange),
        claim: { verdict: "ike-fragments-lost", confidence: "low", direction: "undetermined" },
      };
    }
    const exchanges = fragmentedExchanges(o);
    if (exchanges.length === 0) return unknown("finding.ike-fragments.not-used");
    return {
      status: "clear",
      phrase: phrase("finding.ike-fragments-too-many.clear"),
      evidence: exchanges.flatMap(refsOf),
    };
  },
};

/**
 * IKE fragments far smaller than a usual path needs, and not too many for any gateway: they point at a small
 * MTU, and are no reason for the silence.
 */
export const ikeFragmentsTiny: Rule = {
  code: "ike-fragments-tiny",
  severity: "medium",
  nature: "inferred",
  reference: "docs/domain.md §2.6",
  judge(o) {
    const tiny = tooManyIkeFragments(o) === null ? tinyIkeFragments(o) : null;
    if (tiny !== null) {
      return {
        status: "found",
        phrase: phrase("finding.ike-fragments-too-many.tiny", {
          total: tiny.total,
          ipBytes: tiny.largestIpBytes,
        }),
        evidence: refsOf(tiny.exchange),
        claim: null,
      };
    }
    const exchanges = fragmentedExchanges(o);
    if (exchanges.length === 0) return unknown("finding.ike-fragments.not-used");
    return { status: "clear", phrase: phrase("finding.ike-fragments-tiny.clear"), evidence: [] };
  },
};

/** IKE fragments of a usual size get no answer: they may be too large for this path, and need not be. */
export const ikeFragmentsUnanswered: Rule = {
  code: "ike-fragments-unanswered",
  severity: "high",
  open: true,
  nature: "observed",
  reference: "RFC 7383 §2.5.2",
  judge(o) {
    const exchanges = fragmentedExchanges(o);
    if (exchanges.length === 0) return unknown("finding.ike-fragments.not-used");
    const sent = unansweredIkeFragments(o);
    const isLarge = sent !== null && sent.largestIpBytes > ALWAYS_PASSES_IP_BYTES;
    if (!isLarge || sent.request.ipFragmented) {
      return {
        status: "clear",
        phrase: phrase("finding.ike-fragments-unanswered.clear"),
        evidence: exchanges.flatMap(refsOf),
      };
    }
    const seen = seenAtTheGateway(o);
    if (seen !== null)
      return { status: "clear", phrase: phrase("finding.unanswered.seen-at-gateway"), evidence: seen };
    return {
      status: "found",
      phrase: phrase("finding.ike-fragments-unanswered.found", {
        requests: sent.exchange.requests.length,
        total: sent.total,
        sizes: distinct(sent.request),
      }),
      evidence: refsOf(sent.exchange),
      claim: { verdict: "insufficient-evidence", confidence: "low", direction: "undetermined" },
    };
  },
};

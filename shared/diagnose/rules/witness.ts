/** What a capture at the gateway, or captures of both ends, see happen: no inference is needed there. */
import { IPV6_MINIMUM_MTU } from "../../packet/sizes.ts";
import { tooManyIkeFragments } from "../facts/ike-fragmentation.ts";
import { firstAuth, refsOf, saInit } from "../facts/login-facts.ts";
import {
  inboundLoss,
  type OutboundLoss,
  outboundLoss,
  pairs,
  silentGateway,
} from "../facts/witness-facts.ts";
import { type Claim, phrase, type Rule, unknown } from "../rule.ts";

/**
 * The client's request is seen to arrive in part, or not at all, at the gateway or on the way to it. What is
 * "outbound" there is what comes in: the direction is the client's.
 */
export const requestLost: Rule = {
  code: "request-lost",
  severity: "high",
  nature: "observed",
  reference: "RFC 8900 §3",
  judge(o) {
    const loss = outboundLoss(o);
    if (loss !== null) {
      return { status: "found", phrase: whatArrived(loss), evidence: loss.evidence, claim: claimOf(loss) };
    }
    const arrived = o.initiations.filter((i) => i.view === "gateway").map(firstAuth);
    const whole = arrived.filter((e) => e !== undefined).filter((e) => e.requests.length > 0);
    if (whole.length === 0) return unknown("finding.request-lost.unknown");
    return {
      status: "clear",
      phrase: phrase("finding.request-lost.clear"),
      evidence: whole.flatMap(refsOf),
    };
  },
};

function whatArrived({ arrived, incomplete, near, initiation, mayBeFiltered, evidence }: OutboundLoss) {
  const datagrams = incomplete.length;
  const sizes = [...new Set(incomplete.flatMap((d) => d.ipBytes))].slice(0, 16);
  const name = initiation.capture;
  switch (arrived) {
    case "given-up":
      return phrase("finding.request-lost.given-up", { errors: evidence.length });
    case "nothing":
      return near === null
        ? phrase("finding.request-lost.nothing", { name })
        : phrase("finding.request-lost.nothing-both", { name, near: near.capture });
    case "only-first":
      if (near !== null)
        return phrase("finding.request-lost.first-both", { name, near: near.capture, datagrams, sizes });
      return mayBeFiltered
        ? phrase("finding.request-lost.first-filter", { name, datagrams, sizes })
        : phrase("finding.request-lost.first", { name, datagrams, sizes });
    case "only-later":
      return phrase("finding.request-lost.later", { name, datagrams, sizes });
    case "some":
      return phrase("finding.request-lost.some", { name, datagrams, sizes });
    case "last-ike-fragment":
    case "some-ike-fragments": {
      const requests = firstAuth(initiation)?.requests ?? [];
      const params = {
        name,
        total: requests[0]?.ikeFragmentTotal ?? 0,
        requests: requests.length,
        sizes: [...new Set(requests.flatMap((m) => m.ipBytes))].slice(0, 16),
      };
      return arrived === "last-ike-fragment"
        ? phrase("finding.request-lost.last-ike-fragment", params)
        : phrase("finding.request-lost.some-ike-fragments", params);
    }
  }
}

function claimOf(loss: OutboundLoss): Claim {
  const { arrived, incomplete, near, initiation, mayBeFiltered, mayHaveEnded } = loss;
  const direction = "outbound" as const;
  const isSeenTwice = near !== null;
  const isAway = initiation.view === "gateway" || initiation.view === "between";
  switch (arrived) {
    case "given-up":
      return { verdict: "outbound-fragments-dropped", confidence: "medium", direction };
    case "nothing": {
      const isSure = isSeenTwice && !mayHaveEnded;
      const request = near === null ? undefined : firstAuth(near)?.requests[0];
      if (request !== undefined && !request.ipFragmented) {
        // A packet that every path carries was not lost for its size.
        const isSmall = Math.max(...request.ipBytes) <= IPV6_MINIMUM_MTU;
        return isSmall
          ? { verdict: "udp-4500-blocked", confidence: isSure ? "medium" : "low", direction }
          : { verdict: "path-mtu-black-hole", confidence: "low", direction };
      }
      // What would have followed needs no IP fragments if both sides offer IKE fragmentation.
      const { clientOffersIkeFragmentation, gatewayOffersIkeFragmentation } = initiation;
      const isWhole =
        request === undefined &&
        clientOffersIkeFragmentation === true &&
        gatewayOffersIkeFragmentation === true;
      return {
        verdict: isWhole ? "udp-4500-blocked" : "outbound-fragments-too-large",
        confidence: isSure ? "medium" : "low",
        direction,
      };
    }
    case "only-first": {
      const isSure = isSeenTwice || (isAway && !mayBeFiltered && incomplete.length > 1);
      const isLikely = isAway || !mayBeFiltered;
      return {
        verdict: "outbound-fragments-dropped",
        confidence: isSure ? "high" : isLikely ? "medium" : "low",
        direction,
      };
    }
    case "only-later":
      // It may be lost for its size, or because it alone has a port, which is blocked.
      return { verdict: "outbound-fragments-too-large", confidence: "low", direction };
    case "last-ike-fragment":
      return {
        verdict: "ike-fragments-too-large",
        confidence: isSeenTwice || isAway ? "medium" : "low",
        direction,
      };
    case "some-ike-fragments":
      return { verdict: "ike-fragments-lost", confidence: isSeenTwice ? "medium" : "low", direction };
    case "some":
      return { verdict: "outbound-fragments-too-large", confidence: "low", direction };
  }
}

/** Captures of both ends: the gateway's answer left, and did not reach the client whole. */
export const answerLost: Rule = {
  code: "answer-lost",
  severity: "high",
  nature: "observed",
  reference: "RFC 8900 §3",
  judge(o) {
    const loss = inboundLoss(o);
    if (loss === null) {
      const arrived = pairs(o).map(({ near }) => firstAuth(near));
      const answered = arrived.filter((e) => e !== undefined).filter((e) => e.responses.length > 0);
      if (answered.length === 0) return unknown("finding.answer-lost.unknown");
      return {
        status: "clear",
        phrase: phrase("finding.answer-lost.clear"),
        evidence: answered.flatMap(refsOf),
      };
    }
    const { near, far, answer, evidence } = loss;
    const asIpFragments = answer.ipFragmented;
    const asIkeFragments = answer.ikeFragmentTotal !== null;
    return {
      status: "found",
      phrase: phrase("finding.answer-lost.found", {
        name: far.capture,
        near: near.capture,
        sizes: [...new Set(answer.ipBytes)].slice(0, 16),
      }),
      evidence,
      claim: {
        verdict: asIpFragments
          ? "inbound-fragments-lost"
          : asIkeFragments
            ? "ike-fragments-lost"
            : "insufficient-evidence",
        confidence: asIpFragments ? "high" : asIkeFragments ? "medium" : "low",
        direction: "inbound",
      },
    };
  },
};

/** Seen at the gateway: the request is there, whole, and the gateway sends nothing. */
export const gatewaySilent: Rule = {
  code: "gateway-keeps-silent",
  severity: "high",
  nature: "observed",
  reference: "RFC 7296 §2.1",
  judge(o) {
    const silent = silentGateway(o);
    if (silent === null) {
      const answered = o.initiations
        .filter((i) => i.view === "gateway")
        .map((i) => firstAuth(i) ?? saInit(i))
        .filter((e) => e !== undefined)
        .filter((e) => e.responses.length > 0);
      if (answered.length === 0) return unknown("finding.gateway-silent.unknown");
      return {
        status: "clear",
        phrase: phrase("finding.gateway-silent.clear"),
        evidence: answered.flatMap(refsOf),
      };
    }
    const { initiation, exchange } = silent;
    return {
      status: "found",
      phrase: phrase("finding.gateway-silent.found", {
        requests: exchange.requests.length,
        sizes: [...new Set(exchange.requests[0]?.ipBytes ?? [])].slice(0, 16),
        name: initiation.capture,
      }),
      evidence: refsOf(exchange),
      claim:
        o.probes.length > 0 || tooManyIkeFragments(o) !== null
          ? null
          : { verdict: "insufficient-evidence", confidence: "low", direction: null },
    };
  },
};

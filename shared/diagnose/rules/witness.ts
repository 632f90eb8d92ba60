/** What a capture at the gateway, or captures of both ends, see happen: no inference is needed there. */
import type { Observations } from "../../evidence/observations.ts";
import { tooManyIkeFragments } from "../facts/ike-fragmentation.ts";
import { unansweredAtGateway } from "../facts/joined-loss.ts";
import { firstAuth, refsOf, saInit } from "../facts/login-facts.ts";
import {
  areIkeFragmentsAboveLimit,
  type OutboundLoss,
  outboundLoss,
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
      return { status: "found", phrase: whatArrived(loss), evidence: loss.evidence, claim: claimOf(loss, o) };
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

function whatArrived({ arrived, incomplete, initiation, mayBeFiltered, evidence }: OutboundLoss) {
  const datagrams = incomplete.length;
  const sizes = [...new Set(incomplete.flatMap((d) => d.ipBytes))].slice(0, 16);
  const name = initiation.capture;
  switch (arrived) {
    case "given-up":
      return phrase("finding.request-lost.given-up", { errors: evidence.length });
    case "nothing":
      return phrase("finding.request-lost.nothing", { name });
    case "only-first":
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

function claimOf(loss: OutboundLoss, o: Observations): Claim {
  const { arrived, incomplete, initiation, mayBeFiltered } = loss;
  const direction = "outbound" as const;
  const isAway = initiation.view === "gateway" || initiation.view === "between";
  switch (arrived) {
    case "given-up":
      return { verdict: "outbound-fragments-dropped", confidence: "medium", direction };
    case "nothing": {
      // What would have followed needs no IP fragments if both sides offer IKE fragmentation.
      const { clientOffersIkeFragmentation, gatewayOffersIkeFragmentation } = initiation;
      const isWhole = clientOffersIkeFragmentation === true && gatewayOffersIkeFragmentation === true;
      return {
        verdict: isWhole ? "udp-4500-blocked" : "outbound-fragments-too-large",
        confidence: "low",
        direction,
      };
    }
    case "only-first": {
      const isSure = isAway && !mayBeFiltered && incomplete.length > 1;
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
        confidence: isAway ? (areIkeFragmentsAboveLimit(o) ? "high" : "medium") : "low",
        direction,
      };
    case "some-ike-fragments":
      return { verdict: "ike-fragments-lost", confidence: "low", direction };
    case "some":
      return { verdict: "outbound-fragments-too-large", confidence: "low", direction };
  }
}

/** Seen at the gateway: the request is there, whole, and the gateway sends nothing. */
export const gatewaySilent: Rule = {
  code: "gateway-keeps-silent",
  severity: "high",
  nature: "observed",
  reference: "RFC 7296 §2.1",
  judge(o) {
    const joined = unansweredAtGateway(o).found;
    if (joined !== null) {
      return {
        status: "found",
        phrase: phrase("finding.gateway-silent.found", {
          requests: new Set(joined.requests.map((d) => d.sending)).size,
          sizes: [...new Set(joined.requests.flatMap((d) => d.packets.map((p) => p.ipBytes)))].slice(0, 16),
          name: joined.source,
        }),
        evidence: joined.evidence,
        // Both ends show that nothing is lost, so it is the gateway's matter.
        claim:
          tooManyIkeFragments(o) === null
            ? { verdict: "insufficient-evidence", confidence: "high", direction: null }
            : null,
      };
    }
    const { arrived } = unansweredAtGateway(o);
    if (arrived !== null) {
      return {
        status: "found",
        phrase: phrase("finding.gateway-silent.arrived", {
          requests: new Set(arrived.requests.map((d) => d.sending)).size,
          name: arrived.source,
        }),
        evidence: arrived.evidence,
        claim: null,
      };
    }
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

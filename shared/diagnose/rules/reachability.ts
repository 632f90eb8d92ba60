import type { Observations, ProbeObservation } from "../../evidence/observations.ts";
import {
  baseline,
  isSilence,
  latestAnswers,
  probeRefs,
  refsOf,
  saInit,
  TRIES_FOR_LOST,
} from "../facts/probe-facts.ts";
import { phrase, type Rule, unknown } from "../rule.ts";

/** The name leads nowhere: no address, or no interface to it. */
export const gatewayUnresolved: Rule = {
  code: "gateway-unresolved",
  severity: "high",
  nature: "observed",
  reference: "DOMAIN RC14",
  judge(o) {
    if (o.gatewayUnresolved) {
      return {
        status: "found",
        phrase: phrase("finding.gateway-unresolved.found", { gateway: o.gateway ?? "?" }),
        evidence: [o.gatewayUnresolved],
        claim: { verdict: "gateway-unreachable", confidence: "high", direction: null },
      };
    }
    if (o.gatewayAddresses.length === 0) return unknown("finding.gateway-unresolved.unknown");
    return { status: "clear", phrase: phrase("finding.gateway-unresolved.clear"), evidence: [] };
  },
};

/** Nothing answers on either port: reachability, and never a matter of sizes. */
export const gatewayUnreachable: Rule = {
  code: "gateway-unreachable",
  severity: "high",
  nature: "observed",
  reference: "RFC 7296 §2.4; DOMAIN RC14",
  judge(o) {
    const on500 = baseline(o, 500);
    const on4500 = baseline(o, 4500);
    const probes = [...on500.probes, ...on4500.probes];
    if (on500.state === "silent" && on4500.state === "silent") {
      return {
        status: "found",
        phrase: phrase("finding.gateway-unreachable.found"),
        evidence: probeRefs(probes),
        claim: { verdict: "gateway-unreachable", confidence: "high", direction: null },
      };
    }
    if (on500.state === "answered" || on4500.state === "answered") {
      return {
        status: "clear",
        phrase: phrase("finding.gateway-unreachable.clear"),
        evidence: probeRefs(probes.filter((p) => p.outcome === "answered")),
      };
    }
    const openings = o.initiations.map(saInit).filter((e) => e !== undefined);
    const answered = openings.filter((e) => e.responses.length > 0);
    if (answered.length > 0) {
      return {
        status: "clear",
        phrase: phrase("finding.gateway-unreachable.clear"),
        evidence: answered.flatMap(refsOf),
      };
    }
    // One that left in pieces may have been lost for that.
    const silent = openings.filter((e) => isSilence(e) && !e.requests.some((m) => m.ipFragmented));
    if (silent.length > 0 && probes.length === 0) {
      return {
        status: "found",
        phrase: phrase("finding.gateway-unreachable.capture", {
          requests: silent.flatMap((e) => e.requests).length,
        }),
        evidence: silent.flatMap(refsOf),
        // Port 4500 was not tried: the other port may well answer.
        claim: { verdict: "gateway-unreachable", confidence: "low", direction: null },
      };
    }
    return unknown("finding.gateway-unreachable.unknown");
  },
};

/** The gateway still answered elsewhere after as many tries as a loss takes; or something said that the port is closed. */
function isOutlived(o: Observations, silent: readonly ProbeObservation[], other: 500 | 4500): boolean {
  const latest = latestAnswers(o).get(other) ?? Number.NEGATIVE_INFINITY;
  // Of one kind: a gateway may ignore proposals that it does not accept.
  const outlived = (purpose: ProbeObservation["purpose"]) =>
    silent.filter((p) => p.purpose === purpose).flatMap((p) => p.sentAtMs.filter((at) => at <= latest))
      .length;
  return (
    silent.some((p) => p.outcome === "unreachable") ||
    (["baseline", "size-control"] as const).some((purpose) => outlived(purpose) >= TRIES_FOR_LOST)
  );
}

function portBlocked(port: 500 | 4500, other: 500 | 4500): Rule {
  return {
    code: `udp-${port}-blocked`,
    severity: "high",
    open: true,
    nature: "inferred",
    reference: `RFC 7296 §2.23; DOMAIN ${port === 500 ? "RC11" : "RC12"}`,
    judge(o) {
      const here = baseline(o, port);
      const there = baseline(o, other);
      if (here.state === "answered") {
        return {
          status: "clear",
          phrase: phrase("finding.udp-port-blocked.clear", { port }),
          evidence: probeRefs(here.probes.filter((p) => p.outcome === "answered")),
        };
      }
      const answers = o.initiations.filter((i) => i.answeringPorts.includes(port));
      if (here.state === "unknown" && answers.length > 0) {
        const evidence = answers.flatMap((i) =>
          i.exchanges.flatMap((e) => e.responses.slice(0, 1).flatMap((m) => m.refs)),
        );
        return { status: "clear", phrase: phrase("finding.udp-port-blocked.clear", { port }), evidence };
      }
      if (here.state === "silent" && there.state === "answered") {
        return {
          status: "found",
          phrase: phrase("finding.udp-port-blocked.found", { port, other }),
          evidence: probeRefs([...here.probes, ...there.probes]),
          claim: {
            verdict: port === 500 ? "udp-500-blocked" : "udp-4500-blocked",
            // Some gateways answer no IKE_SA_INIT on 4500: a capture in which the port answers speaks against it.
            confidence: answers.length === 0 && isOutlived(o, here.probes, other) ? "high" : "low",
            direction: null,
          },
        };
      }
      return unknown("finding.udp-port-blocked.unknown", { port });
    },
  };
}

export const udp500Blocked = portBlocked(500, 4500);
export const udp4500Blocked = portBlocked(4500, 500);

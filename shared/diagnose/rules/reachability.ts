/** Whether the gateway can be reached at all, and on which ports: sizes play no part in it. */
import type { Observations, ProbeObservation } from "../../evidence/observations.ts";
import { ExchangeType } from "../../ike/registry.ts";
import { familyOf } from "../../packet/address.ts";
import { baseline } from "../facts/baseline.ts";
import { isSilence, refsOf, saInit } from "../facts/login-facts.ts";
import { latestAnswers, probeRefs, TRIES_FOR_LOST } from "../facts/probe-tries.ts";
import { phrase, type Rule, unknown } from "../rule.ts";

/** The gateway's name has no address, or no interface leads to it. */
export const gatewayUnresolved: Rule = {
  code: "gateway-unresolved",
  severity: "high",
  nature: "observed",
  reference: "docs/domain.md §1.2",
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

/** Nothing answers on either port, so the gateway is not reached, whatever the packets' size. */
export const gatewayUnreachable: Rule = {
  code: "gateway-unreachable",
  severity: "high",
  nature: "observed",
  reference: "RFC 7296 §2.4",
  judge(o) {
    const on500 = baseline(o, 500);
    const on4500 = baseline(o, 4500);
    const probes = [...on500.probes, ...on4500.probes];
    if (on500.state === "silent" && on4500.state === "silent") {
      return {
        status: "found",
        phrase: phrase("finding.gateway-unreachable.found"),
        evidence: probeRefs(probes),
        // A name may have an address of the other IP version, where clients go on if the first is silent.
        claim: {
          verdict: "gateway-unreachable",
          confidence: hasUntriedFamily(o) ? "medium" : "high",
          direction: null,
        },
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
    // So is a demand for a COOKIE, though the request that brings it back may stay unanswered.
    const answered = o.initiations
      .map(
        (i) =>
          i.exchanges.findLast(
            (e) => e.exchangeType === ExchangeType.IKE_SA_INIT && e.responses.length > 0,
          ) ?? saInit(i),
      )
      .filter((e) => e !== undefined)
      .filter((e) => e.requests.length > 0 && e.responses.length > 0);
    if (answered.length > 0) {
      return {
        status: "clear",
        phrase: phrase("finding.gateway-unreachable.clear"),
        evidence: answered.flatMap(refsOf),
      };
    }
    // A message that left as IP fragments may have been lost because of that.
    const silent = openings.filter((e) => isSilence(e) && !e.requests.some((m) => m.ipFragmented));
    if (silent.length > 0 && probes.length === 0) {
      return {
        status: "found",
        phrase: phrase("finding.gateway-unreachable.capture", {
          requests: silent.flatMap((e) => e.requests).length,
        }),
        evidence: silent.flatMap(refsOf),
        // Port 4500 was not tried, and it may well answer.
        claim: { verdict: "gateway-unreachable", confidence: "low", direction: null },
      };
    }
    return unknown("finding.gateway-unreachable.unknown");
  },
};

/** The gateway has an address of an IP version in which nothing was sent to it. */
const hasUntriedFamily = (o: Observations): boolean =>
  o.gatewayAddresses.some((address) => !o.probes.some((p) => p.family === familyOf(address)));

/**
 * The silence of a port is confirmed: the gateway still answered on its other port after enough tries on this
 * one, or an ICMP message said that the port is closed.
 */
function isConfirmedSilence(
  o: Observations,
  silent: readonly ProbeObservation[],
  other: 500 | 4500,
): boolean {
  const latest = latestAnswers(o).get(other) ?? Number.NEGATIVE_INFINITY;
  // Tries are counted by kind, because a gateway may ignore proposals that it does not accept.
  const triesBeforeAnswer = (purpose: ProbeObservation["purpose"]) =>
    silent.filter((p) => p.purpose === purpose).flatMap((p) => p.sentAtMs.filter((at) => at <= latest))
      .length;
  return (
    silent.some((p) => p.outcome === "unreachable") ||
    (["baseline", "size-control"] as const).some((purpose) => triesBeforeAnswer(purpose) >= TRIES_FOR_LOST)
  );
}

/** One port of the gateway is silent while its other port answers. */
function portBlocked(port: 500 | 4500, other: 500 | 4500): Rule {
  return {
    code: `udp-${port}-blocked`,
    severity: "high",
    open: true,
    nature: "observed",
    reference: "RFC 7296 §2.23",
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
            // Some gateways do not answer IKE_SA_INIT on 4500. A capture in which the port answers speaks
            // against a block.
            confidence: answers.length === 0 && isConfirmedSilence(o, here.probes, other) ? "high" : "low",
            direction: null,
          },
        };
      }
      return unknown("finding.udp-port-blocked.unknown", { port });
    },
  };
}

/** UDP port 500 is silent, port 4500 answers. */
export const udp500Blocked = portBlocked(500, 4500);
/** UDP port 4500 is silent, port 500 answers. */
export const udp4500Blocked = portBlocked(4500, 500);

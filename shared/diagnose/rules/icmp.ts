/** Routers and gateways that say themselves that they refuse IKE: their word decides. */
import type { Verdict } from "../../schema/diagnosis.ts";
import { baseline } from "../facts/baseline.ts";
import { type RefusedPort, refusedPorts } from "../facts/icmp-facts.ts";
import { type Claim, phrase, type Rule, unknown } from "../rule.ts";

/** An ICMP error says that a port of the gateway, or the gateway itself, cannot be reached. */
export const icmpRefused: Rule = {
  code: "icmp-refused",
  severity: "high",
  nature: "observed",
  reference: "RFC 1812 §5.2.7.1",
  judge(o) {
    const refused = refusedPorts(o).filter(({ port }) => baseline(o, port).state !== "answered");
    const [first] = refused;
    if (first) {
      const verdict = verdictOf(
        refused,
        o.initiations.some((i) => i.answeringPorts.length > 0),
      );
      // A refusal that came once may be of a router that was just starting.
      const isRepeated = refused.some(({ errors }) => errors > 1);
      const claim: Claim = {
        verdict,
        confidence: isRepeated ? "high" : "medium",
        direction: refused.every(hasArrived) ? null : "outbound",
      };
      return {
        status: "found",
        phrase: wording(first),
        evidence: refused.flatMap((r) => r.evidence),
        claim,
      };
    }
    if (o.captures.length === 0) return unknown("finding.icmp-refused.unknown");
    return { status: "clear", phrase: phrase("finding.icmp-refused.clear"), evidence: [] };
  },
};

/**
 * A port that is refused while another answers is that port's matter, whatever the error is called; and so is
 * one that a firewall names. Where nothing answers, and no firewall speaks, it is the gateway's.
 */
function verdictOf(refused: readonly RefusedPort[], somethingAnswers: boolean): Verdict {
  const [first] = refused;
  const isFirewall = ({ refusal, byGateway }: RefusedPort): boolean =>
    refusal === "prohibited" || (refusal === "port-unreachable" && !byGateway);
  if (!first || refused.length > 1 || !(somethingAnswers || refused.some(isFirewall)))
    return "gateway-unreachable";
  return first.port === 500 ? "udp-500-blocked" : "udp-4500-blocked";
}

/** The gateway's host refuses what has come to it: nothing was lost on the way. */
const hasArrived = ({ refusal, byGateway }: RefusedPort): boolean =>
  byGateway && refusal === "port-unreachable";

function wording({ refusal, port, sender, byGateway, errors }: RefusedPort) {
  const params = { port, errors };
  if (refusal === "port-unreachable")
    return byGateway
      ? phrase("finding.icmp-refused.port-by-gateway", params)
      : phrase("finding.icmp-refused.port-by-router", { ...params, sender });
  if (refusal === "prohibited")
    return byGateway
      ? phrase("finding.icmp-refused.prohibited-by-gateway", params)
      : phrase("finding.icmp-refused.prohibited-by-router", { ...params, sender });
  return byGateway
    ? phrase("finding.icmp-refused.unreachable-by-gateway", params)
    : phrase("finding.icmp-refused.unreachable-by-router", { ...params, sender });
}

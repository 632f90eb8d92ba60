/** IP fragments on their way out: what became of the client's own. */
import { baseline } from "../facts/baseline.ts";
import { ipFragmentFacts, largestPassingCap, SMALLEST_USEFUL_MTU } from "../facts/ip-fragment-facts.ts";
import { measuredPathMtu } from "../facts/path-mtu-facts.ts";
import { isConfirmedLoss, probeRefs } from "../facts/probe-tries.ts";
import { losesSurelyOnTheWayBack } from "../facts/rehearsal-facts.ts";
import { type Claim, phrase, type Rule, unknown } from "../rule.ts";

/**
 * The client's own IP fragments never arrive, while whole packets do. The answer to such a probe is only 36
 * bytes of IKE, so it is the way out that loses packets. Whether a smaller MTU helps is another question, and
 * only the what-if probes answer it.
 */
export const outboundFragments: Rule = {
  code: "outbound-fragments",
  severity: "high",
  open: true,
  nature: "observed",
  reference: "RFC 8900 §3",
  judge(o) {
    const { native, passed, lost, whatIf, whatIfPassed, whatIfLost } = ipFragmentFacts(o);
    if (o.probes.length === 0) return unknown("finding.outbound-fragments.not-tested");
    if (baseline(o, 500).state !== "answered" && baseline(o, 4500).state !== "answered") {
      return unknown("finding.outbound-fragments.no-baseline");
    }
    if (native.length === 0) return unknown("finding.outbound-fragments.not-tested");
    if (lost.length === 0 && passed.length > 0) {
      return {
        status: "clear",
        phrase: phrase("finding.outbound-fragments.clear", { sizes: passed.map((p) => p.ipBytes) }),
        evidence: probeRefs(passed),
      };
    }
    if (lost.length === 0) return unknown("finding.outbound-fragments.doubtful");
    // If whole packets are lost as well, the path MTU is the cause, and the rule for it speaks.
    const { blackHole } = measuredPathMtu(o);
    const leastCaps = whatIfLost.filter((p) => p.effectiveMtu <= SMALLEST_USEFUL_MTU);
    const noMtuHelps = whatIfPassed.length === 0 && leastCaps.length > 0;
    if (blackHole && !noMtuHelps) return unknown("finding.outbound-fragments.path-mtu");
    const losesBack = losesSurelyOnTheWayBack(o);
    const direction = losesBack ? "both" : "outbound";
    const evidence = probeRefs([...lost, ...passed, ...whatIfPassed, ...whatIfLost]);
    const sizes = lost.map((p) => p.ipBytes);
    // What is sure of the way back says more than a guess about sizes.
    const lowClaim: Claim = { verdict: "outbound-fragments-too-large", confidence: "low", direction };
    if (passed.length > 0) {
      // Some sizes arrive, so IP fragments as such do pass.
      return {
        status: "found",
        phrase: phrase("finding.outbound-fragments.some", { sizes, passed: passed.map((p) => p.ipBytes) }),
        evidence,
        claim: losesBack ? null : lowClaim,
      };
    }
    const cap = largestPassingCap(o);
    // Three tries of one size leave too much to chance.
    const isConfirmed = isConfirmedLoss(lost, native);
    if (cap !== null) {
      return {
        status: "found",
        phrase: phrase("finding.outbound-fragments.too-large", { sizes, cap }),
        evidence,
        claim: {
          verdict: "outbound-fragments-too-large",
          confidence: isConfirmed ? "high" : "medium",
          direction,
        },
      };
    }
    if (noMtuHelps) {
      return {
        status: "found",
        phrase: phrase("finding.outbound-fragments.dropped", {
          sizes,
          caps: whatIfLost.map((p) => p.effectiveMtu),
        }),
        evidence,
        claim: {
          verdict: "outbound-fragments-dropped",
          confidence: isConfirmed && isConfirmedLoss(leastCaps, whatIf) ? "high" : "medium",
          direction,
        },
      };
    }
    return {
      status: "found",
      phrase: phrase("finding.outbound-fragments.size-unknown", {
        sizes,
        fragments: lost[0]?.ipFragmentBytes ?? [],
      }),
      evidence,
      claim: losesBack ? null : lowClaim,
    };
  },
};

/** IP fragments on their way back: whether the gateway's answers and replies to pings reach the client. */
import { echoFacts } from "../facts/echo-facts.ts";
import { fragmentedPings } from "../facts/inbound-facts.ts";
import { ipFragmentFacts } from "../facts/ip-fragment-facts.ts";
import { firstAuth, inboundSeen, isSilence, refsOf, whyUnfitForIpFragments } from "../facts/login-facts.ts";
import { probeRefs } from "../facts/probe-tries.ts";
import { reflectionFacts, reflectionRefs } from "../facts/reflection-facts.ts";
import { ipFragmentsComeBack, losesSurelyOnTheWayBack, realAnswerArrives } from "../facts/rehearsal-facts.ts";
import { phrase, type Rule, unknown } from "../rule.ts";

/**
 * Direct evidence of inbound loss: some IP fragments of the gateway's answer arrive, but never all of them.
 */
export const inboundFragments: Rule = {
  code: "inbound-fragments",
  severity: "high",
  open: true,
  nature: "observed",
  reference: "RFC 8900 §3",
  judge(o) {
    const waiting = o.initiations.filter((i) => {
      const auth = firstAuth(i);
      return auth !== undefined && auth.responses.length === 0;
    });
    for (const initiation of waiting.toReversed()) {
      const incomplete = initiation.inboundIncomplete;
      // The gateway's own capture has all that it sends, or does not show it: nothing is lost there.
      if (incomplete.length === 0 || initiation.view === "gateway") continue;
      const unfit = whyUnfitForIpFragments(o, initiation);
      if (unfit) return { status: "unknown", phrase: unfit };
      const auth = firstAuth(initiation);
      const key = incomplete.every((d) => !d.firstSeen)
        ? "finding.inbound-fragments.only-last"
        : incomplete.every((d) => !d.lastSeen)
          ? "finding.inbound-fragments.only-first"
          : "finding.inbound-fragments.some";
      return {
        status: "found",
        phrase: phrase(key, { datagrams: incomplete.length }),
        evidence: incomplete.flatMap((d) => d.refs),
        // An IP fragment that is missing only once may have been lost as any packet may.
        claim: {
          verdict: "inbound-fragments-lost",
          confidence: incomplete.length > 1 || (auth !== undefined && isSilence(auth)) ? "high" : "low",
          direction: "inbound",
        },
      };
    }
    // Probes have shown that the way out is open. Then the answer to a large request was lost on the way
    // back, or the gateway sent none.
    const { passed, lost } = ipFragmentFacts(o);
    const largestFragment = Math.max(0, ...passed.flatMap((p) => p.ipFragmentBytes));
    const silent = waiting
      .filter((i) => passed.some((p) => p.target === i.gateway) && inboundSeen(i))
      .map(firstAuth)
      .filter((e) => e !== undefined)
      // Only requests no larger than what arrived: the interface's MTU may have been lowered in between.
      .filter((e) => isSilence(e) && e.requests.every((m) => Math.max(...m.ipBytes) <= largestFragment));
    if (silent.length > 0 && lost.length === 0 && !ipFragmentsComeBack(o)) {
      return {
        status: "found",
        phrase: phrase("finding.inbound-fragments.by-exclusion"),
        evidence: [...silent.flatMap(refsOf), ...probeRefs(passed)],
        // A gateway that keeps silent looks the same, unless IP fragments of pings or of a reflector are lost
        // as well.
        claim: {
          verdict: "inbound-fragments-lost",
          confidence:
            reflectionFacts(o).state === "fragments-lost" || losesSurelyOnTheWayBack(o)
              ? "high"
              : fragmentedPings(o) === "lost"
                ? "medium"
                : "low",
          direction: "inbound",
        },
      };
    }
    const complete = o.initiations
      .flatMap((i) => i.exchanges.flatMap((e) => e.responses))
      .filter((m) => m.ipFragmented);
    if (complete.length > 0) {
      return {
        status: "clear",
        phrase: phrase("finding.inbound-fragments.clear"),
        evidence: complete.flatMap((m) => m.refs),
      };
    }
    return unknown("finding.inbound-fragments.unknown");
  },
};

/**
 * A ping that travels as IP fragments both ways gets no reply, although large IKE does arrive at the gateway.
 * The reply may be lost on the way back.
 */
export const largeEchoLost: Rule = {
  code: "large-echo-lost",
  severity: "medium",
  nature: "observed",
  reference: "docs/domain.md §1.2",
  judge(o) {
    const { answered, silent, whole } = echoFacts(o);
    const pings = fragmentedPings(o);
    if (pings === "answered") {
      return {
        status: "clear",
        phrase: phrase("finding.large-echo.clear"),
        evidence: answered.map((e) => e.ref),
      };
    }
    if (pings === "unknown") return unknown("finding.large-echo.unknown");
    if (pings === "translated") return unknown("finding.large-echo.translated");
    const payload = silent[0]?.pingPayloadBytes ?? 0;
    if (realAnswerArrives(o)) {
      return {
        status: "found",
        phrase: phrase(
          ipFragmentsComeBack(o) ? "finding.large-echo.login-passes" : "finding.large-echo.login-fits",
          { payload },
        ),
        evidence: silent.map((e) => e.ref),
        claim: null,
      };
    }
    const reflection = reflectionFacts(o);
    const evidence = [
      ...silent.map((e) => e.ref),
      ...whole.map((e) => e.ref),
      ...probeRefs(ipFragmentFacts(o).passed),
    ];
    if (pings === "lost-from-gateway-alone") {
      return {
        status: "found",
        phrase: phrase("finding.large-echo.only-from-gateway", { payload }),
        evidence: [...evidence, ...reflectionRefs(reflection)],
        claim: null,
      };
    }
    return {
      status: "found",
      phrase: phrase(
        reflection.state === "fragments-lost"
          ? "finding.large-echo.like-reflector"
          : "finding.large-echo.found",
        { payload },
      ),
      evidence,
      // A firewall that drops only fragmented ICMP looks the same.
      claim: { verdict: "inbound-fragments-lost", confidence: "low", direction: "inbound" },
    };
  },
};

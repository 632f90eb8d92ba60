/** What both sides said: refusals, IKE fragmentation, and whether it is IKEv2 at all. */
import { baseline } from "../facts/baseline.ts";
import { joinedAttempts } from "../facts/joined-ways.ts";
import { firstAuth, refsOf, saInit } from "../facts/login-facts.ts";
import { probeRefs } from "../facts/probe-tries.ts";
import { notGoneFurther, RETRY_NOTIFIES, refusalOf } from "../facts/refusal-facts.ts";
import { phrase, type Rule, unknown } from "../rule.ts";

/**
 * The gateway answered and refused: its answer is readable, or so small that it can be nothing but an error.
 */
export const gatewayRejects: Rule = {
  code: "gateway-rejects",
  severity: "high",
  open: true,
  nature: "observed",
  reference: "RFC 7296 §2.21",
  judge(o) {
    const refusal = refusalOf(o);
    if (refusal !== null) {
      // A login that came up all the same was not refused for that.
      const { initiation } = refusal;
      const ofLog = joinedAttempts(o).has(initiation)
        ? [...joinedAttempts(o)].findLast((i) => i.logged?.refused)
        : undefined;
      const { refused: logged, cameUp } = initiation.logged ?? ofLog?.logged ?? {};
      const words = cameUp ? undefined : logged?.words;
      return {
        status: "found",
        phrase: words === undefined ? refusal.phrase : phrase("finding.gateway-rejects.logged", { words }),
        evidence:
          words === undefined ? refusal.evidence : [...refusal.evidence, ...(logged ? [logged.ref] : [])],
        claim: { verdict: "gateway-rejects", confidence: "high", direction: null },
      };
    }
    const failed = notGoneFurther(o);
    if (
      failed.length < o.initiations.length ||
      failed.some((i) => (firstAuth(i)?.responses.length ?? 0) > 0)
    ) {
      return { status: "clear", phrase: phrase("finding.gateway-rejects.clear"), evidence: [] };
    }
    return unknown("finding.gateway-rejects.unknown");
  },
};

/** The gateway refused the probes' own proposals. It is alive, and it may accept those of other clients. */
export const probeProposalRefused: Rule = {
  code: "probe-proposal-refused",
  severity: "medium",
  nature: "observed",
  reference: "RFC 7296 §2.7",
  judge(o) {
    const asked = o.probes.filter((p) => p.purpose === "baseline" && p.answer !== null);
    const refused = asked.filter(
      (p) => p.answer?.kind === "refused" && !p.answer.notifies.some((n) => RETRY_NOTIFIES.includes(n.type)),
    );
    const [first] = refused;
    if (first && refused.length === asked.length) {
      const notify = first.answer?.notifies[0];
      return {
        status: "found",
        phrase: phrase("finding.probe-proposal-refused.found", {
          notify: notify?.name ?? "?",
          type: notify?.type ?? 0,
        }),
        evidence: probeRefs(refused),
        claim: { verdict: "gateway-rejects", confidence: "low", direction: null },
      };
    }
    if (asked.length > 0) {
      return {
        status: "clear",
        phrase: phrase("finding.probe-proposal-refused.clear"),
        evidence: probeRefs(asked),
      };
    }
    return unknown("finding.probe-proposal-refused.unknown");
  },
};

/** IKE fragmentation on both sides makes IP fragments unnecessary; this rule says which side lacks it. */
export const ikeFragmentationMissing: Rule = {
  code: "ike-fragmentation-missing",
  severity: "medium",
  nature: "observed",
  reference: "RFC 7383 §2.3",
  judge(o) {
    // A probe or a client that does not offer it gets no 16430 back, which says nothing about the gateway.
    const accepted = o.probes.filter((p) => p.answer?.kind === "accepted" && !p.withoutIkeFragmentation);
    const [probe] = accepted;
    const initiation = o.initiations.findLast((i) => i.gatewayOffersIkeFragmentation !== null);
    if (!probe && !initiation) return unknown("finding.ike-fragmentation.unknown");
    const opening = initiation && saInit(initiation);
    const evidence = [...probeRefs(accepted), ...(opening ? refsOf(opening) : [])];
    if (probe ? probe.answer?.offersIkeFragmentation : initiation?.gatewayOffersIkeFragmentation) {
      if (initiation?.clientOffersIkeFragmentation === false) {
        return { status: "found", phrase: phrase("finding.ike-fragmentation.client"), evidence, claim: null };
      }
      return { status: "clear", phrase: phrase("finding.ike-fragmentation.clear"), evidence };
    }
    if (!probe && initiation?.clientOffersIkeFragmentation === false) {
      return { status: "found", phrase: phrase("finding.ike-fragmentation.client"), evidence, claim: null };
    }
    return { status: "found", phrase: phrase("finding.ike-fragmentation.gateway"), evidence, claim: null };
  },
};

/** The VPN uses IKEv1, or its profile is of another type: then nothing else here applies. */
export const notIkev2: Rule = {
  code: "not-ikev2",
  severity: "high",
  nature: "observed",
  reference: "RFC 7296 §3.1",
  judge(o) {
    const v2 = o.initiations.filter((i) => i.majorVersion === 2);
    // If the gateway answers probes in IKEv2, an IKEv1 tunnel to another gateway is irrelevant.
    const probed = o.probes.find((p) => p.outcome === "answered")?.target;
    const v1 = o.initiations.filter(
      (i) => i.majorVersion === 1 && (probed === undefined || i.gateway === probed),
    );
    if (v1.length > 0 && v2.length === 0) {
      return {
        status: "found",
        phrase: phrase("finding.not-ikev2.ikev1"),
        evidence: v1.flatMap((i) => i.exchanges.flatMap(refsOf)).slice(0, 16),
        claim: { verdict: "not-ikev2", confidence: "high", direction: null },
      };
    }
    if (v2.length > 0) {
      const seen = v2.flatMap((i) => i.exchanges.slice(0, 1).flatMap(refsOf)).slice(0, 16);
      return { status: "clear", phrase: phrase("finding.not-ikev2.clear"), evidence: seen };
    }
    const mine = o.vpn?.profiles.filter((p) => p.serverAddress === o.gateway) ?? [];
    const [profile] = mine;
    if (profile && mine.every((p) => /^(L2tp|Sstp|Pptp)$/i.test(p.tunnelType))) {
      return {
        status: "found",
        phrase: phrase("finding.not-ikev2.profile", { tunnelType: profile.tunnelType }),
        evidence: [profile.ref],
        claim: { verdict: "not-ikev2", confidence: "high", direction: null },
      };
    }
    if (baseline(o, 500).state === "answered" || baseline(o, 4500).state === "answered") {
      return { status: "clear", phrase: phrase("finding.not-ikev2.clear"), evidence: [] };
    }
    return unknown("finding.not-ikev2.unknown");
  },
};

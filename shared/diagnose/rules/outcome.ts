/** How it ended: connected, slowly, or on another network only. */
import type { ExchangeObservation, Initiation, Observations } from "../../evidence/observations.ts";
import { ExchangeType, NotifyType } from "../../ike/registry.ts";
import type { EvidenceRef } from "../../schema/diagnosis.ts";
import { baseline, triesSinceSilent } from "../facts/baseline.ts";
import { ignoredAnswer } from "../facts/ignored-answers.ts";
import { areIkeFragmentsLost } from "../facts/ike-remedy.ts";
import { fragmentedPings, reflectedPackets } from "../facts/inbound-facts.ts";
import { ipFragmentFacts, outboundIpFragmentsArrive } from "../facts/ip-fragment-facts.ts";
import { isOfLogin } from "../facts/joined-ways.ts";
import { isFromText } from "../facts/logged-login.ts";
import { answeredSometimes, firstAuth, refsOf, saInit } from "../facts/login-facts.ts";
import { measuredPathMtu } from "../facts/path-mtu-facts.ts";
import { probeRefs } from "../facts/probe-tries.ts";
import { reflectionFacts, reflectionRefs } from "../facts/reflection-facts.ts";
import {
  isLostOnTheWayBack,
  rehearsalFacts,
  triesNotTakenOver,
  triesOfEndsUnanswered,
} from "../facts/rehearsal-facts.ts";
import { type Claim, type Judgement, phrase, type Rule, unknown } from "../rule.ts";

/** An answer that takes longer than this is slow. */
const SLOW_MS = 3_000;

/**
 * The last IKE_AUTH exchange, if it was answered. As far as the unencrypted part shows, the connection then
 * came up.
 */
function completed(initiation: Initiation): ExchangeObservation | null {
  const last = initiation.exchanges.findLast((e) => e.exchangeType === ExchangeType.IKE_AUTH);
  // A client that goes on asking has not got the answer, whatever the capture shows of it.
  const isAnswered =
    last && last.requests.length > 0 && last.responses.some((m) => m.missingIkeFragments.length === 0);
  return isAnswered && !last.asksMore && ignoredAnswer(initiation) === null ? last : null;
}

/**
 * At the gateway an answer is seen to leave, not to arrive: that it did shows when the client goes on after
 * the large one.
 */
const mayNotHaveArrived = (i: Initiation): boolean =>
  i.view === "gateway" && i.esp.outbound.packets === 0 && completed(i) === firstAuth(i);

/**
 * Without IKE_SA_INIT and IKE_AUTH in the capture, the tunnel was up before it began, and nothing can be said
 * of its login.
 */
const isAttempt = (i: Initiation): boolean => saInit(i) !== undefined || firstAuth(i) !== undefined;

/** All attempts of which something can be said. */
const attemptsIn = (o: Observations): Initiation[] =>
  o.initiations.filter((i) => isAttempt(i) && !isBegunAgain(o, i));

/**
 * Whether a log's opening was answered with the demand for another one, which came: a gateway keeps nothing
 * of the first (RFC 7296 §2.6), so that its log has two attempts where there is one.
 */
const isBegunAgain = (o: Observations, i: Initiation): boolean =>
  i.log !== undefined &&
  firstAuth(i) === undefined &&
  saInit(i)?.responseNotifies.some(
    ({ type }) => type === NotifyType.COOKIE || type === NotifyType.INVALID_KE_PAYLOAD,
  ) === true &&
  o.initiations.some((other) => other.capture === i.capture && other.client === i.client && firstAuth(other));

/** The answer came, but only after retransmissions or a long wait. */
export const slowGateway: Rule = {
  code: "slow-gateway",
  severity: "low",
  nature: "observed",
  reference: "RFC 7296 §2.1",
  judge(o) {
    const attempts = attemptsIn(o);
    // If another attempt failed, slowness is not what explains it.
    if (attempts.some((i) => completed(i) === null || mayNotHaveArrived(i)))
      return unknown("finding.slow-gateway.unknown");
    const answered = attempts.flatMap((i) => i.exchanges).filter((e) => e.responses.length > 0);
    if (answered.length === 0) return unknown("finding.slow-gateway.unknown");
    const slow = answered.filter((e) => {
      const [request, response] = [e.requests[0], e.responses[0]];
      return e.requests.length > 1 || (request && response && response.timeMs - request.timeMs > SLOW_MS);
    });
    const [worst] = slow.toSorted((a, b) => waitMs(b) - waitMs(a));
    if (!worst)
      return {
        status: "clear",
        phrase: phrase("finding.slow-gateway.clear"),
        evidence: answered.flatMap(refsOf),
      };
    return {
      status: "found",
      phrase: worst.untimed
        ? phrase("finding.slow-gateway.untimed", { requests: worst.requests.length })
        : phrase("finding.slow-gateway.found", {
            requests: worst.requests.length,
            milliseconds: Math.round(waitMs(worst)),
          }),
      evidence: refsOf(worst),
      claim: { verdict: "slow-gateway", confidence: "medium", direction: null },
    };
  },
};

const waitMs = (e: ExchangeObservation): number =>
  (e.responses[0]?.timeMs ?? 0) - (e.requests[0]?.timeMs ?? 0);

/** Everything that was asked was answered, by a capture, by probes, or by both. */
export const healthy: Rule = {
  code: "healthy",
  severity: "info",
  nature: "observed",
  reference: "docs/domain.md §1.3",
  judge(o) {
    const byCapture = connectedInCapture(o);
    const byProbes = answeredAtEverySize(o);
    if (byCapture === null || byProbes === null)
      return byCapture ?? byProbes ?? unknown("finding.healthy.unknown");
    // A capture that shows a connection never lowers the confidence of what the probes measured.
    const stronger = byProbes.claim.confidence === "high" ? byProbes : byCapture;
    return { ...stronger, evidence: [...byProbes.evidence, ...byCapture.evidence] };
  },
};

type Healthy = Extract<Judgement, { status: "found" }> & { claim: Claim };

function connectedInCapture(o: Observations): Healthy | null {
  const attempts = attemptsIn(o);
  const connected = attempts
    .map((i) => firstAuth(i) && completed(i))
    .filter((e) => e !== null && e !== undefined);
  if (connected.length === 0 || connected.length < attempts.length) return null;
  return {
    status: "found",
    phrase: phrase("finding.healthy.capture"),
    evidence: connected.flatMap(refsOf),
    claim: {
      verdict: "healthy",
      // A text may leave out what shows that the answer was a refusal, or that it did not come whole.
      confidence: attempts.some((i) => mayNotHaveArrived(i) || isFromText(i)) ? "low" : "medium",
      direction: null,
    },
  };
}

function answeredAtEverySize(o: Observations): Healthy | null {
  const ports = [baseline(o, 500), baseline(o, 4500)];
  const { passed } = ipFragmentFacts(o);
  const { smallestLost, largestPassed, byEcho } = measuredPathMtu(o);
  const rehearsed = rehearsedAnswer(o);
  const reflection = reflectionFacts(o);
  const reflected = reflectedPackets(o);
  if (
    ports.some((b) => b.state !== "answered") ||
    !outboundIpFragmentsArrive(o) ||
    // What is lost of pings alone is no matter of a login that gets through.
    (smallestLost !== null && (rehearsed === null || !byEcho)) ||
    reflected === "fragments-lost" ||
    reflected === "large-lost" ||
    isLostOnTheWayBack(o) ||
    areIkeFragmentsLost(o)
  )
    return null;
  // The reply to a large ping without DF comes back as IP fragments, so it tests the way back too.
  const wayBack = o.echoes.filter(
    (e) => e.toGateway && e.dontFragment === false && e.outcome === "answered" && !e.replyCut,
  );
  const sizes = { whole: largestPassed ?? 0, fragmented: Math.max(...passed.map((p) => p.ipBytes)) };
  const key =
    wayBack.length > 0
      ? "finding.healthy.both-ways"
      : reflected === "fragments-pass"
        ? "finding.healthy.reflected"
        : "finding.healthy.outbound";
  const apartTries = triesNotTakenOver(o);
  const endTries = triesOfEndsUnanswered(o);
  const silentTries = triesSinceSilent(o);
  return {
    status: "found",
    phrase:
      apartTries > 0
        ? phrase("finding.healthy.ports-apart", { tries: apartTries })
        : endTries > 0
          ? phrase("finding.healthy.then-silent", { tries: endTries })
          : silentTries > 0
            ? phrase("finding.healthy.fell-silent", { tries: silentTries })
            : rehearsed === null
              ? phrase(key, sizes)
              : phrase(`finding.healthy.rehearsed-${rehearsed.as}`, { ...sizes, answer: rehearsed.ikeBytes }),
    evidence: [
      ...(rehearsed?.evidence ?? []),
      ...probeRefs([...ports.flatMap((b) => b.probes), ...passed]),
      ...wayBack.map((e) => e.ref),
      ...reflectionRefs(reflection),
    ],
    claim: {
      verdict: "healthy",
      // If the gateway's fragmented pings are lost, a reflector's IP fragments do not prove that the
      // gateway's are sent at all.
      confidence:
        apartTries > 0
          ? "low"
          : wayBack.length > 0 || rehearsed?.as === "ip-fragments"
            ? mayHaveLostAnswers(o) || smallestLost !== null || endTries + silentTries > 0
              ? "medium"
              : "high"
            : rehearsed !== null
              ? "medium"
              : reflected === "fragments-pass" && fragmentedPings(o) !== "lost-from-gateway-alone"
                ? "medium"
                : "low",
      direction: null,
    },
  };
}

/** The gateway's real answer to a login that was begun, where it arrived, and how it came. */
function rehearsedAnswer(
  o: Observations,
): { as: "ip-fragments" | "ike-fragments" | "one-packet"; ikeBytes: number; evidence: EvidenceRef[] } | null {
  const facts = rehearsalFacts(o);
  if (facts === null || facts.answerIkeBytes === null) return null;
  const { ipFragments, ikeFragments, answerIkeBytes } = facts;
  const ikeBytes = ipFragments.back.passedIkeBytes ?? answerIkeBytes;
  if (ipFragments.back.state === "passed")
    return { as: "ip-fragments", ikeBytes, evidence: ipFragments.back.evidence };
  if (ikeFragments.back.state === "passed")
    return { as: "ike-fragments", ikeBytes, evidence: ikeFragments.back.evidence };
  return facts.wholeBack === null ? { as: "one-packet", ikeBytes, evidence: [] } : null;
}

/** Some of the gateway's large answers did not arrive, too few to say more of it. */
const mayHaveLostAnswers = (o: Observations): boolean => {
  const facts = rehearsalFacts(o);
  return facts?.ipFragments.back.why === "doubtful" || facts?.ikeFragments.back.why === "doubtful";
};

/** The same gateway answers the same client on another network, so the network between them is the cause. */
export const answeredElsewhere: Rule = {
  code: "answered-elsewhere",
  severity: "medium",
  nature: "observed",
  reference: "docs/domain.md §1.3",
  judge(o) {
    const withAuth = o.initiations.filter((i) => firstAuth(i) !== undefined);
    const good = withAuth.filter((i) => (firstAuth(i)?.responses.length ?? 0) > 0);
    const bad = withAuth.filter((i) => firstAuth(i)?.responses.length === 0);
    const pair = bad.flatMap((b) =>
      good
        // The same login in two captures is one login, seen from both ends.
        .filter(
          (g) =>
            g.gateway === b.gateway &&
            g.capture !== b.capture &&
            g.initiatorSpi !== b.initiatorSpi &&
            !o.joined.some((login) => isOfLogin(login, g) && isOfLogin(login, b)),
        )
        .map((g) => ({ b, g })),
    )[0];
    if (pair) {
      const [failed, answered] = [firstAuth(pair.b), firstAuth(pair.g)];
      return {
        status: "found",
        phrase: phrase("finding.answered-elsewhere.found", { good: pair.g.capture, bad: pair.b.capture }),
        evidence: [...(failed ? refsOf(failed) : []), ...(answered ? refsOf(answered) : [])],
        claim: null,
      };
    }
    if (o.captures.length < 2) return unknown("finding.answered-elsewhere.unknown");
    return { status: "clear", phrase: phrase("finding.answered-elsewhere.clear"), evidence: [] };
  },
};

/** One login is answered and another like it is not, in one capture: sizes do not explain the difference. */
export const loginAnsweredSometimes: Rule = {
  code: "login-answered-sometimes",
  severity: "medium",
  nature: "observed",
  reference: "docs/domain.md §1.3",
  judge(o) {
    const seen = answeredSometimes(o);
    if (seen !== null) {
      return {
        status: "found",
        phrase: phrase("finding.login-answered-sometimes.found", { ipBytes: seen.largestIpBytes }),
        evidence: [...refsOf(seen.failed), ...refsOf(seen.answered)],
        claim: null,
      };
    }
    if (o.initiations.filter((i) => firstAuth(i) !== undefined).length < 2)
      return unknown("finding.login-answered-sometimes.unknown");
    return { status: "clear", phrase: phrase("finding.login-answered-sometimes.clear"), evidence: [] };
  },
};

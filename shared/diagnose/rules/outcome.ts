import type { ExchangeObservation, Initiation, Observations } from "../../evidence/observations.ts";
import { ExchangeType } from "../../ike/registry.ts";
import { measuredPathMtu } from "../facts/path-mtu-facts.ts";
import { baseline, firstAuth, probeRefs, refsOf, saInit } from "../facts/probe-facts.ts";
import { reflectionFacts, reflectionRefs } from "../facts/reflection-facts.ts";
import { type Claim, type Judgement, phrase, type Rule, unknown } from "../rule.ts";
import { fragmentProbes, largeEchoLost } from "./ip-fragments.ts";
import { reflectedFragments } from "./reflection.ts";

const SLOW_MS = 3_000;

/** The last IKE_AUTH exchange was answered: as far as the clear text shows, the connection came up. */
function completed(initiation: Initiation): ExchangeObservation | null {
  const last = initiation.exchanges.findLast((e) => e.exchangeType === ExchangeType.IKE_AUTH);
  return last && last.requests.length > 0 && last.responses.length > 0 ? last : null;
}

/** What is neither opened nor logged in here was up before the capture began: nothing can be said of it. */
const isAttempt = (i: Initiation): boolean => saInit(i) !== undefined || firstAuth(i) !== undefined;

/** The answer came, after retransmissions or after a long wait. */
export const slowGateway: Rule = {
  code: "slow-gateway",
  severity: "low",
  nature: "observed",
  reference: "RFC 7296 §2.1; DOMAIN RC21",
  judge(o) {
    const attempts = o.initiations.filter(isAttempt);
    // One that came up and one that did not is another story, which is not told by how long it took.
    if (attempts.some((i) => completed(i) === null)) return unknown("finding.slow-gateway.unknown");
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
      phrase: phrase("finding.slow-gateway.found", {
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

/** Everything that was asked was answered. */
export const healthy: Rule = {
  code: "healthy",
  severity: "info",
  nature: "observed",
  reference: "DESIGN §4",
  judge(o) {
    const byCapture = connectedInCapture(o);
    const byProbes = answeredAtEverySize(o);
    if (byCapture === null || byProbes === null)
      return byCapture ?? byProbes ?? unknown("finding.healthy.unknown");
    // What was seen to connect cannot make less sure of what was measured.
    const surer = byProbes.claim.confidence === "high" ? byProbes : byCapture;
    return { ...surer, evidence: [...byProbes.evidence, ...byCapture.evidence] };
  },
};

type Healthy = Extract<Judgement, { status: "found" }> & { claim: Claim };

function connectedInCapture(o: Observations): Healthy | null {
  const attempts = o.initiations.filter(isAttempt);
  const connected = attempts
    .map((i) => firstAuth(i) && completed(i))
    .filter((e) => e !== null && e !== undefined);
  if (connected.length === 0 || connected.length < attempts.length) return null;
  return {
    status: "found",
    phrase: phrase("finding.healthy.capture"),
    evidence: connected.flatMap(refsOf),
    claim: { verdict: "healthy", confidence: "medium", direction: null },
  };
}

function answeredAtEverySize(o: Observations): Healthy | null {
  const ports = [baseline(o, 500), baseline(o, 4500)];
  const { passed, lost } = fragmentProbes(o);
  const { smallestLost, largestPassed } = measuredPathMtu(o);
  const reflection = reflectionFacts(o);
  if (
    ports.some((b) => b.state !== "answered") ||
    passed.length === 0 ||
    lost.length > 0 ||
    smallestLost !== null ||
    reflectedFragments.judge(o).status === "found"
  )
    return null;
  // A large echo without DF comes back in pieces: the way back is tried too.
  const wayBack = o.echoes.filter(
    (e) => e.toGateway && !e.dontFragment && e.outcome === "answered" && !e.replyCut,
  );
  const reflected = reflection.state === "pieces-pass";
  const key =
    wayBack.length > 0
      ? "finding.healthy.both-ways"
      : reflected
        ? "finding.healthy.reflected"
        : "finding.healthy.outbound";
  return {
    status: "found",
    phrase: phrase(key, {
      whole: largestPassed ?? 0,
      fragmented: Math.max(...passed.map((p) => p.ipBytes)),
    }),
    evidence: [
      ...probeRefs([...ports.flatMap((b) => b.probes), ...passed]),
      ...wayBack.map((e) => e.ref),
      ...reflectionRefs(reflection),
    ],
    claim: {
      verdict: "healthy",
      // That others' pieces arrive does not show that the gateway's set out, where its pings in pieces are lost.
      confidence:
        wayBack.length > 0
          ? "high"
          : reflected && largeEchoLost.judge(o).status !== "found"
            ? "medium"
            : "low",
      direction: null,
    },
  };
}

/** The same gateway answers the same client elsewhere: then it is the network between them. */
export const answeredElsewhere: Rule = {
  code: "answered-elsewhere",
  severity: "medium",
  nature: "observed",
  reference: "DOMAIN §1.3 point 10, RC33",
  judge(o) {
    const withAuth = o.initiations.filter((i) => firstAuth(i) !== undefined);
    const good = withAuth.filter((i) => (firstAuth(i)?.responses.length ?? 0) > 0);
    const bad = withAuth.filter((i) => firstAuth(i)?.responses.length === 0);
    const pair = bad.flatMap((b) =>
      good.filter((g) => g.gateway === b.gateway && g.capture !== b.capture).map((g) => ({ b, g })),
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

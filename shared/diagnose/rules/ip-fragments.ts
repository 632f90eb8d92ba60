import type {
  ExchangeObservation,
  Initiation,
  Observations,
  ProbeObservation,
} from "../../evidence/observations.ts";
import { exchangeName } from "../../ike/registry.ts";
import { measuredPathMtu } from "../facts/path-mtu-facts.ts";
import {
  baseline,
  firstAuth,
  inboundSeen,
  isFirmlyLost,
  isSilence,
  once,
  probeRefs,
  refsOf,
  saInit,
  sizesLost,
} from "../facts/probe-facts.ts";
import { reflectionFacts, reflectionRefs } from "../facts/reflection-facts.ts";
import { mayBeTranslated } from "../facts/translator.ts";
import { type Judgement, phrase, type Rule, unknown } from "../rule.ts";

/** Where not even this cap helps, none that may be recommended does. */
export const SMALLEST_USEFUL_MTU = 1_280;

const inPieces = (p: ProbeObservation): boolean => p.ipFragmentBytes.length > 1;

/** What is known of datagrams that left the client as IP fragments. */
export const fragmentProbes = once((o: Observations) => {
  const sent = o.probes.filter((p) => inPieces(p) && p.outcome !== "not-run" && p.outcome !== "not-sent");
  const native = sent.filter((p) => p.userMtu === null);
  const whatIf = sent.filter((p) => p.userMtu !== null);
  return {
    native,
    passed: native.filter((p) => p.outcome === "answered"),
    lost: sizesLost(o, native),
    whatIf,
    whatIfPassed: whatIf.filter((p) => p.outcome === "answered"),
    whatIfLost: sizesLost(o, whatIf),
  };
});

/** The largest cap at which every what-if datagram was answered, with none above it in doubt below. */
export function largestPassingCap(o: Observations): number | null {
  const { whatIfPassed, whatIfLost } = fragmentProbes(o);
  const lostCaps = new Set(whatIfLost.map((p) => p.effectiveMtu));
  // What the system has learned from a router bounds its packets too: a larger cap was not what was tested.
  const learned = Math.min(...measuredPathMtu(o).packetTooBig.map((p) => p.nextHopMtu ?? 9_216));
  const caps = whatIfPassed.map((p) => p.effectiveMtu).filter((cap) => !lostCaps.has(cap) && cap <= learned);
  return caps.length > 0 ? Math.max(...caps) : null;
}

/**
 * The client's own IP fragments never arrive, while whole packets do. The answer to such a probe is 36 bytes, so what is lost is
 * the way out. Whether a smaller MTU helps is another question, and only the what-if probes answer it.
 */
export const outboundFragments: Rule = {
  code: "outbound-fragments",
  severity: "high",
  open: true,
  nature: "inferred",
  reference: "RFC 7383 §1; RFC 8900 §3; DOMAIN RC01, RC02",
  judge(o) {
    const { native, passed, lost, whatIf, whatIfPassed, whatIfLost } = fragmentProbes(o);
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
    // Whole packets that are lost as well make it a matter of the path MTU: that rule speaks.
    const { blackHole } = measuredPathMtu(o);
    const leastCaps = whatIfLost.filter((p) => p.effectiveMtu <= SMALLEST_USEFUL_MTU);
    const noneHelps = whatIfPassed.length === 0 && leastCaps.length > 0;
    if (blackHole && !noneHelps) return unknown("finding.outbound-fragments.path-mtu");
    const evidence = probeRefs([...lost, ...passed, ...whatIfPassed, ...whatIfLost]);
    const sizes = lost.map((p) => p.ipBytes);
    if (passed.length > 0) {
      // Some sizes arrive: fragments as such do pass.
      return {
        status: "found",
        phrase: phrase("finding.outbound-fragments.some", { sizes, passed: passed.map((p) => p.ipBytes) }),
        evidence,
        claim: { verdict: "outbound-fragments-too-large", confidence: "low", direction: "outbound" },
      };
    }
    const cap = largestPassingCap(o);
    // Three tries of one size leave too much to chance.
    const isFirm = isFirmlyLost(lost, native);
    if (cap !== null) {
      return {
        status: "found",
        phrase: phrase("finding.outbound-fragments.too-large", { sizes, cap }),
        evidence,
        claim: {
          verdict: "outbound-fragments-too-large",
          confidence: isFirm ? "high" : "medium",
          direction: "outbound",
        },
      };
    }
    if (noneHelps) {
      return {
        status: "found",
        phrase: phrase("finding.outbound-fragments.dropped", {
          sizes,
          caps: whatIfLost.map((p) => p.effectiveMtu),
        }),
        evidence,
        claim: {
          verdict: "outbound-fragments-dropped",
          confidence: isFirm && isFirmlyLost(leastCaps, whatIf) ? "high" : "medium",
          direction: "outbound",
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
      claim: { verdict: "outbound-fragments-too-large", confidence: "low", direction: "outbound" },
    };
  },
};

/** Why the capture of this attempt can't say what became of IP fragments; `null` where it can. */
function unfitForFragments(o: Observations, initiation: Initiation): Judgement | null {
  const quality = o.captures.find((c) => c.capture === initiation.capture)?.quality;
  if (quality?.nonFirstFragmentsHidden) return unknown("finding.capture.port-filter");
  if (quality?.droppedByCapture)
    return unknown("finding.capture.drops", { packets: quality.droppedByCapture });
  return inboundSeen(initiation) ? null : unknown("finding.capture.one-way");
}

/** Pieces of the gateway's answer arrive, and never all of it: that is the way back, by eyewitness. */
export const inboundFragments: Rule = {
  code: "inbound-fragments",
  severity: "high",
  open: true,
  nature: "observed",
  reference: "DOMAIN RC03, RC04",
  judge(o) {
    const waiting = o.initiations.filter((i) => {
      const auth = firstAuth(i);
      return auth !== undefined && auth.responses.length === 0;
    });
    for (const initiation of waiting.toReversed()) {
      const pieces = initiation.inboundIncomplete;
      if (pieces.length === 0) continue;
      const unfit = unfitForFragments(o, initiation);
      if (unfit) return unfit;
      const auth = firstAuth(initiation);
      const key = pieces.every((p) => !p.firstSeen)
        ? "finding.inbound-fragments.only-last"
        : pieces.every((p) => !p.lastSeen)
          ? "finding.inbound-fragments.only-first"
          : "finding.inbound-fragments.some";
      return {
        status: "found",
        phrase: phrase(key, { datagrams: pieces.length }),
        evidence: pieces.flatMap((p) => p.refs),
        // One piece that is missing once may have been lost as any packet may.
        claim: {
          verdict: "inbound-fragments-lost",
          confidence: pieces.length > 1 || (auth !== undefined && isSilence(auth)) ? "high" : "low",
          direction: "inbound",
        },
      };
    }
    // With the way out proven by probes, a large request that stays unanswered was lost on the way back, or by the gateway.
    const { passed, lost } = fragmentProbes(o);
    const largestFragment = Math.max(0, ...passed.flatMap((p) => p.ipFragmentBytes));
    const silent = waiting
      .filter((i) => passed.some((p) => p.target === i.gateway) && inboundSeen(i))
      .map(firstAuth)
      .filter((e) => e !== undefined)
      // Only what is no larger than what arrived: the interface's MTU may have been lowered in between.
      .filter((e) => isSilence(e) && e.requests.every((m) => Math.max(...m.ipBytes) <= largestFragment));
    if (silent.length > 0 && lost.length === 0) {
      const echo = largeEchoLost.judge(o);
      return {
        status: "found",
        phrase: phrase("finding.inbound-fragments.by-exclusion"),
        evidence: [...silent.flatMap(refsOf), ...probeRefs(passed)],
        // A gateway that keeps silent looks the same, unless others' pieces, or its pings in pieces, are lost as well.
        claim: {
          verdict: "inbound-fragments-lost",
          confidence:
            reflectionFacts(o).state === "pieces-lost"
              ? "high"
              : echo.status === "found" && echo.claim !== null
                ? "medium"
                : "low",
          direction: "inbound",
        },
      };
    }
    const whole = o.initiations
      .flatMap((i) => i.exchanges.flatMap((e) => e.responses))
      .filter((m) => m.ipFragmented);
    if (whole.length > 0) {
      return {
        status: "clear",
        phrase: phrase("finding.inbound-fragments.clear"),
        evidence: whole.flatMap((m) => m.refs),
      };
    }
    return unknown("finding.inbound-fragments.unknown");
  },
};

/** A gateway that asks others (RADIUS, OCSP) may well take some seconds. */
const LONG_ENOUGH_MS = 5_000;

/** From the first sending to the end of the capture. */
const waitedMs = ({ requests, observedAfterMs }: ExchangeObservation): number =>
  (requests.at(-1)?.timeMs ?? 0) - (requests[0]?.timeMs ?? 0) + observedAfterMs;

/** A fragmented IKE_AUTH goes out, several times, and nothing comes back: which way it is lost does not show. */
export const ikeAuthUnanswered: Rule = {
  code: "ike-auth-unanswered",
  severity: "high",
  open: true,
  nature: "observed",
  reference: "RFC 7296 §2.1; DOMAIN §3.5, RC01 to RC04",
  judge(o) {
    const withAuth = o.initiations.filter((i) => firstAuth(i) !== undefined);
    if (withAuth.length === 0) return unknown("finding.ike-auth-unanswered.unknown");
    for (const initiation of withAuth.toReversed()) {
      const auth = firstAuth(initiation);
      const request = auth?.requests[0];
      if (!auth || !request || auth.responses.length > 0 || !request.ipFragmented) continue;
      if (initiation.inboundIncomplete.length > 0) continue; // an answer came, if not all of it
      const unfit = unfitForFragments(o, initiation);
      if (unfit) return unfit;
      const opening = saInit(initiation);
      const params = {
        exchange: exchangeName(initiation.majorVersion, auth.exchangeType),
        requests: auth.requests.length,
        ikeLength: request.ikeLength,
        fragments: request.ipBytes,
        seconds: Math.round(auth.observedAfterMs / 1_000),
      };
      if (!isSilence(auth)) return unknown("finding.ike-auth-unanswered.too-few", params);
      return {
        status: "found",
        phrase: phrase("finding.ike-auth-unanswered.found", params),
        evidence: [...(opening ? refsOf(opening) : []), ...refsOf(auth)],
        claim: {
          verdict: "ike-auth-unanswered",
          confidence: waitedMs(auth) >= LONG_ENOUGH_MS ? "medium" : "low",
          direction: "undetermined",
        },
      };
    }
    const answered = withAuth
      .map(firstAuth)
      .filter((e) => e !== undefined)
      .filter((e) => e.responses.length > 0);
    if (answered.length === 0) return unknown("finding.ike-auth-unanswered.unknown");
    return {
      status: "clear",
      phrase: phrase("finding.ike-auth-unanswered.clear"),
      evidence: answered.flatMap(refsOf),
    };
  },
};

/** Pings of the agent's to the gateway: those that go and come in pieces, and large ones that were answered whole. */
export function echoesInPieces(o: Observations) {
  const echoes = o.echoes.filter((e) => e.toGateway === true && e.ref.kind === "probe");
  const inPieces = echoes.filter((e) => !e.dontFragment && e.ipBytes > 1_500);
  return {
    answered: inPieces.filter((e) => e.outcome === "answered" && !e.replyCut),
    silent: inPieces.filter((e) => e.outcome === "timeout"),
    whole: echoes.filter((e) => e.dontFragment && e.outcome === "answered" && e.ipBytes >= 1_280),
  };
}

/** An echo that goes out in pieces and should come back in pieces does not, while large IKE does arrive: the way back, perhaps. */
export const largeEchoLost: Rule = {
  code: "large-echo-lost",
  severity: "medium",
  nature: "inferred",
  reference: "DOMAIN RC03, §9 point 10",
  judge(o) {
    const { answered, silent, whole } = echoesInPieces(o);
    const { passed, lost } = fragmentProbes(o);
    if (answered.length > 0) {
      return {
        status: "clear",
        phrase: phrase("finding.large-echo.clear"),
        evidence: answered.map((e) => e.ref),
      };
    }
    if (silent.length === 0 || whole.length === 0 || passed.length === 0 || lost.length > 0) {
      return unknown("finding.large-echo.unknown");
    }
    if (mayBeTranslated(o)) return unknown("finding.large-echo.translated");
    const payload = silent[0]?.pingPayloadBytes ?? 0;
    const evidence = [...silent.map((e) => e.ref), ...whole.map((e) => e.ref), ...probeRefs(passed)];
    const reflection = reflectionFacts(o);
    if (reflection.state === "pieces-pass") {
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
        reflection.state === "pieces-lost" ? "finding.large-echo.like-reflector" : "finding.large-echo.found",
        { payload },
      ),
      evidence,
      // A firewall that drops fragmented ICMP alone looks the same.
      claim: { verdict: "inbound-fragments-lost", confidence: "low", direction: "inbound" },
    };
  },
};

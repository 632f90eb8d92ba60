/**
 * Which MTU the client's interface should have: verified, measured, or tried next. Never one that the
 * evidence speaks against.
 */
import { ASSUMED_INTERFACE_MTU, type Observations } from "../../evidence/observations.ts";
import { IPV6_FRAGMENT_HEADER_BYTES, IPV6_MINIMUM_MTU } from "../../packet/sizes.ts";
import type { Verdict } from "../../schema/diagnosis.ts";
import type { IpFamily } from "../../schema/plan.ts";
import { VERDICTS } from "../../schema/verdicts.ts";
import { provenIkeFragments } from "../facts/ike-remedy.ts";
import { ipFragmentFacts, largestPassingCap } from "../facts/ip-fragment-facts.ts";
import { type JoinedLoss, lossesOfLogins, unansweredAtGateway } from "../facts/joined-loss.ts";
import { joinedWays } from "../facts/joined-ways.ts";
import { answeredSometimes } from "../facts/login-facts.ts";
import { likelyGatewayPath, otherHosts } from "../facts/other-hosts.ts";
import { measuredPathMtu } from "../facts/path-mtu-facts.ts";
import { isLostOnTheWayBack, isWayBackInDoubt } from "../facts/rehearsal-facts.ts";
import type { ToldPathMtu } from "../facts/size-edges.ts";
import { mayBeTranslated } from "../facts/translator.ts";
import { areIkeFragmentsAboveLimit } from "../facts/witness-facts.ts";
import { phrase } from "../rule.ts";
import { LEAST_MTU } from "./netsh-commands.ts";
import {
  FRAGMENT_HEADER_TERM,
  KEEP,
  type MtuAdvice,
  type SentNow,
  trialMtus,
  trialsBelow,
} from "./trial-mtus.ts";

/** Below this only with proof that the path is narrower, because common links carry as much. */
const LEAST_WITHOUT_PROOF = IPV6_MINIMUM_MTU;

/**
 * An MTU for the verdicts that a client's MTU can help with; for the others it stays as it is. It is no more
 * than a trial where the way back is in doubt.
 */
export function adviseMtu(verdict: Verdict, o: Observations, sent: SentNow): MtuAdvice {
  const advice = adviseForWayOut(verdict, o, sent);
  return advice.basis !== null && isWayBackInDoubt(o) ? { ...advice, basis: "trial" } : advice;
}

function adviseForWayOut(verdict: Verdict, o: Observations, sent: SentNow): MtuAdvice {
  const { outbound, inbound, bothWays } = lossesOfLogins(o);
  // The client's MTU acts on what the client sends: where the way back loses, it cures nothing.
  if (inbound !== null || bothWays || outbound?.why === "chance" || outbound?.why === "port") return KEEP;
  if (isLostOnTheWayBack(o)) return KEEP;
  // What was seen to get the login through is advised alone: it lasts, and changes nothing on this PC.
  if (VERDICTS[verdict].ikeFragmentation !== "does-not-help" && provenIkeFragments(o) !== null) return KEEP;
  switch (verdict) {
    case "outbound-fragments-too-large": {
      const cap = largestPassingCap(o);
      if (cap !== null) return verified(cap);
      return outbound === null ? trialMtus(sent, ipFragmentLimit(o)) : fittingBothEnds(outbound, sent, o);
    }
    case "ike-fragments-too-large":
      if (outbound !== null) return fittingBothEnds(outbound, sent, o);
      return areIkeFragmentsAboveLimit(o) ? adviseForBlackHole(o, sent.family) : KEEP;
    case "ike-auth-unanswered": {
      // IP fragments of this size were answered once: their size is not what is to be changed.
      if (answeredSometimes(o) !== null) return KEEP;
      // What arrives at the gateway need not be made smaller.
      if (unansweredAtGateway(o).arrived !== null) return KEEP;
      if (outbound !== null) return fittingBothEnds(outbound, sent, o);
      const told = fittingToldPath(measuredPathMtu(o).told, sent, o) ?? toldElsewhere(sent, o);
      return told === null
        ? trialMtus(sent, ipFragmentLimit(o))
        : { ...told, alternatives: trialsBelow(told.interfaceMtu) };
    }
    case "path-mtu-black-hole":
      if (outbound !== null && (largestPassingCap(o) ?? measuredPathMtu(o).largestPassed) === null)
        return fittingBothEnds(outbound, sent, o);
      return measuredPathMtu(o).largestPassed === null
        ? otherHostsEdge(o)
        : adviseForBlackHole(o, sent.family);
    case "path-mtu-reduced":
      // Where an agent's large IKE messages arrived there is nothing to change.
      return o.probes.length > 0
        ? KEEP
        : (fittingToldPath(measuredPathMtu(o).told ?? likelyGatewayPath(o)?.told ?? null, sent, o) ?? KEEP);
    default:
      return KEEP;
  }
}

/** The MTU for a path on which large whole packets vanish: the plan tests this very value. */
export function adviseForBlackHole(o: Observations, family: IpFamily): MtuAdvice {
  const advice = fittingThePath(o, family);
  const { interfaceMtu } = advice;
  if (interfaceMtu === null) return advice;
  const cap = largestPassingCap(o);
  const { edgeIsConfirmed } = measuredPathMtu(o);
  if (cap === interfaceMtu) return edgeIsConfirmed ? { ...advice, basis: "verified" } : advice;
  if (cap !== null && cap < interfaceMtu) {
    return { ...verified(cap), basis: edgeIsConfirmed ? "verified" : "trial" };
  }
  // If this very MTU was tested and lost, something smaller than every MTU that was lost.
  const leastLost = Math.min(...ipFragmentFacts(o).whatIfLost.map((p) => p.effectiveMtu));
  return leastLost <= interfaceMtu
    ? trialMtus({ family, currentMtu: leastLost, auth: undefined }, leastLost)
    : advice;
}

/**
 * The measured path MTU; behind a translator 8 bytes less, as IP fragments grow by that much more than whole
 * packets.
 */
function fittingThePath(o: Observations, family: IpFamily): MtuAdvice {
  const { largestPassed: pathMtu, smallestLost, blackHole, sentWhole, edgeIsConfirmed } = measuredPathMtu(o);
  if (pathMtu === null) return KEEP;
  const translated = mayBeTranslated(o);
  // The packets certainly left whole, were sent often enough, and can only have been lost on the way out.
  const confirmed = blackHole && sentWhole && edgeIsConfirmed;
  // The loss of a 1280-byte packet is the proof. A small packet that passed proves nothing of the sizes in
  // between.
  const isNarrow = confirmed && !translated && smallestLost !== null && smallestLost <= LEAST_WITHOUT_PROOF;
  const interfaceMtu = translated ? pathMtu - IPV6_FRAGMENT_HEADER_BYTES : pathMtu;
  if (interfaceMtu < (isNarrow ? LEAST_MTU[family] : LEAST_WITHOUT_PROOF)) return KEEP;
  const measured = { bytes: pathMtu, term: phrase("term.measured-path-mtu") };
  return translated
    ? { ...KEEP, interfaceMtu, basis: "trial", arithmetic: [measured, FRAGMENT_HEADER_TERM] }
    : { ...KEEP, interfaceMtu, basis: confirmed ? "measured" : "trial", arithmetic: [measured] };
}

/** How far apart two sizes may be that make the same IP fragments (RFC 791 §3.1). */
const IP_FRAGMENT_STEP_BYTES = 8;

/**
 * The MTU that somebody named, or that what passed and what was refused pin down; behind a sign of a
 * translator 8 bytes less. `null` where it is not known so exactly, or changes nothing.
 */
function fittingToldPath(
  told: ToldPathMtu | null,
  { currentMtu, auth }: SentNow,
  o: Observations,
): (MtuAdvice & { interfaceMtu: number }) | null {
  if (told === null || told.most - told.least >= IP_FRAGMENT_STEP_BYTES) return null;
  const { smallestLost } = measuredPathMtu(o);
  const isTranslated = mayBeTranslated(o);
  const interfaceMtu = isTranslated ? told.least - IPV6_FRAGMENT_HEADER_BYTES : told.least;
  const sentNow = Math.min(
    currentMtu ?? Number.POSITIVE_INFINITY,
    ...(auth === undefined ? [] : [Math.max(...auth.ipBytes)]),
  );
  const changesNothing = interfaceMtu >= Math.min(sentNow, ASSUMED_INTERFACE_MTU);
  const isLost = smallestLost !== null && smallestLost <= told.least;
  if (interfaceMtu < LEAST_WITHOUT_PROOF || changesNothing || isLost) return null;
  const measured = {
    bytes: told.least,
    term: phrase(told.isNamed ? "term.told-path-mtu" : "term.pinned-path-mtu"),
  };
  return {
    interfaceMtu,
    basis: isTranslated ? "trial" : "measured",
    arithmetic: isTranslated ? [measured, FRAGMENT_HEADER_TERM] : [measured],
    alternatives: [],
  };
}

/**
 * A trial by what a router named on the way to another host, where that is less than what would be tried
 * otherwise: the way there begins with the same network, and so may the narrow link.
 */
function toldElsewhere(sent: SentNow, o: Observations): (MtuAdvice & { interfaceMtu: number }) | null {
  const usual = trialMtus(sent, ipFragmentLimit(o)).interfaceMtu;
  const named = otherHosts(o)
    .filter(({ told, family }) => told?.isNamed && told.by === "router" && family === sent.family)
    .flatMap(({ told }) => fittingToldPath(told, sent, o) ?? [])
    .filter(({ interfaceMtu }) => usual !== null && interfaceMtu < usual);
  const [least] = named.toSorted((a, b) => a.interfaceMtu - b.interfaceMtu);
  if (least === undefined) return null;
  const [first, ...rest] = least.arithmetic;
  const arithmetic = first ? [{ ...first, term: phrase("term.told-elsewhere") }, ...rest] : [];
  return { ...least, basis: "trial", arithmetic };
}

/**
 * The MTU by what both ends show: measured where the largest packet that arrived and the smallest that was
 * lost, or what a router made of a larger one, leave room for one size of IP fragments. Else what is sure to
 * pass, as a trial. None where size is only one of the explanations.
 */
function fittingBothEnds(
  { why, largestPassed, smallestLost, sentAs }: JoinedLoss,
  sent: SentNow,
  o: Observations,
): MtuAdvice {
  const { ways } = joinedWays(o);
  if (why !== "size" || smallestLost === null || ways === null) return KEEP;
  const { recutTo } = ways.outbound;
  const isRecut = recutTo !== null && recutTo < smallestLost && recutTo >= (largestPassed ?? 0);
  // Behind a translator IP fragments grow by more than the whole packets that were seen to pass.
  const growth = ways.isTranslated && sentAs !== "ip-fragments" ? IPV6_FRAGMENT_HEADER_BYTES : 0;
  const known = (isRecut ? recutTo : (largestPassed ?? 0)) - growth;
  const isExact = growth === 0 && (isRecut || smallestLost - known <= IP_FRAGMENT_STEP_BYTES);
  const interfaceMtu = Math.max(known, isExact ? 0 : LEAST_WITHOUT_PROOF);
  if (
    interfaceMtu < LEAST_WITHOUT_PROOF ||
    interfaceMtu >= Math.min(sent.currentMtu ?? smallestLost, smallestLost)
  )
    return KEEP;
  const term = isRecut
    ? "term.recut"
    : known < LEAST_WITHOUT_PROOF
      ? "term.sure-to-pass"
      : "term.arrived-at-gateway";
  const bytes = interfaceMtu === known ? known + growth : interfaceMtu;
  const first = { bytes, term: phrase(term) };
  return {
    ...KEEP,
    interfaceMtu,
    basis: isExact ? ("measured" as const) : ("trial" as const),
    arithmetic: bytes === interfaceMtu ? [first] : [first, FRAGMENT_HEADER_TERM],
  };
}

/** A trial for a host that may be the gateway: the largest packet that passed. */
function otherHostsEdge(o: Observations): MtuAdvice {
  const passed = likelyGatewayPath(o)?.lost?.passed ?? 0;
  if (passed < LEAST_WITHOUT_PROOF) return KEEP;
  const arithmetic = [{ bytes: passed, term: phrase("term.measured-path-mtu") }];
  return { ...KEEP, interfaceMtu: passed, basis: "trial", arithmetic };
}

const verified = (cap: number): MtuAdvice => ({
  ...KEEP,
  interfaceMtu: cap,
  basis: "verified",
  arithmetic: [{ bytes: cap, term: phrase("term.verified-cap") }],
});

/**
 * The largest whole packet of the path, less what IP fragments grow by where a translator is suspected
 * (docs/domain.md §1.4).
 */
function ipFragmentLimit(o: Observations): number {
  const { largestPassed, smallestLost, packetTooBig } = measuredPathMtu(o);
  // If nothing was lost, the largest packet that passed is only as large as was tried.
  if (largestPassed === null || (smallestLost === null && packetTooBig.length === 0))
    return Number.POSITIVE_INFINITY;
  const growth = mayBeTranslated(o) ? IPV6_FRAGMENT_HEADER_BYTES : 0;
  const limit = largestPassed - growth;
  // A small packet that passed says nothing of those between it and what was lost: what nearly every path
  // carries may be tried.
  const refused = packetTooBig.map(({ ipBytes, nextHopMtu }) => nextHopMtu ?? ipBytes - 1);
  const mayCarry = [...(smallestLost === null ? [] : [smallestLost - 1]), ...refused];
  return mayCarry.every((most) => most - growth >= LEAST_WITHOUT_PROOF)
    ? Math.max(limit, LEAST_WITHOUT_PROOF)
    : limit;
}

/** Logins that were begun with the gateway and not finished: whether its real, large answer arrives. */
import type { Observations } from "../../evidence/observations.ts";
import { ETHERNET_MTU } from "../../packet/sizes.ts";
import type { Confidence, Direction, EvidenceRef, Phrase, Verdict } from "../../schema/diagnosis.ts";
import { ipFragmentFacts, outboundIpFragmentsArrive } from "../facts/ip-fragment-facts.ts";
import { measuredPathMtu } from "../facts/path-mtu-facts.ts";
import { isConfirmedLoss } from "../facts/probe-tries.ts";
import {
  type RehearsalFacts,
  type RehearsedWay,
  rehearsalFacts,
  sureOfLoss,
} from "../facts/rehearsal-facts.ts";
import { whyNoRehearsal, whyNotTested } from "../facts/rehearsal-sentences.ts";
import { type Judgement, phrase, type Rule, unknown } from "../rule.ts";

/** The gateway's large answer to a login that was begun: it arrives, it is lost, or nothing tells. */
export const rehearsedWayBack: Rule = {
  code: "rehearsed-way-back",
  severity: "high",
  nature: "observed",
  reference: "RFC 7296 §2.16",
  judge(o) {
    const facts = rehearsalFacts(o);
    if (facts === null) return unknown("finding.rehearsed-back.unknown");
    const { back } = facts.ipFragments;
    const { lost, native } = ipFragmentFacts(o);
    const direction = lost.length > 0 && isConfirmedLoss(lost, native) ? "both" : "inbound";
    const bySize = lostForItsSize(facts, direction);
    if (bySize !== null) return bySize;
    if (back.state === "lost") return lostAsIpFragments(facts, back, direction);
    if (back.state === "passed") {
      const said = phrase("finding.rehearsed-back.clear", { ikeBytes: back.passedIkeBytes ?? 0 });
      return { status: "clear", phrase: said, evidence: back.evidence };
    }
    return { status: "unknown", phrase: whyNoRehearsal(o) ?? whyNotTested(back.why ?? "not-asked") };
  },
};

function lostAsIpFragments(
  { ikeFragments, answerIkeBytes }: RehearsalFacts,
  back: RehearsedWay,
  direction: Direction,
): Judgement {
  const { tries, evidence } = back;
  const passed = ikeFragments.back.state === "passed" ? ikeFragments.back.passedIpBytes : null;
  const ikeBytes = answerIkeBytes ?? back.lostIkeBytes;
  const said =
    ikeBytes === null
      ? phrase("finding.rehearsed-back.lost", { tries })
      : passed !== null && passed < ETHERNET_MTU
        ? phrase("finding.rehearsed-back.bounded", { tries, ikeBytes, passed })
        : phrase("finding.rehearsed-back.lost-sized", { tries, ikeBytes });
  return found(said, [...evidence, ...ikeFragments.back.evidence], {
    verdict: "inbound-fragments-lost",
    confidence: sureOfLoss(back),
    direction,
  });
}

/**
 * What left whole is lost and smaller packets arrive: for their size, or because a link on the way, or the
 * gateway's own, cuts them, and IP fragments are lost. So the verdict is the one that holds for both.
 */
function lostForItsSize(
  { wholeBack, ipFragments, ikeFragments }: RehearsalFacts,
  direction: Direction,
): Judgement | null {
  const verdict = "inbound-fragments-lost";
  if (wholeBack !== null) {
    const { lostIpBytes: lost, passedIpBytes: passed, tries, evidence } = wholeBack;
    const said = phrase("finding.rehearsed-back.whole", { tries, lost, passed });
    return found(said, evidence, { verdict, confidence: sureOfLoss(wholeBack), direction });
  }
  const { back } = ikeFragments;
  if (back.state !== "lost" || back.inPart !== "only-last" || ipFragments.back.state === "passed")
    return null;
  const said = phrase("finding.rehearsed-back.only-last", { tries: back.tries });
  return found(said, back.evidence, { verdict, confidence: sureOfLoss(back), direction });
}

const found = (
  said: Phrase,
  evidence: EvidenceRef[],
  claim: { verdict: Verdict; confidence: Confidence; direction: Direction },
): Judgement => ({ status: "found", phrase: said, evidence, claim });

/** Messages of a login in IKE fragments (RFC 7383), tried with the gateway itself before it is advised. */
export const rehearsedIkeFragments: Rule = {
  code: "rehearsed-ike-fragments",
  severity: "medium",
  nature: "observed",
  reference: "RFC 7383 §2.5",
  judge(o) {
    const facts = rehearsalFacts(o);
    if (facts === null) return unknown("finding.rehearsed-ike.unknown");
    const { out, back } = facts.ikeFragments;
    const lost = lostIkeFragments(o, facts);
    if (lost !== null) return lost;
    const said = throughAs(out, back);
    if (said === null) {
      const stopped = whyNoRehearsal(o);
      return { status: "unknown", phrase: stopped ?? whyNotTested(back.why ?? out.why ?? "not-asked") };
    }
    const evidence = [...out.evidence, ...back.evidence];
    // It matters to the reader where IP fragments do not pass; elsewhere it was checked, and is in order.
    const isRemedy = facts.ipFragments.back.state === "lost" || !outboundIpFragmentsArrive(o);
    return isRemedy
      ? { status: "found", phrase: said, evidence, claim: null }
      : { status: "clear", phrase: said, evidence };
  },
};

/** Which ways they got through; `null`: neither is known. */
function throughAs(out: RehearsedWay, back: RehearsedWay): Phrase | null {
  const ipBytes = Math.max(out.passedIpBytes ?? 0, back.passedIpBytes ?? 0);
  if (out.state === "passed")
    return phrase(back.state === "passed" ? "finding.rehearsed-ike.both" : "finding.rehearsed-ike.out", {
      ipBytes,
    });
  return back.state === "passed" ? phrase("finding.rehearsed-ike.back", { ipBytes }) : null;
}

function lostIkeFragments(o: Observations, { ikeFragments }: RehearsalFacts): Judgement | null {
  const { out, back } = ikeFragments;
  if (back.tries > 0) {
    const { tries, inPart, evidence } = back;
    const isBySize = inPart === "only-last" || back.state === "passed";
    return found(phrase(`finding.rehearsed-ike.back-${inPart ?? "lost"}`, { tries }), evidence, {
      verdict: isBySize ? "ike-fragments-too-large" : "ike-fragments-lost",
      // Nothing of it came: it may also be that the gateway sent no IKE fragments, though it offers them.
      confidence: inPart === null && ikeFragments.out.state !== "passed" ? "low" : sureOfLoss(back),
      direction: "inbound",
    });
  }
  if (out.tries === 0) return null;
  const { tries, evidence, lostIpBytes, passedIpBytes } = out;
  const isBySize = out.state === "passed" && passedIpBytes !== null && lostIpBytes !== null;
  // As whole packets of other messages so much arrives: then it is not their size, and may be the gateway.
  const arrivesWhole = (measuredPathMtu(o).largestPassed ?? 0) >= (lostIpBytes ?? 0);
  const sure = sureOfLoss(out);
  return found(
    isBySize
      ? phrase("finding.rehearsed-ike.out-large", { tries, lost: lostIpBytes, passed: passedIpBytes })
      : phrase("finding.rehearsed-ike.out-lost", { tries, lost: lostIpBytes ?? 0 }),
    evidence,
    {
      verdict: isBySize ? "ike-fragments-too-large" : "ike-fragments-lost",
      confidence: arrivesWhole ? "low" : sure === "high" ? "medium" : sure,
      direction: "outbound",
    },
  );
}

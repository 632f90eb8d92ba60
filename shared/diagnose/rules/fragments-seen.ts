/** What IP fragments in a capture tell besides loss: the order in which they leave, and their size. */
import type { Initiation } from "../../evidence/observations.ts";
import { ETHERNET_MTU, fragmentHeaderBytes } from "../../packet/sizes.ts";
import { saInit } from "../facts/login-facts.ts";
import { phrase, type Rule, unknown } from "../rule.ts";

/** Some old gateways and all of Azure's take IP fragments only in their order (docs/domain.md §2.6). */
export const fragmentsLastFirst: Rule = {
  code: "ip-fragments-last-first",
  severity: "medium",
  nature: "observed",
  reference: "docs/domain.md §2.6",
  judge(o) {
    const split = o.initiations
      .flatMap((i) => i.exchanges.flatMap((e) => (e.fromClient ? e.requests : [])))
      .filter((m) => m.ipFragmented && m.ikeFragmentTotal === null);
    if (split.length === 0) return unknown("finding.last-first.unknown");
    const reversed = split.filter((m) => m.outOfOrder !== undefined);
    const [first] = reversed;
    if (!first)
      return {
        status: "clear",
        phrase: phrase("finding.last-first.clear"),
        evidence: split.flatMap((m) => m.refs),
      };
    return {
      status: "found",
      phrase:
        first.outOfOrder === "last-first"
          ? phrase("finding.last-first.found", { messages: reversed.length, sizes: first.ipBytes })
          : phrase("finding.last-first.mixed", { messages: reversed.length, sizes: first.ipBytes }),
      evidence: reversed.flatMap((m) => m.refs),
      claim: null,
    };
  },
};

/** IP fragments hold a multiple of 8 bytes (RFC 791 §3.2, RFC 8200 §4.5): an MTU is up to 7 bytes larger. */
const FRAGMENT_STEP_BYTES = 8;
/** Below this MTU the way back is narrower than Ethernet. */
const USUAL_MTU = ETHERNET_MTU;
/** An answer this soon after a request, or within two round trips, is an answer to that request. */
const PROMPT_MS = 700;

function promptMs(i: Initiation): number {
  const opening = saInit(i);
  const [asked, answered] = [opening?.requests[0], opening?.responses[0]];
  return Math.max(PROMPT_MS, asked && answered ? 2 * (answered.timeMs - asked.timeMs) : 0);
}

/**
 * The gateway's answer arrived cut smaller than Ethernet needs it: so much passes towards the client. If it
 * came only once the request was repeated, the gateway has learned that size meanwhile.
 */
export const inboundPathMtu: Rule = {
  code: "inbound-path-mtu",
  severity: "medium",
  nature: "inferred",
  reference: "RFC 1191 §3",
  judge(o) {
    const cut = o.initiations
      .filter((i) => i.majorVersion === 2)
      .flatMap((i) =>
        i.exchanges
          .filter((e) => e.fromClient)
          .flatMap((e) => e.responses.filter((m) => m.ipFragmented).map((answer) => ({ i, e, answer }))),
      );
    const last = cut.at(-1);
    if (!last) return unknown("finding.inbound-path-mtu.unknown");
    const { i, e, answer } = last;
    const least = Math.max(...answer.ipBytes);
    const most = least + FRAGMENT_STEP_BYTES - 1;
    const evidence = answer.refs;
    if (most >= USUAL_MTU || least <= fragmentHeaderBytes(i.family))
      return { status: "clear", phrase: phrase("finding.inbound-path-mtu.clear", { least }), evidence };
    const before = e.requests.filter((m) => m.timeMs <= answer.timeMs).length;
    // A gateway that was slow answers at any time; one that learned a size, as soon as it is asked again.
    const isPrompt = !e.untimed && answer.timeMs - (e.requests[before - 1]?.timeMs ?? 0) <= promptMs(i);
    const earlier = e.responses.filter((m) => m.timeMs < answer.timeMs).map((m) => Math.max(...m.ipBytes));
    // At the gateway every answer is seen to leave: there it is learned only if the one before was larger.
    const isSmaller = earlier.length === 0 ? i.view !== "gateway" : earlier.every((size) => size > least);
    const isLearned = before > 1 && isPrompt && isSmaller;
    return {
      status: "found",
      phrase: isLearned
        ? phrase("finding.inbound-path-mtu.learned", { least, most, requests: before })
        : phrase(`finding.inbound-path-mtu.${i.view === "gateway" ? "left" : "found"}`, { least, most }),
      evidence,
      claim: isLearned ? { verdict: "path-mtu-reduced", confidence: "medium", direction: "inbound" } : null,
    };
  },
};

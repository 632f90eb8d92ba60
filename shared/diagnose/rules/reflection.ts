/** Whether this client's network lets IP fragments in, by a host that is neither the gateway nor a VPN. */
import type { Observations } from "../../evidence/observations.ts";
import type { Confidence, Phrase } from "../../schema/diagnosis.ts";
import { echoFacts } from "../facts/echo-facts.ts";
import { reflectedPackets } from "../facts/inbound-facts.ts";
import { reflectionFacts, reflectionRefs } from "../facts/reflection-facts.ts";
import { mayBeTranslated } from "../facts/translator.ts";
import { type Judgement, phrase, type Rule, unknown } from "../rule.ts";

/**
 * Datagrams of chosen sizes from a reflector show that this client's network loses large packets on the way
 * in.
 */
export const reflectedFragments: Rule = {
  code: "reflected-fragments",
  severity: "high",
  nature: "observed",
  reference: "RFC 8900 §3",
  judge(o) {
    const facts = reflectionFacts(o);
    const evidence = reflectionRefs(facts);
    const sizes = facts.fragmented.map((r) => r.ipBytes ?? 0);
    const whole = facts.whole[0]?.ipBytes ?? 0;
    const found = (said: Phrase, confidence: Confidence): Judgement => ({
      status: "found",
      phrase: said,
      evidence: [...evidence, ...echoFacts(o).silent.map((e) => e.ref)],
      claim: { verdict: "inbound-fragments-lost", confidence, direction: "inbound" },
    });
    switch (reflectedPackets(o)) {
      case "unknown":
        return unknown(
          o.reflections.length === 0 ? "finding.reflection.not-asked" : "finding.reflection.unknown",
        );
      case "fragments-pass":
        return { status: "clear", phrase: phrase("finding.reflection.clear"), evidence };
      case "way-out-unproven":
        return unknown("finding.reflection.outbound");
      case "gateway-gets-through":
        return unknown("finding.reflection.own-way");
      case "fragments-lost":
        return found(
          phrase("finding.reflection.pieces-lost", { sizes, whole }),
          pingsConfirm(o) ? "high" : "medium",
        );
      case "large-lost":
        return found(phrase("finding.reflection.large-lost", { sizes: [whole, ...sizes] }), "medium");
    }
  },
};

/**
 * IP fragments from two hosts do not arrive, although other packets of both do: what the two ways share is
 * the client's own network. With one host it may be that host's network. Where IPv4 may be translated,
 * fragmented pings fail by design.
 */
function pingsConfirm(o: Observations): boolean {
  const { answered, silent, whole } = echoFacts(o);
  return answered.length === 0 && silent.length > 0 && whole.length > 0 && !mayBeTranslated(o);
}

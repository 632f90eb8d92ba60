import type { Observations } from "../../evidence/observations.ts";
import type { Confidence } from "../../schema/diagnosis.ts";
import { reflectionFacts, reflectionRefs } from "../facts/reflection-facts.ts";
import { mayBeTranslated } from "../facts/translator.ts";
import { type Judgement, phrase, type Rule, unknown } from "../rule.ts";
import { echoesInPieces, fragmentProbes } from "./ip-fragments.ts";

/** Datagrams of chosen sizes from a host that is neither gateway nor VPN: whether this client's network lets pieces in. */
export const reflectedFragments: Rule = {
  code: "reflected-fragments",
  severity: "high",
  nature: "observed",
  reference: "RFC 8900 §3; DOMAIN RC03, RC04",
  judge(o) {
    const facts = reflectionFacts(o);
    const evidence = reflectionRefs(facts);
    if (facts.state === null) {
      return unknown(
        o.reflections.length === 0 ? "finding.reflection.not-asked" : "finding.reflection.unknown",
      );
    }
    if (facts.state === "pieces-pass")
      return { status: "clear", phrase: phrase("finding.reflection.clear"), evidence };
    const sizes = facts.pieces.map((r) => r.ipBytes ?? 0);
    const whole = facts.whole[0]?.ipBytes ?? 0;
    const echoes = echoesInPieces(o);
    const { passed, lost } = fragmentProbes(o);
    if (passed.length === 0 || lost.length > 0) return unknown("finding.reflection.outbound");
    // What comes from the gateway itself weighs more than what comes from elsewhere.
    const gatewayGetsThrough =
      facts.state === "pieces-lost"
        ? echoes.answered.length > 0
        : echoes.whole.some((e) => !e.replyCut && e.ipBytes >= whole);
    if (gatewayGetsThrough) return unknown("finding.reflection.own-way");
    const found = (key: Judgement["phrase"], confidence: Confidence): Judgement => ({
      status: "found",
      phrase: key,
      evidence: [...evidence, ...echoes.silent.map((e) => e.ref)],
      claim: { verdict: "inbound-fragments-lost", confidence, direction: "inbound" },
    });
    return facts.state === "pieces-lost"
      ? found(phrase("finding.reflection.pieces-lost", { sizes, whole }), echoConfirms(o) ? "high" : "medium")
      : found(phrase("finding.reflection.large-lost", { sizes: [whole, ...sizes] }), "medium");
  },
};

/**
 * Two hosts whose pieces do not arrive, of which each other packet does: the one way that they share is this client's. With one host alone,
 * it may be that host's own network; and where IPv4 may be translated, pings in pieces fail by design.
 */
function echoConfirms(o: Observations): boolean {
  const { answered, silent, whole } = echoesInPieces(o);
  return answered.length === 0 && silent.length > 0 && whole.length > 0 && !mayBeTranslated(o);
}

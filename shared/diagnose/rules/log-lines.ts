/** What logs of IKE daemons and lists of packets show, where a capture would show more or something else. */
import type { ExchangeObservation, Initiation } from "../../evidence/observations.ts";
import { exchangeName } from "../../ike/registry.ts";
import { isIkeFragmented } from "../facts/ike-fragmentation.ts";
import { isFromText } from "../facts/logged-login.ts";
import { firstAuth, isSilence, refsOf } from "../facts/login-facts.ts";
import { phrase, type Rule, unknown } from "../rule.ts";

const isUnsized = ({ requests }: ExchangeObservation): boolean =>
  requests.every((m) => m.ipBytes.length === 0 && !m.ipFragmented && !isIkeFragmented(m));

/**
 * A login gets no answer, and the text does not say how large it was: so its size may be the reason or not.
 */
export const unsizedLoginUnanswered: Rule = {
  code: "unsized-login-unanswered",
  severity: "high",
  nature: "observed",
  reference: "RFC 7296 §2.1",
  judge(o) {
    const unsized = o.initiations
      .map((i) => ({ i, auth: firstAuth(i) }))
      .filter(({ auth }) => auth !== undefined && isUnsized(auth));
    if (unsized.length === 0) return unknown("finding.unsized-login.unknown");
    const silent = unsized.findLast(({ i, auth }) => auth && isSilence(auth) && !isAnswered(i));
    if (!silent?.auth)
      return { status: "clear", phrase: phrase("finding.unsized-login.clear"), evidence: [] };
    return {
      status: "found",
      phrase: phrase("finding.unsized-login.found", {
        exchange: exchangeName(silent.i.majorVersion, silent.auth.exchangeType),
        requests: silent.auth.requests.length,
      }),
      evidence: refsOf(silent.auth),
      claim: { verdict: "insufficient-evidence", confidence: "low", direction: "undetermined" },
    };
  },
};

const isAnswered = (i: Initiation): boolean => i.inboundIncomplete.length > 0;

/** The gateway's answer began to arrive; the text cannot show whether the rest of it came. */
export const answerBegan: Rule = {
  code: "answer-began",
  severity: "medium",
  nature: "observed",
  reference: "RFC 791 §3.2",
  judge(o) {
    const listed = o.initiations.filter(isFromText);
    if (listed.length === 0) return unknown("finding.answer-began.unknown");
    const begun = listed.flatMap((i) => i.inboundIncomplete.filter((d) => d.firstSeen && !d.lastSeen));
    const first = begun.find((d) => d.ikeLength !== undefined && d.ipBytes.length > 0);
    if (!first) return { status: "clear", phrase: phrase("finding.answer-began.clear"), evidence: [] };
    return {
      status: "found",
      phrase: phrase("finding.answer-began.found", {
        ikeLength: first.ikeLength ?? 0,
        ipBytes: first.ipBytes[0] ?? 0,
      }),
      evidence: begun.flatMap((d) => d.refs),
      claim: null,
    };
  },
};

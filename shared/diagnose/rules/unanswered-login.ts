/** A large login without an answer, as a capture shows it. */
import { exchangeName } from "../../ike/registry.ts";
import { loggedSilence } from "../facts/logged-login.ts";
import {
  answeredSometimes,
  firstAuth,
  isSilence,
  refsOf,
  saInit,
  waitedMs,
  whyUnfitForIpFragments,
} from "../facts/login-facts.ts";
import { seenAtBothEnds } from "../facts/witness-facts.ts";
import { phrase, type Rule, unknown } from "../rule.ts";

/** A gateway that asks other servers (RADIUS, OCSP) may well take some seconds to answer. */
const LONG_ENOUGH_MS = 5_000;

/**
 * An IKE_AUTH is sent as IP fragments, several times, and nothing comes back. A capture at the client does
 * not show whether the request was lost, or its answer.
 */
export const ikeAuthUnanswered: Rule = {
  code: "ike-auth-unanswered",
  severity: "high",
  open: true,
  nature: "observed",
  reference: "RFC 7296 §2.1",
  judge(o) {
    const withAuth = o.initiations.filter((i) => firstAuth(i) !== undefined);
    if (withAuth.length === 0) return unknown("finding.ike-auth-unanswered.unknown");
    for (const initiation of withAuth.toReversed()) {
      const auth = firstAuth(initiation);
      const request = auth?.requests[0];
      if (!auth || !request || auth.responses.length > 0 || !request.ipFragmented) continue;
      if (initiation.inboundIncomplete.length > 0) continue; // an answer came, although not all of it
      const unfit = whyUnfitForIpFragments(o, initiation);
      if (unfit) return { status: "unknown", phrase: unfit };
      const opening = saInit(initiation);
      const params = {
        exchange: exchangeName(initiation.majorVersion, auth.exchangeType),
        requests: auth.requests.length,
        ikeLength: request.ikeLength ?? 0,
        fragments: request.ipBytes,
        seconds: Math.round(auth.observedAfterMs / 1_000),
      };
      const seen = seenAtBothEnds(o);
      if (seen !== null)
        return { status: "clear", phrase: phrase("finding.unanswered.seen-at-gateway"), evidence: seen };
      if (!isSilence(auth)) return unknown("finding.ike-auth-unanswered.too-few", params);
      return {
        status: "found",
        phrase: loggedSilence(auth) ?? phrase("finding.ike-auth-unanswered.found", params),
        evidence: [...(opening ? refsOf(opening) : []), ...refsOf(auth)],
        claim: {
          verdict: "ike-auth-unanswered",
          confidence:
            answeredSometimes(o) === null && (auth.gaveUp || waitedMs(auth) >= LONG_ENOUGH_MS)
              ? "medium"
              : "low",
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

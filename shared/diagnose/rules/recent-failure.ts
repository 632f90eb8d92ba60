/** A failure to connect that is the reason why anyone looks, beside a network that is in order. */
import { freshFailure, kindOfFailure } from "../facts/ras-failure.ts";
import { phrase, type Rule, unknown } from "../rule.ts";

/** What an error code says of the network, and why: sentences that stand in others. */
const MEANING = {
  silent: { cause: "failure.cause.network", why: "failure.why.silent" },
  refused: { cause: "failure.cause.network", why: "failure.why.refused" },
  otherVpn: { cause: "failure.cause.other-vpn", why: "failure.why.other-vpn" },
  other: { cause: "failure.cause.network", why: "failure.why.other" },
} as const;

/** From so many minutes on, hours are counted. */
const TWO_HOURS = 120;

/**
 * Windows failed to connect to this gateway shortly before: where everything else is in order, nobody is to
 * read that all is well.
 */
export const recentFailure: Rule = {
  code: "recent-failure",
  severity: "medium",
  nature: "observed",
  reference: "docs/domain.md §1.5",
  judge(o) {
    const fresh = freshFailure(o);
    if (o.vpn === null) return unknown("finding.recent-failure.unknown");
    if (fresh === null)
      return { status: "clear", phrase: phrase("finding.recent-failure.clear"), evidence: [] };
    const { failure, minutesBefore: minutes } = fresh;
    const { code, ref } = failure;
    const when =
      minutes === null
        ? "failure.when.unknown"
        : minutes < 2
          ? "failure.when.now"
          : minutes < TWO_HOURS
            ? "failure.when.minutes"
            : "failure.when.hours";
    const hours = Math.round((minutes ?? 0) / 60);
    const params = { code, when, minutes: minutes ?? 0, hours, ...MEANING[kindOfFailure(code)] };
    return {
      status: "found",
      phrase: phrase("finding.recent-failure.found", params),
      evidence: [ref],
      claim: null,
    };
  },
};

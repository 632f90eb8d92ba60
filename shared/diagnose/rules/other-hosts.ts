/** What pings and tools say of the way to a host of which it is not known that it is the VPN gateway. */
import { lostPhrase, refusedPhrase, toldPhrase } from "../facts/host-sentences.ts";
import { otherHosts } from "../facts/other-hosts.ts";
import { type Claim, phrase, type Rule, unknown } from "../rule.ts";

/** The way to another host, or to the gateway if that is what it is, is narrow or loses large packets. */
export const pathToOtherHost: Rule = {
  code: "path-to-other-host",
  severity: "low",
  nature: "observed",
  reference: "RFC 1191 §4",
  judge(o) {
    const [first] = otherHosts(o);
    if (!first) {
      const passed = [...o.echoes, ...o.pathReports].filter(
        (e) => e.toGateway !== true && (e.outcome === "answered" || e.outcome === "reached"),
      );
      return passed.length === 0
        ? unknown("finding.path-to-host.unknown")
        : {
            status: "clear",
            phrase: phrase("finding.path-to-host.clear"),
            evidence: passed.map((e) => e.ref),
          };
    }
    const { host, toGateway, told, lost, refusal, isNarrow, refs } = first;
    const said = told
      ? toldPhrase(host, told)
      : refusal
        ? refusedPhrase(host, refusal)
        : lost
          ? lostPhrase(host, lost)
          : null;
    const isTold = told !== null || refusal !== undefined;
    if (said === null) return unknown("finding.path-to-host.unknown");
    const claim: Claim = {
      verdict: isTold ? "path-mtu-reduced" : "path-mtu-black-hole",
      confidence: "low",
      direction: isTold ? "outbound" : "undetermined",
    };
    return {
      status: "found",
      phrase: said,
      evidence: refs,
      claim: isNarrow && toGateway === null ? claim : null,
    };
  },
};

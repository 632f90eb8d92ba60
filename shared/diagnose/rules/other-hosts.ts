/** What pings and tools say of the way to a host of which it is not known that it is the VPN gateway. */
import type { Phrase } from "../../schema/diagnosis.ts";
import { type LostAbove, otherHosts } from "../facts/other-hosts.ts";
import type { ToldPathMtu } from "../facts/size-edges.ts";
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
    const { host, toGateway, told, lost, isNarrow, refs } = first;
    const said = told !== null ? toldPhrase(host, told) : lost !== null ? lostPhrase(host, lost) : null;
    if (said === null) return unknown("finding.path-to-host.unknown");
    const claim: Claim = {
      verdict: told !== null ? "path-mtu-reduced" : "path-mtu-black-hole",
      confidence: "low",
      direction: told !== null ? "outbound" : "undetermined",
    };
    return {
      status: "found",
      phrase: said,
      evidence: refs,
      claim: isNarrow && toGateway === null ? claim : null,
    };
  },
};

function toldPhrase(host: string, { least, most, refused, by, router }: ToldPathMtu): Phrase {
  const exact = { host, pathMtu: least };
  const between = refused === null || least === most ? null : { ...exact, most, refused };
  switch (by) {
    case "system":
      return between === null
        ? phrase("finding.path-to-host.learned-exact", exact)
        : phrase("finding.path-to-host.learned", between);
    case "either":
      return between === null
        ? phrase("finding.path-to-host.either-exact", exact)
        : phrase("finding.path-to-host.either", between);
    case "router":
      if (router === null)
        return between === null
          ? phrase("finding.path-to-host.told", exact)
          : phrase("finding.path-to-host.between", between);
      return between === null
        ? phrase("finding.path-to-host.told-by", { ...exact, router })
        : phrase("finding.path-to-host.between-by", { ...between, router });
  }
}

function lostPhrase(host: string, { passed, lost, times, after, dontFragment }: LostAbove): Phrase {
  const params = { host, pathMtu: passed, lost };
  if (times === null)
    return after === null
      ? phrase("finding.path-to-host.not-reached", params)
      : phrase("finding.path-to-host.lost-after", { ...params, router: after });
  if (dontFragment === null) return phrase("finding.path-to-host.lost-df-unknown", { ...params, times });
  return phrase(dontFragment ? "finding.path-to-host.lost" : "finding.path-to-host.lost-without-df", {
    ...params,
    times,
  });
}

/** Sentences on what is known of the way to a host, for the gateway and for others. */
import type { Phrase } from "../../schema/diagnosis.ts";
import { phrase } from "../rule.ts";
import type { LostAbove } from "./other-hosts.ts";
import type { ToldPathMtu } from "./size-edges.ts";

/** What was told of the way to a host: exact where a number was told or one byte more was refused. */
export function toldPhrase(host: string, { least, most, refused, by, router }: ToldPathMtu): Phrase {
  const exact = { host, pathMtu: least };
  const between = refused === null || least === most ? null : { ...exact, most, refused };
  if (by === "either")
    return between === null
      ? phrase("finding.path-to-host.either-exact", exact)
      : phrase("finding.path-to-host.either", between);
  // A router that is not named did say so, to the system.
  if (by === "system" || router === null)
    return between === null
      ? phrase("finding.path-to-host.learned-exact", exact)
      : phrase("finding.path-to-host.learned", between);
  return between === null
    ? phrase("finding.path-to-host.told-by", { ...exact, router })
    : phrase("finding.path-to-host.between-by", { ...between, router });
}

/** What a router refused, where nothing tells which size passes. */
export const refusedPhrase = (host: string, about: { router: string; refused: number }): Phrase =>
  phrase("finding.path-to-host.refused-by", { ...about, host });

/** What was lost on the way to a host. */
export function lostPhrase(host: string, about: LostAbove): Phrase {
  const { passed, lost, times, after, dontFragment, isSplit } = about;
  const params = { host, pathMtu: passed, lost };
  if (times === null)
    return after === null
      ? phrase("finding.path-to-host.not-reached", params)
      : phrase("finding.path-to-host.lost-after", { ...params, router: after });
  if (isSplit) return phrase("finding.path-to-host.lost-split", { ...params, times });
  if (dontFragment === null) return phrase("finding.path-to-host.lost-df-unknown", { ...params, times });
  return phrase(dontFragment ? "finding.path-to-host.lost" : "finding.path-to-host.lost-without-df", {
    ...params,
    times,
  });
}

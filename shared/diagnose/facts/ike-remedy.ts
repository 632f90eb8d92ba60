/** Whether IKE fragmentation (RFC 7383), tried with the gateway itself, is what helps on this path. */
import type { Observations } from "../../evidence/observations.ts";
import { outboundIpFragmentsArrive } from "./ip-fragment-facts.ts";
import { rehearsalFacts } from "./rehearsal-facts.ts";

/** IKE fragments were tried, and those of one way at least were lost. */
export const areIkeFragmentsLost = (o: Observations): boolean => {
  const ways = rehearsalFacts(o)?.ikeFragments;
  return ways !== undefined && (ways.out.state === "lost" || ways.back.state === "lost");
};

/**
 * Each way either carries IKE fragments, or carries IP fragments so that nothing else is needed; `null`: this
 * was not tried, or it is not so. The size is that of the largest IP packet in which IKE fragments passed.
 */
export function provenIkeFragments(o: Observations): { passedIpBytes: number } | null {
  const facts = rehearsalFacts(o);
  if (facts === null || areIkeFragmentsLost(o)) return null;
  const { out, back } = facts.ikeFragments;
  const sizes = [out, back].flatMap((way) => (way.state === "passed" ? (way.passedIpBytes ?? []) : []));
  const getsOut = out.state === "passed" || outboundIpFragmentsArrive(o);
  const getsBack = back.state === "passed" || facts.ipFragments.back.state === "passed";
  return sizes.length > 0 && getsOut && getsBack ? { passedIpBytes: Math.max(...sizes) } : null;
}

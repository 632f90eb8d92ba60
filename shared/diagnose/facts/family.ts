/** Which IP version the evidence is about. */
import type { Observations } from "../../evidence/observations.ts";
import type { IpFamily } from "../../schema/plan.ts";
import { probedFamily } from "./baseline.ts";
import { joinedWays } from "./joined-ways.ts";
import { likelyGatewayPath } from "./other-hosts.ts";

/** The IP version of the login; else that of the probes; else that of what was pasted. */
export function familyInQuestion(o: Observations): IpFamily {
  // Behind a translator the gateway's end shows another one.
  const { ways } = joinedWays(o);
  const seen = ways?.logins.at(-1)?.family ?? o.initiations.at(-1)?.family;
  if (seen !== undefined) return seen;
  if (o.probes.length > 0) return probedFamily(o);
  const pasted = [...o.echoes, ...o.pathReports].filter((e) => e.toGateway === true);
  const [first] = pasted;
  if (first === undefined) return likelyGatewayPath(o)?.family ?? probedFamily(o);
  return pasted.every((e) => e.target?.includes(":")) ? 6 : 4;
}

/**
 * The cases of `test/cases/`, one folder a verdict: what is evidence in each, how it was made, and the near
 * misses beside them.
 */
import type { Verdict } from "../../shared/schema/diagnosis.ts";
import { healthyCases } from "./case-table/healthy.ts";
import { ikeFragmentsCases } from "./case-table/ike-fragments.ts";
import { ipFragmentsCases } from "./case-table/ip-fragments.ts";
import type { CaseToMake } from "./case-table/makers.ts";
import { pathMtuCases } from "./case-table/path-mtu.ts";
import { reachabilityCases } from "./case-table/reachability.ts";

/** All of them, by verdict: none may be missing. */
export const CASES: Record<Verdict, CaseToMake[]> = {
  ...reachabilityCases,
  ...ipFragmentsCases,
  ...pathMtuCases,
  ...ikeFragmentsCases,
  ...healthyCases,
};

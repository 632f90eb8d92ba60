/** What became of probes that left the client as IP fragments. */
import type { Observations, ProbeObservation } from "../../evidence/observations.ts";
import { IPV6_MINIMUM_MTU } from "../../packet/sizes.ts";
import { once } from "./once.ts";
import { measuredPathMtu } from "./path-mtu-facts.ts";
import { sizesLost } from "./probe-tries.ts";
import { rehearsalFacts } from "./rehearsal-facts.ts";

/** If not even this MTU helps, no MTU that may be recommended does. */
export const SMALLEST_USEFUL_MTU = IPV6_MINIMUM_MTU;

/**
 * Probes that were sent as IP fragments: under the interface's own MTU, and under a smaller one ("what if").
 */
export interface IpFragmentFacts {
  native: ProbeObservation[];
  passed: ProbeObservation[];
  /** One probe for each size that was lost. */
  lost: ProbeObservation[];
  whatIf: ProbeObservation[];
  whatIfPassed: ProbeObservation[];
  whatIfLost: ProbeObservation[];
}

/** A probe that the client's MTU cuts into several IP packets. */
export const leavesAsIpFragments = (p: ProbeObservation): boolean => p.ipFragmentBytes.length > 1;

/** What became of probes that left the client as IP fragments. */
export const ipFragmentFacts = once((o: Observations): IpFragmentFacts => {
  const probes = [...o.probes, ...(rehearsalFacts(o)?.outProbes ?? [])];
  const sent = probes.filter(
    (p) => leavesAsIpFragments(p) && p.outcome !== "not-run" && p.outcome !== "not-sent",
  );
  const native = sent.filter((p) => p.userMtu === null);
  const whatIf = sent.filter((p) => p.userMtu !== null);
  return {
    native,
    passed: native.filter((p) => p.outcome === "answered"),
    lost: sizesLost(o, native),
    whatIf,
    whatIfPassed: whatIf.filter((p) => p.outcome === "answered"),
    whatIfLost: sizesLost(o, whatIf),
  };
});

/** Everything large that left the client as IP fragments arrived, and something did. */
export function outboundIpFragmentsArrive(o: Observations): boolean {
  const { passed, lost } = ipFragmentFacts(o);
  return passed.length > 0 && lost.length === 0;
}

/** The largest MTU under which every what-if datagram was answered. */
export function largestPassingCap(o: Observations): number | null {
  const { whatIfPassed, whatIfLost } = ipFragmentFacts(o);
  const lostCaps = new Set(whatIfLost.map((p) => p.effectiveMtu));
  // The system keeps to what it has learned from a router, so a probe under a larger MTU did not test that
  // MTU.
  const learned = Math.min(
    ...measuredPathMtu(o).packetTooBig.map((p) => p.nextHopMtu ?? Number.POSITIVE_INFINITY),
  );
  const caps = whatIfPassed.map((p) => p.effectiveMtu).filter((cap) => !lostCaps.has(cap) && cap <= learned);
  return caps.length > 0 ? Math.max(...caps) : null;
}

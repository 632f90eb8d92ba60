/** Whether the gateway answers small messages: no verdict about sizes is allowed where it does not. */
import type { Observations, ProbeObservation } from "../../evidence/observations.ts";
import type { IpFamily } from "../../schema/plan.ts";
import { roundOf } from "../../schema/step-id.ts";
import { isLost } from "./probe-tries.ts";

/** `unknown`: it was not asked, or not often enough. */
export type PortState = "answered" | "silent" | "unknown";

/** What small probes found out about one port of the gateway. */
export function baseline(
  o: Observations,
  port: 500 | 4500,
): { state: PortState; probes: ProbeObservation[] } {
  const probes = o.probes
    .filter((p) => p.port === port)
    .filter((p) => p.purpose === "baseline" || p.purpose === "size-control");
  const state = probes.some((p) => p.outcome === "answered")
    ? "answered"
    : probes.length > 0 && probes.every(isLost)
      ? "silent"
      : "unknown";
  return { state, probes };
}

/**
 * How often the gateway was last asked something small in vain, where it had answered such before: it has
 * fallen silent since. 0: it answered the last time too.
 */
export function triesSinceSilent(o: Observations): number {
  const controls = o.probes.filter((p) => p.purpose === "size-control");
  const lastRound = Math.max(...controls.map((p) => roundOf(p.stepId)));
  const last = controls.filter((p) => roundOf(p.stepId) === lastRound);
  const before = controls.filter((p) => roundOf(p.stepId) < lastRound);
  return before.some((p) => p.outcome === "answered") && last.every(isLost)
    ? last.reduce((sum, { tries }) => sum + tries, 0)
    : 0;
}

/** The IP family that was measured. Of a gateway with two, the one that answered. */
export const probedFamily = (o: Observations): IpFamily =>
  (o.probes.find((p) => p.outcome === "answered") ?? o.probes[0])?.family ?? 4;

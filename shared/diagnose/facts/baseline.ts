/** Whether the gateway answers small messages: no verdict about sizes is allowed where it does not. */
import type { Observations, ProbeObservation } from "../../evidence/observations.ts";
import type { IpFamily } from "../../schema/plan.ts";
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

/** The IP family that was measured. Of a gateway with two, the one that answered. */
export const probedFamily = (o: Observations): IpFamily =>
  (o.probes.find((p) => p.outcome === "answered") ?? o.probes[0])?.family ?? 4;

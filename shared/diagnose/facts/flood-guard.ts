/** A gateway that guards itself against too many attempts asks for a COOKIE before it keeps any state (RFC 7296 §2.6). */
import type { Observations, ProbeObservation } from "../../evidence/observations.ts";
import { roundOf } from "./probe-facts.ts";

export const cookieProbes = (o: Observations): ProbeObservation[] =>
  o.probes.filter((p) => p.answer?.kind === "cookie");

/**
 * Nothing more may be sent: the gateway began to ask for a COOKIE while sizes were tested, so somebody has brought it to its limit
 * just then; or it answers full requests alone, each of which would cost it state.
 *
 * One that asks for it before any size was sent was at its limit when the run began, more often than not by the user's own attempts
 * to connect. The run goes on there: messages that are refused anyway cost it nothing, and a COOKIE proves their arrival.
 */
export function mustStopForGuard(o: Observations): boolean {
  const cookies = cookieProbes(o);
  if (cookies.length === 0) return false;
  // Not the first round alone: a gateway whose first address is silent is asked at the other one in the second.
  const firstOfSizes = Math.min(...o.probes.filter(isOfSizes).map((p) => roundOf(p.stepId)));
  const isBefore = (p: ProbeObservation): boolean => roundOf(p.stepId) < firstOfSizes;
  if (!cookies.some(isBefore)) return true;
  return !o.probes.some((p) => isBefore(p) && p.purpose === "size-control" && p.answer !== null);
}

const isOfSizes = ({ purpose }: ProbeObservation): boolean =>
  purpose !== "baseline" && purpose !== "size-control";

/**
 * A gateway that guards itself against floods asks for a COOKIE before it keeps any state (RFC 7296 §2.6).
 */
import type { Observations, ProbeObservation } from "../../evidence/observations.ts";
import { roundOf } from "../../schema/step-id.ts";

/** Probes that were answered with a COOKIE. */
export const cookieProbes = (o: Observations): ProbeObservation[] =>
  o.probes.filter((p) => p.answer?.kind === "cookie");

/**
 * Whether nothing more may be sent: the gateway began to ask for a COOKIE while sizes were tested, so
 * somebody has just brought it to its limit; or it answers full requests only, and each of those would cost
 * it state.
 *
 * If a gateway asks for a COOKIE before any size was sent, it was at its limit when the run began, usually
 * because of the user's own attempts to connect. The run then goes on: messages that are refused anyway cost
 * the gateway nothing, and a COOKIE proves that they arrived.
 */
export function mustStopForGuard(o: Observations): boolean {
  const cookies = cookieProbes(o);
  if (cookies.length === 0) return false;
  // Not only the first round: if the gateway's first address is silent, its other one is asked in the second
  // round.
  const firstOfSizes = Math.min(...o.probes.filter(asksForSize).map((p) => roundOf(p.stepId)));
  const isBefore = (p: ProbeObservation): boolean => roundOf(p.stepId) < firstOfSizes;
  if (!cookies.some(isBefore)) return true;
  return !o.probes.some((p) => isBefore(p) && p.purpose === "size-control" && p.answer !== null);
}

const asksForSize = ({ purpose }: ProbeObservation): boolean =>
  purpose !== "baseline" && purpose !== "size-control" && purpose !== "rehearsal";

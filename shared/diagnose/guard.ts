/** A gateway that guards itself against too many attempts asks for a COOKIE before it keeps any state (RFC 7296 §2.6). */
import type { Observations, ProbeObservation } from "../evidence/observations.ts";

export const cookieProbes = (o: Observations): ProbeObservation[] =>
  o.probes.filter((p) => p.answer?.kind === "cookie");

/**
 * Nothing more may be sent: the gateway began to ask for a COOKIE after it had answered otherwise, so the run itself may have
 * brought that about; or it answers full requests alone. One that asks everybody from the first message on was guarded before
 * the run began, and its COOKIE proves arrival at no cost to it.
 */
export function mustStopForGuard(o: Observations): boolean {
  if (cookieProbes(o).length === 0) return false;
  const answered = o.probes.filter((p) => p.answer !== null);
  if (answered.some((p) => p.answer?.kind === "accepted")) return true;
  const ofRefusedKind = answered.filter((p) => p.purpose !== "baseline");
  const kinds = new Set(ofRefusedKind.map((p) => (p.answer?.kind === "cookie" ? "cookie" : "other")));
  return kinds.size !== 1;
}

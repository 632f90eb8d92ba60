/** Keeps a plan polite: how much a whole run may send to the gateway. */
import { base64Bytes } from "../bytes/base64.ts";
import { TRIES_FOR_LOST } from "../diagnose/facts/probe-tries.ts";
import type { Measurement } from "../schema/measurement.ts";
import type { Step } from "../schema/plan.ts";

/** How many datagrams a plan may send in a run, whatever it finds: the gateway belongs to somebody. */
export const MOST_DATAGRAMS = 64;
/** How many bytes of UDP payload and ping payload a plan may send in a run. */
export const MOST_BYTES = 128 * 1024;

/** What of a run's datagrams is kept for the ends of logins. */
export interface KeptForLogins {
  /** How many datagrams are left for those that end logins. */
  owed: number;
  /** The steps that end them. */
  ends: readonly Step[];
  /** The steps that begin one: its end has to fit too. */
  begins: readonly Step[];
}

const NO_LOGINS: KeptForLogins = { owed: 0, ends: [], begins: [] };

/**
 * Leaves out the steps that would exceed the limits if every try of them were needed. Earlier steps take
 * precedence.
 */
export function withinLimits(
  steps: readonly Step[],
  measurements: readonly Measurement[],
  { owed, ends, begins }: KeptForLogins = NO_LOGINS,
): Step[] {
  let datagrams = 0;
  let bytes = 0;
  for (const { step, sentAtMs } of measurements) {
    datagrams += sentAtMs.length;
    bytes += sentAtMs.length * payloadBytes(step);
  }
  return steps.filter((step) => {
    if (step.kind !== "udp" && step.kind !== "echo") return true;
    const most = step.tries * payloadBytes(step);
    const left = MOST_DATAGRAMS - datagrams - (ends.includes(step) ? 0 : owed);
    const sendings = step.tries + (begins.includes(step) ? TRIES_FOR_LOST : 0);
    if (sendings > left || bytes + most > MOST_BYTES) return false;
    datagrams += sendings;
    bytes += most;
    return true;
  });
}

function payloadBytes(step: Step): number {
  if (step.kind === "udp") return base64Bytes(step.datagram);
  return step.kind === "echo" ? step.pingPayloadBytes : 0;
}

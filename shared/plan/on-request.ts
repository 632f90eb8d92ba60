/** What is done only where the helpdesk asked for it and the user says yes: after all that is merely measured. */

import { probedFamily } from "../diagnose/advice/recommend.ts";
import { diagnoseObservations } from "../diagnose/diagnose.ts";
import type { Observations } from "../evidence/observations.ts";
import type { AgentInfo, Measurement } from "../schema/measurement.ts";
import { type ApplyStep, Ask, type CaptureStep, type Host, type Step } from "../schema/plan.ts";

/** As long as a person takes to dial and a client to give up, and as much as an hour of IKE. */
const CAPTURE_SECONDS = 60;
const CAPTURE_BYTES = 5_000_000;

export interface OnRequest {
  ask: readonly Ask[];
  agent: AgentInfo | null;
}

/** Whether the run has come to these: then the user has dialled, and nothing is measured any more. */
export const isOnRequest = ({ step }: Measurement): boolean => Ask.options.some((kind) => kind === step.kind);

/** The next of them: each once, whatever came of it, and a capture before anything is changed. */
export function onRequestSteps(
  round: number,
  o: Observations,
  measurements: readonly Measurement[],
  { ask, agent }: OnRequest,
): Step[] {
  const isOpen = (kind: Ask) => ask.includes(kind) && !measurements.some(({ step }) => step.kind === kind);
  const capture = isOpen("capture") ? captureStep(round, o) : null;
  const step = capture ?? (isOpen("apply") ? applyStep(round, o, agent) : null);
  return step === null ? [] : [step];
}

/** @returns `null` where the gateway has no address: then there is nothing to capture */
function captureStep(round: number, o: Observations): CaptureStep | null {
  const target = gatewayAddress(o);
  if (target === null) return null;
  return {
    id: `r${round}-capture`,
    kind: "capture",
    atMs: 0,
    target,
    seconds: CAPTURE_SECONDS,
    maxBytes: CAPTURE_BYTES,
  };
}

/** The one that the run was about; where nothing answered, the one that the system would use first. */
function gatewayAddress(o: Observations): Host | null {
  const used = o.probes.find((p) => p.outcome === "answered") ?? o.probes.find((p) => p.tries > 0);
  const address = used !== undefined && o.gatewayAddresses.includes(used.target) ? used.target : undefined;
  return address ?? o.gatewayAddresses[0] ?? null;
}

/** @returns `null` where this agent cannot, or no smaller MTU is recommended */
function applyStep(round: number, o: Observations, agent: AgentInfo | null): ApplyStep | null {
  if (agent?.platform !== "windows" || agent.elevated !== true) return null;
  const { interfaceMtu, commands } = diagnoseObservations(o).recommendation;
  const family = probedFamily(o);
  const before = family === 4 ? o.egress?.mtuV4 : o.egress?.mtuV6;
  const interfaceIndex = o.egress?.index;
  // Where there is no command, Windows would not take the number, or the interface is not known.
  if (interfaceMtu === null || commands === null) return null;
  if (before == null || interfaceIndex == null || interfaceMtu >= before) return null;
  return { id: `r${round}-apply`, kind: "apply", atMs: 0, interfaceIndex, family, interfaceMtu };
}

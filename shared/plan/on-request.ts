/**
 * What is done only if the helpdesk asked for it and the user agrees: after everything that is merely
 * measured.
 */

import { diagnoseObservations } from "../diagnose/diagnose.ts";
import { probedFamily } from "../diagnose/facts/baseline.ts";
import { egressMtu, type Observations } from "../evidence/observations.ts";
import type { AgentInfo, Measurement } from "../schema/measurement.ts";
import { type ApplyStep, Ask, type CaptureStep, type Host, type Step } from "../schema/plan.ts";
import { stepId } from "../schema/step-id.ts";

/** As long as a person needs to connect and a client to give up. */
const CAPTURE_SECONDS = 60;
/** As much as an hour of IKE. */
const CAPTURE_BYTES = 5_000_000;

/** What the case asks for beyond measuring, and who measures. */
export interface OnRequest {
  ask: readonly Ask[];
  agent: AgentInfo | null;
}

/**
 * Whether the run has come to these steps: then the user has connected the VPN, and nothing is measured any
 * more.
 */
export const isOnRequest = ({ step }: Measurement): boolean => Ask.options.some((kind) => kind === step.kind);

/**
 * The next of these steps. Each is tried once, whatever its result, and the capture comes before anything is
 * changed.
 */
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

/** @returns `null` if the gateway has no address: then there is nothing to capture */
function captureStep(round: number, o: Observations): CaptureStep | null {
  const target = gatewayAddress(o);
  if (target === null) return null;
  return {
    id: stepId(round, "capture"),
    kind: "capture",
    atMs: 0,
    target,
    seconds: CAPTURE_SECONDS,
    maxBytes: CAPTURE_BYTES,
  };
}

/** The address that the run was about; if nothing answered, the one that the system would use first. */
function gatewayAddress(o: Observations): Host | null {
  const used = o.probes.find((p) => p.outcome === "answered") ?? o.probes.find((p) => p.tries > 0);
  const address = used !== undefined && o.gatewayAddresses.includes(used.target) ? used.target : undefined;
  return address ?? o.gatewayAddresses[0] ?? null;
}

/** @returns `null` if this agent cannot, or no smaller MTU is recommended */
function applyStep(round: number, o: Observations, agent: AgentInfo | null): ApplyStep | null {
  if (agent?.platform !== "windows" || agent.elevated !== true) return null;
  const { interfaceMtu, commands } = diagnoseObservations(o).recommendation;
  const family = probedFamily(o);
  const before = egressMtu(o, family);
  const interfaceIndex = o.egress?.index;
  // If there is no command, Windows would not accept the number, or the interface is not known.
  if (interfaceMtu === null || commands === null) return null;
  if (before === null || interfaceIndex == null || interfaceMtu >= before) return null;
  return { id: stepId(round, "apply"), kind: "apply", atMs: 0, interfaceIndex, family, interfaceMtu };
}

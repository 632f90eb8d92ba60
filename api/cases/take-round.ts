/** Takes what an agent measured, and answers with the next steps or with the report. */
import type { z } from "zod";
import { NO_REHEARSAL, readLogins } from "../../shared/evidence/rehearsal/read-rehearsal.ts";
import { nextRound, type PlanInput } from "../../shared/plan/plan.ts";
import type { PostRound } from "../../shared/schema/api.ts";
import { evidenceOf } from "../../shared/schema/evidence.ts";
import type { Measurement } from "../../shared/schema/measurement.ts";
import type { Round } from "../../shared/schema/plan.ts";
import { Rehearsal } from "../../shared/schema/rehearsal.ts";
import type { Deps } from "../deps.ts";
import { MAX_POSTS_A_RUN } from "../http/bounds.ts";
import { Problem } from "../http/problem.ts";
import { currentDiagnosis } from "../reports/report-objects.ts";
import { createReport, type StoredDiagnosis } from "../reports/write-report.ts";
import type { RunOfCase } from "../store/port.ts";
import { reflectorFor } from "./reflector-token.ts";
import { rehearsalFor } from "./rehearsal.ts";

const SEED_BYTES = 32;

/** What the plan needs to know to choose the next steps. */
export function planInput(
  deps: Deps,
  runOfCase: RunOfCase,
  measurements: readonly Measurement[],
  clientAddress: string,
): PlanInput {
  const {
    run,
    case: { gateway, ask },
  } = runOfCase;
  return {
    gateway,
    ask,
    agent: run.agent,
    measurements,
    seed: deps.random(SEED_BYTES),
    reflector: reflectorFor(deps, clientAddress, run.id),
    rehearsal: rehearsalFor(deps, runOfCase),
  };
}

/** Counts a post of the run. @throws {Problem} `too-many-rounds` */
export async function countPost(deps: Deps, { run }: RunOfCase): Promise<void> {
  if (await deps.cases.countPost(run.id, MAX_POSTS_A_RUN)) return;
  throw new Problem("too-many-rounds", {
    params: { max: MAX_POSTS_A_RUN },
    headers: { "RateLimit-Policy": `"posts";q=${MAX_POSTS_A_RUN}`, RateLimit: '"posts";r=0' },
  });
}

/**
 * Takes all measurements so far. Nothing is stored between rounds but the run itself.
 *
 * @param clientAddress where the request came from
 * @returns the next round, or the report after the last one
 * @throws {Problem} `wrong-target` for measurements of another gateway
 */
export async function takeRound(
  deps: Deps,
  runOfCase: RunOfCase,
  { startedAt, measurements }: z.infer<typeof PostRound>,
  clientAddress: string,
): Promise<Round | StoredDiagnosis> {
  const { run, case: entry } = runOfCase;
  refuseOtherTargets(entry.gateway, deps.config.reflector?.host ?? null, measurements);
  if (run.reportId !== null) {
    // The agent posts the last round again because the answer was lost. It gets the same answer.
    return { reportId: run.reportId, diagnosis: await currentDiagnosis(deps, run.reportId) };
  }
  const input = planInput(deps, runOfCase, measurements, clientAddress);
  const { rehearsal = null } = input;
  // Read once, for the plan and for the report: the keys of logins are what takes longest.
  const reading = rehearsal ? readLogins(measurements, rehearsal.secret, deps.now().toISOString()) : null;
  const round = nextRound({ ...input, rehearsal: rehearsal && reading && { ...rehearsal, reading } });
  if (round !== null) {
    await deps.cases.reachRound(run.id, round.number, deps.now().toISOString());
    return round;
  }
  const evidence = evidenceOf({
    startedAt,
    gateway: entry.gateway,
    agent: run.agent,
    measurements,
    rehearsal: Rehearsal.parse(reading?.rehearsal ?? NO_REHEARSAL),
  });
  // Of the address nothing is kept but whose network it is of, where the operator of this service says so.
  const operator = deps.config.networks?.nameOf(clientAddress) ?? null;
  return createReport(deps, {
    source: "run",
    evidence,
    transcripts: [],
    captures: [],
    run: runOfCase,
    operator,
  });
}

/** A report must be about the case's gateway: whoever has a code must not fill in another one. */
function refuseOtherTargets(gateway: string, reflector: string | null, measurements: Measurement[]): void {
  const name = gateway.toLowerCase();
  const own = new Set([name]);
  for (const { step, outcome } of measurements) {
    if (step.kind !== "interfaces" || step.gateway.toLowerCase() !== name) continue;
    if ("gatewayAddresses" in outcome)
      for (const { address } of outcome.gatewayAddresses) own.add(address.toLowerCase());
  }
  const errors = measurements.flatMap(({ step }, index) => {
    const [field, target] =
      step.kind === "interfaces"
        ? ["gateway", step.gateway]
        : "target" in step
          ? ["target", step.target]
          : [];
    if (target === undefined || own.has(target.toLowerCase())) return [];
    const isReflection = step.kind === "udp" && step.purpose === "reflection";
    if (isReflection && target.toLowerCase() === reflector?.toLowerCase()) return [];
    return [
      {
        pointer: `/measurements/${index}/step/${field}`,
        detail: `is ${target}, not the case's gateway or an address of it`,
      },
    ];
  });
  if (errors.length > 0)
    throw new Problem("wrong-target", { params: { gateway }, errors: errors.slice(0, 20) });
}

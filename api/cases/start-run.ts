/** Starts a run: an agent shows a case code, and gets a token and its first steps. */
import type { z } from "zod";
import { nextRound } from "../../shared/plan/plan.ts";
import type { NewRun, RunStarted } from "../../shared/schema/api.ts";
import { newKey, newSecret, SecretPrefix, sha256Hex } from "../auth/secrets.ts";
import type { Deps } from "../deps.ts";
import type { Run } from "../store/port.ts";
import { caseEvent } from "../webhooks/events.ts";
import { findOpenCase, redeemCode } from "./case-code.ts";
import { planInput } from "./take-round.ts";

const MINUTE_MS = 60_000;

/**
 * Uses the code once and starts a run.
 *
 * @param clientAddress where the request came from
 * @param admit asked when the code is known to be good and before it is used; it throws where the service
 *   takes no more runs for now
 * @throws {Problem} the code is unknown, expired, revoked or used up
 */
export async function startRun(
  deps: Deps,
  { code, agent }: z.infer<typeof NewRun>,
  clientAddress: string,
  admit: () => Promise<void>,
): Promise<z.infer<typeof RunStarted>> {
  await findOpenCase(deps, code);
  await admit();
  const entry = await redeemCode(deps, code);
  const now = deps.now();
  const token = newSecret(SecretPrefix.runToken, deps.random);
  const run: Run = {
    id: newKey(deps.random),
    caseId: entry.id,
    tokenHash: sha256Hex(token),
    agent,
    createdAt: now.toISOString(),
    expiresAt: new Date(now.getTime() + deps.config.runMinutes * MINUTE_MS).toISOString(),
    reportId: null,
    round: 1,
    seenAt: null,
  };
  const round = nextRound(planInput(deps, { run, case: entry }, [], clientAddress));
  if (round === null) throw new Error("Cannot start a run: the plan has no first round");
  deps.metrics.runs.add([]);
  await deps.cases.createRun(run, caseEvent(deps, entry));
  deps.webhooksDue();
  return { runId: run.id, runToken: token, gateway: entry.gateway, expiresAt: run.expiresAt, round };
}

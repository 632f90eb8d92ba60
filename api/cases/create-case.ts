/** Opens a case: what the helpdesk does first for a user and a VPN gateway. */
import type { z } from "zod";
import type { Language } from "../../shared/language.ts";
import { CaseCreated } from "../../shared/schema/api.ts";
import { newCaseCode } from "../../shared/schema/identifier.ts";
import { Ask } from "../../shared/schema/plan.ts";
import { newKey } from "../auth/secrets.ts";
import type { Deps } from "../deps.ts";
import { Problem } from "../http/problem.ts";
import type { Caller } from "../store/people-port.ts";
import type { Case } from "../store/port.ts";
import { agentCommands } from "./agent-commands.ts";
import { codeHash, maxRunsOf } from "./case-code.ts";

const HOUR_MS = 3_600_000;

/** What a case is opened with. */
export interface CaseRequest {
  gateway: string;
  label: string | null;
  language: Language;
  ask: readonly Ask[];
  /** Whether its runs may begin logins with the gateway, if the operator allows it. */
  rehearsal: boolean;
  /** How many runs its code takes, and for how many hours it works; left out: the operator's numbers. */
  maxRuns?: number | undefined;
  hours?: number | undefined;
}

/**
 * Opens a case.
 *
 * @throws {Problem} `role-too-low`: more runs or hours than the operator's numbers are an administrator's
 *   choice
 * @returns the case with its code, which is nowhere else: only its hash is stored
 */
export async function createCase(
  deps: Deps,
  origin: string,
  by: Pick<Caller, "name" | "role">,
  { gateway, label, language, ask, rehearsal, maxRuns, hours = deps.config.caseHours }: CaseRequest,
): Promise<z.infer<typeof CaseCreated>> {
  const { caseHours, runsPerCode } = deps.config;
  if (by.role !== "admin" && (hours > caseHours || (maxRuns ?? 0) > runsPerCode))
    throw new Problem("role-too-low", { params: { role: by.role } });
  const now = deps.now();
  const code = newCaseCode(deps.random(12));
  const entry: Case = {
    id: newKey(deps.random),
    gateway,
    label,
    language,
    ask: Ask.options.filter((each) => ask.includes(each)), // each once, in the order in which they are done
    rehearsal: rehearsal && deps.config.rehearsal,
    createdAt: now.toISOString(),
    createdBy: by.name,
    expiresAt: new Date(now.getTime() + hours * HOUR_MS).toISOString(),
    revokedAt: null,
    runs: 0,
    maxRuns: maxRuns ?? null,
    gatewayCodeHash: null,
  };
  await deps.cases.create(entry, codeHash(deps, code));
  return CaseCreated.parse({
    caseId: entry.id,
    code,
    gateway,
    label,
    language,
    ask: entry.ask,
    rehearsal: entry.rehearsal,
    maxRuns: maxRunsOf(deps, entry),
    expiresAt: entry.expiresAt,
    page: `${origin}/a/${code}`,
    commands: agentCommands(origin, code),
  });
}

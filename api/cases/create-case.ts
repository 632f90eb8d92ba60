/** Opens a case: what the helpdesk does first for a user and a VPN gateway. */
import type { z } from "zod";
import type { Language } from "../../shared/language.ts";
import type { CaseCreated } from "../../shared/schema/api.ts";
import { newCaseCode } from "../../shared/schema/identifier.ts";
import { Ask } from "../../shared/schema/plan.ts";
import { newKey } from "../auth/secrets.ts";
import type { Deps } from "../deps.ts";
import { Problem } from "../http/problem.ts";
import type { Caller } from "../store/people-port.ts";
import type { Case } from "../store/port.ts";
import { agentCommands, waysOf } from "./agent-commands.ts";
import { closedBy, codeHash, maxRunsOf, sealCode, unsealCode } from "./case-code.ts";

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
 * @returns the case with its code, of which a hash is stored, and a sealed copy for staff
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
  const id = newKey(deps.random);
  const entry: Case = {
    id,
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
    sealedCode: sealCode(deps, id, code),
  };
  await deps.cases.create(entry, codeHash(deps, code));
  return caseWithCode(deps, origin, entry, code);
}

/** A case with its code, and what to hand out for it. */
const caseWithCode = (
  deps: Deps,
  origin: string,
  entry: Case,
  code: string,
): z.infer<typeof CaseCreated> => ({
  caseId: entry.id,
  code,
  gateway: entry.gateway,
  label: entry.label,
  language: entry.language,
  ask: entry.ask,
  rehearsal: entry.rehearsal,
  maxRuns: maxRunsOf(deps, entry),
  expiresAt: entry.expiresAt,
  page: `${origin}/a/${code}`,
  commands: agentCommands(deps, origin, code),
  ways: waysOf(deps, origin, code),
});

/**
 * Makes a new code for a case, in place of the one before, which works no more: the case is open again, with
 * as many runs and hours as the operator gives to a new one.
 *
 * @throws {Problem} `case-not-found`
 */
export async function replaceCode(
  deps: Deps,
  origin: string,
  caseId: string,
): Promise<z.infer<typeof CaseCreated>> {
  const code = newCaseCode(deps.random(12));
  const entry = await deps.cases.replaceCode(caseId, {
    codeHash: codeHash(deps, code),
    sealedCode: sealCode(deps, caseId, code),
    expiresAt: new Date(deps.now().getTime() + deps.config.caseHours * HOUR_MS).toISOString(),
    runs: deps.config.runsPerCode,
  });
  if (entry === null) throw new Problem("case-not-found");
  return caseWithCode(deps, origin, entry, code);
}

/**
 * The code of a case that is open, for staff who hand it out again.
 *
 * @returns `null` where the code works no more, or was made before codes were kept
 */
export function readCode(deps: Deps, origin: string, entry: Case): z.infer<typeof CaseCreated> | null {
  const code = closedBy(deps, entry) === null ? unsealCode(deps, entry) : null;
  return code === null ? null : caseWithCode(deps, origin, entry, code);
}

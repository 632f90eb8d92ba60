/** Case codes: which case a code opens, how a run uses it, and why it no longer works. */
import { parseCaseCode } from "../../shared/schema/identifier.ts";
import { hmacHex } from "../auth/secrets.ts";
import type { Deps } from "../deps.ts";
import { Problem } from "../http/problem.ts";
import type { Case } from "../store/port.ts";
import { seal, unseal } from "../webhooks/seal.ts";

/** What a code is found by. */
export const codeHash = (deps: Deps, code: string): string => hmacHex(deps.config.pepper, `code ${code}`);

/** A code is read again as that of its own case only. */
const placeOf = (caseId: string): string => `code of case ${caseId}`;

/** What staff can read a code from again, with the deployment's key. */
export const sealCode = (deps: Deps, caseId: string, code: string): string =>
  seal(deps, placeOf(caseId), code);

/** @returns the code that was sealed; `null` where none was, or with another key */
export const unsealCode = (deps: Deps, { id, sealedCode }: Case): string | null =>
  sealedCode === null ? null : unseal(deps, placeOf(id), sealedCode);

/** How many runs a case takes. */
export const maxRunsOf = (deps: Deps, { maxRuns }: Pick<Case, "maxRuns">): number =>
  maxRuns ?? deps.config.runsPerCode;

/** Why a case takes no more runs; `null` while it takes them. */
export function closedBy(deps: Deps, entry: Case): Problem | null {
  if (entry.revokedAt !== null) return new Problem("code-revoked");
  if (entry.expiresAt <= deps.now().toISOString()) {
    return new Problem("code-expired", { params: { at: entry.expiresAt } });
  }
  const max = maxRunsOf(deps, entry);
  if (entry.runs >= max) {
    return new Problem("code-used-up", { params: { max } });
  }
  return null;
}

/** A case and its code, written as we write codes. */
export interface OpenCase {
  code: string;
  entry: Case;
}

/**
 * The case of a code as a person types it, whether or not it takes more runs.
 *
 * @throws {Problem} `code-unknown`
 */
export async function findCaseOfCode(deps: Deps, text: string): Promise<OpenCase> {
  const code = parseCaseCode(text.slice(0, 64));
  const entry = code === null ? null : await deps.cases.findByCode(codeHash(deps, code));
  if (code === null || entry === null) throw new Problem("code-unknown");
  return { code, entry };
}

/**
 * The same of a code that can be used.
 *
 * @throws {Problem} `code-unknown`, `code-expired`, `code-revoked`, `code-used-up`
 */
export async function findOpenCase(deps: Deps, text: string): Promise<OpenCase> {
  const found = await findCaseOfCode(deps, text);
  const closed = closedBy(deps, found.entry);
  if (closed !== null) throw closed;
  return found;
}

/** Uses the code once. @throws {Problem} as `findOpenCase` does */
export async function redeemCode(deps: Deps, code: string): Promise<Case> {
  const use = { now: deps.now().toISOString(), max: deps.config.runsPerCode };
  const redeemed = await deps.cases.redeem(codeHash(deps, code), use);
  if (redeemed !== null) return redeemed;
  const { entry } = await findOpenCase(deps, code);
  // It looks open now, but a moment ago somebody else used it for the last time.
  throw closedBy(deps, entry) ?? new Problem("code-used-up", { params: { max: maxRunsOf(deps, entry) } });
}

/** For so long it can be taken back that a code was withdrawn. */
const RESTORE_MS = 60_000;

/** Whether it can still be taken back that a case's code was withdrawn. */
export const isRestorable = (deps: Deps, { revokedAt }: Case): boolean =>
  revokedAt !== null && Date.parse(revokedAt) >= deps.now().getTime() - RESTORE_MS;

/** Puts a code in force again that was withdrawn a moment ago. @throws {Problem} `case-not-found` */
export async function restoreCode(deps: Deps, caseId: string): Promise<void> {
  const since = new Date(deps.now().getTime() - RESTORE_MS).toISOString();
  if (!(await deps.cases.restore(caseId, since))) throw new Problem("case-not-found");
}

/** Withdraws a case's code; the reports of its runs stay. @throws {Problem} `case-not-found` */
export async function revokeCode(deps: Deps, caseId: string): Promise<void> {
  if (!(await deps.cases.revoke(caseId, deps.now().toISOString()))) throw new Problem("case-not-found");
}

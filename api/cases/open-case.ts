import { parseCaseCode } from "../../shared/schema/identifier.ts";
import { hmacHex } from "../auth/secrets.ts";
import type { Deps } from "../deps.ts";
import type { AppContext } from "../http/context.ts";
import { countMiss } from "../http/limits.ts";
import { Problem } from "../http/problem.ts";
import type { Case } from "../store/port.ts";

export const codeHash = (deps: Deps, code: string): string => hmacHex(deps.config.pepper, `code ${code}`);

/** Why a case takes no more runs; `null` when it does. */
export function closedBy(deps: Deps, entry: Case): Problem | null {
  if (entry.revokedAt !== null) return new Problem("code-revoked");
  if (entry.expiresAt <= deps.now().toISOString()) {
    return new Problem("code-expired", { params: { at: entry.expiresAt } });
  }
  if (entry.runs >= deps.config.runsPerCode) {
    return new Problem("code-used-up", { params: { max: deps.config.runsPerCode } });
  }
  return null;
}

async function findCase(deps: Deps, c: AppContext, text: string): Promise<{ code: string; entry: Case }> {
  const code = parseCaseCode(text.slice(0, 64));
  const entry = code === null ? null : await deps.cases.findByCode(codeHash(deps, code));
  if (code === null || entry === null) {
    await countMiss(deps, c);
    throw new Problem("code-unknown");
  }
  return { code, entry };
}

/** The case of a code as a person types it. @throws {Problem} unknown, expired, revoked or used up */
export async function openCase(
  deps: Deps,
  c: AppContext,
  text: string,
): Promise<{ code: string; entry: Case }> {
  const found = await findCase(deps, c, text);
  const closed = closedBy(deps, found.entry);
  if (closed !== null) throw closed;
  return found;
}

/** Uses the code once. @throws {Problem} as `openCase` does */
export async function redeemCode(deps: Deps, c: AppContext, code: string): Promise<Case> {
  const use = { now: deps.now().toISOString(), max: deps.config.runsPerCode };
  const redeemed = await deps.cases.redeem(codeHash(deps, code), use);
  if (redeemed !== null) return redeemed;
  const { entry } = await openCase(deps, c, code);
  // Open by the clock of this moment, used up by somebody else's of the one before.
  throw closedBy(deps, entry) ?? new Problem("code-used-up", { params: { max: deps.config.runsPerCode } });
}

/** Checks the token of a run, once for each request, and hands the run to the handlers behind. */
import type { MiddlewareHandler } from "hono";
import type { Deps } from "../deps.ts";
import type { AppContext, Env } from "../http/context.ts";
import { Problem } from "../http/problem.ts";
import { countMiss } from "../http/rate-limits.ts";
import type { RunOfCase } from "../store/port.ts";
import { bearerToken, CHALLENGE } from "./authenticate.ts";
import { equalDigests, sha256Hex } from "./secrets.ts";

/**
 * Lets the agent of a run pass, for paths with `:runId`.
 *
 * @throws {Problem} `token-missing`, `token-refused`, `run-expired`, `too-many-requests`
 */
export function authorizeRun(deps: Deps): MiddlewareHandler<Env> {
  return async (c, next) => {
    const token = bearerToken(c);
    if (token === null) throw new Problem("token-missing", { headers: CHALLENGE });
    const found = await findRun(deps, c.req.param("runId") ?? "", token);
    if (found === null) {
      await countMiss(deps, c);
      throw new Problem("token-refused", { headers: CHALLENGE });
    }
    c.set("runOfCase", found);
    await next();
  };
}

/** @returns the run that asks, behind `authorizeRun` */
export function runOf(c: AppContext): RunOfCase {
  if (c.var.runOfCase === undefined) throw new Error("Cannot tell which run asks: authorizeRun did not run");
  return c.var.runOfCase;
}

async function findRun(deps: Deps, runId: string, token: string): Promise<RunOfCase | null> {
  const run = await deps.cases.getRun(runId);
  // The token is hashed even when the run does not exist: the time that the answer takes must not tell which
  // it was.
  const matches = equalDigests(sha256Hex(token), run?.tokenHash ?? sha256Hex(""));
  const entry = run && matches ? await deps.cases.get(run.caseId) : null;
  if (!run || !entry) return null;
  if (run.expiresAt <= deps.now().toISOString()) {
    throw new Problem("run-expired", { params: { at: run.expiresAt } });
  }
  return { run, case: entry };
}

/** What happens in a case while staff look on: its runs with their rounds, and the reports they end with. */
import type { z } from "zod";
import type { CaseDetail } from "../../shared/schema/api.ts";
import { sha256Hex } from "../auth/secrets.ts";
import type { Deps } from "../deps.ts";
import type { Run } from "../store/port.ts";
import { readCase } from "./read-case.ts";

/** So many of a case's runs are shown; a fleet's case has hundreds. */
const MOST_RUNS = 50;
/** After so long without a word nobody waits for a run any more. */
const SILENT_MS = 10 * 60_000;

/** Where a run stands: it has a report, goes on, or was heard of too long ago. */
export type RunState = "done" | "running" | "silent";

/** A case as it is now. */
export interface CaseNow {
  detail: z.infer<typeof CaseDetail>;
  /** Newest first. */
  runs: (Run & { state: RunState })[];
  /** Changes with anything that is shown of it. */
  stamp: string;
}

/** Reads a case with its runs. @throws {Problem} `case-not-found` */
export async function watchCase(deps: Deps, caseId: string): Promise<CaseNow> {
  const [detail, found] = await Promise.all([readCase(deps, caseId), deps.cases.runsOf(caseId, MOST_RUNS)]);
  const now = deps.now();
  const silentSince = new Date(now.getTime() - SILENT_MS).toISOString();
  const stateOf = ({ reportId, expiresAt, seenAt, createdAt }: Run): RunState => {
    if (reportId !== null) return "done";
    return expiresAt <= now.toISOString() || (seenAt ?? createdAt) < silentSince ? "silent" : "running";
  };
  const runs = found.map((run) => ({ ...run, state: stateOf(run) }));
  const seen = runs.map(({ id, state, round }) => [id, state, round]);
  return { detail, runs, stamp: sha256Hex(JSON.stringify([detail, seen])).slice(0, 16) };
}

/**
 * How far the run of a case's code has come, for whoever has the code: the page from which it was started
 * says that it has begun, goes on, and has ended.
 */
import { parseCaseCode } from "../../shared/schema/identifier.ts";
import type { Deps } from "../deps.ts";
import { Problem } from "../http/problem.ts";
import type { Case } from "../store/port.ts";
import { closedBy, codeHash, maxRunsOf, type OpenCase } from "./case-code.ts";

/** `round`: which one it measures. A run that was not heard of for long has been stopped. */
export type RunState =
  | { state: "waiting" }
  | { state: "running"; round: number }
  | { state: "stopped" }
  | { state: "done"; reportId: string };

/** What began longer ago is another day's. */
const SHOWN_MS = 30 * 60_000;
/** A round takes a minute, and a recording as long again. */
const SILENT_MS = 4 * 60_000;

/**
 * The newest run of the last half hour. A code that was given out for a whole fleet tells nothing: whose run
 * that is, nobody here knows.
 */
async function runStateOf(deps: Deps, entry: Case): Promise<RunState> {
  if (maxRunsOf(deps, entry) > deps.config.runsPerCode) return { state: "waiting" };
  const [run] = await deps.cases.runsOf(entry.id, 1);
  const nowMs = deps.now().getTime();
  if (run === undefined || nowMs - Date.parse(run.createdAt) > SHOWN_MS) return { state: "waiting" };
  if (run.reportId !== null) return { state: "done", reportId: run.reportId };
  const heardMs = Date.parse(run.seenAt ?? run.createdAt);
  return nowMs - heardMs > SILENT_MS ? { state: "stopped" } : { state: "running", round: run.round };
}

/**
 * The case of a code as a person types it, and its run. A code that ended a moment ago, with the run that
 * used it up, still shows what became of that run.
 *
 * @throws {Problem} as `findOpenCase` does
 */
export async function findShownCase(
  deps: Deps,
  text: string,
): Promise<OpenCase & { run: RunState; isOpen: boolean }> {
  const code = parseCaseCode(text.slice(0, 64));
  const entry = code === null ? null : await deps.cases.findByCode(codeHash(deps, code));
  if (code === null || entry === null) throw new Problem("code-unknown");
  const closed = closedBy(deps, entry);
  const run = await runStateOf(deps, entry);
  if (closed !== null && run.state === "waiting") throw closed;
  return { code, entry, run, isOpen: closed === null };
}

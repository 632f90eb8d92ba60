/** `ikefrag sweep`: what the service holds back from deletion and why, and how it is let go. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { ExitCode } from "../agent/exit-code.ts";
import { INDEX_FILE } from "../api/store/backup.ts";
import { sqlStores } from "../api/store/sql-stores.ts";
import { hasSwept } from "../api/store/sql-sweep.ts";
import { openSqlite } from "../api/store/sqlite.ts";

/**
 * Says what is held back. It deletes nothing itself: the service does, with its own settings.
 *
 * @param letGo whether what is held back may go
 * @returns the exit code: 0 when nothing is held back or it was let go, 1 when something is, 2 when the index
 *   cannot be read
 */
export async function sweep(dataDir: string, letGo: boolean): Promise<number> {
  const file = join(dataDir, INDEX_FILE);
  if (!existsSync(file)) {
    process.stderr.write(`Cannot say what is held back: there is no ${INDEX_FILE} in ${dataDir}\n`);
    return ExitCode.USAGE;
  }
  const database = openSqlite(file);
  try {
    if (!(await hasSwept(database))) {
      process.stdout.write("The service has not swept yet. It does when it starts, and once an hour.\n");
      return ExitCode.HEALTHY;
    }
    const { sweeps } = sqlStores(database);
    const { state, isAllowed } = await sweeps.read(new Date().toISOString());
    process.stdout.write(`Last sweep: ${state.seenAt ?? "not finished yet"}\n`);
    const held = [state.expiryRefused, state.orphansRefused].filter((refusal) => refusal !== null);
    if (held.length === 0) {
      process.stdout.write("Nothing is held back.\n");
      return ExitCode.HEALTHY;
    }
    for (const { reason, since } of held) process.stdout.write(`Held back since ${since}: ${reason}\n`);
    if (letGo) await sweeps.allow();
    if (letGo || isAllowed) {
      process.stdout.write("It goes with the next sweep: within the hour, or when the service starts.\n");
      return ExitCode.HEALTHY;
    }
    return ExitCode.PROBLEM;
  } finally {
    database.close();
  }
}

/**
 * One service at a time on a data directory: a second one would take the first one's half-written objects for
 * those of a crash, and its uploads for forgotten ones.
 */
import { closeSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { DatabaseSync } from "node:sqlite";
import * as z from "zod";

/** A service that is just ending is waited for. Nobody is served yet, so that SQLite may wait by itself. */
const PATIENCE_MS = 500;

/** Who has the lock, for the message to the one who does not get it. */
const Holder = z.object({ pid: z.int(), host: z.string().nullable(), since: z.string() });

/** The name of this machine; `null` where Deno was not permitted to know it. */
function hostOrNull(): string | null {
  try {
    return hostname();
  } catch {
    return null;
  }
}

/**
 * Takes the directory for this process. The lock itself is one that the system drops with the process,
 * however it ends; Node and Deno both reach it through SQLite. The file beside it only says whose it is.
 *
 * @returns what gives the directory back
 * @throws {Error} another service has it, or nothing can be written there
 */
export function lockDataDir(dataDir: string): () => void {
  const lockFile = join(dataDir, "lock.sqlite");
  const holderFile = join(dataDir, "lock.json");
  try {
    // Not opened where it is there: closing it again would drop a lock that this process has already.
    closeSync(openSync(lockFile, "wx", 0o600));
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  }
  const database = new DatabaseSync(lockFile);
  try {
    database.exec(`PRAGMA busy_timeout = ${PATIENCE_MS}; BEGIN EXCLUSIVE`);
  } catch (error) {
    database.close();
    const said = error instanceof Error ? error.message : String(error);
    if (!said.startsWith("database is locked")) throw new Error(`Cannot lock ${dataDir}: ${said}`);
    throw new Error(
      `Cannot use ${dataDir}: ${holderOf(holderFile)}. Stop it first, or give this one another directory with --data`,
    );
  }
  const holder: z.infer<typeof Holder> = {
    pid: process.pid,
    host: hostOrNull(),
    since: new Date().toISOString(),
  };
  writeFileSync(holderFile, `${JSON.stringify(holder)}\n`, { mode: 0o600 });
  return () => {
    rmSync(holderFile, { force: true });
    database.close();
  };
}

function holderOf(file: string): string {
  try {
    const { pid, host, since } = Holder.parse(JSON.parse(readFileSync(file, "utf8")));
    const where = host === null ? "" : ` on ${host}`;
    return `another service has it since ${since}, process ${pid}${where}`;
  } catch {
    return "another service has it";
  }
}

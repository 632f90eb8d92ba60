/** The database of SQLite inside the process, on Node and Deno. */
import { chmodSync, closeSync, openSync, statSync } from "node:fs";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { setTimeout as wait } from "node:timers/promises";
import type { Database, SqlRow, SqlValue } from "./database.ts";
import { StoreUnavailableError } from "./unavailable.ts";

/**
 * How long a statement waits in all for a database that another program has locked. SQLite's own waiting
 * would stop the whole process, so between two attempts the event loop goes on.
 */
const PATIENCE_MS = 2_000;
const FIRST_WAIT_MS = 4;
const LONGEST_WAIT_MS = 100;
/** While the database is opened nobody else is served yet, so that SQLite may wait by itself. */
const OPENING_PATIENCE_MS = 1_000;

/** What SQLite says where no statement of ours is at fault, in words, and whether it may pass by itself. */
const REFUSALS: readonly (readonly [begins: string, why: string, passes: boolean])[] = [
  ["database is locked", "another program has locked the database", true],
  ["database table is locked", "another program has locked the database", true],
  ["locking protocol", "another program has locked the database", true],
  ["out of memory", "the system has no memory left", true],
  ["database or disk is full", "the disk is full", false],
  ["attempt to write a readonly database", "the database is read-only", false],
  ["unable to open database file", "the file cannot be opened", false],
  ["disk I/O error", "the disk reports an error", false],
  ["database disk image is malformed", "the database is damaged: restore it from a backup", false],
  ["file is not a database", "the file is no SQLite database", false],
];

/**
 * An error of SQLite as one of the store, where the world is to blame. Deno does not always give SQLite's
 * number, so that the text has to tell; it is a constant of SQLite.
 */
function unavailable(act: string, error: unknown): StoreUnavailableError | null {
  if (!(error instanceof Error)) return null;
  const refusal = REFUSALS.find(([begins]) => error.message.startsWith(begins));
  if (refusal === undefined) return null;
  const [, why, passes] = refusal;
  return new StoreUnavailableError(`Cannot ${act}: ${why} (${error.message})`, {
    retryHelps: passes,
    cause: error,
  });
}

/**
 * Sees to it that only the owner reads a database. SQLite gives the files beside it the mode of the database,
 * and a database that it makes itself is everybody's to read.
 */
function keepToOwner(path: string): void {
  try {
    // Never opened when it is there: closing it again would drop the locks that this process has on it.
    closeSync(openSync(path, "wx", 0o600));
  } catch {
    // It is there already; or it cannot be made, which opening it will say.
  }
  for (const file of [path, `${path}-wal`, `${path}-shm`]) {
    try {
      if ((statSync(file).mode & 0o077) !== 0) chmodSync(file, 0o600);
    } catch {
      // It is not there, or belongs to somebody else who decides about it.
    }
  }
}

/**
 * Opens a database.
 *
 * @param path a file, or `:memory:`
 * @param patienceMs how long a statement waits for a database that another program has locked
 * @throws {StoreUnavailableError} it cannot be opened; its statements throw the same where they cannot be run
 *   for now
 */
export function openSqlite(path: string, patienceMs = PATIENCE_MS): Database & { close(): void } {
  const isFile = path !== ":memory:";
  if (isFile) keepToOwner(path);
  let database: DatabaseSync | null = null;
  try {
    database = new DatabaseSync(path);
    // WAL: readers do not wait for the writer. NORMAL: a power cut may lose the last moments, nothing else.
    database.exec(
      `PRAGMA busy_timeout = ${OPENING_PATIENCE_MS}; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
       PRAGMA busy_timeout = 0;`,
    );
    return databaseOver(database, patienceMs);
  } catch (error) {
    database?.close();
    throw unavailable(`open ${path}`, error) ?? error;
  }
}

function databaseOver(database: DatabaseSync, patienceMs: number): Database & { close(): void } {
  const prepared = new Map<string, StatementSync>();
  const prepare = (sql: string): StatementSync => {
    const known = prepared.get(sql);
    if (known) return known;
    if (prepared.size >= 256) prepared.clear(); // filters of lists combine to many statements
    const statement = database.prepare(sql);
    prepared.set(sql, statement);
    return statement;
  };
  const run = (sql: string, params: SqlValue[]): number => Number(prepare(sql).run(...params).changes);

  /** Tries until the database is free, or patience ends. What is tried either happens whole or not at all. */
  async function patiently<T>(act: () => T): Promise<T> {
    const givesUpAtMs = performance.now() + patienceMs;
    for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS)) {
      try {
        return act();
      } catch (error) {
        const refused = unavailable("use the index", error);
        if (refused === null) throw error;
        if (!refused.retryHelps || performance.now() + waitMs > givesUpAtMs) throw refused;
      }
      // Not all that wait at the same time try again at the same time.
      await wait(waitMs * (0.5 + Math.random() / 2));
    }
  }

  return {
    all: (sql, params = []) => patiently(() => prepare(sql).all(...params) as SqlRow[]),
    run: (sql, params = []) => patiently(() => run(sql, params)),
    batch: (statements) =>
      patiently(() => {
        database.exec("BEGIN IMMEDIATE");
        try {
          const changes = statements.map(({ sql, params }) => run(sql, params));
          database.exec("COMMIT");
          return changes;
        } catch (error) {
          try {
            database.exec("ROLLBACK");
          } catch {
            // A full disk ends the transaction by itself, and there is nothing left to roll back.
          }
          throw error;
        }
      }),
    close() {
      prepared.clear();
      database.close();
    },
  };
}

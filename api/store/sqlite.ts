/** The database of SQLite inside the process, on Node and Deno. */
import { chmodSync, closeSync, openSync, statSync } from "node:fs";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { setImmediate } from "node:timers";
import { setTimeout as wait } from "node:timers/promises";
import type { Database, SqlRow, SqlValue, WriteOptions } from "./database.ts";
import { StoreUnavailableError } from "./unavailable.ts";

/**
 * How long a statement waits in all for a database that another program has locked. SQLite's own waiting
 * would stop the whole process, so between two attempts the event loop goes on.
 */
const PATIENCE_MS = 2_000;
const FIRST_WAIT_MS = 4;
const LONGEST_WAIT_MS = 100;
/** So many share a transaction: with more, the event loop would stand still longer than the disk takes. */
const MOST_WRITES_A_GROUP = 64;
/** What needs no transaction, or may not be in one. All else writes, also where it gives rows back. */
const ALONE = /^\s*(?:SELECT|WITH|PRAGMA|EXPLAIN)\b/i;
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
    // WAL: readers do not wait for the writer. FULL: what was answered is on the disk, whatever happens.
    // MEMORY: where a container's root file system is read-only, there is no folder for temporary files.
    database.exec(
      `PRAGMA busy_timeout = ${OPENING_PATIENCE_MS}; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
       PRAGMA temp_store = MEMORY; PRAGMA busy_timeout = 0;`,
    );
    return databaseOver(database, patienceMs);
  } catch (error) {
    database?.close();
    throw unavailable(`open ${path}`, error) ?? error;
  }
}

/** Not all that wait at the same time try again at the same time. */
const atChance = (waitMs: number): number => waitMs * (0.5 + Math.random() / 2);

/** What waits to be written. */
interface Write {
  /** @returns what tells the caller that it is kept */
  act(): () => void;
  reject(error: unknown): void;
  mayBeLost: boolean;
  /** Set when it was refused for the first time: how long the event loop took until then is not its fault. */
  givesUpAtMs: number | null;
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

  /** Tries until the database is free, or patience ends. */
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
      await wait(atChance(waitMs));
    }
  }

  const waiting: Write[] = [];
  let isAtWork = false;
  let synchronous = "FULL";

  /** Runs in a transaction, which all writes share that wait at that time. */
  function write<T>(act: () => T, { mayBeLost = false }: WriteOptions = {}): Promise<T> {
    return new Promise((resolve, reject) => {
      waiting.push({
        act: () => {
          const value = act();
          return () => resolve(value);
        },
        reject,
        mayBeLost,
        givesUpAtMs: null,
      });
      if (isAtWork) return;
      isAtWork = true;
      // The requests that came in the same turn of the event loop may have something to write too.
      setImmediate(() => void writeAll());
    });
  }

  async function writeAll(): Promise<void> {
    for (let waitMs = FIRST_WAIT_MS; waiting.length > 0; ) {
      const refused = writeGroup();
      if (refused === null) {
        waitMs = FIRST_WAIT_MS;
        continue;
      }
      const nowMs = performance.now();
      for (const one of [...waiting]) {
        one.givesUpAtMs ??= nowMs + patienceMs;
        if (nowMs + waitMs <= one.givesUpAtMs) continue;
        waiting.splice(waiting.indexOf(one), 1);
        one.reject(refused);
      }
      await wait(atChance(waitMs));
      waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS);
    }
    isAtWork = false;
  }

  /**
   * Runs the oldest writes that wait, in one transaction. The disk is waited for once for all of them, which
   * takes longer than most of them do by themselves.
   *
   * @returns why none of them could be done for now; they wait on. `null`: each has been answered
   */
  function writeGroup(): StoreUnavailableError | null {
    const group = waiting.slice(0, MOST_WRITES_A_GROUP);
    const wanted = group.every(({ mayBeLost }) => mayBeLost) ? "NORMAL" : "FULL";
    let answers: (() => void)[];
    try {
      if (wanted !== synchronous) database.exec(`PRAGMA synchronous = ${wanted}`);
      synchronous = wanted;
      answers = inTransaction(group);
    } catch (error) {
      const refused = unavailable("use the index", error);
      if (refused?.retryHelps) return refused;
      answers = group.map(
        ({ reject }) =>
          () =>
            reject(refused ?? error),
      );
    }
    waiting.splice(0, group.length);
    for (const answer of answers) answer();
    return null;
  }

  /** @returns what tells each write what came of it, to be called when all of them are kept */
  function inTransaction(group: readonly Write[]): (() => void)[] {
    database.exec("BEGIN IMMEDIATE");
    try {
      const answers = group.map(({ act, reject }) => {
        database.exec("SAVEPOINT one");
        try {
          const answer = act();
          database.exec("RELEASE one");
          return answer;
        } catch (error) {
          // What keeps one from being written keeps all; what is wrong with one concerns no other.
          if (unavailable("use the index", error) !== null) throw error;
          database.exec("ROLLBACK TO one; RELEASE one");
          return () => reject(error);
        }
      });
      database.exec("COMMIT");
      return answers;
    } catch (error) {
      try {
        database.exec("ROLLBACK");
      } catch {
        // A full disk ends the transaction by itself, and there is nothing left to roll back.
      }
      throw error;
    }
  }

  /** What writes shares a transaction; what does not, and what sets the database itself, stands alone. */
  const perform = <T>(sql: string, act: () => T, options?: WriteOptions): Promise<T> =>
    ALONE.test(sql) ? patiently(act) : write(act, options);

  return {
    all: (sql, params = [], options) => perform(sql, () => prepare(sql).all(...params) as SqlRow[], options),
    run: (sql, params = [], options) => perform(sql, () => run(sql, params), options),
    batch: (statements) => write(() => statements.map(({ sql, params }) => run(sql, params))),
    close() {
      if (waiting.length > 0) writeGroup();
      for (const { reject } of waiting.splice(0)) reject(new Error("Cannot write: the database is closed"));
      prepared.clear();
      database.close();
    },
  };
}

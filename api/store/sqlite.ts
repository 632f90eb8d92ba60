/** The database of SQLite inside the process, on Node and Deno. */
import { DatabaseSync, type StatementSync } from "node:sqlite";
import type { Database, SqlRow, SqlValue } from "./database.ts";

/** Opens a database. @param path a file, or `:memory:` */
export function openSqlite(path: string): Database & { close(): void } {
  const database = new DatabaseSync(path);
  // WAL: readers do not wait for the writer. NORMAL: a power cut may lose the last moments, and nothing else.
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 5000;");

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

  return {
    async all(sql, params = []) {
      return prepare(sql).all(...params) as SqlRow[];
    },
    async run(sql, params = []) {
      return run(sql, params);
    },
    async batch(statements) {
      database.exec("BEGIN IMMEDIATE");
      try {
        const changes = statements.map(({ sql, params }) => run(sql, params));
        database.exec("COMMIT");
        return changes;
      } catch (error) {
        database.exec("ROLLBACK");
        throw error;
      }
    },
    close() {
      prepared.clear();
      database.close();
    },
  };
}

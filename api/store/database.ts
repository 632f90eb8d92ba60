/** The database that the stores of the index stand on, and its migrations. */

/** What SQLite stores and gives back. Booleans and dates are written as these. */
export type SqlValue = string | number | null;
/** A row by the names of its columns. */
export type SqlRow = Record<string, SqlValue>;
/** A statement with a value for each `?` in it. */
export interface SqlStatement {
  sql: string;
  params: SqlValue[];
}

/** How a statement is written. */
export interface WriteOptions {
  /**
   * Nobody was told that it is kept: counts and the like. A power cut may lose it, and so the disk is not
   * waited for.
   */
  mayBeLost?: boolean;
}

/**
 * What D1 and node:sqlite have in common. A statement has `?` for values, and at most 100 of them, D1's
 * limit.
 */
export interface Database {
  /** Runs a query, or a statement that gives back rows of what it writes. */
  all(sql: string, params?: SqlValue[], options?: WriteOptions): Promise<SqlRow[]>;
  /** @returns how many rows it changed */
  run(sql: string, params?: SqlValue[], options?: WriteOptions): Promise<number>;
  /**
   * Runs all statements, or none of them when one fails. It may share its transaction with others.
   *
   * @returns how many rows each changed
   */
  batch(statements: SqlStatement[]): Promise<number[]>;
}

/** A file of infra/migrations. */
export interface Migration {
  name: string;
  sql: string;
}

/** Whether a database has never had a migration: it was made a moment ago, or its file was lost. */
export async function isNewDatabase(database: Database): Promise<boolean> {
  const [table] = await database.all("SELECT 1 FROM sqlite_schema WHERE name = 'migrations'");
  return table === undefined || (await database.all("SELECT 1 FROM migrations LIMIT 1")).length === 0;
}

/** A statement of a migration. A trigger has statements in it, up to an END at the start of a line. */
const STATEMENT = /\s*(CREATE TRIGGER\b[\s\S]*?^END|[\s\S]*?)(?:;[^\S\n]*$|(?![\s\S]))/gm;

/** Splits a migration at the semicolons that end a line. Its comments must be on lines of their own. */
export function toStatements(sql: string): string[] {
  const statements = sql.replace(/^--.*$/gm, "").matchAll(STATEMENT);
  return [...statements]
    .map(([, statement = ""]) => statement.trim())
    .filter((statement) => statement !== "");
}

/**
 * Applies the migrations that are not applied yet, in the order of their names.
 *
 * @throws when the text of a migration has changed since it was applied, for migrations are only added; and
 *   when the database has one that is not among them, for a newer program made it what it is
 */
export async function migrate(
  database: Database,
  migrations: Migration[],
  now: Date,
  fingerprint: (text: string) => string,
): Promise<void> {
  await database.run(
    "CREATE TABLE IF NOT EXISTS migrations (name TEXT PRIMARY KEY, sha256 TEXT NOT NULL, applied_at TEXT NOT NULL)",
  );
  const applied = new Map(
    (await database.all("SELECT name, sha256 FROM migrations")).map((row) => [row.name, row.sha256]),
  );
  const unknown = [...applied.keys()].find(
    (name) => !migrations.some((migration) => migration.name === name),
  );
  if (unknown !== undefined) {
    throw new Error(
      `Cannot open the database: a newer version of ikefrag has changed it (migration ${unknown}). ` +
        "Install that version again, or start from the backup that was made before the upgrade",
    );
  }
  for (const { name, sql } of [...migrations].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const sha256 = fingerprint(sql);
    const before = applied.get(name);
    if (before === sha256) continue;
    if (before !== undefined) {
      throw new Error(`Cannot open the database: migration ${name} was applied with another text`);
    }
    await database.batch([
      ...toStatements(sql).map((statement) => ({ sql: statement, params: [] })),
      {
        sql: "INSERT INTO migrations (name, sha256, applied_at) VALUES (?, ?, ?)",
        params: [name, sha256, now.toISOString()],
      },
    ]);
  }
}

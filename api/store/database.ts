/** What SQLite stores and gives back; booleans and dates are written as these. */
export type SqlValue = string | number | null;
/** A row by the names of its columns. */
export type SqlRow = Record<string, SqlValue>;
/** One statement, with a value for each `?` in it. */
export interface SqlStatement {
  sql: string;
  params: SqlValue[];
}

/**
 * The few things that D1 and node:sqlite do alike. Statements use `?` and at most 100 parameters, D1's limit.
 */
export interface Database {
  all(sql: string, params?: SqlValue[]): Promise<SqlRow[]>;
  /** @returns how many rows it changed */
  run(sql: string, params?: SqlValue[]): Promise<number>;
  /** All of them or none. @returns how many rows each changed */
  batch(statements: SqlStatement[]): Promise<number[]>;
}

/** One step of the schema: a file of SQL statements, by its name. */
export interface Migration {
  name: string;
  sql: string;
}

/** Splits a migration at the semicolons that end a line; comments in it stand on lines of their own. */
export function toStatements(sql: string): string[] {
  return sql
    .replace(/^--.*$/gm, "")
    .split(/;\s*$/m)
    .map((statement) => statement.trim())
    .filter((statement) => statement !== "");
}

/**
 * Applies what is not applied yet, in the order of the names.
 *
 * @throws when a migration that was applied has another text now: they are only ever added
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

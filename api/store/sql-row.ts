/**
 * Rows by the names that the code uses: the field `createdAt` is the column `created_at`.
 *
 * The names of tables and fields are put into SQL as they are. They come from the stores, never from a
 * caller.
 */
import type { z } from "zod";
import type { Database, SqlStatement, SqlValue } from "./database.ts";

/** A row, or a part of one, by the names of its fields. */
export type Fields = Record<string, SqlValue>;

const columnOf = (field: string): string => field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** What to select so that a row has the fields of this schema. */
export function columnsOf(schema: { shape: z.ZodRawShape }): string {
  return Object.keys(schema.shape)
    .map((field) => (columnOf(field) === field ? field : `${columnOf(field)} AS ${field}`))
    .join(", ");
}

/**
 * The statement that inserts a row; columns that are not named get their default.
 *
 * @param computed fields whose value the database works out
 * @param where nothing is inserted unless it holds; `null`: there is no condition
 */
export function insertInto(
  table: string,
  row: Fields,
  computed: Record<string, SqlStatement> = {},
  where: SqlStatement | null = null,
): SqlStatement {
  const names = [...Object.keys(row), ...Object.keys(computed)];
  const values = [...Object.keys(row).map(() => "?"), ...Object.values(computed).map(({ sql }) => sql)];
  return {
    sql: `INSERT INTO ${table} (${names.map(columnOf).join(", ")}) ${
      where === null ? `VALUES (${values.join(", ")})` : `SELECT ${values.join(", ")} WHERE ${where.sql}`
    }`,
    params: [
      ...Object.values(row),
      ...Object.values(computed).flatMap(({ params }) => params),
      ...(where?.params ?? []),
    ],
  };
}

/** Inserts a row. */
export async function insert(database: Database, table: string, row: Fields): Promise<void> {
  const { sql, params } = insertInto(table, row);
  await database.run(sql, params);
}

/** What stands after `SET` in an update, with its parameters. */
export function assignments(changes: Fields): SqlStatement {
  return {
    sql: Object.keys(changes)
      .map((field) => `${columnOf(field)} = ?`)
      .join(", "),
    params: Object.values(changes),
  };
}

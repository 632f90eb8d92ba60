/** The database of Cloudflare D1. */
import type { Database, SqlRow, SqlValue } from "./database.ts";

/** The part of Cloudflare's `D1Database` that is used here. */
export interface D1Binding {
  prepare(sql: string): D1Statement;
  batch(statements: D1Statement[]): Promise<D1Result[]>;
}
interface D1Statement {
  bind(...params: SqlValue[]): D1Statement;
  all(): Promise<D1Result>;
  run(): Promise<D1Result>;
}
interface D1Result {
  results: unknown[];
  meta: { changes?: number };
}

/** D1 as a database of ours. */
export function d1Database(d1: D1Binding): Database {
  return {
    async all(sql, params = []) {
      return (
        await d1
          .prepare(sql)
          .bind(...params)
          .all()
      ).results as SqlRow[];
    },
    async run(sql, params = []) {
      return (
        (
          await d1
            .prepare(sql)
            .bind(...params)
            .run()
        ).meta.changes ?? 0
      );
    },
    async batch(statements) {
      const results = await d1.batch(statements.map(({ sql, params }) => d1.prepare(sql).bind(...params)));
      return results.map((result) => result.meta.changes ?? 0);
    },
  };
}

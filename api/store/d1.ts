/** The database of Cloudflare D1. */
import type { Database, SqlRow, SqlValue } from "./database.ts";
import { StoreUnavailableError } from "./unavailable.ts";

/** The part of Cloudflare's `D1Database` that is used here. */
export interface D1Binding {
  prepare(sql: string): D1Statement;
  batch(statements: D1Statement[]): Promise<D1Result[]>;
}
interface D1Statement {
  bind(...params: SqlValue[]): D1Statement;
  all(): Promise<D1Result>;
}
interface D1Result {
  results: unknown[];
}

/** What D1's documentation calls transient, by parts of its messages ("Debug D1", list of D1_ERRORs). */
const TRANSIENT =
  /network connection lost|caused object to be reset|code was updated|transient issue|overloaded|exceeded its CPU|exceeded timeout|internal error/i;
/** Here somebody has to pay or to clear up first. */
const FULL = /maximum (account storage|DB) (limit|size)|storage limit/i;

async function orUnavailable<T>(asking: Promise<T>): Promise<T> {
  try {
    return await asking;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const retryHelps = TRANSIENT.test(message);
    if (!retryHelps && !FULL.test(message)) throw error;
    throw new StoreUnavailableError(`Cannot use the index: ${message}`, { retryHelps, cause: error });
  }
}

/** What changes rows. They are counted by what it gives back: D1's own count has what triggers did in it. */
const CHANGES = /^\s*(?:INSERT|UPDATE|DELETE)\b(?![\s\S]*\bRETURNING\b)/i;
const counting = (sql: string): string => (CHANGES.test(sql) ? `${sql} RETURNING 1` : sql);
const changesOf = ({ results }: D1Result): number => results.length;

/** D1 as a database of ours. What the network or D1 itself is to blame for is a `StoreUnavailableError`. */
export function d1Database(d1: D1Binding): Database {
  const bound = (sql: string, params: SqlValue[]) => d1.prepare(sql).bind(...params);
  return {
    async all(sql, params = []) {
      return (await orUnavailable(bound(sql, params).all())).results as SqlRow[];
    },
    async run(sql, params = []) {
      return changesOf(await orUnavailable(bound(counting(sql), params).all()));
    },
    async batch(statements) {
      const all = statements.map(({ sql, params }) => bound(counting(sql), params));
      return (await orUnavailable(d1.batch(all))).map(changesOf);
    },
  };
}

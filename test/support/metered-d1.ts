/** D1 as it is, with what it counts for its bill. */
import type { D1Binding } from "../../api/store/d1.ts";

/** What D1 says that a statement took. */
export interface D1Meter {
  rowsRead: number;
  rowsWritten: number;
}

type Statement = ReturnType<D1Binding["prepare"]>;

/** @param meter each statement adds to it */
export function meteredD1(d1: D1Binding, meter: D1Meter): D1Binding {
  const bare = new WeakMap<Statement, Statement>();
  const count = <T>(result: T): T => {
    const { meta } = result as { meta: { rows_read?: number; rows_written?: number } };
    meter.rowsRead += meta.rows_read ?? 0;
    meter.rowsWritten += meta.rows_written ?? 0;
    return result;
  };
  const metered = (statement: Statement): Statement => {
    const outer: Statement = {
      bind: (...params) => metered(statement.bind(...params)),
      all: async () => count(await statement.all()),
    };
    bare.set(outer, statement);
    return outer;
  };
  return {
    prepare: (sql) => metered(d1.prepare(sql)),
    batch: async (statements) => (await d1.batch(statements.map((one) => bare.get(one) ?? one))).map(count),
  };
}

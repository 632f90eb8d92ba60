/** Searches that people keep for themselves, in SQL. */
import * as z from "zod";
import type { Database } from "./database.ts";
import type { SavedView, ViewStore } from "./port.ts";
import { columnsOf } from "./sql-row.ts";

const ViewRow = z.object({
  id: z.string(),
  owner: z.string(),
  name: z.string(),
  query: z.string(),
  createdAt: z.string(),
}) satisfies z.ZodType<SavedView>;

/** The store of saved views over a database. */
export function sqlViewStore(database: Database): ViewStore {
  return {
    async of(owner) {
      const sql = `SELECT ${columnsOf(ViewRow)} FROM saved_views WHERE owner = ? ORDER BY name`;
      return (await database.all(sql, [owner])).map((row) => ViewRow.parse(row));
    },
    async save({ id, owner, name, query, createdAt }, most) {
      // Counting and writing are one step, so that two tabs cannot be one view too many.
      const changed = await database.run(
        `INSERT INTO saved_views (id, owner, name, query, created_at)
         SELECT ?, ?, ?, ?, ? WHERE (SELECT count(*) FROM saved_views WHERE owner = ? AND name <> ?) < ?
         ON CONFLICT (owner, name) DO UPDATE SET query = excluded.query`,
        [id, owner, name, query, createdAt, owner, name, most],
      );
      return changed > 0;
    },
    async remove(owner, id) {
      const sql = "DELETE FROM saved_views WHERE owner = ? AND id = ?";
      return (await database.run(sql, [owner, id])) > 0;
    },
  };
}

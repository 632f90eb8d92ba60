/** Rate windows in SQL, and what goes with time. */
import * as z from "zod";
import type { Database } from "./database.ts";
import type { AccessStore } from "./port.ts";

/** The store of how often something was asked for, over a database. */
export function sqlAccessStore(database: Database): AccessStore {
  return {
    async hit(key, windowSeconds, nowSeconds) {
      const start = nowSeconds - (nowSeconds % windowSeconds);
      const [row] = await database.all(
        `INSERT INTO rate_windows (key, window_start, hits) VALUES (?, ?, 1)
         ON CONFLICT (key) DO UPDATE SET
           hits = CASE WHEN window_start = excluded.window_start THEN hits + 1 ELSE 1 END,
           window_start = excluded.window_start
         RETURNING hits`,
        [key, start],
        { mayBeLost: true },
      );
      return z.int().parse(row?.hits);
    },
    async unhit(key, windowSeconds, nowSeconds) {
      const start = nowSeconds - (nowSeconds % windowSeconds);
      const where = "WHERE key = ? AND window_start = ?";
      const of = { mayBeLost: true };
      await database.run(`UPDATE rate_windows SET hits = hits - 1 ${where}`, [key, start], of);
      await database.run(`DELETE FROM rate_windows ${where} AND hits <= 0`, [key, start], of);
    },
    async removeExpired(now, nowSeconds) {
      await database.batch([
        { sql: "DELETE FROM sessions WHERE expires_at <= ?", params: [now] },
        { sql: "DELETE FROM sign_in_links WHERE expires_at <= ?", params: [now] },
        { sql: "DELETE FROM remembered_answers WHERE ends_at <= ?", params: [now] },
        { sql: "DELETE FROM challenges WHERE expires_at <= ?", params: [now] },
        { sql: "DELETE FROM rate_windows WHERE window_start < ?", params: [nowSeconds - 86_400] },
        { sql: "DELETE FROM upload_holds WHERE ends_at < ?", params: [now] },
        {
          sql: "UPDATE cases SET sealed_code = NULL WHERE sealed_code IS NOT NULL AND expires_at <= ?",
          params: [now],
        },
      ]);
    },
    async ping() {
      // A table is read, because a statement without one never looks at the file.
      await database.all("SELECT 1 AS alive FROM cases LIMIT 1");
    },
  };
}

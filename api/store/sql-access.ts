/** Tokens, sign-in links, sessions and rate windows in SQL. */
import * as z from "zod";
import type { Database } from "./database.ts";
import type { AccessStore, Grant } from "./port.ts";
import { insert } from "./sql-row.ts";

const GrantRow = z.object({ name: z.string(), role: z.enum(["staff", "admin"]) });

/** The store of who may come in, and how often, over a database. */
export function sqlAccessStore(database: Database): AccessStore {
  const grant = async (sql: string, params: string[]): Promise<Grant | null> => {
    const [row] = await database.all(sql, params);
    return row ? GrantRow.parse(row) : null;
  };
  return {
    async createToken({ id, tokenHash, name, role, createdAt }) {
      await insert(database, "api_tokens", { id, tokenHash, name, role, createdAt });
    },
    findToken: (tokenHash) =>
      grant("SELECT name, role FROM api_tokens WHERE token_hash = ? AND revoked_at IS NULL", [tokenHash]),
    async anyToken() {
      return (await database.all("SELECT id FROM api_tokens LIMIT 1")).length > 0;
    },
    async createLink({ tokenHash, name, role, expiresAt }) {
      await insert(database, "sign_in_links", { tokenHash, name, role, expiresAt });
    },
    redeemLink: (tokenHash, now) =>
      grant("DELETE FROM sign_in_links WHERE token_hash = ? AND expires_at > ? RETURNING name, role", [
        tokenHash,
        now,
      ]),
    async createSession({ tokenHash, name, role, createdAt, expiresAt }) {
      await insert(database, "sessions", { tokenHash, name, role, createdAt, expiresAt });
    },
    findSession: (tokenHash, now) =>
      grant("SELECT name, role FROM sessions WHERE token_hash = ? AND expires_at > ?", [tokenHash, now]),
    async endSession(tokenHash) {
      await database.run("DELETE FROM sessions WHERE token_hash = ?", [tokenHash]);
    },
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
        { sql: "DELETE FROM rate_windows WHERE window_start < ?", params: [nowSeconds - 3600] },
        { sql: "DELETE FROM upload_holds WHERE ends_at < ?", params: [now] },
      ]);
    },
    async ping() {
      // A table is read, because a statement without one never looks at the file.
      await database.all("SELECT 1 AS alive FROM cases LIMIT 1");
    },
  };
}

/** The log of who did and saw what, in SQL. That it is only added to, triggers of its table see to. */
import * as z from "zod";
import type { Database, SqlValue } from "./database.ts";
import type { AuditStore } from "./people-port.ts";
import { columnsOf, insertInto } from "./sql-row.ts";

const EntryRow = z.object({
  place: z.int(),
  at: z.string(),
  actor: z.string(),
  actorName: z.string(),
  action: z.string(),
  subject: z.string(),
  detail: z.string(),
  requestId: z.string(),
  hash: z.string(),
});
const Link = z.object({ place: z.int(), hash: z.string() });
const ENTRY = columnsOf(EntryRow);
/** What SQLite and D1 say where a place is taken, or is not the next one. */
const NOT_THE_NEXT = /UNIQUE|stands after the last one/;

/** The earliest entry since a time, which is its parameter: what stands before it need not be looked at. */
const FIRST_SINCE = "SELECT place FROM audit_log WHERE at >= ? ORDER BY at, place LIMIT 1";

/** The store of the audit log over a database. */
export function sqlAuditStore(database: Database): AuditStore {
  const anchor = async () =>
    Link.parse((await database.all("SELECT place, hash FROM audit_anchor WHERE id = 1"))[0]);
  const entries = async (sql: string, params: SqlValue[]) =>
    (await database.all(`SELECT ${ENTRY} FROM audit_log ${sql}`, params)).map((row) => EntryRow.parse(row));
  return {
    anchor,
    async head() {
      const [last] = await database.all("SELECT place, hash FROM audit_log ORDER BY place DESC LIMIT 1");
      return last ? Link.parse(last) : anchor();
    },
    async append(added) {
      try {
        await database.batch(added.map((entry) => insertInto("audit_log", { ...entry })));
        return true;
      } catch (error) {
        if (error instanceof Error && NOT_THE_NEXT.test(error.message)) return false;
        throw error;
      }
    },
    list({ actor, subject, since, actions = null, before, limit }) {
      const wanted: [string, SqlValue][] = [
        ["actor = ?", actor],
        ["subject = ?", subject],
        [`place >= coalesce((${FIRST_SINCE}), 9e15)`, since],
        ["at >= ?", since],
        ["action IN (SELECT value FROM json_each(?))", actions && JSON.stringify(actions)],
        ["place < ?", before],
      ];
      const filters = wanted.filter(([, value]) => value !== null);
      const where = filters.length > 0 ? `WHERE ${filters.map(([sql]) => sql).join(" AND ")}` : "";
      return entries(`${where} ORDER BY place DESC LIMIT ?`, [...filters.map(([, value]) => value), limit]);
    },
    from: (place, limit) => entries("WHERE place > ? ORDER BY place LIMIT ?", [place, limit]),
    async expire(before, limit) {
      // From the beginning and without a gap, even where the clock went backwards for a while.
      const [first] = await database.all("SELECT min(place) AS place FROM audit_log WHERE at >= ?", [before]);
      const [last] = await database.all(
        "SELECT place, hash FROM audit_log WHERE place < coalesce(?, 9e15) ORDER BY place LIMIT 1 OFFSET ?",
        [first?.place ?? null, limit - 1],
      );
      const upTo =
        last ??
        (
          await database.all(
            "SELECT place, hash FROM audit_log WHERE place < coalesce(?, 9e15) ORDER BY place DESC LIMIT 1",
            [first?.place ?? null],
          )
        )[0];
      if (upTo === undefined) return 0;
      const { place, hash } = Link.parse(upTo);
      const [, removed = 0] = await database.batch([
        {
          sql: "UPDATE audit_anchor SET place = ?, hash = ? WHERE id = 1 AND place < ?",
          params: [place, hash, place],
        },
        { sql: "DELETE FROM audit_log WHERE place <= ?", params: [place] },
      ]);
      return removed;
    },
  };
}

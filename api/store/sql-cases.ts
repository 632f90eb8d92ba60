/** Cases and their runs in SQL. A new column is one line in the schema of its row, and a migration. */
import * as z from "zod";
import { AgentInfo, LanguageTag } from "../../shared/schema/measurement.ts";
import { Ask } from "../../shared/schema/plan.ts";
import type { Database } from "./database.ts";
import type { Case, CaseStore, Run } from "./port.ts";
import { columnsOf, insert } from "./sql-row.ts";

const fromJson = <S extends z.ZodType>(schema: S) =>
  z.string().transform((text): z.output<S> => schema.parse(JSON.parse(text)));

/** The columns of `cases` that are read. */
const CaseRow = z.object({
  id: z.string(),
  gateway: z.string(),
  label: z.string().nullable(),
  language: LanguageTag,
  ask: fromJson(z.array(Ask)),
  createdAt: z.string(),
  createdBy: z.string(),
  expiresAt: z.string(),
  revokedAt: z.string().nullable(),
  runs: z.int(),
}) satisfies z.ZodType<Case>;
const CASE_COLUMNS = columnsOf(CaseRow);

/** The columns of `runs` that are read. */
const RunRow = z.object({
  id: z.string(),
  caseId: z.string(),
  tokenHash: z.string(),
  agent: fromJson(AgentInfo),
  createdAt: z.string(),
  expiresAt: z.string(),
  reportId: z.string().nullable(),
}) satisfies z.ZodType<Run>;

/** The store of cases and runs over a database. */
export function sqlCaseStore(database: Database): CaseStore {
  const one = async (where: string, param: string): Promise<Case | null> => {
    const [row] = await database.all(`SELECT ${CASE_COLUMNS} FROM cases WHERE ${where}`, [param]);
    return row ? CaseRow.parse(row) : null;
  };
  return {
    async create(entry, codeHash) {
      await insert(database, "cases", { ...entry, codeHash, ask: JSON.stringify(entry.ask) });
    },
    findByCode: (codeHash) => one("code_hash = ?", codeHash),
    get: (id) => one("id = ?", id),
    async list({ after, limit }) {
      const rows = after
        ? await database.all(
            `SELECT ${CASE_COLUMNS} FROM cases WHERE (created_at, id) < (?, ?) ORDER BY created_at DESC, id DESC LIMIT ?`,
            [after.createdAt, after.id, limit],
          )
        : await database.all(`SELECT ${CASE_COLUMNS} FROM cases ORDER BY created_at DESC, id DESC LIMIT ?`, [
            limit,
          ]);
      return rows.map((row) => CaseRow.parse(row));
    },
    async revoke(id, at) {
      const sql = "UPDATE cases SET revoked_at = coalesce(revoked_at, ?) WHERE id = ?";
      return (await database.run(sql, [at, id])) > 0;
    },
    async redeem(codeHash, { now, max }) {
      const [row] = await database.all(
        `UPDATE cases SET runs = runs + 1
         WHERE code_hash = ? AND revoked_at IS NULL AND expires_at > ? AND runs < ?
         RETURNING ${CASE_COLUMNS}`,
        [codeHash, now, max],
      );
      return row ? CaseRow.parse(row) : null;
    },
    async takeUploadBytes(id, bytes, max) {
      const changed = await database.run(
        "UPDATE cases SET upload_bytes = max(0, upload_bytes + ?) WHERE id = ? AND upload_bytes + ? <= ?",
        [bytes, id, bytes, max],
      );
      return changed > 0;
    },
    async createRun(run) {
      await insert(database, "runs", { ...run, agent: JSON.stringify(run.agent) });
    },
    async getRun(id) {
      const [row] = await database.all(`SELECT ${columnsOf(RunRow)} FROM runs WHERE id = ?`, [id]);
      return row ? RunRow.parse(row) : null;
    },
    async countPost(runId, max) {
      return (
        (await database.run("UPDATE runs SET posts = posts + 1 WHERE id = ? AND posts < ?", [runId, max])) > 0
      );
    },
    async removeExpired(before) {
      const old = "SELECT id FROM cases WHERE expires_at < ?";
      const [, cases] = await database.batch([
        { sql: `DELETE FROM runs WHERE case_id IN (${old})`, params: [before] },
        { sql: "DELETE FROM cases WHERE expires_at < ?", params: [before] },
      ]);
      return cases ?? 0;
    },
  };
}

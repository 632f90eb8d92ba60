import { z } from "zod";
import { Language } from "../../shared/schema/api.ts";
import { AgentInfo } from "../../shared/schema/measurement.ts";
import { Ask } from "../../shared/schema/plan.ts";
import type { Database } from "./database.ts";
import type { Case, CaseStore, Run } from "./port.ts";

const CaseRow = z
  .object({
    id: z.string(),
    gateway: z.string(),
    label: z.string().nullable(),
    language: Language,
    ask: z.string(),
    created_at: z.string(),
    created_by: z.string(),
    expires_at: z.string(),
    revoked_at: z.string().nullable(),
    runs: z.int(),
  })
  .transform(
    (row): Case => ({
      id: row.id,
      gateway: row.gateway,
      label: row.label,
      language: row.language,
      ask: z.array(Ask).parse(JSON.parse(row.ask)),
      createdAt: row.created_at,
      createdBy: row.created_by,
      expiresAt: row.expires_at,
      revokedAt: row.revoked_at,
      runs: row.runs,
    }),
  );
const CASE_COLUMNS =
  "id, gateway, label, language, ask, created_at, created_by, expires_at, revoked_at, runs";

const RunRow = z
  .object({
    id: z.string(),
    case_id: z.string(),
    token_hash: z.string(),
    agent: z.string(),
    created_at: z.string(),
    expires_at: z.string(),
    report_id: z.string().nullable(),
  })
  .transform(
    (row): Run => ({
      id: row.id,
      caseId: row.case_id,
      tokenHash: row.token_hash,
      agent: AgentInfo.parse(JSON.parse(row.agent)),
      createdAt: row.created_at,
      expiresAt: row.expires_at,
      reportId: row.report_id,
    }),
  );

/** Cases and runs in SQL. */
export function sqlCaseStore(database: Database): CaseStore {
  const one = async (where: string, param: string): Promise<Case | null> => {
    const [row] = await database.all(`SELECT ${CASE_COLUMNS} FROM cases WHERE ${where}`, [param]);
    return row ? CaseRow.parse(row) : null;
  };
  return {
    async create(entry, codeHash) {
      await database.run(
        `INSERT INTO cases (id, code_hash, gateway, label, language, ask, created_at, created_by, expires_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        [
          entry.id,
          codeHash,
          entry.gateway,
          entry.label,
          entry.language,
          JSON.stringify(entry.ask),
          entry.createdAt,
          entry.createdBy,
          entry.expiresAt,
        ],
      );
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
      await database.run(
        "INSERT INTO runs (id, case_id, token_hash, agent, created_at, expires_at) VALUES (?, ?, ?, ?, ?, ?)",
        [run.id, run.caseId, run.tokenHash, JSON.stringify(run.agent), run.createdAt, run.expiresAt],
      );
    },
    async getRun(id) {
      const [row] = await database.all(
        "SELECT id, case_id, token_hash, agent, created_at, expires_at, report_id FROM runs WHERE id = ?",
        [id],
      );
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

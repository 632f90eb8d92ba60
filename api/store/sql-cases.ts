/** Cases and their runs in SQL. A new column is one line in the schema of its row, and a migration. */
import * as z from "zod";
import { End } from "../../shared/schema/joined.ts";
import { AgentInfo, LanguageTag } from "../../shared/schema/measurement.ts";
import { Ask } from "../../shared/schema/plan.ts";
import type { Database, SqlStatement } from "./database.ts";
import type { Case, CaseFile, CaseStore, Run, UploadSide } from "./port.ts";
import { columnsOf, insert, insertInto } from "./sql-row.ts";
import { deleteCases, doom, KEYS_IN } from "./sql-sweep.ts";
import { tellAll } from "./sql-webhooks.ts";

const fromJson = <S extends z.ZodType>(schema: S) =>
  z.string().transform((text): z.output<S> => schema.parse(JSON.parse(text)));

/** The columns of `cases` that are read. */
const CaseRow = z.object({
  id: z.string(),
  gateway: z.string(),
  label: z.string().nullable(),
  language: LanguageTag,
  ask: fromJson(z.array(Ask)),
  rehearsal: z.int().transform((flag) => flag !== 0),
  createdAt: z.string(),
  createdBy: z.string(),
  expiresAt: z.string(),
  revokedAt: z.string().nullable(),
  runs: z.int(),
  maxRuns: z.int().nullable(),
  gatewayCodeHash: z.string().nullable(),
  sealedCode: z.string().nullable(),
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
  round: z.int(),
  seenAt: z.string().nullable(),
}) satisfies z.ZodType<Run>;

/** The columns of `case_files`. */
const FileRow = z.object({
  key: z.string(),
  caseId: z.string(),
  kind: z.enum(["capture", "text"]),
  recordedAt: End,
  name: z.string(),
  bytes: z.int(),
  receivedBytes: z.int(),
  sha256: z.string(),
  sentBy: z.string().nullable(),
  receivedAt: z.string(),
}) satisfies z.ZodType<CaseFile>;

/** The column of `cases` with what ended uploads have used. */
const USED_BYTES = {
  run: "upload_bytes",
  gateway: "gateway_upload_bytes",
} as const satisfies Record<UploadSide, string>;

/** The store of cases, their runs and files over a database. */
export function sqlCaseStore(database: Database): CaseStore {
  const one = async (where: string, param: string): Promise<Case | null> => {
    const [row] = await database.all(`SELECT ${CASE_COLUMNS} FROM cases WHERE ${where}`, [param]);
    return row ? CaseRow.parse(row) : null;
  };
  return {
    async create(entry, codeHash) {
      const { ask, rehearsal } = entry;
      const columns = { ...entry, codeHash, ask: JSON.stringify(ask), rehearsal: Number(rehearsal) };
      await insert(database, "cases", columns);
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
    async restore(id, since) {
      const sql = "UPDATE cases SET revoked_at = NULL WHERE id = ? AND revoked_at >= ?";
      return (await database.run(sql, [id, since])) > 0;
    },
    async replaceCode(id, { codeHash, sealedCode, expiresAt, runs }) {
      const [row] = await database.all(
        `UPDATE cases SET code_hash = ?, sealed_code = ?, expires_at = ?, max_runs = runs + ?, revoked_at = NULL
         WHERE id = ? RETURNING ${CASE_COLUMNS}`,
        [codeHash, sealedCode, expiresAt, runs, id],
      );
      return row ? CaseRow.parse(row) : null;
    },
    async redeem(codeHash, { now, max }) {
      const [row] = await database.all(
        `UPDATE cases SET runs = runs + 1
         WHERE code_hash = ? AND revoked_at IS NULL AND expires_at > ? AND runs < coalesce(max_runs, ?)
         RETURNING ${CASE_COLUMNS}`,
        [codeHash, now, max],
      );
      return row ? CaseRow.parse(row) : null;
    },
    async holdUploadBytes({ id, caseId, side, bytes, endsAt }, max, now) {
      const changed = await database.run(
        `INSERT INTO upload_holds (id, case_id, side, bytes, ends_at)
         SELECT ?, id, ?, ?, ? FROM cases WHERE id = ?
         AND ${USED_BYTES[side]} + ? + (
           SELECT coalesce(sum(bytes), 0) FROM upload_holds
           WHERE case_id = cases.id AND side = ? AND id <> ? AND ends_at > ?
         ) <= ?
         ON CONFLICT (id) DO UPDATE SET bytes = excluded.bytes, ends_at = excluded.ends_at`,
        [id, side, bytes, endsAt, caseId, bytes, side, id, now, max],
      );
      return changed > 0;
    },
    async endUpload(id, usedBytes) {
      const used = (side: UploadSide): SqlStatement => ({
        sql: `UPDATE cases SET ${USED_BYTES[side]} = ${USED_BYTES[side]} + ?
              WHERE id = (SELECT case_id FROM upload_holds WHERE id = ? AND side = ?)`,
        params: [usedBytes, id, side],
      });
      await database.batch([
        used("run"),
        used("gateway"),
        { sql: "DELETE FROM upload_holds WHERE id = ?", params: [id] },
      ]);
    },
    async forgetUploads() {
      await database.run("DELETE FROM upload_holds");
    },
    async setGatewayCode(id, codeHash, now) {
      const changed = await database.run(
        "UPDATE cases SET gateway_code_hash = ? WHERE id = ? AND revoked_at IS NULL AND expires_at > ?",
        [codeHash, id, now],
      );
      return changed > 0;
    },
    findByGatewayCode: (codeHash) => one("gateway_code_hash = ?", codeHash),
    async addFile(file, { files, textBytes }) {
      const columns = Object.values(FileRow.shape)
        .map(() => "?")
        .join(", ");
      const text = file.kind === "text" ? file.bytes : 0;
      try {
        const changed = await database.run(
          `INSERT INTO case_files (key, case_id, kind, recorded_at, name, bytes, received_bytes, sha256, sent_by, received_at)
           SELECT ${columns} FROM cases WHERE id = ?
           AND (SELECT count(*) FROM case_files WHERE case_id = cases.id) < ?
           AND (SELECT coalesce(sum(bytes), 0) FROM case_files WHERE case_id = cases.id AND kind = 'text') + ? <= ?`,
          [
            ...[file.key, file.caseId, file.kind, file.recordedAt, file.name, file.bytes],
            ...[file.receivedBytes, file.sha256, file.sentBy, file.receivedAt],
            ...[file.caseId, files, text, text === 0 ? Number.MAX_SAFE_INTEGER : textBytes],
          ],
        );
        if (changed > 0) return "added";
      } catch (error) {
        if (error instanceof Error && /UNIQUE constraint failed: case_files\.case_id/.test(error.message))
          return "name-taken";
        throw error;
      }
      return (await one("id = ?", file.caseId)) === null ? "gone" : "full";
    },
    async files(id) {
      const sql = `SELECT ${columnsOf(FileRow)} FROM case_files WHERE case_id = ? ORDER BY rowid`;
      return (await database.all(sql, [id])).map((row) => FileRow.parse(row));
    },
    async dropFiles(keys) {
      if (keys.length === 0) return;
      const params = [JSON.stringify(keys)];
      await database.batch([
        doom(`case_files WHERE key IN ${KEYS_IN}`, params),
        { sql: `DELETE FROM case_files WHERE key IN ${KEYS_IN}`, params },
      ]);
    },
    async delete(id) {
      const which =
        "(SELECT id FROM cases WHERE id = ? AND NOT EXISTS (SELECT 1 FROM reports WHERE case_id = cases.id))";
      const files = await database.all("SELECT key FROM case_files WHERE case_id = ?", [id]);
      const changes = await database.batch(deleteCases(which, [id]));
      return (changes.at(-1) ?? 0) > 0 ? files.map(({ key }) => String(key)) : null;
    },
    async ofGateway(gateway, limit) {
      const sql = "SELECT id, count(*) OVER () AS cases FROM cases WHERE lower(gateway) = lower(?) LIMIT ?";
      const rows = await database.all(sql, [gateway, limit]);
      return { ids: rows.map(({ id }) => String(id)), cases: Number(rows[0]?.cases ?? 0) };
    },
    async createRun(run, told) {
      await database.batch([
        insertInto("runs", { ...run, agent: JSON.stringify(run.agent) }),
        ...(told === undefined ? [] : [tellAll(told)]),
      ]);
    },
    async getRun(id) {
      const [row] = await database.all(`SELECT ${columnsOf(RunRow)} FROM runs WHERE id = ?`, [id]);
      return row ? RunRow.parse(row) : null;
    },
    async runsOf(caseId, limit) {
      const rows = await database.all(
        `SELECT ${columnsOf(RunRow)} FROM runs WHERE case_id = ? ORDER BY rowid DESC LIMIT ?`,
        [caseId, limit],
      );
      return rows.map((row) => RunRow.parse(row));
    },
    async countPost(runId, max) {
      const sql = "UPDATE runs SET posts = posts + 1 WHERE id = ? AND posts < ?";
      return (await database.run(sql, [runId, max], { mayBeLost: true })) > 0;
    },
    async reachRound(runId, round, at) {
      const sql = "UPDATE runs SET round = max(round, ?), seen_at = ? WHERE id = ?";
      await database.run(sql, [round, at, runId], { mayBeLost: true });
    },
    async stamp() {
      const [row] = await database.all(
        "SELECT (SELECT max(rowid) FROM cases) AS cases, (SELECT max(rowid) FROM runs) AS runs",
      );
      return `${row?.cases ?? 0} ${row?.runs ?? 0}`;
    },
  };
}

/**
 * The index of reports in SQL.
 *
 * A new column is one line in the schema of its row, besides a migration, the port and the interface's
 * schema.
 */
import * as z from "zod";
import { ReviewStatus } from "../../shared/schema/api.ts";
import { Confidence, Direction, Verdict } from "../../shared/schema/diagnosis.ts";
import type { Database, SqlRow, SqlStatement, SqlValue } from "./database.ts";
import type { Judged, ReportEntry, ReportFilter, ReportStore, StoredObject } from "./port.ts";
import { assignments, columnsOf, insertInto } from "./sql-row.ts";
import { doom, KEYS_IN } from "./sql-sweep.ts";

/**
 * The columns that a diagnosis decides. They are written when a report is created, and again when it is
 * revised.
 */
const JudgedRow = z.object({
  verdict: Verdict,
  confidence: Confidence,
  direction: Direction.nullable(),
  interfaceMtu: z.int().nullable(),
  gateway: z.string().nullable(),
  adapter: z.string().nullable(),
}) satisfies z.ZodType<Judged>;

/** The columns of `reports` that are read. */
const ReportRow = JudgedRow.extend({
  id: z.string(),
  caseId: z.string().nullable(),
  createdAt: z.string(),
  source: z.enum(["run", "analysis"]),
  label: z.string().nullable(),
  status: ReviewStatus,
  note: z.string(),
  overrideVerdict: Verdict.nullable(),
  overrideReason: z.string().nullable(),
  reviewedAt: z.string().nullable(),
  reviewedBy: z.string().nullable(),
  version: z.int(),
});
const COLUMNS = columnsOf(ReportRow);

function toEntry(row: SqlRow): ReportEntry {
  const { id, note, overrideVerdict, overrideReason, reviewedAt, reviewedBy, ...rest } = ReportRow.parse(row);
  return {
    reportId: id,
    ...rest,
    override: overrideVerdict,
    review: {
      status: rest.status,
      note,
      override: overrideVerdict === null ? null : { verdict: overrideVerdict, reason: overrideReason ?? "" },
      updatedAt: reviewedAt,
      updatedBy: reviewedBy,
    },
  };
}

/** The columns of `objects` that are read. */
const ObjectRow = z.object({
  key: z.string(),
  kind: z.enum(["evidence", "diagnosis", "capture"]),
  name: z.string(),
  bytes: z.int(),
  sha256: z.string(),
  createdAt: z.string(),
}) satisfies z.ZodType<StoredObject>;

/** Inserts nothing where there is no report of that version. The object then has no row. */
function insertObject(reportId: string, version: number, object: StoredObject): SqlStatement {
  const { key, kind, name, bytes, sha256, createdAt } = object;
  return {
    sql: `INSERT INTO objects (key, report_id, kind, name, bytes, sha256, created_at)
          SELECT ?, id, ?, ?, ?, ?, ? FROM reports WHERE id = ? AND version = ?`,
    params: [key, kind, name, bytes, sha256, createdAt, reportId, version],
  };
}

/** What the table gives to a new report. */
const FIRST_VERSION = 1;

function whereClause(filter: ReportFilter): { sql: string; params: SqlValue[] } {
  const terms: string[] = [];
  const params: SqlValue[] = [];
  const add = (term: string, ...values: SqlValue[]) => {
    terms.push(term);
    params.push(...values);
  };
  // A report is filed under the override, where there is one. The analyzer's verdict stays visible beside it.
  if (filter.verdict !== null) add("coalesce(override_verdict, verdict) = ?", filter.verdict);
  if (filter.status !== null) add("status = ?", filter.status);
  if (filter.gateway !== null) add("lower(gateway) = lower(?)", filter.gateway);
  if (filter.adapter !== null) add("lower(adapter) = lower(?)", filter.adapter);
  if (filter.since !== null) add("created_at >= ?", filter.since);
  if (filter.q !== null) {
    // Not LIKE: D1 limits its pattern to 50 bytes, which is 16 Japanese characters.
    const searched =
      "id || ' ' || coalesce(gateway, '') || ' ' || coalesce(adapter, '') || ' ' || coalesce(label, '') || ' ' || note";
    add(`instr(lower(${searched}), lower(?)) > 0`, filter.q);
  }
  if (filter.after !== null) add("(created_at, id) < (?, ?)", filter.after.createdAt, filter.after.id);
  return { sql: terms.length === 0 ? "" : `WHERE ${terms.join(" AND ")}`, params };
}

/** Objects by their keys, as long as the report has a version. */
const DROPPED = `objects WHERE key IN ${KEYS_IN} AND EXISTS (SELECT 1 FROM reports WHERE id = ? AND version = ?)`;

/** The files from the gateway's side of a report's case, where the case has no other report. */
const FILES_OF_LAST_REPORT = `case_id = (SELECT case_id FROM reports WHERE id = ?)
  AND NOT EXISTS (SELECT 1 FROM reports WHERE case_id = case_files.case_id AND id <> ?)`;

/** The store of reports over a database. */
export function sqlReportStore(database: Database): ReportStore {
  const ids = async (sql: string, params: SqlValue[]): Promise<string[]> =>
    (await database.all(sql, params)).map((row) => String(row.id));

  return {
    async create(report, objects) {
      const { reportId, ...row } = report;
      const statements: SqlStatement[] = [
        insertInto("reports", { id: reportId, ...row }),
        ...objects.map((object) => insertObject(reportId, FIRST_VERSION, object)),
      ];
      if (report.runId !== null) {
        statements.push({
          sql: "UPDATE runs SET report_id = ? WHERE id = ?",
          params: [reportId, report.runId],
        });
      }
      try {
        await database.batch(statements);
        return true;
      } catch (error) {
        if (error instanceof Error && /UNIQUE constraint failed: reports\./.test(error.message)) return false;
        throw error;
      }
    },
    async get(reportId) {
      const [row] = await database.all(`SELECT ${COLUMNS} FROM reports WHERE id = ?`, [reportId]);
      return row ? toEntry(row) : null;
    },
    async findByRun(runId) {
      return (await ids("SELECT id FROM reports WHERE run_id = ?", [runId]))[0] ?? null;
    },
    async objects(reportId) {
      const rows = await database.all(
        `SELECT ${columnsOf(ObjectRow)} FROM objects WHERE report_id = ? ORDER BY rowid`,
        [reportId],
      );
      return rows.map((row) => ObjectRow.parse(row));
    },
    async list(filter) {
      const where = whereClause(filter);
      const rows = await database.all(
        `SELECT ${COLUMNS} FROM reports ${where.sql} ORDER BY created_at DESC, id DESC LIMIT ?`,
        [...where.params, filter.limit],
      );
      return rows.map(toEntry);
    },
    async review(reportId, version, review) {
      const { sql, params } = assignments({
        status: review.status,
        note: review.note,
        overrideVerdict: review.override?.verdict ?? null,
        overrideReason: review.override?.reason ?? null,
        reviewedAt: review.updatedAt,
        reviewedBy: review.updatedBy,
      });
      const changed = await database.run(
        `UPDATE reports SET ${sql}, version = version + 1 WHERE id = ? AND version = ?`,
        [...params, reportId, version],
      );
      return changed > 0;
    },
    ofCase: (caseId) => ids("SELECT id FROM reports WHERE case_id = ? ORDER BY created_at, id", [caseId]),
    async revise(reportId, version, judged, add, drop) {
      const { sql, params } = assignments(JudgedRow.parse(judged));
      // The version moves last, because each statement asks for it.
      const changes = await database.batch([
        ...add.map((object) => insertObject(reportId, version, object)),
        ...(drop.length === 0
          ? []
          : [
              doom(DROPPED, [JSON.stringify(drop), reportId, version]),
              { sql: `DELETE FROM ${DROPPED}`, params: [JSON.stringify(drop), reportId, version] },
            ]),
        {
          sql: `UPDATE reports SET ${sql}, version = version + 1 WHERE id = ? AND version = ?`,
          params: [...params, reportId, version],
        },
      ]);
      return (changes.at(-1) ?? 0) > 0;
    },
    async delete(reportId) {
      const keys = await ids(
        `SELECT key AS id FROM objects WHERE report_id = ?
         UNION ALL SELECT key FROM case_files WHERE ${FILES_OF_LAST_REPORT}`,
        [reportId, reportId, reportId],
      );
      const files = `case_files WHERE ${FILES_OF_LAST_REPORT}`;
      const [, , , , changed] = await database.batch([
        doom("objects WHERE report_id = ?", [reportId]),
        doom(files, [reportId, reportId]),
        { sql: `DELETE FROM ${files}`, params: [reportId, reportId] },
        { sql: "DELETE FROM objects WHERE report_id = ?", params: [reportId] },
        { sql: "DELETE FROM reports WHERE id = ?", params: [reportId] },
        // The run is closed, so that an agent that posts its last round again does not bring the report back.
        { sql: "UPDATE runs SET expires_at = created_at WHERE report_id = ?", params: [reportId] },
      ]);
      return (changed ?? 0) > 0 ? keys : null;
    },
    async known(keys) {
      if (keys.length === 0) return new Set();
      const list = JSON.stringify(keys);
      return new Set(
        await ids(
          `SELECT key AS id FROM objects WHERE key IN ${KEYS_IN}
           UNION ALL SELECT key FROM case_files WHERE key IN ${KEYS_IN}`,
          [list, list],
        ),
      );
    },
  };
}

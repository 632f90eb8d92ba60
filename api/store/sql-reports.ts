import { z } from "zod";
import { ReviewStatus } from "../../shared/schema/api.ts";
import { Confidence, Direction, Verdict } from "../../shared/schema/diagnosis.ts";
import type { Database, SqlStatement, SqlValue } from "./database.ts";
import type { Judged, ReportEntry, ReportFilter, ReportStore, StoredObject } from "./port.ts";

const ReportRow = z
  .object({
    id: z.string(),
    case_id: z.string().nullable(),
    created_at: z.string(),
    source: z.enum(["run", "analysis"]),
    verdict: Verdict,
    confidence: Confidence,
    direction: Direction.nullable(),
    interface_mtu: z.int().nullable(),
    gateway: z.string().nullable(),
    adapter: z.string().nullable(),
    label: z.string().nullable(),
    status: ReviewStatus,
    note: z.string(),
    override_verdict: Verdict.nullable(),
    override_reason: z.string().nullable(),
    reviewed_at: z.string().nullable(),
    reviewed_by: z.string().nullable(),
    version: z.int(),
  })
  .transform(
    (row): ReportEntry => ({
      reportId: row.id,
      caseId: row.case_id,
      createdAt: row.created_at,
      source: row.source,
      verdict: row.verdict,
      confidence: row.confidence,
      direction: row.direction,
      interfaceMtu: row.interface_mtu,
      gateway: row.gateway,
      adapter: row.adapter,
      label: row.label,
      status: row.status,
      override: row.override_verdict,
      review: {
        status: row.status,
        note: row.note,
        override:
          row.override_verdict === null
            ? null
            : { verdict: row.override_verdict, reason: row.override_reason ?? "" },
        updatedAt: row.reviewed_at,
        updatedBy: row.reviewed_by,
      },
      version: row.version,
    }),
  );
const COLUMNS = `id, case_id, created_at, source, verdict, confidence, direction, interface_mtu, gateway, adapter,
  label, status, note, override_verdict, override_reason, reviewed_at, reviewed_by, version`;

const ObjectRow = z
  .object({
    key: z.string(),
    kind: z.enum(["evidence", "diagnosis", "capture"]),
    name: z.string(),
    bytes: z.int(),
    sha256: z.string(),
    created_at: z.string(),
  })
  .transform(({ created_at, ...object }): StoredObject => ({ ...object, createdAt: created_at }));

/** D1 takes 100 parameters a statement. */
const KEYS_A_STATEMENT = 90;

function insertObject(reportId: string, object: StoredObject): SqlStatement {
  // Nothing when the report is gone: then the object is an orphan, which the sweeper finds.
  return {
    sql: `INSERT INTO objects (key, report_id, kind, name, bytes, sha256, created_at)
          SELECT ?, id, ?, ?, ?, ?, ? FROM reports WHERE id = ?`,
    params: [object.key, object.kind, object.name, object.bytes, object.sha256, object.createdAt, reportId],
  };
}

function* inStatements(keys: string[]): Generator<{ marks: string; params: string[] }> {
  for (let start = 0; start < keys.length; start += KEYS_A_STATEMENT) {
    const params = keys.slice(start, start + KEYS_A_STATEMENT);
    yield { marks: params.map(() => "?").join(", "), params };
  }
}

function deleteObjects(keys: string[]): SqlStatement[] {
  return [...inStatements(keys)].map(({ marks, params }) => ({
    sql: `DELETE FROM objects WHERE key IN (${marks})`,
    params,
  }));
}

function whereClause(filter: ReportFilter): { sql: string; params: SqlValue[] } {
  const terms: string[] = [];
  const params: SqlValue[] = [];
  const add = (term: string, ...values: SqlValue[]) => {
    terms.push(term);
    params.push(...values);
  };
  // An override is what the report is filed under; the analyzer's verdict stays visible beside it.
  if (filter.verdict !== null) add("coalesce(override_verdict, verdict) = ?", filter.verdict);
  if (filter.status !== null) add("status = ?", filter.status);
  if (filter.gateway !== null) add("lower(gateway) = lower(?)", filter.gateway);
  if (filter.adapter !== null) add("lower(adapter) = lower(?)", filter.adapter);
  if (filter.since !== null) add("created_at >= ?", filter.since);
  if (filter.q !== null) {
    // Not LIKE: D1 bounds its pattern to 50 bytes, which are 16 Japanese characters.
    const searched =
      "id || ' ' || coalesce(gateway, '') || ' ' || coalesce(adapter, '') || ' ' || coalesce(label, '') || ' ' || note";
    add(`instr(lower(${searched}), lower(?)) > 0`, filter.q);
  }
  if (filter.after !== null) add("(created_at, id) < (?, ?)", filter.after.createdAt, filter.after.id);
  return { sql: terms.length === 0 ? "" : `WHERE ${terms.join(" AND ")}`, params };
}

const judgedParams = (judged: Judged): SqlValue[] => [
  judged.verdict,
  judged.confidence,
  judged.direction,
  judged.interfaceMtu,
  judged.gateway,
  judged.adapter,
];

/** The index of reports in SQL. */
export function sqlReportStore(database: Database): ReportStore {
  const ids = async (sql: string, params: SqlValue[]): Promise<string[]> =>
    (await database.all(sql, params)).map((row) => String(row.id));

  return {
    async create(report, objects) {
      const statements: SqlStatement[] = [
        {
          sql: `INSERT INTO reports (id, run_id, case_id, created_at, source, label,
                  verdict, confidence, direction, interface_mtu, gateway, adapter)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
          params: [
            report.reportId,
            report.runId,
            report.caseId,
            report.createdAt,
            report.source,
            report.label,
            ...judgedParams(report),
          ],
        },
        ...objects.map((object) => insertObject(report.reportId, object)),
      ];
      if (report.runId !== null) {
        statements.push({
          sql: "UPDATE runs SET report_id = ? WHERE id = ?",
          params: [report.reportId, report.runId],
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
      return row ? ReportRow.parse(row) : null;
    },
    async findByRun(runId) {
      return (await ids("SELECT id FROM reports WHERE run_id = ?", [runId]))[0] ?? null;
    },
    async objects(reportId) {
      const rows = await database.all(
        "SELECT key, kind, name, bytes, sha256, created_at FROM objects WHERE report_id = ? ORDER BY rowid",
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
      return rows.map((row) => ReportRow.parse(row));
    },
    async review(reportId, version, review) {
      const changed = await database.run(
        `UPDATE reports SET status = ?, note = ?, override_verdict = ?, override_reason = ?, reviewed_at = ?,
           reviewed_by = ?, version = version + 1
         WHERE id = ? AND version = ?`,
        [
          review.status,
          review.note,
          review.override?.verdict ?? null,
          review.override?.reason ?? null,
          review.updatedAt,
          review.updatedBy,
          reportId,
          version,
        ],
      );
      return changed > 0;
    },
    async revise(reportId, judged, add, drop) {
      const [changed] = await database.batch([
        {
          sql: `UPDATE reports SET verdict = ?, confidence = ?, direction = ?, interface_mtu = ?, gateway = ?,
                  adapter = ?, version = version + 1
                WHERE id = ?`,
          params: [...judgedParams(judged), reportId],
        },
        ...add.map((object) => insertObject(reportId, object)),
        ...deleteObjects(drop),
      ]);
      return (changed ?? 0) > 0;
    },
    async delete(reportId) {
      const keys = (await database.all("SELECT key FROM objects WHERE report_id = ?", [reportId])).map(
        (row) => String(row.key),
      );
      const [, changed] = await database.batch([
        { sql: "DELETE FROM objects WHERE report_id = ?", params: [reportId] },
        { sql: "DELETE FROM reports WHERE id = ?", params: [reportId] },
        // The run stays closed: a repeated last round must not bring the report back.
        { sql: "UPDATE runs SET expires_at = created_at WHERE report_id = ?", params: [reportId] },
      ]);
      return (changed ?? 0) > 0 ? keys : null;
    },
    async dropObjects(keys) {
      if (keys.length > 0) await database.batch(deleteObjects(keys));
    },
    createdBefore: (before, limit) =>
      ids("SELECT id FROM reports WHERE created_at < ? ORDER BY created_at LIMIT ?", [before, limit]),
    capturesBefore: (before, limit) =>
      ids(
        "SELECT key AS id FROM objects WHERE kind = 'capture' AND created_at < ? ORDER BY created_at LIMIT ?",
        [before, limit],
      ),
    async known(keys) {
      const known = new Set<string>();
      for (const { marks, params } of inStatements(keys)) {
        for (const row of await database.all(`SELECT key FROM objects WHERE key IN (${marks})`, params)) {
          known.add(String(row.key));
        }
      }
      return known;
    },
  };
}

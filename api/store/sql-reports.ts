/**
 * The index of reports in SQL.
 *
 * A new column is one line in the schema of its row, besides a migration, the port and the interface's
 * schema.
 */
import * as z from "zod";
import { NetworkKind, ReviewStatus } from "../../shared/schema/api.ts";
import { Confidence, Direction, Verdict } from "../../shared/schema/diagnosis.ts";
import type { Database, SqlRow, SqlStatement, SqlValue } from "./database.ts";
import type {
  Judged,
  NewestOfCase,
  NewReport,
  ReportCount,
  ReportEntry,
  ReportFilter,
  ReportStore,
  StoredObject,
} from "./port.ts";
import { searchedText, searchQuery } from "./report-search.ts";
import { assignments, columnsOf, insertInto } from "./sql-row.ts";
import { deleteReports, doom, filesOfReports, KEYS_IN } from "./sql-sweep.ts";
import { tellAll } from "./sql-webhooks.ts";

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
  /** See `networkColumn`. */
  network: z.string(),
});

/** The columns of `reports` that are read. */
const ReportRow = JudgedRow.extend({
  id: z.string(),
  caseId: z.string().nullable(),
  createdAt: z.string(),
  source: z.enum(["run", "analysis"]),
  label: z.string().nullable(),
  status: ReviewStatus,
  assignee: z.string().nullable(),
  assigneeName: z.string().nullable(),
  note: z.string(),
  overrideVerdict: Verdict.nullable(),
  overrideReason: z.string().nullable(),
  overrideUserText: z.string().nullable(),
  reviewedAt: z.string().nullable(),
  reviewedBy: z.string().nullable(),
  version: z.int(),
  place: z.int(),
});
const COLUMNS = columnsOf(ReportRow);

/** The column of the network: its kind, and behind a space whose it was, where that is known. */
const networkColumn = ({ network, operator = null }: Pick<Judged, "network" | "operator">): string =>
  operator === null ? network : `${network} ${operator}`;

function readNetwork(column: string): { network: NetworkKind; operator: string | null } {
  const [kind = "", ...words] = column.split(" ");
  return { network: NetworkKind.parse(kind), operator: words.length === 0 ? null : words.join(" ") };
}

function toEntry(row: SqlRow): ReportEntry {
  const { id, note, overrideVerdict, overrideReason, overrideUserText, reviewedAt, reviewedBy, ...others } =
    ReportRow.parse(row);
  const { assignee, assigneeName, network, ...rest } = others;
  return {
    reportId: id,
    ...rest,
    ...readNetwork(network),
    assignee: assigneeName,
    assigneeId: assignee,
    override: overrideVerdict,
    review: {
      status: rest.status,
      note,
      override:
        overrideVerdict === null
          ? null
          : { verdict: overrideVerdict, reason: overrideReason ?? "", userText: overrideUserText },
      updatedAt: reviewedAt,
      updatedBy: reviewedBy,
    },
  };
}

/** The columns of `objects` that are read. */
const ObjectRow = z.object({
  key: z.string(),
  kind: z.enum(["evidence", "diagnosis", "partial", "capture"]),
  name: z.string(),
  bytes: z.int(),
  sha256: z.string(),
  createdAt: z.string(),
}) satisfies z.ZodType<StoredObject>;

const TextsRow = ReportRow.pick({ gateway: true, adapter: true, label: true, note: true });

function insertReport({ reportId, operator = null, ...row }: NewReport): SqlStatement {
  const network = networkColumn({ network: row.network, operator });
  const columns = { id: reportId, ...row, network, searched: searchedText({ reportId, ...row }) };
  // A run that is deleted with its case while it posts brings nothing back.
  const isRunThere = {
    sql: "? IS NULL OR EXISTS (SELECT 1 FROM runs WHERE id = ?)",
    params: [row.runId, row.runId],
  };
  return insertInto("reports", columns, { place: newPlace(row.createdAt) }, isRunThere);
}

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

/**
 * The place of a new report: the millisecond of its creation, but after all others. A clock that was set back
 * changes nothing in the order, and whatever was made since a moment stands at its millisecond or after it.
 */
const newPlace = (createdAt: string): SqlStatement => ({
  sql: "max(CAST(? AS INTEGER), coalesce((SELECT max(place) + 1 FROM reports), 0))",
  params: [Date.parse(createdAt)],
});

/**
 * The newest reports that a filter lets through. Whatever is asked for, one index is walked from the newest
 * report on, and not a row is read that is not shown.
 */
function selectReports(
  { after, since, limit, ...filter }: ReportFilter,
  columns: string = COLUMNS,
): SqlStatement {
  const query = searchQuery(filter);
  // FTS5 takes a bound of its row IDs only as an integer, and JavaScript's numbers come as floating point.
  const range = "BETWEEN CAST(? AS INTEGER) AND CAST(? AS INTEGER) AND created_at >= ?";
  const oldest = since === null ? 0 : Date.parse(since);
  const params = [oldest, after === null ? Number.MAX_SAFE_INTEGER : after - 1, since ?? "", limit];
  if (query === null)
    return { sql: `SELECT ${columns} FROM reports WHERE place ${range} ORDER BY place DESC LIMIT ?`, params };
  return {
    sql: `SELECT ${columns} FROM report_search CROSS JOIN reports ON place = report_search.rowid
          WHERE report_search MATCH ? AND report_search.rowid ${range}
          ORDER BY report_search.rowid DESC LIMIT ?`,
    params: [query, ...params],
  };
}

/** The chosen names are few, and of each the weeks since one are read. */
const COUNTS = `WITH chosen AS MATERIALIZED (
    SELECT name FROM report_counts WHERE kind = ? AND week >= ?
    GROUP BY name ORDER BY sum(reports) DESC, name LIMIT ?
  )
  SELECT week, counts.name, verdict, network, reports
  FROM chosen CROSS JOIN report_counts AS counts ON counts.name = chosen.name
  WHERE kind = ? AND week >= ? AND reports > 0
  ORDER BY week, counts.name, verdict, network`;
const CountRow = z.object({
  week: z.string(),
  name: z.string(),
  verdict: Verdict,
  network: z.string(),
  reports: z.int(),
});
const toCount = (row: SqlRow): ReportCount => {
  const { network, reports, ...count } = CountRow.parse(row);
  return { ...count, ...readNetwork(network), reports };
};

const NewestRow = z.object({
  caseId: z.string(),
  reportId: z.string(),
  verdict: Verdict,
  reports: z.int(),
}) satisfies z.ZodType<NewestOfCase>;

/** Objects by their keys, as long as the report has a version. */
const DROPPED = `objects WHERE key IN ${KEYS_IN} AND EXISTS (SELECT 1 FROM reports WHERE id = ? AND version = ?)`;

/** The store of reports over a database. */
export function sqlReportStore(database: Database): ReportStore {
  const ids = async (sql: string, params: SqlValue[]): Promise<string[]> =>
    (await database.all(sql, params)).map((row) => String(row.id));
  /** What a search looks at besides the ID, while the report has a version. It changes with the version. */
  const textsOf = async (reportId: string, version: number) => {
    const sql = `SELECT ${columnsOf(TextsRow)} FROM reports WHERE id = ? AND version = ?`;
    const [row] = await database.all(sql, [reportId, version]);
    return row === undefined ? null : TextsRow.parse(row);
  };

  return {
    async create(report, objects, told) {
      const { reportId } = report;
      const statements: SqlStatement[] = [
        insertReport(report),
        ...objects.map((object) => insertObject(reportId, FIRST_VERSION, object)),
        ...(told === undefined ? [] : [tellAll(told, { reportId, version: FIRST_VERSION })]),
      ];
      if (report.runId !== null) {
        statements.push({
          sql: "UPDATE runs SET report_id = ? WHERE id = ?",
          params: [reportId, report.runId],
        });
      }
      try {
        const [created = 0] = await database.batch(statements);
        return created > 0;
      } catch (error) {
        if (error instanceof Error && /UNIQUE constraint failed: reports\.(id|run_id)\b/.test(error.message))
          return false;
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
      const { sql, params } = selectReports(filter);
      return (await database.all(sql, params)).map(toEntry);
    },
    async count({ since, limit, ...filter }, beyond) {
      const query = searchQuery(filter);
      const from = Math.max(beyond + 1, since === null ? 0 : Date.parse(since));
      const [row] = await database.all(
        query === null
          ? "SELECT count(*) AS reports FROM (SELECT 1 FROM reports WHERE place >= ? LIMIT ?)"
          : `SELECT count(*) AS reports FROM (
               SELECT 1 FROM report_search WHERE report_search MATCH ? AND rowid >= CAST(? AS INTEGER) LIMIT ?
             )`,
        query === null ? [from, limit] : [query, from, limit],
      );
      return z.int().parse(row?.reports);
    },
    async spread(filter) {
      const { sql, params } = selectReports({ ...filter, after: null }, "status, assignee");
      const rows = await database.all(
        `SELECT status, assignee, count(*) AS reports FROM (${sql}) GROUP BY status, assignee`,
        params,
      );
      return rows.map(({ status, assignee, reports }) => ({
        status: ReviewStatus.parse(status),
        assigneeId: assignee === null ? null : String(assignee),
        reports: z.int().parse(reports),
      }));
    },
    async statuses() {
      const counts = { new: 0, reviewed: 0, fixed: 0, confirmed: 0 };
      for (const { status, reports } of await database.all("SELECT status, reports FROM report_statuses"))
        counts[ReviewStatus.parse(status)] = z.int().parse(reports);
      return counts;
    },
    async assign(reportId, assignee) {
      const sql = "UPDATE reports SET assignee = ?, assignee_name = ? WHERE id = ?";
      return (await database.run(sql, [assignee?.id ?? null, assignee?.name ?? null, reportId])) > 0;
    },
    async newestOfCases(caseIds) {
      // Beside max(), SQLite gives the other columns of the row that has it.
      const rows = await database.all(
        `SELECT case_id AS caseId, id AS reportId, coalesce(override_verdict, verdict) AS verdict,
           count(*) AS reports, max(place) AS place
         FROM reports WHERE case_id IN ${KEYS_IN} GROUP BY case_id`,
        [JSON.stringify(caseIds)],
      );
      return rows.map((row) => NewestRow.parse(row));
    },
    async counts({ kind, since, names }) {
      return (
        await database.all(COUNTS, [kind === "all" ? kind : `${kind}-sum`, since, names, kind, since])
      ).map(toCount);
    },
    async review(reportId, version, review, told) {
      const texts = await textsOf(reportId, version);
      if (texts === null) return false;
      const { sql, params } = assignments({
        searched: searchedText({ reportId, ...texts, note: review.note }),
        status: review.status,
        note: review.note,
        overrideVerdict: review.override?.verdict ?? null,
        overrideReason: review.override?.reason ?? null,
        overrideUserText: review.override?.userText ?? null,
        reviewedAt: review.updatedAt,
        reviewedBy: review.updatedBy,
      });
      const changes = await database.batch([
        ...(told === undefined ? [] : [tellAll(told, { reportId, version })]),
        {
          sql: `UPDATE reports SET ${sql}, version = version + 1 WHERE id = ? AND version = ?`,
          params: [...params, reportId, version],
        },
      ]);
      return (changes.at(-1) ?? 0) > 0;
    },
    async listOfCase(caseId) {
      const rows = await database.all(`SELECT ${COLUMNS} FROM reports WHERE case_id = ? ORDER BY place`, [
        caseId,
      ]);
      return rows.map(toEntry);
    },
    ofCase: (caseId) => ids("SELECT id FROM reports WHERE case_id = ? ORDER BY created_at, id", [caseId]),
    async revise(reportId, version, judged, add, drop) {
      const texts = await textsOf(reportId, version);
      if (texts === null) return false;
      const { gateway, adapter } = judged;
      const { sql, params } = assignments({
        ...JudgedRow.parse({ ...judged, network: networkColumn(judged) }),
        searched: searchedText({ reportId, ...texts, gateway, adapter }),
      });
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
    async delete(...reportIds) {
      const params = [JSON.stringify(reportIds)];
      const files = filesOfReports(KEYS_IN, params);
      const keys = await ids(
        `SELECT key AS id FROM objects WHERE report_id IN ${KEYS_IN} UNION ALL SELECT key FROM ${files.sql}`,
        [...params, ...files.params],
      );
      const changes = await database.batch(deleteReports(KEYS_IN, params));
      return (changes.at(-1) ?? 0) > 0 ? keys : null;
    },
    async countOfGateway(gateway) {
      const [row] = await database.all(
        `SELECT coalesce(sum(reports), 0) AS reports FROM report_counts
         WHERE kind = 'gateway-sum' AND name = lower(?)`,
        [gateway],
      );
      return z.int().parse(row?.reports);
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

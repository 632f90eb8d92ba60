/** What the sweeper asks of the index, in SQL: what is old, what is doomed, and where it left off. */
import * as z from "zod";
import type { Database, SqlStatement, SqlValue } from "./database.ts";
import type { Expiring, SweepMemory, SweepStore } from "./port.ts";

const Refusal = z.object({ reason: z.string(), since: z.iso.datetime() });

/** What stands in `sweep_state.state`. */
const State = z.object({
  beganAt: z.iso.datetime(),
  seenAt: z.iso.datetime().nullable(),
  expiredAt: z.iso.datetime(),
  reportDays: z.number().nullable(),
  captureDays: z.number().nullable(),
  lookedTo: z.record(z.string(), z.string()),
  passAfter: z.string().nullable(),
  silences: z.array(z.object({ from: z.iso.datetime(), to: z.iso.datetime() })).default([]),
  expiryRefused: Refusal.nullable(),
  orphansRefused: Refusal.extend({ until: z.iso.datetime() }).nullable(),
});

/** Where rows of each kind are, and which column says how old they are. */
const ROWS: Readonly<Record<Expiring, { table: string; id: string; kind: string; at: string }>> = {
  reports: { table: "reports", id: "id", kind: "", at: "created_at" },
  captures: { table: "objects", id: "key", kind: "kind = 'capture' AND", at: "created_at" },
  gatewayCaptures: { table: "case_files", id: "key", kind: "kind = 'capture' AND", at: "received_at" },
  gatewayTexts: { table: "case_files", id: "key", kind: "kind = 'text' AND", at: "received_at" },
  cases: { table: "cases", id: "id", kind: "", at: "expires_at" },
};

/** All kinds of what goes with time. */
const EXPIRING = Object.keys(ROWS) as Expiring[];
const Counts = z.record(z.enum(EXPIRING), z.int());

/** How many rows of a kind are older or not. Its parameters are the time, and up to what to count. */
const counted = (kind: Expiring, than: "<" | ">="): string =>
  `(SELECT count(*) FROM (SELECT 1 FROM ${ROWS[kind].table} WHERE ${ROWS[kind].kind} ${ROWS[kind].at} ${than} ? LIMIT ?))`;

/** The oldest rows of a kind, as a list of their IDs for `IN`. Its parameters are `before` and `limit`. */
function oldest(kind: Expiring): string {
  const { table, id, kind: which, at } = ROWS[kind];
  return `(SELECT ${id} FROM ${table} WHERE ${which} ${at} < ? ORDER BY ${at}, ${id} LIMIT ?)`;
}

const NOW = "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')";

/**
 * Writes down which objects are doomed: to stand in one batch with the statement that deletes their rows, and
 * before it.
 *
 * @param rows a table with a column `key`, and which of its rows
 */
export const doom = (rows: string, params: SqlValue[]): SqlStatement => ({
  sql: `INSERT OR IGNORE INTO doomed_objects (key, doomed_at) SELECT key, ${NOW} FROM ${rows}`,
  params,
});

/** Keys as one parameter, for `IN`: a statement of D1 takes no more than 100 of them. */
export const KEYS_IN = "(SELECT value FROM json_each(?))";

/** Whether there has been a sweep: before, there is nothing to read, and reading it would begin it. */
export async function hasSwept(database: Database): Promise<boolean> {
  const [table] = await database.all("SELECT 1 FROM sqlite_schema WHERE name = 'sweep_state'");
  return table !== undefined && (await database.all("SELECT 1 FROM sweep_state")).length > 0;
}

/**
 * The statements that delete reports with all that they own, and the reports themselves last.
 *
 * @param ids a list of their IDs, for `IN`, and its parameters
 */
export function deleteReports(ids: string, params: SqlValue[]): SqlStatement[] {
  const files = filesOfReports(ids, params);
  return [
    doom(`objects WHERE report_id IN ${ids}`, params),
    doom(files.sql, files.params),
    { sql: `DELETE FROM objects WHERE report_id IN ${ids}`, params },
    { sql: `DELETE FROM ${files.sql}`, params: files.params },
    // The run is closed, so that an agent that posts its last round again does not bring the report back.
    {
      sql: `UPDATE runs SET expires_at = created_at WHERE id IN (SELECT run_id FROM reports WHERE id IN ${ids})`,
      params,
    },
    { sql: `DELETE FROM webhook_deliveries WHERE about IN ${ids}`, params },
    { sql: `DELETE FROM reports WHERE id IN ${ids}`, params },
  ];
}

/** The files from the gateway's side that go with reports: those of a case go with the last one. */
export const filesOfReports = (ids: string, params: SqlValue[]): SqlStatement => ({
  sql: `case_files WHERE case_id IN (SELECT case_id FROM reports WHERE id IN ${ids})
    AND NOT EXISTS (SELECT 1 FROM reports WHERE case_id = case_files.case_id AND id NOT IN ${ids})`,
  params: [...params, ...params],
});

/** The statements that delete cases with their runs, files and uploads, and the cases themselves last. */
export const deleteCases = (ids: string, params: SqlValue[]): SqlStatement[] => [
  doom(`case_files WHERE case_id IN ${ids}`, params),
  ...[
    "case_files WHERE case_id",
    "runs WHERE case_id",
    "upload_holds WHERE case_id",
    "webhook_deliveries WHERE about",
    "cases WHERE id",
  ].map((rows) => ({ sql: `DELETE FROM ${rows} IN ${ids}`, params })),
];

/** The store of the sweeper over a database. */
export function sqlSweepStore(database: Database): SweepStore {
  const peek = async (): Promise<SweepMemory | null> => {
    const [row] = await database.all("SELECT version, state, allowed FROM sweep_state WHERE id = 1");
    if (row === undefined) return null;
    return {
      version: z.int().parse(row.version),
      isAllowed: row.allowed !== 0,
      state: State.parse(JSON.parse(String(row.state))),
    };
  };
  const expireObjects = (table: "objects" | "case_files", keys: string) => {
    return (params: SqlValue[]): SqlStatement[] => [
      doom(`${table} WHERE key IN ${keys}`, params),
      { sql: `DELETE FROM ${table} WHERE key IN ${keys}`, params },
    ];
  };
  /** For each kind the statements that delete its oldest rows, those rows themselves last. */
  const expiry: Record<Expiring, (params: SqlValue[]) => SqlStatement[]> = {
    reports: (params) => deleteReports(oldest("reports"), params),
    captures: expireObjects("objects", oldest("captures")),
    gatewayCaptures: expireObjects("case_files", oldest("gatewayCaptures")),
    gatewayTexts: expireObjects("case_files", oldest("gatewayTexts")),
    cases: (params) => deleteCases(oldest("cases"), params),
  };

  return {
    peek,
    async read(now) {
      let memory = await peek();
      if (memory === null) {
        const [known] = await database.all(
          `SELECT (SELECT min(created_at) FROM cases) AS first_case,
                  (SELECT min(created_at) FROM reports) AS first_report,
                  (SELECT min(created_at) FROM api_tokens) AS first_token,
                  (SELECT max(created_at) FROM cases) AS last_case,
                  (SELECT max(created_at) FROM reports) AS last_report`,
        );
        const times = Object.values(known ?? {}).filter((time) => time !== null);
        const sorted = times.map(String).sort();
        const state: SweepMemory["state"] = {
          beganAt: [...sorted, now].sort()[0] ?? now,
          seenAt: null,
          // What the clock said when something came last: a clock that is far off now shows already at first.
          expiredAt: sorted.at(-1) ?? now,
          reportDays: null,
          captureDays: null,
          lookedTo: {},
          passAfter: "",
          silences: [],
          expiryRefused: null,
          orphansRefused: null,
        };
        await database.run("INSERT OR IGNORE INTO sweep_state (id, state) VALUES (1, ?)", [
          JSON.stringify(state),
        ]);
        memory = await peek();
      }
      if (memory === null) throw new Error("Cannot begin to sweep: its state is not kept");
      return memory;
    },
    async write({ version, isAllowed, state }) {
      const changed = await database.run(
        "UPDATE sweep_state SET state = ?, allowed = ?, version = version + 1 WHERE id = 1 AND version = ?",
        [JSON.stringify(state), Number(isAllowed), version],
      );
      return changed > 0;
    },
    async allow() {
      await database.run("UPDATE sweep_state SET allowed = 1, version = version + 1 WHERE id = 1");
    },
    async doom(keys) {
      if (keys.length === 0) return;
      const { sql, params } = doom("(SELECT value AS key FROM json_each(?))", [JSON.stringify(keys)]);
      await database.run(sql, params);
    },
    async old(before, most) {
      const kinds = EXPIRING.map((kind) => `${counted(kind, "<")} AS ${kind}`);
      const params = EXPIRING.flatMap((kind) => [before[kind], most]);
      const [row] = await database.all(`SELECT ${kinds.join(", ")}`, params);
      return Counts.parse(row);
    },
    async young(kind, before, most) {
      const [row] = await database.all(`SELECT ${counted(kind, ">=")} AS young`, [before, most]);
      return z.int().parse(row?.young);
    },
    async expire(kind, before, limit) {
      const changes = await database.batch(expiry[kind]([before, limit]));
      return changes.at(-1) ?? 0;
    },
    statementsToExpire: (kind) => expiry[kind]([]).length,
    async holdsObjects() {
      const [row] = await database.all(
        "SELECT EXISTS (SELECT 1 FROM objects) OR EXISTS (SELECT 1 FROM case_files) AS any_object",
      );
      return row?.any_object === 1;
    },
    async doomed(limit) {
      const rows = await database.all("SELECT key FROM doomed_objects ORDER BY doomed_at, key LIMIT ?", [
        limit,
      ]);
      return rows.map(({ key }) => String(key));
    },
    async forget(keys) {
      if (keys.length === 0) return;
      await database.run(`DELETE FROM doomed_objects WHERE key IN ${KEYS_IN}`, [JSON.stringify(keys)]);
    },
    async postpone(keys) {
      await database.run(`UPDATE doomed_objects SET doomed_at = ${NOW} WHERE key IN ${KEYS_IN}`, [
        JSON.stringify(keys),
      ]);
    },
  };
}

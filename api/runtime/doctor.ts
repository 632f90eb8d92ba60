/**
 * Checks what a data directory holds: that the index can be read and agrees with itself, that its objects are
 * there and are what was written, and that nobody changed the audit log. A service may run on it meanwhile.
 */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { verifyAuditLog } from "../auth/audit-log.ts";
import { sha256Hex, sha256Stream } from "../auth/secrets.ts";
import { DEFAULT_CONFIG } from "../deps.ts";
import { INDEX_FILE, OBJECTS_FOLDER, PEPPER_FILE } from "../store/backup.ts";
import type { Database } from "../store/database.ts";
import { directoryBlobStore } from "../store/directory.ts";
import { endOfKeysHour, kindOfKey } from "../store/object-key.ts";
import type { BlobStore, IndexStores } from "../store/port.ts";
import { sqlStores } from "../store/sql-stores.ts";
import { lockDataDir } from "./data-lock.ts";
import { readS3Settings } from "./s3-settings.ts";
import { readMigrations } from "./start-server.ts";

/** Longer than any upload takes: the row of a younger object may be about to be written. */
const ORPHAN_AGE_MS = 2 * 3_600_000;
const ROWS_AT_A_TIME = 500;
const EXAMPLES = 5;

/** What is looked at, in this order. */
export const CHECKS = [
  "database",
  "rows",
  "relations",
  "counts",
  "search",
  "audit-log",
  "objects",
  "orphans",
  "doomed",
] as const;
/** One of them. */
export type Check = (typeof CHECKS)[number];

/** Something that is not as it should be, or, where it is no problem, worth knowing. */
export interface Finding {
  check: Check;
  /** Otherwise the service sees to it by itself. */
  isProblem: boolean;
  /** What it is, as a sentence without its full stop. */
  what: string;
  count: number;
  /** Keys or IDs of some. */
  examples: string[];
  isMended: boolean;
}

/** What an examination gave. */
export interface Examination {
  /** How much of each kind was looked at. */
  looked: { reports: number; cases: number; runs: number; objects: number; auditEntries: number };
  findings: Finding[];
}

interface Patient {
  database: DatabaseSync;
  index: Database;
  stores: IndexStores;
  blobs: BlobStore;
  pepper: string | null;
  examination: Examination;
}

/**
 * Examines a data directory.
 *
 * @param mend whether to mend what can be made anew from what is there: counts, the search index, and the end
 *   of objects that are doomed. No service may run on the directory then
 * @throws {Error} it cannot be examined, and why
 */
export async function examine(dataDir: string, mend: boolean, now = new Date()): Promise<Examination> {
  const file = join(dataDir, INDEX_FILE);
  if (!existsSync(file)) throw new Error(`Cannot examine ${dataDir}: there is no ${INDEX_FILE} in it`);
  const unlock = mend ? lockDataDir(dataDir) : () => {};
  try {
    const database = new DatabaseSync(file, { readOnly: !mend });
    try {
      database.exec("PRAGMA temp_store = MEMORY; PRAGMA busy_timeout = 2000");
      const index = databaseOver(database);
      const patient: Patient = {
        database,
        index,
        stores: sqlStores(index),
        blobs: await openBlobs(dataDir),
        pepper: await readPepper(dataDir),
        examination: {
          looked: { reports: 0, cases: 0, runs: 0, objects: 0, auditEntries: 0 },
          findings: [],
        },
      };
      await examineAll(patient, mend, now);
      return patient.examination;
    } finally {
      database.close();
    }
  } finally {
    unlock();
  }
}

/** The stores' port over a database that nobody else in this process uses. */
function databaseOver(database: DatabaseSync): Database {
  const prepared = new Map<string, StatementSync>();
  const prepare = (sql: string): StatementSync => {
    const statement = prepared.get(sql) ?? database.prepare(sql);
    prepared.set(sql, statement);
    return statement;
  };
  const all: Database["all"] = async (sql, params = []) => prepare(sql).all(...params) as never;
  const run: Database["run"] = async (sql, params = []) => Number(prepare(sql).run(...params).changes);
  return {
    all,
    run,
    batch: (statements) => Promise.all(statements.map(({ sql, params }) => run(sql, params))),
  };
}

async function openBlobs(dataDir: string): Promise<BlobStore> {
  const settings = readS3Settings(process.env);
  if (settings === null) return directoryBlobStore(join(dataDir, OBJECTS_FOLDER));
  const { s3BlobStore } = await import("../store/s3.ts");
  return s3BlobStore(settings);
}

async function readPepper(dataDir: string): Promise<string | null> {
  if (process.env.IKEFRAG_PEPPER) return process.env.IKEFRAG_PEPPER;
  const text = await readFile(join(dataDir, PEPPER_FILE), "utf8").catch(() => null);
  return text?.trim() || null;
}

async function examineAll(patient: Patient, mend: boolean, now: Date): Promise<void> {
  const { database } = patient;
  // What is changed meanwhile is not seen, so that no two tables are of different moments.
  if (!mend) database.exec("BEGIN");
  const isWhole = await tryTo(patient, "database", () => checkDatabase(patient));
  if (!isWhole) return;
  await checkMigrations(patient);
  await tryTo(patient, "rows", () => checkRows(patient));
  await tryTo(patient, "relations", () => checkRelations(patient));
  await tryTo(patient, "counts", () => orMend(patient, mend, checkCounts, makeCounts));
  await tryTo(patient, "search", () => orMend(patient, mend, checkSearch, () => MAKE_SEARCH));
  await tryTo(patient, "audit-log", () => checkAuditLog(patient));
  // Objects come and go beside the index: it is asked anew about each that is missing or too many.
  if (!mend) database.exec("COMMIT");
  await tryTo(patient, "objects", () => checkObjects(patient));
  await tryTo(patient, "orphans", () => findOrphans(patient, now));
  await tryTo(patient, "doomed", () => checkDoomed(patient, mend));
}

/** @returns whether it could be looked at; a damaged part does not keep the others from being looked at */
async function tryTo(patient: Patient, check: Check, look: () => Promise<void>): Promise<boolean> {
  try {
    await look();
    return true;
  } catch (error) {
    find(patient, check, `it cannot be looked at: ${messageOf(error)}`, []);
    return false;
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function find(
  patient: Patient,
  check: Check,
  what: string,
  all: string[],
  more: Partial<Finding> = {},
): void {
  const finding = { check, isProblem: true, what, count: Math.max(1, all.length), isMended: false, ...more };
  patient.examination.findings.push({ ...finding, examples: all.slice(0, EXAMPLES) });
}

const textsOf = (patient: Patient, sql: string): string[] =>
  patient.database
    .prepare(sql)
    .all()
    .map((row) => String(Object.values(row)[0]));

async function checkDatabase(patient: Patient): Promise<void> {
  const broken = textsOf(patient, "PRAGMA integrity_check(100)").filter((said) => said !== "ok");
  if (broken.length > 0) find(patient, "database", "SQLite finds the file damaged: restore a backup", broken);
  const foreign = textsOf(patient, "PRAGMA foreign_key_check");
  if (foreign.length > 0) find(patient, "database", "rows of tables name rows that are gone", foreign);
}

/** @throws {Error} the program and the index are not of the same version */
async function checkMigrations({ index }: Patient): Promise<void> {
  const applied = new Map(
    (await index.all("SELECT name, sha256 FROM migrations")).map(({ name, sha256 }) => [name, sha256]),
  );
  const known = await readMigrations();
  const strange = [...applied.keys()].find((name) => !known.some((migration) => migration.name === name));
  if (strange !== undefined)
    throw new Error(`Cannot examine the index: a newer version of ikefrag has changed it (${strange})`);
  const missing = known.find(({ name, sql }) => applied.get(name) !== sha256Hex(sql));
  if (missing !== undefined)
    throw new Error(
      `Cannot examine the index: it lacks ${missing.name} of this version. Start the service on it once`,
    );
}

/** Reads each row as the service reads it. */
async function checkRows(patient: Patient): Promise<void> {
  const { stores, examination } = patient;
  const { cases, people, reports, sweeps, webhooks } = stores;
  const look = async (what: string, select: string, read: (key: string) => Promise<unknown>) => {
    const unreadable: string[] = [];
    let count = 0;
    for (const { id, key } of patient.database.prepare(select).all()) {
      count++;
      await read(String(key ?? id)).catch((error) => unreadable.push(`${id} (${placeOf(error)})`));
    }
    if (unreadable.length > 0) find(patient, "rows", `rows of ${what} cannot be read`, unreadable);
    return count;
  };
  const { looked } = examination;
  looked.reports = await look("reports", "SELECT id FROM reports", reports.get);
  looked.cases = await look("cases", "SELECT id FROM cases", cases.get);
  looked.runs = await look("runs", "SELECT id FROM runs", cases.getRun);
  const now = new Date().toISOString();
  await look("objects", "SELECT DISTINCT report_id AS id FROM objects", reports.objects);
  await look("case files", "SELECT DISTINCT case_id AS id FROM case_files", cases.files);
  await look("members", "SELECT id FROM members WHERE removed_at IS NULL", people.member);
  await look("passkeys", "SELECT DISTINCT member_id AS id FROM passkeys", people.passkeysOf);
  await look("API tokens", "SELECT id, token_hash AS key FROM api_tokens", (hash) =>
    people.findToken(hash, now),
  );
  await look("webhooks", "SELECT id FROM webhooks", webhooks.get);
  await look("webhooks' deliveries", "SELECT id FROM webhook_deliveries", webhooks.getDelivery);
  await look("what the sweeper knows", "SELECT id FROM sweep_state", () => sweeps.peek());
}

/** Which field it is, where a schema says so, and never what stands there. */
function placeOf(error: unknown): string {
  const issues = error instanceof Error && "issues" in error ? error.issues : null;
  const [first] = Array.isArray(issues) ? issues : [];
  const path: unknown = first?.path;
  return Array.isArray(path) && path.length > 0 ? path.join(".") : "not what it should be";
}

const RELATIONS: readonly (readonly [what: string, sql: string])[] = [
  [
    "objects belong to a report that is gone",
    "SELECT key FROM objects WHERE report_id NOT IN (SELECT id FROM reports)",
  ],
  ...["evidence", "diagnosis"].map(
    (kind) =>
      [
        `reports have no ${kind}`,
        `SELECT id FROM reports WHERE NOT EXISTS
           (SELECT 1 FROM objects WHERE report_id = reports.id AND kind = '${kind}')`,
      ] as const,
  ),
  ["runs belong to a case that is gone", "SELECT id FROM runs WHERE case_id NOT IN (SELECT id FROM cases)"],
  [
    "files belong to a case that is gone",
    "SELECT key FROM case_files WHERE case_id NOT IN (SELECT id FROM cases)",
  ],
  [
    "passkeys belong to a member that is gone",
    "SELECT id FROM passkeys WHERE member_id NOT IN (SELECT id FROM members WHERE removed_at IS NULL)",
  ],
  [
    "deliveries belong to a webhook that is gone",
    "SELECT id FROM webhook_deliveries WHERE webhook_id NOT IN (SELECT id FROM webhooks)",
  ],
];

async function checkRelations(patient: Patient): Promise<void> {
  for (const [what, sql] of RELATIONS) {
    const found = textsOf(patient, sql);
    if (found.length > 0) find(patient, "relations", what, found);
  }
}

/** Looks, and where something is found makes it anew, and looks again. */
async function orMend(
  patient: Patient,
  mend: boolean,
  look: (patient: Patient) => void,
  toStatements: (patient: Patient) => string,
): Promise<void> {
  const { findings } = patient.examination;
  const before = findings.length;
  look(patient);
  if (!mend || findings.length === before) return;
  patient.database.exec(`BEGIN IMMEDIATE; ${toStatements(patient)}; COMMIT`);
  const found = findings.splice(before);
  look(patient);
  // What is still found stands there now; the rest is mended.
  if (findings.length === before) findings.push(...found.map((finding) => ({ ...finding, isMended: true })));
}

/** What reports are counted by. */
function countedBy({ database }: Patient): string {
  const columns = database.prepare("SELECT name FROM pragma_table_info('report_counts')").all();
  return columns.flatMap(({ name }) => (name === "reports" ? [] : String(name))).join(", ");
}

function makeCounts(patient: Patient): string {
  const columns = countedBy(patient);
  return `DELETE FROM report_counts; INSERT INTO report_counts (${columns}, reports)
    SELECT ${columns}, count(*) FROM report_counted GROUP BY ${columns}${
      countsStatuses(patient)
        ? "; DELETE FROM report_statuses; INSERT INTO report_statuses SELECT status, count(*) FROM reports GROUP BY status"
        : ""
    }`;
}

/** Whether there are counts by status: an older index has none. */
const countsStatuses = ({ database }: Patient): boolean =>
  database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'report_statuses'").get() !== undefined;

const WRONG_STATUSES = `
  SELECT * FROM (
    SELECT status, reports FROM report_statuses WHERE reports <> 0
    EXCEPT SELECT status, count(*) FROM reports GROUP BY status
  ) UNION SELECT * FROM (
    SELECT status, count(*) FROM reports GROUP BY status
    EXCEPT SELECT status, reports FROM report_statuses
  )`;

function checkCounts(patient: Patient): void {
  const columns = countedBy(patient);
  const kept = `SELECT ${columns}, reports FROM report_counts WHERE reports <> 0`;
  const counted = `SELECT ${columns}, count(*) AS reports FROM report_counted GROUP BY ${columns}`;
  const wrong = `SELECT * FROM (${kept} EXCEPT ${counted}) UNION SELECT * FROM (${counted} EXCEPT ${kept})`;
  const rows = patient.database.prepare(wrong).all();
  if (countsStatuses(patient)) rows.push(...patient.database.prepare(WRONG_STATUSES).all());
  const names = new Set(rows.map((row) => Object.values(row).slice(0, -1).join(" ")));
  if (names.size > 0) find(patient, "counts", "counts of reports are not what the reports say", [...names]);
}

const MAKE_SEARCH =
  "INSERT INTO report_search (report_search) VALUES ('delete-all'); " +
  "INSERT INTO report_search (rowid, terms) SELECT place, terms FROM report_terms";

/** What stands in the search index of one report, as a number: terms and where they stand. */
interface Terms {
  count: number;
  sum: number;
}

function addTerm(all: Map<number, Terms>, place: number, term: string, offset: number): void {
  let hash = 2_166_136_261 ^ offset;
  for (let at = 0; at < term.length; at++) hash = Math.imul(hash ^ term.charCodeAt(at), 16_777_619);
  const terms = all.get(place) ?? { count: 0, sum: 0 };
  all.set(place, { count: terms.count + 1, sum: (terms.sum + hash) >>> 0 });
}

/** The index keeps no text, so its terms are held against those that each report would be given today. */
function checkSearch(patient: Patient): void {
  const { database } = patient;
  database.exec(
    "CREATE VIRTUAL TABLE IF NOT EXISTS temp.search_terms USING fts5vocab(main, report_search, instance)",
  );
  const indexed = new Map<number, Terms>();
  for (const { term, doc, offset } of database
    .prepare("SELECT term, doc, offset FROM search_terms")
    .iterate())
    addTerm(indexed, Number(doc), String(term), Number(offset));
  const wrong: string[] = [];
  const reports = database.prepare(
    "SELECT (SELECT id FROM reports WHERE reports.place = report_terms.place) AS id, place, terms FROM report_terms",
  );
  for (const { id, place, terms } of reports.iterate()) {
    const wanted = new Map<number, Terms>();
    const words = String(terms)
      .toLowerCase()
      .split(" ")
      .filter((word) => word !== "");
    for (const [offset, word] of words.entries()) addTerm(wanted, 0, word, offset);
    const [is, should] = [indexed.get(Number(place)), wanted.get(0)];
    if (is?.count !== should?.count || is?.sum !== should?.sum) wrong.push(String(id));
    indexed.delete(Number(place));
  }
  if (wrong.length > 0) find(patient, "search", "reports are not found by what they say", wrong);
  const left = [...indexed.keys()].map(String);
  if (left.length > 0) find(patient, "search", "places in the search index have no report", left);
}

async function checkAuditLog(patient: Patient): Promise<void> {
  const { pepper, stores, examination } = patient;
  if (pepper === null) {
    const what = `without the pepper its chain cannot be followed: give IKEFRAG_PEPPER, or the file ${PEPPER_FILE}`;
    find(patient, "audit-log", what, []);
    return;
  }
  const config = { ...DEFAULT_CONFIG, pepper };
  const { entries, brokenAt } = await verifyAuditLog({ audit: stores.audit, config });
  examination.looked.auditEntries = entries;
  if (brokenAt === null) return;
  find(patient, "audit-log", "an entry was changed or left out, or is keyed with another pepper", [
    `entry ${brokenAt}`,
  ]);
}

/** Each object that the index names is read whole. */
async function checkObjects(patient: Patient): Promise<void> {
  const { blobs, database, stores, examination } = patient;
  const wrong: Record<"lost" | "size" | "damaged", string[]> = { lost: [], size: [], damaged: [] };
  const page = database.prepare(
    `SELECT * FROM (SELECT key, bytes, sha256 FROM objects UNION ALL SELECT key, bytes, sha256 FROM case_files)
     WHERE key > ? ORDER BY key LIMIT ${ROWS_AT_A_TIME}`,
  );
  for (let after = ""; ; ) {
    const rows = page.all(after);
    for (const { key, bytes, sha256 } of rows) {
      after = String(key);
      examination.looked.objects++;
      const is = await readWhole(blobs, after);
      const how =
        is === null ? "lost" : is.bytes !== bytes ? "size" : is.sha256 !== sha256 ? "damaged" : null;
      // It may have been deleted together with its row, a moment ago.
      if (how !== null && (await stores.reports.known([after])).size > 0) wrong[how].push(after);
    }
    if (rows.length < ROWS_AT_A_TIME) break;
  }
  const { lost, size, damaged } = wrong;
  if (lost.length > 0) find(patient, "objects", "objects are lost: bring them back from a backup", lost);
  if (size.length > 0) find(patient, "objects", "objects have another size than was written", size);
  if (damaged.length > 0)
    find(patient, "objects", "objects are not what was written, by their SHA-256", damaged);
}

async function readWhole(blobs: BlobStore, key: string): Promise<{ bytes: number; sha256: string } | null> {
  const stream = await blobs.get(key);
  if (stream === null) return null;
  const digest = sha256Stream();
  let bytes = 0;
  for await (const chunk of stream) {
    digest.update(chunk);
    bytes += chunk.length;
  }
  return { bytes, sha256: digest.hex() };
}

/** Objects that nothing names. The sweeper deletes them, where it is plausible that a crash left them. */
async function findOrphans(patient: Patient, now: Date): Promise<void> {
  const { blobs, database, stores } = patient;
  const isDoomed = database.prepare("SELECT 1 FROM doomed_objects WHERE key = ?");
  const orphans: string[] = [];
  let keys: string[] = [];
  const askIndex = async () => {
    const known = await stores.reports.known(keys);
    orphans.push(...keys.filter((key) => !known.has(key) && isDoomed.get(key) === undefined));
    keys = [];
  };
  for await (const { key, modifiedAt } of blobs.list()) {
    const begun = endOfKeysHour(key) ?? modifiedAt;
    if (kindOfKey(key) === null || now.getTime() - begun.getTime() < ORPHAN_AGE_MS) continue;
    if (keys.push(key) >= ROWS_AT_A_TIME) await askIndex();
  }
  await askIndex();
  if (orphans.length === 0) return;
  find(patient, "orphans", "objects are named by nothing; the sweeper deletes them", orphans, {
    isProblem: false,
  });
}

async function checkDoomed(patient: Patient, mend: boolean): Promise<void> {
  const { blobs, stores } = patient;
  const doomed = textsOf(patient, "SELECT key FROM doomed_objects ORDER BY key");
  if (doomed.length === 0) return;
  if (mend) {
    const known = await stores.reports.known(doomed);
    await blobs.delete(doomed.filter((key) => !known.has(key)));
    await stores.sweeps.forget(doomed);
  }
  find(patient, "doomed", "objects wait for their end; the sweeper deletes them", doomed, {
    isProblem: false,
    isMended: mend,
  });
}

/** The contracts of the stores on SQLite and on a directory. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sha256Hex } from "../../api/auth/secrets.ts";
import { readMigrations } from "../../api/runtime/start-server.ts";
import { migrate } from "../../api/store/database.ts";
import { directoryBlobStore, removeUnfinished } from "../../api/store/directory.ts";
import { openSqlite } from "../../api/store/sqlite.ts";
import { blobStoreContract } from "./blob-store.ts";
import { helpdeskContract } from "./helpdesk.ts";
import { peopleContract } from "./people.ts";
import { reportListContract } from "./report-lists.ts";
import { settingsContract } from "./settings.ts";
import { storeContract } from "./stores.ts";
import { webhookContract } from "./webhooks.ts";

let directory: string;
let database: ReturnType<typeof openSqlite>;
let listed: ReturnType<typeof openSqlite>;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "ikefrag-contract-"));
  database = openSqlite(join(directory, "index.sqlite"));
  await migrate(database, await readMigrations(), new Date(0), sha256Hex);
  database = overheard(database);
  listed = openSqlite(":memory:");
  await migrate(listed, await readMigrations(), new Date(0), sha256Hex);
  listed = overheard(listed);
});
afterAll(async () => {
  database.close();
  listed.close();
  await rm(directory, { recursive: true, force: true });
});

/** Each statement that the contracts ran. */
const statements = new Set<string>();
function overheard(of: ReturnType<typeof openSqlite>): ReturnType<typeof openSqlite> {
  return {
    ...of,
    all: (sql, ...rest) => of.all(note(sql), ...rest),
    run: (sql, ...rest) => of.run(note(sql), ...rest),
    batch: (all) => of.batch(all.map(({ sql, params }) => ({ sql: note(sql), params }))),
  };
}
function note(sql: string): string {
  statements.add(sql);
  return sql;
}

storeContract("node:sqlite", () => database);
webhookContract("node:sqlite", () => database);
settingsContract("node:sqlite", () => database);
peopleContract("node:sqlite", () => database);
helpdeskContract("node:sqlite", () => database);
reportListContract("node:sqlite", () => listed);

/** What may be walked: values of the statement's own, what it selected before, and what FTS5 matches. */
const WALKED = /^SCAN (?:CONSTANT|\d+-ROW|json_each|\(|chosen|report_search VIRTUAL TABLE INDEX \d+:M)/;
/** An index is walked only so far. */
const ENDS =
  /^SCAN (?:\w+ USING (?:COVERING )?INDEX.* (?:LIMIT|EXISTS \(SELECT 1 FROM) |audit_log: .* ORDER BY place DESC LIMIT)/;
/** The hourly sweep empties these, so that they hold what came in an hour. */
const EMPTIED =
  /^SCAN (?:sessions|sign_in_links|challenges|remembered_answers|rate_windows|upload_holds): DELETE/;
/** There are no more than 20 webhooks, and four statuses. */
const FEW = /^SCAN (?:webhooks|report_statuses)\b/;

test("no statement of the stores walks a table that grows", async () => {
  expect(statements.size).toBeGreaterThan(60);
  const walks: string[] = [];
  for (const sql of [...statements]) {
    for (const { detail } of await database.all(`EXPLAIN QUERY PLAN ${sql}`)) {
      const walk = `${detail}: ${sql.replace(/\s+/g, " ")}`;
      if (walk.startsWith("SCAN") && ![WALKED, ENDS, EMPTIED, FEW].some((allowed) => allowed.test(walk)))
        walks.push(walk);
    }
  }
  expect(walks).toEqual([]);
});
blobStoreContract("directory", () => directoryBlobStore(join(directory, "objects")));

test("migrations are applied once, and never with another text", async () => {
  const fresh = openSqlite(":memory:");
  const migrations = [
    { name: "0001_a.sql", sql: "-- a comment; with a semicolon\nCREATE TABLE a (x);\nCREATE TABLE b (y);\n" },
  ];
  await migrate(fresh, migrations, new Date(0), sha256Hex);
  const next = { name: "0002_c.sql", sql: "CREATE TABLE c (z);" };
  await migrate(fresh, [...migrations, next], new Date(0), sha256Hex);
  const tables = (await fresh.all("SELECT name FROM sqlite_schema ORDER BY name")).map(({ name }) => name);
  expect(tables).toEqual(expect.arrayContaining(["a", "b", "c"]));
  await expect(
    migrate(fresh, [{ name: "0001_a.sql", sql: "CREATE TABLE d (x);" }, next], new Date(0), sha256Hex),
  ).rejects.toThrow("0001_a.sql was applied with another text");
  // An older program, which has one migration less.
  await expect(migrate(fresh, migrations, new Date(0), sha256Hex)).rejects.toThrow(
    "a newer version of ikefrag has changed it (migration 0002_c.sql)",
  );
  fresh.close();
});

test("a migration that fails leaves nothing of itself", async () => {
  const fresh = openSqlite(":memory:");
  const broken = [{ name: "0001_a.sql", sql: "CREATE TABLE a (x);\nCREATE TABLE a (x);\n" }];
  await expect(migrate(fresh, broken, new Date(0), sha256Hex)).rejects.toThrow();
  expect(await fresh.all("SELECT name FROM sqlite_schema WHERE name = 'a'")).toEqual([]);
  fresh.close();
});

test("a key is no way out of the directory", async () => {
  const store = directoryBlobStore(join(directory, "objects"));
  for (const key of ["../x.json", "/etc/passwd", "a/../../x.json", "a/b/c.json", "a", ""]) {
    await expect(store.put(key, new Uint8Array())).rejects.toThrow("as an object key");
  }
});

test("what a crash left half-written is no object, and the next start removes it", async () => {
  const objects = join(directory, "crashed");
  const store = directoryBlobStore(objects);
  await store.put("a/whole.json", new TextEncoder().encode("x"));
  const half = join(objects, "a/half.json.unfinished");
  await writeFile(half, "x");
  const keys: string[] = [];
  for await (const { key } of store.list()) keys.push(key);
  expect(keys).toEqual(["a/whole.json"]);
  await removeUnfinished(objects);
  await expect(readFile(half)).rejects.toThrow("ENOENT");
  expect(await readFile(join(objects, "a/whole.json"), "utf8")).toBe("x");
  await removeUnfinished(join(directory, "never-made"));
});

/** What databases refuse because of the world: other programs, a full disk, damaged and read-only files. */
import { spawn } from "node:child_process";
import { mkdtemp, open, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { afterEach, beforeEach, expect, onTestFinished, test } from "vitest";
import { createApp } from "../../api/app.ts";
import { sha256Hex } from "../../api/auth/secrets.ts";
import { readMigrations } from "../../api/runtime/start-server.ts";
import { type D1Binding, d1Database } from "../../api/store/d1.ts";
import { migrate } from "../../api/store/database.ts";
import { sqlStores } from "../../api/store/sql-stores.ts";
import { openSqlite } from "../../api/store/sqlite.ts";
import { StoreUnavailableError } from "../../api/store/unavailable.ts";
import { ORIGIN, openService } from "../support/service.ts";

let directory: string;
let file: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "ikefrag-sqlite-"));
  file = join(directory, "index.sqlite");
});
afterEach(() => rm(directory, { recursive: true, force: true }));

function opened(patienceMs?: number) {
  const database = openSqlite(file, patienceMs);
  onTestFinished(() => database.close());
  return database;
}

/** Another program that holds the database until it is told to let go. */
async function lockFromOutside() {
  const script = `
    const { DatabaseSync } = require("node:sqlite");
    const database = new DatabaseSync(${JSON.stringify(file)});
    database.exec("PRAGMA busy_timeout = 5000; BEGIN EXCLUSIVE");
    process.stdout.write("locked");
    process.stdin.on("end", () => { database.exec("COMMIT"); process.exit(0); }).resume();`;
  const child = spawn(process.execPath, ["--no-warnings", "-e", script], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  await new Promise((resolve) => child.stdout.once("data", resolve));
  return async () => {
    child.stdin.end();
    await new Promise((resolve) => child.once("exit", resolve));
  };
}

/** How often the event loop went round until it was settled. */
async function turnsUntil(promise: Promise<unknown>): Promise<number> {
  let turns = 0;
  let isSettled = false;
  const settle = () => {
    isSettled = true;
  };
  promise.then(settle, settle);
  while (!isSettled) {
    turns++;
    await new Promise((resolve) => setImmediate(resolve));
  }
  return turns;
}

test("a locked database holds up nobody else, ends in 503, and is used again once it is free", async () => {
  const database = opened(300);
  await migrate(database, await readMigrations(), new Date(0), sha256Hex);
  const token = "ikf_0123456789abcdefghjkmnpqrstvwxyz";
  const service = await openService({ bootstrapTokenSha256: sha256Hex(token) });
  onTestFinished(() => service.close());
  const app = createApp({ ...service.deps, ...sqlStores(database) });
  const openCase = () =>
    app.request(`${ORIGIN}/v1/cases`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify({ gateway: "vpn.example.com" }),
    });
  const release = await lockFromOutside();

  const refused = openCase();
  // Reading goes on beside the lock; what is written waits, and the event loop does not.
  let answered = 0;
  const health = async () => {
    for (; answered < 20; answered++) expect((await app.request(`${ORIGIN}/healthz`)).status).toBe(200);
  };
  const write = database.run("UPDATE cases SET runs = runs + 1");
  const batch = database.batch([{ sql: "UPDATE cases SET runs = runs + 1", params: [] }]);
  const [turns] = await Promise.all([
    turnsUntil(write),
    expect(write).rejects.toThrow(StoreUnavailableError),
    expect(batch).rejects.toThrow("another program has locked"),
    health(),
  ]);
  expect((await refused).status).toBe(503);
  expect((await refused).headers.get("retry-after")).toBe("5");
  expect(await (await refused).json()).toMatchObject({ type: "/problems/store-unavailable" });
  expect(answered).toBe(20);
  expect(turns).toBeGreaterThan(20);

  await release();
  expect((await openCase()).status).toBe(201);
  expect(await database.batch([{ sql: "UPDATE cases SET runs = 1", params: [] }])).toEqual([1]);
});

test("a statement that waits for a lock is run as soon as the lock is gone", async () => {
  const database = opened(60_000);
  await database.run("CREATE TABLE a (x)");
  const release = await lockFromOutside();
  const write = database.run("INSERT INTO a VALUES (1)");
  const batch = database.batch([{ sql: "INSERT INTO a VALUES (2)", params: [] }]);
  await release();
  expect(await write).toBe(1);
  expect(await batch).toEqual([1]);
  expect(await database.all("SELECT x FROM a ORDER BY x")).toEqual([{ x: 1 }, { x: 2 }]);
});

test("a full disk refuses what is written, keeps nothing of it, and takes it when there is room", async () => {
  const database = opened();
  await database.run("CREATE TABLE a (x)");
  const [pages] = await database.all("PRAGMA page_count");
  await database.run(`PRAGMA max_page_count = ${pages?.page_count}`);
  const large = { sql: "INSERT INTO a VALUES (?)", params: ["x".repeat(100_000)] };
  const small = { sql: "INSERT INTO a VALUES (?)", params: ["y"] };
  const refused = database.batch([small, large]);
  await expect(refused).rejects.toThrow(StoreUnavailableError);
  await expect(refused).rejects.toMatchObject({ retryHelps: false });
  await expect(database.run(large.sql, large.params)).rejects.toThrow("the disk is full");
  expect(await database.all("SELECT x FROM a")).toEqual([]);
  await database.run("PRAGMA max_page_count = 100000");
  expect(await database.batch([small, large])).toEqual([1, 1]);
});

test("a read-only database is the world's fault; a broken statement and a taken key are not", async () => {
  const database = opened();
  await database.run("CREATE TABLE a (x PRIMARY KEY)");
  await database.run("INSERT INTO a VALUES (1)");
  await database.run("PRAGMA query_only = ON");
  await expect(database.run("INSERT INTO a VALUES (2)")).rejects.toThrow("the database is read-only");
  await database.run("PRAGMA query_only = OFF");
  for (const [sql, said] of [
    ["INSERT INTO a VALUES (1)", "UNIQUE constraint failed: a.x"],
    ["SELECT * FROM absent", "no such table: absent"],
  ] as const) {
    await expect(database.all(sql), sql).rejects.toThrow(said);
    await expect(database.all(sql), sql).rejects.not.toBeInstanceOf(StoreUnavailableError);
  }
});

test("a file that is no database, and a damaged one, are named and said so", async () => {
  await writeFile(file, "not a database, and long enough to be seen as none. ".repeat(50));
  expect(() => openSqlite(file)).toThrow(`Cannot open ${file}: the file is no SQLite database`);
  expect(() => openSqlite(join(directory, "none/index.sqlite"))).toThrow("the file cannot be opened");
  await rm(file);

  const whole = openSqlite(file);
  await whole.run("CREATE TABLE a (x)");
  for (let row = 0; row < 200; row++) await whole.run("INSERT INTO a VALUES (?)", ["x".repeat(1_000)]);
  whole.close();
  const bytes = await open(file, "r+");
  await bytes.write(Buffer.alloc(4_096 * 20, 0xff), 0, 4_096 * 20, 4_096);
  await bytes.close();
  const damaged = opened();
  const read = damaged.all("SELECT sum(length(x)) FROM a");
  await expect(read).rejects.toThrow(StoreUnavailableError);
  await expect(read).rejects.toThrow("restore it from a backup");
});

test.skipIf(process.platform === "win32")(
  "only the owner reads a database and the files beside it",
  async () => {
    await writeFile(file, "", { mode: 0o644 });
    const database = opened();
    await database.run("CREATE TABLE a (x)");
    for (const name of [file, `${file}-wal`, `${file}-shm`])
      expect((await stat(name)).mode & 0o077, name).toBe(0);
  },
);

/** D1 in a moment of which its documentation speaks, and which cannot be brought about. */
const failingD1 = (message: string): D1Binding => {
  const fail = () => Promise.reject(new Error(message));
  const statement = { bind: () => statement, all: fail, run: fail };
  return { prepare: () => statement, batch: fail };
};

test.each([
  ["D1_ERROR: Network connection lost.", true],
  ["D1_ERROR: D1 DB storage operation exceeded timeout which caused object to be reset.", true],
  ["D1_ERROR: D1 DB reset because its code was updated.", true],
  ["D1_ERROR: D1 DB is overloaded. Too many requests queued.", true],
  ["D1_ERROR: Exceeded maximum DB size", false],
  ["D1_ERROR: UNIQUE constraint failed: cases.code_hash: SQLITE_CONSTRAINT", null],
])("D1 says %s", async (message, retryHelps) => {
  const database = d1Database(failingD1(message));
  const statement = { sql: "SELECT 1", params: [] };
  for (const act of [database.all("SELECT 1"), database.run("SELECT 1"), database.batch([statement])]) {
    const error = await act.catch((thrown: unknown) => thrown);
    expect(error instanceof StoreUnavailableError).toBe(retryHelps !== null);
    if (retryHelps !== null) expect(error).toMatchObject({ retryHelps });
  }
});

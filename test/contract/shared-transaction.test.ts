/** Writes at the same time share a transaction of SQLite, and so the wait for the disk. */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openSqlite } from "../../api/store/sqlite.ts";

let directory: string;
let database: ReturnType<typeof openSqlite>;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "ikefrag-shared-"));
  database = openSqlite(join(directory, "index.sqlite"));
  await database.batch([
    { sql: "CREATE TABLE a (x INTEGER PRIMARY KEY, y TEXT)", params: [] },
    { sql: "CREATE TABLE b (x INTEGER PRIMARY KEY)", params: [] },
  ]);
});
afterEach(async () => {
  database.close();
  await rm(directory, { recursive: true, force: true });
});

const WAL_HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;
/** How many transactions the write-ahead log holds: the last frame of each has the size of the database. */
async function commits(): Promise<number> {
  const log = await readFile(join(directory, "index.sqlite-wal"));
  const frameBytes = FRAME_HEADER_BYTES + log.readUInt32BE(8);
  let found = 0;
  for (let at = WAL_HEADER_BYTES; at + frameBytes <= log.length; at += frameBytes)
    if (log.readUInt32BE(at + 4) > 0) found++;
  return found;
}

const insert = (x: number) => database.run("INSERT INTO a (x) VALUES (?)", [x]);
const inA = async () => (await database.all("SELECT x FROM a ORDER BY x")).map(({ x }) => x);
const synchronous = async () => (await database.all("PRAGMA synchronous"))[0]?.synchronous;
const [NORMAL, FULL] = [1, 2];

test("what is written at the same time is one transaction, and each write gets its own answer", async () => {
  const before = await commits();
  const answers = await Promise.all([
    insert(1),
    database.batch([
      { sql: "INSERT INTO a (x) VALUES (2)", params: [] },
      { sql: "UPDATE a SET y = 'seen'", params: [] },
    ]),
    database.all("INSERT INTO b VALUES (7) RETURNING x * 2 AS twice"),
  ]);
  expect(answers).toEqual([1, [1, 2], [{ twice: 14 }]]);
  expect((await commits()) - before).toBe(1);
  await insert(3);
  await insert(4);
  expect((await commits()) - before).toBe(3);
});

test("one that fails takes no other with it, and a batch fails as a whole", async () => {
  await insert(1);
  const before = await commits();
  const results = await Promise.allSettled([
    insert(2),
    insert(1),
    database.batch([
      { sql: "INSERT INTO a (x) VALUES (3)", params: [] },
      { sql: "INSERT INTO a (x) VALUES (2)", params: [] },
    ]),
    insert(4),
  ]);
  expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "rejected", "fulfilled"]);
  for (const result of results)
    if (result.status === "rejected")
      expect(String(result.reason)).toContain("UNIQUE constraint failed: a.x");
  expect(await inA()).toEqual([1, 2, 4]);
  expect((await commits()) - before).toBe(1);
});

test("only what nobody was told of is not waited for, and never beside something else", async () => {
  expect(await synchronous()).toBe(FULL);
  const count = () => database.run("UPDATE b SET x = x + 1", [], { mayBeLost: true });
  await count();
  expect(await synchronous()).toBe(NORMAL);
  await Promise.all([count(), insert(1), count()]);
  expect(await synchronous()).toBe(FULL);
});

test("nothing that was given to the database is lost when it is closed", async () => {
  const written = Array.from({ length: 100 }, (_, x) => insert(x));
  database.close();
  const kept = (await Promise.allSettled(written)).filter(({ status }) => status === "fulfilled").length;
  database = openSqlite(join(directory, "index.sqlite"));
  // What was not written is said to be.
  expect((await inA()).length).toBe(kept);
  expect(kept).toBeGreaterThan(0);
});

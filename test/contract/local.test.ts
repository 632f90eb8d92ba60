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
import { reportListContract } from "./report-lists.ts";
import { storeContract } from "./stores.ts";

let directory: string;
let database: ReturnType<typeof openSqlite>;
let listed: ReturnType<typeof openSqlite>;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "ikefrag-contract-"));
  database = openSqlite(join(directory, "index.sqlite"));
  await migrate(database, await readMigrations(), new Date(0), sha256Hex);
  listed = openSqlite(":memory:");
  await migrate(listed, await readMigrations(), new Date(0), sha256Hex);
});
afterAll(async () => {
  database.close();
  listed.close();
  await rm(directory, { recursive: true, force: true });
});

storeContract("node:sqlite", () => database);
reportListContract("node:sqlite", () => listed);
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

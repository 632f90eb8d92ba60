import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { sha256Hex } from "../../api/auth/secrets.ts";
import { readMigrations } from "../../api/runtime/start-server.ts";
import { migrate } from "../../api/store/database.ts";
import { sqlStores } from "../../api/store/sql-stores.ts";
import { openSqlite } from "../../api/store/sqlite.ts";
import { sweep } from "../../cli/sweep.ts";

let directory: string;
let database: ReturnType<typeof openSqlite>;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "ikefrag-sweep-"));
  database = openSqlite(join(directory, "ikefrag.sqlite"));
});
afterEach(async () => {
  vi.restoreAllMocks();
  database.close();
  await rm(directory, { recursive: true, force: true });
});

/** Runs it, as the program does. @returns the exit code, and what it wrote */
async function run(dataDir: string, letGo = false): Promise<[code: number, written: string]> {
  let written = "";
  const take = (text: unknown) => {
    written += String(text);
    return true;
  };
  vi.spyOn(process.stdout, "write").mockImplementation(take);
  vi.spyOn(process.stderr, "write").mockImplementation(take);
  try {
    return [await sweep(dataDir, letGo), written];
  } finally {
    vi.restoreAllMocks();
  }
}

test("what is held back is said while the service runs, and is let go for once", async () => {
  expect(await run(directory)).toEqual([0, expect.stringContaining("has not swept yet")]);
  await migrate(database, await readMigrations(), new Date(0), sha256Hex);
  expect(await run(directory, true)).toEqual([0, expect.stringContaining("has not swept yet")]);

  const { sweeps } = sqlStores(database);
  const at = "2026-11-27T09:00:00.000Z";
  const memory = await sweeps.read(at);
  await sweeps.write({ ...memory, state: { ...memory.state, seenAt: at } });
  // Nothing is allowed in advance.
  expect(await run(directory, true)).toEqual([0, `Last sweep: ${at}\nNothing is held back.\n`]);
  expect((await sweeps.read(at)).isAllowed).toBe(false);

  const next = await sweeps.read(at);
  const expiryRefused = { reason: "12 reports would go and 0 stay", since: at };
  await sweeps.write({ ...next, state: { ...next.state, expiryRefused } });
  const [code, written] = await run(directory);
  expect([code, written]).toEqual([
    1,
    expect.stringContaining(`since ${at}: 12 reports would go and 0 stay\n`),
  ]);
  expect((await sweeps.read(at)).isAllowed).toBe(false);
  expect(await run(directory, true)).toEqual([0, expect.stringContaining("goes with the next sweep")]);
  expect((await sweeps.read(at)).isAllowed).toBe(true);
  expect((await run(directory))[0]).toBe(0);
});

test("a folder without an index is left as it is", async () => {
  const empty = join(directory, "empty");
  expect(await run(empty, true)).toEqual([
    2,
    `Cannot say what is held back: there is no ikefrag.sqlite in ${empty}\n`,
  ]);
  expect(await readdir(directory)).not.toContain("empty");
});

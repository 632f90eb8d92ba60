/** D1 and R2 as workerd has them, on this machine. */
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { getPlatformProxy } from "wrangler";
import { sha256Hex } from "../../api/auth/secrets.ts";
import { readMigrations } from "../../api/runtime/start-server.ts";
import { type D1Binding, d1Database } from "../../api/store/d1.ts";
import { type Database, migrate } from "../../api/store/database.ts";
import { type R2Binding, r2BlobStore } from "../../api/store/r2.ts";
import { openSqlite } from "../../api/store/sqlite.ts";
import { blobStoreContract } from "./blob-store.ts";
import { helpdeskContract } from "./helpdesk.ts";
import { peopleContract } from "./people.ts";
import { reportListContract } from "./report-lists.ts";
import { settingsContract } from "./settings.ts";
import { storeContract } from "./stores.ts";
import { webhookContract } from "./webhooks.ts";

// The bindings of the deployment's own configuration, in memory.
const configPath = fileURLToPath(new URL("../../infra/wrangler.jsonc", import.meta.url));
let platform: Awaited<ReturnType<typeof getPlatformProxy<{ DB: D1Binding; OBJECTS: R2Binding }>>>;
let database: Database;
beforeAll(async () => {
  platform = await getPlatformProxy({ configPath, persist: false });
  database = d1Database(platform.env.DB);
  await migrate(database, await readMigrations(), new Date(0), sha256Hex);
});
afterAll(() => platform.dispose());

// First, while there is no report yet.
reportListContract("D1", () => database);
storeContract("D1", () => database);
webhookContract("D1", () => database);
settingsContract("D1", () => database);
peopleContract("D1", () => database);
helpdeskContract("D1", () => database);
// Small pages: that a page ends and another one follows does not take a thousand objects to see.
blobStoreContract("R2", () => r2BlobStore(platform.env.OBJECTS, 50));

test("the migrations make the same tables in D1 and in node:sqlite", async () => {
  const schemaOf = (from: Database) =>
    from.all(
      "SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE '\\_%' ESCAPE '\\' ORDER BY type, name",
    );
  const local = openSqlite(":memory:");
  await migrate(local, await readMigrations(), new Date(0), sha256Hex);
  expect(await schemaOf(database)).toEqual(await schemaOf(local));
  local.close();
});

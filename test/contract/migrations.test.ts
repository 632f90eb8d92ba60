/** An index of each earlier version is upgraded with its data, and each runner of migrations ends alike. */
import { execFile } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { sha256Hex } from "../../api/auth/secrets.ts";
import { readMigrations } from "../../api/runtime/start-server.ts";
import { type Database, migrate, type SqlRow } from "../../api/store/database.ts";
import type { ReportFilter } from "../../api/store/port.ts";
import { sqlStores } from "../../api/store/sql-stores.ts";
import { openSqlite } from "../../api/store/sqlite.ts";
import { EVERY_REPORT } from "../support/every-report.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const migrations = (await readMigrations()).sort((a, b) => (a.name < b.name ? -1 : 1));

const AT = "'2026-11-23T06:00:00.000Z'";
/** What a program of the first version may have left, and below what each later one adds. */
const ROWS: Record<string, string> = {
  "0001": `
    INSERT INTO cases (id, code_hash, gateway, label, language, created_at, created_by, expires_at, runs)
    VALUES ('case', 'hash', 'vpn.example.com', '件名', 'ja', ${AT}, 'staff', '2027-01-01T00:00:00.000Z', 2);
    INSERT INTO runs (id, case_id, token_hash, agent, created_at, expires_at, posts, report_id) VALUES
    ('run', 'case', 'hash', '{"name":"a","version":"1","platform":"windows","osVersion":null,"runtime":"node","language":"ja","elevated":null}', ${AT}, ${AT}, 3, 'IKF-3');
    INSERT INTO reports (id, run_id, case_id, created_at, source, verdict, confidence, gateway, label) VALUES
    ('IKF-1', NULL, NULL, '2026-11-22T23:59:59.999Z', 'analysis', 'healthy', 'high', NULL, NULL),
    ('IKF-2', NULL, NULL, ${AT}, 'analysis', 'udp-500-blocked', 'high', 'VPN.example.com', '東京100%'),
    ('IKF-3', 'run', 'case', ${AT}, 'run', 'inbound-fragments-lost', 'medium', 'vpn.example.com', '件名');
    UPDATE reports SET adapter = 'イーサネット 5', status = 'reviewed', note = 'Osaka', version = 4,
      override_verdict = 'healthy', override_reason = 'seen', reviewed_at = ${AT}, reviewed_by = 'admin'
    WHERE id = 'IKF-3';
    INSERT INTO objects VALUES ('evidence/a.json', 'IKF-3', 'evidence', 'evidence.json', 5, '00', ${AT});
    INSERT INTO api_tokens VALUES ('token', 'hash', 'admin', 'admin', ${AT}, NULL);
    INSERT INTO sign_in_links VALUES ('hash', 'admin', 'admin', ${AT});
    INSERT INTO sessions VALUES ('hash', 'admin', 'admin', ${AT}, ${AT});
    INSERT INTO rate_windows VALUES ('key', 1, 2)`,
  "0003": `
    INSERT INTO case_files
    VALUES ('texts/a.txt', 'case', 'text', 'gateway', 'log', 1, 1, '00', NULL, ${AT})`,
  "0005": `
    INSERT INTO doomed_objects VALUES ('evidence/b.json', ${AT});
    INSERT INTO sweep_state (id, state) VALUES (1, '{}')`,
  "0007": `INSERT INTO upload_holds VALUES ('upload', 'case', 'run', 7, ${AT})`,
  "0009": `
    INSERT INTO members VALUES ('member', 'Ada', 'admin', NULL, ${AT}, 'operator', NULL);
    INSERT INTO passkeys VALUES ('passkey', 'member', 'phone', 'key', 1, '[]', ${AT}, NULL);
    INSERT INTO challenges VALUES ('hash', 'member', ${AT});
    INSERT INTO sign_in_links VALUES ('hash', 'member', ${AT});
    INSERT INTO sessions VALUES ('session', 'hash', 'member', NULL, ${AT}, ${AT}, ${AT});
    INSERT INTO audit_log VALUES (1, ${AT}, 'member:member', 'Ada', 'signed-in', '', '{}', 'request', 'hash')`,
  "0010": `
    INSERT INTO webhooks (id, url, events, format, secret, created_at, created_by)
    VALUES ('webhook', 'sealed', '["report.created"]', 'standard', 'sealed', ${AT}, 'admin');
    INSERT INTO webhook_deliveries (id, webhook_id, type, about, payload, created_at, due_at)
    VALUES ('msg_1', 'webhook', 'report.created', 'IKF-3', '{}', ${AT}, ${AT})`,
  "0018": `INSERT INTO settings VALUES (1, '{"contact":"内線 1234"}', ${AT}, 'admin')`,
  "0013": `INSERT INTO remembered_answers VALUES ('hash', 'request', 'sealed', ${AT})`,
  "0016": `INSERT INTO saved_views VALUES ('view', 'member:member', 'Mine', 'q=is%3Amine', ${AT})`,
};

/** Whoever had one of these before 0009 signs in again: they named no member. */
const DROPPED: ReadonlySet<string> = new Set(["sign_in_links", "sessions"]);

const tablesOf = async (database: Database): Promise<string[]> => {
  const rows = await database.all(
    `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'report\\_%' ESCAPE '\\'
     AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name <> 'migrations'`,
  );
  return rows.map(({ name }) => String(name));
};

test.each(migrations.slice(0, -1).map(({ name }, at) => ({ name, applied: at + 1 })))(
  "an index that stands at $name keeps all that it has, and answers",
  async ({ name, applied }) => {
    const database = openSqlite(":memory:");
    // Each version writes what it adds, before the next one comes.
    for (const [at, { name: version }] of migrations.slice(0, applied).entries()) {
      await migrate(database, migrations.slice(0, at + 1), new Date(0), sha256Hex);
      const rows = ROWS[version.slice(0, 4)] ?? "";
      for (const sql of rows.split(/;\s*$/m).filter((text) => text.trim() !== "")) await database.run(sql);
    }
    const before = new Map<string, SqlRow[]>();
    for (const table of await tablesOf(database))
      before.set(table, await database.all(`SELECT * FROM ${table}`));
    expect([...before].filter(([, rows]) => rows.length === 0)).toEqual([]);

    await migrate(database, migrations, new Date(0), sha256Hex);
    for (const [table, rows] of before)
      if (name >= "0009" || !DROPPED.has(table))
        expect(await database.all(`SELECT * FROM ${table}`), table).toMatchObject(
          // What a search looks at may be folded anew.
          rows.map(({ searched: _searched, ...kept }) => kept),
        );

    const { reports, cases } = sqlStores(database);
    const found = async (filter: Partial<ReportFilter>) =>
      (await reports.list({ ...EVERY_REPORT, ...filter })).map(({ reportId }) => reportId);
    expect(await found({})).toEqual(["IKF-3", "IKF-2", "IKF-1"]);
    expect(await found({ verdict: "healthy" })).toEqual(["IKF-3", "IKF-1"]);
    expect(await found({ gateway: "vpn.EXAMPLE.com", status: "new" })).toEqual(["IKF-2"]);
    expect(await found({ q: "東京 100%" })).toEqual(["IKF-2"]);
    expect(await found({ q: "osaka" })).toEqual(["IKF-3"]);
    expect(await found({ label: "東京1" })).toEqual(["IKF-2"]);
    expect(await found({ label: "100%" })).toEqual([]);
    expect(await found({ assignee: "", status: "new" })).toEqual(["IKF-2", "IKF-1"]);
    expect(await reports.statuses()).toEqual({ new: 2, reviewed: 1, fixed: 0, confirmed: 0 });
    expect(await found({ since: "2026-11-23T00:00:00.000Z" })).toEqual(["IKF-3", "IKF-2"]);
    expect(await reports.counts({ kind: "all", since: "", names: 1 })).toEqual([
      { week: "2026-11-16", name: "", verdict: "healthy", network: "unknown", operator: null, reports: 1 },
      { week: "2026-11-23", name: "", verdict: "healthy", network: "unknown", operator: null, reports: 1 },
      {
        week: "2026-11-23",
        name: "",
        verdict: "udp-500-blocked",
        network: "unknown",
        operator: null,
        reports: 1,
      },
    ]);
    expect((await cases.get("case"))?.runs).toBe(2);
    expect(await reports.delete("IKF-3")).toEqual(
      name < "0003" ? ["evidence/a.json"] : ["evidence/a.json", "texts/a.txt"],
    );
    database.close();
  },
);

test("wrangler's runner and ours end in the same schema", async () => {
  const directory = await mkdtemp(join(tmpdir(), "ikefrag-migrations-"));
  try {
    const wrangler = join(root, "node_modules/wrangler/bin/wrangler.js");
    const words = ["d1", "migrations", "apply", "ikefrag", "--local", "--persist-to", directory];
    await promisify(execFile)(process.execPath, [wrangler, ...words, "--config", "infra/wrangler.jsonc"], {
      cwd: root,
      env: { ...process.env, CI: "true", WRANGLER_SEND_METRICS: "false" },
    });
    const files = await readdir(directory, { recursive: true });
    const file = files.find((path) => /d1.*[0-9a-f]{64}\.sqlite$/.test(path));
    const [theirs, ours] = [openSqlite(join(directory, file ?? "")), openSqlite(":memory:")];
    await migrate(ours, migrations, new Date(0), sha256Hex);
    const schemaOf = (database: Database) =>
      database.all(
        `SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE '\\_cf\\_%' ESCAPE '\\'
         AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND tbl_name NOT IN ('migrations', 'd1_migrations')
         ORDER BY type, name`,
      );
    expect(await schemaOf(theirs)).toEqual(await schemaOf(ours));
    theirs.close();
    ours.close();
  } finally {
    await rm(directory, { recursive: true });
  }
});

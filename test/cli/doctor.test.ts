/** `ikefrag doctor` over a real data directory, of which each kind of thing is broken in turn. */
import { cp, mkdir, mkdtemp, open, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, afterEach, beforeAll, expect, onTestFinished, test, vi } from "vitest";
import { examine, type Finding } from "../../api/runtime/doctor.ts";
import { startServer } from "../../api/runtime/start-server.ts";
import { doctor } from "../../cli/doctor.ts";
import { AGENT, json, playRun, type Service, seedFile, type TestRun } from "../support/service.ts";

let directory: string;
let whole: string;
const start = (dataDir: string) =>
  startServer({ host: "127.0.0.1", port: 0, dataDir, publicUrl: null, log: () => {} });

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "ikefrag-doctor-"));
  whole = join(directory, "whole");
  const server = await start(whole);
  const token = server.firstStart?.apiToken ?? "";
  const request: Service["request"] = (method, path, { token: own, json: value, body, headers } = {}) =>
    fetch(new URL(path, server.url), {
      method,
      headers: {
        ...headers,
        authorization: `Bearer ${own ?? token}`,
        ...(value === undefined ? {} : { "content-type": "application/json" }),
      },
      body: value === undefined ? (body ?? null) : JSON.stringify(value),
    });
  const opened = await request("POST", "/v1/cases", { json: { gateway: "vpn.example.com", label: "T-1" } });
  const { caseId, code } = await json<{ caseId: string; code: string }>(opened);
  const run = await json<TestRun>(await request("POST", "/v1/runs", { json: { code, agent: AGENT } }));
  await playRun({ request }, run);
  const capture = await seedFile("wired-fail.pcapng");
  const pcap = { "content-type": "application/octet-stream" };
  await request("PUT", `/v1/runs/${run.runId}/capture`, {
    token: run.runToken,
    headers: pcap,
    body: capture,
  });
  const files = new FormData();
  files.append("file", new Blob([capture]), "gateway.pcapng");
  await request("POST", `/v1/cases/${caseId}/gateway-files`, { body: files });
  for (let count = 0; count < 3; count++)
    await request("POST", "/v1/analyses?store=1", { headers: pcap, body: capture });
  await server.close();
});
afterAll(() => rm(directory, { recursive: true, force: true }));
afterEach(() => vi.restoreAllMocks());

/** A copy of the whole directory, to be broken. */
async function copyOf(): Promise<string> {
  const copy = await mkdtemp(join(directory, "copy-"));
  onTestFinished(() => rm(copy, { recursive: true, force: true }));
  await cp(whole, copy, { recursive: true });
  return copy;
}

function change(dataDir: string, ...statements: string[]): void {
  const database = new DatabaseSync(join(dataDir, "ikefrag.sqlite"));
  for (const statement of statements) database.exec(statement);
  database.close();
}
function one(dataDir: string, sql: string): string {
  const database = new DatabaseSync(join(dataDir, "ikefrag.sqlite"));
  const row = database.prepare(sql).get();
  database.close();
  return String(Object.values(row ?? {})[0]);
}

/** Runs it as the program does. */
async function run(dataDir: string, options: { mend?: boolean; json?: boolean } = {}) {
  const written = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const)
    vi.spyOn(process[name], "write").mockImplementation((text) => {
      written[name] += String(text);
      return true;
    });
  const code = await doctor(dataDir, { mend: false, json: false, ...options });
  vi.restoreAllMocks();
  return { code, ...written };
}

test("a whole directory is found whole, and nothing in it is changed", async () => {
  const dataDir = await copyOf();
  const { looked, findings } = await examine(dataDir, false);
  expect(findings).toEqual([]);
  expect(looked).toEqual({ reports: 4, cases: 1, runs: 1, objects: 15, auditEntries: expect.any(Number) });
  expect(looked.auditEntries).toBeGreaterThan(1);
  const { code, stdout } = await run(dataDir);
  expect(code).toBe(0);
  expect(stdout).toContain(`${dataDir}: 4 reports, 1 cases, 1 runs, 15 objects`);
  expect(stdout).toContain("  well     search\n");
  const index = await readFile(join(dataDir, "ikefrag.sqlite"));
  expect(index.equals(await readFile(join(whole, "ikefrag.sqlite")))).toBe(true);
});

const objectOf = (dataDir: string, kind: string): string =>
  join(dataDir, "objects", one(dataDir, `SELECT key FROM objects WHERE kind = '${kind}' ORDER BY key`));
const OLD_KEY = "evidence/20200101/00orphan.json";

/** What is broken, how it is found, and whether it can be mended. */
const BROKEN: {
  what: string;
  breakIt: (dataDir: string) => Promise<void> | void;
  found: Partial<Finding>[];
  mends: boolean;
}[] = [
  {
    what: "a verdict that there is none of",
    breakIt: (dataDir) => change(dataDir, "UPDATE reports SET confidence = 'sure' WHERE source = 'run'"),
    found: [{ check: "rows", what: "rows of reports cannot be read", count: 1 }],
    mends: false,
  },
  {
    what: "a run whose agent is no JSON",
    breakIt: (dataDir) => change(dataDir, "UPDATE runs SET agent = '{'"),
    found: [{ check: "rows", what: "rows of runs cannot be read", count: 1 }],
    mends: false,
  },
  {
    what: "a token with a role that there is none of",
    breakIt: (dataDir) => change(dataDir, "UPDATE api_tokens SET role = 'king'"),
    found: [{ check: "rows", what: "rows of API tokens cannot be read", count: 1 }],
    mends: false,
  },
  {
    what: "a webhook whose events are no JSON, and a delivery of none",
    breakIt: (dataDir) =>
      change(
        dataDir,
        "INSERT INTO webhooks (id, url, events, format, secret, created_at, created_by) VALUES ('w', '', '[', 'standard', '', '2026', '')",
        "INSERT INTO webhook_deliveries (id, webhook_id, type, about, payload, created_at) VALUES ('d', 'x', 'webhook.test', '', '{}', '2026')",
      ),
    found: [
      { check: "rows", what: "rows of webhooks cannot be read", count: 1 },
      { check: "relations", what: "deliveries belong to a webhook that is gone", examples: ["d"] },
    ],
    mends: false,
  },
  {
    what: "a report without its evidence",
    breakIt: (dataDir) =>
      change(
        dataDir,
        "INSERT INTO doomed_objects SELECT key, created_at FROM objects WHERE kind = 'evidence' LIMIT 1",
        "DELETE FROM objects WHERE key IN (SELECT key FROM doomed_objects)",
      ),
    found: [
      { check: "relations", what: "reports have no evidence", count: 1, isProblem: true, isMended: false },
      { check: "doomed", count: 1, isProblem: false },
    ],
    mends: false,
  },
  {
    what: "rows whose case is gone",
    breakIt: (dataDir) => change(dataDir, "DELETE FROM cases"),
    found: [
      { check: "relations", what: "runs belong to a case that is gone", count: 1 },
      { check: "relations", what: "files belong to a case that is gone", count: 1 },
    ],
    mends: false,
  },
  {
    what: "counts that are wrong, and one of reports that there are none of",
    breakIt: (dataDir) =>
      change(
        dataDir,
        "UPDATE report_counts SET reports = reports + 1 WHERE kind = 'all'",
        "UPDATE report_statuses SET reports = 77 WHERE status = 'new'",
        "INSERT INTO report_counts (kind, name, week, verdict, network, reports) VALUES ('all', '', '2020-01-06', 'healthy', 'wifi', 7)",
      ),
    found: [{ check: "counts" }],
    mends: true,
  },
  {
    what: "a report that the search does not find, one that it finds by something else, and one too many",
    breakIt: (dataDir) => {
      const [first, second] = ["ASC", "DESC"].map((order) =>
        one(dataDir, `SELECT place FROM reports ORDER BY place ${order} LIMIT 1`),
      );
      change(
        dataDir,
        `DELETE FROM report_search WHERE rowid IN (${first}, ${second})`,
        `INSERT INTO report_search (rowid, terms) VALUES (${second}, 'vhealthy'), (17, 'vhealthy')`,
      );
    },
    found: [
      { check: "search", what: "reports are not found by what they say", count: 2 },
      { check: "search", what: "places in the search index have no report", examples: ["17"] },
    ],
    mends: true,
  },
  {
    what: "an entry of the audit log that was changed",
    breakIt: (dataDir) =>
      change(dataDir, "DROP TRIGGER audit_log_stays", "UPDATE audit_log SET subject = 'x' WHERE place = 2"),
    found: [{ check: "audit-log", examples: ["entry 2"] }],
    mends: false,
  },
  {
    what: "an audit log without its first entry",
    breakIt: (dataDir) =>
      change(
        dataDir,
        "DROP TRIGGER audit_log_goes_from_its_beginning",
        "DELETE FROM audit_log WHERE place = 1",
      ),
    found: [{ check: "audit-log", examples: ["entry 1"] }],
    mends: false,
  },
  {
    what: "a pepper that is lost",
    breakIt: (dataDir) => rm(join(dataDir, "pepper")),
    found: [{ check: "audit-log", what: expect.stringContaining("without the pepper") }],
    mends: false,
  },
  {
    what: "an object that is lost, one that was cut, and one in which a byte has turned",
    breakIt: async (dataDir) => {
      await rm(objectOf(dataDir, "evidence"));
      await truncate(objectOf(dataDir, "capture"), 10);
      const file = await open(objectOf(dataDir, "diagnosis"), "r+");
      await file.write(Buffer.from("~"), 0, 1, 0);
      await file.close();
    },
    found: [
      { check: "objects", what: expect.stringContaining("are lost"), count: 1 },
      { check: "objects", what: expect.stringContaining("another size"), count: 1 },
      { check: "objects", what: expect.stringContaining("SHA-256"), count: 1 },
    ],
    mends: false,
  },
  {
    what: "a file of the gateway's side that is lost",
    breakIt: (dataDir) => rm(join(dataDir, "objects", one(dataDir, "SELECT key FROM case_files"))),
    found: [{ check: "objects", what: expect.stringContaining("are lost"), count: 1 }],
    mends: false,
  },
  {
    what: "an index that SQLite cannot read",
    breakIt: async (dataDir) => {
      const path = join(dataDir, "ikefrag.sqlite");
      const bytes = await readFile(path);
      bytes.fill(0xa5, 4096 * 3, 4096 * 12);
      await writeFile(path, bytes);
    },
    found: [{ check: "database" }],
    mends: false,
  },
];

test.each(BROKEN)(
  "$what is named, and mended only where it safely can be",
  async ({ breakIt, found, mends }) => {
    const dataDir = await copyOf();
    await breakIt(dataDir);
    const { findings } = await examine(dataDir, false);
    for (const each of found)
      expect(findings).toContainEqual(expect.objectContaining({ isMended: false, ...each }));
    const checks = new Set(found.map(({ check }) => check));
    if (!checks.has("database")) expect(new Set(findings.map(({ check }) => check))).toEqual(checks);
    expect((await run(dataDir)).code).toBe(1);

    const mended = await run(dataDir, { mend: true, json: true });
    expect(mended.code).toBe(mends ? 0 : 1);
    const after = await run(dataDir, { json: true });
    expect(after.code).toBe(mends ? 0 : 1);
    if (mends) expect(JSON.parse(after.stdout)).toMatchObject({ problems: 0, findings: [] });
  },
);

test("what a crash left is noted and is no problem; what is young is not even noted", async () => {
  const dataDir = await copyOf();
  for (const key of [OLD_KEY, "evidence/20200101/00doomed.json"]) {
    const file = join(dataDir, "objects", key);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, "{}");
  }
  const [today = ""] = new Date().toISOString().replaceAll("-", "").split("T");
  await mkdir(join(dataDir, "objects/evidence", today), { recursive: true });
  await writeFile(join(dataDir, "objects/evidence", today, "23young.json"), "{}");
  change(dataDir, "INSERT INTO doomed_objects VALUES ('evidence/20200101/00doomed.json', '2020')");
  const noted = await run(dataDir);
  expect(noted.code).toBe(0);
  expect(noted.stdout).toContain(`  note     orphans: 1: objects are named by nothing`);
  expect(noted.stdout).toContain(OLD_KEY);
  expect(noted.stdout).toContain("  note     doomed: 1: objects wait for their end");
  const mended = await run(dataDir, { mend: true });
  expect(mended.stdout).toContain("  mended   doomed: 1: ");
  const left = await readdir(join(dataDir, "objects/evidence/20200101"));
  expect(left, "what only the sweeper may judge stays").toEqual(["00orphan.json"]);
  expect(one(dataDir, "SELECT count(*) FROM doomed_objects")).toBe("0");
});

test("a doomed object that a row names after all is not deleted", async () => {
  const dataDir = await copyOf();
  change(dataDir, "INSERT INTO doomed_objects SELECT key, '2020' FROM objects LIMIT 1");
  expect((await run(dataDir, { mend: true })).code).toBe(0);
  expect((await examine(dataDir, false)).findings).toEqual([]);
});

test("beside a running service it looks, and does not mend", async () => {
  const dataDir = await copyOf();
  const server = await start(dataDir);
  try {
    expect((await run(dataDir)).code).toBe(0);
    const { code, stderr } = await run(dataDir, { mend: true });
    expect(code).toBe(2);
    expect(stderr).toContain(`Cannot use ${dataDir}: another service has it`);
  } finally {
    await server.close();
  }
});

test("where there is no index, or one of another version, it says so", async () => {
  const dataDir = await copyOf();
  change(dataDir, "INSERT INTO migrations VALUES ('9999_of_tomorrow.sql', '', '')");
  const newer = await run(dataDir);
  expect(newer.code).toBe(2);
  expect(newer.stderr).toMatch(/^Cannot examine the index: a newer version .*9999_of_tomorrow/);
  change(dataDir, "DELETE FROM migrations WHERE name LIKE '9999%' OR name LIKE '0008%'");
  const older = await run(dataDir);
  expect(older.code).toBe(2);
  expect(older.stderr).toMatch(/it lacks 0008.*Start the service on it once/);
  const none = await run(join(dataDir, "nowhere"));
  expect(none.code).toBe(2);
  expect(none.stderr).toMatch(/^Cannot examine .*there is no ikefrag.sqlite in it/);
});

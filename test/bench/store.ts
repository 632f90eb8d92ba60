/**
 * `npm run bench:store`: fills an index with reports and their objects, and measures how long lists, filters,
 * searches and counts take, first page and deep, with hits and without; and what they read on D1.
 *
 *     node test/bench/store.ts [--reports 1000000] [--d1-reports 20000] [--file FILE]
 *
 * `--file` keeps the filled index there, and takes one that is there already.
 */
import { existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { getPlatformProxy } from "wrangler";
import { sha256Hex } from "../../api/auth/secrets.ts";
import { readMigrations } from "../../api/runtime/start-server.ts";
import { type D1Binding, d1Database } from "../../api/store/d1.ts";
import { type Database, migrate } from "../../api/store/database.ts";
import type { ReportFilter, ReportStore } from "../../api/store/port.ts";
import { sqlStores } from "../../api/store/sql-stores.ts";
import { openSqlite } from "../../api/store/sqlite.ts";
import { Verdict } from "../../shared/schema/diagnosis.ts";
import { EVERY_REPORT } from "../support/every-report.ts";
import { ADAPTERS, FIRST_MS, fillIndex, GATEWAYS, LAST_MS, OBJECTS_A_REPORT } from "../support/fill-index.ts";
import { meteredD1 } from "../support/metered-d1.ts";

const { values: options } = parseArgs({
  options: {
    reports: { type: "string", default: "1000000" },
    "d1-reports": { type: "string", default: "20000" },
    file: { type: "string" },
  },
});

const REPETITIONS = 15;
/** What a page of insights has room for. */
const MOST_NAMES = 10;
/** A page as the console asks for it, and one more. */
const EVERY: ReportFilter = { ...EVERY_REPORT, limit: 51 };
const [COMMON = "healthy"] = Verdict.options;
const RARE = Verdict.options.at(-2) ?? "healthy";
const NONE = Verdict.options.at(-1) ?? "healthy";
const FRAGMENTS = [
  "outbound-fragments-too-large",
  "outbound-fragments-dropped",
  "inbound-fragments-lost",
] as const;
const QUERIES: Record<string, Partial<ReportFilter>> = {
  "every report": {},
  "the most frequent verdict": { verdict: COMMON },
  "a rare verdict": { verdict: RARE },
  "a verdict that no report has": { verdict: NONE },
  "a status": { status: "confirmed" },
  "the most frequent gateway": { gateway: "vpn0.example.com" },
  "a rare gateway": { gateway: `vpn${GATEWAYS - 1}.example.com` },
  "an unknown gateway": { gateway: "vpn.example.org" },
  "an adapter": { adapter: "イーサネット 3" },
  "verdict, status, gateway and adapter": {
    verdict: COMMON,
    status: "fixed",
    gateway: "vpn0.example.com",
    adapter: ADAPTERS[0] ?? null,
  },
  "a verdict and a gateway that never meet": { verdict: NONE, gateway: "vpn0.example.com" },
  "since last month, a rare verdict": { verdict: RARE, since: "2026-10-24T00:00:00.000Z" },
  "search: two characters, 東京": { q: "東京" },
  "search: one character, 京": { q: "京" },
  "search: in every report, example.com": { q: "example.com" },
  "search: three words": { q: "東京 テザリング iphone" },
  "search: part of an ID, A7K": { q: "A7K" },
  "search: a number, #12345": { q: "#12345" },
  "search: no hit, vpn777": { q: "vpn777" },
  "search: no hit, 京東大": { q: "京東大" },
  "search: no hit, zzzz": { q: "zzzz" },
  "search: label:東京": { label: "東京" },
  "search: label:zzzz, which none has": { label: "zzzz" },
  "search: mtu:<1400": { mtu: { from: 0, to: 1399 } },
  "search: mtu:1281..1379, which none has": { mtu: { from: 1281, to: 1379 } },
  "search: is:mine": { assignee: "member:c" },
  "search: is:mine, of somebody who has none": { assignee: "member:d" },
  "search: is:unassigned status:new": { assignee: "", status: "new" },
  "search: verdict:fragments": { verdict: FRAGMENTS },
  "search: verdict:fragments mtu:>1472 東京 status:fixed": {
    ...{ verdict: FRAGMENTS, mtu: { from: 1473, to: 99_999 }, q: "東京", status: "fixed" },
  },
  "search and filters: 東京, a rare verdict": { q: "東京", verdict: RARE, status: "new" },
};

const toMs = (value: number): string => value.toFixed(1);
async function timed(act: () => Promise<unknown>): Promise<{ median: number; worst: number }> {
  await act();
  const times: number[] = [];
  for (let time = 0; time < REPETITIONS; time++) {
    const startedMs = performance.now();
    await act();
    times.push(performance.now() - startedMs);
  }
  times.sort((a, b) => a - b);
  return { median: times[times.length >> 1] ?? 0, worst: times.at(-1) ?? 0 };
}

/** A place in the middle of what a query finds, as if somebody had turned pages for a long time. */
async function deepPlace(reports: ReportStore, query: Partial<ReportFilter>): Promise<number> {
  const middle = (FIRST_MS + LAST_MS) / 2;
  const [report] = await reports.list({ ...EVERY, ...query, after: middle, limit: 1 });
  return report?.place ?? middle;
}

async function measureLists(database: Database): Promise<void> {
  const { reports } = sqlStores(database);
  console.log(
    "| list, 51 reports at most | found | first page: median | worst | deep page: median | worst |",
  );
  console.log("| --- | --- | --- | --- | --- | --- |");
  let slowest = { median: 0, worst: 0 };
  const keep = (figures: typeof slowest) => {
    slowest = {
      median: Math.max(slowest.median, figures.median),
      worst: Math.max(slowest.worst, figures.worst),
    };
    return `${toMs(figures.median)} | ${toMs(figures.worst)}`;
  };
  for (const [name, query] of Object.entries(QUERIES)) {
    const after = await deepPlace(reports, query);
    const found = (await reports.list({ ...EVERY, ...query })).length;
    const first = keep(await timed(() => reports.list({ ...EVERY, ...query })));
    const deep = keep(await timed(() => reports.list({ ...EVERY, ...query, after })));
    console.log(`| ${name} | ${found} | ${first} | ${deep} |`);
  }
  console.log();
  console.log("| counts up to 1001 | found | median | worst |");
  console.log("| --- | --- | --- | --- |");
  for (const [name, query] of Object.entries(QUERIES)) {
    const count = () => reports.count({ ...EVERY, ...query, limit: 1001 }, -1);
    console.log(`| ${name} | ${await count()} | ${keep(await timed(count))} |`);
  }
  console.log(`| statuses | | ${keep(await timed(() => reports.statuses()))} |`);
  console.log();
  console.log("| counts by week | rows | median | worst |");
  console.log("| --- | --- | --- | --- |");
  for (const [kind, weeks] of [
    ["all", 53],
    ["gateway", 13],
    ["gateway", 26],
    ["adapter", 26],
  ] as const) {
    const since = new Date(LAST_MS - weeks * 7 * 86_400_000).toISOString().slice(0, 10);
    const act = () => reports.counts({ kind, since, names: MOST_NAMES });
    const rows = (await act()).length;
    console.log(
      `| ${kind === "all" ? "all reports" : `the ${MOST_NAMES} ${kind}s with the most`}, ${weeks} weeks | ${rows} | ${keep(await timed(act))} |`,
    );
  }
  console.log();
  console.log(`slowest: median ${toMs(slowest.median)} ms, worst ${toMs(slowest.worst)} ms`);
}

async function measureSqlite(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), "ikefrag-bench-"));
  const file = options.file ?? join(directory, "index.sqlite");
  const isFilled = existsSync(file);
  const database = openSqlite(file);
  try {
    const count = Number(options.reports);
    if (!isFilled) {
      await migrate(database, await readMigrations(), new Date(0), sha256Hex);
      const startedMs = performance.now();
      await fillIndex(database, count);
      const seconds = (performance.now() - startedMs) / 1000;
      console.log(
        `${count} reports, ${count * OBJECTS_A_REPORT} objects: ${Math.round(count / seconds)} reports a second written`,
      );
    }
    console.log(`SQLite, ${Math.round(statSync(file).size / 2 ** 20)} MiB, times in ms`);
    console.log();
    await measureLists(database);
  } finally {
    database.close();
    rmSync(directory, { recursive: true });
  }
}

async function measureD1(): Promise<void> {
  const configPath = fileURLToPath(new URL("../../infra/wrangler.jsonc", import.meta.url));
  const platform = await getPlatformProxy<{ DB: D1Binding }>({ configPath, persist: false });
  try {
    const meter = { rowsRead: 0, rowsWritten: 0 };
    const database = d1Database(meteredD1(platform.env.DB, meter));
    await migrate(database, await readMigrations(), new Date(0), sha256Hex);
    await fillIndex(database, Number(options["d1-reports"]));
    const { reports } = sqlStores(database);
    console.log(`D1, ${options["d1-reports"]} reports`);
    console.log();
    console.log("| list, 51 reports at most | rows returned | rows read |");
    console.log("| --- | --- | --- |");
    for (const [name, query] of Object.entries(QUERIES)) {
      meter.rowsRead = 0;
      const { length } = await reports.list({ ...EVERY, ...query });
      console.log(`| ${name} | ${length} | ${meter.rowsRead} |`);
    }
  } finally {
    await platform.dispose();
  }
}

if (Number(options.reports) > 0) await measureSqlite();
if (Number(options["d1-reports"]) > 0) await measureD1();

/** What the index of reports must find and count, on whichever database: held against a plain reading. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Database } from "../../api/store/database.ts";
import type { NewReport, ReportCount, ReportFilter } from "../../api/store/port.ts";
import { sqlStores } from "../../api/store/sql-stores.ts";
import { NetworkKind, ReviewStatus } from "../../shared/schema/api.ts";
import type { Verdict } from "../../shared/schema/diagnosis.ts";
import { EVERY_REPORT } from "../support/every-report.ts";

const FIRST_DAY = Date.parse("2026-11-18T00:00:00.000Z");
const DAY_MS = 86_400_000;
const DAYS = 12;

/** A report with all that filters and searches look at. */
interface Row {
  report: NewReport;
  status: ReviewStatus;
  note: string;
  override: Verdict | null;
  assignee: string | null;
}

const verdict = fc.constantFrom<Verdict>("healthy", "udp-500-blocked", "inbound-fragments-lost");
const status = fc.constantFrom(...ReviewStatus.options);
const gateway = fc.constantFrom("VPN.example.com", "vpn.example.com", "192.0.2.1", "ゲート.example");
const adapter = fc.constantFrom("イーサネット 5", "イーサネット 55", "Wi-Fi", "WI-FI");
const WORDS = [
  "東京",
  "京都",
  "東",
  "ＶＰＮ",
  "vpn",
  "ﾃｻﾞﾘﾝｸﾞ",
  "テザリング",
  '" OR "',
  "100%",
  "a\nb",
  "𠮷野",
  "0",
];
const phrase = fc.array(fc.constantFrom(...WORDS), { maxLength: 3 }).map((words) => words.join(" "));

const assignee = fc.constantFrom("member:a", "member:b", "bootstrap");
/** Some with many beginnings in common, and ends of what five digits hold. */
const mtu = fc.constantFrom(68, 1280, 1399, 1400, 1401, 1472, 1500, 9000, 65_535);

const aRow = fc.record({
  day: fc.integer({ min: 0, max: DAYS - 1 }),
  verdict,
  status,
  gateway: fc.option(gateway),
  adapter: fc.option(adapter),
  network: fc.constantFrom(...NetworkKind.options.slice(0, 2)),
  label: fc.option(phrase),
  note: phrase,
  override: fc.option(verdict, { freq: 3 }),
  interfaceMtu: fc.option(mtu),
  assignee: fc.option(assignee, { freq: 1 }),
});
/** Filters that all ask for something find nothing, and then nothing is tested. */
const seldom = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> =>
  fc.oneof({ arbitrary: fc.constant(null), weight: 4 }, { arbitrary, weight: 1 });
const aFilter = fc.record({
  verdict: fc.option(
    fc.oneof(
      verdict,
      fc.tuple(verdict, verdict).map((two): [Verdict, Verdict] => two),
    ),
    { freq: 1 },
  ),
  status: fc.option(status, { freq: 1 }),
  gateway: fc.option(gateway, { freq: 1 }),
  adapter: fc.option(adapter, { freq: 1 }),
  label: seldom(fc.constantFrom(...WORDS.slice(0, 7))),
  mtu: seldom(fc.record({ from: fc.oneof(mtu, fc.nat(99_999)), to: fc.oneof(mtu, fc.nat(99_999)) })),
  assignee: seldom(fc.oneof(assignee, fc.constant(""))),
  since: fc.option(fc.integer({ min: 0, max: DAYS }), { freq: 1 }),
  q: fc.option(phrase, { freq: 2 }),
  limit: fc.constantFrom(1, 3, 1000),
});

const filedUnder = ({ report, override }: Row): Verdict => override ?? report.verdict;
const folded = (text: string): string => text.normalize("NFKC").toLowerCase().replace(/\s+/g, " ");

/** Whether a filter lets a report through, read off its words. */
function isWanted(row: Row, filter: ReportFilter): boolean {
  const { report } = row;
  const isSame = (given: string | null, wanted: string | null) =>
    wanted === null || given?.toLowerCase() === wanted.toLowerCase();
  const fields = [report.reportId, report.gateway, report.adapter, report.label, row.note];
  const texts = fields.map((field) => folded(field ?? ""));
  return (
    (filter.verdict === null || [filter.verdict].flat().includes(filedUnder(row))) &&
    (filter.status === null || row.status === filter.status) &&
    isSame(report.gateway, filter.gateway) &&
    isSame(report.adapter, filter.adapter) &&
    (filter.label === null || folded(report.label ?? "").startsWith(folded(filter.label))) &&
    (filter.mtu === null ||
      (report.interfaceMtu !== null &&
        // An override takes the number back.
        row.override === null &&
        report.interfaceMtu >= filter.mtu.from &&
        report.interfaceMtu <= filter.mtu.to)) &&
    (filter.assignee === null || (row.assignee ?? "") === filter.assignee) &&
    (filter.since === null || report.createdAt >= filter.since) &&
    folded(filter.q ?? "")
      .split(" ")
      .every((word) => texts.some((text) => text.includes(word)))
  );
}

/** The Monday of the week of a time. */
function mondayOf(createdAt: string): string {
  const daysSinceMonday = (new Date(createdAt).getUTCDay() + 6) % 7;
  return new Date(Date.parse(createdAt) - daysSinceMonday * DAY_MS).toISOString().slice(0, 10);
}

function countedPlainly(rows: Row[], nameOf: (row: Row) => string | null): ReportCount[] {
  const counts = new Map<string, ReportCount>();
  for (const row of rows) {
    const count = {
      week: mondayOf(row.report.createdAt),
      name: nameOf(row)?.replace(/[A-Z]/g, (letter) => letter.toLowerCase()) ?? "",
      verdict: filedUnder(row),
      network: row.report.network,
      operator: row.report.operator ?? null,
    };
    const key = JSON.stringify(count);
    counts.set(key, { ...count, reports: (counts.get(key)?.reports ?? 0) + 1 });
  }
  return [...counts.values()];
}

const byText = (counts: ReportCount[]): string[] => counts.map((count) => JSON.stringify(count)).sort();

/** @param database has all migrations, and no report but what this contract makes */
export function reportListContract(name: string, database: () => Database): void {
  const reports = () => sqlStores(database()).reports;
  const listed = async (filter: Partial<ReportFilter>) =>
    (await reports().list({ ...EVERY_REPORT, ...filter })).map(({ reportId }) => reportId);
  let serial = 0;
  const add = async (changes: Partial<NewReport> = {}): Promise<NewReport> => {
    const report: NewReport = {
      reportId: `IKF-${++serial}`,
      runId: null,
      caseId: null,
      createdAt: new Date(FIRST_DAY).toISOString(),
      source: "analysis",
      verdict: "healthy",
      confidence: "high",
      direction: null,
      interfaceMtu: null,
      gateway: null,
      adapter: null,
      network: "unknown",
      label: null,
      ...changes,
    };
    await reports().create(report, []);
    return report;
  };
  const review = async (reportId: string, row: Pick<Row, "status" | "note" | "override">) => {
    const version = (await reports().get(reportId))?.version ?? 0;
    const override = row.override === null ? null : { verdict: row.override, reason: "", userText: null };
    await reports().review(reportId, version, { ...row, override, updatedAt: null, updatedBy: null });
  };
  const deleteAll = async () => {
    for (const reportId of await listed({})) await reports().delete(reportId);
  };

  test(`${name}: any filter finds what a plain reading finds, page by page, and so do the counts`, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(aRow, { minLength: 1, maxLength: 12 }),
        fc.array(aFilter, { minLength: 1, maxLength: 12 }),
        async (made, filters) => {
          await deleteAll();
          const rows: Row[] = [];
          for (const { day, status, note, override, assignee, ...judged } of made.toSorted(
            (a, b) => a.day - b.day,
          )) {
            const createdAt = new Date(FIRST_DAY + day * DAY_MS).toISOString();
            const report = await add({ ...judged, createdAt });
            await review(report.reportId, { status, note, override });
            const owner = assignee === null ? null : { id: assignee, name: `Name of ${assignee}` };
            expect(await reports().assign(report.reportId, owner)).toBe(true);
            rows.unshift({ report, status, note, override, assignee });
          }
          for (const { since, ...wanted } of filters) {
            const from = since === null ? null : new Date(FIRST_DAY + since * DAY_MS).toISOString();
            const filter = { ...EVERY_REPORT, ...wanted, since: from };
            const expected = rows.filter((row) => isWanted(row, filter)).map(({ report }) => report.reportId);
            const found: string[] = [];
            for (let after: number | null = null; ; ) {
              const page = await reports().list({ ...filter, after });
              expect(page.length).toBeLessThanOrEqual(filter.limit);
              found.push(...page.map(({ reportId }) => reportId));
              if (page.length < filter.limit) break;
              after = page.at(-1)?.place ?? 0;
            }
            expect(found, JSON.stringify(filter)).toEqual(expected);
            const [newest] = await reports().list({ ...EVERY_REPORT, limit: 1 });
            const count = (beyond: number, limit: number) => reports().count({ ...filter, limit }, beyond);
            const spread = await reports().spread({ ...filter, limit: 1000 });
            for (const { status: each, assigneeId, reports: found } of spread)
              expect(found).toBe(
                rows.filter(
                  (row) => isWanted(row, filter) && row.status === each && row.assignee === assigneeId,
                ).length,
              );
            expect(spread.reduce((sum, { reports: found }) => sum + found, 0)).toBe(expected.length);
            expect(await count(-1, 1000)).toBe(expected.length);
            expect(await count(-1, 2)).toBe(Math.min(2, expected.length));
            expect(await count(newest?.place ?? 0, 1000)).toBe(0);
          }
          const statuses = await reports().statuses();
          for (const each of ReviewStatus.options)
            expect(statuses[each], each).toBe(rows.filter(({ status }) => status === each).length);
          const names = {
            all: () => "",
            gateway: (row: Row) => row.report.gateway,
            adapter: (row: Row) => row.report.adapter,
          };
          for (const kind of ["all", "gateway", "adapter"] as const) {
            const counts = await reports().counts({ kind, since: "", names: 100 });
            expect(byText(counts), kind).toEqual(byText(countedPlainly(rows, names[kind])));
          }
        },
      ),
      { numRuns: 8 },
    );
    await deleteAll();
    expect(await reports().counts({ kind: "all", since: "", names: 1 })).toEqual([]);
  });

  test(`${name}: counts are of the names with the most reports, and of the weeks since one`, async () => {
    for (const [gateway, day] of [
      ["a", 0],
      ["a", 7],
      ["a", 7],
      ["b", 7],
      ["b", 8],
      ["c", 9],
    ] as const)
      await add({ gateway, createdAt: new Date(FIRST_DAY + day * DAY_MS).toISOString() });
    const counts = (names: number, since = "") => reports().counts({ kind: "gateway", since, names });
    expect((await counts(1)).map(({ week, name, reports }) => [week, name, reports])).toEqual([
      ["2026-11-16", "a", 1],
      ["2026-11-23", "a", 2],
    ]);
    expect((await counts(2, "2026-11-23")).map(({ name, reports }) => [name, reports])).toEqual([
      ["a", 2],
      ["b", 2],
    ]);
    await deleteAll();
  });

  test(`${name}: what is revised and reviewed is found by what it is now`, async () => {
    const report = await add({ gateway: "old.example", label: "東京" });
    await review(report.reportId, { status: "fixed", note: "直った", override: null });
    const judged = {
      ...report,
      gateway: "new.example",
      verdict: "udp-500-blocked" as const,
      network: "cellular" as const,
      operator: "Example Mobile",
    };
    expect(await reports().revise(report.reportId, 2, judged, [], [])).toBe(true);
    expect(await reports().revise(report.reportId, 2, report, [], [])).toBe(false);
    for (const [filter, isFound] of [
      [{ q: "old.ex" }, false],
      [{ gateway: "old.example" }, false],
      [{ q: "NEW.ex 直っ 東京" }, true],
      [{ gateway: "New.Example", verdict: "udp-500-blocked", status: "fixed" }, true],
      [{ verdict: "healthy" }, false],
    ] as const)
      expect(await listed(filter), JSON.stringify(filter)).toEqual(isFound ? [report.reportId] : []);
    expect(await reports().counts({ kind: "gateway", since: "", names: 9 })).toMatchObject([
      {
        name: "new.example",
        verdict: "udp-500-blocked",
        network: "cellular",
        operator: "Example Mobile",
        reports: 1,
      },
    ]);
    expect(await reports().get(report.reportId)).toMatchObject({
      network: "cellular",
      operator: "Example Mobile",
    });
    await deleteAll();
  });

  test(`${name}: nothing is read as syntax, and no text is found across two fields`, async () => {
    const report = await add({ gateway: "vpn", label: `'"; DROP TABLE reports; -- \u0000 \ud800 x*` });
    for (const q of ["-- x*", '"', "*", "'\"; DROP", "; --", "\ud800"])
      expect(await listed({ q }), q).toEqual([report.reportId]);
    for (const q of ["NEAR(a b)", "terms:vpn", "^vpn", "vpn'", "snew", "x* XOR vpn", "vhealthy"])
      expect(await listed({ q }), q).toEqual([]);
    expect(await listed({ q: " \u0000 \n" })).toEqual([report.reportId]);
    await deleteAll();
  });

  test(`${name}: a clock that was set back changes nothing in the order`, async () => {
    const late = await add({ createdAt: "2026-11-20T00:00:00.000Z" });
    const early = await add({ createdAt: "2026-11-10T00:00:00.000Z" });
    const last = await add({ createdAt: "2026-11-20T00:00:00.000Z" });
    expect(await listed({})).toEqual([last.reportId, early.reportId, late.reportId]);
    expect(await listed({ since: "2026-11-19T00:00:00.000Z" })).toEqual([last.reportId, late.reportId]);
    await deleteAll();
  });
}

/** What the index must do for a helpdesk's day, on whichever database: codes, runs, cases and saved views. */
import { expect, test } from "vitest";
import type { Database } from "../../api/store/database.ts";
import type { Case, Run } from "../../api/store/port.ts";
import { sqlStores } from "../../api/store/sql-stores.ts";

const AT = "2026-11-23T06:00:00.000Z";
const LATER = "2026-11-24T06:00:00.000Z";
const LAST = "2026-11-25T06:00:00.000Z";

let serial = 0;
const unique = (prefix: string): string => `helpdesk-${prefix}${++serial}`;

export function helpdeskContract(name: string, database: () => Database): void {
  const cases = () => sqlStores(database()).cases;
  const views = () => sqlStores(database()).views;
  const open = async (changes: Partial<Case> = {}): Promise<{ entry: Case; hash: string }> => {
    const hash = unique("hash");
    const entry: Case = {
      ...{ id: unique("case"), gateway: "vpn.example.com", label: null, language: "ja", ask: [] },
      ...{ rehearsal: false, createdAt: AT, createdBy: "staff", expiresAt: LATER, revokedAt: null, runs: 0 },
      ...{ maxRuns: null, gatewayCodeHash: null, sealedCode: "sealed" },
      ...changes,
    };
    await cases().create(entry, hash);
    return { entry, hash };
  };
  const run = async (caseId: string): Promise<string> => {
    const agent = { name: "a", version: "1", platform: "windows", osVersion: null, runtime: "node" } as const;
    const started: Run = {
      ...{ id: unique("run"), caseId, tokenHash: "00", createdAt: AT, expiresAt: LATER, reportId: null },
      ...{ agent: { ...agent, language: "ja", elevated: null }, round: 1, seenAt: null },
    };
    await cases().createRun(started);
    return started.id;
  };

  test(`${name}: a new code takes the place of the one before, and opens the case again`, async () => {
    const { entry, hash } = await open({ maxRuns: 1 });
    expect((await cases().redeem(hash, { now: AT, max: 5 }))?.runs).toBe(1);
    await cases().revoke(entry.id, AT);
    const code = { codeHash: unique("hash"), sealedCode: "other", expiresAt: LAST, runs: 2 };
    const replaced = await cases().replaceCode(entry.id, code);
    expect(replaced).toMatchObject({ sealedCode: "other", expiresAt: LAST, revokedAt: null, maxRuns: 3 });
    expect(await cases().findByCode(hash)).toBeNull();
    const uses = [];
    for (let use = 0; use < 3; use++) uses.push(await cases().redeem(code.codeHash, { now: LATER, max: 1 }));
    expect(uses.map((use) => use?.runs)).toEqual([2, 3, undefined]);
    expect(await cases().replaceCode(unique("none"), code)).toBeNull();
  });

  test(`${name}: a withdrawn code is restored if that was a moment ago`, async () => {
    const { entry, hash } = await open();
    await cases().revoke(entry.id, AT);
    expect(await cases().restore(entry.id, LATER)).toBe(false);
    expect((await cases().findByCode(hash))?.revokedAt).toBe(AT);
    expect(await cases().restore(entry.id, AT)).toBe(true);
    expect((await cases().findByCode(hash))?.revokedAt).toBeNull();
    expect(await cases().restore(entry.id, AT)).toBe(false);
  });

  test(`${name}: sealed codes are forgotten when the case is over`, async () => {
    const [over, still] = [await open({ expiresAt: AT }), await open({ expiresAt: LATER })];
    await sqlStores(database()).access.removeExpired(AT, 0);
    expect((await cases().get(over.entry.id))?.sealedCode).toBeNull();
    expect((await cases().get(still.entry.id))?.sealedCode).toBe("sealed");
  });

  test(`${name}: runs of a case come newest first, with the round that they are at`, async () => {
    const { entry } = await open();
    const before = await cases().stamp();
    const ids = [await run(entry.id), await run(entry.id), await run(entry.id)];
    expect(await cases().stamp()).not.toBe(before);
    await cases().reachRound(ids[1] ?? "", 3, LATER);
    await cases().reachRound(ids[1] ?? "", 2, LAST);
    const runs = await cases().runsOf(entry.id, 2);
    expect(runs.map(({ id, round, seenAt }) => [id, round, seenAt])).toEqual([
      [ids[2], 1, null],
      [ids[1], 3, LAST],
    ]);
  });

  test(`${name}: of each case the newest report is known, filed under its override`, async () => {
    const { reports } = sqlStores(database());
    const [one, two, none] = [await open(), await open(), await open()];
    const add = async (caseId: string): Promise<string> => {
      const reportId = unique("IKF-");
      await reports.create(
        {
          ...{ reportId, runId: null, caseId, createdAt: AT, source: "run", label: null, direction: null },
          ...{
            verdict: "slow-gateway",
            confidence: "high",
            interfaceMtu: null,
            gateway: null,
            adapter: null,
          },
          network: "unknown",
        },
        [],
      );
      return reportId;
    };
    await add(one.entry.id);
    const newest = [await add(one.entry.id), await add(two.entry.id)];
    await reports.review(newest[1] ?? "", 1, {
      ...{ status: "new", note: "", updatedAt: null, updatedBy: null },
      override: { verdict: "healthy", reason: "r", userText: null },
    });
    const found = await reports.newestOfCases([one, two, none].map(({ entry }) => entry.id));
    expect(found.sort((a, b) => (a.reportId < b.reportId ? -1 : 1))).toEqual([
      { caseId: one.entry.id, reportId: newest[0], verdict: "slow-gateway", reports: 2 },
      { caseId: two.entry.id, reportId: newest[1], verdict: "healthy", reports: 1 },
    ]);
  });

  test(`${name}: views are of who saved them, by name, and not too many`, async () => {
    const [mine, theirs] = [unique("member:"), unique("member:")];
    const view = (owner: string, called: string, query = "q=a") => ({
      ...{ id: unique("view"), owner, name: called, query, createdAt: AT },
    });
    const second = view(mine, "b");
    expect(await views().save(second, 2)).toBe(true);
    expect(await views().save(view(mine, "a"), 2)).toBe(true);
    expect(await views().save(view(mine, "c"), 2)).toBe(false);
    // One of the same name takes its place, also where there is room for no other.
    expect(await views().save(view(mine, "b", "q=b"), 2)).toBe(true);
    await views().save(view(theirs, "b"), 2);
    const found = async (owner: string) =>
      (await views().of(owner)).map(({ name: called, query }) => [called, query]);
    expect(await found(mine)).toEqual([
      ["a", "q=a"],
      ["b", "q=b"],
    ]);
    expect(await views().remove(theirs, second.id)).toBe(false);
    expect(await views().remove(mine, second.id)).toBe(true);
    expect(await found(mine)).toEqual([["a", "q=a"]]);
    expect(await found(theirs)).toHaveLength(1);
  });
}

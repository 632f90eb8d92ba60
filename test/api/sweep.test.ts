import { afterEach, beforeEach, expect, test } from "vitest";
import { newKey, sha256Hex } from "../../api/auth/secrets.ts";
import type { Deps } from "../../api/deps.ts";
import { sweep } from "../../api/reports/sweep.ts";
import { createReport } from "../../api/reports/write-report.ts";
import { readMigrations } from "../../api/runtime/start-server.ts";
import { type Database, migrate } from "../../api/store/database.ts";
import { newObjectKey } from "../../api/store/object-key.ts";
import type { BlobStore, ObjectEntry } from "../../api/store/port.ts";
import { sqlStores } from "../../api/store/sql-stores.ts";
import { openSqlite } from "../../api/store/sqlite.ts";
import { StoreUnavailableError } from "../../api/store/unavailable.ts";
import { Evidence } from "../../shared/schema/evidence.ts";
import { makeReport, openService, type Service, seedFile } from "../support/service.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const START = new Date("2026-11-23T06:00:00.000Z");

let service: Service;
beforeEach(async () => {
  service = await openService();
});
afterEach(() => service.close());

const daysLater = (days: number) => new Date(START.getTime() + days * DAY_MS);
const sweepAt = (days: number) => {
  service.clock.now = daysLater(days);
  return sweep(service.deps);
};
/** As a service does that is never off for long. */
async function sweepDaily(from: number, to: number) {
  for (let day = from; day < to; day++) await sweepAt(day);
}
const NOTHING = { reports: 0, captures: 0, orphans: 0, refused: [], isUnfinished: false };

async function reportWithCapture() {
  const made = await makeReport(service);
  const response = await service.request("PUT", `/v1/runs/${made.run.runId}/capture`, {
    token: made.run.runToken,
    headers: { "content-type": "application/octet-stream" },
    body: await seedFile("wired-fail.pcapng"),
  });
  expect(response.status).toBe(200);
  return made.reportId;
}

const nothing = Evidence.parse({ schema: "ikefrag/evidence/1", gateway: "vpn.example.com" });
/** Reports without anything in them, and a capture each where that is asked for. */
async function makeReports(count: number, deps: Deps = service.deps, withCapture = false): Promise<string[]> {
  const made: string[] = [];
  for (let at = 0; at < count; at++) {
    const key = newObjectKey("captures", newKey(deps.random), deps.now());
    if (withCapture) await deps.blobs.put(key, new Uint8Array([1]));
    const createdAt = deps.now().toISOString();
    const capture = { key, kind: "capture" as const, name: "c", bytes: 1, sha256: "00", createdAt };
    const captures = withCapture ? [capture] : [];
    const report = { source: "analysis" as const, evidence: nothing, transcripts: [], captures, run: null };
    made.push((await createReport(deps, report)).reportId);
  }
  return made;
}

/** Objects that are written nowhere. */
const NO_BLOBS: BlobStore = {
  keysARequest: { list: 1000, delete: 1000 },
  put: async () => {},
  writer: () => ({ write: async () => {}, close: async () => {}, abort: async () => {} }),
  get: async () => null,
  delete: async () => {},
  ping: async () => {},
  async *list() {},
};

/** An object that no row names, as a crash leaves it. */
async function putOrphan(begun: Date, blobs: BlobStore = service.deps.blobs): Promise<string> {
  const key = newObjectKey("evidence", newKey(service.deps.random), begun);
  await blobs.put(key, new Uint8Array([1]));
  return key;
}
async function keysOf(blobs: BlobStore): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of blobs.list()) keys.push(key);
  return keys;
}
/** Objects that seem to have been written when their keys were made, and others at the given time. */
function agedAs(blobs: BlobStore, modifiedAt: Date): BlobStore {
  return {
    ...blobs,
    async *list(range) {
      for await (const entry of blobs.list(range)) yield { ...entry, modifiedAt };
    },
  };
}

test("captures go after 14 days, reports after 90, each with its objects", async () => {
  const reportId = await reportWithCapture();
  await sweepDaily(0, 14);
  expect(await sweepAt(13.9)).toEqual(NOTHING);
  expect(await sweepAt(14.1)).toEqual({ ...NOTHING, captures: 1 });
  expect((await service.request("GET", `/v1/reports/${reportId}`)).status).toBe(200);
  expect((await service.stored()).objects).toHaveLength(3);
  await sweepDaily(15, 90);
  expect(await sweepAt(90.1)).toEqual({ ...NOTHING, reports: 1 });
  expect(await service.stored()).toMatchObject({ rows: { reports: 0, objects: 0 }, objects: [] });
  expect((await service.request("GET", `/v1/reports/${reportId}`)).status).toBe(404);
  expect(await service.database.all("SELECT * FROM doomed_objects")).toEqual([]);
});

test("cases go with their runs, 90 days after their code ended", async () => {
  await makeReport(service);
  await sweepDaily(0, 93);
  expect((await service.stored()).rows).toMatchObject({ cases: 1, runs: 1, reports: 0 });
  await sweepAt(93.1);
  expect((await service.stored()).rows).toMatchObject({ cases: 0, runs: 0 });
});

test("an object without a row goes once it is old enough to be nobody's, with the second sweep", async () => {
  service.clock.now = new Date();
  await makeReports(20);
  const kept = (await service.stored()).objects;
  for (let at = 0; at < 12; at++) await putOrphan(service.clock.now);
  const hours = async (count: number) => {
    service.clock.now = new Date(Date.now() + count * HOUR_MS);
    return (await sweep(service.deps)).orphans;
  };
  // The clock may have moved a moment before the first sweep, and before any other one.
  expect(await hours(3.1)).toBe(0);
  expect(await hours(3.2)).toBe(12);
  expect((await service.stored()).objects).toEqual(kept);
  const young = await putOrphan(service.clock.now);
  expect(await hours(3.3)).toBe(0);
  expect(await hours(1_000)).toBe(0);
  expect(await keysOf(service.deps.blobs)).toContain(young);
  expect(await hours(1_001)).toBe(1);
  expect(await hours(1_002)).toBe(0);
});

test("what is begun long ago and written a moment ago may still get its row", async () => {
  service.clock.now = new Date();
  await makeReports(1);
  await sweep(service.deps);
  const slow = await putOrphan(new Date(Date.now() - 3.5 * HOUR_MS));
  service.clock.now = new Date(Date.now() + HOUR_MS);
  expect(await sweep(service.deps)).toEqual(NOTHING);
  expect(await keysOf(service.deps.blobs)).toContain(slow);
  // Nothing was passed over: once it is old, it is found.
  service.clock.now = new Date(Date.now() + 3 * HOUR_MS);
  await sweep(service.deps);
  service.clock.now = new Date(Date.now() + 4 * HOUR_MS);
  expect((await sweep(service.deps)).orphans).toBe(1);
});

test("a clock that is 20 years ahead destroys nothing, however often it sweeps", async () => {
  const made = await makeReports(5, service.deps, true);
  await reportWithCapture();
  await sweepAt(0);
  const before = await service.stored();
  for (let hour = 0; hour < 24 * 5; hour += 6) {
    const swept = await sweepAt(20 * 365 + hour / 24);
    expect(swept).toMatchObject({ reports: 0, captures: 0, orphans: 0 });
    expect(swept.refused[0]).toMatch(/^the clock says 2046-.*: ikefrag sweep --anyway$/);
  }
  expect(await service.stored()).toEqual(before);
  expect(service.log.at(-1)).toMatchObject({
    level: "error",
    message: expect.stringMatching(/^Cannot sweep: /),
  });
  // The clock is mended, and all goes its way.
  expect(await sweepAt(1)).toEqual(NOTHING);
  await sweepDaily(2, 16);
  expect(await service.request("GET", `/v1/reports/${made[0]}`).then(({ status }) => status)).toBe(200);
  expect((await service.database.all("SELECT key FROM objects WHERE kind = 'capture'")).length).toBe(0);
});

test("a clock that is ahead at the very first sweep is noticed by what was made before it", async () => {
  await makeReports(3);
  const swept = await sweepAt(20 * 365);
  expect(swept.refused).toHaveLength(1);
  expect((await service.stored()).rows.reports).toBe(3);
});

test("where retention was shortened so that most would go, the operator has to say it again", async () => {
  await makeReports(12, service.deps, true);
  await sweepDaily(0, 5);
  // The service is started with another environment.
  service.deps.config = { ...service.deps.config, reportDays: 3 };
  for (const day of [5, 6, 7, 8, 9]) {
    const swept = await sweepAt(day);
    expect(swept).toMatchObject({ reports: 0, captures: 0 });
    expect(swept.refused).toEqual([
      "12 reports would go and 0 stay, IKEFRAG_REPORT_DAYS was 90 and is 3. " +
        "Nothing that is old was deleted. If that is right: ikefrag sweep --anyway",
    ]);
  }
  await service.deps.sweeps.allow();
  expect(await sweepAt(9.1)).toEqual({ ...NOTHING, reports: 12 });
  expect((await service.stored()).objects).toEqual([]);
  // It was said once, for this.
  service.clock.now = daysLater(9.2);
  await makeReports(12);
  service.deps.config = { ...service.deps.config, reportDays: 1 };
  expect((await sweepAt(11)).refused).toHaveLength(1);
});

test("after a month off, what is old is held back for three days, and then it goes by itself", async () => {
  await makeReports(12, service.deps, true);
  await sweepDaily(0, 3);
  const back = await sweepAt(33);
  expect(back.captures).toBe(0);
  expect(back.refused).toEqual([
    "12 captures of runs would go and 0 stay. Nothing that is old was deleted. If that is right: " +
      "ikefrag sweep --anyway. Without it, it goes on by itself from 2026-12-29T06:00:00.000Z on",
  ]);
  for (let hour = 1; hour < 72; hour += 5) expect((await sweepAt(33 + hour / 24)).captures).toBe(0);
  expect(await sweepAt(36)).toEqual({ ...NOTHING, captures: 12 });
  expect((await service.stored()).rows.reports).toBe(12);
});

test("what waits for its three days waits anew when the clock jumps meanwhile", async () => {
  await makeReports(12, service.deps, true);
  await sweepDaily(0, 3);
  expect((await sweepAt(33)).refused).toHaveLength(1);
  expect((await sweepAt(40)).captures).toBe(0);
  for (const day of [41, 42, 42.9]) expect((await sweepAt(day)).captures).toBe(0);
  expect((await sweepAt(43.1)).captures).toBe(12);
  expect((await service.stored()).rows.objects).toBe(24);
});

/** A new index beside the objects of the one before. */
async function withNewIndex(run: (deps: Deps, database: Database) => Promise<void>): Promise<void> {
  const database = openSqlite(":memory:");
  try {
    await migrate(database, await readMigrations(), new Date(0), sha256Hex);
    await run({ ...service.deps, ...sqlStores(database) }, database);
  } finally {
    database.close();
  }
}

for (const [name, used] of [
  ["empty", 0],
  ["new, and used since", 30],
] as const)
  test(`an index that is ${name} beside objects of before deletes none of them`, async () => {
    await makeReports(4);
    const oldForm = `evidence/${newKey(service.deps.random)}.json`;
    await service.deps.blobs.put(oldForm, new Uint8Array([1]));
    const before = await keysOf(service.deps.blobs);
    await withNewIndex(async (deps) => {
      const blobs = agedAs(deps.blobs, START);
      const later = { ...deps, blobs };
      service.clock.now = daysLater(2);
      await sweep(later);
      await makeReports(used, deps);
      for (const day of [3, 4, 5, 30]) {
        service.clock.now = daysLater(day);
        const swept = await sweep(later);
        expect(swept).toMatchObject({ orphans: 0 });
        expect(swept.refused[0]).toMatch(
          /^the index begins at 2026-11-25T06:00:00.000Z, and 9 objects are older/,
        );
      }
      expect(await keysOf(deps.blobs)).toEqual(expect.arrayContaining(before));
      // Whoever wants to be rid of them says so.
      await deps.sweeps.allow();
      service.clock.now = daysLater(30.1);
      expect(await sweep(later)).toMatchObject({ orphans: 9, refused: [] });
      expect(await keysOf(deps.blobs)).toHaveLength(used * 2);
    });
  });

test("an index that lost its rows deletes no objects, and says so", async () => {
  await makeReports(6);
  await sweepAt(0.1);
  for (const table of ["reports", "objects"]) await service.database.run(`DELETE FROM ${table}`);
  service.deps.blobs = agedAs(service.deps.blobs, START);
  await sweepAt(1);
  const swept = await sweepAt(2);
  expect(swept.refused[0]).toMatch(/^the index is empty, and there are 12 objects/);
  expect((await service.stored()).objects).toHaveLength(12);
});

test("an index from a backup deletes nothing of what came after it, however much comes later", async () => {
  await makeReports(12);
  await sweepAt(0.1);
  const backup = ["reports", "objects", "sweep_state"].map((table) => ({ table, copy: `${table}_copy` }));
  for (const { table, copy } of backup)
    await service.database.run(`CREATE TABLE ${copy} AS SELECT * FROM ${table}`);
  service.clock.now = daysLater(1);
  await makeReports(8);
  service.clock.now = daysLater(2);
  await makeReports(8);
  for (const { table, copy } of backup) {
    await service.database.run(`DELETE FROM ${table}`);
    await service.database.run(`INSERT INTO ${table} SELECT * FROM ${copy}`);
  }
  const { blobs } = service.deps;
  service.deps.blobs = agedAs(blobs, START);
  await sweepAt(2.1);
  for (let day = 3; day < 10; day++) {
    const swept = await sweepAt(day);
    expect(swept.orphans).toBe(0);
    expect(swept.refused[0]).toMatch(
      /^\d\d objects, such as .*, are of a time when no service with this index ran/,
    );
    await makeReports(8);
  }
  await service.deps.sweeps.allow();
  expect((await sweepAt(10)).orphans).toBe(32);
});

test("a service that crashes again and again leaves more than it keeps, and all of it goes", async () => {
  service.clock.now = new Date();
  await makeReports(1);
  await sweep(service.deps);
  for (let at = 0; at < 40; at++) await putOrphan(service.clock.now);
  const hours = async (count: number) => {
    service.clock.now = new Date(Date.now() + count * HOUR_MS);
    return await sweep(service.deps);
  };
  for (const hour of [1, 2, 3, 4]) expect((await hours(hour)).refused).toEqual([]);
  expect((await service.stored()).objects).toHaveLength(2);
  // But hundreds of them are no crash's.
  for (let at = 0; at < 101; at++) await putOrphan(service.clock.now);
  for (const hour of [5, 6, 7]) await hours(hour);
  expect((await hours(8)).refused).toEqual([
    "the index does not know 101 of 101 objects. No object without a report was deleted. " +
      "If they may go: ikefrag sweep --anyway",
  ]);
  expect((await service.stored()).objects).toHaveLength(103);
});

test("objects of the old form are looked at once, those without a row go, and files of others stay", async () => {
  service.clock.now = new Date();
  await makeReports(30);
  const known = await keysOf(service.deps.blobs);
  // As they were called before.
  for (const [at, key] of known.entries()) {
    const old = key.replace(/\/\d{8}\/\d{2}/, `/${at % 10}`);
    const content = await new Response(await service.deps.blobs.get(key)).arrayBuffer();
    await service.deps.blobs.put(old, new Uint8Array(content));
    await service.deps.blobs.delete([key]);
    await service.database.run("UPDATE objects SET key = ? WHERE key = ?", [old, key]);
  }
  const kept = await keysOf(service.deps.blobs);
  const orphans = ["0", "2", "z"].map((first) => `evidence/${first}${newKey(service.deps.random)}.json`);
  for (const key of orphans) await service.deps.blobs.put(key, new Uint8Array([1]));
  await sweep(service.deps);
  service.clock.now = new Date(Date.now() + HOUR_MS);
  expect((await sweep(service.deps)).orphans).toBe(0); // still young: the pass waits for them
  service.clock.now = new Date(Date.now() + 3 * HOUR_MS);
  await sweep(service.deps);
  service.clock.now = new Date(Date.now() + 4 * HOUR_MS);
  expect((await sweep(service.deps)).orphans).toBe(3);
  expect(await keysOf(service.deps.blobs)).toEqual(kept);
  const [row] = await service.database.all(
    "SELECT json_extract(state, '$.passAfter') AS pass FROM sweep_state",
  );
  expect(row?.pass).toBeNull();
});

test("two sweeps at the same time do no harm, and nothing twice that counts", async () => {
  service.clock.now = new Date();
  await makeReports(30, service.deps, true);
  for (let at = 0; at < 20; at++) await putOrphan(service.clock.now);
  service.clock.now = new Date(Date.now() + 4 * HOUR_MS);
  await Promise.all([sweep(service.deps), sweep(service.deps)]);
  service.clock.now = new Date(Date.now() + 5 * HOUR_MS);
  await Promise.all([sweep(service.deps), sweep(service.deps), sweep(service.deps)]);
  expect((await service.stored()).objects).toHaveLength(90);
  expect(await service.database.all("SELECT * FROM doomed_objects")).toEqual([]);
  expect(await sweep(service.deps)).toEqual(NOTHING);
});

test("what cannot be deleted now is deleted later, and holds up nothing else", async () => {
  const { blobs } = service.deps;
  const [reportId] = await makeReports(2);
  const stuck = (await service.deps.reports.objects(reportId ?? ""))[0]?.key ?? "";
  const refuse = new StoreUnavailableError("Cannot delete an object: the disk reports an error", {
    retryHelps: false,
  });
  let isDown = true;
  service.deps.blobs = {
    ...blobs,
    async delete(keys) {
      if (isDown || keys.includes(stuck)) throw refuse;
      await blobs.delete(keys);
    },
  };
  // The report is gone for everybody, and its objects will be.
  const gone = await service.request("DELETE", `/v1/reports/${reportId}`, { token: service.tokens.admin });
  expect(gone.status).toBe(204);
  expect((await service.stored()).objects).toHaveLength(4);
  expect(service.log.at(-2)?.message).toMatch(/the disk reports an error. The sweeper will do it$/);
  expect(await sweep(service.deps)).toMatchObject({ isUnfinished: true });
  isDown = false;
  await sweep(service.deps);
  await service.deps.sweeps.doom([await putOrphan(START)]);
  await service.deps.sweeps.postpone([stuck]);
  expect(await keysOf(blobs)).toContain(stuck);
  service.deps.blobs = blobs;
  expect(await sweep(service.deps)).toEqual(NOTHING);
  expect((await service.stored()).objects).toHaveLength(2);
});

test("an object that a row names is not deleted, whatever was written down about it", async () => {
  await makeReports(1);
  const kept = await keysOf(service.deps.blobs);
  await service.deps.sweeps.doom(kept);
  await sweep(service.deps);
  expect(await keysOf(service.deps.blobs)).toEqual(kept);
  expect(await service.deps.sweeps.doomed(10)).toEqual([]);
});

test("what a failing store leaves is swept: never a row without its object", async () => {
  const create = service.deps.reports.create;
  const upload = async () =>
    service.request("POST", "/v1/analyses?store=1", {
      token: service.tokens.staff,
      headers: { "content-type": "application/octet-stream" },
      body: await seedFile("wired-fail.pcapng"),
    });
  service.deps.reports.create = () => Promise.reject(new Error("the database is gone"));
  expect((await upload()).status).toBe(500);
  expect(await service.stored()).toMatchObject({ rows: { reports: 0, objects: 0 }, objects: [] });
  // The rows were written, and the answer was lost on its way.
  service.deps.reports.create = async (...given) => {
    await create(...given);
    throw new StoreUnavailableError("Cannot write the index: no answer", { retryHelps: true });
  };
  expect((await upload()).status).toBe(503);
  const { rows, objects } = await service.stored();
  expect(rows).toMatchObject({ reports: 1, objects: 3 });
  expect(objects).toHaveLength(3);
});

test("a million objects are looked at with few requests a sweep, from where the last one left off", async () => {
  const COUNT = 1_000_000;
  const LOST = new Set([7, 500_000, 999_999]);
  const keyAt = (at: number) => `evidence/${String(at).padStart(7, "0")}.json`;
  const atKey = (key: string) => Number(key.slice("evidence/".length, -".json".length));
  let requests = 0;
  const counted = (database: Database): Database => ({
    all(...given) {
      requests++;
      return database.all(...given);
    },
    run(...given) {
      requests++;
      return database.run(...given);
    },
    batch(statements) {
      requests += statements.length;
      return database.batch(statements);
    },
  });
  const index = sqlStores(counted(service.database));
  const deleted: string[] = [];
  let unfinished = 150;
  const deps: Deps = {
    ...service.deps,
    ...index,
    reports: {
      ...index.reports,
      async known(keys) {
        requests++;
        return new Set(keys.filter((key) => !LOST.has(atKey(key))));
      },
    },
    blobs: {
      ...service.deps.blobs,
      keysARequest: { list: 1000, delete: 1000 },
      async delete(keys) {
        requests += Math.ceil(keys.length / 1000);
        deleted.push(...keys);
      },
      async removeUnfinished(_before, most) {
        const givenUp = Math.min(unfinished, most);
        requests += 1 + givenUp;
        unfinished -= givenUp;
        return givenUp;
      },
      async *list({ prefix = "", after = "" } = {}): AsyncGenerator<ObjectEntry> {
        let listed = 0;
        requests++;
        if (!"evidence/".startsWith(prefix)) return;
        const first = keyAt(0) > after ? 0 : /^evidence\/\d{7}\./.test(after) ? atKey(after) + 1 : COUNT;
        for (let at = first; at < COUNT; at++) {
          if (listed > 0 && listed % 1000 === 0) requests++;
          listed++;
          yield { key: keyAt(at), bytes: 1, modifiedAt: START };
        }
      },
    },
    config: { ...service.deps.config, sweepRequests: 45 },
  };
  await makeReports(1);
  let sweeps = 0;
  let most = 0;
  const passAfter = async () => (await index.sweeps.read(START.toISOString())).state.passAfter;
  for (service.clock.now = daysLater(1); (await passAfter()) !== null; sweeps++) {
    requests = 0;
    const swept = await sweep(deps);
    expect(swept.refused).toEqual([]);
    most = Math.max(most, requests);
    service.clock.now = new Date(service.clock.now.getTime() + HOUR_MS);
  }
  expect(most).toBeLessThanOrEqual(45);
  expect(sweeps).toBeLessThanOrEqual(7 * 24); // of an hour each
  expect(deleted).toEqual([...LOST].map(keyAt));
  expect(unfinished).toBe(0);
  // After that an hour costs the same, however many objects there are.
  requests = 0;
  await sweep(deps);
  expect(requests).toBeLessThanOrEqual(21);
});

test("a backlog is worked off in as many sweeps as it takes, each within its requests", async () => {
  for (const [at, reportId] of (await makeReports(450, { ...service.deps, blobs: NO_BLOBS })).entries())
    expect(reportId, String(at)).toMatch(/^IKF-/);
  await sweepDaily(0, 5);
  service.deps.config = { ...service.deps.config, reportDays: 3, sweepRequests: 45 };
  await service.deps.sweeps.allow();
  const swept: number[] = [];
  for (let at = 0; at < 6; at++) swept.push((await sweepAt(5 + at / 24)).reports);
  expect(swept).toEqual([200, 200, 50, 0, 0, 0]);
  expect((await service.stored()).objects).toEqual([]);
});

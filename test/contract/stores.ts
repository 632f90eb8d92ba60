/** What every store of the index must do, whichever database is below. */
import { expect, test } from "vitest";
import type { Database } from "../../api/store/database.ts";
import type { Case, CaseFile, NewReport, Run, StoredObject, UploadHold } from "../../api/store/port.ts";
import { sqlStores } from "../../api/store/sql-stores.ts";
import { EVERY_REPORT } from "../support/every-report.ts";

const AT = "2026-11-23T06:00:00.000Z";
const LATER = "2026-11-24T06:00:00.000Z";

let serial = 0;
const unique = (prefix: string): string => `${prefix}${++serial}`;

const aCase = (changes: Partial<Case> = {}): Case => ({
  id: unique("case"),
  gateway: "vpn.example.com",
  label: "件名",
  language: "ja",
  ask: ["capture"],
  rehearsal: true,
  createdAt: AT,
  createdBy: "staff",
  expiresAt: LATER,
  revokedAt: null,
  runs: 0,
  maxRuns: null,
  gatewayCodeHash: null,
  sealedCode: null,
  ...changes,
});
const aFile = (caseId: string, changes: Partial<CaseFile> = {}): CaseFile => ({
  key: `texts/${unique("key")}.txt`,
  caseId,
  kind: "text",
  recordedAt: "gateway",
  name: unique("ログ"),
  bytes: 10,
  receivedBytes: 20,
  sha256: "00",
  sentBy: null,
  receivedAt: AT,
  ...changes,
});
const aHold = (caseId: string, bytes: number, side: UploadHold["side"] = "run"): UploadHold => ({
  id: unique("upload"),
  caseId,
  side,
  bytes,
  endsAt: LATER,
});
const ROOM = { files: 100, textBytes: 1_000_000 };
const aRun = (caseId: string): Run => ({
  id: unique("run"),
  caseId,
  tokenHash: "00",
  agent: {
    name: "a",
    version: "1",
    platform: "windows",
    osVersion: null,
    runtime: "node",
    language: "ja",
    elevated: null,
  },
  createdAt: AT,
  expiresAt: LATER,
  reportId: null,
  round: 1,
  seenAt: null,
});
const aReport = (changes: Partial<NewReport> = {}): NewReport => ({
  reportId: unique("IKF-"),
  runId: null,
  caseId: null,
  createdAt: AT,
  source: "analysis",
  verdict: "healthy",
  confidence: "high",
  direction: null,
  interfaceMtu: null,
  gateway: "vpn.example.com",
  adapter: "イーサネット 5",
  network: "ethernet",
  label: null,
  ...changes,
});
const anObject = (kind: StoredObject["kind"] = "evidence"): StoredObject => ({
  key: `x/${unique("key")}.json`,
  kind,
  name: "n",
  bytes: 1,
  sha256: "00",
  createdAt: AT,
});

export function storeContract(name: string, database: () => Database): void {
  const cases = () => sqlStores(database()).cases;
  const reports = () => sqlStores(database()).reports;
  const access = () => sqlStores(database()).access;
  const sweeps = () => sqlStores(database()).sweeps;
  /** Which of the keys are doomed. */
  const doomedOf = async (...keys: string[]): Promise<string[]> => {
    const doomed = new Set(await sweeps().doomed(100_000));
    return keys.filter((key) => doomed.has(key));
  };
  const none = { reports: "", captures: "", gatewayCaptures: "", gatewayTexts: "", cases: "" };

  test(`${name}: a batch is done whole or not at all`, async () => {
    const key = unique("rate");
    const insert = {
      sql: "INSERT INTO rate_windows (key, window_start, hits) VALUES (?, 1, 1)",
      params: [key],
    };
    await expect(database().batch([insert, insert])).rejects.toThrow(/UNIQUE/);
    expect(await database().all("SELECT key FROM rate_windows WHERE key = ?", [key])).toEqual([]);
    expect(
      await database().batch([insert, { sql: "DELETE FROM rate_windows WHERE key = ?", params: [key] }]),
    ).toEqual([1, 1]);
  });

  test(`${name}: a case comes back as it was written, by its code and by its ID`, async () => {
    const entry = aCase();
    const codeHash = unique("hash");
    await cases().create(entry, codeHash);
    expect(await cases().findByCode(codeHash)).toEqual(entry);
    expect(await cases().get(entry.id)).toEqual(entry);
    expect(await cases().findByCode("none")).toBeNull();
    await expect(cases().create(aCase(), codeHash)).rejects.toThrow();
  });

  test(`${name}: a code is used as often as it may be, by many at once`, async () => {
    const codeHash = unique("hash");
    await cases().create(aCase(), codeHash);
    const used = await Promise.all(
      Array.from({ length: 40 }, () => cases().redeem(codeHash, { now: AT, max: 5 })),
    );
    expect(
      used
        .filter((entry) => entry !== null)
        .map((entry) => entry?.runs)
        .sort(),
    ).toEqual([1, 2, 3, 4, 5]);
  });

  test(`${name}: an expired and a revoked code are not used`, async () => {
    const [expired, revoked] = [unique("hash"), unique("hash")];
    await cases().create(aCase({ expiresAt: AT }), expired);
    const entry = aCase();
    await cases().create(entry, revoked);
    expect(await cases().revoke(entry.id, AT)).toBe(true);
    expect(await cases().revoke("none", AT)).toBe(false);
    expect(await cases().redeem(expired, { now: AT, max: 5 })).toBeNull();
    expect(await cases().redeem(revoked, { now: AT, max: 5 })).toBeNull();
    expect((await cases().get(entry.id))?.revokedAt).toBe(AT);
  });

  test(`${name}: upload bytes are never given out twice`, async () => {
    const { id } = aCase({ id: unique("case") });
    await cases().create(aCase({ id }), unique("hash"));
    const holds = Array.from({ length: 20 }, () => aHold(id, 30));
    const fits = await Promise.all(holds.map((hold) => cases().holdUploadBytes(hold, 100, AT)));
    expect(fits.filter(Boolean)).toHaveLength(3);
    const [first, second, third] = holds.filter((_, at) => fits[at]) as [UploadHold, UploadHold, UploadHold];

    // What an upload held before does not stand in its own way, and a refusal leaves it that.
    expect(await cases().holdUploadBytes({ ...first, bytes: 40 }, 100, AT)).toBe(true);
    expect(await cases().holdUploadBytes({ ...first, bytes: 41 }, 100, AT)).toBe(false);
    await cases().endUpload(second.id, 10);
    expect(await cases().holdUploadBytes(aHold(id, 20), 100, AT)).toBe(true);
    expect(await cases().holdUploadBytes(aHold(id, 1), 100, AT)).toBe(false);

    // What was used stays used, however often its end is told; what is held ends by its time.
    await cases().endUpload(third.id, 30);
    await cases().endUpload(third.id, 30);
    expect(await cases().holdUploadBytes(aHold(id, 61), 100, LATER)).toBe(false);
    expect(await cases().holdUploadBytes(aHold(id, 60), 100, LATER)).toBe(true);
    expect(await cases().holdUploadBytes(aHold("none", 1), 100, AT)).toBe(false);
  });

  test(`${name}: a service that starts gives back what uploads held before a crash`, async () => {
    const { id } = aCase({ id: unique("case") });
    await cases().create(aCase({ id }), unique("hash"));
    expect(await cases().holdUploadBytes(aHold(id, 100), 100, AT)).toBe(true);
    await cases().forgetUploads();
    expect(await cases().holdUploadBytes(aHold(id, 100), 100, AT)).toBe(true);
  });

  test(`${name}: a run posts as often as it may`, async () => {
    const run = aRun("case");
    await cases().createRun(run);
    expect(await cases().getRun(run.id)).toEqual(run);
    expect(await cases().getRun("none")).toBeNull();
    const counted = await Promise.all(Array.from({ length: 9 }, () => cases().countPost(run.id, 4)));
    expect(counted.filter(Boolean)).toHaveLength(4);
  });

  test(`${name}: a report is created with its objects, once for an ID and once for a run`, async () => {
    const run = aRun("case");
    await cases().createRun(run);
    const report = aReport({ runId: run.id });
    const objects = [anObject("evidence"), anObject("diagnosis")];
    expect(await reports().create(report, objects)).toBe(true);
    expect(await reports().objects(report.reportId)).toEqual(objects);
    expect(await reports().findByRun(run.id)).toBe(report.reportId);
    expect((await cases().getRun(run.id))?.reportId).toBe(report.reportId);

    const orphan = anObject();
    expect(await reports().create(aReport({ reportId: report.reportId }), [orphan])).toBe(false);
    expect(await reports().create(aReport({ runId: run.id }), [orphan])).toBe(false);
    expect(await reports().known([orphan.key, objects[0]?.key ?? ""])).toEqual(new Set([objects[0]?.key]));
    expect(await reports().get(report.reportId)).toMatchObject({
      reportId: report.reportId,
      adapter: "イーサネット 5",
      network: "ethernet",
      status: "new",
      override: null,
      version: 1,
      review: { status: "new", note: "", override: null, updatedAt: null, updatedBy: null },
    });
  });

  test(`${name}: several reports go at once, and with the last one of a case its files`, async () => {
    const entry = aCase();
    await cases().create(entry, unique("hash"));
    const file = aFile(entry.id);
    await cases().addFile(file, ROOM);
    const own = [aReport({ caseId: entry.id }), aReport({ caseId: entry.id }), aReport({ caseId: entry.id })];
    const objects = own.map(() => anObject());
    for (const [at, report] of own.entries()) await reports().create(report, objects.slice(at, at + 1));
    const [first, second, third] = own.map(({ reportId }) => reportId) as [string, string, string];
    const keys = objects.map(({ key }) => key);
    expect(await cases().delete(entry.id)).toBeNull();
    expect(await reports().delete(first, second, "IKF-none")).toEqual(keys.slice(0, 2));
    expect(await reports().delete(first, second)).toBeNull();
    expect((await cases().files(entry.id)).length).toBe(1);
    expect(await reports().delete(third)).toEqual([keys[2], file.key]);
    expect(await doomedOf(...keys, file.key)).toEqual([...keys, file.key]);
  });

  test(`${name}: a case goes with its runs, files and uploads, and nothing of it comes back`, async () => {
    const entry = aCase();
    await cases().create(entry, unique("hash"));
    const run = aRun(entry.id);
    await cases().createRun(run);
    const file = aFile(entry.id);
    await cases().addFile(file, ROOM);
    const hold = aHold(entry.id, 10);
    await cases().holdUploadBytes(hold, 100, AT);
    expect(await cases().delete(entry.id)).toEqual([file.key]);
    expect(await cases().delete(entry.id)).toBeNull();
    expect(await doomedOf(file.key)).toEqual([file.key]);
    expect([await cases().get(entry.id), await cases().getRun(run.id)]).toEqual([null, null]);
    expect(await cases().files(entry.id)).toEqual([]);
    expect(await database().all("SELECT id FROM upload_holds WHERE id = ?", [hold.id])).toEqual([]);
    const late = aReport({ runId: run.id, caseId: entry.id });
    const object = anObject();
    expect(await reports().create(late, [object])).toBe(false);
    expect(await reports().known([object.key])).toEqual(new Set());
  });

  test(`${name}: the cases and reports of a gateway are found, whatever the case of its letters`, async () => {
    const gateway = `${unique("VPN")}.Example`;
    const made = [aCase({ gateway }), aCase({ gateway: gateway.toLowerCase() }), aCase()];
    for (const entry of made) await cases().create(entry, unique("hash"));
    const found = await cases().ofGateway(gateway.toUpperCase(), 9);
    expect({ ...found, ids: found.ids.sort() }).toEqual({
      ids: [made[0]?.id ?? "", made[1]?.id ?? ""].sort(),
      cases: 2,
    });
    expect(await cases().ofGateway(gateway, 1)).toMatchObject({ ids: [expect.any(String)], cases: 2 });
    expect(await cases().ofGateway("none.example", 9)).toEqual({ ids: [], cases: 0 });
    expect(await reports().countOfGateway(gateway)).toBe(0);
    const report = aReport({ gateway });
    await reports().create(report, []);
    await reports().create(
      aReport({ gateway: gateway.toLowerCase(), createdAt: "2026-01-05T00:00:00.000Z" }),
      [],
    );
    expect(await reports().countOfGateway(gateway.toUpperCase())).toBe(2);
    await reports().delete(report.reportId);
    expect(await reports().countOfGateway(gateway)).toBe(1);
  });

  test(`${name}: one of many reviews of a version is saved`, async () => {
    const { reportId } = aReport({ reportId: unique("IKF-") });
    await reports().create(aReport({ reportId }), []);
    const review = {
      status: "fixed" as const,
      note: "メモ",
      override: { verdict: "not-ikev2" as const, reason: "L2TP", userText: "お待ちください。" },
      updatedAt: LATER,
      updatedBy: "admin",
    };
    const saved = await Promise.all(Array.from({ length: 10 }, () => reports().review(reportId, 1, review)));
    expect(saved.filter(Boolean)).toHaveLength(1);
    expect(await reports().get(reportId)).toMatchObject({ version: 2, override: "not-ikev2", review });
    expect(await reports().review("none", 1, review)).toBe(false);
  });

  test(`${name}: a revision adds and drops objects and moves the version`, async () => {
    const report = aReport();
    const [old, kept, added] = [anObject("capture"), anObject("evidence"), anObject("diagnosis")];
    await reports().create(report, [old, kept]);
    const judged = { ...report, verdict: "slow-gateway" as const, interfaceMtu: 1400 };
    expect(await reports().revise(report.reportId, 1, judged, [added], [old.key])).toBe(true);
    expect(await reports().objects(report.reportId)).toEqual([kept, added]);
    expect(await reports().get(report.reportId)).toMatchObject({
      verdict: "slow-gateway",
      interfaceMtu: 1400,
      version: 2,
    });
    const lost = anObject();
    expect(await reports().revise("none", 1, judged, [lost], [])).toBe(false);
    expect(await reports().known([lost.key])).toEqual(new Set());
  });

  test(`${name}: of many revisions of one version one is done, and the others write nothing`, async () => {
    const report = aReport();
    const [old, kept] = [anObject("capture"), anObject("evidence")];
    await reports().create(report, [old, kept]);
    const added = Array.from({ length: 8 }, () => anObject("diagnosis"));
    const done = await Promise.all(
      added.map((object, at) =>
        reports().revise(report.reportId, 1, { ...report, interfaceMtu: 1400 + at }, [object], [old.key]),
      ),
    );
    expect(done.filter(Boolean)).toHaveLength(1);
    const first = done.indexOf(true);
    expect(await reports().objects(report.reportId)).toEqual([kept, added[first]]);
    expect(await reports().get(report.reportId)).toMatchObject({ version: 2, interfaceMtu: 1400 + first });
    expect(await reports().revise(report.reportId, 1, report, [], [kept.key])).toBe(false);
    expect(await reports().objects(report.reportId)).toEqual([kept, added[first]]);
  });

  test(`${name}: a code of the gateway's side is another one than the case's, and the last one counts`, async () => {
    const entry = aCase();
    const [code, first, second] = [unique("hash"), unique("hash"), unique("hash")];
    await cases().create(entry, code);
    for (const hash of [first, code]) expect(await cases().findByGatewayCode(hash)).toBeNull();
    expect(await cases().setGatewayCode(entry.id, first, AT)).toBe(true);
    expect(await cases().findByGatewayCode(first)).toEqual({ ...entry, gatewayCodeHash: first });
    expect(await cases().findByGatewayCode(code)).toBeNull();
    expect(await cases().findByCode(first)).toBeNull();
    expect(await cases().redeem(first, { now: AT, max: 5 })).toBeNull();
    expect(await cases().setGatewayCode(entry.id, second, AT)).toBe(true);
    expect(await cases().findByGatewayCode(first)).toBeNull();
    // Two cases never share one, and none is given to a case that is over.
    const other = aCase();
    await cases().create(other, unique("hash"));
    await expect(cases().setGatewayCode(other.id, second, AT)).rejects.toThrow();
    expect(await cases().setGatewayCode(other.id, unique("hash"), LATER)).toBe(false);
    await cases().revoke(other.id, AT);
    expect(await cases().setGatewayCode(other.id, unique("hash"), AT)).toBe(false);
    expect(await cases().setGatewayCode("none", unique("hash"), AT)).toBe(false);
  });

  test(`${name}: files of a case come back in order, each name once, as many as there is room for`, async () => {
    const { id } = aCase({ id: unique("case") });
    await cases().create(aCase({ id }), unique("hash"));
    const [first, second] = [aFile(id), aFile(id, { kind: "capture", sentBy: "staff", bytes: 5_000_000 })];
    expect(await cases().addFile(first, ROOM)).toBe("added");
    expect(await cases().addFile(second, ROOM)).toBe("added");
    expect(await cases().files(id)).toEqual([first, second]);
    expect(await cases().files("none")).toEqual([]);
    expect(await cases().addFile(aFile(id, { name: first.name }), ROOM)).toBe("name-taken");
    expect(await cases().addFile(aFile("none"), ROOM)).toBe("gone");
    expect(await cases().addFile(aFile(id, { bytes: 91 }), { files: 9, textBytes: 100 })).toBe("full");
    const many = Array.from({ length: 20 }, () => aFile(id));
    const added = await Promise.all(many.map((file) => cases().addFile(file, { files: 5, textBytes: 1000 })));
    expect(added.filter((each) => each === "added")).toHaveLength(3);
    expect(added.filter((each) => each === "full")).toHaveLength(17);
    expect(await reports().known([first.key, second.key, "none"])).toEqual(new Set([first.key, second.key]));
    await cases().dropFiles([first.key]);
    expect(await doomedOf(first.key, second.key)).toEqual([first.key]);
    expect((await cases().files(id)).map(({ key }) => key)).not.toContain(first.key);
    await cases().dropFiles([]);
  });

  test(`${name}: the allowance of the gateway's side is not that of the runs`, async () => {
    const { id } = aCase({ id: unique("case") });
    await cases().create(aCase({ id }), unique("hash"));
    const hold = aHold(id, 100, "gateway");
    expect(await cases().holdUploadBytes(hold, 100, AT)).toBe(true);
    await cases().endUpload(hold.id, 100);
    expect(await cases().holdUploadBytes(aHold(id, 1, "gateway"), 100, AT)).toBe(false);
    expect(await cases().holdUploadBytes(aHold(id, 100), 100, AT)).toBe(true);
  });

  test(`${name}: files go with the last report of their case, with the case, and with time`, async () => {
    const entry = aCase({ expiresAt: "2020-01-01T00:00:00.000Z" });
    await cases().create(entry, unique("hash"));
    const of = { caseId: entry.id };
    const [one, two, other] = [aReport(of), aReport({ ...of, createdAt: LATER }), aReport()];
    for (const report of [one, two, other]) await reports().create(report, []);
    expect(await reports().ofCase(entry.id)).toEqual([one.reportId, two.reportId]);
    const file = aFile(entry.id);
    await cases().addFile(file, ROOM);
    expect(await reports().delete(other.reportId)).toEqual([]);
    expect(await reports().delete(one.reportId)).toEqual([]);
    expect(await cases().files(entry.id)).toEqual([file]);
    expect(await doomedOf(file.key)).toEqual([]);
    expect(await reports().delete(two.reportId)).toEqual([file.key]);
    expect(await cases().files(entry.id)).toEqual([]);
    expect(await doomedOf(file.key)).toEqual([file.key]);

    const old = "2019-06-01T00:00:00.000Z";
    const [text, capture] = [
      aFile(entry.id, { receivedAt: old }),
      aFile(entry.id, { kind: "capture", receivedAt: old }),
    ];
    const kept = aFile(entry.id);
    for (const each of [text, capture, kept]) await cases().addFile(each, ROOM);
    const before = {
      ...none,
      gatewayTexts: "2019-06-02",
      gatewayCaptures: "2019-06-02",
      cases: "2020-01-02",
    };
    expect(await sweeps().old(before, 9)).toMatchObject({ gatewayTexts: 1, gatewayCaptures: 1, cases: 1 });
    expect(await sweeps().young("gatewayTexts", "2019-06-02", 1)).toBe(1);
    expect(await sweeps().expire("gatewayTexts", "2019-06-02", 10)).toBe(1);
    expect(await cases().files(entry.id)).toEqual([capture, kept]);
    expect(await sweeps().expire("gatewayCaptures", "2019-06-02", 10)).toBe(1);
    expect(await cases().files(entry.id)).toEqual([kept]);
    expect(await doomedOf(text.key, capture.key, kept.key)).toEqual([text.key, capture.key]);
    expect(await sweeps().expire("cases", "2020-01-02", 10)).toBe(1);
    expect(await cases().files(entry.id)).toEqual([]);
    expect(await reports().known([text.key, capture.key])).toEqual(new Set());
    expect(await doomedOf(kept.key)).toEqual([kept.key]);
  });

  test(`${name}: deleting gives the keys, and closes the run`, async () => {
    const run = aRun("case");
    await cases().createRun(run);
    const report = aReport({ runId: run.id });
    const object = anObject();
    await reports().create(report, [object]);
    expect(await doomedOf(object.key)).toEqual([]);
    expect(await reports().delete(report.reportId)).toEqual([object.key]);
    expect(await doomedOf(object.key)).toEqual([object.key]);
    expect(await reports().delete(report.reportId)).toBeNull();
    expect(await reports().get(report.reportId)).toBeNull();
    expect(await reports().known([object.key])).toEqual(new Set());
    expect((await cases().getRun(run.id))?.expiresAt).toBe(run.createdAt);
  });

  test(`${name}: lists go newest first and page by position`, async () => {
    const label = unique("page");
    const made: string[] = [];
    for (const createdAt of [AT, AT, LATER]) {
      const report = aReport({ createdAt, label });
      await reports().create(report, []);
      made.push(report.reportId);
    }
    const all = (await reports().list({ ...EVERY_REPORT, q: label })).map(({ reportId }) => reportId);
    expect(all).toEqual(made.toReversed());
    const after = (await reports().get(made[2] ?? ""))?.place ?? 0;
    expect(
      (await reports().list({ ...EVERY_REPORT, q: label, after })).map(({ reportId }) => reportId),
    ).toEqual(all.slice(1));
    expect(await reports().list({ ...EVERY_REPORT, q: label, limit: 1 })).toHaveLength(1);
    expect(await reports().list({ ...EVERY_REPORT, q: label, since: LATER })).toHaveLength(1);
  });

  test(`${name}: search takes any text as text, and more of it than LIKE would`, async () => {
    const label = `100%_'"; DROP TABLE reports; -- ${unique("長いラベル".repeat(10))}`;
    await reports().create(aReport({ label }), []);
    expect(await reports().list({ ...EVERY_REPORT, q: label.toUpperCase() })).toHaveLength(1);
    expect(await reports().list({ ...EVERY_REPORT, q: `${label}x` })).toHaveLength(0);
  });

  test(`${name}: more keys than a statement takes are looked up and dropped`, async () => {
    const report = aReport();
    const objects = Array.from({ length: 250 }, () => anObject("capture"));
    await reports().create(report, objects);
    const keys = objects.map(({ key }) => key);
    expect((await reports().known([...keys, "none"])).size).toBe(250);
    expect(await reports().revise(report.reportId, 2, report, [], keys)).toBe(false);
    expect(await doomedOf(...keys)).toEqual([]);
    expect(await reports().revise(report.reportId, 1, report, [], keys)).toBe(true);
    expect(await reports().objects(report.reportId)).toEqual([]);
    expect(await doomedOf(...keys)).toEqual(keys);
    expect(await reports().known([])).toEqual(new Set());
  });

  test(`${name}: what is old goes, the oldest first, and takes along what is its own`, async () => {
    const entry = aCase({ expiresAt: "2020-01-01T00:00:00.000Z" });
    await cases().create(entry, unique("hash"));
    const run = aRun(entry.id);
    await cases().createRun(run);
    const file = aFile(entry.id);
    await cases().addFile(file, ROOM);
    const at = (time: string, of: Partial<NewReport> = {}) => ({ ...aReport(of), createdAt: time });
    const own = (kind: StoredObject["kind"], createdAt: string) => ({ ...anObject(kind), createdAt });
    const [first, second, third] = [
      at("2020-01-01T00:00:00.000Z", { caseId: entry.id, runId: run.id }),
      at("2020-01-02T00:00:00.000Z", { caseId: entry.id }),
      at("2020-01-03T00:00:00.000Z"),
    ];
    const made = [first, second, third].map((report) => ({
      report,
      objects: [own("capture", report.createdAt), own("evidence", report.createdAt)],
    }));
    for (const { report, objects } of made) await reports().create(report, objects);
    const keysOf = (of: number) => made[of]?.objects.map(({ key }) => key) ?? [];

    const before = { ...none, reports: "2020-01-03", captures: "2020-01-03", cases: "2020-01-03" };
    expect(await sweeps().old(before, 100)).toMatchObject({ reports: 2, captures: 2, cases: 1 });
    expect(await sweeps().old(before, 1)).toMatchObject({ reports: 1, captures: 1 });
    expect(await sweeps().young("captures", "2020-01-03", 1)).toBe(1);
    expect(await sweeps().expire("captures", "2020-01-03", 1)).toBe(1);
    expect(await doomedOf(...keysOf(0), ...keysOf(1))).toEqual(keysOf(0).slice(0, 1));
    // The case has another report, so its files stay with the first.
    expect(await sweeps().expire("reports", "2020-01-03", 1)).toBe(1);
    expect(await reports().get(first.reportId)).toBeNull();
    expect((await cases().getRun(run.id))?.expiresAt).toBe(run.createdAt);
    expect(await cases().files(entry.id)).toEqual([file]);
    expect(await sweeps().expire("reports", "2020-01-03", 10)).toBe(1);
    expect(await sweeps().expire("reports", "2020-01-03", 10)).toBe(0);
    expect(await reports().get(third.reportId)).not.toBeNull();
    expect(await reports().known(made.flatMap((_, of) => keysOf(of)))).toEqual(new Set(keysOf(2)));
    const gone = [...keysOf(0), ...keysOf(1), file.key];
    expect(await doomedOf(...gone, ...keysOf(2))).toEqual(gone);
    expect(await sweeps().expire("cases", "2020-01-02", 10)).toBe(1);
    expect(await cases().getRun(run.id)).toBeNull();
    for (const kind of ["reports", "cases"] as const)
      expect(sweeps().statementsToExpire(kind)).toBeGreaterThan(3);
    await reports().delete(third.reportId);
  });

  test(`${name}: doomed objects wait in line until they are forgotten`, async () => {
    const keys = Array.from({ length: 150 }, (_, at) => `x/${unique("doomed")}${at}.json`);
    await sweeps().doom([]);
    await sweeps().doom(keys);
    await sweeps().doom(keys.slice(0, 3));
    expect(await doomedOf(...keys)).toEqual(keys);
    await sweeps().forget(await sweeps().doomed(100_000));
    expect(await sweeps().doomed(10)).toEqual([]);
    const [one = "", two = ""] = keys;
    await database().run("INSERT INTO doomed_objects (key, doomed_at) VALUES (?, '2020'), (?, '2021')", [
      one,
      two,
    ]);
    expect(await sweeps().doomed(1)).toEqual([one]);
    await sweeps().postpone([one]);
    expect(await sweeps().doomed(10)).toEqual([two, one]);
    await sweeps().forget([one]);
    await sweeps().forget([]);
    expect(await sweeps().doomed(10)).toEqual([two]);
    await sweeps().forget([two]);
  });

  test(`${name}: the sweeper remembers, and of two at once one writes`, async () => {
    await database().run("DELETE FROM sweep_state");
    await cases().create(aCase({ createdAt: "2019-05-05T00:00:00.000Z" }), unique("hash"));
    const now = "2030-01-01T00:00:00.000Z";
    const [first, other] = await Promise.all([sweeps().read(now), sweeps().read(now)]);
    expect(first).toEqual(other);
    expect(first).toMatchObject({
      isAllowed: false,
      state: { beganAt: "2019-05-05T00:00:00.000Z", seenAt: null },
    });
    expect(first?.state.expiredAt).toBe(LATER); // of the newest row, and not of the clock
    const refused = { reason: "r", since: AT, until: AT };
    const state = {
      ...first.state,
      seenAt: AT,
      lookedTo: { evidence: "evidence/x" },
      orphansRefused: refused,
    };
    expect(await sweeps().write({ ...first, state, isAllowed: true })).toBe(true);
    expect(await sweeps().write({ ...other, isAllowed: false })).toBe(false);
    const next = await sweeps().read(now);
    expect(next).toMatchObject({ isAllowed: true, state });
    expect(await sweeps().write({ ...next, isAllowed: false })).toBe(true);
    await sweeps().allow();
    expect((await sweeps().read(now)).isAllowed).toBe(true);
    expect(await sweeps().holdsObjects()).toBe(true);
  });

  test(`${name}: a key of many requests at once is claimed by one, and answers as kept`, async () => {
    const { answers } = sqlStores(database());
    const key = unique("key");
    const claims = await Promise.all(Array.from({ length: 12 }, () => answers.claim(key, "a", AT, LATER)));
    expect(claims.filter((claim) => claim === null)).toHaveLength(1);
    expect(claims.filter((claim) => claim !== null)).toEqual(
      Array.from({ length: 11 }, () => ({ fingerprint: "a", answer: null })),
    );
    await answers.keep(key, "sealed", LATER);
    expect(await answers.claim(key, "b", AT, LATER)).toEqual({ fingerprint: "a", answer: "sealed" });
    await answers.release(key); // what is answered stays
    expect(await answers.claim(key, "a", AT, LATER)).toEqual({ fingerprint: "a", answer: "sealed" });
    expect(await answers.claim(key, "c", LATER, "9999")).toBeNull();
    await answers.release(key);
    expect(await answers.claim(key, "d", AT, LATER)).toBeNull();
  });

  test(`${name}: hits are counted by window, all of them`, async () => {
    const key = unique("key");
    const hits = await Promise.all(Array.from({ length: 12 }, () => access().hit(key, 60, 120)));
    expect([...hits].sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    expect(await access().hit(key, 60, 179)).toBe(13);
    expect(await access().hit(key, 60, 180)).toBe(1);
    await access().unhit(key, 60, 190);
    expect(await database().all("SELECT 1 FROM rate_windows WHERE key = ?", [key])).toEqual([]);
    await access().unhit(key, 60, 190);
    expect(await access().hit(key, 60, 180)).toBe(1);
    const holds = ["2019-01-01T00:00:00.000Z", LATER].map((endsAt) => ({ ...aHold("none", 1), endsAt }));
    for (const { id, caseId, side, bytes, endsAt } of holds)
      await database().run(
        "INSERT INTO upload_holds (id, case_id, side, bytes, ends_at) VALUES (?, ?, ?, ?, ?)",
        [id, caseId, side, bytes, endsAt],
      );
    await access().ping();
    await access().removeExpired(LATER, 100_000);
    expect(await access().hit(key, 60, 180)).toBe(1);
    const left = await database().all("SELECT id FROM upload_holds WHERE case_id = 'none'");
    expect(left.map(({ id }) => id)).toEqual([holds[1]?.id]);
  });
}

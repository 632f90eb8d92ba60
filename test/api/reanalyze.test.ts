/** Reports that are analyzed anew: what changes, what stays because something is gone, and many at once. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { sweep } from "../../api/reports/sweep.ts";
import { ANALYZER } from "../../shared/diagnose/diagnose.ts";
import type { Reanalyzed, Report } from "../../shared/schema/api.ts";
import { json, makeReport, openService, type Service, seedFile } from "../support/service.ts";

let service: Service;
beforeEach(async () => {
  service = await openService();
});
afterEach(() => service.close());

const HTML = { accept: "text/html" };
const DAY_MS = 86_400_000;

async function storeCapture(): Promise<string> {
  const response = await service.request("POST", "/v1/analyses?store=1&name=capture", {
    token: service.tokens.staff,
    headers: { "content-type": "application/octet-stream" },
    body: await seedFile("wired-fail.pcapng"),
  });
  return (await json<{ reportId: string }>(response)).reportId;
}
const objectOf = async (reportId: string, kind: string) => {
  const found = (await service.deps.reports.objects(reportId)).filter((object) => object.kind === kind);
  return found.at(-1)?.key ?? "";
};
const reanalyze = async (reportId: string): Promise<Report> => {
  const response = await service.request("POST", `/v1/reports/${reportId}/reanalyze`, {
    token: service.tokens.admin,
  });
  expect(response.status).toBe(200);
  return json<Report>(response);
};
const reanalyzeAll = async (query: string): Promise<Reanalyzed> => {
  const response = await service.request("POST", `/v1/reports/reanalyze${query}`, {
    token: service.tokens.admin,
  });
  expect(response.status).toBe(200);
  return json<Reanalyzed>(response);
};

/** Turns the diagnosis in force into one that an older analyzer, which knew less, may have made. */
async function makeOld(reportId: string, judgedFrom: string[] | null = null): Promise<void> {
  const key = await objectOf(reportId, "diagnosis");
  const stream = await service.deps.blobs.get(key);
  const diagnosis = JSON.parse(await new Response(stream).text());
  const old = { ...diagnosis, analyzer: "ikefrag 0.0.1", verdict: "slow-gateway", judgedFrom };
  await service.deps.blobs.put(key, new TextEncoder().encode(JSON.stringify(old)));
}

test("today's diagnosis is put in force, the earlier one stays, and each says which analyzer made it", async () => {
  const reportId = await storeCapture();
  await makeOld(reportId);
  service.clock.now = new Date("2026-11-23T07:00:00Z");
  expect(await reanalyze(reportId)).toMatchObject({
    verdict: "ike-auth-unanswered",
    interfaceMtu: 1472,
    diagnosis: { analyzer: ANALYZER, verdict: "ike-auth-unanswered" },
    earlier: [{ at: "2026-11-23T06:00:00.000Z", analyzer: "ikefrag 0.0.1", verdict: "slow-gateway" }],
    withoutEvidence: null,
  });
});

test("what is found again as it was is not stored twice, and an older row learns what it lacked", async () => {
  const { reportId } = await makeReport(service);
  const before = await service.stored();
  expect((await reanalyze(reportId)).earlier).toEqual([]);
  const version = (await service.deps.reports.get(reportId))?.version;
  await service.database.run("UPDATE reports SET network = 'unknown' WHERE id = ?", [reportId]);
  expect((await reanalyze(reportId)).network).toBe("cellular");
  expect(await service.stored()).toEqual(before);
  expect((await service.deps.reports.get(reportId))?.version).toBe((version ?? 0) + 1);
});

test("fault 4: after the capture's 14 days the seed story keeps its verdict, and what is missing is said", async () => {
  const { run, reportId } = await makeReport(service);
  await service.request("PUT", `/v1/runs/${run.runId}/capture`, {
    token: run.runToken,
    headers: { "content-type": "application/octet-stream" },
    body: await seedFile("wired-fail.pcapng"),
  });
  const ofCapture = await storeCapture();
  const cardOf = async (id: string) => (await service.request("GET", `/v1/reports/${id}`)).text();
  const cards = [await cardOf(reportId), await cardOf(ofCapture)];
  for (let day = 0; day <= 15; day++) {
    service.clock.now = new Date(Date.parse("2026-11-23T06:00:00Z") + day * DAY_MS);
    await sweep(service.deps);
  }
  expect(await objectOf(ofCapture, "capture")).toBe("");

  for (const id of [reportId, ofCapture]) {
    const before = await service.deps.reports.get(id);
    const report = await reanalyze(id);
    expect([report.verdict, report.confidence, report.interfaceMtu]).toEqual([
      before?.verdict,
      before?.confidence,
      before?.interfaceMtu,
    ]);
    expect(report.diagnosis.verdict).toBe(before?.verdict);
    expect(report.withoutEvidence).toMatchObject({ missing: ["capture"], analyzer: ANALYZER });
    expect(report.withoutEvidence?.at).toBe(service.clock.now.toISOString());
  }
  expect(await service.deps.reports.get(ofCapture)).toMatchObject({ verdict: "ike-auth-unanswered" });
  expect((await reanalyze(ofCapture)).withoutEvidence).toMatchObject({ verdict: "insufficient-evidence" });
  expect([await cardOf(reportId), await cardOf(ofCapture)]).toEqual(cards);

  // Again the same: nothing more is stored.
  const stored = await service.stored();
  const version = (await service.deps.reports.get(ofCapture))?.version;
  await reanalyze(ofCapture);
  expect(await service.stored()).toEqual(stored);
  expect((await service.deps.reports.get(ofCapture))?.version).toBe(version);

  const page = await service.request("GET", `/console/reports/${ofCapture}`, {
    token: service.tokens.staff,
    headers: HTML,
  });
  const text = await page.text();
  expect(text).toContain("Gone since the diagnosis: capture.");
  expect(text).toContain("<code>insufficient-evidence</code>");
  const shown = await service.request("POST", `/console/reports/${ofCapture}/reanalyze`, {
    token: service.tokens.admin,
    headers: { ...HTML, "sec-fetch-site": "same-origin" },
  });
  expect(shown.headers.get("location")).toBe(`/console/reports/${ofCapture}?done=kept`);
});

test("a damaged capture is missing too, whatever the diagnosis points at, and a new one takes its place", async () => {
  const { run, reportId } = await makeReport(service);
  const putCapture = async () =>
    service.request("PUT", `/v1/runs/${run.runId}/capture`, {
      token: run.runToken,
      headers: { "content-type": "application/octet-stream" },
      body: await seedFile("wired-fail.pcapng"),
    });
  await putCapture();
  await service.deps.blobs.put(await objectOf(reportId, "capture"), new TextEncoder().encode("no capture"));
  await makeOld(reportId, ["capture"]);
  expect((await reanalyze(reportId)).withoutEvidence?.missing).toEqual(["capture"]);
  const before = await service.stored();
  await putCapture();
  const report = await json<Report>(
    await service.request("GET", `/v1/reports/${reportId}`, { token: service.tokens.staff }),
  );
  expect(report.withoutEvidence).toBeNull();
  // One diagnosis more, and the one from the rest is gone with its object.
  expect((await service.stored()).objects).toHaveLength(before.objects.length);
});

test("many at once, by a filter: what changed, what stays, what cannot be read, and where to go on", async () => {
  const old = await storeCapture();
  await makeOld(old);
  const gone = await storeCapture();
  await service.deps.blobs.delete([await objectOf(gone, "capture")]);
  const lost = await storeCapture();
  await service.deps.blobs.delete([await objectOf(lost, "evidence")]);
  const { reportId: same } = await makeReport(service);
  await storeCapture();

  const all: Reanalyzed[] = [];
  for (let cursor: string | null = ""; cursor !== null; ) {
    const next: string = cursor === "" ? "" : `&cursor=${cursor}`;
    const result: Reanalyzed = await reanalyzeAll(`?limit=2${next}`);
    all.push(result);
    cursor = result.nextCursor;
  }
  expect(all.map(({ analyzed }) => analyzed)).toEqual([2, 2, 1]);
  expect(all.flatMap(({ changed }) => changed)).toEqual([
    {
      reportId: old,
      before: {
        analyzer: "ikefrag 0.0.1",
        verdict: "slow-gateway",
        confidence: "medium",
        interfaceMtu: 1472,
      },
      after: { analyzer: ANALYZER, verdict: "ike-auth-unanswered", confidence: "medium", interfaceMtu: 1472 },
    },
  ]);
  expect(all.flatMap(({ kept }) => kept)).toMatchObject([
    { reportId: gone, missing: ["capture"], rest: { verdict: "insufficient-evidence" } },
  ]);
  expect(all.flatMap(({ failed }) => failed)).toEqual([lost]);
  expect((await service.deps.reports.get(gone))?.verdict).toBe("ike-auth-unanswered");

  await makeOld(same);
  const filtered = await reanalyzeAll("?verdict=ike-auth-unanswered");
  expect([filtered.analyzed, filtered.changed]).toEqual([4, []]);
  const [noted] = await service.database.all(
    "SELECT action, detail FROM audit_log ORDER BY place DESC LIMIT 1",
  );
  expect(noted).toEqual({ action: "reports-reanalyzed", detail: '{"analyzed":4,"changed":0,"kept":1}' });
  const wrong = await service.request("POST", "/v1/reports/reanalyze?limit=101", {
    token: service.tokens.admin,
  });
  expect(wrong.status).toBe(400);
});

test("an admin analyzes all reports of a filter by the form below the list, page by page", async () => {
  const { reportId: same } = await makeReport(service);
  const old = await storeCapture();
  await makeOld(old);
  const gone = await storeCapture();
  await service.deps.blobs.delete([await objectOf(gone, "capture")]);
  const list = async (token: string) =>
    (await service.request("GET", "/console/reports?q=&status=new", { token, headers: HTML })).text();
  const form = 'action="/console/reports/reanalyze"><input type="hidden" name="status" value="new">';
  expect(await list(service.tokens.admin)).toContain(form);
  expect(await list(service.tokens.staff)).not.toContain("/console/reports/reanalyze");
  const post = (fields: Record<string, string>, token = service.tokens.admin) =>
    service.request("POST", "/console/reports/reanalyze", {
      token,
      body: new URLSearchParams(fields),
      headers: { ...HTML, "sec-fetch-site": "same-origin" },
    });
  expect((await post({}, service.tokens.staff)).status).toBe(403);
  expect((await post({ verdict: "x" })).status).toBe(400);
  const first = await (await post({ status: "new", limit: "2" })).text();
  expect(first).toContain("Analyzed: 2. Changed: 1. Kept, for evidence is gone: 1. Not readable: 0.");
  expect(first).toContain("<code>slow-gateway</code> (medium) → <code>ike-auth-unanswered</code> (medium)");
  expect(first).toContain("the diagnosis stays; gone: capture");
  const cursor = /name="cursor" value="([^"]+)"/.exec(first)?.[1] ?? "";
  const second = await (await post({ status: "new", limit: "2", cursor })).text();
  expect(second).toContain("Analyzed: 1. Changed: 0.");
  expect(second).not.toContain('name="cursor"');
  expect(second).not.toContain(same);
});

test("a request begins nothing more after its time, and the cursor leads to the rest", async () => {
  const ids: string[] = [];
  for (let at = 0; at < 3; at++) ids.unshift((await makeReport(service)).reportId);
  const { reports } = service.deps;
  const { objects } = reports;
  const seen: string[] = [];
  reports.objects = (reportId) => {
    if (!seen.includes(reportId)) seen.push(reportId);
    service.clock.now = new Date(service.clock.now.getTime() + 11_000);
    return objects(reportId);
  };
  const first = await reanalyzeAll("");
  expect([first.analyzed, seen]).toEqual([2, ids.slice(0, 2)]);
  await reanalyzeAll(`?cursor=${first.nextCursor}`);
  expect(seen).toEqual(ids);
});

import { afterEach, beforeEach, expect, test } from "vitest";
import { newKey } from "../../api/auth/secrets.ts";
import { sweep } from "../../api/reports/sweep.ts";
import { makeReport, openService, type Service, seedFile } from "../support/service.ts";

let service: Service;
beforeEach(async () => {
  service = await openService();
});
afterEach(() => service.close());

const daysLater = (days: number) => new Date(Date.UTC(2026, 10, 23, 6) + days * 86_400_000);

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

test("captures go after 14 days, reports after 90, each with its objects", async () => {
  const reportId = await reportWithCapture();
  service.clock.now = daysLater(13.9);
  expect(await sweep(service.deps)).toMatchObject({ reports: 0, captures: 0 });
  service.clock.now = daysLater(14.1);
  expect(await sweep(service.deps)).toMatchObject({ reports: 0, captures: 1 });
  expect((await service.request("GET", `/v1/reports/${reportId}`)).status).toBe(200);
  expect((await service.stored()).objects).toHaveLength(3);
  service.clock.now = daysLater(90.1);
  expect(await sweep(service.deps)).toMatchObject({ reports: 1, captures: 0 });
  expect(await service.stored()).toMatchObject({ rows: { reports: 0, objects: 0 }, objects: [] });
  expect((await service.request("GET", `/v1/reports/${reportId}`)).status).toBe(404);
});

test("cases go with their runs, 90 days after their code ended", async () => {
  await makeReport(service);
  service.clock.now = daysLater(92.9);
  await sweep(service.deps);
  expect((await service.stored()).rows).toMatchObject({ cases: 1, runs: 1 });
  service.clock.now = daysLater(93.1);
  await sweep(service.deps);
  expect((await service.stored()).rows).toMatchObject({ cases: 0, runs: 0 });
});

test("an object without a row goes once it is old enough to be nobody's", async () => {
  service.clock.now = new Date();
  await makeReport(service);
  const kept = (await service.stored()).objects;
  const orphans = Array.from({ length: 100 }, () => `evidence/${newKey(service.deps.random)}.json`);
  for (const key of orphans) await service.deps.blobs.put(key, new Uint8Array([1]));
  expect(await sweep(service.deps)).toEqual({ reports: 0, captures: 0, orphans: 0 });
  service.clock.now = new Date(Date.now() + 3 * 3_600_000);
  expect(await sweep(service.deps)).toEqual({ reports: 0, captures: 0, orphans: 100 });
  expect((await service.stored()).objects).toEqual(kept);
  expect(await sweep(service.deps)).toEqual({ reports: 0, captures: 0, orphans: 0 });
});

test("what a failing store leaves is swept: never a row without its object", async () => {
  const create = service.deps.reports.create;
  service.deps.reports.create = () => Promise.reject(new Error("the database is gone"));
  const response = await service.request("POST", "/v1/analyses?store=1", {
    token: service.tokens.staff,
    headers: { "content-type": "application/octet-stream" },
    body: await seedFile("wired-fail.pcapng"),
  });
  expect(response.status).toBe(500);
  expect(await service.stored()).toMatchObject({ rows: { reports: 0, objects: 0 }, objects: [] });
  service.deps.reports.create = create;
});

/** What is analyzed in a browser and sent to a case, by who has nothing but the case's code. */
import { afterEach, beforeEach, expect, test } from "vitest";
import type { z } from "zod";
import type { CaseAnalysisTaken, CaseDetail, ReportList } from "../../shared/schema/api.ts";
import type { AuditLog } from "../../shared/schema/people.ts";
import { json, openService, openTestCase, type Service, seedFile } from "../support/service.ts";

let service: Service;
beforeEach(async () => {
  service = await openService({ uploadsPerMinute: 1000, runsPerCode: 2 });
});
afterEach(() => service.close());

const asAdmin = async <T>(path: string): Promise<T> =>
  json<T>(await service.request("GET", path, { token: service.tokens.admin }));

async function send(code: string, ...parts: [name: string, content: BlobPart, fileName?: string][]) {
  const form = new FormData();
  for (const [name, content, fileName] of parts)
    if (fileName === undefined) form.append(name, String(content));
    else form.append(name, new File([content], fileName));
  return service.request("POST", `/v1/case-analyses/${encodeURIComponent(code)}`, { body: form });
}
const taken = (answer: Response) => json<z.infer<typeof CaseAnalysisTaken>>(answer);

const wired = async () => ["client", await seedFile("wired-fail.pcapng"), "wired.pcapng"] as const;
const netsh = async () => ["file", await seedFile("netsh-ja.txt"), "netsh.txt"] as const;

test("what is sent with a code becomes a report of its case, about the case's gateway", async () => {
  const code = await openTestCase(service);
  const answer = await send(code.toLowerCase(), [...(await wired())], [...(await netsh())]);
  expect(answer.status).toBe(201);
  const { reportId, reportUrl, refused } = await taken(answer);
  expect(refused).toEqual([]);
  expect(reportUrl.endsWith(`/r/${reportId}`)).toBe(true);

  const { reports } = await asAdmin<z.infer<typeof ReportList>>("/v1/reports");
  expect(reports).toMatchObject([
    {
      reportId,
      source: "analysis",
      gateway: "vpn.example.com",
      label: "T-1234",
      verdict: "ike-auth-unanswered",
    },
  ]);
  const { cases } = await asAdmin<{ cases: { caseId: string; runs: number }[] }>("/v1/cases");
  expect(cases[0]?.runs).toBe(1);
  const detail = await asAdmin<z.infer<typeof CaseDetail>>(`/v1/cases/${cases[0]?.caseId}`);
  expect(detail.reports.map((report) => report.reportId)).toEqual([reportId]);
  // The addresses of the capture may be pseudonyms: judging again does not put one in the gateway's place.
  await service.request("POST", `/v1/reports/${reportId}/reanalyze`, { token: service.tokens.admin });
  const again = await asAdmin<z.infer<typeof ReportList>>("/v1/reports");
  expect(again.reports[0]?.gateway).toBe("vpn.example.com");

  const { entries } = await asAdmin<z.infer<typeof AuditLog>>("/v1/audit-log");
  expect(entries.find(({ action }) => action === "analysis-stored")).toMatchObject({
    actor: `case:${cases[0]?.caseId}`,
    subject: reportId,
  });
  // Neither the code nor anything of the diagnosis is in what its sender is told.
  expect(Object.keys(await taken(await send(code, [...(await netsh())]))).sort()).toEqual([
    "refused",
    "reportId",
    "reportUrl",
  ]);
});

test("nothing is kept, and the code is not used, where nothing of it can be used", async () => {
  const code = await openTestCase(service);
  const before = await service.stored();
  for (const parts of [
    [["file", "hello", "letter.txt"]],
    [["elsewhere", "hello", "letter.txt"]],
    [["text", "   "]],
    [],
  ] as Parameters<typeof send>[1][][])
    expect([400, 422]).toContain((await send(code, ...parts)).status);
  // One that cannot be used is named, and the others are taken.
  const { refused } = await taken(await send(code, ["file", "hello", "letter.txt"], [...(await netsh())]));
  expect(refused.map(({ name, problem }) => [name, problem])).toEqual([["letter.txt", "unknown-text"]]);
  expect((await service.stored()).rows.reports).toBe((before.rows.reports ?? 0) + 1);
  expect((await send(code, [...(await netsh())])).status).toBe(201);
  const full = await service.stored();
  const usedUp = await send(code, [...(await wired())]);
  expect(usedUp.status).toBe(410);
  expect(await service.stored()).toEqual(full);
});

test("who has no code, or one of another kind, is told nothing", async () => {
  await openTestCase(service);
  const { cases } = await asAdmin<{ cases: { caseId: string }[] }>("/v1/cases");
  const link = await json<{ code: string }>(
    await service.request("POST", `/v1/cases/${cases[0]?.caseId}/gateway-link`, {
      token: service.tokens.staff,
    }),
  );
  for (const code of [link.code, "ABCD-EFGH-JKMNP", cases[0]?.caseId ?? ""])
    expect((await send(code, [...(await netsh())])).status).toBe(404);
});

test("a case takes so many bytes and no more, and one that is full keeps nothing of the next", async () => {
  const capture = await seedFile("wired-fail.pcapng");
  await service.close();
  service = await openService({ uploadsPerMinute: 1000, uploadBytesPerCase: 1.5 * capture.length });
  const code = await openTestCase(service);
  expect((await send(code, [...(await wired())])).status).toBe(201);
  const full = await service.stored();
  expect((await send(code, [...(await wired())])).status).toBe(413);
  expect(await service.stored()).toEqual(full);
});

test("uploads are counted by address", async () => {
  await service.close();
  service = await openService({ uploadsPerMinute: 1 });
  const code = await openTestCase(service);
  expect((await send(code, [...(await netsh())])).status).toBe(201);
  expect((await send(code, [...(await netsh())])).status).toBe(429);
});

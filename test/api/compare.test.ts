/** Two reports side by side in the console. */
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  json,
  makeReport,
  openService,
  openTestCase,
  playRun,
  type Service,
  STORY_PATH,
  seedFile,
  startTestRun,
} from "../support/service.ts";
import { CLEAR_PATH } from "../support/simulated-path.ts";

let service: Service;
beforeEach(async () => {
  service = await openService();
});
afterEach(() => service.close());

const get = (path: string, language = "en", role: "staff" | "admin" = "staff"): Promise<Response> =>
  service.request("GET", path, {
    token: service.tokens[role],
    headers: { accept: "text/html", "accept-language": language },
  });

/** Two runs of one case: the first over a path that loses IP fragments, the second over a clear one. */
async function twoRuns(): Promise<{ before: string; after: string }> {
  const code = await openTestCase(service);
  const before = await playRun(service, await startTestRun(service, code), STORY_PATH);
  service.clock.now = new Date(service.clock.now.getTime() + 600_000);
  const after = await playRun(service, await startTestRun(service, code), CLEAR_PATH);
  return { before: before.reportId, after: after.reportId };
}

test("a run is compared with the one before it of its case, if nothing else is asked for", async () => {
  const { before, after } = await twoRuns();
  await makeReport(service, STORY_PATH);
  const redirect = await get(`/console/compare?b=${after}`);
  expect(redirect.status).toBe(303);
  expect(redirect.headers.get("location")).toBe(`/console/compare?a=${before}&b=${after}`);
  const page = await (await get(redirect.headers.get("location") ?? "")).text();
  expect(page).toContain("The problem of the first is solved in the second.");
  expect(page).toMatch(/<tr class="differs"><th scope="row">Verdict[^<]*<span/);
  expect(page).toContain("IP fragments from this PC get lost");
  // Both sizes ladders are there, and no name of a place twice.
  expect(page.match(/class="chart ladder /g)?.length).toBe(2);
  const ids = [...page.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
  expect(new Set(ids).size).toBe(ids.length);
  const back = await (await get(`/console/compare?a=${after}&b=${before}`, "ja")).text();
  expect(back).toContain("1つ目に問題はなく、2つ目に問題があります。");
});

test("another case's run is offered, and never taken for the run before", async () => {
  const first = await makeReport(service, STORY_PATH);
  service.clock.now = new Date(service.clock.now.getTime() + 600_000);
  const second = await makeReport(service, CLEAR_PATH);
  const answer = await get(`/console/compare?b=${second.reportId}`);
  expect(answer.status).toBe(200);
  expect(await answer.text()).toContain(`a=${first.reportId}&amp;b=${second.reportId}`);
});

test("a report of no case is compared with an earlier one of its gateway; the first one with none", async () => {
  const store = async (gateway: string): Promise<string> => {
    service.clock.now = new Date(service.clock.now.getTime() + 60_000);
    const response = await service.request("POST", `/v1/analyses?store=1&gateway=${gateway}`, {
      token: service.tokens.staff,
      headers: { "content-type": "application/octet-stream" },
      body: await seedFile("wired-fail.pcapng"),
    });
    return (await json<{ reportId: string }>(response)).reportId;
  };
  const first = await store("203.0.113.25");
  const second = await store("203.0.113.25");
  expect((await get(`/console/compare?b=${second}`)).headers.get("location")).toContain(`a=${first}`);
  const alone = await get(`/console/compare?b=${first}`);
  expect(alone.status).toBe(200);
  expect(await alone.text()).toContain("There is no other report");
});

test("a mistyped ID is said on the page, and an unknown report is not found", async () => {
  const { after } = await twoRuns();
  const page = await get(`/console/compare?a=<b>nonsense</b>&b=${after}`);
  expect(page.status).toBe(404);
  const text = await page.text();
  expect(text).toContain("There is no such report: <bdi>&lt;b&gt;nonsense&lt;/b&gt;</bdi>");
  expect((await get("/console/compare?b=IKF-AAAAA-AAAAA-A")).status).toBe(404);
});

test("what was overridden is compared by the override, and both readings are in the audit log", async () => {
  const { before, after } = await twoRuns();
  const report = await service.request("GET", `/v1/reports/${after}`, { token: service.tokens.admin });
  await service.request("PATCH", `/v1/reports/${after}/review`, {
    token: service.tokens.admin,
    headers: { "if-match": report.headers.get("etag") ?? "" },
    json: { override: { verdict: "gateway-rejects", reason: "seen in the gateway's log" } },
  });
  const page = await (await get(`/console/compare?a=${before}&b=${after}`)).text();
  expect(page).toContain("The gateway answers, and refuses");
  expect(page).not.toContain("seen in the gateway");
  const log = await json<{ entries: { action: string; subject: string }[] }>(
    await service.request("GET", "/v1/audit-log", { token: service.tokens.admin }),
  );
  const read = log.entries.filter(({ action }) => action === "report-read").map(({ subject }) => subject);
  expect(read).toEqual(expect.arrayContaining([before, after]));
});

test("a report's page leads to its comparison", async () => {
  const { after } = await twoRuns();
  expect(await (await get(`/console/reports/${after}`)).text()).toContain(`/console/compare?b=${after}`);
});

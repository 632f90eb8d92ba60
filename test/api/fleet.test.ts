/** Cases for a fleet: one line for all PCs behind a gateway, by an administrator's choice. */
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  AGENT,
  json,
  openService,
  playRun,
  type Service,
  STORY_PATH,
  startTestRun,
} from "../support/service.ts";
import { CLEAR_PATH } from "../support/simulated-path.ts";

let service: Service;
beforeEach(async () => {
  service = await openService({ uploadsPerMinute: 10_000 });
});
afterEach(() => service.close());

const open = async (body: object, role: "staff" | "admin" = "admin") =>
  service.request("POST", "/v1/cases", {
    token: service.tokens[role],
    json: { gateway: "vpn.example.com", ...body },
  });

test("promise 3: a code takes 5 runs, or as many as an administrator chose, and not one more at once", async () => {
  for (const [chosen, runs] of [
    [{}, 5],
    [{ maxRuns: 40 }, 40],
  ] as const) {
    const { code } = await json<{ code: string }>(await open(chosen));
    const statuses: number[] = [];
    for (let n = 0; n < 2; n++) {
      service.client.address = `198.51.100.${20 + n}`;
      const start = async () =>
        (await service.request("POST", "/v1/runs", { json: { code, agent: AGENT } })).status;
      statuses.push(...(await Promise.all(Array.from({ length: 50 }, start))));
    }
    expect(statuses.filter((status) => status === 201)).toHaveLength(runs);
    expect(statuses.filter((status) => status === 410)).toHaveLength(100 - runs);
  }
});

test("more runs or hours than the operator's are an administrator's choice, up to 500 and two weeks", async () => {
  for (const more of [{ maxRuns: 6 }, { hours: 73 }]) {
    expect((await open(more, "staff")).status).toBe(403);
    expect((await open(more)).status).toBe(201);
  }
  for (const fewer of [
    { maxRuns: 5, hours: 72 },
    { maxRuns: 1, hours: 1 },
  ])
    expect((await open(fewer, "staff")).status).toBe(201);
  expect((await open({ maxRuns: 500, hours: 336 })).status).toBe(201);
  for (const wrong of [{ maxRuns: 501 }, { hours: 337 }, { maxRuns: 0 }, { maxRuns: 1.5 }, { hours: "1" }])
    expect((await open(wrong)).status).toBe(400);
});

test("a fleet's case ends when it was told to", async () => {
  const { code, expiresAt } = await json<{ code: string; expiresAt: string }>(await open({ hours: 100 }));
  expect(expiresAt).toBe("2026-11-27T10:00:00.000Z");
  service.clock.now = new Date("2026-11-27T09:59:59.999Z");
  expect((await service.request("GET", `/a/${code}.json`)).status).toBe(200);
  service.clock.now = new Date("2026-11-27T10:00:00.000Z");
  expect((await service.request("GET", `/a/${code}.json`)).status).toBe(410);
});

test("its page shows how verdicts are spread", async () => {
  const { code, caseId } = await json<{ code: string; caseId: string }>(await open({ maxRuns: 20 }));
  for (const path of [STORY_PATH, CLEAR_PATH, STORY_PATH])
    await playRun(service, await startTestRun(service, code), path);
  const found = await json<{ verdicts: unknown; reports: unknown[]; maxRuns: number; runs: number }>(
    await service.request("GET", `/v1/cases/${caseId}`, { token: service.tokens.staff }),
  );
  expect(found).toMatchObject({ maxRuns: 20, runs: 3 });
  expect(found.reports).toHaveLength(3);
  expect(found.verdicts).toEqual([
    { verdict: "outbound-fragments-too-large", reports: 2 },
    { verdict: "healthy", reports: 1 },
  ]);
  const page = await service.request("GET", `/console/cases/${caseId}`, { token: service.tokens.staff });
  const text = await page.text();
  expect(text).toContain("What 3 reports say");
  expect(text).toContain("67 %");
});

test("50 PCs behind one address, pushed to at once, are all in the spread", async () => {
  service.deps.config.uploadsPerMinute = 10; // the default: runs are no uploads
  const { caseId, code } = await json<{ caseId: string; code: string }>(await open({ maxRuns: 50 }));
  await Promise.all(
    Array.from({ length: 50 }, async (_, at) =>
      playRun(service, await startTestRun(service, code), at % 5 === 0 ? STORY_PATH : CLEAR_PATH),
    ),
  );
  const detail = await json<{ verdicts: { verdict: string; reports: number }[] }>(
    await service.request("GET", `/v1/cases/${caseId}`, { token: service.tokens.staff }),
  );
  expect(detail.verdicts.map(({ reports }) => reports)).toEqual([40, 10]);
});

test("the console's form takes both numbers from administrators, and says what is wrong", async () => {
  const post = (fields: Record<string, string>, role: "staff" | "admin" = "admin") =>
    service.request("POST", "/console/cases", {
      token: service.tokens[role],
      headers: { "sec-fetch-site": "same-origin" },
      body: new URLSearchParams({ gateway: "vpn.example.com", ...fields }),
    });
  expect((await post({ maxRuns: "300", hours: "240" })).status).toBe(303);
  expect((await post({ maxRuns: "", hours: "" }, "staff")).status).toBe(303);
  expect((await post({ maxRuns: "300" }, "staff")).status).toBe(403);
  for (const maxRuns of ["501", "1e9", "x", "-1"]) {
    const refused = await post({ maxRuns });
    expect(refused.status).toBe(400);
    expect(await refused.text()).toContain("whole number from 1 to 500");
  }
});

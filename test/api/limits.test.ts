/** What strangers may do, how often, and that no number of them at once is one too many. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { MAX_SMALL_JSON_BYTES } from "../../api/http/bounds.ts";
import { StoreUnavailableError } from "../../api/store/unavailable.ts";
import { AGENT, json, makeReport, openService, openTestCase, type Service } from "../support/service.ts";

let service: Service;
beforeEach(async () => {
  service = await openService();
});
afterEach(() => service.close());

const MINUTE_MS = 60_000;
const QUOTA = 60;
const start = (code: string, pad = 0) => {
  const body = JSON.stringify({ code, agent: AGENT });
  return service.request("POST", "/v1/runs", {
    body: body + " ".repeat(Math.max(0, pad - body.length)),
    headers: { "content-type": "application/json" },
  });
};
/** What each of a hundred at once got. */
const hundred = (ask: (n: number) => Promise<Response>): Promise<number[]> =>
  Promise.all(Array.from({ length: 100 }, async (_, n) => (await ask(n)).status));
const others = (statuses: number[]): number => statuses.filter((status) => status !== 429).length;
const WRONG_CODE = "0000-0000-00000";
const WRONG_REPORT = "IKF-00000-00000-0";
const GUESSES: Record<string, () => Promise<Response>> = {
  "codes for a run": () => start(WRONG_CODE),
  "codes for an agent": () => service.request("GET", `/a/${WRONG_CODE}.mjs`),
  "codes for the page of an agent": () => service.request("GET", `/a/${WRONG_CODE}`),
  "codes of gateway links": () => service.request("GET", `/g/${WRONG_CODE}`),
  "report IDs": () => service.request("GET", `/v1/reports/${WRONG_REPORT}`),
  "report IDs on the page": () => service.request("GET", `/r/${WRONG_REPORT}`),
  "report IDs in the form": () => service.request("GET", `/r?id=${WRONG_REPORT}`),
  "API tokens": () =>
    service.request("GET", "/v1/reports", { token: "ikf_00000000000000000000000000000000" }),
  "tokens of runs": () =>
    service.request("POST", "/v1/runs/00000000000000000000/rounds", {
      token: "ikr_00000000000000000000000000000000",
    }),
  "sign-in links": () => form("/console/link/ikl_00000000000000000000000000000000", {}),
  "tokens in the form": () => form("/console/sign-in", { token: "ikf_00000000000000000000000000000000" }),
};
const form = (path: string, fields: Record<string, string>) =>
  service.request("POST", path, {
    body: new URLSearchParams(fields),
    headers: { "sec-fetch-site": "same-origin" },
  });

test.each(Object.keys(GUESSES))(
  "of 1,000 guesses at %s at most the limit get another answer than 429",
  async (what) => {
    const guess = GUESSES[what] ?? (() => Promise.reject(new Error(what)));
    let answered = 0;
    for (let n = 0; n < 10; n++) answered += others(await hundred(guess));
    expect(answered).toBe(QUOTA);
    service.client.address = "198.51.100.8";
    expect((await guess()).status).not.toBe(429);
  },
);

test("a right guess behind too many wrong ones gets no answer either, until the minute is over", async () => {
  const code = await openTestCase(service);
  const { reportId } = await makeReport(service);
  await hundred(() => start(WRONG_CODE));
  const right = [
    () => start(code),
    () => service.request("GET", `/a/${code}.mjs`),
    () => service.request("GET", `/v1/reports/${reportId}`),
  ];
  for (const ask of right) {
    const refused = await ask();
    expect(refused.status).toBe(429);
    expect(refused.headers.get("ratelimit")).toBe('"misses";r=0;t=60');
    expect(refused.headers.get("ratelimit-policy")).toBe('"misses";q=60;w=60');
    expect(refused.headers.get("retry-after")).toBe("60");
  }
  service.clock.now = new Date(service.clock.now.getTime() + MINUTE_MS);
  for (const ask of right) expect((await ask()).status).toBeLessThan(300);
});

test("who finds something is not slowed down, and nothing of it is kept", async () => {
  const code = await openTestCase(service);
  const { reportId } = await makeReport(service);
  const before = await service.database.all("SELECT * FROM rate_windows ORDER BY key");
  for (let n = 0; n < 3 * QUOTA; n++) {
    expect((await service.request("GET", `/a/${code}.json`)).status).toBe(200);
    expect((await service.request("GET", `/v1/reports/${reportId}`)).status).toBe(200);
  }
  expect(await service.database.all("SELECT * FROM rate_windows ORDER BY key")).toEqual(before);
});

test("a run that was begun is answered, though its guess cannot be taken back", async () => {
  const code = await openTestCase(service);
  service.deps.access.unhit = async () => {
    throw new StoreUnavailableError("Cannot use the index: it is locked", { retryHelps: true });
  };
  const answer = await start(code);
  expect(answer.status).toBe(201);
  expect(await json(answer)).toMatchObject({ runToken: expect.stringMatching(/^ikr_/) });
  expect(service.log.map(({ message }) => message)).toContain("Cannot use the index: it is locked");
});

test("an IPv6 customer's /64 is one client, and its neighbour another one", async () => {
  const asked: number[] = [];
  for (let n = 0; n < QUOTA + 1; n++) {
    service.client.address = `2001:db8:0:1:${n.toString(16)}::1`;
    asked.push((await start(WRONG_CODE)).status);
  }
  expect(others(asked)).toBe(QUOTA);
  service.client.address = "2001:db8:0:2::1";
  expect((await start(WRONG_CODE)).status).toBe(404);
});

test("promise 3: codes cannot be guessed within the limit", async () => {
  // A hundred thousand addresses guess for as long as a code lives, while a thousand cases are open.
  const guesses = 100_000 * QUOTA * 60 * service.deps.config.caseHours;
  expect((guesses * 1_000) / 2 ** 60).toBeLessThan(1 / 10_000);
  // A report ID opens the fix card alone. There may be a million of them.
  const aDay = 1_000 * QUOTA * 60 * 24;
  expect((aDay * 1_000_000) / 2 ** 50).toBeLessThan(1 / 10);
});

test("promise 7: where a code and a few names come, a body has at most 4 KB", async () => {
  const code = await openTestCase(service);
  expect((await start(code, MAX_SMALL_JSON_BYTES)).status).toBe(201);
  const refused = await start(code, MAX_SMALL_JSON_BYTES + 1);
  expect(refused.status).toBe(413);
  expect(await json(refused)).toMatchObject({ type: "/problems/json-too-large" });
  expect(refused.headers.get("ratelimit-policy")).toBe('"json-body";q=4096;qu="content-bytes"');
});

test("who has guessed too often sends a body that nobody reads", async () => {
  await hundred(() => start(WRONG_CODE));
  let read = 0;
  const body = new ReadableStream(
    {
      pull(controller) {
        read++;
        controller.enqueue(new Uint8Array(1024));
        if (read > 100) controller.close();
      },
    },
    { highWaterMark: 0 },
  );
  const response = await service.app.request("https://ikefrag.example.com/v1/runs", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body,
    duplex: "half",
  } as RequestInit);
  expect(response.status).toBe(429);
  expect(read).toBe(0);
});

test("the service takes so many runs a day, whatever their codes, and guesses use up none of them", async () => {
  await service.close();
  service = await openService({ runsPerDay: 7, runsPerCode: 500 });
  const code = await openTestCase(service);
  const other = await openTestCase(service);
  service.client.address = "198.51.100.9";
  await hundred(() => start(WRONG_CODE));
  const statuses: number[] = [];
  for (let n = 0; n < 4; n++) {
    service.client.address = `198.51.100.${10 + n}`;
    const some = Array.from({ length: 25 }, async (_, i) => (await start(i % 2 ? code : other)).status);
    statuses.push(...(await Promise.all(some)));
  }
  expect(statuses.filter((status) => status === 201)).toHaveLength(7);
  expect(statuses.filter((status) => status === 429)).toHaveLength(93);
  const refused = await start(code);
  expect(refused.headers.get("ratelimit-policy")).toBe('"runs-of-all";q=7;w=86400');
  service.clock.now = new Date(service.clock.now.getTime() + 24 * 60 * MINUTE_MS);
  const next = await openTestCase(service);
  expect((await start(next)).status).toBe(201);
});

/** Promises to those whom the service is for, each by its number in the list of promises. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { OPERATIONS } from "../../api/http/operations.ts";
import { isProblemCode } from "../../api/http/problem-kinds.ts";
import { json, makeReport, openService, openTestCase, type Service, seedFile } from "../support/service.ts";

let service: Service;
beforeEach(async () => {
  service = await openService();
});
afterEach(() => service.close());

/** These write down that somebody asked: that is what they are for, and it changes nothing that is shown. */
const NOTES = new Set(["audit_log", "rate_windows"]);

/** Every row of every table, but for what notes that somebody asked, and every object. */
async function snapshot(): Promise<unknown> {
  const names = await service.database.all(
    "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'report\\_search%' ESCAPE '\\'",
  );
  const tables: Record<string, unknown> = {};
  for (const { name } of names)
    if (!NOTES.has(String(name))) tables[String(name)] = await service.database.all(`SELECT * FROM ${name}`);
  return { tables, ...(await service.stored()) };
}

test("promise 5: GET changes nothing, whoever asks for whatever there is", async () => {
  const { code, run, reportId } = await makeReport(service);
  await service.request("PUT", `/v1/runs/${run.runId}/capture`, {
    token: run.runToken,
    headers: { "content-type": "application/octet-stream" },
    body: await seedFile("wired-fail.pcapng"),
  });
  const { tokens } = service;
  const { cases } = await json<{ cases: { caseId: string }[] }>(
    await service.request("GET", "/v1/cases", { token: tokens.staff }),
  );
  const caseId = cases[0]?.caseId ?? "";
  const link = await json<{ code: string }>(
    await service.request("POST", `/v1/cases/${caseId}/gateway-link`, { token: tokens.staff }),
  );
  const hook = await json<{ webhookId: string }>(
    await service.request("POST", "/v1/webhooks", {
      token: tokens.admin,
      json: { url: "https://hooks.example.com/x", events: ["report.created"] },
    }),
  );
  const places: Record<string, string> = { caseId, reportId, file: code, webhookId: hook.webhookId };
  const paths = [
    ...OPERATIONS.filter(({ method }) => method === "get").map(({ path }) =>
      path.replace(/\{(\w+)\}/g, (_, name) => places[name] ?? "none"),
    ),
    "/",
    "/docs",
    "/openapi.json",
    "/problems",
    `/r/${reportId}`,
    `/r?id=${reportId}`,
    `/a/${code}`,
    `/a/${code}.mjs`,
    `/a/${code}.ps1`,
    `/g/${link.code}`,
    "/console/sign-in",
    "/console/link/ikl_00000000000000000000000000000000",
    "/console/reports",
    `/console/reports/${reportId}`,
    "/console/cases",
    `/console/cases/${caseId}`,
    "/console/analyze",
    "/console/insights",
    "/console/account",
    "/console/people",
    "/console/audit-log",
  ];
  // The day of a token's last use is written with its first request of a day.
  for (const token of Object.values(tokens)) await service.request("GET", "/v1/reports", { token });
  const before = await snapshot();
  let answered = 0;
  for (const path of paths) {
    for (const token of [undefined, run.runToken, tokens.staff, tokens.admin]) {
      for (const accept of ["application/json", "text/html", "text/markdown", "text/csv"]) {
        const response = await service.request("GET", path, {
          ...(token === undefined ? {} : { token }),
          headers: { accept, "if-none-match": '"none"' },
        });
        expect(response.status, path).toBeLessThan(500);
        if (response.ok) answered++;
        await response.arrayBuffer();
      }
    }
  }
  expect(answered).toBeGreaterThan(200);
  expect(await snapshot()).toEqual(before);
});

test("promise 6: a report ID tells nothing alone, not even whether there was such a report", async () => {
  const { reportId } = await makeReport(service);
  const { reportId: deleted } = await makeReport(service);
  await service.request("DELETE", `/v1/reports/${deleted}`, { token: service.tokens.admin });
  const never = "IKF-00000-00000-0";
  const mistyped = `${reportId.slice(0, -1)}${reportId.endsWith("0") ? "1" : "0"}`;
  const told = new Set<string>();
  for (const id of [deleted, never, mistyped, "IKF", "x".repeat(300), "%00", "..%2F..%2Fetc"]) {
    for (const path of [`/v1/reports/${id}`, `/r/${id}`, `/r?id=${id}`]) {
      const response = await service.request("GET", path);
      const { requestId: _, ...body } = await json<{ requestId: string; type: string }>(response);
      const headers = [...response.headers].filter(([name]) => !/^(x-request-id|ratelimit)/.test(name));
      expect(isProblemCode(body.type.replace("/problems/", ""))).toBe(true);
      told.add(JSON.stringify([response.status, body, path.startsWith("/v1") ? headers : null]));
    }
  }
  // One answer of the interface, and the same one where a page was asked for.
  expect(told.size).toBe(2);
  const card = await (await service.request("GET", `/v1/reports/${reportId}`)).text();
  for (const secret of ["vpn.example.com", "192.168.", "Ethernet", "T-1"]) expect(card).not.toContain(secret);
});

test("promise 7: 10 uploads a minute for an address, and not one more of many at once", async () => {
  const upload = () =>
    service.request("POST", "/v1/analyses", {
      token: service.tokens.staff,
      headers: { "content-type": "text/plain" },
      body: "Reply from 198.51.100.53: bytes=1472 time=8ms TTL=57",
    });
  const answers = await Promise.all(Array.from({ length: 100 }, upload));
  const refused = answers.filter(({ status }) => status === 429);
  expect(refused).toHaveLength(90);
  for (const { headers } of refused) {
    expect(headers.get("ratelimit-policy")).toBe('"uploads";q=10;w=60');
    expect(headers.get("ratelimit")).toMatch(/^"uploads";r=0;t=\d+$/);
    expect(Number(headers.get("retry-after"))).toBeGreaterThan(0);
    expect(headers.get("content-type")).toBe("application/problem+json; charset=utf-8");
  }
  const left = answers.filter(({ status }) => status !== 429).map(({ headers }) => headers.get("ratelimit"));
  expect(left.sort()).toEqual(Array.from({ length: 10 }, (_, n) => `"uploads";r=${n};t=60`).sort());
});

test("promise 23: a code and an ID are taken as people read them out", async () => {
  const code = await openTestCase(service);
  const { reportId } = await makeReport(service);
  expect(`${code}${reportId.slice(3)}`).not.toMatch(/[ILOU]/);
  const spoken = (text: string) => [
    text.toLowerCase(),
    text.replaceAll("-", ""),
    text.replaceAll("-", " "),
    ` ${text} `,
    text.replaceAll("0", "o").replaceAll("1", "l"),
    // As a Japanese keyboard writes it.
    text.replace(/[!-~]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) + 0xfee0)),
  ];
  for (const text of spoken(code))
    expect((await service.request("GET", `/a/${encodeURIComponent(text)}`)).status, text).toBe(200);
  for (const text of [
    `Hello, my report is ${reportId}. Thanks`,
    `レポートIDは${reportId.toLowerCase()}です`,
    `https://ikefrag.example.com/r/${reportId}?lang=ja`,
  ]) {
    const found = await service.request("GET", `/r?id=${encodeURIComponent(text)}`);
    expect(found.headers.get("location"), text).toBe(`/r/${reportId}`);
  }
  for (const text of spoken(reportId))
    expect((await service.request("GET", `/v1/reports/${encodeURIComponent(text)}`)).status, text).toBe(200);
});

import { afterEach, beforeEach, expect, test } from "vitest";
import { parseCaseCode } from "../../shared/schema/identifier.ts";
import { AGENT, json, ORIGIN, openService, openTestCase, type Service, sha256 } from "../support/service.ts";

let service: Service;
beforeEach(async () => {
  service = await openService();
});
afterEach(() => service.close());

interface Created {
  caseId: string;
  code: string;
  expiresAt: string;
  page: string;
  commands: Record<string, string>;
}
interface Listed {
  cases: { caseId: string; state: string; runs: number; gateway: string }[];
  nextCursor: string | null;
}
const { request } = { request: (...args: Parameters<Service["request"]>) => service.request(...args) };
const newCase = { gateway: "vpn.example.com" };

test("POST /v1/cases gives a code for 72 hours and lines that name nothing but it", async () => {
  const response = await request("POST", "/v1/cases", {
    token: service.tokens.staff,
    json: { ...newCase, label: "T-1" },
  });
  expect(response.status).toBe(201);
  const created = await json<Created>(response);
  expect(parseCaseCode(created.code)).toBe(created.code);
  const { caseId } = created;
  const { cases } = await json<Listed>(await request("GET", "/v1/cases", { token: service.tokens.staff }));
  expect(cases.map((entry) => entry.caseId)).toEqual([caseId]);
  expect(created.expiresAt).toBe("2026-11-26T06:00:00.000Z");
  expect(created.page).toBe(`${ORIGIN}/a/${created.code}`);
  const { windows, ...others } = created.commands;
  expect(windows).toContain(`\\ikefrag.ps1 -Server ${ORIGIN} -Code ${created.code} }`);
  for (const line of Object.values(others)) {
    expect(line).toContain(`--server "$0" --code ${created.code} "$@"' ${ORIGIN}`);
    expect(line).not.toMatch(/[\r\n]/);
  }
  // The same pasted into cmd and into PowerShell: neither expands anything in it.
  expect(windows).not.toMatch(/[$%`]/);
});

test("a code stands nowhere in the database, nor in the log", async () => {
  const code = await openTestCase(service);
  await request("GET", `/a/${code}.json`);
  const rows = await service.database.all("SELECT * FROM cases");
  expect(rows).toHaveLength(1);
  const kept = JSON.stringify(rows) + JSON.stringify(service.log);
  expect(kept).not.toContain(code);
  expect(kept).not.toContain(code.replaceAll("-", ""));
  expect(kept).not.toContain(sha256(code));
});

test.each([
  { name: "no gateway", body: {}, pointer: "/gateway" },
  { name: "a gateway that is a shell's", body: { gateway: "vpn;reboot" }, pointer: "/gateway" },
  { name: "an option for a gateway", body: { gateway: "-oProxyCommand" }, pointer: "/gateway" },
  { name: "a label too long", body: { ...newCase, label: "x".repeat(121) }, pointer: "/label" },
  { name: "another language", body: { ...newCase, language: "de" }, pointer: "/language" },
  { name: "to be asked for what no agent does", body: { ...newCase, ask: ["reboot"] }, pointer: "/ask/0" },
  { name: "a field that is not known", body: { ...newCase, gatway: "x" }, pointer: "/gatway" },
  { name: "a list", body: [], pointer: "" },
])("POST /v1/cases refuses $name and says where", async ({ body, pointer }) => {
  const response = await request("POST", "/v1/cases", { token: service.tokens.staff, json: body });
  expect(response.status).toBe(400);
  expect(response.headers.get("content-type")).toBe("application/problem+json; charset=utf-8");
  const problem = await json<{ type: string; errors: { pointer: string; detail: string }[] }>(response);
  expect(problem.type).toBe("/problems/invalid-fields");
  expect(problem.errors.map((error) => error.pointer)).toContain(pointer);
  expect((await service.stored()).rows.cases).toBe(0);
});

test("GET /v1/cases lists newest first, in pages, with what became of each", async () => {
  for (let minute = 0; minute < 5; minute++) {
    service.clock.now = new Date(Date.UTC(2026, 10, 23, 6, minute));
    await openTestCase(service, `vpn${minute}.example.com`);
  }
  const seen: string[] = [];
  let cursor: string | null = null;
  let pages = 0;
  do {
    const query: string = cursor === null ? "" : `&cursor=${encodeURIComponent(cursor)}`;
    const page: Listed = await json<Listed>(
      await request("GET", `/v1/cases?limit=2${query}`, { token: service.tokens.staff }),
    );
    seen.push(...page.cases.map((entry) => entry.gateway));
    cursor = page.nextCursor;
    pages++;
  } while (cursor !== null);
  expect(pages).toBe(3);
  expect(seen).toEqual([4, 3, 2, 1, 0].map((at) => `vpn${at}.example.com`));
});

test("a cursor that was not given by the service is refused", async () => {
  const forged = btoa("0000000000000000~2026-11-23T06:00:00.000Z~x").replace(/=+$/, "");
  for (const cursor of ["x", "%%%", forged]) {
    const response = await request("GET", `/v1/cases?cursor=${encodeURIComponent(cursor)}`, {
      token: service.tokens.staff,
    });
    expect(response.status).toBe(400);
    expect(await json(response)).toMatchObject({ errors: [{ pointer: "/cursor" }] });
  }
});

test("a withdrawn code opens nothing any more", async () => {
  const code = await openTestCase(service);
  const list = await json<Listed>(await request("GET", "/v1/cases", { token: service.tokens.staff }));
  const caseId = list.cases[0]?.caseId ?? "";
  expect((await request("DELETE", `/v1/cases/${caseId}`, { token: service.tokens.staff })).status).toBe(204);
  for (const [method, path, body] of [
    ["GET", `/a/${code}.mjs`, undefined],
    ["GET", `/a/${code}.json`, undefined],
    ["POST", "/v1/runs", { code, agent: AGENT }],
  ] as const) {
    const response = await request(method, path, body ? { json: body } : {});
    expect(response.status).toBe(410);
    expect(await json(response)).toMatchObject({ type: "/problems/code-revoked" });
  }
  const after = await json<Listed>(await request("GET", "/v1/cases", { token: service.tokens.staff }));
  expect(after.cases[0]?.state).toBe("revoked");
  expect((await request("DELETE", "/v1/cases/none", { token: service.tokens.staff })).status).toBe(404);
});

/** Every route, asked by everyone: who is let in, and that GET changes nothing. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { OPERATIONS } from "../../api/http/operations.ts";
import { StoreUnavailableError } from "../../api/store/unavailable.ts";
import { AGENT, json, makeReport, ORIGIN, openService, type Service, seedFile } from "../support/service.ts";

let service: Service;
beforeEach(async () => {
  service = await openService({ uploadsPerMinute: 1000 });
});
afterEach(() => service.close());

type Who = "anyone" | "gateway" | "run" | "staff" | "admin";
/** `gateway`: who has the code of a gateway link, and puts it wherever a code goes. */
const EVERYONE: Who[] = ["anyone", "gateway", "run", "staff", "admin"];
const IN = "in";

/** What each principal gets, in the order of EVERYONE: `in`, or the status of the refusal. */
const MATRIX: Record<string, [unknown, unknown, unknown, unknown, unknown]> = {
  "POST /v1/cases": [401, 401, 401, IN, IN],
  "GET /v1/cases": [401, 401, 401, IN, IN],
  "DELETE /v1/cases/{caseId}": [401, 401, 401, IN, IN],
  "GET /v1/cases/{caseId}": [401, 401, 401, IN, IN],
  "POST /v1/cases/{caseId}/gateway-link": [401, 401, 401, IN, IN],
  "POST /v1/cases/{caseId}/gateway-files": [401, 401, 401, IN, IN],
  "DELETE /v1/cases/{caseId}/gateway-files/{fileId}": [401, 401, 401, 403, IN],
  "POST /v1/gateway-files/{code}": [404, IN, 404, 404, 404],
  "GET /a/{file}": [IN, 404, IN, IN, IN],
  "POST /v1/runs": [IN, 404, IN, IN, IN],
  "POST /v1/runs/{runId}/rounds": [401, 401, IN, 401, 401],
  "PUT /v1/runs/{runId}/capture": [401, 401, IN, 401, 401],
  "POST /v1/analyses": [401, 401, 401, IN, IN],
  "GET /v1/reports": [401, 401, 401, IN, IN],
  "GET /v1/reports/{reportId}": [IN, IN, IN, IN, IN],
  "PATCH /v1/reports/{reportId}/review": [401, 401, 401, 403, IN],
  "POST /v1/reports/{reportId}/reanalyze": [401, 401, 401, 403, IN],
  "GET /v1/reports/{reportId}/capture": [401, 401, 401, 403, IN],
  "DELETE /v1/reports/{reportId}": [401, 401, 401, 403, IN],
  "GET /healthz": [IN, IN, IN, IN, IN],
  "GET /readyz": [IN, IN, IN, IN, IN],
};

const nameOf = (method: string, path: string) => `${method.toUpperCase()} ${path.replace(/:(\w+)/g, "{$1}")}`;

test("the matrix has every route of the interface, and every operation is described", () => {
  const served = new Set(
    service.app.routes
      .filter(({ method, path }) => method !== "ALL" && /^\/(v1|a|healthz|readyz)(\/|$)/.test(path))
      .map(({ method, path }) => nameOf(method, path)),
  );
  expect([...served].sort()).toEqual(Object.keys(MATRIX).sort());
  expect(OPERATIONS.map(({ method, path }) => nameOf(method, path)).sort()).toEqual(
    Object.keys(MATRIX).sort(),
  );
});

async function prepare() {
  const { code, run, reportId } = await makeReport(service);
  await service.request("PUT", `/v1/runs/${run.runId}/capture`, {
    token: run.runToken,
    headers: { "content-type": "application/octet-stream" },
    body: await seedFile("wired-fail.pcapng"),
  });
  const list = await json<{ cases: { caseId: string }[] }>(
    await service.request("GET", "/v1/cases", { token: service.tokens.staff }),
  );
  const caseId = list.cases[0]?.caseId ?? "";
  const link = await json<{ code: string }>(
    await service.request("POST", `/v1/cases/${caseId}/gateway-link`, { token: service.tokens.staff }),
  );
  await service.request("POST", `/v1/gateway-files/${link.code}`, { body: gatewayForm() });
  const { files } = await json<{ files: { fileId: string }[] }>(
    await service.request("GET", `/v1/cases/${caseId}`, { token: service.tokens.staff }),
  );
  const tokens: Record<Who, string | undefined> = {
    anyone: undefined,
    gateway: undefined,
    run: run.runToken,
    ...service.tokens,
  };
  const codeOf = (who: Who) => (who === "gateway" ? link.code : code);
  const placesOf = (who: Who): Record<string, string> => ({
    caseId,
    fileId: files[0]?.fileId ?? "",
    code: codeOf(who),
    file: `${codeOf(who)}.json`,
    runId: run.runId,
    reportId,
  });
  return {
    tokens,
    toPath: (path: string, who: Who = "anyone") =>
      path.replace(/\{(\w+)\}/g, (_, name) => placesOf(who)[name] ?? name),
    bodyOf: (name: string, who: Who) =>
      name === "POST /v1/runs" ? { json: { code: codeOf(who), agent: AGENT } } : BODIES[name]?.(),
    code,
    gatewayCode: link.code,
  };
}

const gatewayForm = () => {
  const form = new FormData();
  form.append("text", CHARON);
  return form;
};

/** Two lines of a gateway's log. */
const CHARON = `Nov 23 06:00:01 gw charon: 05[NET] received packet: from 198.51.100.7[500] to 203.0.113.25[500] (408 bytes)
Nov 23 06:00:01 gw charon: 05[ENC] parsed IKE_SA_INIT request 0 [ SA KE No ]
`;

const BODIES: Record<string, () => { json?: unknown; body?: BodyInit; headers?: Record<string, string> }> = {
  "POST /v1/cases": () => ({ json: { gateway: "vpn.example.com" } }),
  "POST /v1/runs/{runId}/rounds": () => ({
    json: { round: 1, startedAt: "2026-11-23T06:00:00Z", measurements: [] },
  }),
  "PUT /v1/runs/{runId}/capture": () => ({
    body: "x",
    headers: { "content-type": "application/octet-stream" },
  }),
  "POST /v1/analyses": () => ({ json: { schema: "ikefrag/evidence/1" } }),
  "PATCH /v1/reports/{reportId}/review": () => ({ json: { note: "n" }, headers: { "if-match": "*" } }),
  "POST /v1/cases/{caseId}/gateway-files": () => ({ body: gatewayForm() }),
  "POST /v1/gateway-files/{code}": () => ({ body: gatewayForm() }),
};

test.each(Object.keys(MATRIX))("%s lets in whom it should", async (name) => {
  for (const [at, who] of EVERYONE.entries()) {
    const { tokens, toPath, bodyOf } = await prepare();
    const [method = "", path = ""] = name.split(" ");
    const before = await service.stored();
    const response = await service.request(method, toPath(path, who), {
      token: tokens[who],
      ...bodyOf(name, who),
    });
    const expected = MATRIX[name]?.[at];
    if (expected === IN) {
      expect([401, 403], `${who} ${name}`).not.toContain(response.status);
      expect(response.status, `${who} ${name}`).toBeLessThan(500);
    } else {
      expect(response.status, `${who} ${name}`).toBe(expected);
      if (expected === 401) expect(response.headers.get("www-authenticate")).toBe("Bearer");
      expect(await service.stored()).toEqual(before);
    }
    if (method === "GET") expect(await service.stored()).toEqual(before);
  }
});

test("an unknown token is refused everywhere, also where none is needed", async () => {
  const { toPath } = await prepare();
  for (const path of ["/v1/reports", "/v1/reports/{reportId}", "/r/{reportId}"]) {
    const response = await service.request("GET", toPath(path), {
      token: "ikf_00000000000000000000000000000000",
    });
    expect(response.status, path).toBe(401);
    expect(await json(response)).toMatchObject({ type: "/problems/token-refused" });
  }
});

test("the token of the environment is an admin's", async () => {
  await service.close();
  const token = "ikf_0123456789abcdefghjkmnpqrstvwxyz";
  const { sha256Hex } = await import("../../api/auth/secrets.ts");
  service = await openService({ bootstrapTokenSha256: sha256Hex(token) });
  const { reportId } = await makeReport(service);
  expect((await service.request("DELETE", `/v1/reports/${reportId}`, { token })).status).toBe(204);
});

test("every answer under /v1 that is no success is a problem document in the asked language", async () => {
  const { tokens, toPath } = await prepare();
  const requests: [method: string, path: string, status: number][] = [
    ["GET", "/v1", 404],
    ["GET", "/v1/nothing", 404],
    ["PUT", "/v1/cases", 405],
    ["DELETE", toPath("/v1/reports/{reportId}/review"), 405],
    ["POST", "/v1/cases", 415],
  ];
  for (const [method, path, status] of requests) {
    for (const [language, letters] of [
      ["en", /^[\x20-\x7e…]+$/],
      ["ja", /[ぁ-ん]/],
    ] as const) {
      const response = await service.request(method, path, {
        token: tokens.staff,
        headers: { "accept-language": language },
      });
      expect(response.status, `${method} ${path}`).toBe(status);
      expect(response.headers.get("content-type")).toBe("application/problem+json; charset=utf-8");
      expect(response.headers.get("content-language")).toBe(language);
      const problem = await json<{ title: string; status: number; requestId: string }>(response);
      expect(problem.title).toMatch(letters);
      expect(problem.status).toBe(status);
      expect(problem.requestId).toBe(response.headers.get("x-request-id"));
    }
  }
  const wrong = await service.request("PUT", "/v1/cases", { token: tokens.staff });
  expect(wrong.headers.get("allow")?.split(", ").sort()).toEqual(["GET", "HEAD", "POST"]);
});

test("a fault of our own tells nothing but its request ID, and is logged", async () => {
  service.deps.reports.list = async () => {
    throw new Error("secret of the house");
  };
  const response = await service.request("GET", "/v1/reports", { token: service.tokens.staff });
  expect(response.status).toBe(500);
  const text = await response.text();
  expect(text).not.toContain("secret of the house");
  const { requestId } = JSON.parse(text);
  expect(
    service.log.find((entry) => entry.level === "error" && entry.requestId === requestId)?.message,
  ).toContain("secret of the house");
});

test("a store that cannot do it now is 503 with Retry-After, and only the log says why", async () => {
  service.deps.reports.list = async () => {
    throw new StoreUnavailableError("Cannot read the index: the disk is full", { retryHelps: false });
  };
  for (const accept of ["application/json", "text/html"]) {
    const path = accept === "text/html" ? "/console/reports" : "/v1/reports";
    const response = await service.request("GET", path, {
      token: service.tokens.staff,
      headers: { accept },
    });
    expect(response.status).toBe(503);
    expect(response.headers.get("retry-after")).toBe("60");
    const text = await response.text();
    expect(text).toContain("60 seconds");
    expect(text).not.toContain("disk");
    const requestId = response.headers.get("x-request-id");
    expect(text).toContain(requestId);
    const logged = service.log.filter((entry) => entry.level === "error" && entry.requestId === requestId);
    expect(logged.map(({ message }) => message)).toEqual(["Cannot read the index: the disk is full"]);
  }
});

test("the log and the database hold no secret", async () => {
  const { tokens, code, gatewayCode, toPath } = await prepare();
  await service.request("GET", `/a/${code}.mjs`);
  await service.request("GET", `/g/${gatewayCode}`, { headers: { accept: "text/html" } });
  await service.request("GET", `/a/${code}`, { headers: { accept: "text/html" } });
  await service.request("GET", toPath("/r/{reportId}"), { token: tokens.admin });
  const dump: unknown[] = [service.log];
  // The tables in which FTS5 keeps its index hold terms of the column that reports are searched by, no more.
  const tables =
    "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'report\\_search%' ESCAPE '\\'";
  for (const { name } of await service.database.all(tables)) {
    dump.push(await service.database.all(`SELECT * FROM ${name}`));
  }
  const text = JSON.stringify(dump);
  const codes = [code, gatewayCode].flatMap((each) => [each, each.replaceAll("-", "")]);
  for (const secret of [...Object.values(tokens), ...codes, service.client.address]) {
    if (secret !== undefined) expect(text).not.toContain(secret);
  }
  expect(JSON.stringify(service.log)).not.toContain(toPath("{reportId}"));
});

test("the description is OpenAPI 3.1 with every operation, whose references all lead somewhere", async () => {
  const document = await json<{
    openapi: string;
    servers: unknown;
    paths: Record<string, Record<string, { responses: Record<string, unknown> }>>;
    components: { schemas: Record<string, unknown> };
  }>(await service.request("GET", "/openapi.json"));
  expect(document.openapi).toBe("3.1.0");
  expect(document.servers).toEqual([{ url: ORIGIN }]);
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => nameOf(method, path)),
  );
  expect(operations.sort()).toEqual(Object.keys(MATRIX).sort());
  for (const [, name = ""] of JSON.stringify(document).matchAll(
    /"\$ref":"#\/components\/schemas\/([^"]+)"/g,
  )) {
    expect(document.components.schemas).toHaveProperty([name]);
  }
  const languages = [...JSON.stringify(document).matchAll(/else (Accept-[A-Za-z]+)/g)].map(
    ([, header]) => header,
  );
  expect(new Set(languages)).toEqual(new Set(["Accept-Language"]));
  const docs = await (await service.request("GET", "/docs")).text();
  for (const operation of OPERATIONS)
    expect(docs).toContain(`${operation.method.toUpperCase()} ${operation.path}`);
});

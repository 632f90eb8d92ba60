/** Every route, asked by everyone: who is let in, and that GET changes nothing. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { addMember, createToken, memberAsCaller, startSession } from "../../api/auth/credentials.ts";
import { OPERATIONS } from "../../api/http/operations.ts";
import { StoreUnavailableError } from "../../api/store/unavailable.ts";
import { type IdentityProviderOfTests, openIdentityProvider } from "../support/identity-provider.ts";
import { AGENT, json, makeReport, ORIGIN, openService, type Service, seedFile } from "../support/service.ts";

let provider: IdentityProviderOfTests;
beforeAll(async () => {
  provider = await openIdentityProvider();
});
afterAll(() => provider.close());
let service: Service;
beforeEach(async () => {
  service = await openService({ uploadsPerMinute: 1000, identityProvider: provider.settings });
});
afterEach(() => service.close());

/** Who asks. Codes are put wherever a path or a body has one. */
const EVERYONE = [
  "anyone",
  "code",
  "gateway",
  "run",
  "otherRun",
  "staff",
  "admin",
  "member",
  "revoked",
  "expired",
  "removed",
  "wrongAudience",
] as const;
type Who = (typeof EVERYONE)[number];
const IN = "in";
type Expected = Record<Who, number | typeof IN>;

/** A refused token is refused, whatever else would be open to anyone. */
const REFUSED = { revoked: 401, expired: 401, wrongAudience: 401 } as const;
const NOBODY: Expected = {
  anyone: 401,
  code: 401,
  gateway: 401,
  run: 401,
  otherRun: 401,
  staff: 401,
  admin: 401,
  member: 401,
  removed: 401,
  ...REFUSED,
};
const ALL: Expected = { ...mapped(NOBODY, IN), ...REFUSED };
/** What each kind of route answers to whom: `in`, or the status of the refusal. */
const KINDS = {
  anyone: ALL,
  code: { ...ALL, gateway: 404 },
  gateway: { ...mapped(NOBODY, 404), ...REFUSED, gateway: IN },
  run: { ...NOBODY, run: IN },
  staff: { ...NOBODY, staff: IN, admin: IN, member: IN },
  admin: { ...NOBODY, staff: 403, admin: IN, member: IN },
  /** People alone: a token has no passkey. */
  member: { ...NOBODY, staff: 403, admin: 403, member: IN },
  /** Nobody here has a passkey to sign with. */
  signIn: mapped(NOBODY, 401),
} satisfies Record<string, Expected>;

function mapped(expected: Expected, to: Expected[Who]): Expected {
  return Object.fromEntries(Object.keys(expected).map((who) => [who, to])) as Expected;
}

const MATRIX: Record<string, keyof typeof KINDS> = {
  "POST /v1/cases": "staff",
  "GET /v1/cases": "staff",
  "DELETE /v1/cases/{caseId}": "staff",
  "GET /v1/cases/{caseId}": "staff",
  "GET /v1/cases/{caseId}/export": "admin",
  "DELETE /v1/cases/{caseId}/data": "admin",
  "DELETE /v1/gateways/{gateway}": "admin",
  "POST /v1/cases/{caseId}/code": "staff",
  "POST /v1/cases/{caseId}/gateway-link": "staff",
  "POST /v1/cases/{caseId}/gateway-files": "staff",
  "DELETE /v1/cases/{caseId}/gateway-files/{fileId}": "admin",
  "POST /v1/gateway-files/{code}": "gateway",
  "GET /agent/{version}/{file}": "anyone",
  "GET /a/{file}": "code",
  "GET /a/{code}/state": "code",
  "GET /a/{code}/by-hand": "code",
  "POST /a/{code}/by-hand": "code",
  "POST /v1/runs": "code",
  "POST /v1/runs/{runId}/rounds": "run",
  "PUT /v1/runs/{runId}/capture": "run",
  "POST /v1/analyses": "staff",
  "POST /v1/case-analyses/{code}": "code",
  "GET /v1/reports": "staff",
  "GET /v1/reports/{reportId}": "anyone",
  "PATCH /v1/reports/{reportId}/review": "admin",
  "PUT /v1/reports/{reportId}/assignee": "staff",
  "POST /v1/reports/{reportId}/reanalyze": "admin",
  "POST /v1/reports/reanalyze": "admin",
  "GET /v1/reports/{reportId}/capture": "admin",
  "DELETE /v1/reports/{reportId}": "admin",
  "GET /v1/insights": "staff",
  "GET /v1/members": "admin",
  "POST /v1/members": "admin",
  "PATCH /v1/members/{memberId}": "admin",
  "DELETE /v1/members/{memberId}": "admin",
  "POST /v1/members/{memberId}/sign-in-link": "admin",
  "GET /v1/tokens": "admin",
  "POST /v1/tokens": "admin",
  "DELETE /v1/tokens/{tokenId}": "admin",
  "GET /v1/sessions": "staff",
  "DELETE /v1/sessions/{sessionId}": "staff",
  "POST /v1/passkeys/sign-in-options": "anyone",
  "POST /v1/passkeys/sign-in": "signIn",
  "POST /v1/passkeys/options": "member",
  "GET /v1/passkeys": "member",
  "POST /v1/passkeys": "member",
  "DELETE /v1/passkeys/{passkeyId}": "member",
  "GET /v1/audit-log": "admin",
  "GET /v1/audit-log/check": "admin",
  "POST /v1/webhooks": "admin",
  "GET /v1/settings": "staff",
  "PATCH /v1/settings": "admin",
  "GET /v1/webhooks": "admin",
  "GET /v1/webhooks/{webhookId}": "admin",
  "PATCH /v1/webhooks/{webhookId}": "admin",
  "DELETE /v1/webhooks/{webhookId}": "admin",
  "POST /v1/webhooks/{webhookId}/rotate-secret": "admin",
  "POST /v1/webhooks/{webhookId}/test": "admin",
  "GET /v1/webhooks/{webhookId}/deliveries": "admin",
  "POST /v1/webhooks/{webhookId}/deliveries/{deliveryId}/resend": "admin",
  "GET /healthz": "anyone",
  "GET /readyz": "anyone",
  "GET /metrics": "admin",
};
/** These are answered before anybody is asked who they are. */
const UNASKED = new Set(["GET /healthz", "GET /readyz"]);

const nameOf = (method: string, path: string) => `${method.toUpperCase()} ${path.replace(/:(\w+)/g, "{$1}")}`;

test("promise 14: the matrix has every route of the interface, and every operation is described", () => {
  const served = new Set(
    service.app.routes
      .filter(
        ({ method, path }) => method !== "ALL" && /^\/(v1|a|agent|healthz|readyz|metrics)(\/|$)/.test(path),
      )
      .map(({ method, path }) => nameOf(method, path)),
  );
  expect([...served].sort()).toEqual(Object.keys(MATRIX).sort());
  expect(OPERATIONS.map(({ method, path }) => nameOf(method, path)).sort()).toEqual(
    Object.keys(MATRIX).sort(),
  );
});

const WEBHOOK = { url: "https://hooks.example.com/T0/B0/key", events: ["report.created"] };

async function prepare() {
  const webhook = await json<{ webhookId: string; secret: string }>(
    await service.request("POST", "/v1/webhooks", { token: service.tokens.admin, json: WEBHOOK }),
  );
  const { code, run, reportId } = await makeReport(service);
  const { run: otherRun } = await makeReport(service);
  await service.request("PUT", `/v1/runs/${run.runId}/capture`, {
    token: run.runToken,
    headers: { "content-type": "application/octet-stream" },
    body: await seedFile("wired-fail.pcapng"),
  });
  const { deps, tokens } = service;
  const asAdmin = async <T>(method: string, path: string, body?: unknown): Promise<T> =>
    json<T>(await service.request(method, path, { token: tokens.admin, ...(body ? { json: body } : {}) }));
  const list = await asAdmin<{ cases: { caseId: string }[] }>("GET", "/v1/cases");
  const caseId = list.cases.at(-1)?.caseId ?? "";
  const link = await asAdmin<{ code: string }>("POST", `/v1/cases/${caseId}/gateway-link`);
  await service.request("POST", `/v1/gateway-files/${link.code}`, { body: gatewayForm() });
  const { files } = await asAdmin<{ files: { fileId: string }[] }>("GET", `/v1/cases/${caseId}`);
  const { deliveries } = await asAdmin<{ deliveries: { deliveryId: string }[] }>(
    "GET",
    `/v1/webhooks/${webhook.webhookId}/deliveries`,
  );

  const aToken = (expiresAt: string | null) =>
    createToken(deps, { name: "t", role: "admin", createdBy: "test", expiresAt });
  const [revoked, expired, another] = [
    await aToken(null),
    await aToken("2026-11-23T05:00:00.000Z"),
    await aToken(null),
  ];
  await deps.people.revokeToken(revoked.token.id, "2026-11-23T05:00:00.000Z");
  const aMember = async (name: string) => {
    const member = await addMember(deps, { name, role: "admin", createdBy: "test" });
    return {
      ...member,
      cookie: `__Host-ikefrag-session=${await startSession(deps, memberAsCaller(member))}`,
    };
  };
  const [member, removed, other] = [
    await aMember("member"),
    await aMember("removed"),
    await aMember("other"),
  ];
  await deps.people.removeMember(removed.id, "2026-11-23T05:00:00.000Z");
  const [session] = await deps.people.sessionsOf(
    { memberId: member.id, apiTokenId: null },
    "2026-11-23T06:00:00.000Z",
    "",
  );

  /** How each of them asks. */
  const asked: Record<Who, { token?: string; headers?: Record<string, string> }> = {
    anyone: {},
    code: {},
    gateway: {},
    run: { token: run.runToken },
    otherRun: { token: otherRun.runToken },
    staff: { token: tokens.staff },
    admin: { token: tokens.admin },
    member: { headers: { cookie: member.cookie, "sec-fetch-site": "same-origin" } },
    revoked: { token: revoked.secret },
    expired: { token: expired.secret },
    removed: { headers: { cookie: removed.cookie, "sec-fetch-site": "same-origin" } },
    wrongAudience: {
      headers: { "cf-access-jwt-assertion": await provider.token({ aud: "another service" }) },
    },
  };
  const codeOf = (who: Who) => (who === "gateway" ? link.code : code);
  const placesOf = (who: Who): Record<string, string> => ({
    caseId,
    fileId: files[0]?.fileId ?? "",
    code: codeOf(who),
    file: `${codeOf(who)}.json`,
    runId: run.runId,
    reportId,
    memberId: other.id,
    tokenId: another.token.id,
    sessionId: session?.id ?? "",
    passkeyId: "none",
    webhookId: webhook.webhookId,
    deliveryId: deliveries[0]?.deliveryId ?? "",
  });
  return {
    asked,
    toPath: (path: string, who: Who = "anyone") =>
      path.replace(/\{(\w+)\}/g, (_, name) => placesOf(who)[name] ?? name),
    bodyOf: (name: string, who: Who) =>
      name === "POST /v1/runs" ? { json: { code: codeOf(who), agent: AGENT } } : BODIES[name]?.(),
    code,
    gatewayCode: link.code,
    secrets: [
      revoked.secret,
      expired.secret,
      another.secret,
      run.runToken,
      otherRun.runToken,
      member.cookie.split("=")[1],
      webhook.secret,
      // Whoever knows where a chat tool is told may write there.
      WEBHOOK.url,
      ...Object.values(tokens),
    ],
  };
}

const gatewayForm = () => {
  const form = new FormData();
  form.append("text", CHARON);
  return form;
};

/** What no authenticator made. */
const credential = (...fields: string[]) => ({
  id: "AA",
  rawId: "AA",
  type: "public-key",
  response: { clientDataJSON: "AA", ...Object.fromEntries(fields.map((field) => [field, "AA"])) },
});

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
  "POST /v1/members": () => ({ json: { name: "New", role: "staff" } }),
  "PATCH /v1/members/{memberId}": () => ({ json: { name: "Renamed" } }),
  "POST /v1/members/{memberId}/sign-in-link": () => ({ json: {} }),
  "POST /v1/tokens": () => ({ json: { name: "t", role: "staff" } }),
  "POST /v1/passkeys": () => ({ json: { name: "phone", credential: credential("attestationObject") } }),
  "POST /v1/passkeys/sign-in": () => ({
    json: { credential: credential("authenticatorData", "signature") },
  }),
  "PATCH /v1/reports/{reportId}/review": () => ({ json: { note: "n" }, headers: { "if-match": "*" } }),
  "PUT /v1/reports/{reportId}/assignee": () => ({ json: { assignee: "me" } }),
  "POST /v1/webhooks": () => ({ json: WEBHOOK }),
  "PATCH /v1/webhooks/{webhookId}": () => ({ json: { description: "d" } }),
  "POST /v1/cases/{caseId}/gateway-files": () => ({ body: gatewayForm() }),
  "POST /v1/gateway-files/{code}": () => ({ body: gatewayForm() }),
  "POST /v1/case-analyses/{code}": () => ({ body: gatewayForm() }),
  "POST /a/{code}/by-hand": () => ({ body: gatewayForm() }),
};

test.each(Object.keys(MATRIX))("%s lets in whom it should", async (name) => {
  const { asked, toPath, bodyOf } = await prepare();
  // Who changes something comes last: the others have to find what they ask for.
  const kind: Expected = KINDS[MATRIX[name] ?? "anyone"];
  const ordered = [...EVERYONE].sort((a, b) => Number(kind[a] === IN) - Number(kind[b] === IN));
  for (const who of ordered) {
    const [method = "", path = ""] = name.split(" ");
    const before = await service.stored();
    const body = bodyOf(name, who);
    const response = await service.request(method, toPath(path, who), {
      ...asked[who],
      ...body,
      headers: { "sec-fetch-site": "same-origin", ...asked[who].headers, ...body?.headers },
    });
    const expected = UNASKED.has(name) ? IN : kind[who];
    if (expected === IN) {
      expect([401, 403], `${who} ${name}`).not.toContain(response.status);
      expect(response.status, `${who} ${name}`).toBeLessThan(500);
    } else {
      expect(response.status, `${who} ${name}`).toBe(expected);
      if (expected === 401 && kind !== KINDS.signIn)
        expect(response.headers.get("www-authenticate")).toBe("Bearer");
      expect(await service.stored(), `${who} ${name}`).toEqual(before);
    }
    if (method === "GET") expect(await service.stored()).toEqual(before);
  }
});

test("the description says of each operation what the matrix says", () => {
  const roles = { member: "staff", signIn: "anyone" } as const;
  for (const { method, path, who } of OPERATIONS) {
    const kind = MATRIX[nameOf(method, path)] ?? "none";
    expect(who, nameOf(method, path)).toBe(kind in roles ? roles[kind as keyof typeof roles] : kind);
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
  const { toPath } = await prepare();
  const { tokens } = service;
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
  const { secrets, code, gatewayCode, toPath } = await prepare();
  const { tokens } = service;
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
  for (const secret of [...secrets, ...codes, service.client.address]) {
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

/** People over HTTP: roles that act at once, sessions that end, tokens, an identity provider, and the log. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { verifyAuditLog } from "../../api/auth/audit-log.ts";
import { AUDITED } from "../../api/auth/audited.ts";
import { isApiToken, sha256Hex } from "../../api/auth/secrets.ts";
import { OPERATIONS } from "../../api/http/operations.ts";
import { sweep } from "../../api/reports/sweep.ts";
import { type IdentityProviderOfTests, openIdentityProvider } from "../support/identity-provider.ts";
import { json, makeReport, openService, openTestCase, type Service } from "../support/service.ts";

let provider: IdentityProviderOfTests;
beforeAll(async () => {
  provider = await openIdentityProvider();
});
afterAll(() => provider.close());
let service: Service;
beforeEach(async () => {
  provider.answers = true;
  service = await openService({ identityProvider: { ...provider.settings } });
});
afterEach(() => service.close());

const MINUTE_MS = 60_000;
const OWN = { "sec-fetch-site": "same-origin" };
const later = (minutes: number): void => {
  service.clock.now = new Date(service.clock.now.getTime() + minutes * MINUTE_MS);
};
const admin = async <T = Record<string, string>>(method: string, path: string, body?: unknown): Promise<T> =>
  json<T>(
    await service.request(method, path, { token: service.tokens.admin, ...(body ? { json: body } : {}) }),
  );
const status = async (path: string, headers: Record<string, string> = {}, method = "GET") =>
  (await service.request(method, path, { headers: { ...OWN, ...headers } })).status;

interface Invited {
  member: { memberId: string };
  link: { url: string; expiresAt: string };
}
/** Signs in by a link, as a browser does. @returns the cookie */
async function open(url: string, cookie = ""): Promise<string> {
  const response = await service.request("POST", new URL(url).pathname, { headers: { ...OWN, cookie } });
  expect(response.status).toBe(303);
  return (response.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
}
async function aMember(role: "staff" | "admin", name = "Hanako"): Promise<Invited & { cookie: string }> {
  const invited = await admin<Invited>("POST", "/v1/members", { name, role });
  return { ...invited, cookie: await open(invited.link.url) };
}

test("an invited member signs in once by the link, within a day", async () => {
  const { link } = await admin<Invited>("POST", "/v1/members", { name: "花子", role: "staff" });
  const cookie = await open(link.url);
  expect(await status("/v1/reports", { cookie })).toBe(200);
  const again = await service.request("POST", new URL(link.url).pathname, { headers: OWN });
  expect(again.status).toBe(401);
  const late = await admin<Invited>("POST", "/v1/members", { name: "late", role: "staff" });
  later(24 * 60);
  expect((await service.request("POST", new URL(late.link.url).pathname, { headers: OWN })).status).toBe(401);
});

test("a new role, a removal and a revocation act with the next request, in open sessions too", async () => {
  const member = await aMember("admin");
  const { cookie } = member;
  expect(await status("/v1/tokens", { cookie })).toBe(200);
  await aMember("admin", "other");
  await admin("PATCH", `/v1/members/${member.member.memberId}`, { role: "staff" });
  expect(await status("/v1/tokens", { cookie })).toBe(403);
  expect(await status("/v1/reports", { cookie })).toBe(200);
  await service.request("DELETE", `/v1/members/${member.member.memberId}`, { token: service.tokens.admin });
  expect(await status("/v1/reports", { cookie })).toBe(401);

  const { token, tokenId } = await admin("POST", "/v1/tokens", { name: "script", role: "admin" });
  const signedIn = await service.request("POST", "/console/sign-in", {
    headers: OWN,
    body: new URLSearchParams({ token: token ?? "" }),
  });
  const session = (signedIn.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
  expect(await status("/v1/reports", { cookie: session })).toBe(200);
  await service.request("DELETE", `/v1/tokens/${tokenId}`, { token: service.tokens.admin });
  expect(await status("/v1/reports", { cookie: session })).toBe(401);
  expect(await status("/v1/reports", { authorization: `Bearer ${token}` })).toBe(401);
});

test("a session ends when nobody uses it, after its hours, and with the next sign-in of the browser", async () => {
  const { cookie, member } = await aMember("staff");
  later(119);
  expect(await status("/v1/reports", { cookie })).toBe(200);
  later(119);
  expect(await status("/v1/reports", { cookie })).toBe(200);
  later(121);
  expect(await status("/v1/reports", { cookie })).toBe(401);

  const link = async () => (await admin("POST", `/v1/members/${member.memberId}/sign-in-link`, {})).url ?? "";
  const used = await open(await link());
  for (let hours = 0; hours < 11; hours++) {
    later(60);
    expect(await status("/v1/reports", { cookie: used })).toBe(200);
  }
  later(60);
  expect(await status("/v1/reports", { cookie: used })).toBe(401);

  const first = await open(await link());
  const second = await open(await link(), first);
  expect(await status("/v1/reports", { cookie: first })).toBe(401);
  expect(await status("/v1/reports", { cookie: second })).toBe(200);
});

test("sessions are listed and ended by their owner, and by nobody else", async () => {
  const { cookie, member } = await aMember("staff");
  const { url = "" } = await admin("POST", `/v1/members/${member.memberId}/sign-in-link`, {});
  const phone = await open(url);
  const list = async (as: string) =>
    (
      await json<{ sessions: { sessionId: string; isThis: boolean }[] }>(
        await service.request("GET", "/v1/sessions", { headers: { cookie: as } }),
      )
    ).sessions;
  expect((await list(cookie)).map(({ isThis }) => isThis).sort()).toEqual([false, true]);
  const other = (await list(cookie)).find(({ isThis }) => !isThis)?.sessionId ?? "";
  const stranger = await aMember("admin", "stranger");
  expect(await list(stranger.cookie)).toHaveLength(1);
  expect(await status(`/v1/sessions/${other}`, { cookie: stranger.cookie }, "DELETE")).toBe(404);
  expect(await status(`/v1/sessions/${other}`, { cookie }, "DELETE")).toBe(204);
  expect(await status("/v1/reports", { cookie: phone })).toBe(401);
  expect(await status("/v1/reports", { cookie })).toBe(200);
});

test("the only administrator stays, whatever is asked", async () => {
  const { member } = await aMember("admin");
  for (const [method, body] of [
    ["DELETE", undefined],
    ["PATCH", { role: "staff" }],
  ] as const) {
    const response = await service.request(method, `/v1/members/${member.memberId}`, {
      token: service.tokens.admin,
      ...(body ? { json: body } : {}),
    });
    expect(response.status).toBe(409);
    expect(await json(response)).toMatchObject({ type: "/problems/last-admin" });
  }
});

test("a token has a checksum, an end, and the day of its last use", async () => {
  const made = await admin("POST", "/v1/tokens", {
    name: "script",
    role: "staff",
    expiresAt: "2026-11-24T06:00:00.000Z",
  });
  const token = made.token ?? "";
  expect(isApiToken(token)).toBe(true);
  for (let at = 4; at < token.length; at++) {
    const wrong = `${token.slice(0, at)}${token[at] === "0" ? "1" : "0"}${token.slice(at + 1)}`;
    expect(isApiToken(wrong), wrong).toBe(false);
  }
  const use = () => status("/v1/reports", { authorization: `Bearer ${token}` });
  expect(await use()).toBe(200);
  const { tokens } = await admin<{ tokens: { name: string; lastUsedOn: string }[] }>("GET", "/v1/tokens");
  expect(tokens.find(({ name }) => name === "script")).toMatchObject({ lastUsedOn: "2026-11-23" });
  expect(JSON.stringify(tokens)).not.toContain(token);
  later(24 * 60 - 1);
  expect(await use()).toBe(200);
  later(1);
  expect(await use()).toBe(401);
  const past = await service.request("POST", "/v1/tokens", {
    token: service.tokens.admin,
    json: { name: "x", role: "staff", expiresAt: "2026-11-24T06:00:00.000Z" },
  });
  expect(past.status).toBe(400);
  expect(await json(past)).toMatchObject({ errors: [{ pointer: "/expiresAt" }] });
});

test("a session of the environment's token ends when there is another one", async () => {
  const secret = "ikf_0123456789abcdefghjkmnpqrstvwxyz";
  service.deps.config.bootstrapTokenSha256 = sha256Hex(secret);
  const signedIn = await service.request("POST", "/console/sign-in", {
    headers: OWN,
    body: new URLSearchParams({ token: secret }),
  });
  const cookie = (signedIn.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
  expect(await status("/v1/members", { cookie })).toBe(200);
  const own = await service.request("GET", "/v1/sessions", { headers: { cookie } });
  expect(await json(own)).toMatchObject({ sessions: [{ isThis: true }] });
  service.deps.config.bootstrapTokenSha256 = sha256Hex("another");
  expect(await status("/v1/members", { cookie })).toBe(401);
});

test("names are taken as they are, and nothing that is none", async () => {
  const post = (name: unknown) =>
    service.request("POST", "/v1/members", { token: service.tokens.admin, json: { name, role: "staff" } });
  for (const name of ["", "   ", "a".repeat(81), "a\u001b[2Jb", "a\u202eb", "a\nb", 7, null])
    expect((await post(name)).status, String(name)).toBe(400);
  for (const name of ["<script>alert(1)</script>", "a".repeat(80), "花子'); DROP TABLE members; --"])
    expect((await post(name)).status, name).toBe(201);
  const page = await service.request("GET", "/console/people", { token: service.tokens.admin });
  expect(await page.text()).not.toContain("<script>alert");
});

const withJwt = (token: string, path = "/v1/reports") => status(path, { "cf-access-jwt-assertion": token });

test("whom the identity provider vouches for is a member with the role that it says", async () => {
  expect(await withJwt(await provider.token())).toBe(200);
  expect(await withJwt(await provider.token(), "/v1/tokens")).toBe(200);
  expect(await withJwt(await provider.token({ groups: ["helpdesk"] }), "/v1/tokens")).toBe(403);
  const { members } = await admin<{ members: unknown[] }>("GET", "/v1/members");
  expect(members).toMatchObject([{ name: "admin@example.com", role: "staff", vouched: true }]);
  expect(await withJwt(await provider.token({ groups: ["sales"] }))).toBe(401);
  expect(await withJwt(await provider.token({ groups: undefined }))).toBe(401);
  const changing = { "cf-access-jwt-assertion": await provider.token(), "sec-fetch-site": "cross-site" };
  const response = await service.request("POST", "/v1/cases", {
    headers: changing,
    json: { gateway: "vpn.example.com" },
  });
  expect(response.status).toBe(403);
  expect(await json(response)).toMatchObject({ type: "/problems/cross-site" });
});

test("a proxy may put the provider's token into Authorization, beside our own", async () => {
  service.deps.config.identityProvider = { ...provider.settings, header: "authorization" };
  const { run } = await makeReport(service);
  const jwt = await provider.token();
  const tried: [string, number][] = [
    [`Bearer ${jwt}`, 200],
    [`Bearer ${service.tokens.staff}`, 200],
    [`Bearer ${jwt.slice(0, -4)}AAAA`, 401],
    ["Bearer ikf_00000000000000000000000000000000", 401],
    ["Bearer garbage", 401],
    [`Basic ${btoa("ada:secret")}`, 401],
    ["", 401],
  ];
  for (const [authorization, expected] of tried)
    expect(await status("/v1/reports", { authorization }), authorization).toBe(expected);
  // A run's token is not the provider's, and is not asked about there.
  const posted = await service.request("POST", `/v1/runs/${run.runId}/rounds`, {
    token: run.runToken,
    json: { round: 1, startedAt: "2026-11-23T06:00:00Z", measurements: [] },
  });
  expect(posted.status).toBe(200);
});

test("an address that the provider has not verified gives no role", async () => {
  service.deps.config.identityProvider = {
    ...provider.settings,
    roleClaim: "email",
    admins: ["admin@example.com"],
    staff: [],
  };
  expect(await withJwt(await provider.token({ email_verified: false }))).toBe(401);
  expect(await withJwt(await provider.token({ email_verified: true }), "/v1/members")).toBe(200);
  expect(await withJwt(await provider.token(), "/v1/members")).toBe(200);
  expect(await withJwt(await provider.token({ email: "admin@example.com.evil.example" }))).toBe(401);
});

test("who was removed here is not let in again by the provider's word", async () => {
  await withJwt(await provider.token({ groups: ["helpdesk"] }));
  const { members } = await admin<{ members: { memberId: string }[] }>("GET", "/v1/members");
  await service.request("DELETE", `/v1/members/${members[0]?.memberId}`, { token: service.tokens.admin });
  expect(await withJwt(await provider.token())).toBe(401);
  expect(await withJwt(await provider.token({ sub: "another" }))).toBe(200);
});

test("a token of the provider that is not for us, not now or not its own is refused", async () => {
  const at = (iso: string) => Date.parse(iso) / 1000;
  const wrong: Record<string, string> = {
    issuer: await provider.token({ iss: "https://idp.example.org" }),
    audience: await provider.token({ aud: "other" }),
    "no audience": await provider.token({ aud: undefined }),
    expired: await provider.token({ exp: at("2026-11-23T05:59:00Z") }),
    "no end": await provider.token({ exp: undefined }),
    "not yet": await provider.token({ nbf: at("2026-11-23T06:10:00Z") }),
    "no subject": await provider.token({ sub: undefined }),
    "unknown key": await provider.token({}, { kid: "other" }),
    garbage: "a.b.c",
  };
  const [header, payload] = (await provider.token()).split(".");
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  wrong.none = `${encode({ alg: "none" })}.${payload}.`;
  wrong.unsigned = `${header}.${payload}.`;
  wrong["another's signature"] = `${header}.${encode({ iss: provider.settings.issuer })}.AAAA`;
  wrong["shared secret"] = `${encode({ alg: "HS256", kid: "key 0" })}.${payload}.AAAA`;
  for (const [what, token] of Object.entries(wrong)) {
    const response = await service.request("GET", "/v1/reports", {
      headers: { "cf-access-jwt-assertion": token },
    });
    expect(response.status, what).toBe(401);
    expect(await json(response)).toMatchObject({ type: "/problems/token-refused" });
  }
  expect(await withJwt(await provider.token({ aud: ["other", provider.settings.audience] }))).toBe(200);
});

test("keys are fetched once, and again when a token names another one", async () => {
  const before = provider.fetched();
  for (let n = 0; n < 5; n++) expect(await withJwt(await provider.token())).toBe(200);
  expect(provider.fetched() - before).toBe(1);
  const old = await provider.token();
  await provider.rotate();
  // As after the pause in which keys are not fetched again, which jose measures by the machine's clock.
  service.deps.config.identityProvider = { ...provider.settings };
  expect(await withJwt(await provider.token())).toBe(200);
  expect(await withJwt(old)).toBe(401);
});

test("where the provider does not answer, nobody is told that a token is wrong", async () => {
  provider.answers = false;
  const response = await service.request("GET", "/v1/reports", {
    headers: { "cf-access-jwt-assertion": await provider.token() },
  });
  expect(response.status).toBe(503);
  expect(response.headers.get("retry-after")).toBe("10");
  expect(service.log.some(({ message }) => message.includes("identity provider's keys"))).toBe(true);
  expect(await status("/v1/reports", { authorization: `Bearer ${service.tokens.staff}` })).toBe(200);
});

interface Log {
  entries: { actorName: string; action: string; subject: string; place: number }[];
  nextCursor: string | null;
}

test("who did and saw what is written down, and by whom", async () => {
  const { cookie, member } = await aMember("admin");
  const { reportId } = await makeReport(service);
  const as = { headers: { ...OWN, cookie } };
  await service.request("GET", `/v1/reports/${reportId.toLowerCase()}`, as);
  await service.request("GET", `/console/reports/${reportId}`, as);
  await service.request("GET", `/v1/reports/${reportId}`); // the card, by nobody that is known
  await service.request("GET", "/v1/reports/IKF-00000-00000-0", as);
  await service.request("PATCH", `/v1/reports/${reportId}/review`, {
    headers: { ...as.headers, "if-match": "*" },
    json: { note: "secret thoughts" },
  });
  await service.request("DELETE", `/v1/reports/${reportId}`, as);
  const log = await admin<Log>("GET", `/v1/audit-log?actor=member:${member.memberId}`);
  expect(log.entries.map(({ action, subject, actorName }) => [action, subject, actorName]).reverse()).toEqual(
    [
      ["signed-in", "Hanako", "Hanako"],
      ["report-read", reportId, "Hanako"],
      ["report-read", reportId, "Hanako"],
      ["report-reviewed", reportId, "Hanako"],
      ["report-deleted", reportId, "Hanako"],
    ],
  );
  expect(JSON.stringify(log)).not.toContain("secret thoughts");
});

test("what is uploaded and kept is written down, and what is not kept is not", async () => {
  const upload = (store: string) =>
    service.request("POST", `/v1/analyses?store=${store}`, {
      token: service.tokens.staff,
      headers: { "content-type": "text/plain" },
      body: "C:\\>ping -f -l 1472 198.51.100.53\r\nReply from 198.51.100.53: bytes=1472 time=8ms TTL=57\r\n",
    });
  await upload("0");
  const { reportId } = await json<{ reportId: string }>(await upload("1"));
  const hook = await admin("POST", "/v1/webhooks", {
    url: "https://hooks.example.com/x",
    events: ["report.created"],
  });
  await admin("PATCH", `/v1/webhooks/${hook.webhookId}`, { enabled: false });
  await service.request("DELETE", `/v1/webhooks/${hook.webhookId}`, { token: service.tokens.admin });
  const { entries } = await admin<Log>("GET", "/v1/audit-log");
  expect(entries.map(({ action, subject }) => [action, subject]).reverse()).toEqual([
    ["analysis-stored", reportId],
    ["webhook-created", hook.webhookId],
    ["webhook-changed", hook.webhookId],
    ["webhook-deleted", hook.webhookId],
  ]);
});

test("every operation that reads evidence or changes something has its entry", () => {
  /** These note for themselves, with what the path does not name; or belong to no member. */
  const BY_HAND = new Set([
    "createCase",
    "reanalyzeReports",
    "analyze",
    "beginPasskey",
    "beginPasskeySignIn",
    "signInWithPasskey",
    "createWebhook",
    "changeWebhook",
    "deleteWebhook",
    "rotateWebhookSecret",
    "changeSettings",
    "assignReport",
  ]);
  const PEOPLE = /^\/v1\/(?:members|tokens|sessions|passkeys|audit-log)(?:\/|$)/;
  const table = new Set(Object.keys(AUDITED).map((key) => key.replace(/:(\w+)/g, "{$1}")));
  const missing = OPERATIONS.filter(
    ({ method, path, who, id }) =>
      (who === "staff" || who === "admin") &&
      method !== "get" &&
      !BY_HAND.has(id) &&
      !PEOPLE.test(path) &&
      !table.has(`${method.toUpperCase()} ${path}`),
  );
  expect(missing.map(({ id }) => id)).toEqual([]);
});

test("many entries at once stand in one chain, which shows what was changed or left out", async () => {
  const codes = await Promise.all(Array.from({ length: 30 }, () => openTestCase(service)));
  expect(codes).toHaveLength(30);
  const { deps, database } = service;
  const whole = await verifyAuditLog(deps);
  expect(whole).toMatchObject({ entries: 30, brokenAt: null, next: null, head: { place: 30 } });
  expect(await verifyAuditLog(deps, 10, 5)).toMatchObject({ entries: 5, next: 15, head: { place: 15 } });
  expect(await admin("GET", "/v1/audit-log/check")).toMatchObject({ entries: 30, brokenAt: null });

  const page = await admin<Log>("GET", "/v1/audit-log?limit=20");
  expect(page.entries.map(({ place }) => place)).toEqual(Array.from({ length: 20 }, (_, n) => 30 - n));
  const next = await admin<Log>("GET", `/v1/audit-log?limit=20&cursor=${page.nextCursor}`);
  expect(next.entries[0]?.place).toBe(10);

  // Somebody who may write to the database, and does not know the pepper.
  await database.run("DROP TRIGGER audit_log_stays");
  await database.run("DROP TRIGGER audit_log_goes_from_its_beginning");
  const spoil = async (sql: string) => {
    await database.run("CREATE TABLE kept AS SELECT * FROM audit_log");
    await database.run(sql);
    const { brokenAt } = await verifyAuditLog(deps);
    await database.run("DELETE FROM audit_log");
    await database.run("DROP TRIGGER IF EXISTS audit_log_goes_on");
    await database.run("INSERT INTO audit_log SELECT * FROM kept");
    await database.run("DROP TABLE kept");
    return brokenAt;
  };
  expect(await spoil("UPDATE audit_log SET actor_name = 'Taro' WHERE place = 12")).toBe(12);
  expect(await spoil("UPDATE audit_log SET hash = 'x' WHERE place = 12")).toBe(12);
  expect(await spoil("DELETE FROM audit_log WHERE place = 12")).toBe(12);
  expect(await spoil("DELETE FROM audit_log WHERE place <= 3")).toBe(1);
  expect(await spoil("UPDATE audit_anchor SET hash = 'x'")).toBe(1);
});

test("entries are kept as long as the operator says, and the rest is still one chain", async () => {
  await openTestCase(service);
  await sweep(service.deps);
  // A machine that runs: no sweep finds that its clock jumped.
  for (let days = 1; days <= 300; days++) {
    later(24 * 60);
    if (days === 250) await openTestCase(service);
    await sweep(service.deps);
  }
  expect((await verifyAuditLog(service.deps)).entries).toBe(2);
  for (let days = 301; days <= 401; days++) {
    later(24 * 60);
    await sweep(service.deps);
  }
  expect(await verifyAuditLog(service.deps)).toMatchObject({
    entries: 1,
    brokenAt: null,
    head: { place: 2 },
  });
  await openTestCase(service);
  expect(await verifyAuditLog(service.deps)).toMatchObject({ entries: 2, brokenAt: null });
});

test("what cannot be written down is not shown", async () => {
  const { reportId } = await makeReport(service);
  service.deps.audit.append = async () => {
    throw new Error("disk");
  };
  const response = await service.request("GET", `/v1/reports/${reportId}`, { token: service.tokens.admin });
  expect(response.status).toBe(500);
  expect(await response.text()).not.toContain("evidence");
});

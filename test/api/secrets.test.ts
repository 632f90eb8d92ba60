/** What is secret stands in no log, no table and no object: the whole story over HTTP, and then a search. */
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, onTestFinished, test, vi } from "vitest";
import type { LogEntry } from "../../api/deps.ts";
import { openLog } from "../../api/runtime/log.ts";
import { startServer } from "../../api/runtime/start-server.ts";
import { AGENT, json, playRun, type Service, seedFile, type TestRun } from "../support/service.ts";

/** Tokens, links, sessions and webhooks' secrets by their prefixes; codes by their form. */
const SECRETS =
  /\bik[a-z]{1,3}_[0-9A-Za-z_-]{16,}|\bwhsec_[0-9A-Za-z+/]{16,}|\b[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{5}\b/g;
const METRICS_TOKEN = "metrics-token-of-this-test-0123456789";
const BOOTSTRAP_TOKEN = "ikf_bootstrap0123456789abcdefghjkm";
const URL_SECRET = "T00000000-B00000000-XXXXXXXXXXXXXXXXXXXXXXXX";
/** Who mistypes a secret writes nearly all of it. */
const MISTYPED = { token: "ikf_mistyped0123456789abcdefghjkmnp", code: "MSTP-4YPE-DC0DE" };

/** As it is, in small letters, without hyphens, and as it stands in a URL or in base64. */
const formsOf = (secret: string): string[] => [
  secret,
  secret.toLowerCase(),
  secret.replaceAll("-", ""),
  secret.replaceAll("-", "").toLowerCase(),
  encodeURIComponent(secret),
  Buffer.from(secret).toString("base64").replace(/.?=*$/, ""),
  Buffer.from(secret).toString("hex"),
];

test("E4: a grep of all tables, objects and the log after the whole story finds no secret", async () => {
  const directory = await mkdtemp(join(tmpdir(), "ikefrag-secrets-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  onTestFinished(() => void vi.unstubAllEnvs());
  vi.stubEnv("IKEFRAG_METRICS_TOKEN", METRICS_TOKEN);
  vi.stubEnv("IKEFRAG_BOOTSTRAP_TOKEN", BOOTSTRAP_TOKEN);
  const dataDir = join(directory, "data");
  const log: LogEntry[] = [];
  const server = await startServer({
    host: "127.0.0.1",
    port: 0,
    dataDir,
    publicUrl: null,
    log: (entry) => log.push(entry),
  });
  const { signInLink = "", apiToken = "" } = server.firstStart ?? {};
  const answered = new Set<string>([signInLink.slice(signInLink.lastIndexOf("/") + 1), apiToken]);
  answered.add(METRICS_TOKEN).add(BOOTSTRAP_TOKEN).add(MISTYPED.token).add(MISTYPED.code);
  answered.add((await readFile(join(dataDir, "pepper"), "utf8")).trim());

  const request: Service["request"] = async (
    method,
    path,
    { token, json: value, body, headers = {} } = {},
  ) => {
    const sent = new Headers(headers);
    if (token !== undefined) sent.set("authorization", `Bearer ${token}`);
    if (value !== undefined) sent.set("content-type", "application/json");
    const response = await fetch(new URL(path, server.url), {
      method,
      headers: sent,
      body: value === undefined ? (body ?? null) : JSON.stringify(value),
      redirect: "manual",
    });
    const said = [...response.headers].join("\n") + (await response.clone().text());
    for (const [secret] of said.matchAll(SECRETS)) answered.add(secret);
    return response;
  };
  const statusOf = async (...words: Parameters<Service["request"]>) => (await request(...words)).status;
  const ask = async <T>(...words: Parameters<Service["request"]>) => json<T>(await request(...words));
  try {
    const page = { accept: "text/html" };
    const form = { origin: server.url, "content-type": "application/x-www-form-urlencoded" };

    // Somebody signs in by the link, and later with the token.
    const link = new URL(signInLink).pathname;
    expect(await statusOf("GET", link, { headers: page })).toBe(200);
    const cookieOf = (response: Response) => response.headers.get("set-cookie")?.split(";")[0] ?? "";
    const byLink = cookieOf(await request("POST", link, { headers: form }));
    expect(byLink).toMatch(/session=iks_/);
    expect(await statusOf("POST", link, { headers: form }), "a link works once").not.toBe(303);
    const signIn = { headers: form, body: `token=${apiToken}` };
    const session = { cookie: cookieOf(await request("POST", "/console/sign-in", signIn)) };
    expect(await statusOf("GET", "/console/reports", { headers: session })).toBe(200);

    // A member is invited, signs in by the link and begins a passkey; tokens are made, used and revoked.
    const own = { origin: server.url };
    const invited = await ask<{ member: { memberId: string }; link: { url: string } }>(
      "POST",
      "/v1/members",
      {
        token: apiToken,
        json: { name: "Mio", role: "admin" },
      },
    );
    const invitation = new URL(invited.link.url).pathname;
    const member = { cookie: cookieOf(await request("POST", invitation, { headers: form })) };
    expect(member.cookie).toMatch(/session=iks_/);
    const options = await ask<{ challenge: string }>("POST", "/v1/passkeys/options", {
      headers: { ...own, ...member },
    });
    answered.add(options.challenge);
    const { challenge } = await ask<{ challenge: string }>("POST", "/v1/passkeys/sign-in-options", {
      headers: own,
    });
    answered.add(challenge);
    const again = `/v1/members/${invited.member.memberId}/sign-in-link`;
    expect(await statusOf("POST", again, { headers: { ...own, ...member }, json: {} })).toBe(201);
    const made = await ask<{ tokenId: string; token: string }>("POST", "/v1/tokens", {
      token: apiToken,
      json: { name: "script", role: "staff" },
    });
    expect(await statusOf("GET", "/v1/sessions", { token: made.token })).toBe(200);
    expect(await statusOf("DELETE", `/v1/tokens/${made.tokenId}`, { token: apiToken })).toBe(204);
    expect(await statusOf("GET", "/v1/sessions", { token: made.token })).toBe(401);
    expect(await statusOf("GET", "/console/people", { headers: { ...page, ...member } })).toBeLessThan(500);
    expect(await statusOf("GET", "/v1/audit-log", { token: apiToken })).toBe(200);

    // Somebody is told of it all, at a URL that is a secret itself, as those of chat tools are.
    answered.add(URL_SECRET);
    const hook = await ask<{ webhookId: string }>("POST", "/v1/webhooks", {
      token: apiToken,
      json: { url: `https://chat.example.invalid/${URL_SECRET}`, events: ["case.used", "report.created"] },
    });
    for (const act of ["rotate-secret", "test"])
      expect(
        await statusOf("POST", `/v1/webhooks/${hook.webhookId}/${act}`, { token: apiToken }),
      ).toBeLessThan(300);

    // A case, its page, the agent, a run with all its rounds, and a capture.
    const token = apiToken;
    const opened = await ask<{ caseId: string; code: string }>("POST", "/v1/cases", {
      token,
      json: { gateway: "vpn.example.com", label: "T-1" },
    });
    const { code, caseId } = opened;
    for (const end of ["", ".json", ".mjs", ".ps1"])
      expect(await statusOf("GET", `/a/${code.toLowerCase()}${end}`, { headers: page })).toBe(200);
    const run = await ask<TestRun>("POST", "/v1/runs", { json: { code, agent: AGENT } });
    const { reportId } = await playRun({ request }, run);
    const capture = await seedFile("wired-fail.pcapng");
    const uploaded = await statusOf("PUT", `/v1/runs/${run.runId}/capture`, {
      token: run.runToken,
      headers: { "content-type": "application/octet-stream" },
      body: capture,
    });
    expect(uploaded).toBe(200);

    // The gateway's side, by its link.
    const gateway = await ask<{ code: string }>("POST", `/v1/cases/${caseId}/gateway-link`, { token });
    expect(await statusOf("GET", `/g/${gateway.code}`, { headers: page })).toBe(200);
    const files = () => {
      const parts = new FormData();
      parts.append("file", new Blob([capture]), "gateway.pcapng");
      return parts;
    };
    expect(await statusOf("POST", `/v1/gateway-files/${gateway.code}`, { body: files() })).toBe(200);
    expect(
      await statusOf("POST", `/g/${gateway.code}`, {
        headers: { ...page, origin: server.url },
        body: files(),
      }),
    ).toBe(200);

    // What goes wrong is logged too.
    expect(await statusOf("GET", "/v1/reports", { token: MISTYPED.token })).toBe(401);
    expect(await statusOf("GET", `/a/${MISTYPED.code}`)).toBe(404);
    expect(await statusOf("POST", "/v1/runs", { json: { code: MISTYPED.code, agent: AGENT } })).toBe(400);
    expect(await statusOf("GET", `/r/${reportId}?token=${token}`, { headers: page })).toBe(200);
    expect(await statusOf("GET", "/metrics", { token: METRICS_TOKEN })).toBe(200);
    expect(await statusOf("GET", "/v1/cases", { token: BOOTSTRAP_TOKEN })).toBe(200);
    expect(await statusOf("GET", `/v1/reports/${reportId}`, { token })).toBe(200);
    // A fault of ours, with its stack: the report's evidence is gone from under it.
    for (const name of await readdir(join(dataDir, "objects/evidence"), { recursive: true }))
      await rm(join(dataDir, "objects/evidence", name), { recursive: true, force: true });
    expect(await statusOf("GET", `/v1/reports/${reportId}`, { token })).toBeGreaterThanOrEqual(200);
    expect(await statusOf("POST", "/console/sign-out", { headers: { ...form, ...session } })).toBe(303);
  } finally {
    await server.close();
  }

  // Of each kind there was one at least, or nothing would be proven.
  for (const kind of [/^ikf_/, /^ikr_/, /^iks_/, /^ikl_/, /^whsec_/, /^[0-9A-Z]{4}-/])
    expect(
      [...answered].filter((secret) => kind.test(secret)),
      String(kind),
    ).not.toEqual([]);
  expect(log.filter(({ message }) => message === "request").length).toBeGreaterThan(20);

  const places = new Map<string, string>([["the log", JSON.stringify(log)]]);
  for (const entry of await readdir(dataDir, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || entry.name === "pepper") continue;
    const file = join(entry.parentPath, entry.name);
    places.set(file, await readFile(file, "latin1"));
  }
  // The file of the index has everything, also what was deleted from it. Its tables are looked at all the
  // same, for a value may be spread over pages.
  const database = new DatabaseSync(join(dataDir, "ikefrag.sqlite"), { readOnly: true });
  const tables = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all();
  expect(tables.length).toBeGreaterThan(10);
  for (const { name } of tables) {
    const rows = database.prepare(`SELECT * FROM "${name}"`);
    rows.setReadBigInts(true);
    const values = rows.all().flatMap((row) => Object.values(row));
    const toText = (value: unknown) =>
      value instanceof Uint8Array ? Buffer.from(value).toString("latin1") : value;
    places.set(`table ${name}`, values.map(toText).join("\n"));
  }
  database.close();
  expect([...places.keys()].filter((place) => place.includes("/objects/")).length).toBeGreaterThan(2);
  for (const [place, text] of places)
    for (const secret of answered)
      for (const form of formsOf(secret)) expect(text.includes(form), `${secret} in ${place}`).toBe(false);
});

test("each entry of the log is a line of JSON, with its request and its route, and no secret", async () => {
  const lines: string[] = [];
  const { log, withLogFields } = openLog((line) => lines.push(line), "info");
  withLogFields({ requestId: "r1", route: "/a/:file" }, () => {
    log({ level: "error", message: 'Cannot do "{requestId}": {*}\nsecond line\u001b[31m\u009b\u202e' });
  });
  log({ level: "info", message: "request", status: 200 });
  log({ level: "error", message: "for ikr_0123456789abcdefghjkmnpqrstvwxyz and 0123-4567-89ABC", n: null });
  // Nothing that a terminal obeys, on whose screen somebody reads it.
  expect(lines.filter((line) => /[^ -~]/.test(line))).toEqual([]);
  const entries = lines.map((line) => JSON.parse(line));
  for (const { time } of entries) expect(new Date(time).toISOString()).toBe(time);
  expect(entries.map(({ time: _time, ...rest }) => rest)).toEqual([
    {
      level: "error",
      message: 'Cannot do "{requestId}": {*}\nsecond line\u001b[31m\u009b\u202e',
      requestId: "r1",
      route: "/a/:file",
    },
    { level: "info", message: "request", status: 200 },
    { level: "error", message: "for [secret] and [secret]", n: null },
  ]);
  const errors: string[] = [];
  const quiet = openLog((line) => errors.push(line), "error");
  quiet.log({ level: "info", message: "request" });
  quiet.log({ level: "error", message: "failed" });
  expect(errors.map((line) => JSON.parse(line).message)).toEqual(["failed"]);
});

/** `ikefrag token` and `ikefrag audit`, beside a service that runs on the same data. */
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type RunningServer, startServer } from "../../api/runtime/start-server.ts";
import { openSqlite } from "../../api/store/sqlite.ts";

const MAIN = fileURLToPath(new URL("../../cli/main.ts", import.meta.url));
let directory: string;
let server: RunningServer;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "ikefrag-token-"));
  server = await startServer({ host: "127.0.0.1", port: 0, dataDir: directory, publicUrl: null, log() {} });
});
afterAll(async () => {
  await server.close();
  await rm(directory, { recursive: true });
});

const run = (...words: string[]): Promise<{ code: number; out: string; err: string }> =>
  new Promise((resolve) => {
    const whole = [MAIN, ...words, ...(words.includes("--data") ? [] : ["--data", directory])];
    execFile(process.execPath, whole, { encoding: "utf8" }, (error, out, err) =>
      resolve({ code: error === null ? 0 : Number(error.code), out, err }),
    );
  });
const statusWith = async (token: string, path = "/v1/reports") =>
  (await fetch(server.url + path, { headers: { authorization: `Bearer ${token}` } })).status;

test("a token is made, works, is listed without its secret, and is revoked", async () => {
  const made = await run("token", "create", "夜間バッチ", "--role", "staff", "--days", "30");
  expect(made).toMatchObject({ code: 0, err: "" });
  const token = made.out.trim();
  expect(token).toMatch(/^ikf_[0-9a-z]{39}$/);
  expect(await statusWith(token)).toBe(200);
  expect(await statusWith(token, "/v1/members")).toBe(403);

  const listed = await run("token", "list");
  expect(listed.out).not.toContain(token.slice(4));
  const line = listed.out.split("\n").find((each) => each.endsWith("夜間バッチ")) ?? "";
  const today = new Date().toISOString().slice(0, 10);
  expect(line).toMatch(new RegExp(`^\\S+  staff  \\d{4}-\\d\\d-\\d\\dT\\S+Z  ${today}  `));
  const [id = ""] = line.split("  ");
  expect(JSON.parse((await run("token", "list", "--json")).out)).toHaveLength(2);

  expect(await run("token", "revoke", id)).toMatchObject({ code: 0 });
  expect(await statusWith(token)).toBe(401);
  expect(await run("token", "revoke", id)).toMatchObject({
    code: 2,
    err: expect.stringContaining("already"),
  });
});

test("what was done is in the audit log, whose chain is checked", async () => {
  const checked = await run("audit");
  expect(checked).toMatchObject({ code: 0 });
  const [, hash = ""] = /^ {2}\d+ \S+ ([0-9a-f]{64})$/m.exec(checked.out) ?? [];
  expect(await run("audit", "--head", hash)).toMatchObject({ code: 0 });
  expect(await run("audit", "--head", "0".repeat(64))).toMatchObject({ code: 1 });

  const { apiToken = "" } = server.firstStart ?? {};
  const log = await fetch(`${server.url}/v1/audit-log?actor=operator`, {
    headers: { authorization: `Bearer ${apiToken}` },
  });
  const { entries } = (await log.json()) as { entries: { action: string }[] };
  expect(entries.map(({ action }) => action)).toEqual(["token-revoked", "token-created"]);

  const database = openSqlite(join(directory, "ikefrag.sqlite"));
  await database.run("DROP TRIGGER audit_log_stays");
  await database.run("UPDATE audit_log SET subject = 'x' WHERE place = 1");
  database.close();
  expect(await run("audit")).toMatchObject({
    code: 1,
    out: expect.stringContaining("Entry 1 is not what was written"),
  });
});

test("what cannot be done is said, with what to do", async () => {
  const wrong: [string[], string][] = [
    [["token"], "say create NAME, list, or revoke ID"],
    [["token", "create"], "say create NAME"],
    [["token", "create", "x", "--role", "root"], '--role is "staff" or "admin"'],
    [["token", "create", "x", "--days", "0"], "--days is a number"],
    [["token", "create", "a\u001bb"], "1 to 80 characters"],
    [["token", "create", "x", "y"], 'does not take "y"'],
    [["token", "list", "--data", join(directory, "none")], "there is no ikefrag.sqlite"],
    [["audit", "--data", join(directory, "none")], "there is no ikefrag.sqlite"],
  ];
  for (const [words, why] of wrong) {
    const { code, out, err } = await run(...words);
    expect(code, words.join(" ")).toBe(2);
    expect(out).toBe("");
    expect(err).toContain(why);
    expect(err).not.toContain("    at ");
  }
});

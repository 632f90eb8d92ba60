/** The program, as it is built, with its objects in OpenStack Swift behind a faulty network. */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { PATIENCE, s3BlobStore } from "../../api/store/s3.ts";
import { type FaultyProxy, startFaultyProxy } from "../support/faulty-proxy.ts";
import { type S3Server, startS3Server, whyNoS3Server } from "../support/s3-server.ts";
import { json, openService, seedFile } from "../support/service.ts";

const PROGRAM = join(import.meta.dirname, "../../dist/ikefrag.mjs");
const BUCKET = "service";
const SECRET = "testing";

const why = whyNoS3Server();
describe.skipIf(why !== null)(`serve with S3${why === null ? "" : `, skipped: ${why}`}`, () => {
  let server: S3Server;
  let proxy: FaultyProxy;
  let directory: string;
  let child: ChildProcess | null = null;
  beforeAll(async () => {
    server = await startS3Server();
    proxy = await startFaultyProxy(server.port);
    await server.makeBucket(BUCKET);
  });
  afterAll(async () => {
    await proxy?.close();
    await server?.stop();
  });
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "ikefrag-s3-service-"));
  });
  afterEach(async () => {
    proxy.fault = { kind: "none" };
    if (child !== null && child.exitCode === null) {
      const ended = new Promise((resolve) => child?.once("exit", resolve));
      child.kill("SIGKILL");
      await ended;
    }
    child = null;
    await rm(directory, { recursive: true, force: true });
  });

  /** Starts it, and waits until it is ready or has ended. @returns what it said */
  const serve = (settings: Record<string, string>): Promise<{ said: string; code: number | null }> => {
    const words = [PROGRAM, "serve", "--port", "0", "--data", join(directory, "data")];
    const others = Object.entries(process.env).filter(([name]) => !name.startsWith("IKEFRAG_"));
    const started = spawn(process.execPath, words, {
      env: { ...Object.fromEntries(others), ...settings },
      stdio: ["ignore", "pipe", "pipe"],
    });
    child = started;
    let said = "";
    return new Promise((resolve) => {
      const listen = (chunk: Buffer) => {
        said += chunk;
        if (said.includes("Stop with Ctrl-C")) resolve({ said, code: null });
      };
      started.stdout.on("data", listen);
      started.stderr.on("data", listen);
      started.once("exit", (code) => resolve({ said, code }));
    });
  };
  const settings = (other: Record<string, string> = {}) => ({
    ...server.environment(BUCKET, proxy.port),
    ...other,
  });

  test.each([
    ["a wrong key", { IKEFRAG_S3_SECRET_ACCESS_KEY: "not-the-secret" }, "the secret access key is wrong"],
    ["a missing bucket", { IKEFRAG_S3_BUCKET: "never-made" }, "there is no such bucket (NoSuchBucket)"],
    ["no key", { IKEFRAG_S3_ACCESS_KEY_ID: "" }, "IKEFRAG_S3_ACCESS_KEY_ID is missing"],
    ["no server", { IKEFRAG_S3_ENDPOINT: "http://127.0.0.1:1" }, "the connection fails (ECONNREFUSED)"],
  ])("it does not start with %s, and says so in a line without the secret", async (_, wrong, reason) => {
    const { said, code } = await serve(settings(wrong));
    expect(code).toBe(2);
    expect(said).toMatch(/^Cannot start: .*\n$/);
    expect(said).toContain(reason);
    for (const secret of [SECRET, "not-the-secret"]) expect(said).not.toContain(secret);
  });

  test("it does not start beside objects in the directory, which nobody would find again", async () => {
    await mkdir(join(directory, "data/objects/evidence"), { recursive: true });
    await writeFile(join(directory, "data/objects/evidence/0a.json"), "{}");
    const { said, code } = await serve(settings());
    expect(code).toBe(2);
    expect(said).toContain("still holds some, such as evidence/0a.json. Copy them into the bucket");
  });

  test("a bucket that is slow or never answers is waited for within a bound, and then it is 503", async () => {
    const service = await openService();
    try {
      const patience = { ...PATIENCE };
      const blobs = s3BlobStore(server.settings(BUCKET, proxy.port), { patience });
      Object.assign(service.deps, { blobs });
      const keep = async () =>
        service.request("POST", "/v1/analyses?store=1", {
          token: service.tokens.admin,
          body: await seedFile("wired-fail.pcapng"),
          headers: { "content-type": "application/octet-stream" },
        });
      for (const fault of [{ kind: "silent" }, { kind: "trickle" }, { kind: "stall", bytes: 30 }] as const) {
        proxy.fault = fault;
        Object.assign(patience, { answerMs: 200, partMs: 200, operationMs: 500 });
        const late = await keep();
        expect(late.status).toBe(503);
        expect(await late.json()).toMatchObject({ type: "/problems/store-unavailable" });
        proxy.fault = { kind: "none" };
        Object.assign(patience, PATIENCE);
        expect((await keep()).status).toBe(200);
      }
    } finally {
      await service.close();
      await server.emptyBucket(BUCKET);
    }
  });

  test("where the bucket fails the answer is 503, and the same process goes on when it is well", async () => {
    const { said } = await serve(settings());
    const origin = /ready: (\S+)/.exec(said)?.[1] ?? "";
    const authorization = `Bearer ${/\bikf_\w+/.exec(said)?.[0]}`;
    const capture = await seedFile("wired-fail.pcapng");
    const keep = () =>
      fetch(`${origin}/v1/analyses?store=1`, {
        method: "POST",
        headers: { authorization, "content-type": "application/octet-stream" },
        body: capture,
      });
    const read = (reportId: string) =>
      fetch(`${origin}/v1/reports/${reportId}`, { headers: { authorization } });
    const expectUnavailable = async (response: Response) => {
      expect(response.status).toBe(503);
      expect(response.headers.get("content-type")).toContain("application/problem+json");
      expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(0);
      expect(await response.json()).toMatchObject({ type: "/problems/store-unavailable", status: 503 });
    };
    const remove = (reportId: string) =>
      fetch(`${origin}/v1/reports/${reportId}`, { method: "DELETE", headers: { authorization } });

    const first = await keep();
    expect(first.status).toBe(200);
    const { reportId } = await json<{ reportId: string }>(first);

    for (const fault of [
      { kind: "drop" },
      { kind: "status", status: 500 },
      { kind: "cut", bytes: 30 },
      { kind: "lose-answer" },
    ] as const) {
      proxy.fault = fault;
      await expectUnavailable(await keep());
      const another = await fetch(`${origin}/v1/reports`, { headers: { authorization } });
      expect((await json<{ reports: unknown[] }>(another)).reports, "nothing half-written").toHaveLength(1);
      expect((await fetch(`${origin}/healthz`)).status).toBe(200);
      proxy.fault = { kind: "none" };
      expect((await read(reportId)).status).toBe(200);
    }

    await remove(reportId);
    const second = await keep();
    const { reportId: later } = await json<{ reportId: string }>(second);
    await server.emptyBucket(BUCKET);
    await server.removeBucket(BUCKET);
    await expectUnavailable(await keep());
    expect((await fetch(`${origin}/readyz`)).status, "a bucket that is gone").toBe(503);
    await server.makeBucket(BUCKET);
    const third = await keep();
    expect(third.status).toBe(200);
    // Its evidence went with the bucket: that is said, and breaks nothing else.
    expect((await read(later)).status).toBeGreaterThanOrEqual(400);
    expect((await read((await json<{ reportId: string }>(third)).reportId)).status).toBe(200);
    expect(child?.exitCode).toBeNull();
    // Beside the service, the doctor looks into the bucket, and names what was lost with it.
    const words = [PROGRAM, "doctor", "--data", join(directory, "data"), "--json"];
    const ran = promisify(execFile)(process.execPath, words, { env: { ...process.env, ...settings() } });
    const ended = await ran.catch((error: { code: number; stdout: string }) => error);
    expect(ended).toMatchObject({ code: 1 });
    expect(JSON.parse(ended.stdout)).toMatchObject({
      problems: 1,
      looked: { reports: 2, objects: 6 },
      findings: [{ check: "objects", what: expect.stringContaining("are lost"), count: 3 }],
    });
  });
});

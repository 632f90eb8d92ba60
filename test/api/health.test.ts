/** Whether the service is alive and ready, with stores that fail as they do in the world. */
import { chmod, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { directoryBlobStore } from "../../api/store/directory.ts";
import { json, openService, type Service } from "../support/service.ts";

let service: Service;
let objects: string;
beforeEach(async () => {
  service = await openService();
  objects = await mkdtemp(join(tmpdir(), "ikefrag-ready-"));
  service.deps.blobs = directoryBlobStore(objects);
});
afterEach(async () => {
  await service.close();
  await chmod(objects, 0o700).catch(() => {});
  await rm(objects, { recursive: true, force: true });
});

const statusOf = async (path: string) => (await service.request("GET", path)).status;
const later = (ms: number) => {
  service.clock.now = new Date(service.clock.now.getTime() + ms);
};
const errors = () => service.log.filter(({ level }) => level === "error").map(({ message }) => message);

test("without its folder of objects the service is alive and not ready, and the log says why, once", async () => {
  expect(await statusOf("/readyz")).toBe(200);
  await rm(objects, { recursive: true });
  later(1_000);
  const response = await service.request("GET", "/readyz");
  expect(response.status).toBe(503);
  expect(response.headers.get("retry-after")).toBe("5");
  const body = await json<{ type: string; detail: string }>(response);
  expect(body.type).toBe("/problems/store-unreachable");
  expect(JSON.stringify(body)).not.toContain(objects);
  expect(await statusOf("/healthz")).toBe(200);
  later(60_000);
  expect(await statusOf("/readyz")).toBe(503);
  expect(errors()).toEqual([expect.stringMatching(/^Objects: .*ENOENT/)]);
  await mkdir(objects);
  later(1_000);
  expect(await statusOf("/readyz")).toBe(200);
  expect(service.log.map(({ message }) => message)).toContain("The stores answer again");
});

test.skipIf(process.getuid?.() === 0)("a folder that the service may not read is said", async () => {
  await chmod(objects, 0o000);
  expect(await statusOf("/readyz")).toBe(503);
  expect(errors()).toEqual([expect.stringContaining("the service may not")]);
});

test("without its index the service is alive and not ready", async () => {
  await service.database.run("ALTER TABLE cases RENAME TO lost");
  expect(await statusOf("/readyz")).toBe(503);
  expect(errors()).toEqual([expect.stringContaining("Index: no such table")]);
  expect(await statusOf("/healthz")).toBe(200);
});

test("a store that never answers is given up after two seconds, and is asked again", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  onTestFinished(() => void vi.useRealTimers());
  const { ping } = service.deps.access;
  service.deps.access.ping = () => new Promise(() => {});
  const waiting = statusOf("/readyz");
  expect(await statusOf("/healthz")).toBe(200);
  await service.deps.blobs.ping(); // so that the other store has answered
  await vi.advanceTimersByTimeAsync(2_000);
  expect(await waiting).toBe(503);
  expect(errors()).toEqual(["Index: no answer within 2 seconds"]);
  service.deps.access.ping = ping;
  later(3_000);
  expect(await statusOf("/readyz")).toBe(200);
});

test("however many ask, the stores are asked once a second", async () => {
  let asked = 0;
  const { ping } = service.deps.access;
  service.deps.access.ping = () => {
    asked++;
    return ping();
  };
  const many = () => Promise.all(Array.from({ length: 50 }, () => statusOf("/readyz")));
  expect(new Set(await many())).toEqual(new Set([200]));
  await many();
  expect(asked).toBe(1);
  later(1_000);
  await many();
  expect(asked).toBe(2);
});

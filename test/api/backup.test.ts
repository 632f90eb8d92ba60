/** A service that runs is backed up, restored elsewhere, and answers the same. */
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type RunningServer, startServer } from "../../api/runtime/start-server.ts";
import { backUp } from "../../api/store/backup.ts";

const CAPTURE = new URL("../cases/seed/wired-fail.pcapng", import.meta.url);

let directory: string;
const running: RunningServer[] = [];
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "ikefrag-backup-"));
});
afterEach(async () => {
  for (const server of running.splice(0)) await server.close();
  await rm(directory, { recursive: true, force: true });
});

async function start(folder: string): Promise<RunningServer> {
  const dataDir = join(directory, folder);
  const options = { host: "127.0.0.1", port: 0, dataDir, publicUrl: null, log: () => {} };
  const server = await startServer(options);
  running.push(server);
  return server;
}

/** A report from a capture that is kept. @returns its ID */
async function store(url: string, token: string): Promise<string> {
  const answer = await fetch(`${url}/v1/analyses?store=1`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/vnd.tcpdump.pcap" },
    body: await readFile(CAPTURE),
  });
  expect(answer.status).toBe(200);
  return ((await answer.json()) as { reportId: string }).reportId;
}

/** All that staff can read of a report. */
async function read(url: string, token: string, reportId: string): Promise<unknown[]> {
  const headers = { authorization: `Bearer ${token}` };
  const report = await fetch(`${url}/v1/reports/${reportId}`, { headers });
  const capture = await fetch(`${url}/v1/reports/${reportId}/capture`, { headers });
  const bytes = Buffer.from(await capture.arrayBuffer()).toString("hex");
  return [report.status, report.headers.get("etag"), await report.json(), capture.status, bytes];
}

test("a service that runs is backed up, restored elsewhere, and answers the same", async () => {
  const first = await start("data");
  const token = first.firstStart?.apiToken ?? "";
  const kept = await store(first.url, token);
  const opened = await fetch(`${first.url}/v1/cases`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify({ gateway: "vpn.example.com" }),
  });
  const { code } = (await opened.json()) as { code: string };
  const before = await read(first.url, token, kept);
  expect(before[0]).toBe(200);
  expect(before[3]).toBe(200);

  const copy = join(directory, "copy");
  expect(await backUp(join(directory, "data"), copy)).toEqual({ reports: 1, objects: 3, lost: [] });
  // What comes later is not in the copy, and what is deleted later is.
  const later = await store(first.url, token);
  const headers = { authorization: `Bearer ${token}` };
  await fetch(`${first.url}/v1/reports/${kept}`, { method: "DELETE", headers });

  const second = await start("copy");
  expect(second.firstStart).toBeNull();
  expect(await read(second.url, token, kept)).toEqual(before);
  expect((await fetch(`${second.url}/v1/reports/${later}`, { headers })).status).toBe(404);
  expect((await fetch(`${second.url}/a/${code}.json`)).status).toBe(200);
});

test("an object that was lost is named, and all others are copied", async () => {
  const server = await start("data");
  const token = server.firstStart?.apiToken ?? "";
  await store(server.url, token);
  const objects = join(directory, "data/objects");
  const capture =
    (await readdir(objects, { recursive: true })).find((name) => name.endsWith(".pcapng")) ?? "";
  await rm(join(objects, capture));
  const { objects: copied, lost } = await backUp(join(directory, "data"), join(directory, "copy"));
  expect(copied).toBe(2);
  expect(lost).toEqual([capture]);
});

test("a folder that has something in it is not written to, and a folder without a service is no source", async () => {
  await start("data");
  await mkdir(join(directory, "full"));
  await writeFile(join(directory, "full/important"), "");
  await expect(backUp(join(directory, "data"), join(directory, "full"))).rejects.toThrow(
    'it has "important" already',
  );
  await expect(backUp(join(directory, "nothing"), join(directory, "copy"))).rejects.toThrow("Cannot back up");
});

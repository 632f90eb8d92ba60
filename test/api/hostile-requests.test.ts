/** What strangers put into requests and names, and what must not come of it; and what is said of a loss. */
import { mkdir, mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { afterEach, beforeEach, expect, onTestFinished, test } from "vitest";
import { startServer } from "../../api/runtime/start-server.ts";
import { backUp } from "../../api/store/backup.ts";
import { json, makeReport, openService, type Service } from "../support/service.ts";

let service: Service;
beforeEach(async () => {
  service = await openService();
});
afterEach(() => service.close());

const PAGE = { accept: "text/html" };
const pageOf = async (path: string, token?: string) => {
  const response = await service.request("GET", path, { token, headers: PAGE });
  return { response, text: await response.text() };
};
/** Where the links, forms and files of a page lead, seen from the address that it has in the browser. */
const placesIn = (text: string, at: string): string[] =>
  [...text.matchAll(/(?:href|src|action)="([^"]*)"/g)]
    .map(([, place = ""]) => new URL(place.replaceAll("&amp;", "&"), at))
    .filter(({ protocol }) => protocol !== "data:")
    .map(({ origin }) => origin);

test.each(["//evil.example/x", "/\\evil.example/x", "///evil.example/x?a=b", "//evil.example/%2e%2e/x"])(
  "a page of the path %s leads nowhere but to this service",
  async (path) => {
    const { deps, app } = service;
    const origin = deps.config.publicUrl ?? "";
    const response = await app.request(new Request(`${origin}${path}`, { headers: PAGE }));
    const text = await response.text();
    expect(response.status).toBe(404);
    const places = placesIn(text, `${origin}${path}`);
    expect(places.length).toBeGreaterThan(5);
    expect(new Set(places)).toEqual(new Set([origin]));
  },
);

/** ESC, a control sequence in one character, and one that turns the direction of the text. */
const UNFIT = "a\u001b[31mb\u009bc\u202ed\u2066e";
test("what a terminal obeys, and what turns the direction of a text, stands in no page", async () => {
  const { admin } = service.tokens;
  await service.request("POST", "/v1/cases", {
    token: admin,
    json: { gateway: "vpn.example.com", label: UNFIT },
  });
  const { reportId } = await makeReport(service);
  const { headers } = await service.request("GET", `/v1/reports/${reportId}`, { token: admin });
  const review = await service.request("PATCH", `/v1/reports/${reportId}/review`, {
    token: admin,
    json: { note: UNFIT },
    headers: { "if-match": headers.get("etag") ?? "" },
  });
  expect(review.status).toBe(200);
  let seen = 0;
  const { cases } = await json<{ cases: { caseId: string }[] }>(
    await service.request("GET", "/v1/cases", { token: admin }),
  );
  const paths = ["/console/cases", "/console/reports", `/console/reports/${reportId}`, `/r/${reportId}`];
  for (const path of [...paths, ...cases.map(({ caseId }) => `/console/cases/${caseId}`), `/r?id=${UNFIT}`]) {
    const { response, text } = await pageOf(path, admin);
    expect(response.status, path).toBeLessThan(500);
    expect(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/.exec(text), path).toBeNull();
    if (text.includes("a\ufffd[31mb\ufffdc\ufffdd\ufffde")) seen++;
  }
  expect(seen, "the names are there, without what is unfit").toBeGreaterThanOrEqual(3);
});

test("every answer says what caches may do with it, and of a case's or report's none keeps anything for others", async () => {
  const { code, reportId } = await makeReport(service);
  const public_ = ["/", "/docs", "/openapi.json", "/nowhere", "/healthz"];
  for (const path of [...public_, `/a/${code}`, `/a/${code}.mjs`, `/a/${code}.json`, `/r/${reportId}`]) {
    const { response } = await pageOf(path);
    expect(response.headers.get("cache-control"), path).toMatch(/^(no-store|private, no-cache)$/);
  }
  const { response } = await pageOf(`/a/${code}`);
  expect(response.headers.get("cache-control")).toBe("no-store");
});

test("evidence that is lost is 410 for page and API, with the key in the log", async () => {
  const { reportId } = await makeReport(service);
  const rows = await service.database.all("SELECT key FROM objects WHERE kind <> 'capture'");
  await service.deps.blobs.delete(rows.map(({ key }) => String(key)));
  const { admin } = service.tokens;
  for (const [method, path, token] of [
    ["GET", `/v1/reports/${reportId}`, admin],
    ["GET", `/v1/reports/${reportId}`, undefined],
    ["POST", `/v1/reports/${reportId}/reanalyze`, admin],
  ] as const) {
    const response = await service.request(method, path, { token });
    expect(response.status, `${method} ${path}`).toBe(410);
    expect(await json(response)).toMatchObject({ type: "/problems/report-lost" });
  }
  expect((await pageOf(`/r/${reportId}`)).response.status).toBe(410);
  expect((await pageOf(`/console/reports/${reportId}`, admin)).response.status).toBe(410);
  const logged = service.log.filter(({ level }) => level === "error").map(({ message }) => message);
  expect(logged.length).toBe(5);
  for (const message of logged)
    expect(message).toMatch(/^Cannot read the object (evidence|diagnoses)\/[^\n]+$/);
});

test.skipIf(process.platform === "win32")(
  "in folders that others may read, only the owner reads what is written",
  async () => {
    const directory = await mkdtemp(join(tmpdir(), "ikefrag-open-"));
    const before = process.umask(0o022);
    onTestFinished(async () => {
      process.umask(before);
      await rm(directory, { recursive: true, force: true });
    });
    const [dataDir, copy] = [join(directory, "data"), join(directory, "copy")];
    for (const folder of [dataDir, join(dataDir, "objects"), copy]) await mkdir(folder, { mode: 0o755 });
    const server = await startServer({ host: "127.0.0.1", port: 0, dataDir, publicUrl: null, log: () => {} });
    const sent = await fetch(`${server.url}/v1/analyses?store=1`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${server.firstStart?.apiToken}`,
        "content-type": "text/plain",
      },
      body: "PING 192.0.2.1 (192.0.2.1) 1472(1500) bytes of data.\n",
    });
    expect(sent.status).toBe(200);
    await backUp(dataDir, copy);
    const files = [];
    for (const folder of [dataDir, copy])
      for (const entry of await readdir(folder, { recursive: true, withFileTypes: true }))
        if (entry.isFile()) files.push(join(entry.parentPath, entry.name));
    await server.close();
    expect(files.filter((file) => /sqlite(-wal)?$|pepper$|\.json$/.test(file)).length).toBeGreaterThan(7);
    for (const file of files.filter((file) => !file.endsWith("lock.json")))
      expect((await stat(file).catch(() => null))?.mode ?? 0, file).toSatisfy((mode) => (mode & 0o077) === 0);
  },
);

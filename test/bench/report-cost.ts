/**
 * What one report costs on Cloudflare: requests, rows of D1 read and written, calls to R2, bytes kept. The
 * whole story of a case is played against D1 and R2 as workerd has them, and what they say they did is added
 * up. infra/SCALE.md has the figures. Start it with `npm run bench:cost`.
 */
import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { getPlatformProxy } from "wrangler";
import { createApp } from "../../api/app.ts";
import { createToken } from "../../api/auth/credentials.ts";
import { sha256Hex } from "../../api/auth/secrets.ts";
import { DEFAULT_CONFIG, type Deps, REMEMBERED_BYTES } from "../../api/deps.ts";
import { Metrics } from "../../api/metrics.ts";
import { Remembered } from "../../api/reports/remembered.ts";
import { readMigrations, readPageFiles } from "../../api/runtime/start-server.ts";
import { type D1Binding, d1Database } from "../../api/store/d1.ts";
import { migrate } from "../../api/store/database.ts";
import { type R2Binding, r2BlobStore } from "../../api/store/r2.ts";
import { sqlStores } from "../../api/store/sql-stores.ts";
import type { Measurement } from "../../shared/schema/measurement.ts";
import type { Round } from "../../shared/schema/plan.ts";
import { meteredD1 } from "../support/metered-d1.ts";
import { AGENT, AGENT_BUNDLE, ORIGIN, POSIX_AGENT, STORY_PATH, WINDOWS_AGENT } from "../support/service.ts";
import { measure } from "../support/simulated-path.ts";

interface Cost {
  requests: number;
  rowsRead: number;
  rowsWritten: number;
  /** R2's dearer calls: writes and lists. */
  writesToR2: number;
  readsOfR2: number;
  bytesToR2: number;
}
const cost: Cost = { requests: 0, rowsRead: 0, rowsWritten: 0, writesToR2: 0, readsOfR2: 0, bytesToR2: 0 };

function meteredR2(r2: R2Binding): R2Binding {
  return new Proxy(r2, {
    get(target, name) {
      const value = Reflect.get(target, name);
      if (typeof value !== "function") return value;
      return (...words: unknown[]) => {
        if (name === "get" || name === "head") cost.readsOfR2++;
        else if (name !== "delete") cost.writesToR2++; // deletes cost nothing
        const [, body] = words;
        if (body instanceof Uint8Array) cost.bytesToR2 += body.length;
        return value.apply(target, words);
      };
    },
  });
}

const configPath = fileURLToPath(new URL("../../infra/wrangler.jsonc", import.meta.url));
const platform = await getPlatformProxy<{ DB: D1Binding; OBJECTS: R2Binding }>({
  configPath,
  persist: false,
});
try {
  const database = d1Database(meteredD1(platform.env.DB, cost));
  await migrate(database, await readMigrations(), new Date(0), sha256Hex);
  const deps: Deps = {
    ...sqlStores(database),
    blobs: r2BlobStore(meteredR2(platform.env.OBJECTS)),
    now: () => new Date(),
    random: (count: number) => randomBytes(count),
    clientAddress: () => "198.51.100.7",
    config: { ...DEFAULT_CONFIG, publicUrl: ORIGIN, pepper: "p".repeat(32) },
    metrics: new Metrics(),
    remembered: new Remembered(REMEMBERED_BYTES),
    agentBundle: AGENT_BUNDLE,
    windowsAgent: WINDOWS_AGENT,
    posixAgent: POSIX_AGENT,
    pageFiles: await readPageFiles(),
    log: () => {},
    withLogFields: (_fields, run) => run(),
    postWebhook: () => Promise.reject(new Error("no webhook is there")),
    webhooksDue: () => {},
  };
  const app = createApp(deps);
  const { secret: token } = await createToken(deps, { name: "staff", role: "admin", createdBy: "bench" });

  const request = async (method: string, path: string, given: RequestInit & { token?: string } = {}) => {
    cost.requests++;
    const headers = new Headers(given.headers);
    if (given.token !== undefined) headers.set("authorization", `Bearer ${given.token}`);
    if (typeof given.body === "string") headers.set("content-type", "application/json");
    const answer = await app.request(`${ORIGIN}${path}`, { ...given, method, headers });
    if (!answer.ok) throw new Error(`Cannot ${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer;
  };
  const post = async <T>(path: string, given: string | undefined, body: unknown): Promise<T> =>
    (await request("POST", path, {
      ...(given === undefined ? {} : { token: given }),
      body: JSON.stringify(body),
    }).then((answer) => answer.json())) as T;

  /** A case from its opening to the review of its report. */
  const play = async (withCapture: boolean): Promise<void> => {
    const { code } = await post<{ code: string }>("/v1/cases", token, { gateway: "vpn.example.com" });
    await request("GET", `/a/${code}`).then((page) => page.text());
    await request("GET", `/a/${code}.ps1`).then((agent) => agent.text());
    const run = await post<{ runId: string; runToken: string; round: Round }>("/v1/runs", undefined, {
      code,
      agent: AGENT,
    });
    const measurements: Measurement[] = [];
    let reportId: string | undefined;
    for (let round = run.round; reportId === undefined; ) {
      measurements.push(...measure(STORY_PATH, round));
      const answer = await post<{ round: Round; reportId?: string }>(
        `/v1/runs/${run.runId}/rounds`,
        run.runToken,
        { round: round.number, startedAt: new Date().toISOString(), measurements },
      );
      round = answer.round;
      reportId = answer.reportId;
    }
    if (withCapture) {
      const capture = await readFile(new URL("../cases/seed/wired-fail.pcapng", import.meta.url));
      const headers = { "content-type": "application/vnd.tcpdump.pcap" };
      await request("PUT", `/v1/runs/${run.runId}/capture`, { token: run.runToken, headers, body: capture });
    }
    await request("GET", `/r/${reportId}`).then((page) => page.text());
    await request("GET", "/v1/reports", { token }).then((list) => list.text());
    const report = await request("GET", `/v1/reports/${reportId}`, { token });
    await report.text();
    await request("PATCH", `/v1/reports/${reportId}/review`, {
      token,
      headers: { "if-match": report.headers.get("etag") ?? "" },
      body: JSON.stringify({ status: "reviewed", note: "It was the tether.", override: null }),
    });
  };

  await play(false); // what only a first time does is left out
  const row = (name: string, before: Cost, after: Cost, times: number): string => {
    const of = (key: keyof Cost) => (after[key] - before[key]) / times;
    const counts = (["requests", "rowsRead", "rowsWritten", "writesToR2", "readsOfR2"] as const).map((key) =>
      of(key).toFixed(1),
    );
    return `| ${[name, ...counts, `${(of("bytesToR2") / 1024).toFixed(0)} KiB`].join(" | ")} |`;
  };
  console.log("| one report | requests | rows read | rows written | writes to R2 | reads of R2 | kept |");
  console.log("| --- | --- | --- | --- | --- | --- | --- |");
  const TIMES = 10;
  for (const withCapture of [false, true]) {
    const before = { ...cost };
    for (let time = 0; time < TIMES; time++) await play(withCapture);
    console.log(row(withCapture ? "with a capture" : "of a run", before, { ...cost }, TIMES));
  }
} finally {
  await platform.dispose();
}

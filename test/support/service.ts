/** The service as tests see it: the real application over SQLite in memory and a directory of its own. */
import { AsyncLocalStorage } from "node:async_hooks";
import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createApp } from "../../api/app.ts";
import { createToken } from "../../api/auth/credentials.ts";
import { sha256Hex } from "../../api/auth/secrets.ts";
import { type Config, DEFAULT_CONFIG, type Deps, type LogEntry, REMEMBERED_BYTES } from "../../api/deps.ts";
import { Metrics } from "../../api/metrics.ts";
import { Remembered } from "../../api/reports/remembered.ts";
import { postWebhook } from "../../api/runtime/post-webhook.ts";
import { readMigrations, readPageFiles } from "../../api/runtime/start-server.ts";
import { type Database, migrate } from "../../api/store/database.ts";
import { directoryBlobStore } from "../../api/store/directory.ts";
import type { Role } from "../../api/store/people-port.ts";
import { sqlStores } from "../../api/store/sql-stores.ts";
import { openSqlite } from "../../api/store/sqlite.ts";
import type { Measurement } from "../../shared/schema/measurement.ts";
import type { Round } from "../../shared/schema/plan.ts";
import { expectDescribed } from "./described.ts";
import { CLEAR_PATH, measure, type SimulatedPath } from "./simulated-path.ts";

export const ORIGIN = "https://ikefrag.example.com";
/** A bundle as small as one can be: both placeholders, once each. */
export const AGENT_BUNDLE = 'run("__IKEFRAG_CODE__", "__IKEFRAG_URL__");\n';
export const WINDOWS_AGENT = "Start-Ikefrag '__IKEFRAG_CODE__' '__IKEFRAG_URL__'\n";
export const POSIX_AGENT = "main __IKEFRAG_CODE__ __IKEFRAG_URL__\n";
export const AGENT = {
  name: "ikefrag-agent",
  version: "0.1.0",
  platform: "windows",
  osVersion: "10.0.26100",
  runtime: "node 24",
  language: "en",
  elevated: false,
} as const;
/** The path of the story: the client's IP fragments above 1472 bytes vanish. */
export const STORY_PATH: SimulatedPath = { ...CLEAR_PATH, fragmentLimit: 1472 };

export interface Service {
  deps: Deps;
  app: ReturnType<typeof createApp>;
  database: Database;
  log: LogEntry[];
  /** Tests move it; nothing waits. */
  clock: { now: Date };
  /** Where the next requests come from. */
  client: { address: string };
  tokens: Record<Role, string>;
  request(method: string, path: string, options?: RequestOptions): Promise<Response>;
  /** Rows of every table, and keys of all objects: to see that nothing is half-stored. */
  stored(): Promise<{ rows: Record<string, number>; objects: string[] }>;
  close(): Promise<void>;
}

interface RequestOptions {
  token?: string | undefined;
  json?: unknown;
  body?: BodyInit;
  headers?: Record<string, string>;
}

export async function openService(config: Partial<Config> = {}): Promise<Service> {
  const directory = await mkdtemp(join(tmpdir(), "ikefrag-test-"));
  const database = openSqlite(":memory:");
  await migrate(database, await readMigrations(), new Date(0), sha256Hex);
  const clock = { now: new Date("2026-11-23T06:00:00.000Z") };
  const client = { address: "198.51.100.7" };
  const log: LogEntry[] = [];
  const fields = new AsyncLocalStorage<Readonly<Record<string, string>>>();
  const settings: Config = {
    ...DEFAULT_CONFIG,
    publicUrl: ORIGIN,
    pepper: "p".repeat(32),
    operator: "Example helpdesk",
    ...config,
  };
  const deps: Deps = {
    ...sqlStores(database),
    blobs: directoryBlobStore(directory),
    now: () => clock.now,
    random: (count) => randomBytes(count),
    clientAddress: () => client.address,
    config: settings,
    remembered: new Remembered(REMEMBERED_BYTES),
    agentBundle: AGENT_BUNDLE,
    windowsAgent: WINDOWS_AGENT,
    posixAgent: POSIX_AGENT,
    pageFiles: await readPageFiles(),
    metrics: new Metrics(),
    log: (entry) => log.push({ ...fields.getStore(), ...entry }),
    withLogFields: (given, run) => fields.run(given, run),
    postWebhook: postWebhook(settings),
    webhooksDue: () => {},
  };
  const app = createApp(deps);
  const tokens: Record<Role, string> = { staff: "", admin: "" };
  for (const role of ["staff", "admin"] as const) {
    tokens[role] = (await createToken(deps, { name: `${role} token`, role, createdBy: "test" })).secret;
  }
  return {
    deps,
    app,
    database,
    log,
    clock,
    client,
    tokens,
    async request(method, path, { token, json, body, headers = {} } = {}) {
      const sent = new Headers(headers);
      if (token !== undefined) sent.set("authorization", `Bearer ${token}`);
      if (json !== undefined) sent.set("content-type", "application/json");
      const response = await app.request(`${ORIGIN}${path}`, {
        method,
        headers: sent,
        body: json === undefined ? (body ?? null) : JSON.stringify(json),
        ...(body instanceof ReadableStream ? { duplex: "half" } : {}),
      } as RequestInit);
      await expectDescribed(method, path, response);
      return response;
    },
    async stored() {
      const rows: Record<string, number> = {};
      for (const table of ["cases", "runs", "reports", "objects"]) {
        const [row] = await database.all(`SELECT count(*) AS count FROM ${table}`);
        rows[table] = Number(row?.count);
      }
      const files = await readdir(directory, { recursive: true, withFileTypes: true });
      return {
        rows,
        objects: files
          .filter((file) => file.isFile())
          .map((file) => file.name)
          .sort(),
      };
    },
    async close() {
      database.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** The answer's JSON as whatever the test says it is: the test is what checks it. */
export async function json<T = Record<string, unknown>>(response: Response): Promise<T> {
  return (await response.json()) as T;
}

export async function openTestCase(service: Service, gateway = "vpn.example.com"): Promise<string> {
  const response = await service.request("POST", "/v1/cases", {
    token: service.tokens.staff,
    json: { gateway, label: "T-1234" },
  });
  return (await json<{ code: string }>(response)).code;
}

export interface TestRun {
  runId: string;
  runToken: string;
  round: Round;
}
export async function startTestRun(service: Service, code: string): Promise<TestRun> {
  return json(await service.request("POST", "/v1/runs", { json: { code, agent: AGENT } }));
}

/** Plays a whole run over a simulated path. @returns the last answer and what was measured */
export async function playRun(
  service: Pick<Service, "request">,
  run: TestRun,
  path: SimulatedPath = STORY_PATH,
): Promise<{ reportId: string; measurements: Measurement[] }> {
  const measurements: Measurement[] = [];
  for (let round = run.round; ; ) {
    measurements.push(...measure(path, round));
    const response = await service.request("POST", `/v1/runs/${run.runId}/rounds`, {
      token: run.runToken,
      json: { round: round.number, startedAt: "2026-11-23T06:00:00Z", measurements },
    });
    const answer = await json<{ status: string; round: Round; reportId: string }>(response);
    if (answer.status === "done") return { reportId: answer.reportId, measurements };
    if (answer.status !== "continue") throw new Error(`Cannot go on: ${JSON.stringify(answer)}`);
    round = answer.round;
  }
}

/** A case, a run and its report. */
export async function makeReport(service: Service, path: SimulatedPath = STORY_PATH) {
  const code = await openTestCase(service);
  const run = await startTestRun(service, code);
  return { code, run, ...(await playRun(service, run, path)) };
}

export const seedFile = (name: string): Promise<Uint8Array<ArrayBuffer>> =>
  readFile(join(import.meta.dirname, "../cases/seed", name)) as Promise<Uint8Array<ArrayBuffer>>;

export const sha256 = (bytes: Uint8Array | string): string =>
  createHash("sha256").update(bytes).digest("hex");

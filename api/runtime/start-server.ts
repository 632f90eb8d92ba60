/** Starts the service on the embedded store: SQLite and a directory. On Node and on Deno. */
import { randomBytes } from "node:crypto";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { createAdaptorServer } from "@hono/node-server";
import { getConnInfo } from "@hono/node-server/conninfo";
import { createApp } from "../app.ts";
import { createSignInLink, createToken, firstAdmin } from "../auth/credentials.ts";
import { sha256Hex } from "../auth/secrets.ts";
import { type Config, type Deps, type LogEntry, type PageFiles, REMEMBERED_BYTES } from "../deps.ts";
import { Metrics } from "../metrics.ts";
import { Remembered } from "../reports/remembered.ts";
import { sweep } from "../reports/sweep.ts";
import { INDEX_FILE, OBJECTS_FOLDER, PEPPER_FILE } from "../store/backup.ts";
import { type Database, isNewDatabase, type Migration, migrate } from "../store/database.ts";
import { directoryBlobStore, removeUnfinished } from "../store/directory.ts";
import { kindOfKey } from "../store/object-key.ts";
import type { BlobStore } from "../store/port.ts";
import { sqlStores } from "../store/sql-stores.ts";
import { openSqlite } from "../store/sqlite.ts";
import { forwardedAddress } from "./client-address.ts";
import { CONNECTION_TIMES, Connections, mostConnections, readLimits, within } from "./connections.ts";
import { lockDataDir } from "./data-lock.ts";
import { postWebhook } from "./post-webhook.ts";
import { processFacts, watchEventLoop } from "./process-facts.ts";
import { readS3Settings } from "./s3-settings.ts";
import { namesIn, readSettings, strangeNames } from "./settings.ts";
import { TraceExporter } from "./trace-exporter.ts";
import { WebhookTimer } from "./webhook-timer.ts";

const HOUR_MS = 3_600_000;
/** How often spans go to the collector. */
const TRACES_MS = 5_000;

// The checkout's root: two folders up from this source file, and one up from the bundle in dist/.
const ROOT = new URL(
  import.meta.url.endsWith("/api/runtime/start-server.ts") ? "../../" : "../",
  import.meta.url,
);
const MIGRATIONS = new URL("infra/migrations/", ROOT);
const AGENT_BUNDLE = new URL("dist/agent.mjs", ROOT);
const WINDOWS_AGENT = new URL("dist/agent.ps1", ROOT);
const POSIX_AGENT = new URL("dist/agent.sh", ROOT);
const PAGE_FILES = new URL("dist/pages/", ROOT);

/** How to start it. */
export interface ServerOptions {
  host: string;
  /** The port to listen on; 0 for any free one. */
  port: number;
  /** Where the database, the objects and the pepper are kept. It is made when it is not there. */
  dataDir: string;
  publicUrl: string | null;
  /** `HOST:PORT` of the reflector; `null` when the environment says it. */
  reflector?: string | null;
  /** Begin a new index even where there are objects that belong to another one. */
  newIndex?: boolean;
  /** The data are invented, and every page says so. */
  demo?: boolean;
  log: (entry: LogEntry) => void;
  withLogFields?: Deps["withLogFields"];
}

/** The service while it runs. */
export interface RunningServer {
  /** Where it can be opened. */
  url: string;
  /** What the very first start makes. It is shown once, and only its hashes are kept. */
  firstStart: { signInLink: string; apiToken: string } | null;
  /** Makes a link that signs an admin in once. */
  newSignInLink(): Promise<string>;
  /**
   * Accepts nothing new, lets requests that are under way end within `IKEFRAG_SHUTDOWN_SECONDS`, and closes
   * the database.
   */
  close(): Promise<void>;
}

/** The migrations of infra/migrations. */
export async function readMigrations(): Promise<Migration[]> {
  const directory = fileURLToPath(MIGRATIONS);
  const names = (await readdir(directory)).filter((name) => name.endsWith(".sql"));
  return Promise.all(
    names.map(async (name) => ({ name, sql: await readFile(join(directory, name), "utf8") })),
  );
}

async function readBuilt(file: URL): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch {
    throw new Error(`Cannot start: ${fileURLToPath(file)} is missing. Run npm run build first`);
  }
}

/** The files that pages load: few and small, so they stay in memory, and no build meanwhile spoils them. */
export async function readPageFiles(): Promise<PageFiles> {
  const names = JSON.parse(await readBuilt(new URL("names.json", PAGE_FILES))) as PageFiles["names"];
  const files = new Map(
    await Promise.all(
      Object.values(names).map(async (name) => [name, await readFile(new URL(name, PAGE_FILES))] as const),
    ),
  );
  return { names, read: async (name) => files.get(name) ?? null };
}

async function readPepper(dataDir: string): Promise<string> {
  const file = join(dataDir, PEPPER_FILE);
  try {
    await writeFile(file, randomBytes(32).toString("hex"), { mode: 0o600, flag: "wx" });
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  }
  return (await readFile(file, "utf8")).trim();
}

/** The objects: in S3 where that is configured, and only then is its client loaded; else in the directory. */
async function openBlobs(directory: string): Promise<BlobStore> {
  const settings = readS3Settings(process.env);
  if (settings === null) {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    await removeUnfinished(directory);
    return directoryBlobStore(directory);
  }
  for await (const { key } of directoryBlobStore(directory).list()) {
    throw new Error(
      `Cannot start: objects are in an S3 bucket now, and ${directory} still holds some, such as ${key}. Copy ` +
        "them into the bucket under the same keys, then move the directory away",
    );
  }
  const { checkS3, s3BlobStore } = await import("../store/s3.ts");
  await checkS3(settings).catch((error) => {
    throw error instanceof Error ? new Error(`Cannot start: ${error.message}`, { cause: error }) : error;
  });
  return s3BlobStore(settings);
}

/**
 * Refuses to begin a new index beside objects: the old one was lost or put elsewhere, and whoever goes on
 * without it only finds out later.
 */
async function refuseStrangeObjects(database: Database, blobs: BlobStore, dataDir: string): Promise<void> {
  if (!(await isNewDatabase(database))) return;
  for await (const { key } of blobs.list()) {
    if (kindOfKey(key) === null) continue;
    throw new Error(
      `Cannot start: ${join(dataDir, INDEX_FILE)} is missing or empty, and there are objects that belong to ` +
        `an index, such as ${key}. Put the index back, from a backup if need be. Or begin a new one with ` +
        "--new-index: then no report of before can be read, and the objects stay until you let them go with " +
        `"${allowCommand(dataDir)}"`,
    );
  }
}

/** How the operator lets go what the sweeper holds back. */
const allowCommand = (dataDir: string): string => `ikefrag sweep --data ${dataDir} --anyway`;

/**
 * Starts the service, and sweeps once an hour.
 *
 * @throws {Error} that says why it cannot start: another service has the directory, a setting is wrong, the
 *   database cannot be opened, it was lost beside its objects, the port is taken
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const [agentBundle, windowsAgent, posixAgent, pageFiles] = await Promise.all([
    readBuilt(AGENT_BUNDLE),
    readBuilt(WINDOWS_AGENT),
    readBuilt(POSIX_AGENT),
    readPageFiles(),
  ]);
  const { dataDir } = options;
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const unlock = lockDataDir(dataDir);
  try {
    return await startLocked(options, { agentBundle, windowsAgent, posixAgent, pageFiles }, unlock);
  } catch (error) {
    unlock();
    throw error;
  }
}

async function startLocked(
  options: ServerOptions,
  agents: BuiltFiles,
  unlock: () => void,
): Promise<RunningServer> {
  const { dataDir } = options;
  for (const message of strangeNames(namesIn(process.env))) options.log({ level: "error", message });
  const pepper = process.env.IKEFRAG_PEPPER ? "" : await readPepper(dataDir);
  const config = { ...readSettings(process.env, options, pepper), demo: options.demo === true };
  const blobs = await openBlobs(join(dataDir, OBJECTS_FOLDER));
  const database = openSqlite(join(dataDir, INDEX_FILE));
  try {
    if (options.newIndex !== true) await refuseStrangeObjects(database, blobs, options.dataDir);
    await migrate(database, await readMigrations(), new Date(), sha256Hex);
    return await startOn(database, { options, config, blobs, agents, unlock });
  } catch (error) {
    database.close();
    throw error;
  }
}

/** What the build made, and the service hands out. */
type BuiltFiles = Pick<Deps, "agentBundle" | "windowsAgent" | "posixAgent" | "pageFiles">;

interface Prepared {
  options: ServerOptions;
  config: Config;
  blobs: BlobStore;
  agents: BuiltFiles;
  unlock: () => void;
}

async function startOn(
  database: ReturnType<typeof openSqlite>,
  { options, config, blobs, agents, unlock }: Prepared,
): Promise<RunningServer> {
  const over = new AbortController();
  const metrics = new Metrics();
  const shutdown = { hasBegun: false, isOver: over.signal };
  const traces = config.traces === null ? null : new TraceExporter(config.traces, options.log);
  const deps: Deps = {
    ...sqlStores(database),
    blobs,
    now: () => new Date(),
    random: (count) => randomBytes(count),
    clientAddress: (c) =>
      forwardedAddress(
        c.req.header("x-forwarded-for"),
        config.proxyHops,
        getConnInfo(c).remote.address ?? "",
      ),
    config,
    remembered: new Remembered(REMEMBERED_BYTES),
    ...agents,
    metrics,
    process: processFacts,
    log: options.log,
    withLogFields: options.withLogFields ?? ((_fields, run) => run()),
    postWebhook: postWebhook(config),
    webhooksDue: () => webhooks.wake(),
    shutdown,
    ...(traces === null ? {} : { traces }),
  };
  const webhooks = new WebhookTimer(deps);
  // Nothing is on its way yet: what uploads held of their cases' allowances, they held before a crash, and
  // what was being sent to a webhook may not have arrived.
  await deps.cases.forgetUploads();
  await deps.webhooks.forgetAttempts(deps.now().toISOString());

  const server = createAdaptorServer({
    fetch: createApp(deps).fetch,
    serverOptions: CONNECTION_TIMES,
  }) as Server;
  const connections = new Connections(server, mostConnections(await readLimits()));
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port, options.host, () => {
      server.off("error", reject);
      resolve();
    });
  });
  // Such as no descriptor left for a connection. Without a listener it would end the process.
  server.on("error", (error) => options.log({ level: "error", message: `Cannot listen: ${error.message}` }));
  const { port } = server.address() as AddressInfo;
  const host = options.host === "0.0.0.0" || options.host === "::" ? "127.0.0.1" : options.host;
  const url = config.publicUrl ?? `http://${host.includes(":") ? `[${host}]` : host}:${port}`;

  const newSignInLink = async (): Promise<string> =>
    `${url}/console/link/${(await createSignInLink(deps, await firstAdmin(deps))).secret}`;

  const stopWatching = watchEventLoop(metrics);
  let sweeping: Promise<unknown> = Promise.resolve();
  const sweepNow = () => {
    sweeping = sweep(deps, allowCommand(options.dataDir)).catch((error) =>
      options.log({ level: "error", message: `Cannot sweep: ${String(error)}` }),
    );
  };
  sweepNow();
  const timer = setInterval(sweepNow, HOUR_MS);
  timer.unref();
  const tracesTimer = setInterval(() => void traces?.flush(), TRACES_MS);
  tracesTimer.unref();
  // What was due while the service did not run.
  webhooks.wake();

  return {
    url,
    firstStart: (await deps.people.anyToken())
      ? null
      : {
          signInLink: await newSignInLink(),
          apiToken: (await createToken(deps, { name: "first token", role: "admin", createdBy: "operator" }))
            .secret,
        },
    newSignInLink,
    async close() {
      clearInterval(timer);
      clearInterval(tracesTimer);
      stopWatching();
      shutdown.hasBegun = true;
      const withinMs = config.shutdownSeconds * 1_000;
      await Promise.all([
        connections.drain(withinMs, () => over.abort()),
        // A sweep goes on from where it is with the next one.
        within(withinMs, sweeping),
        within(withinMs, webhooks.stop()),
      ]);
      await within(withinMs, traces?.flush() ?? Promise.resolve());
      database.close();
      unlock();
    },
  };
}

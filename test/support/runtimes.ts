/** Starts the service on Node, on Deno and in workerd, as an operator does, and stops it. */
import { type ChildProcess, spawn } from "node:child_process";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { join } from "node:path";
import process from "node:process";

const root = join(import.meta.dirname, "../..");
const WORKERD_TOKEN = "ikf_0123456789abcdefghjkmnpqrstvwxyz";
const START_TIMEOUT_MS = 90_000;

/** A service that takes requests. */
export interface Started {
  origin: string;
  token: string;
  child: ChildProcess;
}
/**
 * @param directory where it keeps its data
 * @param s3 the settings of a bucket; without one, objects are where this runtime has them by itself
 */
export type Runtime = (port: number, directory: string, s3?: Record<string, string>) => Promise<Started>;

/** Where a program of a package is. */
export const program = (name: string): string => join(root, "node_modules/.bin", name);
const environment = {
  ...process.env,
  NO_COLOR: "1",
  // Nothing leaves this machine.
  WRANGLER_SEND_METRICS: "false",
  CLOUDFLARE_CF_FETCH_ENABLED: "false",
  IKEFRAG_UPLOADS_PER_MINUTE: "1000",
  IKEFRAG_WEBHOOKS_PRIVATE: "allowed",
};

/** A port that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Where the smoke test receives webhooks: a service on Deno is allowed to connect to there. */
export const RECEIVER_PORT = await freePort();

/** Starts a program in a process group of its own, and waits for what it says when it is ready. */
function start(
  command: string,
  args: string[],
  ready: RegExp,
  extra: Record<string, string> = {},
): Promise<{ child: ChildProcess; said: string }> {
  const child = spawn(command, args, {
    cwd: root,
    env: { ...environment, ...extra },
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  running = child;
  let said = "";
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => fail("it did not become ready"), START_TIMEOUT_MS);
    const fail = (why: string) => {
      clearTimeout(timer);
      void stop(child);
      reject(new Error(`Cannot start ${command}: ${why}\n${said}`));
    };
    const listen = (chunk: Buffer) => {
      said += chunk.toString();
      if (!ready.test(said)) return;
      clearTimeout(timer);
      resolve({ child, said });
    };
    child.stdout?.on("data", listen);
    child.stderr?.on("data", listen);
    child.once("error", (error) => fail(error.message));
    child.once("exit", (code) => fail(`it ended with exit code ${code}`));
  });
}

/** Ends it with all its children, and waits for that. */
export async function stop(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  // The group: wrangler's workerd and npm's wrappers are its children. It may have ended a moment ago.
  try {
    process.kill(-child.pid, "SIGTERM");
  } catch {
    return;
  }
  const timer = setTimeout(() => process.kill(-(child.pid ?? 0), "SIGKILL"), 10_000);
  await ended;
  clearTimeout(timer);
}

/** Runs a program of this package to its end. */
export async function finish(
  command: string,
  args: string[],
  extra: Record<string, string> = {},
): Promise<number> {
  const child = spawn(command, args, { cwd: root, env: { ...environment, ...extra }, stdio: "inherit" });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => resolve(code ?? 1));
  });
}

/** The embedded store: the first start prints the token. */
const embedded =
  (command: string, argsFor: (...given: Parameters<Runtime>) => string[]): Runtime =>
  async (port, directory, s3 = {}) => {
    const { child, said } = await start(
      program(command),
      [...argsFor(port, directory, s3), "--port", String(port), "--data", join(directory, "data")],
      /Stop with Ctrl-C/,
      s3,
    );
    return { child, origin: `http://127.0.0.1:${port}`, token: /\bikf_\w+/.exec(said)?.[0] ?? "" };
  };

const wranglerDev = (port: number, config: string[], settings: Record<string, string>) =>
  start(
    program("wrangler"),
    [
      ...["dev", "--local", ...config, "--ip", "127.0.0.1", "--port", String(port), "--inspector-port", "0"],
      "--show-interactive-dev-session=false",
      ...Object.entries(settings).flatMap(([name, value]) => ["--var", `${name}:${value}`]),
    ],
    /Ready on http/,
  );

const workerd: Runtime = async (port, directory, s3 = {}) => {
  const file = Object.keys(s3).length > 0 ? "wrangler.s3.jsonc" : "wrangler.jsonc";
  const config = ["--config", `infra/${file}`, "--persist-to", directory];
  const migrated = await finish(program("wrangler"), [
    "d1",
    "migrations",
    "apply",
    "ikefrag",
    "--local",
    ...config,
  ]);
  if (migrated !== 0) throw new Error(`Cannot apply the migrations: exit code ${migrated}`);
  const settings = {
    IKEFRAG_PEPPER: "only for this smoke test, and not a secret",
    IKEFRAG_BOOTSTRAP_TOKEN: WORKERD_TOKEN,
    IKEFRAG_UPLOADS_PER_MINUTE: "1000",
    IKEFRAG_WEBHOOKS_PRIVATE: "allowed",
    ...s3,
  };
  const { child } = await wranglerDev(port, config, settings);
  return { child, origin: `http://127.0.0.1:${port}`, token: WORKERD_TOKEN };
};

/** By name. */
export const RUNTIMES: Record<string, Runtime> = {
  node: embedded("node", () => ["cli/main.ts", "serve"]),
  // The permissions that infra/README.md names, and no others.
  deno: embedded("deno", (port, directory, s3 = {}) => {
    const { IKEFRAG_S3_ENDPOINT: endpoint } = s3;
    const own = [port, RECEIVER_PORT].map((each) => `127.0.0.1:${each}`);
    const hosts = [...own, ...(endpoint === undefined ? [] : [new URL(endpoint).host])];
    const names = ["IKEFRAG_*", ...(endpoint === undefined ? [] : ["AWS_*", "_X_AMZN_TRACE_ID"])];
    const allowed = [`net=${hosts}`, `read=.,${directory}`, `write=${directory}`, `env=${names}`];
    const flags = allowed.map((permission) => `--allow-${permission}`);
    return ["run", "--no-prompt", ...flags, "cli/main.ts", "serve"];
  }),
  workerd,
};

/** The store over S3 alone, by name of the runtime: for the contract, which vitest runs on Node. */
export const BLOB_STORES: Record<string, Runtime> = {
  deno: async (port, _directory, s3 = {}) => {
    const words = ["run", "-A", "test/runtime/serve-blobs.ts", String(port)];
    const { child } = await start(program("deno"), words, /Ready on http/, s3);
    return { child, origin: `http://127.0.0.1:${port}`, token: "" };
  },
  workerd: async (port, _directory, s3 = {}) => {
    const { child } = await wranglerDev(port, ["--config", "test/runtime/blob-worker.jsonc"], s3);
    return { child, origin: `http://127.0.0.1:${port}`, token: "" };
  },
};

/** What is running now, for an interrupt: nothing that was started here outlives it. */
let running: ChildProcess | null = null;
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => {
    void (running === null ? Promise.resolve() : stop(running)).finally(() => process.exit(1));
  });
}

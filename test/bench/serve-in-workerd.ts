/**
 * `serve-in-workerd.ts DIR PORT BARE_PORT DATA TOKEN`: the Worker of the checkout DIR, and the bare one, in
 * `workerd serve` with D1 and R2 beside them. Requests reach the Workers by sockets of their own, without a
 * proxy in front.
 */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";

const [directory = "", port = "", barePort = "", data = "", token = ""] = process.argv.slice(2);

interface Runtime {
  ready: Promise<unknown>;
  getD1Database(name: string, worker: string): Promise<unknown>;
}
// It comes with wrangler, which pins its version.
const wrangler = createRequire(import.meta.resolve("wrangler"));
const { Miniflare, convertV4MiniflareOptions } = (await import(
  pathToFileURL(wrangler.resolve("miniflare")).href
)) as {
  Miniflare: new (options: unknown) => Runtime;
  convertV4MiniflareOptions(options: unknown): unknown;
};

async function bundled(file: string, root: string): Promise<string> {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [file],
    bundle: true,
    write: false,
    format: "esm",
    target: "es2024",
    conditions: ["workerd", "worker", "browser"],
    external: ["node:*", "cloudflare:*"],
    minify: true,
    logLevel: "error",
  });
  return outputFiles[0]?.text ?? "";
}

const both = {
  modules: true,
  compatibilityDate: "2026-09-01",
  compatibilityFlags: ["nodejs_compat"],
};
const root = join(import.meta.dirname, "../..");
const options = convertV4MiniflareOptions({
  defaultPersistRoot: data,
  workers: [
    {
      ...both,
      name: "service",
      script: await bundled("api/runtime/worker.ts", directory),
      d1Databases: ["DB"],
      r2Buckets: ["OBJECTS"],
      bindings: {
        IKEFRAG_PEPPER: "only for this benchmark, and not a secret",
        IKEFRAG_BOOTSTRAP_TOKEN: token,
      },
      serviceBindings: { AGENTS: "agents" },
      unsafeDirectSockets: [{ host: "127.0.0.1", port: Number(port) }],
    },
    { ...both, name: "agents", script: `export default { fetch: () => new Response("{}") }` },
    {
      ...both,
      name: "bare",
      script: await bundled("test/bench/bare-service.ts", root),
      unsafeDirectSockets: [{ host: "127.0.0.1", port: Number(barePort) }],
    },
  ],
});
const runtime = new Miniflare(options);
await runtime.ready;

const { migrate } = (await import(pathToFileURL(join(directory, "api/store/database.ts")).href)) as {
  migrate(
    database: unknown,
    migrations: unknown,
    now: Date,
    fingerprint: (text: string) => string,
  ): Promise<void>;
};
const { d1Database } = (await import(pathToFileURL(join(directory, "api/store/d1.ts")).href)) as {
  d1Database(binding: unknown): unknown;
};
const migrations = join(directory, "infra/migrations");
await migrate(
  d1Database(await runtime.getD1Database("DB", "service")),
  readdirSync(migrations).map((name) => ({ name, sql: readFileSync(join(migrations, name), "utf8") })),
  new Date(),
  (text) => createHash("sha256").update(text).digest("hex"),
);
console.log("ready");

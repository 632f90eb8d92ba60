/** The service on Cloudflare Workers: D1 for the index, R2 for objects, a cron trigger for the sweeper. */
import agentBundle from "../../dist/agent.mjs";
import windowsAgent from "../../dist/agent.ps1";
import { createApp } from "../app.ts";
import type { Deps } from "../deps.ts";
import { sweep } from "../reports/sweep.ts";
import { type D1Binding, d1Database } from "../store/d1.ts";
import { type R2Binding, r2BlobStore } from "../store/r2.ts";
import { sqlStores } from "../store/sql-stores.ts";
import { readConfig } from "./config.ts";

interface Environment {
  DB: D1Binding;
  OBJECTS: R2Binding;
  [setting: string]: unknown;
}

interface ExecutionContext {
  waitUntil(promise: Promise<unknown>): void;
}

function toDeps(environment: Environment): Deps {
  const database = d1Database(environment.DB);
  return {
    ...sqlStores(database),
    blobs: r2BlobStore(environment.OBJECTS),
    now: () => new Date(),
    random: (count) => crypto.getRandomValues(new Uint8Array(count)),
    // Cloudflare sets it. What a client sends under this name never arrives here.
    clientAddress: (c) => c.req.header("cf-connecting-ip") ?? "",
    config: readConfig(environment),
    agentBundle,
    windowsAgent,
    log: (entry) => console.log(JSON.stringify(entry)),
  };
}

/** An instance gets the same bindings for as long as it lives, so the application is built once for them. */
const built = new WeakMap<Environment, { deps: Deps; app: ReturnType<typeof createApp> }>();
function build(environment: Environment) {
  let known = built.get(environment);
  if (known === undefined) {
    const deps = toDeps(environment);
    known = { deps, app: createApp(deps) };
    built.set(environment, known);
  }
  return known;
}

/** The handlers that the runtime calls. */
export default {
  fetch(request: Request, environment: Environment): Response | Promise<Response> {
    return build(environment).app.fetch(request, environment);
  },
  scheduled(_event: unknown, environment: Environment, context: ExecutionContext): void {
    context.waitUntil(sweep(build(environment).deps));
  },
};

/** The service on Cloudflare Workers: D1 for the index, R2 for objects, a cron trigger for the sweeper. */
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
  /** The built agents. They stand beside the script, which would be an eighth larger with them. */
  AGENTS: { fetch(url: string): Promise<Response> };
  [setting: string]: unknown;
}

interface ExecutionContext {
  waitUntil(promise: Promise<unknown>): void;
}

/** @throws {Error} the file was not deployed with the script */
async function agentFile({ AGENTS }: Environment, name: string): Promise<string> {
  const answer = await AGENTS.fetch(`https://agents.invalid/${name}`);
  if (!answer.ok) throw new Error(`Cannot read ${name} from the Worker's assets: status ${answer.status}`);
  return await answer.text();
}

async function toDeps(environment: Environment): Promise<Deps> {
  const database = d1Database(environment.DB);
  const [agentBundle, windowsAgent] = await Promise.all([
    agentFile(environment, "agent.mjs"),
    agentFile(environment, "agent.ps1"),
  ]);
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

interface Built {
  deps: Deps;
  app: ReturnType<typeof createApp>;
}

/** An instance gets the same bindings for as long as it lives, so the application is built once for them. */
const built = new WeakMap<Environment, Promise<Built>>();
function build(environment: Environment): Promise<Built> {
  const known = built.get(environment);
  if (known !== undefined) return known;
  const building = toDeps(environment).then((deps) => ({ deps, app: createApp(deps) }));
  built.set(environment, building);
  // What failed once is tried again with the next request.
  building.catch(() => built.delete(environment));
  return building;
}

/** The handlers that the runtime calls. */
export default {
  async fetch(request: Request, environment: Environment): Promise<Response> {
    const { app } = await build(environment);
    return app.fetch(request, environment);
  },
  scheduled(_event: unknown, environment: Environment, context: ExecutionContext): void {
    context.waitUntil(build(environment).then(({ deps }) => sweep(deps)));
  },
};

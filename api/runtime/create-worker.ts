/** The service on Cloudflare Workers, wherever its objects are: D1 for the index, a cron trigger to sweep. */
import { AsyncLocalStorage } from "node:async_hooks";
import type { createApp } from "../app.ts";
import { type Deps, REMEMBERED_BYTES, WEBHOOK_ANSWER_BYTES } from "../deps.ts";
import { Metrics } from "../metrics.ts";
import { Remembered } from "../reports/remembered.ts";
import { type D1Binding, d1Database } from "../store/d1.ts";
import type { BlobStore } from "../store/port.ts";
import { sqlStores } from "../store/sql-stores.ts";
import { readConfig } from "./config.ts";
import { toLogLine } from "./log-line.ts";
import { strangeNames } from "./settings.ts";
import { TraceExporter } from "./trace-exporter.ts";
import { useBeside } from "./worker-beside.ts";

/** What every deployment binds. */
export interface Environment {
  DB: D1Binding;
  /** What stands beside the script: the built agents, the words, and what pages load. */
  AGENTS: { fetch(url: string): Promise<Response> };
  [setting: string]: unknown;
}

interface ExecutionContext {
  waitUntil(promise: Promise<unknown>): void;
}

/** On the free plan a Worker may make 50 requests a call. The paid one allows more: infra/README.md. */
const SWEEP_REQUESTS = 45;
/** The same for sending to webhooks: by the cron trigger, and after a request that has made some itself. */
const DELIVERY_REQUESTS = { byCron: 45, afterRequest: 12 };
/** The cron trigger for webhooks; whichever other one there is sweeps. */
const DELIVERY_CRON = "* * * * *";
/** How the operator lets go what the sweeper holds back. */
const ALLOW_COMMAND =
  "npx wrangler d1 execute ikefrag --remote -c infra/wrangler.jsonc --command " +
  '"UPDATE sweep_state SET allowed = 1, version = version + 1"';

/** @throws {Error} the file was not deployed with the script */
async function assetOf({ AGENTS }: Environment, name: string): Promise<string> {
  const answer = await AGENTS.fetch(`https://agents.invalid/${name}`);
  if (!answer.ok) throw new Error(`Cannot read ${name} from the Worker's assets: status ${answer.status}`);
  return await answer.text();
}

/** What has words of its own, and can be imported as soon as the words are there. */
async function parts(environment: Environment) {
  useBeside(await assetOf(environment, "words.json"), (name) => assetOf(environment, name));
  const [{ createApp }, { sweep }, { deliver }] = await Promise.all([
    import("../app.ts"),
    import("../reports/sweep.ts"),
    import("../webhooks/deliver.ts"),
  ]);
  return { createApp, sweep, deliver };
}

/**
 * Posts to a receiver of webhooks. A Worker has no private network of its own that `fetch` leads to, so names
 * are not resolved here; addresses in URLs are looked at as everywhere.
 */
const postWebhook =
  (timeoutMs: number): Deps["postWebhook"] =>
  async (url, headers, body) => {
    const signal = AbortSignal.timeout(timeoutMs);
    const answer = await fetch(url, { method: "POST", headers, body, redirect: "manual", signal });
    let text = "";
    const decoder = new TextDecoder();
    // The status is what counts, even where the rest of the answer never comes.
    try {
      for await (const chunk of answer.body ?? []) {
        text += decoder.decode(chunk.subarray(0, WEBHOOK_ANSWER_BYTES - text.length), { stream: true });
        if (text.length >= WEBHOOK_ANSWER_BYTES) break;
      }
    } catch {}
    return { status: answer.status, text, retryAfter: answer.headers.get("retry-after") };
  };

/** Without LogTape, which would be a thirtieth of a script that is read at every cold start. */
function workerLog(): Pick<Deps, "log" | "withLogFields"> {
  const fields = new AsyncLocalStorage<Readonly<Record<string, string>>>();
  return {
    log: ({ level, message, ...others }) =>
      console.log(toLogLine(new Date(), level, message, { ...fields.getStore(), ...others })),
    withLogFields: (given, run) => fields.run({ ...fields.getStore(), ...given }, run),
  };
}

async function toDeps<E extends Environment>(
  environment: E,
  openBlobs: (environment: E) => BlobStore,
  webhooksDue: () => void,
): Promise<Deps> {
  for (const message of strangeNames(Object.keys(environment))) console.error(message);
  const database = d1Database(environment.DB);
  const [agentBundle, windowsAgent, posixAgent, names] = await Promise.all([
    assetOf(environment, "agent.mjs"),
    assetOf(environment, "agent.ps1"),
    assetOf(environment, "agent.sh"),
    assetOf(environment, "pages/names.json"),
  ]);
  const config = readConfig({ IKEFRAG_SWEEP_REQUESTS: SWEEP_REQUESTS, ...environment });
  return {
    ...sqlStores(database),
    blobs: openBlobs(environment),
    now: () => new Date(),
    random: (count) => crypto.getRandomValues(new Uint8Array(count)),
    // Cloudflare sets it. What a client sends under this name never arrives here.
    clientAddress: (c) => c.req.header("cf-connecting-ip") ?? "",
    config,
    remembered: new Remembered(REMEMBERED_BYTES),
    agentBundle,
    windowsAgent,
    posixAgent,
    pageFiles: {
      names: JSON.parse(names),
      async read(name) {
        const answer = await environment.AGENTS.fetch(`https://agents.invalid/pages/${name}`);
        return answer.ok ? (answer.body as ReadableStream<Uint8Array<ArrayBuffer>> | null) : null;
      },
    },
    metrics: new Metrics(),
    ...workerLog(),
    postWebhook: postWebhook(config.webhookTimeoutMs),
    webhooksDue,
  };
}

interface Built {
  app: ReturnType<typeof createApp>;
  sweep(): Promise<unknown>;
  deliver(mostRequests: number): Promise<void>;
}

/** The handlers that the runtime calls. */
export interface Worker<E> {
  fetch(request: Request, environment: E, context: ExecutionContext): Promise<Response>;
  scheduled(event: { cron: string }, environment: E, context: ExecutionContext): void;
}

/**
 * Makes the handlers that the runtime calls.
 *
 * @param openBlobs opens the objects. What it throws, an operator's mistake in the settings, is in the log
 * and the answer is 500
 */
export function createWorker<E extends Environment>(openBlobs: (environment: E) => BlobStore): Worker<E> {
  /** An instance has the same bindings for as long as it lives, so the application is built once for them. */
  const built = new WeakMap<E, Promise<Built>>();
  let isDue = false;
  let traces: TraceExporter | null = null;
  const build = (environment: E): Promise<Built> => {
    const known = built.get(environment);
    if (known !== undefined) return known;
    const webhooksDue = () => {
      isDue = true;
    };
    const building = Promise.all([toDeps(environment, openBlobs, webhooksDue), parts(environment)]).then(
      ([deps, { createApp, sweep, deliver }]) => {
        if (deps.config.traces !== null) traces = new TraceExporter(deps.config.traces, deps.log);
        return {
          app: createApp(traces === null ? deps : { ...deps, traces }),
          sweep: () => sweep(deps, ALLOW_COMMAND),
          deliver: (mostRequests: number) => deliver(deps, mostRequests),
        };
      },
    );
    built.set(environment, building);
    // What failed once is tried again with the next request.
    building.catch(() => built.delete(environment));
    return building;
  };
  return {
    async fetch(request, environment, context) {
      const { app, deliver } = await build(environment);
      const response = await app.fetch(request, environment);
      if (traces !== null) context.waitUntil(traces.flush());
      if (isDue) {
        isDue = false;
        context.waitUntil(deliver(DELIVERY_REQUESTS.afterRequest));
      }
      return response;
    },
    scheduled({ cron }, environment, context) {
      context.waitUntil(
        build(environment).then(({ sweep, deliver }) =>
          cron === DELIVERY_CRON ? deliver(DELIVERY_REQUESTS.byCron) : sweep(),
        ),
      );
    },
  };
}

/** Whether the service is alive, and whether its stores answer. */
import { Hono } from "hono";
import type { Deps } from "../deps.ts";
import type { Env } from "../http/context.ts";
import { Problem } from "../http/problem.ts";

/** How long the stores may take, in all. */
const PATIENCE_MS = 2_000;
/** An answer serves all who ask within a second, so that strangers cannot put load on the stores. */
const FRESH_MS = 1_000;
const NO_STORE = { "Cache-Control": "no-store" } as const;

/** `/healthz` and `/readyz`. */
export function healthRoutes(deps: Deps) {
  const why = readiness(deps);
  return new Hono<Env>()
    .get("/healthz", (c) => c.json({ status: "ok" }, 200, NO_STORE))
    .get("/readyz", async (c) => {
      if ((await why()) !== null) throw new Problem("store-unreachable", { headers: { "Retry-After": "5" } });
      return c.json({ status: "ok" }, 200, NO_STORE);
    });
}

interface Check {
  begunAt: number;
  /** `null` while the stores are being asked. */
  endedAt: number | null;
  /** Why they do not answer; `null`: they do. */
  why: Promise<string | null>;
}

/** @returns what tells why the stores do not answer; `null`: they do. A change is in the log, once */
function readiness(deps: Deps): () => Promise<string | null> {
  let last: Check | null = null;
  let said: string | null = null;

  const begin = (begunAt: number): Check => {
    const check: Check = { begunAt, endedAt: null, why: askBoth(deps) };
    void check.why.then((why) => {
      check.endedAt = deps.now().getTime();
      if (why === null && said !== null) deps.log({ level: "info", message: "The stores answer again" });
      if (why !== null) deps.metrics.storeErrors.add(["unready"]);
      if (why !== null && said === null) deps.log({ level: "error", message: why, route: "/readyz" });
      said = why;
    });
    return check;
  };
  // On Workers a check stands still when the request that began it is gone: then the next one begins anew.
  const isFresh = ({ begunAt, endedAt }: Check, now: number): boolean =>
    Math.abs(now - (endedAt ?? begunAt)) < (endedAt === null ? PATIENCE_MS : FRESH_MS);

  return () => {
    const now = deps.now().getTime();
    if (last === null || !isFresh(last, now)) last = begin(now);
    return within(last.why);
  };
}

async function askBoth(deps: Deps): Promise<string | null> {
  const asked = [within(answerOf(deps.access.ping())), within(answerOf(deps.blobs.ping()))];
  const [index, objects] = await Promise.all(asked);
  const reasons = [index && `Index: ${index}`, objects && `Objects: ${objects}`].filter(Boolean);
  return reasons.length === 0 ? null : reasons.join("; ");
}

/** @returns why a store does not answer; `null`: it does */
const answerOf = (asking: Promise<void>): Promise<string | null> =>
  asking.then(
    () => null,
    (error) => (error instanceof Error ? error.message : String(error)),
  );

async function within(awaited: Promise<string | null>): Promise<string | null> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve(`no answer within ${PATIENCE_MS / 1_000} seconds`), PATIENCE_MS);
  });
  const first = await Promise.race([awaited, late]);
  clearTimeout(timer);
  return first;
}

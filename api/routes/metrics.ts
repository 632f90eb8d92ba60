/** `/metrics`, for the operator alone. */
import { Hono } from "hono";
import { ANALYZER } from "../../shared/diagnose/diagnose.ts";
import { authenticate, bearerToken } from "../auth/authenticate.ts";
import { may } from "../auth/authorize.ts";
import { equalDigests, sha256Hex } from "../auth/secrets.ts";
import type { Deps } from "../deps.ts";
import type { AppContext, Env } from "../http/context.ts";
import { isLoopback } from "../http/loopback.ts";
import { METRICS_TYPE, type SweepFacts } from "../metrics.ts";

/**
 * The metrics: for who has the token for them, for an administrator's, and for who asks on this machine where
 * no proxy stands in front. Everybody else is refused as everywhere.
 */
export function metricsRoutes(deps: Deps) {
  const answer = async (c: AppContext) =>
    c.body(deps.metrics.text(ANALYZER, deps.process?.() ?? null, await sweepFacts(deps)), 200, {
      "Content-Type": METRICS_TYPE,
      "Cache-Control": "no-store",
    });
  return new Hono<Env>().get(
    "/metrics",
    (c, next) => (hasMetricsToken(deps, c) || isOnThisMachine(deps, c) ? answer(c) : next()),
    authenticate(deps),
    may("admin"),
    answer,
  );
}

function hasMetricsToken({ config }: Deps, c: AppContext): boolean {
  const token = bearerToken(c);
  const { metricsTokenSha256: expected } = config;
  return token !== null && expected !== null && equalDigests(sha256Hex(token), expected);
}

const PROXY_HEADERS = ["forwarded", "via", "x-forwarded-for", "x-forwarded-proto", "x-real-ip"] as const;

/**
 * Whether the connection comes from this machine, and from nobody else by way of it. A proxy that the
 * operator did not tell us of shows by its headers, or by TLS, which the service does not speak itself; and a
 * page of another site, whose name leads to this machine, by its name.
 */
function isOnThisMachine({ config, clientAddress }: Deps, c: AppContext): boolean {
  return (
    config.proxyHops === 0 &&
    !config.publicUrl?.startsWith("https:") &&
    isLoopback(clientAddress(c)) &&
    PROXY_HEADERS.every((name) => c.req.header(name) === undefined) &&
    isLoopback((c.req.header("host") ?? "").replace(/:\d+$/, ""))
  );
}

/** The metrics are needed most where the index does not answer, and then come without these. */
async function sweepFacts(deps: Deps): Promise<SweepFacts | null> {
  const state = (await deps.sweeps.peek().catch(() => null))?.state;
  if (state === undefined) return null;
  return {
    lastAtSeconds: state.seenAt === null ? null : Date.parse(state.seenAt) / 1_000,
    isExpiryHeldBack: state.expiryRefused !== null,
    areOrphansHeldBack: state.orphansRefused !== null,
  };
}

/** The whole service as one Hono application. */
import { Buffer } from "node:buffer";
import { Hono } from "hono";
import { methodNotAllowed } from "hono/method-not-allowed";
import { matchedRoutes } from "hono/route";
import { audited } from "./auth/audited.ts";
import { authenticate } from "./auth/authenticate.ts";
import { newKey } from "./auth/secrets.ts";
import type { Deps } from "./deps.ts";
import { CONTENT_SECURITY_POLICY } from "./http/content-security-policy.ts";
import type { AppContext, Env } from "./http/context.ts";
import { shuttingDown } from "./http/incoming.ts";
import { isPlainHttp } from "./http/loopback.ts";
import { openApiDocument } from "./http/openapi.ts";
import { Problem } from "./http/problem.ts";
import { problemResponse, toProblem } from "./http/problem-response.ts";
import { rememberLanguage, requestedLanguage } from "./http/request-language.ts";
import { readTraceParent } from "./http/traces.ts";
import { agentPages } from "./pages/agent-page.ts";
import { byHandPages } from "./pages/by-hand-page.ts";
import { cardPages } from "./pages/card-page.ts";
import { consoleRoutes } from "./pages/console.ts";
import { docsPage } from "./pages/docs-page.ts";
import { errorPage } from "./pages/error-page.ts";
import { gatewayPages } from "./pages/gateway-page.ts";
import { operatorOf } from "./pages/operator.ts";
import { publicPages } from "./pages/public-pages.ts";
import { followSettings } from "./people/service-settings.ts";
import { agentRoutes } from "./routes/agent.ts";
import { analysisRoutes } from "./routes/analyses.ts";
import { caseAnalysisRoutes } from "./routes/case-analyses.ts";
import { caseRoutes } from "./routes/cases.ts";
import { gatewayFileRoutes } from "./routes/gateway-files.ts";
import { gatewayRoutes } from "./routes/gateways.ts";
import { healthRoutes } from "./routes/health.ts";
import { insightRoutes } from "./routes/insights.ts";
import { metricsRoutes } from "./routes/metrics.ts";
import { auditRoutes, memberRoutes, passkeyRoutes, sessionRoutes, tokenRoutes } from "./routes/people.ts";
import { releaseRoutes } from "./routes/releases.ts";
import { reportRoutes } from "./routes/reports.ts";
import { runRoutes } from "./routes/runs.ts";
import { settingsRoutes } from "./routes/settings.ts";
import { webhookRoutes } from "./routes/webhooks.ts";
import { LostObjectError, StoreUnavailableError } from "./store/unavailable.ts";

const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  "Content-Security-Policy": CONTENT_SECURITY_POLICY,
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
  // Not `no-referrer`: with it, browsers send `Origin: null` with our own forms, as they do with another
  // site's.
  "Referrer-Policy": "same-origin",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "X-Robots-Tag": "noindex, nofollow",
};
const HSTS = "max-age=31536000; includeSubDomains";

/**
 * Host names, IPv4, and IPv6 in brackets, with a port. No shell and no browser finds anything special in
 * them.
 */
const ORIGIN = /^https?:\/\/(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?$/;

/** The route's pattern for the log, because the path itself may contain codes and IDs. */
const routePattern = (c: AppContext): string =>
  matchedRoutes(c).findLast(({ method }) => method !== "ALL")?.path ?? "none";

/**
 * Whether an error is nothing but the end of a connection, where a library reads the body by itself: the
 * client has gone, and the error is one of input and output, or has the request's own reason to stop.
 */
const isDisconnect = (error: unknown, c: AppContext): boolean =>
  c.req.raw.signal.aborted &&
  (error === c.req.raw.signal.reason ||
    (error instanceof Error &&
      (error.name === "AbortError" || ("code" in error && DISCONNECTED.has(String(error.code))))));
const DISCONNECTED: ReadonlySet<string> = new Set([
  "ECONNRESET",
  "EPIPE",
  "ABORT_ERR",
  "ERR_STREAM_PREMATURE_CLOSE",
]);

/** A full disk is no fault of the code: its stack says nothing that the operator needs. */
const toLogged = (error: unknown): string =>
  error instanceof StoreUnavailableError || error instanceof LostObjectError
    ? error.message
    : error instanceof Error
      ? (error.stack ?? error.message)
      : String(error);

/** Gives the request's span to who collects them, unless the caller records no trace of it. */
function trace({ traces, now, random }: Deps, c: AppContext, beganAtMs: number): void {
  if (traces === undefined) return;
  const parent = readTraceParent(c.req.header("traceparent"));
  if (parent?.isSampled === false) return;
  const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
  traces.add({
    traceId: parent?.traceId ?? hex(random(16)),
    spanId: hex(random(8)),
    parentSpanId: parent?.spanId ?? null,
    method: c.req.method,
    route: routePattern(c),
    status: c.res.status,
    requestId: c.var.requestId,
    beganAtMs,
    endedAtMs: now().getTime(),
  });
}

/**
 * Builds the application. Everything outside of it (stores, clock, randomness, settings) comes in as `deps`.
 */
export function createApp(deps: Deps) {
  const app = new Hono<Env>();

  const respond = (c: AppContext, problem: Problem): Response | Promise<Response> => {
    const html = !c.req.path.startsWith("/v1/") && (c.req.header("accept") ?? "").includes("text/html");
    if (!html) return problemResponse(c, problem, c.var.language, c.var.requestId);
    for (const [name, value] of Object.entries(problem.headers)) c.header(name, value);
    c.header("Cache-Control", "no-store");
    return c.html(errorPage(c, problem), problem.status);
  };

  app.use(async (c, next) => {
    const startedAt = deps.now().getTime();
    c.set("requestId", newKey(deps.random));
    deps.metrics.inFlight.add([]);
    const { requestId } = c.var;
    try {
      await deps.withLogFields({ requestId, route: routePattern(c) }, next);
    } finally {
      deps.metrics.inFlight.add([], -1);
    }
    const answered = {
      method: c.req.method,
      route: routePattern(c),
      status: c.res.status,
      ms: deps.now().getTime() - startedAt,
    };
    // A form that catches the problem, to be filled in again, leaves its status alone.
    if (answered.status === 413 || answered.status === 429)
      deps.metrics.limits.add([c.error instanceof Problem ? c.error.code : "form"]);
    deps.metrics.answered({ ...answered, receivedBytes: c.var.receivedBytes ?? 0 });
    deps.log({ level: "info", message: "request", requestId, ...answered });
    trace(deps, c, startedAt);
  });
  app.use(async (c, next) => {
    await followSettings(deps);
    const asked = requestedLanguage(c);
    c.set("language", asked ?? deps.config.language);
    c.set("languageAsked", asked !== null);
    c.set("pageFiles", deps.pageFiles.names);
    c.set("operator", operatorOf(deps));
    c.set("isDemo", deps.config.demo);
    c.set("principal", { kind: "anyone" });
    c.set("origin", deps.config.publicUrl ?? "");
    c.header("X-Request-Id", c.var.requestId);
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) c.header(name, value);
    const origin = deps.config.publicUrl ?? new URL(c.req.url).origin;
    if (!ORIGIN.test(origin)) throw new Problem("bad-host");
    // Nobody said by which name users reach the service, and beyond this machine nothing vouches for it.
    if (deps.config.publicUrl === null && isPlainHttp(origin) && !deps.config.plainHttp)
      throw new Problem("bad-host");
    c.set("origin", origin);
    if (deps.shutdown?.hasBegun) throw shuttingDown();
    if (deps.shutdown) c.set("shutdown", deps.shutdown);
    if (origin.startsWith("https:")) c.header("Strict-Transport-Security", HSTS);
    if (!c.req.path.startsWith("/v1/")) rememberLanguage(c);
    await next();
    // What names a person's case or report stays in no cache, unless the route says that it may.
    if (!c.res.headers.has("cache-control")) c.res.headers.set("cache-control", "no-store");
    // A client that would send more over this connection learns that it ends.
    if (deps.shutdown?.hasBegun) c.res.headers.set("connection", "close");
    // Windows PowerShell 5.1 reads JSON without a charset as ISO-8859-1.
    if (c.res.headers.get("content-type") === "application/json")
      c.res.headers.set("content-type", "application/json; charset=utf-8");
  });
  app.use(
    methodNotAllowed({
      app,
      onMethodNotAllowed: (c: AppContext, methods: string[]) =>
        respond(
          c,
          new Problem("method-not-allowed", {
            params: { method: c.req.method, allowed: methods.join(", ") },
            headers: { Allow: methods.join(", ") },
          }),
        ),
    }),
  );

  app.route("/", healthRoutes(deps));
  app.route("/", metricsRoutes(deps));
  app.get("/openapi.json", async (c) => c.json(await openApiDocument(c.var.origin)));
  app.get("/docs", (c) => c.html(docsPage(c)));

  app.use(authenticate(deps));
  app.use(audited(deps));
  app.route("/v1/cases", caseRoutes(deps));
  app.route("/v1/runs", runRoutes(deps));
  app.route("/v1/gateway-files", gatewayFileRoutes(deps));
  app.route("/v1/analyses", analysisRoutes(deps));
  app.route("/v1/case-analyses", caseAnalysisRoutes(deps));
  app.route("/v1/reports", reportRoutes(deps));
  app.route("/v1/members", memberRoutes(deps));
  app.route("/v1/tokens", tokenRoutes(deps));
  app.route("/v1/sessions", sessionRoutes(deps));
  app.route("/v1/passkeys", passkeyRoutes(deps));
  app.route("/v1/audit-log", auditRoutes(deps));
  app.route("/v1/gateways", gatewayRoutes(deps));
  app.route("/v1/insights", insightRoutes(deps));
  app.route("/v1/webhooks", webhookRoutes(deps));
  app.route("/v1/settings", settingsRoutes(deps));
  app.route("/", releaseRoutes(deps));
  app.route("/a", agentRoutes(deps));
  app.route("/a", agentPages(deps));
  app.route("/a", byHandPages(deps));
  app.route("/g", gatewayPages(deps));
  app.route("/console", consoleRoutes(deps));
  app.route("/r", cardPages(deps));
  app.route("/", publicPages(deps));

  app.notFound((c) =>
    respond(c, new Problem("not-found", { params: { method: c.req.method, path: c.req.path } })),
  );
  app.onError((error, c) => {
    const problem = isDisconnect(error, c) ? new Problem("client-gone") : toProblem(error, c.var.requestId);
    if (error instanceof StoreUnavailableError) deps.metrics.storeErrors.add(["unavailable"]);
    if (error instanceof LostObjectError) deps.metrics.storeErrors.add(["lost"]);
    if (error instanceof LostObjectError || (problem.status >= 500 && !(error instanceof Problem))) {
      deps.log({ level: "error", message: toLogged(error) });
    }
    return respond(c, problem);
  });
  return app;
}

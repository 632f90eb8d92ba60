import type { MiddlewareHandler } from "hono";
import { getCookie } from "hono/cookie";
import type { Deps } from "../deps.ts";
import type { AppContext, Env } from "../http/context.ts";
import { Problem } from "../http/problem.ts";
import type { Grant, Role } from "../store/port.ts";
import { equalDigests, SecretPrefix, sha256Hex } from "./secrets.ts";

/** Who asks. A run token says nothing here: the routes of a run check it themselves. */
export type Principal = { kind: "anyone" } | { kind: "staff"; grant: Grant; via: "token" | "session" };

const ANYONE: Principal = { kind: "anyone" };

/** @returns the token of `Authorization: Bearer`, RFC 6750 §2.1, or `null` */
export function bearerToken(c: AppContext): string | null {
  return /^Bearer +([\w.~+/-]+=*)$/i.exec(c.req.header("authorization") ?? "")?.[1] ?? null;
}

/** `__Host-` needs https; a service tried on plain http has to do without. */
export const sessionCookieName = (origin: string): string =>
  origin.startsWith("https:") ? "__Host-ikefrag-session" : "ikefrag-session";

/** Looks a staff token up, be it the database's or the one from the environment. */
export async function findGrant(deps: Deps, token: string): Promise<Grant | null> {
  if (!token.startsWith(SecretPrefix.apiToken)) return null;
  const hash = sha256Hex(token);
  const bootstrap = deps.config.bootstrapTokenSha256;
  if (bootstrap !== null && equalDigests(hash, bootstrap)) return { name: "bootstrap", role: "admin" };
  return deps.access.findToken(hash);
}

/** Finds out who asks, before every route. */
export function identify(deps: Deps): MiddlewareHandler<Env> {
  return async (c, next) => {
    c.set("principal", await principalOf(deps, c));
    await next();
  };
}

async function principalOf(deps: Deps, c: AppContext): Promise<Principal> {
  const authorization = c.req.header("authorization");
  if (authorization !== undefined) {
    const token = bearerToken(c);
    if (token?.startsWith(SecretPrefix.runToken)) return ANYONE;
    const grant = token === null ? null : await findGrant(deps, token);
    // A refused token is never "anyone": a caller who thinks to be known must learn that they are not.
    if (grant === null) throw new Problem("token-refused", { headers: { "WWW-Authenticate": "Bearer" } });
    return { kind: "staff", grant, via: "token" };
  }
  const session = getCookie(c, sessionCookieName(c.var.origin));
  if (session?.startsWith(SecretPrefix.session)) {
    const grant = await deps.access.findSession(sha256Hex(session), deps.now().toISOString());
    if (grant !== null) return { kind: "staff", grant, via: "session" };
  }
  return ANYONE;
}

/** Lets staff pass, or only admins. */
export function may(role: Role): MiddlewareHandler<Env> {
  return async (c, next) => {
    const { principal } = c.var;
    if (principal.kind === "anyone") {
      throw new Problem("token-missing", { headers: { "WWW-Authenticate": "Bearer" } });
    }
    if (role === "admin" && principal.grant.role !== "admin") {
      throw new Problem("role-too-low", { params: { role: principal.grant.role } });
    }
    if (principal.via === "session") refuseCrossSite(c);
    await next();
  };
}

/** @returns who it is, behind `may()` */
export function staffOf(c: AppContext): Grant {
  const { principal } = c.var;
  if (principal.kind === "anyone") throw new Problem("token-missing");
  return principal.grant;
}

const SAFE_METHODS = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * Refuses a change that another site's page asked the browser for.
 *
 * Browsers say `Sec-Fetch-Site` on https and localhost, and `Origin` everywhere; a client that says neither carries
 * no cookie that somebody else could use.
 */
export function refuseCrossSite(c: AppContext): void {
  if (SAFE_METHODS.has(c.req.method)) return;
  const site = c.req.header("sec-fetch-site");
  const origin = c.req.header("origin");
  const sameOrigin = site !== undefined ? site === "same-origin" : origin === c.var.origin;
  if (!sameOrigin) throw new Problem("cross-site");
}

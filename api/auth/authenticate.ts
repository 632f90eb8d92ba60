/** Finds out who sends a request: by its `Authorization` header, or by the cookie of a session. */
import type { MiddlewareHandler } from "hono";
import { getCookie } from "hono/cookie";
import type { Deps } from "../deps.ts";
import type { AppContext, Env } from "../http/context.ts";
import { Problem } from "../http/problem.ts";
import { countMiss } from "../http/rate-limits.ts";
import { findSession, findToken } from "./credentials.ts";
import type { Principal } from "./principal.ts";
import { SecretPrefix } from "./secrets.ts";

const ANYONE: Principal = { kind: "anyone" };

/** The header that goes with every 401, RFC 9110 §11.6.1. */
export const CHALLENGE = { "WWW-Authenticate": "Bearer" } as const;

/** @returns the token of `Authorization: Bearer`, RFC 6750 §2.1, or `null` */
export function bearerToken(c: AppContext): string | null {
  return /^Bearer +([\w.~+/-]+=*)$/i.exec(c.req.header("authorization") ?? "")?.[1] ?? null;
}

/**
 * The session's cookie. Browsers accept the prefix `__Host-` on https only, so plain http has to do without.
 */
export const sessionCookieName = (origin: string): string =>
  origin.startsWith("https:") ? "__Host-ikefrag-session" : "ikefrag-session";

/** Puts into the context who asks. It runs before every route. */
export function authenticate(deps: Deps): MiddlewareHandler<Env> {
  return async (c, next) => {
    c.set("principal", await principalOf(deps, c));
    await next();
  };
}

async function principalOf(deps: Deps, c: AppContext): Promise<Principal> {
  if (c.req.header("authorization") !== undefined) {
    const token = bearerToken(c);
    if (token?.startsWith(SecretPrefix.runToken)) return ANYONE;
    const grant = token === null ? null : await findToken(deps, token);
    // A refused token never becomes "anyone": callers who believe that they are known must learn that they
    // are not.
    if (grant === null) {
      await countMiss(deps, c);
      throw new Problem("token-refused", { headers: CHALLENGE });
    }
    return { kind: "staff", grant, via: "token" };
  }
  const session = getCookie(c, sessionCookieName(c.var.origin));
  const grant = session === undefined ? null : await findSession(deps, session);
  return grant === null ? ANYONE : { kind: "staff", grant, via: "session" };
}

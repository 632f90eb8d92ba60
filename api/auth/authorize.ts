/** Decides what staff and admins may do, and refuses changes that another site's page asked for. */
import type { MiddlewareHandler } from "hono";
import type { AppContext, Env } from "../http/context.ts";
import { Problem } from "../http/problem.ts";
import type { Caller, Role } from "../store/people-port.ts";
import { CHALLENGE } from "./authenticate.ts";

/** Lets staff pass, or only admins. */
export function may(role: Role): MiddlewareHandler<Env> {
  return async (c, next) => {
    const grant = staffOf(c);
    if (role === "admin" && grant.role !== "admin") {
      throw new Problem("role-too-low", { params: { role: grant.role } });
    }
    const { principal } = c.var;
    if (principal.kind === "staff" && principal.via !== "token") refuseCrossSite(c);
    await next();
  };
}

/** @returns the staff member who asks. @throws {Problem} `token-missing` when it is anyone else */
export function staffOf(c: AppContext): Caller {
  const { principal } = c.var;
  if (principal.kind === "anyone") throw new Problem("token-missing", { headers: CHALLENGE });
  return principal.grant;
}

const SAFE_METHODS = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * Refuses a change that another site's page asked the browser for.
 *
 * Browsers send `Sec-Fetch-Site` on https and localhost, and `Origin` everywhere. A client that sends neither
 * is no browser, and so has no cookie that another site's page could use.
 *
 * @throws {Problem} `cross-site`
 */
export function refuseCrossSite(c: AppContext): void {
  if (SAFE_METHODS.has(c.req.method)) return;
  const site = c.req.header("sec-fetch-site");
  const origin = c.req.header("origin");
  const sameOrigin = site !== undefined ? site === "same-origin" : origin === c.var.origin;
  if (!sameOrigin) throw new Problem("cross-site");
}

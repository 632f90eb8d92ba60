/**
 * Finds out who sends a request: by its `Authorization` header, by the header that a proxy in front sets, or
 * by the cookie of a session.
 */
import type { MiddlewareHandler } from "hono";
import type { Deps } from "../deps.ts";
import type { AppContext, Env } from "../http/context.ts";
import { Problem } from "../http/problem.ts";
import { countMiss } from "../http/rate-limits.ts";
import { findSession, findToken } from "./credentials.ts";
import type { Principal } from "./principal.ts";
import { vouchedCaller } from "./proxy-jwt.ts";
import { SecretPrefix } from "./secrets.ts";
import { sessionSecret } from "./session-cookie.ts";

const ANYONE: Principal = { kind: "anyone" };

/** The header that goes with every 401, RFC 9110 §11.6.1. */
export const CHALLENGE = { "WWW-Authenticate": "Bearer" } as const;

/** @returns the token of `Authorization: Bearer`, RFC 6750 §2.1, or `null` */
export function bearerToken(c: AppContext): string | null {
  return /^Bearer +([\w.~+/-]+=*)$/i.exec(c.req.header("authorization") ?? "")?.[1] ?? null;
}

/** Puts into the context who asks. It runs before every route. */
export function authenticate(deps: Deps): MiddlewareHandler<Env> {
  return async (c, next) => {
    c.set("principal", await principalOf(deps, c));
    await next();
  };
}

/** What pages ask for by themselves, whether somebody sits before them or not, and how they mark the rest. */
const BACKGROUND_HEADER = "x-ikefrag-background";
const BACKGROUND = /^\/console\/(?:cases|reports)\/(?:[^/]+\/)?events$/;

const OURS = Object.values(SecretPrefix);

async function principalOf(deps: Deps, c: AppContext): Promise<Principal> {
  const provider = deps.config.identityProvider;
  const inAuthorization = provider?.header === "authorization";
  const token = bearerToken(c);
  const isOurs = token !== null && OURS.some((prefix) => token.startsWith(prefix));
  if (c.req.header("authorization") !== undefined && (isOurs || !inAuthorization || token === null)) {
    if (token?.startsWith(SecretPrefix.runToken)) return ANYONE;
    const grant = token === null ? null : await findToken(deps, token);
    // A refused token never becomes "anyone": callers who believe that they are known must learn that they
    // are not.
    if (grant === null) return refuse(deps, c);
    return { kind: "staff", grant, via: "token", session: null };
  }
  const vouched = provider === null ? undefined : inAuthorization ? token : c.req.header(provider.header);
  if (provider !== null && vouched) {
    const grant = await vouchedCaller(deps, provider, vouched).catch((error) =>
      error instanceof Problem && error.code === "token-refused" ? refuse(deps, c) : Promise.reject(error),
    );
    if (grant !== null) return { kind: "staff", grant, via: "proxy", session: null };
  }
  const secret = sessionSecret(c);
  const isSeen = !BACKGROUND.test(c.req.path) && c.req.header(BACKGROUND_HEADER) === undefined;
  const found = secret === undefined ? null : await findSession(deps, secret, { isSeen });
  return found === null
    ? ANYONE
    : { kind: "staff", grant: found.caller, via: "session", session: found.session };
}

async function refuse(deps: Deps, c: AppContext): Promise<never> {
  await countMiss(deps, c);
  throw new Problem("token-refused", { headers: CHALLENGE });
}

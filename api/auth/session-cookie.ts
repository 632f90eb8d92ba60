/** The cookie of a session: set when somebody signs in, and taken away again. */
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import type { Deps } from "../deps.ts";
import type { AppContext } from "../http/context.ts";
import type { Caller } from "../store/people-port.ts";
import { note } from "./audit-log.ts";
import { endSession, startSession } from "./credentials.ts";

/** Browsers accept the prefix `__Host-` on https only, so plain http has to do without. */
const cookieName = (origin: string): string =>
  origin.startsWith("https:") ? "__Host-ikefrag-session" : "ikefrag-session";

const cookieOptions = (c: AppContext) => ({
  path: "/",
  httpOnly: true,
  sameSite: "Strict" as const,
  secure: c.var.origin.startsWith("https:"),
});

/** @returns the secret of the session that the browser has */
export const sessionSecret = (c: AppContext): string | undefined => getCookie(c, cookieName(c.var.origin));

/** Signs somebody in with this browser. The session that it had before ends. */
export async function signIn(
  deps: Deps,
  c: AppContext,
  caller: Caller,
  by: "passkey" | "link" | "token",
): Promise<void> {
  const before = sessionSecret(c);
  if (before !== undefined) await endSession(deps, before);
  const secret = await startSession(deps, caller);
  c.set("principal", { kind: "staff", grant: caller, via: "token", session: null });
  await note(deps, c, "signed-in", caller.name, { by });
  setCookie(c, cookieName(c.var.origin), secret, {
    ...cookieOptions(c),
    maxAge: deps.config.sessionHours * 3600,
  });
}

/** Signs the browser out. */
export async function signOut(deps: Deps, c: AppContext): Promise<void> {
  const secret = sessionSecret(c);
  if (secret !== undefined) await endSession(deps, secret);
  if (c.var.principal.kind === "staff") await note(deps, c, "signed-out", c.var.principal.grant.name);
  deleteCookie(c, cookieName(c.var.origin), cookieOptions(c));
}

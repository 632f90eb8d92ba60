/**
 * API tokens, sign-in links and sessions: how they are made, redeemed and ended. Only their hashes are
 * stored.
 */
import type { Deps } from "../deps.ts";
import type { Grant } from "../store/port.ts";
import { equalDigests, newKey, newSecret, SecretPrefix, sha256Hex } from "./secrets.ts";

const HOUR_MS = 3_600_000;
const LINK_HOURS = 24;

const hoursFrom = (now: Date, hours: number): string =>
  new Date(now.getTime() + hours * HOUR_MS).toISOString();

/** Makes an API token. @returns the token, which cannot be read again later */
export async function createToken(deps: Deps, { name, role }: Grant): Promise<string> {
  const token = newSecret(SecretPrefix.apiToken, deps.random);
  await deps.access.createToken({
    id: newKey(deps.random),
    tokenHash: sha256Hex(token),
    name,
    role,
    createdAt: deps.now().toISOString(),
  });
  return token;
}

/** @returns whose API token it is, from the database or from the environment; `null` when nobody's */
export async function findToken(deps: Deps, token: string): Promise<Grant | null> {
  if (!token.startsWith(SecretPrefix.apiToken)) return null;
  const hash = sha256Hex(token);
  const bootstrap = deps.config.bootstrapTokenSha256;
  if (bootstrap !== null && equalDigests(hash, bootstrap)) return { name: "bootstrap", role: "admin" };
  return deps.access.findToken(hash);
}

/** Makes the secret of a link that signs somebody in once, within 24 hours. */
export async function createSignInLink(deps: Deps, { name, role }: Grant): Promise<string> {
  const secret = newSecret(SecretPrefix.signInLink, deps.random);
  await deps.access.createLink({
    tokenHash: sha256Hex(secret),
    name,
    role,
    expiresAt: hoursFrom(deps.now(), LINK_HOURS),
  });
  return secret;
}

/** Uses up a sign-in link. @returns `null` when it is unknown, used or expired */
export function redeemSignInLink(deps: Deps, secret: string): Promise<Grant | null> {
  return deps.access.redeemLink(sha256Hex(secret), deps.now().toISOString());
}

/** Starts a session of the console. @returns the secret for the browser's cookie */
export async function startSession(deps: Deps, { name, role }: Grant): Promise<string> {
  const now = deps.now();
  const session = newSecret(SecretPrefix.session, deps.random);
  await deps.access.createSession({
    tokenHash: sha256Hex(session),
    name,
    role,
    createdAt: now.toISOString(),
    expiresAt: hoursFrom(now, deps.config.sessionHours),
  });
  return session;
}

/** @returns whose session it is; `null` when it has ended or never was */
export async function findSession(deps: Deps, session: string): Promise<Grant | null> {
  if (!session.startsWith(SecretPrefix.session)) return null;
  return deps.access.findSession(sha256Hex(session), deps.now().toISOString());
}

/** Ends a session: its secret signs nobody in any more. */
export function endSession(deps: Deps, session: string): Promise<void> {
  return deps.access.endSession(sha256Hex(session));
}

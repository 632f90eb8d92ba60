/**
 * Members, API tokens, sign-in links and sessions: how they are made, redeemed and ended. Of secrets only the
 * hashes are stored.
 */
import type { Deps } from "../deps.ts";
import type { ApiToken, Caller, Member, Role, Session } from "../store/people-port.ts";
import {
  equalDigests,
  isApiToken,
  newApiToken,
  newKey,
  newSecret,
  SecretPrefix,
  sha256Hex,
} from "./secrets.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const LINK_HOURS = 24;
/** When a session was seen is written so often at most. */
const SEEN_MS = 5 * MINUTE_MS;

/** Who it is that the token of the environment stands for. */
const BOOTSTRAP: Caller = { kind: "bootstrap", id: "bootstrap", name: "bootstrap", role: "admin" };

const later = (now: Date, ms: number): string => new Date(now.getTime() + ms).toISOString();
const dayOf = (now: Date): string => now.toISOString().slice(0, 10);

/** A member, as one who asks. */
export const memberAsCaller = ({ id, name, role }: Member): Caller => ({ kind: "member", id, name, role });

/** What is asked for of a new API token. */
export interface NewToken {
  name: string;
  role: Role;
  /** ISO 8601; `null`: until it is revoked. */
  expiresAt?: string | null;
  createdBy: string;
}

/** Makes an API token. @returns it with its secret, which cannot be read again later */
export async function createToken(
  deps: Pick<Deps, "people" | "random" | "now">,
  { name, role, expiresAt = null, createdBy }: NewToken,
): Promise<{ token: ApiToken; secret: string }> {
  const secret = newApiToken(deps.random);
  const token: ApiToken = {
    id: newKey(deps.random),
    name,
    role,
    createdAt: deps.now().toISOString(),
    createdBy,
    expiresAt,
    revokedAt: null,
    lastUsedOn: null,
  };
  await deps.people.addToken({ ...token, tokenHash: sha256Hex(secret) });
  return { token, secret };
}

/** @returns whose API token it is, from the database or from the environment; `null` when nobody's */
export async function findToken(deps: Deps, secret: string): Promise<Caller | null> {
  const hash = sha256Hex(secret);
  const bootstrap = deps.config.bootstrapTokenSha256;
  if (bootstrap !== null && equalDigests(hash, bootstrap)) return BOOTSTRAP;
  if (!isApiToken(secret)) return null;
  const now = deps.now();
  const token = await deps.people.findToken(hash, now.toISOString());
  if (token === null) return null;
  if (token.lastUsedOn !== dayOf(now)) await deps.people.useToken(token.id, dayOf(now));
  return { kind: "token", id: token.id, name: token.name, role: token.role };
}

/** Makes a member, whom a link or an identity provider signs in. */
export async function addMember(
  deps: Deps,
  { name, role, createdBy }: Pick<Member, "name" | "role" | "createdBy">,
): Promise<Member> {
  const createdAt = deps.now().toISOString();
  const member: Member = { id: newKey(deps.random), name, role, subject: null, createdAt, createdBy };
  await deps.people.addMember(member);
  return member;
}

/** Makes a link that signs a member in once. @returns the link's secret, and when it ends */
export async function createSignInLink(
  deps: Deps,
  { id }: Pick<Member, "id">,
): Promise<{ secret: string; expiresAt: string }> {
  const secret = newSecret(SecretPrefix.signInLink, deps.random);
  const expiresAt = later(deps.now(), LINK_HOURS * HOUR_MS);
  await deps.people.addLink(sha256Hex(secret), id, expiresAt);
  return { secret, expiresAt };
}

/** The member whom the operator's own link signs in: an administrator, who is made where there is none. */
export async function firstAdmin(deps: Deps): Promise<Member> {
  const admin = { name: "Administrator", role: "admin" as const, createdBy: "operator" };
  return (await deps.people.firstAdmin()) ?? (await addMember(deps, admin));
}

/** Uses up a sign-in link. @returns `null` when it is unknown, used or expired */
export async function redeemSignInLink(deps: Deps, secret: string): Promise<Caller | null> {
  if (!secret.startsWith(SecretPrefix.signInLink)) return null;
  const member = await deps.people.redeemLink(sha256Hex(secret), deps.now().toISOString());
  return member && memberAsCaller(member);
}

/** Whose sessions a caller's are. Those of the environment's token end with it, when there is another one. */
export const ownerOf = (deps: Deps, { kind, id }: Caller): Pick<Session, "memberId" | "apiTokenId"> =>
  kind === "member"
    ? { memberId: id, apiTokenId: null }
    : { memberId: null, apiTokenId: kind === "bootstrap" ? bootstrapId(deps) : id };

/** Starts a session of the console. @returns the secret for the browser's cookie */
export async function startSession(deps: Deps, caller: Caller): Promise<string> {
  const now = deps.now();
  const secret = newSecret(SecretPrefix.session, deps.random);
  await deps.people.addSession({
    id: newKey(deps.random),
    ...ownerOf(deps, caller),
    tokenHash: sha256Hex(secret),
    createdAt: now.toISOString(),
    seenAt: now.toISOString(),
    expiresAt: later(now, deps.config.sessionHours * HOUR_MS),
  });
  return secret;
}

const bootstrapId = (deps: Deps): string => `bootstrap ${deps.config.bootstrapTokenSha256?.slice(0, 20)}`;

/** Since when a session must have been seen, not to be idle. */
export const idleSince = (deps: Deps): string =>
  later(deps.now(), -deps.config.sessionIdleMinutes * MINUTE_MS);

/**
 * @param isSeen whether somebody is there: what a page asks for by itself keeps no session from ending
 * @returns whose session it is; `null` when it has ended or never was
 */
export async function findSession(
  deps: Deps,
  secret: string,
  { isSeen = true }: { isSeen?: boolean } = {},
): Promise<{ session: Session; caller: Caller } | null> {
  if (!secret.startsWith(SecretPrefix.session)) return null;
  const now = deps.now();
  const found = await deps.people.session(sha256Hex(secret), now.toISOString(), idleSince(deps));
  if (found === null) return null;
  const { session } = found;
  const isBootstrap = session.apiTokenId === bootstrapId(deps) && deps.config.bootstrapTokenSha256 !== null;
  const caller = found.caller ?? (isBootstrap ? BOOTSTRAP : null);
  if (caller === null) return null;
  if (isSeen && session.seenAt < later(now, -SEEN_MS))
    await deps.people.seeSession(session.id, now.toISOString());
  return { session, caller };
}

/** Ends the session of a cookie: its secret signs nobody in any more. */
export async function endSession(deps: Deps, secret: string): Promise<void> {
  await deps.people.endSession({ tokenHash: sha256Hex(secret) }, null);
}

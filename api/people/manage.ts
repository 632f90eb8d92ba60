/** What may be done to members, tokens, sessions and passkeys: each step with its entry in the audit log. */
import type { z } from "zod";
import type { NewApiToken, NewMember } from "../../shared/schema/people.ts";
import { note } from "../auth/audit-log.ts";
import { staffOf } from "../auth/authorize.ts";
import { addMember, createSignInLink, createToken, idleSince, ownerOf } from "../auth/credentials.ts";
import type { Deps } from "../deps.ts";
import type { AppContext } from "../http/context.ts";
import { Problem } from "../http/problem.ts";
import type { ApiToken, Caller, Member, Role, Session } from "../store/people-port.ts";

/** A link that signs somebody in once. */
interface Link {
  url: string;
  expiresAt: string;
}

async function linkFor(deps: Deps, c: AppContext, member: Member): Promise<Link> {
  const { secret, expiresAt } = await createSignInLink(deps, member);
  return { url: `${c.var.origin}/console/link/${secret}`, expiresAt };
}

/** @throws {Problem} `member-not-found` */
export async function findMember(deps: Deps, id: string): Promise<Member> {
  const member = await deps.people.member(id);
  if (member === null) throw new Problem("member-not-found");
  return member;
}

/** Adds a member, and makes the link that signs them in. */
export async function inviteMember(
  deps: Deps,
  c: AppContext,
  { name, role }: z.infer<typeof NewMember>,
): Promise<{ member: Member; link: Link }> {
  const member = await addMember(deps, { name, role, createdBy: staffOf(c).name });
  await note(deps, c, "member-added", member.id, { name, role });
  return { member, link: await linkFor(deps, c, member) };
}

function outcome(became: "changed" | "last-admin" | "unknown"): void {
  if (became === "unknown") throw new Problem("member-not-found");
  if (became === "last-admin") throw new Problem("last-admin");
}

/** Gives a member another name or role. @throws {Problem} `member-not-found`, `last-admin` */
export async function changeMember(
  deps: Deps,
  c: AppContext,
  id: string,
  wanted: { name?: string | undefined; role?: Role | undefined },
): Promise<Member> {
  const before = await findMember(deps, id);
  const { name = before.name, role = before.role } = wanted;
  outcome(await deps.people.changeMember(id, { name, role }));
  await note(deps, c, "member-changed", id, { name, role });
  return { ...before, name, role };
}

/** Removes a member with all that signs them in. @throws {Problem} `member-not-found`, `last-admin` */
export async function removeMember(deps: Deps, c: AppContext, id: string): Promise<void> {
  const { name } = await findMember(deps, id);
  outcome(await deps.people.removeMember(id, deps.now().toISOString()));
  await note(deps, c, "member-removed", id, { name });
}

/**
 * Makes a link for a member.
 *
 * @param removePasskeys whether the member's passkeys are removed, because a device was lost
 * @throws {Problem} `member-not-found`
 */
export async function makeSignInLink(
  deps: Deps,
  c: AppContext,
  id: string,
  removePasskeys: boolean,
): Promise<Link> {
  const member = await findMember(deps, id);
  if (removePasskeys) await deps.people.removePasskeysOf(id);
  await note(deps, c, "sign-in-link-made", id, { name: member.name, removePasskeys });
  return linkFor(deps, c, member);
}

/** Makes an API token. @throws {Problem} `invalid-fields`: its end is in the past */
export async function makeToken(
  deps: Deps,
  c: AppContext,
  { name, role, expiresAt = null }: z.infer<typeof NewApiToken>,
): Promise<{ token: ApiToken; secret: string }> {
  const ends = expiresAt === null ? null : new Date(expiresAt).toISOString();
  if (ends !== null && ends <= deps.now().toISOString())
    throw new Problem("invalid-fields", {
      params: { target: "body" },
      errors: [{ pointer: "/expiresAt", detail: "is in the past" }],
    });
  const created = await createToken(deps, { name, role, expiresAt: ends, createdBy: staffOf(c).name });
  await note(deps, c, "token-created", created.token.id, { name, role, expiresAt: ends });
  return created;
}

/** @throws {Problem} `api-token-not-found` */
export async function revokeToken(deps: Deps, c: AppContext, id: string): Promise<void> {
  if (!(await deps.people.revokeToken(id, deps.now().toISOString())))
    throw new Problem("api-token-not-found");
  await note(deps, c, "token-revoked", id);
}

/** The caller's own sessions, newest first. */
export const ownSessions = (deps: Deps, c: AppContext): Promise<Session[]> =>
  deps.people.sessionsOf(ownerOf(deps, staffOf(c)), deps.now().toISOString(), idleSince(deps));

/** Ends a session of the caller. @throws {Problem} `session-not-found` */
export async function endOwnSession(deps: Deps, c: AppContext, id: string): Promise<void> {
  if (!(await deps.people.endSession({ id }, ownerOf(deps, staffOf(c)))))
    throw new Problem("session-not-found");
  await note(deps, c, "session-ended", id);
}

/** @throws {Problem} `members-only`: a token is nobody who could have a passkey */
export function memberOf(c: AppContext): Caller {
  const caller = staffOf(c);
  if (caller.kind !== "member") throw new Problem("members-only");
  return caller;
}

/** Removes a passkey of the caller. @throws {Problem} `members-only`, `passkey-not-found` */
export async function removeOwnPasskey(deps: Deps, c: AppContext, id: string): Promise<void> {
  const member = memberOf(c);
  if (!(await deps.people.removePasskey(member.id, id))) throw new Problem("passkey-not-found");
  await note(deps, c, "passkey-removed", member.id);
}

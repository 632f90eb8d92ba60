/** The ports to people: members, what they sign in with, API tokens, and the log of who did what. */

/** What somebody may do: read and open cases, or everything. */
export type Role = "staff" | "admin";

/** Whom a request comes from. */
export interface Caller {
  /** A person, an API token, or the token of the environment, which has no row. */
  kind: "member" | "token" | "bootstrap";
  /** Of the member or the token. */
  id: string;
  name: string;
  role: Role;
}

/** A person of the organisation. */
export interface Member {
  id: string;
  name: string;
  role: Role;
  /** Issuer and subject, as an identity provider names the person; `null`: invited here. */
  subject: string | null;
  createdAt: string;
  createdBy: string;
}

/** A member in a list. */
export interface ListedMember extends Member {
  passkeys: number;
  /** When the latest of the member's sessions was seen last; `null` where none is left. */
  seenAt: string | null;
}

/** A passkey: the public half of a key pair that never leaves the member's devices. */
export interface Passkey {
  /** As the authenticator names it, in base64url. */
  id: string;
  memberId: string;
  /** What the member calls it. */
  name: string;
  /** In COSE's form, RFC 9052 §7, as base64url. */
  publicKey: string;
  /** Of signatures, where the authenticator counts them; else 0. */
  counter: number;
  transports: string[];
  createdAt: string;
  lastUsedOn: string | null;
}

/** An API token; its secret is stored as a hash alone. */
export interface ApiToken {
  id: string;
  name: string;
  role: Role;
  createdAt: string;
  createdBy: string;
  expiresAt: string | null;
  revokedAt: string | null;
  /** The last day on which it was used, `YYYY-MM-DD`. */
  lastUsedOn: string | null;
}

/** A browser that is signed in. */
export interface Session {
  id: string;
  /** Exactly one of the two is there: whose it is. */
  memberId: string | null;
  apiTokenId: string | null;
  createdAt: string;
  seenAt: string;
  expiresAt: string;
}

/** A page of the list of tokens or members: after this one, by when it was made. */
export interface PeoplePage {
  after: { createdAt: string; id: string } | null;
  limit: number;
}

/** Who may come in. Secrets come as hashes. Every adapter passes test/contract/people.ts. */
export interface PeopleStore {
  addMember(member: Member): Promise<void>;
  /** A member who has not been removed. */
  member(id: string): Promise<Member | null>;
  /** Newest first; with `limit + 1` rows the caller knows that there are more. */
  members(page: PeoplePage): Promise<ListedMember[]>;
  /** The administrator who has been there longest. */
  firstAdmin(): Promise<Member | null>;
  /**
   * Gives a member another name or role, in one step with looking whether an administrator is left.
   *
   * @returns what became of it; `last-admin`: nothing, for the member is the only administrator
   */
  changeMember(
    id: string,
    changes: { name: string; role: Role },
  ): Promise<"changed" | "last-admin" | "unknown">;
  /** Removes a member with all passkeys, links and sessions. @returns as `changeMember` does */
  removeMember(id: string, at: string): Promise<"changed" | "last-admin" | "unknown">;
  /**
   * The member that an identity provider vouches for: added at first sight, and given the name and the role
   * that it says now.
   *
   * @returns `null` when the member was removed here
   */
  vouchedMember(member: Member & { subject: string }): Promise<Member | null>;

  /** Adds a passkey. @returns whether it was new */
  addPasskey(passkey: Passkey): Promise<boolean>;
  /** A passkey, with the member that it signs in. */
  passkey(id: string): Promise<{ passkey: Passkey; member: Member } | null>;
  passkeysOf(memberId: string): Promise<Passkey[]>;
  /**
   * Notes that a passkey was used.
   *
   * @param counter of the signature; where passkeys count, it has to be greater than the last one
   * @returns whether it is: if not, somebody else may have a copy of the key, or the answer was used before
   */
  usePasskey(id: string, counter: number, day: string): Promise<boolean>;
  /** @returns whether the member had it */
  removePasskey(memberId: string, id: string): Promise<boolean>;
  removePasskeysOf(memberId: string): Promise<void>;

  /** Keeps a challenge until it is answered. @param memberId who has to answer; `null`: whoever can */
  addChallenge(challengeHash: string, memberId: string | null, expiresAt: string): Promise<void>;
  /** Uses a challenge up. @returns for whom it was, `null` when it is unknown, used or expired */
  takeChallenge(challengeHash: string, now: string): Promise<{ memberId: string | null } | null>;

  addLink(tokenHash: string, memberId: string, expiresAt: string): Promise<void>;
  /** Uses a link up. @returns `null` when it is unknown, used or expired, or the member was removed */
  redeemLink(tokenHash: string, now: string): Promise<Member | null>;

  addSession(session: Session & { tokenHash: string }): Promise<void>;
  /**
   * Whose session it is, with the role that it has now.
   *
   * @param now and `idleSince`: it has not expired, and was seen after it
   * @returns `null` when it has ended, or its member or token is there no more; the caller is `null` where
   *   the session belongs to a token that has no row
   */
  session(
    tokenHash: string,
    now: string,
    idleSince: string,
  ): Promise<{ session: Session; caller: Caller | null } | null>;
  /** Notes that a session is used. */
  seeSession(id: string, at: string): Promise<void>;
  /** Those of a member or of a token, newest first. */
  sessionsOf(
    owner: Pick<Session, "memberId" | "apiTokenId">,
    now: string,
    idleSince: string,
  ): Promise<Session[]>;
  /**
   * Ends a session.
   *
   * @param owner only if it is theirs; `null`: whoever has it.
   * @returns whether there was one
   */
  endSession(
    which: { id: string } | { tokenHash: string },
    owner: Pick<Session, "memberId" | "apiTokenId"> | null,
  ): Promise<boolean>;

  addToken(token: ApiToken & { tokenHash: string }): Promise<void>;
  /** A token that is neither revoked nor expired. */
  findToken(tokenHash: string, now: string): Promise<ApiToken | null>;
  useToken(id: string, day: string): Promise<void>;
  /** Newest first, with those that were revoked. */
  tokens(page: PeoplePage): Promise<ApiToken[]>;
  anyToken(): Promise<boolean>;
  /** Revokes a token, and ends its sessions. @returns whether there was one to revoke */
  revokeToken(id: string, at: string): Promise<boolean>;
}

/** What somebody did or saw. */
export interface AuditEntry {
  /** Grows by one with each entry. */
  place: number;
  at: string;
  /** `member:ID`, `token:ID`, `bootstrap` or `operator`. */
  actor: string;
  /** What the actor was called then. */
  actorName: string;
  action: string;
  /** What it was done to, such as a report's ID; empty where that is the service itself. */
  subject: string;
  /** More about it, as JSON. */
  detail: string;
  requestId: string;
  hash: string;
}

/** Which entries to list; `null` does not filter. */
export interface AuditFilter {
  actor: string | null;
  subject: string | null;
  since: string | null;
  /** Only these; `null`: all. */
  actions?: readonly string[] | null;
  /** Only entries before this place, which are older. */
  before: number | null;
  limit: number;
}

/** The log of who did and saw what: only added to. Every adapter passes test/contract/people.ts. */
export interface AuditStore {
  /** Where the chain goes on: its last entry, or the anchor where none is left. */
  head(): Promise<{ place: number; hash: string }>;
  /**
   * Adds entries behind the head.
   *
   * @returns `false` when others were added meanwhile; then none was written
   */
  append(entries: AuditEntry[]): Promise<boolean>;
  /** Newest first. */
  list(filter: AuditFilter): Promise<AuditEntry[]>;
  /** What the first entry left stands on. */
  anchor(): Promise<{ place: number; hash: string }>;
  /** In the order in which they were added, from behind a place. */
  from(place: number, limit: number): Promise<AuditEntry[]>;
  /** Removes entries of before a time from the beginning, some at a time. @returns how many */
  expire(before: string, limit: number): Promise<number>;
}

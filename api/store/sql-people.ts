/** Members, passkeys, sign-in links, sessions and API tokens in SQL. */
import * as z from "zod";
import type { Database, SqlStatement, SqlValue } from "./database.ts";
import type { ListedMember, Member, PeoplePage, PeopleStore, Session } from "./people-port.ts";
import { columnsOf, insert, insertInto } from "./sql-row.ts";

const Role = z.enum(["staff", "admin"]);
const MemberRow = z.object({
  id: z.string(),
  name: z.string(),
  role: Role,
  subject: z.string().nullable(),
  createdAt: z.string(),
  createdBy: z.string(),
});
const ListedRow = MemberRow.extend({ passkeys: z.int(), seenAt: z.string().nullable() });
const PasskeyRow = z.object({
  id: z.string(),
  memberId: z.string(),
  name: z.string(),
  publicKey: z.string(),
  counter: z.int(),
  transports: z.string().transform((text) => z.array(z.string()).parse(JSON.parse(text))),
  createdAt: z.string(),
  lastUsedOn: z.string().nullable(),
});
const TokenRow = z.object({
  id: z.string(),
  name: z.string(),
  role: Role,
  createdAt: z.string(),
  createdBy: z.string(),
  expiresAt: z.string().nullable(),
  revokedAt: z.string().nullable(),
  lastUsedOn: z.string().nullable(),
});
const SessionRow = z.object({
  id: z.string(),
  memberId: z.string().nullable(),
  apiTokenId: z.string().nullable(),
  createdAt: z.string(),
  seenAt: z.string(),
  expiresAt: z.string(),
});
/** Whose the session is; all of one of them is `null`, and of both where its token has no row. */
const OwnerRow = z.object({
  memberName: z.string().nullable(),
  memberRole: Role.nullable(),
  tokenName: z.string().nullable(),
  tokenRole: Role.nullable(),
  /** Whether there is a row for its token, revoked or not. */
  tokenRows: z.int(),
});

const HERE = "removed_at IS NULL";
const MEMBER = columnsOf(MemberRow);
const PASSKEY = columnsOf(PasskeyRow);
const TOKEN = columnsOf(TokenRow);
const SESSION = columnsOf(SessionRow);

/** Whether an administrator is left without this member. Its parameter is the member's ID. */
const ANOTHER_ADMIN = `EXISTS (SELECT 1 FROM members WHERE id <> ? AND role = 'admin' AND ${HERE})`;

/** Its condition and parameters. */
const ownedBy = ({ memberId, apiTokenId }: Pick<Session, "memberId" | "apiTokenId">): SqlStatement =>
  memberId === null
    ? { sql: "api_token_id = ?", params: [apiTokenId] }
    : { sql: "member_id = ?", params: [memberId] };

/** The store of people over a database. */
export function sqlPeopleStore(database: Database): PeopleStore {
  const one = async <T>(schema: z.ZodType<T>, sql: string, params: SqlValue[]): Promise<T | null> => {
    const [row] = await database.all(sql, params);
    return row ? schema.parse(row) : null;
  };
  const all = async <T>(schema: z.ZodType<T>, sql: string, params: SqlValue[]): Promise<T[]> =>
    (await database.all(sql, params)).map((row) => schema.parse(row));
  /** Newest first; rows that were made in the same millisecond by their ID. */
  const pageOf = ({ after, limit }: PeoplePage): SqlStatement =>
    after === null
      ? { sql: "ORDER BY created_at DESC, id DESC LIMIT ?", params: [limit] }
      : {
          sql: "AND (created_at, id) < (?, ?) ORDER BY created_at DESC, id DESC LIMIT ?",
          params: [after.createdAt, after.id, limit],
        };
  const member = (id: string): Promise<Member | null> =>
    one(MemberRow, `SELECT ${MEMBER} FROM members WHERE id = ? AND ${HERE}`, [id]);
  /** What a change that needs another administrator became. */
  const outcome = async (changed: number | undefined, id: string) =>
    changed ? "changed" : (await member(id)) === null ? "unknown" : "last-admin";

  return {
    async addMember(added) {
      await insert(database, "members", { ...added });
    },
    member,
    members(page) {
      const { sql, params } = pageOf(page);
      const seen = "(SELECT max(seen_at) FROM sessions WHERE member_id = members.id) AS seenAt";
      const passkeys = "(SELECT count(*) FROM passkeys WHERE member_id = members.id) AS passkeys";
      return all<ListedMember>(
        ListedRow,
        `SELECT ${MEMBER}, ${passkeys}, ${seen} FROM members WHERE ${HERE} ${sql}`,
        params,
      );
    },
    firstAdmin: () =>
      one(
        MemberRow,
        `SELECT ${MEMBER} FROM members WHERE role = 'admin' AND ${HERE} ORDER BY created_at, id LIMIT 1`,
        [],
      ),
    async changeMember(id, { name, role }) {
      const changed = await database.run(
        `UPDATE members SET name = ?, role = ? WHERE id = ? AND ${HERE}
         AND (? = 'admin' OR role <> 'admin' OR ${ANOTHER_ADMIN})`,
        [name, role, id, role, id],
      );
      return outcome(changed, id);
    },
    async removeMember(id, at) {
      const gone = "(SELECT 1 FROM members WHERE id = ? AND removed_at IS NOT NULL)";
      const [removed] = await database.batch([
        {
          sql: `UPDATE members SET removed_at = ? WHERE id = ? AND ${HERE} AND (role <> 'admin' OR ${ANOTHER_ADMIN})`,
          params: [at, id, id],
        },
        ...["passkeys", "sign_in_links", "sessions"].map((table) => ({
          sql: `DELETE FROM ${table} WHERE member_id = ? AND EXISTS ${gone}`,
          params: [id, id],
        })),
        {
          sql: `DELETE FROM saved_views WHERE owner = 'member:' || ? AND EXISTS ${gone}`,
          params: [id, id],
        },
      ]);
      return outcome(removed, id);
    },
    async vouchedMember(vouched) {
      const { sql, params } = insertInto("members", { ...vouched });
      // Nothing is written where nothing changes, which is nearly always.
      const known = () =>
        one(
          MemberRow.extend({ removedAt: z.string().nullable() }),
          `SELECT ${MEMBER}, removed_at AS removedAt FROM members WHERE subject = ?`,
          [vouched.subject],
        );
      let found = await known();
      if (found === null || found.name !== vouched.name || found.role !== vouched.role) {
        await database.run(
          `${sql} ON CONFLICT (subject) DO UPDATE SET name = excluded.name, role = excluded.role
           WHERE ${HERE}`,
          params,
        );
        found = await known();
      }
      if (found === null || found.removedAt !== null) return null;
      const { removedAt: _, ...here } = found;
      return here;
    },

    async addPasskey({ transports, ...passkey }) {
      const { sql, params } = insertInto("passkeys", { ...passkey, transports: JSON.stringify(transports) });
      return (await database.run(`${sql} ON CONFLICT DO NOTHING`, params)) > 0;
    },
    async passkey(id) {
      const passkey = await one(PasskeyRow, `SELECT ${PASSKEY} FROM passkeys WHERE id = ?`, [id]);
      const of = passkey && (await member(passkey.memberId));
      return passkey && of ? { passkey, member: of } : null;
    },
    passkeysOf: (memberId) =>
      all(PasskeyRow, `SELECT ${PASSKEY} FROM passkeys WHERE member_id = ? ORDER BY created_at, id`, [
        memberId,
      ]),
    async usePasskey(id, counter, day) {
      const used = await database.run(
        `UPDATE passkeys SET counter = ?, last_used_on = ?
         WHERE id = ? AND (counter < ? OR (counter = 0 AND ? = 0))`,
        [counter, day, id, counter, counter],
      );
      return used > 0;
    },
    async removePasskey(memberId, id) {
      return (await database.run("DELETE FROM passkeys WHERE member_id = ? AND id = ?", [memberId, id])) > 0;
    },
    async removePasskeysOf(memberId) {
      await database.run("DELETE FROM passkeys WHERE member_id = ?", [memberId]);
    },

    async addChallenge(challengeHash, memberId, expiresAt) {
      await insert(database, "challenges", { challengeHash, memberId, expiresAt });
    },
    takeChallenge: (challengeHash, now) =>
      one(
        z.object({ memberId: z.string().nullable() }),
        `DELETE FROM challenges WHERE challenge_hash = ? AND expires_at > ? RETURNING member_id AS memberId`,
        [challengeHash, now],
      ),

    async addLink(tokenHash, memberId, expiresAt) {
      await insert(database, "sign_in_links", { tokenHash, memberId, expiresAt });
    },
    async redeemLink(tokenHash, now) {
      const used = await one(
        z.object({ memberId: z.string() }),
        "DELETE FROM sign_in_links WHERE token_hash = ? AND expires_at > ? RETURNING member_id AS memberId",
        [tokenHash, now],
      );
      return used && member(used.memberId);
    },

    async addSession(session) {
      await insert(database, "sessions", { ...session });
    },
    async session(tokenHash, now, idleSince) {
      const [row] = await database.all(
        `SELECT ${SESSION.split(", ")
          .map((column) => `s.${column}`)
          .join(", ")}, m.name AS memberName, m.role AS memberRole, t.name AS tokenName, t.role AS tokenRole,
           (SELECT count(*) FROM api_tokens WHERE id = s.api_token_id) AS tokenRows
         FROM sessions s LEFT JOIN members m ON m.id = s.member_id AND m.removed_at IS NULL
         LEFT JOIN api_tokens t ON t.id = s.api_token_id AND t.revoked_at IS NULL
           AND (t.expires_at IS NULL OR t.expires_at > ?)
         WHERE s.token_hash = ? AND s.expires_at > ? AND s.seen_at > ?`,
        [now, tokenHash, now, idleSince],
      );
      if (!row) return null;
      const session = SessionRow.parse(row);
      const { memberName, memberRole, tokenName, tokenRole, tokenRows } = OwnerRow.parse(row);
      const { memberId, apiTokenId } = session;
      if (memberId !== null && memberName !== null && memberRole !== null)
        return { session, caller: { kind: "member", id: memberId, name: memberName, role: memberRole } };
      if (apiTokenId === null) return null;
      if (tokenName !== null && tokenRole !== null)
        return { session, caller: { kind: "token", id: apiTokenId, name: tokenName, role: tokenRole } };
      return tokenRows === 0 ? { session, caller: null } : null;
    },
    async seeSession(id, at) {
      await database.run("UPDATE sessions SET seen_at = ? WHERE id = ? AND seen_at < ?", [at, id, at], {
        mayBeLost: true,
      });
    },
    sessionsOf(owner, now, idleSince) {
      const { sql, params } = ownedBy(owner);
      return all(
        SessionRow,
        `SELECT ${SESSION} FROM sessions WHERE ${sql} AND expires_at > ? AND seen_at > ?
         ORDER BY created_at DESC, id DESC`,
        [...params, now, idleSince],
      );
    },
    async endSession(which, owner) {
      const [column, value] = "id" in which ? ["id", which.id] : ["token_hash", which.tokenHash];
      const { sql, params } = owner === null ? { sql: "1", params: [] } : ownedBy(owner);
      return (
        (await database.run(`DELETE FROM sessions WHERE ${column} = ? AND ${sql}`, [value, ...params])) > 0
      );
    },

    async addToken(token) {
      await insert(database, "api_tokens", { ...token });
    },
    findToken: (tokenHash, now) =>
      one(
        TokenRow,
        `SELECT ${TOKEN} FROM api_tokens WHERE token_hash = ? AND revoked_at IS NULL
         AND (expires_at IS NULL OR expires_at > ?)`,
        [tokenHash, now],
      ),
    async useToken(id, day) {
      await database.run("UPDATE api_tokens SET last_used_on = ? WHERE id = ?", [day, id], {
        mayBeLost: true,
      });
    },
    tokens(page) {
      const { sql, params } = pageOf(page);
      return all(TokenRow, `SELECT ${TOKEN} FROM api_tokens WHERE 1 ${sql}`, params);
    },
    async anyToken() {
      return (await database.all("SELECT id FROM api_tokens LIMIT 1")).length > 0;
    },
    async revokeToken(id, at) {
      const [revoked = 0] = await database.batch([
        { sql: "UPDATE api_tokens SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL", params: [at, id] },
        { sql: "DELETE FROM sessions WHERE api_token_id = ?", params: [id] },
      ]);
      return revoked > 0;
    },
  };
}

/**
 * `/v1/members`, `/v1/tokens`, `/v1/sessions`, `/v1/passkeys` and `/v1/audit-log`: people, and what they did.
 */
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from "@simplewebauthn/server";
import { Hono } from "hono";
import * as z from "zod";
import * as shape from "../../shared/schema/people.ts";
import { note, verifyAuditLog } from "../auth/audit-log.ts";
import { may, refuseCrossSite } from "../auth/authorize.ts";
import { authenticate, authenticationOptions, register, registrationOptions } from "../auth/passkeys.ts";
import { signIn } from "../auth/session-cookie.ts";
import type { Deps } from "../deps.ts";
import { validate } from "../http/body.ts";
import { MAX_SMALL_JSON_BYTES } from "../http/bounds.ts";
import type { Env } from "../http/context.ts";
import { idempotent } from "../http/idempotency.ts";
import { Paging } from "../http/list-query.ts";
import { readCursor, toPage } from "../http/page-cursor.ts";
import { Problem } from "../http/problem.ts";
import { countingMisses, countSignIn } from "../http/rate-limits.ts";
import {
  changeMember,
  endOwnSession,
  inviteMember,
  makeSignInLink,
  makeToken,
  memberOf,
  ownSessions,
  removeMember,
  removeOwnPasskey,
  revokeToken,
} from "../people/manage.ts";
import type { ApiToken, Member, Passkey, PeoplePage } from "../store/people-port.ts";

const MAX_PASSKEY_BYTES = 16 * 1024;
const MOST_CHECKED = 10_000;

const NO_STORE = { "Cache-Control": "no-store" };

/** As the interface shows it. */
const memberOut = ({
  id,
  name,
  role,
  subject,
  createdAt,
  createdBy,
}: Member): z.infer<typeof shape.Member> => ({
  memberId: id,
  name,
  role,
  vouched: subject !== null,
  createdAt,
  createdBy,
});
const tokenOut = ({ id, ...token }: ApiToken): z.infer<typeof shape.ApiToken> => ({ tokenId: id, ...token });
const passkeyOut = ({ id, name, createdAt, lastUsedOn }: Passkey): z.infer<typeof shape.Passkey> => ({
  passkeyId: id,
  name,
  createdAt,
  lastUsedOn,
});

const positionOf = ({ createdAt, id }: { createdAt: string; id: string }): string => `${createdAt}~${id}`;
function pageAfter(deps: Deps, list: "members" | "tokens", query: z.infer<typeof Paging>): PeoplePage {
  const [createdAt = "", id = ""] = readCursor(deps, list, query.cursor)?.split("~") ?? [];
  return { after: createdAt === "" ? null : { createdAt, id }, limit: query.limit + 1 };
}

/** The routes under `/v1/members`. */
export function memberRoutes(deps: Deps) {
  return new Hono<Env>()
    .get("/", may("admin"), validate("query", Paging), async (c) => {
      const query = c.req.valid("query");
      const listed = await deps.people.members(pageAfter(deps, "members", query));
      const { rows, nextCursor } = toPage(deps, "members", listed, query.limit, positionOf);
      const members = rows.map((row) => ({
        ...memberOut(row),
        passkeys: row.passkeys,
        lastSeenAt: row.seenAt,
      }));
      return c.json({ members, nextCursor } satisfies z.infer<typeof shape.MemberList>, 200, NO_STORE);
    })
    .post(
      "/",
      may("admin"),
      validate("json", shape.NewMember, MAX_SMALL_JSON_BYTES),
      idempotent(deps),
      async (c) => {
        const { member, link } = await inviteMember(deps, c, c.req.valid("json"));
        const invited = { member: memberOut(member), link } satisfies z.infer<typeof shape.MemberInvited>;
        return c.json(invited, 201, NO_STORE);
      },
    )
    .patch(
      "/:memberId",
      may("admin"),
      validate("json", shape.MemberPatch, MAX_SMALL_JSON_BYTES),
      async (c) => {
        const changed = await changeMember(deps, c, c.req.param("memberId"), c.req.valid("json"));
        return c.json(memberOut(changed), 200, NO_STORE);
      },
    )
    .delete("/:memberId", may("admin"), async (c) => {
      await removeMember(deps, c, c.req.param("memberId"));
      return c.body(null, 204);
    })
    .post(
      "/:memberId/sign-in-link",
      may("admin"),
      validate("json", shape.NewSignInLink, MAX_SMALL_JSON_BYTES),
      idempotent(deps),
      async (c) => {
        const { removePasskeys } = c.req.valid("json");
        const link = await makeSignInLink(deps, c, c.req.param("memberId"), removePasskeys);
        return c.json(link, 201, NO_STORE);
      },
    );
}

/** The routes under `/v1/tokens`. */
export function tokenRoutes(deps: Deps) {
  return new Hono<Env>()
    .get("/", may("admin"), validate("query", Paging), async (c) => {
      const query = c.req.valid("query");
      const listed = await deps.people.tokens(pageAfter(deps, "tokens", query));
      const { rows, nextCursor } = toPage(deps, "tokens", listed, query.limit, positionOf);
      return c.json({ tokens: rows.map(tokenOut), nextCursor }, 200, NO_STORE);
    })
    .post(
      "/",
      may("admin"),
      validate("json", shape.NewApiToken, MAX_SMALL_JSON_BYTES),
      idempotent(deps),
      async (c) => {
        const { token, secret } = await makeToken(deps, c, c.req.valid("json"));
        return c.json({ ...tokenOut(token), token: secret }, 201, NO_STORE);
      },
    )
    .delete("/:tokenId", may("admin"), async (c) => {
      await revokeToken(deps, c, c.req.param("tokenId"));
      return c.body(null, 204);
    });
}

/** The routes under `/v1/sessions`: a caller's own ones. */
export function sessionRoutes(deps: Deps) {
  return new Hono<Env>()
    .get("/", may("staff"), async (c) => {
      const { principal } = c.var;
      const current = principal.kind === "staff" ? principal.session?.id : undefined;
      const sessions = (await ownSessions(deps, c)).map(({ id, createdAt, seenAt, expiresAt }) => ({
        sessionId: id,
        createdAt,
        lastSeenAt: seenAt,
        expiresAt,
        isThis: id === current,
      }));
      return c.json({ sessions } satisfies z.infer<typeof shape.SessionList>, 200, NO_STORE);
    })
    .delete("/:sessionId", may("staff"), async (c) => {
      await endOwnSession(deps, c, c.req.param("sessionId"));
      return c.body(null, 204);
    });
}

/** The routes under `/v1/passkeys`. */
export function passkeyRoutes(deps: Deps) {
  return new Hono<Env>()
    .post("/sign-in-options", async (c) => {
      refuseCrossSite(c);
      await countSignIn(deps, c);
      return c.json(await authenticationOptions(deps, c.var.origin), 200, NO_STORE);
    })
    .post("/sign-in", validate("json", shape.PasskeySignIn, MAX_PASSKEY_BYTES), async (c) => {
      refuseCrossSite(c);
      const response = c.req.valid("json").credential as AuthenticationResponseJSON;
      const caller = await countingMisses(
        deps,
        c,
        () => authenticate(deps, c.var.origin, response),
        (found) => found === null,
      );
      if (caller === null) throw new Problem("passkey-refused");
      await signIn(deps, c, caller, "passkey");
      return c.json({ name: caller.name, role: caller.role }, 200, NO_STORE);
    })
    .post("/options", may("staff"), async (c) =>
      c.json(await registrationOptions(deps, c.var.origin, memberOf(c)), 200, NO_STORE),
    )
    .get("/", may("staff"), async (c) => {
      const passkeys = await deps.people.passkeysOf(memberOf(c).id);
      return c.json({ passkeys: passkeys.map(passkeyOut) }, 200, NO_STORE);
    })
    .post("/", may("staff"), validate("json", shape.NewPasskey, MAX_PASSKEY_BYTES), async (c) => {
      const { name, credential } = c.req.valid("json");
      const response = credential as RegistrationResponseJSON;
      const passkey = await register(deps, c.var.origin, memberOf(c), name, response);
      await note(deps, c, "passkey-added", passkey.memberId, { name });
      return c.json(passkeyOut(passkey), 201, NO_STORE);
    })
    .delete("/:passkeyId", may("staff"), async (c) => {
      await removeOwnPasskey(deps, c, c.req.param("passkeyId"));
      return c.body(null, 204);
    });
}

/** What `/v1/audit-log` can be asked for. */
export const AuditQuery = Paging.extend({
  actor: z.string().max(120).optional(),
  subject: z.string().max(300).optional(),
  since: z.string().optional(),
});
/** Where to go on with following the chain. */
export const AuditCheckQuery = z.object({ after: z.coerce.number().int().min(0).default(0) });

/** The routes under `/v1/audit-log`. */
export function auditRoutes(deps: Deps) {
  return new Hono<Env>()
    .get("/", may("admin"), validate("query", AuditQuery), async (c) => {
      const { cursor, limit, actor, subject, since } = c.req.valid("query");
      const before = readCursor(deps, "audit-log", cursor);
      const listed = await deps.audit.list({
        actor: actor ?? null,
        subject: subject ?? null,
        since: since ?? null,
        before: before === null ? null : Number(before),
        limit: limit + 1,
      });
      const { rows, nextCursor } = toPage(deps, "audit-log", listed, limit, ({ place }) => String(place));
      await note(deps, c, "audit-log-read", "", { entries: rows.length });
      const entries = rows.map((row) => ({ ...row, detail: JSON.parse(row.detail) }));
      return c.json({ entries, nextCursor } satisfies z.infer<typeof shape.AuditLog>, 200, NO_STORE);
    })
    .get("/check", may("admin"), validate("query", AuditCheckQuery), async (c) =>
      c.json(await verifyAuditLog(deps, c.req.valid("query").after, MOST_CHECKED), 200, NO_STORE),
    );
}

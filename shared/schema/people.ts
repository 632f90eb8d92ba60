/** What the routes for people take and give: members, passkeys, sessions, API tokens and the audit log. */
import * as z from "zod";

/** What people call themselves, a device or a token: shown, and never taken for anything. */
const Name = z
  .string()
  .trim()
  .min(1)
  .max(80)
  .regex(/^\P{C}+$/u, "has control characters");
const Role = z.enum(["staff", "admin"]);
const Moment = z.iso.datetime();
const Day = z.iso.date();

/** A member to invite. */
export const NewMember = z.strictObject({ name: Name, role: Role });
/** What to change of a member. */
export const MemberPatch = z.strictObject({ name: Name.optional(), role: Role.optional() });

/** A person of the organisation. */
export const Member = z.object({
  memberId: z.string(),
  name: z.string(),
  role: Role,
  /** Whether an identity provider vouches for the person: its word decides name and role. */
  vouched: z.boolean(),
  createdAt: Moment,
  createdBy: z.string(),
});
/** Members, newest first. */
export const MemberList = z.object({
  members: z.array(Member.extend({ passkeys: z.int(), lastSeenAt: Moment.nullable() })),
  nextCursor: z.string().nullable(),
});
/** A link that signs a member in once. */
export const SignInLink = z.object({ url: z.string(), expiresAt: Moment });
/** A member who was invited. */
export const MemberInvited = z.object({ member: Member, link: SignInLink });
/** For whom a link is made. */
export const NewSignInLink = z.strictObject({
  /** Whether the member's passkeys are removed: a device was lost. */
  removePasskeys: z.boolean().default(false),
});

/** An API token to make. */
export const NewApiToken = z.strictObject({ name: Name, role: Role, expiresAt: Moment.nullish() });
/** An API token, without its secret. */
export const ApiToken = z.object({
  tokenId: z.string(),
  name: z.string(),
  role: Role,
  createdAt: Moment,
  createdBy: z.string(),
  expiresAt: Moment.nullable(),
  revokedAt: Moment.nullable(),
  lastUsedOn: Day.nullable(),
});
/** Tokens, newest first, with those that were revoked. */
export const ApiTokenList = z.object({ tokens: z.array(ApiToken), nextCursor: z.string().nullable() });
/** A token with its secret, which is shown this once. */
export const ApiTokenCreated = ApiToken.extend({ token: z.string() });

/** A browser that is signed in. */
export const Session = z.object({
  sessionId: z.string(),
  createdAt: Moment,
  lastSeenAt: Moment,
  expiresAt: Moment,
  /** Whether it is the one that asks. */
  isThis: z.boolean(),
});
/** The caller's own sessions, newest first. */
export const SessionList = z.object({ sessions: z.array(Session) });

/** A passkey of the caller. */
export const Passkey = z.object({
  passkeyId: z.string(),
  name: z.string(),
  createdAt: Moment,
  lastUsedOn: Day.nullable(),
});
/** The caller's own passkeys. */
export const PasskeyList = z.object({ passkeys: z.array(Passkey) });

const Base64url = z
  .string()
  .max(8192)
  .regex(/^[\w-]*$/, "is not base64url");
/** What `navigator.credentials.create()` gave, in the form of its `toJSON()`. */
export const NewPasskey = z.strictObject({
  name: Name,
  credential: z.object({
    id: Base64url,
    rawId: Base64url,
    type: z.literal("public-key"),
    clientExtensionResults: z.looseObject({}).default({}),
    response: z.object({
      clientDataJSON: Base64url,
      attestationObject: Base64url,
      transports: z.array(z.string().max(32)).max(10).optional(),
    }),
  }),
});
/** What `navigator.credentials.get()` gave, in the form of its `toJSON()`. */
export const PasskeySignIn = z.strictObject({
  credential: z.object({
    id: Base64url,
    rawId: Base64url,
    type: z.literal("public-key"),
    clientExtensionResults: z.looseObject({}).default({}),
    response: z.object({
      clientDataJSON: Base64url,
      authenticatorData: Base64url,
      signature: Base64url,
      userHandle: Base64url.nullish(),
    }),
  }),
});
/** The options of `navigator.credentials`, as `parseCreationOptionsFromJSON()` and its like take them. */
export const PasskeyOptions = z.looseObject({ challenge: z.string() });
/** Who is signed in now. */
export const SignedIn = z.object({ name: z.string(), role: Role });

/** What somebody did or saw. */
export const AuditEntry = z.object({
  place: z.int(),
  at: Moment,
  /** `member:ID`, `token:ID`, `bootstrap` or `operator`. */
  actor: z.string(),
  actorName: z.string(),
  action: z.string(),
  /** What it was done to, such as a report's ID. */
  subject: z.string(),
  detail: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  requestId: z.string(),
  hash: z.string(),
});
/** Entries, newest first. */
export const AuditLog = z.object({ entries: z.array(AuditEntry), nextCursor: z.string().nullable() });
/** What came of following the log's chain of hashes. */
export const AuditCheck = z.object({
  entries: z.int(),
  head: z.object({ place: z.int(), hash: z.string(), at: Moment }).nullable(),
  brokenAt: z.int().nullable(),
  next: z.int().nullable(),
});

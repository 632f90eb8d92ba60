/** Every problem that the service answers with: its HTTP status, and its words in each language. */
import type { Language } from "../../shared/language.ts";
import { fill, type Values } from "../../shared/text/sentence.ts";
import { en } from "./problem-text/en.ts";
import { ja } from "./problem-text/ja.ts";

/** The HTTP status by code. The code is the end of a problem's `type`: never renamed. */
export const PROBLEM_STATUSES = {
  "bad-host": 400,
  "malformed-json": 400,
  "empty-body": 400,
  "client-gone": 400,
  "invalid-fields": 400,
  "malformed-form": 400,
  "token-missing": 401,
  "token-refused": 401,
  "passkey-refused": 401,
  "role-too-low": 403,
  "members-only": 403,
  "cross-site": 403,
  "not-found": 404,
  "report-not-found": 404,
  "capture-not-found": 404,
  "case-not-found": 404,
  "file-not-found": 404,
  "member-not-found": 404,
  "api-token-not-found": 404,
  "session-not-found": 404,
  "passkey-not-found": 404,
  "code-unknown": 404,
  "script-not-found": 404,
  "release-not-found": 404,
  "webhook-not-found": 404,
  "delivery-not-found": 404,
  "method-not-allowed": 405,
  "report-not-ready": 409,
  "last-admin": 409,
  "setting-fixed": 409,
  "too-many-webhooks": 409,
  "webhook-disabled": 409,
  "idempotency-key-in-use": 409,
  "report-lost": 410,
  "code-expired": 410,
  "code-revoked": 410,
  "code-used-up": 410,
  "run-expired": 410,
  "review-stale": 412,
  "body-too-large": 413,
  "json-too-large": 413,
  "text-too-large": 413,
  "form-too-large": 413,
  "too-many-files": 413,
  "case-quota": 413,
  "case-files-full": 413,
  "unsupported-media-type": 415,
  "passkey-unusable": 422,
  "idempotency-key-reused": 422,
  "unreadable-capture": 422,
  "unknown-text": 422,
  "unknown-json": 422,
  "no-login-messages": 422,
  "wrong-target": 422,
  "precondition-required": 428,
  "too-many-requests": 429,
  "too-many-rounds": 429,
  internal: 500,
  "identity-provider-unreachable": 503,
  "store-unreachable": 503,
  "store-unavailable": 503,
  "shutting-down": 503,
} as const;

/** What identifies a kind of problem. */
export type ProblemCode = keyof typeof PROBLEM_STATUSES;

type Sentences = Readonly<Record<`${ProblemCode}.${"title" | "detail"}`, string>>;

const DICTIONARIES: Readonly<Record<Language, Sentences>> = { en, ja };

/** The values for the parameters of a problem's detail, as a rest parameter: see `Values`. */
export type ProblemValues<Code extends ProblemCode> = Values<(typeof en)[`${Code}.detail`], string | number>;

/** Whether there is a problem of that code. */
export const isProblemCode = (code: string): code is ProblemCode => Object.hasOwn(PROBLEM_STATUSES, code);

/** What kind of problem it is, in a few words. */
export const problemTitle = (code: ProblemCode, language: Language): string =>
  DICTIONARIES[language][`${code}.title`];

/** What is wrong and what to do. Without parameters the sentence keeps its `{name}`s. */
export const problemDetail = (
  code: ProblemCode,
  language: Language,
  params: Readonly<Record<string, string | number>> = {},
): string => fill(DICTIONARIES[language][`${code}.detail`], params);

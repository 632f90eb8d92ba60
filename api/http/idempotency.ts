/**
 * Requests that are sent again because their answer was lost: with an `Idempotency-Key`
 * (draft-ietf-httpapi-idempotency-key-header) they do nothing twice, and get the answer of the first one.
 */
import { Buffer } from "node:buffer";
import { createCipheriv, createDecipheriv } from "node:crypto";
import type { MiddlewareHandler } from "hono";
import { hmac, hmacHex, sha256Hex } from "../auth/secrets.ts";
import type { Deps } from "../deps.ts";
import type { AppContext, Env } from "./context.ts";
import { Problem } from "./problem.ts";

/** An answer is kept for a day. */
const KEPT_MS = 24 * 3_600_000;
/** After it whoever was at work has died, and the request may be tried again. */
const AT_WORK_MS = 60_000;
const MOST_KEY = 255;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** What is kept of an answer. */
interface Kept {
  status: number;
  headers: Record<string, string>;
  body: string;
}
/** These belong to the request that got the answer first, or to every answer. */
const NOT_KEPT = new Set(["x-request-id", "ratelimit", "ratelimit-policy", "set-cookie", "connection"]);

const keyOf = (pepper: string, key: string): Uint8Array => hmac(pepper, `answer ${key}`);
function seal(pepper: string, key: string, nonce: Uint8Array, kept: Kept): string {
  const cipher = createCipheriv("aes-256-gcm", keyOf(pepper, key), nonce);
  const bytes = [cipher.update(JSON.stringify(kept), "utf8"), cipher.final()];
  return Buffer.concat([nonce, cipher.getAuthTag(), ...bytes]).toString("base64url");
}
function unseal(pepper: string, key: string, sealed: string): Kept {
  const bytes = Buffer.from(sealed, "base64url");
  const decipher = createDecipheriv("aes-256-gcm", keyOf(pepper, key), bytes.subarray(0, NONCE_BYTES));
  decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
  const text = Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]);
  return JSON.parse(text.toString("utf8")) as Kept;
}

/** @throws {Problem} `invalid-fields` */
function keyGiven(c: AppContext): string | null {
  const key = c.req.header("idempotency-key");
  if (key === undefined) return null;
  if (/^[\x21-\x7e]{1,255}$/.test(key)) return key;
  throw new Problem("invalid-fields", {
    params: { target: "header" },
    errors: [
      { pointer: "/Idempotency-Key", detail: `has to be 1 to ${MOST_KEY} printable ASCII characters` },
    ],
  });
}

/**
 * For routes that make something: stands behind who may, and behind what checks the body.
 *
 * @throws {Problem} `idempotency-key-reused`: the same key came with another request before;
 *   `idempotency-key-in-use`: the first request with it is not answered yet
 */
export function idempotent(deps: Deps): MiddlewareHandler<Env> {
  return async (c, next) => {
    const key = keyGiven(c);
    const { principal } = c.var;
    if (key === null || principal.kind === "anyone") return next();
    const { pepper } = deps.config;
    const who = `${principal.grant.kind}:${principal.grant.id}`;
    const keyHash = hmacHex(pepper, `idempotency ${who} ${c.req.method} ${c.req.path} ${key}`);
    const fingerprint = sha256Hex(JSON.stringify(c.req.valid("json" as never) ?? null));
    const now = deps.now();
    const at = (ms: number) => new Date(now.getTime() + ms).toISOString();
    const before = await deps.answers.claim(keyHash, fingerprint, now.toISOString(), at(AT_WORK_MS));
    if (before !== null) {
      if (before.fingerprint !== fingerprint) throw new Problem("idempotency-key-reused");
      if (before.answer === null)
        throw new Problem("idempotency-key-in-use", { headers: { "Retry-After": "1" } });
      const { status, headers, body } = unseal(pepper, key, before.answer);
      for (const [name, value] of Object.entries(headers)) c.header(name, value);
      c.header("Idempotency-Replayed", "true");
      return c.body(body, status as 201);
    }
    await next();
    if (c.res.status >= 400) {
      // Nothing was made: the key is as it was.
      await deps.answers.release(keyHash);
      return;
    }
    const kept: Kept = {
      status: c.res.status,
      headers: Object.fromEntries([...c.res.headers].filter(([name]) => !NOT_KEPT.has(name))),
      body: await c.res.clone().text(),
    };
    const sealed = seal(pepper, key, deps.random(NONCE_BYTES), kept);
    await deps.answers.keep(keyHash, sealed, at(KEPT_MS));
  };
}

/** What a form carries so that it makes one thing, however often its button is pressed. */
const FORM_KEY = /^[A-Za-z0-9_-]{16,64}$/;
/** For so long the same form makes nothing more. */
const FORM_MS = 10 * 60_000;

/**
 * Makes one thing of a form that comes twice, as a double click sends it: the second gets what the first
 * made.
 *
 * @param formKey the form's own field, made anew for each form that is shown; without one it is made always
 * @param content what is asked for: who goes back and asks for something else gets that
 * @param make makes it, and says its ID
 * @returns the ID; `null` while the first is still being made
 */
export async function makeOnce(
  deps: Deps,
  who: { kind: string; id: string },
  formKey: unknown,
  content: unknown,
  make: () => Promise<string>,
): Promise<string | null> {
  if (typeof formKey !== "string" || !FORM_KEY.test(formKey)) return make();
  const keyHash = hmacHex(
    deps.config.pepper,
    `form ${who.kind}:${who.id} ${formKey} ${JSON.stringify(content)}`,
  );
  const now = deps.now();
  const at = (ms: number) => new Date(now.getTime() + ms).toISOString();
  const before = await deps.answers.claim(keyHash, "form", now.toISOString(), at(AT_WORK_MS));
  if (before !== null) return before.answer;
  let made: string;
  try {
    made = await make();
  } catch (error) {
    await deps.answers.release(keyHash);
    throw error;
  }
  await deps.answers.keep(keyHash, made, at(FORM_MS));
  return made;
}

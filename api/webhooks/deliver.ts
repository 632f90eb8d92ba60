/**
 * Sends webhooks what they are to be told, as the specification Standard Webhooks has it: signed, with the
 * attempts of its schedule. Everything is in the index, so that any instance goes on where another one ended.
 */
import { Buffer } from "node:buffer";
import { createHmac } from "node:crypto";
import { newKey } from "../auth/secrets.ts";
import type { Deps } from "../deps.ts";
import type { Attempt, StoredDelivery, StoredWebhook } from "../store/port.ts";
import { toBody } from "./formats.ts";
import { unseal } from "./seal.ts";
import { whyNotSend } from "./url.ts";

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** The schedule that the specification suggests: how long after each attempt the next one is. */
const RETRY_AFTER_MS = [
  5 * SECOND_MS,
  5 * MINUTE_MS,
  30 * MINUTE_MS,
  ...[2, 5, 10, 14, 20, 24].map((hours) => hours * HOUR_MS),
];
/** Attempts come up to so much earlier or later, so that what failed together is not sent again together. */
const JITTER = 0.1;
/** A webhook whose attempts have all failed for so long is disabled when one more message is given up. */
const FAILING_MS = 5 * 24 * HOUR_MS;
/** So many webhooks are sent to at the same time. */
const AT_A_TIME = 4;
/** To the index to claim, read the webhook and settle; and the one that is sent. */
const REQUESTS_A_DELIVERY = 4;

/** What a secret of the specification begins with; base64 of the key follows. */
export const SECRET_PREFIX = "whsec_";
/** Where what is a secret of a webhook is sealed. */
export const placeOf = (what: "url" | "secret" | "authorization", webhookId: string): string =>
  `webhook ${webhookId} ${what}`;

/** The signature of a message: HMAC-SHA-256 over ID, time and body. */
function sign(secret: string, signed: string): string {
  const key = Buffer.from(secret.slice(SECRET_PREFIX.length), "base64");
  return `v1,${createHmac("sha256", key).update(signed).digest("base64")}`;
}

/**
 * Sends what is due, and returns when nothing is. It may run at any time and in several instances.
 *
 * @param mostRequests how many requests to index and receivers it makes at most
 */
export async function deliver(deps: Deps, mostRequests = Number.POSITIVE_INFINITY): Promise<void> {
  let left = mostRequests;
  const work = async (): Promise<void> => {
    while (left >= REQUESTS_A_DELIVERY && !deps.shutdown?.hasBegun) {
      left -= REQUESTS_A_DELIVERY;
      const lease = newKey(deps.random);
      const now = deps.now();
      const endsAt = new Date(now.getTime() + 2 * deps.config.webhookTimeoutMs + MINUTE_MS);
      const delivery = await deps.webhooks.claim(lease, now.toISOString(), endsAt.toISOString());
      if (delivery === null) {
        left += REQUESTS_A_DELIVERY - 1;
        return;
      }
      const webhook = await deps.webhooks.get(delivery.webhookId);
      if (webhook === null) continue;
      const answer = await attempt(deps, webhook, delivery);
      const became = toAttempt(deps, delivery, now, answer);
      deps.metrics.webhookAttempts.add([became.state === "delivered" ? "delivered" : "failed"]);
      await deps.webhooks.settle(delivery, lease, became);
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, work));
}

interface Answer extends Pick<Attempt, "status" | "answer" | "error"> {
  /** How long the receiver asks to be left alone. */
  quietMs: number;
}

/** Nobody is left alone for longer, whatever they ask for. */
const LONGEST_QUIET_MS = 24 * HOUR_MS;

/** `Retry-After` in seconds, RFC 9110 §10.2.3. As a date it is not read: the schedule holds then. */
const quietOf = (retryAfter: string | null): number =>
  /^\d{1,9}$/.test(retryAfter ?? "") ? Math.min(Number(retryAfter) * SECOND_MS, LONGEST_QUIET_MS) : 0;

async function attempt(deps: Deps, webhook: StoredWebhook, delivery: StoredDelivery): Promise<Answer> {
  const none = (error: string): Answer => ({ status: null, answer: null, error, quietMs: 0 });
  const { webhookId, sealedUrl, sealedSecret, sealedOldSecret, sealedAuthorization, oldSecretEndsAt } =
    webhook;
  const now = deps.now();
  const url = unseal(deps, placeOf("url", webhookId), sealedUrl);
  const isOldValid = oldSecretEndsAt !== null && oldSecretEndsAt > now.toISOString();
  const secrets = [sealedSecret, ...(isOldValid && sealedOldSecret !== null ? [sealedOldSecret] : [])].map(
    (sealed) => unseal(deps, placeOf("secret", webhookId), sealed),
  );
  const authorization =
    sealedAuthorization === null
      ? undefined
      : unseal(deps, placeOf("authorization", webhookId), sealedAuthorization);
  if (url === null || authorization === null || secrets.includes(null))
    return none("URL and secret cannot be read: the pepper is another one now");
  const refused = whyNotSend(new URL(url), deps.config.webhooksPrivate);
  if (refused !== null) return none(`the URL ${refused}`);

  try {
    const body = toBody(delivery.payload, webhook, deps.config.language);
    const timestamp = Math.floor(now.getTime() / SECOND_MS);
    const signed = `${delivery.deliveryId}.${timestamp}.${body}`;
    const { status, text, retryAfter } = await deps.postWebhook(
      new URL(url),
      {
        "content-type": "application/json",
        "user-agent": "ikefrag",
        ...(authorization === undefined ? {} : { authorization }),
        "webhook-id": delivery.deliveryId,
        "webhook-timestamp": String(timestamp),
        "webhook-signature": secrets.map((secret) => sign(secret ?? "", signed)).join(" "),
      },
      body,
    );
    const isRedirect = status >= 300 && status < 400;
    const error = isRedirect ? "a redirect, which is not followed" : null;
    return { status, answer: text, error, quietMs: quietOf(retryAfter) };
  } catch (error) {
    return none(error instanceof Error ? error.message : String(error));
  }
}

function toAttempt(
  deps: Deps,
  { attempts }: StoredDelivery,
  begun: Date,
  { quietMs, ...answer }: Answer,
): Attempt {
  const of = { ...answer, attemptedAt: begun.toISOString() };
  const { status } = answer;
  if (status !== null && status >= 200 && status < 300)
    return { ...of, state: "delivered", dueAt: null, disable: null };
  if (status === 410) return { ...of, state: "failed", dueAt: null, disable: "now" };
  const now = deps.now().getTime();
  const waitMs = RETRY_AFTER_MS[attempts - 1];
  if (waitMs === undefined) {
    const failingSince = new Date(now - FAILING_MS).toISOString();
    return { ...of, state: "failed", dueAt: null, disable: { failingSince } };
  }
  const jitter = 1 + JITTER * (((deps.random(1)[0] ?? 0) / 255) * 2 - 1);
  const dueAt = new Date(now + Math.max(waitMs * jitter, quietMs)).toISOString();
  return { ...of, state: "waiting", dueAt, disable: null };
}

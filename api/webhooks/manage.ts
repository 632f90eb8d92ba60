/** Webhooks as admins set them up: made, changed, given a new secret, tried, and what came of deliveries. */
import { Buffer } from "node:buffer";
import type { z } from "zod";
import type {
  DeliveryList,
  NewWebhook,
  Webhook,
  WebhookDelivery,
  WebhookList,
  WebhookPatch,
  WebhookWithSecret,
} from "../../shared/schema/webhooks.ts";
import { newKey } from "../auth/secrets.ts";
import type { Deps } from "../deps.ts";
import type { Paging } from "../http/list-query.ts";
import { readCursor, toPage } from "../http/page-cursor.ts";
import { Problem } from "../http/problem.ts";
import type { StoredDelivery, StoredWebhook } from "../store/port.ts";
import { placeOf, SECRET_PREFIX } from "./deliver.ts";
import { testEvent } from "./events.ts";
import { seal, unseal } from "./seal.ts";
import { whyNotSend } from "./url.ts";

/** Each event is written once for each webhook, and so there are not many. */
const MOST_WEBHOOKS = 20;
/** The specification asks for 24 to 64. */
const KEY_BYTES = 32;
const OLD_SECRET_MS = 24 * 3_600_000;

function toWebhook(deps: Deps, stored: StoredWebhook): Webhook {
  const { sealedUrl, sealedSecret: _, sealedOldSecret: __, sealedAuthorization, ...rest } = stored;
  const { oldSecretEndsAt, webhookId } = rest;
  const isOver = oldSecretEndsAt !== null && oldSecretEndsAt <= deps.now().toISOString();
  const url = unseal(deps, placeOf("url", webhookId), sealedUrl);
  const hasAuthorization = sealedAuthorization !== null;
  return { ...rest, url, hasAuthorization, oldSecretEndsAt: isOver ? null : oldSecretEndsAt };
}

const toDelivery = ({ webhookId: _, payload: __, ...delivery }: StoredDelivery): WebhookDelivery => delivery;

const newSecret = (deps: Deps): string =>
  SECRET_PREFIX + Buffer.from(deps.random(KEY_BYTES)).toString("base64");

function sealedUrl(deps: Deps, webhookId: string, url: string): string {
  const detail = whyNotSend(new URL(url), deps.config.webhooksPrivate);
  if (detail !== null)
    throw new Problem("invalid-fields", {
      params: { target: "body" },
      errors: [{ pointer: "/url", detail }],
    });
  return seal(deps, placeOf("url", webhookId), url);
}

const sealedAuthorization = (deps: Deps, webhookId: string, text: string | null): string | null =>
  text === null ? null : seal(deps, placeOf("authorization", webhookId), text);

function isSameReceiver(deps: Deps, before: StoredWebhook, url: string | undefined): boolean {
  if (url === undefined) return true;
  const known = unseal(deps, placeOf("url", before.webhookId), before.sealedUrl);
  return known !== null && new URL(known).origin === new URL(url).origin;
}

async function find(deps: Deps, webhookId: string): Promise<StoredWebhook> {
  const webhook = await deps.webhooks.get(webhookId);
  if (webhook === null) throw new Problem("webhook-not-found");
  return webhook;
}

/** @throws {Problem} `invalid-fields` where nothing may be sent to the URL, `too-many-webhooks` */
export async function createWebhook(
  deps: Deps,
  { url, events, format, description, jira, authorization }: z.output<typeof NewWebhook>,
  by: string,
): Promise<z.infer<typeof WebhookWithSecret>> {
  const webhookId = newKey(deps.random);
  const secret = newSecret(deps);
  const webhook: StoredWebhook = {
    webhookId,
    sealedUrl: sealedUrl(deps, webhookId, url),
    sealedSecret: seal(deps, placeOf("secret", webhookId), secret),
    sealedOldSecret: null,
    sealedAuthorization: sealedAuthorization(deps, webhookId, authorization ?? null),
    jira: jira ?? null,
    events: [...new Set(events)],
    format,
    description: description ?? null,
    createdAt: deps.now().toISOString(),
    createdBy: by,
    enabled: true,
    disabledBecause: null,
    failingSince: null,
    oldSecretEndsAt: null,
  };
  if (!(await deps.webhooks.create(webhook, MOST_WEBHOOKS)))
    throw new Problem("too-many-webhooks", { params: { most: MOST_WEBHOOKS } });
  return { ...toWebhook(deps, webhook), secret };
}

/** All webhooks, oldest first. */
export async function listWebhooks(deps: Deps): Promise<z.infer<typeof WebhookList>> {
  return { webhooks: (await deps.webhooks.list()).map((webhook) => toWebhook(deps, webhook)) };
}

/** One webhook. @throws {Problem} `webhook-not-found` */
export const readWebhook = async (deps: Deps, webhookId: string): Promise<Webhook> =>
  toWebhook(deps, await find(deps, webhookId));

/** Changes what is named. @throws {Problem} `webhook-not-found`, `invalid-fields` */
export async function changeWebhook(
  deps: Deps,
  webhookId: string,
  { url, enabled, authorization, ...patch }: z.output<typeof WebhookPatch>,
): Promise<Webhook> {
  const before = await find(deps, webhookId);
  await deps.webhooks.change(webhookId, {
    events: [...new Set(patch.events ?? before.events)],
    format: patch.format ?? before.format,
    description: patch.description === undefined ? before.description : patch.description,
    jira: patch.jira === undefined ? before.jira : patch.jira,
    ...(url === undefined ? {} : { sealedUrl: sealedUrl(deps, webhookId, url) }),
    // Credentials are for whom they were given to: another receiver does not get them.
    ...(authorization === undefined && isSameReceiver(deps, before, url)
      ? {}
      : { sealedAuthorization: sealedAuthorization(deps, webhookId, authorization ?? null) }),
    ...(enabled === undefined ? {} : { enabled, disabledBecause: enabled ? null : "by-hand" }),
    ...(enabled ? { failingSince: null } : {}),
  });
  return readWebhook(deps, webhookId);
}

/** Deletes a webhook with its deliveries. @throws {Problem} `webhook-not-found` */
export async function deleteWebhook(deps: Deps, webhookId: string): Promise<void> {
  if (!(await deps.webhooks.delete(webhookId))) throw new Problem("webhook-not-found");
}

/** Gives a new secret; the one of before signs too for 24 hours. @throws {Problem} `webhook-not-found` */
export async function rotateSecret(
  deps: Deps,
  webhookId: string,
): Promise<z.infer<typeof WebhookWithSecret>> {
  const { sealedSecret } = await find(deps, webhookId);
  const place = placeOf("secret", webhookId);
  const secret = newSecret(deps);
  // With another pepper the old one signs nothing any more.
  const isReadable = unseal(deps, place, sealedSecret) !== null;
  await deps.webhooks.change(webhookId, {
    sealedSecret: seal(deps, place, secret),
    sealedOldSecret: isReadable ? sealedSecret : null,
    oldSecretEndsAt: isReadable ? new Date(deps.now().getTime() + OLD_SECRET_MS).toISOString() : null,
  });
  return { ...(await readWebhook(deps, webhookId)), secret };
}

/**
 * One page of a webhook's deliveries, newest first.
 *
 * @throws {Problem} `webhook-not-found`, `invalid-fields`
 */
export async function listDeliveries(
  deps: Deps,
  webhookId: string,
  { cursor, limit }: Paging,
): Promise<z.infer<typeof DeliveryList>> {
  await find(deps, webhookId);
  const [createdAt, id] = readCursor(deps, "deliveries", cursor)?.split("~") ?? [];
  const after = createdAt === undefined || id === undefined ? null : { createdAt, id };
  const found = await deps.webhooks.deliveries(webhookId, { after, limit: limit + 1 });
  const position = (row: StoredDelivery) => `${row.createdAt}~${row.deliveryId}`;
  const { rows, nextCursor } = toPage(deps, "deliveries", found, limit, position);
  return { deliveries: rows.map(toDelivery), nextCursor };
}

async function begun(deps: Deps, deliveryId: string): Promise<WebhookDelivery> {
  const delivery = await deps.webhooks.getDelivery(deliveryId);
  if (delivery === null) throw new Problem("delivery-not-found");
  deps.webhooksDue();
  return toDelivery(delivery);
}

/**
 * Begins a delivery's attempts anew.
 *
 * @throws {Problem} `webhook-not-found`, `delivery-not-found`, `webhook-disabled`
 */
export async function resend(deps: Deps, webhookId: string, deliveryId: string): Promise<WebhookDelivery> {
  const { enabled } = await find(deps, webhookId);
  const delivery = await deps.webhooks.getDelivery(deliveryId);
  if (delivery?.webhookId !== webhookId) throw new Problem("delivery-not-found");
  if (!enabled) throw new Problem("webhook-disabled");
  await deps.webhooks.resend(deliveryId, deps.now().toISOString());
  return begun(deps, deliveryId);
}

/** Sends a message that says nothing. @throws {Problem} `webhook-not-found`, `webhook-disabled` */
export async function sendTest(deps: Deps, webhookId: string, by: string): Promise<WebhookDelivery> {
  await find(deps, webhookId);
  const deliveryId = await deps.webhooks.tell(webhookId, testEvent(deps, webhookId, by));
  if (deliveryId === null) throw new Problem("webhook-disabled");
  return begun(deps, deliveryId);
}

/** `/v1/webhooks`: who is told of reports and cases, for admins. */
import { Hono } from "hono";
import { NewWebhook, WebhookPatch } from "../../shared/schema/webhooks.ts";
import { note } from "../auth/audit-log.ts";
import { may, staffOf } from "../auth/authorize.ts";
import type { Deps } from "../deps.ts";
import { validate } from "../http/body.ts";
import { MAX_SMALL_JSON_BYTES } from "../http/bounds.ts";
import type { Env } from "../http/context.ts";
import { idempotent } from "../http/idempotency.ts";
import { Paging } from "../http/list-query.ts";
import {
  changeWebhook,
  createWebhook,
  deleteWebhook,
  listDeliveries,
  listWebhooks,
  readWebhook,
  resend,
  rotateSecret,
  sendTest,
} from "../webhooks/manage.ts";

const NO_STORE = { "Cache-Control": "no-store" };

/** The routes under `/v1/webhooks`. */
export function webhookRoutes(deps: Deps) {
  const admin = may("admin");
  return new Hono<Env>()
    .post("/", admin, validate("json", NewWebhook, MAX_SMALL_JSON_BYTES), idempotent(deps), async (c) => {
      const webhook = await createWebhook(deps, c.req.valid("json"), staffOf(c).name);
      await note(deps, c, "webhook-created", webhook.webhookId);
      return c.json(webhook, 201, NO_STORE);
    })
    .get("/", admin, async (c) => c.json(await listWebhooks(deps)))
    .get("/:webhookId", admin, async (c) => c.json(await readWebhook(deps, c.req.param("webhookId"))))
    .patch("/:webhookId", admin, validate("json", WebhookPatch, MAX_SMALL_JSON_BYTES), async (c) => {
      const patch = c.req.valid("json");
      const webhook = await changeWebhook(deps, c.req.param("webhookId"), patch);
      await note(deps, c, "webhook-changed", webhook.webhookId, { fields: Object.keys(patch).join(", ") });
      return c.json(webhook);
    })
    .delete("/:webhookId", admin, async (c) => {
      const webhookId = c.req.param("webhookId");
      await deleteWebhook(deps, webhookId);
      await note(deps, c, "webhook-deleted", webhookId);
      return c.body(null, 204);
    })
    .post("/:webhookId/rotate-secret", admin, idempotent(deps), async (c) => {
      const webhook = await rotateSecret(deps, c.req.param("webhookId"));
      await note(deps, c, "webhook-secret-rotated", webhook.webhookId);
      return c.json(webhook, 200, NO_STORE);
    })
    .post("/:webhookId/test", admin, async (c) =>
      c.json(await sendTest(deps, c.req.param("webhookId"), staffOf(c).name), 202),
    )
    .get("/:webhookId/deliveries", admin, validate("query", Paging), async (c) =>
      c.json(await listDeliveries(deps, c.req.param("webhookId"), c.req.valid("query"))),
    )
    .post("/:webhookId/deliveries/:deliveryId/resend", admin, async (c) =>
      c.json(await resend(deps, c.req.param("webhookId"), c.req.param("deliveryId")), 202),
    );
}

/** Webhooks and their deliveries in SQL: who is told of events, and what each is to be told. */
import * as z from "zod";
import { JiraSettings, Webhook, WebhookDelivery } from "../../shared/schema/webhooks.ts";
import type { Database, SqlRow, SqlStatement } from "./database.ts";
import type { StoredDelivery, StoredWebhook, ToldEvent, WebhookStore } from "./port.ts";
import { assignments, columnsOf, type Fields, insertInto } from "./sql-row.ts";

/** The columns of `webhooks`. */
const WebhookRow = Webhook.omit({ webhookId: true, url: true, hasAuthorization: true }).extend({
  id: z.string(),
  url: z.string(),
  secret: z.string(),
  oldSecret: z.string().nullable(),
  authorization: z.string().nullable(),
  jira: z
    .string()
    .transform((text) => JiraSettings.parse(JSON.parse(text)))
    .nullable(),
  events: z.string().transform((text) => Webhook.shape.events.parse(JSON.parse(text))),
  enabled: z.int().transform((flag) => flag !== 0),
});
const WEBHOOK_COLUMNS = columnsOf(WebhookRow);

function toWebhook(row: SqlRow): StoredWebhook {
  const { id, url, secret, oldSecret, authorization, ...rest } = WebhookRow.parse(row);
  return {
    webhookId: id,
    sealedUrl: url,
    sealedSecret: secret,
    sealedOldSecret: oldSecret,
    sealedAuthorization: authorization,
    ...rest,
  };
}

function toFields({ webhookId, ...changes }: Partial<StoredWebhook>): Fields {
  const { sealedUrl, sealedSecret, sealedOldSecret, sealedAuthorization, events, jira, enabled, ...rest } =
    changes;
  const fields = {
    ...rest,
    id: webhookId,
    url: sealedUrl,
    secret: sealedSecret,
    oldSecret: sealedOldSecret,
    authorization: sealedAuthorization,
    jira: jira && JSON.stringify(jira),
    events: events && JSON.stringify(events),
    enabled: enabled === undefined ? undefined : Number(enabled),
  };
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

/** The columns of `webhook_deliveries` that are read. */
const DeliveryRow = WebhookDelivery.omit({ deliveryId: true, nextAttemptAt: true }).extend({
  id: z.string(),
  webhookId: z.string(),
  payload: z.string(),
  dueAt: z.string().nullable(),
});
const DELIVERY_COLUMNS = columnsOf(DeliveryRow);

function toDelivery(row: SqlRow): StoredDelivery {
  const { id, dueAt, ...rest } = DeliveryRow.parse(row);
  return { deliveryId: id, nextAttemptAt: dueAt, ...rest };
}

/** Random, and different in each row that a statement writes. */
const NEW_ID = "'msg_' || lower(hex(randomblob(16)))";

const deliver = ({ type, about, payload, at }: ToldEvent, where: SqlStatement): SqlStatement => ({
  sql: `INSERT INTO webhook_deliveries (id, webhook_id, type, about, payload, created_at, due_at)
        SELECT ${NEW_ID}, id, ?, ?, ?, ?, ? FROM webhooks WHERE enabled = 1 AND ${where.sql}`,
  params: [type, about, payload, at, at, ...where.params],
});

/**
 * Writes down what all webhooks are to be told that ask for such events: to stand in one batch with what
 * writes the event.
 *
 * @param onlyIf nothing is told unless the report has this version
 */
export function tellAll(told: ToldEvent, onlyIf?: { reportId: string; version: number }): SqlStatement {
  const asked = "EXISTS (SELECT 1 FROM json_each(events) WHERE value = ?)";
  if (onlyIf === undefined) return deliver(told, { sql: asked, params: [told.type] });
  return deliver(told, {
    sql: `${asked} AND EXISTS (SELECT 1 FROM reports WHERE id = ? AND version = ?)`,
    params: [told.type, onlyIf.reportId, onlyIf.version],
  });
}

/** What waits for a webhook that is disabled now. Whoever sends one at this moment says how it ended. */
const endWaiting = (webhookId: string): SqlStatement => ({
  sql: `UPDATE webhook_deliveries SET state = 'failed', due_at = NULL, error = 'the webhook was disabled'
        WHERE webhook_id = (SELECT id FROM webhooks WHERE id = ? AND enabled = 0)
        AND due_at IS NOT NULL AND lease IS NULL`,
  params: [webhookId],
});

/** The delivery of a webhook that has been due for longest, by the webhook's ID and the time. */
const OLDEST_DUE = `SELECT id FROM webhook_deliveries WHERE webhook_id = webhooks.id AND due_at <= ?
  ORDER BY due_at LIMIT 1`;
/** Whether somebody sends to a webhook at a time. */
const IS_BUSY = `EXISTS (SELECT 1 FROM webhook_deliveries
  WHERE webhook_id = webhooks.id AND lease IS NOT NULL AND due_at > ?)`;

/** The store of webhooks over a database. */
export function sqlWebhookStore(database: Database): WebhookStore {
  const delivery = async (where: string, params: string[]): Promise<StoredDelivery | null> => {
    const sql = `SELECT ${DELIVERY_COLUMNS} FROM webhook_deliveries WHERE ${where}`;
    const [row] = await database.all(sql, params);
    return row ? toDelivery(row) : null;
  };
  return {
    async create(webhook, most) {
      const { sql, params } = insertInto("webhooks", toFields(webhook));
      const upTo = sql.replace(/VALUES \((.*)\)$/, "SELECT $1 WHERE (SELECT count(*) FROM webhooks) < ?");
      return (await database.run(upTo, [...params, most])) > 0;
    },
    async get(id) {
      const [row] = await database.all(`SELECT ${WEBHOOK_COLUMNS} FROM webhooks WHERE id = ?`, [id]);
      return row ? toWebhook(row) : null;
    },
    async list() {
      const sql = `SELECT ${WEBHOOK_COLUMNS} FROM webhooks ORDER BY created_at, id`;
      return (await database.all(sql)).map(toWebhook);
    },
    async change(id, changes) {
      const { sql, params } = assignments(toFields(changes));
      await database.batch([
        { sql: `UPDATE webhooks SET ${sql} WHERE id = ?`, params: [...params, id] },
        endWaiting(id),
      ]);
    },
    async delete(id) {
      const [deleted = 0] = await database.batch([
        { sql: "DELETE FROM webhooks WHERE id = ?", params: [id] },
        { sql: "DELETE FROM webhook_deliveries WHERE webhook_id = ?", params: [id] },
      ]);
      return deleted > 0;
    },
    async tell(id, told) {
      const { sql, params } = deliver(told, { sql: "id = ?", params: [id] });
      const [row] = await database.all(`${sql} RETURNING id`, params);
      return row === undefined ? null : String(row.id);
    },
    getDelivery: (id) => delivery("id = ?", [id]),
    async deliveries(id, { after, limit }) {
      const rows = await database.all(
        `SELECT ${DELIVERY_COLUMNS} FROM webhook_deliveries WHERE webhook_id = ?
         ${after ? "AND (created_at, id) < (?, ?)" : ""} ORDER BY created_at DESC, id DESC LIMIT ?`,
        [id, ...(after ? [after.createdAt, after.id] : []), limit],
      );
      return rows.map(toDelivery);
    },
    async resend(deliveryId, now) {
      await database.run(
        `UPDATE webhook_deliveries SET state = 'waiting', attempts = 0, due_at = ?, lease = NULL
         WHERE id = ? AND (lease IS NULL OR due_at <= ?)
         AND EXISTS (SELECT 1 FROM webhooks WHERE id = webhook_id AND enabled = 1)`,
        [now, deliveryId, now],
      );
    },
    async claim(lease, now, endsAt) {
      const [row] = await database.all(
        `UPDATE webhook_deliveries SET lease = ?, due_at = ?, attempts = attempts + 1, attempted_at = ?
         WHERE id = (
           SELECT due.id FROM webhooks CROSS JOIN webhook_deliveries AS due ON due.id = (${OLDEST_DUE})
           WHERE enabled = 1 AND NOT ${IS_BUSY} ORDER BY due.due_at LIMIT 1
         ) RETURNING ${DELIVERY_COLUMNS}`,
        [lease, endsAt, now, now, now],
      );
      return row ? toDelivery(row) : null;
    },
    async settle({ deliveryId, webhookId }, lease, attempt) {
      const { disable, state, ...result } = attempt;
      const isOurs = "EXISTS (SELECT 1 FROM webhook_deliveries WHERE id = ? AND lease = ?)";
      const ours = [webhookId, deliveryId, lease];
      const failingSince = "coalesce(failing_since, ?)";
      const changes = assignments({ state, ...result });
      await database.batch([
        state === "delivered"
          ? { sql: `UPDATE webhooks SET failing_since = NULL WHERE id = ? AND ${isOurs}`, params: ours }
          : {
              sql: `UPDATE webhooks SET failing_since = ${failingSince} WHERE id = ? AND ${isOurs}`,
              params: [attempt.attemptedAt, ...ours],
            },
        ...(disable === null
          ? []
          : [
              {
                sql: `UPDATE webhooks SET enabled = 0, disabled_because = ?
                      WHERE id = ? AND ${isOurs} AND enabled = 1 AND failing_since <= ?`,
                params: [
                  disable === "now" ? "gone" : "failing",
                  ...ours,
                  disable === "now" ? attempt.attemptedAt : disable.failingSince,
                ],
              },
            ]),
        {
          sql: `UPDATE webhook_deliveries SET lease = NULL, ${changes.sql} WHERE id = ? AND lease = ?`,
          params: [...changes.params, deliveryId, lease],
        },
        endWaiting(webhookId),
      ]);
    },
    async forgetAttempts(now) {
      await database.run(
        `UPDATE webhook_deliveries SET lease = NULL, due_at = ?
         WHERE webhook_id IN (SELECT id FROM webhooks) AND lease IS NOT NULL`,
        [now],
      );
    },
    async nextDue() {
      const [row] = await database.all(
        `SELECT min((SELECT min(due_at) FROM webhook_deliveries
                     WHERE webhook_id = webhooks.id AND due_at IS NOT NULL)) AS due_at
         FROM webhooks WHERE enabled = 1`,
      );
      return row?.due_at == null ? null : String(row.due_at);
    },
    async removeOld(before) {
      await database.run("DELETE FROM webhook_deliveries WHERE created_at < ?", [before]);
    },
  };
}

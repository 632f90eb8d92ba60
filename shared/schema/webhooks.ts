/** What `/v1/webhooks` takes and gives, and what webhooks are sent. */
import * as z from "zod";
import { ReportSummary } from "./api.ts";

/** What happened: the `type` of a message. */
export const WebhookEvent = z.enum(["report.created", "report.reviewed", "case.used"]);
export type WebhookEvent = z.infer<typeof WebhookEvent>;

/** The form of a message: `standard` is that of the specification, the others fit what receives them. */
export const WebhookFormat = z.enum([
  "standard",
  "slack",
  "teams",
  "mattermost",
  "jira",
  "servicenow",
  "zendesk",
]);
export type WebhookFormat = z.infer<typeof WebhookFormat>;

/** In which project issues are made, and of which type. Without it, the format `jira` is a comment. */
export const JiraSettings = z.strictObject({
  project: z.string().regex(/^[A-Z][A-Z0-9_]{1,30}$/, "must be a project's key, such as VPN"),
  issueType: z.string().min(1).max(60).default("Task"),
});
export type JiraSettings = z.infer<typeof JiraSettings>;

/** What is sent as the header `Authorization`, for issue trackers: `Basic …` or `Bearer …`. */
const Authorization = z
  .string()
  .max(1_024)
  .regex(/^[A-Za-z]+ [\x21-\x7e]+$/, "must be a scheme and credentials, such as Basic …");

/** What a message says of a report: no evidence. */
export const ReportEventData = ReportSummary.pick({
  reportId: true,
  createdAt: true,
  verdict: true,
  confidence: true,
  interfaceMtu: true,
  gateway: true,
  label: true,
  status: true,
  override: true,
}).extend({
  /** Where it is read; `null` where the service does not know its own address (`IKEFRAG_PUBLIC_URL`). */
  url: z.url().nullable(),
});

export type ReportEventData = z.infer<typeof ReportEventData>;

/** What a message says of a case whose code was used. */
export const CaseEventData = z.object({
  caseId: z.string(),
  gateway: z.string(),
  label: z.string().nullable(),
  /** How often the code was used, of how many. */
  runs: z.int(),
  maxRuns: z.int(),
  url: z.url().nullable(),
});

/** A message: the body in the format `standard`, which is what is signed. */
export const WebhookMessage = z.discriminatedUnion("type", [
  z.object({
    type: z.enum(["report.created", "report.reviewed"]),
    /** When it happened, ISO 8601. */
    timestamp: z.iso.datetime(),
    data: ReportEventData,
  }),
  z.object({ type: z.literal("case.used"), timestamp: z.iso.datetime(), data: CaseEventData }),
  z.object({
    type: z.literal("webhook.test"),
    timestamp: z.iso.datetime(),
    data: z.object({ webhookId: z.string(), by: z.string() }),
  }),
]);
export type WebhookMessage = z.infer<typeof WebhookMessage>;

/** What an admin gives to tell somebody of events. */
export const NewWebhook = z.strictObject({
  /** https, without a name and password; never a private address, unless the operator allows it. */
  url: z.url({ protocol: /^https?$/ }).max(2_048),
  events: z.array(WebhookEvent).min(1).max(8),
  format: WebhookFormat.default("standard"),
  description: z.string().max(200).optional(),
  jira: JiraSettings.optional(),
  authorization: Authorization.optional(),
});
/** A change of a webhook; what is left out stays as it is. Enabling it forgets why it was disabled. */
export const WebhookPatch = z.strictObject({
  url: NewWebhook.shape.url.optional(),
  events: NewWebhook.shape.events.optional(),
  format: WebhookFormat.optional(),
  description: z.string().max(200).nullable().optional(),
  jira: JiraSettings.nullable().optional(),
  authorization: Authorization.nullable().optional(),
  enabled: z.boolean().optional(),
});

/** A webhook, without its secret. */
export const Webhook = z.object({
  webhookId: z.string(),
  /** `null`: it cannot be read any more, because the pepper is another one. */
  url: z.string().nullable(),
  events: z.array(WebhookEvent),
  format: WebhookFormat,
  description: z.string().nullable(),
  jira: JiraSettings.nullable(),
  /** Whether it is sent; the credentials themselves are never shown. */
  hasAuthorization: z.boolean(),
  createdAt: z.iso.datetime(),
  createdBy: z.string(),
  enabled: z.boolean(),
  /** An admin did it, the receiver answered 410, or nothing arrived for five days. */
  disabledBecause: z.enum(["by-hand", "gone", "failing"]).nullable(),
  /** Since when every attempt has failed; `null` when the last one succeeded. */
  failingSince: z.iso.datetime().nullable(),
  /** Until when the secret of before signs too. */
  oldSecretEndsAt: z.iso.datetime().nullable(),
});
export type Webhook = z.infer<typeof Webhook>;
/** A webhook with its secret: the only answer that holds it. */
export const WebhookWithSecret = Webhook.extend({ secret: z.string() });
/** All webhooks, oldest first. */
export const WebhookList = z.object({ webhooks: z.array(Webhook) });

/** One message to one webhook, and what came of it. */
export const WebhookDelivery = z.object({
  /** The header `webhook-id`: the same in each attempt. */
  deliveryId: z.string(),
  type: z.string(),
  createdAt: z.iso.datetime(),
  state: z.enum(["waiting", "delivered", "failed"]),
  attempts: z.int(),
  nextAttemptAt: z.iso.datetime().nullable(),
  /** Of the last attempt: when it began, the HTTP status, and the first KiB of the answer. */
  attemptedAt: z.iso.datetime().nullable(),
  status: z.int().nullable(),
  answer: z.string().nullable(),
  /** Why there is no status, or why it is a failure. */
  error: z.string().nullable(),
});
export type WebhookDelivery = z.infer<typeof WebhookDelivery>;
/** One page of deliveries, newest first. */
export const DeliveryList = z.object({
  deliveries: z.array(WebhookDelivery),
  nextCursor: z.string().nullable(),
});

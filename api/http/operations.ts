/** The table of all operations of the interface. `/openapi.json` and the page `/docs` are made from it. */
import * as z from "zod";
import {
  Analysis,
  Assigned,
  Assignment,
  CaseAnalysisTaken,
  CaseCreated,
  CaseDetail,
  CaseInfo,
  CaseList,
  Deleted,
  FixCard,
  GatewayFilesTaken,
  GatewayLink,
  Insights,
  InsightsBy,
  NewCase,
  NewRun,
  PostRound,
  Reanalyzed,
  Report,
  ReportList,
  ReportReady,
  Review,
  ReviewPatch,
  ReviewStatus,
  RoundReply,
  RunNews,
  RunStarted,
} from "../../shared/schema/api.ts";
import { Verdict } from "../../shared/schema/diagnosis.ts";
import { Evidence } from "../../shared/schema/evidence.ts";
import { LanguageTag } from "../../shared/schema/measurement.ts";
import {
  ApiTokenCreated,
  ApiTokenList,
  AuditCheck,
  AuditLog,
  Member,
  MemberInvited,
  MemberList,
  MemberPatch,
  NewApiToken,
  NewMember,
  NewPasskey,
  NewSignInLink,
  Passkey,
  PasskeyList,
  PasskeyOptions,
  PasskeySignIn,
  SessionList,
  SignedIn,
  SignInLink,
} from "../../shared/schema/people.ts";
import { Host } from "../../shared/schema/plan.ts";
import { SettingsInfo, SettingsPatch } from "../../shared/schema/settings.ts";
import {
  DeliveryList,
  NewWebhook,
  Webhook,
  WebhookDelivery,
  WebhookList,
  WebhookMessage,
  WebhookPatch,
  WebhookWithSecret,
} from "../../shared/schema/webhooks.ts";
import { CAPTURE_TYPES, TEXT_TYPES } from "./body.ts";
import { LIST_TYPES, ListFormat } from "./list-query.ts";
import type { ProblemCode } from "./problem-kinds.ts";
import type { HeaderName } from "./response-headers.ts";

/**
 * Who may call an operation: anyone, the holder of a case code, of a gateway link's code or of a run's token,
 * staff, or admins only.
 */
export type Who = "anyone" | "code" | "gateway" | "run" | "staff" | "admin";

/** What is sent or answered: a schema by its name in `SCHEMAS`, bytes of a media type, or a form. */
interface Content {
  json?: SchemaName[];
  bytes?: readonly string[];
  /** The parts of a form with files; each may be there several times. */
  form?: Readonly<Record<string, string>>;
}

/**
 * One operation of the interface, as it is described to callers. test/api/access.test.ts checks that the
 * routes are exactly these, and test/support/described.ts that every answer is one of those described here.
 */
export interface Operation {
  method: "get" | "post" | "put" | "patch" | "delete";
  /** In OpenAPI's notation, `{name}`. */
  path: string;
  id: string;
  who: Who;
  summary: string;
  query?: Record<string, { schema: z.ZodType; description: string }>;
  headers?: Record<string, { description: string; required: boolean }>;
  body?: Content;
  /** `headers`: those besides what any answer has. */
  answers: Record<number, { description: string; content?: Content; headers?: readonly HeaderName[] }>;
  problems: ProblemCode[];
}

const Health = z.object({ status: z.literal("ok") });

/** The shapes of bodies, by the names that they have in OpenAPI. */
export const SCHEMAS = {
  Analysis,
  ApiTokenCreated,
  ApiTokenList,
  Assigned,
  Assignment,
  AuditCheck,
  AuditLog,
  CaseAnalysisTaken,
  CaseCreated,
  CaseDetail,
  CaseInfo,
  RunNews,
  CaseList,
  Deleted,
  DeliveryList,
  Evidence,
  FixCard,
  GatewayFilesTaken,
  GatewayLink,
  Health,
  Insights,
  Member,
  MemberInvited,
  SettingsInfo,
  SettingsPatch,
  MemberList,
  MemberPatch,
  NewApiToken,
  NewCase,
  NewMember,
  NewPasskey,
  NewRun,
  NewSignInLink,
  Passkey,
  PasskeyList,
  PasskeyOptions,
  PasskeySignIn,
  NewWebhook,
  PostRound,
  Reanalyzed,
  Report,
  ReportList,
  ReportReady,
  Review,
  ReviewPatch,
  RoundReply,
  RunStarted,
  SessionList,
  SignedIn,
  SignInLink,
  Webhook,
  WebhookDelivery,
  WebhookList,
  WebhookMessage,
  WebhookPatch,
  WebhookWithSecret,
} as const;
/** The name of such a shape. */
export type SchemaName = keyof typeof SCHEMAS;

const PCAPNG = ["application/x-pcapng"] as const;
const lang = {
  schema: LanguageTag,
  description: "Language of the sentences; else Accept-Language, else the operator's",
};
const page = {
  cursor: { schema: z.string(), description: "`nextCursor` of the page before" },
  limit: { schema: z.int().min(1).max(100), description: "Rows a page, 50 unless told" },
};
/** Which reports. */
const FILTER = {
  ...page,
  verdict: {
    schema: Verdict,
    description: "Filed under this verdict: the override's, where there is one",
  },
  status: { schema: ReviewStatus, description: "Status of the review" },
  gateway: { schema: z.string(), description: "The gateway, whole" },
  adapter: { schema: z.string(), description: "Name of the interface, whole" },
  since: { schema: z.string(), description: "A day or a moment, ISO 8601" },
  q: {
    schema: z.string().max(300),
    description:
      "Words or parts of them, in the ID, gateway, adapter, label or note; all have to be there. Besides tokens, with quotes around a value that has spaces: verdict:PART, status:, gateway:, adapter:, label:BEGINNING, mtu:1400 mtu:<1400 mtu:1400..1472 (the recommended interface MTU, bytes of a whole IP packet), is:mine, is:unassigned, since:2026-11-01 since:7d",
  },
};
const BODY: ProblemCode[] = ["malformed-json", "invalid-fields", "json-too-large", "unsupported-media-type"];
const CAPTURE: ProblemCode[] = [
  "empty-body",
  "unreadable-capture",
  "body-too-large",
  "unsupported-media-type",
  "too-many-requests",
];
/** What a form adds to the problems of a body. */
const FORM: ProblemCode[] = [
  "malformed-form",
  "form-too-large",
  "too-many-files",
  "unknown-text",
  "unknown-json",
];
const ANALYSIS_FORM = {
  file: "A capture, a log or another text, or JSON of a run or a report; where it was recorded is not known",
  client: "The same, recorded at the client",
  gateway: "The same, recorded at the VPN gateway; without a file name, the gateway's host name or address",
  between: "The same, recorded between client and gateway",
  text: "A pasted text",
  gateway_host: "The VPN gateway's host name or address",
} as const;
const GATEWAY_FORM = {
  file: "A capture, or a log of the IKE daemon, recorded at the VPN gateway",
  between: "The same, recorded between client and gateway",
  text: "A log as text",
} as const;
const CASE_ANALYSIS_FORM = {
  file: "A capture, a log or another text, or JSON of a run; where it was recorded is not known",
  client: "The same, recorded at the client",
  gateway: "The same, recorded at the VPN gateway",
  between: "The same, recorded between client and gateway",
  text: "A pasted text",
} as const;
const BY_HAND_FORM = {
  text: "What the commands printed: one part for each paste, those before it too",
  file: "The same as a file, or a capture",
  once: "A random key of the form: the same pastes with the same key become one report",
  do: "send: make a report of it; anything else: ask for what is still open",
} as const;
const GATEWAY_FILES: ProblemCode[] = [
  ...CAPTURE,
  ...FORM,
  "invalid-fields",
  "text-too-large",
  "no-login-messages",
  "case-not-found",
  "case-quota",
  "case-files-full",
];
const CODE: ProblemCode[] = [
  "code-unknown",
  "code-expired",
  "code-revoked",
  "code-used-up",
  "too-many-requests",
];
const RUN: ProblemCode[] = ["token-missing", "token-refused", "run-expired", "too-many-requests"];
const READER: ProblemCode[] = ["token-missing", "token-refused", "too-many-requests"];
const STAFF: ProblemCode[] = [...READER, "cross-site"];
const ADMIN: ProblemCode[] = [...STAFF, "role-too-low", "report-not-found"];
const ADMINISTRATION: ProblemCode[] = [...STAFF, "role-too-low"];
const WEBHOOK: ProblemCode[] = [...ADMINISTRATION, "webhook-not-found"];

const DELETED: Operation["answers"] = {
  200: { description: "All is deleted", content: { json: ["Deleted"] } },
  202: { description: "Some is left: the same request goes on with it", content: { json: ["Deleted"] } },
};

/** What a request that makes something may carry, so that it is answered again and does nothing twice. */
const ONCE = {
  headers: {
    "Idempotency-Key": {
      description: "A new value for each request: sent again with the same one, it gets the same answer",
      required: false,
    },
  },
};
const ONCE_PROBLEMS: ProblemCode[] = ["idempotency-key-in-use", "idempotency-key-reused", "invalid-fields"];

/** All operations. A new route gets an entry here, and a row in the table of test/api/access.test.ts. */
export const OPERATIONS: readonly Operation[] = [
  {
    method: "post",
    path: "/v1/cases",
    id: "createCase",
    who: "staff",
    summary: "Open a case; the code and the lines to hand to the user are shown this once",
    body: { json: ["NewCase"] },
    answers: {
      201: { description: "The case", headers: ["Idempotency-Replayed"], content: { json: ["CaseCreated"] } },
    },
    ...ONCE,
    problems: ["role-too-low", ...ONCE_PROBLEMS, ...STAFF, ...BODY],
  },
  {
    method: "get",
    path: "/v1/cases",
    id: "listCases",
    who: "staff",
    summary: "List cases, newest first",
    query: page,
    answers: { 200: { description: "A page", content: { json: ["CaseList"] } } },
    problems: [...READER, "invalid-fields"],
  },
  {
    method: "delete",
    path: "/v1/cases/{caseId}",
    id: "revokeCase",
    who: "staff",
    summary: "Withdraw a case's code and its gateway link; its reports stay",
    answers: { 204: { description: "Withdrawn" } },
    problems: [...STAFF, "case-not-found"],
  },
  {
    method: "get",
    path: "/v1/cases/{caseId}",
    id: "getCase",
    who: "staff",
    summary: "A case with its reports, and the files of the gateway's side",
    answers: { 200: { description: "The case", content: { json: ["CaseDetail"] } } },
    problems: [...READER, "case-not-found"],
  },
  {
    method: "delete",
    path: "/v1/cases/{caseId}/data",
    id: "deleteCase",
    who: "admin",
    summary: "Delete a case with its reports, runs and files for good; its code works no more",
    answers: DELETED,
    problems: [...STAFF, "role-too-low", "case-not-found"],
  },
  {
    method: "delete",
    path: "/v1/gateways/{gateway}",
    id: "deleteGateway",
    who: "admin",
    summary:
      "Delete everything about a gateway for good: its cases with all that belongs to them, and all other reports that name it; upper and lower case are alike",
    answers: DELETED,
    problems: [...STAFF, "role-too-low"],
  },
  {
    method: "get",
    path: "/v1/cases/{caseId}/export",
    id: "exportCase",
    who: "admin",
    summary:
      "All that is kept of a case as a zip: evidence, diagnoses, captures, reports to read, files of the gateway's side, and manifest.json with the SHA-256 of each, which also names what is lost",
    query: { lang },
    answers: {
      200: {
        headers: ["Content-Disposition"],
        description: "The zip",
        content: { bytes: ["application/zip"] },
      },
    },
    problems: [...READER, "role-too-low", "case-not-found"],
  },
  {
    method: "post",
    path: "/v1/cases/{caseId}/gateway-link",
    id: "makeGatewayLink",
    who: "staff",
    summary:
      "Make the link by which the gateway's administrator sends a capture or a log, and reads nothing; the code is shown this once, and the link before works no more",
    answers: {
      201: { description: "The link", headers: ["Idempotency-Replayed"], content: { json: ["GatewayLink"] } },
    },
    ...ONCE,
    problems: [...ONCE_PROBLEMS, ...STAFF, "case-not-found", "code-expired", "code-revoked"],
  },
  {
    method: "post",
    path: "/v1/cases/{caseId}/code",
    id: "replaceCode",
    who: "staff",
    summary:
      "Make a new code for a case, for as many runs and hours as a new case has; the code before works no more",
    answers: {
      201: {
        description: "The case with its new code",
        headers: ["Idempotency-Replayed"],
        content: { json: ["CaseCreated"] },
      },
    },
    ...ONCE,
    problems: [...ONCE_PROBLEMS, ...STAFF, "case-not-found"],
  },
  {
    method: "post",
    path: "/v1/cases/{caseId}/gateway-files",
    id: "addGatewayFiles",
    who: "staff",
    summary:
      "Add captures and logs of the gateway's side to a case; all reports of the case are judged anew, and later ones with them",
    query: { lang },
    body: { form: GATEWAY_FORM },
    answers: { 200: { description: "What was taken", content: { json: ["GatewayFilesTaken"] } } },
    problems: [...STAFF, ...GATEWAY_FILES],
  },
  {
    method: "delete",
    path: "/v1/cases/{caseId}/gateway-files/{fileId}",
    id: "deleteGatewayFile",
    who: "admin",
    summary: "Delete a file of the gateway's side; the reports of the case are judged without it",
    answers: { 204: { description: "Deleted" } },
    problems: [...STAFF, "role-too-low", "case-not-found", "file-not-found"],
  },
  {
    method: "post",
    path: "/v1/gateway-files/{code}",
    id: "sendGatewayFiles",
    who: "gateway",
    summary:
      "Send captures and logs of the gateway with the code of a gateway link: how much was recognised in them, and no diagnosis",
    query: { lang },
    body: { form: GATEWAY_FORM },
    answers: { 200: { description: "What was taken", content: { json: ["GatewayFilesTaken"] } } },
    problems: [...GATEWAY_FILES, "code-unknown", "code-expired", "code-revoked", "token-refused"],
  },
  {
    method: "get",
    path: "/agent/{version}/{file}",
    id: "getRelease",
    who: "anyone",
    summary:
      "The agent as it is published, the same bytes for every case: ikefrag.ps1, ikefrag.mjs, ikefrag.sh, and SHA256SUMS with their hashes. The ETag is the SHA-256",
    answers: {
      200: {
        description: "The file",
        headers: ["ETag"],
        content: { bytes: ["text/plain", "text/javascript"] },
      },
      304: { description: "It has not changed", headers: ["ETag"] },
    },
    problems: ["release-not-found"],
  },
  {
    method: "get",
    path: "/a/{file}",
    id: "getAgent",
    who: "code",
    summary:
      "CODE.mjs, CODE.ps1 and CODE.sh: the agent for Node.js or Deno, for Windows PowerShell, and for a shell of macOS or Linux; its ETag the SHA-256 of its bytes. CODE.json: who asks, about which gateway. CODE: a page about both",
    answers: {
      200: {
        description: "The agent, the facts or the page",
        headers: ["ETag", "Set-Cookie"],
        content: { json: ["CaseInfo"], bytes: ["text/javascript", "text/plain", "text/html"] },
      },
      304: { description: "The agent has not changed", headers: ["ETag", "Set-Cookie"] },
    },
    problems: [...CODE, "script-not-found"],
  },
  {
    method: "get",
    path: "/a/{code}/state",
    id: "getRunState",
    who: "code",
    summary: "How far the code's newest run is, for its page; a code that has just ended still tells",
    answers: { 200: { description: "The state", content: { json: ["RunNews"] } } },
    problems: CODE,
  },
  {
    method: "get",
    path: "/a/{code}/by-hand",
    id: "getByHandPage",
    who: "code",
    summary: "The page for whom no program may run: plain commands, and a form for what they print",
    query: { lang },
    answers: {
      200: { description: "The page", headers: ["Set-Cookie"], content: { bytes: ["text/html"] } },
    },
    problems: CODE,
  },
  {
    method: "post",
    path: "/a/{code}/by-hand",
    id: "sendByHand",
    who: "code",
    summary:
      "What was pasted so far: the page with the next commands; or, with do=send or a capture, a report of the case, and the code is used once",
    query: { lang },
    body: { form: BY_HAND_FORM },
    answers: {
      200: { description: "The page", headers: ["Set-Cookie"], content: { bytes: ["text/html"] } },
      303: { description: "It became a report", headers: ["Location", "Set-Cookie"] },
    },
    problems: [...CAPTURE, ...FORM, ...CODE, "text-too-large", "case-quota", "cross-site"],
  },
  {
    method: "post",
    path: "/v1/runs",
    id: "startRun",
    who: "code",
    summary: "Start a run with a case code: its token and the first steps",
    body: { json: ["NewRun"] },
    answers: { 201: { description: "The run", content: { json: ["RunStarted"] } } },
    problems: [...BODY, ...CODE],
  },
  {
    method: "post",
    path: "/v1/runs/{runId}/rounds",
    id: "postRound",
    who: "run",
    summary: "Post every measurement so far: the next steps, or the report",
    query: { lang },
    body: { json: ["PostRound"] },
    answers: { 200: { description: "Next steps, or the report", content: { json: ["RoundReply"] } } },
    problems: [...BODY, ...RUN, "wrong-target", "too-many-rounds", "report-not-found", "report-lost"],
  },
  {
    method: "put",
    path: "/v1/runs/{runId}/capture",
    id: "putCapture",
    who: "run",
    summary: "Send a capture of the failing connection after the last round: the diagnosis, revised",
    query: { lang },
    body: { bytes: CAPTURE_TYPES },
    answers: { 200: { description: "The revised report", content: { json: ["ReportReady"] } } },
    problems: [
      ...CAPTURE,
      ...RUN,
      "report-not-ready",
      "case-quota",
      "report-not-found",
      "report-lost",
      "too-many-rounds",
    ],
  },
  {
    method: "post",
    path: "/v1/analyses",
    id: "analyze",
    who: "staff",
    summary:
      "Diagnose captures, logs, pasted texts or evidence without a case; nothing is kept unless asked for. A form takes several files, and says where each was recorded",
    query: {
      lang,
      store: { schema: z.enum(["0", "1"]), description: "1: keep it as a report" },
      name: { schema: z.string().max(128), description: "File name for the evidence to point at" },
      gateway: {
        schema: Host,
        description: "The VPN gateway, to which the pings of a pasted text went; a body that names one wins",
      },
    },
    body: { json: ["Evidence"], bytes: [...CAPTURE_TYPES, ...TEXT_TYPES], form: ANALYSIS_FORM },
    answers: { 200: { description: "The diagnosis", content: { json: ["Analysis"] } } },
    problems: [...STAFF, ...CAPTURE, ...BODY, "text-too-large", ...FORM],
  },
  {
    method: "post",
    path: "/v1/case-analyses/{code}",
    id: "sendCaseAnalysis",
    who: "code",
    summary:
      "Send captures, logs and pasted texts to a case with its code: they become a report of the case, and the code is used once",
    query: { lang },
    body: { form: CASE_ANALYSIS_FORM },
    answers: {
      201: {
        description: "The report",
        headers: ["Location"],
        content: { json: ["CaseAnalysisTaken"] },
      },
    },
    problems: [...CAPTURE, ...FORM, ...CODE, "invalid-fields", "text-too-large", "case-quota"],
  },
  {
    method: "get",
    path: "/v1/reports",
    id: "listReports",
    who: "staff",
    summary: "List reports, newest first",
    query: {
      ...FILTER,
      format: { schema: ListFormat, description: "The form of the answer, in place of what Accept asks for" },
    },
    answers: {
      200: {
        headers: ["Link", "Content-Disposition"],
        description:
          "A page; or, as CSV or JSON lines, all pages up to 50,000 reports, whatever the limit. Where there are more, the last line has the field nextCursor",
        content: { json: ["ReportList"], bytes: Object.values(LIST_TYPES) },
      },
    },
    problems: [...READER, "invalid-fields"],
  },
  {
    method: "get",
    path: "/v1/reports/{reportId}",
    id: "getReport",
    who: "anyone",
    summary:
      "The fix card for anyone who has the ID; everything for staff. With Accept: text/markdown the report in words, for an issue or a ticket",
    query: { lang },
    answers: {
      200: {
        description: "Fix card, or report",
        headers: ["ETag"],
        content: { json: ["FixCard", "Report"], bytes: ["text/markdown"] },
      },
      304: { description: "It has not changed", headers: ["ETag"] },
    },
    problems: ["report-not-found", "report-lost", "token-refused", "too-many-requests"],
  },
  {
    method: "patch",
    path: "/v1/reports/{reportId}/review",
    id: "reviewReport",
    who: "admin",
    summary: "Change status, note or override; If-Match with the report's ETag",
    headers: { "If-Match": { description: "ETag of the report as it was read", required: true } },
    body: { json: ["ReviewPatch"] },
    answers: { 200: { description: "The review", headers: ["ETag"], content: { json: ["Review"] } } },
    problems: [...ADMIN, ...BODY, "precondition-required", "review-stale"],
  },
  {
    method: "put",
    path: "/v1/reports/{reportId}/assignee",
    id: "assignReport",
    who: "staff",
    summary: "Say who looks after a report; whoever asks, a member, or nobody",
    body: { json: ["Assignment"] },
    answers: { 200: { description: "Who does now", content: { json: ["Assigned"] } } },
    problems: [...STAFF, ...BODY, "report-not-found", "member-not-found"],
  },
  {
    method: "post",
    path: "/v1/reports/{reportId}/reanalyze",
    id: "reanalyzeReport",
    who: "admin",
    summary:
      "Run today's analyzer over the stored evidence; the earlier diagnosis stays. Where something that it was made from is gone, it stays in force, and what the rest says is `withoutEvidence`",
    query: { lang },
    answers: { 200: { description: "The report", headers: ["ETag"], content: { json: ["Report"] } } },
    problems: [...ADMIN, "report-lost"],
  },
  {
    method: "post",
    path: "/v1/reports/reanalyze",
    id: "reanalyzeReports",
    who: "admin",
    summary:
      "The same for all reports that a filter lets through, newest first: at most `limit` of them and for about 20 seconds; `nextCursor` goes on",
    query: {
      ...FILTER,
      limit: { schema: z.int().min(1).max(100), description: "Reports at once, 20 unless told" },
    },
    answers: { 200: { description: "What came of it", content: { json: ["Reanalyzed"] } } },
    problems: [...STAFF, "role-too-low", "invalid-fields"],
  },
  {
    method: "get",
    path: "/v1/reports/{reportId}/capture",
    id: "getCapture",
    who: "admin",
    summary: "Download the capture as it is kept: minimised",
    query: { name: { schema: z.string(), description: "Which, where the report has several" } },
    answers: {
      200: {
        description: "A pcapng file",
        headers: ["ETag", "Content-Disposition", "Content-Length"],
        content: { bytes: PCAPNG },
      },
    },
    problems: [...READER, "role-too-low", "report-not-found", "capture-not-found"],
  },
  {
    method: "delete",
    path: "/v1/reports/{reportId}",
    id: "deleteReport",
    who: "admin",
    summary: "Delete a report with everything it owns",
    answers: { 204: { description: "Deleted" } },
    problems: ADMIN,
  },
  {
    method: "post",
    path: "/v1/webhooks",
    id: "createWebhook",
    who: "admin",
    summary:
      "Tell somebody of events, by Standard Webhooks (WebhookMessage is what is sent); the secret is shown this once",
    body: { json: ["NewWebhook"] },
    answers: {
      201: {
        description: "The webhook",
        headers: ["Idempotency-Replayed"],
        content: { json: ["WebhookWithSecret"] },
      },
    },
    ...ONCE,
    problems: [...ONCE_PROBLEMS, ...ADMINISTRATION, ...BODY, "too-many-webhooks"],
  },
  {
    method: "get",
    path: "/v1/webhooks",
    id: "listWebhooks",
    who: "admin",
    summary: "List webhooks, oldest first",
    answers: { 200: { description: "All of them", content: { json: ["WebhookList"] } } },
    problems: ADMINISTRATION,
  },
  {
    method: "get",
    path: "/v1/webhooks/{webhookId}",
    id: "getWebhook",
    who: "admin",
    summary: "One webhook, and whether what is sent arrives",
    answers: { 200: { description: "The webhook", content: { json: ["Webhook"] } } },
    problems: WEBHOOK,
  },
  {
    method: "patch",
    path: "/v1/webhooks/{webhookId}",
    id: "changeWebhook",
    who: "admin",
    summary: "Change a webhook, disable it or enable it again",
    body: { json: ["WebhookPatch"] },
    answers: { 200: { description: "The webhook", content: { json: ["Webhook"] } } },
    problems: [...WEBHOOK, ...BODY],
  },
  {
    method: "delete",
    path: "/v1/webhooks/{webhookId}",
    id: "deleteWebhook",
    who: "admin",
    summary: "Delete a webhook with its deliveries",
    answers: { 204: { description: "Deleted" } },
    problems: WEBHOOK,
  },
  {
    method: "post",
    path: "/v1/webhooks/{webhookId}/rotate-secret",
    id: "rotateWebhookSecret",
    who: "admin",
    summary: "A new secret, shown this once; the one of before signs too for 24 hours",
    answers: {
      200: {
        description: "The webhook",
        headers: ["Idempotency-Replayed"],
        content: { json: ["WebhookWithSecret"] },
      },
    },
    ...ONCE,
    problems: [...WEBHOOK, ...ONCE_PROBLEMS],
  },
  {
    method: "post",
    path: "/v1/webhooks/{webhookId}/test",
    id: "testWebhook",
    who: "admin",
    summary: "Send a message of the type webhook.test",
    answers: { 202: { description: "It is being sent", content: { json: ["WebhookDelivery"] } } },
    problems: [...WEBHOOK, "webhook-disabled"],
  },
  {
    method: "get",
    path: "/v1/webhooks/{webhookId}/deliveries",
    id: "listDeliveries",
    who: "admin",
    summary: "What was sent in the last 30 days and what came of it, newest first",
    query: page,
    answers: { 200: { description: "A page", content: { json: ["DeliveryList"] } } },
    problems: [...WEBHOOK, "invalid-fields"],
  },
  {
    method: "post",
    path: "/v1/webhooks/{webhookId}/deliveries/{deliveryId}/resend",
    id: "resendDelivery",
    who: "admin",
    summary: "Send a message again, under the same ID, with all its attempts",
    answers: { 202: { description: "It is being sent", content: { json: ["WebhookDelivery"] } } },
    problems: [...WEBHOOK, "delivery-not-found", "webhook-disabled"],
  },
  {
    method: "get",
    path: "/v1/settings",
    id: "readSettings",
    who: "staff",
    summary: "Read what administrators decide about the service, and what its environment decides",
    answers: { 200: { description: "The settings that hold", content: { json: ["SettingsInfo"] } } },
    problems: STAFF,
  },
  {
    method: "patch",
    path: "/v1/settings",
    id: "changeSettings",
    who: "admin",
    summary: "Decide what is named; other instances of the service follow within 30 s",
    body: { json: ["SettingsPatch"] },
    answers: { 200: { description: "The settings that hold now", content: { json: ["SettingsInfo"] } } },
    problems: [...ADMINISTRATION, ...BODY, "setting-fixed"],
  },
  {
    method: "get",
    path: "/v1/members",
    id: "listMembers",
    who: "admin",
    summary: "List the people of the organisation, newest first",
    query: page,
    answers: { 200: { description: "A page", content: { json: ["MemberList"] } } },
    problems: [...ADMINISTRATION, "invalid-fields"],
  },
  {
    method: "post",
    path: "/v1/members",
    id: "inviteMember",
    who: "admin",
    summary: "Invite a person: the answer has the link that signs them in once, shown this once",
    body: { json: ["NewMember"] },
    answers: {
      201: {
        description: "The member and the link",
        headers: ["Idempotency-Replayed"],
        content: { json: ["MemberInvited"] },
      },
    },
    ...ONCE,
    problems: [...ONCE_PROBLEMS, ...ADMINISTRATION, ...BODY],
  },
  {
    method: "patch",
    path: "/v1/members/{memberId}",
    id: "changeMember",
    who: "admin",
    summary: "Give a member another name or role; it counts from the next request on",
    body: { json: ["MemberPatch"] },
    answers: { 200: { description: "The member", content: { json: ["Member"] } } },
    problems: [...ADMINISTRATION, ...BODY, "member-not-found", "last-admin"],
  },
  {
    method: "delete",
    path: "/v1/members/{memberId}",
    id: "removeMember",
    who: "admin",
    summary: "Remove a member with passkeys, links and sessions",
    answers: { 204: { description: "Removed" } },
    problems: [...ADMINISTRATION, "member-not-found", "last-admin"],
  },
  {
    method: "post",
    path: "/v1/members/{memberId}/sign-in-link",
    id: "makeSignInLink",
    who: "admin",
    summary: "Make a link that signs a member in once, such as after a passkey was lost",
    body: { json: ["NewSignInLink"] },
    answers: {
      201: { description: "The link", headers: ["Idempotency-Replayed"], content: { json: ["SignInLink"] } },
    },
    ...ONCE,
    problems: [...ONCE_PROBLEMS, ...ADMINISTRATION, ...BODY, "member-not-found"],
  },
  {
    method: "get",
    path: "/v1/tokens",
    id: "listTokens",
    who: "admin",
    summary: "List API tokens, newest first; never their secrets",
    query: page,
    answers: { 200: { description: "A page", content: { json: ["ApiTokenList"] } } },
    problems: [...ADMINISTRATION, "invalid-fields"],
  },
  {
    method: "post",
    path: "/v1/tokens",
    id: "createToken",
    who: "admin",
    summary: "Make an API token; it is shown this once",
    body: { json: ["NewApiToken"] },
    answers: {
      201: {
        description: "The token",
        headers: ["Idempotency-Replayed"],
        content: { json: ["ApiTokenCreated"] },
      },
    },
    ...ONCE,
    problems: [...ONCE_PROBLEMS, ...ADMINISTRATION, ...BODY],
  },
  {
    method: "delete",
    path: "/v1/tokens/{tokenId}",
    id: "revokeToken",
    who: "admin",
    summary: "Revoke an API token, and end the sessions that it began",
    answers: { 204: { description: "Revoked" } },
    problems: [...ADMINISTRATION, "api-token-not-found"],
  },
  {
    method: "get",
    path: "/v1/sessions",
    id: "listSessions",
    who: "staff",
    summary: "List the caller's own sessions in browsers",
    answers: { 200: { description: "The sessions", content: { json: ["SessionList"] } } },
    problems: READER,
  },
  {
    method: "delete",
    path: "/v1/sessions/{sessionId}",
    id: "endSession",
    who: "staff",
    summary: "End one of the caller's own sessions",
    answers: { 204: { description: "Ended" } },
    problems: [...STAFF, "session-not-found"],
  },
  {
    method: "post",
    path: "/v1/passkeys/sign-in-options",
    id: "beginPasskeySignIn",
    who: "anyone",
    summary: "Begin to sign in with a passkey: the options of navigator.credentials.get()",
    answers: { 200: { description: "The options", content: { json: ["PasskeyOptions"] } } },
    problems: ["token-refused", "cross-site", "too-many-requests"],
  },
  {
    method: "post",
    path: "/v1/passkeys/sign-in",
    id: "signInWithPasskey",
    who: "anyone",
    summary: "Sign in with what navigator.credentials.get() gave: the answer sets the session's cookie",
    body: { json: ["PasskeySignIn"] },
    answers: {
      200: { description: "Who is signed in", headers: ["Set-Cookie"], content: { json: ["SignedIn"] } },
    },
    problems: ["token-refused", "cross-site", "too-many-requests", ...BODY, "passkey-refused"],
  },
  {
    method: "post",
    path: "/v1/passkeys/options",
    id: "beginPasskey",
    who: "staff",
    summary: "Begin to make a passkey: the options of navigator.credentials.create()",
    answers: { 200: { description: "The options", content: { json: ["PasskeyOptions"] } } },
    problems: [...STAFF, "members-only"],
  },
  {
    method: "get",
    path: "/v1/passkeys",
    id: "listPasskeys",
    who: "staff",
    summary: "List the caller's own passkeys",
    answers: { 200: { description: "The passkeys", content: { json: ["PasskeyList"] } } },
    problems: [...READER, "members-only"],
  },
  {
    method: "post",
    path: "/v1/passkeys",
    id: "addPasskey",
    who: "staff",
    summary: "Add the passkey that navigator.credentials.create() gave",
    body: { json: ["NewPasskey"] },
    answers: { 201: { description: "The passkey", content: { json: ["Passkey"] } } },
    problems: [...STAFF, ...BODY, "members-only", "passkey-unusable"],
  },
  {
    method: "delete",
    path: "/v1/passkeys/{passkeyId}",
    id: "removePasskey",
    who: "staff",
    summary: "Remove one of the caller's own passkeys",
    answers: { 204: { description: "Removed" } },
    problems: [...STAFF, "members-only", "passkey-not-found"],
  },
  {
    method: "get",
    path: "/v1/audit-log",
    id: "listAuditLog",
    who: "admin",
    summary: "Who did and saw what, newest first",
    query: {
      ...page,
      actor: { schema: z.string(), description: "`member:ID`, `token:ID`, `bootstrap` or `operator`" },
      subject: { schema: z.string(), description: "What it was done to, such as a report's ID" },
      since: { schema: z.string(), description: "A day or a moment, ISO 8601" },
    },
    answers: { 200: { description: "A page", content: { json: ["AuditLog"] } } },
    problems: [...ADMINISTRATION, "invalid-fields"],
  },
  {
    method: "get",
    path: "/v1/audit-log/check",
    id: "checkAuditLog",
    who: "admin",
    summary: "Follow the chain of the log's hashes: whether any entry was changed or left out",
    query: { after: { schema: z.int().min(0), description: "`next` of the answer before" } },
    answers: { 200: { description: "What came of it", content: { json: ["AuditCheck"] } } },
    problems: [...ADMINISTRATION, "invalid-fields"],
  },
  {
    method: "get",
    path: "/v1/insights",
    id: "getInsights",
    who: "staff",
    summary:
      "Which verdicts reports have, by gateway, adapter or kind of network, and by week, with a sentence about each: the 20 groups with the most reports",
    query: {
      lang,
      weeks: {
        schema: z.int().min(1).max(104),
        description: "Calendar weeks up to this one, 12 unless told",
      },
      by: { schema: InsightsBy, description: "What reports are grouped by: the gateway unless told" },
    },
    answers: { 200: { description: "The counts", content: { json: ["Insights"] } } },
    problems: [...READER, "invalid-fields"],
  },
  {
    method: "get",
    path: "/healthz",
    id: "getHealth",
    who: "anyone",
    summary: "The service is alive; no store is asked",
    answers: { 200: { description: "Alive", content: { json: ["Health"] } } },
    problems: [],
  },
  {
    method: "get",
    path: "/readyz",
    id: "getReadiness",
    who: "anyone",
    summary: "Index and objects answer within two seconds; the answer may be a second old",
    answers: { 200: { description: "Ready", content: { json: ["Health"] } } },
    problems: ["store-unreachable"],
  },
  {
    method: "get",
    path: "/metrics",
    id: "getMetrics",
    who: "admin",
    summary:
      "What the service counts of itself, for Prometheus. Also for who has IKEFRAG_METRICS_TOKEN, and on the service's own machine for anyone where no proxy stands in front",
    answers: { 200: { description: "Text format 0.0.4", content: { bytes: ["text/plain"] } } },
    problems: [...READER, "role-too-low"],
  },
];

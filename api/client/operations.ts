/** The operations of the interface and their types, as infra/client-types.ts writes them. */

/** What every operation takes besides its own. */
export interface RequestOptions {
  signal?: AbortSignal;
  headers?: Record<string, string>;
}

/** By ID: the method, the path, what stands in the query, and what is sent as. */
export const OPERATIONS = {
  createCase: ["POST","/v1/cases",[],"json"],
  listCases: ["GET","/v1/cases",["cursor","limit"],null],
  revokeCase: ["DELETE","/v1/cases/{caseId}",[],null],
  getCase: ["GET","/v1/cases/{caseId}",[],null],
  deleteCase: ["DELETE","/v1/cases/{caseId}/data",[],null],
  deleteGateway: ["DELETE","/v1/gateways/{gateway}",[],null],
  exportCase: ["GET","/v1/cases/{caseId}/export",["lang"],null],
  makeGatewayLink: ["POST","/v1/cases/{caseId}/gateway-link",[],null],
  replaceCode: ["POST","/v1/cases/{caseId}/code",[],null],
  addGatewayFiles: ["POST","/v1/cases/{caseId}/gateway-files",["lang"],"bytes"],
  deleteGatewayFile: ["DELETE","/v1/cases/{caseId}/gateway-files/{fileId}",[],null],
  sendGatewayFiles: ["POST","/v1/gateway-files/{code}",["lang"],"bytes"],
  getRelease: ["GET","/agent/{version}/{file}",[],null],
  getAgent: ["GET","/a/{file}",[],null],
  getRunState: ["GET","/a/{code}/state",[],null],
  getByHandPage: ["GET","/a/{code}/by-hand",["lang"],null],
  sendByHand: ["POST","/a/{code}/by-hand",["lang"],"bytes"],
  startRun: ["POST","/v1/runs",[],"json"],
  postRound: ["POST","/v1/runs/{runId}/rounds",["lang"],"json"],
  putCapture: ["PUT","/v1/runs/{runId}/capture",["lang"],"bytes"],
  analyze: ["POST","/v1/analyses",["lang","store","name","gateway"],"json"],
  sendCaseAnalysis: ["POST","/v1/case-analyses/{code}",["lang"],"bytes"],
  listReports: ["GET","/v1/reports",["cursor","limit","verdict","status","gateway","adapter","since","q","format"],null],
  getReport: ["GET","/v1/reports/{reportId}",["lang"],null],
  deleteReport: ["DELETE","/v1/reports/{reportId}",[],null],
  reviewReport: ["PATCH","/v1/reports/{reportId}/review",[],"json"],
  assignReport: ["PUT","/v1/reports/{reportId}/assignee",[],"json"],
  reanalyzeReport: ["POST","/v1/reports/{reportId}/reanalyze",["lang"],null],
  reanalyzeReports: ["POST","/v1/reports/reanalyze",["cursor","limit","verdict","status","gateway","adapter","since","q"],null],
  getCapture: ["GET","/v1/reports/{reportId}/capture",["name"],null],
  createWebhook: ["POST","/v1/webhooks",[],"json"],
  listWebhooks: ["GET","/v1/webhooks",[],null],
  getWebhook: ["GET","/v1/webhooks/{webhookId}",[],null],
  changeWebhook: ["PATCH","/v1/webhooks/{webhookId}",[],"json"],
  deleteWebhook: ["DELETE","/v1/webhooks/{webhookId}",[],null],
  rotateWebhookSecret: ["POST","/v1/webhooks/{webhookId}/rotate-secret",[],null],
  testWebhook: ["POST","/v1/webhooks/{webhookId}/test",[],null],
  listDeliveries: ["GET","/v1/webhooks/{webhookId}/deliveries",["cursor","limit"],null],
  resendDelivery: ["POST","/v1/webhooks/{webhookId}/deliveries/{deliveryId}/resend",[],null],
  readSettings: ["GET","/v1/settings",[],null],
  changeSettings: ["PATCH","/v1/settings",[],"json"],
  listMembers: ["GET","/v1/members",["cursor","limit"],null],
  inviteMember: ["POST","/v1/members",[],"json"],
  changeMember: ["PATCH","/v1/members/{memberId}",[],"json"],
  removeMember: ["DELETE","/v1/members/{memberId}",[],null],
  makeSignInLink: ["POST","/v1/members/{memberId}/sign-in-link",[],"json"],
  listTokens: ["GET","/v1/tokens",["cursor","limit"],null],
  createToken: ["POST","/v1/tokens",[],"json"],
  revokeToken: ["DELETE","/v1/tokens/{tokenId}",[],null],
  listSessions: ["GET","/v1/sessions",[],null],
  endSession: ["DELETE","/v1/sessions/{sessionId}",[],null],
  beginPasskeySignIn: ["POST","/v1/passkeys/sign-in-options",[],null],
  signInWithPasskey: ["POST","/v1/passkeys/sign-in",[],"json"],
  beginPasskey: ["POST","/v1/passkeys/options",[],null],
  listPasskeys: ["GET","/v1/passkeys",[],null],
  addPasskey: ["POST","/v1/passkeys",[],"json"],
  removePasskey: ["DELETE","/v1/passkeys/{passkeyId}",[],null],
  listAuditLog: ["GET","/v1/audit-log",["cursor","limit","actor","subject","since"],null],
  checkAuditLog: ["GET","/v1/audit-log/check",["after"],null],
  getInsights: ["GET","/v1/insights",["lang","weeks","by"],null],
  getHealth: ["GET","/healthz",[],null],
  getReadiness: ["GET","/readyz",[],null],
  getMetrics: ["GET","/metrics",[],null],
} as const;

/** A method for each operation. */
export interface Client {
  /** Open a case; the code and the lines to hand to the user are shown this once */
  createCase(input: { idempotencyKey?: string; body: NewCase }, options?: RequestOptions): Promise<CaseCreated>;
  /** List cases, newest first */
  listCases(input?: { cursor?: string; limit?: number }, options?: RequestOptions): Promise<CaseList>;
  /** Withdraw a case's code and its gateway link; its reports stay */
  revokeCase(input: { caseId: string }, options?: RequestOptions): Promise<undefined>;
  /** A case with its reports, and the files of the gateway's side */
  getCase(input: { caseId: string }, options?: RequestOptions): Promise<CaseDetail>;
  /** Delete a case with its reports, runs and files for good; its code works no more */
  deleteCase(input: { caseId: string }, options?: RequestOptions): Promise<Deleted>;
  /**
   * Delete everything about a gateway for good: its cases with all that belongs to them, and all other
   * reports that name it; upper and lower case are alike
   */
  deleteGateway(input: { gateway: string }, options?: RequestOptions): Promise<Deleted>;
  /**
   * All that is kept of a case as a zip: evidence, diagnoses, captures, reports to read, files of the
   * gateway's side, and manifest.json with the SHA-256 of each, which also names what is lost
   */
  exportCase(input: { caseId: string; lang?: "ja" | "en" }, options?: RequestOptions): Promise<Response>;
  /**
   * Make the link by which the gateway's administrator sends a capture or a log, and reads nothing; the code
   * is shown this once, and the link before works no more
   */
  makeGatewayLink(input: { caseId: string; idempotencyKey?: string }, options?: RequestOptions): Promise<GatewayLink>;
  /**
   * Make a new code for a case, for as many runs and hours as a new case has; the code before works no more
   */
  replaceCode(input: { caseId: string; idempotencyKey?: string }, options?: RequestOptions): Promise<CaseCreated>;
  /**
   * Add captures and logs of the gateway's side to a case; all reports of the case are judged anew, and later
   * ones with them
   */
  addGatewayFiles(input: { caseId: string; lang?: "ja" | "en"; body: FormData }, options?: RequestOptions): Promise<GatewayFilesTaken>;
  /** Delete a file of the gateway's side; the reports of the case are judged without it */
  deleteGatewayFile(input: { caseId: string; fileId: string }, options?: RequestOptions): Promise<undefined>;
  /**
   * Send captures and logs of the gateway with the code of a gateway link: how much was recognised in them,
   * and no diagnosis
   */
  sendGatewayFiles(input: { code: string; lang?: "ja" | "en"; body: FormData }, options?: RequestOptions): Promise<GatewayFilesTaken>;
  /**
   * The agent as it is published, the same bytes for every case: ikefrag.ps1, ikefrag.mjs, ikefrag.sh, and
   * SHA256SUMS with their hashes. The ETag is the SHA-256
   */
  getRelease(input: { version: string; file: string }, options?: RequestOptions): Promise<Response>;
  /**
   * CODE.mjs, CODE.ps1 and CODE.sh: the agent for Node.js or Deno, for Windows PowerShell, and for a shell of
   * macOS or Linux; its ETag the SHA-256 of its bytes. CODE.json: who asks, about which gateway. CODE: a page
   * about both
   */
  getAgent(input: { file: string }, options?: RequestOptions): Promise<CaseInfo | Response>;
  /** How far the code's newest run is, for its page; a code that has just ended still tells */
  getRunState(input: { code: string }, options?: RequestOptions): Promise<RunNews>;
  /** The page for whom no program may run: plain commands, and a form for what they print */
  getByHandPage(input: { code: string; lang?: "ja" | "en" }, options?: RequestOptions): Promise<Response>;
  /**
   * What was pasted so far: the page with the next commands; or, with do=send or a capture, a report of the
   * case, and the code is used once
   */
  sendByHand(input: { code: string; lang?: "ja" | "en"; body: FormData }, options?: RequestOptions): Promise<Response>;
  /** Start a run with a case code: its token and the first steps */
  startRun(input: { body: NewRun }, options?: RequestOptions): Promise<RunStarted>;
  /** Post every measurement so far: the next steps, or the report */
  postRound(input: { runId: string; lang?: "ja" | "en"; body: PostRound }, options?: RequestOptions): Promise<RoundReply>;
  /** Send a capture of the failing connection after the last round: the diagnosis, revised */
  putCapture(input: { runId: string; lang?: "ja" | "en"; body: string | Uint8Array | ArrayBuffer | Blob | ReadableStream; contentType?: string }, options?: RequestOptions): Promise<ReportReady>;
  /**
   * Diagnose captures, logs, pasted texts or evidence without a case; nothing is kept unless asked for. A
   * form takes several files, and says where each was recorded
   */
  analyze(input: { lang?: "ja" | "en"; store?: "0" | "1"; name?: string; gateway?: string; body: Evidence | string | Uint8Array | ArrayBuffer | Blob | ReadableStream | FormData; contentType?: string }, options?: RequestOptions): Promise<Analysis>;
  /**
   * Send captures, logs and pasted texts to a case with its code: they become a report of the case, and the
   * code is used once
   */
  sendCaseAnalysis(input: { code: string; lang?: "ja" | "en"; body: FormData }, options?: RequestOptions): Promise<CaseAnalysisTaken>;
  /** List reports, newest first */
  listReports(input?: { cursor?: string; limit?: number; verdict?: "outbound-fragments-too-large" | "outbound-fragments-dropped" | "inbound-fragments-lost" | "ike-auth-unanswered" | "path-mtu-black-hole" | "path-mtu-reduced" | "ike-fragments-too-large" | "ike-fragments-lost" | "udp-500-blocked" | "udp-4500-blocked" | "gateway-unreachable" | "gateway-rejects" | "slow-gateway" | "not-ikev2" | "esp-mtu" | "healthy" | "insufficient-evidence"; status?: "new" | "reviewed" | "fixed" | "confirmed"; gateway?: string; adapter?: string; since?: string; q?: string; format?: "json" | "csv" | "jsonl" }, options?: RequestOptions): Promise<ReportList | Response>;
  /**
   * The fix card for anyone who has the ID; everything for staff. With Accept: text/markdown the report in
   * words, for an issue or a ticket
   */
  getReport(input: { reportId: string; lang?: "ja" | "en" }, options?: RequestOptions): Promise<(FixCard | Report) | Response>;
  /** Delete a report with everything it owns */
  deleteReport(input: { reportId: string }, options?: RequestOptions): Promise<undefined>;
  /** Change status, note or override; If-Match with the report's ETag */
  reviewReport(input: { reportId: string; ifMatch: string; body: ReviewPatch }, options?: RequestOptions): Promise<Review>;
  /** Say who looks after a report; whoever asks, a member, or nobody */
  assignReport(input: { reportId: string; body: Assignment }, options?: RequestOptions): Promise<Assigned>;
  /**
   * Run today's analyzer over the stored evidence; the earlier diagnosis stays. Where something that it was
   * made from is gone, it stays in force, and what the rest says is `withoutEvidence`
   */
  reanalyzeReport(input: { reportId: string; lang?: "ja" | "en" }, options?: RequestOptions): Promise<Report>;
  /**
   * The same for all reports that a filter lets through, newest first: at most `limit` of them and for about
   * 20 seconds; `nextCursor` goes on
   */
  reanalyzeReports(input?: { cursor?: string; limit?: number; verdict?: "outbound-fragments-too-large" | "outbound-fragments-dropped" | "inbound-fragments-lost" | "ike-auth-unanswered" | "path-mtu-black-hole" | "path-mtu-reduced" | "ike-fragments-too-large" | "ike-fragments-lost" | "udp-500-blocked" | "udp-4500-blocked" | "gateway-unreachable" | "gateway-rejects" | "slow-gateway" | "not-ikev2" | "esp-mtu" | "healthy" | "insufficient-evidence"; status?: "new" | "reviewed" | "fixed" | "confirmed"; gateway?: string; adapter?: string; since?: string; q?: string }, options?: RequestOptions): Promise<Reanalyzed>;
  /** Download the capture as it is kept: minimised */
  getCapture(input: { reportId: string; name?: string }, options?: RequestOptions): Promise<Response>;
  /**
   * Tell somebody of events, by Standard Webhooks (WebhookMessage is what is sent); the secret is shown this
   * once
   */
  createWebhook(input: { idempotencyKey?: string; body: NewWebhook }, options?: RequestOptions): Promise<WebhookWithSecret>;
  /** List webhooks, oldest first */
  listWebhooks(input?: Record<string, never>, options?: RequestOptions): Promise<WebhookList>;
  /** One webhook, and whether what is sent arrives */
  getWebhook(input: { webhookId: string }, options?: RequestOptions): Promise<Webhook>;
  /** Change a webhook, disable it or enable it again */
  changeWebhook(input: { webhookId: string; body: WebhookPatch }, options?: RequestOptions): Promise<Webhook>;
  /** Delete a webhook with its deliveries */
  deleteWebhook(input: { webhookId: string }, options?: RequestOptions): Promise<undefined>;
  /** A new secret, shown this once; the one of before signs too for 24 hours */
  rotateWebhookSecret(input: { webhookId: string; idempotencyKey?: string }, options?: RequestOptions): Promise<WebhookWithSecret>;
  /** Send a message of the type webhook.test */
  testWebhook(input: { webhookId: string }, options?: RequestOptions): Promise<WebhookDelivery>;
  /** What was sent in the last 30 days and what came of it, newest first */
  listDeliveries(input: { webhookId: string; cursor?: string; limit?: number }, options?: RequestOptions): Promise<DeliveryList>;
  /** Send a message again, under the same ID, with all its attempts */
  resendDelivery(input: { webhookId: string; deliveryId: string }, options?: RequestOptions): Promise<WebhookDelivery>;
  /** Read what administrators decide about the service, and what its environment decides */
  readSettings(input?: Record<string, never>, options?: RequestOptions): Promise<SettingsInfo>;
  /** Decide what is named; other instances of the service follow within 30 s */
  changeSettings(input: { body: SettingsPatch }, options?: RequestOptions): Promise<SettingsInfo>;
  /** List the people of the organisation, newest first */
  listMembers(input?: { cursor?: string; limit?: number }, options?: RequestOptions): Promise<MemberList>;
  /** Invite a person: the answer has the link that signs them in once, shown this once */
  inviteMember(input: { idempotencyKey?: string; body: NewMember }, options?: RequestOptions): Promise<MemberInvited>;
  /** Give a member another name or role; it counts from the next request on */
  changeMember(input: { memberId: string; body: MemberPatch }, options?: RequestOptions): Promise<Member>;
  /** Remove a member with passkeys, links and sessions */
  removeMember(input: { memberId: string }, options?: RequestOptions): Promise<undefined>;
  /** Make a link that signs a member in once, such as after a passkey was lost */
  makeSignInLink(input: { memberId: string; idempotencyKey?: string; body: NewSignInLink }, options?: RequestOptions): Promise<SignInLink>;
  /** List API tokens, newest first; never their secrets */
  listTokens(input?: { cursor?: string; limit?: number }, options?: RequestOptions): Promise<ApiTokenList>;
  /** Make an API token; it is shown this once */
  createToken(input: { idempotencyKey?: string; body: NewApiToken }, options?: RequestOptions): Promise<ApiTokenCreated>;
  /** Revoke an API token, and end the sessions that it began */
  revokeToken(input: { tokenId: string }, options?: RequestOptions): Promise<undefined>;
  /** List the caller's own sessions in browsers */
  listSessions(input?: Record<string, never>, options?: RequestOptions): Promise<SessionList>;
  /** End one of the caller's own sessions */
  endSession(input: { sessionId: string }, options?: RequestOptions): Promise<undefined>;
  /** Begin to sign in with a passkey: the options of navigator.credentials.get() */
  beginPasskeySignIn(input?: Record<string, never>, options?: RequestOptions): Promise<PasskeyOptions>;
  /** Sign in with what navigator.credentials.get() gave: the answer sets the session's cookie */
  signInWithPasskey(input: { body: PasskeySignIn }, options?: RequestOptions): Promise<SignedIn>;
  /** Begin to make a passkey: the options of navigator.credentials.create() */
  beginPasskey(input?: Record<string, never>, options?: RequestOptions): Promise<PasskeyOptions>;
  /** List the caller's own passkeys */
  listPasskeys(input?: Record<string, never>, options?: RequestOptions): Promise<PasskeyList>;
  /** Add the passkey that navigator.credentials.create() gave */
  addPasskey(input: { body: NewPasskey }, options?: RequestOptions): Promise<Passkey>;
  /** Remove one of the caller's own passkeys */
  removePasskey(input: { passkeyId: string }, options?: RequestOptions): Promise<undefined>;
  /** Who did and saw what, newest first */
  listAuditLog(input?: { cursor?: string; limit?: number; actor?: string; subject?: string; since?: string }, options?: RequestOptions): Promise<AuditLog>;
  /** Follow the chain of the log's hashes: whether any entry was changed or left out */
  checkAuditLog(input?: { after?: number }, options?: RequestOptions): Promise<AuditCheck>;
  /**
   * Which verdicts reports have, by gateway, adapter or kind of network, and by week, with a sentence about
   * each: the 20 groups with the most reports
   */
  getInsights(input?: { lang?: "ja" | "en"; weeks?: number; by?: "gateway" | "adapter" | "network" }, options?: RequestOptions): Promise<Insights>;
  /** The service is alive; no store is asked */
  getHealth(input?: Record<string, never>, options?: RequestOptions): Promise<Health>;
  /** Index and objects answer within two seconds; the answer may be a second old */
  getReadiness(input?: Record<string, never>, options?: RequestOptions): Promise<Health>;
  /**
   * What the service counts of itself, for Prometheus. Also for who has IKEFRAG_METRICS_TOKEN, and on the
   * service's own machine for anyone where no proxy stands in front
   */
  getMetrics(input?: Record<string, never>, options?: RequestOptions): Promise<Response>;
}

/** The shape `Analysis` of the interface. */
export type Analysis = { schema: "ikefrag/diagnosis/1"; analyzer: string; verdict: Verdict; confidence: "high" | "medium" | "low"; direction: ("outbound" | "inbound" | "both" | "undetermined" | null); findings: ({ code: string; status: "found" | "clear" | "unknown"; severity: "high" | "medium" | "low" | "info"; nature: "observed" | "inferred"; phrase: { key: string; params: Record<string, (string | number | (number)[])> }; evidence: (({ kind: "packet"; capture: string; frame: number } | { kind: "probe"; stepId: string; bytes: (number | null); sizeKind: ("ip-packet" | "udp-payload" | "ping-payload" | "ike-message" | null) } | { kind: "text"; source: string; line: number }))[] })[]; candidates?: ({ verdict: Verdict; direction: ("outbound" | "inbound" | "both" | "undetermined" | null); for: ({ phrase: { key: string; params: Record<string, (string | number | (number)[])> }; evidence: (({ kind: "packet"; capture: string; frame: number } | { kind: "probe"; stepId: string; bytes: (number | null); sizeKind: ("ip-packet" | "udp-payload" | "ping-payload" | "ike-message" | null) } | { kind: "text"; source: string; line: number }))[] })[]; against: ({ phrase: { key: string; params: Record<string, (string | number | (number)[])> }; evidence: (({ kind: "packet"; capture: string; frame: number } | { kind: "probe"; stepId: string; bytes: (number | null); sizeKind: ("ip-packet" | "udp-payload" | "ping-payload" | "ike-message" | null) } | { kind: "text"; source: string; line: number }))[] })[]; decider: { key: string; params: Record<string, (string | number | (number)[])> } })[]; excluded?: ({ phrase: { key: string; params: Record<string, (string | number | (number)[])> }; evidence: (({ kind: "packet"; capture: string; frame: number } | { kind: "probe"; stepId: string; bytes: (number | null); sizeKind: ("ip-packet" | "udp-payload" | "ping-payload" | "ike-message" | null) } | { kind: "text"; source: string; line: number }))[]; verdict: Verdict })[]; readings?: ({ source: string; line: number; phrase: { key: string; params: Record<string, (string | number | (number)[])> } })[]; bothEnds?: ({ logins: ({ initiatorSpi: string; provenBy: "spi" | "sizes"; family: (4 | 6); places: ({ source: string; kind: "capture" | "log" | "run"; end: "client" | "gateway" | "between"; endFrom: "given" | "packets" | "other-end"; client: string; gateway: string; clock: ({ aheadMs: number; uncertaintyMs: number; bound?: "at-most" | "at-least" } | null); esp?: { outbound: { packets: number; largestIpBytes: number }; inbound: { packets: number; largestIpBytes: number } } })[]; datagrams: ({ exchangeType: number; messageId: number; isResponse: boolean; fromClient: boolean; gatewayPort?: number; ikeFragment: ({ number: number; total: number } | null); ikeLength: (number | null); sending: number; seen: (({ timeMs: number; ipBytes: (number)[]; ipIdentification: (number | null); complete: boolean; refs: (({ kind: "packet"; capture: string; frame: number } | { kind: "probe"; stepId: string; bytes: (number | null); sizeKind: ("ip-packet" | "udp-payload" | "ping-payload" | "ike-message" | null) } | { kind: "text"; source: string; line: number }))[] } | null))[]; fate: "arrived" | "recut" | "partly-lost" | "lost" | "not-covered"; cameTwice: boolean; outOfOrder: boolean; packets: ({ ipBytes: number; ipFragmentOffset: number; moreIpFragments: boolean; fate: "arrived" | "recut" | "lost" | "not-covered"; arrivedIpBytes: (number)[]; lostBetween: ([number, number] | null) })[] })[]; alike?: number })[]; notJoined: ({ sources: [string, string]; why: "same-end" | "other-attempts" | "nothing-in-common" | "ambiguous" })[]; joinedLogins: number; omittedDatagrams: number } | null); fourWays?: ({ ipFragments: { out: { state: "passed" | "lost" | "not-tested"; passedIkeBytes: (number | null); lostIkeBytes: (number | null); tries: number; phrase: ({ key: string; params: Record<string, (string | number | (number)[])> } | null); passedIpBytes?: (number | null); lostIpBytes?: (number | null); evidence: (({ kind: "packet"; capture: string; frame: number } | { kind: "probe"; stepId: string; bytes: (number | null); sizeKind: ("ip-packet" | "udp-payload" | "ping-payload" | "ike-message" | null) } | { kind: "text"; source: string; line: number }))[] }; back: { state: "passed" | "lost" | "not-tested"; passedIkeBytes: (number | null); lostIkeBytes: (number | null); tries: number; phrase: ({ key: string; params: Record<string, (string | number | (number)[])> } | null); passedIpBytes?: (number | null); lostIpBytes?: (number | null); evidence: (({ kind: "packet"; capture: string; frame: number } | { kind: "probe"; stepId: string; bytes: (number | null); sizeKind: ("ip-packet" | "udp-payload" | "ping-payload" | "ike-message" | null) } | { kind: "text"; source: string; line: number }))[] } }; ikeFragments: { out: { state: "passed" | "lost" | "not-tested"; passedIkeBytes: (number | null); lostIkeBytes: (number | null); tries: number; phrase: ({ key: string; params: Record<string, (string | number | (number)[])> } | null); passedIpBytes?: (number | null); lostIpBytes?: (number | null); evidence: (({ kind: "packet"; capture: string; frame: number } | { kind: "probe"; stepId: string; bytes: (number | null); sizeKind: ("ip-packet" | "udp-payload" | "ping-payload" | "ike-message" | null) } | { kind: "text"; source: string; line: number }))[] }; back: { state: "passed" | "lost" | "not-tested"; passedIkeBytes: (number | null); lostIkeBytes: (number | null); tries: number; phrase: ({ key: string; params: Record<string, (string | number | (number)[])> } | null); passedIpBytes?: (number | null); lostIpBytes?: (number | null); evidence: (({ kind: "packet"; capture: string; frame: number } | { kind: "probe"; stepId: string; bytes: (number | null); sizeKind: ("ip-packet" | "udp-payload" | "ping-payload" | "ike-message" | null) } | { kind: "text"; source: string; line: number }))[] } }; stopped: ("left-out" | "cookie" | "no-answer" | "no-common-suite" | "unreadable" | "limits" | null) } | null); warnings: ({ source: string; phrase: { key: string; params: Record<string, (string | number | (number)[])> } })[]; recommendation: Recommendation; text: { language: "ja" | "en"; title: string; sentence: string; explanation: string; confidence: string; direction: string | null; observed: (string)[]; inferred: (string)[]; excluded?: ({ verdict: Verdict; title: string; text: string })[]; candidates?: ({ verdict: Verdict; title: string; direction: string | null; for: (string)[]; against: (string)[]; decider: string | null })[]; unknown: (string)[]; actions: (string)[]; notes: (string)[]; arithmetic: string | null; serverActions: ({ product: string; text: string; commands: (string)[] })[]; forward: string | null; alternatives: ({ interfaceMtu: number; text: string })[]; nextProbe: string | null; readings?: (string)[]; warnings: (string)[] }; reportId?: string; reportUrl?: string };
/** The shape `ApiTokenCreated` of the interface. */
export type ApiTokenCreated = { tokenId: string; name: string; role: "staff" | "admin"; createdAt: string; createdBy: string; expiresAt: (string | null); revokedAt: (string | null); lastUsedOn: (string | null); token: string };
/** The shape `ApiTokenList` of the interface. */
export type ApiTokenList = { tokens: ({ tokenId: string; name: string; role: "staff" | "admin"; createdAt: string; createdBy: string; expiresAt: (string | null); revokedAt: (string | null); lastUsedOn: (string | null) })[]; nextCursor: string | null };
/** The shape `Assigned` of the interface. */
export type Assigned = { assignee: string | null };
/** The shape `Assignment` of the interface. */
export type Assignment = { assignee: (string | null) };
/** The shape `AuditCheck` of the interface. */
export type AuditCheck = { entries: number; head: ({ place: number; hash: string; at: string } | null); brokenAt: (number | null); next: (number | null) };
/** The shape `AuditLog` of the interface. */
export type AuditLog = { entries: ({ place: number; at: string; actor: string; actorName: string; action: string; subject: string; detail: Record<string, string | number | boolean | null>; requestId: string; hash: string })[]; nextCursor: string | null };
/** The shape `CaseAnalysisTaken` of the interface. */
export type CaseAnalysisTaken = { reportId: string; reportUrl: string; refused: ({ name: string; problem: string; detail: string })[] };
/** The shape `CaseCreated` of the interface. */
export type CaseCreated = { caseId: string; code: string; gateway: string; label: string | null; language: "ja" | "en"; ask: ("capture" | "apply")[]; rehearsal: boolean; maxRuns: number; expiresAt: string; page: string; commands: { windows: string; macLinux: string; deno: string; node: string }; ways: ({ way: "quick" | "file" | "installed" | "by-hand"; lines: ({ windows: string; powershell: string; macLinux: string; deno: string; node: string } | null); page: (string | null) })[] };
/** The shape `CaseDetail` of the interface. */
export type CaseDetail = { caseId: string; gateway: string; label: string | null; language: "ja" | "en"; ask: ("capture" | "apply")[]; rehearsal: boolean; createdAt: string; createdBy: string; expiresAt: string; state: "open" | "used-up" | "expired" | "revoked"; runs: number; maxRuns: number; deletedAt: string; hasGatewayLink: boolean; verdicts: ({ verdict: Verdict; reports: number })[]; reports: ({ reportId: string; createdAt: string; verdict: Verdict; confidence: "high" | "medium" | "low"; expiresAt: string })[]; files: ({ name: string; kind: "capture" | "text"; recordedAt: "client" | "gateway" | "between"; receivedAt: string; bytes: number; expiresAt: string; fileId: string; receivedBytes: number; sentBy: string | null })[] };
/** The shape `CaseInfo` of the interface. */
export type CaseInfo = { operator: string; gateway: string; reflector: (string | null); rehearsal: boolean; language: "ja" | "en"; expiresAt: string; ask: ("capture" | "apply")[]; agentWords: Record<string, string> };
/** The shape `RunNews` of the interface. */
export type RunNews = { stamp: string; reports: number; says: string };
/** The shape `CaseList` of the interface. */
export type CaseList = { cases: ({ caseId: string; gateway: string; label: string | null; language: "ja" | "en"; ask: ("capture" | "apply")[]; rehearsal: boolean; createdAt: string; createdBy: string; expiresAt: string; state: "open" | "used-up" | "expired" | "revoked"; runs: number; maxRuns: number })[]; nextCursor: string | null };
/** The shape `Deleted` of the interface. */
export type Deleted = { reports: number; cases: number; left: { reports: number; cases: number } };
/** The shape `DeliveryList` of the interface. */
export type DeliveryList = { deliveries: (WebhookDelivery)[]; nextCursor: string | null };
/** The shape `Evidence` of the interface. */
export type Evidence = { schema: "ikefrag/evidence/1"; startedAt?: (string | null); gateway?: (string | null); agent?: (AgentInfo | null); measurements?: (Measurement)[]; texts?: ({ name: string; text: string })[]; captures?: ({ name: string; base64: string })[]; recordedAt?: Record<string, "client" | "gateway" | "between">; rehearsal?: ({ logins: ({ initiatorSpi: string; responderSpi: string; family: (4 | 6); address: string; suite: { encryption: string; integrity: (string | null); prf: string; group: number }; ikeFragmentation: boolean; announcedIkeFragmentation?: boolean | null; begunOnPort?: ((500 | 4500) | null); initAnswerBytes: number; requests: ({ asks: "refusal" | "eap"; messageId: number; carriage: "whole-packet" | "ip-fragments" | "ike-fragments"; ikeBytes: number; datagrams: (number)[]; userMtu: (number | null); stepIds: (string)[]; tries: number; answer: ({ status: "none" } | { status: "not-sent"; why: string } | { status: "in-part"; received: (number)[]; total: number; largestDatagramBytes: number } | { status: "unreadable"; why: "integrity" | "malformed" | "too-large" } | { status: "refused"; notify: number; ikeBytes: number; datagrams: (number)[] } | { status: "asks-eap"; eapType: (number | null); ikeBytes: number; datagrams: (number)[] } | { status: "other"; ikeBytes: number; datagrams: (number)[] }) })[] })[]; gateway: ({ certificates: (({ bytes: number; subject: string; issuer: string; notBefore: string; notAfter: string; key: { kind: "RSA" | "ECDSA" | "EdDSA" | "other"; bits: (number | null); bytes: number }; signature: { kind: "RSA" | "RSA-PSS" | "ECDSA" | "EdDSA" | "other"; hash: (string | null); bytes: number }; isCa: boolean; isSelfSigned: boolean; commonName: (string | null); names: (string)[]; addresses: (string)[]; hasMoreNames: boolean; extendedKeyUsage: ((string)[] | null); isOfPublicCa: boolean })[] | null); unreadableCertificates: (string)[]; certificateRequests: number; readAt: string } | null); stopped: ("left-out" | "cookie" | "no-answer" | "no-common-suite" | "unreadable" | "limits" | null) } | null) };
/** The shape `FixCard` of the interface. */
export type FixCard = { reportId: string; createdAt: string; expiresAt: string; verdict: Verdict; confidence: "high" | "medium" | "low"; direction: ("outbound" | "inbound" | "both" | "undetermined" | null); recommendation: Recommendation; text: { language: "ja" | "en"; title: string; sentence: string; explanation: string; confidence: string; direction: string | null; observed: (string)[]; inferred: (string)[]; excluded?: ({ verdict: Verdict; title: string; text: string })[]; candidates?: ({ verdict: Verdict; title: string; direction: string | null; for: (string)[]; against: (string)[]; decider: string | null })[]; unknown: (string)[]; actions: (string)[]; notes: (string)[]; arithmetic: string | null; serverActions: ({ product: string; text: string; commands: (string)[] })[]; forward: string | null; alternatives: ({ interfaceMtu: number; text: string })[]; nextProbe: string | null; readings?: (string)[]; warnings: (string)[] }; reviewStatus: "new" | "reviewed" | "fixed" | "confirmed"; override: (Verdict | null); overrideText: string | null };
/** The shape `GatewayFilesTaken` of the interface. */
export type GatewayFilesTaken = { taken: ({ name: string; kind: "capture" | "text"; recordedAt: "client" | "gateway" | "between"; receivedBytes: number; packets: (number | null); ikeMessages: (number | null); logLines: (number | null); logins: number })[]; refused: ({ name: string; problem: string; detail: string })[]; reports?: (string)[] };
/** The shape `GatewayLink` of the interface. */
export type GatewayLink = { code: string; gateway: string; expiresAt: string; page: string; command: string };
/** The shape `Health` of the interface. */
export type Health = { status: "ok" };
/** The shape `Insights` of the interface. */
export type Insights = { by: "gateway" | "adapter" | "network"; weeks: number; since: string; reports: number; groups: ({ name: string | null; reports: number; verdicts: ({ verdict: Verdict; reports: number; networks: ({ network: "cellular" | "wifi" | "ethernet" | "vpn" | "unknown"; reports: number })[] })[]; weeks: ({ week: string; reports: number; problems: number })[]; sentence: string })[] };
/** The shape `Member` of the interface. */
export type Member = { memberId: string; name: string; role: "staff" | "admin"; vouched: boolean; createdAt: string; createdBy: string };
/** The shape `MemberInvited` of the interface. */
export type MemberInvited = { member: Member; link: SignInLink };
/** The shape `SettingsInfo` of the interface. */
export type SettingsInfo = { settings: { operator: string; contact: string | null; language: "ja" | "en"; defaultGateway: string | null; reportDays: number; captureDays: number }; fixed: ("operator" | "contact" | "language" | "defaultGateway" | "reportDays" | "captureDays")[]; updatedAt: (string | null); updatedBy: string | null };
/** The shape `SettingsPatch` of the interface. */
export type SettingsPatch = { operator?: (string | null); contact?: (string | null); language?: ("ja" | "en" | null); defaultGateway?: (string | null); reportDays?: (number | null); captureDays?: (number | null) };
/** The shape `MemberList` of the interface. */
export type MemberList = { members: ({ memberId: string; name: string; role: "staff" | "admin"; vouched: boolean; createdAt: string; createdBy: string; passkeys: number; lastSeenAt: (string | null) })[]; nextCursor: string | null };
/** The shape `MemberPatch` of the interface. */
export type MemberPatch = { name?: string; role?: "staff" | "admin" };
/** The shape `NewApiToken` of the interface. */
export type NewApiToken = { name: string; role: "staff" | "admin"; expiresAt?: (string | null) };
/** The shape `NewCase` of the interface. */
export type NewCase = { gateway: string; label?: string; language?: "ja" | "en"; ask?: ("capture" | "apply")[]; rehearsal?: boolean; maxRuns?: number; hours?: number };
/** The shape `NewMember` of the interface. */
export type NewMember = { name: string; role: "staff" | "admin" };
/** The shape `NewPasskey` of the interface. */
export type NewPasskey = { name: string; credential: { id: string; rawId: string; type: "public-key"; clientExtensionResults?: Record<string, unknown>; response: { clientDataJSON: string; attestationObject: string; transports?: (string)[] } } };
/** The shape `NewRun` of the interface. */
export type NewRun = { code: string; agent: AgentInfo };
/** The shape `NewSignInLink` of the interface. */
export type NewSignInLink = { removePasskeys?: boolean };
/** The shape `Passkey` of the interface. */
export type Passkey = { passkeyId: string; name: string; createdAt: string; lastUsedOn: (string | null) };
/** The shape `PasskeyList` of the interface. */
export type PasskeyList = { passkeys: (Passkey)[] };
/** The shape `PasskeyOptions` of the interface. */
export type PasskeyOptions = { challenge: string };
/** The shape `PasskeySignIn` of the interface. */
export type PasskeySignIn = { credential: { id: string; rawId: string; type: "public-key"; clientExtensionResults?: Record<string, unknown>; response: { clientDataJSON: string; authenticatorData: string; signature: string; userHandle?: (string | null) } } };
/** The shape `NewWebhook` of the interface. */
export type NewWebhook = { url: string; events: ("report.created" | "report.reviewed" | "case.used")[]; format?: "standard" | "slack" | "teams" | "mattermost" | "jira" | "servicenow" | "zendesk"; description?: string; jira?: { project: string; issueType?: string }; authorization?: string };
/** The shape `PostRound` of the interface. */
export type PostRound = { round: number; startedAt: string; measurements: (Measurement)[] };
/** The shape `Reanalyzed` of the interface. */
export type Reanalyzed = { analyzed: number; changed: ({ reportId: string; before: { analyzer: string; verdict: Verdict; confidence: "high" | "medium" | "low"; interfaceMtu: (number | null) }; after: { analyzer: string; verdict: Verdict; confidence: "high" | "medium" | "low"; interfaceMtu: (number | null) } })[]; kept: ({ reportId: string; missing: (string)[]; rest: { analyzer: string; verdict: Verdict; confidence: "high" | "medium" | "low"; interfaceMtu: (number | null) } })[]; failed: (string)[]; nextCursor: string | null };
/** The shape `Report` of the interface. */
export type Report = { reportId: string; createdAt: string; source: "run" | "analysis"; verdict: Verdict; confidence: "high" | "medium" | "low"; direction: ("outbound" | "inbound" | "both" | "undetermined" | null); interfaceMtu: (number | null); gateway: string | null; adapter: string | null; network: "cellular" | "wifi" | "ethernet" | "vpn" | "unknown"; label: string | null; status: "new" | "reviewed" | "fixed" | "confirmed"; override: (Verdict | null); assignee: string | null; expiresAt: string; capturesExpireAt: (string | null); diagnosis: { schema: "ikefrag/diagnosis/1"; analyzer: string; verdict: Verdict; confidence: "high" | "medium" | "low"; direction: ("outbound" | "inbound" | "both" | "undetermined" | null); findings: ({ code: string; status: "found" | "clear" | "unknown"; severity: "high" | "medium" | "low" | "info"; nature: "observed" | "inferred"; phrase: { key: string; params: Record<string, (string | number | (number)[])> }; evidence: (({ kind: "packet"; capture: string; frame: number } | { kind: "probe"; stepId: string; bytes: (number | null); sizeKind: ("ip-packet" | "udp-payload" | "ping-payload" | "ike-message" | null) } | { kind: "text"; source: string; line: number }))[] })[]; candidates?: ({ verdict: Verdict; direction: ("outbound" | "inbound" | "both" | "undetermined" | null); for: ({ phrase: { key: string; params: Record<string, (string | number | (number)[])> }; evidence: (({ kind: "packet"; capture: string; frame: number } | { kind: "probe"; stepId: string; bytes: (number | null); sizeKind: ("ip-packet" | "udp-payload" | "ping-payload" | "ike-message" | null) } | { kind: "text"; source: string; line: number }))[] })[]; against: ({ phrase: { key: string; params: Record<string, (string | number | (number)[])> }; evidence: (({ kind: "packet"; capture: string; frame: number } | { kind: "probe"; stepId: string; bytes: (number | null); sizeKind: ("ip-packet" | "udp-payload" | "ping-payload" | "ike-message" | null) } | { kind: "text"; source: string; line: number }))[] })[]; decider: { key: string; params: Record<string, (string | number | (number)[])> } })[]; excluded?: ({ phrase: { key: string; params: Record<string, (string | number | (number)[])> }; evidence: (({ kind: "packet"; capture: string; frame: number } | { kind: "probe"; stepId: string; bytes: (number | null); sizeKind: ("ip-packet" | "udp-payload" | "ping-payload" | "ike-message" | null) } | { kind: "text"; source: string; line: number }))[]; verdict: Verdict })[]; readings?: ({ source: string; line: number; phrase: { key: string; params: Record<string, (string | number | (number)[])> } })[]; bothEnds?: ({ logins: ({ initiatorSpi: string; provenBy: "spi" | "sizes"; family: (4 | 6); places: ({ source: string; kind: "capture" | "log" | "run"; end: "client" | "gateway" | "between"; endFrom: "given" | "packets" | "other-end"; client: string; gateway: string; clock: ({ aheadMs: number; uncertaintyMs: number; bound?: "at-most" | "at-least" } | null); esp?: { outbound: { packets: number; largestIpBytes: number }; inbound: { packets: number; largestIpBytes: number } } })[]; datagrams: ({ exchangeType: number; messageId: number; isResponse: boolean; fromClient: boolean; gatewayPort?: number; ikeFragment: ({ number: number; total: number } | null); ikeLength: (number | null); sending: number; seen: (({ timeMs: number; ipBytes: (number)[]; ipIdentification: (number | null); complete: boolean; refs: (({ kind: "packet"; capture: string; frame: number } | { kind: "probe"; stepId: string; bytes: (number | null); sizeKind: ("ip-packet" | "udp-payload" | "ping-payload" | "ike-message" | null) } | { kind: "text"; source: string; line: number }))[] } | null))[]; fate: "arrived" | "recut" | "partly-lost" | "lost" | "not-covered"; cameTwice: boolean; outOfOrder: boolean; packets: ({ ipBytes: number; ipFragmentOffset: number; moreIpFragments: boolean; fate: "arrived" | "recut" | "lost" | "not-covered"; arrivedIpBytes: (number)[]; lostBetween: ([number, number] | null) })[] })[]; alike?: number })[]; notJoined: ({ sources: [string, string]; why: "same-end" | "other-attempts" | "nothing-in-common" | "ambiguous" })[]; joinedLogins: number; omittedDatagrams: number } | null); fourWays?: ({ ipFragments: { out: { state: "passed" | "lost" | "not-tested"; passedIkeBytes: (number | null); lostIkeBytes: (number | null); tries: number; phrase: ({ key: string; params: Record<string, (string | number | (number)[])> } | null); passedIpBytes?: (number | null); lostIpBytes?: (number | null); evidence: (({ kind: "packet"; capture: string; frame: number } | { kind: "probe"; stepId: string; bytes: (number | null); sizeKind: ("ip-packet" | "udp-payload" | "ping-payload" | "ike-message" | null) } | { kind: "text"; source: string; line: number }))[] }; back: { state: "passed" | "lost" | "not-tested"; passedIkeBytes: (number | null); lostIkeBytes: (number | null); tries: number; phrase: ({ key: string; params: Record<string, (string | number | (number)[])> } | null); passedIpBytes?: (number | null); lostIpBytes?: (number | null); evidence: (({ kind: "packet"; capture: string; frame: number } | { kind: "probe"; stepId: string; bytes: (number | null); sizeKind: ("ip-packet" | "udp-payload" | "ping-payload" | "ike-message" | null) } | { kind: "text"; source: string; line: number }))[] } }; ikeFragments: { out: { state: "passed" | "lost" | "not-tested"; passedIkeBytes: (number | null); lostIkeBytes: (number | null); tries: number; phrase: ({ key: string; params: Record<string, (string | number | (number)[])> } | null); passedIpBytes?: (number | null); lostIpBytes?: (number | null); evidence: (({ kind: "packet"; capture: string; frame: number } | { kind: "probe"; stepId: string; bytes: (number | null); sizeKind: ("ip-packet" | "udp-payload" | "ping-payload" | "ike-message" | null) } | { kind: "text"; source: string; line: number }))[] }; back: { state: "passed" | "lost" | "not-tested"; passedIkeBytes: (number | null); lostIkeBytes: (number | null); tries: number; phrase: ({ key: string; params: Record<string, (string | number | (number)[])> } | null); passedIpBytes?: (number | null); lostIpBytes?: (number | null); evidence: (({ kind: "packet"; capture: string; frame: number } | { kind: "probe"; stepId: string; bytes: (number | null); sizeKind: ("ip-packet" | "udp-payload" | "ping-payload" | "ike-message" | null) } | { kind: "text"; source: string; line: number }))[] } }; stopped: ("left-out" | "cookie" | "no-answer" | "no-common-suite" | "unreadable" | "limits" | null) } | null); warnings: ({ source: string; phrase: { key: string; params: Record<string, (string | number | (number)[])> } })[]; recommendation: Recommendation; text: { language: "ja" | "en"; title: string; sentence: string; explanation: string; confidence: string; direction: string | null; observed: (string)[]; inferred: (string)[]; excluded?: ({ verdict: Verdict; title: string; text: string })[]; candidates?: ({ verdict: Verdict; title: string; direction: string | null; for: (string)[]; against: (string)[]; decider: string | null })[]; unknown: (string)[]; actions: (string)[]; notes: (string)[]; arithmetic: string | null; serverActions: ({ product: string; text: string; commands: (string)[] })[]; forward: string | null; alternatives: ({ interfaceMtu: number; text: string })[]; nextProbe: string | null; readings?: (string)[]; warnings: (string)[] } }; review: Review; evidence: Evidence; captures: ({ name: string; bytes: number; sha256: string })[]; files: ({ name: string; kind: "capture" | "text"; recordedAt: ("client" | "gateway" | "between" | null); receivedAt: string; bytes: number; expiresAt: string })[]; earlier: ({ analyzer: string; verdict: Verdict; confidence: "high" | "medium" | "low"; interfaceMtu: (number | null); at: string })[]; withoutEvidence: ({ analyzer: string; verdict: Verdict; confidence: "high" | "medium" | "low"; interfaceMtu: (number | null); at: string; missing: (string)[] } | null) };
/** The shape `ReportList` of the interface. */
export type ReportList = { reports: ({ reportId: string; createdAt: string; source: "run" | "analysis"; verdict: Verdict; confidence: "high" | "medium" | "low"; direction: ("outbound" | "inbound" | "both" | "undetermined" | null); interfaceMtu: (number | null); gateway: string | null; adapter: string | null; network: "cellular" | "wifi" | "ethernet" | "vpn" | "unknown"; label: string | null; status: "new" | "reviewed" | "fixed" | "confirmed"; override: (Verdict | null); assignee: string | null })[]; nextCursor: string | null };
/** The shape `ReportReady` of the interface. */
export type ReportReady = { status: "done"; reportId: string; reportUrl: string; problem: boolean; diagnosis: { schema: "ikefrag/diagnosis/1"; analyzer: string; verdict: Verdict; confidence: "high" | "medium" | "low"; direction: ("outbound" | "inbound" | "both" | "undetermined" | null); findings: ({ code: string; status: "found" | "clear" | "unknown"; severity: "high" | "medium" | "low" | "info"; nature: "observed" | "inferred"; phrase: { key: string; params: Record<string, (string | number | (number)[])> }; evidence: (({ kind: "packet"; capture: string; frame: number } | { kind: "probe"; stepId: string; bytes: (number | null); sizeKind: ("ip-packet" | "udp-payload" | "ping-payload" | "ike-message" | null) } | { kind: "text"; source: string; line: number }))[] })[]; candidates?: ({ verdict: Verdict; direction: ("outbound" | "inbound" | "both" | "undetermined" | null); for: ({ phrase: { key: string; params: Record<string, (string | number | (number)[])> }; evidence: (({ kind: "packet"; capture: string; frame: number } | { kind: "probe"; stepId: string; bytes: (number | null); sizeKind: ("ip-packet" | "udp-payload" | "ping-payload" | "ike-message" | null) } | { kind: "text"; source: string; line: number }))[] })[]; against: ({ phrase: { key: string; params: Record<string, (string | number | (number)[])> }; evidence: (({ kind: "packet"; capture: string; frame: number } | { kind: "probe"; stepId: string; bytes: (number | null); sizeKind: ("ip-packet" | "udp-payload" | "ping-payload" | "ike-message" | null) } | { kind: "text"; source: string; line: number }))[] })[]; decider: { key: string; params: Record<string, (string | number | (number)[])> } })[]; excluded?: ({ phrase: { key: string; params: Record<string, (string | number | (number)[])> }; evidence: (({ kind: "packet"; capture: string; frame: number } | { kind: "probe"; stepId: string; bytes: (number | null); sizeKind: ("ip-packet" | "udp-payload" | "ping-payload" | "ike-message" | null) } | { kind: "text"; source: string; line: number }))[]; verdict: Verdict })[]; readings?: ({ source: string; line: number; phrase: { key: string; params: Record<string, (string | number | (number)[])> } })[]; bothEnds?: ({ logins: ({ initiatorSpi: string; provenBy: "spi" | "sizes"; family: (4 | 6); places: ({ source: string; kind: "capture" | "log" | "run"; end: "client" | "gateway" | "between"; endFrom: "given" | "packets" | "other-end"; client: string; gateway: string; clock: ({ aheadMs: number; uncertaintyMs: number; bound?: "at-most" | "at-least" } | null); esp?: { outbound: { packets: number; largestIpBytes: number }; inbound: { packets: number; largestIpBytes: number } } })[]; datagrams: ({ exchangeType: number; messageId: number; isResponse: boolean; fromClient: boolean; gatewayPort?: number; ikeFragment: ({ number: number; total: number } | null); ikeLength: (number | null); sending: number; seen: (({ timeMs: number; ipBytes: (number)[]; ipIdentification: (number | null); complete: boolean; refs: (({ kind: "packet"; capture: string; frame: number } | { kind: "probe"; stepId: string; bytes: (number | null); sizeKind: ("ip-packet" | "udp-payload" | "ping-payload" | "ike-message" | null) } | { kind: "text"; source: string; line: number }))[] } | null))[]; fate: "arrived" | "recut" | "partly-lost" | "lost" | "not-covered"; cameTwice: boolean; outOfOrder: boolean; packets: ({ ipBytes: number; ipFragmentOffset: number; moreIpFragments: boolean; fate: "arrived" | "recut" | "lost" | "not-covered"; arrivedIpBytes: (number)[]; lostBetween: ([number, number] | null) })[] })[]; alike?: number })[]; notJoined: ({ sources: [string, string]; why: "same-end" | "other-attempts" | "nothing-in-common" | "ambiguous" })[]; joinedLogins: number; omittedDatagrams: number } | null); fourWays?: ({ ipFragments: { out: { state: "passed" | "lost" | "not-tested"; passedIkeBytes: (number | null); lostIkeBytes: (number | null); tries: number; phrase: ({ key: string; params: Record<string, (string | number | (number)[])> } | null); passedIpBytes?: (number | null); lostIpBytes?: (number | null); evidence: (({ kind: "packet"; capture: string; frame: number } | { kind: "probe"; stepId: string; bytes: (number | null); sizeKind: ("ip-packet" | "udp-payload" | "ping-payload" | "ike-message" | null) } | { kind: "text"; source: string; line: number }))[] }; back: { state: "passed" | "lost" | "not-tested"; passedIkeBytes: (number | null); lostIkeBytes: (number | null); tries: number; phrase: ({ key: string; params: Record<string, (string | number | (number)[])> } | null); passedIpBytes?: (number | null); lostIpBytes?: (number | null); evidence: (({ kind: "packet"; capture: string; frame: number } | { kind: "probe"; stepId: string; bytes: (number | null); sizeKind: ("ip-packet" | "udp-payload" | "ping-payload" | "ike-message" | null) } | { kind: "text"; source: string; line: number }))[] } }; ikeFragments: { out: { state: "passed" | "lost" | "not-tested"; passedIkeBytes: (number | null); lostIkeBytes: (number | null); tries: number; phrase: ({ key: string; params: Record<string, (string | number | (number)[])> } | null); passedIpBytes?: (number | null); lostIpBytes?: (number | null); evidence: (({ kind: "packet"; capture: string; frame: number } | { kind: "probe"; stepId: string; bytes: (number | null); sizeKind: ("ip-packet" | "udp-payload" | "ping-payload" | "ike-message" | null) } | { kind: "text"; source: string; line: number }))[] }; back: { state: "passed" | "lost" | "not-tested"; passedIkeBytes: (number | null); lostIkeBytes: (number | null); tries: number; phrase: ({ key: string; params: Record<string, (string | number | (number)[])> } | null); passedIpBytes?: (number | null); lostIpBytes?: (number | null); evidence: (({ kind: "packet"; capture: string; frame: number } | { kind: "probe"; stepId: string; bytes: (number | null); sizeKind: ("ip-packet" | "udp-payload" | "ping-payload" | "ike-message" | null) } | { kind: "text"; source: string; line: number }))[] } }; stopped: ("left-out" | "cookie" | "no-answer" | "no-common-suite" | "unreadable" | "limits" | null) } | null); warnings: ({ source: string; phrase: { key: string; params: Record<string, (string | number | (number)[])> } })[]; recommendation: Recommendation; text: { language: "ja" | "en"; title: string; sentence: string; explanation: string; confidence: string; direction: string | null; observed: (string)[]; inferred: (string)[]; excluded?: ({ verdict: Verdict; title: string; text: string })[]; candidates?: ({ verdict: Verdict; title: string; direction: string | null; for: (string)[]; against: (string)[]; decider: string | null })[]; unknown: (string)[]; actions: (string)[]; notes: (string)[]; arithmetic: string | null; serverActions: ({ product: string; text: string; commands: (string)[] })[]; forward: string | null; alternatives: ({ interfaceMtu: number; text: string })[]; nextProbe: string | null; readings?: (string)[]; warnings: (string)[] } } };
/** The shape `Review` of the interface. */
export type Review = { status: "new" | "reviewed" | "fixed" | "confirmed"; note: string; override: ({ verdict: Verdict; reason: string; userText: (string | null) } | null); updatedAt: (string | null); updatedBy: (string | null) };
/** The shape `ReviewPatch` of the interface. */
export type ReviewPatch = { status?: "new" | "reviewed" | "fixed" | "confirmed"; note?: string; override?: ({ verdict: Verdict; reason: string; userText?: (string | null) } | null) };
/** The shape `RoundReply` of the interface. */
export type RoundReply = ({ status: "continue"; round: Round } | ReportReady);
/** The shape `RunStarted` of the interface. */
export type RunStarted = { runId: string; runToken: string; gateway: string; expiresAt: string; round: Round };
/** The shape `SessionList` of the interface. */
export type SessionList = { sessions: ({ sessionId: string; createdAt: string; lastSeenAt: string; expiresAt: string; isThis: boolean })[] };
/** The shape `SignedIn` of the interface. */
export type SignedIn = { name: string; role: "staff" | "admin" };
/** The shape `SignInLink` of the interface. */
export type SignInLink = { url: string; expiresAt: string };
/** The shape `Webhook` of the interface. */
export type Webhook = { webhookId: string; url: string | null; events: ("report.created" | "report.reviewed" | "case.used")[]; format: "standard" | "slack" | "teams" | "mattermost" | "jira" | "servicenow" | "zendesk"; description: string | null; jira: ({ project: string; issueType?: string } | null); hasAuthorization: boolean; createdAt: string; createdBy: string; enabled: boolean; disabledBecause: ("by-hand" | "gone" | "failing" | null); failingSince: (string | null); oldSecretEndsAt: (string | null) };
/** The shape `WebhookDelivery` of the interface. */
export type WebhookDelivery = { deliveryId: string; type: string; createdAt: string; state: "waiting" | "delivered" | "failed"; attempts: number; nextAttemptAt: (string | null); attemptedAt: (string | null); status: (number | null); answer: string | null; error: string | null };
/** The shape `WebhookList` of the interface. */
export type WebhookList = { webhooks: (Webhook)[] };
/** The shape `WebhookMessage` of the interface. */
export type WebhookMessage = ({ type: "report.created" | "report.reviewed"; timestamp: string; data: { reportId: string; createdAt: string; verdict: Verdict; confidence: "high" | "medium" | "low"; interfaceMtu: (number | null); gateway: string | null; label: string | null; status: "new" | "reviewed" | "fixed" | "confirmed"; override: (Verdict | null); url: (string | null) } } | { type: "case.used"; timestamp: string; data: { caseId: string; gateway: string; label: string | null; runs: number; maxRuns: number; url: (string | null) } } | { type: "webhook.test"; timestamp: string; data: { webhookId: string; by: string } });
/** The shape `WebhookPatch` of the interface. */
export type WebhookPatch = { url?: string; events?: ("report.created" | "report.reviewed" | "case.used")[]; format?: "standard" | "slack" | "teams" | "mattermost" | "jira" | "servicenow" | "zendesk"; description?: (string | null); jira?: ({ project: string; issueType?: string } | null); authorization?: (string | null); enabled?: boolean };
/** The shape `WebhookWithSecret` of the interface. */
export type WebhookWithSecret = { webhookId: string; url: string | null; events: ("report.created" | "report.reviewed" | "case.used")[]; format: "standard" | "slack" | "teams" | "mattermost" | "jira" | "servicenow" | "zendesk"; description: string | null; jira: ({ project: string; issueType?: string } | null); hasAuthorization: boolean; createdAt: string; createdBy: string; enabled: boolean; disabledBecause: ("by-hand" | "gone" | "failing" | null); failingSince: (string | null); oldSecretEndsAt: (string | null); secret: string };
/** The shape `AgentInfo` of the interface. */
export type AgentInfo = { name: string; version: string; platform: "windows" | "linux" | "macos" | "other"; osVersion: (string | null); runtime: string; language: "ja" | "en"; elevated: boolean | null };
/** The shape `Diagnosis` of the interface. */
export type Diagnosis = { schema: "ikefrag/diagnosis/1"; analyzer: string; verdict: Verdict; confidence: "high" | "medium" | "low"; direction: ("outbound" | "inbound" | "both" | "undetermined" | null); findings: ({ code: string; status: "found" | "clear" | "unknown"; severity: "high" | "medium" | "low" | "info"; nature: "observed" | "inferred"; phrase: { key: string; params: Record<string, (string | number | (number)[])> }; evidence: (({ kind: "packet"; capture: string; frame: number } | { kind: "probe"; stepId: string; bytes: (number | null); sizeKind: ("ip-packet" | "udp-payload" | "ping-payload" | "ike-message" | null) } | { kind: "text"; source: string; line: number }))[] })[]; candidates?: ({ verdict: Verdict; direction: ("outbound" | "inbound" | "both" | "undetermined" | null); for: ({ phrase: { key: string; params: Record<string, (string | number | (number)[])> }; evidence: (({ kind: "packet"; capture: string; frame: number } | { kind: "probe"; stepId: string; bytes: (number | null); sizeKind: ("ip-packet" | "udp-payload" | "ping-payload" | "ike-message" | null) } | { kind: "text"; source: string; line: number }))[] })[]; against: ({ phrase: { key: string; params: Record<string, (string | number | (number)[])> }; evidence: (({ kind: "packet"; capture: string; frame: number } | { kind: "probe"; stepId: string; bytes: (number | null); sizeKind: ("ip-packet" | "udp-payload" | "ping-payload" | "ike-message" | null) } | { kind: "text"; source: string; line: number }))[] })[]; decider: { key: string; params: Record<string, (string | number | (number)[])> } })[]; excluded?: ({ phrase: { key: string; params: Record<string, (string | number | (number)[])> }; evidence: (({ kind: "packet"; capture: string; frame: number } | { kind: "probe"; stepId: string; bytes: (number | null); sizeKind: ("ip-packet" | "udp-payload" | "ping-payload" | "ike-message" | null) } | { kind: "text"; source: string; line: number }))[]; verdict: Verdict })[]; readings?: ({ source: string; line: number; phrase: { key: string; params: Record<string, (string | number | (number)[])> } })[]; bothEnds?: ({ logins: ({ initiatorSpi: string; provenBy: "spi" | "sizes"; family: (4 | 6); places: ({ source: string; kind: "capture" | "log" | "run"; end: "client" | "gateway" | "between"; endFrom: "given" | "packets" | "other-end"; client: string; gateway: string; clock: ({ aheadMs: number; uncertaintyMs: number; bound?: "at-most" | "at-least" } | null); esp?: { outbound: { packets: number; largestIpBytes: number }; inbound: { packets: number; largestIpBytes: number } } })[]; datagrams: ({ exchangeType: number; messageId: number; isResponse: boolean; fromClient: boolean; gatewayPort?: number; ikeFragment: ({ number: number; total: number } | null); ikeLength: (number | null); sending: number; seen: (({ timeMs: number; ipBytes: (number)[]; ipIdentification: (number | null); complete: boolean; refs: (({ kind: "packet"; capture: string; frame: number } | { kind: "probe"; stepId: string; bytes: (number | null); sizeKind: ("ip-packet" | "udp-payload" | "ping-payload" | "ike-message" | null) } | { kind: "text"; source: string; line: number }))[] } | null))[]; fate: "arrived" | "recut" | "partly-lost" | "lost" | "not-covered"; cameTwice: boolean; outOfOrder: boolean; packets: ({ ipBytes: number; ipFragmentOffset: number; moreIpFragments: boolean; fate: "arrived" | "recut" | "lost" | "not-covered"; arrivedIpBytes: (number)[]; lostBetween: ([number, number] | null) })[] })[]; alike?: number })[]; notJoined: ({ sources: [string, string]; why: "same-end" | "other-attempts" | "nothing-in-common" | "ambiguous" })[]; joinedLogins: number; omittedDatagrams: number } | null); fourWays?: ({ ipFragments: { out: { state: "passed" | "lost" | "not-tested"; passedIkeBytes: (number | null); lostIkeBytes: (number | null); tries: number; phrase: ({ key: string; params: Record<string, (string | number | (number)[])> } | null); passedIpBytes?: (number | null); lostIpBytes?: (number | null); evidence: (({ kind: "packet"; capture: string; frame: number } | { kind: "probe"; stepId: string; bytes: (number | null); sizeKind: ("ip-packet" | "udp-payload" | "ping-payload" | "ike-message" | null) } | { kind: "text"; source: string; line: number }))[] }; back: { state: "passed" | "lost" | "not-tested"; passedIkeBytes: (number | null); lostIkeBytes: (number | null); tries: number; phrase: ({ key: string; params: Record<string, (string | number | (number)[])> } | null); passedIpBytes?: (number | null); lostIpBytes?: (number | null); evidence: (({ kind: "packet"; capture: string; frame: number } | { kind: "probe"; stepId: string; bytes: (number | null); sizeKind: ("ip-packet" | "udp-payload" | "ping-payload" | "ike-message" | null) } | { kind: "text"; source: string; line: number }))[] } }; ikeFragments: { out: { state: "passed" | "lost" | "not-tested"; passedIkeBytes: (number | null); lostIkeBytes: (number | null); tries: number; phrase: ({ key: string; params: Record<string, (string | number | (number)[])> } | null); passedIpBytes?: (number | null); lostIpBytes?: (number | null); evidence: (({ kind: "packet"; capture: string; frame: number } | { kind: "probe"; stepId: string; bytes: (number | null); sizeKind: ("ip-packet" | "udp-payload" | "ping-payload" | "ike-message" | null) } | { kind: "text"; source: string; line: number }))[] }; back: { state: "passed" | "lost" | "not-tested"; passedIkeBytes: (number | null); lostIkeBytes: (number | null); tries: number; phrase: ({ key: string; params: Record<string, (string | number | (number)[])> } | null); passedIpBytes?: (number | null); lostIpBytes?: (number | null); evidence: (({ kind: "packet"; capture: string; frame: number } | { kind: "probe"; stepId: string; bytes: (number | null); sizeKind: ("ip-packet" | "udp-payload" | "ping-payload" | "ike-message" | null) } | { kind: "text"; source: string; line: number }))[] } }; stopped: ("left-out" | "cookie" | "no-answer" | "no-common-suite" | "unreadable" | "limits" | null) } | null); warnings: ({ source: string; phrase: { key: string; params: Record<string, (string | number | (number)[])> } })[]; recommendation: Recommendation };
/** The shape `Measurement` of the interface. */
export type Measurement = ({ step: { id: string; kind: "udp"; atMs: number; target: string; family: ((4 | 6) | null); port: number; purpose: "baseline" | "size-control" | "whole-packet" | "ip-fragments" | "what-if" | "rehearsal" | "reflection"; datagram: string; dontFragment: boolean; userMtu: (number | null); tries: number; waitMs: number }; startedAtMs: number; sentAtMs: (number)[]; outcome: ({ status: "answered"; address: string; dontFragment: boolean | null; answers: ({ atMs: number; datagram: string })[] } | { status: "failed"; failure: "timeout" | "too-big-locally" | "too-big-remotely" | "unreachable" | "unresolved" | "refused-by-system" | "other"; detail: (string | null); address: (string | null); dontFragment: boolean | null } | { status: "not-run"; why: string }) } | { step: { id: string; kind: "echo"; atMs: number; target: string; family: (4 | 6); pingPayloadBytes: number; dontFragment: boolean; tries: number; waitMs: number }; startedAtMs: number; sentAtMs: (number)[]; outcome: ({ status: "answered"; address: string; roundTripMs: (number | null); replyPingPayloadBytes: (number | null) } | { status: "failed"; failure: "timeout" | "too-big-locally" | "too-big-remotely" | "unreachable" | "unresolved" | "refused-by-system" | "other"; detail: (string | null); router: (string | null); nextHopMtu: (number | null) } | { status: "not-run"; why: string }); reassembly?: { required: number; failed: number } } | { step: { id: string; kind: "interfaces"; atMs: number; gateway: string }; startedAtMs: number; sentAtMs: (number)[]; outcome: ({ status: "measured"; interfaces: ({ index: number; name: string; description: (string | null); mtuV4: (number | null); mtuV6: (number | null); connected: boolean; addresses: (string)[] })[]; gatewayAddresses: ({ address: string; family: (4 | 6) })[]; route: ({ address: string; interfaceIndex: (number | null); sourceAddress: string } | null) } | { status: "failed"; failure: "timeout" | "too-big-locally" | "too-big-remotely" | "unreachable" | "unresolved" | "refused-by-system" | "other"; detail: (string | null) } | { status: "not-run"; why: string }) } | { step: { id: string; kind: "vpn-profiles"; atMs: number }; startedAtMs: number; sentAtMs: (number)[]; outcome: ({ status: "measured"; profiles: ({ name: string; serverAddress: string; tunnelType: string; authenticationMethods: (string)[]; connected: boolean | null })[]; rasFailures: ({ at: string; connection: string; code: number })[]; settings?: { phonebook: (({ name: string; ofAllUsers: boolean; ikeFragmentation: boolean | null; vpnStrategy: (number | null); deviceType: (string | null); serverAddress: (string | null); hasCustomIpsecPolicies: boolean; metricV4: (number | null); metricV6: (number | null) })[] | null); vpnInterfaces: (({ name: string; mtuV4: (number | null); mtuV6: (number | null) })[] | null); loginCertificates: (({ store: "user" | "machine"; key: "rsa" | "ecdsa" | "other"; keyBits: (number | null); subjectBytes: (number | null); derBytes: (number)[]; isChainKnown: boolean })[] | null); trustedRoots: (number | null) } } | { status: "failed"; failure: "timeout" | "too-big-locally" | "too-big-remotely" | "unreachable" | "unresolved" | "refused-by-system" | "other"; detail: (string | null) } | { status: "not-run"; why: string }) } | { step: { id: string; kind: "capture"; atMs: number; target: string; seconds: number; maxBytes: number }; startedAtMs: number; sentAtMs: (number)[]; outcome: ({ status: "measured"; bytes: number; rasCode: (number | null) } | { status: "failed"; failure: "timeout" | "too-big-locally" | "too-big-remotely" | "unreachable" | "unresolved" | "refused-by-system" | "other"; detail: (string | null) } | { status: "not-run"; why: string }) } | { step: { id: string; kind: "apply"; atMs: number; interfaceIndex: number; family: (4 | 6); interfaceMtu: number }; startedAtMs: number; sentAtMs: (number)[]; outcome: ({ status: "measured"; previousMtu: number; connected: boolean; kept: boolean; rasCode: (number | null) } | { status: "failed"; failure: "timeout" | "too-big-locally" | "too-big-remotely" | "unreachable" | "unresolved" | "refused-by-system" | "other"; detail: (string | null) } | { status: "not-run"; why: string }) });
/** The shape `ProblemDocument` of the interface. */
export type ProblemDocument = { type: string; title: string; status: number; detail?: string; instance?: string; requestId?: string; errors?: ({ pointer: string; detail: string })[] };
/** The shape `Recommendation` of the interface. */
export type Recommendation = { interfaceMtu: (number | null); basis: ("verified" | "measured" | "trial" | null); interfaceIndex: (number | null); previousMtu: (number | null); arithmetic: ({ bytes: number; term: { key: string; params: Record<string, (string | number | (number)[])> } })[]; expectedFragments: (number)[]; tunnelMtu: ({ outerMtu: number; byCipher: ({ cipher: string; tunnelMtu: number })[] } | null); commands: ({ apply: string; verify: string; undo: string; powershell: { apply: string; verify: string; undo: string }; needsElevation: true } | null); profileCommands?: ({ apply: string; verify: string; undo: string; needsElevation: boolean; isNamed: boolean } | null); actions: ({ key: string; params: Record<string, (string | number | (number)[])> })[]; serverActions: ({ product: string; phrase: { key: string; params: Record<string, (string | number | (number)[])> }; commands: (string)[]; basis?: ("verified" | "reasoned" | null) })[]; ikeFragmentation?: ({ basis: "verified" | "reasoned"; passedIpBytes: (number | null) } | null); alternatives: ({ interfaceMtu: number; phrase: { key: string; params: Record<string, (string | number | (number)[])> } })[]; nextProbe: ({ phrase: { key: string; params: Record<string, (string | number | (number)[])> }; command: (string | null) } | null); notes: ({ key: string; params: Record<string, (string | number | (number)[])> })[] };
/** The shape `Round` of the interface. */
export type Round = { number: number; steps: (Step)[] };
/** The shape `Step` of the interface. */
export type Step = ({ id: string; kind: "interfaces"; atMs: number; gateway: string } | { id: string; kind: "vpn-profiles"; atMs: number } | { id: string; kind: "echo"; atMs: number; target: string; family: (4 | 6); pingPayloadBytes: number; dontFragment: boolean; tries: number; waitMs: number } | { id: string; kind: "udp"; atMs: number; target: string; family: ((4 | 6) | null); port: number; purpose: "baseline" | "size-control" | "whole-packet" | "ip-fragments" | "what-if" | "rehearsal" | "reflection"; datagram: string; dontFragment: boolean; userMtu: (number | null); tries: number; waitMs: number } | { id: string; kind: "capture"; atMs: number; target: string; seconds: number; maxBytes: number } | { id: string; kind: "apply"; atMs: number; interfaceIndex: number; family: (4 | 6); interfaceMtu: number });
/** The shape `Verdict` of the interface. */
export type Verdict = "outbound-fragments-too-large" | "outbound-fragments-dropped" | "inbound-fragments-lost" | "ike-auth-unanswered" | "path-mtu-black-hole" | "path-mtu-reduced" | "ike-fragments-too-large" | "ike-fragments-lost" | "udp-500-blocked" | "udp-4500-blocked" | "gateway-unreachable" | "gateway-rejects" | "slow-gateway" | "not-ikev2" | "esp-mtu" | "healthy" | "insufficient-evidence";

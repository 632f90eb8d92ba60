/** What the service's HTTP routes take and give, as far as it is more than a diagnosis or its evidence. */
import * as z from "zod";
import { Confidence, Diagnosis, Direction, Recommendation, Verdict } from "./diagnosis.ts";
import { Evidence } from "./evidence.ts";
import { CaseCode } from "./identifier.ts";
import { End } from "./joined.ts";
import { AgentInfo, LanguageTag, Measurement } from "./measurement.ts";
import { Ask, GivenHost, Host, MOST_ROUNDS, Round } from "./plan.ts";
import { AgentLines, CaseWay } from "./ways.ts";

/** A diagnosis in words: one language, made from the diagnosis alone. */
export const DiagnosisText = z.object({
  language: LanguageTag,
  /** The verdict as a heading, as one sentence, and as an explanation that a layperson follows. */
  title: z.string(),
  sentence: z.string(),
  explanation: z.string(),
  confidence: z.string(),
  direction: z.string().nullable(),
  observed: z.array(z.string()),
  inferred: z.array(z.string()),
  /** What the evidence rules out, and what else it may be, likeliest first. */
  excluded: z.array(z.object({ verdict: Verdict, title: z.string(), text: z.string() })).default([]),
  candidates: z
    .array(
      z.object({
        verdict: Verdict,
        title: z.string(),
        direction: z.string().nullable(),
        /** What speaks for it and against it. */
        for: z.array(z.string()),
        against: z.array(z.string()),
        /** What would tell it from the next one; `null` on a fix card, which shows titles alone. */
        decider: z.string().nullable(),
      }),
    )
    .default([]),
  /** What was looked for and could not be told, with what is missing. */
  unknown: z.array(z.string()),
  actions: z.array(z.string()),
  notes: z.array(z.string()),
  arithmetic: z.string().nullable(),
  serverActions: z.array(z.object({ product: z.string(), text: z.string(), commands: z.array(z.string()) })),
  /** To forward to the gateway's administrator; it names no network. `null`: there is nothing to ask for. */
  forward: z.string().nullable(),
  alternatives: z.array(z.object({ interfaceMtu: z.int(), text: z.string() })),
  nextProbe: z.string().nullable(),
  /** What each output in a pasted text was taken for, with its place. */
  readings: z.array(z.string()).default([]),
  warnings: z.array(z.string()),
});
export type DiagnosisText = z.infer<typeof DiagnosisText>;

/** A diagnosis as the service and `--json` give it. */
export const SpokenDiagnosis = Diagnosis.extend({ text: DiagnosisText });
export type SpokenDiagnosis = z.infer<typeof SpokenDiagnosis>;

/** What the helpdesk gives to open a case. */
export const NewCase = z.strictObject({
  gateway: GivenHost,
  /** Whose case it is, for the helpdesk's eyes. */
  label: z.string().max(120).optional(),
  language: LanguageTag.optional(),
  /** What the agent is to ask the user for beyond measuring; nothing by default. */
  ask: z.array(Ask).max(8).optional(),
  /**
   * Whether runs may begin logins with the gateway, which they never finish: without a name or a password.
   * The gateway may log refused logins. Left out: they may, if the operator allows it.
   */
  rehearsal: z.boolean().optional(),
  /**
   * How many runs the code takes. More than the operator's number, for all PCs behind one gateway, is an
   * administrator's choice.
   */
  maxRuns: z.int().min(1).max(500).optional(),
  /** How long the code works, in hours. Longer than the operator's is an administrator's choice. */
  hours: z.int().min(1).max(336).optional(),
});

/** A new case: the only answer that holds its code. */
export const CaseCreated = z.object({
  caseId: z.string(),
  code: z.string(),
  gateway: Host,
  label: z.string().nullable(),
  language: LanguageTag,
  ask: z.array(Ask),
  rehearsal: z.boolean(),
  maxRuns: z.int(),
  expiresAt: z.iso.datetime(),
  /** The page that says who asks, what will run and what will be sent. */
  page: z.url(),
  /** The lines of the first way that has any. */
  commands: AgentLines.omit({ powershell: true }),
  /** How the user may get the agent, in the operator's order. */
  ways: z.array(CaseWay),
});

/** What anyone with the code may know: enough to decide whether to run it. */
export const CaseInfo = z.object({
  /** Who runs this service, as its operator configured it, with how to reach them. */
  operator: z.string(),
  gateway: Host,
  /** The only other host that a step may send to, so that the user can be asked; `null`: none. */
  reflector: Host.nullable(),
  /** Whether logins are begun with the gateway: the user is told so before. */
  rehearsal: z.boolean(),
  language: LanguageTag,
  expiresAt: z.iso.datetime(),
  /** What the user will be asked for beyond measuring, each by a question of its own. */
  ask: z.array(Ask),
  /**
   * What the PowerShell agent says, in the language asked for. Its own file holds only what it says earlier.
   */
  agentWords: z.record(z.string(), z.string()),
});

/** How far the newest run of a code has come, for the page from which it was started. */
export const RunNews = z.object({
  /** Of what the page shows; another one means that it shows something else now. */
  stamp: z.string(),
  reports: z.int(),
  /** What happened last, in words. */
  says: z.string(),
});

/** A case as staff see it later: the code itself is shown once, when it is made. */
export const CaseSummary = z.object({
  caseId: z.string(),
  gateway: Host,
  label: z.string().nullable(),
  language: LanguageTag,
  ask: z.array(Ask),
  rehearsal: z.boolean(),
  createdAt: z.iso.datetime(),
  createdBy: z.string(),
  expiresAt: z.iso.datetime(),
  state: z.enum(["open", "used-up", "expired", "revoked"]),
  /** How often the code was used, of how many. */
  runs: z.int(),
  maxRuns: z.int(),
});
export type CaseSummary = z.infer<typeof CaseSummary>;
/** One page of cases, newest first. */
export const CaseList = z.object({ cases: z.array(CaseSummary), nextCursor: z.string().nullable() });

/** What a request to delete has deleted, and what is left for the next one. */
export const Deleted = z.object({
  reports: z.int(),
  cases: z.int(),
  left: z.object({ reports: z.int(), cases: z.int() }),
});
export type Deleted = z.infer<typeof Deleted>;

/** A file that was received and is kept: a capture minimised, a text as it is. */
export const ReceivedFile = z.object({
  /** What evidence points at. */
  name: z.string(),
  kind: z.enum(["capture", "text"]),
  recordedAt: End,
  receivedAt: z.iso.datetime(),
  /** What is kept of it. */
  bytes: z.int(),
  /** When it is deleted by itself. */
  expiresAt: z.iso.datetime(),
});
export type ReceivedFile = z.infer<typeof ReceivedFile>;

/** The second link of a case, for the gateway's administrator: the only answer that holds its code. */
export const GatewayLink = z.object({
  code: z.string(),
  gateway: Host,
  expiresAt: z.iso.datetime(),
  /** The page that says who asks, what to record and what is kept, with a form to send it. */
  page: z.url(),
  /** The same without a browser. */
  command: z.string(),
});

/** What was recognised in a file of the gateway's side, in numbers; the name is that of its sender. */
export const GatewayFile = ReceivedFile.pick({ name: true, kind: true, recordedAt: true }).extend({
  /** What came; of a capture less is kept. */
  receivedBytes: z.int(),
  /** Of a capture; `null`: it is a log. */
  packets: z.int().nullable(),
  ikeMessages: z.int().nullable(),
  /** How many lines of a log say something of IKE messages; `null`: it is a capture. */
  logLines: z.int().nullable(),
  /** How many attempts to log in it shows. */
  logins: z.int(),
});
export type GatewayFile = z.infer<typeof GatewayFile>;

/** What came of files that were sent: to who sent them by the gateway's link, no diagnosis. */
export const GatewayFilesTaken = z.object({
  taken: z.array(GatewayFile),
  /** What cannot be used, and why. */
  refused: z.array(z.object({ name: z.string(), problem: z.string(), detail: z.string() })),
  /** For staff: the reports that were judged anew. */
  reports: z.array(z.string()).optional(),
});

/** What came of evidence that was sent with a case code: a report of the case. */
export const CaseAnalysisTaken = z.object({
  reportId: z.string(),
  reportUrl: z.string(),
  /** What cannot be used, and why. */
  refused: z.array(z.object({ name: z.string(), problem: z.string(), detail: z.string() })),
});

/** A case with what came of it, for staff. */
export const CaseDetail = CaseSummary.extend({
  /** When the case itself is deleted; `expiresAt` is the end of its code. Each report has its own end. */
  deletedAt: z.iso.datetime(),
  /** Whether there is a link for the gateway's administrator. Its code is shown once, when it is made. */
  hasGatewayLink: z.boolean(),
  /** How its reports are spread over verdicts, the most frequent first; an override counts. */
  verdicts: z.array(z.object({ verdict: Verdict, reports: z.int() })),
  reports: z.array(
    z.object({
      reportId: z.string(),
      createdAt: z.iso.datetime(),
      verdict: Verdict,
      confidence: Confidence,
      expiresAt: z.iso.datetime(),
    }),
  ),
  /** What came from the gateway's side, in the order in which it came. */
  files: z.array(
    ReceivedFile.extend({
      fileId: z.string(),
      receivedBytes: z.int(),
      /** Who of the staff sent it; `null`: it came by the gateway's link. */
      sentBy: z.string().nullable(),
    }),
  ),
});

/** The manifest of an exported case, by the paths in its zip. */
export const CaseExport = z.object({
  schema: z.literal("ikefrag/case-export/1"),
  caseId: z.string(),
  exportedAt: z.iso.datetime(),
  /** Whether everything is there as it was kept. */
  isWhole: z.boolean(),
  files: z.array(
    z.object({
      path: z.string(),
      bytes: z.int(),
      /** Of the bytes in the zip; `null`: there are none. */
      sha256: z.string().nullable(),
      /** `gone`: not in the zip; `damaged`: not as it was kept; `unreadable`, or in part only. */
      state: z.enum(["whole", "gone", "damaged", "unreadable"]),
    }),
  ),
});

/** An agent starts a run of a case. */
export const NewRun = z.strictObject({ code: CaseCode, agent: AgentInfo });
/** The run's token and its first round. */
export const RunStarted = z.object({
  runId: z.string(),
  runToken: z.string(),
  gateway: Host,
  expiresAt: z.iso.datetime(),
  round: Round,
});

/** Every measurement of the run so far, not only the last round's: the service keeps none between rounds. */
export const PostRound = z.strictObject({
  round: z.int().min(1).max(MOST_ROUNDS),
  startedAt: z.iso.datetime({ offset: true }),
  measurements: z.array(Measurement).max(512),
});
/** The run is over: its report. */
export const ReportReady = z.object({
  status: z.literal("done"),
  reportId: z.string(),
  reportUrl: z.url(),
  /** Whether the diagnosis names a problem. The agents end with an exit code that says the same. */
  problem: z.boolean(),
  diagnosis: SpokenDiagnosis,
});
/** What follows a round: another one, or the report. */
export const RoundReply = z.discriminatedUnion("status", [
  z.object({ status: z.literal("continue"), round: Round }),
  ReportReady,
]);
export type RoundReply = z.infer<typeof RoundReply>;

/** How far an admin has come with a report. */
export const ReviewStatus = z.enum(["new", "reviewed", "fixed", "confirmed"]);
export type ReviewStatus = z.infer<typeof ReviewStatus>;

/** A verdict in place of the analyzer's: why, for colleagues, and what the fix card tells users instead. */
export const Override = z.object({
  verdict: Verdict,
  reason: z.string().max(2_000),
  /** Anyone who has the report's ID reads it. `null`: the user is told only whom to ask. */
  userText: z.string().max(2_000).nullable(),
});
export type Override = z.infer<typeof Override>;

/**
 * What an admin adds. An override leaves the analyzer's verdict and findings standing beside it, and takes
 * its recommendation back everywhere.
 */
export const Review = z.object({
  status: ReviewStatus,
  note: z.string().max(10_000),
  override: Override.nullable(),
  updatedAt: z.iso.datetime().nullable(),
  updatedBy: z.string().max(120).nullable(),
});
export type Review = z.infer<typeof Review>;
/** A change of a review; what is left out stays as it is. */
export const ReviewPatch = z.strictObject({
  status: ReviewStatus.optional(),
  note: z.string().max(10_000).optional(),
  override: Override.partial({ userText: true }).nullable().optional(),
});

/** The part of a report that names no person and no network: all that a report ID opens by itself. */
export const FixCard = z.object({
  reportId: z.string(),
  createdAt: z.iso.datetime(),
  /** When the report is deleted by itself, evidence and all. */
  expiresAt: z.iso.datetime(),
  verdict: Verdict,
  confidence: Confidence,
  direction: Direction.nullable(),
  recommendation: Recommendation,
  text: DiagnosisText,
  reviewStatus: ReviewStatus,
  /** The verdict that an admin put in place of the analyzer's. */
  override: Verdict.nullable(),
  /** What that admin tells the user in place of the analyzer's advice. */
  overrideText: z.string().nullable(),
});
export type FixCard = z.infer<typeof FixCard>;

/**
 * What kind of network led to the gateway, by the interface that was used. `cellular`: also over a phone that
 * shares its connection; `vpn`: through another VPN.
 */
export const NetworkKind = z.enum(["cellular", "wifi", "ethernet", "vpn", "unknown"]);
export type NetworkKind = z.infer<typeof NetworkKind>;

/** One line of the list. */
export const ReportSummary = z.object({
  reportId: z.string(),
  createdAt: z.iso.datetime(),
  source: z.enum(["run", "analysis"]),
  verdict: Verdict,
  confidence: Confidence,
  direction: Direction.nullable(),
  interfaceMtu: z.int().nullable(),
  gateway: z.string().nullable(),
  /** The name of the interface that leads to the gateway. */
  adapter: z.string().nullable(),
  network: NetworkKind,
  label: z.string().nullable(),
  status: ReviewStatus,
  /** The verdict that an admin put in place of the analyzer's; the list files the report under it. */
  override: Verdict.nullable(),
  /** Who looks after it, by name; `null`: nobody yet. */
  assignee: z.string().nullable(),
});
export type ReportSummary = z.infer<typeof ReportSummary>;
/** Who is to look after a report: a member's ID, `me`, or `null` for nobody. */
export const Assignment = z.strictObject({ assignee: z.string().min(1).max(64).nullable() });
/** Who looks after a report, by name. */
export const Assigned = z.object({ assignee: z.string().nullable() });

/** One page of reports, newest first. */
export const ReportList = z.object({ reports: z.array(ReportSummary), nextCursor: z.string().nullable() });

/** By what insights group reports. */
export const InsightsBy = z.enum(["gateway", "adapter", "network"]);

/** Which verdicts reports have, by gateway, adapter or kind of network, and by week. */
export const Insights = z.object({
  by: InsightsBy,
  /** Calendar weeks from Monday on (UTC), this one included, and the Monday of the first one. */
  weeks: z.int(),
  since: z.iso.date(),
  /** How many reports there are in these weeks; groups that are left out for their number count here too. */
  reports: z.int(),
  /** Those with the most reports first. */
  groups: z.array(
    z.object({
      /** In lower case; `null`: reports that name none. */
      name: z.string().nullable(),
      reports: z.int(),
      /** The most frequent first. An override counts in place of the analyzer's verdict. */
      verdicts: z.array(
        z.object({
          verdict: Verdict,
          reports: z.int(),
          networks: z.array(z.object({ network: NetworkKind, reports: z.int() })),
        }),
      ),
      /** Weeks without a report are left out. `problems`: how many of them found that something is wrong. */
      weeks: z.array(z.object({ week: z.iso.date(), reports: z.int(), problems: z.int() })),
      /** What a helpdesk wants to know of it. */
      sentence: z.string(),
    }),
  ),
});
export type Insights = z.infer<typeof Insights>;

/** A diagnosis in a few words. */
const DiagnosisSummary = z.object({
  analyzer: z.string(),
  verdict: Verdict,
  confidence: Confidence,
  interfaceMtu: z.int().nullable(),
});

/** What came of analyzing reports anew. */
export const Reanalyzed = z.object({
  /** How many were looked at; those that came out as before are in no list. */
  analyzed: z.int(),
  /** What is in force now, and what was. */
  changed: z.array(z.object({ reportId: z.string(), before: DiagnosisSummary, after: DiagnosisSummary })),
  /** Something that these were made from is gone: they stay, and the rest alone would say this. */
  kept: z.array(z.object({ reportId: z.string(), missing: z.array(z.string()), rest: DiagnosisSummary })),
  /** Their own evidence is lost, or they were deleted meanwhile. */
  failed: z.array(z.string()),
  nextCursor: z.string().nullable(),
});
export type Reanalyzed = z.infer<typeof Reanalyzed>;

/** All of a report, for staff. */
export const Report = ReportSummary.extend({
  /** When it is deleted by itself, with all that it owns. */
  expiresAt: z.iso.datetime(),
  /** When the first of its own captures is deleted; `null`: it has none. */
  capturesExpireAt: z.iso.datetime().nullable(),
  diagnosis: SpokenDiagnosis,
  review: Review,
  evidence: Evidence,
  /** Captures kept with the report, minimised. */
  captures: z.array(z.object({ name: z.string(), bytes: z.int(), sha256: z.string() })),
  /** Which file came when, and where it was recorded: captures, and what the case has from the gateway. */
  files: z.array(ReceivedFile.extend({ recordedAt: End.nullable() })),
  /**
   * Earlier diagnoses, oldest first: of the first rounds, from before a capture came, or by an older
   * analyzer.
   */
  earlier: z.array(DiagnosisSummary.extend({ at: z.iso.datetime() })),
  /**
   * What a later analysis found without evidence that is gone, named here: the diagnosis stays in force.
   * `null`: there was none.
   */
  withoutEvidence: DiagnosisSummary.extend({
    at: z.iso.datetime(),
    missing: z.array(z.string()),
  }).nullable(),
});
export type Report = z.infer<typeof Report>;

/** What `POST /v1/analyses` answers; the last two with `?store=1`. */
export const Analysis = SpokenDiagnosis.extend({
  reportId: z.string().optional(),
  reportUrl: z.url().optional(),
});

/** An error, as RFC 9457 has it. */
export const ProblemDocument = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string().optional(),
  instance: z.string().optional(),
  requestId: z.string().optional(),
  errors: z.array(z.object({ pointer: z.string(), detail: z.string() })).optional(),
});

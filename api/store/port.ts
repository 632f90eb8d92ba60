/** The ports to what is stored: objects, cases, reports, and who may come in. */
import type { Language } from "../../shared/language.ts";
import type { NetworkKind, ReportSummary, Review } from "../../shared/schema/api.ts";
import type { Verdict } from "../../shared/schema/diagnosis.ts";
import type { End } from "../../shared/schema/joined.ts";
import type { AgentInfo } from "../../shared/schema/measurement.ts";
import type { Ask } from "../../shared/schema/plan.ts";
import type { DecidedSettings } from "../../shared/schema/settings.ts";
import type { Webhook, WebhookDelivery, WebhookMessage } from "../../shared/schema/webhooks.ts";
import type { AuditStore, PeopleStore } from "./people-port.ts";

/**
 * Bytes under a key, written whole or not at all. What was put or closed is there after a power cut too, as
 * far as the store can promise it. Every adapter passes test/contract/blob-store.ts.
 *
 * Each method throws {@link StoreUnavailableError} where the world keeps it from its work, and so does a
 * stream that breaks off while it is read. No failure ends the process or leaves anything half-written.
 */
export interface BlobStore {
  /**
   * Writes an object, in place of one that may be there. That a key is written once is the index's work: keys
   * are random, and a row makes one known. A store is not asked to see to it (`If-None-Match`), for clones of
   * S3 refuse that, and where an answer is lost it would make the second attempt fail over the first.
   */
  put(key: string, bytes: Uint8Array): Promise<void>;
  /** Writes an object chunk by chunk. Nothing is there under the key before `close`. */
  writer(key: string): BlobWriter;
  /** `null` when there is no such object. A read after `put` or `close` sees it. */
  get(key: string): Promise<ReadableStream<Uint8Array> | null>;
  /**
   * Deletes objects, so that they are gone after a power cut too. A key that is not there is not an error.
   * When it throws, some of them may be deleted.
   */
  delete(keys: string[]): Promise<void>;
  /**
   * The objects that are written whole, in ascending order of their keys (by code unit), a page at a time as
   * the caller goes on.
   *
   * @param range only keys that begin with `prefix`, and only those greater than `after`
   */
  list(range?: ListRange): AsyncIterable<ObjectEntry>;
  /**
   * Gives up what was begun before a time and neither closed nor aborted, such as a crash leaves: it is no
   * object and in no list, and yet is kept and paid for. Not there where nothing can stay, or goes by itself.
   *
   * @param most so many at a time: each takes a request to the store, beside the one that lists them
   * @returns how many were given up
   */
  removeUnfinished?(before: Date, most: number): Promise<number>;
  /** Asks for as little as there is, to know that objects can be read now. */
  ping(): Promise<void>;
  /** How many keys one request to the store lists or deletes: whoever may make only so many counts by it. */
  readonly keysARequest: Readonly<Record<"list" | "delete", number>>;
}
/** Which keys to list. */
export interface ListRange {
  prefix?: string;
  after?: string;
}
/** An object in a list. */
export interface ObjectEntry {
  key: string;
  bytes: number;
  modifiedAt: Date;
}
/** An object that is being written. */
export interface BlobWriter {
  /** Adds a chunk. The chunk may be reused by the caller after the promise has settled. */
  write(chunk: Uint8Array): Promise<void>;
  /** Puts the whole object under its key. */
  close(): Promise<void>;
  /** Gives the object up. Nothing of it stays. It does not throw, and does nothing after `close`. */
  abort(): Promise<void>;
}

/** What the helpdesk opened for one user and one VPN gateway. */
export interface Case {
  id: string;
  gateway: string;
  label: string | null;
  language: Language;
  /** What its runs ask the user for beyond measuring. */
  ask: Ask[];
  /** Whether its runs may begin logins with the gateway. */
  rehearsal: boolean;
  createdAt: string;
  createdBy: string;
  expiresAt: string;
  revokedAt: string | null;
  /** How many runs have used its code. */
  runs: number;
  /** How many may; `null`: as many as the operator lets each case have. */
  maxRuns: number | null;
  /** Of the code with which the gateway's administrator sends files; `null` while there is none. */
  gatewayCodeHash: string | null;
  /** The code, sealed with the deployment's key; `null`: it is over, or older than that codes are kept. */
  sealedCode: string | null;
}

/** A capture or a log from the gateway's side: it belongs to a case, and so to each report of the case. */
export interface CaseFile {
  key: string;
  caseId: string;
  kind: "capture" | "text";
  /** Where it was recorded. */
  recordedAt: End;
  /** What evidence points at. No other file of the case has the name. */
  name: string;
  /** What is kept of it. */
  bytes: number;
  receivedBytes: number;
  sha256: string;
  /** Who of the staff sent it; `null`: it came by the gateway's link. */
  sentBy: string | null;
  receivedAt: string;
}

/** Whose uploads they are: each side has an allowance of its own, so that neither uses up the other's. */
export type UploadSide = "run" | "gateway";

/** What an upload that is on its way holds of an allowance. */
export interface UploadHold {
  /** Of the upload. */
  id: string;
  caseId: string;
  side: UploadSide;
  bytes: number;
  /** After it nothing is held any more: whoever did may have died. */
  endsAt: string;
}

/** One execution of the agent within a case. */
export interface Run {
  id: string;
  caseId: string;
  tokenHash: string;
  agent: AgentInfo;
  createdAt: string;
  expiresAt: string;
  /** The report that it ended with; `null` before that. */
  reportId: string | null;
  /** Which round it is at. */
  round: number;
  /** When it was heard of last; `null`: not since it began. */
  seenAt: string | null;
}

/** A run and the case that it belongs to. */
export interface RunOfCase {
  run: Run;
  case: Case;
}

/** Cases and their runs. Every adapter passes test/contract/stores.ts. */
export interface CaseStore {
  /** @throws when the code is taken */
  create(entry: Case, codeHash: string): Promise<void>;
  findByCode(codeHash: string): Promise<Case | null>;
  get(id: string): Promise<Case | null>;
  /** Newest first. With `limit + 1` rows the caller knows that there are more. */
  list(page: { after: Position | null; limit: number }): Promise<Case[]>;
  /** @returns whether there was one to revoke */
  revoke(id: string, at: string): Promise<boolean>;
  /** Takes back that a code was withdrawn, if that was not before `since`. @returns whether it was */
  restore(id: string, since: string): Promise<boolean>;
  /**
   * Puts a new code in force in place of the one before: the case is open again, for so many runs more.
   *
   * @returns the case as it is then; `null` where there is none
   */
  replaceCode(
    id: string,
    code: { codeHash: string; sealedCode: string; expiresAt: string; runs: number },
  ): Promise<Case | null>;
  /**
   * Counts one use of the code, unless it is expired, revoked or used as often as the case allows, or else
   * `max` times. It checks and counts in
   * one step, so that many requests at the same time cannot use it too often.
   */
  redeem(codeHash: string, use: { now: string; max: number }): Promise<Case | null>;
  /**
   * Holds bytes of an allowance of the case for an upload that is on its way, in place of what it held
   * before. What ended uploads used counts, and what others hold at `now`. It checks and holds in one step.
   *
   * @returns whether they fitted; if not, it holds what it held before
   */
  holdUploadBytes(hold: UploadHold, max: number, now: string): Promise<boolean>;
  /** Ends an upload: it holds nothing any more, and has used so many bytes. Once for each upload. */
  endUpload(id: string, usedBytes: number): Promise<void>;
  /** Ends all uploads without a cost. Only for who knows that none is on its way: a service that starts. */
  forgetUploads(): Promise<void>;
  /**
   * Puts a code of the gateway's side in force, in place of the one before, unless the case is expired or
   * revoked.
   *
   * @returns whether it is in force
   */
  setGatewayCode(id: string, codeHash: string, now: string): Promise<boolean>;
  findByGatewayCode(codeHash: string): Promise<Case | null>;
  /**
   * Adds a file, unless the case is full. It checks and adds in one step, so that many at the same time
   * cannot be too many.
   *
   * @param most how many files a case takes, and how many bytes of text all of them together
   */
  addFile(
    file: CaseFile,
    most: { files: number; textBytes: number },
  ): Promise<"added" | "name-taken" | "full" | "gone">;
  /** The files of a case, in the order in which they were added. */
  files(id: string): Promise<CaseFile[]>;
  /** Removes files from the index. Their objects are doomed then. */
  dropFiles(keys: string[]): Promise<void>;
  /**
   * Deletes a case with its runs and files, unless it has reports.
   *
   * @returns the keys of its files, whose objects are doomed now; `null` when there is no such case, or it
   *   has reports
   */
  delete(id: string): Promise<string[] | null>;
  /** How many cases a gateway has, and the IDs of some; upper and lower case of ASCII are alike. */
  ofGateway(gateway: string, limit: number): Promise<{ ids: string[]; cases: number }>;
  /** @param told what webhooks are told of it, in the same step */
  createRun(run: Run, told?: ToldEvent): Promise<void>;
  getRun(id: string): Promise<Run | null>;
  /** The newest runs of a case, newest first. */
  runsOf(caseId: string, limit: number): Promise<Run[]>;
  /** Counts one post of the run. @returns whether it was among the first `max` */
  countPost(runId: string, max: number): Promise<boolean>;
  /** Notes that a run goes on with a round, and when; a round that was noted before is no step back. */
  reachRound(runId: string, round: number, at: string): Promise<void>;
  /** A text that changes with each case and each run, of any case. */
  stamp(): Promise<string>;
}

/** An object that belongs to a report. */
export interface StoredObject {
  key: string;
  /** `partial`: what was found without something that the diagnosis in force was made from. */
  kind: "evidence" | "diagnosis" | "partial" | "capture";
  name: string;
  bytes: number;
  sha256: string;
  createdAt: string;
}

/** What the index knows of a report. */
export interface ReportEntry extends ReportSummary {
  /** Whose network it came over, where the deployment knows. */
  operator: string | null;
  caseId: string | null;
  /** Who looks after it, as the audit log names actors; `assignee` is what that one was called then. */
  assigneeId: string | null;
  review: Review;
  /** Grows with each change; the ETag is made from it. */
  version: number;
  /** Where it stands in lists: greater is newer. No other report has it. */
  place: number;
}

/** Where a page of the list of cases begins: after this one. */
export interface Position {
  createdAt: string;
  id: string;
}

/** Which reports to list; `null` does not filter. */
export interface ReportFilter {
  /** One of several lets a report through too. */
  verdict: Verdict | readonly [Verdict, ...Verdict[]] | null;
  status: Review["status"] | null;
  gateway: string | null;
  adapter: string | null;
  /** What the label begins with, whatever its case. */
  label: string | null;
  /** The recommended interface MTU in bytes of a whole IP packet, both ends included. */
  mtu: { from: number; to: number } | null;
  /** Who looks after it, as the audit log names actors; empty: nobody does. */
  assignee: string | null;
  since: string | null;
  /**
   * Words or parts of words, in any order and whatever their case, each of which stands in the ID, the
   * gateway, the adapter, the label or the note.
   */
  q: string | null;
  /** Only reports that stand after this place, which are older. */
  after: number | null;
  limit: number;
}

/** What came of a case last. */
export interface NewestOfCase {
  caseId: string;
  reportId: string;
  /** The override, where there is one. */
  verdict: Verdict;
  /** How many reports the case has. */
  reports: number;
}

/** A search that somebody wants to see again. */
export interface SavedView {
  id: string;
  /** Whose it is, as the audit log names actors. */
  owner: string;
  name: string;
  /** As it stands in the address of the list. */
  query: string;
  createdAt: string;
}

/** Searches that people keep for themselves. Every adapter passes test/contract/helpdesk.ts. */
export interface ViewStore {
  /** By name. */
  of(owner: string): Promise<SavedView[]>;
  /** Keeps a view, in place of one of the same name. @returns `false` where the owner has `most` others */
  save(view: SavedView, most: number): Promise<boolean>;
  /** @returns whether the owner had it */
  remove(owner: string, id: string): Promise<boolean>;
}

/** How many reports have a verdict and came over one kind of network, of those that were made in one week. */
export interface ReportCount {
  /** Its Monday, `YYYY-MM-DD`. */
  week: string;
  /** The gateway or the adapter, in lower case; empty where reports name none, and where all are counted. */
  name: string;
  verdict: Verdict;
  network: NetworkKind;
  /** Whose network it was, where the deployment knows. */
  operator: string | null;
  reports: number;
}

/** What is counted. */
export interface CountQuery {
  /** All reports together, or by the name of the gateway or adapter. */
  kind: "all" | "gateway" | "adapter";
  /** The Monday of the first week, `YYYY-MM-DD`. */
  since: string;
  /** Only as many names: those with the most reports. */
  names: number;
}

/** The part of a report that a diagnosis decides. */
export type Judged = Pick<
  ReportSummary,
  "verdict" | "confidence" | "direction" | "interfaceMtu" | "gateway" | "adapter" | "network"
> & {
  /**
   * Whose network it came over, where the deployment knows it by the public address. No diagnosis tells: it
   * is kept with the kind of network. Absent, and `null`: it is not known.
   */
  operator?: string | null;
};

/** A report before its review. */
export interface NewReport extends Judged {
  reportId: string;
  runId: string | null;
  caseId: string | null;
  createdAt: string;
  source: ReportSummary["source"];
  label: string | null;
}

/** The index of reports. Every adapter passes test/contract/stores.ts. */
export interface ReportStore {
  /**
   * @param told what webhooks are told of it, in the same step
   * @returns `false` when the report ID, or the run, has a report already, or the run is deleted; then
   *   nothing was written
   */
  create(report: NewReport, objects: StoredObject[], told?: ToldEvent): Promise<boolean>;
  get(reportId: string): Promise<ReportEntry | null>;
  findByRun(runId: string): Promise<string | null>;
  /** The objects of a report, in the order in which they were added. */
  objects(reportId: string): Promise<StoredObject[]>;
  /** Newest first. With `limit + 1` rows the caller knows that there are more. */
  list(filter: ReportFilter): Promise<ReportEntry[]>;
  /** How many reports of a filter are newer than the place `beyond`, counted up to `limit`. */
  count(filter: Omit<ReportFilter, "after">, beyond: number): Promise<number>;
  /** The newest reports of a filter, counted by status and assignee; no more than `limit` count. */
  spread(
    filter: Omit<ReportFilter, "after">,
  ): Promise<{ status: Review["status"]; assigneeId: string | null; reports: number }[]>;
  /** How many reports have each status. */
  statuses(): Promise<Record<Review["status"], number>>;
  /** Gives a report to somebody, or to nobody. Its version stays. @returns whether there is one */
  assign(reportId: string, assignee: { id: string; name: string } | null): Promise<boolean>;
  /** The newest report of each of these cases, and how many it has; a case without one is left out. */
  newestOfCases(caseIds: readonly string[]): Promise<NewestOfCase[]>;
  /** Counts reports by the verdict that they are filed under. Ascending by week, name, verdict, network. */
  counts(query: CountQuery): Promise<ReportCount[]>;
  /**
   * Saves a review.
   *
   * @param told what webhooks are told of it, in the same step
   * @returns `false` when the report has another version now, or is gone; then nothing was written
   */
  review(reportId: string, version: number, review: Review, told?: ToldEvent): Promise<boolean>;
  /** The reports of a case, oldest first. */
  listOfCase(caseId: string): Promise<ReportEntry[]>;
  /** The IDs of the reports of a case. */
  ofCase(caseId: string): Promise<string[]>;
  /**
   * Puts a new diagnosis in force, and removes `drop` from the index: these objects are doomed then.
   *
   * @param version of the report when what it is judged from was looked up
   * @returns `false` when the report has another version now, or is gone; then nothing was written
   */
  revise(
    reportId: string,
    version: number,
    judged: Judged,
    add: StoredObject[],
    drop: string[],
  ): Promise<boolean>;
  /**
   * Deletes reports, and with the last report of a case the files from the gateway's side.
   *
   * @returns the keys of the objects that they owned, which are doomed now; `null` when there is none of them
   */
  delete(...reportIds: string[]): Promise<string[] | null>;
  /** How many reports name a gateway; upper and lower case of ASCII are alike. */
  countOfGateway(gateway: string): Promise<number>;
  /** Which of the keys the index knows. Nothing names the others. */
  known(keys: string[]): Promise<Set<string>>;
}

/** How often something was asked for, and whether the index answers. Every adapter passes test/contract. */
export interface AccessStore {
  /** Counts a hit in the window that `nowSeconds` is in. @returns hits in this window, this one included */
  hit(key: string, windowSeconds: number, nowSeconds: number): Promise<number>;
  /** Takes back a hit of the window that `nowSeconds` is in; nothing stays of a window without hits. */
  unhit(key: string, windowSeconds: number, nowSeconds: number): Promise<void>;
  /**
   * Removes sessions, links, challenges, windows, what uploads hold of allowances and the codes of cases,
   * where their time is over.
   */
  removeExpired(now: string, nowSeconds: number): Promise<void>;
  /** Reads one row, to know that the database answers. */
  ping(): Promise<void>;
}

/** An answer to an earlier request with the same Idempotency-Key. */
export interface RememberedAnswer {
  /** Of the request. */
  fingerprint: string;
  /** Encrypted; `null`: the request is not answered yet. */
  answer: string | null;
}

/** What was answered to requests with an Idempotency-Key. Every adapter passes test/contract/stores.ts. */
export interface AnswerStore {
  /**
   * Claims a key for a request, unless another one has it at `now`. It checks and claims in one step.
   *
   * @returns `null` when it is claimed; else what is there
   */
  claim(keyHash: string, fingerprint: string, now: string, endsAt: string): Promise<RememberedAnswer | null>;
  /** Keeps the answer of who claimed the key. */
  keep(keyHash: string, answer: string, endsAt: string): Promise<void>;
  /** Gives a claimed key back. */
  release(keyHash: string): Promise<void>;
}

/** What goes with time. Reports take along their objects, and cases their runs and files. */
export type Expiring = "reports" | "captures" | "gatewayCaptures" | "gatewayTexts" | "cases";

/** Why the sweeper holds something back, and since when. */
export interface SweepRefusal {
  reason: string;
  since: string;
}

/** What the sweeper knows from one sweep to the next. */
export interface SweepMemory {
  /** Grows with each change. */
  version: number;
  /** Whether the operator said that what is held back may go. */
  isAllowed: boolean;
  state: {
    /** Since when there is this index: an object that is older belongs to another one. */
    beganAt: string;
    /** What the clock said at the last sweep; `null` before the first one. */
    seenAt: string | null;
    /** What it said when a sweep last let go what was old, and which settings it had. */
    expiredAt: string;
    reportDays: number | null;
    captureDays: number | null;
    /** For each kind of object the key up to which orphans were looked for. */
    lookedTo: Record<string, string>;
    /** The same for the one pass over all objects of before; `null` when it is done. */
    passAfter: string | null;
    /** When nobody swept, so that the service did not run: an object of such a time is of another index. */
    silences: { from: string; to: string }[];
    expiryRefused: SweepRefusal | null;
    /** `until`: no younger object is looked at, so that what was refused does not drown in new ones. */
    orphansRefused: (SweepRefusal & { until: string }) | null;
  };
}

/** What the sweeper needs of the index. Every adapter passes test/contract/stores.ts. */
export interface SweepStore {
  /** What the last sweep left; the first call begins it. */
  read(now: string): Promise<SweepMemory>;
  /** The same; `null` before the first call of `read`, which it does not begin. */
  peek(): Promise<SweepMemory | null>;
  /** @returns `false` when another sweep wrote in between; then nothing was written */
  write(memory: SweepMemory): Promise<boolean>;
  /** Lets go what is held back, with the next sweep. */
  allow(): Promise<void>;
  /** Writes objects down as doomed that have no rows. */
  doom(keys: string[]): Promise<void>;
  /** How many rows of each kind are older, counted up to `most`. */
  old(before: Readonly<Record<Expiring, string>>, most: number): Promise<Record<Expiring, number>>;
  /** How many rows of a kind are not older, counted up to `most`. */
  young(kind: Expiring, before: string, most: number): Promise<number>;
  /** Removes some of the oldest rows of a kind; their objects are doomed then. @returns how many rows */
  expire(kind: Expiring, before: string, limit: number): Promise<number>;
  /** How many statements that is: D1 counts them. */
  statementsToExpire(kind: Expiring): number;
  /** Whether the index names any object at all. */
  holdsObjects(): Promise<boolean>;
  /** Objects whose rows are gone: the keys of those that have waited longest. */
  doomed(limit: number): Promise<string[]>;
  /** Forgets doomed objects, because they are deleted. */
  forget(keys: string[]): Promise<void>;
  /** Puts doomed objects behind the others, because they cannot be deleted now. */
  postpone(keys: string[]): Promise<void>;
}

/** What webhooks are told of. */
export interface ToldEvent {
  type: WebhookMessage["type"];
  /** The report or the case that it is about: what is told of a report goes with it. */
  about: string;
  /** The message as JSON. */
  payload: string;
  at: string;
}

/** A webhook as it is kept: what others could use is sealed. */
export interface StoredWebhook extends Omit<Webhook, "url" | "hasAuthorization"> {
  sealedUrl: string;
  sealedAuthorization: string | null;
  sealedSecret: string;
  /** Signs too, until `oldSecretEndsAt`. */
  sealedOldSecret: string | null;
}

/** A delivery as it is kept. */
export interface StoredDelivery extends WebhookDelivery {
  webhookId: string;
  /** The message as JSON. */
  payload: string;
}

/** What came of an attempt. */
export interface Attempt {
  state: WebhookDelivery["state"];
  /** When the next one is; `null`: there is none. */
  dueAt: string | null;
  attemptedAt: string;
  status: number | null;
  answer: string | null;
  error: string | null;
  /** When the webhook is to be disabled: now, or if it has failed since then or longer; `null`: not. */
  disable: "now" | { failingSince: string } | null;
}

/** Webhooks, and what they are told. Every adapter passes test/contract/webhooks.ts. */
export interface WebhookStore {
  /** @returns `false` when there are `most` already; then nothing was written */
  create(webhook: StoredWebhook, most: number): Promise<boolean>;
  get(id: string): Promise<StoredWebhook | null>;
  /** Oldest first. */
  list(): Promise<StoredWebhook[]>;
  /** Changes what is named; what waits for a webhook that is disabled then has failed. */
  change(id: string, changes: Partial<StoredWebhook>): Promise<void>;
  /** Deletes a webhook with its deliveries. @returns whether there was one */
  delete(id: string): Promise<boolean>;
  /** Writes down what one webhook is to be told. @returns the delivery's ID; `null`: it is not enabled */
  tell(id: string, told: ToldEvent): Promise<string | null>;
  getDelivery(id: string): Promise<StoredDelivery | null>;
  /** Newest first. With `limit + 1` rows the caller knows that there are more. */
  deliveries(id: string, page: { after: Position | null; limit: number }): Promise<StoredDelivery[]>;
  /** Begins a delivery's attempts anew, unless one is under way or its webhook is disabled. */
  resend(deliveryId: string, now: string): Promise<void>;
  /**
   * Takes the delivery that has been due for longest, for an attempt that nobody else makes before `endsAt`.
   * A webhook is sent one at a time, by whichever instance.
   *
   * @param lease names the attempt
   */
  claim(lease: string, now: string, endsAt: string): Promise<StoredDelivery | null>;
  /** Writes down what came of an attempt, unless its time was over and somebody else makes another one. */
  settle(delivery: { deliveryId: string; webhookId: string }, lease: string, attempt: Attempt): Promise<void>;
  /** Makes due what is being sent. Only for who knows that nobody sends: a service that starts. */
  forgetAttempts(now: string): Promise<void>;
  /** When the next delivery is due; `null`: none waits. */
  nextDue(): Promise<string | null>;
  /** Removes deliveries that were written before a time. */
  removeOld(before: string): Promise<void>;
}

/** What administrators decided about the service. */
export interface SettingsStore {
  /** @returns `null` where nobody has decided anything yet */
  read(): Promise<{ settings: DecidedSettings; updatedAt: string; updatedBy: string } | null>;
  /** Decides what is named, and leaves the rest. */
  change(patch: Partial<DecidedSettings>, at: string, by: string): Promise<void>;
}

/** The stores of the index. `sqlStores()` makes all of them over one database. */
export interface IndexStores {
  cases: CaseStore;
  reports: ReportStore;
  access: AccessStore;
  answers: AnswerStore;
  people: PeopleStore;
  views: ViewStore;
  audit: AuditStore;
  sweeps: SweepStore;
  webhooks: WebhookStore;
  settings: SettingsStore;
}

/** What the service stands on: the stores, the clock, randomness, the log, and the operator's settings. */

import type { Context } from "hono";
import type { Language } from "../shared/language.ts";
import type { PrefixTable } from "../shared/packet/prefix-table.ts";
import type { SettingName } from "../shared/schema/settings.ts";
import type { WayName } from "../shared/schema/ways.ts";
import type { Traces } from "./http/traces.ts";
import type { Metrics, ProcessFacts } from "./metrics.ts";
import type { Remembered } from "./reports/remembered.ts";
import type { BlobStore, IndexStores } from "./store/port.ts";

/** What the operator decides. */
export interface Config {
  /** Who runs this service. Users read it before they run anything. */
  operator: string;
  /** How users reach the operator, in one line; `null`: nobody said. */
  contact: string | null;
  /** The gateway that a new case is about, unless another one is given. */
  defaultGateway: string | null;
  /** Which of these settings the environment decides: administrators cannot, in the console. */
  fixed: readonly SettingName[];
  /** The origin that users reach, such as `https://ikefrag.example.com`; `null` when each request says it. */
  publicUrl: string | null;
  /** Whether users may be handed lines over http, beyond this machine. */
  plainHttp: boolean;
  /** The key of all keyed hashes, of at least 32 characters. It must not change while cases are open. */
  pepper: string;
  /** SHA-256 (hex) of an admin token from the environment, for runtimes where no first start prints one. */
  bootstrapTokenSha256: string | null;
  /** SHA-256 (hex) of the token that reads `/metrics` and nothing else. */
  metricsTokenSha256: string | null;
  language: Language;
  caseHours: number;
  runMinutes: number;
  /** After so long a session of the console ends, whatever is done with it. */
  sessionHours: number;
  /** And after so long without a request. */
  sessionIdleMinutes: number;
  /** How long it is kept who did and saw what. */
  auditDays: number;
  /** Whose signed word on a person's name and role is taken, where a proxy asks for it; `null`: nobody's. */
  identityProvider: IdentityProvider | null;
  /** The collector of OpenTelemetry that spans of requests go to, over OTLP/HTTP; `null`: nobody is told. */
  traces: { url: string; headers: Record<string, string>; serviceName: string } | null;
  runsPerCode: number;
  /** Of all codes together: what a day may cost at most. */
  runsPerDay: number;
  uploadsPerMinute: number;
  uploadBytesPerCase: number;
  reportDays: number;
  captureDays: number;
  /** How many requests to the stores one sweep makes at most. What is left is for the next one. */
  sweepRequests: number;
  /**
   * How many proxies of the operator stand in front and add to X-Forwarded-For. With 0 the header is ignored.
   */
  proxyHops: number;
  /**
   * The service that sends datagrams of chosen sizes back to agents (infra/reflector), and the key shared
   * with it.
   */
  reflector: { host: string; port: number; key: string } | null;
  /** How long requests that are under way may take when the service is told to end. */
  shutdownSeconds: number;
  /** Whether captures are stored with pseudonyms in place of IP addresses. */
  pseudonymise: boolean;
  /** Whose network an address of the internet is of; `null`: the deployment does not know. */
  networks: PrefixTable | null;
  /** How the agent may come to users, the first one first. */
  delivery: readonly WayName[];
  /** Whether runs may begin logins with gateways. A case can leave it out, and cannot ask for more. */
  rehearsal: boolean;
  /** How long a receiver of webhooks has for its answer. */
  webhookTimeoutMs: number;
  /** Whether webhooks may lead to private addresses, and be http. */
  webhooksPrivate: boolean;
  /** Whether this is the demonstration (cli/demo): every page says so. */
  demo: boolean;
}

/** An identity provider, whose JSON Web Tokens a proxy in front puts into requests. */
export interface IdentityProvider {
  /** What `iss` has to be. */
  issuer: string;
  /** What has to be in `aud`: a token for another service is none for us. */
  audience: string;
  /** Where its keys are, RFC 7517. */
  jwksUrl: string;
  /** The header that the proxy sets. */
  header: string;
  /** The claim that names the person. */
  nameClaim: string;
  /** The claim, a path with dots, whose value or values decide the role. */
  roleClaim: string;
  /** Who has one of these is an admin. */
  admins: string[];
  /** Who has one of these is staff; `*`: everybody whom the provider lets in. */
  staff: string[];
}

/** How much of what was made of reports is remembered: an instance may have no more than 128 MB for all. */
export const REMEMBERED_BYTES = 16 * 1024 * 1024;

/** The settings where the operator decides nothing. */
export const DEFAULT_CONFIG: Omit<Config, "pepper"> = {
  operator: "ikefrag",
  contact: null,
  defaultGateway: null,
  fixed: [],
  publicUrl: null,
  plainHttp: false,
  bootstrapTokenSha256: null,
  metricsTokenSha256: null,
  language: "en",
  caseHours: 72,
  runMinutes: 60,
  sessionHours: 12,
  sessionIdleMinutes: 120,
  auditDays: 400,
  identityProvider: null,
  traces: null,
  runsPerCode: 5,
  runsPerDay: 10_000,
  uploadsPerMinute: 10,
  uploadBytesPerCase: 100 * 1024 * 1024,
  reportDays: 90,
  captureDays: 14,
  sweepRequests: 10_000,
  proxyHops: 0,
  reflector: null,
  shutdownSeconds: 10,
  delivery: ["file", "by-hand", "quick"],
  rehearsal: true,
  pseudonymise: false,
  networks: null,
  webhookTimeoutMs: 15_000,
  webhooksPrivate: false,
  demo: false,
};

/** One line of the log. It names routes, never the codes, IDs and tokens in a path. */
export interface LogEntry {
  level: "info" | "error";
  message: string;
  [field: string]: string | number | boolean | null;
}

/** How far the service is on its way to its end. */
export interface Shutdown {
  /** Whether new requests are turned away; those that were there before are answered. */
  readonly hasBegun: boolean;
  /** Aborted when their time is over too: what is still being sent is given up. */
  readonly isOver: AbortSignal;
}

/** What a receiver of webhooks answered. */
export interface WebhookAnswer {
  status: number;
  /** The first of it; of what comes after, nothing is read. */
  text: string;
  /** The header `Retry-After`, where there is one. */
  retryAfter: string | null;
}

/** How much of an answer is read. */
export const WEBHOOK_ANSWER_BYTES = 1_024;

/** What pages load besides themselves, as infra/page-files.ts makes it. */
export interface PageFiles {
  /** The names of the current files, which change with their content. */
  names: { style: string; script: string; analyzer: string };
  /** @returns `null` where there is no file of this name */
  read(name: string): Promise<Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array<ArrayBuffer>> | null>;
}

/** The outside world, as the application sees it. */
export interface Deps extends IndexStores {
  blobs: BlobStore;
  now(): Date;
  random(count: number): Uint8Array;
  /** The address that a request came from, by what this runtime knows for certain. */
  clientAddress(c: Context): string;
  config: Config;
  /** What was lately made of stored reports. */
  remembered: Remembered;
  /** The agent for Node.js and Deno, before `__IKEFRAG_CODE__` and `__IKEFRAG_URL__` are filled in. */
  agentBundle: string;
  /** The agent in PowerShell, before the same two are filled in. */
  windowsAgent: string;
  /** The agent in POSIX sh, for macOS and Linux, before the same two are filled in. */
  posixAgent: string;
  pageFiles: PageFiles;
  log(entry: LogEntry): void;
  /** Runs, and gives these fields to each entry that is logged meanwhile. */
  withLogFields<T>(fields: Readonly<Record<string, string>>, run: () => T): T;
  metrics: Metrics;
  /** Not there where nobody collects traces. */
  traces?: Traces;
  /** What the process uses. Not there where the runtime does not tell, as Workers do not. */
  process?(): ProcessFacts;
  /**
   * Posts to a receiver of webhooks, within `webhookTimeoutMs` and without following redirects.
   *
   * @throws {Error} that says why there is no answer, such as an address that nothing is sent to
   */
  postWebhook(url: URL, headers: Record<string, string>, body: string): Promise<WebhookAnswer>;
  /** Told whenever a delivery may have become due: whoever sends them need not look all the time. */
  webhooksDue(): void;
  /** Not there where the runtime ends instances by itself, as Workers do. */
  shutdown?: Shutdown;
}

import type { Context } from "hono";
import type { Language } from "../shared/schema/api.ts";
import type { AccessStore, BlobStore, CaseStore, ReportStore } from "./store/port.ts";

/** What the operator decides. */
export interface Config {
  /** Who runs this service: users read it before they run anything. */
  operator: string;
  /** Origin that users reach, such as `https://ikefrag.example.com`; `null`: as the request says. */
  publicUrl: string | null;
  /** Keys the hashes of case codes and addresses; at least 32 characters, never changed while cases are open. */
  pepper: string;
  /** SHA-256 (hex) of an admin token that comes from the environment, for where no first start prints one. */
  bootstrapTokenSha256: string | null;
  language: Language;
  caseHours: number;
  runMinutes: number;
  sessionHours: number;
  runsPerCode: number;
  uploadsPerMinute: number;
  uploadBytesPerCase: number;
  reportDays: number;
  captureDays: number;
  /** How many proxies of the operator stand in front and add to X-Forwarded-For; 0: none, and the header is not believed. */
  proxyHops: number;
  /** Sends datagrams of chosen sizes back to agents (infra/reflector), and the key that it shares; `null`: there is none. */
  reflector: { host: string; port: number; key: string } | null;
}

export const DEFAULT_CONFIG: Omit<Config, "pepper"> = {
  operator: "ikefrag",
  publicUrl: null,
  bootstrapTokenSha256: null,
  language: "en",
  caseHours: 72,
  runMinutes: 60,
  sessionHours: 12,
  runsPerCode: 5,
  uploadsPerMinute: 10,
  uploadBytesPerCase: 100 * 1024 * 1024,
  reportDays: 90,
  captureDays: 14,
  proxyHops: 0,
  reflector: null,
};

/** One line of the log. It names routes, never the codes, IDs and tokens in a path. */
export interface LogEntry {
  level: "info" | "error";
  message: string;
  [field: string]: string | number | boolean | null;
}

/** The outside world, as the application sees it. */
export interface Deps {
  cases: CaseStore;
  reports: ReportStore;
  access: AccessStore;
  blobs: BlobStore;
  now(): Date;
  random(count: number): Uint8Array;
  /** Where a request came from, by what this runtime can vouch for. */
  clientAddress(c: Context): string;
  config: Config;
  /** The agent, with `__IKEFRAG_CODE__` and `__IKEFRAG_URL__` still in it. */
  agentBundle: string;
  /** The agent in PowerShell, with the same two still in it. */
  windowsAgent: string;
  log(entry: LogEntry): void;
}

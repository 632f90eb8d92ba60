import type { Language } from "../shared/schema/api.ts";
import type { AgentInfo, Measurement } from "../shared/schema/measurement.ts";
import type { Round } from "../shared/schema/plan.ts";
import { plain } from "./io/console-text.ts";
import { toList, toRecord } from "./io/json.ts";
import { readRound } from "./read-round.ts";

/** The service could not be reached, or broke off. */
export class UnreachableServiceError extends Error {
  override name = "UnreachableServiceError";
}

/** The service answered and said no: its problem document, RFC 9457, made safe to show. */
export class RefusedError extends Error {
  override name = "RefusedError";
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  /** Seconds after which it may be asked again, where it said so. */
  readonly retryAfter: number | null;

  constructor(problem: { status: number; title: string; detail: string; retryAfter: number | null }) {
    super(problem.title);
    this.status = problem.status;
    this.title = problem.title;
    this.detail = problem.detail;
    this.retryAfter = problem.retryAfter;
  }
}

/** The service's answer is not what was agreed on. */
export class StrangeAnswerError extends Error {
  override name = "StrangeAnswerError";
}

export interface CaseFacts {
  operator: string;
  gateway: string;
  /** The only other host that the case may have asked; `null`: none. */
  reflector: string | null;
  language: Language;
  expiresAt: string;
  /** The user is to be asked for a capture as well. */
  asksForCapture: boolean;
}

export interface StartedRun {
  runId: string;
  runToken: string;
  gateway: string;
  round: Round;
}

export interface ReportAnswer {
  status: "done";
  reportId: string;
  verdict: string;
  sentence: string;
}
export type RoundAnswer = { status: "continue"; round: Round } | ReportAnswer;

const TIMEOUT_MS = 20_000;
/** 5 MB on a slow way out. */
const CAPTURE_TIMEOUT_MS = 180_000;
const CAPTURE_TYPE = "application/vnd.tcpdump.pcap";
const MAX_ANSWER_BYTES = 4 * 1024 * 1024;
const HOST = /^(?!-)[A-Za-z0-9._:-]{1,253}$/;

/** The service as an agent knows it: four requests. */
export class Service {
  readonly #server: string;
  readonly #language: Language;
  readonly #signal: AbortSignal;

  /** @param server without a slash at its end */
  constructor(server: string, language: Language, signal: AbortSignal) {
    this.#server = server;
    this.#language = language;
    this.#signal = signal;
  }

  async readCase(code: string): Promise<CaseFacts> {
    const answer = await this.#request("GET", `/a/${encodeURIComponent(code)}.json`, null, undefined);
    const { operator, gateway, language, expiresAt, ask } = answer;
    if (typeof gateway !== "string" || !HOST.test(gateway)) throw new StrangeAnswerError("gateway");
    const reflector = answer.reflector ?? null; // an older service has none
    if (reflector !== null && (typeof reflector !== "string" || !HOST.test(reflector)))
      throw new StrangeAnswerError("reflector");
    return {
      operator: plain(String(operator ?? ""), 200),
      gateway,
      reflector,
      language: language === "ja" ? "ja" : "en",
      expiresAt: plain(String(expiresAt ?? ""), 40),
      asksForCapture: toList(ask).includes("capture"),
    };
  }

  async startRun(code: string, agent: AgentInfo): Promise<StartedRun> {
    const { runId, runToken, gateway, round } = await this.#request("POST", "/v1/runs", null, {
      code,
      agent,
    });
    if (typeof runId !== "string" || typeof runToken !== "string")
      throw new StrangeAnswerError("runId, runToken");
    return { runId, runToken, gateway: String(gateway), round: strictRound(round) };
  }

  /** @param body every measurement of the run so far: the service keeps none between rounds */
  async postRound(
    run: { runId: string; runToken: string },
    body: { round: number; startedAt: string; measurements: Measurement[] },
  ): Promise<RoundAnswer> {
    const path = `/v1/runs/${encodeURIComponent(run.runId)}/rounds`;
    const answer = await this.#request("POST", path, run.runToken, body);
    if (answer.status === "continue") return { status: "continue", round: strictRound(answer.round) };
    return toReport(answer);
  }

  /** @returns the report as it is with the capture */
  async putCapture(run: { runId: string; runToken: string }, pcap: Uint8Array): Promise<ReportAnswer> {
    const path = `/v1/runs/${encodeURIComponent(run.runId)}/capture`;
    return toReport(await this.#request("PUT", path, run.runToken, pcap));
  }

  async #request(
    method: "GET" | "POST" | "PUT",
    path: string,
    token: string | null,
    body: unknown,
  ): Promise<Record<string, unknown>> {
    const isCapture = body instanceof Uint8Array;
    const headers = new Headers({ accept: "application/json", "accept-language": this.#language });
    if (token !== null) headers.set("authorization", `Bearer ${token}`);
    if (body !== undefined) headers.set("content-type", isCapture ? CAPTURE_TYPE : "application/json");
    const timeout = AbortSignal.timeout(isCapture ? CAPTURE_TIMEOUT_MS : TIMEOUT_MS);
    let response: Response;
    let text: string;
    try {
      response = await fetch(`${this.#server}${path}`, {
        method,
        headers,
        body: body === undefined ? null : isCapture ? new Uint8Array(body) : JSON.stringify(body),
        // A code or token that follows a redirect may end up with somebody else.
        redirect: "error",
        signal: AbortSignal.any([this.#signal, timeout]),
      });
      text = await readText(response);
    } catch (error) {
      this.#signal.throwIfAborted();
      throw new UnreachableServiceError(reasonOf(error));
    }
    if (!response.ok) throw new RefusedError(readProblem(response, text));
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      throw new StrangeAnswerError("JSON");
    }
    return toRecord(value);
  }
}

function toReport(answer: Record<string, unknown>): ReportAnswer {
  if (answer.status !== "done" || typeof answer.reportId !== "string")
    throw new StrangeAnswerError("status, reportId");
  const diagnosis = toRecord(answer.diagnosis);
  return {
    status: "done",
    reportId: plain(answer.reportId, 64),
    verdict: plain(String(diagnosis.verdict ?? ""), 64),
    sentence: plain(String(toRecord(diagnosis.text).sentence ?? "")),
  };
}

function strictRound(value: unknown): Round {
  const round = readRound(value);
  if (typeof round === "string") throw new StrangeAnswerError(round);
  return round;
}

async function readText(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > MAX_ANSWER_BYTES) throw new Error(`more than ${MAX_ANSWER_BYTES} bytes`);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

function readProblem(response: Response, text: string): ConstructorParameters<typeof RefusedError>[0] {
  let problem: Record<string, unknown> = {};
  try {
    problem = toRecord(JSON.parse(text));
  } catch {
    // A proxy's page, or nothing: the status alone has to do.
  }
  const errors = toList(problem.errors)
    .map(toRecord)
    .map(({ pointer, detail }) => `${String(pointer)}: ${String(detail)}`);
  const said = [problem.detail, ...errors].filter((part) => typeof part === "string");
  const retryAfter = Number(response.headers.get("retry-after") ?? Number.NaN);
  return {
    status: response.status,
    title: plain(typeof problem.title === "string" ? problem.title : `HTTP ${response.status}`, 200),
    detail: plain(said.join(" ")),
    retryAfter: Number.isFinite(retryAfter) && retryAfter >= 0 ? retryAfter : null,
  };
}

/** `fetch failed` says nothing; what failed is in the cause, at times several deep. */
function reasonOf(error: unknown): string {
  let innermost = error;
  for (let depth = 0; depth < 5 && innermost instanceof Error && innermost.cause !== undefined; depth++) {
    innermost = innermost.cause;
  }
  if (innermost instanceof AggregateError && innermost.errors.length > 0) innermost = innermost.errors[0];
  return plain(innermost instanceof Error ? innermost.message || innermost.name : String(innermost), 300);
}

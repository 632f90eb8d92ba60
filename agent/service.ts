/** The service as an agent knows it: four requests, and nothing of their answers is believed unchecked. */
import type { Language } from "../shared/language.ts";
import type { AgentInfo, Measurement } from "../shared/schema/measurement.ts";
import type { Round } from "../shared/schema/plan.ts";
import type { Agreed } from "./agreed-datagram.ts";
import { plain } from "./io/console-text.ts";
import { toList, toRecord } from "./io/json.ts";
import { isHost, readRound } from "./read-round.ts";
import { languageOf } from "./words/words.ts";

/** The service could not be reached, or broke off. */
export class UnreachableServiceError extends Error {
  override name = "UnreachableServiceError";
}

/** The service refused: its problem document (RFC 9457), made safe to show. */
export class RefusedError extends Error {
  override name = "RefusedError";
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  /** Seconds after which it may be asked again; `null` where it did not say. */
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

/** What the user is told of a case before the run starts. */
export interface CaseFacts {
  operator: string;
  gateway: string;
  /** The one other host that the case may send packets to; `null`: none. */
  reflector: string | null;
  /** Whether logins are begun with the gateway. */
  rehearsal: boolean;
  language: Language;
  expiresAt: string;
  /** Whether the user will be asked for a capture as well. */
  asksForCapture: boolean;
}

/** What the service gives when a run starts. */
export interface StartedRun {
  runId: string;
  runToken: string;
  gateway: string;
  round: Round;
}

/** The service's answer when it needs no further round. */
export interface ReportAnswer {
  status: "done";
  reportId: string;
  /** Whether the diagnosis names a problem: the exit code says so too. */
  problem: boolean;
  sentence: string;
}

/** The service's answer to the measurements of a round. */
export type RoundAnswer = { status: "continue"; round: Round } | ReportAnswer;

const TIMEOUT_MS = 20_000;
/** Enough for 5 MB over a slow uplink. */
const CAPTURE_TIMEOUT_MS = 180_000;
const CAPTURE_TYPE = "application/vnd.tcpdump.pcap";
const MAX_ANSWER_BYTES = 4 * 1024 * 1024;

/** Talks to one service in one language. */
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

  /** Asks what a case is about. */
  async readCase(code: string): Promise<CaseFacts> {
    const answer = await this.#request("GET", `/a/${encodeURIComponent(code)}.json`, null, undefined);
    const { operator, gateway, language, expiresAt, ask } = answer;
    if (!isHost(gateway)) throw new StrangeAnswerError("gateway");
    const reflector = answer.reflector ?? null; // an older service does not name one
    if (reflector !== null && !isHost(reflector)) throw new StrangeAnswerError("reflector");
    return {
      operator: plain(String(operator ?? ""), 200),
      gateway,
      reflector,
      rehearsal: answer.rehearsal === true,
      language: languageOf(language) ?? "en",
      expiresAt: plain(String(expiresAt ?? ""), 40),
      asksForCapture: toList(ask).includes("capture"),
    };
  }

  /**
   * Starts a run, and gets its first round.
   *
   * @param agreed what the person agreed to: each round is held against it
   */
  async startRun(code: string, agent: AgentInfo, agreed: Agreed): Promise<StartedRun> {
    const { runId, runToken, gateway, round } = await this.#request("POST", "/v1/runs", null, {
      code,
      agent,
    });
    // Both become part of a request: of its address, and of a header.
    const isToken = (part: unknown): part is string =>
      typeof part === "string" && /^[A-Za-z0-9_-]{1,256}$/.test(part);
    if (!isToken(runId) || !isToken(runToken)) throw new StrangeAnswerError("runId, runToken");
    return { runId, runToken, gateway: String(gateway), round: strictRound(round, agreed) };
  }

  /** @param body all measurements of the run so far, because the service keeps none between rounds */
  async postRound(
    run: { runId: string; runToken: string },
    body: { round: number; startedAt: string; measurements: Measurement[] },
    agreed: Agreed,
  ): Promise<RoundAnswer> {
    const path = `/v1/runs/${encodeURIComponent(run.runId)}/rounds`;
    const answer = await this.#request("POST", path, run.runToken, body);
    if (answer.status === "continue") return { status: "continue", round: strictRound(answer.round, agreed) };
    return toReport(answer);
  }

  /** Sends the recording. @returns the report, judged again with it */
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
        // A redirect could give the code or the token to somebody else.
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
  const { reportId } = answer;
  // It becomes part of an address that a person is shown.
  if (answer.status !== "done" || typeof reportId !== "string" || !/^[A-Za-z0-9-]{1,64}$/.test(reportId))
    throw new StrangeAnswerError("status, reportId");
  return {
    status: "done",
    reportId,
    problem: answer.problem !== false,
    sentence: plain(String(toRecord(toRecord(answer.diagnosis).text).sentence ?? "")),
  };
}

function strictRound(value: unknown, agreed: Agreed): Round {
  const round = readRound(value, agreed);
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
    // A proxy's page, or nothing: then only the status is known.
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

/** `fetch failed` says nothing. What failed is in the cause, or in the cause's cause. */
function reasonOf(error: unknown): string {
  let innermost = error;
  for (let depth = 0; depth < 5 && innermost instanceof Error && innermost.cause !== undefined; depth++) {
    innermost = innermost.cause;
  }
  if (innermost instanceof AggregateError && innermost.errors.length > 0) innermost = innermost.errors[0];
  return plain(innermost instanceof Error ? innermost.message || innermost.name : String(innermost), 300);
}

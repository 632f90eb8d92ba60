/** A whole run for a case: look it up, ask, measure round by round, send, and say what came of it. */
import type { Language } from "../shared/language.ts";
import type { Measurement } from "../shared/schema/measurement.ts";
import type { Round } from "../shared/schema/plan.ts";
import type { Agreed } from "./agreed-datagram.ts";
import { canBoundRoute, describeRun, introduceRun, mayStart } from "./consent.ts";
import { ExitCode } from "./exit-code.ts";
import { systemClock } from "./io/clock.ts";
import { plain, systemLanguage } from "./io/console-text.ts";
import { describeAgent } from "./io/system.ts";
import { systemTerminal, type Terminal } from "./io/terminal.ts";
import {
  type EvidenceFile,
  keepUnsentCapture,
  keepUnsentEvidence,
  saveCapture,
  saveEvidence,
  type Told,
  type Unsent,
} from "./keep-files.ts";
import { MAX_ROUNDS } from "./read-round.ts";
import { openRun, type Run } from "./run-round.ts";
import {
  type CaseFacts,
  RefusedError,
  type ReportAnswer,
  Service,
  StrangeAnswerError,
  UnreachableServiceError,
} from "./service.ts";
import { terminalUser } from "./terminal-user.ts";
import { VERSION } from "./version.ts";
import { roundHeading, type Words, wordsIn } from "./words/words.ts";

/** How a run is started: by the command line, or by a test. */
export interface AgentOptions {
  server: string;
  code: string;
  /** `null`: the system's language, or the case's where the system has none. */
  language: Language | null;
  yes: boolean;
  /** Together with `yes`: packets may be recorded too, where the case asks for it. */
  capture: boolean;
  dryRun: boolean;
  saveFile: string | null;
  signal: AbortSignal;
  terminal?: Terminal;
  /** How long to wait before each new try of an upload. */
  retryDelaysMs?: readonly number[];
  /** After so much measuring no further round is begun. */
  maxMeasuredMs?: number;
}

const RETRY_DELAYS_MS = [1_000, 3_000, 9_000];
const MAX_RETRY_AFTER_MS = 30_000;
/** After so much measuring no further round is begun: the person was told of about a minute. */
export const MAX_MEASURED_MS = 180_000;

/**
 * Runs as the agent of a case: says what will be done, asks, measures what the service wants to know, and
 * prints the report ID alone as the last line of the result.
 *
 * @throws the signal's reason when the run is cut short; everything else ends in an exit code
 */
export async function runAgent(options: AgentOptions): Promise<ExitCode> {
  const { saveFile, signal } = options;
  const terminal = options.terminal ?? systemTerminal();
  const server = options.server.replace(/\/+$/, "");
  const ownLanguage = options.language ?? systemLanguage();
  let words = wordsIn(ownLanguage ?? "en");
  if (!/^https?:\/\/[^\s/]/.test(server)) {
    terminal.say(words("misused", { what: `--server ${plain(server)}` }));
    return ExitCode.USAGE;
  }
  const typed = options.code === "" ? await terminal.ask(`${words("askCode")} `, signal) : options.code;
  const code = plain(typed ?? "", 64).trim();
  if (code === "") {
    terminal.say(words("misused", { what: "--code" }));
    return ExitCode.USAGE;
  }
  terminal.say(words("opening", { version: VERSION, code, server }));
  let service = new Service(server, ownLanguage ?? "en", signal);
  let facts: CaseFacts;
  try {
    facts = await service.readCase(code);
  } catch (error) {
    return explainStart(error, server, { words, terminal });
  }
  const language = ownLanguage ?? facts.language;
  words = wordsIn(language);
  service = new Service(server, language, signal);

  const agent = await describeAgent(language, signal);
  const mayBoundRoute = canBoundRoute(agent);
  for (const line of introduceRun(facts, server, words, mayBoundRoute)) terminal.say(line);
  const evidence: EvidenceFile = {
    schema: "ikefrag/evidence/1",
    startedAt: new Date().toISOString(),
    gateway: facts.gateway,
    agent,
    measurements: [],
  };
  const run = openRun({
    gateway: facts.gateway,
    reflector: facts.reflector,
    signal,
    mayBoundRoute: mayBoundRoute && !options.dryRun,
    user: facts.asksForCapture ? terminalUser(terminal, words, options, { server, signal }) : null,
  });
  const agreed = { gateway: facts.gateway, reflector: facts.reflector, reflectorPort: null };
  const session: Session = {
    ...{ options, service, server, code, evidence, run, agreed, words, terminal, saveFile },
  };
  if (options.dryRun) {
    terminal.say(words("dryRun"));
    evidence.measurements = await measure(session, localRound(facts.gateway));
    if (saveFile !== null) await saveEvidence(saveFile, evidence, session);
    terminal.result(JSON.stringify(evidence, null, 2));
    return ExitCode.HEALTHY;
  }
  const more = describeRun(facts, server, words, language, mayBoundRoute);
  if (options.yes) terminal.say(words("startedByYes"));
  else if (!(await mayStart(terminal, words, signal, more))) return ExitCode.REFUSED;
  return runRounds(session);
}

interface Session extends Unsent {
  options: AgentOptions;
  service: Service;
  server: string;
  run: Run;
  agreed: Agreed;
}

async function runRounds(session: Session): Promise<ExitCode> {
  const { options, service, server, code, evidence, run, agreed, words, terminal, saveFile } = session;
  let started: Awaited<ReturnType<Service["startRun"]>>;
  try {
    started = await service.startRun(code, evidence.agent, agreed);
  } catch (error) {
    return explainStart(error, server, session);
  }
  if (started.gateway.toLowerCase() !== evidence.gateway.toLowerCase()) {
    terminal.say(words("otherGateway", { asked: evidence.gateway, offered: plain(started.gateway, 253) }));
    return ExitCode.REFUSED;
  }
  try {
    let round = started.round;
    let measuredMs = 0;
    let hasRecorded = false;
    for (let count = 0; count < MAX_ROUNDS; count++) {
      if (measuredMs > (options.maxMeasuredMs ?? MAX_MEASURED_MS))
        throw new StrangeAnswerError(`${MAX_MEASURED_MS / 1_000} s of measuring and no report`);
      const clock = systemClock();
      evidence.measurements.push(...(await measure(session, round)));
      // While packets are recorded, which a run does once, a person is at work.
      const isRecorded = round.steps.some(({ kind }) => kind === "capture");
      if (!isRecorded || hasRecorded) measuredMs += clock.nowMs();
      hasRecorded ||= isRecorded;
      const body = {
        round: round.number,
        startedAt: evidence.startedAt,
        measurements: evidence.measurements,
      };
      const answer = await retrying(() => service.postRound(started, body, agreed), session);
      if (answer.status === "continue") {
        round = answer.round;
        continue;
      }
      if (saveFile !== null) await saveEvidence(saveFile, evidence, session);
      const revised = await sendCapture(session, started);
      const { sentence, problem } = revised ?? answer;
      if (sentence !== "") terminal.say(sentence);
      terminal.say(words("reportBelow"));
      terminal.result(answer.reportId);
      terminal.say(`${server}/r/${answer.reportId}`);
      if (revised === null && run.capture !== null) return ExitCode.UPLOAD_FAILED;
      return problem ? ExitCode.PROBLEM : ExitCode.HEALTHY;
    }
    throw new StrangeAnswerError(`${MAX_ROUNDS} rounds and no report`);
  } catch (error) {
    options.signal.throwIfAborted();
    terminal.say(words("uploadFailed", { reason: describeError(error, words) }));
    if (error instanceof UnreachableServiceError)
      terminal.say(words("maybeBlocked", { page: `${server}/blocked` }));
    await keepUnsentEvidence(session);
    if (run.capture !== null) await keepUnsentCapture(session, run.capture);
    const isFinal = error instanceof RefusedError && [401, 403, 404, 410].includes(error.status);
    return isFinal ? ExitCode.REFUSED : ExitCode.UPLOAD_FAILED;
  }
}

/**
 * Sends the recording after the report, which is complete without it. It is kept where it
 * cannot be sent.
 *
 * @returns the report as it is with the recording; `null` when there is none or it could not be sent
 */
async function sendCapture(
  session: Session,
  started: { runId: string; runToken: string },
): Promise<ReportAnswer | null> {
  const { options, service, run, words, terminal, saveFile } = session;
  const { capture } = run;
  if (capture === null) return null;
  try {
    const put = () => service.putCapture(started, capture);
    const revised = await retrying(put, session, words("sendingCapture"));
    if (saveFile !== null) await saveCapture(saveFile, capture, session);
    return revised;
  } catch (error) {
    options.signal.throwIfAborted();
    terminal.say(words("captureNotSent", { reason: describeError(error, words) }));
    await keepUnsentCapture(session, capture);
    return null;
  }
}

/** Runs a round, and shows how far it is. */
async function measure({ run, words, terminal }: Session, round: Round): Promise<Measurement[]> {
  const steps = round.steps.length;
  const clock = systemClock();
  let done = 0;
  const show = () =>
    terminal.progress(words("progress", { done, steps, seconds: Math.floor(clock.nowMs() / 1_000) }));
  terminal.say(roundHeading(round.number, steps, words));
  const ticking = setInterval(show, 1_000);
  try {
    return await run.runRound(round, () => {
      done += 1;
      show();
    });
  } finally {
    clearInterval(ticking);
    terminal.progress(null);
  }
}

/** What a dry run does: it reads this computer, and sends nothing but a DNS query. */
function localRound(gateway: string): Round {
  return {
    number: 1,
    steps: [
      { id: "interfaces", kind: "interfaces", atMs: 0, gateway },
      { id: "vpn-profiles", kind: "vpn-profiles", atMs: 0 },
    ],
  };
}

/** Tries again where waiting can help: when there is no network for a moment, or the service is busy. */
async function retrying<T>(
  request: () => Promise<T>,
  { options, words, terminal }: Session,
  saying = words("uploading"),
): Promise<T> {
  terminal.say(saying);
  for (const delayMs of options.retryDelaysMs ?? RETRY_DELAYS_MS) {
    try {
      return await request();
    } catch (error) {
      options.signal.throwIfAborted();
      const isBusy = error instanceof RefusedError && [429, 502, 503, 504].includes(error.status);
      if (!isBusy && !(error instanceof UnreachableServiceError)) throw error;
      terminal.say(words("retrying", { reason: describeError(error, words) }));
      const askedMs = error instanceof RefusedError ? (error.retryAfter ?? 0) * 1_000 : 0;
      await systemClock().wait(Math.min(Math.max(delayMs, askedMs), MAX_RETRY_AFTER_MS), options.signal);
    }
  }
  return request();
}

function explainStart(error: unknown, server: string, { words, terminal }: Told): ExitCode {
  if (error instanceof RefusedError && error.status < 500) {
    terminal.say(describeError(error, words));
    return ExitCode.REFUSED;
  }
  const isExpected =
    error instanceof RefusedError ||
    error instanceof UnreachableServiceError ||
    error instanceof StrangeAnswerError;
  if (!isExpected) throw error;
  terminal.say(words("noService", { server, reason: describeError(error, words) }));
  terminal.say(words("maybeBlocked", { page: `${server}/blocked` }));
  return ExitCode.NO_NETWORK;
}

/** A refusal in the service's words: what kind it is, and what to do. */
function refusal({ title, detail }: RefusedError, words: Words): string {
  return words("refused", { reason: detail === "" ? title : words("titleAndDetail", { title, detail }) });
}

function describeError(error: unknown, words: Words): string {
  if (error instanceof RefusedError) return refusal(error, words);
  if (error instanceof StrangeAnswerError) return words("strangeAnswer", { what: error.message });
  return plain(error instanceof Error ? error.message : String(error), 300);
}

import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Language } from "../shared/schema/api.ts";
import type { AgentInfo, Measurement } from "../shared/schema/measurement.ts";
import type { Round } from "../shared/schema/plan.ts";
import { terminalDialler } from "./dialler.ts";
import { ExitCode } from "./exit-code.ts";
import { systemClock } from "./io/clock.ts";
import { plain, systemLanguage } from "./io/console-text.ts";
import { describeAgent, systemPlatform } from "./io/system.ts";
import { systemTerminal, type Terminal } from "./io/terminal.ts";
import { MAX_DATAGRAMS, MAX_SENT_BYTES } from "./limits.ts";
import { openRun, type Run } from "./run-round.ts";
import {
  type CaseFacts,
  RefusedError,
  type ReportAnswer,
  Service,
  StrangeAnswerError,
  UnreachableServiceError,
} from "./service.ts";
import { VERSION } from "./version.ts";
import { type Words, wordsIn } from "./words.ts";

export interface AgentOptions {
  server: string;
  code: string;
  /** `null`: the system's, or the case's where the system has none. */
  language: Language | null;
  yes: boolean;
  /** With `yes`: packets may be recorded too, where the case asks for it. */
  capture: boolean;
  dryRun: boolean;
  saveFile: string | null;
  signal: AbortSignal;
  terminal?: Terminal;
  /** Before an upload is tried again. */
  retryDelaysMs?: readonly number[];
}

const MAX_ROUNDS = 20;
const RETRY_DELAYS_MS = [1_000, 3_000, 9_000];
const MAX_RETRY_AFTER_MS = 30_000;

/** What was measured so far, in the shape that the service keeps and `ikefrag analyze` reads. */
interface EvidenceFile {
  schema: "ikefrag/evidence/1";
  startedAt: string;
  gateway: string;
  agent: AgentInfo;
  measurements: Measurement[];
}

/**
 * Is the agent of a case: says what will be done, asks, measures what the service wants to know, and ends with the
 * report ID alone on the last line of the result.
 *
 * @throws the signal's reason when it is cut short; everything else ends in an exit code
 */
export async function runAgent(options: AgentOptions): Promise<ExitCode> {
  const terminal = options.terminal ?? systemTerminal();
  const server = options.server.replace(/\/+$/, "");
  const code = plain(options.code, 64);
  const ownLanguage = options.language ?? systemLanguage();
  let words = wordsIn(ownLanguage ?? "en");
  if (!/^https?:\/\/[^\s/]/.test(server)) {
    terminal.say(words.misused(`--server ${plain(server)}`));
    return ExitCode.USAGE;
  }
  terminal.say(words.opening(VERSION, code, server));
  let service = new Service(server, ownLanguage ?? "en", options.signal);
  let facts: CaseFacts;
  try {
    facts = await service.readCase(code);
  } catch (error) {
    return explainStart(error, server, words, terminal);
  }
  const language = ownLanguage ?? facts.language;
  words = wordsIn(language);
  service = new Service(server, language, options.signal);

  const agent = await describeAgent(language, options.signal);
  const mayBoundRoute = canBoundRoute(agent);
  for (const line of describeRun(facts, server, words, language, mayBoundRoute)) terminal.say(line);
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
    signal: options.signal,
    mayBoundRoute: mayBoundRoute && !options.dryRun,
    dialler: facts.asksForCapture
      ? terminalDialler(terminal, words, options, { server, signal: options.signal })
      : null,
  });
  if (options.dryRun) {
    terminal.say(words.dryRun);
    evidence.measurements = await measure(run, localRound(facts.gateway), words, terminal);
    if (options.saveFile !== null) await save(options.saveFile, evidence, words, terminal);
    terminal.result(JSON.stringify(evidence, null, 2));
    return ExitCode.HEALTHY;
  }
  if (!options.yes) {
    const answer = await terminal.ask(words.question, options.signal);
    if (answer === null || !words.yes.test(answer)) {
      terminal.say(answer === null ? words.noTerminal : words.declined);
      return ExitCode.REFUSED;
    }
  }
  return runRounds({ options, service, server, code, evidence, run, words, terminal });
}

interface Session {
  options: AgentOptions;
  service: Service;
  server: string;
  code: string;
  evidence: EvidenceFile;
  run: Run;
  words: Words;
  terminal: Terminal;
}

async function runRounds(session: Session): Promise<ExitCode> {
  const { options, service, server, code, evidence, words, terminal } = session;
  let started: Awaited<ReturnType<Service["startRun"]>>;
  try {
    started = await service.startRun(code, evidence.agent);
  } catch (error) {
    return explainStart(error, server, words, terminal);
  }
  if (started.gateway.toLowerCase() !== evidence.gateway.toLowerCase()) {
    terminal.say(words.otherGateway(evidence.gateway, plain(started.gateway, 253)));
    return ExitCode.REFUSED;
  }
  try {
    let round = started.round;
    for (let count = 0; count < MAX_ROUNDS; count++) {
      evidence.measurements.push(...(await measure(session.run, round, words, terminal)));
      const body = {
        round: round.number,
        startedAt: evidence.startedAt,
        measurements: evidence.measurements,
      };
      const answer = await retrying(() => service.postRound(started, body), session);
      if (answer.status === "continue") {
        round = answer.round;
        continue;
      }
      if (options.saveFile !== null) await save(options.saveFile, evidence, words, terminal);
      const revised = await sendCapture(session, started);
      const { sentence, verdict } = revised ?? answer;
      if (sentence !== "") terminal.say(sentence);
      terminal.say(words.reportBelow);
      terminal.result(answer.reportId);
      if (revised === null && session.run.capture !== null) return ExitCode.UPLOAD_FAILED;
      return verdict === "healthy" ? ExitCode.HEALTHY : ExitCode.PROBLEM;
    }
    throw new StrangeAnswerError(`${MAX_ROUNDS} rounds and no report`);
  } catch (error) {
    options.signal.throwIfAborted();
    terminal.say(words.uploadFailed(describeError(error, words)));
    await keep(session);
    if (session.run.capture !== null) await keepCapture(session, session.run.capture);
    const isFinal = error instanceof RefusedError && [401, 403, 404, 410].includes(error.status);
    return isFinal ? ExitCode.REFUSED : ExitCode.UPLOAD_FAILED;
  }
}

/** The report is there without it: where it cannot be sent, it is kept. @returns the report as it is with it, or `null` */
async function sendCapture(
  session: Session,
  started: { runId: string; runToken: string },
): Promise<ReportAnswer | null> {
  const { options, service, run, words, terminal } = session;
  const { capture } = run;
  if (capture === null) return null;
  try {
    const put = () => service.putCapture(started, capture);
    const revised = await retrying(put, session, words.sendingCapture);
    if (options.saveFile !== null) await saveCapture(options.saveFile, capture, words, terminal);
    return revised;
  } catch (error) {
    options.signal.throwIfAborted();
    terminal.say(words.captureNotSent(describeError(error, words)));
    await keepCapture(session, capture);
    return null;
  }
}

/** Runs a round and shows how far it is. */
async function measure(run: Run, round: Round, words: Words, terminal: Terminal): Promise<Measurement[]> {
  const steps = round.steps.length;
  const clock = systemClock();
  let done = 0;
  const show = () => terminal.progress(words.progress(done, steps, Math.floor(clock.nowMs() / 1_000)));
  terminal.say(words.round(round.number, steps));
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

/** What a dry run does: reads this computer, and sends a DNS query at most. */
function localRound(gateway: string): Round {
  return {
    number: 1,
    steps: [
      { id: "interfaces", kind: "interfaces", atMs: 0, gateway },
      { id: "vpn-profiles", kind: "vpn-profiles", atMs: 0 },
    ],
  };
}

/** As far as is known before it is tried: then the user is asked for it as well. */
export function canBoundRoute({ platform, elevated }: AgentInfo): boolean {
  return platform === "linux" && elevated !== false;
}

/** What is changed on this computer, for the person who is asked. */
export function describeChanges(gateway: string, mayBoundRoute: boolean, words: Words): string[] {
  return mayBoundRoute
    ? [words.changeHeading, `  - ${words.boundRoute(gateway)}`, words.nothingElse]
    : [words.notDone];
}

/** What takes a yes of its own later on. */
export function describeAsks(gateway: string, words: Words): string[] {
  return [words.askHeading, `  - ${words.askCapture(gateway)}`];
}

function describeRun(
  facts: CaseFacts,
  server: string,
  words: Words,
  language: Language,
  mayBoundRoute: boolean,
): string[] {
  const expiresAt = new Date(facts.expiresAt);
  const until = Number.isNaN(expiresAt.getTime()) ? facts.expiresAt : expiresAt.toLocaleString(language);
  const vpnProfiles = systemPlatform() === "windows" ? [`  - ${words.readVpnProfiles}`] : [];
  return [
    "",
    words.whoAsks(facts.operator, server),
    words.whichGateway(facts.gateway),
    words.validUntil(until),
    words.readHeading,
    `  - ${words.readInterfaces}`,
    ...vpnProfiles,
    words.sendHeading,
    `  - ${words.sendGateway(facts.gateway, MAX_DATAGRAMS, MAX_SENT_BYTES / 1_024, facts.reflector)}`,
    `  - ${words.sendService(server)}`,
    ...describeChanges(facts.gateway, mayBoundRoute, words),
    ...(facts.asksForCapture ? describeAsks(facts.gateway, words) : []),
    words.unasked,
    "",
  ];
}

/** Tries again where waiting can help: no network for a moment, or a service that is busy. */
async function retrying<T>(
  request: () => Promise<T>,
  { options, words, terminal }: Session,
  saying = words.uploading,
): Promise<T> {
  terminal.say(saying);
  for (const delayMs of options.retryDelaysMs ?? RETRY_DELAYS_MS) {
    try {
      return await request();
    } catch (error) {
      options.signal.throwIfAborted();
      const isBusy = error instanceof RefusedError && [429, 502, 503, 504].includes(error.status);
      if (!isBusy && !(error instanceof UnreachableServiceError)) throw error;
      terminal.say(words.retrying(describeError(error, words)));
      const askedMs = error instanceof RefusedError ? (error.retryAfter ?? 0) * 1_000 : 0;
      await systemClock().wait(Math.min(Math.max(delayMs, askedMs), MAX_RETRY_AFTER_MS), options.signal);
    }
  }
  return request();
}

/** Keeps what could not be sent. */
async function keep(session: Session): Promise<void> {
  const { options, evidence, words, terminal } = session;
  const [here, elsewhere] = unsentFiles(session, "json");
  for (const file of options.saveFile === null ? [here, elsewhere] : [options.saveFile, here]) {
    if (!(await save(file, evidence, words, terminal))) continue;
    terminal.say(words.sendLater(file));
    return;
  }
}

async function keepCapture(session: Session, capture: Uint8Array): Promise<void> {
  const { options, words, terminal } = session;
  const [here, elsewhere] = unsentFiles(session, "pcap");
  for (const file of options.saveFile === null ? [here, elsewhere] : [besides(options.saveFile), here]) {
    if (!(await write(file, capture, words.captureSavedTo(file), words, terminal))) continue;
    terminal.say(words.sendCaptureLater(file));
    return;
  }
}

/** Where to put what could not be sent: here, or where everybody may write. */
function unsentFiles({ code, evidence }: Session, extension: string): [here: string, elsewhere: string] {
  const moment = evidence.startedAt.replace(/[^0-9]/g, "").slice(0, 14);
  const name = `ikefrag-${code.replace(/[^A-Za-z0-9]/g, "")}-${moment}.${extension}`;
  return [name, join(tmpdir(), name)];
}

/** Where a recording goes: the two files are analysed together. */
const besides = (measurementsFile: string): string => `${measurementsFile}.pcap`;

export function saveCapture(
  measurementsFile: string,
  capture: Uint8Array,
  words: Words,
  terminal: Terminal,
): Promise<boolean> {
  const file = besides(measurementsFile);
  return write(file, capture, words.captureSavedTo(file), words, terminal);
}

function save(file: string, evidence: EvidenceFile, words: Words, terminal: Terminal): Promise<boolean> {
  return write(file, `${JSON.stringify(evidence, null, 2)}\n`, words.savedTo(file), words, terminal);
}

async function write(
  file: string,
  content: string | Uint8Array,
  saying: string,
  words: Words,
  terminal: Terminal,
): Promise<boolean> {
  try {
    await writeFile(file, content, { mode: 0o600 });
    terminal.say(saying);
    return true;
  } catch (error) {
    terminal.say(words.cannotSave(file, describeError(error, words)));
    return false;
  }
}

function explainStart(error: unknown, server: string, words: Words, terminal: Terminal): ExitCode {
  if (error instanceof RefusedError && error.status < 500) {
    terminal.say(describeError(error, words));
    return ExitCode.REFUSED;
  }
  const isExpected =
    error instanceof RefusedError ||
    error instanceof UnreachableServiceError ||
    error instanceof StrangeAnswerError;
  if (!isExpected) throw error;
  terminal.say(words.noService(server, describeError(error, words)));
  return ExitCode.NO_NETWORK;
}

function describeError(error: unknown, words: Words): string {
  if (error instanceof RefusedError) return words.refused(error.title, error.detail);
  if (error instanceof StrangeAnswerError) return words.strangeAnswer(error.message);
  return plain(error instanceof Error ? error.message : String(error), 300);
}

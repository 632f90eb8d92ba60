import { randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import process from "node:process";
import { terminalDialler } from "../agent/dialler.ts";
import { ExitCode } from "../agent/exit-code.ts";
import { describeAgent } from "../agent/io/system.ts";
import { systemTerminal } from "../agent/io/terminal.ts";
import { MAX_DATAGRAMS, MAX_SENT_BYTES } from "../agent/limits.ts";
import { canBoundRoute, describeAsks, describeChanges, saveCapture } from "../agent/run-agent.ts";
import { openRun } from "../agent/run-round.ts";
import { wordsIn } from "../agent/words.ts";
import { type ComparedSide, compare } from "../shared/diagnose/compare.ts";
import { diagnose, diagnoseObservations } from "../shared/diagnose/diagnose.ts";
import { observe } from "../shared/evidence/observe.ts";
import { nextRound } from "../shared/plan/plan.ts";
import { htmlReport } from "../shared/report/html-report.ts";
import type { Language } from "../shared/schema/api.ts";
import type { Diagnosis, Phrase } from "../shared/schema/diagnosis.ts";
import { Evidence } from "../shared/schema/evidence.ts";
import { Host } from "../shared/schema/plan.ts";
import { say, speak } from "../shared/text/speak.ts";
import { readCapture } from "../shared/transcript/read-capture.ts";
import { type Loaded, loadEvidence } from "./load-evidence.ts";
import { chooseStyle, printComparison, printReport } from "./print-report.ts";
import { UnusableInputError } from "./unusable-input.ts";
import { checkHtmlTarget, writeHtml, writtenTo } from "./write-html.ts";

/** How evidence names what was recorded here. */
const CAPTURE_NAME = "capture.pcap";

const exitCodeOf = ({ verdict }: Diagnosis): number =>
  verdict === "healthy" ? ExitCode.HEALTHY : ExitCode.PROBLEM;

function give(diagnosis: Diagnosis, { json, language }: { json: boolean; language: Language }): number {
  const spoken = speak(diagnosis, language);
  process.stdout.write(
    json
      ? `${JSON.stringify(spoken, null, 2)}\n`
      : printReport(spoken, chooseStyle(process.stdout, process.env), process.stdout.columns),
  );
  return exitCodeOf(diagnosis);
}

/** `ikefrag analyze FILE…` @returns the exit code */
export async function analyze(
  files: readonly string[],
  options: { json: boolean; language: Language; html: string | null },
): Promise<number> {
  if (options.html !== null) await checkHtmlTarget(options.html, files);
  const loaded: Loaded = await loadEvidence(files);
  for (const { capture, quality } of loaded.transcripts) {
    for (const { byteOffset, message } of quality.damage) {
      process.stderr.write(`ikefrag: warning: ${capture}: damaged at byte ${byteOffset}: ${message}\n`);
    }
  }
  const observations = observe(loaded.evidence, loaded.transcripts);
  const diagnosis = diagnoseObservations(observations);
  if (options.html !== null) {
    await writeHtml(options.html, htmlReport(speak(diagnosis, options.language), observations));
    process.stderr.write(`${writtenTo(options.html, options.language)}\n`);
  }
  return give(diagnosis, options);
}

/** `ikefrag compare` @returns the exit code: the second one's */
export async function compareFiles(
  beforeFiles: readonly string[],
  afterFiles: readonly string[],
  { json, language }: { json: boolean; language: Language },
): Promise<number> {
  const [before, after] = [await sideOf(beforeFiles), await sideOf(afterFiles)];
  const comparison = compare(before, after);
  if (json) {
    const words = (phrases: readonly Phrase[]) => phrases.map((p) => say(p, language));
    const { differences, same } = comparison;
    const text = { language, differences: words(differences), same: words(same) };
    const sides = { before: speak(before.diagnosis, language), after: speak(after.diagnosis, language) };
    process.stdout.write(`${JSON.stringify({ ...comparison, text, ...sides }, null, 2)}\n`);
  } else {
    process.stdout.write(printComparison(comparison, language, chooseStyle(process.stdout, process.env)));
  }
  return exitCodeOf(after.diagnosis);
}

async function sideOf(files: readonly string[]): Promise<ComparedSide> {
  const { evidence, transcripts } = await loadEvidence(files);
  const observations = observe(evidence, transcripts);
  return { observations, diagnosis: diagnoseObservations(observations) };
}

/** `ikefrag probe --gateway HOST`: the plan, run from here, with no service. @returns the exit code */
export async function probe(
  gatewayText: string,
  options: {
    json: boolean;
    yes: boolean;
    capture: boolean;
    save: string | null;
    language: Language;
    signal: AbortSignal;
  },
): Promise<number> {
  const parsed = Host.safeParse(gatewayText);
  if (!parsed.success) {
    throw new UnusableInputError(`Cannot probe "${gatewayText}": it is no host name and no IP address`);
  }
  const gateway = parsed.data;
  const { language, signal } = options;
  const terminal = systemTerminal();
  const words = wordsIn(language);
  terminal.say(words.whichGateway(gateway));
  terminal.say(words.sendHeading);
  terminal.say(`  - ${words.sendGateway(gateway, MAX_DATAGRAMS, MAX_SENT_BYTES / 1024)}`);
  const agent = await describeAgent(language, signal);
  const mayBoundRoute = canBoundRoute(agent);
  for (const line of describeChanges(gateway, mayBoundRoute, words)) terminal.say(line);
  if (options.capture) for (const line of describeAsks(gateway, words)) terminal.say(line);
  if (!options.yes) {
    const answer = await terminal.ask(words.question, signal);
    if (answer === null || !words.yes.test(answer)) {
      terminal.say(answer === null ? words.noTerminal : words.declined);
      return ExitCode.REFUSED;
    }
  }
  const evidence = Evidence.parse({
    schema: "ikefrag/evidence/1",
    startedAt: new Date().toISOString(),
    gateway,
    agent,
  });
  const dialler = terminalDialler(terminal, words, options, { server: null, signal });
  const run = openRun({ gateway, signal, mayBoundRoute, dialler });
  const ask = options.capture ? (["capture"] as const) : [];
  for (;;) {
    const { measurements } = evidence;
    const round = nextRound({ gateway, measurements, seed: randomBytes(32), ask, agent });
    if (round === null) break;
    terminal.say(words.round(round.number, round.steps.length));
    let done = 0;
    const measured = await run.runRound(round, () => {
      done += 1;
      terminal.progress(words.roundDone(round.number).replace(/\s*$/, ` ${done}/${round.steps.length}`));
    });
    terminal.progress(null);
    evidence.measurements.push(...measured);
  }
  if (options.save !== null) {
    await writeFile(options.save, `${JSON.stringify(evidence, null, 2)}\n`);
    terminal.say(words.savedTo(options.save));
    if (run.capture !== null) await saveCapture(options.save, run.capture, words, terminal);
  }
  const transcripts = run.capture === null ? [] : [await readCapture(CAPTURE_NAME, run.capture)];
  const diagnosis = diagnose({ evidence, transcripts });
  const code = give(diagnosis, options);
  const unresolved = diagnosis.findings.some((f) => f.code === "gateway-unresolved" && f.status === "found");
  return unresolved ? ExitCode.NO_NETWORK : code;
}

/** `ikefrag probe --gateway HOST`: plans, measures and judges from here, with no service. */
import { randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { canBoundRoute, describeAsks, describeChanges, describeSending, mayStart } from "../agent/consent.ts";
import { ExitCode } from "../agent/exit-code.ts";
import { describeAgent } from "../agent/io/system.ts";
import { systemTerminal } from "../agent/io/terminal.ts";
import { saveCapture } from "../agent/keep-files.ts";
import { openRun } from "../agent/run-round.ts";
import { terminalUser } from "../agent/terminal-user.ts";
import { roundHeading, wordsIn } from "../agent/words/words.ts";
import { diagnose } from "../shared/diagnose/diagnose.ts";
import { readRehearsal } from "../shared/evidence/rehearsal/read-rehearsal.ts";
import type { Language } from "../shared/language.ts";
import { nextRound } from "../shared/plan/plan.ts";
import { Evidence } from "../shared/schema/evidence.ts";
import { GivenHost } from "../shared/schema/plan.ts";
import { readCapture } from "../shared/transcript/read-capture.ts";
import { showDiagnosis } from "./show-diagnosis.ts";
import { UnusableInputError } from "./unusable-input.ts";

/** What `ikefrag probe --gateway HOST` can be told besides the gateway. */
export interface ProbeOptions {
  json: boolean;
  /** Start without asking. */
  yes: boolean;
  /** Ask for permission to record packets; with `yes`, record them without asking. */
  capture: boolean;
  /** Begin logins with the gateway, as far as the plan needs them. */
  rehearsal: boolean;
  /** The file that the measurements are kept in; `null`: none. */
  save: string | null;
  language: Language;
  signal: AbortSignal;
}

/** As long as what the keys of a login are made of, with SHA-256. */
const SECRET_BYTES = 32;

/** How evidence names what was recorded here. */
const CAPTURE_NAME = "capture.pcap";

/**
 * Measures the path to a gateway round by round, and judges it.
 *
 * @returns the exit code
 * @throws {UnusableInputError} the gateway is not a host
 * @throws the signal's reason when the run is cut short
 */
export async function probe(gatewayText: string, options: ProbeOptions): Promise<number> {
  const parsed = GivenHost.safeParse(gatewayText);
  if (!parsed.success) {
    throw new UnusableInputError(`Cannot probe "${gatewayText}": it is no host name and no IP address`);
  }
  const gateway = parsed.data;
  const { language, signal } = options;
  const terminal = systemTerminal();
  const words = wordsIn(language);
  const agent = await describeAgent(language, signal);
  const mayBoundRoute = canBoundRoute(agent);
  const told = [
    words("whichGateway", { gateway }),
    ...describeSending({ gateway, reflector: null, rehearsal: options.rehearsal }, words),
    ...describeChanges(gateway, mayBoundRoute, words),
    ...(options.capture ? describeAsks(gateway, words) : []),
  ];
  for (const line of told) terminal.say(line);
  if (!options.yes && !(await mayStart(terminal, words, signal))) return ExitCode.REFUSED;
  const evidence = Evidence.parse({
    schema: "ikefrag/evidence/1",
    startedAt: new Date().toISOString(),
    gateway,
    agent,
  });
  const user = terminalUser(terminal, words, options, { server: null, signal });
  const run = openRun({ gateway, signal, mayBoundRoute, user });
  const secret = options.rehearsal ? new Uint8Array(randomBytes(SECRET_BYTES)) : null;
  const rehearsal = secret && { secret };
  const ask = options.capture ? (["capture"] as const) : [];
  for (;;) {
    const { measurements } = evidence;
    const round = nextRound({ gateway, measurements, seed: randomBytes(32), ask, agent, rehearsal });
    if (round === null) break;
    terminal.say(roundHeading(round.number, round.steps.length, words));
    let done = 0;
    const measured = await run.runRound(round, () => {
      done += 1;
      terminal.progress(
        words("roundDone", { number: round.number }).replace(/\s*$/, ` ${done}/${round.steps.length}`),
      );
    });
    terminal.progress(null);
    evidence.measurements.push(...measured);
  }
  evidence.rehearsal = readRehearsal(evidence.measurements, secret, new Date().toISOString());
  if (options.save !== null) {
    await writeFile(options.save, `${JSON.stringify(evidence, null, 2)}\n`);
    terminal.say(words("savedTo", { file: options.save }));
    if (run.capture !== null) await saveCapture(options.save, run.capture, { words, terminal });
  }
  const transcripts = run.capture === null ? [] : [await readCapture(CAPTURE_NAME, run.capture)];
  const diagnosis = diagnose({ evidence, transcripts });
  const code = showDiagnosis(diagnosis, options);
  const unresolved = diagnosis.findings.some((f) => f.code === "gateway-unresolved" && f.status === "found");
  return unresolved ? ExitCode.NO_NETWORK : code;
}

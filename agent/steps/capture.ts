/** The capture step: records packets to and from the gateway with tcpdump while the user connects the VPN. */
import type { CaptureMeasurement } from "../../shared/schema/measurement.ts";
import type { CaptureStep } from "../../shared/schema/plan.ts";
import { toRecord } from "../io/json.ts";
import { recordOutput } from "../io/recording.ts";
import { captureFilter } from "./capture-filter.ts";
import { minimizeCapture } from "./minimize-capture.ts";
import { failed, notRun, type StepContext } from "./step.ts";

type Outcome = CaptureMeasurement["outcome"];

const PROGRAM_TIMEOUT_MS = 5_000;

/**
 * Records packets to and from the gateway while the user connects the VPN, after asking for permission for
 * this alone. The minimised recording stays in memory until it is sent.
 */
export async function capturePackets(step: CaptureStep, context: StepContext): Promise<CaptureMeasurement> {
  const startedAtMs = context.clock.nowMs();
  const outcome = await capture(step, context);
  context.user?.tell(step.target, outcome);
  return { step, startedAtMs, sentAtMs: [], outcome };
}

async function capture(step: CaptureStep, context: StepContext): Promise<Outcome> {
  const { clock, platform, recorded, runProgram, signal, user } = context;
  const target = await context.gateway.find(step.target, null);
  if (target === "foreign")
    return notRun(`Cannot capture: ${step.target} is not ${context.gateway.name}, which this run is about`);
  if (target === "unresolved") return failed("unresolved", `Cannot resolve ${step.target}`);
  if (platform !== "linux" && platform !== "macos")
    return notRun("Cannot capture: this agent does so on Linux and macOS only");
  if (user === null) return notRun("Cannot capture: the user was not told of it before the run");
  // Set before anything is awaited, so that two capture steps side by side cannot share one permission.
  if (recorded.isTried) return notRun("Cannot capture: a run does so once");
  recorded.isTried = true;
  const options = { signal, timeoutMs: PROGRAM_TIMEOUT_MS };
  const version = await runProgram("tcpdump", ["--version"], options);
  if (version.status === "missing") return notRun("Cannot capture: there is no tcpdump on the PATH");
  if (version.status === "refused") return notRun(version.detail);
  const device = await deviceTowards(target, context);
  if (device === null)
    return failed("unreachable", `Cannot find the interface that leads to ${target.address}`);
  const { seconds, maxBytes } = step;
  const objection = await user.mayRecord({ address: target.address, seconds, maxBytes });
  if (objection !== null) return notRun(objection);

  const recording = await recordOutput("tcpdump", tcpdumpArguments(device, target.address), {
    signal,
    maxBytes,
    during: (ended) =>
      firstOf(ended, (done) => [clock.wait(seconds * 1_000, done), user.connect(seconds, done)]),
  });
  if (recording.status === "missing" || recording.status === "refused") return notRun(recording.detail);
  if (recording.status === "failed") return toFailure(recording.errors);
  const minimized = minimizeCapture(recording.output);
  if (minimized === null) return failed("other", "Cannot read what tcpdump wrote: nothing of it is kept");
  if (minimized.packets === 0) return { status: "measured", bytes: 0, rasCode: null };
  recorded.capture = minimized.bytes;
  return { status: "measured", bytes: minimized.bytes.length, rasCode: null };
}

/**
 * Whole packets, written at once to a pipe instead of a file: nobody else can read them, and no file is left.
 */
function tcpdumpArguments(device: string, address: string): string[] {
  return ["-i", device, "-n", "-p", "-s", "0", "-U", "--immediate-mode", "-w", "-", captureFilter(address)];
}

function toFailure(errors: string): Outcome {
  const last = errors.split("\n").at(-1) ?? "";
  const detail = `Cannot capture: ${last === "" ? "tcpdump did not begin" : last}`;
  return /permi(ssion|tted)|root|denied/i.test(errors) ? notRun(detail) : failed("other", detail);
}

/** The interface by which packets leave for the address, as the system names it. */
async function deviceTowards(
  { address, family }: { address: string; family: 4 | 6 },
  { platform, runProgram, signal }: StepContext,
): Promise<string | null> {
  const options = { signal, timeoutMs: PROGRAM_TIMEOUT_MS };
  const [file, words] =
    platform === "linux"
      ? ["ip", [`-${family}`, "-j", "route", "get", address]]
      : ["/sbin/route", ["-n", "get", ...(family === 6 ? ["-inet6"] : []), address]];
  const result = await runProgram(file as string, words as string[], options);
  if (result.status !== "finished") return null;
  const name =
    platform === "linux" ? jsonDevice(result.output) : /^\s*interface: (\S+)$/m.exec(result.output)?.[1];
  return typeof name === "string" && /^[\w.@-]{1,64}$/.test(name) && !name.startsWith("-") ? name : null;
}

function jsonDevice(output: string): unknown {
  try {
    const routes: unknown = JSON.parse(output);
    return toRecord(Array.isArray(routes) ? routes[0] : null).dev;
  } catch {
    return null;
  }
}

/** Ends when the first of them does or when the outer signal is aborted, and then ends the others. */
async function firstOf(outer: AbortSignal, begin: (done: AbortSignal) => Promise<void>[]): Promise<void> {
  const done = new AbortController();
  const running = begin(AbortSignal.any([outer, done.signal]));
  try {
    await Promise.race(running);
  } catch (error) {
    if (!outer.aborted) throw error;
  } finally {
    done.abort();
    await Promise.allSettled(running);
  }
}

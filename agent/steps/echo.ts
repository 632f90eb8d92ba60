/** The echo step: sends pings of one size with the system's own ping. */
import type { EchoMeasurement } from "../../shared/schema/measurement.ts";
import type { EchoStep } from "../../shared/schema/plan.ts";
import { type Platform, windowsProgram } from "../io/system.ts";
import { type PingOutcome, readPing } from "./ping-output.ts";
import { failed, foreignText, LIMIT_REACHED, notRun, refusal, type StepContext } from "./step.ts";

/** Time for the program to start and end, in addition to the wait for an answer. */
const PROGRAM_SLACK_MS = 2_000;

/** Sends echo requests of one size, one at a time, until one is answered or refused. */
export async function sendEcho(step: EchoStep, context: StepContext): Promise<EchoMeasurement> {
  const { clock, limits, platform, runProgram, signal } = context;
  const measurement = { step, startedAtMs: clock.nowMs(), sentAtMs: [] as number[] };
  const target = await context.gateway.find(step.target, step.family);
  const refused = refusal(target, step.target, context.gateway.name);
  if (refused?.status === "not-run") return { ...measurement, outcome: refused };
  if (refused || typeof target === "string") {
    return { ...measurement, outcome: withoutRouter(refused ?? failed("unresolved", null)) };
  }
  const command = pingCommand(step, target.address, platform);
  if (command === null) {
    const outcome = notRun(
      "Cannot forbid fragmentation here: ping has no such option for this system or IP family",
    );
    return { ...measurement, outcome };
  }
  for (let attempt = 0; attempt < step.tries; attempt++) {
    if (!(await limits.admit("echo", step.pingPayloadBytes, signal))) break;
    measurement.sentAtMs.push(clock.nowMs());
    const options = { signal, timeoutMs: step.waitMs + PROGRAM_SLACK_MS };
    const result = await runProgram(command.file, command.programArguments, options);
    if (result.status === "missing" || result.status === "refused") {
      measurement.sentAtMs.pop();
      return { ...measurement, outcome: withoutRouter(failed("refused-by-system", result.detail)) };
    }
    const outcome = toOutcome(readPing(platform, result.output, result.errors), target.address);
    if (outcome !== null) return { ...measurement, outcome };
  }
  if (measurement.sentAtMs.length === 0) return { ...measurement, outcome: notRun(LIMIT_REACHED) };
  return { ...measurement, outcome: withoutRouter(failed("timeout", null)) };
}

const withoutRouter = (failure: ReturnType<typeof failed>) => ({
  ...failure,
  router: null,
  nextHopMtu: null,
});

/** What one ping says; `null`: nothing came back, so another try may help. */
function toOutcome(ping: PingOutcome, address: string): EchoMeasurement["outcome"] | null {
  switch (ping.kind) {
    case "silent":
      return null;
    case "answered": {
      const { roundTripMs, replyPingPayloadBytes } = ping;
      return { status: "answered", address, roundTripMs, replyPingPayloadBytes };
    }
    case "too-big-locally":
      return { ...failed("too-big-locally", ping.line), router: null, nextHopMtu: validMtu(ping.mtu) };
    case "too-big-remotely": {
      const nextHopMtu = validMtu(ping.nextHopMtu);
      return { ...failed("too-big-remotely", ping.line), router: ping.router, nextHopMtu };
    }
    case "unreachable":
      return { ...failed("unreachable", ping.line), router: ping.router, nextHopMtu: null };
    case "other":
      return withoutRouter(
        failed(refusedBySystem(ping.line) ? "refused-by-system" : "other", foreignText(ping.line)),
      );
  }
}

/** Routers older than RFC 1191 say 0, because they do not name an MTU. */
const validMtu = (mtu: number | null): number | null => (mtu !== null && mtu >= 68 ? mtu : null);

const refusedBySystem = (line: string): boolean =>
  /not permitted|permission denied|invalid|unrecognized|unknown option|usage/i.test(line);

/** The command for one request with the system's ping; `null` where ping cannot do what the step asks. */
function pingCommand(
  step: Pick<EchoStep, "family" | "pingPayloadBytes" | "dontFragment" | "waitMs">,
  address: string,
  platform: Platform,
): { file: string; programArguments: string[] } | null {
  const size = String(step.pingPayloadBytes);
  const waitSeconds = String(Math.ceil(step.waitMs / 1_000));
  switch (platform) {
    case "windows": {
      // ping.exe has -f only for IPv4, and an IPv6 sender cuts what is too large.
      if (step.family === 6 && step.dontFragment) return null;
      const flags = step.dontFragment ? ["-f"] : [];
      const programArguments = ["-n", "1", "-l", size, "-w", String(step.waitMs), ...flags, address];
      return { file: windowsProgram("ping.exe"), programArguments };
    }
    case "macos": {
      const flags = step.dontFragment ? ["-D"] : [];
      if (step.family === 6)
        return { file: "/sbin/ping6", programArguments: ["-n", "-c", "1", "-s", size, ...flags, address] };
      const programArguments = ["-n", "-c", "1", "-s", size, "-W", String(step.waitMs), ...flags, address];
      return { file: "/sbin/ping", programArguments };
    }
    case "linux": {
      const discovery = step.dontFragment ? "do" : "dont";
      const programArguments = ["-n", "-c", "1", "-s", size, "-W", waitSeconds, "-M", discovery, address];
      return { file: "ping", programArguments };
    }
    case "other":
      return step.dontFragment ? null : { file: "ping", programArguments: ["-c", "1", "-s", size, address] };
  }
}

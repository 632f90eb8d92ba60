/** One run against one gateway: runs the steps of its rounds, each from its own moment on. */
import type { Measurement } from "../shared/schema/measurement.ts";
import type { Round, Step } from "../shared/schema/plan.ts";
import { Gateway } from "./gateway.ts";
import { type Clock, systemClock } from "./io/clock.ts";
import { type RunProgram, runProgram } from "./io/program.ts";
import { type Platform, systemPlatform } from "./io/system.ts";
import { SendLimits } from "./send-limits.ts";
import { CappedRoute } from "./steps/capped-route.ts";
import { capturePackets } from "./steps/capture.ts";
import { sendEcho } from "./steps/echo.ts";
import { readInterfaces } from "./steps/interfaces.ts";
import { notRun, type StepContext, type User } from "./steps/step.ts";
import { sendUdp } from "./steps/udp.ts";
import { readVpnProfiles } from "./steps/vpn-profiles.ts";

/** One run against one gateway: its limits hold for all of its rounds together. */
export interface Run {
  /**
   * Runs the steps of a round side by side, each starting at its `atMs`.
   *
   * @param onMeasured called when a step is done, in the order in which they end
   * @returns one measurement for each step, in the order of the steps
   * @throws the signal's reason when the run is cut short; nothing else
   */
  runRound(round: Round, onMeasured?: (measurement: Measurement) => void): Promise<Measurement[]>;
  /** The minimised recording of a capture step, as pcap; `null`: there is none. */
  readonly capture: Uint8Array | null;
}

/**
 * Opens a run. Nothing is sent or read before its first round.
 *
 * @param reflector the one other host that the user agreed to
 * @param mayBoundRoute whether the user agreed to a route to the gateway's address while a datagram leaves
 * @param user whom to ask for a capture; without one nothing is captured
 * @param machine what a test replaces: the clock, the name of the system, the programs that are started
 */
export function openRun(options: {
  gateway: string;
  reflector?: string | null;
  signal: AbortSignal;
  mayBoundRoute?: boolean;
  user?: User | null;
  machine?: { clock?: Clock; platform?: Platform; runProgram?: RunProgram };
}): Run {
  const clock = options.machine?.clock ?? systemClock();
  const machine = {
    clock,
    platform: options.machine?.platform ?? systemPlatform(),
    runProgram: options.machine?.runProgram ?? runProgram,
  };
  const context: StepContext = {
    ...machine,
    gateway: new Gateway(options.gateway),
    reflector: options.reflector ? new Gateway(options.reflector) : null,
    limits: new SendLimits(clock),
    cappedRoute: new CappedRoute(machine, options.mayBoundRoute ?? false),
    user: options.user ?? null,
    recorded: { capture: null, isTried: false },
    signal: options.signal,
  };
  const measure = async (step: Step) => {
    await clock.wait(step.atMs, options.signal);
    return runStep(step, context);
  };
  return {
    get capture() {
      return context.recorded.capture;
    },
    async runRound(round, onMeasured) {
      await context.cappedRoute.removeLeftOvers();
      try {
        return await Promise.all(
          round.steps.map(async (step) => {
            const measurement = await measure(step);
            onMeasured?.(measurement);
            return measurement;
          }),
        );
      } finally {
        await context.cappedRoute.settled();
      }
    },
  };
}

async function runStep(step: Step, context: StepContext): Promise<Measurement> {
  const unmeasured = { startedAtMs: context.clock.nowMs(), sentAtMs: [] };
  switch (step.kind) {
    case "interfaces":
      return readInterfaces(step, context);
    case "vpn-profiles":
      return readVpnProfiles(step, context);
    case "echo":
      return sendEcho(step, context);
    case "udp":
      return sendUdp(step, context);
    case "capture":
      return capturePackets(step, context);
    case "apply":
      return { step, ...unmeasured, outcome: notRun("This agent does not change an interface") };
  }
}

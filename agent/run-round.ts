import type { Measurement } from "../shared/schema/measurement.ts";
import type { Round, Step } from "../shared/schema/plan.ts";
import { Gateway } from "./gateway.ts";
import { type Clock, systemClock } from "./io/clock.ts";
import { type RunProgram, runProgram } from "./io/program.ts";
import { type Platform, systemPlatform } from "./io/system.ts";
import { Limits } from "./limits.ts";
import { CappedRoute } from "./steps/capped-route.ts";
import { capturePackets, type Dialler } from "./steps/capture.ts";
import { sendEcho } from "./steps/echo.ts";
import { readInterfaces } from "./steps/interfaces.ts";
import { notRun, type StepContext } from "./steps/step.ts";
import { sendUdp } from "./steps/udp.ts";
import { readVpnProfiles } from "./steps/vpn-profiles.ts";

/** One run against one gateway: its limits hold over all of its rounds. */
export interface Run {
  /**
   * Runs the steps of a round side by side, each from its `atMs` on.
   *
   * @param onMeasured called as each step is done, in that order
   * @returns one measurement for each step, in the order of the steps
   * @throws the signal's reason when the run is cut short; nothing else
   */
  runRound(round: Round, onMeasured?: (measurement: Measurement) => void): Promise<Measurement[]>;
  /** What a capture step recorded, as pcap and minimised; `null`: nothing. */
  readonly capture: Uint8Array | null;
}

/**
 * @param reflector the one other host that the user has said yes to
 * @param mayBoundRoute the user has said yes to a route for the gateway's address alone, there while a datagram leaves
 * @param dialler whom to ask for a capture; without one there is none, as where the user was not told that there may be one
 * @param machine what a test replaces: the clock, the system it seems to be, the programs it starts
 */
export function openRun(options: {
  gateway: string;
  reflector?: string | null;
  signal: AbortSignal;
  mayBoundRoute?: boolean;
  dialler?: Dialler | null;
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
    limits: new Limits(clock),
    cappedRoute: new CappedRoute(machine, options.mayBoundRoute ?? false),
    dialler: options.dialler ?? null,
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

/** What all steps share: what they are given to work with, and how they say that something did not work. */
import type { CaptureMeasurement, Failure } from "../../shared/schema/measurement.ts";
import type { Gateway, Target } from "../gateway.ts";
import type { Clock } from "../io/clock.ts";
import type { RunProgram } from "../io/program.ts";
import type { Platform } from "../io/system.ts";
import type { SendLimits } from "../send-limits.ts";
import type { CappedRoute } from "./capped-route.ts";

/** The person at this computer, as far as a capture needs one. */
export interface User {
  /** Asks for permission to record packets. @returns why it was not given, or `null` */
  mayRecord(what: { address: string; seconds: number; maxBytes: number }): Promise<string | null>;
  /**
   * Asks the person to connect the VPN now. Settles when the person says that it is done, or, where nobody
   * can say so, when the signal is aborted.
   */
  connect(seconds: number, signal: AbortSignal): Promise<void>;
  /** Says what came of the capture. */
  tell(address: string, outcome: CaptureMeasurement["outcome"]): void;
}

/** What every step is given to work with. */
export interface StepContext {
  gateway: Gateway;
  /** The one other host that datagrams may go to, if the user was told of it; `null`: none. */
  reflector: Gateway | null;
  limits: SendLimits;
  /** For a smaller MTU towards the gateway alone, where the user agreed to that. */
  cappedRoute: CappedRoute;
  /** Whom to ask for a capture; `null`: nobody. */
  user: User | null;
  /** The minimised recording, as pcap, and whether recording was tried: a run tries it once. */
  recorded: { capture: Uint8Array | null; isTried: boolean };
  clock: Clock;
  platform: Platform;
  runProgram: RunProgram;
  signal: AbortSignal;
}

/** A step was tried, and the network or this computer did not let it succeed. */
export type Failed = { status: "failed"; failure: Failure; detail: string | null };
/** A step was not tried at all. */
export type NotRun = { status: "not-run"; why: string };

/** The outcome of a step that was tried and failed. */
export const failed = (failure: Failure, detail: string | null): Failed => ({
  status: "failed",
  failure,
  detail: detail === null ? null : foreignText(detail),
});

/** The outcome of a step that was not tried. */
export const notRun = (why: string): NotRun => ({ status: "not-run", why: foreignText(why) });

/** Why a step is not run when the run's limits are used up. */
export const LIMIT_REACHED = "This run has sent as many packets as it may";

/** Why nothing is sent to a target; `null` when something may be. */
export function refusal(target: Target, host: string, gateway: string): Failed | NotRun | null {
  if (target === "foreign") return notRun(`Cannot send to ${host}: this run is about ${gateway} alone`);
  if (target === "unresolved") return failed("unresolved", `Cannot resolve ${host}`);
  return null;
}

/** Text of this machine as the schema takes it: one line, at most 512 characters. */
export function foreignText(text: string): string {
  return text.replace(/\s+/g, " ").trim().slice(0, 512);
}

import type { Failure } from "../../shared/schema/measurement.ts";
import type { Gateway, Target } from "../gateway.ts";
import type { Clock } from "../io/clock.ts";
import type { RunProgram } from "../io/program.ts";
import type { Platform } from "../io/system.ts";
import type { Limits } from "../limits.ts";
import type { CappedRoute } from "./capped-route.ts";
import type { Dialler } from "./capture.ts";

/** What every step is given to work with. */
export interface StepContext {
  gateway: Gateway;
  /** Where datagrams may go besides: to this host, if the user was told of it; `null`: nowhere. */
  reflector: Gateway | null;
  limits: Limits;
  /** For a smaller MTU towards the gateway alone, where the user has said yes to it. */
  cappedRoute: CappedRoute;
  /** Whom to ask for a capture; `null`: nobody. */
  dialler: Dialler | null;
  /** What may leave of it, as pcap; and that it was asked for, for a run does so once, whatever came of it. */
  recorded: { capture: Uint8Array | null; isTried: boolean };
  clock: Clock;
  platform: Platform;
  runProgram: RunProgram;
  signal: AbortSignal;
}

export type Failed = { status: "failed"; failure: Failure; detail: string | null };
export type NotRun = { status: "not-run"; why: string };

export const failed = (failure: Failure, detail: string | null): Failed => ({
  status: "failed",
  failure,
  detail: detail === null ? null : foreignText(detail),
});

export const notRun = (why: string): NotRun => ({ status: "not-run", why: foreignText(why) });

export const LIMIT_REACHED = "This run has sent as many packets as it may";

/** Why a target is not sent to, or `null` when it may be. */
export function refusal(target: Target, host: string, gateway: string): Failed | NotRun | null {
  if (target === "foreign") return notRun(`Cannot send to ${host}: this run is about ${gateway} alone`);
  if (target === "unresolved") return failed("unresolved", `Cannot resolve ${host}`);
  return null;
}

/** Text of this machine as the schema takes it: one line, at most 512 characters. */
export function foreignText(text: string): string {
  return text.replace(/\s+/g, " ").trim().slice(0, 512);
}

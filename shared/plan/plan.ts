/** Decides what to measure next, from everything that was measured so far. */
import { baseline } from "../diagnose/facts/baseline.ts";
import { cookieProbes, mustStopForGuard } from "../diagnose/facts/flood-guard.ts";
import type { Observations } from "../evidence/observations.ts";
import { observe } from "../evidence/observe.ts";
import { familyOf } from "../packet/address.ts";
import { Evidence } from "../schema/evidence.ts";
import type { AgentInfo, Measurement } from "../schema/measurement.ts";
import type { Ask, Host, IpFamily, Round, Step } from "../schema/plan.ts";
import { roundOf } from "../schema/step-id.ts";
import { isOnRequest, onRequestSteps } from "./on-request.ts";
import { openCaps, openFragmentedEcho, openFragmentSizes, openWholeSizes } from "./open-questions.ts";
import { type ByteSource, byteSource } from "./probe-datagram.ts";
import { type Reflector, reflectionSteps } from "./reflection.ts";
import {
  askPortAgain,
  chooseTarget,
  echoSteps,
  firstSteps,
  reachabilitySteps,
  sizeSteps,
  type Target,
} from "./steps.ts";
import { withinLimits } from "./within-limits.ts";

/** A run ends after this round, whatever is still open: a person is waiting. */
const LAST_ROUND = 5;

/** What a plan is made from. */
export interface PlanInput {
  gateway: Host;
  /** Everything measured so far, in all rounds: the plan itself remembers nothing. */
  measurements: readonly Measurement[];
  /** Fresh random bytes for each call. */
  seed: Uint8Array;
  /** What the case asks for beyond measuring; nothing by default. */
  ask?: readonly Ask[];
  /** Who measures: only some agents can do what is asked for. */
  agent?: AgentInfo | null;
  /** The deployment's reflector, if it has one: used when only the way back is in doubt. */
  reflector?: Reflector | null;
}

/**
 * What to measure next. First whether the gateway answers at all, then everything that would change the
 * verdict or the recommendation, side by side.
 *
 * @returns `null` when nothing more would change them
 */
export function nextRound(input: PlanInput): Round | null {
  const { gateway, measurements, seed, ask = [], agent = null, reflector = null } = input;
  const number = 1 + Math.max(0, ...measurements.map((m) => roundOf(m.step.id)));
  const random = byteSource(Uint8Array.of(...seed, number));
  const o = observe(Evidence.parse({ schema: "ikefrag/evidence/1", gateway, measurements }), []);
  const wanted =
    number === 1
      ? firstSteps(gateway, random)
      : measurements.some(isOnRequest)
        ? []
        : furtherSteps(number, gateway, o, measurements, random, reflector);
  const within = withinLimits(wanted, measurements);
  const steps = within.length > 0 ? within : onRequestSteps(number, o, measurements, { ask, agent });
  return steps.length > 0 ? { number, steps } : null;
}

function furtherSteps(
  number: number,
  gateway: Host,
  o: Observations,
  measurements: readonly Measurement[],
  random: ByteSource,
  reflector: Reflector | null,
): Step[] {
  const answering = ([500, 4500] as const).filter((port) => baseline(o, port).state === "answered");
  if (answering.length === 0) {
    const family = otherFamily(o);
    return family === null ? [] : reachabilitySteps(number, gateway, family, random);
  }
  if (number > LAST_ROUND || wentSilent(o, number - 1) || mustStopForGuard(o)) return [];
  const target = chooseTarget(o, measurements, random);
  if (target === null) return [];
  // A blocked port is the whole verdict: sizes would say nothing.
  if (answering.length === 1) return silentPortSteps(number, o, target, measurements, random);
  const whole = openWholeSizes(o, target);
  const fragments = openFragmentSizes(o, target);
  // The MTU to recommend is known only when these questions are closed.
  const isSettled = whole.length + fragments.length === 0 || number === LAST_ROUND;
  const sizes = { whole, fragments, caps: isSettled ? openCaps(o, target) : [] };
  const reflection = reflectionSteps(o, target, number, reflector);
  return [
    ...sizeSteps(target, number, sizes),
    ...(o.echoes.length === 0
      ? echoSteps(target, number)
      : reflection.length > 0
        ? reflection
        : openFragmentedEcho(o, target, number)),
  ];
}

/**
 * If one port alone is silent, it is asked once more, and after it the port that answers. Until then a
 * gateway that fell silent after a few datagrams would look the same.
 */
function silentPortSteps(
  number: number,
  o: Observations,
  target: Target,
  measurements: readonly Measurement[],
  random: ByteSource,
): Step[] {
  const silent = target.port === 500 ? 4500 : 500;
  const { probes } = baseline(o, silent);
  const asked = new Set(probes.map((p) => roundOf(p.stepId)));
  // An ICMP "unreachable" is an answer.
  if (asked.size !== 1 || probes.some((p) => p.outcome === "unreachable")) return [];
  return askPortAgain(target, number, silent, measurements, cookieProbes(o).length > 0, random);
}

/** The gateway's other IP family, if it was not asked: VPN clients try it too (docs/domain.md §1.2, RC33). */
function otherFamily(o: Observations): IpFamily | null {
  const asked = new Set(o.probes.map((p) => p.family));
  const families = o.gatewayAddresses.map((a) => familyOf(a));
  return asked.size === 0 ? null : (families.find((family) => !asked.has(family)) ?? null);
}

/**
 * Nothing of this round was answered, not even small messages: whatever is sent after it says nothing about
 * sizes.
 */
function wentSilent(o: Observations, round: number): boolean {
  const sent = o.probes.filter((p) => roundOf(p.stepId) === round && p.sentAtMs.length > 0);
  return sent.some((p) => p.purpose === "size-control") && sent.every((p) => p.outcome === "silent");
}

/** Decides what to measure next, from everything that was measured so far. */
import { baseline } from "../diagnose/facts/baseline.ts";
import { cookieProbes, mustStopForGuard } from "../diagnose/facts/flood-guard.ts";
import { ipFragmentFacts, largestPassingCap } from "../diagnose/facts/ip-fragment-facts.ts";
import { measuredPathMtu } from "../diagnose/facts/path-mtu-facts.ts";
import { ASSUMED_INTERFACE_MTU, type Observations } from "../evidence/observations.ts";
import { observe } from "../evidence/observe.ts";
import { type RehearsalReading, readLogins } from "../evidence/rehearsal/read-rehearsal.ts";
import { initRequest } from "../ike/keys/login.ts";
import { KeyExchangeMethod } from "../ike/registry.ts";
import { familyOf } from "../packet/address.ts";
import { ikeIpBytes } from "../packet/sizes.ts";
import { evidenceOf } from "../schema/evidence.ts";
import type { AgentInfo, Measurement } from "../schema/measurement.ts";
import {
  type Ask,
  type Host,
  type IpFamily,
  MOST_ROUNDS,
  type Round,
  type Step,
  type UdpPurpose,
} from "../schema/plan.ts";
import { nameOf, roundOf } from "../schema/step-id.ts";
import { isOnRequest, onRequestSteps } from "./on-request.ts";
import { openCaps, openFragmentedEcho, openFragmentSizes, openWholeSizes } from "./open-questions.ts";
import { type ByteSource, byteSource } from "./probe-datagram.ts";
import { type Reflector, reflectionSteps } from "./reflection.ts";
import { type KnownOfPath, MOST_ASKING, owedToLogins, rehearsalSteps } from "./rehearsal.ts";
import {
  askPortAgain,
  chooseTarget,
  echoSteps,
  firstSteps,
  type MakeFullRequest,
  reachabilitySteps,
  SIZES_CONTROL,
  sizeSteps,
  type Target,
} from "./steps.ts";
import { withinLimits } from "./within-limits.ts";

/** No size is asked for after this round, whatever is still open: a person is waiting. */
const LAST_ROUND = 5;
/** The last round in which a begun login is asked for more than its end, and the last of all. */
const LAST_ASKING_ROUND = 6;
const LAST_ENDING_ROUND = 9;
/** What the plan decides does not depend on the time. */
const NO_TIME = "1970-01-01T00:00:00.000Z";

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
  /** Begins logins with the gateway and ends them: with a secret that is the same in all rounds of a run. */
  rehearsal?: RunSecret | null;
}

/** What logins are begun with. */
export interface RunSecret {
  secret: Uint8Array;
  /**
   * What the measurements say of begun logins, where that was read already: the plan reads it itself unless
   * it is given. The time that it was read at changes nothing for the plan.
   */
  reading?: RehearsalReading;
  /** The group of the first requests; unless given, the one that nearly every gateway takes. */
  group?: number;
}

/**
 * What to measure next. First whether the gateway answers at all, then everything that would change the
 * verdict or the recommendation, side by side.
 *
 * @returns `null` when nothing more would change them
 */
export function nextRound(input: PlanInput): Round | null {
  const { gateway, measurements, seed, ask = [], agent = null, reflector = null, rehearsal = null } = input;
  const number = 1 + Math.max(0, ...measurements.map((m) => roundOf(m.step.id)));
  // Only an agent that names steps which nobody asked for comes here: a plan of ours ends long before.
  if (number > MOST_ROUNDS) return null;
  const random = byteSource(Uint8Array.of(...seed, number));
  const full = fullRequests(rehearsal, random);
  const reading =
    rehearsal === null ? null : (rehearsal.reading ?? readLogins(measurements, rehearsal.secret, NO_TIME));
  const known = { gateway, measurements: [...measurements], rehearsal: reading?.rehearsal ?? null };
  const o = observe(evidenceOf(known), []);
  const target = number === 1 ? null : chooseTarget(o, measurements, full, random);
  const isRehearsing = reading !== null && owedToLogins(reading) > 0;
  const situation = { number, gateway, o, measurements, target, full, random, reflector, isRehearsing };
  const isOver = measurements.some(isOnRequest);
  const wanted = number === 1 ? firstSteps(gateway, full, random) : isOver ? [] : furtherSteps(situation);
  const port = baseline(o, 4500).state === "answered" || baseline(o, 500).state !== "answered" ? 4500 : 500;
  const owedToAll = reading === null ? 0 : owedToLogins(reading);
  // An MTU that helps is known, and the largest that does can wait: where the way back loses, none helps.
  const isRefining = largestPassingCap(o) !== null;
  const planned = (mostAsking: number, hasSizes = true): Step[] => {
    if (rehearsal === null || reading === null || isOver || number > LAST_ENDING_ROUND)
      return withinLimits(wanted, measurements);
    const affordable = withSizes(
      withinLimits(wanted, measurements, { owed: owedToAll, ends: [], begins: [] }),
    );
    const decided = decideOnLogins(situation, affordable);
    const { ends, asks, begins, owed } = rehearsalSteps({
      secret: rehearsal.secret,
      reading,
      measurements,
      round: number,
      target,
      port,
      known: decided.known,
      // While sizes are open, a login that is not asked can wait: the next round may have room for it.
      heldPort: decided.heldPort,
      isWaiting: decided.mayAsk && number <= LAST_ROUND && affordable.length > 0,
      mostAsking: decided.mayAsk ? mostAsking : 0,
      interfaceMtu: target?.interfaceMtu ?? ASSUMED_INTERFACE_MTU,
      random,
    });
    const [first = [], ...others] = asks;
    const sizes = hasSizes && affordable.length > 0 ? wanted : [];
    const steps = [...ends, ...first, ...sizes, ...others.flat()];
    const within = withSizes(withinLimits(steps, measurements, { owed, ends, begins }));
    // What can no longer be asked for is not waited for either.
    const isLeftOut = (step: Step) => !within.includes(step);
    if (mostAsking === 0 || ![...sizes, ...asks.flat()].some(isLeftOut)) return within;
    const canWait = isRefining && sizes.length > 0 && asks.length > 0;
    return canWait ? planned(mostAsking, false) : planned(mostAsking - 1);
  };
  const within = planned(MOST_ASKING);
  const steps = within.length > 0 ? within : onRequestSteps(number, o, measurements, { ask, agent });
  return steps.length > 0 ? { number, steps } : null;
}

/** The control of sizes says nothing where the limits have left none of them. */
const withSizes = (steps: readonly Step[]): Step[] =>
  steps.some((step) => step.kind === "udp" && SIZES.includes(step.purpose))
    ? [...steps]
    : steps.filter(({ id }) => nameOf(id) !== SIZES_CONTROL);

const SIZES: readonly UdpPurpose[] = ["whole-packet", "ip-fragments", "what-if"];

/** Full requests: with a secret, such as a login can be gone on with. */
const fullRequests =
  (run: RunSecret | null, random: ByteSource): MakeFullRequest =>
  (port, family, ipBytes) =>
    initRequest({
      secret: run?.secret ?? null,
      random,
      port,
      group: run?.group ?? KeyExchangeMethod.MODP2048,
      // One login of each kind: a gateway with which it was agreed cuts its answers so, and never otherwise.
      ikeFragmentation: run === null || port === 500,
      ikeBytes: ipBytes === null ? null : ipBytes - ikeIpBytes(0, port, family),
    });

/** What the steps of a further round follow from. */
interface Situation {
  number: number;
  gateway: Host;
  o: Observations;
  measurements: readonly Measurement[];
  target: Target | null;
  full: MakeFullRequest;
  random: ByteSource;
  reflector: Reflector | null;
  /** Logins were begun, whose large messages test the way out as well. */
  isRehearsing: boolean;
}

/**
 * What may be asked in the name of begun logins. A gateway that guards itself, or answers on one port alone,
 * is asked for their ends and nothing else.
 *
 * @param wanted what else this round asks for
 */
function decideOnLogins(
  { number, o, target }: Situation,
  wanted: readonly Step[],
): { mayAsk: boolean; heldPort: number | null; known: KnownOfPath } {
  const answering = [500, 4500].every((port) => baseline(o, port as 500 | 4500).state === "answered");
  const heldPort = target?.fullRequests === true && wanted.length > 0 ? target.port : null;
  const mayAsk =
    answering && number <= LAST_ASKING_ROUND && !wentSilent(o, number - 1) && cookieProbes(o).length === 0;
  const { lost } = ipFragmentFacts(o);
  const { blackHole, smallestLost } = measuredPathMtu(o);
  const isOutLost = lost.length > 0 || blackHole;
  const canTrial = isOutLost && o.probes.every((p) => p.purpose !== "what-if" || p.outcome !== "not-run");
  const isSettled = !wanted.some((step) => step.kind === "udp" && step.purpose !== "baseline");
  const trialMtu = canTrial ? (isSettled ? largestPassingCap(o) : "open") : null;
  return { mayAsk, heldPort, known: { isOutLost, lostIpBytes: smallestLost, trialMtu } };
}

function furtherSteps(situation: Situation): Step[] {
  const { number, gateway, o, measurements, target, full, random, reflector, isRehearsing } = situation;
  const answering = ([500, 4500] as const).filter((port) => baseline(o, port).state === "answered");
  if (answering.length === 0) {
    const family = otherFamily(o);
    return family === null ? [] : reachabilitySteps(number, gateway, family, full, random);
  }
  if (number > LAST_ROUND || wentSilent(o, number - 1) || mustStopForGuard(o)) return [];
  if (target === null) return [];
  // A blocked port is the whole verdict: sizes would say nothing.
  if (answering.length === 1) return silentPortSteps(number, o, target, measurements, random);
  const whole = openWholeSizes(o, target);
  const fragments = openFragmentSizes(o, target, isRehearsing);
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

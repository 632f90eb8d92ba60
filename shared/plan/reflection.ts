/** Whether this client's network lets IP fragments in, asked of the deployment's reflector. */
import { toBase64 } from "../bytes/base64.ts";
import { fromHex } from "../bytes/hex.ts";
import { echoFacts } from "../diagnose/facts/echo-facts.ts";
import { outboundIpFragmentsArrive } from "../diagnose/facts/ip-fragment-facts.ts";
import { measuredPathMtu } from "../diagnose/facts/path-mtu-facts.ts";
import { LEAST_LARGE_IP_BYTES, REFLECTOR_MTU } from "../diagnose/facts/reflection-facts.ts";
import { ipFragmentsComeBack, isLostOnTheWayBack } from "../diagnose/facts/rehearsal-facts.ts";
import type { Observations } from "../evidence/observations.ts";
import { encodeRequest } from "../reflect/protocol.ts";
import type { EchoStep, Host, UdpStep } from "../schema/plan.ts";
import { stepId } from "../schema/step-id.ts";
import { openFragmentedEcho } from "./open-questions.ts";
import { GAP_MS, type Target, udpStep, WAIT_MS } from "./steps.ts";

/** A deployment's reflector, and the permission to use it in this run. */
export interface Reflector {
  host: Host;
  port: number;
  /** Signed for this run, as `signToken` gives it: the same run in each round. */
  token: Uint8Array;
}

/**
 * How many bytes of whole IP packets a run's answers may have: the sizes below, three times each, and their
 * cookies.
 */
export const REFLECTION_BUDGET_BYTES = 24 * 1024;

/** The ping was tried three times in an earlier round; what counts now is both hosts at the same time. */
const ECHO_TRIES = 2;
const SMALL_IP_BYTES = 100;
/**
 * Two IP fragments each, as large as a gateway's answer with a certificate. Six tries leave little to chance.
 */
const FRAGMENTED_IP_BYTES: readonly number[] = [1_600, 2_560];
/**
 * Sent after the second try of the large ones: if it is answered, the earlier silence counts, and a clear
 * path need not wait for a third.
 */
const SMALL_AGAIN_MS = WAIT_MS + 5 * GAP_MS;

/**
 * Tests the way back without the gateway's help, if only that is in doubt: the client's IP fragments arrive,
 * and no ping came back as IP fragments. The first round asks for permission, the next one for the sizes.
 */
export function reflectionSteps(
  o: Observations,
  target: Target,
  round: number,
  reflector: Reflector | null,
): (UdpStep | EchoStep)[] {
  if (reflector === null || !isWayBackInDoubt(o)) return [];
  const step = (name: string, atMs: number, datagram: Uint8Array): UdpStep =>
    udpStep({
      id: stepId(round, `reflect-${name}`),
      atMs,
      target: reflector.host,
      family: target.family,
      port: reflector.port,
      purpose: "reflection",
      datagram: toBase64(datagram),
    });
  const { token } = reflector;
  if (o.reflections.length === 0) return [step("open", 0, encodeRequest({ kind: "open", token }))];
  const cookie = o.reflections.findLast((r) => r.cookie !== null)?.cookie ?? null;
  if (cookie === null || o.reflections.some((r) => r.ipBytes !== null)) return [];
  const ask = (name: string, atMs: number, ipBytes: number) =>
    step(name, atMs, encodeRequest({ kind: "send", token, cookie: fromHex(cookie), ipBytes }));
  return [
    ask("small", 0, SMALL_IP_BYTES),
    ask("small-again", SMALL_AGAIN_MS, SMALL_IP_BYTES),
    ...[...FRAGMENTED_IP_BYTES, wholeIpBytes(o, target)].map((ipBytes, at) =>
      ask(`${ipBytes}`, (at + 1) * GAP_MS, ipBytes),
    ),
    ...openFragmentedEcho(o, target, round).map((echo) => ({ ...echo, tries: ECHO_TRIES })),
  ];
}

/**
 * If packets are lost on the way out, that is the verdict, and nothing more need be known of the way back.
 */
function isWayBackInDoubt(o: Observations): boolean {
  if (!outboundIpFragmentsArrive(o) || measuredPathMtu(o).smallestLost !== null) return false;
  // The gateway's own answer says more than anybody else's.
  if (ipFragmentsComeBack(o) || isLostOnTheWayBack(o)) return false;
  return o.echoes.length > 0 && echoFacts(o).answered.length === 0;
}

/** As large as a packet that reached the gateway, because the way back is seldom wider than the way out. */
function wholeIpBytes(o: Observations, { interfaceMtu }: Target): number {
  const passed = measuredPathMtu(o).largestPassed ?? interfaceMtu;
  return Math.max(LEAST_LARGE_IP_BYTES, Math.min(passed, interfaceMtu, REFLECTOR_MTU));
}

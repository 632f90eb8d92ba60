import { toBase64 } from "../bytes/base64.ts";
import { fromHex } from "../bytes/hex.ts";
import { measuredPathMtu } from "../diagnose/facts/path-mtu-facts.ts";
import { LEAST_LARGE_IP_BYTES, REFLECTOR_MTU } from "../diagnose/facts/reflection-facts.ts";
import { echoesInPieces, fragmentProbes } from "../diagnose/rules/ip-fragments.ts";
import type { Observations } from "../evidence/observations.ts";
import { encodeRequest } from "../reflect/protocol.ts";
import type { EchoStep, Host, UdpStep } from "../schema/plan.ts";
import { openEchoPieces } from "./open-questions.ts";
import { GAP_MS, type Target, udpStep, WAIT_MS } from "./steps.ts";

/** A deployment's reflector, and the service's word for this run. */
export interface Reflector {
  host: Host;
  port: number;
  /** Signed for this run, as `signToken` gives it: the same run in each round. */
  token: Uint8Array;
}

/** What all of a run's answers may be, in bytes of whole IP packets: what is asked for below, three times each, and its cookies. */
export const REFLECTION_BUDGET_BYTES = 24 * 1024;

/** After three before: both hosts together are what counts. */
const ECHO_TRIES = 2;
const SMALL_IP_BYTES = 100;
/** In two pieces each, and a gateway's answer with a certificate is of such a size: six tries leave little to chance. */
const IN_PIECES_IP_BYTES: readonly number[] = [1_600, 2_560];
/** After the second try of what is large: its answer makes the silence before it count, and a clear path has not to wait for a third. */
const SMALL_AGAIN_MS = WAIT_MS + 5 * GAP_MS;

/**
 * The way back without the gateway's help, where only that is in doubt: what leaves the client in pieces arrives, and no ping came back in
 * pieces. First leave to ask, then the sizes.
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
      id: `r${round}-reflect-${name}`,
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
    ...[...IN_PIECES_IP_BYTES, wholeIpBytes(o, target)].map((ipBytes, at) =>
      ask(`${ipBytes}`, (at + 1) * GAP_MS, ipBytes),
    ),
    ...openEchoPieces(o, target, round).map((echo) => ({ ...echo, tries: ECHO_TRIES })),
  ];
}

/** What is lost on the way out is the verdict: then nothing more need be known of the way back. */
function isWayBackInDoubt(o: Observations): boolean {
  const { passed, lost } = fragmentProbes(o);
  if (passed.length === 0 || lost.length > 0 || measuredPathMtu(o).smallestLost !== null) return false;
  return o.echoes.length > 0 && echoesInPieces(o).answered.length === 0;
}

/** As large as what the gateway was seen to take, for the way back is seldom wider than the way there. */
function wholeIpBytes(o: Observations, { interfaceMtu }: Target): number {
  const passed = measuredPathMtu(o).largestPassed ?? interfaceMtu;
  return Math.max(LEAST_LARGE_IP_BYTES, Math.min(passed, interfaceMtu, REFLECTOR_MTU));
}

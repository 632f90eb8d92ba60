import { createSocket, type RemoteInfo } from "node:dgram";
import type { UdpMeasurement } from "../../shared/schema/measurement.ts";
import type { UdpStep } from "../../shared/schema/plan.ts";
import type { GatewayAddress } from "../gateway.ts";
import { type Failed, failed, LIMIT_REACHED, notRun, refusal, type StepContext } from "./step.ts";

/** After the first answer, for those that come in its wake: duplicates tell of duplicating paths. */
const FURTHER_ANSWERS_MS = 150;
const MAX_ANSWERS = 8;
const MAX_ANSWER_BYTES = 9_000;

/** Sends one datagram from a socket of its own until it is answered. What the network does is a result, never thrown. */
export async function sendUdp(step: UdpStep, context: StepContext): Promise<UdpMeasurement> {
  const measurement = { step, startedAtMs: context.clock.nowMs(), sentAtMs: [] as number[] };
  const { unavailable } = context.cappedRoute;
  if (step.userMtu !== null && unavailable !== null) return { ...measurement, outcome: notRun(unavailable) };
  const { reflector } = context;
  const isForReflector = step.target.toLowerCase() === reflector?.name.toLowerCase();
  const host = isForReflector && reflector !== null && step.userMtu === null ? reflector : context.gateway;
  const target = await host.find(step.target, step.family);
  const refused = refusal(target, step.target, context.gateway.name);
  if (refused?.status === "not-run") return { ...measurement, outcome: refused };
  if (refused || typeof target === "string") {
    const outcome = { ...(refused ?? failed("unresolved", null)), address: null, dontFragment: null };
    return { ...measurement, outcome };
  }
  const exchange = await exchangeDatagrams(step, target, context, measurement.sentAtMs);
  if (exchange.answers.length > 0) {
    const { answers } = exchange;
    // Neither Node nor Deno lets a program choose DF: the system decides.
    const outcome = { status: "answered" as const, address: target.address, dontFragment: null, answers };
    return { ...measurement, outcome };
  }
  if (exchange.failure === null)
    return { ...measurement, outcome: notRun(exchange.notSent ?? LIMIT_REACHED) };
  return { ...measurement, outcome: { ...exchange.failure, address: target.address, dontFragment: null } };
}

interface Exchange {
  answers: { atMs: number; datagram: string }[];
  /** Why there is no answer; `null` when nothing was sent. */
  failure: Failed | null;
  /** Why nothing more was sent; `null` also where the run's limits forbade it. */
  notSent: string | null;
}

async function exchangeDatagrams(
  step: UdpStep,
  target: GatewayAddress,
  { cappedRoute, clock, limits, signal }: StepContext,
  sentAtMs: number[],
): Promise<Exchange> {
  const exchange: Exchange = { answers: [], failure: null, notSent: null };
  const datagram = Buffer.from(step.datagram, "base64");
  const settled = new AbortController();
  const fail = (error: Error) => {
    exchange.failure ??= socketFailure(error);
    settled.abort();
  };
  let tooBig: string | null = null;
  // What comes after the sending is a router's word. A datagram that may be cut is cut smaller from then on, and goes out
  // again, as a VPN's does.
  const hear = (error: Error) => {
    if (isTooBig(error) && !step.dontFragment) tooBig = error.message;
    else fail(error);
  };
  const onMessage = (bytes: Buffer, from: RemoteInfo) => {
    // A connected socket hears nobody else, but not every runtime connects one in earnest.
    if (from.port !== step.port || from.address !== target.address) return;
    if (exchange.answers.length >= MAX_ANSWERS) return;
    const kept = bytes.subarray(0, MAX_ANSWER_BYTES).toString("base64");
    exchange.answers.push({ atMs: clock.nowMs(), datagram: kept });
    settled.abort();
  };
  const socket = createSocket(target.family === 4 ? "udp4" : "udp6");
  const waiting = AbortSignal.any([signal, settled.signal]);
  try {
    socket.on("message", onMessage).on("error", hear);
    // Connected, so that ICMP errors about this datagram come back as errors of this socket.
    await new Promise<void>((resolve) => {
      socket.connect(step.port, target.address, (error?: Error) => {
        if (error) fail(error);
        resolve();
      });
    });
    for (let attempt = 0; attempt < step.tries && !settled.signal.aborted; attempt++) {
      if (!(await limits.admit(`udp/${step.port}`, datagram.length, signal))) break;
      const send = () =>
        new Promise<void>((resolve) => {
          sentAtMs.push(clock.nowMs());
          socket.send(datagram, (error) => {
            if (error) fail(error);
            resolve();
          });
        });
      if (step.userMtu === null) await send();
      else exchange.notSent = await cappedRoute.during(target, step.userMtu, signal, send);
      if (exchange.notSent !== null) break;
      await untilAborted(clock.wait(step.waitMs, waiting), signal);
    }
    if (exchange.answers.length > 0) await clock.wait(FURTHER_ANSWERS_MS, signal);
  } finally {
    socket.close();
  }
  if (exchange.answers.length === 0 && sentAtMs.length > 0) exchange.failure ??= failed("timeout", tooBig);
  return exchange;
}

/** Ends quietly when the wait was cut short, unless the whole run was. */
async function untilAborted(wait: Promise<void>, signal: AbortSignal): Promise<void> {
  try {
    await wait;
  } catch {
    signal.throwIfAborted();
  }
}

const codeOf = (error: Error): string => ("code" in error ? String(error.code) : "");
const isTooBig = (error: Error): boolean => codeOf(error) === "EMSGSIZE";

function socketFailure(error: Error): Failed {
  const code = codeOf(error);
  if (isTooBig(error)) return failed("too-big-locally", error.message);
  // Windows reports an ICMP port unreachable as ECONNRESET.
  if (/^E(CONNREFUSED|CONNRESET|HOSTUNREACH|NETUNREACH|HOSTDOWN|NETDOWN|ADDRNOTAVAIL)$/.test(code)) {
    return failed("unreachable", error.message);
  }
  if (/^(EACCES|EPERM)$/.test(code) || /^(NotCapable|PermissionDenied)$/.test(error.name)) {
    return failed("refused-by-system", error.message);
  }
  return failed("other", error.message);
}

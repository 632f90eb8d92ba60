/** The udp step: sends one datagram and waits for answers. */
import { createSocket, type RemoteInfo } from "node:dgram";
import type { UdpMeasurement } from "../../shared/schema/measurement.ts";
import type { UdpStep } from "../../shared/schema/plan.ts";
import type { GatewayAddress } from "../gateway.ts";
import { type Failed, failed, LIMIT_REACHED, notRun, refusal, type StepContext } from "./step.ts";

/** How long to wait for more answers after the first: duplicates show that the path duplicates packets. */
const FURTHER_ANSWERS_MS = 150;
const MAX_ANSWERS = 8;
const MAX_ANSWER_BYTES = 9_000;

/** Sends one datagram from a new socket until it is answered. Network failures are results. */
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
    // Neither Node nor Deno lets a program set DF: the system decides.
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
  /** Why nothing more was sent; `null` also where the run's limits were used up. */
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
  // An error after the sending comes from a router. A datagram that may be fragmented is then cut smaller,
  // and is sent again, as a VPN client does.
  const hear = (error: Error) => {
    if (isTooBig(error) && !step.dontFragment) tooBig = error.message;
    else fail(error);
  };
  const onMessage = (bytes: Buffer, from: RemoteInfo) => {
    // A connected socket hears only its host, but not every runtime really connects it.
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

/** Waits, and ignores that the wait was cut short, unless the whole run was. */
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

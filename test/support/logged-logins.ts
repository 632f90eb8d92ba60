/**
 * Logins as a simulated path has them: the client's side as a capture gives it, and the gateway's daemon's
 * log as text, whose clock has another zone and runs a little fast or slow. The path knows what arrived.
 */
import type { CapturedDatagram, Initiation } from "../../shared/evidence/observations.ts";
import { ExchangeType } from "../../shared/ike/registry.ts";
import { udpIpBytes } from "../../shared/packet/sizes.ts";

/** What is random about it comes from one seed. */
export type Random = () => number;

/** A generator of numbers from 0 to 1 that gives the same ones for the same seed (mulberry32). */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** What a client's messages are like: the same in all its attempts. */
export interface Client {
  address: string;
  /** As the gateway sees it: another one behind a NAT. */
  seenAs: string;
  sizes: { init: number; initAnswer: number; auth: number; authAnswer: number };
  /** In how many IKE fragments its IKE_AUTH leaves; 1: whole. */
  fragments: number;
}

/** What the path does to a sending. */
export type Loses = (sending: {
  toGateway: boolean;
  isAuth: boolean;
  fragment: number;
  sending: number;
}) => boolean;

/** One message or IKE fragment that was sent, and when it arrived, by the true time. */
export interface Sending {
  attempt: number;
  toGateway: boolean;
  isAuth: boolean;
  fragment: number;
  sending: number;
  ikeBytes: number;
  leftMs: number;
  arrivedMs: number | null;
}

const AGAIN_MS = [0, 1_000, 2_800];

/** All sendings of one attempt that begins then. */
export function dial(
  random: Random,
  client: Client,
  attempt: number,
  beginMs: number,
  loses: Loses,
): Sending[] {
  const sendings: Sending[] = [];
  const delay = 2 + random() * 40;
  const send = (given: Omit<Sending, "arrivedMs" | "attempt">): number | null => {
    const { toGateway, isAuth, fragment, sending } = given;
    const isLost = loses({ toGateway, isAuth, fragment, sending });
    const arrivedMs = isLost ? null : given.leftMs + delay + random() * 3;
    sendings.push({ ...given, attempt, arrivedMs });
    return arrivedMs;
  };
  const { init, initAnswer, auth, authAnswer } = client.sizes;
  const whole = { fragment: 0 };
  const ask = (isAuth: boolean, fromMs: number): number | null => {
    const sizes = isAuth ? fragmentSizes(auth, client.fragments) : [init];
    let answeredMs: number | null = null;
    let isComplete = false;
    const came = new Set<number>();
    for (const [at, after] of AGAIN_MS.entries()) {
      const leftMs = fromMs + after + random() * 2;
      if (answeredMs !== null && answeredMs < leftMs) break;
      let lastMs = 0;
      for (const [part, ikeBytes] of sizes.entries()) {
        const fragment = sizes.length > 1 ? part + 1 : 0;
        const arrived = send({ toGateway: true, isAuth, fragment, sending: at + 1, ikeBytes, leftMs });
        if (arrived === null) continue;
        came.add(part);
        lastMs = arrived;
      }
      const completes = came.size === sizes.length && lastMs > 0;
      isComplete ||= completes;
      if (!isComplete || lastMs === 0) continue;
      const ikeBytes = isAuth ? authAnswer : initAnswer;
      const back = send({
        ...whole,
        toGateway: false,
        isAuth,
        sending: at + 1,
        ikeBytes,
        leftMs: lastMs + 1 + random() * 5,
      });
      if (back !== null && (answeredMs === null || back < answeredMs)) answeredMs = back;
    }
    return answeredMs;
  };
  const opened = ask(false, beginMs);
  if (opened !== null) ask(true, opened + 3 + random() * 20);
  return sendings;
}

const fragmentSizes = (bytes: number, fragments: number): number[] =>
  fragments === 1
    ? [bytes]
    : Array.from({ length: fragments }, (_, n) => (n < fragments - 1 ? 1_236 : 300 + (bytes % 700)));

/** An attempt as the client's capture has it. */
export function capturedAttempt(
  client: Client,
  gateway: string,
  sendings: readonly Sending[],
  spi: string,
): Initiation {
  const datagrams: CapturedDatagram[] = [];
  for (const [at, s] of sendings.entries()) {
    const timeMs = s.toGateway ? s.leftMs : s.arrivedMs;
    if (timeMs === null) continue;
    const udpPayloadBytes = s.ikeBytes + (s.isAuth ? 4 : 0);
    datagrams.push({
      timeMs,
      frame: at + 1,
      fromClient: s.toGateway,
      ike: {
        exchangeType: s.isAuth ? ExchangeType.IKE_AUTH : ExchangeType.IKE_SA_INIT,
        messageId: s.isAuth ? 1 : 0,
        isResponse: !s.toGateway,
        responderSpi: "0000000000000000",
        ikeLength: s.ikeBytes,
        ikeFragment: s.fragment > 0 ? { number: s.fragment, total: client.fragments } : null,
        fingerprint: null,
      },
      udpPayloadBytes,
      complete: true,
      copies: 0,
      packets: [
        {
          frame: at + 1,
          ipBytes: udpIpBytes(udpPayloadBytes, 4),
          dontFragment: false,
          ipFragmentOffset: 0,
          moreIpFragments: false,
          payloadBytes: udpPayloadBytes + 8,
          identification: at + 1,
          hopLimit: 64,
        },
      ],
      gatewayPort: null,
    });
  }
  datagrams.sort((a, b) => a.timeMs - b.timeMs);
  return {
    capture: "client.pcapng",
    initiatorSpi: spi,
    majorVersion: 2,
    client: client.address,
    gateway,
    family: 4,
    answeringPorts: [],
    exchanges: [],
    clientOffersIkeFragmentation: null,
    gatewayOffersIkeFragmentation: null,
    gatewayVendorIds: [],
    view: "client",
    inboundIncomplete: [],
    outboundIncomplete: [],
    esp: { outbound: { packets: 0, largestIpBytes: 0 }, inbound: { packets: 0, largestIpBytes: 0 } },
    espIncomplete: [],
    datagrams,
  };
}

/** How the gateway's daemon writes times. */
export type Stamp = "milliseconds" | "seconds" | "none";

/** A line of the log, and which sending it is about. */
export interface LogLine {
  atMs: number;
  text: string;
  sending: Sending | null;
}

/** What strongSwan writes at the gateway of an attempt, without times. */
export function loggedAttempt(
  client: Client,
  gateway: string,
  sendings: readonly Sending[],
  thread: string,
  name: string,
): LogLine[] {
  const lines: LogLine[] = [];
  const there = (isAuth: boolean): string => `${client.seenAs}[${isAuth ? 4500 : 500}]`;
  const here = (isAuth: boolean): string => `${gateway}[${isAuth ? 4500 : 500}]`;
  const seen = sendings
    .filter((s) => !s.toGateway || s.arrivedMs !== null)
    .toSorted((a, b) => atGateway(a) - atGateway(b));
  const answered = new Set<boolean>();
  const parts = new Map<boolean, Set<number>>();
  for (const s of seen) {
    const exchange = s.isAuth ? "IKE_AUTH" : "IKE_SA_INIT";
    const id = s.isAuth ? 1 : 0;
    const add = (module: string, text: string): void =>
      void lines.push({ atMs: atGateway(s), text: `${thread}[${module}] ${name}${text}`, sending: s });
    if (s.toGateway) {
      add("NET", `received packet: from ${there(s.isAuth)} to ${here(s.isAuth)} (${s.ikeBytes} bytes)`);
      if (s.fragment > 0) {
        const came = parts.get(s.isAuth) ?? new Set();
        came.add(s.fragment);
        parts.set(s.isAuth, came);
        add("ENC", `parsed ${exchange} request ${id} [ EF(${s.fragment}/${client.fragments}) ]`);
        add(
          "ENC",
          `received fragment #${s.fragment} of ${client.fragments}, waiting for complete IKE message`,
        );
      } else if (answered.has(s.isAuth))
        add("IKE", `received retransmit of request with ID ${id}, retransmitting response`);
      else
        add(
          "ENC",
          `parsed ${exchange} request ${id} [ ${s.isAuth ? "IDi CERT AUTH" : "SA KE No N(FRAG_SUP)"} ]`,
        );
    } else {
      if (!answered.has(s.isAuth))
        add("ENC", `generating ${exchange} response ${id} [ ${s.isAuth ? "IDr CERT AUTH" : "SA KE No"} ]`);
      answered.add(s.isAuth);
      add("NET", `sending packet: from ${here(s.isAuth)} to ${there(s.isAuth)} (${s.ikeBytes} bytes)`);
    }
  }
  return lines;
}

const atGateway = (s: Sending): number => (s.toGateway ? (s.arrivedMs ?? 0) : s.leftMs);

/** The log of all lines in the order of time, by a clock that is so far ahead. */
export function logText(lines: readonly LogLine[], stamp: Stamp, aheadMs: number): string {
  return lines
    .toSorted((a, b) => a.atMs - b.atMs)
    .map(({ atMs, text }) => {
      const time = new Date(atMs + aheadMs).toISOString();
      if (stamp === "none") return text;
      if (stamp === "milliseconds") return `${time.slice(0, 23)} ${text}`;
      const month = new Date(atMs + aheadMs).toLocaleString("en", { month: "short", timeZone: "UTC" });
      return `${month} ${time.slice(8, 10)} ${time.slice(11, 19)} ${text}`;
    })
    .join("\n");
}

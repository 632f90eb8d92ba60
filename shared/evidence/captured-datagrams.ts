/** The datagrams of each login in a capture, one by one, for a comparison with other places. */
import { isResponse } from "../ike/header.ts";
import { IpProtocol } from "../packet/ip.ts";
import type { IkeObserved, IncompleteDatagram } from "../transcript/transcript.ts";
import type { CapturedDatagram } from "./observations.ts";

/** A login of a capture: its two ends, when it begins, and its datagrams. */
export interface CapturedLogin {
  initiatorSpi: string;
  client: string;
  gateway: string;
  startMs: number;
  datagrams: CapturedDatagram[];
}

/** The datagrams of the messages of a login. */
export const datagramsOf = (messages: readonly IkeObserved[], client: string): CapturedDatagram[] =>
  messages.map((m) => ofMessage(m, client));

/**
 * Lists the datagrams of which not all came with the other ones of their logins, and puts all in the order of
 * the capture. A datagram without its first IP fragment is listed with the login that had begun last between
 * the same two addresses.
 */
export function addIncomplete(
  logins: readonly CapturedLogin[],
  incomplete: readonly IncompleteDatagram[],
): void {
  const udp = incomplete.filter((d) => d.protocol === IpProtocol.udp);
  if (udp.length > 0) listIncomplete(logins, udp);
  for (const { datagrams } of logins) datagrams.sort((a, b) => a.frame - b.frame);
}

function listIncomplete(logins: readonly CapturedLogin[], incomplete: readonly IncompleteDatagram[]): void {
  const bySpi = new Map<string, number>();
  const byEnds = new Map<string, { timeMs: number; at: number }[]>();
  for (const [at, { initiatorSpi, client, gateway, startMs }] of logins.entries()) {
    bySpi.set(initiatorSpi, at);
    const start = { timeMs: startMs, at };
    const ends = `${client} ${gateway}`;
    const list = byEnds.get(ends);
    if (list) list.push(start);
    else byEnds.set(ends, [start]);
  }
  for (const list of byEnds.values()) list.sort((a, b) => a.timeMs - b.timeMs);
  for (const datagram of incomplete) {
    const { source, destination, sourcePort, ikeHeader, timeMs } = datagram;
    const sent = byEnds.get(`${source} ${destination}`);
    const received = byEnds.get(`${destination} ${source}`);
    const at =
      ikeHeader !== null
        ? bySpi.get(ikeHeader.initiatorSpi)
        : sourcePort === null
          ? lastBegun(sent ?? received ?? [], timeMs)
          : undefined;
    const login = at === undefined ? undefined : logins[at];
    if (at === undefined || login === undefined) continue;
    const isOfEnds = [source, destination].every((end) => end === login.client || end === login.gateway);
    if (isOfEnds) login.datagrams.push(ofIncomplete(datagram, login.client));
  }
}

/** Of logins in the order of their beginnings, the last one that had begun by then. */
function lastBegun(logins: readonly { timeMs: number; at: number }[], timeMs: number): number | undefined {
  let [low, high] = [0, logins.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((logins[middle]?.timeMs ?? 0) <= timeMs) low = middle + 1;
    else high = middle;
  }
  return logins[low - 1]?.at;
}

const ofMessage = (m: IkeObserved, client: string): CapturedDatagram => ({
  timeMs: m.timeMs,
  frame: m.frame,
  fromClient: m.flow.source === client,
  ike: headOf(m.message.header, m.message.ikeFragment, m.fingerprint),
  gatewayPort: m.flow.source === client ? m.flow.destinationPort : m.flow.sourcePort,
  udpPayloadBytes: m.udpPayloadBytes,
  complete: true,
  copies: m.copies,
  packets: m.ipPackets,
});

const ofIncomplete = (d: IncompleteDatagram, client: string): CapturedDatagram => ({
  timeMs: d.timeMs,
  frame: d.ipPackets.at(-1)?.frame ?? 0,
  fromClient: d.source === client,
  ike: d.ikeHeader && headOf(d.ikeHeader, d.ikeFragment, d.fingerprint),
  gatewayPort: d.source === client ? d.destinationPort : d.sourcePort,
  udpPayloadBytes: d.udpPayloadBytes,
  complete: false,
  copies: 0,
  packets: d.ipPackets,
});

function headOf(
  header: IkeObserved["message"]["header"],
  ikeFragment: { number: number; total: number } | null,
  fingerprint: number | null,
): CapturedDatagram["ike"] {
  return {
    exchangeType: header.exchangeType,
    messageId: header.messageId,
    isResponse: isResponse(header),
    responderSpi: header.responderSpi,
    ikeLength: header.length,
    ikeFragment,
    fingerprint,
  };
}

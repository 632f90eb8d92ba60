/** Lists of packets, one packet a line: their IP fragments are put together here. */
import { familyOf } from "../../packet/address.ts";
import { IpProtocol } from "../../packet/ip.ts";
import { fragmentHeaderBytes, MIN_IP_HEADER_BYTES, UDP_HEADER_BYTES } from "../../packet/sizes.ts";
import type { IpFamily } from "../../schema/plan.ts";
import type { IncompleteMessage, Observations } from "../observations.ts";
import {
  AT_ONCE_MS,
  type Clock,
  type IcmpObservation,
  type Line,
  type Log,
  type Message,
  newLog,
  refOf,
  toMessage,
} from "./log.ts";

/** An ICMP error comes as soon as an answer would: within a round trip. */
const LATE_ERROR_MS = 1_000;
/** What Wireshark shows is the frame. Unless its own lines say otherwise, the link is Ethernet. */
const ETHERNET_HEADER_BYTES = 14;

/** Reads what a sniffer printed, one packet a line. */
export function readPackets(lines: readonly Line[], clock: Clock): Log {
  const log = newLog();
  const linkBytes = linkHeaderBytes(lines);
  const datagrams = new Datagrams(log);
  for (const own of lines) {
    const line: Line = { ...own };
    line.ipBytes ??= line.frameBytes === undefined ? undefined : line.frameBytes - linkBytes;
    const timeMs = clock.timeOf(own);
    if (own.kind === "goes-on") continue;
    if (own.kind === "payload") {
      const last = log.messages.at(-1);
      if (last && own.notifies) last.notifies = [...(last.notifies ?? []), ...own.notifies];
      if (last && own.ikeFragment) last.ikeFragment = own.ikeFragment;
      continue;
    }
    log.packets++;
    if (own.kind === "icmp-error") {
      const error = toIcmpError(line, timeMs);
      if (error) completeQuote(error, log.messages);
      // What a router said about a size is known as a path's (`ReadText.paths`).
      if (error && error.kind !== "packet-too-big") log.icmpErrors.push(error);
    } else if (own.kind === "esp") {
      const [from, to] = [line.from?.address ?? "", line.to?.address ?? ""];
      log.esp.push({ from, to, ipBytes: line.ipBytes ?? espIpBytes(line), timeMs });
    } else if (own.kind === "packet") datagrams.first(line, timeMs);
    else if (own.kind === "ip-fragment") datagrams.later(line, timeMs);
  }
  datagrams.finish();
  return log;
}

/** Wireshark counts the link's header: an IP fragment of known offset tells how large that is. */
function linkHeaderBytes(lines: readonly Line[]): number {
  const byId = new Map<string, Line>();
  for (const line of lines) {
    if (line.kind !== "ip-fragment" || line.frameBytes === undefined) continue;
    const id = `${line.from?.address} ${line.to?.address} ${line.ipIdentification}`;
    const before = byId.get(id);
    if (before?.ipFragmentOffset === 0 && line.ipFragmentOffset && before.frameBytes !== undefined) {
      const link = before.frameBytes - line.ipFragmentOffset - fragmentHeaderBytes(familyOfLine(line));
      if (link >= 0 && link <= 40) return link;
    }
    byId.set(id, line);
  }
  return ETHERNET_HEADER_BYTES;
}

/** 0 where the line does not say. */
function espIpBytes(line: Line): number {
  if (line.payloadBytes === undefined) return 0;
  const udp = line.from?.port === null ? 0 : UDP_HEADER_BYTES;
  return line.payloadBytes + udp + MIN_IP_HEADER_BYTES[familyOfLine(line)];
}

const familyOfLine = ({ from }: Line): IpFamily => familyOf(from?.address ?? "");

function quoteIn({ icmp, to }: Line): IcmpObservation["quoted"] {
  if (icmp?.quoted) {
    const { from, to: destination, ipBytes = null } = icmp.quoted;
    return {
      source: from.address,
      destination: destination.address,
      protocol: IpProtocol.udp,
      sourcePort: from.port,
      destinationPort: destination.port,
      ipBytes,
    };
  }
  if (!icmp || icmp.about === null || !to) return null;
  return {
    source: to.address,
    destination: icmp.about,
    protocol: IpProtocol.udp,
    sourcePort: null,
    destinationPort: icmp.port,
    ipBytes: null,
  };
}

/** Without -v the port is not printed: it is that of the packet which was sent there just before. */
function completeQuote({ quoted, timeMs }: Omit<IcmpObservation, "capture">, sent: readonly Message[]): void {
  if (quoted === null || quoted.destinationPort !== null) return;
  const last = sent.findLast((m) => m.to === quoted.destination);
  if (!last || last.from !== quoted.source || timeMs - last.timeMs > LATE_ERROR_MS) return;
  quoted.sourcePort = last.fromPort;
  quoted.destinationPort = last.toPort;
}

function toIcmpError(line: Line, timeMs: number): Omit<IcmpObservation, "capture"> | null {
  const { icmp, from, to } = line;
  if (!icmp || !from || !to) return null;
  const isIpv6 = familyOf(from.address) === 6;
  const code = icmp.kind === "port-unreachable" ? (isIpv6 ? 4 : 3) : icmp.prohibited ? (isIpv6 ? 1 : 13) : 1;
  return {
    kind: icmp.kind,
    type: icmp.kind === "reassembly-time-exceeded" ? (isIpv6 ? 3 : 11) : isIpv6 ? 1 : 3,
    code,
    nextHopMtu: icmp.nextHopMtu,
    frame: line.line,
    timeMs,
    source: from.address,
    destination: to.address,
    quoted: quoteIn(line),
    ref: refOf(line),
  };
}

/** Puts IP fragments to the message that they are of, as far as the lines tell. */
class Datagrams {
  readonly #log: Log;
  /** By flow and, where it is printed, identification: messages that may get more IP fragments. */
  readonly #open = new Map<string, { message: Message; bytes: number; last: boolean; timeMs: number }>();
  /** IP fragments that came before their message. */
  readonly #early = new Map<string, { lines: Line[]; timeMs: number }>();

  constructor(log: Log) {
    this.#log = log;
  }

  first(line: Line, timeMs: number): void {
    const message = toMessage(line, timeMs);
    const header = fragmentHeaderBytes(familyOfLine(line));
    const key = keyOf(line);
    const early = this.#takeEarly(line, timeMs);
    this.#log.messages.push(message);
    const own = line.ipBytes;
    if (early && early.length > 0) {
      message.ipFragmented = true;
      message.refs = [...early.map(refOf), ...message.refs];
      message.ipBytes = [...early.flatMap((l) => l.ipBytes ?? []), ...message.ipBytes];
      // TShark shows the message in the line of the IP fragment that completes it.
      message.lastFragmentFirst = early.some((l) => (l.ipFragmentOffset ?? 0) > 0) && early.length === 1;
      return;
    }
    if (line.moreIpFragments !== true) {
      // Of IPv6 tcpdump and TShark always show the Fragment Header.
      if (line.moreIpFragments === false || familyOfLine(line) === 6) message.ipFragmented = false;
      // Without -v nothing tells whether more follows.
      else this.#open.set(key, { message, bytes: 0, last: true, timeMs });
      return;
    }
    message.ipFragmented = true;
    message.incomplete = true;
    this.#open.set(key, { message, bytes: own === undefined ? 0 : own - header, last: false, timeMs });
  }

  later(line: Line, timeMs: number): void {
    if ((line.ipFragmentOffset ?? 1) > 0) this.#log.laterFragments++;
    const open = this.#open.get(keyOf(line)) ?? this.#open.get(flowOf(line));
    const most = open?.message.ipFragmented ? AT_ONCE_MS * 10 : AT_ONCE_MS;
    if (!open || timeMs - open.timeMs > most || line.ipFragmentOffset === 0) {
      const early = this.#early.get(keyOf(line));
      if (early) early.lines.push(line);
      else this.#early.set(keyOf(line), { lines: [line], timeMs });
      return;
    }
    const { message } = open;
    message.ipFragmented = true;
    message.refs.push(refOf(line));
    if (line.ipBytes !== undefined) message.ipBytes.push(line.ipBytes);
    if (line.moreIpFragments !== true) open.last = true;
    // All are there when the last one is, and nothing is missing before it.
    const header = fragmentHeaderBytes(familyOfLine(line));
    const offset = line.ipFragmentOffset;
    const isNext = offset === undefined || offset === open.bytes;
    open.bytes += line.ipBytes === undefined ? 0 : line.ipBytes - header;
    if (open.last && isNext) message.incomplete = false;
  }

  #takeEarly(line: Line, timeMs: number): Line[] | null {
    for (const key of [keyOf(line), flowOf(line)]) {
      const early = this.#early.get(key);
      if (early && timeMs - early.timeMs <= AT_ONCE_MS) {
        this.#early.delete(key);
        return early.lines;
      }
    }
    // TShark's line of a message has no identification: the IP fragments just before are its own.
    if (line.ipIdentification === undefined) {
      for (const [key, early] of this.#early) {
        if (key.startsWith(`${flowOf(line)} `) && timeMs - early.timeMs <= AT_ONCE_MS) {
          this.#early.delete(key);
          return early.lines;
        }
      }
    }
    return null;
  }

  finish(): void {
    for (const { lines, timeMs } of this.#early.values()) {
      const [first] = lines;
      if (!first?.from || !first.to) continue;
      const message: IncompleteMessage = {
        timeMs,
        ipBytes: lines.flatMap((l) => l.ipBytes ?? []),
        firstSeen: lines.some((l) => l.ipFragmentOffset === 0),
        lastSeen: lines.some((l) => (l.ipFragmentOffset ?? 1) > 0 && l.moreIpFragments !== true),
        refs: lines.map(refOf),
      };
      this.#log.loose.push({ from: first.from.address, to: first.to.address, message });
    }
  }
}

const flowOf = ({ from, to }: Line): string => `${from?.address ?? ""} ${to?.address ?? ""}`;
const keyOf = (line: Line): string =>
  line.ipIdentification === undefined ? flowOf(line) : `${flowOf(line)} ${line.ipIdentification}`;

/** A list of packets is a capture in words: how far it can be relied on is asked of it as of one. */
export function asCapture(capture: string, log: Log): Observations["captures"][number] {
  const split = log.messages.some((m) => m.incomplete);
  return {
    capture,
    frames: log.packets,
    ikeMessages: log.messages.length,
    quality: {
      damage: [],
      snaplenCutFrames: 0,
      duplicateFrames: 0,
      clockBackwardsFrames: 0,
      droppedByCapture: null,
      nonFirstFragmentsHidden: split && log.laterFragments === 0,
      unreadLinkTypes: [],
      evictedDatagrams: 0,
      overlappingDatagrams: 0,
    },
  };
}

/**
 * What logs of IKE daemons and lists of packets show of attempts to log in: the same values as of a capture.
 * A text says less than a capture. What it leaves out is left open, and sizes of packets that follow from the
 * size of a message are marked as such.
 */
import { ExchangeType, isErrorNotify, NAT_TRAVERSAL_PORT, NotifyType, notifyName } from "../ike/registry.ts";
import { familyOf } from "../packet/address.ts";
import { IpProtocol } from "../packet/ip.ts";
import {
  fragmentHeaderBytes,
  ikeIpBytes,
  ipFragmentSizes,
  MIN_IP_HEADER_BYTES,
  UDP_HEADER_BYTES,
} from "../packet/sizes.ts";
import type { EvidenceRef } from "../schema/diagnosis.ts";
import type { IpFamily } from "../schema/plan.ts";
import type {
  EspObservation,
  ExchangeObservation,
  IncompleteMessage,
  Initiation,
  Observations,
  SentMessage,
  View,
} from "./observations.ts";
import type { ReadText } from "./text/read.ts";

type Line = ReadText["messages"][number];
type IcmpObservation = Observations["icmpErrors"][number];

/** What the messages in pasted texts show, in the values that captures give. */
export interface ObservedTexts {
  initiations: Initiation[];
  icmpErrors: IcmpObservation[];
  captures: Observations["captures"];
}

/** IP fragments of one datagram, and IKE fragments of one message, come within milliseconds. */
const AT_ONCE_MS = 100;
/** A client goes on with the next round of its login this soon after an answer (EAP: RFC 7296 §2.16). */
const NEXT_ROUND_MS = 300;
/** After an answer, an IKE_SA_INIT that comes later than this is a new attempt. */
const NEW_ATTEMPT_MS = 10_000;
/** An ICMP error comes as soon as an answer would: within a round trip. */
const LATE_ERROR_MS = 1_000;
const HALF_DAY_MS = 43_200_000;
/** What Wireshark shows is the frame. Unless its own lines say otherwise, the link is Ethernet. */
const ETHERNET_HEADER_BYTES = 14;

/** The daemons whose logs have a side: the others are lists of packets. */
const isDaemon = (line: Line): boolean => line.format !== "tcpdump" && line.format !== "tshark";

/** One message, or one IKE fragment, as far as the text tells. */
interface Message {
  refs: EvidenceRef[];
  timeMs: number;
  attempt: string;
  from: string;
  to: string;
  fromPort: number | null;
  toPort: number | null;
  majorVersion: number;
  exchangeType: number;
  messageId: number | null;
  isResponse: boolean;
  fromInitiator: boolean | null;
  initiatorSpi: string | null;
  ikeBytes: number | null;
  ipBytes: number[];
  /** `null`: neither the line nor its neighbours tell. */
  ipFragmented: boolean | null;
  /** IP fragments of it are missing. */
  incomplete: boolean;
  lastFragmentFirst: boolean;
  dontFragment: boolean;
  ikeFragment: { number: number; total: number } | null;
  notifies: number[] | null;
  eap: "failure" | "request" | null;
  /** A daemon's own message: whether the computer with the log sent it. */
  sent: boolean | null;
}

/**
 * Reads the lines of all texts as attempts to log in. Each text, and each kind of log in it, has its clock.
 */
export function observeTexts(
  texts: readonly ReadText[],
  interfaceMtu: Readonly<Record<IpFamily, number>>,
): ObservedTexts {
  const observed: ObservedTexts = { initiations: [], icmpErrors: [], captures: [] };
  for (const { messages, goesOn } of texts) {
    const byFormat = new Map<string, Line[]>();
    for (const message of messages) {
      const own = byFormat.get(message.format);
      if (own) own.push(message);
      else byFormat.set(message.format, [message]);
    }
    for (const { format, line, clockMs } of goesOn) {
      const own = byFormat.get(format);
      const last = own?.at(-1);
      if (own && last && line > last.line)
        own.push({ kind: "goes-on", source: last.source, format, line, clockMs });
    }
    for (const lines of byFormat.values()) observeLog(lines, interfaceMtu, observed);
  }
  return observed;
}

function observeLog(
  lines: readonly Line[],
  interfaceMtu: Readonly<Record<IpFamily, number>>,
  observed: ObservedTexts,
): void {
  const [first] = lines;
  if (!first) return;
  const clock = readClocks(lines);
  const log = isDaemon(first) ? readDaemon(lines, clock) : readPackets(lines, clock);
  const attempts = new Attempts(first.source, clock, log, interfaceMtu);
  observed.initiations.push(...attempts.initiations());
  observed.icmpErrors.push(...log.icmpErrors.map((e) => ({ ...e, capture: first.source })));
  if (!isDaemon(first) && log.messages.length > 0) observed.captures.push(asCapture(first.source, log));
}

/** When each line was written. */
interface Clock {
  /** The lines have times that can be subtracted. */
  isTimed: boolean;
  timeOf(line: Line): number;
  lastMs: number;
}

/**
 * Clocks of the day go on after midnight. Where they run backwards (`tcpdump -ttt` prints differences) or
 * stand still (one time in front of every line), they say nothing, and the order of the lines is all there
 * is.
 */
function readClocks(lines: readonly Line[]): Clock {
  let days = 0;
  let before = Number.NEGATIVE_INFINITY;
  let backwards = 0;
  const times = lines.map(({ clockMs }) => {
    if (clockMs === null) return null;
    let now = clockMs + days;
    if (now < before - HALF_DAY_MS && clockMs < 2 * HALF_DAY_MS) {
      days += 2 * HALF_DAY_MS;
      now += 2 * HALF_DAY_MS;
    }
    if (now < before - 1_000) backwards++;
    before = now;
    return now;
  });
  const known = times.filter((t) => t !== null);
  // What is listed below a message has no time of its own.
  const timeable = lines.filter(({ kind }) => kind !== "payload" && kind !== "goes-on").length;
  const isTimed = known.length > timeable / 2 && backwards === 0 && new Set(known).size > 1;
  const timeByLine = new Map<Line, number>();
  let last = known[0] ?? 0;
  for (const [at, line] of lines.entries()) {
    last = isTimed ? (times[at] ?? last) : at;
    timeByLine.set(line, last);
  }
  return { isTimed, timeOf: (line) => timeByLine.get(line) ?? 0, lastMs: last };
}

/** All that one log holds. */
interface Log {
  messages: Message[];
  /** Where the daemon says that it stops repeating a request. */
  ends: { attempt: string; messageId: number | null; ref: EvidenceRef; timeMs: number }[];
  esp: { from: string; to: string; ipBytes: number; timeMs: number }[];
  /** Later IP fragments whose first one is not in the list. */
  loose: { from: string; to: string; message: IncompleteMessage }[];
  icmpErrors: Omit<IcmpObservation, "capture">[];
  packets: number;
  laterFragments: number;
}

const newLog = (): Log => ({
  messages: [],
  ends: [],
  esp: [],
  loose: [],
  icmpErrors: [],
  packets: 0,
  laterFragments: 0,
});

const refOf = ({ source, line }: Line): EvidenceRef => ({ kind: "text", source, line });

function toMessage(line: Line, timeMs: number, more: Partial<Message> = {}): Message {
  return {
    refs: [refOf(line)],
    timeMs,
    attempt: line.attempt ?? "",
    from: line.from?.address ?? "",
    to: line.to?.address ?? "",
    fromPort: line.from?.port ?? null,
    toPort: line.to?.port ?? null,
    majorVersion: line.majorVersion ?? 2,
    exchangeType: line.exchangeType ?? 0,
    messageId: line.messageId ?? null,
    isResponse: line.isResponse === true,
    fromInitiator: line.fromInitiator ?? null,
    initiatorSpi: line.initiatorSpi ?? null,
    ikeBytes: line.ikeBytes ?? null,
    ipBytes: line.ipBytes === undefined ? [] : [line.ipBytes],
    ipFragmented: null,
    incomplete: false,
    lastFragmentFirst: false,
    dontFragment: line.dontFragment === true,
    ikeFragment: line.ikeFragment ?? null,
    notifies: line.notifies ?? null,
    eap: line.eap ?? null,
    sent: line.sent ?? null,
    ...more,
  };
}

// ---- Logs of daemons ----

/** What is under way in one attempt that a daemon writes of. */
interface Underway {
  attempt: string;
  /** The name and number of the IKE SA in libreswan's log. */
  state: string | null;
  /** Made and not sent yet, and what was taken off the network and not read yet. */
  made: Line[];
  taken: Line | null;
  /** The last request of this computer: its lines, and how often it was sent. */
  request: Message[];
  sendings: number;
  /** A repetition was said, and its datagrams follow. */
  repeating: number;
  here: string;
  there: string;
  ports: { here: number | null; there: number | null };
}

function readDaemon(lines: readonly Line[], clock: Clock): Log {
  const log = newLog();
  const open = new Map<string, Underway>();
  let unnamed = 0;
  for (const line of lines) {
    if (line.kind === "goes-on") continue;
    const timeMs = clock.timeOf(line);
    const label = labelOf(line);
    // Without a name in front, a new attempt begins where the daemon says so.
    const known = open.get(label);
    if (known && (line.kind === "begins" || isOtherState(known, line))) {
      unnamed++;
      open.delete(label);
    }
    let now = open.get(label);
    if (!now) {
      now = newUnderway(`${label} ${unnamed}`);
      open.set(label, now);
    }
    if (line.exchangeType === ExchangeType.IKE_SA_INIT) now.state = line.attempt ?? null;
    learnEnds(now, line);
    readDaemonLine(line, timeMs, now, log);
  }
  return log;
}

/**
 * libreswan's numbers are of states, of which one attempt has two: the connection's name holds it together.
 * strongSwan's are of IKE SAs, and the name comes once the gateway knows it.
 */
function labelOf({ attempt = "", format }: Line): string {
  if (format === "charon-log") return attempt.slice(attempt.lastIndexOf("|") + 1);
  return format === "pluto-log" ? attempt.replace(/#\d+$/, "") : attempt;
}

/** libreswan: another IKE SA of the same connection. */
const isOtherState = ({ state }: Underway, { format, exchangeType, attempt }: Line): boolean =>
  format === "pluto-log" &&
  exchangeType === ExchangeType.IKE_SA_INIT &&
  state !== null &&
  attempt !== undefined &&
  attempt !== state;

const newUnderway = (attempt: string): Underway => ({
  attempt,
  state: null,
  made: [],
  taken: null,
  request: [],
  sendings: 0,
  repeating: 0,
  here: "",
  there: "",
  ports: { here: null, there: null },
});

function learnEnds(now: Underway, { sent, from, to }: Line): void {
  if (sent === undefined) return;
  const [here, there] = sent ? [from, to] : [to, from];
  if (here) {
    now.here = here.address;
    now.ports.here = here.port ?? now.ports.here;
  }
  if (there) {
    now.there = there.address;
    now.ports.there = there.port ?? now.ports.there;
  }
}

/** A line that says which message it is of, and nothing of the two ends: these are known from others. */
function withEnds(now: Underway, line: Line, timeMs: number, more: Partial<Message> = {}): Message {
  const sent = line.sent === true;
  const message = toMessage(line, timeMs, { attempt: now.attempt, ...more });
  const [from, to] = sent ? [now.here, now.there] : [now.there, now.here];
  message.from ||= from;
  message.to ||= to;
  message.fromPort ??= sent ? now.ports.here : now.ports.there;
  message.toPort ??= sent ? now.ports.there : now.ports.here;
  return message;
}

function readDaemonLine(line: Line, timeMs: number, now: Underway, log: Log): void {
  switch (line.kind) {
    case "message":
      // libreswan and OpenIKED say it all in one line.
      if (line.format !== "charon-log") addSent(now, log, withEnds(now, line, timeMs));
      else if (line.sent) {
        // The whole message stands above its IKE fragments, and is not sent itself.
        const whole = line.ikeFragment?.number === 1 ? now.made.splice(0).at(-1) : undefined;
        now.made.push(whole?.eap ? { ...line, eap: whole.eap } : line);
      } else takeRead(now, line, timeMs, log);
      return;
    case "datagram":
      if (!line.sent) now.taken = line;
      else sendMade(now, line, timeMs, log);
      return;
    case "sent-again":
      sendAgain(now, line, timeMs, log);
      return;
    case "came-again":
      comeAgain(now, line, timeMs, log);
      return;
    case "gave-up": {
      const [last] = now.request;
      const messageId = line.messageId ?? last?.messageId ?? null;
      if (line.times !== undefined && last) repeatUntil(now, line.times + 1, line, timeMs, log);
      log.ends.push({ attempt: now.attempt, messageId, ref: refOf(line), timeMs });
      return;
    }
    case "payload": {
      const exchangeType = line.exchangeType ?? now.request[0]?.exchangeType;
      let answer = log.messages.findLast((m) => m.attempt === now.attempt && m.isResponse);
      if (
        line.format !== "charon-log" &&
        exchangeType !== undefined &&
        answer?.exchangeType !== exchangeType
      ) {
        // libreswan says what is in the answer, and not that it came.
        answer = withEnds(now, line, timeMs, { exchangeType, isResponse: true, notifies: null });
        log.messages.push(answer);
      }
      if (answer && line.notifies)
        answer.notifies = [...new Set([...(answer.notifies ?? []), ...line.notifies])];
      return;
    }
    default:
      return;
  }
}

function addSent(now: Underway, log: Log, message: Message): void {
  const before = log.messages.findLast((m) => m.attempt === now.attempt);
  // Who answers was asked, also where the log does not say so.
  if (
    message.sent &&
    message.isResponse &&
    (message.ikeFragment?.number ?? 1) === 1 &&
    (before?.exchangeType !== message.exchangeType || before.isResponse)
  )
    log.messages.push({ ...turned(message), notifies: null, ikeBytes: null });
  if (message.sent && !message.isResponse) answerOpening(log, message);
  log.messages.push(message);
  if (message.sent !== true || message.isResponse) return;
  const isNext = now.request[0]?.exchangeType !== message.exchangeType;
  const isPart =
    !isNext && message.ikeFragment !== null && message.ikeFragment.number > 1 && now.request.length > 0;
  if (isPart) now.request.push(message);
  else {
    now.request = [message];
    now.sendings = 1;
  }
}

/** Who goes on to the login got an answer to IKE_SA_INIT, also where the log leaves it out. */
function answerOpening(log: Log, { exchangeType, attempt, refs, timeMs }: Message): void {
  if (exchangeType !== ExchangeType.IKE_AUTH && exchangeType !== ExchangeType.IKE_INTERMEDIATE) return;
  const opening = log.messages.findLast((m) => m.attempt === attempt);
  if (opening?.exchangeType !== ExchangeType.IKE_SA_INIT || opening.isResponse) return;
  log.messages.push({ ...turned(opening), refs, timeMs, notifies: null, ikeBytes: null });
}

/** charon: a datagram leaves, and with it the message that was made for it. */
function sendMade(now: Underway, datagram: Line, timeMs: number, log: Log): void {
  const made = now.made.shift();
  if (!made) {
    if (now.repeating > 0) now.repeating--;
    return;
  }
  const message = withEnds(now, made, timeMs, { ikeBytes: datagram.ikeBytes ?? null });
  message.refs.push(refOf(datagram));
  addSent(now, log, message);
}

/** charon: what was taken off the network is read. */
function takeRead(now: Underway, line: Line, timeMs: number, log: Log): void {
  const datagram = now.taken;
  now.taken = null;
  if (!datagram && isReassembled(log, now, line)) {
    const whole = log.messages.findLast((m) => m.attempt === now.attempt && m.sent === false);
    if (whole && line.notifies) whole.notifies = line.notifies;
    if (whole && line.eap) whole.eap = line.eap;
    return;
  }
  const message = withEnds(now, line, timeMs, datagram ? { ikeBytes: datagram.ikeBytes ?? null } : {});
  if (datagram) message.refs.unshift(refOf(datagram));
  log.messages.push(message);
}

/** The message that IKE fragments made is read once more as a whole. */
const isReassembled = (log: Log, now: Underway, line: Line): boolean => {
  const last = log.messages.findLast((m) => m.attempt === now.attempt);
  return (
    last !== undefined &&
    last.ikeFragment !== null &&
    last.sent === false &&
    last.exchangeType === line.exchangeType &&
    last.messageId === (line.messageId ?? null)
  );
};

function sendAgain(now: Underway, line: Line, timeMs: number, log: Log): void {
  const last = now.request.at(0);
  const isOther =
    last !== undefined &&
    ((line.messageId !== undefined && last.messageId !== null && last.messageId !== line.messageId) ||
      (line.exchangeType !== undefined && last.exchangeType !== line.exchangeType));
  if (!last || isOther) {
    // The log begins after the request was sent for the first time.
    const isKnown = line.exchangeType !== undefined || line.messageId === 0 || line.messageId === 1;
    if (!isKnown) return;
    const exchangeType =
      line.exchangeType ?? (line.messageId === 0 ? ExchangeType.IKE_SA_INIT : ExchangeType.IKE_AUTH);
    now.request = [withEnds(now, line, timeMs, { exchangeType, ipBytes: [] })];
    now.sendings = 0;
  }
  repeatUntil(now, (line.times ?? now.sendings) + 1, line, timeMs, log);
  now.repeating = now.request.length;
}

/** A repetition has a number: those before it were sent too, whether or not their lines are here. */
function repeatUntil(now: Underway, sendings: number, line: Line, timeMs: number, log: Log): void {
  for (; now.sendings < Math.min(sendings, 100); now.sendings++) {
    for (const part of now.request) {
      log.messages.push({ ...part, refs: [refOf(line)], timeMs, notifies: part.notifies });
    }
  }
}

/** The gateway's log: the other end repeats its request, so the answer before did not satisfy it. */
function comeAgain(now: Underway, line: Line, timeMs: number, log: Log): void {
  const exchangeType =
    line.exchangeType ??
    (line.messageId === 0 ? ExchangeType.IKE_SA_INIT : line.messageId === 1 ? ExchangeType.IKE_AUTH : null);
  if (exchangeType === null) return;
  const request = withEnds(now, line, timeMs, { exchangeType, isResponse: false, sent: false });
  log.messages.push(request, turned(request));
}

/** The message of the other end to this one: what it answers, or its answer. */
const turned = (message: Message): Message => ({
  ...message,
  from: message.to,
  to: message.from,
  fromPort: message.toPort,
  toPort: message.fromPort,
  isResponse: !message.isResponse,
  sent: message.sent === null ? null : !message.sent,
});

// ---- Lists of packets ----

function readPackets(lines: readonly Line[], clock: Clock): Log {
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
function asCapture(capture: string, log: Log): Observations["captures"][number] {
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

// ---- Attempts ----

/** Messages that belong to one IKE SA, as far as the text tells. */
interface Attempt {
  messages: Message[];
}

class Attempts {
  readonly #capture: string;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #interfaceMtu: Readonly<Record<IpFamily, number>>;

  constructor(capture: string, clock: Clock, log: Log, interfaceMtu: Readonly<Record<IpFamily, number>>) {
    this.#capture = capture;
    this.#clock = clock;
    this.#log = log;
    this.#interfaceMtu = interfaceMtu;
  }

  initiations(): Initiation[] {
    return this.#attempts().map((attempt) => this.#toInitiation(attempt));
  }

  #attempts(): Attempt[] {
    const attempts: Attempt[] = [];
    const open = new Map<string, Attempt>();
    for (const message of this.#log.messages) {
      // A message whose exchange is not printed says nothing of a login.
      if (message.exchangeType === 0) continue;
      const label = labelOfMessage(message);
      let attempt = open.get(label);
      if (!attempt || beginsAnother(attempt, message, this.#clock.isTimed)) {
        attempt = { messages: [] };
        open.set(label, attempt);
        attempts.push(attempt);
      }
      attempt.messages.push(message);
    }
    return attempts;
  }

  #toInitiation({ messages }: Attempt): Initiation {
    const [client, gateway] = endsOf(messages);
    const family = familyOf(gateway || client);
    const isClient = (m: Message): boolean => isFromClient(m, client, gateway);
    const exchanges = this.#exchanges(
      messages.filter((m) => !m.incomplete),
      isClient,
      family,
    );
    const login = messages.find((m) => m.exchangeType !== ExchangeType.IKE_SA_INIT);
    const since = login?.timeMs ?? Number.POSITIVE_INFINITY;
    const esp = (from: string, to: string): EspObservation => {
      const own = this.#log.esp.filter((e) => e.from === from && e.to === to && e.timeMs >= since);
      return { packets: own.length, largestIpBytes: Math.max(0, ...own.map((e) => e.ipBytes)) };
    };
    const incomplete = (inbound: boolean): IncompleteMessage[] => [
      ...messages
        .filter((m) => m.incomplete && isClient(m) !== inbound)
        .map(({ timeMs, ipBytes, ikeBytes, refs }) => ({
          timeMs,
          ipBytes,
          firstSeen: true,
          lastSeen: false,
          ...(ikeBytes !== null && { ikeLength: ikeBytes }),
          refs,
        })),
      ...this.#log.loose
        .filter(({ from, to }) =>
          inbound ? from === gateway && to === client : from === client && to === gateway,
        )
        .map(({ message }) => message)
        .filter(({ timeMs }) => !inbound || timeMs >= since),
    ];
    const offers = (fromClient: boolean): boolean | null => {
      const listed = messages.filter(
        (m) =>
          m.exchangeType === ExchangeType.IKE_SA_INIT && isClient(m) === fromClient && m.notifies !== null,
      );
      if (listed.some((m) => m.notifies?.includes(NotifyType.IKEV2_FRAGMENTATION_SUPPORTED))) return true;
      // tcpdump lists what it knows, and not all it is shown.
      return listed.some((m) => m.sent !== null && !m.notifies?.some(isRefusal)) ? false : null;
    };
    const ports = messages.filter((m) => !isClient(m)).flatMap((m) => m.fromPort ?? []);
    return {
      capture: this.#capture,
      initiatorSpi: messages.find((m) => m.initiatorSpi !== null)?.initiatorSpi ?? "",
      majorVersion: messages[0]?.majorVersion ?? 2,
      client,
      gateway,
      family,
      answeringPorts: [...new Set(ports)],
      exchanges,
      clientOffersIkeFragmentation: offers(true),
      gatewayOffersIkeFragmentation: offers(false),
      gatewayVendorIds: [],
      view: viewOfMessages(messages, isClient),
      inboundIncomplete: incomplete(true),
      outboundIncomplete: incomplete(false),
      esp: { outbound: esp(client, gateway), inbound: esp(gateway, client) },
      espIncomplete: [],
    };
  }

  #exchanges(
    messages: readonly Message[],
    isClient: (m: Message) => boolean,
    family: IpFamily,
  ): ExchangeObservation[] {
    const exchanges: (Sendings & { exchangeType: number; messageId: number; fromClient: boolean })[] = [];
    for (const message of messages) {
      const fromClient = isClient(message) !== message.isResponse;
      const like = exchanges.filter(
        (e) => e.exchangeType === message.exchangeType && e.fromClient === fromClient,
      );
      const latest = like.at(-1);
      const messageId = messageIdOf(message);
      let exchange = messageId === null ? latest : like.find((e) => e.messageId === messageId);
      // Without a number a request after an answer is the next one, if it follows at once: repetitions wait.
      const answered =
        messageId === null && !message.isResponse ? exchange?.responses.at(-1)?.at(-1) : undefined;
      const isNext =
        answered !== undefined && (!this.#clock.isTimed || message.timeMs - answered.timeMs < NEXT_ROUND_MS);
      if (!exchange || isNext) {
        const next = messageId ?? (exchange ? exchange.messageId + 1 : 1);
        const { exchangeType } = message;
        exchange = { exchangeType, messageId: next, fromClient, requests: [], responses: [] };
        exchanges.push(exchange);
      }
      addPart(message.isResponse ? exchange.responses : exchange.requests, message, this.#clock.isTimed);
    }
    return exchanges.map(({ requests, responses, ...exchange }): ExchangeObservation => {
      const sent = requests.map((parts) => this.#toSent(parts, family));
      const last = sent.at(-1)?.timeMs ?? 0;
      const label = requests[0]?.[0]?.attempt;
      const end = this.#log.ends.findLast(
        (e) =>
          e.attempt === label &&
          (e.messageId === null || e.messageId === exchange.messageId) &&
          e.timeMs >= last,
      );
      const eapFailure = responses
        .flat()
        .find((m) => m.eap === "failure")
        ?.refs.at(-1);
      return {
        ...exchange,
        requests: sent,
        responses: responses.map((parts) => this.#toSent(parts, family)),
        responseNotifies: responses.flatMap(([first]) =>
          (first?.notifies ?? []).map((type) => ({
            type,
            name: notifyName(first?.majorVersion ?? 2, type),
            ref: first?.refs[0] ?? { kind: "text", source: this.#capture, line: 1 },
          })),
        ),
        observedAfterMs: this.#clock.isTimed ? Math.max(0, this.#clock.lastMs - last) : 0,
        ...(end && responses.length === 0 && { gaveUp: end.ref }),
        ...(eapFailure && { eapFailure }),
        ...(responses.flat().some((m) => m.eap === "request") && { asksMore: true as const }),
        ...(!this.#clock.isTimed && { untimed: true as const }),
      };
    });
  }

  #toSent(parts: readonly Message[], family: IpFamily): SentMessage {
    const sizes = parts.map((part) => this.#packetsOf(part, family));
    const known = parts.map((p) => p.ikeBytes);
    const total = Math.max(0, ...parts.map((p) => p.ikeFragment?.total ?? 0));
    const ikeFragmentTotal = total > 0 ? total : parts.length > 1 ? parts.length : null;
    const numbers = new Set(parts.map((p) => p.ikeFragment?.number));
    const missing =
      total > 0
        ? Array.from({ length: Math.min(total, 256) }, (_, n) => n + 1).filter((n) => !numbers.has(n))
        : [];
    const isAllKnown = known.every((bytes) => bytes !== null);
    return {
      timeMs: parts[0]?.timeMs ?? 0,
      ikeLength: isAllKnown ? known.reduce((sum, bytes) => sum + bytes, 0) : null,
      ipBytes: sizes.every((s) => s.ipBytes.length > 0) ? sizes.flatMap((s) => s.ipBytes) : [],
      ipFragmented: sizes.some((s) => s.ipFragmented),
      ikeFragmentTotal,
      missingIkeFragments: missing,
      ...(parts.some((p) => p.lastFragmentFirst) && { lastFragmentFirst: true as const }),
      ...(parts.length === 1 && parts[0]?.dontFragment && { dontFragment: true as const }),
      ...(sizes.some((s) => s.isReckoned) && { reckoned: true as const }),
      refs: parts.flatMap((p) => p.refs),
    };
  }

  /** A daemon knows the size of its message only. What packets it makes follows from the MTU. */
  #packetsOf(
    part: Message,
    family: IpFamily,
  ): { ipBytes: number[]; ipFragmented: boolean; isReckoned: boolean } {
    if (part.ipBytes.length > 0 || part.ikeBytes === null)
      return { ipBytes: part.ipBytes, ipFragmented: part.ipFragmented === true, isReckoned: false };
    const hasMarker =
      part.fromPort !== null && part.toPort !== null && part.fromPort !== 500 && part.toPort !== 500;
    const whole = ikeIpBytes(part.ikeBytes, hasMarker ? NAT_TRAVERSAL_PORT : 500, family);
    const ipPayload = whole - MIN_IP_HEADER_BYTES[family];
    const ipBytes = ipPayload > 65_535 ? [] : ipFragmentSizes(ipPayload, this.#interfaceMtu[family], family);
    return { ipBytes, ipFragmented: ipBytes.length > 1, isReckoned: true };
  }
}

/** Such an answer lists nothing of what the gateway can do. */
const isRefusal = (type: number): boolean => isErrorNotify(type) || type === NotifyType.COOKIE;

/** All sendings of a request and of its answer, each in its IKE fragments. */
interface Sendings {
  requests: Message[][];
  responses: Message[][];
}

function addPart(sendings: Message[][], message: Message, isTimed: boolean): void {
  const last = sendings.at(-1);
  const before = last?.at(-1);
  if (!last || !before) {
    sendings.push([message]);
    return;
  }
  const fragment = message.ikeFragment;
  const isKnownPart =
    fragment !== null &&
    fragment.total > 0 &&
    before.ikeFragment?.total === fragment.total &&
    !last.some((m) => m.ikeFragment?.number === fragment.number);
  // Nobody repeats a message within a tenth of a second: these are IKE fragments, or copies of one packet.
  const isAtOnce =
    message.sent === null &&
    (fragment === null || fragment.total === 0) &&
    isTimed &&
    message.timeMs - before.timeMs < AT_ONCE_MS;
  if (isKnownPart) last.push(message);
  else if (!isAtOnce) sendings.push([message]);
  else if (fragment !== null || isSmallerThan(message, before)) last.push(message);
}

/** All IKE fragments but the last are of one size. */
const isSmallerThan = (message: Message, before: Message): boolean => {
  const [own, others] = [message.ipBytes[0], before.ipBytes[0]];
  return own !== undefined && others !== undefined && own < others;
};

const messageIdOf = ({ messageId, exchangeType }: Message): number | null =>
  messageId ?? (exchangeType === ExchangeType.IKE_SA_INIT ? 0 : null);

const labelOfMessage = ({ attempt, initiatorSpi, from, to, sent }: Message): string =>
  sent !== null ? attempt : (initiatorSpi ?? [from, to].sort().join(" "));

/** An IKE_SA_INIT request after the login went on, or long after its answer. */
function beginsAnother({ messages }: Attempt, message: Message, isTimed: boolean): boolean {
  if (message.exchangeType !== ExchangeType.IKE_SA_INIT || message.isResponse) return false;
  const last = messages.at(-1);
  if (messages.some((m) => m.exchangeType !== ExchangeType.IKE_SA_INIT)) return true;
  return (
    last?.isResponse === true &&
    message.initiatorSpi === null &&
    isTimed &&
    message.timeMs - last.timeMs > NEW_ATTEMPT_MS
  );
}

/** The client is who began: the sender of the first request for an IKE SA, or of its answer the receiver. */
function endsOf(messages: readonly Message[]): [client: string, gateway: string] {
  const opening =
    messages.find(
      (m) => m.exchangeType === ExchangeType.IKE_SA_INIT || m.exchangeType === ExchangeType.IKE_AUTH,
    ) ?? messages[0];
  if (!opening) return ["", ""];
  const fromClient = opening.fromInitiator ?? !opening.isResponse;
  const named = (of: (m: Message) => string): string => messages.map(of).find((a) => a !== "") ?? "";
  const isOpening = (m: Message): boolean => (m.fromInitiator ?? !m.isResponse) === fromClient;
  const from = named((m) => (isOpening(m) ? m.from : m.to));
  const to = named((m) => (isOpening(m) ? m.to : m.from));
  return fromClient ? [from, to] : [to, from];
}

function isFromClient(message: Message, client: string, gateway: string): boolean {
  if (message.fromInitiator !== null) return message.fromInitiator;
  if (client !== "" && gateway !== "" && client !== gateway) return message.from === client;
  if (gateway !== "") return message.from !== gateway;
  return client !== "" ? message.from === client : !message.isResponse;
}

/** A daemon's log is at the end that sent. */
function viewOfMessages(messages: readonly Message[], isClient: (m: Message) => boolean): View | null {
  const own = messages.find((m) => m.sent !== null);
  if (!own) return null;
  return own.sent === isClient(own) ? "client" : "gateway";
}

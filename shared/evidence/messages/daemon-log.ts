/** Logs of IKE daemons: one end writes what it sends and gets, each daemon in an order of its own. */
import { ExchangeType } from "../../ike/registry.ts";
import { CharonThreads } from "./charon-threads.ts";
import { type Clock, type Line, type Log, type Message, newLog, refOf, toMessage } from "./log.ts";

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
  /** The other end repeated its request, and the datagram of the answer follows. */
  answeredAgain: Message | null;
  here: string;
  there: string;
  ports: { here: number | null; there: number | null };
}

/** Reads the lines of a daemon that says what it sends and gets. */
export function readDaemon(lines: readonly Line[], clock: Clock): Log {
  const log = newLog();
  const open = new Map<string, Underway>();
  const threads = new CharonThreads();
  let unnamed = 0;
  const read = (line: Line, label: string): void => {
    const timeMs = clock.timeOf(line);
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
  };
  for (const line of lines) {
    if (line.kind === "goes-on") continue;
    if (line.thread === undefined) read(line, labelOf(line));
    else {
      const threaded = threads.linesOf(line);
      for (const own of threaded?.lines ?? []) read(own, threaded?.label ?? "");
    }
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
  answeredAgain: null,
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
    else if (now.answeredAgain) {
      now.answeredAgain.ikeBytes = datagram.ikeBytes ?? null;
      now.answeredAgain.refs.push(refOf(datagram));
      now.answeredAgain = null;
    }
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
  const answer = turned(request);
  if (now.taken?.ikeBytes !== undefined) request.ikeBytes = now.taken.ikeBytes;
  now.taken = null;
  now.answeredAgain = answer;
  log.messages.push(request, answer);
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

/** Logs of IKE daemons: one end writes what it sends and gets, each daemon in an order of its own. */
import { ExchangeType } from "../../ike/registry.ts";
import type { LoggedOutcome } from "../observations.ts";
import { CharonThreads } from "./charon-threads.ts";
import { type Clock, type Line, type Log, type Message, newLog, refOf, toMessage } from "./log.ts";

/** So much of a daemon's own words is quoted. */
const LONGEST_WORDS = 160;

/** What is under way in one attempt that a daemon writes of. */
interface Underway {
  attempt: string;
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
  /** The last message, the last that came and the last answer, for the lines that go on with them. */
  last: Message | null;
  lastTaken: Message | null;
  lastAnswer: Message | null;
  /** A line says that the request which follows is a probe of ikefrag's. */
  isProbe: boolean;
  /** This computer began it. */
  isOwn: boolean;
  here: string;
  there: string;
  ports: { here: number | null; there: number | null };
}

/** Reads the lines of a daemon that says what it sends and gets. */
export function readDaemon(lines: readonly Line[], clock: Clock): Log {
  const log = newLog();
  const open = new Map<string, Underway>();
  const threads = new CharonThreads();
  const states = new PlutoStates();
  let begun = 0;
  const read = (line: Line, label: string): void => {
    // Without a name in front, a new attempt begins where the daemon says so.
    let now = line.kind === "begins" ? undefined : open.get(label);
    if (!now) {
      begun++;
      now = newUnderway(`${label} ${begun}`);
      open.set(label, now);
    }
    learnEnds(now, line);
    readDaemonLine(line, clock.timeOf(line), now, log);
  };
  const spis = new Map<string, string>();
  // At its highest levels charon writes of a datagram twice, and the second time without its size.
  const sized = new Set(lines.filter((l) => l.kind === "datagram" && l.ikeBytes !== undefined).map(flowOf));
  for (const line of lines) {
    if (line.kind === "goes-on") continue;
    const isUnsized = line.kind === "datagram" && line.ikeBytes === undefined;
    if (isUnsized && sized.has(flowOf(line))) continue;
    const { thread = "" } = line;
    if (line.kind === "keyed") {
      spis.set(thread, line.initiatorSpi ?? "");
      continue;
    }
    const initiatorSpi = spis.get(thread);
    if (initiatorSpi !== undefined && line.sent === false && line.kind === "datagram") {
      log.spis.set(line, initiatorSpi);
      spis.delete(thread);
    }
    if (line.thread !== undefined && line.attempt === undefined) {
      const threaded = threads.linesOf(line);
      for (const own of threaded?.lines ?? []) read(own, threaded?.label ?? "");
    } else if (line.format === "pluto-log") read(line, states.labelOf(line));
    else read(line, nameOf(line));
  }
  return log;
}

/** From where to where a datagram went. */
const flowOf = ({ sent, from, to }: Line): string =>
  `${sent} ${from?.address} ${from?.port} ${to?.address} ${to?.port}`;

/** strongSwan's numbers are of IKE SAs, and the name in front comes once the gateway knows it. */
const nameOf = ({ attempt = "", format }: Line): string =>
  format === "charon-log" ? attempt.slice(attempt.lastIndexOf("|") + 1) : attempt;

/**
 * libreswan's numbers are of states, of which one attempt has two, its IKE SA and its Child SA. The name of
 * the connection, and in it the client's address, holds them together.
 */
class PlutoStates {
  readonly #byState = new Map<string, string>();
  readonly #byConnection = new Map<string, string>();

  labelOf({ attempt, kind, exchangeType, from }: Line): string {
    if (attempt === undefined) return `packet from ${from?.address ?? ""} ${from?.port ?? ""}`;
    const at = attempt.lastIndexOf("#");
    const [connection, state] = [attempt.slice(0, at), attempt.slice(at)];
    const opens =
      kind === "begins" ||
      kind === "asked" ||
      kind === "own-probe" ||
      exchangeType === ExchangeType.IKE_SA_INIT;
    const label = this.#byState.get(state) ?? (opens ? state : (this.#byConnection.get(connection) ?? state));
    this.#byState.set(state, label);
    this.#byConnection.set(connection, label);
    return label;
  }
}

const newUnderway = (attempt: string): Underway => ({
  attempt,
  made: [],
  taken: null,
  request: [],
  sendings: 0,
  repeating: 0,
  answeredAgain: null,
  last: null,
  lastTaken: null,
  lastAnswer: null,
  isProbe: false,
  isOwn: false,
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
      let answer = now.lastAnswer;
      if (
        line.format !== "charon-log" &&
        exchangeType !== undefined &&
        answer?.exchangeType !== exchangeType
      ) {
        // libreswan says what is in the answer, and not that it came.
        answer = withEnds(now, line, timeMs, { exchangeType, isResponse: true, notifies: null });
        add(now, log, answer);
      }
      if (answer && line.notifies)
        answer.notifies = [...new Set([...(answer.notifies ?? []), ...line.notifies])];
      return;
    }
    case "begins":
      now.isOwn = true;
      return;
    case "asked":
      if (now.last === null) assume(now, log, line, timeMs, ExchangeType.IKE_SA_INIT, false);
      return;
    case "own-probe": {
      const { lastTaken } = now;
      if (lastTaken?.exchangeType === ExchangeType.IKE_AUTH) lastTaken.ownProbe = true;
      else if (isOpening(lastTaken)) {
        lastTaken.ownProbe = true;
        log.ownProbes.add(`${lastTaken.from} ${lastTaken.ikeBytes}`);
      } else now.isProbe = true;
      return;
    }
    case "came-up":
      if (now.last === null) assume(now, log, line, timeMs, ExchangeType.IKE_SA_INIT, false);
      if (now.last?.onlyTold) {
        if (!now.last.isResponse) assume(now, log, line, timeMs, ExchangeType.IKE_SA_INIT, true);
        assume(now, log, line, timeMs, ExchangeType.IKE_AUTH, false);
        assume(now, log, line, timeMs, ExchangeType.IKE_AUTH, true);
      }
      tell(now, log, { cameUp: refOf(line) });
      return;
    case "refused":
      if (now.last === null && line.from) assume(now, log, line, timeMs, ExchangeType.IKE_SA_INIT, false);
      if (line.reason !== undefined) {
        const words = line.words?.slice(0, LONGEST_WORDS);
        tell(now, log, { refused: { reason: line.reason, ref: refOf(line), ...(words && { words }) } });
      }
      return;
    case "dropped":
      if (now.last === null && line.from) {
        // Who waited for the next message had answered the opening.
        assume(now, log, line, timeMs, ExchangeType.IKE_SA_INIT, false);
        assume(now, log, line, timeMs, ExchangeType.IKE_SA_INIT, true);
      }
      tell(now, log, { dropped: refOf(line) });
      return;
    default:
      return;
  }
}

const tell = (now: Underway, log: Log, said: LoggedOutcome): void => {
  log.outcomes.push({ attempt: now.attempt, below: log.messages.length, said });
};

/** A message that there must have been: the log says what came of it, and not that it was sent. */
function assume(
  now: Underway,
  log: Log,
  line: Line,
  timeMs: number,
  exchangeType: number,
  isResponse: boolean,
): void {
  const messageId = exchangeType === ExchangeType.IKE_SA_INIT ? 0 : 1;
  const sent = now.isOwn !== isResponse;
  const own: Line = { ...line, sent, exchangeType, messageId, isResponse, from: undefined, to: undefined };
  add(now, log, withEnds(now, own, timeMs, { onlyTold: true }));
}

const isOpening = (message: Message | null): message is Message =>
  message?.exchangeType === ExchangeType.IKE_SA_INIT && !message.isResponse;

/** A message of the attempt, which the next lines may go on with. */
function add(now: Underway, log: Log, message: Message): void {
  if (now.isProbe && message.exchangeType === ExchangeType.IKE_SA_INIT) {
    message.ownProbe = true;
    now.isProbe = false;
  }
  log.messages.push(message);
  now.last = message;
  if (message.sent === false) now.lastTaken = message;
  if (message.isResponse) now.lastAnswer = message;
}

function addSent(now: Underway, log: Log, message: Message): void {
  const before = now.last;
  // Who answers was asked, also where the log does not say so.
  if (
    message.sent &&
    message.isResponse &&
    (message.ikeFragment?.number ?? 1) === 1 &&
    (before?.exchangeType !== message.exchangeType || before.isResponse)
  )
    add(now, log, { ...turned(message), notifies: null, ikeBytes: null });
  else if (message.sent && message.isResponse && before?.messageId === message.messageId) {
    // Only whole requests are answered.
    before.maybePart = false;
  }
  if (message.sent && !message.isResponse) answerOpening(now, log, message);
  add(now, log, message);
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
function answerOpening(now: Underway, log: Log, { exchangeType, refs, timeMs }: Message): void {
  if (exchangeType !== ExchangeType.IKE_AUTH && exchangeType !== ExchangeType.IKE_INTERMEDIATE) return;
  const opening = now.last;
  if (opening?.exchangeType !== ExchangeType.IKE_SA_INIT || opening.isResponse) return;
  add(now, log, { ...turned(opening), refs, timeMs, notifies: null, ikeBytes: null });
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
  if (!datagram && isReassembled(now, line)) {
    const whole = now.lastTaken;
    if (whole && line.notifies) whole.notifies = line.notifies;
    if (whole && line.eap) whole.eap = line.eap;
    return;
  }
  const message = withEnds(
    now,
    line,
    timeMs,
    datagram ? { ikeBytes: datagram.ikeBytes ?? null, initiatorSpi: log.spis.get(datagram) ?? null } : {},
  );
  if (datagram) message.refs.unshift(refOf(datagram));
  add(now, log, message);
}

/** The message that IKE fragments made is read once more as a whole. */
const isReassembled = ({ last }: Underway, line: Line): boolean => {
  return (
    last !== null &&
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
      add(now, log, { ...part, refs: [refOf(line)], timeMs, notifies: part.notifies });
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
  // Of what came again no payloads are listed.
  request.ownProbe = isOpening(request) && log.ownProbes.has(`${request.from} ${request.ikeBytes}`);
  now.taken = null;
  now.answeredAgain = answer;
  add(now, log, request);
  add(now, log, answer);
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

/** Which messages belong to one attempt to log in, and which of them repeat or answer another. */
import {
  ExchangeType,
  isErrorNotify,
  NAT_TRAVERSAL_PORT,
  NotifyType,
  notifyName,
} from "../../ike/registry.ts";
import { familyOf } from "../../packet/address.ts";
import { ikeIpBytes, ipFragmentSizes, MIN_IP_HEADER_BYTES } from "../../packet/sizes.ts";
import type { IpFamily } from "../../schema/plan.ts";
import type {
  EspObservation,
  ExchangeObservation,
  IncompleteMessage,
  Initiation,
  LoggedDatagram,
  LoggedOutcome,
  SentMessage,
  View,
} from "../observations.ts";
import { AT_ONCE_MS, type Clock, type Log, type Message } from "./log.ts";

/** A client goes on with the next round of its login this soon after an answer (EAP: RFC 7296 §2.16). */
const NEXT_ROUND_MS = 300;
/** After an answer, an IKE_SA_INIT that comes later than this is a new attempt. */
const NEW_ATTEMPT_MS = 10_000;

/** Messages that belong to one IKE SA, as far as the text tells. */
interface Attempt {
  messages: Message[];
  /** It came further than IKE_SA_INIT. */
  hasLogin: boolean;
  /** What the log says of it in words. */
  said: LoggedOutcome;
}

/** Values by a key, in their order. */
function grouped<T>(values: readonly T[], keyOf: (value: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const value of values) {
    const own = groups.get(keyOf(value));
    if (own) own.push(value);
    else groups.set(keyOf(value), [value]);
  }
  return groups;
}

/** Puts the messages of one log together to attempts to log in, each with its exchanges. */
export class Attempts {
  readonly #capture: string;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #interfaceMtu: Readonly<Record<IpFamily, number>>;
  /** By what each attempt asks for, so that a log of many clients costs no more than its length. */
  readonly #esp: Map<string, Log["esp"]>;
  readonly #loose: Map<string, Log["loose"]>;
  readonly #ends: Map<string, Log["ends"][number]>;

  constructor(capture: string, clock: Clock, log: Log, interfaceMtu: Readonly<Record<IpFamily, number>>) {
    this.#capture = capture;
    this.#clock = clock;
    this.#log = log;
    this.#interfaceMtu = interfaceMtu;
    this.#esp = grouped(log.esp, ({ from, to }) => `${from} ${to}`);
    this.#loose = grouped(log.loose, ({ from, to }) => `${from} ${to}`);
    this.#ends = new Map(log.ends.map((end) => [`${end.attempt} ${end.messageId}`, end]));
  }

  initiations(): Initiation[] {
    return this.#attempts().map((attempt) => this.#toInitiation(attempt));
  }

  #attempts(): Attempt[] {
    const attempts: Attempt[] = [];
    const open = new Map<string, Attempt>();
    let told = 0;
    const tellUpTo = (messages: number): void => {
      for (
        let next = this.#log.outcomes[told];
        next && next.below <= messages;
        next = this.#log.outcomes[told]
      ) {
        told++;
        const attempt = open.get(next.attempt);
        // Of several reasons the first is the most exact.
        if (attempt) attempt.said = { ...next.said, ...attempt.said };
      }
    };
    for (const [at, message] of this.#log.messages.entries()) {
      tellUpTo(at);
      // A message whose exchange is not printed says nothing of a login.
      if (message.exchangeType === 0) continue;
      const label = labelOfMessage(message);
      let attempt = open.get(label);
      if (!attempt || beginsAnother(attempt, message, this.#clock.isTimed)) {
        attempt = { messages: [], hasLogin: false, said: {} };
        open.set(label, attempt);
        attempts.push(attempt);
      }
      attempt.messages.push(message);
      attempt.hasLogin ||= message.exchangeType !== ExchangeType.IKE_SA_INIT;
    }
    tellUpTo(this.#log.messages.length);
    return attempts;
  }

  #toInitiation({ messages, said }: Attempt): Initiation {
    const [client, gateway] = endsOf(messages);
    const family = familyOf(gateway || client);
    const isClient = (m: Message): boolean => isFromClient(m, client, gateway);
    const datagrams: LoggedDatagram[] = [];
    const exchanges = this.#exchanges(
      messages.filter((m) => !m.incomplete),
      isClient,
      family,
      datagrams,
    );
    const login = messages.find((m) => m.exchangeType !== ExchangeType.IKE_SA_INIT);
    const since = login?.timeMs ?? Number.POSITIVE_INFINITY;
    const esp = (from: string, to: string): EspObservation => {
      const own = (this.#esp.get(`${from} ${to}`) ?? []).filter((e) => e.timeMs >= since);
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
      ...(this.#loose.get(inbound ? `${gateway} ${client}` : `${client} ${gateway}`) ?? [])
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
    const view = viewOfMessages(messages, isClient);
    const logged = outcomeOf(said, messages, view);
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
      ...(messages.some((m) => m.ownProbe) && { ownProbe: true as const }),
      view,
      inboundIncomplete: incomplete(true),
      outboundIncomplete: incomplete(false),
      esp: { outbound: esp(client, gateway), inbound: esp(gateway, client) },
      espIncomplete: [],
      ...(logged && { logged }),
      ...(messages[0]?.sent !== null && {
        log: { datagrams, untimed: !this.#clock.isTimed, lastMs: this.#clock.lastMs },
      }),
    };
  }

  #exchanges(
    messages: readonly Message[],
    isClient: (m: Message) => boolean,
    family: IpFamily,
    datagrams: LoggedDatagram[],
  ): ExchangeObservation[] {
    const exchanges: (Sendings & { exchangeType: number; messageId: number; fromClient: boolean })[] = [];
    type Building = (typeof exchanges)[number];
    // By exchange and who began it: the latest one, and each by its Message ID.
    const latest = new Map<string, Building>();
    const byId = new Map<string, Building>();
    for (const message of messages) {
      const fromClient = isClient(message) !== message.isResponse;
      const like = `${message.exchangeType} ${fromClient}`;
      const messageId = messageIdOf(message);
      let exchange = messageId === null ? latest.get(like) : byId.get(`${like} ${messageId}`);
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
        latest.set(like, exchange);
        if (!byId.has(`${like} ${next}`)) byId.set(`${like} ${next}`, exchange);
      }
      addPart(message.isResponse ? exchange.responses : exchange.requests, message, this.#clock.isTimed);
      if (!message.onlyTold) datagrams.push(toLogged(message, exchange.messageId, isClient(message)));
    }
    return exchanges.map(({ requests, responses, ...exchange }): ExchangeObservation => {
      const sent = requests.map((parts) => this.#toSent(parts, family));
      const last = sent.at(-1)?.timeMs ?? 0;
      const label = requests[0]?.[0]?.attempt;
      const end = [exchange.messageId, null]
        .map((messageId) => this.#ends.get(`${label} ${messageId}`))
        .find((e) => e !== undefined && e.timeMs >= last);
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
      ...(parts.some((p) => p.maybePart) && { maybePart: true as const }),
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

/** What the log says of the attempt: why a login fails is the gateway's to say, and what it drops. */
function outcomeOf(
  { cameUp, refused, dropped }: LoggedOutcome,
  messages: readonly Message[],
  view: View | null,
): LoggedOutcome | null {
  const isGateways = view === "gateway";
  const said: LoggedOutcome = {
    ...(cameUp && { cameUp }),
    ...(isGateways && refused && { refused }),
    ...(isGateways && dropped && { dropped }),
    ...(messages.every((m) => m.onlyTold) && { namesNoMessages: true as const }),
  };
  return Object.keys(said).length === 0 ? null : said;
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

const toLogged = (message: Message, messageId: number, fromClient: boolean): LoggedDatagram => ({
  timeMs: message.timeMs,
  fromClient,
  exchangeType: message.exchangeType,
  messageId,
  isResponse: message.isResponse,
  ikeLength: message.ikeBytes,
  // Where a line says that there are several, and not which one this is, it is of the message as a whole.
  ikeFragment: message.ikeFragment && message.ikeFragment.number > 0 ? message.ikeFragment : null,
  ...(message.maybePart && { maybePart: true as const }),
  gatewayPort: fromClient ? message.toPort : message.fromPort,
  refs: message.refs,
});

const messageIdOf = ({ messageId, exchangeType }: Message): number | null =>
  messageId ?? (exchangeType === ExchangeType.IKE_SA_INIT ? 0 : null);

const labelOfMessage = ({ attempt, initiatorSpi, from, to, sent }: Message): string =>
  sent !== null ? attempt : (initiatorSpi ?? [from, to].sort().join(" "));

/** An IKE_SA_INIT request after the login went on, or long after its answer. */
function beginsAnother({ messages, hasLogin }: Attempt, message: Message, isTimed: boolean): boolean {
  if (message.exchangeType !== ExchangeType.IKE_SA_INIT || message.isResponse) return false;
  const last = messages.at(-1);
  if (hasLogin) return true;
  // An agent sends no probe anew that was answered.
  if (last?.isResponse && messages.some((m) => m.ownProbe)) return true;
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

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
}

/** Puts the messages of one log together to attempts to log in, each with its exchanges. */
export class Attempts {
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
      datagrams.push(toLogged(message, exchange.messageId, isClient(message)));
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

const toLogged = (message: Message, messageId: number, fromClient: boolean): LoggedDatagram => ({
  timeMs: message.timeMs,
  fromClient,
  exchangeType: message.exchangeType,
  messageId,
  isResponse: message.isResponse,
  ikeLength: message.ikeBytes,
  // Where a line says that there are several, and not which one this is, it is of the message as a whole.
  ikeFragment: message.ikeFragment && message.ikeFragment.number > 0 ? message.ikeFragment : null,
  gatewayPort: fromClient ? message.toPort : message.fromPort,
  refs: message.refs,
});

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

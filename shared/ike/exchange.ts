/** Joins IKE messages to exchanges, and exchanges to IKE SAs. */
import { isFromInitiator, isResponse, NO_SPI } from "./header.ts";
import type { IkeMessage } from "./message.ts";
import { ExchangeType, NotifyType } from "./registry.ts";

/** One sending of a message: the message itself, or those of its IKE fragments (RFC 7383) that were seen. */
export interface Transmission<T> {
  messages: T[];
  /** Total Fragments; `null` for a message that was sent whole. */
  ikeFragmentTotal: number | null;
  /** The first 64 Fragment Numbers that were not seen; empty for a message that was sent whole. */
  missingIkeFragments: number[];
}

/** A request and its response: they have the same SPIs and Message ID, RFC 7296 §1. */
export interface Exchange<T> {
  exchangeType: number;
  messageId: number;
  /** Whether the original initiator of the IKE SA sent the request. */
  requestFromInitiator: boolean;
  /**
   * The first sending and its retransmissions, in capture order; empty when the capture begins after them.
   */
  requests: Transmission<T>[];
  responses: Transmission<T>[];
}

/** Everything that was seen of one IKE SA, from its IKE_SA_INIT on. */
export interface IkeSession<T> {
  initiatorSpi: string;
  /** 16 zeros when no response gave one. */
  responderSpi: string;
  majorVersion: number;
  /**
   * In the order of their first messages. A new try after COOKIE or INVALID_KE is an exchange of its own with
   * Message ID 0.
   */
  exchanges: Exchange<T>[];
}

/** What exchanges are made of: a message, and when it came. */
export interface TimedMessage {
  message: IkeMessage;
  /** Milliseconds since the epoch. */
  timeMs: number;
  /** Who sent it; in IKEv1 nothing else tells the two ends apart. */
  flow?: { source: string };
}

/** The bound of what is listed as missing: sessions of 65,535 fragments each would fill the memory. */
const MAX_MISSING_LISTED = 64;

/**
 * Joins messages to exchanges and IKE SAs. Knows retransmissions (RFC 7296 §2.1) and IKE fragments (RFC 7383
 * §2.6).
 *
 * @param messages in capture order
 * @returns sessions in the order of their first messages
 */
export function joinSessions<T extends TimedMessage>(messages: readonly T[]): IkeSession<T>[] {
  const sessions = new Map<string, SessionJoiner<T>>();
  for (const message of messages) {
    const { initiatorSpi, majorVersion } = message.message.header;
    const key = `${majorVersion} ${initiatorSpi}`;
    let session = sessions.get(key);
    if (session === undefined) {
      session = new SessionJoiner(message);
      sessions.set(key, session);
    }
    session.add(message);
  }
  return [...sessions.values()].map((joiner) => joiner.end());
}

/** Collects one IKE SA. */
class SessionJoiner<T extends TimedMessage> {
  readonly #session: IkeSession<T>;
  readonly #firstSource: string | undefined;
  readonly #latest = new Map<string, Exchange<T>>();
  /** Made with the first IKE fragment: most sessions have no IKE fragments. */
  #seenNumbers: Map<Transmission<T>, Set<number>> | null = null;

  constructor(first: T) {
    const { initiatorSpi, majorVersion } = first.message.header;
    this.#session = { initiatorSpi, responderSpi: NO_SPI, majorVersion, exchanges: [] };
    this.#firstSource = first.flow?.source;
  }

  add(item: T): void {
    const { header } = item.message;
    if (header.responderSpi !== NO_SPI) this.#session.responderSpi = header.responderSpi;
    const v1 = header.majorVersion === 1;
    const fromInitiator = v1 ? item.flow?.source === this.#firstSource : isFromInitiator(header);
    const response = v1 ? !fromInitiator : isResponse(header);
    const requestFromInitiator = v1 || fromInitiator !== response;
    const key = `${requestFromInitiator} ${header.messageId} ${v1 ? header.exchangeType : ""}`;
    let exchange = this.#latest.get(key);
    if (exchange === undefined || (!response && !v1 && isRetry(exchange, item))) {
      exchange = {
        exchangeType: header.exchangeType,
        messageId: header.messageId,
        requestFromInitiator,
        requests: [],
        responses: [],
      };
      this.#latest.set(key, exchange);
      this.#session.exchanges.push(exchange);
    }
    this.#addTo(response ? exchange.responses : exchange.requests, item);
  }

  /**
   * Adds a message to its sending. An IKE fragment begins a new sending when its number was seen or the total
   * differs.
   */
  #addTo(transmissions: Transmission<T>[], item: T): void {
    const fragment = item.message.ikeFragment;
    if (fragment === null) {
      transmissions.push({ messages: [item], ikeFragmentTotal: null, missingIkeFragments: [] });
      return;
    }
    this.#seenNumbers ??= new Map();
    let current = transmissions.at(-1);
    let seen = current && this.#seenNumbers.get(current);
    if (current?.ikeFragmentTotal !== fragment.total || seen === undefined || seen.has(fragment.number)) {
      current = { messages: [], ikeFragmentTotal: fragment.total, missingIkeFragments: [] };
      seen = new Set();
      this.#seenNumbers.set(current, seen);
      transmissions.push(current);
    }
    current.messages.push(item);
    seen.add(fragment.number);
  }

  end(): IkeSession<T> {
    for (const [transmission, seen] of this.#seenNumbers ?? []) {
      const missing = transmission.missingIkeFragments;
      const total = transmission.ikeFragmentTotal ?? 0;
      for (let number = 1; number <= total && missing.length < MAX_MISSING_LISTED; number++) {
        if (!seen.has(number)) missing.push(number);
      }
    }
    return this.#session;
  }
}

/**
 * Whether a request with the same Message ID is a new try and no retransmission: the responder asked for a
 * COOKIE or for another KE group (RFC 7296 §2.6, §1.2), and so the initiator sends another message than
 * before.
 */
function isRetry<T extends TimedMessage>(exchange: Exchange<T>, item: T): boolean {
  const { header, notifies, keGroup } = item.message;
  if (header.exchangeType !== ExchangeType.IKE_SA_INIT || exchange.responses.length === 0) return false;
  const before = exchange.requests.at(-1)?.messages[0]?.message;
  // The capture begins after the first request: this one may be a retransmission of it.
  if (before === undefined) return asksForRetry(exchange);
  const cookie = (list: IkeMessage["notifies"]) =>
    list.find(({ type }) => type === NotifyType.COOKIE)?.dataBytes;
  return (
    before.header.length !== header.length ||
    before.keGroup !== keGroup ||
    cookie(before.notifies) !== cookie(notifies)
  );
}

function asksForRetry<T extends TimedMessage>(exchange: Exchange<T>): boolean {
  return exchange.responses.some(({ messages }) =>
    messages[0]?.message.notifies.some(
      ({ type }) => type === NotifyType.COOKIE || type === NotifyType.INVALID_KE_PAYLOAD,
    ),
  );
}

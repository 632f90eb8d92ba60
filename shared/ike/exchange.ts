import type { IkeMessage } from "./message.ts";

/** One sending of a message: itself, or all of its IKE fragments (RFC 7383) seen for it. */
export interface Transmission<T> {
  messages: T[];
  /** Total Fragments, or `null` for a message sent whole. */
  ikeFragmentTotal: number | null;
  /** Fragment Numbers that were not seen; empty for a message sent whole. */
  missingIkeFragments: number[];
}

/** A request and its response: same SPIs and Message ID; RFC 7296 §1. */
export interface Exchange<T> {
  exchangeType: number;
  messageId: number;
  /** Whether the original initiator of the IKE SA sent the request. */
  requestFromInitiator: boolean;
  /** The first sending and its retransmissions, in capture order. Empty: the capture begins after it. */
  requests: Transmission<T>[];
  responses: Transmission<T>[];
}

/** All that was seen of one IKE SA, from its IKE_SA_INIT on. */
export interface IkeSession<T> {
  initiatorSpi: string;
  /** 16 zeros when no response named one. */
  responderSpi: string;
  majorVersion: number;
  /** In the order their first message appeared; COOKIE and INVALID_KE rounds are retries of Message ID 0 in order. */
  exchanges: Exchange<T>[];
}

/** What exchanges are made of: a message and when it came. */
export interface TimedMessage {
  message: IkeMessage;
  /** Milliseconds since the epoch. */
  timeMs: number;
}

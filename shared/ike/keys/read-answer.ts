/** What came back to an IKE_AUTH request: opened, its IKE fragments joined, and what it says. */
import { concatBytes } from "../../bytes/concat.ts";
import { IKE_HEADER_BYTES, isFromInitiator, isResponse } from "../header.ts";
import { ExchangeType, isErrorNotify, PayloadType } from "../registry.ts";
import type { DirectionKeys } from "./key-material.ts";
import type { OpenLogin } from "./login.ts";
import { notifyTypeOf, type PayloadBody, payloadBodies } from "./payload-bodies.ts";
import { type OpenedPart, openPart, sealedBytes } from "./sealing.ts";

/** More than any login's answer has: beyond this, nobody answers an IKE_AUTH request. */
const MAX_DATAGRAM_BYTES = 16_384;
/** What the Length of one IKE message can say with two bytes; so much is joined, and no more. */
const MAX_MESSAGE_BYTES = 65_535;
/** The most IKE fragments of one message that are joined; real ones have fewer than ten. */
export const MAX_IKE_FRAGMENTS = 64;
/** The most datagrams that are looked at for one request: each costs a check of its integrity. */
const MAX_DATAGRAMS = 128;

/** A message that was opened whole. */
export interface OpenedMessage {
  payloads: PayloadBody[];
  /** Bytes of the IKE message; of one in IKE fragments, as if it had come in one. */
  ikeBytes: number;
  /** Bytes of the IKE message of each datagram that it came in, in the order of arrival. */
  datagrams: number[];
  inIkeFragments: boolean;
}

/** What some datagrams come to, when they are opened with the keys of one direction. */
export type Opening =
  | { status: "whole"; message: OpenedMessage }
  | { status: "in-part"; received: number[]; total: number; largestDatagramBytes: number }
  /** All that came was somebody else's, or does not hold together. */
  | { status: "unreadable"; why: "integrity" | "malformed" | "too-large" }
  | { status: "none" };

/** Which message is looked for: whoever sends another one answers something else, or is somebody else. */
export interface Looked {
  messageId: number;
  fromInitiator: boolean;
}

/**
 * Opens the first message that is whole among datagrams, RFC 7296 §2.1 and RFC 7383 §2.6. What is wrong is
 * put aside, and takes nothing from what is right.
 *
 * @param messages IKE messages without the non-ESP marker, in the order of arrival: a stranger's bytes
 */
export function openMessage(login: OpenLogin, looked: Looked, messages: readonly Uint8Array[]): Opening {
  const keys = looked.fromInitiator ? login.keys.initiator : login.keys.responder;
  const sets = new Map<number, FragmentSet>();
  let wrong: Extract<Opening, { status: "unreadable" }>["why"] | null = null;
  for (const message of messages.slice(0, MAX_DATAGRAMS)) {
    const part = openOne(login, looked, keys, message);
    if (typeof part === "string") {
      wrong = part === "integrity" ? part : (wrong ?? part);
      continue;
    }
    const whole = part.ikeFragment === null ? wholeOf(login, part) : addFragment(login, sets, part);
    if (whole === "malformed" || whole === "too-large") wrong ??= whole;
    else if (whole !== null) return { status: "whole", message: whole };
  }
  // Whoever cuts a message again makes more of it, and the larger total counts (RFC 7383 §2.6).
  const total = Math.max(0, ...sets.keys());
  const set = sets.get(total);
  if (set !== undefined) {
    const received = [...set.parts.keys()].sort((a, b) => a - b);
    return { status: "in-part", received, total, largestDatagramBytes: Math.max(...set.datagrams) };
  }
  return wrong === null ? { status: "none" } : { status: "unreadable", why: wrong };
}

/** The IKE fragments of one message so far, by number. */
interface FragmentSet {
  parts: Map<number, OpenedPart>;
  datagrams: number[];
}

function openOne(
  login: OpenLogin,
  { messageId, fromInitiator }: Looked,
  keys: DirectionKeys,
  message: Uint8Array,
): OpenedPart | "integrity" | "malformed" | "too-large" {
  if (message.length > MAX_DATAGRAM_BYTES) return "too-large";
  const part = openPart(login.suite, keys, message);
  if (typeof part === "string") return part;
  const { header } = part;
  const isLooked =
    header.majorVersion === 2 &&
    header.exchangeType === ExchangeType.IKE_AUTH &&
    header.initiatorSpi === login.initiatorSpi &&
    header.responderSpi === login.responderSpi &&
    header.messageId === messageId &&
    isFromInitiator(header) === fromInitiator &&
    isResponse(header) !== fromInitiator;
  return isLooked ? part : "malformed";
}

function addFragment(
  login: OpenLogin,
  sets: Map<number, FragmentSet>,
  part: OpenedPart,
): OpenedMessage | "malformed" | "too-large" | null {
  const { number, total } = part.ikeFragment ?? { number: 0, total: 0 };
  if (number < 1 || number > total) return "malformed";
  if (total > MAX_IKE_FRAGMENTS) return "too-large";
  let set = sets.get(total);
  if (set === undefined) {
    set = { parts: new Map(), datagrams: [] };
    sets.set(total, set);
  }
  if (set.parts.has(number)) return null; // sent again
  set.parts.set(number, part);
  set.datagrams.push(part.header.length);
  if (set.parts.size < total) return null;
  sets.delete(total);
  const parts = Array.from({ length: total }, (_, at) => set.parts.get(at + 1));
  const inner = concatBytes(parts.map((one) => one?.inner ?? new Uint8Array(0)));
  if (sealedBytes(login.suite, inner.length) > MAX_MESSAGE_BYTES) return "too-large";
  return messageOf(login, parts[0]?.firstPayload ?? PayloadType.NONE, inner, set.datagrams, true);
}

const wholeOf = (login: OpenLogin, { firstPayload, inner, header }: OpenedPart) =>
  messageOf(login, firstPayload, inner, [header.length], false);

function messageOf(
  { suite }: OpenLogin,
  firstPayload: number,
  inner: Uint8Array,
  datagrams: number[],
  inIkeFragments: boolean,
): OpenedMessage | "malformed" {
  const payloads = payloadBodies(firstPayload, inner);
  if (payloads === null) return "malformed";
  const ikeBytes = inIkeFragments ? sealedBytes(suite, inner.length) : (datagrams[0] ?? IKE_HEADER_BYTES);
  return { payloads, ikeBytes, datagrams, inIkeFragments };
}

/** What a gateway said in its answer to IKE_AUTH. */
export type AuthAnswer =
  | { says: "refused"; notify: number }
  | { says: "asks-eap"; eapType: number | null }
  | { says: "other" };

const EAP_REQUEST = 1; // RFC 3748 §4
const EAP_HEADER_BYTES = 4; // Code, Identifier, Length: RFC 3748 §4

/** Reads an answer to IKE_AUTH, RFC 7296 §2.16 and §2.21. */
export function authAnswer(payloads: readonly PayloadBody[]): AuthAnswer {
  const errors = payloads.filter(({ type }) => type === PayloadType.N).map(({ body }) => notifyTypeOf(body));
  const error = errors.find((type) => type !== null && isErrorNotify(type));
  if (error !== undefined && error !== null) return { says: "refused", notify: error };
  const eap = payloads.find(({ type }) => type === PayloadType.EAP)?.body;
  if (eap === undefined || eap[0] !== EAP_REQUEST) return { says: "other" };
  return { says: "asks-eap", eapType: eap[EAP_HEADER_BYTES] ?? null };
}

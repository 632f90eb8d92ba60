/** One IKE message of a report's capture: its fields, and the bytes of the packets that carry it. */
import { type DecodedMessage, decodeMessageAt } from "../../shared/evidence/decoded-messages.ts";
import type { Deps } from "../deps.ts";
import { Problem } from "../http/problem.ts";
import { MOST_DRAWN_BYTES, readStoredCapture } from "./observe-report.ts";
import { capturesOf, type ReportParts } from "./read-report.ts";

/** A message, and what its page leads to. */
export interface ReadMessage {
  message: DecodedMessage;
  /** The frames of the messages before and after it in the capture; `null` at its beginning and end. */
  before: number | null;
  after: number | null;
}

/** Which message of which capture. */
export interface MessagePlace {
  /** The name of the capture; `undefined`: the first one. */
  capture: string | undefined;
  /** A frame that carries the message, or an IP fragment of it. */
  frame: number;
}

/**
 * Reads a message of a stored capture.
 *
 * @throws {Problem} `capture-not-found` where there is no such capture any more, or no such message in it
 */
export async function readMessage(deps: Deps, parts: ReportParts, place: MessagePlace): Promise<ReadMessage> {
  const transcript = await readStoredCapture(deps, captureOf(deps, parts, place));
  const found = transcript && decodeMessageAt(transcript, place.frame);
  if (!found) throw notFound(deps);
  return found;
}

/**
 * Reads the packets of a message: each one from its IP header on, as it is stored.
 *
 * @param message as `readMessage` gave it
 * @returns in the order of the IP fragments
 */
export async function readMessageBytes(
  deps: Deps,
  parts: ReportParts,
  { capture, ipPackets }: DecodedMessage,
): Promise<{ frame: number; bytes: Uint8Array }[]> {
  const wanted = new Map<number, Uint8Array | null>(ipPackets.map(({ frame }) => [frame, null]));
  await readStoredCapture(deps, captureOf(deps, parts, { capture }), {
    maxIkeMessages: 0,
    onPacket: (kind, { isJoined, frame, ip, bytes }) => {
      if (isJoined || (kind !== "ike" && kind !== "ip-fragment") || wanted.get(frame.number) !== null) return;
      wanted.set(frame.number, bytes.slice(ip.start, ip.payloadEnd));
    },
  });
  return [...wanted].flatMap(([frame, bytes]) => (bytes === null ? [] : [{ frame, bytes }]));
}

function captureOf(deps: Deps, parts: ReportParts, { capture }: Pick<MessagePlace, "capture">) {
  const captures = capturesOf(parts);
  const found = capture === undefined ? captures[0] : captures.find(({ name }) => name === capture);
  if (found === undefined || found.bytes > MOST_DRAWN_BYTES) throw notFound(deps);
  return found;
}

const notFound = (deps: Deps): Problem =>
  new Problem("capture-not-found", { params: { days: deps.config.captureDays } });

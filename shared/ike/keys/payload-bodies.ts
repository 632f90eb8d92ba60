/** The payloads of a message with what is in them: for those that are opened with keys. */
import { PAYLOAD_HEADER_BYTES } from "../header.ts";
import { PayloadType } from "../registry.ts";

/** One payload, RFC 7296 §3.2: `body` is what follows its generic header. */
export interface PayloadBody {
  type: number;
  body: Uint8Array;
  /** Next Payload: of SK and SKF, the first payload inside. */
  nextPayload: number;
}

/** Far more than any real message has; without a bound, 64 KiB could claim to hold 16,000. */
const MAX_PAYLOADS = 256;

/**
 * The chain of payloads, RFC 7296 §3.2; SK and SKF end it. A chain that is cut, does not end, or claims more
 * than there is gives none: what is opened here was written by the one who has the keys.
 *
 * @param first the type of the first payload
 * @param bytes the payloads, and nothing behind them
 */
export function payloadBodies(first: number, bytes: Uint8Array): PayloadBody[] | null {
  const found: PayloadBody[] = [];
  let at = 0;
  for (let type = first; type !== PayloadType.NONE; ) {
    if (found.length === MAX_PAYLOADS || at + PAYLOAD_HEADER_BYTES > bytes.length) return null;
    const nextPayload = bytes[at] ?? 0;
    const length = ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0);
    if (length < PAYLOAD_HEADER_BYTES || at + length > bytes.length) return null;
    found.push({ type, nextPayload, body: bytes.subarray(at + PAYLOAD_HEADER_BYTES, at + length) });
    at += length;
    type = type === PayloadType.SK || type === PayloadType.SKF ? PayloadType.NONE : nextPayload;
  }
  return at === bytes.length ? found : null;
}

/** The type of a Notify, RFC 7296 §3.10; `null` where the payload is too short to have one. */
export function notifyTypeOf(body: Uint8Array): number | null {
  return body.length < 4 ? null : ((body[2] ?? 0) << 8) | (body[3] ?? 0);
}

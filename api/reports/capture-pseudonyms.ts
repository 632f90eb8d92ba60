/**
 * Captures that are stored with pseudonyms in place of IP addresses, where the operator asks for it. Whoever
 * has the object store alone, or a capture that was downloaded, does not learn the addresses. The service
 * itself undoes the pseudonyms where it reads a capture: measurements name the gateway by its address.
 */
import { toHex } from "../../shared/bytes/hex.ts";
import { AddressPseudonyms } from "../../shared/packet/pseudonyms.ts";
import { Minimizer, type RewritePacket } from "../../shared/transcript/minimize.ts";
import { pseudonymizePacket } from "../../shared/transcript/pseudonymize.ts";
import { CaptureReader } from "../../shared/transcript/read-capture.ts";
import { hmac } from "../auth/secrets.ts";
import type { Deps } from "../deps.ts";

/** Begins the name of such a capture, whose key is longer by it than that of any other one. */
export const PSEUDONYMOUS = "p";

/** Whether a capture is stored with pseudonyms, by its key: the setting may have changed since. */
export const isPseudonymous = (key: string): boolean =>
  /^captures\/\d{8}\/\d{2}p[a-z0-9]{20}\.pcapng$/.test(key);

/** Takes out of packets what tells whose they are, or puts the addresses back. */
export function withPseudonyms({ config }: Deps, way: "make" | "undo"): RewritePacket {
  const keyed = (block: Uint8Array) => hmac(config.pepper, `pseudonym ${toHex(block)}`);
  const pseudonyms = new AddressPseudonyms(keyed, way);
  return (packet) => pseudonymizePacket(packet, pseudonyms);
}

/** A stored capture with its addresses. What else was taken out of it stays out. */
export const withAddresses = (deps: Deps, stored: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> =>
  rewritten(deps, stored, "undo");

/** A stored capture, minimised and with frame numbers as it is, with pseudonyms or with addresses. */
export async function* rewritten(
  deps: Deps,
  stored: AsyncIterable<Uint8Array>,
  way: "make" | "undo",
): AsyncGenerator<Uint8Array> {
  let pending: Uint8Array[] = [];
  const minimizer = new Minimizer((bytes) => void pending.push(bytes), withPseudonyms(deps, way), {
    frameNumbers: true,
  });
  const reader = new CaptureReader("capture", {
    isMinimized: true,
    maxIkeMessages: 0,
    onPacket: minimizer.onPacket,
  });
  for await (const chunk of stored) {
    reader.push(chunk);
    yield* pending;
    pending = [];
  }
  const { frames, lastTimeMs } = reader.end();
  minimizer.end(lastTimeMs === null ? null : { endedAtMs: lastTimeMs, frames });
  yield* pending;
}

/** What a reflector answers, and how much at most. */
import { customerOf, familyOf, plainAddress } from "../../shared/packet/address.ts";
import { udpIpBytes } from "../../shared/packet/sizes.ts";
import {
  encodeCookie,
  encodeReflection,
  isCookie,
  isWithin,
  type Mac,
  makeCookie,
  readRequest,
  readToken,
} from "../../shared/reflect/protocol.ts";
import { Budget } from "./budget.ts";

/** The most for one run, whatever its token says: bytes of whole IP packets. */
const MOST_RUN_BYTES = 64 * 1024;
/** The most for one IPv4 address or IPv6 /64: enough for a dozen runs behind one translator. */
const MOST_ADDRESS_BYTES = 512 * 1024;
const ADDRESS_SECONDS = 300;
/**
 * How many runs and addresses are remembered, at about 100 bytes each. Beyond that, new ones have to wait.
 */
const MOST_REMEMBERED = 20_000;

/**
 * Answers datagrams. An answer depends only on the datagram, the clock, and what was sent before.
 *
 * Nothing is answered that the service has not signed. An address gets no more bytes than came from it until
 * it has shown that it receives what is sent to it: by a cookie, which needs no state.
 */
export class Reflector {
  readonly #mac: Mac;
  readonly #runs = new Budget(MOST_REMEMBERED);
  readonly #addresses = new Budget(MOST_REMEMBERED);

  constructor(mac: Mac) {
    this.#mac = mac;
  }

  /**
   * The answer to a datagram.
   *
   * @param address where the datagram came from, and where the answer goes
   * @returns `null` when nothing is answered
   */
  answer(datagram: Uint8Array, address: string, nowSeconds: number): Uint8Array | null {
    const request = readRequest(datagram);
    if (request === null) return null;
    const claims = readToken(request.token, nowSeconds, this.#mac);
    if (claims === null || !isWithin(address, claims.network)) return null;
    const from = plainAddress(address);
    const family = familyOf(from);
    const mayHaveMore =
      request.kind === "send" && isCookie(request.cookie, from, claims.run, nowSeconds, this.#mac);
    const answer = mayHaveMore
      ? encodeReflection(request.ipBytes, family)
      : encodeCookie(
          request.kind === "open" ? "cookie" : "again",
          makeCookie(from, claims.run, nowSeconds, this.#mac),
        );

    const ipBytes = udpIpBytes(answer.length, family);
    const most = Math.min(claims.replyBytes, MOST_RUN_BYTES);
    if (!this.#runs.take(claims.run, ipBytes, most, claims.endsAt, nowSeconds)) return null;
    const until = nowSeconds + ADDRESS_SECONDS;
    if (!this.#addresses.take(customerOf(from), ipBytes, MOST_ADDRESS_BYTES, until, nowSeconds)) return null;
    return answer;
  }
}

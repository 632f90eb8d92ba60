/** How much one run may send, and how fast, whatever the service asks for. */
import type { Clock } from "./io/clock.ts";

/** Most datagrams and echo requests that a whole run sends. */
export const MAX_DATAGRAMS = 64;
/** Most payload bytes that a whole run sends. */
export const MAX_SENT_BYTES = 128 * 1024;
/** Least time between two datagrams to the same port, or between two echo requests. */
export const MIN_GAP_MS = 100;

/** What keeps its distance from each other: datagrams to one port, and echo requests, which have no port. */
export type Lane = "echo" | `udp/${number}`;

/** Keeps a run polite: counts what is sent, and spaces it out in the order in which it was asked for. */
export class SendLimits {
  readonly #clock: Clock;
  /** When the last datagram of each lane was let through. */
  readonly #lastAtMs = new Map<Lane, Promise<number>>();
  #datagrams = 0;
  #bytes = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Waits for the next free moment in the lane.
   *
   * @param payloadBytes of the datagram, without IP, UDP and ICMP headers
   * @returns `false` when the run has sent as much as it may: then nothing may be sent
   */
  async admit(lane: Lane, payloadBytes: number, signal: AbortSignal): Promise<boolean> {
    if (this.#datagrams + 1 > MAX_DATAGRAMS || this.#bytes + payloadBytes > MAX_SENT_BYTES) return false;
    this.#datagrams += 1;
    this.#bytes += payloadBytes;
    const clock = this.#clock;
    const before = this.#lastAtMs.get(lane) ?? Promise.resolve(Number.NEGATIVE_INFINITY);
    // Counted from when the datagram before really left, because a busy machine sends it late.
    const turn = before.then(async (lastMs) => {
      const startMs = Math.max(clock.nowMs(), lastMs + MIN_GAP_MS);
      await clock.wait(startMs - clock.nowMs(), signal);
      return Math.max(clock.nowMs(), startMs);
    });
    this.#lastAtMs.set(lane, turn);
    await turn;
    return true;
  }
}

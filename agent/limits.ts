import type { Clock } from "./io/clock.ts";

/** What a whole run may send to the gateway, whatever the service asks for. */
export const MAX_DATAGRAMS = 64;
export const MAX_SENT_BYTES = 128 * 1024;
/** Between two datagrams to the same port, or two echo requests. */
export const MIN_GAP_MS = 100;

/** Echo requests have no port; they keep their distance from each other all the same. */
export type Lane = "echo" | `udp/${number}`;

/** Keeps a run polite: counts what is sent, and spaces it out in the order it was asked for. */
export class Limits {
  readonly #clock: Clock;
  /** When the last datagram of a lane was let through, once it was. */
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
    // From when the one before really left, not from when it should have: a busy machine is late.
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

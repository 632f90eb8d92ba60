/** Counts what a reflector has sent. */

interface Entry {
  bytes: number;
  /** When the account is forgotten, in seconds since the epoch. */
  endsAt: number;
}

/**
 * Counts the bytes that were sent for each account. Memory is bounded: a new account is refused before an old
 * one is forgotten.
 */
export class Budget {
  readonly #entries = new Map<string, Entry>();
  readonly #mostEntries: number;
  #sweptAt = Number.NEGATIVE_INFINITY;

  constructor(mostEntries: number) {
    this.#mostEntries = mostEntries;
  }

  /** How many accounts are remembered. */
  get size(): number {
    return this.#entries.size;
  }

  /**
   * Takes bytes from an account.
   *
   * @param most the most bytes, as long as the account is remembered
   * @param endsAt when a new account is forgotten; that of a known account does not change
   * @returns `false` when it would be too much; then nothing is taken
   */
  take(account: string, bytes: number, most: number, endsAt: number, nowSeconds: number): boolean {
    const known = this.#entries.get(account);
    if (known && known.endsAt > nowSeconds) {
      if (known.bytes + bytes > most) return false;
      known.bytes += bytes;
      return true;
    }
    if (bytes > most) return false;
    if (!known && this.#entries.size >= this.#mostEntries && !this.#makeRoom(nowSeconds)) return false;
    this.#entries.set(account, { bytes, endsAt });
    return true;
  }

  /**
   * Forgets accounts that have ended. It looks through them at most once a second, however many requests
   * come.
   */
  #makeRoom(nowSeconds: number): boolean {
    if (nowSeconds - this.#sweptAt < 1) return false;
    this.#sweptAt = nowSeconds;
    for (const [account, { endsAt }] of this.#entries) {
      if (endsAt <= nowSeconds) this.#entries.delete(account);
    }
    return this.#entries.size < this.#mostEntries;
  }
}

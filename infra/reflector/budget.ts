interface Entry {
  bytes: number;
  /** Seconds since the epoch; from then on it is forgotten. */
  endsAt: number;
}

/** How many bytes were sent on whose account: in bounded memory, which refuses newcomers rather than forget anybody early. */
export class Budget {
  readonly #entries = new Map<string, Entry>();
  readonly #mostEntries: number;
  #sweptAt = Number.NEGATIVE_INFINITY;

  constructor(mostEntries: number) {
    this.#mostEntries = mostEntries;
  }

  get size(): number {
    return this.#entries.size;
  }

  /**
   * @param most bytes in all, as long as the account is remembered
   * @param endsAt how long a new account is remembered; the end of one that is there does not move
   * @returns `false` when it would be too much: nothing is taken then
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

  /** Looks through all of them at most once a second, however many ask. */
  #makeRoom(nowSeconds: number): boolean {
    if (nowSeconds - this.#sweptAt < 1) return false;
    this.#sweptAt = nowSeconds;
    for (const [account, { endsAt }] of this.#entries) {
      if (endsAt <= nowSeconds) this.#entries.delete(account);
    }
    return this.#entries.size < this.#mostEntries;
  }
}

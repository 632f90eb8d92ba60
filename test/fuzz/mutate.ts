/**
 * Numbers that look random, by xorshift: the same seed gives the same numbers, so that a find can be
 * repeated.
 */
export class Chance {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0 || 1;
  }

  /** An integer from 0 to `below` - 1. */
  below(below: number): number {
    let x = this.#state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#state = x >>> 0;
    return this.#state % below;
  }
}

const INTERESTING = [0, 1, 0x7f, 0x80, 0xff, 0xfe, 0x10, 0x20, 0x08, 0x40];

/**
 * A few changes of the kinds that break parsers: flipped bits, runs, cuts, repeats, splices, large lengths.
 */
export function mutate(bytes: Uint8Array, other: Uint8Array, chance: Chance): Uint8Array {
  let out = bytes.slice();
  for (let changes = 1 + chance.below(6); changes > 0 && out.length > 0; changes--) {
    const at = chance.below(out.length);
    switch (chance.below(8)) {
      case 0:
        out[at] = (out[at] ?? 0) ^ (1 << chance.below(8));
        break;
      case 1:
        out[at] = INTERESTING[chance.below(INTERESTING.length)] ?? 0;
        break;
      case 2:
        out[at] = chance.below(256);
        break;
      case 3:
        out = out.slice(0, at);
        break;
      case 4: {
        const end = Math.min(out.length, at + 1 + chance.below(64));
        out.copyWithin(chance.below(out.length), at, end);
        break;
      }
      case 5: {
        const from = chance.below(Math.max(other.length, 1));
        out.set(other.subarray(from, from + Math.min(64, out.length - at)), at);
        break;
      }
      case 6:
        for (let i = at; i < Math.min(at + 4, out.length); i++) out[i] = INTERESTING[chance.below(4)] ?? 0;
        break;
      default: {
        const length = 1 + chance.below(32);
        const grown = new Uint8Array(out.length + length);
        grown.set(out.subarray(0, at));
        grown.set(other.subarray(0, length), at);
        grown.set(out.subarray(at), at + length);
        out = grown;
      }
    }
  }
  return out;
}

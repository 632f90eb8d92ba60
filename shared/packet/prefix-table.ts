/** Which network an address belongs to, by the prefixes that somebody gave names: the longest one decides. */
import { bytesOfAddress, plainAddress } from "./address.ts";

interface NamedPrefix {
  bytes: Uint8Array;
  bits: number;
  name: string;
}

/** A table of prefixes such as `192.0.2.0/24` and `2001:db8::/32`, with a name for each. */
export class PrefixTable {
  /** The longest first. */
  readonly #prefixes: readonly NamedPrefix[];

  /** @throws {RangeError} a prefix is none: which one */
  constructor(names: Readonly<Record<string, string>>) {
    this.#prefixes = Object.entries(names)
      .map(([prefix, name]) => readPrefix(prefix, name))
      .sort((a, b) => b.bits - a.bits);
  }

  /** The name of the longest prefix that has the address; `null`: none has, or it is no address. */
  nameOf(address: string): string | null {
    const bytes = bytesOfAddress(plainAddress(address));
    if (bytes === null) return null;
    return this.#prefixes.find((prefix) => isIn(bytes, prefix))?.name ?? null;
  }
}

function readPrefix(prefix: string, name: string): NamedPrefix {
  const [address = "", length = "", ...more] = prefix.split("/");
  const bytes = bytesOfAddress(address);
  const bits = /^\d{1,3}$/.test(length) ? Number(length) : Number.NaN;
  if (bytes === null || more.length > 0 || !(bits >= 0 && bits <= bytes.length * 8))
    throw new RangeError(`Cannot read the prefix "${prefix}": it is no ADDRESS/LENGTH`);
  return { bytes, bits, name };
}

function isIn(address: Uint8Array, { bytes, bits }: NamedPrefix): boolean {
  if (address.length !== bytes.length) return false;
  for (let at = 0; at * 8 < bits; at++) {
    const mask = bits - at * 8 >= 8 ? 0xff : (0xff << (8 - (bits - at * 8))) & 0xff;
    if (((address[at] ?? 0) & mask) !== ((bytes[at] ?? 0) & mask)) return false;
  }
  return true;
}

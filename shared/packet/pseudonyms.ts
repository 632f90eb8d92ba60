/** Pseudonyms of IP addresses that keep networks recognisable as networks. */
import { ADDRESS_BYTES, addressText } from "./address.ts";
import type { IpFamily } from "./sizes.ts";

/** What happens to the bits of an address that follow those of its range. */
type Keeping =
  /** Host bits get pseudonyms. */
  | "range"
  /** The whole address stays, because it names nobody. */
  | "all"
  /** The last 32 bits are an IPv4 address. */
  | "ipv4";

/** A range of addresses that means something by itself. */
interface Range {
  /** The prefix, as digits 0 and 1. */
  bits: string;
  keeping: Keeping;
}

/** IANA "IPv4 Special-Purpose Address Registry". */
const IPV4_RANGES = ranges(32, [
  ["all", [0], 8],
  ["range", [10], 8],
  ["range", [100, 64], 10], // carrier-grade NAT, RFC 6598
  ["all", [127], 8],
  ["range", [169, 254], 16],
  ["range", [172, 16], 12],
  ["all", [192, 0, 0], 24], // DS-Lite and 464XLAT, RFC 7335
  ["range", [192, 168], 16],
  ["all", [224], 3], // multicast, and what is reserved behind it
]);
/** IANA "IPv6 Special-Purpose Address Registry". */
const IPV6_RANGES = ranges(128, [
  ["ipv4", [], 96], // "::" and "::1" too
  ["ipv4", [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff], 96],
  ["ipv4", [0, 0x64, 0xff, 0x9b], 96], // NAT64, RFC 6052
  ["range", [0, 0x64, 0xff, 0x9b, 0, 1], 48], // NAT64, RFC 8215
  ["range", [0x20, 0x02], 16], // 6to4
  ["range", [0xfc], 7],
  ["range", [0xfe, 0x80], 10],
  // Solicited-node multicast holds the end of an address, RFC 4291 §2.7.1.
  ["range", [0xff, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xff], 104],
  ["all", [0xff], 8],
]);

/** How many addresses are remembered: a hostile file may name any number of them. */
const MAX_REMEMBERED = 65_536;

/**
 * Replaces IP addresses by pseudonyms that keep prefixes, as Crypto-PAn does (Xu, Fan, Ammar and Moon, 2002):
 * two addresses that share n leading bits get pseudonyms that share n leading bits. An address of a private,
 * a carrier's or another special range gets a pseudonym in that range, and no other address does.
 *
 * Pseudonyms hide addresses from readers. Somebody who has the key can undo them, and somebody who knows the
 * pseudonyms of some addresses can guess others. Next to a special range few bits change: 192.169.0.0/16
 * stays 192.169.0.0/16.
 */
export class AddressPseudonyms {
  readonly #cipher: (block: Uint8Array) => Uint8Array;
  readonly #isUndoing: boolean;
  readonly #known = new Map<string, Uint8Array>();

  /**
   * @param cipher what has a secret key and makes bytes of 16 bytes, such as AES or an HMAC; of its result
   *   the first bit counts
   * @param way `undo`: a pseudonym that this key made is replaced by its address
   */
  constructor(cipher: (block: Uint8Array) => Uint8Array, way: "make" | "undo" = "make") {
    this.#cipher = cipher;
    this.#isUndoing = way === "undo";
  }

  /** Replaces the address at `at` by its pseudonym, or the other way round. */
  replace(family: IpFamily, bytes: Uint8Array, at: number): void {
    const name = addressText(family, bytes, at);
    let pseudonym = this.#known.get(name);
    if (pseudonym === undefined) {
      pseudonym = this.#make(family, bytes.slice(at, at + ADDRESS_BYTES[family]));
      if (this.#known.size >= MAX_REMEMBERED) this.#known.clear();
      this.#known.set(name, pseudonym);
    }
    bytes.set(pseudonym, at);
  }

  #make(family: IpFamily, address: Uint8Array): Uint8Array {
    const bits = toBits(address);
    const known = family === 4 ? IPV4_RANGES : IPV6_RANGES;
    const keeping = known.find((range) => bits.startsWith(range.bits))?.keeping;
    if (keeping === "all") return address;
    if (keeping === "ipv4") {
      this.replace(4, address, 12);
      return address;
    }
    let made = "";
    for (let i = 0; i < bits.length; i++) {
      // Whether a bit turns depends on the bits before it in the address, be it given or be it made.
      const prefix = this.#isUndoing ? made : bits.slice(0, i);
      // No bit turns that leads to a special range, so that the range stays where it is. Two prefixes never
      // become one, so no other address comes into it.
      const leadsToRange = known.some((range) => range.bits.length > i && range.bits.startsWith(prefix));
      const turns = !leadsToRange && this.#turns(family, prefix);
      made += (bits[i] === "1") === turns ? "0" : "1";
    }
    return fromBits(made);
  }

  /**
   * Whether the bit behind a prefix turns: the first bit of the enciphered prefix, to which a 1 is added as
   * its end.
   */
  #turns(family: IpFamily, prefix: string): boolean {
    // The 96 bits in front of IPv4 would be IPv6 multicast, which is never enciphered.
    const block = fromBits(`${family === 4 ? "1".repeat(96) : ""}${prefix}1`.padEnd(128, "0"));
    return ((this.#cipher(block)[0] ?? 0) & 0x80) !== 0;
  }
}

function ranges(
  addressBits: 32 | 128,
  table: readonly [keeping: Keeping, start: number[], prefixLength: number][],
): Range[] {
  return table.map(([keeping, start, prefixLength]) => {
    const address = new Uint8Array(addressBits / 8);
    address.set(start);
    return { keeping, bits: toBits(address).slice(0, prefixLength) };
  });
}

function toBits(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(2).padStart(8, "0")).join("");
}

function fromBits(bits: string): Uint8Array {
  return Uint8Array.from({ length: bits.length / 8 }, (_, at) =>
    Number.parseInt(bits.slice(at * 8, at * 8 + 8), 2),
  );
}

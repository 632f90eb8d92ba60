import { addressText } from "./address.ts";

/** What becomes of an address of a range, behind the range's own bits. */
type Keeping =
  /** Host bits get pseudonyms. */
  | "range"
  /** All of it stays: it names no one. */
  | "all"
  /** The last 32 bits are an IPv4 address. */
  | "ipv4";

interface Range {
  /** The prefix as digits 0 and 1. */
  bits: string;
  keeping: Keeping;
}

/** Ranges that mean something by themselves, IANA "Special-Purpose Address Registry" for IPv4. */
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
/** The same for IPv6. */
const IPV6_RANGES = ranges(128, [
  ["ipv4", [], 96], // "::" and "::1" too
  ["ipv4", [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff], 96],
  ["ipv4", [0, 0x64, 0xff, 0x9b], 96], // NAT64, RFC 6052
  ["range", [0, 0x64, 0xff, 0x9b, 0, 1], 48], // NAT64, RFC 8215
  ["range", [0x20, 0x02], 16], // 6to4
  ["range", [0xfc], 7],
  ["range", [0xfe, 0x80], 10],
  ["range", [0xff, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xff], 104], // solicited-node: the end of someone's address, RFC 4291 §2.7.1
  ["all", [0xff], 8],
]);

/** So many addresses are remembered; a hostile file may name any number. */
const MAX_REMEMBERED = 65_536;

/**
 * Pseudonyms of IP addresses, Crypto-PAn (Xu, Fan, Ammar and Moon, 2002): addresses that share their first bits share as many with
 * their pseudonyms' first bits, so that networks stay networks. An address of a private, carrier's or otherwise special range
 * stays in it, and no other comes into it.
 *
 * It hides addresses from readers; whoever has the key, or sees where known addresses went, can tell some. Next to a special range
 * little turns: 192.169.0.0/16 stays 192.169.0.0/16.
 */
export class AddressPseudonyms {
  readonly #cipher: (block: Uint8Array) => Uint8Array;
  readonly #known = new Map<string, Uint8Array>();

  /** @param cipher a block cipher with a secret key, 16 bytes to 16 bytes, such as AES */
  constructor(cipher: (block: Uint8Array) => Uint8Array) {
    this.#cipher = cipher;
  }

  /** Puts its pseudonym in the place of the address at `at`. */
  replace(family: 4 | 6, bytes: Uint8Array, at: number): void {
    const name = addressText(family, bytes, at);
    let pseudonym = this.#known.get(name);
    if (pseudonym === undefined) {
      pseudonym = this.#make(family, bytes.slice(at, at + (family === 4 ? 4 : 16)));
      if (this.#known.size >= MAX_REMEMBERED) this.#known.clear();
      this.#known.set(name, pseudonym);
    }
    bytes.set(pseudonym, at);
  }

  #make(family: 4 | 6, address: Uint8Array): Uint8Array {
    const bits = toBits(address);
    const known = family === 4 ? IPV4_RANGES : IPV6_RANGES;
    const keeping = known.find((range) => bits.startsWith(range.bits))?.keeping;
    if (keeping === "all") return address;
    if (keeping === "ipv4") {
      this.replace(4, address, 12);
      return address;
    }
    let pseudonym = "";
    for (let i = 0; i < bits.length; i++) {
      const prefix = bits.slice(0, i);
      // On the way to a special range no bit turns: the range stays where it is, and as two prefixes never become one, all else stays out.
      const leadsToRange = known.some((range) => range.bits.length > i && range.bits.startsWith(prefix));
      const turns = !leadsToRange && this.#turns(family, prefix);
      pseudonym += (bits[i] === "1") === turns ? "0" : "1";
    }
    return fromBits(pseudonym);
  }

  /** Whether the bit behind this prefix turns: the first bit of the prefix enciphered, with a 1 behind it to mark its end. */
  #turns(family: 4 | 6, prefix: string): boolean {
    // What precedes IPv4 is IPv6 multicast, which is never enciphered.
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

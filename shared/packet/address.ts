/** Addresses of both IP families: which family a text is of, the canonical text, and whose address it is. */
import type { IpFamily } from "./sizes.ts";

/**
 * The family of an address as text: each IPv6 address has a colon (RFC 4291 §2.2), and no IPv4 address has
 * one.
 */
export function familyOf(address: string): IpFamily {
  return address.includes(":") ? 6 : 4;
}

/** Bytes of an address of each family. */
export const ADDRESS_BYTES: Readonly<Record<IpFamily, number>> = { 4: 4, 6: 16 };

/** The text of an IPv4 address: dotted decimal. */
export function ipv4Text(bytes: Uint8Array, at: number): string {
  return `${bytes[at]}.${bytes[at + 1]}.${bytes[at + 2]}.${bytes[at + 3]}`;
}

/** Canonical text of an IPv6 address, RFC 5952 §4 and §5. */
export function ipv6Text(bytes: Uint8Array, at: number): string {
  const groups: number[] = [];
  for (let i = 0; i < 8; i++) groups.push(((bytes[at + i * 2] ?? 0) << 8) | (bytes[at + i * 2 + 1] ?? 0));
  // RFC 5952 §4.2: the longest run of zeros, the first of equal runs, and never a single zero.
  let best = -1;
  let bestLength = 1;
  for (let i = 0; i < 8; i++) {
    let length = 0;
    while (i + length < 8 && groups[i + length] === 0) length++;
    if (length > bestLength) {
      best = i;
      bestLength = length;
    }
    i += length;
  }
  if (best === 0 && bestLength === 5 && groups[5] === 0xffff) return `::ffff:${ipv4Text(bytes, at + 12)}`;
  const hex = groups.map((group) => group.toString(16));
  if (best < 0) return hex.join(":");
  return `${hex.slice(0, best).join(":")}::${hex.slice(best + bestLength).join(":")}`;
}

/** The canonical text of an address of either family. */
export function addressText(family: IpFamily, bytes: Uint8Array, at: number): string {
  return family === 4 ? ipv4Text(bytes, at) : ipv6Text(bytes, at);
}

const MEMO_SLOTS = 256;

/** Makes the text of an address once and keeps it: a capture names few addresses, in each packet again. */
export class AddressTexts {
  /** IPv4 addresses that were asked for last, each in the slot that its number chooses. */
  readonly #numbers = new Uint32Array(MEMO_SLOTS);
  readonly #ipv4: string[] = Array<string>(MEMO_SLOTS).fill("0.0.0.0");

  /** The same as `addressText`. */
  of(family: IpFamily, bytes: Uint8Array, at: number): string {
    if (family === 6) return ipv6Text(bytes, at);
    const number =
      (((bytes[at] ?? 0) << 24) |
        ((bytes[at + 1] ?? 0) << 16) |
        ((bytes[at + 2] ?? 0) << 8) |
        (bytes[at + 3] ?? 0)) >>>
      0;
    const slot = (number ^ (number >>> 8) ^ (number >>> 16)) & (MEMO_SLOTS - 1);
    if (this.#numbers[slot] !== number) {
      this.#numbers[slot] = number;
      this.#ipv4[slot] = ipv4Text(bytes, at);
    }
    return this.#ipv4[slot] ?? "";
  }
}

/**
 * An address in lower case and without a zone; an IPv4 address that a socket for both families gave is plain
 * IPv4.
 */
export function plainAddress(address: string): string {
  const [plain = ""] = address.toLowerCase().split("%");
  return plain.replace(/^::ffff:(?=\d+\.)/, "");
}

/**
 * The groups of an IPv6 address, as they are written; where `::` stands, all the zeros. An IPv4 address at
 * the end is one group, and counts for two (RFC 4291 §2.2).
 */
function groupsOf(ipv6: string): string[] {
  const [head = "", tail] = ipv6.split("::");
  const groups = (part: string): string[] => (part === "" ? [] : part.split(":"));
  const [before, after] = [groups(head), groups(tail ?? "")];
  const written = before.length + after.length + (ipv6.includes(".") ? 1 : 0);
  const left = tail === undefined ? 0 : Math.max(0, 8 - written);
  return [...before, ...Array<string>(left).fill("0"), ...after];
}

/**
 * Names the customer who has an address: an IPv6 customer has a whole /64 and changes addresses in it (RFC
 * 8981).
 *
 * @returns an IPv4 address as it is; of an IPv6 address the first four groups
 */
export function customerOf(address: string): string {
  const plain = plainAddress(address);
  if (familyOf(plain) === 4) return plain;
  return groupsOf(plain)
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ""))
    .join(":");
}

/** Where an IPv4 address's bytes stand in the IPv6 address of a translator, by its prefix: RFC 6052 §2.2. */
const EMBEDDED_AT: readonly (readonly number[])[] = [
  [12, 13, 14, 15],
  [9, 10, 11, 12],
  [7, 9, 10, 11],
  [6, 7, 9, 10],
  [5, 6, 7, 9],
  [4, 5, 6, 7],
];

/** The eight numbers of 16 bits of an IPv6 address. */
const wordsOf = (ipv6: string): number[] => toWords(groupsOf(plainAddress(ipv6)));

function toWords(groups: readonly string[]): number[] {
  return groups.flatMap((group) => {
    if (!group.includes(".")) return [Number.parseInt(group, 16)];
    const [a = 0, b = 0, c = 0, d = 0] = group.split(".").map(Number);
    return [a * 256 + b, c * 256 + d];
  });
}

/** The bytes of an address; `null`: the text is none. A zone behind it is not taken. */
export function bytesOfAddress(text: string): Uint8Array | null {
  if (/^(?:\d{1,3}\.){3}\d{1,3}$/.test(text)) {
    const numbers = text.split(".").map(Number);
    return numbers.every((number) => number <= 255) ? Uint8Array.from(numbers) : null;
  }
  const end = /:((?:\d{1,3}\.){3}\d{1,3})$/.exec(text)?.[1];
  if (end !== undefined && bytesOfAddress(end) === null) return null;
  const written = end === undefined ? text : text.slice(0, -end.length);
  if (!/^[\da-f:]*$/i.test(written) || !written.includes(":")) return null;
  const [, ...more] = text.split("::");
  if (more.length > 1 || /^:(?!:)|(?<!:):$/.test(text)) return null;
  const words = toWords(groupsOf(text));
  const isLong = text.split(":").filter((group) => group !== "").length + (end === undefined ? 0 : 1) > 7;
  if (words.length !== 8 || words.some((word) => !(word <= 0xffff)) || (more.length === 1 && isLong))
    return null;
  return Uint8Array.from(words.flatMap((word) => [word >> 8, word & 0xff]));
}

/**
 * Whether an IPv6 address is what a translator makes of this IPv4 address (RFC 6052 §2.2), whatever its
 * prefix. Both as canonical text.
 */
export function embedsIpv4(ipv6: string, ipv4: string): boolean {
  const bytes = wordsOf(ipv6).flatMap((word) => [word >> 8, word & 0xff]);
  const wanted = ipv4.split(".").map(Number);
  return EMBEDDED_AT.some((places) => places.every((place, at) => bytes[place] === wanted[at]));
}

/** IANA "IPv4 Special-Purpose Address Registry" (RFC 6890), multicast (RFC 5771) and what is reserved. */
const SPECIAL_IPV4: readonly (readonly [address: string, bits: number])[] = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10], // shared by customers of a carrier, RFC 6598
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 3],
];

const numberOf = (ipv4: string): number =>
  ipv4.split(".").reduce((number, part) => number * 256 + Number(part), 0);

/**
 * Whether an address is one of the public Internet: not of a host, link or private network, shared, reserved,
 * for documentation or multicast, and none that has an IPv4 address in it (mapped, NAT64's own prefixes of
 * RFC 6052 §2.1 and RFC 8215, 6to4, Teredo), which may lead to any of these.
 *
 * @param address canonical text, with a zone or without
 */
export function isPublicAddress(address: string): boolean {
  if (familyOf(address) === 4) {
    const number = numberOf(address);
    return !SPECIAL_IPV4.some(
      ([special, bits]) => Math.floor((number - numberOf(special)) / 2 ** (32 - bits)) === 0,
    );
  }
  if (address.includes(".") || address.includes("%")) return false;
  const [first = 0, second = 0] = wordsOf(address);
  // Global unicast, RFC 4291 §2.4; but not 2001::/23, 2001:db8::/32, 2002::/16 and 3fff::/20.
  if (first >> 13 !== 1) return false;
  if (first === 0x2001 && (second < 0x200 || second === 0xdb8)) return false;
  return first !== 0x2002 && !(first === 0x3fff && second >> 12 === 0);
}

/** Header sizes, and how the sizes that IP, UDP, ICMP, IKE and ESP each speak of follow from one another. */

/** The version of the Internet Protocol, which decides the size of its header. */
export type IpFamily = 4 | 6;

/** Bytes of the smallest IP header: RFC 791 §3.1, RFC 8200 §3. */
export const MIN_IP_HEADER_BYTES: Readonly<Record<IpFamily, number>> = { 4: 20, 6: 40 };
/** The smallest MTU that every IPv6 link has, RFC 8200 §5. Common IPv4 links carry as much. */
export const IPV6_MINIMUM_MTU = 1_280;
/** No IPv4 link in use has a smaller MTU: RFC 791 §3.1 promises datagrams of this size to every host. */
export const IPV4_PRACTICAL_MINIMUM_MTU = 576;
/** The MTU of Ethernet and Wi-Fi, RFC 894: what is assumed where nothing says otherwise. */
export const ETHERNET_MTU = 1_500;
/** Bytes of a UDP header, RFC 768. */
export const UDP_HEADER_BYTES = 8;
/** Bytes of the header of ICMP and ICMPv6 echoes and errors: RFC 792, RFC 4443 §3 and §4. */
export const ICMP_HEADER_BYTES = 8;
/** Bytes of ESP in front of what is encrypted: SPI and Sequence Number, RFC 4303 §2. */
export const ESP_HEADER_BYTES = 8;
/** Bytes of an IPv6 Fragment header, RFC 8200 §4.5. */
export const IPV6_FRAGMENT_HEADER_BYTES = 8;
/** What an IPv4 packet grows by when it becomes an IPv6 packet without a Fragment header, RFC 7915 §4.1. */
export const TRANSLATION_GROWTH_BYTES = 20;
/** Bytes of the non-ESP marker in front of IKE on port 4500, RFC 3948 §2.2. */
export const NON_ESP_MARKER_BYTES = 4;

/** Largest IP payload that the 16-bit length fields allow: RFC 791 §3.1 less the header, RFC 8200 §3. */
const MAX_IP_PAYLOAD_BYTES: Readonly<Record<IpFamily, number>> = { 4: 65_515, 6: 65_535 };

/**
 * The size of an IP packet that carries an echo request, RFC 792 and RFC 4443 §4.1.
 *
 * @param pingPayloadBytes what `ping -l` or `ping -s` is given
 * @returns bytes of the whole IP packet
 */
export function pingIpBytes(pingPayloadBytes: number, family: IpFamily): number {
  return MIN_IP_HEADER_BYTES[family] + ICMP_HEADER_BYTES + pingPayloadBytes;
}

/**
 * The echo payload that makes an IP packet of a given size: the inverse of `pingIpBytes`.
 *
 * @param ipBytes bytes of the whole IP packet
 */
export function pingPayloadBytes(ipBytes: number, family: IpFamily): number {
  return ipBytes - MIN_IP_HEADER_BYTES[family] - ICMP_HEADER_BYTES;
}

/**
 * The size of an IP packet that carries a UDP datagram, RFC 768.
 *
 * @param udpPayloadBytes bytes after the UDP header; on port 4500 the 4-byte non-ESP marker is part of them
 * @returns bytes of the whole IP packet, were it never split
 */
export function udpIpBytes(udpPayloadBytes: number, family: IpFamily): number {
  return MIN_IP_HEADER_BYTES[family] + UDP_HEADER_BYTES + udpPayloadBytes;
}

/**
 * The UDP payload that makes an IP packet of a given size: the inverse of `udpIpBytes`.
 *
 * @param ipBytes bytes of the whole IP packet
 */
export function udpPayloadBytes(ipBytes: number, family: IpFamily): number {
  return ipBytes - MIN_IP_HEADER_BYTES[family] - UDP_HEADER_BYTES;
}

/**
 * The size of an IP packet that carries an IKE message, RFC 7296 §2.
 *
 * @param ikeLength the Length field of the IKE header
 * @param port 4500 adds the non-ESP marker
 */
export function ikeIpBytes(ikeLength: number, port: number, family: IpFamily): number {
  return udpIpBytes(ikeLength + (port === 4500 ? NON_ESP_MARKER_BYTES : 0), family);
}

/**
 * The largest IP fragment that is not the last, RFC 791 §3.2 and RFC 8200 §4.5: its payload is a multiple of
 * 8.
 *
 * @returns bytes of the whole IP packet
 * @throws {RangeError} no 8 bytes of payload fit
 */
export function maxNonLastFragment(mtu: number, family: IpFamily): number {
  const header = fragmentHeaderBytes(family);
  const payload = Math.floor((mtu - header) / 8) * 8;
  if (!(payload >= 8)) {
    throw new RangeError(
      `Cannot split an IPv${family} packet: an MTU of ${mtu} leaves no room for 8 bytes of payload`,
    );
  }
  return header + payload;
}

/**
 * The IP packets that a host makes of one datagram, RFC 791 §3.2 and RFC 8200 §4.5.
 *
 * @param ipPayloadBytes bytes after the IP header: a UDP datagram with its 8-byte header
 * @param mtu bytes of a whole IP packet
 * @returns bytes of each whole IP packet in order; a single one when it fits
 * @throws {RangeError} the payload is more than IP can carry, or not even 8 bytes of it fit the MTU
 */
export function ipFragmentSizes(ipPayloadBytes: number, mtu: number, family: IpFamily): number[] {
  if (!(ipPayloadBytes >= 0 && ipPayloadBytes <= MAX_IP_PAYLOAD_BYTES[family])) {
    throw new RangeError(
      `Cannot split an IPv${family} packet: ${ipPayloadBytes} bytes of payload exceed ${MAX_IP_PAYLOAD_BYTES[family]}`,
    );
  }
  const whole = MIN_IP_HEADER_BYTES[family] + ipPayloadBytes;
  if (whole <= mtu) return [whole];
  const header = fragmentHeaderBytes(family);
  const step = maxNonLastFragment(mtu, family) - header;
  // Only the last IP fragment may use the bytes of the MTU beyond the multiple of 8.
  const lastRoom = mtu - header;
  const sizes: number[] = [];
  let left = ipPayloadBytes;
  while (left > lastRoom) {
    sizes.push(header + step);
    left -= step;
  }
  sizes.push(header + left);
  return sizes;
}

/**
 * The largest IPv4 MTU whose IP fragments still fit an IPv6 link after translation: 28 less than the link's
 * MTU.
 *
 * @param linkMtu bytes of a whole IPv6 packet
 */
export function translationSafeMtu(linkMtu: number): number {
  return linkMtu - TRANSLATION_GROWTH_BYTES - IPV6_FRAGMENT_HEADER_BYTES;
}

/**
 * The largest MTU of which every IP fragment fits a 1500-byte IPv6 link after translation from IPv4: 1472.
 */
export const TRANSLATION_SAFE_MTU = translationSafeMtu(ETHERNET_MTU);

/** What an ESP suite adds to a packet, RFC 4303 §2: sizes in bytes. */
export interface EspCipher {
  name: string;
  ivBytes: number;
  /** The inner packet, Pad Length and Next Header together are padded to a multiple of this. */
  alignBytes: number;
  icvBytes: number;
}

/** Common suites: RFC 4106, RFC 7634, RFC 3602, RFC 2451; ICVs from RFC 2404 and RFC 4868 §2.3. */
export const espCiphers = [
  { name: "AES-GCM-16", ivBytes: 8, alignBytes: 4, icvBytes: 16 },
  { name: "ChaCha20-Poly1305", ivBytes: 8, alignBytes: 4, icvBytes: 16 },
  { name: "AES-CBC/SHA1-96", ivBytes: 16, alignBytes: 16, icvBytes: 12 },
  { name: "AES-CBC/SHA2-256-128", ivBytes: 16, alignBytes: 16, icvBytes: 16 },
  { name: "AES-CBC/SHA2-384-192", ivBytes: 16, alignBytes: 16, icvBytes: 24 },
  { name: "AES-CBC/SHA2-512-256", ivBytes: 16, alignBytes: 16, icvBytes: 32 },
  { name: "3DES-CBC/SHA1-96", ivBytes: 8, alignBytes: 8, icvBytes: 12 },
] as const satisfies readonly EspCipher[];
/** The name of a suite in the table. */
export type EspCipherName = (typeof espCiphers)[number]["name"];

/** Pad Length and Next Header, RFC 4303 §2. */
const ESP_TRAILER_BYTES = 2;

/**
 * The largest inner packet that one outer packet of tunnel-mode ESP can carry, RFC 4303 §2 and RFC 3948 §2.1.
 *
 * @param outerMtu bytes of the whole outer IP packet
 * @param family of the outer packet
 * @param natTraversal whether ESP travels in UDP
 * @returns bytes of the whole inner IP packet; 0 when nothing fits
 */
export function tunnelMtu(
  outerMtu: number,
  cipher: EspCipher | EspCipherName,
  family: IpFamily,
  natTraversal: boolean,
): number {
  const { ivBytes, alignBytes, icvBytes } = toEspCipher(cipher);
  const room = outerMtu - espFixedBytes(family, natTraversal) - ivBytes - icvBytes;
  return Math.max(Math.floor(room / alignBytes) * alignBytes - ESP_TRAILER_BYTES, 0);
}

/** Headers of one IP fragment, RFC 791 §3.1 and RFC 8200 §4.5. */
export function fragmentHeaderBytes(family: IpFamily): number {
  return MIN_IP_HEADER_BYTES[family] + (family === 6 ? IPV6_FRAGMENT_HEADER_BYTES : 0);
}

function espFixedBytes(family: IpFamily, natTraversal: boolean): number {
  return MIN_IP_HEADER_BYTES[family] + (natTraversal ? UDP_HEADER_BYTES : 0) + ESP_HEADER_BYTES;
}

function toEspCipher(cipher: EspCipher | EspCipherName): EspCipher {
  if (typeof cipher !== "string") return cipher;
  const found = espCiphers.find(({ name }) => name === cipher);
  if (found === undefined)
    throw new RangeError(`Cannot compute ESP sizes: cipher "${cipher}" is not in the table`);
  return found;
}

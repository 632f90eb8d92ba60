/** ICMP and ICMPv6: which messages are echoes, which are errors, and what an error says and quotes. */
import { ADDRESS_BYTES, addressText } from "./address.ts";
import { type IpFields, IpProtocol, newIpFields, readIp } from "./ip.ts";
import { ICMP_HEADER_BYTES, type IpFamily } from "./sizes.ts";

/** What an ICMP error says, as far as it matters here. */
export type IcmpErrorKind =
  | "packet-too-big"
  | "reassembly-time-exceeded"
  | "port-unreachable"
  | "unreachable"
  | "other";

/** An ICMP error message and the packet that it quotes: RFC 792, RFC 1191 §4, RFC 4443 §3. */
export interface IcmpErrorMessage {
  kind: IcmpErrorKind;
  type: number;
  code: number;
  /**
   * Bytes of a whole IP packet; `null` where the message has no MTU, or says 0 as routers did before RFC
   * 1191.
   */
  nextHopMtu: number | null;
  /** What can be read of the quoted packet; `null` when its IP header is cut or makes no sense. */
  quoted: {
    source: string;
    destination: string;
    protocol: number;
    /** `null` in an IP fragment other than the first, and where the quote is too short. */
    sourcePort: number | null;
    destinationPort: number | null;
    /** The size that was refused: bytes of the whole IP packet, as the quoted length field says. */
    ipBytes: number;
  } | null;
}

/** Whether an ICMP message is an error that quotes a packet. */
export function isIcmpError(family: IpFamily, type: number): boolean {
  return family === 4 ? type === 3 || type === 4 || type === 11 || type === 12 : type >= 1 && type <= 4;
}

/** Whether an ICMP message is an echo request or reply: RFC 792, RFC 4443 §4. */
export function isIcmpEcho(family: IpFamily, type: number): boolean {
  return family === 4 ? type === 0 || type === 8 : type === 128 || type === 129;
}

/**
 * Reads an ICMP error.
 *
 * @param ip the header in front of it, read; its offsets are positions in `bytes` and `view`
 * @returns `null` for a message that is no error
 */
export function readIcmpError(ip: IpFields, bytes: Uint8Array, view: DataView): IcmpErrorMessage | null {
  const { family, payloadStart: start, payloadEnd: end } = ip;
  if (end - start < ICMP_HEADER_BYTES) return null;
  const type = view.getUint8(start);
  const code = view.getUint8(start + 1);
  if (!isIcmpError(family, type)) return null;
  const kind = family === 4 ? kindOfIcmpv4(type, code) : kindOfIcmpv6(type, code);
  const mtu = family === 4 ? view.getUint16(start + 6) : view.getUint32(start + 4);
  return {
    kind,
    type,
    code,
    nextHopMtu: kind === "packet-too-big" && mtu > 0 ? mtu : null,
    quoted: readQuote(family, bytes, view, start + ICMP_HEADER_BYTES, end),
  };
}

function kindOfIcmpv4(type: number, code: number): IcmpErrorKind {
  if (type === 3) return code === 4 ? "packet-too-big" : code === 3 ? "port-unreachable" : "unreachable";
  return type === 11 && code === 1 ? "reassembly-time-exceeded" : "other";
}

function kindOfIcmpv6(type: number, code: number): IcmpErrorKind {
  if (type === 2) return "packet-too-big";
  if (type === 1) return code === 4 ? "port-unreachable" : "unreachable";
  return type === 3 && code === 1 ? "reassembly-time-exceeded" : "other";
}

function readQuote(
  family: IpFamily,
  bytes: Uint8Array,
  view: DataView,
  start: number,
  end: number,
): IcmpErrorMessage["quoted"] {
  if (end - start < 20 || view.getUint8(start) >> 4 !== family) return null;
  const ip = newIpFields();
  if (!readIp(ip, view, start, end)) return null;
  const hasPorts =
    (ip.protocol === IpProtocol.udp || ip.protocol === IpProtocol.tcp) &&
    ip.fragmentOffset === 0 &&
    ip.payloadEnd - ip.payloadStart >= 4;
  return {
    source: addressText(family, bytes, ip.addresses),
    destination: addressText(family, bytes, ip.addresses + ADDRESS_BYTES[family]),
    protocol: ip.protocol,
    sourcePort: hasPorts ? view.getUint16(ip.payloadStart) : null,
    destinationPort: hasPorts ? view.getUint16(ip.payloadStart + 2) : null,
    ipBytes: ip.ipBytes,
  };
}

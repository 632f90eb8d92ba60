/** IPv4 and IPv6 headers with their extension headers, IP fragments, and IP inside IP or GRE. */
import { dispatchEtherType } from "./link.ts";
import { type IpFamily, MIN_IP_HEADER_BYTES } from "./sizes.ts";

/** IP protocol numbers that matter here, IANA "Assigned Internet Protocol Numbers". */
export const IpProtocol = {
  icmp: 1,
  ipip: 4,
  tcp: 6,
  udp: 17,
  ipv6: 41,
  gre: 47,
  esp: 50,
  ah: 51,
  icmpv6: 58,
} as const;

const IPV4_HEADER_BYTES = MIN_IP_HEADER_BYTES[4];
const IPV6_HEADER_BYTES = MIN_IP_HEADER_BYTES[6];
/** The most extension headers in front of one payload: more are nonsense or an attack. */
const MAX_EXTENSION_HEADERS = 16;

/** One IP packet as it was on the wire, for evidence. */
export interface IpPacket {
  /** The frame that holds it: 1-based, over the whole file. */
  frame: number;
  /** Bytes of the whole IP packet, header included. */
  ipBytes: number;
  /** IPv4's DF; `null` on IPv6. */
  dontFragment: boolean | null;
  /** Where its payload belongs in the datagram, in bytes; 0 for a packet that is no IP fragment. */
  ipFragmentOffset: number;
  moreIpFragments: boolean;
  /**
   * Bytes behind the IP header: of a whole packet with its UDP header, of an IP fragment its part of the
   * datagram. A translator between IPv4 and IPv6 leaves them as they are.
   */
  payloadBytes: number;
  /** The Identification of IPv4's header, or of IPv6's Fragment header; `null` where there is none. */
  identification: number | null;
  /** IPv4's Time to Live, IPv6's Hop Limit: what the routers before the point of capture left of it. */
  hopLimit: number;
}

/** One IP packet's header, read. The same object is filled again for the next packet. */
export interface IpFields {
  family: IpFamily;
  /**
   * Where the IP header begins. The source address stands at `addresses`, and the destination address follows
   * it.
   */
  start: number;
  addresses: number;
  /**
   * What begins at `payloadStart`, behind IPv6 extension headers; of an IP fragment, what the Fragment header
   * names.
   */
  protocol: number;
  payloadStart: number;
  /** Where the captured part of the payload ends. */
  payloadEnd: number;
  /** Bytes of the whole IP packet on the wire, as its length field says. */
  ipBytes: number;
  /** Payload bytes on the wire that were not captured, because the snaplen cut the frame. */
  cutBytes: number;
  isIpFragment: boolean;
  /** In bytes. */
  fragmentOffset: number;
  moreFragments: boolean;
  identification: number;
  /** `null` on IPv6. */
  dontFragment: boolean | null;
  /** IPv4's Time to Live, IPv6's Hop Limit. */
  hopLimit: number;
}

/** Empty fields, for `readIp` to fill. */
export function newIpFields(): IpFields {
  return {
    family: 4,
    start: 0,
    addresses: 0,
    protocol: 0,
    payloadStart: 0,
    payloadEnd: 0,
    ipBytes: 0,
    cutBytes: 0,
    isIpFragment: false,
    fragmentOffset: 0,
    moreFragments: false,
    identification: 0,
    dontFragment: null,
    hopLimit: 0,
  };
}

/** What evidence keeps of a packet whose header was read. */
export function toIpPacket(frame: number, fields: IpFields): IpPacket {
  return {
    frame,
    ipBytes: fields.ipBytes,
    dontFragment: fields.dontFragment,
    ipFragmentOffset: fields.fragmentOffset,
    moreIpFragments: fields.moreFragments,
    payloadBytes: fields.payloadEnd - fields.payloadStart + fields.cutBytes,
    identification: fields.family === 4 || fields.isIpFragment ? fields.identification : null,
    hopLimit: fields.hopLimit,
  };
}

/**
 * Reads the IP header at `start`, RFC 791 §3.1 or RFC 8200 §3 and §4.
 *
 * @param end where the frame ends
 * @returns whether there is a header that makes sense; if not, the fields must not be used
 */
export function readIp(fields: IpFields, view: DataView, start: number, end: number): boolean {
  return view.getUint8(start) >> 4 === 4
    ? readIpv4(fields, view, start, end)
    : readIpv6(fields, view, start, end);
}

function readIpv4(fields: IpFields, view: DataView, start: number, end: number): boolean {
  const headerBytes = (view.getUint8(start) & 0x0f) * 4;
  if (headerBytes < IPV4_HEADER_BYTES || end - start < headerBytes) return false;
  // 0 where the network card cuts the packet later (TSO): then only the length of the frame is known.
  const ipBytes = view.getUint16(start + 2) || end - start;
  if (ipBytes < headerBytes) return false;
  const fragment = view.getUint16(start + 6);
  fields.family = 4;
  fields.start = start;
  fields.addresses = start + 12;
  fields.protocol = view.getUint8(start + 9);
  fields.payloadStart = start + headerBytes;
  fields.payloadEnd = Math.min(start + ipBytes, end);
  fields.ipBytes = ipBytes;
  fields.cutBytes = Math.max(start + ipBytes - end, 0);
  // DF does not matter: captures do have packets with DF set and an offset that is not 0.
  fields.isIpFragment = (fragment & 0x3fff) !== 0;
  fields.fragmentOffset = (fragment & 0x1fff) * 8;
  fields.moreFragments = (fragment & 0x2000) !== 0;
  fields.dontFragment = (fragment & 0x4000) !== 0;
  fields.identification = view.getUint16(start + 4);
  fields.hopLimit = view.getUint8(start + 8);
  return true;
}

function readIpv6(fields: IpFields, view: DataView, start: number, end: number): boolean {
  if (end - start < IPV6_HEADER_BYTES) return false;
  const payloadBytes = view.getUint16(start + 4) || end - start - IPV6_HEADER_BYTES;
  const wireEnd = start + IPV6_HEADER_BYTES + payloadBytes;
  fields.family = 6;
  fields.start = start;
  fields.addresses = start + 8;
  fields.protocol = view.getUint8(start + 6);
  fields.payloadStart = start + IPV6_HEADER_BYTES;
  fields.payloadEnd = Math.min(wireEnd, end);
  fields.ipBytes = IPV6_HEADER_BYTES + payloadBytes;
  fields.cutBytes = Math.max(wireEnd - end, 0);
  fields.isIpFragment = false;
  fields.fragmentOffset = 0;
  fields.moreFragments = false;
  fields.dontFragment = null;
  fields.identification = 0;
  fields.hopLimit = view.getUint8(start + 7);
  return skipExtensionHeaders(fields, view);
}

/**
 * Moves `payloadStart` past extension headers, RFC 8200 §4.1 (any order is read), and past AH, RFC 4302 §2.
 * The Fragment header of an IP fragment ends the walk: what follows it is whole only after reassembly.
 *
 * @returns whether all headers are there
 */
export function skipExtensionHeaders(fields: IpFields, view: DataView): boolean {
  for (let headers = 0; headers <= MAX_EXTENSION_HEADERS; headers++) {
    const at = fields.payloadStart;
    const left = fields.payloadEnd - at;
    switch (fields.protocol) {
      case 0: // Hop-by-Hop Options
      case 43: // Routing
      case 60: // Destination Options
      case 135: // Mobility
      case 139: // HIP
      case 140: // Shim6
        // In IPv4, these numbers are protocols of their own.
        if (fields.family === 4) return true;
        if (left < 8) return false;
        fields.protocol = view.getUint8(at);
        fields.payloadStart += (view.getUint8(at + 1) + 1) * 8;
        break;
      case 44: {
        if (fields.family === 4) return true;
        if (left < 8) return false;
        const fragment = view.getUint16(at + 2);
        fields.protocol = view.getUint8(at);
        fields.payloadStart += 8;
        fields.identification = view.getUint32(at + 4);
        fields.fragmentOffset = fragment & 0xfff8;
        fields.moreFragments = (fragment & 1) !== 0;
        // An atomic fragment (RFC 6946) is a whole packet.
        fields.isIpFragment = fields.moreFragments || fields.fragmentOffset > 0;
        if (fields.isIpFragment) return true;
        break;
      }
      case IpProtocol.ah:
        if (left < 8) return false;
        fields.protocol = view.getUint8(at);
        fields.payloadStart += (view.getUint8(at + 1) + 2) * 4;
        break;
      default:
        return fields.payloadStart <= fields.payloadEnd;
    }
    if (fields.payloadStart > fields.payloadEnd) return false;
  }
  return false;
}

/**
 * Finds the inner IP header in the payload of IP in IP or GRE: RFC 2003, RFC 4213 §3.5, RFC 2784 and RFC
 * 2890.
 *
 * @returns an offset into `view`, or -1
 */
export function findTunnelledIp(protocol: number, view: DataView, start: number, end: number): number {
  if (protocol === IpProtocol.ipip) return dispatchEtherType(view, 0x0800, start, end);
  if (protocol === IpProtocol.ipv6) return dispatchEtherType(view, 0x86dd, start, end);
  if (protocol !== IpProtocol.gre || end - start < 4) return -1;
  const flags = view.getUint16(start);
  const version = flags & 7;
  const isRouted = (flags & 0x4000) !== 0;
  if (version > 1 || isRouted) return -1;
  let headerBytes = 4;
  if ((flags & 0x8000) !== 0) headerBytes += 4; // Checksum
  if ((flags & 0x2000) !== 0) headerBytes += 4; // Key
  if ((flags & 0x1000) !== 0) headerBytes += 4; // Sequence Number
  if (version === 1 && (flags & 0x0080) !== 0) headerBytes += 4; // Acknowledgment Number, RFC 2637 §4.1
  const etherType = view.getUint16(start + 2);
  const at = start + headerBytes;
  // Transparent Ethernet bridging, RFC 7637 §3.2.
  if (etherType === 0x6558)
    return end - at < 14 ? -1 : dispatchEtherType(view, view.getUint16(at + 12), at + 14, end);
  return end - at < 1 ? -1 : dispatchEtherType(view, etherType, at, end);
}

/** Finds IP in a frame of any link type that captures commonly have. */

/** LINKTYPE_ values, https://www.tcpdump.org/linktypes.html. */
export const LinkType = {
  null: 0,
  ethernet: 1,
  ppp: 9,
  dltRawBsd: 12,
  dltRawOpenBsd: 14,
  pppHdlc: 50,
  pppEther: 51,
  raw: 101,
  cHdlc: 104,
  ieee80211: 105,
  frameRelay: 107,
  loop: 108,
  linuxSll: 113,
  radiotap: 127,
  pppWithDirection: 204,
  ipv4: 228,
  ipv6: 229,
  nflog: 239,
  pktap: 258,
  linuxSll2: 276,
} as const;

/** The frame carries no IP packet, or ends before one begins. */
export const NOT_IP = -1;
/** Frames of the link type are not read. */
export const UNREAD_LINK_TYPE = -2;

/**
 * The most VLAN tags, PPPoE headers and MPLS labels in front of one packet: more are nonsense or an attack.
 */
const MAX_STACKED_HEADERS = 16;

/**
 * Finds the IP header in a frame; its version field says which IP it is.
 *
 * @param start where the frame begins in `view`
 * @returns an offset into `view`, or `NOT_IP`, or `UNREAD_LINK_TYPE`
 */
export function findIp(linkType: number, view: DataView, start: number, end: number): number {
  switch (linkType) {
    case LinkType.ethernet:
      return end - start < 14 ? NOT_IP : afterEtherType(view, start + 12, end);
    case LinkType.raw:
    case LinkType.dltRawBsd:
    case LinkType.dltRawOpenBsd:
    case LinkType.ipv4:
    case LinkType.ipv6:
      return ipAt(view, start, end);
    case LinkType.linuxSll:
      return end - start < 16 ? NOT_IP : afterEtherType(view, start + 14, end);
    case LinkType.linuxSll2:
      return end - start < 20 ? NOT_IP : dispatchEtherType(view, view.getUint16(start), start + 20, end);
    case LinkType.null:
    case LinkType.loop:
      return afterLoopback(view, start, end);
    case LinkType.ppp:
    case LinkType.pppHdlc:
      return afterPpp(view, start, end);
    case LinkType.pppWithDirection:
      return afterPpp(view, start + 1, end);
    case LinkType.pppEther:
      return afterPppoe(view, start, end);
    case LinkType.cHdlc:
      return end - start < 4 ? NOT_IP : afterEtherType(view, start + 2, end);
    case LinkType.frameRelay:
      return afterFrameRelay(view, start, end);
    case LinkType.ieee80211:
      return afterIeee80211(view, start, end, false);
    case LinkType.radiotap:
      return afterRadiotap(view, start, end);
    case LinkType.pktap:
      return afterPktap(view, start, end);
    case LinkType.nflog:
      return afterNflog(view, start, end);
    default:
      return UNREAD_LINK_TYPE;
  }
}

/**
 * Finds the IP header behind an EtherType, RFC 2784 §2.4: a frame's own, or one inside GRE.
 *
 * @param at where the header begins that the EtherType names
 * @returns an offset into `view`, or `NOT_IP`
 */
export function dispatchEtherType(view: DataView, etherType: number, at: number, end: number): number {
  let type = etherType;
  let offset = at;
  for (let stacked = 0; stacked < MAX_STACKED_HEADERS; stacked++) {
    switch (type) {
      case 0x0800:
      case 0x86dd:
        return ipAt(view, offset, end);
      case 0x8100: // 802.1Q
      case 0x88a8: // 802.1ad
      case 0x9100: // QinQ before 802.1ad
      case 0x9200:
        if (end - offset < 4) return NOT_IP;
        type = view.getUint16(offset + 2);
        offset += 4;
        break;
      case 0x8864: // PPPoE session
        return afterPppoe(view, offset, end);
      case 0x880b: // PPP in GRE and elsewhere
        return afterPpp(view, offset, end);
      case 0x8847: // MPLS
      case 0x8848:
        return afterMpls(view, offset, end);
      default:
        return type <= 1500 ? afterLlc(view, offset, end) : NOT_IP;
    }
  }
  return NOT_IP;
}

function afterEtherType(view: DataView, at: number, end: number): number {
  const type = view.getUint16(at);
  // Nearly all frames are IPv4.
  if (type === 0x0800) return ipAt(view, at + 2, end);
  return dispatchEtherType(view, type, at + 2, end);
}

/** Whether an IP header can begin here: enough bytes, and a version that exists. */
function ipAt(view: DataView, at: number, end: number): number {
  if (end - at < 20) return NOT_IP;
  const version = view.getUint8(at) >> 4;
  return version === 4 || version === 6 ? at : NOT_IP;
}

/** IEEE 802.2 LLC: SNAP with an EtherType (RFC 1042), or IP by its own SAP. */
function afterLlc(view: DataView, at: number, end: number): number {
  if (end - at < 8) return NOT_IP;
  const saps = view.getUint16(at);
  if (saps === 0xaaaa && view.getUint8(at + 2) === 0x03) {
    const type = view.getUint16(at + 6);
    return type > 1500 ? dispatchEtherType(view, type, at + 8, end) : NOT_IP;
  }
  return saps === 0x0606 && view.getUint8(at + 2) === 0x03 ? ipAt(view, at + 3, end) : NOT_IP;
}

/** RFC 2516 §4: only packets of the session stage carry IP. */
function afterPppoe(view: DataView, at: number, end: number): number {
  if (end - at < 8 || view.getUint16(at) !== 0x1100) return NOT_IP;
  return afterPpp(view, at + 6, end);
}

/**
 * RFC 1661 §2, RFC 1662 §3.1: the address and control bytes may be absent, and so may the protocol's first
 * zero byte.
 */
function afterPpp(view: DataView, start: number, end: number): number {
  let at = start;
  if (end - at < 4) return NOT_IP;
  const first = view.getUint8(at);
  // Cisco HDLC under a PPP link type, as in Linux and Juniper captures.
  if (first === 0x0f || first === 0x8f) return afterEtherType(view, at + 2, end);
  if (first === 0xff && view.getUint8(at + 1) === 0x03) at += 2;
  if (end - at < 2) return NOT_IP;
  let protocol = view.getUint8(at++);
  if ((protocol & 1) === 0) protocol = (protocol << 8) | view.getUint8(at++);
  switch (protocol) {
    case 0x0021:
    case 0x0057:
      return ipAt(view, at, end);
    case 0x0281: // MPLS, RFC 3032 §4.3
    case 0x0283:
      return afterMpls(view, at, end);
    default:
      return NOT_IP;
  }
}

/** RFC 3032 §2.1: labels to the bottom of the stack; then the version field says whether IP follows. */
function afterMpls(view: DataView, start: number, end: number): number {
  let at = start;
  for (let stacked = 0; stacked < MAX_STACKED_HEADERS && end - at >= 4; stacked++) {
    const bottom = (view.getUint8(at + 2) & 1) !== 0;
    at += 4;
    if (bottom) return ipAt(view, at, end);
  }
  return NOT_IP;
}

/** BSD loopback: an address family in the byte order of the capturing computer. */
function afterLoopback(view: DataView, at: number, end: number): number {
  if (end - at < 4) return NOT_IP;
  const big = view.getUint32(at);
  const family = big > 0xffff ? view.getUint32(at, true) : big;
  // AF_INET, and AF_INET6 on Linux, NetBSD, FreeBSD and macOS.
  return family === 2 || family === 10 || family === 24 || family === 28 || family === 30
    ? ipAt(view, at + 4, end)
    : NOT_IP;
}

/** RFC 2427 §3: two address bytes, UI, then a Network Layer Protocol ID. */
function afterFrameRelay(view: DataView, start: number, end: number): number {
  let at = start;
  while (at < end && (view.getUint8(at) & 1) === 0) at++;
  at++;
  if (end - at < 8) return NOT_IP;
  if (view.getUint8(at) !== 0x03) return afterEtherType(view, at, end);
  at++;
  if (view.getUint8(at) === 0) at++;
  const nlpid = view.getUint8(at);
  if (nlpid === 0xcc || nlpid === 0x8e) return ipAt(view, at + 1, end);
  return nlpid === 0x80 && end - at >= 6 ? afterEtherType(view, at + 4, end) : NOT_IP;
}

/** IEEE 802.11 data frames in the clear; the number of addresses, QoS and HT fields varies. */
function afterIeee80211(view: DataView, start: number, end: number, paddedTo4: boolean): number {
  if (end - start < 24) return NOT_IP;
  const control = view.getUint8(start);
  const flags = view.getUint8(start + 1);
  const isData = (control & 0x0c) === 0x08;
  const hasNoBody = (control & 0x40) !== 0;
  const isEncrypted = (flags & 0x40) !== 0;
  if (!isData || hasNoBody || isEncrypted) return NOT_IP;
  let headerBytes = (flags & 0x03) === 0x03 ? 30 : 24;
  const isQos = (control & 0x80) !== 0;
  let isAggregate = false;
  if (isQos) {
    if (end - start < headerBytes + 2) return NOT_IP;
    isAggregate = (view.getUint8(start + headerBytes) & 0x80) !== 0;
    headerBytes += (flags & 0x80) !== 0 ? 6 : 2;
  }
  if (paddedTo4) headerBytes = (headerBytes + 3) & ~3;
  // The first subframe of an A-MSDU begins with two addresses and a length.
  return afterLlc(view, start + headerBytes + (isAggregate ? 14 : 0), end);
}

/**
 * radiotap.org: little-endian, with its own length, and a flag that says whether the 802.11 header is padded.
 */
function afterRadiotap(view: DataView, start: number, end: number): number {
  if (end - start < 8) return NOT_IP;
  const length = view.getUint16(start + 2, true);
  if (length < 8 || end - start < length) return NOT_IP;
  const present = view.getUint32(start + 4, true);
  let at = start + 8;
  for (let word = present; (word & 0x80000000) !== 0 && at + 4 <= start + length; at += 4) {
    word = view.getUint32(at, true);
  }
  // TSFT, aligned to 8 bytes from the header's start, comes before Flags.
  if ((present & 1) !== 0) at = start + ((at - start + 7) & ~7) + 8;
  const isPadded = (present & 2) !== 0 && at < start + length && (view.getUint8(at) & 0x20) !== 0;
  return afterIeee80211(view, start + length, end, isPadded);
}

/** Apple's pktap: little-endian, with its own length, the record type, and the link type of what follows. */
function afterPktap(view: DataView, start: number, end: number): number {
  if (end - start < 12) return NOT_IP;
  const length = view.getUint32(start, true);
  const isPacket = view.getUint32(start + 4, true) === 1;
  const linkType = view.getUint32(start + 8, true);
  if (!isPacket || length < 12 || length > end - start || linkType === LinkType.pktap) return NOT_IP;
  return findIp(linkType, view, start + length, end);
}

/** Netfilter log: TLVs in the byte order of the host; the packet is in NFULA_PAYLOAD (9). */
function afterNflog(view: DataView, start: number, end: number): number {
  for (const littleEndian of [true, false]) {
    for (let at = start + 4; end - at >= 4; ) {
      const length = view.getUint16(at, littleEndian);
      if (length < 4 || length > end - at) break;
      if ((view.getUint16(at + 2, littleEndian) & 0x7fff) === 9) return ipAt(view, at + 4, at + length);
      at += (length + 3) & ~3;
    }
  }
  return NOT_IP;
}

/** Keeps of a capture what may leave this computer: IKE and ICMP, nothing that the VPN carries. */

const FILE_HEADER_BYTES = 24;
const RECORD_HEADER_BYTES = 16;
const UDP = 17;
const ICMP = 1;
const ICMPV6 = 58;
const FRAGMENT_HEADER = 44; // RFC 8200 section 4.5, 8 bytes
/**
 * IP fragments of one datagram follow one another closely. Later, another datagram may have the same number.
 */
const FRAGMENTS_WITHIN_SECONDS = 3;

/** Where the IP packet begins in a frame, by the link type of the file. */
const IP_AT: Record<number, (frame: Buffer) => number> = {
  0: () => 4, // BSD loopback
  1: ethernet,
  9: (frame) => (frame[0] === 0xff ? 4 : 2), // PPP, with and without its address
  101: () => 0, // raw IP
  108: () => 4,
  113: () => 16, // Linux cooked
  276: () => 20,
};

function ethernet(frame: Buffer): number {
  let at = 12;
  while (at + 4 <= frame.length && [0x8100, 0x88a8].includes(frame.readUInt16BE(at))) at += 4;
  return at + 2;
}

/** An IP packet in a frame. Positions count from the beginning of the frame. */
interface Packet {
  protocol: number;
  payloadAt: number;
  /** In bytes; 0 in a whole packet. */
  fragmentOffset: number;
  /** The same for all IP fragments of a datagram; `null` for a whole packet. */
  datagram: string | null;
}

/**
 * Writes a capture again with only what a diagnosis needs: IKE messages whole, and of ICMP the headers,
 * including the quoted ones. A later IP fragment has no ports. Unless its first fragment shows that it
 * belongs to IKE, its size stays and its bytes become zeros.
 *
 * @param pcap what tcpdump wrote; its end may be cut
 * @returns `null` where it is not a pcap of a known link type: then nothing of it may leave
 */
export function minimizeCapture(pcap: Uint8Array): { bytes: Uint8Array; packets: number } | null {
  const file = Buffer.from(pcap.buffer, pcap.byteOffset, pcap.length);
  if (file.length < FILE_HEADER_BYTES) return null;
  const isLittle = [0xa1b2c3d4, 0xa1b23c4d].includes(file.readUInt32LE(0));
  if (!isLittle && ![0xa1b2c3d4, 0xa1b23c4d].includes(file.readUInt32BE(0))) return null;
  const u32 = (at: number) => (isLittle ? file.readUInt32LE(at) : file.readUInt32BE(at));
  const ipAt = IP_AT[u32(20) & 0xffff];
  if (!ipAt) return null;

  const records: { header: Buffer; frame: Buffer; seconds: number; packet: Packet }[] = [];
  for (let at = FILE_HEADER_BYTES; at + RECORD_HEADER_BYTES <= file.length; ) {
    const end = at + RECORD_HEADER_BYTES + u32(at + 8);
    if (end > file.length) break;
    const frame = file.subarray(at + RECORD_HEADER_BYTES, end);
    const packet = readPacket(frame, ipAt(frame));
    const header = file.subarray(at, at + RECORD_HEADER_BYTES);
    if (packet) records.push({ header, frame, seconds: u32(at), packet });
    at = end;
  }

  // Found first, because IP fragments may overtake one another.
  const ikeDatagrams = new Set<string>();
  for (const { frame, seconds, packet } of records) {
    if (packet.datagram === null || packet.fragmentOffset > 0 || !isIke(frame, packet)) continue;
    // Stored by second: a lookup stays fast even where a gateway gives all datagrams the same number.
    ikeDatagrams.add(`${packet.datagram} ${seconds}`);
  }
  const isOfIke = (datagram: string | null, seconds: number): boolean => {
    for (let at = seconds - FRAGMENTS_WITHIN_SECONDS; at <= seconds + FRAGMENTS_WITHIN_SECONDS; at++)
      if (ikeDatagrams.has(`${datagram} ${at}`)) return true;
    return false;
  };

  const parts: Buffer[] = [file.subarray(0, FILE_HEADER_BYTES)];
  let packets = 0;
  for (const { header, frame, seconds, packet } of records) {
    const kept = keep(frame, packet, isOfIke(packet.datagram, seconds));
    if (kept === null) continue;
    const copy = Buffer.from(header);
    if (isLittle) copy.writeUInt32LE(kept.length, 8);
    else copy.writeUInt32BE(kept.length, 8);
    parts.push(copy, kept);
    packets += 1;
  }
  return { bytes: Buffer.concat(parts), packets };
}

function keep(frame: Buffer, packet: Packet, isOfIke: boolean): Buffer | null {
  const { protocol, payloadAt, fragmentOffset } = packet;
  if (protocol === UDP) {
    if (fragmentOffset === 0) return isIke(frame, packet) ? frame : null;
    return isOfIke ? frame : Buffer.from(frame).fill(0, payloadAt);
  }
  if (fragmentOffset > 0) return null;
  if (protocol !== ICMP && protocol !== ICMPV6) return null;
  return frame.subarray(0, icmpEnd(frame, payloadAt, protocol));
}

/** Where ICMP's header ends; of an error, the quoted IP header and 8 bytes more (RFC 792). */
function icmpEnd(frame: Buffer, at: number, protocol: number): number {
  const type = frame[at] ?? 0;
  const isError = protocol === ICMP ? [3, 4, 5, 11, 12].includes(type) : type < 128;
  const quote = at + 8;
  if (!isError) return quote;
  const quotedHeaderBytes = protocol === ICMP ? ((frame[quote] ?? 0) & 0x0f) * 4 : 48;
  return quote + quotedHeaderBytes + 8;
}

/** Known by the ports, and on 4500 by the marker that IKE has and ESP has not, RFC 3948 section 2.2. */
function isIke(frame: Buffer, { protocol, payloadAt }: Packet): boolean {
  if (protocol !== UDP || frame.length < payloadAt + 12) return false;
  const ports = [frame.readUInt16BE(payloadAt), frame.readUInt16BE(payloadAt + 2)];
  if (ports.includes(500)) return true;
  return ports.includes(4500) && frame.readUInt32BE(payloadAt + 8) === 0;
}

function readPacket(frame: Buffer, at: number): Packet | null {
  const version = (frame[at] ?? 0) >> 4;
  if (version === 4 && frame.length >= at + 20) return readV4(frame, at);
  return version === 6 && frame.length >= at + 48 ? readV6(frame, at) : null;
}

function readV4(frame: Buffer, at: number): Packet {
  const flags = frame.readUInt16BE(at + 6);
  const fragmentOffset = (flags & 0x1fff) * 8;
  const isFragment = fragmentOffset > 0 || (flags & 0x2000) !== 0;
  const protocol = frame.readUInt8(at + 9);
  const id = frame.subarray(at + 4, at + 6);
  return {
    protocol,
    payloadAt: at + (frame.readUInt8(at) & 0x0f) * 4,
    fragmentOffset,
    datagram: isFragment ? name(protocol, id, frame.subarray(at + 12, at + 20)) : null,
  };
}

function readV6(frame: Buffer, at: number): Packet {
  const next = frame.readUInt8(at + 6);
  if (next !== FRAGMENT_HEADER)
    return { protocol: next, payloadAt: at + 40, fragmentOffset: 0, datagram: null };
  const protocol = frame.readUInt8(at + 40);
  const id = frame.subarray(at + 44, at + 48);
  return {
    protocol,
    payloadAt: at + 48,
    fragmentOffset: frame.readUInt16BE(at + 42) & 0xfff8,
    datagram: name(protocol, id, frame.subarray(at + 8, at + 40)),
  };
}

const name = (protocol: number, id: Buffer, addresses: Buffer): string =>
  `${protocol} ${id.toString("hex")} ${addresses.toString("hex")}`;

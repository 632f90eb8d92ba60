/** Builds packets and captures for tests, header by header, with documentation addresses. */
import { concatBytes } from "../../shared/bytes/concat.ts";
import type { FrameToWrite } from "../../shared/capture/write.ts";
import { ipFragmentSizes } from "../../shared/packet/sizes.ts";
import { encodePcapng } from "./capture-files.ts";

/**
 * Captures are built from the inside out: `frameAt(0, ethernet(ipv4({ ..., payload: udp(500, 500, ike) })))`.
 */
export interface IpPacketToBuild {
  source: string;
  destination: string;
  protocol: number;
  payload: Uint8Array;
  identification?: number;
  dontFragment?: boolean;
  moreFragments?: boolean;
  /** Bytes. */
  fragmentOffset?: number;
  /** Total Length, where it lies. */
  totalLength?: number;
  options?: Uint8Array;
  /** IPv4's Time to Live, IPv6's Hop Limit: 64 unless given. */
  hopLimit?: number;
}

/** 1 January 2026, 00:00:00 UTC: the day on which all built captures take place. */
export const EPOCH_SECONDS = 1_767_225_600;

export function ipv4(packet: IpPacketToBuild): Uint8Array<ArrayBuffer> {
  const options = packet.options ?? new Uint8Array(0);
  const header = new Uint8Array(20 + options.length);
  const view = new DataView(header.buffer);
  header[0] = 0x40 | (header.length / 4);
  view.setUint16(2, packet.totalLength ?? header.length + packet.payload.length);
  view.setUint16(4, packet.identification ?? 0);
  const flags = (packet.dontFragment ? 0x4000 : 0) | (packet.moreFragments ? 0x2000 : 0);
  view.setUint16(6, flags | ((packet.fragmentOffset ?? 0) / 8));
  header[8] = packet.hopLimit ?? 64;
  header[9] = packet.protocol;
  header.set(ipv4Address(packet.source), 12);
  header.set(ipv4Address(packet.destination), 16);
  header.set(options, 20);
  view.setUint16(10, checksum(header));
  return concatBytes([header, packet.payload]);
}

export function ipv6(packet: IpPacketToBuild): Uint8Array<ArrayBuffer> {
  const isIpFragment = packet.moreFragments || (packet.fragmentOffset ?? 0) > 0;
  const fragmentHeader = new Uint8Array(isIpFragment ? 8 : 0);
  if (isIpFragment) {
    const view = new DataView(fragmentHeader.buffer);
    fragmentHeader[0] = packet.protocol;
    view.setUint16(2, (packet.fragmentOffset ?? 0) | (packet.moreFragments ? 1 : 0));
    view.setUint32(4, packet.identification ?? 0);
  }
  const header = new Uint8Array(40);
  header[0] = 0x60;
  new DataView(header.buffer).setUint16(
    4,
    packet.totalLength ?? fragmentHeader.length + packet.payload.length,
  );
  header[6] = isIpFragment ? 44 : packet.protocol;
  header[7] = packet.hopLimit ?? 64;
  header.set(ipv6Address(packet.source), 8);
  header.set(ipv6Address(packet.destination), 24);
  return concatBytes([header, fragmentHeader, packet.payload]);
}

/** IPv4 or IPv6, as the addresses say. */
export function ip(packet: IpPacketToBuild): Uint8Array<ArrayBuffer> {
  return packet.source.includes(":") ? ipv6(packet) : ipv4(packet);
}

/** The packets that a host with this MTU makes of one datagram: one, or its IP fragments in order. */
export function ipPackets(packet: IpPacketToBuild, mtu = 1500): Uint8Array<ArrayBuffer>[] {
  const family = packet.source.includes(":") ? 6 : 4;
  const sizes = ipFragmentSizes(packet.payload.length, mtu, family);
  if (sizes.length === 1) return [ip(packet)];
  const headerBytes = family === 4 ? 20 : 48;
  let offset = 0;
  return sizes.map((size, index) => {
    const from = offset;
    offset += size - headerBytes;
    return ip({
      ...packet,
      payload: packet.payload.subarray(from, offset),
      fragmentOffset: from,
      moreFragments: index < sizes.length - 1,
    });
  });
}

export function udp(
  sourcePort: number,
  destinationPort: number,
  payload: Uint8Array,
  length?: number,
): Uint8Array<ArrayBuffer> {
  const header = new Uint8Array(8);
  const view = new DataView(header.buffer);
  view.setUint16(0, sourcePort);
  view.setUint16(2, destinationPort);
  view.setUint16(4, length ?? 8 + payload.length);
  return concatBytes([header, payload]);
}

/** Body of an Encrypted Fragment payload, RFC 7383 §2.5. */
export function skfBody(number: number, total: number, encrypted: Uint8Array): Uint8Array<ArrayBuffer> {
  return concatBytes([Uint8Array.of(number >> 8, number & 0xff, total >> 8, total & 0xff), encrypted]);
}

/** ICMPv4 Fragmentation Needed, RFC 1191 §4, with the quoted packet's header and first 8 bytes. */
export function fragmentationNeeded(nextHopMtu: number, quoted: Uint8Array): Uint8Array<ArrayBuffer> {
  return icmp(3, 4, Uint8Array.of(0, 0, nextHopMtu >> 8, nextHopMtu & 0xff), quoted.subarray(0, 28));
}

export function icmp(
  type: number,
  code: number,
  rest: Uint8Array,
  body: Uint8Array,
): Uint8Array<ArrayBuffer> {
  return concatBytes([Uint8Array.of(type, code, 0, 0), rest, body]);
}

/** An Ethernet frame around a packet, with 802.1Q tags where asked for. */
export function ethernet(packet: Uint8Array, vlans: readonly number[] = []): Uint8Array<ArrayBuffer> {
  const etherType = (packet[0] ?? 0) >> 4 === 6 ? 0x86dd : 0x0800;
  const tags = vlans.flatMap((vlan) => [0x81, 0x00, vlan >> 8, vlan & 0xff]);
  const head = [2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, ...tags, etherType >> 8, etherType & 0xff];
  return concatBytes([Uint8Array.from(head), packet]);
}

/** A frame so many milliseconds into the day; Ethernet unless another link type is named. */
export function frameAt(
  atMs: number,
  bytes: Uint8Array,
  more: Partial<Pick<FrameToWrite, "linkType" | "originalLength" | "interfaceId">> = {},
): FrameToWrite {
  const seconds = Math.floor(atMs / 1000);
  const nanoseconds = Math.round((atMs - seconds * 1000) * 1e6);
  return { linkType: 1, seconds: EPOCH_SECONDS + seconds, nanoseconds, bytes, ...more };
}

/** What `datagramFrames` sends: a UDP datagram between two hosts. */
export interface DatagramToBuild {
  atMs: number;
  source: string;
  destination: string;
  sourcePort: number;
  destinationPort: number;
  payload: Uint8Array;
  identification?: number;
  dontFragment?: boolean;
  mtu?: number;
  hopLimit?: number;
}

/** The Ethernet frames of one UDP datagram, several when the MTU splits it; 10 µs apart. */
export function datagramFrames(datagram: DatagramToBuild): FrameToWrite[] {
  const { atMs, source, destination, sourcePort, destinationPort, payload, mtu, ...rest } = datagram;
  const packets = ipPackets(
    { source, destination, protocol: 17, payload: udp(sourcePort, destinationPort, payload), ...rest },
    mtu,
  );
  return packets.map((packet, index) => frameAt(atMs + index / 100, ethernet(packet)));
}

/** A frame cut by the snaplen. */
export function cutFrame(frame: FrameToWrite, capturedLength: number): FrameToWrite {
  return { ...frame, bytes: frame.bytes.subarray(0, capturedLength), originalLength: frame.bytes.length };
}

/** The pcapng capture of these frames. */
export const capture = (
  ...frames: readonly (FrameToWrite | readonly FrameToWrite[])[]
): Uint8Array<ArrayBuffer> => encodePcapng(frames.flat());

export function ipv4Address(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text.split(".").map(Number));
}

export function ipv6Address(text: string): Uint8Array<ArrayBuffer> {
  const [head = "", tail] = text.split("::");
  const groups = (part: string): number[] =>
    part === "" ? [] : part.split(":").map((g) => Number.parseInt(g, 16));
  const before = groups(head);
  const after = tail === undefined ? [] : groups(tail);
  const all = [...before, ...Array<number>(8 - before.length - after.length).fill(0), ...after];
  return Uint8Array.from(all.flatMap((group) => [group >> 8, group & 0xff]));
}

function checksum(header: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < header.length; i += 2) sum += ((header[i] ?? 0) << 8) | (header[i + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
  return ~sum & 0xffff;
}

/** Reads a whole capture: every frame, every IP packet, and what is IKE, ESP or ICMP among them. */
import { captureFormat } from "../capture/format.ts";
import type { CapturedFrame } from "../capture/frame.ts";
import { CaptureParser } from "../capture/read.ts";
import { joinSessions } from "../ike/exchange.ts";
import { ADDRESS_BYTES, AddressTexts } from "../packet/address.ts";
import { type FragmentedDatagram, FragmentJoiner } from "../packet/fragments.ts";
import { isIcmpEcho, readIcmpError } from "../packet/icmp.ts";
import {
  findTunnelledIp,
  type IpPacket,
  IpProtocol,
  readIp,
  skipExtensionHeaders,
  toIpPacket,
} from "../packet/ip.ts";
import { findIp, UNREAD_LINK_TYPE } from "../packet/link.ts";
import { ICMP_HEADER_BYTES, MIN_IP_HEADER_BYTES, UDP_HEADER_BYTES } from "../packet/sizes.ts";
import {
  type CaptureSource,
  countBytes,
  GunzipError,
  gunzip,
  takeHead,
  toChunks,
  withHead,
} from "./chunks.ts";
import { EspCounter } from "./esp-flows.ts";
import { type IkePorts, IkeWatcher } from "./ike-watcher.ts";
import { PacketInHand, type PacketKind } from "./packet-in-hand.ts";
import type { CaptureQuality, IcmpError, IkeObserved, IncompleteDatagram, Transcript } from "./transcript.ts";

/** Bounds of a reading, and who listens while it goes on. */
export interface ReadOptions {
  /**
   * The file was minimised by the service: its packet IDs are the frame numbers of the capture that it was
   * made from, which frames get again; its number of frames is that of that capture.
   */
  isMinimized?: boolean;
  /** Reading stops after this many frames, and the transcript says so; no limit unless given. */
  maxPackets?: number;
  /** How many messages the transcript keeps; `onIke` gets all of them. */
  maxIkeMessages?: number;
  /** Where IKE is looked for beside ports 500 and 4500. */
  ports?: IkePorts;
  /** Gets each packet that matters, with its kind. The packet is good until the call returns. */
  onPacket?: (kind: PacketKind, packet: PacketInHand) => void;
  /** Gets each IKE message when it is complete, copies too. */
  onIke?: (message: IkeObserved) => void;
  /** Gets each IP fragment when it is seen. */
  onIpFragment?: (fragment: IpFragmentSeen) => void;
}

/** One IP fragment of any protocol. */
export interface IpFragmentSeen extends IpPacket {
  source: string;
  destination: string;
  protocol: number;
  /** The frames of the whole datagram, when this IP fragment completes it; else `null`. */
  completes: number[] | null;
}

const MAX_IKE_MESSAGES = 100_000;
const MAX_INCOMPLETE = 4096;
const MAX_ICMP_ERRORS = 4096;
const MAX_UNREAD_LINK_TYPES = 64;
/** A receiver waits at least 15 s for missing IP fragments, RFC 791 §3.2. */
const REASSEMBLY_WAIT_MS = 15_000;
/** IP in IP and GRE are read one level deep. */
const MAX_TUNNEL_DEPTH = 1;

/**
 * Reads a capture once, in chunks of any size. Memory stays constant, except for what the transcript keeps.
 */
export class CaptureReader {
  readonly #name: string;
  readonly #options: ReadOptions;
  readonly #parser: CaptureParser;
  readonly #joiner: FragmentJoiner;
  readonly #ike: IkeWatcher;
  readonly #esp = new EspCounter();
  readonly #texts = new AddressTexts();
  readonly #onPacket: NonNullable<ReadOptions["onPacket"]> | null;
  /** One object for all packets, filled again for each. */
  readonly #packet = new PacketInHand();
  readonly #ikeMessages: IkeObserved[] = [];
  readonly #incomplete: IncompleteDatagram[] = [];
  readonly #icmpErrors: IcmpError[] = [];
  readonly #unreadLinkTypes = new Map<number, number>();
  /** These are never `null`: a field that was `null` once would cost a new object for each frame. */
  #firstTimeMs = Number.POSITIVE_INFINITY;
  #lastTimeMs = Number.NEGATIVE_INFINITY;
  #previousTimeMs = Number.NEGATIVE_INFINITY;
  #clockBackwardsFrames = 0;
  #snaplenCutFrames = 0;
  #ikeHeadersCut = false;
  #duplicateFrames = 0;
  #firstFragments = 0;
  #laterFragments = 0;
  #omittedRecords = 0;

  /** @param name the name that messages and evidence give the file */
  constructor(name: string, options: ReadOptions = {}) {
    this.#name = name;
    this.#options = options;
    this.#parser = new CaptureParser(
      name,
      (frame) => this.#readFrame(frame),
      options.maxPackets === undefined ? {} : { maxFrames: options.maxPackets },
    );
    this.#joiner = new FragmentJoiner((datagram) => this.#keepIncomplete(datagram));
    this.#ike = new IkeWatcher(options.ports ?? []);
    this.#onPacket = options.onPacket ?? null;
  }

  /**
   * Reads the next chunk of the file.
   *
   * @throws {UnreadableCaptureError} the file is no pcap or pcapng
   */
  push(chunk: Uint8Array): void {
    this.#parser.push(chunk);
  }

  /**
   * Gives what was read, once the last chunk was.
   *
   * @throws {UnreadableCaptureError} the file is no pcap or pcapng
   */
  end(): Transcript {
    const summary = this.#parser.end();
    this.#joiner.end();
    const hasTime = this.#firstTimeMs <= this.#lastTimeMs;
    // A capture program may have waited long after the last packet that it kept.
    if (summary.endedAtMs !== null) this.#lastTimeMs = Math.max(this.#lastTimeMs, summary.endedAtMs);
    const lastTimeMs = hasTime ? this.#lastTimeMs : null;
    for (const datagram of this.#incomplete) {
      datagram.captureEndedFirst = lastTimeMs !== null && lastTimeMs - datagram.timeMs < REASSEMBLY_WAIT_MS;
    }
    const quality: CaptureQuality = {
      damage: summary.damage ? [summary.damage] : [],
      snaplenCutFrames: this.#snaplenCutFrames,
      ...(this.#ikeHeadersCut && { ikeHeadersCut: true }),
      duplicateFrames: this.#duplicateFrames,
      clockBackwardsFrames: this.#clockBackwardsFrames,
      droppedByCapture: summary.droppedByCapture,
      nonFirstFragmentsHidden: this.#firstFragments > 0 && this.#laterFragments === 0,
      unreadLinkTypes: [...this.#unreadLinkTypes].map(([linkType, frames]) => ({ linkType, frames })),
      evictedDatagrams: this.#joiner.evicted,
      overlappingDatagrams: this.#joiner.overlapping,
      omittedRecords: this.#omittedRecords + this.#esp.omitted,
    };
    return {
      capture: this.#name,
      format: summary.format,
      gzip: false,
      frames: (this.#options.isMinimized === true ? summary.received : null) ?? summary.frames,
      bytes: summary.bytes,
      firstTimeMs: hasTime ? this.#firstTimeMs : null,
      lastTimeMs,
      ikeMessages: this.#ikeMessages,
      sessions: joinSessions(this.#ikeMessages),
      incompleteDatagrams: this.#incomplete,
      icmpErrors: this.#icmpErrors,
      esp: this.#esp.flows(),
      quality,
    };
  }

  #readFrame(frame: CapturedFrame): void {
    // Numbers only grow, whatever a file says, so that no two frames share one.
    if (this.#options.isMinimized === true && frame.packetId > frame.number)
      frame.number = Math.min(frame.packetId, Number.MAX_SAFE_INTEGER);
    const packet = this.#packet;
    const timeMs = frame.seconds * 1000 + frame.nanoseconds / 1e6;
    packet.timeMs = timeMs;
    // Simple Packet Blocks have no time: it is 0.
    if (timeMs !== 0) {
      if (timeMs < this.#previousTimeMs) this.#clockBackwardsFrames++;
      this.#previousTimeMs = timeMs;
      if (timeMs < this.#firstTimeMs) this.#firstTimeMs = timeMs;
      if (timeMs > this.#lastTimeMs) this.#lastTimeMs = timeMs;
    }
    const at = findIp(frame.linkType, frame.view, frame.start, frame.end);
    if (at >= 0) {
      packet.frame = frame;
      packet.bytes = frame.bytes;
      packet.view = frame.view;
      packet.ipPackets = null;
      packet.tunnelDepth = 0;
      this.#readPacket(packet, at, frame.end);
    } else if (at === UNREAD_LINK_TYPE) this.#countUnread(frame.linkType);
  }

  #readPacket(packet: PacketInHand, at: number, end: number): void {
    if (!readIp(packet.ip, packet.view, at, end)) return;
    if (!packet.ip.isIpFragment) this.#readPayload(packet);
    // An IP fragment inside a joined datagram is not joined: the datagram's bytes are good only until the
    // joiner takes another.
    else if (!packet.isJoined) this.#readFragment(packet);
  }

  #readPayload(packet: PacketInHand): void {
    const { ip } = packet;
    switch (ip.protocol) {
      case IpProtocol.udp:
        this.#readUdp(packet);
        return;
      case IpProtocol.icmp:
      case IpProtocol.icmpv6:
        this.#readIcmp(packet);
        return;
      case IpProtocol.esp:
        this.#countEsp(packet, ip.payloadStart, false);
        return;
      case IpProtocol.ipip:
      case IpProtocol.ipv6:
      case IpProtocol.gre: {
        if (packet.tunnelDepth >= MAX_TUNNEL_DEPTH) return;
        const inner = findTunnelledIp(ip.protocol, packet.view, ip.payloadStart, ip.payloadEnd);
        if (inner < 0) return;
        packet.tunnelDepth++;
        // The packet inside is one packet, even where the tunnel's own was cut into IP fragments.
        packet.ipPackets = null;
        this.#readPacket(packet, inner, ip.payloadEnd);
      }
    }
  }

  #readFragment(packet: PacketInHand): void {
    const { ip, bytes, frame } = packet;
    if (ip.fragmentOffset === 0) this.#firstFragments++;
    else this.#laterFragments++;
    if (ip.cutBytes > 0) this.#snaplenCutFrames++;
    if (ip.fragmentOffset === 0 && ip.protocol === IpProtocol.udp && this.#ike.isHeaderCut(packet))
      this.#ikeHeadersCut = true;
    this.#tell("ip-fragment", packet);
    const outcome = this.#joiner.add(ip, bytes, frame.number, packet.timeMs, keepsPayload(ip.protocol));
    if (outcome === "duplicate") this.#duplicateFrames++;
    const whole = typeof outcome === "string" ? null : outcome;
    this.#options.onIpFragment?.({
      ...toIpPacket(frame.number, ip),
      source: this.#texts.of(ip.family, bytes, ip.addresses),
      destination: this.#texts.of(ip.family, bytes, ip.addresses + ADDRESS_BYTES[ip.family]),
      protocol: ip.protocol,
      completes: whole?.packets.map((p) => p.frame) ?? null,
    });
    if (whole !== null) this.#readDatagram(packet, whole);
  }

  /** Reads a joined datagram as if it had come as one packet: `packet` becomes that packet. */
  #readDatagram(packet: PacketInHand, whole: FragmentedDatagram): void {
    const { ip } = packet;
    const { bytes, payloadStart } = whole;
    const captured = bytes.length - payloadStart;
    const payloadBytes = whole.payloadBytes ?? captured;
    packet.bytes = bytes;
    packet.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    packet.ipPackets = whole.packets;
    ip.start = 0;
    ip.addresses = 0;
    ip.protocol = whole.protocol;
    ip.payloadStart = payloadStart;
    ip.payloadEnd = bytes.length;
    ip.ipBytes = MIN_IP_HEADER_BYTES[ip.family] + payloadBytes;
    ip.cutBytes = payloadBytes - captured;
    ip.isIpFragment = false;
    ip.fragmentOffset = 0;
    ip.moreFragments = false;
    if (!skipExtensionHeaders(ip, packet.view) || ip.isIpFragment) return;
    this.#readPayload(packet);
  }

  #readUdp(packet: PacketInHand): void {
    const { ip } = packet;
    if (ip.payloadEnd - ip.payloadStart < UDP_HEADER_BYTES) return;
    if (this.#ike.isHeaderCut(packet)) this.#ikeHeadersCut = true;
    const kind = this.#ike.kindOf(packet);
    switch (kind) {
      case "other":
        return;
      case "nat-keepalive":
        this.#esp.countKeepalive(packet);
        this.#tell("nat-keepalive", packet);
        return;
      case "esp":
        this.#countEsp(packet, ip.payloadStart + UDP_HEADER_BYTES, true);
        return;
      default:
        this.#readIke(packet, kind === "ike-behind-marker");
    }
  }

  #readIke(packet: PacketInHand, natTraversal: boolean): void {
    const observed = this.#ike.read(packet, natTraversal);
    this.#tell("ike", packet);
    if (packet.ipPackets === null && packet.ip.cutBytes > 0) this.#snaplenCutFrames++;
    if (observed === null) return;
    this.#options.onIke?.(observed);
    if (observed.duplicateOf !== null) this.#duplicateFrames += observed.ipPackets.length;
    else if (this.#ikeMessages.length < (this.#options.maxIkeMessages ?? MAX_IKE_MESSAGES))
      this.#ikeMessages.push(observed);
    else this.#omittedRecords++;
  }

  /** @param at where the ESP header begins */
  #countEsp(packet: PacketInHand, at: number, udpEncapsulated: boolean): void {
    const isCopy = this.#esp.count(packet, at, udpEncapsulated);
    if (isCopy) this.#duplicateFrames++;
    this.#tell("esp", packet);
  }

  #readIcmp(packet: PacketInHand): void {
    const { ip, bytes, view } = packet;
    if (ip.payloadEnd - ip.payloadStart < ICMP_HEADER_BYTES) return;
    if (isIcmpEcho(ip.family, view.getUint8(ip.payloadStart))) {
      this.#tell("icmp-echo", packet);
      return;
    }
    const error = readIcmpError(ip, bytes, view);
    if (error === null) return;
    this.#tell("icmp-error", packet);
    if (this.#icmpErrors.length >= MAX_ICMP_ERRORS) {
      this.#omittedRecords++;
      return;
    }
    this.#icmpErrors.push({
      frame: packet.frame.number,
      timeMs: packet.timeMs,
      source: this.#texts.of(ip.family, bytes, ip.addresses),
      destination: this.#texts.of(ip.family, bytes, ip.addresses + ADDRESS_BYTES[ip.family]),
      ...error,
    });
  }

  /**
   * Tells the listener of a packet. It is not told of a joined datagram, for it was told of each IP fragment.
   */
  #tell(kind: PacketKind, packet: PacketInHand): void {
    if (this.#onPacket !== null && !packet.isJoined) this.#onPacket(kind, packet);
  }

  #keepIncomplete(datagram: FragmentedDatagram): void {
    // IP fragments that contradict each other are counted as overlapping: nothing is known to be missing.
    if (datagram.missing.length === 0) return;
    if (this.#incomplete.length >= MAX_INCOMPLETE) {
      this.#omittedRecords++;
      return;
    }
    this.#incomplete.push(this.#ike.toIncomplete(datagram));
  }

  #countUnread(linkType: number): void {
    const seen = this.#unreadLinkTypes.get(linkType);
    if (seen !== undefined || this.#unreadLinkTypes.size < MAX_UNREAD_LINK_TYPES) {
      this.#unreadLinkTypes.set(linkType, (seen ?? 0) + 1);
    }
  }
}

/** Bounds of what is read of an upload. */
export interface CaptureLimits {
  /** The most bytes of a capture, after it is unpacked; no limit unless given. */
  maxBytes?: number;
  /** How many times its size a gzipped file may have when it is unpacked; no limit unless given. */
  maxGzipRatio?: number;
  /**
   * Awaited after each chunk, unpacked, before the next one is asked for: for who writes on what was found so
   * far, and for who ends the reading by throwing.
   */
  afterChunk?: () => Promise<void>;
}

/**
 * Reads a whole capture, gzipped or not.
 *
 * @throws {UnreadableCaptureError} the file is no pcap or pcapng
 */
export async function readCapture(
  name: string,
  source: CaptureSource,
  options: ReadOptions & CaptureLimits = {},
): Promise<Transcript> {
  const reader = new CaptureReader(name, options);
  const chunks = toChunks(source);
  const head = await takeHead(chunks);
  if (captureFormat(head) !== "gzip") {
    return readChunks(reader, withHead(head, chunks), options, () => Number.POSITIVE_INFINITY);
  }
  const counted = { bytes: 0 };
  const unzipped = gunzip(countBytes(withHead(head, chunks), counted));
  const ratio = options.maxGzipRatio ?? Number.POSITIVE_INFINITY;
  // A small file may grow more than that for good reasons: the ratio counts only beyond 64 KiB.
  const transcript = await readChunks(reader, unzipped, options, () =>
    Math.max(counted.bytes * ratio, 65_536),
  );
  return { ...transcript, gzip: true };
}

async function readChunks(
  reader: CaptureReader,
  chunks: AsyncIterable<Uint8Array>,
  { maxBytes = Number.POSITIVE_INFINITY, afterChunk }: CaptureLimits,
  ratioBytes: () => number,
): Promise<Transcript> {
  let bytes = 0;
  let stopped: string | null = null;
  try {
    for await (const chunk of chunks) {
      const limit = Math.min(maxBytes, ratioBytes());
      if (bytes + chunk.length > limit) {
        reader.push(chunk.subarray(0, Math.max(limit - bytes, 0)));
        bytes = limit;
        stopped = `Cannot read on: more than the ${Math.floor(limit)} bytes that are allowed`;
        break;
      }
      reader.push(chunk);
      bytes += chunk.length;
      await afterChunk?.();
    }
  } catch (error) {
    // Damaged gzip, or gzip that ends too early: what came before is as good as any cut capture.
    if (!(error instanceof GunzipError)) throw error;
    stopped = error.message;
  }
  const transcript = reader.end();
  if (stopped === null) return transcript;
  const damage = [{ byteOffset: bytes, message: stopped }];
  return { ...transcript, quality: { ...transcript.quality, damage } };
}

/** Whether an IP fragment may carry IKE, also inside a tunnel. */
function keepsPayload(protocol: number): boolean {
  switch (protocol) {
    case IpProtocol.tcp:
    case IpProtocol.icmp:
    case IpProtocol.icmpv6:
      return false;
    default:
      return true;
  }
}

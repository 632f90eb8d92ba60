/** Counts ESP by flow. */
import { ADDRESS_BYTES, addressText } from "../packet/address.ts";
import { DUPLICATE_WINDOW_MS } from "../packet/fragments.ts";
import { ESP_HEADER_BYTES } from "../packet/sizes.ts";
import type { PacketInHand } from "./packet-in-hand.ts";
import type { EspFlow } from "./transcript.ts";

const MAX_FLOWS = 4096;
/**
 * Upper ends of the size classes: the smallest IPv6 MTU, MTUs of mobile and tunnelled paths, and that of
 * Ethernet.
 */
const SIZE_CLASSES = [576, 1280, 1358, 1400, 1420, 1440, 1460, 1472, 1480, 1492, 1500];

/** A flow with what is needed to count it. */
interface Counted extends EspFlow {
  /** SPI and Sequence Number of the last packet, RFC 4303 §2: a packet that repeats them is a copy. */
  espSpi: number;
  sequenceNumber: number;
  /** Packets in each size class, and at the end those that are larger. */
  packetsBySize: number[];
}

/** Counts ESP packets and NAT-keepalives by direction. Allocates nothing for a flow that is known. */
export class EspCounter {
  /** How many packets were not counted, because there are too many flows. */
  omitted = 0;
  readonly #flows = new Map<string, Counted>();
  /**
   * IPv4 flows by the numbers of their addresses: the packets of a bulk transfer are found without making
   * texts.
   */
  readonly #ipv4Flows = new Map<number, Map<number, Counted>>();

  /**
   * Counts an ESP packet.
   *
   * @param at where the ESP header begins
   * @returns whether the packet is a copy of the flow's last one, from another interface or layer
   */
  count(packet: PacketInHand, at: number, udpEncapsulated: boolean): boolean {
    const { ip, view, timeMs } = packet;
    const flow = this.#flowOf(packet, udpEncapsulated);
    if (flow === undefined) return false;
    if (ip.payloadEnd - at >= ESP_HEADER_BYTES) {
      const espSpi = view.getUint32(at);
      const sequenceNumber = view.getUint32(at + 4);
      const isCopy =
        timeMs !== 0 &&
        flow.packets > 0 &&
        espSpi === flow.espSpi &&
        sequenceNumber === flow.sequenceNumber &&
        Math.abs(timeMs - flow.lastTimeMs) <= DUPLICATE_WINDOW_MS;
      if (isCopy) return true;
      flow.espSpi = espSpi;
      flow.sequenceNumber = sequenceNumber;
    }
    flow.packets++;
    let sizeClass = 0;
    while (sizeClass < SIZE_CLASSES.length && ip.ipBytes > (SIZE_CLASSES[sizeClass] ?? 0)) sizeClass++;
    flow.packetsBySize[sizeClass] = (flow.packetsBySize[sizeClass] ?? 0) + 1;
    flow.lastTimeMs = timeMs;
    if (ip.ipBytes > flow.largestIpBytes) flow.largestIpBytes = ip.ipBytes;
    return false;
  }

  /** Counts a NAT-keepalive, RFC 3948 §2.3. */
  countKeepalive(packet: PacketInHand): void {
    const flow = this.#flowOf(packet, true);
    if (flow === undefined) return;
    flow.keepalives++;
    flow.lastTimeMs = packet.timeMs;
  }

  /** All flows, in the order in which they began. */
  flows(): EspFlow[] {
    return [...this.#flows.values()].map(
      ({ espSpi: _spi, sequenceNumber: _number, packetsBySize, ...flow }) => ({
        ...flow,
        sizes: packetsBySize
          .map((packets, sizeClass) => ({ upToIpBytes: SIZE_CLASSES[sizeClass] ?? null, packets }))
          .filter(({ packets }) => packets > 0),
      }),
    );
  }

  #flowOf(packet: PacketInHand, udpEncapsulated: boolean): Counted | undefined {
    const { ip, bytes } = packet;
    if (ip.family === 6) return this.#findOrAdd(packet, udpEncapsulated);
    const source = u32(bytes, ip.addresses) * 2 + (udpEncapsulated ? 1 : 0);
    const destination = u32(bytes, ip.addresses + 4);
    let bySource = this.#ipv4Flows.get(source);
    let flow = bySource?.get(destination);
    if (flow === undefined) {
      flow = this.#findOrAdd(packet, udpEncapsulated);
      if (flow === undefined) return undefined;
      if (bySource === undefined) {
        bySource = new Map();
        this.#ipv4Flows.set(source, bySource);
      }
      bySource.set(destination, flow);
    }
    return flow;
  }

  #findOrAdd({ ip, bytes, timeMs }: PacketInHand, udpEncapsulated: boolean): Counted | undefined {
    const source = addressText(ip.family, bytes, ip.addresses);
    const destination = addressText(ip.family, bytes, ip.addresses + ADDRESS_BYTES[ip.family]);
    const key = `${source} ${destination} ${udpEncapsulated}`;
    let flow = this.#flows.get(key);
    if (flow === undefined) {
      if (this.#flows.size >= MAX_FLOWS) {
        this.omitted++;
        return undefined;
      }
      flow = {
        source,
        destination,
        udpEncapsulated,
        packets: 0,
        keepalives: 0,
        largestIpBytes: 0,
        firstTimeMs: timeMs,
        lastTimeMs: timeMs,
        espSpi: 0,
        sequenceNumber: 0,
        packetsBySize: Array<number>(SIZE_CLASSES.length + 1).fill(0),
      };
      this.#flows.set(key, flow);
    }
    return flow;
  }
}

function u32(bytes: Uint8Array, at: number): number {
  return (
    (((bytes[at] ?? 0) << 24) |
      ((bytes[at + 1] ?? 0) << 16) |
      ((bytes[at + 2] ?? 0) << 8) |
      (bytes[at + 3] ?? 0)) >>>
    0
  );
}

/** The packet that the reader works on, and the kinds of packet that it tells its listener of. */
import { type CapturedFrame, newFrame } from "../capture/frame.ts";
import { type IpFields, type IpPacket, newIpFields } from "../packet/ip.ts";

/** What a packet is, of those that matter here; all other packets are passed by in silence. */
export type PacketKind = "ip-fragment" | "ike" | "esp" | "nat-keepalive" | "icmp-echo" | "icmp-error";

/**
 * One IP packet with the frame that it came in. The reader has a single one and fills it again for each
 * packet, so that nothing is allocated for the packets that are passed by: whoever is given it may look at it
 * until the call returns.
 */
export class PacketInHand {
  /** The frame that holds the packet, or that completed the datagram. */
  frame: CapturedFrame = newFrame();
  /** When the frame was captured, in milliseconds since the epoch; 0 in a file without a clock. */
  timeMs = 0;
  /** The IP header, read; its offsets are positions in `bytes` and `view`. */
  readonly ip: IpFields = newIpFields();
  /** The frame's bytes, or those of the datagram that was joined from IP fragments. */
  bytes: Uint8Array = this.frame.bytes;
  view: DataView = this.frame.view;
  /** The IP fragments that it was joined from; `null` for a packet that came as one. */
  ipPackets: IpPacket[] | null = null;
  /** How many tunnels it was found in: IP in IP, or GRE. */
  tunnelDepth = 0;

  /** Whether its bytes are a joined datagram's, and not the frame's. */
  get isJoined(): boolean {
    return this.bytes !== this.frame.bytes;
  }
}

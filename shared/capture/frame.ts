/** The frame that both parsers fill, and what the two have in common. */

/** No packet is larger: libpcap's largest snapshot length. A greater length in a file is damage. */
export const MAX_PACKET_BYTES = 262_144;
/** No pcapng block is larger, as in libpcap. */
export const MAX_BLOCK_BYTES = 16 * 1024 * 1024;

/**
 * One frame of a capture. The same object is filled again for the next frame: it is good until the callback
 * returns.
 */
export interface CapturedFrame {
  /** 1-based, over the whole file. */
  number: number;
  /**
   * pcapng's epb_packetid, a number that whoever wrote the file gave to the packet; 0 where there is none.
   */
  packetId: number;
  /** Where its record or block begins in the file. */
  byteOffset: number;
  /** The captured bytes are those from `start` up to `end`; the others belong to other records. */
  bytes: Uint8Array;
  view: DataView;
  start: number;
  end: number;
  /** Bytes of the frame on the wire: more than `end - start` where the snaplen cut it. */
  originalLength: number;
  /** LINKTYPE_ value, without the bits that tell the FCS length. */
  linkType: number;
  /** pcapng's interface, over all sections; 0 in pcap. */
  interfaceId: number;
  /** Since the epoch: whole seconds, and the nanoseconds beyond them. */
  seconds: number;
  nanoseconds: number;
}

/** Where a file is damaged or ends too early, and what was expected there. */
export interface CaptureDamage {
  byteOffset: number;
  message: string;
}

/** Reads one format. Offsets are positions in `bytes`, whose first byte stands at `base` in the file. */
export interface FormatParser {
  readonly format: "pcap" | "pcapng";
  /** How many bytes must be there before `consume` can go on; set when it stops. */
  need: number;
  /** How many bytes to pass over before the next record. */
  skip: number;
  /** Set when the rest of the file cannot be read. */
  damage: CaptureDamage | null;
  /** Reads all records that are whole, and returns where it stopped. */
  consume(bytes: Uint8Array, view: DataView, start: number, end: number, base: number): number;
  /** How many packets the capturing program lost, as the file says; `null` when it does not say. */
  dropped(): number | null;
  /**
   * When the capture ended, by the file's statistics, in milliseconds since the epoch; `null` if they do not
   * say.
   */
  endedAtMs(): number | null;
  /** How many packets the capturing program received, by the file's statistics; `null` if they do not say. */
  received(): number | null;
}

/** An empty frame, for a parser to fill. */
export function newFrame(): CapturedFrame {
  const bytes = new Uint8Array(0);
  return {
    number: 0,
    packetId: 0,
    byteOffset: 0,
    bytes,
    view: new DataView(bytes.buffer),
    start: 0,
    end: 0,
    originalLength: 0,
    linkType: 0,
    interfaceId: 0,
    seconds: 0,
    nanoseconds: 0,
  };
}

/** Largest packet that is taken for one: libpcap's largest snapshot length. */
export const MAX_PACKET_BYTES = 262_144;
/** Largest pcapng block, as in libpcap. */
export const MAX_BLOCK_BYTES = 16 * 1024 * 1024;

/** One frame of a capture. It is used again for the next one: valid only until the callback returns. */
export interface CapturedFrame {
  /** 1-based, over the whole file. */
  number: number;
  /** Where its record or block begins in the file. */
  byteOffset: number;
  /** `bytes[start…end)` is what was captured; the rest belongs to others. */
  bytes: Uint8Array;
  view: DataView;
  start: number;
  end: number;
  /** Bytes on the wire; more than `end - start` where the snaplen cut it. */
  originalLength: number;
  /** LINKTYPE_ value, without the bits that tell the FCS length. */
  linkType: number;
  /** pcapng's interface, over all sections; 0 in pcap. */
  interfaceId: number;
  /** Since the epoch; whole seconds and the nanoseconds beyond them. */
  seconds: number;
  nanoseconds: number;
}

/** Where a file is damaged or ends early, and what was expected there. */
export interface CaptureDamage {
  byteOffset: number;
  message: string;
}

/** Reads one format. Offsets are positions in `bytes`, whose first byte is byte `base` of the file. */
export interface FormatParser {
  readonly format: "pcap" | "pcapng";
  /** Bytes that must be there before `consume` can go on; set when it stops. */
  need: number;
  /** Bytes to step over before the next record. */
  skip: number;
  /** Set when reading on makes no sense. */
  damage: CaptureDamage | null;
  /** Reads all that is whole, and tells where it stopped. */
  consume(bytes: Uint8Array, view: DataView, start: number, end: number, base: number): number;
  /** As the file's statistics say; `null` when it has none. */
  dropped(): number | null;
}

export function newFrame(): CapturedFrame {
  const bytes = new Uint8Array(0);
  return {
    number: 0,
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

import { concatBytes } from "../bytes/concat.ts";
import type { CapturedFrame } from "../capture/frame.ts";
import { PcapngWriter } from "../capture/write.ts";
import { type IpFields, IpProtocol } from "../packet/ip.ts";

/** What stays of an encrypted or a foreign payload: enough for headers, too little for content. */
const KEPT_PAYLOAD_BYTES = 64;
/** An ICMP header, and of the quoted packet its IP header with extensions and its ports. */
const KEPT_ICMP_BYTES = 96;
const CHUNK_BYTES = 65_536;

/** Writes what a diagnosis needs of a capture, as pcapng, and drops the rest; original lengths stay. */
export class Minimizer {
  readonly #emit: (bytes: Uint8Array) => void;
  readonly #writer = new PcapngWriter();
  #parts: Uint8Array[] = [];
  #partsBytes = 0;
  #lastFrame = 0;

  constructor(emit: (bytes: Uint8Array) => void) {
    this.#emit = emit;
  }

  keepWhole(frame: CapturedFrame): void {
    this.#keep(frame, frame.end);
  }

  /** ESP's first 64 bytes, its SPI and Sequence Number among them. */
  keepEsp(frame: CapturedFrame, ip: IpFields): void {
    this.#keep(frame, ip.payloadStart + KEPT_PAYLOAD_BYTES);
  }

  keepIcmp(frame: CapturedFrame, ip: IpFields): void {
    this.#keep(frame, ip.payloadStart + KEPT_ICMP_BYTES);
  }

  /** UDP may be IKE, whose fragments are wanted whole; of other protocols the header tells enough. */
  keepFragment(frame: CapturedFrame, ip: IpFields): void {
    this.#keep(frame, ip.protocol === IpProtocol.udp ? frame.end : ip.payloadStart + KEPT_PAYLOAD_BYTES);
  }

  end(): void {
    this.#add(this.#writer.end());
    this.#flush();
  }

  #keep(frame: CapturedFrame, end: number): void {
    // A fragment in a tunnel passes here twice.
    if (frame.number === this.#lastFrame) return;
    this.#lastFrame = frame.number;
    this.#add(
      this.#writer.write({
        linkType: frame.linkType,
        interfaceId: frame.interfaceId,
        seconds: frame.seconds,
        nanoseconds: frame.nanoseconds,
        bytes: frame.bytes.subarray(frame.start, Math.min(end, frame.end)),
        originalLength: frame.originalLength,
      }),
    );
  }

  #add(bytes: Uint8Array): void {
    this.#parts.push(bytes);
    this.#partsBytes += bytes.length;
    if (this.#partsBytes >= CHUNK_BYTES) this.#flush();
  }

  #flush(): void {
    if (this.#partsBytes > 0) this.#emit(concatBytes(this.#parts));
    this.#parts = [];
    this.#partsBytes = 0;
  }
}

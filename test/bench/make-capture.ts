/** Writes the capture that the benchmark reads. */
import { closeSync, openSync, writeSync } from "node:fs";
import { concatBytes } from "../../shared/bytes/concat.ts";
import type { FrameToWrite } from "../../shared/capture/write.ts";
import { encodeIkeMessage } from "../../shared/ike/encode.ts";
import { ExchangeType, PayloadType } from "../../shared/ike/registry.ts";
import { encodePcap } from "../support/capture-files.ts";
import { datagramFrames, ethernet, frameAt, ipv4, skfBody } from "../support/packet-builder.ts";

/**
 * How many packets the capture has: 10 % are IKE fragments, 5 % are IP fragments of IKE, and the rest is TCP;
 * 200 MB.
 */
export const BENCH_PACKETS = 250_000;
const BLOCK_PACKETS = 1000;

const ends = { destination: "198.51.100.1", sourcePort: 4500, destinationPort: 4500 };

function ikeAuth(session: number, payloads: Parameters<typeof encodeIkeMessage>[0]["payloads"]): Uint8Array {
  const message = encodeIkeMessage({
    initiatorSpi: (session + 1).toString(16).padStart(16, "0"),
    responderSpi: (session + 0x1000_0000).toString(16).padStart(16, "0"),
    exchangeType: ExchangeType.IKE_AUTH,
    initiator: true,
    response: false,
    messageId: 1,
    payloads,
  });
  return concatBytes([new Uint8Array(4), message]);
}

/**
 * TCP as most networks carry it: TLS application data of port 443, with an acknowledgement for every two
 * segments.
 */
class TcpTraffic {
  readonly #connections = Array.from({ length: 64 }, (_, at) => ({
    port: 49_152 + at,
    received: 1,
    sent: 1,
  }));
  #count = 0;

  next(): Uint8Array<ArrayBuffer> {
    const at = this.#count++;
    const connection = this.#connections[Math.floor(at / 3) % this.#connections.length] ?? {
      port: 49_152,
      received: 1,
      sent: 1,
    };
    const server = { address: "203.0.113.80", port: 443 };
    const user = { address: "192.0.2.10", port: connection.port };
    if (at % 3 === 2) return tcp(user, server, connection.sent, connection.received, new Uint8Array(0));
    const segment = tcp(server, user, connection.received, connection.sent, tlsRecord(SEGMENT_BYTES, at));
    connection.received += SEGMENT_BYTES;
    return segment;
  }
}

const SEGMENT_BYTES = 1_240;

function tlsRecord(bytes: number, seed: number): Uint8Array<ArrayBuffer> {
  const record = new Uint8Array(bytes);
  let state = (seed * 2_654_435_761 + 1) >>> 0;
  for (let i = 5; i < bytes; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    record[i] = state >>> 24;
  }
  record.set([0x17, 3, 3, (bytes - 5) >> 8, (bytes - 5) & 0xff]);
  return record;
}

interface TcpEnd {
  address: string;
  port: number;
}

function tcp(
  from: TcpEnd,
  to: TcpEnd,
  sequence: number,
  acknowledged: number,
  data: Uint8Array,
): Uint8Array<ArrayBuffer> {
  const header = new Uint8Array(20);
  const view = new DataView(header.buffer);
  view.setUint16(0, from.port);
  view.setUint16(2, to.port);
  view.setUint32(4, sequence);
  view.setUint32(8, acknowledged);
  view.setUint16(12, 0x5018); // 20 bytes of header, PSH and ACK
  view.setUint16(14, 0xffff);
  return ethernet(
    ipv4({
      source: from.address,
      destination: to.address,
      protocol: 6,
      payload: concatBytes([header, data]),
      dontFragment: true,
    }),
  );
}

/** Where the capture is made: behind routers and a NAT the same packets look otherwise. */
export interface Recorded {
  source: string;
  hopLimit: number;
  aheadMs: number;
  /** How many blocks of 1000 packets have IKE among them; all, unless given. */
  ikeBlocks?: number;
}

/** Where the client is. */
export const AT_THE_CLIENT: Recorded = { source: "192.0.2.10", hopLimit: 64, aheadMs: 0 };
/** Three hours ahead. */
export const AT_THE_GATEWAY: Recorded = { source: "203.0.113.10", hopLimit: 55, aheadMs: 10_800_020 };

/** The frames of one block of 1000 packets, in the order in which they are mixed. */
function blockFrames(
  block: number,
  traffic: TcpTraffic,
  { aheadMs, ikeBlocks, ...seen }: Recorded,
): FrameToWrite[] {
  const frames: FrameToWrite[] = [];
  const client = { ...ends, ...seen };
  const atMs = block * BLOCK_PACKETS + aheadMs;
  const withIke = block < (ikeBlocks ?? Number.POSITIVE_INFINITY) ? 500 : 0;
  for (let i = 0; frames.length < BLOCK_PACKETS; i++) {
    const session = block * 100 + i;
    if (i % 25 === 0 && i < withIke) {
      // 20 sets of 5 IKE fragments a block: 10 %.
      for (let number = 1; number <= 5; number++) {
        const body = skfBody(number, 5, new Uint8Array(540).fill(number + i));
        const payload = ikeAuth(session, [{ type: PayloadType.SKF, nextPayload: PayloadType.IDi, body }]);
        frames.push(
          ...datagramFrames({ ...client, atMs: atMs + i + number / 10, payload, identification: number }),
        );
      }
    } else if (i % 20 === 1 && i < withIke) {
      // 25 messages of two IP fragments a block: 5 %.
      const body = new Uint8Array(2496).fill(i);
      const payload = ikeAuth(session, [{ type: PayloadType.SK, nextPayload: PayloadType.IDi, body }]);
      frames.push(
        ...datagramFrames({ ...client, atMs: atMs + i, payload, identification: session & 0xffff }),
      );
    } else {
      frames.push(frameAt(atMs + i, traffic.next()));
    }
  }
  return frames.slice(0, BLOCK_PACKETS);
}

/** Writes the benchmark's capture, block by block. */
export function makeCapture(file: string, packets = BENCH_PACKETS, at = AT_THE_CLIENT): void {
  const out = openSync(file, "w");
  const traffic = new TcpTraffic();
  for (let block = 0; block * BLOCK_PACKETS < packets; block++) {
    const bytes = encodePcap(blockFrames(block, traffic, at));
    writeSync(out, block === 0 ? bytes : bytes.subarray(24));
  }
  closeSync(out);
}

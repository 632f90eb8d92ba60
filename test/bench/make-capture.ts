import { closeSync, openSync, writeSync } from "node:fs";
import { concatBytes } from "../../shared/bytes/concat.ts";
import { encodePcap, type FrameToWrite } from "../../shared/capture/write.ts";
import { encodeIkeMessage, skfBody } from "../../shared/ike/encode.ts";
import { ExchangeType, PayloadType } from "../../shared/ike/registry.ts";
import { datagramFrames, ethernet, frameAt, ipv4 } from "../support/packet-builder.ts";

/** What the benchmark reads: 250,000 packets, 10 % IKE fragments, 5 % IP fragments of IKE, the rest TCP; 200 MB. */
export const BENCH_PACKETS = 250_000;
const BLOCK_PACKETS = 1000;

const client = { source: "192.0.2.10", destination: "198.51.100.1", sourcePort: 4500, destinationPort: 4500 };

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

/** The frames of one block of 1000 packets, in the order in which they are mixed. */
function blockFrames(block: number): FrameToWrite[] {
  const frames: FrameToWrite[] = [];
  const atMs = block * BLOCK_PACKETS;
  const tcp = ethernet(ipv4({ ...client, protocol: 6, payload: new Uint8Array(790).fill(block & 0xff) }));
  for (let i = 0; frames.length < BLOCK_PACKETS; i++) {
    const session = block * 100 + i;
    if (i % 25 === 0 && i < 500) {
      // 20 sets of 5 IKE fragments a block: 10 %.
      for (let number = 1; number <= 5; number++) {
        const body = skfBody(number, 5, new Uint8Array(540).fill(number + i));
        const payload = ikeAuth(session, [{ type: PayloadType.SKF, nextPayload: PayloadType.IDi, body }]);
        frames.push(
          ...datagramFrames({ ...client, atMs: atMs + i + number / 10, payload, identification: number }),
        );
      }
    } else if (i % 20 === 1 && i < 500) {
      // 25 messages of two IP fragments a block: 5 %.
      const body = new Uint8Array(2496).fill(i);
      const payload = ikeAuth(session, [{ type: PayloadType.SK, nextPayload: PayloadType.IDi, body }]);
      frames.push(
        ...datagramFrames({ ...client, atMs: atMs + i, payload, identification: session & 0xffff }),
      );
    } else {
      frames.push(frameAt(atMs + i, tcp));
    }
  }
  return frames.slice(0, BLOCK_PACKETS);
}

/** Writes the benchmark's capture, block by block. */
export function makeCapture(file: string, packets = BENCH_PACKETS): void {
  const out = openSync(file, "w");
  for (let block = 0; block * BLOCK_PACKETS < packets; block++) {
    const bytes = encodePcap(blockFrames(block));
    writeSync(out, block === 0 ? bytes : bytes.subarray(24));
  }
  closeSync(out);
}

/** Inputs of about 1 MB that are built to be expensive to read. */
import { concatBytes } from "../../shared/bytes/concat.ts";
import type { FrameToWrite } from "../../shared/capture/write.ts";
import { encodeIkeMessage } from "../../shared/ike/encode.ts";
import { encodePcap, encodePcapng } from "../support/capture-files.ts";
import { datagramFrames, ethernet, frameAt, ip, skfBody } from "../support/packet-builder.ts";

/** One input of about 1 MB. Each bound of the reader has one that would be expensive without the bound. */
export interface Hostile {
  name: string;
  file: Uint8Array;
}

const BYTES = 1_000_000;
const addresses = { source: "192.0.2.1", destination: "198.51.100.1" };

/** So many frames of one kind that they make a megabyte. */
function filled(make: (index: number) => FrameToWrite): FrameToWrite[] {
  const frames: FrameToWrite[] = [];
  for (let bytes = 0, i = 0; bytes < BYTES; i++) {
    const frame = make(i);
    frames.push(frame);
    bytes += frame.bytes.length + 16;
  }
  return frames;
}

const ike = (
  index: number,
  payloads: Parameters<typeof encodeIkeMessage>[0]["payloads"],
  sameSession = false,
): FrameToWrite => {
  const payload = encodeIkeMessage({
    initiatorSpi: (sameSession ? 1 : index + 1).toString(16).padStart(16, "0"),
    exchangeType: 34,
    initiator: true,
    response: false,
    messageId: sameSession ? 0 : index,
    payloads,
  });
  const [frame] = datagramFrames({
    ...addresses,
    sourcePort: 500,
    destinationPort: 500,
    atMs: index,
    payload,
    mtu: 9000,
  });
  if (frame === undefined) throw new Error("Cannot build a frame");
  return frame;
};

const fragment = (index: number, id: number, offset: number, bytes: number): FrameToWrite =>
  frameAt(
    index / 1000,
    ethernet(
      ip({
        ...addresses,
        protocol: 17,
        identification: id,
        payload: new Uint8Array(bytes).fill(index),
        fragmentOffset: offset,
        moreFragments: true,
      }),
    ),
  );

/** A pcapng option list of a megabyte. */
function options(): Uint8Array {
  const length = 28 + BYTES;
  const block = new Uint8Array(length - (length % 4));
  const view = new DataView(block.buffer);
  view.setUint32(0, 1, true);
  view.setUint32(4, block.length, true);
  view.setUint16(8, 1, true);
  for (let at = 16; at < block.length - 8; at += 4) view.setUint16(at, 77, true);
  view.setUint32(block.length - 4, block.length, true);
  return concatBytes([encodePcapng([]), block]);
}

const INTERFACE = Uint8Array.of(1, 0, 0, 0, 20, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 20, 0, 0, 0);

export const hostiles: readonly Hostile[] = [
  { name: "empty frames", file: encodePcap(filled(() => frameAt(0, new Uint8Array(0)))) },
  { name: "IKE headers alone, a session each", file: encodePcap(filled((i) => ike(i, []))) },
  { name: "one session, one Message ID", file: encodePcap(filled((i) => ike(i, [], true))) },
  {
    name: "SKF 1 of 65,535",
    file: encodePcap(
      filled((i) =>
        ike(i, [{ type: 53, nextPayload: 0, body: skfBody(1 + (i % 7), 65_535, new Uint8Array(0)) }], true),
      ),
    ),
  },
  {
    name: "messages of 4-byte payloads",
    file: encodePcap(
      filled((i) =>
        ike(
          i,
          Array.from({ length: 2000 }, () => ({ type: 40, body: new Uint8Array(0) })),
        ),
      ),
    ),
  },
  {
    name: "messages of empty Notifies",
    file: encodePcap(
      filled((i) =>
        ike(
          i,
          Array.from({ length: 1000 }, () => ({ type: 41, body: new Uint8Array(4) })),
        ),
      ),
    ),
  },
  {
    name: "SAs of 8-byte transforms",
    file: encodePcap(filled((i) => ike(i, [{ type: 33, body: manyTransforms() }]))),
  },
  {
    name: "payloads that stop at once",
    file: encodePcap(filled((i) => ike(i, [{ type: 43, nextPayload: 41, body: new Uint8Array(0) }]))),
  },
  {
    name: "first fragments, an identification each",
    file: encodePcap(filled((i) => fragment(i, i & 0xffff, 0, 8))),
  },
  {
    name: "fragments of 8 bytes of one datagram",
    file: encodePcap(filled((i) => fragment(i, i >> 6, (i & 63) * 16, 8))),
  },
  { name: "fragments at the far end", file: encodePcap(filled((i) => fragment(i, i & 0xffff, 65_520, 8))) },
  { name: "overlapping fragments", file: encodePcap(filled((i) => fragment(i, i >> 5, (i % 20) * 8, 160))) },
  {
    name: "VLAN tags without end",
    file: encodePcap(
      filled(() =>
        frameAt(
          0,
          new Uint8Array(1500).map((_, i) => (i % 4 === 0 ? 0x81 : 0)),
        ),
      ),
    ),
  },
  {
    name: "NFLOG attributes without end",
    file: encodePcapng(
      filled(() => ({
        ...frameAt(
          0,
          new Uint8Array(60_000).map((_, i) => (i % 4 === 0 ? 4 : i % 4 === 2 ? 1 : 0)),
        ),
        linkType: 239,
      })),
    ),
  },
  { name: "pcapng options without end", file: options() },
  {
    name: "interfaces without end",
    file: concatBytes([encodePcapng([]), ...Array.from({ length: BYTES / 20 }, () => INTERFACE)]),
  },
  {
    name: "sections without end",
    file: concatBytes(Array.from({ length: BYTES / 28 }, () => encodePcapng([]))),
  },
];

function manyTransforms(): Uint8Array {
  const body = new Uint8Array(8 + 255 * 8);
  const view = new DataView(body.buffer);
  view.setUint16(2, body.length);
  body.set([1, 1, 0, 255], 4);
  for (let at = 8; at < body.length; at += 8) view.setUint16(at + 2, 8);
  return body;
}

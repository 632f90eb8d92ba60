/**
 * Whole capture files from frames: pcapng with the product's own writer, classic pcap for the tests alone.
 */
import { concatBytes } from "../../shared/bytes/concat.ts";
import { type FrameToWrite, PcapngWriter } from "../../shared/capture/write.ts";

/** A whole pcapng file, which may say when it ended. */
export function encodePcapng(
  frames: readonly FrameToWrite[],
  options: { littleEndian?: boolean; endedAtMs?: number } = {},
): Uint8Array<ArrayBuffer> {
  const writer = new PcapngWriter(options);
  const { endedAtMs } = options;
  const written = frames.map((frame) => writer.write(frame));
  const whole = endedAtMs === undefined ? null : { endedAtMs, frames: frames.length };
  return concatBytes([...written, writer.end(whole)]);
}

/** A whole classic pcap file; all frames are of the first one's link type. */
export function encodePcap(
  frames: readonly FrameToWrite[],
  { littleEndian = true, nanoseconds = false }: { littleEndian?: boolean; nanoseconds?: boolean } = {},
): Uint8Array<ArrayBuffer> {
  const header = new Uint8Array(24);
  const view = new DataView(header.buffer);
  view.setUint32(0, nanoseconds ? 0xa1b23c4d : 0xa1b2c3d4, littleEndian);
  view.setUint16(4, 2, littleEndian);
  view.setUint16(6, 4, littleEndian);
  view.setUint32(16, 262_144, littleEndian);
  view.setUint32(20, frames[0]?.linkType ?? 1, littleEndian);
  const records = frames.map((frame) => {
    const record = new Uint8Array(16 + frame.bytes.length);
    const recordView = new DataView(record.buffer);
    recordView.setUint32(0, frame.seconds, littleEndian);
    recordView.setUint32(4, nanoseconds ? frame.nanoseconds : frame.nanoseconds / 1000, littleEndian);
    recordView.setUint32(8, frame.bytes.length, littleEndian);
    recordView.setUint32(12, frame.originalLength ?? frame.bytes.length, littleEndian);
    record.set(frame.bytes, 16);
    return record;
  });
  return concatBytes([header, ...records]);
}

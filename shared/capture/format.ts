/** Which capture file a file is, by its first bytes: asked in this one place. */
import { isPcapMagic } from "./pcap.ts";
import { BlockType } from "./pcapng.ts";

/** What is read here: the two capture formats, and gzip around either of them. */
export type CaptureFormat = "pcap" | "pcapng" | "gzip";

/** How many bytes `captureFormat` needs at most; gzip is known from two of them. */
export const CAPTURE_MAGIC_BYTES = 4;

/**
 * The format of a file.
 *
 * @param head its first bytes, four or more of them unless the file has fewer
 * @returns `null` for anything else: `findForeignFormat` tells more of that
 */
export function captureFormat(head: Uint8Array): CaptureFormat | null {
  const [first = 0, second = 0, third = 0, fourth = 0] = head;
  // RFC 1952 §2.3.1.
  if (first === 0x1f && second === 0x8b) return "gzip";
  if (head.length < CAPTURE_MAGIC_BYTES) return null;
  const magic = ((first << 24) | (second << 16) | (third << 8) | fourth) >>> 0;
  if (isPcapMagic(magic)) return "pcap";
  return magic === BlockType.sectionHeader ? "pcapng" : null;
}

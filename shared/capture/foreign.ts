/** Says what a file is that cannot be read as a capture, and how to make a capture of it. */

/** The file is no capture, or a capture in a format that is not read here. */
export class UnreadableCaptureError extends TypeError {
  override name = "UnreadableCaptureError";
  /** What the file is, as a stable code; the message says it in words. */
  readonly kind: ForeignKind;
  readonly byteOffset: number;
  /** A command that turns the file into one that can be read; `null` where there is none. */
  readonly convertWith: string | null;

  constructor(file: string, { kind, description, convertWith }: ForeignFormat, byteOffset = 0) {
    super(
      `Cannot read "${file}" at byte ${byteOffset}: ${description}. ${
        convertWith ? `Convert it first: ${convertWith}` : "A pcap or pcapng file is needed"
      }`,
    );
    this.kind = kind;
    this.byteOffset = byteOffset;
    this.convertWith = convertWith;
  }
}

/** What a file is that is neither pcap nor pcapng: stable codes. */
export type ForeignKind =
  | "empty"
  | "too-short"
  | "netmon"
  | "snoop"
  | "etl"
  | "erf"
  | "other-capture"
  | "archive"
  | "html"
  | "text"
  | "unknown";

/** What a file is, in words too, and the command that converts it where there is one. */
export interface ForeignFormat {
  kind: ForeignKind;
  description: string;
  convertWith: string | null;
}

const EDITCAP = "editcap -F pcapng INPUT OUTPUT.pcapng";

/**
 * Formats by how a file begins: its first bytes as Latin-1 text, the kind, a description, and what converts
 * it.
 */
const beginnings: readonly [
  start: string,
  kind: ForeignKind,
  description: string,
  convertWith: string | null,
][] = [
  ["GMBU", "netmon", "it is a Microsoft Network Monitor capture", EDITCAP],
  ["RTSS", "netmon", "it is a Microsoft Network Monitor 1 capture", EDITCAP],
  ["snoop\0\0\0", "snoop", "it is a snoop capture", EDITCAP],
  ["btsnoop\0", "other-capture", "it is a Bluetooth capture", null],
  ["TRSNIFF data", "other-capture", "it is a Sniffer capture", EDITCAP],
  ["XCP\0", "other-capture", "it is a NetXRay or Sniffer for Windows capture", EDITCAP],
  ["iptrace ", "other-capture", "it is an AIX iptrace capture", EDITCAP],
  ["\x7fver", "other-capture", "it is an OmniPeek capture", EDITCAP],
  ["ElfFile\0", "etl", "it is a Windows event log, not a packet capture", null],
  ["PK\x03\x04", "archive", "it is a zip archive", "unzip INPUT"],
  ["7z\xbc\xaf\x27\x1c", "archive", "it is a 7-Zip archive", "7z x INPUT"],
  ["\xfd7zXZ\0", "archive", "it is compressed with xz", "xz -d INPUT"],
  ["BZh", "archive", "it is compressed with bzip2", "bzip2 -d INPUT"],
  ["\x28\xb5\x2f\xfd", "archive", "it is compressed with zstd", "zstd -d INPUT"],
  ["\x04\x22\x4d\x18", "archive", "it is compressed with lz4", "lz4 -d INPUT"],
  ["MSCF", "archive", "it is a Windows cabinet", "expand INPUT -F:* OUTPUT"],
];

/** How many bytes of a file `findForeignFormat` looks at. */
export const FOREIGN_MAGIC_BYTES = 96;

/**
 * Tells what a file is that is neither pcap nor pcapng.
 *
 * @param head its first 96 bytes, or all of them when it has fewer
 */
export function findForeignFormat(head: Uint8Array): ForeignFormat {
  if (head.length === 0) return { kind: "empty", description: "it is empty", convertWith: null };
  const latin1 = String.fromCharCode(...head.subarray(0, FOREIGN_MAGIC_BYTES));
  for (const [start, kind, description, convertWith] of beginnings) {
    if (latin1.startsWith(start)) return { kind, description, convertWith };
  }
  if (isEtl(head)) {
    const convertWith =
      "pktmon etl2pcap INPUT --out OUTPUT.pcapng (from netsh trace: etl2pcapng INPUT OUTPUT.pcapng)";
    return { kind: "etl", description: "it is a Windows event trace (ETL)", convertWith };
  }
  if (/^\s*(?:\ufeff|\xef\xbb\xbf)?\s*<(?:!doctype html|html|head|body)/i.test(latin1)) {
    return { kind: "html", description: "it is a web page, as a failed download leaves", convertWith: null };
  }
  if (isText(head)) {
    const description = "it is text, not packets (was tcpdump run without -w?)";
    return { kind: "text", description, convertWith: null };
  }
  if (isErf(head)) return { kind: "erf", description: "it looks like an ERF capture", convertWith: EDITCAP };
  if (head.length < 24) {
    return {
      kind: "too-short",
      description: `it has ${head.length} bytes, too few for a capture`,
      convertWith: null,
    };
  }
  return {
    kind: "unknown",
    description: "it begins like no capture format that is known here",
    convertWith: null,
  };
}

/** WMI_BUFFER_HEADER (72 bytes), then SYSTEM_TRACE_HEADER with its marker 0xC0 and version 2. */
function isEtl(head: Uint8Array): boolean {
  if (head.length < 76) return false;
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const bufferBytes = view.getUint32(0, true);
  return (
    bufferBytes >= 1024 &&
    bufferBytes <= 1 << 24 &&
    bufferBytes % 1024 === 0 &&
    head[0x48] === 2 &&
    head[0x4b] === 0xc0
  );
}

/** Two records in a row: a time of this century, a known type, and a length that leads to the next. */
function isErf(head: Uint8Array): boolean {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const looksLikeRecord = (at: number): boolean => {
    if (head.length - at < 16) return false;
    const seconds = view.getUint32(at + 4, true);
    const type = view.getUint8(at + 8) & 0x7f;
    const isThisCentury = seconds > 946_684_800 && seconds < 2_208_988_800;
    return isThisCentury && type >= 1 && type <= 48 && view.getUint16(at + 10) >= 16;
  };
  if (!looksLikeRecord(0)) return false;
  const next = view.getUint16(10);
  return next > head.length - 16 || looksLikeRecord(next);
}

function isText(head: Uint8Array): boolean {
  const utf16 = (head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff);
  if (utf16) return true;
  if (head.some((byte) => byte < 0x20 && !(byte >= 0x09 && byte <= 0x0d) && byte !== 0x1b)) return false;
  const asciiBytes = head.reduce((sum, byte) => sum + (byte < 0x80 ? 1 : 0), 0);
  return asciiBytes * 2 >= head.length || isUtf8(head);
}

/** Whether the bytes are UTF-8; the last character may be cut. */
function isUtf8(head: Uint8Array): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(head, { stream: true });
    return true;
  } catch {
    return false;
  }
}

/**
 * What was recorded, as it would be on another day: with a clock that is wrong, or among many other clients.
 */

const FILE_HEADER_BYTES = 24;
const RECORD_HEADER_BYTES = 16;
const ETHERNET_BYTES = 14;

/** One packet of a classic pcap file, as tcpdump writes it here: little-endian, of an Ethernet. */
interface PcapRecord {
  timeUs: number;
  frame: Buffer;
}

function readRecords(file: Buffer): PcapRecord[] {
  const records: PcapRecord[] = [];
  for (let at = FILE_HEADER_BYTES; at + RECORD_HEADER_BYTES <= file.length; ) {
    const length = file.readUInt32LE(at + 8);
    const frame = file.subarray(at + RECORD_HEADER_BYTES, at + RECORD_HEADER_BYTES + length);
    records.push({ timeUs: file.readUInt32LE(at) * 1_000_000 + file.readUInt32LE(at + 4), frame });
    at += RECORD_HEADER_BYTES + length;
  }
  return records;
}

function writeRecords(header: Buffer, records: readonly PcapRecord[]): Buffer {
  const parts = [header.subarray(0, FILE_HEADER_BYTES)];
  for (const { timeUs, frame } of records) {
    const head = Buffer.alloc(RECORD_HEADER_BYTES);
    head.writeUInt32LE(Math.floor(timeUs / 1_000_000), 0);
    head.writeUInt32LE(timeUs % 1_000_000, 4);
    head.writeUInt32LE(frame.length, 8);
    head.writeUInt32LE(frame.length, 12);
    parts.push(head, frame);
  }
  return Buffer.concat(parts);
}

/** The same capture by a clock that is ahead. */
export const withClockAhead = (file: Buffer, ms: number): Buffer =>
  writeRecords(
    file,
    readRecords(file).map((record) => ({ ...record, timeUs: record.timeUs + ms * 1_000 })),
  );

/** How many others there are: fifty. */
const OTHERS = 50;
/** Between the logins of two others. */
const APART_US = 137_000;

/**
 * The gateway's capture with fifty other clients in it, each of its own address and SPIs, whose logins are
 * those of a capture in which everybody comes up, or else the same as the one that is there.
 */
export function amongOthers(file: Buffer, theirs: Buffer): Buffer {
  const all = readRecords(file);
  const start = all[0]?.timeUs ?? 0;
  const template = readRecords(theirs);
  const templateStart = template[0]?.timeUs ?? 0;
  for (let other = 1; other <= OTHERS; other++) {
    const shift = start - templateStart + (other - OTHERS / 2) * APART_US;
    for (const { timeUs, frame } of template)
      all.push({ timeUs: timeUs + shift, frame: asAnother(frame, other) });
  }
  return writeRecords(
    file,
    all.toSorted((a, b) => a.timeUs - b.timeUs),
  );
}

/** Rewrites one end's address and what is random in a login: SPIs, and Identification. */
function asAnother(frame: Buffer, other: number): Buffer {
  const copy = Buffer.from(frame);
  const isV6 = copy.readUInt16BE(12) === 0x86dd;
  if (isV6) {
    const [source, destination] = [ETHERNET_BYTES + 8, ETHERNET_BYTES + 24];
    for (const at of [source, destination])
      if (copy.readUInt16BE(at + 4) === 0x0002) copy.writeUInt16BE(0x1000 + other, at + 14);
    if (copy[ETHERNET_BYTES + 6] === 44) {
      copy.writeUInt32BE((copy.readUInt32BE(ETHERNET_BYTES + 44) + other * 7_919) >>> 0, ETHERNET_BYTES + 44);
      if ((copy.readUInt16BE(ETHERNET_BYTES + 42) & 0xfff8) === 0)
        changeSpis(copy, ETHERNET_BYTES + 48, other);
    } else if (copy[ETHERNET_BYTES + 6] === 17) changeSpis(copy, ETHERNET_BYTES + 40, other);
    return copy;
  }
  if (copy.readUInt16BE(12) !== 0x0800) return copy;
  for (const at of [ETHERNET_BYTES + 12, ETHERNET_BYTES + 16])
    if (copy[at] !== 198 || copy[at + 3] !== 2) copy.set([203, 0, 113, other], at);
  copy.writeUInt16BE((copy.readUInt16BE(ETHERNET_BYTES + 4) + other * 7_919) & 0xffff, ETHERNET_BYTES + 4);
  copy.writeUInt16BE(0, ETHERNET_BYTES + 10);
  copy.writeUInt16BE(headerChecksum(copy.subarray(ETHERNET_BYTES, ETHERNET_BYTES + 20)), ETHERNET_BYTES + 10);
  const isFirst = (copy.readUInt16BE(ETHERNET_BYTES + 6) & 0x1fff) === 0;
  if (isFirst && copy[ETHERNET_BYTES + 9] === 17) changeSpis(copy, ETHERNET_BYTES + 20, other);
  return copy;
}

/** @param udp where the UDP header begins; its checksum is left out, which IPv4 allows and captures show */
function changeSpis(frame: Buffer, udp: number, other: number): void {
  const ports = [frame.readUInt16BE(udp), frame.readUInt16BE(udp + 2)];
  if (!ports.includes(500) && !ports.includes(4500)) return;
  const payload = udp + 8;
  const isMarked = ports.includes(4500) && frame.length > payload + 4 && frame.readUInt32BE(payload) === 0;
  const spis = isMarked ? payload + 4 : payload;
  for (const at of [spis, spis + 8]) {
    if (frame.length < at + 8 || frame.readBigUInt64BE(at) === 0n) continue;
    frame[at + 3] = (frame[at + 3] ?? 0) ^ other;
    frame[at + 6] = (frame[at + 6] ?? 0) ^ (other * 3);
  }
  frame.writeUInt16BE(0, udp + 6);
}

function headerChecksum(header: Buffer): number {
  let sum = 0;
  for (let at = 0; at < header.length; at += 2) sum += header.readUInt16BE(at);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

/**
 * The gateway's log with fifty other clients in it. A thread of charon's works for one of them at a time, so
 * each of the others has a thread of its own here; pluto numbers its states instead.
 */
export function logAmongOthers(log: string, theirs: string, client: string): string {
  const lines = linesOf(log);
  const template = linesOf(theirs);
  const out: string[] = [];
  const gap = Math.ceil(OTHERS / (lines.length + 1));
  let other = 1;
  for (const line of [...lines, null]) {
    const time = timeOf(line ?? lines.at(-1) ?? "");
    for (const last = Math.min(other + gap, OTHERS + 1); other < last; other++)
      out.push(...template.map((text) => asAnotherInLog(text, time, client, other)));
    if (line !== null) out.push(line);
  }
  return `${out.join("\n")}\n`;
}

const linesOf = (log: string): string[] => log.split("\n").filter((line) => line !== "");

/** All that stands before the thread, or before the name of the connection. */
const timeOf = (line: string): string => /^.*?\d\d:\d\d:\d\d[.\d]*:?/.exec(line)?.[0] ?? "";

function asAnotherInLog(line: string, time: string, client: string, other: number): string {
  const address = client.includes(":") ? `2001:db8:2::1${other}` : `203.0.113.${other}`;
  return line
    .replace(timeOf(line), time)
    .replaceAll(client, address)
    .replace(/ \d\d\[/, ` ${other + 16}[`)
    .replace(/"\[(\d+)\]/, (_, instance: string) => `"[${Number(instance) + other}]`)
    .replace(/#(\d+)/g, (_, state: string) => `#${Number(state) + other * 100}`)
    .replace(/\[(\d+)\](?= state change)/, (_, unique: string) => `[${Number(unique) + other * 100}]`);
}

/**
 * What was recorded, as it would be on another day: with a clock that is wrong, or among many other clients.
 */
import { CaptureParser } from "../../shared/capture/read.ts";
import type { FrameToWrite } from "../../shared/capture/write.ts";
import { findIp } from "../../shared/packet/link.ts";
import { encodePcapng } from "./capture-files.ts";

function framesOf(file: Uint8Array): FrameToWrite[] {
  const frames: FrameToWrite[] = [];
  const parser = new CaptureParser("disguise", ({ bytes, start, end, ...frame }) => {
    const { linkType, seconds, nanoseconds, originalLength } = frame;
    frames.push({ linkType, seconds, nanoseconds, originalLength, bytes: bytes.slice(start, end) });
  });
  parser.push(file);
  parser.end();
  return frames;
}

const millisecondsOf = ({ seconds, nanoseconds }: FrameToWrite): number =>
  seconds * 1_000 + nanoseconds / 1e6;

function later(frame: FrameToWrite, ms: number): FrameToWrite {
  const whole = Math.floor(ms / 1_000);
  const nanoseconds = frame.nanoseconds + Math.round((ms - whole * 1_000) * 1e6);
  const carry = Math.floor(nanoseconds / 1e9);
  return { ...frame, seconds: frame.seconds + whole + carry, nanoseconds: nanoseconds - carry * 1e9 };
}

/** The same capture by a clock that is ahead. */
export const withClockAhead = (file: Uint8Array, ms: number): Uint8Array =>
  encodePcapng(framesOf(file).map((frame) => later(frame, ms)));

/** How many others there are: fifty. */
const OTHERS = 50;
/** Between the logins of two others. */
const APART_MS = 137;

/**
 * The gateway's capture with fifty other clients in it, each of its own address and SPIs, who do as the
 * client of a capture does: of one that comes up, or of the same.
 *
 * @param gateway its address, which stays
 */
export function amongOthers(file: Uint8Array, theirs: Uint8Array, gateway: string): Uint8Array {
  const own = framesOf(file);
  const [first] = own;
  const template = framesOf(theirs);
  const [start] = template;
  if (first === undefined || start === undefined) return file;
  const shift = millisecondsOf(first) - millisecondsOf(start);
  const all = [...own];
  for (let other = 1; other <= OTHERS; other++) {
    const ms = shift + (other - OTHERS / 2) * APART_MS;
    all.push(...template.map((frame) => later(asAnother(frame, other, gateway), ms)));
  }
  return encodePcapng(all.toSorted((a, b) => millisecondsOf(a) - millisecondsOf(b)));
}

/** Rewrites what is random in a login, and the end that is not the gateway: address, SPIs, Identification. */
function asAnother(frame: FrameToWrite, other: number, gateway: string): FrameToWrite {
  const bytes = frame.bytes.slice();
  const view = new DataView(bytes.buffer);
  const ip = findIp(frame.linkType, view, 0, bytes.length);
  if (ip >= 0 && bytes.length >= ip + 40) {
    if ((bytes[ip] ?? 0) >> 4 === 6) asAnotherV6(view, ip, other, gateway);
    else asAnotherV4(view, ip, other, gateway);
  }
  return { ...frame, bytes };
}

/** So far apart are the Identifications of two others. */
const IDENTIFICATION_STEP = 7_919;

function asAnotherV4(view: DataView, ip: number, other: number, gateway: string): void {
  for (const at of [ip + 12, ip + 16]) {
    const address = [0, 1, 2, 3].map((byte) => view.getUint8(at + byte)).join(".");
    if (address !== gateway) view.setUint32(at, 0xcb007100 + other); // 203.0.113.0/24
  }
  view.setUint16(ip + 4, (view.getUint16(ip + 4) + other * IDENTIFICATION_STEP) & 0xffff);
  view.setUint16(ip + 10, 0);
  view.setUint16(ip + 10, headerChecksum(view, ip));
  const isFirst = (view.getUint16(ip + 6) & 0x1fff) === 0;
  if (isFirst && view.getUint8(ip + 9) === 17) changeSpis(view, ip + 20, other);
}

const FRAGMENT_HEADER = 44;

function asAnotherV6(view: DataView, ip: number, other: number, gateway: string): void {
  const own = Number.parseInt(gateway.split(":")[2] ?? "", 16);
  for (const at of [ip + 8, ip + 24])
    if (view.getUint16(at + 4) !== own) view.setUint16(at + 14, 0x1000 + other);
  const next = view.getUint8(ip + 6);
  if (next === 17) changeSpis(view, ip + 40, other);
  if (next !== FRAGMENT_HEADER) return;
  view.setUint32(ip + 44, (view.getUint32(ip + 44) + other * IDENTIFICATION_STEP) >>> 0);
  if ((view.getUint16(ip + 42) & 0xfff8) === 0) changeSpis(view, ip + 48, other);
}

/** @param udp where the UDP header begins; its checksum is left out, which readers do not look at */
function changeSpis(view: DataView, udp: number, other: number): void {
  if (view.byteLength < udp + 28) return;
  const ports = [view.getUint16(udp), view.getUint16(udp + 2)];
  if (!ports.includes(500) && !ports.includes(4500)) return;
  const isMarked = ports.includes(4500) && view.getUint32(udp + 8) === 0;
  const spis = udp + 8 + (isMarked ? 4 : 0);
  for (const at of [spis, spis + 8]) {
    if (view.getBigUint64(at) !== 0n) view.setUint32(at + 4, view.getUint32(at + 4) ^ (other * 0x01000193));
  }
  view.setUint16(udp + 6, 0);
}

function headerChecksum(view: DataView, ip: number): number {
  let sum = 0;
  for (let at = ip; at < ip + 20; at += 2) sum += view.getUint16(at);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

/** Some daemons write whole seconds, and nothing else tells two logins apart where all send the same. */
const APART_IN_LOG_SECONDS = 2;

/**
 * The gateway's log with fifty other clients in it, before and after. A thread of charon's works for one of
 * them at a time, so each of the others has a thread of its own here; pluto numbers its states instead.
 *
 * @param client its address as the gateway sees it, which stays
 */
export function logAmongOthers(log: string, theirs: string, client: string): string {
  const own = linesOf(log);
  const template = linesOf(theirs);
  const shift = secondsOf(own[0] ?? "") - secondsOf(template[0] ?? "");
  const all = [...own];
  for (let other = 1; other <= OTHERS; other++) {
    const side = other <= OTHERS / 2 ? other - OTHERS / 2 - 1 : other - OTHERS / 2;
    const seconds = shift + side * APART_IN_LOG_SECONDS;
    all.push(...template.map((line) => asAnotherInLog(line, seconds, client, other)));
  }
  return `${all.toSorted((a, b) => secondsOf(a) - secondsOf(b)).join("\n")}\n`;
}

const linesOf = (log: string): string[] => log.split("\n").filter((line) => line !== "");

const TIME = /(\d\d):(\d\d):(\d\d(?:\.\d+)?)/;
function secondsOf(line: string): number {
  const [, hours, minutes, seconds] = TIME.exec(line) ?? [];
  return Number(hours) * 3_600 + Number(minutes) * 60 + Number(seconds);
}

/** The same day's time, as long as it was. */
function laterInLog(line: string, by: number): string {
  return line.replace(TIME, (_, hours: string, minutes: string, text: string) => {
    const whole = Number(hours) * 3_600 + Number(minutes) * 60 + Number(text.slice(0, 2)) + Math.round(by);
    const two = (value: number) => String(value).padStart(2, "0");
    return `${two(Math.floor(whole / 3_600))}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}${text.slice(2)}`;
  });
}

function asAnotherInLog(line: string, seconds: number, client: string, other: number): string {
  const address = client.includes(":") ? `2001:db8:2::1${other}` : `203.0.113.${other}`;
  return laterInLog(line, seconds)
    .replaceAll(client, address)
    .replace(/ \d\d\[/, ` ${other + 16}[`)
    .replace(/"\[(\d+)\]/, (_, instance: string) => `"[${Number(instance) + other}]`)
    .replace(/#(\d+)/g, (_, state: string) => `#${Number(state) + other * 100}`)
    .replace(
      /(IKE_SA [\w()-]{1,64})\[(\d+)\]/,
      (_, sa: string, n: string) => `${sa}[${Number(n) + other * 100}]`,
    );
}

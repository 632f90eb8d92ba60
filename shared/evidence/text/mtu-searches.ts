/**
 * Programs that search the path MTU with packets of many sizes and DF: `nmap --script path-mtu` and mturoute.
 * Both print bytes of whole IP packets as their result; mturoute's sizes on the way there are ping payloads.
 */

import { ETHERNET_MTU, pingIpBytes } from "../../packet/sizes.ts";
import { type Block, emptyReading, type Format, findAddresses, oneByOne, type Reading } from "./format.ts";

const addressIn = (text: string): string | null =>
  findAddresses(text.replaceAll(/[()[\]]/g, " "))[0]?.address ?? null;

const NMAP_HOST = /^\s*Nmap scan report for (\S{1,253}(?: \([0-9A-Fa-f.:]{2,45}\))?)\s*$/;
/** The marks in front, `|_`, may have been taken for those of a table. */
const NMAP_RESULT = /^\s*[|_\s]{0,4}path-mtu: (?:PMTU (==|>=) (\d{2,6})|(\d{2,6}) <= PMTU < (\d{2,6}))\s*$/;
const NMAP_OTHERS =
  /^\s*(?:Starting Nmap |Host is up|Not shown:|PORT +STATE|\d{1,5}\/(?:tcp|udp|sctp) |Host script results:|Nmap done:|rDNS record |Other addresses |MAC Address:|All \d+ scanned ports |Some closed ports )/;

function readNmap({ lines }: Block): Reading {
  const reading = emptyReading();
  let target: string | null = null;
  const isResult = lines.some(({ text }) => NMAP_RESULT.test(text));
  for (const { line, text } of lines) {
    if (text === "") continue;
    const host = NMAP_HOST.exec(text)?.[1];
    const [, sign, one, from, below] = NMAP_RESULT.exec(text) ?? [];
    const told = { line, target, router: null, nextHopMtu: null };
    if (host !== undefined && isResult) target = addressIn(host);
    else if (one !== undefined) {
      reading.paths.push({ ...told, ipBytes: Number(one), outcome: "reached" });
      // `==` is said where a router, or the interface, named just this MTU: of 1500 it is the interface.
      if (sign === "==" && Number(one) >= 576 && Number(one) < ETHERNET_MTU) {
        reading.paths.push({ ...told, ipBytes: null, outcome: "too-big", nextHopMtu: Number(one) });
      }
    } else if (from !== undefined && below !== undefined) {
      reading.paths.push({ ...told, ipBytes: Number(from), outcome: "reached" });
      reading.paths.push({ ...told, ipBytes: Number(below), outcome: "not-reached" });
    } else if (!isResult || !NMAP_OTHERS.test(text)) reading.notUnderstood.push({ line, text });
  }
  return reading;
}

/** nmap's script path-mtu. */
export const nmapPathMtu: Format = {
  id: "nmap-path-mtu",
  system: "nmap",
  gives: "paths",
  source: "the script's source, nmap/nmap scripts/path-mtu.nse",
  knownFrom: "public",
  isHeading: (text) => NMAP_HOST.test(text.slice(0, 400)),
  isRow: (text) => text.length < 200 && NMAP_RESULT.test(text),
  isLead: (text) => /^\s*Starting Nmap /.test(text),
  read: oneByOne(readNmap),
};

const FRAGMENTATION = /^\s*\* ICMP Fragmentation is (not )?permitted\. \*\s*$/;
/** The sign may have been taken for the dash behind a time. */
const TRIED = /^\s*(?:([-–+?]) )?ICMP payload of (\d{1,5}) bytes (succeeded|is too big|failed)\b(.{0,60})$/;
const HOP = /^\s*\d{1,2} {1,4}[-+.?u]{1,80} {1,4}host: ([0-9.]{7,15}) {1,4}max: (\d{2,5}) bytes\s*$/;
const RESULT = /^\s*Path MTU: (\d{2,5}) bytes\.\s*$/;
const MTUROUTE_OTHERS =
  /^\s*(?:\* (?:Speed optimization is |Maximum payload is )|Estimated Max: |Max ping: |mturoute to |\.{1,4}\s*$)/;

function readMturoute({ command, lines }: Block): Reading {
  const reading = emptyReading();
  const target = command?.words.map(addressIn).find((address) => address !== null) ?? null;
  const isWhole = lines.some(({ text }) => FRAGMENTATION.exec(text)?.[1] !== undefined);
  const told = { router: null, nextHopMtu: null };
  let largest = 0;
  for (const { line, text } of lines) {
    if (text === "" || FRAGMENTATION.test(text)) continue;
    const [, sign, payload, outcome, more = ""] = TRIED.exec(text) ?? [];
    const [, hop, most] = HOP.exec(text) ?? [];
    const result = RESULT.exec(text)?.[1];
    const ipBytes = pingIpBytes(Number(payload), 4);
    // Where fragmentation was permitted, or that line is missing, a passing size is no path MTU.
    if (
      payload !== undefined &&
      isWhole &&
      (sign === undefined || (outcome === "succeeded") === (sign === "+"))
    ) {
      if (outcome === "succeeded") largest = Math.max(largest, ipBytes);
      if (outcome === "failed" && /\(IP_(?!REQ_TIMED_OUT)/.test(more)) {
        reading.notUnderstood.push({ line, text });
        continue;
      }
      reading.paths.push({
        ...told,
        line,
        target,
        ipBytes,
        outcome: outcome === "succeeded" ? "reached" : outcome === "is too big" ? "too-big" : "not-reached",
      });
    } else if (hop !== undefined && most !== undefined && isWhole) {
      reading.paths.push({ ...told, line, target: hop, ipBytes: Number(most), outcome: "reached" });
    } else if (result !== undefined && (largest === Number(result) || largest === 0) && isWhole) {
      if (largest === 0)
        reading.paths.push({ ...told, line, target, ipBytes: Number(result), outcome: "reached" });
    } else if (!MTUROUTE_OTHERS.test(text)) reading.notUnderstood.push({ line, text });
  }
  return reading;
}

/** Eli Fulkerson's mturoute, for Windows. */
export const mturoute: Format = {
  id: "mturoute",
  system: "Windows",
  gives: "paths",
  source: 'its source and Amazon\'s documents: "Path MTU" is the payload that passed and 28 bytes',
  knownFrom: "public",
  program: "mturoute",
  isHeading: (text) => text.length < 200 && FRAGMENTATION.test(text),
  isRow: (text) => text.length < 200 && (TRIED.test(text) || RESULT.test(text)),
  isLead: (text) => /^\s*mturoute to \S/.test(text),
  read: oneByOne(readMturoute),
};

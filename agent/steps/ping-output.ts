/** Reads what the system's ping printed for one request. */
import { isIP } from "node:net";
import type { Platform } from "../io/system.ts";

/** What ping says of one echo request. */
export type PingOutcome =
  | { kind: "answered"; roundTripMs: number | null; replyPingPayloadBytes: number | null }
  /**
   * This computer refused to send: the packet exceeds the interface MTU, or the path MTU that it remembers.
   */
  | { kind: "too-big-locally"; mtu: number | null; line: string }
  /** A router refused to forward it. */
  | { kind: "too-big-remotely"; router: string | null; nextHopMtu: number | null; line: string }
  | { kind: "unreachable"; router: string | null; line: string }
  | { kind: "silent" }
  /** Something else, in the program's own words. */
  | { kind: "other"; line: string };

const ICMP_HEADER_BYTES = 8;

/** Reads ping's output. It never relies on words that Windows translates. */
export function readPing(platform: Platform, output: string, errors: string): PingOutcome {
  const lines = `${output}\n${errors}`.split(/\r?\n/).filter((line) => line.trim() !== "");
  return platform === "windows" ? readWindowsPing(lines) : readUnixPing(lines);
}

/**
 * Windows translates all but `TTL=`, `DF`, addresses and `ms`. A line that ends with a colon is a heading. A
 * line with an address is a host's answer. Any other line comes from this computer.
 */
function readWindowsPing(lines: string[]): PingOutcome {
  const spoken = lines.filter((line) => !/[:\uff1a]\s*$/.test(line));
  for (const line of spoken) {
    const from = findAddress(line);
    const isAnswer =
      /TTL=\d/.test(line) || (from !== null && isIP(from) === 6 && /[=<]\s*\d+\s*ms/.test(line));
    if (isAnswer) return readWindowsAnswer(line);
  }
  for (const line of spoken) {
    const router = findAddress(line);
    if (/DF/.test(line)) {
      if (router === null) return { kind: "too-big-locally", mtu: null, line };
      return { kind: "too-big-remotely", router, nextHopMtu: null, line };
    }
    if (router !== null) return { kind: "unreachable", router, line };
    if (/^PING:/i.test(line)) return { kind: "other", line };
  }
  return { kind: "silent" };
}

/** The time ends in `ms`. The bytes come first; where a reply was cut, the bytes sent follow in brackets. */
function readWindowsAnswer(line: string): PingOutcome {
  const time = /([=<])\s*(\d+)\s*ms/.exec(line);
  const bytes = /=\s*(\d+)(?!\s*ms|\d)/.exec(line.replace(/TTL=\d+/, ""));
  return {
    kind: "answered",
    roundTripMs: time ? (time[1] === "<" ? 0 : Number(time[2])) : null,
    replyPingPayloadBytes: bytes ? Number(bytes[1]) : null,
  };
}

/** iputils (Linux, Android) and BSD (macOS), in the C locale. */
function readUnixPing(lines: string[]): PingOutcome {
  for (const line of lines) {
    const answer = /(\d+) bytes from .*\b(?:ttl|hlim)=\d+/i.exec(line);
    if (!answer) continue;
    const time = /\btime=([\d.]+) ?ms/.exec(line);
    return {
      kind: "answered",
      roundTripMs: time ? Number(time[1]) : null,
      replyPingPayloadBytes: Math.max(0, Number(answer[1]) - ICMP_HEADER_BYTES),
    };
  }
  for (const line of lines) {
    const mtu = /\bmtu ?= ?(\d+)|\bMTU (\d+)\)/i.exec(line);
    const mtuBytes = mtu ? Number(mtu[1] ?? mtu[2]) : null;
    const from = /\bfrom\b/i.test(line) ? findAddress(line) : null;
    if (/frag needed|packet too big/i.test(line)) {
      return { kind: "too-big-remotely", router: from, nextHopMtu: mtuBytes, line };
    }
    if (/message too long/i.test(line)) return { kind: "too-big-locally", mtu: mtuBytes, line };
    const unreachable =
      /unreachable|no route to host|packet filtered|prohibited|time to live exceeded|hop limit/i;
    if (unreachable.test(line)) return { kind: "unreachable", router: from, line };
  }
  const complaints = lines.filter((line) => /^ping6?:/i.test(line));
  return complaints.length > 0 ? { kind: "other", line: complaints.join(" ") } : { kind: "silent" };
}

function findAddress(line: string): string | null {
  for (const candidate of line.match(/[0-9A-Fa-f:.]{3,}/g) ?? []) {
    const trimmed = candidate.replace(/[.:]$/, "");
    if (isIP(trimmed)) return trimmed;
  }
  return null;
}

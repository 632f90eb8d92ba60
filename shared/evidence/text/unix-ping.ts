/**
 * `ping` of Linux (iputils), BusyBox, macOS and the BSDs. Newer iputils translate their words, so that a line
 * is known by `icmp_seq=`, `ttl=`, `mtu =` and its place. A lost echo leaves no line at all: the statistics
 * tell how many there were.
 */

import {
  type Block,
  emptyReading,
  type Format,
  findAddresses,
  oneByOne,
  type PingLine,
  PingLines,
  type Reading,
  toMtu,
} from "./format.ts";

const ICMP_HEADER_BYTES = 8;

interface Heading {
  target: string;
  pingPayloadBytes: number;
  family: 4 | 6;
  isLinux: boolean;
}

/**
 * `PING h (a) 1472(1500) bytes of data.`, `PING h (a): 56 data bytes`, `PING h(a) 56 data bytes`,
 * `PING h(name (a)) 56 data bytes`, `PING6(1448=40+8+1400 bytes) a --> b`.
 */
const HEADING =
  /^\s*PING ([^\s(]{1,253}) ?\((?:[^\s()]{1,253} \((?=[^\s()]{2,80}\)\)))?([0-9A-Fa-f.:%\w]{2,80})\)\)?(:)? (?:from [\w.:%]{2,60} [\w:%.-]{0,40} ?)?(\d{1,5})(?:\((\d{1,5})\))?(?!\d)[^\d]{0,60}$/;
const HEADING_OF_PING6 =
  /^\s*PING6\(\d{1,5}=40\+8\+(\d{1,5}) bytes\) [0-9A-Fa-f.:%\w]{2,80} --> ([0-9A-Fa-f:.%\w]{2,80})/;

function readHeading(text: string): Heading | null {
  if (text.length > 600) return null;
  const v6 = HEADING_OF_PING6.exec(text);
  if (v6?.[1] && v6[2] && findAddresses(v6[2])[0]?.address === v6[2]) {
    return { target: v6[2], pingPayloadBytes: Number(v6[1]), family: 6, isLinux: false };
  }
  const [, , inBrackets, colon, payload, whole] = HEADING.exec(text) ?? [];
  const target = inBrackets && findAddresses(inBrackets)[0]?.address;
  if (!target || payload === undefined) return null;
  const family = target.includes(":") ? 6 : 4;
  const pingPayloadBytes = Number(payload);
  // The second number is the IP packet, without options: 28 or 48 more.
  if (whole !== undefined && Number(whole) !== pingPayloadBytes + (family === 4 ? 28 : 48)) return null;
  return { target, pingPayloadBytes, family, isLinux: colon === undefined };
}

const REPLY = /^\s*(\d{1,5}) \p{L}.{0,200}\b(?:icmp_)?seq=\d{1,7}\b.{0,40}\b(?:ttl|hlim)=\d{1,3}\b/u;
/** With the bracket behind it where there is one in front: half a number is another number. */
const MTU_TOLD = /\(mtu ?[=:]? ?(\d{2,5})\)|(?<!\()\bmtu ?[=:]? ?(\d{2,5})(?!\d)/i;
const SEQUENCE = /\b(?:icmp_)?seq[= ]\d{1,7}\b/;
/**
 * The system refused to send. `sendto` and `sendmsg` fail for many reasons, so that its words are needed
 * where no MTU is told.
 */
const REFUSED_HERE =
  /^\s*ping6?: (?:.{0,40}\bmtu ?[=:] ?\d|(?:sendto|sendmsg|local error)\b.{0,40}message too (?:long|large))/i;
/**
 * ICMP errors that are not about the size. In other words than these, or wrapped, they are not understood.
 */
const NO_WAY_THERE = /unreachable|exceeded|prohibited|filtered|nicht erreichbar/i;
const STATISTICS = /^\s*--- .{1,260} ---\s*$/;
const COUNTS = /^\s*(\d{1,9}) [^\d,、]{1,60}[,、] ?(\d{1,9}) [^\d,、%]{1,60}[,、](.*)$/;
/**
 * Lines that tell nothing: round-trip times, `^C`, and the header dump that BSDs print below an ICMP error.
 */
const NO_NEWS =
  /^\s*(?:(?:rtt|round-trip) min\/|\^C\s*$|Vr HL TOS|\d\s+\d\s+[0-9a-f]{2}\s+[0-9a-f]{4}\s|\d+ bytes from .*\(DUP!\)|patterns?:|pipe \d)/i;

type Told =
  | { kind: "reply"; pingPayloadBytes: number; cut: boolean }
  | { kind: "refused-here"; mtu: number | null }
  | { kind: "refused-there"; router: string; mtu: number | null }
  | { kind: "no-way"; router: string }
  | { kind: "waited" }
  | { kind: "strange" };

function tell(text: string): Told {
  const reply = REPLY.exec(text);
  const from = findAddresses(text.replaceAll(/[()]/g, " "))[0]?.address ?? null;
  if (reply?.[1]) {
    const pingPayloadBytes = Math.max(0, Number(reply[1]) - ICMP_HEADER_BYTES);
    return { kind: "reply", pingPayloadBytes, cut: /\(truncated\)/.test(text) };
  }
  const [, inBrackets, alone] = MTU_TOLD.exec(text) ?? [];
  const told = toMtu(inBrackets ?? alone ?? "");
  if (REFUSED_HERE.test(text)) return { kind: "refused-here", mtu: told };
  if (/^\s*ping6?:/.test(text)) return { kind: "strange" };
  // `From R icmp_seq=1 …` on Linux, `556 bytes from R: …` on BSDs.
  const isIcmpError =
    from !== null && (SEQUENCE.test(text) || /^\s*\d{1,5} \p{L}+ \p{L}+ [^\s]+:/u.test(text));
  if (isIcmpError) {
    const isTooBig = told !== null || /frag needed|packet too big/i.test(text);
    if (isTooBig) return { kind: "refused-there", router: from, mtu: told };
    return NO_WAY_THERE.test(text) ? { kind: "no-way", router: from } : { kind: "strange" };
  }
  return from === null && SEQUENCE.test(text) && text.length < 120 ? { kind: "waited" } : { kind: "strange" };
}

/**
 * `-M do` and `-D` set DF; `-M dont` and macOS's ping without `-D` do not; for the rest it depends on the
 * system.
 */
function readsDontFragment(words: readonly string[], isLinux: boolean, isBsd: boolean): boolean | null {
  const at = words.indexOf("-M");
  const mode = at < 0 ? words.find((w) => /^-M\w/.test(w))?.slice(2) : words[at + 1];
  if (mode !== undefined) return mode === "do" || mode === "probe" ? true : mode === "dont" ? false : null;
  if (isLinux) return null;
  return words.some((word) => /^-[A-Za-z]*D/.test(word)) ? true : isBsd ? false : null;
}

function read({ command, lines }: Block): Reading {
  const reading = emptyReading();
  const pings = new PingLines();
  const heading = lines[0] ? readHeading(lines[0].text) : null;
  let counts: { sent: number; received: number; errors: number; line: number; text: string } | null = null;
  let inStatistics = false;
  let hasStrangeLines = false;
  let isBsd = false;
  let isOver = false;
  const told: { line: number; text: string; what: Told }[] = [];
  for (const { line, text } of heading ? lines.slice(1) : lines) {
    if (text === "" || NO_NEWS.test(text)) continue;
    if (STATISTICS.test(text)) {
      inStatistics = true;
      continue;
    }
    const [, sent, received, more = ""] = (inStatistics && COUNTS.exec(text)) || [];
    if (sent !== undefined && received !== undefined) {
      const extra = /\+(\d{1,9})(?!\d| dup)/i.exec(more)?.[1];
      counts ??= { sent: Number(sent), received: Number(received), errors: Number(extra ?? 0), line, text };
      continue;
    }
    // The heading of another size that was damaged: what stands below it is not about this one.
    isOver ||= /^\s*PING6?\b/.test(text);
    const what: Told = isOver || text.length > 600 ? { kind: "strange" } : tell(text);
    if (what.kind === "strange" && !inStatistics && !isOver) hasStrangeLines = true;
    if (what.kind === "strange" || inStatistics) reading.notUnderstood.push({ line, text });
    else told.push({ line, text, what });
    if (/\bicmp_seq\b/.test(text)) isBsd = heading?.isLinux === false;
  }
  const of = <K extends Told["kind"]>(kind: K) =>
    told.filter(
      (t): t is { line: number; text: string; what: Extract<Told, { kind: K }> } => t.what.kind === kind,
    );
  const refusals = [...of("refused-here"), ...of("refused-there")];
  const byCommand =
    command !== null && /^ping6?$/.test(command.program)
      ? readsDontFragment(command.words, heading?.isLinux ?? true, isBsd)
      : null;
  const dontFragment = byCommand ?? (refusals.length > 0 ? true : null);
  const add = (line: number, rest: Partial<PingLine> & Pick<PingLine, "outcome">): void =>
    pings.add({
      line,
      count: 1,
      target: heading?.target ?? null,
      pingPayloadBytes: heading?.pingPayloadBytes ?? null,
      replyPingPayloadBytes: null,
      router: null,
      nextHopMtu: null,
      dontFragment,
      ...rest,
    });

  // Without the heading nobody knows whether a reply was cut: not all of these programs say so.
  for (const { line, text, what } of told) {
    if (heading === null) {
      reading.notUnderstood.push({ line, text });
    } else if (what.kind === "reply") {
      // A reply is never longer than what it answers; iputils says so where it is shorter.
      const isOdd =
        what.pingPayloadBytes > heading.pingPayloadBytes ||
        (what.pingPayloadBytes < heading.pingPayloadBytes && heading.isLinux && !what.cut);
      if (isOdd) {
        hasStrangeLines = true;
        reading.notUnderstood.push({ line, text });
      } else add(line, { outcome: "answered", replyPingPayloadBytes: what.pingPayloadBytes });
    } else if (what.kind === "refused-here") {
      add(line, { outcome: "too-big-locally", nextHopMtu: what.mtu });
    } else if (what.kind === "refused-there") {
      add(line, { outcome: "too-big-remotely", router: what.router, nextHopMtu: what.mtu });
    } else if (what.kind === "no-way") {
      add(line, { outcome: "unreachable", router: what.router });
    }
  }
  // An echo that was refused is waited for as well: it is not lost on top of that.
  const explained = refusals.length + of("no-way").length;
  const waited = of("waited");
  if (heading !== null && counts === null) {
    const lost = waited.length - explained;
    if (waited[0] && lost > 0 && !hasStrangeLines) add(waited[0].line, { outcome: "timeout", count: lost });
  } else if (heading !== null && counts !== null) {
    const { line, text, sent, received, errors } = counts;
    const replies = of("reply").length;
    if (sent < received || replies > received || explained > sent + errors) {
      reading.notUnderstood.push({ line, text });
    } else {
      const lost = sent - received - Math.max(explained, errors);
      // `-q`, or a person left them out.
      if (received > 0 && replies === 0) add(line, { outcome: "answered", count: received });
      // A line that was not understood may be why an echo has no reply.
      if (lost > 0 && !hasStrangeLines) add(line, { outcome: "timeout", count: lost });
      else if (lost > 0) reading.notUnderstood.push({ line, text });
    }
  }
  reading.pings = pings.all();
  return reading;
}

/** The pings of Linux, BusyBox, macOS and the BSDs, which share their form. */
export const unixPing: Format = {
  id: "unix-ping",
  system: "Linux, BusyBox, macOS, BSD",
  gives: "pings",
  source: "output of iputils and BusyBox; macOS and BSD from posts",
  knownFrom: "seen",
  isHeading: (text) => readHeading(text) !== null,
  isRow: (text) =>
    text.length <= 600 && REPLY.test(text) && findAddresses(text.replaceAll(/[()]/g, " ")).length > 0,
  read: oneByOne(read),
};

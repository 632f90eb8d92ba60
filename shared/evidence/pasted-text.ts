/** Output of Windows commands that somebody pasted. */
import type { PastedText } from "../schema/evidence.ts";

/** A row of `netsh interface ipv4 show interfaces` or `show subinterfaces`. */
export interface NetshInterface {
  source: string;
  /** 1-based. */
  line: number;
  /** `null` in a subinterfaces table, which has no column for it. */
  index: number | null;
  /** Bytes; `null` where Windows prints `Default`, or 4294967295 for the loopback. */
  mtu: number | null;
  /** `null` in a subinterfaces table. */
  connected: boolean | null;
  name: string;
}

/** One line of what Windows's `ping` printed of an echo, and the size of that echo. */
export interface PingLine {
  source: string;
  line: number;
  /** The address in the heading, without the brackets. */
  target: string | null;
  /**
   * The ping payload, from the heading or the reply: the whole IP packet has 28 bytes more, or 48 more for
   * IPv6.
   */
  pingPayloadBytes: number | null;
  outcome: "answered" | "timeout" | "too-big-locally" | "too-big-remotely" | "unreachable";
  /** The ping payload of the reply: less than was sent when the target cut it. */
  replyPingPayloadBytes: number | null;
  /** The address that said that the echo is too big or the target unreachable. */
  router: string | null;
}

/** What was understood of a text, and what was not. */
export interface ReadText {
  interfaces: NetshInterface[];
  pings: PingLine[];
  /** Lines that were not understood: they are shown, and nothing is guessed of them. */
  notUnderstood: { source: string; line: number; text: string }[];
}

const LOOPBACK_MTU = 4_294_967_295;
// Tables are known by their columns: Windows translates the headings. In all samples the state is in English.
const INTERFACE_ROW = /^\s*(\d{1,10})\s+(\d{1,10})\s+(\d{1,10}|Default)\s+([^\s\d]\S*)\s+(\S.*?)\s*$/;
const SUBINTERFACE_ROW = /^\s*(\d{1,10})\s+(\d{1,10})\s+(\d{1,20})\s+(\d{1,20})\s+(\S.*?)\s*$/;
const ADDRESS = /(?:\d{1,3}\.){3}\d{1,3}|[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7}(?:%\w+)?/;
/** An address in brackets or a bare one, then somewhere the ping payload, and a colon at the end. */
const PING_HEADING = /(?<![\d.])(\d{1,5})(?![\d.\]])[^\d[\]]*[::]\s*$/;
/** The line of a lost echo has neither an address nor a number, so only its words show what it is. */
const TIMED_OUT =
  /^\s*(?:Request timed out|要求がタイムアウトしました|Zeit[üu]berschreitung der Anforderung|请求超时|Délai d['’]attente de la demande dépassé)/i;
/** Statistics have pairs such as `a = 1`, or a colon at the end of the line. */
const STATISTICS = /=\s*\d+|[::]\s*$/;

/**
 * Reads what Windows printed for `netsh interface ipv4 show interfaces`, `show subinterfaces` and `ping`: in
 * any language, and in any order. A reply is known by `TTL=`, which no Windows translates. "Too big" is known
 * by `DF` in a line without `TTL=`; an address in front of it is the router that said so.
 */
export function readPastedText({ name: source, text }: PastedText): ReadText {
  const interfaces: NetshInterface[] = [];
  const pings: PingLine[] = [];
  const notUnderstood: ReadText["notUnderstood"] = [];
  let heading: { target: string; pingPayloadBytes: number } | null = null;

  for (const [at, row] of text.split(/\r\n|\r|\n/).entries()) {
    const line = at + 1;
    if (row.length > 1_000) {
      notUnderstood.push({ source, line, text: row.slice(0, 80) });
      continue;
    }
    if (!/[\p{L}\p{N}]/u.test(row)) continue; // a blank line, or the dashes under a heading
    const found = readInterfaceRow(row);
    if (found) {
      interfaces.push({ source, line, ...found });
      continue;
    }
    const address = ADDRESS.exec(row)?.[0] ?? null;
    const about = {
      source,
      line,
      target: heading?.target ?? null,
      pingPayloadBytes: heading?.pingPayloadBytes ?? null,
    };
    const none = { replyPingPayloadBytes: null, router: null };
    if (/TTL\s*=/i.test(row)) {
      const replyPingPayloadBytes = firstNumber(/=\s*(\d{1,5})(?!\s*ms)/i, row);
      // "(sent 1424)" in any language: the reply was cut, but the request was not.
      const sent = firstNumber(/\(\D{1,40}(\d{1,5})\)/, row);
      const pingPayloadBytes = about.pingPayloadBytes ?? sent ?? replyPingPayloadBytes;
      pings.push({
        ...about,
        ...none,
        target: about.target ?? address,
        pingPayloadBytes,
        outcome: "answered",
        replyPingPayloadBytes,
      });
    } else if (/\bDF\b|DF[-. 。が]/.test(row)) {
      pings.push({
        ...about,
        ...none,
        outcome: address ? "too-big-remotely" : "too-big-locally",
        router: address,
      });
    } else if (TIMED_OUT.test(row)) {
      pings.push({ ...about, ...none, outcome: "timeout" });
    } else if (address && PING_HEADING.test(row.replace(/\[[^\]]*\]/g, "[]").replace(ADDRESS, "[]"))) {
      const bytes = Number(PING_HEADING.exec(row.replace(/\[[^\]]*\]/g, "[]").replace(ADDRESS, "[]"))?.[1]);
      heading = { target: address, pingPayloadBytes: bytes };
    } else if (heading && address && /[::]\s*\S/.test(row) && !/=/.test(row)) {
      pings.push({ ...about, ...none, outcome: "unreachable", router: address });
    } else if (!STATISTICS.test(row) && !isTableHeading(row)) {
      notUnderstood.push({ source, line, text: row.trim().slice(0, 200) });
    }
  }
  return { interfaces, pings, notUnderstood };
}

function readInterfaceRow(row: string): Omit<NetshInterface, "source" | "line"> | null {
  const [, index, , mtu, state, name] = INTERFACE_ROW.exec(row) ?? [];
  if (index && mtu && state && name) {
    return { index: Number(index), mtu: toMtu(mtu), connected: state.toLowerCase() === "connected", name };
  }
  const [, subMtu, , , , subName] = SUBINTERFACE_ROW.exec(row) ?? [];
  return subMtu && subName ? { index: null, mtu: toMtu(subMtu), connected: null, name: subName } : null;
}

function toMtu(text: string): number | null {
  const mtu = Number(text); // NaN for `Default`
  return Number.isInteger(mtu) && mtu >= 68 && mtu < LOOPBACK_MTU ? mtu : null;
}

function firstNumber(pattern: RegExp, row: string): number | null {
  const digits = pattern.exec(row)?.[1];
  return digits === undefined ? null : Number(digits);
}

/** The headings `Idx Met MTU` and `MTU MediaSenseState`: only the word MTU is the same in all languages. */
const isTableHeading = (row: string): boolean => /\bMTU\b/.test(row);

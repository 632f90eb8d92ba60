import type { PastedText } from "../schema/evidence.ts";

/** A row of `netsh interface ipv4 show interfaces` or `show subinterfaces`. */
export interface NetshInterface {
  source: string;
  /** 1-based. */
  line: number;
  /** `null` in a subinterfaces table, which has no index. */
  index: number | null;
  /** Bytes; `null` where Windows prints `Default`, or 4294967295 for the loopback. */
  mtu: number | null;
  /** `null` in a subinterfaces table. */
  connected: boolean | null;
  name: string;
}

/** One line of an answer from Windows's `ping`, and the size that it was about. */
export interface PingLine {
  source: string;
  line: number;
  /** As in the heading, without the brackets. */
  target: string | null;
  /** ICMP data bytes, from the heading or the reply; the whole IP packet is 28 more (IPv4). */
  pingPayloadBytes: number | null;
  outcome: "answered" | "timeout" | "too-big-locally" | "too-big-remotely" | "unreachable";
  /** The data bytes in the reply: less than sent when the other side cut it. */
  replyPingPayloadBytes: number | null;
  /** Who said that it is too big or unreachable. */
  router: string | null;
}

export interface ReadText {
  interfaces: NetshInterface[];
  pings: PingLine[];
  /** Lines that hold something and were not understood: to be quoted back, never guessed at. */
  notUnderstood: { source: string; line: number; text: string }[];
}

const LOOPBACK_MTU = 4_294_967_295;
// Columns only, never headings: Windows translates those. The state stays English in every sample seen.
const INTERFACE_ROW = /^\s*(\d{1,10})\s+(\d{1,10})\s+(\d{1,10}|Default)\s+([^\s\d]\S*)\s+(\S.*?)\s*$/;
const SUBINTERFACE_ROW = /^\s*(\d{1,10})\s+(\d{1,10})\s+(\d{1,20})\s+(\d{1,20})\s+(\S.*?)\s*$/;
const ADDRESS = /(?:\d{1,3}\.){3}\d{1,3}|[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7}(?:%\w+)?/;
/** `[A]` or a bare address, then somewhere the number of data bytes, and a colon at the end. */
const PING_HEADING = /(?<![\d.])(\d{1,5})(?![\d.\]])[^\d[\]]*[::]\s*$/;
/** The message for a lost echo has neither an address nor a number, so these words are all there is to know it by. */
const TIMED_OUT =
  /^\s*(?:Request timed out|要求がタイムアウトしました|Zeit[üu]berschreitung der Anforderung|请求超时|Délai d['’]attente de la demande dépassé)/i;
/** Statistics: `a = 1` pairs, or a line that ends in a colon. */
const STATISTICS = /=\s*\d+|[::]\s*$/;

/**
 * Reads what Windows printed for `netsh interface ipv4 show interfaces` / `subinterfaces` and `ping`, in any language, in any order in one text.
 * A reply is known by `TTL=`, which no Windows translates; "too big" by `DF` without it; and who said so by an address in front.
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
    if (!/[\p{L}\p{N}]/u.test(row)) continue; // blank, or the dashes under a heading
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
      // "(sent 1424)" in any language: the reply was cut, the request was not.
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

/** `Idx Met MTU …` and `MTU MediaSenseState …`: the one word in them that stays the same. */
const isTableHeading = (row: string): boolean => /\bMTU\b/.test(row);

/** What strongSwan's charon writes while it sets up a connection. A line is read by itself. */
import { NotifyType } from "../../ike/registry.ts";
import {
  ADDRESS,
  EXCHANGES,
  type ReadLine,
  readLines,
  rowOf,
  type Said,
  separateAt,
} from "./daemon-lines.ts";
import { type Format, oneByOne } from "./format.ts";
import { endpoint, namesOwnProbe, type RefusalReason, showsOwnProbe } from "./ike-line.ts";

/** `charon: 06[NET] <home|2> ` in a log, `[NET] ` where swanctl prints it, nothing where ipsec does. */
const CHARON_PREFIX =
  /^\s{0,8}(?:(?:[\w.-]{1,64} )?(?:charon(?:-\w{1,16})?|ipsec|NetworkManager|strongswan)(?:\[\d{1,7}\])?: {1,2})?()(?:(\d{2}\[[A-Z]{3}\d?\]|\[[A-Z]{3}\d?\]) {1,4})?(?:<(?:([^<>|]{1,64}?)(?:\|| {1,3}))?(\d{1,9})> )?/;
/** It begins like news and cannot be read, or another line was put behind it. */
const DAMAGED_NEWS =
  /^(?:(?:generating|parsed)(?! (?:payload|rule|content|a [A-Z]|[A-Z][A-Z0-9_]{1,40} payload))|sending packet|received packet|retransmit|giving up|initiating IKE_SA|splitting|deleting half open IKE_SA with|ignoring IKE_SA setup from) |^\S{1,64} is initiating an IKE_SA|^IKE_SA .{1,80} established between |\s\d{2}\[[A-Z]{3}\] /;
/**
 * A thread and the part of charon that speaks, with what any logger puts in front: the names of a host, a
 * service, a container or a level, numbers, a date, RFC 5424's `- [meta sequenceId="7"]`. A line of charon's
 * log, whatever it says.
 */
const CHARON_MODULE =
  /^(?!\s{0,8}(?:generating|parsed|sending|received|retransmit|giving up|initiating|splitting) )\s{0,8}((?:(?:[^\s[\]]{1,64}(?:\[\d{1,7}\]:?)?|\[[^[\]]{1,200}\]:?)\s{1,8}){0,12}?)(\d{2})\[(?:APP|ASN|CFG|CHD|DMN|ENC|ESP|IKE|IMC|IMV|JOB|KNL|LIB|MGR|NET|PTS|TLS|TNC)[0-4]?\] {1,4}(?:<(?:([^<>|]{1,64}?)(?:\|| {1,3}))?(\d{1,9})> )?/;
/** What NetworkManager writes around charon-nm's lines. */
const NETWORK_MANAGER = /^<(?:info|warn|error|debug|trace)> {1,4}\[\d{9,10}\.\d{3,6}\] /;
const CHARON_MESSAGE = /^(generating|parsed) ([A-Z][A-Z0-9_]{2,30}) (request|response) (\d{1,10}) \[(.*)$/;
const CHARON_DATAGRAM = new RegExp(
  String.raw`^(sending|received) packet: from (${ADDRESS})\[(\d{1,5})\] to (${ADDRESS})\[(\d{1,5})\](?: \((\d{1,6}) bytes\))?`,
);
/** The same where a terminal cut the end of its line off: the other end, its port, or the size. */
const CHARON_DATAGRAM_CUT = new RegExp(
  String.raw`^(sending|received) packet: from (${ADDRESS})\[(\d{1,5})\] to (?:(${ADDRESS})\[(\d{1,5})\] \((?:(\d{1,6}) [bytes]{0,5}|\d{0,6})|[0-9A-Fa-f:.]{0,45}(?:\[\d{0,5})?)[>…]?$`,
);
const CHARON_SPLIT =
  /^splitting IKE message (?:\((\d{1,6}) bytes\)|with length of (\d{1,6}) bytes) into (\d{1,5}) fragments/;
const CHARON_AGAIN = /^retransmit (\d{1,3}) of request with message ID (\d{1,10})(?!\d)/;
const CHARON_CAME_AGAIN =
  /^received retransmit of request with ID (\d{1,10})(?:, retransmitting response|, resending response)/;
const CHARON_GAVE_UP = /^giving up after (\d{1,3}) retransmits/;
const CHARON_BEGINS = new RegExp(
  String.raw`^initiating (?:(Main|Aggressive) Mode )?IKE_SA (.{1,80}?) to (${ADDRESS})\s{0,4}$`,
);
const CHARON_REASSEMBLED =
  /^received fragment #(\d{1,5}) of (\d{1,5}), reassembled fragmented IKE message(?: \((\d{1,6}) bytes\))?/;
/** The manager at level 2. A request that begins an IKE SA has no SPI of the gateway yet. */
const CHARON_CHECKOUT =
  /^checkout IKEv2 SA by message with SPIs (?!0{16})([0-9a-f]{16})_i [0-9a-f]{16}_r\s{0,4}$/;
const CHARON_ASKED = new RegExp(String.raw`^(${ADDRESS}) is initiating an IKE_SA\s{0,4}$`);
const CHARON_CAME_UP = new RegExp(
  String.raw`^IKE_SA .{1,80}?\[\d{1,9}\] established between (${ADDRESS})\[.{0,300}?\]\.\.\.(${ADDRESS})\[`,
);
const CHARON_DROPPED = new RegExp(`^deleting half open IKE_SA with (${ADDRESS}) after timeout`);
const CHARON_TURNED_AWAY = new RegExp(
  `^ignoring IKE_SA setup from (${ADDRESS}), (?:per-IP half-open|half-open|job load)`,
);
/** Why the gateway refuses. Several of one login may stand below each other: the first is the most exact. */
const CHARON_REFUSES: readonly [RegExp, RefusalReason][] = [
  [/^no (?:matching peer config|peer config|IKE config) found/, "no-connection"],
  [
    /^(?:received proposals unacceptable|no matching proposal found|no acceptable proposal found)/,
    "no-proposal",
  ],
  [/^no (?:shared key|trusted \S{1,20} public key) found for /, "no-key"],
  [/^tried \d{1,3} shared keys? for .{1,400}, but MAC mismatched/, "key-mismatch"],
  [/^(?:subject|issuer|peer) certificate (?:invalid|verification failed)/, "certificate"],
  [/^(?:EAP method \S{1,40}|EAP vendor specific method \S{1,40}) failed for peer /, "eap"],
  [/^peer requested EAP, config unacceptable/, "constraint"],
  [/^constraint check(?:ing)? failed/, "constraint"],
  [/^selected peer config '.{1,80}' unacceptable: /, "constraint"],
  [/^no virtual IP found/, "address"],
  [/^(?:traffic selectors .{1,400} unacceptable|no acceptable traffic selectors found)/, "traffic"],
];
const CHARON_NOTIFIED = /^received ([A-Z][A-Z_]{3,40}) notify(?: error)?/;
/** Beginnings of charon's other lines, as `ipsec up` and `swanctl` print them without a prefix. */
const CHARON_CHATTER =
  /^(?:local host is|remote host is|faking NAT|authentication of|sending cert request|sending end entity cert|sending issuer cert|received end entity cert|received issuer cert|received cert request|received \d|received fragment|received [A-Z]|received unknown vendor|selected proposal|using certificate|using trusted|using untrusted|reached self-signed|checking certificate|certificate status|fetching|establishing|IKE_SA|CHILD_SA|scheduling|maximum IKE_SA|installing|connection '|server requested|EAP|peer |no |allocating|sending keep alive|sending DELETE|destroying|closing|initiate (?:completed|failed)|loaded|adding|assigning|crl|ocsp|parsing|unable to|tried to|peer requested|deleting|restarting|reinitiating|retrying|configured|handling|building|creating|virtual IP|policy|scheduled|successfully)/;

/** strongSwan's short names in lists of payloads: what refuses, and what matters here. */
const SHORT_NAMES: Readonly<Record<string, number>> = {
  CRIT: NotifyType.UNSUPPORTED_CRITICAL_PAYLOAD,
  INVAL_IKE_SPI: NotifyType.INVALID_IKE_SPI,
  INVAL_MAJOR: NotifyType.INVALID_MAJOR_VERSION,
  INVAL_SYN: NotifyType.INVALID_SYNTAX,
  INVAL_MID: NotifyType.INVALID_MESSAGE_ID,
  INVAL_SPI: NotifyType.INVALID_SPI,
  NO_PROP: NotifyType.NO_PROPOSAL_CHOSEN,
  INVAL_KE: NotifyType.INVALID_KE_PAYLOAD,
  AUTH_FAILED: NotifyType.AUTHENTICATION_FAILED,
  SINGLE_PAIR: NotifyType.SINGLE_PAIR_REQUIRED,
  INT_ADDR_FAIL: NotifyType.INTERNAL_ADDRESS_FAILURE,
  FAIL_CP_REQ: NotifyType.FAILED_CP_REQUIRED,
  TS_UNACCEPT: NotifyType.TS_UNACCEPTABLE,
  TEMP_FAIL: NotifyType.TEMPORARY_FAILURE,
  COOKIE: NotifyType.COOKIE,
  REDIR: NotifyType.REDIRECT,
  FRAG_SUP: NotifyType.IKEV2_FRAGMENTATION_SUPPORTED,
};

const OUTCOMES: ReadonlySet<string> = new Set([
  "keyed",
  "asked",
  "came-up",
  "refused",
  "dropped",
  "own-probe",
]);

const readCharon: ReadLine = (row) => {
  const framed = CHARON_MODULE.exec(row);
  const prefix = framed ?? CHARON_PREFIX.exec(row);
  const [all = "", front, module, name, serial] = prefix ?? [];
  const text = row.slice(all.length);
  const attempt =
    serial !== undefined
      ? { attempt: `${name ?? ""}|${serial}`, ...(framed && { thread: module }) }
      : framed
        ? { thread: module }
        : {};
  const said = readCharonText(text);
  if (said) return { ...attempt, ...(framed && front && { stamp: front }), ...said };
  if (NETWORK_MANAGER.test(text)) return null;
  if (DAMAGED_NEWS.test(text)) return undefined;
  return module !== undefined || serial !== undefined || CHARON_CHATTER.test(text) ? null : undefined;
};

function readCharonText(text: string): Said | null {
  const message = CHARON_MESSAGE.exec(text);
  if (message) {
    const [, verb, name = "", way, messageId, payloads = ""] = message;
    const exchange = EXCHANGES[name];
    if (!exchange) return null;
    const fragment = /^ EF\((\d{1,5})\/(\d{1,5})\) \]/.exec(payloads);
    const isWhole = payloads.trimEnd().endsWith("]");
    return {
      kind: "message",
      sent: verb === "generating",
      ...exchange,
      messageId: Number(messageId),
      isResponse: way === "response",
      ...(fragment && { ikeFragment: { number: Number(fragment[1]), total: Number(fragment[2]) } }),
      ...(isWhole && payloads.includes(" EAP/FAIL ") && { eap: "failure" as const }),
      ...(isWhole && payloads.includes(" EAP/REQ/") && { eap: "request" as const }),
      ...(isWhole && !fragment && { notifies: notifiesIn(payloads) }),
    };
  }
  const cut = CHARON_DATAGRAM_CUT.exec(text);
  if (cut) {
    const [, verb, from = "", fromPort, to, toPort, bytes] = cut;
    return {
      kind: "datagram",
      sent: verb === "sending",
      from: endpoint(from, fromPort),
      ...(to !== undefined && { to: endpoint(to, toPort) }),
      ...(bytes !== undefined && { ikeBytes: Number(bytes) }),
    };
  }
  const datagram = CHARON_DATAGRAM.exec(text);
  if (datagram) {
    const [, verb, from = "", fromPort, to = "", toPort, bytes] = datagram;
    return {
      kind: "datagram",
      sent: verb === "sending",
      from: endpoint(from, fromPort),
      to: endpoint(to, toPort),
      ...(bytes !== undefined && { ikeBytes: Number(bytes) }),
    };
  }
  const begins = CHARON_BEGINS.exec(text);
  if (begins) return { kind: "begins", sent: true, to: { address: begins[3] ?? "", port: null } };
  const again = CHARON_AGAIN.exec(text);
  if (again) return { kind: "sent-again", sent: true, times: Number(again[1]), messageId: Number(again[2]) };
  const gaveUp = CHARON_GAVE_UP.exec(text);
  if (gaveUp) return { kind: "gave-up", sent: true, times: Number(gaveUp[1]) };
  const split = CHARON_SPLIT.exec(text);
  if (split) {
    const ikeBytes = Number(split[1] ?? split[2]);
    return { kind: "split", ikeBytes, ikeFragment: { number: 0, total: Number(split[3]) } };
  }
  const whole = CHARON_REASSEMBLED.exec(text);
  if (whole) {
    const ikeFragment = { number: Number(whole[1]), total: Number(whole[2]) };
    return { kind: "reassembled", sent: false, ikeFragment, ...(whole[3] && { ikeBytes: Number(whole[3]) }) };
  }
  const notified = NotifyType[(CHARON_NOTIFIED.exec(text)?.[1] ?? "") as keyof typeof NotifyType];
  if (notified !== undefined) return { kind: "payload", sent: false, notifies: [notified] };
  if (text.startsWith("received unknown vendor ID: ") && showsOwnProbe(text.slice(0, 128)))
    return { kind: "own-probe", sent: false };
  if (text.startsWith("looking for peer configs matching ") && namesOwnProbe(text.slice(0, 256)))
    return { kind: "own-probe", sent: false };
  const cameAgain = CHARON_CAME_AGAIN.exec(text);
  if (cameAgain) return { kind: "came-again", sent: false, messageId: Number(cameAgain[1]) };
  return readCharonOutcome(text);
}

/** What became of an attempt, in words; and of which SPIs is what the thread goes on with. */
function readCharonOutcome(text: string): Said | null {
  const initiatorSpi = CHARON_CHECKOUT.exec(text)?.[1];
  if (initiatorSpi !== undefined) return { kind: "keyed", initiatorSpi };
  const asked = CHARON_ASKED.exec(text)?.[1];
  if (asked !== undefined) return { kind: "asked", sent: false, from: { address: asked, port: null } };
  const [, here, there] = CHARON_CAME_UP.exec(text) ?? [];
  if (here !== undefined && there !== undefined)
    return {
      kind: "came-up",
      sent: false,
      from: { address: there, port: null },
      to: { address: here, port: null },
    };
  const dropped = CHARON_DROPPED.exec(text)?.[1];
  if (dropped !== undefined) return { kind: "dropped", sent: false, from: { address: dropped, port: null } };
  const turnedAway = CHARON_TURNED_AWAY.exec(text)?.[1];
  if (turnedAway !== undefined)
    return { kind: "refused", sent: false, reason: "load", from: { address: turnedAway, port: null } };
  const reason = CHARON_REFUSES.find(([words]) => words.test(text))?.[1];
  return reason === undefined ? null : { kind: "refused", reason, words: text };
}

function notifiesIn(payloads: string): number[] {
  const names = [...payloads.matchAll(/ N\(([A-Z_0-9a-z]{2,24})\)/g)].map((match) => match[1] ?? "");
  return names.flatMap((name) => SHORT_NAMES[name] ?? []);
}

/** Words of an outcome alone, without a thread or a name in front, are nobody's mark. */
const isNews = (said: ReturnType<ReadLine>): boolean =>
  Boolean(said) && (said?.attempt !== undefined || !OUTCOMES.has(said?.kind ?? "begins"));

/** Where one line of charon's ends and the next begins, when a page ran them together. */
const CHARON_SEAM =
  /(?<!\[[A-Z]{3}\d?\]|>|:|\s)\s+(?=\d{2}\[(?:CFG|CHD|ENC|IKE|JOB|KNL|MGR|NET)[0-4]?\] |(?:\d{2}\[[A-Z]{3}\] |\[[A-Z]{3}\] )?(?:<[^<>]{1,80}> )?(?:generating [A-Z_0-9]{3,30} re|parsed [A-Z_0-9]{3,30} re|sending packet: from|received packet: from|retransmit \d+ of request|giving up after \d|initiating IKE_SA|establishing IKE_SA|splitting IKE message))/;

/** What a logger put in front of a line is no line of its own. */
function separateLines(text: string): string[] | null {
  const front = CHARON_MODULE.exec(text)?.[1] ?? "";
  const rest = separateAt(CHARON_SEAM, readCharon)(text.slice(front.length));
  return rest && [`${front}${rest[0]}`, ...rest.slice(1)];
}

/**
 * strongSwan: its daemon's log in any place, `ipsec up`, `swanctl --initiate`, charon-cmd, the app for
 * Android.
 */
export const charonLog: Format = {
  id: "charon-log",
  system: "strongSwan",
  gives: "messages",
  isLog: true,
  source: "strongSwan 5.9.8; trailofbits/algo#799",
  knownFrom: "seen",
  isHeading: () => false,
  isRow: (text) => {
    const row = rowOf(text);
    return row !== null && (CHARON_MODULE.test(row) || NETWORK_MANAGER.test(row) || isNews(readCharon(row)));
  },
  separate: separateLines,
  read: oneByOne(({ lines }) => readLines(lines, readCharon)),
};

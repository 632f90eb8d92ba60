/**
 * What IKE daemons write while they set up a connection: strongSwan's charon, libreswan's pluto and OpenIKED.
 * A line is read by itself; what follows from several is `evidence/messages`'s to say.
 */
import { ExchangeType, NotifyType } from "../../ike/registry.ts";
import { emptyReading, type Format, oneByOne, type Reading, type TextLine } from "./format.ts";
import { endpoint, type IkeLine, ikeLine, readClock } from "./ike-line.ts";

/** What a line says, without where it stands. */
type Said = Partial<IkeLine> & Pick<IkeLine, "kind">;

const LONGEST_ROW = 2_000;
const ADDRESS = String.raw`[0-9A-Fa-f:.]{2,45}(?:%\w{1,15})?`;

const EXCHANGES: Readonly<Record<string, { majorVersion: number; exchangeType: number }>> = {
  ...Object.fromEntries(
    Object.entries(ExchangeType).map(([name, exchangeType]) => [name, { majorVersion: 2, exchangeType }]),
  ),
  ID_PROT: { majorVersion: 1, exchangeType: 2 },
  AGGRESSIVE: { majorVersion: 1, exchangeType: 4 },
  INFORMATIONAL_V1: { majorVersion: 1, exchangeType: 5 },
  TRANSACTION: { majorVersion: 1, exchangeType: 6 },
  QUICK_MODE: { majorVersion: 1, exchangeType: 32 },
};

/**
 * What a reader makes of a line: `null` where it is the daemon's but no news, `undefined` where it is not.
 */
type ReadLine = (text: string) => Said | null | undefined;

const readLines = (lines: readonly TextLine[], read: ReadLine): Reading => {
  const reading = emptyReading();
  let quiet: { line: number; clockMs: number } | null = null;
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at];
    if (!line || line.text === "" || line.text.length > LONGEST_ROW) {
      if (line && line.text !== "") reading.notUnderstood.push(line);
      continue;
    }
    let said = read(line.text);
    const next = lines[at + 1];
    // A mailer wrapped it: the second half means nothing alone, and the whole means more than the first.
    if (next && next.text !== "" && next.text.length <= LONGEST_ROW && read(next.text) === undefined) {
      const joined = read(`${line.text} ${next.text.trimStart()}`);
      if (joined && JSON.stringify(joined) !== JSON.stringify(said)) {
        said = joined;
        at++;
      } else if (said !== undefined && isRestOf(line, next)) at++;
    }
    const clockMs = line.stamp === undefined ? null : readClock(line.stamp);
    if (said === undefined) reading.notUnderstood.push(line);
    else if (said === null) quiet = clockMs === null ? null : { line: line.line, clockMs };
    else {
      const { kind, ...more } = said;
      quiet = null;
      reading.messages.push(ikeLine({ line: line.line, clockMs }, kind, more));
    }
  }
  if (quiet && reading.messages.length > 0) reading.goesOn = quiet;
  return reading;
};

/** A list of payloads that was wrapped ends in its bracket. */
const isRestOf = (first: TextLine, second: TextLine): boolean =>
  /\[[^\]]*$/.test(first.text) && /^[^[]{0,400}\]\s{0,4}$/.test(second.text);

/** Lines that a page ran together. */
const separateAt =
  (seam: RegExp, read: ReadLine) =>
  (text: string): string[] | null => {
    const parts = text.length > 16_384 ? [] : text.split(seam);
    return parts.length > 1 && parts.slice(1).every((part) => read(part) !== undefined) ? parts : null;
  };

// ---- strongSwan ----

/** `charon: 06[NET] <home|2> ` in a log, `[NET] ` where swanctl prints it, nothing where ipsec does. */
const CHARON_PREFIX =
  /^\s{0,8}(?:(?:[\w.-]{1,64} )?(?:charon(?:-\w{1,16})?|ipsec|NetworkManager|strongswan)(?:\[\d{1,7}\])?: {1,2})?(?:(\d{2}\[[A-Z]{3}\d?\]|\[[A-Z]{3}\d?\]) {1,4})?(?:<(?:([^<>|]{1,64}?)(?:\|| {1,3}))?(\d{1,9})> )?/;
/** It begins like news and cannot be read, or another line was put behind it. */
const DAMAGED_NEWS =
  /^(?:generating|parsed|sending packet|received packet|retransmit|giving up|initiating IKE_SA|splitting) |\s\d{2}\[[A-Z]{3}\] /;
/** A thread and the part of charon that speaks: a line of its log, whatever it says. */
const CHARON_MODULE =
  /^\s{0,8}(?:(?:[\w.-]{1,64} )?charon(?:-\w{1,16})?: )?\d{2}\[(?:APP|ASN|CFG|CHD|DMN|ENC|ESP|IKE|JOB|KNL|LIB|MGR|NET|TLS)\d?\] /;
/** What NetworkManager writes around charon-nm's lines. */
const NETWORK_MANAGER = /^<(?:info|warn|error|debug|trace)> {1,4}\[\d{9,10}\.\d{3,6}\] /;
const CHARON_MESSAGE = /^(generating|parsed) ([A-Z][A-Z0-9_]{2,30}) (request|response) (\d{1,10}) \[(.*)$/;
const CHARON_DATAGRAM = new RegExp(
  String.raw`^(sending|received) packet: from (${ADDRESS})\[(\d{1,5})\] to (${ADDRESS})\[(\d{1,5})\](?: \((\d{1,6}) bytes\))?`,
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

const readCharon: ReadLine = (row) => {
  const prefix = CHARON_PREFIX.exec(row);
  const [all = "", module, name, serial] = prefix ?? [];
  const text = row.slice(all.length);
  const thread = /^\d{2}(?=\[)/.exec(module ?? "")?.[0];
  const attempt =
    serial !== undefined ? { attempt: `${name ?? ""}|${serial}` } : thread === undefined ? {} : { thread };
  const said = readCharonText(text);
  if (said) return { ...attempt, ...said };
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
  const cameAgain = CHARON_CAME_AGAIN.exec(text);
  if (cameAgain) return { kind: "came-again", sent: false, messageId: Number(cameAgain[1]) };
  return null;
}

function notifiesIn(payloads: string): number[] {
  const names = [...payloads.matchAll(/ N\(([A-Z_0-9a-z]{2,24})\)/g)].map((match) => match[1] ?? "");
  return names.flatMap((name) => SHORT_NAMES[name] ?? []);
}

/** Where one line of charon's ends and the next begins, when a page ran them together. */
const CHARON_SEAM =
  /(?<!\[[A-Z]{3}\d?\]|>|:|\s)\s+(?=(?:\d{2}\[[A-Z]{3}\] |\[[A-Z]{3}\] )?(?:<[^<>]{1,80}> )?(?:generating [A-Z_0-9]{3,30} re|parsed [A-Z_0-9]{3,30} re|sending packet: from|received packet: from|retransmit \d+ of request|giving up after \d|initiating IKE_SA|establishing IKE_SA|splitting IKE message))/;

/**
 * strongSwan: its daemon's log in any place, `ipsec up`, `swanctl --initiate`, charon-cmd, the app for
 * Android.
 */
export const charonLog: Format = {
  id: "charon-log",
  system: "strongSwan",
  gives: "messages",
  source: "strongSwan 5.9.8; trailofbits/algo#799",
  knownFrom: "seen",
  isHeading: () => false,
  isRow: (text) =>
    text.length <= LONGEST_ROW &&
    (CHARON_MODULE.test(text) || NETWORK_MANAGER.test(text) || Boolean(readCharon(text))),
  separate: separateAt(CHARON_SEAM, readCharon),
  read: oneByOne(({ lines }) => readLines(lines, readCharon)),
};

// ---- libreswan ----

const PLUTO_PREFIX =
  /^\s{0,8}(?:(?:[\w.-]{1,64} )?pluto(?:\[\d{1,7}\])?: )?(?:\d{3} )?(?:"([^"]{1,80})"(?:\[(\d{1,9})\])?(?: ([0-9A-Fa-f:.]{2,45}))? #(\d{1,9}): |packet from \[?([0-9A-Fa-f:.]{2,45}?)\]?:(?:UDP\/)?(\d{1,5}): )/;
const PLUTO_EXCHANGE = "(IKE_SA_INIT|IKE_AUTH|IKE_INTERMEDIATE|CREATE_CHILD_SA|INFORMATIONAL)";
const PLUTO_SENT = new RegExp(
  String.raw`^sent ${PLUTO_EXCHANGE} (request|reply|response)(?: to (?:\[([0-9A-Fa-f:.]{2,45})\]|([0-9.]{7,15})):(?:UDP/)?(\d{1,5}))?`,
);
const PLUTO_TOOK = new RegExp(
  String.raw`^(?:processed|processing(?: decrypted)?|received) {1,2}${PLUTO_EXCHANGE} (request|response)(?: from (?:\[([0-9A-Fa-f:.]{2,45})\]|([0-9.]{7,15})):(?:UDP/)?(\d{1,5}))?`,
);
const PLUTO_OLD_SENT = /^STATE_PARENT_I([12]): sent v2I[12], expected v2R[12]/;
const PLUTO_OLD_ANSWERED = /^STATE_PARENT_R([12]): received v2I[12], (?:sent v2R[12]|PARENT SA established)/;
/** The client's: the gateway's answer to IKE_AUTH was accepted. */
const PLUTO_CAME_UP =
  /^(?:initiator established IKE SA\b|STATE_(?:PARENT_I3|V2_IPSEC_I): (?:PARENT|IPsec) SA established\b)/;
const PLUTO_ESTABLISHED = /^responder established IKE SA\b/;
const PLUTO_AGAIN =
  /^((?:STATE_)?(?:V2_)?(?:PARENT_I[12]|IKE_SA_INIT_I|IKE_AUTH_I|IKE_SA_INIT|IKE_AUTH))(?: request)?: retransmission; will wait/;
const PLUTO_DUPLICATE =
  /^(?:received duplicate (\w{4,20}) (?:message )?request|(\w{4,20}) request (?:fragment (\d{1,5}) of (\d{1,5}) )?has duplicate Message ID)\s?\(?(?:Message ID )?(\d{1,10})?\)?; retransmitting response/;
const PLUTO_GAVE_UP =
  /^(?:(\w{4,24}(?: request)?): )?(\d{1,5}) second timeout exceeded after (\d{1,3}) retransmits/;
const PLUTO_BEGINS = /^initiating (?:IKEv2 connection|v2 parent SA|IKEv2 IKE SA)/;
const PLUTO_REFUSED = new RegExp(
  String.raw`\b(?:${PLUTO_EXCHANGE} (?:message|response)\b.{0,80}? contain(?:ing|ed) (?:the )?(?:error notification )?|rejected by peer: |received (?:un)?authenticated v2N_)([A-Z][A-Z_]{4,40})`,
);

const readPluto: ReadLine = (row) => {
  const prefix = PLUTO_PREFIX.exec(row);
  if (!prefix) return undefined;
  const [all, name, instance, address, serial, packetFrom, packetPort] = prefix;
  const text = row.slice(all.length);
  const peer = address ?? packetFrom;
  const said = readPlutoText(text, peer, packetPort);
  if (!said) return null;
  return name === undefined
    ? said
    : { attempt: `${name}${instance ? `[${instance}]` : ""}#${serial}`, ...said };
};

function readPlutoText(text: string, peer: string | undefined, port: string | undefined): Said | null {
  const here = peer === undefined ? undefined : endpoint(peer, port);
  const sent = PLUTO_SENT.exec(text);
  if (sent) {
    const [, exchange = "", way, v6, v4, toPort] = sent;
    const to = v6 ?? v4;
    return {
      kind: "message",
      sent: true,
      ...EXCHANGES[exchange],
      isResponse: way !== "request",
      ...(to === undefined ? here && { to: here } : { to: endpoint(to, toPort) }),
    };
  }
  const took = PLUTO_TOOK.exec(text);
  if (took) {
    const [, exchange = "", way, v6, v4, fromPort] = took;
    const from = v6 ?? v4;
    return {
      kind: "message",
      sent: false,
      ...EXCHANGES[exchange],
      isResponse: way === "response",
      ...(from === undefined ? here && { from: here } : { from: endpoint(from, fromPort) }),
    };
  }
  const old = PLUTO_OLD_SENT.exec(text);
  if (old)
    return { kind: "message", sent: true, ...phaseOf(old[1]), isResponse: false, ...(here && { to: here }) };
  const answered = PLUTO_OLD_ANSWERED.exec(text);
  if (answered || PLUTO_ESTABLISHED.test(text))
    return {
      kind: "message",
      sent: true,
      ...phaseOf(answered?.[1]),
      isResponse: true,
      ...(here && { to: here }),
    };
  if (PLUTO_CAME_UP.test(text)) return { kind: "payload", sent: false, ...EXCHANGES.IKE_AUTH, notifies: [] };
  const again = PLUTO_AGAIN.exec(text)?.[1];
  if (again !== undefined) {
    const phase = /INIT|I1/.test(again) ? "1" : "2";
    return { kind: "sent-again", sent: true, ...phaseOf(phase) };
  }
  const duplicate = PLUTO_DUPLICATE.exec(text);
  if (duplicate) {
    const [, one, two, , , messageId] = duplicate;
    const exchange = EXCHANGES[one ?? two ?? ""];
    if (!exchange) return null;
    return {
      kind: "came-again",
      sent: false,
      ...exchange,
      ...(messageId !== undefined && { messageId: Number(messageId) }),
      ...(here && { from: here }),
    };
  }
  const gaveUp = PLUTO_GAVE_UP.exec(text);
  if (gaveUp) return { kind: "gave-up", sent: true, times: Number(gaveUp[3]) };
  if (PLUTO_BEGINS.test(text)) return { kind: "begins", sent: true };
  const refused = PLUTO_REFUSED.exec(text);
  const type = NotifyType[(refused?.[2] ?? "") as keyof typeof NotifyType];
  if (refused && type !== undefined) {
    return {
      kind: "payload",
      sent: false,
      ...(refused[1] !== undefined && EXCHANGES[refused[1]]),
      notifies: [type],
    };
  }
  return null;
}

const phaseOf = (phase: string | undefined) => (phase === "1" ? EXCHANGES.IKE_SA_INIT : EXCHANGES.IKE_AUTH);

const PLUTO_SEAM =
  /(?<!^(?:[\w.\s-]{0,64}pluto(?:\[\d{1,7}\])?:|\s{0,8}\d{3}|\s{0,8}))(?<!\s)\s+(?:\d{3} )?(?="[^"]{1,80}"(?:\[\d{1,9}\])?(?: [0-9A-Fa-f:.]{2,45})? #\d{1,9}: )/;

/** libreswan 3 to 5: the daemon's log, and what `ipsec auto --up` prints. */
export const plutoLog: Format = {
  id: "pluto-log",
  system: "libreswan",
  gives: "messages",
  source: "hwdsl2/setup-ipsec-vpn#991; libreswan's source",
  knownFrom: "public",
  isHeading: () => false,
  isRow: (text) => text.length <= LONGEST_ROW && Boolean(readPluto(text)),
  separate: separateAt(PLUTO_SEAM, readPluto),
  read: oneByOne(({ lines }) => readLines(lines, readPluto)),
};

// ---- OpenIKED ----

const IKED_HOST = String.raw`(\[?${ADDRESS}\]?)`;
const IKED_LINE = new RegExp(
  String.raw`^\s{0,8}(?:(?:[\w.-]{1,64} )?iked(?:\[\d{1,7}\])?: )?spi=0x([0-9a-f]{16}): (?:ikev2_\w{1,40}: )?(send|recv|retransmit)(?: (\d{1,3}))? (IKE_SA_INIT|IKE_AUTH|IKE_INTERMEDIATE|CREATE_CHILD_SA|INFORMATIONAL) (req|res) (\d{1,10}) peer ${IKED_HOST}:(\d{1,5}) local ${IKED_HOST}:(\d{1,5})(?:, (\d{1,6}) bytes)?`,
);
const IKED_PREFIX = /^\s{0,8}(?:(?:[\w.-]{1,64} )?iked(?:\[\d{1,7}\])?: )?spi=0x([0-9a-f]{16}): /;
const IKED_GAVE_UP = /retransmit limit reached(?: for req (\d{1,10}))?/;
const IKED_REFUSED = /authentication failed notification from peer/;

const readIked: ReadLine = (row) => {
  const line = IKED_LINE.exec(row);
  if (line) {
    const [
      ,
      spi = "",
      verb,
      times,
      exchange = "",
      way,
      messageId,
      peer = "",
      peerPort,
      local = "",
      localPort,
      bytes,
    ] = line;
    const [there, here] = [endpoint(bare(peer), peerPort), endpoint(bare(local), localPort)];
    const sent = verb !== "recv";
    return {
      kind: verb === "retransmit" ? "sent-again" : "message",
      attempt: spi,
      initiatorSpi: spi,
      sent,
      ...EXCHANGES[exchange],
      messageId: Number(messageId),
      isResponse: way === "res",
      ...(sent ? { from: here, to: there } : { from: there, to: here }),
      ...(times !== undefined && { times: Number(times) }),
      ...(bytes !== undefined && { ikeBytes: Number(bytes) }),
    };
  }
  const spi = IKED_PREFIX.exec(row)?.[1];
  if (spi === undefined) return undefined;
  const gaveUp = IKED_GAVE_UP.exec(row);
  if (!gaveUp && IKED_REFUSED.test(row)) {
    const notifies = [NotifyType.AUTHENTICATION_FAILED];
    return { kind: "payload", attempt: spi, initiatorSpi: spi, sent: false, notifies };
  }
  if (!gaveUp) return null;
  const messageId = gaveUp[1] === undefined ? {} : { messageId: Number(gaveUp[1]) };
  return { kind: "gave-up", attempt: spi, initiatorSpi: spi, sent: true, ...messageId };
};

/** An IPv6 address stands in brackets. */
const bare = (host: string): string => host.replace(/^\[|\]$/g, "");

/** OpenIKED, as it logs and as it prints with `-dv`. */
export const ikedLog: Format = {
  id: "iked-log",
  system: "OpenIKED",
  gives: "messages",
  source: "OpenIKED's source",
  knownFrom: "public",
  isHeading: () => false,
  isRow: (text) => text.length <= LONGEST_ROW && Boolean(readIked(text)),
  separate: separateAt(/(?<!\s)\s+(?=spi=0x[0-9a-f]{16}: )/, readIked),
  read: oneByOne(({ lines }) => readLines(lines, readIked)),
};

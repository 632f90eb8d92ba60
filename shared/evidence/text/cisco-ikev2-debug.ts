/**
 * What Cisco's devices print with `debug crypto ikev2`: routers with IOS and IOS XE, and the ASA; and what
 * they write to a system log when a login fails.
 */
import { ExchangeType, isErrorNotify } from "../../ike/registry.ts";
import {
  type DeviceLine,
  exchangeOf,
  LONGEST_DEVICE_ROW,
  notifyNumber,
  readDeviceLines,
  type Said,
  separateLines,
  takeOwnStamp,
} from "./device-lines.ts";
import { type Format, oneByOne, type TextLine } from "./format.ts";
import { endpoint, type RefusalReason } from "./ike-line.ts";

const ADDRESS = "[0-9A-Fa-f:.]{2,45}";
/** `2328304: Jun  8 19:14:38.051 GMT: ` and `*May  2 16:05:33.248: `. In front stands the line's number. */
const OWN_STAMP =
  /^\s{0,8}(?:\d{1,9}: )?[*.]?(?:[A-Z][a-z]{2} {1,2}\d{1,2} (?:\d{4} )?)?\d{1,2}:\d{2}:\d{2}(?:\.\d{1,6})?(?: [A-Z]{2,5})?: /;
/** `IKEv2:(SESSION ID = 31,SA ID = 1):`, `IKEv2-ERROR:…`, `IKEv2-PROTO-3: (2): `, `(2): `. */
const PREFIX =
  /^\s{0,8}(?:(IKEv2(?:-(?:ERROR|INTERNAL|PAK|PROTO-\d|PLATFORM-\d))?): ?)?(?:\((SESSION ID = \d{1,9},? ?SA ID = \d{1,9}|SA ID = \d{1,9}|\d{1,9})\): ?)?/;
const PACKET = new RegExp(
  String.raw`^(Received|Sending) Packet \[(?:From|To) (${ADDRESS}):(\d{1,5})\/(?:From|To) (${ADDRESS}):(\d{1,5})\/VRF\b`,
);
const SPIS =
  /^Initiator SPI : ([0-9A-Fa-f]{16}) - Responder SPI : [0-9A-Fa-f]{16}(?: Message id: (\d{1,10})\b)?/;
const EXCHANGE = /^IKEv2 ([A-Z_]{4,30}) Exchange (REQUEST|RESPONSE)/;
/** `show monitor event-trace crypto ikev2 event`: which end of the IKE SA the router is, and one message. */
const TRACE = new RegExp(
  String.raw`^SA ID:\d{1,9} SESSION ID:\d{1,9} {1,4}Remote: (${ADDRESS})\/(\d{1,5}) {1,2}Local: (${ADDRESS})\/(\d{1,5}) {1,4}\(([IR])\) (Sending|Received) IKEv2 ([A-Z_]{4,30}) Exchange (REQUEST|RESPONSE)\b`,
);
/** It begins like news, and cannot be read. */
const DAMAGED_NEWS = /^(?:(?:Received|Sending) Packet \[|SA ID:.{0,200}\([IR1]\) (?:Sending|Received) )/;
const IS_TRACE = /^SA ID:\d{1,9} SESSION ID:\d{1,9} /;
/** The header as it is in the packet. Parts of it stand in lines of their own, or in one. */
const HEADER_EXCHANGE =
  /\bExchange type: ([A-Z_]{4,30}), flags: (INITIATOR|RESPONDER)( MSG-RESPONSE)?(?![\w-])/;
const HEADER_LENGTH = /\bMessage id: (?:0x([0-9A-Fa-f]{1,8})|(\d{1,10})), length: (\d{1,6})\b/;
const IS_HEADER = /^(?:Next payload: |Exchange type: |Message id: )/;
const GAVE_UP = /\bMaximum number of retransmissions reached\b/;
/** The words of the payloads of a message, of which `ENCR` is all that is known of one in encrypted form. */
const PAYLOADS: ReadonlySet<string> = new Set(
  "SA KE N Ni Nr VID IDi IDr AUTH CFG TSi TSr CERT CERTREQ EAP DELETE D ENCR SK SKF".split(" "),
);
const NOTIFY = /NOTIFY\(([A-Za-z_0-9 -]{1,60})\)/g;
/** What Cisco calls by other names than IANA does. */
const OWN_NAMES: Readonly<Record<string, string>> = {
  ESP_TFC_NO_SUPPORT: "ESP_TFC_PADDING_NOT_SUPPORTED",
  NON_FIRST_FRAGS: "NON_FIRST_FRAGMENTS_ALSO",
};
/** Lines below a message, and of the login, that are the device's and no news. */
const CHATTER =
  /^\s{0,8}(?:Num\. transforms: \d{1,3}|AES|3DES|DES|SHA|MD5|DH_GROUP|NULL|Don't use)(?:[ -][\w./' -]{0,300})?$/;
const PAYLOADS_FOLLOW = /^\s{0,8}Payload contents:/;
/** The ASA's events of IKEv2 in a system log: 750003 is a login that was given up, with the reason. */
const ASA_EVENT = new RegExp(
  String.raw`%(?:ASA|FTD)-(?:\w{1,12}-)?\d-75(\d{4}): Local: ?(${ADDRESS}): ?(\d{1,5}) Remote: ?(${ADDRESS}): ?(\d{1,5}) Username:`,
);

/** The Notify payloads in a list of payloads; of a list with a name that is not known, the refusals alone. */
function notifiesIn(text: string): number[] | undefined {
  const names = [...text.matchAll(NOTIFY)].map(([, name = ""]) => name);
  const numbers = names.map(
    (name) =>
      notifyNumber(OWN_NAMES[name] ?? name) ?? Number(/(?:^|\D)(\d{5})$/.exec(name)?.[1] ?? Number.NaN),
  );
  const known = numbers.filter((number) => !Number.isNaN(number));
  if (known.length === numbers.length) return known;
  const refusals = known.filter(isErrorNotify);
  return refusals.length > 0 ? refusals : undefined;
}

function readPayloads(text: string): DeviceLine | undefined {
  const words = text
    .replace(NOTIFY, " ")
    .split(" ")
    .filter((word) => word !== "");
  const hasNotify = text.includes("NOTIFY(");
  if (words.length > 64 || !words.every((word) => PAYLOADS.has(word))) return undefined;
  const isHidden = words.every((word) => word === "ENCR" || word === "SK" || word === "SKF");
  // One word alone may be the beginning of anything.
  if (!hasNotify && words.length < (isHidden ? 1 : 2)) return undefined;
  const notifies = isHidden && !hasNotify ? undefined : notifiesIn(text);
  return { is: "adds", said: { ...(notifies && { notifies }), ...(!isHidden && { isWhole: true }) } };
}

function readHeader(text: string): DeviceLine {
  const said: Said = {};
  const [, name = "", flag, response] = HEADER_EXCHANGE.exec(text) ?? [];
  const exchange = exchangeOf(name);
  if (exchange)
    Object.assign(said, exchange, {
      isResponse: response !== undefined,
      fromInitiator: flag === "INITIATOR",
    });
  const [, hex, decimal, length] = HEADER_LENGTH.exec(text) ?? [];
  if (length !== undefined) {
    said.messageId = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    said.ikeBytes = Number(length);
  }
  if (/\bNext payload: ENCR\b/.test(text)) said.isWhole = true;
  return { is: "adds", said };
}

/** What earlier lines said, for those that name an IKE SA by the router's own numbers. */
interface Known {
  bySession: Map<string, { spi: string; isResponder: boolean | null }>;
  /** The message that is being read. */
  session: string;
  sent: boolean | null;
}

const nothingKnown = (): Known => ({ bySession: new Map(), session: "", sent: null });

const NO_TRAFFIC = /\bno IPSEC policy found for received TS\b/;
/** Why the device, as the gateway, does not accept a login. */
const REFUSALS: readonly (readonly [RegExp, RefusalReason])[] = [
  [/\bFailed to find a matching policy\b/, "no-proposal"],
  [/\bVerification of peer's auth\w{1,20} data FAILED\b/, "key-mismatch"],
  [/\bIKEv2 profile not found\b|\bFailed to locate an item in the database\b/, "no-connection"],
  [NO_TRAFFIC, "traffic"],
];
const NOT_COME = /\breceive the AUTH msg before the timer expired\b/;
const CAME_UP = /^Session with IKE ID PAIR ?\(.{1,300}\) is UP\b/;

/** What became of a login by the log's own words, which the gateway alone can say. */
function readOutcome(text: string, known: Known): DeviceLine | null {
  const own = known.bySession.get(known.session);
  if (!own) return null;
  const said = { attempt: own.spi, initiatorSpi: own.spi };
  if (CAME_UP.test(text)) return { is: "alone", kind: "came-up", said };
  if (GAVE_UP.test(text)) return { is: "alone", kind: "gave-up", said: { ...said, sent: true } };
  if (own.isResponder !== true) return null;
  if (NOT_COME.test(text)) return { is: "alone", kind: "dropped", said: { ...said, sent: false } };
  const reason = REFUSALS.find(([words]) => words.test(text))?.[1];
  return reason === undefined ? null : { is: "alone", kind: "refused", said: { ...said, reason } };
}

/**
 * A login that the ASA gave up, of which the log has no more. Only reasons that the answering end alone can
 * give are read: it may have been the client of another gateway.
 */
function readEvent(event: RegExpExecArray, text: string): DeviceLine | null | undefined {
  const [, number, here = "", herePort, there = "", therePort] = event;
  // Two that were run together: which reason is whose is not told.
  if (ASA_EVENT.test(text.slice(1))) return undefined;
  if (number !== "0003") return null;
  const said: Said = {
    attempt: `${there}:${therePort}`,
    sent: false,
    from: endpoint(there, therePort),
    to: endpoint(here, herePort),
  };
  if (NOT_COME.test(text)) return { is: "alone", kind: "dropped", said };
  if (NO_TRAFFIC.test(text)) return { is: "alone", kind: "refused", said: { ...said, reason: "traffic" } };
  return null;
}

const readCisco = (row: string, known: Known): DeviceLine | null | undefined => {
  const [all = "", prefix, session] = PREFIX.exec(row) ?? [];
  if (session !== undefined) known.session = session;
  const text = row.slice(all.length, all.length + LONGEST_DEVICE_ROW);
  const packet = PACKET.exec(text);
  if (packet) {
    const [, verb, there = "", therePort, here = "", herePort] = packet;
    const sent = verb === "Sending";
    known.sent = sent;
    const [peer, own] = [endpoint(there, therePort), endpoint(here, herePort)];
    if (!sent) return { is: "begins", said: { sent, from: peer, to: own } };
    return { is: "adds", said: { sent, from: own, to: peer } };
  }
  const spis = SPIS.exec(text);
  if (spis) {
    const initiatorSpi = (spis[1] ?? "").toLowerCase();
    const before = known.bySession.get(known.session);
    if (before?.spi !== initiatorSpi)
      known.bySession.set(known.session, { spi: initiatorSpi, isResponder: null });
    return {
      is: "adds",
      said: { initiatorSpi, ...(spis[2] !== undefined && { messageId: Number(spis[2]) }) },
    };
  }
  const [, exchangeName = "", way] = EXCHANGE.exec(text) ?? [];
  const exchange = exchangeOf(exchangeName);
  if (exchange) {
    const isResponse = way === "RESPONSE";
    const own = known.bySession.get(known.session);
    const isOpening = exchange.exchangeType === ExchangeType.IKE_SA_INIT;
    if (own && isOpening && known.sent !== null) own.isResponder = known.sent === isResponse;
    return { is: "adds", said: { ...exchange, isResponse } };
  }
  const trace = TRACE.exec(text);
  if (trace) return readTrace(trace);
  if (DAMAGED_NEWS.test(text)) return undefined;
  if (IS_TRACE.test(text)) return { is: "ends" };
  if (IS_HEADER.test(text)) return readHeader(text);
  const outcome = prefix === undefined ? null : readOutcome(text.replace(/^:\s{0,4}/, ""), known);
  if (outcome) return outcome;
  // What is put together now is sent in the next message.
  if (prefix !== undefined && text.startsWith("Building packet for encryption"))
    return { is: "begins", said: { sent: true } };
  if (prefix !== undefined) return prefix === "IKEv2-PAK" ? null : { is: "ends" };
  const event = ASA_EVENT.exec(row.slice(0, 400));
  if (event) return readEvent(event, row.slice(event.index, event.index + 600));
  if (CHATTER.test(row.slice(0, 400))) return null;
  const list = text.replace(PAYLOADS_FOLLOW, "");
  return list !== text && list.trim() === "" ? null : readPayloads(list);
};

function readTrace(trace: RegExpExecArray): DeviceLine {
  const [, there = "", therePort, here = "", herePort, role, verb, name = "", way] = trace;
  const sent = verb === "Sending";
  const isResponse = way === "RESPONSE";
  const [peer, own] = [endpoint(there, therePort), endpoint(here, herePort)];
  const exchange = exchangeOf(name);
  if (!exchange) return { is: "ends" };
  return {
    is: "begins",
    said: {
      attempt: `${there} ${trace[0].slice(0, trace[0].indexOf("Remote:")).trim()}`,
      sent,
      ...exchange,
      isResponse,
      fromInitiator: (role === "I") === sent,
      ...(exchange.exchangeType === ExchangeType.IKE_SA_INIT && { messageId: 0 }),
      ...(sent ? { from: own, to: peer } : { from: peer, to: own }),
    },
  };
}

/** Where one line ends and the next begins, when a page ran them together. */
const SEAM =
  /(?<!\s)\s+(?=IKEv2-(?:PROTO|PLATFORM)-\d: )|(?<![:\s]|Sending|Received)\s+(?=(?:(?:\d{1,9}: )?[*.]?[A-Z][a-z]{2} {1,2}\d{1,2} \d{1,2}:\d{2}:\d{2}(?:\.\d{1,6})?(?: [A-Z]{2,5})?: )?(?:IKEv2(?:-(?:ERROR|INTERNAL|PAK|PROTO-\d|PLATFORM-\d))?: ?\(?|SA ID:\d{1,9} SESSION ID:)|(?:\(\d{1,9}\): )?(?:Initiator SPI : |IKEv2 [A-Z_]{4,30} Exchange RE)|Payload contents:|Num\. transforms: )/;

const withoutStamp = (line: TextLine): TextLine => takeOwnStamp(line, OWN_STAMP);

/** No line of prose begins so. */
const MARK =
  /^\s{0,8}(?:IKEv2(?:-(?:ERROR|INTERNAL|PAK|PROTO-\d|PLATFORM-\d))?: ?\((?:SESSION ID|SA ID|\d{1,9}\): )|Initiator SPI : [0-9A-Fa-f]{16} - Responder SPI : |IKEv2 [A-Z_]{4,30} Exchange RE(?:QUEST|SPONSE)\s{0,8}$|\(\d{1,9}\): (?:Initiator SPI : |IKEv2 [A-Z_]{4,30} Exchange RE)|SA ID:\d{1,9} SESSION ID:\d{1,9} {1,4}Remote: )/;

/** Cisco's routers with IOS and IOS XE, and the ASA. */
export const ciscoIkev2Debug: Format = {
  id: "cisco-ikev2-debug",
  system: "Cisco IOS XE and ASA",
  gives: "messages",
  isLog: true,
  source:
    "debug crypto ikev2 of IOS XE 16.7 and of the ASA as posted; Cisco's documents 115934, 115935 and 116158",
  knownFrom: "public",
  isHeading: () => false,
  isRow: (text) => {
    const stamp = OWN_STAMP.exec(text.slice(0, 80));
    return MARK.test(text.slice(stamp?.[0].length ?? 0, 400)) || ASA_EVENT.test(text.slice(0, 400));
  },
  separate: separateLines(SEAM, (text) => readCisco(withoutStamp({ line: 0, text }).text, nothingKnown())),
  read: oneByOne(({ lines }) => {
    const known = nothingKnown();
    return readDeviceLines(lines.map(withoutStamp), (text) => readCisco(text, known));
  }),
};

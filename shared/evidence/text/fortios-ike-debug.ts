/**
 * What FortiOS prints with `diagnose debug application ike -1`. It dumps each message as hex digits, so that
 * its IKE fragments, and what it lists in the clear, are read as in a capture.
 */
import { isWireError } from "../../bytes/cursor.ts";
import { fromHex } from "../../bytes/hex.ts";
import { isFromInitiator, isResponse } from "../../ike/header.ts";
import { readIkeMessage } from "../../ike/message.ts";
import { ExchangeType, PayloadType } from "../../ike/registry.ts";
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

const ADDRESS = String.raw`\[?(?:[0-9A-Fa-f:.]{2,45})\]?`;
/** `ike 0:`, `ike 0:branch:94: `, `ike V=root:0:`, `ike V=root:0:51b2…/0000…:94: `. */
const PREFIX =
  /^\s{0,8}ike (?:V=[\w.-]{1,32}:)?\d{1,5}:(?:([\w/-][\w ./-]{0,63}):(?:(\d{1,10}):(?:[\w .-]{0,64}:){0,3})?)? ?/;
/** `2021-04-26 08:40:11.123456 `, where it stands within a line. */
const OWN_STAMP = /^\s{0,8}(?:\d{4}-\d{2}-\d{2} )?\d{1,2}:\d{2}:\d{2}(?:\.\d{1,6})? /;
const SEAM =
  /(?<!\d{2}|\s)\s+(?=ike (?:V=[\w.-]{1,32}:|\d{1,5}:))|(?<!\d{4}-\d{2}-\d{2}|\s)\s+(?=(?:\d{4}-\d{2}-\d{2} )?\d{1,2}:\d{2}:\d{2}(?:\.\d{1,6})? ike (?:V=[\w.-]{1,32}:|\d{1,5}:))/;
const MARK = /^\s{0,8}ike (?:V=[\w.-]{1,32}:(?:\d{1,5}:)?|\d{1,5}:)/;
const ENDS = String.raw`(${ADDRESS}):(\d{1,5})->(${ADDRESS}):(\d{1,5})`;
const COMES = new RegExp(String.raw`^comes ${ENDS}(?!\d)`);
const IDS = /\bid=([0-9a-f]{16})\/[0-9a-f]{16}(?::([0-9a-f]{8}))?(?![0-9A-Za-z])/;
const LENGTH = /\blen=(\d{1,6})\b/;
const EXCHANGE = /^IKEv2 exchange=([A-Z_]{4,40}) id=/;
const SENT = new RegExp(String.raw`^sent IKE msg \(([A-Z_]{4,40})\): ${ENDS}(?!\d)`);
const DUMP = /^(in|out) ([0-9A-Fa-f]{56,})/;
/** A dump that a terminal wrapped goes on. */
const MORE_OF_A_DUMP = /^\s{0,8}[0-9A-F]{16,}\s{0,8}$/;
/** It begins like news and cannot be read; a message of IKEv1 and a keepalive can, and are none. */
const DAMAGED_NEWS = /^(?:comes |IKEv2 exchange=|sent IKE msg |ignoring IKEv2 request)/;
const DAMAGED_PREFIX = /: (?:comes |IKEv2 exchange=|sent IKE msg )/;
const OTHER_SENT = new RegExp(String.raw`^sent IKE msg \([\w -]{1,40}\): ${ENDS}(?!\d)`);
const NOTIFIED = /^(?:received notify type|processing notify type) ([A-Z_]{4,40})\b/;
/** What it says once a message is whole and decrypted. */
const READ = /^(?:responder|initiator) received (?:AUTH|CREATE_CHILD)\b|^received create-child request\b/;
const GAVE_UP = /^negotiation timeout\b/;

/** The names of messages: `SA_INIT`, `AUTH_RESPONSE`, `RETRANSMIT_AUTH`. Others are of IKEv1. */
function namedMessage(name: string): Said | null {
  const plain = name.replace(/^RETRANSMIT_|_RETRANSMIT$/, "");
  const exchange = exchangeOf(plain.replace(/_RESPONSE$/, ""));
  return exchange && { ...exchange, isResponse: plain.endsWith("_RESPONSE") };
}

const idsIn = (text: string): Said => {
  const [, spi, messageId] = IDS.exec(text) ?? [];
  return {
    ...(spi !== undefined && { initiatorSpi: spi }),
    ...(messageId !== undefined && { messageId: Number.parseInt(messageId, 16) }),
  };
};

/** What a dumped message says: its header, its IKE fragment, its Notify payloads in the clear. */
function readDump(digits: string, sent: boolean): Said {
  const even = digits.slice(0, 2 * Math.floor(Math.min(digits.length, LONGEST_DEVICE_ROW) / 2));
  const message = readIkeMessage(fromHex(even));
  if (isWireError(message) || message.header.majorVersion !== 2) return { sent };
  const { header, ikeFragment, notifies, stoppedBy } = message;
  const isOpen = header.exchangeType === ExchangeType.IKE_SA_INIT;
  return {
    sent,
    majorVersion: 2,
    exchangeType: header.exchangeType,
    messageId: header.messageId,
    isResponse: isResponse(header),
    fromInitiator: isFromInitiator(header),
    initiatorSpi: header.initiatorSpi,
    ikeBytes: header.length,
    ...(ikeFragment && { ikeFragment }),
    ...(header.nextPayload === PayloadType.SK && { isWhole: true as const }),
    ...(isOpen && stoppedBy === null && { notifies: notifies.map(({ type }) => type) }),
  };
}

/** What earlier lines said, for those that name an IKE SA by a number, or not at all. */
interface Known {
  /** By FortiOS's number: the initiator's SPI, and whether the last message that was sent is a request. */
  bySerial: Map<string, { spi: string; waits: boolean }>;
  /** Whose request came last. */
  lastAsked: string | null;
}

/** Why FortiOS, as the gateway, does not accept a login. */
const REFUSALS: readonly (readonly [RegExp, RefusalReason])[] = [
  [/^ignoring IKEv2 request, no policy configured\b|\bg(?:w|ateway) validation failed\b/, "no-connection"],
  [/\bno (?:SA )?proposal chosen\b|^proposal did not match\b|\bpeer SA proposal not match\b/, "no-proposal"],
  [/\bpre-?shared (?:key|secret) mismatch\b/, "key-mismatch"],
];
const CAME_UP = /^established IKE SA ([0-9a-f]{16})\/[0-9a-f]{16}\b/;
const SPIS_AS_NAME = /^([0-9a-f]{16})\/[0-9a-f]{16}$/;

/** What became of a login by the log's own words, which the gateway alone can say. */
function readOutcome(text: string, name: string, serial: string, known: Known): DeviceLine | null {
  const up = CAME_UP.exec(text)?.[1];
  if (up !== undefined) return { is: "alone", kind: "came-up", said: { attempt: up, initiatorSpi: up } };
  const own = known.bySerial.get(serial);
  const asked = own?.waits === false ? own.spi : serial === "" ? known.lastAsked : null;
  const spi = SPIS_AS_NAME.exec(name)?.[1] ?? asked;
  if (GAVE_UP.test(text)) {
    if (own?.waits)
      return { is: "alone", kind: "gave-up", said: { attempt: own.spi, initiatorSpi: own.spi, sent: true } };
    return spi === null
      ? null
      : { is: "alone", kind: "dropped", said: { attempt: spi, initiatorSpi: spi, sent: false } };
  }
  const reason = REFUSALS.find(([words]) => words.test(text))?.[1];
  if (reason === undefined || spi === null) return null;
  return { is: "alone", kind: "refused", said: { attempt: spi, initiatorSpi: spi, reason } };
}

function readFortiOs(row: string, known: Known): DeviceLine | null | undefined {
  const [all, name = "", serial = ""] = PREFIX.exec(row.slice(0, 400)) ?? [];
  if (all === undefined)
    return MORE_OF_A_DUMP.test(row) || (MARK.test(row) && !DAMAGED_PREFIX.test(row.slice(0, 400)))
      ? null
      : undefined;
  const text = row.slice(all.length);
  const dump = DUMP.exec(text);
  if (dump) {
    const sent = dump[1] === "out";
    return { is: sent ? "begins" : "adds", said: readDump(dump[2] ?? "", sent) };
  }
  const comes = COMES.exec(text);
  if (comes) {
    const [, from = "", fromPort, to = "", toPort] = comes;
    const said = { sent: false, from: endpoint(bare(from), fromPort), to: endpoint(bare(to), toPort) };
    return { is: "begins", said };
  }
  const came = namedMessage(EXCHANGE.exec(text)?.[1] ?? "");
  if (came) {
    // The length that the message itself names, without the marker of port 4500.
    const [, bytes] = LENGTH.exec(text) ?? [];
    if (!came.isResponse) known.lastAsked = idsIn(text).initiatorSpi ?? null;
    return {
      is: "adds",
      said: {
        sent: false,
        ...came,
        ...idsIn(text),
        ...openingId(came, text),
        ...(bytes !== undefined && { ikeBytes: Number(bytes) }),
      },
    };
  }
  const left = SENT.exec(text);
  const named = namedMessage(left?.[1] ?? "");
  if (left && named) {
    const [, , from = "", fromPort, to = "", toPort] = left;
    const said: Said = { sent: true, ...named, ...idsIn(text), ...openingId(named, text) };
    said.from = endpoint(bare(from), fromPort);
    said.to = endpoint(bare(to), toPort);
    // Whether it counts the marker of port 4500 is not known: a dump above says it.
    const bytes = fromPort === "500" ? LENGTH.exec(text)?.[1] : undefined;
    if (bytes !== undefined) said.ikeBytes = Number(bytes);
    if (serial !== "" && said.initiatorSpi !== undefined)
      known.bySerial.set(serial, { spi: said.initiatorSpi, waits: said.isResponse === false });
    return { is: "adds", said };
  }
  const notify = notifyNumber(NOTIFIED.exec(text)?.[1] ?? "");
  if (notify !== undefined) return { is: "adds", said: { sent: false, notifies: [notify] } };
  if (READ.test(text)) return { is: "adds", said: { sent: false, isWhole: true } };
  const outcome = readOutcome(text, name, serial, known);
  if (outcome) return outcome;
  return DAMAGED_NEWS.test(text) && !OTHER_SENT.test(text) ? undefined : null;
}

const nothingKnown = (): Known => ({ bySerial: new Map(), lastAsked: null });

/** The messages of IKE_SA_INIT are printed without a number: it is 0 (RFC 7296 §2.2). */
const openingId = ({ exchangeType }: Said, text: string): Said =>
  exchangeType === ExchangeType.IKE_SA_INIT && IDS.test(text) ? { messageId: 0 } : {};

/** An IPv6 address may stand in brackets. */
const bare = (host: string): string => host.replace(/^\[|\]$/g, "");

const withoutStamp = (line: TextLine): TextLine => takeOwnStamp(line, OWN_STAMP);

/** FortiOS 6 and 7. */
export const fortiosIkeDebug: Format = {
  id: "fortios-ike-debug",
  system: "FortiOS",
  gives: "messages",
  isLog: true,
  source: "diagnose debug application ike of FortiOS 6 and 7 as posted; Fortinet's community article 346970",
  knownFrom: "public",
  isHeading: () => false,
  isRow: (text) => MARK.test(withoutStamp({ line: 0, text: text.slice(0, 200) }).text),
  separate: separateLines(SEAM, (text) => readFortiOs(withoutStamp({ line: 0, text }).text, nothingKnown())),
  read: oneByOne(({ lines }) => {
    const known = nothingKnown();
    return readDeviceLines(lines.map(withoutStamp), (text) => readFortiOs(text, known));
  }),
};

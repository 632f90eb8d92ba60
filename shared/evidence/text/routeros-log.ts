/**
 * What RouterOS logs of IKEv2 in its topics `ipsec` and `ipsec,debug`. It names the exchange in one line and
 * the datagram in another: what came stands behind `->`, what was sent behind `<-`.
 */
import { ExchangeType, isErrorNotify, NotifyType } from "../../ike/registry.ts";
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

/** `jan/02/2023 18:22:40 `, as version 6 writes it; other times are taken off before. */
const OWN_STAMP =
  /^\s{0,8}(?:[a-z]{3}\/\d{2}(?:\/\d{4})? |\d{4}-\d{2}-\d{2} )?\d{1,2}:\d{2}:\d{2}(?:\.\d{1,6})? {1,4}/;
/** The topics, and what a server of logs or the router puts in front and behind. */
const PREFIX =
  /^\s{0,8}(?:[\w.-]{1,64}:? )?ipsec(?:, ?!?(?:debug|info|error|packet|warning|account|critical)){0,4}:? {1,4}(?:(?!notify:)[\w-]{1,32}: )?\s{0,8}/;
const HOST = String.raw`([0-9A-Fa-f:.]{2,45})\[(\d{1,5})\]`;
const SPIS = "([0-9a-f]{16}):([0-9a-f]{16}|0)";
const MESSAGE = new RegExp(
  `^(->|<-) ike2 (request|reply), exchange: ([A-Z_]{4,24}):([0-9a-f]{1,8}) ${HOST} (?:spi:)?${SPIS}(?![0-9a-f])`,
);
const DATAGRAM = new RegExp(String.raw`^=====+ (received|sending) (\d{1,6}) bytes from ${HOST} to ${HOST}`);
const SA = new RegExp(
  String.raw`^(new ike2 SA \(([IR])\)|killing ike2 SA|peer authorized): (?:\S{1,64} )?${HOST}-${HOST} spi:${SPIS}(?![0-9a-f])`,
);
const NOTIFIED = /^(reply )?notify: ([A-Z_0-9]{4,40})\b/;
const GOT_ERROR = /^got (?:fatal )?error: ([A-Z_]{4,40})\b/;
const TIMED_OUT = /^child negotiation timeout\b/;
const IDENTITY = /^identity not found\b/;
/** It begins like news, and cannot be read. */
const DAMAGED_NEWS = /^(?:-> |<- |=====|new ike2 SA|killing ike2 SA|peer authorized)/;

/** What other lines said. */
interface Known {
  /** The initiators' SPIs, which stand first where an exchange is named: before an answer the other is 0. */
  initiators: Set<string>;
  /** By attempt: whether the router answers, and that the login was accepted. */
  responder: Map<string, boolean>;
  authorized: Set<string>;
  last: string | null;
  timedOut: boolean;
}

const nothingKnown = (): Known => ({
  initiators: new Set(),
  responder: new Map(),
  authorized: new Set(),
  last: null,
  timedOut: false,
});

/** One name for all lines of an attempt. Of some lines it is not known in which order the SPIs stand. */
function attemptOf(one: string, two: string, known: Known): Said {
  const initiatorSpi = [one, two].find((spi) => known.initiators.has(spi));
  return initiatorSpi === undefined ? { attempt: `${one}:${two}` } : { attempt: initiatorSpi, initiatorSpi };
}

function readSa(found: RegExpExecArray, known: Known): DeviceLine | null {
  const [, event = "", role, own = "", ownPort, peer = "", peerPort, one = "", two = ""] = found;
  const said = attemptOf(one, two, known);
  const attempt = said.attempt ?? "";
  const ends = { from: endpoint(peer, peerPort), to: endpoint(own, ownPort) };
  if (event === "peer authorized") {
    known.authorized.add(attempt);
    return { is: "alone", kind: "came-up", said };
  }
  if (role !== undefined) {
    known.responder.set(attempt, role === "R");
    known.timedOut = false;
    // The request that began it was there.
    return role === "R"
      ? { is: "alone", kind: "asked", said: { ...said, sent: false, ...ends } }
      : { is: "ends" };
  }
  const isDropped = known.timedOut && known.responder.get(attempt) === true && !known.authorized.has(attempt);
  return isDropped ? { is: "alone", kind: "dropped", said: { ...said, sent: false } } : { is: "ends" };
}

function readMessage(found: RegExpExecArray, known: Known): DeviceLine {
  const [, arrow, way, name = "", id = "", host = "", port, spi = ""] = found;
  const exchange = exchangeOf(name);
  if (!exchange) return { is: "ends" };
  const sent = arrow === "<-";
  const isResponse = way === "reply";
  if (exchange.exchangeType === ExchangeType.IKE_SA_INIT) known.responder.set(spi, sent === isResponse);
  known.last = spi;
  known.timedOut = false;
  const there = endpoint(host, port);
  const ends = sent ? { to: there } : { from: there };
  const said: Said = { attempt: spi, initiatorSpi: spi, sent, ...exchange, isResponse, ...ends };
  // Whether it is written in decimal or hexadecimal digits is not known.
  if (/^[0-9]$/.test(id)) said.messageId = Number(id);
  return { is: "adds", said };
}

function readRouterOs(row: string, known: Known): DeviceLine | null | undefined {
  const [all] = PREFIX.exec(row.slice(0, 400)) ?? [];
  if (all === undefined) return undefined;
  const text = row.slice(all.length, all.length + LONGEST_DEVICE_ROW);
  const message = MESSAGE.exec(text);
  if (message) return readMessage(message, known);
  const datagram = DATAGRAM.exec(text);
  if (datagram) {
    const [, verb, bytes, from = "", fromPort, to = "", toPort] = datagram;
    const sent = verb === "sending";
    const said: Said = { sent, from: endpoint(from, fromPort), to: endpoint(to, toPort) };
    // Whether it counts the marker of port 4500 is not known.
    if (fromPort === "500" && toPort === "500") said.ikeBytes = Number(bytes);
    return { is: sent ? "adds" : "begins", said };
  }
  const sa = SA.exec(text);
  if (sa) return readSa(sa, known);
  const [, isReply, named = ""] = NOTIFIED.exec(text) ?? [];
  const notify = notifyNumber(named);
  if (isReply !== undefined && notify !== undefined)
    return { is: "begins", said: { sent: true, isResponse: true, notifies: [notify] } };
  // Of a list that may leave out what the router does not know, only what is there says something.
  const isNews =
    notify === NotifyType.IKEV2_FRAGMENTATION_SUPPORTED || (notify !== undefined && isErrorNotify(notify));
  if (isNews) return { is: "adds", said: { sent: false, notifies: [notify] } };
  // What is encrypted is read once the message is whole.
  if (/^processing payloads?: (?:ID_[IR]|AUTH|TS_[IR]|CERT|EAP|CONFIG)/.test(text))
    return { is: "adds", said: { sent: false, isWhole: true } };
  const error = notifyNumber(GOT_ERROR.exec(text)?.[1] ?? "");
  if (error !== undefined) return { is: "adds", said: { sent: false, isResponse: true, notifies: [error] } };
  if (TIMED_OUT.test(text)) known.timedOut = true;
  if (IDENTITY.test(text) && known.last !== null && known.responder.get(known.last)) {
    const reason: RefusalReason = "no-connection";
    return { is: "alone", kind: "refused", said: { attempt: known.last, reason } };
  }
  return DAMAGED_NEWS.test(text) ? undefined : null;
}

const withoutStamp = (line: TextLine): TextLine => takeOwnStamp(line, OWN_STAMP);

/** Its topics, and what only its daemon writes behind them. */
const MARK =
  /^\s{0,8}(?:[\w.-]{1,64}:? )?ipsec(?:, ?!?(?:debug|info|error|packet|warning|account|critical)){0,4}:? {1,4}(?:[\w-]{1,32}: )?(?:(?:->|<-) ike2 |=====+ (?:received|sending) \d|(?:new|killing) ike2 SA\b|peer authorized: )/;

const SEAM =
  /(?<!\d-\d{2}|\/\d{2}|\/\d{4}|\s)\s+(?=(?:(?:\d{4}-\d{2}-\d{2} |[a-z]{3}\/\d{2}(?:\/\d{4})? )?\d{1,2}:\d{2}:\d{2} )ipsec(?:, ?[a-z]{4,8}){0,3} )|(?<!\d:\d{2}:\d{2}|\s)\s+(?=ipsec(?:,[a-z]{4,8}){0,3} (?:->|<-|=====|new ike2|killing ike2|payload|processing|reply|adding|ike2? |peer |child |got | {1,2}notify))/;

/** RouterOS 6 and 7. */
export const routerOsLog: Format = {
  id: "routeros-log",
  system: "RouterOS",
  gives: "messages",
  isLog: true,
  source:
    "lines of the topic ipsec as posted by users of RouterOS 6 and 7; no whole log of IKEv2 was at hand",
  knownFrom: "public",
  isHeading: () => false,
  // `ipsec ike2 respond` is no command line.
  holdsCommands: true,
  isRow: (text) => MARK.test(withoutStamp({ line: 0, text: text.slice(0, 300) }).text),
  separate: separateLines(SEAM, (text) => readRouterOs(withoutStamp({ line: 0, text }).text, nothingKnown())),
  read: oneByOne(({ lines }) => {
    const known = nothingKnown();
    const rows = lines.map(withoutStamp);
    for (const { text } of rows) {
      const spi = MESSAGE.exec(text.replace(PREFIX, "").slice(0, 400))?.[7];
      if (spi !== undefined) known.initiators.add(spi);
    }
    return readDeviceLines(rows, (text) => readRouterOs(text, known));
  }),
};

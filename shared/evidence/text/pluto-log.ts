/** What libreswan's pluto writes while it sets up a connection. A line is read by itself. */
import { NotifyType } from "../../ike/registry.ts";
import { EXCHANGES, type ReadLine, readLines, rowOf, type Said, separateAt } from "./daemon-lines.ts";
import { type Format, oneByOne } from "./format.ts";
import { type Endpoint, endpoint, type RefusalReason, showsOwnProbe } from "./ike-line.ts";

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

const PLUTO_ANSWERED_WITH = new RegExp(
  String.raw`^responding to ${PLUTO_EXCHANGE} message \(ID (\d{1,10})\) from (?:\[([0-9A-Fa-f:.]{2,45})\]|([0-9.]{7,15})):(?:UDP/)?(\d{1,5}) with (?:un)?encrypted notification ([A-Z][A-Z_]{4,40})`,
);
/** The gateway's: what it had of an attempt is deleted, because nothing more came. */
const PLUTO_DROPPED =
  /^deleting (?:incomplete state after \d{2,6}|state \(STATE_(?:V2_)?PARENT_R1\) aged \d{2,6})(?:\.\d{1,9})?\s?s/;
/** Why the gateway refuses: libreswan's words, each the most exact that it has. */
const PLUTO_REFUSES: readonly [RegExp, RefusalReason][] = [
  [/^no local proposal matches remote proposals/, "no-proposal"],
  [
    /^IKE_SA_INIT message received on .{1,100} but no (?:connection has been authorized|suitable connection)/,
    "no-connection",
  ],
  [/^authentication failed: (?:no PSK found|no certificate matched|using )/, "no-key"],
  [/^authentication failed: (?:PSK AUTH mismatch|computed hash does not match)/, "key-mismatch"],
  [/^authentication failed: peer (?:attempted|authentication requires)/, "constraint"],
  [/^Peer attempted EAP authentication, but/, "constraint"],
  [
    /^X509: (?:authentication failed|certificate (?:payload )?rejected|CERT payload bogus or revoked)/,
    "certificate",
  ],
  [/^authentication failed: /, "authentication"],
];

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
  if (/^ignoring (?:unknown )?Vendor ID payload \[/.test(text) && showsOwnProbe(text.slice(0, 128)))
    return { kind: "own-probe", sent: false, ...(here && { from: here }) };
  const outcome = readPlutoOutcome(text, here);
  if (outcome) return outcome;
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

/** What the gateway refuses, and what it drops. */
function readPlutoOutcome(text: string, here: Endpoint | undefined): Said | null {
  const answered = PLUTO_ANSWERED_WITH.exec(text);
  const notify = NotifyType[(answered?.[6] ?? "") as keyof typeof NotifyType];
  if (answered && notify !== undefined) {
    const [, exchange = "", messageId, v6, v4 = "", port] = answered;
    return {
      kind: "message",
      sent: true,
      ...EXCHANGES[exchange],
      messageId: Number(messageId),
      isResponse: true,
      to: endpoint(v6 ?? v4, port),
      notifies: [notify],
    };
  }
  const from = here && { from: here };
  if (PLUTO_DROPPED.test(text)) return { kind: "dropped", sent: false, ...from };
  const reason = PLUTO_REFUSES.find(([words]) => words.test(text))?.[1];
  return reason === undefined ? null : { kind: "refused", sent: false, reason, words: text, ...from };
}

const phaseOf = (phase: string | undefined) => (phase === "1" ? EXCHANGES.IKE_SA_INIT : EXCHANGES.IKE_AUTH);

const PLUTO_SEAM =
  /(?<!^(?:[\w.\s-]{0,64}pluto(?:\[\d{1,7}\])?:|\s{0,8}\d{3}|\s{0,8}))(?<!\s)\s+(?:\d{3} )?(?="[^"]{1,80}"(?:\[\d{1,9}\])?(?: [0-9A-Fa-f:.]{2,45})? #\d{1,9}: )/;

/** libreswan 3 to 5: the daemon's log, and what `ipsec auto --up` prints. */
export const plutoLog: Format = {
  id: "pluto-log",
  system: "libreswan",
  gives: "messages",
  isLog: true,
  source: "libreswan 4.10; hwdsl2/setup-ipsec-vpn#991",
  knownFrom: "seen",
  isHeading: () => false,
  isRow: (text) => {
    const row = rowOf(text);
    return row !== null && Boolean(readPluto(row));
  },
  separate: separateAt(PLUTO_SEAM, readPluto),
  read: oneByOne(({ lines }) => readLines(lines, readPluto)),
};

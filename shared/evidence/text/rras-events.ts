/**
 * What a Windows VPN server (RRAS) says in its events: of logins, in the system log, and of IKE, in the
 * security log where that is audited. The numbers, the places of the values, the codes that stand for words
 * (`%%8244`) and the names in XML are the same in every language; the words are never read.
 */

import { findAddresses, type Reading, type TextServerEvent } from "./format.ts";
import { endpoint, ikeLine, type RefusalReason, readClock } from "./ike-line.ts";
import type { WindowsEvent } from "./windows-events.ts";

type What = TextServerEvent["what"];

/** The events of RemoteAccess that tell something of a login, by their numbers in mprmsg.dll. */
const REMOTE_ACCESS: ReadonlyMap<number, What> = new Map([
  [20_249, "refused"], // authentication failed on a port
  [20_250, "connected"],
  [20_251, "ended"],
  [20_252, "not-finished"], // authentication took too long
  [20_253, "not-finished"], // no network protocol was negotiated
  [20_255, "not-finished"], // an error of the PPP module
  [20_256, "refused"], // the password has expired
  [20_257, "refused"], // the account has expired
  [20_258, "refused"], // the account may not use remote access
  [20_265, "connected"],
  [20_266, "connected"],
  [20_269, "refused"], // authentication failed
  [20_270, "not-finished"], // disconnected, for a reason in words
  [20_271, "refused"], // authentication failed, with the client's address
  [20_272, "ended"],
  [20_274, "connected"],
  [20_275, "ended"],
  [20_276, "refused"], // the authentication method is not allowed
  [20_285, "not-able"], // no certificate for IKEv2
  [20_286, "not-able"], // the custom IKEv2 policy could not be set
  [20_287, "not-able"], // no shared key for IKEv2
]);

/** The events of the security log about IPsec. */
const AUDITED: ReadonlyMap<number, What> = new Map([
  [4650, "ike-up"],
  [4651, "ike-up"],
  [4652, "ike-failed"],
  [4653, "ike-failed"],
  [4654, "ike-failed"],
  [4983, "ike-failed"],
  [4984, "ike-failed"],
]);

/** Of msobjs.dll: the words that stand in XML as numbers. */
const KEYING: ReadonlyMap<string, TextServerEvent["protocol"]> = new Map([
  ["%%8222", "IKEv1"],
  ["%%8223", "AuthIP"],
  ["%%8244", "IKEv2"],
  ["IKEv1", "IKEv1"],
  ["AuthIP", "AuthIP"],
  ["IKEv2", "IKEv2"],
]);
const INITIATOR = "%%8205";
const RESPONDER = "%%8206";

/** Windows's errors of IKE that say what became of the attempt (docs/domain.md §1.5). */
const REFUSALS: ReadonlyMap<number, RefusalReason> = new Map([
  [13_801, "authentication"],
  [13_868, "no-proposal"],
]);
const TIMED_OUT = 13_805;

/** An SPI; that of zeros stands for none. */
const SPI = /^(?!0{16}$)[0-9a-f]{16}$/;
const ISO_DATE = /^\d{4}-\d\d-\d\dT/;
/** The name of the tunnel's device holds its kind, in no language. */
const TUNNEL = /\((IKEv2|L2TP|SSTP|PPTP)\)/;

/** The event is one of a server, of a kind that is known. */
export const isServerEvent = ({ source, number, message }: WindowsEvent): boolean =>
  number !== null &&
  (source === "RemoteAccess" || (source === null && message !== null)
    ? REMOTE_ACCESS.has(number)
    : source === "Microsoft-Windows-Security-Auditing" && AUDITED.has(number));

/** Adds what a server's events tell. */
export function readServerEvents(events: readonly WindowsEvent[], reading: Reading): void {
  for (const event of events) {
    reading.isRecognized = true;
    const { number, source } = event;
    if (number === null) continue;
    if (source === "Microsoft-Windows-Security-Auditing") readAudited(event, number, reading);
    else reading.serverEvents.push(remoteAccessEvent(event, number));
  }
}

const isAddress = (text: string): boolean => findAddresses(text)[0]?.address === text;

function remoteAccessEvent(event: WindowsEvent, number: number): TextServerEvent {
  const { line, at, message, data, isXml, errorNumber } = event;
  const words = isXml ? data.join(" ") : (message ?? "");
  return {
    line,
    at,
    event: number,
    what: REMOTE_ACCESS.get(number) ?? "not-finished",
    peer: number === 20_271 ? clientIn(event) : null,
    protocol: (TUNNEL.exec(words)?.[1] as TextServerEvent["protocol"] | undefined) ?? null,
    errorNumber: errorNumber !== null && errorNumber >= 600 && errorNumber <= 999 ? errorNumber : null,
    initiatorSpi: null,
    fromPeer: true,
  };
}

/** The third value, or the one address of the sentence: a user's name may look like one. */
function clientIn({ isXml, data, message }: WindowsEvent): string | null {
  const third = data[2]?.trim() ?? "";
  if (isXml) return isAddress(third) ? third : null;
  const addresses = new Set(findAddresses(message ?? "").map(({ address }) => address));
  const [only = null] = addresses;
  return addresses.size === 1 ? only : null;
}

/** What an event of the security log says of the two ends. */
interface Audited {
  local: { address: string; port: string | undefined } | null;
  peer: { address: string; port: string | undefined } | null;
  protocol: TextServerEvent["protocol"];
  initiatorSpi: string | null;
  fromPeer: boolean | null;
  errorNumber: number | null;
  /** Windows's number of what came up. */
  association: string | null;
}

function readAudited(event: WindowsEvent, number: number, reading: Reading): void {
  const { line, at } = event;
  const { local, peer, protocol, initiatorSpi, fromPeer, errorNumber, association } = event.isXml
    ? auditedXml(event.named)
    : auditedText(event.details);
  const what = AUDITED.get(number) ?? "ike-failed";
  reading.serverEvents.push({
    line,
    at,
    event: number,
    what,
    peer: peer?.address ?? null,
    protocol,
    errorNumber,
    initiatorSpi,
    fromPeer,
  });
  const isPartial =
    event.isXml && (fromPeer === null || (initiatorSpi === null && (number === 4652 || number === 4653)));
  if (!peer || protocol === null || isPartial) reading.notUnderstood.push({ line, text: `${number}` });
  if (protocol !== "IKEv2" || fromPeer !== true || !peer || !local || number === 4654) return;
  const clockMs = at !== null && ISO_DATE.test(at) ? readClock(at) : null;
  const ends = {
    sent: false,
    from: endpoint(peer.address, peer.port),
    to: endpoint(local.address, local.port),
  };
  if (what === "ike-up" && association !== null) {
    reading.messages.push(ikeLine({ line, clockMs }, "came-up", { attempt: `sa ${association}`, ...ends }));
  }
  if (what !== "ike-failed" || initiatorSpi === null) return;
  const attempt = { attempt: initiatorSpi, initiatorSpi, ...ends };
  reading.messages.push(ikeLine({ line, clockMs }, "asked", attempt));
  const reason = errorNumber === null ? undefined : REFUSALS.get(errorNumber);
  if (reason) reading.messages.push(ikeLine({ line, clockMs }, "refused", { ...attempt, reason }));
  if (errorNumber === TIMED_OUT) reading.messages.push(ikeLine({ line, clockMs }, "dropped", attempt));
}

function auditedXml(named: ReadonlyMap<string, string>): Audited {
  const end = (tunnel: string, address: string, port: string): Audited["local"] => {
    const found = [named.get(tunnel) ?? "", named.get(address) ?? ""].find(isAddress);
    return found === undefined ? null : { address: found, port: named.get(port) };
  };
  const spi = named.get("InitiatorCookie")?.toLowerCase() ?? "";
  const role = named.get("Role");
  const reason = /^(?:%%)?(13[89]\d\d)$/.exec(named.get("FailureReason") ?? "")?.[1];
  return {
    local: end("LocalTunnelEndpoint", "LocalAddress", "LocalKeyModPort"),
    peer: end("RemoteTunnelEndpoint", "RemoteAddress", "RemoteKeyModPort"),
    protocol: KEYING.get(named.get("KeyModName") ?? "") ?? null,
    initiatorSpi: SPI.test(spi) ? spi : null,
    fromPeer: role === RESPONDER ? true : role === INITIATOR ? false : null,
    errorNumber: reason === undefined ? null : Number(reason),
    association: named.get("MMSAID") ?? null,
  };
}

/**
 * The same as text, where the labels are translated: the local end stands above the other one, each with its
 * port below it, and the initiator's SPI above the responder's. Who began is a word there. Where the other
 * end's port is neither 500 nor 4500, a NAT is in front of it, and only who begins can be behind one.
 */
function auditedText(details: readonly string[]): Audited {
  const ends: { address: string; port: string | undefined }[] = [];
  const spis: string[] = [];
  const modules: Audited["protocol"][] = [];
  for (const line of details) {
    const value = /[:：]\s{1,40}(\S{1,60})\s*$/.exec(line)?.[1] ?? "";
    const last = ends.at(-1);
    if (isAddress(value)) ends.push({ address: value, port: undefined });
    else if (/^[0-9A-Fa-f]{16}$/.test(value)) spis.push(value.toLowerCase());
    else if (KEYING.has(value)) modules.push(KEYING.get(value) ?? null);
    else if (last && last.port === undefined && modules.length === 0) last.port = value;
  }
  const [local = null, peer = null] = ends;
  const [protocol = null] = modules;
  const [spi = ""] = spis;
  // What stands below the two ends shows that these are whole.
  const isWhole = ends.length === 2 && modules.length === 1;
  const port = peer?.port;
  return {
    local,
    peer: isWhole ? peer : null,
    protocol: isWhole ? protocol : null,
    initiatorSpi: isWhole && spis.length === 2 && SPI.test(spi) ? spi : null,
    fromPeer: isWhole && port !== undefined && port !== "500" && port !== "4500" ? true : null,
    errorNumber: null,
    association: null,
  };
}

/**
 * Packets as tcpdump and TShark (or Wireshark, when its list is copied) print them, a line or two each: IKE,
 * ESP, later IP fragments and ICMP errors. All other packets are no news.
 */
import { ExchangeType } from "../../ike/registry.ts";
import type { IcmpErrorKind } from "../../packet/icmp.ts";
import {
  IPV6_FRAGMENT_HEADER_BYTES,
  MIN_IP_HEADER_BYTES,
  NON_ESP_MARKER_BYTES,
  UDP_HEADER_BYTES,
} from "../../packet/sizes.ts";
import {
  emptyReading,
  type Format,
  findAddresses,
  oneByOne,
  type PathReport,
  type Reading,
  type TextLine,
} from "./format.ts";
import { endpoint, type IkeLine, ikeLine, readClock, toPort } from "./ike-line.ts";

/** What a line says, without where it stands. */
type Said = Partial<IkeLine> & Pick<IkeLine, "kind">;
/** `header`: the first of two lines, which says nothing alone. */
type ReadLine = (text: string) => Said | "header" | null | undefined;

/** Longer lines are none of these programs'. */
const LONGEST_ROW = 1_000;
const ETHERNET_HEADER_BYTES = 14;
const VLAN_TAG_BYTES = 4;

// ---- tcpdump ----

/** `-e`: both MAC addresses, the EtherType and the size of the frame. */
const LINK_HEADER =
  /^\s{0,8}[0-9a-f]{2}(?::[0-9a-f]{2}){5}(?: \(oui [^()]{1,40}\))? > [0-9a-f]{2}(?::[0-9a-f]{2}){5}(?: \(oui [^()]{1,40}\))?, (?:ethertype )?(802\.1Q|IPv[46]) \(0x[0-9a-f]{4}\), length (\d{1,6}): (?:vlan \d{1,4}, p \d,(?: DEI,)? (?:ethertype )?IPv[46](?: \(0x[0-9a-f]{4}\))?, ?)?/;
/** `-i any`: the interface and the direction. */
const ANY_INTERFACE = /^\s{0,8}(?:[\w.@-]{1,32} {1,3})?(?:In|Out|B|M|P) {1,3}(?=IP6? )/;
const IP_WORD = /^\s{0,8}IP6? (?=\S)/;
/** `-v`: the fields of the IP header in brackets. */
const VERBOSE =
  /^\s{0,12}\((?:tos 0x|hlim |class 0x|flowlabel 0x)[^()]{0,200}(?:\([^()]{0,40}\)[^()]{0,160}){0,3}\) ?/;
const PAIR = /^\s{0,12}([\w.:%-]{1,255}) > ([\w.:%-]{1,255}): {0,2}/;
const CHECKSUM = /^\[(?:udp sum ok|bad udp cksum [^\]]{1,60}|no cksum|no checksum)\] {0,2}/;
const FRAGMENT_V6 =
  /^frag \((?:0x[0-9a-f]{1,8}:)?(\d{1,5})[| ]{1,3}(\d{1,5})\)(?: ([\w-]{1,20}) > ([\w-]{1,20}):)? ?/;
const LATER_FRAGMENT = /^(?:ip-proto-|ipproto-)?(?:17|50|udp|esp)(?:, length \d{1,6})?$/;
const ISAKMP =
  /^(NONESP-encap: )?isakmp(?: (1|2)\.0)?(?: msgid ([0-9a-f]{8}))?(?: cookie ([0-9a-f]{16})->([0-9a-f]{16}))?:/;
const IKEV2 =
  /: {1,2}(?:parent_sa|child_sa) {1,2}(?:(ikev2_init|ikev2_auth|child_sa|inf2)|#(\d{1,3}))(?:\[([IVR]{0,3})\])?/;
const IKEV1 = /: phase (?:1|2\/others) [I?R] (ident|agg|inf|auth|base|oakley-quick|oakley-newgroup|#6)\b/;
const MISMATCH = /\(len mismatch: isakmp (\d{1,6})\/ip (\d{1,6})\)/;
const ESP_IN_LINE = /^(UDP-encap: )?ESP\(spi=0x[0-9a-f]{1,8},seq=0x[0-9a-f]{1,8}\)(?:, length (\d{1,6}))?/;
const QUIET = /^UDP, length (\d{1,6})/;
const NOTIFY = /\(n: [^()]{0,80}type=(\d{1,5})\(/g;
const CONTINUATION = /^\s{0,40}\((?:#\d|[a-z0-9]{1,8}:)/;
const CHATTER =
  /^(?:tcpdump: |listening on |reading from |dropped privs to |\d{1,9} packets? (?:captured|received by filter|dropped by (?:kernel|interface)))/;
/** Packets that have nothing to do with IP, with and without `-e`. */
const NOT_IP =
  /^\s{0,8}(?:(?:[\w.@-]{1,32} {1,3})?(?:In|Out|B|M|P) {1,3})?(?:(?:ARP|RARP|STP|LLDP|CDPv[12]|EAPOL|PPPoE|LACPv1)[, ]|[0-9a-f]{2}(?::[0-9a-f]{2}){5} > [^,]{1,60}, ethertype (?!IPv[46]|802\.1Q)[\w -]{1,24} \(0x[0-9a-f]{4}\), length \d)/;

const IKEV2_EXCHANGES: Readonly<Record<string, number>> = {
  ikev2_init: ExchangeType.IKE_SA_INIT,
  ikev2_auth: ExchangeType.IKE_AUTH,
  child_sa: ExchangeType.CREATE_CHILD_SA,
  inf2: ExchangeType.INFORMATIONAL,
};
const IKEV1_EXCHANGES: Readonly<Record<string, number>> = {
  base: 1,
  ident: 2,
  auth: 3,
  agg: 4,
  inf: 5,
  "#6": 6,
  "oakley-quick": 32,
  "oakley-newgroup": 33,
};

/** The end of `10.0.0.1.500`, `gw.example.isakmp` or `2001:db8::1.4500`; without a port the host alone. */
function hostAndPort(text: string, hasPort: boolean): { address: string; port: number | null } {
  const at = text.lastIndexOf(".");
  return hasPort && at > 0 ? endpoint(text.slice(0, at), text.slice(at + 1)) : { address: text, port: null };
}

const numberIn = (pattern: RegExp, text: string): number | undefined => {
  const found = pattern.exec(text)?.[1];
  return found === undefined ? undefined : Number(found);
};

function verboseHeader(text: string): Partial<IkeLine> {
  const payloadBytes = numberIn(/payload length: (\d{1,6})/, text);
  const flags = /flags \[([^\]]{0,8})\]/.exec(text)?.[1];
  const isIpv6 = payloadBytes !== undefined;
  return {
    ipBytes: isIpv6 ? payloadBytes + MIN_IP_HEADER_BYTES[6] : numberIn(/, length (\d{1,6})\)/, text),
    ipIdentification: numberIn(/, id (\d{1,5})/, text),
    ipFragmentOffset: numberIn(/, offset (\d{1,5})/, text),
    ...(flags !== undefined && { moreIpFragments: flags.includes("+"), dontFragment: flags.includes("DF") }),
  };
}

/** @returns what the line says; `null` for a line of tcpdump's that is no news; else `undefined` */
function readTcpdump(row: string): Said | "header" | null | undefined {
  if (row.length > LONGEST_ROW) return undefined;
  if (CHATTER.test(row) || CONTINUATION.test(row)) return readNotifies(row);
  if (NOT_IP.test(row)) return null;
  const link = LINK_HEADER.exec(row);
  let text = link ? row.slice(link[0].length) : row.replace(ANY_INTERFACE, "");
  const frameBytes = link
    ? Number(link[2]) - ETHERNET_HEADER_BYTES - (link[1] === "802.1Q" ? VLAN_TAG_BYTES : 0)
    : undefined;
  const word = IP_WORD.exec(text);
  if (word) text = text.slice(word[0].length);
  const verbose = VERBOSE.exec(text);
  const header = verbose ? verboseHeader(verbose[0]) : {};
  if (verbose) text = text.slice(verbose[0].length);
  // IPv6 has both ends in the same line.
  if (verbose && text.trim() === "") return header.ipFragmentOffset === undefined ? null : "header";
  const pair = PAIR.exec(text);
  if (!pair) return undefined;
  const [all, source = "", destination = ""] = pair;
  const body = text.slice(all.length).replace(CHECKSUM, "");
  const isCertain = word !== null || link !== null || verbose !== null;
  // Alone on its line stands only what follows an IPv4 header.
  if (!isCertain && source.includes(":")) return undefined;
  if (!isHost(source) || !isHost(destination)) return undefined;
  const known: Partial<IkeLine> = { ...(frameBytes !== undefined && { ipBytes: frameBytes }), ...header };
  const icmp = readIcmp(body);
  if (icmp) return { kind: "icmp-error", ...ends(source, destination, false), ...known, icmp };
  const fragment = FRAGMENT_V6.exec(body);
  if (fragment) return readIpv6Fragment(fragment, body, { source, destination, known });
  const said = readPayload(body, source, destination, known);
  if (said) return said;
  if (LATER_FRAGMENT.test(body))
    return { kind: "ip-fragment", ...ends(source, destination, false), ...known };
  return (isCertain || HOST_AND_PORT.test(source)) && OTHER_PROTOCOL.test(body) ? null : undefined;
}

const HOST_AND_PORT = /^(?:\d{1,3}\.){4}\d{1,5}$/;
/** Beginnings of what tcpdump prints of anything else. */
const OTHER_PROTOCOL =
  /^(?:\d{1,5}[ +*%$|-]|Flags \[|UDP|TCP|ICMP (?:echo|time exceeded|redirect)|ICMP6, (?:echo|router|neighbor|multicast|redirect)|igmp|isakmp|NTPv|BOOTP|NBT|RADIUS|SIP|quic|HTTP|SNMP|GRE|ESP|AH|L2TP|OSPF|VRRP|PIM|HBH|truncated|\[\||\[total|domain|ntp|ip-proto-\d|$)/;
const NUMERIC_HOST =
  /^(?:(?:\d{1,3}\.){3}\d{1,3}(?:\.[\w-]{1,20})?|[0-9A-Fa-f]{1,4}:[0-9A-Fa-f:.]{1,45}|::[0-9A-Fa-f:.]{1,45})(?:%\w{1,15})?(?:\.[\w-]{1,20})?$/;
/**
 * A name ends in letters: `l92.0.2.l` is an address that was misread. Its port is a name too, without `-n`.
 */
const NAMED_HOST =
  /^(?:[A-Za-z0-9][\w-]{0,62}\.){0,8}[A-Za-z][\w-]{1,62}(?:\.(?:isakmp|ipsec-nat-t|ipsec-msft|sae-urn|ipsec|[a-z][\w-]{1,19}|\d{1,5}))?$/;
const isHost = (text: string): boolean =>
  NUMERIC_HOST.test(text) || (NAMED_HOST.test(text) && !MISREAD_ADDRESS.test(text));
/** Nothing but digits and what is read for digits. */
const MISREAD_ADDRESS = /^[\dlIOoSB]{1,3}(?:\.[\dlIOoSB]{1,3}){3}(?:\.|$)/;

const ends = (source: string, destination: string, hasPorts: boolean): Pick<IkeLine, "from" | "to"> => ({
  from: hostAndPort(source, hasPorts),
  to: hostAndPort(destination, hasPorts),
});

function readIpv6Fragment(
  [all, offset, length, fromPort, toPortName]: RegExpExecArray,
  body: string,
  about: { source: string; destination: string; known: Partial<IkeLine> },
): Said | null {
  const { source, destination } = about;
  const ipBytes = Number(length) + MIN_IP_HEADER_BYTES[6] + IPV6_FRAGMENT_HEADER_BYTES;
  const known = { ipBytes, ...about.known, ipFragmentOffset: Number(offset) };
  const identification = /frag \(0x([0-9a-f]{1,8}):/.exec(body)?.[1];
  if (identification !== undefined)
    Object.assign(known, { ipIdentification: Number.parseInt(identification, 16) });
  // The first one has ports, unless it carries something else.
  if (fromPort === undefined)
    return known.ipFragmentOffset === 0
      ? null
      : { kind: "ip-fragment", ...ends(source, destination, false), ...known };
  const said = readPayload(body.slice(all.length), `${source}.${fromPort}`, `${destination}.${toPortName}`, {
    ...known,
    moreIpFragments: true,
  });
  return said;
}

function readPayload(
  body: string,
  source: string,
  destination: string,
  known: Partial<IkeLine>,
): Said | null {
  const isakmp = ISAKMP.exec(body);
  if (isakmp) {
    const [, marker, version, messageId, spi] = isakmp;
    const mismatch = MISMATCH.exec(body);
    const isFirstOfSeveral = known.moreIpFragments === true || mismatch !== null;
    const both = ends(source, destination, true);
    // IPv6 has a header of its own for IP fragments.
    const isWhole =
      known.moreIpFragments === false || (source.includes(":") && known.ipFragmentOffset === undefined);
    const ike = mismatch
      ? Number(mismatch[1])
      : isFirstOfSeveral || known.ipBytes === undefined || !isWhole
        ? undefined
        : known.ipBytes - overhead(source, marker !== undefined);
    const firstBytes = mismatch ? Number(mismatch[2]) + overhead(source, marker !== undefined) : undefined;
    return {
      kind: "packet",
      ...both,
      ...known,
      ...(known.ipBytes === undefined && firstBytes !== undefined && { ipBytes: firstBytes }),
      ...(isFirstOfSeveral && { moreIpFragments: true }),
      ...(ike !== undefined && ike >= 28 && { ikeBytes: ike }),
      ...(messageId !== undefined && { messageId: Number.parseInt(messageId, 16) }),
      ...(spi !== undefined && { initiatorSpi: spi }),
      ...exchangeIn(body.slice(isakmp[0].length - 1), version),
    };
  }
  const esp = ESP_IN_LINE.exec(body);
  if (esp) {
    const [, inUdp, length] = esp;
    const bytes = length === undefined ? {} : { payloadBytes: Number(length) };
    return { kind: "esp", ...ends(source, destination, inUdp !== undefined), ...bytes, ...known };
  }
  const quiet = QUIET.exec(body)?.[1];
  const both = ends(source, destination, true);
  // On port 4500 it may as well be ESP.
  if (quiet !== undefined && (both.from?.port === 500 || both.to?.port === 500))
    return { kind: "packet", ...both, ikeBytes: Number(quiet), ...known };
  return null;
}

const ipHeader = (host: string): number => MIN_IP_HEADER_BYTES[host.includes(":") ? 6 : 4];
/** What stands in front of the IKE message in a packet. */
const overhead = (host: string, hasMarker: boolean): number =>
  ipHeader(host) + UDP_HEADER_BYTES + (hasMarker ? NON_ESP_MARKER_BYTES : 0);

function exchangeIn(text: string, version: string | undefined): Partial<IkeLine> {
  const v2 = IKEV2.exec(text);
  if (v2) {
    const [, name, number, flags] = v2;
    return {
      majorVersion: 2,
      exchangeType: name === undefined ? Number(number) : (IKEV2_EXCHANGES[name] ?? 0),
      ...(flags !== undefined && { isResponse: flags.includes("R"), fromInitiator: flags.includes("I") }),
    };
  }
  const v1 = IKEV1.exec(text)?.[1];
  if (v1 !== undefined) return { majorVersion: 1, exchangeType: IKEV1_EXCHANGES[v1] ?? 0 };
  return version === undefined ? {} : { majorVersion: Number(version) };
}

const notifiesIn = (text: string): number[] => [...text.matchAll(NOTIFY)].map((match) => Number(match[1]));

/** The Notifies that `-v` lists below a message. */
function readNotifies(text: string): Said | null {
  const notifies = notifiesIn(text);
  return notifies.length === 0 ? null : { kind: "payload", notifies };
}

const UDP_PORT = /^ICMP (\S{1,255}) udp port ([\w-]{1,20}) unreachable, length \d/;
const NEED_TO_FRAG = /^ICMP (\S{1,255}) unreachable - need to frag(?: \(mtu (\d{1,6})\))?, length \d/;
const UNREACHABLE =
  /^ICMP (?:(?:host|net) )?(\S{1,255}) (?:(?:tcp|protocol) \S{1,20} )?unreachable(?: - (admin prohibited(?: filter)?|[a-z ]{1,40}))?, length \d/;
const REASSEMBLY = /^ICMP ip reassembly time exceeded/;
const ICMPV6 =
  /^ICMP6, (?:(destination unreachable, unreachable (\w{1,20}))|(packet too big)|(time exceeded in reassembly))[,]? ?(?:mtu (\d{1,6}))?(?:([0-9A-Fa-f:]{2,45}))?(?: udp port ([\w-]{1,20}))?/;

type Icmp = NonNullable<IkeLine["icmp"]>;

function readIcmp(body: string): Icmp | null {
  if (!body.startsWith("ICMP")) return null;
  const icmp = (kind: IcmpErrorKind, about?: string, port?: string, mtu?: string): Icmp => ({
    kind,
    about: about ?? null,
    port: toPort(port),
    nextHopMtu: mtu === undefined || Number(mtu) === 0 ? null : Number(mtu),
    prohibited: /admin prohibited|prohibited/.test(body),
  });
  const port = UDP_PORT.exec(body);
  if (port) return icmp("port-unreachable", port[1], port[2]);
  const size = NEED_TO_FRAG.exec(body);
  if (size) return icmp("packet-too-big", size[1], undefined, size[2]);
  if (REASSEMBLY.test(body)) return icmp("reassembly-time-exceeded");
  const other = UNREACHABLE.exec(body);
  if (other) return icmp("unreachable", other[1]);
  const v6 = ICMPV6.exec(body);
  if (!v6) return null;
  const [, unreachable, what, tooBig, , mtu, about, name] = v6;
  if (tooBig !== undefined) return icmp("packet-too-big", undefined, undefined, mtu);
  if (unreachable === undefined) return icmp("reassembly-time-exceeded");
  return icmp(what === "port" ? "port-unreachable" : "unreachable", about, name);
}

/** What a router said about a size: known as the tools that follow a path know it. */
function sizeReport(line: number, { from, to, icmp }: Said): PathReport | null {
  if (icmp?.kind !== "packet-too-big" || icmp.nextHopMtu === null || !from || !to) return null;
  const [router] = findAddresses(from.address);
  if (!router) return null;
  const target = icmp.about === null ? null : (findAddresses(icmp.about)[0]?.address ?? null);
  const { nextHopMtu } = icmp;
  return { line, target, ipBytes: null, outcome: "too-big", router: router.address, nextHopMtu };
}

/** A line of tcpdump's without doubt: of IKE, ESP or an ICMP error, or with both addresses behind `IP`. */
const isTcpdumpRow = (text: string): boolean => {
  if (text.length > LONGEST_ROW || !(text.includes(" > ") || /^\s{0,8}IP6? \(/.test(text))) return false;
  const said = readTcpdump(text);
  if (said === undefined) return false;
  return said === null || said === "header"
    ? IP_PACKET.test(text) || LINK_HEADER.test(text) || said === "header"
    : SURE_MARK.test(text) || IP_PACKET.test(text);
};

const IP_PACKET =
  /^\s{0,8}(?:[\w.@-]{1,32} {1,3}(?:In|Out) {1,3})?IP6? (?:(?:\d{1,3}\.){3}\d|[0-9A-Fa-f]{0,4}:[0-9A-Fa-f:]{1,40}).{0,60} > (?:(?:\d{1,3}\.){3}\d|[0-9A-Fa-f]{0,4}:[0-9A-Fa-f:]{1,40})/;
const SURE_MARK = /isakmp|ESP\(spi=0x|: ICMP6?[ ,]|\bIP6? \(|\bip-?proto-17|frag \(/;

const clockOf = ({ stamp, text }: TextLine): number | null =>
  stamp === undefined ? readClock(/^\s{0,8}\d{9,10}\.\d{3,9} /.exec(text)?.[0] ?? "") : readClock(stamp);

/** `-tt` and lines that were run together: the time is not off yet. */
const OWN_TIME = /^\s{0,8}(?:\d{9,10}\.\d{3,9}|(?:\d{4}-\d{2}-\d{2} )?\d{2}:\d{2}:\d{2}\.\d{6}) /;

const textOf = ({ text }: TextLine): string => text.replace(OWN_TIME, "");

function readLines(block: { lines: readonly TextLine[] }, read: ReadLine): Reading {
  const reading = emptyReading();
  const lines = block.lines.filter(({ text }) => text !== "");
  /** The ICMP error above: with `-v`, the packet that it quotes follows, which nobody sent just now. */
  let quoting: Said | null = null;
  let quiet: TextLine | null = null;
  /** By sender, to whom it sent. */
  const sentTo = new Map<string, Set<string>>();
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at];
    if (!line) continue;
    const own = textOf(line);
    let said = read(own);
    const isHeader = said === "header";
    const next = lines[at + 1];
    const canJoin = next !== undefined && own.length + next.text.length <= LONGEST_ROW;
    if (isHeader) {
      const isSecond = canJoin && !/^\s{0,8}IP6? /.test(textOf(next));
      said = isSecond ? read(`${own} ${textOf(next).trimStart()}`) : undefined;
      if (said === "header") said = undefined;
      if (said !== undefined) at++;
    } else if (canJoin && read(textOf(next)) === undefined) {
      // A mailer wrapped it.
      const joined = read(`${own} ${next.text.trimStart()}`);
      if (joined && joined !== "header" && JSON.stringify(joined) !== JSON.stringify(said)) {
        said = joined;
        at++;
      }
    }
    const isVerbose = isHeader || /^\s{0,8}IP6? \(/.test(own);
    if (said === undefined) {
      reading.notUnderstood.push(line);
      continue;
    }
    // A tab stands in front of what is quoted.
    if (isHeader && (quoting || /^ IP \(/.test(line.text))) {
      if (quoting?.icmp && said && said !== "header") quoting.icmp.quoted = quoteOf(said);
      quoting = null;
      continue;
    }
    quoting = null;
    quiet = said === null ? line : null;
    if (said === null || said === "header") continue;
    const path = sizeReport(line.line, said);
    if (path) {
      // IPv6's says nothing of the packet that it is about. It is to the only host that anything was sent to.
      const asked = said.to && sentTo.get(said.to.address);
      if (path.target === null && asked?.size === 1) path.target = [...asked][0] ?? null;
      reading.paths.push(path);
    } else if (said.from && said.to) {
      const hosts = sentTo.get(said.from.address) ?? new Set();
      sentTo.set(said.from.address, hosts.add(said.to.address));
    }
    const { kind, ...more } = said;
    const message = ikeLine({ line: line.line, clockMs: clockOf(line) }, kind, more);
    if (kind === "icmp-error" && isVerbose) quoting = message;
    reading.messages.push(message);
    // A page put the list of payloads behind it.
    for (const type of kind === "packet" ? notifiesIn(own) : [])
      reading.messages.push(ikeLine(message, "payload", { notifies: [type] }));
  }
  const clockMs = quiet && clockOf(quiet);
  if (quiet && clockMs !== null && reading.messages.length > 0)
    reading.goesOn = { line: quiet.line, clockMs };
  return reading;
}

const quoteOf = ({ from, to, ipBytes }: Said): NonNullable<IkeLine["icmp"]>["quoted"] =>
  from && to ? { from, to, ...(ipBytes !== undefined && { ipBytes }) } : undefined;

/** Where a line of tcpdump's begins, when a page ran them together: at its time, or at both addresses. */
const TCPDUMP_SEAM =
  /(?<=\S) +(?=\d{2}:\d{2}:\d{2}\.\d{6} IP6? )|(?<=[\])\w]:?)(?<!\d:|\bIP6?|\bIn|\bOut) +(?=(?:IP6? )?(?:(?:\d{1,3}\.){3}\d{1,3}|[\w-]{1,63}\.[\w.-]{1,190})\.[\w-]{1,20} > [\w.-]{1,255}: )/;

/** tcpdump, with and without `-n`, `-v`, `-e`, `-t`, `-i any`. */
export const tcpdump: Format = {
  id: "tcpdump",
  system: "tcpdump",
  gives: "messages",
  source: "tcpdump 4.99; fasferraz/NWu-Non3GPP-5GC#10, QubesOS/qubes-issues#5264, strongswan/strongswan#861",
  knownFrom: "seen",
  isHeading: (text) => /^(?:tcpdump: )?listening on \S{1,64}, link-type /.test(text),
  isRow: (text) => isTcpdumpRow(text.replace(OWN_TIME, "")),
  separate: (text) => {
    const parts = text.split(TCPDUMP_SEAM);
    return parts.length > 1 && text.length <= 16_384 ? parts : null;
  },
  read: oneByOne((block) => readLines(block, readTcpdump)),
};

// ---- TShark, Wireshark ----

const SUMMARY =
  /^\s{0,8}\d{1,9} {1,8}(\d{1,9}\.\d{1,9}|(?:\d{4}-\d{2}-\d{2} )?\d{2}:\d{2}:\d{2}\.\d{1,9}) {1,24}(\S{1,255}) {1,24}(?:(?:→|->|â†’) {1,4})?(\S{1,255}) {1,24}(ISAKMP|ESP|UDPENCAP|ICMP|ICMPv6|IPv4|IPv6|[A-Za-z0-9./_-]{1,16}) {1,8}(\d{1,6}) {1,8}(\S.{0,600})$/;
const CSV = /^\s{0,4}"\d{1,9}","[\d.: -]{3,40}","/;
const IKE_INFO =
  /^(IKE_SA_INIT|IKE_AUTH|CREATE_CHILD_SA|INFORMATIONAL|IKE_INTERMEDIATE|IKE_SESSION_RESUME|Unknown \d{1,3})\b(?: MID=(\d{1,10})(?= ))?(?: (Initiator|Responder) (Request|Response))?(?: \(fragment (\d{1,5})\/(\d{1,5})\))?/;
const IKEV1_INFO =
  /^(Identity Protection \(Main Mode\)|Aggressive|Quick Mode|Informational|Transaction \(Config Mode\))/;
const IKEV1_NAMES: Readonly<Record<string, number>> = {
  "Identity Protection (Main Mode)": 2,
  Aggressive: 4,
  Informational: 5,
  "Transaction (Config Mode)": 6,
  "Quick Mode": 32,
};
const FRAGMENT_INFO =
  /^(?:Fragmented IP protocol \(proto=(?:UDP|Encap Security Payload|ESP) (?:17|50), off=(\d{1,5}), ID=([0-9a-f]{1,4})\)|IPv6 fragment \(off=(\d{1,5}) more=[yn] ident=0x([0-9a-f]{1,8}) nxt=(?:17|50)\))/;
const ICMP_INFO =
  /^(Destination unreachable|Time-to-live exceeded|Time Exceeded|Packet Too Big)(?: \(([^()]{1,60})\)|(?<=Big))/i;
const TSHARK_CHATTER =
  /^(?:Running as user|Capturing on |\d{1,9} packets? captured|\s{0,8}No\.\s{1,12}Time\s|"No\.","Time")/;

/** The columns of a line, whichever way they were copied. */
function columnsOf(row: string): RegExpExecArray | null {
  if (row.length > LONGEST_ROW) return null;
  const text = CSV.test(row) ? row.trim().replace(/^"|"$/g, "").replaceAll('","', " ") : row;
  return SUMMARY.exec(text);
}

function readTshark(row: string): Said | null | undefined {
  if (TSHARK_CHATTER.test(row)) return null;
  const [, , source, destination, protocol, length, info] = columnsOf(row) ?? [];
  if (source === undefined || destination === undefined || info === undefined) return undefined;
  if (!isHost(source) || !isHost(destination)) return undefined;
  const both = { from: { address: source, port: null }, to: { address: destination, port: null } };
  const frame = { ...both, frameBytes: Number(length) };
  const fragment = FRAGMENT_INFO.exec(info);
  if (fragment) {
    const [, offset4, id4, offset6, id6] = fragment;
    return {
      kind: "ip-fragment",
      ...frame,
      ipFragmentOffset: Number(offset4 ?? offset6),
      ipIdentification: Number.parseInt(id4 ?? id6 ?? "", 16),
    };
  }
  if (protocol === "ISAKMP") {
    const [, name, messageId, side, way, number, total] = IKE_INFO.exec(info) ?? [];
    if (name !== undefined) {
      return {
        kind: "packet",
        ...frame,
        majorVersion: 2,
        exchangeType: ExchangeType[name as keyof typeof ExchangeType] ?? Number(name.replace("Unknown ", "")),
        ...(messageId !== undefined && { messageId: Number(messageId) }),
        ...(way !== undefined && { isResponse: way === "Response", fromInitiator: side === "Initiator" }),
        ...(number !== undefined && { ikeFragment: { number: Number(number), total: Number(total) } }),
      };
    }
    const v1 = IKEV1_INFO.exec(info)?.[1];
    if (v1 === undefined) return undefined;
    return {
      kind: "packet",
      ...frame,
      ...(v1 !== undefined && { majorVersion: 1, exchangeType: IKEV1_NAMES[v1] }),
    };
  }
  if (protocol === "ESP") return { kind: "esp", ...frame };
  if (protocol === "ICMP" || protocol === "ICMPv6") {
    const [, what, why = ""] = ICMP_INFO.exec(info) ?? [];
    if (what === undefined) return /^Echo |^(?:Router|Neighbor|Multicast)/.test(info) ? null : undefined;
    const kind: IcmpErrorKind =
      /too big/i.test(what) || /^fragmentation needed/i.test(why)
        ? "packet-too-big"
        : /^port unreachable/i.test(why)
          ? "port-unreachable"
          : /reassembly/i.test(why)
            ? "reassembly-time-exceeded"
            : /exceeded/i.test(what)
              ? "other"
              : "unreachable";
    const icmp = {
      kind,
      about: null,
      port: null,
      nextHopMtu: null,
      prohibited: /prohibited|filtered/i.test(why),
    };
    return { kind: "icmp-error", ...both, icmp };
  }
  return OTHER_COLUMN.test(protocol ?? "") ? null : undefined;
}

/** What Wireshark calls other packets that are common beside a VPN's. */
const OTHER_COLUMN =
  /^(?:DNS|MDNS|LLMNR|NBNS|TCP|UDP|UDPENCAP|TLSv1(?:\.\d)?|SSL(?:v\d)?|QUIC|HTTP(?:2|\/XML)?|ARP|NTP|SSDP|DHCP(?:v6)?|IGMPv\d|SSH(?:v2)?|BROWSER|SMB2?|OCSP|RADIUS|STUN|GRE|L2TP|SIP|0x[0-9a-f]{4})$/;

/** IKE, ESP and IP fragments are sure; of other packets the arrow between the addresses is TShark's mark. */
const SURE_COLUMNS =
  /\s(?:ISAKMP|ESP|UDPENCAP)\s|","(?:ISAKMP|ESP|UDPENCAP)","|Fragmented IP protocol|IPv6 fragment|[.:][0-9A-Fa-f]{1,4} {1,24}→ /;

/** The list of packets of TShark, or of Wireshark when it is copied as text or CSV. */
export const tshark: Format = {
  id: "tshark",
  system: "TShark, Wireshark",
  gives: "messages",
  source: "TShark 4.0",
  knownFrom: "seen",
  isHeading: () => false,
  isRow: (text) => text.length <= LONGEST_ROW && SURE_COLUMNS.test(text) && columnsOf(text) !== null,
  read: oneByOne((block) => {
    const reading = readLines(block, readTshark);
    const texts = new Map(block.lines.map(({ line, text }) => [line, text]));
    for (const message of reading.messages) message.clockMs = columnClock(texts.get(message.line) ?? "");
    const last = block.lines.findLast(({ text }) => text !== "");
    const until = last === undefined ? null : columnClock(last.text);
    if (last && until !== null && last.line > (reading.messages.at(-1)?.line ?? last.line))
      reading.goesOn = { line: last.line, clockMs: until };
    else delete reading.goesOn;
    return reading;
  }),
};

/** TShark's own column of the time, which is what counts in its lists. */
function columnClock(text: string): number | null {
  const time = columnsOf(text)?.[1];
  if (time === undefined) return null;
  return time.includes(":") ? readClock(time) : Number(time) * 1_000;
}

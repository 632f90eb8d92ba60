/** What a reader of pasted text is given, what it gives, and how a format describes itself. */
import type { IkeLine } from "./ike-line.ts";

/** A line of a paste without its decoration: quote marks, times, table cells. */
export interface TextLine {
  /** 1-based, in the paste as it was given. */
  line: number;
  /** Empty for a blank line, a code fence or the dashes under a heading. */
  text: string;
  /** The time that was taken off the front of it. */
  stamp?: string;
}

/** A line that was not understood. */
export interface NotUnderstood extends TextLine {
  /** From this line on nothing was read: the text is too long. */
  isEnd?: true;
  /** The lines before this one were left out: of a large log the newest ones are kept. */
  isBeginning?: true;
}

/** A command line that stands in the paste above its output. */
export interface Command {
  line: number;
  /** In lower case, without its path and `.exe`. */
  program: string;
  words: string[];
}

/** The output of one command: its heading (where it has one) and all lines to the next heading or command. */
export interface Block {
  command: Command | null;
  lines: TextLine[];
}

/** An interface as a table, a list or a tool's output names it. */
export interface TextInterface {
  line: number;
  /** `null` where the format has no index, such as `netsh … show subinterfaces`. */
  index: number | null;
  family: 4 | 6;
  /** Nothing in its own output tells: another table, or a capture, may say that it is not so. */
  isFamilyAssumed?: true;
  /** Bytes of a whole IP packet; `null` where Windows prints `Default`, or 4294967295 for the loopback. */
  mtu: number | null;
  /** `null` where the format does not say. */
  connected: boolean | null;
  name: string;
}

/** Echoes of one size in one output of `ping` that came to the same. */
export interface PingLine {
  /** The first line that says so. */
  line: number;
  /** How many: `Request timed out.` four times is one of these with four. */
  count: number;
  /** The address of the heading, or where it has none the name; `null` below no heading. */
  target: string | null;
  /**
   * ICMP data bytes, from the heading or the reply; the whole IP packet is 28 more (IPv4) or 48 more (IPv6).
   */
  pingPayloadBytes: number | null;
  outcome: "answered" | "timeout" | "too-big-locally" | "too-big-remotely" | "unreachable";
  /** The data bytes in the reply: less than sent when the other side cut it. */
  replyPingPayloadBytes: number | null;
  /** Who said that it is too big or unreachable. */
  router: string | null;
  /** The MTU that a router told, or that the system remembers from it. */
  nextHopMtu: number | null;
  /** Whether the echoes were sent with DF; `null` where neither the command line nor a refusal tells. */
  dontFragment: boolean | null;
}

/** What a tool that follows a path said about a size. */
export interface PathReport {
  line: number;
  /** Where the packets went. */
  target: string | null;
  /** Bytes of the whole IP packet that was sent; `null` where the tool does not say. */
  ipBytes: number | null;
  /** `not-reached`: nobody said why. */
  outcome: "reached" | "not-reached" | "too-big";
  /** Who said that it is too big; of what was not reached, the last hop that answered. */
  router: string | null;
  nextHopMtu: number | null;
  /** The system shows what it remembers of a router's answer. */
  isLearned?: true;
}

/** A VPN connection as Windows lists it. Its fields are those of `VpnProfile` in the schema. */
export interface TextVpnProfile {
  line: number;
  name: string;
  serverAddress: string;
  /** As Windows names it: `Ikev2`, `L2tp`, `Sstp`, `Pptp`, `Automatic`; empty where it is not shown. */
  tunnelType: string;
  authenticationMethods: string[];
  connected: boolean | null;
}

/** An attempt to connect that failed, as `rasdial` or the event log tells it. */
export interface TextRasFailure {
  line: number;
  /** ISO 8601 where the text has it so; else as it was printed; `null` where no time is told. */
  at: string | null;
  /** `null` where the text does not name it in a place that is known. */
  connection: string | null;
  code: number;
  /** The sentence of an event that is in words that are not known, where the name stands somewhere. */
  message: string | null;
}

/**
 * What an event of a Windows VPN server says. Names of users, which stand in most of them, are not kept.
 */
export interface TextServerEvent {
  line: number;
  /** ISO 8601 where the text has it so; else as it was printed; `null` where no time is told. */
  at: string | null;
  /** The number of the event. */
  event: number;
  /**
   * `refused`, a login; `not-finished`, a login that ended for another reason; `connected` and `ended`, a
   * session; `not-able`, the server lacks what IKEv2 needs; `ike-failed` and `ike-up`, of the security log:
   * an IKE SA, or what was to become one.
   */
  what: "refused" | "not-finished" | "connected" | "ended" | "not-able" | "ike-failed" | "ike-up";
  /** The other computer's address, as the computer that wrote the event has it. */
  peer: string | null;
  /** Of the kind of VPN only what the event itself names. */
  protocol: "IKEv2" | "IKEv1" | "AuthIP" | "L2TP" | "SSTP" | "PPTP" | null;
  /** Windows's error of remote access or of IKE. */
  errorNumber: number | null;
  /** The SPI of the initiator, as 16 hex digits. */
  initiatorSpi: string | null;
  /** The other computer began it; `null` where the event does not tell. */
  fromPeer: boolean | null;
}

/** An adapter of the client, from a list of adapters that has no MTU for each IP version. */
export interface TextAdapter {
  line: number;
  index: number | null;
  /** The name; of `ipconfig` the whole heading, which ends in the name. */
  name: string;
  description: string | null;
  connected: boolean | null;
  /** Bytes of a whole IP packet, where the list shows it. */
  mtu: number | null;
  addresses: string[];
  /** Whether it has a default gateway; `null` where the list does not say. */
  hasGateway: boolean | null;
}

/** The way that a system takes to an address. */
export interface TextRoute {
  line: number;
  target: string;
  device: string;
  sourceAddress: string | null;
  /** What the route itself is set to, in bytes of a whole IP packet; `null`: the MTU of the interface. */
  mtu: number | null;
}

/** A report of ikefrag's own that was pasted back. Nothing in it is a measurement. */
export interface OwnReport {
  line: number;
  verdict: string | null;
  reportId: string | null;
}

/**
 * What a reader makes of a block. Each line is either behind one of these values, or plainly no news, or not
 * understood.
 */
export interface Reading {
  interfaces: TextInterface[];
  pings: PingLine[];
  paths: PathReport[];
  messages: IkeLine[];
  /** The last line and its clock, where that is no news: the log was kept at least until then. */
  goesOn?: { line: number; clockMs: number | null };
  vpnProfiles: TextVpnProfile[];
  rasFailures: TextRasFailure[];
  serverEvents: TextServerEvent[];
  adapters: TextAdapter[];
  routes: TextRoute[];
  ownReports: OwnReport[];
  /** The output is of this format also where it told nothing: `rasdial` that connected. */
  isRecognized: boolean;
  /** What the block turned out to be, where another format has the same marks. */
  format?: Pick<Format, "id" | "system">;
  notUnderstood: TextLine[];
}

/**
 * A form of output that is read here. Adding one is one file with such a value, a line in `registry.ts`, and
 * fixtures.
 */
export interface Format {
  /** Stored and shown: never renamed. */
  id: string;
  /** The system or product that prints it. */
  system: string;
  /** What its output gives. */
  gives: "pings" | "interfaces" | "paths" | "messages" | "vpn" | "adapters" | "routes" | "nothing";
  /** It is a daemon's or a device's log, which may be very long: its reader takes each line once. */
  isLog?: true;
  /** Where the form is known from. */
  source: string;
  /** `seen`: real output is among the tests. `public`: only posts and manuals were read. */
  knownFrom: "seen" | "public";
  /** The line begins an output of this format, whatever stood above it. */
  isHeading(text: string): boolean;
  /** The line belongs to this format without doubt, also where the heading is missing. */
  isRow(text: string): boolean;
  /** The line may stand above the first row without being a mark itself, such as the name in a list. */
  isLead?(text: string): boolean;
  /** What stands below a command line of this program is its output, whatever the first line says. */
  readonly program?: string;
  /** Command lines without a prompt are part of the output, and do not end it. */
  readonly holdsCommands?: true;
  /** Lines that a web page or a mailer ran together, one output line each; `null` where it holds just one. */
  separate?(text: string): string[] | null;
  /** The language of a block, for a format that is printed in many: it names, and decides nothing. */
  nameLanguage?(lines: readonly TextLine[]): string | null;
  /** All blocks of this format in one paste, for what one says may explain another. One reading each. */
  read(blocks: readonly Block[]): Reading[];
}

/** A reading without anything in it, to be filled. */
export const emptyReading = (): Reading => ({
  interfaces: [],
  pings: [],
  paths: [],
  messages: [],
  vpnProfiles: [],
  rasFailures: [],
  serverEvents: [],
  adapters: [],
  routes: [],
  ownReports: [],
  isRecognized: false,
  notUnderstood: [],
});

/** For a format whose blocks have nothing to do with each other. */
export const oneByOne =
  (read: (block: Block) => Reading) =>
  (blocks: readonly Block[]): Reading[] =>
    blocks.map(read);

const IPV4 = /(?<![\w.:-])(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})(?![\w-]|\.\w)/g;
/** At most 45 hex digits, colons and dots, so that a long line costs no more than its length. */
const IPV6 =
  /(?<![\w.:-])(?=[0-9A-Fa-f:]{2,45})(?:[0-9A-Fa-f]{0,4}:){2,7}(?:[0-9A-Fa-f]{1,4}|(?:\d{1,3}\.){3}\d{1,3})?(?:%\w{1,15})?(?![\w.:]*\w)/g;

interface FoundAddress {
  address: string;
  at: number;
  end: number;
}

/** All IP addresses in a line, in order. A clock (`09:12:00`), a version or part of a longer word is none. */
export function findAddresses(text: string): readonly FoundAddress[] {
  const found: FoundAddress[] = [];
  const colon = text.indexOf(":");
  const mayHoldIpv6 = colon >= 0 && text.indexOf(":", colon + 1) >= 0;
  if (text.includes(".")) {
    IPV4.lastIndex = 0;
    for (let match = IPV4.exec(text); match; match = IPV4.exec(text)) {
      const [address, a, b, c, d] = match;
      if (Number(a) <= 255 && Number(b) <= 255 && Number(c) <= 255 && Number(d) <= 255) {
        found.push({ address, at: match.index, end: match.index + address.length });
      }
    }
  }
  if (!mayHoldIpv6) return found;
  IPV6.lastIndex = 0;
  for (let match = IPV6.exec(text); match; match = IPV6.exec(text)) {
    // Windows writes `from 2001:db8::1: time=1ms`: the last colon is the sentence's.
    const address = match[0].replace(/(?<!:):$/, "");
    if (isIpv6(address)) found.push({ address, at: match.index, end: match.index + address.length });
  }
  return found.sort((a, b) => a.at - b.at);
}

/**
 * Whether a word is an address or may be a host's name, whose last part is no number (RFC 3696 §2). An
 * address that was misread, such as `2O3.0.113.9`, is neither.
 */
export const isHost = (text: string): boolean =>
  findAddresses(text)[0]?.address === text ||
  /^[\p{L}\p{N}_-]{1,63}$/u.test(text) ||
  /^(?:[\p{L}\p{N}_-]{1,63}\.){1,30}\p{L}[\p{L}\p{N}-]{1,62}$/u.test(text);

function isIpv6(text: string): boolean {
  const groups = text.replace(/%.*$/, "").split(":");
  const abbreviated = text.includes("::");
  if (text.indexOf("::") !== text.lastIndexOf("::") || text.includes(":::")) return false;
  return abbreviated ? groups.length <= 9 && /[0-9A-Fa-f]/.test(text) : groups.length === 8;
}

/** An MTU as printed, or `null` for Windows's words and numbers for "none": `Default`, 4294967295. */
export function toMtu(text: string): number | null {
  // `Number` would read "0x5dc" and "1e3" too, which no program prints as an MTU.
  const mtu = /^\s*\d{1,5}\s*$/.test(text) ? Number(text) : 0;
  return mtu >= 68 && mtu <= 65_535 ? mtu : null;
}

/**
 * Gathers the echoes of one block: those that came to the same at the same size are one line with a count.
 */
export class PingLines {
  readonly #byWhat = new Map<string, PingLine>();

  add(ping: PingLine): void {
    const { outcome, target, pingPayloadBytes, replyPingPayloadBytes, router, nextHopMtu } = ping;
    const what = [outcome, target, pingPayloadBytes, replyPingPayloadBytes, router, nextHopMtu].join(" ");
    const same = this.#byWhat.get(what);
    if (same) same.count += ping.count;
    else this.#byWhat.set(what, ping);
  }

  /** In the order of their first lines. */
  all(): PingLine[] {
    return [...this.#byWhat.values()];
  }
}

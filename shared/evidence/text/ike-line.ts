/** What one line of a daemon's log, or of a list of packets, says about IKE. */
import type { IcmpErrorKind } from "../../packet/icmp.ts";

/** An address or a name, and a UDP port: `null` where the line does not say. */
export interface Endpoint {
  address: string;
  port: number | null;
}

/**
 * What a line is about. In a daemon's log: `begins`, an attempt that this computer starts as the client;
 * `message`, an IKE message with its exchange; `datagram`, the UDP datagram that carried one; `split`, a
 * message that becomes IKE fragments; `reassembled`, one that was made of them again; `sent-again`, a request
 * that is repeated; `came-again`, a request that the other end repeated and that is answered once more;
 * `gave-up`, the end of the repetitions; `goes-on`, a later line of the log that is no news of IKE, for its
 * clock alone. At the gateway also: `asked`, another computer begins an attempt, where the log may say no
 * more of its request; `came-up`, the login was accepted; `refused`, it was not, and why; `dropped`, what was
 * there of an attempt is deleted because nothing more came in time. `keyed` names the SPI of the message that
 * the same thread reads next. `own-probe`: the request that began an attempt has the Vendor ID of ikefrag's
 * probes, or the one that goes on with it the name that is nobody's.
 *
 * In a list of packets: `packet`, IKE in one packet or in its first IP fragment; `payload`, what is listed
 * below it; `ip-fragment`, a later IP fragment; `esp`; `icmp-error`.
 */
export type IkeLineKind =
  | "begins"
  | "message"
  | "datagram"
  | "split"
  | "reassembled"
  | "sent-again"
  | "came-again"
  | "gave-up"
  | "keyed"
  | "asked"
  | "came-up"
  | "refused"
  | "dropped"
  | "own-probe"
  | "goes-on"
  | "packet"
  | "payload"
  | "ip-fragment"
  | "esp"
  | "icmp-error";

/**
 * Why a gateway does not accept a login, as its own log says it. The words are the daemon's, the code is
 * ours: `no-connection`, it has no connection for this client and its identity; `no-proposal`, of ciphers;
 * `no-key`, no shared key or trusted certificate for the client; `key-mismatch`, it proved itself with
 * another key or password; `certificate`, the client's certificate is not accepted; `constraint`, the client
 * proved itself in a way, or with an authority, that the connection does not allow; `eap`, EAP failed;
 * `address`, no virtual address is left or can be given; `traffic`, its networks do not fit; `load`, the
 * gateway takes no more attempts now; `authentication`, the login failed and no more is said.
 */
export type RefusalReason =
  | "no-connection"
  | "no-proposal"
  | "no-key"
  | "key-mismatch"
  | "certificate"
  | "constraint"
  | "eap"
  | "address"
  | "traffic"
  | "load"
  | "authentication";

/**
 * One line, as it stands there: what follows from several of them is `evidence/messages`'s to say. What the
 * line does not say is left out.
 */
export interface IkeLine {
  line: number;
  /** The clock in front of the line in milliseconds, of the day or since the epoch; `null` without one. */
  clockMs: number | null;
  kind: IkeLineKind;
  /** What the daemon calls the attempt, such as `home|2` or `#5`. */
  attempt?: string | undefined;
  /** charon: the thread that wrote it, which sees one message through, from its receipt to its answer. */
  thread?: string | undefined;
  /** Of `refused`, and the daemon's own words for it. */
  reason?: RefusalReason | undefined;
  words?: string | undefined;
  /** Whether the computer with the log sent it. Lists of packets have no side. */
  sent?: boolean | undefined;
  from?: Endpoint | undefined;
  to?: Endpoint | undefined;
  majorVersion?: number | undefined;
  exchangeType?: number | undefined;
  messageId?: number | undefined;
  isResponse?: boolean | undefined;
  /** Whether the end that began the IKE SA sent it. */
  fromInitiator?: boolean | undefined;
  /** 16 hex digits. */
  initiatorSpi?: string | undefined;
  /** The size of the IKE message, without the marker of port 4500. */
  ikeBytes?: number | undefined;
  /** The size of this one whole IP packet. */
  ipBytes?: number | undefined;
  /** Of ESP: what stands behind the IP header, or behind the UDP header where there is a port. */
  payloadBytes?: number | undefined;
  /** The size of the frame with the link's header, which the line does not tell apart. */
  frameBytes?: number | undefined;
  ikeFragment?: { number: number; total: number } | undefined;
  /** Of a log that does not tell IKE fragments from messages: it shows what is in this one. */
  isWhole?: true | undefined;
  /** Types of the Notify payloads that the line names, where it lists the payloads. */
  notifies?: number[] | undefined;
  /** The message holds EAP's Failure, or a request of EAP that is to be answered (RFC 7296 §2.16). */
  eap?: "failure" | "request" | undefined;
  /** The message has the Vendor ID of ikefrag's probes. */
  ownProbe?: true | undefined;
  ipIdentification?: number | undefined;
  /** Bytes of IP payload in front of this IP fragment. */
  ipFragmentOffset?: number | undefined;
  moreIpFragments?: boolean | undefined;
  dontFragment?: boolean | undefined;
  /** Which repetition this is, or how many there were. */
  times?: number | undefined;
  icmp?:
    | {
        kind: IcmpErrorKind;
        /** Who is not reached, and on which UDP port. */
        about: string | null;
        port: number | null;
        nextHopMtu: number | null;
        /** A firewall says that it may not be. */
        prohibited: boolean;
        /** The packet that was refused, where it is printed below. */
        quoted?: { from: Endpoint; to: Endpoint; ipBytes?: number } | undefined;
      }
    | undefined;
}

/** A line that says what is given and nothing else. */
export function ikeLine(
  { line, clockMs }: { line: number; clockMs: number | null },
  kind: IkeLineKind,
  said: Partial<IkeLine>,
): IkeLine {
  const known = Object.entries(said).filter(([, value]) => value !== undefined);
  return { line, clockMs, kind, ...Object.fromEntries(known) };
}

/** "ikefrag probe", the Vendor ID of an agent's probes: as text, or in hexadecimal digits. */
const OWN_PROBE = new RegExp(
  `ikefrag probe v|${Array.from("ikefrag probe", (c) => c.charCodeAt(0).toString(16)).join("[ :]{0,2}")}`,
  "i",
);

/** Whether a log shows in this line the Vendor ID of ikefrag's probes. */
export const showsOwnProbe = (text: string): boolean => OWN_PROBE.test(text);

/** Whether a log names in this line the identity with which ikefrag begins logins. */
export const namesOwnProbe = (text: string): boolean => text.includes("ikefrag-probe.invalid");

/** Where a message came from or went to. */
export const endpoint = (address: string, port: string | undefined): Endpoint => ({
  address,
  port: toPort(port),
});

/** Names that tcpdump prints for ports without `-n`, from the services files of Linux, macOS and the BSDs. */
const PORT_NAMES: Readonly<Record<string, number>> = {
  isakmp: 500,
  ipsec: 4500,
  "ipsec-nat-t": 4500,
  "ipsec-msft": 4500,
  "sae-urn": 4500,
};

/** A port by its number or its name. */
export function toPort(text: string | undefined): number | null {
  if (text === undefined) return null;
  const named = PORT_NAMES[text];
  const port = named ?? Number(text);
  return Number.isInteger(port) && port > 0 && port <= 65_535 ? port : null;
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const CLOCK =
  /(?:(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})|([A-Z][a-z]{2}) {1,2}(\d{1,2}))?[T ,]{0,3}(\d{1,2}):(\d{2}):(\d{2})(?:[.,](\d{1,9}))?/;
const EPOCH = /(?:^|\[)(\d{9,10})\.(\d{3,9})\b/;

/**
 * The clock in what stands in front of a line: milliseconds that can be subtracted from one another within
 * one log. Zones are left out, because one log has one.
 */
export function readClock(text: string): number | null {
  const epoch = EPOCH.exec(text);
  if (epoch) return Number(epoch[1]) * 1_000 + Number(`0.${epoch[2]}`) * 1_000;
  const [all, year, month, day, monthName, dayOfMonth, hour, minute, second, fraction = "0"] =
    CLOCK.exec(text) ?? [];
  if (all === undefined) return null;
  const monthNumber = monthName === undefined ? Number(month) : MONTHS.indexOf(monthName) + 1;
  // Without a year the leap day is nobody's concern: only differences count.
  const days = Number.isNaN(monthNumber)
    ? 0
    : Date.UTC(Number(year ?? 2000), monthNumber - 1, Number(day ?? dayOfMonth));
  const clock = (Number(hour) * 60 + Number(minute)) * 60_000 + Number(second) * 1_000;
  return days + clock + Number(`0.${fraction}`) * 1_000;
}

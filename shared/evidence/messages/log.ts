/**
 * What one log, or one list of packets, holds: messages as far as its lines tell, and when each line was
 * written.
 */
import { ExchangeType } from "../../ike/registry.ts";
import type { EvidenceRef } from "../../schema/diagnosis.ts";
import type { IncompleteMessage, LoggedOutcome, Observations } from "../observations.ts";
import type { ReadText } from "../text/read.ts";

/** A line that a reader of pasted text found to be of IKE, with where it stands. */
export type Line = ReadText["messages"][number];

/** An ICMP error, as it is observed. */
export type IcmpObservation = Observations["icmpErrors"][number];

/** IP fragments of one datagram, and IKE fragments of one message, come within milliseconds. */
export const AT_ONCE_MS = 100;

/** One message, or one IKE fragment, as far as the text tells. */
export interface Message {
  refs: EvidenceRef[];
  timeMs: number;
  attempt: string;
  from: string;
  to: string;
  fromPort: number | null;
  toPort: number | null;
  majorVersion: number;
  exchangeType: number;
  messageId: number | null;
  isResponse: boolean;
  fromInitiator: boolean | null;
  initiatorSpi: string | null;
  ikeBytes: number | null;
  ipBytes: number[];
  /** `null`: neither the line nor its neighbours tell. */
  ipFragmented: boolean | null;
  /** IP fragments of it are missing. */
  incomplete: boolean;
  lastFragmentFirst: boolean;
  dontFragment: boolean;
  ikeFragment: { number: number; total: number } | null;
  notifies: number[] | null;
  eap: "failure" | "request" | null;
  /** No line is of this message: the log says what came of it. */
  onlyTold: boolean;
  /** It has the Vendor ID of ikefrag's probes. */
  ownProbe: boolean;
  /** It may be an IKE fragment, for the log does not tell. */
  maybePart: boolean;
  /** A daemon's own message: whether the computer with the log sent it. */
  sent: boolean | null;
}

/** When each line was written. */
export interface Clock {
  /** The lines have times that can be subtracted. */
  isTimed: boolean;
  timeOf(line: Line): number;
  lastMs: number;
}

const HALF_DAY_MS = 43_200_000;

/**
 * Clocks of the day go on after midnight. Where they run backwards (`tcpdump -ttt` prints differences) or
 * stand still (one time in front of every line), they say nothing, and the order of the lines is all there
 * is.
 */
export function readClocks(lines: readonly Line[]): Clock {
  let days = 0;
  let before = Number.NEGATIVE_INFINITY;
  let backwards = 0;
  const times = lines.map(({ clockMs }) => {
    if (clockMs === null) return null;
    let now = clockMs + days;
    if (now < before - HALF_DAY_MS && clockMs < 2 * HALF_DAY_MS) {
      days += 2 * HALF_DAY_MS;
      now += 2 * HALF_DAY_MS;
    }
    if (now < before - 1_000) backwards++;
    before = now;
    return now;
  });
  const known = times.filter((t) => t !== null);
  // What is listed below a message has no time of its own.
  const timeable = lines.filter(({ kind }) => kind !== "payload" && kind !== "goes-on").length;
  const isTimed = known.length > timeable / 2 && backwards === 0 && new Set(known).size > 1;
  const timeByLine = new Map<Line, number>();
  let last = known[0] ?? 0;
  for (const [at, line] of lines.entries()) {
    last = isTimed ? (times[at] ?? last) : at;
    timeByLine.set(line, last);
  }
  return { isTimed, timeOf: (line) => timeByLine.get(line) ?? 0, lastMs: last };
}

/** All that one log holds. */
export interface Log {
  messages: Message[];
  /** Where the daemon says that it stops repeating a request. */
  ends: { attempt: string; messageId: number | null; ref: EvidenceRef; timeMs: number }[];
  /** What the daemon says of an attempt beside its messages, and how many messages stand above it. */
  outcomes: { attempt: string; below: number; said: LoggedOutcome }[];
  /** The initiator's SPI of a datagram, where another line names it. */
  spis: Map<Line, string>;
  /** Who sent probes of ikefrag's, with the size of each. */
  ownProbes: Set<string>;
  esp: { from: string; to: string; ipBytes: number; timeMs: number }[];
  /** Later IP fragments whose first one is not in the list. */
  loose: { from: string; to: string; message: IncompleteMessage }[];
  icmpErrors: Omit<IcmpObservation, "capture">[];
  packets: number;
  laterFragments: number;
}

/** A log in which nothing stands yet. */
export const newLog = (): Log => ({
  messages: [],
  ends: [],
  outcomes: [],
  spis: new Map(),
  ownProbes: new Set(),
  esp: [],
  loose: [],
  icmpErrors: [],
  packets: 0,
  laterFragments: 0,
});

/** Where a line stands. */
export const refOf = ({ source, line }: Line): EvidenceRef => ({ kind: "text", source, line });

/** Devices whose logs have a line for each datagram, and do not name the IKE fragments in all forms. */
const HAS_PARTS: ReadonlySet<string> = new Set(["cisco-ikev2-debug", "fortios-ike-debug", "routeros-log"]);

const mayBePart = ({ format, sent, isResponse, exchangeType, ikeFragment, isWhole }: Line): boolean =>
  HAS_PARTS.has(format) &&
  sent === false &&
  isResponse === false &&
  exchangeType !== ExchangeType.IKE_SA_INIT &&
  ikeFragment === undefined &&
  isWhole !== true;

/** The message of one line, with what its neighbours tell. */
export function toMessage(line: Line, timeMs: number, more: Partial<Message> = {}): Message {
  return {
    refs: [refOf(line)],
    timeMs,
    attempt: line.attempt ?? "",
    from: line.from?.address ?? "",
    to: line.to?.address ?? "",
    fromPort: line.from?.port ?? null,
    toPort: line.to?.port ?? null,
    majorVersion: line.majorVersion ?? 2,
    exchangeType: line.exchangeType ?? 0,
    messageId: line.messageId ?? null,
    isResponse: line.isResponse === true,
    fromInitiator: line.fromInitiator ?? null,
    initiatorSpi: line.initiatorSpi ?? null,
    ikeBytes: line.ikeBytes ?? null,
    ipBytes: line.ipBytes === undefined ? [] : [line.ipBytes],
    ipFragmented: null,
    incomplete: false,
    lastFragmentFirst: false,
    dontFragment: line.dontFragment === true,
    ikeFragment: line.ikeFragment ?? null,
    notifies: line.notifies ?? null,
    eap: line.eap ?? null,
    onlyTold: false,
    ownProbe: line.ownProbe === true,
    maybePart: mayBePart(line),
    sent: line.sent ?? null,
    ...more,
  };
}

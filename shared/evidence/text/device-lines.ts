/**
 * Logs of devices that say one IKE message in several lines: where it came from in one, its header in the
 * next, its payloads below that.
 */
import { ExchangeType, NotifyType } from "../../ike/registry.ts";
import { emptyReading, type Reading, type TextLine } from "./format.ts";
import { type IkeLine, ikeLine, readClock, showsOwnProbe } from "./ike-line.ts";

/** A longer line is read as far as this: dumps of whole messages are long, and begin with what matters. */
export const LONGEST_DEVICE_ROW = 4_000;

/** What a line says, without where it stands. */
export type Said = Partial<Omit<IkeLine, "line" | "clockMs" | "kind">>;

/**
 * What a line is in the log. `adds`: it is of the message above it, and begins one where there is none that
 * it fits; `begins`: a message begins with it; `ends`: the message above it is at its end; `alone`: it is
 * news by itself, and ends the message above it.
 */
export type DeviceLine =
  | { is: "begins" | "adds"; said: Said }
  | { is: "ends" }
  | { is: "alone"; kind: IkeLine["kind"]; said: Said };

/**
 * What a device's reader makes of a line: `null` where it is the device's but no news, `undefined` where it
 * is not the device's.
 */
export type ReadDeviceLine = (text: string) => DeviceLine | null | undefined;

/** What is known of the message whose lines are being read. */
interface Open {
  line: number;
  clockMs: number | null;
  said: Said;
}

/** What two lines say of one message must not contradict. */
const ONE_OF_A_MESSAGE = ["sent", "exchangeType", "messageId", "isResponse", "initiatorSpi"] as const;

const fits = (open: Said, more: Said): boolean =>
  ONE_OF_A_MESSAGE.every((f) => open[f] === undefined || more[f] === undefined || open[f] === more[f]) &&
  // Where a message went to says only of one that is known to be sent, or to have come, that it is the same.
  (more.to === undefined ||
    (open.sent === more.sent &&
      (open.from === undefined || more.from === undefined) &&
      (open.to === undefined || open.to.address === more.to.address)));

/** Lists that stand in several lines are one. */
const merge = (open: Said, more: Said): Said => ({
  ...open,
  ...more,
  ...(open.notifies && more.notifies && { notifies: [...new Set([...open.notifies, ...more.notifies])] }),
});

/** Lines that a page ran together, where all but the first are the device's. */
export const separateLines =
  (seam: RegExp, read: ReadDeviceLine) =>
  (text: string): string[] | null => {
    const parts = text.length > 16_384 ? [] : text.split(seam);
    return parts.length > 1 && parts.slice(1).every((part) => read(part) !== undefined) ? parts : null;
  };

/** A line with the device's own time taken off its front: `stamp` matches it, and what stands around it. */
export function takeOwnStamp(line: TextLine, stamp: RegExp): TextLine {
  const [own] = stamp.exec(line.text.slice(0, 200)) ?? [];
  return own === undefined ? line : { ...line, text: line.text.slice(own.length), stamp: own.trim() };
}

/** Reads lines and puts together what they say of each message. */
export function readDeviceLines(lines: readonly TextLine[], read: ReadDeviceLine): Reading {
  const reading = emptyReading();
  const state: { open: Open | null; quiet: { line: number; clockMs: number | null } | null } = {
    open: null,
    quiet: null,
  };
  const close = (): void => {
    // Of a message that the log begins in the middle of, nobody knows who sent it.
    if (state.open?.said.exchangeType !== undefined && state.open.said.sent !== undefined) {
      const { line, clockMs } = state.open;
      const { isWhole, ...more } = state.open.said;
      // An opening is never cut into IKE fragments (RFC 7383): whatever says so was of a later message.
      const said = isWhole && more.exchangeType !== ExchangeType.IKE_SA_INIT ? { ...more, isWhole } : more;
      reading.messages.push(ikeLine({ line, clockMs }, "message", { attempt: said.initiatorSpi, ...said }));
    }
    state.open = null;
  };
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at];
    if (!line || line.text === "") continue;
    let found = read(line.text);
    const next = lines[at + 1];
    // A mailer wrapped it: the second half means nothing alone, and the whole means more than the first.
    if (next && next.text !== "" && read(next.text) === undefined) {
      const joined = read(`${line.text} ${next.text.trimStart()}`);
      if (joined && JSON.stringify(joined) !== JSON.stringify(found)) {
        found = joined;
        at++;
      }
    }
    const clockMs = line.stamp === undefined ? null : readClock(line.stamp);
    if (found === undefined) {
      reading.notUnderstood.push(line);
      continue;
    }
    // Such a line lists a payload of the message that is being read, whatever else it says.
    if (showsOwnProbe(line.text.slice(0, LONGEST_DEVICE_ROW))) {
      if (found?.is === "begins" || found?.is === "adds")
        found = { ...found, said: { ...found.said, ownProbe: true } };
      else if (state.open) state.open.said = { ...state.open.said, ownProbe: true };
    }
    state.quiet = found === null || found.is === "ends" ? { line: line.line, clockMs } : null;
    if (found === null) continue;
    if (found.is === "ends") close();
    else if (found.is === "alone") {
      close();
      reading.messages.push(ikeLine({ line: line.line, clockMs }, found.kind, found.said));
    } else {
      const { open } = state;
      if (found.is === "begins" || open === null || !fits(open.said, found.said)) {
        close();
        state.open = { line: line.line, clockMs, said: found.said };
      } else state.open = { ...open, said: merge(open.said, found.said) };
    }
  }
  close();
  reading.messages = withoutUnknownParts(reading.messages);
  if (state.quiet && reading.messages.length > 0) reading.goesOn = state.quiet;
  return reading;
}

/** Nobody repeats a message so soon. */
const PARTS_WITHIN_MS = 500;

/**
 * Where a log does not say which message is an IKE fragment, several of one message look like repetitions of
 * it. Those that follow each other at once, or with no time to tell by, are one, of a size that is not known.
 */
function withoutUnknownParts(messages: readonly IkeLine[]): IkeLine[] {
  const kept: IkeLine[] = [];
  for (const message of messages) {
    const before = kept.at(-1);
    const isPart =
      before?.kind === "message" &&
      message.kind === "message" &&
      message.exchangeType !== ExchangeType.IKE_SA_INIT &&
      [before, message].every((m) => m.ikeFragment === undefined && m.isWhole !== true) &&
      (message.sent !== true || message.isResponse === true) &&
      before.messageId !== undefined &&
      ONE_OF_A_MESSAGE.every((field) => before[field] === message[field]) &&
      (before.clockMs === null ||
        message.clockMs === null ||
        Math.abs(message.clockMs - before.clockMs) < PARTS_WITHIN_MS);
    if (isPart) {
      const { ikeBytes: _, ...parts } = before;
      kept[kept.length - 1] = parts;
    } else kept.push(message);
  }
  return kept;
}

/** The exchanges of IKEv2 as devices name them: `IKE_AUTH` or `AUTH`, `CREATE_CHILD_SA` or `CREATE_CHILD`. */
export function exchangeOf(name: string): { majorVersion: 2; exchangeType: number } | null {
  const found = [name, `IKE_${name}`, `${name}_SA`].find((full) => Object.hasOwn(ExchangeType, full));
  if (found === undefined) return null;
  return { majorVersion: 2, exchangeType: ExchangeType[found as keyof typeof ExchangeType] };
}

/** `AUTHENTICATION_FAILED` and the like: the number that IANA gave it. */
export const notifyNumber = (name: string): number | undefined =>
  Object.hasOwn(NotifyType, name) ? NotifyType[name as keyof typeof NotifyType] : undefined;

/** What the readers of IKE daemons' logs share: how lines become news, and what a mailer did to them. */
import { ExchangeType } from "../../ike/registry.ts";
import { emptyReading, type Reading, type TextLine } from "./format.ts";
import { type IkeLine, ikeLine, readClock } from "./ike-line.ts";

/** What a line says, without where it stands. */
export type Said = Partial<IkeLine> &
  Pick<IkeLine, "kind"> & {
    /** What a logger put in front of it, where its clock may stand. */
    stamp?: string;
  };

/** No daemon writes a longer line of what is read here, but for bytes that it prints. */
export const LONGEST_ROW = 2_000;
/** Bytes that a daemon prints, such as those of a Vendor ID. */
const BYTES_ALONE = /^[0-9A-Fa-f: .]{0,16384}\]?$/;

/** A row without the end of the bytes that it prints; `null`: it is too long to be read. */
export function rowOf(text: string): string | null {
  if (text.length <= LONGEST_ROW) return text;
  return BYTES_ALONE.test(text.slice(LONGEST_ROW)) ? text.slice(0, LONGEST_ROW) : null;
}
/** An address as daemons write it, to stand in a regular expression. */
export const ADDRESS = String.raw`[0-9A-Fa-f:.]{2,45}(?:%\w{1,15})?`;

/** Exchanges by the names that daemons give them. */
export const EXCHANGES: Readonly<Record<string, { majorVersion: number; exchangeType: number }>> = {
  ...Object.fromEntries(
    Object.entries(ExchangeType).map(([name, exchangeType]) => [name, { majorVersion: 2, exchangeType }]),
  ),
  ID_PROT: { majorVersion: 1, exchangeType: 2 },
  AGGRESSIVE: { majorVersion: 1, exchangeType: 4 },
  INFORMATIONAL_V1: { majorVersion: 1, exchangeType: 5 },
  TRANSACTION: { majorVersion: 1, exchangeType: 6 },
  QUICK_MODE: { majorVersion: 1, exchangeType: 32 },
};

/**
 * What a reader makes of a line: `null` where it is the daemon's but no news, `undefined` where it is not.
 */
export type ReadLine = (text: string) => Said | null | undefined;

/** Reads each line by itself, and puts together what a mailer wrapped. */
export const readLines = (lines: readonly TextLine[], read: ReadLine): Reading => {
  const reading = emptyReading();
  let quiet: { line: number; clockMs: number | null } | null = null;
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at];
    if (!line || line.text === "") continue;
    const row = rowOf(line.text);
    if (row === null) {
      reading.notUnderstood.push(line);
      continue;
    }
    let said = read(row);
    const next = lines[at + 1];
    // A mailer wrapped it: the second half means nothing alone, and the whole means more than the first.
    if (next && next.text !== "" && next.text.length <= LONGEST_ROW && read(next.text) === undefined) {
      const joined = read(`${row} ${next.text.trimStart()}`);
      if (joined && JSON.stringify(joined) !== JSON.stringify(said)) {
        said = joined;
        at++;
      } else if (said !== undefined && isRestOf(line, next)) at++;
    }
    const stamp = line.stamp ?? said?.stamp;
    const clockMs = stamp === undefined ? null : readClock(stamp);
    if (said === undefined) reading.notUnderstood.push(line);
    else if (said === null) quiet = { line: line.line, clockMs };
    else {
      const { kind, stamp: _, ...more } = said;
      quiet = null;
      reading.messages.push(ikeLine({ line: line.line, clockMs }, kind, more));
    }
  }
  if (quiet && reading.messages.length > 0) reading.goesOn = quiet;
  return reading;
};

/** A list of payloads that was wrapped ends in its bracket. */
const isRestOf = (first: TextLine, second: TextLine): boolean =>
  /\[[^\]]*$/.test(first.text) && /^[^[]{0,400}\]\s{0,4}$/.test(second.text);

/** Lines that a page ran together. */
export const separateAt =
  (seam: RegExp, read: ReadLine) =>
  (text: string): string[] | null => {
    const parts = text.length > 16_384 ? [] : text.split(seam);
    return parts.length > 1 && parts.slice(1).every((part) => read(part) !== undefined) ? parts : null;
  };

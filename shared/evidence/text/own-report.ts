/**
 * A report of ikefrag's own, pasted back: as the terminal prints it, as a copied page, or its ID alone.
 * It holds sizes and commands, and none of them is a measurement.
 */

import { VERDICTS } from "../../schema/verdicts.ts";
import { type Block, emptyReading, type Format, oneByOne, type Reading } from "./format.ts";

const isVerdict = (code: string): boolean => Object.hasOwn(VERDICTS, code);

/** `The login message gets no answer  [ike-auth-unanswered]`: the first line in a terminal. */
const TITLE = /^(?:\S.{0,200}?\s{2,})?\[([a-z0-9]{3,12}(?:-[a-z0-9]{2,12}){0,4})\]$/;
/** `Verdict ike-auth-unanswered`, on a page. A single word would be found in other texts. */
const LABELLED = /^\s*[^\s\d]{1,24} {1,8}([a-z0-9]{2,12}(?:-[a-z0-9]{2,12}){1,4})$/;
/** `Report IKF-01234-56789-A · 2026-01-31 09:05`: little beside the ID. */
const REPORT_ID =
  /^.{0,40}(?<![\w-])(IKF-[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z])(?![\w-]).{0,40}$/;

function verdictIn(text: string): string | null {
  if (text.length > 240) return null;
  const code = TITLE.exec(text)?.[1] ?? LABELLED.exec(text)?.[1];
  return code !== undefined && isVerdict(code) ? code : null;
}

const reportIdIn = (text: string): string | null =>
  text.length > 120 ? null : (REPORT_ID.exec(text)?.[1] ?? null);

function read({ lines }: Block): Reading {
  const reading = emptyReading();
  const [first, ...others] = lines;
  if (!first) return reading;
  const verdict = lines.map(({ text }) => verdictIn(text)).find((code) => code !== null) ?? null;
  const reportId = lines.map(({ text }) => reportIdIn(text)).find((id) => id !== null) ?? null;
  reading.ownReports.push({ line: first.line, verdict, reportId });
  // Below an ID alone stands whatever its owner wrote.
  if (verdict === null) {
    reading.notUnderstood.push(...others.filter(({ text }) => text !== "" && reportIdIn(text) === null));
  }
  return reading;
}

/** What ikefrag printed. */
export const ownReport: Format = {
  id: "ikefrag-report",
  system: "ikefrag",
  gives: "nothing",
  source: "ikefrag",
  knownFrom: "seen",
  isHeading: (text) => TITLE.test(text.slice(0, 240)) && verdictIn(text) !== null,
  isRow: (text) => reportIdIn(text) !== null || verdictIn(text) !== null,
  holdsCommands: true,
  read: oneByOne(read),
};

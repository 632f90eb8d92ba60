/**
 * Takes off what mailers, forums, tickets, chats and loggers put around lines, so that a line stands as the
 * program printed it.
 */

import { linesLeftOut } from "../newest-lines.ts";
import type { NotUnderstood, TextLine } from "./format.ts";

/** A longer line is no output of a tool that is read here; a web page's one-line table stays far below it. */
const LONGEST_LINE = 16_384;
/** As much as is read of a paste, not counting longer lines. What is beyond is named, by its first line. */
export const MOST_CHARACTERS = 262_144;
/** What a line counts at least, for each costs something by itself. */
const LEAST_LINE = 5;
const LINE_END = /\r\n|[\r\n\u0085\u2028\u2029]/g;

/**
 * The lines of a paste as the tool printed them, as far as that can be told without knowing the tool.
 *
 * @param most how many characters of it are read
 */
export function undecorate(
  paste: string,
  most = MOST_CHARACTERS,
): { lines: TextLine[]; tooLong: NotUnderstood[] } {
  const text = isQuotedPrintable(paste) ? decodeQuotedPrintable(paste) : paste;
  const lines: TextLine[] = [];
  const tooLong: NotUnderstood[] = [];
  let blanks = 0;
  const add = (line: TextLine): void => {
    blanks = line.text === "" ? blanks + 1 : 0;
    if (blanks <= MOST_BLANKS) lines.push(line);
  };
  let left = most;
  let from = 0;
  // The line that says so stands for the last one of these.
  const leftOut = linesLeftOut(text);
  if (leftOut > 0) {
    from = text.indexOf("\n") + 1 || text.length + 1;
    tooLong.push({ line: leftOut + 1, text: "", isBeginning: true });
  }
  for (let line = leftOut + 1; from <= text.length; line++) {
    LINE_END.lastIndex = from;
    const end = LINE_END.exec(text);
    const to = end ? end.index : text.length;
    if (to === from) {
      if (blanks < MOST_BLANKS) add({ line, text: "" });
    } else if (to - from > LONGEST_LINE && !isEventList(text, from, to)) {
      tooLong.push({ line, text: text.slice(from, from + 80) });
      add({ line, text: "" });
    } else if (left < to - from) {
      tooLong.push({ line, text: text.slice(from, from + 80), isEnd: true });
      break;
    } else {
      left -= Math.max(to - from + 1, LEAST_LINE);
      const row = text.slice(from, to);
      if (!row.includes("<")) add(undecorateLine(line, row));
      else if (row.length > LONGEST_LINE)
        for (const part of row.split(EVENT_SEAM)) add(undecorateLine(line, part.slice(0, LONGEST_LINE)));
      else for (const part of row.split(LINE_BREAK_TAG)) add(undecorateLine(line, part));
    }
    from = end ? to + end[0].length : text.length + 1;
  }
  return { lines: withoutMargin(lines), tooLong };
}

/** The event viewer saves all its events as one line of XML. */
const EVENT_SEAM = /(?<=<\/Event>)(?=<Event[\s>])/;
const isEventList = (text: string, from: number, to: number): boolean => {
  const seam = text.indexOf("</Event><Event", from);
  return seam >= 0 && seam < to;
};

/** Two blank lines tell outputs apart where each line has one below it; more tell nothing more. */
const MOST_BLANKS = 2;

/** What all lines are indented by is a forum's or a list's. */
function withoutMargin(lines: TextLine[]): TextLine[] {
  let margin = Number.POSITIVE_INFINITY;
  for (const { text } of lines) {
    if (text === "") continue;
    margin = Math.min(margin, text.search(/\S/));
    if (margin === 0) return lines;
  }
  return lines.map((line) => ({ ...line, text: line.text.slice(margin) }));
}

/**
 * In a mail's source every `=` is `=3D` or another escape, such as a tab's or those of two bytes of UTF-8, or
 * ends a line that goes on in the next.
 */
const isQuotedPrintable = (paste: string): boolean =>
  /=3D|=09|=[C-F][0-9A-F]=[89AB][0-9A-F]|^[^\n]{60,76}=\r?$/m.test(paste) &&
  !/=(?![0-9A-F]{2}|[ \t]{0,8}(?:\r?\n|$))/.test(paste);

function decodeQuotedPrintable(paste: string): string {
  const utf8 = new TextDecoder();
  return paste
    .replace(/=[ \t]{0,8}(?:\r?\n|$)/g, "")
    .replace(/(?:=[0-9A-F]{2})+/g, (escapes) =>
      utf8.decode(
        Uint8Array.from({ length: escapes.length / 3 }, (_, at) =>
          Number.parseInt(escapes.slice(3 * at + 1, 3 * at + 3), 16),
        ),
      ),
    );
}

const ENTITIES: Readonly<Record<string, string>> = {
  gt: ">",
  lt: "<",
  amp: "&",
  quot: '"',
  apos: "'",
  nbsp: " ",
};
const ENTITY = /&(?:#(\d{1,6})|#x([0-9A-Fa-f]{1,5})|(gt|lt|amp|quot|apos|nbsp));/g;
/** Tags of text that was copied out of a page's source. Any other `<` is the output's own (`time<1ms`). */
const TAG =
  /<\/?(?:p|div|pre|code|span|b|i|em|strong|tt|td|th|tr|table|tbody|ul|ol|li|blockquote|font)(?:\s[^<>]{0,200})?>/gi;
/** A break, or the place between two paragraphs of a page whose source is one line. */
const LINE_BREAK_TAG = /<br\s{0,4}\/?>|(?<=<\/(?:div|p|tr|li)>)(?=<(?:div|p|tr|li)[\s>])/i;
/** Terminal colours, zero-width and bidirectional marks: what a person does not see. */
const INVISIBLE =
  /\u001b\[[0-9;]{0,16}[A-Za-z]|[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]/g;
/** In the place of such a character something else stood, such as a digit: the line is damaged. */
const CONTROL = /[\u0000-\u0008\u000e-\u001f\u007f-\u009f]/g;
const ODD_SPACE = /[\t\u000b\u000c\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]/g;

/** Most lines hold none of what is replaced in them. */
const IS_PLAIN = /^[ -%'-;=-~]*$/;

function clean(row: string): string {
  return row
    .replace(TAG, "")
    .replace(ENTITY, (_, decimal, hex, name) =>
      name
        ? (ENTITIES[name] ?? "")
        : String.fromCodePoint(Number.parseInt(decimal ?? hex, decimal ? 10 : 16)),
    )
    .replace(INVISIBLE, "")
    .replace(CONTROL, "\ufffd")
    .replace(ODD_SPACE, " ");
}

const HAS_CONTENT = /[\p{L}\p{N}]/u;

function undecorateLine(line: number, row: string): TextLine {
  let text = IS_PLAIN.test(row) ? row : clean(row);
  // In any order, for what was quoted may have been put into a table before. The innermost time is the
  // program's own.
  let stamp: string | undefined;
  for (let layers = 0; layers < MOST_LAYERS; layers++) {
    const inner = takeLayerOff(text);
    if (inner.text === text) break;
    text = inner.text;
    stamp = inner.stamp ?? stamp;
  }
  // Blank, a fence, or the dashes under a heading.
  if (!HAS_CONTENT.test(text)) return { line, text: "" };
  text = text.trimEnd();
  return stamp === undefined ? { line, text } : { line, text, stamp };
}

const MOST_LAYERS = 8;

const CLOCK = String.raw`\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?(?:\s?[AaPp]\.?[Mm]\.?)?`;
const DATE = String.raw`(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}|[A-Z][a-z]{2}\s{1,2}\d{1,2}|[a-z]{3}/\d{2}(?:/\d{4})?)`;
/**
 * `2026-11-20 09:12:00 `, `[09:12:00] `, `2021-07-24T08:39:56.403321+00:00 `, `Nov 20 09:12:00 `,
 * `[1700000000.123456] `, `jan/02/2023 09:12:00 `.
 */
const TIME_STAMP = new RegExp(
  String.raw`^\s{0,8}(?:[[(]?(?:${DATE}[T\s,]{1,3})?${CLOCK}(?:Z|\s?[+-]\d{2}:?\d{2})?[\])]?|\[\d{9,10}\.\d{3,6}\])(?:\s+-\s+|[:,]?\s+)`,
);
/** `gw pluto[413]: ` of a system log, after its time. */
const LOG_PREFIX = /^(?:[\w.-]{1,64}\s)?[\w./-]{1,64}\[\d{1,7}\]:\s/;
/** Quote marks and bullets. A dash is no bullet: programs print it. */
const QUOTE = /^\s*(?:[>│┃▌•·▪◦‣●○■]\s?)+/;
/** `{code:title=cmd}`, `[quote=Jane]`, a fence with the name of a language. */
const MACRO =
  /\{(?:noformat|code|quote|panel|color)(?::[^{}]{0,200})?\}|\[\/?(?:code|quote|pre|noparse)(?:=[^\]]{0,100})?\]/gi;
const FENCE = /^\s*(?:`{3,}|~{3,})\s*[\w+-]{0,20}\s*$/;

/**
 * Takes off quote marks, bullets, the marks of a table or of code, a time, and the names that a system log
 * writes.
 */
function takeLayerOff(decorated: string): { text: string; stamp: string | undefined } {
  let text = decorated;
  const first = text.charAt(text.search(/\S/));
  if (first > "~" || /[>*|`~{[]/.test(first)) {
    if (FENCE.test(text)) return { text: "", stamp: undefined };
    text = text.replace(/^\s*\*\*(.+)\*\*\s*$/, "$1").replace(QUOTE, "");
    // Programs print `* so *`.
    if (/^\s*\*\s/.test(text) && !/^\s*\*\s+[^\s*].*\s\*\s*$/.test(text)) text = text.replace(/^\s*\*\s/, "");
    if (/^\s*\|/.test(text)) text = text.replace(/^\s*\|\s*/, "").replace(/\s*\|\s*/g, "  ");
  }
  if (text.includes("`")) text = text.replace(/^\s*`{1,3}|`{1,3}\s*$/g, "");
  if (text.includes("{") || text.includes("[")) text = text.replace(MACRO, "");
  // A clock stands in front of tcpdump's own lines too, where nothing is lost without it.
  const stamped = TIME_STAMP.exec(text);
  if (stamped) text = text.slice(stamped[0].length);
  if (text.includes("]: ")) text = text.replace(LOG_PREFIX, "");
  return { text, stamp: stamped?.[0].trim() };
}

/**
 * A paste cut into blocks, one for each output in it, after what mailers, forums and loggers put around lines
 * is off.
 */

import type { Block, Command, Format, TextLine } from "./format.ts";

/** A longer line is no output of a tool that is read here; a web page's one-line table stays far below it. */
const LONGEST_LINE = 16_384;

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
const TAG = /<\/?(?:p|div|pre|code|span|b|i|tt|td|th|tr|table|tbody|blockquote|font)(?:\s[^<>]{0,200})?>/gi;
const LINE_BREAK_TAG = /<br\s{0,4}\/?>/i;
/** Terminal colours, zero-width and bidirectional marks: what a person does not see. */
const INVISIBLE =
  /\u001b\[[0-9;]{0,16}[A-Za-z]|[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]/g;
/** In the place of such a character something else stood, such as a digit: the line is damaged. */
const CONTROL = /[\u0000-\u0008\u000e-\u001f\u007f-\u009f]/g;
const ODD_SPACE = /[\t\u000b\u000c\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]/g;

const CLOCK = String.raw`\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?(?:\s?[AaPp]\.?[Mm]\.?)?`;
const DATE = String.raw`(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}|[A-Z][a-z]{2}\s{1,2}\d{1,2})`;
/**
 * `2026-11-20 09:12:00 `, `[09:12:00] `, `2021-07-24T08:39:56.403321+00:00 `, `Nov 20 09:12:00 `,
 * `[1700000000.123456] `.
 */
const TIME_STAMP = new RegExp(
  String.raw`^\s{0,8}(?:[[(]?(?:${DATE}[T\s,]{1,3})?${CLOCK}(?:Z|\s?[+-]\d{2}:?\d{2})?[\])]?|\[\d{9,10}\.\d{3,6}\])(?:\s+-\s+|[:,]?\s+)`,
);
/** `gw pluto[413]: ` of a system log, after its time. */
const LOG_PREFIX = /^(?:[\w.-]{1,64}\s)?[\w./-]{1,64}\[\d{1,7}\]:\s/;

/** The lines of a paste as the tool printed them, as far as that can be told without knowing the tool. */
export function undecorate(paste: string): { lines: TextLine[]; tooLong: TextLine[] } {
  const lines: TextLine[] = [];
  const tooLong: TextLine[] = [];
  for (const [at, row] of paste.split(/\r\n|[\r\n\u0085\u2028\u2029]/).entries()) {
    const line = at + 1;
    if (row.length > LONGEST_LINE) {
      tooLong.push({ line, text: row.slice(0, 80) });
      lines.push({ line, text: "" });
      continue;
    }
    for (const part of row.split(LINE_BREAK_TAG)) lines.push({ line, ...undecorateLine(part) });
  }
  return { lines, tooLong };
}

function undecorateLine(row: string): Omit<TextLine, "line"> {
  if (row === "") return { text: "" };
  let text = row
    .replace(TAG, "")
    .replace(ENTITY, (_, decimal, hex, name) =>
      name
        ? (ENTITIES[name] ?? "")
        : String.fromCodePoint(Number.parseInt(decimal ?? hex, decimal ? 10 : 16)),
    )
    .replace(INVISIBLE, "")
    .replace(CONTROL, "\ufffd")
    .replace(ODD_SPACE, " ");
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
  if (!/[\p{L}\p{N}]/u.test(text)) return { text: "" };
  text = text.trimEnd();
  return stamp === undefined ? { text } : { text, stamp };
}

const MOST_LAYERS = 8;

/** Takes off quote marks, the marks of a table or of code, a time, and the names that a system log writes. */
function takeLayerOff(decorated: string): Omit<TextLine, "line"> {
  let text = decorated.replace(/^\s*(?:>\s?)+/, "");
  if (/^\s*\|/.test(text)) text = text.replace(/^\s*\|\s*/, "").replace(/\s*\|\s*/g, "  ");
  text = text.replace(/^\s*`{1,3}|`{1,3}\s*$/g, "");
  // A clock stands in front of tcpdump's own lines too, where nothing is lost without it.
  const stamped = TIME_STAMP.exec(text);
  if (stamped) text = text.slice(stamped[0].length);
  text = text.replace(LOG_PREFIX, "");
  return stamped ? { text, stamp: stamped[0].trim() } : { text };
}

const PROGRAMS =
  "ping6?|netsh|get-net[a-z]+|get-vpnconnection|ipconfig|ifconfig|networksetup|ip|tracepath6?|traceroute6?|tracert|mtr|tcpdump|tshark|rasdial|ipsec|swanctl|mturoute|nmap|route|chcp|cls";
/** After a prompt: `C:\>`, `PS C:\Users\x> `, `user@host:~$ `, `[root@gw ~]# `, `mac:~ user$ `. */
const AFTER_PROMPT = new RegExp(
  String.raw`^.{0,200}?[>$#%]\s{0,4}(?:sudo\s+)?(?:[\w:\\/.]{0,80}[\\/])?(${PROGRAMS})(?:\.exe)?(?=\s|$)(.*)$`,
  "i",
);
/** Without a prompt the line holds nothing but plain words, and no colon at its end: headings do. */
const BARE = new RegExp(
  String.raw`^\s{0,8}(?:sudo\s+)?(${PROGRAMS})(?:\.exe)?((?:\s+(?:[-/][\w-]+|[\w.:%*\\/=-]*[\w%*-]))+)(?:\s*\|.*)?$`,
  "i",
);
/** A prompt and any other command, which ends the output above it. */
const OTHER_PROMPT =
  /^\s{0,8}(?:[A-Za-z]:\\[^<>:"|?*]{0,200}>|PS [A-Za-z]:\\[^<>"|?*]{0,200}>|[\w.-]{1,64}@[\w.-]{1,64}:[^$#]{0,100}[$#](?=\s|$))/;

/** The command of a line that shows one. */
export function readCommand({ line, text }: TextLine): Command | null {
  if (text.length > 1_000) return null;
  const [, program, rest = ""] = AFTER_PROMPT.exec(text) ?? BARE.exec(text) ?? [];
  if (program === undefined) {
    return OTHER_PROMPT.test(text) ? { line, program: "", words: [] } : null;
  }
  const words = rest
    .trim()
    .split(/\s+/)
    .filter((word) => word !== "");
  return { line, program: program.toLowerCase(), words };
}

/** A block and the format that its marks are of. */
export interface ReadableBlock extends Block {
  format: Format;
}

/** A line and the formats that know it. */
interface KnownLine extends TextLine {
  heading: Format | undefined;
  row: Format | undefined;
}

/** All marks hold a number, or one of these words: most lines of prose need no closer look. */
const MAY_BE_KNOWN =
  /[0-9]|MTU|Link encap|AddressFamily|InterfaceAlias|Loss%|ServerAddress|TunnelType|RasClient|InterfaceDescription|ifDesc|MacAddress|MtuSize|OperStatus|OperationalStatus|ConnectionState|Nmap scan|Fragmentation is|(?:\. ?){3}|\]$/;

function know(known: TextLine, formats: readonly Format[]): KnownLine {
  const { text } = known;
  if (!MAY_BE_KNOWN.test(text)) return { ...known, heading: undefined, row: undefined };
  const heading = formats.find((f) => f.isHeading(text));
  return { ...known, heading, row: heading ? undefined : formats.find((f) => f.isRow(text)) };
}

/** Every line belongs to one block or is outside. */
export function cutBlocks(
  lines: readonly TextLine[],
  formats: readonly Format[],
): { blocks: ReadableBlock[]; outside: TextLine[] } {
  const blocks: ReadableBlock[] = [];
  const outside: TextLine[] = [];
  let command: Command | null = null;
  let current = null as ReadableBlock | null;
  for (const { heading, row, ...own } of untangle(lines, formats)) {
    // Directly below the command whose output it is, a heading begins nothing new.
    const isFirst = current?.format === heading && current?.lines.every(({ text }) => text === "");
    const mark: Format | undefined = isFirst ? undefined : heading;
    const format = mark ?? (row === current?.format ? undefined : row);
    if (format) {
      const above = takeLead(current?.lines ?? outside, format);
      current = { format, command, lines: [...above, own] };
      command = null;
      blocks.push(current);
      continue;
    }
    const typed = row || heading ? null : readCommand(own);
    if (typed) {
      const claimed = formats.find((f) => f.program === typed.program);
      command = claimed ? null : typed;
      current = claimed ? { format: claimed, command: typed, lines: [] } : null;
      if (current) blocks.push(current);
    } else if (current) current.lines.push(own);
    else outside.push(own);
  }
  return { blocks, outside: outside.filter(({ text }) => text !== "") };
}

/** Takes the lines at the end that may stand above a format's first row, with blank ones between them. */
function takeLead(lines: TextLine[], { isLead }: Format): TextLine[] {
  if (!isLead) return [];
  let from = lines.length;
  for (let at = lines.length - 1; at >= Math.max(0, lines.length - MOST_LEAD_LINES); at--) {
    const text = lines[at]?.text ?? "";
    if (text !== "" && !isLead(text)) break;
    if (text !== "") from = at;
  }
  return lines.splice(from);
}

/** Four properties, each with a blank line below it. */
const MOST_LEAD_LINES = 8;

/**
 * Lines that were run together are taken apart, and a heading or a row that a mailer wrapped is put together.
 */
function untangle(lines: readonly TextLine[], formats: readonly Format[]): KnownLine[] {
  const apart = lines.flatMap((line) => {
    const [first = "", ...more] = separate(line.text, formats);
    return [{ ...line, text: first }, ...more.map((text) => ({ line: line.line, text }))].map((part) =>
      know(part, formats),
    );
  });
  const together: KnownLine[] = [];
  for (let at = 0; at < apart.length; at++) {
    const first = apart[at];
    if (!first) break;
    const whole = joinWrapped(first, apart[at + 1], formats);
    if (whole) at++;
    together.push(whole ?? first);
  }
  return together;
}

function separate(text: string, formats: readonly Format[]): string[] {
  if (text.length <= 80) return [text];
  for (const format of formats) {
    const parts = format.separate?.(text);
    if (parts) return parts.map((part) => part.trim());
  }
  return [text];
}

function joinWrapped(
  first: KnownLine,
  second: KnownLine | undefined,
  formats: readonly Format[],
): KnownLine | null {
  if (!second || first.text === "" || second.text === "" || first.text.length + second.text.length > 400)
    return null;
  if (first.heading || second.heading || second.row) return null;
  const text = `${first.text} ${second.text.trimStart()}`;
  if (!MAY_BE_KNOWN.test(text) || readCommand(first)) return null;
  const { heading: _, row: __, ...own } = first;
  const whole = know({ ...own, text }, formats);
  // What could be the end of one output may be half of the next one's heading.
  return whole.heading || (whole.row && !first.row) ? whole : null;
}

/** A paste without its decoration cut into blocks, one for each output in it. */

import type { Block, Command, Format, TextLine } from "./format.ts";

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

/** netsh's own prompt holds the first words of the command: `netsh interface ipv6>show interfaces`. */
const NETSH_PROMPT = /^\s{0,8}netsh((?: [a-z0-9]{1,32}){0,3})>\s{0,4}(\S.{0,200})$/i;

const hasPrompt = (text: string): boolean =>
  AFTER_PROMPT.test(text) || OTHER_PROMPT.test(text) || NETSH_PROMPT.test(text);

/** The command of a line that shows one. */
export function readCommand({ line, text }: TextLine): Command | null {
  if (text.length > 1_000) return null;
  const [, context, typed] = NETSH_PROMPT.exec(text) ?? [];
  const [, program, rest = ""] =
    typed === undefined
      ? (AFTER_PROMPT.exec(text) ?? BARE.exec(text) ?? [])
      : [text, "netsh", `${context} ${typed}`];
  if (program === undefined) {
    return OTHER_PROMPT.test(text) ? { line, program: "", words: text.split(/\s+/) } : null;
  }
  const words = rest
    .trim()
    .split(/\s+/)
    .filter((word) => word !== "");
  if (words.length > MOST_WORDS) return null;
  return { line, program: program.toLowerCase(), words };
}

/** A block and the format that its marks are of. */
export interface ReadableBlock extends Block {
  format: Format;
}

/** A line and the formats that know it. */
interface KnownLine {
  at: TextLine;
  heading: Format | undefined;
  row: Format | undefined;
}

/** All marks hold a number, or one of these words: most lines of prose need no closer look. */
const MAY_BE_KNOWN =
  /[0-9]|MTU|Link encap|AddressFamily|InterfaceAlias|ifIndex|InterfaceIndex|Loss%|ServerAddress|TunnelType|RasClient|RemoteAccess|Security-Auditing|InterfaceDescription|ifDesc|MacAddress|MtuSize|OperStatus|OperationalStatus|ConnectionState|Nmap scan|[a-z]-[a-z]{2,12}$|Fragmentation is|(?:\. ?){3}|\]$/;

/** `Index: 2`, the shortest of all marks, is longer. */
const SHORTEST_MARK = 6;

function know(at: TextLine, formats: readonly Format[]): KnownLine {
  const { text } = at;
  if (text.length < SHORTEST_MARK || !MAY_BE_KNOWN.test(text))
    return { at, heading: undefined, row: undefined };
  const heading = formats.find((f) => f.isHeading(text));
  return { at, heading, row: heading ? undefined : formats.find((f) => f.isRow(text)) };
}

/** Every line belongs to one block or is outside. */
export function cutBlocks(
  lines: readonly TextLine[],
  formats: readonly Format[],
): { blocks: ReadableBlock[]; outside: TextLine[] } {
  const blocks: ReadableBlock[] = [];
  const outside: TextLine[] = [];
  let command: Command | null = null;
  let unanswered: { at: TextLine; words: number } | null = null;
  let current = null as ReadableBlock | null;
  // Its output may have been run together with it.
  const nameUnanswered = (): void => {
    if (unanswered && unanswered.words > MOST_QUIET_WORDS) outside.push(unanswered.at);
    unanswered = null;
  };
  for (const { at: own, heading, row } of untangle(lines, formats)) {
    // Directly below the command whose output it is, a heading begins nothing new.
    const isFirst = current?.format === heading && current?.lines.every(({ text }) => text === "");
    const mark: Format | undefined = isFirst ? undefined : heading;
    const format = mark ?? (row === current?.format ? undefined : row);
    if (format) {
      const above = takeLead(current?.lines ?? outside, format, current?.format);
      current = { format, command, lines: [...above, own] };
      command = null;
      unanswered = null;
      blocks.push(current);
      continue;
    }
    const isPart = current?.format.holdsCommands && !hasPrompt(own.text.slice(0, 1_000));
    const typed = row || heading || isPart ? null : readCommand(own);
    if (typed) {
      nameUnanswered();
      const claimed = formats.find((f) => f.program === typed.program);
      unanswered = { at: withoutSecrets(own), words: typed.words.length };
      command = claimed ? null : typed;
      current = claimed ? { format: claimed, command: typed, lines: [] } : null;
      if (current) blocks.push(current);
    } else if (current) {
      current.lines.push(own);
      if (own.text !== "") unanswered = null;
    } else outside.push(own);
  }
  nameUnanswered();
  return { blocks, outside: outside.filter(({ text }) => text !== "") };
}

/** A name and a password may stand behind the connection that is dialled. */
const withoutSecrets = (line: TextLine): TextLine => ({
  ...line,
  text: line.text.replace(/\b(rasdial(?:\.exe)?\s+(?:"[^"]{0,256}"|\S+)).*$/i, "$1 …"),
});

/**
 * Takes the lines at the end that may stand above a format's first row, with blank ones between them: none
 * that are sure to be of the format they are in.
 */
function takeLead(lines: TextLine[], { isLead }: Format, owner: Format | undefined): TextLine[] {
  if (!isLead) return [];
  let from = lines.length;
  for (let at = lines.length - 1; at >= Math.max(0, lines.length - MOST_LEAD_LINES); at--) {
    const text = lines[at]?.text ?? "";
    if (text !== "" && (!isLead(text) || owner?.isRow(text))) break;
    if (text !== "") from = at;
  }
  return lines.splice(from);
}

/** Eight properties, each with a blank line below it. */
const MOST_LEAD_LINES = 16;

/**
 * A command without output that has no more words than these is passed over: `cls`, `ping -n 1 HOST` again.
 */
const MOST_QUIET_WORDS = 6;
/** What is longer holds its output too. */
const MOST_WORDS = 30;

/**
 * Lines that were run together are taken apart, and a heading or a row that a mailer wrapped is put together.
 */
function untangle(lines: readonly TextLine[], formats: readonly Format[]): KnownLine[] {
  const apart: KnownLine[] = [];
  for (const line of lines) {
    const parts = separate(line.text, formats);
    if (parts === null) apart.push(know(line, formats));
    else
      for (const [at, text] of parts.entries()) {
        apart.push(know(at === 0 ? { ...line, text } : { line: line.line, text }, formats));
      }
  }
  const together: KnownLine[] = [];
  for (let index = 0; index < apart.length; index++) {
    const first = apart[index];
    if (!first) break;
    const next = apart[index + 1];
    const isWholeLine = next?.at.line !== first.at.line && next?.at.line !== apart[index + 2]?.at.line;
    // A terminal may have cut a number in two: half of it is another number.
    if (next && isWholeLine && /^\d{1,5}$/.test(next.at.text) && /\d$/.test(first.at.text)) {
      const text = first.at.text.replace(/\d{1,20}$/, "\ufffd");
      together.push({ at: { ...first.at, text }, heading: undefined, row: undefined });
      continue;
    }
    const whole = joinWrapped(first, next, formats);
    const heading = whole ? null : joinWrappedTwice(apart, index, formats);
    if (whole) index++;
    if (heading) index += 2;
    together.push(whole ?? heading ?? first);
  }
  return together;
}

/** One of these lines below has to be a row of its format, for prose may look like a heading. */
const MOST_ROWS_BELOW = 8;
/** Who wraps a heading twice has less room than this. */
const NARROW_COLUMNS = 45;

/** A heading that a narrow page wrapped over three lines. */
function joinWrappedTwice(
  lines: readonly KnownLine[],
  from: number,
  formats: readonly Format[],
): KnownLine | null {
  const [first, second, third] = [lines[from], lines[from + 1], lines[from + 2]];
  const isNarrow = ({ at, heading, row }: KnownLine): boolean =>
    at.text !== "" && at.text.length <= NARROW_COLUMNS && !heading && !row;
  if (!first || !second || !third || !/[:：]\s{0,8}$/.test(third.at.text)) return null;
  if (![first, second, third].every(isNarrow)) return null;
  const below = lines.slice(from + 3, from + 3 + MOST_ROWS_BELOW).flatMap(({ row }) => row ?? []);
  if (below.length === 0 || readCommand(first.at)) return null;
  const text = [first, second, third].map(({ at }) => at.text.trim()).join(" ");
  const whole = know({ ...first.at, text }, formats);
  return below.some((row) => row === whole.heading) ? whole : null;
}

/** `null`: the line is one. */
function separate(text: string, formats: readonly Format[]): string[] | null {
  if (text.length <= 80) return null;
  for (const format of formats) {
    const parts = format.separate?.(text);
    if (parts) return parts.map((part) => part.trim());
  }
  return null;
}

function joinWrapped(
  { at: first, heading, row }: KnownLine,
  next: KnownLine | undefined,
  formats: readonly Format[],
): KnownLine | null {
  if (!next || heading || next.heading || next.row) return null;
  const second = next.at.text;
  const length = first.text.length + second.length;
  if (first.text === "" || second === "" || length < SHORTEST_MARK || length > 400) return null;
  const text = `${first.text} ${second.trimStart()}`;
  if (!MAY_BE_KNOWN.test(text) || readCommand(first)) return null;
  const whole = know({ ...first, text }, formats);
  // What could be the end of one output may be half of the next one's heading.
  return whole.heading || (whole.row && !row) ? whole : null;
}

/**
 * `netsh interface ipv4|ipv6 show interfaces` and `show subinterfaces`, in any language, and Windows XP's
 * list. Windows translates the headings, never the columns: numbers, then in all samples `connected` or
 * `disconnected` in English.
 */

import {
  type Block,
  emptyReading,
  type Format,
  oneByOne,
  type Reading,
  type TextInterface,
  type TextLine,
  toMtu,
} from "./format.ts";

const STATE = /^(?:dis)?connected$/i;
/** Index, metric, MTU, state, name. */
const INTERFACE_ROW =
  /^\s*(\d{1,10})\s+(\d{1,10})\s+(\d{2,10}|Default)\s+([^\s\d]\S{0,40})\s+(\S.{0,255}?)\s*$/;
/** MTU, media sense state, bytes in, bytes out, name. */
const SUBINTERFACE_ROW = /^\s*(\d{2,10})\s+(\d)\s+(\d{1,20})\s+(\d{1,20})\s+(\S.{0,255}?)\s*$/;
/** `Idx Met MTU …` and `MTU MediaSenseState …`: the words in them that stay the same. */
const HEADING = /^\s*(?:Idx\s+\S{1,12}\s+MTU\b|MTU\s+MediaSenseState\b)/;
const LOOPBACK_MTU = "4294967295";

const isMtu = (text: string): boolean => text === "Default" || text === LOOPBACK_MTU || toMtu(text) !== null;

/** Rows that were run together and cannot be parted, for one was misread: a name would hold a row. */
const TWO_ROWS =
  /connected\s.{0,255}connected\s|\s\d{2,10}\s+\d\s+\d{1,20}\s+\d{1,20}\s.{0,255}\d{2,10}\s+\d\s+\d{1,20}\s+\d{1,20}\s/i;

type Row = Omit<TextInterface, "line" | "family">;

/** MediaSenseState: 1 for a cable that is plugged in, 5 for none, as in the samples; others say nothing. */
const mediaState = (digit: string | undefined): boolean | null =>
  digit === "1" ? true : digit === "5" ? false : null;

function readRow(text: string): Row | null {
  if (text.length > 400 || TWO_ROWS.test(text)) return null;
  const [, index, , mtu, state, name] = INTERFACE_ROW.exec(text) ?? [];
  if (index && mtu && state && name && isMtu(mtu)) {
    const connected = STATE.test(state) ? state.toLowerCase() === "connected" : null;
    return { index: Number(index), mtu: toMtu(mtu), connected, name };
  }
  const [, subMtu, senseState, , , subName] = SUBINTERFACE_ROW.exec(text) ?? [];
  if (subMtu && subName && isMtu(subMtu)) {
    return {
      index: null,
      mtu: toMtu(subMtu),
      connected: mediaState(senseState),
      name: subName,
    };
  }
  return null;
}

/** A line above the heading that holds nothing but the IP version, as people write it above a table. */
const VERSION_ABOVE =
  /^[^\p{L}\p{N}]{0,12}(?:h[1-6]\. )?IPv([46])(?: MTU| (?:sub)?interfaces?)?[^\p{L}\p{N}]{0,12}$/iu;
/** The least MTU of IPv6 (RFC 8200 §5): a table with less is of IPv4. */
const LEAST_OF_IPV6 = 1_280;

/**
 * The command line tells; else what stands above the table; else the tunnels that only the table for IPv6
 * has, and what IPv6 does not allow. `null`: nothing tells.
 */
function familyOf({ command, lines }: Block, rows: readonly Row[]): 4 | 6 | null {
  const words = command?.program === "netsh" ? command.words : [];
  if (words.some((word) => /^ipv6$/i.test(word))) return 6;
  if (words.some((word) => /^(?:ipv4|ip)$/i.test(word))) return 4;
  const above = lines.map(({ text }) => VERSION_ABOVE.exec(text)?.[1]).find((version) => version);
  if (above !== undefined) return above === "6" ? 6 : 4;
  if (rows.some(({ name }) => /\b(?:6to4|isatap|teredo)\b/i.test(name))) return 6;
  return rows.some(({ mtu }) => mtu !== null && mtu < LEAST_OF_IPV6) ? 4 : null;
}

function read(block: Block): Reading {
  const { command, lines } = block;
  const reading = emptyReading();
  const isHeaded = lines.some(({ text }) => HEADING.test(text)) || command?.program === "netsh";
  const rows: (Row & TextLine)[] = [];
  for (const { line, text } of lines) {
    // With a number in it, a row was run together with the heading.
    if (text === "" || (HEADING.test(text) && !/\d/.test(text)) || VERSION_ABOVE.test(text)) continue;
    const row = readRow(text);
    // Three numbers and a word are in many tables: without a heading the state has to be one of the two.
    if (row && (isHeaded || row.index === null || row.connected !== null)) rows.push({ line, text, ...row });
    else if (row || !isTranslatedHeading(text)) {
      reading.notUnderstood.push({ line, text });
      const last = rows.at(-1);
      // A name that a mailer may have wrapped: without an index it is all that the row is known by.
      if (last?.index === null && last.line === line - 1) {
        rows.pop();
        reading.notUnderstood.push({ line: last.line, text: last.text });
      }
    }
  }
  const told = familyOf(block, rows);
  // IPv4 is what people are asked for.
  const family = { family: told ?? 4, ...(told === null && { isFamilyAssumed: true as const }) };
  reading.interfaces = rows.map(({ text: _, ...row }) => ({ ...row, ...family }));
  return reading;
}

const isTranslatedHeading = (text: string): boolean => /\bMTU\b/.test(text) && !/\d/.test(text);

/**
 * `… show interfaces Idx Met MTU State Name --- 1 75 4294967295 connected Loopback … 38 35 1500 connected
 * WLAN`.
 */
function separate(text: string): string[] | null {
  const starts = [
    ...text.matchAll(
      /(?<!\S)\d{1,10}\s{1,20}\d{1,10}\s{1,20}(?:\d{2,10}|Default)\s{1,20}(?:dis)?connected\s/gi,
    ),
  ].map((match) => match.index);
  if (starts.length < 2 && !(starts.length === 1 && /\bMTU\b/.test(text.slice(0, starts[0])))) return null;
  const heading = /\bIdx\s/.exec(text)?.index ?? starts[0] ?? 0;
  const cuts = [0, ...(heading < (starts[0] ?? 0) ? [heading] : []), ...starts];
  return cuts.map((from, at) => text.slice(from, cuts[at + 1])).filter((part) => part.trim() !== "");
}

/** Both of netsh's tables. */
export const netshInterfaces: Format = {
  id: "netsh-interfaces",
  system: "Windows",
  gives: "interfaces",
  source: "output of Windows in English, Japanese and Chinese; other languages are read by the columns alone",
  knownFrom: "seen",
  isHeading: (text) =>
    text.length < 400 &&
    (HEADING.test(text) || (isTranslatedHeading(text) && /MediaSenseState|^\s*Idx\b/.test(text))),
  isRow: (text) => readRow(text) !== null,
  isLead: (text) => text.length < 60 && VERSION_ABOVE.test(text),
  separate,
  read: oneByOne(read),
};

const XP_LINE = /^\s*([^:]{2,40}):\s*(\S.{0,255})$/;

/**
 * Windows XP's `netsh interface ip show interface`: a list, which begins with the index and has one line
 * `MTU: N`.
 */
export const netshOfWindowsXp: Format = {
  id: "netsh-xp",
  system: "Windows XP",
  gives: "interfaces",
  source: "superuser.com 37686",
  knownFrom: "public",
  isHeading: (text) => /^\s*Index:\s*\d{1,6}\s*$/.test(text),
  isRow: () => false,
  read: oneByOne(({ lines }) => {
    const reading = emptyReading();
    const index = Number(/\d+/.exec(lines[0]?.text ?? "")?.[0]);
    let name: string | null = null;
    let mtu: number | null = null;
    let isOver = false;
    const keys = new Set(["Index"]);
    for (const { line, text } of lines.slice(1)) {
      const [, key, value] = XP_LINE.exec(text) ?? [];
      // A label that comes again is the next interface's, whose own index was misread.
      isOver ||= (text === "" && mtu !== null) || (key !== undefined && keys.has(key));
      if (key !== undefined) keys.add(key);
      if (text === "") continue;
      if (isOver || key === undefined || value === undefined) reading.notUnderstood.push({ line, text });
      else if (key === "MTU") mtu = toMtu(value);
      // The name is the first of the lines, whatever its label is translated to.
      else name ??= value;
    }
    if (mtu !== null && name !== null) {
      reading.interfaces.push({ line: lines[0]?.line ?? 0, index, family: 4, mtu, connected: null, name });
    } else if (lines[0]) reading.notUnderstood.push(lines[0]);
    return reading;
  }),
};

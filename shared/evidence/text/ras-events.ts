/**
 * What Windows says of an attempt to connect a VPN: `rasdial`, and the events of RasClient in the forms of
 * the event viewer, `Get-WinEvent`, `Get-EventLog` and `wevtutil`. Windows translates the sentences and the
 * event viewer's labels, never the source's name, the event's number, `CoId={…}` and the error code.
 */

import {
  type Block,
  emptyReading,
  type Format,
  oneByOne,
  type Reading,
  type TextRasFailure,
} from "./format.ts";

/** RasClient's event of an attempt that failed. */
const DIAL_FAILED = 20_227;
/** Codes of connections that had been up and ended: idle, hung up by the user, lost. */
const ENDED_CODES: readonly number[] = [629, 631, 828, 829, 830];

/** The ranges of raserror.h, of IKE's errors, and of HRESULTs, which are negative. */
const isRasCode = (code: number): boolean =>
  (code >= 600 && code <= 999) || (code >= 13_800 && code <= 13_999) || code <= -1_000_000;

/** `Remote Access error 809 - The network …`: words without digits, the code, a dash, a sentence. */
const ERROR_LINE = /^\s*(\D{2,80}?)\s?(-?\d{3,10})\s[-–—]\s\S/;
/** The same in words that are known, so that nothing else needs to say what it is. */
const KNOWN_ERROR = /^\s*(?:Remote Access error|リモート アクセス エラー|RAS-Fehler)\s?\d/i;
/** Stands in the help below each error, in every language. */
const HELP = /\bhh netcfg\.chm\b/i;
/** Progress: `Connecting to VPN...`. */
const PROGRESS = /(?:\.\.\.|…)\s*$/;
/** Where the name stands in the first line of progress, where that is known. */
const CONNECTING = /^\s*(?:Connecting to (.{1,256}?)|(.{1,256}?) に接続中)(?:\.\.\.|…)\s*$/;

function readErrorLine(text: string): number | null {
  if (text.length > 1_000) return null;
  const code = Number(ERROR_LINE.exec(text)?.[2] ?? Number.NaN);
  return isRasCode(code) ? code : null;
}

/** The first argument, quoted or not. What follows it are a user's name and password. */
function connectionOf({ command }: Block): string | null {
  if (command?.program !== "rasdial") return null;
  const typed = command.words.join(" ");
  const [, quoted, plain] = /^"([^"]{1,256})"|^([^\s"/-]\S{0,255})/.exec(typed) ?? [];
  return quoted ?? plain ?? null;
}

function readRasdial(block: Block): Reading {
  const reading = emptyReading();
  const { lines, command } = block;
  const isSure =
    command?.program === "rasdial" || lines.some(({ text }) => KNOWN_ERROR.test(text) || HELP.test(text));
  let connection = connectionOf(block);
  let code: number | null = null;
  /** `opening`: before the first blank line or error; `error`: in its sentence; `after`: below that. */
  let where: "opening" | "error" | "after" = "opening";
  for (const { line, text } of lines) {
    if (text === "") {
      if (where === "error" || reading.isRecognized) where = "after";
      continue;
    }
    const told = isSure ? readErrorLine(text) : null;
    const [, first, second] = CONNECTING.exec(text.slice(0, 400)) ?? [];
    if (told !== null) {
      code = told;
      where = "error";
      reading.isRecognized = true;
      reading.rasFailures.push({ line, at: null, connection, code, message: null });
    } else if (isSure && PROGRESS.test(text)) {
      reading.isRecognized = true;
      // Below an error somebody dialled again.
      connection = first ?? second ?? (code === null ? connection : null);
      code = null;
      where = "opening";
    } else if (
      isSure &&
      ((where === "opening" && reading.isRecognized && !/\d/.test(text)) ||
        where === "error" ||
        HELP.test(text) ||
        /[:：]\s*$/.test(text) ||
        (code !== null && new RegExp(`(?<!\\d)${code}(?!\\d)`).test(text)))
    ) {
      // The rest of the sentence, and the lines of help, the last of which repeats the code.
    } else reading.notUnderstood.push({ line, text });
  }
  return reading;
}

/** Windows's `rasdial`. */
export const rasdial: Format = {
  id: "rasdial",
  system: "Windows",
  gives: "vpn",
  source: "output of Windows in English and Japanese; other languages are read by the code's place alone",
  knownFrom: "public",
  program: "rasdial",
  isHeading: () => false,
  isRow: (text) => (KNOWN_ERROR.test(text) && readErrorLine(text) !== null) || HELP.test(text),
  isLead: (text) =>
    readErrorLine(text) !== null ||
    (text.length < 200 && (PROGRESS.test(text) || /^\S[^.:：=]{5,100}[:：]$/.test(text))),
  read: oneByOne(readRasdial),
};

const SOURCE = /[:：]\s*RasClient(?=\s|$)/;
const SOURCE_XML = /<Provider\s[^<>]{0,80}?Name=["']RasClient["']/;
const EVENT_NUMBER = /(?:^|[:：\s])(202[2-4]\d)(?=\s|$)/;
const CO_ID = /\bCoId\s?=\s?\{[0-9A-Fa-f]{8}-[0-9A-Fa-f-]{0,28}\}?/;
/** `Get-WinEvent`'s and `Get-EventLog`'s table: the number, then the message at the end. */
const TABLE_ROW = /^(.{0,120}?)(?<!\d)(202[2-4]\d)\s.{0,80}?\bCoId\s?=\s?\{/;
const TABLE_HEADING = /^\s*(?:TimeCreated\s+Id|Index\s+Time)\s.{0,80}\bMessage\s*$/;
/** `Date:          11/20/2026 9:12:00 AM`, `TimeCreated : …`. */
const LABELLED = /^\s*([^:：=<>{}]{1,40}?)\s*[:：]\s*(.*)$/;
const HAS_CLOCK = /\d{1,2}:\d{2}(?::\d{2})?/;
/** Labels whose number is not the event's. */
const OTHER_NUMBERS = /^(?:ProcessId|ThreadId|RecordId|Index|Task|Keywords)$/i;
/** Properties of PowerShell's objects, which are not translated; `fl` prints them in the order asked for. */
const PROPERTY =
  /^\s*(?:TimeCreated|Id|InstanceI[dD]|EventID|Level(?:DisplayName)?|EntryType|Source|ProviderName|ProviderId|LogName|MachineName|UserId|UserName|Index|RecordId|ProcessId|ThreadId|Task(?:DisplayName)?|Opcode(?:DisplayName)?|Category(?:Number)?|Keywords(?:DisplayNames)?|Version|Qualifiers|TimeGenerated|TimeWritten|(?:Related)?ActivityId)\s{0,24}: /;
/** `Event[0]:` and the name of the log, which is not translated. */
const NEXT_EVENT = /^\s*Event\[\d{1,7}\]:?\s*$/;
const LOG_NAME = /[:：]\s*Application\s*$/;

/** One event, as far as it was read. */
interface RasEvent {
  line: number;
  number: number | null;
  at: string | null;
  message: string | null;
  connection: string | null;
  code: number | null;
  hasSource: boolean;
  isXml: boolean;
  /** Where its source, time and number stand: most lists have the message last, `Format-List *` first. */
  headers: "above" | "below" | null;
}

const newEvent = (line: number): RasEvent => ({
  line,
  number: null,
  at: null,
  message: null,
  connection: null,
  code: null,
  hasSource: false,
  isXml: false,
  headers: null,
});

/** In front of the number in a row: a time as the country writes it, or `Get-EventLog`'s columns. */
function timeIn(before: string): string | null {
  const columns = /([A-Z][a-z]{2} {1,2}\d{1,2} \d{2}:\d{2}) .*RasClient/.exec(before)?.[1];
  return columns ?? (HAS_CLOCK.test(before) && !before.includes("RasClient") ? before.trim() : null);
}

/** The error code is the last number of the message in every language. */
function codeOf(message: string): number | null {
  const numbers = [...message.replace(CO_ID, "").matchAll(/(?<![\w.{-])-?\d{1,10}(?![\w}])/g)];
  const code = Number(numbers.at(-1)?.[0] ?? Number.NaN);
  if (Number.isNaN(code)) return null;
  // A message that was cut ends in the name of the connection, which may be a number.
  return isRasCode(code) || (code >= 100 && /[.。।！!]\s*$/.test(message)) ? code : null;
}

/** The words may name the connection; that it failed is the event's number. */
const nameIn = (message: string): string | null =>
  /\bconnection named (\S.{0,255}?) (?:with|which) has failed\b/.exec(message)?.[1] ?? quotedName(message);

/** Where the message quotes both, the user is `HOST\\name` and the other is the connection. */
function quotedName(message: string): string | null {
  const quoted = [...message.matchAll(/["“„«]([^"“”„«»]{1,256})["“”»]/g)].map(([, name = ""]) => name.trim());
  const names = quoted.filter((name) => !name.includes("\\"));
  return quoted.length === 2 && names.length === 1 ? (names[0] ?? null) : null;
}

/** Everything a line of XML tells, which may hold a whole event or a part of one. */
function readXml(text: string, event: RasEvent): void {
  const number = /<EventID[^<>]{0,80}>\s*(\d{1,6})\s*</.exec(text)?.[1];
  const at = /\bSystemTime=["']([^"']{1,40})["']/.exec(text)?.[1];
  if (SOURCE_XML.test(text)) event.hasSource = true;
  if (number !== undefined) event.number = Number(number);
  if (at !== undefined) event.at = at;
  // In order: the connection attempt's identity, the user, the connection, the code.
  for (const [, value = ""] of text.matchAll(/<Data(?:\s[^<>]{0,80})?>([^<>]{0,512})<\/Data>/g)) {
    const code = /^\s*(-?\d{1,10})\s*$/.exec(value)?.[1];
    if (code !== undefined && event.connection !== null) event.code = Number(code);
    else event.connection = value.trim();
  }
}

function readEvents({ lines }: Block): Reading {
  const reading = emptyReading();
  const events: RasEvent[] = [];
  let event = newEvent(lines[0]?.line ?? 0);
  let isInMessage = false;
  let blanks = 0;
  const begin = (line: number): void => {
    events.push(event);
    event = newEvent(line);
    isInMessage = false;
  };
  for (const { line, text, stamp } of lines) {
    if (text === "") {
      blanks += 1;
      continue;
    }
    // What Format-List wrapped is indented, also where each line has a blank one below.
    if (blanks > 1 || (blanks > 0 && !/^\s{8}/.test(text))) isInMessage = false;
    blanks = 0;
    if (/^\s*<\/?[A-Za-z]/.test(text) || SOURCE_XML.test(text)) {
      for (const part of text.split(/(?<=<\/Event>)/)) {
        if (/<Event[\s>]/.test(part) && (event.message !== null || event.isXml)) begin(line);
        if (/<[A-Za-z]/.test(part)) {
          event.isXml = true;
          readXml(part, event);
        }
      }
      isInMessage = false;
      continue;
    }
    const coId = CO_ID.exec(text);
    // Two events that were run together: which code is whose is not told.
    if (coId && CO_ID.test(text.slice(coId.index + 5))) {
      reading.notUnderstood.push({ line, text });
      continue;
    }
    const [, before = "", rowNumber] = TABLE_ROW.exec(text) ?? [];
    const [, label = "", value = ""] = LABELLED.exec(text.slice(0, 200)) ?? [];
    const isLabel = /^\D+$/.test(label) && !OTHER_NUMBERS.test(label);
    const number = coId ? rowNumber : !isLabel ? undefined : EVENT_NUMBER.exec(text)?.[1];
    const isSource = !coId && SOURCE.test(text);
    const time = !coId && /^\D+$/.test(label) && HAS_CLOCK.test(value) && /\d{4}|\d.*\d.*\d.*\d/.test(value);
    const isHeader = isSource || time || (number !== undefined && !coId);
    const isRepeated =
      coId !== null ||
      (isSource && event.hasSource) ||
      (time && event.at !== null) ||
      (number !== undefined && event.number !== null);
    const isBelow = event.headers === "below" || (event.headers === null && number !== undefined && !time);
    if (
      (event.message !== null && (isRepeated || NEXT_EVENT.test(text) || (isHeader && !isBelow))) ||
      (event.isXml && (coId !== null || isHeader))
    ) {
      begin(line);
    }
    if (isHeader) event.headers ??= event.message === null ? "above" : "below";
    if (isSource) event.hasSource = true;
    if (number !== undefined) event.number = Number(number);
    if (time) event.at = value.trim().slice(0, 64);
    if (coId) {
      event.line = line;
      event.message = text.slice(coId.index, coId.index + 4_000);
      if (rowNumber !== undefined) event.at = timeIn(before) ?? stamp ?? null;
      isInMessage = true;
    } else if (isHeader || NEXT_EVENT.test(text)) isInMessage = false;
    else if (event.hasSource && event.number !== null && event.message === null && codeOf(text) !== null) {
      // Some posts have the sentence alone, without `CoId`.
      event.line = line;
      event.message = text.slice(0, 4_000);
    } else if (isInMessage && (label === "" || /^\s{8}/.test(text))) {
      event.message = `${event.message} ${text.trim()}`.slice(0, 4_000);
    } else if ((label === "" || /\d/.test(label)) && !TABLE_HEADING.test(text)) {
      // A label with its value belongs to the event, whatever language it is in.
      reading.notUnderstood.push({ line, text });
    }
  }
  begin(0);
  for (const failure of failuresOf(events, reading)) reading.rasFailures.push(failure);
  return reading;
}

function failuresOf(events: readonly RasEvent[], reading: Reading): TextRasFailure[] {
  const failures: TextRasFailure[] = [];
  for (const event of events) {
    const { line, number, at, message, isXml, hasSource } = event;
    if (!isXml && message === null && (number === DIAL_FAILED || (hasSource && number === null))) {
      reading.notUnderstood.push({ line, text: "RasClient" });
    }
    if (isXml ? !hasSource : message === null) continue;
    reading.isRecognized = true;
    const code = isXml ? event.code : codeOf(message ?? "");
    const isFailure =
      number === null
        ? code !== null && isRasCode(code) && !ENDED_CODES.includes(code)
        : number === DIAL_FAILED;
    if (!isFailure) {
      const isOther = number !== null || (code !== null && ENDED_CODES.includes(code));
      if (!isOther) reading.notUnderstood.push({ line, text: message ?? "RasClient" });
      continue;
    }
    if (code === null) {
      reading.notUnderstood.push({ line, text: message ?? "" });
      continue;
    }
    const connection = isXml ? event.connection : nameIn(message ?? "");
    failures.push({ line, at, connection, code, message: connection === null ? message : null });
  }
  return failures;
}

/** The events of RasClient, known by the source, the number and `CoId`. */
export const rasClientEvents: Format = {
  id: "rasclient-events",
  system: "Windows",
  gives: "vpn",
  source: "posts in English and Microsoft's documents; other languages are read by the numbers alone",
  knownFrom: "public",
  isHeading: () => false,
  isRow: (text) => SOURCE_XML.test(text) || (text.length < 4_000 && (SOURCE.test(text) || CO_ID.test(text))),
  isLead: (text) =>
    text.length < 200 &&
    (NEXT_EVENT.test(text) ||
      TABLE_HEADING.test(text) ||
      LOG_NAME.test(text) ||
      PROPERTY.test(text) ||
      /^\s*(?:<(?:Event|System)\b|InstanceI[dD]\s*:\s*202[2-4]\d\s*$)/.test(text) ||
      HAS_CLOCK.test(LABELLED.exec(text)?.[2] ?? "")),
  read: oneByOne(readEvents),
};

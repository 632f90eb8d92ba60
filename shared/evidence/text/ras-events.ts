/**
 * What Windows says of an attempt to connect a VPN: `rasdial`, and the events of RasClient. What a server
 * says stands in `rras-events.ts`, and what an event looks like in `windows-events.ts`.
 */

import {
  type Block,
  emptyReading,
  type Format,
  oneByOne,
  type Reading,
  type TextRasFailure,
} from "./format.ts";
import { isServerEvent, readServerEvents } from "./rras-events.ts";
import { CO_ID, isEventLead, isEventRow, readEvents, type WindowsEvent } from "./windows-events.ts";

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

/** Of XML in order: the connection attempt's identity, the user, the connection, the code. */
function dialIn(data: readonly string[]): { connection: string | null; code: number | null } {
  let connection: string | null = null;
  let code: number | null = null;
  for (const value of data) {
    const number = /^\s*(-?\d{1,10})\s*$/.exec(value)?.[1];
    if (number !== undefined && connection !== null) code = Number(number);
    else connection = value.trim();
  }
  return { connection, code };
}

function readRemoteAccess({ lines }: Block): Reading {
  const reading = emptyReading();
  // Some posts have the sentence alone, without `CoId`.
  const { events, notUnderstood } = readEvents(lines, (text) => codeOf(text) !== null);
  reading.notUnderstood.push(...notUnderstood);
  const ofServer = events.filter(isServerEvent);
  readServerEvents(ofServer, reading);
  const ofClient = events.filter((event) => !isServerEvent(event));
  for (const failure of failuresOf(ofClient, reading)) reading.rasFailures.push(failure);
  if (ofServer.length > 0) reading.format = SERVER_EVENTS;
  return reading;
}

function failuresOf(events: readonly WindowsEvent[], reading: Reading): TextRasFailure[] {
  const failures: TextRasFailure[] = [];
  for (const event of events) {
    const { line, number, at, message, isXml, source } = event;
    const isRasClient = source === "RasClient";
    if (!isXml && message === null && (number === DIAL_FAILED || (isRasClient && number === null))) {
      reading.notUnderstood.push({ line, text: "RasClient" });
    }
    if (source !== null && !isRasClient) {
      // Another event of a server's; the security log has many that have nothing to do with VPNs.
      if (source === "RemoteAccess" && number !== null) reading.isRecognized = true;
      else reading.notUnderstood.push({ line, text: source });
      continue;
    }
    if (isXml && source === null && number !== null) reading.notUnderstood.push({ line, text: `${number}` });
    if (isXml ? !isRasClient : message === null) continue;
    const dial = isXml ? dialIn(event.data) : null;
    const code = dial ? dial.code : codeOf(message ?? "");
    if (isXml || isRasClient || number !== null || code !== null) reading.isRecognized = true;
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
    const connection = dial ? dial.connection : nameIn(message ?? "");
    failures.push({ line, at, connection, code, message: connection === null ? message : null });
  }
  return failures;
}

/** How a block is named that holds a server's events. */
const SERVER_EVENTS = { id: "rras-events", system: "Windows Server" } as const;

/** The events of RasClient, known by the source, the number and `CoId`. */
export const rasClientEvents: Format = {
  id: "rasclient-events",
  system: "Windows",
  gives: "vpn",
  source: "posts in English and Microsoft's documents; other languages are read by the numbers alone",
  knownFrom: "public",
  isHeading: () => false,
  isRow: isEventRow,
  isLead: isEventLead,
  read: oneByOne(readRemoteAccess),
};

/**
 * The events of a VPN server: those of RemoteAccess, which share their marks with RasClient's, and the
 * security log's about IPsec.
 */
export const rrasEvents: Format = {
  ...SERVER_EVENTS,
  gives: "vpn",
  source: "Microsoft's message files (mprmsg.dll, msobjs.dll) and posts; the words are never read",
  knownFrom: "public",
  isHeading: () => false,
  // Its marks are RasClient's too: `readRemoteAccess` tells which of the two a block is.
  isRow: () => false,
  read: oneByOne(readRemoteAccess),
};

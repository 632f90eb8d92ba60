/**
 * Events of Windows about VPNs, cut out of what the event viewer, `Get-WinEvent`, `Get-EventLog` and
 * `wevtutil` print: as labels and values, as tables, as CSV and as XML. Windows translates sentences and the
 * event viewer's labels, never the source's name, the event's number, `CoId={…}` and the names in XML.
 */

import { findAddresses, type TextLine } from "./format.ts";

/** Who wrote an event: a VPN client, a VPN server, or the security log. */
export type EventSource = "RasClient" | "RemoteAccess" | "Microsoft-Windows-Security-Auditing";
const AUDIT: EventSource = "Microsoft-Windows-Security-Auditing";

const NAMES = "RasClient|RemoteAccess|Microsoft-Windows-Security-Auditing";
const SOURCE = new RegExp(String.raw`[:：]\s{0,40}(${NAMES})(?=\s|$)`);
const SOURCE_XML = new RegExp(String.raw`<Provider\s[^<>]{0,80}?Name=["'](${NAMES})["']`);
/** The numbers of RasClient and RemoteAccess, and those of the security log about IPsec. */
const NUMBER = String.raw`202\d\d|465[0-4]|498[34]`;
const EVENT_NUMBER = new RegExp(String.raw`(?:^|[:：\s])(${NUMBER})(?=\s|$)`);
const AUDIT_XML = /<EventID(?:\s[^<>]{0,80})?>\s{0,8}(?:465[0-4]|498[34])\s{0,8}</;
/** The identity of an attempt, which a server may not know: `CoID={NA}`. */
export const CO_ID = /\bCo[Ii][Dd]\s?=\s?\{(?:NA\}|[0-9A-Fa-f]{8}-[0-9A-Fa-f-]{0,28}\}?)/;
/** A table's or a list's row: the number, then the message at the end. */
const TABLE_ROW = /^(.{0,120}?)(?<!\d)(202\d\d)[\s",;].{0,160}?\bCo[Ii][Dd]\s?=\s?\{/;
const TABLE_HEADING = /^\s*(?:TimeCreated\s+Id|Index\s+Time)\s.{0,80}\bMessage\s*$/;
/** `Date:          11/20/2026 9:12:00 AM`, `TimeCreated : …`. */
const LABELLED = /^\s*([^:：=<>{}]{1,40}?)\s*[:：]\s*(.*)$/;
const HAS_CLOCK = /\d{1,2}:\d{2}(?::\d{2})?/;
/** Labels whose number is not the event's. */
const OTHER_NUMBERS = /^(?:ProcessId|ThreadId|RecordId|Index|Task|Keywords)$/i;
/** Properties of PowerShell's objects, which are not translated; `fl` prints them in the order asked for. */
const PROPERTY =
  /^\s{0,8}(TimeCreated|Id|InstanceI[dD]|EventID|Level(?:DisplayName)?|EntryType|Source|ProviderName|ProviderId|LogName|MachineName|UserId|UserName|Index|RecordId|ProcessId|ThreadId|Task(?:DisplayName)?|Opcode(?:DisplayName)?|Category(?:Number)?|Keywords(?:DisplayNames)?|Version|Qualifiers|TimeGenerated|TimeWritten|(?:Related)?ActivityId|Data|ReplacementStrings|Message)\s{0,24}:(?: |$)/;
/** `Event[0]:` and the name of the log, which is not translated. */
const NEXT_EVENT = /^\s*Event\[\d{1,7}\]:?\s*$/;
const LOG_NAME = /[:：]\s*(?:Application|System|Security)\s*$/;
/** `Data : {179, 2, 0, 0}`, as `Get-EventLog` lists it. */
const DATA = /^\s*Data\s{0,24}: \{(\d{1,3}), (\d{1,3}), (\d{1,3}), (\d{1,3})[,}]/;
/** A browser shows XML with a minus that folds it. */
const XML_LINE = /^\s*(?:[-+]\s{0,4})?<\/?[A-Za-z]/;
/** Of an event that says what it is about in lines of its own: an SPI, how keys are agreed, a port. */
const DETAIL = /[:：]\s{0,40}(?:[0-9A-Fa-f]{16}|IKEv2|IKEv1|AuthIP)\s*$/;
const PORT = /[:：]\s{0,40}\d{1,5}\s*$/;
/** No event of these has more lines that tell something. */
const MOST_DETAILS = 64;
const LONGEST_MESSAGE = 4_000;

/** One event, as far as it was read. */
export interface WindowsEvent {
  line: number;
  number: number | null;
  at: string | null;
  /** The sentence, from `CoId` on. */
  message: string | null;
  source: EventSource | null;
  isXml: boolean;
  /** The values of XML: those without names in their order, and those with a name. */
  data: string[];
  named: Map<string, string>;
  /** The event's data, of which the first four bytes are an error's number, lowest byte first. */
  errorNumber: number | null;
  /** Lines below the sentence that hold an address, a port or an SPI. */
  details: string[];
  /** Where its source, time and number stand: most lists have the message last, `Format-List *` first. */
  headers: "above" | "below" | null;
}

const newEvent = (line: number): WindowsEvent => ({
  line,
  number: null,
  at: null,
  message: null,
  source: null,
  isXml: false,
  data: [],
  named: new Map(),
  errorNumber: null,
  details: [],
  headers: null,
});

const sourceIn = (text: string, pattern: RegExp): EventSource | null =>
  (pattern.exec(text)?.[1] as EventSource | undefined) ?? null;

/** Whether the line is surely of an event about remote access, or of one of the security log's. */
export const isEventRow = (text: string): boolean =>
  SOURCE_XML.test(text) ||
  AUDIT_XML.test(text) ||
  (text.length < LONGEST_MESSAGE && (SOURCE.test(text) || CO_ID.test(text)));

/** Whether the line may stand above the first sure one. */
export const isEventLead = (text: string): boolean =>
  text.length < 200 &&
  (NEXT_EVENT.test(text) ||
    TABLE_HEADING.test(text) ||
    LOG_NAME.test(text) ||
    PROPERTY.test(text) ||
    /^\s*(?:(?:[-+]\s{0,4})?<(?:Event|System)\b|InstanceI[dD]\s*:\s*202\d\d\s*$)/.test(text) ||
    HAS_CLOCK.test(LABELLED.exec(text)?.[2] ?? ""));

/** In front of the number in a row: a time as the country writes it, or `Get-EventLog`'s columns. */
function timeIn(before: string): string | null {
  const columns = /([A-Z][a-z]{2} {1,2}\d{1,2} \d{2}:\d{2}) .*(?:RasClient|RemoteAccess)/.exec(before)?.[1];
  if (columns !== undefined) return columns;
  const cells = before.split(/[",;]/).map((cell) => cell.trim());
  return cells.find((cell) => HAS_CLOCK.test(cell) && !/RasClient|RemoteAccess/.test(cell)) ?? null;
}

const toErrorNumber = (bytes: readonly number[]): number =>
  bytes.reduceRight((number, byte) => number * 256 + byte, 0);

/** Everything a line of XML tells, which may hold a whole event or a part of one. */
function readXml(text: string, event: WindowsEvent): void {
  const number = /<EventID[^<>]{0,80}>\s*(\d{1,6})\s*</.exec(text)?.[1];
  const at = /\bSystemTime=["']([^"']{1,40})["']/.exec(text)?.[1];
  const binary = /<Binary>([0-9A-Fa-f]{8})[0-9A-Fa-f]{0,64}<\/Binary>/.exec(text)?.[1];
  event.source ??= sourceIn(text, SOURCE_XML);
  if (number !== undefined) event.number = Number(number);
  if (at !== undefined) event.at = at;
  if (binary !== undefined) {
    event.errorNumber = toErrorNumber((binary.match(/../g) ?? []).map((byte) => Number.parseInt(byte, 16)));
  }
  for (const [, about = "", value = ""] of text.matchAll(
    /<Data((?:\s[^<>]{0,80})?)>([^<>]{0,1000})<\/Data>/g,
  )) {
    const name = /\bName=["']([A-Za-z]{1,40})["']/.exec(about)?.[1];
    if (name === undefined) event.data.push(value);
    else event.named.set(name, value.trim());
  }
}

/** What the lines of a block tell, event by event. */
interface ReadEvents {
  events: WindowsEvent[];
  notUnderstood: TextLine[];
}

/**
 * Cuts a block into its events.
 *
 * @param isSentence whether a line without `CoId` is the sentence of an event
 */
export function readEvents(lines: readonly TextLine[], isSentence: (text: string) => boolean): ReadEvents {
  const events: WindowsEvent[] = [];
  const notUnderstood: TextLine[] = [];
  let event = newEvent(lines[0]?.line ?? 0);
  const isDoubleSpaced = isSpaced(lines);
  let isInMessage = false;
  let blanks = 0;
  /** Properties that PowerShell has listed of this event. */
  let listed = new Set<string>();
  const begin = (line: number): void => {
    events.push(event);
    event = newEvent(line);
    isInMessage = false;
    listed = new Set();
  };
  const hasBody = (): boolean =>
    event.message !== null || (event.source === AUDIT && event.details.length > 0);
  for (const { line, text, stamp } of lines) {
    if (text === "") {
      blanks += 1;
      continue;
    }
    // What Format-List wrapped is indented, also where each line has a blank one below.
    if (blanks > 1 || (blanks > 0 && !/^\s{8}/.test(text))) isInMessage = false;
    const isApart = blanks > (isDoubleSpaced ? 1 : 0);
    blanks = 0;
    if (XML_LINE.test(text) || SOURCE_XML.test(text)) {
      for (const part of text.split(/(?<=<\/Event>)/)) {
        const isNext = /<EventID[\s>]/.test(part) && event.number !== null;
        if ((/<Event[\s>]/.test(part) && (hasBody() || event.isXml)) || (event.isXml && isNext)) begin(line);
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
      notUnderstood.push({ line, text });
      continue;
    }
    const [, before = "", rowNumber] = TABLE_ROW.exec(text) ?? [];
    const [, label = "", value = ""] = LABELLED.exec(text.slice(0, 200)) ?? [];
    // Below the sentence of the security log's events stand numbers of other things.
    const isOfBody = event.source === AUDIT && event.details.length > 0 && event.number !== null;
    const isLabel = /^\D+$/.test(label) && !OTHER_NUMBERS.test(label) && !isOfBody;
    const number = coId ? rowNumber : !isLabel ? undefined : EVENT_NUMBER.exec(text)?.[1];
    const source = coId ? null : sourceIn(text, SOURCE);
    const isDetail = !coId && source === null && number === undefined && isDetailOf(event, text);
    const time =
      !coId &&
      !isDetail &&
      /^\D+$/.test(label) &&
      HAS_CLOCK.test(value) &&
      /\d{4}|\d.*\d.*\d.*\d/.test(value);
    const isHeader = source !== null || time || (number !== undefined && !coId);
    const isRepeated =
      coId !== null ||
      (source !== null && event.source !== null) ||
      (time && event.at !== null) ||
      (number !== undefined && event.number !== null);
    const property = PROPERTY.exec(text)?.[1];
    const isListed = property !== undefined && !(listed.has(property) || (isApart && listed.size > 0));
    const isBelow = event.headers === "below" || (event.headers === null && number !== undefined && !time);
    if (property !== undefined && !isListed && listed.size > 0) begin(line);
    else if (property !== undefined && listed.size > 0 && (source === null || event.source === null)) {
      // Of a list, one property after the other is of one event.
    } else if (
      (hasBody() && (isRepeated || NEXT_EVENT.test(text) || (isHeader && !isBelow))) ||
      (hasBody() && event.source === AUDIT && event.headers === "below" && isDetail) ||
      (event.isXml && (coId !== null || isHeader))
    ) {
      begin(line);
    }
    if (property !== undefined) listed.add(property);
    if (isHeader) event.headers ??= event.message === null && event.details.length === 0 ? "above" : "below";
    const bytes = DATA.exec(text)?.slice(1).map(Number);
    if (bytes) event.errorNumber = toErrorNumber(bytes);
    if (source !== null) event.source = source;
    if (number !== undefined) event.number = Number(number);
    if (time) event.at = value.trim().slice(0, 64);
    if (coId) {
      event.line = line;
      event.message = text.slice(coId.index, coId.index + LONGEST_MESSAGE);
      if (/RemoteAccess/.test(before)) event.source ??= "RemoteAccess";
      if (rowNumber !== undefined) event.at = timeIn(before) ?? stamp ?? null;
      isInMessage = true;
    } else if (isHeader || NEXT_EVENT.test(text)) isInMessage = false;
    else if (isDetail && event.message === null) {
      if (event.details.length === 0) event.line = line;
      if (event.details.length < MOST_DETAILS) event.details.push(text.slice(0, 200));
    } else if (
      event.number !== null &&
      event.message === null &&
      (event.source === "RasClient"
        ? isSentence(text)
        : event.source === "RemoteAccess" && !isLabelled(label))
    ) {
      event.line = line;
      event.message = text.slice(0, LONGEST_MESSAGE);
    } else if (isInMessage && (label === "" || /^\s{8}/.test(text))) {
      event.message = `${event.message} ${text.trim()}`.slice(0, LONGEST_MESSAGE);
    } else if (!isLabelled(label) && !TABLE_HEADING.test(text) && (event.source !== AUDIT || event.isXml)) {
      // A label with its value belongs to the event, whatever language it is in.
      notUnderstood.push({ line, text });
    }
  }
  begin(0);
  return { events, notUnderstood };
}

/** Each line has a blank one below it. */
function isSpaced(lines: readonly TextLine[]): boolean {
  const last = lines.findLastIndex(({ text }) => text !== "");
  const rows = lines.slice(0, last + 1);
  const isGap = (at: number): boolean => rows[at]?.text === "" || rows[at + 1]?.text === "" || at === last;
  return last > 2 && rows.every((_, at) => isGap(at));
}

const isLabelled = (label: string): boolean => label !== "" && !/\d/.test(label);

/** The value of a label is an address, or something that stands below one. */
function isDetailOf({ details }: WindowsEvent, text: string): boolean {
  const line = text.slice(0, 200);
  if (DETAIL.test(line) || (details.length > 0 && PORT.test(line))) return true;
  const value = /[:：]\s{1,40}(\S{2,60})\s*$/.exec(line)?.[1] ?? "";
  return findAddresses(value)[0]?.address === value;
}

/**
 * `ipconfig` and `ipconfig /all`, in any language: adapters by their form. A heading stands at the margin
 * and ends in a colon, a field has a row of dots before its colon. Which field is which is told by the
 * values: the address of the adapter has its mask in the field below, and the gateway comes after the mask.
 */

import { type Block, emptyReading, type Format, findAddresses, oneByOne, type Reading } from "./format.ts";

/** `   IPv4 Address. . . . . . . . . . . : 192.168.1.5(Preferred)` */
const FIELD = /^\s*[^\s.][^.:]{0,80}?\s?(?:\.\s?){3,60}[:：]\s?(.*)$/;
/** Inside an adapter some have but one dot or none: `Verbindungsspezifisches DNS-Suffix:`. */
const SHORT_FIELD = /^(?:\s*[^:]{2,80}?\s?\.\s?[:：]\s?|\s{1,9}(?=\S)[^:]{2,80}?[:：]\s?)(.*)$/;
const HEADING = /^(\S[^=<>]{1,160}?)\s?[:：]$/;
/** `Windows IP Configuration`, `Windows-IP-Konfiguration`: these two words are in it in every language. */
const TITLE = /^(?=.{0,60}\bWindows\b)(?=.{0,60}\bIP\b).{5,80}$/;
const MAC_ADDRESS = /^[0-9A-F]{2}(?:-[0-9A-F]{2}){5,7}$/i;
/** A second address or server, below the first. */
const CONTINUED = /^\s{10,}(\S.*)$/;

const isMask = (value: string): boolean => {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(value);
  if (!parts) return false;
  const bits = parts
    .slice(1)
    .map((part) => Number(part).toString(2).padStart(8, "0"))
    .join("");
  return /^1{8}1*0*$/.test(bits) && bits.length === 32;
};

const addressOf = (value: string): string | null => findAddresses(` ${value}`)[0]?.address ?? null;

interface Adapter {
  line: number;
  name: string;
  fields: string[][];
}

function readFields({ line, name, fields }: Adapter): Reading["adapters"][number] {
  const first = fields.map(([value = ""]) => value);
  const addresses: string[] = [];
  let hasGateway: boolean | null = null;
  const mask = first.findLastIndex(isMask);
  for (const [at, value] of first.entries()) {
    const address = addressOf(value);
    if (address !== null && isMask(first[at + 1] ?? "") && !/^169\.254\./.test(address)) {
      addresses.push(address);
    }
    // Dates of a lease stand between the mask and the gateway.
    if (mask >= 0 && at > mask && hasGateway === null) {
      const [told] = (fields[at] ?? []).filter((v) => v !== "");
      // An empty field at the end may be one that was cut.
      if (told === undefined && at < first.length - 1) hasGateway = false;
      else if (told !== undefined && addressOf(told) !== null && /^[0-9a-f.:%]+$/i.test(told))
        hasGateway = true;
    }
  }
  const mac = first.findIndex((value) => MAC_ADDRESS.test(value));
  return {
    line,
    index: null,
    name,
    description: mac > 0 ? (first[mac - 1] ?? null) : null,
    connected: addresses.length > 0 ? true : null,
    mtu: null,
    addresses,
    hasGateway,
  };
}

function read({ lines }: Block): Reading {
  const reading = emptyReading();
  const adapters: Adapter[] = [];
  /** `null` above the first adapter, where the computer's own fields are, and below a line that is none. */
  let current: Adapter | null = null;
  let isAfterBlank = true;
  let field: string[] | null = null;
  for (const [at, { line, text }] of lines.entries()) {
    if (text === "") {
      isAfterBlank = true;
      continue;
    }
    const isAlone = isAfterBlank && (lines[at + 1]?.text ?? "") === "";
    isAfterBlank = false;
    const name = HEADING.exec(text)?.[1];
    const isHeading = name !== undefined && isAlone;
    const value =
      FIELD.exec(text)?.[1] ??
      (isHeading ? undefined : (SHORT_FIELD.exec(text)?.[1] ?? (name === undefined ? undefined : "")));
    const more = CONTINUED.exec(text)?.[1];
    if (text.length > 400) reading.notUnderstood.push({ line, text });
    else if (isHeading) {
      current = { line, name, fields: [] };
      adapters.push(current);
      field = null;
    } else if (more !== undefined && field) field.push(more.trim());
    else if (value !== undefined) {
      field = [value.trim()];
      current?.fields.push(field);
      reading.isRecognized = true;
    } else {
      // A title, or half a heading: what follows belongs to no adapter that is known.
      current = null;
      field = null;
      if (!TITLE.test(text)) reading.notUnderstood.push({ line, text });
    }
  }
  for (const adapter of adapters) {
    if (adapter.fields.length > 0) reading.adapters.push(readFields(adapter));
    else reading.notUnderstood.push({ line: adapter.line, text: `${adapter.name}:` });
  }
  return reading;
}

/** Windows's ipconfig. */
export const ipconfig: Format = {
  id: "ipconfig",
  system: "Windows",
  gives: "adapters",
  source: "posts in English, German and Japanese; other languages are read by the form alone",
  knownFrom: "public",
  program: "ipconfig",
  isHeading: () => false,
  isRow: (text) => text.length < 400 && FIELD.test(text),
  isLead: (text) => text.length < 200 && (HEADING.test(text) || TITLE.test(text)),
  read: oneByOne(read),
};

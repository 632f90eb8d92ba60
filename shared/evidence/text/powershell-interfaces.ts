/**
 * `Get-NetIPInterface` as table and as list. PowerShell translates neither names of properties nor these
 * values.
 */

import { type Block, emptyReading, type Format, oneByOne, type Reading, toMtu } from "./format.ts";

const HEADING = /^\s*ifIndex\s+InterfaceAlias\s+AddressFamily\s+NlMtu(?:\(Bytes\))?\b/i;
const ROW =
  /^\s*(\d{1,10})\s+(\S.{0,255}?)\s+IPv([46])\s+(\d{2,10})\s+\d{1,10}\s+(?:Enabled|Disabled)\s+(Connected|Disconnected)\b/i;
const LIST_LINE = /^\s*([A-Za-z]{3,30}(?:\(Bytes\))?)\s*: ?(.*)$/;
const LIST_START = /^\s*(?:ifIndex|InterfaceIndex|InterfaceAlias)\s+: \S/i;

function readTable({ lines }: Block): Reading {
  const reading = emptyReading();
  for (const { line, text } of lines) {
    if (text === "" || HEADING.test(text)) continue;
    const [, index, name, family, mtu, state] = ROW.exec(text) ?? [];
    if (!index || !name || !family || !mtu || !state) {
      reading.notUnderstood.push({ line, text });
      continue;
    }
    reading.interfaces.push({
      line,
      index: Number(index),
      family: family === "4" ? 4 : 6,
      mtu: toMtu(mtu),
      connected: state.toLowerCase() === "connected",
      name,
    });
  }
  return reading;
}

/** One block holds all interfaces: a property that comes again begins the next one. */
function readList({ lines }: Block): Reading {
  const reading = emptyReading();
  let values = new Map<string, string>();
  let line = lines[0]?.line ?? 0;
  const finish = (): void => {
    const index = values.get("ifindex") ?? values.get("interfaceindex");
    const mtu = values.get("nlmtu(bytes)") ?? values.get("nlmtu");
    const family = /^IPv([46])$/i.exec(values.get("addressfamily") ?? "")?.[1];
    const state = values.get("connectionstate")?.toLowerCase();
    const name = values.get("interfacealias");
    if (family && mtu && (index || name)) {
      reading.interfaces.push({
        line,
        index: index ? Number(index) : null,
        family: family === "4" ? 4 : 6,
        mtu: toMtu(mtu),
        connected: state === "connected" ? true : state === "disconnected" ? false : null,
        name: name ?? "",
      });
    } else if (values.size > 0) {
      reading.notUnderstood.push({
        line,
        text: [...values].map(([key, value]) => `${key}: ${value}`).join(", "),
      });
    }
    values = new Map();
  };
  for (const row of lines) {
    if (row.text === "") continue;
    const [, key, value] = LIST_LINE.exec(row.text) ?? [];
    if (key === undefined || value === undefined) {
      reading.notUnderstood.push(row);
      continue;
    }
    const name = key.toLowerCase();
    if (values.has(name)) finish();
    if (values.size === 0) line = row.line;
    values.set(name, value.trim());
  }
  finish();
  return reading;
}

/** The table, as it is shown unasked. */
export const powershellInterfaceTable: Format = {
  id: "get-netipinterface-table",
  system: "Windows PowerShell",
  gives: "interfaces",
  source: "PurpleI2P/i2pd#1880",
  knownFrom: "public",
  isHeading: (text) => text.length < 400 && HEADING.test(text),
  isRow: (text) => text.length < 400 && ROW.test(text),
  read: oneByOne(readTable),
};

/** The same through `Format-List` or `Select-Object`. */
export const powershellInterfaceList: Format = {
  id: "get-netipinterface-list",
  system: "Windows PowerShell",
  gives: "interfaces",
  source: "the property names of Get-NetIPInterface",
  knownFrom: "public",
  isHeading: () => false,
  isRow: (text) =>
    text.length < 400 && (LIST_START.test(text) || /^\s*NlMtu(?:\(Bytes\))?\s*: \d/i.test(text)),
  read: oneByOne(readList),
};

/**
 * `Get-NetIPInterface` as table and as list. PowerShell translates neither names of properties nor these
 * values.
 */

import { type Block, emptyReading, type Format, oneByOne, type Reading, toMtu } from "./format.ts";
import { quoteProperties, readPropertyLists } from "./powershell-objects.ts";

const HEADING = /^\s*ifIndex\s+InterfaceAlias\s+AddressFamily\s+NlMtu(?:\(Bytes\))?\b/i;
const ROW =
  /^\s*(\d{1,10})\s+(\S.{0,255}?)\s+IPv([46])\s+(\d{2,10})\s+\d{1,10}\s+(?:Enabled|Disabled)\s+(Connected|Disconnected)\b/i;
/** Other lists have these too, above a line that tells whose list it is. */
const LIST_LEAD = /^\s*(?:ifIndex|InterfaceIndex|InterfaceAlias|Store)\s*: \S/i;
const LIST_ROW = /^\s*(?:NlMtu(?:\(Bytes\))?\s*: \d|AddressFamily\s*: IPv[46]\s*$)/i;
/**
 * Behind the number of the line in front the index would be another; and two rows, one of them misread, are
 * none.
 */
const NOT_IN_A_NAME = /^\d{1,10}\s{2}|\s(?:IPv[46]|Enabled|Disabled)\s/i;

function readTable({ lines }: Block): Reading {
  const reading = emptyReading();
  for (const { line, text } of lines) {
    if (text === "" || (HEADING.test(text) && !/\d/.test(text))) continue;
    const [, index, name, family, mtu, state] = ROW.exec(text) ?? [];
    if (!index || !name || !family || !mtu || !state || NOT_IN_A_NAME.test(name)) {
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

function readList({ lines }: Block): Reading {
  const reading = emptyReading();
  const { lists, notUnderstood } = readPropertyLists(lines);
  reading.notUnderstood.push(...notUnderstood);
  for (const { line, values } of lists) {
    const index = values.get("ifindex") ?? values.get("interfaceindex");
    const mtu = values.get("nlmtu(bytes)") ?? values.get("nlmtu");
    const family = /^IPv([46])$/i.exec(values.get("addressfamily") ?? "")?.[1];
    const state = values.get("connectionstate")?.toLowerCase();
    const name = values.get("interfacealias");
    if (family && mtu && /^\d{2,10}$/.test(mtu) && /^\d{1,10}$/.test(index ?? "0") && (index || name)) {
      reading.interfaces.push({
        line,
        index: index ? Number(index) : null,
        family: family === "4" ? 4 : 6,
        mtu: toMtu(mtu),
        connected: state === "connected" ? true : state === "disconnected" ? false : null,
        name: name ?? "",
      });
    } else reading.notUnderstood.push(quoteProperties({ line, values }));
  }
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
  isRow: (text) => text.length < 400 && LIST_ROW.test(text),
  isLead: (text) => text.length < 400 && LIST_LEAD.test(text),
  read: oneByOne(readList),
};

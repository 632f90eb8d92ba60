/**
 * Adapters and VPN connections as PowerShell shows its objects: as lists, `Name : value` a line, or tables.
 * PowerShell translates neither names of properties nor the values that are looked at here.
 */

import {
  type Block,
  emptyReading,
  type Format,
  findAddresses,
  isHost,
  oneByOne,
  type Reading,
  type TextLine,
  toMtu,
} from "./format.ts";

/** `NetProfile.Name     : Network`, `LinkSpeed(Gbps) : 1`. */
const PROPERTY = /^\s*([A-Za-z][\w.]{1,60}(?:\([A-Za-z]{1,12}\))?)\s*: ?(.*)$/;
/** What Format-List wrapped stands below the value. */
const CONTINUED = /^\s{8,}\S/;

/** The properties of one object, by name in lower case. */
export interface PropertyList {
  line: number;
  values: Map<string, string>;
}

/**
 * The objects of a block: a property that comes again begins the next one, and so does a blank line, unless
 * each line has one below it.
 */
export function readPropertyLists(lines: readonly TextLine[]): {
  lists: PropertyList[];
  notUnderstood: TextLine[];
} {
  const lists: PropertyList[] = [];
  const notUnderstood: TextLine[] = [];
  const rows = lines.flatMap((row, at) => (row.text === "" ? [] : [{ ...row, at }]));
  const gapAbove = (index: number): number => (rows[index]?.at ?? 0) - (rows[index - 1]?.at ?? 0) - 1;
  const isDoubleSpaced = rows.length > 2 && rows.every((_, index) => index === 0 || gapAbove(index) > 0);
  let current: PropertyList | null = null;
  let last: string | null = null;
  for (const [index, { line, text }] of rows.entries()) {
    if (gapAbove(index) > (isDoubleSpaced ? 1 : 0)) {
      current = null;
      last = null;
    }
    const [, property, value = ""] = PROPERTY.exec(text) ?? [];
    if (property === undefined) {
      if (current && last !== null && CONTINUED.test(text)) {
        current.values.set(last, `${current.values.get(last)} ${text.trim()}`.slice(0, 4_000));
      } else {
        // What a mailer wrapped is half a value.
        if (last !== null) current?.values.delete(last);
        last = null;
        notUnderstood.push({ line, text });
      }
      continue;
    }
    last = property.toLowerCase();
    if (!current || current.values.has(last)) {
      current = { line, values: new Map() };
      lists.push(current);
    }
    current.values.set(last, value.trim());
  }
  return { lists, notUnderstood };
}

/** A list that lacks what it is read for, as one line. */
export const quoteProperties = ({ line, values }: PropertyList): TextLine => ({
  line,
  text: [...values].map(([key, value]) => `${key}: ${value}`).join(", "),
});

/** `{MachineCertificate}`, `{Eap, MsChapv2}`. */
const toNames = (value: string): string[] =>
  value
    .replace(/^\{|\.{3}|…|\}$/g, "")
    .split(",")
    .map((name) => name.trim().slice(0, 64))
    .filter((name) => name !== "")
    .slice(0, 16);

const toConnected = (status: string | undefined): boolean | null =>
  status === undefined
    ? null
    : /^connected$/i.test(status)
      ? true
      : /^disconnected$/i.test(status)
        ? false
        : null;

const TUNNEL_TYPE = /^(?:Ikev2|Automatic|L2tp|Pptp|Sstp|ProtocolList)$/i;
const VPN_ROW =
  /^\s*(?:ServerAddress\s*: \S|TunnelType\s*: (?:Ikev2|Automatic|L2tp|Pptp|Sstp|ProtocolList)\s*$)/i;

function readVpnList({ lines }: Block): Reading {
  const reading = emptyReading();
  const { lists, notUnderstood } = readPropertyLists(lines);
  reading.notUnderstood.push(...notUnderstood);
  for (const { line, values } of lists) {
    const name = values.get("name");
    const serverAddress = values.get("serveraddress");
    if (!name || !serverAddress || !isHost(serverAddress)) {
      reading.notUnderstood.push(quoteProperties({ line, values }));
      continue;
    }
    reading.vpnProfiles.push({
      line,
      name: name.slice(0, 512),
      serverAddress: serverAddress.slice(0, 512),
      tunnelType: values.get("tunneltype") ?? "",
      authenticationMethods: toNames(values.get("authenticationmethod") ?? ""),
      connected: toConnected(values.get("connectionstatus")),
    });
  }
  return reading;
}

/** `Get-VpnConnection`, as it is shown unasked. */
export const vpnConnectionList: Format = {
  id: "get-vpnconnection-list",
  system: "Windows PowerShell",
  gives: "vpn",
  source: "the property names of Get-VpnConnection, and Microsoft's documents",
  knownFrom: "public",
  isHeading: () => false,
  isRow: (text) => text.length < 600 && VPN_ROW.test(text),
  isLead: (text) => text.length < 600 && /^\s*Name\s*: \S/.test(text),
  read: oneByOne(readVpnList),
};

const VPN_HEADING = /^\s*(?=.{0,200}\bServerAddress\b)(?=.{0,200}\bTunnelType\b)[A-Za-z][A-Za-z ]{20,200}$/;

/**
 * The cells of a row: two blanks between them, or one where the name, which alone may hold blanks, is first.
 * What stands in braces is one cell.
 */
function readCells(row: string, count: number): string[] | null {
  const wide = row.trim().split(/\s{2,}/);
  if (wide.length === count) return wide;
  const words = row.trim().match(/\{[^{}]{0,200}\}|\S+/g) ?? [];
  const others = words.slice(words.length - count + 1);
  return words.length >= count ? [words.slice(0, words.length - count + 1).join(" "), ...others] : null;
}

function readVpnTable({ lines: [heading, ...rows] }: Block): Reading {
  const reading = emptyReading();
  const names = (heading?.text ?? "").trim().toLowerCase().split(/\s+/);
  const at = (name: string): number => names.indexOf(name);
  for (const { line, text } of rows) {
    if (text === "") continue;
    const cells = text.length < 600 && at("name") === 0 ? readCells(text, names.length) : null;
    const tunnelType = cells?.[at("tunneltype")] ?? "";
    const [name = ""] = cells ?? [];
    const serverAddress = cells?.[at("serveraddress")] ?? "";
    if (!TUNNEL_TYPE.test(tunnelType) || !isHost(serverAddress) || name === "") {
      reading.notUnderstood.push({ line, text });
      continue;
    }
    reading.vpnProfiles.push({
      line,
      name,
      serverAddress,
      tunnelType,
      authenticationMethods: toNames(cells?.[at("authenticationmethod")] ?? ""),
      connected: toConnected(cells?.[at("connectionstatus")]),
    });
  }
  if (reading.vpnProfiles.length === 0 && heading) reading.notUnderstood.push(heading);
  return reading;
}

/** The same through `Format-Table` or `Select-Object`, where it has at least name, server and type. */
export const vpnConnectionTable: Format = {
  id: "get-vpnconnection-table",
  system: "Windows PowerShell",
  gives: "vpn",
  source: "the property names of Get-VpnConnection",
  knownFrom: "public",
  isHeading: (text) => text.length < 400 && VPN_HEADING.test(text),
  isRow: () => false,
  read: oneByOne(readVpnTable),
};

const ADAPTER_ROW =
  /^\s*(?:InterfaceDescription|ifDesc|MacAddress|MtuSize|ifOperStatus|InterfaceOperationalStatus|MediaConnectionState)\s*: \S/;
const ADAPTER_LEAD = /^\s*(?:Name|ifAlias|InterfaceAlias|ifIndex|InterfaceIndex)\s*: \S/;

const UP = /^(?:Up|1)$/i;
const DOWN = /^(?:Down|2|Disconnected|Disabled|Not Present|Lower Layer Down)$/i;

/** An empty value at the end may be one that was cut. */
function hasGatewayIn(values: ReadonlyMap<string, string>): boolean | null {
  const gateway = values.get("ipv4defaultgateway");
  if (gateway === undefined || (gateway === "" && [...values.keys()].at(-1) === "ipv4defaultgateway"))
    return null;
  return gateway !== "";
}

function readAdapterList({ lines }: Block): Reading {
  const reading = emptyReading();
  const { lists, notUnderstood } = readPropertyLists(lines);
  reading.notUnderstood.push(...notUnderstood);
  for (const { line, values } of lists) {
    const value = (...names: string[]): string | undefined =>
      names.map((name) => values.get(name)).find((v) => v !== undefined && v !== "");
    const index = Number(value("ifindex", "interfaceindex") ?? Number.NaN);
    const name = value("name", "ifalias", "interfacealias");
    const status = value("status", "netadapter.status", "ifoperstatus", "interfaceoperationalstatus");
    const isUp = status === undefined ? null : UP.test(status) ? true : DOWN.test(status) ? false : null;
    const addresses = [value("ipv4address"), value("ipv6address")].flatMap((a) => toNames(a ?? ""));
    const isMisread = addresses.some((a) => findAddresses(a)[0]?.address !== a);
    if (name === undefined || isMisread || (Number.isNaN(index) && isUp === null)) {
      reading.notUnderstood.push(quoteProperties({ line, values }));
      continue;
    }
    reading.adapters.push({
      line,
      index: Number.isInteger(index) && index > 0 ? index : null,
      name: name.slice(0, 512),
      description: value("interfacedescription", "ifdesc")?.slice(0, 512) ?? null,
      connected: isUp ?? (addresses.length > 0 ? true : null),
      mtu: toMtu(value("mtusize", "activemaximumtransmissionunit") ?? ""),
      addresses,
      hasGateway: hasGatewayIn(values),
    });
  }
  return reading;
}

/** `Get-NetAdapter | Format-List`, with or without `*`, and `Get-NetIPConfiguration`. */
export const netAdapterList: Format = {
  id: "get-netadapter-list",
  system: "Windows PowerShell",
  gives: "adapters",
  source: "Microsoft's documents, and the property names of Get-NetAdapter and Get-NetIPConfiguration",
  knownFrom: "public",
  isHeading: () => false,
  isRow: (text) => text.length < 600 && ADAPTER_ROW.test(text),
  isLead: (text) => text.length < 600 && ADAPTER_LEAD.test(text),
  read: oneByOne(readAdapterList),
};

const ADAPTER_HEADING = /^\s*Name\s+InterfaceDescription\s+ifIndex\s+Status\b/;
/** Name and description, index, status, MAC address where there is one, speed. */
const ADAPTER_TABLE_ROW =
  /^\s*(\S.{1,400}?)\s+(\d{1,6})\s+(Up|Disconnected|Disabled|Not Present|Lower Layer Down|Dormant|Testing|Unknown)\s+(?:[0-9A-F]{2}(?:-[0-9A-F]{2}){5,7}\s+)?\d{1,6}(?:[.,]\d{1,3})? [KMG]?bps\s*$/i;

function readAdapterTable({ lines }: Block): Reading {
  const reading = emptyReading();
  for (const { line, text } of lines) {
    if (text === "" || ADAPTER_HEADING.test(text)) continue;
    const [, both = "", index, status] = text.length < 600 ? (ADAPTER_TABLE_ROW.exec(text) ?? []) : [];
    // A row with one blank between the two does not say where the name ends.
    const [name = "", description, ...more] = both.split(/\s{2,}/);
    if (index === undefined || status === undefined || description === undefined || more.length > 0) {
      reading.notUnderstood.push({ line, text });
      continue;
    }
    reading.adapters.push({
      line,
      index: Number(index),
      name,
      description,
      connected: /^Up$/i.test(status),
      mtu: null,
      addresses: [],
      hasGateway: null,
    });
  }
  return reading;
}

/** `Get-NetAdapter`, as it is shown unasked. */
export const netAdapterTable: Format = {
  id: "get-netadapter-table",
  system: "Windows PowerShell",
  gives: "adapters",
  source: "posts; the values of Status are English in Japanese and Spanish ones too",
  knownFrom: "public",
  isHeading: (text) => text.length < 400 && ADAPTER_HEADING.test(text),
  isRow: (text) => text.length < 600 && ADAPTER_TABLE_ROW.test(text),
  read: oneByOne(readAdapterTable),
};

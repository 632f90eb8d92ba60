/** Reads text as people paste it: whole outputs or parts of them, quoted, wrapped, several in one. */

import { MOST_TEXT_CHARACTERS, type PastedText } from "../../schema/evidence.ts";
import { linesLeftOut } from "../newest-lines.ts";
import { cutBlocks } from "./blocks.ts";
import type {
  NotUnderstood,
  OwnReport,
  PathReport,
  PingLine,
  TextAdapter,
  TextInterface,
  TextRasFailure,
  TextRoute,
  TextServerEvent,
  TextVpnProfile,
} from "./format.ts";
import type { IkeLine } from "./ike-line.ts";
import { hostNames } from "./names.ts";
import { FORMATS } from "./registry.ts";
import { MOST_CHARACTERS, undecorate } from "./undecorate.ts";

/** An interface in use, as a table names it: its MTU for each IP version that the table has. */
export interface ConnectedInterface {
  index: number | null;
  name: string;
  mtus: { family: 4 | 6 | null; mtu: number }[];
}

/** More of them than these are not named. */
const MOST_CONNECTED = 16;

/** What of a table is said back: how many interfaces of each IP version it has, and which are in use. */
export function describeInterfaces(
  rows: readonly (Omit<TextInterface, "family"> & { family: 4 | 6 | null })[],
): Pick<TextReading, "interfaces" | "interfacesV4" | "interfacesV6" | "connected"> {
  const connected = new Map<string, ConnectedInterface>();
  for (const { index, name, family, mtu, connected: isConnected } of rows) {
    if (isConnected !== true || mtu === null || /loopback|^lo\d?$/i.test(name)) continue;
    const id = `${index} ${name}`;
    const known = connected.get(id);
    if (known) known.mtus.push({ family, mtu });
    else if (connected.size < MOST_CONNECTED) connected.set(id, { index, name, mtus: [{ family, mtu }] });
  }
  return {
    interfaces: rows.length,
    interfacesV4: rows.filter(({ family }) => family === 4).length,
    interfacesV6: rows.filter(({ family }) => family === 6).length,
    ...(connected.size > 0 && { connected: [...connected.values()] }),
  };
}

/** What one output in a paste was taken for: to be said back, so that a misreading is seen at once. */
export interface TextReading {
  source: string;
  /** Where it begins. */
  line: number;
  /** `Format.id`. */
  format: string;
  /** `Format.system`. */
  system: string;
  /** The addresses that were asked, and how many sizes and echoes there were. */
  targets: string[];
  /** Where there is one target: what it was called, in lower case. */
  names?: string[];
  sizes: number;
  /** The sizes themselves, smallest first: ICMP data bytes. */
  pingPayloadBytes: number[];
  echoes: number;
  /** Whether DF was set; `null` where nothing tells. */
  dontFragment: boolean | null;
  interfaces: number;
  /** How many of the interfaces are of each IP version. */
  interfacesV4: number;
  interfacesV6: number;
  /** The interfaces that are connected and no loopback, with what they are set to. */
  connected?: ConnectedInterface[];
  /** BCP 47 tag of the language it is printed in; `null` where no known words name it. */
  language: string | null;
  /** How many lines say something about IKE messages or their packets. */
  messages: number;
  /** The MTUs that are in it, of interfaces or of the way, each once; absent where there is none. */
  mtus?: number[];
  /** What tells of the client itself is there only where something was told. */
  adapters?: number;
  /** The names of the VPN connections, and Windows's error codes of attempts to connect. */
  vpnProfiles?: string[];
  rasCodes?: number[];
  /** How many events of a Windows VPN server there are. */
  serverEvents?: number;
  /** The output is a report of ikefrag's own, of which nothing was taken as evidence. */
  ownReport?: OwnReport;
}

/** All that a paste says. */
export interface ReadText {
  interfaces: (TextInterface & { source: string })[];
  pings: (PingLine & { source: string })[];
  paths: (PathReport & { source: string })[];
  messages: (IkeLine & { source: string; format: string })[];
  /** Where a log or a list of packets ends with lines that are no news, its last clock. */
  goesOn: { format: string; line: number; clockMs: number | null }[];
  vpnProfiles: (TextVpnProfile & { source: string })[];
  rasFailures: (TextRasFailure & { source: string })[];
  serverEvents: (TextServerEvent & { source: string })[];
  adapters: (TextAdapter & { source: string })[];
  routes: (TextRoute & { source: string })[];
  /** Lines that hold something and were not understood: to be quoted back, never guessed at. */
  notUnderstood: (NotUnderstood & { source: string })[];
  /** In the order of the paste. */
  readings: TextReading[];
}

/** What of a line is quoted back. */
const LONGEST_QUOTE = 200;

/** In how many outputs of one format the language is looked for: it is for the reader's eyes only. */
const MOST_NAMED = 32;

const LOGS = FORMATS.filter((format) => format.isLog);
/** How much of the end of a long text is looked at: of most logs the last lines, of a system's log more. */
const LOOKED_AT = [8_192, 32_768];

/**
 * Whether a text that is longer than a paste is a log, by its last lines. Then all of it is read, and for
 * logs alone: a text of that length that holds something else beside it was not pasted by anybody.
 */
export function isLongLog(text: string): boolean {
  if (text.length <= MOST_CHARACTERS && linesLeftOut(text) === 0) return false;
  return LOOKED_AT.some((characters) =>
    undecorate(text.slice(-characters)).lines.some(({ text: line }) =>
      LOGS.some((format) => format.isHeading(line) || format.isRow(line)),
    ),
  );
}

/** Reads a paste. Each block in it is read by the one reader whose marks it has. */
export function readPastedText({ name: source, text }: PastedText): ReadText {
  const isLog = isLongLog(text);
  const { lines, tooLong } = undecorate(text, isLog ? MOST_TEXT_CHARACTERS : MOST_CHARACTERS);
  const { blocks, outside } = cutBlocks(lines, isLog ? LOGS : FORMATS);
  const notUnderstood: NotUnderstood[] = [...tooLong, ...outside];
  const read: Omit<ReadText, "notUnderstood"> = {
    interfaces: [],
    pings: [],
    paths: [],
    messages: [],
    goesOn: [],
    vpnProfiles: [],
    rasFailures: [],
    serverEvents: [],
    adapters: [],
    routes: [],
    readings: [],
  };
  for (const format of FORMATS) {
    const own = blocks.filter((block) => block.format === format);
    for (const [at, reading] of format.read(own).entries()) {
      const { id, system } = reading.format ?? format;
      for (const line of reading.notUnderstood) notUnderstood.push(line);
      for (const found of reading.interfaces) read.interfaces.push({ source, ...found });
      for (const ping of reading.pings) read.pings.push({ source, ...ping });
      for (const path of reading.paths) read.paths.push({ source, ...path });
      for (const message of reading.messages) read.messages.push({ source, format: id, ...message });
      if (reading.goesOn) read.goesOn.push({ format: id, ...reading.goesOn });
      for (const profile of reading.vpnProfiles) read.vpnProfiles.push({ source, ...profile });
      for (const failure of reading.rasFailures) read.rasFailures.push({ source, ...failure });
      for (const event of reading.serverEvents) read.serverEvents.push({ source, ...event });
      for (const adapter of reading.adapters) read.adapters.push({ source, ...adapter });
      for (const route of reading.routes) read.routes.push({ source, ...route });
      const { pings, interfaces, paths, messages, vpnProfiles, rasFailures, serverEvents, adapters, routes } =
        reading;
      const [ownReport] = reading.ownReports;
      const ofClient = [vpnProfiles, rasFailures, adapters, routes];
      const found = [interfaces, pings, paths, messages, serverEvents, ...ofClient];
      if (found.every((list) => list.length === 0) && ownReport === undefined && !reading.isRecognized)
        continue;
      const sizes = [...new Set(pings.map((p) => p.pingPayloadBytes))];
      const targets = [...new Set([...pings, ...paths, ...routes].flatMap((p) => p.target ?? []))];
      const mtus = new Set([
        ...interfaces.flatMap(({ mtu }) => mtu ?? []),
        ...paths.flatMap(({ nextHopMtu }) => nextHopMtu ?? []),
      ]);
      const block = own[at];
      const names = block ? hostNames(block, targets) : [];
      read.readings.push({
        source,
        line: block?.lines.find((l) => l.text !== "")?.line ?? block?.command?.line ?? 0,
        format: id,
        system,
        targets,
        ...(names.length > 0 && { names }),
        sizes: sizes.length,
        pingPayloadBytes: sizes.filter((size) => size !== null).sort((a, b) => a - b),
        echoes: pings.reduce((sum, p) => sum + p.count, 0),
        dontFragment: pings[0]?.dontFragment ?? null,
        ...describeInterfaces(interfaces),
        language: at < MOST_NAMED ? (format.nameLanguage?.(block?.lines ?? []) ?? null) : null,
        messages: messages.length,
        ...(mtus.size > 0 && { mtus: [...mtus] }),
        ...(adapters.length > 0 && { adapters: adapters.length }),
        ...(vpnProfiles.length > 0 && { vpnProfiles: vpnProfiles.map((p) => p.name) }),
        ...(rasFailures.length > 0 && { rasCodes: rasFailures.map((f) => f.code) }),
        ...(serverEvents.length > 0 && { serverEvents: serverEvents.length }),
        ...(ownReport !== undefined && { ownReport }),
      });
    }
  }
  const inOrder = <T extends { line: number }>(list: T[]): T[] => list.sort((a, b) => a.line - b.line);
  inOrder(read.interfaces);
  inOrder(read.pings);
  inOrder(read.paths);
  inOrder(read.messages);
  inOrder(read.vpnProfiles);
  inOrder(read.rasFailures);
  inOrder(read.serverEvents);
  inOrder(read.adapters);
  inOrder(read.routes);
  inOrder(read.readings);
  return {
    ...read,
    notUnderstood: inOrder(notUnderstood).map(({ line, text, isEnd, isBeginning }) => ({
      source,
      line,
      text: text.trim().slice(0, LONGEST_QUOTE),
      ...(isEnd && { isEnd }),
      ...(isBeginning && { isBeginning }),
    })),
  };
}

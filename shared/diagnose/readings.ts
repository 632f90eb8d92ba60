/** Says back what pasted texts were taken for, so that whoever pasted them sees a misreading at once. */

import type { Observations } from "../evidence/observations.ts";
import type { ConnectedInterface } from "../evidence/text/read.ts";
import type { Diagnosis, Phrase, Reading } from "../schema/diagnosis.ts";
import type { PhraseKey } from "../text/phrases.ts";
import { phrase } from "./rule.ts";

type TextReading = Observations["texts"][number];

/** What the schema of a diagnosis allows. */
const MOST_READINGS = 64;
/** More sizes than these are told as their smallest and largest. */
const MOST_SIZES = 12;
/** How many lines of one text are quoted back; the rest is counted. */
const MOST_QUOTED = 3;

/** The program that prints a format, by `Format.id`, where its system alone does not name it. */
const TOOLS: Readonly<Record<string, string>> = {
  "netsh-interfaces": "netsh",
  "netsh-xp": "netsh (Windows XP)",
  "get-netipinterface-table": "Get-NetIPInterface",
  "get-netipinterface-list": "Get-NetIPInterface",
  "unix-interfaces": "ip / ifconfig",
  "networksetup-mtu": "networksetup",
  tracepath: "tracepath",
  "traceroute-mtu": "traceroute --mtu",
  mtr: "mtr",
  rasdial: "rasdial",
  "rasclient-events": "RasClient",
  "rras-events": "Windows Server",
  "get-vpnconnection-list": "Get-VpnConnection",
  "get-vpnconnection-table": "Get-VpnConnection",
  "get-netadapter-list": "Get-NetAdapter",
  "get-netadapter-table": "Get-NetAdapter",
  ipconfig: "ipconfig",
  "ip-route-get": "ip route get",
  "nmap-path-mtu": "nmap path-mtu",
  mturoute: "mturoute",
};

/** Whether it is a line, and no word about how much of the text was read. */
const isLine = ({ isEnd, isBeginning }: Observations["notUnderstood"][number]): boolean =>
  !isEnd && !isBeginning;

/** What each output was taken for, and how many lines of each text were not understood. */
export function readingsOf({
  texts,
  notUnderstood,
}: Pick<Observations, "texts" | "notUnderstood">): Reading[] {
  const read = group(texts).map((all) => ({
    source: all[0].source,
    line: Math.max(all[0].line, 1),
    phrase: describe(all),
  }));
  const named = new Set(read.map(({ source }) => source));
  const lost = bySource(notUnderstood.filter(isLine)).map(([source, lines]) => ({
    source,
    line: lines[0]?.line ?? 1,
    phrase: phrase(named.has(source) ? "reading.not-understood" : "reading.nothing", { count: lines.length }),
  }));
  for (const { source, line, isEnd, isBeginning } of notUnderstood) {
    if (isEnd) lost.push({ source, line, phrase: phrase("reading.end") });
    if (isBeginning) lost.push({ source, line, phrase: phrase("reading.newest") });
  }
  // That something was not understood is said whatever the number of outputs.
  return [...read.slice(0, Math.max(0, MOST_READINGS - lost.length)), ...lost].slice(0, MOST_READINGS);
}

/** The lines that were not understood: a few of each text in its own words. */
export const quotedBack = ({ notUnderstood }: Pick<Observations, "notUnderstood">): Diagnosis["warnings"] =>
  bySource(notUnderstood.filter(isLine)).flatMap(([source, lines]) => [
    ...lines
      .slice(0, MOST_QUOTED)
      .map(({ line, text }) => ({ source, phrase: phrase("warning.not-understood", { line, text }) })),
    ...(lines.length > MOST_QUOTED
      ? [{ source, phrase: phrase("warning.not-understood-more", { count: lines.length - MOST_QUOTED }) }]
      : []),
  ]);

function bySource<T extends { source: string }>(lines: readonly T[]): [source: string, lines: T[]][] {
  const sources = new Map<string, T[]>();
  for (const line of lines) {
    const others = sources.get(line.source);
    if (others) others.push(line);
    else sources.set(line.source, [line]);
  }
  return [...sources];
}

/** How many interfaces of it are of an IP version that nothing tells. */
const untoldOf = ({ interfaces, interfacesV4, interfacesV6 }: TextReading): number =>
  interfaces - interfacesV4 - interfacesV6;

type Group = [TextReading, ...TextReading[]];

/** Outputs of one command that was typed again, such as `ping` with other sizes, are one reading. */
function group(texts: readonly TextReading[]): Group[] {
  const groups = new Map<string, Group>();
  for (const text of texts) {
    const { source, format, targets, dontFragment } = text;
    const same = [source, format, targets.join(" "), dontFragment, untoldOf(text) > 0].join("\n");
    const others = groups.get(same);
    if (others) others.push(text);
    else groups.set(same, [text]);
  }
  return [...groups.values()];
}

/** Parameters of which some name other phrases; see `say` in shared/text/speak.ts. */
type Parts = Partial<Record<"who" | "to" | "tried" | "flag" | "listed", PhraseKey>>;

const composed = (key: PhraseKey, parts: Parts, values: Phrase["params"]): Phrase => ({
  key,
  params: { ...values, ...parts },
});

function describe(all: Group): Phrase {
  const [{ format, system, targets, dontFragment }] = all;
  const tool = TOOLS[format] ?? system;
  const sum = (field: "echoes" | "interfacesV4" | "interfacesV6" | "messages"): number =>
    all.reduce((total, reading) => total + reading[field], 0);
  const to: Parts = { to: targets.length > 0 ? "reading.to.known" : "reading.to.unknown" };
  const target = targets.slice(0, 4).join(", ").slice(0, 400);
  if (sum("echoes") > 0) {
    const isWindows = format === "windows-ping";
    const language = languageOf(all);
    const sizes = [...new Set(all.flatMap((r) => r.pingPayloadBytes))].sort((a, b) => a - b);
    const is = dontFragment === null ? "unknown" : dontFragment ? "on" : "off";
    const parts: Parts = {
      ...to,
      who: !isWindows
        ? "reading.who.unix"
        : language === null
          ? "reading.who.windows"
          : "reading.who.windows.language",
      tried: `reading.tried.${sizes.length === 0 ? "none" : sizes.length === 1 ? "one" : "many"}`,
      flag: `reading.flag.${isWindows ? "windows" : "unix"}.${is}`,
    };
    return composed("reading.ping", parts, {
      system,
      ...(language === null ? {} : { language }),
      target,
      count: sizes.length,
      sizes: sizes.length > MOST_SIZES ? `${sizes[0]}–${sizes.at(-1)}` : sizes,
    });
  }
  const about = describeClient(all, tool);
  if (about !== null) return about;
  const [v4, v6] = [sum("interfacesV4"), sum("interfacesV6")];
  const mtus = [...new Set(all.flatMap((r) => r.mtus ?? []))].slice(0, MOST_SIZES);
  const untold = all.reduce((total, reading) => total + untoldOf(reading), 0);
  if (v4 > 0 || v6 > 0 || untold > 0) {
    const families = untold > 0 ? "untold" : v4 > 0 && v6 > 0 ? "both" : v4 > 0 ? "v4" : "v6";
    const counts = {
      tool,
      ...(untold > 0 && { count: untold + v4 + v6 }),
      ...(v4 > 0 && { v4 }),
      ...(v6 > 0 && { v6 }),
    };
    const key =
      mtus.length > 0
        ? (`reading.interfaces.${families}.mtus` as const)
        : (`reading.interfaces.${families}` as const);
    const values = { ...counts, ...(mtus.length > 0 && { mtus }) };
    const connected = connectedOf(all);
    return connected === ""
      ? composed(key, {}, values)
      : composed("reading.interfaces.connected", { listed: key }, { ...values, connected });
  }
  const count = sum("messages");
  if (count > 0) return phrase("reading.messages", { tool, count });
  if (targets.length > 0 && mtus.length > 0) return composed("reading.path.mtus", to, { tool, target, mtus });
  if (targets.length > 0) return composed("reading.path", to, { tool, target });
  return phrase("reading.output", { tool });
}

/** More interfaces than these are not named. */
const MOST_CONNECTED = 6;

/** `19 Ethernet 5 (MTU 1500)`: the interfaces in use by index and name, with the MTU of each IP version. */
function connectedOf(all: Group): string {
  const byInterface = new Map<string, ConnectedInterface>();
  for (const { index, name, mtus } of all.flatMap((r) => r.connected ?? [])) {
    const id = `${index} ${name}`;
    byInterface.set(id, { index, name, mtus: [...(byInterface.get(id)?.mtus ?? []), ...mtus] });
  }
  const named = [...byInterface.values()].slice(0, MOST_CONNECTED).map(({ index, name, mtus }) => {
    const values = new Set(mtus.map(({ mtu }) => mtu));
    const set =
      values.size === 1
        ? `MTU ${[...values][0]}`
        : [
            ...new Set(mtus.map(({ family, mtu }) => `${family === null ? "" : `IPv${family} `}MTU ${mtu}`)),
          ].join(", ");
    return `${index === null ? "" : `${index} `}${name.slice(0, 60)} (${set})`;
  });
  return named.join(", ") + (byInterface.size > MOST_CONNECTED ? ", …" : "");
}

/** What tells of the client's VPN connections and adapters, or is ikefrag's own. */
function describeClient(all: Group, tool: string): Phrase | null {
  const own = all[0].ownReport;
  if (own) {
    const { verdict, reportId } = own;
    if (verdict !== null && reportId !== null) return phrase("reading.own", { verdict, reportId });
    if (verdict !== null) return phrase("reading.own.verdict", { verdict });
    return phrase("reading.own.id", { reportId: reportId ?? "" });
  }
  const codes = [...new Set(all.flatMap((r) => r.rasCodes ?? []))].slice(0, MOST_SIZES);
  if (codes.length > 0) return phrase("reading.ras-codes", { tool, codes });
  const events = all.reduce((total, r) => total + (r.serverEvents ?? 0), 0);
  if (events > 0) return phrase("reading.server-events", { count: events });
  const names = [...new Set(all.flatMap((r) => r.vpnProfiles ?? []))].join(", ").slice(0, 400);
  if (names !== "") return phrase("reading.vpn-profiles", { tool, names });
  const count = all.reduce((total, r) => total + (r.adapters ?? 0), 0);
  return count > 0 ? phrase("reading.adapters", { tool, count }) : null;
}

/** The language that all outputs of a group are in, as far as they name one. */
function languageOf(all: readonly TextReading[]): string | null {
  const named = new Set(all.flatMap(({ language }) => language ?? []));
  const [only = null] = named;
  return named.size === 1 ? only : null;
}

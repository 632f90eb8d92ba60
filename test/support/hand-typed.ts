/**
 * A person who types the commands that the page asks for, on a path whose MTU is known, and pastes what comes
 * of them: as Windows prints it in any language, or macOS, or Linux.
 */
import { pingIpBytes } from "../../shared/packet/sizes.ts";
import { type Measured, WINDOWS_LANGUAGES, writeUnixPing, writeWindowsPing } from "./paste-writer.ts";

export interface TypedPath {
  /** Bytes of a whole IP packet. */
  pathMtu: number;
  interfaceMtu: number;
  /** The router in front of the narrow place names its MTU; else nobody says anything. */
  tellsMtu: boolean;
  losesIpFragments: boolean;
  answersPings: boolean;
}

export const PLAIN_PATH: TypedPath = {
  pathMtu: 1500,
  interfaceMtu: 1500,
  tellsMtu: false,
  losesIpFragments: false,
  answersPings: true,
};

/** A language of Windows, or a system with a `ping` of its own. */
export type Printed = "mac" | "linux" | (typeof WINDOWS_LANGUAGES)[number]["language"];

const TABLES: Readonly<Record<string, string>> = {
  windows: `
Idx     Met         MTU          State                Name
---  ----------  ----------  ------------  ---------------------------
  1          75  4294967295  connected     Loopback Pseudo-Interface 1
 19          35        @     connected     Wi-Fi
`,
  mac: `lo0: flags=8049<UP,LOOPBACK,RUNNING,MULTICAST> mtu 16384
gif0: flags=8010<POINTOPOINT,MULTICAST> mtu 1280
en0: flags=8863<UP,BROADCAST,SMART,RUNNING,SIMPLEX,MULTICAST> mtu @
`,
  linux: `1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN mode DEFAULT group default qlen 1000
2: wlp2s0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu @ qdisc noqueue state UP mode DORMANT group default qlen 1000
`,
};

/** What the window shows after these commands were pasted into it. */
export function typeByHand(commands: readonly string[], path: TypedPath, printed: Printed): string {
  const system = printed === "mac" || printed === "linux" ? printed : "windows";
  return commands.map((command) => typeOne(command, path, printed, system)).join("\n");
}

function typeOne(command: string, path: TypedPath, printed: Printed, system: string): string {
  if (!command.startsWith("ping ")) {
    const prompt = { windows: "C:\\Users\\x>", mac: "me@mac ~ % " }[system] ?? "user@pc:~$ ";
    return `${prompt}${command}\n${TABLES[system]?.replace("@", String(path.interfaceMtu))}`;
  }
  const [, payload = ""] = /-[ls] (\d+)/.exec(command) ?? [];
  const [, tries = ""] = /-[nc] (\d+)/.exec(command) ?? [];
  const dontFragment = /-f |-D |-M do /.test(command);
  const pingPayloadBytes = Number(payload);
  const ipBytes = pingIpBytes(pingPayloadBytes, 4);
  const echo = outcome(path, ipBytes, dontFragment);
  const measured: Measured = {
    target: "192.0.2.1",
    name: command.split(" ").at(-1) ?? "",
    router: "198.51.100.1",
    dontFragment,
    showsCommands: true,
    showsStatistics: true,
    sizes: [{ pingPayloadBytes, echoes: Array.from({ length: Number(tries) }, () => echo) }],
  };
  const words = WINDOWS_LANGUAGES.find(({ language }) => language === printed);
  if (system === "windows") {
    if (words === undefined) throw new Error(`No Windows prints ${printed}`);
    return writeWindowsPing(measured, words);
  }
  return writeUnixPing(measured, system === "mac" ? "macos" : "linux")
    .replace(/MTU 1300|mtu = 1300/g, (told) => told.replace("1300", String(path.pathMtu)))
    .replaceAll("mtu=1500", `mtu=${path.interfaceMtu}`);
}

function outcome(
  path: TypedPath,
  ipBytes: number,
  dontFragment: boolean,
): Measured["sizes"][number]["echoes"][number] {
  if (!path.answersPings) return dontFragment && ipBytes > path.interfaceMtu ? "too-big-locally" : "timeout";
  if (!dontFragment && ipBytes > path.interfaceMtu) return path.losesIpFragments ? "timeout" : "answered";
  if (ipBytes > path.interfaceMtu) return "too-big-locally";
  if (ipBytes <= path.pathMtu) return "answered";
  return path.tellsMtu && dontFragment ? "too-big-remotely" : "timeout";
}

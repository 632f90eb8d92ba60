/** What a person types to send the pings of `by-hand.ts`, on each system that has a command line. */
import type { HandAsk } from "./by-hand.ts";

/** Where commands can be typed. */
export type HandSystem = "windows" | "mac" | "linux";

const TRIES = 3;

/** The table of interfaces: names and MTUs, and no hardware addresses. */
const TABLES: Readonly<Record<HandSystem, string>> = {
  windows: "netsh interface ipv4 show interfaces",
  mac: "ifconfig | grep mtu",
  linux: "ip link | grep mtu",
};

/** `ping` with a payload: of Windows, macOS, iputils. macOS's knows IPv4 alone, the others are told to. */
const PINGS: Readonly<Record<HandSystem, (isWhole: boolean, payload: number) => string>> = {
  windows: (isWhole, payload) => `ping -4 -n ${TRIES}${isWhole ? " -f" : ""} -l ${payload}`,
  mac: (isWhole, payload) => `ping -c ${TRIES}${isWhole ? " -D" : ""} -s ${payload}`,
  linux: (isWhole, payload) => `ping -4 -c ${TRIES} -M ${isWhole ? "do" : "dont"} -s ${payload}`,
};

/**
 * The commands, one a line. They work in cmd, PowerShell and every shell.
 *
 * @param gateway a host name or an IPv4 address, as `Host` in the schema of plans allows it
 */
export function handCommands(system: HandSystem, gateway: string, ask: HandAsk): string[] {
  const ping = (isWhole: boolean) => (payload: number) => `${PINGS[system](isWhole, payload)} ${gateway}`;
  return [
    ...(ask.interfaces ? [TABLES[system]] : []),
    ...ask.smallPayloads.map(ping(false)),
    ...ask.wholePayloads.map(ping(true)),
    ...ask.splitPayloads.map(ping(false)),
  ];
}

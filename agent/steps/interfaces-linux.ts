/** Interfaces and the route on Linux. */
import { readdir, readFile } from "node:fs/promises";
import type { Interface } from "../../shared/schema/measurement.ts";
import type { GatewayAddress } from "../gateway.ts";
import { toList, toRecord } from "../io/json.ts";
import {
  addressesByInterface,
  type InterfaceFacts,
  type Route,
  toIndex,
  toMtu,
  UnreadableSystemError,
} from "./interface-facts.ts";
import { foreignText, type StepContext } from "./step.ts";

const NETWORK_CLASS = "/sys/class/net";

/** Reads the kernel's files; asks `ip` where they may not be read, as by Deno without `-A`. */
export async function readLinuxInterfaces(
  first: GatewayAddress | null,
  context: StepContext,
): Promise<InterfaceFacts> {
  const interfaces =
    (await readNetworkClass()) ?? readIpAddresses(await askIp(["-j", "addr", "show"], context));
  if (interfaces.length === 0)
    throw new UnreadableSystemError(`Cannot read ${NETWORK_CLASS}, nor does ip answer`);
  if (first === null) return { interfaces, route: null };
  // Only the kernel knows its routing policy, and only `ip` can ask the kernel.
  const route = await askIp(["-j", "route", "get", first.address], context);
  return { interfaces, route: readIpRoute(route, first.address, interfaces) };
}

/** What `ip` printed as JSON; an empty list when it fails or is too old to print JSON. */
async function askIp(question: string[], { runProgram, signal }: StepContext): Promise<unknown[]> {
  const result = await runProgram("ip", question, { signal, timeoutMs: 5_000 });
  try {
    return result.status === "finished" ? toList(JSON.parse(result.output)) : [];
  } catch {
    return [];
  }
}

async function readNetworkClass(): Promise<Interface[] | null> {
  try {
    const names = await readdir(NETWORK_CLASS);
    const addresses = addressesByInterface();
    const found = await Promise.all(names.map((name) => readInterface(name, addresses.get(name) ?? [])));
    return found.filter((candidate) => candidate !== null).sort((a, b) => a.index - b.index);
  } catch {
    return null;
  }
}

async function readInterface(name: string, addresses: string[]): Promise<Interface | null> {
  const file = async (path: string) => (await readFile(path, "utf8").catch(() => "")).trim();
  const index = toIndex(await file(`${NETWORK_CLASS}/${name}/ifindex`));
  if (index === null) return null; // it disappeared, or is not an interface (`bonding_masters`)
  return {
    index,
    name: foreignText(name),
    description: null,
    mtuV4: toMtu(await file(`${NETWORK_CLASS}/${name}/mtu`)),
    mtuV6: toMtu(await file(`/proc/sys/net/ipv6/conf/${name}/mtu`)),
    // Tunnels and loopback say `unknown` of their state, but have a carrier.
    connected: (await file(`${NETWORK_CLASS}/${name}/carrier`)) === "1",
    addresses,
  };
}

/** Reads `ip -j addr show`. */
export function readIpAddresses(links: unknown[]): Interface[] {
  return links.map(toRecord).flatMap((link) => {
    const index = toIndex(link.ifindex);
    if (index === null) return [];
    const addresses = toList(link.addr_info).map((info) => String(toRecord(info).local ?? "").slice(0, 64));
    return {
      index,
      name: foreignText(String(link.ifname ?? "")),
      description: null,
      mtuV4: toMtu(link.mtu),
      mtuV6: toMtu(link.mtu),
      connected: toList(link.flags).includes("LOWER_UP"),
      addresses: addresses.slice(0, 64),
    };
  });
}

/** Reads `ip -j route get`; `null` when there is no route. */
export function readIpRoute(routes: unknown[], address: string, interfaces: Interface[]): Route | null {
  const { dev, prefsrc } = toRecord(routes[0]);
  if (typeof prefsrc !== "string") return null;
  const interfaceIndex = interfaces.find(({ name }) => name === dev)?.index ?? null;
  return { address, interfaceIndex, sourceAddress: prefsrc.slice(0, 64) };
}

import { readdir, readFile } from "node:fs/promises";
import type { Interface } from "../../shared/schema/measurement.ts";
import type { GatewayAddress } from "../gateway.ts";
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

/** Reads the kernel's own files, and asks `ip` for the route: only the kernel knows its policy routing. */
export async function readLinuxInterfaces(
  first: GatewayAddress | null,
  context: StepContext,
): Promise<InterfaceFacts> {
  let names: string[];
  try {
    names = await readdir(NETWORK_CLASS);
  } catch (error) {
    throw new UnreadableSystemError(`Cannot read ${NETWORK_CLASS}: ${(error as Error).message}`);
  }
  const addresses = addressesByInterface();
  const found = await Promise.all(names.map((name) => readInterface(name, addresses.get(name) ?? [])));
  const interfaces = found.filter((candidate) => candidate !== null).sort((a, b) => a.index - b.index);
  return { interfaces, route: first && (await readRoute(first, interfaces, context)) };
}

async function readInterface(name: string, addresses: string[]): Promise<Interface | null> {
  const file = async (path: string) => (await readFile(path, "utf8").catch(() => "")).trim();
  const index = toIndex(await file(`${NETWORK_CLASS}/${name}/ifindex`));
  if (index === null) return null; // gone meanwhile, or no interface (`bonding_masters`)
  return {
    index,
    name: foreignText(name),
    description: null,
    mtuV4: toMtu(await file(`${NETWORK_CLASS}/${name}/mtu`)),
    mtuV6: toMtu(await file(`/proc/sys/net/ipv6/conf/${name}/mtu`)),
    // Tunnels and loopback do not know whether they are up: they say `unknown` and have a carrier.
    connected: (await file(`${NETWORK_CLASS}/${name}/carrier`)) === "1",
    addresses,
  };
}

async function readRoute(
  target: GatewayAddress,
  interfaces: Interface[],
  { runProgram, signal }: StepContext,
): Promise<Route | null> {
  const result = await runProgram("ip", ["-j", "route", "get", target.address], { signal, timeoutMs: 5_000 });
  return result.status === "finished" ? readIpRoute(result.output, target.address, interfaces) : null;
}

/** Reads what `ip -j route get` printed; `null` when there is no route, or the program is too old to say it in JSON. */
export function readIpRoute(output: string, address: string, interfaces: Interface[]): Route | null {
  let routes: unknown;
  try {
    routes = JSON.parse(output);
  } catch {
    return null;
  }
  const route: unknown = Array.isArray(routes) ? routes[0] : null;
  if (typeof route !== "object" || route === null) return null;
  const { dev, prefsrc } = route as Record<string, unknown>;
  if (typeof prefsrc !== "string") return null;
  const interfaceIndex = interfaces.find(({ name }) => name === dev)?.index ?? null;
  return { address, interfaceIndex, sourceAddress: prefsrc.slice(0, 64) };
}

/** Interfaces and the route on macOS. */
import type { Interface } from "../../shared/schema/measurement.ts";
import type { GatewayAddress } from "../gateway.ts";
import { type InterfaceFacts, type Route, toIndex, toMtu, UnreadableSystemError } from "./interface-facts.ts";
import { foreignText, type StepContext } from "./step.ts";

/** Reads the text of `ifconfig` and `route`, which have no machine-readable form on macOS. */
export async function readMacosInterfaces(
  first: GatewayAddress | null,
  { runProgram, signal }: StepContext,
): Promise<InterfaceFacts> {
  const options = { signal, timeoutMs: 5_000 };
  const listing = await runProgram("/sbin/ifconfig", ["-a", "-v"], options);
  if (listing.status !== "finished")
    throw new UnreadableSystemError("Cannot read interfaces: ifconfig did not answer");
  const interfaces = readIfconfig(listing.output);
  if (first === null) return { interfaces, route: null };
  const family = first.family === 6 ? ["-inet6"] : [];
  const route = await runProgram("/sbin/route", ["-n", "get", ...family, first.address], options);
  const output = route.status === "finished" ? route.output : "";
  return { interfaces, route: readRouteGet(output, first, interfaces) };
}

/** Reads `ifconfig -a -v`, a block per interface. An index stands there or in a link-local zone. */
export function readIfconfig(output: string): Interface[] {
  const interfaces: Interface[] = [];
  for (const block of output.split(/\n(?=\S)/)) {
    const head = /^([^\s:]+): flags=[0-9a-f]+<([^>]*)> mtu (\d+)(?: index (\d+))?/.exec(block);
    if (!head) continue;
    const zone = /\bscopeid 0x([0-9a-f]{1,8})\b/.exec(block)?.[1];
    const index = toIndex(head[4] ?? (zone ? Number.parseInt(zone, 16) : null));
    if (index === null) continue; // no command could name it without an index
    const mtu = toMtu(head[3]);
    const status = /^\s*status: (.+)$/m.exec(block)?.[1];
    interfaces.push({
      index,
      name: foreignText(head[1] ?? ""),
      description: null,
      mtuV4: mtu,
      mtuV6: mtu,
      connected: status === undefined ? (head[2] ?? "").split(",").includes("RUNNING") : status === "active",
      addresses: [...block.matchAll(/^\s+inet6? ([0-9A-Fa-f.:]+)/gm)]
        .map(([, address]) => address ?? "")
        .slice(0, 64),
    });
  }
  return interfaces;
}

/** Reads `route -n get`. It names the interface, whose first address of the family is the source. */
export function readRouteGet(output: string, target: GatewayAddress, interfaces: Interface[]): Route | null {
  const name = /^\s*interface: (\S+)$/m.exec(output)?.[1];
  const owner = interfaces.find((candidate) => candidate.name === name);
  const sourceAddress = owner?.addresses.find((address) => address.includes(":") === (target.family === 6));
  if (!owner || sourceAddress === undefined) return null;
  return { address: target.address, interfaceIndex: owner.index, sourceAddress };
}

/** Interfaces and the route on Windows. */
import { isIP } from "node:net";
import type { Interface } from "../../shared/schema/measurement.ts";
import type { GatewayAddress } from "../gateway.ts";
import { toList, toRecord } from "../io/json.ts";
import { windowsProgram } from "../io/system.ts";
import {
  addressesByInterface,
  type InterfaceFacts,
  toIndex,
  toMtu,
  UnreadableSystemError,
} from "./interface-facts.ts";
import { runPowerShell } from "./powershell.ts";
import { foreignText, type StepContext } from "./step.ts";

/**
 * The script that asks Windows for its interfaces. It prints enumerations by name, because JSON would make
 * them numbers. It leaves out the persistent store, whose rows have no values. Find-NetRoute gives the source
 * address first, then the route.
 */
export function interfacesScript(address: string | null): string {
  if (address !== null && isIP(address) === 0)
    throw new TypeError(`Cannot ask for a route: ${address} is no address`);
  return [
    "$ErrorActionPreference = 'SilentlyContinue'",
    "$ip = @(Get-NetIPInterface | Where-Object { ('' + $_.Store) -eq 'ActiveStore' } | ForEach-Object { @{ index = $_.InterfaceIndex; name = '' + $_.InterfaceAlias; family = '' + $_.AddressFamily; mtu = $_.NlMtu; state = '' + $_.ConnectionState } })",
    "$adapters = @(Get-NetAdapter -IncludeHidden | ForEach-Object { @{ index = $_.InterfaceIndex; description = '' + $_.InterfaceDescription } })",
    "$addresses = @(Get-NetIPAddress | Where-Object { ('' + $_.Store) -eq 'ActiveStore' } | ForEach-Object { @{ index = $_.InterfaceIndex; address = '' + $_.IPAddress } })",
    `$route = ${address === null ? "@()" : `@(Find-NetRoute -RemoteIPAddress '${address}' | ForEach-Object { @{ index = $_.InterfaceIndex; address = '' + $_.IPAddress; nextHop = '' + $_.NextHop } })`}`,
    "ConvertTo-Json -Compress -Depth 4 @{ ip = $ip; adapters = $adapters; addresses = $addresses; route = $route }",
  ].join("; ");
}

/** Asks PowerShell for objects; reads netsh's table where PowerShell does not answer. */
export async function readWindowsInterfaces(
  first: GatewayAddress | null,
  context: StepContext,
): Promise<InterfaceFacts> {
  const answer = await runPowerShell(interfacesScript(first?.address ?? null), context);
  if ("value" in answer) {
    const facts = readInterfacesJson(answer.value, first);
    if (facts.interfaces.length > 0) return facts;
  }
  const { runProgram, signal } = context;
  const netsh = await runProgram(windowsProgram("netsh.exe"), ["interface", "ipv4", "show", "interfaces"], {
    signal,
    timeoutMs: 10_000,
  });
  const interfaces =
    netsh.status === "finished" ? readNetshInterfaces(netsh.output, addressesByInterface()) : [];
  if (interfaces.length > 0) return { interfaces, route: null };
  const detail = "detail" in answer ? answer.detail : "PowerShell knows no interface, nor does netsh";
  throw new UnreadableSystemError(detail);
}

/** Reads what `interfacesScript` printed. */
export function readInterfacesJson(value: unknown, first: GatewayAddress | null): InterfaceFacts {
  const { ip, adapters, addresses, route } = toRecord(value);
  const interfaces = new Map<number, Interface>();
  for (const row of toList(ip).map(toRecord)) {
    const index = toIndex(row.index);
    if (index === null) continue;
    const known = interfaces.get(index) ?? {
      index,
      name: foreignText(String(row.name ?? "")),
      description: null,
      mtuV4: null,
      mtuV6: null,
      connected: false,
      addresses: [],
    };
    if (row.family === "IPv6") known.mtuV6 = toMtu(row.mtu);
    else known.mtuV4 = toMtu(row.mtu);
    known.connected ||= row.state === "Connected";
    interfaces.set(index, known);
  }
  for (const row of toList(adapters).map(toRecord)) {
    const known = interfaces.get(toIndex(row.index) ?? 0);
    if (known && typeof row.description === "string") known.description = foreignText(row.description);
  }
  for (const row of toList(addresses).map(toRecord)) {
    const known = interfaces.get(toIndex(row.index) ?? 0);
    const address = String(row.address ?? "").replace(/%.*$/, "");
    if (known && known.addresses.length < 64 && isIP(address) !== 0) known.addresses.push(address);
  }
  // Where a VPN takes all traffic, both are the VPN's own interface, and rightly so.
  const source = toList(route)
    .map(toRecord)
    .find((row) => isIP(String(row.address ?? "").replace(/%.*$/, "")) !== 0);
  const sourceAddress = String(source?.address ?? "").replace(/%.*$/, "");
  return {
    interfaces: [...interfaces.values()].sort((a, b) => a.index - b.index),
    route:
      first && source
        ? { address: first.address, interfaceIndex: toIndex(source.index), sourceAddress }
        : null,
  };
}

/**
 * Reads `netsh interface ipv4 show interfaces`. Its heading is translated; its columns and states are not.
 */
export function readNetshInterfaces(output: string, addresses: Map<string, string[]>): Interface[] {
  const interfaces: Interface[] = [];
  for (const line of output.split(/\r?\n/)) {
    const [, idx, mtu, state, name] =
      /^\s*(\d+)\s+\d+\s+(\d+|Default)\s+(\S+)\s+(\S.*?)\s*$/.exec(line) ?? [];
    const index = toIndex(idx);
    if (index === null || name === undefined) continue;
    interfaces.push({
      index,
      name: foreignText(name),
      description: null,
      mtuV4: toMtu(mtu),
      mtuV6: null,
      connected: state === "connected",
      addresses: addresses.get(name) ?? [],
    });
  }
  return interfaces;
}

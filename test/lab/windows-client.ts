/**
 * The laboratory's client as a Windows: the engine runs the line, stand-ins answer with what the client
 * really has.
 */
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { findEngine } from "../support/windows-engine.ts";
import {
  ORDINARY_MACHINE,
  standIns,
  type WindowsInterface,
  type WindowsMachine,
} from "../support/windows-stand-ins.ts";
import { CLIENT_INTERFACE, inNamespace, type Network, tryInNamespace } from "./network.ts";
import type { Output } from "./programs.ts";

export interface WindowsUser {
  /** The user's own directory. */
  home: string;
  /** What is typed; `null`: the user has said yes beforehand, and nobody is asked. */
  typed: string[] | null;
  /** What is registered over the ordinary stand-ins. */
  more?: string;
  machine?: Partial<WindowsMachine>;
}

/** Runs the line of a case as a Windows user does. */
export async function runOnWindows(
  { client }: Network,
  gatewayAddress: string,
  line: string,
  { home, typed, more = "", machine = {} }: WindowsUser,
): Promise<Output> {
  const { file, missing } = findEngine();
  if (file === null) throw new Error(missing);
  const bin = join(home, "bin");
  await mkdir(bin, { recursive: true });
  const own = await clientAsWindows(client, gatewayAddress);
  await writeFile(join(home, "stand-ins.ps1"), `${standIns({ ...own, ...machine })}\n${more}`);
  await writeFile(join(home, "typed"), (typed ?? []).map((answer) => `${answer}\n`).join(""));
  await writeFile(
    join(bin, "powershell"),
    `#!/bin/sh\nexec "${file}" -StandIns "$HOME/stand-ins.ps1" "$@"\n`,
  );
  await chmod(join(bin, "powershell"), 0o755);
  const settings = [
    `HOME=${home}`,
    `TEMP=${home}`,
    `APPDATA=${join(home, "AppData/Roaming")}`,
    `ProgramData=${join(home, "ProgramData")}`,
    "IKEFRAG_LANG=en",
  ];
  if (typed === null) settings.push("IKEFRAG_YES=1");
  const words = [`PATH=${bin}:${process.env.PATH}`, "sh", "-c", `cd "$HOME" && ${line} <"$HOME/typed"`];
  return tryInNamespace(client, "env", [...settings, ...words]);
}

interface IpAddress {
  ifindex: number;
  ifname: string;
  mtu: number;
  operstate: string;
  addr_info: { local: string }[];
}
interface IpRoute {
  dev: string;
  prefsrc?: string;
}

/** The client's own interfaces and route, in Windows's words. */
async function clientAsWindows(client: string, gatewayAddress: string): Promise<WindowsMachine> {
  const links = JSON.parse(await inNamespace(client, "ip", "-j", "addr", "show")) as IpAddress[];
  const interfaces = links.map(
    ({ ifindex, ifname, mtu, operstate, addr_info }): WindowsInterface => ({
      index: ifindex,
      name: ifname,
      description: null,
      mtuV4: mtu,
      mtuV6: mtu,
      connected: operstate === "UP",
      addresses: addr_info.map(({ local }) => local),
    }),
  );
  const { stdout } = await tryInNamespace(client, "ip", ["-j", "route", "get", gatewayAddress]);
  const [route] = stdout.trim() === "" ? [] : (JSON.parse(stdout) as IpRoute[]);
  const egress = interfaces.find(({ name }) => name === route?.dev);
  return {
    ...ORDINARY_MACHINE,
    interfaces,
    route: egress && route?.prefsrc ? { interfaceIndex: egress.index, sourceAddress: route.prefsrc } : null,
  };
}

/**
 * netsh, rasdial and pktmon that do what they are told: the first sets the client's interface, the second has
 * a real VPN client dial, the third has tcpdump capture.
 *
 * @param directory the VPN client's
 * @param book a phone book of one VPN, whose switch of IKE fragmentation the VPN client follows
 */
export function realPrograms(directory: string, book: string | null = null): string {
  const quoted = (words: string[]) => words.map((word) => `'${word}'`).join(" ");
  const env = [`STRONGSWAN_CONF=${join(directory, "strongswan.conf")}`, `SWANCTL_DIR=${directory}`];
  const swanctl = (...words: string[]) =>
    quoted(["env", ...env, "swanctl", ...words, "--uri", `unix://${join(directory, "vici.sock")}`]);
  // Where there is a 1 in it, it is the VPN's: no other connection has one.
  const follow = `
    $use = $(if ((Get-Content -Raw '${book}') -match 'Disable_IKEv2_Fragmentation=1') { 'no' } else { 'yes' })
    $null = & sed -i -E "s/fragmentation = (yes|no)/fragmentation = $use/" '${join(directory, "swanctl.conf")}'
    $null = & ${swanctl("--load-conns")}`;
  const tcpdump = `tcpdump -i ${CLIENT_INTERFACE} -s 0 -U --immediate-mode -Z root`;
  return `
Register-StandIn netsh { param($Arguments)
  & ip link set dev ${CLIENT_INTERFACE} mtu ($Arguments[5] -replace '\\D')
  $global:SetMtu["IPv4/$($Arguments[4])"] = [uint32](Get-Content /sys/class/net/${CLIENT_INTERFACE}/mtu)
  $global:LASTEXITCODE = 0
}
Register-StandIn rasdial { param($Arguments)
  if ($Arguments -contains '/disconnect') {
    $null = & ${swanctl("--terminate", "--ike", "vpn", "--force", "--timeout", "2")}
    $global:LASTEXITCODE = 0
  } else {${book === null ? "" : follow}
    $null = & ${swanctl("--initiate", "--ike", "vpn", "--timeout", "12")}
    $global:LASTEXITCODE = $(if ($global:LASTEXITCODE -eq 0) { 0 } else { 809 })
  }
}
Register-StandIn pktmon { param($Arguments)
  switch ($Arguments[0]) {
    'filter' { if ($Arguments[1] -eq 'add') { $global:CaptureAddress = $Arguments[4] } }
    'start' { $global:CaptureProcess = & sh -c "${tcpdump} -w '$($Arguments[-1])' host $global:CaptureAddress >/dev/null 2>&1 & echo \`$!; sleep 1" }
    'stop' { & sh -c "kill $global:CaptureProcess; sleep 1" }
    'etl2pcap' { & ${quoted([process.execPath, join(import.meta.dirname, "to-pcapng.ts")])} $Arguments[1] $Arguments[3] }
  }
  $global:LASTEXITCODE = 0
}
`;
}

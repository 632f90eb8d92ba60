/** The laboratory's network: client, router and gateway, and the rules that the router can have. */
import { randomBytes } from "node:crypto";
import { mkdir, rm, writeFile } from "node:fs/promises";
import type { IpFamily } from "../../shared/schema/plan.ts";
import { type Cleanup, must, type Output, OWNER, run } from "./programs.ts";

/** client — router — gateway, each a network namespace of its own. */
export interface Network {
  client: string;
  router: string;
  gateway: string;
  /** The router's interface that leads on to the gateway. */
  onward: string;
}

/** What the path is like before any rule is set. */
export interface PathOptions {
  /** Of the client's interface; what arrives may be larger, as with a real network card. */
  clientMtu?: number;
  /** Of the link between router and gateway. */
  linkMtu?: number;
  /** The router hides the client behind its own IPv4 address. */
  nat?: boolean;
  /** The client has no way out of its own network. */
  noRoute?: boolean;
  /** Names that the client's resolver knows, with their addresses. */
  hosts?: Record<string, string[]>;
}

export const CLIENT_ADDRESSES: Record<IpFamily, string> = { 4: "192.0.2.2", 6: "2001:db8:2::2" };
/** The router's, towards the gateway: what a NAT there shows of the client. */
export const ROUTER_ADDRESS = "198.51.100.1";
export const GATEWAY_ADDRESSES: Record<IpFamily, string> = { 4: "198.51.100.2", 6: "2001:db8:51::2" };
/**
 * The client's interface: a bridge over the link, so that its MTU bounds what it sends and not what it
 * receives.
 */
export const CLIENT_INTERFACE = "eth0";
const CLIENT_PORT = "port0";
/** The router's interfaces, for its rules: towards the client and towards the gateway. */
export const CLIENT_SIDE = "client0";
export const GATEWAY_SIDE = "gateway0";

/** Builds the three namespaces; the cleanup takes them away by the names they were given here. */
export async function buildNetwork(options: PathOptions, cleanup: Cleanup): Promise<Network> {
  const id = `ikf-${OWNER}-${randomBytes(3).toString("hex")}`;
  const hosts = { client: `${id}-client`, router: `${id}-router`, gateway: `${id}-gateway` };
  const network: Network = { ...hosts, onward: GATEWAY_SIDE };
  for (const namespace of Object.values(hosts)) {
    cleanup.add(() => removeNamespace(namespace));
    await must("ip", "netns", "add", namespace);
    await must("ip", "-n", namespace, "link", "set", "lo", "up");
    // A fragment that never comes is given up while somebody is still looking.
    await inNamespace(namespace, "sysctl", "-qw", "net.ipv4.ipfrag_time=4", "net.ipv6.ip6frag_time=4");
  }
  if (options.hosts) await knowHosts(network.client, options.hosts, cleanup);
  const { client, router, gateway } = network;
  await connect({ host: client, device: CLIENT_PORT }, { host: router, device: CLIENT_SIDE });
  await connect({ host: gateway, device: "eth0" }, { host: router, device: GATEWAY_SIDE });
  await must("ip", "-n", client, "link", "add", CLIENT_INTERFACE, "type", "bridge");
  await must("ip", "-n", client, "link", "set", CLIENT_PORT, "master", CLIENT_INTERFACE);
  await must("ip", "-n", client, "link", "set", CLIENT_INTERFACE, "up");
  await address(client, CLIENT_INTERFACE, `${CLIENT_ADDRESSES[4]}/24`, `${CLIENT_ADDRESSES[6]}/64`);
  await address(router, CLIENT_SIDE, "192.0.2.1/24", "2001:db8:2::1/64");
  await address(router, GATEWAY_SIDE, `${ROUTER_ADDRESS}/24`, "2001:db8:51::1/64");
  await address(gateway, "eth0", `${GATEWAY_ADDRESSES[4]}/24`, `${GATEWAY_ADDRESSES[6]}/64`);
  const ways = [
    ...(options.noRoute ? [] : [{ host: client, v4: "192.0.2.1", v6: "2001:db8:2::1" }]),
    { host: gateway, v4: ROUTER_ADDRESS, v6: "2001:db8:51::1" },
  ];
  for (const { host, v4, v6 } of ways) {
    await must("ip", "-n", host, "route", "add", "default", "via", v4);
    await must("ip", "-n", host, "-6", "route", "add", "default", "via", v6);
  }
  await inNamespace(router, "sysctl", "-qw", "net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1");
  if (options.linkMtu !== undefined) {
    const mtu = String(options.linkMtu);
    await must("ip", "-n", router, "link", "set", GATEWAY_SIDE, "mtu", mtu);
    await must("ip", "-n", gateway, "link", "set", "eth0", "mtu", mtu);
  }
  if (options.clientMtu !== undefined) await setClientMtu(network, options.clientMtu);
  if (options.nat) {
    const chain = "add chain ip labnat post { type nat hook postrouting priority srcnat; }";
    const rule = `add rule ip labnat post oifname ${GATEWAY_SIDE} masquerade`;
    await inNamespace(router, "nft", `add table ip labnat; ${chain}; ${rule}`);
  }
  return network;
}

export async function setClientMtu(network: Network, mtu: number): Promise<void> {
  await must("ip", "-n", network.client, "link", "set", CLIENT_INTERFACE, "mtu", String(mtu));
}

/** What routers have told the client so far: whoever dials later would profit by the measurements. */
export async function forgetPathMtus({ client }: Network): Promise<void> {
  for (const family of ["-4", "-6"]) await must("ip", "-n", client, family, "route", "flush", "cache");
}

/** `ip netns exec` lays the files of this directory over those of /etc. */
export async function knowHosts(
  namespace: string,
  hosts: Record<string, string[]>,
  cleanup: Cleanup,
): Promise<void> {
  const directory = `/etc/netns/${namespace}`;
  cleanup.add(() => rm(directory, { recursive: true, force: true }));
  await mkdir(directory, { recursive: true });
  const lines = Object.entries(hosts).flatMap(([name, addresses]) => addresses.map((a) => `${a} ${name}`));
  await writeFile(`${directory}/hosts`, `127.0.0.1 localhost\n${lines.join("\n")}\n`);
  await writeFile(`${directory}/resolv.conf`, "nameserver 127.0.0.1\noptions timeout:1 attempts:1\n");
  await writeFile(`${directory}/nsswitch.conf`, "hosts: files dns\n");
}

/**
 * It may not have come to be: then there is nothing to remove. What still runs in it is an agent that was cut
 * off.
 */
export async function removeNamespace(namespace: string): Promise<void> {
  const { stdout } = await run("ip", ["netns", "pids", namespace]);
  for (const pid of stdout.split("\n").filter((line) => line !== "")) await run("kill", ["-KILL", pid]);
  await run("ip", ["netns", "del", namespace]);
}

interface End {
  host: string;
  device: string;
}

async function connect(a: End, b: End): Promise<void> {
  const peer = ["peer", "name", b.device, "netns", b.host];
  await must("ip", "link", "add", "name", a.device, "netns", a.host, "type", "veth", ...peer);
  for (const { host, device } of [a, b]) {
    await must("ip", "-n", host, "link", "set", device, "up");
    // Or packets cross that no wire carries: too large, and without their checksums.
    await inNamespace(host, "ethtool", "-K", device, "tx", "off", "tso", "off", "gso", "off", "gro", "off");
  }
}

async function address(host: string, device: string, v4: string, v6: string): Promise<void> {
  await must("ip", "-n", host, "addr", "add", v4, "dev", device);
  await must("ip", "-n", host, "addr", "add", v6, "dev", device, "nodad");
}

/** What the router's rules mark with it is late: see `Scenario.delaysMarked`. */
export const LATE_MARK = "1";

/** What happens to packets in the router: each rule names the hook it stands at. */
export interface RouterRule {
  /**
   * `arriving`: before anything puts IP fragments together again. `own`: what the router itself says, such as
   * ICMP.
   */
  hook: "arriving" | "own";
  match: string;
}

export async function setRouterRules(network: Network, rules: readonly RouterRule[]): Promise<void> {
  const commands = [
    "add table inet lab",
    "add chain inet lab arriving { type filter hook prerouting priority -500; policy accept; }",
    "add chain inet lab own { type filter hook output priority -500; policy accept; }",
    ...COUNT_DATAGRAMS.map((match) => `add rule inet lab arriving ${match}`),
    ...rules.map(({ hook, match }) => `add rule inet lab ${hook} ${match}`),
  ];
  await inNamespace(network.router, "nft", commands.join("; "));
}

/** First of the router's rules: a datagram is counted once, however many IP fragments it leaves in. */
const COUNT_DATAGRAMS = [
  `iifname ${CLIENT_SIDE} ip daddr ${GATEWAY_ADDRESSES[4]} ip frag-off & 0x1fff == 0 counter`,
  `iifname ${CLIENT_SIDE} ip6 daddr ${GATEWAY_ADDRESSES[6]} exthdr frag missing counter`,
  `iifname ${CLIENT_SIDE} ip6 daddr ${GATEWAY_ADDRESSES[6]} frag frag-off 0 counter`,
];

/**
 * Datagrams from the client so far, and how often each rule took a packet: what shows that a scenario
 * happened.
 */
export async function routerCounters(network: Network): Promise<{ datagrams: number; taken: number[] }> {
  const counted = async (chain: string) => {
    const listing = await inNamespace(network.router, "nft", "list", "chain", "inet", "lab", chain);
    return [...listing.matchAll(/counter packets (\d+)/g)].map(([, packets]) => Number(packets));
  };
  const arriving = await counted("arriving");
  const datagrams = arriving.slice(0, COUNT_DATAGRAMS.length).reduce((sum, packets) => sum + packets, 0);
  return { datagrams, taken: [...arriving.slice(COUNT_DATAGRAMS.length), ...(await counted("own"))] };
}

export function inNamespace(namespace: string, file: string, ...programArguments: string[]): Promise<string> {
  return must("ip", "netns", "exec", namespace, file, ...programArguments);
}

/** As `inNamespace`, for a program whose exit code is an answer. */
export function tryInNamespace(namespace: string, file: string, programArguments: string[]): Promise<Output> {
  return run("ip", ["netns", "exec", namespace, file, ...programArguments]);
}

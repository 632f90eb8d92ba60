import { randomBytes } from "node:crypto";
import { type Cleanup, must, type Output, run } from "./programs.ts";

/** client — router — gateway, each a network namespace of its own. */
export interface Network {
  client: string;
  router: string;
  gateway: string;
}

export const CLIENT_ADDRESS = "192.0.2.2";
export const GATEWAY_ADDRESS = "198.51.100.2";
/** The router's interfaces, for its rules: towards the client and towards the gateway. */
export const CLIENT_SIDE = "client0";
export const GATEWAY_SIDE = "gateway0";

/** Builds the three namespaces; the cleanup takes them away by the names they were given here. */
export async function buildNetwork(cleanup: Cleanup): Promise<Network> {
  const id = `ikf-${randomBytes(3).toString("hex")}`;
  const network = { client: `${id}-client`, router: `${id}-router`, gateway: `${id}-gateway` };
  for (const namespace of Object.values(network)) {
    cleanup.add(() => removeNamespace(namespace));
    await must("ip", "netns", "add", namespace);
    await must("ip", "-n", namespace, "link", "set", "lo", "up");
  }
  await link(network.client, "eth0", `${CLIENT_ADDRESS}/24`, network.router, CLIENT_SIDE, "192.0.2.1/24");
  await link(
    network.gateway,
    "eth0",
    `${GATEWAY_ADDRESS}/24`,
    network.router,
    GATEWAY_SIDE,
    "198.51.100.1/24",
  );
  await must("ip", "-n", network.client, "route", "add", "default", "via", "192.0.2.1");
  await must("ip", "-n", network.gateway, "route", "add", "default", "via", "198.51.100.1");
  await inNamespace(network.router, "sysctl", "-qw", "net.ipv4.ip_forward=1");
  return network;
}

/** It may not have come to be: then there is nothing to remove. What still runs in it is an agent that was cut off. */
async function removeNamespace(namespace: string): Promise<void> {
  const { stdout } = await run("ip", ["netns", "pids", namespace]);
  for (const pid of stdout.split("\n").filter((line) => line !== "")) await run("kill", ["-KILL", pid]);
  await run("ip", ["netns", "del", namespace]);
}

async function link(
  namespace: string,
  name: string,
  address: string,
  router: string,
  routerName: string,
  routerAddress: string,
): Promise<void> {
  const peer = ["peer", "name", routerName, "netns", router];
  await must("ip", "link", "add", "name", name, "netns", namespace, "type", "veth", ...peer);
  const ends = [
    { host: namespace, device: name, address },
    { host: router, device: routerName, address: routerAddress },
  ];
  for (const { host, device, address: own } of ends) {
    await must("ip", "-n", host, "addr", "add", own, "dev", device);
    await must("ip", "-n", host, "link", "set", device, "up");
    // Or packets cross that no wire carries: too large, and without their checksums.
    await inNamespace(host, "ethtool", "-K", device, "tx", "off", "tso", "off", "gso", "off", "gro", "off");
  }
}

/** What happens to packets in the router, before anything puts IP fragments together again. */
export async function setRouterRules(network: Network, rules: readonly string[]): Promise<void> {
  const hook = "type filter hook prerouting priority -500; policy accept;";
  const chain = `add chain ip lab before { ${hook} }`;
  const commands = ["add table ip lab", chain, ...rules.map((rule) => `add rule ip lab before ${rule}`)];
  await inNamespace(network.router, "nft", commands.join("; "));
}

/** How often each counted rule took a packet: what shows that a scenario happened. */
export async function routerCounters(network: Network): Promise<number[]> {
  const listing = await inNamespace(network.router, "nft", "list", "chain", "ip", "lab", "before");
  return [...listing.matchAll(/counter packets (\d+)/g)].map(([, packets]) => Number(packets));
}

export function inNamespace(namespace: string, file: string, ...programArguments: string[]): Promise<string> {
  return must("ip", "netns", "exec", namespace, file, ...programArguments);
}

/** As `inNamespace`, for a program whose exit code is an answer. */
export function tryInNamespace(namespace: string, file: string, programArguments: string[]): Promise<Output> {
  return run("ip", ["netns", "exec", namespace, file, ...programArguments]);
}

/** The laboratory's reflector, behind the gateway's network. */
import { join } from "node:path";
import process from "node:process";
import { CLIENT_SIDE, GATEWAY_ADDRESSES, inNamespace, type Network, type RouterRule } from "./network.ts";
import { type Cleanup, must, run, startDaemon } from "./programs.ts";

/** As the service is told, and the client's resolver knows it. */
const NAME = "reflector.example.net";
const ADDRESSES = { 4: "203.0.113.2", 6: "2001:db8:203::2" };
const NEIGHBOUR = { 4: "203.0.113.1", 6: "2001:db8:203::1" };
const PORT = 4_555;
const KEY = "the laboratory's own key, 32 and more";

/** For `PathOptions`. */
export const REFLECTOR_HOSTS: Record<string, string[]> = { [NAME]: Object.values(ADDRESSES) };

/** What the service is started with. */
export const REFLECTOR_SETTINGS: Record<string, string> = {
  IKEFRAG_REFLECTOR: `${NAME}:${PORT}`,
  IKEFRAG_REFLECTOR_KEY: KEY,
};

/** For scenarios in which it has to be asked. Never takes a packet away. */
export const REFLECTOR_IS_ASKED: RouterRule = {
  hook: "arriving",
  match: `iifname ${CLIENT_SIDE} udp dport ${PORT} counter accept`,
};

/**
 * A reflector in a namespace behind the gateway's: what it sends comes to the router by the gateway's link,
 * so that the same rules meet it. The gateway's host forwards and has no part in it.
 */
export async function startReflector({ router, gateway }: Network, cleanup: Cleanup): Promise<void> {
  const reflector = gateway.replace(/gateway$/, "reflector");
  cleanup.add(async () => void (await run("ip", ["netns", "del", reflector])));
  await must("ip", "netns", "add", reflector);
  await must("ip", "-n", reflector, "link", "set", "lo", "up");
  const peer = ["peer", "name", "eth0", "netns", reflector];
  await must("ip", "link", "add", "name", "reflector0", "netns", gateway, "type", "veth", ...peer);
  for (const [host, device, addresses] of [
    [gateway, "reflector0", NEIGHBOUR],
    [reflector, "eth0", ADDRESSES],
  ] as const) {
    await must("ip", "-n", host, "link", "set", device, "up");
    await must("ip", "-n", host, "addr", "add", `${addresses[4]}/24`, "dev", device);
    await must("ip", "-n", host, "addr", "add", `${addresses[6]}/64`, "dev", device, "nodad");
    // As between the others: no packet that no wire carries.
    await inNamespace(host, "ethtool", "-K", device, "tx", "off", "tso", "off", "gso", "off", "gro", "off");
  }
  await inNamespace(gateway, "sysctl", "-qw", "net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1");
  await must("ip", "-n", reflector, "route", "add", "default", "via", NEIGHBOUR[4]);
  await must("ip", "-n", reflector, "-6", "route", "add", "default", "via", NEIGHBOUR[6]);
  await must("ip", "-n", router, "route", "add", "203.0.113.0/24", "via", GATEWAY_ADDRESSES[4]);
  await must("ip", "-n", router, "-6", "route", "add", "2001:db8:203::/64", "via", GATEWAY_ADDRESSES[6]);
  const program = join(import.meta.dirname, "../../infra/reflector/main.ts");
  const words = ["netns", "exec", reflector, process.execPath, program, "--listen", `[::]:${PORT}`];
  const daemon = startDaemon(cleanup, "ip", words, { IKEFRAG_REFLECTOR_KEY: KEY });
  await daemon.says(/listens on/);
}

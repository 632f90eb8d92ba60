/** A path that translates between IPv4 and IPv6 (464XLAT). */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { startDevice } from "./devices/start-device.ts";
import { GATEWAY_SIDE, inNamespace, type Network } from "./network.ts";
import { type Cleanup, must, startDaemon } from "./programs.ts";

const PREFIX_ADDRESS = "2001:db8:64::";
const PREFIX = `${PREFIX_ADDRESS}/96`;
/** As the gateway sees the client behind both translators. */
export const TRANSLATED_CLIENT = "203.0.113.64";
const CLIENT_V6 = "2001:db8:2::464";

/**
 * What the customer's side does with what grows larger than the link: cut it, lose it, or lose it and say so.
 */
export type Cutting = "cuts" | "does-not-cut" | "does-not-cut-and-says-so";

/** The IPv6-only link between the two sides. */
const LINK = "six0";
/** Room for what becomes larger by translation. */
const ROOMY_MTU = "1600";

/**
 * Turns the router into both ends of a 464XLAT (RFC 6877): IPv4 from the client becomes IPv6 over a link of
 * 1500 bytes, and IPv4 again. One tayga is the customer's side, in the router; the other the provider's, in a
 * namespace between the router and the gateway. Tayga cuts whatever may be cut: where nobody is to, a program
 * of the laboratory's own does the customer's way out.
 */
export async function translate(
  network: Network,
  cutting: Cutting,
  directory: string,
  cleanup: Cleanup,
): Promise<void> {
  await mkdir(directory, { recursive: true });
  const { router, gateway } = network;
  network.onward = LINK;
  const provider = `${router}x`;
  cleanup.add(() => must("ip", "netns", "del", provider).then(() => {}));
  await must("ip", "netns", "add", provider);
  await must("ip", "-n", provider, "link", "set", "lo", "up");
  // The gateway's link moves to the provider; an IPv6-only link of 1500 bytes takes its place.
  await must("ip", "-n", router, "link", "set", GATEWAY_SIDE, "netns", provider);
  await must("ip", "-n", provider, "link", "set", GATEWAY_SIDE, "up");
  await must("ip", "-n", provider, "addr", "add", "198.51.100.1/24", "dev", GATEWAY_SIDE);
  const peer = ["type", "veth", "peer", "name", LINK, "netns", provider];
  await must("ip", "link", "add", "name", LINK, "netns", router, ...peer);
  for (const [host, own] of [
    [router, "2001:db8:6::1/64"],
    [provider, "2001:db8:6::2/64"],
  ] as const) {
    await must("ip", "-n", host, "link", "set", LINK, "up");
    await must("ip", "-n", host, "addr", "add", own, "dev", LINK, "nodad");
    await inNamespace(host, "ethtool", "-K", LINK, "tx", "off", "tso", "off", "gso", "off", "gro", "off");
    await inNamespace(host, "sysctl", "-qw", "net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1");
  }
  // Customer's side: the client's one address, statelessly.
  await startTayga(router, join(directory, "customer"), cleanup, [
    "ipv4-addr 192.0.0.1",
    `prefix ${PREFIX}`,
    `map 192.0.2.2 ${CLIENT_V6}`,
  ]);
  if (cutting === "cuts") {
    await must("ip", "-n", router, "route", "replace", "198.51.100.0/24", "dev", "nat64", "mtu", "1480");
  } else {
    await startDevice(router, "uncut", "uncut", [CLIENT_V6, PREFIX_ADDRESS], cleanup);
    await must("ip", "-n", router, "link", "set", "uncut", "mtu", ROOMY_MTU);
    await must("ip", "-n", router, "route", "replace", "198.51.100.0/24", "dev", "uncut");
  }
  await must("ip", "-n", router, "route", "add", `${CLIENT_V6}/128`, "dev", "nat64");
  await must("ip", "-n", router, "route", "add", PREFIX, "via", "2001:db8:6::2");
  // Provider's side: the same client as an IPv4 address of the provider's.
  await startTayga(provider, join(directory, "provider"), cleanup, [
    "ipv4-addr 203.0.113.1",
    `prefix ${PREFIX}`,
    `map ${TRANSLATED_CLIENT} ${CLIENT_V6}`,
  ]);
  await must("ip", "-n", provider, "route", "add", "203.0.113.0/24", "dev", "nat64");
  await must("ip", "-n", provider, "route", "add", PREFIX, "dev", "nat64");
  await must("ip", "-n", provider, "route", "add", `${CLIENT_V6}/128`, "via", "2001:db8:6::1");
  await must("ip", "-n", gateway, "route", "replace", "default", "via", "198.51.100.1");
}

async function startTayga(
  namespace: string,
  directory: string,
  cleanup: Cleanup,
  lines: readonly string[],
): Promise<void> {
  await mkdir(directory, { recursive: true });
  const configuration = join(directory, "tayga.conf");
  await writeFile(configuration, ["tun-device nat64", ...lines, `data-dir ${directory}`, ""].join("\n"));
  await inNamespace(namespace, "tayga", "--config", configuration, "--mktun");
  await must("ip", "-n", namespace, "link", "set", "nat64", "up");
  startDaemon(cleanup, "ip", ["netns", "exec", namespace, "tayga", "--config", configuration, "--nodetach"]);
}

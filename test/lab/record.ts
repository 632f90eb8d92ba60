/** Captures at both ends of the path and at the router between them. */
import { join } from "node:path";
import { CLIENT_INTERFACE, CLIENT_SIDE, type Network } from "./network.ts";
import { type Cleanup, startDaemon } from "./programs.ts";

/** One capture for each place, all of the same time. */
export interface Captures {
  client: string;
  /** What reaches the router from the client, before its rules. */
  routerIn: string;
  /** What the router sends on to the gateway; with a translator in it, that is IPv6. */
  routerOut: string;
  gateway: string;
}

/**
 * Records until the cleanup runs.
 *
 * @param name what the files' names begin with
 */
export async function record(
  network: Network,
  directory: string,
  name: string,
  cleanup: Cleanup,
): Promise<Captures> {
  const fileOf = (place: string) => join(directory, `${name}-${place}.pcap`);
  const captures = {
    client: fileOf("client"),
    routerIn: fileOf("router-in"),
    routerOut: fileOf("router-out"),
    gateway: fileOf("gateway"),
  };
  await Promise.all([
    capture(network.client, CLIENT_INTERFACE, captures.client, cleanup),
    capture(network.router, CLIENT_SIDE, captures.routerIn, cleanup),
    capture(network.router, network.onward, captures.routerOut, cleanup),
    capture(network.gateway, "eth0", captures.gateway, cleanup),
  ]);
  return captures;
}

async function capture(namespace: string, device: string, file: string, cleanup: Cleanup): Promise<void> {
  const words = ["-i", device, "-s", "0", "-U", "--immediate-mode", "-Z", "root", "-w", file, "ip or ip6"];
  const daemon = startDaemon(cleanup, "ip", ["netns", "exec", namespace, "tcpdump", ...words]);
  await daemon.says(/listening on/);
}

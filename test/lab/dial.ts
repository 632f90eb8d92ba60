/** Connects a real VPN once, and captures at both ends. */
import { join } from "node:path";
import { CLIENT_INTERFACE, type Network } from "./network.ts";
import { Cleanup, startDaemon } from "./programs.ts";
import type { Strongswan, VpnOptions } from "./strongswan.ts";

export interface Dialled {
  connects: boolean;
  /** What both ends saw, as captures. */
  captures: { client: string; gateway: string };
}

/** A dial that was not answered is over after 1 + 1.8 + 3.24 s, a patient one after 21 s. */
const DIAL_SECONDS = { ordinary: "12", patient: "25" };

/**
 * Brings the VPN up, says whether it came up, and takes it down again; both ends capture meanwhile.
 *
 * @param whileUp what is done with it, if it came up
 */
export async function dial(
  network: Network,
  initiator: Strongswan,
  vpn: VpnOptions,
  directory: string,
  name: string,
  whileUp: () => Promise<void> = async () => {},
): Promise<Dialled> {
  const own = new Cleanup();
  const captures = {
    client: join(directory, `${name}-client.pcap`),
    gateway: join(directory, `${name}-gateway.pcap`),
  };
  const what = vpn.tunnel ? ["--child", "net"] : ["--ike", "vpn"];
  const seconds = DIAL_SECONDS[vpn.patient ? "patient" : "ordinary"];
  try {
    await capture(network.client, CLIENT_INTERFACE, captures.client, own);
    await capture(network.gateway, "eth0", captures.gateway, own);
    const { exitCode } = await initiator.swanctl("--initiate", ...what, "--timeout", seconds);
    if (exitCode === 0) await whileUp();
    await initiator.swanctl("--terminate", "--ike", "vpn", "--force", "--timeout", "2");
    return { connects: exitCode === 0, captures };
  } finally {
    await own.run();
  }
}

async function capture(namespace: string, device: string, file: string, cleanup: Cleanup): Promise<void> {
  const words = ["-i", device, "-s", "0", "-U", "--immediate-mode", "-Z", "root", "-w", file, "ip or ip6"];
  const daemon = startDaemon(cleanup, "ip", ["netns", "exec", namespace, "tcpdump", ...words]);
  await daemon.says(/listening on/);
}

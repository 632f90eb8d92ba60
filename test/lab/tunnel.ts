/** Traffic through a VPN that is up. */
import type { Recommendation } from "../../shared/schema/diagnosis.ts";
import { CLIENT_INTERFACE, inNamespace, type Network, tryInNamespace } from "./network.ts";
import { must } from "./programs.ts";
import { TUNNEL_ADDRESSES, TUNNEL_CIPHER, TUNNEL_INTERFACE } from "./strongswan.ts";

/** More than a handful each way: what tells a tunnel that loses its large packets from one that is idle. */
const ECHO_REQUESTS = 6;
const SMALL_IP_BYTES = 100;
const ICMP_AND_IP_HEADER_BYTES = 28;

/** Traffic through the VPN, once it is up. */
export interface Tunnel {
  /** In the order of trying: the tunnel's MTU, and whether packets of that size come and go. */
  tried: { tunnelMtu: number; passes: boolean }[];
  /** Packets as large as the tunnel's interface takes them by itself. */
  tryBefore(): Promise<void>;
  tryWith(tunnelMtu: number): Promise<void>;
  adviceIn(advised: Recommendation["tunnelMtu"]): number | null;
}

/** Gives both ends the addresses that the tunnel connects. */
export async function openTunnel(network: Network): Promise<Tunnel> {
  const { client, gateway } = network;
  await must("ip", "-n", client, "addr", "add", `${TUNNEL_ADDRESSES.client}/32`, "dev", CLIENT_INTERFACE);
  await must("ip", "-n", gateway, "addr", "add", `${TUNNEL_ADDRESSES.gateway}/32`, "dev", "eth0");
  const tried: Tunnel["tried"] = [];
  const tryLarge = async (tunnelMtu: number) => {
    if (!(await passes(network, SMALL_IP_BYTES))) throw new Error("Cannot use the tunnel: nothing passes");
    tried.push({ tunnelMtu, passes: await passes(network, tunnelMtu) });
  };
  return {
    tried,
    tryBefore: async () => tryLarge(await interfaceMtu(client)),
    tryWith: async (tunnelMtu) => {
      await must("ip", "-n", client, "link", "set", TUNNEL_INTERFACE, "mtu", String(tunnelMtu));
      await tryLarge(tunnelMtu);
    },
    adviceIn: (advised) => advised?.byCipher.find((c) => c.cipher === TUNNEL_CIPHER.name)?.tunnelMtu ?? null,
  };
}

async function interfaceMtu(namespace: string): Promise<number> {
  const [link] = JSON.parse(await inNamespace(namespace, "ip", "-j", "link", "show", TUNNEL_INTERFACE)) as {
    mtu: number;
  }[];
  if (!link) throw new Error(`Cannot find ${TUNNEL_INTERFACE}`);
  return link.mtu;
}

/** Whole packets that may not be cut, each answered by one of the same size. */
async function passes({ client }: Network, ipBytes: number): Promise<boolean> {
  const size = ["-M", "do", "-s", String(ipBytes - ICMP_AND_IP_HEADER_BYTES)];
  const pace = ["-c", String(ECHO_REQUESTS), "-i", "0.2", "-W", "1", "-I", TUNNEL_ADDRESSES.client];
  const { exitCode } = await tryInNamespace(client, "ping", [...size, ...pace, TUNNEL_ADDRESSES.gateway]);
  return exitCode === 0;
}

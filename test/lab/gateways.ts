/** What answers at the gateway's address: real daemons, and programs that only seem to. */
import { randomBytes } from "node:crypto";
import process from "node:process";
import { byteSource, probeDatagram } from "../../shared/plan/probe-datagram.ts";
import type { Certificates } from "./certificates.ts";
import type { GatewayLog } from "./gateway-log.ts";
import { startLibreswan } from "./libreswan.ts";
import { GATEWAY_ADDRESSES, inNamespace, type Network } from "./network.ts";
import type { Cleanup } from "./programs.ts";
import type { GatewayKind } from "./scenario.ts";
import { startStrongswan, type VpnOptions } from "./strongswan.ts";

/** Starts what answers at the gateway's address. @returns where its log is, as far as it keeps one */
export async function startGateway(
  kind: GatewayKind,
  network: Network,
  directory: string,
  vpn: VpnOptions,
  certificates: Certificates,
  cleanup: Cleanup,
): Promise<GatewayLog | null> {
  if (kind === "down") return null;
  if (kind === "libreswan") return startLibreswan(network, directory, vpn, certificates, cleanup);
  const options = { ...vpn, asksForCookies: kind === "asks-for-cookies" };
  const { log } = await startStrongswan(network.gateway, directory, options, certificates, cleanup);
  if (kind === "asks-for-cookies") await leaveHalfOpen(network);
  if (kind === "ignores-unacceptable") await swallowRefusals(network);
  return log;
}

/**
 * By size, before it leaves: IKE of 36 bytes is a header and NO_PROPOSAL_CHOSEN, and nothing else is as
 * small.
 */
async function swallowRefusals({ gateway }: Network): Promise<void> {
  const commands = [
    "add table inet lab",
    "add chain inet lab own { type filter hook output priority -500; policy accept; }",
    "add rule inet lab own udp sport 500 udp length 44 drop",
    "add rule inet lab own udp sport 4500 udp length 48 drop",
  ];
  await inNamespace(gateway, "nft", commands.join("; "));
}

const KNOCK_SCRIPT = `
  const [datagram, address] = process.argv.slice(1);
  const socket = (await import("node:dgram")).createSocket("udp4");
  socket.once("message", () => socket.close());
  socket.send(Buffer.from(datagram, "base64"), 500, address);
`;

/**
 * One login that nobody goes on with, from the gateway's own host: from then on its daemon counts itself as
 * under load.
 */
async function leaveHalfOpen({ gateway }: Network): Promise<void> {
  const datagram = probeDatagram("accepted", 500, 4, null, byteSource(randomBytes(32)));
  const script = ["--input-type=module", "--eval", KNOCK_SCRIPT, "--"];
  const given = [Buffer.from(datagram).toString("base64"), GATEWAY_ADDRESSES[4]];
  await inNamespace(gateway, process.execPath, ...script, ...given);
}

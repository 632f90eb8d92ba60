/** What answers at the gateway's address: real daemons, and programs that only seem to. */
import { randomBytes } from "node:crypto";
import process from "node:process";
import { initRequest } from "../../shared/ike/keys/login.ts";
import { KeyExchangeMethod } from "../../shared/ike/registry.ts";
import { byteSource } from "../../shared/plan/probe-datagram.ts";
import type { Certificates } from "./certificates.ts";
import type { GatewayLog } from "./gateway-log.ts";
import { startLibreswan } from "./libreswan.ts";
import { GATEWAY_ADDRESSES, inNamespace, type Network } from "./network.ts";
import type { Cleanup } from "./programs.ts";
import type { GatewayKind } from "./scenario.ts";
import { startStrongswan, type VpnOptions } from "./strongswan.ts";

/** What answers at the gateway's address, as far as it is a daemon. */
export interface Gateway {
  log: GatewayLog;
  /** The daemon's own list of the logins that it holds, half open or finished: a line or more of each. */
  listSas(): Promise<string[]>;
  /**
   * Before logins that fail: what its log says of a login comes to an end soon, or is followed by what it
   * says of another, so that nobody can take the log for one that ends too early.
   */
  beforeLogins(): Promise<void>;
  afterLogin(): Promise<void>;
}

/** Starts what answers at the gateway's address; `null`: nothing does. */
export async function startGateway(
  kind: GatewayKind,
  network: Network,
  directory: string,
  vpn: VpnOptions,
  certificates: Certificates,
  cleanup: Cleanup,
): Promise<Gateway | null> {
  if (kind === "down") return null;
  if (kind === "libreswan") {
    const { log, listSas } = await startLibreswan(network, directory, vpn, certificates, cleanup);
    // It keeps a login that nobody goes on with for minutes.
    return { log, listSas, beforeLogins: async () => {}, afterLogin: () => leaveHalfOpen(network.router) };
  }
  const options = { ...vpn, asksForCookies: kind === "asks-for-cookies" };
  const { log, listSas, forgetsSoon } = await startStrongswan(
    network.gateway,
    directory,
    options,
    certificates,
    cleanup,
  );
  if (kind === "asks-for-cookies") await leaveHalfOpen(network.gateway);
  if (kind === "ignores-unacceptable") await swallowRefusals(network);
  if (kind === "drops-port-4500") await dropPort4500(network);
  return {
    log,
    listSas,
    beforeLogins: forgetsSoon,
    // One that guards itself forgets nobody: another client's opening shows that its log went on.
    afterLogin: async () => {
      if (kind === "asks-for-cookies") await leaveHalfOpen(network.router);
    },
  };
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

/** Behind where a capture is made: there all of it is seen to arrive. */
async function dropPort4500({ gateway }: Network): Promise<void> {
  const commands = [
    "add table inet lab",
    "add chain inet lab incoming { type filter hook input priority 0; policy accept; }",
    "add rule inet lab incoming udp dport 4500 drop",
  ];
  await inNamespace(gateway, "nft", commands.join("; "));
}

const KNOCK_SCRIPT = `
  const [datagram, address] = process.argv.slice(1);
  const socket = (await import("node:dgram")).createSocket("udp4");
  socket.once("message", () => process.exit());
  setTimeout(() => process.exit(1), 5_000);
  socket.send(Buffer.from(datagram, "base64"), 500, address);
`;

/**
 * One login that nobody goes on with. From the gateway's own host: from then on strongSwan counts itself as
 * under load.
 */
async function leaveHalfOpen(from: string): Promise<void> {
  const random = byteSource(randomBytes(32));
  const group = KeyExchangeMethod.MODP2048;
  const datagram = initRequest({ secret: null, random, port: 500, group, ikeFragmentation: true });
  const script = ["--input-type=module", "--eval", KNOCK_SCRIPT, "--"];
  const given = [Buffer.from(datagram).toString("base64"), GATEWAY_ADDRESSES[4]];
  await inNamespace(from, process.execPath, ...script, ...given);
}

import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import type { Certificates } from "./certificates.ts";
import type { Network } from "./network.ts";
import { type Cleanup, must, run, startDaemon } from "./programs.ts";
import type { GatewayKind } from "./scenario.ts";
import { startStrongswan, untilListening, type VpnOptions } from "./strongswan.ts";

/** Starts what answers at the gateway's address. @returns where its log is, as far as it keeps one */
export async function startGateway(
  kind: GatewayKind,
  network: Network,
  directory: string,
  vpn: VpnOptions,
  certificates: Certificates,
  cleanup: Cleanup,
): Promise<(() => Promise<string>) | null> {
  switch (kind) {
    case "down":
      return null;
    case "strongswan":
      return (await startStrongswan(network.gateway, directory, vpn, certificates, cleanup)).log;
    case "libreswan":
      return startLibreswan(network, directory, cleanup);
    default: {
      const script = join(import.meta.dirname, "simulated-gateway.ts");
      const words = ["netns", "exec", network.gateway, process.execPath, script, kind];
      const daemon = startDaemon(cleanup, "ip", words);
      await untilListening(network.gateway, daemon);
      return async () => daemon.said();
    }
  }
}

/**
 * Where libreswan's files are, unpacked beside strongSwan's: Debian's two packages exclude each other, and need not be
 * installed to be run.
 */
export const LIBRESWAN_ROOT = process.env.LIBRESWAN_ROOT ?? "/opt/ikefrag-lab/libreswan";
const pluto = join(LIBRESWAN_ROOT, "usr/libexec/ipsec/pluto");

export const hasLibreswan = async (): Promise<boolean> => (await run("test", ["-x", pluto])).exitCode === 0;

async function startLibreswan(
  network: Network,
  directory: string,
  cleanup: Cleanup,
): Promise<() => Promise<string>> {
  const [nss, runDirectory] = [join(directory, "nss"), join(directory, "run")];
  for (const folder of [nss, runDirectory]) await mkdir(folder, { recursive: true });
  const configuration = join(directory, "ipsec.conf");
  const secrets = join(directory, "ipsec.secrets");
  await writeFile(configuration, "config setup\n");
  await writeFile(secrets, ': PSK "laboratory only"\n', { mode: 0o600 });
  await must("certutil", "-N", "-d", `sql:${nss}`, "--empty-password");
  const words = ["--nofork", "--stderrlog", "--config", configuration, "--secretsfile", secrets];
  const places = ["--nssdir", nss, "--rundir", runDirectory, "--ipsecdir", directory];
  const daemon = startDaemon(cleanup, "ip", ["netns", "exec", network.gateway, pluto, ...words, ...places]);
  await untilListening(network.gateway, daemon);
  const control = join(runDirectory, "pluto.ctl");
  const whack = join(LIBRESWAN_ROOT, "usr/libexec/ipsec/whack");
  const connection = [
    "--name",
    "any",
    "--ikev2-allow",
    "--psk",
    "--host",
    "198.51.100.2",
    "--to",
    "--host",
    "%any",
  ];
  await must("ip", "netns", "exec", network.gateway, whack, "--ctlsocket", control, ...connection);
  await must("ip", "netns", "exec", network.gateway, whack, "--ctlsocket", control, "--listen");
  return async () => daemon.said();
}

import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import type { Certificates } from "./certificates.ts";
import { GATEWAY_ADDRESSES, type Network } from "./network.ts";
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
 * Where libreswan's files are, unpacked and not installed: Debian's package and strongSwan's exclude each other.
 * `apt-get download libreswan && dpkg -x libreswan_*.deb /opt/ikefrag-lab/libreswan` puts them there.
 */
const LIBRESWAN_ROOT = "/opt/ikefrag-lab/libreswan";
/** Where they are in the daemon's own view of the files: it starts others of them by their full paths. */
const LIBRESWAN_PROGRAMS = "/usr/libexec/ipsec";

export const hasLibreswan = async (): Promise<boolean> =>
  (await run("sh", ["-c", `test -x ${LIBRESWAN_ROOT}${LIBRESWAN_PROGRAMS}/pluto && command -v certutil`]))
    .exitCode === 0;

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
  const there = ["netns", "exec", network.gateway, "sh", "-c"];
  const begin = `mount --bind ${LIBRESWAN_ROOT}/usr/libexec /usr/libexec && exec "$0" "$@"`;
  const places = ["--nssdir", nss, "--rundir", runDirectory, "--ipsecdir", directory];
  const daemon = startDaemon(cleanup, "ip", [
    ...[...there, begin, `${LIBRESWAN_PROGRAMS}/pluto`, "--nofork", "--stderrlog"],
    ...["--config", configuration, "--secretsfile", secrets, ...places],
  ]);
  await daemon.says(/loading secrets/);
  const whack = `${LIBRESWAN_ROOT}${LIBRESWAN_PROGRAMS}/whack`;
  const tell = (...words: string[]) =>
    must("ip", "netns", "exec", network.gateway, whack, "--rundir", runDirectory, ...words);
  const any = ["--host", GATEWAY_ADDRESSES[4], "--to", "--host", "%any"];
  await tell("--name", "any", "--ikev2", "--psk", "--encrypt", ...any);
  await tell("--listen");
  await untilListening(network.gateway, daemon);
  return async () => daemon.said();
}

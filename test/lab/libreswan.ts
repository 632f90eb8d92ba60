/** Runs libreswan as the gateway. */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Certificates } from "./certificates.ts";
import { type GatewayLog, logOf } from "./gateway-log.ts";
import { GATEWAY_ADDRESSES, type Network } from "./network.ts";
import { type Cleanup, must, run, startDaemon } from "./programs.ts";
import { SECRET, untilListening, type VpnOptions } from "./strongswan.ts";

/**
 * Where libreswan's files are, unpacked and not installed: Debian's package and strongSwan's exclude each
 * other. `apt-get download libreswan && dpkg -x libreswan_*.deb /opt/ikefrag-lab/libreswan` puts them there.
 */
const LIBRESWAN_ROOT = "/opt/ikefrag-lab/libreswan";
/** Where they are in the daemon's own view of the files: it starts others of them by their full paths. */
const LIBRESWAN_PROGRAMS = "/usr/libexec/ipsec";

export async function hasLibreswan(): Promise<boolean> {
  const programs = [`${LIBRESWAN_ROOT}${LIBRESWAN_PROGRAMS}/pluto`, "certutil", "pk12util", "openssl"];
  const all = programs.map((program) => `command -v ${program}`).join(" && ");
  return (await run("sh", ["-c", all])).exitCode === 0;
}

export interface Libreswan {
  log: GatewayLog;
  /** Its own list of the logins that it holds, finished and half open: a line or more of each. */
  listSas(): Promise<string[]>;
}

/**
 * Answers any initiator that logs in with a certificate of the laboratory's, or with its pre-shared key,
 * without a tunnel (RFC 6023).
 */
export async function startLibreswan(
  network: Network,
  directory: string,
  vpn: VpnOptions,
  certificates: Certificates,
  cleanup: Cleanup,
): Promise<Libreswan> {
  const isPsk = vpn.authentication === "psk";
  const [nss, runDirectory] = [join(directory, "nss"), join(directory, "run")];
  for (const folder of [nss, runDirectory]) await mkdir(folder, { recursive: true });
  const configuration = join(directory, "ipsec.conf");
  const logFile = join(directory, "pluto.log");
  const secrets = join(directory, "ipsec.secrets");
  await writeFile(configuration, "config setup\n");
  await writeFile(secrets, isPsk ? `%any : PSK "${SECRET}"\n` : "", { mode: 0o600 });
  await importCertificates(nss, directory, certificates);
  const there = ["netns", "exec", network.gateway, "sh", "-c"];
  const begin = `mount --bind ${LIBRESWAN_ROOT}/usr/libexec /usr/libexec && exec "$0" "$@"`;
  const places = ["--nssdir", nss, "--rundir", runDirectory, "--ipsecdir", directory];
  const daemon = startDaemon(cleanup, "ip", [
    ...[...there, begin, `${LIBRESWAN_PROGRAMS}/pluto`, "--nofork", "--logfile", logFile],
    ...["--config", configuration, "--secretsfile", secrets, ...places],
  ]);
  await untilWritten(logFile, "loading secrets");
  const whack = `${LIBRESWAN_ROOT}${LIBRESWAN_PROGRAMS}/whack`;
  const tell = (...words: string[]) =>
    must("ip", "netns", "exec", network.gateway, whack, "--rundir", runDirectory, ...words);
  const here = ["--host", GATEWAY_ADDRESSES[4], "--id", "@gateway.example.com"];
  const anybody = ["--host", "%any", "--id", "@client.example.com"];
  const proof = ["--cert", "gateway", "--sendcert", "always", "--sendca", "all"];
  const fragments = vpn.ikeFragmentation.gateway ? ["--ikefrag-allow"] : [];
  await tell(
    ...["--name", "any", "--ikev2", isPsk ? "--psk" : "--rsasig", "--encrypt", ...fragments],
    ...[...here, ...(isPsk ? [] : proof), "--to", ...anybody, ...(isPsk ? [] : ["--ca", "%same"])],
  );
  await tell("--listen");
  await untilListening(network.gateway, daemon);
  // It has one degree, short of debugging.
  const listSas = async () => (await tell("--showstates")).split("\n").filter((line) => /#\d/.test(line));
  return { log: logOf({ detailed: logFile, ordinary: logFile }), listSas };
}

/** The daemon writes times into a file alone, and not to its standard error. */
async function untilWritten(file: string, text: string): Promise<void> {
  for (let attempt = 0; attempt < 150; attempt++) {
    if ((await readFile(file, "utf8").catch(() => "")).includes(text)) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`Cannot find "${text}" in ${file}`);
}

/** Into NSS's own store, which is where libreswan looks. */
async function importCertificates(nss: string, directory: string, certificates: Certificates): Promise<void> {
  const store = ["-d", `sql:${nss}`];
  await must("certutil", "-N", ...store, "--empty-password");
  for (const authority of ["root", "intermediate"] as const)
    await must("certutil", "-A", ...store, "-n", authority, "-t", "CT,,", "-i", certificates[authority]);
  const bundle = join(directory, "gateway.p12");
  const { certificate, key } = certificates.gateway;
  const given = ["-in", certificate, "-inkey", key, "-name", "gateway", "-passout", "pass:"];
  await must("openssl", "pkcs12", "-export", ...given, "-out", bundle);
  await must("pk12util", ...store, "-i", bundle, "-W", "", "-K", "");
}

/** Runs strongSwan as client or as gateway. */
import { chmod, copyFile, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Certificates } from "./certificates.ts";
import { type GatewayLog, logOf } from "./gateway-log.ts";
import { inNamespace, tryInNamespace } from "./network.ts";
import { type Cleanup, type Daemon, startDaemon } from "./programs.ts";

/**
 * How the two ends prove who they are, which decides how large IKE_AUTH is: small both ways, large both ways,
 * one large packet and a large answer, small and a large answer.
 */
export type Authentication = "psk" | "certificate" | "one-packet-certificate" | "eap";

/**
 * RFC 7383 at the gateway, in strongSwan's words: `accept` announces it, and sends no IKE fragments itself.
 */
export type GatewayFragmentation = boolean | "accept" | "force";

export interface VpnOptions {
  /** The client's. */
  authentication: Authentication;
  /** The gateway's, where it takes more kinds of clients, or another one. */
  gatewayTakes?: readonly Authentication[];
  /** Of the gateway's certificate and those above it: large, or so small that its answer is one packet. */
  gatewayChain?: "rsa" | "ecdsa";
  /** RFC 7383, at each end. */
  ikeFragmentation: { client: boolean; gateway: GatewayFragmentation };
  /** Whole IP packets of the gateway's and the client's IKE fragments. */
  ikeFragmentBytes?: number;
  /** Why the gateway says no. */
  refuses?: "psk" | "proposal" | "certificate";
  /** With a tunnel, whose ESP travels in UDP; without, whether IKE comes up is the question. */
  tunnel?: boolean;
  /** Both ends try until it comes through: where packets are lost now and then. */
  patient?: boolean;
  /**
   * The gateway answers everybody's full requests, however many; else it asks for a COOKIE after three from
   * one address.
   */
  unguarded?: boolean;
  /** The gateway is under load, and asks everybody for a COOKIE (RFC 7296 §2.6). */
  asksForCookies?: boolean;
}

/** The two ends of the tunnel: an address of the client's own and one behind the gateway. */
export const TUNNEL_ADDRESSES = { client: "203.0.113.193", gateway: "203.0.113.129" } as const;
/** What kernel-libipsec gives its device; its MTU is the tunnel's. */
export const TUNNEL_INTERFACE = "ipsec0";
/** The name that the sizes of `shared/packet` know it by, and strongSwan's. */
export const TUNNEL_CIPHER = { name: "AES-CBC/SHA2-256-128", proposal: "aes256-sha256" } as const;

/** The pre-shared key, and the password of the user of EAP. */
export const SECRET = "laboratory only";

const PROPOSALS = "aes256-sha256-modp2048,aes128-sha256-modp2048,aes256-sha256-ecp256,default";

/** The gateway's connections, one for each kind of client: they answer any initiator's IKE_SA_INIT. */
function gatewayConnections(vpn: VpnOptions): string {
  const takes = vpn.gatewayTakes ?? [vpn.authentication];
  return fileWith(
    takes.map((authentication, at) =>
      gatewayConnection(vpn, authentication, at === 0 ? "vpn" : authentication),
    ),
    SECRET,
  );
}

function gatewayConnection(vpn: VpnOptions, authentication: Authentication, name: string): string {
  const local = authentication === "psk" ? "auth = psk" : "auth = pubkey\n certs = gateway.pem";
  const remote = {
    psk: "auth = psk",
    certificate: "auth = pubkey",
    "one-packet-certificate": "auth = pubkey",
    eap: "auth = eap-md5\n eap_id = %any",
  };
  const trust = vpn.refuses === "certificate" ? "\n cacerts = stranger.pem" : "";
  return connection({
    name,
    proposals: vpn.refuses === "proposal" ? "aes256gcm16-prfsha512-ecp521" : PROPOSALS,
    remoteAddress: "%any",
    ikeFragmentation: vpn.ikeFragmentation.gateway,
    local: `${local}\n id = gateway.example.com`,
    remote: `${remote[authentication]}${trust}`,
    tunnel: vpn.tunnel ? { from: TUNNEL_ADDRESSES.gateway, to: TUNNEL_ADDRESSES.client } : null,
  });
}

const CLIENT_CERTIFICATE = "auth = pubkey\n certs = client.pem\n id = client.example.com";

function clientConnection(vpn: VpnOptions, gatewayAddress: string): string {
  const local = {
    psk: "auth = psk\n id = client.example.com",
    certificate: CLIENT_CERTIFICATE,
    "one-packet-certificate": CLIENT_CERTIFICATE,
    eap: "auth = eap-md5\n eap_id = user\n id = client.example.com",
  };
  const own = connection({
    name: "vpn",
    proposals: vpn.refuses === "proposal" ? "aes128-sha1-modp2048" : PROPOSALS,
    remoteAddress: gatewayAddress,
    ikeFragmentation: vpn.ikeFragmentation.client,
    local: local[vpn.authentication],
    remote: `auth = ${vpn.authentication === "psk" ? "psk" : "pubkey"}\n id = gateway.example.com`,
    tunnel: vpn.tunnel ? { from: TUNNEL_ADDRESSES.client, to: TUNNEL_ADDRESSES.gateway } : null,
  });
  return fileWith([own], vpn.refuses === "psk" ? "another" : SECRET);
}

const ofStrongswan = (fragmentation: GatewayFragmentation): string =>
  typeof fragmentation === "string" ? fragmentation : fragmentation ? "yes" : "no";

/** Childless (RFC 6023) where no tunnel is asked for: libreswan and kernels without ESP have no other. */
const connection = (given: {
  name: string;
  proposals: string;
  remoteAddress: string;
  ikeFragmentation: GatewayFragmentation;
  local: string;
  remote: string;
  tunnel: { from: string; to: string } | null;
}): string => `
  ${given.name} {
    version = 2
    local_addrs = %any
    remote_addrs = ${given.remoteAddress}
    proposals = ${given.proposals}
    fragmentation = ${ofStrongswan(given.ikeFragmentation)}
    childless = ${given.tunnel ? "never" : "force"}
    mobike = no${given.tunnel ? `\n    ${children(given.tunnel)}` : ""}
    local {
      ${given.local}
    }
    remote {
      ${given.remote}
    }
  }
`;

const fileWith = (connections: readonly string[], secret: string): string => `
connections {${connections.join("")}}
secrets {
  ike-any {
    secret = "${secret}"
  }
  eap-user {
    id = user
    secret = "${SECRET}"
  }
}
`;

const children = ({ from, to }: { from: string; to: string }): string =>
  `children { net { local_ts = ${from}/32\n remote_ts = ${to}/32\n esp_proposals = ${TUNNEL_CIPHER.proposal} } }`;

/** In its log: it guards itself, and wants its own COOKIE back first (RFC 7296 §2.6). */
export const SENDS_COOKIE: RegExp = /generating IKE_SA_INIT response 0 \[ N\(COOKIE\) \]/;

/** A strongSwan daemon in a namespace, with nothing outside its directory. */
export interface Strongswan {
  daemon: Daemon;
  log: GatewayLog;
  swanctl(...words: string[]): ReturnType<typeof tryInNamespace>;
  /** Its own list of the logins that it holds, finished and half open: a line or more of each. */
  listSas(): Promise<string[]>;
  /**
   * From now on it deletes a login that nobody goes on with after seconds, and not after half a minute, and
   * says so in its log.
   */
  forgetsSoon(): Promise<void>;
}

/** After the last try of a client that is not patient; see `DIAL_SECONDS` in dial.ts. */
const HALF_OPEN_SECONDS = 5;

/** Starts the responder in the gateway's namespace. @param directory an empty directory, the daemon's own */
export async function startStrongswan(
  namespace: string,
  directory: string,
  vpn: VpnOptions,
  certificates: Certificates,
  cleanup: Cleanup,
): Promise<Strongswan> {
  return start(namespace, directory, gatewayConnections(vpn), vpn, "gateway", certificates, cleanup);
}

/** Starts the initiator in the client's namespace; it dials when it is told to. */
export async function startInitiator(
  namespace: string,
  directory: string,
  vpn: VpnOptions,
  gatewayAddress: string,
  certificates: Certificates,
  cleanup: Cleanup,
): Promise<Strongswan> {
  const configuration = clientConnection(vpn, gatewayAddress);
  return start(namespace, directory, configuration, vpn, "client", certificates, cleanup);
}

async function start(
  namespace: string,
  directory: string,
  connections: string,
  vpn: VpnOptions,
  role: "client" | "gateway",
  certificates: Certificates,
  cleanup: Cleanup,
): Promise<Strongswan> {
  for (const folder of ["", "x509", "x509ca", "private"])
    await mkdir(join(directory, folder), { recursive: true });
  await chmod(directory, 0o700);
  const isOnePacket = role === "client" && vpn.authentication === "one-packet-certificate";
  const isSmall = role === "gateway" && vpn.gatewayChain === "ecdsa";
  const own = isOnePacket
    ? certificates.onePacketClient
    : isSmall
      ? certificates.ecdsaGateway
      : certificates[role];
  await copyFile(own.certificate, join(directory, "x509", `${role}.pem`));
  await copyFile(own.key, join(directory, "private", `${role}.pem`));
  const authorities = ["root", "intermediate"] as const;
  const small = ["ecdsaRoot", "ecdsaIntermediate"] as const;
  for (const authority of [...authorities, ...(vpn.gatewayChain === "ecdsa" ? small : [])])
    await copyFile(certificates[authority], join(directory, "x509ca", `${authority}.pem`));
  await copyFile(certificates.gateway.certificate, join(directory, "x509ca", "stranger.pem"));
  const socket = `unix://${join(directory, "vici.sock")}`;
  const configuration = join(directory, "strongswan.conf");
  const logFile = join(directory, "charon.log");
  const ordinaryLogFile = join(directory, "charon-ordinary.log");
  // kernel-libipsec: ESP in the process, for kernels that have none; IKE_AUTH goes to port 4500 by it, as
  // behind a NAT.
  const settings = (more: string) =>
    `charon-systemd {
  load = random nonce openssl aes sha1 sha2 hmac kdf gmp curve25519 gcm md5 pem pkcs1 pkcs8 x509 pubkey revocation constraints kernel-libipsec kernel-netlink socket-default eap-identity eap-md5 vici
  retransmit_timeout = 1
  retransmit_base = ${vpn.patient ? 1 : 1.8}
  retransmit_tries = ${vpn.patient ? 20 : 2}
  ${vpn.unguarded ? "dos_protection = no" : ""}
  ${vpn.asksForCookies ? "cookie_threshold = 1\n  half_open_timeout = 3600" : ""}
  ${more}
  ${vpn.ikeFragmentBytes === undefined ? "" : `fragment_size = ${vpn.ikeFragmentBytes}`}
  journal { default = -1 }
  filelog { log { path = ${logFile}
    time_format = %Y-%m-%dT%H:%M:%S
    time_add_ms = yes
    default = 1
    ike = 2
    net = 1
    flush_line = yes }
  ordinary { path = ${ordinaryLogFile}
    time_format = %b %e %T
    default = 1
    flush_line = yes } }
  plugins { vici { socket = ${socket} } }
}
swanctl { load = random nonce openssl pem pkcs1 pkcs8 x509 }
`;
  await writeFile(configuration, settings(""));
  await writeFile(join(directory, "swanctl.conf"), connections);
  const env = { STRONGSWAN_CONF: configuration, SWANCTL_DIR: directory };
  const daemon = startDaemon(cleanup, "ip", ["netns", "exec", namespace, "charon-systemd"], env);
  await untilListening(namespace, daemon);
  const prefix = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  const swanctl = (...words: string[]) =>
    tryInNamespace(namespace, "env", [...prefix, "swanctl", ...words, "--uri", socket]);
  const loaded = await swanctl("--load-all");
  if (loaded.exitCode !== 0)
    throw new Error(`Cannot load ${role}'s connection: ${loaded.stdout}${loaded.stderr}`);
  const forgetsSoon = async () => {
    if (vpn.patient || vpn.asksForCookies) return;
    await writeFile(configuration, settings(`half_open_timeout = ${HALF_OPEN_SECONDS}`));
    const { exitCode, stderr } = await swanctl("--reload-settings");
    if (exitCode !== 0) throw new Error(`Cannot have ${role} read its settings again: ${stderr}`);
  };
  const listSas = async () => {
    const { exitCode, stdout, stderr } = await swanctl("--list-sas");
    if (exitCode !== 0) throw new Error(`Cannot list the SAs of ${role}: ${stderr}`);
    return stdout.split("\n").filter((line) => line !== "");
  };
  return {
    daemon,
    swanctl,
    listSas,
    forgetsSoon,
    log: logOf({ detailed: logFile, ordinary: ordinaryLogFile }),
  };
}

/** The vici socket appears when the daemon is up; until then `swanctl` is refused. */
export async function untilListening(namespace: string, daemon: Daemon): Promise<void> {
  for (let attempt = 0; attempt < 150; attempt++) {
    if (daemon.child.exitCode !== null) break;
    const sockets = await inNamespace(namespace, "ss", "-Hlun", "sport = :4500 or sport = :500");
    if (sockets.includes(":4500") && sockets.includes(":500")) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(
    `Cannot start the daemon: it does not listen on UDP 500 and 4500; it said:\n${daemon.said()}`,
  );
}

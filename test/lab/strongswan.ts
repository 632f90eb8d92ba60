import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Network } from "./network.ts";
import { type Cleanup, type Daemon, must, startDaemon } from "./programs.ts";

/** Answers any initiator's IKE_SA_INIT; whoever goes on to IKE_AUTH needs the pre-shared key. */
const CONNECTIONS = `
connections {
  any {
    version = 2
    local_addrs = %any
    remote_addrs = %any
    proposals = aes256-sha256-modp2048,aes128-sha256-modp2048,aes256-sha256-ecp256,aes128-sha256-ecp256,aes256gcm16-prfsha256-ecp256,default
    fragmentation = yes
    local {
      auth = psk
      id = gateway.example.com
    }
    remote {
      auth = psk
    }
    children {
      net {
        local_ts = 203.0.113.0/24
      }
    }
  }
}
secrets {
  ike-any {
    secret = "laboratory only"
  }
}
`;

/**
 * Starts a strongSwan responder in the gateway's namespace, with nothing outside its directory.
 *
 * @param directory an empty directory, the daemon's own
 */
export async function startStrongswan(
  network: Network,
  directory: string,
  cleanup: Cleanup,
): Promise<Daemon> {
  await mkdir(directory, { recursive: true });
  await chmod(directory, 0o700);
  const socket = `unix://${join(directory, "vici.sock")}`;
  const configuration = join(directory, "strongswan.conf");
  // kernel-libipsec: ESP in the process, for kernels that have none.
  await writeFile(
    configuration,
    `charon-systemd {
  load = random nonce openssl aes sha1 sha2 hmac kdf gmp curve25519 gcm pem pkcs1 pkcs8 x509 pubkey constraints kernel-libipsec kernel-netlink socket-default vici
  retransmit_timeout = 1
  retransmit_base = 1.8
  retransmit_tries = 3
  journal { default = -1 }
  filelog { log { path = ${join(directory, "charon.log")}
    default = 1
    ike = 2
    net = 1
    flush_line = yes } }
  plugins { vici { socket = ${socket} } }
}
swanctl { load = random nonce openssl pem pkcs1 pkcs8 x509 }
`,
  );
  await writeFile(join(directory, "swanctl.conf"), CONNECTIONS);
  const env = { STRONGSWAN_CONF: configuration, SWANCTL_DIR: directory };
  const daemon = startDaemon(cleanup, "ip", ["netns", "exec", network.gateway, "charon-systemd"], env);
  await untilListening(network, daemon);
  const load = [
    "netns",
    "exec",
    network.gateway,
    "env",
    ...Object.entries(env).map(([name, value]) => `${name}=${value}`),
  ];
  await must("ip", ...load, "swanctl", "--load-all", "--uri", socket);
  return daemon;
}

/** The vici socket appears when the daemon is up; until then `swanctl` is refused. */
async function untilListening(network: Network, daemon: Daemon): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt++) {
    if (daemon.child.exitCode !== null) break;
    const sockets = await must(
      "ip",
      "netns",
      "exec",
      network.gateway,
      "ss",
      "-Hlun",
      "sport = :4500 or sport = :500",
    );
    if (sockets.includes(":4500") && sockets.includes(":500")) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(
    `Cannot start charon-systemd: it does not listen on UDP 500 and 4500; it said:\n${daemon.said()}`,
  );
}

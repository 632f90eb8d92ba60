/**
 * `npm run test:lab:logins [-- DIRECTORY]`, as root: a real client logs in with keys, chains and lists of
 * authorities of many sizes, and each IKE_AUTH has to be as large as predicted. The captures, and the sizes
 * of the files, are kept in the directory: test/shared/ike/predicted-auth.test.ts holds the prediction to
 * such ones without a laboratory.
 */
import { X509Certificate } from "node:crypto";
import { chmod, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { authPayloads, cbc, innerBytes, sealedAuthBytes } from "../../shared/ike/predicted-auth.ts";
import { type StrongswanLogin, strongswanContents } from "../support/strongswan-login.ts";
import { makeCertificates } from "./certificates.ts";
import { buildNetwork, CLIENT_INTERFACE, GATEWAY_ADDRESSES, tryInNamespace } from "./network.ts";
import { Cleanup, must, scratchDirectory, startDaemon } from "./programs.ts";
import { startStrongswan, untilListening } from "./strongswan.ts";

interface Wanted {
  name: string;
  by: StrongswanLogin["by"];
  key?: { type: "rsa" | "ecdsa"; bits: number };
  /** Certificates that are sent: the client's own, and those above it without the root. */
  chain?: 1 | 2 | 3;
  authorities: number | null;
  /** The client does not announce SIGNATURE_HASH_ALGORITHMS, as Windows does not. */
  isPlainSignature?: true;
}

const rsa = (bits: number) => ({ type: "rsa" as const, bits });
const ecdsa = (bits: number) => ({ type: "ecdsa" as const, bits });
const WANTED: Wanted[] = [
  { name: "psk", by: "psk", authorities: null },
  { name: "eap", by: "eap", authorities: null },
  { name: "eap-40-authorities", by: "eap", authorities: 40 },
  { name: "rsa-2048", by: "certificate", key: rsa(2048), chain: 1, authorities: 1 },
  { name: "rsa-2048-chain-2", by: "certificate", key: rsa(2048), chain: 2, authorities: 10 },
  {
    name: "rsa-3072-plain",
    by: "certificate",
    key: rsa(3072),
    chain: 1,
    authorities: 20,
    isPlainSignature: true,
  },
  { name: "rsa-4096-40-authorities", by: "certificate", key: rsa(4096), chain: 1, authorities: 40 },
  { name: "rsa-4096-chain-3", by: "certificate", key: rsa(4096), chain: 3, authorities: null },
  { name: "ecdsa-256", by: "certificate", key: ecdsa(256), chain: 1, authorities: null },
  {
    name: "ecdsa-256-plain",
    by: "certificate",
    key: ecdsa(256),
    chain: 1,
    authorities: 5,
    isPlainSignature: true,
  },
  { name: "ecdsa-256-chain-3", by: "certificate", key: ecdsa(256), chain: 3, authorities: 40 },
  { name: "ecdsa-384-chain-2", by: "certificate", key: ecdsa(384), chain: 2, authorities: 5 },
];

/** How far a prediction may be off: the padding alone is up to 16 bytes. */
const CLOSE_BYTES = 32;
const IDENTITY = "client.example.com";
const GATEWAY_IDENTITY = "gateway.example.com";

let wrong = 0;
const cleanup = new Cleanup();
try {
  const scratch = await scratchDirectory();
  cleanup.add(() => rm(scratch, { recursive: true, force: true }));
  const target = process.argv[2] ?? join(scratch, "captures");
  const network = await buildNetwork({}, cleanup);
  const gateway = { authentication: "psk", ikeFragmentation: { client: false, gateway: false } } as const;
  const directory = join(scratch, "gateway");
  const certificates = await makeCertificates(join(scratch, "pki"));
  await startStrongswan(network.gateway, directory, { ...gateway, unguarded: true }, certificates, cleanup);
  const authorities = await makeAuthorities(join(scratch, "authorities"), 40);
  const logins: StrongswanLogin[] = [];
  await mkdir(target, { recursive: true });
  for (const wanted of WANTED) {
    const own = new Cleanup();
    try {
      logins.push(await record(wanted, join(scratch, wanted.name), authorities, network.client, target, own));
    } finally {
      await own.run();
    }
  }
  await writeFile(join(target, "logins.json"), `${JSON.stringify(logins, null, 2)}\n`);
  console.log(`${logins.length - wrong} passed, ${wrong} failed`);
  process.exitCode = wrong === 0 ? 0 : 1;
} finally {
  await cleanup.run();
}

/** Self-signed certificates of as many authorities, each with a key of its own. @returns PEM */
async function makeAuthorities(directory: string, count: number): Promise<string[]> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const made: string[] = [];
  for (let at = 0; at < count; at++) {
    const key = join(directory, `${at}-key.pem`);
    await writeFile(key, await must("pki", "--gen", "--type", "ecdsa", "--size", "256", "--outform", "pem"));
    const named = ["--dn", `O=Example, CN=Authority ${at}`, "--outform", "pem"];
    made.push(await must("pki", "--self", "--ca", "--in", key, "--type", "priv", ...named));
  }
  return made;
}

/** One login of a client of its own: what it sent, and what it was made from. */
async function record(
  wanted: Wanted,
  directory: string,
  authorities: readonly string[],
  namespace: string,
  folder: string,
  own: Cleanup,
): Promise<StrongswanLogin> {
  for (const name of ["", "x509", "x509ca", "private"])
    await mkdir(join(directory, name), { recursive: true });
  await chmod(directory, 0o700);
  const chain = wanted.key === undefined ? [] : await makeChain(directory, wanted.key, wanted.chain ?? 1);
  const asked = authorities.slice(0, wanted.authorities ?? 0);
  for (const [at, pem] of asked.entries()) await writeFile(join(directory, "x509ca", `a${at}.pem`), pem);
  const socket = `unix://${join(directory, "vici.sock")}`;
  const configuration = join(directory, "strongswan.conf");
  const log = join(directory, "charon.log");
  await writeFile(
    configuration,
    `charon-systemd {
  load = random nonce openssl aes sha1 sha2 hmac kdf gmp gcm md5 pem pkcs1 pkcs8 x509 pubkey revocation constraints kernel-libipsec kernel-netlink socket-default eap-identity eap-md5 vici
  retransmit_timeout = 30
  signature_authentication = ${wanted.isPlainSignature ? "no" : "yes"}
  max_packet = 20000
  journal { default = -1 }
  filelog { log { path = ${log}
    default = 1
    flush_line = yes } }
  plugins { vici { socket = ${socket} } }
}
swanctl { load = random nonce openssl pem pkcs1 pkcs8 x509 }
`,
  );
  await writeFile(join(directory, "swanctl.conf"), connectionOf(wanted, asked.length));
  const env = { STRONGSWAN_CONF: configuration, SWANCTL_DIR: directory };
  const daemon = startDaemon(own, "ip", ["netns", "exec", namespace, "charon-systemd"], env);
  await untilListening(namespace, daemon);
  const swanctl = (...words: string[]) => {
    const named = Object.entries(env).map(([name, value]) => `${name}=${value}`);
    return tryInNamespace(namespace, "env", [...named, "swanctl", ...words, "--uri", socket]);
  };
  const loaded = await swanctl("--load-all");
  if (loaded.exitCode !== 0) throw new Error(`Cannot load ${wanted.name}: ${loaded.stdout}${loaded.stderr}`);
  const file = join(folder, `${wanted.name}.pcap`);
  const words = ["-i", CLIENT_INTERFACE, "-s", "0", "-U", "--immediate-mode", "-Z", "root", "-w", file];
  const tcpdump = ["netns", "exec", namespace, "tcpdump", ...words, "ip"];
  const recording = startDaemon(own, "ip", tcpdump);
  await recording.says(/listening on/);
  // The gateway refuses it, or not: what counts is the request.
  await swanctl("--initiate", "--child", "net", "--timeout", "4");
  const said = await readFile(log, "utf8");
  const [, payloads] = /generating IKE_AUTH request 1 (\[.*\])/.exec(said) ?? [];
  if (payloads === undefined) throw new Error(`Cannot see ${wanted.name} log in; it said:\n${said}`);
  const [, bytes] = /sending packet: .*\[4500\] \((\d+) bytes\)/.exec(said) ?? [];
  const login: StrongswanLogin = {
    name: wanted.name,
    by: wanted.by,
    key: wanted.key === undefined ? null : { key: wanted.key.type, keyBits: wanted.key.bits },
    isDigitalSignature: wanted.isPlainSignature !== true,
    certificates: chain,
    identityBytes: IDENTITY.length,
    gatewayIdentityBytes: GATEWAY_IDENTITY.length,
    authorities: wanted.authorities,
  };
  const predicted = sealedAuthBytes(innerBytes(authPayloads(strongswanContents(login))), cbc(16));
  const isClose = Math.abs(predicted - Number(bytes)) <= CLOSE_BYTES;
  console.log(
    `${isClose ? "ok  " : "FAIL"} ${wanted.name}: sent ${bytes} bytes, predicted ${predicted} ${payloads}`,
  );
  if (!isClose) wrong++;
  return login;
}

/**
 * The client's certificate and those above it, all with keys of one kind; the root is not among what is sent.
 *
 * @returns bytes of the DER of each that is to be sent, read from the files
 */
async function makeChain(
  directory: string,
  { type, bits }: NonNullable<Wanted["key"]>,
  length: number,
): Promise<number[]> {
  const key = async (name: string) => {
    const pem = await must("pki", "--gen", "--type", type, "--size", String(bits), "--outform", "pem");
    await writeFile(join(directory, `${name}-key.pem`), pem, { mode: 0o600 });
    return join(directory, `${name}-key.pem`);
  };
  let issuerKey = await key("root");
  let issuer = join(directory, "root.pem");
  const named = (name: string) => ["--dn", `O=Example, CN=${name}`, "--outform", "pem"];
  const root = ["--self", "--ca", "--in", issuerKey, "--type", "priv", ...named("Example Root CA")];
  await writeFile(issuer, await must("pki", ...root));
  const sizes: number[] = [];
  for (let at = length - 1; at >= 0; at--) {
    const isOwn = at === 0;
    const name = isOwn ? "client" : `intermediate-${at}`;
    const own = await key(name);
    const file = join(directory, isOwn ? "x509" : "x509ca", `${name}.pem`);
    const issue = ["--issue", "--cacert", issuer, "--cakey", issuerKey, "--in", own, "--type", "priv"];
    const kind = isOwn ? ["--san", IDENTITY] : ["--ca"];
    await writeFile(file, await must("pki", ...issue, ...kind, ...named(isOwn ? IDENTITY : `CA ${at}`)));
    if (isOwn) await writeFile(join(directory, "private", "client.pem"), await readFile(own));
    sizes.unshift(new X509Certificate(await readFile(file)).raw.length);
    issuer = file;
    issuerKey = own;
  }
  return sizes;
}

function connectionOf({ by, authorities }: Wanted, asked: number): string {
  const local = {
    psk: "auth = psk",
    eap: "auth = eap-md5\n eap_id = user",
    certificate: "auth = pubkey\n certs = client.pem",
  };
  const names = Array.from({ length: asked }, (_, at) => `a${at}.pem`).join(", ");
  return `
connections { vpn {
  version = 2
  remote_addrs = ${GATEWAY_ADDRESSES[4]}
  proposals = aes256-sha256-modp2048
  fragmentation = no
  send_cert = always
  send_certreq = ${authorities === null ? "no" : "yes"}
  vips = 0.0.0.0, ::
  local { ${local[by]}
    id = ${IDENTITY} }
  remote { auth = ${by === "psk" ? "psk" : "pubkey"}
    id = ${GATEWAY_IDENTITY}
    ${names === "" ? "" : `cacerts = ${names}`} }
  children { net { remote_ts = 0.0.0.0/0, ::/0
    esp_proposals = aes256-sha256 } }
} }
secrets { ike-any { secret = "laboratory only" } eap-user { id = user
  secret = "laboratory only" } }
`;
}

/** The laboratory's certificates, for logins of realistic size. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { must } from "./programs.ts";

/**
 * Files of a small public-key infrastructure: RSA-4096 with an intermediate CA, so that IKE_AUTH takes about
 * 3.6 kB each way.
 */
export interface Certificates {
  root: string;
  intermediate: string;
  client: { certificate: string; key: string };
  /**
   * A certificate and a signature that make an IKE_AUTH of 1400 to 1500 bytes: one packet, and a large one.
   */
  onePacketClient: { certificate: string; key: string };
  gateway: { certificate: string; key: string };
  /** A gateway whose certificate and those above it are ECDSA: its whole answer fits one packet. */
  ecdsaRoot: string;
  ecdsaIntermediate: string;
  ecdsaGateway: { certificate: string; key: string };
}

/** Measured: fewer or more make IKE_AUTH smaller than 1400 or larger than 1500 bytes as an IP packet. */
const ONE_PACKET_UNIT_CHARACTERS = 60;

/** Made once for the whole laboratory: four keys take a while. */
export async function makeCertificates(directory: string): Promise<Certificates> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const file = (name: string) => join(directory, `${name}.pem`);
  const names = ["root", "intermediate", "client", "gateway"];
  await Promise.all(
    names.map(async (name) => {
      const key = await must("pki", "--gen", "--type", "rsa", "--size", "4096", "--outform", "pem");
      await writeFile(file(`${name}-key`), key, { mode: 0o600 });
    }),
  );
  const subject = (name: string) => ["--dn", `O=Example, CN=${name}`, "--outform", "pem"];
  const keep = async (name: string, ...words: string[]) => writeFile(file(name), await must("pki", ...words));
  await keep("root", "--self", "--ca", "--in", file("root-key"), ...subject("Example Root CA"));
  const issue = (name: string, issuer: string, ...more: string[]) => [
    ...["--issue", "--cacert", file(issuer), "--cakey", file(`${issuer}-key`)],
    ...["--in", file(`${name}-key`), "--type", "priv", ...more],
  ];
  await keep("intermediate", ...issue("intermediate", "root", "--ca"), ...subject("Example Issuing CA"));
  for (const name of ["client", "gateway"]) {
    const host = `${name}.example.com`;
    await keep(name, ...issue(name, "intermediate", "--san", host), ...subject(host));
  }
  for (const name of ["one-packet", "ecdsa-root", "ecdsa-intermediate", "ecdsa-gateway"]) {
    const small = await must("pki", "--gen", "--type", "ecdsa", "--size", "256", "--outform", "pem");
    await writeFile(file(`${name}-key`), small, { mode: 0o600 });
  }
  const units = ["a", "b", "c", "d"].map((letter) => `OU=${letter.repeat(ONE_PACKET_UNIT_CHARACTERS)}`);
  const host = [
    "--san",
    "client.example.com",
    "--dn",
    `O=Example, ${units.join(", ")}, CN=client.example.com`,
  ];
  await keep("one-packet", ...issue("one-packet", "root", ...host, "--outform", "pem"));
  const self = ["--self", "--ca", "--in", file("ecdsa-root-key"), "--type", "priv"];
  await keep("ecdsa-root", ...self, ...subject("Example Small Root CA"));
  await keep(
    "ecdsa-intermediate",
    ...issue("ecdsa-intermediate", "ecdsa-root", "--ca"),
    ...subject("Example Small Issuing CA"),
  );
  const name = ["--san", "gateway.example.com"];
  await keep(
    "ecdsa-gateway",
    ...issue("ecdsa-gateway", "ecdsa-intermediate", ...name),
    ...subject("gateway.example.com"),
  );
  const pair = (name: string) => ({ certificate: file(name), key: file(`${name}-key`) });
  return {
    root: file("root"),
    intermediate: file("intermediate"),
    client: pair("client"),
    onePacketClient: pair("one-packet"),
    gateway: pair("gateway"),
    ecdsaRoot: file("ecdsa-root"),
    ecdsaIntermediate: file("ecdsa-intermediate"),
    ecdsaGateway: pair("ecdsa-gateway"),
  };
}

import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { must } from "./programs.ts";

/** Files of a small public-key infrastructure: RSA-4096 with an intermediate CA, so that IKE_AUTH takes about 3.6 kB each way. */
export interface Certificates {
  root: string;
  intermediate: string;
  client: { certificate: string; key: string };
  gateway: { certificate: string; key: string };
}

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
  const pair = (name: string) => ({ certificate: file(name), key: file(`${name}-key`) });
  return {
    root: file("root"),
    intermediate: file("intermediate"),
    client: pair("client"),
    gateway: pair("gateway"),
  };
}

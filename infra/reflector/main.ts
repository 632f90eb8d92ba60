/**
 * The reflector as a program of its own: `node infra/reflector/main.ts --listen HOST:PORT`, on Node 24 and on
 * Deno. It sends datagrams of the size that is asked for, so that the way to a client can be tested; a client
 * needs a token that the service has signed.
 */
import { createHmac } from "node:crypto";
import { createSocket, type Socket } from "node:dgram";
import { readFile } from "node:fs/promises";
import { isIP } from "node:net";
import { networkInterfaces } from "node:os";
import process from "node:process";
import { parseArgs } from "node:util";
import { familyOf } from "../../shared/packet/address.ts";
import { ETHERNET_MTU } from "../../shared/packet/sizes.ts";
import { readEndpoint } from "../../shared/reflect/endpoint.ts";
import { Reflector } from "./reflector.ts";

const USAGE = `Usage: node infra/reflector/main.ts [--listen HOST:PORT]

  --listen HOST:PORT   an address of this machine, 0.0.0.0:4555 unless told otherwise; [::]:4555 for both families

The environment has IKEFRAG_REFLECTOR_KEY: the same 32 characters or more that the service has.`;
const LEAST_KEY_CHARACTERS = 32;

class StartError extends Error {}

function readSettings(words: string[]): { host: string; port: number; key: string } {
  let listen: string;
  try {
    const { values } = parseArgs({ args: words, options: { listen: { type: "string" } } });
    listen = values.listen ?? "0.0.0.0:4555";
  } catch (error) {
    throw new StartError(`${(error as Error).message}\n${USAGE}`);
  }
  const endpoint = readEndpoint(listen, 0);
  if (endpoint === null || isIP(endpoint.host) === 0)
    throw new StartError(
      `Cannot listen on "${listen}": it is no address and port, such as 192.0.2.1:4555 or [::]:4555`,
    );
  const key = process.env.IKEFRAG_REFLECTOR_KEY ?? "";
  if (key === "") throw new StartError("Cannot start: IKEFRAG_REFLECTOR_KEY is not set");
  if (key.length < LEAST_KEY_CHARACTERS)
    throw new StartError(
      `Cannot start: IKEFRAG_REFLECTOR_KEY has ${key.length} characters, and ${LEAST_KEY_CHARACTERS} or more are needed`,
    );
  return { ...endpoint, key };
}

async function listen(host: string, port: number): Promise<Socket> {
  const socket = createSocket(isIP(host) === 6 ? "udp6" : "udp4");
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once("error", reject);
      socket.bind(port, host, resolve);
    });
    return socket;
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : null;
    const reason =
      code === "EADDRINUSE"
        ? "something else does already"
        : code === "EADDRNOTAVAIL"
          ? "this machine has no such address"
          : code === "EACCES" || code === "EPERM"
            ? "this user may not"
            : String(error instanceof Error ? error.message : error);
    throw new StartError(`Cannot listen on ${host}:${port}: ${reason}`);
  }
}

/**
 * Warns of jumbo frames: with them, a datagram that should leave as IP fragments leaves whole, and tests
 * nothing.
 */
async function warnOfLargeMtus(host: string): Promise<void> {
  const isAny = host === "0.0.0.0" || host === "::";
  for (const [name, addresses = []] of Object.entries(networkInterfaces())) {
    if (!addresses.some((a) => !a.internal && (isAny || a.address === host))) continue;
    const text = await readFile(`/sys/class/net/${name}/mtu`, "utf8").catch(() => "");
    const mtu = Number(text);
    if (mtu > ETHERNET_MTU)
      process.stderr.write(
        `warning: ${name} has an MTU of ${mtu}: a datagram that should leave as IP fragments of ${ETHERNET_MTU} bytes leaves whole. Set it to ${ETHERNET_MTU}\n`,
      );
  }
}

async function main(): Promise<number> {
  try {
    const { host, port, key } = readSettings(process.argv.slice(2));
    const socket = await listen(host, port);
    const reflector = new Reflector((message) => createHmac("sha256", key).update(message).digest());
    socket.on("message", (datagram, from) => {
      const answer = reflector.answer(datagram, from.address, Date.now() / 1_000);
      // Errors of sending are ignored: the sender chose the address.
      if (answer !== null) socket.send(answer, from.port, from.address, () => {});
    });
    socket.on("error", (error) => process.stderr.write(`ikefrag reflector: ${error.message}\n`));
    await warnOfLargeMtus(host);
    const { address, port: bound } = socket.address();
    process.stdout.write(
      `ikefrag reflector listens on ${familyOf(address) === 6 ? `[${address}]` : address}:${bound}\n`,
    );
    await new Promise<void>((resolve) => {
      for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
    });
    socket.close();
    return 0;
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 2;
  }
}

process.exitCode = await main();

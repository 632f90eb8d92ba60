/** A gateway on loopback, on IKE's own ports, because agents send to no other port of a gateway. */
import { createSocket, type Socket } from "node:dgram";
import { readFileSync } from "node:fs";
import process from "node:process";
import { onTestFinished } from "vitest";
import { encodeIkeMessage } from "../../shared/ike/encode.ts";
import { ExchangeType, PayloadType } from "../../shared/ike/registry.ts";

/** Why no test can listen on ports 500 and 4500 here; `null`: it can. */
export const noIkePorts: string | null = (() => {
  if (process.platform === "win32") return "Windows's own IKE has ports 500 and 4500";
  if (process.getuid?.() === 0) return null;
  try {
    const least = readFileSync("/proc/sys/net/ipv4/ip_unprivileged_port_start", "utf8");
    if (Number(least) <= 500) return null;
  } catch {
    // Not Linux: then it takes root.
  }
  return "ports 500 and 4500 need root";
})();
if (noIkePorts !== null) console.warn(`skipped, where a gateway answers: ${noIkePorts}`);

/**
 * A gateway at a loopback address of its own, so that tests side by side do not meet. It gives back what it
 * gets.
 *
 * @param answersAfter by port: how many datagrams it leaves unanswered first; a port that is not named is
 * closed
 */
export async function startIkeGateway(answersAfter: { 500?: number; 4500?: number }) {
  const byte = () => 1 + Math.floor(Math.random() * 250);
  const address = `127.${byte()}.${byte()}.${byte()}`;
  const sockets = new Map<number, Socket>();
  const heard: { port: number; datagram: Buffer }[] = [];
  for (const [key, unanswered] of Object.entries(answersAfter)) {
    const port = Number(key);
    const socket = createSocket("udp4");
    socket.on("message", (datagram, from) => {
      heard.push({ port, datagram });
      const count = heard.filter((one) => one.port === port).length;
      if (count > unanswered) socket.send(datagram, from.port, from.address);
    });
    await new Promise<void>((resolve, reject) => {
      socket.once("error", reject);
      socket.bind(port, address, resolve);
    });
    sockets.set(port, socket);
    onTestFinished(() => void socket.close());
  }
  const socket = (port: 500 | 4500): Socket => {
    const found = sockets.get(port);
    if (found === undefined) throw new Error(`Cannot find the socket of port ${port}: it was not asked for`);
    return found;
  };
  return { address, heard, socket };
}

/**
 * An IKE_SA_INIT request with a Vendor ID alone, in base64, with four zero bytes before it on port 4500.
 *
 * @param udpPayloadBytes of the whole datagram, at least 36
 */
export function ikeDatagram(port: number, udpPayloadBytes = 60): string {
  const marker = port === 4500 ? 4 : 0;
  const message = encodeIkeMessage({
    initiatorSpi: "0011223344556677",
    exchangeType: ExchangeType.IKE_SA_INIT,
    initiator: true,
    response: false,
    payloads: [{ type: PayloadType.V, body: new Uint8Array(udpPayloadBytes - marker - 28 - 4) }],
  });
  return Buffer.concat([Buffer.alloc(marker), message]).toString("base64");
}

/** A request to a reflector as shared/reflect/protocol.ts has it, with a token that nobody signed. */
export const reflectorDatagram = (type: 1 | 2): string =>
  Buffer.concat([
    Buffer.from(`IKFR\x01${String.fromCharCode(type)}`),
    Buffer.alloc(type === 1 ? 63 : 85),
  ]).toString("base64");

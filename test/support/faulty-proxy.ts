/** A TCP proxy between a client and a real server. A test makes it faulty; else it changes nothing. */
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** What becomes of a connection. Faults with `bytes` begin after so many of the answers have passed. */
export type Fault =
  | { kind: "none" }
  /** The connection is cut as soon as something is asked. */
  | { kind: "drop" }
  /** Everything is taken, and nothing is answered. */
  | { kind: "silent" }
  /** An answer with this status from something before the server, as load balancers give. */
  | { kind: "status"; status: number }
  /** The answer is cut. */
  | { kind: "cut"; bytes: number }
  /** The answer stops, and the connection stays. */
  | { kind: "stall"; bytes: number }
  /** The answer comes byte by byte. */
  | { kind: "trickle" }
  /** The server is asked and does what it is asked, and its answer is lost. */
  | { kind: "lose-answer" };

export interface FaultyProxy {
  port: number;
  /** What becomes of requests from now on, on open connections too. */
  fault: Fault;
  /** Where it is set, the fault is for requests whose first line matches, and the others pass. */
  only: RegExp | null;
  /** How many requests get the fault before all pass again. */
  times: number;
  /** The first lines of the requests that came. */
  requests: string[];
  /** Their heads, for tests of headers. */
  heads: string[];
  /** Cuts the connections that there are. */
  cut(): void;
  close(): Promise<void>;
}

const REQUEST_HEAD = /^(?:GET|HEAD|PUT|POST|DELETE) \S+ HTTP\/1\.1\r\n/;

/** Starts a proxy on a free port of 127.0.0.1. @param port of the server behind it */
export async function startFaultyProxy(port: number): Promise<FaultyProxy> {
  const sockets = new Set<Socket>();
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => {}); // cut on purpose
    socket.once("close", () => sockets.delete(socket));
  };
  const proxy: FaultyProxy = {
    port: 0,
    fault: { kind: "none" },
    only: null,
    times: Number.POSITIVE_INFINITY,
    requests: [],
    heads: [],
    cut: () => {
      for (const socket of sockets) socket.destroy();
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
  const faultFor = (firstLine: string): Fault => {
    if (proxy.fault.kind === "none" || proxy.only?.test(firstLine) === false) return { kind: "none" };
    if (proxy.times <= 0) return { kind: "none" };
    proxy.times--;
    return proxy.fault;
  };

  const server = createServer((client) => {
    keep(client);
    const upstream = connect(port, "127.0.0.1");
    keep(upstream);
    let fault: Fault = { kind: "none" };
    let answered = 0;
    client.on("data", (chunk) => {
      // A client of HTTP/1.1 sends the head of a request at once, and the next one after the answer.
      const text = chunk.toString("latin1");
      const [firstLine] = REQUEST_HEAD.exec(text) ?? [];
      if (firstLine !== undefined) {
        proxy.requests.push(firstLine.trim());
        proxy.heads.push(text.split("\r\n\r\n")[0] ?? "");
        fault = faultFor(firstLine);
        answered = 0;
      }
      switch (fault.kind) {
        case "drop":
          client.destroy();
          return;
        case "silent":
          return;
        case "status":
          client.end(`HTTP/1.1 ${fault.status} Fault\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
          return;
        default:
          upstream.write(chunk);
      }
    });
    upstream.on("data", (chunk) => {
      switch (fault.kind) {
        case "lose-answer":
          client.destroy();
          return;
        case "cut":
        case "stall": {
          const passing = chunk.subarray(0, Math.max(0, fault.bytes - answered));
          answered += chunk.length;
          const { kind } = fault;
          client.write(passing, () => {
            if (kind === "cut" && passing.length < chunk.length) client.destroy();
          });
          return;
        }
        case "trickle":
          void trickle(client, chunk);
          return;
        default:
          if (!client.destroyed) client.write(chunk);
      }
    });
    client.once("close", () => upstream.destroy());
    upstream.once("close", () => client.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  proxy.port = (server.address() as AddressInfo).port;
  return proxy;
}

async function trickle(to: Socket, bytes: Uint8Array): Promise<void> {
  for (const byte of bytes) {
    if (to.destroyed) return;
    await new Promise((resolve) => to.write(Uint8Array.of(byte), resolve));
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** A receiver of webhooks on loopback, which answers as a test says. */
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface Received {
  headers: IncomingHttpHeaders;
  body: string;
}

export interface Receiver {
  url: string;
  /** All that came, in its order. */
  received: Received[];
  /** How many connections were opened. */
  connections(): number;
  /** How it answers from now on. */
  answer: (response: ServerResponse) => void;
  /** Settles when so many requests have come. */
  until(count: number): Promise<void>;
  close(): Promise<void>;
}

/** Opens one that answers 204. @param port a free one unless it is named */
export async function openReceiver(port = 0): Promise<Receiver> {
  const received: Received[] = [];
  const waiting: { count: number; done: () => void }[] = [];
  let connections = 0;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      received.push({ headers: request.headers, body: Buffer.concat(chunks).toString("utf8") });
      for (const { count, done } of waiting) if (received.length >= count) done();
      receiver.answer(response);
    });
  });
  server.on("connection", () => connections++);
  await new Promise<void>((done) => server.listen(port, "127.0.0.1", done));
  const receiver: Receiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    received,
    connections: () => connections,
    answer: (response) => void response.writeHead(204).end(),
    until: (count) =>
      new Promise((done) => (received.length >= count ? done() : waiting.push({ count, done }))),
    close: () =>
      new Promise((done) => {
        server.closeAllConnections();
        server.close(() => done());
      }),
  };
  return receiver;
}

/**
 * A client that keeps some connections busy and measures each answer: on sockets, because a client that costs
 * more than the service measures itself.
 */
import { connect, type Socket } from "node:net";

/** A request, ready to be sent. */
export type Prepared = Buffer;

/** One answer. */
export interface Answer {
  status: number;
  headers: string;
  body: Buffer;
}

/** What came of a load. */
export interface Load {
  /** Tasks a second. */
  rate: number;
  /** Milliseconds of one request, at the median and for 99 of 100. */
  p50: number;
  p99: number;
}

/** A request as bytes. */
export function prepare(
  method: string,
  path: string,
  { token, json, headers = {} }: { token?: string; json?: unknown; headers?: Record<string, string> } = {},
): Prepared {
  const body = json === undefined ? "" : JSON.stringify(json);
  const lines = [
    `${method} ${path} HTTP/1.1`,
    "Host: 127.0.0.1",
    ...(token === undefined ? [] : [`Authorization: Bearer ${token}`]),
    ...(json === undefined ? [] : ["Content-Type: application/json"]),
    ...(method === "GET" ? [] : [`Content-Length: ${Buffer.byteLength(body)}`]),
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
  ];
  return Buffer.from(`${lines.join("\r\n")}\r\n\r\n${body}`);
}

/** One connection. Requests go out one after another. */
export class Connection {
  readonly #socket: Socket;
  #read: Buffer = Buffer.alloc(0);
  #answered: ((answer: Answer) => void) | null = null;
  #failed: ((error: Error) => void) | null = null;

  constructor(port: number) {
    this.#socket = connect(port, "127.0.0.1");
    this.#socket.setNoDelay(true);
    this.#socket.on("data", (chunk) => this.#take(chunk));
    const fail = (why: string) => this.#failed?.(new Error(`Cannot go on with the load: ${why}`));
    this.#socket.on("error", (error) => fail(error.message));
    this.#socket.on("close", () => fail("the service closed the connection"));
  }

  send(request: Prepared): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#answered = resolve;
      this.#failed = reject;
      this.#socket.write(request);
    });
  }

  close(): void {
    this.#failed = null;
    this.#socket.destroy();
  }

  #take(chunk: Buffer): void {
    this.#read = this.#read.length === 0 ? chunk : Buffer.concat([this.#read, chunk]);
    const headEnd = this.#read.indexOf("\r\n\r\n");
    if (headEnd < 0) return;
    const headers = this.#read.toString("latin1", 0, headEnd);
    const status = Number(headers.slice(9, 12));
    const rest = this.#read.subarray(headEnd + 4);
    const length = /\r\ncontent-length: (\d+)/i.exec(headers)?.[1];
    const isChunked = /\r\ntransfer-encoding: chunked/i.test(headers);
    const isWhole = isChunked
      ? rest.subarray(-5).toString("latin1") === "0\r\n\r\n"
      : rest.length >= Number(length ?? 0);
    if (!isWhole) return;
    this.#read = Buffer.alloc(0);
    this.#answered?.({ status, headers, body: isChunked ? withoutChunks(rest) : rest });
  }
}

function withoutChunks(bytes: Buffer): Buffer {
  const chunks: Buffer[] = [];
  for (let at = 0; ; ) {
    const lineEnd = bytes.indexOf("\r\n", at);
    const size = Number.parseInt(bytes.toString("latin1", at, lineEnd), 16);
    if (!(size > 0)) return Buffer.concat(chunks);
    chunks.push(bytes.subarray(lineEnd + 2, lineEnd + 2 + size));
    at = lineEnd + 2 + size + 2;
  }
}

/**
 * Works off tasks, each of them requests in a row, over so many connections.
 *
 * @throws an answer has another status than is expected
 */
export async function load(
  port: number,
  tasks: readonly (readonly Prepared[])[],
  connections: number,
  expected: number,
): Promise<Load> {
  const times: number[] = [];
  let next = 0;
  const open = Array.from({ length: connections }, () => new Connection(port));
  const started = performance.now();
  await Promise.all(
    open.map(async (connection) => {
      for (let task = tasks[next++]; task !== undefined; task = tasks[next++]) {
        for (const request of task) {
          const sent = performance.now();
          const { status, body } = await connection.send(request);
          times.push(performance.now() - sent);
          if (status !== expected)
            throw new Error(
              `Cannot measure: ${status} and not ${expected}: ${body.toString().slice(0, 300)}`,
            );
        }
      }
    }),
  );
  const seconds = (performance.now() - started) / 1_000;
  for (const connection of open) connection.close();
  times.sort((a, b) => a - b);
  const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0;
  return { rate: tasks.length / seconds, p50: at(0.5), p99: at(0.99) };
}

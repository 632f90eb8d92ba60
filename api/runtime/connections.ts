/** The connections of an HTTP server: how many there may be, which has to go, and how they end. */
import { readFile } from "node:fs/promises";
import type { IncomingMessage, Server, ServerOptions, ServerResponse } from "node:http";
import { type Socket, Server as TcpServer } from "node:net";

/** How long strangers may take. Node looks for those who took longer every few seconds. */
export const CONNECTION_TIMES: ServerOptions = {
  /** For the header of a request, also of the first one after connecting. */
  headersTimeout: 15_000,
  /** For a whole request: the largest capture in ten minutes is 0.7 Mbit/s. */
  requestTimeout: 600_000,
  /** Between two requests of one connection. */
  keepAliveTimeout: 10_000,
  connectionsCheckingInterval: 5_000,
};
/** A connection over which nothing moves for so long is closed, whatever it is for. */
const SILENCE_MS = 60_000;

/** What the database, the listener and the runtime itself keep open. */
const OWN_DESCRIPTORS = 64;
const FEWEST_CONNECTIONS = 16;
const MOST_CONNECTIONS = 2_000;
/** Where the system does not say how many descriptors there are. */
const USUAL_CONNECTIONS = 500;

/** How long answers have, once uploads are given up, to reach who waits for them. */
const LAST_WORDS_MS = 1_000;

/**
 * How many connections to keep at most, so that each can have a file open beside it and no request fails for
 * want of a descriptor.
 *
 * @param limits the text of Linux's `/proc/self/limits`; `null` on other systems
 */
export function mostConnections(limits: string | null): number {
  const soft = /^Max open files\s+(\d+|unlimited)/m.exec(limits ?? "")?.[1];
  if (soft === undefined) return USUAL_CONNECTIONS;
  const descriptors = soft === "unlimited" ? Number.POSITIVE_INFINITY : Number(soft);
  const fitting = Math.floor((descriptors - OWN_DESCRIPTORS) / 2);
  return Math.min(MOST_CONNECTIONS, Math.max(FEWEST_CONNECTIONS, fitting));
}

/** The text of Linux's `/proc/self/limits`; `null` where there is none. */
export const readLimits = (): Promise<string | null> =>
  readFile("/proc/self/limits", "utf8").catch(() => null);

/** @returns whether it came in time */
export async function within(ms: number, awaited: Promise<unknown>): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  const isInTime = await Promise.race([awaited.then(() => true), late]);
  clearTimeout(timer);
  return isInTime;
}

/**
 * Watches over a server's connections. When there are too many, the one that has been idle longest makes
 * room, so that idle strangers keep nobody out; where none is idle, the oldest one whose request is still on
 * its way.
 */
export class Connections {
  /** With the requests that are not answered yet. Who became idle last stands at the end. */
  readonly #requests = new Map<Socket, Set<IncomingMessage>>();
  readonly #server: Server;
  readonly #most: number;
  #inFlight = 0;
  #whenQuiet: (() => void) | null = null;

  constructor(server: Server, most: number) {
    this.#server = server;
    this.#most = most;
    server.setTimeout(SILENCE_MS);
    server.on("connection", (socket: Socket) => this.#add(socket));
    server.on("request", (incoming: IncomingMessage, outgoing: ServerResponse) =>
      this.#begin(incoming, outgoing),
    );
  }

  /**
   * Ends them: nothing new is accepted, requests that are under way are answered as long as the time allows,
   * and then all is closed.
   *
   * @param giveUp called when what is still being sent has to be given up, for the answer to say so
   */
  async drain(withinMs: number, giveUp: () => void): Promise<void> {
    // Not `close` of the HTTP server: it cuts idle connections, on which somebody may be about to ask.
    const closed = new Promise<void>((resolve) => {
      TcpServer.prototype.close.call(this.#server, () => resolve());
    });
    if (!(await this.#quietWithin(Math.max(0, withinMs - LAST_WORDS_MS)))) {
      giveUp();
      // Who is sending is read on for a moment: the system would throw the answer away with what is unread.
      await within(LAST_WORDS_MS, closed);
    }
    for (const socket of this.#requests.keys()) socket.destroySoon();
    await within(LAST_WORDS_MS, closed);
    for (const socket of this.#requests.keys()) socket.destroy();
    await closed;
  }

  async #quietWithin(ms: number): Promise<boolean> {
    if (this.#inFlight === 0) return true;
    return within(
      ms,
      new Promise<void>((resolve) => {
        this.#whenQuiet = resolve;
      }),
    );
  }

  #add(socket: Socket): void {
    if (this.#requests.size >= this.#most) this.#makeRoom();
    this.#requests.set(socket, new Set());
    socket.once("close", () => this.#requests.delete(socket));
  }

  #makeRoom(): void {
    let slowest: Socket | null = null;
    for (const [socket, requests] of this.#requests) {
      if (requests.size === 0) {
        this.#end(socket);
        return;
      }
      if (slowest === null && [...requests].some(({ complete }) => !complete)) slowest = socket;
    }
    if (slowest !== null) this.#end(slowest);
  }

  #end(socket: Socket): void {
    this.#requests.delete(socket);
    socket.destroy();
  }

  #begin(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const { socket } = incoming;
    const requests = this.#requests.get(socket);
    requests?.add(incoming);
    this.#inFlight++;
    outgoing.once("close", () => {
      requests?.delete(incoming);
      if (requests?.size === 0 && this.#requests.delete(socket)) this.#requests.set(socket, requests);
      if (--this.#inFlight === 0) this.#whenQuiet?.();
    });
  }
}

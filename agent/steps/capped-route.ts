/** A smaller MTU towards one address alone, on Linux: a route of its own while a datagram leaves. */
import process from "node:process";
import type { GatewayAddress } from "../gateway.ts";
import type { Clock } from "../io/clock.ts";
import { toList, toRecord } from "../io/json.ts";
import type { RunProgram } from "../io/program.ts";
import type { Platform } from "../io/system.ts";

/** Marks our routes among the others (`ip route show proto 199`): 192 to 255 are not reserved. */
const OUR_PROTOCOL = "199";
/** The same for every agent, so that the kernel lets only one of them have its route to an address. */
const OUR_METRIC = "199";
const PROGRAM_TIMEOUT_MS = 5_000;
/** How often to try while another agent has its route, which it keeps only until its datagram has left. */
const TURNS = 30;
const TURN_MS = 100;

interface Context {
  platform: Platform;
  runProgram: RunProgram;
  clock: Clock;
}

/** What is known of a route that `ip -j route show` lists. */
interface KnownRoute {
  dst: string;
  isOurs: boolean;
  /** The process ID of the agent that set it, kept as the route's slow-start threshold (for TCP only). */
  owner: number | null;
}

/**
 * Sets a route with a smaller MTU to one address, and removes it as soon as a datagram has left. The
 * interface's own MTU is not touched. Linux cuts a datagram into IP fragments when it is sent, so no route is
 * needed while waiting for the answer, and several MTUs can be tested side by side.
 */
export class CappedRoute {
  readonly #context: Context;
  readonly #allowed: boolean;
  #turn: Promise<unknown> = Promise.resolve();
  #swept: Promise<void> | null = null;

  /** @param allowed whether the user agreed to such a route */
  constructor(context: Context, allowed: boolean) {
    this.#context = context;
    this.#allowed = allowed;
  }

  /** Why such a route cannot be tried at all, or `null`. */
  get unavailable(): string | null {
    if (this.#context.platform !== "linux")
      return "Cannot set an MTU for one socket: this runtime has no such option";
    return this.#allowed
      ? null
      : "Cannot test an MTU without the interface's: a route for that was not agreed to";
  }

  /**
   * Sends something while packets to this address are bounded, then removes the route, whatever happened.
   *
   * @returns why it could not be done, or `null`
   * @throws the signal's reason while it waits for its turn; what `send` throws
   */
  during(
    to: GatewayAddress,
    mtu: number,
    signal: AbortSignal,
    send: () => Promise<void>,
  ): Promise<string | null> {
    const turn = this.#turn.then(async () => {
      signal.throwIfAborted();
      return await this.#during(to, mtu, signal, send);
    });
    this.#turn = turn.catch(() => {});
    return turn;
  }

  /** Waits until our routes are removed. Called before the program ends, also when it is cut short. */
  async settled(): Promise<void> {
    await this.#turn;
  }

  /** Removes routes that a killed run has left behind; once in a run. */
  removeLeftOvers(): Promise<void> {
    this.#swept ??= this.unavailable === null ? this.#removeLeftOvers() : Promise.resolve();
    return this.#swept;
  }

  async #removeLeftOvers(): Promise<void> {
    for (const family of ["-4", "-6"]) {
      const listed = await this.#ip([family, "-j", "route", "show", "proto", OUR_PROTOCOL]);
      for (const { dst, owner } of readRoutes(listed.output, true)) {
        if (owner !== null && !(await this.#isRunning(owner))) await this.#remove(family, dst);
      }
    }
  }

  async #during(
    to: GatewayAddress,
    mtu: number,
    signal: AbortSignal,
    send: () => Promise<void>,
  ): Promise<string | null> {
    const family = `-${to.family}`;
    const route = toRecord(readJson((await this.#ip([family, "-j", "route", "get", to.address])).output)[0]);
    if (typeof route.dev !== "string") return `Cannot find the route to ${to.address}`;
    if (route.type !== undefined && route.type !== "unicast")
      return `Cannot bound packets to ${to.address}: it is this computer's own or no single host's`;
    const refused = await this.#set(family, to.address, nextHop(route), mtu, signal);
    if (refused !== null) return refused;
    try {
      const inForce = toRecord(
        readJson((await this.#ip([family, "-j", "route", "get", to.address])).output)[0],
      );
      if (toRecord(toList(inForce.metrics)[0]).mtu !== mtu)
        return `Cannot bound packets to ${to.address}: this computer's rules choose another route`;
      await send();
      return null;
    } finally {
      await this.#remove(family, to.address);
    }
  }

  /** @returns why the route could not be set, or `null` */
  async #set(
    family: string,
    address: string,
    hop: string[],
    mtu: number,
    signal: AbortSignal,
  ): Promise<string | null> {
    const tag = [
      "proto",
      OUR_PROTOCOL,
      "metric",
      OUR_METRIC,
      "mtu",
      String(mtu),
      "ssthresh",
      String(process.pid),
    ];
    for (let turn = 0; turn < TURNS; turn++) {
      const prefix = `${address}/${family === "-4" ? 32 : 128}`;
      const shown = await this.#ip([family, "-j", "route", "show", "exact", prefix, "table", "all"]);
      const [known] = readRoutes(shown.output, false);
      if (known && !known.isOurs)
        return `A route for ${address} alone is there already, and is left as it is`;
      if (known === undefined) {
        const added = await this.#ip([family, "route", "add", prefix, ...hop, ...tag]);
        if (added.exitCode === 0) return null;
        // `ip` was cut short too, as by a Ctrl-C, but may have added the route before.
        if (added.exitCode === null) await this.#remove(family, address);
        if (!/File exists/.test(added.errors)) {
          return /not permitted|denied/i.test(added.errors)
            ? "Cannot test an MTU without the interface's: a route for that takes root"
            : `Cannot set a route for ${address}: ${added.errors}`;
        }
      } else if (known.owner === null || !(await this.#isRunning(known.owner))) {
        await this.#remove(family, address);
      }
      await this.#context.clock.wait(TURN_MS, signal);
    }
    return `Another agent is testing ${address} as well`;
  }

  /** Removes a route that carries our mark, if there is one, and never another route. */
  async #remove(family: string, destination: string): Promise<void> {
    const words = [family, "route", "del", destination, "proto", OUR_PROTOCOL, "metric", OUR_METRIC];
    for (let attempt = 0; attempt < 3; attempt++) {
      if ((await this.#ip(words)).exitCode !== null) return; // otherwise a Ctrl-C ended `ip` too
    }
  }

  async #isRunning(pid: number): Promise<boolean> {
    if (pid === process.pid) return true;
    // With a program, because Deno does not let us read /proc.
    const result = await this.#run("test", ["-d", `/proc/${pid}`]);
    return result.exitCode !== 1;
  }

  #ip(words: string[]) {
    return this.#run("ip", words);
  }

  /** Has a signal of its own, so that a route is removed even when the run is cut short. */
  async #run(
    file: string,
    words: string[],
  ): Promise<{ exitCode: number | null; output: string; errors: string }> {
    const { signal } = new AbortController();
    const result = await this.#context.runProgram(file, words, { signal, timeoutMs: PROGRAM_TIMEOUT_MS });
    if (result.status === "finished") return { ...result, errors: result.errors.replace(/\s+/g, " ").trim() };
    return {
      exitCode: null,
      output: "",
      errors: "detail" in result ? result.detail : `${file} does not end`,
    };
  }
}

/** The arguments of `ip route add` that lead where the route leads now. */
function nextHop({ gateway, via, dev, prefsrc }: Record<string, unknown>): string[] {
  const { family, host } = toRecord(via); // an IPv4 route through an IPv6 neighbour
  return [
    ...(typeof gateway === "string" ? ["via", gateway] : []),
    ...(typeof family === "string" && typeof host === "string" ? ["via", family, host] : []),
    "dev",
    String(dev),
    ...(typeof prefsrc === "string" ? ["src", prefsrc] : []),
  ];
}

/** @param areOurs whether `ip` was asked for our routes alone: then it does not print the protocol */
function readRoutes(output: string, areOurs: boolean): KnownRoute[] {
  return readJson(output).map((entry) => {
    const { dst, protocol, metrics } = toRecord(entry);
    const owner = toRecord(toList(metrics)[0]).ssthresh;
    return {
      dst: String(dst),
      isOurs: areOurs || protocol === OUR_PROTOCOL,
      owner: Number.isSafeInteger(owner) ? (owner as number) : null,
    };
  });
}

function readJson(output: string): unknown[] {
  try {
    return toList(JSON.parse(output));
  } catch {
    return [];
  }
}

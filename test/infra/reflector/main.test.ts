/** The reflector as its operator starts it, over real sockets. */
import { spawn } from "node:child_process";
import { createHmac } from "node:crypto";
import { createSocket, type Socket } from "node:dgram";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import process from "node:process";
import { expect, onTestFinished, test } from "vitest";
import { openRun } from "../../../agent/run-round.ts";
import { toBase64 } from "../../../shared/bytes/base64.ts";
import { encodeRequest, readAnswer, signToken } from "../../../shared/reflect/protocol.ts";
import type { UdpMeasurement } from "../../../shared/schema/measurement.ts";
import type { UdpStep } from "../../../shared/schema/plan.ts";

const MAIN = join(import.meta.dirname, "../../../infra/reflector/main.ts");
const DENO = join(dirname(createRequire(import.meta.url).resolve("deno/package.json")), "bin.cjs");
const KEY = "a key of thirty-two characters..";
const ON_NODE = [MAIN];
const ON_DENO = [
  DENO,
  "run",
  "--no-config",
  "--allow-net",
  "--allow-env",
  "--allow-sys",
  "--allow-read",
  MAIN,
];

function start(words: string[], env: Record<string, string> = { IKEFRAG_REFLECTOR_KEY: KEY }) {
  const { IKEFRAG_REFLECTOR_KEY: _, ...inherited } = process.env;
  const child = spawn(process.execPath, words, {
    // A group of its own: Deno's package is a program that starts another one.
    detached: process.platform !== "win32",
    env: { ...inherited, NO_COLOR: "1", ...env },
  });
  let [said, complained] = ["", ""];
  const ended = new Promise<{ code: number | null; complained: string }>((resolve) => {
    child.once("close", (code) => resolve({ code, complained }));
  });
  const listening = new Promise<number>((resolve) => {
    child.stdout.on("data", (chunk: Buffer) => {
      said += chunk.toString();
      const port = /listens on \S+:(\d+)\n/.exec(said)?.[1];
      if (port !== undefined) resolve(Number(port));
    });
  });
  child.stderr.on("data", (chunk: Buffer) => {
    complained += chunk.toString();
  });
  onTestFinished(() => {
    if (process.platform === "win32" || child.pid === undefined) return void child.kill("SIGKILL");
    try {
      process.kill(-child.pid, "SIGKILL");
    } catch {
      // It has ended by itself.
    }
  });
  const port = () =>
    Promise.race([
      listening,
      ended.then(({ code }) => {
        throw new Error(`it ended with ${code}: ${complained}`);
      }),
    ]);
  return { child, port, ended };
}

const token = (key = KEY) =>
  signToken(
    { run: "cd".repeat(16), endsAt: Math.floor(Date.now() / 1_000) + 200, replyBytes: 24_000, network: null },
    (message) => createHmac("sha256", key).update(message).digest(),
  );

/** What an agent does with it, over loopback. */
async function ask(
  host: string,
  port: number,
  datagrams: Uint8Array[],
  tries = 1,
): Promise<UdpMeasurement[]> {
  const steps = datagrams.map(
    (datagram, at): UdpStep => ({
      id: `r1-reflect-${at}`,
      kind: "udp",
      atMs: 0,
      target: host,
      family: host.includes(":") ? 6 : 4,
      port,
      purpose: "reflection",
      datagram: toBase64(datagram),
      dontFragment: false,
      userMtu: null,
      tries,
      waitMs: tries === 1 ? 300 : 5_000,
    }),
  );
  const run = openRun({ gateway: "192.0.2.1", reflector: host, signal: new AbortController().signal });
  return (await run.runRound({ number: 1, steps })) as UdpMeasurement[];
}

function answerTo(measurement: UdpMeasurement | undefined, family: 4 | 6) {
  if (measurement?.outcome.status !== "answered") return null;
  return readAnswer(Buffer.from(measurement.outcome.answers[0]?.datagram ?? "", "base64"), family);
}

async function askForSizes(host: string, port: number): Promise<void> {
  const family = host.includes(":") ? 6 : 4;
  const [opened] = await ask(host, port, [encodeRequest({ kind: "open", token: token() })], 3);
  const cookie = answerTo(opened, family);
  if (cookie?.kind !== "cookie") throw new Error(`no cookie: ${JSON.stringify(opened?.outcome)}`);
  const sizes = [100, 1_500, 2_560];
  const sent = await ask(
    host,
    port,
    sizes.map((ipBytes) => encodeRequest({ kind: "send", token: token(), cookie: cookie.cookie, ipBytes })),
    3,
  );
  expect(sent.map((m) => answerTo(m, family))).toEqual(
    sizes.map((ipBytes) => ({ kind: "reflection", ipBytes })),
  );
}

test("on Node it gives a cookie and then datagrams of the sizes asked for, over both families of one socket", async () => {
  const port = await start([...ON_NODE, "--listen", "[::]:0"]).port();
  await askForSizes("127.0.0.1", port);
  await askForSizes("::1", port);
});

test("on Deno it does the same", async () => {
  const port = await start([...ON_DENO, "--listen", "127.0.0.1:0"]).port();
  await askForSizes("127.0.0.1", port);
});

test("it is silent to noise and to another key's token, and ends in order when told to", async () => {
  const { child, port, ended } = start([...ON_NODE, "--listen", "127.0.0.1:0"]);
  const bound = await port();
  const strange = await ask("127.0.0.1", bound, [
    new Uint8Array(1_400),
    encodeRequest({ kind: "open", token: token("another key of thirty-two chars.") }),
  ]);
  expect(strange.map((m) => m.outcome.status)).toEqual(["failed", "failed"]);
  await askForSizes("127.0.0.1", bound);
  child.kill("SIGTERM");
  expect(await ended).toEqual({ code: 0, complained: "" });
});

const LONG = { IKEFRAG_REFLECTOR_KEY: KEY };
test.each([
  ["no key", [], {}, "Cannot start: IKEFRAG_REFLECTOR_KEY is not set"],
  [
    "a short key",
    [],
    { IKEFRAG_REFLECTOR_KEY: "short secret" },
    "Cannot start: IKEFRAG_REFLECTOR_KEY has 12 characters, and 32 or more are needed",
  ],
  [
    "a name for an address",
    ["--listen", "localhost:4555"],
    LONG,
    'Cannot listen on "localhost:4555": it is no address',
  ],
  ["no port", ["--listen", "192.0.2.1"], LONG, 'Cannot listen on "192.0.2.1": it is no address and port'],
  [
    "an address of another machine",
    ["--listen", "192.0.2.1:4555"],
    LONG,
    "Cannot listen on 192.0.2.1:4555: this machine has no such address",
  ],
  ["an option that it has not", ["--port", "1"], LONG, "Unknown option '--port'"],
])("with %s it says so and ends with 2", async (_name, words, env, says) => {
  const { code, complained } = await start([...ON_NODE, ...words], env).ended;
  expect(code).toBe(2);
  expect(complained).toContain(says);
  expect(complained).not.toMatch(/short secret|^\s+at /m);
});

test("where the port is taken it says so and ends with 2", async () => {
  const taken: Socket = createSocket("udp4");
  onTestFinished(() => void taken.close());
  await new Promise<void>((resolve) => taken.bind(0, "127.0.0.1", resolve));
  const { port } = taken.address();
  const { code, complained } = await start([...ON_NODE, "--listen", `127.0.0.1:${port}`]).ended;
  expect(code).toBe(2);
  expect(complained).toBe(`Cannot listen on 127.0.0.1:${port}: something else does already\n`);
});

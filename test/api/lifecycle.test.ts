/** The service as a process, on Node and on Deno: who has its directory, how it ends, whom it keeps out. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { mostConnections } from "../../api/runtime/connections.ts";
import { examine } from "../../api/runtime/doctor.ts";
import { seedFile } from "../support/service.ts";

const root = join(import.meta.dirname, "../..");
let directory: string;
let dataDir: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "ikefrag-life-"));
  dataDir = join(directory, "data");
});
afterEach(() => rm(directory, { recursive: true, force: true }));

type Runtime = "node" | "deno";
/** Deno has no more permissions than the service needs. */
const commandOf = (runtime: Runtime): string[] =>
  runtime === "node"
    ? [process.execPath, "cli/main.ts"]
    : [
        join(root, "node_modules/.bin/deno"),
        ...["run", "--no-prompt", "--allow-net=127.0.0.1", `--allow-read=.,${directory}`],
        ...[`--allow-write=${directory}`, "--allow-env=IKEFRAG_*", "cli/main.ts"],
      ];

interface Started {
  child: ChildProcess;
  port: number;
  token: string;
  /** Resolves with what was printed when it has this in it; fails when the process ends before. */
  says(what: RegExp): Promise<string>;
  exit: Promise<number | null>;
}

function spawnService(command: string[], settings: Record<string, string> = {}) {
  const [program = "", ...given] = command;
  const child = spawn(program, [...given, "serve", "--port", "0", "--data", dataDir], {
    cwd: root,
    env: { ...process.env, NO_COLOR: "1", ...settings },
    stdio: ["ignore", "pipe", "pipe"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  let said = "";
  const waiting = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => {
      said += chunk.toString();
      for (const look of waiting) look();
    });
  const exit = new Promise<number | null>((resolve) => child.once("close", (code) => resolve(code)));
  const says = (what: RegExp): Promise<string> =>
    new Promise((resolve, reject) => {
      const look = () => {
        if (what.test(said)) resolve(said);
      };
      waiting.add(look);
      look();
      exit.then((code) => reject(new Error(`It ended with ${code} before it said ${what}:\n${said}`)));
    });
  return { child, says, exit, said: () => said };
}

async function start(command: string[], settings: Record<string, string> = {}): Promise<Started> {
  const service = spawnService(command, settings);
  const said = await service.says(/Stop with Ctrl-C/);
  const port = Number(/http:\/\/127\.0\.0\.1:(\d+)/.exec(said)?.[1]);
  return { ...service, port, token: /\bikf_\w+/.exec(said)?.[0] ?? "" };
}

async function connected(port: number): Promise<Socket> {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => {}); // what it got is looked at, not how it ended
  await once(socket, "connect");
  return socket;
}

/** All that comes over a connection until the other side ends it. */
async function answerOf(socket: Socket): Promise<string> {
  let text = "";
  socket.on("data", (chunk) => {
    text += chunk.toString();
  });
  await new Promise((resolve) => socket.once("close", resolve));
  return text;
}

const BODY = JSON.stringify({ gateway: "vpn.example.com" });

/** A request of which the last byte is missing, and which the service has begun to read. */
async function half({ port, token }: Started): Promise<Socket> {
  const socket = await connected(port);
  const head = [
    "POST /v1/cases HTTP/1.1",
    "host: 127.0.0.1",
    `authorization: Bearer ${token}`,
    "content-type: application/json",
    `content-length: ${BODY.length}`,
    "expect: 100-continue",
  ];
  socket.write(`${head.join("\r\n")}\r\n\r\n`);
  // That it is to go on shows that the request is in flight.
  await once(socket, "data");
  socket.write(BODY.slice(0, -1));
  return socket;
}

/** The upload of a capture whose body the service has begun to wait for. */
async function sending({ port, token }: Started, length: number): Promise<Socket> {
  const socket = await connected(port);
  const head = [
    "POST /v1/analyses?store=1 HTTP/1.1",
    "host: 127.0.0.1",
    `authorization: Bearer ${token}`,
    "content-type: application/octet-stream",
    `content-length: ${length}`,
    "expect: 100-continue",
  ];
  socket.write(`${head.join("\r\n")}\r\n\r\n`);
  await once(socket, "data");
  return socket;
}

describe.each(["node", "deno"] as const)("on %s", (runtime) => {
  test("a second service on the same directory is refused, whatever it runs on, and one after a crash is not", async () => {
    const first = await start(commandOf(runtime));
    for (const other of ["node", "deno"] as const) {
      const second = spawnService(commandOf(other));
      expect(await second.exit, other).toBe(2);
      expect(second.said()).toContain(`Cannot use ${dataDir}: another service has it since `);
      expect(second.said()).toContain(`process ${first.child.pid}`);
      expect(second.said()).toContain("--data");
    }
    first.child.kill("SIGKILL");
    await first.exit;
    const third = await start(commandOf(runtime));
    third.child.kill("SIGTERM");
    expect(await third.exit).toBe(0);
    // What is left is only its owner's to read.
    for (const name of await readdir(dataDir))
      expect((await stat(join(dataDir, name))).mode & 0o077, name).toBe(0);
  });

  test("SIGTERM: what is under way ends, what is new is turned away, and then it ends with 0", async () => {
    const service = await start(commandOf(runtime));
    const upload = await half(service);
    const idle = await connected(service.port);
    idle.write("GET /healthz HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n");
    await once(idle, "data");
    service.child.kill("SIGTERM");
    await service.says(/stopping/);
    idle.write("GET /v1/cases HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n");
    const refused = await answerOf(idle);
    expect(refused).toMatch(/^HTTP\/1\.1 503 /);
    expect(refused).toMatch(/^retry-after: 5\r$/im);
    expect(refused).toMatch(/^connection: close\r$/im);
    expect(refused).toContain("/problems/shutting-down");
    const late = connect(service.port, "127.0.0.1");
    const [error] = await once(late, "error");
    expect(error).toMatchObject({ code: "ECONNREFUSED" });
    upload.write(BODY.slice(-1));
    const answer = await answerOf(upload);
    expect(answer).toMatch(/HTTP\/1\.1 201 /);
    expect(answer).toContain('"code"');
    expect(await service.exit).toBe(0);
  });

  test("an upload without end is told when the time is over", async () => {
    const service = await start(commandOf(runtime), { IKEFRAG_SHUTDOWN_SECONDS: "2" });
    await service.says(/^ikefrag: settings IKEFRAG_SHUTDOWN_SECONDS=2$/m);
    const answer = answerOf(await half(service));
    service.child.kill("SIGINT");
    expect(await answer).toContain("/problems/shutting-down");
    expect(await service.exit).toBe(0);
  });

  test("SIGTERM: a capture that is on its way is taken and answered, and readiness ends at once", async () => {
    const service = await start(commandOf(runtime));
    const capture = await seedFile("wired-fail.pcapng");
    const upload = await sending(service, capture.length);
    upload.write(capture.subarray(0, 1_000));
    const idle = await connected(service.port);
    idle.write("GET /readyz HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n");
    expect(String((await once(idle, "data"))[0])).toMatch(/^HTTP\/1\.1 200 /);
    service.child.kill("SIGTERM");
    await service.says(/stopping/);
    idle.write("GET /readyz HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n");
    expect(await answerOf(idle)).toMatch(/^HTTP\/1\.1 503 /);
    upload.write(capture.subarray(1_000));
    const answer = await answerOf(upload);
    expect(answer).toMatch(/HTTP\/1\.1 200 /);
    expect(answer).toMatch(/"reportId":"IKF-/);
    expect(await service.exit).toBe(0);
    expect((await examine(dataDir, false)).looked).toMatchObject({ reports: 1, objects: 3 });
  });

  test("a capture that does not end is told to come again, and nothing of it stays", async () => {
    const service = await start(commandOf(runtime), { IKEFRAG_SHUTDOWN_SECONDS: "2" });
    const capture = await seedFile("wired-fail.pcapng");
    const upload = await sending(service, capture.length);
    upload.write(capture.subarray(0, -1));
    const answer = answerOf(upload);
    service.child.kill("SIGTERM");
    const said = await answer;
    expect(said).toMatch(/HTTP\/1\.1 503 /);
    expect(said).toMatch(/^retry-after: 5\r$/im);
    expect(said).toContain("/problems/shutting-down");
    expect(await service.exit).toBe(0);
    expect(await examine(dataDir, false)).toMatchObject({ looked: { reports: 0, objects: 0 }, findings: [] });
    const left = await readdir(join(dataDir, "objects"), { recursive: true, withFileTypes: true });
    expect(left.filter((entry) => entry.isFile())).toEqual([]);
  });

  test("with IKEFRAG_LOG=all each request is a line of JSON, with the ID that its answer had", async () => {
    const service = await start(commandOf(runtime), { IKEFRAG_LOG: "all" });
    const answer = await fetch(`http://127.0.0.1:${service.port}/a/0123-4567-89ABC`);
    const said = await service.says(/"route":"\/a\/:file"[^\n]*\n/);
    const line = said.split("\n").find((each) => each.includes("/a/:file")) ?? "";
    expect(JSON.parse(line)).toEqual({
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      level: "info",
      message: "request",
      requestId: answer.headers.get("x-request-id"),
      method: "GET",
      route: "/a/:file",
      status: 404,
      ms: expect.any(Number),
    });
    expect(said).not.toContain("0123-4567");
    service.child.kill("SIGTERM");
    expect(await service.exit).toBe(0);
  });

  test("a second signal ends it at once", async () => {
    const service = await start(commandOf(runtime), { IKEFRAG_SHUTDOWN_SECONDS: "600" });
    await half(service);
    service.child.kill("SIGTERM");
    await service.says(/stopping/);
    service.child.kill("SIGTERM");
    expect(await service.exit).toBe(130);
  });
});

test.skipIf(process.platform === "win32")("idle strangers on all descriptors keep nobody out", async () => {
  const descriptors = 256;
  const service = await start(["sh", "-c", `ulimit -n ${descriptors}; exec "$0" "$@"`, ...commandOf("node")]);
  const strangers: Socket[] = [];
  for (let count = 0; count < descriptors + 100; count++) strangers.push(await connected(service.port));
  // Some have begun a header, which never ends.
  for (const stranger of strangers.slice(-50)) stranger.write("GET / HTTP/1.1\r\nhost: ");
  for (let count = 0; count < 10; count++) {
    const created = await fetch(`http://127.0.0.1:${service.port}/v1/cases`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${service.token}`,
        "content-type": "application/json",
        connection: "close",
      },
      body: BODY,
    });
    expect(created.status).toBe(201);
  }
  const analysis = await fetch(`http://127.0.0.1:${service.port}/v1/analyses?store=1`, {
    method: "POST",
    headers: { authorization: `Bearer ${service.token}`, "content-type": "text/plain" },
    body: "PING 192.0.2.1 (192.0.2.1) 1472(1500) bytes of data.\n",
  });
  expect(analysis.status).toBeLessThan(500);
  for (const stranger of strangers) stranger.destroy();
  service.child.kill("SIGTERM");
  expect(await service.exit).toBe(0);
});

test("as many connections as leave a descriptor for a file beside each", () => {
  const limits = (soft: string) =>
    `Max cpu time unlimited\nMax open files            ${soft}      4096     files\n`;
  expect(mostConnections(limits("256"))).toBe(96);
  expect(mostConnections(limits("64"))).toBe(16);
  expect(mostConnections(limits("unlimited"))).toBe(2_000);
  expect(mostConnections(null)).toBe(500);
});

/** The udp step, against sockets on this machine. */
import { createSocket, type RemoteInfo, type Socket } from "node:dgram";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import process from "node:process";
import { expect, onTestFinished, test } from "vitest";
import { type RunProgram, runProgram } from "../../../agent/io/program.ts";
import { openRun } from "../../../agent/run-round.ts";
import { UdpMeasurement } from "../../../shared/schema/measurement.ts";
import type { UdpStep } from "../../../shared/schema/plan.ts";

const { signal } = new AbortController();
const DENO = join(dirname(createRequire(import.meta.url).resolve("deno/package.json")), "bin.cjs");

/** A host on loopback that answers as it is told. */
async function startHost(
  onMessage: (socket: Socket, bytes: Buffer, from: RemoteInfo) => void,
  address = "127.0.0.1",
) {
  const socket = createSocket(address.includes(":") ? "udp6" : "udp4");
  const received: Buffer[] = [];
  socket.on("message", (bytes, from) => {
    received.push(bytes);
    onMessage(socket, bytes, from);
  });
  await new Promise<void>((resolve) => socket.bind(0, address, resolve));
  onTestFinished(() => void socket.close());
  return { port: socket.address().port, received };
}

const udpStep = (port: number, more: Partial<UdpStep> = {}): UdpStep => ({
  id: "r1-init-500",
  kind: "udp",
  atMs: 0,
  target: "127.0.0.1",
  family: 4,
  port,
  purpose: "baseline",
  datagram: Buffer.from("question").toString("base64"),
  dontFragment: false,
  userMtu: null,
  tries: 3,
  waitMs: 100,
  ...more,
});

async function measure(step: UdpStep, gateway = "127.0.0.1"): Promise<UdpMeasurement> {
  const [measurement] = await openRun({ gateway, signal }).runRound({ number: 1, steps: [step] });
  return UdpMeasurement.parse(measurement);
}

const answersOf = ({ outcome }: UdpMeasurement) =>
  outcome.status === "answered"
    ? outcome.answers.map(({ datagram }) => Buffer.from(datagram, "base64").toString())
    : null;

test("a UDP step keeps the answer, and sends no further try", async () => {
  const host = await startHost((socket, bytes, from) =>
    socket.send(`answer to ${bytes}`, from.port, from.address),
  );
  const measurement = await measure(udpStep(host.port, { waitMs: 5_000 }));
  expect(answersOf(measurement)).toEqual(["answer to question"]);
  expect(measurement.outcome).toMatchObject({ address: "127.0.0.1", dontFragment: null });
  expect(measurement.sentAtMs).toHaveLength(1);
  expect(host.received).toHaveLength(1);
});

test("a UDP step asks again until it is answered, with the same bytes", async () => {
  let asked = 0;
  const host = await startHost((socket, _bytes, from) => {
    asked += 1;
    if (asked === 3) socket.send("at last", from.port, from.address);
  });
  const measurement = await measure(udpStep(host.port, { tries: 3 }));
  expect(answersOf(measurement)).toEqual(["at last"]);
  expect(measurement.sentAtMs).toHaveLength(3);
  expect(host.received.map(String)).toEqual(["question", "question", "question"]);
});

test("a UDP step keeps what comes in the wake of the first answer, up to eight", async () => {
  const host = await startHost((socket, _bytes, from) => {
    for (let i = 0; i < 12; i++) socket.send(`answer ${i}`, from.port, from.address);
  });
  expect(answersOf(await measure(udpStep(host.port)))).toHaveLength(8);
});

test("a UDP step says timeout after its tries, when nothing comes back", async () => {
  const host = await startHost(() => {});
  const measurement = await measure(udpStep(host.port, { tries: 2 }));
  expect(measurement.outcome).toMatchObject({ status: "failed", failure: "timeout", address: "127.0.0.1" });
  expect(measurement.sentAtMs).toHaveLength(2);
  expect(host.received).toHaveLength(2);
});

test("a UDP step says unreachable when the port is closed", async () => {
  const socket = createSocket("udp4");
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
  const { port } = socket.address();
  await new Promise<void>((resolve) => socket.close(resolve));
  const measurement = await measure(udpStep(port, { waitMs: 5_000 }));
  expect(measurement.outcome).toMatchObject({ status: "failed", failure: "unreachable" });
  expect(measurement.sentAtMs).toHaveLength(1);
});

test("a UDP step does not take another host's datagram for an answer", async () => {
  const stranger = createSocket("udp4");
  onTestFinished(() => void stranger.close());
  const host = await startHost((_socket, _bytes, from) => stranger.send("forged", from.port, from.address));
  const measurement = await measure(udpStep(host.port, { tries: 1 }));
  expect(measurement.outcome).toMatchObject({ status: "failed", failure: "timeout" });
});

test("a UDP step does not take another host's datagram for an answer on Deno either, whose sockets hear everybody", async () => {
  const script = join(import.meta.dirname, "udp-on-deno.ts");
  const result = await runProgram(process.execPath, [DENO, "run", "-A", "--no-config", script], {
    signal,
    timeoutMs: 20_000,
  });
  if (result.status !== "finished" || result.output === "")
    throw new Error(`Cannot run Deno: ${JSON.stringify(result)}`);
  expect(answersOf(UdpMeasurement.parse(JSON.parse(result.output)))).toEqual(["answer"]);
});

test("a UDP step may go to the reflector that the user was told of, and to no other host", async () => {
  const host = await startHost((socket, _bytes, from) => socket.send("answer", from.port, from.address));
  const step = udpStep(host.port, { target: "127.0.0.1", purpose: "reflection", tries: 1 });
  const measureWith = async (reflector: string | null, more: Partial<UdpStep> = {}) => {
    const run = openRun({ gateway: "192.0.2.1", reflector, signal });
    const [measurement] = await run.runRound({ number: 1, steps: [{ ...step, ...more }] });
    return UdpMeasurement.parse(measurement);
  };
  expect(answersOf(await measureWith("127.0.0.1"))).toEqual(["answer"]);
  for (const reflector of [null, "127.0.0.2"])
    expect((await measureWith(reflector)).outcome).toMatchObject({ status: "not-run" });
  // By an address of it that was not named.
  expect((await measureWith("localhost")).outcome).toMatchObject({ status: "not-run" });
  expect(host.received).toHaveLength(1);
  // Nor is a route changed for it: the user's yes was to one for the gateway.
  const withoutIp: RunProgram = async (detail) => ({ status: "missing", detail });
  const machine = { platform: "linux" as const, runProgram: withoutIp };
  const run = openRun({ gateway: "192.0.2.1", reflector: "127.0.0.1", signal, mayBoundRoute: true, machine });
  const [capped] = await run.runRound({ number: 1, steps: [{ ...step, userMtu: 1_280 }] });
  expect(capped?.outcome).toMatchObject({
    status: "not-run",
    why: expect.stringContaining("192.0.2.1 alone"),
  });
  expect(host.received).toHaveLength(1);
});

test("an echo step never goes to the reflector", async () => {
  const run = openRun({ gateway: "192.0.2.1", reflector: "127.0.0.1", signal });
  const [measurement] = await run.runRound({
    number: 1,
    steps: [
      {
        id: "r2-echo",
        kind: "echo",
        atMs: 0,
        target: "127.0.0.1",
        family: 4,
        pingPayloadBytes: 10,
        dontFragment: false,
        tries: 1,
        waitMs: 100,
      },
    ],
  });
  expect(measurement?.outcome).toMatchObject({ status: "not-run" });
});

test("a UDP step reaches an IPv6 host, whatever way its address is written", async () => {
  const host = await startHost(
    (socket, _bytes, from) => socket.send("answer", from.port, from.address),
    "::1",
  );
  const step = udpStep(host.port, { target: "0:0:0:0:0:0:0:1", family: 6 });
  expect(answersOf(await measure(step, "::1"))).toEqual(["answer"]);
});

test.each([
  { name: "another host", more: { target: "127.0.0.2" }, want: { status: "not-run" } },
  { name: "another name", more: { target: "elsewhere.example.com" }, want: { status: "not-run" } },
  {
    name: "a family that the gateway has no address of",
    more: { family: 6 as const },
    want: { failure: "unresolved" },
  },
  { name: "an MTU for the socket", more: { userMtu: 1472 }, want: { status: "not-run" } },
])("a UDP step sends nothing when it asks for $name", async ({ more, want }) => {
  const host = await startHost(() => {});
  const measurement = await measure(udpStep(host.port, more));
  expect(measurement.outcome).toMatchObject(want);
  expect(measurement.sentAtMs).toEqual([]);
  expect(host.received).toEqual([]);
});

test("a UDP step says too big locally what no IP packet can carry", async () => {
  const host = await startHost(() => {});
  const tooMuch = { datagram: Buffer.alloc(65_508).toString("base64") };
  const measurement = await measure(udpStep(host.port, tooMuch)).catch((error: Error) => error.message);
  // The schema takes no such step, so it is read without it.
  expect(String(measurement)).toContain("too_big");
  const run = openRun({ gateway: "127.0.0.1", signal });
  const [raw] = await run.runRound({ number: 1, steps: [udpStep(host.port, tooMuch)] });
  expect(raw?.outcome).toMatchObject({ status: "failed", failure: "too-big-locally" });
});

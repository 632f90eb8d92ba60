/** Rounds of steps: when they start, what bounds them, and what they never do. */
import { createSocket } from "node:dgram";
import { expect, onTestFinished, test } from "vitest";
import type { ProgramResult, RunProgram } from "../../agent/io/program.ts";
import { openRun } from "../../agent/run-round.ts";
import { MAX_SENT_BYTES } from "../../agent/send-limits.ts";
import { Measurement } from "../../shared/schema/measurement.ts";
import type { EchoStep, Step, UdpStep } from "../../shared/schema/plan.ts";

const { signal } = new AbortController();

async function silentHost(): Promise<{ port: number; received: Buffer[] }> {
  const socket = createSocket("udp4");
  const received: Buffer[] = [];
  socket.on("message", (bytes) => received.push(bytes));
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
  onTestFinished(() => void socket.close());
  return { port: socket.address().port, received };
}

const udpStep = (id: string, port: number, more: Partial<UdpStep> = {}): UdpStep => ({
  id,
  kind: "udp",
  atMs: 0,
  target: "127.0.0.1",
  family: 4,
  port,
  purpose: "baseline",
  datagram: Buffer.from(id).toString("base64"),
  dontFragment: false,
  userMtu: null,
  tries: 1,
  waitMs: 100,
  ...more,
});

const echoStep = (more: Partial<EchoStep> = {}): EchoStep => ({
  id: "r2-echo-1500",
  kind: "echo",
  atMs: 0,
  target: "127.0.0.1",
  family: 4,
  pingPayloadBytes: 1_472,
  dontFragment: true,
  tries: 2,
  waitMs: 1_000,
  ...more,
});

test("runRound() starts steps by their atMs, ends them when they end, and returns them as they were listed", async () => {
  const { port, received } = await silentHost();
  const steps = [
    udpStep("third", port, { atMs: 400 }),
    udpStep("first", port, { atMs: 0, waitMs: 1_000 }),
    udpStep("second", port, { atMs: 200, waitMs: 100 }),
  ];
  const done: string[] = [];
  const run = openRun({ gateway: "127.0.0.1", signal });
  const measurements = await run.runRound({ number: 1, steps }, ({ step }) => done.push(step.id));
  expect(received.map(String)).toEqual(["first", "second", "third"]);
  expect(done).toEqual(["second", "third", "first"]);
  expect(measurements.map(({ step }) => step.id)).toEqual(["third", "first", "second"]);
  for (const measurement of measurements) Measurement.parse(measurement);
});

test("runRound() spaces datagrams to one port out, also when a round asks for all of them at once", async () => {
  const { port } = await silentHost();
  const steps = ["a", "b", "c", "d"].map((id) => udpStep(id, port));
  const measurements = await openRun({ gateway: "127.0.0.1", signal }).runRound({ number: 1, steps });
  const sentAtMs = measurements.flatMap((measurement) => measurement.sentAtMs).sort((a, b) => a - b);
  const gaps = sentAtMs.slice(1).map((ms, i) => ms - (sentAtMs[i] ?? 0));
  expect(gaps).toHaveLength(3);
  for (const gap of gaps) expect(gap).toBeGreaterThanOrEqual(99);
});

test("runRound() sends nothing beyond the limits of a run, counted over its rounds", async () => {
  const { port, received } = await silentHost();
  const datagram = Buffer.alloc(9_000).toString("base64");
  const run = openRun({ gateway: "127.0.0.1", signal });
  const outcomes: string[] = [];
  for (let round = 1; round <= 2; round++) {
    const steps = Array.from({ length: 8 }, (_, i) => udpStep(`r${round}-${i}`, port, { datagram }));
    const measurements = await run.runRound({ number: round, steps });
    outcomes.push(...measurements.map(({ outcome }) => outcome.status));
  }
  const allowed = Math.floor(MAX_SENT_BYTES / 9_000);
  expect(received).toHaveLength(allowed);
  expect(outcomes).toEqual([...Array(allowed).fill("failed"), ...Array(16 - allowed).fill("not-run")]);
});

test("runRound() says of steps it does not know how to do that they were not run", async () => {
  const steps: Step[] = [
    { id: "capture", kind: "capture", atMs: 0, target: "127.0.0.1", seconds: 1, maxBytes: 1 },
    { id: "apply", kind: "apply", atMs: 0, interfaceIndex: 1, family: 4, interfaceMtu: 1_472 },
    { id: "profiles", kind: "vpn-profiles", atMs: 0 },
  ];
  const run = openRun({ gateway: "127.0.0.1", signal, machine: { platform: "linux" } });
  const measurements = await run.runRound({ number: 6, steps });
  for (const measurement of measurements)
    expect(Measurement.parse(measurement).outcome.status).toBe("not-run");
});

test("runRound() stops at once when it is aborted", async () => {
  const abort = new AbortController();
  const { port, received } = await silentHost();
  const run = openRun({ gateway: "127.0.0.1", signal: abort.signal });
  const steps = [udpStep("asked", port, { waitMs: 10_000 }), echoStep({ target: "127.0.0.1" })];
  const round = run.runRound({ number: 1, steps }, () => abort.abort(new Error("enough")));
  await expect(round).rejects.toThrow("enough");
  expect(received.map(String)).toEqual(["asked"]);
});

const finished = (output: string): ProgramResult => ({ status: "finished", exitCode: 1, output, errors: "" });

/** Stands for a system that is not this one: what it was asked to run, and what it answers. */
function machine(platform: "windows" | "macos" | "linux", answers: ProgramResult[]) {
  const commands: string[] = [];
  const runProgram: RunProgram = async (file, programArguments) => {
    commands.push([file, ...programArguments].join(" "));
    return answers.shift() ?? finished("");
  };
  return { commands, machine: { platform, runProgram } };
}

test("an echo step asks this system's own ping", async () => {
  const steps = [echoStep({ pingPayloadBytes: 1_000 })];
  const [measurement] = await openRun({ gateway: "127.0.0.1", signal }).runRound({ number: 2, steps });
  expect(Measurement.parse(measurement).outcome).toMatchObject({
    status: "answered",
    address: "127.0.0.1",
    replyPingPayloadBytes: 1_000,
  });
});

test("an echo step on Windows sets -f, tries again, and reads a router's refusal", async () => {
  const { commands, machine: windows } = machine("windows", [
    finished("Request timed out."),
    finished("198.51.100.1 からの応答: パケットの断片化が必要ですが、DF が設定されています。"),
  ]);
  const run = openRun({ gateway: "127.0.0.1", signal, machine: windows });
  const [measurement] = await run.runRound({ number: 2, steps: [echoStep()] });
  expect(commands).toEqual(
    Array(2).fill("C:\\Windows\\System32\\ping.exe -n 1 -l 1472 -w 1000 -f 127.0.0.1"),
  );
  const { outcome, sentAtMs } = Measurement.parse(measurement);
  expect(outcome).toMatchObject({ failure: "too-big-remotely", router: "198.51.100.1", nextHopMtu: null });
  expect(sentAtMs).toHaveLength(2);
});

test.each([
  { platform: "linux", dontFragment: true, want: "ping -n -c 1 -s 1472 -W 1 -M do 127.0.0.1" },
  { platform: "linux", dontFragment: false, want: "ping -n -c 1 -s 1472 -W 1 -M dont 127.0.0.1" },
  { platform: "macos", dontFragment: true, want: "/sbin/ping -n -c 1 -s 1472 -W 1000 -D 127.0.0.1" },
  {
    platform: "windows",
    dontFragment: false,
    want: "C:\\Windows\\System32\\ping.exe -n 1 -l 1472 -w 1000 127.0.0.1",
  },
] as const)("an echo step on $platform runs $want", async ({ platform, dontFragment, want }) => {
  const { commands, machine: other } = machine(platform, []);
  const run = openRun({ gateway: "127.0.0.1", signal, machine: other });
  const [measurement] = await run.runRound({ number: 2, steps: [echoStep({ dontFragment, tries: 1 })] });
  expect(commands).toEqual([want]);
  expect(measurement?.outcome).toMatchObject({ status: "failed", failure: "timeout" });
});

test.each([
  {
    name: "there is no ping",
    answer: { status: "missing" as const, detail: "Cannot start ping: there is no such program" },
  },
  {
    name: "ping may not be run",
    answer: { status: "refused" as const, detail: "Cannot start ping: not allowed" },
  },
  { name: "ping may not open its socket", answer: finished("ping: socket: Operation not permitted") },
  { name: "ping does not know an option", answer: finished("ping: invalid -M argument: do") },
])("an echo step says refused by the system when $name", async ({ answer }) => {
  const { machine: bare } = machine("linux", [answer]);
  const run = openRun({ gateway: "127.0.0.1", signal, machine: bare });
  const [measurement] = await run.runRound({ number: 2, steps: [echoStep()] });
  expect(Measurement.parse(measurement).outcome).toMatchObject({
    status: "failed",
    failure: "refused-by-system",
  });
});

test("an echo step that cannot forbid fragmentation is not run", async () => {
  const { commands, machine: windows } = machine("windows", []);
  const run = openRun({ gateway: "::1", signal, machine: windows });
  const [measurement] = await run.runRound({ number: 2, steps: [echoStep({ target: "::1", family: 6 })] });
  expect(measurement?.outcome.status).toBe("not-run");
  expect(commands).toEqual([]);
});

/** The capture step, with the real tcpdump where there is one. */
import { execFileSync } from "node:child_process";
import { createSocket } from "node:dgram";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { setImmediate } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { openRun } from "../../../agent/run-round.ts";
import type { User } from "../../../agent/steps/step.ts";
import { encodeIkeMessage } from "../../../shared/ike/encode.ts";
import { CaptureMeasurement } from "../../../shared/schema/measurement.ts";
import type { CaptureStep } from "../../../shared/schema/plan.ts";
import { readCapture } from "../../../shared/transcript/read-capture.ts";
import { standInForTcpdump } from "../../support/stand-in.ts";

/** An address of the loopback that no other test sends to: files of tests run side by side. */
const GATEWAY = "127.0.0.9";
const canCapture = (() => {
  try {
    execFileSync("tcpdump", ["--version"], { stdio: "ignore" });
    return process.platform === "linux" && process.getuid?.() === 0;
  } catch {
    return false;
  }
})();
if (!canCapture) console.log("captures on the loopback are left out: they take Linux, tcpdump and root");
const whereItCan = test.skipIf(!canCapture);

const step = (changes: Partial<CaptureStep> = {}): CaptureStep => ({
  id: "r3-capture",
  kind: "capture",
  atMs: 0,
  target: GATEWAY,
  seconds: 60,
  maxBytes: 5_000_000,
  ...changes,
});

/** A user who allows the capture, and connects the VPN like this. */
function connects(connect: (signal: AbortSignal) => Promise<unknown>) {
  const asked: unknown[] = [];
  const told: unknown[] = [];
  const user: User = {
    mayRecord: async (what) => {
      asked.push(what);
      return null;
    },
    connect: async (_seconds, signal) => void (await connect(signal)),
    tell: (address, outcome) => void told.push([address, outcome]),
  };
  return { user, asked, told };
}

const never = (signal: AbortSignal) =>
  new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));

async function capture(
  user: User,
  changes: Partial<CaptureStep> = {},
  signal = new AbortController().signal,
) {
  const run = openRun({ gateway: GATEWAY, signal, user });
  const [measurement] = await run.runRound({ number: 3, steps: [step(changes)] });
  return { outcome: CaptureMeasurement.parse(measurement).outcome, pcap: run.capture };
}

/** Sends from a port of its own, and waits until it has left. */
async function send(port: number, ...payloads: Uint8Array[]): Promise<void> {
  const socket = createSocket("udp4");
  for (const payload of payloads)
    await new Promise((resolve) => socket.send(payload, port, GATEWAY, resolve));
  socket.close();
  // A send that succeeds at once comes back before anything else has its turn.
  await setImmediate();
}

const ike = (bytes: number): Uint8Array => {
  const message = encodeIkeMessage({
    initiatorSpi: "0102030405060708",
    responderSpi: "0000000000000000",
    exchangeType: 34,
    initiator: true,
    response: false,
    messageId: 0,
    payloads: [{ type: 40, body: new Uint8Array(Math.max(bytes - 32, 4)) }],
  });
  return message;
};

/** Programs of this system's, as the agent finds them: no process of ours named tcpdump is left. */
function ourTcpdumps(): string[] {
  const children = execFileSync("ps", ["-o", "pid=,comm=", "--ppid", String(process.pid)], {
    encoding: "utf8",
  });
  return children.split("\n").filter((line) => /tcpdump/.test(line));
}

whereItCan("capturePackets() keeps IKE and its fragments, and nothing that the VPN carries", async () => {
  const secret = Buffer.alloc(1_200, "ESP-SECRET");
  const { user, asked, told } = connects(async () => {
    await send(500, ike(300), ike(3_000));
    await send(4500, Buffer.concat([Buffer.alloc(4), ike(200)]), secret, Buffer.alloc(7_000, "ESP-SECRET"));
    await send(53, secret);
  });
  const { outcome, pcap } = await capture(user);
  expect(outcome).toEqual({ status: "measured", bytes: pcap?.length, rasCode: null });
  expect(asked).toEqual([{ address: GATEWAY, seconds: 60, maxBytes: 5_000_000 }]);
  expect(told).toEqual([[GATEWAY, outcome]]);
  const transcript = await readCapture("c.pcap", pcap ?? new Uint8Array());
  expect(transcript.ikeMessages.map(({ message }) => message.header.length)).toEqual([300, 3_000, 200]);
  expect(Buffer.from(pcap ?? []).includes("SECRET")).toBe(false);
  expect(ourTcpdumps()).toEqual([]);
});

whereItCan(
  "capturePackets() says that nothing was seen, and keeps nothing, where nobody connected",
  async () => {
    const { user } = connects(never);
    const { outcome, pcap } = await capture(user, { seconds: 1 });
    expect(outcome).toEqual({ status: "measured", bytes: 0, rasCode: null });
    expect(pcap).toBeNull();
  },
);

whereItCan("capturePackets() ends at the bytes that it may take, while the flood goes on", async () => {
  const { user } = connects(async (signal) => {
    while (!signal.aborted) await send(500, ...Array(50).fill(ike(1_400)));
  });
  const { pcap } = await capture(user, { maxBytes: 300_000 });
  expect(pcap?.length).toBeGreaterThan(200_000);
  expect(pcap?.length).toBeLessThanOrEqual(300_000);
  const { quality, frames } = await readCapture("c.pcap", pcap ?? new Uint8Array());
  expect(quality.damage).toEqual([]);
  expect(frames).toBeGreaterThan(100);
  expect(ourTcpdumps()).toEqual([]);
});

whereItCan("capturePackets() leaves nothing when the user stops everything", async () => {
  const directory = await mkdtemp(join(tmpdir(), "ikefrag-interrupted-"));
  const { TMPDIR } = process.env;
  process.env.TMPDIR = directory;
  onTestFinished(async () => {
    if (TMPDIR === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = TMPDIR;
    await rm(directory, { recursive: true });
  });
  const stop = new AbortController();
  const { user } = connects(async (signal) => {
    await send(500, ike(300));
    stop.abort(new Error("interrupted"));
    await never(signal);
  });
  await expect(capture(user, {}, stop.signal)).rejects.toThrow("interrupted");
  expect(ourTcpdumps()).toEqual([]);
  expect(await readdir(directory)).toEqual([]);
});

test.each([
  {
    name: "ends at once",
    script: "echo 'tcpdump: lo: No such device exists' >&2; exit 1",
    outcome: {
      status: "failed",
      failure: "other",
      detail: "Cannot capture: tcpdump: lo: No such device exists",
    },
  },
  {
    name: "may not capture",
    script:
      'echo "tcpdump: lo: You don\'t have permission to perform this capture on that device" >&2; exit 1',
    outcome: { status: "not-run", why: expect.stringContaining("permission") },
  },
  {
    name: "writes what is no capture",
    script: "echo 'certainly no pcap file, but long enough'",
    outcome: { status: "failed", failure: "other", detail: expect.stringContaining("Cannot read") },
  },
])("capturePackets() says so at once where tcpdump $name", async ({ script, outcome }) => {
  await standInForTcpdump(script);
  let isDialled = false;
  const { user } = connects(async (signal) => {
    isDialled = true;
    await never(signal);
  });
  const captured = await capture(user);
  expect(captured).toEqual({ outcome, pcap: null });
  expect(isDialled).toBe(script.includes("certainly"));
});

test("capturePackets() takes no more than it may from a tcpdump that pays no heed", async () => {
  const directory = await standInForTcpdump(
    `echo $$ > "$(dirname "$0")/pid"; trap '' INT TERM; exec cat /dev/zero`,
  );
  const { user } = connects(never);
  const { outcome, pcap } = await capture(user, { maxBytes: 100_000 });
  expect({ outcome: outcome.status, pcap }).toEqual({ outcome: "failed", pcap: null });
  const pid = Number(await readFile(join(directory, "pid"), "utf8"));
  expect(() => process.kill(pid, 0)).toThrow(/ESRCH/);
});

test("capturePackets() says that there is no tcpdump before it asks", async () => {
  const before = process.env.PATH;
  const empty = await mkdtemp(join(tmpdir(), "ikefrag-empty-"));
  onTestFinished(async () => {
    process.env.PATH = before;
    await rm(empty, { recursive: true });
  });
  process.env.PATH = empty;
  const { user, asked } = connects(never);
  const { outcome } = await capture(user);
  expect(outcome).toEqual({ status: "not-run", why: "Cannot capture: there is no tcpdump on the PATH" });
  expect(asked).toEqual([]);
});

test("capturePackets() records nothing without a yes, nor of anybody but the gateway", async () => {
  await standInForTcpdump("exit 1");
  const { user, asked } = connects(never);
  const no: User = { ...user, mayRecord: async () => "The user said no to a capture" };
  expect((await capture(no)).outcome).toEqual({ status: "not-run", why: "The user said no to a capture" });
  expect((await capture(user, { target: "198.51.100.9" })).outcome).toMatchObject({
    status: "not-run",
    why: expect.stringContaining("198.51.100.9"),
  });
  expect(asked).toEqual([]);
});

test("capturePackets() asks once in a run, of steps side by side and again after a no", async () => {
  await standInForTcpdump("exit 1");
  const { user, asked } = connects(never);
  const no: User = {
    ...user,
    mayRecord: async (what) => {
      asked.push(what);
      return "The user said no to a capture";
    },
  };
  const run = openRun({ gateway: GATEWAY, signal: new AbortController().signal, user: no });
  const together = await run.runRound({ number: 3, steps: [step(), step({ id: "r3-capture-2" })] });
  const later = await run.runRound({ number: 4, steps: [step({ id: "r4-capture" })] });
  const once = { status: "not-run", why: "Cannot capture: a run does so once" };
  expect([...together, ...later].map(({ outcome }) => outcome)).toEqual([
    { status: "not-run", why: "The user said no to a capture" },
    once,
    once,
  ]);
  expect(asked).toHaveLength(1);
});

/**
 * What a run may send is bounded three times, by code that is not shared: in the plan, and in both agents.
 */
import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { MAX_DATAGRAMS, MAX_SENT_BYTES, MIN_GAP_MS, SendLimits } from "../../agent/send-limits.ts";
import { MOST_BYTES, MOST_DATAGRAMS, withinLimits } from "../../shared/plan/within-limits.ts";
import type { Step } from "../../shared/schema/plan.ts";
import { WINDOWS_AGENT_FILE } from "../support/windows-engine.ts";

test("the plan and both agents have the same bounds", async () => {
  expect([MOST_DATAGRAMS, MOST_BYTES]).toEqual([MAX_DATAGRAMS, MAX_SENT_BYTES]);
  const script = await readFile(WINDOWS_AGENT_FILE, "utf8");
  expect(script).toContain(`MaxDatagrams = ${MAX_DATAGRAMS};`);
  expect(script).toContain(`MaxSentBytes = ${MAX_SENT_BYTES / 1024} * 1024`);
  expect(script).toContain(`MinGapMs = ${MIN_GAP_MS}\n`);
});

const echo = (id: string, pingPayloadBytes: number, tries: number): Step => ({
  id,
  kind: "echo",
  atMs: 0,
  target: "192.0.2.1",
  family: 4,
  pingPayloadBytes,
  dontFragment: true,
  tries,
  waitMs: 1_000,
});
const udp = (id: string, payloadBytes: number, tries: number): Step => ({
  id,
  kind: "udp",
  atMs: 0,
  target: "192.0.2.1",
  family: 4,
  port: 500,
  purpose: "baseline",
  datagram: Buffer.alloc(payloadBytes).toString("base64"),
  dontFragment: false,
  userMtu: null,
  tries,
  waitMs: 1_000,
});

/** Each plan uses a bound up exactly, by one kind of step or by both. */
const FULL = [
  { name: "datagrams", steps: Array.from({ length: 16 }, (_, at) => udp(`u${at}`, 100, 4)) },
  { name: "echo requests", steps: Array.from({ length: 16 }, (_, at) => echo(`e${at}`, 100, 4)) },
  {
    name: "bytes, in datagrams of a length that base64 pads",
    steps: [
      ...Array.from({ length: 5 }, (_, at) => udp(`u${at}`, 8_191, 3)),
      udp("rest", 8_192, 1),
      udp("pad", 15, 1),
    ],
  },
  {
    name: "bytes, in datagrams and echo requests",
    steps: [...Array.from({ length: 7 }, (_, at) => echo(`e${at}`, 9_000, 2)), udp("rest", 5_072, 1)],
  },
];

for (const { name, steps } of FULL) {
  test(`what the plan allows, the agent sends to the last try, and neither allows more: ${name}`, async () => {
    const clock = { nowMs: () => 0, wait: async () => {} };
    const limits = new SendLimits(clock);
    const { signal } = new AbortController();
    expect(withinLimits(steps, [])).toEqual(steps);
    for (const step of steps) {
      if (step.kind !== "udp" && step.kind !== "echo") continue;
      const bytes = step.kind === "udp" ? Buffer.from(step.datagram, "base64").length : step.pingPayloadBytes;
      for (let sent = 0; sent < step.tries; sent++)
        expect(await limits.admit("echo", bytes, signal)).toBe(true);
    }
    const more = [echo("more", 1, 1), udp("more", 1, 1)];
    for (const step of more) expect(withinLimits([...steps, step], [])).not.toContain(step);
    expect(await limits.admit("echo", 1, signal)).toBe(false);
  });
}

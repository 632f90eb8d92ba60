/**
 * What a run may send is bounded three times, by code that is not shared: in the plan, and in both agents.
 */
import { readFile } from "node:fs/promises";
import fc from "fast-check";
import { expect, test } from "vitest";
import { MAX_DATAGRAMS, MAX_SENT_BYTES, MIN_GAP_MS, SendLimits } from "../../agent/send-limits.ts";
import { TRIES_FOR_LOST } from "../../shared/diagnose/facts/probe-tries.ts";
import { MOST_BYTES, MOST_DATAGRAMS, withinLimits } from "../../shared/plan/within-limits.ts";
import type { Measurement } from "../../shared/schema/measurement.ts";
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

test("a login is begun only where its tries and its end still fit, beside the ends of the others", () => {
  const numbers = fc.record({
    sent: fc.integer({ min: 0, max: MOST_DATAGRAMS }),
    owed: fc.integer({ min: 0, max: 12 }),
    tries: fc.integer({ min: 1, max: 5 }),
    begins: fc.integer({ min: 1, max: 4 }),
  });
  fc.assert(
    fc.property(numbers, ({ sent, owed, tries, begins }) => {
      const before = { step: udp("before", 100, 1), sentAtMs: Array.from({ length: sent }, () => 0) };
      const inits = Array.from({ length: begins }, (_, at) => udp(`init-${at}`, 100, tries));
      const kept = { owed, ends: [], begins: inits };
      const begun = withinLimits(inits, [before as unknown as Measurement], kept);
      const needed = (logins: number) => sent + owed + logins * (tries + TRIES_FOR_LOST);
      expect(begun).toEqual(inits.slice(0, begun.length));
      if (begun.length > 0) expect(needed(begun.length)).toBeLessThanOrEqual(MOST_DATAGRAMS);
      if (begun.length < begins) expect(needed(begun.length + 1)).toBeGreaterThan(MOST_DATAGRAMS);
    }),
  );
});

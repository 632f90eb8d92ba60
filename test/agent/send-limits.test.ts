/** How a run is bounded, and spaced out in time. */
import { expect, test } from "vitest";
import type { Clock } from "../../agent/io/clock.ts";
import { MAX_DATAGRAMS, MAX_SENT_BYTES, SendLimits } from "../../agent/send-limits.ts";

/** A clock that moves only when somebody waits, so that every moment is exact. */
function turnedByHand(): Clock {
  let nowMs = 0;
  return {
    nowMs: () => nowMs,
    wait: async (milliseconds) => {
      nowMs += Math.max(0, milliseconds);
    },
  };
}

const { signal } = new AbortController();

test("admit() keeps 100 ms between datagrams to one port, and none between two ports", async () => {
  const clock = turnedByHand();
  const limits = new SendLimits(clock);
  const moments: number[] = [];
  for (const lane of ["udp/500", "udp/500", "udp/4500", "udp/500", "echo"] as const) {
    await limits.admit(lane, 100, signal);
    moments.push(clock.nowMs());
  }
  expect(moments).toEqual([0, 100, 100, 200, 200]);
});

test("admit() keeps the distance also between datagrams that were asked for at the same moment", async () => {
  const waits: number[] = [];
  const stopped: Clock = { nowMs: () => 0, wait: async (milliseconds) => void waits.push(milliseconds) };
  const limits = new SendLimits(stopped);
  await Promise.all([1, 2, 3].map(() => limits.admit("udp/500", 100, signal)));
  expect(waits).toEqual([0, 100, 200]);
});

test("admit() refuses the datagram after the 64th", async () => {
  const limits = new SendLimits(turnedByHand());
  for (let i = 0; i < MAX_DATAGRAMS; i++) expect(await limits.admit("echo", 1, signal)).toBe(true);
  expect(await limits.admit("udp/500", 1, signal)).toBe(false);
});

test("admit() refuses what would pass 128 KiB, and still takes what fits", async () => {
  const limits = new SendLimits(turnedByHand());
  expect(await limits.admit("udp/500", MAX_SENT_BYTES - 10, signal)).toBe(true);
  expect(await limits.admit("udp/500", 11, signal)).toBe(false);
  expect(await limits.admit("udp/500", 10, signal)).toBe(true);
});

test("admit() counts from when the datagram before really left, on a machine that is late", async () => {
  let nowMs = 0;
  const moments: number[] = [];
  const late: Clock = {
    nowMs: () => nowMs,
    wait: async (milliseconds) => {
      nowMs += Math.max(0, milliseconds) + 30;
      moments.push(nowMs);
    },
  };
  const limits = new SendLimits(late);
  await Promise.all([1, 2, 3].map(() => limits.admit("udp/500", 100, signal)));
  expect(moments).toEqual([30, 160, 290]);
});
